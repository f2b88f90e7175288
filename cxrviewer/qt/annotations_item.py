"""Draws annotations over the image: lines with a halo, handles and labels of a fixed size on the screen.

One item for all of them. What rests is painted once into a picture and copied for every frame after that, so that
hundreds of annotations cost a window drag as much as one.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import cast

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
    QPolygonF,
    QTransform,
)
from PySide6.QtWidgets import QApplication, QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from cxrviewer.presenters.annotations import Drawn
from cxrviewer.qt import theme
from cxrviewer.reading.kinds import Segment
from cxrviewer.reading.labels import MARGIN, Box, Place, placed
from cxrviewer.reading.values import Point

BAR = 6.0
"""Screen pixels from a line to the end of the bar across its end."""
HANDLE = 6.0
"""Radius of a handle: a ring, so that the pixel in its middle stays visible."""
ARROW = 13.0
HALO = QColor(0, 0, 0, 170)
PADDING = 4.0
TALL = 10_000.0
"""Screen pixels that no label needs in height."""
_BEFORE_UNIT = re.compile(r"(?<=\d) ")
READOUT = 34.0
"""Screen pixels at the lower edge where the window and zoom are written: no label goes there."""


class AnnotationsItem(QGraphicsItem):
    """All annotations of one image; its transform leads from image pixels to the view box."""

    def __init__(self) -> None:
        super().__init__()
        self._bounds = QRectF()
        self._resting: tuple[Drawn, ...] = ()
        self._live: Drawn | None = None
        self._picture: QImage | None = None
        self._painted: tuple[object, ...] = ()
        self._words: tuple[Box, ...] = ()

    def avoid(self, words: tuple[Box, ...]) -> None:
        """Put labels beside these places of the view, where they fit: other words lie over them."""
        if self._words != words:
            self._words = words
            self.update()

    def take(self, resting: tuple[Drawn, ...], live: Drawn | None, columns: int, rows: int) -> None:
        """Draw these over an image of `columns` x `rows`."""
        bounds = QRectF(0, 0, columns, rows)
        if bounds != self._bounds:
            self.prepareGeometryChange()
            self._bounds = bounds
        if resting is not self._resting:
            self._resting, self._painted = resting, ()
        self._live = live
        self.update()

    def boundingRect(self) -> QRectF:
        # Labels and handles reach beyond the image; how far depends on the zoom.
        around = max(self._bounds.width(), self._bounds.height())
        return self._bounds.adjusted(-around, -around, around, around)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if not self._resting and self._live is None:
            return
        to_view = QTransform(painter.worldTransform())
        area = QRectF(painter.viewport())
        painter.save()
        painter.resetTransform()
        if self._resting:
            painter.drawImage(QPointF(0, 0), self._rested(painter, to_view, area))
        if self._live is not None:
            _prepare(painter)
            _draw_lines(painter, (self._live,), to_view)
            _draw_label(painter, self._live, to_view, area, self._words)
        painter.restore()

    def _rested(self, painter: QPainter, to_view: QTransform, area: QRectF) -> QImage:
        ratio = painter.device().devicePixelRatioF()
        requested = (to_view, area, ratio, theme.current().name, self._words)
        if self._picture is None or requested != self._painted:
            size = (area.size() * ratio).toSize()
            picture = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
            picture.setDevicePixelRatio(ratio)
            picture.fill(Qt.GlobalColor.transparent)
            inside = QPainter(picture)
            _prepare(inside)
            _draw_lines(inside, self._resting, to_view)
            for drawn in self._resting:  # no line crosses the number of another
                _draw_label(inside, drawn, to_view, area, self._words)
            inside.end()
            self._picture, self._painted = picture, requested
        return self._picture


def _prepare(painter: QPainter) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _draw_lines(painter: QPainter, together: tuple[Drawn, ...], to_view: QTransform) -> None:
    """Draw lines and handles; all of `together` are selected, or none is.

    Straight lines go to the painter in one call: that is twice as fast as a path for each annotation.
    """
    colours, selected = theme.current(), together[0].selected
    colour = QColor(colours.canvas_chosen if selected else colours.canvas_mark)
    straight: list[QLineF] = []
    thin: list[QLineF] = []
    bent = QPainterPath()
    for drawn in together:
        drawing = drawn.drawing
        for line in drawing.lines:
            if len(line) == 2:
                straight.append(QLineF(*_ends((line[0], line[1]), to_view)))
            else:
                bent.addPolygon(QPolygonF([_at(point, to_view) for point in line]))
        for bar in () if selected else drawing.bars:  # handles stand there, and show the pixel in their middle
            straight += _bars(*_ends(bar, to_view))
        for head in drawing.heads:
            straight += _head(*_ends(head, to_view))
        thin += [QLineF(*_ends(connector, to_view)) for connector in drawing.connectors]
    wide = 2.0 if selected else 1.6
    for shade, width, around in ((QColor(HALO), wide + 2.0, 3.0), (colour, wide, 1.0)):
        painter.setPen(_pen(shade, around, dashed=shade is colour))
        painter.drawLines(thin)
        painter.setPen(_pen(shade, width))
        painter.drawLines(straight)
        painter.drawPath(bent)
    for drawn in together:
        for number, handle in enumerate(drawn.drawing.handles if selected else ()):
            _draw_handle(painter, _at(handle, to_view), colour, chosen=number == drawn.handle)


def _pen(colour: QColor, width: float, *, dashed: bool = False) -> QPen:
    style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
    return QPen(colour, width, style, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.BevelJoin)


def _draw_handle(painter: QPainter, at: QPointF, colour: QColor, *, chosen: bool) -> None:
    painter.setPen(QPen(QColor(HALO), 5.0 if chosen else 4.0))
    painter.drawEllipse(at, HANDLE, HANDLE)
    painter.setPen(QPen(colour, 3.0 if chosen else 1.6))
    painter.drawEllipse(at, HANDLE, HANDLE)


def _draw_label(painter: QPainter, drawn: Drawn, to_view: QTransform, area: QRectF, words: tuple[Box, ...]) -> None:
    drawing = drawn.drawing
    if not drawing.label:
        return
    colours, ratio = theme.current(), painter.device().devicePixelRatioF()
    colour = colours.canvas_chosen if drawn.selected else colours.canvas_mark
    room = int(area.width() - 2 * MARGIN)
    label = _label(drawing.label, colour, ratio, QApplication.font().toString(), room)
    width, height = label.width() / ratio, label.height() / ratio
    a, b = (_spot(point, to_view) for point in drawing.beside)
    handles = [_spot(point, to_view) for point in drawing.handles]
    view = Box(area.left(), area.top(), area.right(), area.bottom())
    free = Box(area.left(), area.top(), area.right(), area.bottom() - READOUT)
    left, top = placed(a, b, handles, (width, height), view, free, words)
    # On whole pixels, or letters are blurred.
    painter.drawPixmap(round(left), round(top), label)


@lru_cache(maxsize=512)
def _label(text: str, colour: str, ratio: float, font_key: str, room: int) -> QPixmap:
    """Return a label at most `room` wide: a number that loses its unit or its calibration reads as another one."""
    font = QFont()
    font.fromString(font_key)
    font.setPointSizeF(max(9.0, font.pointSizeF()))
    around, metrics = 2 * PADDING + 2, QFontMetricsF(font)
    flags, size = Qt.AlignmentFlag.AlignCenter.value, metrics.size(0, text)  # of all lines
    if size.width() + around > room > around:
        text = _BEFORE_UNIT.sub("\N{NO-BREAK SPACE}", text)
        widest = max(map(metrics.horizontalAdvance, text.split(" ")))
        wrap = Qt.TextFlag.TextWordWrap if widest <= room - around else Qt.TextFlag.TextWrapAnywhere
        flags |= wrap.value
        size = metrics.boundingRect(QRectF(0, 0, room - around, TALL), flags, text).size()
    width = math.ceil(size.width() + around)
    height = math.ceil(size.height() + PADDING)
    made = QPixmap(math.ceil(width * ratio), math.ceil(height * ratio))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 210))  # the veil of all words on the canvas, see `theme.ON_WHITE`
    painter.drawRoundedRect(QRectF(0, 0, width, height), 4, 4)
    painter.setPen(QColor(colour))
    painter.setFont(font)
    painter.drawText(QRectF(PADDING, 0, width - 2 * PADDING, height), flags, text)
    painter.end()
    return made


def _bars(a: QPointF, b: QPointF) -> list[QLineF]:
    across = _unit(QPointF(a.y() - b.y(), b.x() - a.x())) * BAR
    return [QLineF(end - across, end + across) for end in (a, b)]


def _head(tail: QPointF, tip: QPointF) -> list[QLineF]:
    back = _unit(tail - tip)
    across = QPointF(-back.y(), back.x())
    return [QLineF(tip, tip + (back + across * side) * ARROW) for side in (-0.45, 0.45)]


def _unit(vector: QPointF) -> QPointF:
    length = math.hypot(vector.x(), vector.y())
    return vector / length if length else QPointF()


def _spot(point: Point, to_view: QTransform) -> Place:
    # The overload that takes numbers, typed as `object`: without a QPointF for each of some thousand points.
    x, y = cast("Place", to_view.map(point.column, point.row))
    return x, y


def _at(point: Point, to_view: QTransform) -> QPointF:
    return to_view.map(QPointF(point.column, point.row))


def _ends(segment: Segment, to_view: QTransform) -> tuple[QPointF, QPointF]:
    return _at(segment[0], to_view), _at(segment[1], to_view)
