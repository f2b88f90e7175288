"""The command palette: type a few letters, press Enter."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFrame,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from cxrviewer.commands.keys import KeyMap
from cxrviewer.commands.palette import PaletteRow, rows
from cxrviewer.commands.registry import Registry
from cxrviewer.qt import language, theme
from cxrviewer.qt.command_actions import shown_key
from cxrviewer.qt.widgets import label, tip
from cxrviewer.text import tr

WIDTH, HEIGHT = 620, 420
_MOVES = {
    Qt.Key.Key_Up.value: -1,
    Qt.Key.Key_Down.value: 1,
    Qt.Key.Key_PageUp.value: -8,
    Qt.Key.Key_PageDown.value: 8,
}


class PaletteDialog(QDialog):
    """Lists the commands that fit what is typed; goes away with Escape or a click elsewhere.

    Signals
    -------
    chosen(str)
        The id of a command that can run; the palette is closed.
    """

    chosen = Signal(str)

    def __init__(self, registry: Registry, keys: KeyMap, recent: Sequence[str], window: QWidget) -> None:
        super().__init__(window, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("palette")
        self.setWindowTitle(tr("Commands"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._registry, self._keys, self._recent = registry, keys, tuple(recent)
        self._rows: tuple[PaletteRow, ...] = ()
        self._others = language.others()
        self.line = QLineEdit()
        self.line.setPlaceholderText(tr("Type a few letters of a command"))
        self.line.setAccessibleName(tr("Command"))
        self.line.installEventFilter(self)
        self.line.textChanged.connect(self._search)
        self.line.returnPressed.connect(self._choose)
        self.list = QTreeWidget()
        self.list.setAccessibleName(tr("Commands"))
        self.list.setColumnCount(3)
        self.list.setHeaderHidden(True)
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        header = self.list.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        self.list.itemClicked.connect(lambda _: self._choose())
        self.empty = label(tr("No command has these letters."), "quiet")
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 10)
        column.setSpacing(6)
        column.addWidget(self.line)
        column.addWidget(self.list, 1)
        column.addWidget(self.empty, 1, Qt.AlignmentFlag.AlignTop)
        self._search("")
        self._place(window)

    def titles(self) -> tuple[str, ...]:
        """Return what is listed, from top to bottom."""
        return tuple(row.title for row in self._rows)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.line and isinstance(event, QKeyEvent) and event.key() in _MOVES:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()  # the arrows are keys of the window too
                return True
            if event.type() == QEvent.Type.KeyPress:
                self._go(self.list.currentIndex().row() + _MOVES[event.key()])
                return True
        return super().eventFilter(watched, event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.list.doItemsLayout()  # the heights of rows are known once the style is

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isVisible() and not self.isActiveWindow():
            self.close()

    def _place(self, window: QWidget) -> None:
        area = window.rect()
        width, height = min(WIDTH, area.width() - 40), min(HEIGHT, area.height() - 120)
        self.resize(width, height)
        self.move(
            window.mapToGlobal(area.topLeft()).x() + (area.width() - width) // 2,
            window.mapToGlobal(area.topLeft()).y() + 70,
        )

    def _search(self, query: str) -> None:
        self._rows = rows(query, self._registry, self._keys, self._recent, self._others)
        quiet, disabled = QColor(theme.current().quiet), QColor(theme.current().disabled)
        self.list.clear()
        for row in self._rows:
            item = QTreeWidgetItem([row.title, row.missing or row.place, shown_key(row.key) if row.key else ""])
            item.setTextAlignment(2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            for column in (1, 2):
                item.setForeground(column, quiet)
            if row.missing:
                item.setForeground(0, disabled)
            item.setToolTip(0, tip(self._registry[row.id].hint))
            self.list.addTopLevelItem(item)
        self._go(0)
        self.list.setVisible(bool(self._rows))
        self.empty.setVisible(not self._rows)

    def _go(self, place: int) -> None:
        self.list.setCurrentIndex(self.list.model().index(min(max(place, 0), len(self._rows) - 1), 0))

    def _choose(self) -> None:
        place = self.list.currentIndex().row()
        if 0 <= place < len(self._rows) and not self._rows[place].missing:
            self.chosen.emit(self._rows[place].id)
            self.close()
