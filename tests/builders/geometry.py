"""Small DICOM images with geometry, as `Radiograph`, and ways to write masks down."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pydicom import uid
from pydicom.dataset import Dataset

from cxrviewer.imaging.image import open_image
from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.imaging.recipe import Fit, GreySource, InputRecipe
from cxrviewer.imaging.specimens import to_file
from tests.builders.dicom import image_dataset

ROWS, COLUMNS = 6, 8
RAMP = np.arange(ROWS * COLUMNS, dtype=np.uint8).reshape(ROWS, COLUMNS) * 5
RECIPE = InputRecipe(
    version=1,
    height=64,
    width=64,
    channels=1,
    grey=GreySource.FULL_RANGE,
    fit=Fit.LETTERBOX,
    pad=0.0,
    mean=0.0,
    std=1.0,
)


def read_image(
    tmp_path: Path,
    pixels: npt.NDArray[Any] = RAMP,
    *,
    elements: dict[int, tuple[str, Any]] | None = None,
    syntax: str = uid.ExplicitVRLittleEndian,
    frames: list[npt.NDArray[Any]] | None = None,
    frame: int = 0,
    bits: int | None = None,
    **attributes: Any,
) -> Radiograph:
    dataset: Dataset = image_dataset(pixels, bits=bits, **attributes)
    for tag, (vr, value) in (elements or {}).items():
        dataset.add_new(tag, vr, value)
    path = tmp_path / "image.dcm"
    path.write_bytes(to_file(dataset, frames or [pixels], syntax))
    return open_image(path, frame).radiograph


def drawn(mask: npt.NDArray[np.bool_]) -> list[str]:
    return ["".join("#" if covered else "." for covered in row) for row in mask]


def covered(radiograph: Radiograph) -> npt.NDArray[np.bool_]:
    if radiograph.shutter is None:
        return np.zeros(radiograph.codes.shape[:2], np.bool_)
    return radiograph.shutter.hides(np.arange(radiograph.rows), np.arange(radiograph.columns))


RECTANGLE: dict[str, Any] = {
    "ShutterShape": "RECTANGULAR",
    "ShutterLeftVerticalEdge": 2,
    "ShutterRightVerticalEdge": 5,
    "ShutterUpperHorizontalEdge": 3,
    "ShutterLowerHorizontalEdge": 4,
}
RECTANGLE_DRAWN = ["########", "########", "#....###", "#....###", "########", "########"]


def packed(plane: npt.NDArray[Any]) -> bytes:
    """Return bits as an overlay holds them, the first pixel lowest, padded to an even length."""
    data = np.packbits(plane.astype(np.uint8).ravel(), bitorder="little").tobytes()
    return data + b"\0" * (len(data) % 2)


def overlay_elements(
    plane: npt.NDArray[Any], group: int = 0x6000, vr: str = "OW", **more: Any
) -> dict[int, tuple[str, Any]]:
    """Return the elements of an overlay of one or more planes; `more` has kind, origin, data and first_frame."""
    base = group << 16
    elements: dict[int, tuple[str, Any]] = {
        base | 0x0010: ("US", plane.shape[-2]),
        base | 0x0011: ("US", plane.shape[-1]),
        base | 0x0040: ("CS", more.get("kind", "G")),
        base | 0x0050: ("SS", list(more.get("origin", (1, 1)))),
        base | 0x0100: ("US", 1),
        base | 0x0102: ("US", 0),
        base | 0x3000: (vr, more.get("data", packed(plane))),
    }
    if plane.ndim == 3:
        elements[base | 0x0015] = ("IS", plane.shape[0])
    if "first_frame" in more:
        elements[base | 0x0051] = ("US", more["first_frame"])
    return elements
