"""The dialog that chooses a study's character set by how its name reads."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QAbstractItemView, QDialogButtonBox, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from cxrviewer.presenters.library_charsets import CharsetChoices
from cxrviewer.qt.dialogs import Dialog
from cxrviewer.qt.widgets import label, tip
from cxrviewer.text import tr


class CharsetDialog(Dialog):
    """Lists the choices; `choose` is called with study and character set of the one that is taken."""

    def __init__(
        self, choices: CharsetChoices, choose: Callable[[int, str], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(tr("Character set"), parent)
        self._choices, self._choose = choices, choose
        words = tr(
            "Choose the row in which the name reads right. Only how this program reads the text of the study changes, "
            "and of the patient's others with the name written alike; nothing is written into their files, and “As in "
            "the file” takes it back."
        )
        self.column.addWidget(label(words, "", wrap=True))
        self.table = QTableWidget(len(choices.rows), 2)
        self.table.setAccessibleName(tr("Character set"))
        self.table.setHorizontalHeaderLabels([tr("Character set"), tr("Patient")])
        self.table.verticalHeader().hide()
        self.table.setTabKeyNavigation(False)
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        for number, row in enumerate(choices.rows):
            self.table.setItem(number, 0, QTableWidgetItem(row.title))
            name = QTableWidgetItem(row.name)
            name.setToolTip(tip(row.name))
            self.table.setItem(number, 1, name)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        self.table.setCurrentCell(choices.current, 0)
        self.table.activated.connect(self._activated)
        self.column.addWidget(self.table, 1)
        use = self.buttons.addButton(tr("&Use"), QDialogButtonBox.ButtonRole.AcceptRole)
        use.setDefault(True)
        self.buttons.accepted.connect(self.accept)
        self.finish()
        self.fit(620, 560)
        self.table.setFocus()

    def accept(self) -> None:
        """Use the chosen row, where it is another one than now."""
        row = self.table.currentRow()
        if row >= 0 and row != self._choices.current:
            self._choose(self._choices.study, self._choices.rows[row].charset)
        super().accept()

    def _activated(self, _: QModelIndex) -> None:
        self.accept()
