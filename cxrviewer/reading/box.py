"""A part of an image, and which of its pixels lie under the screen's."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from msgspec import Struct

ON_EDGE = 1e-6
"""Image pixels that are nothing: rounding errors of a box are far smaller."""


class ImageBox(Struct, frozen=True):
    """A part of the image in pixel edges: pixel (column, row) covers [column, column + 1)."""

    left: float
    top: float
    right: float
    bottom: float

    def edges(self) -> tuple[float, float, float, float]:
        """Return (left, top, right, bottom)."""
        return self.left, self.top, self.right, self.bottom


def picked_places(
    box: ImageBox, width: int, height: int, rows: int, columns: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the rows (height,) and columns (width,) under the centres of the screen's pixels, ascending."""
    x = box.left + (np.arange(width) + 0.5) * (box.right - box.left) / width
    y = box.top + (np.arange(height) + 0.5) * (box.bottom - box.top) / height
    # A centre on an edge between two pixels must not depend on how its box was reckoned.
    column = np.clip(np.floor(x + ON_EDGE).astype(np.int64), 0, columns - 1)
    row = np.clip(np.floor(y + ON_EDGE).astype(np.int64), 0, rows - 1)
    return row, column


def crop_to(source: npt.NDArray[Any], box: ImageBox, width: int, height: int) -> tuple[npt.NDArray[Any], ImageBox]:
    """Return only what a resampling kernel reaches, and `box` within it.

    Converting 7.5 megapixels to show 0.6 would be the slowest step.
    """
    rows, columns = source.shape[:2]
    reach_x = 2 + (box.right - box.left) / width
    reach_y = 2 + (box.bottom - box.top) / height
    left, right = max(0, int(box.left - reach_x)), min(columns, int(np.ceil(box.right + reach_x)))
    top, bottom = max(0, int(box.top - reach_y)), min(rows, int(np.ceil(box.bottom + reach_y)))
    inner = ImageBox(
        max(0.0, box.left - left),
        max(0.0, box.top - top),
        min(float(right - left), box.right - left),
        min(float(bottom - top), box.bottom - top),
    )
    return source[top:bottom, left:right], inner
