"""Synthetic DICOM images for tests: each argument that is left out has a plain default.

The picture is drawn by code; names and numbers are invented. Nothing here comes from a
real image, so failing tests may print whatever they like.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pydicom import uid
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as DicomSequence

from cxrviewer.imaging.specimens import to_file

UID_ROOT = "1.2.826.0.1.3680043.10.4321."


def chest_phantom(rows: int = 320, columns: int = 280, bits: int = 12) -> npt.NDArray[np.uint16]:
    """Draw something chest-like: bright body, two dark lungs, a bright heart on the patient's left (image right)."""
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float64)
    y, x = y / rows, x / columns
    grey = np.full((rows, columns), 0.08)
    grey[(np.abs(x - 0.5) < 0.45) & (y > 0.06)] = 0.72
    for centre in (0.30, 0.70):
        grey[((x - centre) / 0.15) ** 2 + ((y - 0.48) / 0.33) ** 2 < 1] = 0.28
    grey[((x - 0.56) / 0.13) ** 2 + ((y - 0.62) / 0.16) ** 2 < 1] = 0.66
    grey += 0.02 * np.sin(40 * y)  # ribs of a sort: no two rows alike
    image: npt.NDArray[np.uint16] = np.clip(grey * (2**bits - 1), 0, 2**bits - 1).astype(np.uint16)
    return image


def image_dataset(pixels: npt.NDArray[Any], *, bits: int | None = None, **attributes: Any) -> Dataset:
    """Return a DX chest image without its pixel data.

    Parameters
    ----------
    pixels : (rows, columns) or (rows, columns, 3) uint8, uint16 or int16
    bits : int, optional
        Bits stored, all of the word where omitted.
    **attributes
        DICOM keywords; None removes a default.
    """
    allocated = 8 * pixels.dtype.itemsize
    stored = allocated if bits is None else bits
    defaults: dict[str, Any] = {
        "SpecificCharacterSet": "ISO_IR 192",
        "ImageType": ["ORIGINAL", "PRIMARY"],
        "SOPClassUID": uid.DigitalXRayImageStorageForPresentation,
        "SOPInstanceUID": f"{UID_ROOT}3",
        "StudyDate": "20261118",
        "StudyTime": "160200",
        "AccessionNumber": "A1",
        "Modality": "DX",
        "StudyDescription": "Chest two views",
        "SeriesDescription": "PA",
        "PatientName": "PHANTOM^PAULA",
        "PatientID": "PH-1",
        "PatientBirthDate": "19660301",
        "PatientSex": "F",
        "PatientAge": "060Y",
        "BodyPartExamined": "CHEST",
        "ViewPosition": "PA",
        "StudyInstanceUID": f"{UID_ROOT}1",
        "SeriesInstanceUID": f"{UID_ROOT}2",
        "SeriesNumber": 1,
        "InstanceNumber": 1,
        "SamplesPerPixel": 1 if pixels.ndim == 2 else 3,
        "PhotometricInterpretation": "MONOCHROME2" if pixels.ndim == 2 else "RGB",
        "Rows": pixels.shape[0],
        "Columns": pixels.shape[1],
        "BitsAllocated": allocated,
        "BitsStored": stored,
        "HighBit": stored - 1,
        "PixelRepresentation": int(pixels.dtype.kind == "i"),
    }
    if pixels.ndim == 3:
        defaults["PlanarConfiguration"] = 0
    dataset = Dataset()
    # Pixel Representation decides how US-or-SS attributes are written, so it comes first.
    for keyword, value in sorted({**defaults, **attributes}.items(), key=lambda pair: pair[0] != "PixelRepresentation"):
        if value is not None:
            setattr(dataset, keyword, DicomSequence(value) if keyword.endswith("Sequence") else value)
    return dataset


def image_bytes(
    pixels: npt.NDArray[Any] | None = None,
    *,
    bits: int | None = None,
    syntax: str = uid.ExplicitVRLittleEndian,
    frames: Sequence[npt.NDArray[Any]] | None = None,
    **attributes: Any,
) -> bytes:
    """Return a complete DICOM file; the phantom (12 bits) where no pixels are given."""
    if pixels is None and frames is None:
        pixels, bits = chest_phantom(), 12
    pictures = list(frames) if frames is not None else [pixels]
    first = pictures[0]
    assert first is not None
    if len(pictures) > 1:
        attributes.setdefault("NumberOfFrames", len(pictures))
    return to_file(image_dataset(first, bits=bits, **attributes), pictures, syntax)  # type: ignore[arg-type]


def write_image(path: Path, pixels: npt.NDArray[Any] | None = None, **arguments: Any) -> Path:
    """Write `image_bytes` to `path` and return it; folders are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(image_bytes(pixels, **arguments))
    return path


def lut_item(entries: Sequence[int], first: int, bits: int, explanation: str = "") -> Dataset:
    """Return an item of a Modality LUT or VOI LUT Sequence with 16-bit entries.

    `first` below 0 is written signed, as files with signed pixels do.
    """
    item = Dataset()
    count = len(entries) % 65536
    vr = "SS" if first < 0 else "US"
    item.add_new(0x00283002, vr, [count if vr == "US" or count < 32768 else count - 65536, first, bits])
    if explanation:
        item.LUTExplanation = explanation
    item.add_new(0x00283006, "US", list(entries))
    return item


def code_item(value: str, meaning: str, scheme: str = "SCT") -> Dataset:
    """Return an item of any code sequence."""
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item
