"""What a worker process may use."""

from __future__ import annotations

from msgspec import Struct

MAX_MESSAGE_BYTES = 2**20
"""Of an answer without its arrays."""

MAX_REQUEST_BYTES = 2**15
"""A request fits into the pipe as a whole, so that sending it never waits for the worker."""


class JobLimits(Struct, frozen=True, kw_only=True):
    """Limits of one job.

    Attributes
    ----------
    cpu_seconds : float
        Processor time of all threads of the worker; slow drives do not count. Not enforced on Windows.
    wall_seconds : float
        Elapsed time, generous: only a file system or a worker that hangs reaches it.
    cancel_seconds : float
        Time between a cancel and the end of the worker. Most jobs end by themselves meanwhile, which keeps the
        worker, and with it the speed of the next job.
    """

    cpu_seconds: float = 15.0
    wall_seconds: float = 120.0
    cancel_seconds: float = 0.3


class WorkerOptions(Struct, frozen=True, kw_only=True):
    """How a worker process is started.

    Attributes
    ----------
    name : str
        Of the process and the thread that reads its answers; begins with ``cxr-``.
    warm_up : str
        Import path of a function that is called once, before the limits hold: ``package.module.function``.
    memory_bytes : int
        Address space on top of what the process uses after `warm_up` (Linux only).
    answer_bytes : int
        All arrays of one answer together.
    start_seconds : float
        Time to start and to warm up.
    reserve_bytes : int
        Shared memory made at the start, because the first touch of a page costs four times as much as the next.
    keep_bytes : int
        Shared memory kept between jobs; the rest goes back to the system.
    background : bool
        Let the window and other programs go before the process.
    """

    name: str
    warm_up: str = ""
    memory_bytes: int = 900 * 2**20
    answer_bytes: int = 512 * 2**20
    start_seconds: float = 60.0
    reserve_bytes: int = 0
    keep_bytes: int = 64 * 2**20
    background: bool = False
