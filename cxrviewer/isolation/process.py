"""One running worker process, as the app sees it."""

from __future__ import annotations

import contextlib
import multiprocessing
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any, Generic, TypeVar

from msgspec import Struct

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import (
    JobCancelled,
    WorkerAnswerError,
    WorkerDiedError,
    WorkerStartError,
    WorkerTimeError,
)
from cxrviewer.isolation import handover as shared_memory
from cxrviewer.isolation import protocol, spawn, worker
from cxrviewer.isolation.limits import MAX_MESSAGE_BYTES, JobLimits, WorkerOptions
from cxrviewer.text import msg

T = TypeVar("T")

_ENDED, _CANCELLED = "ended", "cancelled"
_JOIN_SECONDS = 0.5
_FROM_OUTSIDE = ("SIGKILL", "SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT")
"""Signals that faulty code does not send to itself."""


class Later(Struct, Generic[T], frozen=True):
    """The type of an answer that is imported only when the answer is there: the app has other things to do before."""

    load: Callable[[], type[T]]


class WorkerProcess:
    """A worker process from its start to its end; one job at a time.

    A thread reads what it sends, so that whoever waits for an answer can be woken by a cancel, a deadline or
    `close` even while the process hangs in the system, where it cannot be killed.
    """

    def __init__(self, options: WorkerOptions) -> None:
        context = multiprocessing.get_context("spawn")
        self._options = options
        self._handover = shared_memory.create(options.reserve_bytes, options.keep_bytes)
        # One-way pipes, not a duplex one: that would be a socket pair, and this program opens no sockets.
        requests, self._requests = context.Pipe(duplex=False)
        replies, child_replies = context.Pipe(duplex=False)
        self._events: queue.SimpleQueue[Any] = queue.SimpleQueue()
        # What the worker sends unasked stays in the pipe and cannot fill the app's memory.
        self._expected = threading.Semaphore(1)
        self._using = threading.Lock()  # `close` must not close a descriptor that is being written or read
        self._number = protocol.READY
        self._ready = False
        self._early_bytes: dict[str, int] = {}  # by function
        self._usable = True
        self._closed = False
        self._started = time.monotonic()
        self._process: SpawnProcess = context.Process(
            target=worker.serve,
            args=(requests, child_replies, self._handover, options),
            name=options.name,
            daemon=True,
        )
        try:
            spawn.start(self._process)
        except OSError as error:
            self._requests.close()
            replies.close()
            self._handover.close()
            raise WorkerStartError(msg("A worker process could not be started; close other programs.")) from error
        finally:
            # With our copies open, the end of the process would not end our reading.
            requests.close()
            child_replies.close()
        self._pid = self._process.pid  # the process is asked no more once it is released
        self._reader = threading.Thread(target=self._read, args=(replies,), name=f"{options.name}-reader", daemon=True)
        self._reader.start()

    @property
    def usable(self) -> bool:
        """Whether the process lives and waits for a job, or will."""
        try:
            return self._usable and self._process.is_alive()
        except ValueError:  # released on another thread between the two
            return False

    @property
    def ready(self) -> bool:
        """Whether the process has ever been ready."""
        return self._ready

    @property
    def pid(self) -> int | None:
        return self._pid

    def run(
        self,
        function: str,
        arguments: tuple[Any, ...],
        expected: type[T] | Later[T],
        *,
        cancel: CancelToken,
        limits: JobLimits,
    ) -> T:
        """Run `function`, a path to import, in the worker and return its value, which must be an `expected`.

        Raises
        ------
        CxrError
            What the function raised.
        IsolationError
            The worker ended, took too much memory or time, or answered nonsense; see its subclasses.
        JobCancelled
            On `cancel` and on `close`.
        """
        cancel.raise_if_cancelled()
        self._number += 1
        number = self._number
        request = protocol.Request(number, function, arguments, limits.cpu_seconds).packed()
        with cancel.calling(partial(self._events.put, (_CANCELLED, number))):
            self._wait_until_ready(cancel)
            self._send(request)
            data, early = self._reply(function, number, limits)
        wanted = expected.load() if isinstance(expected, Later) else expected
        with self._using:
            if self._closed:
                raise JobCancelled
            try:
                return protocol.unpack(number, data, wanted, self._handover, self._options.answer_bytes, early)
            except WorkerAnswerError:
                self.kill()
                raise
            finally:
                self._handover.trim()

    def kill(self) -> None:
        """End the process now, from any thread; whoever waits for it is woken."""
        self._usable = False
        with contextlib.suppress(ValueError, OSError):  # already released
            self._process.kill()
        self._events.put((_ENDED, 0))

    def close(self, patience: float = _JOIN_SECONDS) -> bool:
        """End the process and give everything back.

        Returns
        -------
        bool
            False where the process hangs in the system; it then ends when the system lets it.
        """
        self._closed = True
        self.kill()
        self._expected.release()
        self._process.join(patience)
        ended = self._process.exitcode is not None
        if ended:
            self._reader.join()
            self._process.close()
        with self._using:
            self._requests.close()
            self._handover.close()
        return ended

    def _read(self, replies: Connection) -> None:
        try:
            while self._expected.acquire() and self._usable:
                self._events.put(replies.recv_bytes(MAX_MESSAGE_BYTES))
        except EOFError:
            pass
        except OSError:  # a message is longer than allowed
            self._events.put(b"")
        finally:
            self._usable = False
            replies.close()
            self._events.put((_ENDED, 0))

    def _wait_until_ready(self, cancel: CancelToken) -> None:
        end = self._started + self._options.start_seconds
        while not self._ready:
            match self._next(end):
                case bytes() as data if protocol.is_ready(data):
                    self._ready = True
                case (kind, number) if kind == _CANCELLED and number == self._number:
                    raise JobCancelled  # the worker goes on starting, for the next job
                case (kind, _) if kind == _CANCELLED:
                    continue  # of an earlier job
                case _:
                    self.kill()
                    if self._closed:
                        raise JobCancelled
                    raise WorkerStartError(msg("A worker process could not be started; start the program again."))

    def _send(self, request: bytes) -> None:
        with self._using:
            if self._closed:
                raise JobCancelled
            try:
                self._requests.send_bytes(request)
            except OSError as error:
                self.kill()
                raise WorkerDiedError(msg("The worker process had ended before the job."), innocent=True) from error

    def _reply(self, function: str, number: int, limits: JobLimits) -> tuple[bytes, protocol.Array | None]:
        """Wait for the message that answers job `number`; return it and the array that came before it, if any."""
        end = time.monotonic() + limits.wall_seconds
        cancelled = False
        early: protocol.Array | None = None
        self._expected.release()
        # The next image is most often as large as the last.
        size = self._early_bytes.get(function, 0)
        buffer = protocol.ready_buffer(size) if size else None
        while True:
            event = self._next(end)
            if isinstance(event, bytes) and early is None and protocol.is_early(event):
                # Of a cancelled job too: what follows must not be taken for the answer to the next one.
                early = self._early(number, event, buffer)
                self._early_bytes[function] = early.nbytes if early.nbytes <= self._options.keep_bytes else 0
                self._expected.release()
            elif isinstance(event, bytes):
                if cancelled:
                    raise JobCancelled
                return event, early
            elif event == (_CANCELLED, number):
                cancelled = True
                end = min(end, time.monotonic() + limits.cancel_seconds)
            elif event is None or event[0] == _ENDED:
                raise self._end(event is None, cancelled)

    def _next(self, end: float) -> Any:
        """Return the next event: an answer, or (kind, number); None at the time `end`."""
        try:
            return self._events.get(timeout=max(0.0, end - time.monotonic()))
        except queue.Empty:
            return None

    def _early(self, number: int, data: bytes, buffer: protocol.Array | None) -> protocol.Array:
        with self._using:
            if self._closed:
                raise JobCancelled
            try:
                return protocol.unpack_early(number, data, self._handover, self._options.answer_bytes, buffer)
            except WorkerAnswerError:
                self.kill()
                raise

    def _end(self, late: bool, cancelled: bool) -> Exception:
        """End the process, whatever it does, and return the error that says why the job has no answer."""
        code = None
        if not (late or cancelled or self._closed):
            self._process.join(_JOIN_SECONDS)
            code = self._process.exitcode
        self.kill()
        if cancelled or self._closed:
            return JobCancelled()
        if late:
            return WorkerTimeError(msg("The job took longer than allowed."), working=False)
        if code is None:
            return WorkerAnswerError(protocol.NONSENSE)  # it lives, but closed its pipe
        name = _signal_name(code)
        if name in ("SIGPROF", "SIGXCPU"):
            return WorkerTimeError(msg("The job took more processor time than allowed."), working=True)
        innocent = self._number > 1 or name in _FROM_OUTSIDE
        return WorkerDiedError(msg("The worker process ended during the job."), innocent=innocent)


def _signal_name(exit_code: int) -> str:
    """Return the name of the signal that ended a process, empty where it was none."""
    if exit_code >= 0 or sys.platform == "win32":
        return ""
    try:
        return signal.Signals(-exit_code).name
    except ValueError:
        return ""
