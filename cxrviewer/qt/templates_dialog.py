"""The dialog in which a reader edits templates of reports."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from cxrviewer.presenters.messages import sentence
from cxrviewer.qt.dialogs import Dialog
from cxrviewer.qt.widgets import ENTER, FirstRow, label, tip
from cxrviewer.reports.templates import (
    FIELDS,
    Template,
    TemplateError,
    TemplateFolder,
    example,
    name_problems,
    problems_of,
)
from cxrviewer.text import tr, translated


class TemplatesDialog(Dialog):
    """A list at the left; name, text and everything that is wrong with it at the right.

    Deleting needs no question: undo brings the template back while the dialog is open. Changes that were not saved are
    asked about before anything else takes their place.
    """

    changed = Signal()

    def __init__(self, folder: TemplateFolder, parent: QWidget | None = None) -> None:
        super().__init__(tr("Templates of reports"), parent)
        self._folder = folder
        self._deleted: Template | None = None
        self._opened = ""
        self._as_opened = ("", "")
        self.question: QMessageBox | None = None
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Templates"))
        self.list.setFixedWidth(200)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentItemChanged.connect(self._chosen)
        self.name = QLineEdit()
        self.name.setAccessibleName(tr("Name of the template"))
        self.name.setPlaceholderText(tr("Name"))
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(tr("Text of the template"))
        self.text.setTabChangesFocus(True)
        self.problems = label("", "wrong", wrap=True)
        self.problems.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.fields = QListWidget()
        FirstRow(self.fields)
        self.fields.setAccessibleName(tr("Fields; Enter inserts one"))
        self.fields.setFixedHeight(120)
        self.fields.itemActivated.connect(self._insert_field)
        for field, meaning in FIELDS.items():
            item = QListWidgetItem(f"{{{field}}}  –  {translated(meaning)}")
            item.setData(Qt.ItemDataRole.UserRole, field)
            self.fields.addItem(item)
        self.notice = label("", "quiet", wrap=True)
        self.name.textChanged.connect(self._check)
        self.text.textChanged.connect(self._check)
        self._lay_out()
        self.fit(760, 560)
        self._fill("")

    # Inside.

    def _lay_out(self) -> None:
        across = QHBoxLayout()
        across.setSpacing(14)
        across.addWidget(self.list)
        right = QVBoxLayout()
        right.addWidget(self.name)
        right.addWidget(self.text, 1)
        right.addWidget(self.problems)
        right.addWidget(label(tr("Fields"), "heading", little=True))
        right.addWidget(self.fields)
        right.addWidget(label(tr("A line whose fields are all empty is left out."), "quiet", wrap=True, little=True))
        across.addLayout(right, 1)
        self.column.addLayout(across, 1)
        self.column.addWidget(self.notice)
        self.save = self._button(tr("&Save"), self._save)
        self.new = self._button(tr("&New"), self._new)
        self.delete = self._button(tr("&Delete"), self._delete)
        self.undo = self._button(tr("&Undo"), self._undo)
        self.undo.setEnabled(False)
        for button in (self.save, self.new, self.delete, self.undo):
            self.buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        self.finish()

    def _button(self, words: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(words)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: act())  # noqa: PLW0108
        return button

    def _fill(self, chosen: str) -> None:
        try:
            found = self._folder.load()
        except TemplateError as error:
            found = ()
            self.notice.setText(sentence(error, tr("Reading the templates")))
        self.list.blockSignals(True)
        self.list.clear()
        for template in found:
            item = QListWidgetItem(template.name if not template.problems else f"⚠ {template.name}")
            item.setData(Qt.ItemDataRole.UserRole, template)
            item.setToolTip(tip("\n".join((template.name, *(translated(problem) for problem in template.problems)))))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, self._spoken(template))
            self.list.addItem(item)
        self.list.blockSignals(False)
        names = [template.name for template in found]
        if chosen in names:
            self.list.setCurrentRow(names.index(chosen))
        elif names:
            self.list.setCurrentRow(0)
        else:
            self._new()

    def _spoken(self, template: Template) -> str:
        return tr("{name} (has problems)", name=template.name) if template.problems else template.name

    def _chosen(self, item: QListWidgetItem | None, before: QListWidgetItem | None) -> None:
        if item is None:
            return
        template: Template = item.data(Qt.ItemDataRole.UserRole)
        if self._unsaved():
            self._select(before)  # until it is settled what becomes of the changes
            self._leave(lambda: self._fill(template.name))
        else:
            self._show(template.name, template.text)

    def _select(self, item: QListWidgetItem | None) -> None:
        self.list.blockSignals(True)
        if item is None:
            self.list.setCurrentRow(-1)
        else:
            self.list.setCurrentItem(item)
        self.list.blockSignals(False)

    def _show(self, name: str, text: str) -> None:
        self._opened = name
        self.name.setText(name)
        self.text.setPlainText(text)
        self._as_opened = (self.name.text(), self.text.toPlainText())
        self.delete.setEnabled(self.list.currentRow() >= 0)

    def _unsaved(self) -> bool:
        return (self.name.text(), self.text.toPlainText()) != self._as_opened

    def _leave(self, then: Callable[[], object]) -> None:
        """Go on with `then`; where something is not saved, ask first what becomes of it."""
        if not self._unsaved():
            then()
            return
        words = (
            tr("The changes of “{name}” are not saved.", name=self._opened)
            if self._opened
            else tr("The new template is not saved.")
        )
        box = QMessageBox(QMessageBox.Icon.Question, tr("Templates of reports"), words, parent=self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        save = box.addButton(tr("&Save"), QMessageBox.ButtonRole.AcceptRole)
        drop = box.addButton(tr("&Discard"), QMessageBox.ButtonRole.DestructiveRole)
        keep = box.addButton(tr("&Keep editing"), QMessageBox.ButtonRole.RejectRole)
        save.setEnabled(self.save.isEnabled())
        if not self.save.isEnabled():
            box.setInformativeText(tr("As it stands it cannot be saved: {why}", why=self.problems.text()))
        box.setDefaultButton(save if self.save.isEnabled() else keep)
        box.setEscapeButton(keep)
        save.clicked.connect(lambda: self._save() and then())
        drop.clicked.connect(lambda: self._discard(then))
        self.question = box
        box.open()

    def _discard(self, then: Callable[[], object]) -> None:
        self._as_opened = (self.name.text(), self.text.toPlainText())
        then()

    def reject(self) -> None:
        self._leave(super().reject)

    def _check(self) -> None:
        problems = (*name_problems(self.name.text()), *problems_of(self.text.toPlainText()))
        self.problems.setText("\n".join(translated(problem) for problem in problems[:6]))
        if len(problems) > 6:
            self.problems.setText(self.problems.text() + "\n" + tr("… and {n} more", n=len(problems) - 6))
        self.problems.setVisible(bool(problems))
        self.save.setEnabled(not problems)

    def _new(self) -> None:
        self._leave(self._begin)

    def _begin(self) -> None:
        self._select(None)
        self._show("", example())
        self.name.setFocus()

    def _save(self) -> bool:
        """Write the template; returns whether it could be."""
        name = self.name.text()
        try:
            self._folder.save(name, self.text.toPlainText())
            if self._opened and self._opened != name:
                self._folder.delete(self._opened)
        except TemplateError as error:
            self.problems.setText("\n".join(translated(problem) for problem in error.problems))
            self.problems.show()
            return False
        self._as_opened = (name, self.text.toPlainText())
        self.notice.setText(tr("“{name}” was saved.", name=name))
        self._fill(name)
        self.changed.emit()
        return True

    def _delete(self) -> None:
        item = self.list.currentItem()
        template: Template = item.data(Qt.ItemDataRole.UserRole)
        try:
            self._folder.delete(template.name)
        except TemplateError as error:
            self.notice.setText(sentence(error, tr("Deleting the template")))
            return
        # A file with problems cannot be written back as it was.
        self._deleted = None if template.problems else template
        self.undo.setEnabled(self._deleted is not None)
        self.notice.setText(tr("“{name}” was deleted.", name=template.name))
        self._discard(lambda: self._fill(""))
        self.changed.emit()

    def _undo(self) -> None:
        self._leave(self._bring_back)

    def _bring_back(self) -> None:
        if self._deleted is not None:
            template, self._deleted = self._deleted, None
            self._folder.save(template.name, template.text)
            self.undo.setEnabled(False)
            self.notice.setText(tr("“{name}” is back.", name=template.name))
            self._fill(template.name)
            self.changed.emit()

    def _insert_field(self, item: QListWidgetItem) -> None:
        self.text.insertPlainText(f"{{{item.data(Qt.ItemDataRole.UserRole)}}}")
        self.text.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER and self.fields.hasFocus():
            if self.fields.currentRow() >= 0:
                self._insert_field(self.fields.currentItem())
            return
        if event.key() in ENTER and self.list.hasFocus():
            self.text.setFocus()
            return
        if event.key() in ENTER and self.name.hasFocus():
            if self.save.isEnabled():
                self._save()
            return
        super().keyPressEvent(event)
