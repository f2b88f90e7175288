"""A linear look at the text of a ``head.toml`` before the TOML parser sees it.

`tomllib` copies every beginning of a dotted key, which makes a key of 50,000 parts cost gigabytes, and turns numbers
of any length into integers, which takes quadratic time or raises. So the text is first read word by word, with the
lexical rules of TOML 1.0.0 and nothing else: one pass, no recursion, no copy of more than one word.

The two must agree about where a text or a comment ends, or a key could hide from this look: what is not closed here
is reported here and never parsed.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any

MAX_DEPTH = 8
"""Parts of a dotted key, and brackets within brackets. The contract needs 3."""

MAX_WORD = 128
"""Characters of a bare key or a number. Of 64 characters a number is more exact than any float."""

MAX_TEXT = 40_000
"""Characters of a quoted text as written: `toml_table.MAX_TEXT` characters, each as an escape of ten."""

MAX_NESTED = 10_000
"""Brackets and dots in all: each may cost the parser a table of its own. 500 findings with evidence take 2,000."""

MAX_ITEMS = 20_000
"""Equals signs and commas in all. 500 findings with evidence take 10,000."""

# Every repetition is possessive: a long text must not cost a step back for each of its characters.
_WORD = re.compile(
    r"""
    (?P<blank> (?: [ \t\r\n]++ | \#[^\n]*+ )++ )
  | (?P<text> \"{3} (?: [^"\\]++ | \\. | "(?!"") )*+ "{3,5}
            | '{3} (?: [^']++ | '(?!'') )*+ '{3,5}
            | " (?: [^"\\\n]++ | \\[^\n] )*+ "
            | ' [^'\n]*+ ' )
  | (?P<bare> [A-Za-z0-9_+:\-]++ )
  | (?P<mark> [.=,\[\]{}] )
    """,
    re.VERBOSE | re.DOTALL,
)


def load_toml(text: str) -> dict[str, Any]:
    """Parse `text` within the limits of this module.

    Raises
    ------
    ValueError
        With one line that says what is wrong; it may quote the text.
    """
    excess = problem_of(text)
    if excess:
        raise ValueError(excess)
    try:
        return tomllib.loads(text)
    except Exception as error:  # besides its own, the parser raises what dates, numbers and depth make of a file
        raise ValueError(" ".join(str(error).split())[:200]) from error


def problem_of(text: str) -> str:
    """Return what is wrong with `text` as far as this look can tell, empty where the parser may have it.

    Examples
    --------
    >>> problem_of('title = "a.b.c"  # a.b.c')
    ''
    >>> problem_of("n = " + "9" * 5000)
    'line 1: a key or number has more than 128 characters'
    >>> problem_of("a.a.a.a.a.a.a.a.a = 1")
    'line 1: a key has more than 8 parts'
    """
    counts = _Counts()
    place = 0
    while place < len(text):
        word = _WORD.match(text, place)
        if word is None:
            what = "a text is not closed" if text[place] in "\"'" else "there is a character that TOML does not allow"
        else:
            what = counts.problem(word)
            place = word.end()
        if what:
            return f"line {text.count(chr(10), 0, place) + 1}: {what}"
    return ""


class _Counts:
    """What was met so far."""

    def __init__(self) -> None:
        self._open = 0
        self._parts = 1
        self._dotted = False
        self._nested = 0
        self._items = 0

    def problem(self, word: re.Match[str]) -> str:
        """Count one word; return what it makes too much of."""
        kind, length = word.lastgroup, word.end() - word.start()
        if kind == "blank":
            return ""
        if kind == "mark":
            return self._mark(word[0])
        if length > (MAX_WORD if kind == "bare" else MAX_TEXT):
            what = "a key or number" if kind == "bare" else "a text"
            return f"{what} has more than {MAX_WORD if kind == 'bare' else MAX_TEXT:,} characters"
        self._parts = self._parts + 1 if self._dotted else 1
        self._dotted = False
        return f"a key has more than {MAX_DEPTH} parts" if self._parts > MAX_DEPTH else ""

    def _mark(self, mark: str) -> str:
        self._dotted = mark == "."
        if mark in "[{":
            self._open += 1
        elif mark in "]}":
            self._open = max(0, self._open - 1)
        self._nested += mark in ".[{"
        self._items += mark in "=,"
        if self._open > MAX_DEPTH:
            return f"brackets lie more than {MAX_DEPTH} deep within each other"
        if self._nested > MAX_NESTED:
            return f"there are more than {MAX_NESTED:,} tables, lists and parts of keys"
        return f"there are more than {MAX_ITEMS:,} keys and values" if self._items > MAX_ITEMS else ""
