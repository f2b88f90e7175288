"""Watches folders of the library for changes. Off unless the user switches it on."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from cxrviewer.errors import LibraryError
from cxrviewer.text import msg

logger = logging.getLogger(__name__)

QUIET_SECONDS = 2.0
"""Without another change, after which a folder is scanned: files come in one after the other."""

LATEST_SECONDS = 30.0
"""After the first change, even where changes go on."""

TOO_MANY = msg(
    "The system cannot watch so many folders. They are not watched; a scan by hand finds what is new, and the "
    "administrator can raise the limit."
)


class Quiet:
    """Which folders changed and have come to rest. Not safe to use from several threads.

    Examples
    --------
    >>> quiet = Quiet()
    >>> quiet.changed("a", 0.0); quiet.changed("a", 1.5)
    >>> quiet.due(3.0), quiet.next_due(), quiet.due(3.5), quiet.due(9.0)
    ([], 3.5, ['a'], [])
    """

    def __init__(self) -> None:
        self._first: dict[Any, float] = {}
        self._last: dict[Any, float] = {}

    def changed(self, what: Any, now: float) -> None:
        self._first.setdefault(what, now)
        self._last[what] = now

    def next_due(self) -> float | None:
        """Return when the next folder is due, None where nothing changed."""
        return min((self._time(what) for what in self._first), default=None)

    def due(self, now: float) -> list[Any]:
        """Return what is due at `now` and forget it."""
        found = [what for what in self._first if self._time(what) <= now]
        for what in found:
            del self._first[what], self._last[what]
        return found

    def _time(self, what: Any) -> float:
        return min(self._last[what] + QUIET_SECONDS, self._first[what] + LATEST_SECONDS)


class FolderWatch:
    """Calls `on_change` with a folder some time after something below it changed, on a thread of its own.

    Network drives report no changes of other computers; a scan by hand still finds them.

    Parameters
    ----------
    folders : sequence of Path
        Those that are not there are left out.
    on_change : callable
        Must be quick, and safe to call from another thread.

    Raises
    ------
    LibraryError
        Where the system cannot watch so many folders.
    """

    def __init__(
        self, folders: Sequence[Path], on_change: Callable[[Path], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        from watchdog.events import FileSystemEventHandler
        from watchdog.observers import Observer

        self._on_change = on_change
        self._clock = clock
        self._quiet = Quiet()
        self._wake = threading.Condition()
        self._closed = False
        self._observer = Observer()
        self._thread = threading.Thread(target=self._run, name="cxr-watch", daemon=True)
        watch = self

        class Handler(FileSystemEventHandler):
            def __init__(self, folder: Path) -> None:
                self._folder = folder

            def on_any_event(self, event: Any) -> None:
                # Reading a file reports itself too.
                if event.event_type in ("created", "modified", "moved", "deleted", "closed"):
                    watch.changed(self._folder)

        try:
            for folder in folders:
                if folder.is_dir():
                    self._observer.schedule(Handler(folder), str(folder), recursive=True)
            self._observer.start()
        except OSError as error:
            with contextlib.suppress(RuntimeError):
                self._observer.stop()
            raise LibraryError(TOO_MANY) from error
        self._thread.start()

    def changed(self, folder: Path) -> None:
        """Note that something below `folder` changed."""
        with self._wake:
            self._quiet.changed(folder, self._clock())
            self._wake.notify()

    def close(self) -> None:
        """End the threads; harmless when called again."""
        with self._wake:
            self._closed = True
            self._wake.notify()
        if self._observer.is_alive():
            self._observer.stop()
            self._observer.join()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while True:
            with self._wake:
                due = self._quiet.due(self._clock())
                if self._closed:
                    return
                if not due:
                    following = self._quiet.next_due()
                    self._wake.wait(None if following is None else max(0.0, following - self._clock()))
                    continue
            for folder in due:
                try:
                    self._on_change(folder)
                except Exception:  # the watch goes on for the other folders
                    logger.exception("a changed folder could not be reported")
