"""PNG and JPEG pictures: one decision about grey for window and command line, 16 bits kept, nothing ignored."""

from __future__ import annotations

import io
import json
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from cxrviewer import cli
from cxrviewer.errors import CxrError, DecodeError, ImageError, UnsupportedImageError
from cxrviewer.imaging import raster_source
from cxrviewer.imaging.header import read_header
from cxrviewer.imaging.image import open_image
from cxrviewer.imaging.radiograph import Radiograph
from tests.builders import heads as build

GREY = np.add.outer(np.arange(64), np.arange(64)).astype(np.uint8)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(samples: npt.NDArray[Any], colour_type: int, *extra: bytes, rows: int = 0, columns: int = 0) -> bytes:
    """Write a PNG by hand (ISO/IEC 15948), filter 0, so that no library under test writes what it reads."""
    depth = 8 * samples.dtype.itemsize
    big = samples.astype(samples.dtype.newbyteorder(">"))
    lines = b"".join(b"\0" + row.tobytes() for row in big)
    header = struct.pack(">IIBBBBB", columns or samples.shape[1], rows or samples.shape[0], depth, colour_type, 0, 0, 0)
    body = chunk(b"IHDR", header) + b"".join(extra) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def shown(tmp_path: Path, content: bytes) -> Radiograph:
    (tmp_path / "picture").write_bytes(content)
    return open_image(tmp_path / "picture").radiograph


def saved(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def stack(*planes: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return np.stack(planes, axis=-1)


def test_the_command_line_scores_a_grey_picture_however_it_was_saved_and_rejects_colour(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build.write_head(tmp_path / "head")
    folder = tmp_path / "pictures"
    folder.mkdir()
    picture = Image.fromarray(np.full((64, 64), 51, np.uint8))
    for mode in ("L", "RGB", "RGBA", "LA"):
        picture.convert(mode).save(folder / f"{mode}.png")
    picture.convert("RGB").convert("P").save(folder / "P.png")
    Image.fromarray(stack(GREY, GREY, 255 - GREY)).save(folder / "colour.png")
    # One run for all: starting the model process takes longer than all the pictures.
    assert cli.run(["score", str(folder), "--head", str(tmp_path / "head")]) == 0
    entries = {Path(entry["path"]).stem: entry for entry in json.loads(capsys.readouterr().out)["files"]}
    assert entries.pop("colour")["reason"]["code"] == "colour"
    assert open_image(folder / "colour.png").radiograph.facts.colour  # the window decides the same
    assert sorted(entries) == ["L", "LA", "P", "RGB", "RGBA"]
    for mode, entry in entries.items():
        assert entry["status"] == "scored", (mode, entry["reason"])
        assert entry["findings"][0]["logit"] == pytest.approx(0.2), mode  # 51 / 255


def test_sixteen_bits_are_kept_beside_alpha_and_in_three_equal_channels(tmp_path: Path) -> None:
    deep = (GREY.astype(np.uint16) << 8) + np.arange(64, dtype=np.uint16)
    opaque = np.full_like(deep, 65535)
    for content in (
        png(deep, 0),
        png(stack(deep, opaque), 4),
        png(stack(deep, deep, deep), 2),
        png(stack(deep, deep, deep, opaque), 6),
    ):
        radiograph = shown(tmp_path, content)
        np.testing.assert_array_equal(radiograph.codes, deep)
        assert radiograph.notes == ()


def test_sixteen_bit_colour_is_shown_with_eight_and_says_so(tmp_path: Path) -> None:
    deep = GREY.astype(np.uint16) * 257
    radiograph = shown(tmp_path, png(stack(deep, deep, 65535 - deep), 2))
    np.testing.assert_array_equal(radiograph.codes, stack(GREY, GREY, 255 - GREY))
    assert radiograph.notes == (raster_source.COLOUR_16,)


def test_transparency_changes_no_grey_and_is_said_where_there_is_any(tmp_path: Path) -> None:
    deep = GREY.astype(np.uint16) * 257
    half = np.full_like(GREY, 128)
    for content in (
        png(stack(GREY, half), 4),
        png(stack(GREY, GREY, GREY, half), 6),
        png(stack(deep, deep // 2), 4),
        png(GREY, 0, chunk(b"tRNS", b"\0\5")),
        png(deep, 0, chunk(b"tRNS", b"\5\5")),
        png(stack(GREY, GREY, GREY), 2, chunk(b"tRNS", b"\0\5\0\5\0\5")),
        png(GREY, 3, chunk(b"PLTE", bytes(np.repeat(np.arange(256, dtype=np.uint8), 3))), chunk(b"tRNS", b"\xff\0")),
    ):
        radiograph = shown(tmp_path, content)
        assert radiograph.notes == (raster_source.TRANSPARENT,)
        np.testing.assert_array_equal(radiograph.codes >> 8 * (radiograph.codes.dtype.itemsize - 1), GREY)
    for content in (png(stack(GREY, np.full_like(GREY, 255)), 4), png(GREY, 0, chunk(b"tRNS", b"\0\xc8"))):
        assert shown(tmp_path, content).notes == ()  # opaque; no pixel has the transparent grey 200


def test_what_would_change_the_picture_and_is_not_applied_is_said(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = Image.fromarray(GREY)
    for content, note in (
        (saved(picture, "JPEG", exif=exif), raster_source.ROTATED),
        (saved(picture, exif=exif), raster_source.ROTATED),
        (saved(picture, icc_profile=b"\0" * 36 + b"acsp" + b"Dot Gain 20%"), raster_source.PROFILE),
        (png(GREY, 0, chunk(b"gAMA", struct.pack(">I", 100000))), raster_source.GAMMA),
        (saved(Image.merge("CMYK", [picture] * 4), "JPEG"), raster_source.INKS),
    ):
        assert shown(tmp_path, content).notes == (note,)
    assert shown(tmp_path, png(GREY, 0, chunk(b"gAMA", struct.pack(">I", 45455)))).notes == ()


def test_an_enormous_picture_is_rejected_before_it_is_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("opened")

    tiny = GREY[:1, :1]
    jpeg = bytearray(saved(Image.fromarray(GREY), "JPEG"))
    frame = jpeg.index(b"\xff\xc0")
    jpeg[frame + 5 : frame + 9] = struct.pack(">HH", 65500, 65500)
    monkeypatch.setattr(Image, "open", never)
    for content in (
        png(tiny, 0, rows=100_000, columns=100_000),
        png(stack(*[tiny.astype(np.uint16)] * 4), 6, rows=8_000, columns=8_000),
        bytes(jpeg),
    ):
        (tmp_path / "picture").write_bytes(content)
        for read in (open_image, read_header):
            with pytest.raises(UnsupportedImageError, match="too large"):
                read(tmp_path / "picture")


def test_only_a_picture_that_ends_early_is_to_be_fetched_again(tmp_path: Path) -> None:
    whole = {"JPEG": saved(Image.fromarray(GREY), "JPEG"), "PNG": png(GREY, 0), "PNG 16": png(stack(GREY, GREY), 4)}
    for content in whole.values():
        with pytest.raises(DecodeError, match=r"ends early: .* Fetch it again\."):
            shown(tmp_path, content[:-60] if len(content) < 800 else content[: len(content) // 2])
    broken = bytearray(whole["PNG"])
    broken[60] ^= 0xFF
    for content in (bytes(broken), png(GREY, 5), png(GREY, 0).replace(b"IHDR", b"IHDX")):
        with pytest.raises(DecodeError) as caught:
            shown(tmp_path, content)
        assert "again" not in caught.value.user_message


def test_jpeg_kinds_that_are_not_read_are_named(tmp_path: Path) -> None:
    jpeg = saved(Image.fromarray(GREY), "JPEG")
    frame = jpeg.index(b"\xff\xc0")
    for marker, bits, words in ((0xC3, 16, "lossless, 16 bits"), (0xC1, 12, "12 bits"), (0xF7, 8, "JPEG-LS")):
        content = bytearray(jpeg)
        content[frame + 1], content[frame + 4] = marker, bits
        with pytest.raises(UnsupportedImageError, match=words):
            shown(tmp_path, bytes(content))


def test_a_picture_without_pixels_is_rejected_with_a_sentence(tmp_path: Path) -> None:
    content = bytearray(png(GREY, 0))
    content[16:24] = bytes(8)
    with pytest.raises(DecodeError, match="width or height of 0"):
        shown(tmp_path, bytes(content))


def test_no_single_damaged_byte_gives_anything_but_a_picture_or_a_sentence(tmp_path: Path) -> None:
    random = np.random.default_rng(5)
    sources = [saved(Image.fromarray(GREY), "JPEG"), png(GREY, 0), png(stack(GREY, GREY).astype(np.uint16), 4)]
    for content in sources:
        for position in random.integers(2, len(content), 60):
            mutant = bytearray(content)
            mutant[position] = random.integers(256)
            try:
                shown(tmp_path, bytes(mutant))
            except CxrError as error:
                assert isinstance(error, ImageError)
