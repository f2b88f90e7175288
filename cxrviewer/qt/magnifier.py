"""A round magnifying glass over the canvas, under the cursor."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap, QTransform
from PySide6.QtWidgets import QWidget

SIZE = 280
"""Screen pixels across."""
LEAST_SCALE = 1.5
"""Device pixels per image pixel that the glass shows at least, as far as `MOST` allows."""
LEAST, MOST = 2.0, 8.0
"""Times larger than on the canvas."""


def magnification(scale: float) -> float:
    """Return how many times larger the glass shows what the canvas shows at `scale` device pixels per image pixel.

    Examples
    --------
    >>> magnification(1.0), magnification(0.5), magnification(0.01)
    (2.0, 3.0, 8.0)
    """
    return min(MOST, max(LEAST, LEAST_SCALE / scale if scale > 0 else LEAST))


class Magnifier(QWidget):
    """Shows what lies under its middle, larger; takes no mouse event.

    Parameters
    ----------
    canvas : QWidget
        What it lies over.
    draw : callable
        ``draw(painter, transform)`` draws what the canvas shows, with its own transform followed by `transform`.
    """

    def __init__(self, canvas: QWidget, draw: Callable[[QPainter, QTransform], None]) -> None:
        super().__init__(canvas)
        self._draw, self._times, self._words = draw, LEAST, ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setObjectName("magnifier")
        self.resize(SIZE, SIZE)
        self.hide()

    def show_at(self, place: QPoint, scale: float) -> None:
        """Show what lies at a place of the canvas, which has `scale` device pixels per image pixel there."""
        self._times = magnification(scale)
        self._words = f"{100 * scale * self._times:.0f} %"
        self.move(place - QPoint(SIZE // 2, SIZE // 2))
        self.show()
        self.raise_()
        self.update()

    def picture(self) -> QPixmap:
        """Return what the glass shows, without its rim."""
        ratio = self.devicePixelRatioF()
        made = QPixmap(round(SIZE * ratio), round(SIZE * ratio))
        made.setDevicePixelRatio(ratio)
        made.fill(Qt.GlobalColor.black)
        middle = QPointF(self.geometry().topLeft()) + QPointF(SIZE / 2, SIZE / 2)
        larger = QTransform.fromTranslate(-middle.x(), -middle.y())
        larger *= QTransform.fromScale(self._times, self._times)
        larger *= QTransform.fromTranslate(SIZE / 2, SIZE / 2)
        with QPainter(made) as painter:
            self._draw(painter, larger)
        return made

    def paintEvent(self, event: QPaintEvent) -> None:
        picture = self.picture()
        rim = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        circle = QPainterPath()
        circle.addEllipse(rim)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setClipPath(circle)
            painter.drawPixmap(0, 0, picture)
            painter.setClipping(False)
            for colour, width in (("black", 3.0), ("white", 1.5)):
                painter.setPen(QPen(QColor(colour), width))
                painter.drawEllipse(rim)
            words = QPainterPath()
            left = (SIZE - painter.fontMetrics().horizontalAdvance(self._words)) / 2
            words.addText(left, SIZE - 14, self.font(), self._words)
            painter.strokePath(words, QPen(QColor("black"), 3))
            painter.fillPath(words, QColor("white"))
