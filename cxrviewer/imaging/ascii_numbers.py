"""Numbers written as text, read strictly: ASCII digits only, and never longer than a number can be.

`str.isdigit` is true for superscripts, which `int` cannot convert, and `int` converts digits of every
script and raises for more than 4,300 of them. Text of a file or a manifest goes through here instead.
"""

from __future__ import annotations

import math
import re

_WHOLE = re.compile(r"[0-9]+")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
LONGEST = 64
"""Characters of a decimal number that are looked at: a Decimal String has 16 (PS3.5 6.2)."""


def whole_number(text: str, *, digits: int = 9) -> int | None:
    """Return a number of 1 to `digits` ASCII digits; None for any other text.

    Examples
    --------
    >>> whole_number("042"), whole_number("4²"), whole_number("9" * 5000)
    (42, None, None)
    """
    return int(text) if len(text) <= digits and _WHOLE.fullmatch(text) else None


def decimal_number(text: str) -> float | None:
    """Return a finite number as PS3.5 6.2 writes a Decimal String; None for any other text.

    Examples
    --------
    >>> decimal_number("-1.5e2"), decimal_number("2048,5"), decimal_number("NaN"), decimal_number("1e999")
    (-150.0, None, None, None)
    """
    if len(text) > LONGEST or not _DECIMAL.fullmatch(text):
        return None
    number = float(text)
    return number if math.isfinite(number) else None
