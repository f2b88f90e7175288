"""Writes what a teacher says about every film as a table, so that it need not be asked again."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from tqdm import tqdm

from cxrviewer.imaging.recipe import InputRecipe
from model_training.data.film_set import DataConfig, open_film_set, pack_film_set
from model_training.distill.teachers import FrozenTeacher, film_name, from_checkpoint
from model_training.engine.steps import resized


def probabilities(
    teacher: FrozenTeacher, packed: npt.NDArray[np.uint8], size: int, batch: int = 32
) -> npt.NDArray[np.float32]:
    """Return (n, labels) sigmoid outputs for packed films (n, H, W), shown at `size` pixels."""
    rows = []
    for start in tqdm(range(0, len(packed), batch), desc="asking the teacher", unit="batch"):
        grey = torch.from_numpy(np.array(packed[start : start + batch])).float()[:, None] / 255
        rows.append(torch.sigmoid(teacher(resized(grey, size)).logits))
    found: npt.NDArray[np.float32] = torch.cat(rows).numpy()
    return found


def run_predict(checkpoint: Path, recipe: InputRecipe, cache: Path, out: Path, *, size: int) -> int:
    """Write the outputs of a checkpoint's network for every film of the pool; returns how many.

    The table has the columns image (``set/file``), teacher, and one probability per label: what
    ``[[teachers]] kind = "csv"`` reads.
    """
    film_set = open_film_set(DataConfig())
    teacher = from_checkpoint(checkpoint, film_set.labels)
    used, packed = pack_film_set(film_set, recipe, cache)
    said = probabilities(teacher, packed, size)
    part = out.with_suffix(".part")
    with part.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(["image", "teacher", *film_set.labels])
        for film, row in zip(used.films, said, strict=True):
            writer.writerow([film_name(film), checkpoint.resolve().parent.name, *(f"{value:.6f}" for value in row)])
    os.replace(part, out)
    return len(said)
