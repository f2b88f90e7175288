"""Figures with intervals: ROC area, calibration error, Brier score.

Intervals come from a bootstrap over patients, not films: films of one patient are alike, and
resampling them one by one makes an interval look narrower than it is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

FloatArray = npt.NDArray[np.float64]

RESAMPLES = 2000
CONFIDENCE = 0.95
CALIBRATION_BINS = 15
FEW = 10
"""Fewer films with or without a finding than this give no figure: it would be an accident of one or two."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure and its bootstrap percentile interval.

    Attributes
    ----------
    resamples : int
        Resamples the interval rests on: those in which the figure exists.
    """

    value: float
    low: float
    high: float
    resamples: int

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"

    @property
    def excludes_zero(self) -> bool:
        """Whether a difference with this interval may be called one."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class AucResult:
    """ROC areas per finding and their mean.

    Attributes
    ----------
    findings : tuple of Interval or None
        None where only one class is present: the area does not exist.
    mean : Interval or None
        Mean over the findings that have an area; in a resample only those with both classes
        in it are averaged.
    enough : tuple of bool
        Which findings have at least `FEW` films on either side.
    mean_of_enough : Interval or None
        The same mean over these alone: in the other one, a finding of which there is a single film weighs as much as
        one of which there are a hundred.
    n, positives : tuple of int
        Films with a known label, and with a positive one, per finding.
    patients : int
    """

    findings: tuple[Interval | None, ...]
    mean: Interval | None
    enough: tuple[bool, ...]
    mean_of_enough: Interval | None
    n: tuple[int, ...]
    positives: tuple[int, ...]
    patients: int


def roc_auc(labels: npt.ArrayLike, scores: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> FloatArray:
    """Return the area under the ROC curve for each row of weights.

    Parameters
    ----------
    labels : (n,) of 0 and 1
    scores : (n,) float
        Ties count one half (Mann and Whitney 1947).
    weights : (r, n) float or None
        How often each film counts, once per resample; None is one row of ones.

    Returns
    -------
    (r,) float64
        NaN where a class has no weight.
    """
    positive = np.asarray(labels, dtype=np.float64)
    values = np.asarray(scores, dtype=np.float64)
    counts = np.ones((1, len(values))) if weights is None else np.atleast_2d(np.asarray(weights, dtype=np.float64))
    # Equal scores share a dense rank, so one sum per rank handles ties.
    rank = rankdata(values, method="dense").astype(np.intp) - 1 if len(values) else np.zeros(0, np.intp)
    grouping = np.zeros((len(values), int(rank.max()) + 1 if len(values) else 0))
    grouping[np.arange(len(values)), rank] = 1
    positives = (counts * positive) @ grouping
    negatives = (counts * (1 - positive)) @ grouping
    below = np.cumsum(negatives, axis=1) - negatives
    pairs = positives.sum(axis=1) * negatives.sum(axis=1)
    with np.errstate(invalid="ignore"):
        area: FloatArray = (positives * (below + negatives / 2)).sum(axis=1) / np.where(pairs > 0, pairs, np.nan)
    return area


def mean_auc(labels: npt.ArrayLike, scores: npt.ArrayLike) -> float:
    """Return the mean ROC area of the findings that have one, without an interval.

    Parameters
    ----------
    labels : (n, c) of 0, 1 and NaN for unknown
    scores : (n, c) float

    Returns
    -------
    float
        NaN where no finding has both classes.
    """
    truth, given = np.asarray(labels, np.float64), np.asarray(scores, np.float64)
    known = np.isfinite(truth)
    areas = [roc_auc(truth[rows, i], given[rows, i])[0] for i, rows in enumerate(known.T)]
    exist = [area for area in areas if np.isfinite(area)]
    return float(np.mean(exist)) if exist else float("nan")


def patient_weights(patients: npt.ArrayLike, resamples: int, seed: int) -> tuple[npt.NDArray[np.float32], int]:
    """Return how often each film is drawn when whole patients are drawn with replacement.

    Returns
    -------
    weights : (resamples, n) float32
    patients : int
        Number of different patients.
    """
    _, index = np.unique(np.asarray(patients), return_inverse=True)
    count = int(index.max()) + 1
    generator = np.random.default_rng(seed)
    drawn = generator.multinomial(count, np.full(count, 1 / count), size=resamples)
    return drawn[:, index].astype(np.float32), count


def bootstrap_interval(value: float, samples: FloatArray) -> Interval:
    """Return `value` with the 95 % interval of its resamples; those without a figure (NaN) do not count."""
    known = samples[np.isfinite(samples)]
    tail = (1 - CONFIDENCE) / 2 * 100
    low, high = np.percentile(known, [tail, 100 - tail])
    return Interval(value, float(low), float(high), len(known))


def enough(labels: npt.ArrayLike) -> bool:
    """Return whether (n,) labels hold at least `FEW` films with and `FEW` without the finding."""
    known = np.asarray(labels, np.float64)
    return int((known == 1).sum()) >= FEW and int((known == 0).sum()) >= FEW


def have_enough(labels: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Return for which findings (n, c) labels hold `enough` films."""
    return np.array([enough(column) for column in np.asarray(labels, np.float64).T], np.bool_)


def mean_interval(values: FloatArray, samples: FloatArray, chosen: npt.NDArray[np.bool_]) -> Interval | None:
    """Return the mean of the `chosen` of c figures with its interval, None where none is.

    Parameters
    ----------
    values : (c,)
    samples : (resamples, c)
        NaN where a figure does not exist in a resample; the others of that resample are averaged.
    chosen : (c,) bool
    """
    if not chosen.any():
        return None
    kept = samples[:, chosen]
    some = np.isfinite(kept).any(axis=1)
    return bootstrap_interval(float(values[chosen].mean()), np.nanmean(kept[some], axis=1))


def auc_with_intervals(
    labels: npt.ArrayLike,
    scores: npt.ArrayLike,
    patients: npt.ArrayLike,
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> AucResult:
    """Return ROC areas with 95 % intervals, bootstrapped by patient.

    Parameters
    ----------
    labels : (n, c) of 0, 1 and NaN for unknown
    scores : (n, c) float
    patients : (n,)
        Who is on the film.

    Notes
    -----
    A resample that holds one class of a finding only has no area for it. It is left out of
    that finding's interval, and `Interval.resamples` says how many were left.
    """
    truth, given = np.asarray(labels, np.float64), np.asarray(scores, np.float64)
    weights, count = patient_weights(patients, resamples, seed)
    areas = np.full((resamples, truth.shape[1]), np.nan)
    values = np.full(truth.shape[1], np.nan)
    known = np.isfinite(truth)
    for finding in range(truth.shape[1]):
        rows = known[:, finding]
        values[finding] = roc_auc(truth[rows, finding], given[rows, finding])[0]
        if np.isfinite(values[finding]):
            areas[:, finding] = roc_auc(truth[rows, finding], given[rows, finding], weights[:, rows])
    exist = np.isfinite(values)
    sufficient = have_enough(truth)
    return AucResult(
        findings=tuple(bootstrap_interval(float(v), areas[:, i]) if exist[i] else None for i, v in enumerate(values)),
        mean=mean_interval(values, areas, exist),
        enough=tuple(sufficient.tolist()),
        mean_of_enough=mean_interval(values, areas, sufficient),
        n=tuple(int(k) for k in known.sum(axis=0)),
        positives=tuple(int(k) for k in np.nansum(truth, axis=0)),
        patients=count,
    )


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Films whose probability lies in (low, high]: how many, what was predicted, what was so."""

    low: float
    high: float
    count: int
    confidence: float
    frequency: float


def _places(predicted: FloatArray, limits: FloatArray) -> npt.NDArray[np.int64]:
    """Return the bin of each probability between two `limits`: open below, closed above."""
    return np.clip(np.searchsorted(limits, predicted, side="left") - 1, 0, len(limits) - 2)


def reliability(
    labels: npt.ArrayLike, probabilities: npt.ArrayLike, *, bins: int = CALIBRATION_BINS, adaptive: bool = False
) -> tuple[ReliabilityBin, ...]:
    """Return the reliability table; empty bins are left out.

    Parameters
    ----------
    labels, probabilities : (n,)
        Unknown labels must be gone.
    adaptive : bool
        Bins of equal count instead of equal width.
    """
    truth, predicted = np.asarray(labels, np.float64), np.asarray(probabilities, np.float64)
    if adaptive:
        order = np.argsort(predicted, kind="stable")
        groups = [part for part in np.array_split(order, bins) if len(part)]
        edges = [(float(predicted[g[0]]), float(predicted[g[-1]])) for g in groups]
    else:
        limits = np.linspace(0, 1, bins + 1)
        place = _places(predicted, limits)
        found = [int(b) for b in np.unique(place)]
        groups = [np.flatnonzero(place == b) for b in found]
        edges = [(float(limits[b]), float(limits[b + 1])) for b in found]
    return tuple(
        ReliabilityBin(low, high, len(group), float(predicted[group].mean()), float(truth[group].mean()))
        for group, (low, high) in zip(groups, edges, strict=True)
    )


def expected_calibration_error(
    labels: npt.ArrayLike, probabilities: npt.ArrayLike, *, bins: int = CALIBRATION_BINS, adaptive: bool = False
) -> float:
    """Return the mean distance of predicted and observed frequency, weighted by bin size (Naeini et al. 2015).

    NaN of no films.
    """
    table = reliability(labels, probabilities, bins=bins, adaptive=adaptive)
    total = sum(b.count for b in table)
    return math.nan if not total else sum(b.count * abs(b.confidence - b.frequency) for b in table) / total


def brier_score(labels: npt.ArrayLike, probabilities: npt.ArrayLike) -> float:
    """Return the mean squared distance of probability and outcome (Brier 1950), NaN of no films."""
    squares = (np.asarray(probabilities, np.float64) - np.asarray(labels, np.float64)) ** 2
    return float(squares.mean()) if squares.size else math.nan


def errors_with_intervals(
    labels: npt.ArrayLike,
    probabilities: npt.ArrayLike,
    patients: npt.ArrayLike,
    *,
    bins: int = CALIBRATION_BINS,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> tuple[Interval, Interval]:
    """Return calibration error and Brier score over all findings with 95 % intervals, bootstrapped by patient.

    Parameters
    ----------
    labels : (n, c) of 0, 1 and NaN for unknown
    probabilities : (n, c) float, 0 to 1
    patients : (n,)
        Who is on the film.

    Notes
    -----
    A resample adds a noise of its own to the observed frequencies, and the calibration error counts every distance as
    positive: its interval lies high, and may begin above a small error. Its upper end is a careful limit.
    """
    truth, predicted = np.asarray(labels, np.float64), np.asarray(probabilities, np.float64)
    weights, _ = patient_weights(patients, resamples, seed)
    known = np.isfinite(truth)
    distance = np.where(known, predicted - truth, 0.0)
    place = _places(predicted, np.linspace(0, 1, bins + 1))
    by_bin = np.stack([np.where(place == b, distance, 0.0).sum(axis=1) for b in range(bins)], axis=1)
    squares, counts = (distance**2).sum(axis=1), known.sum(axis=1)

    def figures(drawn: npt.NDArray[np.float32] | FloatArray) -> tuple[FloatArray, FloatArray]:
        total = drawn @ counts
        total = np.where(total > 0, total, np.nan)
        return np.abs(drawn @ by_bin).sum(axis=1) / total, drawn @ squares / total

    values, samples = figures(np.ones((1, len(truth)))), figures(weights)
    error, brier = (bootstrap_interval(float(v[0]), s) for v, s in zip(values, samples, strict=True))
    return error, brier
