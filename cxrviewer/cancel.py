"""Asking work that runs elsewhere to stop."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator

from cxrviewer.errors import JobCancelled


class CancelToken:
    """Asks a worker to stop. Safe to use from any thread."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._callbacks: list[Callable[[], None]] = []

    @property
    def cancelled(self) -> bool:
        return self._event.is_set()

    def cancel(self) -> None:
        with self._lock:
            self._event.set()
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()

    def on_cancel(self, callback: Callable[[], None]) -> None:
        """Call `callback` on cancellation, at once if it has already happened."""
        with self._lock:
            if not self._event.is_set():
                self._callbacks.append(callback)
                return
        callback()

    @contextlib.contextmanager
    def calling(self, callback: Callable[[], None]) -> Iterator[None]:
        """Call `callback` on cancellation while the body runs, and forget it afterwards.

        One token serves a run over 100,000 files: callbacks that stay would add up.
        """
        self.on_cancel(callback)
        try:
            yield
        finally:
            with self._lock, contextlib.suppress(ValueError):
                self._callbacks.remove(callback)

    def raise_if_cancelled(self) -> None:
        if self.cancelled:
            raise JobCancelled
