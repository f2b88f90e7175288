"""Arrays from a worker to the app through memory both share.

The memory has no name that could outlive a killed process: on Linux an anonymous file, on other POSIX systems an
unlinked temporary one, inherited by the worker; on Windows a named mapping that ends with its last handle. It is
read and written, never mapped on POSIX: a worker that cuts a mapped file short would end the app with SIGBUS, and
one that writes to it later would change an image that was already checked and scored.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import secrets
import sys
import tempfile
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:  # the worker loads this before it has told numpy's libraries to start no threads
    import numpy.typing as npt

    Array: TypeAlias = npt.NDArray[Any]

_NONCE = 16


class HandoverError(Exception):
    """The memory does not hold what the worker announced. Never shown: callers translate it."""


def create(reserve_bytes: int = 0, keep_bytes: int = 0) -> Handover:
    """Return new shared memory; the app calls this and gives it to the worker's start."""
    return MappingHandover() if sys.platform == "win32" else DescriptorHandover(reserve_bytes, keep_bytes)


def _bytes_of(array: Array) -> memoryview:
    return array.data.cast("B") if array.size else memoryview(b"")


class DescriptorHandover:
    """Shared memory behind a file descriptor that the worker inherits; POSIX."""

    several_writes = True
    """Whether a worker may write twice for one answer."""

    def __init__(self, reserve_bytes: int = 0, keep_bytes: int = 0) -> None:
        self._keep = keep_bytes
        if sys.platform.startswith("linux"):
            self._fd = os.memfd_create("cxr", os.MFD_CLOEXEC)
        else:
            with tempfile.TemporaryFile(buffering=0) as file:
                self._fd = os.dup(file.fileno())
        self._reserve = reserve_bytes

    def __reduce__(self) -> tuple[Any, ...]:
        from multiprocessing import reduction

        return _inherited, (reduction.DupFd(self._fd), self._reserve)

    def reserve(self) -> None:
        """In the worker: make the pages that most answers need, while nobody waits."""
        block = bytes(2**20)
        for offset in range(0, self._reserve, len(block)):
            os.pwrite(self._fd, block, offset)

    def write(self, arrays: Sequence[Array], offset: int = 0) -> str:
        """In the worker: store `arrays` one after the other, from `offset` on, and return what `read` needs."""
        for array in arrays:
            data = _bytes_of(array)
            while data:
                written = os.pwrite(self._fd, data, offset)
                data = data[written:]
                offset += written
        return ""

    def read(self, token: str, into: Sequence[Array], offset: int = 0) -> None:
        """In the app: fill the arrays `into` with what the worker stored from `offset` on.

        Raises
        ------
        HandoverError
            Where there is less than that.
        """
        for array in into:
            data = _bytes_of(array)
            while data:
                count = os.preadv(self._fd, [data], offset)
                if count == 0:
                    raise HandoverError("fewer bytes than announced")
                data = data[count:]
                offset += count

    def trim(self) -> None:
        """In the app, between two jobs: give back to the system what is not kept."""
        if os.fstat(self._fd).st_size > self._keep:
            os.ftruncate(self._fd, self._keep)

    def close(self) -> None:
        """Give the memory back; harmless when called again."""
        if self._fd >= 0:
            with contextlib.suppress(OSError):
                os.close(self._fd)
            self._fd = -1


def _inherited(descriptor: Any, reserve_bytes: int) -> DescriptorHandover:
    handover = DescriptorHandover.__new__(DescriptorHandover)
    handover._fd = descriptor.detach()
    handover._keep = 0
    handover._reserve = reserve_bytes
    return handover


class MappingHandover:
    """Shared memory under a random name that ends with its last handle; Windows.

    The worker makes one mapping for each answer and closes it when it is asked for the next: by then the app has
    copied it. The name is no protection against other programs of the same user, who may read our memory anyway.
    """

    several_writes = False

    def __init__(self) -> None:
        self._last: mmap.mmap | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        return MappingHandover, ()

    def reserve(self) -> None:
        """Nothing to do: every answer has a mapping of its own."""

    def write(self, arrays: Sequence[Array], offset: int = 0) -> str:
        """See `DescriptorHandover.write`; there is no `offset` here."""
        self.close()
        total = sum(array.nbytes for array in arrays)
        if not total:
            return ""
        name = f"cxr-{secrets.token_hex(16)}"
        self._last = _named(name, _NONCE + total)
        offset = _NONCE
        for array in arrays:
            self._last[offset : offset + array.nbytes] = _bytes_of(array)
            offset += array.nbytes
        # Last, and looked for by the app: opening a name that is gone makes a new mapping full of zeros.
        nonce = secrets.token_bytes(_NONCE)
        self._last[:_NONCE] = nonce
        return f"{name} {nonce.hex()}"

    def read(self, token: str, into: Sequence[Array], offset: int = 0) -> None:
        """See `DescriptorHandover.read`; there is no `offset` here."""
        total = sum(array.nbytes for array in into)
        if not total:
            return
        name, _, nonce = token.partition(" ")
        try:
            memory = _named(name, _NONCE + total)
        except (OSError, ValueError) as error:
            raise HandoverError("no such memory") from error
        with memory:
            if memory[:_NONCE].hex() != nonce or not nonce:
                raise HandoverError("the worker's memory is gone")
            offset = _NONCE
            for array in into:
                _bytes_of(array)[:] = memory[offset : offset + array.nbytes]
                offset += array.nbytes

    def trim(self) -> None:
        """Nothing to do: every answer has a mapping of its own."""

    def close(self) -> None:
        """See `DescriptorHandover.close`."""
        if self._last is not None:
            self._last.close()
            self._last = None


def _named(name: str, size: int) -> mmap.mmap:
    return mmap.mmap(-1, size, tagname=name)  # type: ignore[call-arg]  # Windows only


Handover: TypeAlias = DescriptorHandover | MappingHandover
