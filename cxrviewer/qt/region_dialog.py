"""The values of a region: a table of numbers and their histogram."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from cxrviewer.qt import theme
from cxrviewer.qt.dialogs import Dialog
from cxrviewer.qt.widgets import label
from cxrviewer.reading.region import RegionValues, rows_of
from cxrviewer.text import tr


class RegionDialog(Dialog):
    """Area, number of pixels, mean, deviation, range and histogram, to look at and to copy."""

    def __init__(self, area: str, values: RegionValues, parent: QWidget | None = None) -> None:
        super().__init__(tr("Values of the region"), parent)
        rows = ((tr("Area"), area), *rows_of(values))
        form = QFormLayout()
        form.setHorizontalSpacing(24)
        for name, number in rows:
            shown = QLabel(number)
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            form.addRow(label(name, "quiet"), shown)
        self.column.addLayout(form)
        self.histogram = Histogram(values)
        self.column.addWidget(self.histogram, 1)
        self.text = "\n".join(f"{name}\t{number}" for name, number in rows)
        copy = QPushButton(tr("Copy"))
        copy.clicked.connect(lambda: QApplication.clipboard().setText(self.text))
        self.buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        self.finish()


class Histogram(QWidget):
    """Bars of the counts, with the lowest and the highest value below."""

    def __init__(self, values: RegionValues) -> None:
        super().__init__()
        self._values = values
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        most = max(values.histogram)
        self.setAccessibleName(tr("Histogram of the region"))
        self.setAccessibleDescription(
            tr("{steps} steps, the tallest with {most} pixels", steps=len(values.histogram), most=most)
        )

    def sizeHint(self) -> QSize:
        return QSize(420, 180)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        palette, metrics = self.palette(), self.fontMetrics()
        area = QRectF(self.rect()).adjusted(0, 4, 0, -metrics.height() - 6)
        counts = self._values.histogram
        step, tallest = area.width() / len(counts), max(counts)
        colour = QColor(theme.current().accent)
        for number, count in enumerate(counts):
            # One pixel for a single count: a value that occurs is never invisible.
            height = max(1.0, area.height() * count / tallest) if count else 0.0
            bar = QRectF(area.left() + number * step, area.bottom() - height, max(1.0, step - 1), height)
            painter.fillRect(bar, colour)
        painter.setPen(palette.color(QPalette.ColorRole.WindowText))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        below = QRectF(0, area.bottom() + 2, self.width(), metrics.height() + 2)
        ends = (self._values.lowest, Qt.AlignmentFlag.AlignLeft), (self._values.highest, Qt.AlignmentFlag.AlignRight)
        for value, side in ends:
            painter.drawText(
                below, int(side | Qt.AlignmentFlag.AlignVCenter), f"{value:.5g} {self._values.unit}".strip()
            )
        painter.end()
