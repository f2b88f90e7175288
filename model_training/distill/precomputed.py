"""Precomputed teacher outputs: tables of predictions and of features, written once and read by every training."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from model_training.config.experiment import PRECOMPUTED_KINDS, TeacherConfig
from model_training.data.development_set import DataError, Record, read_teachers
from model_training.distill.teachers import mean_logits
from model_training.errors import TrainingError
from model_training.stats.calibrate import fit_calibration

FloatArray = npt.NDArray[np.float32]


def record_name(record: Record) -> str:
    """Return the name of a film in tables of predictions: ``set/file``."""
    return f"{record.set}/{record.path.name}"


def precomputed_logits(
    configs: Sequence[TeacherConfig],
    records: Sequence[Record],
    labels: Sequence[str],
    runs: Path,
    *,
    silent: bool = True,
) -> Tensor:
    """Return the mean logits (n, labels) of all precomputed predictions an experiment names, NaN where there are none.

    `records` are those of the training part: a teacher that is to be calibrated is so on their labels.

    Raises
    ------
    TrainingError
        For a table that is not there.
    DataError
        For a table that cannot be read, with its line, and, unless it may be `silent`, for one that names none of the
        films: the training would go on without a teacher, and nobody would notice.
    """
    nothing = (float("nan"),) * len(labels)
    tables: list[Tensor] = []
    weights: list[float] = []
    for config in configs:
        if config.kind not in PRECOMPUTED_KINDS:
            continue
        if config.kind == "precomputed":
            table = [record.teacher for record in records]
        else:
            file = (runs / config.checkpoint).resolve()
            if not file.exists():
                raise TrainingError(
                    f"{file} is not there, a teacher's table of predictions. 'predict' writes one from the teacher's "
                    "checkpoint; paths in an experiment are relative to the folder of runs."
                )
            rows = read_teachers(file, labels)
            table = [rows.get(record_name(record), nothing) for record in records]
        asked = [not config.sets or record.set in config.sets for record in records]
        if (
            config.kind == "csv"
            and not silent
            and all(row is nothing for row, ask in zip(table, asked, strict=True) if ask)
        ):
            raise DataError(
                f"{config.checkpoint}: none of its {len(rows):,} images is one that trains"
                + (f" ({', '.join(config.sets)})" if config.sets else "")
                + f"; images are named set/file, its first is {next(iter(rows), '-')}"
            )
        logits = np.array([row if ask else nothing for row, ask in zip(table, asked, strict=True)], np.float32)
        logits = logits.reshape(len(records), len(labels))
        tables.append(torch.from_numpy(calibrated(logits, records) if config.calibrate else logits))
        weights.append(config.weight)
    if not tables:
        return torch.full((len(records), len(labels)), float("nan"))
    return mean_logits(tables, weights)


def calibrated(logits: FloatArray, records: Sequence[Record]) -> FloatArray:
    """Return logits (n, labels) Platt-scaled on the labels of the films the teacher has predictions for.

    Raises
    ------
    TrainingError
        Where it has predictions for no labelled film.
    """
    labels = np.array([record.labels for record in records], np.float64)
    known = np.isfinite(np.concatenate([logits, labels], axis=1)).all(axis=1)
    patients = [record.patient_hash for record, ask in zip(records, list(known), strict=True) if ask]
    if len(set(patients)) < 10:
        raise TrainingError(
            "A teacher can only be calibrated on labelled films it has predictions for; there are too few."
        )
    found = fit_calibration(labels[known], logits[known], patients)
    scaled: FloatArray = (found.slope * logits + found.offset).astype(np.float32)
    return scaled


def precomputed_features(configs: Sequence[TeacherConfig], records: Sequence[Record], runs: Path) -> Tensor | None:
    """Return the averaged features (n, c) of the first teacher that has written them down, None where none has.

    Raises
    ------
    TrainingError
        For a file that is none, or lacks one of the films.
    """
    named = next((config.features for config in configs if config.features), "")
    if not named:
        return None
    path = (runs / named).resolve()
    try:
        with np.load(path, allow_pickle=False) as stored:
            row = {name: i for i, name in enumerate(stored["image"].tolist())}
            features: FloatArray = stored["features"].astype(np.float32)
        return torch.from_numpy(features[[row[record_name(record)] for record in records]])
    except KeyError as error:
        raise TrainingError(f"{named} has nothing for {error}; write it anew with 'predict --features'.") from error
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise TrainingError(f"{named} cannot be read; write it anew with 'predict --features'.") from error
