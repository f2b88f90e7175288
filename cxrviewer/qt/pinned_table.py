"""A table of which some columns stay in sight while the others are scrolled.

Columns begin at the left edge, or at the right one where the layout runs from right to left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import (
    QAbstractItemModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
)
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from cxrviewer.qt import theme

MOST = 0.6
"""Of the table's width, for columns that stay: the others must have a place."""
LINE = 1
"""Pixels between what stays and what is scrolled."""

_Index = QModelIndex | QPersistentModelIndex
_State = QStyle.StateFlag


class PinnedTable(QTableView):
    """Some columns come first, and are drawn over the edge where columns begin once they would be scrolled away.

    Qt's example of a frozen column lays a second table over the first. Here only the drawing is laid over it: rows,
    selection, editing, tooltips and what a screen reader is told remain those of one table.

    Parameters
    ----------
    pinned : sequence of int
        Columns in the order of their importance: the last ones give way where there is no place.
    """

    def __init__(self, pinned: Sequence[int], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pinned = tuple(pinned)
        self._following = False
        self._cells = _Cells(self)
        self.pinned_header = QHeaderView(Qt.Orientation.Horizontal, self)
        self.pinned_header.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.pinned_header.setSectionsClickable(True)
        self.pinned_header.setSortIndicatorShown(True)
        self.pinned_header.setHighlightSections(False)
        self.pinned_header.hide()
        self.pinned_header.sectionResized.connect(self._resized)
        self.pinned_header.sortIndicatorChanged.connect(self._sorted)
        self.pinned_header.sectionHandleDoubleClicked.connect(self.resizeColumnToContents)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header = self.horizontalHeader()
        header.sectionMoved.connect(lambda *_: self.keep_first())
        for signal in (header.sectionResized, header.sortIndicatorChanged):
            signal.connect(lambda *_: self._follow())
        self.horizontalScrollBar().valueChanged.connect(lambda _: self._follow())
        self.verticalScrollBar().valueChanged.connect(lambda _: self._cells.update())

    def keep_first(self) -> None:
        """Move the columns that stay before all others, in the order in which they are."""
        header = self.horizontalHeader()
        present = (number for number in self._pinned if number < header.count())
        for place, number in enumerate(sorted(present, key=header.visualIndex)):
            if header.visualIndex(number) != place:
                header.moveSection(header.visualIndex(number), place)
        self._follow()

    def pinned_widths(self) -> dict[int, int]:
        """Return the columns that are drawn over the edge, in their order, with their widths; none at its place."""
        header = self.horizontalHeader()
        if not self.horizontalScrollBar().value():
            return {}
        shown = [number for number in self._pinned if number < header.count() and not header.isSectionHidden(number)]
        most = int(MOST * self.viewport().width())
        while len(shown) > 2 and sum(map(header.sectionSize, shown)) > most:
            shown.pop()
        widths = _shares({number: header.sectionSize(number) for number in shown}, most)
        return {number: widths[number] for number in sorted(shown, key=header.visualIndex)}

    def pinned_rect(self, column: int) -> tuple[int, int] | None:
        """Return left edge and width of a column that is drawn over the edge, None for another."""
        return self._places().get(column)

    def selected_rows(self) -> list[int]:
        """Return the rows of which something is selected, top to bottom.

        Qt's `selectedRows` asks the model about each cell, which takes seconds for all of a long list.
        """
        model = self.selectionModel()
        found: set[int] = set()
        for chosen in model.selection().toList() if model is not None else ():
            found.update(range(chosen.top(), chosen.bottom() + 1))
        return sorted(found)

    # QTableView.

    def setModel(self, model: QAbstractItemModel | None) -> None:
        super().setModel(model)
        self.pinned_header.setModel(model)
        if model is not None:
            for signal in (model.dataChanged, model.rowsInserted, model.rowsRemoved):
                signal.connect(self._cells.update)
            # Both headers take their columns anew, and say that hidden ones are resized to nothing.
            model.layoutAboutToBeChanged.connect(lambda *_: self._hold())
            model.layoutChanged.connect(lambda *_: self._let_go())
            model.columnsInserted.connect(self._follow)
            self.selectionModel().selectionChanged.connect(self._cells.update)
            self.selectionModel().currentChanged.connect(self._cells.update)
            # At each repaint Qt checks for every column whether all of its rows are selected, which takes seconds where
            # 100,000 are. This header draws no selection, so it gets an empty one of its own.
            self.horizontalHeader().setSelectionModel(QItemSelectionModel(model, self.horizontalHeader()))

    def updateGeometries(self) -> None:
        super().updateGeometries()
        self._follow()

    def indexAt(self, pos: QPoint) -> QModelIndex:
        for number, (left, width) in self._places().items():
            if left <= pos.x() < left + width:
                return self.model().index(self.rowAt(pos.y()), number)
        return super().indexAt(pos)

    def visualRect(self, index: _Index) -> QRect:
        rect, place = super().visualRect(index), self.pinned_rect(index.column())
        return rect if place is None else QRect(place[0], rect.y(), place[1], rect.height())

    def scrollTo(
        self, index: _Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        bar = self.horizontalScrollBar()
        before = bar.value()
        super().scrollTo(index, hint)
        if before and index.column() in self._pinned:
            bar.setValue(before)  # it is in sight
        elif bar.value():
            left = self.columnViewportPosition(index.column())
            if self.isRightToLeft():
                left = self.viewport().width() - left - self.columnWidth(index.column())
            bar.setValue(bar.value() - max(0, self._cells.width() - left))

    # Inside.

    def _places(self) -> dict[int, tuple[int, int]]:
        """Return left edge and width of each column that is drawn over the edge."""
        places, begun, whole = {}, 0, self.viewport().width()
        for number, width in self.pinned_widths().items():
            places[number] = (whole - begun - width if self.isRightToLeft() else begun, width)
            begun += width
        return places

    def _follow(self) -> None:
        """Lay the columns that stay where they belong, as the table's own ones are."""
        if self._following:
            return
        self._following = True
        widths = self.pinned_widths()
        header, above = self.horizontalHeader(), self.pinned_header
        for place, number in enumerate(widths):
            above.moveSection(above.visualIndex(number), place)
        for number in range(above.count()):
            above.setSectionHidden(number, number not in widths)
            if number in widths:
                above.resizeSection(number, widths[number])
        above.setDefaultAlignment(header.defaultAlignment())
        above.setSortIndicator(header.sortIndicatorSection(), header.sortIndicatorOrder())
        total, view, top = sum(widths.values()), self.viewport().geometry(), header.geometry()
        left, line = (view.right() + 1 - total, LINE) if self.isRightToLeft() else (view.x(), 0)
        above.setGeometry(left, top.y(), total, top.height())
        self._cells.setGeometry(left - line, view.y(), total + LINE, view.height())
        for part in (above, self._cells):
            part.setVisible(bool(widths))
            part.raise_()
        self._cells.update()
        self._following = False

    def _hold(self) -> None:
        self._following = True

    def _let_go(self) -> None:
        self._following = False
        self._follow()

    def _resized(self, number: int, _: int, width: int) -> None:
        if not self._following:
            self.horizontalHeader().resizeSection(number, width)

    def _sorted(self, number: int, order: Qt.SortOrder) -> None:
        if not self._following:
            self.horizontalHeader().setSortIndicator(number, order)


class _Cells(QWidget):
    """Draws the cells of columns that stay, as the table draws them. The mouse goes to the table below."""

    def __init__(self, table: PinnedTable) -> None:
        super().__init__(table)
        self._table = table
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        table, colours = self._table, theme.current()
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(colours.panel))
        first, last = table.rowAt(max(0, event.rect().top())), table.rowAt(event.rect().bottom())
        last = table.model().rowCount() - 1 if last < 0 else last
        behind = self.x() - table.viewport().x()
        places = table._places()
        for row in range(first, last + 1) if first >= 0 else ():
            for column, (left, width) in places.items():
                self._draw(painter, table.model().index(row, column), left - behind, width)
        edge = 0 if table.isRightToLeft() else self.width() - LINE
        painter.fillRect(edge, 0, LINE, self.height(), QColor(colours.line))
        painter.end()

    def _draw(self, painter: QPainter, index: QModelIndex, left: int, width: int) -> None:
        table = self._table
        option = QStyleOptionViewItem()
        table.initViewItemOption(option)
        option.rect = QRect(left, table.rowViewportPosition(index.row()), width, table.rowHeight(index.row()))
        state = option.state
        if table.selectionModel().isSelected(index):
            state |= _State.State_Selected
        if index == table.currentIndex() and table.hasFocus():
            state |= _State.State_HasFocus
        option.state = state
        if index.row() % 2 and table.alternatingRowColors():
            option.features |= QStyleOptionViewItem.ViewItemFeature.Alternate
        table.style().drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewRow, option, painter, table)
        table.itemDelegateForIndex(index).paint(painter, option, index)


def _shares(sizes: Mapping[int, int], most: int) -> dict[int, int]:
    """Return widths of `most` together at most: the widest give way first, so that a short ID stays beside a long
    name."""
    widths: dict[int, int] = {}
    for place, number in enumerate(sorted(sizes, key=sizes.__getitem__)):
        widths[number] = min(sizes[number], max(0, most - sum(widths.values())) // (len(sizes) - place))
    return widths
