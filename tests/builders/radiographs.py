"""Images in memory, for tests that need no file."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from cxrviewer.imaging.modality import Rescale
from cxrviewer.imaging.radiograph import ImageFacts, Radiograph, Source
from cxrviewer.imaging.voi import VoiOrigin, VoiPreset, VoiWindow

FULL = VoiWindow(128, 256)  # LINEAR: codes 0 to 255 are black to white


def radiograph_of(
    codes: npt.NDArray[np.uint8], *, inverted: bool = False, key: str = "key", **facts: Any
) -> Radiograph:
    """Return an 8-bit image whose grey is ``code / 255``."""
    height, width = codes.shape[:2]
    given = {"source": Source.DICOM, "modality": "DX", "rows": height, "columns": width} | facts
    return Radiograph(
        codes=codes,
        first_stored=0,
        levels=256,
        modality=Rescale(),
        presets=() if given.get("colour") else (VoiPreset("full", FULL, VoiOrigin.FULL_RANGE),),
        inverted=inverted,
        padding=None,
        facts=ImageFacts(**given),
        key=key,
    )
