"""A stamp says whether a file is still what was read. Times and numbers come from the file system itself."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cxrviewer.errors import DecodeError, FileChangingError, FileGoneError
from cxrviewer.imaging import image as image_module
from cxrviewer.imaging.dicom_source import read_dicom
from cxrviewer.imaging.header import read_header
from cxrviewer.imaging.image import open_image
from cxrviewer.imaging.stamp import ATTEMPTS, FileStamp, still_holds
from tests.builders.dicom import chest_phantom, image_bytes


def write(path: Path, name: str = "ONE^PATIENT", *, level: int = 0) -> Path:
    path.write_bytes(image_bytes(chest_phantom() // 2 + np.uint16(level), PatientName=name, PatientID=name[:3]))
    return path


def stamp(path: Path) -> FileStamp:
    made = read_header(path).stamp
    assert made is not None
    return made


def same_times(path: Path, state: os.stat_result) -> None:
    """What `touch -r` does."""
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))


def test_header_and_picture_of_an_untouched_file_carry_one_stamp_that_holds(tmp_path: Path) -> None:
    path = write(tmp_path / "a")
    assert open_image(path).header.stamp == stamp(path) == stamp(path)
    assert still_holds(path, stamp(path))


def test_another_patient_in_the_same_number_of_bytes_at_the_same_time_is_noticed(tmp_path: Path) -> None:
    path = write(tmp_path / "a")
    before, first = path.stat(), stamp(path)
    write(path, "TWO^PATIENT")
    same_times(path, before)
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert not still_holds(path, first)
    assert stamp(path).rewritten_since(first)
    assert stamp(path).token != first.token


def test_other_pixels_under_the_same_header_at_the_same_time_are_noticed(tmp_path: Path) -> None:
    path = write(tmp_path / "a")
    before, first = path.stat(), stamp(path)
    write(path, level=5)
    same_times(path, before)
    assert not still_holds(path, first)


def test_a_file_renamed_over_the_path_is_noticed(tmp_path: Path) -> None:
    path = write(tmp_path / "a")
    before, first = path.stat(), stamp(path)
    other = write(tmp_path / "b")
    same_times(other, before)
    os.replace(other, path)
    assert not still_holds(path, first)
    assert not stamp(path).rewritten_since(first)  # the same bytes: nothing to tell the reader


def test_other_access_rights_are_no_other_content(tmp_path: Path) -> None:
    path = write(tmp_path / "a")
    first = stamp(path)
    path.chmod(0o600)
    assert not stamp(path).rewritten_since(first)


def test_a_deleted_file_is_gone_and_not_merely_different(tmp_path: Path) -> None:
    path = write(tmp_path / "a")
    first = stamp(path)
    path.unlink()
    with pytest.raises(FileGoneError, match="deleted"):
        still_holds(path, first)


def test_a_file_overwritten_between_its_header_and_its_pixels_is_read_again_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "a")
    real, calls = read_dicom, list[int]()

    def overwrite_first(*args: Any) -> Any:
        calls.append(1)
        if len(calls) == 1:
            write(path, "TWO^PATIENT", level=5)
        return real(*args)

    monkeypatch.setattr(image_module, "read_dicom", overwrite_first)
    image = open_image(path)
    assert len(calls) == 2
    assert image.header.identity.patient_name == "TWO^PATIENT"
    np.testing.assert_array_equal(image.radiograph.codes, chest_phantom() // 2 + 5)
    assert image.header.stamp == stamp(path)


def test_a_file_that_never_rests_is_called_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a")
    real, calls = read_dicom, list[int]()

    def overwrite(*args: Any) -> Any:
        calls.append(1)
        write(path, "TWO^PATIENT", level=len(calls))
        return real(*args)

    monkeypatch.setattr(image_module, "read_dicom", overwrite)
    with pytest.raises(FileChangingError, match="Another program is writing"):
        open_image(path)
    assert len(calls) == ATTEMPTS


def test_a_damaged_file_that_rests_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, calls = write(tmp_path / "a"), []

    def damaged(*args: Any) -> Any:
        calls.append(1)
        raise DecodeError("damaged")

    monkeypatch.setattr(image_module, "read_dicom", damaged)
    with pytest.raises(DecodeError):
        open_image(path)
    assert len(calls) == 1


def test_a_picture_and_a_deflated_image_have_stamps_too(tmp_path: Path) -> None:
    from PIL import Image
    from pydicom.uid import DeflatedExplicitVRLittleEndian

    picture = tmp_path / "p.png"
    Image.fromarray(np.zeros((40, 30), np.uint8)).save(picture)
    assert open_image(picture).header.stamp == stamp(picture)
    deflated = tmp_path / "d"
    deflated.write_bytes(image_bytes(chest_phantom(), syntax=DeflatedExplicitVRLittleEndian))
    assert open_image(deflated).header.stamp == stamp(deflated)
    assert stamp(deflated).head_bytes >= deflated.stat().st_size
