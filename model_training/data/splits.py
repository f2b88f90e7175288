"""Splits by patient, stored as hashed ids.

The files in ``model_training/splits`` are the truth; `make_split` wrote them once, and a test checks
that it still would.

* ``devset-v2.csv`` is in use: patients of `nih` and `nih128` together.
* ``devset-v1.csv`` is what heads up to 1.1.1 were trained with: patients of `nih` alone. All of them have the same fold
  in version 2, so what was held out for the old heads still is.
"""

from __future__ import annotations

import csv
import enum
import hashlib
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from cxrviewer import atomic
from model_training.config.data import FOLDS
from model_training.data.development_set import EVALUATED_SETS, DataError, Record

SPLIT_FILE = Path(__file__).resolve().parents[1] / "splits" / "devset-v2.csv"
SPLIT_FILE_V1 = SPLIT_FILE.with_name("devset-v1.csv")
SHARES_V2 = (0.15, 0.10, 0.25, 0.25, 0.25)
"""Shares of the folds among the patients that came with version 2. The first two folds are what an experiment holds out
unless it says otherwise. They are smaller, because labelled films are what training lacks; with the old patients' films
they still have some 1,000 films of `nih128` each."""


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


def later_fold_of(patient_hash: str) -> int:
    """Return the fold of a hashed patient that version 1 does not have, in the shares of `SHARES_V2`."""
    digest = hashlib.blake2b(patient_hash.encode(), digest_size=8, person=b"cxr-fold-v2").digest()
    place = int.from_bytes(digest, "big") / 2**64
    return int(np.searchsorted(np.cumsum(SHARES_V2), place, side="right"))


def fifth_of(patient_hash: str) -> int:
    """Return which fifth of the patients a hashed patient is in, 0 to `FOLDS` - 1: for cross-fitting."""
    digest = hashlib.blake2b(patient_hash.encode(), digest_size=8, person=b"cxr-cross-v1").digest()
    return int.from_bytes(digest, "big") % FOLDS


def half_of(patient_hash: str) -> int:
    """Return which half of the patients a hashed patient is in, 0 or 1: for validation films that train, too."""
    digest = hashlib.blake2b(patient_hash.encode(), digest_size=8, person=b"cxr-half-v1").digest()
    return int.from_bytes(digest, "big") % 2


def kept_share(records: Sequence[Record], fraction: float) -> list[bool]:
    """Return which films belong to the kept share of patients; a smaller share is part of a larger one."""
    return [int(record.patient_hash, 16) / 2**64 < fraction for record in records]


def trained_on(records: Sequence[Record], fraction: float, left_out: int) -> list[bool]:
    """Return which films of the training part train: those of the kept share without the fifth that is left out."""
    kept = kept_share(records, fraction)
    return [keep and fifth_of(one.patient_hash) != left_out for one, keep in zip(records, kept, strict=True)]


def make_split(records: Sequence[Record], version: int = 2) -> dict[str, int]:
    """Return {hashed patient: fold} for the patients whose films can be evaluated (`EVALUATED_SETS`; 1: `nih` alone).

    All other patients have no fold: their films only ever train. Twins share the patient of
    their NIH picture and therefore its fold.
    """
    old = {record.patient_hash: fold_of(record.patient_hash) for record in records if record.set == "nih"}
    if version == 1:
        return old
    new = {
        record.patient_hash: later_fold_of(record.patient_hash) for record in records if record.set in EVALUATED_SETS
    }
    return {**new, **old}


def write_split(folds: dict[str, int], path: Path = SPLIT_FILE) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["patient_hash", "fold"])
    writer.writerows(sorted(folds.items()))
    atomic.write_bytes(path, table.getvalue().encode())


def read_split(path: Path = SPLIT_FILE) -> dict[str, int]:
    """Return {hashed patient: fold}; raises DataError naming the line of a bad row."""
    folds: dict[str, int] = {}
    with path.open(newline="", encoding="utf-8") as handle:
        for line, row in enumerate(csv.DictReader(handle), start=2):
            try:
                fold = int(row["fold"])
            except (KeyError, ValueError):
                raise DataError(f"{path.name} line {line}: fold must be a whole number") from None
            if not 0 <= fold < FOLDS or not row["patient_hash"]:
                raise DataError(f"{path.name} line {line}: fold must be 0 to {FOLDS - 1}")
            folds[row["patient_hash"]] = fold
    return folds


def part_of(
    record: Record, folds: dict[str, int], *, test_fold: int, validation_fold: int, validation_half: int = -1
) -> Part:
    """Return the part `record` belongs to; a film of an unlisted patient trains.

    Parameters
    ----------
    validation_half : int
        Which half of the validation patients trains, too, 0 or 1 (`half_of`); -1: neither.

    Raises
    ------
    DataError
        For a film of `EVALUATED_SETS` whose patient the split does not list: its part would be a guess.
    """
    fold = folds.get(record.patient_hash)
    if fold is None:
        if record.set in EVALUATED_SETS:
            raise DataError(f"{record.path.name}: its patient is not in the split file")
        return Part.TRAIN
    if fold == test_fold:
        return Part.TEST
    if fold != validation_fold or half_of(record.patient_hash) == validation_half:
        return Part.TRAIN
    return Part.VALIDATION
