"""Symbols of the toolbar: there, in the theme's colour, and sharp at every scale."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage
from PySide6.QtWidgets import QApplication

from cxrviewer.commands.table import MENUS, TOOLBAR
from cxrviewer.paths import resources_dir
from cxrviewer.qt import theme
from cxrviewer.qt.symbols import symbol

COMMANDS = [command for one in MENUS for command in one.commands()]


@pytest.fixture(autouse=True)
def own_theme(qapp: QApplication) -> Iterator[None]:
    before = theme.current()
    yield
    theme.apply(qapp, before)


def test_every_symbol_named_by_a_command_is_there() -> None:
    missing = [
        c.symbol for c in COMMANDS if c.symbol and not (resources_dir() / "symbols" / f"{c.symbol}.svg").is_file()
    ]
    assert missing == []


def test_every_command_of_the_toolbar_has_a_symbol() -> None:
    on_toolbar = {id_ for group in TOOLBAR for id_ in group}
    assert [c.id for c in COMMANDS if c.id in on_toolbar and not c.symbol] == []


def test_two_commands_of_the_toolbar_never_share_a_symbol() -> None:
    on_toolbar = {id_ for group in TOOLBAR for id_ in group}
    used = [c.symbol for c in COMMANDS if c.id in on_toolbar]
    assert len(used) == len(set(used))


@pytest.mark.parametrize("one", theme.THEMES.values(), ids=list(theme.THEMES))
def test_a_symbol_has_the_colour_of_the_theme_and_of_what_cannot_run(qapp: QApplication, one: theme.Theme) -> None:
    icon = symbol("square")
    theme.apply(qapp, one)
    assert strokes(icon.pixmap(QSize(48, 48), QIcon.Mode.Normal).toImage()) == {QColor(one.text).name()}
    assert strokes(icon.pixmap(QSize(48, 48), QIcon.Mode.Disabled).toImage()) == {QColor(one.disabled).name()}


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_a_symbol_is_drawn_at_the_pixels_of_the_screen(qapp: QApplication, scale: float) -> None:
    picture = symbol("square").pixmap(QSize(20, 20), scale)
    assert picture.devicePixelRatio() == scale
    assert picture.size() == QSize(20, 20) * scale
    # Lucide's square: a rounded frame at 3 and 21 of 24 units, 2 units wide. Half way down, its left stroke.
    image = picture.toImage()
    middle = image.height() // 2
    alphas = [image.pixelColor(x, middle).alpha() for x in range(image.width() // 2)]
    assert sum(alphas) / 255 == pytest.approx(2 / 24 * 20 * scale, abs=0.1), "the stroke's width, edges counted by area"
    assert sum(0 < alpha < 255 for alpha in alphas) <= 2, "at most one blurred pixel on either edge"


def test_an_unknown_symbol_is_an_empty_icon(qapp: QApplication) -> None:
    assert symbol("").isNull() and symbol("no-such-drawing").isNull()


def strokes(image: QImage) -> set[str]:
    """Return the colours of all opaque pixels."""
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return {colour.name() for colour in pixels if colour.alpha() == 255}
