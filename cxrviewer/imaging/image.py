"""One door for every kind of image: file -> header and picture."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from cxrviewer.errors import ImageError
from cxrviewer.imaging.contents import Header, Identity, Image
from cxrviewer.imaging.dataset import parse, recoded
from cxrviewer.imaging.dicom_source import read_dicom
from cxrviewer.imaging.header import dicom_stamp, header_of
from cxrviewer.imaging.raster_source import read_raster
from cxrviewer.imaging.sniff import HEAD_BYTES, FileKind, opened, sniff
from cxrviewer.imaging.stamp import BEYOND_HEADER, FileStamp, read_steadily, stamp_of
from cxrviewer.text import msg


def open_image(path: Path, frame: int = 0, charset: str = "") -> Image:
    """Open a DICOM, PNG or JPEG image; the content decides which it is, never the name.

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
        For a folder or an unreadable file, and for a frame that the file does not hold.
    """
    with opened(path) as stream:
        return image_in(stream, frame, charset)


def image_in(stream: BinaryIO, frame: int = 0, charset: str = "") -> Image:
    """Return header and picture of an open file or `stamp.HeldFile`; errors as `open_image`."""
    return read_steadily(stream, lambda: _read(stream, frame, charset))


def _read(stream: BinaryIO, frame: int, charset: str) -> tuple[Image, FileStamp]:
    kind = sniff(stream.read(HEAD_BYTES))
    stream.seek(0)
    if kind in (FileKind.PNG, FileKind.JPEG):
        stamp = stamp_of(stream, BEYOND_HEADER)
        radiograph = read_raster(stream)
        return Image(Header(radiograph.facts, Identity(), True, stamp), radiograph), stamp
    parsed = recoded(parse(stream), charset)
    stamp = dicom_stamp(stream, parsed)
    header = header_of(parsed, stamp)
    if frame >= header.facts.frames:
        raise ImageError(
            msg(
                "This file holds {frames} frames; number {number} is not among them.",
                frames=header.facts.frames,
                number=frame + 1,
            )
        )
    radiograph = read_dicom(parsed, header.facts, frame)
    return Image(Header(radiograph.facts, header.identity, True, stamp), radiograph), stamp
