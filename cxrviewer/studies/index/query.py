"""What the reader types into the search box, as conditions on studies.

Words are joined by "and"; one that is a date is looked for in dates too. ``name:``, ``id:``, ``note:`` and ``text:``
look in one place; ``date:2025..`` in dates, ``modality:``, ``status:``, ``view:`` and ``finding:`` compare. Quoted text
is found as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from msgspec import Struct

from cxrviewer.imaging.dates import date_span
from cxrviewer.studies.index.text import words
from cxrviewer.text import msg

MATCHES = "study.id IN (SELECT rowid FROM study_text WHERE study_text MATCH ?)"
"""The condition that a search for words alone is, with one value."""
MAX_TERMS = 20
_FIELD = r"(?:name|id|note|text|date|modality|view|status|finding):"
# People write "name: doe" too, and the list must not turn empty while "name:" is all that was typed yet.
_TERM = re.compile(
    rf'(?:(?P<field>{_FIELD})\s*)?(?:"(?P<quoted>[^"]*)"?|(?P<bare>(?!{_FIELD})[^\s"]+))|{_FIELD}', re.IGNORECASE
)
_NO_FIELD = re.compile(r"([^\W\d_]+):")
"""Letters before a colon; a time of day has digits there."""
_TYPED = str.maketrans("：“”„", ':"""')
"""Colon and quotes as other keyboards write them. Of text to be found, only letters and digits matter."""
_DATE = re.compile(r"[0-9]{4}(?:([.\-/]?)[0-9]{2}(?:\1[0-9]{2})?)?")
_COLUMNS = {"name": "name", "id": "ident", "note": "note", "text": "description"}
_STATUS = frozenset({"new", "opened", "read"})


class Condition(Struct, frozen=True):
    """What a search asks of studies, and what of its text could not be used.

    Attributes
    ----------
    words : str
        For the index of words; empty where the search has none.
    compared : str
        Condition on rows of ``study``, of columns that its index ``study_compared`` holds; empty for none.
    compared_values : tuple
    dates : tuple of str, optional
        First and last day of `compared`, empty for none: no study of another date is found.
    problems : tuple of str
    """

    words: str = ""
    compared: str = ""
    compared_values: tuple[str | int, ...] = ()
    dates: tuple[str, str] | None = None
    problems: tuple[str, ...] = ()

    @property
    def sql(self) -> str:
        """Return both as one condition on rows of ``study``, with `values`."""
        return " AND ".join(part for part in (MATCHES if self.words else "", self.compared) if part)

    @property
    def values(self) -> tuple[str | int, ...]:
        return (self.words, *self.compared_values) if self.words else self.compared_values


class _Parts(Struct):
    text: list[str]
    sql: list[str]
    values: list[str | int]
    problems: list[str]
    dates: tuple[str, str] | None = None


def parse(query: str) -> Condition:
    """Return the condition that a search text stands for; an empty one for no text. Never raises.

    Examples
    --------
    >>> parse('name:doe date:2025..').sql
    "study.id IN (SELECT rowid FROM study_text WHERE study_text MATCH ?) AND study.date >= ? AND study.date <> ''"
    """
    parts = _Parts([], [], [], [])
    for count, match in enumerate(_TERM.finditer(query.translate(_TYPED))):
        if count == MAX_TERMS:
            break
        field = (match["field"] or "").lower().rstrip(":")
        quoted = match["quoted"] is not None
        value = match["quoted"] if quoted else match["bare"]
        handler = _FIELDS.get(field)
        if not value:
            continue
        if handler is not None:
            handler(parts, value)
        else:
            if not field and not quoted and (other := _NO_FIELD.match(value)) is not None:
                parts.problems.append(
                    msg("There is no field “{field}:”; it is looked for as text.", field=other[1][:40])
                )
            _text(parts, _COLUMNS.get(field, ""), value, quoted=quoted)
    compared, problems = " AND ".join(parts.sql), tuple(parts.problems)
    return Condition(" AND ".join(parts.text), compared, tuple(parts.values), parts.dates, problems)


def _text(parts: _Parts, column: str, value: str, *, quoted: bool) -> None:
    term = words(value)
    if not term:
        return
    # Only letters and digits are left of what was typed: nothing of it can be syntax.
    phrase = f'"{term}"' + ("" if quoted else " *")
    span = None if column or quoted else _span(value)
    if span is None:
        parts.text.append(f"{column} : {phrase}" if column else phrase)
        return
    parts.sql.append(f"({MATCHES} OR study.date BETWEEN ? AND ?)")
    parts.values += [phrase, *(day.isoformat() for day in span)]


def _date(parts: _Parts, value: str) -> None:
    first, dots, last = value.partition("..")
    begin, end = _span(first), _span(last)
    if (first and begin is None) or (last and end is None) or not (begin or end):
        parts.problems.append(
            msg(
                "“{text}” is not understood as a date: write 2025, 2025-03, 2025-03-18 or two of them with .. between.",
                text=value[:40],
            )
        )
        return
    if not dots:
        end = begin
    if begin is not None:
        parts.sql.append("study.date >= ?")
        parts.values.append(begin[0].isoformat())
    if end is not None:
        parts.sql.append("study.date <= ?")
        parts.values.append(end[1].isoformat())
    parts.sql.append("study.date <> ''")
    # Of several the last one: each holds for every study that is found.
    parts.dates = (begin[0].isoformat() if begin else "", end[1].isoformat() if end else "")


def _span(text: str) -> tuple[date, date] | None:
    """Return the first and last day of a date that is written out right: 2024-13 is not taken for its year."""
    found = date_span(text) if _DATE.fullmatch(text) else None
    digits = sum(letter.isdigit() for letter in text)
    days = {4: 364, 6: 27, 8: 0}.get(digits)
    if found is None or days is None or not days <= (found[1] - found[0]).days <= days + 3:
        return None
    return found


def _modality(parts: _Parts, value: str) -> None:
    _one_of(parts, "study.modalities", value.upper())


def _view(parts: _Parts, value: str) -> None:
    _one_of(parts, "study.views", value.upper())


def _one_of(parts: _Parts, column: str, value: str) -> None:
    """Studies of which a column holds a value between blanks."""
    # The last condition says it all; putting texts together takes most of its time, and few rows come to it.
    parts.sql.append(f"({column} = ? OR (instr({column}, ?) AND instr(' ' || {column} || ' ', ?)))")
    parts.values += [value, value, f" {value} "]


def _status(parts: _Parts, value: str) -> None:
    if value.lower() not in _STATUS:
        parts.problems.append(msg("“{text}” is not a status: new, opened and read are.", text=value[:40]))
        return
    parts.sql.append("study.status = ?")
    parts.values.append(value.lower())


def _finding(parts: _Parts, value: str) -> None:
    """Studies with a finding above its threshold whose name holds a word that begins so."""
    term = words(value)
    if not term:
        return
    parts.sql.append("instr(study.findings, ?)")
    parts.values.append(f" {term}")


_FIELDS: dict[str, Callable[[_Parts, str], None]] = {
    "date": _date,
    "modality": _modality,
    "view": _view,
    "status": _status,
    "finding": _finding,
}
