"""Turned and flipped views on the real canvas, read back from its own pixels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from cxrviewer.imaging.radiograph import Orientation, Radiograph
from cxrviewer.imaging.shutter import Rectangle, Shutter
from cxrviewer.imaging.voi import VoiOrigin, VoiPreset, VoiWindow
from cxrviewer.presenters.layer import LayerPicture
from tests.fakes import fake_image
from tests.qt.window_fixture import drag

FULL = (VoiPreset("Full", VoiWindow(2048, 4096), VoiOrigin.WINDOW),)
STATES = [(quarters, flipped) for flipped in (False, True) for quarters in range(4)]
# (left, right, upper, lower) of an image with R, L, H and F at its own; by hand, as in test_reading_turn.
EDGES = {
    (0, False): "RLHF", (1, False): "FHRL", (2, False): "LRFH", (3, False): "HFLR",
    (0, True): "LRHF", (1, True): "FHLR", (2, True): "RLFH", (3, True): "HFRL",
}  # fmt: skip


def quarters() -> Radiograph:
    """Return 300 rows x 200 columns: 400 in the upper left quarter, 1200 right of it, then 2400 and 3600."""
    codes = np.empty((300, 200), np.uint16)
    codes[:150, :100], codes[:150, 100:] = 400, 1200
    codes[150:, :100], codes[150:, 100:] = 2400, 3600
    return replace(fake_image(codes=codes, presets=FULL), orientation=Orientation("L", "F"))


def turned(fixture: Any, state: tuple[int, bool]) -> Any:
    """Bring the open image into a state by the window's own commands."""
    if state[1]:
        fixture.window.action("view.flip").trigger()
    for _ in range(state[0]):
        fixture.window.action("view.rotate_right").trigger()
    return fixture.window.canvas


def at(fixture: Any, column: float, row: float) -> int:
    place = fixture.window.canvas.view_point(column, row)
    return int(fixture.picture()[int(place.y()), int(place.x()), 0])


def as_shown(codes: np.ndarray[Any, Any], state: tuple[int, bool]) -> np.ndarray[Any, Any]:
    mirrored = codes[:, ::-1] if state[1] else codes
    return np.rot90(mirrored, -state[0])  # rot90 with a negative count turns clockwise


@pytest.mark.parametrize("aspect", [1.0, 2.0])
@pytest.mark.parametrize("view", ["fit", "one_to_one", "zoomed"])
@pytest.mark.parametrize("state", STATES)
def test_every_quarter_of_the_image_keeps_its_grey(
    make_window: Any, state: tuple[int, bool], view: str, aspect: float
) -> None:
    fixture = make_window(images={"a": replace(quarters(), aspect=aspect)}).open()
    canvas = turned(fixture, state)
    {"fit": canvas.fit, "one_to_one": canvas.one_to_one, "zoomed": lambda: canvas.set_scale(1.7)}[view]()
    for column, row, code in ((85, 130, 400), (115, 130, 1200), (85, 170, 2400), (115, 170, 3600)):
        assert at(fixture, column, row) == round(255 * code / 4095)


@pytest.mark.parametrize("state", STATES)
def test_at_one_to_one_every_screen_pixel_is_one_image_pixel(make_window: Any, state: tuple[int, bool]) -> None:
    codes = np.random.default_rng(1).integers(0, 4096, (400, 300)).astype(np.uint16)
    fixture = make_window(images={"a": fake_image(codes=codes, presets=FULL)}).open()
    canvas = turned(fixture, state)
    canvas.one_to_one()
    wanted = (as_shown(codes, state) / 4095 * 255 + 0.5).astype(np.uint8)
    corners = [canvas.view_point(x, y) for x in (0, 300) for y in (0, 400)]
    left, top = round(min(c.x() for c in corners)), round(min(c.y() for c in corners))
    height, width = wanted.shape
    painted = fixture.picture()[top : top + height, left : left + width, 0]
    # Without the rims, where words may lie.
    np.testing.assert_array_equal(painted[70:-70, 20:-20], wanted[70:-70, 20:-20])
    assert "every pixel shown" in canvas.words()["readout"]


@pytest.mark.parametrize("state", STATES)
def test_the_letters_at_the_edges_follow(make_window: Any, state: tuple[int, bool]) -> None:
    fixture = make_window(images={"a": quarters()}).open()
    words = turned(fixture, state).words()
    assert "".join(words[f"side{edge}"] for edge in ("Left", "Right", "Upper", "Lower")) == EDGES[state]
    assert ("FLIPPED" in words["readout"]) == state[1]
    assert ("turned" in words["readout"]) == (state[0] != 0)


@pytest.mark.parametrize("state", STATES)
def test_the_cursor_counts_rows_and_columns_of_the_image(make_window: Any, state: tuple[int, bool]) -> None:
    fixture = make_window(images={"a": quarters()}).open()
    canvas = turned(fixture, state)
    canvas.set_scale(2.0)
    place = canvas.view_point(115.5, 170.5)
    drag(canvas, place, [place], Qt.MouseButton.MiddleButton)
    assert canvas.words()["probe"] == "115, 170 = 3600"


@pytest.mark.parametrize("state", STATES)
def test_the_wheel_keeps_the_image_point_under_the_cursor(make_window: Any, state: tuple[int, bool]) -> None:
    fixture = make_window(images={"a": quarters()}).open()
    canvas = turned(fixture, state)
    cursor = canvas.view_point(80, 190)
    event = QWheelEvent(
        cursor, canvas.mapToGlobal(cursor), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas.viewport(), event)
    after = canvas.image_point(cursor)
    assert (after.x(), after.y()) == pytest.approx((80, 190), abs=0.6)


@pytest.mark.parametrize("state", STATES)
def test_fit_shows_the_whole_image_and_it_cannot_be_lost(make_window: Any, state: tuple[int, bool]) -> None:
    fixture = make_window(images={"a": quarters()}).open()
    canvas = turned(fixture, state)
    view = canvas.viewport()
    corners = [canvas.view_point(x, y) for x in (0, 200) for y in (0, 300)]
    width = max(c.x() for c in corners) - min(c.x() for c in corners)
    height = max(c.y() for c in corners) - min(c.y() for c in corners)
    shape = 300 / 200 if state[0] % 2 else 200 / 300
    assert width / height == pytest.approx(shape, rel=0.01)
    assert max(width / view.width(), height / view.height()) == pytest.approx(1, abs=0.01)
    assert all(view.rect().adjusted(-1, -1, 1, 1).contains(c.toPoint()) for c in corners)
    canvas.pan_by(10_000, -10_000)
    assert view.rect().adjusted(-1, -1, 1, 1).contains(canvas.view_point(100, 150).toPoint())


def test_turning_a_magnified_image_keeps_its_middle_and_size(make_window: Any) -> None:
    fixture = make_window(images={"a": quarters()}).open()
    canvas = fixture.window.canvas
    canvas.set_scale(6.0)
    canvas.pan_by(90, -120)
    middle = QPointF(canvas.viewport().rect().center())
    before = canvas.image_point(middle)
    for name in ("view.rotate_right", "view.flip", "view.rotate_left"):
        fixture.window.action(name).trigger()
        after = canvas.image_point(middle)
        assert (after.x(), after.y()) == pytest.approx((before.x(), before.y()), abs=0.5)
        assert canvas.scale_factor() == pytest.approx(6.0)


@pytest.mark.parametrize("state", STATES)
def test_shutter_overlay_and_map_stay_on_their_pixels(make_window: Any, state: tuple[int, bool]) -> None:
    overlay = np.zeros((300, 200), np.bool_)
    overlay[100:120, 130:150] = True
    codes = np.full((300, 200), 2000, np.uint16)
    shutter = Shutter((Rectangle(30, 199, 0, 299),), 0.0)
    marked = replace(fake_image(codes=codes, presets=FULL), shutter=shutter, overlay=overlay)
    fixture = make_window(images={"a": marked}).open()
    canvas = turned(fixture, state)
    grey = round(255 * 2000 / 4095)
    assert [at(fixture, *place) for place in ((15, 150), (140, 110), (60, 190))] == pytest.approx([0, 255, grey], abs=1)
    # 2 x 3 cells over 200 x 300 pixels: the bright one covers columns 100 to 199 of the lowest third.
    intensity = np.zeros((3, 2), np.float32)
    intensity[2, 1] = 1.0
    to_image = np.array([[100.0, 0, 49.5], [0, 100.0, 49.5]])
    canvas.show_layer(LayerPicture(intensity, to_image, 1.0, "red"), "map")
    picture = fixture.picture().astype(int)

    def red(column: float, row: float) -> bool:
        place = canvas.view_point(column, row)
        pixel = picture[int(place.y()), int(place.x())]
        return bool(pixel[0] - pixel[2] > 60)

    assert red(150, 250)
    assert not red(60, 250)
    assert not red(150, 60)


def test_the_next_image_and_reset_are_shown_as_stored(make_window: Any) -> None:
    fixture = make_window(images={"a": quarters(), "b": replace(quarters(), key="b")}).open()
    canvas = turned(fixture, (1, True))
    fixture.window.action("grey.reset").trigger()
    assert canvas.words()["sideLeft"] == "R"
    assert "FLIPPED" not in canvas.words()["readout"]
    turned(fixture, (1, True))
    fixture.window.action("worklist.next").trigger()
    fixture.jobs.release_all()
    assert canvas.words()["sideLeft"] == "R"
    assert "FLIPPED" not in canvas.words()["readout"]
    assert at(fixture, 85, 130) == round(255 * 400 / 4095)
