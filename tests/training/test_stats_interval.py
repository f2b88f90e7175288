"""Intervals of calibrated probabilities: against Fisher's information, exact Poisson intervals, and a known truth."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import chi2
from sklearn.linear_model import LogisticRegression

from model_training.stats import interval as intervals
from model_training.stats.calibrate import Calibration, fit_penalised
from model_training.stats.interval import LIMIT, MIN_PATIENTS, Share, calibration_errors, coverage


def made(
    n: int, slopes: list[float], offsets: list[float], seed: int, images: int = 1
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return labels, logits and patients; a patient's films are copies of each other."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 1.5, (n, len(slopes)))
    labels = (rng.uniform(size=logits.shape) < expit(np.array(slopes) * logits + offsets)).astype(float)
    return np.repeat(labels, images, axis=0), np.repeat(logits, images, axis=0), np.repeat(np.arange(n), images)


def test_the_errors_are_those_of_logistic_regression_by_fishers_information() -> None:
    labels, logits, patients = made(800, [0.8], [-1.5], seed=1)
    got = calibration_errors(labels, logits, patients, 10.0, resamples=200)
    model = LogisticRegression(C=np.inf).fit(logits, labels[:, 0])
    design = np.column_stack([logits, np.ones(len(logits))])
    p = model.predict_proba(logits)[:, 1]
    fisher = np.linalg.inv(design.T @ (design * (p * (1 - p))[:, None]))
    assert np.sqrt(np.diag(got.covariance[0])) == pytest.approx(np.sqrt(np.diag(fisher)), rel=0.15)
    # On both sides: with the sign of the correlation wrong, one of them would be half or twice as wide.
    for x in (-2.0, 2.0):
        by_hand = np.sqrt(np.array([x, 1.0]) @ fisher @ np.array([x, 1.0]))
        assert got.margin_error(0, np.array([x]))[0] == pytest.approx(by_hand, rel=0.15)


def test_copies_of_a_patients_films_tell_nothing_more() -> None:
    once = calibration_errors(*made(100, [0.9], [-1.0], seed=2), 10.0, resamples=60)
    labels, logits, patients = made(100, [0.9], [-1.0], seed=2, images=9)
    copies = calibration_errors(labels, logits, patients, 10.0, resamples=60)
    assert np.sqrt(copies.covariance[0, 1, 1]) == pytest.approx(np.sqrt(once.covariance[0, 1, 1]), rel=0.15)
    as_if_different = calibration_errors(labels, logits, np.arange(len(labels)), 10.0, resamples=60)
    assert np.sqrt(as_if_different.covariance[0, 1, 1]) < 0.5 * np.sqrt(once.covariance[0, 1, 1])


def test_counts_are_of_films_and_of_patients() -> None:
    labels = np.array([[1, 0], [1, np.nan], [0, 0], [0, 1]], float)
    got = calibration_errors(labels, np.arange(8.0).reshape(4, 2), ["a", "a", "b", "c"], 10.0, resamples=5)
    assert got.n.tolist() == [4, 3] and got.positives.tolist() == [2, 1] and got.patients == 3
    assert got.with_finding.tolist() == [1, 1]
    assert not got.stated.any()


@pytest.mark.parametrize(("patients", "like_exact"), [(1, False), (2, False), (MIN_PATIENTS, True), (25, True)])
def test_from_ten_patients_on_a_resample_knows_what_an_exact_interval_knows(patients: int, like_exact: bool) -> None:
    n = 500
    labels = np.zeros((n, 1))
    labels[:patients] = 1
    logits = np.random.default_rng(3).normal(0, 1e-6, (n, 1))  # the score tells nothing: only the rate is fitted
    got = calibration_errors(labels, logits, np.arange(n), 10.0, resamples=300)
    _, offset = fit_penalised(labels, logits, 10.0)
    # The slope has nothing to say; drawing patients alone moves the offset.
    away = LIMIT * np.sqrt(got.covariance[0, 1, 1])
    low, high = n * expit(offset[0] - away), n * expit(offset[0] + away)
    exact = chi2.ppf(0.025, 2 * patients) / 2, chi2.ppf(0.975, 2 * patients + 2) / 2  # Garwood 1936
    assert bool(low < 1.3 * exact[0]) == like_exact, (low, high, exact)
    if like_exact:
        assert high == pytest.approx(exact[1], rel=0.2)


def test_intervals_hold_the_true_probability_in_95_of_100_calibrations() -> None:
    slopes, offsets = [0.9, 0.8, 1.0], [-2.0, -1.0, -2.5]
    at = np.array([-1.5, 0.0, 1.5])
    truth = np.array(slopes)[:, None] * at + np.array(offsets)[:, None]
    held = []
    for trial in range(25):
        labels, logits, patients = made(300, slopes, offsets, seed=100 + trial)
        slope, offset = fit_penalised(labels, logits, 10.0)
        errors = calibration_errors(labels, logits, patients, 10.0, resamples=60, seed=trial)
        for i in range(3):
            away = LIMIT * errors.margin_error(i, at)
            held.append(np.abs(slope[i] * at + offset[i] - truth[i]) <= away)
    # 25 x 3 fits, three places each, the places of one fit alike: half as wide an interval would hold some 0.67.
    assert 0.88 <= np.mean(held) < 1


def _checked(monkeypatch: pytest.MonkeyPatch, *, moved: float) -> intervals.Coverage:
    monkeypatch.setattr(intervals, "TWIN_RESAMPLES", 60)
    slopes, offsets = [0.9] * 6, [-1.5] * 6
    labels, logits, patients = made(600, slopes, offsets, seed=7)
    slope, offset = fit_penalised(labels, logits, 10.0)
    errors = calibration_errors(labels, logits, patients, 10.0, resamples=80)
    others = made(900, slopes, [o + moved for o in offsets], seed=8)
    return coverage(*others, Calibration(slope, offset, 10.0, {}), errors, penalty=10.0)


def test_the_check_passes_on_films_of_the_same_kind_and_fails_on_films_with_more_findings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    same = _checked(monkeypatch, moved=0.0)
    assert same.shares.value >= 0.9 and same.twins.value >= 0.8
    assert (same.images, same.patients, same.findings) == (900, 900, tuple(range(6)))
    assert same.chance_alone.value <= same.shares.value
    other = _checked(monkeypatch, moved=1.0)
    assert other.shares.value < 0.7 and other.twins.value < 0.3


def test_a_share_by_hand() -> None:
    held = np.array([[True, True], [True, False]])
    share = Share(held)
    assert share.value == 0.75
    # Resamples of two findings with 1.0 and 0.5: 0.5, 0.75 or 1.0.
    assert share.interval == (0.5, 1.0)
    assert str(share) == "3 of 4 (75.0%; 50.0% to 100.0%)"


def test_without_a_finding_of_enough_patients_there_is_nothing_to_check() -> None:
    labels, logits, patients = made(40, [1.0], [-6.0], seed=1)
    errors = calibration_errors(labels, logits, patients, 10.0, resamples=5)
    with pytest.raises(ValueError, match="no finding has an interval"):
        coverage(labels, logits, patients, Calibration(np.ones(1), np.zeros(1), 10.0, {}), errors, penalty=10.0)
