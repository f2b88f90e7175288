"""Modality transform and ways to see an image, from its header and its histogram."""

from __future__ import annotations

import math
from itertools import islice, zip_longest

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from pydicom.dataset import Dataset

from cxrviewer.imaging.exposed import Histogram, Values, field_of, tails
from cxrviewer.imaging.lut_reader import full_contrast, read_lut
from cxrviewer.imaging.modality import ModalityTransform, Rescale
from cxrviewer.imaging.values import Decimals, bounded, decimals, items, label, text, texts_in_place
from cxrviewer.imaging.voi import Voi, VoiFunction, VoiLut, VoiOrigin, VoiPreset, VoiWindow
from cxrviewer.text import cause, msg

DISPLAY_READY_BITS = 8
"""Images of at most so many bits without any VOI are display-ready and shown over their full range."""

LARGEST = 1e12
"""Rescaled values and window limits beyond this are mistakes, and lose the steps of 16-bit data in rounding."""

MOST_WINDOWS = 64
"""Windows, and VOI LUTs, offered of one header."""


Codes = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]


class HeaderPresets(Struct, frozen=True):
    """What the header offers, and sentences about what it offered in vain."""

    presets: tuple[VoiPreset, ...]
    notes: tuple[str, ...]


SAMPLES = 200_000
"""Pixels a histogram is made of, about: percentiles of a larger image do not change visibly."""


def sample_histogram(codes: Codes, levels: int, padding: tuple[int, int] | None = None) -> Histogram:
    """Count codes on a regular grid of about `SAMPLES` pixels, leaving out padding.

    Returns
    -------
    (levels,) int64
        The same for the same image always: the grid does not depend on chance.
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
            notes.append(
                msg("The Modality LUT could not be used: {error}. Stored values are shown instead.", error=cause(error))
            )
            break
    slope, intercept = decimals(dataset, "RescaleSlope"), decimals(dataset, "RescaleIntercept")
    notes += slope.notes + intercept.notes
    try:
        return _rescale(slope, intercept, stored), tuple(notes)
    except ValueError as error:
        notes.append(
            msg("The rescale could not be used: {error}. Stored values are shown instead.", error=cause(error))
        )
        return Rescale(), tuple(notes)


_UNITS = {
    "OD": "OD/1000",  # thousandths of optical density
    "HU": "HU",
    "HU_MOD": "HU (modified)",
    "MGML": "mg/ml",
    "PCT": "%",
    "Z_EFF": "Z (effective)",
    "ED": "10²³ electrons/ml",
    "EDW": "N/Nw",
}


def modality_unit(dataset: Dataset, modality: ModalityTransform) -> str:
    """Return the unit of modality values, empty where the header names none.

    (0028,3004) Modality LUT Type or (0028,1054) Rescale Type (PS3.3 C.11.1.1.2), whichever goes with the step in use.
    """
    if isinstance(modality, Rescale):
        header = decimals(dataset, "RescaleSlope").first, decimals(dataset, "RescaleIntercept").first
        if header != (modality.slope, modality.intercept):
            return ""  # the step of the header could not be used, so its unit is not that of the values
        return _UNITS.get(text(dataset, "RescaleType").upper(), "")
    first = next(iter(items(dataset, "ModalityLUTSequence")), None)
    return "" if first is None else _UNITS.get(text(first, "ModalityLUTType").upper(), "")


def _rescale(slope: Decimals, intercept: Decimals, stored: Values) -> Rescale:
    """Return the rescale; raises ValueError where one of the two is unusable, because half of it is another one."""
    for found, keyword in ((slope, "RescaleSlope"), (intercept, "RescaleIntercept")):
        if len(set(found.values)) > 1:
            raise ValueError(msg("{keyword} holds several values", keyword=label(keyword)))
        if found.first is None and found.notes:
            raise ValueError(msg("{keyword} is not a number", keyword=label(keyword)))
        if found.first is not None and abs(found.first) > LARGEST:
            raise ValueError(msg("{keyword} is too large", keyword=label(keyword)))
    made = Rescale(1.0 if slope.first is None else slope.first, intercept.first or 0.0)
    values = made.apply(stored)
    if np.abs(values).max() > LARGEST or not np.diff(values).all():
        slope_name, intercept_name = label("RescaleSlope"), label("RescaleIntercept")
        raise ValueError(
            msg("{slope} and {intercept} leave no usable values", slope=slope_name, intercept=intercept_name)
        )
    return made


def _luts(dataset: Dataset, values: Values, *, little: bool) -> HeaderPresets:
    presets: list[VoiPreset] = []
    notes: list[str] = []
    for index, item in enumerate(islice(items(dataset, "VOILUTSequence"), MOST_WINDOWS), start=1):
        try:
            table, note = full_contrast(read_lut(item, values, little=little))
        except ValueError as error:
            notes.append(msg("A VOI LUT of this film could not be used: {error}.", error=cause(error)))
            continue
        notes += [note] if note else []
        presets.append(
            VoiPreset(table.explanation or msg("VOI LUT {number}", number=index), VoiLut(table), VoiOrigin.VOI_LUT)
        )
    return HeaderPresets(tuple(presets), tuple(notes))


def _function(dataset: Dataset) -> tuple[VoiFunction, str | None]:
    name = text(dataset, "VOILUTFunction").upper()
    try:
        return (VoiFunction(name) if name else VoiFunction.LINEAR), None
    except ValueError:
        # C.11.2.1.3: the default for absent is LINEAR; an unknown function has no other reading.
        return VoiFunction.LINEAR, msg("The header names an unknown VOI LUT Function; its windows are drawn as LINEAR.")


def _windows(dataset: Dataset) -> HeaderPresets:
    centers, widths = decimals(dataset, "WindowCenter"), decimals(dataset, "WindowWidth")
    notes = list(centers.notes + widths.notes)
    pairs = list(zip_longest(centers.values, widths.values))
    if all(center is None and width is None for center, width in pairs):
        return HeaderPresets((), tuple(notes))
    function, note = _function(dataset)
    notes += [note] if note else []
    if any((center is None) != (width is None) for center, width in pairs):
        notes.append(msg("The header has windows without a center or a width; they are left out."))
    if len(pairs) > MOST_WINDOWS:
        notes.append(
            msg("The header has more than {most_windows} windows; the others are left out.", most_windows=MOST_WINDOWS)
        )
    names = texts_in_place(dataset, "WindowCenterWidthExplanation")
    presets: list[VoiPreset] = []
    for index, (center, width) in enumerate(pairs[:MOST_WINDOWS]):
        if center is None or width is None:
            continue
        name = names[index] if index < len(names) else ""
        try:
            window = _window(center, width, function)
        except ValueError as error:
            notes.append(msg("A window of the header could not be used: {error}.", error=cause(error)))
            continue
        if all(window != preset.voi for preset in presets):
            presets.append(
                VoiPreset(bounded(name) or msg("Window {number}", number=index + 1), window, VoiOrigin.WINDOW)
            )
    return HeaderPresets(tuple(presets), tuple(dict.fromkeys(notes)))


def _window(center: float, width: float, function: VoiFunction) -> VoiWindow:
    for value, keyword in ((center, "WindowCenter"), (width, "WindowWidth")):
        if abs(value) > LARGEST:
            raise ValueError(msg("{keyword} is too large", keyword=label(keyword)))
    if 0 < width < 1 / LARGEST:
        raise ValueError(msg("{keyword} is too small", keyword=label("WindowWidth")))
    return VoiWindow(center, width, function)


def _span(name: str, low: float, high: float, origin: VoiOrigin) -> VoiPreset:
    # LINEAR_EXACT draws exactly `low` black and `high` white; a flat image still needs a width.
    width = high - low if high > low else 1.0
    return VoiPreset(name, VoiWindow(low + width / 2, width, VoiFunction.LINEAR_EXACT), origin)


def full_range(values: Values) -> VoiPreset:
    """Return the window from the lowest to the highest value that can be stored."""
    return _span(msg("Full range"), float(values.min()), float(values.max()), VoiOrigin.FULL_RANGE)


def percentiles(values: Values, histogram: Histogram) -> VoiPreset:
    """Return the window that leaves `TAILS` of the image, or of the field inside a border, outside it.

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
    low, high = tails(values[order], field_of(values, histogram)[order])
    return _span(msg("Percentiles"), low, high, VoiOrigin.PERCENTILES)


def _shows_nothing(voi: Voi, values: Values, histogram: Histogram) -> bool:
    """Return whether `voi` draws an image that is not flat in a single grey."""
    used = np.flatnonzero(histogram)
    if used.size < 2:
        return False
    grey = voi.apply(values[used])
    return bool(np.ptp(grey) == 0)


def all_presets(
    dataset: Dataset, values: Values, histogram: Histogram, *, bits: int, little: bool
) -> tuple[tuple[VoiPreset, ...], tuple[str, ...]]:
    """Return every way to see the image, the default first, and notes.

    Order: VOI LUTs, header windows, then the computed ones. PS3.3 C.11.2.1.1 leaves the
    choice between LUT and window to the viewer; makers put their own processing into the
    LUT and the window beside it as an approximation.
    """
    luts, windows = _luts(dataset, values, little=little), _windows(dataset)
    offered = luts.presets + windows.presets
    notes = list(luts.notes + windows.notes)
    usable = tuple(preset for preset in offered if not _shows_nothing(preset.voi, values, histogram))
    if len(usable) < len(offered):
        notes.append(msg("A window of the header would draw the whole film in one grey; it is left out."))
    in_vain = bool(notes)
    computed = (percentiles(values, histogram), full_range(values))
    if bits <= DISPLAY_READY_BITS:
        computed = computed[::-1]
    elif not usable and field_of(values, histogram) is not histogram:
        notes.append(
            msg("Nearly all of the image is a constant border; its default window is made for the field inside.")
        )
    if not usable and in_vain:
        notes.append(msg("The film is shown by its {origin} instead.", origin=computed[0].origin.value))
    return usable + computed, tuple(dict.fromkeys(notes))
