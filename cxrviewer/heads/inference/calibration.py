"""Logit to probability, with the constants the head was calibrated with."""

from __future__ import annotations

import math

from cxrviewer.heads.contract import FindingSpec

NORMAL_95 = 1.959964
"""Two-sided 95 % of a normal distribution."""


def sigmoid(x: float) -> float:
    """Return ``1 / (1 + exp(-x))`` in [0, 1] without overflow for any finite `x`.

    Examples
    --------
    >>> sigmoid(0.0), sigmoid(-1000.0), sigmoid(1000.0)
    (0.5, 0.0, 1.0)
    """
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    small = math.exp(x)
    return small / (1 + small)


def probability(spec: FindingSpec, logit: float) -> float:
    """Return the calibrated probability ``sigmoid(slope * logit + offset)`` (Platt 1999)."""
    return sigmoid(spec.slope * logit + spec.offset)


def probability_interval(spec: FindingSpec, logit: float) -> tuple[float, float] | None:
    """Return the 95 % interval of `probability` at this logit, None where the head states no errors.

    Of the share of images with this score that have the finding, as well as the calibration images tell it. Errors of
    slope and offset are taken as normal on the scale of ``slope * logit + offset``
    (../docs/decisions/0097-intervals.md).
    """
    known = spec.interval
    if known is None:
        return None
    along, across = logit * known.slope_error, known.offset_error
    # A sum of squares: a sum with the mixed term subtracted could come out below zero.
    error = math.hypot(along * math.sqrt(1 - known.correlation**2), along * known.correlation + across)
    centre = spec.slope * logit + spec.offset
    return sigmoid(centre - NORMAL_95 * error), sigmoid(centre + NORMAL_95 * error)
