"""Questions to the file system that may never be answered, asked from threads that can be left behind.

A thread that waits in the system for a network folder cannot be ended. Whoever asks here therefore waits beside a
thread made for the question, and leaves it where the folder has fallen silent.
"""

from __future__ import annotations

import contextlib
import math
import os
import stat
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import CxrError, JobCancelled
from cxrviewer.imaging.member_paths import file_of
from cxrviewer.text import msg

T = TypeVar("T")

PATIENCE = 10.0
"""Seconds without a step. A disk that wakes up takes up to eight."""

GRACE = 0.5
"""Seconds that a cancelled question has to end by itself: most notice at once, one in a decoder process after 0.3 s."""

CHUNK = 1 << 20

MOST_LEFT = 32
"""Threads that are left behind at a time, at most; beyond that whoever asks about another place waits, as long as it
takes."""

SILENT = msg("The drive or network folder does not answer. Check its connection, then open it again.")


class SilentError(CxrError):
    """A drive or network folder does not answer; nothing is known of what lies there.

    Attributes
    ----------
    place : Path
        What was looked at. For the screen only.
    """

    code = "silent"

    def __init__(self, place: Path) -> None:
        super().__init__(SILENT)
        self.place = place


class Asked(Generic[T]):
    """A question on a thread of its own.

    Attributes
    ----------
    place : Path
        What is looked at; each step may name another one.
    cancel : CancelToken
        Cancelled when nobody waits for the answer any more.
    """

    def __init__(self, place: Path, question: Callable[[Asked[T]], T]) -> None:
        self.place, self.cancel = place, CancelToken()
        self._question = question
        self._stepped = time.monotonic()
        self._steps = 0
        self._answer: T | None = None
        self._error: BaseException | None = None
        self._over = False
        self._changed = threading.Condition()
        threading.Thread(target=self._run, name="cxr-asks", daemon=True).start()

    def step(self, place: Path | None = None) -> None:
        """Note that the file system has answered; JobCancelled where nobody waits any more."""
        self._stepped = time.monotonic()
        self._steps += 1
        self.place = self.place if place is None else place
        self.cancel.raise_if_cancelled()

    @property
    def progress(self) -> tuple[int, bool]:
        """What is another one after each step, and at the end."""
        return self._steps, self._over

    def be_patient(self) -> None:
        """Begin to wait anew."""
        self._stepped = time.monotonic()

    def wait(self, patience: float, cancel: CancelToken | None = None) -> bool:
        """Return whether the question is over; False after `patience` seconds without a step, or a cancel."""
        cancel = cancel or CancelToken()
        with cancel.calling(self._wake), self._changed:
            while not (self._over or cancel.cancelled):
                left = self._stepped + patience - time.monotonic()
                if left <= 0:
                    break
                self._changed.wait(min(left, threading.TIMEOUT_MAX))
            return self._over

    def answer(self) -> T:
        """Return what came back, or raise it; the question is over."""
        if self._error is not None:
            raise self._error
        return cast(T, self._answer)

    def leave(self) -> None:
        """Have the thread end as soon as it can, and wait for it no longer."""
        self.cancel.cancel()
        with self._changed:
            if not self._over:
                _left.add(self)

    def _run(self) -> None:
        try:
            self._answer = self._question(self)
        except BaseException as error:  # noqa: BLE001  # raised again where it was asked
            self._error = error
        with self._changed:
            self._over = True
            _left.discard(self)
            self._changed.notify_all()

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()


_left: set[Asked[Any]] = set()


def ask(place: Path, question: Callable[[Asked[T]], T], cancel: CancelToken) -> T:
    """Return the answer to `question`, which runs on a thread of its own.

    The thread is left behind after twice `PATIENCE` without a step in which nothing else at that place was answered
    either: what only takes long is waited for. What the question changes must not be used any more from then on.

    Parameters
    ----------
    place : Path
        A file (or a member of a ZIP) or folder.
    question : callable
        Called with the `Asked`, to tell it each step.
    cancel : CancelToken
        What is answered at once is returned all the same.

    Raises
    ------
    SilentError, JobCancelled
        And what the question raises.
    """
    if not _may_leave() and _still_silent(place):  # it could be neither left behind nor cancelled
        raise SilentError(place)
    asked = Asked(place, question)
    while not asked.wait(PATIENCE, cancel):
        if cancel.cancelled:
            asked.cancel.cancel()
            asked.be_patient()
            if not asked.wait(GRACE if _may_leave() else math.inf):
                asked.leave()
                raise JobCancelled
        elif not _may_leave():
            asked.wait(math.inf, cancel)
        else:
            before, suspect = asked.progress, asked.place
            # What was answered while the other question was not was only slow.
            if _is_silent(suspect, cancel) and asked.progress == before:
                asked.leave()
                raise SilentError(suspect)
            asked.be_patient()
    return asked.answer()


def same_bytes(one: Path, other: Path, step: Callable[[Path], None]) -> bool:
    """Return whether two files hold the same.

    `step` is told which of them is asked for next: that is the one that does not answer, wherever the other lies.

    Raises
    ------
    OSError
        One of them cannot be read.
    """
    states = []
    for path in (one, other):
        step(path)
        states.append(os.stat(path))
    # Opening a pipe waits for whoever writes to it.
    if states[0].st_size != states[1].st_size or not all(stat.S_ISREG(state.st_mode) for state in states):
        return False
    with contextlib.ExitStack() as stack:
        streams = []
        for path in (one, other):
            step(path)
            streams.append((path, stack.enter_context(path.open("rb"))))
        while True:
            parts = []
            for path, stream in streams:
                step(path)
                parts.append(stream.read(CHUNK))
            if parts[0] != parts[1]:
                return False
            if not parts[0]:
                return True


def _may_leave() -> bool:
    return len(_left) + 2 <= MOST_LEFT  # the question, and the one that finds out


def _still_silent(place: Path) -> bool:
    """Return whether a question that was left behind waits at a place, or at a folder that it lies in."""
    return any(one.place in (place, *place.parents) for one in tuple(_left))


def _is_silent(place: Path, cancel: CancelToken) -> bool:
    """Return whether nothing is answered about a place; an error is an answer."""
    probe = Asked(place, lambda _: _touch(place))
    if probe.wait(PATIENCE, cancel):
        return False
    probe.leave()
    return not cancel.cancelled


def _touch(place: Path) -> None:
    """Ask the disk for as little as possible of a file or folder that is not in the system's memory already."""
    with contextlib.suppress(OSError, ValueError):
        if os.path.isdir(place):
            with os.scandir(place) as listing:
                next(listing, None)
            return
        file = file_of(place)
        if not file.is_file():  # opening a pipe waits for whoever writes to it
            return
        with file.open("rb") as stream:
            stream.read(1)
            stream.seek(-1, os.SEEK_END)
            stream.read(1)
