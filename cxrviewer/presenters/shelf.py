"""Decides what the dialog of readings shows: the list by study, export, import, deleting and undo."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import cxrviewer
from cxrviewer.atomic import write_bytes
from cxrviewer.cancel import CancelToken
from cxrviewer.imaging.contents import Header
from cxrviewer.jobs import JobRunner, Lane
from cxrviewer.presenters.messages import person_name, sentence, study_when
from cxrviewer.presenters.privacy import Privacy
from cxrviewer.presenters.readings import Readings
from cxrviewer.reading.document import Reading
from cxrviewer.reading.exchange import Checked, ExchangeError, exported, merged, readings_of, study_of
from cxrviewer.reading.journal import JournalError
from cxrviewer.reading.shelf import Shelved, shelved
from cxrviewer.text import tr, tr_n, translated

SLOT = "shelf"
WRITE_SLOT = "shelf file"
IMPORT_SLOT = "shelf import"
MAX_UNDO = 100

CheckReadings = Callable[[Path, CancelToken], Checked]


@dataclass(frozen=True, slots=True)
class ShelfRow:
    """A reading in the list; `name` names it to the presenter."""

    name: str
    title: str
    changed: str
    contents: str
    usable: bool


@dataclass(frozen=True, slots=True)
class ShelfState:
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
        self._deleted: list[tuple[tuple[str, Path], ...]] = []
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
        chosen = [one.reading for one in self._found if one.name in names and one.reading is not None]
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

        def work(cancel: CancelToken) -> Checked:
            return check(path, cancel)

        def failed(error: Exception) -> None:
            self._busy = False
            self._say(sentence(error, tr("Importing")))

        self._jobs.submit(Lane.INDEX, IMPORT_SLOT, work, on_done=self._checked, on_failed=failed)

    def delete(self, names: Sequence[str]) -> None:
        """Delete readings; one undo brings them all back."""
        deleted: list[tuple[str, Path]] = []
        for name in names:
            try:
                deleted.append((name, self._readings.delete(name)))
            except JournalError as error:
                self._problems = (translated(error.user_message),)
        if deleted:
            self._deleted.append(tuple(deleted))
            del self._deleted[:-MAX_UNDO]
            self._problems = () if len(deleted) == len(names) else self._problems
            self._notice = tr_n("{n} reading was deleted.", "{n} readings were deleted.", len(deleted))
        self._load()

    def undo(self) -> None:
        """Bring the readings back that were deleted last, together."""
        if not self._deleted:
            return
        problems, back = [], 0
        for name, aside in self._deleted.pop():
            try:
                self._readings.restore(name, aside)
                back += 1
            except JournalError as error:
                problems.append(translated(error.user_message))
        self._problems = tuple(dict.fromkeys(problems))
        self._notice = tr_n("The reading is back.", "{n} readings are back.", back) if back else ""
        self._load()

    # Inside.

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

    def _checked(self, checked: Checked) -> None:
        self._busy = False
        if checked.problems:
            more = tr_n("… and {n} more problem", "… and {n} more problems", checked.more)
            self._problems = (
                *(translated(one) for one in checked.problems),
                *((more,) if checked.more else ()),
            )
            self._notice = tr("Nothing was imported.")
            self._show()
            return
        try:
            taken = readings_of(checked)
        except ExchangeError as error:
            self._say(sentence(error, tr("Importing")))
            return
        self._problems = ()
        self._notice = self._merge(taken)
        self._load()

    def _merge(self, taken: Sequence[Reading]) -> str:
        added = kept = locked = 0
        for other in taken:
            image = study_of(other)
            if image is None:
                continue
            reading = self._readings.acquire(image)
            try:
                merge = merged(reading.reading, other)
                kept += merge.kept
                locked += reading.read_only and bool(merge.edit.changes)
                added += reading.do(merge.edit)
            finally:
                self._readings.release(reading)
        words = [tr_n("{n} reading was imported.", "{n} readings were imported.", added)]
        if kept:
            words.append(
                tr_n(
                    "{n} entry that you had made yourself stayed as it was.",
                    "{n} entries that you had made yourself stayed as they were.",
                    kept,
                )
            )
        if locked:
            words.append(tr_n("{n} is open in another window.", "{n} are open in another window.", locked))
        return " ".join(words)

    def _say(self, words: str) -> None:
        self._notice, self._problems = words, ()
        self._show()

    def _show(self) -> None:
        if self._view is None:
            return
        rows = tuple(self._row(one) for one in self._found)
        message = tr("Reading the list…") if self._busy else tr("No reading yet.")
        self._view.show_shelf(
            ShelfState(self._busy, rows, "" if rows else message, self._notice, self._problems, bool(self._deleted))
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
        return f"{person_name(who.patient_name) or tr('No name in the file')} · {study_when(who)}"


def _contents(reading: Reading) -> str:
    """Return how much of what is in a reading."""
    parts = [
        tr_n("{n} annotation", "{n} annotations", len(reading.annotations)) if reading.annotations else "",
        tr_n("{n} decision", "{n} decisions", len(reading.decisions)) if reading.decisions else "",
        tr_n("{n} key image", "{n} key images", len(reading.key_images)) if reading.key_images else "",
        tr("impression") if reading.impression else "",
        tr_n("{n} view", "{n} views", len(reading.views)) if reading.views else "",
    ]
    return ", ".join(part for part in parts if part)
