"""Windows, rescale, LUTs and spacing written badly: what is used, what is left out, and what is said.

Expected values are worked out by hand from PS3.3 C.11 (formulas beside the cases).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from pydicom.dataset import Dataset

from cxrviewer.errors import UnsupportedImageError
from cxrviewer.imaging.functional_groups import of_frame
from cxrviewer.imaging.header import read_header
from cxrviewer.imaging.image import open_image
from cxrviewer.imaging.modality import Rescale
from cxrviewer.imaging.radiograph import PixelSpacing, Radiograph, SpacingKind
from cxrviewer.imaging.values import LONGEST_TEXT, bounded, decimals
from cxrviewer.imaging.voi import VoiOrigin, VoiPreset, VoiWindow
from tests.builders.dicom import code_item, image_bytes, lut_item

RAMP = np.arange(4096, dtype=np.uint16).reshape(64, 64)
LONG_WAY_OUT = "1e300"


def opened(folder: Path, pixels: npt.NDArray[Any] = RAMP, bits: int = 12, **attributes: Any) -> Radiograph:
    """Open an image whose attributes are written as they are, also where pydicom would reject them."""
    odd = {keyword: value for keyword, value in attributes.items() if isinstance(value, bytes)}
    # Placeholders of the same length are swapped for the odd bytes in the file.
    plain = {keyword: b"9" * (len(value) + len(value) % 2) for keyword, value in odd.items()}
    content = image_bytes(pixels, bits=bits, **{**attributes, **{k: v.decode() for k, v in plain.items()}})
    for keyword, value in odd.items():
        tag = Dataset()
        setattr(tag, keyword, None)
        head = next(iter(tag.keys()))
        start = content.index(head.group.to_bytes(2, "little") + head.element.to_bytes(2, "little")) + 8
        length = len(plain[keyword])
        content = content[:start] + value.ljust(length, b" ") + content[start + length :]
    path = folder / "image"
    path.write_bytes(content)
    return open_image(path).radiograph


def windows(image: Radiograph) -> list[tuple[str, float, float]]:
    presets: list[VoiPreset] = [preset for preset in image.presets if preset.origin is VoiOrigin.WINDOW]
    return [(p.name, p.voi.center, p.voi.width) for p in presets if isinstance(p.voi, VoiWindow)]


@pytest.mark.parametrize(
    ("center", "width", "usable", "noted"),
    [
        (b"2048\\", b"3000\\", [("Window 1", 2048, 3000)], ()),
        (b"\\2048", b"\\3000", [("Window 2", 2048, 3000)], ()),
        (b"2048\\1000", b"NaN\\500", [("Window 2", 1000, 500)], ("(0028,1051)",)),
        (b"2048\\x\\700", b"3000\\500\\70", [("Window 1", 2048, 3000), ("Window 3", 700, 70)], ("(0028,1050)",)),
        (b"2048\\1000", b"3000", [("Window 1", 2048, 3000)], ("without a center or a width",)),
        (b"2048,5", b"3000,0", [("Window 1", 2048.5, 3000)], ("(0028,1050)", "decimal comma", "(0028,1051)")),
        (b"2048,000", b"3000", [("Window 1", 2048, 3000)], ("decimal comma",)),
        (b"1,234.5", b"3000", [], ("is not a number",)),
        (b"1,234,567", b"3000", [], ("is not a number",)),
        (b"[2048]", b"[3000]", [("Window 1", 2048, 3000)], ("other characters",)),
        (b"2048\\1000", b"-3000\\500", [("Window 2", 1000, 500)], ("Window Width must be",)),
        (b"1e300\\1000", b"3000\\500", [("Window 2", 1000, 500)], ("(0028,1050) Window Center is too large",)),
        (b"2048\\1000", b"1e308\\500", [("Window 2", 1000, 500)], ("(0028,1051) Window Width is too large",)),
        (b"1e999", b"3000", [], ("is not a number",)),
        ("٢٠٤٨".encode(), b"3000", [], ("is not a number",)),
    ],
)
def test_every_usable_pair_of_a_window_is_kept_and_the_rest_is_noted(
    tmp_path: Path, center: bytes, width: bytes, usable: list[tuple[str, float, float]], noted: tuple[str, ...]
) -> None:
    image = opened(tmp_path, WindowCenter=center, WindowWidth=width)
    assert windows(image) == usable
    notes = " ".join(image.notes)
    assert [words for words in noted if words not in notes] == []
    assert bool(notes) is bool(noted)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (b"\\BONE", ["Window 1", "BONE"]),
        (b"WIDE\\", ["WIDE", "Window 2"]),
        (b"WIDE", ["WIDE", "Window 2"]),
        (b"", ["Window 1", "Window 2"]),
    ],
)
def test_an_explanation_belongs_to_the_window_at_its_place(tmp_path: Path, names: bytes, expected: list[str]) -> None:
    image = opened(
        tmp_path, WindowCenter=b"2048\\1000", WindowWidth=b"4096\\500", WindowCenterWidthExplanation=names or None
    )
    assert [name for name, _, _ in windows(image)] == expected


def test_an_explanation_of_absurd_length_is_cut(tmp_path: Path) -> None:
    image = opened(tmp_path, WindowCenter=b"1", WindowWidth=b"2", WindowCenterWidthExplanation="W" * 5000)
    assert len(image.presets[0].name) <= LONGEST_TEXT


@pytest.mark.parametrize(
    ("slope", "intercept", "expected", "noted"),
    [
        (b"2", b"-1024", Rescale(2, -1024), ""),
        (None, b"-1024", Rescale(1, -1024), ""),
        (b"0,5", b"-1024,5", Rescale(0.5, -1024.5), "decimal comma"),
        (b"x", b"-1024", Rescale(), "(0028,1053) Rescale Slope is not a number"),
        (b"2", b"x", Rescale(), "(0028,1052) Rescale Intercept is not a number"),
        (b"0", b"0", Rescale(), "(0028,1053) Rescale Slope must be"),
        (b"1\\2", b"0", Rescale(), "(0028,1053) Rescale Slope holds several values"),
        (b"1e300", b"0", Rescale(), "(0028,1053) Rescale Slope is too large"),
        (b"1", b"1e308", Rescale(), "(0028,1052) Rescale Intercept is too large"),
        (b"1e-30", b"1000", Rescale(), "leave no usable values"),  # 1000 + 1e-30 is 1000: one grey
    ],
)
def test_a_rescale_is_used_whole_or_not_at_all(
    tmp_path: Path, slope: bytes | None, intercept: bytes, expected: Rescale, noted: str
) -> None:
    image = opened(tmp_path, RescaleSlope=slope, RescaleIntercept=intercept)
    assert image.modality == expected
    assert noted in " ".join(image.notes)
    assert bool(image.notes) is bool(noted)
    assert np.isfinite(image.grey_table()).all()


def frame_group(center: str, width: str, slope: str = "1", intercept: str = "0", spacing: Any = None) -> Dataset:
    voi, values, measures, group = Dataset(), Dataset(), Dataset(), Dataset()
    voi.WindowCenter, voi.WindowWidth = center, width
    values.RescaleSlope, values.RescaleIntercept = slope, intercept
    group.FrameVOILUTSequence, group.PixelValueTransformationSequence = [voi], [values]
    if spacing:
        measures.PixelSpacing = spacing
        group.PixelMeasuresSequence = [measures]
    return group


def test_window_rescale_and_spacing_of_the_shared_functional_groups_are_used(tmp_path: Path) -> None:
    group = frame_group("1200", "900", "2", "-100", [0.2, 0.2])
    image = opened(tmp_path, SharedFunctionalGroupsSequence=[group])
    # By hand, LINEAR: value = 2 v - 100; grey = (value - (1200 - 0.5)) / 899 + 0.5. Stored 650 is value 1200.
    assert image.grey_table()[650] == pytest.approx(0.5 / 899 + 0.5, abs=1e-6)
    assert image.modality == Rescale(2, -100)
    assert image.spacing == PixelSpacing(0.2, 0.2, SpacingKind.DETECTOR)
    assert not image.notes


def test_each_frame_has_its_own_functional_groups(tmp_path: Path) -> None:
    path = tmp_path / "image"
    groups = [frame_group("1000", "500"), frame_group("2000", "700", "3")]
    path.write_bytes(image_bytes(frames=[RAMP, RAMP], bits=12, PerFrameFunctionalGroupsSequence=groups))
    first, second = (open_image(path, frame).radiograph for frame in (0, 1))
    assert (windows(first), first.modality) == ([("Window 1", 1000, 500)], Rescale())
    assert (windows(second), second.modality) == ([("Window 1", 2000, 700)], Rescale(3, 0))


def test_a_frame_s_own_group_goes_before_the_shared_one_and_both_before_the_top_level(tmp_path: Path) -> None:
    image = opened(
        tmp_path,
        WindowCenter="1",
        WindowWidth="2",
        WindowCenterWidthExplanation="OLD",
        RescaleSlope="9",
        SharedFunctionalGroupsSequence=[frame_group("1000", "500", "2")],
        PerFrameFunctionalGroupsSequence=[Dataset()],
    )
    assert (windows(image), image.modality) == ([("Window 1", 1000, 500)], Rescale(2, 0))


def test_a_frame_that_the_groups_do_not_describe_is_noted_and_the_data_set_stays_as_it_was() -> None:
    dataset = Dataset()
    dataset.WindowCenter = "5"
    dataset.PerFrameFunctionalGroupsSequence = [frame_group("1000", "500")]
    _, notes = of_frame(dataset, 1)
    lifted, silent = of_frame(dataset, 0)
    assert "(5200,9230)" in notes[0]
    assert not silent
    assert (lifted.WindowCenter, dataset.WindowCenter) == (1000, 5)


def test_the_anatomy_of_a_frame_is_a_fact_of_the_image(tmp_path: Path) -> None:
    group, anatomy = Dataset(), Dataset()
    anatomy.AnatomicRegionSequence, anatomy.FrameLaterality = [code_item("29836001", "Hip")], "L"
    group.FrameAnatomySequence = [anatomy]
    facts = opened(tmp_path, SharedFunctionalGroupsSequence=[group]).facts
    assert (facts.anatomy_codes, facts.laterality) == (("29836001",), "L")


@pytest.mark.parametrize(
    ("highest", "declared", "white"),
    [  # White by hand: the highest output of the bits that the entries really have.
        (4095, 16, 4095),
        (4000, 16, 4095),
        (1023, 16, 1023),
        (32767, 16, 32767),
        (1023, 12, 1023),
    ],
)
def test_a_voi_lut_whose_descriptor_claims_too_many_bits_is_drawn_with_full_contrast(
    tmp_path: Path, highest: int, declared: int, white: int
) -> None:
    entries = [highest * index // 4095 for index in range(4096)]
    image = opened(tmp_path, VOILUTSequence=[lut_item(entries, 0, declared)])
    np.testing.assert_allclose(image.grey_table(), np.array(entries) / white, atol=1e-6)
    assert any(f"{white.bit_length()}-bit values" in note and "(0028,3002)" in note for note in image.notes)


@pytest.mark.parametrize("highest", [65535, 40000, 32768])
def test_a_voi_lut_that_uses_its_highest_bit_is_drawn_as_its_descriptor_says(tmp_path: Path, highest: int) -> None:
    entries = [highest * index // 4095 for index in range(4096)]
    image = opened(tmp_path, VOILUTSequence=[lut_item(entries, 0, 16)])
    np.testing.assert_allclose(image.grey_table(), np.array(entries) / 65535, atol=1e-6)
    assert not image.notes


@pytest.mark.parametrize("keyword", ["LUTDescriptor", "LUTData"])
def test_a_lut_of_infinite_numbers_is_left_out_with_a_note(tmp_path: Path, keyword: str) -> None:
    item = lut_item(list(range(256)), 0, 16)
    tag = item[keyword].tag
    del item[keyword]
    item.add_new(tag, "FD", [float("inf")] * 3)
    item.LUTDescriptor = item.get("LUTDescriptor", [3, 0, 16])
    image = opened(tmp_path, VOILUTSequence=[item])
    assert image.presets[0].origin is VoiOrigin.PERCENTILES
    assert any("VOI LUT" in note for note in image.notes)


def test_a_modality_lut_of_few_bits_keeps_its_values(tmp_path: Path) -> None:
    image = opened(tmp_path, ModalityLUTSequence=[lut_item(list(range(4096)), 0, 16)])
    np.testing.assert_array_equal(image.modality_values(), np.arange(4096))
    assert not image.notes


def bordered(border: list[tuple[int, int]]) -> npt.NDArray[np.uint16]:
    """Return 200 x 200 pixels: a 12 x 12 field of the values 1000 to 1143, the rest rows of constant borders."""
    pixels = np.empty(200 * 200, np.uint16)
    start = 0
    for value, count in border:
        pixels[start : start + count] = value
        start += count
    pixels[start:] = border[-1][0]
    image = pixels.reshape(200, 200)
    image[100:112, 100:112] = np.arange(1000, 1144).reshape(12, 12)
    return image


@pytest.mark.parametrize(
    "border",
    [
        [(0, 40000)],  # 99.64 % black
        [(4095, 40000)],  # white
        [(1070, 40000)],  # a value that occurs in the field
        [(0, 24000), (10, 16000)],  # two dark values: 0.5 and 99.5 % are 0 and 10
        [(0, 39000), (4000, 1000)],  # a border within a border
    ],
)
def test_a_small_field_in_a_constant_border_is_drawn_in_its_own_greys(
    tmp_path: Path, border: list[tuple[int, int]]
) -> None:
    image = opened(tmp_path, bordered(border))
    field = image.grey_table()[image.codes][100:112, 100:112].ravel()
    # By hand: 0.5 % and 99.5 % of the values 1000..1143 are 1000 and 1143 (the border's own value aside).
    np.testing.assert_allclose(field, np.arange(144) / 143, atol=0.01)
    assert any("constant border" in note for note in image.notes)


def test_a_picture_of_two_greys_stays_one(tmp_path: Path) -> None:
    pixels = np.full((200, 200), 500, np.uint16)
    pixels[:5] = 3000
    image = opened(tmp_path, pixels)
    assert set(image.grey_table()[image.codes].ravel()) == {0.0, 1.0}
    assert not image.notes


def test_a_large_border_that_leaves_the_field_visible_changes_nothing(tmp_path: Path) -> None:
    # 40 % of constant black, as a collimated image has: percentiles of the whole image, 0 to 99.5 %.
    rng = np.random.default_rng(1)
    pixels = rng.integers(1000, 3000, (200, 200)).astype(np.uint16)
    pixels[:80] = 0
    image = opened(tmp_path, pixels)
    window = image.presets[0].voi
    assert isinstance(window, VoiWindow)
    assert window.center - window.width / 2 == 0
    assert not image.notes


@pytest.mark.parametrize(
    ("attributes", "expected", "noted"),
    [
        ({"PixelSpacing": b"0,2\\0,2"}, (0.2, 0.2), "(0028,0030) Pixel Spacing is written with a decimal comma"),
        ({"ImagerPixelSpacing": b"0,143\\0,143"}, (0.143, 0.143), "(0018,1164)"),
        ({"PixelSpacing": b"0.2"}, None, "(0028,0030) Pixel Spacing is no pair"),
        ({"PixelSpacing": b"0.2\\x"}, None, "(0028,0030) Pixel Spacing holds a value that is not a number"),
        ({"PixelSpacing": b"143\\143"}, None, "(0028,0030) Pixel Spacing is no pair"),
        ({"PixelSpacing": b"0\\0"}, None, ""),
        (
            {"ImagerPixelSpacing": b"0.2\\0.2", "EstimatedRadiographicMagnificationFactor": b"0.5"},
            (0.2, 0.2),
            "(0018,1114) Estimated Radiographic Magnification Factor is not plausible",
        ),
        ({"PixelSpacing": b"0.2\\0.2"}, (0.2, 0.2), ""),
    ],
)
def test_a_spacing_that_cannot_be_used_or_was_repaired_is_noted(
    tmp_path: Path, attributes: dict[str, Any], expected: tuple[float, float] | None, noted: str
) -> None:
    image = opened(tmp_path, **attributes)
    found = None if image.spacing is None else (image.spacing.row, image.spacing.column)
    assert found == expected
    assert noted in " ".join(image.notes)
    assert bool(image.notes) is bool(noted)


@pytest.mark.parametrize(
    ("written", "shown", "noted"),
    [
        ("MONOCHROME", "MONOCHROME2", True),
        ("MONOCHROME 1", "MONOCHROME1", True),
        ("monochrome2", "MONOCHROME2", False),
        (None, "MONOCHROME2", True),
    ],
)
def test_a_misspelt_or_missing_photometric_interpretation_is_read_with_a_note(
    tmp_path: Path, written: str | None, shown: str, noted: bool
) -> None:
    image = opened(tmp_path, PhotometricInterpretation=written)
    assert image.facts.photometric == shown
    assert any("(0028,0004)" in note for note in image.notes) is noted


def test_a_name_in_the_photometric_interpretation_or_a_uid_is_never_quoted(tmp_path: Path) -> None:
    path = tmp_path / "image"
    path.write_bytes(image_bytes(PhotometricInterpretation="SMITH^JOHN", SOPClassUID="SMITH^JOHN"))
    with pytest.raises(UnsupportedImageError) as caught:
        open_image(path)
    assert "(0028,0004)" in caught.value.user_message
    assert "SMITH" not in caught.value.user_message
    facts = read_header(path).facts
    assert (facts.photometric, facts.sop_class) == ("", "")


def test_a_colour_image_with_absurd_bits_stored_is_shown(tmp_path: Path) -> None:
    pixels = np.full((16, 16, 3), 200, np.uint8)
    image = opened(tmp_path, pixels, 8, BitsStored=520, HighBit=7)
    np.testing.assert_array_equal(image.codes, pixels)


def test_text_for_the_screen_is_bounded_and_long_identifiers_stay_different() -> None:
    first, second = bounded("A" * 5000 + "1"), bounded("A" * 5000 + "2")
    assert len(first) <= LONGEST_TEXT
    assert first != second
    assert bounded("a\nb\x1bc") == "a b c"
    assert bounded("Müller^Jörg") == "Müller^Jörg"
    assert bounded("SMITH\u202e^NHOJ\u200f") == "SMITH^NHOJ"  # what is behind it would be read backwards
    assert bounded("a\u2028b\u2029c") == "a b c"
    assert bounded("می\u200cخواهم") == "می\u200cخواهم"  # a letter's form, and no direction


@pytest.mark.parametrize(
    ("attributes", "time"),
    [({"StudyTime": "1²0000"}, ""), ({"StudyTime": "1A00"}, ""), ({"StudyTime": "0930"}, "09:30")],
)
def test_digits_of_other_scripts_are_no_time(tmp_path: Path, attributes: dict[str, Any], time: str) -> None:
    path = tmp_path / "image"
    path.write_bytes(image_bytes(**attributes))
    assert read_header(path).identity.study_time == time


def test_numbers_beyond_all_counting_are_absent(tmp_path: Path) -> None:
    image = opened(tmp_path, SeriesNumber=b"1e300", InstanceNumber=b"9" * 40)
    assert image.rows == 64
    identity = read_header(tmp_path / "image").identity
    assert (identity.series_number, identity.instance_number) == (None, None)


def test_binary_numbers_are_read_as_they_are() -> None:
    dataset = Dataset()
    dataset.ShutterPresentationValue = 7
    dataset.RealWorldValueSlope = float("nan")
    assert decimals(dataset, "ShutterPresentationValue").values == (7,)
    assert decimals(dataset, "RealWorldValueSlope").values == (None,)
