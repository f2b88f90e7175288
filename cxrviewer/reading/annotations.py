"""What a reader draws on an image: frozen values in image coordinates (`values.Point`)."""

from __future__ import annotations

import enum
import math
from typing import TypeAlias

import msgspec

from cxrviewer.reading.values import MAX_TEXT, ImageRef, Point, Value

MAX_POINTS = 10_000
MAX_MILLIMETRES = 10_000
"""Of a line of known length."""


class CalibrationKind(enum.Enum):
    """What millimetres rest on, best first (PS3.3 10.7.1.3, C.8.11.3.1.5)."""

    CALIBRATED = "calibrated"
    """(0028,0030) with (0028,0A02) FIDUCIAL or GEOMETRY: corrected to the patient."""
    MAGNIFIED = "corrected for magnification"
    """Detector spacing divided by (0018,1114) Estimated Radiographic Magnification Factor."""
    DETECTOR = "at the detector plane"
    """(0018,1164) Imager Pixel Spacing: objects in the patient are smaller."""
    USER = "by the reader"
    """A length the reader typed for something of known size."""
    NONE = "pixels"
    """No spacing: lengths are in pixels."""


class Calibration(Value, frozen=True):
    """Millimetres between the centres of neighbouring pixels, and what they rest on.

    Attributes
    ----------
    column, row : float
        Millimetres per pixel along a row (from column to column) and along a column. For `CalibrationKind.NONE`
        only the shape of a pixel: 1 and 1 where it is square.
    """

    kind: CalibrationKind = CalibrationKind.NONE
    column: float = 1.0
    row: float = 1.0

    def __post_init__(self) -> None:
        for value in (self.column, self.row):
            if not (math.isfinite(value) and 1e-6 <= value <= 1e3):
                raise ValueError(f"pixel spacing must be 0.000001 to 1000 mm, got {value}")

    @property
    def unit(self) -> str:
        return "px" if self.kind is CalibrationKind.NONE else "mm"


class Length(Value, frozen=True, tag="length"):
    """A distance, for instance from a tube's tip to the carina: `ends` names the two points where that matters."""

    a: Point
    b: Point
    calibration: Calibration = Calibration()
    ends: tuple[str, str] = ("", "")


class Angle(Value, frozen=True, tag="angle"):
    """The angle between the rays from `vertex` to `a` and `b`, 0 to 180 degrees."""

    a: Point
    vertex: Point
    b: Point
    calibration: Calibration = Calibration()


class CobbAngle(Value, frozen=True, tag="cobb"):
    """The angle between two lines, 0 to 90 degrees."""

    a1: Point
    a2: Point
    b1: Point
    b2: Point
    calibration: Calibration = Calibration()


class Rectangle(Value, frozen=True, tag="rectangle"):
    """A region whose sides lie along the image's rows and columns."""

    corner: Point
    opposite: Point
    calibration: Calibration = Calibration()


class Ellipse(Value, frozen=True, tag="ellipse"):
    """A region whose axes lie along the image's rows and columns, inside the rectangle of two corners."""

    corner: Point
    opposite: Point
    calibration: Calibration = Calibration()


class Polygon(Value, frozen=True, tag="polygon"):
    """A closed region of at least three points."""

    points: tuple[Point, ...]
    calibration: Calibration = Calibration()

    def __post_init__(self) -> None:
        if not 3 <= len(self.points) <= MAX_POINTS:
            raise ValueError(f"a polygon has 3 to {MAX_POINTS} points, got {len(self.points)}")


class Arrow(Value, frozen=True, tag="arrow"):
    """An arrow whose tip is at `tip`, with or without words."""

    tail: Point
    tip: Point
    text: str = ""

    def __post_init__(self) -> None:
        _check_text(self.text)


class Text(Value, frozen=True, tag="text"):
    """Words at a place."""

    at: Point
    text: str

    def __post_init__(self) -> None:
        _check_text(self.text)


class CardiothoracicRatio(Value, frozen=True, tag="cardiothoracic ratio"):
    """Widths of the heart and of the chest, each between a left and a right end.

    The ratio is (largest distance of the heart's border from the midline to either side, summed) over
    the largest inner width of the chest (Danzer 1919). All four ends are projected on the line through the
    two ends of the chest, so that tilted calipers measure along one direction.

    Attributes
    ----------
    heart_right, heart_left, chest_right, chest_left : Point
        Right and left of the patient.
    proposed : bool
        Proposed by the program and not yet touched by the reader.
    """

    heart_right: Point
    heart_left: Point
    chest_right: Point
    chest_left: Point
    calibration: Calibration = Calibration()
    proposed: bool = False


class ManualCalibration(Value, frozen=True, tag="manual calibration"):
    """A line of known length, in millimetres."""

    a: Point
    b: Point
    millimetres: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.millimetres) and 0 < self.millimetres <= MAX_MILLIMETRES):
            raise ValueError(f"a calibration length must be above 0 and at most 10,000 mm, got {self.millimetres}")
        if self.a == self.b:
            raise ValueError("a calibration line needs two different ends")


Region: TypeAlias = Rectangle | Ellipse | Polygon
"""What encloses pixels: `reading.region` has its area and its values."""
Measured: TypeAlias = Length | Angle | CobbAngle | Region | CardiothoracicRatio
"""What has a number of its own and stands in the report, in this order."""
Shape: TypeAlias = Measured | Arrow | Text | ManualCalibration


class Annotation(Value, frozen=True):
    """A shape on an image."""

    image: ImageRef
    shape: Shape


def _check_text(text: str) -> None:
    if len(text) > MAX_TEXT:
        raise ValueError(f"a text has at most {MAX_TEXT} characters")


def points_of(shape: Shape) -> tuple[Point, ...]:
    """Return the points of a shape in the order of its fields: what the reader can drag."""
    if isinstance(shape, Polygon):
        return shape.points
    return tuple(value for value in msgspec.structs.astuple(shape) if isinstance(value, Point))


def with_point(shape: Shape, index: int, point: Point) -> Shape:
    """Return `shape` with point `index` of `points_of` moved; IndexError where there is none.

    A proposed ratio that is touched becomes the reader's own.
    """
    count = len(points_of(shape))
    if not 0 <= index < count:
        raise IndexError(f"the shape has {count} points, not a number {index}")
    if isinstance(shape, Polygon):
        points = tuple(point if i == index else old for i, old in enumerate(shape.points))
        return msgspec.structs.replace(shape, points=points)
    names = [name for name in shape.__struct_fields__ if isinstance(getattr(shape, name), Point)]
    moved = msgspec.structs.replace(shape, **{names[index]: point})
    return msgspec.structs.replace(moved, proposed=False) if isinstance(moved, CardiothoracicRatio) else moved
