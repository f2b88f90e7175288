"""Draws annotations over the image: lines with a halo, handles and labels of a fixed size on the screen.

One item for all of them. What rests is painted once into a picture and copied for every frame after that, so that
hundreds of annotations cost a window drag as much as one.
"""

from __future__ import annotations

import math
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
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
from cxrviewer.reading.kinds import Drawing, Segment
from cxrviewer.reading.values import Point

BAR = 6.0
"""Screen pixels from a line to the end of the bar across its end."""
HANDLE = 6.0
"""Radius of a handle: a ring, so that the pixel in its middle stays visible."""
ARROW = 13.0
GAP = 9.0
"""Between a line and its label."""
PADDING = 4.0


class AnnotationsItem(QGraphicsItem):
    """All annotations of one image; its transform leads from image pixels to the view box."""

    def __init__(self) -> None:
        super().__init__()
        self._bounds = QRectF()
        self._resting: tuple[Drawn, ...] = ()
        self._live: Drawn | None = None
        self._picture: QImage | None = None
        self._painted: tuple[object, ...] = ()

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
            _draw_lines(painter, self._live, to_view)
            _draw_label(painter, self._live, to_view, area)
        painter.restore()

    def _rested(self, painter: QPainter, to_view: QTransform, area: QRectF) -> QImage:
        ratio = painter.device().devicePixelRatioF()
        asked = (to_view, area, ratio, theme.current().name)
        if self._picture is None or asked != self._painted:
            size = (area.size() * ratio).toSize()
            picture = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
            picture.setDevicePixelRatio(ratio)
            picture.fill(Qt.GlobalColor.transparent)
            inside = QPainter(picture)
            _prepare(inside)
            for drawn in self._resting:
                _draw_lines(inside, drawn, to_view)
            for drawn in self._resting:  # no line crosses the number of another
                _draw_label(inside, drawn, to_view, area)
            inside.end()
            self._picture, self._painted = picture, asked
        return self._picture


def _prepare(painter: QPainter) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _colour(drawn: Drawn) -> QColor:
    return QColor(theme.current().canvas_chosen if drawn.selected else theme.current().canvas_mark)


def _draw_lines(painter: QPainter, drawn: Drawn, to_view: QTransform) -> None:
    drawing, colour = drawn.drawing, _colour(drawn)
    path = QPainterPath()
    for line in drawing.lines:
        path.addPolygon(QPolygonF([_at(point, to_view) for point in line]))
    for bar in () if drawn.selected else drawing.bars:  # handles stand there, and show the pixel in their middle
        _add_bars(path, _ends(bar, to_view))
    for head in drawing.heads:
        _add_head(path, *_ends(head, to_view))
    thin = QPainterPath()
    for connector in drawing.connectors:
        thin.addPolygon(QPolygonF(list(_ends(connector, to_view))))
    halo = QColor(0, 0, 0, 170)
    _stroke(painter, thin, halo, 3.0)
    _stroke(painter, path, halo, 4.2 if drawn.selected else 3.6)
    _stroke(painter, thin, colour, 1.0, Qt.PenStyle.DashLine)
    _stroke(painter, path, colour, 2.0 if drawn.selected else 1.6)
    if drawn.selected:
        for number, handle in enumerate(drawing.handles):
            _draw_handle(painter, _at(handle, to_view), colour, chosen=number == drawn.handle)


def _stroke(
    painter: QPainter, path: QPainterPath, colour: QColor, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine
) -> None:
    if not path.isEmpty():
        painter.setPen(QPen(colour, width, style, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.drawPath(path)


def _draw_handle(painter: QPainter, at: QPointF, colour: QColor, *, chosen: bool) -> None:
    painter.setPen(QPen(QColor(0, 0, 0, 170), 5.0 if chosen else 4.0))
    painter.drawEllipse(at, HANDLE, HANDLE)
    painter.setPen(QPen(colour, 3.0 if chosen else 1.6))
    painter.drawEllipse(at, HANDLE, HANDLE)


def _draw_label(painter: QPainter, drawn: Drawn, to_view: QTransform, area: QRectF) -> None:
    drawing = drawn.drawing
    if not drawing.label:
        return
    label = _label(
        drawing.label, _colour(drawn).name(), painter.device().devicePixelRatioF(), QApplication.font().toString()
    )
    size = label.deviceIndependentSize()
    centre = _label_centre(drawing, to_view, size.width(), size.height())
    left, top = centre.x() - size.width() / 2, centre.y() - size.height() / 2
    if area.contains(_middle(*_ends(drawing.beside, to_view))):
        # Of an annotation that is on the screen the number is, too.
        left = min(max(left, area.left() + 2), area.right() - size.width() - 2)
        top = min(max(top, area.top() + 2), area.bottom() - size.height() - 2)
    # On whole pixels, or letters are blurred.
    painter.drawPixmap(QPointF(round(left), round(top)), label)


def _label_centre(drawing: Drawing, to_view: QTransform, width: float, height: float) -> QPointF:
    """Return where the label's middle goes: beside the line, away from the rest, upright whatever the turn."""
    a, b = _ends(drawing.beside, to_view)
    middle = _middle(a, b)
    handles = [_at(point, to_view) for point in drawing.handles]
    count = max(1, len(handles))
    away = middle - QPointF(sum(h.x() for h in handles) / count, sum(h.y() for h in handles) / count)
    along = b - a
    across = QPointF(-along.y(), along.x()) if math.hypot(along.x(), along.y()) > 1 else away
    length = math.hypot(across.x(), across.y())
    across = across / length if length > 1e-6 else QPointF(0, 1)
    side = across.x() * away.x() + across.y() * away.y()
    if side < -1e-6 or (abs(side) <= 1e-6 and (across.y(), across.x()) < (0, 0)):
        across = -across
    # So far that the label's box touches the line nowhere.
    apart = abs(across.x()) * width / 2 + abs(across.y()) * height / 2 + GAP
    return middle + across * apart


@lru_cache(maxsize=512)
def _label(text: str, colour: str, ratio: float, font_key: str) -> QPixmap:
    font = QFont()
    font.fromString(font_key)
    font.setPointSizeF(max(9.0, font.pointSizeF()))
    metrics = QFontMetricsF(font)
    width = math.ceil(metrics.horizontalAdvance(text) + 2 * PADDING + 2)
    height = math.ceil(metrics.height() + PADDING)
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
    painter.drawText(QRectF(0, 0, width, height), Qt.AlignmentFlag.AlignCenter, text)
    painter.end()
    return made


def _add_bars(path: QPainterPath, ends: tuple[QPointF, QPointF]) -> None:
    a, b = ends
    across = _unit(QPointF(a.y() - b.y(), b.x() - a.x()))
    for end in ends:
        path.moveTo(end - across * BAR)
        path.lineTo(end + across * BAR)


def _add_head(path: QPainterPath, tail: QPointF, tip: QPointF) -> None:
    back = _unit(tail - tip)
    across = QPointF(-back.y(), back.x())
    for side in (-0.45, 0.45):
        path.moveTo(tip)
        path.lineTo(tip + (back + across * side) * ARROW)


def _unit(vector: QPointF) -> QPointF:
    length = math.hypot(vector.x(), vector.y())
    return vector / length if length else QPointF()


def _middle(a: QPointF, b: QPointF) -> QPointF:
    return (a + b) / 2


def _at(point: Point, to_view: QTransform) -> QPointF:
    return to_view.map(QPointF(point.column, point.row))


def _ends(segment: Segment, to_view: QTransform) -> tuple[QPointF, QPointF]:
    return _at(segment[0], to_view), _at(segment[1], to_view)
