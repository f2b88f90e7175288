"""The dialog that exports the view or the whole image as a picture."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QImage, QPainter
from PySide6.QtWidgets import QCheckBox, QDialogButtonBox, QFileDialog, QMessageBox, QPushButton, QRadioButton, QWidget

from cxrviewer.presenters.pictures import PicturesPresenter
from cxrviewer.qt.dialogs import Dialog
from cxrviewer.qt.widgets import label
from cxrviewer.reports.pictures import SUFFIXES
from cxrviewer.text import tr

SMALLEST_TEXT = 11
"""Pixels."""
WIDTH_OVER_TEXT = 70
"""A picture is as wide as so many letters are high."""


class PictureDialog(Dialog):
    """What the picture is of and whether it says who it is; then a file.

    Parameters
    ----------
    presenter : PicturesPresenter
    view : callable
        ``view(identity)`` returns the active viewport as it is drawn, with or without who it is.
    """

    def __init__(
        self, presenter: PicturesPresenter, view: Callable[[bool], QImage], parent: QWidget | None = None
    ) -> None:
        super().__init__(tr("Export a picture"), parent)
        self._presenter, self._view = presenter, view
        self.view = QRadioButton(tr("The &view, with annotations and map"))
        self.image = QRadioButton(tr("The &whole image at full size, without annotations and map"))
        self.view.setChecked(True)
        self.identity = QCheckBox(tr("With &name, number and date"))
        self.identity.setEnabled(not presenter.identity_hidden)
        note = label(
            tr(
                "The research label is always written below. TIFF holds 16 bits of grey of the whole image. "
                "Text that is part of the pixels, and what you wrote on the image, stays."
            ),
            "quiet",
            wrap=True,
        )
        note.setMinimumWidth(360)
        for part in (self.view, self.image, self.identity, note):
            self.column.addWidget(part)
        if presenter.identity_hidden:
            self.column.addWidget(label(tr("Identity is hidden, so the picture names nobody."), "quiet", wrap=True))
        self.save = QPushButton(tr("&Save…"))
        self.save.setDefault(True)
        self.save.clicked.connect(self._save)
        self.buttons.addButton(self.save, QDialogButtonBox.ButtonRole.ActionRole)
        self.finish()

    def _save(self) -> None:
        # No name of a patient: neither of the file nor in it.
        kinds = f"{tr('Pictures')} (*.png *.jpg *.tif)"
        name, _ = QFileDialog.getSaveFileName(self, tr("Export a picture"), "picture.png", kinds)
        if not name:
            return
        path = Path(name)
        if path.suffix.lower() not in SUFFIXES:
            path = path.with_name(f"{path.name}.png")
            if path.exists() and not self._replace():
                return
        identity = self.identity.isChecked() and not self._presenter.identity_hidden
        words = self._presenter.words(identity=identity)
        if self.view.isChecked():
            pixels = rgb(self._view(identity))
            self._presenter.save_view(path, pixels, band(words, pixels.shape[1]))
        else:
            shown = self._presenter.depicted
            if shown is not None:
                self._presenter.save_image(path, band(words, shown.width))
        self.accept()

    def _replace(self) -> bool:
        words = tr("A file of this name is there already. Replace it?")
        return QMessageBox.question(self, tr("Export a picture"), words) is QMessageBox.StandardButton.Yes


def rgb(image: QImage) -> npt.NDArray[np.uint8]:
    """Return a picture as (height, width, 3) uint8."""
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    return rows[:, : 3 * plain.width()].reshape(plain.height(), plain.width(), 3).copy()


def band(lines: tuple[str, ...], width: int) -> npt.NDArray[np.uint8]:
    """Return lines of text, white on black, as (height, width) uint8; a line that is too long is broken."""
    font = QFont()
    font.setPixelSize(max(SMALLEST_TEXT, width // WIDTH_OVER_TEXT))
    metrics = QFontMetrics(font)
    edge = metrics.height() // 3
    flags = Qt.TextFlag.TextWrapAnywhere | Qt.AlignmentFlag.AlignHCenter
    text = "\n".join(lines)
    inner = max(1, width - 2 * edge)
    needed = metrics.boundingRect(QRect(0, 0, inner, 1_000_000), int(flags), text)
    image = QImage(width, needed.height() + 2 * edge, QImage.Format.Format_Grayscale8)
    image.fill(Qt.GlobalColor.black)
    painter = QPainter(image)
    painter.setFont(font)
    painter.setPen(Qt.GlobalColor.white)
    painter.drawText(QRect(edge, edge, inner, needed.height()), int(flags), text)
    painter.end()
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, :width].copy()
