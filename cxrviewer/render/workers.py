"""Where frames are drawn: in processes that may die."""

from __future__ import annotations

import os

from cxrviewer.cancel import CancelToken
from cxrviewer.decoder.client import IMAGE_LIMITS, MEMORY_BYTES, decoder_error
from cxrviewer.errors import IsolationError
from cxrviewer.isolation.limits import JobLimits, WorkerOptions
from cxrviewer.isolation.pool import WorkerPool
from cxrviewer.render.picture import RenderedFrame
from cxrviewer.render.settings import RenderSettings

LIMITS = JobLimits(cpu_seconds=IMAGE_LIMITS.cpu_seconds, cancel_seconds=0.0)
"""A run that is interrupted ends at once: there is no next job that a warm worker would serve."""


class RenderWorkers:
    """Draws frames in up to `size` worker processes. A context manager; safe to use from any thread."""

    def __init__(self, size: int) -> None:
        warm_up = "cxrviewer.render.picture.warm_up"
        self._pool = WorkerPool(size, WorkerOptions(name="cxr-render", warm_up=warm_up, memory_bytes=MEMORY_BYTES))

    def __enter__(self) -> RenderWorkers:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.close()

    def __call__(self, path: str, frame: int, settings: RenderSettings, cancel: CancelToken) -> RenderedFrame:
        """Draw a frame; see `picture.render_frame`.

        Raises
        ------
        DecoderError
            Where the worker died or reached a limit.
        JobCancelled
        """
        job, arguments = "cxrviewer.render.picture.render_frame", (os.path.abspath(path), frame, settings)
        try:
            return self._pool.run(job, arguments, RenderedFrame, cancel=cancel, limits=LIMITS)
        except IsolationError as error:
            raise decoder_error(error) from error
