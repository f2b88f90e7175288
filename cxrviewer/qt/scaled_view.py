"""A view of a scene that shows a rectangle of it, as large as fits, and follows the size of the widget.

Takes the place of pyqtgraph's `GraphicsView` and `ViewBox`: importing that package took a third of the time between
the painted window and the first image (docs/decisions/0101-launch-with-a-file.md).
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QDragEnterEvent, QPalette, QResizeEvent, QTransform
from PySide6.QtWidgets import QFrame, QGraphicsItem, QGraphicsScene, QGraphicsView, QWidget


class ScaledView(QGraphicsView):
    """A black view without scroll bars. The scene has the size of the view; its items lie in one box, which is scaled.

    The box counts in units of its own, to the right and down. Both directions have one scale.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setBackgroundRole(QPalette.ColorRole.NoRole)
        self.setBackgroundBrush(Qt.GlobalColor.black)
        self._scene = QGraphicsScene(self)
        self._scene.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)  # a handful of items
        self.setScene(self._scene)
        self._box = _Box()
        self._scene.addItem(self._box)
        self._wanted = QRectF(0.0, 0.0, 1.0, 1.0)
        self._scaling = QTransform()
        self._back = QTransform()

    def add_to_box(self, item: QGraphicsItem) -> None:
        """Put an item into the box, above those that lie there."""
        item.setParentItem(self._box)

    def show_range(self, wanted: QRectF) -> None:
        """Show a rectangle of the box as large as fits, in the middle; it stays so when the size changes."""
        self._wanted = QRectF(wanted)
        self._scale_box()

    def area(self) -> QRectF:
        """Return the place of the box in viewport pixels: all of it."""
        return QRectF(0.0, 0.0, self.width(), self.height())

    def units_per_pixel(self) -> float:
        """Return the units of the box in a viewport pixel, 0 where the view has no size."""
        scale = self._scaling.m11()
        return 1 / scale if scale and self.area().isValid() else 0.0

    def from_box(self, place: QPointF) -> QPointF:
        """Return the viewport point of a place in the box."""
        return self._scaling.map(place)

    def to_box(self, viewport: QPointF) -> QPointF:
        """Return the place in the box of a viewport point."""
        return self._back.map(viewport)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._scene.setSceneRect(self.area())
        self._scale_box()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        event.ignore()  # Qt's own view would keep it from the window

    def _scale_box(self) -> None:
        area, wanted = self.area(), self._wanted
        if not area.isValid() or not wanted.isValid():
            return
        scale = min(area.width() / wanted.width(), area.height() / wanted.height())
        middle, shown = area.center(), wanted.center()
        # In this order: rounded as a scaled range is, so that whole factors begin on a whole pixel.
        scaling = QTransform.fromTranslate(middle.x(), middle.y()).scale(scale, scale)
        self._scaling = scaling.translate(-shown.x(), -shown.y())
        self._back = self._scaling.inverted()[0]
        self._box.setTransform(self._scaling)


class _Box(QGraphicsItem):
    """Holds the items, paints nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemHasNoContents)

    def boundingRect(self) -> QRectF:
        return QRectF()

    def paint(self, *_: object) -> None:
        """Nothing."""
