"""Where frames are drawn: in processes that may die."""

from __future__ import annotations

import logging

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import (
    DecodeError,
    IsolationError,
    WorkerDiedError,
    WorkerFaultError,
    WorkerMemoryError,
    WorkerTimeError,
)
from cxrviewer.isolation.limits import JobLimits, WorkerOptions
from cxrviewer.isolation.pool import WorkerPool
from cxrviewer.log import Safe
from cxrviewer.render.picture import RenderedFrame
from cxrviewer.render.settings import RenderSettings

_log = logging.getLogger(__name__)

LIMITS = JobLimits(cpu_seconds=20.0, cancel_seconds=0.0)
"""A run that is interrupted ends at once: there is no next job that a warm worker would serve."""

DIED = "Reading this file ended the process that did it: the file is damaged or made to do harm."
TOO_MUCH = "This file needs more memory than one image is given: it is damaged or too large."
TOO_SLOW = "Reading this file took too long and was stopped: it is damaged or too large."
NO_ANSWER = "Nothing was read of this file for two minutes; check the disk or the connection to it."
NO_PROCESS = "The process that reads files could not be started; close other programs."
FAULT = "The file could not be shown because of an error in this program; please report it."


class RenderWorkers:
    """Draws frames in up to `size` worker processes. A context manager; safe to use from any thread."""

    def __init__(self, size: int) -> None:
        options = WorkerOptions(name="cxr-render", warm_up="cxrviewer.render.picture.warm_up")
        self._pool = WorkerPool(size, options)

    def __enter__(self) -> RenderWorkers:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.close()

    def __call__(self, path: str, frame: int, settings: RenderSettings, cancel: CancelToken) -> RenderedFrame:
        """Draw a frame; see `picture.render_frame`.

        Raises
        ------
        DecodeError
            Where the worker died or reached a limit.
        JobCancelled
        """
        job = "cxrviewer.render.picture.render_frame"
        try:
            return self._pool.run(job, (path, frame, settings), RenderedFrame, cancel=cancel, limits=LIMITS)
        except IsolationError as error:
            raise DecodeError(_sentence(error)) from error


def _sentence(error: IsolationError) -> str:
    if isinstance(error, WorkerDiedError):
        return DIED
    if isinstance(error, WorkerMemoryError):
        return TOO_MUCH
    if isinstance(error, WorkerTimeError):
        return TOO_SLOW if error.working else NO_ANSWER
    if isinstance(error, WorkerFaultError):
        _log.error("rendering a file failed unexpectedly:\n%s", Safe(error.details))
        return FAULT
    return NO_PROCESS
