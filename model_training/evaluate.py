"""Measures a checkpoint or a head on the held-out fold, beside the teachers it learned from."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from scipy.special import expit
from torch import nn

from cxrviewer import atomic
from cxrviewer.heads.package.files import MAX_FILE_BYTES, read_file
from cxrviewer.heads.package.manifest import read_manifest
from model_training.data.development_set import EVALUATED_SETS, LABELS
from model_training.data.packed import FloatArray, PackedSet, folds_of, predict, recipe_of
from model_training.data.splits import Part
from model_training.errors import TrainingError
from model_training.export.onnx import OnnxNetwork, load_checkpoint
from model_training.provenance import config_of_head, knows_split, names_in_files
from model_training.stats.calibrate import Calibration, fit_calibration
from model_training.stats.interval import CalibrationErrors, Coverage, calibration_errors, coverage
from model_training.stats.metrics import (
    FEW,
    Interval,
    auc_with_intervals,
    brier_score,
    errors_with_intervals,
    expected_calibration_error,
    reliability,
)


@dataclass(frozen=True, slots=True)
class FindingReport:
    """What was measured about one finding; `auc` is None where a class is missing."""

    label: str
    n: int
    positives: int
    auc: Interval | None
    ece_raw: float
    ece: float
    ece_adaptive: float
    brier: float
    sensitivity: float | None = None
    """Share of films with the finding at or above its threshold; None without thresholds or such films."""
    specificity: float | None = None
    flagged: int | None = None
    """Films at or above the threshold, and how many of them have the finding."""
    rightly_flagged: int | None = None
    ece_interval: Interval | None = None
    brier_interval: Interval | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """Figures on one fold.

    Attributes
    ----------
    student_beside_teacher, teacher : Interval or None
        Mean ROC area of both on the same films: those with precomputed predictions.
    reliability : tuple
        Table over all findings together.
    mean_of_enough : Interval or None
        Mean ROC area over the `enough` findings with at least `FEW` films with and without them.
    normal, normal_flagged : int or None
        Films without any finding, and how many of them are flagged with one or more; None without thresholds.
    """

    part: str
    images: int
    patients: int
    findings: tuple[FindingReport, ...]
    mean: Interval | None
    teacher_images: int
    student_beside_teacher: Interval | None
    teacher: Interval | None
    teacher_findings: tuple[float | None, ...]
    ece_raw: float
    ece: float
    ece_adaptive: float
    reliability: tuple[Any, ...]
    normal: int | None = None
    normal_flagged: int | None = None
    ece_interval: Interval | None = None
    brier_interval: Interval | None = None
    enough: int = 0
    mean_of_enough: Interval | None = None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self, dict_factory=names_in_files)


def evaluate(
    labels: FloatArray,
    logits: FloatArray,
    teacher: FloatArray,
    patients: list[str],
    calibration: Calibration,
    *,
    thresholds: Sequence[float] | None = None,
    part: str = "test",
) -> Evaluation:
    """Measure (n, 14) logits against labels and teachers (NaN: unknown); with thresholds also what they flag."""
    auc = auc_with_intervals(labels, logits, patients)
    raw, predicted = expit(logits), calibration.probabilities(logits)
    findings = []
    for i, label in enumerate(LABELS):
        rows = np.isfinite(labels[:, i])
        truth, p = labels[rows, i], predicted[rows, i]
        error, brier = _errors(labels[:, [i]], predicted[:, [i]], patients)
        sensitivity, specificity, flagged, rightly = (
            _flagged(truth, p, thresholds[i]) if thresholds is not None else (None, None, None, None)
        )
        findings.append(
            FindingReport(
                label,
                auc.n[i],
                auc.positives[i],
                auc.findings[i],
                expected_calibration_error(truth, raw[rows, i]),
                expected_calibration_error(truth, p),
                expected_calibration_error(truth, p, adaptive=True),
                brier_score(truth, p),
                sensitivity,
                specificity,
                flagged,
                rightly,
                error,
                brier,
            )
        )
    known = np.isfinite(labels)
    taught = np.asarray(np.isfinite(teacher).all(axis=1))
    beside = of_teacher = None
    if taught.any():
        who = [p for p, t in zip(patients, taught.tolist(), strict=True) if t]
        beside = auc_with_intervals(labels[taught], logits[taught], who)
        of_teacher = auc_with_intervals(labels[taught], teacher[taught], who)
    normal, normal_flagged = _normal_images(labels, predicted, thresholds)
    error, brier = _errors(labels, predicted, patients)
    return Evaluation(
        part=part,
        images=len(labels),
        patients=auc.patients,
        findings=tuple(findings),
        mean=auc.mean,
        teacher_images=int(taught.sum()),
        student_beside_teacher=beside.mean if beside else None,
        teacher=of_teacher.mean if of_teacher else None,
        teacher_findings=tuple(f.value if f else None for f in of_teacher.findings) if of_teacher else (),
        ece_raw=expected_calibration_error(labels[known], raw[known]),
        ece=expected_calibration_error(labels[known], predicted[known]),
        ece_adaptive=expected_calibration_error(labels[known], predicted[known], adaptive=True),
        reliability=reliability(labels[known], predicted[known]),
        normal=normal,
        normal_flagged=normal_flagged,
        ece_interval=error,
        brier_interval=brier,
        enough=sum(auc.enough),
        mean_of_enough=auc.mean_of_enough,
    )


def _errors(labels: FloatArray, predicted: FloatArray, patients: list[str]) -> tuple[Interval | None, Interval | None]:
    known = np.isfinite(labels).any()
    return errors_with_intervals(labels, predicted, patients) if known else (None, None)


def _normal_images(
    labels: FloatArray, predicted: FloatArray, thresholds: Sequence[float] | None
) -> tuple[int | None, int | None]:
    if thresholds is None:
        return None, None
    normal = (labels == 0).all(axis=1)
    return int(normal.sum()), int((predicted[normal] >= np.asarray(thresholds)).any(axis=1).sum())


def _flagged(truth: FloatArray, predicted: FloatArray, threshold: float) -> tuple[float | None, float | None, int, int]:
    """Return sensitivity and specificity at `threshold`, None where there is no film to count, and counts of flags."""
    flagged = predicted >= threshold
    with_it, without = flagged[truth == 1], flagged[truth == 0]
    return (
        float(with_it.mean()) if with_it.size else None,
        float(1 - without.mean()) if without.size else None,
        int(flagged.sum()),
        int(with_it.sum()),
    )


def table(result: Evaluation) -> str:
    """Return the figures as one table for people."""
    columns = "AUC (95 % interval)", "ECE raw", "ECE (95 % interval)", "Brier (95 % interval)"
    lines = [_row("finding", "positives", *columns)]
    for f in result.findings:
        auc = str(f.auc) if f.auc else "none: one class only"
        lines.append(_row(f.label, f.positives, auc, f"{f.ece_raw:.3f}", f.ece_interval, f.brier_interval))
    errors = f"{result.ece_raw:.3f}", result.ece_interval, result.brier_interval
    lines.append(_row("mean, all", "", result.mean, *errors))
    lines.append(_row(f"of {result.enough} with {FEW}", "", result.mean_of_enough or "none", "", "", ""))
    lines.append(f"{result.images} films of {result.patients} patients, {result.part} fold")
    lines.append(
        f"on the {result.teacher_images} films with precomputed teachers: student {result.student_beside_teacher}, "
        f"mean of the teachers {result.teacher}"
    )
    return "\n".join(lines)


def _row(*cells: object) -> str:
    name, positives, auc, raw, error, brier = ("" if cell is None else str(cell) for cell in cells)
    return f"{name:<20}{positives:>10}  {auc:<24}{raw:>9}  {error:<24}{brier:<24}".rstrip()


def calibrate_on_validation(network: nn.Module, dev_set: PackedSet) -> tuple[Calibration, FloatArray, FloatArray]:
    """Return the calibration, and the labels and logits it was fitted on: validation films of `PackedSet.natural`."""
    index = dev_set.evaluated(Part.VALIDATION, dev_set.natural)
    labels, logits = dev_set.labels(index), predict(network, dev_set, index)
    return fit_calibration(labels, logits, dev_set.patients(index)), labels, logits


def intervals_on_images(
    network: nn.Module, dev_set: PackedSet, calibration: Calibration, penalty: float, name: str
) -> tuple[CalibrationErrors, Coverage | None]:
    """Return the errors of a calibration by its own films, and what the test films of the same set say of them.

    None where no finding has an interval. `name` is the set whose validation films it was fitted on.
    """
    fitted_on, of = dev_set.evaluated(Part.VALIDATION, name), dev_set.evaluated(Part.TEST, name)
    errors = calibration_errors(
        dev_set.labels(fitted_on), predict(network, dev_set, fitted_on), dev_set.patients(fitted_on), penalty
    )
    if not errors.stated.any() or not len(of):
        return errors, None
    logits = predict(network, dev_set, of)
    return errors, coverage(dev_set.labels(of), logits, dev_set.patients(of), calibration, errors, penalty=penalty)


def evaluate_on_test(
    network: nn.Module,
    dev_set: PackedSet,
    calibration: Calibration,
    thresholds: Sequence[float] | None = None,
    of: str = "nih",
) -> Evaluation:
    """Measure `network` on the test fold of the set `of`."""
    index = dev_set.evaluated(Part.TEST, of)
    if not len(index):
        raise TrainingError("The test fold holds no film; check the split file and the data folder.")
    logits = predict(network, dev_set, index)
    return evaluate(
        dev_set.labels(index),
        logits,
        dev_set.teacher(index),
        dev_set.patients(index),
        calibration,
        thresholds=thresholds,
        part=f"test ({of})",
    )


OLDER_SPLIT = (
    "This head was trained with an older split, so it has learned from twins of images of nih128 that are held out "
    "now: on these it has no honest figure."
)


def held_out_sets(head: Path) -> tuple[str, ...]:
    """Return the `EVALUATED_SETS` whose test fold a head has not seen; under the older split that was `nih` alone."""
    return EVALUATED_SETS if knows_split(head) else EVALUATED_SETS[:1]


def network_of_head(folder: Path) -> tuple[nn.Module, dict[str, Any], Calibration]:
    """Return the network of a head with the fourteen labels, the configuration it was trained with, its calibration.

    Raises
    ------
    TrainingError
        It reports other findings, or does not say how it was trained.
    """
    manifest = read_manifest(folder)
    # The file itself answers: what is measured is what is shipped, in 8 bits or in 32.
    model = read_file(folder, manifest.model.file, MAX_FILE_BYTES)
    network = OnnxNetwork(model, image=manifest.model.input, logits=manifest.model.logits)
    findings = sorted(manifest.findings, key=lambda f: f.index)
    if [f.index for f in findings] != list(range(len(LABELS))):
        raise TrainingError(f"The head '{manifest.id}' does not report the fourteen labels of the test films.")
    slope, offset = (np.array([getattr(f, name) for f in findings]) for name in ("slope", "offset"))
    config = config_of_head(folder)
    return network, config, Calibration(slope, offset, float("nan"), {})


def run_evaluate(*, checkpoint: Path | None, head: Path | None, cache: Path, output: Path | None = None) -> int:
    """Print the figures of a checkpoint or a head and write them as JSON; returns the exit status.

    Raises
    ------
    TrainingError, DataError
        For what cannot be measured.
    """
    torch.set_num_threads(1)
    if (checkpoint is None) == (head is None):
        raise TrainingError("Name either a checkpoint or a head.")
    calibration: Calibration | None = None
    if checkpoint is not None:
        network: nn.Module
        network, state = load_checkpoint(checkpoint)
        config = state["config"]
    else:
        assert head is not None
        network, config, calibration = network_of_head(head)
    dev_set = PackedSet.open(recipe_of(config["recipe"]), cache, **folds_of(config))
    if calibration is None:
        calibration, _, _ = calibrate_on_validation(network, dev_set)
    sets = EVALUATED_SETS if head is None else held_out_sets(head)
    results = {
        name: evaluate_on_test(network, dev_set, calibration, of=name)
        for name in sets
        if len(dev_set.evaluated(Part.TEST, name))
    }
    if not results:
        raise TrainingError("The test fold holds no film; check the split file and the data folder.")
    sys.stdout.write("\n\n".join(table(result) for result in results.values()) + "\n")
    if sets != EVALUATED_SETS:
        sys.stdout.write(f"\n{OLDER_SPLIT}\n")
    if output is not None:
        told = {name: result.as_dict() for name, result in results.items()}
        atomic.write_bytes(output, (json.dumps(told, indent=1) + "\n").encode())
    return 0
