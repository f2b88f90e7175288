"""Writes a teacher's outputs for every film as a table: precomputed teacher outputs."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from tqdm import tqdm

from cxrviewer import atomic
from cxrviewer.imaging.recipe import InputRecipe
from model_training.config.data import DataConfig
from model_training.data.augment import resized
from model_training.data.development_set import Record
from model_training.data.record_set import open_record_set, pack_record_set
from model_training.distill.precomputed import record_name
from model_training.distill.teachers import FrozenTeacher, from_checkpoint
from model_training.errors import TrainingError

FloatArray = npt.NDArray[np.float32]


def ask(
    teacher: FrozenTeacher, packed: npt.NDArray[np.uint8], size: int, batch: int = 32
) -> tuple[FloatArray, FloatArray | None]:
    """Return what a teacher says about packed films (n, H, W), shown at `size` pixels.

    Returns
    -------
    probabilities : (n, labels)
        Sigmoid outputs.
    features : (n, c) or None
        Its feature map averaged over the film; None where it has tokens or nothing.
    """
    predictions, seen = [], []
    for start in tqdm(range(0, len(packed), batch), desc="asking the teacher", unit="batch"):
        grey = torch.from_numpy(np.array(packed[start : start + batch])).float()[:, None] / 255
        output = teacher(resized(grey, size))
        predictions.append(torch.sigmoid(output.logits))
        if output.features is not None:
            seen.append(output.features.mean((2, 3)).float())
    return torch.cat(predictions).numpy(), torch.cat(seen).numpy() if seen else None


def write_features(path: Path, records: Sequence[Record], features: FloatArray) -> None:
    """Write ``image`` (``set/file``) and ``features`` (n, c) as half floats: what `TeacherConfig.features` reads."""
    with atomic.replacing(path) as handle:
        names = np.array([record_name(record) for record in records])
        np.savez_compressed(handle, image=names, features=features.astype(np.float16))


def write_predictions(
    path: Path, records: Sequence[Record], labels: Sequence[str], predictions: FloatArray, teacher: str
) -> None:
    """Write probabilities (n, labels) with the columns image (``set/file``), teacher and one per label."""
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["image", "teacher", *labels])
    for record, row in zip(records, predictions, strict=True):
        writer.writerow([record_name(record), teacher, *(f"{value:.6f}" for value in row)])
    atomic.write_bytes(path, table.getvalue().encode())


def run_predict(
    checkpoint: Path,
    recipe: InputRecipe,
    cache: Path,
    out: Path,
    *,
    size: int,
    features: Path | None = None,
    sets: Sequence[str] = (),
) -> int:
    """Write the outputs of a checkpoint's network for every film of the development set; returns how many.

    The table has the columns image (``set/file``), teacher, and one probability per label: what
    ``[[teachers]] kind = "csv"`` reads.

    Parameters
    ----------
    features : Path or None
        Where its averaged features go, too.
    sets : sequence of str
        Only films of these sets; all without.

    Raises
    ------
    TrainingError
        Where features are asked of a network that has no map of them.
    """
    record_set = open_record_set(DataConfig())
    teacher = from_checkpoint(checkpoint, record_set.labels)
    used, packed = pack_record_set(record_set, recipe, cache)
    asked = [i for i, record in enumerate(used.records) if not sets or record.set in sets]
    if not asked:
        raise TrainingError(f"The development set has no film of {', '.join(sets)}.")
    records = [used.records[i] for i in asked]
    if unknown := [label for label, column in zip(record_set.labels, teacher.columns, strict=True) if column is None]:
        raise TrainingError(
            f"This network does not answer for {', '.join(unknown)}; a table of predictions needs all labels."
        )
    predictions, seen = ask(teacher, packed[asked], size)
    if features is not None and seen is None:
        raise TrainingError("This network has no feature map; leave --features out.")
    write_predictions(out, records, record_set.labels, predictions, checkpoint.resolve().parent.name)
    # Last: `make student` asks for it to know that both are there.
    if features is not None and seen is not None:
        write_features(features, records, seen)
    return len(predictions)
