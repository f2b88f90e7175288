"""Proposes the calipers of a cardiothoracic ratio; without certainty it proposes nothing and gives the reason."""

from __future__ import annotations

import enum

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from cxrviewer.cancel import CancelToken
from cxrviewer.imaging.outline import HEART, LUNGS, Frame, OutlineNet, Picture, network_input
from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.reading.annotations import Calibration, CardiothoracicRatio
from cxrviewer.reading.measure import cardiothoracic_ratio
from cxrviewer.reading.values import Point
from cxrviewer.text import Message, msg

Mask = npt.NDArray[np.bool_]

MARGINS = (0.0, 0.1, -0.05)
"""The image is looked at three times, as it is, smaller and larger: answers that differ are no answer."""
SPREAD = 0.04
"""Largest difference between the three ratios. Chosen, as all limits here, on images that no figure is reported of."""
RATIOS = (0.25, 0.85)
LUNG_SHARE = 0.22
"""Least part of the lungs on either side of the heart's middle."""
AREAS = (0.06, 0.60)
"""Least and largest part of the square that is lung."""
HEART_TO_LUNGS = (0.08, 1.5)


class Doubt(enum.Enum):
    """Why nothing is proposed."""

    NO_CHEST = "no chest"
    UNSURE = "unsure"

    @property
    def sentence(self) -> Message:
        """The reason for the reader, with what to do."""
        if self is Doubt.NO_CHEST:
            return msg("Heart and lungs were not found on this image, so nothing is proposed. Draw the calipers (C).")
        return msg("The borders of heart and lungs are not clear enough for a proposal. Draw the calipers (C).")


class _Look(Struct, frozen=True):
    """What was found in one look, in image pixels; rows belong to the ends."""

    heart: tuple[Point, Point]
    chest: tuple[Point, Point]

    @property
    def ratio(self) -> float:
        return (self.heart[1].column - self.heart[0].column) / (self.chest[1].column - self.chest[0].column)


def proposed_ratio(
    radiograph: Radiograph, network: OutlineNet, calibration: Calibration, cancel: CancelToken | None = None
) -> CardiothoracicRatio | Doubt:
    """Return calipers for a frontal chest image that is shown upright with the patient's right on the left.

    The heart's ends lie on its outermost borders, the chest's on a line through the outermost points of the lungs.

    Raises
    ------
    JobCancelled
    """
    looks = []
    for margin in MARGINS:
        if cancel is not None:
            cancel.raise_if_cancelled()
        picture, frame = network_input(radiograph, margin)
        looks.append(_look(network(picture), frame))
    found = [look for look in looks if look is not None]
    if len(found) < len(looks):
        return Doubt.NO_CHEST
    ratios = [look.ratio for look in found]
    if max(ratios) - min(ratios) > SPREAD:
        return Doubt.UNSURE
    shape = _mean(found, radiograph, calibration)
    ratio = cardiothoracic_ratio(shape)
    return shape if ratio is not None and RATIOS[0] <= ratio <= RATIOS[1] else Doubt.UNSURE


def _mean(looks: list[_Look], radiograph: Radiograph, calibration: Calibration) -> CardiothoracicRatio:
    ends = np.array([[(p.column, p.row) for p in (*look.heart, *look.chest)] for look in looks]).mean(axis=0)
    ends[2:, 1] = ends[2:, 1].mean()  # inner width of the chest along the rows
    ends = np.clip(ends, 0, (radiograph.columns, radiograph.rows))
    a, b, c, d = (Point(float(column), float(row)) for column, row in ends)
    return CardiothoracicRatio(a, b, c, d, calibration, proposed=True)


def _look(maps: Picture, frame: Frame) -> _Look | None:
    """Return the ends in one pair of maps; None where they are not a heart between two lungs."""
    lungs, heart = pieces(maps[LUNGS] >= 0.5), pieces(maps[HEART] >= 0.5)
    if not lungs or not heart:
        return None
    large = [piece for piece in lungs if piece.sum() >= 0.1 * lungs[0].sum()]
    lung = np.logical_or.reduce(large)
    if not _plausible(lung, heart[0]):
        return None
    chest, cardiac = _ends(maps[LUNGS], lung, frame), _ends(maps[HEART], heart[0], frame)
    return _Look(cardiac, chest)


def _plausible(lung: Mask, heart: Mask) -> bool:
    area = lung.mean()
    middle = np.argwhere(heart).mean(axis=0)
    left = lung[:, : round(middle[1])].sum() / lung.sum()
    top, bottom = np.flatnonzero(lung.any(axis=1))[[0, -1]]
    return bool(
        AREAS[0] <= area <= AREAS[1]
        and HEART_TO_LUNGS[0] <= heart.sum() / lung.sum() <= HEART_TO_LUNGS[1]
        and LUNG_SHARE <= left <= 1 - LUNG_SHARE
        and (top + bottom) / 2 <= middle[0] <= bottom + 0.1 * (bottom - top)
    )


def _ends(probability: Picture, piece: Mask, frame: Frame) -> tuple[Point, Point]:
    """Return the leftmost and the rightmost place of a piece where the probability passes one half."""
    near = np.where(_grown(piece), probability, 0.0)
    profile = near.max(axis=0)
    on = np.flatnonzero(piece.any(axis=0))
    first, last = int(on[0]), int(on[-1])
    left = first + 0.5 - _beyond(profile, first, -1)
    right = last + 0.5 + _beyond(profile, last, 1)
    rows = [float(np.flatnonzero(piece[:, column]).mean()) + 0.5 for column in (first, last)]
    a, b = (
        Point(frame.left + column * frame.column, frame.top + row * frame.row)
        for column, row in zip((left, right), rows, strict=True)
    )
    return a, b


def _beyond(profile: Picture, column: int, step: int) -> float:
    """Return how far beyond the centre of a column the profile falls to one half, in columns."""
    inside = float(profile[column])
    if not 0 <= column + step < len(profile):
        return 0.5
    outside = float(profile[column + step])
    return min(1.0, max(0.0, (inside - 0.5) / (inside - outside))) if inside > outside else 0.5


def _grown(piece: Mask) -> Mask:
    """Return a piece with its neighbours."""
    padded = np.pad(piece, 1)
    around = [padded[r : r + piece.shape[0], c : c + piece.shape[1]] for r in range(3) for c in range(3)]
    grown: Mask = np.logical_or.reduce(around)
    return grown


def pieces(mask: Mask) -> list[Mask]:
    """Return the connected parts of a mask (pixels that share a side), the largest first."""
    labels = np.where(mask, np.arange(1, mask.size + 1).reshape(mask.shape), 0)
    while True:
        padded = np.pad(labels, 1)
        spread = np.maximum.reduce([labels, padded[:-2, 1:-1], padded[2:, 1:-1], padded[1:-1, :-2], padded[1:-1, 2:]])
        spread[~mask] = 0
        if np.array_equal(spread, labels):
            break
        labels = spread
    numbers, counts = np.unique(labels[mask], return_counts=True)
    return [labels == number for number in numbers[np.argsort(-counts)]]
