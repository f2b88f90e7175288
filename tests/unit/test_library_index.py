"""Folders become rows: what is one image, one study, one patient, and what a second scan does."""

from __future__ import annotations

import contextlib
import io
import math
import os
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pydicom
import pytest

from cxrviewer import text
from cxrviewer.cancel import CancelToken
from cxrviewer.errors import JobCancelled, LibraryBehindError, LibraryError, LibraryFullError, NewerLibraryError
from cxrviewer.paths import resources_dir
from cxrviewer.studies.index.kept_text import kept_text, text_of
from cxrviewer.studies.index.scan import IndexScan
from cxrviewer.studies.index.schema import INDEX, _shared_ids_again
from cxrviewer.studies.index.store import Index
from cxrviewer.studies.index.user_store import Mark, MarkChange, StudyStatus, UserStore
from cxrviewer.studies.index.worklist import Column, Worklist
from tests.builders.dicom import UID_ROOT, image_bytes
from tests.builders.discs import write_directory
from tests.builders.library import Library, full_at_commit, write, write_as_version


def test_a_zip_that_a_dicomdir_names_is_not_looked_into(library: Library, folder: Path) -> None:
    write(folder / "IM1", 1)
    with zipfile.ZipFile(folder / "MORE.ZIP", "w") as archive:
        archive.write(write(folder / "other", 2), "IM2")
    directory = write_directory(folder, "IM1", "MORE.ZIP")
    library.scan(directory)
    assert library.images() == [("3.1", False, ["IM1"])]
    assert list(library.skipped()) == ["MORE.ZIP"]
    library.scan(directory)
    assert library.images() == [("3.1", False, ["IM1"])]


def test_a_folder_becomes_a_row_that_a_search_finds(library: Library, folder: Path) -> None:
    write(folder / "a", PatientName="Grün^Łucja", PatientID="MRN-4711", StudyDate="20250318")
    state = library.scan(folder)
    assert (state.done, state.total, state.read, state.finished) == (1, 1, 1, True)
    (row,) = library.studies("gru")
    assert (row.patient_name, row.patient_id, row.date, row.modalities, row.images) == (
        "Grün^Łucja", "MRN-4711", "2025-03-18", "DX", 1,
    )  # fmt: skip
    assert library.studies("id:4711 name:lucja date:2025-03") == [row]
    assert library.studies("name:4711") == []


def test_the_same_image_under_several_paths_is_one_entry_with_several_paths(library: Library, folder: Path) -> None:
    write(folder / "a")
    (folder / "sub").mkdir()
    shutil.copy(folder / "a", folder / "sub" / "b")
    library.scan(folder)
    assert library.images() == [("3.1", False, ["a", "b"])]


def test_different_images_with_one_uid_are_two_entries_and_marked(library: Library, folder: Path) -> None:
    write(folder / "a", grey=1)
    write(folder / "b", grey=2)
    write(folder / "c", 2)
    library.scan(folder)
    assert library.images() == [("3.1", True, ["a"]), ("3.1", True, ["b"]), ("3.2", False, ["c"])]
    assert [row.colliding for row in library.studies(column=Column.IMAGES)] == [True, False]
    (folder / "b").unlink()
    library.scan(folder)
    assert library.images() == [("3.1", False, ["a"]), ("3.2", False, ["c"])]


def test_images_that_differ_only_behind_the_digested_part_are_two_entries(library: Library, folder: Path) -> None:
    for name, last in (("a", 1), ("b", 2)):
        pixels = np.zeros((400, 400), np.uint8)
        pixels[-1, -1] = last  # 160,000 bytes behind the header; the digest covers 65,536
        (folder / name).write_bytes(image_bytes(pixels, SOPInstanceUID=f"{UID_ROOT}3.1"))
    library.scan(folder)
    assert library.images() == [("3.1", True, ["a"]), ("3.1", True, ["b"])]
    os.utime(folder / "b", ns=(1, 1))
    library.scan(folder)
    assert library.reader.read == ["b"]
    assert library.images() == [("3.1", True, ["a"]), ("3.1", True, ["b"])]


def test_images_without_uids_are_told_apart_by_their_content(library: Library, folder: Path) -> None:
    for number, name in enumerate(("one/a", "one/b", "two/c")):
        dataset = pydicom.dcmread(write(folder / name, grey=number))
        for keyword in ("SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "PatientName", "PatientID"):
            delattr(dataset, keyword)
        dataset.save_as(folder / name)
    library.scan(folder)
    assert [uid.startswith("digest:") for uid, _, _ in library.images()] == [True, True, True]
    # Images that name nobody belong together by folder at most.
    assert sorted(row.images for row in library.studies()) == [1, 2]
    assert len({row.patient for row in library.studies()}) == 2


@pytest.mark.parametrize(
    ("second", "rows", "warned"),
    [
        ({"PatientName": "PHANTOM^PAULA^^"}, 1, False),
        ({"PatientName": "Phantom^Paula"}, 1, False),
        ({"PatientName": "OTHER^OTTO"}, 2, True),
        ({"PatientBirthDate": "19670301"}, 2, True),
        ({"PatientBirthDate": None}, 2, False),  # nothing contradicts
        ({"PatientID": "PH-2"}, 2, False),
    ],
)
def test_two_patients_with_one_id_are_two_rows_with_a_warning(
    library: Library, folder: Path, second: dict[str, Any], rows: int, warned: bool
) -> None:
    write(folder / "a", 1)
    write(folder / "b", 2, **second)
    library.scan(folder)
    found = library.studies()
    assert len({row.patient for row in found}) == rows
    assert [row.shared_id for row in found] == [warned, warned]


def test_a_name_that_is_written_in_two_ways_is_warned_of_only_where_the_reader_says_that_it_is_two(
    library: Library, folder: Path
) -> None:
    for number, name in enumerate(("MEYER^JANE", "MEIER^JANE", "MEIER, JANE"), 1):
        write(folder / str(number), number, PatientName=name)
    library.scan(folder)
    assert [row.shared_id for row in library.studies()] == [False] * 3
    one, other, _ = (str(row[0]) for row in library.index.database.rows("SELECT identity FROM patient ORDER BY id"))
    library.user.decide_pair(one, other, False)
    assert sorted(row.shared_id for row in library.studies()) == [False, True, True]


def test_an_index_of_an_earlier_version_loses_warnings_that_nobody_needs(library: Library, folder: Path) -> None:
    for number, name in enumerate(("DOE^JANE", "DOE, JANE", "ROE^RICK"), 1):
        write(folder / str(number), number, PatientName=name, PatientID="A" if number < 3 else "B")
    write(folder / "4", 4, PatientName="OTHER^OTTO", PatientID="B")
    library.scan(folder)
    database = library.index.database
    with database.transaction():
        database.execute("UPDATE patient SET shared_id = 1")
    database.execute(f"PRAGMA user_version = {INDEX.migrations.index(_shared_ids_again)}")
    library.index.close()
    library.user.close()
    again = Library(library.home)
    assert sorted((row.patient_id, row.shared_id) for row in again.studies()) == [
        ("A", False), ("A", False), ("B", True), ("B", True)
    ]  # fmt: skip
    again.close()


def test_patients_that_the_reader_confirmed_to_be_one_person_are_two_rows_without_a_warning_of_each_other(
    library: Library, folder: Path
) -> None:
    write(folder / "a", 1)
    write(folder / "b", 2, PatientName="OTHER^OTTO")
    library.scan(folder)
    one, other = (row[0] for row in library.index.database.rows("SELECT identity FROM patient"))

    def warned() -> list[bool]:
        rows = library.studies()
        assert len({row.patient for row in rows}) == len(rows)
        again = [row.shared_id for row in rows]
        assert again == [found.shared_id for row in rows for found in library.list.studies_of(row.patient)]
        return again

    assert warned() == [True, True]
    library.user.decide_pair(str(one), str(other), True)
    assert warned() == [False, False]
    library.user.decide_pair(str(one), str(other), False)
    assert warned() == [True, True]
    library.user.decide_pair(str(one), str(other), True)
    library.index.close()
    library.user.close()
    (library.home / "index.sqlite").unlink()
    again = Library(library.home)  # a restart with an index that is built again
    again.scan(folder)
    assert [row.shared_id for row in again.studies()] == [False, False]
    write(folder / "c", 3, PatientName="THIRD^TINA")
    again.scan(folder)
    assert [row.shared_id for row in again.studies()] == [True, True, True]
    (folder / "c").unlink()
    again.scan(folder)
    again.user.decide_pair(str(one), str(other), None)
    assert [row.shared_id for row in again.studies()] == [True, True]
    again.user.decide_pair(str(one), str(other), True)
    again.list = Worklist(again.index.database, unreadable)
    assert [row.shared_id for row in again.studies()] == [True, True]
    again.close()


def unreadable() -> dict[tuple[str, str], bool]:
    raise LibraryError("the user store")


def test_a_second_scan_opens_only_what_changed(library: Library, folder: Path) -> None:
    for number in range(3):
        write(folder / f"f{number}", number)
    library.scan(folder)
    assert sorted(library.reader.read) == ["f0", "f1", "f2"]
    assert library.scan(folder).unchanged == 3
    assert library.reader.read == []
    write(folder / "f1", 7, PatientName="OTHER^OTTO")
    (folder / "f2").unlink()
    state = library.scan(folder)
    assert library.reader.read == ["f1"]
    assert state.removed == 1
    assert [uid for uid, _, _ in library.images()] == ["3.0", "3.7"]
    assert [row.patient_name for row in library.studies("otto")] == ["OTHER^OTTO"]


def test_a_file_written_just_before_the_scan_is_read_again(library: Library, folder: Path) -> None:
    path = write(folder / "a")
    library.index.add_root(folder)
    just_now = path.stat().st_mtime_ns + 10**9
    IndexScan(library.index, library.reader, library.index.roots(), now_ns=lambda: just_now).run(CancelToken())
    library.scan()
    assert library.reader.read == ["a"]
    library.scan()
    assert library.reader.read == []


@pytest.mark.parametrize("shift", [-(10**18), 10**18])
def test_a_changed_clock_costs_no_second_reading(library: Library, folder: Path, shift: int) -> None:
    write(folder / "a")
    library.scan(folder)
    now = (folder / "a").stat().st_mtime_ns + shift
    state = IndexScan(library.index, library.reader, library.index.roots(), now_ns=lambda: now).run(CancelToken())
    assert (state.unchanged, library.reader.read) == (1, ["a"])


def test_a_bad_file_is_a_row_with_its_reason(library: Library, folder: Path) -> None:
    write(folder / "good")
    (folder / "notes.txt").write_text("hello " * 300)
    (folder / "empty").write_bytes(b"")
    os.mkfifo(folder / "pipe")
    state = library.scan(folder)
    assert (state.read, state.skipped) == (1, 3)
    assert library.skipped() == {
        "notes.txt": "This file is neither a DICOM file nor a PNG or JPEG picture.",
        "empty": "The file is empty.",
        "pipe": "Not a regular file.",
    }
    write(folder / "empty", 5)
    library.scan(folder)
    assert set(library.skipped()) == {"notes.txt", "pipe"}


def test_a_root_that_is_gone_is_offline_and_its_rows_stay(library: Library, folder: Path, tmp_path: Path) -> None:
    write(folder / "a")
    library.scan(folder)
    folder.rename(tmp_path / "away")
    state = library.scan()
    assert [root.path for root in state.offline] == [folder]
    assert [row.online for row in library.studies()] == [False]
    assert not library.index.roots()[0].online
    (tmp_path / "away").rename(folder)
    assert library.scan().offline == ()
    assert [row.online for row in library.studies()] == [True]
    assert library.reader.read == []


def test_an_emptied_mount_point_is_offline(library: Library, folder: Path) -> None:
    write(folder / "a")
    library.scan(folder)
    (folder / "a").unlink()
    assert len(library.scan().offline) == 1
    assert len(library.studies()) == 1


def test_a_disc_removed_while_it_is_read_loses_nothing(library: Library, folder: Path, tmp_path: Path) -> None:
    for number in range(72):
        write(folder / f"f{number:02}", number)
    library.index.add_root(folder)

    def remove(name: str) -> None:
        if name == "f67" and folder.exists():
            folder.rename(tmp_path / "away")

    library.reader.before = remove
    state = library.scan()
    assert len(state.offline) == 1
    assert library.skipped() == {}
    assert len(library.images()) == 64  # the batch before
    library.reader.before = lambda name: None
    (tmp_path / "away").rename(folder)
    library.scan()
    assert len(library.images()) == 72
    assert len(library.reader.read) == 8


def test_a_cancelled_scan_goes_on_where_it_ended(library: Library, folder: Path) -> None:
    for number in range(100):
        write(folder / f"f{number:03}", number)
    library.index.add_root(folder)
    cancel = CancelToken()
    library.reader.before = lambda name: cancel.cancel() if name == "f063" else None
    with pytest.raises(JobCancelled):
        library.scan(cancel=cancel)
    kept = len(library.images())
    assert 0 < kept < 100
    library.reader.before = lambda name: None
    library.scan()
    assert len(library.images()) == 100
    assert len(library.reader.read) == 100 - kept


def test_a_root_is_complete_only_while_its_last_scan_came_to_its_end(library: Library, folder: Path) -> None:
    def is_complete() -> bool:
        (root,) = library.index.roots()
        return root.complete

    write(folder / "a")
    library.index.add_root(folder, "folder")
    assert not is_complete()
    library.scan(folder)
    assert is_complete()
    cut_off = IndexScan(library.index, library.reader, library.index.roots(), clock=count().__next__)
    assert not cut_off.step(CancelToken(), seconds=1.5).finished  # time for one thing: beginning with the root
    cut_off.close()
    assert not is_complete(), "what else changed there is not known"
    library.scan(folder)
    assert is_complete()
    (folder / "a").unlink()
    library.scan(folder)  # as the mount point of a stick that was taken out
    assert is_complete() and not library.index.roots()[0].online


def test_a_folder_that_may_not_be_listed_keeps_its_rows(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder / "locked" / "deep" / "a")
    library.scan(folder)
    real = os.scandir

    def scandir(path: str) -> object:  # permissions do not stop root, so the rejection is made here
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    library.scan()
    assert library.skipped() == {"locked": "The folder may not be read; check its access rights."}
    assert len(library.images()) == 1
    monkeypatch.undo()
    library.scan()
    assert library.skipped() == {}


def test_names_that_are_not_text_and_loops_are_walked(library: Library, folder: Path) -> None:
    name = os.fsdecode(b"caf\xe9")
    write(folder / name / "a")
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    library.scan(folder)
    (image,) = library.list.images(library.studies()[0].id)
    assert library.index.paths_of(image.id) == ((folder / name / "a", "", True),)


def test_marks_survive_the_index(library: Library, folder: Path) -> None:
    write(folder / "a")
    library.scan(folder)
    library.index.change_mark(library.studies()[0].id, status=StudyStatus.READ, note="Ask Żaneta")
    assert library.studies("note:zaneta status:read")
    library.close()
    for path in library.home.glob("index.sqlite*"):
        path.unlink()
    library.__post_init__()
    library.scan()  # the folder itself was remembered too
    (row,) = library.studies("note:zaneta")
    assert (row.status, row.note) == (StudyStatus.READ, "Ask Żaneta")


def test_many_studies_are_marked_in_one_step_and_none_where_the_disk_fails(library: Library, folder: Path) -> None:
    for number in range(5):
        write(folder / str(number), number)
    library.scan(folder)
    studies = [row.id for row in library.studies()]
    revision = library.user.revision
    library.index.change_marks([*studies, 4711], status=StudyStatus.READ)
    assert {row.status for row in library.studies()} == {StudyStatus.READ}
    assert library.user.revision == revision + 1  # one transaction, and the disk is waited for once
    library.index.change_mark(studies[0], note="call")
    library.index.change_marks(studies[:2], status=StudyStatus.NEW)
    assert [(row.status, row.note) for row in library.studies("note:call")] == [(StudyStatus.NEW, "call")]
    with sqlite3.connect(library.home / "user.sqlite") as raw:
        raw.execute(
            "CREATE TRIGGER full BEFORE UPDATE ON mark WHEN NEW.mark = (SELECT max(mark) FROM mark) "
            "BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
    raw.close()
    with pytest.raises(sqlite3.IntegrityError):
        library.index.change_marks(studies, status=StudyStatus.OPENED)
    assert StudyStatus.OPENED not in {mark.status for mark in library.user.marks().values()}
    with pytest.raises(LibraryError, match="no longer in the library"):
        library.index.change_marks([4711], note="nobody's")


def noted(library: Library) -> list[tuple[str, str, str]]:
    """Return the status and note of each study in the list, and the note in the user's store."""
    marks = {mark.note for mark in library.user.marks().values()}
    return [(row.status.value, row.note, "".join(sorted(marks))) for row in library.studies()]


def test_a_mark_is_said_to_be_kept_where_only_the_index_had_no_room_for_it(library: Library, folder: Path) -> None:
    write(folder / "a")
    library.scan(folder)
    study = library.studies()[0].id
    with full_at_commit(library.index.database) as full:
        with pytest.raises(LibraryBehindError, match=r"^This is kept, but the disk is full") as caught:
            library.index.change_marks([study], status=StudyStatus.READ, note="call")
        assert full.commits == 1
        assert noted(library) == [("new", "", "call")]
        change = caught.value.result
        assert isinstance(change, MarkChange) and [one.note for one in change.after.values()] == ["call"]
    library.index.change_mark(study, status=StudyStatus.OPENED)  # the next one that succeeds brings all of them
    assert noted(library) == [("opened", "call", "call")]
    with full_at_commit(library.index.database), pytest.raises(LibraryBehindError):
        library.index.change_mark(study, note="call again")
    home, again = library.home, None
    library.close()
    again = Library(home)  # so does the next start
    with contextlib.closing(again):
        assert noted(again) == [("opened", "call again", "call again")]
        with full_at_commit(again.index.database), pytest.raises(LibraryBehindError):
            again.index.take_back(change)
        assert {mark.status for mark in again.user.marks().values()} == {StudyStatus.OPENED}


def test_a_mark_is_said_not_to_be_kept_where_the_user_s_store_had_no_room_for_it(
    library: Library, folder: Path
) -> None:
    write(folder / "a")
    library.scan(folder)
    study = library.studies()[0].id
    with full_at_commit(library.user._database), pytest.raises(LibraryFullError, match=r"^The disk is full"):
        library.index.change_marks([study], status=StudyStatus.READ, note="call")
    assert noted(library) == [("new", "", "")]
    assert library.index.change_mark(study, note="later") == Mark(StudyStatus.NEW, "later")


def test_a_folder_that_only_the_index_had_no_room_for_is_kept_and_one_that_it_cannot_forget_stays(
    library: Library, folder: Path, tmp_path: Path
) -> None:
    write(folder / "a")
    library.scan(folder)
    (root,) = library.index.roots()
    library.user.watch_root(os.fsencode(folder), on=True)
    with full_at_commit(library.index.database), pytest.raises(LibraryFullError):
        library.index.remove_root(root)
    assert library.user.watched() == {os.fsencode(folder)} and len(library.index.roots()) == 1
    other = tmp_path / "other"
    with full_at_commit(library.index.database), pytest.raises(LibraryBehindError):
        library.index.add_root(other)
    assert [one.path for one in library.index.roots()] == [folder]
    home = library.home
    library.close()
    with contextlib.closing(Library(home)) as again:
        assert [one.path for one in again.index.roots()] == [folder, other]
    with contextlib.closing(Library(home)) as again:
        with full_at_commit(again.user._database), pytest.raises(LibraryFullError):
            again.index.add_root(tmp_path / "third")
        assert len(again.index.roots()) == len(again.user.roots()) == 2


def test_a_mark_that_a_held_index_refuses_is_not_kept_either_nor_is_it_taken_back(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder / "a")
    library.scan(folder)
    (study,) = library.studies()
    step = library.index.change_marks([study.id], note="call")
    (key,) = step.after
    library.index.database._connection.execute("PRAGMA busy_timeout = 1")
    with contextlib.closing(sqlite3.connect(library.home / "index.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LibraryError):
            library.index.change_marks([study.id], status=StudyStatus.READ)
        with pytest.raises(LibraryError):
            library.index.take_back(step)
        other.execute("ROLLBACK")
    assert library.user.mark(key) == Mark(StudyStatus.NEW, "call")
    assert library.index.take_back(step) == 1
    assert library.user.mark(key) == Mark()


def test_a_corrected_spelling_keeps_the_note(library: Library, folder: Path) -> None:
    write(folder / "a", PatientName="PHANTM^PAULA")
    library.scan(folder)
    library.index.change_mark(library.studies()[0].id, note="seen")
    write(folder / "a", PatientName="PHANTOM^PAULA")
    library.scan()
    assert [(row.patient_name, row.note) for row in library.studies()] == [("PHANTOM^PAULA", "seen")]


def test_a_newer_index_is_declined_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    Index(path).close()
    with sqlite3.connect(path) as raw:
        raw.execute("PRAGMA user_version = 99")
    raw.close()
    before = path.read_bytes()
    with pytest.raises(NewerLibraryError, match="newer version"):
        Index(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("damage", [b"not a database at all" * 100, b""])
def test_a_damaged_index_is_set_aside_and_built_again(library: Library, folder: Path, damage: bytes) -> None:
    write(folder / "a")
    library.scan(folder)
    library.close()
    path = library.home / "index.sqlite"
    for beside in library.home.glob("index.sqlite-*"):
        beside.unlink()
    path.write_bytes(damage)
    library.__post_init__()
    assert library.index.rebuilt is bool(damage)  # an empty file is a new database
    library.scan()
    assert len(library.images()) == 1
    assert (library.home / "index.sqlite.damaged").exists() is bool(damage)


def test_a_store_of_notes_whose_last_pages_are_gone_opens_anew_with_what_the_index_knew(
    library: Library, folder: Path
) -> None:
    write(folder / "a")
    library.scan(folder)
    library.index.change_mark(library.studies()[0].id, status=StudyStatus.READ, note="call the ward")
    library.close()
    path = library.home / "user.sqlite"
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + bytes(len(whole) - 4096))  # the table of contents is whole
    library.__post_init__()
    assert library.user.set_aside == library.home / "user.sqlite.damaged"
    assert library.user.roots() == ((os.fsencode(folder), "folder"),)
    (mark,) = library.user.marks().values()
    assert (mark.status, mark.note) == (StudyStatus.READ, "call the ward")
    assert [row.note for row in library.studies()] == ["call the ward"]


@pytest.fixture
def jobs_of(library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[float], list[int]]:
    """Scan 200 files that take some seconds each; return how many were read in each job."""

    def scan(seconds: float) -> list[int]:
        for number in range(200):
            write(folder / f"{number:03}", number)
        library.index.add_root(folder)
        jobs: list[int] = []
        plainly = library.reader.read_many

        def read_many(
            paths: Sequence[Path], cancel: CancelToken | None = None, *, charset: str = "", seconds: float = math.inf
        ) -> object:
            jobs.append(len(paths))
            return plainly(paths, cancel, charset=charset)

        monkeypatch.setattr(library.reader, "read_many", read_many)
        roots = library.index.roots()
        state = IndexScan(library.index, library.reader, roots, clock=lambda: seconds * sum(jobs)).run(CancelToken())
        assert state.read == sum(jobs) == 200
        return jobs

    return scan


@pytest.mark.parametrize(("seconds", "wanted"), [(0.1, 4), (1.0, 1)])
def test_slow_media_are_read_a_few_files_at_a_time(
    jobs_of: Callable[[float], list[int]], seconds: float, wanted: int
) -> None:
    jobs = jobs_of(seconds)
    assert max(jobs) == 16  # at first
    assert set(jobs[-9:-1]) == {wanted}  # at most half a second, and no less than a fifth of one


def test_quick_media_are_read_many_files_at_a_time(jobs_of: Callable[[float], list[int]]) -> None:
    jobs = jobs_of(0.001)
    assert jobs[:2] == [16, 16]
    assert max(jobs) >= 64  # 64 ms


@pytest.mark.parametrize("gone", [False, True])
def test_a_large_job_ends_early_where_the_medium_has_become_slow(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch, gone: bool
) -> None:
    for number in range(200):
        write(folder / f"{number:03}", number)
    library.index.add_root(folder)
    asked: list[int] = []
    answered: list[int] = []
    time = [0.0]
    plainly = library.reader.read_many

    def read_many(
        paths: Sequence[Path], cancel: CancelToken | None = None, *, charset: str = "", seconds: float = math.inf
    ) -> object:
        end = time[0] + seconds
        found: list[object] = []
        for path in paths:
            if found and time[0] >= end:
                break
            time[0] += 0.001 if sum(answered) + len(found) < 100 else 1.0
            found += plainly([path], cancel, charset=charset)
        asked.append(len(paths))
        answered.append(len(found))
        if gone and time[0] > 0.9 and folder.exists():
            folder.rename(folder.with_name("elsewhere"))
        return tuple(found)

    monkeypatch.setattr(library.reader, "read_many", read_many)
    state = IndexScan(library.index, library.reader, library.index.roots(), clock=lambda: time[0]).run(CancelToken())
    slow = [number for number, read in enumerate(answered) if sum(answered[: number + 1]) > 101]
    assert max(asked) > 50 and {answered[number] for number in slow} == {1}
    assert state.done == state.total == 200 and len(state.offline) == gone
    if not gone:
        assert state.read == sum(answered) == 200 and len(set(library.reader.read)) == 200


@pytest.mark.parametrize("steps", [0, 1, 3])
def test_a_folder_that_is_removed_while_it_is_scanned_leaves_nothing_and_stops_nothing(
    library: Library, folder: Path, steps: int
) -> None:
    other = folder.parent / "other"
    write(folder / "a", 1)
    write(folder / "sub" / "c", 3)
    write(other / "b", 2)
    going = library.index.add_root(folder)
    library.index.add_root(other)
    scan = IndexScan(library.index, library.reader, library.index.roots())
    for _ in range(steps):  # each lists one folder, or takes in what was read
        scan.step(CancelToken(), 1e-9)
    library.index.remove_root(going)
    assert scan.run(CancelToken()).finished
    assert [uid for uid, _, _ in library.images()] == ["3.2"]
    assert [(root.path, root.complete) for root in library.index.roots()] == [(other, True)]
    assert library.index.database.rows("PRAGMA foreign_key_check") == []


def test_damage_found_later_is_mended_at_the_next_start(library: Library) -> None:
    from cxrviewer.studies.index.database import DAMAGED

    library.index.report_damage(LibraryError(DAMAGED))
    library.close()
    library.__post_init__()
    assert library.index.rebuilt


def test_a_full_disk_is_a_sentence_and_what_was_indexed_stays(library: Library, folder: Path) -> None:
    write(folder / "a")
    library.scan(folder)
    pages = library.index.database.rows("PRAGMA page_count")[0][0]
    library.index.database.execute(f"PRAGMA max_page_count = {pages}")
    for number in range(2, 400):
        write(folder / f"f{number}", number, StudyDescription="x" * 60)
    with pytest.raises(LibraryFullError, match="disk is full"):
        library.scan()
    assert [uid for uid, _, _ in library.images()] == ["3.1"]
    library.index.database.execute("PRAGMA max_page_count = 1000000")
    library.scan()
    assert len(library.images()) == 399


def test_two_windows_on_one_index_see_each_others_rows(library: Library, folder: Path) -> None:
    write(folder / "a")
    other = Index(library.home / "index.sqlite", library.user)
    library.scan(folder)
    try:
        seen = Worklist(other.database)
        assert [row.patient_id for row in seen.page().rows] == ["PH-1"]
        other.change_mark(seen.page().rows[0].id, note="from the other window")
        assert [row.note for row in library.studies()] == ["from the other window"]
        IndexScan(other, library.reader, other.roots()).run(CancelToken())
        assert library.images() == [("3.1", False, ["a"])]
    finally:
        other.close()


def test_a_window_that_writes_for_long_is_a_sentence(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder / "a")
    monkeypatch.setattr("cxrviewer.studies.index.patience.BUSY_SECONDS", 0.01)
    other = Index(library.home / "index.sqlite", library.user)
    try:
        with library.index.database.transaction(), pytest.raises(LibraryError, match="Another window"):
            other.add_root(folder, kept=False)
    finally:
        other.close()


def test_a_folder_that_was_only_looked_at_is_forgotten(library: Library, folder: Path, tmp_path: Path) -> None:
    write(folder / "a", 1)
    write(tmp_path / "visit" / "b", 2)
    library.index.add_root(tmp_path / "visit", kept=False)
    library.scan(folder)
    assert len(library.images()) == 2
    library.index.forget_visits()
    assert [uid for uid, _, _ in library.images()] == ["3.1"]


def test_a_gone_file_is_no_reason(library: Library, folder: Path) -> None:
    path = write(folder / "a")
    library.reader.before = lambda name: path.unlink()
    state = library.scan(folder)
    assert (state.removed, library.skipped(), library.images()) == (1, {}, [])


def test_a_change_of_many_marks_is_taken_back_except_for_what_another_window_changed_since(
    library: Library, folder: Path
) -> None:
    for number in (1, 2, 3):
        write(folder / str(number), number)
    library.scan(folder)
    first, second, third = (one.id for one in library.studies())
    library.index.change_mark(first, status=StudyStatus.OPENED, note="call the ward")
    (key,) = library.index.change_marks([third], note="").after
    change = library.index.change_marks([first, second, third], status=StudyStatus.READ)
    with contextlib.closing(UserStore(library.home / "user.sqlite")) as other:
        other.change(key, status=StudyStatus.OPENED, note="from the other window")
    assert library.index.take_back(change) == 2
    rows = {one.id: (one.status, one.note) for one in library.studies()}
    assert rows[first] == (StudyStatus.OPENED, "call the ward")
    assert rows[second] == (StudyStatus.NEW, "")
    assert library.user.mark(key) == Mark(StudyStatus.OPENED, "from the other window")
    library.index.refresh_marks()
    rows = {one.id: (one.status, one.note) for one in library.studies()}
    assert rows[third] == (StudyStatus.OPENED, "from the other window")


# Why a file was skipped, in the language of whoever reads it


@pytest.fixture
def chinese() -> Iterator[None]:
    text.use(text.JsonCatalogue.load(resources_dir() / "translations" / "cxrviewer_zh_CN.json"))
    yield
    text.use(None)


def write_lossless_jpeg(path: Path) -> Path:
    """Write a picture whose reason has a value: the frame header of a lossless process (SOF3), read by no browser."""
    stream = io.BytesIO()
    PIL.Image.new("L", (8, 6)).save(stream, "JPEG")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(stream.getvalue().replace(b"\xff\xc0", b"\xff\xc3"))
    return path


LOSSLESS = (
    "This JPEG picture is of a kind this viewer does not read (lossless, 8 bits): save it as PNG, or as baseline or "
    "progressive JPEG."
)


def test_a_reason_with_a_value_is_translated_after_the_index_was_closed(
    tmp_path: Path, folder: Path, chinese: None
) -> None:
    write_lossless_jpeg(folder / "picture.jpg")
    with zipfile.ZipFile(folder / "disc.zip", "w") as archive:
        archive.write(folder / "picture.jpg", "member.jpg")
    (folder / "notes.txt").write_text("no image")
    with contextlib.closing(Library(tmp_path / "home")) as library:
        library.scan(folder)
    with contextlib.closing(Library(tmp_path / "home")) as library:
        reasons = library.skipped()
    assert reasons["picture.jpg"] == reasons["member.jpg"] == LOSSLESS  # as text English, for the log and a terminal
    assert text.translated(reasons["picture.jpg"]) == text.translated(reasons["member.jpg"])
    assert text.translated(reasons["picture.jpg"]).startswith("本软件不读取此类 JPEG 图片（无损，8 位）")
    assert text.looked_up(reasons["notes.txt"]) == "此文件既不是 DICOM 文件，也不是 PNG 或 JPEG 图片。"


def test_reasons_that_an_earlier_version_kept_in_english_are_read_again_once(
    tmp_path: Path, folder: Path, chinese: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_lossless_jpeg(folder / "picture.jpg")
    with zipfile.ZipFile(folder / "disc.zip", "w") as archive:
        archive.write(folder / "picture.jpg", "member.jpg")
    write(folder / "film")
    with monkeypatch.context() as patch, contextlib.closing(Library(tmp_path / "home")) as library:
        patch.setattr("cxrviewer.studies.index.store.kept_text", str)
        library.scan(folder)
        library.scan()
        assert library.reader.read == []
    write_as_version(tmp_path / "home" / "index.sqlite", 4)
    with contextlib.closing(Library(tmp_path / "home")) as library:
        assert (
            set(library.skipped().values())
            == {LOSSLESS}
            == {text.translated(one) for one in library.skipped().values()}
        )
        library.scan()
        assert sorted(library.reader.read) == ["member.jpg", "picture.jpg"]
        assert all(text.translated(one).startswith("本软件不读取此类 JPEG 图片") for one in library.skipped().values())
        library.scan()
        library.scan()
        assert library.reader.read == []


@pytest.mark.parametrize(
    "kept",
    [
        '{"message":',
        '{"message":["{x}",{"x":[]},"",""]}',
        '{"message":' + "[" * 9000,
        '{"message":[1]}',
        "{x} of {y}",
        "",
    ],
)
def test_a_row_that_holds_no_kept_text_is_shown_as_it_is(kept: str) -> None:
    assert type(text_of(kept)) is str and text_of(kept) == kept


def test_a_text_in_a_row_keeps_its_values_its_plural_and_texts_inside_it() -> None:
    inner = text.msg_n("{n} value", "{n:,} values", 1200)
    kept = text_of(kept_text(text.msg("Broken {where}: {what} ({share:.1f})", where="a\ud800", what=inner, share=0.25)))
    assert isinstance(kept, text.Message) and isinstance(kept.params["what"], text.Message)
    assert kept == "Broken a\ud800: 1,200 values (0.2)"
    assert kept.params["what"].one == "{n} value"


def test_a_text_that_no_row_could_give_back_is_kept_in_english() -> None:
    deep = "reason"
    for _ in range(6):
        deep = text.msg("because of {deep}", deep=deep)
    assert kept_text(deep) == "because of " * 6 + "reason"
    assert type(kept_text(deep)) is str
