"""Splits by patient, stored as hashed ids.

The file in ``model_training/splits`` is the truth; `make_split` wrote it once and a test checks
that it still would.
"""

from __future__ import annotations

import csv
import enum
import hashlib
from collections.abc import Iterable
from pathlib import Path

from model_training.data.pool import PoolError, PoolFilm

SPLIT_FILE = Path(__file__).resolve().parents[1] / "splits" / "pool-v1.csv"
FOLDS = 5


class Part(enum.Enum):
    """What a film may be used for."""

    TRAIN = "train"
    VALIDATION = "validation"
    """Calibration and thresholds."""
    TEST = "test"
    """Figures of the model card; touched once."""


def fold_of(patient_hash: str) -> int:
    """Return the cross-validation fold of a hashed patient, 0 to `FOLDS` - 1."""
    digest = hashlib.blake2b(patient_hash.encode(), digest_size=8, person=b"cxr-fold-v1").digest()
    return int.from_bytes(digest, "big") % FOLDS


def make_split(films: Iterable[PoolFilm]) -> dict[str, int]:
    """Return {hashed patient: fold} for the patients whose films can be evaluated (`nih`).

    All other patients have no fold: their films only ever train. Twins share the patient of
    their `nih` picture and therefore its fold.
    """
    return {film.patient_hash: fold_of(film.patient_hash) for film in films if film.set == "nih"}


def write_split(folds: dict[str, int], path: Path = SPLIT_FILE) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(["patient_hash", "fold"])
        writer.writerows(sorted(folds.items()))


def read_split(path: Path = SPLIT_FILE) -> dict[str, int]:
    """Return {hashed patient: fold}; raises PoolError naming the line of a bad row."""
    folds: dict[str, int] = {}
    with path.open(newline="", encoding="utf-8") as handle:
        for line, row in enumerate(csv.DictReader(handle), start=2):
            try:
                fold = int(row["fold"])
            except (KeyError, ValueError):
                raise PoolError(f"{path.name} line {line}: fold must be a whole number") from None
            if not 0 <= fold < FOLDS or not row["patient_hash"]:
                raise PoolError(f"{path.name} line {line}: fold must be 0 to {FOLDS - 1}")
            folds[row["patient_hash"]] = fold
    return folds


def part_of(film: PoolFilm, folds: dict[str, int], *, test_fold: int, validation_fold: int) -> Part:
    """Return the part `film` belongs to; a film of an unlisted patient trains.

    Raises
    ------
    PoolError
        For an `nih` film whose patient the split does not list: its part would be a guess.
    """
    fold = folds.get(film.patient_hash)
    if fold is None:
        if film.set == "nih":
            raise PoolError(f"{film.path.name}: its patient is not in the split file")
        return Part.TRAIN
    if fold == test_fold:
        return Part.TEST
    return Part.VALIDATION if fold == validation_fold else Part.TRAIN
