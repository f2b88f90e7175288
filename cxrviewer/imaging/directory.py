"""DICOMDIR: which files a disc or folder of exported studies holds (PS3.10 8, PS3.3 F)."""

from __future__ import annotations

from pathlib import Path

from pydicom.dataset import Dataset

from cxrviewer.errors import NotDicomError
from cxrviewer.imaging.contents import FileId
from cxrviewer.imaging.dataset import parse
from cxrviewer.imaging.guard import guarded
from cxrviewer.imaging.sniff import HEAD_BYTES, FileKind, opened, sniff
from cxrviewer.imaging.values import raw, texts, whole
from cxrviewer.text import msg

_INACTIVE = 0x0000
"""(0004,1410) Record In-use Flag of a record that was deleted (PS3.3 F.3.2.2)."""


def read_directory(path: Path) -> tuple[FileId, ...]:
    """Return the file IDs of all records of a DICOMDIR, in their order, each once.

    The records' own hierarchy is not used: what a file is, its header says.

    Raises
    ------
    NotDicomError
        For a file that is no DICOMDIR, and for one that is damaged.
    ImageError
        For a missing or an unreadable file.
    """
    with opened(path) as stream:
        if sniff(stream.read(HEAD_BYTES)) not in (FileKind.DICOM, FileKind.BARE_DICOM):
            raise NotDicomError(msg("This file is a picture, not a DICOMDIR."))
        stream.seek(0)
        dataset = parse(stream).dataset
        if "DirectoryRecordSequence" not in dataset:
            raise NotDicomError(msg("This DICOM file is no DICOMDIR."))
        with guarded(lambda: NotDicomError(msg("This DICOMDIR is damaged: its records cannot be read."))):
            records = raw(dataset, "DirectoryRecordSequence") or ()
            return tuple(dict.fromkeys(found for record in records if (found := _file_id(record))))


def _file_id(record: Dataset) -> FileId:
    """Return (0004,1500) Referenced File ID of a record, empty where it has none or is not in use."""
    if whole(record, "RecordInUseFlag", 0xFFFF) == _INACTIVE:
        return ()
    return texts(record, "ReferencedFileID")  # PS3.10 8.2 allows eight parts; where there are more, it is found too
