"""One memory budget for all model processes of a window, and the end of those nobody needs.

Each process may still use what its own `Limits` allow; the budget is about how many of them
are kept waiting for the next image at the same time.
"""

from __future__ import annotations

import contextlib
import logging
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Protocol

from cxrviewer.cancel import CancelToken
from cxrviewer.log import independently

logger = logging.getLogger(__name__)

BUDGET_BYTES = 2**30
"""All model processes of a window together: 1 GiB, of a laptop's eight."""

IDLE_SECONDS = 300.0
"""After five minutes without an image a process is ended; the next image starts it again in about a second."""

PROCESS_BYTES = 96 * 2**20
MODEL_FACTOR = 4
"""Before it has run, a process is counted as `PROCESS_BYTES` and `MODEL_FACTOR` times its model file: on the
safe side of what was measured on Linux, 59 MiB resident with a model of 490 bytes and 125 MiB with the shipped
student of 18 MiB, after a run."""


class Member(Protocol):
    """Something with a process; `runner.ModelRunner`."""

    @property
    def pid(self) -> int | None: ...
    def unload(self) -> bool:
        """End the process unless it is working. Returns whether there is none now."""
        ...


class WorkerBudget:
    """Who may have a process now. Safe from any thread.

    A member `claim`s before it starts a process, is `working` while it computes and says
    `gone` when the process has ended. Where the sum would exceed the budget, idle processes are
    ended first, the least recently used one before the others; while all others work, a
    claim waits for its turn. One process alone always gets in, however large.

    Parameters
    ----------
    limit_bytes, idle_seconds
    on_change : callable
        Told, on any thread, that a process was ended here.
    clock : callable
        Seconds, never running backwards.
    """

    def __init__(
        self,
        limit_bytes: int = BUDGET_BYTES,
        idle_seconds: float = IDLE_SECONDS,
        *,
        on_change: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limit = limit_bytes
        self._idle_seconds = idle_seconds
        self._on_change = on_change
        self._clock = clock
        self._changed = threading.Condition()
        self._bytes: dict[Member, int] = {}
        self._changes = 0
        """Grows with whatever a waiting claim must look at again, so that none comes between looking and waiting."""
        self._busy: Counter[Member] = Counter()
        self._used: dict[Member, float] = {}
        self._timer: threading.Timer | None = None
        self._closed = False

    @property
    def used_bytes(self) -> int:
        """Return what all processes are counted as."""
        with self._changed:
            return sum(self._bytes.values())

    def claim(self, member: Member, model_bytes: int, cancel: CancelToken) -> None:
        """Wait until there is room for a process of `member`, ending idle ones where that makes it.

        Raises
        ------
        JobCancelled
        """
        need = PROCESS_BYTES + MODEL_FACTOR * model_bytes
        cancel.on_cancel(self._tell)
        while True:
            with self._changed:
                seen = self._changes
            cancel.raise_if_cancelled()
            with self._changed:
                others = {m: b for m, b in self._bytes.items() if m is not member}
                if not others or sum(others.values()) + need <= self._limit:
                    self._bytes[member] = need
                    self._used[member] = self._clock()
                    return
                idle = sorted((m for m in others if not self._busy[m]), key=lambda m: self._used[m])
            # Outside the lock: ending a process takes its own lock, and tells us `gone`.
            if any(self._unload(victim) for victim in idle):
                independently(self._on_change)  # the window may be gone; the image that waits is scored all the same
            else:
                # None is idle, or each has begun to work since: a change from what was seen above, so is a cancel.
                with self._changed:
                    self._changed.wait_for(lambda seen=seen: self._changes != seen)  # type: ignore[misc]

    @contextlib.contextmanager
    def working(self, member: Member) -> Iterator[None]:
        """Keep the process of `member` while the body runs; entered before the member's own lock, by any number."""
        with self._changed:
            self._busy[member] += 1
            self._tell()
        try:
            yield
        finally:
            resident = _resident(member.pid)
            with self._changed:
                self._busy[member] -= 1
                if not self._busy[member]:
                    del self._busy[member]
                if member in self._bytes:
                    self._bytes[member] = max(resident, 1) if resident is not None else self._bytes[member]
                    self._used[member] = self._clock()
                    self._arm(self._idle_seconds)
                self._tell()

    def gone(self, member: Member) -> None:
        """Count the process of `member` no more."""
        with self._changed:
            self._bytes.pop(member, None)
            self._used.pop(member, None)
            self._tell()

    def end_idle(self) -> None:
        """End what nobody has used for `idle_seconds`; look again when the next one is due."""
        with self._changed:
            timer, self._timer = self._timer, None
        _stop(timer)  # asked by hand while it sleeps
        with self._changed:
            now = self._clock()
            idle = [m for m in self._bytes if not self._busy[m]]
            due = [m for m in idle if now - self._used[m] >= self._idle_seconds]
        ended = [member for member in due if self._unload(member)]
        with self._changed:
            left = [self._used[m] + self._idle_seconds - self._clock() for m in self._bytes if not self._busy[m]]
            if left:
                self._arm(max(0.05, min(left)))
        if ended:
            independently(self._on_change)

    def close(self) -> None:
        """Stop looking at the clock. The processes are ended by whoever made them."""
        with self._changed:
            self._closed = True
            timer, self._timer = self._timer, None
            self._tell()
        _stop(timer)

    def _unload(self, member: Member) -> bool:
        """Return whether `member` has no process now. One that cannot be ended counts no more, and stops nobody."""
        try:
            return member.unload()
        except Exception:  # of the system, about a process of another head
            logger.exception("an idle model process could not be ended")
            self.gone(member)
            return False

    def _tell(self) -> None:
        with self._changed:  # its lock may be taken twice
            self._changes += 1
            self._changed.notify_all()

    def _arm(self, seconds: float) -> None:
        """One sleeping timer at a time, started at the first use and not at every image."""
        if self._timer is None and not self._closed:
            self._timer = threading.Timer(seconds, self.end_idle)
            self._timer.name = "cxr-idle"
            self._timer.daemon = True
            self._timer.start()


def _stop(timer: threading.Timer | None) -> None:
    """Wait for the end of a timer's thread, unless it is this one."""
    if timer is not None:
        timer.cancel()
        if timer is not threading.current_thread():
            timer.join()


def _resident(pid: int | None) -> int | None:
    """Return the resident size of a process in bytes; None where the system does not tell (all but Linux)."""
    if pid is None or not sys.platform.startswith("linux"):
        return None
    import resource

    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * resource.getpagesize()
    except (OSError, ValueError, IndexError):
        return None
