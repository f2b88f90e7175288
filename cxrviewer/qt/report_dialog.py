"""The report dialog: the impression at the left, the page at the right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from cxrviewer.presenters.report import ReportPresenter, ReportState
from cxrviewer.qt.dialogs import Dialog
from cxrviewer.qt.report_pages import PrintError, paint, pdf_of, set_margins
from cxrviewer.qt.widgets import ChoiceBox, ElidedLabel, Switch, label, undoes
from cxrviewer.text import tr

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter


class PlainField(QPlainTextEdit):
    """A field for text without an undo of its own: the window's undo covers what is typed."""

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and undoes(event):
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if undoes(event):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()


class ReportDialog(Dialog):
    """Stays open beside the window and follows the image in the active viewport.

    Parameters
    ----------
    presenter : ReportPresenter
    parent : QWidget, optional
    undo, redo : callable
        Those of the window.
    edit_templates : callable
        Opens the dialog of templates.
    """

    def __init__(
        self,
        presenter: ReportPresenter,
        parent: QWidget | None = None,
        *,
        undo: Callable[[], object],
        redo: Callable[[], object],
        edit_templates: Callable[[], object],
    ) -> None:
        super().__init__(tr("Report"), parent)
        self._presenter = presenter
        self.state: ReportState | None = None
        self._saved: tuple[str, str] | None = None
        self.about = ElidedLabel()
        self.about.setObjectName("title")
        self.why_not = label("", "flag", wrap=True)
        self.field = PlainField()
        self.field.setAccessibleName(tr("Impression"))
        self.field.setPlaceholderText(tr("Impression"))
        self.field.textChanged.connect(lambda: presenter.typed(self.field.toPlainText()))
        self.field.left.connect(presenter.flush)
        self.templates = ChoiceBox()
        self.templates.setAccessibleName(tr("Template"))
        self.templates.setSizeAdjustPolicy(ChoiceBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.templates.setMinimumContentsLength(12)
        self.insert = self._button(tr("&Insert"), self._insert)
        self.edit = self._button(tr("&Templates…"), edit_templates)
        self.naming = Switch(tr("&Name the patient"))
        self.naming.clicked.connect(lambda on: presenter.name_patient(named=on))
        self.page = QTextBrowser()
        self.page.setObjectName("paper")
        self.page.setOpenLinks(False)
        self.page.setAccessibleName(tr("Preview of the report"))
        self._lay_out()
        self._make_buttons()
        for key, act in ((QKeySequence.StandardKey.Undo, undo), (QKeySequence.StandardKey.Redo, redo)):
            QShortcut(key, self, act)
        self.setModal(False)
        self.finished.connect(presenter.detach)
        self.fit(980, 640)
        presenter.attach(self)
        self.field.setFocus()

    # ReportView.

    def show_report(self, state: ReportState) -> None:
        """Draw what `ReportPresenter` decided."""
        before, self.state = self.state, state
        self.about.setText(state.about)
        self.why_not.setText(state.why_not)
        self.why_not.setVisible(bool(state.why_not))
        saved = state.about, state.impression
        if saved != self._saved and self.field.toPlainText() != state.impression:
            self._set_text(state.impression)
        # What is being typed and not saved yet stays while the page changes.
        self._saved = saved
        self.field.setReadOnly(not state.writable)
        self.naming.setChecked(state.named)
        self.naming.setEnabled(state.can_name)
        self.naming.setToolTip("" if state.can_name else tr("Not while identity is hidden, or without an image"))
        if before is None or before.templates != state.templates:
            self._show_templates(state)
        self.insert.setEnabled(state.writable)
        if before is None or before.html != state.html:
            bar = self.page.verticalScrollBar()
            place = bar.value()
            self.page.setHtml(state.html)
            bar.setValue(place)
        for button in (self.pdf, self.plain, self.print, self.copy):
            button.setEnabled(not state.empty)
            button.setToolTip(tr("Nothing was decided, measured or written yet.") if state.empty else "")

    # Inside.

    def _set_text(self, text: str) -> None:
        cursor = self.field.textCursor()
        place = cursor.position()
        self.field.blockSignals(True)
        self.field.setPlainText(text)
        self.field.blockSignals(False)
        cursor = self.field.textCursor()
        cursor.setPosition(min(place, len(text.encode("utf-16-le")) // 2))  # as Qt counts
        self.field.setTextCursor(cursor)

    def _show_templates(self, state: ReportState) -> None:
        chosen = self.templates.currentText()
        self.templates.clear()
        for row in state.templates:
            words = row.name if not row.problems else tr("{name} (has problems)", name=row.name)
            self.templates.addItem(words, row.name)
            item = self.templates.count() - 1
            self.templates.setItemData(item, "\n".join(row.problems), Qt.ItemDataRole.ToolTipRole)
            if row.problems:
                self.templates.setItemData(item, 0, Qt.ItemDataRole.UserRole - 1)  # cannot be chosen
        self.templates.setCurrentIndex(max(0, self.templates.findText(chosen)))

    def _insert(self) -> None:
        text = self._presenter.filled(str(self.templates.currentData()))
        if text:
            cursor = self.field.textCursor()
            before = self.field.toPlainText()[: cursor.position()]
            cursor.insertText(text if not before or before.endswith("\n") else f"\n{text}")
            self._presenter.flush()  # a step of its own
        self.field.setFocus()

    def _save(self, suffix: str, data: Callable[[], bytes], kinds: str) -> None:
        name, _ = QFileDialog.getSaveFileName(self, tr("Save the report"), f"report{suffix}", kinds)
        if name:
            path = Path(name)
            self._presenter.write(path if path.suffix else path.with_suffix(suffix), data())

    def _save_pdf(self) -> None:
        self._save(".pdf", lambda: pdf_of(self._presenter.html()), "PDF (*.pdf)")

    def _save_text(self) -> None:
        kinds = tr("Text (*.txt)")
        self._save(".txt", lambda: self._presenter.text().encode("utf-8"), kinds)

    def _copy(self) -> None:
        QApplication.clipboard().setText(self._presenter.text())

    def _print(self) -> None:
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(tr("Report"))
        dialog = QPrintDialog(printer, self)
        if dialog.exec() == QPrintDialog.DialogCode.Accepted:
            self.print_on(printer)

    def print_on(self, printer: QPrinter) -> None:
        """Print the report; a printer that takes nothing is reported."""
        set_margins(printer)
        try:
            paint(self._presenter.html(), printer)
        except PrintError as error:
            self._presenter.failed(error)

    def _button(self, words: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(words)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: act())  # noqa: PLW0108  # without the signal's argument
        return button

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(8)
        row = QHBoxLayout()
        row.addWidget(self.templates, 1)
        row.addWidget(self.insert)
        row.addWidget(self.edit)
        heading: QLabel = label(tr("Impression"), "heading", little=True)
        heading.setBuddy(self.field)
        column.addLayout(row)
        column.addWidget(heading)
        column.addWidget(self.field, 1)
        column.addWidget(self.naming)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(left)
        self.splitter.addWidget(self.page)
        self.splitter.setSizes([420, 520])
        self.column.addWidget(self.about)
        self.column.addWidget(self.why_not)
        self.column.addWidget(self.splitter, 1)

    def _make_buttons(self) -> None:
        self.pdf = self._button(tr("Save &PDF…"), self._save_pdf)
        self.plain = self._button(tr("Save te&xt…"), self._save_text)
        self.print = self._button(tr("P&rint…"), self._print)
        self.copy = self._button(tr("&Copy"), self._copy)
        for button in (self.pdf, self.plain, self.print, self.copy):
            self.buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        self.finish()
