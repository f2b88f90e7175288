"""A plain folder of DICOM, PNG and JPEG films without labels: for distilling from a teacher alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from cxrviewer.errors import DecodeError, ImageError, NotDicomError
from cxrviewer.heads.contract import EligibilitySpec
from cxrviewer.heads.eligibility.checks import reject_header
from cxrviewer.imaging.contents import Header
from cxrviewer.imaging.header import read_header
from model_training.data.development_set import UNKNOWN, DataError, Record, hash_patient
from model_training.data.splits import Part
from model_training.data.tables import Entry, Reading, count_note

SCOPE = EligibilitySpec(modality=("CR", "DX", "RG"), view=())
"""What a header must not contradict: the same check that keeps a head from such a film in the viewer."""


def _files(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        raise DataError(f"{folder}: this folder does not exist; set `folder` in [data] or CXR_DATA")
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden:
            yield path


def _patient(header: Header, image: str) -> str:
    """Return the patient without his or her number, which appears in no split file, log or message."""
    if header.identity.patient_id:
        return f"folder:{hash_patient('id/' + header.identity.patient_id)}"
    # Films of one subfolder may be one patient's. Taking them for several would put him on both sides.
    parent = image.rpartition("/")[0]
    return f"folder:{hash_patient('path/' + (parent or image))}"


def _left_out(header: Header) -> str:
    rejection = reject_header(header.facts, SCOPE, has_pixels=header.has_pixels)
    return rejection.message if rejection else ""


def _record(path: Path, header: Header, patient: str, labels: Sequence[str]) -> Record:
    unknown = (UNKNOWN,) * len(labels)
    age = header.facts.age_years
    return Record(
        path,
        "folder",
        patient,
        unknown,
        unknown,
        age=UNKNOWN if age is None else age,
        female={"F": 1.0, "M": 0.0}.get(header.identity.sex, UNKNOWN),
        ap={"AP": 1.0, "PA": 0.0}.get(header.facts.view_position, UNKNOWN),
    )


def read_folder(folder: Path, *, labels: Sequence[str]) -> Reading:
    """Find the films below `folder`; every file's content decides what it is, never its name.

    A film is named by its path below the folder, with ``/``. Films whose header says that they
    are no frontal chest radiographs of people are left out; a picture has no such header and
    stays. Patients are hashed PatientIDs; films without one count as one patient per subfolder.

    Parameters
    ----------
    labels : sequence of str
        Outputs of the teacher; every film's label of each is unknown.

    Raises
    ------
    DataError
        For a folder that does not exist, and for a file that may not be read, which is named.
        Damaged pixels show when the film is packed.
    """
    entries, reasons, anonymous = [], Counter[str](), 0
    for path in _files(folder):
        image = path.relative_to(folder).as_posix()
        try:
            header = read_header(path)
        except (NotDicomError, DecodeError) as error:
            reasons[error.user_message] += 1
            continue
        except ImageError as error:
            raise DataError(f"{image}: {error.user_message}") from error
        record = _record(path, header, _patient(header, image), labels)
        excluded = _left_out(header)
        anonymous += not header.identity.patient_id and not excluded
        entries.append(Entry(record, image, image, Part.TRAIN, excluded))
    notes = [f"{count:,} files left out: {reason}" for reason, count in reasons.items()]
    notes += count_note(anonymous, "films without a PatientID: those of one subfolder count as one patient")
    return Reading(tuple(labels), tuple(entries), tuple(notes))
