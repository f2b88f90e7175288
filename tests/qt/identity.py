"""Every text a window holds, wherever it is: what a shared screen, a tooltip or a screen reader could give away."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QAbstractTableModel, QModelIndex, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.StatusTipRole,
    Qt.ItemDataRole.WhatsThisRole,
    Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.AccessibleDescriptionRole,
    Qt.ItemDataRole.EditRole,
)


def texts() -> list[str]:
    """Return every text of every widget of the application, shown or not, with the place it comes from."""
    found: list[str] = []
    for widget in QApplication.allWidgets():
        found += [f"{type(widget).__name__}: {text}" for text in _of(widget) if text]
    return [text.replace("\u00a0", " ") for text in found]  # an age is not broken in the corner of an image


def _of(widget: QWidget) -> list[str]:
    found = [
        widget.windowTitle(), widget.toolTip(), widget.statusTip(), widget.whatsThis(),
        widget.accessibleName(), widget.accessibleDescription(), widget.windowFilePath(), widget.windowIconText(),
    ]  # fmt: skip
    for action in widget.actions():
        found += [action.text(), action.toolTip(), action.statusTip(), action.iconText()]
    if isinstance(widget, QLabel | QAbstractButton):
        found.append(widget.text())
    if isinstance(widget, QGroupBox):
        found.append(widget.title())
    if isinstance(widget, QLineEdit):
        found += [widget.displayText(), widget.placeholderText()]
    if isinstance(widget, QPlainTextEdit | QTextEdit):
        found.append(widget.toPlainText())
    if isinstance(widget, QComboBox):
        found += [widget.itemText(i) for i in range(widget.count())]
    if isinstance(widget, QAbstractItemView) and widget.model() is not None:
        found += _cells(widget.model())
    return found


def _cells(model: QAbstractItemModel, parent: Any = None) -> list[str]:
    parent = parent if parent is not None else QModelIndex()
    found: list[str] = []
    flat = isinstance(model, QAbstractListModel | QAbstractTableModel)  # these hide what a tree has
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(parent)
    for row in range(model.rowCount(parent)):
        for column in range(columns):
            index = model.index(row, column, parent)
            values = [model.data(index, role) for role in ROLES]
            found += [value for value in values if isinstance(value, str)]
            if column == 0 and not flat and model.hasChildren(index):
                found += _cells(model, index)
    return found
