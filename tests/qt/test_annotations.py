"""Annotations on the real window: mouse, keys and what is painted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFontMetricsF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit

from cxrviewer.imaging.radiograph import PixelSpacing, SpacingKind
from cxrviewer.imaging.voi import VoiOrigin, VoiPreset, VoiWindow
from cxrviewer.qt import theme
from cxrviewer.qt.annotations_item import _label
from cxrviewer.qt.region_sheet import RegionSheet
from cxrviewer.reading.annotations import Length
from cxrviewer.reading.values import Point
from tests.fakes import film
from tests.qt.desk import drag, pixels

FULL = (VoiPreset("Full", VoiWindow(2048, 4096), VoiOrigin.WINDOW),)
STATES = [(quarters, flipped) for flipped in (False, True) for quarters in range(4)]


def shown(make_desk: Any, code: int = 1000, **more: Any) -> Any:
    codes = np.full((400, 300), code, np.uint16)
    image = replace(film(codes=codes, presets=FULL), spacing=PixelSpacing(0.5, 0.5, SpacingKind.DETECTOR), **more)
    desk = make_desk(films={"a": image, "b": replace(image, key="b")}).open()
    desk.window.canvas.setFocus()
    return desk


def place(desk: Any, column: float, row: float) -> QPointF:
    return QPointF(desk.window.canvas.view_point(column, row))


def draw(desk: Any, start: tuple[float, float], end: tuple[float, float]) -> None:
    desk.window.action("tool.length").trigger()
    drag(desk.window.canvas, place(desk, *start), [place(desk, *end)])


def lengths(desk: Any) -> list[Length]:
    reading = desk.room.annotations.shown[1].reading
    return [one.shape for one in reading.annotations.values()]


def near(found: Length, a: tuple[float, float], b: tuple[float, float]) -> bool:
    got = (found.a.column, found.a.row, found.b.column, found.b.row)
    return got == pytest.approx((*a, *b), abs=0.01)


def marked(desk: Any) -> np.ndarray[Any, Any]:
    """Return which pixels of the canvas are yellow or blue."""
    picture = desk.picture().astype(int)
    found: np.ndarray[Any, Any] = picture.max(axis=2) - picture.min(axis=2) > 50
    return found


@pytest.mark.parametrize("state", STATES)
def test_a_length_lies_on_its_pixels_in_every_turn(make_desk: Any, state: tuple[int, bool]) -> None:
    desk = shown(make_desk)
    if state[1]:
        desk.window.action("view.flip").trigger()
    for _ in range(state[0]):
        desk.window.action("view.rotate_right").trigger()
    draw(desk, (60, 100), (240, 300))
    assert near(lengths(desk)[0], (60, 100), (240, 300))
    found = marked(desk)
    for column, row in ((60 + 180 * t, 100 + 200 * t) for t in (0.1, 0.5, 0.9)):
        at = place(desk, column, row)
        assert found[int(at.y()) - 1 : int(at.y()) + 2, int(at.x()) - 1 : int(at.x()) + 2].any()
    off = place(desk, 240, 100)
    assert not found[int(off.y()) - 1 : int(off.y()) + 2, int(off.x()) - 1 : int(off.x()) + 2].any()


@pytest.mark.parametrize("code", [0, 4095])
def test_line_and_label_stand_out_from_black_and_white(make_desk: Any, code: int) -> None:
    desk = shown(make_desk, code)
    plain = desk.picture().astype(int)
    draw(desk, (60, 200), (240, 200))
    different = np.abs(desk.picture().astype(int) - plain).max(axis=2)
    at = place(desk, 150, 200)
    assert different[int(at.y()) - 3 : int(at.y()) + 4, int(at.x())].max() > 120
    # The label below the middle of the line: letters and veil.
    below = different[int(at.y()) + 8 : int(at.y()) + 40, int(at.x()) - 60 : int(at.x()) + 60]
    assert (below > 120).sum() > 100


def test_a_handle_is_dragged_and_undone_with_the_keys(make_desk: Any) -> None:
    desk = shown(make_desk)
    canvas = desk.window.canvas
    draw(desk, (60, 100), (240, 300))
    drag(canvas, place(desk, 240, 300), [place(desk, 230, 200), place(desk, 200, 120)])
    assert near(lengths(desk)[0], (60, 100), (200, 120))
    QTest.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert near(lengths(desk)[0], (60, 100), (240, 300))
    QTest.keyClick(canvas, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert near(lengths(desk)[0], (60, 100), (200, 120))
    QTest.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    shifted = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(canvas, Qt.Key.Key_Z, shifted)
    assert near(lengths(desk)[0], (60, 100), (200, 120))


def test_arrow_keys_move_the_selected_end_on_the_screen_and_step_through_the_films_otherwise(make_desk: Any) -> None:
    desk = shown(make_desk)
    canvas = desk.window.canvas
    desk.window.action("view.rotate_right").trigger()
    draw(desk, (60, 100), (240, 300))
    end = place(desk, 240, 300)
    drag(canvas, end, [end])
    before = lengths(desk)[0].b
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    # Turned clockwise, right on the screen is up in the image.
    assert lengths(desk)[0].b == Point(before.column, before.row - 1)
    QTest.keyClick(canvas, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert lengths(desk)[0].b == Point(before.column + 10, before.row - 1)
    assert desk.room.film.film.radiograph.key == "film-a"
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    desk.jobs.release_all()
    assert desk.room.film.film.radiograph.key == "b"


def test_delete_removes_and_escape_leaves_the_tool_at_last(make_desk: Any) -> None:
    desk = shown(make_desk)
    canvas = desk.window.canvas
    draw(desk, (60, 100), (240, 300))
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    assert lengths(desk) == []
    assert not marked(desk).any()
    assert desk.window.action("tool.length").isChecked()
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert desk.window.action("tool.window").isChecked()


def test_a_right_click_selects_what_the_context_menu_is_about(make_desk: Any) -> None:
    desk = shown(make_desk)
    canvas = desk.window.canvas
    draw(desk, (60, 100), (240, 100))
    draw(desk, (60, 300), (240, 300))
    asked = []
    canvas.menu_wanted.disconnect()
    canvas.menu_wanted.connect(lambda _: asked.append(desk.window.action("edit.delete").isEnabled()))
    at = place(desk, 150, 100)
    drag(canvas, at, [at], Qt.MouseButton.RightButton)
    beside = place(desk, 150, 200)
    drag(canvas, beside, [beside], Qt.MouseButton.RightButton)
    assert asked == [True, False]
    drag(canvas, at, [at], Qt.MouseButton.RightButton)
    desk.window.commands.run("edit.delete")
    assert len(lengths(desk)) == 1 and near(lengths(desk)[0], (60, 300), (240, 300))


def test_with_the_window_tool_a_line_is_moved_and_beside_it_the_window_changes(make_desk: Any) -> None:
    desk = shown(make_desk)
    canvas = desk.window.canvas
    draw(desk, (60, 100), (240, 100))
    desk.window.action("tool.window").trigger()
    drag(canvas, place(desk, 150, 100), [place(desk, 150, 140)])
    assert near(lengths(desk)[0], (60, 140), (240, 140))
    assert "W 4096" in canvas.words()["readout"]
    drag(canvas, place(desk, 150, 300), [place(desk, 250, 300)])
    assert "W 4096" not in canvas.words()["readout"]
    assert near(lengths(desk)[0], (60, 140), (240, 140))


def test_a_middle_drag_pans_while_a_length_is_being_drawn(make_desk: Any) -> None:
    desk = shown(make_desk)
    canvas = desk.window.canvas
    canvas.one_to_one()
    desk.window.action("tool.length").trigger()
    start = place(desk, 60, 100)
    drag(canvas, start, [start])  # a click: the first end
    drag(canvas, place(desk, 100, 100), [place(desk, 130, 120)], Qt.MouseButton.MiddleButton)
    end = place(desk, 240, 300)
    drag(canvas, end, [end])
    assert near(lengths(desk)[0], (60, 100), (240, 300))


def test_the_next_film_takes_the_annotations_away_and_coming_back_brings_them_and_the_view(make_desk: Any) -> None:
    desk = shown(make_desk)
    canvas = desk.window.canvas
    draw(desk, (60, 100), (240, 300))
    desk.window.action("tool.window").trigger()
    drag(canvas, place(desk, 150, 30), [place(desk, 190, 30)])
    desk.window.action("view.flip").trigger()
    desk.window.action("view.rotate_right").trigger()
    canvas.set_scale(2.5, place(desk, 100, 100))
    readout, corner = canvas.words()["readout"], canvas.film_point(QPointF(0, 0))
    desk.window.action("worklist.next").trigger()
    assert not marked(desk).any()
    desk.jobs.release_all()
    assert not marked(desk).any()
    desk.window.action("worklist.previous").trigger()
    desk.jobs.release_all()
    QApplication.processEvents()
    assert canvas.words()["readout"] == readout
    again = canvas.film_point(QPointF(0, 0))
    assert (again.x(), again.y()) == pytest.approx((corner.x(), corner.y()), abs=0.01)
    assert near(lengths(desk)[0], (60, 100), (240, 300))
    assert marked(desk).any()


def test_one_to_one_comes_back_exact(make_desk: Any) -> None:
    desk = shown(make_desk)
    canvas = desk.window.canvas
    canvas.one_to_one()
    canvas.pan_by(33, -21)
    corner = place(desk, 0, 0)
    assert (corner.x(), corner.y()) == pytest.approx((round(corner.x()), round(corner.y())), abs=1e-6)
    seen: list[Any] = []
    desk.room.film._on_looked = seen.append
    canvas.pan_by(0, 0)
    view = seen[-1]
    canvas.fit()
    canvas.show_place(view.zoom, view.centre)
    again = place(desk, 0, 0)
    assert (again.x(), again.y()) == pytest.approx((corner.x(), corner.y()), abs=1e-6)
    assert "100 %" in canvas.words()["readout"]


def test_the_values_of_a_region_are_shown_with_a_histogram_and_can_be_copied(make_desk: Any, qtbot: Any) -> None:
    desk = shown(make_desk, 1234)
    desk.window.action("tool.rectangle").trigger()
    drag(desk.window.canvas, place(desk, 100, 100), [place(desk, 140, 150)])
    desk.jobs.release_all()
    desk.window.action("measure.values").trigger()
    sheet = QApplication.activeModalWidget() or next(iter(desk.window.findChildren(RegionSheet)))
    assert "Mean\t1234 (no unit)" in sheet.text and "Area\t" in sheet.text
    picture = pixels(sheet.histogram.grab().toImage())
    colour = QColor(theme.current().accent)
    assert (np.abs(picture.astype(int) - (colour.red(), colour.green(), colour.blue())).max(axis=2) < 8).sum() > 100
    with qtbot.waitSignal(sheet.destroyed):
        sheet.close()


def test_words_are_typed_on_the_canvas_and_no_letter_runs_a_command(make_desk: Any) -> None:
    desk = shown(make_desk)
    canvas = desk.window.canvas
    desk.window.action("tool.text").trigger()
    at = place(desk, 100, 100)
    drag(canvas, at, [at])
    field = canvas.findChild(QLineEdit)
    assert field.accessibleName() == "Text"
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert "Type at least one character." in [label.text() for label in canvas.findChildren(QLabel)]
    QTest.keyClicks(field, "if")  # the keys of Invert and Fit
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert [one.text for one in lengths(desk)] == ["if"]  # type: ignore[attr-defined]
    assert not desk.window.action("grey.invert").isChecked()
    assert desk.window._hint.text() == "Click where the text begins"


def test_escape_in_the_field_leaves_nothing_behind(make_desk: Any) -> None:
    desk = shown(make_desk)
    desk.window.action("tool.calibrate").trigger()
    drag(desk.window.canvas, place(desk, 100, 100), [place(desk, 200, 100)])
    QTest.keyClick(desk.window.canvas.findChild(QLineEdit), Qt.Key.Key_Escape)
    assert lengths(desk) == []
    assert not marked(desk).any()


def test_tab_chooses_annotations_and_then_leaves_the_canvas(make_desk: Any) -> None:
    desk = shown(make_desk)
    canvas = desk.window.canvas
    draw(desk, (60, 100), (240, 100))
    draw(desk, (60, 300), (240, 300))
    desk.window.action("tool.window").trigger()
    canvas.setFocus()
    desk.room.annotations.escape()
    chosen = []
    for _ in range(2):
        QTest.keyClick(canvas, Qt.Key.Key_Tab)
        chosen.append(desk.room.annotations._selected)
    assert len({key for key, _ in chosen}) == 2
    QTest.keyClick(canvas, Qt.Key.Key_Tab)
    assert not desk.room.annotations.selected and QApplication.focusWidget() is not canvas


def test_enter_draws_without_a_mouse(make_desk: Any) -> None:
    desk = shown(make_desk)
    desk.window.action("tool.angle").trigger()
    QTest.keyClick(desk.window.canvas, Qt.Key.Key_Return)
    assert len(lengths(desk)) == 1
    QTest.keyClick(desk.window.canvas, Qt.Key.Key_Period)
    QTest.keyClick(desk.window.canvas, Qt.Key.Key_Right)
    moved = lengths(desk)[0]
    desk.window.action("edit.undo").trigger()
    assert lengths(desk)[0] != moved


def test_a_label_of_two_lines_has_room_for_both(make_desk: Any) -> None:
    make_desk(films={})
    one, two = (
        _label(text, "#ffffff", 1.0, QApplication.font().toString()) for text in ("wider line", "wider line\n2")
    )
    assert two.width() == one.width()
    line = QFontMetricsF(QApplication.font()).height()
    assert two.height() - one.height() >= line - 1
