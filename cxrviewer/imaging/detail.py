"""How much of a picture shows anything at all: tells blank and flat-field exposures from images of a body."""

from __future__ import annotations

import numpy as np

from cxrviewer.imaging.resample import FloatImage, resize

SIDE = 112
CELL = 4
STEPS = 150
"""A cell shows something from a 150th of the picture's own contrast."""
LEAST_CONTRAST = 0.1
"""Pictures with less contrast than this are judged as if they had so much: below it, noise is all there is."""


def detailed_share(grey: FloatImage) -> float:
    """Return the share of a picture, in [0, 1], where neighbouring points differ by more than an even slope.

    1 for a picture of fewer than 112 rows or columns: so small, an image of a body has little detail, too.

    The picture is brought to 112 x 112, which takes a detector's noise out, and cut into 28 x 28 cells. A cell
    counts where the root mean square of the discrete Laplacian (a point less the mean of its four neighbours)
    reaches a 150th of the picture's contrast, the span between its 2nd and 98th percentile. A ramp has no such
    cell however steep, nor has the fall of dose from the middle of a flat-field exposure to its edge; the lowest
    of 16,570 chest images has one in ten (`docs/decisions/0037-blank-pictures.md`).

    Parameters
    ----------
    grey : (rows, columns) float32
        In [0, 1], as displayed.
    """
    if min(grey.shape) < SIDE:
        return 1.0
    small = resize(grey, SIDE, SIDE)
    framed = np.pad(small, 1, mode="reflect", reflect_type="odd")  # goes on over the edge as the slope inside
    around = (framed[:-2, 1:-1] + framed[2:, 1:-1] + framed[1:-1, :-2] + framed[1:-1, 2:]) / 4
    cells = ((small - around) ** 2).reshape(SIDE // CELL, CELL, SIDE // CELL, CELL).mean((1, 3))
    low, high = np.quantile(small, (0.02, 0.98))
    return float((cells >= (max(high - low, LEAST_CONTRAST) / STEPS) ** 2).mean())
