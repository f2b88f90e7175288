"""The pool of public chest films this project's own student is distilled on.

Five sets with very different knowledge about each film, so every label may be unknown (NaN)
and every loss is masked. Nothing is guessed: kermany says only "pneumonia or not" about
children, rsna_normal says only "none of the fourteen".
"""

from __future__ import annotations

import csv
import hashlib
import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

LABELS: tuple[str, ...] = (
    "Atelectasis",
    "Cardiomegaly",
    "Effusion",
    "Infiltration",
    "Mass",
    "Nodule",
    "Pneumonia",
    "Pneumothorax",
    "Consolidation",
    "Edema",
    "Emphysema",
    "Fibrosis",
    "Pleural_Thickening",
    "Hernia",
)
"""The fourteen ChestX-ray14 labels, in the order of every output of this project."""

UNKNOWN = math.nan
SETS: tuple[str, ...] = ("nih", "rsna_normal", "kermany", "wingspan", "hannover")


class PoolError(Exception):
    """A data set is not as its description says; the message names the file and the row."""


@dataclass(frozen=True, slots=True)
class PoolFilm:
    """One film and what is known about it.

    Attributes
    ----------
    patient : str
        Set and patient as ``set:patient``; twins (the same picture in two sets) share it, so
        that a split by patient never puts them on both sides.
    labels : tuple of float
        1, 0 or NaN for unknown, one per label of the set; the pool's sets have `LABELS`. CheXpert's
        soft labels lie between.
    teacher : tuple of float, as long as `labels`
        Mean logit of the cached teachers, NaN where there is none.
    age, female, ap : float
        Years, 1 for F, 1 for AP; NaN for unknown.
    """

    path: Path
    set: str
    patient: str
    labels: tuple[float, ...]
    teacher: tuple[float, ...] = field(default=(UNKNOWN,) * len(LABELS))
    age: float = UNKNOWN
    female: float = UNKNOWN
    ap: float = UNKNOWN

    @property
    def patient_hash(self) -> str:
        """Return the id under which the split file knows the patient."""
        return hash_patient(self.patient)


def hash_patient(patient: str) -> str:
    """Return a 16-digit hex id that cannot be read back without trying every patient number."""
    return hashlib.blake2b(patient.encode(), digest_size=8, person=b"cxr-split-v1").hexdigest()


def pool_root() -> Path:
    """Return the folder of the films: ``$CXR_DATA/cxr``, by default beside the project."""
    default = Path(__file__).resolve().parents[2].parent / "shared" / "data"
    return Path(os.environ.get("CXR_DATA") or default) / "cxr"


def rows(path: Path, required: set[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line number, row) of a CSV table with a header.

    Raises
    ------
    PoolError
        For a table that cannot be read, one without a column of `required`, and a row cut short.
    """
    try:
        handle = path.open(newline="", encoding="utf-8-sig")
    except OSError as error:
        raise PoolError(f"{path.name}: cannot be read ({error.strerror}); set CXR_DATA to the data folder") from error
    with handle:
        reader = csv.DictReader(handle)
        missing = required - set(reader.fieldnames or ())
        if missing:
            raise PoolError(f"{path.name}: columns missing: {', '.join(sorted(missing))}")
        for row in reader:
            if any(row[column] is None for column in required):
                raise PoolError(f"{path.name} line {reader.line_num}: the row is cut short")
            yield reader.line_num, row


def number(text: str | None, where: str, *, low: float, high: float) -> float:
    """Return a table's number, NaN for an empty cell; raises PoolError beginning with `where`."""
    if text is None or text.strip() == "":
        return UNKNOWN
    try:
        value = float(text)
    except ValueError:
        raise PoolError(f"{where}: not a number: {text!r}") from None
    if not low <= value <= high:
        raise PoolError(f"{where}: {value} lies outside {low} to {high}")
    return value


def logit(probability: float) -> float:
    """Return the log-odds of a cached probability, clipped to what float32 sigmoids can say."""
    p = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(p / (1 - p))


def read_teachers(path: Path, labels: Sequence[str] = LABELS) -> dict[str, tuple[float, ...]]:
    """Return the mean logit of all cached teachers per picture.

    Columns: image, teacher, and one probability per name of `labels`, in any order.
    """
    collected: dict[str, list[list[float]]] = {}
    for line, row in rows(path, {"image", "teacher", *labels}):
        where = f"{path.name} line {line}"
        values = [number(row[label], f"{where}, {label}", low=0, high=1) for label in labels]
        if any(math.isnan(value) for value in values):
            raise PoolError(f"{where}: a cached prediction is missing")
        collected.setdefault(row["image"], []).append([logit(value) for value in values])
    return {
        image: tuple(sum(column) / len(column) for column in zip(*logits, strict=True))
        for image, logits in collected.items()
    }


def _nih(root: Path) -> list[PoolFilm]:
    teachers = read_teachers(root / "nih_teachers.csv")
    table = root / "nih.csv"
    films = []
    for line, row in rows(table, {"image", "patient", "age", "sex", "view", *LABELS}):
        where = f"{table.name} line {line}"
        films.append(
            PoolFilm(
                root / "nih" / row["image"],
                "nih",
                f"nih:{row['patient']}",
                tuple(number(row[label], f"{where}, {label}", low=0, high=1) for label in LABELS),
                teachers.get(row["image"], (UNKNOWN,) * len(LABELS)),
                number(row["age"], f"{where}, age", low=0, high=120),
                {"F": 1.0, "M": 0.0}.get(row["sex"], UNKNOWN),
                {"AP": 1.0, "PA": 0.0}.get(row["view"], UNKNOWN),
            )
        )
    return films


def _rsna_normal(root: Path, nih: list[PoolFilm]) -> list[PoolFilm]:
    # By the name without its ending: twins are named as NIH published them (.png), the pool has them as .jpg.
    patient_of = {film.path.stem: film.patient for film in nih}
    table = root / "rsna_normal.csv"
    films = []
    for line, row in rows(table, {"image", "same_picture_as_nih"}):
        twin = row["same_picture_as_nih"]
        if twin and Path(twin).stem not in patient_of:
            # Without its patient it would train while its twin is tested.
            raise PoolError(f"{table.name} line {line}: the twin {twin} is not in nih.csv")
        patient = patient_of[Path(twin).stem] if twin else f"rsna_normal:{row['image']}"
        films.append(PoolFilm(root / "rsna_normal" / row["image"], "rsna_normal", patient, (0.0,) * len(LABELS)))
    return films


def _kermany(root: Path) -> list[PoolFilm]:
    table = root / "kermany.csv"
    pneumonia = LABELS.index("Pneumonia")
    films = []
    for line, row in rows(table, {"image", "label", "patient"}):
        known = {"normal": 0.0, "pneumonia": 1.0}
        if row["label"] not in known:
            raise PoolError(f"{table.name} line {line}: label must be normal or pneumonia, got {row['label']!r}")
        value = known[row["label"]]
        # A normal film has none of the fourteen; a film with pneumonia says nothing about the others.
        labels = [UNKNOWN if value else 0.0] * len(LABELS)
        labels[pneumonia] = value
        patient = f"kermany:{row['patient'] or row['image']}"
        films.append(PoolFilm(root / "kermany" / row["image"], "kermany", patient, tuple(labels)))
    return films


def _wingspan(root: Path) -> list[PoolFilm]:
    unknown = (UNKNOWN,) * len(LABELS)
    return [
        PoolFilm(root / "wingspan" / "image" / row["image"], "wingspan", f"wingspan:{row['image']}", unknown)
        for _, row in rows(root / "wingspan.csv", {"image"})
    ]


def _hannover(root: Path) -> list[PoolFilm]:
    table = root / "hannover.csv"
    unknown = (UNKNOWN,) * len(LABELS)
    films = []
    for line, row in rows(table, {"patient_id", "image_id", "sex", "age", "projection"}):
        films.append(
            PoolFilm(
                root / "hannover" / f"{row['image_id']}.jpg",
                "hannover",
                f"hannover:{row['patient_id']}",
                unknown,
                age=number(row["age"], f"{table.name} line {line}, age", low=0, high=120),
                female={"f": 1.0, "m": 0.0}.get(row["sex"], UNKNOWN),
                ap={"ap": 1.0, "pa": 0.0}.get(row["projection"], UNKNOWN),
            )
        )
    return films


def read_pool(root: Path | None = None) -> list[PoolFilm]:
    """Return every film of the pool, in the order of the tables.

    Raises
    ------
    PoolError
        Naming the file and the line, for a missing table, column or picture, or a value out of range.
    """
    root = root or pool_root()
    nih = _nih(root)
    films = [*nih, *_rsna_normal(root, nih), *_kermany(root), *_wingspan(root), *_hannover(root)]
    absent = [film.path.name for film in films if not film.path.is_file()]
    if absent:
        raise PoolError(f"{len(absent)} pictures named in the tables are missing, first: {absent[0]}")
    return films
