"""What the canvas paints, read back from its own pixels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from cxrviewer.imaging.radiograph import PixelSpacing, SpacingKind
from cxrviewer.imaging.voi import VoiOrigin, VoiPreset, VoiWindow
from cxrviewer.qt.image_canvas import layer_colours, outlined
from cxrviewer.qt.image_items import ImageItem, refined
from cxrviewer.qt.layer_controls import Legend
from cxrviewer.qt.magnifier import SIZE, Magnifier
from cxrviewer.qt.screen_size import ScreenSizeDialog
from cxrviewer.qt.tools import Tool
from cxrviewer.settings import COLOUR_MAPS
from tests.fakes import FakeScorer, fake_image, prediction
from tests.qt.window_fixture import drag

# LINEAR over the full 12 bits: grey is code / 4095 (PS3.3 C.11.2.1.2.1).
FULL = (VoiPreset("Full", VoiWindow(2048, 4096), VoiOrigin.WINDOW),)


def grey(code: int) -> int:
    return round(255 * code / 4095)


def at(fixture: Any, column: float, row: float) -> list[int]:
    """Return the painted colour at an image place (pixel edges)."""
    place = fixture.window.canvas.view_point(column, row)
    value: list[int] = fixture.picture()[int(place.y()), int(place.x())].tolist()
    return value


def blocks() -> np.ndarray[Any, Any]:
    """Return an image of four plain quarters, 400 rows x 300 columns."""
    codes = np.empty((400, 300), np.uint16)
    codes[:200, :150], codes[:200, 150:] = 400, 1200
    codes[200:, :150], codes[200:, 150:] = 2400, 3600
    return codes


@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("view", ["fit", "one_to_one", "zoomed"])
def test_grey_on_the_screen_is_the_grey_of_the_standard(make_window: Any, view: str, inverted: bool) -> None:
    fixture = make_window(images={"a": fake_image(codes=blocks(), presets=FULL, inverted=inverted)}).open()
    if view == "one_to_one":
        fixture.window.canvas.one_to_one()
    if view == "zoomed":
        fixture.window.canvas.set_scale(2.7)
    for column, row, code in ((130, 170, 400), (170, 170, 1200), (130, 230, 2400), (170, 230, 3600)):
        expected = grey(4095 - code) if inverted else grey(code)
        assert at(fixture, column, row) == pytest.approx([expected] * 3, abs=1)


def test_inverting_and_inverting_again(make_window: Any) -> None:
    fixture = make_window(images={"a": fake_image(codes=blocks(), presets=FULL)}).open()
    before = fixture.picture()
    fixture.window.action("grey.invert").trigger()
    assert at(fixture, 75, 100) == [grey(4095 - 400)] * 3
    fixture.window.action("grey.invert").trigger()
    np.testing.assert_array_equal(fixture.picture(), before)


def test_at_one_to_one_every_screen_pixel_is_one_image_pixel(make_window: Any) -> None:
    rng = np.random.default_rng(1)
    codes = rng.integers(0, 4096, (400, 300)).astype(np.uint16)
    fixture = make_window(images={"a": fake_image(codes=codes, presets=FULL)}).open()
    fixture.window.canvas.one_to_one()
    corner = fixture.window.canvas.view_point(0, 0)
    x, y = round(corner.x()), round(corner.y())
    painted = fixture.picture()[y + 60 : y + 360, x : x + 300, 0]  # below the identity, above the readout
    np.testing.assert_array_equal(painted, (codes[60:360] / 4095 * 255 + 0.5).astype(np.uint8))
    assert "every pixel shown" in fixture.window.canvas.words()["readout"]


def test_fit_says_that_the_image_is_resampled_and_survives_a_resize(make_window: Any) -> None:
    codes = np.zeros((2000, 1500), np.uint16)
    fixture = make_window(images={"a": fake_image(codes=codes)}).open()
    assert "resampled" in fixture.window.canvas.words()["readout"]
    fixture.window.resize(1000, 640)
    QApplication.processEvents()
    canvas = fixture.window.canvas
    top, bottom = canvas.view_point(0, 0), canvas.view_point(1500, 2000)
    assert top.y() == pytest.approx(0, abs=1)
    assert bottom.y() == pytest.approx(canvas.viewport().height(), abs=1)


@pytest.mark.parametrize("scale", [0.5, 1.0, 3.3, 9.0])
def test_the_wheel_keeps_the_image_point_under_the_cursor(make_window: Any, scale: float) -> None:
    fixture = make_window().open()
    canvas = fixture.window.canvas
    canvas.set_scale(scale)
    cursor = QPointF(canvas.viewport().width() / 2 + 20, canvas.viewport().height() / 2 - 15)
    before = canvas.image_point(cursor)
    event = QWheelEvent(
        cursor, canvas.mapToGlobal(cursor), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas.viewport(), event)
    after = canvas.image_point(cursor)
    assert canvas.scale_factor() == pytest.approx(scale * 1.15, rel=1e-6)
    assert (after.x(), after.y()) == pytest.approx((before.x(), before.y()), abs=0.6)


def test_a_window_drag_changes_width_and_level(make_window: Any) -> None:
    fixture = make_window(images={"a": fake_image(codes=blocks(), presets=FULL)}).open()
    drag(fixture.window.canvas, QPointF(300, 300), [QPointF(320, 300), QPointF(400, 300)])
    # By hand: 100 pixels to the right are a factor of exp(100 / 400): 5259.5.
    assert "W 5259 L 2048" in fixture.window.canvas.words()["readout"]
    drag(fixture.window.canvas, QPointF(300, 300), [QPointF(300, 250)])
    # By hand: up 50 pixels lowers the level by 50 / 400 of the width 5259.5.
    assert "L 1391" in fixture.window.canvas.words()["readout"]
    value = at(fixture, 75, 300)[0]
    window = VoiWindow(2048 - 5259.5 / 8, 5259.5)
    assert value == pytest.approx(255 * window.apply(np.array([2400.0]))[0], abs=1)


@pytest.mark.parametrize(
    ("button", "tool"), [(Qt.MouseButton.MiddleButton, ""), (Qt.MouseButton.LeftButton, "tool.pan")]
)
def test_panning_moves_the_image_with_the_hand(make_window: Any, button: Qt.MouseButton, tool: str) -> None:
    fixture = make_window().open()
    canvas = fixture.window.canvas
    if tool:
        fixture.window.action(tool).trigger()
    canvas.set_scale(2.0)
    before = canvas.view_point(100, 100)
    drag(canvas, QPointF(300, 300), [QPointF(340, 310), QPointF(350, 330)], button)
    after = canvas.view_point(100, 100)
    assert (after.x() - before.x(), after.y() - before.y()) == pytest.approx((50, 30), abs=1)


def test_a_right_drag_zooms(make_window: Any) -> None:
    fixture = make_window().open()
    canvas = fixture.window.canvas
    canvas.one_to_one()
    drag(canvas, QPointF(300, 300), [QPointF(300, 225), QPointF(300, 150)], Qt.MouseButton.RightButton)
    assert canvas.scale_factor() == pytest.approx(2.0, rel=1e-6)  # 150 pixels up double it


def test_the_image_cannot_be_lost_by_panning(make_window: Any) -> None:
    fixture = make_window().open()
    fixture.window.canvas.pan_by(10_000, -10_000)
    middle = fixture.window.canvas.view_point(150, 200)
    assert fixture.window.canvas.viewport().rect().adjusted(-1, -1, 1, 1).contains(middle.toPoint())


def test_the_value_under_the_cursor(make_window: Any) -> None:
    fixture = make_window(images={"a": fake_image(codes=blocks(), presets=FULL)}).open()
    canvas = fixture.window.canvas
    place = canvas.view_point(170.5, 230.5)
    drag(canvas, place, [place], Qt.MouseButton.MiddleButton)
    assert canvas.words()["probe"] == "170, 230 = 3600"
    drag(canvas, QPointF(2, 200), [QPointF(2, 200)], Qt.MouseButton.MiddleButton)
    assert "probe" not in canvas.words()


def test_a_colour_image_is_shown_in_its_colours(make_window: Any) -> None:
    fixture = make_window(images={"a": fake_image(colour=True)}).open()
    assert at(fixture, 150, 200) == [200, 0, 0]


def test_padding_is_black_in_both_polarities(make_window: Any) -> None:
    codes = blocks()
    codes[:, 250:] = 4095
    fixture = make_window(images={"a": fake_image(codes=codes, padding=(4095, 4095), presets=FULL)}).open()
    assert at(fixture, 280, 200) == [0, 0, 0]
    fixture.window.action("grey.invert").trigger()
    assert at(fixture, 280, 200) == [0, 0, 0]


# The layer.


def layered(make_window: Any, **image_more: Any) -> Any:
    """Return a desk with the layer of finding 0 on: one bright cell at row 2, column 1 of 7 x 7."""
    codes = np.full((400, 300), 1000, np.uint16)
    fixture = make_window(images={"a": fake_image(codes=codes, presets=FULL, **image_more)}).open()
    fixture.room.layer.set_opacity(100)
    fixture.window.action("ai.heat_map").trigger()
    return fixture


def coloured(picture: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return how far every pixel is from grey."""
    apart: np.ndarray[Any, Any] = picture.max(axis=2).astype(int) - picture.min(axis=2).astype(int)
    return apart


@pytest.mark.parametrize("move", ["fit", "one_to_one", "zoomed", "panned", "inverted"])
def test_the_layer_lies_where_its_cell_lies(make_window: Any, move: str) -> None:
    fixture = layered(make_window)
    canvas = fixture.window.canvas
    if move == "one_to_one":
        canvas.one_to_one()
    if move == "zoomed":
        canvas.set_scale(2.5)
    if move == "panned":
        canvas.set_scale(1.6)
        canvas.pan_by(-40, 55)
    if move == "inverted":
        fixture.window.action("grey.invert").trigger()
    colour = coloured(fixture.picture()).astype(float)
    colour[colour < 60] = 0
    rows, columns = np.nonzero(colour)
    weights = colour[rows, columns]
    middle = (float(np.average(columns, weights=weights)) + 0.5, float(np.average(rows, weights=weights)) + 0.5)
    # By hand: cell (column 1, row 2) of 7 x 7 stretched over 300 x 400 pixels has its centre
    # at 1.5 * 300 / 7 and 2.5 * 400 / 7 pixel edges.
    expected = canvas.view_point(1.5 * 300 / 7, 2.5 * 400 / 7)
    assert middle == pytest.approx((expected.x(), expected.y()), abs=1.5)


def test_the_layer_never_reaches_beyond_the_image(make_window: Any) -> None:
    fixture = layered(make_window)
    fixture.scorer.answers.clear()
    picture = fixture.picture()
    left = fixture.window.canvas.view_point(0, 0).x()
    assert coloured(picture)[60:-60, : int(left) - 1].max() == 0


def test_no_evidence_is_no_colour_and_opacity_zero_is_the_plain_image(make_window: Any) -> None:
    fixture = layered(make_window)
    # The right edge of the map is zero, and no caption lies there in any font: the image's own grey.
    assert at(fixture, 280, 300) == [grey(1000)] * 3
    fixture.room.layer.set_opacity(0)
    with_nothing = coloured(fixture.picture())[120:-60]
    assert with_nothing.max() == 0


def test_the_brightest_cell_at_full_opacity_has_the_last_colour_of_the_legend(make_window: Any) -> None:
    fixture = layered(make_window)
    # The refined map reaches the reference at the cell's centre, where alpha is 255.
    expected = layer_colours("inferno")[-1, :3]
    assert at(fixture, 1.5 * 300 / 7, 2.5 * 400 / 7) == pytest.approx(expected.tolist(), abs=12)


def test_key_h_and_the_slider_never_run_the_model(make_window: Any, qtbot: Any) -> None:
    fixture = layered(make_window)
    for value in (10, 80):
        fixture.window.findings.layer.slider.setValue(value)
    for _ in range(3):
        qtbot.keyClick(fixture.window, Qt.Key.Key_H)
    fixture.window.findings.cards()[1].click()
    assert fixture.scorer.ran == ["film-a"]
    assert fixture.jobs.newest == {}


def test_refining_a_map_never_invents_evidence() -> None:
    values = prediction().maps[0].values / 4.0
    fine = refined(values)
    assert fine.max() <= values.max()
    assert fine.min() >= 0
    assert fine.shape == (7 * 24, 7 * 24)


@pytest.mark.parametrize(
    ("shape", "fine"),
    [((14, 14), (336, 336)), ((128, 128), (512, 512)), ((64, 128), (256, 512)), ((3000, 10), (512, 2))],
)
def test_a_large_map_is_refined_less_so_that_drawing_it_costs_no_more(
    shape: tuple[int, int], fine: tuple[int, int]
) -> None:
    assert refined(np.ones(shape, np.float32)).shape == fine


def test_a_map_of_many_cells_lies_where_its_cells_lie(make_window: Any) -> None:
    """128 x 128 cells are refined by 4 and not by 24; 4 x 4 bright ones lie round column 72, row 42."""
    values = np.zeros((128, 128), np.float32)
    values[40:44, 70:74] = 4.0
    to_image = np.array([[300 / 128, 0, 150 / 128 - 0.5], [0, 400 / 128, 200 / 128 - 0.5]])
    answer = prediction()
    answer = replace(answer, maps=tuple(replace(one, values=values, to_image=to_image) for one in answer.maps))
    codes = np.full((400, 300), 1000, np.uint16)
    scorer = FakeScorer(answers={"film-a": answer})
    fixture = make_window(images={"a": fake_image(codes=codes, presets=FULL)}, scorer=scorer).open()
    fixture.room.layer.set_opacity(100)
    fixture.window.action("ai.heat_map").trigger()

    def drawn(column: float, row: float) -> bool:
        red, green, blue = at(fixture, column * 300 / 128, row * 400 / 128)
        return max(red, green, blue) - min(red, green, blue) > 20

    assert drawn(72, 42)
    assert not any(drawn(column, row) for column, row in ((67, 42), (77, 42), (72, 37), (72, 47)))


@pytest.mark.parametrize("name", COLOUR_MAPS)
def test_every_colour_map_starts_transparent_and_grows(name: str) -> None:
    table = layer_colours(name)
    assert table.shape == (256, 4)
    assert table[0, 3] == 0
    assert (np.diff(table[:, 3].astype(int)) >= 0).all()
    assert table[-1, 3] == 255


@pytest.mark.parametrize(
    ("name", "place", "published"),
    [
        # Nuñez, Anderton and Renslow, PLoS ONE 13(7): e0199239, colours 75, 135 and 255 of the table published with it.
        ("cividis", 0, (0.3014, 0.3340, 0.4224)),
        ("cividis", 85, (0.5158, 0.5065, 0.4736)),
        ("cividis", 255, (1.0000, 0.9169, 0.2731)),
        # matplotlib's `_viridis_data`, the last colour.
        ("viridis", 255, (0.993248, 0.906157, 0.143936)),
    ],
)
def test_a_colour_map_has_the_colours_that_were_published(
    name: str, place: int, published: tuple[float, float, float]
) -> None:
    assert layer_colours(name)[place, :3] == pytest.approx([255 * part for part in published], abs=1)


def test_the_legend_shows_the_colours_of_the_chosen_map(qapp: QApplication) -> None:
    legend = Legend()
    legend.resize(256, 10)
    legend.take("cividis")
    end = legend.grab().toImage().pixelColor(255, 5)
    assert (end.red(), end.green(), end.blue()) == pytest.approx((255, 234, 70), abs=1)


def test_the_line_over_a_map_lies_where_a_ramp_reaches_half() -> None:
    # A ridge that falls by 0.1 per pixel from column 20 on, rows 10 to 29: half is reached 5 pixels from its middle.
    columns = np.arange(60)
    fine = np.zeros((40, 60), np.float32)
    fine[10:30] = np.clip(1 - 0.1 * np.abs(columns - 20), 0, 1)
    (line,) = outlined(fine)
    assert line[0] == line[-1]
    xs, ys = zip(*line, strict=True)
    # Pixel k covers [k, k + 1): its middle lies at k + 0.5.
    assert (min(xs), max(xs)) == pytest.approx((15.5, 25.5), abs=1e-6)
    assert (min(ys), max(ys)) == pytest.approx((10, 30), abs=0.5)


def test_a_faint_map_has_no_line_and_one_at_the_edge_is_closed() -> None:
    assert outlined(np.full((30, 30), 0.49, np.float32)) == []
    (line,) = outlined(np.ones((30, 30), np.float32))
    assert line[0] == line[-1]


def test_a_large_map_is_outlined_at_the_same_place() -> None:
    y, x = np.mgrid[:512, :512]
    (line,) = outlined((np.hypot(x + 0.5 - 256, y + 0.5 - 256) < 100).astype(np.float32))
    radii = [np.hypot(column - 256, row - 256) for column, row in line]
    assert (min(radii), max(radii)) == pytest.approx((100, 100), abs=6)


def test_the_line_is_painted_around_the_bright_cell_and_goes_with_the_map(make_window: Any) -> None:
    fixture = make_window(images={"a": fake_image(codes=blocks(), presets=FULL)}).open()
    plain = fixture.picture()
    fixture.window.action("ai.heat_map").trigger()
    fixture.room.layer.set_opacity(0)  # the line alone
    changed = np.abs(fixture.picture().astype(int) - plain.astype(int)).max(axis=2) > 60
    changed[changed.shape[0] // 2 :] = False  # the words in the lower corners change too
    rows, columns = np.nonzero(changed)
    # Cardiomegaly's bright cell is row 2, column 1 of 7 x 7 over 400 x 300: its middle is (64.3, 142.9).
    middle = fixture.window.canvas.view_point(64.3, 142.9)
    size = fixture.window.canvas.scale_factor() * np.array([300 / 7, 400 / 7])
    assert (columns.mean(), rows.mean()) == pytest.approx((middle.x(), middle.y()), abs=4)
    assert 0.5 < np.ptp(columns) / size[0] < 1.6 and 0.5 < np.ptp(rows) / size[1] < 1.6
    fixture.window.action("ai.heat_map").trigger()
    assert (fixture.picture() == plain).all()


def test_a_rectangle_over_dark_pixels_makes_their_window_and_the_tool_goes_back(make_window: Any) -> None:
    codes = np.full((400, 300), 4000, np.uint16)
    codes[100:200] = np.repeat(np.arange(100, 200, dtype=np.uint16)[:, None], 300, axis=1)
    fixture = make_window(images={"a": fake_image(codes=codes, presets=FULL)}).open()
    canvas = fixture.window.canvas
    fixture.window.action("tool.region").trigger()
    assert canvas.tool is Tool.REGION
    drag(canvas, canvas.view_point(50, 100.2), [canvas.view_point(150, 150), canvas.view_point(250, 199.8)])
    # 100 ... 199 in equal parts: the 2nd to the 98th percentile is 102 to 197.
    assert canvas.words()["readout"].startswith("W 95") and "Region" in canvas.words()["readout"]
    assert canvas.tool is Tool.WINDOW


def test_escape_and_a_click_make_no_window_and_enter_takes_the_middle(make_window: Any) -> None:
    fixture = make_window(images={"a": fake_image(codes=blocks(), presets=FULL)}).open()
    canvas = fixture.window.canvas
    before = canvas.words()["readout"]
    fixture.window.action("tool.region").trigger()
    drag(canvas, canvas.view_point(50, 50), [canvas.view_point(50, 50)])
    assert canvas.words()["readout"] == before and canvas.tool is Tool.REGION
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.words()["readout"] == before and canvas.tool is Tool.WINDOW
    fixture.window.action("tool.region").trigger()
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert "Region" in canvas.words()["readout"] and canvas.tool is Tool.WINDOW


def test_a_region_beside_the_image_says_so(make_window: Any) -> None:
    codes = np.full((400, 100), 5, np.uint16)
    fixture = make_window(images={"a": fake_image(codes=codes, presets=FULL)}).open()
    canvas = fixture.window.canvas
    fixture.window.action("tool.region").trigger()
    drag(canvas, canvas.view_point(-90, 50), [canvas.view_point(-50, 150)])
    assert fixture.window._hint.text() == "No window can be made of this region."


def test_space_magnifies_what_lies_under_the_cursor_while_it_is_held(make_window: Any) -> None:
    fixture = make_window(images={"a": fake_image(codes=blocks(), presets=FULL)}).open()
    canvas = fixture.window.canvas
    canvas.one_to_one()
    # 10 pixels left of the edge between 400 and 1200, which at 2:1 lies 20 screen pixels right of the middle.
    place = canvas.view_point(140, 100).toPoint()
    QTest.mouseMove(canvas.viewport(), place)
    before = fixture.picture()
    assert canvas.findChild(Magnifier) is None
    QTest.keyPress(canvas, Qt.Key.Key_Space)
    QTest.mouseMove(canvas.viewport(), place + QPoint(1, 0))
    QTest.mouseMove(canvas.viewport(), place)
    glass = canvas.findChild(Magnifier)
    assert glass is not None and glass.isVisible()
    picture = glass.picture().toImage()
    steps = (-100, 0, 17, 23, 100)
    seen = [QColor(picture.pixel(SIZE // 2 + step, SIZE // 2)).red() for step in steps]
    assert seen == [grey(400)] * 3 + [grey(1200)] * 2
    QTest.keyRelease(canvas, Qt.Key.Key_Space)
    assert not glass.isVisible()
    np.testing.assert_array_equal(fixture.picture(), before)


def test_the_magnifier_of_the_menu_stays_until_it_is_switched_off(make_window: Any) -> None:
    fixture = make_window(images={"a": fake_image()}).open()
    canvas = fixture.window.canvas
    fixture.window.action("view.magnifier").trigger()
    QTest.mouseMove(canvas.viewport(), canvas.view_point(75, 100).toPoint())
    glass = canvas.findChild(Magnifier)
    assert glass.isVisible() and fixture.window.action("view.magnifier").isChecked()
    fixture.window.action("view.magnifier").trigger()
    assert not glass.isVisible() and not fixture.window.action("view.magnifier").isChecked()


def test_f11_fills_the_screen_and_gives_it_back(make_window: Any) -> None:
    window = make_window().window
    full = window.action("view.full_screen")
    full.trigger()
    assert window.isFullScreen() and full.isChecked()
    full.trigger()
    assert not window.isFullScreen() and not full.isChecked()


def _with_spacing(row: float, column: float, kind: SpacingKind) -> Any:
    return replace(fake_image(), spacing=PixelSpacing(row, column, kind), aspect=row / column)


def test_true_size_is_a_millimetre_for_a_millimetre_and_names_its_plane(make_window: Any) -> None:
    fixture = make_window(images={"a": _with_spacing(0.2, 0.2, SpacingKind.DETECTOR)}).open()
    window, canvas = fixture.window, fixture.window.canvas
    window.keep_screen(window.screen(), 4.0)
    window.action("view.true_size").trigger()
    # 4 pixels per millimetre times 0.2 mm per pixel; 100 image pixels are 20 mm, which are 80 pixels of the screen.
    assert canvas.scale_factor() == pytest.approx(0.8)
    across = canvas.view_point(200, 100) - canvas.view_point(100, 100)
    assert across.x() * canvas.devicePixelRatioF() == pytest.approx(80)
    assert "true size at the detector" in canvas.words()["readout"]
    window.action("view.zoom_in").trigger()
    assert "true size" not in canvas.words()["readout"]


def test_true_size_of_pixels_that_are_not_square_holds_in_both_directions(make_window: Any) -> None:
    fixture = make_window(images={"a": _with_spacing(0.4, 0.2, SpacingKind.CALIBRATED)}).open()
    window, canvas = fixture.window, fixture.window.canvas
    window.keep_screen(window.screen(), 3.0)
    window.action("view.true_size").trigger()
    step = canvas.view_point(150, 150) - canvas.view_point(100, 100)
    assert (step.x(), step.y()) == pytest.approx((50 * 0.2 * 3, 50 * 0.4 * 3))
    assert "true size in the patient, calibrated" in canvas.words()["readout"]


def test_a_screen_nobody_measured_is_measured_first_and_kept(make_window: Any) -> None:
    fixture = make_window(images={"a": _with_spacing(0.2, 0.2, SpacingKind.DETECTOR)}).open()
    window, canvas = fixture.window, fixture.window.canvas
    kept: list[Any] = []
    window.screens_changed.connect(kept.append)
    canvas.one_to_one()
    window.action("view.true_size").trigger()
    dialog = window.findChild(ScreenSizeDialog)
    assert canvas.scale_factor() == 1.0 and dialog is not None
    dialog.length.setValue(96.0)  # the line has 480 pixels: 5 per millimetre
    dialog.save.click()
    assert list(kept[0].values()) == pytest.approx([5.0 * canvas.devicePixelRatioF()])
    assert canvas.scale_factor() == pytest.approx(1.0 * canvas.devicePixelRatioF())
    assert "true size at the detector" in canvas.words()["readout"]


def test_an_image_without_a_pixel_size_has_no_true_size(make_window: Any) -> None:
    fixture = make_window(images={"a": fake_image()}).open()
    fixture.window.keep_screen(fixture.window.screen(), 4.0)
    assert not fixture.window.action("view.true_size").isEnabled()
    assert not fixture.window.canvas.true_size()


def test_a_frame_without_another_grey_looks_nothing_up(make_window: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    fixture = make_window().open()
    looked: list[int] = []
    whole = ImageItem._looked_up
    monkeypatch.setattr(ImageItem, "_looked_up", lambda item: (looked.append(1), whole(item))[1])
    fixture.window.action("grey.invert").trigger()
    first = fixture.picture()
    looked.clear()
    assert all((fixture.picture() == first).all() for _ in range(3)) and not looked
    fixture.window.action("grey.invert").trigger()
    assert (fixture.picture() != first).any() and looked
    fixture.window.action("grey.invert").trigger()
    assert (fixture.picture() == first).all()


@pytest.mark.parametrize("command", ["view.one_to_one", "view.zoom_in"])
def test_a_resized_window_keeps_scale_and_middle_of_an_image_that_is_not_fitted(make_window: Any, command: str) -> None:
    fixture = make_window().open()
    canvas = fixture.window.canvas
    fixture.window.commands.run(command)
    canvas.pan_by(-20, 10)
    before, seen = canvas.scale_factor(), fixture.room.image.seen
    fixture.window.resize(900, 620)
    QApplication.processEvents()
    assert canvas.scale_factor() == pytest.approx(before)
    middle = canvas.image_point(QPointF(canvas.viewport().rect().center()))
    assert seen is not None and seen.centre is not None
    # A pixel of the screen for `QRect.center`, half a one for the whole pixel that a whole factor starts on.
    assert (middle.x(), middle.y()) == pytest.approx((seen.centre.column, seen.centre.row), abs=1.5 / before)
    assert fixture.room.image.seen == seen
