"""A head's raw map: how bright it is drawn and where on the image it lies."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cxrviewer.heads.contract import SaliencyMap


def map_to_image(
    tensor_to_image: npt.NDArray[np.float64], tensor_shape: tuple[int, int], map_shape: tuple[int, int]
) -> npt.NDArray[np.float64]:
    """Return the affine map from map cell centres to image pixel centres.

    Parameters
    ----------
    tensor_to_image : (2, 3) float64
        `ModelInput.to_image`.
    tensor_shape, map_shape : (height, width)

    Returns
    -------
    (2, 3) float64
        Takes (column, row, 1) of a cell to (column, row) of the image. A cell covers the
        area of its centre plus and minus half a cell, not a corner: drawing cell (0, 0)
        at pixel (0, 0) would shift every finding by half a cell to the upper left.
    """
    step_y, step_x = (t / m for t, m in zip(tensor_shape, map_shape, strict=True))
    to_tensor = np.array([[step_x, 0, step_x / 2 - 0.5], [0, step_y, step_y / 2 - 0.5], [0, 0, 1]], dtype=np.float64)
    composed: npt.NDArray[np.float64] = tensor_to_image @ to_tensor
    return composed


def intensity(given: SaliencyMap) -> npt.NDArray[np.float32]:
    """Return how strongly each cell is drawn, (h, w) float32 in [0, 1].

    The divisor is the head's fixed `reference`, never this map's own maximum: a normal
    image's map must stay dark, or its noise shines like a finding.
    """
    scaled: npt.NDArray[np.float32] = np.clip(given.values / np.float32(given.reference), 0, 1).astype(np.float32)
    return scaled
