"""Probabilities and their intervals as text: the same on the screen, in a report and in a table."""

from __future__ import annotations

import math


def percent(value: float, decimals: int = 0) -> str:
    """Return a probability in per cent; never 0 or 100, which no model knows."""
    least: float = 10.0**-decimals
    if 100 * value < least:
        return f"< {least:.{decimals}f} %"
    return f"> {100 - least:.{decimals}f} %" if 100 * value > 100 - least else f"{100 * value:.{decimals}f} %"


def score_and_threshold(score: float, threshold: float) -> tuple[str, str]:
    """Return both in whole per cent, or with the decimals that tell on which side of the threshold the score is.

    Examples
    --------
    >>> score_and_threshold(0.62, 0.4), score_and_threshold(0.0094, 0.0102), score_and_threshold(0.012, 0.0139)
    (('62 %', '40 %'), ('< 1 %', '1 %'), ('1.2 %', '1.4 %'))
    >>> score_and_threshold(0.0001, 0.008), score_and_threshold(0.5, 0.5)
    (('< 0.1 %', '0.8 %'), ('50 %', '50 %'))
    """
    for decimals in range(4):
        words = percent(score, decimals), percent(threshold, decimals)
        if words[0] != words[1]:
            return words
    return percent(score), percent(threshold)


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
