"""The picture while a built program loads its libraries, which takes seconds from a stick or a cold disk."""

from __future__ import annotations

import sys

from PySide6.QtCore import QElapsedTimer, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QLabel

import cxrviewer
from cxrviewer.errors import SettingsError
from cxrviewer.paths import resources_dir
from cxrviewer.presenters.messages import RESEARCH
from cxrviewer.text import tr

SCALE = 2.0
"""The drawing is kept at twice its size on the screen."""
LONGEST_WAIT = 50
"""Milliseconds the start waits for the picture: it must never cost what it pretends to save."""


class Splash(QLabel):
    """A label without a frame. Not QSplashScreen: that one waits up to a second for itself to be mapped."""

    def __init__(self, pixmap: QPixmap) -> None:
        super().__init__(None, Qt.WindowType.SplashScreen | Qt.WindowType.FramelessWindowHint)
        self.setPixmap(pixmap)
        self.adjustSize()
        # Without a title the window system would show it under the program's own name.
        self.setWindowTitle(tr("Starting"))
        self.move(self.screen().availableGeometry().center() - self.rect().center())


def show_splash() -> Splash | None:
    """Make the application and show the picture; None where the installation has none.

    The caller keeps what is returned until `close_splash`: Qt does not.
    """
    try:
        file = resources_dir() / "icons" / "splash.png"
    except SettingsError:
        return None
    application = QApplication.instance() or QApplication(sys.argv[:1])
    pixmap = QPixmap(str(file))
    if pixmap.isNull():
        return None
    splash = Splash(_with_text(pixmap))
    splash.show()
    waited = QElapsedTimer()
    waited.start()
    while not splash.windowHandle().isExposed() and not waited.hasExpired(LONGEST_WAIT):
        application.processEvents()
    application.processEvents()
    return splash


def close_splash() -> None:
    """Take the picture away; the window is there. Harmless where there is none."""
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, Splash):
            widget.close()


def _with_text(pixmap: QPixmap) -> QPixmap:
    """Return `pixmap` with the name, the version and what the program is not."""
    pixmap.setDevicePixelRatio(SCALE)
    painter = QPainter(pixmap)
    font = painter.font()
    lines = ((26.0, "#e8ebf0", "cxrviewer"), (12.0, "#a6afbd", cxrviewer.__version__), (11.0, "#e9b44c", RESEARCH))
    top = 62.0
    for size, colour, words in lines:
        font.setPixelSize(round(size))
        painter.setFont(font)
        painter.setPen(QColor(colour))
        painter.drawText(QRectF(180, top, 290, 1.6 * size), Qt.AlignmentFlag.AlignLeft, words)
        top += 1.7 * size
    painter.end()
    return pixmap
