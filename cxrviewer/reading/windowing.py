"""The reader's window over one image: presets, drag, automatic, inversion. Pure values."""

from __future__ import annotations

import math
from types import MappingProxyType

import msgspec
import numpy as np
import numpy.typing as npt
from msgspec import Struct
from msgspec.structs import replace

from cxrviewer.imaging.exposed import exposed_field
from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.imaging.voi import Voi, VoiFunction, VoiLut, VoiOrigin, VoiPreset, VoiWindow
from cxrviewer.reading.values import (
    FieldGrey,
    Grey,
    Point,
    PresetGrey,
    RegionGrey,
    ViewState,
    WindowFunction,
    WindowGrey,
)
from cxrviewer.text import msg, tr, translated

#: Screen pixels of drag that multiply the width by e, and that move the level by one width.
DRAG_PIXELS = 400.0
AUTO_PERCENTILES = (1.0, 99.0)
AUTO_NAME = msg("Auto")
REGION_PERCENTILES = (2.0, 98.0)
REGION_NAME = msg("Region")
MAX_REGION_PIXELS = 500_000
"""Pixels of a region that are looked at, about; of a larger one every second, third ... row and column."""

LUNGS = FieldGrey(2.0, 75.0)
MEDIASTINUM = FieldGrey(30.0, 99.5)
BONES = FieldGrey(45.0, 99.9)
TISSUES = MappingProxyType({LUNGS: msg("Lungs"), MEDIASTINUM: msg("Mediastinum"), BONES: msg("Bones")})
"""Percentiles of the exposed field, with what they show best; why these: docs/decisions/0085-grey-tools.md."""


class WindowState(Struct, frozen=True, eq=False):
    """How the reader sees a grey image right now.

    Attributes
    ----------
    voi : VoiWindow or VoiLut
    preset : int or None
        Index into the image's presets; None after a drag or a window from pixels.
    name : str
        What the screen calls it: the preset's name, that of `source`, or empty.
    invert : bool
        The reader's own inversion, on top of what the header asks for.
    source : RegionGrey, FieldGrey or None
        Which pixels the window was made from.
    """

    voi: Voi
    preset: int | None
    name: str
    invert: bool = False
    source: RegionGrey | FieldGrey | None = None


def first_state(presets: tuple[VoiPreset, ...]) -> WindowState:
    """Return the state an image opens with."""
    return with_preset(presets, 0, invert=False)


def with_preset(presets: tuple[VoiPreset, ...], index: int, *, invert: bool) -> WindowState:
    """Return the state of preset `index`; IndexError for one the image does not have."""
    if not 0 <= index < len(presets):
        raise IndexError(f"the film has {len(presets)} presets, not a number {index}")
    return WindowState(presets[index].voi, index, presets[index].name, invert)


def toggled(state: WindowState) -> WindowState:
    """Return the state with the reader's inversion switched."""
    return replace(state, invert=not state.invert)


def as_grey(state: WindowState, radiograph: Radiograph) -> Grey:
    """Return the state as a value that can be written down; inversion is not part of it."""
    if state.preset is not None:
        return PresetGrey(state.preset)
    if state.source is not None:
        return state.source
    window = state.voi
    if isinstance(window, VoiLut):
        window, _ = equivalent_window(window, radiograph.modality_values())
    return WindowGrey(window.center, window.width, WindowFunction(window.function.value))


def from_grey(grey: Grey, radiograph: Radiograph, *, invert: bool) -> WindowState:
    """Return the state a value stands for; the image's first preset for one that it no longer has."""
    if isinstance(grey, RegionGrey):
        return automatic(radiograph, invert=invert) if grey.automatic else region_state(radiograph, grey, invert=invert)
    if isinstance(grey, FieldGrey):
        return field_state(radiograph, grey, invert=invert)
    if isinstance(grey, WindowGrey):
        window = VoiWindow(grey.center, grey.width, VoiFunction(grey.function.value))
        return WindowState(window, None, "", invert)
    presets = radiograph.presets
    return with_preset(presets, grey.index if grey.index < len(presets) else 0, invert=invert)


def in_frame(state: WindowState, before: Radiograph, after: Radiograph) -> WindowState:
    """Return how another frame of the same image is seen.

    A window or VOI LUT of the header is that frame's own. Any other window stays as it is: computed anew for each
    frame it would flicker. It is two plain numbers from then on: written down as a preset or by where it came from it
    would be that of the other frame when it is read again.
    """
    if before is after:
        return state
    index, of_header = state.preset, {VoiOrigin.WINDOW, VoiOrigin.VOI_LUT}
    if index is not None and index < min(len(before.presets), len(after.presets)):
        if {before.presets[index].origin, after.presets[index].origin} <= of_header:
            return with_preset(after.presets, index, invert=state.invert)
    return replace(state, preset=None, name="", source=None)


def as_window(view: ViewState, radiograph: Radiograph) -> ViewState:
    """Return a grey image's view with its grey as a window, so that it can move by as much as another image's."""
    state = from_grey(view.grey, radiograph, invert=view.inverted)
    window, falling = equivalent_window(state.voi, radiograph.modality_values())
    grey = WindowGrey(window.center, window.width, WindowFunction(window.function.value))
    return msgspec.structs.replace(view, grey=grey, inverted=view.inverted != falling)


def equivalent_window(voi: Voi, values: npt.NDArray[np.float64]) -> tuple[VoiWindow, bool]:
    """Return the linear window that comes closest to `voi`, and whether it needs inversion.

    A drag has to start from two numbers. For a VOI LUT they are the straight line through
    the points where its curve leaves black and reaches white (2 % and 98 % of its own
    range); a LUT that falls instead of rising gives the inverted window.

    Parameters
    ----------
    voi : VoiWindow or VoiLut
    values : (levels,) float64
        Modality value of every code, see `Radiograph.modality_values`.
    """
    if isinstance(voi, VoiWindow):
        return voi, False
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    grey = voi.apply(ordered)
    falling = bool(grey[-1] < grey[0])
    if falling:
        grey = 1 - grey
    low, high = float(grey.min()), float(grey.max())
    black = ordered[int(np.argmax(grey > low + 0.02 * (high - low)))] if high > low else ordered[0]
    white = ordered[int(np.argmax(grey >= low + 0.98 * (high - low)))] if high > low else ordered[-1]
    return _between(float(black), float(white)), falling


def dragged(start: WindowState, radiograph: Radiograph, dx: float, dy: float) -> WindowState:
    """Return the window `dx` screen pixels right and `dy` down of where the drag began.

    Right widens (less contrast), up makes the picture brighter whatever the polarity.
    The width changes by a factor, so that one gesture suits 8-bit and 16-bit images and
    never reaches zero.
    """
    window, falling = equivalent_window(start.voi, radiograph.modality_values())
    invert = start.invert != falling
    width = window.width * math.exp(dx / DRAG_PIXELS)
    if window.function is VoiFunction.LINEAR:
        width = max(1.0, width)
    # A lower level brightens an image drawn white-is-high and darkens an inverted one.
    sign = -1.0 if radiograph.inverted != invert else 1.0
    center = window.center + sign * dy * window.width / DRAG_PIXELS
    limit = 1e9
    moved = VoiWindow(min(max(center, -limit), limit), min(max(width, 1e-6), limit), window.function)
    return WindowState(moved, None, "", invert)


def automatic(radiograph: Radiograph, *, invert: bool) -> WindowState:
    """Return the window from the 1st to the 99th percentile of the image's own values.

    Pixel padding takes no part. Every 4th row and column is looked at: 1/16 of the pixels
    places a percentile far more exactly than an eye can tell.
    """
    sample = _unpadded(radiograph, radiograph.codes[::4, ::4].ravel())
    whole = RegionGrey(Point(0, 0), Point(radiograph.columns, radiograph.rows), *AUTO_PERCENTILES)
    return WindowState(_of_sample(radiograph, sample, AUTO_PERCENTILES), None, AUTO_NAME, invert, whole)


def region_state(radiograph: Radiograph, region: RegionGrey, *, invert: bool) -> WindowState:
    """Return the window between the percentiles of a rectangle's pixels; see `_pixels_of` for which count.

    The automatic window where none of its pixels lies on the image.
    """
    sample = _pixels_of(radiograph, region)
    if not sample.size:
        return automatic(radiograph, invert=invert)
    return WindowState(_of_sample(radiograph, sample, (region.low, region.high)), None, REGION_NAME, invert, region)


def region_between(radiograph: Radiograph, corner: Point, opposite: Point) -> RegionGrey | None:
    """Return the region of a rectangle the reader drew, None where it holds no pixel to make a window from."""
    region = RegionGrey(corner, opposite, *REGION_PERCENTILES)
    return region if _pixels_of(radiograph, region).size else None


def field_state(radiograph: Radiograph, field: FieldGrey, *, invert: bool) -> WindowState:
    """Return the window between two percentiles of the exposed field, the darkest pixel as the header draws it first.

    The field is what neither pixel padding nor the display shutter covers, without even borders
    (`exposed.exposed_field`). The reader's own inversion has no influence on the window.
    """
    down, across = np.arange(0, radiograph.rows, 4), np.arange(0, radiograph.columns, 4)
    sample = radiograph.codes[::4, ::4]
    seen = np.ones(sample.shape, np.bool_)
    if radiograph.shutter is not None and not radiograph.shutter.hides(down, across).all():
        seen = ~radiograph.shutter.hides(down, across)
    inside = np.minimum(_unpadded(radiograph, sample[seen]), radiograph.levels - 1)
    counts = np.bincount(inside, minlength=radiograph.levels).astype(np.int64)
    exposed = inside[exposed_field(radiograph.modality_values(), counts)[inside] > 0]
    low, high = (100 - field.high, 100 - field.low) if _falls(radiograph) else (field.low, field.high)
    window = _of_sample(radiograph, exposed, (low, high))
    return WindowState(window, None, TISSUES.get(field, ""), invert, field)


def _falls(radiograph: Radiograph) -> bool:
    """Return whether the image as it opens is drawn darker where its modality values are higher."""
    _, falling = equivalent_window(radiograph.presets[0].voi, radiograph.modality_values())
    return radiograph.inverted != falling


def with_same_polarity(start: WindowState, wanted: WindowState, radiograph: Radiograph) -> WindowState:
    """Return `wanted` with dark and bright the way round they are in `start`: one of both may be a falling VOI LUT."""
    values = radiograph.modality_values()
    differ = equivalent_window(start.voi, values)[1] != equivalent_window(wanted.voi, values)[1]
    return replace(wanted, invert=start.invert != differ)


def _pixels_of(radiograph: Radiograph, region: RegionGrey) -> npt.NDArray[np.unsignedinteger]:
    """Return codes of the pixels a rectangle touches, without padding; none for one beside the image."""
    rows = sorted((region.corner.row, region.opposite.row))
    columns = sorted((region.corner.column, region.opposite.column))
    top, bottom = max(0, math.floor(rows[0])), min(radiograph.rows, math.ceil(rows[1]))
    left, right = max(0, math.floor(columns[0])), min(radiograph.columns, math.ceil(columns[1]))
    if bottom <= top or right <= left:
        return radiograph.codes[:0, 0]
    step = max(1, math.isqrt((bottom - top) * (right - left) // MAX_REGION_PIXELS))
    return _unpadded(radiograph, radiograph.codes[top:bottom:step, left:right:step].ravel(), keep=False)


def _unpadded(
    radiograph: Radiograph, sample: npt.NDArray[np.unsignedinteger], *, keep: bool = True
) -> npt.NDArray[np.unsignedinteger]:
    """Return codes without padding; all of them where there is nothing else and `keep` is set."""
    if radiograph.padding is None:
        return sample
    low, high = radiograph.padding
    inside = sample[(sample < low) | (sample > high)]
    return inside if inside.size or not keep else sample


def _of_sample(
    radiograph: Radiograph, sample: npt.NDArray[np.unsignedinteger], percentiles: tuple[float, float]
) -> VoiWindow:
    values = radiograph.modality_values()[np.minimum(sample, radiograph.levels - 1)]
    black, white = np.percentile(values, percentiles)
    return _between(float(black), float(white))


def describe(state: WindowState) -> str:
    """Return the readout of the corner: ``W 4096 L 2048 · name``."""
    if isinstance(state.voi, VoiLut):
        text = "VOI LUT"
    else:
        text = f"W {_number(state.voi.width)} L {_number(state.voi.center)}"
        if state.voi.function is VoiFunction.SIGMOID:
            text += f" · {state.voi.function.value}"
    if state.name and state.name not in text:
        text += f" · {translated(state.name)}"
    return tr("{window} · inverted", window=text) if state.invert else text


def _between(black: float, white: float) -> VoiWindow:
    # LINEAR_EXACT: black and white lie exactly `width` apart, also for float modality values.
    return VoiWindow((black + white) / 2, max(white - black, 1e-3), VoiFunction.LINEAR_EXACT)


def _number(value: float) -> str:
    if abs(value) >= 1e7:  # of no image; it would fill the canvas
        return f"{value:.3g}"
    return f"{value:.0f}" if abs(value) >= 100 or value == round(value) else f"{value:.3g}"
