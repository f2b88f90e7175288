"""Where an end of a line goes: straight along the rows or columns, or to an end that is there already."""

from __future__ import annotations

import math
from collections.abc import Iterable

from msgspec import Struct

from cxrviewer.reading.annotations import CardiothoracicRatio, Length, ManualCalibration, Shape, points_of
from cxrviewer.reading.kinds import HANDLE_RADIUS, Scale
from cxrviewer.reading.values import Point


class Snapping(Struct):
    """Whether ends of lines snap to existing ones; shared by the viewports of a window. Off at first."""

    on: bool = False


def is_measured_line(shape: Shape) -> bool:
    """Return whether each two points of a shape are the ends of a line that measures."""
    return isinstance(shape, Length | CardiothoracicRatio | ManualCalibration)


def other_end(shape: Shape, handle: int) -> Point | None:
    """Return the other end of the line that point `handle` of `points_of` belongs to; None for other shapes."""
    return points_of(shape)[handle ^ 1] if is_measured_line(shape) else None


def straight(anchor: Point, place: Point, scale: Scale) -> Point:
    """Return `place` moved so that it lies beside or above `anchor`, whichever is nearer on the screen."""
    across = abs(place.column - anchor.column) * scale.column
    down = abs(place.row - anchor.row) * scale.row
    return Point(place.column, anchor.row) if across >= down else Point(anchor.column, place.row)


def at_an_end(place: Point, shapes: Iterable[Shape], scale: Scale) -> Point:
    """Return the nearest end of measured lines within the radius of a handle, `place` where there is none."""

    def apart(end: Point) -> float:
        return math.hypot((end.column - place.column) * scale.column, (end.row - place.row) * scale.row)

    ends = [end for shape in shapes if is_measured_line(shape) for end in points_of(shape)]
    nearest = min(ends, key=apart, default=place)
    return nearest if apart(nearest) <= HANDLE_RADIUS else place
