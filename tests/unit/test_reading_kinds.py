"""How annotations are drawn, what their labels say, and what lies under the cursor."""

from __future__ import annotations

from typing import get_args

import pytest
from msgspec.structs import replace

from cxrviewer.imaging.radiograph import PixelSpacing, SpacingKind
from cxrviewer.reading.annotations import (
    Angle,
    Arrow,
    Calibration,
    CalibrationKind,
    CardiothoracicRatio,
    CobbAngle,
    Ellipse,
    Length,
    ManualCalibration,
    Measured,
    Polygon,
    Rectangle,
    Region,
    Shape,
    Text,
    points_of,
)
from cxrviewer.reading.kinds import (
    KINDS,
    LINE,
    TOOLS,
    Scale,
    bounds_of,
    calibration_for,
    drawing_of,
    grabbed,
    moved,
)
from cxrviewer.reading.values import Point
from tests.fakes import fake_image

DETECTOR = Calibration(CalibrationKind.DETECTOR, 0.2, 0.1)
P = Point
ALL: tuple[Shape, ...] = (
    Length(P(0, 0), P(30, 40)),
    Angle(P(10, 0), P(0, 0), P(0, 10)),
    CobbAngle(P(0, 0), P(10, 0), P(0, 5), P(10, 10)),
    Rectangle(P(30, 40), P(10, 20)),
    Ellipse(P(10, 20), P(30, 40)),
    Polygon((P(0, 0), P(10, 0), P(0, 10))),
    Arrow(P(0, 0), P(10, 10), "nodule"),
    Text(P(5, 5), "old fracture"),
    CardiothoracicRatio(P(20, 10), P(70, 10), P(0, 20), P(100, 20)),
    ManualCalibration(P(0, 0), P(100, 0), 50),
)


@pytest.mark.parametrize(
    ("shape", "label"),
    # By hand: 30 columns of 0.2 mm and 40 rows of 0.1 mm are 6 and 4 mm, 7.211 mm.
    [
        (Length(P(0, 0), P(30, 40), DETECTOR), "7.2 mm at the detector plane"),
        (Length(P(0, 0), P(30, 40), Calibration(CalibrationKind.CALIBRATED, 1, 1)), "50.0 mm, calibrated"),
        (
            Length(P(0, 0), P(30, 40), Calibration(CalibrationKind.MAGNIFIED, 1, 1)),
            "50.0 mm corrected for magnification",
        ),
        (Length(P(0, 0), P(30, 40), Calibration(CalibrationKind.USER, 1, 1)), "50.0 mm, user-calibrated"),
        (Length(P(0, 0), P(312, 0)), "312 px, not calibrated"),
        (Length(P(0, 0), P(3, 4)), "5.0 px, not calibrated"),
        (Angle(P(10, 0), P(0, 0), P(0, 10)), "90.0°"),
        (Angle(P(0, 0), P(0, 0), P(0, 10)), ""),
        (Length(P(0, 0), P(3, 4), ends=("tube tip", "carina")), "tube tip to carina 5.0 px, not calibrated"),
        (CobbAngle(P(0, 0), P(0, 0), P(0, 0), P(10, 10)), ""),
        # A bow tie: its two halves would cancel each other.
        (Polygon((P(0, 0), P(10, 10), P(10, 0), P(0, 10))), "crosses itself, no area"),
        (CobbAngle(P(0, 0), P(10, 0), P(0, 0), P(10, 10)), "Cobb 45.0°"),
        (Rectangle(P(0, 0), P(10, 20), DETECTOR), "4.0 mm² at the detector plane"),
        # 30 x 40 mm are 12 square centimetres.
        (Rectangle(P(0, 0), P(150, 400), DETECTOR), "12.0 cm² at the detector plane"),
        (Polygon((P(0, 0), P(20, 0), P(0, 20))), "200 px², not calibrated"),
        (
            CardiothoracicRatio(P(20, 10), P(70, 10), P(0, 20), P(100, 20)),
            "Cardiothoracic ratio 0.50\nheart 50.0 px, chest 100 px, not calibrated",
        ),
        (
            CardiothoracicRatio(P(20, 10), P(70, 10), P(0, 20), P(100, 20), proposed=True),
            "Cardiothoracic ratio 0.50, proposed: check it\nheart 50.0 px, chest 100 px, not calibrated",
        ),
    ],
)  # fmt: skip
def test_a_label_names_value_unit_and_calibration(shape: Shape, label: str) -> None:
    assert drawing_of(shape).label == label


@pytest.mark.parametrize("shape", ALL)
def test_every_kind_can_be_drawn_grabbed_and_moved(shape: Shape) -> None:
    drawing = drawing_of(shape)
    assert drawing.handles == points_of(shape)
    assert grabbed(drawing, drawing.handles[-1], Scale(1, 1)) is not None
    there = moved(shape, 3, -2)
    expected = tuple(P(p.column + 3, p.row - 2) for p in points_of(shape))
    assert points_of(there) == expected


@pytest.mark.parametrize("name", TOOLS)
def test_every_tool_makes_what_it_draws_from_its_points(name: str) -> None:
    tool = TOOLS[name]
    points = tuple(P(10 * n, n * n) for n in range(tool.least))
    shape = tool.build(points, DETECTOR)
    assert points_of(shape) == points
    assert drawing_of(shape).handles == points
    assert len(tool.hints) == (tool.points or 4) and len(set(tool.hints[:2])) == min(2, len(tool.hints))


@pytest.mark.parametrize(("text", "expected"), [("50", 50.0), (" 12,5 mm", 12.5), ("0.5", 0.5)])
def test_a_known_length_is_typed_as_people_write_it(text: str, expected: float) -> None:
    question = TOOLS["calibrate"].question
    assert question is not None
    assert question.answered(Length(P(0, 0), P(100, 0)), text) == ManualCalibration(P(0, 0), P(100, 0), expected)


@pytest.mark.parametrize("text", ["", "ten", "0", "-5", "nan", "inf", "1e9"])
def test_nonsense_for_a_length_is_rejected_with_a_sentence(text: str) -> None:
    question = TOOLS["calibrate"].question
    assert question is not None
    with pytest.raises(ValueError, match=r"^Type .*\.$"):
        question.answered(Length(P(0, 0), P(100, 0)), text)


def test_a_line_too_short_for_its_length_is_rejected() -> None:
    question = TOOLS["calibrate"].question
    assert question is not None
    with pytest.raises(ValueError, match="draw it anew"):
        question.answered(Length(P(0, 0), P(1, 0)), "9999")


def test_what_lies_far_from_the_mouse_is_passed_over_by_its_bounds() -> None:
    bounds = bounds_of(drawing_of(Length(P(10, 20), P(30, 5))))
    assert (bounds.left, bounds.top, bounds.right, bounds.bottom) == (10, 5, 30, 20)
    assert bounds.near(P(34, 24), Scale(2, 2)) and not bounds.near(P(35, 24), Scale(2, 2))  # 4.5 pixels at 2 x


def test_the_table_holds_every_kind() -> None:
    assert KINDS.keys() == {type(shape) for shape in ALL} == set(get_args(Shape))


@pytest.mark.parametrize("shape", ALL, ids=lambda shape: type(shape).__name__)
def test_what_has_a_number_that_nobody_typed_stands_in_the_report(shape: Shape) -> None:
    has_a_number = any(one.isdigit() for one in drawing_of(shape).label) and KINDS[type(shape)].question is None
    assert isinstance(shape, Measured) == has_a_number


@pytest.mark.parametrize("shape", ALL, ids=lambda shape: type(shape).__name__)
def test_what_has_an_area_has_pixel_values(shape: Shape) -> None:
    assert isinstance(shape, Region) == ("²" in drawing_of(shape).label)


@pytest.mark.parametrize("zoom", [0.1, 1.0, 20.0])
def test_a_handle_is_grabbed_within_twelve_screen_pixels_at_any_zoom(zoom: float) -> None:
    drawing = drawing_of(Length(P(1000, 1000), P(2000, 1000)))
    for across, down in ((6, 0), (-6, 0), (0, 6), (0, -6)):
        assert grabbed(drawing, P(1000 + across / zoom, 1000 + down / zoom), Scale(zoom, zoom)) == 0
    assert grabbed(drawing, P(1500, 1000 + 4 / zoom), Scale(zoom, zoom)) == LINE
    assert grabbed(drawing, P(1500, 1000 + 14 / zoom), Scale(zoom, zoom)) is None


def test_of_two_handles_the_nearer_one_is_grabbed_and_oblong_pixels_count_as_they_are_drawn() -> None:
    drawing = drawing_of(Length(P(0, 0), P(10, 0)))
    assert grabbed(drawing, P(6, 0), Scale(1, 1)) == 1
    # 4 rows of 3 screen pixels each are 12 pixels away, farther than a handle reaches.
    assert grabbed(drawing, P(0, 4), Scale(1, 3)) is None


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (SpacingKind.DETECTOR, CalibrationKind.DETECTOR),
        (SpacingKind.CALIBRATED, CalibrationKind.CALIBRATED),
        (SpacingKind.MAGNIFICATION_CORRECTED, CalibrationKind.MAGNIFIED),
    ],
)
def test_the_calibration_is_that_of_the_image(kind: SpacingKind, expected: CalibrationKind) -> None:
    image = replace(fake_image(), spacing=PixelSpacing(row=0.1, column=0.2, kind=kind))
    assert calibration_for(image) == Calibration(expected, column=0.2, row=0.1)


def test_without_a_spacing_lengths_are_pixels_of_the_finer_direction() -> None:
    assert calibration_for(fake_image()) == Calibration()
    # Twice as high as wide: a row counts as two columns.
    assert calibration_for(replace(fake_image(), aspect=2.0)) == Calibration(CalibrationKind.NONE, 1.0, 2.0)
