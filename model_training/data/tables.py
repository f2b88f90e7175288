"""What every reader of a published data set hands over, before anyone decides who trains on what."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from model_training.data.development_set import UNKNOWN, DataError, Record
from model_training.data.splits import Part

OLDEST = 120.0
"""Years; an age above is a slip of the keyboard (ChestX-ray14's first table says 411) and counts as unknown."""
_YEARS_PER = {"": 1.0, "Y": 1.0, "M": 1 / 12, "W": 7 / 365.25, "D": 1 / 365.25}


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a data set's table.

    Attributes
    ----------
    image : str
        The name under which tables of precomputed predictions know the film.
    where : str
        File and line, for messages.
    side : Part or None
        The part the data set's own lists give; None where there are no lists.
    excluded : str
        Why the film is in no part, as words that follow "left out:"; empty for a film that is used.
    train_only : str
        Why the film may not be evaluated, in the same form.
    """

    record: Record
    image: str
    where: str
    side: Part | None = None
    excluded: str = ""
    train_only: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A data set's rows in the order of its tables.

    Attributes
    ----------
    labels : tuple of str
        Names of the entries of every film's `labels`.
    notes : tuple of str
        Sentences about values that were not taken as they stand.
    """

    labels: tuple[str, ...]
    entries: tuple[Entry, ...]
    notes: tuple[str, ...] = ()


def age_in_years(text: str, where: str) -> float:
    """Return an age in years, NaN for an empty one and one above `OLDEST`.

    Takes plain numbers and DICOM's age string (PS3.5 6.2, value representation AS: ``058Y``,
    ``013M``), which ChestX-ray14's first table has.

    Raises
    ------
    DataError
        For anything else.
    """
    if not text.strip():
        return UNKNOWN
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([YMWD]?)", text.strip())
    if match is None:
        raise DataError(f"{where}, age: not an age: {text!r}")
    years = float(match[1]) * _YEARS_PER[match[2]]
    return years if years <= OLDEST else UNKNOWN


def the_table(folder: Path, *patterns: str) -> Path:
    """Return the one file of `folder` that the first matching pattern names.

    Raises
    ------
    DataError
        Where there is none, or more than one.
    """
    if not folder.is_dir():
        raise DataError(f"{folder}: this folder of a data set does not exist; set `folder` in [data] or CXR_DATA")
    for pattern in patterns:
        found = sorted(folder.glob(pattern))
        if len(found) > 1:
            raise DataError(f"{folder.name}: {len(found)} files match {pattern}; keep one: {found[0].name}")
        if found:
            return found[0]
    raise DataError(f"{folder.name}: no {' or '.join(patterns)} in this folder; it comes with the data set")


def reject_repeats(entries: Iterable[Entry]) -> None:
    """Raise DataError for a film that is listed twice: its second labels may differ from its first."""
    first: dict[str, str] = {}
    for entry in entries:
        if entry.image in first:
            raise DataError(f"{entry.where}: {entry.image} is listed already in {first[entry.image]}")
        first[entry.image] = entry.where


def count_note(count: int, what: str) -> tuple[str, ...]:
    """Return one sentence with a count, or nothing for 0."""
    return (f"{count:,} {what}",) if count else ()
