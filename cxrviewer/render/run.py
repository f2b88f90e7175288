"""Renders many files, several at a time; whatever happens to one, the others are rendered."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from msgspec import Struct

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import CxrError, JobCancelled
from cxrviewer.log import Safe, describe_exception
from cxrviewer.ordered import run_in_order
from cxrviewer.render.output import NotWrittenError, Output
from cxrviewer.render.picture import RenderedFrame
from cxrviewer.render.plan import Job
from cxrviewer.render.settings import RenderSettings

_log = logging.getLogger(__name__)

SHOWN, NOT_SHOWN, NOT_WRITTEN, KEPT = "shown", "not_shown", "not_written", "kept"
BUG = "The file could not be shown because of an error in this program; please report it."
NO_MEMORY = "There is not enough memory for this image; close other programs or use fewer jobs."
MISSING_FRAMES = 3
"""After so many frames in a row that cannot be shown the rest of a file is given up."""


class FrameRenderer(Protocol):
    """Draws a frame in a process that may die."""

    def __call__(self, path: str, frame: int, settings: RenderSettings, cancel: CancelToken) -> RenderedFrame: ...


class Outcome(Struct, frozen=True):
    """What became of one input: `SHOWN`, `NOT_SHOWN`, `NOT_WRITTEN` or `KEPT`, and the sentence of the last but one."""

    status: str
    message: str = ""


def render_files(
    jobs: Sequence[Job],
    settings: RenderSettings,
    output: Output,
    renderer: FrameRenderer,
    *,
    resume: bool = False,
    workers: int = 2,
    on_outcome: Callable[[Outcome], None] = lambda outcome: None,
) -> None:
    """Render `jobs` in their order, `workers` at a time; `on_outcome` is called on this thread, in order.

    Raises
    ------
    OutputFullError
        When the disk takes no more.
    KeyboardInterrupt
        After the jobs going on were cancelled.
    """
    cancel = CancelToken()
    names = {(*job.folder, job.name) for job in jobs}

    def work(job: Job) -> Outcome:
        if resume and output.is_done(job):
            return Outcome(KEPT)
        return _render(job, settings, output, renderer, names, cancel)

    run_in_order(work, jobs, on_outcome, cancel, workers=workers, thread_name="cxr-render")


def _render(
    job: Job,
    settings: RenderSettings,
    output: Output,
    renderer: FrameRenderer,
    names: set[tuple[str, ...]],
    cancel: CancelToken,
) -> Outcome:
    report = _Report()
    try:
        output.begin(job)
        for number, frame in _frames(job, settings, renderer, cancel):
            cancel.raise_if_cancelled()
            report.add(number, frame)
            if number and (*job.folder, f"{job.name}.f{number + 1}") in names:
                report.add_note(f"Frame {number + 1} is not written: another input has the name of its picture.")
            elif frame.pixels is not None:
                report.files.append(output.write_picture(job, number, frame.pixels))
        report.add_untried()
        output.write_report(job, report.as_json())
        return Outcome(report.status, report.message)
    except NotWrittenError as error:
        output.take_back(job, report.files)
        return Outcome(NOT_WRITTEN, error.user_message)
    except BaseException:
        output.take_back(job, report.files)
        raise


def _frames(
    job: Job, settings: RenderSettings, renderer: FrameRenderer, cancel: CancelToken
) -> Iterator[tuple[int, RenderedFrame]]:
    """Yield the frames of an input with their numbers; at least one, not all that a damaged file states."""
    if job.problem is not None:
        yield 0, RenderedFrame(pixels=None, message=job.problem)
        return
    number, frames, missing = 0, 1, 0
    while number < frames and missing < MISSING_FRAMES:
        frame = _attempt(job, number, settings, renderer, cancel)
        if number == 0:
            frames = max(1, frame.frames)
        missing = missing + 1 if frame.pixels is None else 0
        yield number, frame
        number += 1


def _attempt(
    job: Job, number: int, settings: RenderSettings, renderer: FrameRenderer, cancel: CancelToken
) -> RenderedFrame:
    try:
        return renderer(job.source, number, settings, cancel)
    except JobCancelled:
        raise
    except CxrError as error:
        message = error.user_message
    except MemoryError:
        message = NO_MEMORY
    except Exception as error:  # noqa: BLE001  # one bad file never stops the rest, not even one that finds a bug
        _log.error("rendering a file failed unexpectedly:\n%s", Safe(describe_exception(error)))
        message = BUG
    return RenderedFrame(pixels=None, message=message)


class _Report:
    """Collects what ``<file name>.json`` says."""

    def __init__(self) -> None:
        self.files: list[str] = []
        self._first: RenderedFrame | None = None
        self._notes: dict[str, None] = {}
        self._tried = 0

    def add(self, number: int, frame: RenderedFrame) -> None:
        self._tried = number + 1
        if self._first is None:
            self._first = frame
        if frame.pixels is None and self._first.frames > 1:
            self.add_note(f"Frame {number + 1} is not shown: {frame.message}")
        for note in frame.notes:
            self.add_note(note)

    def add_untried(self) -> None:
        if self._first is not None and self._tried < self._first.frames:
            self.add_note(f"The frames after number {self._tried} were not tried.")

    def add_note(self, note: str) -> None:
        self._notes[note] = None

    @property
    def status(self) -> str:
        return SHOWN if self.files else NOT_SHOWN

    @property
    def message(self) -> str:
        """Why nothing is shown; empty where a frame is."""
        assert self._first is not None, "every input has at least one frame"
        return "" if self.files else self._first.message

    def as_json(self) -> dict[str, Any]:
        assert self._first is not None, "every input has at least one frame"
        return {
            "status": self.status,
            "message": self.message,
            "notes": list(self._notes),
            "frames": self._first.frames,
            "photometric": self._first.photometric,
            "files": self.files,
        }
