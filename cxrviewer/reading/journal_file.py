"""Journals written by a thread of their own: whoever edits never waits for the disk longer than it wants to."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import wait as wait_for
from pathlib import Path
from typing import Any, TypeVar

from cxrviewer.reading.document import Document, Reading
from cxrviewer.reading.journal import Journal, JournalError, Record, Snapshot
from cxrviewer.reading.shelf import bring_back, set_aside
from cxrviewer.text import msg

T = TypeVar("T")

NOT_DELETED = msg("The reading could not be deleted; check the disk.")
NOT_NOW = msg("This reading cannot be deleted now: it is not on the disk, or not this window's.")
NOT_BACK = msg("The reading could not be brought back: its study has another one by now, or the disk failed.")


class Writer:
    """Does what it is given in that order, one after the other, on one thread; the thread ends when nothing is left."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[tuple[Future[Any], Callable[[], Any]]] = deque()
        self._running = False
        self._thread = threading.Thread()

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """Queue `work`, from any thread."""
        future: Future[T] = Future()
        with self._lock:
            self._waiting.append((future, work))
            if not self._running:
                self._running = True
                # A daemon: a disk that never answers must not keep the program from ending.
                self._thread = threading.Thread(target=self._run, name="cxr-journal", daemon=True)
                self._thread.start()
        return future

    def finish(self, patience: float) -> bool:
        """Wait until everything queued so far is done, at most so many seconds; return whether it is."""
        done = within(self.submit(lambda: None), patience)
        if done:
            self._thread.join(patience)  # with nothing left it ends at once
        return done

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._running = False
                    return
                future, work = self._waiting.popleft()
            try:
                result = work()
            except BaseException as error:  # noqa: BLE001 - whoever holds the future gets it
                future.set_exception(error)
            else:
                future.set_result(result)


def within(future: Future[Any], seconds: float) -> bool:
    """Wait for a future; return whether it is done."""
    return bool(wait_for([future], seconds).done)


def whole(document: Document) -> Callable[[], Snapshot]:
    """Return what makes a snapshot of a document as it is now, on any thread, whatever becomes of it meanwhile."""
    reading, undo, redo = document.reading, document.undo_steps, document.redo_steps
    return lambda: Snapshot(reading.as_edit(), undo, redo)


class NotWrittenError(JournalError):
    """A record was left out because one before it is not on the disk; `JournalFile.rewrite` writes both."""


def moved_aside(path: Path) -> Path:
    """Take a journal that is not open out of use, on the writer's thread. Raises JournalError."""
    try:
        return set_aside(path)
    except OSError as error:
        raise JournalError(NOT_DELETED) from error


def moved_back(aside: Future[Path]) -> None:
    """Undo `moved_aside`, whose future was queued before; nothing to do where that failed. Raises JournalError."""
    if aside.exception() is not None:
        return
    try:
        bring_back(aside.result())
    except OSError as error:
        raise JournalError(NOT_BACK) from error


def open_if_there(path: Path) -> Journal | None:
    """Open a journal that exists. Raises JournalError."""
    return Journal(path) if path.exists() else None


class JournalFile:
    """A journal that a `Writer` opens and writes. Every call returns at once; its future has the JournalError.

    After a record that could not be written nothing is appended any more, for it would not fit what is on the disk,
    until `rewrite` has written everything. The same holds for records made before anybody had seen the document of a
    journal that was not empty.

    Parameters
    ----------
    writer : Writer
    path : Path
    opening : Future of Journal, optional
        Where somebody has had it opened already.
    """

    def __init__(self, writer: Writer, path: Path, opening: Future[Journal] | None = None) -> None:
        self.path = path
        self._writer = writer
        self._gap = False  # of the writer's thread
        self.seen = False
        """Whether the document that was found is known to whoever appends."""
        self.opening = writer.submit(lambda: Journal(path)) if opening is None else opening

    def append(self, record: Record, document: Callable[[], Snapshot]) -> Future[None]:
        """Append a record; `document` is what `whole` returns for the document after it."""

        seen = self.seen

        def work() -> None:
            journal = self.opening.result()
            self._gap = self._gap or (not seen and journal.document.reading != Reading())
            if self._gap:
                raise NotWrittenError(msg("The last changes may not be on the disk; check it."))
            try:
                journal.append(record)
                if journal.wants_compacting:
                    journal.compact(document())
            except JournalError:
                self._gap = True
                raise

        return self._writer.submit(work)

    def rewrite(self, document: Callable[[], Snapshot]) -> Future[None]:
        """Write everything anew."""

        def work() -> None:
            self.opening.result().compact(document())
            self._gap = False

        return self._writer.submit(work)

    def set_aside(self, document: Callable[[], Snapshot]) -> Future[Path]:
        """Close it once everything is written and take it out of use; nothing else can be done with it after that.

        What could not be written is written first, so that whoever brings the reading back gets all of it. Where that
        fails the future has a NotWrittenError, and the journal stays open.
        """
        seen = self.seen

        def work() -> Path:
            journal = self.opening.result()
            if not seen and journal.document.reading != Reading():
                raise NotWrittenError(NOT_NOW)
            if self._gap:
                try:
                    journal.compact(document())
                except JournalError as error:
                    raise NotWrittenError(NOT_NOW) from error
                self._gap = False
            journal.close()
            return moved_aside(self.path)

        return self._writer.submit(work)

    def sync(self) -> None:
        """Wait, on a thread that may, until everything appended so far is on the disk. Raises JournalError."""
        self.opening.result().sync()

    def close(self, *, sync: bool = False) -> Future[None]:
        """Close it once everything is written."""

        def work() -> None:
            if self.opening.exception() is not None:
                return
            journal = self.opening.result()
            try:
                if sync:
                    journal.sync()
            finally:
                journal.close()

        return self._writer.submit(work)
