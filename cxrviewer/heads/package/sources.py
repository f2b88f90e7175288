"""Where a model process gets a head's files from: read in chunks, and never all of one in the viewer's memory.

What is handed on is hashed while it is handed on. Whoever takes the chunks may use them only when they have come to
their end without an error: then they were the bytes that ``head.toml`` describes, whatever happened to the file
since it was checked.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from cxrviewer.errors import HeadRejectedError
from cxrviewer.heads.package.files import MAX_FILE_BYTES, open_file
from cxrviewer.text import msg

CHUNK_BYTES = 2**20


class Source(Protocol):
    """Bytes of a known number that can be read again: a process that crashed is given them anew."""

    @property
    def size(self) -> int: ...
    def chunks(self) -> Iterator[bytes]:
        """Yield `size` bytes, never more. Raises `HeadRejectedError`, at the latest after the last of them."""
        ...


class InMemory(Struct, frozen=True):
    """Bytes that are there already, for exporters and tests."""

    data: bytes

    @property
    def size(self) -> int:
        return len(self.data)

    def chunks(self) -> Iterator[bytes]:
        for start in range(0, len(self.data), CHUNK_BYTES):
            yield self.data[start : start + CHUNK_BYTES]


class HeadFile(Struct, frozen=True):
    """A file of a head that was looked at once; `size` and `sha256` are what it had then and must have again.

    It is open only while it is read: on Windows an open file cannot be replaced.
    """

    folder: Path
    name: str
    size: int
    sha256: str

    def chunks(self) -> Iterator[bytes]:
        """Yield the file in chunks.

        Raises
        ------
        HeadRejectedError
            ``check="sha256"``: it is another file now, or none.
        """
        digest, left = hashlib.sha256(), self.size
        with self._as_checked(), open_file(self.folder, self.name) as file:
            while chunk := file.read(CHUNK_BYTES):
                digest.update(chunk)
                left -= len(chunk)
                if left < 0:
                    break
                yield chunk
        if left != 0 or digest.hexdigest() != self.sha256:
            sentence = msg(
                "{name} of the model head was changed after it had been checked; install the head again.",
                name=self.name,
            )
            raise HeadRejectedError(sentence, check="sha256")

    def read(self, limit: int, *, check: str = "files") -> bytes:
        """Return the file, for the small ones the viewer itself reads.

        Raises
        ------
        HeadRejectedError
            As `chunks`, and with `check` for a file above `limit`.
        """
        if self.size > limit:
            sentence = msg(
                "{name} of the model head holds {size:,} bytes; at most {limit:,} are allowed.",
                name=self.name,
                size=self.size,
                limit=limit,
            )
            raise HeadRejectedError(sentence, check=check)
        return b"".join(self.chunks())

    @contextlib.contextmanager
    def _as_checked(self) -> Iterator[None]:
        """Report a file that is gone, or a link now, as what it is: a change since the check."""
        try:
            yield
        except HeadRejectedError as error:
            sentence = f"The model head was changed after it had been checked: {error.user_message}"
            raise HeadRejectedError(sentence, check="sha256") from error


def look_at(folder: Path, name: str) -> HeadFile:
    """Read `name` inside `folder` once and return its size and SHA-256.

    Raises
    ------
    HeadRejectedError
        ``check="files"``: as `files.open_file`, and for a file above `MAX_FILE_BYTES`.
    """
    digest, size = hashlib.sha256(), 0
    with open_file(folder, name) as file:
        while chunk := file.read(CHUNK_BYTES):
            size += len(chunk)
            if size > MAX_FILE_BYTES:
                limit = MAX_FILE_BYTES // 2**20
                raise HeadRejectedError(
                    msg("{name} is larger than the allowed {limit} MiB.", name=name, limit=limit), check="files"
                )
            digest.update(chunk)
    return HeadFile(folder, name, size, digest.hexdigest())
