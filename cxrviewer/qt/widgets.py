"""Small widgets several panels are made of."""

from __future__ import annotations

import html
import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote_to_bytes

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRectF, QSize, Qt, QUrl
from PySide6.QtGui import QColor, QDropEvent, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QFrame,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QStyledItemDelegate,
    QTableView,
    QToolBar,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QTreeWidgetItemIterator,
    QWidget,
)

from cxrviewer.presenters.messages import RESEARCH
from cxrviewer.qt import theme
from cxrviewer.qt.symbols import symbol
from cxrviewer.qt.theme import small
from cxrviewer.text import tr, translated

_EDITED = Qt.ItemDataRole.EditRole

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Switch(QCheckBox):
    """A check box that looks like what it is: something that is on or off."""

    _WIDTH, _HEIGHT = 30, 16

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(self._WIDTH + 10 + metrics.horizontalAdvance(self.text()), max(metrics.height(), self._HEIGHT) + 6)

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = (self.height() - self._HEIGHT) / 2
        on, enabled, colours = self.isChecked(), self.isEnabled(), theme.current()
        track = QRectF(1, top, self._WIDTH, self._HEIGHT)
        edge = colours.text if self.hasFocus() else colours.switch_edge if enabled else colours.disabled
        painter.setPen(QPen(QColor(edge), 1.5 if self.hasFocus() else 1))
        painter.setBrush(QColor((colours.accent if enabled else colours.line) if on else colours.window))
        painter.drawRoundedRect(track, self._HEIGHT / 2, self._HEIGHT / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.window if on else colours.quiet if enabled else colours.disabled))
        size = self._HEIGHT - 6
        left = track.right() - size - 3 if on else track.left() + 3
        painter.drawEllipse(QRectF(left, top + 3, size, size))
        painter.setPen(QColor(colours.text if enabled else colours.disabled))
        words = QRectF(self._WIDTH + 9, 0, self.width() - self._WIDTH - 9, self.height())
        # Without the last flag a mnemonic's ampersand would be drawn.
        place = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(words, place.value | Qt.TextFlag.TextShowMnemonic.value, self.text())


class ChoiceBox(QComboBox):
    """A list to choose from that looks like a button; a style sheet alone would take its arrow away."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.current().text if self.isEnabled() else theme.current().disabled))
        x, y = self.width() - 15, self.height() // 2
        painter.drawPolygon([QPoint(x - 4, y - 2), QPoint(x + 4, y - 2), QPoint(x, y + 3)])


class ElidedLabel(QLabel):
    """A line of text that ends in an ellipsis where room ends, and says the rest as a tooltip."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._more = self._short = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def setText(self, text: str) -> None:
        super().setText(text)
        self._hint()

    def set_short(self, text: str) -> None:
        """Draw this where the whole text has no room; the tooltip still has the whole one."""
        self._short = text
        self.update()

    def shown(self) -> str:
        """Return the line as it is drawn in the present width."""
        text = self._elided(self._short if self._short and self._cut() else self.text())
        return text.replace("……", "…")  # the text had been shortened before

    def set_more(self, text: str) -> None:
        """Say this in the tooltip too, whether the line is cut or not."""
        self._more = text
        self._hint()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._hint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().windowText().color())
        painter.drawText(self.rect(), int(self.alignment()), self.shown())

    def _elided(self, text: str) -> str:
        return self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, self.width())

    def _cut(self) -> bool:
        # Not by `horizontalAdvance`: it is rounded, and a line of just that width may be cut.
        return self._elided(self.text()) != self.text()

    def _hint(self) -> None:
        lines = ([self.text()] if self._cut() else []) + ([self._more] if self._more else [])
        self.setToolTip(tip("\n".join(lines)))


class FirstRow(QObject):
    """Lets the first arrow key choose the row a list stands at: Qt makes it the current one, unseen, and skips it."""

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view = view
        view.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        arrows = (Qt.Key.Key_Up, Qt.Key.Key_Down)
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() in arrows:
            view = self._view
            place = view.currentIndex()
            plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
            if plain and place.isValid() and not view.selectionModel().hasSelection():
                view.setCurrentIndex(place)
                return True
        return super().eventFilter(watched, event)


def first_seen(tree: QTreeWidget) -> QTreeWidgetItem | None:
    """Return the first line of a tree that can be chosen and is not hidden; None where there is none."""
    wanted = QTreeWidgetItemIterator.IteratorFlag
    found = QTreeWidgetItemIterator(tree, wanted.Selectable | wanted.NotHidden).value()
    return found if isinstance(found, QTreeWidgetItem) else None


class SearchAbove(QObject):
    """Lets Enter and the down arrow go on from a search field to what was found, at its first line."""

    def __init__(self, field: QLineEdit, tree: QTreeWidget) -> None:
        super().__init__(field)
        self._tree = tree
        field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        keys = (Qt.Key.Key_Down, *ENTER)
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() in keys:
            first, now = first_seen(self._tree), self._tree.currentItem()
            if first is not None:
                self._tree.setCurrentItem(first if now is None or now.isHidden() or not now.isSelected() else now)
                self._tree.setFocus()
            return True
        return super().eventFilter(watched, event)


class KeepsTyped(QStyledItemDelegate):
    """Leaves what the reader is typing into a cell: Qt fills the field anew whenever the cell may have changed."""

    def setEditorData(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:
        if not (isinstance(editor, QLineEdit) and (editor.isModified() or editor.text() == index.data(_EDITED))):
            super().setEditorData(editor, index)


def tip(text: str, *, wrap: bool = False) -> str:
    """Return a stranger's text as a tooltip that shows it as it is: Qt takes what looks like HTML for HTML.

    With `wrap` a long text has several lines, which Qt does for HTML only.
    """
    return f"<span>{html.escape(text)}</span>".replace("\n", "<br>") if "<" in text or (wrap and text) else text


def sentence_case(words: str) -> str:
    """Return words with a capital first letter, the others as they are."""
    return words[:1].upper() + words[1:]


def label(text: str = "", name: str = "", *, wrap: bool = False, little: bool = False) -> QLabel:
    """Return a plain-text label styled by `name`."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setObjectName(name)
    made.setWordWrap(wrap)
    if little:
        made.setFont(small(made.font()))
    return made


def heading(text: str) -> QLabel:
    """Return the quiet capitals over a group."""
    made = label(text.upper(), "heading", little=True)
    font = made.font()
    font.setLetterSpacing(font.SpacingType.AbsoluteSpacing, 0.8)
    made.setFont(font)
    return made


def rule() -> QFrame:
    """Return a hairline between two groups."""
    made = QFrame()
    made.setObjectName("rule")
    made.setFixedHeight(1)
    return made


def undoes(event: QKeyEvent) -> bool:
    """Return whether a key is undo or redo: fields leave both to the window, whose history covers them."""
    standard = QKeySequence.StandardKey
    return event.matches(standard.Undo) or event.matches(standard.Redo)


def press_by_enter(event: QKeyEvent, focused: QWidget | None) -> bool:
    """Press the button that has the focus if the key is Enter; return whether it was for a button.

    Qt leaves Enter to the default button of a dialog; elsewhere, and on most systems, only Space presses a button.
    """
    if event.key() not in ENTER or not isinstance(focused, QPushButton | QToolButton):
        return False
    if event.isAutoRepeat():
        return True
    if focused.menu() is not None:
        focused.showMenu()
    else:
        focused.click()
    return True


def set_widths(header: QHeaderView, widths: Mapping[int, int]) -> None:
    """Give columns these widths, or as much more as their titles need in the reader's language."""
    for column in range(header.count()):
        wanted = max(widths.get(column, header.sectionSize(column)), header.sectionSizeHint(column))
        header.resizeSection(column, wanted)


def hints(table: QTableView) -> list[int]:
    """Return how wide each column must be to show its texts whole."""
    return [table.sizeHintForColumn(column) for column in range(table.horizontalHeader().count())]


def local_paths(event: QDropEvent) -> tuple[Path, ...]:
    """Return the files and folders of this computer that are dropped or dragged."""
    return tuple(_local_path(url) for url in event.mimeData().urls() if url.isLocalFile() and url.path())


def has_empty_path(event: QDropEvent) -> bool:
    """Return whether a path that names nothing is among what is dropped or dragged."""
    return any(url.isLocalFile() and not url.path() and not url.host() for url in event.mimeData().urls())


def _local_path(url: QUrl) -> Path:
    if os.name != "posix" or url.host():
        return Path(url.toLocalFile())
    # `toLocalFile` replaces the bytes of a name that are no UTF-8, and the file is not found.
    return Path(os.fsdecode(unquote_to_bytes(url.path(QUrl.ComponentFormattingOption.FullyEncoded))))


def shown_folder(folder: str) -> str:
    """Return the innermost part of a path that Qt can name: it leaves bytes out that are no UTF-8."""
    path = Path(folder)
    while folder and not str(path).isprintable() and path != path.parent:
        path = path.parent
    return str(path) if folder else ""


def mark_overflow(bar: QToolBar) -> None:
    """Make the button visible behind which a narrow window's tools are: Qt's own is nearly black."""
    # Its name is Qt's and has been the same since Qt 4.
    more = bar.findChild(QToolButton, "qt_toolbar_ext_button")
    if more is not None:
        more.setIcon(symbol("chevron-down"))
        more.setToolTip(tr("More tools"))
        more.setAccessibleName(tr("More tools"))


def notice_bar(title: str) -> QToolBar:
    """Return what this program is not, at the right of a bar of its own: where a font is wide, tools give way to it."""
    bar = QToolBar(title)
    bar.setObjectName("notice")
    bar.setMovable(False)
    bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
    spacer = QWidget()
    spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    bar.addWidget(spacer)
    research = QLabel(translated(RESEARCH))
    research.setObjectName("research")
    research.setContentsMargins(8, 0, 8, 0)
    bar.addWidget(research)
    bar.setMinimumWidth(research.sizeHint().width() + 16)
    return bar
