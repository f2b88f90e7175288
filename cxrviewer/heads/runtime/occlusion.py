"""Maps on request for models that make none: cover part of the input and see what the model says then.

Occlusion sensitivity (Zeiler and Fergus 2014, section 4.2). The paper draws the class's
probability at every position of one grey square; ours is the fall of the *calibrated* probability,
and a cell's value is the mean over the patches that cover it, which makes the map as large
as the input (our choice). Numpy only: the model process imports this.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from msgspec import Struct

Tensor = npt.NDArray[np.float32]

MAX_MAP_SIDE = 128
"""Cells along a side of any map. Networks' last feature maps have 7 to 56; a finer map would pretend to more."""

COVER = 0.0
"""What a patch is filled with: in an image tensor the recipe's mean grey, in features "nothing found"."""


class Patches(Struct, frozen=True):
    """Square patches over a tensor of (height, width), the last ones flush with its edges.

    Attributes
    ----------
    patch, stride : int
        In elements of the tensor; ``1 <= stride <= patch <= min(height, width)``.
    """

    height: int
    width: int
    patch: int
    stride: int

    def __post_init__(self) -> None:
        if not 1 <= self.stride <= self.patch <= min(self.height, self.width):
            raise ValueError("patches: 1 <= stride <= patch <= both sides")

    @classmethod
    def for_image(cls, height: int, width: int) -> Patches:
        """Return patches of a seventh of the shorter side, half a patch apart: 32 pixels of 224, 13 x 13 of them."""
        patch = max(1, round(min(height, width) / 7))
        return cls(height, width, patch, max(1, patch // 2))

    @classmethod
    def for_features(cls, height: int, width: int) -> Patches:
        """Return patches of three sevenths of the shorter side, one cell apart: 3 cells of 7, 5 x 5 of them."""
        return cls(height, width, max(1, round(3 * min(height, width) / 7)), 1)

    @property
    def rows(self) -> tuple[int, ...]:
        return _starts(self.height, self.patch, self.stride)

    @property
    def columns(self) -> tuple[int, ...]:
        return _starts(self.width, self.patch, self.stride)

    @property
    def number(self) -> int:
        return len(self.rows) * len(self.columns)

    def covered(self, given: Tensor) -> Iterator[Tensor]:
        """Yield `given`, (1, c, height, width), with each patch covered, in C order. One array, changed in place."""
        changed = given.copy()
        for top in self.rows:
            for left in self.columns:
                part = np.s_[..., top : top + self.patch, left : left + self.patch]
                changed[part] = COVER
                yield changed
                changed[part] = given[part]

    def spread(self, falls: npt.NDArray[np.float64]) -> Tensor:
        """Return the map of the `falls`, one per patch in C order: a cell per stride, its mean over covering patches.

        Returns
        -------
        (round(height / stride), round(width / stride)) float32, at most `MAX_MAP_SIDE` each
            Non-negative: where covering *raises* the probability there is no evidence for the finding.
        """
        total = np.zeros((self.height, self.width))
        count = np.zeros((self.height, self.width))
        values = iter(falls)
        for top in self.rows:
            for left in self.columns:
                part = np.s_[top : top + self.patch, left : left + self.patch]
                total[part] += next(values)
                count[part] += 1
        mean = total / count
        rows, columns = (_bounds(size, self.stride) for size in (self.height, self.width))
        cells = np.add.reduceat(np.add.reduceat(mean, rows, axis=0), columns, axis=1)
        sizes = np.outer(np.diff([*rows, self.height]), np.diff([*columns, self.width]))
        return np.maximum(cells / sizes, 0).astype(np.float32)


def _starts(size: int, patch: int, stride: int) -> tuple[int, ...]:
    starts = list(range(0, size - patch + 1, stride))
    if starts[-1] != size - patch:
        starts.append(size - patch)
    return tuple(starts)


def _bounds(size: int, stride: int) -> list[int]:
    # Equal cells, or the map could not be laid over the image by one affine map.
    cells = min(MAX_MAP_SIDE, max(1, round(size / stride)))
    return [round(i * size / cells) for i in range(cells)]
