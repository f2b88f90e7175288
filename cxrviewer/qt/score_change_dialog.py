"""The dialog that compares the scores of two images of one person."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from cxrviewer.presenters.score_change import ScoreChange, about_uncertainty
from cxrviewer.qt.dialogs import Dialog
from cxrviewer.qt.widgets import hints, label, set_widths, tip
from cxrviewer.text import tr

WIDTHS = (190, 110, 110, 80, 110, 130, 110)
ASIDE = 64
"""Pixels beside the columns: margins, frames, a scroll bar."""


class ScoreChangeDialog(Dialog):
    """One row for each finding that was scored in both images; `about` says which two these are."""

    only_shows = True

    def __init__(self, changes: Sequence[ScoreChange], about: str, parent: QWidget | None = None) -> None:
        super().__init__(tr("Scores against the prior"), parent)
        if about:
            self.column.addWidget(label(about, wrap=True))
        self.column.addWidget(label(about_uncertainty(changes), "quiet", wrap=True))
        titles = [
            tr("Finding"), tr("Newer film"), tr("Prior"), tr("Difference"), tr("95 % interval"), tr("Change"),
            tr("Head"),
        ]  # fmt: skip
        self.table = QTableWidget(len(changes), len(titles))
        self.table.setAccessibleName(tr("Scores against the prior"))
        self.table.setHorizontalHeaderLabels(titles)
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        for row, change in enumerate(changes):
            texts = (
                change.finding, change.now, change.before, change.change, change.interval, change.words, change.head,
            )  # fmt: skip
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setToolTip(tip(text))
                self.table.setItem(row, column, item)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.table.horizontalHeader().setStretchLastSection(True)
        widths = [max(wide, hint) for wide, hint in zip(WIDTHS, hints(self.table), strict=True)]
        set_widths(self.table.horizontalHeader(), dict(enumerate(widths)))
        self.column.addWidget(self.table, 1)
        if changes:
            self.table.setCurrentCell(0, 0)
            self.table.setFocus()
        self.finish()
        self.fit(max(900, sum(widths) + ASIDE), 460)
