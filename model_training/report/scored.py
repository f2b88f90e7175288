"""What a report is made of: films of one fold, what is known of them, and the networks' predictions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from cxrviewer.heads.package.manifest import read_manifest
from cxrviewer.imaging.recipe import InputRecipe
from model_training.data.development_set import LABELS, DataError, logit, number, rows
from model_training.data.packed import FloatArray, PackedSet, folds_of, recipe_of, standardise
from model_training.data.splits import Part
from model_training.errors import TrainingError
from model_training.export.onnx import export_onnx, load_checkpoint, run_onnx
from model_training.head.scored import Maps, Scored, answered
from model_training.head.write import choose_references
from model_training.provenance import config_of_head
from model_training.stats.calibrate import Calibration, choose_thresholds, fit_calibration


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """A network as the viewer would run it.

    Attributes
    ----------
    model : bytes
        The ONNX file; of a checkpoint, exported in memory.
    thresholds : tuple of float
    references : tuple of float
        Raw map value drawn at full intensity, per finding.
    validated : tuple of bool
        Whether the finding is shown as a score; all of them for a checkpoint, which has no evidence yet.
    """

    name: str
    model: bytes
    recipe: InputRecipe
    config: dict[str, Any]
    calibration: Calibration
    thresholds: tuple[float, ...]
    references: tuple[float, ...]
    validated: tuple[bool, ...]

    @property
    def folds(self) -> dict[str, int]:
        return folds_of(self.config)


def open_subject(*, checkpoint: Path | None, head: Path | None, cache: Path) -> Subject:
    """Return what is to be reported on.

    Raises
    ------
    TrainingError
        For a head that does not report the fourteen labels, or does not say its folds.
    """
    if head is not None:
        return _of_head(head)
    assert checkpoint is not None
    return _of_checkpoint(checkpoint, cache)


def _of_head(folder: Path) -> Subject:
    manifest = read_manifest(folder)
    findings = sorted(manifest.findings, key=lambda f: f.index)
    if [f.index for f in findings] != list(range(len(LABELS))):
        raise TrainingError(f"The head '{manifest.id}' does not report the fourteen labels of the test films.")
    config = config_of_head(folder)
    slope, offset = (np.array([getattr(f, name) for f in findings]) for name in ("slope", "offset"))
    references = tuple(f.map_reference or manifest.explanation.reference for f in findings)
    return Subject(
        name=f"{manifest.id} {manifest.version}",
        model=(folder / manifest.model.file).read_bytes(),
        recipe=manifest.recipe,
        config=config,
        calibration=Calibration(slope, offset, float("nan"), {}),
        thresholds=tuple(f.threshold for f in findings),
        references=references,
        validated=tuple(manifest.validated(f) for f in findings),
    )


def _of_checkpoint(path: Path, cache: Path) -> Subject:
    """Export in memory, then calibrate, set thresholds and map references on the validation fold, as an export does."""
    network, state = load_checkpoint(path)
    config = state["config"]
    recipe = recipe_of(config["recipe"])
    model = export_onnx(network, recipe)
    dev_set = PackedSet.open(recipe, cache, **folds_of(config))
    index, natural = dev_set.evaluated(Part.VALIDATION), dev_set.evaluated(Part.VALIDATION, dev_set.natural)
    labels = dev_set.labels(natural)
    _, maps = run(model, dev_set, index)
    logits, _ = run(model, dev_set, natural)
    calibration = fit_calibration(labels, logits, dev_set.patients(natural))
    thresholds = choose_thresholds(labels, calibration.probabilities(logits))
    return Subject(
        name=f"checkpoint of '{config.get('name', 'an experiment')}', step {state['step']}",
        model=model,
        recipe=recipe,
        config=config,
        calibration=calibration,
        thresholds=tuple(threshold.value for threshold in thresholds),
        references=choose_references(maps, dev_set.labels(index)).values,
        validated=(True,) * len(LABELS),
    )


def held_out(dev_set: PackedSet) -> npt.NDArray[np.int64]:
    """Return every film of the test fold with known labels: `nih`, and twins of its pictures in other sets."""
    chosen = [i for i, f in enumerate(dev_set.records) if dev_set.parts[i] is Part.TEST and np.isfinite(f.labels).any()]
    return np.array(chosen, np.int64)


def score(subject: Subject, dev_set: PackedSet, index: npt.NDArray[np.int64]) -> Scored:
    """Run the subject's ONNX file on films of the development set.

    Raises
    ------
    TrainingError
        For an empty fold, or answers that are not numbers.
    """
    if not len(index):
        raise TrainingError("The test fold holds no film; check the split file and the data folder.")
    logits, maps = run(subject.model, dev_set, index)
    return answered(dev_set, index, logits, subject.calibration, maps)


def run(model: bytes, dev_set: PackedSet, index: npt.NDArray[np.int64]) -> tuple[FloatArray, Maps]:
    """Return (n, 14) logits and (n, 14, h, w) raw maps."""
    logits, maps, _ = run_onnx(model, standardise(np.stack([dev_set.grey(i) for i in index]), dev_set.recipe))
    if not np.isfinite(logits).all():
        raise TrainingError("The network answered with values that are no numbers.")
    return logits.astype(np.float64), maps


def read_predictions(path: Path, names: Sequence[str]) -> FloatArray:
    """Return precomputed predictions of films, (n, 14) mean logits, NaN where a film has none.

    The file has the columns ``image`` and the fourteen labels (probabilities in [0, 1]); several
    rows of one film, from several networks, are averaged as logits.

    Parameters
    ----------
    names : sequence of str
        ``set/file``; a table may also name a film by its file alone.

    Raises
    ------
    DataError
        Naming the line of a missing column or a value that is no probability.
    """
    found: dict[str, list[list[float]]] = {}
    for line, row in rows(path, {"image", *LABELS}):
        where = f"{path.name} line {line}"
        values = [number(row[label], f"{where}, {label}", low=0, high=1) for label in LABELS]
        if any(np.isnan(values)):
            raise DataError(f"{where}: a prediction is missing")
        found.setdefault(row["image"], []).append([logit(v) for v in values])
    unknown = [[np.nan] * len(LABELS)]
    said = [found.get(name) or found.get(name.rpartition("/")[2]) or unknown for name in names]
    return np.array([np.mean(one, axis=0) for one in said], np.float64)
