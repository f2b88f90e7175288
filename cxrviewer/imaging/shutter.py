"""The display shutter: what of an image is covered for reading (PS3.3 C.7.6.11)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from msgspec.structs import replace

Places = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class Rectangle(Struct, frozen=True):
    """First and last visible column and row, from 0."""

    left: float
    right: float
    top: float
    bottom: float

    def visible(self, rows: Places, columns: Places) -> Mask:
        """Return (rows, columns) bool; both edges belong to the visible part."""
        inside: Mask = ((rows >= self.top) & (rows <= self.bottom))[:, None] & (
            (columns >= self.left) & (columns <= self.right)
        )
        return inside

    def flipped(self, rows: int, columns: int, vertically: bool, horizontally: bool) -> Rectangle:
        """Return the same rectangle on the flipped image."""
        top, bottom = (rows - 1 - self.bottom, rows - 1 - self.top) if vertically else (self.top, self.bottom)
        left, right = (columns - 1 - self.right, columns - 1 - self.left) if horizontally else (self.left, self.right)
        return Rectangle(left, right, top, bottom)


class Circle(Struct, frozen=True):
    """Centre from 0, radius in columns; `aspect` is the height of a pixel over its width."""

    row: float
    column: float
    radius: float
    aspect: float = 1.0

    def visible(self, rows: Places, columns: Places) -> Mask:
        """Return (rows, columns) bool; the circle itself belongs to the visible part."""
        down = ((rows - self.row) * self.aspect) ** 2
        inside: Mask = down[:, None] + (columns - self.column) ** 2 <= self.radius**2
        return inside

    def flipped(self, rows: int, columns: int, vertically: bool, horizontally: bool) -> Circle:
        """Return the same circle on the flipped image."""
        return replace(
            self,
            row=rows - 1 - self.row if vertically else self.row,
            column=columns - 1 - self.column if horizontally else self.column,
        )


class Polygon(Struct, frozen=True):
    """(row, column) of the vertices, from 0; closed from the last to the first."""

    vertices: tuple[tuple[float, float], ...]

    def visible(self, rows: Places, columns: Places) -> Mask:
        """Return (rows, columns) bool by the even-odd rule; the edges belong to the visible part."""
        start = np.array(self.vertices, np.float64)
        end = np.roll(start, -1, axis=0)
        low, high = np.minimum(start[:, 0], end[:, 0]), np.maximum(start[:, 0], end[:, 0])
        row = rows[:, None]
        # A row through a vertex meets one edge or both, depending on which end of an edge counts.
        # Each rule alone loses one side's edges; what either finds is the closed polygon.
        return self._between(start, end, (low <= row) & (row < high), rows, columns) | self._between(
            start, end, (low < row) & (row <= high), rows, columns
        )

    @staticmethod
    def _between(
        start: npt.NDArray[np.float64], end: npt.NDArray[np.float64], crossed: Mask, rows: Places, columns: Places
    ) -> Mask:
        """Return what lies from each odd crossing of a row to the next, both included; `crossed` is (rows, edges)."""
        index, edge = np.nonzero(crossed)
        a, b = start[edge], end[edge]
        place = a[:, 1] + (rows[index] - a[:, 0]) * (b[:, 1] - a[:, 1]) / (b[:, 0] - a[:, 0])
        order = np.lexsort((place, index))
        index, place = index[order], place[order]
        # Every row crosses a closed line an even number of times, so the pairs never mix rows.
        steps = np.zeros((rows.size, columns.size + 1), np.int16)
        np.add.at(steps, (index[::2], np.searchsorted(columns, place[::2] - 1e-9, "left")), 1)
        np.add.at(steps, (index[1::2], np.searchsorted(columns, place[1::2] + 1e-9, "right")), -1)
        inside: Mask = np.cumsum(steps, axis=1, dtype=np.int16)[:, :-1] > 0
        return inside

    def flipped(self, rows: int, columns: int, vertically: bool, horizontally: bool) -> Polygon:
        """Return the same polygon on the flipped image."""
        return Polygon(
            tuple(
                (rows - 1 - row if vertically else row, columns - 1 - column if horizontally else column)
                for row, column in self.vertices
            )
        )


Shape = Rectangle | Circle | Polygon


class Shutter(Struct, frozen=True):
    """Shapes that are applied together: visible is what all of them leave visible.

    Attributes
    ----------
    shapes : tuple of Rectangle, Circle, Polygon
        In pixels of the image as it is shown, counted from 0.
    grey : float
        What covers the rest, in [0, 1]; a P-value, so no window and no inversion changes it.
    """

    shapes: tuple[Shape, ...]
    grey: float = 0.0

    def hides(self, rows: Places, columns: Places) -> Mask:
        """Return which of the pixels at `rows` x `columns` (ascending) are covered, (rows, columns) bool."""
        visible = np.ones((rows.size, columns.size), np.bool_)
        for shape in self.shapes:
            visible &= shape.visible(rows, columns)
        return ~visible

    def flipped(self, rows: int, columns: int, vertically: bool, horizontally: bool) -> Shutter:
        """Return the shutter of the flipped image of `rows` x `columns` pixels."""
        return replace(
            self, shapes=tuple(shape.flipped(rows, columns, vertically, horizontally) for shape in self.shapes)
        )
