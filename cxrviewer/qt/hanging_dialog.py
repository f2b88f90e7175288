"""The dialog of the hanging rules."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QGridLayout,
    QHeaderView,
    QPlainTextEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from cxrviewer.presenters.hanging_rules import HangingRulesPresenter, RulesState
from cxrviewer.qt.dialogs import Dialog
from cxrviewer.qt.widgets import ENTER, KeepsTyped, label, set_widths, tip
from cxrviewer.text import tr


class HangingDialog(Dialog):
    """Draws what `HangingRulesPresenter` decided."""

    def __init__(self, presenter: HangingRulesPresenter, parent: QWidget | None = None) -> None:
        super().__init__(tr("Hanging rules"), parent)
        self._presenter = presenter
        self.state = RulesState()
        self._filling = False
        self.column.addWidget(
            label(
                tr(
                    "The first rule that is on and whose places can all be filled hangs a study. "
                    "Changes are kept at once."
                ),
                "quiet",
                wrap=True,
            )
        )
        self.notice = label("", "title", wrap=True)
        self.column.addWidget(self.notice)
        self.trouble = label(
            tr("Your own file with rules has problems, so none of its rules is used. It is left as it is."),
            "wrong",
            wrap=True,
        )
        self.problems = QPlainTextEdit()
        self.problems.setReadOnly(True)
        self.problems.setTabChangesFocus(True)
        self.problems.setAccessibleName(tr("Problems of the file"))
        self.aside = self._button(tr("Set the file aside and begin with the rules of the program"), presenter.set_aside)
        for widget in (self.trouble, self.problems):
            self.column.addWidget(widget)
        self.column.addWidget(self.aside, 0, Qt.AlignmentFlag.AlignLeft)
        self._make_table()
        grid = QGridLayout()
        self.up = self._button(tr("&Earlier"), lambda: self._move(-1))
        self.down = self._button(tr("&Later"), lambda: self._move(1))
        self.rename = self._button(tr("&Rename"), self._rename)
        self.delete = self._button(tr("&Delete"), self._delete)
        self.undo = self._button(tr("&Undo"), presenter.undo)
        self.undo.setShortcut(QKeySequence(QKeySequence.StandardKey.Undo))
        self.present = self._button(tr("From the &present arrangement"), presenter.add_present)
        self.restore = self._button(tr("Add missing rules of the pro&gram"), presenter.restore)
        for place, button in enumerate((self.up, self.down, self.rename, self.delete, self.undo)):
            grid.addWidget(button, 0, place)
        grid.addWidget(self.present, 1, 0, 1, 2)
        grid.addWidget(self.restore, 1, 2, 1, 3)
        self.column.addLayout(grid)
        self.finish()
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)
        self.fit(1080, 620)
        self.finished.connect(lambda _: presenter.detach())
        presenter.attach(self)

    # RulesView.

    def show_rules(self, state: RulesState) -> None:
        before, self.state = self.state, state
        broken = bool(state.problems)
        self.notice.setText(state.notice)
        self.notice.setVisible(bool(state.notice))
        self.problems.setPlainText("\n".join(state.problems))
        for widget in (self.trouble, self.problems, self.aside):
            widget.setVisible(broken)
        self.table.setVisible(not broken)
        chosen = self.table.currentRow()
        if before.rows != state.rows:
            self._fill(state)
        if before.chosen != state.chosen or before.rows != state.rows:
            wanted = state.chosen if state.chosen >= 0 else max(chosen, 0)
            if state.rows:
                self.table.selectRow(min(wanted, len(state.rows) - 1))
        self._enable()

    # Events.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if event.key() == Qt.Key.Key_Delete and self.table.hasFocus():
            self._delete()
        elif alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._move(-1 if event.key() == Qt.Key.Key_Up else 1)
        elif event.key() in ENTER and self.table.hasFocus():  # as a double click
            self._rename()
        else:
            super().keyPressEvent(event)

    # Inside.

    def _make_table(self) -> None:
        titles = [tr("Rule"), tr("What it does"), tr("Present study")]
        table = self.table = QTableWidget(0, len(titles))
        table.setAccessibleName(tr("Hanging rules"))
        table.setHorizontalHeaderLabels(titles)
        table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 12)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.setAlternatingRowColors(True)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(
            QAbstractItemView.EditTrigger.EditKeyPressed | QAbstractItemView.EditTrigger.DoubleClicked
        )
        set_widths(table.horizontalHeader(), {0: 270, 2: 290})
        table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        table.setItemDelegate(KeepsTyped(table))
        table.itemChanged.connect(self._edited)
        table.itemSelectionChanged.connect(self._enable)
        self.column.addWidget(table, 1)

    def _fill(self, state: RulesState) -> None:
        self._filling = True
        self.table.setRowCount(len(state.rows))
        for number, row in enumerate(state.rows):
            for column, text in enumerate((row.name, row.words, row.verdict)):
                # Not another one: Qt still looks at an item whose change, reported just now, fills the table.
                item = self.table.item(number, column) or QTableWidgetItem()
                item.setText(text)
                item.setToolTip(tip(text))
                flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
                if column == 0:
                    flags |= Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEditable
                    item.setCheckState(Qt.CheckState.Checked if row.enabled else Qt.CheckState.Unchecked)
                item.setFlags(flags)
                font = QFont(self.table.font())
                if row.applies:
                    font.setWeight(QFont.Weight.DemiBold)
                item.setFont(font)
                if item.tableWidget() is None:
                    self.table.setItem(number, column, item)
        self._filling = False

    def _edited(self, item: QTableWidgetItem) -> None:
        if self._filling or item.column() or item.row() >= len(self.state.rows):
            return
        row, on = self.state.rows[item.row()], item.checkState() == Qt.CheckState.Checked
        if on != row.enabled:
            self._presenter.enable(item.row(), on=on)
        elif item.text() != row.name:
            self._presenter.rename(item.row(), item.text())
            if self.state.rows[item.row()].name == row.name:
                self._fill(self.state)  # declined: the old name again

    def _chosen(self) -> int:
        return self.table.currentRow() if self.table.selectionModel().selectedRows() else -1

    def _enable(self) -> None:
        chosen, usable = self._chosen(), not self.state.problems
        self.up.setEnabled(usable and chosen > 0)
        self.down.setEnabled(usable and 0 <= chosen < len(self.state.rows) - 1)
        self.rename.setEnabled(usable and chosen >= 0)
        self.delete.setEnabled(usable and chosen >= 0)
        self.undo.setEnabled(self.state.undo)
        self.present.setEnabled(usable and self.state.present)
        self.restore.setEnabled(usable)

    def _move(self, by: int) -> None:
        if self._chosen() >= 0:
            self._presenter.move(self._chosen(), by)

    def _delete(self) -> None:
        if self._chosen() >= 0:
            self._presenter.delete(self._chosen())

    def _rename(self) -> None:
        if self._chosen() >= 0:
            self.table.setFocus()
            self.table.setCurrentCell(self._chosen(), 0)
            item = self.table.item(self._chosen(), 0)
            if item is not None:
                self.table.editItem(item)

    def _button(self, words: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(words)
        button.clicked.connect(lambda: act())  # noqa: PLW0108  # without the signal's argument
        return button
