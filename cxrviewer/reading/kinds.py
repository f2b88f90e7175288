"""Every kind of annotation in one table: how it is drawn by a reader, how it looks, what its label says.

A further kind takes its value (`annotations`), its number (`measure`, or `region` where it encloses pixels), an
entry in `KINDS` and `TOOLS` here, and a command (`commands.table`). Nothing below knows a screen: places are image
pixels, and what has a size on the screen (handles, bars, heads of arrows) is only named.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from msgspec import Struct

from cxrviewer.imaging.radiograph import Radiograph, SpacingKind
from cxrviewer.imaging.resample import stretch
from cxrviewer.reading import measure, region
from cxrviewer.reading.annotations import (
    MAX_MILLIMETRES,
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
    Region,
    Shape,
    Text,
    points_of,
    with_point,
)
from cxrviewer.reading.values import MAX_TEXT, Point
from cxrviewer.text import looked_up, msg, tr

Line = tuple[Point, ...]
Segment = tuple[Point, Point]

_OF_SPACING = {
    SpacingKind.CALIBRATED: CalibrationKind.CALIBRATED,
    SpacingKind.MAGNIFICATION_CORRECTED: CalibrationKind.MAGNIFIED,
    SpacingKind.DETECTOR: CalibrationKind.DETECTOR,
}
_RESTS_ON = {
    CalibrationKind.CALIBRATED: msg(", calibrated"),
    CalibrationKind.MAGNIFIED: msg(" corrected for magnification"),
    CalibrationKind.DETECTOR: msg(" at the detector plane"),
    CalibrationKind.USER: msg(", user-calibrated"),
    CalibrationKind.NONE: msg(", not calibrated"),
}


def calibration_for(radiograph: Radiograph) -> Calibration:
    """Return what lengths on an image rest on; without a spacing only the shape of its pixels."""
    spacing = radiograph.spacing
    if spacing is None:
        vertical, horizontal = stretch(radiograph.aspect)
        return Calibration(CalibrationKind.NONE, horizontal, vertical)
    return Calibration(_OF_SPACING[spacing.kind], spacing.column, spacing.row)


class Drawing(Struct, frozen=True):
    """What is drawn of an annotation, in image pixels.

    Attributes
    ----------
    lines : tuple of tuple of Point
    handles : tuple of Point
        The points of `annotations.points_of`, in their order.
    label : str
        Lines of text.
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


class Question(Struct, frozen=True):
    """What a reader types for an annotation.

    Attributes
    ----------
    words : str
        What to type, for the label of the field.
    now : callable
        ``now(shape)`` to what the field shows at first.
    answered : callable
        ``answered(shape, text)`` to the shape. Raises ValueError with a sentence for the reader.
    """

    words: str
    now: Callable[[Any], str]
    answered: Callable[[Any, str], Shape]


class Kind(Struct, frozen=True):
    """One kind of annotation.

    Attributes
    ----------
    draw : callable
        ``draw(shape)`` to its drawing.
    question : Question or None
        What the reader can type anew.
    """

    draw: Callable[[Any], Drawing]
    question: Question | None = None


ANY_NUMBER = 0


class Tool(Struct, frozen=True):
    """One way to draw an annotation: several tools may make the same kind.

    Attributes
    ----------
    build : callable
        ``build(points, calibration)`` to the shape, or to what it is until its question has been answered.
    hints : tuple of str
        What the reader does next, one for each point. The last one also counts for further points of `ANY_NUMBER`.
    points : int
        Points the reader places, `ANY_NUMBER` for at least three.
    pairs : bool
        Each two points are a line, drawn by a drag or by two clicks.
    question : Question or None
        Asked before it is done.
    measures : bool
        Each two points are the ends of a line that measures; Shift keeps it straight, and its ends may snap.
    """

    build: Callable[[tuple[Point, ...], Calibration], Shape]
    hints: tuple[str, ...]
    points: int
    pairs: bool = False
    question: Question | None = None
    measures: bool = False

    @property
    def least(self) -> int:
        return self.points or 3

    def hint(self, placed: int) -> str:
        """Return what to do after `placed` points."""
        return self.hints[min(placed, len(self.hints) - 1)]


def drawing_of(shape: Shape) -> Drawing:
    """Return how a shape is drawn."""
    return KINDS[type(shape)].draw(shape)


# Labels.


def _amount(value: float, unit: str) -> str:
    return f"{value:.0f} {unit}" if unit.startswith("px") and value >= 100 else f"{value:.1f} {unit}"


def _measured(value: float, calibration: Calibration) -> str:
    return tr("{amount}{basis}", amount=_amount(value, calibration.unit), basis=_RESTS_ON[calibration.kind])


def _area(shape: Region) -> str:
    if isinstance(shape, Polygon) and region.crosses_itself(shape):
        return tr("crosses itself, no area")
    value, unit = region.area(shape), f"{shape.calibration.unit}²"
    amount = f"{value / 100:.1f} cm²" if unit == "mm²" and value >= 100 else _amount(value, unit)
    return tr("{amount}{basis}", amount=amount, basis=_RESTS_ON[shape.calibration.kind])


def _degrees(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}°"


# Drawings.


def _length(shape: Length) -> Drawing:
    first, second = shape.ends
    ends = (
        tr("{first} to {second}", first=looked_up(first), second=looked_up(second)) + " "
        if first and second
        else "".join(f"{looked_up(end)} " for end in shape.ends if end)
    )
    line = (shape.a, shape.b)
    return Drawing((line,), line, ends + _measured(measure.length(shape), shape.calibration), line, bars=(line,))


def _angle(shape: Angle) -> Drawing:
    points = (shape.a, shape.vertex, shape.b)
    return Drawing((points,), points, _degrees(measure.angle(shape)), (shape.vertex, shape.vertex))


def _cobb(shape: CobbAngle) -> Drawing:
    first, second = (shape.a1, shape.a2), (shape.b1, shape.b2)
    between = (_middle(*first), _middle(*second))
    value = measure.cobb_angle(shape)
    label = "" if value is None else tr("Cobb {angle}", angle=_degrees(value))
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
    label = ""
    if value is not None:
        doubt = tr(", proposed: check it") if shape.proposed else ""
        basis = shape.calibration
        widths = [_amount(width, basis.unit) for width in measure.caliper_widths(shape)]
        label = tr(
            "Cardiothoracic ratio {ratio:.2f}{doubt}\nheart {heart}, chest {chest}{basis}",
            ratio=value,
            doubt=doubt,
            heart=widths[0],
            chest=widths[1],
            basis=_RESTS_ON[basis.kind],
        )
    return Drawing((heart, chest), (*heart, *chest), label, chest, bars=(heart, chest))


def _calibrated(shape: ManualCalibration) -> Drawing:
    line = (shape.a, shape.b)
    return Drawing(
        (line,), line, tr("{length:g} mm, entered by the reader", length=shape.millimetres), line, bars=(line,)
    )


def _middle(a: Point, b: Point) -> Point:
    return Point((a.column + b.column) / 2, (a.row + b.row) / 2)


def _typed_millimetres(shape: Length | ManualCalibration, text: str) -> Shape:
    try:
        millimetres = float(text.strip().removesuffix("mm").replace(",", "."))
    except ValueError:
        raise ValueError(msg("Type a number of millimetres, such as 25 or 12.5.")) from None
    if not 0 < millimetres <= MAX_MILLIMETRES:
        raise ValueError(msg("Type a length above 0 and at most {most:,} millimetres.", most=MAX_MILLIMETRES))
    try:
        measure.calibration_of(made := ManualCalibration(shape.a, shape.b, millimetres))
    except ValueError:
        raise ValueError(msg("The line is too short or too long for this length; draw it anew.")) from None
    return made


def _typed_text(shape: Text, text: str) -> Shape:
    if not text.strip():
        raise ValueError(msg("Type at least one character."))
    return Text(shape.at, _fitting(text))


def _typed_words(shape: Arrow, text: str) -> Shape:
    return Arrow(shape.tail, shape.tip, _fitting(text))


def _fitting(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise ValueError(msg("Type at most {most:,} characters.", most=MAX_TEXT))
    return text.strip()


_REQUEST_LENGTH = Question(
    msg("True length of the line in millimetres"), lambda line: f"{line.millimetres:g}", _typed_millimetres
)
_REQUEST_TEXT = Question(msg("Text"), lambda text: str(text.text), _typed_text)
_REQUEST_WORDS = Question(msg("Words at the arrow"), lambda arrow: str(arrow.text), _typed_words)

KINDS: Mapping[type, Kind] = {
    Length: Kind(_length),
    Angle: Kind(_angle),
    CobbAngle: Kind(_cobb),
    Rectangle: Kind(_rectangle),
    Ellipse: Kind(_ellipse),
    Polygon: Kind(_polygon),
    Arrow: Kind(_arrow, _REQUEST_WORDS),
    Text: Kind(_text, _REQUEST_TEXT),
    CardiothoracicRatio: Kind(_ratio),
    ManualCalibration: Kind(_calibrated, _REQUEST_LENGTH),
}

TUBE_TIP, CARINA = msg("tube tip"), msg("carina")
"""What the ends of a line are called in the document, in English."""

_CORNERS = (msg("Click one corner, or drag"), msg("Click the opposite corner"))
TOOLS: Mapping[str, Tool] = {
    "length": Tool(
        lambda p, c: Length(p[0], p[1], c),
        (msg("Click one end, or drag along the distance"), msg("Click the other end")),
        2,
        measures=True,
    ),
    "tube": Tool(
        lambda p, c: Length(p[0], p[1], c, (str(TUBE_TIP), str(CARINA))),
        (msg("Click the tip of the tube"), msg("Click the carina")),
        2,
        measures=True,
    ),
    "angle": Tool(
        lambda p, c: Angle(p[0], p[1], p[2], c),
        (msg("Click the end of the first side"), msg("Click the apex"), msg("Click the end of the second side")),
        3,
    ),
    "cobb": Tool(
        lambda p, c: CobbAngle(p[0], p[1], p[2], p[3], c),
        (
            msg("Click or drag along the upper end plate: first end"),
            msg("Click the second end of the upper end plate"),
            msg("Click or drag along the lower end plate: first end"),
            msg("Click the second end of the lower end plate"),
        ),
        4,
        pairs=True,
    ),
    "rectangle": Tool(lambda p, c: Rectangle(p[0], p[1], c), _CORNERS, 2),
    "ellipse": Tool(lambda p, c: Ellipse(p[0], p[1], c), _CORNERS, 2),
    "polygon": Tool(
        Polygon,
        (
            msg("Click the first corner"),
            msg("Click the next corner"),
            msg("Click the next corner"),
            msg("Click the next corner; Enter or the first corner closes, Backspace takes one back"),
        ),
        ANY_NUMBER,
    ),
    "arrow": Tool(lambda p, c: Arrow(p[0], p[1]), (msg("Drag from the tail to the tip"), msg("Click the tip")), 2),
    "text": Tool(lambda p, c: Text(p[0], ""), (msg("Click where the text begins"),), 1, question=_REQUEST_TEXT),
    "ratio": Tool(
        lambda p, c: CardiothoracicRatio(p[0], p[1], p[2], p[3], c),
        (
            msg("Click or drag across the heart: border on the patient's right"),
            msg("Click the heart's border on the patient's left"),
            msg("Click or drag across the chest: inner wall on the patient's right"),
            msg("Click the inner chest wall on the patient's left"),
        ),
        4,
        pairs=True,
        measures=True,
    ),
    "calibrate": Tool(
        lambda p, c: Length(p[0], p[1], Calibration()),
        (msg("Click one end of something of known length, or drag"), msg("Click the other end")),
        2,
        question=_REQUEST_LENGTH,
        measures=True,
    ),
}
"""What has a command to draw it, ``tool.NAME``."""

# What lies under the cursor.


class Scale(Struct, frozen=True):
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


class Bounds(Struct, frozen=True):
    """The smallest upright rectangle round all of a drawing, in image pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def near(self, place: Point, scale: Scale) -> bool:
        """Return whether something in it may be grabbed at `place`: hundreds of annotations are told apart quickly."""
        across, down = HANDLE_RADIUS / scale.column, HANDLE_RADIUS / scale.row
        return (
            self.left - across <= place.column <= self.right + across
            and self.top - down <= place.row <= self.bottom + down
        )


def bounds_of(drawing: Drawing) -> Bounds:
    """Return the bounds of lines and handles."""
    points = [*drawing.handles, *(point for line in drawing.lines for point in line)]
    columns, rows = [point.column for point in points], [point.row for point in points]
    return Bounds(min(columns), min(rows), max(columns), max(rows))


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
