"""Waiting for a lock that another program holds on one of the library's files; the window shows that it waits."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from cxrviewer.cancel import CancelToken

BUSY_SECONDS = 10.0
"""How long one window waits while another one writes."""

TRY_SECONDS = 0.5
"""SQLite's own waiting, before anybody is told."""

T = TypeVar("T")

OnWaiting = Callable[[int, float | None], None]
"""Told from the thread that waits: its number, and how long it has waited, None when it waits no more."""


class Patience:
    """How long a lock is waited for. Safe to use from any thread.

    Parameters
    ----------
    on_waiting : callable
        See `OnWaiting`. Called again every `TRY_SECONDS` while the lock lasts.

    Attributes
    ----------
    opening : CancelToken or None
        While it is set, a lock is waited for until it ends or the token is cancelled. Set and taken away by the thread
        that opens the files, before any other uses them.
    """

    def __init__(self, on_waiting: OnWaiting = lambda thread, seconds: None) -> None:
        self._on_waiting = on_waiting
        self.opening: CancelToken | None = None
        self._here = threading.local()

    @contextlib.contextmanager
    def until(self, cancel: CancelToken) -> Iterator[None]:
        """Let this thread wait for no lock any more once `cancel` is: for what can be done again.

        Without it a write of the reader's is waited for at the end of the program, too.
        """
        self._here.cancel = cancel
        try:
            yield
        finally:
            self._here.cancel = None

    @property
    def timeout(self) -> float:
        """Return SQLite's own patience in seconds, after which it reports the lock."""
        return min(TRY_SECONDS, BUSY_SECONDS)

    def run(self, act: Callable[[], T]) -> T:
        """Return what `act` returns; it is called again while it finds a lock.

        Raises
        ------
        sqlite3.OperationalError
            The lock lasted too long.
        JobCancelled
        """
        began, told, thread = time.monotonic(), False, threading.get_ident()
        try:
            while True:
                tried = time.monotonic() - began
                try:
                    return act()
                except sqlite3.OperationalError as error:
                    waited = time.monotonic() - began
                    if not is_locked(error) or (self.opening is None and waited >= BUSY_SECONDS):
                        raise
                told = True
                self._on_waiting(thread, waited)
                cancel: CancelToken | None = self.opening or getattr(self._here, "cancel", None)
                # Some locks SQLite reports at once, without its own waiting: the one against another journal's mode.
                _pause(TRY_SECONDS - (time.monotonic() - began - tried), cancel)
                if cancel is not None:
                    cancel.raise_if_cancelled()
        finally:
            if told:
                self._on_waiting(thread, None)


def _pause(seconds: float, cancel: CancelToken | None) -> None:
    if seconds <= 0:
        return
    ended = threading.Event()
    with contextlib.nullcontext() if cancel is None else cancel.calling(ended.set):
        ended.wait(seconds)


def is_locked(error: sqlite3.Error) -> bool:
    """Return whether another connection holds what is needed."""
    code = error.sqlite_errorcode & 0xFF if hasattr(error, "sqlite_errorcode") else 0
    return code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
