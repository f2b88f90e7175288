"""Decides what the dialog of readings shows: the list by study, export, import, deleting and undo."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from msgspec import Struct

import cxrviewer
from cxrviewer.atomic import write_bytes
from cxrviewer.cancel import CancelToken
from cxrviewer.imaging.contents import Header
from cxrviewer.jobs import JobRunner, Lane
from cxrviewer.presenters.messages import one_line, person_name, sentence, study_when
from cxrviewer.presenters.privacy import Privacy
from cxrviewer.presenters.readings import Deletion, Readings
from cxrviewer.reading.document import Reading
from cxrviewer.reading.exchange import Checked, exported, merged, readings_of, study_of
from cxrviewer.reading.journal import JournalError
from cxrviewer.reading.shelf import Shelved, shelved
from cxrviewer.reading.values import ImageRef
from cxrviewer.text import tr, tr_n, translated

SLOT = "shelf"
WRITE_SLOT = "shelf file"
IMPORT_SLOT = "shelf import"
MERGE_SLOT = "shelf merge"
MAX_UNDO = 100

_Gone = tuple[Deletion, Shelved | None]
"""A deletion, and the row it took away."""

CheckReadings = Callable[[Path, CancelToken], Checked]


class ShelfRow(Struct, frozen=True):
    """A reading in the list; `name` names it to the presenter."""

    name: str
    title: str
    changed: str
    contents: str
    usable: bool


class ShelfState(Struct, frozen=True):
    """What the dialog shows.

    Attributes
    ----------
    busy : bool
    rows : tuple of ShelfRow
        The one written last first.
    message : str
        In place of an empty list.
    notice : str
        What happened last.
    problems : tuple of str
        Why a file was not imported.
    can_undo : bool
        A reading was deleted and can come back.
    """

    busy: bool
    rows: tuple[ShelfRow, ...]
    message: str
    notice: str
    problems: tuple[str, ...]
    can_undo: bool


class _Moving(Struct, frozen=True, eq=False):
    """A file that is being moved, and how its reading is listed meanwhile: None for one that is deleted."""

    row: Shelved | None


class _Count(Struct):
    """How many files the disk has not answered for, and how many it has moved."""

    left: int
    done: int = 0

    def ended(self, error: JournalError | None) -> bool:
        """Count one; return whether it was the last."""
        self.left -= 1
        self.done += error is None
        return not self.left


class _Merged(Struct):
    """What an import came to."""

    added: int = 0
    kept: int = 0
    locked: int = 0

    @property
    def sentence(self) -> str:
        words = [tr_n("{n} reading was imported.", "{n} readings were imported.", self.added)]
        if self.kept:
            words.append(
                tr_n(
                    "{n} entry that you had made yourself stayed as it was.",
                    "{n} entries that you had made yourself stayed as they were.",
                    self.kept,
                )
            )
        if self.locked:
            words.append(tr_n("{n} is open in another window.", "{n} are open in another window.", self.locked))
        return " ".join(words)


class ShelfView(Protocol):
    """What the presenter needs of the dialog."""

    def show_shelf(self, state: ShelfState) -> None: ...


class ShelfPresenter:
    """All readings of this computer.

    Parameters
    ----------
    jobs : JobRunner
    folder : Path or None
    readings : Readings
        The open ones, through which everything that is open is changed.
    privacy : Privacy
    check : callable
        ``check(path, cancel)`` reads a file of readings in a worker process.
    headers : callable
        ``headers(study_uid)`` returns the headers of the listed images of a study.
    """

    def __init__(
        self,
        jobs: JobRunner,
        folder: Path | None,
        readings: Readings,
        privacy: Privacy,
        *,
        check: CheckReadings | None,
        headers: Callable[[str], Sequence[Header]],
    ) -> None:
        self._jobs, self._folder, self._readings, self._privacy = jobs, folder, readings, privacy
        self._check, self._headers = check, headers
        self._view: ShelfView | None = None
        self._found: tuple[Shelved, ...] = ()
        self._deleted: list[list[_Gone]] = []
        self._moving: dict[str, _Moving] = {}
        self._busy = False
        self._notice = ""
        self._problems: tuple[str, ...] = ()
        privacy.listen(self._show)

    def attach(self, view: ShelfView) -> None:
        """Read the list anew and show it."""
        self._view, self._notice, self._problems = view, "", ()
        self._load()

    def detach(self) -> None:
        self._view = None
        for slot in (SLOT, IMPORT_SLOT):
            self._jobs.cancel(slot)

    # What the reader does.

    def export(self, names: Sequence[str], path: Path) -> None:
        """Write readings into one file, whole or not at all."""
        chosen = [one.reading for one in self._rows() if one.name in names and one.reading is not None]
        count = len(chosen)

        def work(_: CancelToken) -> None:
            write_bytes(path, exported(chosen, f"cxrviewer {cxrviewer.__version__}"))

        def done(_: None) -> None:
            self._say(tr_n("{n} reading was exported.", "{n} readings were exported.", count))

        def failed(error: Exception) -> None:
            words = tr("Nothing was exported; check the folder, and that the disk has room.")
            self._say(words if isinstance(error, OSError) else sentence(error, tr("Exporting")))

        if chosen:
            self._jobs.submit(Lane.INDEX, WRITE_SLOT, work, on_done=done, on_failed=failed)

    def take(self, path: Path) -> None:
        """Import a file of readings: all of it, or nothing where it has a problem."""
        check = self._check
        if check is None:
            return
        self._busy = True
        self._say(tr("Checking the file…"))

        def work(cancel: CancelToken) -> tuple[Checked, tuple[Reading, ...]]:
            checked = check(path, cancel)
            return checked, () if checked.problems else readings_of(checked)

        def failed(error: Exception) -> None:
            self._busy = False
            self._say(sentence(error, tr("Importing")))

        self._jobs.submit(Lane.INDEX, IMPORT_SLOT, work, on_done=self._checked, on_failed=failed)

    def delete(self, names: Sequence[str]) -> None:
        """Delete readings; one undo brings them all back. They leave the list at once, however slow the disk is."""
        rows = {one.name: one for one in self._rows()}
        deleting, gone = _Count(len(names)), list[_Gone]()
        self._problems = ()
        self._deleted.append(gone)
        for name in names:
            one = self._readings.delete(name), rows.get(name)
            gone.append(one)
            self._move(name, None, one[0].aside, partial(self._was_deleted, deleting, gone, one))
        del self._deleted[:-MAX_UNDO]
        self._show()

    def undo(self) -> None:
        """Bring the readings back that were deleted last, together. They are in the list at once."""
        self._deleted = [group for group in self._deleted if group]
        if not self._deleted:
            return
        self._problems = ()
        gone = tuple(self._deleted.pop())
        restoring, failed = _Count(len(gone)), list[_Gone]()
        for one in gone:
            deletion, row = one
            back = self._readings.restore(deletion)
            self._move(deletion.name, row, back, partial(self._was_restored, restoring, failed, one))
        self._show()

    # Inside.

    def _move(
        self, name: str, row: Shelved | None, moved: Future[Any], done: Callable[[JournalError | None], None]
    ) -> None:
        """Show a reading as `row`, or not, until its file has been moved."""
        moving = self._moving[name] = _Moving(row)

        def ended(error: JournalError | None) -> None:
            if self._moving.get(name) is moving:  # nothing else was done with it meanwhile
                del self._moving[name]
                if error is None:
                    self._found = tuple(one for one in self._found if one.name != name)
                    self._found += () if row is None else (row,)
            done(error)

        self._readings.watch(moved, ended)

    def _was_deleted(self, deleting: _Count, gone: list[_Gone], one: _Gone, error: JournalError | None) -> None:
        if error is not None:
            gone.remove(one)
            self._tell(error)
        if deleting.ended(error):
            self._deleted = [group for group in self._deleted if group]  # not before: it is still being filled
            if deleting.done:
                self._notice = tr_n("{n} reading was deleted.", "{n} readings were deleted.", deleting.done)
            self._load()

    def _was_restored(self, restoring: _Count, failed: list[_Gone], one: _Gone, error: JournalError | None) -> None:
        if error is not None:
            failed.append(one)
            self._tell(error)
        if restoring.ended(error):
            back = restoring.done
            self._notice = tr_n("The reading is back.", "{n} readings are back.", back) if back else ""
            if failed:
                self._deleted.insert(0, failed)  # it can be tried again, after the others
            self._load()

    def _tell(self, error: JournalError) -> None:
        words = translated(error.user_message)
        if self._view is None:  # the dialog was closed before the disk answered
            self._readings.tell(words)
        elif words not in self._problems:
            self._problems = (*self._problems, words)

    def _rows(self) -> list[Shelved]:
        """Return the readings as they are once all files that move have been moved, the one written last first."""
        rows = [one for one in self._found if one.name not in self._moving]
        rows += [moving.row for moving in self._moving.values() if moving.row is not None]
        return sorted(rows, key=lambda one: (one.changed, one.name), reverse=True)

    def _load(self) -> None:
        folder = self._folder
        self._busy = True
        self._show()

        def work(cancel: CancelToken) -> tuple[Shelved, ...]:
            return tuple(shelved(folder, cancel)) if folder is not None else ()

        self._jobs.submit(Lane.INDEX, SLOT, work, on_done=self._loaded, on_failed=self._not_loaded)

    def _loaded(self, found: tuple[Shelved, ...]) -> None:
        self._found, self._busy = tuple(one for one in found if one.reading != Reading()), False
        self._show()

    def _not_loaded(self, error: Exception) -> None:
        self._found, self._busy = (), False
        words = tr("The folder of the readings cannot be read; check the disk.")
        self._problems = (words if isinstance(error, OSError) else sentence(error, tr("Reading the list")),)
        self._show()

    def _checked(self, found: tuple[Checked, tuple[Reading, ...]]) -> None:
        checked, taken = found
        if checked.problems:
            self._busy = False
            more = tr_n("… and {n} more problem", "… and {n} more problems", checked.more)
            self._problems = (
                *(translated(one) for one in checked.problems),
                *((more,) if checked.more else ()),
            )
            self._notice = tr("Nothing was imported.")
            self._show()
            return
        self._problems = ()
        self._merge_next(deque(taken), _Merged())

    def _merge_next(self, left: deque[Reading], counts: _Merged) -> None:
        """Take the next reading in, once a thread that may wait for the disk has had its journal opened."""
        image = None
        while left and image is None:
            image = study_of(left[0])
            if image is None:
                left.popleft()
        if image is None:
            self._notice = counts.sentence
            self._load()
            return
        known = image

        def work(_: CancelToken) -> None:
            self._readings.prepare(known)

        def done(_: None) -> None:
            self._merge(known, left.popleft(), counts)
            self._merge_next(left, counts)

        def failed(error: Exception) -> None:
            self._notice = sentence(error, tr("Importing"))
            self._load()

        self._jobs.submit(Lane.INDEX, MERGE_SLOT, work, on_done=done, on_failed=failed)

    def _merge(self, image: ImageRef, other: Reading, counts: _Merged) -> None:
        reading = self._readings.acquire(image)
        try:
            merge = merged(reading.reading, other)
            counts.kept += merge.kept
            counts.locked += reading.read_only and bool(merge.edit.changes)
            counts.added += reading.do(merge.edit)
        finally:
            self._readings.release(reading)

    def _say(self, words: str) -> None:
        self._notice, self._problems = words, ()
        self._show()

    def _show(self) -> None:
        if self._view is None:
            return
        rows = tuple(self._row(one) for one in self._rows())
        message = tr("Reading the list…") if self._busy else tr("No reading yet.")
        self._view.show_shelf(
            ShelfState(self._busy, rows, "" if rows else message, self._notice, self._problems, any(self._deleted))
        )

    def _row(self, one: Shelved) -> ShelfRow:
        changed = time.strftime("%Y-%m-%d %H:%M", time.localtime(one.changed))
        if one.reading is None:
            words = tr("cannot be read; it may be damaged, or of a newer version")
            return ShelfRow(one.name, tr("Unknown study"), changed, words, usable=False)
        return ShelfRow(one.name, self._title(one.reading), changed, _contents(one.reading), usable=True)

    def _title(self, reading: Reading) -> str:
        image = study_of(reading)
        headers = self._headers(image.study) if image is not None and image.study else ()
        if self._privacy.hidden:
            return tr("Identity hidden")
        if not headers:
            return tr("Study that is not in the worklist")
        who = headers[0].identity
        name = person_name(who.patient_name) or tr("No name in the file")
        return one_line((name, who.patient_id, study_when(who)), " · ")  # many people share a name


def _contents(reading: Reading) -> str:
    """Return how much of what is in a reading."""
    parts = [
        tr_n("{n} annotation", "{n} annotations", len(reading.annotations)) if reading.annotations else "",
        tr_n("{n} decision", "{n} decisions", len(reading.decisions)) if reading.decisions else "",
        tr_n("{n} key image", "{n} key images", len(reading.key_images)) if reading.key_images else "",
        tr("impression") if reading.impression else "",
        tr_n("{n} view", "{n} views", len(reading.views)) if reading.views else "",
    ]
    return tr(", ", context="between items").join(part for part in parts if part)
