"""The last net: an unexpected error is logged and told, never swallowed, never quoted."""

from __future__ import annotations

import logging
import sys
import threading
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from cxrviewer.log import describe_exception
from cxrviewer.qt.dialogs import CrashDialog

logger = logging.getLogger(__name__)


class CrashNet(QObject):
    """Catches what reaches the top of any thread while installed, and shows it once at a time."""

    _caught = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._dialog: CrashDialog | None = None
        self._before = sys.excepthook, threading.excepthook
        self._caught.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        self._before = sys.excepthook, threading.excepthook
        sys.excepthook = self._hook
        threading.excepthook = self._thread_hook

    def remove(self) -> None:
        """Put back what was there before, which need not be Python's own: a debugger has hooks too."""
        sys.excepthook, threading.excepthook = self._before

    def _hook(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        logger.critical("an unexpected error reached the top", exc_info=(kind, error, trace))
        self._caught.emit(describe_exception(error))

    def _thread_hook(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._hook(args.exc_type, args.exc_value, args.exc_traceback)

    def _show(self, details: str) -> None:
        # One sheet is enough: an error in a paint event comes back sixty times a second.
        if self._dialog is not None:
            return
        self._dialog = CrashDialog(details, self._window)
        self._dialog.destroyed.connect(self._forget)
        self._dialog.open()

    def _forget(self) -> None:
        self._dialog = None
