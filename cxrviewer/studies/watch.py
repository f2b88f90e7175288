"""Watches folders of the library for changes. Off unless the user switches it on."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import JobCancelled, LibraryError
from cxrviewer.text import msg

if TYPE_CHECKING:
    from watchdog.observers.api import BaseObserver

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
    """Tells which folders changed, some time after the last change below them.

    Network drives report no changes of other computers; a scan by hand still finds them.

    Parameters
    ----------
    folders : sequence of Path
        Those that are not there are left out.
    """

    def __init__(self, folders: Sequence[Path], clock: Callable[[], float] = time.monotonic) -> None:
        self._folders = tuple(folders)
        self._clock = clock
        self._quiet = Quiet()
        self._wake = threading.Condition()
        self._starting = threading.Lock()
        self._observer: BaseObserver | None = None
        self._closed = False

    def wait(self, cancel: CancelToken) -> tuple[Path, ...]:
        """Return the folders that changed and have come to rest; watching begins with the first call.

        What changes between two calls is returned by the second.

        Raises
        ------
        LibraryError
            Where the system cannot watch so many folders.
        JobCancelled
            Also once the watch was closed.
        """
        self._start()
        with cancel.calling(self._rouse), self._wake:
            while not (cancel.cancelled or self._closed):
                due = self._quiet.due(self._clock())
                if due:
                    return tuple(due)
                following = self._quiet.next_due()
                self._wake.wait(None if following is None else max(0.0, following - self._clock()))
        raise JobCancelled

    def changed(self, folder: Path) -> None:
        """Note that something below `folder` changed."""
        with self._wake:
            self._quiet.changed(folder, self._clock())
            self._wake.notify_all()

    def close(self) -> None:
        """End the threads; harmless when called again."""
        with self._wake:
            self._closed = True
            self._wake.notify_all()
        with self._starting:
            observer, self._observer = self._observer, None
        if observer is not None:
            observer.stop()
            observer.join()

    def _rouse(self) -> None:
        with self._wake:
            self._wake.notify_all()

    def _start(self) -> None:
        with self._starting:
            if self._observer is None and not self._closed:
                self._observer = _observer(self._folders, self.changed)


def _observer(folders: Sequence[Path], changed: Callable[[Path], None]) -> BaseObserver:
    from watchdog.events import FileSystemEventHandler
    from watchdog.observers import Observer

    class Handler(FileSystemEventHandler):
        def __init__(self, folder: Path) -> None:
            self._folder = folder

        def on_any_event(self, event: Any) -> None:
            # Reading a file reports itself too.
            if event.event_type in ("created", "modified", "moved", "deleted", "closed"):
                changed(self._folder)

    observer = Observer()
    observer.name = "cxr-watch"
    try:
        for folder in folders:
            if folder.is_dir():
                observer.schedule(Handler(folder), str(folder), recursive=True)
        observer.start()
    except OSError as error:
        with contextlib.suppress(RuntimeError):
            observer.stop()
        raise LibraryError(TOO_MANY) from error
    for emitter in observer.emitters:
        emitter.name = "cxr-watch"
    return observer
