"""The same figures for parts of the fold: per set, projection, sex and age."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from torch import nn

from model_training.data.development_set import LABELS
from model_training.data.packed import PackedSet, predict
from model_training.data.splits import Part
from model_training.head.scored import Scored, answered
from model_training.stats.calibrate import Calibration
from model_training.stats.metrics import FEW, Interval, auc_with_intervals, expected_calibration_error, have_enough

AGES: tuple[tuple[str, float, float], ...] = (
    ("under 40 years", 0, 40),
    ("40 to 59 years", 40, 60),
    ("60 years and older", 60, 200),
)
RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Cell:
    """One finding in one group; `auc` is None with `reason` saying why."""

    n: int
    positives: int
    auc: Interval | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """One part of the fold.

    Attributes
    ----------
    mean : Interval or None
        Mean ROC area over the breakdown's `shared` findings, None where there are none.
    ece : float or None
        Expected calibration error over all findings together.
    """

    name: str
    images: int
    patients: int
    cells: tuple[Cell, ...]
    mean: Interval | None
    ece: float | None


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Groups of one property.

    Attributes
    ----------
    shared : tuple of str
        Findings with at least `FEW` films on either side in every group that has any such finding. Only
        over the same findings can the means of groups be compared.
    """

    variable: str
    shared: tuple[str, ...]
    groups: tuple[Group, ...]


def why_not(labels: npt.ArrayLike) -> str:
    """Say which side is too small."""
    known = np.asarray(labels, np.float64)
    positives, negatives = int((known == 1).sum()), int((known == 0).sum())
    return f"too few: {positives} with" if positives < FEW else f"too few: {negatives} without"


def members(scored: Scored) -> dict[str, dict[str, npt.NDArray[np.bool_]]]:
    """Return {property: {group: which films}}; films whose property is unknown are a group of their own."""
    sets = {str(name): np.asarray(scored.sets == name) for name in sorted(set(scored.sets.tolist()))}
    view = {"PA": scored.ap == 0, "AP": scored.ap == 1, "unknown": ~np.isfinite(scored.ap)}
    sex = {"women": scored.female == 1, "men": scored.female == 0, "unknown": ~np.isfinite(scored.female)}
    age = {name: (scored.age >= low) & (scored.age < high) for name, low, high in AGES}
    age["unknown"] = ~np.isfinite(scored.age)
    found = {"data set": sets, "projection": view, "sex": sex, "age": age}
    return {v: {n: rows for n, rows in groups.items() if rows.any()} for v, groups in found.items()}


def _group(name: str, part: Scored, shared: tuple[int, ...]) -> Group:
    measured = np.flatnonzero(have_enough(part.labels)).tolist()
    labels = np.where(np.isin(np.arange(len(LABELS)), measured), part.labels, np.nan)
    result = auc_with_intervals(labels, part.logits, part.patients, resamples=RESAMPLES)
    mean = None
    if shared:
        kept = np.where(np.isin(np.arange(len(LABELS)), shared), part.labels, np.nan)
        mean = auc_with_intervals(kept, part.logits, part.patients, resamples=RESAMPLES).mean
    known = np.isfinite(part.labels)
    return Group(
        name=name,
        images=len(part.labels),
        patients=len(set(part.patients)),
        cells=tuple(
            Cell(
                int(known[:, i].sum()),
                int((part.labels[:, i] == 1).sum()),
                result.findings[i] if i in measured else None,
                "" if i in measured else why_not(part.labels[:, i]),
            )
            for i in range(len(LABELS))
        ),
        mean=mean,
        ece=expected_calibration_error(part.labels[known], part.probabilities[known]) if known.any() else None,
    )


def break_down(scored: Scored) -> list[Breakdown]:
    """Return one breakdown per property."""
    result = []
    for variable, groups in members(scored).items():
        parts = {name: scored.rows(rows) for name, rows in groups.items()}
        measured = {name: set(np.flatnonzero(have_enough(part.labels)).tolist()) for name, part in parts.items()}
        counted = [found for found in measured.values() if found]
        shared = tuple(sorted(set.intersection(*counted))) if counted else ()
        result.append(
            Breakdown(
                variable,
                tuple(LABELS[i] for i in shared),
                tuple(_group(name, part, shared if measured[name] else ()) for name, part in parts.items()),
            )
        )
    return result


def groups_on_test(network: nn.Module, dev_set: PackedSet, calibration: Calibration, of: str) -> tuple[Breakdown, ...]:
    """Return the breakdowns of a network's answers on the test films of the set `of`."""
    index = dev_set.evaluated(Part.TEST, of)
    return tuple(break_down(answered(dev_set, index, predict(network, dev_set, index), calibration)))
