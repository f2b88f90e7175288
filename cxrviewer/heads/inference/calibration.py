"""Logit to probability, with the constants the head was calibrated with."""

from __future__ import annotations

import math

from cxrviewer.heads.contract import FindingSpec


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
