"""The table of the library: an exact number of rows, of which only those on the screen are read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QWidget

from cxrviewer.presenters.library_rows import (
    COLUMNS,
    LARGEST_FIRST,
    NOTE_COLUMN,
    PICTURE_COLUMN,
    PICTURE_TITLE,
    WHO_COLUMNS,
    LibraryRow,
)
from cxrviewer.presenters.small_pictures import KEPT
from cxrviewer.qt import theme
from cxrviewer.qt.pinned_table import PinnedTable
from cxrviewer.qt.widgets import KeepsTyped, tip
from cxrviewer.text import translated

MOST_ROWS = 4000
"""Rows that are kept; the ones fetched first are forgotten."""
MARGIN = 40
"""Rows above and below the screen that are fetched with it."""

_Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()
_Role = Qt.ItemDataRole
_CELL_ROLES = frozenset(
    (_Role.DisplayRole, _Role.EditRole, _Role.ToolTipRole, _Role.AccessibleDescriptionRole, _Role.ForegroundRole)
)


class StudyModel(QAbstractTableModel):
    """Keys of all studies in their order; rows come when they are looked at. Never reset: the selection stays."""

    wanted = Signal(list)
    """Keys of studies whose rows are to be fetched."""
    order_chosen = Signal(int, bool)
    """Column, and whether the largest comes first."""
    noted = Signal(int, str)
    pictures_wanted = Signal(list)
    """Keys of studies on the screen that have no picture yet, top to bottom."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._keys: tuple[int, ...] = ()
        self._rows: dict[int, LibraryRow] = {}
        self._old: dict[int, LibraryRow] = {}
        self._missing: tuple[int, int] | None = None
        self._columns = len(COLUMNS)
        self._pictures: dict[int, QPixmap] = {}
        self._old_pictures: dict[int, QPixmap] = {}
        self._without: dict[int, None] = {}

    @property
    def keys(self) -> tuple[int, ...]:
        return self._keys

    def key(self, row: int) -> int:
        return self._keys[row]

    def row_of(self, key: int) -> LibraryRow | None:
        """Return a row that was fetched."""
        return self._rows.get(key) or self._old.get(key)

    # What the presenter decided.

    def take_keys(self, keys: Sequence[int]) -> None:
        """Take another order; what is selected goes with its study."""
        new = tuple(keys)
        if new == self._keys:
            return
        before = self._keys
        if new[: len(before)] == before:  # nothing, or the begin of the same list
            self.beginInsertRows(_NONE, len(before), len(new) - 1)
            self._keys = new
            self.endInsertRows()
            return
        if len(new) > len(before):
            self.beginInsertRows(_NONE, len(before), len(new) - 1)
            # Nobody sees them in these places: the order below follows before anything is painted.
            self._keys = (*before, *(-1,) * (len(new) - len(before)))
            self.endInsertRows()
        self.layoutAboutToBeChanged.emit()
        held = self.persistentIndexList()
        filled = (*new, *(-1,) * (len(before) - len(new)))
        old_keys, self._keys = self._keys, filled
        wanted = {old_keys[index.row()] for index in held}
        places = {key: row for row, key in enumerate(new) if key in wanted} if wanted else {}
        moved = []
        for index in held:
            row = places.get(old_keys[index.row()])
            moved.append(_NONE if row is None else self.index(row, index.column()))
        self.changePersistentIndexList(held, moved)
        self.layoutChanged.emit()
        if len(filled) > len(new):
            self.beginRemoveRows(_NONE, len(new), len(filled) - 1)
            self._keys = new
            self.endRemoveRows()

    def take_rows(self, rows: Sequence[LibraryRow]) -> None:
        for row in rows:
            self._rows[row.id] = row
            self._old.pop(row.id, None)
        while len(self._rows) > MOST_ROWS:
            del self._rows[next(iter(self._rows))]
        if self._keys:
            last = self.index(len(self._keys) - 1, len(COLUMNS) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def outdate(self, *, keep: bool) -> None:
        """Ask for every row again; `keep` shows what is there until the new ones have come."""
        self._old = {**self._old, **self._rows} if keep else {}
        self._rows = {}
        if self._keys:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._keys) - 1, len(COLUMNS) - 1))

    def add_picture_column(self) -> None:
        """Begin to show pictures; an arrangement of columns without them is to be restored before."""
        self.beginInsertColumns(_NONE, PICTURE_COLUMN, PICTURE_COLUMN)
        self._columns = PICTURE_COLUMN + 1
        self.endInsertColumns()

    def take_picture(self, key: int, picture: QPixmap) -> None:
        self._pictures[key] = picture
        self._old_pictures.pop(key, None)
        while len(self._pictures) > KEPT:
            del self._pictures[next(iter(self._pictures))]
        if self._keys:
            first, last = self.index(0, PICTURE_COLUMN), self.index(len(self._keys) - 1, PICTURE_COLUMN)
            self.dataChanged.emit(first, last, [_Role.DecorationRole])

    def outdate_pictures(self) -> None:
        """Ask for every picture again, and show what is there until the new one has come."""
        self._old_pictures, self._pictures = {**self._old_pictures, **self._pictures}, {}

    # QAbstractTableModel.

    def rowCount(self, parent: _Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self._keys)

    def columnCount(self, parent: _Index = _NONE) -> int:
        return 0 if parent.isValid() else self._columns

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == _Role.InitialSortOrderRole:
            largest = section < len(COLUMNS) and COLUMNS[section][0] in LARGEST_FIRST
            return (Qt.SortOrder.DescendingOrder if largest else Qt.SortOrder.AscendingOrder).value
        if section == PICTURE_COLUMN:  # too narrow for its title
            return translated(PICTURE_TITLE) if role in (_Role.ToolTipRole, _Role.AccessibleTextRole) else None
        return translated(COLUMNS[section][1]) if role == _Role.DisplayRole else None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == NOTE_COLUMN else flags

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> Any:
        if index.column() == PICTURE_COLUMN:
            return self._picture(self._keys[index.row()]) if role == _Role.DecorationRole else None
        if role not in _CELL_ROLES:
            return None
        key, column = self._keys[index.row()], index.column()
        row = self._rows.get(key)
        if row is None:
            self._want(index.row())
            row = self._old.get(key)
            if row is None:
                return "…" if role == _Role.DisplayRole and column == 0 else None
        return _cell(row, column, role)

    def setData(self, index: _Index, value: Any, role: int = _Role.EditRole) -> bool:
        if role != _Role.EditRole or index.column() != NOTE_COLUMN:
            return False
        key = self._keys[index.row()]
        row = self.row_of(key)
        if row is None or row.unsaved or row.note != str(value).strip():
            self.noted.emit(key, str(value))
        return True

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.order_chosen.emit(column, order is Qt.SortOrder.DescendingOrder)

    # Inside.

    def _want(self, row: int) -> None:
        if self._missing is None:
            QTimer.singleShot(0, self, self._ask)
            self._missing = row, row
        else:
            first, last = self._missing
            self._missing = min(first, row), max(last, row)

    def _picture(self, key: int) -> QPixmap | None:
        """Return the picture of a row that is being painted, and ask for it where it is not there."""
        picture = self._pictures.get(key)
        if picture is None and key >= 0:
            if not self._without:
                QTimer.singleShot(0, self, self._ask_pictures)
            self._without[key] = None
            picture = self._old_pictures.get(key)
        return picture

    def _ask_pictures(self) -> None:
        wanted, self._without = list(self._without), {}
        self.pictures_wanted.emit(wanted)

    def _ask(self) -> None:
        if self._missing is None:
            return
        (first, last), self._missing = self._missing, None
        last = min(last, len(self._keys) - 1)
        seen = range(first, last + 1)
        around = (*range(last + 1, last + 1 + MARGIN), *range(first - MARGIN, first))
        wanted = [self._keys[row] for row in (*seen, *around) if 0 <= row < len(self._keys)]
        missing = [key for key in wanted if key not in self._rows and key >= 0]
        if missing:
            self.wanted.emit(missing)


class StudyTable(PinnedTable):
    """Who the patient is stays in sight. Rows are chosen, never cells: Home and End go to the first and last study."""

    typed = Signal(str)
    """Letters that were typed: most rows are not here to be looked through, so the library is searched for them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(WHO_COLUMNS, parent)
        self.setItemDelegate(KeepsTyped(self))

    def take_keys(self, keys: Sequence[int]) -> None:
        """Let the model take another order; what is selected goes with its study."""
        model, selection = self.model(), self.selectionModel()
        assert isinstance(model, StudyModel)
        self._keep_note(model, keys)
        rows = self.selected_rows() if tuple(keys) != model.keys else ()
        if not rows:
            model.take_keys(keys)
            return
        # Qt would follow each cell that is selected, for a minute where 100,000 studies are.
        chosen = {model.key(row) for row in rows}
        selection.clearSelection()
        model.take_keys(keys)
        last, again = model.columnCount() - 1, QItemSelection()
        for first, end in _runs([row for row, key in enumerate(model.keys) if key in chosen]):
            again.select(model.index(first, 0), model.index(end, last))
        selection.select(again, QItemSelectionModel.SelectionFlag.Select)

    def _keep_note(self, model: StudyModel, keys: Sequence[int]) -> None:
        """Keep the note that is being written of a study that leaves the list: Qt would drop its field."""
        row, field = self.noted_row(), self.indexWidget(self.currentIndex())
        if row >= 0 and field is not None and model.key(row) not in keys:
            self.commitData(field)

    def noted_row(self) -> int:
        """Return the row whose note is being written, -1 for none."""
        index = self.currentIndex()
        return index.row() if index.isValid() and self.indexWidget(index) is not None else -1

    def keyboardSearch(self, search: str) -> None:
        if search.strip():
            self.typed.emit(search)

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        model, row = self.model(), None
        if action is QAbstractItemView.CursorAction.MoveHome:
            row = 0
        elif action is QAbstractItemView.CursorAction.MoveEnd:
            row = model.rowCount() - 1
        if row is None or not model.rowCount():
            return super().moveCursor(action, modifiers)
        return model.index(row, max(0, self.currentIndex().column()))


def _runs(rows: Sequence[int]) -> list[tuple[int, int]]:
    """Return first and last of the rows that follow each other."""
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and runs[-1][1] == row - 1:
            runs[-1] = runs[-1][0], row
        else:
            runs.append((row, row))
    return runs


def _cell(row: LibraryRow, column: int, role: int) -> Any:
    if role == _Role.DisplayRole:
        return row.cells[column]
    if role == _Role.EditRole:
        return row.note if column == NOTE_COLUMN else None
    if role == _Role.ToolTipRole:
        return tip(row.tips[column])
    if role == _Role.AccessibleDescriptionRole:
        return row.tips[column] if row.tips[column] != row.cells[column] else None
    colours = theme.current()
    if column in row.warned:
        return QColor(colours.flag)
    return None if row.online else QColor(colours.quiet)
