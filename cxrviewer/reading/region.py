"""The numbers of a region: its area, which pixels belong to it, and their mean, spread and histogram."""

from __future__ import annotations

import math
from typing import assert_never

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.reading.annotations import Ellipse, Polygon, Rectangle, Region
from cxrviewer.reading.values import Point
from cxrviewer.text import tr

Vectors = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
BINS = 64


class RegionValues(Struct, frozen=True):
    """Modality values (PS3.3 C.11.1) of the pixels in a region, padding left out.

    Attributes
    ----------
    pixels : int
        How many there are, at least 1.
    mean, deviation : float
        Deviation of these pixels from their mean, not an estimate for others: divided by `pixels`.
    lowest, highest : float
    unit : str
        Of all of them, empty where the header names none.
    histogram : tuple of int
        Counts in `BINS` equally wide steps from `lowest` to `highest`.
    """

    pixels: int
    mean: float
    deviation: float
    lowest: float
    highest: float
    unit: str
    histogram: tuple[int, ...]


def in_words(values: RegionValues) -> str:
    """Return mean, deviation and range with their unit, for a label."""
    numbers = [_number(n) for n in (values.mean, values.deviation, values.lowest, values.highest)]
    return tr(
        "mean {mean}, SD {deviation}, {lowest} to {highest} {unit}",
        mean=numbers[0],
        deviation=numbers[1],
        lowest=numbers[2],
        highest=numbers[3],
        unit=values.unit or tr("(no unit)"),
    )


def rows_of(values: RegionValues) -> tuple[tuple[str, str], ...]:
    """Return names and numbers for a table."""
    unit = values.unit or tr("(no unit)")
    return (
        (tr("Pixels"), f"{values.pixels:,}"),
        (tr("Mean"), f"{_number(values.mean)} {unit}"),
        (tr("Standard deviation"), f"{_number(values.deviation)} {unit}"),
        (tr("Lowest"), f"{_number(values.lowest)} {unit}"),
        (tr("Highest"), f"{_number(values.highest)} {unit}"),
    )


def _number(value: float) -> str:
    return f"{value:.0f}" if value == round(value) else f"{value:.1f}" if abs(value) >= 100 else f"{value:.4g}"


def values_in(radiograph: Radiograph, region: Region) -> RegionValues | None:
    """Return the values of a region; None for colour, and where no pixel's centre lies inside.

    Exact: grey images have at most 65,536 different values, which are counted.
    """
    if radiograph.colour:
        return None
    top, left, mask = pixels_in(region, radiograph.rows, radiograph.columns)
    height, width = mask.shape
    codes = radiograph.codes[top : top + height, left : left + width][mask]
    counts = np.bincount(codes, minlength=radiograph.levels).astype(np.float64)
    if radiograph.padding is not None:
        low, high = radiograph.padding
        counts[low : high + 1] = 0
    present = np.flatnonzero(counts)
    if present.size == 0:
        return None
    values, counts = radiograph.modality_values()[present], counts[present]
    total = float(counts.sum())
    mean = float((values * counts).sum() / total)
    deviation = math.sqrt(float((counts * (values - mean) ** 2).sum()) / total)
    lowest, highest = float(values.min()), float(values.max())
    histogram, _ = np.histogram(values, BINS, (lowest, highest), weights=counts)
    return RegionValues(
        int(total), mean, deviation, lowest, highest, radiograph.unit, tuple(int(n) for n in np.rint(histogram))
    )


def pixels_in(region: Region, rows: int, columns: int) -> tuple[int, int, Mask]:
    """Return the pixels of an image of `rows` x `columns` whose centres lie in a region.

    Returns
    -------
    top, left : int
    mask : (height, width) bool
        Of the pixels from row `top` and column `left` on; empty where the region lies outside.
    """
    match region:
        case Rectangle():
            top, left, bottom, right, _, _ = _frame((region.corner, region.opposite), rows, columns)
            return top, left, np.ones((bottom - top, right - left), np.bool_)
        case Ellipse():
            top, left, bottom, right, xs, ys = _frame((region.corner, region.opposite), rows, columns)
            if not (bottom > top and right > left):
                return top, left, np.ones((bottom - top, right - left), np.bool_)
            across = (np.arange(left, right) + 0.5 - (xs[0] + xs[1]) / 2) / (abs(xs[1] - xs[0]) / 2)
            down = (np.arange(top, bottom) + 0.5 - (ys[0] + ys[1]) / 2) / (abs(ys[1] - ys[0]) / 2)
            return top, left, across[None, :] ** 2 + down[:, None] ** 2 <= 1
        case Polygon():
            top, left, bottom, right, xs, ys = _frame(region.points, rows, columns)
            return top, left, _polygon(np.array([xs, ys]), top, left, bottom - top, right - left)
        case _:
            assert_never(region)


def _frame(points: tuple[Point, ...], rows: int, columns: int) -> tuple[int, int, int, int, Vectors, Vectors]:
    """Return top, left, bottom and right of the pixels between points, bottom and right outside; columns and rows."""
    xs = np.array([point.column for point in points], np.float64)
    ys = np.array([point.row for point in points], np.float64)
    top, bottom = _whole(float(ys.min()), rows), _whole(float(ys.max()), rows)
    left, right = _whole(float(xs.min()), columns), _whole(float(xs.max()), columns)
    return top, left, bottom, right, xs, ys


def _whole(edge: float, size: int) -> int:
    """Return the first pixel whose centre does not lie before `edge`."""
    return min(max(math.ceil(edge - 0.5), 0), size)


def _polygon(corners: npt.NDArray[np.float64], top: int, left: int, height: int, width: int) -> Mask:
    """Return the inside by the even-odd rule: every side that a row of centres crosses changes what follows it."""
    changes = np.zeros((height, width + 1), np.bool_)
    ends = np.roll(corners, -1, axis=1)
    for start, end in zip(corners.T.tolist(), ends.T.tolist(), strict=True):
        (x1, y1), (x2, y2) = sorted((start, end), key=lambda place: place[1])
        first, last = max(math.ceil(y1 - 0.5), top), min(math.ceil(y2 - 0.5), top + height)
        if first >= last:
            continue
        row = np.arange(first, last)
        crossing = x1 + (row + 0.5 - y1) * (x2 - x1) / (y2 - y1)
        column = np.clip(np.ceil(crossing - 0.5).astype(np.int64) - left, 0, width)
        changes[row - top, column] ^= True
    return np.logical_xor.accumulate(changes, axis=1)[:, :width]


def area(region: Region) -> float:
    """Return the area in ``unit`` squared; of a polygon that crosses itself, the area by the shoelace formula."""
    pixel = region.calibration.column * region.calibration.row
    match region:
        case Rectangle():
            return _in_the_box(region) * pixel
        case Ellipse():
            return _in_the_box(region) * pixel * math.pi / 4
        case Polygon():
            corners = [(p.column, p.row) for p in region.points]
            pairs = zip(corners, [*corners[1:], corners[0]], strict=True)
            return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2 * pixel
        case _:
            assert_never(region)


def _in_the_box(region: Rectangle | Ellipse) -> float:
    """Return the area between the two corners, in pixels."""
    return abs((region.opposite.column - region.corner.column) * (region.opposite.row - region.corner.row))


def crosses_itself(shape: Polygon) -> bool:
    """Return whether two sides that are not neighbours meet: the area of such a polygon means nothing."""
    start = np.array([(p.column, p.row) for p in shape.points])
    end = np.roll(start, -1, axis=0)
    count = len(start)
    along = end - start
    for first in range(count - 2):
        # Sides behind this one, without its neighbours.
        others = slice(first + 2, count - 1 if first == 0 else count)
        one = _sides(start[first], along[first], start[others]) * _sides(start[first], along[first], end[others])
        two = _sides(start[others], along[others], start[first]) * _sides(start[others], along[others], end[first])
        if np.any((one < 0) & (two < 0)):
            return True
    return False


def _sides(start: Vectors, along: Vectors, place: Vectors) -> Vectors:
    """Return on which side of lines places lie: negative, 0 or positive."""
    across: Vectors = along[..., 0] * (place[..., 1] - start[..., 1]) - along[..., 1] * (place[..., 0] - start[..., 0])
    return across
