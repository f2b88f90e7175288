"""`ImageFacts` and `Identity` of a DICOM header."""

from __future__ import annotations

import re

from pydicom import uid
from pydicom.dataset import Dataset

from cxrviewer.imaging.ages import read_age
from cxrviewer.imaging.functional_groups import of_frame
from cxrviewer.imaging.photometric import read_photometric
from cxrviewer.imaging.radiograph import ImageFacts, Source
from cxrviewer.imaging.values import bounded, code_values, items, meanings, number, text, texts, whole

HUMAN = "HOMO SAPIENS"
ANIMAL = "ANIMAL"
_HUMAN_CODES = frozenset({"337915000", "L-85B00"})  # SCT and SRT, PS3.16 CID 7454
_SLOWEST, _FASTEST = 0.01, 1000.0
"""Frames per second; others are damage."""
_SIDES = ("ImageLaterality", "FrameLaterality", "Laterality")
_UID = re.compile(r"[0-9][0-9.]{0,63}")
_COLOUR = ("RGB", "PALETTE COLOR", "ARGB", "CMYK", "HSV")


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


def _upper(dataset: Dataset, keyword: str) -> str:
    return bounded(text(dataset, keyword)).upper()


def _uid(value: str) -> str:
    """Return a UID of at most 64 digits and dots (PS3.5 9.1), empty for anything else, which may be a name."""
    return value if _UID.fullmatch(value) else ""


def frame_rate(dataset: Dataset) -> float | None:
    """Return the frames per second that a multi-frame image asks for, None where it does not say.

    (0008,2144) Recommended Display Frame Rate goes before (0018,0040) Cine Rate, and both before the rate of
    acquisition, which (0018,1063) Frame Time gives in milliseconds (PS3.3 C.7.6.5).
    """
    for keyword in ("RecommendedDisplayFrameRate", "CineRate"):
        stated = number(dataset, keyword)
        if stated is not None and _SLOWEST <= stated <= _FASTEST:
            return stated
    time = number(dataset, "FrameTime")
    rate = 1000 / time if time else 0.0
    return rate if _SLOWEST <= rate <= _FASTEST else None


def read_facts(dataset: Dataset, transfer_syntax: uid.UID) -> ImageFacts:
    """Return what the header says about the picture; of several frames, about the first."""
    dataset, _ = of_frame(dataset, 0)
    photometric, _ = read_photometric(dataset)
    described = ("StudyDescription", "SeriesDescription", "AcquisitionDeviceProcessingDescription", "ProtocolName")
    age = read_age(dataset)
    return ImageFacts(
        source=Source.DICOM,
        sop_class=_uid(text(dataset, "SOPClassUID")),
        modality=_upper(dataset, "Modality"),
        body_part=_upper(dataset, "BodyPartExamined"),
        view_position=_upper(dataset, "ViewPosition"),
        view_codes=_view_codes(dataset),
        anatomy_codes=code_values(dataset, "AnatomicRegionSequence"),
        laterality=next(filter(None, (_upper(dataset, keyword) for keyword in _SIDES)), ""),
        descriptions=tuple(value for keyword in described if (value := _upper(dataset, keyword))),
        image_type=tuple(bounded(value).upper() for value in texts(dataset, "ImageType")),
        presentation_intent=_upper(dataset, "PresentationIntentType"),
        age_years=age.years,
        age_by_birth=age.by_birth,
        age_doubt=age.doubt,
        species=species(dataset),
        frames=max(1, whole(dataset, "NumberOfFrames", 1)),
        frame_rate=frame_rate(dataset),
        colour=_is_colour(dataset, photometric),
        photometric=photometric,
        rows=max(0, whole(dataset, "Rows", 0)),
        columns=max(0, whole(dataset, "Columns", 0)),
        transfer_syntax=_uid(str(transfer_syntax)),
    )
