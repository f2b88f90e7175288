"""ChestX-ray14 (NIH Clinical Center; Wang et al., CVPR 2017) in its official files.

``Data_Entry_2017_v2020.csv`` (or the first table, ``Data_Entry_2017.csv``), ``train_val_list.txt``,
``test_list.txt`` and the pictures in ``images/`` or ``images_001/`` to ``images_012/``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

from model_training.data.development_set import LABELS, UNKNOWN, DataError, Record, rows
from model_training.data.splits import Part
from model_training.data.tables import Entry, Reading, age_in_years, count_note, the_table

TABLES = ("Data_Entry_2017_v2020.csv", "Data_Entry_2017.csv")
LISTS = {"train_val_list.txt": Part.TRAIN, "test_list.txt": Part.TEST}
NO_FINDING = "No Finding"
_COLUMNS = {"Image Index", "Finding Labels", "Patient ID", "Patient Age", "Patient Gender", "View Position"}
_FEMALE = {"F": 1.0, "M": 0.0, "": UNKNOWN}
_AP = {"AP": 1.0, "PA": 0.0, "": UNKNOWN}


def findings(text: str, where: str) -> tuple[float, ...]:
    """Return the 14 labels of ``Finding Labels``: names joined by ``|``, or ``No Finding`` alone.

    Raises
    ------
    DataError
        For a name that is not spelled as in the data set: taken as absent it would be a wrong label.
    """
    named = text.split("|")
    if named == [NO_FINDING]:
        return (0.0,) * len(LABELS)
    unknown = [name for name in named if name not in LABELS]
    if unknown:
        raise DataError(f"{where}: unknown label {unknown[0]!r}; the labels are {', '.join(LABELS)} or {NO_FINDING}")
    return tuple(float(label in named) for label in LABELS)


def _one_of(known: Mapping[str, float], text: str, where: str, what: str) -> float:
    if text not in known:
        names = ", ".join(name for name in known if name)
        raise DataError(f"{where}: {what} must be {names} or empty, got {text!r}")
    return known[text]


def _patient(row: dict[str, str], where: str) -> int:
    image, text = row["Image Index"], row["Patient ID"]
    # Names are PATIENT_FOLLOWUP.png; a number that differs would put one patient on two sides.
    if not text.isdecimal() or image.split("_")[0] != f"{int(text):08d}":
        raise DataError(f"{where}: {image} is not a picture of patient {text!r}")
    return int(text)


def read_lists(folder: Path) -> dict[str, Part]:
    """Return the side of every image on the official lists.

    Raises
    ------
    DataError
        For a missing list, and for an image that is listed twice, on one list or on both.
    """
    sides: dict[str, Part] = {}
    for name, side in LISTS.items():
        text = the_table(folder, name).read_text(encoding="utf-8")
        for line, image in enumerate(text.split("\n"), start=1):
            image = image.strip()  # noqa: PLW2901  # the lists of some mirrors end their lines with CR LF
            if image in sides:
                raise DataError(f"{name} line {line}: {image} is listed already")
            if image:
                sides[image] = side
    return sides


def find_pictures(folder: Path) -> dict[str, Path]:
    """Return {file name: path} of the pictures below ``images*/``.

    Raises
    ------
    DataError
        Where two folders hold a picture of the same name.
    """
    found: dict[str, Path] = {}
    for images in sorted(path for path in folder.glob("images*") if path.is_dir()):
        for path in sorted(images.rglob("*.png")):
            if path.name in found:
                raise DataError(f"{path.name} lies in two folders below {folder.name}; remove one")
            found[path.name] = path
    return found


def read_chestxray14(folder: Path, *, official: bool) -> Reading:
    """Read the table; a picture that is not on disk has a path all the same.

    All films are frontal. Patients are ``nih:NUMBER`` as in the development set, whose `nih` films are
    ChestX-ray14's: a film keeps its hashed patient in both.

    Parameters
    ----------
    official : bool
        Give every film its side of the official lists; a film on neither is left out.

    Raises
    ------
    DataError
        Naming file and line, for a row that is not in the official format.
    """
    table = the_table(folder, *TABLES)
    sides, pictures = read_lists(folder) if official else {}, find_pictures(folder)
    entries, no_age = [], 0
    for line, row in rows(table, _COLUMNS):
        image, where = row["Image Index"], f"{table.name} line {line}"
        age = age_in_years(row["Patient Age"], where)
        no_age += row["Patient Age"].strip() != "" and math.isnan(age)
        record = Record(
            pictures.get(image, folder / "images" / image),
            "chestxray14",
            f"nih:{_patient(row, where)}",
            findings(row["Finding Labels"], where),
            age=age,
            female=_one_of(_FEMALE, row["Patient Gender"], where, "sex"),
            ap=_one_of(_AP, row["View Position"], where, "view"),
        )
        side = sides.get(image)
        unlisted = "on neither official list" if official and side is None else ""
        entries.append(Entry(record, image, where, side, unlisted))
    notes = count_note(no_age, "ages above 120 years taken as unknown")
    return Reading(LABELS, tuple(entries), notes)
