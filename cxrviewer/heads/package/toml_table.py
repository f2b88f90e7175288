"""Reads typed values from a TOML table and collects every problem instead of stopping at the first."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

MAX_TEXT = 4000
MAX_LISTED = 64
MAX_LISTED_TEXT = 200
"""Characters of a text in a list: names and codes, not prose."""


class TableReader:
    """One table of a manifest.

    A value that is missing or wrong is reported into `problems` as ``key: what is wrong``
    and replaced by a harmless one, so that reading goes on; the caller builds nothing
    from it once `problems` holds something.
    """

    def __init__(self, table: dict[str, Any], problems: list[str], prefix: str = "") -> None:
        self._table = table
        self._problems = problems
        self._prefix = prefix
        self._known: set[str] = set()

    def problem(self, key: str, what: str) -> None:
        self._problems.append(f"{self._prefix}{key}: {what}")

    def has(self, key: str) -> bool:
        self._known.add(key)
        return key in self._table

    def _take(self, key: str, kind: str, fits: Callable[[Any], bool]) -> Any:
        self._known.add(key)
        if key not in self._table:
            self.problem(key, "is missing")
            return None
        value = self._table[key]
        if not fits(value):
            self.problem(key, f"must be {kind}")
            return None
        return value

    def text(self, key: str, *, pattern: str | None = None, rule: str = "") -> str:
        """Return text that is not blank and holds no control characters (it reaches terminals and labels)."""
        value = self._take(key, "text", lambda v: isinstance(v, str))
        if value is None:
            return ""
        assert isinstance(value, str)
        if not value.strip():
            self.problem(key, "must not be empty")
        elif len(value) > MAX_TEXT:
            self.problem(key, f"must not be longer than {MAX_TEXT} characters")
        elif not value.replace("\n", " ").isprintable():
            self.problem(key, "must not hold control characters")
        elif pattern is not None and not re.fullmatch(pattern, value):
            self.problem(key, rule)
        return value

    def optional_text(self, key: str, *, pattern: str | None = None, rule: str = "") -> str | None:
        return self.text(key, pattern=pattern, rule=rule) if self.has(key) else None

    def texts(self, key: str, *, empty_ok: bool = False) -> tuple[str, ...]:
        kind = f"a list of texts of at most {MAX_LISTED_TEXT} characters"
        value = self._take(key, kind, lambda v: isinstance(v, list) and all(_is_text(t) for t in v))
        if value is None:
            return ()
        if not value and not empty_ok:
            self.problem(key, "must not be empty")
        if len(value) > MAX_LISTED:
            self.problem(key, f"must not hold more than {MAX_LISTED} texts")
        return tuple(value)

    def number(self, key: str, allowed: Callable[[float], bool], rule: str) -> float:
        """Return a finite number; a TOML integer counts as one, a boolean does not."""
        value = self._take(key, "a number", lambda v: isinstance(v, int | float) and not isinstance(v, bool))
        if value is None:
            return 0.0
        try:
            number = float(value)
        except OverflowError:  # TOML integers have no upper bound in Python
            number = math.inf
        if not math.isfinite(number) or not allowed(number):
            self.problem(key, rule)
        return number

    def optional_number(self, key: str, allowed: Callable[[float], bool], rule: str) -> float | None:
        return self.number(key, allowed, rule) if self.has(key) else None

    def integer(self, key: str, low: int, high: int) -> int:
        value = self._take(key, "a whole number", lambda v: isinstance(v, int) and not isinstance(v, bool))
        if value is None:
            return 0
        assert isinstance(value, int)
        if not low <= value <= high:
            self.problem(key, f"must be between {low} and {high}")
        return value

    def table(self, key: str) -> TableReader:
        value = self._take(key, "a table", lambda v: isinstance(v, dict))
        return TableReader(value or {}, self._problems if value is not None else [], f"{self._prefix}{key}.")

    def tables(self, key: str) -> list[TableReader]:
        value = self._take(
            key, "a list of tables", lambda v: isinstance(v, list) and all(isinstance(t, dict) for t in v)
        )
        return [
            TableReader(table, self._problems, f"{self._prefix}{key}[{number}].")
            for number, table in enumerate(value or [])
        ]

    def items(self) -> list[tuple[str, Any]]:
        """Return all pairs of a table whose keys are free."""
        self._known.update(self._table)
        return list(self._table.items())

    def reject_unknown(self) -> None:
        """Report every key nobody asked for: a typing error in an optional key must not pass silently."""
        for key in self._table:
            if key not in self._known:
                shown = key if key.isprintable() else ascii(key)
                self.problem(shown[:80], "is not a known key")


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and value.isprintable() and len(value) <= MAX_LISTED_TEXT
