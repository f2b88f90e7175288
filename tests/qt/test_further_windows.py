"""Windows beside the main one: what they share, what closing one keeps, and where they are."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from cxrviewer.qt.further_window import FurtherWindow, brought_back, free_screen, reachable
from cxrviewer.workspace.layout import IN_LAYOUT, WINDOWS
from tests.builders.dicom import write_image
from tests.fakes import fake_image
from tests.qt.window_fixture import Fixture, drag

ROOT = Path(__file__).resolve().parent.parent.parent
LEFT, RIGHT = QRect(0, 0, 1280, 800), QRect(1280, 0, 1920, 1080)


def two(make_window: Any) -> tuple[Fixture, FurtherWindow]:
    """Return a window with the film ``a``, and a further one that shows it, too."""
    fixture = make_window(images={"a": fake_image(key="a"), "b": fake_image(key="b")}).open()
    fixture.window.commands.run("viewport.window")
    fixture.jobs.release_all()
    QApplication.processEvents()
    return fixture, fixture.window.further[IN_LAYOUT]


def test_a_further_window_shows_the_film_at_hand_and_is_the_active_one(make_window: Any) -> None:
    fixture, window = two(make_window)
    pane = fixture.room.viewports.active
    assert (pane.number, window.isVisible()) == (IN_LAYOUT, True)
    assert pane.entry is not None and pane.entry.key == fixture.key("a")
    assert fixture.window.canvas.window() is window
    assert any("not a medical device" in label.text() for label in window.findChildren(QLabel))
    assert len(fixture.room.viewports.workspace.in_main) == 1


def test_keys_and_commands_act_on_the_window_that_was_touched_last(make_window: Any, qtbot: Any) -> None:
    fixture, window = two(make_window)
    canvas = fixture.window.viewports.canvas(IN_LAYOUT)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_I)
    panes = {pane.number: pane for pane in fixture.room.viewports.panes}
    seen = panes[IN_LAYOUT].image.seen
    assert seen is not None and seen.inverted
    QTest.mouseClick(fixture.window.viewports.canvas(0).viewport(), Qt.MouseButton.LeftButton)
    assert fixture.room.viewports.active.number == 0


def test_windows_follow_each_other_as_viewports_do(make_window: Any) -> None:
    fixture, _ = two(make_window)
    fixture.window.commands.run("grey.invert")
    main = fixture.room.viewports.pane(0).image.seen
    assert main is not None and main.inverted
    fixture.window.commands.run("viewport.sync")
    fixture.window.commands.run("grey.invert")
    again = fixture.room.viewports.pane(0).image.seen
    assert again is not None and again.inverted


def test_one_reading_is_behind_all_windows(make_window: Any) -> None:
    fixture, _ = two(make_window)
    fixture.window.commands.run("tool.length")
    drag(fixture.window.canvas, QPointF(150, 150), [QPointF(220, 150)])
    assert len(fixture.room.viewports.pane(0).annotations._annotations()) == 1
    fixture.room.viewports.activate(0)
    fixture.window.commands.run("edit.undo")
    assert fixture.room.viewports.pane(IN_LAYOUT).annotations._annotations() == []


def test_closing_a_window_loses_nothing(make_window: Any) -> None:
    fixture, window = two(make_window)
    fixture.window.commands.run("view.rotate_right")
    fixture.window.commands.run("tool.length")
    drag(fixture.window.canvas, QPointF(150, 150), [QPointF(220, 150)])
    window.close()
    QApplication.processEvents()
    assert fixture.window.further == {}
    assert fixture.room.viewports.active.number == 0
    fixture.window.commands.run("viewport.window")
    fixture.jobs.release_all()
    pane = fixture.room.viewports.active
    assert pane.number == IN_LAYOUT
    seen = pane.image.seen
    assert seen is not None and seen.quarter_turns == 1
    assert len(pane.annotations._annotations()) == 1
    assert fixture.window.canvas.isVisible()


def test_there_are_three_further_windows_and_then_a_sentence(make_window: Any) -> None:
    fixture, _ = two(make_window)
    for _ in range(WINDOWS):
        fixture.window.commands.run("viewport.window")
        fixture.jobs.release_all()
    assert len(fixture.window.further) == WINDOWS
    assert "open already" in fixture.window._status.text()
    fixture.window.commands.run("viewport.close_windows")
    QApplication.processEvents()
    assert fixture.window.further == {}
    assert "No further window is open." in fixture.window.commands.missing("viewport.close_windows")


def test_the_main_window_closes_the_others(make_window: Any) -> None:
    fixture, window = two(make_window)
    fixture.window.close()
    assert not window.isVisible()


def test_a_prior_goes_to_the_other_screen(make_window: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    fixture, _ = two(make_window)
    fixture.room.viewports.activate(0)
    opened: list[int] = []
    monkeypatch.setattr(fixture.room.beside, "_open_in", lambda pane, entry, **_: opened.append(pane.number))
    monkeypatch.setattr(fixture.room.worklist, "prior", lambda key: fixture.room.viewports.pane(0).entry)
    fixture.window.commands.run("viewport.prior")
    assert opened == [IN_LAYOUT]
    assert len(fixture.room.viewports.workspace.in_main) == 1


def test_a_window_takes_the_first_screen_that_has_none(make_window: Any) -> None:
    one, other, third = object(), object(), object()
    assert free_screen([one, other, third], [one]) is other  # type: ignore[list-item]
    assert free_screen([one, other], [other, one]) is None  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("place", "screens", "found"),
    [
        (QRect(1400, 100, 900, 700), [LEFT, RIGHT], True),
        (QRect(1400, 100, 900, 700), [LEFT], False),
        (QRect(1200, 100, 900, 700), [LEFT], True),  # 80 units of its edge can be seen
        (QRect(1201, 100, 900, 700), [LEFT], False),
        (QRect(100, -40, 900, 700), [LEFT], False),  # its title lies above the screen
    ],
)
def test_a_window_can_be_reached_where_its_upper_edge_is_on_a_screen(
    place: QRect, screens: list[QRect], found: bool
) -> None:
    assert reachable(place, screens) is found


def test_a_window_comes_back_to_the_middle_of_the_screen_and_fits_it() -> None:
    assert brought_back(QRect(1400, 100, 600, 400), LEFT) == QRect(340, 200, 600, 400)
    assert brought_back(QRect(1400, 100, 1900, 1000), LEFT) == LEFT


def test_a_window_whose_screen_is_gone_comes_back(make_window: Any) -> None:
    fixture, window = two(make_window)
    window.setGeometry(QRect(9000, 100, 600, 400))
    fixture.window._bring_back()
    assert window.screen().availableGeometry().intersects(window.geometry())


def test_true_size_is_that_of_the_screen_of_each_window(make_window: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    fixture, window = two(make_window)
    names = {fixture.window: "main", window: "other"}
    monkeypatch.setattr("cxrviewer.qt.main_window.screen_name", lambda screen: screen)
    for one, name in names.items():
        monkeypatch.setattr(one, "screen", lambda name=name: name)
    fixture.window.screens = {"main": 4.0, "other": 10.0}
    canvases = [fixture.window.viewports.canvas(number) for number in (0, IN_LAYOUT)]
    assert [canvas.pixels_per_mm() for canvas in canvases] == [4.0, 10.0]
    canvases[1].show_spacing(0.2, "true size")
    assert canvases[1].true_size()
    assert canvases[1].scale_factor() == pytest.approx(2.0)  # 0.2 mm at 10 pixels per mm


def test_windows_are_where_they_were_with_what_they_showed(make_app: Any, qtbot: Any, tmp_path: Path) -> None:
    image = write_image(tmp_path / "films" / "a.dcm", np.full((60, 50), 700, np.uint16), bits=12)
    first = make_app()
    first.start((image,))
    qtbot.waitUntil(lambda: first.room.image.image is not None, timeout=60_000)
    first.window.commands.run("viewport.window")
    pane = first.room.viewports.pane(IN_LAYOUT)
    qtbot.waitUntil(lambda: pane.image.image is not None, timeout=60_000)
    place = QRect(120, 140, 420, 330)
    first.window.further[IN_LAYOUT].setGeometry(place)
    first.window.close()
    second = make_app()
    second.start((image,))
    qtbot.waitUntil(lambda: IN_LAYOUT in second.window.further, timeout=60_000)
    again = second.room.viewports.pane(IN_LAYOUT)
    qtbot.waitUntil(lambda: again.image.image is not None, timeout=60_000)
    assert second.window.further[IN_LAYOUT].geometry() == place


def test_a_further_window_opens_on_the_other_screen_with_its_true_size(tmp_path: Path) -> None:
    def screen(name: str, x: int, width: int, height: int) -> dict[str, object]:
        return {
            "name": name, "x": x, "y": 0, "width": width, "height": height,
            "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1,
        }  # fmt: skip

    config = tmp_path / "screens.json"
    config.write_text(json.dumps({"screens": [screen("left", 0, 1280, 800), screen("right", 1280, 1600, 1200)]}))
    images = tmp_path / "films"
    images.mkdir()
    environment = {**os.environ, "QT_QPA_PLATFORM": f"offscreen:configfile={config}", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.qt.two_screens", str(images)]
    done = subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True, check=True, timeout=120)
    found = json.loads(done.stdout.splitlines()[-1])
    # The third window finds no screen without one, and lies beside the main one.
    assert found["screens"] == ["left", "right", "left"]
    assert found["inside"] == [True]
    assert found["pixels per mm"] == [4.0, 10.0]
