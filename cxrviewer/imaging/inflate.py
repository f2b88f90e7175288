"""Deflated data sets (PS3.5 A.5), inflated as far as someone reads and no further.

A few kilobytes can hold a gigabyte of zeros. Reading a header must not inflate the pixels,
and reading one frame must not keep the others.
"""

from __future__ import annotations

import io
import zlib
from typing import BinaryIO

from cxrviewer.errors import UnsupportedImageError
from cxrviewer.text import msg

MAX_INFLATED = 1 << 29
"""The furthest byte of an inflated data set that is read; the largest image shown has 2**28."""
MAX_WORK = 1 << 30
"""Bytes that are inflated for one file, all going back and forth together: some seconds."""
KEPT = 1 << 22
"""Bytes from the beginning that stay in memory, so that reading a header never starts again."""
_INPUT, _FIRST, _OUTPUT = 1 << 15, 1 << 16, 1 << 20


class InflatedStream(io.RawIOBase):
    """A seekable view of a raw deflate stream that starts at `start` of `source`.

    Only the first `KEPT` bytes and the current piece are in memory. Seeking back behind them
    inflates again from the beginning.

    Raises
    ------
    UnsupportedImageError
        From `read`, beyond `MAX_INFLATED` or `MAX_WORK`.
    zlib.error
        From `read`, for damaged data.
    """

    def __init__(self, source: BinaryIO, start: int) -> None:
        super().__init__()
        self._source, self._start = source, start
        self._position = 0
        self._kept = bytearray()
        self._work = 0
        self._restart()

    def _restart(self) -> None:
        self._inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        self._fed = self._start
        self._piece, self._base = b"", 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to `offset`; the end is not known, so `io.SEEK_END` is not supported."""
        if whence == io.SEEK_END:
            raise io.UnsupportedOperation("the end of an inflated stream is not known")
        self._position = offset + (self._position if whence == io.SEEK_CUR else 0)
        return self._position

    def _advance(self) -> bool:
        """Inflate the next piece; return False at the end."""
        self._base += len(self._piece)
        pending = self._inflater.unconsumed_tail
        if not pending and not self._inflater.eof:
            self._source.seek(self._fed)
            pending = self._source.read(_INPUT)
            self._fed += len(pending)
        if self._inflater.eof or not pending:
            self._piece = b""
            return False
        # Little at first: a header is all that a scan reads.
        self._piece = self._inflater.decompress(pending, _OUTPUT if self._base else _FIRST)
        self._work += len(self._piece)
        if self._work > MAX_WORK or self._base > MAX_INFLATED:
            raise UnsupportedImageError(msg("This deflated file is too large to open."))
        if self._base == len(self._kept) < KEPT:
            self._kept += self._piece
        return True

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes from the current position, fewer only at the end."""
        if size < 0 or self._position + size > MAX_INFLATED:
            size = max(0, MAX_INFLATED - self._position)
        end = self._position + size
        if end <= len(self._kept):
            data = bytes(memoryview(self._kept)[self._position : end])
            self._position += len(data)
            return data
        if self._position < self._base:
            if self._position < len(self._kept):
                head = bytes(memoryview(self._kept)[self._position :])
                self._position += len(head)
                return head + self.read(end - self._position)
            self._restart()
        parts = []
        while self._position < end:
            if self._position >= self._base + len(self._piece):
                if not self._advance():
                    break
                continue
            part = self._piece[self._position - self._base : end - self._base]
            parts.append(part)
            self._position += len(part)
        return b"".join(parts)
