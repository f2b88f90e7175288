"""The tour of the window: shown once, never in the way, left by Escape."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from cxrviewer.qt.tour import STEPS, TourCard
from tests.qt.window_fixture import Fixture


def card(window: QWidget) -> TourCard | None:
    return next((one for one in window.findChildren(TourCard) if one.isVisible()), None)


def toured(make_window: Any, *, images: bool = False, **given: Any) -> tuple[Fixture, TourCard]:
    fixture: Fixture = make_window(**given)
    if images:
        fixture.open()
    fixture.window.commands.run("help.tour")
    QApplication.processEvents()
    shown = card(fixture.window)
    assert shown is not None
    return fixture, shown


def on_window(widget: QWidget, window: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint()), widget.size())


def test_the_tour_has_at_most_four_steps_and_ends_after_the_last(make_window: Any) -> None:
    fixture, shown = toured(make_window)
    assert len(STEPS) <= 4
    seen = []
    for _ in STEPS:
        seen.append((shown.title.text(), shown.place.text()))
        shown.following.click()
    assert [place for _, place in seen] == ["1 of 4", "2 of 4", "3 of 4", "4 of 4"]
    assert len({title for title, _ in seen}) == 4
    assert card(fixture.window) is None


def test_enter_goes_through_the_tour(make_window: Any, qtbot: Any) -> None:
    fixture, shown = toured(make_window)
    fixture.window.activateWindow()
    qtbot.waitUntil(fixture.window.isActiveWindow)
    QTest.keyClick(shown.following, Qt.Key.Key_Return)
    assert shown.place.text() == "2 of 4"


@pytest.mark.parametrize("images", [False, True])
def test_escape_leaves_the_tour_wherever_the_focus_is(make_window: Any, qtbot: Any, images: bool) -> None:
    fixture: Fixture = make_window()
    if images:
        fixture.open()
    fixture.window.activateWindow()
    qtbot.waitUntil(fixture.window.isActiveWindow)
    fixture.window.show_tour()
    fixture.window.canvas.setFocus()
    QTest.keyClick(fixture.window.canvas, Qt.Key.Key_Escape)
    assert card(fixture.window) is None


def test_the_keys_alone_go_through_the_tour(make_window: Any, qtbot: Any) -> None:
    fixture, shown = toured(make_window)
    fixture.window.activateWindow()
    qtbot.waitUntil(fixture.window.isActiveWindow)
    shown.following.setFocus()
    assert shown.following.hasFocus()
    QTest.keyClick(shown.following, Qt.Key.Key_Space)
    assert shown.place.text() == "2 of 4"
    QTest.keyClick(shown.following, Qt.Key.Key_Backtab)
    assert shown.skip.hasFocus()


@pytest.mark.parametrize("images", [False, True])
@pytest.mark.parametrize("size", [(1280, 800), (1024, 640), (780, 420)])
def test_the_tour_never_covers_the_research_label_and_stays_inside(
    make_window: Any, size: tuple[int, int], images: bool
) -> None:
    fixture, shown = toured(make_window, images=images, size=size)
    window = fixture.window
    notices = [one for one in window.findChildren(QLabel) if "not a medical device" in one.text() and one.isVisible()]
    assert notices
    for _ in STEPS:
        place = on_window(shown, window)
        assert not [one.text() for one in notices if on_window(one, window).intersects(place)]
        assert on_window(window.viewports, window).contains(place)
        assert shown.words.height() >= shown.words.heightForWidth(shown.words.width())
        shown.following.click()


def test_everything_else_works_during_the_tour(make_window: Any) -> None:
    fixture, shown = toured(make_window, images=True)
    fixture.window.commands.run("grey.invert")
    seen = fixture.room.image.seen
    assert seen is not None and seen.inverted
    assert shown.isVisible() and not shown.isModal()


def test_the_tour_is_shown_at_the_first_start_only(make_app: Any, qtbot: Any) -> None:
    first = make_app()
    first.start(())
    qtbot.waitUntil(lambda: card(first.window) is not None, timeout=60_000)
    first.window.close()
    second = make_app()
    second.start(())
    second._after_paint()
    assert card(second.window) is None
    second.window.commands.run("help.tour")
    assert card(second.window) is not None


def test_who_starts_with_files_sees_the_tour_another_time(make_app: Any, tmp_path: Path) -> None:
    app = make_app()
    app.start((tmp_path,))
    app._after_paint()
    assert card(app.window) is None
    assert not app._store.current.tour_seen


def test_the_tour_leaves_when_an_image_is_opened_or_clicked(make_window: Any) -> None:
    fixture, _ = toured(make_window)
    fixture.open()
    assert card(fixture.window) is None
    fixture.window.commands.run("help.tour")
    assert card(fixture.window) is not None
    QTest.mouseClick(fixture.window.canvas.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(30, 200))
    assert card(fixture.window) is None
