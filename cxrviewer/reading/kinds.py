"""Every kind of annotation in one table: how it is drawn by a reader, how it looks, what its label says.

A further kind takes its value (`annotations`), its number (`measure`), an entry here and a command. Nothing below
knows a screen: places are image pixels, and what has a size on the screen (handles, bars, heads of arrows) is only
named.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from cxrviewer.imaging.radiograph import Radiograph, SpacingKind
from cxrviewer.imaging.resample import stretch
from cxrviewer.reading import measure
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
    Polygon,
    Rectangle,
    Shape,
    Text,
    points_of,
    with_point,
)
from cxrviewer.reading.values import Point

Line = tuple[Point, ...]
Segment = tuple[Point, Point]

_OF_SPACING = {
    SpacingKind.CALIBRATED: CalibrationKind.CALIBRATED,
    SpacingKind.MAGNIFICATION_CORRECTED: CalibrationKind.MAGNIFIED,
    SpacingKind.DETECTOR: CalibrationKind.DETECTOR,
}
_RESTS_ON = {
    CalibrationKind.CALIBRATED: ", calibrated",
    CalibrationKind.MAGNIFIED: " corrected for magnification",
    CalibrationKind.DETECTOR: " at the detector plane",
    CalibrationKind.USER: ", calibrated by the reader",
    CalibrationKind.NONE: ", not calibrated",
}


def calibration_for(radiograph: Radiograph) -> Calibration:
    """Return what lengths on an image rest on; without a spacing only the shape of its pixels."""
    spacing = radiograph.spacing
    if spacing is None:
        vertical, horizontal = stretch(radiograph.aspect)
        return Calibration(CalibrationKind.NONE, horizontal, vertical)
    return Calibration(_OF_SPACING[spacing.kind], spacing.column, spacing.row)


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn of an annotation, in image pixels.

    Attributes
    ----------
    lines : tuple of tuple of Point
    handles : tuple of Point
        The points of `annotations.points_of`, in their order.
    label : str
    beside : (Point, Point)
        The label stands beside the middle of this line, outside of the annotation.
    bars : tuple of (Point, Point)
        Lines whose ends get a short bar across.
    heads : tuple of (Point, Point)
        Lines that get the head of an arrow at their second end.
    connectors : tuple of (Point, Point)
        Thin lines that show what belongs together.
    """

    lines: tuple[Line, ...]
    handles: tuple[Point, ...]
    label: str
    beside: Segment
    bars: tuple[Segment, ...] = ()
    heads: tuple[Segment, ...] = ()
    connectors: tuple[Segment, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of annotation.

    Attributes
    ----------
    points : int
        Points the reader places; 0 where the kind cannot be drawn with them alone.
    build : callable
        ``build(points, calibration)`` to the shape.
    draw : callable
        ``draw(shape)`` to its drawing.
    """

    points: int
    build: Callable[[tuple[Point, ...], Calibration], Shape]
    draw: Callable[[Any], Drawing]


def drawing_of(shape: Shape) -> Drawing:
    """Return how a shape is drawn."""
    return KINDS[type(shape)].draw(shape)


# Labels.


def _amount(value: float, unit: str) -> str:
    return f"{value:.0f} {unit}" if unit.startswith("px") and value >= 100 else f"{value:.1f} {unit}"


def _measured(value: float, calibration: Calibration) -> str:
    return _amount(value, calibration.unit) + _RESTS_ON[calibration.kind]


def _area(shape: Rectangle | Ellipse | Polygon) -> str:
    value, unit = measure.area(shape), f"{shape.calibration.unit}²"
    amount = f"{value / 100:.1f} cm²" if unit == "mm²" and value >= 100 else _amount(value, unit)
    return amount + _RESTS_ON[shape.calibration.kind]


def _degrees(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}°"


# Drawings.


def _length(shape: Length) -> Drawing:
    ends = "".join(f"{end} " for end in shape.ends if end)
    line = (shape.a, shape.b)
    return Drawing((line,), line, ends + _measured(measure.length(shape), shape.calibration), line, bars=(line,))


def _angle(shape: Angle) -> Drawing:
    points = (shape.a, shape.vertex, shape.b)
    return Drawing((points,), points, _degrees(measure.angle(shape)), (shape.vertex, shape.vertex))


def _cobb(shape: CobbAngle) -> Drawing:
    first, second = (shape.a1, shape.a2), (shape.b1, shape.b2)
    between = (_middle(*first), _middle(*second))
    label = f"Cobb {_degrees(measure.cobb_angle(shape))}"
    return Drawing((first, second), (*first, *second), label, between, connectors=(between,))


def _box(shape: Rectangle | Ellipse) -> tuple[Point, Point, Point, Point]:
    left, right = sorted((shape.corner.column, shape.opposite.column))
    top, bottom = sorted((shape.corner.row, shape.opposite.row))
    return Point(left, top), Point(right, top), Point(right, bottom), Point(left, bottom)


def _rectangle(shape: Rectangle) -> Drawing:
    corners = _box(shape)
    label = _area(shape)
    return Drawing(((*corners, corners[0]),), (shape.corner, shape.opposite), label, (corners[3], corners[2]))


def _ellipse(shape: Ellipse) -> Drawing:
    corners = _box(shape)
    centre = _middle(corners[0], corners[2])
    half = (corners[1].column - corners[0].column) / 2, (corners[3].row - corners[0].row) / 2
    steps = [2 * math.pi * step / 64 for step in range(65)]
    outline = tuple(Point(centre.column + half[0] * math.cos(t), centre.row + half[1] * math.sin(t)) for t in steps)
    label = _area(shape)
    return Drawing((outline,), (shape.corner, shape.opposite), label, (corners[3], corners[2]))


def _polygon(shape: Polygon) -> Drawing:
    lowest = max(shape.points, key=lambda point: point.row)
    label = _area(shape)
    return Drawing(((*shape.points, shape.points[0]),), shape.points, label, (lowest, lowest))


def _arrow(shape: Arrow) -> Drawing:
    line = (shape.tail, shape.tip)
    return Drawing((line,), line, shape.text, (shape.tail, shape.tail), heads=(line,))


def _text(shape: Text) -> Drawing:
    return Drawing((), (shape.at,), shape.text, (shape.at, shape.at))


def _ratio(shape: CardiothoracicRatio) -> Drawing:
    heart, chest = (shape.heart_right, shape.heart_left), (shape.chest_right, shape.chest_left)
    value = measure.cardiothoracic_ratio(shape)
    label = "" if value is None else f"Cardiothoracic ratio {value:.2f}"
    return Drawing(
        (heart, chest), (*heart, *chest), f"{label}, proposed" if shape.proposed else label, chest, bars=(heart, chest)
    )


def _calibrated(shape: ManualCalibration) -> Drawing:
    line = (shape.a, shape.b)
    return Drawing((line,), line, f"{shape.millimetres:g} mm, entered by the reader", line, bars=(line,))


def _middle(a: Point, b: Point) -> Point:
    return Point((a.column + b.column) / 2, (a.row + b.row) / 2)


def _not_by_points(points: tuple[Point, ...], calibration: Calibration) -> Shape:
    raise ValueError("this kind cannot be drawn with points alone")


KINDS: Mapping[type, Kind] = {
    Length: Kind(2, lambda p, c: Length(p[0], p[1], c), _length),
    Angle: Kind(3, lambda p, c: Angle(p[0], p[1], p[2], c), _angle),
    CobbAngle: Kind(4, lambda p, c: CobbAngle(p[0], p[1], p[2], p[3], c), _cobb),
    Rectangle: Kind(2, lambda p, c: Rectangle(p[0], p[1], c), _rectangle),
    Ellipse: Kind(2, lambda p, c: Ellipse(p[0], p[1], c), _ellipse),
    Polygon: Kind(0, Polygon, _polygon),
    Arrow: Kind(2, lambda p, c: Arrow(p[0], p[1]), _arrow),
    Text: Kind(0, _not_by_points, _text),
    CardiothoracicRatio: Kind(4, lambda p, c: CardiothoracicRatio(p[0], p[1], p[2], p[3], c), _ratio),
    ManualCalibration: Kind(0, _not_by_points, _calibrated),
}


# What lies under the cursor.


@dataclass(frozen=True, slots=True)
class Scale:
    """Screen pixels (not device pixels) per image pixel, along a row and along a column of the image."""

    column: float
    row: float


HANDLE_RADIUS = 9.0
"""Screen pixels around a handle in which it is grabbed: 18 across, at any zoom."""
LINE_RADIUS = 6.0
LINE = -1
"""What `grabbed` returns for a line."""


def grabbed(drawing: Drawing, place: Point, scale: Scale) -> int | None:
    """Return the handle under `place`, `LINE` for a line, None for neither; the nearest handle wins."""
    distances = [_apart(handle, place, scale) for handle in drawing.handles]
    nearest = min(range(len(distances)), key=distances.__getitem__, default=None)
    if nearest is not None and distances[nearest] <= HANDLE_RADIUS:
        return nearest
    for line in drawing.lines:
        if any(_from_segment(a, b, place, scale) <= LINE_RADIUS for a, b in pairwise(line)):
            return LINE
    return None


def _apart(a: Point, b: Point, scale: Scale) -> float:
    return math.hypot((a.column - b.column) * scale.column, (a.row - b.row) * scale.row)


def _from_segment(a: Point, b: Point, place: Point, scale: Scale) -> float:
    ax, ay = (a.column - place.column) * scale.column, (a.row - place.row) * scale.row
    dx, dy = (b.column - a.column) * scale.column, (b.row - a.row) * scale.row
    squared = dx * dx + dy * dy
    along = 0.0 if squared == 0 else min(1.0, max(0.0, -(ax * dx + ay * dy) / squared))
    return math.hypot(ax + along * dx, ay + along * dy)


def moved(shape: Shape, columns: float, rows: float) -> Shape:
    """Return a shape with all of its points moved; a ratio the program proposed becomes the reader's own."""
    for index, point in enumerate(points_of(shape)):
        shape = with_point(shape, index, Point(point.column + columns, point.row + rows))
    return shape


TOOLS: Mapping[str, type] = {"length": Length}
"""Kinds that have a command to draw them, ``tool.NAME``."""
