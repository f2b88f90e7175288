"""The development set: public chest films that this project's own student is distilled on.

Six sets with very different knowledge about each film, so every label may be unknown (NaN)
and every loss is masked. Nothing is guessed: kermany tells only "pneumonia or not" about
children, rsna_normal says only "none of the fourteen".
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import math
import os
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
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
NO_LABELS = (UNKNOWN,) * len(LABELS)
EVALUATED_SETS: tuple[str, ...] = ("nih", "nih128")
"""The sets whose fourteen labels are all known: figures come from them. `nih` is rich in findings, `nih128` near the
natural mix of ChestX-ray14; no figure mixes the two."""
RELABELLED: tuple[str, ...] = ("Atelectasis", "Cardiomegaly", "Effusion", "Mass", "Nodule", "Consolidation")
"""The labels whose model-made relabel agrees better with radiologists than NIH's label does (F1 on 810 films).

A relabel is NIH's label or a strong model's opinion: no positive of NIH is taken back."""


class DataError(Exception):
    """A data set is not as its description says; the message names the file and the row."""


@dataclass(frozen=True, slots=True)
class Record:
    """One film and what is known about it.

    Attributes
    ----------
    patient : str
        Set and patient as ``set:patient``; twins (the same picture in two sets) share it, so
        that a split by patient never puts them on both sides.
    labels : tuple of float
        1, 0 or NaN for unknown, one per label of the set; the development set's sets have `LABELS`. CheXpert's
        soft labels lie between.
    teacher : tuple of float, as long as `labels`
        Mean logit of the precomputed teachers, NaN where there is none.
    age, female, ap : float
        Years, 1 for F, 1 for AP; NaN for unknown.
    relabel : tuple of float, as long as `labels`
        Model-made labels of the films of `EVALUATED_SETS`. A soft target, never a label that is measured against.
    excluded : str
        Why the film is used for nothing, as words that follow "left out:"; empty for a film that is used.
    """

    path: Path
    set: str
    patient: str
    labels: tuple[float, ...]
    teacher: tuple[float, ...] = field(default=NO_LABELS)
    age: float = UNKNOWN
    female: float = UNKNOWN
    ap: float = UNKNOWN
    relabel: tuple[float, ...] = field(default=NO_LABELS)
    excluded: str = ""

    @property
    def patient_hash(self) -> str:
        """Return the id under which the split file knows the patient."""
        return hash_patient(self.patient)


def hash_patient(patient: str) -> str:
    """Return a 16-digit hex id that cannot be read back without trying every patient number."""
    return hashlib.blake2b(patient.encode(), digest_size=8, person=b"cxr-split-v1").hexdigest()


def development_root() -> Path:
    """Return the folder of the films: ``$CXR_DATA/cxr``, by default beside the project."""
    default = Path(__file__).resolve().parents[2].parent / "shared" / "data"
    return Path(os.environ.get("CXR_DATA") or default) / "cxr"


def _text(path: Path) -> io.TextIOWrapper:
    if path.suffix == ".gz":
        return io.TextIOWrapper(gzip.open(path), encoding="utf-8-sig", newline="")
    return path.open(newline="", encoding="utf-8-sig")


def rows(path: Path, required: set[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line number, row) of a CSV table with a header.

    Raises
    ------
    DataError
        For a table that cannot be read, one without a column of `required`, and a row cut short.
    """
    try:
        handle = _text(path)
    except OSError as error:
        advice = "; for the data folder, set CXR_DATA" if path.is_relative_to(development_root()) else ""
        raise DataError(f"{path.name}: cannot be read in {path.parent} ({error.strerror}){advice}") from error
    with handle:
        reader = csv.DictReader(handle)
        try:
            missing = required - set(reader.fieldnames or ())
            if missing:
                raise DataError(f"{path.name}: columns missing: {', '.join(sorted(missing))}")
            for row in reader:
                if any(row[column] is None for column in required):
                    raise DataError(f"{path.name} line {reader.line_num}: the row is cut short")
                yield reader.line_num, row
        except (UnicodeDecodeError, csv.Error, EOFError, zlib.error, gzip.BadGzipFile) as error:
            line = reader.line_num + 1
            raise DataError(f"{path.name} line {line}: this is no CSV table in UTF-8, or it is damaged") from error


def number(text: str | None, where: str, *, low: float, high: float) -> float:
    """Return a table's number, NaN for an empty cell; raises DataError beginning with `where`."""
    if text is None or text.strip() == "":
        return UNKNOWN
    try:
        value = float(text)
    except ValueError:
        raise DataError(f"{where}: not a number: {text!r}") from None
    if not low <= value <= high:
        raise DataError(f"{where}: {value} lies outside {low} to {high}")
    return value


def logit(probability: float) -> float:
    """Return the log-odds of a precomputed probability, clipped to what float32 sigmoids can say."""
    p = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(p / (1 - p))


def read_teachers(path: Path, labels: Sequence[str] = LABELS) -> dict[str, tuple[float, ...]]:
    """Return the mean logit of all precomputed teachers per picture.

    Columns: image, teacher, and one probability per name of `labels`, in any order.

    Raises
    ------
    DataError
        Naming the line of what is no probability, and of a second row of the same image and teacher.
    """
    collected: dict[str, list[list[float]]] = {}
    seen: set[tuple[str, str]] = set()
    for line, row in rows(path, {"image", "teacher", *labels}):
        where = f"{path.name} line {line}"
        if (row["image"], row["teacher"]) in seen:
            raise DataError(
                f"{where}: {row['image']} has a row of {row['teacher'] or 'this teacher'} already; keep one"
            )
        seen.add((row["image"], row["teacher"]))
        values = [number(row[label], f"{where}, {label}", low=0, high=1) for label in labels]
        if any(math.isnan(value) for value in values):
            raise DataError(f"{where}: a precomputed prediction is missing")
        collected.setdefault(row["image"], []).append([logit(value) for value in values])
    return {
        image: tuple(sum(column) / len(column) for column in zip(*logits, strict=True))
        for image, logits in collected.items()
    }


def _labels(row: dict[str, str], where: str, prefix: str = "") -> tuple[float, ...]:
    return tuple(number(row[prefix + label], f"{where}, {label}", low=0, high=1) for label in LABELS)


def _about(row: dict[str, str], where: str, columns: tuple[str, str, str]) -> tuple[float, float, float]:
    """Return age, sex and view as `Record` has them, of a row whose columns have these names."""
    age, sex, view = columns
    return (
        number(row[age], f"{where}, age", low=0, high=120),
        {"F": 1.0, "M": 0.0}.get(row[sex], UNKNOWN),
        {"AP": 1.0, "PA": 0.0}.get(row[view], UNKNOWN),
    )


def _teacher_of_row(row: dict[str, str], where: str) -> tuple[float, ...]:
    """Return the logits of the teacher that stands in a film's own row, NaN where none does."""
    values = _labels(row, where, "teacher_")
    return NO_LABELS if any(math.isnan(value) for value in values) else tuple(logit(value) for value in values)


def read_relabels(path: Path, wanted: set[str]) -> dict[str, tuple[float, ...]]:
    """Return the model-made labels of the pictures in `wanted` (names without ending)."""
    found = {}
    for line, row in rows(path, {"image", *LABELS}):
        stem = Path(row["image"]).stem
        if stem in wanted:
            where = f"{path.name} line {line}"
            found[stem] = tuple(number(row[label], f"{where}, {label}", low=0, high=1) for label in LABELS)
    return found


def _nih(root: Path, name: str) -> list[Record]:
    """Read `nih` or `nih128`: the same table, and the teachers of `nih` in a file of their own."""
    teachers = read_teachers(root / "nih_teachers.csv") if name == "nih" else {}
    table = root / f"{name}.csv"
    needed = {"image", "patient", "age", "sex", "view", *LABELS}
    if name == "nih128":
        needed |= {f"teacher_{label}" for label in LABELS}
    records = []
    for line, row in rows(table, needed):
        where = f"{table.name} line {line}"
        own = _teacher_of_row(row, where) if name == "nih128" else NO_LABELS
        records.append(
            Record(
                root / name / row["image"],
                name,
                f"nih:{row['patient']}",
                _labels(row, where),
                teachers.get(row["image"], own),
                *_about(row, where, ("age", "sex", "view")),
            )
        )
    relabels = read_relabels(root / "nih_relabel_chexnext_mednet.csv.gz", {record.path.stem for record in records})
    return [replace(record, relabel=relabels.get(record.path.stem, NO_LABELS)) for record in records]


NO_NAME = "a normal film whose NIH name is not known: it may be a twin of a held-out film"
OFFICIAL_TEST = "a normal film of NIH's official test list"


_ABOUT_NORMALS = ("Patient Age", "Patient Gender", "View Position")


def _rsna_normal(root: Path, nih: Sequence[Record]) -> list[Record]:
    """Read the normals, each as a film of the NIH patient it is of.

    Of about half nobody knows which NIH picture they are. Among those that can be named every ninth is a twin of a
    picture of `nih` or `nih128`, so the others are used for nothing.
    """
    # By the name without its ending: twins are named as NIH published them (.png), and are .jpg here.
    patient_of = {record.path.stem: record.patient for record in nih}
    names = root / "rsna_normal_names.csv"
    columns = {"image", "nih_image", "official_test", "Patient ID", *_ABOUT_NORMALS}
    named = {row["image"]: (f"{names.name} line {line}", row) for line, row in rows(names, columns)}
    teachers = read_teachers(root / "rsna_normal_teachers.csv")
    table = root / "rsna_normal.csv"
    records = []
    for line, row in rows(table, {"image", "same_picture_as_nih"}):
        image, twin = row["image"], row["same_picture_as_nih"]
        patient, about, excluded = f"rsna_normal:{image}", (UNKNOWN, UNKNOWN, UNKNOWN), NO_NAME
        if image in named:
            where, known = named[image]
            patient, about = f"nih:{known['Patient ID']}", _about(known, where, _ABOUT_NORMALS)
            excluded = OFFICIAL_TEST if known["official_test"] == "1" else ""
        if twin:
            # Without its patient it would train while its twin is tested.
            patient, excluded = _patient_of_twin(twin, patient_of, f"{table.name} line {line}"), ""
        picture, teacher = root / "rsna_normal" / image, teachers.get(image, NO_LABELS)
        record = Record(picture, "rsna_normal", patient, (0.0,) * len(LABELS), teacher, *about, excluded=excluded)
        records.append(record)
    return records


def _patient_of_twin(twin: str, patient_of: dict[str, str], where: str) -> str:
    if Path(twin).stem not in patient_of:
        raise DataError(f"{where}: the twin {twin} is not in nih.csv")
    return patient_of[Path(twin).stem]


def _kermany(root: Path) -> list[Record]:
    table = root / "kermany.csv"
    pneumonia = LABELS.index("Pneumonia")
    records = []
    for line, row in rows(table, {"image", "label", "patient"}):
        known = {"normal": 0.0, "pneumonia": 1.0}
        if row["label"] not in known:
            raise DataError(f"{table.name} line {line}: label must be normal or pneumonia, got {row['label']!r}")
        value = known[row["label"]]
        # A normal film has none of the fourteen; a film with pneumonia says nothing about the others.
        labels = [UNKNOWN if value else 0.0] * len(LABELS)
        labels[pneumonia] = value
        patient = f"kermany:{row['patient'] or row['image']}"
        records.append(Record(root / "kermany" / row["image"], "kermany", patient, tuple(labels)))
    return records


def _wingspan(root: Path) -> list[Record]:
    return [
        Record(root / "wingspan" / "image" / row["image"], "wingspan", f"wingspan:{row['image']}", NO_LABELS)
        for _, row in rows(root / "wingspan.csv", {"image"})
    ]


def _hannover(root: Path) -> list[Record]:
    table = root / "hannover.csv"
    records = []
    for line, row in rows(table, {"patient_id", "image_id", "sex", "age", "projection"}):
        records.append(
            Record(
                root / "hannover" / f"{row['image_id']}.jpg",
                "hannover",
                f"hannover:{row['patient_id']}",
                NO_LABELS,
                age=number(row["age"], f"{table.name} line {line}, age", low=0, high=120),
                female={"f": 1.0, "m": 0.0}.get(row["sex"], UNKNOWN),
                ap={"ap": 1.0, "pa": 0.0}.get(row["projection"], UNKNOWN),
            )
        )
    return records


def read_development_set(root: Path | None = None) -> list[Record]:
    """Return every film of the development set, in the order of the tables.

    Raises
    ------
    DataError
        Naming the file and the line, for a missing table, column or picture, or a value out of range.
    """
    root = root or development_root()
    nih = [*_nih(root, "nih"), *_nih(root, "nih128")]
    records = [*nih, *_rsna_normal(root, nih), *_kermany(root), *_wingspan(root), *_hannover(root)]
    absent = [record.path.name for record in records if not record.path.is_file()]
    if absent:
        raise DataError(f"{len(absent)} pictures named in the tables are missing, first: {absent[0]}")
    return records
