"""PadChest (Bustos et al., Medical Image Analysis 66, 2020, arXiv 1901.07441) in its official files.

``PADCHEST_chest_x_ray_images_labels_160K_01.02.19.csv`` and 16-bit PNG pictures in ``0/`` to
``54/`` (the table's ImageDir), or all in one folder.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from model_training.data.development_set import UNKNOWN, DataError, Record, rows
from model_training.data.tables import OLDEST, Entry, Reading, the_table

DIFFERENTIAL_DIAGNOSES: tuple[str, ...] = (
    "pneumonia",
    "atypical pneumonia",
    "tuberculosis",
    "tuberculosis sequelae",
    "lung metastasis",
    "lymphangitis carcinomatosa",
    "lepidic adenocarcinoma",
    "pulmonary fibrosis",
    "post radiotherapy changes",
    "asbestosis signs",
    "emphysema",
    "COPD signs",
    "heart insufficiency",
    "respiratory distress",
    "pulmonary hypertension",
    "pulmonary artery hypertension",
    "pulmonary venous hypertension",
    "pulmonary edema",
    "bone metastasis",
)
"""The 19 nodes of the "differential diagnosis" tree (method section B.1). A film has a node where the
table names that very node: a film with "atypical pneumonia" alone is no example of "pneumonia"."""

PHYSICIAN = "Physician"
FRONTAL = {"PA": 0.0, "AP": 1.0, "AP_horizontal": 1.0}
_LEFT_OUT = {
    "COSTAL": "rib films",
    "EXCLUDE": "projection marked EXCLUDE",
    "UNK": "projection unknown",
    "": "projection unknown",
}
_METHODS = (PHYSICIAN, "RNN_model")
_COLUMNS = {
    *("ImageID", "ImageDir", "StudyDate_DICOM", "PatientID", "PatientBirth", "PatientSex_DICOM"),
    *("Projection", "MethodLabel", "Labels"),
}


@cache
def vocabulary() -> frozenset[str]:
    """Return the 193 labels of the published table: 174 findings and the 19 differential diagnoses."""
    text = (Path(__file__).parent / "padchest_labels.txt").read_text(encoding="utf-8")
    return frozenset(text.splitlines())


def _cell(row: dict[str, str], column: str) -> str:
    # The table was written by pandas without care for what is missing.
    text = row[column].strip()
    return "" if text.lower() in ("nan", "none") else text


def parse_labels(text: str, where: str) -> frozenset[str]:
    """Return the labels of a cell such as ``"['pneumonia', ' pleural effusion', '']"``.

    Names repeat, begin with spaces, and may be empty.

    Raises
    ------
    DataError
        For a cell that is no list, and for a name that PadChest does not have.
    """
    try:
        names = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        names = None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise DataError(f"{where}, Labels: must be a list of names, got {text!r}")
    named = frozenset(name.strip() for name in names) - {""}
    unknown = sorted(named - vocabulary())
    if unknown:
        raise DataError(f"{where}, Labels: {unknown[0]!r} is no label of PadChest; is it spelled differently?")
    return named


def _why_not(named: frozenset[str], projection: str, where: str, views: str) -> str:
    if projection not in (*FRONTAL, "L", *_LEFT_OUT):
        raise DataError(f"{where}, Projection: unknown value {projection!r}")
    if projection in _LEFT_OUT:
        return _LEFT_OUT[projection]
    if projection == "L" and views == "frontal":
        return 'lateral (views = "frontal")'
    if "exclude" in named:
        return 'labelled "exclude"'
    # "Unchanged" alone compares with an earlier report that nobody has: what was there is not said.
    return "" if named - {"unchanged"} else 'no labels, or "unchanged" alone'


def _age(row: dict[str, str], where: str) -> float:
    """Return the year of the study minus the year of birth: the table has no more; one year out at most."""
    born, taken = _cell(row, "PatientBirth"), _cell(row, "StudyDate_DICOM")
    if not born or not taken:
        return UNKNOWN
    try:
        age = float(int(taken[:4]) - int(float(born)))
    except ValueError:
        raise DataError(f"{where}: not a year of birth and a date: {born!r}, {taken!r}") from None
    return age if 0 <= age <= OLDEST else UNKNOWN


def _picture(folder: Path, directory: str, image: str) -> Path:
    for path in (folder / directory / image, folder / image):
        if path.is_file():
            return path
    return folder / directory / image


def read_padchest(folder: Path, *, views: str) -> Reading:
    """Read the table; a picture that is not on disk has a path all the same.

    Films with labels found by the authors' network (73 %) instead of a physician carry
    `Entry.train_only`, which protocols that evaluate on physicians' labels alone use.

    Parameters
    ----------
    views : str
        ``frontal`` (PA, AP and AP lying) or ``all`` (lateral ones too). Rib films never.

    Raises
    ------
    DataError
        Naming file and line, for a row that is not in the official format.
    """
    table = the_table(folder, "PADCHEST*.csv")
    entries = []
    for line, row in rows(table, _COLUMNS):
        where = f"{table.name} line {line}"
        image, patient, projection = row["ImageID"], _cell(row, "PatientID"), _cell(row, "Projection")
        if not patient:
            raise DataError(f"{where}: PatientID is missing; the film has no side of a split")
        if row["MethodLabel"] not in _METHODS:
            raise DataError(f"{where}, MethodLabel: must be one of {', '.join(_METHODS)}, got {row['MethodLabel']!r}")
        labels = _cell(row, "Labels")
        named = parse_labels(labels, where) if labels else frozenset()
        record = Record(
            _picture(folder, _cell(row, "ImageDir"), image),
            "padchest",
            f"padchest:{patient}",
            tuple(float(name in named) for name in DIFFERENTIAL_DIAGNOSES),
            teacher=(UNKNOWN,) * len(DIFFERENTIAL_DIAGNOSES),
            age=_age(row, where),
            female={"F": 1.0, "M": 0.0}.get(_cell(row, "PatientSex_DICOM"), UNKNOWN),
            ap=FRONTAL.get(projection, UNKNOWN),
        )
        by_network = "" if row["MethodLabel"] == PHYSICIAN else "labelled by a network, not by a physician"
        entries.append(Entry(record, image, where, None, _why_not(named, projection, where, views), by_network))
    return Reading(DIFFERENTIAL_DIAGNOSES, tuple(entries))
