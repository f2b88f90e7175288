"""80 measurements drawn with the mouse on the real canvas, each against a value worked by hand.

A row is a kind, a calibration, a turn with or without a flip, and a zoom. Expected values are arithmetic from the
geometry below, never from the code: differences of columns and rows, times millimetres per pixel.

==========  ============================================================================================
length      (90, 140) to (210, 230): 120 columns and 90 rows, 150 pixels (3-4-5)
tube        (150, 130) to (160, 154): 10 columns and 24 rows, 26 pixels (5-12-13)
angle       rays (60, 0) and (30, 40)
cobb        lines (100, 0) and (100, -50)
rectangle   100 columns by 60 rows
ellipse     100 columns by 60 rows: pi / 4 of the rectangle
polygon     a right-angled triangle of 120 columns and 140 rows: half of the rectangle
ratio       heart 70 columns wide (its ends 15 rows apart), chest 120 columns
==========  ============================================================================================
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPointF

from cxrviewer.imaging.radiograph import PixelSpacing, SpacingKind
from cxrviewer.imaging.voi import VoiOrigin, VoiPreset, VoiWindow
from cxrviewer.reading import measure, region
from cxrviewer.reading.annotations import (
    Angle,
    CalibrationKind,
    CardiothoracicRatio,
    CobbAngle,
    Length,
    ManualCalibration,
)
from cxrviewer.reading.values import Zoom, ZoomKind
from tests.fakes import fake_image
from tests.qt.window_fixture import drag

FULL = (VoiPreset("Full", VoiWindow(2048, 4096), VoiOrigin.WINDOW),)
GEOMETRY: dict[str, tuple[tuple[float, float], ...]] = {
    "length": ((90, 140), (210, 230)),
    "tube": ((150, 130), (160, 154)),
    "angle": ((210, 200), (150, 200), (180, 240)),
    "cobb": ((100, 140), (200, 140), (100, 260), (200, 210)),
    "rectangle": ((100, 170), (200, 230)),
    "ellipse": ((100, 170), (200, 230)),
    "polygon": ((90, 130), (210, 130), (90, 270)),
    "ratio": ((120, 190), (190, 205), (90, 260), (210, 260)),
}
SPACINGS = {
    "pixels": None,
    "detector": PixelSpacing(0.5, 0.5, SpacingKind.DETECTOR),
    # Not square: a column is 0.2 mm wide, a row 0.1 mm high.
    "magnified": PixelSpacing(0.1, 0.2, SpacingKind.MAGNIFICATION_CORRECTED),
    "calibrated": PixelSpacing(0.143, 0.143, SpacingKind.CALIBRATED),
    "user": None,  # a line over 100 columns is said to be 25 mm: 0.25 mm each
}
KINDS = {
    "pixels": CalibrationKind.NONE,
    "detector": CalibrationKind.DETECTOR,
    "magnified": CalibrationKind.MAGNIFIED,
    "calibrated": CalibrationKind.CALIBRATED,
    "user": CalibrationKind.USER,
}
SQUARE_ANGLES = {"angle": math.degrees(math.atan(40 / 30)), "cobb": math.degrees(math.atan(50 / 100))}
RATIO = {"ratio": 70 / 120}
EXPECTED: dict[str, dict[str, float]] = {
    "pixels": {
        **SQUARE_ANGLES, **RATIO,
        "length": 150, "tube": 26, "rectangle": 6000, "ellipse": 4712.389, "polygon": 8400,
    },
    "detector": {
        **SQUARE_ANGLES, **RATIO,
        "length": 75, "tube": 13, "rectangle": 1500, "ellipse": 1178.097, "polygon": 2100,
    },
    "magnified": {
        **RATIO,
        "length": math.sqrt(24**2 + 9**2),  # 120 x 0.2 and 90 x 0.1
        "tube": math.sqrt(2**2 + 2.4**2),
        "angle": math.degrees(math.atan(4 / 6)),  # 40 rows are 4 mm, 30 columns 6 mm
        "cobb": math.degrees(math.atan(5 / 20)),
        "rectangle": 20 * 6, "ellipse": 94.24778, "polygon": 24 * 14 / 2,
    },
    "calibrated": {
        **SQUARE_ANGLES, **RATIO,
        "length": 150 * 0.143, "tube": 26 * 0.143,
        "rectangle": 6000 * 0.020449, "ellipse": 4712.389 * 0.020449, "polygon": 8400 * 0.020449,
    },
    "user": {
        **SQUARE_ANGLES, **RATIO,
        "length": 37.5, "tube": 6.5, "rectangle": 375, "ellipse": 294.5243, "polygon": 525,
    },
}  # fmt: skip
VIEWS: dict[str, tuple[tuple[int, bool, Zoom], tuple[int, bool, Zoom]]] = {
    "pixels": ((0, False, Zoom()), (3, True, Zoom(ZoomKind.FACTOR, 2.0))),
    "detector": ((1, False, Zoom(ZoomKind.ONE_TO_ONE)), (2, True, Zoom())),
    "magnified": ((1, True, Zoom(ZoomKind.FACTOR, 1.7)), (2, False, Zoom(ZoomKind.ONE_TO_ONE))),
    "calibrated": ((0, True, Zoom(ZoomKind.FACTOR, 1.3)), (3, False, Zoom())),
    "user": ((2, False, Zoom(ZoomKind.FACTOR, 2.0)), (1, True, Zoom(ZoomKind.ONE_TO_ONE))),
}
CASES = [(basis, *view) for basis, views in VIEWS.items() for view in views]


def test_the_table_has_at_least_sixty_rows_and_every_turn() -> None:
    assert len(CASES) * len(GEOMETRY) >= 60
    assert {(quarters, flipped) for _, quarters, flipped, _ in CASES} == {
        (quarters, flipped) for quarters in range(4) for flipped in (False, True)
    }


def value_of(shape: Any) -> float | None:
    if isinstance(shape, Length):
        return measure.length(shape)
    if isinstance(shape, Angle):
        return measure.angle(shape)
    if isinstance(shape, CobbAngle):
        return measure.cobb_angle(shape)
    if isinstance(shape, CardiothoracicRatio):
        return measure.cardiothoracic_ratio(shape)
    return region.area(shape)


@pytest.mark.parametrize(("basis", "quarters", "flipped", "zoom"), CASES)
def test_what_is_drawn_measures_what_was_worked_by_hand(
    make_window: Any, basis: str, quarters: int, flipped: bool, zoom: Zoom
) -> None:
    spacing = SPACINGS[basis]
    image = replace(
        fake_image(codes=np.full((400, 300), 1000, np.uint16), presets=FULL),
        spacing=spacing,
        aspect=1.0 if spacing is None else spacing.row / spacing.column,
    )
    fixture = make_window(images={"a": image}).open()
    canvas = fixture.window.canvas
    if flipped:
        fixture.window.action("view.flip").trigger()
    for _ in range(quarters):
        fixture.window.action("view.rotate_right").trigger()
    canvas.show_place(zoom, None)

    def place(column: float, row: float) -> QPointF:
        return QPointF(canvas.view_point(column, row))

    def stored() -> list[Any]:
        return [one.shape for one in fixture.room.annotations.shown[1].reading.annotations.values()]

    def draw(tool: str, points: tuple[tuple[float, float], ...]) -> None:
        fixture.window.action(f"tool.{tool}").trigger()
        for point in points:
            drag(canvas, place(*point), [place(*point)])
        if tool == "polygon":
            fixture.room.annotations.enter(None, None)

    if basis == "user":
        draw("calibrate", ((100, 150), (200, 150)))
        canvas._question.field.setText("25")
        canvas._question.submit()
    for tool, points in GEOMETRY.items():
        draw(tool, points)
        shape = stored()[-1]
        assert shape.calibration.kind is KINDS[basis]
        assert value_of(shape) == pytest.approx(EXPECTED[basis][tool], rel=1e-3), tool
        fixture.window.action("edit.delete").trigger()
    assert [type(shape) for shape in stored()] == ([ManualCalibration] if basis == "user" else [])
