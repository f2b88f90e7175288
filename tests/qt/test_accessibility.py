"""Every control of every window has a name for screen readers and is reached by keys."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QRadioButton,
    QScrollBar,
    QTextEdit,
    QToolBar,
    QToolButton,
    QWidget,
)

from cxrviewer.qt.dialogs import CrashDialog, SkippedDialog
from cxrviewer.qt.image_canvas import ImageCanvas
from tests.builders.dicom import write_image

CONTROLS = (
    *(QAbstractButton, QLineEdit, QTextEdit, QPlainTextEdit, QComboBox, QAbstractItemView, QAbstractSlider),
    *(QAbstractSpinBox, QProgressBar, ImageCanvas),
)
DIALOGS = (
    *("file.report", "file.readings", "file.templates", "library.open", "file.picture", "file.copies"),
    *("view.tags", "view.screen_size", "help.test_pattern", "ai.audit", "ai.heads", "help.palette"),
    *("help.shortcuts", "help.about"),
)


def controls(window: QWidget) -> list[QWidget]:
    """Return what a reader may use in a window, without the parts that other controls are made of."""
    found: list[QWidget] = []
    for widget in window.findChildren(QWidget):
        if not isinstance(widget, CONTROLS) or isinstance(widget, QScrollBar | QHeaderView):
            continue
        inside = widget.parentWidget()
        while inside is not None and inside is not window and not isinstance(inside, CONTROLS):
            inside = inside.parentWidget()
        part = isinstance(inside, CONTROLS) and not isinstance(inside, ImageCanvas)
        if not part and widget.isVisibleTo(window) and widget.window() is window:
            found.append(widget)
    return found


def described(widget: QWidget) -> str:
    text = getattr(widget, "text", None)
    shown = text() if callable(text) and not isinstance(widget, QAbstractItemView) else ""
    return f"{type(widget).__name__} {widget.objectName()!r} {shown!r} in {type(widget.parentWidget()).__name__}"


def nameless(window: QWidget) -> list[str]:
    """Return the controls that a screen reader has no name for."""
    return [
        described(widget)
        for widget in controls(window)
        if not QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name).strip()
    ]


def unreachable(window: QWidget) -> list[str]:
    """Return the controls that neither Tab nor a menu command reaches."""
    chain: set[QWidget | None] = {window}
    after = window.nextInFocusChain()
    while after is not None and after not in chain:
        chain.add(after)
        after = after.nextInFocusChain()
    found = []
    for widget in controls(window):
        reached = widget in chain and bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        # A tool bar holds what the menus hold, which Alt and every command's key reach.
        if isinstance(widget, QProgressBar) or isinstance(widget.parentWidget(), QToolBar):
            continue
        if isinstance(widget, QToolButton) and widget.objectName() == "qt_toolbar_ext_button":
            continue
        if isinstance(widget, QRadioButton) and not widget.isChecked():
            # Tab goes to the chosen one of a group, arrow keys to the others.
            group = [one for one in widget.parentWidget().findChildren(QRadioButton) if one.isChecked()]
            reached = widget in chain and any(one in chain for one in group)
        if type(widget.parentWidget()).__name__ == "PaletteDialog" and isinstance(widget, QAbstractItemView):
            continue  # arrow keys in the search field choose its rows
        if not reached and widget.focusProxy() is None:
            found.append(described(widget))
    return found


@pytest.fixture
def app(make_app: Any, qtbot: Any, tmp_path: Path) -> Any:
    image = write_image(tmp_path / "images" / "a.dcm")
    made = make_app()
    made.start((image,))
    qtbot.waitUntil(lambda: made.room.annotations.shown is not None and not made.jobs.busy, timeout=60_000)
    return made


def test_every_control_of_the_window_has_a_name_and_is_reached_by_keys(app: Any) -> None:
    app.window.commands.run("viewport.layout_2x2")
    QApplication.processEvents()
    assert len(controls(app.window)) > 12  # the walk itself works
    assert not nameless(app.window), "\n".join(nameless(app.window))
    assert not unreachable(app.window), "\n".join(unreachable(app.window))


@pytest.mark.parametrize("command", DIALOGS)
def test_every_control_of_a_dialog_has_a_name_and_is_reached_by_keys(app: Any, qtbot: Any, command: str) -> None:
    app.window.commands.run(command)
    qtbot.waitUntil(lambda: not app.jobs.busy, timeout=60_000)
    QApplication.processEvents()
    opened = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w is not app.window]
    assert opened
    for dialog in opened:
        assert dialog.windowTitle() or command == "help.palette"
        assert not nameless(dialog), "\n".join(nameless(dialog))
        assert not unreachable(dialog), "\n".join(unreachable(dialog))
        dialog.close()


def test_dialogs_without_a_command_have_names_too(qapp: Any) -> None:
    for dialog in (CrashDialog("place"), SkippedDialog(())):
        dialog.show()
        assert not nameless(dialog), "\n".join(nameless(dialog))
        assert not unreachable(dialog), "\n".join(unreachable(dialog))
        dialog.close()


def test_the_walk_finds_a_control_without_a_name_or_without_tab(qtbot: Any) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    field = QLineEdit(window)
    button = QToolButton(window)
    button.setText("named")
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    window.show()
    assert len(nameless(window)) == 1 and "QLineEdit" in nameless(window)[0]
    assert len(unreachable(window)) == 1 and "QToolButton" in unreachable(window)[0]
    field.setAccessibleName("name")
    assert not nameless(window)
