"""A DICOMDIR opened as a file. The directories of discs are written by pydicom, hostile ones by hand."""

from __future__ import annotations

import contextlib
import gc
import io
import os
import shutil
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.fileset import FileSet as DiscWriter

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import DirectoryTooLargeError, NotDicomError
from cxrviewer.imaging import elements
from cxrviewer.imaging.archive import list_members
from cxrviewer.imaging.directory import read_directory
from cxrviewer.imaging.header import read_header
from cxrviewer.studies.file_set import MISSING, NO_FILE, OUTSIDE, FileSet
from cxrviewer.studies.library import ImageEntry
from cxrviewer.studies.listing import NO_FILES, NO_PIXELS
from cxrviewer.studies.scan import Scan, Skipped
from tests.builders.dicom import image_bytes
from tests.builders.discs import write_directory
from tests.builders.library import Library


def image(number: int) -> bytes:
    return image_bytes(np.full((32, 24), number, np.uint8), PatientName=f"P{number}", PatientID=str(number),
                      SOPInstanceUID=f"1.2.3.{number}", StudyInstanceUID=f"1.2.{number}", StudyID="1",
                      SeriesInstanceUID=f"1.2.4.{number}")  # fmt: skip


@pytest.fixture
def disc(tmp_path: Path) -> Path:
    """Return the folder of a disc with two patients, as pydicom lays it out (PT000000/ST000000/SE000000/IM000000)."""
    folder = tmp_path / "disc"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # pydicom leaves temporary folders to the garbage collector
        write_disc(folder)
        gc.collect()
    return folder


def write_disc(folder: Path) -> None:
    writer = DiscWriter()
    for number in (1, 2):
        writer.add(pydicom.dcmread(io.BytesIO(image(number))))
    writer.write(folder)


def scan(*paths: Path) -> tuple[list[ImageEntry], list[Skipped]]:
    walk = Scan(
        paths,
        lambda path, _: read_header(path),
        read_directory=lambda path, _: read_directory(path),
        list_members=lambda path, _: list_members(path),
    )  # fmt: skip
    entries: list[ImageEntry] = []
    skipped: list[Skipped] = []
    while True:
        batch = walk.step(CancelToken())
        entries += batch.entries
        skipped += batch.skipped
        if batch.finished:
            assert batch.done == batch.total
            return entries, skipped


def names(entries: list[ImageEntry]) -> list[str]:
    return sorted(e.header.identity.patient_name for e in entries)


def reasons(skipped: list[Skipped]) -> dict[str, str]:
    return {s.path.name: s.reason for s in skipped}


def test_the_files_of_a_disc_are_found_through_its_dicomdir(disc: Path) -> None:
    entries, skipped = scan(disc / "DICOMDIR")
    assert names(entries) == ["P1", "P2"] and skipped == []


def test_a_dicomdir_met_in_a_folder_adds_nothing(disc: Path) -> None:
    entries, skipped = scan(disc)
    assert names(entries) == ["P1", "P2"]
    assert reasons(skipped) == {}


def test_only_what_the_dicomdir_names_is_opened(disc: Path) -> None:
    (disc / "unnamed").write_bytes(image(3))
    assert names(scan(disc / "DICOMDIR")[0]) == ["P1", "P2"]


@pytest.mark.parametrize("spelling", [str.lower, lambda n: f"{n};1", lambda n: f"{n}.;1", lambda n: f"{n.lower()}.;1"])
def test_names_are_found_as_discs_spell_them(disc: Path, spelling: object) -> None:
    assert callable(spelling)
    for file in sorted(disc.rglob("IM*")):
        file.rename(file.with_name(spelling(file.name)))
    shutil.move(disc / "PT000000", disc / "pt000000")
    entries, skipped = scan(disc / "DICOMDIR")
    assert names(entries) == ["P1", "P2"] and skipped == []


def test_a_name_of_its_own_is_preferred_to_one_that_differs_in_case(tmp_path: Path) -> None:
    directory = write_directory(tmp_path / "d", "IM")
    (tmp_path / "d" / "im").write_bytes(image(1))
    (tmp_path / "d" / "IM").write_bytes(image(2))
    if len(os.listdir(tmp_path / "d")) < 3:
        pytest.skip("this file system knows no case")
    assert names(scan(directory)[0]) == ["P2"]


def test_a_missing_file_is_named_and_the_others_are_opened(disc: Path) -> None:
    next(disc.rglob("IM*")).unlink()
    entries, skipped = scan(disc / "DICOMDIR")
    assert len(entries) == 1
    assert reasons(skipped) == {"IM000000": MISSING}


@pytest.mark.parametrize(
    "file_id", [["..", "SECRET"], ["A", "..", "..", "SECRET"], ["../SECRET"], ["/etc", "passwd"], ["..\\SECRET"], ["."]]
)
def test_nothing_outside_the_folder_is_read(tmp_path: Path, file_id: list[str]) -> None:
    (tmp_path / "SECRET").write_bytes(image(9))
    folder = tmp_path / "d"
    directory = write_directory(folder, "IM1")
    # pydicom splits backslashes while writing as the standard says, so the record is made by hand.
    data = pydicom.dcmread(directory)
    data.DirectoryRecordSequence[0].ReferencedFileID = file_id
    data.save_as(directory)
    (folder / "A").mkdir()
    entries, skipped = scan(directory)
    assert entries == []
    assert [s.reason for s in skipped] in ([OUTSIDE], [MISSING])


def test_a_link_that_leads_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "SECRET").mkdir()
    (tmp_path / "SECRET" / "IM1").write_bytes(image(9))
    directory = write_directory(tmp_path / "d", ["OUT", "IM1"], ["IN", "IM1"])
    (tmp_path / "d" / "OUT").symlink_to(tmp_path / "SECRET", target_is_directory=True)
    (tmp_path / "d" / "REAL").mkdir()
    (tmp_path / "d" / "REAL" / "IM1").write_bytes(image(1))
    (tmp_path / "d" / "IN").symlink_to(tmp_path / "d" / "REAL", target_is_directory=True)
    entries, skipped = scan(directory)
    assert names(entries) == ["P1"]
    assert [s.reason for s in skipped] == [OUTSIDE]


def test_nothing_on_another_drive_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_directory(tmp_path / "d", "IM1")
    (tmp_path / "d" / "IM1").write_bytes(image(1))

    def commonpath(paths: object) -> str:  # as on Windows, of a junction to another drive
        raise ValueError("Paths don't have the same drive")

    monkeypatch.setattr(os.path, "commonpath", commonpath)
    assert FileSet(tmp_path / "d").find(("IM1",)) == OUTSIDE


@pytest.mark.parametrize("file_id", [["A/B/IM1"], ["A/B", "IM1"], ["a/b/im1"]])
def test_a_path_with_slashes_is_found_part_by_part(tmp_path: Path, file_id: list[str]) -> None:
    (tmp_path / "d" / "A" / "B").mkdir(parents=True)
    (tmp_path / "d" / "A" / "B" / "IM1").write_bytes(image(1))
    assert names(scan(write_directory(tmp_path / "d", file_id))[0]) == ["P1"]


@pytest.mark.parametrize("file_id", ["/etc/passwd", "A//IM1", "A/../../SECRET", "A/./IM1", "C:/x"])
def test_a_path_with_slashes_that_is_no_plain_one_is_outside(tmp_path: Path, file_id: str) -> None:
    assert FileSet(tmp_path).find((file_id,)) == OUTSIDE


def test_more_than_eight_parts_are_found(tmp_path: Path) -> None:
    parts = list("ABCDEFGHIJ")
    folder = tmp_path.joinpath("d", *parts)
    folder.mkdir(parents=True)
    (folder / "IM1").write_bytes(image(1))
    assert names(scan(write_directory(tmp_path / "d", [*parts, "IM1"]))[0]) == ["P1"]


@pytest.mark.parametrize("beside", [False, True])
def test_what_a_linked_dicomdir_names_lies_beside_the_link_or_beside_what_it_leads_to(
    disc: Path, tmp_path: Path, beside: bool
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "DICOMDIR").symlink_to(disc / "DICOMDIR")
    if beside:
        shutil.move(disc / "PT000000", other / "PT000000")
    entries, skipped = scan(other / "DICOMDIR")
    assert names(entries) == ["P1", "P2"] and skipped == []
    assert [entry.path.is_relative_to(other) for entry in entries] == [beside, False]


def test_each_folder_is_resolved_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "d" / "A").mkdir(parents=True)
    for number in range(100):
        (tmp_path / "d" / "A" / f"IM{number}").write_bytes(b"x")
    files, asked, real = FileSet(tmp_path / "d"), list[object](), os.path.realpath
    monkeypatch.setattr(os.path, "realpath", lambda path, **more: asked.append(path) or real(path, **more))
    assert all(isinstance(files.find(("A", f"IM{number}")), Path) for number in range(100))
    assert asked == [tmp_path / "d" / "A"]


def test_a_zip_that_a_dicomdir_names_is_not_looked_into(tmp_path: Path) -> None:
    directory = write_directory(tmp_path / "d", "IM1", "MORE.ZIP")
    (tmp_path / "d" / "IM1").write_bytes(image(1))
    with zipfile.ZipFile(tmp_path / "d" / "MORE.ZIP", "w") as archive:
        archive.writestr("IM2", image(2))
    entries, skipped = scan(directory)
    assert names(entries) == ["P1"] and [one.path.name for one in skipped] == ["MORE.ZIP"]
    # Named by the reader too.
    found, _ = scan(tmp_path / "d" / "IM1", directory, tmp_path / "d" / "MORE.ZIP")
    assert names(found) == ["P1", "P2"]


@pytest.mark.parametrize("above", ["", "one/"])
def test_a_dicomdir_in_a_zip_that_is_named_itself_opens_what_it_names(tmp_path: Path, above: str) -> None:
    write_directory(tmp_path / "d", ["A", "IM1"], ["A", "IM7"], ["..", "IM3"])
    disc = tmp_path / "disc.zip"
    with zipfile.ZipFile(disc, "w") as archive:
        archive.write(tmp_path / "d" / "DICOMDIR", f"{above}dicomdir")
        archive.writestr(f"{above}a/im1", image(1))
        archive.writestr(f"{above}a/im2", image(2))  # not named
        archive.writestr("IM3", image(3))
    entries, skipped = scan(disc / f"{above}dicomdir")
    assert names(entries) == ["P1"] and [one.path for one in entries] == [disc / f"{above}a/im1"]
    assert [(one.path, one.reason) for one in skipped] == [
        (disc / f"{above}A/IM7", MISSING),
        (disc / f"{above}../IM3", OUTSIDE),
    ]


def test_a_dicomdir_whose_records_cannot_be_read_says_so(
    disc: Path,
) -> None:
    walk = Scan(
        (disc / "DICOMDIR",),
        lambda path, _: read_header(path),
        read_directory=lambda path, _: (_ for _ in ()).throw(NotDicomError("The records are damaged.")),
    )
    assert [one.reason for one in walk.step(CancelToken()).skipped] == ["The records are damaged."]


def test_a_file_that_is_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "SECRET").write_bytes(image(9))
    directory = write_directory(tmp_path / "d", "OUT", "IN")
    (tmp_path / "d" / "OUT").symlink_to(tmp_path / "SECRET")
    (tmp_path / "d" / "REAL").write_bytes(image(1))
    (tmp_path / "d" / "IN").symlink_to(tmp_path / "d" / "REAL")
    entries, skipped = scan(directory)
    assert names(entries) == ["P1"] and reasons(skipped) == {"OUT": OUTSIDE}


def test_a_record_that_names_a_folder_opens_nothing_below_it(tmp_path: Path) -> None:
    (tmp_path / "disc" / "IMG").mkdir(parents=True)
    files = FileSet(tmp_path / "disc")
    assert files.find(("IMG",)) == files.find(()) == NO_FILE


def test_records_that_are_not_in_use_and_repeated_ones_are_left_out(tmp_path: Path) -> None:
    folder = tmp_path / "d"
    assert read_directory(write_directory(folder, "IM1", in_use=0)) == ()
    assert read_directory(write_directory(folder, "IM1", ["A", "IM2"], "IM1")) == (("IM1",), ("A", "IM2"))


def test_a_dicomdir_without_files_says_so(tmp_path: Path) -> None:
    directory = write_directory(tmp_path / "d")
    assert reasons(scan(directory)[1]) == {"DICOMDIR": NO_FILES}


def test_a_damaged_dicomdir_is_one_row(disc: Path) -> None:
    whole = (disc / "DICOMDIR").read_bytes()
    for cut in (len(whole) // 3, len(whole) // 2, len(whole) - 7):
        (disc / "DICOMDIR").write_bytes(whole[:cut])
        entries, skipped = scan(disc / "DICOMDIR", disc / "PT000000")
        assert "P1" in names(entries), cut  # whatever became of the directory, the scan went on
        assert all(s.path.name in ("DICOMDIR", "IM000000") for s in skipped)


TOO_LARGE = (
    "This DICOMDIR is too large to be read (more than 500,000 values or 64 MiB). Open its folder instead: the images "
    "are found without it."
)


def test_a_dicomdir_that_is_too_large_says_so_and_that_its_folder_is_to_be_opened(
    disc: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elements, "MAX_ELEMENTS", 100)
    for read in (read_directory, read_header):
        with pytest.raises(DirectoryTooLargeError, match=r"^This DICOMDIR is too large"):
            read(disc / "DICOMDIR")
    assert reasons(scan(disc / "DICOMDIR")[1]) == {"DICOMDIR": TOO_LARGE}
    (disc / "contents").write_bytes((disc / "DICOMDIR").read_bytes())
    assert reasons(scan(disc / "contents")[1]) == {"contents": TOO_LARGE}
    entries, skipped = scan(disc)  # as the sentence says; what is met there is not what was chosen
    assert names(entries) == ["P1", "P2"] and reasons(skipped) == {"contents": NO_PIXELS}


def test_a_dicomdir_that_is_too_large_is_one_row_of_the_library_and_its_folder_is_read(
    disc: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elements, "MAX_ELEMENTS", 100)
    with contextlib.closing(Library(tmp_path / "home")) as library:
        library.scan(disc / "DICOMDIR")
        assert (library.skipped(), library.images()) == ({"DICOMDIR": TOO_LARGE}, [])
        library.index.remove_root(library.index.roots()[0])
        library.scan(disc)
        assert library.skipped() == {} and len(library.images()) == 2


def test_another_file_is_no_directory(tmp_path: Path) -> None:
    (tmp_path / "film").write_bytes(image(1))
    with pytest.raises(NotDicomError, match="no DICOMDIR"):
        read_directory(tmp_path / "film")


def test_a_report_opened_as_a_file_still_says_that_it_holds_no_picture(tmp_path: Path) -> None:
    report = pydicom.dcmread(io.BytesIO(image(1)))
    del report.PixelData
    report.save_as(tmp_path / "report")
    assert reasons(scan(tmp_path / "report")[1]) == {"report": NO_PIXELS}
