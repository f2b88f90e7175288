"""How large a pixel of a screen is: what the reader measured, stored for each screen, and the dialog for it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QScreen
from PySide6.QtWidgets import QDialogButtonBox, QDoubleSpinBox, QFormLayout, QPushButton, QSizePolicy, QWidget

from cxrviewer.qt import theme
from cxrviewer.qt.dialogs import Dialog
from cxrviewer.qt.widgets import label
from cxrviewer.settings import PIXELS_PER_MM
from cxrviewer.text import tr

LINE = 480
"""Length of the line to measure, in units of the window system."""


def screen_name(screen: QScreen) -> str:
    """Return what tells a screen from others, without its serial number."""
    size = screen.size() * screen.devicePixelRatio()
    parts = (screen.manufacturer(), screen.model(), screen.name(), f"{size.width()}x{size.height()}")
    return " ".join(part for part in parts if part)


def reported(screen: QScreen) -> float | None:
    """Return device pixels per millimetre as the screen reports them, None for nothing or nonsense."""
    width = screen.physicalSize().width()
    pixels = screen.size().width() * screen.devicePixelRatio() / width if width > 0 else 0.0
    return pixels if PIXELS_PER_MM[0] <= pixels <= PIXELS_PER_MM[1] else None


class ScreenSizeDialog(Dialog):
    """Asks for the measured length of a line, or takes what the screen reports.

    Parameters
    ----------
    screen : QScreen
        The screen it is about; it names it.
    pixels_per_mm : float or None
        What is stored for it.
    keep : callable
        Told the new device pixels per millimetre.
    """

    def __init__(
        self, screen: QScreen, pixels_per_mm: float | None, keep: Callable[[float], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(tr("Size of the screen"), parent)
        self._keep, self._ratio = keep, screen.devicePixelRatio()
        self.column.addWidget(label(screen_name(screen), "title"))
        words = label(tr("Measure the line from end to end with a ruler on this screen, and type its length."), "quiet")
        words.setWordWrap(True)
        self.column.addWidget(words)
        self.column.addWidget(_Line())
        guess = reported(screen)
        start = pixels_per_mm or guess or 4.0
        self.length = QDoubleSpinBox()
        self.length.setAccessibleName(tr("Length of the line"))
        self.length.setDecimals(1)
        low, high = PIXELS_PER_MM
        self.length.setRange(LINE * self._ratio / high, LINE * self._ratio / low)
        self.length.setSuffix(" mm")
        self.length.setValue(LINE * self._ratio / start)
        form = QFormLayout()
        form.addRow(tr("Length of the line"), self.length)
        self.column.addLayout(form)
        self.use_reported = QPushButton(tr("Use the size the screen reports"))
        self.use_reported.setEnabled(guess is not None)
        self.use_reported.clicked.connect(lambda: self._done(guess))
        self.buttons.addButton(self.use_reported, QDialogButtonBox.ButtonRole.ActionRole)
        self.save = QPushButton(tr("Use this length"))
        self.save.setDefault(True)
        self.save.clicked.connect(lambda: self._done(LINE * self._ratio / self.length.value()))
        self.buttons.addButton(self.save, QDialogButtonBox.ButtonRole.AcceptRole)
        self.finish()
        self.length.selectAll()
        self.length.setFocus(Qt.FocusReason.OtherFocusReason)

    def _done(self, pixels_per_mm: float | None) -> None:
        if pixels_per_mm is not None:
            self._keep(pixels_per_mm)
        self.accept()


class _Line(QWidget):
    """A line of exactly `LINE` units between the outer edges of its end marks."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Line to measure"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(LINE, 40)

    def paintEvent(self, event: QPaintEvent) -> None:
        middle = self.height() // 2
        with QPainter(self) as painter:
            painter.setPen(QPen(QColor(theme.current().text), 1))
            painter.drawLine(0, middle, LINE - 1, middle)
            for end in (0, LINE - 1):
                painter.drawLine(end, middle - 12, end, middle + 12)
