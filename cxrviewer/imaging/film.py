"""One door for every kind of film: file -> header and picture."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from cxrviewer.imaging.contents import Film, Header, Identity
from cxrviewer.imaging.dataset import parse, recoded
from cxrviewer.imaging.dicom_source import read_dicom
from cxrviewer.imaging.header import dicom_stamp, header_of
from cxrviewer.imaging.raster_source import read_raster
from cxrviewer.imaging.sniff import HEAD_BYTES, FileKind, opened, sniff
from cxrviewer.imaging.stamp import BEYOND_HEADER, FileStamp, read_steadily, stamp_of


def open_film(path: Path, frame: int = 0, charset: str = "") -> Film:
    """Open a DICOM, PNG or JPEG film; the content decides which it is, never the name.

    Parameters
    ----------
    path : Path
    frame : int
        Which frame of a multi-frame image, from 0; only that one is decoded.
    charset : str
        Instead of the file's (0008,0005) Specific Character Set; see `dataset.recoded`.

    Raises
    ------
    NotDicomError
        For other files, after reading only their first bytes.
    UnsupportedImageError
        For valid objects this viewer does not show.
    DecodeError
        For damaged pixel data and missing decoders.
    FileGoneError
        For a missing file.
    FileChangingError
        For a file that is being written.
    ImageError
        For a folder or an unreadable file.
    """
    with opened(path) as stream:
        return film_in(stream, frame, charset)


def film_in(stream: BinaryIO, frame: int = 0, charset: str = "") -> Film:
    """Return header and picture of an open file or `stamp.HeldFile`; errors as `open_film`."""
    return read_steadily(stream, lambda: _read(stream, frame, charset))


def _read(stream: BinaryIO, frame: int, charset: str) -> tuple[Film, FileStamp]:
    kind = sniff(stream.read(HEAD_BYTES))
    stream.seek(0)
    if kind in (FileKind.PNG, FileKind.JPEG):
        stamp = stamp_of(stream, BEYOND_HEADER)
        radiograph = read_raster(stream)
        return Film(Header(radiograph.facts, Identity(), True, stamp), radiograph), stamp
    parsed = recoded(parse(stream), charset)
    stamp = dicom_stamp(stream, parsed)
    header = header_of(parsed, stamp)
    radiograph = read_dicom(parsed, header.facts, frame)
    return Film(Header(radiograph.facts, header.identity, True, stamp), radiograph), stamp
