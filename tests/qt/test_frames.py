"""Frames of a multi-frame image in the window: controls, keys, wheel, annotations, and what is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from cxrviewer.errors import DecodeError
from cxrviewer.imaging.voi import VoiOrigin, VoiPreset, VoiWindow
from cxrviewer.reading.annotations import Length
from tests.builders.dicom import write_image
from tests.fakes import fake_image, header
from tests.qt.window_fixture import Fixture, drag

FULL = VoiPreset("Full", VoiWindow(2048, 4096), VoiOrigin.WINDOW)


def grey(fixture: Fixture) -> int:
    """Return what is painted in the middle of the canvas."""
    canvas = fixture.window.canvas
    place = canvas.view_point(150, 200)
    return int(fixture.picture()[int(place.y()), int(place.x()), 0])


def reel(make_window: Any, *frames: Any, **given: Any) -> Fixture:
    """Return a window over one file; a frame is given by its code (plain) or as it is."""
    made = tuple(
        fake_image(codes=np.full((400, 300), one, np.uint16), presets=(FULL,), key=f"frame {one}")
        if isinstance(one, int)
        else one
        for one in frames
    )
    whose = header("A")
    whose = replace(whose, facts=replace(whose.facts, frames=len(made), rows=400, columns=300, frame_rate=12.0))
    fixture: Fixture = make_window(images={"a": made}, headers={"a": whose}, **given)
    return fixture.open()


def step(fixture: Fixture, id_: str) -> None:
    fixture.window.commands.run(id_)
    fixture.jobs.release_all()


def test_the_controls_and_the_corner_say_which_frame_is_shown(make_window: Any) -> None:
    fixture = reel(make_window, 400, 1200, 2400)
    bar = fixture.window.viewports.frame_bar(0)
    assert bar.isVisible()
    assert (bar.number.text(), bar.slider.value(), bar.rate.value()) == ("1 / 3", 0, 12.0)
    assert "as the file says" in bar.rate.toolTip()
    assert grey(fixture) == pytest.approx(255 * 400 / 4095, abs=1)
    QTest.keyClick(fixture.window.canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    fixture.jobs.release_all()
    assert (bar.number.text(), bar.slider.value()) == ("2 / 3", 1)
    assert "frame 2 of 3" in fixture.window.canvas.words()["identity"]
    assert grey(fixture) == pytest.approx(255 * 1200 / 4095, abs=1)
    bar.slider.setValue(2)
    fixture.jobs.release_all()
    assert bar.number.text() == "3 / 3"
    assert grey(fixture) == pytest.approx(255 * 2400 / 4095, abs=1)


def test_an_image_with_one_frame_shows_no_controls_and_ctrl_and_wheel_zoom(make_window: Any) -> None:
    fixture = make_window().open()
    assert not fixture.window.viewports.frame_bar(0).isVisible()
    before = fixture.window.canvas.scale_factor()
    wheel(fixture, 120, Qt.KeyboardModifier.ControlModifier)
    assert fixture.window.canvas.scale_factor() > before


def wheel(fixture: Fixture, angle: int, modifiers: Qt.KeyboardModifier) -> None:
    canvas = fixture.window.canvas
    place = QPointF(canvas.rect().center())
    event = QWheelEvent(
        place, canvas.mapToGlobal(place), QPoint(), QPoint(0, angle), Qt.MouseButton.NoButton, modifiers,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas.viewport(), event)
    fixture.jobs.release_all()


def test_ctrl_and_wheel_go_through_the_frames_and_leave_the_zoom(make_window: Any) -> None:
    fixture = reel(make_window, *range(100, 1600, 100))
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    before = fixture.window.canvas.scale_factor()
    frames = fixture.room.viewports.active.frames
    wheel(fixture, -120, control)
    assert frames.shown == 1
    wheel(fixture, -120, control | shift)
    assert frames.shown == 11
    for _ in range(2):  # half a step each, as touchpads move
        wheel(fixture, 60, control)
    assert frames.shown == 10
    assert fixture.window.canvas.scale_factor() == before


def test_a_dragged_window_stays_from_frame_to_frame_and_one_of_the_header_is_each_frames_own(make_window: Any) -> None:
    bright = VoiPreset("Own", VoiWindow(1000, 2000), VoiOrigin.WINDOW)
    second = fake_image(codes=np.full((400, 300), 400, np.uint16), presets=(bright,), key="second")
    fixture = reel(make_window, 400, second)
    step(fixture, "frame.next")
    assert grey(fixture) == pytest.approx(255 * 400 / 2000, abs=2)
    step(fixture, "frame.previous")
    canvas = fixture.window.canvas
    drag(canvas, QPointF(300, 300), [QPointF(360, 260)])
    dragged = canvas.words()["readout"]
    drawn = grey(fixture)
    step(fixture, "frame.next")
    assert canvas.words()["readout"] == dragged
    assert grey(fixture) == drawn


def test_a_window_that_was_computed_from_one_frame_stays_in_the_next(make_window: Any) -> None:
    def own(code: int, center: float) -> Any:
        computed = VoiPreset("Auto", VoiWindow(center, 1000), VoiOrigin.PERCENTILES)
        return fake_image(codes=np.full((400, 300), code, np.uint16), presets=(computed,), key=f"{code}")

    fixture = reel(make_window, own(1000, 1000.0), own(1200, 1200.0))
    assert grey(fixture) == pytest.approx(128, abs=2)
    step(fixture, "frame.next")
    assert grey(fixture) == pytest.approx(128 + 255 * 0.2, abs=2)  # brighter, as it is: the window did not follow


def test_what_is_drawn_belongs_to_its_frame(make_window: Any) -> None:
    fixture = reel(make_window, 400, 1200, 2400)
    step(fixture, "frame.next")
    fixture.window.commands.run("tool.length")
    drag(fixture.window.canvas, QPointF(250, 250), [QPointF(350, 250)])
    image, reading = fixture.room.annotations.shown or (None, None)
    assert image is not None and reading is not None
    (made,) = reading.reading.annotations.values()
    assert isinstance(made.shape, Length)
    assert (made.image.frame, made.image.instance) == (1, image.instance)
    assert len(fixture.room.annotations._annotations()) == 1
    step(fixture, "frame.next")
    assert fixture.room.annotations._annotations() == []
    step(fixture, "frame.previous")
    assert len(fixture.room.annotations._annotations()) == 1


def test_a_half_drawn_line_does_not_go_to_another_frame(make_window: Any) -> None:
    fixture = reel(make_window, 400, 1200)
    fixture.window.commands.run("tool.length")
    QTest.mouseClick(fixture.window.canvas.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(300, 300))
    assert fixture.room.annotations.sketching
    step(fixture, "frame.next")
    assert not fixture.room.annotations.sketching


def test_a_frame_that_cannot_be_decoded_says_so_and_the_others_are_shown(make_window: Any) -> None:
    fixture = reel(make_window, 400, DecodeError("The pixel data of this frame is damaged."), 2400)
    step(fixture, "frame.next")
    words = " ".join(fixture.window.canvas.words().values())
    assert "Frame 2 cannot be shown" in words and "The pixel data of this frame is damaged." in words
    bar = fixture.window.viewports.frame_bar(0)
    assert bar.isVisible() and bar.number.text() == "2 / 3"
    step(fixture, "frame.next")
    assert grey(fixture) == pytest.approx(255 * 2400 / 4095, abs=1)
    assert bar.number.text() == "3 / 3"


def test_a_file_whose_first_frame_is_damaged_shows_the_others(make_window: Any) -> None:
    fixture = reel(make_window, DecodeError("The pixel data of this frame is damaged."), 1200)
    assert fixture.window.viewports.frame_bar(0).isVisible()
    step(fixture, "frame.next")
    assert grey(fixture) == pytest.approx(255 * 1200 / 4095, abs=1)


def test_a_picture_is_of_the_frame_on_the_screen_and_says_which(make_window: Any) -> None:
    fixture = reel(make_window, 400, 1200)
    step(fixture, "frame.next")
    depicted = fixture.room.paperwork.pictures.depicted
    assert depicted is not None
    assert int(depicted.radiograph.codes[0, 0]) == 1200
    assert "frame 2 of 2" in " ".join(fixture.room.paperwork.pictures.words(identity=True))
    assert "frame 2 of 2" in " ".join(fixture.room.paperwork.pictures.words(identity=False))


def test_the_report_names_the_frame_of_what_was_drawn(make_window: Any) -> None:
    fixture = reel(make_window, 400, 1200)
    step(fixture, "frame.next")
    fixture.window.commands.run("edit.key_image")
    image, reading = fixture.room.annotations.shown or (None, None)
    assert image is not None and reading is not None
    titles = fixture.room.paperwork.report._titles(image, reading)
    assert [(one.frame, title.endswith("frame 2")) for one, title in titles.items()] == [(1, True)]


def test_the_frame_stays_while_other_films_are_looked_at(make_window: Any) -> None:
    fixture = reel(make_window, 400, 1200, 2400)
    step(fixture, "frame.last")
    fixture.images["b"] = fake_image(key="b")
    (fixture.folder / "b").write_bytes(b"x")
    fixture.room.open_paths((fixture.folder / "b",))
    fixture.jobs.release_all()
    fixture.room.worklist.select(fixture.key("b"))
    fixture.jobs.release_all()
    assert not fixture.window.viewports.frame_bar(0).isVisible()
    fixture.room.worklist.select(fixture.key("a"))
    fixture.jobs.release_all()
    assert fixture.window.viewports.frame_bar(0).number.text() == "3 / 3"
    assert grey(fixture) == pytest.approx(255 * 2400 / 4095, abs=1)


def test_drawing_ends_playing_and_playing_ends_in_a_viewport_that_is_not_shown(make_window: Any) -> None:
    fixture = reel(make_window, 400, 1200, 2400)
    frames = fixture.room.viewports.active.frames
    fixture.window.commands.run("frame.play")
    assert frames.playing
    assert fixture.window.viewports.frame_bar(0).play.toolTip() == "Pause"
    fixture.window.commands.run("tool.length")
    QTest.mouseClick(fixture.window.canvas.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(300, 300))
    assert not frames.playing
    fixture.room.annotations.escape()
    fixture.window.commands.run("viewport.layout_1x2")
    fixture.window.commands.run("frame.play")
    fixture.room.viewports.activate(1)
    assert frames.playing
    fixture.window.commands.run("viewport.single")
    assert not frames.playing


@pytest.fixture
def cine(tmp_path: Path) -> Path:
    frames = [np.full((60, 50), 100 * (number + 1), np.uint16) for number in range(6)]
    return write_image(tmp_path / "films" / "cine.dcm", frames=frames, bits=12, CineRate=20)


def test_the_frame_and_its_annotation_are_there_when_the_file_is_opened_again(
    make_app: Any, qtbot: Any, cine: Path
) -> None:
    first = make_app()
    first.start((cine,))
    bar = first.window.viewports.frame_bar(0)
    qtbot.waitUntil(bar.isVisible, timeout=60_000)
    first.window.commands.run("frame.last")
    qtbot.waitUntil(lambda: bar.number.text() == "6 / 6", timeout=60_000)
    first.window.commands.run("tool.length")
    drag(first.window.canvas, QPointF(250, 250), [QPointF(350, 250)])
    first.window.close()
    second = make_app()
    second.start((cine,))
    again = second.window.viewports.frame_bar(0)
    qtbot.waitUntil(again.isVisible, timeout=60_000)
    assert again.number.text() == "6 / 6"
    shown = second.room.image.image
    assert shown is not None and int(shown.radiograph.codes[0, 0]) == 600
    assert len(second.room.annotations._annotations()) == 1


def test_an_image_opened_in_another_way_goes_on_at_the_frame_that_its_journal_names(
    make_app: Any, qtbot: Any, cine: Path
) -> None:
    first = make_app()
    first.start((cine,))
    bar = first.window.viewports.frame_bar(0)
    qtbot.waitUntil(bar.isVisible, timeout=60_000)
    first.window.commands.run("frame.last")
    qtbot.waitUntil(lambda: bar.number.text() == "6 / 6", timeout=60_000)
    (journal,) = _journals_of(first, qtbot, b'"frame","key"')
    kept = journal.read_bytes()
    first.window.commands.run("frame.first")
    first.window.close()
    journal.write_bytes(kept)  # as a kill at the last frame leaves it
    second = make_app()
    second.start((cine.parent,))  # no arrangement was saved of the folder
    again = second.window.viewports.frame_bar(0)
    qtbot.waitUntil(lambda: again.number.text() == "6 / 6", timeout=60_000)
    shown = second.room.image.image
    assert shown is not None and int(shown.radiograph.codes[0, 0]) == 600


def _journals_of(app: Any, qtbot: Any, words: bytes) -> list[Path]:
    """Return the journals that hold these words, once there is one."""

    def found() -> list[Path]:
        return [one for one in (app._paths.data / "readings").glob("*.reading") if words in one.read_bytes()]

    qtbot.waitUntil(lambda: bool(found()), timeout=60_000)
    return found()


def test_the_frame_that_is_being_restored_is_not_lost_from_the_arrangement(make_window: Any) -> None:
    fixture = reel(make_window, 400, 1200, 2400)
    step(fixture, "frame.last")
    before = fixture.room.arranging.now()
    assert before is not None
    pane = fixture.room.viewports.active
    assert pane.entry is not None
    fixture.room._open(pane, pane.entry, restored=before.viewports[0])  # killed before it is decoded
    after = fixture.room.arranging.now()
    assert after is not None
    image = after.viewports[0].image
    assert image == before.viewports[0].image and image is not None and image.frame == 2
    fixture.jobs.release_all()


def test_playing_a_real_file_shows_every_frame_in_its_order(make_app: Any, qtbot: Any, cine: Path) -> None:
    app = make_app()
    app.start((cine,))
    bar = app.window.viewports.frame_bar(0)
    qtbot.waitUntil(bar.isVisible, timeout=60_000)
    frames, seen = app.room.viewports.active.frames, []
    shown = app.room.image.show_frame

    def note(image: Any) -> bool:
        seen.append(int(image.radiograph.codes[0, 0]))
        return bool(shown(image))

    app.room.image.show_frame = note
    app.window.commands.run("frame.loop")
    app.window.commands.run("frame.play")
    qtbot.waitUntil(lambda: not frames.playing, timeout=60_000)
    assert seen == [200, 300, 400, 500, 600]


def test_no_head_scores_a_frame_and_the_panel_says_so(make_window: Any) -> None:
    from cxrviewer.heads.eligibility.checks import reject_header
    from tests.fakes import manifest

    fixture = reel(make_window, 400, 1200)
    facts = fixture.headers["a"].facts
    rejection = reject_header(facts, manifest().eligibility)
    assert rejection is not None
    assert (
        rejection.message == "The file holds 2 frames; the model reads single radiographs only, so no frame is scored."
    )
