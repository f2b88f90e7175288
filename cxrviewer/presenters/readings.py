"""Open readings, each with its document and its journal: what a reader makes is written down when it is made."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
from collections.abc import Callable
from pathlib import Path

import msgspec

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import CxrError
from cxrviewer.jobs import JobRunner, Lane
from cxrviewer.presenters.images import OpenedImage
from cxrviewer.reading.document import Document, Edit, Reading, SetPicture, SetView
from cxrviewer.reading.exchange import merged
from cxrviewer.reading.journal import (
    Did,
    Journal,
    JournalError,
    Noted,
    ReadingInUseError,
    Record,
    Redid,
    Undid,
    check_free,
    read,
    read_through,
    sync_file,
)
from cxrviewer.reading.shelf import bring_back, set_aside
from cxrviewer.reading.values import ImageRef, ViewState
from cxrviewer.text import msg, tr, translated

logger = logging.getLogger(__name__)

SETTLE_MS = 300
"""A view is written down when it has been changing for so long: a window drag passes through hundreds."""
RETRY_MS = 2_000
"""What a full disk has not taken is tried again so often, whether the reader goes on or not."""

Later = Callable[[int, Callable[[], None]], None]
"""Calls something once after some milliseconds, on the GUI thread."""

READ_ONLY = msg("This study is open in another window. Here its annotations can be looked at, not changed.")
NOT_BACK = msg("The reading could not be brought back: its study has another one by now, or the disk failed.")
SAVED_AGAIN = msg("Everything drawn in this study is saved again.")


def image_ref(opened: OpenedImage) -> ImageRef:
    """Return which frame of which image this is: by the UIDs of its header, or by its pixels where it has none."""
    who = opened.header.identity
    if who.sop_instance_uid:
        return ImageRef(who.study_uid, who.series_uid, who.sop_instance_uid, opened.entry.frame)
    # The pixels' own digest and not `Radiograph.key`, whose meaning changes with the version of the grey pipeline.
    digest = hashlib.sha256(opened.radiograph.codes.tobytes()).hexdigest()[:32]
    return ImageRef(who.study_uid, who.series_uid, digest, opened.entry.frame, surrogate=True)


def journal_name(image: ImageRef) -> str:
    """Return the name of a reading's file: one for each study, from which nobody reads who it is about."""
    whose = f"study {image.study}" if image.study else f"image {image.instance}"
    return f"{hashlib.sha256(whose.encode()).hexdigest()[:40]}.reading"


class OpenReading:
    """The reading of one study. Belongs to the thread of the presenters.

    A study nobody draws in leaves no file. A disk that fails is told of once, and everything stays on the
    screen; as soon as it works again the whole reading is written.
    """

    def __init__(
        self, name: str, folder: Path | None, jobs: JobRunner, notify: Callable[[str], None], later: Later
    ) -> None:
        self.name = name
        self.users = 0
        self._path = None if folder is None else folder / name
        self._jobs, self._notify, self._later = jobs, notify, later
        self._slot = f"sync {name}"
        self._journal: Journal | None = None
        self._document = Document()
        self._changed: list[Callable[[], None]] = []
        self._views: dict[ImageRef, ViewState | None] = {}
        self._waiting = False
        self._syncing = self._sync_again = False
        self._failing = self._retrying = False
        self._sitting = os.urandom(4).hex()
        self.read_only = False
        if self._path is not None and self._path.exists():
            self._open(self._path)

    @property
    def reading(self) -> Reading:
        return self._document.reading

    @property
    def only_here(self) -> bool:
        """Whether something of it is not on the disk."""
        return self._path is None or self._failing

    @property
    def undo_label(self) -> str:
        """What the next undo takes back, empty for nothing."""
        steps = self._document.undo_steps
        return "" if not steps or self.read_only else steps[-1].label

    @property
    def redo_label(self) -> str:
        steps = self._document.redo_steps
        return "" if not steps or self.read_only else steps[-1].label

    def listen(self, changed: Callable[[], None]) -> None:
        """Call `changed` after every edit, undo and redo, whoever made it."""
        self._changed.append(changed)

    def unlisten(self, changed: Callable[[], None]) -> None:
        if changed in self._changed:
            self._changed.remove(changed)

    def rejects(self) -> bool:
        """Return whether nothing can be changed here; the reader is told why."""
        if self.read_only:
            self._notify(translated(READ_ONLY))
        return self.read_only

    def do(self, edit: Edit) -> bool:
        """Make an edit that can be undone. Returns False where nothing changes or may change."""
        if self.rejects() or not edit.changes or not self._ready():
            return False
        if edit.merge:  # spells are counted from 0 in every sitting: one of yesterday is not continued
            edit = msgspec.structs.replace(edit, merge=f"{edit.merge} {self._sitting}")
        self._document.do(edit)
        self._write(Did(edit))
        return True

    def undo(self) -> bool:
        if self.rejects() or not self._ready() or self._document.undo() is None:
            return False
        self._write(Undid())
        return True

    def redo(self) -> bool:
        if self.rejects() or not self._ready() or self._document.redo() is None:
            return False
        self._write(Redid())
        return True

    def look(self, image: ImageRef, view: ViewState) -> None:
        """Note how an image is seen now; written when the view has settled."""
        after = None if view == ViewState() else view
        if self.read_only or (image not in self._views and self.reading.views.get(image) == after):
            return
        self._views[image] = after
        if not self._waiting:
            self._waiting = True
            self._later(SETTLE_MS, self.flush)

    def flush(self) -> None:
        """Write down the views that have changed."""
        self._waiting = False
        views, self._views = self._views, {}
        if self.read_only or not views or not self._ready():
            return
        seen = self.reading.views
        changes = [SetView(image, seen.get(image), view) for image, view in views.items() if seen.get(image) != view]
        self._note(Edit("view", tuple(changes)))

    def drawn_on(self, image: ImageRef, picture: str) -> None:
        """Note the pixels an image has while the reader draws on it."""
        if self.read_only or not self._ready():
            return
        before = self.reading.pictures.get(image)
        if before != picture:
            self._note(Edit("picture", (SetPicture(image, before, picture),)))

    def save_now(self) -> bool:
        """Try again to write what a disk has not taken; return whether nothing is left to be written."""
        self.flush()
        if self._failing and self._path is not None:
            self._recover(self._path)
        return not self._failing

    def close(self, *, last: bool = False) -> None:
        """Write down what is left and let another window have the journal.

        Parameters
        ----------
        last : bool
            The program ends: put it on the disk now, for no job runs any more. Otherwise a job does it, because a
            slow disk must not hold up the next image.
        """
        self.save_now()
        self._jobs.cancel(self._slot)
        journal = self._journal
        if journal is not None:
            if last:
                with contextlib.suppress(JournalError):
                    journal.sync()
            journal.close()
            if not last:
                path, slot = journal.path, f"{self._slot} closed"
                ignored: Callable[[None], None] = lambda _: None  # noqa: E731
                self._jobs.submit(
                    Lane.READING, slot, lambda _: sync_file(path), on_done=ignored, on_failed=self._fail_late
                )
        self._path = None  # what still comes has nowhere to go
        self._changed.clear()

    def set_aside(self) -> Path:
        """Delete the reading: its journal is taken out of use, and nothing of it is left on the screen.

        Raises
        ------
        JournalError
            Where it cannot be deleted; everything is as before then.
        """
        path = self._path
        if path is None or self._failing or self.read_only:
            raise JournalError(msg("This reading cannot be deleted now: it is not on the disk, or not this window's."))
        self._views.clear()
        self._jobs.cancel(self._slot)
        if self._journal is not None:
            self._journal.close()
        try:
            aside = set_aside(path)
        except OSError as error:
            self._journal = None
            self._open(path)
            raise JournalError(msg("The reading could not be deleted; check the disk.")) from error
        self._journal, self._document = None, Document()
        self._syncing = self._sync_again = False
        self._changed_now()
        return aside

    def bring_back(self, aside: Path) -> None:
        """Undo `set_aside`. Raises JournalError."""
        assert self._path is not None, "what was set aside has a path"
        self._views.clear()
        if self._journal is not None:
            self._jobs.cancel(self._slot)
            self._syncing = self._sync_again = False
            self._journal.close()
            self._journal = None
        try:
            bring_back(aside)
        except OSError as error:
            raise JournalError(NOT_BACK) from error
        finally:
            if self._path.exists():
                self._open(self._path)
            self._changed_now()

    # Inside.

    def _changed_now(self) -> None:
        for changed in tuple(self._changed):
            changed()

    def _note(self, edit: Edit) -> None:
        if self._document.note(edit):
            self._write(Noted(edit))

    def _ready(self) -> bool:
        """Open the journal of a study that had none yet; False where another window was faster."""
        if self._journal is None and not self._failing and self._path is not None:
            self._open(self._path)
        return not self.read_only

    def _open(self, path: Path) -> None:
        try:
            self._journal = Journal(path)
        except ReadingInUseError:
            self.read_only = True
            self._document = _glance(path)
            self._notify(translated(READ_ONLY))
        except JournalError as error:
            self._fail(error)
        else:
            self._document = self._journal.document
            if self._journal.notice:
                self._notify(self._journal.notice)

    def _write(self, record: Record) -> None:
        self._save(record)
        self._changed_now()

    def _save(self, record: Record) -> None:
        if self._path is None:
            return
        if self._failing:
            self._recover(self._path)
            return
        assert self._journal is not None, "_ready opened it"
        try:
            self._journal.append(record)
            if self._journal.wants_compacting:
                self._journal.compact()
        except JournalError as error:
            self._fail(error)
        else:
            self._sync()

    def _recover(self, path: Path) -> None:
        """Write everything, for what came before is not on the disk."""
        try:
            if self._journal is None:
                self._journal = self._joined(Journal(path))
            if self._journal is None:
                return
            self._journal.compact()
        except JournalError:
            return  # told once, at the first time
        self._failing = False
        self._notify(translated(SAVED_AGAIN))

    def _joined(self, journal: Journal) -> Journal | None:
        """Add what was made here to a journal that could not be read until now, which is never overwritten.

        Returns None, with the journal closed, where the two contradict each other.
        """
        there = journal.document
        if there.reading == Reading():
            journal.document = self._document
            return journal
        merge = merged(there.reading, self.reading)
        if merge.kept:
            journal.close()
            return None
        there.do(msgspec.structs.replace(merge.edit, label="draw"))
        self._document = there
        self._changed_now()
        return journal

    def _fail(self, error: CxrError) -> None:
        if not self._failing:
            self._failing = True
            logger.warning("a reading cannot be saved", exc_info=error)
            self._notify(tr("What you draw in this study cannot be saved: {reason}", reason=error.user_message))
        if not self._retrying:
            self._retrying = True
            self._later(RETRY_MS, self._retry)

    def _retry(self) -> None:
        self._retrying = False
        if self._failing and self._path is not None:
            self._recover(self._path)
        if self._failing and self._path is not None:
            self._retrying = True
            self._later(RETRY_MS, self._retry)

    def _fail_late(self, error: Exception) -> None:
        logger.warning("a reading that was closed could not be synced", exc_info=error)
        if isinstance(error, CxrError):
            self._notify(translated(error.user_message))

    def _sync(self) -> None:
        if self._syncing:
            self._sync_again = True
            return
        self._syncing, journal = True, self._journal
        assert journal is not None

        def work(_: CancelToken) -> None:
            journal.sync()

        self._jobs.submit(Lane.READING, self._slot, work, on_done=lambda _: self._synced(), on_failed=self._unsynced)

    def _synced(self) -> None:
        self._syncing = False
        if self._sync_again:
            self._sync_again = False
            self._sync()

    def _unsynced(self, error: Exception) -> None:
        self._syncing = self._sync_again = False
        if isinstance(error, CxrError):
            self._fail(error)
        else:
            logger.error("a reading could not be synced", exc_info=error)


def _glance(path: Path) -> Document:
    """Return the document of a journal another window writes to."""
    try:
        return read(path.read_bytes()).document
    except (OSError, JournalError):
        return Document()


class Readings:
    """The open readings of one window, by study.

    Parameters
    ----------
    folder : Path or None
        Where the journals lie; None keeps everything in memory only.
    jobs : JobRunner
    notify : callable
        Brings a sentence to the reader.
    later : callable
    """

    def __init__(self, folder: Path | None, jobs: JobRunner, notify: Callable[[str], None], later: Later) -> None:
        self._folder, self._jobs, self._notify, self._later = folder, jobs, notify, later
        self._open: dict[str, OpenReading] = {}

    def acquire(self, image: ImageRef) -> OpenReading:
        """Return the reading an image belongs to, open until everybody has released it."""
        name = journal_name(image)
        if name not in self._open:
            self._open[name] = OpenReading(name, self._folder, self._jobs, self._notify, self._later)
        self._open[name].users += 1
        return self._open[name]

    def delete(self, name: str) -> Path:
        """Delete a reading by the name of its file and return what `restore` needs.

        Raises
        ------
        JournalError
        """
        if name in self._open:
            return self._open[name].set_aside()
        if self._folder is None:
            raise JournalError(msg("The reading could not be deleted; check the disk."))
        path = self._folder / name
        try:
            check_free(path)
            return set_aside(path)
        except OSError as error:
            raise JournalError(msg("The reading could not be deleted; check the disk.")) from error

    def restore(self, name: str, aside: Path) -> None:
        """Undo `delete`. Raises JournalError."""
        if name in self._open:
            self._open[name].bring_back(aside)
            return
        try:
            bring_back(aside)
        except OSError as error:
            raise JournalError(NOT_BACK) from error

    def release(self, reading: OpenReading) -> None:
        """Close a reading that nobody else has; another window may then write to it.

        One that is nowhere else than in memory is kept.
        """
        reading.users -= 1
        reading.flush()
        if reading.users == 0 and not reading.only_here and self._open.pop(reading.name, None) is not None:
            reading.close()

    def save_now(self) -> bool:
        """Try again to write what a disk has not taken; return whether everything that is to be saved is on it."""
        return all([reading.save_now() for reading in self._open.values()])

    def close(self) -> None:
        """Write down what is left and close all."""
        readings = list(self._open.values())
        self._open.clear()
        for reading in readings:
            reading.close(last=True)

    def warm(self, opened: OpenedImage) -> None:
        """Read the journal of an image's study, from any thread: `acquire` then waits for no disk."""
        if self._folder is not None and opened.header.identity.sop_instance_uid:
            read_through(self._folder / journal_name(image_ref(opened)))
