"""Headers and pixel data that break the standard: shown as stored, or rejected with a true sentence."""

from __future__ import annotations

import contextlib
import io
import struct
import tracemalloc
import zlib
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from pydicom import uid

from cxrviewer.errors import DecodeError, ImageError, NotDicomError, UnsupportedImageError
from cxrviewer.imaging import elements, inflate
from cxrviewer.imaging.codecs import ENCAPSULATED_UNCOMPRESSED
from cxrviewer.imaging.dataset import parse
from cxrviewer.imaging.header import read_header
from cxrviewer.imaging.image import open_image
from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.imaging.specimens import encode_frame
from tests.builders import raw_elements as build
from tests.builders.dicom import lut_item
from tests.builders.raw_elements import BEFORE_IMAGE, ITEM_END, PIXELS, SEQUENCE_END, UNDEFINED, grey

EXPLICIT, IMPLICIT, BIG = uid.ExplicitVRLittleEndian, uid.ImplicitVRLittleEndian, uid.ExplicitVRBigEndian
DX = b"1.2.840.10008.5.1.4.1.1.1.1\0"
SECRET = "DOE^JANE"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "film"


def opened(path: Path, content: bytes, frame: int = 0) -> Radiograph:
    path.write_bytes(content)
    return open_image(path, frame).radiograph


def rejection(path: Path, content: bytes) -> ImageError:
    path.write_bytes(content)
    with pytest.raises(ImageError) as caught:
        open_image(path)
    return caught.value


def big_endian_image() -> bytes:
    values = grey()
    dataset = build.image(values)
    dataset.PixelData = values.astype(">u2").tobytes()
    return build.body(dataset, BIG)


def inserted(extra: bytes) -> bytes:
    """Return an image in explicit VR with `extra` in front of the image's attributes."""
    content = build.body(build.image())
    return build.part10(content.replace(BEFORE_IMAGE, extra + BEFORE_IMAGE, 1))


# The encoding of the elements against the transfer syntax.


@pytest.mark.parametrize("declared", [EXPLICIT, IMPLICIT, BIG])
@pytest.mark.parametrize("written", [EXPLICIT, IMPLICIT, BIG])
def test_elements_are_read_as_they_are_written_whatever_is_declared(path: Path, declared: str, written: str) -> None:
    content = big_endian_image() if written == BIG else build.body(build.image(), written)
    image = opened(path, build.part10(content, declared))
    np.testing.assert_array_equal(image.codes, grey())
    assert image.facts.transfer_syntax == written
    assert any("(0002,0010) Transfer Syntax UID" in note for note in image.notes) == (declared != written)


def test_a_pixel_element_may_be_written_otherwise_than_the_header(path: Path) -> None:
    pixels = grey().tobytes()
    head = build.body(build.image())
    head = head[: head.index(PIXELS)]
    np.testing.assert_array_equal(opened(path, build.part10(head + build.implicit(0x7FE00010, pixels))).codes, grey())
    head = build.body(build.image(), IMPLICIT)
    head = head[: head.index(PIXELS)]
    explicit = build.long(0x7FE00010, b"OW", pixels)
    np.testing.assert_array_equal(opened(path, build.part10(head + explicit, IMPLICIT)).codes, grey())


def test_compressed_pixels_behind_an_implicit_header_are_shown_with_a_note(path: Path) -> None:
    frame = encode_frame(grey(), uid.RLELossless, 16)
    head = build.body(build.image(), IMPLICIT)
    head = head[: head.index(PIXELS)]
    value = build.item(b"") + build.item(frame) + SEQUENCE_END + bytes(4)
    image = opened(path, build.part10(head + PIXELS + UNDEFINED + value, uid.RLELossless))
    np.testing.assert_array_equal(image.codes, grey())
    assert any("Implicit VR Little Endian" in note for note in image.notes)


# Where a data set begins.


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(build.part10(build.body(build.image()))[128:], id="DICM at 0"),
        pytest.param(bytes(128) + b"DICM" + build.part10(build.body(build.image())), id="two preambles"),
        pytest.param(
            build.implicit(0x00000000, b"\x18\0\0\0")
            + build.implicit(0x00000002, DX)
            + build.body(build.image(), IMPLICIT),
            id="command group first",
        ),
        pytest.param(b" " + build.body(build.image()), id="one stray byte"),
        pytest.param(bytes(132) + build.part10(build.body(build.image()))[132:], id="zeros for DICM"),
        pytest.param(bytes(256) + build.part10(build.body(build.image()))[128:], id="a preamble of 256 bytes"),
        pytest.param(bytes(130) + build.body(build.image()), id="zeros in front of a bare data set"),
        *(
            pytest.param(build.body(build.image(), syntax)[start:], id=f"group 0010 first, {name}")
            for syntax, name in ((EXPLICIT, "explicit"), (IMPLICIT, "implicit"))
            for start in [build.body(build.image(), syntax).index(b"\x10\0\x10\0")]
        ),
        pytest.param(
            build.implicit(0x00080005, b"ISO_IR 192")
            + build.implicit(0x00080008, b"ORIGINAL\\PRIMARY\\".ljust(102, b"A") + b"DICM  ")
            + build.body(build.image(), IMPLICIT),
            id="DICM by chance at 128",
        ),
    ],
)
def test_a_data_set_is_found_where_it_begins(path: Path, content: bytes) -> None:
    image = opened(path, content)
    np.testing.assert_array_equal(image.codes, grey())


# Single elements.

_ODD_VRS = [b"  ", b"--", b"??", b"\0\0", b"dd", b"us", b"ox", b"OX", b"ZZ"]


@pytest.mark.parametrize("vr", _ODD_VRS)
@pytest.mark.parametrize("tag", [0x00091001, 0x00182200, 0x00280001], ids=["private", "unknown", "below"])
@pytest.mark.parametrize("form", [build.short, build.long], ids=["16 bits", "32 bits"])
def test_an_unknown_vr_loses_one_element_and_nothing_else(path: Path, vr: bytes, tag: int, form: object) -> None:
    assert callable(form)
    for value in (b"", b"ab", b"abcdefgh"):
        np.testing.assert_array_equal(opened(path, inserted(form(tag, vr, value))).codes, grey())


def test_one_implicit_element_among_explicit_ones_is_read(path: Path) -> None:
    image = opened(path, inserted(build.implicit(0x00180015, b"CHEST ")))
    np.testing.assert_array_equal(image.codes, grey())
    assert image.facts.body_part == "CHEST"
    assert image.notes == ()


_INNER = build.short(0x00080100, b"SH", b"R-10214 ")
_VIEW = 0x00540220


@pytest.mark.parametrize(
    "sequence",
    [
        pytest.param(build.long(_VIEW, b"SQ", build.item(_INNER), len(_INNER) + 16), id="sequence too long"),
        pytest.param(build.long(_VIEW, b"SQ", build.item(_INNER), len(_INNER)), id="sequence too short"),
        pytest.param(build.long(_VIEW, b"SQ", build.item(_INNER, len(_INNER) + 20)), id="item too long"),
        pytest.param(
            build.long(_VIEW, b"SQ", build.ITEM + UNDEFINED + _INNER + SEQUENCE_END + bytes(4), 0xFFFFFFFF),
            id="item closed by the sequence delimiter",
        ),
        pytest.param(build.long(_VIEW, b"SQ", build.item(_INNER), 0xFFFFFFFF), id="no sequence delimiter"),
        pytest.param(
            build.long(_VIEW, b"SQ", build.ITEM + UNDEFINED + _INNER + build.item(_INNER), 0xFFFFFFFF)
            + SEQUENCE_END
            + bytes(4),
            id="no item delimiter",
        ),
        *(
            pytest.param(build.long(_VIEW, b"SQ", build.ITEM + UNDEFINED + _INNER + ends, 0xFFFFFFFF), id=name)
            for ends, name in (
                (bytes(16), "zeros for both delimiters"),
                (bytes(8) + SEQUENCE_END + bytes(4), "zeros for the item delimiter"),
                (ITEM_END + bytes(12), "zeros for the sequence delimiter"),
            )
        ),
        pytest.param(
            build.long(_VIEW, b"UN", build.item(build.implicit(0x00080100, b"R-10214 ")), 0xFFFFFFFF)
            + SEQUENCE_END
            + bytes(4),
            id="unknown VR, implicit inside (CP-246)",
        ),
    ],
)
def test_a_sequence_with_wrong_lengths_or_delimiters_keeps_its_content(path: Path, sequence: bytes) -> None:
    # The view sequence stands behind the image's attributes: what comes after it is the pixel data.
    content = build.body(build.image()).replace(PIXELS, sequence + PIXELS, 1)
    image = opened(path, build.part10(content))
    np.testing.assert_array_equal(image.codes, grey())
    assert image.facts.view_codes[:1] == ("R-10214",)


@pytest.mark.parametrize("delimiter", [ITEM_END, SEQUENCE_END])
def test_a_delimiter_that_closes_nothing_is_passed_over(path: Path, delimiter: bytes) -> None:
    np.testing.assert_array_equal(opened(path, inserted(delimiter + bytes(4))).codes, grey())


def test_a_private_or_unknown_sequence_of_wrong_length_loses_nothing(path: Path) -> None:
    for tag in (0x00189999, 0x00191001):
        extra = build.long(tag, b"SQ", build.item(_INNER), len(_INNER) + 16)
        np.testing.assert_array_equal(opened(path, inserted(extra)).codes, grey())


def test_pixels_in_front_of_their_description_are_shown(path: Path) -> None:
    content = build.body(build.image())
    start, end = content.index(BEFORE_IMAGE), content.index(PIXELS)
    np.testing.assert_array_equal(
        opened(path, build.part10(content[:start] + content[end:] + content[start:end])).codes, grey()
    )


def test_a_header_that_cannot_be_followed_names_the_last_good_element(path: Path) -> None:
    error = rejection(path, inserted(b"\xff" * 6 + b"\xff\xff"))
    assert "Series Instance UID" in error.user_message or "(0020," in error.user_message
    assert "missing" not in error.user_message


def test_pixels_are_called_missing_only_where_they_are(path: Path) -> None:
    content = build.body(build.image())
    assert "(7FE0,0010) is missing" in rejection(path, build.part10(content[: content.index(PIXELS)])).user_message
    unclosed = build.long(_VIEW, b"SQ", build.ITEM + UNDEFINED + _INNER, 0xFFFFFFFF)
    swallowed = rejection(path, build.part10(content.replace(PIXELS, unclosed + PIXELS))).user_message
    assert "(0054,0220) View Code Sequence" in swallowed and "missing" not in swallowed and "lost" not in swallowed
    no_rows = content.replace(build.short(0x00280010, b"US", struct.pack("<H", 24)), b"")
    message = rejection(path, build.part10(no_rows)).user_message
    assert "(0028,0010) Rows" in message and "fetch" not in message


# Hostile headers.


def nested(depth: int, tag: int, *, defined: bool) -> bytes:
    content = b""
    for _ in range(depth):
        if defined:
            content = build.long(tag, b"SQ", build.item(content))
        else:
            inner = build.ITEM + UNDEFINED + content + ITEM_END + bytes(4)
            content = build.long(tag, b"SQ", inner + SEQUENCE_END + bytes(4), 0xFFFFFFFF)
    return content


@pytest.mark.parametrize("defined", [True, False])
@pytest.mark.parametrize("tag", [0x00100010, 0x00189999, 0x00191001, 0x00400555], ids=hex)
def test_sequences_nested_without_end_cost_little_and_lose_nothing(path: Path, tag: int, defined: bool) -> None:
    content = inserted(nested(3000, tag, defined=defined))
    path.write_bytes(content)
    tracemalloc.start()
    try:
        header = read_header(path)
        image = open_image(path).radiograph
        assert tracemalloc.get_traced_memory()[1] < 64_000_000
    finally:
        tracemalloc.stop()
    np.testing.assert_array_equal(image.codes, grey())
    assert header.identity.patient_name in ("PHANTOM^PAULA", "")


def test_a_name_that_is_a_sequence_is_noted_by_its_tag(path: Path) -> None:
    content = build.body(build.image())
    start = content.index(b"\x10\0\x10\0PN")
    end = start + 8 + struct.unpack_from("<H", content, start + 6)[0]
    image = opened(path, build.part10(content[:start] + nested(5, 0x00100010, defined=True) + content[end:]))
    assert any("(0010,0010) Patient's Name" in note for note in image.notes)


def test_a_header_of_too_many_elements_or_bytes_is_rejected(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elements, "MAX_ELEMENTS", 1000)
    many = b"".join(build.short(0x00182200, b"LO", b"") for _ in range(1000))
    assert isinstance(rejection(path, inserted(many)), NotDicomError)
    monkeypatch.setattr(elements, "MAX_ELEMENTS", 500_000)
    monkeypatch.setattr(elements, "MAX_HEADER_BYTES", 100_000)
    large = b"".join(build.short(0x00182200, b"LO", bytes(40_000)) for _ in range(3))
    assert "far larger" in rejection(path, inserted(large)).user_message


@pytest.mark.parametrize("keyword", ["TransferSyntaxUID", "SOPClassUID", "PhotometricInterpretation"])
def test_a_term_that_holds_a_name_is_not_quoted(path: Path, keyword: str) -> None:
    content = build.part10(build.body(build.image()), SECRET if keyword == "TransferSyntaxUID" else EXPLICIT)
    if keyword == "SOPClassUID":
        dataset = build.image()
        dataset.SOPClassUID = uid.UID(SECRET, 0)
        content = build.part10(build.body(dataset).replace(PIXELS, b"\xfe\xff\x0d\xe0"))
    if keyword == "PhotometricInterpretation":
        content = build.part10(build.body(build.image(PhotometricInterpretation="YBR_" + SECRET, SamplesPerPixel=1)))
    error = rejection(path, content)
    assert "DOE" not in error.user_message
    assert "DOE" not in getattr(error, "transfer_syntax", "")


# Deflated files.


def deflated(content: bytes, *, wrapped: bool = False) -> bytes:
    packed = zlib.compress(content, 9)
    return build.part10(packed if wrapped else packed[2:-4], uid.DeflatedExplicitVRLittleEndian)


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_deflated_image_is_read_with_and_without_the_header_of_zlib(path: Path, wrapped: bool) -> None:
    image = opened(path, deflated(build.body(build.image()), wrapped=wrapped))
    np.testing.assert_array_equal(image.codes, grey())
    assert image.facts.transfer_syntax == uid.DeflatedExplicitVRLittleEndian


def test_a_image_that_says_it_is_deflated_and_is_not_is_read_as_it_is(path: Path) -> None:
    image = opened(path, build.part10(build.body(build.image()), uid.DeflatedExplicitVRLittleEndian))
    np.testing.assert_array_equal(image.codes, grey())
    assert any("Transfer Syntax UID" in note for note in image.notes)


def test_reading_the_header_of_a_deflated_file_inflates_only_the_header(path: Path) -> None:
    frames = 400
    dataset = build.image(NumberOfFrames=frames)
    dataset.PixelData = grey().tobytes() + bytes(grey().nbytes * (frames - 1))
    content = build.body(dataset)
    path.write_bytes(deflated(content))
    with path.open("rb") as stream:
        parsed = parse(stream)
        assert parsed.pixels is not None
        view = parsed.pixels.stream
        assert isinstance(view, inflate.InflatedStream)
        assert view._work < len(content) // 2
    np.testing.assert_array_equal(open_image(path).radiograph.codes, grey())


def test_a_deflated_bomb_is_rejected_without_being_inflated(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inflate, "MAX_INFLATED", 1 << 20)
    monkeypatch.setattr(inflate, "MAX_WORK", 1 << 21)
    bomb = build.body(build.image()).replace(
        BEFORE_IMAGE, build.long(0x00189999, b"OB", bytes(8 << 20)) + BEFORE_IMAGE, 1
    )
    assert isinstance(rejection(path, deflated(bomb)), ImageError)


def test_an_inflated_view_gives_the_same_bytes_in_any_order() -> None:
    data = np.random.default_rng(3).integers(0, 256, 12_000_000, dtype=np.uint8).tobytes()
    packed = zlib.compress(data, 1)[2:-4]
    view = inflate.InflatedStream(io.BytesIO(b"abc" + packed), 3)
    for position, size in ((0, 10), (9_000_000, 100), (50, 5_000_000), (4_000_000, 600_000), (11_999_990, 50), (7, 3)):
        view.seek(position)
        assert view.read(size) == data[position : position + size]
        assert view.tell() == min(len(data), position + size)


# Code streams.

STREAMS = [
    uid.JPEGBaseline8Bit,
    uid.JPEGExtended12Bit,
    uid.JPEGLosslessSV1,
    uid.JPEGLSLossless,
    uid.JPEG2000Lossless,
    uid.HTJ2KLossless,
    uid.RLELossless,
    "1.2.840.10008.1.2.4.110",
]


def picture(syntax: str) -> np.ndarray:
    return (grey() >> 4).astype(np.uint8) if syntax == uid.JPEGBaseline8Bit else grey()


def stream(syntax: str, rows: int = 24, columns: int = 20) -> bytes:
    values = grey(rows, columns)
    if syntax == uid.JPEGBaseline8Bit:
        return encode_frame((values >> 4).astype(np.uint8), syntax, 8)
    return encode_frame(values, syntax, 12)


def compressed(syntax: str, *frames: bytes, declared: str = "", **options: object) -> bytes:
    content = build.with_stream(*frames, pixels=picture(syntax), **options)  # type: ignore[arg-type]
    return build.part10(content, declared or syntax)


def closeness(syntax: str) -> int:
    off: dict[str, int] = {uid.JPEGBaseline8Bit: 12, uid.JPEGExtended12Bit: 200}
    return off.get(syntax, 0)


def assert_shows(image: Radiograph, syntax: str) -> None:
    assert np.abs(image.codes.astype(int) - picture(syntax)).max() <= closeness(syntax)


@pytest.mark.parametrize("syntax", STREAMS)
@pytest.mark.parametrize("padding", [1, 2, 63, 64, 65, 1000])
def test_any_padding_behind_a_code_stream_is_dropped(path: Path, syntax: str, padding: int) -> None:
    fill = b"\0" if syntax == uid.RLELossless else b"\0\xff"
    for byte in fill:
        assert_shows(opened(path, compressed(syntax, stream(syntax) + bytes([byte]) * padding)), syntax)


@pytest.mark.parametrize("syntax", STREAMS)
def test_zeros_may_stand_for_the_sequence_delimiter_or_nothing_at_all(path: Path, syntax: str) -> None:
    for close in (bytes(8), b"", bytes(3), SEQUENCE_END):
        assert_shows(opened(path, compressed(syntax, stream(syntax), close=close)), syntax)


@pytest.mark.parametrize("syntax", STREAMS)
@pytest.mark.parametrize("table", [struct.pack("<I", 4711), struct.pack("<II", 0, 60), b"\xff" * 4, bytes(12)])
def test_one_frame_needs_no_offset_table(path: Path, syntax: str, table: bytes) -> None:
    assert_shows(opened(path, compressed(syntax, stream(syntax), table=table)), syntax)


@pytest.mark.parametrize("syntax", [uid.JPEGLosslessSV1, "1.2.840.10008.1.2.4.110"])
@pytest.mark.parametrize("table", [b"", struct.pack("<II", 0, 4711), struct.pack("<II", 8, 8), struct.pack("<I", 0)])
def test_frames_in_several_fragments_are_found_by_their_signature(path: Path, table: bytes, syntax: str) -> None:
    first, second = stream(syntax), encode_frame(grey()[::-1].copy(), syntax, 12)
    half = len(first) // 4 * 2
    content = compressed(syntax, first[:half], first[half:], second, table=table, NumberOfFrames=2)
    np.testing.assert_array_equal(opened(path, content, 0).codes, grey())
    np.testing.assert_array_equal(opened(path, content, 1).codes, grey()[::-1])


@pytest.mark.parametrize("syntax", STREAMS)
@pytest.mark.parametrize("declared", [uid.JPEGLosslessSV1, uid.JPEG2000, uid.JPEGLSLossless, EXPLICIT])
def test_a_stream_is_decoded_as_what_it_is_and_a_note_says_so(path: Path, syntax: str, declared: str) -> None:
    image = opened(path, compressed(syntax, stream(syntax), declared=declared))
    assert_shows(image, syntax)
    families: dict[str, tuple[str, ...]] = {uid.JPEG2000: (uid.JPEG2000Lossless, uid.HTJ2KLossless)}
    same = families.get(declared, (declared,))
    assert any("decoded as what they are" in note for note in image.notes) == (syntax not in same)


def test_native_pixels_of_a_file_that_says_it_is_compressed_are_shown_with_a_note(path: Path) -> None:
    image = opened(path, build.part10(build.body(build.image()), uid.JPEGLosslessSV1))
    np.testing.assert_array_equal(image.codes, grey())
    assert any("The pixels are uncompressed" in note for note in image.notes)


def test_a_bare_stream_in_a_value_of_defined_length_is_decoded(path: Path) -> None:
    head = build.body(build.image())
    head = head[: head.index(PIXELS)]
    value = stream(uid.JPEGLosslessSV1)
    image = opened(path, build.part10(head + build.long(0x7FE00010, b"OB", value + b"\0" * (len(value) % 2))))
    np.testing.assert_array_equal(image.codes, grey())


def test_encapsulated_uncompressed_frames_are_read(path: Path) -> None:
    frames = (grey().tobytes(), grey()[::-1].tobytes())
    content = build.part10(build.with_stream(*frames, NumberOfFrames=2), ENCAPSULATED_UNCOMPRESSED)
    np.testing.assert_array_equal(opened(path, content, 1).codes, grey()[::-1])


def test_a_stream_whose_edges_are_exchanged_is_called_damaged(path: Path) -> None:
    for edge in (8, 12):  # XOsiz, then YOsiz, behind Xsiz and Ysiz (ISO 15444-1 A.5.1)
        code = bytearray(stream(uid.JPEG2000Lossless))
        code[8 + edge : 12 + edge] = b"\0\0\x7f\xff"
        message = rejection(path, compressed(uid.JPEG2000Lossless, bytes(code))).user_message
        assert "damaged" in message and "-" not in message.replace("JPEG-", "")


def test_a_long_value_beside_the_pixels_costs_itself_only(path: Path) -> None:
    content = build.body(build.image(), IMPLICIT)
    endless = build.implicit(0x00280034, b"9" * 70_000)  # a whole number that becomes infinite
    image = opened(path, build.part10(content.replace(b"\x28\0\0\1", endless + b"\x28\0\0\1", 1), IMPLICIT))
    np.testing.assert_array_equal(image.codes, grey())
    assert any("Pixel Aspect Ratio" in note for note in image.notes)


@pytest.mark.parametrize("syntax", STREAMS)
@pytest.mark.parametrize("size", [(24, 21), (23, 20), (25, 20), (48, 40)])
def test_a_stream_of_another_size_is_rejected_with_both_sizes(path: Path, syntax: str, size: tuple[int, int]) -> None:
    error = rejection(path, compressed(syntax, stream(syntax, *size)))
    assert isinstance(error, DecodeError)
    if syntax == uid.RLELossless:  # RLE does not say its size; a wrong one would shear the image
        return
    assert f"{size[1]} x {size[0]}" in error.user_message and "20 x 24" in error.user_message
    assert "fetch" not in error.user_message


def _bomb(syntax: str) -> bytes:
    """Return a small stream that asks for some billion pixels."""
    data = bytearray(stream(syntax))
    if syntax == uid.JPEG2000Lossless:
        start = data.index(b"\xff\x51") + 6
        struct.pack_into(">II", data, start, 60_000, 60_000)
    else:
        marker = {uid.JPEGBaseline8Bit: b"\xff\xc0", uid.JPEGLosslessSV1: b"\xff\xc3", uid.JPEGLSLossless: b"\xff\xf7"}
        struct.pack_into(">HH", data, data.index(marker[uid.UID(syntax)]) + 5, 65_000, 65_000)
    return bytes(data)


@pytest.mark.parametrize(
    "syntax", [uid.JPEGBaseline8Bit, uid.JPEGLosslessSV1, uid.JPEGLSLossless, uid.JPEG2000Lossless]
)
def test_no_decoder_sees_a_stream_of_another_size(path: Path, syntax: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("jpeg8_decode", "jpegls_decode", "jpeg2k_decode"):
        monkeypatch.setattr(imagecodecs, name, lambda *_, **__: pytest.fail("the decoder was called"))
    assert "header says 20 x 24" in rejection(path, compressed(syntax, _bomb(syntax))).user_message


def test_more_pixels_than_the_limit_are_rejected_before_anything_is_read(path: Path) -> None:
    content = build.body(build.image(Rows=30_000, Columns=30_000))
    error = rejection(path, build.part10(content))
    assert isinstance(error, UnsupportedImageError)
    assert "30000 x 30000" in error.user_message and "80 million" in error.user_message


@pytest.mark.parametrize("change", range(8))
def test_a_damaged_table_of_rle_segments_is_rejected(path: Path, change: int) -> None:
    frame = bytearray(stream(uid.RLELossless))
    count, first, second = struct.unpack_from("<III", frame)
    wrong = [
        (0, first, second),
        (16, first, second),
        (2, 0, second),
        (2, 65, second),
        (2, first, 0xFFFFFFF0),
        (2, first, 1 << 24),
        (2, second, first),
        (2, first, len(frame)),
    ][change]
    struct.pack_into("<III", frame, 0, *wrong)
    assert count == 2
    assert isinstance(rejection(path, compressed(uid.RLELossless, bytes(frame))), DecodeError)


def test_every_flipped_bit_of_an_rle_table_gives_a_image_or_a_sentence(path: Path) -> None:
    frame = stream(uid.RLELossless)
    for bit in range(0, 8 * 16):
        data = bytearray(frame)
        data[bit // 8] ^= 1 << bit % 8
        path.write_bytes(compressed(uid.RLELossless, bytes(data)))
        try:
            open_image(path)
        except ImageError:
            continue


def test_surplus_bytes_of_an_rle_segment_are_dropped(path: Path) -> None:
    frame = stream(uid.RLELossless)
    _, first, second = struct.unpack_from("<III", frame)
    for surplus in (b"\0\x05", b"\xf9\x07", b"\x03abcd"):
        longer = struct.pack("<III", 2, first, second + len(surplus)) + frame[12:second] + surplus + frame[second:]
        np.testing.assert_array_equal(opened(path, compressed(uid.RLELossless, longer)).codes, grey())


def test_a_second_frame_behind_the_only_one_is_left_out(path: Path) -> None:
    for syntax in STREAMS:
        other = encode_frame(picture(syntax)[::-1].copy(), syntax, 8 if picture(syntax).dtype == np.uint8 else 12)
        assert_shows(opened(path, compressed(syntax, stream(syntax), other)), syntax)


# Messages.


def test_fetching_again_is_advised_where_the_file_ends_early_and_not_where_the_header_contradicts_itself(
    path: Path,
) -> None:
    whole = build.part10(build.body(build.image()))
    assert "cut short" in (message := rejection(path, whole[:-100]).user_message) and "fetch it again" in message
    taller = build.part10(build.body(build.image(Rows=25)))
    assert "fetch" not in (message := rejection(path, taller).user_message) and "(0028,0010) Rows" in message
    for change, name in (
        ({"SamplesPerPixel": 0}, "(0028,0002)"),
        ({"PixelRepresentation": 2}, "(0028,0103)"),
        ({"PhotometricInterpretation": "RGB"}, "(0028,0004)"),
        ({"Columns": 0}, "(0028,0011) Columns"),
    ):
        message = rejection(path, build.part10(build.body(build.image(**change)))).user_message
        assert name in message and "fetch" not in message


def test_an_error_without_a_number_is_not_blamed_on_the_drive(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_bytes(build.part10(build.body(build.image())))

    def fail(*_: object) -> None:
        raise OSError("a library's own")

    monkeypatch.setattr("cxrviewer.imaging.image.parse", fail)
    with pytest.raises(ImageError, match="damaged"):
        open_image(path)


@pytest.mark.parametrize("error", [RecursionError, MemoryError, KeyError, ZeroDivisionError, AssertionError])
def test_whatever_a_decoder_raises_becomes_one_sentence(
    path: Path, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error(SECRET)

    monkeypatch.setattr(imagecodecs, "jpegls_decode", fail)
    message = rejection(path, compressed(uid.JPEGLSLossless, stream(uid.JPEGLSLossless))).user_message
    assert "cannot be decoded" in message and SECRET not in message
    monkeypatch.undo()
    monkeypatch.setattr("cxrviewer.imaging.dataset._parse", fail)
    message = rejection(path, build.part10(build.body(build.image()))).user_message
    assert "header cannot be read" in message and SECRET not in message


@pytest.mark.parametrize(
    "broken", ["header.read_facts", "dicom_source.of_frame", "dicom_source.with_geometry", "dicom_source.image_key"]
)
def test_whatever_reading_a_header_value_raises_becomes_one_sentence(
    path: Path, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OverflowError(SECRET)

    monkeypatch.setattr(f"cxrviewer.imaging.{broken}", fail)
    message = rejection(path, build.part10(build.body(build.image()))).user_message
    assert "damaged" in message and SECRET not in message


def test_a_lookup_table_of_a_big_endian_header_in_front_of_compressed_pixels_is_read_in_its_order(path: Path) -> None:
    # By hand: code 5 is shown as entry 5 of the table, 4090 - 5 * 16, of 12 bits.
    entries = [4090 - 16 * code for code in range(256)]
    dataset = build.image()
    dataset.VOILUTSequence = [lut_item(entries, 0, 12)]
    head = build.body(dataset, BIG)
    frame = stream(uid.RLELossless)
    items = struct.pack(">HHI", 0xFFFE, 0xE000, 0) + struct.pack(">HHI", 0xFFFE, 0xE000, len(frame)) + frame
    element = b"\x7f\xe0\0\x10OB\0\0" + UNDEFINED
    content = head[: head.index(b"\x7f\xe0\0\x10")] + element + items + b"\xff\xfe\xe0\xdd" + bytes(4)
    image = opened(path, build.part10(content, uid.RLELossless))
    np.testing.assert_array_equal(image.codes, grey())
    shown = image.grey_table()[[5, 100]]
    np.testing.assert_allclose(shown, [(4090 - 80) / 4095, (4090 - 1600) / 4095], atol=1e-3)


@pytest.mark.parametrize(
    "smallest",
    [
        pytest.param(nested(60_000, 0x00400555, defined=False), id="nested"),
        pytest.param(bytes(2_000_000), id="zeros"),
        pytest.param(build.short(0x00182200, b"  ", b"") * 200_000, id="odd"),
        pytest.param(build.long(0x00400555, b"SQ", build.item(b"") * 200_000), id="empty items"),
        pytest.param(build.long(0x00400555, b"SQ", b"", 2_000_000) * 100_000, id="overlapping lengths"),
    ],
)
def test_a_header_of_the_smallest_elements_is_read_in_linear_work(
    path: Path, smallest: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted in looks at the file, never in seconds: a few for each 8 bytes, whatever the nesting."""
    looks = 0
    at = elements.Window.at

    def counted(window: elements.Window, position: int, length: int) -> bytes:
        nonlocal looks
        looks += 1
        return at(window, position, length)

    monkeypatch.setattr(elements.Window, "at", counted)
    path.write_bytes(inserted(smallest))
    with contextlib.suppress(ImageError):
        read_header(path)
    assert looks < 10 * elements.MAX_ELEMENTS
