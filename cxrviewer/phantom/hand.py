"""A hand of nobody: something the head for chest images has to reject."""

from __future__ import annotations

import itertools

import numpy as np

from cxrviewer.phantom.grid import Grid, Plane, Row, Tube, chord

# Root and tip of each ray, in cm from the middle of the wrist: thumb first. x to the right, y down.
_RAYS = (
    ((-3.2, -1.2), (-7.0, -7.0)),
    ((-2.0, -2.2), (-3.6, -16.4)),
    ((-0.5, -2.4), (-0.6, -17.4)),
    ((1.0, -2.3), (2.4, -16.4)),
    ((2.2, -2.0), (5.2, -13.8)),
)
_JOINTS = ((0.0, 0.42, 0.68, 0.86, 1.0), (0.0, 0.47, 0.78, 1.0))


def depths(grid: Grid) -> tuple[Plane, Plane]:
    """Return centimetres of soft tissue and of bone of a hand laid flat, wrist at the origin."""
    x, y = grid.x, grid.y
    palm = ((x - 0.0) / 4.2) ** 2 + ((y + 5.0) / 5.6) ** 4
    arm = (x / 3.0) ** 4 + np.maximum(-1.0 - y, 0)
    soft: Plane = np.maximum(1.4 * chord(palm), 1.9 * chord(arm))
    bone = grid.zeros()
    for number, (root, tip) in enumerate(_RAYS):
        line = np.linspace(root, tip, 24)
        flesh = grid.zeros()
        grid.add_tube(flesh, Tube(line, np.linspace(1.0, 0.72, 24), np.ones(24)))
        soft = np.maximum(soft, flesh)
        joints = _JOINTS[1] if number == 0 else _JOINTS[0]
        for start, end in itertools.pairwise(joints):
            grid.add_tube(bone, _long_bone(np.array(root), np.array(tip), start + 0.03, end - 0.03))
    for column in range(4):
        for row in range(2):
            carpal = ((x + 2.1 - 1.35 * column) / 0.72) ** 2 + ((y + 0.4 + 1.1 * row) / 0.62) ** 2
            bone += 0.5 * chord(carpal)
    for middle, half in ((-1.3, 1.3), (1.7, 0.8)):
        shaft = np.linspace((middle, 1.2), (middle, 14.0), 12)
        grid.add_tube(bone, Tube(shaft, np.linspace(half, 0.7 * half, 12), np.full(12, 0.45), marrow=0.7))
    return soft, bone


def _long_bone(root: Row, tip: Row, start: float, end: float) -> Tube:
    along = np.linspace(start, end, 14)
    points = root + along[:, None] * (tip - root)
    # Long bones are thin in the middle and wide at their ends.
    radii = (0.36 + 0.22 * np.linspace(-1, 1, 14) ** 4) * (1 - 0.35 * (start + end) / 2)
    return Tube(points, radii, np.full(14, 0.9), marrow=0.6)
