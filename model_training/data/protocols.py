"""Which patients train, validate and test, for the published sets; always by patient.

A protocol is part of every figure: ChestX-ray14's official lists and a random split give mean
AUCs .03 to .05 apart for the same network (method section B.2), so the two are never mixed.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

from cxrviewer import atomic
from model_training.config.data import Protocol
from model_training.data.development_set import DataError, rows
from model_training.data.splits import Part
from model_training.data.tables import Entry

TRAIN_SHARE, VALIDATION_SHARE = 0.7, 0.1
"""Shares of patients under a random protocol; the rest, 20 %, tests."""


def position(patient_hash: str, seed: int, purpose: str) -> float:
    """Return a patient's place in [0, 1): uniform over patients, the same on every machine."""
    text = f"{purpose}/{seed}/{patient_hash}"
    digest = hashlib.blake2b(text.encode(), digest_size=8, person=b"cxr-part-v1").digest()
    return int.from_bytes(digest, "big") / 2**64


def random_part(patient_hash: str, seed: int) -> Part:
    """Return a patient's part under 70/10/20; adding patients never moves another."""
    place = position(patient_hash, seed, "random")
    if place < TRAIN_SHARE:
        return Part.TRAIN
    return Part.VALIDATION if place < TRAIN_SHARE + VALIDATION_SHARE else Part.TEST


def _sides(entries: Iterable[Entry]) -> dict[str, Part]:
    sides: dict[str, Part] = {}
    for entry in entries:
        if entry.side is None:
            continue
        known = sides.setdefault(entry.record.patient_hash, entry.side)
        if known is not entry.side:
            raise DataError(
                f"{entry.where}: {entry.image} is on the {entry.side.value} side, "
                f"other films of its patient on the {known.value} side; the official lists do not fit this table"
            )
    return sides


def patient_parts(entries: Iterable[Entry], protocol: Protocol, seed: int) -> dict[str, Part]:
    """Return {hashed patient: part}.

    Raises
    ------
    DataError
        For a patient on two sides of the official lists.
    """
    if protocol.random:
        return {hashed: random_part(hashed, seed) for hashed in {entry.record.patient_hash for entry in entries}}
    return {
        hashed: Part.VALIDATION
        if side is Part.TRAIN and position(hashed, seed, "hold out") < protocol.hold_out
        else side
        for hashed, side in _sides(entries).items()
    }


def write_parts(parts: Mapping[str, Part], path: Path) -> None:
    """Write a split file: one row per patient, sorted, so that equal splits are equal files."""
    path.parent.mkdir(parents=True, exist_ok=True)
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["patient_hash", "part"])
    writer.writerows((hashed, part.value) for hashed, part in sorted(parts.items()))
    # Whole or not at all: it is never drawn anew once it is there.
    atomic.write_bytes(path, table.getvalue().encode())


def read_parts(path: Path) -> dict[str, Part]:
    """Read a split file; raises DataError naming the line of a bad or repeated row."""
    parts: dict[str, Part] = {}
    for line, row in rows(path, {"patient_hash", "part"}):
        where = f"{path.name} line {line}"
        try:
            part = Part(row["part"])
        except ValueError:
            raise DataError(f"{where}: part must be {', '.join(p.value for p in Part)}, got {row['part']!r}") from None
        if not row["patient_hash"] or row["patient_hash"] in parts:
            raise DataError(f"{where}: the patient is missing or listed twice")
        parts[row["patient_hash"]] = part
    return parts


def frozen_parts(path: Path, entries: Iterable[Entry], protocol: Protocol) -> dict[str, Part]:
    """Return the parts a split file gives, after checking them against the data set.

    The file is the truth about who trains and who validates. Against the official lists it has
    no say: a test patient that it lets train is rejected.

    Raises
    ------
    DataError
        For a film whose patient the file does not list, and for a patient on another side of
        the official lists.
    """
    parts = read_parts(path)
    for entry in entries:
        part = parts.get(entry.record.patient_hash)
        if part is None and not entry.excluded:
            raise DataError(f"{entry.where}: the patient of {entry.image} is not in {path.name}")
        if part is None or entry.side is None or protocol.random:
            continue
        holds = (Part.TRAIN, Part.VALIDATION) if protocol.hold_out and entry.side is Part.TRAIN else (entry.side,)
        if part not in holds:
            raise DataError(
                f"{entry.where}: {path.name} says {part.value} for the patient of {entry.image}, "
                f"the official lists say {entry.side.value}"
            )
    return parts
