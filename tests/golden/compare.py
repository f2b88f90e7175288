"""When two pictures count as equal.

With one font and no hinting, machines hardly differ: FreeType 2.12.1 and 2.14.3 painted every scene alike, and with
AVX and SSE 4 switched off in Qt and NumPy one scene differed, by rounding. A defect looks different: a changed window
or colour moves many pixels a little, a changed letter, mark or icon moves a few neighbouring pixels a lot. Hence two
limits (``test_compare.py`` shows what they find):

* the mean difference of all pixels, against changes of grey and colour;
* the number of strongly different pixels in the worst of the tiles, against changes of something small.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tests.golden.stage import Picture

MEAN = 0.05
"""Grey levels of 255: one pixel of twenty may be rounded to the next level."""
STRONG = 48
"""Grey levels of 255 from which a pixel counts as strongly different."""
TILE = 16
"""Side of a tile in pixels: about one letter."""
STRONG_IN_TILE = 4
"""Strongly different pixels that one tile may have."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How far a picture is from the stored one.

    Attributes
    ----------
    mean : float
        Of the largest channel's difference, 0 to 255; infinite where the sizes differ.
    strong : int
        Strongly different pixels of the worst tile.
    place : tuple of int
        Column and row of that tile's corner.
    """

    mean: float
    strong: int
    place: tuple[int, int] = (0, 0)

    @property
    def acceptable(self) -> bool:
        return self.mean <= MEAN and self.strong <= STRONG_IN_TILE

    def __str__(self) -> str:
        if self.mean == float("inf"):
            return "the size is another one"
        return (
            f"mean difference {self.mean:.3f} (at most {MEAN}), {self.strong} strongly different pixels "
            f"(at most {STRONG_IN_TILE}) in the tile at {self.place}"
        )


def levels(golden: Picture, candidate: Picture) -> Picture:
    """Return how many grey levels each pixel differs in each channel. The sizes must be equal."""
    apart = np.abs(golden.astype(np.int16) - candidate.astype(np.int16))
    return apart.astype(np.uint8)


def difference(golden: Picture, candidate: Picture) -> Difference:
    """Compare two pictures."""
    if golden.shape != candidate.shape:
        return Difference(float("inf"), 0)
    apart = levels(golden, candidate).max(axis=2)
    strong = np.pad(apart >= STRONG, [(0, -side % TILE) for side in apart.shape])
    tiles = strong.reshape(strong.shape[0] // TILE, TILE, -1, TILE).sum(axis=(1, 3))
    row, column = np.unravel_index(int(tiles.argmax()), tiles.shape)
    return Difference(float(apart.mean()), int(tiles.max()), (int(column) * TILE, int(row) * TILE))
