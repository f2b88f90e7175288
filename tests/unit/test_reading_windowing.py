from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from cxrviewer.imaging.lut import LookupTable
from cxrviewer.imaging.shutter import Rectangle, Shutter
from cxrviewer.imaging.voi import VoiFunction, VoiLut, VoiOrigin, VoiPreset, VoiWindow
from cxrviewer.reading.values import FieldGrey, Point, PresetGrey, RegionGrey, WindowFunction, WindowGrey
from cxrviewer.reading.windowing import (
    BONES,
    LUNGS,
    MEDIASTINUM,
    TISSUES,
    as_grey,
    automatic,
    describe,
    dragged,
    equivalent_window,
    field_state,
    first_state,
    from_grey,
    in_frame,
    region_between,
    region_state,
    toggled,
    with_preset,
    with_same_polarity,
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


def test_a_window_computed_from_one_frame_is_read_again_over_another_as_it_was_seen() -> None:
    flat = (VoiPreset("Percentiles", VoiWindow(2000, 3000), VoiOrigin.PERCENTILES),)
    first = fake_image(presets=flat)
    other = (VoiPreset("Percentiles", VoiWindow(1000, 1500), VoiOrigin.PERCENTILES),)
    second = fake_image(presets=other, codes=np.full((400, 300), 700, np.uint16))
    for state in (first_state(flat), automatic(first, invert=True), field_state(first, LUNGS, invert=False)):
        kept = in_frame(state, first, second)
        assert (kept.voi, kept.invert) == (state.voi, state.invert)
        again = from_grey(as_grey(kept, second), second, invert=kept.invert)
        assert (again.voi, describe(again)) == (kept.voi, describe(kept))
        assert in_frame(state, first, first) == state


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


def _ramp(rows: int = 400, columns: int = 400) -> np.ndarray[Any, Any]:
    """Return codes that rise by 1 from 1000 down the rows: percentile q of them is 1000 + q / 100 * (rows - 1)."""
    return np.repeat(np.arange(1000, 1000 + rows, dtype=np.uint16)[:, None], columns, axis=1)


def _bounds(state: Any) -> tuple[float, float]:
    assert isinstance(state.voi, VoiWindow)
    return state.voi.bounds()


@pytest.mark.parametrize("field", TISSUES)
def test_a_tissue_spans_its_percentiles_of_the_exposed_field(field: FieldGrey) -> None:
    # Every 4th row counts: 1000, 1004 ... 1396, of which percentile q is 1000 + 3.96 q, within a step of 4.
    shown = fake_image(codes=_ramp())
    low, high = _bounds(field_state(shown, field, invert=False))
    assert (low, high) == pytest.approx((1000 + 3.96 * field.low, 1000 + 3.96 * field.high), abs=2)


@pytest.mark.parametrize("field", TISSUES)
def test_a_tissue_looks_the_same_in_monochrome1(field: FieldGrey) -> None:
    codes = np.random.default_rng(3).gamma(4, 300, (400, 300)).clip(0, 4095).astype(np.uint16)
    normal, reverse = fake_image(codes=codes), fake_image(codes=4095 - codes, inverted=True)
    seen = [
        one.grey_table(field_state(one, field, invert=False).voi)[one.codes].astype(float) for one in (normal, reverse)
    ]
    assert np.abs(seen[0] - seen[1]).max() < 1e-6
    assert 0.05 < seen[0].mean() < 0.95  # not two pictures in one grey


def test_the_readers_inversion_leaves_the_window_of_a_tissue_alone() -> None:
    shown = fake_image(codes=_ramp())
    assert _bounds(field_state(shown, LUNGS, invert=True)) == _bounds(field_state(shown, LUNGS, invert=False))


def test_lungs_lie_below_the_mediastinum_and_bones_above() -> None:
    shown = fake_image(codes=_ramp())
    levels = [sum(_bounds(field_state(shown, one, invert=False))) / 2 for one in (LUNGS, MEDIASTINUM, BONES)]
    assert levels == sorted(levels) and len(set(levels)) == 3


def test_collimator_padding_and_shutter_are_no_part_of_the_exposed_field() -> None:
    whole = field_state(fake_image(codes=_ramp()), LUNGS, invert=False)
    # A dark collimator, and air that saturates the detector.
    collimated = np.hstack([_ramp(), np.zeros((400, 60), np.uint16), np.full((400, 40), 4095, np.uint16)])
    padded = np.hstack([_ramp(), np.full((400, 400), 4000, np.uint16)])
    noise = np.random.default_rng(1).integers(2000, 4096, (400, 400)).astype(np.uint16)
    shuttered = replace(fake_image(codes=np.hstack([_ramp(), noise])), shutter=Shutter((Rectangle(0, 399, 0, 399),)))
    for shown in (fake_image(codes=collimated), fake_image(codes=padded, padding=(4000, 4000)), shuttered):
        assert _bounds(field_state(shown, LUNGS, invert=False)) == pytest.approx(_bounds(whole))


def test_an_image_of_nothing_but_padding_or_one_value_still_gets_a_window() -> None:
    flat = np.full((40, 40), 7, np.uint16)
    covered = replace(fake_image(codes=flat), shutter=Shutter((Rectangle(90, 99, 90, 99),)))
    for shown in (fake_image(codes=flat), fake_image(codes=flat, padding=(7, 7)), covered):
        low, high = _bounds(field_state(shown, BONES, invert=False))
        assert low == pytest.approx(7, abs=0.01) and high > low


def test_a_region_spans_its_2nd_to_98th_percentile_whichever_corners_were_drawn() -> None:
    shown = fake_image(codes=_ramp())
    # Rows 100 to 200, both included because both are touched: 1100 ... 1200.
    for corners in ((Point(10, 100.5), Point(50, 200.2)), (Point(50, 200.2), Point(10, 100.5))):
        region = region_between(shown, *corners)
        assert region is not None
        state = region_state(shown, region, invert=False)
        assert _bounds(state) == pytest.approx((1102, 1198)) and state.name == "Region"


def test_a_region_without_pixels_of_the_image_makes_no_window() -> None:
    padded = fake_image(codes=np.full((40, 40), 7, np.uint16), padding=(7, 7))
    assert region_between(padded, Point(0, 0), Point(20, 20)) is None
    assert region_between(fake_image(), Point(-50, -50), Point(-10, -10)) is None
    assert region_between(fake_image(), Point(-50, -50), Point(10, 10)) is not None


def test_windows_made_from_pixels_are_the_same_when_they_are_read_back() -> None:
    shown = fake_image(codes=_ramp())
    region = RegionGrey(Point(10, 100), Point(50, 200), 2, 98)
    for state in (field_state(shown, LUNGS, invert=True), region_state(shown, region, invert=True)):
        again = from_grey(as_grey(state, shown), shown, invert=state.invert)
        assert again == state or (again.voi, again.name, again.invert) == (state.voi, state.name, state.invert)


def test_leaving_a_falling_voi_lut_keeps_dark_dark_and_coming_back_too() -> None:
    fall = VoiLut(LookupTable(0, np.linspace(65535, 0, 4096).astype(np.uint16), 16))
    shown = fake_image(codes=_ramp(), presets=(VoiPreset("Falls", fall, VoiOrigin.VOI_LUT),))
    start = first_state(shown.presets)
    lungs = with_same_polarity(start, field_state(shown, LUNGS, invert=False), shown)
    table = shown.grey_table(lungs.voi, invert=lungs.invert)
    assert table[1000] > table[1399]  # low values are bright in the LUT
    # Dark is where values are high: the lungs are the darkest 2 % to 75 %, from the top of the ramp down.
    assert _bounds(lungs) == pytest.approx((1000 + 3.96 * 25, 1000 + 3.96 * 98), abs=4)
    back = with_same_polarity(lungs, with_preset(shown.presets, 0, invert=False), shown)
    assert back.invert == start.invert


@pytest.mark.parametrize("function", WindowFunction)
@pytest.mark.parametrize("center", [-1.7e308, -1e300, 0.0, 1e17, 1.7e308])
@pytest.mark.parametrize("width", [5e-324, 1.0, 1e17, 1.7e308])
def test_a_window_of_any_numbers_draws_grey_and_fits_the_screen(
    function: WindowFunction, center: float, width: float
) -> None:
    if function is WindowFunction.LINEAR and width < 1:
        return
    image = fake_image()
    state = from_grey(WindowGrey(center, width, function), image, invert=False)
    grey = image.grey_table(state.voi)
    assert grey.min() >= 0 and grey.max() <= 1 and not np.isnan(grey).any()
    assert len(describe(state)) < 60 and len(describe(dragged(state, image, 30, -20))) < 60
