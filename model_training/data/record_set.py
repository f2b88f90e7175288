"""One door to every data set: films, their parts, and what was left out and why."""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cxrviewer.imaging.recipe import InputRecipe
from model_training.config.data import DataConfig, Protocol
from model_training.data.chestxray14 import read_chestxray14
from model_training.data.chexpert import read_chexpert, settle
from model_training.data.development_set import (
    LABELS,
    UNKNOWN,
    DataError,
    Record,
    development_root,
    read_development_set,
    read_teachers,
)
from model_training.data.folder import read_folder
from model_training.data.pack import pack, pack_readable
from model_training.data.padchest import read_padchest
from model_training.data.protocols import frozen_parts, patient_parts, write_parts
from model_training.data.splits import Part, part_of, read_split
from model_training.data.tables import Entry, Reading, reject_repeats


@dataclass(frozen=True, slots=True)
class RecordSet:
    """Films and what each may be used for.

    Attributes
    ----------
    labels : tuple of str
        Names of the outputs, in the order of every film's `labels` and `teacher`.
    records : tuple of Record
    parts : tuple of (Part or None), as long as `records`
        None: not used under this protocol. No patient has two parts.
    dropped : tuple of str
        Sentences: what was left out or changed and why, with counts.
    """

    labels: tuple[str, ...]
    records: tuple[Record, ...]
    parts: tuple[Part | None, ...]
    dropped: tuple[str, ...]

    def indices(self, part: Part) -> list[int]:
        """Return the places of the films of `part`."""
        return [index for index, own in enumerate(self.parts) if own is part]

    def used(self) -> RecordSet:
        """Return the set without its unused films: what is worth packing."""
        keep = [index for index, part in enumerate(self.parts) if part is not None]
        records, parts = tuple(self.records[i] for i in keep), tuple(self.parts[i] for i in keep)
        return replace(self, records=records, parts=parts)


def _data_folder(config: DataConfig, root: Path | None) -> Path:
    return (root or development_root().parent) / Path(config.folder).expanduser()


def _teacher_path(config: DataConfig, folder: Path) -> Path | None:
    return folder / Path(config.teacher_csv).expanduser() if config.teacher_csv else None


def teacher_labels(path: Path) -> tuple[str, ...]:
    """Return the outputs of a table of precomputed predictions: every column but image and teacher."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as handle:
            header = next(csv.reader(handle), [])
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path.name}: cannot be read ({error})") from error
    return tuple(name for name in header if name not in ("image", "teacher"))


def _read(config: DataConfig, folder: Path) -> Reading:
    def plain_folder() -> Reading:
        teacher = _teacher_path(config, folder)
        return read_folder(folder, labels=config.labels or (teacher_labels(teacher) if teacher else LABELS))

    readers: dict[str, Callable[[], Reading]] = {
        "chestxray14": lambda: read_chestxray14(folder, official=not config.rules.random),
        "chexpert": lambda: read_chexpert(folder, protocol=config.protocol, views=config.views, blank=config.blank),
        "padchest": lambda: read_padchest(folder, views=config.views),
        "folder": plain_folder,
    }
    reading = readers[config.kind]()
    reject_repeats(reading.entries)
    return reading


def _without_missing(entries: Iterable[Entry], policy: str) -> list[Entry]:
    checked, absent = [], []
    for entry in entries:
        if not entry.excluded and not entry.record.path.is_file():
            absent.append(entry)
            entry = replace(entry, excluded="picture not on disk")  # noqa: PLW2901
        checked.append(entry)
    if absent and policy == "reject":
        first = absent[0]
        raise DataError(
            f"{first.where}: the picture {first.image} is not on disk, the first of {len(absent):,}; "
            'missing = "drop" goes on without them'
        )
    return checked


def _with_teachers(records: Sequence[Record], images: Sequence[str], path: Path, labels: Sequence[str]) -> list[Record]:
    """Return the films with the teachers of `path`, and with none where it has no row."""
    teachers = read_teachers(path, labels)
    none = (UNKNOWN,) * len(labels)
    if teachers.keys().isdisjoint(images):
        raise DataError(
            f"{path.name}: none of its {len(teachers):,} images is in this data set, first: {next(iter(teachers), '')}"
        )
    return [replace(record, teacher=teachers.get(image, none)) for record, image in zip(records, images, strict=True)]


def _summary(total: int, reasons: Counter[str]) -> list[str]:
    return [f"{count:,} of {total:,} films left out: {reason}" for reason, count in sorted(reasons.items())]


def _check(record_set: RecordSet) -> RecordSet:
    """Raise DataError where nothing trains or a patient has two parts; return the set otherwise."""
    if Part.TRAIN not in record_set.parts:
        raise DataError("No film of this data set trains: " + ("; ".join(record_set.dropped) or "the table is empty"))
    sides: dict[str, Part] = {}
    for record, part in zip(record_set.records, record_set.parts, strict=True):
        if part is not None and sides.setdefault(record.patient, part) is not part:
            raise DataError(f"{record.path.name}: its patient has films in two parts")
    return record_set


def _open_development_set(config: DataConfig, root: Path | None) -> RecordSet:
    records, folds = read_development_set(root), read_split()
    named = {name: getattr(config, name) for name in ("test_fold", "validation_fold", "validation_half")}
    parts = [None if f.excluded else part_of(f, folds, **named) for f in records]
    dropped = _summary(len(records), Counter(record.excluded for record in records if record.excluded))
    teacher = _teacher_path(config, root or development_root())
    if teacher:
        known = read_teachers(teacher).keys()
        images = [f"{record.set}/{record.path.name}" for record in records]
        images = [
            record.path.name if record.set == "nih" and image not in known else image
            for record, image in zip(records, images, strict=True)
        ]
        records = _with_teachers(records, images, teacher, LABELS)
    return RecordSet(LABELS, tuple(records), tuple(parts), tuple(dropped))


def _parts_by_patient(reading: Reading, config: DataConfig) -> dict[str, Part]:
    if config.split_file:
        return frozen_parts(Path(config.split_file).expanduser(), reading.entries, config.rules)
    return patient_parts(reading.entries, config.rules, config.seed)


def _part(entry: Entry, parts: dict[str, Part], rules: Protocol) -> tuple[Part | None, str]:
    if entry.excluded:
        return None, entry.excluded
    part = parts[entry.record.patient_hash]
    if rules.physician and entry.train_only and part is not Part.TRAIN:
        return None, f"not evaluated: {entry.train_only}"
    return part, ""


def open_record_set(config: DataConfig, root: Path | None = None) -> RecordSet:
    """Read a data set and give every film its part.

    Parameters
    ----------
    root : Path, optional
        The development set's folder for the development set, the data folder for the others (by default ``$CXR_DATA``).

    Raises
    ------
    DataError
        Naming file and line, for whatever is not as the data set's description says.
    """
    if config.kind == "development_set":
        return _check(_open_development_set(config, root))
    folder = _data_folder(config, root)
    reading = _read(config, folder)
    parts_of = _parts_by_patient(reading, config)
    entries = _without_missing(reading.entries, config.missing)
    records, images = [entry.record for entry in entries], [entry.image for entry in entries]
    found = [_part(entry, parts_of, config.rules) for entry in entries]
    parts = tuple(part for part, _ in found)
    teacher = _teacher_path(config, folder)
    if teacher:
        records = _with_teachers(records, images, teacher, reading.labels)
    if config.kind == "chexpert":
        records = [
            replace(record, labels=settle(record.labels, image, policy=config.uncertain, part=part, seed=config.seed))
            for record, image, part in zip(records, images, parts, strict=True)
        ]
    dropped = _summary(len(records), Counter(reason for _, reason in found if reason)) + list(reading.notes)
    if teacher:
        without = sum(
            part is Part.TRAIN and math.isnan(record.teacher[0]) for record, part in zip(records, parts, strict=True)
        )
        dropped += [f"{without:,} training films have no precomputed teacher"] if without else []
    return _check(RecordSet(reading.labels, tuple(records), parts, tuple(dropped)))


def freeze_split(config: DataConfig, path: Path, root: Path | None = None) -> int:
    """Write the parts of all patients of a data set to `path` and return their number.

    Also of those whose pictures are not on this machine, so that the file holds everywhere.
    `DataConfig.split_file` reads and checks it later.
    """
    if config.kind == "development_set":
        raise DataError("The development set's split is in the repository already.")
    parts = _parts_by_patient(_read(config, _data_folder(config, root)), config)
    write_parts(parts, path)
    return len(parts)


def pack_record_set(
    record_set: RecordSet, recipe: InputRecipe, cache: Path, *, unreadable: str = "reject"
) -> tuple[RecordSet, npt.NDArray[np.uint8]]:
    """Pack the used films; return them and their pixels, (n, height, width) uint8, in one order.

    Parameters
    ----------
    unreadable : str
        `DataConfig.unreadable`: with ``drop``, a film that cannot be decoded keeps its place, is
        black there, has no part, and is counted in `dropped`.

    Raises
    ------
    DataError
        Naming the file, with ``reject``.
    """
    used = record_set.used()
    if unreadable == "reject":
        return used, pack(used.records, recipe, cache)
    packed, reasons = pack_readable(used.records, recipe, cache)
    parts = tuple(None if index in reasons else part for index, part in enumerate(used.parts))
    dropped = [f"left out: {reasons[index]}" for index in sorted(reasons)]
    return _check(replace(used, parts=parts, dropped=(*used.dropped, *dropped))), packed
