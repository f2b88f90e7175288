"""Soft tissue, lungs, airways and vessels of the phantom, in centimetres along the ray."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from cxrviewer.phantom.grid import Grid, Plane, Row, Tube, blur, chord, cloud, step, through

LUNG_AIR = 0.76
"""Part of a centimetre of inflated lung that is air."""

CAGE = ((2.6, 2.0), (3.4, 4.6), (5.0, 6.9), (8.5, 9.6), (14.0, 12.0), (20.0, 13.2), (26.0, 13.7), (32.0, 13.4))
"""Inner half width of the thorax over y."""
WIDEST = 13.7
DEPTH = ((2.6, 3.0), (4.0, 7.0), (6.0, 9.5), (11.0, 14.5), (17.0, 17.5), (24.0, 18.5), (32.0, 18.5))
"""Inner depth of the thorax in the midline over y."""
FLANK = ((0.0, 30.0), (9.0, 26.0), (13.0, 18.6), (17.0, 16.7), (24.0, 16.2), (30.0, 16.0), (40.0, 16.4))
"""Half width of the trunk over y; wide above the armpit, where arm and trunk are one."""
TRUNK = ((0.0, 11.5), (6.0, 15.0), (12.0, 19.5), (20.0, 22.0), (30.0, 23.0), (40.0, 23.5))
"""Depth of the trunk over y."""
SHOULDER = ((0.0, -1.5), (4.0, -0.2), (7.5, 1.7), (11.0, 2.9), (15.0, 3.8), (18.5, 5.6), (22.0, 9.0))
"""Upper skin line, along trapezius and deltoid, over the distance from the midline."""
NECK = ((-3.0, 5.4), (1.5, 5.5), (5.0, 7.0))


class SoftTissue(Struct, frozen=True, eq=False):
    """The body without its bones.

    Attributes
    ----------
    cardiothoracic_ratio : float
    effusion_left_cm : float
        As in `PhantomSpec`.
    rng : numpy.random.Generator
        Draws vessels and texture; the same seed gives the same body.
    """

    grid: Grid
    cardiothoracic_ratio: float
    effusion_left_cm: float
    rng: np.random.Generator

    def depth(self) -> Plane:
        """Return centimetres of soft tissue on every ray, lung air and gas taken out."""
        tissue = self._trunk() + self._muscle()
        air = self._air()
        # A vessel takes the place of lung, so it shows where there is lung and fades where there is little.
        gas = LUNG_AIR * (air - np.clip(air / 2.5, 0, 1) * self._vessels()) + self._airways() + self._stomach()
        depth: Plane = np.maximum(tissue - np.minimum(gas, 0.92 * tissue), 0)
        return depth

    def _trunk(self) -> Plane:
        x, y = self.grid.x, self.grid.y
        across = np.clip(np.abs(x) / through(FLANK, y), 0, 1)
        depth = through(TRUNK, y) * (1 - across**2.6) ** 0.55
        # A rounded shoulder is thin at its skin line.
        crown = 2 * np.sqrt(2 * 4.2 * np.maximum(y - through(SHOULDER, np.abs(x)), 0))
        neck = np.minimum(6.0 * chord((x / through(NECK, y)) ** 2), 12.0)
        trunk: Plane = np.maximum(np.minimum(depth, crown), neck) * (1 + 0.012 * cloud(self.grid.shape, 14, self.rng))
        return trunk

    def _muscle(self) -> Plane:
        """Return pectoral and breast shadows and the muscles beside the spine."""
        x, y = self.grid.x, self.grid.y
        total: Plane = 1.6 * np.exp(-((x / 3.4) ** 2)) * step(y - 10, 8)
        for side in (-1, 1):
            u = side * x
            pectoral = ((u - 9.0) / 8.0) ** 2 + ((y - 13.5 - 0.25 * (u - 9)) / 6.5) ** 2
            breast = ((u - 8.2) / 5.9) ** 2 + ((y - 21.0) / 5.0) ** 2
            total = total + 1.0 * chord(pectoral) + 0.75 * chord(breast) * step(y - 17, 8)
        return total

    # --- lungs

    def _air(self) -> Plane:
        """Return the depth of lung on every ray."""
        x, y = self.grid.x, self.grid.y
        half = through(CAGE, y)
        cavity = through(DEPTH, y) * np.sqrt(1 - np.clip(np.abs(x) / half, 0, 1) ** 2.3) * step(y - 2.7, 0.7)
        deep = np.maximum(cavity, 1.0)
        # Shares of the depth, multiplied: two organs one behind the other leave a rest of lung between them.
        share = (1 - np.clip(self._mediastinum() / deep, 0, 1)) * (1 - np.clip(self._heart() / deep, 0, 0.97))
        lung = np.minimum(cavity * share, self._above_dome(cavity))
        if self.effusion_left_cm > 0:
            lung = lung * (1 - self._fluid(half))
        texture = 1 + 0.012 * cloud(self.grid.shape, 40, self.rng) + 0.010 * cloud(self.grid.shape, 160, self.rng)
        # Borders of organs that beat and breathe are not edges of glass.
        air: Plane = blur(np.maximum(lung, 0), 0.07 * self.grid.cm) * texture
        return air

    def _above_dome(self, cavity: Plane) -> Plane:
        """Return the depth of lung in front of, above and behind the two domes of the diaphragm."""
        x, y = self.grid.x, self.grid.y
        left = step(x, 3.0)
        right_edge = 24.2 + np.where(x < -6.2, 0.085, 0.035).astype(np.float32) * (x + 6.2) ** 2
        left_edge = 25.3 + np.where(x > 6.4, 0.085, 0.035).astype(np.float32) * (x - 6.4) ** 2
        below = np.maximum(y - ((1 - left) * right_edge + left * left_edge), 0)
        # A dome of 9 cm radius: at `below` under its top a ray crosses this much of it. What is left
        # is the sulcus behind the dome, which ends about 4 cm under its top.
        sulcus = 2.2 * np.clip(1 - below / 4.0, 0, 1)
        cut = 2 * np.sqrt(2 * 9.0 * below)
        return np.where(below > 0, np.maximum(cavity - cut, np.minimum(sulcus, cavity)), cavity)

    def _mediastinum(self) -> Plane:
        x, y = self.grid.x, self.grid.y
        right = through(((0, 2.6), (5, 2.3), (8, 2.5), (12, 2.5), (15, 3.1), (18, 3.3), (24, 3.4), (34, 4.6)), y)
        left = through(((0, 2.4), (5, 2.6), (8, 2.3), (12, 2.2), (16, 2.5), (24, 3.0), (34, 4.4)), y)
        across = np.clip(np.abs(x) / np.where(x < 0, right, left), 0, 1)
        # Great vessels fill the depth above the heart; beside and behind it lung reaches before the spine.
        upper, lower = (1 - across**2.5) ** 0.5, 0.62 * (1 - across**2) ** 0.9
        blend = step(y - 17.0, 4.0)
        vessels = through(DEPTH, y) * ((1 - blend) * upper + blend * lower)
        knob = 4.2 * chord(((x - 1.2) / 2.2) ** 2 + ((y - 11.2) / 2.3) ** 2)
        trunk = 3.4 * chord(((x - 1.6) / 2.4) ** 2 + ((y - 14.9) / 2.9) ** 2)
        course = through(((11, 2.3), (18, 1.9), (30, 0.9)), y)
        aorta = 1.25 * chord(((x - course) / 1.25) ** 2) * step(y - 11.5, 2)
        right_hilum = np.exp(-(((x + 3.6) / 1.2) ** 2) - ((y - 15.9 + 0.6 * (x + 3.6)) / 2.0) ** 2)
        left_hilum = np.exp(-(((x - 3.6) / 1.2) ** 2) - ((y - 14.8 - 0.5 * (x - 3.6)) / 1.7) ** 2)
        total: Plane = np.maximum(vessels, np.maximum(knob, trunk)) + aorta + 2.6 * np.maximum(right_hilum, left_hilum)
        return total

    def _heart(self) -> Plane:
        """Return two ellipsoids, the left and the right chambers, sized by the cardiothoracic ratio."""
        x, y = self.grid.x, self.grid.y
        width = self.cardiothoracic_ratio * 2 * WIDEST
        reach_left, reach_right = 0.66 * width, 0.34 * width
        long, short, cos, sin = 0.86 * reach_left, 0.58 * reach_left, 0.788, 0.616
        # Half the width of a tilted ellipse is the root of the summed squares of its axes' shadows.
        extent = ((long * cos) ** 2 + (short * sin) ** 2) ** 0.5
        dx, dy = x - (reach_left - extent), y - 21.0
        left = 5.2 * chord(((dx * cos + dy * sin) / long) ** 2 + ((dy * cos - dx * sin) / short) ** 2)
        right = 4.4 * chord(((x + reach_right - 3.4) / 3.4) ** 2 + ((y - 21.2) / 5.4) ** 2)
        fat = 2.5 * chord(((x - 0.5) / 6.0) ** 2 + ((y - 26.2) / 2.6) ** 2)
        heart: Plane = np.maximum(np.maximum(left, right), fat)
        return heart

    def _fluid(self, half: Plane) -> Plane:
        """Return the part of the left lung's depth taken by pleural fluid, with its meniscus at the wall."""
        x, y = self.grid.x, self.grid.y
        level = 28.4 - self.effusion_left_cm - 3.2 * np.exp(-np.maximum(half - x, 0) / 1.6)
        fluid: Plane = step(y - level, 3.0) * step(x - 1.0, 2.0)
        return fluid

    # --- gas

    def _airways(self) -> Plane:
        """Return trachea and main bronchi; the carina lies at y = 12.6."""
        x, y = self.grid.x, self.grid.y
        course = through(((0, 0.0), (10, -0.25), (13, -0.1)), y)
        rings = 1 + 0.05 * np.cos(2 * np.pi * y / 0.45)
        trachea = 0.95 * chord(((x - course) / 0.95) ** 2) * (1 - step(y - 12.6, 0.8)) * rings
        bronchi = self.grid.zeros()
        for points, radii in (
            (((-0.3, 12.4), (-2.0, 14.6), (-3.4, 16.6)), (0.7, 0.6, 0.35)),
            (((0.1, 12.4), (2.2, 14.2), (4.0, 15.2)), (0.6, 0.5, 0.3)),
        ):
            self.grid.add_tube(bronchi, Tube(np.array(points), np.array(radii), np.full(3, 0.75)), joined=True)
        gas: Plane = trachea + bronchi
        return gas

    def _stomach(self) -> Plane:
        """Return the gas bubble under the left dome and the bend of the colon beside it."""
        x, y = self.grid.x, self.grid.y
        bubble = ((x - 6.0) / 3.1) ** 2 + ((y - 28.3 - 0.12 * (x - 6)) / 1.7) ** 2
        colon = ((x - 10.6) / 1.8) ** 2 + ((y - 29.4) / 1.5) ** 2
        folds = np.maximum(1 + 0.25 * cloud(self.grid.shape, 60, self.rng), 0)
        gas: Plane = 1.9 * chord(bubble) + 0.9 * chord(colon) * folds
        return gas

    # --- vessels

    def _vessels(self) -> Plane:
        """Return centimetres of blood: an artery's and a vein's tree from each hilum."""
        total = self.grid.zeros()
        for side, hilum in ((-1, (-3.2, 15.8)), (1, (3.4, 14.9))):
            for fan in (np.linspace(-80, 80, 8), np.linspace(-62, 88, 7)):
                tree = self.grid.zeros()
                for degrees in fan.tolist():
                    angle = float(np.deg2rad(degrees + self.rng.normal(0, 5)))
                    start = np.array(hilum) + self.rng.normal(0, 0.35, 2)
                    # Lower lobes carry more blood when standing.
                    radius = 0.28 + 0.12 * (degrees > 20) + float(self.rng.normal(0, 0.025))
                    self._branch(tree, start, angle, side, radius=max(radius, 0.2), order=0)
                total += tree
        return 1.25 * total

    def _branch(self, tree: Plane, start: Row, angle: float, side: int, *, radius: float, order: int) -> None:
        """Draw one vessel and, by Murray's law (cubes of the radii add up), its two daughters."""
        if radius < 0.04 or order > 8:
            return
        length = radius * self.rng.uniform(8.0, 13.5) * (1.15 if order else 0.9)
        bend = self.rng.normal(0, 0.22)
        headings = angle + bend * np.linspace(0, 1, 4)[:-1]
        moves = np.stack([side * np.cos(headings), np.sin(headings)], 1) * length / 3
        points = start + np.concatenate([np.zeros((1, 2)), np.cumsum(moves, 0)])
        self.grid.add_tube(tree, Tube(points, np.linspace(radius, 0.86 * radius, 4), np.ones(4)), joined=True)
        share, spread = self.rng.uniform(0.45, 0.8), self.rng.uniform(0.5, 1.0)
        flip = 1 if (order + (share > 0.6)) % 2 else -1
        # The thicker daughter keeps the course, the thinner one turns away.
        for part, turn in ((share, share - 1), (1 - share, share)):
            heading = angle + bend + flip * spread * turn
            self._branch(tree, points[-1], heading, side, radius=0.86 * radius * part ** (1 / 3), order=order + 1)
