"""Who scores the library at the moment: a lock beside the index, which goes with the process that holds it."""

from __future__ import annotations

import contextlib
import threading
import time
from pathlib import Path
from typing import BinaryIO

from cxrviewer.file_lock import lock, unlock

TRIES, PAUSE_SECONDS = 3, 0.05
"""A window that looks whether a run goes on holds the lock for an instant."""


class RunOwner:
    """The lock of a run. Safe to use from any thread; never raises.

    The file stays where it is: another window may be about to lock it. Where the disk has no locks, the run is
    always this window's.

    Parameters
    ----------
    path : Path
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._mutex = threading.Lock()
        self._held = False
        self._file: BinaryIO | None = None

    @property
    def held(self) -> bool:
        """Whether the run is this window's."""
        return self._held

    def take(self) -> bool:
        """Make the run this window's; False where another window's goes on."""
        with self._mutex:
            return self._held or self._lock()

    def is_free(self) -> bool:
        """Return whether no other window's run goes on."""
        with self._mutex:
            if self._held:
                return True
            free = self._lock()
            self._unlock()
            return free

    def release(self) -> None:
        with self._mutex:
            self._unlock()

    def _lock(self) -> bool:
        for _ in range(TRIES - 1):
            if self._try():
                return True
            time.sleep(PAUSE_SECONDS)
        return self._try()

    def _try(self) -> bool:
        try:
            file: BinaryIO = open(self._path, "ab")  # closed by `_unlock`
        except OSError:
            self._held = True
            return True
        try:
            lock(file)
        except BlockingIOError:
            file.close()
            return False
        except OSError:
            file.close()
        else:
            self._file = file
        self._held = True
        return True

    def _unlock(self) -> None:
        file, self._file, self._held = self._file, None, False
        if file is not None:
            with contextlib.suppress(OSError):
                unlock(file)
            with contextlib.suppress(OSError):
                file.close()
