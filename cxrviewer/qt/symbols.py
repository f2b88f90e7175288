"""Symbols of commands: drawings of the Lucide set in the colour of the theme, sharp at every scale of the screen.

A symbol is a file ``resources/symbols/NAME.svg`` whose strokes are ``currentColor``. It is drawn at the pixel size
that is asked for, never scaled from a picture, so 100, 150 and 200 % are equally sharp.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from cxrviewer.errors import SettingsError
from cxrviewer.paths import resources_dir
from cxrviewer.qt import theme


@lru_cache(maxsize=256)
def _drawing(name: str) -> bytes:
    """Return a drawing as it is in its file; empty in an incomplete installation."""
    try:
        return (resources_dir() / "symbols" / f"{name}.svg").read_bytes()
    except (SettingsError, OSError):
        return b""


@lru_cache(maxsize=512)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_drawing(name).replace(b"currentColor", colour.encode())))


class _Engine(QIconEngine):
    """Draws a symbol in the colours of the theme at the moment it is painted; a change of theme needs no new icon."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        now = theme.current()
        colour = now.disabled if mode == QIcon.Mode.Disabled else now.text
        side = min(rect.width(), rect.height())
        square = QRectF(0, 0, side, side)
        square.moveCenter(QRectF(rect).center())
        _renderer(self._name, colour).render(painter, square)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        picture = QPixmap(size)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return picture

    def clone(self) -> QIconEngine:
        return _Engine(self._name)


def symbol(name: str) -> QIcon:
    """Return the icon of a symbol; an empty one for an empty name or in an incomplete installation."""
    return QIcon(_Engine(name)) if name and _drawing(name) else QIcon()
