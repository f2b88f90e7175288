"""One image painted off screen by the real canvas: the window's part of the self-test."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.qt.image_canvas import ImageCanvas
from cxrviewer.reading.screen import ScreenImage


def paint(image: Radiograph, side: int = 512) -> npt.NDArray[np.uint8]:
    """Return the canvas with `image` fitted into it, (side, side) uint8 grey."""
    app = QApplication.instance() or QApplication([])
    canvas = ImageCanvas()
    try:
        canvas.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        canvas.resize(side, side)
        canvas.show_image(ScreenImage.of(image), image.grey_table())
        canvas.show()
        app.processEvents()
        picture = canvas.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    finally:
        canvas.hide()
        canvas.deleteLater()
    rows = np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), picture.bytesPerLine())
    return rows[:, : picture.width()].copy()
