"""Sheets over the window: skipped files, and the one after a crash; shortcuts and About have their own files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QPlainTextEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from cxrviewer.presenters.messages import shown_name, shown_path
from cxrviewer.qt.widgets import label, press_by_enter, set_widths, tip
from cxrviewer.text import looked_up, tr, tr_n

if TYPE_CHECKING:
    from cxrviewer.presenters.library_unscored import NotScored
    from cxrviewer.studies.scan import Skipped


class Dialog(QDialog):
    """A dialog with a title and a Close button; deletes itself when closed.

    Escape closes it. Enter presses the button it is on, or the default one. That is Close only where nothing can be
    typed or chosen (`only_shows`): elsewhere Enter in a field or a list would take away what the reader works in.
    """

    only_shows = False

    def __init__(self, title: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(20, 16, 20, 14)
        self.column.setSpacing(10)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        for button in self.buttons.buttons():
            button.setIcon(QIcon())  # a desktop's own, black on a dark ground
        self.buttons.rejected.connect(self.reject)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not press_by_enter(event, self.focusWidget()):
            super().keyPressEvent(event)

    def fit(self, width: int, height: int) -> None:
        """Take this size, or as much of it as the screen has."""
        parent = self.parentWidget()
        room = (self if parent is None else parent).screen().availableGeometry()
        self.resize(min(width, room.width() - 16), min(height, room.height() - 48))

    def finish(self) -> None:
        """Put the buttons below what was added."""
        if not self.only_shows:
            for button in self.buttons.findChildren(QPushButton):
                button.setAutoDefault(button.isDefault())
        self.column.addWidget(self.buttons)


class ReasonsDialog(Dialog):
    """Files and a reason for each; numbered where identity is `hidden`, for names of files name patients."""

    only_shows = True

    def __init__(
        self, title: str, count: str, files: Sequence[tuple[Path, str]], parent: QWidget | None, *, hidden: bool
    ) -> None:
        super().__init__(title, parent)
        self.column.addWidget(label(count, "title"))
        self.table = QTableWidget(len(files), 2)
        self.table.setAccessibleName(title)
        self.table.setTabKeyNavigation(False)
        self.table.setHorizontalHeaderLabels([tr("File"), tr("Reason")])
        self.table.verticalHeader().hide()
        self.table.setAlternatingRowColors(True)
        self.table.setShowGrid(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        numbers: dict[Path, int] = {}  # a file may have several lines
        for row, (path, reason) in enumerate(files):
            number = numbers.setdefault(path, len(numbers) + 1)
            name = QTableWidgetItem(tr("File {number}", number=number) if hidden else shown_name(path))
            name.setToolTip("" if hidden else tip(shown_path(path)))
            why = QTableWidgetItem(reason)
            why.setToolTip(tip(reason))
            self.table.setItem(row, 0, name)
            self.table.setItem(row, 1, why)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        set_widths(header, {0: 240})
        self.column.addWidget(self.table, 1)
        # A reason may be longer than its line, and a tip needs a mouse.
        self._files, self._names_hidden = tuple(files), hidden
        self.place, self.whole = label("", "quiet", wrap=True), label("", wrap=True)
        for one in (self.place, self.whole):
            one.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.column.addWidget(one)
        self.place.setHidden(hidden)
        self.whole.setMinimumHeight(3 * self.whole.fontMetrics().lineSpacing())
        self.whole.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.table.currentCellChanged.connect(lambda row, *_: self._show_whole(row))
        self.resize(760, 520)
        self.finish()
        if files:
            self.table.setCurrentCell(0, 1)
            self.table.setFocus()

    def _show_whole(self, row: int) -> None:
        path, reason = self._files[row]
        self.place.setText("" if self._names_hidden else shown_path(path))
        self.whole.setText(reason)


class SkippedDialog(ReasonsDialog):
    """Each file without an image, and why."""

    def __init__(self, skipped: Sequence[Skipped], parent: QWidget | None = None, *, hidden: bool = False) -> None:
        count = tr_n("{n:,} file without a film", "{n:,} files without a film", len(skipped))
        files = [(one.path, looked_up(one.reason)) for one in skipped]
        super().__init__(tr("Why files were skipped"), count, files, parent, hidden=hidden)


class NotScoredDialog(ReasonsDialog):
    """Each image of the library that the heads in use could not score, and why."""

    def __init__(self, images: Sequence[NotScored], parent: QWidget | None = None, *, hidden: bool = False) -> None:
        found = len({one.path for one in images})  # several heads have a line each
        count = tr_n("{n:,} film that a model did not score", "{n:,} films that a model did not score", found)
        files = [(one.path, one.reason) for one in images]
        super().__init__(tr("Why films were not scored"), count, files, parent, hidden=hidden)


class CrashDialog(Dialog):
    """After an error nobody expected: what and where, without any text of the error itself,
    which could quote the header of an image."""

    def __init__(self, details: str, parent: QWidget | None = None) -> None:
        super().__init__(tr("An unexpected error"), parent)
        self.column.addWidget(label(tr("Something went wrong that this program did not expect."), "title"))
        text = tr(
            "The window keeps working, but close and start it again before you trust what it shows. "
            "The lines below hold no patient data; please send them to whoever looks after this "
            "program."
        )
        words = label(text, "", wrap=True)
        words.setMinimumWidth(480)
        self.column.addWidget(words)
        self.details = QPlainTextEdit(details)
        self.details.setReadOnly(True)
        self.details.setTabChangesFocus(True)
        self.details.setAccessibleName(tr("Details"))
        self.column.addWidget(self.details)
        copy = QPushButton(tr("Copy"))
        copy.clicked.connect(lambda: QApplication.clipboard().setText(details))
        self.buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        self.finish()
