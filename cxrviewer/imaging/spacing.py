"""Millimetres per pixel, with how far they can be trusted (PS3.3 10.7.1.3)."""

from __future__ import annotations

import math

from pydicom.dataset import Dataset

from cxrviewer.imaging.radiograph import PixelSpacing, SpacingKind
from cxrviewer.imaging.values import decimals, label, number, text
from cxrviewer.text import msg

_PLAUSIBLE_MM = (0.01, 5.0)
_SPACINGS = ("PixelSpacing", "ImagerPixelSpacing", "NominalScannedPixelSpacing")
_MAGNIFICATION = "EstimatedRadiographicMagnificationFactor"
_MOST_MAGNIFIED = 3.0
_PROJECTION = frozenset({"CR", "DX", "RG", "MG", "IO", "PX", "RF", "XA"})


def _pair(dataset: Dataset, keyword: str) -> tuple[float, float] | None:
    """Return (row, column) spacing; None for zeros and other fillers, which files do carry."""
    values = decimals(dataset, keyword).values
    if len(values) != 2:
        return None
    row, column = values
    low, high = _PLAUSIBLE_MM
    if row is None or column is None or not (low <= row <= high and low <= column <= high):
        return None
    return row, column


def spacing_notes(dataset: Dataset) -> tuple[str, ...]:
    """Return sentences about spacings of the header that were repaired or cannot be used."""
    notes: list[str] = []
    for keyword in _SPACINGS:
        found = decimals(dataset, keyword)
        notes += found.notes
        # Zeros are the usual filler of files without a spacing and say nothing.
        if any(found.values) and _pair(dataset, keyword) is None:
            notes.append(
                msg("{keyword} is no pair of plausible distances; it is not used for lengths.", keyword=label(keyword))
            )
    factor = decimals(dataset, _MAGNIFICATION)
    notes += factor.notes
    if factor.first is not None and not 1 <= factor.first <= _MOST_MAGNIFIED:
        notes.append(
            msg(
                "{magnification} is not plausible; lengths are not corrected by it.",
                magnification=label(_MAGNIFICATION),
            )
        )
    return tuple(notes)


def _same(first: tuple[float, float], second: tuple[float, float]) -> bool:
    return all(math.isclose(a, b, rel_tol=1e-3) for a, b in zip(first, second, strict=True))


def _calibrated(dataset: Dataset, pixel: tuple[float, float], detector: tuple[float, float] | None) -> PixelSpacing:
    """Interpret (0028,0030) Pixel Spacing of a projection image.

    Pixel Spacing may be a true calibration, a copy of the detector's spacing, or (the
    trap) a value nobody explains: it counts as calibrated only where the header says how,
    or where it differs from a detector spacing that is stored too.
    """
    calibration = text(dataset, "PixelSpacingCalibrationType").upper()
    if calibration == "FIDUCIAL":
        return PixelSpacing(*pixel, SpacingKind.CALIBRATED)
    if calibration == "GEOMETRY":
        return PixelSpacing(*pixel, SpacingKind.MAGNIFICATION_CORRECTED)
    if detector is not None and not _same(pixel, detector):
        return PixelSpacing(*pixel, SpacingKind.CALIBRATED)
    return PixelSpacing(*pixel, SpacingKind.DETECTOR)


def read_spacing(dataset: Dataset) -> PixelSpacing | None:
    """Return the spacing lengths may be measured with, None where there is none.

    Of projections, the detector-plane spacing is larger than the truth inside the patient
    by the magnification; (0018,1114) Estimated Radiographic Magnification Factor corrects
    it for the one plane it was estimated for. Nominal Scanned Pixel Spacing (scanned image)
    is a detector-plane spacing as well: the image was the detector.
    """
    pixel = _pair(dataset, "PixelSpacing")
    detector = _pair(dataset, "ImagerPixelSpacing") or _pair(dataset, "NominalScannedPixelSpacing")
    if text(dataset, "Modality").upper() not in _PROJECTION:
        # Tomographic images lie in the patient; secondary captures carry what was copied into them.
        is_slice = text(dataset, "Modality").upper() in {"CT", "MR", "PT", "NM"}
        kind = SpacingKind.CALIBRATED if is_slice else SpacingKind.DETECTOR
        found = pixel or detector
        return None if found is None else PixelSpacing(*found, kind)
    if pixel is not None:
        spacing = _calibrated(dataset, pixel, detector)
        if spacing.kind is not SpacingKind.DETECTOR:
            return spacing
    plane = detector or pixel
    if plane is None:
        return None
    factor = number(dataset, _MAGNIFICATION)
    if factor is not None and 1 < factor <= _MOST_MAGNIFIED and detector is not None:
        return PixelSpacing(plane[0] / factor, plane[1] / factor, SpacingKind.MAGNIFICATION_CORRECTED)
    return PixelSpacing(*plane, SpacingKind.DETECTOR)
