"""What a decoder process does. Only there are files parsed: this module brings pydicom and the codecs."""

from __future__ import annotations

import contextlib
import io
import time
from pathlib import Path

import numpy as np
from pydicom import uid

from cxrviewer.errors import CxrError
from cxrviewer.imaging import directory, film, header
from cxrviewer.imaging.contents import FileId, Film, Header, SmallPicture
from cxrviewer.imaging.dataset import parse
from cxrviewer.imaging.dicom_source import read_dicom
from cxrviewer.imaging.specimens import specimen
from cxrviewer.imaging.thumbnails import thumbnail
from cxrviewer.isolation.early import handing_over
from cxrviewer.isolation.protocol import Failure

_WARMED = (uid.ExplicitVRLittleEndian, uid.JPEGLosslessSV1, uid.JPEGLSLossless, uid.JPEG2000Lossless, uid.RLELossless)


def warm_up() -> None:
    """Decode one small image with each library: the first image of a process would be slower by its loading."""
    for syntax in _WARMED:
        with contextlib.suppress(CxrError):  # the file that needs it will say what is missing
            parsed = parse(io.BytesIO(specimen(syntax)))
            thumbnail(read_dicom(parsed, header.header_of(parsed).facts))


def read_header(path: str) -> Header:
    """See `cxrviewer.imaging.header.read_header`."""
    return header.read_header(Path(path))


def read_headers(paths: tuple[str, ...], seconds: float) -> tuple[Header | Failure, ...]:
    """Return the header of each path or why there is none, as far as they come within about `seconds`."""
    end = time.monotonic() + seconds
    found: list[Header | Failure] = []
    for path in paths:
        try:
            found.append(_header_or_failure(path))
        except Exception:  # noqa: BLE001  # who asks for this file alone is told
            break
        if time.monotonic() > end:
            break
    return tuple(found)


def _header_or_failure(path: str) -> Header | Failure:
    try:
        return header.read_header(Path(path))
    except CxrError as error:
        return Failure.of(error)


def read_directory(path: str) -> tuple[FileId, ...]:
    """See `cxrviewer.imaging.directory.read_directory`."""
    return directory.read_directory(Path(path))


def open_image(path: str, frame: int) -> Film:
    """See `cxrviewer.imaging.film.open_film`."""
    with handing_over():
        return film.open_film(Path(path), frame)


def make_thumbnail(path: str) -> SmallPicture:
    """Return the thumbnail of a file's first frame; see `cxrviewer.imaging.thumbnails`."""
    opened = film.open_film(Path(path))
    return SmallPicture(opened.header, np.ascontiguousarray(thumbnail(opened.radiograph)))
