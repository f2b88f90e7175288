"""Opens the library's files when they are first needed, and tells the reader while another program holds them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from cxrviewer.cancel import CancelToken
from cxrviewer.jobs import JobRunner, Lane
from cxrviewer.presenters.messages import sentence
from cxrviewer.studies.index.files import FOLDER, INDEX_NAME, LibraryFiles
from cxrviewer.studies.index.patience import BUSY_SECONDS
from cxrviewer.studies.index.stores import Stores
from cxrviewer.text import Message, msg, tr, translated

T = TypeVar("T")

OPEN_SLOT = "library"
HELD = msg(
    "Another program holds the library. It is opened as soon as that program lets go of it. If nothing happens, close "
    "other windows of this program, and any backup or database program that has the library’s files open."
)
WRITING = msg("Another program is writing the library; waiting for it.")


class LibraryStores:
    """The files of the library of one window, once they are open.

    Parameters
    ----------
    jobs : JobRunner
    files : LibraryFiles
    notify : callable
        Brings a sentence to the reader where the dialog is not open.
    attended : callable
        Whether the dialog is open.
    on_opened, on_failed : callable
        `on_opened` is called with the files before those who wait for them; `on_failed` before those are let go on.
    on_changed : callable
        Called where what the dialog says may have changed.

    Attributes
    ----------
    failure : str
        Why the files could not be opened; empty where nothing is known against it.
    """

    def __init__(
        self,
        jobs: JobRunner,
        files: LibraryFiles,
        *,
        notify: Callable[[str], None],
        attended: Callable[[], bool],
        on_opened: Callable[[Stores], None],
        on_failed: Callable[[], None],
        on_changed: Callable[[], None],
    ) -> None:
        self._jobs, self._files, self._notify, self._attended = jobs, files, notify, attended
        self._on_opened, self._on_failed, self._on_changed = on_opened, on_failed, on_changed
        self._stores: Stores | None = None
        self._waiting: list[tuple[Callable[[Stores], None], Callable[[], None] | None]] = []
        self._opening = self._told = False
        self._held: set[int] = set()  # threads that wait for another program
        self.failure = ""

    @property
    def stores(self) -> Stores | None:
        """The open files, None before they are opened."""
        return self._stores

    @property
    def kept(self) -> bool:
        """Whether there is a library, open or on the disk; one that could not be opened is none."""
        return self._stores is not None or (not self.failure and (self._files.cache / FOLDER / INDEX_NAME).exists())

    @property
    def held(self) -> Message | None:
        """What to say while another program holds the files; None while none does."""
        if not self._held:
            return None
        return HELD if self._stores is None else WRITING

    def when_open(self, then: Callable[[Stores], None], otherwise: Callable[[], None] | None = None) -> None:
        """Call `then` with the open files; `otherwise`, if there is one, where they cannot be opened or take long."""
        if self._stores is not None:
            then(self._stores)
            return
        self._waiting.append((then, otherwise))
        if self._opening:
            return
        self._opening = True
        files, jobs = self._files, self._jobs

        def waiting(thread: int, seconds: float | None) -> None:
            jobs.post(lambda: self._held_up(thread, seconds))

        def work(cancel: CancelToken) -> Stores:
            return Stores(files.data, files.cache, waiting, cancel)

        # Not on the library's lane: another program may hold the files for long, and what needs none of them goes on.
        self._jobs.submit(Lane.PLACES, OPEN_SLOT, work, on_done=self._opened, on_failed=self._not_opened)

    def ask(
        self,
        slot: str,
        work: Callable[[Stores], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Run something with the open files on the library's thread."""

        def start(stores: Stores) -> None:
            self._jobs.submit(Lane.LIBRARY, slot, lambda _: work(stores), on_done=done, on_failed=failed)

        self.when_open(start)

    def unattended(self) -> None:
        """Take note that the dialog was closed: what it said is said elsewhere."""
        if self._held:
            self._tell_held()

    def close(self) -> None:
        """Close the files, once no job runs any more; harmless when called again."""
        stores, self._stores = self._stores, None
        if stores is not None:
            stores.close()

    # Inside.

    def _held_up(self, thread: int, seconds: float | None) -> None:
        """Say that another program holds the files, and that it does no more; on the GUI thread."""
        before = bool(self._held)
        if seconds is None:
            self._held.discard(thread)
        else:
            self._held.add(thread)
        if self._stores is None and seconds is not None and seconds >= BUSY_SECONDS:
            self._give_up()
        if self._held and not before and not self._attended():
            self._tell_held()
        elif before and not self._held and self._told:
            self._told = False
            self._notify(tr("The library can be used again."))
        self._on_changed()

    def _tell_held(self) -> None:
        if self.held is not None:
            self._told = True
            self._notify(translated(self.held))

    def _give_up(self) -> None:
        """Let go on without the library what does not have to wait for it; the files are opened all the same."""
        waiting, self._waiting = self._waiting, []
        for then, otherwise in waiting:
            if otherwise is None:
                self._waiting.append((then, otherwise))
            else:
                otherwise()

    def _opened(self, stores: Stores) -> None:
        self._stores, self.failure, self._opening = stores, "", False
        self._on_opened(stores)
        waiting, self._waiting = self._waiting, []
        for then, _ in waiting:
            then(stores)

    def _not_opened(self, error: Exception) -> None:
        waiting, self._waiting, self._opening = self._waiting, [], False
        self.failure = sentence(error, tr("Opening the library"))
        self._on_failed()
        for _, otherwise in waiting:
            if otherwise is not None:
                otherwise()
        if not self._attended():
            self._notify(self.failure)
        self._on_changed()
