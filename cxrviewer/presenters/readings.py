"""Open readings, each with its document and its journal: what a reader makes is written down when it is made."""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import CxrError
from cxrviewer.jobs import JobRunner, Lane
from cxrviewer.presenters.images import OpenedImage
from cxrviewer.reading.document import (
    Change,
    Document,
    Edit,
    Reading,
    SetDecision,
    SetFrame,
    SetImpression,
    SetPicture,
    SetView,
)
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
    sync_file,
)
from cxrviewer.reading.journal_file import (
    NOT_BACK,
    NOT_DELETED,
    NOT_NOW,
    JournalFile,
    NotWrittenError,
    Writer,
    moved_aside,
    moved_back,
    open_if_there,
    whole,
    within,
)
from cxrviewer.reading.shelf import SUFFIX, reading_at
from cxrviewer.reading.values import MAX_TEXT, ImageRef, ViewState
from cxrviewer.text import msg, tr, translated

logger = logging.getLogger(__name__)
T = TypeVar("T")

SETTLE_MS = 300
"""A view is written down when it has been changing for so long: a window drag passes through hundreds."""
RETRY_MS = 2_000
"""What a full disk has not taken is tried again so often, whether the reader goes on or not."""

Later = Callable[[int, Callable[[], None]], None]
"""Calls something once after some milliseconds, on the GUI thread."""

APPEND_PATIENCE = 0.05
"""Seconds an edit waits for its record: longer than any disk that works needs, so that what is on the screen is on the
disk, and too short to be noticed. Where the disk is slower the reader goes on, and records follow in their order."""
CLOSE_PATIENCE = 5.0
"""Seconds the end of the program waits for what is not written yet."""
MOST_PREPARED = 4
"""Journals kept open for images that are about to be shown: one for each viewport."""

READ_ONLY = msg("This study is open in another window. Here its annotations can be looked at, not changed.")
SAVED_AGAIN = msg("Everything drawn in this study is saved again.")
NOT_SAVED = msg("What you draw in this study is not saved at the moment. Saving is tried again until it works.")


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
    return _file_name(f"study {image.study}" if image.study else f"image {image.instance}")


def _file_name(whose: str) -> str:
    return f"{hashlib.sha256(whose.encode()).hexdigest()[:40]}{SUFFIX}"


class Late:
    """What a slow disk was given and has not taken yet, in its order. Belongs to the thread of the presenters.

    Parameters
    ----------
    post : callable
        `JobRunner.post`.
    emptied : callable
        Called when the disk has taken everything it was too slow for.
    """

    def __init__(self, post: Callable[[Callable[[], None]], None], emptied: Callable[[], None]) -> None:
        self._post, self._emptied = post, emptied
        self._waiting: list[tuple[Future[Any], Callable[[Future[Any]], None]]] = []

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def watch(self, future: Future[Any], done: Callable[[Future[Any]], None]) -> None:
        """Call `done` once a future is done, at once where that takes no longer than an edit may wait."""
        # Only the first of several waits: they are done one after the other.
        if not self._waiting and within(future, APPEND_PATIENCE):
            done(future)
            return
        self._waiting.append((future, done))
        future.add_done_callback(lambda _: self._post(self._look))  # on the writer's thread

    def settle(self, patience: float) -> None:
        """Take note of what has been done, waiting at most so long for each."""
        while self._waiting and within(self._waiting[0][0], patience):
            future, done = self._waiting.pop(0)
            done(future)

    def forget(self) -> None:
        """Watch nothing any more."""
        self._waiting.clear()

    def _look(self) -> None:
        self.settle(0)
        if not self._waiting:
            self._emptied()


class Deletion(Struct, frozen=True):
    """A reading that was deleted, or is about to be; `Readings.restore` undoes it.

    Attributes
    ----------
    name : str
    aside : Future of Path
        Where its journal lies then; a JournalError where it could not be deleted, and is as it was.
    document : Document or None
        What was deleted, where it was open.
    file : JournalFile or None
        Its journal then.
    """

    name: str
    aside: Future[Path]
    document: Document | None = None
    file: JournalFile | None = None


class OpenReading:
    """The reading of one study. Belongs to the thread of the presenters.

    A study nobody draws in leaves no file. A disk that fails is reported once, and everything stays on the
    screen; as soon as it works again the whole reading is written.
    """

    def __init__(
        self,
        name: str,
        folder: Path | None,
        jobs: JobRunner,
        notify: Callable[[str], None],
        later: Later,
        writer: Writer,
        prepared: Future[Journal | None] | None = None,
    ) -> None:
        self.name = name
        self.users = 0
        self._path = None if folder is None else folder / name
        self._jobs, self._notify, self._later = jobs, notify, later
        self._slot = f"sync {name}"
        self._writer = writer
        self._file: JournalFile | None = None
        self._late = Late(jobs.post, self._emptied)
        self._known: Reading | None = None
        self._document = Document()
        self._changed: list[Callable[[], None]] = []
        self._views: dict[ImageRef, ViewState | None] = {}
        self._frames: dict[ImageRef, int] = {}
        self._waiting = False
        self._syncing = self._sync_again = False
        self._failing = self._retrying = self._recovering = self._behind = False
        self._sitting = os.urandom(4).hex()
        self.read_only = False
        self.unsaved = False
        """Whether the reader was told that it cannot be saved, and it still is not."""
        self.on_written: Callable[[], None] = lambda: None
        """Called when a disk that was slow or failing has taken everything."""
        if self._path is not None:
            self._take(self._path, prepared)

    @property
    def reading(self) -> Reading:
        return self._document.reading

    @property
    def only_here(self) -> bool:
        """Whether something of it is not on the disk."""
        return self._path is None or self._failing or bool(self._late)

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

    def undo(self) -> Edit | None:
        """Take the last step back and return it; None where there is none or nothing may change."""
        if self.rejects() or not self._ready() or (step := self._document.undo()) is None:
            return None
        self._write(Undid())
        return step

    def redo(self) -> Edit | None:
        """Do the step again that was undone last, and return it; None as `undo`."""
        if self.rejects() or not self._ready() or (step := self._document.redo()) is None:
            return None
        self._write(Redid())
        return step

    def look(self, image: ImageRef, view: ViewState) -> None:
        """Note how an image is seen now; written when the view has settled."""
        after = None if view == ViewState() else view
        if self.read_only or (image not in self._views and self.reading.views.get(image) == after):
            return
        self._views[image] = after
        self._flush_soon()

    def stay_at(self, image: ImageRef) -> None:
        """Note at which frame of an image the reader stays; written when that has settled.

        Without a UID each frame has a surrogate of its own, which names no image that has frames: nothing is noted.
        """
        known = self._frames.get(image.whole, self.reading.frames.get(image.whole, 0))
        if not self.read_only and not image.surrogate and known != image.frame:
            self._frames[image.whole] = image.frame
            self._flush_soon()

    def _flush_soon(self) -> None:
        if not self._waiting:
            self._waiting = True
            self._later(SETTLE_MS, self.flush)

    def flush(self) -> None:
        """Write down the views and frames that have changed."""
        self._waiting = False
        views, self._views = self._views, {}
        frames, self._frames = self._frames, {}
        if self.read_only or not (views or frames) or not self._ready():
            return
        seen, at = self.reading.views, self.reading.frames
        changes: list[Change] = [
            SetView(image, seen.get(image), view) for image, view in views.items() if seen.get(image) != view
        ]
        changes += [
            SetFrame(image, at.get(image), frame or None)
            for image, frame in frames.items()
            if at.get(image, 0) != frame
        ]
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
        self._late.settle(CLOSE_PATIENCE)
        if self._failing and self._path is not None:
            self._recover(self._path)
            self._late.settle(CLOSE_PATIENCE)
        return not self._failing and not self._late

    def close(self, *, last: bool = False) -> None:
        """Write down what is left and let another window have the journal.

        Parameters
        ----------
        last : bool
            The program ends: put it on the disk now, for no job runs any more. Otherwise a job does it, because a
            slow disk must not hold up the next image.
        """
        if last:
            self.save_now()
        else:
            self.flush()
        self._jobs.cancel(self._slot)
        file = self._file
        if file is not None:
            # On a disk that works another window may have it at once.
            closed = within(file.close(sync=last), CLOSE_PATIENCE if last else APPEND_PATIENCE)
            if last and not closed:
                logger.error("a reading was left before the disk had taken it")
            if not last:
                path, slot = file.path, f"{self._slot} closed"
                ignored: Callable[[None], None] = lambda _: None  # noqa: E731
                self._jobs.submit(
                    Lane.READING, slot, lambda _: sync_file(path), on_done=ignored, on_failed=self._fail_late
                )
        self._path = None  # what still comes has nowhere to go
        self._changed.clear()

    def set_aside(self) -> Deletion:
        """Delete the reading: it leaves the screen now, and its journal once what is queued for it is written.

        Where that fails the reading comes back, with what was drawn since.

        Raises
        ------
        JournalError
            Where it cannot be deleted now; everything is as before then.
        """
        path = self._path
        if path is None or self._failing or self.read_only:
            raise JournalError(NOT_NOW)
        file, before = self._leave(Document())
        aside = self._writer.submit(lambda: moved_aside(path)) if file is None else file.set_aside(whole(before))
        self._late.watch(aside, lambda future: self._was_set_aside(future, before, file))
        self._changed_now()
        return Deletion(self.name, aside, before, file)

    def bring_back(self, deletion: Deletion) -> Future[None]:
        """Undo `set_aside`: what was deleted is on the screen now, or as soon as the disk has answered.

        Raises
        ------
        JournalError
            Where the study has another reading by now, or its disk fails.
        """
        path, document = self._path, deletion.document
        newer = replace(self.reading, views=Reading().views, frames=Reading().frames) != Reading()
        if path is None or self._failing or self.read_only or newer:
            raise JournalError(NOT_BACK)
        shown = Document() if document is None else _copy(document)
        at_first = shown.reading
        file, before = self._leave(shown)
        if file is not None:
            file.close()
        back = self._writer.submit(lambda: _back(deletion))
        opened = self._reopen(path, self._writer.submit(lambda: _opened_after(back, path)), known=document is not None)
        self._late.watch(back, lambda future: self._was_brought_back(future, before, at_first))
        if self._file is opened:  # not where it is known already that it failed
            self._late.watch(opened.opening, self._opened)
        self._changed_now()
        return back

    # Inside.

    def _leave(self, document: Document) -> tuple[JournalFile | None, Document]:
        """Go on with another document and no journal; return those of before.

        What the journal was given is written all the same. Whether it was, its next move tells.
        """
        self._views.clear()
        self._frames.clear()
        self._jobs.cancel(self._slot)
        self._syncing = self._sync_again = False
        self._late.forget()
        self._known = None
        file, self._file = self._file, None
        before, self._document = self._document, document
        return file, before

    def _reopen(self, path: Path, opening: Future[Journal] | None = None, *, known: bool = True) -> JournalFile:
        """Have the journal opened whose document is on the screen, where it is `known`."""
        self._file = JournalFile(self._writer, path, opening)
        self._file.seen = known
        self._known = self.reading if known else None
        return self._file

    def _was_set_aside(self, future: Future[Path], before: Document, file: JournalFile | None) -> None:
        error, path = future.exception(), self._path
        if error is None or path is None:
            return
        if not isinstance(error, JournalError):
            raise error
        since, self._document = self.reading, before
        if isinstance(error, NotWrittenError) and file is not None:
            self._late.forget()  # of a journal that found this one open
            self._file = file
            before.do(_added(before.reading, since))
            if file.seen:
                self._fail(error)
            else:
                self._opened(file.opening)
        elif self._file is not None:  # opened since: it finds what was to be deleted
            self._known = before.reading
            before.do(_added(before.reading, since))
        elif before.reading != Reading():
            self._late.watch(self._reopen(path).opening, self._opened)
        self._changed_now()

    def _was_brought_back(self, future: Future[None], before: Document, shown: Reading) -> None:
        error, path = future.exception(), self._path
        if error is None or path is None:
            return
        if not isinstance(error, JournalError):
            raise error
        drawn = self.reading != shown
        self._late.forget()  # of a journal that was never opened
        self._file = self._known = None
        if drawn:  # what the reader has gone on with stays, and is written anew
            self._fail(error)
        else:
            self._document = before
            if before.reading != Reading():
                self._late.watch(self._reopen(path).opening, self._opened)
        self._changed_now()

    def _changed_now(self) -> None:
        for changed in tuple(self._changed):
            changed()

    def _note(self, edit: Edit) -> None:
        if self._document.note(edit):
            self._write(Noted(edit))

    def _ready(self) -> bool:
        """Have the journal of a study opened that had none yet; False where another window was faster."""
        if self._file is None and not self._failing and self._path is not None:
            self._file = JournalFile(self._writer, self._path)
            self._late.watch(self._file.opening, self._opened)
        return not self.read_only

    def _take(self, path: Path, prepared: Future[Journal | None] | None) -> None:
        """Take what is on the disk; nothing where the study has no journal."""
        opening = prepared or self._writer.submit(lambda: open_if_there(path))
        # Nothing can be shown before it. `Readings.warm` has waited for it already, but for readings without an image.
        if not within(opening, CLOSE_PATIENCE):
            opening.add_done_callback(_close_unused)
            self._fail(
                JournalError(msg("The reading cannot be read or written; check the disk, and that it has room."))
            )
            return
        if opening.exception() is None and opening.result() is None:
            return
        self._file = JournalFile(self._writer, path, opening)  # type: ignore[arg-type]
        self._document = Document()
        self._opened(self._file.opening)

    def _opened(self, opening: Future[Journal]) -> None:
        error = opening.exception()
        if isinstance(error, ReadingInUseError):
            path = self._path
            assert path is not None
            self._file, self.read_only = None, True
            self._notify(translated(READ_ONLY))
            self._late.watch(self._writer.submit(lambda: reading_at(path)), self._looked_at)
        elif isinstance(error, JournalError):
            self._file = None
            self._fail(error)
        elif error is not None:
            raise error
        else:
            self._use(opening.result())

    def _looked_at(self, future: Future[Reading | None]) -> None:
        self._document = Document(future.result())
        self._changed_now()

    def _use(self, journal: Journal) -> None:
        there = journal.document
        assert self._file is not None and self._path is not None
        seen, self._file.seen = self._file.seen, True
        known, self._known = self._known, None
        if journal.notice:
            self._notify(journal.notice)
        if self.reading == Reading() and not self._document.undo_steps and not self._document.redo_steps:
            self._document = there
            self._changed_now()
        elif known is not None and there.reading in (known, Reading()):
            # It was to be deleted, or is back. Records given to it before it was known are not in it.
            if not seen or there.reading != known:
                self._failing = True
                self._recover(self._path)
        elif there.reading != Reading():
            # Another window wrote to it while the disk kept this one waiting, and the reader has gone on.
            if self._joined(journal) is None:
                self._file = None
                self._fail(ReadingInUseError(msg("This reading is open in another window; close it there first.")))
            else:
                self._failing = True
                self._recover(self._path)

    def _emptied(self) -> None:
        if not self._failing:
            self.on_written()

    def _write(self, record: Record) -> None:
        self._save(record)
        self._changed_now()

    def _save(self, record: Record) -> None:
        if self._path is None:
            return
        if self._failing:
            self._recover(self._path)
            return
        assert self._file is not None, "_ready opened it"
        self._late.watch(self._file.append(record, whole(self._document)), self._appended)

    def _appended(self, future: Future[None]) -> None:
        error = future.exception()
        if error is None:
            self._sync()
        elif not isinstance(error, JournalError):
            raise error
        elif not self.read_only and not isinstance(error, NotWrittenError):
            self._fail(error)

    def _recover(self, path: Path) -> None:
        """Write everything, for what came before is not on the disk."""
        if self._recovering:
            self._behind = True
            return
        self._recovering, self._behind = True, False
        if self._file is None:
            opening = JournalFile(self._writer, path)
            self._late.watch(opening.opening, lambda future: self._reopened(opening, future))
        else:
            self._late.watch(self._file.rewrite(whole(self._document)), self._rewritten)

    def _reopened(self, file: JournalFile, opening: Future[Journal]) -> None:
        error = opening.exception()
        if error is not None and not isinstance(error, JournalError):
            raise error
        if error is not None or self._joined(opening.result()) is None:
            self._recovering = False  # reported once, the first time
            return
        self._file = file
        self._late.watch(file.rewrite(whole(self._document)), self._rewritten)

    def _rewritten(self, future: Future[None]) -> None:
        self._recovering = False
        error = future.exception()
        if error is not None:
            if not isinstance(error, JournalError):
                raise error
            self._fail(error)
            return
        if self._behind:  # the reader went on while it was written
            assert self._path is not None
            self._recover(self._path)
            return
        self._failing = self.unsaved = False
        self._notify(translated(SAVED_AGAIN))
        self._changed_now()
        self._sync()
        self.on_written()

    def _joined(self, journal: Journal) -> Journal | None:
        """Add what was made here to a journal that could not be read until now, which is never overwritten.

        Returns None, with the journal closed, where the two contradict each other.
        """
        there = journal.document
        if there.reading in (Reading(), self._known):
            journal.document = self._document
            return journal
        from cxrviewer.reading.exchange import merged

        merge = merged(there.reading, self.reading)
        if merge.kept:
            journal.close()
            return None
        there.do(msgspec.structs.replace(merge.edit, label="draw"))
        self._document = there
        self._changed_now()
        return journal

    def _fail(self, error: CxrError) -> None:
        self._failing = True
        if not self.unsaved:
            self.unsaved = True
            logger.warning("a reading cannot be saved", exc_info=error)
            self._notify(tr("What you draw in this study cannot be saved: {reason}", reason=error.user_message))
            self._changed_now()
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
        self._syncing, file = True, self._file
        assert file is not None

        def work(_: CancelToken) -> None:
            file.sync()

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


def _back(deletion: Deletion) -> None:
    """Bring back what was deleted while it was open, on the writer's thread."""
    file = deletion.file
    if file is not None and file.opening.exception() is None:
        file.opening.result().close()  # still open where it could not be set aside
    moved_back(deletion.aside)


def _opened_after(back: Future[None], path: Path) -> Journal:
    """Open a journal that was to be brought back before."""
    back.result()
    return Journal(path)


def _copy(document: Document) -> Document:
    return Document(document.reading, document.undo_steps, document.redo_steps)


def _added(before: Reading, since: Reading) -> Edit:
    """Return the step that adds what was drawn since a deletion that failed: nothing of both is lost but decisions,
    of which the later ones hold."""
    from cxrviewer.reading.exchange import merged

    changes: list[Change] = [
        one for one in merged(before, since).edit.changes if not isinstance(one, SetDecision | SetImpression)
    ]
    decided = since.decisions.items()
    changes += [SetDecision(k, old, v) for k, v in decided if (old := before.decisions.get(k)) != v]
    if since.impression not in before.impression:
        words = f"{before.impression}\n\n{since.impression}".strip()
        changes.append(SetImpression(before.impression, words[:MAX_TEXT]))
    return Edit("draw", tuple(changes))


def _close_unused(opening: Future[Journal | None]) -> None:
    """Close a journal that nobody waits for any more."""
    if not opening.cancelled() and opening.exception() is None:
        journal = opening.result()
        if journal is not None:
            journal.close()


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
        self._writer = Writer()
        self._late = Late(jobs.post, lambda: None)
        self._lock = threading.Lock()  # of the two below
        self._taken: set[str] = set()
        self._prepared: OrderedDict[str, Future[Journal | None]] = OrderedDict()

    def acquire(self, image: ImageRef) -> OpenReading:
        """Return the reading an image belongs to, open until everybody has released it."""
        name = journal_name(image)
        reading = self._open.get(name)
        if reading is None:
            with self._lock:
                self._taken.add(name)
                prepared = self._prepared.pop(name, None)
            made = OpenReading(name, self._folder, self._jobs, self._notify, self._later, self._writer, prepared)
            made.on_written = lambda: self._let_go(made)
            reading = self._open[name] = made
        reading.users += 1
        return reading

    def delete(self, name: str) -> Deletion:
        """Delete a reading by the name of its file, after what is queued for it. Waits for no disk."""
        reading, folder = self._open.get(name), self._folder
        if reading is not None:
            try:
                return reading.set_aside()
            except JournalError as error:
                return Deletion(name, _failed(error))

        def work(prepared: Future[Journal | None] | None) -> Path:
            if folder is None:
                raise JournalError(NOT_DELETED)
            if prepared is not None:
                _close_unused(prepared)
            path = folder / name
            try:
                check_free(path)
            except OSError as error:
                raise JournalError(NOT_DELETED) from error
            return moved_aside(path)

        return Deletion(name, self._move(name, work))

    def restore(self, deletion: Deletion) -> Future[None]:
        """Undo `delete`, after it and without waiting for a disk. The future has the JournalError."""
        reading = self._open.get(deletion.name)
        if reading is not None:
            try:
                return reading.bring_back(deletion)
            except JournalError as error:
                return _failed(error)

        def work(prepared: Future[Journal | None] | None) -> None:
            if prepared is not None:
                _close_unused(prepared)
            moved_back(deletion.aside)

        return self._move(deletion.name, work)

    def watch(self, moved: Future[Any], done: Callable[[JournalError | None], None]) -> None:
        """Call `done` with what `delete` or `restore` came to, at once where the disk is as fast as it should be."""

        def look(future: Future[Any]) -> None:
            error = future.exception()
            if error is not None and not isinstance(error, JournalError):
                raise error
            done(error)

        self._late.watch(moved, look)

    def key_images(self, studies: Iterable[str], cancel: CancelToken) -> dict[str, frozenset[str]]:
        """Return the instance UIDs of the key images of each study, as the disk has them, from a thread that may wait.

        Raises JobCancelled.
        """
        found: dict[str, frozenset[str]] = {}
        for study in studies:
            cancel.raise_if_cancelled()
            reading = None if self._folder is None else reading_at(self._folder / _file_name(f"study {study}"))
            found[study] = frozenset() if reading is None else reading.key_instances
        return found

    def tell(self, words: str) -> None:
        """Bring a sentence to the reader."""
        self._notify(words)

    def _move(self, name: str, work: Callable[[Future[Journal | None] | None], T]) -> Future[T]:
        """Have the journal of a reading that is not open moved."""
        with self._lock:  # what is prepared before comes before it in the writer's queue, and what comes after, after
            prepared = self._prepared.pop(name, None)
            return self._writer.submit(lambda: work(prepared))

    def release(self, reading: OpenReading) -> None:
        """Close a reading that nobody else has; another window may then write to it.

        One that is not on the disk is kept until it is.
        """
        reading.users -= 1
        reading.flush()
        self._let_go(reading)

    def _let_go(self, reading: OpenReading) -> None:
        if reading.users == 0 and not reading.only_here and self._open.pop(reading.name, None) is not None:
            reading.close()
            with self._lock:  # after it: what opens it again comes behind in the writer's queue
                self._taken.discard(reading.name)

    def save_now(self) -> bool:
        """Try again to write what a disk has not taken; return whether everything that is to be saved is on it."""
        saved = all([reading.save_now() for reading in self._open.values()])
        self._late.settle(CLOSE_PATIENCE)
        return saved and not self._late

    def close(self) -> None:
        """Write down what is left and close all."""
        readings = list(self._open.values())
        self._open.clear()
        for reading in readings:
            reading.close(last=True)
        self._late.settle(CLOSE_PATIENCE)
        for name in list(self._prepared):
            self._unprepare(name)
        self._writer.finish(CLOSE_PATIENCE)

    def warm(self, opened: OpenedImage) -> None:
        """Do `prepare` for an image that was decoded."""
        if self._folder is not None:
            self.prepare(image_ref(opened))

    def prepare(self, image: ImageRef) -> None:
        """Open the journal of an image's study, from a thread that may wait: `acquire` then waits for no disk."""
        if self._folder is None:
            return
        name = journal_name(image)
        path = self._folder / name
        with self._lock:
            if name in self._taken or name in self._prepared:
                return
            opening = self._prepared[name] = self._writer.submit(lambda: open_if_there(path))
            unused = list(self._prepared)[:-MOST_PREPARED]
        for other in unused:  # of images that were passed by
            self._unprepare(other, CLOSE_PATIENCE)
        if opening.exception() is not None:  # waits; tried again when the image is shown
            self._unprepare(name, CLOSE_PATIENCE)

    def _unprepare(self, name: str, patience: float = 0) -> None:
        """Let go of a journal that was opened for an image which did not come."""
        with self._lock:
            opening = self._prepared.pop(name, None)
        if opening is not None:
            within(self._writer.submit(lambda: _close_unused(opening)), patience)


def _failed(error: JournalError) -> Future[Any]:
    failed: Future[Any] = Future()
    failed.set_exception(error)
    return failed
