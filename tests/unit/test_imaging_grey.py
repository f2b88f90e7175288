"""The grayscale pipeline, stored value to grey: by hand, and against pydicom and highdicom where they are right."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import highdicom
import numpy as np
import numpy.typing as npt
import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.pixels.processing import apply_modality_lut, apply_voi_lut

from cxrviewer.imaging.image import open_image
from cxrviewer.imaging.lut import LookupTable
from cxrviewer.imaging.modality import Rescale
from cxrviewer.imaging.polarity import is_inverted
from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.imaging.voi import VoiFunction, VoiLut, VoiOrigin, VoiWindow
from tests.builders.dicom import image_bytes, lut_item

# A ramp over all 12-bit values: 64 x 64 = 4096 pixels, each stored value once.
RAMP = np.arange(4096, dtype=np.uint16).reshape(64, 64)
SIGNED_RAMP = (np.arange(4096, dtype=np.int16) - 2048).reshape(64, 64)


def opened(path: Path, pixels: npt.NDArray[Any] = RAMP, bits: int = 12, **attributes: Any) -> Radiograph:
    path.write_bytes(image_bytes(pixels, bits=bits, **attributes))
    return open_image(path).radiograph


def drawn(radiograph: Radiograph) -> npt.NDArray[np.float32]:
    return radiograph.grey_table()[radiograph.codes]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "film"


@pytest.mark.parametrize(
    ("photometric", "voi", "shape", "signed"),
    list(
        itertools.product(
            ("MONOCHROME1", "MONOCHROME2"), ("none", "window", "lut"), ("", "IDENTITY", "INVERSE"), (0, 1)
        )
    ),
)
def test_the_grayscale_truth_table_agrees_with_highdicom(
    path: Path, photometric: str, voi: str, shape: str, signed: int
) -> None:
    pixels = SIGNED_RAMP if signed else RAMP
    middle = 0 if signed else 2048
    attributes: dict[str, Any] = {"PhotometricInterpretation": photometric, "PresentationLUTShape": shape or None}
    if voi == "window":
        attributes |= {"WindowCenter": str(middle + 100), "WindowWidth": "1000"}
    if voi == "lut":
        # A curve that no window can draw: the square root, in 16 bits (highdicom takes no others).
        curve = [round(65535 * (i / 2047) ** 0.5) for i in range(2048)]
        attributes["VOILUTSequence"] = [lut_item(curve, middle - 1024, 16)]
    radiograph = opened(path, pixels, **attributes)

    image = highdicom.imread(path)
    expected = image.get_frame(1, apply_voi_transform=voi != "none", apply_presentation_lut=True, dtype=np.float64)
    if voi == "none":
        # Without VOI highdicom returns stored values as they are (its presentation LUT follows the VOI
        # step only), so this third of the table is worked out by hand: percentiles of a full ramp,
        # 0.5 % of 4096 values at each end, then one inversion where asked for.
        low, high = pixels.min() + 20, pixels.min() + 4075
        expected = np.clip((pixels.astype(float) - low) / (high - low), 0, 1)
        if (shape or {"MONOCHROME1": "INVERSE"}.get(photometric)) == "INVERSE":
            expected = 1 - expected
    np.testing.assert_allclose(drawn(radiograph), expected, atol=2e-3 if voi == "none" else 1e-6)


@pytest.mark.parametrize(
    ("photometric", "shape", "inverted", "contradicts"),
    [  # By hand from PS3.3 C.8.11.3.1.2; the two contradictions as docs/decisions/0010-polarity.md settles them.
        ("MONOCHROME2", "", False, False),
        ("MONOCHROME1", "", True, False),
        ("MONOCHROME2", "IDENTITY", False, False),
        ("MONOCHROME1", "INVERSE", True, False),
        ("MONOCHROME1", "IDENTITY", False, True),
        ("MONOCHROME2", "INVERSE", True, True),
        ("MONOCHROME1", "LIN OD", True, False),
        ("MONOCHROME2", "INVERTED", False, True),  # no term of the standard: said, not guessed
    ],
)
def test_polarity_is_one_inversion_and_a_contradiction_is_said(
    photometric: str, shape: str, inverted: bool, contradicts: bool
) -> None:
    found, note = is_inverted(photometric, shape)
    assert found is inverted
    assert (note is not None) is contradicts


def test_the_darkest_stored_value_of_a_monochrome1_image_is_drawn_white(path: Path) -> None:
    radiograph = opened(path, PhotometricInterpretation="MONOCHROME1", WindowCenter="2048", WindowWidth="4096")
    assert drawn(radiograph)[0, 0] == 1
    assert drawn(radiograph)[-1, -1] == 0


@pytest.mark.parametrize("function", ["LINEAR", "LINEAR_EXACT", "SIGMOID"])
@pytest.mark.parametrize("slope", ["1", "2.5", "0.25"])
def test_windows_agree_with_pydicom_after_the_rescale(path: Path, function: str, slope: str) -> None:
    radiograph = opened(
        path,
        WindowCenter="40.5",
        WindowWidth="400",
        VOILUTFunction=function,
        RescaleSlope=slope,
        RescaleIntercept="-1024",
    )
    dataset = pydicom.dcmread(path)
    values = apply_modality_lut(dataset.pixel_array, dataset)
    shown = apply_voi_lut(values, dataset)
    # pydicom's output runs from the rescaled lowest to the rescaled highest stored value. (Negative slopes
    # are left out: its clip has its limits the wrong way round there and everything turns one value.)
    low, high = -1024.0, 4095 * float(slope) - 1024
    np.testing.assert_allclose(drawn(radiograph), (shown - low) / (high - low), atol=1e-6)


def test_a_negative_slope_turns_the_image_before_the_window_sees_it(path: Path) -> None:
    # Some CR readers write slope -1. By hand: stored 0 -> value 4095 -> white; stored 4095 -> value 0 -> black.
    radiograph = opened(path, RescaleSlope="-1", RescaleIntercept="4095", WindowCenter="2048", WindowWidth="4096")
    grey = drawn(radiograph).ravel()
    assert (grey[0], grey[-1]) == (1, 0)
    assert (np.diff(grey) < 0).all()


def test_a_full_width_linear_window_draws_the_lowest_value_black_and_the_highest_white(path: Path) -> None:
    # PS3.3 C.11.2.1.2.1: c=2048 w=4096 maps 0..4095 onto the whole output range.
    grey = drawn(opened(path, WindowCenter="2048", WindowWidth="4096"))
    assert grey[0, 0] == 0
    assert grey[-1, -1] == 1


def test_a_linear_window_of_width_one_is_a_threshold(path: Path) -> None:
    # C.11.2.1.2.1 with w=1: x <= c - 0.5 is black, everything above is white; by hand.
    grey = drawn(opened(path, WindowCenter="100", WindowWidth="1")).ravel()
    assert grey[99] == 0
    assert grey[100] == 1


def test_a_modality_lut_sequence_agrees_with_pydicom_and_wins_over_a_rescale(path: Path) -> None:
    table = [min(65535, i * i // 64) for i in range(2048)]
    radiograph = opened(
        path,
        ModalityLUTSequence=[lut_item(table, 1000, 16)],
        RescaleSlope="7",
        RescaleIntercept="3",
        WindowCenter="3e4",
        WindowWidth="6e4",
    )
    dataset = pydicom.dcmread(path)
    expected = apply_modality_lut(dataset.pixel_array, dataset)
    np.testing.assert_array_equal(radiograph.modality_values()[radiograph.codes], expected)


def test_a_voi_lut_comes_before_the_windows_and_each_has_its_name(path: Path) -> None:
    radiograph = opened(
        path,
        VOILUTSequence=[lut_item(range(4096), 0, 12, "NORMAL"), lut_item(range(4095, -1, -1), 0, 12)],
        WindowCenter=["2048", "1000"],
        WindowWidth=["4096", "500"],
        WindowCenterWidthExplanation=["WIDE", "BONE"],
    )
    assert [preset.name for preset in radiograph.presets] == [
        "NORMAL",
        "VOI LUT 2",
        "WIDE",
        "BONE",
        "Percentiles",
        "Full range",
    ]
    assert [preset.origin for preset in radiograph.presets[:3]] == [
        VoiOrigin.VOI_LUT,
        VoiOrigin.VOI_LUT,
        VoiOrigin.WINDOW,
    ]


def test_windows_without_their_width_are_left_out_with_a_note(path: Path) -> None:
    radiograph = opened(path, WindowCenter=["2048", "1000"], WindowWidth="4096")
    assert [preset.origin for preset in radiograph.presets] == [
        VoiOrigin.WINDOW,
        VoiOrigin.PERCENTILES,
        VoiOrigin.FULL_RANGE,
    ]
    assert any("without a center or a width" in note for note in radiograph.notes)


def test_a_window_of_width_zero_falls_back_to_percentiles_and_says_so(path: Path) -> None:
    radiograph = opened(path, WindowCenter="2048", WindowWidth="0")
    assert radiograph.presets[0].origin is VoiOrigin.PERCENTILES
    assert any("(0028,1051) Window Width" in note for note in radiograph.notes)
    assert any("percentiles" in note for note in radiograph.notes)


def test_a_window_that_draws_everything_black_is_left_out_with_a_note(path: Path) -> None:
    radiograph = opened(path, WindowCenter="90000", WindowWidth="100")
    assert radiograph.presets[0].origin is VoiOrigin.PERCENTILES
    assert any("one grey" in note for note in radiograph.notes)


@pytest.mark.parametrize(
    ("descriptor", "data", "reason"),
    [
        ([4096, 0, 16], list(range(100)), "has 100 entries"),
        ([100, 0, 0], list(range(100)), "bits per entry"),
        ([100, 0, 4], list(range(100)), "exceeds the 4 bits"),
        ([100, 0, 17], list(range(100)), "bits per entry"),
    ],
)
def test_a_bad_voi_lut_falls_back_to_the_window_and_says_so(
    path: Path, descriptor: list[int], data: list[int], reason: str
) -> None:
    item = lut_item(data, 0, 16)
    item[0x00283002].value = descriptor
    radiograph = opened(path, VOILUTSequence=[item], WindowCenter="2048", WindowWidth="4096")
    assert radiograph.presets[0].origin is VoiOrigin.WINDOW
    assert any(reason in note for note in radiograph.notes), radiograph.notes


def test_a_bad_modality_lut_shows_stored_values_and_says_so(path: Path) -> None:
    item = lut_item([1, 2, 3], 0, 16)
    item[0x00283002].value = [4096, 0, 16]
    radiograph = opened(path, ModalityLUTSequence=[item])
    assert radiograph.modality == Rescale()
    assert any("Modality LUT could not be used" in note for note in radiograph.notes)


def test_a_lut_of_65536_entries_is_written_as_zero_entries(path: Path) -> None:
    table = np.arange(65536)[::-1]
    item = lut_item(table.tolist(), 0, 16)
    assert item.LUTDescriptor[0] == 0
    pixels = np.arange(65536, dtype=np.uint16).reshape(256, 256)
    radiograph = opened(path, pixels, 16, VOILUTSequence=[item])
    assert radiograph.presets[0].origin is VoiOrigin.VOI_LUT
    np.testing.assert_allclose(drawn(radiograph), 1 - pixels / 65535, atol=1e-7)


@pytest.mark.parametrize("written", [-1024, 64512])
def test_the_first_mapped_value_of_signed_inputs_is_signed_whatever_its_vr_says(path: Path, written: int) -> None:
    item = lut_item(range(2048), 0, 11)
    item.pop(0x00283002)
    item.add_new(0x00283002, "SS" if written < 0 else "US", [2048, written, 11])
    radiograph = opened(path, SIGNED_RAMP, VOILUTSequence=[item])
    # By hand: -1024 is the first entry (black), +1023 the last (white), 0 lies at 1024 of 2047.
    grey = drawn(radiograph).ravel()
    assert grey[2048 - 1024] == 0
    assert grey[2048 + 1023] == 1
    assert grey[2048] == pytest.approx(1024 / 2047)


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"])
def test_eight_bit_entries_packed_into_words_are_unpacked_in_either_byte_order(path: Path, syntax: str) -> None:
    entries = bytes(range(255, -1, -1))
    stored = entries if syntax.endswith(".1") else b"".join(entries[i : i + 2][::-1] for i in range(0, 256, 2))
    item = lut_item([0] * 256, 0, 8)
    item.pop(0x00283006)
    item.add_new(0x00283006, "OW", stored)
    pixels = np.arange(256, dtype=np.uint8).reshape(16, 16)
    radiograph = opened(path, pixels, 8, syntax=syntax, VOILUTSequence=[item])
    assert radiograph.presets[0].origin is VoiOrigin.VOI_LUT, radiograph.notes
    np.testing.assert_allclose(drawn(radiograph), 1 - pixels / 255, atol=1e-7)


def test_sixteen_bit_lut_data_as_ow_is_read_in_the_byte_order_of_the_file(path: Path) -> None:
    table = np.arange(4096, dtype=np.uint16)[::-1]
    for syntax, order in (("1.2.840.10008.1.2.1", "<u2"), ("1.2.840.10008.1.2.2", ">u2")):
        item = lut_item([0], 0, 12)
        item[0x00283002].value = [4096, 0, 12]
        item.pop(0x00283006)
        item.add_new(0x00283006, "OW", table.astype(order).tobytes())
        radiograph = opened(path, syntax=syntax, VOILUTSequence=[item])
        np.testing.assert_allclose(drawn(radiograph), 1 - RAMP / 4095, atol=1e-7)


def test_eight_bit_images_without_a_window_are_shown_over_their_full_range(path: Path) -> None:
    # Display-ready: what training saw in a PNG or JPEG must be what the DICOM of it gives.
    pixels = np.full((64, 64), 90, np.uint8)
    pixels[10:20] = 110
    radiograph = opened(path, pixels, 8)
    assert radiograph.presets[0].origin is VoiOrigin.FULL_RANGE
    np.testing.assert_allclose(drawn(radiograph), pixels / 255, atol=1e-7)


def test_deeper_images_without_a_window_are_shown_by_percentiles(path: Path) -> None:
    assert opened(path).presets[0].origin is VoiOrigin.PERCENTILES


def test_padding_is_black_in_both_polarities_and_outside_the_percentiles(path: Path) -> None:
    pixels = np.full((64, 64), 1000, np.uint16)
    pixels[:, 32:] = 2000
    pixels[:8] = 4095
    for photometric in ("MONOCHROME1", "MONOCHROME2"):
        radiograph = opened(path, pixels, PhotometricInterpretation=photometric, PixelPaddingValue=4095)
        assert radiograph.padding == (4095, 4095)
        grey = drawn(radiograph)
        assert not grey[:8].any()
        assert {grey[40, 0], grey[40, 63]} == {0, 1}  # the percentiles span 1000..2000 and not 4095
        assert not radiograph.grey_table(invert=True)[radiograph.codes][:8].any()


def test_a_padding_range_is_inclusive_at_both_ends(path: Path) -> None:
    radiograph = opened(
        path, PixelPaddingValue=4095, PixelPaddingRangeLimit=4000, WindowCenter="2048", WindowWidth="4096"
    )
    grey = drawn(radiograph).ravel()
    assert not grey[4000:].any()
    assert grey[3999] > 0.9


def test_signed_padding_is_found_whether_its_vr_is_signed_or_not(path: Path) -> None:
    for value in (-2048, 63488):  # 63488 is -2048 read as an unsigned word
        radiograph = opened(path, SIGNED_RAMP, PixelPaddingValue=None, WindowCenter="0", WindowWidth="4096")
        dataset = pydicom.dcmread(path)
        dataset.add_new(0x00280120, "SS" if value < 0 else "US", value)
        dataset.save_as(path)
        radiograph = open_image(path).radiograph
        assert radiograph.padding == (0, 0)


def test_padding_that_no_pixel_can_have_is_ignored_with_a_note(path: Path) -> None:
    radiograph = opened(path, PixelPaddingValue=63536)
    assert radiograph.padding is None
    assert any("(0028,0120)" in note for note in radiograph.notes)


def test_raw_detector_data_is_marked(path: Path) -> None:
    radiograph = opened(path, PresentationIntentType="FOR PROCESSING")
    assert any("FOR PROCESSING" in note for note in radiograph.notes)


values = st.lists(st.floats(-1e5, 1e5), min_size=1, max_size=50).map(lambda items: np.array(sorted(items)))


@given(values=values, center=st.floats(-1e5, 1e5), width=st.floats(1, 1e5), function=st.sampled_from(VoiFunction))
@settings(deadline=None)
def test_every_window_is_monotone_and_stays_in_range(
    values: npt.NDArray[np.float64], center: float, width: float, function: VoiFunction
) -> None:
    grey = VoiWindow(center, width, function).apply(values)
    assert ((grey >= 0) & (grey <= 1)).all()
    assert (np.diff(grey) >= 0).all()


@given(
    values=values,
    first=st.integers(-32768, 65535),
    entries=st.lists(st.integers(0, 4095), min_size=1, max_size=64),
)
@settings(deadline=None)
def test_a_lut_holds_its_end_entries_outside_its_range(
    values: npt.NDArray[np.float64], first: int, entries: list[int]
) -> None:
    grey = VoiLut(LookupTable(first, np.array(entries, np.uint16), 12)).apply(values)
    below, above = np.rint(values) <= first, np.rint(values) >= first + len(entries) - 1
    np.testing.assert_array_equal(grey[below], entries[0] / 4095)
    np.testing.assert_array_equal(grey[above], entries[-1] / 4095)
