"""The dialog of the local audit."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialogButtonBox,
    QFileDialog,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from cxrviewer.presenters.audit import AuditPresenter, AuditState, columns
from cxrviewer.qt.dialogs import Dialog
from cxrviewer.qt.widgets import ChoiceBox, ElidedLabel, FirstRow, label, set_widths, tip
from cxrviewer.reports.audit import NOT_A_VALIDATION, NOT_COUNTED
from cxrviewer.text import tr, translated


class AuditDialog(Dialog):
    """AI > Audit: what it is not comes first, then one table per head version."""

    def __init__(self, presenter: AuditPresenter, parent: QWidget | None = None) -> None:
        super().__init__(tr("Local audit"), parent)
        self._presenter = presenter
        self.state: AuditState | None = None
        self.column.addWidget(label(translated(NOT_A_VALIDATION), "title", wrap=True))
        self.column.addWidget(label(translated(NOT_COUNTED), "quiet", wrap=True))
        self.head = ChoiceBox()
        self.head.setAccessibleName(tr("Head and version"))
        self.head.setSizeAdjustPolicy(ChoiceBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.head.currentIndexChanged.connect(self._show_page)
        self.detail = ElidedLabel()
        self.detail.setObjectName("quiet")
        self.message = label("", "", wrap=True)
        self.message.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.table = QTableWidget(0, len(columns()))
        FirstRow(self.table)
        self.table.setAccessibleName(tr("Decisions by finding"))
        self.table.setHorizontalHeaderLabels(columns())
        self.table.verticalHeader().hide()
        self.table.setAlternatingRowColors(True)
        self.table.setShowGrid(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)
        self.notice = label("", "flag", wrap=True)
        for part in (self.head, self.detail, self.message):
            self.column.addWidget(part)
        self.column.addWidget(self.table, 1)
        self.column.addWidget(self.notice)
        self.export = QPushButton(tr("&Export as CSV…"))
        self.export.setAutoDefault(False)
        self.export.clicked.connect(self._export)
        self.buttons.addButton(self.export, QDialogButtonBox.ButtonRole.ActionRole)
        self.finish()
        self.fit(980, 480)
        self.finished.connect(presenter.detach)
        presenter.attach(self)

    # AuditView.

    def show_audit(self, state: AuditState) -> None:
        """Draw what `AuditPresenter` counted."""
        first = self.state is None or not self.state.pages
        self.state = state
        self.message.setText(state.message)
        self.message.setVisible(bool(state.message))
        self.notice.setText(state.notice)
        self.notice.setVisible(bool(state.notice))
        for part in (self.head, self.detail, self.table):
            part.setVisible(bool(state.pages))
        if not state.pages:
            self.message.setMinimumHeight(self.message.fontMetrics().height() * 6)
        self.export.setEnabled(bool(state.pages))
        self.head.clear()
        self.head.addItems([page.title for page in state.pages])
        if state.pages and first:
            self.table.setFocus()

    # Inside.

    def _show_page(self, number: int) -> None:
        if self.state is None or not 0 <= number < len(self.state.pages):
            return
        page = self.state.pages[number]
        self.detail.setText(page.detail)
        self.table.setRowCount(len(page.rows))
        for row, cells in enumerate(page.rows):
            for column, cell in enumerate(cells):
                item = QTableWidgetItem(cell.text)
                item.setToolTip(tip(cell.more))
                spoken = ", ".join(part for part in (cell.text, cell.more) if part)
                item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)
                self.table.setItem(row, column, item)
        if page.rows:
            self.table.setCurrentCell(0, 0)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        set_widths(self.table.horizontalHeader(), {0: 190})

    def _export(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, tr("Export the audit"), "audit.csv", tr("Tables (*.csv)"))
        if name:
            path = Path(name)
            self._presenter.export(path if path.suffix else path.with_suffix(".csv"))
