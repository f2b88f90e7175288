"""A few worker processes that share the jobs; urgent jobs never wait behind others."""

from __future__ import annotations

import contextlib
import threading
from typing import Any, TypeVar

from msgspec import Struct

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import JobCancelled, WorkerDiedError, WorkerStartError
from cxrviewer.isolation.limits import JobLimits, WorkerOptions
from cxrviewer.isolation.process import Later, WorkerProcess

T = TypeVar("T")


class _Seat(Struct, eq=False):
    """A place for one process, which is replaced when it ends."""

    reserved: bool
    busy: bool = False
    process: WorkerProcess | None = None


class WorkerPool:
    """Runs jobs in up to `size` worker processes. Safe to use from any thread.

    A process that dies is replaced: a job that killed its process fails alone, however many do so in a row. It is
    tried once more, in a fresh process, where it may have nothing to do with the death (`WorkerDiedError`).

    Parameters
    ----------
    size : int
        Processes at most; each is started when it is first needed, or by `start`.
    options : WorkerOptions
    reserved : int
        How many of them only urgent jobs use.
    """

    def __init__(self, size: int, options: WorkerOptions, *, reserved: int = 0) -> None:
        if not 0 <= reserved < size:
            raise ValueError(f"of {size} workers {reserved} cannot be reserved")
        self._options = options
        self._seats = tuple(_Seat(reserved=index < reserved) for index in range(size))
        self._changed = threading.Condition()
        self._urgent_waiting = 0
        self._closed = False

    def start(self, number: int | None = None) -> None:
        """Start `number` processes, all by default, without waiting until they are ready.

        Raises
        ------
        WorkerStartError
        """
        for seat in self._seats[:number]:
            with self._changed:
                if seat.busy or seat.process is not None or self._closed:
                    continue
                seat.busy = True
            try:
                seat.process = WorkerProcess(self._options)
            finally:
                self._give_back(seat)

    @property
    def ready_for_all(self) -> bool:
        """Whether a process that jobs of every kind may use is ready."""
        return any(seat.process is not None and seat.process.ready for seat in self._seats if not seat.reserved)

    @property
    def pids(self) -> tuple[int, ...]:
        """Process numbers of the workers that were started, for tests and measurements."""
        processes = [seat.process for seat in self._seats]
        return tuple(p.pid for p in processes if p is not None and p.pid is not None)

    def run(
        self,
        function: str,
        arguments: tuple[Any, ...],
        expected: type[T] | Later[T],
        *,
        cancel: CancelToken | None = None,
        limits: JobLimits | None = None,
        urgent: bool = False,
    ) -> T:
        """Run `function` in a worker; see `WorkerProcess.run`.

        Parameters
        ----------
        urgent : bool
            Go before all jobs that are not, and use the reserved workers.
        """
        token = CancelToken() if cancel is None else cancel
        given = JobLimits() if limits is None else limits
        seat = self._take(token, urgent)
        try:
            try:
                return self._process_of(seat).run(function, arguments, expected, cancel=token, limits=given)
            except (WorkerDiedError, WorkerStartError) as error:
                if isinstance(error, WorkerDiedError) and not error.innocent:
                    raise
            return self._process_of(seat).run(function, arguments, expected, cancel=token, limits=given)
        finally:
            self._renew(seat)
            self._give_back(seat)

    def close(self) -> bool:
        """End all processes and whatever they do; jobs raise JobCancelled. Harmless when called again.

        Returns
        -------
        bool
            False where a process hangs in the system and could not be ended yet.
        """
        with self._changed:
            self._closed = True
            processes = [seat.process for seat in self._seats if seat.process is not None]
            for seat in self._seats:
                seat.process = None
            self._changed.notify_all()
        for process in processes:
            process.kill()
        return all([process.close() for process in processes])

    def _take(self, cancel: CancelToken, urgent: bool) -> _Seat:
        with cancel.calling(self._wake), self._changed:
            self._urgent_waiting += urgent
            try:
                while True:
                    cancel.raise_if_cancelled()
                    if self._closed:
                        raise JobCancelled
                    seat = self._free(urgent)
                    if seat is not None:
                        seat.busy = True
                        return seat
                    self._changed.wait()
            finally:
                self._urgent_waiting -= urgent

    def _free(self, urgent: bool) -> _Seat | None:
        if not urgent and self._urgent_waiting:
            return None
        free = [seat for seat in self._seats if not seat.busy and (urgent or not seat.reserved)]
        # A ready process before one that starts, and that before one that must be started.
        return max(free, key=_rank, default=None)

    def _process_of(self, seat: _Seat) -> WorkerProcess:
        if seat.process is None or not seat.process.usable:
            self._replace(seat)
        process = seat.process
        if process is None:
            raise JobCancelled  # closed meanwhile
        return process

    def _renew(self, seat: _Seat) -> None:
        """Start the next process for one that ended, so that the next job does not wait for all of its start."""
        process = seat.process
        if process is not None and not process.usable and process.ready:
            with contextlib.suppress(WorkerStartError):  # the next job says so, if it still cannot
                self._replace(seat)

    def _replace(self, seat: _Seat) -> None:
        ended = seat.process
        if ended is not None:
            ended.close()
        fresh = None if self._closed else WorkerProcess(self._options)
        with self._changed:
            if not self._closed:
                seat.process, fresh = fresh, None
        if fresh is not None:
            fresh.close()

    def _give_back(self, seat: _Seat) -> None:
        with self._changed:
            seat.busy = False
            process = seat.process if self._closed else None
            self._changed.notify_all()
        if process is not None:
            process.close()

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()


def _rank(seat: _Seat) -> tuple[bool, bool, bool]:
    process = seat.process
    usable = process is not None and process.usable
    return usable and process is not None and process.ready, usable, seat.reserved
