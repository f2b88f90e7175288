"""What is an image and what is not: content, never names; one sentence for everything else; nothing leaks."""

from __future__ import annotations

import io
import logging
import os
import warnings
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom.dataset import Dataset

from cxrviewer.errors import CxrError, DecodeError, ImageError, NotDicomError, UnsupportedImageError
from cxrviewer.imaging.header import read_header
from cxrviewer.imaging.image import open_image
from cxrviewer.imaging.radiograph import Source
from cxrviewer.imaging.sniff import FileKind, sniff
from cxrviewer.imaging.thumbnails import thumbnail
from cxrviewer.imaging.voi import VoiOrigin
from tests.builders.dicom import chest_phantom, image_bytes, write_image


def bare(content: bytes) -> bytes:
    """Cut preamble and meta header off: (0002,0000) tells how long it is."""
    return content[144 + int.from_bytes(content[140:144], "little") :]


@pytest.mark.parametrize("name", ["film", "film.txt", "film.png", "IM000001", "ｆｉｌｍ 胸部.dcm"])
def test_the_name_of_a_image_does_not_matter(tmp_path: Path, name: str) -> None:
    assert open_image(write_image(tmp_path / name)).radiograph.facts.source is Source.DICOM


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"])
@pytest.mark.parametrize("stray", [b"", b" "])
def test_a_image_without_preamble_and_meta_header_is_read(tmp_path: Path, syntax: str, stray: bytes) -> None:
    path = tmp_path / "bare"
    if stray and syntax == "1.2.840.10008.1.2":
        pytest.skip("a stray byte before implicit VR cannot be told from junk")
    path.write_bytes(stray + bare(image_bytes(syntax=syntax)))
    image = open_image(path)
    np.testing.assert_array_equal(image.radiograph.codes, chest_phantom())
    assert image.header.identity.patient_name == "PHANTOM^PAULA"
    assert any("no DICOM preamble" in note for note in image.radiograph.notes)


def test_a_image_whose_meta_header_names_no_transfer_syntax_is_read(tmp_path: Path) -> None:
    content = image_bytes()
    start = content.index(b"\x02\x00\x10\x00UI")
    length = 8 + int.from_bytes(content[start + 6 : start + 8], "little")
    (tmp_path / "film").write_bytes(content[:start] + content[start + length :])
    np.testing.assert_array_equal(open_image(tmp_path / "film").radiograph.codes, chest_phantom())


@pytest.mark.parametrize(
    ("content", "error", "words"),
    [
        (b"", NotDicomError, "empty"),
        (b"hello, this is text\n" * 200, NotDicomError, "neither"),
        (b"%PDF-1.7 " * 50, NotDicomError, "neither"),
        (b"PK\x03\x04" + bytes(500), NotDicomError, "neither"),
        (bytes(4096), NotDicomError, "neither"),
        (b"\x08", NotDicomError, "neither"),
        (bytes(128) + b"DICM", NotDicomError, "damaged"),
        (bytes(128) + b"DICM" + os.urandom(0) + b"\xff" * 300, NotDicomError, ""),
        (b"\x89PNG\r\n\x1a\n" + b"junk" * 50, DecodeError, "damaged"),
        (b"\xff\xd8\xff\xe0" + b"junk" * 50, DecodeError, "ends early"),
    ],
)
def test_a_file_that_is_no_image_is_rejected_in_a_sentence(
    tmp_path: Path, content: bytes, error: type[CxrError], words: str
) -> None:
    path = tmp_path / "DOE^JANE.dcm"
    path.write_bytes(content)
    with pytest.raises(ImageError) as caught:
        open_image(path)
    if words:
        assert isinstance(caught.value, error)
        assert words in caught.value.user_message
    assert "DOE" not in str(caught.value)
    assert caught.value.user_message.endswith(".")


def test_a_large_file_that_is_no_dicom_is_rejected_after_its_first_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "large"
    with path.open("wb") as stream:
        stream.write(b"not dicom")
        stream.truncate(200 * 1024 * 1024)
    taken: list[int] = []

    class Counting(io.FileIO):
        def read(self, size: int | None = -1, /) -> bytes:
            data = super().read(-1 if size is None else size)
            taken.append(len(data or b""))
            return data or b""

    monkeypatch.setattr(Path, "open", lambda self, mode: Counting(self, "r"))
    for read in (open_image, read_header):
        with pytest.raises(NotDicomError):
            read(path)
    assert 0 < sum(taken) <= 3 * 1024  # a header looks first whether it is an ordinary one


def test_folders_missing_files_and_pipes_are_rejected_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="folder"):
        open_image(tmp_path)
    with pytest.raises(ImageError, match="does not exist"):
        read_header(tmp_path / "nothing")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(ImageError, match="ordinary file"):
            read_header(tmp_path / "pipe")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the administrator may read everything")
def test_an_unreadable_file_is_rejected_in_a_sentence(tmp_path: Path) -> None:
    path = write_image(tmp_path / "film")
    path.chmod(0)
    with pytest.raises(ImageError, match="may not be read"):
        open_image(path)


def test_a_dicomdir_has_a_header_but_no_image(tmp_path: Path) -> None:
    directory = Dataset()
    directory.file_meta = pydicom.dataset.FileMetaDataset()
    directory.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    directory.file_meta.MediaStorageSOPClassUID = pydicom.uid.MediaStorageDirectoryStorage
    directory.file_meta.MediaStorageSOPInstanceUID = pydicom.uid.UID("1.2.3")
    directory.FileSetID = "DISK"
    directory.DirectoryRecordSequence = []
    path = tmp_path / "DICOMDIR"
    directory.save_as(path, enforce_file_format=True)
    assert not read_header(path).has_pixels
    with pytest.raises(UnsupportedImageError, match="holds no image"):
        open_image(path)


def test_a_header_is_read_without_its_pixels(tmp_path: Path) -> None:
    path = write_image(tmp_path / "film")
    whole = read_header(path)
    path.write_bytes(path.read_bytes()[:-170_000])  # only some pixels are left
    cut = read_header(path)
    assert (cut.facts, cut.identity, cut.has_pixels) == (whole.facts, whole.identity, True)
    assert whole.has_pixels
    assert (whole.facts.rows, whole.facts.columns, whole.facts.view_position) == (320, 280, "PA")


@pytest.mark.parametrize("mode", ["png", "jpeg", "rgb png", "rgba png", "grey alpha png"])
def test_grey_pictures_are_grey_images_however_they_were_saved(tmp_path: Path, mode: str) -> None:
    pixels = (chest_phantom() >> 4).astype(np.uint8)
    picture = Image.fromarray(pixels)
    if "rgba" in mode:
        picture = picture.convert("RGBA")
    elif "rgb" in mode:
        picture = picture.convert("RGB")
    elif "alpha" in mode:
        picture = picture.convert("LA")
    path = tmp_path / "picture"
    picture.save(path, format="JPEG" if mode == "jpeg" else "PNG", **({"quality": 98} if mode == "jpeg" else {}))
    image = open_image(path).radiograph
    assert not image.colour
    assert image.facts.source is Source.RASTER
    # Full range: grey is code / 255, by hand, as training sees it.
    np.testing.assert_allclose(image.grey_table()[image.codes], pixels / 255, atol=0.02 if mode == "jpeg" else 1e-7)


def test_a_picture_and_a_dicom_image_of_the_same_eight_bits_give_a_model_the_same_grey(tmp_path: Path) -> None:
    pixels = (chest_phantom() >> 4).astype(np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a", format="PNG")
    picture = open_image(tmp_path / "a").radiograph
    image = open_image(write_image(tmp_path / "b", pixels)).radiograph
    np.testing.assert_array_equal(picture.grey_table()[picture.codes], image.grey_table()[image.codes])
    assert picture.key == image.key


def test_sixteen_bit_pictures_are_shown_by_percentiles(tmp_path: Path) -> None:
    # 12-bit values in a 16-bit file: full range would draw them all but black.
    Image.fromarray(chest_phantom()).save(tmp_path / "deep", format="PNG")
    image = open_image(tmp_path / "deep").radiograph
    np.testing.assert_array_equal(image.codes, chest_phantom())
    assert image.presets[0].origin is VoiOrigin.PERCENTILES


def test_a_picture_in_colour_is_a_colour_image(tmp_path: Path) -> None:
    pixels = np.zeros((20, 30, 3), np.uint8)
    pixels[:, :10, 0] = 200
    Image.fromarray(pixels).save(tmp_path / "colour", format="PNG")
    image = open_image(tmp_path / "colour").radiograph
    assert image.colour
    np.testing.assert_array_equal(image.codes, pixels)


def test_a_picture_cut_short_is_an_error(tmp_path: Path) -> None:
    for format_ in ("PNG", "JPEG"):
        path = tmp_path / format_
        Image.fromarray((chest_phantom() >> 4).astype(np.uint8)).save(path, format=format_)
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        with pytest.raises(DecodeError, match="cut short"):
            open_image(path)


@pytest.mark.parametrize(("rows", "columns", "shape"), [(300, 200, (96, 64)), (50, 40, (50, 40)), (3, 900, (1, 96))])
def test_a_thumbnail_keeps_the_proportions_and_never_grows(
    tmp_path: Path, rows: int, columns: int, shape: tuple[int, int]
) -> None:
    image = open_image(write_image(tmp_path / "film", chest_phantom(rows, columns), bits=12)).radiograph
    small = thumbnail(image)
    assert small.shape == (*shape, 3)
    assert small.dtype == np.uint8


def test_a_thumbnail_looks_like_the_image(tmp_path: Path) -> None:
    path = write_image(tmp_path / "film", chest_phantom(960, 840), bits=12, PhotometricInterpretation="MONOCHROME1")
    image = open_image(path).radiograph
    grey = image.grey_table()[image.codes]
    blocks = grey[:960, :840].reshape(96, 10, 84, 10).mean(axis=(1, 3))  # an average of its own, not the resizer
    assert np.abs(thumbnail(image)[..., 0] / 255 - blocks).mean() < 0.02
    colour = np.zeros((192, 192, 3), np.uint8)
    colour[..., 1] = 77
    assert (thumbnail(open_image(write_image(path, colour)).radiograph) == (0, 77, 0)).all()


def test_odd_headers_make_no_noise_on_the_console_or_in_the_log(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    content = image_bytes(PatientName="DOE^JANE", PatientID="SECRET1", SpecificCharacterSet="ISO_IR 100")
    content = content.replace(b"ISO_IR 100", b"ISO_IR 99x").replace(b"20261118", b"2026XX18").replace(b"060Y", b"6OYY")
    path = tmp_path / "odd"
    path.write_bytes(content[:-1000])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        read_header(path)
        with pytest.raises(DecodeError) as failed:
            open_image(path)
    out = capfd.readouterr()
    assert not caught, [str(warning.message) for warning in caught]
    assert not (out.out or out.err)
    assert not caplog.records
    assert "DOE" not in str(failed.value)


def test_the_kind_of_a_file_is_told_from_its_head() -> None:
    assert sniff(image_bytes()[:1024]) is FileKind.DICOM
    assert sniff(bare(image_bytes())[:1024]) is FileKind.BARE_DICOM
    with pytest.raises(NotDicomError):
        sniff(b"\x08\x00 this text starts with a backspace and a zero byte, and is no data set")
