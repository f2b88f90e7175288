"""One door for every kind of film: file -> header and picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cxrviewer.imaging.dataset import parse
from cxrviewer.imaging.dicom_source import read_dicom
from cxrviewer.imaging.header import Header, Identity, header_of
from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.imaging.raster_source import read_raster
from cxrviewer.imaging.sniff import HEAD_BYTES, FileKind, opened, sniff


@dataclass(frozen=True, slots=True, eq=False)
class Film:
    """A film and everything its header says; `header.facts` is `radiograph.facts`."""

    header: Header
    radiograph: Radiograph


def open_film(path: Path, frame: int = 0) -> Film:
    """Open a DICOM, PNG or JPEG film; the content decides which it is, never the name.

    Parameters
    ----------
    path : Path
    frame : int
        Which frame of a multi-frame image, from 0; only that one is decoded.

    Raises
    ------
    NotDicomError
        For other files, after reading only their first bytes.
    UnsupportedImageError
        For valid objects this viewer does not show.
    DecodeError
        For damaged pixel data and missing decoders.
    ImageError
        For a folder, a missing or an unreadable file.
    """
    with opened(path) as stream:
        kind = sniff(stream.read(HEAD_BYTES))
        stream.seek(0)
        if kind in (FileKind.PNG, FileKind.JPEG):
            radiograph = read_raster(stream)
            return Film(Header(radiograph.facts, Identity(), True), radiograph)
        parsed = parse(stream)
        header = header_of(parsed)
        radiograph = read_dicom(parsed, header.facts, frame)
        return Film(Header(radiograph.facts, header.identity, True), radiograph)
