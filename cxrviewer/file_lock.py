"""Locks of files between processes. They go with the process that holds them, however that ends."""

from __future__ import annotations

from typing import BinaryIO

_PLACE = 2**31 - 2
"""A byte behind every content: locked bytes cannot be read on Windows."""


def lock(file: BinaryIO) -> None:
    """Lock a file that is open for writing, without waiting; opening it twice in one process locks it twice, too.

    Raises
    ------
    BlockingIOError
        Where it is locked already.
    OSError
        Where its disk has no locks.
    """
    try:
        try:
            import fcntl
        except ImportError:
            import msvcrt

            file.seek(_PLACE)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        else:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except PermissionError as error:  # what Windows and some network disks call it
        raise BlockingIOError(*error.args) from error


def unlock(file: BinaryIO) -> None:
    """Unlock a file at once, even where another descriptor of it is still open. Raises OSError."""
    try:
        import fcntl
    except ImportError:
        import msvcrt

        file.seek(_PLACE)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)  # type: ignore[attr-defined]
    else:
        fcntl.flock(file.fileno(), fcntl.LOCK_UN)
