"""A test pattern for monitors calibrated to the Grayscale Standard Display Function, and what they should show."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from cxrviewer.qt.dialogs import Dialog
from cxrviewer.qt.widgets import label
from cxrviewer.reading.gsdf import expected
from cxrviewer.text import tr

LEVELS = tuple(range(0, 256, 15))
"""Of the 18 fields, from black to white in equal steps."""
DETAIL = 4
"""Grey levels by which the squares in a field differ from it."""
COLUMNS = 6
LUMINANCES = (0.05, 4000.0)


class MonitorPattern(QWidget):
    """Fields from black to white with faint squares in them, a ramp, and lines one pixel wide."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Test pattern"))
        self.setMinimumSize(330, 240)

    def sizeHint(self) -> QSize:
        return QSize(480, 330)

    def field(self, number: int) -> QRect:
        """Return the place of a field, in units of the window system."""
        rows = len(LEVELS) // COLUMNS
        height = self.height() * 5 // 6
        row, column = divmod(number, COLUMNS)
        left, top = self.width() * column // COLUMNS, height * row // rows
        right, bottom = self.width() * (column + 1) // COLUMNS, height * (row + 1) // rows
        return QRect(left, top, right - left, bottom - top)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            for number, level in enumerate(LEVELS):
                place = self.field(number)
                painter.fillRect(place, _grey(level))
                side = min(place.width(), place.height()) // 4
                middle = place.center()
                for step, sign in ((-side, -1), (side, 1)):
                    # Black has nothing below it and white nothing above: both squares go the same way there.
                    differs = DETAIL * (1 if level == 0 else -1 if level == 255 else sign)
                    square = QRect(middle.x() + step - side // 2, middle.y() - side // 2, side, side)
                    painter.fillRect(square, _grey(level + differs))
            self._paint_ramp(painter)

    def _paint_ramp(self, painter: QPainter) -> None:
        top = self.height() * 5 // 6
        lines = min(120, self.width() // 4)
        ramp = self.width() - lines
        for level in range(256):
            left, right = ramp * level // 256, ramp * (level + 1) // 256
            painter.fillRect(left, top, right - left, self.height() - top, _grey(level))
        painter.fillRect(ramp, top, lines, self.height() - top, _grey(0))
        for offset in range(0, lines // 2, 2):
            painter.fillRect(ramp + offset, top, 1, self.height() - top, _grey(255))
        for offset in range(top, self.height(), 2):
            painter.fillRect(ramp + lines // 2, offset, lines - lines // 2, 1, _grey(255))


class FullPattern(MonitorPattern):
    """The pattern over the whole screen, until a key or a button of the mouse is pressed."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowFlags(Qt.WindowType.Window)
        self.setWindowTitle(tr("Test pattern"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.close()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.close()


class PatternDialog(Dialog):
    """The pattern, what to look for, and the luminance that every field should have."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Test pattern"), parent)
        advice = label(
            tr(
                "Two faint squares should be seen in every field, about equally well from black to white, and the fine "
                "lines should not blur. This shows a monitor that is out of order; it does not calibrate one."
            ),
            "quiet",
        )
        advice.setWordWrap(True)
        self.column.addWidget(advice)
        row = QHBoxLayout()
        self.pattern = MonitorPattern()
        row.addWidget(self.pattern, 1)
        side = QVBoxLayout()
        self.black, self.white = self._luminance(0.5), self._luminance(350.0)
        form = QFormLayout()
        for words, field in ((tr("Measured black, cd/m²"), self.black), (tr("Measured white, cd/m²"), self.white)):
            field.setAccessibleName(words)
            form.addRow(words, field)
            field.valueChanged.connect(self._show_expected)
        side.addLayout(form)
        self.table = QTableWidget(len(LEVELS), 2)
        self.table.setAccessibleName(tr("Luminance of the fields"))
        self.table.setHorizontalHeaderLabels([tr("Grey level"), tr("Expected cd/m²")])
        self.table.verticalHeader().hide()
        self.table.setTabKeyNavigation(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        titles = self.table.horizontalHeader()
        widest = max(titles.sectionSizeHint(column) for column in range(2))
        self.table.setMinimumWidth(max(260, 2 * widest + 2 * self.table.frameWidth()))
        side.addWidget(self.table, 1)
        row.addLayout(side)
        self.column.addLayout(row, 1)
        fill = QPushButton(tr("Fill the screen"))
        fill.setAutoDefault(False)  # Enter behind a number takes the number
        fill.clicked.connect(self.fill_screen)
        self.buttons.addButton(fill, QDialogButtonBox.ButtonRole.ActionRole)
        self.finish()
        self._show_expected()
        self.fit(860, 620)

    def fill_screen(self) -> None:
        """Show the pattern alone on the screen the dialog is on."""
        pattern = FullPattern(self)
        pattern.setGeometry(self.screen().geometry())
        pattern.showFullScreen()

    def _luminance(self, value: float) -> QDoubleSpinBox:
        made = QDoubleSpinBox()
        made.setDecimals(2)
        made.setRange(*LUMINANCES)
        made.setValue(value)
        return made

    def _show_expected(self) -> None:
        known = self.black.value() < self.white.value()
        for row, level in enumerate(LEVELS):
            luminance = f"{expected(level / 255, self.black.value(), self.white.value()):.2f}" if known else "–"
            for column, text in enumerate((str(level), luminance)):
                item = QTableWidgetItem(text)
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(row, column, item)


def _grey(level: int) -> QColor:
    return QColor(level, level, level)
