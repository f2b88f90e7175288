"""Small pictures for lists."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.imaging.resample import resize, stretch

THUMBNAIL_PIXELS = 96
_OVERSAMPLING = 4


def thumbnail(radiograph: Radiograph, size: int = THUMBNAIL_PIXELS) -> npt.NDArray[np.uint8]:
    """Return the image as first shown, its longest side at most `size` pixels.

    Pixels are skipped first and averaged then: no thumbnail needs all of a 3000 x 2500
    image, and four samples per output pixel hide the skipping.

    Returns
    -------
    (height, width, 3) uint8
        Equal channels for grey images.
    """
    vertical, horizontal = stretch(radiograph.aspect)
    tall, wide = radiograph.rows * vertical, radiograph.columns * horizontal
    scale = min(1.0, size / max(tall, wide))
    height, width = max(1, round(tall * scale)), max(1, round(wide * scale))
    down = max(1, int(radiograph.rows / height / _OVERSAMPLING))
    across = max(1, int(radiograph.columns / width / _OVERSAMPLING))
    if radiograph.aspect == 1.0:
        down = across = min(down, across)
    skipped = radiograph.codes[::down, ::across]
    if radiograph.colour:
        picture = Image.fromarray(np.ascontiguousarray(skipped))
        return np.asarray(picture.resize((width, height), Image.Resampling.BILINEAR), dtype=np.uint8)
    grey = resize(radiograph.grey_table()[skipped], height, width)
    level = np.clip(np.rint(grey * 255), 0, 255).astype(np.uint8)
    return np.repeat(level[..., None], 3, axis=2)
