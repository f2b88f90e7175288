"""Pixels that are not square, sides, shutter and overlays on the real canvas."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtWidgets import QApplication

from cxrviewer.imaging.radiograph import Orientation, Radiograph
from cxrviewer.imaging.shutter import Rectangle, Shutter
from cxrviewer.imaging.voi import VoiOrigin, VoiPreset, VoiWindow
from cxrviewer.presenters.layer import LayerPicture
from tests.fakes import fake_image

FULL = (VoiPreset("Full", VoiWindow(2048, 4096), VoiOrigin.WINDOW),)


def oblong(aspect: float, rows: int = 200, columns: int = 300) -> Radiograph:
    codes = np.full((rows, columns), 800, np.uint16)
    codes[rows // 2 :] = 3200
    return replace(fake_image(codes=codes, presets=FULL), aspect=aspect)


def marked() -> Radiograph:
    overlay = np.zeros((400, 300), np.bool_)
    overlay[150:250, 100:200] = True
    codes = np.full((400, 300), 2000, np.uint16)
    shutter = Shutter((Rectangle(50, 249, 60, 339),), 0.25)
    return replace(fake_image(codes=codes, presets=FULL), shutter=shutter, overlay=overlay)


def at(fixture: Any, column: float, row: float) -> int:
    place = fixture.window.canvas.view_point(column, row)
    return int(fixture.picture()[int(place.y()), int(place.x()), 0])


@pytest.mark.parametrize(
    ("aspect", "shape"),
    # 300 x 200 pixels: twice as high makes 300 x 400, twice as wide 600 x 200.
    [(1.0, 300 / 200), (2.0, 300 / 400), (0.5, 600 / 200)],
)
def test_a_image_is_drawn_in_its_true_shape(make_window: Any, aspect: float, shape: float) -> None:
    fixture = make_window(images={"a": oblong(aspect)}).open()
    canvas = fixture.window.canvas
    for look in (canvas.fit, canvas.one_to_one, lambda: canvas.set_scale(0.4)):
        look()
        corner, opposite = canvas.view_point(0, 0), canvas.view_point(300, 200)
        drawn = opposite - corner
        assert drawn.x() / drawn.y() == pytest.approx(shape, rel=0.01)
        # The edge between dark and bright lies in the middle of the rows.
        assert at(fixture, 150, 90) == round(255 * 800 / 4095)
        assert at(fixture, 150, 110) == round(255 * 3200 / 4095)


@pytest.mark.parametrize("aspect", [1.0, 2.0, 0.5])
def test_a_map_lies_on_the_same_pixels_whatever_their_shape(make_window: Any, aspect: float) -> None:
    fixture = make_window(images={"a": oblong(aspect)}).open()
    # 3 x 2 cells over 300 x 200 pixels: the bright one covers columns 200 to 299 of the upper half.
    intensity = np.zeros((2, 3), np.float32)
    intensity[0, 2] = 1.0
    to_image = np.array([[100.0, 0, 49.5], [0, 100.0, 49.5]])
    fixture.window.canvas.show_layer(LayerPicture(intensity, to_image, 1.0, "red"), "map")
    canvas, picture = fixture.window.canvas, fixture.picture()

    def red(column: float, row: float) -> bool:
        place = canvas.view_point(column, row)
        pixel = picture[int(place.y()), int(place.x())].astype(int)
        return bool(pixel[0] - pixel[2] > 60)

    assert red(250, 50)
    assert not red(250, 185)
    assert not red(60, 50)


@pytest.mark.parametrize(("aspect", "width", "height"), [(2.0, 300, 400), (0.5, 600, 200)])
def test_one_to_one_keeps_every_pixel_of_the_finer_direction(
    make_window: Any, aspect: float, width: int, height: int
) -> None:
    fixture = make_window(images={"a": oblong(aspect)}).open()
    canvas = fixture.window.canvas
    canvas.one_to_one()
    drawn = canvas.view_point(300, 200) - canvas.view_point(0, 0)
    assert (drawn.x(), drawn.y()) == pytest.approx((width, height))
    assert "100 %" in canvas.words()["readout"]
    assert "smoothed between" in canvas.words()["readout"]


def test_the_cursor_counts_pixels_of_the_image_whatever_their_shape(make_window: Any, qtbot: Any) -> None:
    fixture = make_window(images={"a": oblong(2.0)}).open()
    canvas = fixture.window.canvas
    place = canvas.view_point(37.5, 120.5)
    there = QPoint(round(place.x()), round(place.y()))
    qtbot.mouseMove(canvas.viewport(), there)
    canvas._report(QPointF(there))
    column, row = canvas.words()["probe"].split(" = ")[0].split(", ")
    assert (int(column), int(row)) == pytest.approx((37, 120), abs=1)
    assert canvas.words()["probe"].endswith("= 3200")


def test_zooming_keeps_the_place_under_the_cursor_with_oblong_pixels(make_window: Any) -> None:
    fixture = make_window(images={"a": oblong(2.0)}).open()
    canvas = fixture.window.canvas
    about = canvas.view_point(100, 60)
    canvas.set_scale(canvas.scale_factor() * 1.7, about)
    after = canvas.image_point(about)
    assert (after.x(), after.y()) == pytest.approx((100, 60), abs=0.5)


def test_sides_stand_at_the_edges_and_leave_with_their_image(make_window: Any) -> None:
    placed = replace(fake_image(), orientation=Orientation("LA", "F"))
    fixture = make_window(images={"a": placed, "b": fake_image(key="b")}).open()
    words = fixture.window.canvas.words()
    sides = {name: words.get(name) for name in ("sideLeft", "sideRight", "sideUpper", "sideLower")}
    assert sides == {"sideLeft": "RP", "sideRight": "LA", "sideUpper": "H", "sideLower": "F"}
    assert "sides not marked" not in words["readout"]
    fixture.window.action("worklist.next").trigger()
    assert "sideLeft" not in fixture.window.canvas.words()
    fixture.jobs.release_all()
    words = fixture.window.canvas.words()
    assert "sideLeft" not in words
    assert "sides not marked" in words["readout"]


@pytest.mark.parametrize("size", [(1280, 800), (900, 560), (1920, 1080)])
def test_no_side_lies_over_other_words(make_window: Any, size: tuple[int, int]) -> None:
    placed = replace(
        fake_image(notes=("A long note about this film. " * 6,)),
        orientation=Orientation("L", "F"),
        flipped=(True, True),
    )
    fixture = make_window(size, images={"a": placed}).open()
    labels = [w for w in fixture.window.canvas._words._sides if w.isVisible()]
    others = [w for w in fixture.window.canvas._words._corners() if w.isVisible()]
    assert len(labels) == 4
    assert len(others) >= 3
    for label in labels:
        assert not [o.objectName() for o in others if o.geometry().intersects(label.geometry())]
        assert fixture.window.canvas.viewport().rect().contains(label.geometry())


@pytest.mark.parametrize("layout", ["viewport.layout_1x3", "viewport.layout_2x2"])
def test_in_a_small_viewport_every_word_is_whole_and_no_side_lies_over_it(make_window: Any, layout: str) -> None:
    placed = replace(fake_image(notes=("A long note about this film. " * 4,)), orientation=Orientation("L", "F"))
    fixture = make_window((1280, 800), images={"a": placed}).open()
    fixture.window.commands.run(layout)
    QApplication.processEvents()
    canvas = fixture.window.canvas
    canvas.show_layer(None, "Pleural effusion · Grad-CAM of a head with a long title, 7 × 7 of 224 × 224 pixels")
    QApplication.processEvents()
    words = canvas._words
    others = [one for one in words._corners() if one.isVisible()]
    for one in others:
        assert canvas.viewport().rect().contains(one.geometry()), one.objectName()
        assert one.height() >= one.heightForWidth(one.width()), one.objectName()
    for side in words._sides:
        assert not [one.objectName() for one in others if one.geometry().intersects(side.geometry())]


def test_the_line_at_the_lower_edge_breaks_between_its_parts_only(make_window: Any) -> None:
    fixture = make_window((1024, 700), images={"a": fake_image()}).open()
    fixture.window.commands.run("viewport.layout_1x3")
    readout = fixture.window.canvas._words.readout
    parts = [part for longer in readout.text().split("  ·  ") for part in longer.split(" · ")]
    assert len(parts) >= 4
    assert readout.height() >= 2 * readout.fontMetrics().height()  # it is too long for one line
    assert not [part for part in parts if " " in part]
    longest = max(readout.fontMetrics().horizontalAdvance(part) for part in parts)
    assert longest <= readout.width()  # none is cut off
    assert "W 4096 L 2048" in fixture.window.canvas.words()["readout"]


def test_shutter_and_overlays_are_drawn_and_can_be_switched(make_window: Any) -> None:
    fixture = make_window(images={"a": marked(), "b": fake_image(key="b"), "c": replace(marked(), key="c")}).open()
    inside, under, graphic = (70, 80), (270, 130), (150, 200)
    grey = round(255 * 2000 / 4095)
    assert [at(fixture, *place) for place in (inside, under, graphic)] == pytest.approx([grey, 64, 255], abs=1)
    overlays, shutter = fixture.window.action("view.overlays"), fixture.window.action("view.shutter")
    assert (overlays.isChecked(), shutter.isChecked()) == (True, True)
    overlays.trigger()
    shutter.trigger()
    assert [at(fixture, *place) for place in (inside, under, graphic)] == pytest.approx([grey] * 3, abs=1)
    assert "shutter off  ·  overlays off" in fixture.window.canvas.words()["readout"]
    fixture.window.action("worklist.next").trigger()
    fixture.jobs.release_all()
    assert not overlays.isEnabled()
    assert not shutter.isEnabled()
    assert "off" not in fixture.window.canvas.words()["readout"]
    # The choice stays, and the next image that has some says so.
    fixture.window.action("worklist.next").trigger()
    fixture.jobs.release_all()
    assert (overlays.isChecked(), overlays.isEnabled()) == (False, True)
    assert "overlays off" in fixture.window.canvas.words()["readout"]
    fixture.window.action("grey.reset").trigger()
    assert (overlays.isChecked(), shutter.isChecked()) == (True, True)
    assert at(fixture, *graphic) == 255


def test_inversion_and_window_leave_shutter_and_overlays_alone(make_window: Any) -> None:
    fixture = make_window(images={"a": marked()}).open()
    fixture.window.action("grey.invert").trigger()
    assert [at(fixture, *place) for place in ((270, 130), (150, 200))] == pytest.approx([64, 255], abs=1)


def test_what_is_sampled_ahead_is_what_the_canvas_requests_for(make_window: Any) -> None:
    for shape, size in (((400, 300), (1280, 800)), ((301, 487), (1111, 777)), ((2000, 1601), (900, 650))):
        codes = np.linspace(0, 4095, shape[0] * shape[1]).reshape(shape).astype(np.uint16)
        fixture = make_window(size, images={"a": fake_image(codes=codes)}).open()
        shown = fixture.room.image.image
        assert shown is not None
        fixture.picture()
        requested = shown.screen._sampled
        assert requested is not None
        box, width, height = fixture.window.canvas.screen().fitted(shape[1], shape[0])
        assert requested[0] == (*box.edges(), width, height, shown.screen.prepared)


@pytest.mark.parametrize("turns", [0, 1])
def test_a_pan_shows_what_a_fresh_sampling_of_the_same_place_shows(make_window: Any, turns: int) -> None:
    rng = np.random.default_rng(3)
    codes = rng.integers(0, 4096, (1600, 1200)).astype(np.uint16)
    fixture = make_window(images={"a": fake_image(codes=codes)}).open()
    canvas = fixture.window.canvas
    for _ in range(turns):
        fixture.room.image.turn(1)
    canvas.set_scale(0.7)
    fixture.picture()
    canvas.pan_by(37, -21)
    panned = fixture.picture()
    assert canvas._image._wholes
    canvas._image._requested, canvas._image._codes = (), None  # as if it were shown here for the first time
    fresh = fixture.picture()
    assert not canvas._image._wholes
    assert np.abs(panned.astype(int) - fresh.astype(int)).max() <= 1
