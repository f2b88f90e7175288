"""The Qt implementation of `JobRunner`."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, TypeVar

from msgspec import Struct
from PySide6.QtCore import QObject, Qt, Signal, Slot

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import JobCancelled
from cxrviewer.jobs import Lane

T = TypeVar("T")
THREADS: Mapping[Lane, int] = {
    Lane.DECODE: 2,
    Lane.INFER: 1,
    Lane.START: 1,
    Lane.INDEX: 1,
    Lane.HEADS: 1,
    Lane.READING: 1,
    Lane.MEASURE: 1,
    Lane.LIBRARY: 1,
    Lane.SCAN: 1,
    Lane.WATCH: 1,
    Lane.PLACES: 16,
    Lane.AHEAD: 1,
}
PATIENCE = 10.0
"""Seconds that jobs have to end at shutdown. All of ours look at their token far more often; what takes longer hangs
in the system, on a network drive that is gone for instance, and nothing but the end of the process stops it."""
PLACES_PATIENCE = 1.0
"""The same for `Lane.PLACES`, whose jobs hang for minutes as a rule, and lose nothing where they are ended."""


class _Ticket(Struct, eq=False):
    slot: str
    lane: Lane
    cancel: CancelToken
    on_done: Callable[[Any], None]
    on_failed: Callable[[Exception], None]
    future: Future[Any] | None = None


class QtJobRunner(QObject):
    """Thread pools in front, one queued signal behind.

    The signal belongs to this object, which lives as long as the application; a signal
    owned by a job would be destroyed on the worker's thread.
    """

    idle = Signal()
    """Nothing runs and nothing waits to report (`busy`): a job was the last one."""

    _finished = Signal(object)
    _posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pools = {
            lane: ThreadPoolExecutor(n, thread_name_prefix=f"cxr-{lane.value}") for lane, n in THREADS.items()
        }
        self._closed = False
        self._newest: dict[str, _Ticket] = {}  # touched by the GUI thread only, hence no lock
        self._running: dict[Future[Any], Lane] = {}  # replaced jobs too, until they notice
        # Queued by name: under AutoConnection a future cancelled by `submit` below would
        # report from inside `submit`, before its replacement is registered.
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._posted.connect(self._call, Qt.ConnectionType.QueuedConnection)

    def submit(
        self,
        lane: Lane,
        slot: str,
        work: Callable[[CancelToken], T],
        *,
        on_done: Callable[[T], None],
        on_failed: Callable[[Exception], None],
    ) -> None:
        """See `JobRunner.submit`."""
        self._drop(self._newest.pop(slot, None))
        if self._closed:
            return
        ticket = _Ticket(slot, lane, CancelToken(), on_done, on_failed)
        self._newest[slot] = ticket
        ticket.future = self._pools[lane].submit(work, ticket.cancel)
        self._running[ticket.future] = lane
        ticket.future.add_done_callback(lambda future: self._running.pop(future, None))
        ticket.future.add_done_callback(lambda _: self._finished.emit(ticket))

    def cancel(self, slot: str) -> None:
        """See `JobRunner.cancel`."""
        self._drop(self._newest.pop(slot, None))

    def post(self, call: Callable[[], None]) -> None:
        """See `JobRunner.post`."""
        self._posted.emit(call)

    @property
    def busy(self) -> bool:
        """Whether a job is running or waiting to report; one that waits for changes does nothing."""
        return any(ticket.lane is not Lane.WATCH for ticket in self._newest.values())

    def shutdown(self, patience: float = PATIENCE) -> bool:
        """Cancel everything and wait for the running jobs; no callback runs afterwards.

        Parameters
        ----------
        patience : float
            Seconds to wait, at most.

        Returns
        -------
        bool
            Whether all have ended. If not, the interpreter would wait for their threads for ever.
        """
        self._closed = True  # an event still on its way may ask for more work
        tickets = list(self._newest.values())
        self._newest.clear()
        for ticket in tickets:
            self._drop(ticket)
        for pool in self._pools.values():
            pool.shutdown(wait=False, cancel_futures=True)
        places: list[Future[Any]] = []
        others: list[Future[Any]] = []
        for future, lane in list(self._running.items()):
            (places if lane is Lane.PLACES else others).append(future)
        began = time.monotonic()
        left = wait(others, timeout=patience).not_done
        patience = max(min(patience, PLACES_PATIENCE) - (time.monotonic() - began), 0)
        if wait(places, timeout=patience).not_done or left:
            return False
        for pool in self._pools.values():
            pool.shutdown(wait=True)
        return True

    @staticmethod
    def _drop(ticket: _Ticket | None) -> None:
        if ticket is not None and ticket.future is not None:
            ticket.cancel.cancel()
            ticket.future.cancel()

    @Slot(object)
    def _call(self, call: Callable[[], None]) -> None:
        if not self._closed:
            call()

    @Slot(object)
    def _deliver(self, ticket: _Ticket) -> None:
        try:
            self._report(ticket)
        finally:
            if not self.busy:
                self.idle.emit()

    def _report(self, ticket: _Ticket) -> None:
        if self._newest.get(ticket.slot) is not ticket or ticket.future is None:
            return
        del self._newest[ticket.slot]
        error = ticket.future.exception()
        if error is None:
            ticket.on_done(ticket.future.result())
        elif isinstance(error, JobCancelled):
            return
        elif isinstance(error, Exception):
            ticket.on_failed(error)
        else:
            raise error
