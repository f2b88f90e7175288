"""The small files made after public bug reports (``cases/CASES.csv``), and whether the viewer gets them right.

``python -m tests.cases_report`` prints the verdicts; `tests/unit/test_cases_table.py` asserts them.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

TOLERANCE = 1 / 255
_HALF = 0.0005
"""Largest rounding error of float16 in 0..1, in which the expected grey is stored."""


@dataclass(frozen=True)
class Right:
    """A right outcome, as far as a program can tell.

    Attributes
    ----------
    shown : bool or None
        None where both showing and a true sentence are right.
    note : bool
        Whether a shown image must carry a note.
    names : str
        Pattern that the sentence of a rejected image must match.
    """

    shown: bool | None = True
    note: bool = False
    names: str = ""


SHOWN, REJECTED, EITHER = Right(), Right(shown=False), Right(shown=None)
NOTED = Right(note=True)
_ELEMENT = r"\([0-9A-F]{4},[0-9A-F]{4}\)"
_PHOTOMETRIC = Right(shown=None, note=True, names=r"\(0028,0004\)")
_NAMED = Right(shown=None, names=_ELEMENT)

OUTCOMES: dict[str, Right] = {
    "opens": SHOWN,
    "opens; grey as expected": SHOWN,
    "opens, nothing lost": SHOWN,
    "opens (bare data set that begins with group 0010)": SHOWN,
    "opens: zeros behind the end marker are padding": SHOWN,
    "opens: one frame needs no offset table": SHOWN,
    "opens: surplus dropped": SHOWN,
    "opens (PS3.5 A.4.11)": SHOWN,
    "opens (JPEG XL, PS3.5 A.4.12)": SHOWN,
    "the explanation belongs to the second window": SHOWN,
    "grey inside the field is visible": SHOWN,
    "the usable pair is used": SHOWN,
    "the good pair is kept": SHOWN,
    "drawn with its aspect (PS3.3 10.7.1.3, C.7.6.3.1.7)": SHOWN,
    "VOI and rescale of the functional groups are used (PS3.3 C.7.6.16.2.9 and .10)": SHOWN,
    "overlay drawn, or said (PS3.3 C.9.2)": SHOWN,
    "16 bits kept, or a note": SHOWN,
    "opens, as stored (the encoding is read from the elements, not from the transfer syntax UID); a note": NOTED,
    "as a01": NOTED,
    "as a01 (RLE with a data set in implicit VR)": NOTED,
    "full contrast, or a note: the table holds 12-bit values though its descriptor says 16 (PS3.3 C.11.2.1.1); "
    "never scored as if nothing were wrong": NOTED,
    "decimal comma read as point with a note, or a note": NOTED,
    # b23 and b36 are kept back: pixel data in another encoding than (0002,0010) says.
    "as b23": Right(shown=None, note=True),
    "as b36": Right(shown=None, note=True),
    "opens, or a true sentence": EITHER,
    "opens, or says the header is damaged": Right(shown=None, names="header|damaged"),
    "as g06": Right(shown=None, names="header|damaged"),
    "opens, or names the element": _NAMED,
    "opens, or names the element with the unknown VR: the pixel data is there": _NAMED,
    "shown as MONOCHROME2 with a note, or refused naming (0028,0004)": _PHOTOMETRIC,
    "MONOCHROME read as MONOCHROME2 with a note, or refused naming (0028,0004)": _PHOTOMETRIC,
    "refused; the sentence names (0028,0010) Rows": Right(shown=False, names=r"\(0028,0010\) Rows"),
    "refused with a true sentence": REJECTED,
}
"""Every text of the column `right`, the only place where that text is interpreted; an unknown one is a KeyError."""

OTHERWISE: dict[str, Right] = {
    # Its stream is FF 0A and then the text "123456": the start of a JPEG XL codestream, and no image. Real ones are
    # shown, see tests/unit/test_imaging_decoding.py.
    "g18_jxl": REJECTED,
}
"""Files whose row cannot be right, and why."""

CUT_SHORT = frozenset({"p15_trunc.jpg"})
"""Files that end early themselves: only there can "fetch it again" help."""

LOSSY = frozenset({"b50_jfif_labelled_RGB", "b51_jfif_labelled_YBR422"})
"""JPEG in colour whose expected grey is the picture before compression: encoding it with the file's own tables gives
the file's own stream, and every decoder then differs from it by up to `LOSSY_TOLERANCE`."""
LOSSY_TOLERANCE = 3 / 255


@dataclass(frozen=True, eq=False)
class Case:
    """One row: `path` of the file, its right outcome, and its grey (rows, columns[, 3]) in 0..1 or None."""

    path: Path
    right: str
    grey: npt.NDArray[np.float64] | None

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def outcome(self) -> Right:
        return OTHERWISE.get(self.name, OUTCOMES[self.right])


@dataclass(frozen=True, eq=False)
class Result:
    """What the viewer made of a file: its pixel matrix in 0..1 where shown, else None and the sentence."""

    grey: npt.NDArray[Any] | None
    message: str = ""
    notes: tuple[str, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)
    """`drawn`: (height, width) on the screen; `windows`: pairs of explanation and centre."""


def read_cases(folder: Path) -> list[Case]:
    """Return every row of ``CASES.csv`` with its expected grey."""
    expected = np.load(folder / "expected.npz")
    cases = []
    with (folder / "CASES.csv").open(newline="", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            grey = expected[row["file"]] if row["expected_grey"] == "yes" else None
            if grey is not None:
                grey = grey.astype(np.float64) / (255 if grey.dtype == np.uint8 else 1)
            cases.append(Case(folder / row["file"], row["right"], grey))
    return cases


def faults(case: Case, result: Result) -> list[str]:
    """Return what is wrong with `result`, each as a few words; empty where it is right."""
    right = case.outcome
    if result.grey is None:
        return _faults_of_sentence(case, right, result.message)
    found = ["shown, must be rejected"] if right.shown is False else []
    found += ["no note"] if right.note and not result.notes else []
    found += _faults_of_grey(case, result.grey)
    check = _SPECIAL.get(case.name)
    return found + (check(result) if check else [])


def _faults_of_sentence(case: Case, right: Right, message: str) -> list[str]:
    found = ["rejected, must be shown"] if right.shown else []
    if not message.endswith("."):
        found.append("no sentence")
    if right.names and not right.shown and not re.search(right.names, message):
        found.append(f"does not name {right.names}")
    if "again" in message and "If the file was damaged on its way" not in message and case.name not in CUT_SHORT:
        found.append("'again' cannot help: the file does not end early")
    if "(7FE0,0010) is missing" in message and b"\xe0\x7f\x10\x00" in case.path.read_bytes():
        found.append("(7FE0,0010) is not missing")
    if "drive" in message:
        found.append("blames the drive")
    return found


def _faults_of_grey(case: Case, grey: npt.NDArray[Any]) -> list[str]:
    expected = case.grey
    if grey.min() < 0 or grey.max() > 1 or not np.isfinite(grey).all():
        return ["grey outside 0..1"]
    if expected is None:
        return []
    if grey.shape != expected.shape:
        return [f"shape {grey.shape}, expected {expected.shape}"]
    difference = float(np.abs(grey - expected).max())
    allowed = LOSSY_TOLERANCE if case.name in LOSSY else TOLERANCE
    return [f"grey differs by {difference:.3f}"] if difference > allowed + _HALF else []


def _field_is_grey(result: Result) -> list[str]:
    # The field is less than 0.5 % of a constant image; 16 levels in it are no binary picture.
    assert result.grey is not None
    return [] if len(np.unique(result.grey)) > 16 else ["the field is drawn in black and white"]


def _drawn_twice_as_high(result: Result) -> list[str]:
    # (0028,0030) Pixel Spacing is 0.4 mm between rows and 0.2 mm between columns.
    assert result.grey is not None
    height, width = result.details.get("drawn", result.grey.shape[:2])
    wanted = 2 * result.grey.shape[0] / result.grey.shape[1]
    return [] if abs(height / width / wanted - 1) < 0.02 else ["drawn without its aspect"]


def _bone_is_second(result: Result) -> list[str]:
    windows = result.details.get("windows", ())
    named = [center for explanation, center in windows if explanation == "BONE"]
    return [] if named == [1000] else [f"windows are {windows}"]


def _keeps_16_bits(result: Result) -> list[str]:
    assert result.grey is not None
    return [] if result.notes or len(np.unique(result.grey)) > 256 else ["8 bits, and no note"]


_SPECIAL: dict[str, Callable[[Result], list[str]]] = {
    "c20_explanation_first_empty": _bone_is_second,
    "c39_tiny_field": _field_is_grey,
    "c50_aspect_spacing_2to1": _drawn_twice_as_high,
    "p03_greyalpha16.png": _keeps_16_bits,
    "p04_rgb16_equal.png": _keeps_16_bits,
}
