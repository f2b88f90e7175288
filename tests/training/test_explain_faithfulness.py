"""Faithfulness scores against a linear network whose curves can be worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

pytest.importorskip("torch", reason="training extra is not installed")

import torch

from model_training.data.masking import baseline_of
from model_training.explain import faithfulness
from model_training.explain.faithfulness import Protocol, cell_order, joined, measure, paired_gain

GRID = Protocol(steps=4, cells=2)


def quadrant_image() -> torch.Tensor:
    """One film of four flat quarters: 8, 0, 0, -8; its mean is 0."""
    image = torch.zeros(1, 1, 32, 32)
    image[..., :16, :16], image[..., 16:, 16:] = 8, -8
    return image


def first_quarter(images: torch.Tensor) -> torch.Tensor:
    """A linear network: logit 0 is the mean of the first quarter, logit 1 the mean of the last."""
    return torch.stack([images[:, 0, :16, :16].mean((1, 2)), images[:, 0, 16:, 16:].mean((1, 2))], 1)


HIGH, HALF = 1 / (1 + math.exp(-8)), 0.5


def test_cells_are_ranked_from_the_most_important_and_ties_by_place() -> None:
    ranks = cell_order(torch.tensor([[[0.0, 3.0], [0.0, 1.0]]]), cells=2)
    assert ranks.tolist() == [[[2, 0], [3, 1]]]


def test_insertion_and_deletion_of_a_linear_network_are_those_worked_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faithfulness, "TOP_SHARES", (0.25,))
    monkeypatch.setattr(faithfulness, "MASK_SHARE", 0.25)
    image, finding = quadrant_image(), torch.tensor([0])
    best = torch.tensor([[[4.0, 3.0], [2.0, 1.0]]])
    worst = torch.tensor([[[1.0, 2.0], [3.0, 4.0]]])
    # Deletion: p(whole) = sigmoid(8), p(first quarter at the mean, which is 0) = 1/2.
    good, bad = (measure(first_quarter, image, finding, maps, protocol=GRID) for maps in (best, worst))
    assert good.deletion[0] == pytest.approx((HIGH / 2 + HALF * 3.5) / 4, rel=1e-6)
    assert bad.deletion[0] == pytest.approx((HIGH * 3.5 + HALF / 2) / 4, rel=1e-6)
    # Insertion starts from the blurred film; that point is asked of the network itself, the rest is by hand.
    blurred = torch.sigmoid(first_quarter(baseline_of(image, "blur", GRID.blur)).double())[0, 0].item()
    assert HALF < blurred < HIGH
    assert good.insertion[0] == pytest.approx((blurred / 2 + HIGH * 3.5) / 4, rel=1e-6)
    assert bad.insertion[0] == pytest.approx((blurred * 3.5 + HIGH / 2) / 4, rel=1e-6)
    # The first quarter alone keeps the answer, and without it nothing is left.
    assert good.sufficiency[0] == pytest.approx(0, abs=1e-9)
    assert good.comprehensiveness[0] == pytest.approx(HIGH - HALF, rel=1e-6)
    assert bad.sufficiency[0] == pytest.approx(HIGH - HALF, rel=1e-6)
    assert bad.comprehensiveness[0] == pytest.approx(0, abs=1e-9)


def test_agreement_asks_whether_the_shown_fifth_gives_the_same_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faithfulness, "MASK_SHARE", 0.25)
    image = quadrant_image().expand(2, -1, -1, -1)
    maps = torch.tensor([[[4.0, 3.0], [2.0, 1.0]], [[1.0, 2.0], [3.0, 4.0]]])
    # Above the blurred film's probability and below the whole film's: only the right cell can tell.
    blurred = torch.sigmoid(first_quarter(baseline_of(image, "blur", GRID.blur)))[0, 0].item()
    between = (blurred + HIGH) / 2
    result = measure(first_quarter, image, torch.tensor([0, 0]), maps, thresholds=between, protocol=GRID)
    assert result.agreement.tolist() == [1, 0]


def test_each_pair_is_asked_about_its_own_finding() -> None:
    image = quadrant_image().expand(2, -1, -1, -1)
    maps = torch.tensor([[[4.0, 3.0], [2.0, 1.0]]] * 2)
    both = measure(first_quarter, image, torch.tensor([0, 1]), maps, protocol=GRID)
    alone = measure(first_quarter, image[:1], torch.tensor([1]), maps[:1], protocol=GRID)
    assert both.deletion[1] == alone.deletion[0] != both.deletion[0]
    assert joined([both, alone]).deletion.tolist() == [*both.deletion, *alone.deletion]


def test_only_the_order_of_a_map_counts() -> None:
    torch.manual_seed(0)
    image, maps = torch.randn(1, 1, 32, 32), torch.rand(1, 2, 2)
    a = measure(first_quarter, image, torch.tensor([0]), maps, protocol=GRID)
    b = measure(first_quarter, image, torch.tensor([0]), 7 * maps + 3, protocol=GRID)
    assert [getattr(a, n)[0] for n in a.names] == [getattr(b, n)[0] for n in a.names]


def test_a_paired_gain_draws_patients_and_keeps_pairs_together() -> None:
    generator = np.random.default_rng(0)
    hard = generator.normal(0, 10, 200)  # what both methods find hard cancels
    gain = paired_gain(hard + 0.5, hard, [str(i // 2) for i in range(200)])
    assert (gain.value, gain.low, gain.high) == pytest.approx((0.5, 0.5, 0.5))
    # One patient's 100 films are one observation: the interval is that of the two patients' means.
    difference = np.repeat([0.0, 1.0], 100)
    two = paired_gain(difference, np.zeros(200), ["a"] * 100 + ["b"] * 100)
    assert (two.low, two.high) == (0, 1)
