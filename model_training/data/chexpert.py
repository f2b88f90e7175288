"""CheXpert (Irvin et al., AAAI 2019, arXiv 1901.07031) in its official files.

``train.csv``, ``valid.csv`` and, with CheXlocalize, the labels of the test set; paths in the
tables begin with the name of the release (``CheXpert-v1.0-small/train/...``), which is not
looked at: pictures lie in ``FOLDER/train/...``.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from model_training.data.development_set import UNKNOWN, DataError, Record, rows
from model_training.data.splits import Part
from model_training.data.tables import Entry, Reading, age_in_years, count_note, the_table

CHEXPERT_LABELS: tuple[str, ...] = (
    "No Finding",
    "Enlarged Cardiomediastinum",
    "Cardiomegaly",
    "Lung Opacity",
    "Lung Lesion",
    "Edema",
    "Consolidation",
    "Pneumonia",
    "Atelectasis",
    "Pneumothorax",
    "Pleural Effusion",
    "Pleural Other",
    "Fracture",
    "Support Devices",
)
"""The 14 outputs, in the order of the official columns."""

UNCERTAIN = -1.0
"""How the tables mark "may be present"; `settle` replaces it."""

SOFT = (0.55, 0.85)
"""Range of a soft label: U-Ones with label smoothing of Pham et al., Neurocomputing 437 (2021), arXiv 1911.06475."""

_PATH = re.compile(r"(?:train|valid|val|test)/(patient\d+)/study\d+/view\d+_(frontal|lateral)\.\w+$")
_VALUES = {"1.0": 1.0, "1": 1.0, "0.0": 0.0, "0": 0.0, "-1.0": UNCERTAIN, "-1": UNCERTAIN}
_FEMALE = {"Female": 1.0, "Male": 0.0, "Unknown": UNKNOWN, "": UNKNOWN}
_PROJECTIONS = {"AP": 1.0, "PA": 0.0, "": UNKNOWN, "LL": UNKNOWN, "RL": UNKNOWN}
# The test set's table has no more columns than these, and "No Finding" is not among them.
_TEST_COLUMNS = {"Path", *CHEXPERT_LABELS[1:]}
_COLUMNS = _TEST_COLUMNS | {"No Finding", "Sex", "Age", "Frontal/Lateral", "AP/PA"}
_SIDES: dict[str, dict[str, Part | None]] = {
    "official_valid": {"train.csv": Part.TRAIN, "valid.csv": Part.TEST},
    "official_test": {"train.csv": Part.TRAIN, "valid.csv": Part.VALIDATION, "test": Part.TEST},
    "random_70_10_20": {"train.csv": None},
}


def _label(row: Mapping[str, str], label: str, where: str, blank: float) -> float:
    text = row.get(label)
    if text is None:
        return UNKNOWN
    if not text.strip():
        return blank
    if text.strip() not in _VALUES:
        raise DataError(f"{where}, {label}: must be 1, 0, -1 or empty, got {text!r}")
    return _VALUES[text.strip()]


def _member(known: Mapping[str, float], text: str, where: str, what: str) -> float:
    if text not in known:
        raise DataError(f"{where}, {what}: must be one of {', '.join(filter(None, known))} or empty, got {text!r}")
    return known[text]


def _view(row: Mapping[str, str], stated: str, where: str, views: str) -> str:
    """Return why the film is left out, empty where it is not; `stated` is the view in the file's name."""
    column = row.get("Frontal/Lateral")
    if column is not None and column.lower() != stated:
        raise DataError(f"{where}: Frontal/Lateral says {column!r}, the file's name says {stated}")
    if views == "all":
        return ""
    if stated == "lateral":
        return 'lateral (views = "frontal")'
    # 17 rows of the official table: filed as frontal, with a lateral projection beside it.
    return "filed as frontal with projection LL or RL" if row.get("AP/PA") in ("LL", "RL") else ""


def _entry(row: dict[str, str], where: str, folder: Path, side: Part | None, views: str, blank: float) -> Entry:
    match = _PATH.search(row["Path"])
    if match is None:
        raise DataError(f"{where}: Path must end like train/patient00001/study1/view1_frontal.jpg, got {row['Path']!r}")
    age = age_in_years(row.get("Age", ""), where)
    record = Record(
        folder / match[0],
        "chexpert",
        f"chexpert:{match[1]}",
        tuple(_label(row, label, where, blank) for label in CHEXPERT_LABELS),
        teacher=(UNKNOWN,) * len(CHEXPERT_LABELS),
        # Only adults were collected; three rows have 0 years.
        age=age if age > 0 else UNKNOWN,
        female=_member(_FEMALE, row.get("Sex", ""), where, "Sex"),
        ap=_member(_PROJECTIONS, row.get("AP/PA", ""), where, "AP/PA"),
    )
    return Entry(record, match[0], where, side, _view(row, match[2], where, views))


def read_chexpert(folder: Path, *, protocol: str, views: str, blank: str) -> Reading:
    """Read the tables `protocol` needs; uncertain labels stay `UNCERTAIN` until `settle`.

    Parameters
    ----------
    protocol : str
        ``official_valid``: `valid.csv` (three radiologists' labels) is the test part.
        ``official_test``: `valid.csv` is the validation part and ``test_labels.csv`` (or
        ``test.csv``) the test part. ``random_70_10_20``: `train.csv` alone.
    views : str
        ``frontal`` or ``all``.
    blank : str
        What a finding the report does not mention means: ``zeros`` (absent, as the paper's own
        trainings take it) or ``ignore`` (unknown).

    Raises
    ------
    DataError
        Naming file and line, for a row that is not in the official format.
    """
    entries = []
    value = 0.0 if blank == "zeros" else UNKNOWN
    for name, side in _SIDES[protocol].items():
        is_test = name == "test"
        table = the_table(folder, "test_labels.csv", "test.csv") if is_test else the_table(folder, name)
        for line, row in rows(table, _TEST_COLUMNS if is_test else _COLUMNS):
            entries.append(_entry(row, f"{table.name} line {line}", folder, side, views, value))
    young = sum(1 for entry in entries if entry.side is not Part.TEST and math.isnan(entry.record.age))
    return Reading(CHEXPERT_LABELS, tuple(entries), count_note(young, "films without a usable age (missing or 0)"))


def soft_label(image: str, label: str, seed: int) -> float:
    """Return a number in `SOFT`, always the same for a film, a label and a seed.

    Pham et al. draw it from a uniform distribution; whether once or in every epoch they do not
    say. Ours is drawn once, by a hash, so that a resumed or distributed run sees the same label.
    """
    digest = hashlib.blake2b(f"{seed}/{image}/{label}".encode(), digest_size=8, person=b"cxr-soft-v1").digest()
    return SOFT[0] + (SOFT[1] - SOFT[0]) * (int.from_bytes(digest, "big") / 2**64)


def settle(labels: Sequence[float], image: str, *, policy: str, part: Part | None, seed: int) -> tuple[float, ...]:
    """Replace `UNCERTAIN` labels of one film.

    `policy` is for films that train (U-Zeros, U-Ones and U-Ignore of Irvin et al. section 3.1,
    or `soft_label`). In every other part an uncertain label is unknown: nobody can be right or
    wrong about it.
    """

    def one(value: float, name: str) -> float:
        if value != UNCERTAIN:
            return value
        if part is not Part.TRAIN or policy == "ignore":
            return UNKNOWN
        return soft_label(image, name, seed) if policy == "soft" else float(policy == "ones")

    return tuple(one(value, name) for value, name in zip(labels, CHEXPERT_LABELS, strict=True))
