"""How well a calibration's films tell its probabilities, and whether that holds on other films.

The calibration is fitted again on resamples of its patients, with the penalty it was fitted with. The spread of slope
and offset gives the interval of a probability at any logit. What it is of: the share of films with this score that
carry the label. It says nothing of a single patient beyond that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from model_training.stats.calibrate import Calibration, fit_penalised

FloatArray = npt.NDArray[np.float64]

RESAMPLES = 2000
"""An error is then known to two in a hundred."""
TWIN_RESAMPLES = 500
"""For the calibration of the test films, which nobody ships."""

MIN_PATIENTS = 10
"""Patients with the finding below which no interval is given.

A resample of one or two patients mostly repeats or drops them, and Platt's soft targets fill the gap: with one patient
it gives a count of 0.8 to 3.7 where the exact interval of a Poisson count (Garwood 1936) is 0.03 to 5.6. From ten on
both agree within a fifth or so (tests/training/test_stats_interval.py)."""

DECILES = 10
DRAWS = 2000
LIMIT = 1.959964
"""Two-sided 95 % of a normal distribution."""


@dataclass(frozen=True, slots=True, eq=False)
class CalibrationErrors:
    """Joint error of slope and offset, per finding.

    Attributes
    ----------
    covariance : (c, 2, 2) float64
        Of (slope, offset) over the resamples.
    n, positives, with_finding : (c,) int
        Films with a known label, positive ones, and patients with a positive one.
    patients : int
        All that were resampled.
    """

    covariance: FloatArray
    n: npt.NDArray[np.int64]
    positives: npt.NDArray[np.int64]
    with_finding: npt.NDArray[np.int64]
    patients: int

    @property
    def stated(self) -> npt.NDArray[np.bool_]:
        """Whether enough patients have a finding for its interval to be given."""
        return self.with_finding >= MIN_PATIENTS

    def margin_error(self, finding: int, logits: FloatArray) -> FloatArray:
        """Return the standard error of ``slope * logit + offset``."""
        (slope, mixed), (_, offset) = self.covariance[finding]
        error: FloatArray = np.sqrt(np.maximum(slope * logits**2 + 2 * mixed * logits + offset, 0))
        return error


def _resampled(patients: npt.ArrayLike, resamples: int, seed: int) -> Iterator[npt.NDArray[np.int64]]:
    """Yield the films of whole patients drawn with replacement."""
    names, place = np.unique(np.asarray(patients), return_inverse=True)
    images = [np.flatnonzero(place == number) for number in range(len(names))]
    generator = np.random.default_rng(seed)
    for _ in range(resamples):
        yield np.concatenate([images[number] for number in generator.integers(0, len(images), len(images))])


def calibration_errors(
    labels: npt.ArrayLike,
    logits: npt.ArrayLike,
    patients: npt.ArrayLike,
    penalty: float,
    *,
    resamples: int | None = None,
    seed: int = 0,
) -> CalibrationErrors:
    """Return the errors of a calibration fitted to these films with `penalty`.

    Parameters
    ----------
    labels : (n, c) of 0, 1 and NaN for unknown
    logits : (n, c) float
    patients : (n,)
        Whole patients are drawn: their films are alike.
    """
    truth, given, who = np.asarray(labels, np.float64), np.asarray(logits, np.float64), np.asarray(patients)
    whole = fit_penalised(truth, given, penalty)
    drawn = _resampled(who, resamples or RESAMPLES, seed)
    pairs = np.array([fit_penalised(truth[rows], given[rows], penalty, whole) for rows in drawn])  # (resamples, 2, c)
    covariance = np.array([np.cov(pairs[:, :, finding], rowvar=False) for finding in range(truth.shape[1])])
    return CalibrationErrors(
        covariance=covariance,
        n=np.isfinite(truth).sum(axis=0),
        positives=np.nansum(truth, axis=0).astype(np.int64),
        with_finding=np.array([len(np.unique(who[column == 1])) for column in truth.T]),
        patients=len(np.unique(who)),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Share:
    """How often something held, in cells by finding and decile, with an interval by resampling the findings.

    The cells of one finding hang together, so they do not count as independent.

    Attributes
    ----------
    held : (findings, deciles) bool
    """

    held: npt.NDArray[np.bool_]

    @property
    def value(self) -> float:
        return float(self.held.mean())

    @property
    def interval(self) -> tuple[float, float]:
        """Return the 95 % percentile interval over resampled findings."""
        each = self.held.mean(axis=1)
        drawn = np.random.default_rng(0).integers(0, len(each), (DRAWS, len(each)))
        low, high = np.percentile(each[drawn].mean(axis=1), [2.5, 97.5])
        return float(low), float(high)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{int(self.held.sum())} of {self.held.size} ({self.value:.1%}; {low:.1%} to {high:.1%})"


@dataclass(frozen=True, slots=True, eq=False)
class Coverage:
    """What other films say of the intervals.

    Attributes
    ----------
    findings : tuple of int
        Columns with an interval, in the order of the cells.
    shares : Share
        Deciles in which the share of films with the label lies where interval and chance of so few films together put
        it, in 95 of 100 cases.
    chance_alone : Share
        The same without the interval: what the check would find if the calibration had no error.
    twins : Share
        Deciles in whose middle a calibration fitted to the other films differs by no more than both errors allow.
    """

    findings: tuple[int, ...]
    shares: Share
    chance_alone: Share
    twins: Share
    images: int
    patients: int


def coverage(
    labels: FloatArray,
    logits: FloatArray,
    patients: npt.ArrayLike,
    calibration: Calibration,
    errors: CalibrationErrors,
    *,
    penalty: float,
    seed: int = 0,
) -> Coverage:
    """Check `errors` on films that calibrated nothing; all labels known.

    Raises
    ------
    ValueError
        No finding has an interval.
    """
    chosen = tuple(int(i) for i in np.flatnonzero(errors.stated))
    if not chosen:
        raise ValueError("no finding has an interval to be checked")
    slope, offset = fit_penalised(labels, logits, penalty)
    twin = calibration_errors(labels, logits, patients, penalty, resamples=TWIN_RESAMPLES, seed=seed + 1)
    generator = np.random.default_rng(seed)
    shares, alone, twins = (np.zeros((len(chosen), DECILES), np.bool_) for _ in range(3))
    for row, i in enumerate(chosen):
        pair = np.array([calibration.slope[i], calibration.offset[i]])
        order = np.argsort(logits[:, i], kind="stable")
        for column, images in enumerate(np.array_split(order, DECILES)):
            x, seen = logits[images, i], int(labels[images, i].sum())
            shares[row, column] = _held(seen, generator.multivariate_normal(pair, errors.covariance[i], DRAWS), x)
            alone[row, column] = _held(seen, np.broadcast_to(pair, (DRAWS, 2)), x)
            middle = np.median(x, keepdims=True)
            both = np.hypot(errors.margin_error(i, middle), twin.margin_error(i, middle))
            apart = (pair[0] - slope[i]) * middle + pair[1] - offset[i]
            twins[row, column] = bool(np.abs(apart) <= LIMIT * both)
    return Coverage(
        chosen, Share(shares), Share(alone), Share(twins), len(labels), len(np.unique(np.asarray(patients)))
    )


def _held(seen: int, pairs: FloatArray, logits: FloatArray) -> bool:
    """Return whether a count of films lies within 95 % of what these (slope, offset) and chance make of them."""
    likely = expit(pairs[:, :1] * logits + pairs[:, 1:])
    counts = (np.random.default_rng(0).uniform(size=likely.shape) < likely).sum(axis=1)
    low, high = np.percentile(counts, [2.5, 97.5])
    return bool(low <= seen <= high)
