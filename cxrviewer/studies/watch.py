"""Watches folders of the library for changes. Off unless the user switches it on."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import JobCancelled, LibraryError
from cxrviewer.text import msg

if TYPE_CHECKING:
    from watchdog.events import FileSystemEventHandler
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
        One that is not there is reported when it comes.
    missed : bool
        Report all of them once watching has begun: nobody watched them just before.

    Attributes
    ----------
    outdated : bool
        A folder came, went or was replaced: what is there now must be watched by another `FolderWatch`.
    """

    def __init__(
        self, folders: Sequence[Path], clock: Callable[[], float] = time.monotonic, *, missed: bool = False
    ) -> None:
        self._folders, self._missed = tuple(folders), missed
        self._clock = clock
        self._quiet = Quiet()
        self.outdated = False
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

    def came_or_went(self, folder: Path) -> None:
        """Note that `folder` itself was made, moved or removed."""
        self.outdated = True
        self.changed(folder)

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
                self._observer = _observer(self._folders, self.changed, self.came_or_went)
                for folder in self._folders if self._missed else ():
                    self.changed(folder)


def _observer(
    folders: Sequence[Path], changed: Callable[[Path], None], came_or_went: Callable[[Path], None]
) -> BaseObserver:
    from watchdog.observers import Observer

    observer = Observer()
    observer.name = "cxr-watch"
    below, places = _handlers(folders, changed, came_or_went)
    try:
        observer.start()
        # FSEvents of macOS reports all that lies below, a whole home folder for instance.
        for parent in {folder.parent for folder in folders} if sys.platform != "darwin" else ():
            if os.access(parent, os.R_OK):
                observer.schedule(places, str(parent), recursive=False)
        for folder in folders:  # behind the places: what comes from here on is reported
            if folder.is_dir():
                with contextlib.suppress(FileNotFoundError):  # gone meanwhile
                    observer.schedule(below(folder), str(folder), recursive=True)
    except OSError as error:
        with contextlib.suppress(RuntimeError):
            observer.stop()
        raise LibraryError(TOO_MANY) from error
    for emitter in observer.emitters:
        emitter.name = "cxr-watch"
    return observer


def _handlers(
    folders: Sequence[Path], changed: Callable[[Path], None], came_or_went: Callable[[Path], None]
) -> tuple[Callable[[Path], FileSystemEventHandler], FileSystemEventHandler]:
    """Return what makes the handler of all below a folder, and the handler of the places where folders lie."""
    from watchdog.events import FileSystemEventHandler

    class Below(FileSystemEventHandler):
        def __init__(self, folder: Path) -> None:
            self._folder = folder

        def on_any_event(self, event: Any) -> None:
            # Reading a file reports itself too.
            if event.event_type in ("created", "modified", "moved", "deleted", "closed"):
                changed(self._folder)

    class Places(FileSystemEventHandler):
        """The system says nothing of a watched folder that is moved away, or is back."""

        def on_any_event(self, event: Any) -> None:
            if event.event_type in ("created", "moved", "deleted"):
                for path in {Path(os.fsdecode(one)) for one in (event.src_path, event.dest_path) if one} & {*folders}:
                    came_or_went(path)

    return Below, Places()
