"""Modality transform and ways to see a film, from its header and its histogram."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pydicom.dataset import Dataset

from cxrviewer.imaging.lut_reader import read_lut
from cxrviewer.imaging.modality import ModalityTransform, Rescale
from cxrviewer.imaging.values import items, number, numbers, text, texts
from cxrviewer.imaging.voi import Voi, VoiFunction, VoiLut, VoiOrigin, VoiPreset, VoiWindow

DISPLAY_READY_BITS = 8
"""Films of at most so many bits without any VOI are display-ready and shown over their full range."""

TAILS = (0.005, 0.995)
"""Fractions of the film drawn fully black and fully white by the percentile preset."""

Histogram = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]
Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class HeaderPresets:
    """What the header offers, and sentences about what it offered in vain."""

    presets: tuple[VoiPreset, ...]
    notes: tuple[str, ...]


SAMPLES = 200_000
"""Pixels a histogram is made of, about: percentiles of a larger film do not change visibly."""


def sample_histogram(codes: Codes, levels: int, padding: tuple[int, int] | None = None) -> Histogram:
    """Count codes on a regular grid of about `SAMPLES` pixels, leaving out padding.

    Returns
    -------
    (levels,) int64
        The same for the same film always: the grid does not depend on chance.
    """
    step = max(1, math.isqrt(codes.size // SAMPLES))
    counts = np.bincount(codes[::step, ::step].ravel(), minlength=levels).astype(np.int64)
    if padding is not None:
        counts[padding[0] : padding[1] + 1] = 0
    return counts


def read_modality(dataset: Dataset, stored: Values, *, little: bool) -> tuple[ModalityTransform, tuple[str, ...]]:
    """Return the Modality LUT step and notes (PS3.3 C.11.1).

    A sequence wins over a rescale: the standard allows only one of them, and files that
    carry both carry the identity rescale beside the table.
    """
    notes: list[str] = []
    for item in items(dataset, "ModalityLUTSequence"):
        try:
            return read_lut(item, stored, little=little), ()
        except ValueError as error:
            notes.append(f"The Modality LUT could not be used: {error}. Stored values are shown instead.")
            break
    slope, intercept = number(dataset, "RescaleSlope"), number(dataset, "RescaleIntercept")
    try:
        return Rescale(1.0 if slope is None else slope, intercept or 0.0), tuple(notes)
    except ValueError as error:
        notes.append(f"The rescale could not be used: {error}. Stored values are shown instead.")
        return Rescale(), tuple(notes)


def _luts(dataset: Dataset, values: Values, *, little: bool) -> HeaderPresets:
    presets, notes = [], []
    for index, item in enumerate(items(dataset, "VOILUTSequence"), start=1):
        try:
            table = read_lut(item, values, little=little)
        except ValueError as error:
            notes.append(f"A VOI LUT of this film could not be used: {error}.")
            continue
        presets.append(VoiPreset(table.explanation or f"VOI LUT {index}", VoiLut(table), VoiOrigin.VOI_LUT))
    return HeaderPresets(tuple(presets), tuple(notes))


def _function(dataset: Dataset) -> tuple[VoiFunction, str | None]:
    name = text(dataset, "VOILUTFunction").upper()
    try:
        return (VoiFunction(name) if name else VoiFunction.LINEAR), None
    except ValueError:
        # C.11.2.1.3: the default for absent is LINEAR; an unknown function has no other reading.
        return VoiFunction.LINEAR, "The header names an unknown VOI LUT Function; its windows are drawn as LINEAR."


def _windows(dataset: Dataset) -> HeaderPresets:
    centers, widths = numbers(dataset, "WindowCenter"), numbers(dataset, "WindowWidth")
    if not centers and not widths:
        return HeaderPresets((), ())
    function, note = _function(dataset)
    notes = [note] if note else []
    if len(centers) != len(widths):
        notes.append("The header has windows without a center or a width; they are left out.")
    names = texts(dataset, "WindowCenterWidthExplanation")
    presets: list[VoiPreset] = []
    for index, (center, width) in enumerate(zip(centers, widths, strict=False)):
        name = names[index] if index < len(names) else f"Window {index + 1}"
        try:
            window = VoiWindow(center, width, function)
        except ValueError as error:
            notes.append(f"A window of the header could not be used: {error}.")
            continue
        if all(window != preset.voi for preset in presets):
            presets.append(VoiPreset(name, window, VoiOrigin.WINDOW))
    return HeaderPresets(tuple(presets), tuple(notes))


def _span(name: str, low: float, high: float, origin: VoiOrigin) -> VoiPreset:
    # LINEAR_EXACT draws exactly `low` black and `high` white; a flat film still needs a width.
    width = high - low if high > low else 1.0
    return VoiPreset(name, VoiWindow(low + width / 2, width, VoiFunction.LINEAR_EXACT), origin)


def full_range(values: Values) -> VoiPreset:
    """Return the window from the lowest to the highest value that can be stored."""
    return _span("Full range", float(values.min()), float(values.max()), VoiOrigin.FULL_RANGE)


def percentiles(values: Values, histogram: Histogram) -> VoiPreset:
    """Return the window that leaves `TAILS` of the film outside it.

    Parameters
    ----------
    values : (levels,) float64
        Modality value of every code.
    histogram : (levels,) int64
        Pixels of every code, without padding.
    """
    if not histogram.any():
        return full_range(values)
    order = np.argsort(values, kind="stable")  # a Modality LUT or a negative slope may run downwards
    share = np.cumsum(histogram[order]) / histogram.sum()
    low, high = (float(values[order][min(np.searchsorted(share, tail), share.size - 1)]) for tail in TAILS)
    return _span("Percentiles", low, high, VoiOrigin.PERCENTILES)


def _shows_nothing(voi: Voi, values: Values, histogram: Histogram) -> bool:
    """Return whether `voi` draws a film that is not flat in a single grey."""
    used = np.flatnonzero(histogram)
    if used.size < 2:
        return False
    grey = voi.apply(values[used])
    return bool(np.ptp(grey) == 0)


def all_presets(
    dataset: Dataset, values: Values, histogram: Histogram, *, bits: int, little: bool
) -> tuple[tuple[VoiPreset, ...], tuple[str, ...]]:
    """Return every way to see the film, the default first, and notes.

    Order: VOI LUTs, header windows, then the computed ones. PS3.3 C.11.2.1.1 leaves the
    choice between LUT and window to the viewer; makers put their own processing into the
    LUT and the window beside it as an approximation.
    """
    luts, windows = _luts(dataset, values, little=little), _windows(dataset)
    offered = luts.presets + windows.presets
    notes = list(luts.notes + windows.notes)
    usable = tuple(preset for preset in offered if not _shows_nothing(preset.voi, values, histogram))
    if len(usable) < len(offered):
        notes.append("A window of the header would draw the whole film in one grey; it is left out.")
    computed = (percentiles(values, histogram), full_range(values))
    if bits <= DISPLAY_READY_BITS:
        computed = computed[::-1]
    if not usable and notes:
        notes.append(f"The film is shown by its {computed[0].origin.value} instead.")
    return usable + computed, tuple(notes)
