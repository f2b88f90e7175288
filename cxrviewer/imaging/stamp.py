"""What a file was when it was read: the value that names, thumbnails, pixels and findings are bound to.

A path names a place, not an image: another program may put another patient's file there at
any time. Whatever was read of a file therefore carries the stamp of the open descriptor it
was read from, and is used again only while the file still has that stamp.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, TypeVar

from msgspec import Struct

from cxrviewer.errors import FileChangingError, ImageError
from cxrviewer.imaging.member_paths import split_member
from cxrviewer.imaging.sniff import opened
from cxrviewer.text import msg

T = TypeVar("T")

BEYOND_HEADER = 1 << 16
"""Bytes after the header that the digest covers too: cheap, and most other pixels differ in them."""

ATTEMPTS = 3
"""How often a file that changes while it is read is read again."""

_CHUNK = 1 << 20


class FileStamp(Struct, frozen=True):
    """State of a file and digest of the part of it that was parsed.

    Attributes
    ----------
    size : int
        Bytes.
    modified_ns, changed_ns : int
        Times of the last change of the content, and of content or status (POSIX ctime, which no
        program can set: ``touch -r`` after overwriting leaves it different). Nanoseconds.
    device, inode : int
        Differ when another file was renamed over the path.
    head_bytes : int
        How many bytes from the start of the file the digest covers, at most.
    digest : str
        SHA-256 of those bytes, in hex.
    """

    size: int
    modified_ns: int
    changed_ns: int
    device: int
    inode: int
    head_bytes: int
    digest: str

    @property
    def token(self) -> str:
        """32 hex digits: equal for equal stamps. Not for logs: it identifies a patient's file."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:32]

    def rewritten_since(self, earlier: FileStamp) -> bool:
        """Return whether the content was written between the two, as far as the stamps tell.

        False where only the status of the file changed (access rights, links) or where its
        number did, which some network file systems draw anew.
        """
        return (self.size, self.modified_ns, self.digest) != (earlier.size, earlier.modified_ns, earlier.digest)


class StreamState(Struct, frozen=True):
    """What the system reports about an open file: bytes, times in nanoseconds, and its number."""

    size: int
    modified_ns: int
    changed_ns: int
    device: int
    inode: int


class HeldFile(io.BytesIO):
    """A file inside of another one, unpacked into memory; it cannot change meanwhile."""

    def __init__(self, data: bytes, state: StreamState) -> None:
        super().__init__(data)
        self.state = state


def state_of(stream: BinaryIO) -> StreamState:
    """Return the state of an open file.

    Raises
    ------
    OSError
        From the file system.
    """
    if isinstance(stream, HeldFile):
        return stream.state
    found = os.fstat(stream.fileno())
    return StreamState(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_dev, found.st_ino)


def stamp_of(stream: BinaryIO, head_bytes: int) -> FileStamp:
    """Return the stamp of an open file; the stream's position is kept.

    Raises
    ------
    OSError
        From the file system.
    """
    place = stream.tell()
    state = state_of(stream)
    digest = hashlib.sha256()
    stream.seek(0)
    left = head_bytes
    while left > 0 and (part := stream.read(min(left, _CHUNK))):
        digest.update(part)
        left -= len(part)
    stream.seek(place)
    return FileStamp(
        state.size, state.modified_ns, state.changed_ns, state.device, state.inode, head_bytes, digest.hexdigest()
    )


def stamp_of_bytes(state: StreamState, head: bytes, head_bytes: int) -> FileStamp:
    """Return the stamp of a file in `state` whose first `head_bytes` bytes, fewer in a short file, are `head`."""
    digest = hashlib.sha256(head).hexdigest()
    return FileStamp(state.size, state.modified_ns, state.changed_ns, state.device, state.inode, head_bytes, digest)


def still_holds(path: Path, stamp: FileStamp | None) -> bool:
    """Return whether the file at `path` is what was read when `stamp` was taken.

    Parameters
    ----------
    path : Path
    stamp : FileStamp or None
        None, for headers that came from no file, always holds.

    Raises
    ------
    FileGoneError
        When nothing is there any more.
    ImageError
        For what else keeps the file from being opened.
    """
    if stamp is None:
        return True
    held = split_member(path)
    if held is not None:
        # Not unpacked for this: the window's process asks too. A ZIP with the same times has the same members.
        with opened(held[0]) as stream:
            whole = state_of(stream)
        return (whole.modified_ns, whole.changed_ns, whole.device) == (
            stamp.modified_ns, stamp.changed_ns, stamp.device
        )  # fmt: skip
    with opened(path) as stream:
        return stamp_of(stream, stamp.head_bytes) == stamp


def read_steadily(stream: BinaryIO, read: Callable[[], tuple[T, FileStamp]]) -> T:
    """Return what `read` makes of a file that does not change meanwhile.

    A file that is overwritten while it is read would give the header of one patient and the
    pixels of another.

    Parameters
    ----------
    stream : BinaryIO
        Positioned at its start before every call of `read`.
    read : callable
        Returns the value and the stamp taken after the header was parsed.

    Raises
    ------
    FileChangingError
        When the file changed during each of `ATTEMPTS` attempts.
    ImageError
        From `read`, if the file did not change during that attempt.
    """
    for _ in range(ATTEMPTS):
        before = _state(stream)
        stream.seek(0)
        try:
            value, stamp = read()
        except ImageError:
            if _state(stream) == before:
                raise
            continue
        if _state(stream) == before and stamp_of(stream, stamp.head_bytes) == stamp:
            return value
    raise FileChangingError(msg("Another program is writing this file; open it again when that has finished."))


def _state(stream: BinaryIO) -> tuple[int, int, int]:
    state = state_of(stream)
    return state.size, state.modified_ns, state.changed_ns
