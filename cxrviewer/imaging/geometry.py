"""Everything that lies between the stored rows and columns and the image as it is looked at.

Done once, when the file is read: what comes after (screen, thumbnail, tensor, maps) sees an
image that stands upright and never needs to know that it was turned.
"""

from __future__ import annotations

import hashlib

import numpy as np
from msgspec.structs import replace
from pydicom.dataset import Dataset

from cxrviewer.imaging.aspect import read_aspect
from cxrviewer.imaging.orientation import read_placement
from cxrviewer.imaging.overlays import ImageWords, read_overlays
from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.imaging.resample import turn
from cxrviewer.imaging.shutter_reader import read_shutter


def with_geometry(radiograph: Radiograph, dataset: Dataset, image: ImageWords) -> Radiograph:
    """Return the image with the shape of its pixels, turned for reading, with shutter and overlay.

    Parameters
    ----------
    radiograph : Radiograph
        As stored.
    dataset : Dataset
    image : ImageWords
        Its pixels before the bits outside the stored values were masked off.
    """
    aspect, aspect_notes = read_aspect(dataset)
    placement = read_placement(dataset, radiograph.facts)
    shutter, shutter_notes = read_shutter(dataset, image.rows, image.columns, aspect)
    overlay, overlay_notes = read_overlays(dataset, image)
    vertically, horizontally = placement.flipped
    if shutter is not None:
        shutter = shutter.flipped(image.rows, image.columns, vertically, horizontally)
    turned = replace(
        radiograph,
        codes=turn(radiograph.codes, placement.flipped),
        aspect=aspect,
        orientation=placement.orientation,
        flipped=placement.flipped,
        shutter=shutter,
        overlay=None if overlay is None else turn(overlay, placement.flipped),
        notes=radiograph.notes + aspect_notes + placement.notes + shutter_notes + overlay_notes,
    )
    return replace(turned, key=_key(turned))


def _key(radiograph: Radiograph) -> str:
    """Return the key of the image as it is now: other than that of its stored pixels where they differ."""
    overlay = b"" if radiograph.overlay is None else np.packbits(radiograph.overlay).tobytes()
    settings = (radiograph.aspect, radiograph.flipped, radiograph.shutter, hashlib.sha256(overlay).hexdigest())
    if settings[:3] == (1.0, (False, False), None) and radiograph.overlay is None:
        return radiograph.key
    return hashlib.sha256((radiograph.key + repr(settings)).encode()).hexdigest()[:32]
