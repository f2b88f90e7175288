"""The one resizer.

Pillow's antialiased triangle filter on float32: the same kernel in training and in the
viewer. Resizers differ far more than one expects; on one 3000x2500 image another
library's "bilinear" moved a model's input by up to 0.18 of its range.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

FloatImage = npt.NDArray[np.float32]

STRIP_PIXELS = 30_000_000
"""Larger images, which no detector makes today, are resized in strips of about so many pixels."""


def resize(grey: FloatImage, height: int, width: int) -> FloatImage:
    """Resize with antialiasing; pixel centres of the outer edges stay aligned.

    Parameters
    ----------
    grey : (rows, columns) float32
    height, width : int
        Size of the result.

    Returns
    -------
    (height, width) float32
        Never outside the range of `grey`: the triangle filter does not overshoot.
    """
    if grey.ndim != 2:
        raise ValueError(f"expected (rows, columns), got shape {grey.shape}")
    if grey.shape == (height, width):
        return grey.copy()
    if grey.size <= STRIP_PIXELS:
        return _resized(grey, height, width)
    # Pillow copies its input twice. The filter is separable: first all rows to their width, in strips, then
    # all columns to their height. Pillow may choose the other order, which differs by a rounding of float32.
    rows = max(1, STRIP_PIXELS // grey.shape[1])
    narrow = np.empty((grey.shape[0], width), np.float32)
    for top in range(0, grey.shape[0], rows):
        strip = grey[top : top + rows]
        narrow[top : top + rows] = _resized(strip, len(strip), width)
    return _resized(narrow, height, width)


def _resized(grey: FloatImage, height: int, width: int) -> FloatImage:
    from PIL import Image

    picture = Image.fromarray(np.ascontiguousarray(grey, dtype=np.float32))
    resized = picture.resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(resized, dtype=np.float32)


def stretch(aspect: float) -> tuple[float, float]:
    """Return (vertical, horizontal) factors that make the image's shape true.

    Never below 1: the finer of the two directions keeps its pixels, the other is stretched.

    Examples
    --------
    >>> stretch(2.0), stretch(0.5)
    ((2.0, 1.0), (1.0, 2.0))
    """
    return max(1.0, aspect), max(1.0, 1 / aspect)


def turn(pixels: npt.NDArray[Any], flipped: tuple[bool, bool]) -> npt.NDArray[Any]:
    """Return `pixels` (rows, columns, ...) flipped (vertically, horizontally), contiguous; itself for neither.

    Its own inverse.
    """
    vertically, horizontally = flipped
    if not (vertically or horizontally):
        return pixels
    return np.ascontiguousarray(pixels[:: -1 if vertically else 1, :: -1 if horizontally else 1])
