"""The display shutter of a header (PS3.3 C.7.6.11)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from pydicom.dataset import Dataset

from cxrviewer.imaging.shutter import Circle, Places, Polygon, Rectangle, Shape, Shutter
from cxrviewer.imaging.values import number, numbers, texts
from cxrviewer.text import msg

MAX_VERTICES = 1024
_FARTHEST = 1e7
_CHECKED = 256
"""Rows and columns looked at to learn whether a shutter leaves anything visible."""


def read_shutter(dataset: Dataset, rows: int, columns: int, aspect: float) -> tuple[Shutter | None, tuple[str, ...]]:
    """Return the shutter in stored pixels, None where there is none to draw, and notes.

    A shape that cannot be used is left out, as is a shutter that would cover everything:
    what the file's author meant to show must not disappear behind a damaged header.
    """
    names = tuple(value.upper() for value in texts(dataset, "ShutterShape"))
    shapes: list[Shape] = []
    notes: tuple[str, ...] = ()
    for name in dict.fromkeys(names):
        if name == "BITMAP":
            notes += (msg("The file has a bitmap display shutter, which this viewer does not apply."),)
            continue
        read = _READERS.get(name)
        shape = None if read is None else read(dataset, aspect)
        if shape is None:
            known = f" ({name})" if name in _READERS else ""
            notes += (
                msg(
                    "The display shutter{known} is damaged ((0018,1600) Shutter Shape); it is not applied.", known=known
                ),
            )
        else:
            shapes.append(shape)
    if not shapes:
        return None, notes
    shutter = Shutter(tuple(shapes), _grey(dataset))
    hidden = shutter.hides(_some(rows), _some(columns))
    if hidden.all():
        return None, (*notes, msg("The display shutter ((0018,1600)) would cover the whole image; it is not applied."))
    if not hidden.any():
        return None, notes
    return shutter, (*notes, msg("A display shutter covers part of the image ((0018,1600))."))


def _some(count: int) -> Places:
    # The last row and column always take part: a shutter may cover nothing else.
    return np.unique(np.linspace(0, count - 1, min(count, _CHECKED)).round().astype(np.int64))


def _grey(dataset: Dataset) -> float:
    value = number(dataset, "ShutterPresentationValue")
    return 0.0 if value is None else min(max(value / 0xFFFF, 0.0), 1.0)


def _one(dataset: Dataset, keyword: str) -> float | None:
    values = numbers(dataset, keyword)
    return values[0] if len(values) == 1 and abs(values[0]) <= _FARTHEST else None


def _rectangle(dataset: Dataset, _aspect: float) -> Rectangle | None:
    keywords = ("LeftVerticalEdge", "RightVerticalEdge", "UpperHorizontalEdge", "LowerHorizontalEdge")
    edges = [_one(dataset, f"Shutter{keyword}") for keyword in keywords]
    left, right, top, bottom = (None if edge is None else edge - 1 for edge in edges)
    if left is None or right is None or top is None or bottom is None or left > right or top > bottom:
        return None
    return Rectangle(left, right, top, bottom)


def _circle(dataset: Dataset, aspect: float) -> Circle | None:
    centre, radius = numbers(dataset, "CenterOfCircularShutter"), _one(dataset, "RadiusOfCircularShutter")
    if len(centre) != 2 or radius is None or radius <= 0 or max(map(abs, centre)) > _FARTHEST:
        return None
    return Circle(centre[0] - 1, centre[1] - 1, radius, aspect)


def _polygon(dataset: Dataset, _aspect: float) -> Polygon | None:
    values = numbers(dataset, "VerticesOfThePolygonalShutter")
    if len(values) < 6 or len(values) % 2 or len(values) > 2 * MAX_VERTICES or max(map(abs, values)) > _FARTHEST:
        return None
    places = np.array(values, np.float64).reshape(-1, 2) - 1
    # Twice the area: points on one line enclose nothing.
    area = np.dot(places[:, 0], np.roll(places[:, 1], -1)) - np.dot(places[:, 1], np.roll(places[:, 0], -1))
    if area == 0:
        return None
    return Polygon(tuple((float(row), float(column)) for row, column in places))


_READERS: dict[str, Callable[[Dataset, float], Shape | None]] = {
    "RECTANGULAR": _rectangle,
    "CIRCULAR": _circle,
    "POLYGONAL": _polygon,
}
