"""Ctrl+C in the terminal, and the other ways a system asks a program to end."""

from __future__ import annotations

import os
import signal
import sys
import threading
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier, Qt, QTimer, Signal

NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
LOOK_EVERY = 200
"""Milliseconds between two looks for a signal on Windows, where nothing wakes Qt."""


class SignalNet(QObject):
    """Brings signals of the system to the event loop while installed.

    Python runs a handler only between two of its own instructions, and Qt waits in none of
    them. What arrives is therefore also written to a pipe that Qt watches. A second signal
    ends the process at once: the first may have found something that hangs.
    """

    requested = Signal(int)
    """The number of a signal that asks the program to end."""

    _arrived = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._before: dict[int, signal.Handlers | int | object] = {}
        self._pipe: tuple[int, int] | None = None
        self._wakeup = -1
        self._waker: QObject | None = None
        # Queued: the handler may run in the middle of anything.
        self._arrived.connect(self.requested, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Take the signals, except those that are ignored already, as under ``nohup``."""
        if threading.current_thread() is not threading.main_thread():
            return  # Python allows handlers there only
        for number in (getattr(signal, name) for name in NAMES if hasattr(signal, name)):
            if signal.getsignal(number) not in (signal.SIG_IGN, None):
                self._before[number] = signal.signal(number, self._handle)
        if sys.platform == "win32":
            timer = QTimer(self)
            timer.timeout.connect(lambda: None)
            timer.start(LOOK_EVERY)
            self._waker = timer
        else:
            self._pipe = os.pipe()  # no socket pair: this program opens no sockets
            for end in self._pipe:
                os.set_blocking(end, False)
            self._wakeup = signal.set_wakeup_fd(self._pipe[1], warn_on_full_buffer=False)
            notifier = QSocketNotifier(self._pipe[0], QSocketNotifier.Type.Read, self)
            notifier.activated.connect(self._drain)
            self._waker = notifier

    def remove(self) -> None:
        """Put everything back."""
        self._restore()
        if self._pipe is not None:
            signal.set_wakeup_fd(self._wakeup)
            if isinstance(self._waker, QSocketNotifier):
                self._waker.setEnabled(False)
            for end in self._pipe:
                os.close(end)
            self._pipe = None
        if isinstance(self._waker, QTimer):
            self._waker.stop()

    def _handle(self, number: int, frame: FrameType | None) -> None:
        for taken in self._before:
            signal.signal(taken, signal.SIG_DFL)
        self._arrived.emit(number)

    def _drain(self) -> None:
        if self._pipe is not None:
            os.read(self._pipe[0], 4096)  # Python has run the handler by now

    def _restore(self) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]
        self._before.clear()
