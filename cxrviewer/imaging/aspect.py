"""The shape of a pixel (PS3.3 10.7.1.3, C.7.6.3.1.7)."""

from __future__ import annotations

from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset

from cxrviewer.imaging.values import numbers
from cxrviewer.text import msg

LARGEST = 10.0
"""A pixel longer than this many times its width is a mistake of the header, not of a detector."""
SQUARE_WITHIN = 0.005
"""Spacings are rounded when they are written: a difference below this is none."""

# PS3.3 C.7.6.3.1.7: the aspect ratio counts only where no spacing is given. Millimetres or
# ratio, each pair is vertical first: spacing between rows, then between columns.
_SOURCES = (
    ("PixelSpacing", "(0028,0030) Pixel Spacing"),
    ("ImagerPixelSpacing", "(0018,1164) Imager Pixel Spacing"),
    ("NominalScannedPixelSpacing", "(0018,2010) Nominal Scanned Pixel Spacing"),
    ("PixelAspectRatio", "(0028,0034) Pixel Aspect Ratio"),
)


def read_aspect(dataset: Dataset) -> tuple[float, tuple[str, ...]]:
    """Return height over width of a pixel, exactly 1.0 for square ones, and notes.

    The first of Pixel Spacing, Imager Pixel Spacing, Nominal Scanned Pixel Spacing and
    Pixel Aspect Ratio that gives a plausible shape decides. Two zeros are a common filler
    and say nothing; anything else that cannot be a shape leaves a note.
    """
    notes: tuple[str, ...] = ()
    for keyword, name in _SOURCES:
        pair = numbers(dataset, keyword)
        if pair == (0.0, 0.0) or (not pair and not _is_filled(dataset, keyword)):
            continue
        if len(pair) == 2 and min(pair) > 0 and 1 / LARGEST <= pair[0] / pair[1] <= LARGEST:
            aspect = pair[0] / pair[1]
            return (1.0 if abs(aspect - 1) <= SQUARE_WITHIN else aspect), notes
        notes += (msg("{name} cannot be the shape of a pixel; it is not used for the shape of the image.", name=name),)
    return 1.0, notes


def _is_filled(dataset: Dataset, keyword: str) -> bool:
    # What cannot be converted reads as absent; here the difference matters.
    # Its length tells: a long value is still on the disk, and fetching it would convert it.
    if keyword not in dataset:
        return False
    element = dataset.get_item(keyword, keep_deferred=True)
    return bool(element.length if isinstance(element, RawDataElement) else element.value)
