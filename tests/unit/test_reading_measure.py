"""Numbers of annotations against values worked by hand."""

from __future__ import annotations

import pytest

from cxrviewer.reading import measure, region
from cxrviewer.reading.annotations import (
    Angle,
    Calibration,
    CalibrationKind,
    CardiothoracicRatio,
    CobbAngle,
    Ellipse,
    Length,
    ManualCalibration,
    Polygon,
    Rectangle,
    points_of,
    with_point,
)
from cxrviewer.reading.values import Point, ViewState, WindowGrey, Zoom

PIXELS = Calibration()
SQUARE = Calibration(CalibrationKind.DETECTOR, 0.2, 0.2)
TALL = Calibration(CalibrationKind.CALIBRATED, 0.1, 0.2)  # each pixel 0.1 mm wide and 0.2 mm high


def p(column: float, row: float) -> Point:
    return Point(column, row)


@pytest.mark.parametrize(
    ("calibration", "expected", "unit"),
    # 3-4-5: 300 columns and 400 rows. Tall pixels: 30 mm and 80 mm, root of 7300.
    [(PIXELS, 500.0, "px"), (SQUARE, 100.0, "mm"), (TALL, 85.4400374531753, "mm")],
)
def test_lengths(calibration: Calibration, expected: float, unit: str) -> None:
    shape = Length(p(100, 50), p(400, 450), calibration)
    assert measure.length(shape) == pytest.approx(expected, rel=1e-12)
    assert shape.calibration.unit == unit


@pytest.mark.parametrize(
    ("a", "b", "calibration", "expected"),
    [
        (p(10, 0), p(0, 10), PIXELS, 90.0),
        (p(10, 0), p(10, 10), PIXELS, 45.0),
        (p(10, 0), p(-10, 0), PIXELS, 180.0),
        (p(10, 0), p(20, 0), PIXELS, 0.0),
        (p(10, 0), p(10, 10), TALL, 63.434948822922),  # arctan 2: ten rows are twice as long as ten columns
    ],
)
def test_angles(a: Point, b: Point, calibration: Calibration, expected: float) -> None:
    assert measure.angle(Angle(a, p(0, 0), b, calibration)) == pytest.approx(expected, abs=1e-9)


def test_an_angle_with_a_ray_of_no_length_has_no_value() -> None:
    assert measure.angle(Angle(p(0, 0), p(0, 0), p(1, 1))) is None
    assert measure.cobb_angle(CobbAngle(p(0, 0), p(0, 0), p(0, 1), p(1, 1))) is None


@pytest.mark.parametrize(
    ("second", "expected"),
    # Lines have no direction: drawn from right to left, the same angle.
    [((p(0, 100), p(100, 100)), 0.0), ((p(0, 0), p(100, 100)), 45.0), ((p(100, 100), p(0, 0)), 45.0)],
)
def test_cobb_angles(second: tuple[Point, Point], expected: float) -> None:
    assert measure.cobb_angle(CobbAngle(p(0, 0), p(50, 0), *second)) == pytest.approx(expected, abs=1e-9)


def test_areas() -> None:
    assert region.area(Rectangle(p(10, 10), p(0, 0), SQUARE)) == pytest.approx(4)  # 2 mm by 2 mm
    assert region.area(Rectangle(p(0, 0), p(10, 10), TALL)) == pytest.approx(2)  # 1 mm by 2 mm
    assert region.area(Ellipse(p(0, 0), p(10, 20))) == pytest.approx(157.07963267948966)  # pi times 5 times 10
    assert region.area(Polygon((p(0, 0), p(4, 0), p(4, 3)))) == pytest.approx(6)
    assert region.area(Polygon((p(0, 0), p(4, 0), p(4, 3)), TALL)) == pytest.approx(0.12)


def test_the_cardiothoracic_ratio_is_measured_along_the_chest() -> None:
    straight = CardiothoracicRatio(p(130, 200), p(270, 210), p(60, 300), p(340, 300))
    assert measure.cardiothoracic_ratio(straight) == pytest.approx(0.5)  # 140 of 280, the heart's ends' heights apart
    assert measure.cardiothoracic_ratio(CardiothoracicRatio(p(0, 0), p(1, 0), p(5, 5), p(5, 5))) is None
    # Tilted by 45 degrees: chest (100, 100), heart (60, 60) shifted along the normal; in tall pixels
    # chest (10, 20) mm, heart (6, 12) mm: (60 + 240) / (100 + 400).
    tilted = CardiothoracicRatio(p(0, 0), p(60, 60), p(-10, 10), p(90, 110), TALL)
    assert measure.cardiothoracic_ratio(tilted) == pytest.approx(0.6)


def test_a_line_of_known_length_calibrates_both_directions() -> None:
    # 100 columns are 50 mm; a pixel is twice as high as it is wide.
    found = measure.calibration_of(ManualCalibration(p(0, 0), p(100, 0), 50), aspect=2)
    assert (found.kind, found.column, found.row) == (CalibrationKind.USER, 0.5, 1.0)


def test_a_dragged_point_moves_alone_and_makes_a_proposed_ratio_the_readers() -> None:
    shape = CardiothoracicRatio(p(1, 1), p(2, 2), p(3, 3), p(4, 4), proposed=True)
    moved = with_point(shape, 2, p(9, 9))
    assert points_of(moved) == (p(1, 1), p(2, 2), p(9, 9), p(4, 4))
    assert isinstance(moved, CardiothoracicRatio) and not moved.proposed
    polygon = with_point(Polygon((p(0, 0), p(1, 0), p(1, 1))), 1, p(5, 5))
    assert points_of(polygon) == (p(0, 0), p(5, 5), p(1, 1))
    with pytest.raises(IndexError):
        with_point(shape, 4, p(0, 0))


@pytest.mark.parametrize(
    "make",
    [
        lambda: Point(float("nan"), 0),
        lambda: Point(0, 1e9),
        lambda: WindowGrey(0, 0.5),
        lambda: Zoom(factor=0),
        lambda: ViewState(quarter_turns=4),
        lambda: Calibration(CalibrationKind.USER, 0, 1),
        lambda: ManualCalibration(p(0, 0), p(0, 0), 10),
        lambda: ManualCalibration(p(0, 0), p(1, 0), float("inf")),
        lambda: Polygon((p(0, 0), p(1, 1))),
    ],
)
def test_a_value_that_exists_is_valid(make: object) -> None:
    with pytest.raises(ValueError):
        make()  # type: ignore[operator]
