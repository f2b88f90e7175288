"""Model and painter of the worklist's rows."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from cxrviewer.presenters.messages import one_line
from cxrviewer.presenters.worklist_rows import RowKind, WorklistRow
from cxrviewer.qt import theme
from cxrviewer.qt.widgets import tip

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

ROW_ROLE = Qt.ItemDataRole.UserRole
SMALL_PICTURE = 52
#: Small pictures kept; more would be kept for rows nobody scrolls back to.
PICTURES = 1000
Index = QModelIndex | QPersistentModelIndex


class RowModel(QAbstractListModel):
    """Rows as the presenter gave them, and the small pictures that have come in."""

    thumbnail_requested = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: list[WorklistRow] = []
        self._place: dict[str, int] = {}
        self._pictures: OrderedDict[str, QPixmap] = OrderedDict()
        self._wanted: set[str] = set()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.DecorationRole:
            return self._picture(row)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return ", ".join(part for part in (row.title, row.detail, row.state, row.warning) if part)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip("\n".join(part for part in (row.title, row.detail, row.state, row.warning) if part))
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        # Headings are not selectable, so that the arrow keys go from image to image.
        if self._rows[index.row()].kind is RowKind.IMAGE:
            return Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsDragEnabled
        return Qt.ItemFlag.NoItemFlags

    def row(self, number: int) -> WorklistRow:
        return self._rows[number]

    def index_of(self, key: str) -> QModelIndex:
        return self.index(self._place[key]) if key in self._place else QModelIndex()

    def take(self, rows: tuple[WorklistRow, ...]) -> None:
        self.beginResetModel()
        self._rows = list(rows)
        self._place = {row.key: number for number, row in enumerate(rows)}
        self._wanted.clear()
        self.endResetModel()

    def replace(self, row: WorklistRow) -> None:
        if row.key in self._place:
            self._rows[self._place[row.key]] = row
            self._changed(row.key)

    def set_thumbnail(self, key: str, picture: QPixmap) -> None:
        self._pictures[key] = picture
        while len(self._pictures) > PICTURES:
            self._pictures.popitem(last=False)
        self._changed(key)

    def _changed(self, key: str) -> None:
        if key in self._place:
            index = self.index(self._place[key])
            self.dataChanged.emit(index, index)

    def _picture(self, row: WorklistRow) -> QPixmap | None:
        if row.kind is not RowKind.IMAGE:
            return None
        known = self._pictures.get(row.key)
        if known is None and row.key not in self._wanted:
            # Asked for by the painter, so only rows somebody looks at are ever decoded.
            self._wanted.add(row.key)
            self.thumbnail_requested.emit(row.key)
        return known


class RowDelegate(QStyledItemDelegate):
    """Paints patients, studies and series as headings, images as cards."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        row: WorklistRow = index.data(ROW_ROLE)
        line = QFontMetrics(self.parent_font()).height()
        if row.kind is RowKind.IMAGE:
            return QSize(120, max(SMALL_PICTURE, 3 * line) + 16)
        return QSize(120, 2 * line + 11 if row.kind is RowKind.PATIENT else line + 6)

    def parent_font(self) -> QFont:
        parent = self.parent()
        assert isinstance(parent, QWidget)
        return parent.font()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: WorklistRow = index.data(ROW_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = option.rect.adjusted(8, 2, -8, -2)
        if row.kind is RowKind.IMAGE:
            self._image(painter, area, option, index, row)
        else:
            self._heading(painter, area, row)
        painter.restore()

    def _heading(self, painter: QPainter, area: QRect, row: WorklistRow) -> None:
        if row.kind is RowKind.PATIENT:
            upper = area.adjusted(4, 5, -4, 0)
            line = QFontMetrics(self._bold()).height()
            self._line(painter, upper, row.title, theme.current().text, self._bold())
            self._line(painter, upper.translated(0, line), row.detail, theme.current().quiet, self._small())
            return
        text = one_line((row.title, row.detail), "  ·  ")
        indent = 4 if row.kind is RowKind.STUDY else 12
        self._line(painter, area.adjusted(indent, 1, -4, 0), text, theme.current().quiet, self._small())

    def _image(
        self, painter: QPainter, area: QRect, option: QStyleOptionViewItem, index: Index, row: WorklistRow
    ) -> None:
        state = option.state
        ground = _ground(state)
        if ground:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(ground))
            painter.drawRoundedRect(area, 6, 6)
        if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_Selected:
            painter.setPen(QColor(theme.current().accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area.adjusted(0, 0, -1, -1), 6, 6)
        frame = QRect(area.x() + 6, area.y() + 6, SMALL_PICTURE, SMALL_PICTURE)
        painter.fillRect(frame, QColor(theme.current().canvas))
        picture = index.data(Qt.ItemDataRole.DecorationRole)
        if isinstance(picture, QPixmap):
            draw_fitted(painter, frame, picture)
        line = QFontMetrics(self.parent_font()).height()
        text = QRect(frame.right() + 10, area.y() + 5, area.right() - frame.right() - 16, line)
        self._line(painter, text, row.title, theme.current().text, self.parent_font())
        self._line(painter, text.translated(0, line), row.detail, theme.current().quiet, self._small())
        colour = theme.current().flag if row.flagged else theme.current().quiet
        self._line(painter, text.translated(0, 2 * line), row.state, colour, self._small())

    def _line(self, painter: QPainter, area: QRect, text: str, colour: str, font: QFont) -> None:
        painter.setFont(font)
        painter.setPen(QColor(colour))
        metrics = QFontMetrics(font)
        cut = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area.x(), area.y() + metrics.ascent(), cut)

    def _small(self) -> QFont:
        return theme.small(self.parent_font())

    def _bold(self) -> QFont:
        font = QFont(self.parent_font())
        font.setWeight(QFont.Weight.DemiBold)
        return font


def _ground(state: QStyle.StateFlag) -> str:
    if state & QStyle.StateFlag.State_Selected:
        return theme.current().chosen
    return theme.current().card if state & QStyle.StateFlag.State_MouseOver else ""


def pixmap(pixels: npt.NDArray[np.uint8]) -> QPixmap:
    """Return a small picture, (height, width, 3) uint8, for painting."""
    height, width = pixels.shape[:2]
    image = QImage(pixels.tobytes(), width, height, width * 3, QImage.Format.Format_RGB888)
    return QPixmap.fromImage(image)


def draw_fitted(painter: QPainter, frame: QRect, picture: QPixmap) -> None:
    """Draw a picture as large as it fits into a frame."""
    size = picture.size().scaled(frame.size(), Qt.AspectRatioMode.KeepAspectRatio)
    inner = QRect(0, 0, size.width(), size.height())
    inner.moveCenter(frame.center())
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawPixmap(inner, picture)
