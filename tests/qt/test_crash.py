from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLabel, QWidget

from cxrviewer.qt.crash import CrashNet
from cxrviewer.qt.dialogs import CrashDialog


def test_an_unexpected_error_is_shown_without_its_text(qtbot: Any, caplog: pytest.LogCaptureFixture) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    net = CrashNet(window)
    try:
        raise ValueError("DOE^JANE 1970")
    except ValueError as error:
        for _ in range(3):
            net._hook(type(error), error, error.__traceback__)
    qtbot.waitUntil(lambda: bool(window.findChildren(CrashDialog)))
    qtbot.wait(1)
    dialogs = window.findChildren(CrashDialog)
    assert len(dialogs) == 1
    said = dialogs[0].details.toPlainText()
    assert "ValueError" in said and "test_crash" in said
    assert "DOE" not in said
    dialogs[0].close()


@pytest.fixture
def net(qtbot: Any) -> Iterator[CrashNet]:
    """Return an installed net; the hooks of the test runner are put back whatever happens."""
    before = sys.excepthook, threading.excepthook
    window = QWidget()
    qtbot.addWidget(window)
    net = CrashNet(window)
    net.install()
    yield net
    sys.excepthook, threading.excepthook = before


def dialog_of(net: CrashNet, qtbot: Any) -> CrashDialog:
    qtbot.waitUntil(lambda: net._dialog is not None)
    assert net._dialog is not None
    return net._dialog


def test_an_error_in_a_thread_reaches_the_reader_on_the_window_s_thread(net: CrashNet, qtbot: Any) -> None:
    def work() -> None:
        raise KeyError("DOE^JANE")

    thread = threading.Thread(target=work, name="worker")
    thread.start()
    thread.join()
    dialog = dialog_of(net, qtbot)
    assert dialog.thread() is net.thread()
    words = dialog.details.toPlainText()
    assert words.startswith("  builtins.KeyError\n    at ") and "in work" in words
    assert "DOE" not in words
    dialog.close()


def test_the_reader_is_told_not_to_trust_what_is_shown_and_that_no_patient_is_named(net: CrashNet, qtbot: Any) -> None:
    sys.excepthook(ZeroDivisionError, ZeroDivisionError(), None)
    dialog = dialog_of(net, qtbot)
    said = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "Something went wrong that this program did not expect." in said
    assert "before you trust what it shows" in said and "no patient data" in said
    dialog.close()


def test_the_next_error_is_shown_after_the_first_dialog_was_closed(net: CrashNet, qtbot: Any) -> None:
    for kind in (ZeroDivisionError, IndexError):
        sys.excepthook(kind, kind(), None)
        dialog = dialog_of(net, qtbot)
        assert kind.__name__ in dialog.details.toPlainText()
        dialog.close()
        qtbot.waitUntil(lambda: net._dialog is None)


def test_ctrl_c_is_no_crash(net: CrashNet, capsys: pytest.CaptureFixture[str]) -> None:
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    QCoreApplication.processEvents()
    assert net._dialog is None
    assert "KeyboardInterrupt" in capsys.readouterr().err


def test_the_net_puts_back_the_hooks_that_were_there_before(net: CrashNet) -> None:
    net.remove()

    def hook(*_: object) -> None: ...

    sys.excepthook = threading.excepthook = hook
    net.install()
    assert sys.excepthook == net._hook and threading.excepthook == net._thread_hook
    net.remove()
    assert sys.excepthook is hook and threading.excepthook is hook
