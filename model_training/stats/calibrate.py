"""Logits to probabilities, and the probability from which a finding is shown as present.

Platt scaling (Platt 1999), ``p = sigmoid(slope * logit + offset)`` per finding. Some findings
have a handful of positive films, too few for a slope of their own, so each slope is pulled
towards one shared by all findings. How hard is chosen by cross-validated likelihood, grouped
by patient. Offsets are free: prevalence differs for every finding.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit

FloatArray = npt.NDArray[np.float64]

PENALTIES: tuple[float, ...] = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 1e6)
"""Weight of the squared distance of a log slope from the shared one; the last is one slope for all."""

FEW_POSITIVES = 10
"""Below this, an empirical cut-off is the score of one or two films."""

MIN_SPECIFICITY = 0.90
"""At most one in ten validation films without a finding is flagged with it."""

SPECIFICITIES: tuple[float, ...] = (0.90, 0.91, 0.92, 0.93, 0.94, 0.95, 0.96, 0.97, 0.98, 0.985, 0.99, 0.995)
NORMAL_FLAGGED = 0.15
"""Of the validation films without any finding at most this share may be flagged with one or more."""

MIN_SLOPE, MAX_SLOPE = 0.05, 20.0


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """Platt scaling of all findings.

    Attributes
    ----------
    slope, offset : (c,) float64
        Slopes are above 0: calibration never turns an order round.
    penalty : float
        Chosen pull towards the shared slope.
    likelihood : dict
        Cross-validated mean negative log likelihood per penalty.
    """

    slope: FloatArray
    offset: FloatArray
    penalty: float
    likelihood: dict[float, float]

    def probabilities(self, logits: npt.ArrayLike) -> FloatArray:
        """Return (n, c) probabilities of (n, c) logits."""
        given: FloatArray = expit(self.slope * np.asarray(logits, np.float64) + self.offset)
        return given


def platt_targets(labels: FloatArray) -> FloatArray:
    """Return Platt's soft targets, (n+ + 1)/(n+ + 2) and 1/(n- + 2); NaN stays NaN.

    They keep a separable finding's slope finite, and give a finding without positives a rate
    above zero.
    """
    positives = np.nansum(labels, axis=0)
    negatives = np.isfinite(labels).sum(axis=0) - positives
    targets: FloatArray = np.where(labels > 0.5, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    return np.where(np.isfinite(labels), targets, np.nan)


def _negative_log_likelihood(margin: FloatArray, targets: FloatArray) -> FloatArray:
    loss: FloatArray = np.logaddexp(0, margin) - targets * margin
    return loss


def _fit(
    labels: FloatArray, logits: FloatArray, penalty: float, near: tuple[FloatArray, FloatArray] | None = None
) -> tuple[FloatArray, FloatArray]:
    """Return (slope, offset) of all findings for one penalty; `near` is where the search begins."""
    count = labels.shape[1]
    targets = platt_targets(labels)
    known = np.isfinite(targets)
    safe = np.where(known, targets, 0.0)

    def objective(values: FloatArray) -> tuple[float, FloatArray]:
        shared, logs, offset = values[0], values[1 : count + 1], values[count + 1 :]
        slope = np.exp(logs)
        margin = slope * logits + offset
        loss = np.where(known, _negative_log_likelihood(margin, safe), 0.0).sum()
        error = np.where(known, expit(margin) - safe, 0.0)
        away = logs - shared
        gradient = np.concatenate(
            [
                [-2 * penalty * away.sum()],
                (error * logits).sum(axis=0) * slope + 2 * penalty * away,
                error.sum(axis=0),
            ]
        )
        return float(loss + penalty * (away**2).sum()), gradient

    prior = np.nanmean(targets, axis=0)
    start = np.concatenate([np.zeros(count + 1), np.log(prior / (1 - prior)) - np.nanmean(logits, axis=0)])
    if near is not None:
        start = np.concatenate([[np.log(near[0]).mean()], np.log(near[0]), near[1]])
    limits = [(np.log(MIN_SLOPE), np.log(MAX_SLOPE))] * (count + 1) + [(-1000.0, 1000.0)] * count
    found = minimize(objective, start, jac=True, method="L-BFGS-B", bounds=limits, options={"maxiter": 2000})
    return np.exp(found.x[1 : count + 1]), found.x[count + 1 :]


def _one_slope(labels: FloatArray, logits: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the fit with one slope for all findings, without the stiff problem a huge penalty makes."""
    count = labels.shape[1]
    targets = platt_targets(labels)
    known = np.isfinite(targets)
    safe = np.where(known, targets, 0.0)

    def objective(values: FloatArray) -> tuple[float, FloatArray]:
        slope = np.exp(values[0])
        margin = slope * logits + values[1:]
        loss = np.where(known, _negative_log_likelihood(margin, safe), 0.0).sum()
        error = np.where(known, expit(margin) - safe, 0.0)
        return float(loss), np.concatenate([[(error * logits).sum() * slope], error.sum(axis=0)])

    prior = np.nanmean(targets, axis=0)
    start = np.concatenate([[0.0], np.log(prior / (1 - prior)) - np.nanmean(logits, axis=0)])
    limits = [(np.log(MIN_SLOPE), np.log(MAX_SLOPE))] + [(-1000.0, 1000.0)] * count
    found = minimize(objective, start, jac=True, method="L-BFGS-B", bounds=limits, options={"maxiter": 2000})
    return np.full(count, np.exp(found.x[0])), found.x[1:]


def fit_penalised(
    labels: FloatArray, logits: FloatArray, penalty: float, near: tuple[FloatArray, FloatArray] | None = None
) -> tuple[FloatArray, FloatArray]:
    """Return (slope, offset) of all findings for one of the `PENALTIES`; `near` is a result expected to be close."""
    return _one_slope(labels, logits) if penalty == PENALTIES[-1] else _fit(labels, logits, penalty, near)


def _folds(patients: npt.ArrayLike, folds: int, seed: int) -> npt.NDArray[np.int64]:
    _, index = np.unique(np.asarray(patients), return_inverse=True)
    count = int(index.max()) + 1
    of_patient = np.random.default_rng(seed).permutation(count) % folds
    return of_patient[index]


def fit_calibration(
    labels: npt.ArrayLike,
    logits: npt.ArrayLike,
    patients: npt.ArrayLike,
    *,
    penalties: tuple[float, ...] = PENALTIES,
    folds: int = 5,
    seed: int = 0,
) -> Calibration:
    """Fit on films the network did not train on.

    Parameters
    ----------
    labels : (n, c) of 0, 1 and NaN for unknown
    logits : (n, c) float
    patients : (n,)
        Films of one patient share a fold.
    """
    truth, given = np.asarray(labels, np.float64), np.asarray(logits, np.float64)
    place = _folds(patients, folds, seed)
    likelihood = {}
    for penalty in penalties:
        losses = []
        for fold in range(folds):
            slope, offset = fit_penalised(truth[place != fold], given[place != fold], penalty)
            rows = place == fold
            loss = _negative_log_likelihood(slope * given[rows] + offset, truth[rows])
            losses.append(loss[np.isfinite(truth[rows])])
        likelihood[penalty] = float(np.concatenate(losses).mean())
    best = min(penalties, key=lambda penalty: (likelihood[penalty], -penalty))
    slope, offset = fit_penalised(truth, given, best)
    return Calibration(slope, offset, best, likelihood)


@dataclass(frozen=True, slots=True)
class Threshold:
    """A cut-off on the calibrated probability, and where it comes from."""

    value: float
    source: str


def choose_thresholds(labels: FloatArray, probabilities: FloatArray) -> list[Threshold]:
    """Return the cut-offs of all findings, with one specificity for all that keeps normal films unflagged.

    One in ten films per finding is many for fourteen findings: one in three or four normal films then carries a flag.
    The specificity asked of every finding is the lowest of `SPECIFICITIES` at which at most `NORMAL_FLAGGED` of the
    films without any finding are flagged.

    Parameters
    ----------
    labels, probabilities : (n, c)
    """
    normal = (labels == 0).all(axis=1)
    found: list[Threshold] = []
    for specificity in SPECIFICITIES:
        found = [choose_threshold(labels[:, i], probabilities[:, i], specificity) for i in range(labels.shape[1])]
        flagged = (probabilities[normal] >= [t.value for t in found]).any(axis=1)
        if not normal.any() or flagged.mean() <= NORMAL_FLAGGED:
            break
    return found


def choose_threshold(
    labels: npt.ArrayLike, probabilities: npt.ArrayLike, specificity: float = MIN_SPECIFICITY
) -> Threshold:
    """Return Youden's cut-off, raised where it would flag more films without the finding than `specificity` allows.

    Youden's index (sensitivity + specificity - 1) weighs a missed and a false flag equally. For a
    weak network and fourteen findings its cut-offs flag most normal films with something, which
    nobody reads twice: `specificity` bounds that per finding.

    With fewer than `FEW_POSITIVES` positive films the best cut-off is an accident of one
    or two of them; then it is the prevalence, which is where Youden's index is highest if the
    probabilities are calibrated.

    Parameters
    ----------
    labels, probabilities : (n,)
        Unknown labels (NaN) are left out.
    """
    truth, predicted = np.asarray(labels, np.float64), np.asarray(probabilities, np.float64)
    known = np.isfinite(truth)
    truth, predicted = truth[known], predicted[known]
    positives, n = int(truth.sum()), len(truth)
    where = f"on the validation fold, n={n}, positives={positives}"
    youden = youden_cut_off(truth, predicted, positives)
    value, source = (youden, f"Youden's J {where}") if youden is not None else ((positives + 1) / (n + 2), "")
    negatives = np.sort(predicted[truth == 0])
    allowed = int(np.floor((1 - specificity) * len(negatives) + 1e-9))
    if allowed < len(negatives) and negatives[len(negatives) - 1 - allowed] >= value:
        # Just above the highest film that must not be flagged: a probability equal to the cut-off is flagged.
        value = float(negatives[len(negatives) - 1 - allowed]) + 1e-6
        source = f"specificity {specificity:.{3 if specificity * 100 % 1 else 2}f} {where}; "
        source += "Youden's J would flag more films without the finding"
    return Threshold(_open(value), source or f"prevalence {where}, too few for Youden's J")


def youden_cut_off(truth: FloatArray, predicted: FloatArray, positives: int) -> float | None:
    """Return the best cut-off, None with too few films on either side."""
    n = len(truth)
    if positives < FEW_POSITIVES or n - positives < FEW_POSITIVES:
        return None
    order = np.argsort(-predicted, kind="stable")
    hits, alarms = np.cumsum(truth[order]), np.cumsum(1 - truth[order])
    # A cut-off between equal probabilities does not exist.
    last = np.append(predicted[order][1:] != predicted[order][:-1], True)
    youden = np.where(last, hits / positives - alarms / (n - positives), -np.inf)
    best = int(np.argmax(youden))
    lower = predicted[order][best + 1] if best + 1 < n else predicted[order][best]
    return float((predicted[order][best] + lower) / 2)


def _open(value: float) -> float:
    """Keep a cut-off inside (0, 1), as the manifest wants it, at six digits."""
    return min(max(round(value, 6), 1e-6), 1 - 1e-6)
