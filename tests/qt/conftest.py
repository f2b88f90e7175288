"""The whole window over made-up films, shown off-screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def make_desk(qtbot: Any, tmp_path: Path) -> Iterator[Any]:
    """Return a maker of shown windows; everything it made is closed at the end."""
    from PySide6.QtCore import QCoreApplication, QEvent

    from tests.qt.desk import Desk

    made: list[Desk] = []

    def make(size: tuple[int, int] = (1280, 800), **given: Any) -> Desk:
        desk = Desk(tmp_path, **given)
        desk.window.resize(*size)
        desk.window.show()
        qtbot.waitExposed(desk.window)
        made.append(desk)
        return desk

    yield make
    for desk in made:
        desk.window.close()
        desk.window.deleteLater()
    # Deleted now: every window left over would be styled and laid out again with each later one.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
