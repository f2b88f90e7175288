"""Header facts and identity of a file; the pixels stay on disk."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from pydicom.dataset import Dataset
from pydicom.uid import UID

from cxrviewer.errors import ImageError
from cxrviewer.imaging.contents import Header, Identity
from cxrviewer.imaging.dataset import Parsed, parse, recoded
from cxrviewer.imaging.dates import iso_date, iso_time
from cxrviewer.imaging.facts import read_facts
from cxrviewer.imaging.guard import guarded
from cxrviewer.imaging.raster_source import raster_facts
from cxrviewer.imaging.skim import SKIM_BYTES, may_be_plain, skim
from cxrviewer.imaging.sniff import HEAD_BYTES, FileKind, opened, sniff
from cxrviewer.imaging.stamp import BEYOND_HEADER, FileStamp, read_steadily, stamp_of, stamp_of_bytes, state_of
from cxrviewer.imaging.values import LONGEST_TEXT, bounded, number, text
from cxrviewer.text import msg

_SHORT = 16
"""Characters of an age or a sex, which have 4 and 16 in the standard (PS3.5 6.2: AS, CS)."""


def _count(dataset: Dataset, keyword: str) -> int | None:
    value = number(dataset, keyword)
    return None if value is None or abs(value) >= 1e12 else int(value)  # an Integer String has 12 characters at most


def read_identity(dataset: Dataset) -> Identity:
    """Return who is on the image and when it was taken; text of absurd length is cut (`values.bounded`)."""

    def words(keyword: str, longest: int = LONGEST_TEXT) -> str:
        return bounded(text(dataset, keyword), longest)

    return Identity(
        patient_name=words("PatientName"),
        patient_id=words("PatientID"),
        birth_date=iso_date(words("PatientBirthDate")),
        sex=words("PatientSex", _SHORT).upper(),
        age=words("PatientAge", _SHORT).upper(),
        study_uid=words("StudyInstanceUID"),
        study_date=iso_date(words("StudyDate")),
        study_time=iso_time(words("StudyTime")),
        study_description=words("StudyDescription"),
        accession_number=words("AccessionNumber"),
        series_uid=words("SeriesInstanceUID"),
        series_number=_count(dataset, "SeriesNumber"),
        series_description=words("SeriesDescription"),
        sop_instance_uid=words("SOPInstanceUID"),
        instance_number=_count(dataset, "InstanceNumber"),
    )


def header_of(parsed: Parsed, stamp: FileStamp | None = None) -> Header:
    """Return the header of a parsed DICOM file.

    Raises
    ------
    ImageError
        For values that nothing here can make sense of.
    """
    return _header(parsed.dataset, parsed.transfer_syntax, stamp, has_pixels=parsed.pixels is not None)


def _header(dataset: Dataset, syntax: UID, stamp: FileStamp | None, *, has_pixels: bool) -> Header:
    with guarded(lambda: ImageError(msg("This DICOM file is damaged: its header holds values that cannot be read."))):
        facts = read_facts(dataset, syntax)
        return Header(facts, read_identity(dataset), has_pixels and facts.rows > 0, stamp)


def dicom_stamp(stream: BinaryIO, parsed: Parsed) -> FileStamp:
    """Return the stamp of a DICOM file that was just parsed; its digest covers the whole header."""
    if parsed.pixels is None:
        end = 0  # no image: nothing will be bound to it
    elif parsed.pixels.stream is stream:
        end = stream.tell()
    else:  # deflated, or shifted by stray bytes: places in the data set are not places in the file
        end = max(0, state_of(stream).size - BEYOND_HEADER)
    return stamp_of(stream, end + BEYOND_HEADER)


def read_header(path: Path, charset: str = "") -> Header:
    """Read who and what is on an image without its pixels; some milliseconds.

    Objects without pixels (reports, plans, DICOMDIR) give a header with `has_pixels`
    False; `open_image` says in a sentence what they are.

    Parameters
    ----------
    path : Path
    charset : str
        Instead of the file's (0008,0005) Specific Character Set; see `dataset.recoded`.

    Raises
    ------
    NotDicomError
        For a file that is neither DICOM nor PNG nor JPEG, told from its first bytes.
    FileGoneError
        For a missing file.
    FileChangingError
        For a file that is being written.
    ImageError
        For a folder or an unreadable file, and for a damaged or oversized picture.
    """
    with opened(path) as stream:
        return header_in(stream, charset)


def header_in(stream: BinaryIO, charset: str = "") -> Header:
    """Return the header of an open file or `stamp.HeldFile`; errors as `read_header`."""
    header = None if charset else _skimmed(stream)
    return read_steadily(stream, lambda: _read(stream, charset)) if header is None else header


def _skimmed(stream: BinaryIO) -> Header | None:
    """Return the header of an ordinary file that does not change while it is read, None for any other."""
    state = state_of(stream)
    data = stream.read(HEAD_BYTES)
    if not may_be_plain(data):
        return None
    data += stream.read(max(0, min(SKIM_BYTES, state.size) - len(data)))
    found = skim(data)
    if found is None:
        return None
    end = found.pixels + BEYOND_HEADER
    if min(end, state.size) > len(data):
        data += stream.read(min(end, state.size) - len(data))
    stamp = stamp_of_bytes(state, data[:end], end)
    try:
        header = _header(found.dataset, found.transfer_syntax, stamp, has_pixels=True)
    except ImageError:
        return None
    # Times have steps of some milliseconds on many file systems: only the bytes tell of a write within one.
    stream.seek(0)
    unchanged = stream.read(len(data)) == data and state_of(stream) == state
    return header if unchanged else None


def _read(stream: BinaryIO, charset: str) -> tuple[Header, FileStamp]:
    kind = sniff(stream.read(HEAD_BYTES))
    stream.seek(0)
    if kind in (FileKind.PNG, FileKind.JPEG):
        header = Header(raster_facts(stream), Identity(), True, stamp_of(stream, BEYOND_HEADER))
    else:
        parsed = recoded(parse(stream), charset)
        header = header_of(parsed, dicom_stamp(stream, parsed))
    assert header.stamp is not None, "both branches stamp what they read"
    return header, header.stamp
