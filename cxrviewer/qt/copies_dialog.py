"""The dialog that makes de-identified copies."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QWidget,
)

from cxrviewer.presenters.copies import CopiesPresenter, CopiesState, Scope
from cxrviewer.qt.dialogs import Dialog
from cxrviewer.qt.widgets import label, tip
from cxrviewer.reports.copies import CopyOptions
from cxrviewer.text import tr, tr_n


class CopiesDialog(Dialog):
    """Which images, what of the header may stay, where to; then progress and what became of each file."""

    def __init__(self, presenter: CopiesPresenter, parent: QWidget | None = None) -> None:
        super().__init__(tr("De-identified copies"), parent)
        self._presenter = presenter
        self._folder = ""
        self.state: CopiesState | None = None
        words = tr(
            "Names, numbers, dates, private elements and graphics leave the header (DICOM PS3.15 Basic Profile), "
            "UIDs are replaced. Pixels are copied as they are: text that is part of an image stays."
        )
        self.column.addWidget(label(words, "quiet", wrap=True))
        self.scopes = {scope: QRadioButton() for scope in Scope}
        group = QButtonGroup(self)
        for button in self.scopes.values():
            group.addButton(button)
            self.column.addWidget(button)
        self.scopes[Scope.IMAGE].setChecked(True)
        self.shift = self._box(
            tr("&Move dates instead of removing them"),
            tr("By the same number of days for all images of a patient in these copies; times of day stay."),
        )
        self.keep = self._box(
            tr("&Keep age, sex, size and weight"),
            tr("Also ethnic group, smoking and pregnancy status; an age above 89 becomes 90."),
        )
        self.clean = self._box(
            tr("Keep usual words of &descriptions"),
            tr("Words such as chest, PA or portable stay in descriptions of study and series; all others go."),
        )
        row = QHBoxLayout()
        self.folder = QLineEdit()
        self.folder.setReadOnly(True)
        self.folder.setPlaceholderText(tr("No folder chosen"))
        self.folder.setAccessibleName(tr("Folder for the copies"))
        self.choose = QPushButton(tr("&Folder…"))
        self.choose.setAutoDefault(False)
        self.choose.clicked.connect(self._choose)
        row.addWidget(self.folder, 1)
        row.addWidget(self.choose)
        self.column.addLayout(row)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Progress"))
        self.message = label("", "title", wrap=True)
        self.problems = QPlainTextEdit()
        self.problems.setReadOnly(True)
        self.problems.setTabChangesFocus(True)
        self.problems.setAccessibleName(tr("Files to look at"))
        self.column.addWidget(self.bar)
        self.column.addWidget(self.message)
        self.column.addWidget(self.problems, 1)
        self.column.addStretch(0)
        self.start = QPushButton(tr("Make &copies"))
        self.start.setAutoDefault(False)
        self.start.clicked.connect(self._start_or_stop)
        self.buttons.addButton(self.start, QDialogButtonBox.ButtonRole.ActionRole)
        self.finish()
        self.fit(640, 560)
        self.finished.connect(presenter.detach)
        presenter.attach(self)

    # CopiesView.

    def show_copies(self, state: CopiesState) -> None:
        """Draw what `CopiesPresenter` decided."""
        self.state = state
        texts = {
            Scope.IMAGE: tr("The image on the &screen"),
            Scope.STUDY: tr_n("Its st&udy: {n:,} image", "Its st&udy: {n:,} images", state.counts[Scope.STUDY]),
            Scope.ALL: tr_n("&All opened: {n:,} image", "&All opened: {n:,} images", state.counts[Scope.ALL]),
        }
        for scope, button in self.scopes.items():
            button.setText(texts[scope])
            button.setEnabled(not state.running and state.counts[scope] > 0)
        if not state.running and not self.scopes[self._scope()].isEnabled():
            usable = [button for button in self.scopes.values() if button.isEnabled()]
            for button in usable[-1:]:
                button.setChecked(True)
        for part in (self.shift, self.keep, self.clean, self.choose):
            part.setEnabled(not state.running)
        self._name_folder()
        self.bar.setVisible(state.total > 0)
        self.bar.setRange(0, max(1, state.total))
        self.bar.setValue(state.done)
        self.message.setText(state.message)
        self.message.setVisible(bool(state.message))
        self.problems.setPlainText("\n".join(state.problems))
        self.problems.setVisible(bool(state.problems))
        self._enable()

    # Inside.

    def _box(self, words: str, more: str) -> QCheckBox:
        box = QCheckBox(words)
        box.setToolTip(tip(more))
        box.setAccessibleDescription(more)
        self.column.addWidget(box)
        return box

    def _scope(self) -> Scope:
        return next(scope for scope, button in self.scopes.items() if button.isChecked())

    def _enable(self) -> None:
        state = self.state
        running = state is not None and state.running
        self.start.setText(tr("&Stop") if running else tr("Make &copies"))
        some = state is not None and state.counts[self._scope()] > 0
        self.start.setEnabled(running or (some and bool(self._folder)))
        # What Enter does next: never end a run, and never make the same copies again.
        made = state is not None and not running and state.total > 0
        close = self.buttons.button(QDialogButtonBox.StandardButton.Close)
        next_ = close if made else self.start if self.start.isEnabled() and not running else self.choose
        for button in (close, self.start, self.choose):
            button.setDefault(button is next_)

    def _choose(self) -> None:
        name = QFileDialog.getExistingDirectory(self, tr("Folder for the copies"), self._folder)
        if name:
            self._folder = name
            self._name_folder()
            self._enable()

    def _name_folder(self) -> None:
        hidden = self.state is not None and self.state.hidden
        self.folder.setText(tr("A folder is chosen") if hidden and self._folder else self._folder)

    def _start_or_stop(self) -> None:
        if self.state is not None and self.state.running:
            self._presenter.stop()
            return
        options = CopyOptions(
            shift_dates=self.shift.isChecked(),
            keep_characteristics=self.keep.isChecked(),
            clean_descriptions=self.clean.isChecked(),
        )
        self._presenter.start(self._scope(), options, Path(self._folder))
