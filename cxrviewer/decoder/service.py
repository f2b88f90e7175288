"""What a decoder process does. Only there are files parsed: this module brings pydicom and the codecs."""

from __future__ import annotations

import contextlib
import io
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pydicom import uid

from cxrviewer.errors import CxrError
from cxrviewer.imaging import archive, directory, header, image
from cxrviewer.imaging.contents import FileId, Header, Image, Member, SmallPicture
from cxrviewer.imaging.dataset import parse
from cxrviewer.imaging.dicom_source import read_dicom
from cxrviewer.imaging.member_paths import split_member
from cxrviewer.imaging.sniff import opened
from cxrviewer.imaging.specimens import specimen
from cxrviewer.imaging.thumbnails import thumbnail
from cxrviewer.isolation.early import handing_over
from cxrviewer.isolation.limits import MAX_MESSAGE_BYTES
from cxrviewer.isolation.protocol import Failure

if TYPE_CHECKING:  # what the first image does not need is imported by the job that does
    from cxrviewer.reading.exchange import Checked
    from cxrviewer.reports.copies import CopiedImage
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
    with _Archives() as archives:
        return _within(seconds, paths, lambda path: archives.read_header(Path(path), charset))


class _Archives:
    """Keeps the ZIP that was read last open: a long table of contents is read once for many members."""

    def __init__(self) -> None:
        self._open = contextlib.ExitStack()
        self._path: Path | None = None
        self._unpack: archive.Unpacker | None = None

    def __enter__(self) -> _Archives:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def read_header(self, path: Path, charset: str) -> Header:
        held = split_member(path)
        if held is None:
            return header.read_header(path, charset)
        if self._unpack is None or self._path != held[0]:
            self._open.close()
            self._unpack = None
            self._unpack, self._path = self._open.enter_context(archive.members(held[0])), held[0]
        try:
            return header.header_in(self._unpack(held[1]), charset)
        except OSError:
            return header.read_header(path, charset)  # opened anew, which says what the drive has


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


def open_image(path: str, frame: int, charset: str = "") -> Image:
    """See `cxrviewer.imaging.image.open_image`."""
    with handing_over():
        return image.open_image(Path(path), frame, charset)


def make_thumbnail(path: str, charset: str = "") -> SmallPicture:
    """Return the thumbnail of a file's first frame; see `cxrviewer.imaging.thumbnails`."""
    shown = image.open_image(Path(path), 0, charset)
    return SmallPicture(shown.header, np.ascontiguousarray(thumbnail(shown.radiograph)))


def check_readings(path: str) -> Checked:
    """See `cxrviewer.reading.exchange.check_file`."""
    from cxrviewer.reading.exchange import check_file

    return check_file(Path(path))


def deidentify(path: str, options: str, secret: str, charset: str = "") -> CopiedImage:
    """See `cxrviewer.reports.deidentify.deidentified`; `secret` as hex digits."""
    from cxrviewer.reports.copies import CopyOptions
    from cxrviewer.reports.deidentify import deidentified  # brings pydicom's writer, which no other job needs

    chosen, key = CopyOptions.from_letters(options), bytes.fromhex(secret)
    with opened(Path(path)) as stream:
        return deidentified(stream, chosen, key, charset)


def list_tags(path: str, charset: str = "") -> TagList:
    """See `cxrviewer.reports.tags.list_tags`."""
    from cxrviewer.reports.tags import list_tags as listed

    with opened(Path(path)) as stream:
        return listed(stream, charset)
