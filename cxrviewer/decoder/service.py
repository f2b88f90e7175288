"""What a decoder process does. Only there are files parsed: this module brings pydicom and the codecs."""

from __future__ import annotations

import contextlib
import io
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from pydicom import uid

from cxrviewer.errors import CxrError
from cxrviewer.imaging import archive, directory, header, image
from cxrviewer.imaging.contents import FileId, Header, Image, Member, SmallPicture
from cxrviewer.imaging.dataset import parse
from cxrviewer.imaging.dicom_source import read_dicom
from cxrviewer.imaging.sniff import opened
from cxrviewer.imaging.specimens import specimen
from cxrviewer.imaging.thumbnails import thumbnail
from cxrviewer.isolation.early import handing_over
from cxrviewer.isolation.limits import MAX_MESSAGE_BYTES
from cxrviewer.isolation.protocol import Failure
from cxrviewer.reading import exchange
from cxrviewer.reports.copies import CopiedImage, CopyOptions
from cxrviewer.reports.tag_rows import TagList

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


def read_headers(paths: tuple[str, ...], seconds: float, charset: str = "") -> tuple[Header | Failure, ...]:
    """Return the header of each path or why there is none, as far as they come within about `seconds`."""
    return _within(seconds, paths, lambda path: header.read_header(Path(path), charset))


def read_members(path: str, names: tuple[str, ...], seconds: float, charset: str = "") -> tuple[Header | Failure, ...]:
    """Return the header of each member of a ZIP or why there is none, as `read_headers` does."""
    with archive.members(Path(path)) as unpack:
        return _within(seconds, names, lambda name: header.header_in(unpack(name), charset))


def list_members(path: str, start: int) -> tuple[tuple[Member, ...], bool]:
    """Return the members of a ZIP from number `start` on, as many as fit into an answer, and whether they are all."""
    found = archive.list_members(Path(path))
    some: list[Member] = []
    size = 0
    for member in found[start:]:
        size += 200 + 6 * (len(member.name) + len(member.reason))
        if size > MAX_MESSAGE_BYTES // 2:
            break
        some.append(member)
    return tuple(some), start + len(some) == len(found)


def _within(seconds: float, names: tuple[str, ...], read: Callable[[str], Header]) -> tuple[Header | Failure, ...]:
    end = time.monotonic() + seconds
    found: list[Header | Failure] = []
    for name in names:
        try:
            found.append(_header_or_failure(name, read))
        except Exception:  # noqa: BLE001  # who asks for this file alone is told
            break
        if time.monotonic() > end:
            break
    return tuple(found)


def _header_or_failure(name: str, read: Callable[[str], Header]) -> Header | Failure:
    try:
        return read(name)
    except CxrError as error:
        return Failure.of(error)


def read_directory(path: str) -> tuple[FileId, ...]:
    """See `cxrviewer.imaging.directory.read_directory`."""
    return directory.read_directory(Path(path))


def open_image(path: str, frame: int, member: str = "", charset: str = "") -> Image:
    """See `cxrviewer.imaging.image.open_image`; `member` names a file in the ZIP at `path`."""
    with handing_over():
        return _image(path, frame, member, charset)


def make_thumbnail(path: str, member: str = "", charset: str = "") -> SmallPicture:
    """Return the thumbnail of a file's first frame; see `cxrviewer.imaging.thumbnails`."""
    shown = _image(path, 0, member, charset)
    return SmallPicture(shown.header, np.ascontiguousarray(thumbnail(shown.radiograph)))


def _image(path: str, frame: int, member: str, charset: str) -> Image:
    if not member:
        return image.open_image(Path(path), frame, charset)
    with archive.open_member(Path(path), member) as stream:
        return image.image_in(stream, frame, charset)


def check_readings(path: str) -> exchange.Checked:
    """See `cxrviewer.reading.exchange.check_file`."""
    return exchange.check_file(Path(path))


def deidentify(path: str, options: str, secret: str, member: str = "", charset: str = "") -> CopiedImage:
    """See `cxrviewer.reports.deidentify.deidentified`; `secret` as hex digits."""
    from cxrviewer.reports.deidentify import deidentified  # brings pydicom's writer, which no other job needs

    chosen, key = CopyOptions.from_letters(options), bytes.fromhex(secret)
    if member:
        with archive.open_member(Path(path), member) as held:
            return deidentified(held, chosen, key, charset)
    with opened(Path(path)) as stream:
        return deidentified(stream, chosen, key, charset)


def list_tags(path: str, member: str = "", charset: str = "") -> TagList:
    """See `cxrviewer.reports.tags.list_tags`."""
    from cxrviewer.reports.tags import list_tags as listed

    if member:
        with archive.open_member(Path(path), member) as held:
            return listed(held, charset)
    with opened(Path(path)) as stream:
        return listed(stream, charset)
