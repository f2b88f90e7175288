"""The picture while a built program starts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cxrviewer.qt import splash as module
from cxrviewer.qt.splash import close_splash, show_splash


def test_the_picture_shows_and_goes(qtbot: Any) -> None:
    splash = show_splash()
    assert splash is not None
    assert splash.isVisible()
    close_splash()
    assert not splash.isVisible()


def test_the_words_are_painted_beside_the_drawing(qtbot: Any) -> None:
    splash = show_splash()
    assert splash is not None
    picture = splash.grab().toImage()
    close_splash()
    assert (picture.width(), picture.height()) == (480, 200)  # the drawing's own size, not the doubled file's
    # The drawing's right part is a dark gradient: light pixels there are words.
    right = [picture.pixelColor(x, y).lightness() for x in range(180, 470) for y in range(55, 150)]
    assert sum(value > 140 for value in right) > 200
    below = [picture.pixelColor(x, y).lightness() for x in range(180, 470) for y in range(160, 195)]
    assert max(below) < 80


def test_an_incomplete_installation_starts_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: Any
) -> None:
    monkeypatch.setattr(module, "resources_dir", lambda: tmp_path)
    assert show_splash() is None
    close_splash()
