"""Losses against scikit-learn, scipy-free hand calculations and torch's own KL."""

from __future__ import annotations

import math

import numpy as np
import pytest

pytest.importorskip("torch", reason="training extra is not installed")

import torch

from model_training.distill.losses import (
    focal_bce,
    intra_label_order,
    intra_label_relation,
    masked_mean,
    multi_label_kl,
    softmax_mse,
)

NAN = math.nan


def test_focal_loss_of_one_film_is_the_formula_worked_by_hand() -> None:
    # p = sigmoid(0) = 0.5 for both: 0.25 * ln 2 each.
    logits = torch.zeros(1, 2)
    assert focal_bce(logits, torch.tensor([[1.0, 0.0]])).item() == pytest.approx(0.25 * math.log(2))


def test_focal_loss_with_gamma_zero_is_binary_cross_entropy() -> None:
    logits, labels = torch.randn(5, 14), torch.randint(0, 2, (5, 14)).float()
    expected = torch.nn.functional.binary_cross_entropy_with_logits(logits, labels)
    assert focal_bce(logits, labels, gamma=0).item() == pytest.approx(expected.item(), rel=1e-6)


def test_unknown_labels_change_neither_loss_nor_gradient() -> None:
    logits = torch.tensor([[0.3, 2.0], [1.0, -50.0]], requires_grad=True)
    focal_bce(logits, torch.tensor([[1.0, NAN], [0.0, NAN]])).backward()
    assert logits.grad is not None
    assert torch.isfinite(logits.grad).all()
    assert logits.grad[:, 1].tolist() == [0, 0]


def test_nothing_known_gives_zero_and_not_nan() -> None:
    logits = torch.zeros(2, 3, requires_grad=True)
    unknown = torch.full((2, 3), NAN)
    for loss in (focal_bce, softmax_mse, multi_label_kl, intra_label_relation):
        value = loss(logits, unknown)
        value.backward(retain_graph=True)
        assert value.item() == 0


def test_the_papers_term_is_temperature_squared_times_the_error_of_softmaxes() -> None:
    # softmax([2 ln 3, 0] / 2) = [3/4, 1/4], softmax([0, 0]) = [1/2, 1/2]: error 1/16, times T^2 = 4.
    value = softmax_mse(torch.tensor([[2 * math.log(3), 0.0]]), torch.zeros(1, 2), temperature=2)
    assert value.item() == pytest.approx(0.25)


def test_multi_label_distillation_is_the_kl_between_bernoullis() -> None:
    student, teacher = torch.randn(4, 3), torch.randn(4, 3)
    bernoulli = torch.distributions.Bernoulli
    # Independent source: torch.distributions.
    expected = torch.distributions.kl_divergence(bernoulli(logits=teacher), bernoulli(logits=student)).sum(1).mean()
    assert multi_label_kl(student, teacher).item() == pytest.approx(expected.item(), rel=1e-5)


def test_multi_label_distillation_ignores_films_without_a_teacher() -> None:
    student, teacher = torch.randn(3, 4), torch.randn(3, 4)
    teacher[1] = NAN
    rows = [0, 2]
    assert multi_label_kl(student, teacher).item() == pytest.approx(
        multi_label_kl(student[rows], teacher[rows]).item(), rel=1e-6
    )


def test_multi_label_distillation_survives_extreme_logits() -> None:
    student = torch.tensor([[200.0, -200.0]], requires_grad=True)
    value = multi_label_kl(student, torch.tensor([[-200.0, 200.0]]))
    value.backward()
    assert torch.isfinite(value)


def test_relation_loss_is_zero_for_any_student_that_ranks_linearly_like_the_teacher() -> None:
    probability = torch.rand(20, 3) * 0.5 + 0.1
    halved = probability * 0.5 + 0.2
    assert intra_label_relation(torch.logit(halved), torch.logit(probability)).item() == pytest.approx(0, abs=1e-4)
    assert intra_label_relation(torch.logit(1 - halved), torch.logit(probability)).item() == pytest.approx(2, abs=1e-4)


def test_masked_mean_counts_only_what_is_known() -> None:
    values = torch.tensor([1.0, NAN, 3.0])
    assert masked_mean(values, torch.tensor([True, False, True])).item() == 2


def test_the_order_of_films_is_taught_by_numpys_correlation_of_logits() -> None:
    draw = np.random.default_rng(3)
    ours, theirs = draw.normal(size=(9, 2)), draw.normal(-6, 1, size=(9, 2))
    theirs[4] = np.nan
    known = np.arange(9) != 4
    expected = np.mean([1 - np.corrcoef(ours[known, i], theirs[known, i])[0, 1] for i in range(2)])
    found = intra_label_order(torch.tensor(ours), torch.tensor(theirs))
    assert float(found) == pytest.approx(expected)
    # Neither a shift nor a scale of the teacher changes an order.
    assert float(intra_label_order(torch.tensor(2 * theirs + 5), torch.tensor(theirs))) == pytest.approx(0, abs=1e-6)
    assert float(intra_label_order(torch.tensor(ours[:2]), torch.tensor(theirs[:2]))) == 0
