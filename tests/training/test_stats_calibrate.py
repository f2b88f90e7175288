"""Platt scaling finds what made the labels, survives rare findings, and thresholds are Youden's."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression

from model_training.stats.calibrate import (
    PENALTIES,
    _fit,
    choose_threshold,
    choose_thresholds,
    fit_calibration,
    platt_targets,
    youden_cut_off,
)
from model_training.stats.metrics import expected_calibration_error


def made(n: int, slopes: list[float], offsets: list[float], seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return (labels, logits) whose true calibration is known."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 2, (n, len(slopes)))
    return (rng.uniform(size=logits.shape) < expit(np.array(slopes) * logits + offsets)).astype(float), logits


def test_known_slopes_and_offsets_are_recovered() -> None:
    slopes, offsets = [0.5, 2.0, 1.0], [-1.0, 0.3, -2.0]
    labels, logits = made(20_000, slopes, offsets)
    got = fit_calibration(labels, logits, np.arange(20_000), penalties=(0.3, 1e6))
    assert got.slope == pytest.approx(slopes, rel=0.05)
    assert got.offset == pytest.approx(offsets, abs=0.06)
    assert got.penalty == 0.3, "slopes that differ must not be forced to be one"


def test_without_a_penalty_it_is_logistic_regression() -> None:
    labels, logits = made(3000, [0.7], [-0.5], seed=3)
    slope, offset = _fit(labels, logits, 0.0)
    reference = LogisticRegression(C=np.inf).fit(logits, labels[:, 0])
    # Platt's soft targets move the fit by a fraction of a percent at 3000 films.
    assert slope[0] == pytest.approx(reference.coef_[0, 0], rel=0.01)
    assert offset[0] == pytest.approx(reference.intercept_[0], abs=0.02)


def test_a_slope_shared_by_all_is_found_where_it_is_true() -> None:
    labels, logits = made(300, [0.6] * 8, [-3.0] * 8, seed=5)
    got = fit_calibration(labels, logits, np.arange(300))
    assert got.penalty >= 10, "few positives and equal slopes: pull hard"
    assert got.slope == pytest.approx([0.6] * 8, rel=0.25)
    assert set(got.likelihood) == set(PENALTIES)


def test_a_finding_with_two_positives_that_separate_keeps_a_sane_slope() -> None:
    labels, logits = made(300, [0.6] * 5, [-1.0] * 5, seed=2)
    rare = np.linspace(-3, 3, 300)
    labels = np.column_stack([labels, rare > 2.97])  # the two highest: plain logistic regression has no limit here
    logits = np.column_stack([logits, rare])
    got = fit_calibration(labels, logits, np.arange(300))
    assert labels[:, 5].sum() == 2
    assert 0.3 < got.slope[5] < 3


def test_a_finding_without_positives_gets_a_small_rate_not_zero() -> None:
    labels, logits = made(200, [1.0, 1.0], [0.0, 0.0])
    labels[:, 1] = 0
    got = fit_calibration(labels, logits, np.arange(200))
    rate = got.probabilities(logits)[:, 1].mean()
    assert rate == pytest.approx(1 / 202, rel=0.2)


def test_soft_targets_by_hand_and_unknown_stays_unknown() -> None:
    got = platt_targets(np.array([[1.0], [1.0], [0.0], [np.nan]]))
    assert got[:3, 0] == pytest.approx([3 / 4, 3 / 4, 1 / 3])
    assert np.isnan(got[3, 0])


def test_unknown_labels_do_not_move_the_fit() -> None:
    labels, logits = made(400, [0.8, 1.2], [-1.0, 0.5])
    more = np.vstack([labels, np.full((100, 2), np.nan)]), np.vstack([logits, np.full((100, 2), 40.0)])
    got, want = (_fit(*pair, 3.0) for pair in (more, (labels, logits)))
    assert got[0] == pytest.approx(want[0], rel=1e-3)
    assert got[1] == pytest.approx(want[1], abs=1e-3)


def test_calibration_lowers_the_calibration_error_on_new_films() -> None:
    labels, logits = made(2000, [0.4] * 3, [-1.5] * 3, seed=8)
    got = fit_calibration(labels[:1000], logits[:1000], np.arange(1000))
    after = got.probabilities(logits[1000:])
    for finding in range(3):
        before = expected_calibration_error(labels[1000:, finding], expit(logits[1000:, finding]))
        assert expected_calibration_error(labels[1000:, finding], after[:, finding]) < 0.5 * before


def test_an_order_is_never_turned_round() -> None:
    labels, logits = made(300, [1.0], [0.0])
    got = fit_calibration(1 - labels, logits, np.arange(300))  # a network that is worse than chance
    assert got.slope[0] > 0


def test_threshold_maximises_youdens_index_by_hand() -> None:
    # Above 0.45 lie all 10 positives and 2 of 30 negatives: J = 14/15; above 0.8 lie 7 and none: 0.7.
    predicted = np.array([0.9] * 7 + [0.5] * 3 + [0.7] * 2 + [0.4] * 28)
    labels = np.array([1] * 10 + [0] * 30)
    got = choose_threshold(labels, predicted)
    assert got.value == pytest.approx(0.45)
    assert got.source == "Youden's J on the validation fold, n=40, positives=10"


def test_a_cut_off_that_flags_too_many_films_without_the_finding_is_raised_and_says_so() -> None:
    # Youden's best is 0.45: all 10 positives and 8 of 20 negatives, J = 0.6; 2 of 20 negatives may be flagged.
    predicted = np.array([0.9] * 4 + [0.5] * 6 + [0.8] * 2 + [0.6] * 6 + [0.4] * 12)
    labels = np.array([1] * 10 + [0] * 20)
    got = choose_threshold(labels, predicted)
    assert 0.6 < got.value < 0.61
    assert got.source.startswith("specificity 0.90 on the validation fold, n=30, positives=10")


def test_normal_films_set_one_specificity_for_all_findings() -> None:
    # Two findings, 100 normal films; each finding's ten highest normal films are other ones, so at 0.90 twenty carry
    # a flag, at 0.93 fourteen. The films that have a finding are sure of it.
    rng = np.random.default_rng(0)
    predicted = rng.uniform(0.0, 0.3, (120, 2))
    predicted[:10, 0] = np.linspace(0.5, 0.6, 10)
    predicted[10:20, 1] = np.linspace(0.5, 0.6, 10)
    labels = np.zeros((120, 2))
    labels[100:110, 0] = labels[110:, 1] = 1
    predicted[100:110, 0] = predicted[110:, 1] = np.tile([0.9, 0.31], 5)
    found = choose_thresholds(labels, predicted)
    flagged = (predicted[:100] >= [t.value for t in found]).any(axis=1)
    assert 0.10 < flagged.mean() <= 0.15
    assert all(t.source.startswith("specificity 0.93") for t in found)


def test_threshold_never_falls_between_equal_probabilities() -> None:
    predicted = np.array([0.3] * 12 + [0.8] * 12)
    labels = np.array([0] * 10 + [1] * 2 + [1] * 10 + [0] * 2)
    assert choose_threshold(np.append(labels, [0] * 10), np.append(predicted, [0.3] * 10)).value == pytest.approx(0.55)


def test_with_few_positives_the_threshold_is_the_prevalence_and_says_so() -> None:
    labels = np.array([1.0] * 3 + [0.0] * 95 + [np.nan] * 10)
    got = choose_threshold(labels, np.append(np.full(3, 0.5), np.full(105, 0.01)))
    assert got.value == pytest.approx(4 / 100)
    assert "positives=3, too few" in got.source


def test_prevalence_is_indeed_youdens_optimum_of_calibrated_probabilities() -> None:
    rng = np.random.default_rng(0)
    predicted = expit(rng.normal(-1.5, 1.5, 200_000))
    labels = (rng.uniform(size=predicted.size) < predicted).astype(float)
    best = youden_cut_off(labels, predicted, int(labels.sum()))
    assert best is not None
    assert logit(best) == pytest.approx(logit(labels.mean()), abs=0.15)
