"""Has folders of the library watched while the window is open, on a thread of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from cxrviewer.cancel import CancelToken
from cxrviewer.jobs import JobRunner, Lane
from cxrviewer.presenters.messages import sentence
from cxrviewer.studies.watch import FolderWatch
from cxrviewer.text import tr

WATCH_SLOT, END_SLOT = "library watch", "library watch end"


class LibraryWatch:
    """Watches one set of folders at a time.

    Parameters
    ----------
    jobs : JobRunner
    on_changed : callable
        Called with the folders below which something changed.
    on_failed : callable
        Called with a sentence where they cannot be watched; they are not, until `follow` is called with other folders.
    """

    def __init__(
        self, jobs: JobRunner, *, on_changed: Callable[[tuple[Path, ...]], None], on_failed: Callable[[str], None]
    ) -> None:
        self._jobs, self._on_changed, self._on_failed = jobs, on_changed, on_failed
        self._folders: tuple[Path, ...] = ()
        self._watch: FolderWatch | None = None

    def follow(self, folders: Sequence[Path]) -> tuple[Path, ...]:
        """Watch these folders and no others; return those that were not watched so far."""
        wanted, before = tuple(folders), self._folders
        if wanted == before:
            return ()
        self._end()
        self._folders = wanted
        self._begin(missed=False)
        return tuple(folder for folder in wanted if folder not in before)

    def close(self) -> None:
        """End the threads, once no job runs any more; harmless when called again."""
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.close()

    def _begin(self, *, missed: bool) -> None:
        if self._folders:
            self._watch = FolderWatch(self._folders, missed=missed)
            self._wait()

    def _wait(self) -> None:
        watch = self._watch
        if watch is None:
            return

        def work(cancel: CancelToken) -> tuple[Path, ...]:
            return watch.wait(cancel)

        def changed(folders: tuple[Path, ...]) -> None:
            if watch.outdated:
                self._end()
                self._begin(missed=True)
            else:
                self._wait()
            self._on_changed(folders)

        def failed(error: Exception) -> None:
            self._watch = None
            self._on_failed(sentence(error, tr("Watching the folders")))

        self._jobs.submit(Lane.WATCH, WATCH_SLOT, work, on_done=changed, on_failed=failed)

    def _end(self) -> None:
        watch, self._watch = self._watch, None
        self._jobs.cancel(WATCH_SLOT)
        if watch is not None:  # behind the wait, which ends at once; joining its threads is not for this one
            self._jobs.submit(
                Lane.WATCH, END_SLOT, lambda _: watch.close(), on_done=lambda _: None, on_failed=lambda _: None
            )
