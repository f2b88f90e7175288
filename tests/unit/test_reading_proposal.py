"""The proposal of a cardiothoracic ratio: its input, its ends, and when it proposes nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from cxrviewer.imaging.outline import HEART, LUNGS, SIDE, OutlineNet, network_input, ranks
from cxrviewer.paths import resources_dir
from cxrviewer.reading.annotations import Calibration, CardiothoracicRatio
from cxrviewer.reading.measure import cardiothoracic_ratio
from cxrviewer.reading.proposal import Doubt, pieces, proposed_ratio
from tests.fakes import fake_image


class Drawn:
    """A network that finds rectangles: (left, top, right, bottom) in parts of the whole image, whatever the margin."""

    def __init__(
        self, lungs: Sequence[tuple[float, ...]], hearts: Sequence[Callable[[int], tuple[float, ...]]]
    ) -> None:
        self._lungs, self._hearts, self._look = lungs, hearts, 0

    def __call__(self, picture: Any) -> Any:
        margin = (0.0, 0.1, -0.05)[self._look]
        self._look += 1
        maps = np.full((2, SIDE, SIDE), 0.01, np.float32)
        places = [(LUNGS, one) for one in self._lungs] + [(HEART, one(self._look)) for one in self._hearts]
        for number, box in places:
            left, top, right, bottom = (round((v + margin) / (1 + 2 * margin) * SIDE) for v in box)
            maps[number, top:bottom, left:right] = 0.99
        return maps


TWO_LUNGS = [(0.1, 0.1, 0.4, 0.8), (0.6, 0.1, 0.9, 0.8)]


def propose(network: Any, **more: Any) -> CardiothoracicRatio | Doubt:
    return proposed_ratio(
        fake_image(codes=np.arange(960 * 960, dtype=np.uint16).reshape(960, 960) % 4096), network, **more
    )


def test_the_ends_lie_on_the_outermost_borders() -> None:
    found = propose(Drawn(TWO_LUNGS, [lambda _: (0.3, 0.4, 0.7, 0.8)]), calibration=Calibration())
    assert isinstance(found, CardiothoracicRatio) and found.proposed
    # 0.3 to 0.7 of 960 columns, within half a pixel of the network, 5 columns.
    ends = (found.heart_right, found.heart_left, found.chest_right, found.chest_left)
    for end, column in zip(ends, (288, 672, 96, 864), strict=True):
        assert end.column == pytest.approx(column, abs=6)
    assert found.chest_right.row == found.chest_left.row
    assert cardiothoracic_ratio(found) == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(
    ("lungs", "heart", "doubt"),
    [
        ([], (0.3, 0.4, 0.7, 0.8), Doubt.NO_CHEST),
        (TWO_LUNGS[:1], (0.3, 0.4, 0.7, 0.8), Doubt.NO_CHEST),  # one lung
        (TWO_LUNGS, (0.3, 0.0, 0.7, 0.05), Doubt.NO_CHEST),  # a heart above the lungs
        (TWO_LUNGS, (0.49, 0.5, 0.51, 0.52), Doubt.NO_CHEST),  # a speck
        ([(0.1, 0.1, 0.14, 0.2), (0.6, 0.1, 0.64, 0.2)], (0.3, 0.15, 0.5, 0.2), Doubt.NO_CHEST),  # tiny lungs
    ],
)
def test_what_is_no_heart_between_two_lungs_gives_no_proposal(lungs: Any, heart: Any, doubt: Doubt) -> None:
    assert propose(Drawn(lungs, [lambda _: heart]), calibration=Calibration()) is doubt


def test_looks_that_differ_give_no_proposal() -> None:
    changing = Drawn(TWO_LUNGS, [lambda look: (0.3, 0.4, 0.62 + 0.05 * look, 0.8)])
    assert propose(changing, calibration=Calibration()) is Doubt.UNSURE


def test_pieces_are_told_apart_by_sides_not_by_corners() -> None:
    mask = np.array([[1, 1, 0, 0], [0, 1, 0, 1], [0, 0, 1, 0]], np.bool_)
    assert [int(piece.sum()) for piece in pieces(mask)] == [3, 1, 1]
    spiral = np.array([[1, 1, 1, 1], [0, 0, 0, 1], [1, 1, 0, 1], [1, 0, 0, 1], [1, 1, 1, 1]], np.bool_)
    assert len(pieces(spiral)) == 1
    assert pieces(np.zeros((3, 3), np.bool_)) == []


def test_what_the_network_sees_does_not_depend_on_brightness_or_polarity() -> None:
    rng = np.random.default_rng(5)
    codes = (rng.integers(0, 2000, (300, 240)) + np.linspace(0, 1500, 240)).astype(np.uint16)
    plain, _ = network_input(fake_image(codes=codes))
    brighter, _ = network_input(fake_image(codes=codes + 400))
    inverted, _ = network_input(fake_image(codes=(4095 - codes).astype(np.uint16), inverted=True))
    assert np.array_equal(plain, brighter)
    assert np.abs(plain - inverted).max() < 1e-3
    assert plain.shape == (SIDE, SIDE) and -1 <= plain.min() < plain.max() <= 1


def test_the_square_of_the_network_is_laid_over_the_true_shape_of_the_image() -> None:
    # 100 rows, each twice as high as a column is wide: 200 by 100 in columns, the longer side vertical.
    _, frame = network_input(replace(fake_image(codes=np.ones((100, 100), np.uint16)), aspect=2.0))
    assert (frame.left, frame.top) == (-50, 0)
    assert (frame.column * SIDE, frame.row * SIDE) == pytest.approx((200, 100))
    _, wider = network_input(fake_image(codes=np.ones((100, 100), np.uint16)), margin=0.1)
    assert (wider.left, wider.top) == pytest.approx((-10, -10))


def test_ranks_are_middle_ranks() -> None:
    # Four values: 5 twice at ranks 1 and 2, then 7, then 9: middles 1, 2.5, 3.5 of 4, from -1 to 1.
    found = ranks(np.array([[5, 9], [5, 7]], np.float32))
    assert found.tolist() == [[-0.5, 0.75], [-0.5, 0.25]]


def test_the_shipped_network_finds_nothing_in_noise_and_in_a_blank_image() -> None:
    network = OutlineNet.load(resources_dir() / "outline" / "outline.npz")
    noise = np.random.default_rng(1).integers(0, 4095, (400, 300)).astype(np.uint16)
    for codes in (noise, np.zeros((400, 300), np.uint16)):
        assert isinstance(proposed_ratio(fake_image(codes=codes), network, Calibration()), Doubt)
