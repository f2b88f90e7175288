"""The canvas: one image, one layer over it, and words in its corners.

The only file that imports pyqtgraph, when a layer is first drawn: its lines surround it. The tables of its colour maps
are read without it. The image itself is drawn here, because an image item that maps and scales every image pixel for
every frame cannot follow a window drag.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QCursor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractButton, QApplication, QGraphicsView, QRubberBand, QWidget

from cxrviewer.imaging.resample import stretch
from cxrviewer.presenters.annotations import LARGE_NUDGE, NUDGE, Drawn, Grip, Requested
from cxrviewer.presenters.image_presenter import MarkSwitches
from cxrviewer.presenters.layer import OUTLINE_LEVEL, LayerPicture
from cxrviewer.qt.annotations_item import AnnotationsItem
from cxrviewer.qt.canvas_question import CanvasQuestion
from cxrviewer.qt.canvas_text import CanvasText
from cxrviewer.qt.image_items import ImageItem, LayerItem, MarksItem
from cxrviewer.qt.magnifier import Magnifier
from cxrviewer.qt.scaled_view import ScaledView
from cxrviewer.qt.tools import Tool
from cxrviewer.reading.kinds import Scale
from cxrviewer.reading.labels import Box
from cxrviewer.reading.screen import Screen, ScreenImage, fidelity
from cxrviewer.reading.turn import Turn
from cxrviewer.reading.values import MAX_COORDINATE, Point, Zoom, ZoomKind
from cxrviewer.text import tr, translated

MIN_SCALE, MAX_SCALE = 0.02, 32.0
WHEEL_STEP = 1.15
MANY_FRAMES = 10
"""Frames of a step of the wheel with Ctrl and Shift."""
#: Screen pixels of a zoom drag that double the scale.
ZOOM_DRAG = 150.0
OUTLINE_SIDE = 96
TRUE_SIZE_TOLERANCE = 0.002
"""Up to this share a size counts as the true one; a ruler is no more exact."""


class Annotator(Protocol):
    """Takes the gestures and keys that concern annotations: `AnnotationsPresenter`."""

    @property
    def selected(self) -> bool: ...
    @property
    def drawing(self) -> bool: ...
    @property
    def sketching(self) -> bool: ...
    def constrain(self, *, straight: bool) -> None: ...
    def press(self, place: Point, scale: Scale) -> bool: ...
    def pick(self, place: Point, scale: Scale) -> None: ...
    def move(self, place: Point, scale: Scale) -> None: ...
    def release(self, place: Point, scale: Scale) -> None: ...
    def nudge(self, columns: float, rows: float) -> bool: ...
    def escape(self) -> bool: ...
    def enter(self, middle: Point, scale: Scale) -> bool: ...
    def take_back(self) -> bool: ...
    def step(self, by: int) -> bool: ...
    def edit_text(self) -> bool: ...


def outlined(fine: npt.NDArray[np.float32]) -> list[list[tuple[float, float]]]:
    """Return closed lines around what reaches `OUTLINE_LEVEL`, as (column, row) in pixels (edges) of a refined map.

    No sides longer than `OUTLINE_SIDE` are followed: the map itself is coarser, and a noisy one must not take a second.
    """
    step = math.ceil(max(fine.shape) / OUTLINE_SIDE)
    first = step // 2
    coarse = np.pad(fine[first::step, first::step], 1)  # closes lines at the edge
    if coarse.max() < OUTLINE_LEVEL:
        return []
    from pyqtgraph import functions

    lines = functions.isocurve(coarse.T, OUTLINE_LEVEL, connected=True)
    # pyqtgraph puts sample k at k + 0.5, and the frame of zeros shifts by one.
    return [[tuple(first + 0.5 + (float(at) - 1.5) * step for at in place) for place in line] for line in lines]


@lru_cache(maxsize=8)
def layer_colours(name: str) -> npt.NDArray[np.uint8]:
    """Return the layer's colours for intensities 0 to 1, (256, 4) uint8 RGBA.

    Alpha is the intensity itself, so that no evidence is no colour at all.
    The dark end of the maps is left out: dark over an image reads as air.
    """
    steps = np.linspace(0, 1, 256)
    if name == "red":
        rgb = np.column_stack([np.full(256, 255.0), 110 - 80 * steps, 90 - 80 * steps])
    else:
        table = _published(name)
        # Of the 256 published colours, the maps begin with number 107, 76, 75 and 64.
        start = {"inferno": 0.42, "viridis": 0.30, "cividis": 75 / 255, "turbo": 0.25}.get(name, 0.25)
        stop = {"inferno": 0.92, "viridis": 1.0, "turbo": 0.95}.get(name, 1.0)
        rgb = table[np.rint((start + (stop - start) * steps) * 255).astype(int)]
    alpha = 255 * np.minimum(1.0, 1.25 * steps)
    return np.column_stack([rgb, alpha]).round().astype(np.uint8)


def _published(name: str) -> npt.NDArray[np.float64]:
    """Return a table of pyqtgraph's, (256, 3) from 0 to 255.

    Not by `colormap.get`: the legend is painted before the first image, which would wait for the whole package.
    """
    found = find_spec("pyqtgraph")
    assert found is not None and found.origin is not None
    table = Path(found.origin).with_name("colors") / "maps" / f"{name}.csv"
    return np.rint(255 * np.loadtxt(table, delimiter=",", comments=";"))


class ImageCanvas(ScaledView):
    """Draws what `ImagePresenter` and `LayerPresenter` decided and reports gestures.

    Signals
    -------
    drag_began, dragged(dx, dy), drag_ended
        Of the window tool, in screen pixels from where the button went down.
    probed(object)
        (column, row) under the cursor, None outside the image.
    menu_wanted(QPoint)
        The context menu, at a place of the canvas.
    placed(Zoom, Point or None)
        The reader chose another zoom or another middle.
    region_drawn(Point, Point)
        Two opposite corners of a rectangle of the region tool, in image pixels; follows `tool_left`.
    tool_left
        Escape, with nothing left to cancel.
    activated
        A mouse button went down on it, or it got the focus by a key.
    alone_wanted
        A double click, where `shares_window` is set.
    frames_stepped(int)
        Ctrl and the wheel, where `has_frames` is set.
    hinted(str)
        What the reader does next while drawing, empty for nothing.
    offer_taken
        The button below a failure.
    """

    drag_began = Signal()
    dragged = Signal(float, float)
    drag_ended = Signal()
    probed = Signal(object)
    menu_requested = Signal(QPoint)
    placed = Signal(object, object)
    region_drawn = Signal(object, object)
    tool_left = Signal()
    activated = Signal()
    alone_requested = Signal()
    frames_stepped = Signal(int)
    hinted = Signal(str)
    offer_taken = Signal()
    start_changed = Signal()
    """Something is opened here where nothing was, or nothing is any more; see `at_start`."""

    def __init__(self, parent: QWidget | None = None, *, start_page: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        self.setAccessibleName(tr("Film"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAcceptDrops(False)  # the window takes drops
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self._image, self._marks, self._layer = ImageItem(), MarksItem(), LayerItem()
        self._annotations = AnnotationsItem()
        self._items = (self._image, self._marks, self._layer, self._annotations)
        for item in self._items:
            self.add_to_box(item)
        self.annotator: Annotator | None = None
        self.shares_window = False
        self.has_frames = False
        """The image has several frames."""
        self._turned = 0.0
        self.empty_text = ""
        """What stands in the middle of a canvas that has no start page, or whose start page has no room."""
        self._at_start = self._start_fits = True
        self._grip = Grip.NONE
        self._size = (0, 0)
        # The box counts units of the screen's shape and direction, the items image pixels: this lies between them.
        self._to_box = QTransform()
        self._from_box = QTransform()
        self._aspect = 1.0
        self._turn = Turn()
        self._zoom = Zoom()
        self._middle: Point | None = None
        """The image point that belongs in the middle, as it was reported; None for the middle of the image."""
        self._opens_at: tuple[Zoom, Point | None] = (Zoom(), None)
        self._tool = Tool.WINDOW
        self._pressed: tuple[Tool, QPointF, QPointF] | None = None
        self._band: QRubberBand | None = None
        self._magnifier: Magnifier | None = None
        self.pixels_per_mm: Callable[[], float | None] = lambda: None
        """Device pixels in a millimetre of the screen, None where nobody measured it."""
        self._spacing: tuple[float, str] | None = None
        self._magnifies = self._magnifies_while_held = False
        self._may_be_click = False
        self._window_text = ""
        self._remarks = ""
        self._sync = ""
        self._key_image = ""
        self._words = CanvasText(self.viewport(), start_page, self._free_labels)
        self._words.offer.clicked.connect(lambda: self.offer_taken.emit())  # noqa: PLW0108  # without the argument
        self._question: CanvasQuestion | None = None

    # What the presenters call.

    @property
    def at_start(self) -> bool:
        """Whether nothing is open here."""
        return self._at_start

    def show_start(self) -> None:
        self._blank(at_start=True)
        if self._words.has_start and self._start_fits:
            self._words.show_start()
        elif self.empty_text:
            self._words.say(self.empty_text)

    def make_room_for_start(self, *, fits: bool) -> None:
        """Show the start page where nothing is open, or a sentence in its place while others stand beside it."""
        if fits is not self._start_fits:
            self._start_fits = fits
            if self._at_start:
                self.show_start()

    def show_opening(self) -> None:
        self._blank()
        self._words.say_later()

    def show_image(self, screen: ScreenImage, table: npt.NDArray[np.float32] | None) -> None:
        self._blank(keep_corners=True)
        self._image.take(screen, table)
        self._marks.take(screen.marks)
        self._size = (screen.codes.shape[1], screen.codes.shape[0])
        self._aspect = screen.aspect
        self._shape_pixels()
        self._grip = Grip.NONE
        self._use_cursor()
        self._show_place(*self._opens_at)
        self._opens_at = (Zoom(), None)
        # At once, not with the next round of events: the jobs that follow (averaging, scoring)
        # would take processor time from the one thing the reader waits for.
        self.viewport().repaint()

    def show_frame(self, screen: ScreenImage, table: npt.NDArray[np.float32] | None) -> None:
        """Draw another frame of the same image, of the same size, in the same place."""
        self._image.take(screen, table)
        self._marks.take(screen.marks)
        if self.underMouse():  # the value under the cursor is another one
            self._report(QPointF(self.viewport().mapFromGlobal(QCursor.pos())))

    def show_table(self, table: npt.NDArray[np.float32]) -> None:
        self._image.use(table)

    def show_turn(self, turn: Turn) -> None:
        """Turn and flip the image; what lies in the middle of the canvas stays there."""
        self._turn = turn
        self._shape_pixels()
        if self._fitted:
            self._fit()
        else:
            self._centre_on(self._centre())

    def show_place(self, zoom: Zoom, centre: Point | None) -> None:
        """Bring an image point to the middle at some size; an image that is not there yet opens so."""
        self._opens_at = (zoom, centre)
        if self._size[0]:
            self._show_place(zoom, centre)

    def show_annotations(self, resting: tuple[Drawn, ...], live: Drawn | None) -> None:
        self._annotations.take(resting, live, *self._size)

    def show_grip(self, grip: Grip) -> None:
        self._grip = grip
        if self._pressed is None:
            self._use_cursor()

    def show_hint(self, text: str) -> None:
        self.hinted.emit(text)

    def show_question(self, requested: Requested | None) -> None:
        question, self._question = self._question, None
        if question is not None:
            question.hide()
            question.deleteLater()
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        if requested is not None:
            at = self.view_point(requested.at.column, requested.at.row)
            self._question = CanvasQuestion(self.viewport(), requested, at.toPoint())

    def submit_question(self) -> None:
        if self._question is not None:
            self._question.submit()

    def refine(self, screen: ScreenImage) -> None:
        """Draw the image anew from `screen`, which can average every pixel now."""
        self._image.refine(screen)

    def show_pixels(self, screen: ScreenImage) -> None:
        """Draw other pixels of the same image: enhanced ones, or its own again."""
        self._image.take(screen, None)

    def show_failure(self, title: str, message: str) -> None:
        self._blank()
        self._words.say(title, message)

    def show_offer(self, words: str) -> None:
        self._words.show_offer(words)

    def show_identity(self, first: str, second: str) -> None:
        self._words.identity.setText(f"{first}\n{second}".strip())
        self._words.place()

    def show_window(self, text: str) -> None:
        self._window_text = text
        self._readout()

    def show_notes(self, notes: tuple[str, ...]) -> None:
        self._words.notes.setText("\n".join(notes))
        self._words.place()

    def show_sides(self, edges: tuple[str, str, str, str] | None) -> None:
        self._words.show_sides(edges)

    def show_marks(self, switches: MarkSwitches) -> None:
        self._marks.switch(shutter=switches.shutter, overlays=switches.overlays)

    def show_spacing(self, millimetres: float | None, words: str) -> None:
        self._spacing = None if millimetres is None else (millimetres, words)

    def show_remarks(self, text: str) -> None:
        self._remarks = text
        self._readout()

    def show_key_image(self, on: bool) -> None:
        """Show whether the image is a key image."""
        text = tr("KEY IMAGE") if on else ""
        if text != self._key_image:
            self._key_image = text
            self._readout()

    def show_sync(self, text: str) -> None:
        """Show whether this canvas follows the others; empty where there is no other."""
        if text != self._sync:
            self._sync = text
            self._readout()

    def show_probe(self, text: str) -> None:
        self._words.probe.setText(text)
        self._words.place()

    def show_layer(self, picture: LayerPicture | None, label: str) -> None:
        colours = None if picture is None else layer_colours(picture.colours)
        self._layer.take(picture, QRectF(0, 0, *self._size), colours, outlined)
        self._words.layer.setText(label)
        self._words.place()

    # What the window's actions call.

    def true_size(self) -> bool:
        """Show one millimetre of the image as one of the screen; returns False where either is not known."""
        scale = self._true_scale()
        if scale is None:
            return False
        self.set_scale(scale)
        return True

    def refresh_readout(self) -> None:
        """Write window, zoom and fidelity anew: the canvas may be on another screen."""
        self._readout()

    def _true_scale(self) -> float | None:
        pixels = self.pixels_per_mm()
        if pixels is None or self._spacing is None or not self._size[0]:
            return None
        scale = pixels * self._spacing[0]
        return scale if MIN_SCALE <= scale <= MAX_SCALE else None

    def set_magnifier(self, *, on: bool) -> None:
        """Show a magnifying glass under the cursor, or only while Space is held."""
        self._magnifies = on
        self._place_magnifier(QPointF(self.viewport().mapFromGlobal(QCursor.pos())))

    @property
    def tool(self) -> Tool:
        return self._tool

    def set_tool(self, tool: Tool) -> None:
        if Tool.REGION in (tool, self._tool):
            self._drop_band()
            self.hinted.emit(tr("Drag over what the window is made for") if tool is Tool.REGION else "")
        self._tool = tool
        self._grip = Grip.NONE
        self._use_cursor()

    def fit(self) -> None:
        """Show the whole image, as large as it goes; it stays fitted when the window is resized."""
        if self._size[0]:
            self._fit()
            self.placed.emit(self._zoom, None)

    def one_to_one(self) -> None:
        """Show one image pixel per screen pixel, keeping the centre.

        Of pixels that are not square, that is the finer direction
        (docs/decisions/0024-pixels-that-are-not-square.md).
        """
        self._set_scale(1.0, None, Zoom(ZoomKind.ONE_TO_ONE))

    def zoom_by(self, factor: float) -> None:
        self.set_scale(self.scale_factor() * factor)

    def scale_factor(self) -> float:
        """Return device pixels per image pixel, in the finer direction of pixels that are not square."""
        pixel = self.units_per_pixel()
        return self.devicePixelRatioF() / pixel if self._size[0] and pixel else 0.0

    def fit_scale(self) -> float:
        """Return the scale (`scale_factor`) at which the whole image fits, 0 without an image."""
        if not self._size[0]:
            return 0.0
        area, (columns, rows) = self._area(), self._extent()
        return float(self.devicePixelRatioF() * min(area.width() / columns, area.height() / rows))

    def screen(self) -> Screen:  # type: ignore[override]  # Qt calls the monitor so
        """Return the place for an image."""
        area = self._area()
        return Screen(area.x(), area.y(), area.width(), area.height(), self.devicePixelRatioF())

    def set_scale(self, scale: float, about: QPointF | None = None) -> None:
        """Zoom to `scale`, keeping the image point under `about` (viewport pixels; default the middle)."""
        scale = min(max(scale, MIN_SCALE), MAX_SCALE)
        self._set_scale(scale, about, Zoom(ZoomKind.FACTOR, scale))

    def _set_scale(self, scale: float, about: QPointF | None, zoom: Zoom) -> None:
        if not self._size[0]:
            return
        area = self._area()
        fixed = area.center() if about is None else about
        place = self._place(fixed)
        per_pixel = self.devicePixelRatioF() / scale
        left = place.x() - (fixed.x() - area.x()) * per_pixel
        top = place.y() - (fixed.y() - area.y()) * per_pixel
        self._zoom = zoom
        self._set_corner(left, top, area.width() * per_pixel, area.height() * per_pixel, scale)
        self._notify_place()

    def pan_by(self, dx: float, dy: float) -> None:
        """Move the image by viewport pixels."""
        if not self._size[0]:
            return
        area = self._area()
        scale = self.scale_factor()
        per_pixel = self.devicePixelRatioF() / scale
        corner = self._place(area.topLeft())
        if self._fitted:
            self._zoom = Zoom(ZoomKind.FACTOR, scale)
        self._set_corner(
            corner.x() - dx * per_pixel,
            corner.y() - dy * per_pixel,
            area.width() * per_pixel,
            area.height() * per_pixel,
            scale,
        )
        self._notify_place()

    def image_point(self, place: QPointF) -> QPointF:
        """Return image pixel-edge coordinates of a viewport point."""
        return QPointF(self._from_box.map(self._place(place)))

    def view_point(self, column: float, row: float) -> QPointF:
        """Return the viewport point of image pixel-edge coordinates."""
        return self.from_box(self._to_box.map(QPointF(column, row)))

    def picture(self, identity: bool) -> QImage:
        """Return what is drawn, at the resolution of the screen, with or without who it is."""
        self._words.identity.setVisible(identity and bool(self._words.identity.text()))
        try:
            image: QImage = self.grab().toImage()
            return image
        finally:
            self._words.place()

    def words(self) -> dict[str, str]:
        """Return every text on the canvas by its place; what a screen reader or a test reads."""
        return self._words.texts()

    # Events.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            self.activated.emit()
        self._constrain(event)
        tool = {
            Qt.MouseButton.LeftButton: self._tool,
            Qt.MouseButton.RightButton: Tool.ZOOM,
            Qt.MouseButton.MiddleButton: Tool.PAN,
        }.get(event.button())
        if tool is None or not self._size[0] or self._pressed is not None:
            event.ignore()
            return
        left = event.button() == Qt.MouseButton.LeftButton and tool is not Tool.REGION
        if left and self.annotator is not None and self.annotator.press(self._point(event.position()), self._scale()):
            tool = Tool.DRAW
        elif tool is Tool.DRAW:
            event.ignore()
            return
        self._pressed = (tool, event.position(), event.position())
        self._may_be_click = event.button() == Qt.MouseButton.RightButton
        if tool is not Tool.DRAW:
            self.setCursor(_CURSORS[tool])
        if tool is Tool.WINDOW:
            self.drag_began.emit()
        elif tool is Tool.REGION:
            self._band = QRubberBand(QRubberBand.Shape.Rectangle, self.viewport())
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        here = event.position()
        self._constrain(event)
        self._report(here)
        self._place_magnifier(here)
        drawing = self._pressed is None or self._pressed[0] is Tool.DRAW
        if drawing and self._size[0] and self.annotator is not None:
            self.annotator.move(self._point(here), self._scale())
        if self._pressed is None:
            return
        tool, start, last = self._pressed
        if self._may_be_click and (here - start).manhattanLength() < QApplication.startDragDistance():
            return  # a hand is not steady while it clicks
        self._may_be_click = False
        self._pressed = (tool, start, here)
        moved = here - last
        if tool is Tool.WINDOW:
            self.dragged.emit(here.x() - start.x(), here.y() - start.y())
        elif tool is Tool.PAN:
            self.pan_by(moved.x(), moved.y())
        elif tool is Tool.REGION and self._band is not None:
            self._band.setGeometry(QRectF(start, here).normalized().toAlignedRect())
            self._band.show()
        elif tool is Tool.ZOOM:
            self.set_scale(self.scale_factor() * 2 ** (-moved.y() / ZOOM_DRAG), start)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            event.ignore()
            return
        (tool, start, _), self._pressed = self._pressed, None
        self._constrain(event)
        if tool is Tool.WINDOW:
            self.drag_ended.emit()
        elif tool is Tool.REGION:
            self._finish_region(start, event.position())
        elif tool is Tool.DRAW and self.annotator is not None:
            self.annotator.release(self._point(event.position()), self._scale())
        self._use_cursor()
        if self._may_be_click and event.button() == Qt.MouseButton.RightButton:
            if self.annotator is not None:
                self.annotator.pick(self._point(event.position()), self._scale())
            self.menu_requested.emit(event.position().toPoint())
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        # The mouse's own event comes with the press, which may begin a drag; the release above decides.
        if event.reason() != QContextMenuEvent.Reason.Mouse:
            self.menu_requested.emit(self.rect().center())
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        # While a tool draws, two quick clicks are two points.
        if self._edits_text(event):
            event.accept()
        elif self.shares_window and event.button() == Qt.MouseButton.LeftButton and self._tool is not Tool.DRAW:
            self.alone_requested.emit()
            event.accept()
        else:
            self.mousePressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        # Tab goes through the annotations, and from the last one on to the next control.
        if self.annotator is not None and self._size[0] and self.annotator.step(1 if forward else -1):
            return True
        return bool(super().focusNextPrevChild(forward))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.activated.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        # With Shift some systems turn the wheel sideways.
        steps = (event.angleDelta().y() or event.angleDelta().x()) / 120
        modifiers = event.modifiers()
        if self.has_frames and modifiers & Qt.KeyboardModifier.ControlModifier:
            self._turned -= steps
            whole = math.trunc(self._turned)  # a touchpad moves by parts of a step
            self._turned -= whole
            if whole:
                jump = MANY_FRAMES if modifiers & Qt.KeyboardModifier.ShiftModifier else 1
                self.frames_stepped.emit(whole * jump)
        elif steps:
            self.set_scale(self.scale_factor() * WHEEL_STEP**steps, event.position())
        event.accept()

    def leaveEvent(self, event: Any) -> None:
        self.probed.emit(None)
        self._place_magnifier(None)
        super().leaveEvent(event)

    def event(self, event: QEvent) -> bool:
        # While an end is selected, arrow keys move it; they step through the worklist otherwise.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._key(event):
            event.accept()
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if _is_space(event) and self._size[0]:
            self._hold_magnifier(held=True)
            event.accept()
            return
        act = self._key(event)
        if act is None:
            event.ignore()  # every other key is an action of the window; QGraphicsView would scroll instead
        else:
            act()
            event.accept()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if self._magnifies_while_held and _is_space(event) and not event.isAutoRepeat():
            self._hold_magnifier(held=False)
            event.accept()
        else:
            event.ignore()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        # The release of a held key goes to what has the focus then.
        self._hold_magnifier(held=False)
        super().focusOutEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Keeping what is seen would change its size: neither 1:1 any more nor what is saved.
        if self._fitted:
            self._fit()
        else:
            self._centre_on(self._centre(), self._kept_scale())
        self._changed()

    # Inside.

    @property
    def _fitted(self) -> bool:
        return self._zoom.kind is ZoomKind.FIT

    def _fit(self) -> None:
        self._zoom, self._middle = Zoom(), None
        if self._size[0]:
            self.show_range(QRectF(0, 0, *self._extent()))
        self._changed()

    def _show_place(self, zoom: Zoom, centre: Point | None) -> None:
        # True size needs a calibrated monitor, which nobody can tell us of yet: the whole image then.
        if zoom.kind in (ZoomKind.FIT, ZoomKind.TRUE_SIZE):
            self._fit()
            return
        self._zoom, self._middle = zoom, centre
        self._centre_on(self._centre(), self._kept_scale())

    def _centre(self) -> QPointF:
        """Return the image point that belongs in the middle."""
        middle = self._middle
        return QPointF(self._size[0] / 2, self._size[1] / 2) if middle is None else QPointF(middle.column, middle.row)

    def _kept_scale(self) -> float:
        """Return the scale of a zoom that does not depend on the size of the canvas."""
        one_to_one = self._zoom.kind is ZoomKind.ONE_TO_ONE
        return 1.0 if one_to_one else min(max(self._zoom.factor, MIN_SCALE), MAX_SCALE)

    def _notify_place(self) -> None:
        self._middle = None if self._fitted else self._point(self._area().center())
        self.placed.emit(self._zoom, self._middle)

    def _point(self, place: QPointF) -> Point:
        found = self.image_point(place)
        limit = MAX_COORDINATE
        return Point(min(max(found.x(), -limit), limit), min(max(found.y(), -limit), limit))

    def _scale(self) -> Scale:
        vertical, horizontal = stretch(self._aspect)
        finer = self.scale_factor() / self.devicePixelRatioF()
        return Scale(finer * horizontal, finer * vertical)

    def _constrain(self, event: QMouseEvent) -> None:
        if self.annotator is not None:
            self.annotator.constrain(straight=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))

    def _escape(self) -> None:
        if self.annotator is None or not self.annotator.escape():
            self.tool_left.emit()

    def _use_cursor(self) -> None:
        if self._size[0]:
            shape = _GRIPS.get(self._grip)
            self.setCursor(_CURSORS[self._tool] if shape is None else shape)

    def _key(self, event: QKeyEvent) -> Callable[[], object] | None:
        """Return what a key does to annotations, None where it is the window's."""
        annotator, modifiers = self.annotator, event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if annotator is None or not self._size[0] or isinstance(self.window().focusWidget(), QAbstractButton):
            return None
        if event.key() == Qt.Key.Key_Escape and modifiers == Qt.KeyboardModifier.NoModifier:
            return self._escape
        enters = self._tool is Tool.REGION or annotator.drawing or annotator.selected
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and enters:
            return self._enter
        if event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete) and annotator.sketching:
            return annotator.take_back
        arrow = _ARROWS.get(event.key())
        shifted = modifiers == Qt.KeyboardModifier.ShiftModifier
        if arrow is None or not annotator.selected or not (shifted or modifiers == Qt.KeyboardModifier.NoModifier):
            return None
        step = LARGE_NUDGE if shifted else NUDGE
        columns, rows = self._turn.direction(arrow[0] * step, arrow[1] * step)
        return lambda: annotator.nudge(columns, rows)

    def _finish_region(self, start: QPointF, end: QPointF) -> None:
        dropped = self._band is None  # by Escape or another tool
        self._drop_band()
        apart = end - start
        if not dropped and min(abs(apart.x()), abs(apart.y())) >= QApplication.startDragDistance() / 2:
            self._use_region(start, end)

    def _use_region(self, start: QPointF, end: QPointF) -> None:
        self.tool_left.emit()
        self.region_drawn.emit(self._point(start), self._point(end))

    def _enter(self) -> None:
        """Do with a key what the mouse does: of a region, take the middle half of the view."""
        area = self._area()
        if self._tool is not Tool.REGION:
            assert self.annotator is not None
            self.annotator.enter(self._point(area.center()), self._scale())
            return
        quarter = QPointF(area.width() / 4, area.height() / 4)
        self._use_region(area.center() - quarter, area.center() + quarter)

    def _drop_band(self) -> None:
        band, self._band = self._band, None
        if band is not None:
            band.hide()
            band.deleteLater()

    def _hold_magnifier(self, *, held: bool) -> None:
        if held != self._magnifies_while_held:
            self._magnifies_while_held = held
            self._place_magnifier(QPointF(self.viewport().mapFromGlobal(QCursor.pos())))

    def _place_magnifier(self, place: QPointF | None) -> None:
        shown = (self._magnifies or self._magnifies_while_held) and bool(self._size[0])
        if shown and place is not None and self.viewport().rect().contains(place.toPoint()):
            if self._magnifier is None:
                self._magnifier = Magnifier(self.viewport(), self._draw_aside)
            self._magnifier.show_at(place.toPoint(), self.scale_factor())
        elif self._magnifier is not None:
            self._magnifier.hide()

    def _draw_aside(self, painter: QPainter, transform: QTransform) -> None:
        self._image.paint_aside(painter, transform)
        self._marks.paint_aside(painter, transform)

    def _edits_text(self, event: QMouseEvent) -> bool:
        """Return whether a double click lies on words, which can be typed anew then."""
        left = event.button() == Qt.MouseButton.LeftButton and self._tool is not Tool.DRAW
        if not left or self.annotator is None or not self._size[0]:
            return False
        self.annotator.pick(self._point(event.position()), self._scale())
        return self.annotator.edit_text()

    def _blank(self, *, keep_corners: bool = False, at_start: bool = False) -> None:
        self._image.take(None, None)
        self._marks.take(None)
        self._layer.take(None, QRectF())
        self._size = (0, 0)
        self._pressed = None
        self._drop_band()
        self._place_magnifier(None)
        self.unsetCursor()
        if not keep_corners:
            self._window_text = self._remarks = ""
        self._words.clear(keep_corners=keep_corners)
        if at_start is not self._at_start:
            self._at_start = at_start
            self.start_changed.emit()

    def _set_corner(self, left: float, top: float, width: float, height: float, scale: float) -> None:
        # An image that cannot leave the canvas cannot get lost: its centre stays inside.
        columns, rows = self._extent()
        left = min(max(left, columns / 2 - width), columns / 2)
        top = min(max(top, rows / 2 - height), rows / 2)
        if scale >= 1 and abs(scale - round(scale)) < 1e-9:
            # Whole factors start on a whole device pixel: every image pixel is then drawn exactly.
            left, top = round(left * scale) / scale, round(top * scale) / scale
        self.show_range(QRectF(left, top, width, height))
        self._changed()

    def _centre_on(self, place: QPointF, scale: float | None = None) -> None:
        """Bring an image point (pixel edges) to the middle of the canvas."""
        if not self._size[0]:
            return
        area, scale = self._area(), self.scale_factor() if scale is None else scale
        per_pixel = self.devicePixelRatioF() / scale
        width, height = area.width() * per_pixel, area.height() * per_pixel
        middle = self._to_box.map(place)
        self._set_corner(middle.x() - width / 2, middle.y() - height / 2, width, height, scale)

    def _shape_pixels(self) -> None:
        vertical, horizontal = stretch(self._aspect)
        turned = self._turn.affine(self._size[0] * horizontal, self._size[1] * vertical)
        self._to_box = QTransform.fromScale(horizontal, vertical) * QTransform(*turned)
        self._from_box = self._to_box.inverted()[0]
        for item in self._items:
            item.setTransform(self._to_box)
        self._image.turn(self._turn)
        self._marks.turn(self._turn)

    def _extent(self) -> tuple[float, float]:
        """Return (width, height) of the image as it is shown, in units of its finer pixels."""
        vertical, horizontal = stretch(self._aspect)
        return self._turn.size(self._size[0] * horizontal, self._size[1] * vertical)

    def _place(self, viewport: QPointF) -> QPointF:
        """Return a viewport point in units of the image's finer pixels, from the corner of what is shown."""
        return self.to_box(viewport)

    def _area(self) -> QRectF:
        return self.area()

    def _changed(self) -> None:
        self._readout()
        self.viewport().update()

    def _report(self, here: QPointF) -> None:
        if not self._size[0]:
            return
        place = self.image_point(here)
        column, row = math.floor(place.x()), math.floor(place.y())
        inside = 0 <= column < self._size[0] and 0 <= row < self._size[1]
        self.probed.emit((column, row) if inside else None)

    def _true_size_words(self, scale: float) -> str:
        true = self._true_scale()
        if true is None or self._spacing is None or abs(scale / true - 1) > TRUE_SIZE_TOLERANCE:
            return ""
        return self._spacing[1]

    def _free_labels(self) -> None:
        """Keep the labels of annotations out from under the words in the corners."""
        places = self._words.places()
        self._annotations.avoid(tuple(Box(at.left(), at.top(), at.right(), at.bottom()) for at in places))

    def _readout(self) -> None:
        text = ""
        if self._size[0]:
            scale = self.scale_factor()
            size = tr("fit {percent:.0f} %", percent=100 * scale) if self._fitted else f"{100 * scale:.0f} %"
            parts = (
                self._key_image,
                self._window_text,
                size,
                self._true_size_words(scale),
                self._remarks,
                translated(fidelity(scale, self._aspect).value),
                self._sync,
            )
            text = "  ·  ".join(part for part in parts if part)
        self._words.show_readout(text)
        self._words.place()


def _is_space(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_Space and event.modifiers() == Qt.KeyboardModifier.NoModifier


_CURSORS = {
    Tool.WINDOW: Qt.CursorShape.ArrowCursor,
    Tool.ZOOM: Qt.CursorShape.SizeVerCursor,
    Tool.PAN: Qt.CursorShape.OpenHandCursor,
    Tool.REGION: Qt.CursorShape.CrossCursor,
    Tool.DRAW: Qt.CursorShape.CrossCursor,
}
_GRIPS = {
    Grip.DRAW: Qt.CursorShape.CrossCursor,
    Grip.HANDLE: Qt.CursorShape.PointingHandCursor,
    Grip.LINE: Qt.CursorShape.SizeAllCursor,
}
_ARROWS = {
    int(Qt.Key.Key_Left): (-1, 0),
    int(Qt.Key.Key_Right): (1, 0),
    int(Qt.Key.Key_Up): (0, -1),
    int(Qt.Key.Key_Down): (0, 1),
}
