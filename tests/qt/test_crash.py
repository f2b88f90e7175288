from __future__ import annotations

import sys
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget

from cxrviewer.qt.crash import CrashNet
from cxrviewer.qt.dialogs import CrashSheet


def test_an_unexpected_error_is_shown_without_its_text(qtbot: Any, caplog: pytest.LogCaptureFixture) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    net = CrashNet(window)
    try:
        raise ValueError("DOE^JANE 1970")
    except ValueError as error:
        for _ in range(3):
            net._hook(type(error), error, error.__traceback__)
    qtbot.waitUntil(lambda: bool(window.findChildren(CrashSheet)))
    qtbot.wait(1)
    sheets = window.findChildren(CrashSheet)
    assert len(sheets) == 1
    said = sheets[0].details.toPlainText()
    assert "ValueError" in said and "test_crash" in said
    assert "DOE" not in said
    sheets[0].close()


def test_the_net_is_removed_again(qtbot: Any) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    before = sys.excepthook
    net = CrashNet(window)
    net.install()
    assert sys.excepthook == net._hook
    net.remove()
    sys.excepthook = before
