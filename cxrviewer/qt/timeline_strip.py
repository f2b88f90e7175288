"""The strip with the patient's studies: small pictures, dates, and the scores of chosen findings as sparklines."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QListView,
    QMenu,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from cxrviewer.presenters.small_pictures import Picture
from cxrviewer.presenters.timeline import Finding, TimelineItem, TimelinePoint, TimelineState
from cxrviewer.qt import theme
from cxrviewer.qt.theme import small
from cxrviewer.qt.widgets import ENTER, ElidedLabel, label, tip
from cxrviewer.qt.worklist_rows import draw_fitted, pixmap
from cxrviewer.text import tr

ITEM_WIDTH, PICTURE, ROW_HEIGHT, PAD = 132, 40, 32, 5
NAMES_WIDTH = 132
POINT_AT = 0.28
"""Where in a study's column its point stands; the number is written at its right."""
APART = 3
"""Pixels between a number and the edge of its row: the next row's may stand at the other side of that edge."""

_Index = QModelIndex | QPersistentModelIndex
ITEM = Qt.ItemDataRole.UserRole

_KEYS = frozenset(
    {
        Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End,
        Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Return, Qt.Key.Key_Enter,
    }
)  # fmt: skip
"""Keys of the list, which are commands elsewhere in the window."""


class _Model(QAbstractListModel):
    """The studies, from the oldest to the newest."""

    picture_wanted = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.items: tuple[TimelineItem, ...] = ()
        self._pictures: dict[str, QPixmap] = {}

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.items)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        item = self.items[index.row()]
        if role == ITEM:
            return item
        if role == Qt.ItemDataRole.DecorationRole:
            picture = self._pictures.get(item.picture)
            if picture is None:
                self.picture_wanted.emit(item.picture)
            return picture
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return item.words.replace("\n", ", ")
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(f"{item.words}\n{tr('Click: open beside the current film. Double click: open in its place.')}")
        return None

    def take(self, items: tuple[TimelineItem, ...]) -> None:
        same = [item.key for item in items] == [item.key for item in self.items]
        if not same:
            self.beginResetModel()
        self.items = items
        keys = {item.picture for item in items}
        self._pictures = {key: picture for key, picture in self._pictures.items() if key in keys}
        if not same:
            self.endResetModel()
        elif items:
            self.dataChanged.emit(self.index(0), self.index(len(items) - 1))

    def set_picture(self, key: str, picture: QPixmap) -> None:
        place = next((number for number, item in enumerate(self.items) if item.picture == key), -1)
        if place >= 0:
            self._pictures[key] = picture
            self.dataChanged.emit(self.index(place), self.index(place), [Qt.ItemDataRole.DecorationRole])

    def place(self, key: str) -> int:
        return next((number for number, item in enumerate(self.items) if item.key == key), -1)


class _Painter(QStyledItemDelegate):
    """Draws a study and its part of every sparkline. Scores lie between 0 and 1, whatever the others are."""

    def __init__(self, view: QListView, model: _Model) -> None:
        super().__init__(view)
        self._view, self._model = view, model
        self.rows = 0

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(ITEM_WIDTH, self.height())

    def head(self) -> int:
        """Return the height above the sparklines."""
        return max(PICTURE, QFontMetrics(small(self._view.font())).height() * 2) + 2 * PAD

    def height(self) -> int:
        return self.head() + self.rows * ROW_HEIGHT + PAD

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        item = index.data(ITEM)
        assert isinstance(item, TimelineItem)
        colours = theme.current()
        area, state = option.rect, option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = colours.chosen if item.current else colours.card if item.shown else ""
        if ground or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(ground or colours.card))
            painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), 5, 5)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(colours.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area.adjusted(1, 1, -2, -2), 5, 5)
        frame = QRect(area.x() + PAD, area.y() + PAD, PICTURE, PICTURE)
        painter.fillRect(frame, QColor(colours.canvas))
        picture = index.data(Qt.ItemDataRole.DecorationRole)
        if isinstance(picture, QPixmap):
            draw_fitted(painter, frame, picture)
        font = small(self._view.font())
        bold = QFont(font)
        bold.setWeight(QFont.Weight.DemiBold if item.current else QFont.Weight.Normal)
        line = QFontMetrics(font).height()
        text = QRect(frame.right() + 7, area.y() + PAD, area.right() - frame.right() - 9, line)
        _write(painter, text, item.title, colours.text, bold)
        detail = f"{item.detail} · {tr('offline')}" if item.offline else item.detail
        _write(painter, text.translated(0, line), detail, colours.quiet, font)
        for row in range(min(self.rows, len(item.points))):
            top = area.y() + self.head() + row * ROW_HEIGHT
            self._sparkline(painter, QRect(area.x(), top, area.width(), ROW_HEIGHT), index.row(), row, font)
        painter.restore()

    def _sparkline(self, painter: QPainter, area: QRect, place: int, row: int, font: QFont) -> None:
        colours, point = theme.current(), self._point(place, row)
        painter.setPen(QPen(QColor(colours.line), 1))
        painter.drawLine(area.left(), area.bottom(), area.right() + 1, area.bottom())
        if point is None:
            return
        middle = area.left() + POINT_AT * area.width()
        here = QPointF(middle, _height(area, point.score))
        if point.threshold is not None:
            painter.setPen(QPen(QColor(colours.quiet), 1, Qt.PenStyle.DotLine))
            level = _height(area, point.threshold)
            painter.drawLine(QPointF(area.left(), level), QPointF(area.right() + 1, level))
        flagged = point.threshold is not None and point.score >= point.threshold
        colour = QColor(colours.flag if flagged else colours.text)
        painter.setPen(QPen(QColor(colours.text), 1.2))
        before, after = self._point(place - 1, row), self._point(place + 1, row)
        # Each column draws the part of a line that lies in it.
        if point.joined and before is not None:
            share = POINT_AT
            score = point.score + (before.score - point.score) * share
            painter.drawLine(QPointF(area.left(), _height(area, score)), here)
        if after is not None and after.joined:
            share = 1 - POINT_AT
            score = point.score + (after.score - point.score) * share
            painter.drawLine(here, QPointF(area.right() + 1, _height(area, score)))
        if point.low is not None and point.high is not None:
            bar = QColor(colour)
            bar.setAlphaF(0.45)
            painter.setPen(QPen(bar, 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
            painter.drawLine(QPointF(middle, _height(area, point.low)), QPointF(middle, _height(area, point.high)))
        painter.setPen(QPen(colour, 1.4))
        painter.setBrush(colour if point.current else QColor(colours.window))
        painter.drawEllipse(here, 3.2, 3.2)
        metrics = QFontMetrics(font)
        top = number_top(area, point.score, metrics.height())
        _write(painter, QRect(round(middle) + 7, top, area.right() - round(middle) - 8, metrics.height()),
               point.number, colours.text, font)  # fmt: skip

    def _point(self, place: int, row: int) -> TimelinePoint | None:
        return self._model.items[place].points[row] if 0 <= place < len(self._model.items) else None


def _height(area: QRect, score: float) -> float:
    return QRectF(area).bottom() - 4 - score * (area.height() - 8)


def number_top(area: QRect, score: float, height: int) -> int:
    """Return where the number of a point begins: below one in the upper half of its row, above one in the lower."""
    return area.top() + APART if score < 0.5 else area.bottom() - height - APART


def _write(painter: QPainter, area: QRect, text: str, colour: str, font: QFont) -> None:
    painter.setFont(font)
    painter.setPen(QColor(colour))
    metrics = QFontMetrics(font)
    painter.drawText(
        area.x(), area.y() + metrics.ascent(), metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    )


class _List(QListView):
    """Studies beside each other; its keys are its own while it has the focus."""

    chosen = Signal(str, bool)
    """Key of a study, and whether it is opened beside the current film."""

    def __init__(self) -> None:
        super().__init__()
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName(tr("Studies of this patient"))
        self._clicked = ""
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.timeout.connect(lambda: self.chosen.emit(self._clicked, True))
        self.clicked.connect(self._click)
        self.doubleClicked.connect(self._double_click)

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in _KEYS
            and not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER:
            item = self.currentIndex().data(ITEM)
            if isinstance(item, TimelineItem):
                self.chosen.emit(item.key, not event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        else:
            super().keyPressEvent(event)

    def _click(self, index: QModelIndex) -> None:
        # Not at once: a second click would find the film beside the current one already.
        self._clicked = index.data(ITEM).key
        self._wait.start(QApplication.doubleClickInterval())

    def _double_click(self, index: QModelIndex) -> None:
        self._wait.stop()
        self._clicked = ""
        self.chosen.emit(index.data(ITEM).key, False)


class _Names(QWidget):
    """The names of the sparklines, at the left of all studies."""

    def __init__(self, painter: _Painter) -> None:
        super().__init__()
        self._painter, self._names = painter, tuple[str, ...]()
        self.setFixedWidth(NAMES_WIDTH)

    def take(self, names: tuple[str, ...]) -> None:
        self._names = names
        self.setToolTip(tip("\n".join(names)))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, font = QPainter(self), small(self.font())
        line = QFontMetrics(font).height()
        for row, name in enumerate(self._names):
            top = self._painter.head() + row * ROW_HEIGHT + (ROW_HEIGHT - line) // 2
            _write(painter, QRect(4, top, self.width() - 8, line), name, theme.current().quiet, font)


class TimelineStrip(QFrame):
    """Draws what `TimelinePresenter` decided."""

    opened = Signal(str, bool)
    picture_wanted = Signal(str)
    doubtful_asked = Signal()
    chosen = Signal(tuple, bool)
    flagged_chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.state = TimelineState()
        self.list = _List()
        self.model = _Model(self.list)
        self.list.setModel(self.model)
        self._painter = _Painter(self.list, self.model)
        self.list.setItemDelegate(self._painter)
        self._names = _Names(self._painter)
        self.message = ElidedLabel()
        self.message.setObjectName("quiet")
        self.doubtful = QPushButton()
        self.doubtful.setObjectName("link")
        self.doubtful.hide()
        self.findings = QPushButton(tr("Findings"))
        self.findings.setToolTip(tr("Choose the findings whose scores are drawn"))
        self._menu = QMenu(self.findings)
        self._menu.aboutToShow.connect(self._fill_menu)
        self.findings.setMenu(self._menu)
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(label(tr("Timeline"), "title"))
        top.addWidget(self.message, 1)
        top.addWidget(self.doubtful)
        top.addWidget(self.findings)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self._names)
        middle.addWidget(self.list, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 4, 8, 4)
        column.setSpacing(2)
        column.addLayout(top)
        column.addLayout(middle)
        self.list.chosen.connect(self.opened)
        self.model.picture_wanted.connect(self.picture_wanted, Qt.ConnectionType.QueuedConnection)
        self.doubtful.clicked.connect(self.doubtful_asked)
        self._size()
        self.hide()

    # TimelineView.

    def show_timeline(self, state: TimelineState) -> None:
        before, self.state = self.state, state
        focused = self.list.currentIndex().data(ITEM)
        self._painter.rows = len(state.rows)
        self._names.take(state.rows)
        self.model.take(state.items)
        self.message.setText(state.message)
        self.doubtful.setText(state.doubtful)
        self.doubtful.setVisible(bool(state.doubtful))
        self.findings.setEnabled(bool(state.choices))
        current = next((number for number, item in enumerate(state.items) if item.current), -1)
        kept = self.model.place(focused.key) if isinstance(focused, TimelineItem) else -1
        if state.items:
            self.list.setCurrentIndex(self.model.index(kept if kept >= 0 else max(current, 0)))
        if [item.key for item in before.items] != [item.key for item in state.items] and current >= 0:
            self.list.scrollTo(self.model.index(current))
        self._size()

    def show_timeline_shown(self, *, shown: bool) -> None:
        self.setVisible(shown)

    def show_timeline_picture(self, key: str, picture: Picture) -> None:
        self.model.set_picture(key, pixmap(picture))

    # Inside.

    def _size(self) -> None:
        self.list.setFixedHeight(self._painter.height() + self.list.horizontalScrollBar().sizeHint().height())
        self.list.setVisible(bool(self.state.items))
        self._names.setVisible(bool(self.state.items and self.state.rows))
        self.list.scheduleDelayedItemsLayout()

    def _fill_menu(self) -> None:
        self._menu.clear()
        flagged = self._menu.addAction(tr("What is flagged in the current film"))
        flagged.triggered.connect(self.flagged_chosen)
        self._menu.addSeparator()
        for choice in self.state.choices:
            action = self._menu.addAction(choice.name.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(choice.chosen)
            action.triggered.connect(lambda on, finding=choice.finding: self._choose(finding, on=on))

    def _choose(self, finding: Finding, *, on: bool) -> None:
        self.chosen.emit(finding, on)
