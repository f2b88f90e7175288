from __future__ import annotations

import numpy as np
import pytest

from cxrviewer.imaging.lut import LookupTable
from cxrviewer.imaging.voi import VoiFunction, VoiLut, VoiOrigin, VoiPreset, VoiWindow
from cxrviewer.reading.values import PresetGrey
from cxrviewer.reading.windowing import (
    as_grey,
    automatic,
    describe,
    dragged,
    equivalent_window,
    first_state,
    from_grey,
    toggled,
    with_preset,
)
from tests.fakes import fake_image

CODES = np.arange(4096, dtype=np.float64)


def test_a_drag_from_a_voi_lut_starts_at_the_window_that_looks_the_same() -> None:
    # By hand: a straight ramp from 1000 to 3000 leaves black (2 %) at 1040 and reaches white (98 %) at 2960.
    ramp = np.clip((CODES - 1000) / 2000, 0, 1) * 65535
    lut = VoiLut(LookupTable(0, ramp.astype(np.uint16), 16))
    window, falling = equivalent_window(lut, CODES)
    assert not falling
    black, white = window.bounds()
    assert (black, white) == pytest.approx((1040, 2960), abs=2)


def test_a_falling_voi_lut_becomes_an_inverted_window() -> None:
    lut = VoiLut(LookupTable(0, np.linspace(65535, 0, 4096).astype(np.uint16), 16))
    window, falling = equivalent_window(lut, CODES)
    assert falling
    grey = 1 - window.apply(CODES)
    assert np.abs(grey - lut.apply(CODES)).max() < 0.03


@pytest.mark.parametrize("inverted", [False, True])
def test_dragging_up_brightens_whatever_the_polarity(inverted: bool) -> None:
    shown = fake_image(inverted=inverted)
    start = first_state(shown.presets)
    moved = dragged(start, shown, 0, -40)
    before = shown.grey_table(start.voi, invert=start.invert)
    after = shown.grey_table(moved.voi, invert=moved.invert)
    assert after.mean() > before.mean() + 0.01


def test_dragging_right_widens_and_left_never_reaches_zero() -> None:
    shown = fake_image()
    start = first_state(shown.presets)
    wide = dragged(start, shown, 100, 0).voi
    narrow = dragged(start, shown, -100_000, 0).voi
    assert isinstance(wide, VoiWindow) and isinstance(start.voi, VoiWindow) and isinstance(narrow, VoiWindow)
    assert wide.width == pytest.approx(start.voi.width * np.exp(0.25))
    assert narrow.width == 1


def test_a_dragged_sigmoid_stays_a_sigmoid() -> None:
    shown = fake_image(presets=(VoiPreset("S", VoiWindow(2000, 1500, VoiFunction.SIGMOID), VoiOrigin.WINDOW),))
    moved = dragged(first_state(shown.presets), shown, 10, 10).voi
    assert isinstance(moved, VoiWindow) and moved.function is VoiFunction.SIGMOID


def test_automatic_ignores_padding() -> None:
    codes = np.full((400, 400), 4095, np.uint16)
    codes[:200] = np.linspace(1000, 2000, 400).astype(np.uint16)
    shown = fake_image(codes=codes, padding=(4095, 4095))
    window = automatic(shown, invert=True)
    assert isinstance(window.voi, VoiWindow) and window.invert
    # Percentiles 1 and 99 of a straight ramp from 1000 to 2000.
    assert window.voi.bounds() == pytest.approx((1010, 1990), abs=10)


def test_presets_keep_the_readers_inversion() -> None:
    shown = fake_image()
    state = toggled(first_state(shown.presets))
    assert with_preset(shown.presets, 1, invert=state.invert).invert
    with pytest.raises(IndexError):
        with_preset(shown.presets, 7, invert=False)


def test_the_readout_says_width_level_name_and_inversion() -> None:
    shown = fake_image()
    state = first_state(shown.presets)
    assert describe(state) == "W 4096 L 2048 · Normal"
    assert describe(toggled(state)).endswith("· inverted")


@pytest.mark.parametrize("invert", [False, True])
def test_a_state_written_down_is_the_same_state_when_it_is_read_back(invert: bool) -> None:
    image = fake_image()
    preset = with_preset(image.presets, 1, invert=invert)
    moved = dragged(preset, image, 30, -20)
    for state in (preset, moved, automatic(image, invert=invert)):
        again = from_grey(as_grey(state, image), image, invert=state.invert)
        assert (again.voi, again.preset, again.name, again.invert) == (
            state.voi,
            state.preset,
            state.name,
            state.invert,
        )


def test_a_preset_the_image_no_longer_has_becomes_its_first() -> None:
    assert from_grey(PresetGrey(7), fake_image(), invert=False).preset == 0
