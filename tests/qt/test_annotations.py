"""Annotations on the real window: mouse, keys and what is painted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit

from cxrviewer.imaging.radiograph import PixelSpacing, SpacingKind
from cxrviewer.imaging.voi import VoiOrigin, VoiPreset, VoiWindow
from cxrviewer.qt import annotations_item, theme
from cxrviewer.qt.annotations_item import _label
from cxrviewer.qt.region_dialog import RegionDialog
from cxrviewer.reading import labels
from cxrviewer.reading.annotations import Length
from cxrviewer.reading.values import Point
from tests.fakes import fake_image
from tests.qt.window_fixture import drag, pixels

FULL = (VoiPreset("Full", VoiWindow(2048, 4096), VoiOrigin.WINDOW),)
STATES = [(quarters, flipped) for flipped in (False, True) for quarters in range(4)]


def shown(make_window: Any, code: int = 1000, **more: Any) -> Any:
    codes = np.full((400, 300), code, np.uint16)
    image = replace(fake_image(codes=codes, presets=FULL), spacing=PixelSpacing(0.5, 0.5, SpacingKind.DETECTOR), **more)
    fixture = make_window(images={"a": image, "b": replace(image, key="b")}).open()
    fixture.window.canvas.setFocus()
    return fixture


def place(fixture: Any, column: float, row: float) -> QPointF:
    return QPointF(fixture.window.canvas.view_point(column, row))


def draw(fixture: Any, start: tuple[float, float], end: tuple[float, float]) -> None:
    fixture.window.action("tool.length").trigger()
    drag(fixture.window.canvas, place(fixture, *start), [place(fixture, *end)])


def lengths(fixture: Any) -> list[Length]:
    reading = fixture.room.annotations.shown[1].reading
    return [one.shape for one in reading.annotations.values()]


def near(found: Length, a: tuple[float, float], b: tuple[float, float]) -> bool:
    got = (found.a.column, found.a.row, found.b.column, found.b.row)
    return got == pytest.approx((*a, *b), abs=0.01)


def marked(fixture: Any) -> np.ndarray[Any, Any]:
    """Return which pixels of the canvas are yellow or blue."""
    picture = fixture.picture().astype(int)
    found: np.ndarray[Any, Any] = picture.max(axis=2) - picture.min(axis=2) > 50
    return found


@pytest.mark.parametrize("state", STATES)
def test_a_length_lies_on_its_pixels_in_every_turn(make_window: Any, state: tuple[int, bool]) -> None:
    fixture = shown(make_window)
    if state[1]:
        fixture.window.action("view.flip").trigger()
    for _ in range(state[0]):
        fixture.window.action("view.rotate_right").trigger()
    draw(fixture, (60, 100), (240, 300))
    assert near(lengths(fixture)[0], (60, 100), (240, 300))
    found = marked(fixture)
    for column, row in ((60 + 180 * t, 100 + 200 * t) for t in (0.1, 0.5, 0.9)):
        at = place(fixture, column, row)
        assert found[int(at.y()) - 1 : int(at.y()) + 2, int(at.x()) - 1 : int(at.x()) + 2].any()
    off = place(fixture, 240, 100)
    assert not found[int(off.y()) - 1 : int(off.y()) + 2, int(off.x()) - 1 : int(off.x()) + 2].any()


@pytest.mark.parametrize("code", [0, 4095])
def test_line_and_label_stand_out_from_black_and_white(make_window: Any, code: int) -> None:
    fixture = shown(make_window, code)
    plain = fixture.picture().astype(int)
    draw(fixture, (60, 200), (240, 200))
    different = np.abs(fixture.picture().astype(int) - plain).max(axis=2)
    at = place(fixture, 150, 200)
    assert different[int(at.y()) - 3 : int(at.y()) + 4, int(at.x())].max() > 120
    # The label below the middle of the line: letters and veil.
    below = different[int(at.y()) + 8 : int(at.y()) + 40, int(at.x()) - 60 : int(at.x()) + 60]
    assert (below > 120).sum() > 100


def test_a_handle_is_dragged_and_undone_with_the_keys(make_window: Any) -> None:
    fixture = shown(make_window)
    canvas = fixture.window.canvas
    draw(fixture, (60, 100), (240, 300))
    drag(canvas, place(fixture, 240, 300), [place(fixture, 230, 200), place(fixture, 200, 120)])
    assert near(lengths(fixture)[0], (60, 100), (200, 120))
    QTest.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert near(lengths(fixture)[0], (60, 100), (240, 300))
    QTest.keyClick(canvas, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert near(lengths(fixture)[0], (60, 100), (200, 120))
    QTest.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    shifted = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(canvas, Qt.Key.Key_Z, shifted)
    assert near(lengths(fixture)[0], (60, 100), (200, 120))


def test_arrow_keys_move_the_selected_end_on_the_screen_and_step_through_the_images_otherwise(make_window: Any) -> None:
    fixture = shown(make_window)
    canvas = fixture.window.canvas
    fixture.window.action("view.rotate_right").trigger()
    draw(fixture, (60, 100), (240, 300))
    end = place(fixture, 240, 300)
    drag(canvas, end, [end])
    before = lengths(fixture)[0].b
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    # Turned clockwise, right on the screen is up in the image.
    assert lengths(fixture)[0].b == Point(before.column, before.row - 1)
    QTest.keyClick(canvas, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert lengths(fixture)[0].b == Point(before.column + 10, before.row - 1)
    assert fixture.room.image.image.radiograph.key == "film-a"
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    fixture.jobs.release_all()
    assert fixture.room.image.image.radiograph.key == "b"


def test_delete_removes_and_escape_leaves_the_tool_at_last(make_window: Any) -> None:
    fixture = shown(make_window)
    canvas = fixture.window.canvas
    draw(fixture, (60, 100), (240, 300))
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    assert lengths(fixture) == []
    assert not marked(fixture).any()
    assert fixture.window.action("tool.length").isChecked()
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert fixture.window.action("tool.window").isChecked()


def test_a_right_click_selects_what_the_context_menu_is_about(make_window: Any) -> None:
    fixture = shown(make_window)
    canvas = fixture.window.canvas
    draw(fixture, (60, 100), (240, 100))
    draw(fixture, (60, 300), (240, 300))
    requested = []
    canvas.menu_requested.disconnect()
    canvas.menu_requested.connect(lambda _: requested.append(fixture.window.action("edit.delete").isEnabled()))
    at = place(fixture, 150, 100)
    drag(canvas, at, [at], Qt.MouseButton.RightButton)
    beside = place(fixture, 150, 200)
    drag(canvas, beside, [beside], Qt.MouseButton.RightButton)
    assert requested == [True, False]
    drag(canvas, at, [at], Qt.MouseButton.RightButton)
    fixture.window.commands.run("edit.delete")
    assert len(lengths(fixture)) == 1 and near(lengths(fixture)[0], (60, 300), (240, 300))


def test_with_the_window_tool_a_line_is_moved_and_beside_it_the_window_changes(make_window: Any) -> None:
    fixture = shown(make_window)
    canvas = fixture.window.canvas
    draw(fixture, (60, 100), (240, 100))
    fixture.window.action("tool.window").trigger()
    drag(canvas, place(fixture, 150, 100), [place(fixture, 150, 140)])
    assert near(lengths(fixture)[0], (60, 140), (240, 140))
    assert "W 4096" in canvas.words()["readout"]
    drag(canvas, place(fixture, 150, 300), [place(fixture, 250, 300)])
    assert "W 4096" not in canvas.words()["readout"]
    assert near(lengths(fixture)[0], (60, 140), (240, 140))


def test_a_middle_drag_pans_while_a_length_is_being_drawn(make_window: Any) -> None:
    fixture = shown(make_window)
    canvas = fixture.window.canvas
    canvas.one_to_one()
    fixture.window.action("tool.length").trigger()
    start = place(fixture, 60, 100)
    drag(canvas, start, [start])  # a click: the first end
    drag(canvas, place(fixture, 100, 100), [place(fixture, 130, 120)], Qt.MouseButton.MiddleButton)
    end = place(fixture, 240, 300)
    drag(canvas, end, [end])
    assert near(lengths(fixture)[0], (60, 100), (240, 300))


def test_the_next_image_takes_the_annotations_away_and_coming_back_brings_them_and_the_view(make_window: Any) -> None:
    fixture = shown(make_window)
    canvas = fixture.window.canvas
    draw(fixture, (60, 100), (240, 300))
    fixture.window.action("tool.window").trigger()
    drag(canvas, place(fixture, 150, 30), [place(fixture, 190, 30)])
    fixture.window.action("view.flip").trigger()
    fixture.window.action("view.rotate_right").trigger()
    canvas.set_scale(2.5, place(fixture, 100, 100))
    readout, corner = canvas.words()["readout"], canvas.image_point(QPointF(0, 0))
    fixture.window.action("worklist.next").trigger()
    assert not marked(fixture).any()
    fixture.jobs.release_all()
    assert not marked(fixture).any()
    fixture.window.action("worklist.previous").trigger()
    fixture.jobs.release_all()
    QApplication.processEvents()
    assert canvas.words()["readout"] == readout
    again = canvas.image_point(QPointF(0, 0))
    assert (again.x(), again.y()) == pytest.approx((corner.x(), corner.y()), abs=0.01)
    assert near(lengths(fixture)[0], (60, 100), (240, 300))
    assert marked(fixture).any()


def test_one_to_one_comes_back_exact(make_window: Any) -> None:
    fixture = shown(make_window)
    canvas = fixture.window.canvas
    canvas.one_to_one()
    canvas.pan_by(33, -21)
    corner = place(fixture, 0, 0)
    assert (corner.x(), corner.y()) == pytest.approx((round(corner.x()), round(corner.y())), abs=1e-6)
    seen: list[Any] = []
    fixture.room.image._on_looked = seen.append
    canvas.pan_by(0, 0)
    view = seen[-1]
    canvas.fit()
    canvas.show_place(view.zoom, view.centre)
    again = place(fixture, 0, 0)
    assert (again.x(), again.y()) == pytest.approx((corner.x(), corner.y()), abs=1e-6)
    assert "100 %" in canvas.words()["readout"]


def test_the_values_of_a_region_are_shown_with_a_histogram_and_can_be_copied(make_window: Any, qtbot: Any) -> None:
    fixture = shown(make_window, 1234)
    fixture.window.action("tool.rectangle").trigger()
    drag(fixture.window.canvas, place(fixture, 100, 100), [place(fixture, 140, 150)])
    fixture.jobs.release_all()
    fixture.window.action("measure.values").trigger()
    dialog = QApplication.activeModalWidget() or next(iter(fixture.window.findChildren(RegionDialog)))
    assert "Mean\t1234 (no unit)" in dialog.text and "Area\t" in dialog.text
    picture = pixels(dialog.histogram.grab().toImage())
    colour = QColor(theme.current().accent)
    assert (np.abs(picture.astype(int) - (colour.red(), colour.green(), colour.blue())).max(axis=2) < 8).sum() > 100
    with qtbot.waitSignal(dialog.destroyed):
        dialog.close()


def test_words_are_typed_on_the_canvas_and_no_letter_runs_a_command(make_window: Any) -> None:
    fixture = shown(make_window)
    canvas = fixture.window.canvas
    fixture.window.action("tool.text").trigger()
    at = place(fixture, 100, 100)
    drag(canvas, at, [at])
    field = canvas.findChild(QLineEdit)
    assert field.accessibleName() == "Text"
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert "Type at least one character." in [label.text() for label in canvas.findChildren(QLabel)]
    QTest.keyClicks(field, "if")  # the keys of Invert and Fit
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert [one.text for one in lengths(fixture)] == ["if"]  # type: ignore[attr-defined]
    assert not fixture.window.action("grey.invert").isChecked()
    assert fixture.window._hint.text() == "Click where the text begins"


def test_escape_in_the_field_leaves_nothing_behind(make_window: Any) -> None:
    fixture = shown(make_window)
    fixture.window.action("tool.calibrate").trigger()
    drag(fixture.window.canvas, place(fixture, 100, 100), [place(fixture, 200, 100)])
    QTest.keyClick(fixture.window.canvas.findChild(QLineEdit), Qt.Key.Key_Escape)
    assert lengths(fixture) == []
    assert not marked(fixture).any()


def test_tab_chooses_annotations_and_then_leaves_the_canvas(make_window: Any) -> None:
    fixture = shown(make_window)
    canvas = fixture.window.canvas
    draw(fixture, (60, 100), (240, 100))
    draw(fixture, (60, 300), (240, 300))
    fixture.window.action("tool.window").trigger()
    canvas.setFocus()
    fixture.room.annotations.escape()
    chosen = []
    for _ in range(2):
        QTest.keyClick(canvas, Qt.Key.Key_Tab)
        chosen.append(fixture.room.annotations._selected)
    assert len({key for key, _ in chosen}) == 2
    QTest.keyClick(canvas, Qt.Key.Key_Tab)
    assert not fixture.room.annotations.selected and QApplication.focusWidget() is not canvas


def test_enter_draws_without_a_mouse(make_window: Any) -> None:
    fixture = shown(make_window)
    fixture.window.action("tool.angle").trigger()
    QTest.keyClick(fixture.window.canvas, Qt.Key.Key_Return)
    assert len(lengths(fixture)) == 1
    QTest.keyClick(fixture.window.canvas, Qt.Key.Key_Period)
    QTest.keyClick(fixture.window.canvas, Qt.Key.Key_Right)
    moved = lengths(fixture)[0]
    fixture.window.action("edit.undo").trigger()
    assert lengths(fixture)[0] != moved


def test_a_label_of_two_lines_has_room_for_both(make_window: Any) -> None:
    make_window(images={})
    one, two = (
        _label(text, "#ffffff", 1.0, QApplication.font().toString(), 1000) for text in ("wider line", "wider line\n2")
    )
    assert two.width() == one.width()
    line = QFontMetricsF(QApplication.font()).height()
    assert two.height() - one.height() >= line - 1


def test_no_warning_lies_over_the_number_of_a_measurement(make_window: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    fixture = shown(make_window)
    canvas = fixture.window.canvas
    boxes: list[QRect] = []

    def spy(a: Any, b: Any, handles: Any, size: tuple[float, float], *areas: Any) -> tuple[float, float]:
        left, top = labels.placed(a, b, handles, size, *areas)
        boxes.append(QRectF(left, top, *size).toRect())
        return left, top

    monkeypatch.setattr(annotations_item, "placed", spy)
    fixture.window.resize(860, 700)  # the warning reaches over more than half of the canvas
    fixture.window.commands.run("tool.length")
    canvas.show_notes(("The viewports name different patients. Check who each image is of. " * 3,))
    words = canvas._words
    bottom = canvas.image_point(QPointF(words.notes.geometry().center()))
    drag(canvas, place(fixture, 60, bottom.y()), [place(fixture, 150, bottom.y()), place(fixture, 240, bottom.y())])
    assert len(lengths(fixture)) == 1 and words.notes.width() > canvas.viewport().width() / 2
    boxes.clear()
    canvas.grab()
    assert boxes and not any(box.intersects(words.notes.geometry()) for box in boxes)
    # Another warning moves it, though nothing was drawn meanwhile.
    boxes.clear()
    canvas.show_notes(("The viewports name different patients. Check who each image is of. " * 9,))
    canvas.grab()
    assert boxes and not any(box.intersects(words.notes.geometry()) for box in boxes)


@pytest.mark.parametrize("text", ["tube tip to carina 223.1 mm at the detector plane", "w" * 40, "图像上的长度" * 6])
def test_a_label_wider_than_its_viewport_is_broken_and_loses_no_letter(make_window: Any, text: str) -> None:
    make_window(images={})

    def ink(label: QPixmap) -> int:
        image = label.toImage()
        places = [(x, y) for x in range(image.width()) for y in range(image.height())]
        return sum(image.pixelColor(x, y).lightness() for x, y in places)

    font = QApplication.font().toString()
    whole, broken = (_label(text, "#ffffff", 1.0, font, room) for room in (2000, 180))
    assert whole.width() > 180 >= broken.width()
    assert ink(broken) == pytest.approx(ink(whole), rel=0.04)  # antialiasing differs by the place of a letter


def test_shift_and_drag_draw_a_level_line(make_window: Any) -> None:
    fixture = make_window().open()
    canvas = fixture.window.canvas
    fixture.window.commands.run("tool.length")
    start, end = QPointF(250, 250), QPointF(400, 275)
    shift = Qt.KeyboardModifier.ShiftModifier
    QTest.mousePress(canvas.viewport(), Qt.MouseButton.LeftButton, shift, start.toPoint())
    QTest.mouseMove(canvas.viewport(), end.toPoint())
    QTest.mouseRelease(canvas.viewport(), Qt.MouseButton.LeftButton, shift, end.toPoint())
    _, reading = fixture.room.annotations.shown
    (made,) = reading.reading.annotations.values()
    assert made.shape.a.row == made.shape.b.row
    assert made.shape.b.column > made.shape.a.column
