"""One running model process: its pipes, its deadline, and how a run in it is stopped."""

from __future__ import annotations

import contextlib
import multiprocessing
import threading
from collections.abc import Iterable, Iterator, Mapping
from multiprocessing.context import SpawnProcess
from typing import Any

from cxrviewer.heads.runtime import protocol, worker
from cxrviewer.heads.runtime.limits import Limits
from cxrviewer.isolation import spawn


class ModelProcess:
    """One running model process with its two pipes and the deadline of what it is doing."""

    def __init__(self, limits: Limits, program: bool) -> None:
        context = multiprocessing.get_context("spawn")
        # One-way pipes, not a duplex one: that would be a socket pair, and this program opens no sockets.
        requests, self._requests = context.Pipe(duplex=False)
        self._replies, replies = context.Pipe(duplex=False)
        self._sending = threading.Lock()
        self.timed_out = False
        self.process: SpawnProcess = context.Process(
            target=worker.serve,
            args=(requests, replies, limits.threads, limits.memory_bytes, program),
            name="cxr-model",
            daemon=True,
        )
        try:
            spawn.start(self.process)
        finally:
            # With our copies open, the end of the process would not end our reading.
            requests.close()
            replies.close()

    def send(self, header: Mapping[str, Any], tensors: Mapping[str, protocol.Tensor] | None = None) -> None:
        with self._sending:
            protocol.send(self._requests, header, tensors)

    def send_data(self, size: int, chunks: Iterable[bytes]) -> None:
        with self._sending:
            protocol.send_data(self._requests, size, chunks)

    def request_stop(self, number: int) -> None:
        """Ask for the end of a run without ever waiting long: cancels come from the GUI thread."""
        if self._sending.acquire(timeout=0.05):
            try:
                protocol.send(self._requests, {"op": "cancel", "id": number})
            except OSError:
                pass  # it is gone already
            finally:
                self._sending.release()

    def receive(self) -> tuple[dict[str, Any], dict[str, protocol.Tensor]]:
        return protocol.receive(self._replies, protocol.MAX_ANSWER_BYTES)

    def idle(self) -> bool:
        """Return whether the process waits for work: alive, and nothing unasked in its pipe (an end of file is)."""
        return self.process.is_alive() and not self._replies.poll(0)

    def kill(self) -> None:
        """End the process now, from any thread; a reader waiting for it gets an end of file."""
        with contextlib.suppress(ValueError, OSError):  # already released
            self.process.kill()

    def time_out(self) -> None:
        self.timed_out = True
        self.kill()

    def release(self) -> None:
        """End the process and give everything back."""
        self.kill()
        self.process.join()
        with self._sending:  # a cancel may be on its way
            self._requests.close()
        self._replies.close()
        self.process.close()


@contextlib.contextmanager
def deadline(process: ModelProcess, seconds: float) -> Iterator[None]:
    """Kill `process` unless the body ends in time.

    A timer and not a timeout on reading: a process that stops reading while we send, or in
    the middle of an answer, would hold us past any such timeout.
    """
    timer = threading.Timer(seconds, process.time_out)
    timer.name = "cxr-deadline"
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()


class Stopper:
    """Stops one run: politely first, and by ending the process where that does not help."""

    def __init__(self, process: ModelProcess, number: int, seconds: float) -> None:
        self._process = process
        self._number = number
        self._lock = threading.Lock()
        self._over = False
        self._killer = threading.Timer(seconds, process.kill)
        self._killer.name = "cxr-cancel"
        self._killer.daemon = True

    def stop(self) -> None:
        with self._lock:
            if self._over:
                return  # a late cancel must not end the process under the next image
            self._killer.start()
        self._process.request_stop(self._number)

    def over(self) -> None:
        with self._lock:
            self._over = True
        self._killer.cancel()
        if self._killer.ident is not None:
            self._killer.join()
