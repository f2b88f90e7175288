"""ZIP files read in place: one member at a time into memory, nothing onto the disk."""

from __future__ import annotations

import contextlib
import errno
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from cxrviewer.errors import FileGoneError, ImageError, NotDicomError, UnsupportedImageError
from cxrviewer.imaging.contents import Member
from cxrviewer.imaging.sniff import opened
from cxrviewer.imaging.stamp import HeldFile, StreamState, state_of
from cxrviewer.text import msg

MAX_MEMBERS = 200_000
MAX_MEMBER_BYTES = 256 * 2**20
MAX_RATIO = 200
"""Unpacked bytes for each packed one; grey images come to 2 to 20, those that are mostly black to 100."""

FREE_BYTES = 2**20
"""Members up to this size are read whatever their ratio."""

MAX_NAME = 1000

ENCRYPTED = msg(
    "This file in the ZIP is protected by a password: unpack the ZIP with the password and open the folder."
)
NESTED = msg("A ZIP inside a ZIP is not read: unpack the outer one and open its folder.")
LARGE = msg("This file in the ZIP would be larger than 256 MiB when unpacked: unpack the ZIP and open its folder.")
BOMB = msg(
    "This file in the ZIP would grow more than two hundred times when unpacked, as no image does; it is not read."
)
METHOD = msg("This file in the ZIP is packed by a method that is not read: unpack the ZIP and open its folder.")
LONG_NAME = msg("The name of this file in the ZIP is too long; it is not read.")
NO_ZIP = msg("This ZIP file is damaged or not a ZIP: its table of contents cannot be read.")
TOO_MANY = msg("This ZIP file lists more than 200,000 files, so it is not read.")
DAMAGED = msg("This file in the ZIP is damaged: it cannot be unpacked.")

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def list_members(path: Path) -> tuple[Member, ...]:
    """Return the files in a ZIP, of several with one name the last, as `open_member` reads it.

    Raises
    ------
    NotDicomError
        For a file that is no ZIP, or a damaged one.
    UnsupportedImageError
        For too many members.
    ImageError
        For a missing or an unreadable file.
    """
    with _archive(path) as (archive, _):
        found = archive.infolist()
        if len(found) > MAX_MEMBERS:
            raise UnsupportedImageError(TOO_MANY)
        named = {info.filename: info for info in found if not info.is_dir()}
        return tuple(
            Member(name[:MAX_NAME], info.file_size, info.compress_size, info.CRC, _reason(info))
            for name, info in named.items()
        )


@contextlib.contextmanager
def open_member(path: Path, name: str) -> Iterator[HeldFile]:
    """Unpack one member into memory.

    Raises
    ------
    UnsupportedImageError
        For a member that `Member.reason` excludes.
    FileGoneError
        For one that is no longer there.
    ImageError
        For damage, also what the checksum finds.
    """
    with members(path) as unpack:
        yield unpack(name)


class Unpacker:
    """Unpacks members of an open ZIP; see `open_member`."""

    def __init__(self, archive: zipfile.ZipFile, state: StreamState) -> None:
        self._archive = archive
        self._state = state

    def __call__(self, name: str) -> HeldFile:
        try:
            info = self._archive.getinfo(name)
        except KeyError as error:
            raise FileGoneError(msg("This file is no longer in the ZIP.")) from error
        reason = _reason(info)
        if reason:
            raise UnsupportedImageError(reason)
        try:
            with self._archive.open(info) as stream:
                data = stream.read(info.file_size + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
            raise ImageError(DAMAGED) from error
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
            raise ImageError(DAMAGED) from error  # the table of contents names a place before the file's beginning
        if len(data) != info.file_size:
            raise ImageError(DAMAGED)
        whole = self._state
        return HeldFile(data, StreamState(len(data), whole.modified_ns, whole.changed_ns, whole.device, info.CRC))


@contextlib.contextmanager
def members(path: Path) -> Iterator[Unpacker]:
    """Open a ZIP for several members; errors as `list_members`."""
    with _archive(path) as (archive, state):
        yield Unpacker(archive, state)


@contextlib.contextmanager
def _archive(path: Path) -> Iterator[tuple[zipfile.ZipFile, StreamState]]:
    with opened(path) as stream:
        try:
            archive = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, LookupError, zlib.error) as error:
            raise NotDicomError(NO_ZIP) from error
        with archive:
            yield archive, state_of(stream)


def _reason(info: zipfile.ZipInfo) -> str:
    checks = (
        (info.flag_bits & 0x41, ENCRYPTED),
        (len(info.filename) > MAX_NAME, LONG_NAME),
        (info.filename.lower().endswith(".zip"), NESTED),
        (info.file_size > MAX_MEMBER_BYTES, LARGE),
        (info.file_size > max(FREE_BYTES, MAX_RATIO * info.compress_size), BOMB),
        (info.compress_type not in _METHODS, METHOD),
    )
    return next((reason for broken, reason in checks if broken), "")
