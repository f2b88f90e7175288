"""Decides what the dialog of de-identified copies shows, and has them made one by one."""

from __future__ import annotations

import contextlib
import enum
import logging
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from cxrviewer.atomic import replacing
from cxrviewer.cancel import CancelToken
from cxrviewer.errors import CxrError
from cxrviewer.jobs import JobRunner, Lane
from cxrviewer.presenters.messages import sentence, shown_name
from cxrviewer.presenters.privacy import Privacy
from cxrviewer.reports.copies import CopiedImage, CopyOptions
from cxrviewer.studies.library import ImageEntry
from cxrviewer.text import msg, tr, tr_n, translated

logger = logging.getLogger(__name__)

SLOT = "copies"
MAX_FOLDERS = 10_000
FOLDER = "de-identified"

NO_FOLDER = msg("No folder can be made there: choose another place for the copies.")
NOT_WRITTEN = msg("The copies cannot be written: check the folder, and that the disk has room.")

MakeCopy = Callable[[Path, CopyOptions, str, CancelToken], CopiedImage]


class FolderError(CxrError):
    """Copies cannot be written where the reader wants them."""

    code = "copies.folder"


class Scope(enum.Enum):
    """Which images are copied."""

    IMAGE = "image"
    STUDY = "study"
    ALL = "all"


class CopiesState(Struct, frozen=True):
    """What the dialog shows.

    Attributes
    ----------
    counts : dict of Scope to int
        Images each scope has now; 0 where it is not offered.
    running : bool
    done, total : int
        Files of the run that is going on or has ended.
    message : str
        How it goes or ended.
    hidden : bool
        Identity is hidden, so no folder is named.
    problems : tuple of str
        What became of files that were not copied, and what the reader must look at, file by file.
    """

    counts: dict[Scope, int]
    running: bool
    done: int
    total: int
    message: str
    hidden: bool
    problems: tuple[str, ...]


class CopiesView(Protocol):
    """What the presenter needs of the dialog."""

    def show_copies(self, state: CopiesState) -> None: ...


class CopiesPresenter:
    """Makes de-identified copies of images into a new folder; the originals are only read.

    Parameters
    ----------
    jobs : JobRunner
    privacy : Privacy
    make : callable
        ``make(path, options, secret, cancel)`` in a worker process; see `decoder.client.DecoderPool.deidentify`.
    entries : callable
        The files of a scope, now.
    """

    def __init__(
        self,
        jobs: JobRunner,
        privacy: Privacy,
        make: MakeCopy | None,
        entries: Callable[[Scope], Sequence[ImageEntry]],
    ) -> None:
        self._jobs, self._privacy, self._make, self._entries = jobs, privacy, make, entries
        self._view: CopiesView | None = None
        self._waiting: list[ImageEntry] = []
        self._total = self._written = self._failed = 0
        self._options, self._secret = CopyOptions(), ""
        self._where = Path()
        self._folder: Path | None = None  # made with the first copy: never is there one without any
        self._running = False
        self._message = ""
        self._results: list[tuple[Path, int, str]] = []
        privacy.listen(self._show)

    def attach(self, view: CopiesView) -> None:
        self._view = view
        self._message, self._results, self._total = "", [], 0
        self._show()

    def detach(self) -> None:
        """The dialog is closed: what is not copied yet is not copied."""
        self.stop()
        self._view = None

    def start(self, scope: Scope, options: CopyOptions, folder: Path) -> None:
        """Copy the images of a scope into a new folder inside `folder`, made with the first of them."""
        if self._running or self._make is None:
            return
        self._waiting = list(self._entries(scope))
        self._total, self._written, self._failed, self._results = len(self._waiting), 0, 0, []
        # A new one for each run and stored nowhere: whoever had it could test guesses of names and numbers.
        self._options, self._secret, self._where, self._folder = options, secrets.token_hex(16), folder, None
        self._running = True
        self._message = tr("Making the copies…")
        self._show()
        self._next()

    def stop(self) -> None:
        """Make no more copies; those that are there stay, each complete."""
        if self._running:
            self._jobs.cancel(SLOT)
            self._end(tr_n("Stopped. {n} copy was made.", "Stopped. {n} copies were made.", self._written))

    # Inside.

    def _next(self) -> None:
        if not self._waiting:
            self._end(self._summary())
            return
        entry, number = self._waiting.pop(0), self._done + 1
        options, secret, make = self._options, self._secret, self._make
        where, folder = self._where, self._folder
        assert make is not None

        def work(cancel: CancelToken) -> tuple[Path, tuple[str, ...]]:
            copy = make(entry.path, options, secret, cancel)
            cancel.raise_if_cancelled()
            # Named by number: names of files are often those of patients.
            return _write(copy, f"image-{number:05}.dcm", folder, where, cancel), copy.notes

        def done(made: tuple[Path, tuple[str, ...]]) -> None:
            self._folder, notes = made
            self._written += 1
            self._results += [(entry.path, number, translated(note)) for note in notes]
            self._go_on()

        def failed(error: Exception) -> None:
            if isinstance(error, FolderError):
                self._end(f"{translated(error.user_message)} {self._kept()}".rstrip())
                return
            self._failed += 1
            self._results.append((entry.path, number, sentence(error, tr("Copying"))))
            self._go_on()

        self._jobs.submit(Lane.INDEX, SLOT, work, on_done=done, on_failed=failed)

    @property
    def _done(self) -> int:
        return self._written + self._failed

    def _go_on(self) -> None:
        self._show()
        self._next()

    def _end(self, message: str) -> None:
        self._running, self._waiting, self._secret = False, [], ""
        self._message = message
        self._show()

    def _kept(self) -> str:
        """Return what is there of a run that could not write any further, empty for nothing."""
        if not self._written:
            return ""
        return tr_n(
            "{n:,} copy was made before and is complete.",
            "{n:,} copies were made before and are complete.",
            self._written,
        )

    def _summary(self) -> str:
        made = tr_n("{n:,} copy was made.", "{n:,} copies were made.", self._written)
        if self._failed:
            words = tr_n("{n:,} file was not copied.", "{n:,} files were not copied.", self._failed)
            return f"{made} {words}"
        return made

    def _show(self) -> None:
        if self._view is not None:
            counts = {scope: len(self._entries(scope)) for scope in Scope}
            self._view.show_copies(
                CopiesState(
                    counts, self._running, self._done, self._total, self._message, self._privacy.hidden, self._lines()
                )
            )

    def _lines(self) -> tuple[str, ...]:
        return tuple(
            tr(
                "{file}: {problem}",
                file=tr("File {number}", number=number) if self._privacy.hidden else shown_name(path),
                problem=problem,
            )
            for path, number, problem in self._results
        )


def _write(copy: CopiedImage, name: str, folder: Path | None, where: Path, cancel: CancelToken) -> Path:
    """Write a copy into `folder`, or into a new one inside `where`, and return which. A new one does not stay empty.

    Raises
    ------
    FolderError
    JobCancelled
    """
    made = new_folder(where) if folder is None else folder
    try:
        with replacing(made / name) as file:
            file.write(copy.data.data)
            cancel.raise_if_cancelled()
    except BaseException as error:
        if folder is None:
            with contextlib.suppress(OSError):
                made.rmdir()
        if isinstance(error, OSError):
            logger.warning("a copy cannot be written", exc_info=error)
            raise FolderError(NOT_WRITTEN) from error
        raise
    return made


def new_folder(where: Path) -> Path:
    """Make a new folder inside `where`; one that is there already is never written into.

    Raises
    ------
    FolderError
    """
    for number in range(1, MAX_FOLDERS):
        try:
            made = where / (FOLDER if number == 1 else f"{FOLDER}-{number}")
            made.mkdir()
        except FileExistsError:
            continue
        except OSError as error:
            logger.warning("no folder for copies can be made", exc_info=error)
            raise FolderError(NO_FOLDER) from error
        else:
            return made
    raise FolderError(NO_FOLDER)
