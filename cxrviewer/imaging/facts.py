"""`FilmFacts` and `Identity` of a DICOM header."""

from __future__ import annotations

import re
from datetime import date

from pydicom import uid
from pydicom.dataset import Dataset

from cxrviewer.imaging.radiograph import FilmFacts, Source
from cxrviewer.imaging.values import code_values, items, meanings, text, texts, whole

HUMAN = "HOMO SAPIENS"
ANIMAL = "ANIMAL"
_HUMAN_CODES = frozenset({"337915000", "L-85B00"})  # SCT and SRT, PS3.16 CID 7454
_AGE = re.compile(r"(\d{1,3})([DWMY]?)$")
_YEARS = {"D": 1 / 365.25, "W": 7 / 365.25, "M": 1 / 12, "Y": 1.0, "": 1.0}
_COLOUR = ("RGB", "PALETTE COLOR", "ARGB", "CMYK", "HSV")


def _day(value: str) -> date | None:
    """Return a DA value; also the ``YYYY.MM.DD`` of ACR-NEMA and the ``YYYY-MM-DD`` of exports."""
    digits = value.replace(".", "").replace("-", "")[:8]
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


def age_years(dataset: Dataset) -> float | None:
    """Return the age at the study, None where the header does not tell.

    (0010,1010) Patient's Age first: it was written at the study. A number without unit,
    which de-identified collections carry, is taken as years. Otherwise birth date to study
    date; never birth date to today.
    """
    match = _AGE.match(text(dataset, "PatientAge").upper())
    if match and (int(match[1]) > 0 or match[2]):
        return int(match[1]) * _YEARS[match[2]]
    born = _day(text(dataset, "PatientBirthDate"))
    for keyword in ("StudyDate", "AcquisitionDate", "ContentDate", "SeriesDate"):
        day = _day(text(dataset, keyword))
        if born is not None and day is not None and day >= born:
            return (day - born).days / 365.25
    return None


def species(dataset: Dataset) -> str:
    """Return the species in upper case: `HUMAN` for people, `ANIMAL` where only hints tell.

    Hints are attributes that PS3.3 C.7.1.1 defines for animals only. (0010,2297)
    Responsible Person alone is none: children have one too; in the role OWNER it is.
    """
    codes = code_values(dataset, "PatientSpeciesCodeSequence")
    if any(code in _HUMAN_CODES for code in codes):
        return HUMAN
    named = text(dataset, "PatientSpeciesDescription") or next(
        iter(meanings(dataset, "PatientSpeciesCodeSequence")), ""
    )
    if named:
        return HUMAN if named.upper() in {"HUMAN", HUMAN} else named.upper()
    if codes:
        return ANIMAL
    hints = ("PatientBreedDescription", "PatientBreedCodeSequence", "PatientSexNeutered", "BreedRegistrationSequence")
    if any(text(dataset, keyword) for keyword in hints) or text(dataset, "ResponsiblePersonRole").upper() == "OWNER":
        return ANIMAL
    return ""


def _view_codes(dataset: Dataset) -> tuple[str, ...]:
    """Return view codes with those of (0054,0222) View Modifier Code Sequence, which is nested."""
    found = list(code_values(dataset, "ViewCodeSequence"))
    for item in items(dataset, "ViewCodeSequence"):
        found += code_values(item, "ViewModifierCodeSequence")
    return tuple(found)


def _is_colour(dataset: Dataset, photometric: str) -> bool:
    return photometric in _COLOUR or photometric.startswith("YBR") or whole(dataset, "SamplesPerPixel", 1) > 1


def read_facts(dataset: Dataset, transfer_syntax: uid.UID) -> FilmFacts:
    """Return what the header says about the picture."""
    photometric = text(dataset, "PhotometricInterpretation").upper()
    described = ("StudyDescription", "SeriesDescription", "AcquisitionDeviceProcessingDescription", "ProtocolName")
    return FilmFacts(
        source=Source.DICOM,
        sop_class=text(dataset, "SOPClassUID"),
        modality=text(dataset, "Modality").upper(),
        body_part=text(dataset, "BodyPartExamined").upper(),
        view_position=text(dataset, "ViewPosition").upper(),
        view_codes=_view_codes(dataset),
        anatomy_codes=code_values(dataset, "AnatomicRegionSequence"),
        laterality=(text(dataset, "ImageLaterality") or text(dataset, "Laterality")).upper(),
        descriptions=tuple(value.upper() for keyword in described if (value := text(dataset, keyword))),
        image_type=tuple(value.upper() for value in texts(dataset, "ImageType")),
        presentation_intent=text(dataset, "PresentationIntentType").upper(),
        age_years=age_years(dataset),
        species=species(dataset),
        frames=max(1, whole(dataset, "NumberOfFrames", 1)),
        colour=_is_colour(dataset, photometric),
        photometric=photometric,
        rows=max(0, whole(dataset, "Rows", 0)),
        columns=max(0, whole(dataset, "Columns", 0)),
        transfer_syntax=str(transfer_syntax),
    )
