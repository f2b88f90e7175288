"""Lays the canvases of several viewports out and marks the active one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from cxrviewer.qt import theme
from cxrviewer.text import msg, tr, translated

if TYPE_CHECKING:
    from cxrviewer.qt.frame_bar import FrameBar
    from cxrviewer.qt.image_canvas import ImageCanvas
    from cxrviewer.workspace.layout import Aspect, Workspace

_SHARED = {
    "window": msg("window"),
    "zoom": msg("zoom"),
    "pan": msg("place"),
    "flip": msg("turn"),
}
"""By the value of `Aspect`."""

BORDER = 2
"""Screen pixels."""


class _Frame(QWidget):
    """A canvas with a border, which only several viewports have."""

    def __init__(self, canvas: ImageCanvas, parent: QWidget) -> None:
        from cxrviewer.qt.frame_bar import FrameBar

        super().__init__(parent)
        self.canvas, self.active, self.bordered = canvas, False, False
        self.frames = FrameBar()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(canvas, 1)
        column.addWidget(self.frames)

    def show_state(self, *, active: bool, bordered: bool) -> None:
        if (active, bordered) != (self.active, self.bordered):
            self.active, self.bordered = active, bordered
            width = BORDER if bordered else 0
            layout = self.layout()
            assert layout is not None
            layout.setContentsMargins(width, width, width, width)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.bordered:
            colours = theme.current()
            with QPainter(self) as painter:
                painter.fillRect(self.rect(), QColor(colours.accent if self.active else colours.line))


class ViewportGrid(QWidget):
    """The middle of the window: one canvas for each viewport.

    Parameters
    ----------
    start : QWidget
        Stands in place of the first canvas until that is made; it may become a part of it.
    make : callable
        Makes the canvas of a viewport when it is first needed.
    """

    def __init__(self, start: QWidget, make: Callable[[int], ImageCanvas]) -> None:
        super().__init__()
        self._make = make
        self._frames: dict[int, _Frame] = {}
        self._active = 0
        self._workspace: Workspace | None = None
        self._alone = True
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(0)
        self._grid.addWidget(start, 0, 0)

    @property
    def active(self) -> ImageCanvas:
        return self.canvas(self._active)

    @property
    def canvases(self) -> tuple[ImageCanvas, ...]:
        """All that were made, also those that are not shown now, by number."""
        return tuple(frame.canvas for _, frame in sorted(self._frames.items()))

    def canvas(self, number: int) -> ImageCanvas:
        """Return the canvas of a viewport, made where it is not there yet."""
        if number not in self._frames:
            self._add(number, self._make(number))
        return self._frames[number].canvas

    def frame(self, number: int) -> QWidget:
        """Return the canvas of a viewport with its controls, for a window of its own."""
        self.canvas(number)
        return self._frames[number]

    def frame_bar(self, number: int) -> FrameBar:
        """Return the controls for the frames of a viewport's image."""
        self.canvas(number)
        return self._frames[number].frames

    def number_at(self, place: QPoint) -> int | None:
        """Return the viewport at a place of the grid."""
        for number, frame in self._frames.items():
            if frame.window() is self.window() and frame.isVisible() and frame.geometry().contains(place):
                return number
        return None

    def show_workspace(self, workspace: Workspace) -> None:
        """Show the viewports of a layout and mark the active one; while all are empty, the start page alone."""
        self._workspace = workspace
        had_focus = any(canvas.hasFocus() for canvas in self.canvases)
        self._active = workspace.active
        shown = workspace.in_main
        alone = self._alone = all(self.canvas(number).at_start for number in shown)
        shown = (0,) if alone else shown
        columns = 1 if workspace.single or alone else workspace.layout.columns
        for number, frame in self._frames.items():
            if number in workspace.windows:
                continue
            if frame.parent() is not self:  # its window is about to be closed
                frame.setParent(self)
            frame.setVisible(number in shown)
            self._grid.removeWidget(frame)
        several = len(workspace.shown) > 1 and not alone
        for place, number in enumerate(shown):
            self.canvas(number)
            frame = self._frames[number]
            self._grid.addWidget(frame, place // columns, place % columns)
            frame.show_state(active=number == workspace.active, bordered=several)
            frame.canvas.shares_window = workspace.layout.count > 1
            frame.canvas.show_sync(_sync_words(workspace.viewports[number].shares) if several else "")
            frame.setVisible(True)
        self.canvas(0).make_room_for_start(fits=alone)
        for number in workspace.windows:
            self.canvas(number)
            frame = self._frames[number]
            frame.show_state(active=number == workspace.active, bordered=True)
            frame.canvas.show_sync(_sync_words(workspace.viewports[number].shares))
        for line in range(4):  # equal shares, and none for rows and columns of an earlier layout
            self._grid.setColumnStretch(line, int(line < columns))
            self._grid.setRowStretch(line, int(line * columns < len(shown)))
        if had_focus:
            focused = self.canvas(0) if alone and self._active not in workspace.windows else self.active
            if focused.window() is not self.window():
                focused.activateWindow()
            focused.setFocus()

    def _start_changed(self) -> None:
        """Lay the viewports out anew when the first of them is filled, or the last of them emptied."""
        workspace = self._workspace
        if workspace is not None:
            alone = all(self.canvas(number).at_start for number in workspace.in_main)
            if alone is not self._alone:
                self.show_workspace(workspace)

    def _add(self, number: int, canvas: ImageCanvas) -> None:
        self._frames[number] = _Frame(canvas, self)
        canvas.start_changed.connect(self._start_changed)
        self._frames[number].hide()
        if number == 0:
            self._grid.addWidget(self._frames[0], 0, 0)
            self._frames[0].show()


def _sync_words(shares: frozenset[Aspect]) -> str:
    """Return what a viewport shares with the others, for its corner."""
    from cxrviewer.workspace.layout import ALL_ASPECTS, Aspect

    if shares == ALL_ASPECTS:
        return tr("synced")
    if not shares:
        return tr("not synced")
    shared = [translated(_SHARED[aspect.value]) for aspect in Aspect if aspect in shares]
    return tr("synced: {what}", what=tr(", ", context="between items").join(shared))
