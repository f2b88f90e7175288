"""ROC areas, their intervals, and calibration figures against scikit-learn and numbers made by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, roc_auc_score

from model_training.stats.metrics import (
    auc_with_intervals,
    brier_score,
    errors_with_intervals,
    expected_calibration_error,
    mean_auc,
    patient_weights,
    reliability,
    roc_auc,
)


def test_area_by_hand_with_a_tie() -> None:
    # Pairs (positive, negative): (0.8, 0.1) won, (0.8, 0.4) won, (0.4, 0.1) won, (0.4, 0.4) tied: 3.5 of 4.
    assert roc_auc([0, 0, 1, 1], [0.1, 0.4, 0.8, 0.4])[0] == pytest.approx(3.5 / 4)


@pytest.mark.parametrize("decimals", [1, 8])  # one decimal gives many ties
def test_weighted_areas_are_those_of_scikit_learn(decimals: int) -> None:
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 2, 60)
    scores = np.round(rng.normal(size=60) + labels, decimals)
    weights = rng.integers(0, 4, (5, 60))
    got = roc_auc(labels, scores, weights)
    want = [roc_auc_score(labels, scores, sample_weight=w) for w in weights]
    assert got == pytest.approx(want)


def test_one_class_has_no_area() -> None:
    assert math.isnan(roc_auc([1, 1], [0.2, 0.3])[0])
    assert math.isnan(roc_auc([], [])[0])


def test_patients_are_drawn_whole() -> None:
    patients = ["b", "a", "b", "c", "b"]
    weights, count = patient_weights(patients, 50, seed=0)
    assert count == 3
    assert (weights[:, [0]] == weights[:, [2, 4]]).all()
    # Three draws among three patients in every resample.
    assert (weights[:, 0] + weights[:, 1] + weights[:, 3] == 3).all()


def test_interval_is_that_of_a_plain_bootstrap_over_patients() -> None:
    rng = np.random.default_rng(4)
    patients = rng.integers(0, 60, 200)
    labels = rng.integers(0, 2, 200).astype(float)
    scores = rng.normal(size=200) + labels
    got = auc_with_intervals(labels[:, None], scores[:, None], patients, resamples=1500, seed=1).findings[0]
    assert got is not None
    # The same by the slow way: draw patients, concatenate their films, ask scikit-learn.
    draw = np.random.default_rng(99)
    images = [np.flatnonzero(patients == p) for p in np.unique(patients)]
    areas = []
    for _ in range(1500):
        rows = np.concatenate([images[i] for i in draw.integers(0, len(images), len(images))])
        areas.append(roc_auc_score(labels[rows], scores[rows]))
    assert got.value == pytest.approx(roc_auc_score(labels, scores))
    assert (got.low, got.high) == pytest.approx(tuple(np.percentile(areas, [2.5, 97.5])), abs=0.01)
    assert got.resamples == 1500


def test_films_of_one_patient_widen_the_interval() -> None:
    rng = np.random.default_rng(0)
    labels = np.repeat(rng.integers(0, 2, 40), 10).astype(float)[:, None]
    scores = np.repeat(rng.normal(size=40), 10)[:, None] + labels
    apart = auc_with_intervals(labels, scores, np.arange(400), resamples=300).findings[0]
    grouped = auc_with_intervals(labels, scores, np.repeat(np.arange(40), 10), resamples=300).findings[0]
    assert apart is not None and grouped is not None
    assert grouped.high - grouped.low > 2 * (apart.high - apart.low)


def test_resamples_without_a_positive_are_left_out_and_counted() -> None:
    labels = np.zeros((20, 1))
    labels[0] = 1
    scores = np.arange(20.0)[::-1][:, None]
    got = auc_with_intervals(labels, scores, np.arange(20), resamples=1000, seed=2).findings[0]
    assert got is not None
    # The only positive is missing from (1 - 1/20)^20 = 36 % of the resamples.
    assert got.resamples == pytest.approx(642, abs=50)


def test_unknown_labels_count_for_nothing() -> None:
    labels = np.array([[0, np.nan], [1, np.nan], [0, 1], [1, 0], [np.nan, 1]])
    scores = np.array([[0.1, 9], [0.9, 9], [0.2, 0.7], [0.8, 0.6], [9, 0.9]])
    got = auc_with_intervals(labels, scores, np.arange(5), resamples=200)
    assert (got.n, got.positives, got.patients) == ((4, 3), (2, 2), 5)
    assert got.findings[0] is not None and got.findings[0].value == 1
    assert got.mean is not None and got.mean.value == 1


def test_a_finding_without_positives_has_no_area_and_no_part_in_the_mean() -> None:
    rng = np.random.default_rng(0)
    labels = np.stack([rng.integers(0, 2, 30), np.zeros(30)], axis=1)
    got = auc_with_intervals(labels, rng.normal(size=(30, 2)), np.arange(30), resamples=100)
    assert got.findings[1] is None
    assert got.findings[0] is not None and got.mean is not None
    assert got.mean.value == got.findings[0].value
    assert math.isnan(mean_auc(np.zeros((3, 2)), np.ones((3, 2))))


def test_a_finding_of_few_films_counts_in_the_one_mean_and_not_in_the_other() -> None:
    # The first finding is ordered rightly on ten films of either side; the one film of the second is not.
    labels = np.zeros((20, 2))
    labels[:10, 0] = 1
    labels[0, 1] = 1
    scores = np.stack([labels[:, 0], -labels[:, 1]], axis=1)
    got = auc_with_intervals(labels, scores, np.arange(20), resamples=100)
    assert got.mean is not None and got.mean.value == pytest.approx((1 + 0) / 2)
    assert got.enough == (True, False)
    assert got.mean_of_enough is not None
    assert (got.mean_of_enough.value, got.mean_of_enough.low, got.mean_of_enough.high) == (1, 1, 1)
    # With nine films of either side neither has enough.
    fewer = auc_with_intervals(labels[1:19], scores[1:19], np.arange(18), resamples=100)
    assert fewer.enough == (False, False) and fewer.mean_of_enough is None


def test_mean_area_is_scikit_learns_macro_average_where_all_is_known() -> None:
    rng = np.random.default_rng(0)
    labels, scores = rng.integers(0, 2, (80, 4)), rng.normal(size=(80, 4))
    want = roc_auc_score(labels, scores, average="macro")
    assert mean_auc(labels, scores) == pytest.approx(want)
    got = auc_with_intervals(labels, scores, np.arange(80), resamples=50).mean
    assert got is not None and got.value == pytest.approx(want)


def test_the_same_seed_gives_the_same_interval() -> None:
    rng = np.random.default_rng(0)
    labels, scores = rng.integers(0, 2, (50, 3)), rng.normal(size=(50, 3))
    first, again, other = (auc_with_intervals(labels, scores, np.arange(50), resamples=100, seed=s) for s in (5, 5, 6))
    assert first == again
    assert first != other


def test_calibration_error_by_hand() -> None:
    # Two bins: 0.2 and 0.4 are said of films of which one in two is positive, |0.3 - 0.5| = 0.2;
    # 0.9 twice of two positives, |0.9 - 1| = 0.1. Half of the films each: 0.15.
    labels, predicted = [0, 1, 1, 1], [0.2, 0.4, 0.9, 0.9]
    assert expected_calibration_error(labels, predicted, bins=2) == pytest.approx(0.15)
    assert expected_calibration_error(labels, predicted, bins=2, adaptive=True) == pytest.approx(0.15)


def test_equal_width_bins_are_open_below_and_closed_above() -> None:
    table = reliability([0, 1, 1], [0.0, 0.5, 1.0], bins=2)
    assert [(b.low, b.high, b.count) for b in table] == [(0.0, 0.5, 2), (0.5, 1.0, 1)]


def test_adaptive_bins_hold_equal_numbers() -> None:
    predicted = np.concatenate([np.full(90, 0.01) + np.arange(90) * 1e-5, np.linspace(0.5, 0.9, 10)])
    table = reliability(np.zeros(100), predicted, bins=10, adaptive=True)
    assert [b.count for b in table] == [10] * 10


def test_brier_score_is_scikit_learns() -> None:
    rng = np.random.default_rng(0)
    labels, predicted = rng.integers(0, 2, 40), rng.uniform(size=40)
    assert brier_score(labels, predicted) == pytest.approx(brier_score_loss(labels, predicted))


def test_errors_with_intervals_have_the_values_without_and_leave_unknown_labels_out() -> None:
    rng = np.random.default_rng(3)
    labels, predicted = rng.integers(0, 2, (60, 2)).astype(float), rng.uniform(size=(60, 2))
    labels[::7, 1] = np.nan
    known = np.isfinite(labels)
    error, brier = errors_with_intervals(labels, predicted, np.arange(60) // 2, resamples=50)
    assert error.value == pytest.approx(expected_calibration_error(labels[known], predicted[known]))
    assert brier.value == pytest.approx(brier_score_loss(labels[known], predicted[known]))
    assert error.resamples == brier.resamples == 50


def test_the_interval_of_an_error_is_that_of_resamples_taken_image_by_image() -> None:
    """The same draws, counted the slow way: each image as often as its patient was drawn."""
    rng = np.random.default_rng(4)
    labels, predicted = rng.integers(0, 2, (30, 1)).astype(float), rng.uniform(size=(30, 1))
    patients = np.arange(30) // 3
    weights, _ = patient_weights(patients, 40, 0)
    errors, scores = [], []
    for drawn in weights.astype(int):
        again = np.repeat(np.arange(30), drawn)
        errors.append(expected_calibration_error(labels[again, 0], predicted[again, 0]))
        scores.append(brier_score_loss(labels[again, 0], predicted[again, 0]))
    error, brier = errors_with_intervals(labels, predicted, patients, resamples=40)
    assert [error.low, error.high] == pytest.approx(np.percentile(errors, [2.5, 97.5]), abs=1e-6)
    assert [brier.low, brier.high] == pytest.approx(np.percentile(scores, [2.5, 97.5]), abs=1e-6)
