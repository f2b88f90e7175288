"""The picture as the window first shows it, without a window."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.imaging.voi import Voi


def shown(
    radiograph: Radiograph,
    *,
    voi: Voi | None = None,
    invert: bool = False,
    overlays: bool = True,
    shutter: bool = True,
) -> npt.NDArray[np.float32]:
    """Return every pixel as the window draws it, one value per image pixel.

    Nothing is resampled: images with pixels that are not square keep their rows and columns.

    Parameters
    ----------
    radiograph : Radiograph
    voi : Voi, optional
        The image's first preset where omitted; colour images have none.
    invert : bool
        The reader's own inversion, on top of what the header asks for.
    overlays, shutter : bool
        Draw the overlay planes, and hide what lies outside the display shutter.

    Returns
    -------
    (rows, columns) float32, colour: (rows, columns, 3) float32
        In [0, 1], 0 drawn black. A new array.
    """
    if radiograph.colour:
        return radiograph.codes.astype(np.float32) / np.float32(255)
    return radiograph.grey_table(voi, invert=invert)[radiograph.codes]
