"""The dialog that lists the readings of this computer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialogButtonBox,
    QFileDialog,
    QHeaderView,
    QPlainTextEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from cxrviewer.presenters.shelf import ShelfPresenter, ShelfState
from cxrviewer.qt.dialogs import Dialog
from cxrviewer.qt.widgets import FirstRow, label, set_widths, tip
from cxrviewer.text import tr

NAME = Qt.ItemDataRole.UserRole


class ShelfDialog(Dialog):
    """One row per study; several can be chosen. Deleting needs no question, because undo brings readings back."""

    def __init__(self, presenter: ShelfPresenter, parent: QWidget | None = None) -> None:
        super().__init__(tr("Readings"), parent)
        self._presenter = presenter
        self.state: ShelfState | None = None
        words = tr("What you drew, decided and wrote, by study. A file with exported readings names no patient.")
        self.column.addWidget(label(words, "quiet", wrap=True))
        self.table = QTableWidget(0, 3)
        FirstRow(self.table)
        self.table.setAccessibleName(tr("Readings"))
        self.table.setHorizontalHeaderLabels([tr("Study"), tr("Changed"), tr("Contents")])
        self.table.verticalHeader().hide()
        self.table.setAlternatingRowColors(True)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.itemSelectionChanged.connect(self._enable)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        set_widths(self.table.horizontalHeader(), {0: 380, 1: 140})
        self.message = label("", "quiet", wrap=True)
        self.notice = label("", "title", wrap=True)
        self.problems = QPlainTextEdit()
        self.problems.setReadOnly(True)
        self.problems.setTabChangesFocus(True)
        self.problems.setAccessibleName(tr("Problems"))
        self.problems.setFixedHeight(110)
        for part in (self.message, self.table, self.notice, self.problems):
            self.column.addWidget(part, 1 if part is self.table else 0)
        self.export = self._button(tr("&Export…"), self._export)
        self.take = self._button(tr("&Import…"), self._take)
        self.delete = self._button(tr("&Delete"), self._delete)
        self.undo = self._button(tr("&Undo"), presenter.undo)
        for button in (self.export, self.take, self.delete, self.undo):
            self.buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        self.finish()
        QShortcut(QKeySequence.StandardKey.Undo, self, presenter.undo)
        self.fit(820, 500)
        self.finished.connect(presenter.detach)
        presenter.attach(self)

    # ShelfView.

    def show_shelf(self, state: ShelfState) -> None:
        """Draw what `ShelfPresenter` decided."""
        before, self.state = self.state, state
        if before is None or before.rows != state.rows:
            self._fill(state)
        self.message.setText(state.message)
        self.message.setVisible(bool(state.message))
        self.table.setVisible(bool(state.rows))
        if state.rows and (before is None or not before.rows):
            self.table.setFocus()  # hidden until now: Ctrl+A, arrows and Delete go to it
        self.notice.setText(state.notice)
        self.notice.setVisible(bool(state.notice))
        self.problems.setPlainText("\n".join(state.problems))
        self.problems.setVisible(bool(state.problems))
        self.undo.setEnabled(state.can_undo)
        self.take.setEnabled(not state.busy)
        self._enable()

    def chosen(self) -> list[str]:
        """Return the names of the chosen readings, top to bottom."""
        rows = sorted({index.row() for index in self.table.selectedIndexes()})
        return [str(self.table.model().index(row, 0).data(NAME)) for row in rows]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.table.hasFocus():
            self._delete()
        else:
            super().keyPressEvent(event)

    # Inside.

    def _fill(self, state: ShelfState) -> None:
        chosen = self.chosen()
        self.table.blockSignals(True)
        self.table.setRowCount(len(state.rows))
        self.table.clearSelection()
        for number, row in enumerate(state.rows):
            for column, text in enumerate((row.title, row.changed, row.contents)):
                item = QTableWidgetItem(text)
                item.setToolTip(tip(text))
                item.setData(NAME, row.name)
                self.table.setItem(number, column, item)
        mode = self.table.selectionMode()
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.MultiSelection)
        for number, row in enumerate(state.rows):
            if row.name in chosen:
                self.table.selectRow(number)
        self.table.setSelectionMode(mode)
        self.table.blockSignals(False)

    def _enable(self) -> None:
        chosen = self.chosen()
        usable = {row.name for row in self.state.rows if row.usable} if self.state is not None else set()
        self.export.setEnabled(any(name in usable for name in chosen))
        self.delete.setEnabled(bool(chosen))

    def _export(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, tr("Export readings"), "readings.json", tr("Readings (*.json)"))
        if name:
            path = Path(name)
            self._presenter.export(self.chosen(), path if path.suffix else path.with_suffix(".json"))

    def _take(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, tr("Import readings"), "", tr("Readings (*.json)"))
        if name:
            self._presenter.take(Path(name))

    def _delete(self) -> None:
        chosen = self.chosen()
        if chosen:
            self._presenter.delete(chosen)

    def _button(self, words: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(words)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: act())  # noqa: PLW0108  # without the signal's argument
        return button
