"""Numbers of annotations, from geometry and calibration alone. They never depend on how the image is shown.

Those of regions are in `region`.
"""

from __future__ import annotations

import math

from cxrviewer.reading.annotations import (
    Angle,
    Calibration,
    CalibrationKind,
    CardiothoracicRatio,
    CobbAngle,
    Length,
    ManualCalibration,
)
from cxrviewer.reading.values import Point

Vector = tuple[float, float]


def _vector(a: Point, b: Point, calibration: Calibration) -> Vector:
    """Return the vector from `a` to `b` in the calibration's unit: rows and columns may have different spacing."""
    return (b.column - a.column) * calibration.column, (b.row - a.row) * calibration.row


def length(shape: Length) -> float:
    """Return the length in ``shape.calibration.unit``."""
    return math.hypot(*_vector(shape.a, shape.b, shape.calibration))


def _between(first: Vector, second: Vector) -> float | None:
    """Return the angle between two vectors in degrees, 0 to 180; None where one has no length."""
    if not any(first) or not any(second):
        return None
    cross = first[0] * second[1] - first[1] * second[0]
    dot = first[0] * second[0] + first[1] * second[1]
    # atan2 keeps its precision near 0 and 180 degrees, where acos loses half of the digits.
    return math.degrees(math.atan2(abs(cross), dot))


def angle(shape: Angle) -> float | None:
    """Return the angle at the vertex in degrees, 0 to 180; None where a ray has no length."""
    c = shape.calibration
    return _between(_vector(shape.vertex, shape.a, c), _vector(shape.vertex, shape.b, c))


def cobb_angle(shape: CobbAngle) -> float | None:
    """Return the angle between the two lines in degrees, 0 to 90; None where a line has no length."""
    c = shape.calibration
    found = _between(_vector(shape.a1, shape.a2, c), _vector(shape.b1, shape.b2, c))
    return None if found is None else min(found, 180 - found)


def cardiothoracic_ratio(shape: CardiothoracicRatio) -> float | None:
    """Return the heart's width over the chest's, both along the line of the chest; None for a chest without width.

    Spacing matters only where pixels are not square; without any, the ratio is the same.
    """
    heart, chest = caliper_widths(shape)
    return None if chest == 0 else heart / chest


def caliper_widths(shape: CardiothoracicRatio) -> tuple[float, float]:
    """Return the widths of heart and chest in ``shape.calibration.unit``, both along the line of the chest."""
    c = shape.calibration
    chest = _vector(shape.chest_right, shape.chest_left, c)
    heart = _vector(shape.heart_right, shape.heart_left, c)
    width = math.hypot(*chest)
    if width == 0:
        return 0.0, 0.0
    return abs(heart[0] * chest[0] + heart[1] * chest[1]) / width, width


def calibration_of(shape: ManualCalibration, aspect: float = 1.0) -> Calibration:
    """Return the calibration a line of known length gives.

    Parameters
    ----------
    aspect : float
        Height of a pixel over its width, from the image; a line alone cannot tell it.
    """
    pixels = math.hypot(shape.b.column - shape.a.column, (shape.b.row - shape.a.row) * aspect)
    column = shape.millimetres / pixels
    return Calibration(CalibrationKind.USER, column, column * aspect)
