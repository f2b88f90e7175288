"""Every control of every window has a name for screen readers and is reached by keys."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QRadioButton,
    QScrollBar,
    QTabWidget,
    QTextBrowser,
    QTextEdit,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from cxrviewer.qt.image_canvas import ImageCanvas
from tests.builders.dicom import write_image
from tests.qt.every_dialog import ELSEWHERE, below, opened_by_commands

CONTROLS = (
    *(QAbstractButton, QLineEdit, QTextEdit, QPlainTextEdit, QComboBox, QAbstractItemView, QAbstractSlider),
    *(QAbstractSpinBox, QProgressBar, ImageCanvas),
)


def controls(window: QWidget) -> list[QWidget]:
    """Return what a reader may use in a window, without the parts that other controls are made of."""
    found: list[QWidget] = []
    for widget in below(window):
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


def not_walked(dialog: QWidget) -> list[str]:
    """Press Tab until the focus comes round; return the enabled controls where it never was, or that keep it."""
    dialog.activateWindow()
    if dialog.focusWidget() is None:
        dialog.focusNextChild()
    wanted = [one for one in controls(dialog) if one.isEnabled() and one.focusPolicy() & Qt.FocusPolicy.TabFocus]
    been: list[QWidget] = []
    at = dialog.focusWidget()
    while at is not None and at not in been:
        been.append(at)
        # In a text Tab goes from link to link first.
        for _ in range(at.document().blockCount() if isinstance(at, QTextBrowser) else 1):
            if dialog.focusWidget() is at:
                QTest.keyClick(at, Qt.Key.Key_Tab)
        if dialog.focusWidget() is at and len(wanted) > 1:
            return [f"{described(at)} keeps the focus"]
        at = dialog.focusWidget()
    return [
        f"{described(one)} is never reached"
        for one in wanted
        if one not in been
        and one.focusProxy() not in been
        and not (isinstance(one, QRadioButton) and not one.isChecked())
    ]


def cut(window: QWidget) -> list[str]:
    """Return the progress bars, shown or not, with text inside, which is cut off; a label beside them has it."""
    return [described(one) for one in below(window) if isinstance(one, QProgressBar) and one.isTextVisible()]


def faults_of(dialog: QWidget) -> list[str]:
    """Return what is wrong with the controls of a dialog, on all of its pages."""
    found = []
    pages = next((one for one in below(dialog) if isinstance(one, QTabWidget)), None)
    for number in range(1 if pages is None else pages.count()):
        if pages is not None:
            pages.setCurrentIndex(number)
        found += [*nameless(dialog), *unreachable(dialog), *not_walked(dialog), *cut(dialog)]
    return list(dict.fromkeys(found))


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
    assert not cut(app.window), "\n".join(cut(app.window))


def test_every_control_of_every_dialog_has_a_name_and_is_reached_by_keys(full_room: Any, qtbot: QtBot) -> None:
    problems = []
    for id_, opened in opened_by_commands(full_room, qtbot):
        # Not a further window, which has no control but its canvas: asking for the parents of what moves on makes
        # Python believe that it goes with the window (see `below`).
        for dialog in (one for one in opened if isinstance(one, QDialog)):
            assert dialog.windowTitle() or id_ == "help.palette", id_
            problems += [f"{id_}: {one}" for one in faults_of(dialog)]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("name", ELSEWHERE)
def test_every_control_of_a_dialog_without_a_command_has_a_name_and_is_reached_by_keys(
    qtbot: QtBot, tmp_path: Path, name: str
) -> None:
    dialog = ELSEWHERE[name](tmp_path)
    qtbot.addWidget(dialog)
    dialog.show()
    problems = faults_of(dialog)
    assert not problems, "\n".join(problems)


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


def test_the_walk_finds_a_control_that_keeps_the_focus_or_is_passed_over(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    text = QTextEdit()  # Tab is a character of its text
    for one in (QLineEdit(), text, QLineEdit()):
        column.addWidget(one)
    window.show()
    (kept,) = not_walked(window)
    assert "QTextEdit" in kept and "keeps the focus" in kept
    text.setTabChangesFocus(True)
    assert not_walked(window) == []
