"""Shapes on a grid of rays: the mathematics of the phantom, without anatomy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from PIL import Image

Plane = npt.NDArray[np.float32]
Floats = npt.NDArray[np.floating[Any]]
Row = npt.NDArray[np.float64]
Knots = Sequence[tuple[float, float]]


def chord(q: Floats) -> Plane:
    """Return the length of the ray through a unit ball at squared distance `q` from its centre, in radii."""
    length: Floats = 2 * np.sqrt(np.maximum(1 - q, 0))
    return length.astype(np.float32, copy=False)


def step(x: Floats, width: float) -> Plane:
    """Return 0 to 1 around x = 0, smooth over about `width`."""
    ramp: Floats = 0.5 + 0.5 * np.tanh(x * (2 / width))
    return ramp.astype(np.float32, copy=False)


def through(knots: Knots, x: npt.ArrayLike) -> Plane:
    """Return the smooth function through `knots` at `x` (cubic Hermite, slopes from the neighbours)."""
    kx, ky = np.array(knots, np.float32).T
    slope = np.gradient(ky, kx)
    at = np.clip(np.asarray(x, np.float32), kx[0], kx[-1])
    i = np.clip(np.searchsorted(kx, at) - 1, 0, len(kx) - 2)
    h = kx[i + 1] - kx[i]
    t = (at - kx[i]) / h
    value: Plane = (
        ky[i] * (1 + 2 * t) * (1 - t) ** 2
        + ky[i + 1] * t**2 * (3 - 2 * t)
        + h * slope[i] * t * (1 - t) ** 2
        + h * slope[i + 1] * t**2 * (t - 1)
    )
    return value


def resize(plane: Plane, rows: int, columns: int) -> Plane:
    """Return `plane` at another size: averaged when smaller, bicubic when larger."""
    if plane.shape == (rows, columns):
        return plane
    kind = Image.Resampling.BOX if rows < plane.shape[0] else Image.Resampling.BICUBIC
    return np.array(Image.fromarray(plane.astype(np.float32, copy=False)).resize((columns, rows), kind))


def blur(plane: Plane, sigma: float) -> Plane:
    """Return a Gaussian blur by `sigma` pixels, made on a grid just fine enough to carry it."""
    rows, columns = plane.shape
    shrink = max(1, int(sigma / 2))
    small = resize(plane, max(8, rows // shrink), max(8, columns // shrink))
    small = _kernel(small.shape[0], sigma * small.shape[0] / rows) @ small
    small = small @ _kernel(small.shape[1], sigma * small.shape[1] / columns).T
    return resize(small, rows, columns)


def _kernel(n: int, sigma: float) -> Plane:
    offset = np.arange(n)
    weights = np.exp(-0.5 * ((offset[:, None] - offset) / sigma) ** 2)
    # Dividing by the row's own sum treats the edge as if nothing lay beyond it.
    normal: Plane = (weights / weights.sum(1, keepdims=True)).astype(np.float32)
    return normal


def cloud(shape: tuple[int, int], cells: int, rng: np.random.Generator) -> Plane:
    """Return a smooth random field of standard deviation about 1, `cells` bumps across."""
    return resize(rng.standard_normal((max(4, cells * shape[0] // shape[1]), cells)).astype(np.float32), *shape)


class Tube(Struct, frozen=True):
    """A bent round tube.

    Attributes
    ----------
    points : (n, 2) of x, y in cm
    radii : (n,) in cm
    weights : (n,)
        What the depth is multiplied by along the tube.
    marrow : float
        Part of the radius that is half empty; 0 for a solid tube.
    """

    points: Row
    radii: Row
    weights: Row
    marrow: float = 0.0


class Grid(Struct, frozen=True, eq=False):
    """Rays through the body, one per cell.

    Attributes
    ----------
    shape : (rows, columns)
    cm : float
        Cells per centimetre.
    x0, y0 : float
        Place of the origin, in cm from the grid's top left corner.
    """

    shape: tuple[int, int]
    cm: float
    x0: float
    y0: float

    @property
    def x(self) -> Plane:
        """(1, columns), cm."""
        return (((np.arange(self.shape[1]) + 0.5) / self.cm - self.x0)[None, :]).astype(np.float32)

    @property
    def y(self) -> Plane:
        """(rows, 1), cm."""
        return (((np.arange(self.shape[0]) + 0.5) / self.cm - self.y0)[:, None]).astype(np.float32)

    def zeros(self) -> Plane:
        return np.zeros(self.shape, np.float32)

    def add_tube(self, total: Plane, tube: Tube, *, joined: bool = False) -> None:
        """Add the tube's depth to `total`.

        With `joined` the larger of the two is kept instead of the sum: a daughter vessel begins
        inside her mother, and the sum would be a bead at every fork.
        """
        box = self._box(tube.points, float(tube.radii.max()), (0, 0, *self.shape))
        if box is None:
            return
        r0, c0, r1, c1 = box
        nearest = np.full((r1 - r0, c1 - c0), 9.0, np.float32)
        amount = np.zeros_like(nearest)
        for i in range(len(tube.points) - 1):
            self._segment(nearest, amount, box, tube, i)
        depth = chord(nearest)
        if tube.marrow:
            depth -= 0.5 * tube.marrow * chord(nearest / tube.marrow**2)
        part = total[r0:r1, c0:c1]
        if joined:
            np.maximum(part, depth * amount, out=part)
        else:
            part += depth * amount

    def _box(self, points: Row, reach: float, within: tuple[int, int, int, int]) -> tuple[int, int, int, int] | None:
        """Return (first row, first column, end row, end column) of the cells near `points`, or None."""
        (left, top), (right, bottom) = points.min(0) - reach, points.max(0) + reach
        r0 = max(within[0], int((top + self.y0) * self.cm) - 1)
        c0 = max(within[1], int((left + self.x0) * self.cm) - 1)
        r1 = min(within[2], int((bottom + self.y0) * self.cm) + 2)
        c1 = min(within[3], int((right + self.x0) * self.cm) + 2)
        return (r0, c0, r1, c1) if r0 < r1 and c0 < c1 else None

    def _segment(self, nearest: Plane, amount: Plane, outer: tuple[int, int, int, int], tube: Tube, i: int) -> None:
        """Keep, per cell, the squared distance in radii to the nearest segment and that segment's depth.

        The nearest, not the sum: neighbouring segments share their joint.
        """
        (x1, y1), (x2, y2) = tube.points[i].tolist(), tube.points[i + 1].tolist()
        thick, thin = tube.radii[i : i + 2].tolist()
        first, last = tube.weights[i : i + 2].tolist()
        box = self._box(tube.points[i : i + 2], max(thick, thin), outer)
        if box is None:
            return
        r0, c0, r1, c1 = box
        x = ((np.arange(c0, c1) + 0.5) / self.cm - self.x0 - x1).astype(np.float32)[None, :]
        y = ((np.arange(r0, r1) + 0.5) / self.cm - self.y0 - y1).astype(np.float32)[:, None]
        dx, dy = x2 - x1, y2 - y1
        span = max(dx * dx + dy * dy, 1e-12)
        t = np.clip(x * (dx / span) + y * (dy / span), 0, 1)
        r = thick + t * (thin - thick)
        q = ((x - t * dx) ** 2 + (y - t * dy) ** 2) / r**2
        inside = slice(r0 - outer[0], r1 - outer[0]), slice(c0 - outer[1], c1 - outer[1])
        closer = q < nearest[inside]
        np.copyto(nearest[inside], q, where=closer)
        np.copyto(amount[inside], r * (first + t * (last - first)), where=closer)
