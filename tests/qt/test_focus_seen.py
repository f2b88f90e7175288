"""Whoever works by keyboard sees where the focus is: in every dialog, a control with the focus looks unlike without."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from tests.qt.every_dialog import below, opened_by_commands


def tab_stops(window: QWidget) -> list[QWidget]:
    """Return what Tab reaches in a window that is shown."""
    return [
        one
        for one in below(window)
        if one.isVisible() and one.isEnabled() and one.focusPolicy() & Qt.FocusPolicy.TabFocus
        and one.focusProxy() is None
    ]  # fmt: skip


def picture(window: QWidget, widget: QWidget) -> QImage:
    area = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size()).adjusted(-3, -3, 3, 3)
    return window.grab(area.intersected(window.rect())).toImage()


def unseen(dialog: QWidget) -> list[str]:
    """Return the controls of a dialog whose focus cannot be seen."""
    dialog.activateWindow()
    QApplication.processEvents()
    stops, found = tab_stops(dialog), []
    if len(stops) < 2:
        return []
    for one in stops:
        other = stops[0] if one is not stops[0] else stops[1]
        other.setFocus(Qt.FocusReason.TabFocusReason)
        QApplication.processEvents()
        before = picture(dialog, one)
        one.setFocus(Qt.FocusReason.TabFocusReason)
        QApplication.processEvents()
        if QApplication.focusWidget() is one and picture(dialog, one) == before:
            found.append(f"{type(dialog).__name__}: {type(one).__name__} {one.accessibleName()} {one.objectName()}")
    return found


def test_the_focus_is_seen_on_every_control_of_every_dialog(full_room: Any, qtbot: Any) -> None:
    full_room.window.show()
    found = []
    for id_, opened in opened_by_commands(full_room, qtbot):
        found += [f"{id_}: {one}" for dialog in opened if isinstance(dialog, QDialog) for one in unseen(dialog)]
    assert not found, "\n".join(dict.fromkeys(found))
