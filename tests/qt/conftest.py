"""The whole window over made-up images, shown off-screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def make_window(qtbot: Any, tmp_path: Path) -> Iterator[Any]:
    """Return a maker of shown windows; everything it made is closed at the end."""
    from PySide6.QtCore import QCoreApplication, QEvent

    from tests.qt.window_fixture import Fixture

    made: list[Fixture] = []

    def make(size: tuple[int, int] = (1280, 800), **given: Any) -> Fixture:
        fixture = Fixture(tmp_path, **given)
        fixture.window.resize(*size)
        fixture.window.show()
        qtbot.waitExposed(fixture.window)
        made.append(fixture)
        return fixture

    yield make
    for fixture in made:
        fixture.window.close()
        fixture.window.deleteLater()
    # Deleted now: every window left over would be styled and laid out again with each later one.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def make_app(qtbot: Any, tmp_path: Path) -> Iterator[Any]:
    """Return a maker of composed applications without a model; all are closed at the end."""
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtWidgets import QApplication

    from cxrviewer.app import App
    from cxrviewer.paths import AppPaths
    from cxrviewer.qt import theme

    made: list[App] = []
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    if application.styleSheet() != theme.style_sheet(theme.DARK):
        theme.apply(application)

    def make() -> App:
        made.append(App(AppPaths.under(tmp_path / "home"), with_head=False))
        return made[-1]

    yield make
    for app in made:
        app.window.close()
        app.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def full_room(make_app: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a program with everything that a dialog can show."""
    from tests.qt import every_dialog

    return every_dialog.full_room(make_app, qtbot, tmp_path, monkeypatch)


@pytest.fixture(autouse=True, scope="session")
def edits_wait_for_the_disk() -> None:
    """Let no busy machine pass for a slow disk; `test_reading_slow_disk` has one."""
    from cxrviewer.presenters import readings

    readings.APPEND_PATIENCE = 30
