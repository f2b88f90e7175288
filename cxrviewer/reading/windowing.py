"""The reader's window over one image: presets, drag, automatic, inversion. Pure values."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import msgspec
import numpy as np
import numpy.typing as npt

from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.imaging.voi import Voi, VoiFunction, VoiLut, VoiPreset, VoiWindow
from cxrviewer.reading.values import Grey, Point, PresetGrey, RegionGrey, ViewState, WindowFunction, WindowGrey
from cxrviewer.text import msg, tr, translated

#: Screen pixels of drag that multiply the width by e, and that move the level by one width.
DRAG_PIXELS = 400.0
AUTO_PERCENTILES = (1.0, 99.0)
AUTO_NAME = msg("Auto")


@dataclass(frozen=True, slots=True, eq=False)
class WindowState:
    """How the reader sees a grey image right now.

    Attributes
    ----------
    voi : VoiWindow or VoiLut
    preset : int or None
        Index into the image's presets; None after a drag or automatic window.
    name : str
        What the screen calls it: the preset's name, `AUTO_NAME` or empty.
    invert : bool
        The reader's own inversion, on top of what the header asks for.
    """

    voi: Voi
    preset: int | None
    name: str
    invert: bool = False


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
    if state.name == AUTO_NAME:
        return RegionGrey(Point(0, 0), Point(radiograph.columns, radiograph.rows), *AUTO_PERCENTILES)
    window = state.voi
    if isinstance(window, VoiLut):
        window, _ = equivalent_window(window, radiograph.modality_values())
    return WindowGrey(window.center, window.width, WindowFunction(window.function.value))


def from_grey(grey: Grey, radiograph: Radiograph, *, invert: bool) -> WindowState:
    """Return the state a value stands for; the image's first preset for one that it no longer has.

    A region is the whole image: nothing makes another one yet.
    """
    if isinstance(grey, RegionGrey):
        return automatic(radiograph, invert=invert)
    if isinstance(grey, WindowGrey):
        window = VoiWindow(grey.center, grey.width, VoiFunction(grey.function.value))
        return WindowState(window, None, "", invert)
    presets = radiograph.presets
    return with_preset(presets, grey.index if grey.index < len(presets) else 0, invert=invert)


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
    sample = radiograph.codes[::4, ::4].ravel()
    if radiograph.padding is not None:
        low, high = radiograph.padding
        inside = sample[(sample < low) | (sample > high)]
        sample = inside if inside.size else sample
    values = radiograph.modality_values()[np.minimum(sample, radiograph.levels - 1)]
    black, white = np.percentile(values, AUTO_PERCENTILES)
    return WindowState(_between(float(black), float(white)), None, AUTO_NAME, invert)


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
    return f"{value:.0f}" if abs(value) >= 100 or value == round(value) else f"{value:.3g}"
