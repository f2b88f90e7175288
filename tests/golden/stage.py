"""Windows that look the same on every Linux machine: one font, no hinting, one scale, no blinking cursor."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QCoreApplication, QEvent, QLocale, QPoint
from PySide6.QtGui import QFont, QFontInfo, QImage, QRegion
from PySide6.QtWidgets import QApplication, QToolBar, QWidget

from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.qt import theme
from tests.qt.window_fixture import Fixture, pixels

Picture = npt.NDArray[np.uint8]
"""(height, width, 3)."""

FAMILY = "DejaVu Sans"


class UnfitError(Exception):
    """Pictures of this machine cannot be compared; the text is the reason."""


def application() -> QApplication:
    """Return the application, made where there is none yet."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    return app


@contextmanager
def fixed_look() -> Iterator[None]:
    """Give the application the look of the stored pictures, and its own one back afterwards.

    Raises
    ------
    UnfitError
        On another platform than off screen, without the font, or on a scaled screen.
    """
    app = application()
    if app.platformName() != "offscreen":
        raise UnfitError(f"pictures are compared off screen, not on {app.platformName()}")
    if app.devicePixelRatio() != 1:
        raise UnfitError("the screen is scaled: unset QT_SCALE_FACTOR")
    font = QFont(FAMILY, 9)
    # Without hinting a glyph's outline is filled as it is, which every version of FreeType does alike.
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    font.setStyleStrategy(QFont.StyleStrategy.NoSubpixelAntialias)
    if QFontInfo(font).family() != FAMILY:
        raise UnfitError(f"the font {FAMILY} is not installed")
    before, locale, flash = app.font(), QLocale(), app.cursorFlashTime()
    app.setFont(font)
    app.setCursorFlashTime(0)
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    try:
        yield
    finally:
        app.setFont(before)
        app.setCursorFlashTime(flash)
        QLocale.setDefault(locale)
        theme.apply(app)


class Stage:
    """Opens windows for scenes and closes them all.

    Parameters
    ----------
    folder : Path
        An empty folder for files of images.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._fixtures: list[Fixture] = []

    def __enter__(self) -> Stage:
        return self

    def __exit__(self, *_: object) -> None:
        for fixture in self._fixtures:
            fixture.window.close()
            fixture.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def window(
        self,
        images: dict[str, Radiograph | Exception],
        size: tuple[int, int] = (880, 560),
        *,
        opened: bool = True,
        **given: Any,
    ) -> Fixture:
        """Return a shown window over images, the first of them open unless `opened` is False."""
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        fixture = Fixture(folder, images=images, **given)
        self._fixtures.append(fixture)
        fixture.window.resize(*size)
        fixture.window.show()
        settle()
        return fixture.open() if opened else fixture

    def canvas(self, image: Radiograph, size: tuple[int, int] = (330, 370), **given: Any) -> Fixture:
        """Return a window whose canvas has a given size, so that no other part of it moves the image."""
        fixture = self.window({"a": image}, **given)
        for panel in ("view.worklist", "view.findings"):
            fixture.window.action(panel).trigger()
        for bar in (*fixture.window.findChildren(QToolBar), fixture.window.statusBar(), fixture.window.menuBar()):
            bar.hide()
        settle()
        for _ in range(2):
            window, canvas = fixture.window.size(), fixture.window.canvas.size()
            fixture.window.resize(
                window.width() + size[0] - canvas.width(), window.height() + size[1] - canvas.height()
            )
            settle()
        now = fixture.window.canvas.size()
        assert (now.width(), now.height()) == size, f"the canvas cannot have {size}: {now.width()} x {now.height()}"
        fixture.window.canvas.fit()
        return fixture


def settle() -> None:
    """Let everything that waits be laid out."""
    for _ in range(2):
        QApplication.processEvents()


def picture(widget: QWidget) -> Picture:
    """Return a widget with its children, without the mark of the keyboard's focus."""
    focus = QApplication.focusWidget()
    if focus is not None:
        focus.clearFocus()
    settle()
    return pixels(widget.grab().toImage())


def image_only(fixture: Fixture) -> Picture:
    """Return what the canvas paints, without the words that lie over it."""
    settle()
    view = fixture.window.canvas.viewport()
    painted = QImage(view.size(), QImage.Format.Format_RGB888)
    painted.fill(0)
    view.render(painted, QPoint(), QRegion(), QWidget.RenderFlag.DrawWindowBackground)
    return pixels(painted)


Scene = Callable[[Stage], Picture]
