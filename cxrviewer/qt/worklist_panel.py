"""The worklist panel: search, list, progress."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QItemSelectionModel, QMimeData, QModelIndex, Qt, Signal, SignalInstance
from PySide6.QtGui import QDrag, QImage, QKeyEvent, QMouseEvent, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from cxrviewer.presenters.worklist_rows import RowKind, WorklistRow
from cxrviewer.qt.theme import small
from cxrviewer.qt.widgets import ElidedLabel, label
from cxrviewer.qt.worklist_rows import RowDelegate, RowModel
from cxrviewer.text import tr, tr_n

if TYPE_CHECKING:
    from cxrviewer.presenters.worklist import ScanLine, Thumbnail

IMAGE_MIME = "application/x-cxrviewer-film"


class _DragList(QListView):
    """A list that lets its owner make the drags."""

    def __init__(self, drag: Callable[[QModelIndex], None]) -> None:
        super().__init__()
        self._drag = drag
        self.pressing = False
        """Whether the row changes because of a mouse button: what was pressed is in sight, and must not move away."""

    def startDrag(self, actions: Qt.DropAction) -> None:
        if self.currentIndex().isValid():
            self._drag(self.currentIndex())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        with self.by_mouse():
            super().mousePressEvent(event)

    @contextlib.contextmanager
    def by_mouse(self) -> Iterator[None]:
        self.pressing = True
        try:
            yield
        finally:
            self.pressing = False


class WorklistPanel(QWidget):
    """Draws what `WorklistPresenter` decided; holds no decision of its own."""

    selected = Signal(str)
    searched = Signal(str)
    thumbnail_requested = Signal(str)
    cancel_requested = Signal()
    skipped_requested = Signal()
    search_left = Signal()
    """The reader wants to go on at the image."""
    drag_ended = Signal()
    """An image was dragged out of the list, wherever it was dropped."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search name, ID, date, view…"))
        self.search.setToolTip(self.search.placeholderText())  # a narrow panel cuts it off
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(tr("Search the worklist"))
        self.search.textChanged.connect(self.searched)
        self.search.returnPressed.connect(self._open_found)
        self.model = RowModel(self)
        self.model.thumbnail_requested.connect(self.thumbnail_requested)
        self.list = _DragList(self._drag)
        self._dragged = ""
        self.list.setAccessibleName(tr("Worklist"))
        self.list.setModel(self.model)
        self.list.setItemDelegate(RowDelegate(self.list))
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.selectionModel().currentChanged.connect(self._current_changed)
        self.list.clicked.connect(self._pressed)
        self._telling = False
        self.empty = label("", "quiet", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.empty.setContentsMargins(12, 24, 12, 0)
        self.foot = ElidedLabel()
        self.foot.setObjectName("quiet")
        self.foot.setFont(small(self.font()))
        self.bar = QProgressBar()
        self.bar.setAccessibleName(tr("Progress"))
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.stop = self._link(tr("stop"), self.cancel_requested)
        self.why = self._link("", self.skipped_requested)
        self._lay_out()
        for one in (self.bar, self.stop, self.why):
            one.hide()  # until something is read

    # Events.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.search.hasFocus():
            self.search_left.emit()
        else:
            super().keyPressEvent(event)

    # What the presenter calls.

    def show_rows(self, rows: tuple[WorklistRow, ...], empty: str) -> None:
        """Show rows; what was at the top of the view stays there."""
        top = self.list.indexAt(self.list.viewport().rect().topLeft())
        anchor = self.model.row(top.row()).key if top.isValid() else ""
        current = self.current()
        offset = self.list.visualRect(top).top() if top.isValid() else 0
        self._telling = True
        self.model.take(rows)
        self.show_current(current)
        self._telling = False
        place = self.model.index_of(anchor)
        if place.isValid():
            self.list.scrollTo(place, QAbstractItemView.ScrollHint.PositionAtTop)
            bar = self.list.verticalScrollBar()
            bar.setValue(bar.value() - offset)
        self.empty.setText(empty)
        self.empty.setVisible(not rows)
        self.list.setVisible(bool(rows))

    def show_row(self, row: WorklistRow) -> None:
        self.model.replace(row)

    def show_current(self, key: str) -> None:
        index = self.model.index_of(key)
        telling, self._telling = self._telling, True
        if index.isValid():
            self.list.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            # Qt marks the row below the pointer after this returns: scrolled now, that would be another one.
            if not telling and not self.list.pressing:
                self._reveal(index)
        else:
            self.list.selectionModel().clear()
        self._telling = telling

    def show_scan(self, line: ScanLine) -> None:
        self.foot.setText(line.text)
        self.bar.setVisible(line.running)
        self.stop.setVisible(line.running)
        self.why.setVisible(line.skipped > 0)
        self.why.setText(tr_n("{n} file skipped · why?", "{n:,} files skipped · why?", line.skipped))

    def show_thumbnail(self, key: str, picture: Thumbnail) -> None:
        height, width = picture.shape[:2]
        grey = picture.ndim == 2
        form = QImage.Format.Format_Grayscale8 if grey else QImage.Format.Format_RGB888
        image = QImage(picture.tobytes(), width, height, width * (1 if grey else 3), form)
        self.model.set_thumbnail(key, QPixmap.fromImage(image))

    def hide_typed(self, *, hidden: bool) -> None:
        """Cover what was typed into the search, which may be a name; the list goes on being searched."""
        self.search.setEchoMode(QLineEdit.EchoMode.Password if hidden else QLineEdit.EchoMode.Normal)

    def current(self) -> str:
        """Return the key of the selected row, empty where there is none."""
        index = self.list.selectionModel().currentIndex()
        return self.model.row(index.row()).key if index.isValid() else ""

    def use_drag(self, *, on: bool) -> None:
        """Let images be dragged out of the list, or not."""
        self.list.setDragEnabled(on)

    def dragged(self, data: QMimeData) -> str:
        """Return the key of the image that is being dragged, empty for anything else."""
        return self._dragged if data.hasFormat(IMAGE_MIME) else ""

    # Inside.

    def _reveal(self, index: QModelIndex) -> None:
        """Scroll to a row, with the headings of whose it is where they fit."""
        above = {RowKind.PATIENT: index, RowKind.STUDY: index}
        for number in range(index.row(), -1, -1):
            kind = self.model.row(number).kind
            if kind in above and above[kind] == index:
                above[kind] = self.model.index(number, 0)
            if kind is RowKind.PATIENT:
                break
        for one in (*above.values(), index):  # the row itself last: it is seen in any case
            self.list.scrollTo(one)

    def _drag(self, index: QModelIndex) -> None:
        row = self.model.row(index.row())
        if row.kind is not RowKind.IMAGE:
            return
        data = QMimeData()
        # Only that it is an image: which one stays in this process, other programs can read what is dragged.
        data.setData(IMAGE_MIME, QByteArray(b"1"))
        drag = QDrag(self.list)
        drag.setMimeData(data)
        picture = index.data(Qt.ItemDataRole.DecorationRole)
        if isinstance(picture, QPixmap):
            drag.setPixmap(picture)
        self._dragged = row.key
        try:
            drag.exec(Qt.DropAction.CopyAction)
        finally:
            self._dragged = ""
            self.drag_ended.emit()

    def _current_changed(self, index: QModelIndex, _: QModelIndex) -> None:
        if self.list.dragEnabled() and self.list.pressing:
            return  # the press may begin a drag; where it does not, the click opens the image
        if not self._telling and index.isValid():
            self._notify(self.model.row(index.row()))

    def _pressed(self, index: QModelIndex) -> None:
        # A click on the row that is current already opens it again, for instance after an error.
        with self.list.by_mouse():
            self._notify(self.model.row(index.row()))

    def _notify(self, row: WorklistRow) -> None:
        if row.kind is RowKind.IMAGE:
            self.selected.emit(row.key)

    def _link(self, text: str, signal: SignalInstance) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName("link")
        button.setFont(small(self.font()))
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.clicked.connect(signal)
        button.hide()
        return button

    def _open_found(self) -> None:
        """Go on at the image, with the first one found where the current one is not among them."""
        rows = range(self.model.rowCount())
        first = next((row for row in rows if self.model.row(row).kind is RowKind.IMAGE), None)
        if first is None:
            return
        if not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(self.model.index(first, 0))
        self.search_left.emit()

    def _lay_out(self) -> None:
        top = QVBoxLayout()
        top.setContentsMargins(12, 12, 12, 6)
        top.addWidget(self.search)
        line = QHBoxLayout()
        line.addWidget(self.foot, 1)
        line.addWidget(self.stop)
        foot = QVBoxLayout()
        foot.setContentsMargins(12, 4, 12, 8)
        foot.setSpacing(3)
        foot.addWidget(self.bar)
        foot.addLayout(line)
        foot.addWidget(self.why, 0, Qt.AlignmentFlag.AlignLeft)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.list, 1)
        column.addWidget(self.empty, 1)
        column.addLayout(foot)
