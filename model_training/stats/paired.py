"""Is one network better than another on the same films? ROC areas compared within each resample.

Both networks are judged on the same drawn patients each time, so what makes some films hard for
both cancels. Two separate intervals that overlap say nothing about the difference.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from model_training.stats.metrics import (
    RESAMPLES,
    FloatArray,
    Interval,
    bootstrap_interval,
    have_enough,
    mean_interval,
    patient_weights,
    roc_auc,
)


@dataclass(frozen=True, slots=True)
class PairedResult:
    """First minus second.

    Attributes
    ----------
    gain : Interval
        Difference of the mean ROC areas over the findings that have one.
    gain_of_enough : Interval or None
        The same over the findings with at least `metrics.FEW` films on either side, of which there are `enough`.
    findings : tuple of Interval or None
        Per finding; None where one class is missing.
    first, second : float
        Mean ROC areas, averaged over the seeds of each side.
    seeds : tuple of float
        Mean ROC area gains run by run, where both sides give equally many runs; empty otherwise.
    """

    gain: Interval
    gain_of_enough: Interval | None
    enough: int
    findings: tuple[Interval | None, ...]
    first: float
    second: float
    positives: tuple[int, ...]
    """Films with each finding."""
    images: int
    patients: int
    seeds: tuple[float, ...]

    @property
    def excludes_zero(self) -> bool:
        return self.gain.excludes_zero

    @property
    def sentence(self) -> str:
        """Say what may be claimed: a difference smaller than its interval is none."""
        return claim(self.gain)


def claim(gain: Interval) -> str:
    """Return the sentence that a difference and its interval allow."""
    figure = f"{gain.value:+.3f} ({gain.low:+.3f} to {gain.high:+.3f})"
    if not gain.excludes_zero:
        return f"{figure}: the interval holds zero, so no difference is shown"
    return f"{figure}: the interval excludes zero, a {'gain' if gain.value > 0 else 'loss'}"


def _runs(scores: npt.ArrayLike) -> FloatArray:
    given = np.asarray(scores, np.float64)
    return given[None] if given.ndim == 2 else given


def _areas(truth: FloatArray, scores: FloatArray, weights: npt.ArrayLike | None) -> FloatArray:
    """Return (runs, resamples, findings) ROC areas."""
    known = np.isfinite(truth)
    columns = [
        [
            roc_auc(truth[k, i], run[k, i], None if weights is None else np.asarray(weights)[:, k])
            for i, k in enumerate(known.T)
        ]
        for run in scores
    ]
    return np.asarray(columns, np.float64).transpose(0, 2, 1)


def paired_auc(
    labels: npt.ArrayLike,
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    patients: npt.ArrayLike,
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> PairedResult:
    """Return the difference of ROC areas with its paired 95 % bootstrap interval by patient.

    Parameters
    ----------
    labels : (n, c) of 0, 1 and NaN for unknown
    first, second : (n, c) or (runs, n, c) float
        Scores of the same films. With runs (seeds), areas are averaged over them before the difference is
        taken; the interval then still speaks of patients, and `seeds` of how much runs differ.
    patients : (n,)

    Raises
    ------
    ValueError
        Where the shapes differ or no finding has both classes.
    """
    truth = np.asarray(labels, np.float64)
    sides = _runs(first), _runs(second)
    if any(side.shape[1:] != truth.shape for side in sides):
        raise ValueError("both networks must have scored the labelled films and findings")
    plain = [_areas(truth, side, None)[:, 0] for side in sides]
    exist = np.asarray(np.isfinite(plain[0]).all(axis=0))
    if not exist.any():
        raise ValueError("no finding has films with and without it")
    weights, count = patient_weights(patients, resamples, seed)
    drawn = [_areas(truth, side, weights).mean(axis=0) for side in sides]
    difference = drawn[0] - drawn[1]
    means = [side.mean(axis=0) for side in plain]
    per_run = [side[:, exist].mean(axis=1) for side in plain]
    gain = mean_interval(means[0] - means[1], difference, exist)
    assert gain is not None  # some exist
    sufficient = have_enough(truth)
    return PairedResult(
        gain=gain,
        gain_of_enough=mean_interval(means[0] - means[1], difference, sufficient),
        enough=int(sufficient.sum()),
        findings=tuple(
            bootstrap_interval(float(means[0][i] - means[1][i]), difference[:, i]) if exist[i] else None
            for i in range(truth.shape[1])
        ),
        first=float(means[0][exist].mean()),
        second=float(means[1][exist].mean()),
        positives=tuple(int(k) for k in np.nansum(truth, axis=0)),
        images=len(truth),
        patients=count,
        seeds=tuple((per_run[0] - per_run[1]).tolist()) if len(per_run[0]) == len(per_run[1]) else (),
    )


def rank_agreement(scores: npt.ArrayLike, taught: npt.ArrayLike) -> float:
    """Return Spearman's correlation of scores (n, c) and a teacher's logits, mean over the findings.

    What a student took over of its teacher, seen on films neither trained on; labels play no part.
    """
    # Pearson's of ranks: one call for all findings, as a bootstrap asks thousands of times.
    ours, theirs = (rankdata(values, axis=0) for values in (scores, taught))
    ours, theirs = ours - ours.mean(axis=0), theirs - theirs.mean(axis=0)
    both = np.sqrt((ours**2).sum(axis=0) * (theirs**2).sum(axis=0))
    return float(((ours * theirs).sum(axis=0) / both).mean())


def paired_agreement(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    taught: npt.ArrayLike,
    patients: npt.ArrayLike,
    *,
    resamples: int = 500,
    seed: int = 0,
) -> Interval:
    """Return how much more the first agrees with the teacher, with a paired 95 % bootstrap interval by patient.

    Parameters
    ----------
    first, second : (n, c) or (runs, n, c) float
        As in `paired_auc`.
    taught : (n, c) float
        Rows with NaN are left out: the teacher says nothing about them.
    """
    teacher = np.asarray(taught, np.float64)
    known = np.flatnonzero(np.isfinite(teacher).all(axis=1))
    sides = [side[:, known] for side in (_runs(first), _runs(second))]
    weights, _ = patient_weights(np.asarray(patients)[known], resamples, seed)

    def difference(index: npt.NDArray[np.int64]) -> float:
        asked = teacher[known][index]
        means = [np.mean([rank_agreement(run[index], asked) for run in side]) for side in sides]
        return float(means[0] - means[1])

    every = np.arange(len(known))
    drawn = [difference(np.repeat(every, row.astype(np.int64))) for row in weights]
    return bootstrap_interval(difference(every), np.asarray(drawn))
