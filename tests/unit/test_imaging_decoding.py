"""Pixel data to codes: transfer syntaxes, bit layouts, frames, colour and damage."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pydicom
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom import uid
from pydicom.pixels.processing import convert_color_space

from cxrviewer.errors import DecodeError, ImageError, UnsupportedImageError
from cxrviewer.imaging.codecs import SUPPORTED
from cxrviewer.imaging.image import open_image
from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.imaging.specimens import TOLERANCE, specimen, specimen_pixels
from tests.builders.dicom import chest_phantom, image_bytes, image_dataset

LOSSLESS = [syntax for syntax in SUPPORTED if syntax not in TOLERANCE]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "film"


def opened(path: Path, content: bytes, frame: int = 0) -> Radiograph:
    path.write_bytes(content)
    return open_image(path, frame).radiograph


def stored_values(image: Radiograph) -> npt.NDArray[np.int64]:
    return image.codes.astype(np.int64) + image.first_stored


@pytest.mark.parametrize("syntax", SUPPORTED)
def test_every_transfer_syntax_gives_the_specimen_back(path: Path, syntax: str) -> None:
    image = opened(path, specimen(syntax))
    difference = np.abs(stored_values(image) - specimen_pixels(syntax))
    assert difference.max() <= TOLERANCE.get(syntax, 0)
    assert image.facts.transfer_syntax == syntax
    assert image.notes == ()


def test_lossless_copies_of_a_image_share_their_key_and_another_window_has_another(path: Path) -> None:
    keys = {opened(path, image_bytes(syntax=syntax)).key for syntax in LOSSLESS}
    assert len(keys) == 1
    assert opened(path, image_bytes(WindowCenter="1000", WindowWidth="500")).key not in keys
    assert opened(path, image_bytes(PhotometricInterpretation="MONOCHROME1")).key not in keys
    assert opened(path, image_bytes(PatientName="OTHER^NAME", PatientID="2")).key in keys
    one_pixel = chest_phantom()
    one_pixel[200, 200] ^= 1
    assert opened(path, image_bytes(one_pixel, bits=12)).key not in keys


@pytest.mark.parametrize("syntax", LOSSLESS)
def test_signed_values_survive_every_lossless_syntax(path: Path, syntax: str) -> None:
    signed = (chest_phantom(40, 36).astype(np.int32) - 2000).astype(np.int16)
    image = opened(path, image_bytes(signed, bits=16, syntax=syntax))
    assert image.first_stored == -32768
    np.testing.assert_array_equal(stored_values(image), signed)


@pytest.mark.parametrize("bits", range(8, 17))
@pytest.mark.parametrize("signed", [False, True])
def test_every_depth_from_8_to_16_bits_agrees_with_pydicom(path: Path, bits: int, signed: bool) -> None:
    low = -(2 ** (bits - 1)) if signed else 0
    rng = np.random.default_rng(bits)
    pixels = rng.integers(low, low + 2**bits, (20, 24)).astype(np.int16 if signed else np.uint16)
    image = opened(path, image_bytes(pixels, bits=bits))
    np.testing.assert_array_equal(stored_values(image), pydicom.dcmread(path).pixel_array)
    assert image.levels == 2**bits
    assert image.codes.dtype == (np.uint8 if bits == 8 else np.uint16)


@pytest.mark.parametrize("signed", [False, True])
def test_bits_above_the_stored_ones_are_masked_off(path: Path, signed: bool) -> None:
    # Old scanners put overlays there; PS3.5 8.1.1 gives the unused bits no meaning.
    values = np.arange(-512, 512, dtype=np.int16) if signed else np.arange(1024, dtype=np.uint16)
    dirty = ((values.view(np.uint16) & 0x03FF) | 0xA400).view(values.dtype).reshape(32, 32)
    image = opened(path, image_bytes(dirty, bits=10))
    np.testing.assert_array_equal(stored_values(image), values.reshape(32, 32))


@pytest.mark.parametrize("syntax", [uid.ExplicitVRLittleEndian, uid.ExplicitVRBigEndian, uid.RLELossless])
def test_a_high_bit_at_the_top_of_the_word_is_shifted_down(path: Path, syntax: str) -> None:
    # By hand: 12 bits, high bit 15, so the word is the value times 16, with rubbish below it.
    values = chest_phantom(30, 26)
    image = opened(path, image_bytes((values << 4) | 0x0005, bits=12, HighBit=15, syntax=syntax))
    np.testing.assert_array_equal(image.codes, values)


def test_impossible_bit_attributes_are_repaired_and_said(path: Path) -> None:
    image = opened(path, image_bytes(chest_phantom(), bits=12, BitsStored=20, HighBit=3))
    assert image.levels == 65536
    assert any("(0028,0101)" in note for note in image.notes)
    assert any("(0028,0102)" in note for note in image.notes)


def test_a_codec_far_above_the_stored_bits_widens_the_range_and_a_little_above_is_clipped(path: Path) -> None:
    values = chest_phantom(32, 32)  # 12 bits, up to about 3,000
    wide = opened(path, image_bytes(values, bits=12, syntax=uid.JPEG2000Lossless).replace(*_bits_stored(12, 10)))
    assert wide.levels == 4096
    assert any("Bits Stored says 10" in note for note in wide.notes)
    np.testing.assert_array_equal(wide.codes, values)

    over = np.clip(values // 3, 0, 1023)
    over[0, :4] = (1024, 1031, 1050, 1023)
    clipped = opened(path, image_bytes(over, bits=12, syntax=uid.JPEGLSLossless).replace(*_bits_stored(12, 10)))
    assert clipped.levels == 1024
    np.testing.assert_array_equal(clipped.codes, np.minimum(over, 1023))
    assert clipped.notes == ()


def _bits_stored(now: int, then: int) -> tuple[bytes, bytes]:
    """Return (0028,0101) and (0028,0102) as written in explicit little endian, before and after."""
    stored, high = b"\x28\x00\x01\x01US\x02\x00%c\x00", b"\x28\x00\x02\x01US\x02\x00%c\x00"
    return stored % now + high % (now - 1), stored % then + high % (then - 1)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"BitsAllocated": 1, "BitsStored": 1, "HighBit": 0}, "1 bits per pixel"),
        ({"BitsAllocated": 32, "BitsStored": 32, "HighBit": 31}, "32 bits per pixel"),
        ({"BitsAllocated": 12}, "12 bits per pixel"),
        ({"BitsAllocated": None}, "unknown number of bits"),
        ({"PhotometricInterpretation": "ARGB", "SamplesPerPixel": 4}, "fewer pixels"),
        ({"PhotometricInterpretation": "SMITH^JOHN"}, r"its \(0028,0004\) Photometric Interpretation is missing or"),
        ({"Rows": None}, r"\(0028,0010\) Rows is missing or 0"),
    ],
)
def test_other_kinds_of_image_are_rejected_with_a_sentence(path: Path, change: dict[str, Any], words: str) -> None:
    path.write_bytes(image_bytes())
    dataset = pydicom.dcmread(path)
    for keyword, value in change.items():
        if value is None:
            delattr(dataset, keyword)
        else:
            setattr(dataset, keyword, value)
    dataset.save_as(path)
    with pytest.raises(ImageError, match=words):
        open_image(path)


def test_floating_point_pixels_are_rejected_with_a_sentence(path: Path) -> None:
    path.write_bytes(image_bytes())
    dataset = pydicom.dcmread(path)
    del dataset.PixelData
    dataset.FloatPixelData = np.zeros((320, 280), np.float32).tobytes()
    dataset.BitsAllocated = 32
    dataset.save_as(path)
    with pytest.raises(UnsupportedImageError, match="floating point"):
        open_image(path)


@pytest.mark.parametrize("syntax", [uid.ExplicitVRLittleEndian, uid.DeflatedExplicitVRLittleEndian, uid.RLELossless])
def test_only_the_requested_frame_of_many_is_shown(path: Path, syntax: str) -> None:
    frames = [np.full((30, 20), 100 * (index + 1), np.uint16) + np.eye(30, 20, dtype=np.uint16) for index in range(4)]
    content = image_bytes(frames=frames, bits=12, syntax=syntax)
    for index, frame in enumerate(frames):
        image = opened(path, content, index)
        assert image.facts.frames == 4
        np.testing.assert_array_equal(image.codes, frame)
    with pytest.raises(ImageError, match="holds 4 frames; number 5 is not among them"):
        open_image(path, 4)
    with pytest.raises(ValueError, match="frame must be 0 to 3"):
        open_image(path, -1)


def test_one_frame_is_shown_though_a_later_one_is_cut_off(path: Path) -> None:
    frames = [np.full((30, 20), value, np.uint16) for value in (5, 6, 7)]
    content = image_bytes(frames=frames, bits=12)[:-600]
    np.testing.assert_array_equal(opened(path, content, 1).codes, frames[1])
    with pytest.raises(DecodeError, match="cut short"):
        open_image(path, 2)


@pytest.mark.parametrize("syntax", SUPPORTED)
def test_truncated_pixel_data_is_an_error_and_never_half_a_image(path: Path, syntax: str) -> None:
    # A missing part can hide the finding, and a head would score what is left as if it were whole.
    whole = specimen(syntax)
    path.write_bytes(whole[: -len(whole) // 4] if syntax != uid.DeflatedExplicitVRLittleEndian else whole[:-200])
    with pytest.raises(ImageError) as caught:
        open_image(path)
    assert "fetch it again" in caught.value.user_message or "damaged" in caught.value.user_message


@given(position=st.integers(0, 3000), value=st.integers(0, 255), syntax=st.sampled_from(SUPPORTED))
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_flipped_byte_anywhere_gives_a_image_or_a_sentence(
    tmp_path: Path, position: int, value: int, syntax: str
) -> None:
    content = bytearray(specimen(syntax))
    content[position % len(content)] = value
    path = tmp_path / "flipped"
    path.write_bytes(bytes(content))
    try:
        open_image(path)
    except ImageError as error:
        assert str(tmp_path) not in error.user_message
        assert "SPECIMEN" not in error.user_message


def test_a_damaged_sop_class_is_not_quoted(path: Path) -> None:
    # Found by the test above: a wrong length makes (0008,0016) swallow what lies behind it, the name too.
    whole = specimen(uid.ExplicitVRLittleEndian)
    content = whole[: whole.index(b"\xe0\x7f\x10\x00")]  # without (7FE0,0010) Pixel Data
    path.write_bytes(content.replace(b"1.2.840.10008.5.1.4.1", b"DOE^JOHN^OF^SOMEWHERE"))
    with pytest.raises(ImageError) as caught:
        open_image(path)
    assert caught.value.user_message == "This DICOM file holds no image."


def test_an_unknown_transfer_syntax_is_named_with_what_is_missing(path: Path) -> None:
    content = specimen(uid.JPEGLSLossless).replace(b"1.2.840.10008.1.2.4.80", b"1.2.840.10008.1.2.4.55")
    path.write_bytes(content)
    with pytest.raises(DecodeError) as caught:
        open_image(path)
    assert "Process 10 and 12" in caught.value.user_message
    assert "1.2.840.10008.1.2.4.55" in caught.value.transfer_syntax
    assert "JPEG process 10 and 12" in caught.value.missing


def test_a_code_stream_of_another_size_than_the_header_is_rejected(path: Path) -> None:
    # Rows and columns swapped have the right number of pixels: a reshape alone would accept them.
    dataset = image_dataset(chest_phantom(30, 26), bits=12)
    content = image_bytes(chest_phantom(26, 30), bits=12, syntax=uid.JPEGLSLossless, Rows=30, Columns=26)
    assert (dataset.Rows, dataset.Columns) == (30, 26)
    with pytest.raises(DecodeError, match="holds 30 x 26 pixels, and the header says 26 x 30"):
        opened(path, content)


def test_pixels_compressed_without_saying_how_are_decoded_as_what_they_are(path: Path) -> None:
    content = specimen(uid.JPEGLSLossless).replace(b"1.2.840.10008.1.2.4.80", b"1.2.840.10008.1.2.1\0\0\0")
    image = opened(path, content)
    np.testing.assert_array_equal(image.codes, specimen_pixels(uid.JPEGLSLossless))
    assert any("The pixels are JPEG-LS" in note for note in image.notes)


def colour_bars() -> npt.NDArray[np.uint8]:
    picture = np.zeros((24, 36, 3), np.uint8)
    for index, colour in enumerate(
        ((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (90, 90, 90), (255, 255, 255))
    ):
        picture[:, 6 * index : 6 * index + 6] = colour
    return picture


@pytest.mark.parametrize(
    "syntax",
    [
        uid.ExplicitVRLittleEndian,
        uid.ImplicitVRLittleEndian,
        uid.RLELossless,
        uid.JPEGLossless,
        uid.JPEGLosslessSV1,
        uid.JPEGLSLossless,
        uid.JPEG2000Lossless,
        uid.HTJ2KLossless,
    ],
)
def test_colour_images_keep_their_colours(path: Path, syntax: str) -> None:
    image = opened(path, image_bytes(colour_bars(), syntax=syntax))
    assert image.colour
    assert image.presets == ()
    np.testing.assert_array_equal(image.codes, colour_bars())


def test_planar_colours_are_interleaved(path: Path) -> None:
    planar = np.ascontiguousarray(np.moveaxis(colour_bars(), 2, 0)).reshape(24, 36, 3)
    image = opened(path, image_bytes(planar, PlanarConfiguration=1))
    np.testing.assert_array_equal(image.codes, colour_bars())


@pytest.mark.parametrize("photometric", ["YBR_FULL", "YBR_FULL_422"])
def test_luminance_and_chrominance_become_red_green_and_blue(path: Path, photometric: str) -> None:
    ybr = convert_color_space(colour_bars(), "RGB", "YBR_FULL")
    if photometric == "YBR_FULL_422":
        # Two pixels share their chrominance (PS3.3 C.7.6.3.1.2): Y1 Y2 Cb Cr. The bars are 6 wide, so nothing is lost.
        pairs = ybr.reshape(24, 18, 2, 3)
        packed = np.stack([pairs[..., 0, 0], pairs[..., 1, 0], pairs[..., 0, 1], pairs[..., 0, 2]], axis=-1)
        content = image_bytes(colour_bars(), PhotometricInterpretation=photometric)
        content = content.replace(colour_bars().tobytes(), packed.tobytes())
        content = content.replace(
            b"\xe0\x7f\x10\x00OB\0\0" + (24 * 36 * 3).to_bytes(4, "little"),
            b"\xe0\x7f\x10\x00OB\0\0" + (24 * 36 * 2).to_bytes(4, "little"),
        )
    else:
        content = image_bytes(ybr, PhotometricInterpretation=photometric)
    image = opened(path, content)
    assert np.abs(image.codes.astype(int) - colour_bars()).max() <= 2


def test_palette_colours_are_looked_up(path: Path) -> None:
    indices = np.arange(256, dtype=np.uint8).reshape(16, 16)
    red = np.arange(256, dtype=np.uint16) << 8
    attributes: dict[str, Any] = {"PhotometricInterpretation": "PALETTE COLOR"}
    for name, table in (("Red", red), ("Green", red[::-1]), ("Blue", np.zeros(256, np.uint16))):
        attributes[f"{name}PaletteColorLookupTableDescriptor"] = [256, 0, 16]
        attributes[f"{name}PaletteColorLookupTableData"] = table.tobytes()
    image = opened(path, image_bytes(indices, **attributes))
    # By hand: red rises with the index, green falls, blue is absent.
    np.testing.assert_array_equal(image.codes[..., 0], indices)
    np.testing.assert_array_equal(image.codes[..., 1], 255 - indices)
    assert not image.codes[..., 2].any()


def test_a_palette_image_without_palette_is_rejected(path: Path) -> None:
    indices = np.arange(256, dtype=np.uint8).reshape(16, 16)
    with pytest.raises(UnsupportedImageError, match="palette"):
        opened(path, image_bytes(indices, PhotometricInterpretation="PALETTE COLOR"))


def test_two_threads_may_open_images_together(tmp_path: Path) -> None:
    paths = []
    for index, syntax in enumerate(SUPPORTED):
        paths.append(tmp_path / str(index))
        paths[-1].write_bytes(specimen(syntax))
    keys: dict[int, list[str]] = {0: [], 1: []}
    failures: list[Exception] = []

    def work(slot: int) -> None:
        try:
            for path in paths if slot else reversed(paths):
                keys[slot].append(open_image(path).radiograph.key)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(slot,)) for slot in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert keys[0] == keys[1][::-1]


def test_pixels_cannot_be_changed_behind_the_key(path: Path) -> None:
    image = opened(path, image_bytes())
    with pytest.raises(ValueError, match="read-only"):
        image.codes[0, 0] = 1
