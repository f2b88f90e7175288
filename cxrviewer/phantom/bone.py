"""Spine, ribs and shoulder girdle of the phantom, in centimetres of bone along the ray."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from cxrviewer.phantom.grid import Floats, Grid, Knots, Plane, Tube, chord, step, through
from cxrviewer.phantom.soft import CAGE, SHOULDER


class Skeleton(Struct, frozen=True, eq=False):
    """The bones a frontal chest image shows."""

    grid: Grid
    rng: np.random.Generator

    def depth(self) -> Plane:
        """Return centimetres of bone on every ray."""
        x, y = self.grid.x, self.grid.y
        total = self._spine() + self._shoulder_girdle()
        for number in range(1, 12):
            for side in (-1, 1):
                self.grid.add_tube(total, self._rib(number, side))
        total += 0.5 * np.exp(-((x / 2.1) ** 6)) * step(y - 6.8, 0.6) * (1 - step(y - 21, 3))
        visible: Plane = total * (y > through(SHOULDER, np.abs(x)))
        return visible

    def _spine(self) -> Plane:
        """Return vertebral bodies with end plates, pedicles, transverse and spinous processes."""
        x, y = self.grid.x, self.grid.y
        half = through(((0, 1.35), (8, 1.55), (20, 1.9), (34, 2.3)), y)
        # Vertebrae are 1.9 cm high at the top and grow downwards; this is the integral of one over the height.
        within = (np.log1p(0.018 * np.maximum(y + 4, 0)) / 0.018 / 1.9) % 1
        waist = half * (1 - 0.09 * np.sin(np.pi * np.clip(within / 0.9, 0, 1)))
        body = through(((0, 0.7), (14, 1.0), (22, 0.9), (30, 0.7)), y) * np.maximum(1 - (np.abs(x) / waist) ** 5, 0)
        plates = np.exp(-(((within - 0.06) / 0.05) ** 2)) + np.exp(-(((within - 0.84) / 0.05) ** 2))
        total: Floats = body * (1 - 0.55 * step(within - 0.9, 0.08)) + 0.22 * plates * (np.abs(x) < waist)
        for side in (-1, 1):
            pedicle = ((x - side * 0.62 * half) / 0.42) ** 2 + ((within - 0.32) / 0.24) ** 2
            process = ((side * x - 1.35 * half) / 1.0) ** 2 + ((within - 0.30) / 0.20) ** 2
            total = total + 0.26 * np.exp(-((pedicle - 0.7) ** 2) / 0.15) + 0.3 * np.exp(-(process**1.5))
        total = total + 0.45 * np.exp(-((x / 0.35) ** 2) - ((within - 0.62) / 0.22) ** 2)
        return total.astype(np.float32, copy=False)

    def _rib(self, number: int, side: int) -> Tube:
        """Return one rib: a loop in a plane that falls forwards, seen from the front."""
        end = 0.52 if number >= 10 else 0.70 if number == 1 else 0.83
        turn = np.linspace(0.045, end, 80) * np.pi
        jitter = self.rng.normal(0, 0.08, 2)
        start = 3.2 + 2.18 * (number - 1) + 0.02 * number**2
        fall = float(through(((1, 3.0), (3, 6.2), (6, 8.6), (9, 9.4), (12, 8.0)), number))
        half = float(through(CAGE, start + 0.45 * fall)) - 0.2
        x = half * np.sin(turn) ** 0.8
        y = start + fall * (1 - np.cos(turn)) / 2 - 0.55 * np.maximum(np.sin(2 * turn), 0) + jitter[0]
        # Where the rib runs towards the viewer the ray crosses it lengthways: the bright rim of the chest wall.
        speed = np.hypot(np.gradient(x), np.gradient(y))
        rim = np.clip(np.median(speed) / np.maximum(speed, 1e-6), 0.8, 1.7)
        flat = through(((0, 0.8), (0.6, 1.0), (1.4, 1.0), (2.0, 0.62), (2.7, 0.5)), turn)
        # Cartilage does not show: the rib fades before the sternum.
        fade = np.clip((len(turn) - np.arange(len(turn))) / 10, 0, 1)
        radii = through(((0, 0.50), (0.8, 0.62), (1.6, 0.55), (2.7, 0.72)), turn) * (1 + 0.4 * jitter[1])
        return Tube(np.stack([side * x, y], 1), radii, 0.62 * rim * flat * fade, marrow=0.8)

    def _shoulder_girdle(self) -> Plane:
        """Return clavicles, shoulder blades and the heads and shafts of the upper arms."""
        y = self.grid.y
        total = self.grid.zeros()
        for side in (-1, 1):
            u = side * self.grid.x
            clavicle = ((1.5, 6.9), (4.0, 6.3), (7.5, 4.9), (11.0, 4.1), (14.2, 4.5), (15.6, 5.0))
            border = ((9.9, 6.4), (11.2, 9.5), (12.4, 13.0), (13.4, 16.2), (14.2, 16.6), (15.0, 14.0), (15.9, 10.0))
            ridge = ((10.3, 8.2), (13.0, 6.6), (15.4, 5.3), (16.6, 5.3))
            self.grid.add_tube(total, _smooth_tube(clavicle, (0.85, 0.62, 0.52, 0.52, 0.62, 0.6), side, 0.62))
            self.grid.add_tube(total, _smooth_tube(border, (0.22, 0.2, 0.22, 0.35, 0.35, 0.3, 0.4), side, 0.26))
            self.grid.add_tube(total, _smooth_tube(ridge, (0.3, 0.4, 0.55, 0.6), side, 0.3))
            blade = step(u - 9.9 - 0.36 * (y - 6.4), 0.6) * step(15.9 - 0.18 * (y - 10) - u, 0.6)
            total += 0.35 * blade * step(y - 6.6, 1.0) * step(16.6 - y, 1.0)
            total += 0.9 * chord(((u - 18.3) / 2.4) ** 2 + ((y - 7.4) / 2.5) ** 2)
            total += 1.1 * chord(((u - 18.6 - 0.22 * (y - 8)) / 1.4) ** 2) * step(y - 8.2, 1.5)
        return total


def _smooth_tube(knots: Knots, radii: tuple[float, ...], side: int, weight: float) -> Tube:
    at = np.linspace(0, len(knots) - 1, 48)
    x = through([(i, p[0]) for i, p in enumerate(knots)], at)
    y = through([(i, p[1]) for i, p in enumerate(knots)], at)
    r = through(list(enumerate(radii)), at)
    return Tube(np.stack([side * x, y], 1).astype(float), r.astype(float), np.full(48, weight), marrow=0.72)
