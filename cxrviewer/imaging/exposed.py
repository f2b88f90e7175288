"""The exposed part of an image, from its histogram. Without pydicom: the window uses it, too."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Histogram = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]

BORDER_SHARE = 0.95
"""From this share on, one or two constant values can be a border around a small field."""

INNER_SHARE = 0.5
"""The same for a border inside the border: an image within an image."""
MOST_INNER_BORDERS = 3
EVEN_SHARE = 0.05
"""From this share on, one value at the end of the scale is no anatomy."""

MOST_FLAT = 8
"""A field that fills less than such a part of the grey scale is shown by a window of its own."""

TAILS = (0.005, 0.995)
"""Fractions of the image drawn fully black and fully white by the percentile preset."""


def tails(ascending: Values, counts: Histogram) -> tuple[float, float]:
    """Return the values at `TAILS` of a histogram whose values ascend."""
    share = np.cumsum(counts) / counts.sum()
    low, high = (float(ascending[min(np.searchsorted(share, tail), share.size - 1)]) for tail in TAILS)
    return low, high


def field_of(values: Values, histogram: Histogram) -> Histogram:
    """Return the histogram without the constant border around a small field, `histogram` itself where there is none.

    One or two values that make up `BORDER_SHARE` of an image (collimator, letterbox) count as a border where the
    percentiles would draw most of the other pixels fully black or fully white, or all of them in nearly one grey.
    A border inside the border goes too.
    """
    order = np.argsort(values, kind="stable")
    counts = histogram
    for share in (BORDER_SHARE, *(INNER_SHARE,) * MOST_INNER_BORDERS):
        field = _without_common(counts, share)
        if field is None:
            break
        low, high = tails(values[order], counts[order])
        inner_low, inner_high = tails(values[order], field[order])
        between = field[(values > low) & (values < high)].sum()
        if 2 * between >= field.sum() and MOST_FLAT * (inner_high - inner_low) >= high - low:
            break
        counts = field
    return counts


def exposed_field(values: Values, histogram: Histogram) -> Histogram:
    """Return the histogram of what was exposed: also without black or white that covers a part of the image evenly.

    Collimators, cut-off corners and saturated air are one value, the lowest or the highest, on `EVEN_SHARE` of the
    image or more. `percentiles` keeps them: it must not clip what a maker left in the picture.
    """
    counts = field_of(values, histogram)
    order = np.argsort(values, kind="stable")
    for _ in range(MOST_INNER_BORDERS):
        used = order[counts[order] > 0]
        even = [code for code in (used[0], used[-1]) if counts[code] >= EVEN_SHARE * counts.sum()] if used.size else []
        if not even or used.size <= 1 + len(even):
            break
        counts = counts.copy()
        counts[even] = 0
    return counts


def _without_common(counts: Histogram, share: float) -> Histogram | None:
    """Return `counts` without the one or two values that hold `share` of them; None where there are none."""
    common = np.argsort(counts, kind="stable")[-2:]
    for codes in (common[-1:], common):
        if counts[codes].sum() >= share * counts.sum():
            field = counts.copy()
            field[codes] = 0
            return field if np.count_nonzero(field) > 1 else None
    return None
