"""Images inside a ZIP, opened where they lie."""

from __future__ import annotations

import os
import struct
import zipfile
from pathlib import Path

import pytest

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import FileGoneError, ImageError, NotDicomError, UnsupportedImageError
from cxrviewer.imaging import archive
from cxrviewer.imaging.header import read_header
from cxrviewer.imaging.image import open_image
from cxrviewer.imaging.member_paths import file_of, member_path, split_member
from cxrviewer.imaging.stamp import still_holds
from cxrviewer.studies.scan import Scan, Skipped
from tests.builders.dicom import UID_ROOT, image_bytes
from tests.builders.library import write
from tests.builders.zips import encrypted, write_zip

NAMES = [
    "IM1",
    "A/B/IM 2",
    "../../etc/passwd",
    "/etc/passwd",
    "a//b",
    "./c",
    "",
    "ü/日本",
    "%member%x",
    "nul\0byte",
    "x/",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_in_a_zip_becomes_a_path_below_it_and_comes_back(tmp_path: Path, name: str) -> None:
    held = tmp_path / "films.ZIP"
    held.write_bytes(b"")
    path = member_path(held, name)
    assert os.path.normpath(path).startswith(f"{held}{os.sep}")
    assert split_member(path) == (held, name)
    assert file_of(path) == held


def test_a_folder_called_zip_is_a_folder(tmp_path: Path) -> None:
    inside = write(tmp_path / "old.zip" / "IM1")
    assert split_member(inside) is None and file_of(inside) == inside
    assert read_header(inside).has_pixels


def test_header_and_pixels_of_a_member_are_those_of_the_file(tmp_path: Path) -> None:
    plain = write(tmp_path / "IM1", 7, 90, PatientName="DOE^JANE")
    zipped = write_zip(tmp_path / "films.zip", {"A/IM1": plain.read_bytes()})
    inside, alone = open_image(member_path(zipped, "A/IM1")), open_image(plain)
    assert inside.header.identity == alone.header.identity
    assert inside.radiograph.key == alone.radiograph.key
    stamp = read_header(member_path(zipped, "A/IM1")).stamp
    assert stamp == inside.header.stamp


def test_a_zip_written_anew_no_longer_holds_what_was_read(tmp_path: Path) -> None:
    zipped = write_zip(tmp_path / "films.zip", {"IM1": image_of(1)})
    path = member_path(zipped, "IM1")
    stamp = read_header(path).stamp
    assert still_holds(path, stamp)
    write_zip(zipped, {"IM1": image_of(2)})
    assert not still_holds(path, stamp)
    zipped.unlink()
    with pytest.raises(FileGoneError):
        read_header(path)


def image_of(number: int) -> bytes:
    import numpy as np

    return image_bytes(np.full((8, 6), number, np.uint8), SOPInstanceUID=f"{UID_ROOT}3.{number}")


def test_what_a_zip_does_not_give_is_a_sentence(tmp_path: Path) -> None:
    bomb = write_zip(tmp_path / "bomb.zip", {"IM1": b"\0" * 4 * 2**20}, zipfile.ZIP_DEFLATED)
    with pytest.raises(UnsupportedImageError, match="two hundred times"):
        open_image(member_path(bomb, "IM1"))
    locked = encrypted(write_zip(tmp_path / "locked.zip", {"IM1": image_of(1)}))
    with pytest.raises(UnsupportedImageError, match="protected by a password"):
        open_image(member_path(locked, "IM1"))
    cut = write_zip(tmp_path / "cut.zip", {"IM1": image_of(1)})
    cut.write_bytes(cut.read_bytes()[:-30])
    with pytest.raises(NotDicomError, match="damaged or not a ZIP"):
        open_image(member_path(cut, "IM1"))
    missing = write_zip(tmp_path / "films.zip", {"IM1": image_of(1)})
    with pytest.raises(FileGoneError, match="no longer in the ZIP"):
        open_image(member_path(missing, "IM2"))
    nested = write_zip(tmp_path / "outer.zip", {"inner.zip": missing.read_bytes()})
    with pytest.raises(UnsupportedImageError, match="ZIP inside a ZIP"):
        open_image(member_path(nested, "inner.zip"))
    damaged = write_zip(tmp_path / "damaged.zip", {"IM1": image_of(1)})
    data = bytearray(damaged.read_bytes())
    data[60] ^= 0xFF  # a byte of the stored member: its checksum no longer fits
    damaged.write_bytes(data)
    with pytest.raises(ImageError, match="cannot be unpacked"):
        open_image(member_path(damaged, "IM1"))


def scan(*paths: Path) -> tuple[list[str], dict[str, str]]:
    """Return what was found, as POSIX paths below the folder, and why the rest was skipped."""
    walk = Scan(paths, lambda path, _: read_header(path), list_members=lambda path, _: archive.list_members(path))
    entries: list[str] = []
    skipped: list[Skipped] = []
    finished = False
    while not finished:
        batch = walk.step(CancelToken())
        entries += [entry.path.as_posix() for entry in batch.entries]
        skipped += batch.skipped
        finished = batch.finished
    return entries, {one.path.name: one.reason for one in skipped}


def test_a_scan_looks_into_a_zip_and_names_what_it_cannot_read(tmp_path: Path) -> None:
    zipped = write_zip(tmp_path / "films.zip", {"A/IM1": image_of(1), "A/IM2": image_of(2), "notes.txt": b"no image"})
    write_zip(tmp_path / "empty.zip", {})
    (tmp_path / "torn.zip").write_bytes(zipped.read_bytes()[:100])
    found, skipped = scan(tmp_path)
    assert found == [(zipped / "A" / name).as_posix() for name in ("IM1", "IM2")]
    assert skipped == {
        "notes.txt": "This file is neither a DICOM file nor a PNG or JPEG picture.",
        "empty.zip": "The ZIP holds no files.",
        "torn.zip": "This ZIP file is damaged or not a ZIP: its table of contents cannot be read.",
    }


def test_a_zip_beside_its_unpacked_folder_lists_each_image_once(tmp_path: Path) -> None:
    (tmp_path / "unpacked").mkdir()
    (tmp_path / "unpacked" / "IM1").write_bytes(image_of(1))
    write_zip(tmp_path / "films.zip", {"IM1": image_of(1), "IM2": image_of(2)})
    changed = bytearray(image_of(1))
    changed[-1] ^= 1  # one pixel: another image under the same UID
    (tmp_path / "unpacked" / "other").write_bytes(changed)
    found, skipped = scan(tmp_path)
    assert sorted(Path(one).name for one in found) == ["IM1", "IM2", "other"]
    assert skipped == {"IM1": "A copy of a film that is already in the list."}


def test_a_table_of_contents_that_lies_about_its_place_is_a_sentence(tmp_path: Path) -> None:
    zipped = write_zip(tmp_path / "films.zip", {"IM1": image_of(1)})
    data = bytearray(zipped.read_bytes())
    end = data.rindex(b"PK\5\6")
    struct.pack_into("<I", data, end + 16, 0xFFFFFFF0)  # the table of contents far beyond the end
    zipped.write_bytes(data)
    assert scan(zipped) == ([], {"IM1": "This file in the ZIP is damaged: it cannot be unpacked."})
