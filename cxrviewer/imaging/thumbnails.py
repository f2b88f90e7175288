"""Small pictures for lists."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.imaging.resample import resize

THUMBNAIL_PIXELS = 96
_OVERSAMPLING = 4


def thumbnail(radiograph: Radiograph, size: int = THUMBNAIL_PIXELS) -> npt.NDArray[np.uint8]:
    """Return the film as first shown, its longest side at most `size` pixels.

    Pixels are skipped first and averaged then: no thumbnail needs all of a 3000 x 2500
    film, and four samples per output pixel hide the skipping.

    Returns
    -------
    (height, width, 3) uint8
        Equal channels for grey films.
    """
    scale = min(1.0, size / max(radiograph.rows, radiograph.columns))
    height = max(1, round(radiograph.rows * scale))
    width = max(1, round(radiograph.columns * scale))
    step = max(1, int(min(radiograph.rows / height, radiograph.columns / width) / _OVERSAMPLING))
    skipped = radiograph.codes[::step, ::step]
    if radiograph.colour:
        picture = Image.fromarray(np.ascontiguousarray(skipped))
        return np.asarray(picture.resize((width, height), Image.Resampling.BILINEAR), dtype=np.uint8)
    grey = resize(radiograph.grey_table()[skipped], height, width)
    level = np.clip(np.rint(grey * 255), 0, 255).astype(np.uint8)
    return np.repeat(level[..., None], 3, axis=2)
