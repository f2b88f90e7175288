"""(0028,0004) Photometric Interpretation as a term of the standard, never as free text (PS3.3 C.7.6.3.1.2)."""

from __future__ import annotations

from pydicom.dataset import Dataset

from cxrviewer.imaging.values import text, whole
from cxrviewer.text import msg

TERMS = frozenset(
    {
        *("MONOCHROME1", "MONOCHROME2", "PALETTE COLOR", "RGB", "HSV", "ARGB", "CMYK", "XYB"),
        *("YBR_FULL", "YBR_FULL_422", "YBR_PARTIAL_422", "YBR_PARTIAL_420", "YBR_ICT", "YBR_RCT"),
    }
)
NAME = "(0028,0004) Photometric Interpretation"
_PALETTE = "RedPaletteColorLookupTableDescriptor"


def read_photometric(dataset: Dataset) -> tuple[str, str | None]:
    """Return the term, empty where there is none that can be trusted, and a note where it was repaired.

    Only known terms are returned: a damaged or abused attribute can hold anything, a patient's name
    too, and the result is quoted in messages and result files.
    """
    written = text(dataset, "PhotometricInterpretation").upper()
    if written in TERMS:
        return written, None
    grey = whole(dataset, "SamplesPerPixel", 1) == 1 and _PALETTE not in dataset
    if not written:
        return (
            ("MONOCHROME2", msg("{name} is missing; the image is shown as MONOCHROME2.", name=NAME))
            if grey
            else ("", None)
        )
    squeezed = written.replace(" ", "").replace("_", "")
    term = {"MONOCHROME": "MONOCHROME2", "MONOCHROME1": "MONOCHROME1", "MONOCHROME2": "MONOCHROME2"}.get(squeezed)
    if term is None or not grey:
        return "", None
    return term, msg("{name} is no term of the standard; the image is shown as {term}.", name=NAME, term=term)
