"""Where the label of an annotation stands on the screen: beside it, in sight, and over none of its handles."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from msgspec import Struct

Place = tuple[float, float]
"""(x, y) in screen pixels."""

GAP = 9.0
"""Between a line and its label."""
HANDLE = 9.0
"""Half of the square round a handle that a label leaves free."""
MARGIN = 2.0
"""Between a label and the edge of the view."""


class Box(Struct, frozen=True):
    """A rectangle of the screen."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, place: Place) -> bool:
        return self.left <= place[0] <= self.right and self.top <= place[1] <= self.bottom


def placed(
    a: Place,
    b: Place,
    handles: Sequence[Place],
    size: tuple[float, float],
    view: Box,
    free: Box | None = None,
    words: Sequence[Box] = (),
) -> Place:
    """Return the top left corner of a label.

    Parameters
    ----------
    a, b : Place
        The label stands beside the middle of this line, on the side away from the rest of the annotation if it can.
    handles : sequence of Place
        None of them is covered while there is room in the view.
    size : (float, float)
        Width and height of the label.
    view : Box
        What is visible. The label of an annotation whose middle is visible lies inside.
    free : Box, optional
        The part of `view` that labels may take; all of it where omitted.
    words : sequence of Box
        Other words of the screen, which would lie over the label: avoided like handles.
    """
    middle = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
    visible = view.holds(middle)
    best, least = None, math.inf
    for liked in _candidates(a, b, handles, size):
        corner = _inside(liked, size, free or view) if visible else liked
        covered = sum(_covers(corner, size, handle) for handle in handles)
        covered += sum(_meets(corner, size, box) for box in words)
        if covered == 0:
            return corner
        if covered < least:
            best, least = corner, covered
    assert best is not None
    return best


def _candidates(a: Place, b: Place, handles: Sequence[Place], size: tuple[float, float]) -> Iterator[Place]:
    """Return corners in the order in which they are liked: beside the line, on its other side, around it."""
    width, height = size
    middle = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
    across = _away(a, b, handles)
    for x, y in (across, (-across[0], -across[1])):
        # So far that the label's box touches the line nowhere.
        apart = abs(x) * width / 2 + abs(y) * height / 2 + GAP
        yield middle[0] + x * apart - width / 2, middle[1] + y * apart - height / 2
    xs, ys = [x for x, _ in handles], [y for _, y in handles]
    beyond = HANDLE + GAP
    if math.dist(a, b) <= 1:
        # Of a point, such as an arrow's tail: above or below it, and not of the whole annotation.
        yield middle[0] - width / 2, middle[1] - beyond - height
        yield middle[0] - width / 2, middle[1] + beyond
    yield middle[0] - width / 2, max(ys) + beyond
    yield middle[0] - width / 2, min(ys) - beyond - height
    yield max(xs) + beyond, middle[1] - height / 2
    yield min(xs) - beyond - width, middle[1] - height / 2
    # Above and below the middle, farther and farther: where the view is small, between the handles.
    for step in range(1, 40):
        for side in (1, -1):
            yield middle[0] - width / 2, middle[1] - height / 2 + side * step * height / 2


def _away(a: Place, b: Place, handles: Sequence[Place]) -> Place:
    """Return the direction across the line, away from the rest; to the lower side where there is none."""
    middle = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
    away_x = middle[0] - sum(x for x, _ in handles) / len(handles)
    away_y = middle[1] - sum(y for _, y in handles) / len(handles)
    across_x, across_y = a[1] - b[1], b[0] - a[0]
    if math.hypot(across_x, across_y) <= 1:
        across_x, across_y = away_x, away_y
    length = math.hypot(across_x, across_y)
    across_x, across_y = (across_x / length, across_y / length) if length > 1e-6 else (0.0, 1.0)
    side = across_x * away_x + across_y * away_y
    if side < -1e-6 or (abs(side) <= 1e-6 and (across_y, across_x) < (0, 0)):
        across_x, across_y = -across_x, -across_y
    return across_x, across_y


def _inside(corner: Place, size: tuple[float, float], view: Box) -> Place:
    left = max(min(corner[0], view.right - size[0] - MARGIN), view.left + MARGIN)
    return left, max(min(corner[1], view.bottom - size[1] - MARGIN), view.top + MARGIN)


def _meets(corner: Place, size: tuple[float, float], box: Box) -> bool:
    across = corner[0] < box.right and box.left < corner[0] + size[0]
    return across and corner[1] < box.bottom and box.top < corner[1] + size[1]


def _covers(corner: Place, size: tuple[float, float], handle: Place) -> bool:
    return (
        corner[0] - HANDLE < handle[0] < corner[0] + size[0] + HANDLE
        and corner[1] - HANDLE < handle[1] < corner[1] + size[1] + HANDLE
    )
