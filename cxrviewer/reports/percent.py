"""Probabilities and their intervals as text: the same on the screen, in a report and in a table."""

from __future__ import annotations

import math


def percent(value: float) -> str:
    """Return a probability as whole per cent; never 0 or 100, which no model knows."""
    if value < 0.01:
        return "< 1 %"
    return "> 99 %" if value > 0.99 else f"{100 * value:.0f} %"


def interval(ends: tuple[float, float] | None) -> str:
    """Return the interval of a probability in per cent without the sign, rounded outwards; empty where there is none.

    Examples
    --------
    >>> interval((0.553, 0.701)), interval((0.004, 0.02)), interval((0.95, 0.995)), interval(None)
    ('55\N{EN DASH}71', '<1\N{EN DASH}2', '95\N{EN DASH}>99', '')
    """
    if ends is None:
        return ""
    # To six digits first: 0.55 * 100 is 55.00000000000001.
    low, high = math.floor(round(100 * ends[0], 6)), math.ceil(round(100 * ends[1], 6))
    return f"{low if low > 0 else '<1'}\N{EN DASH}{high if high < 100 else '>99'}"


def with_interval(value: float, ends: tuple[float, float] | None) -> str:
    """Return a probability with its interval in brackets, as in a cell of a table; alone where there is none.

    Examples
    --------
    >>> with_interval(0.62, (0.553, 0.701)), with_interval(0.62, None)
    ('62 % (55\N{EN DASH}71)', '62 %')
    """
    return percent(value) if ends is None else f"{percent(value)} ({interval(ends)})"
