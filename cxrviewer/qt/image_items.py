"""What is drawn inside the canvas: the image and the layer, in image pixel-edge coordinates."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QTransform
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from cxrviewer.presenters.layer import LayerPicture
from cxrviewer.reading.box import ImageBox
from cxrviewer.reading.marks import ScreenMarks
from cxrviewer.reading.screen import ScreenImage
from cxrviewer.reading.turn import Turn

Lines: TypeAlias = Sequence[Sequence[tuple[float, float]]]
"""Lines of (column, row) places."""
Outline: TypeAlias = Callable[[npt.NDArray[np.float32]], Lines]
"""Makes lines around the strong parts of a refined map, in its pixels (edges)."""

#: Cells of a map are refined by this factor before they are coloured, so that the eye sees a
#: cloud of evidence and not tiles it could take for anatomy.
REFINE = 24
#: Sides of the refined map, whatever the map: one of 21 cells is refined by `REFINE`, a larger one by less.
#: The screen's own smoothing does the rest. Refining and colouring so much takes a few milliseconds.
MAX_REFINED = 512
#: Pixels of a whole image on the screen up to which a pan samples all of it, once: 12 MB of 16-bit codes.
MAX_WHOLE = 6_000_000


def refined(intensity: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return the map on a finer grid, smooth, never brighter than its brightest cell.

    The grid is up to `REFINE` times finer, and never larger than `MAX_REFINED` on a side.
    """
    height, width = intensity.shape
    scale = min(REFINE, MAX_REFINED / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    from PIL import Image

    picture = Image.fromarray(np.ascontiguousarray(intensity, dtype=np.float32))
    fine = np.asarray(picture.resize(size, Image.Resampling.BICUBIC), dtype=np.float32)
    # The bicubic kernel overshoots: evidence nobody computed must not appear beside a bright cell.
    return np.clip(fine, 0.0, float(intensity.max(initial=0.0)))


class _Aside:
    """Paints an item with another transform without a trace: what it had sampled for the screen stays."""

    _kept: tuple[str, ...]

    def paint_aside(self, painter: QPainter, transform: QTransform) -> None:
        """Paint with the item's own transform, then `transform`."""
        assert isinstance(self, QGraphicsItem)
        before = {name: getattr(self, name) for name in self._kept}
        painter.setWorldTransform(self.sceneTransform() * transform)
        try:
            self.paint(painter, QStyleOptionGraphicsItem())
        finally:
            for name, value in before.items():
                setattr(self, name, value)


class MarksItem(_Aside, QGraphicsItem):
    """Draws shutter and overlays over the image, pixel for pixel of the screen."""

    _kept = ("_requested", "_picture")

    def __init__(self) -> None:
        super().__init__()
        self._marks: ScreenMarks | None = None
        self._turn = Turn()
        self._drawn = (True, True)
        self._requested: tuple[Any, ...] = ()
        self._picture: QImage | None = None

    def take(self, marks: ScreenMarks | None) -> None:
        """Draw `marks`, None for nothing."""
        self.prepareGeometryChange()
        self._marks, self._requested = marks, ()
        self.update()

    def turn(self, turn: Turn) -> None:
        """Draw for an image that is turned and flipped like this; the item's transform must agree."""
        self._turn, self._requested = turn, ()
        self.update()

    def switch(self, *, shutter: bool, overlays: bool) -> None:
        """Choose what is drawn."""
        self._drawn, self._requested = (shutter, overlays), ()
        self.update()

    def boundingRect(self) -> QRectF:
        return QRectF() if self._marks is None else QRectF(0, 0, self._marks.columns, self._marks.rows)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if self._marks is None:
            return
        ratio = painter.device().devicePixelRatioF()
        target, box, _ = _visible(self.boundingRect(), self._turn, painter, ratio)
        if target.isEmpty():
            return
        requested = (target.width(), target.height(), box)
        if requested != self._requested:
            self._picture = self._sampled(box, target.width(), target.height())
            self._requested = requested
        if self._picture is not None:
            _draw_on_device(painter, self._picture, target, ratio)

    def _sampled(self, box: ImageBox, width: int, height: int) -> QImage | None:
        assert self._marks is not None
        shutter, overlays = self._drawn
        across, down = (height, width) if self._turn.sideways else (width, height)
        sampled = self._marks.sample(box, across, down, shutter=shutter, overlays=overlays)
        if sampled is None:
            return None
        grey, opacity = (self._turn.pixels(plane) for plane in sampled)
        rgba = np.stack([grey, grey, grey, opacity], axis=2)
        picture = QImage(rgba.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888)
        return picture.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


class ImageItem(_Aside, QGraphicsItem):
    """Draws the visible part of an image, one look-up per screen pixel."""

    _kept = ("_requested", "_codes", "_pixels", "_wholes", "_scale")
    # Not `_looked`: its first picture lies in `_pixels`, which painting aside may fill anew.

    def __init__(self) -> None:
        super().__init__()
        self._screen: ScreenImage | None = None
        self._turn = Turn()
        self._size = (0, 0)
        self._table = np.zeros(0, np.uint8)
        self._codes: npt.NDArray[Any] | None = None
        self._requested: tuple[Any, ...] = ()
        self._pixels: npt.NDArray[np.uint8] = np.zeros((0, 0), np.uint8)
        self._wholes: dict[tuple[int, int], npt.NDArray[Any]] = {}
        self._scale = (0, 0)
        self._looked: tuple[npt.NDArray[Any], npt.NDArray[np.uint8], QImage] | None = None

    def take(self, screen: ScreenImage | None, table: npt.NDArray[np.float32] | None) -> None:
        """Show `screen` through `table`; None for a colour image's table."""
        self.prepareGeometryChange()
        self._screen, self._requested, self._codes = screen, (), None
        self._size = (0, 0) if screen is None else (screen.codes.shape[1], screen.codes.shape[0])
        if table is not None:
            self.use(table)
        self.update()

    def refine(self, screen: ScreenImage) -> None:
        """Sample again, if `screen` is what is shown."""
        if screen is self._screen:
            self._requested = ()
            self.update()

    def turn(self, turn: Turn) -> None:
        """Draw for an image that is turned and flipped like this; the item's transform must agree."""
        self._turn, self._requested = turn, ()
        self.update()

    def use(self, table: npt.NDArray[np.float32]) -> None:
        """Look the same codes up in another table."""
        self._table = (table * 255 + 0.5).astype(np.uint8)
        self.update()

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, *self._size)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        screen = self._screen
        if screen is None:
            return
        ratio = painter.device().devicePixelRatioF()
        target, box, whole = _visible(self.boundingRect(), self._turn, painter, ratio)
        if target.isEmpty():
            return
        requested = (target.width(), target.height(), box)
        if requested != self._requested or self._codes is None:
            # Only what the screen shows is turned, and only when the place changes: a window drag looks codes up.
            self._codes = self._sampled(screen, target, box, whole)
            self._requested = requested
        _draw_on_device(painter, self._coloured() if self._codes.ndim == 3 else self._grey(), target, ratio)

    def _grey(self) -> QImage:
        """Return the picture; the same again, in the screen's own format, as long as neither codes nor table change.

        A frame in which only an annotation moves then copies pixels. A window drag, new in every frame, pays nothing.
        """
        assert self._codes is not None
        kept = self._looked
        if kept is None or kept[0] is not self._codes or kept[1] is not self._table:
            picture = self._looked_up()
        elif kept[2].format() is QImage.Format.Format_RGB32:
            return kept[2]
        else:
            picture = kept[2].convertToFormat(QImage.Format.Format_RGB32)
        self._looked = self._codes, self._table, picture
        return picture

    def _sampled(self, screen: ScreenImage, target: QRect, box: ImageBox, whole: QRect) -> npt.NDArray[Any]:
        """Return the codes of `target`. A pan cuts them out of the whole image, sampled once in that size."""
        size = whole.width(), whole.height()
        # Both edges are rounded: an image that is moved by fractions of a pixel has up to four sizes.
        near = all(abs(one - other) <= 1 for one, other in zip(size, self._scale, strict=True))
        if self._requested == () or not near:
            self._scale, self._wholes = size, {}
            return self._of(screen, box, target.width(), target.height())
        if size not in self._wholes and size[0] * size[1] <= MAX_WHOLE:
            self._wholes[size] = self._of(screen, ImageBox(0, 0, *self._size), *size)
        everything = self._wholes.get(size)
        if everything is None:
            return self._of(screen, box, target.width(), target.height())
        left, top = target.x() - whole.x(), target.y() - whole.y()
        return np.ascontiguousarray(everything[top : top + target.height(), left : left + target.width()])

    def _of(self, screen: ScreenImage, box: ImageBox, width: int, height: int) -> npt.NDArray[Any]:
        across, down = (height, width) if self._turn.sideways else (width, height)
        return self._turn.pixels(screen.sample(box, across, down))

    def _looked_up(self) -> QImage:
        assert self._codes is not None
        height, width = self._codes.shape
        # QImage wants lines of whole 32-bit words.
        stride = (width + 3) // 4 * 4
        if self._pixels.shape != (height, stride):
            self._pixels = np.zeros((height, stride), np.uint8)
        if stride == width:
            np.take(self._table, self._codes, out=self._pixels, mode="clip")
        else:
            self._pixels[:, :width] = np.take(self._table, self._codes, mode="clip")
        return QImage(self._pixels.data, width, height, stride, QImage.Format.Format_Grayscale8)

    def _coloured(self) -> QImage:
        assert self._codes is not None
        height, width, _ = self._codes.shape
        stride = (3 * width + 3) // 4 * 4
        self._pixels = np.zeros((height, stride), np.uint8)
        self._pixels[:, : 3 * width] = self._codes.reshape(height, 3 * width)
        return QImage(self._pixels.data, width, height, stride, QImage.Format.Format_RGB888)


def _draw_on_device(painter: QPainter, picture: QImage, target: QRect, ratio: float) -> None:
    picture.setDevicePixelRatio(ratio)
    painter.save()
    painter.resetTransform()
    painter.drawImage(QPointF(target.x() / ratio, target.y() / ratio), picture)
    painter.restore()


def _visible(bounds: QRectF, turn: Turn, painter: QPainter, ratio: float) -> tuple[QRect, ImageBox, QRect]:
    """Return the device pixels the image covers, the part of the image under exactly those, and those of all of it."""
    device = QTransform(painter.worldTransform()) * QTransform.fromScale(ratio, ratio)
    view = painter.viewport()
    whole = device.mapRect(bounds)
    # At 1:1 (and 2:1 ...) the image starts on a whole device pixel, so that each is one image pixel.
    left, top = round(whole.left()), round(whole.top())
    right, bottom = round(whole.right()), round(whole.bottom())
    screen = QRect(
        round(view.x() * ratio),
        round(view.y() * ratio),
        math.ceil(view.width() * ratio),
        math.ceil(view.height() * ratio),
    )
    everything = QRect(left, top, right - left, bottom - top)
    target = everything.intersected(screen)
    if target.isEmpty() or right <= left or bottom <= top:
        return QRect(), ImageBox(0, 0, 0, 0), everything
    width, height = turn.size(bounds.width(), bounds.height())
    across = width / (right - left)
    down = height / (bottom - top)
    shown = ImageBox(
        (target.x() - left) * across,
        (target.y() - top) * down,
        (target.x() + target.width() - left) * across,
        (target.y() + target.height() - top) * down,
    )
    return target, turn.box(shown, bounds.width(), bounds.height()), everything


class LayerItem(QGraphicsItem):
    """Draws a map where `to_image` says it lies, never beyond the image."""

    def __init__(self) -> None:
        super().__init__()
        self._bounds = QRectF()
        self._picture: LayerPicture | None = None
        self._fine: npt.NDArray[np.float32] | None = None
        self._image = QImage()
        self._outline = QPainterPath()

    def take(
        self,
        picture: LayerPicture | None,
        bounds: QRectF,
        colours: npt.NDArray[np.uint8] | None = None,
        outline: Outline | None = None,
    ) -> None:
        """Draw `picture` in `colours` (256, 4) RGBA within `bounds`, None for nothing.

        `outline` makes the lines around what reaches half of the full colour.
        """
        self.prepareGeometryChange()
        if picture is None:
            self._fine, self._outline = None, QPainterPath()
        elif self._picture is None or self._fine is None or picture.intensity is not self._picture.intensity:
            self._fine = refined(picture.intensity)
            self._outline = QPainterPath() if outline is None else _path(outline(self._fine))
        self._picture, self._bounds = picture, bounds
        if picture is not None and self._fine is not None and colours is not None:
            table = colours.copy()
            table[:, 3] = np.rint(table[:, 3] * picture.opacity)
            rgba = table[np.rint(self._fine * 255).astype(np.uint8)]
            height, width = self._fine.shape
            self._image = QImage(rgba.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888)
            self._image = self._image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
        self.update()

    def boundingRect(self) -> QRectF:
        return QRectF() if self._picture is None else self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if self._picture is None:
            return
        painter.save()
        painter.setClipRect(self._bounds)
        size = (self._image.width(), self._image.height())
        painter.setTransform(_layer_transform(self._picture, size), True)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(0, 0, self._image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        # White in black: seen on lung and bone, and by readers who do not see the map's colours.
        for colour, width in (("black", 3.5), ("white", 1.5)):
            pen = QPen(QColor(colour), width)
            pen.setCosmetic(True)
            painter.strokePath(self._outline, pen)
        painter.restore()


def _path(lines: Lines) -> QPainterPath:
    path = QPainterPath()
    for line in lines:
        path.moveTo(*line[0])
        for place in line[1:]:
            path.lineTo(*place)
    return path


def _layer_transform(picture: LayerPicture, fine: tuple[int, int]) -> QTransform:
    """Return the transform from pixels (edges) of the refined map, (width, height) `fine`, to image pixels (edges)."""
    a = picture.to_image
    rows, columns = picture.intensity.shape
    # Edge u of the fine grid is cell centre coordinate u / factor - 0.5; image edges lie half a
    # pixel beyond image pixel centres.
    fine_to_cell = QTransform(columns / fine[0], 0, 0, rows / fine[1], -0.5, -0.5)
    cell_to_image = QTransform(a[0, 0], a[1, 0], a[0, 1], a[1, 1], a[0, 2] + 0.5, a[1, 2] + 0.5)
    return fine_to_cell * cell_to_image
