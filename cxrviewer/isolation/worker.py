"""The worker process: runs one job after the other until the app closes the pipe or dies."""

from __future__ import annotations

import gc
import importlib
import os
import signal
import threading
from collections.abc import Callable
from multiprocessing import connection, parent_process
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from cxrviewer.isolation.sandbox import (
    cpu_limit,
    forbid_core_dumps,
    limit_memory,
    lower_priority,
    resident_bytes,
    return_free_memory,
    silence,
    use_one_thread,
)

if TYPE_CHECKING:  # numpy must not be loaded before `use_one_thread`
    from cxrviewer.isolation.codec import Array
    from cxrviewer.isolation.handover import Handover
    from cxrviewer.isolation.limits import WorkerOptions
    from cxrviewer.isolation.protocol import Request

KEPT_BYTES = 128 * 2**20
"""Memory a worker may keep beyond what it has at its start. A job runs faster in memory that is there already."""


def serve(requests: Connection, replies: Connection, handover: Handover, options: WorkerOptions) -> None:
    """Answer `requests`. Entry point of the process."""
    # Ctrl-C belongs to the app, which then closes the pipe; a traceback from here would only confuse.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    silence()
    forbid_core_dumps()
    use_one_thread()
    if options.background:
        lower_priority()
    threading.Thread(target=_end_with_the_app, daemon=True).start()
    from cxrviewer.isolation import protocol

    if options.warm_up:
        _imported(options.warm_up)()
    gc.collect()
    gc.freeze()  # what was loaded stays: the collector need not look through it between the jobs
    handover.reserve()
    limit_memory(options.memory_bytes)
    try:
        replies.send_bytes(protocol.ready())
        at_start = resident_bytes()
        while True:
            request = protocol.Request.unpacked(requests.recv_bytes())
            replies.send_bytes(_answer(request, handover, replies))
            if resident_bytes() - at_start > KEPT_BYTES:
                return_free_memory()
    except (EOFError, OSError):
        os._exit(0)  # the app is gone


def _answer(request: Request, handover: Handover, replies: Connection) -> bytes:
    from cxrviewer.isolation import early, protocol

    def announce(array: Array) -> None:
        replies.send_bytes(protocol.pack_early(request.number, array))

    first = early.EarlyArray(handover, announce) if handover.several_writes else None
    try:
        with cpu_limit(request.cpu_seconds):
            with early.job(first):
                value = _imported(request.function)(*request.arguments)
            return protocol.pack_value(request.number, value, handover, first)
    except Exception as error:  # noqa: BLE001  # everything a parser raises is an answer
        return protocol.pack_error(request.number, error)


def _imported(path: str) -> Callable[..., Any]:
    module, _, name = path.rpartition(".")
    function: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return function


def _end_with_the_app() -> None:
    """Wait for the end of the app, which a job that runs for long would not notice."""
    app = parent_process()
    if app is not None:
        connection.wait([app.sentinel])
    os._exit(0)
