"""The Qt binding itself, where a wrong version would only fail after minutes of use."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLabel

CALLS = 500


class _Sender(QObject):
    sent = Signal()


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None and True are immortal from Python 3.12 on")
@pytest.mark.parametrize("constant", [None, True, False])
@pytest.mark.parametrize("what", ["call", "signal"])
def test_calls_into_qt_do_not_use_up_pythons_constants(qtbot: Any, what: str, constant: object) -> None:
    """PySide6 6.12.0 takes one reference to None per call and one to True per signal.

    Python 3.11 then ends the program with "none_dealloc" after some thousand calls: a few
    minutes of dragging the window. See docs/decisions/0021-pyside-below-6.12.md.
    """
    label, sender = QLabel(), _Sender()
    qtbot.addWidget(label)
    sender.sent.connect(lambda: None)
    call: Callable[[], None] = (lambda: label.move(1, 1)) if what == "call" else sender.sent.emit
    call()
    gc.collect()
    before = sys.getrefcount(constant)
    for _ in range(CALLS):
        call()
    gc.collect()
    assert sys.getrefcount(constant) > before - CALLS // 2
