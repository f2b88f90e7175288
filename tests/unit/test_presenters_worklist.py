from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from cxrviewer.imaging.contents import SmallPicture
from cxrviewer.imaging.directory import read_directory
from cxrviewer.imaging.stamp import FileStamp
from cxrviewer.presenters.finding_states import ImageStatus
from cxrviewer.presenters.worklist import WorklistPresenter
from cxrviewer.presenters.worklist_rows import SAME_UID, SHARED_ID, RowKind
from cxrviewer.studies import library
from cxrviewer.studies.library import ImageEntry, Library
from tests.builders.discs import write_directory
from tests.fakes import FakeReader, HeldJobs, Recorder, header


class List:
    """A worklist presenter over a folder of named files."""

    def __init__(self, folder: Path, headers: dict[str, Any]) -> None:
        self.folder = folder
        for name in headers:
            (folder / name).write_bytes(b"x")
        self.view, self.jobs = Recorder(), HeldJobs()
        self.reader = FakeReader(headers)
        self.selected: list[str] = []
        self.replaced: list[str] = []
        self.nothing: list[tuple[str, str]] = []
        self.thumbnails: list[str] = []
        self.ended, self.said = 0, list[str]()
        self.presenter = WorklistPresenter(
            self.view,
            self.jobs,
            self.reader,
            lambda path, _: read_directory(path),
            self.small,
            on_selected=lambda entry: self.selected.append(entry.path.name),
            on_replaced=lambda entry: self.replaced.append(entry.path.name),
            on_nothing=lambda *words: self.nothing.append(words),
            on_scanned=self.scanned,
            notify=self.said.append,
        )

    def scanned(self, complete: bool) -> None:
        self.ended += 1

    def small(self, entry: ImageEntry) -> Any:
        def make(cancel: object) -> Any:
            self.thumbnails.append(entry.path.name)
            return SmallPicture(entry.header, np.zeros((4, 4), np.uint8))

        return make

    def rows(self, kind: RowKind | None = None) -> list[Any]:
        rows = self.view.last("show_rows")[0]
        return [r for r in rows if kind in (None, r.kind)]

    def images(self) -> list[str]:
        return [self.name(r.key) for r in self.rows(RowKind.IMAGE)]

    def name(self, key: str) -> str:
        return self.presenter._library[key].path.name

    def key(self, path: Path) -> str:
        return ImageEntry(path, self.reader.headers[path.name]).key


def test_patient_study_series_image_newest_study_first(tmp_path: Path) -> None:
    work = List(
        tmp_path,
        {
            "a": header("TWO", study="3"),
            "b": header("ONE", study="5", series="2"),
            "c": header("ONE", study="5", series="1", number=2),
            "d": header("ONE", study="5", series="1", number=1),
            "e": header("ONE", study="9"),
        },
    )
    work.presenter.open_paths((tmp_path,))
    work.jobs.release_all()
    assert [(r.kind.value, r.title) for r in work.rows()] == [
        ("patient", "ONE"),
        ("study", "2026-11-09 16:02"),
        ("film", "CHEST PA"),
        ("study", "2026-11-05 16:02"),
        ("series", "Series 1"),
        ("film", "CHEST PA"),
        ("film", "CHEST PA"),
        ("series", "Series 2"),
        ("film", "CHEST PA"),
        ("patient", "TWO"),
        ("study", "2026-11-03 16:02"),
        ("film", "CHEST PA"),
    ]
    assert work.images() == ["e", "d", "c", "b", "a"]


def test_the_first_image_is_opened_while_the_scan_goes_on_and_the_selection_stays(tmp_path: Path) -> None:
    work = List(tmp_path, {name: header(name.upper(), study=str(9 - i)) for i, name in enumerate("cab")})
    work.presenter.open_paths((tmp_path,))
    work.jobs.release("scan")
    assert work.selected == ["a"]
    assert work.presenter.scanning
    work.jobs.release_all()
    # "c" has the newest study and goes to the top; the reader stays at "a".
    assert work.images() == ["c", "a", "b"]
    assert work.selected == ["a"]
    assert work.name(work.view.last("show_current")) == "a"


def test_a_image_chosen_during_the_scan_is_not_left(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    work = List(tmp_path / "one", {"a": header("A"), "b": header("B")})
    work.presenter.open_paths((tmp_path / "one",))
    work.jobs.release_all()
    (tmp_path / "two" / "c").write_bytes(b"x")
    work.reader.headers["c"] = header("C")
    work.presenter.open_paths((tmp_path / "two",))
    work.presenter.select(work.key(tmp_path / "one" / "b"))
    work.jobs.release_all()
    assert work.selected == ["a", "b"]


def test_a_file_given_twice_is_listed_once_and_opening_it_again_selects_it(tmp_path: Path) -> None:
    same = header("A")
    work = List(tmp_path, {"a": same, "copy-of-a": same, "b": header("B")})
    work.presenter.open_paths((tmp_path,))
    work.jobs.release_all()
    assert work.images() == ["a", "b"]
    assert [(s.path.name, s.reason) for s in work.presenter.skipped] == [
        ("copy-of-a", "A copy of a film that is already in the list.")
    ]
    work.presenter.select(work.key(tmp_path / "b"))
    work.presenter.open_paths((tmp_path / "a",))
    work.jobs.release_all()
    assert work.selected == ["a", "b", "a"]


def linked(work: List, where: Path) -> Path:
    """Return a link to the folder of a list, outside of it."""
    link = where / "link"
    link.symlink_to(work.folder, target_is_directory=True)
    return link


def opened_by(work: List, *paths: Path) -> list[Path]:
    """Open paths and return what is listed then."""
    work.presenter.open_paths(paths)
    work.jobs.release_all()
    return sorted(entry.path for entry in work.presenter.images())


@pytest.fixture
def two(tmp_path: Path) -> List:
    """A list over a folder that holds two images and a file without one."""
    folder = tmp_path / "folder"
    folder.mkdir()
    work = List(folder, {"a": header("A"), "b": header("B")})
    for number, name in enumerate(("a", "b", "readme")):
        (folder / name).write_bytes(b"x" * (number + 1))
    return work


@pytest.mark.parametrize("first", ["folder", "link"])
def test_a_folder_opened_again_by_another_path_lists_every_file_once(two: List, tmp_path: Path, first: str) -> None:
    linked(two, tmp_path)
    second = {"folder": "link", "link": "folder"}[first]
    known = [tmp_path / first / "a", tmp_path / first / "b"]
    assert opened_by(two, tmp_path / first) == known
    assert opened_by(two, tmp_path / second) == known
    assert [one.path for one in two.presenter.skipped] == [tmp_path / first / "readme"]
    assert two.selected == ["a", "a"]  # opening it again shows its first image again


def test_links_to_what_is_listed_add_nothing_wherever_they_lie(two: List, tmp_path: Path) -> None:
    known = opened_by(two, two.folder)
    other = tmp_path / "other"
    (other / "below").mkdir(parents=True)
    (other / "below" / "up").symlink_to(other, target_is_directory=True)
    (other / "self").symlink_to(other / "self")
    (other / "folder").symlink_to(two.folder, target_is_directory=True)
    (other / "film").symlink_to(two.folder / "b")
    two.reader.headers["film"] = two.reader.headers["b"]
    assert opened_by(two, other) == known
    assert opened_by(two, other / "film") == known
    assert two.selected[-1] == "b"
    assert opened_by(two, other / "folder" / "a", other / "folder") == known


def test_a_file_reached_by_a_link_first_keeps_that_row(two: List, tmp_path: Path) -> None:
    other = tmp_path / "film"
    other.symlink_to(two.folder / "b")
    two.reader.headers["film"] = two.reader.headers["b"]
    assert opened_by(two, other) == [other]
    assert opened_by(two, two.folder) == [other, two.folder / "a"]


def test_a_file_deleted_behind_a_link_is_no_longer_listed_by_its_other_path(two: List, tmp_path: Path) -> None:
    link = linked(two, tmp_path)
    opened_by(two, two.folder)
    (two.folder / "b").unlink()
    assert opened_by(two, link) == [two.folder / "a"]


def test_a_link_that_leads_elsewhere_by_now_stands_for_nothing_it_led_to_before(two: List, tmp_path: Path) -> None:
    link = linked(two, tmp_path)
    opened_by(two, link)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "a").write_bytes(b"another")
    link.unlink()
    link.symlink_to(elsewhere, target_is_directory=True)
    listed = opened_by(two, two.folder)
    assert {two.folder / "a", two.folder / "b"} <= set(listed)


def test_a_number_of_a_deleted_file_may_be_that_of_another_one(
    two: List, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened_by(two, two.folder)
    new = two.folder / "new"
    two.reader.headers["new"] = header("N")
    number = (two.folder / "a").stat().st_ino
    (two.folder / "a").unlink()
    new.write_bytes(b"new one")
    real = Path.stat

    def stat(path: Path, **more: Any) -> Any:  # most file systems take the number again, but not all, and not at once
        found = real(path, **more)
        return os.stat_result((found.st_mode, number, *found[2:])) if path == new else found

    monkeypatch.setattr(Path, "stat", stat)
    assert opened_by(two, new) == [two.folder / "a", two.folder / "b", new]


def test_a_file_system_without_numbers_lists_every_file(two: List, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.stat

    def stat(path: Path, **more: Any) -> Any:
        found = real(path, **more)
        return os.stat_result((found.st_mode, 0, *found[2:]))

    monkeypatch.setattr(Path, "stat", stat)
    assert opened_by(two, two.folder) == [two.folder / "a", two.folder / "b"]
    assert opened_by(two, two.folder) == [two.folder / "a", two.folder / "b"]


def test_closing_all_forgets_by_which_path_files_were_known(two: List, tmp_path: Path) -> None:
    link = linked(two, tmp_path)
    opened_by(two, link)
    two.presenter.close_all()
    assert opened_by(two, two.folder) == [two.folder / "a", two.folder / "b"]


def test_the_same_image_in_another_encoding_is_listed_beside_it(tmp_path: Path) -> None:
    same = header("A")
    work = List(tmp_path, {"a": same, "a-recoded": same})
    (tmp_path / "a-recoded").write_bytes(b"y")
    work.presenter.open_paths((tmp_path,))
    work.jobs.release_all()
    assert work.images() == ["a", "a-recoded"]
    assert work.presenter.skipped == ()


def stamped(size: int, digest: str, *, number: int = 1, uid: str = "1.2.3") -> Any:
    """Return a header as it is read of a file of `size` bytes whose begin has this digest."""
    stamp = FileStamp(size, number, number, 1, number, 512, digest)
    return replace(header("A", number=number, sop_instance_uid=uid), stamp=stamp)


def marked(work: List) -> dict[str, bool]:
    """Return which rows carry the warning, and check that its word stands beside it."""
    rows = work.rows(RowKind.IMAGE)
    assert all(("⚠ UID not unique" in row.detail) == bool(row.warning) for row in rows)
    return {work.name(row.key): row.warning == SAME_UID for row in rows}


def test_images_with_one_uid_and_other_content_are_marked_until_one_of_them_is_gone(tmp_path: Path) -> None:
    headers = {
        "a": stamped(9, "aa", number=1),
        "b": stamped(9, "bb", number=2),
        "c": stamped(9, "aa", number=3, uid="1.2.4"),  # the content of "a" under a UID of its own
        "d": stamped(9, "dd", number=4, uid=""),
        "e": stamped(9, "ee", number=5, uid=""),  # no UID is not the same UID
    }
    work = List(tmp_path, headers)
    (tmp_path / "b").write_bytes(b"y")
    work.presenter.open_paths((tmp_path,))
    work.jobs.release("scan")
    assert list(marked(work).values())[:1] == [False]  # "a" came first, and nobody could know
    work.jobs.release_all()
    assert marked(work) == {"a": True, "b": True, "c": False, "d": False, "e": False}
    assert work.presenter.colliding(ImageEntry(tmp_path / "b", headers["b"]).at(1))
    work.presenter.status(work.key(tmp_path / "a"), ImageStatus("none above threshold"))
    assert work.view.last("show_row").warning == SAME_UID
    del work.reader.headers["b"]
    work.presenter.look_again(tmp_path / "b")
    work.jobs.release_all()
    assert marked(work) == {"a": False, "c": False, "d": False, "e": False}
    work.presenter.close_all()
    assert not work.presenter.colliding(ImageEntry(tmp_path / "a", headers["a"]))


@pytest.mark.parametrize(
    ("second", "headings", "warned"),
    [
        ({"birth_date": "1990-05-06"}, 2, True),
        ({"patient_name": "OTHER^OTTO"}, 2, True),
        ({"patient_name": "Phantom^One"}, 2, False),  # another spelling is no other person
        ({"birth_date": ""}, 2, False),  # nothing contradicts
        ({"patient_id": "PH-2", "birth_date": "1990-05-06"}, 2, False),
        ({}, 1, False),
    ],
)
def test_two_patients_with_one_id_are_two_headings_with_a_warning(
    tmp_path: Path, second: dict[str, Any], headings: int, warned: bool
) -> None:
    who: dict[str, Any] = {"patient_id": "PH-1", "birth_date": "1967-03-01"}
    # One Study Instance UID, too, as where an ID was given twice on a modality without a worklist.
    work = List(tmp_path, {"a": header(**who), "b": header(**(who | second), number=2, study_uid="PHANTOM^ONE.1")})
    work.presenter.open_paths((tmp_path,))
    work.jobs.release_all()
    found = work.rows(RowKind.PATIENT)
    assert len(found) == len({row.key for row in found}) == headings
    assert [row.warning for row in found] == [SHARED_ID if warned else ""] * headings
    assert [row.detail.startswith("⚠ ID not unique · ") for row in found] == [warned] * headings
    if second == {"birth_date": "1990-05-06"}:  # what differs is not cut off
        assert {row.detail for row in found} == {
            "⚠ ID not unique · 1967-03-01 · F · PH-1",
            "⚠ ID not unique · 1990-05-06 · F · PH-1",
        }
    assert len(work.rows(RowKind.STUDY)) == headings


def test_listing_again_makes_no_name_comparable_that_was_so_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names: list[str] = []
    monkeypatch.setattr(library, "name_key", lambda name: names.append(name) or name.lower())
    who: dict[str, Any] = {"patient_id": "PH-1"}
    work = List(tmp_path, {"a": header("ONE", **who), "b": header("ONE", **who, number=2)})
    work.presenter.open_paths((tmp_path,))
    work.jobs.release_all()
    assert names == ["ONE"]
    work.presenter.search("one")
    work.reader.headers["c"] = header("TWO", **who)
    (tmp_path / "c").write_bytes(b"x")
    work.presenter.open_paths((tmp_path / "c",))
    work.jobs.release_all()
    work.presenter.search("")
    assert names == ["ONE", "TWO"]
    assert [row.warning for row in work.rows(RowKind.PATIENT)] == [SHARED_ID] * 2
    work.presenter.close_all()
    work.presenter.open_paths((tmp_path / "c",))
    work.jobs.release_all()
    assert [row.warning for row in work.rows(RowKind.PATIENT)] == [""]


def test_a_name_that_is_read_in_another_character_set_is_compared_anew(tmp_path: Path) -> None:
    listed = Library()
    listed.add(one := ImageEntry(tmp_path / "a", header("ONE", patient_id="PH-1")))
    listed.add(ImageEntry(tmp_path / "b", header("ONE", patient_id="PH-1", number=2)))
    assert listed.sharing_an_id() == set()
    who = replace(one.header.identity, patient_name="TWO")
    assert listed.rename(replace(one, header=replace(one.header, identity=who)))
    assert {name for _, name, _ in listed.sharing_an_id()} == {"ONE", "TWO"}


def test_the_warning_of_an_id_is_there_while_the_other_patient_is_hidden_by_the_search_and_goes_with_it(
    tmp_path: Path,
) -> None:
    who: dict[str, Any] = {"patient_id": "PH-1"}
    work = List(tmp_path, {"a": header("ONE", **who), "b": header("TWO", **who)})
    work.presenter.open_paths((tmp_path,))
    work.jobs.release_all()
    work.presenter.search("one")
    assert [(row.title, row.warning) for row in work.rows(RowKind.PATIENT)] == [("ONE", SHARED_ID)]
    work.presenter.search("")
    del work.reader.headers["b"]
    work.presenter.look_again(tmp_path / "b")
    work.jobs.release_all()
    assert [(row.title, row.warning) for row in work.rows(RowKind.PATIENT)] == [("ONE", "")]


def test_a_copy_that_another_scan_lists_is_not_other_content(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    work = List(tmp_path / "one", {"a": stamped(9, "aa", number=1)})
    (tmp_path / "two" / "copy").write_bytes(b"x")
    work.reader.headers["copy"] = stamped(9, "aa", number=2)
    for name in ("one", "two"):
        work.presenter.open_paths((tmp_path / name,))
        work.jobs.release_all()
    assert marked(work) == {"a": False, "copy": False}


def test_what_one_scan_lists_twice_differs_where_the_digest_does_not_reach(tmp_path: Path) -> None:
    work = List(tmp_path, {"a": stamped(9, "aa", number=1), "b": stamped(9, "aa", number=2)})
    (tmp_path / "b").write_bytes(b"y")  # the scan compares the bytes of files with one UID and one size
    work.presenter.open_paths((tmp_path,))
    work.jobs.release_all()
    assert marked(work) == {"a": True, "b": True}


def test_marking_ten_thousand_images_of_one_uid_takes_no_time_that_grows_with_their_square(tmp_path: Path) -> None:
    library = Library()
    entries = [ImageEntry(tmp_path / f"{n}", stamped(9, f"{n}", number=n)) for n in range(10_000)]
    started = time.process_time()
    for entry in entries:
        library.add(entry, 1)
    assert all(library.colliding(entry) for entry in entries)
    assert time.process_time() - started < 5


def test_skipped_files_are_counted_with_their_reasons(tmp_path: Path) -> None:
    work = List(tmp_path, {"a": header("A")})
    (tmp_path / "notes.txt").write_text("no film")
    (tmp_path / "empty").touch()
    work.presenter.open_paths((tmp_path,))
    work.jobs.release_all()
    assert work.view.last("show_scan").skipped == 2
    assert {s.path.name: s.reason for s in work.presenter.skipped} == {
        "empty": "The file is empty.",
        "notes.txt": "The file is neither DICOM nor a picture this program reads.",
    }


def test_cancelling_keeps_what_was_found(tmp_path: Path) -> None:
    work = List(tmp_path, {name: header(name) for name in "abc"})
    work.presenter.open_paths((tmp_path,))
    work.jobs.release("scan")
    work.presenter.cancel_scan()
    assert work.jobs.newest == {}
    assert work.images() == ["a"]
    assert work.view.last("show_scan").text == "1 film · stopped"


@pytest.mark.parametrize(
    ("names", "title", "message"),
    [
        ([], "Nothing to open", "The folder holds no files. Choose another one."),
        (["x"], "No film found", "The file is neither DICOM nor a picture this program reads."),
        (["x", "y"], "No film found", "2 files were looked at; “why?” in the list gives the reason for each."),
    ],
)
def test_a_folder_without_a_image_says_so(tmp_path: Path, names: list[str], title: str, message: str) -> None:
    work = List(tmp_path, {})
    for name in names:
        (tmp_path / name).write_bytes(b"junk")
    work.presenter.open_paths((tmp_path,))
    work.jobs.release_all()
    assert work.nothing == [(title, message)]


def test_a_file_that_was_opened_itself_is_what_cannot_be_opened(tmp_path: Path) -> None:
    work = List(tmp_path, {})
    (tmp_path / "x").write_bytes(b"junk")
    work.presenter.open_paths((tmp_path / "x",))
    work.jobs.release_all()
    assert work.nothing == [("This cannot be opened", "The file is neither DICOM nor a picture this program reads.")]


@pytest.mark.parametrize(
    ("named", "message"),
    [
        (("IM1",), "The DICOMDIR names 1 file, which is not there."),
        (("IM1", "IM2"), "The DICOMDIR names 2 files, none of which is there."),
        (None, "There is a DICOMDIR, but no other file."),  # its folder is opened
    ],
)
def test_a_dicomdir_alone_says_what_is_missing(tmp_path: Path, named: tuple[str, ...] | None, message: str) -> None:
    work = List(tmp_path, {})
    directory = write_directory(tmp_path, *(named or ("IM1",)))
    work.reader.headers["DICOMDIR"] = replace(header("x"), has_pixels=False)
    work.presenter.open_paths((directory if named else tmp_path,))
    work.jobs.release_all()
    advice = "It is only the table of contents of a disc: copy the whole disc, and open the copy."
    assert work.nothing == [("No film found", f"{message} {advice}")]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("王^小明", "王小明"),
        ("YAMADA^TAROU=山田^太郎", "山田太郎"),
        ("김^희중", "김희중"),
        ("MÜLLER^JÖRG", "muller jorg"),
        ("Dvořák^Šárka", "dvorak"),
        ("ПЁТР", "петр"),
        ("DOE^JANE", "doe^jane"),
        ("DOE^JANE", "Ｄｏｅ"),
    ],
)
def test_a_name_is_found_as_the_library_finds_it(tmp_path: Path, name: str, typed: str) -> None:
    work = List(tmp_path, {"a": header(name), "b": header("ROE^RICHARD")})
    work.presenter.open_paths((tmp_path,))
    work.jobs.release_all()
    work.presenter.search(typed)
    assert work.images() == ["a"]


def test_search_hides_and_never_closes(tmp_path: Path) -> None:
    work = List(tmp_path, {"a": header("DOE^JANE"), "b": header("ROE^RICHARD")})
    work.presenter.open_paths((tmp_path,))
    work.jobs.release_all()
    work.presenter.search("jane doe")
    assert work.images() == ["a"]
    work.presenter.search("nobody")
    assert work.rows() == []
    assert work.view.last("show_rows")[1] == "No film matches the search."
    work.presenter.search("")
    assert work.images() == ["a", "b"]
    assert work.selected == ["a"]


def test_what_other_heads_said_is_old_whatever_its_words_end_with(tmp_path: Path) -> None:
    """ "none above threshold" ends with the letters of "old", and was never called that."""
    work = List(tmp_path, {"a": header("A"), "b": header("B")})
    work.presenter.open_paths((tmp_path,))
    work.jobs.release_all()
    work.presenter.status(work.key(tmp_path / "a"), ImageStatus("none above threshold"))
    work.presenter.status(work.key(tmp_path / "b"), ImageStatus("cannot be decoded", by_heads=False))
    work.presenter.outdate()
    work.presenter.outdate()
    work.presenter.search("")
    assert [row.state for row in work.rows(RowKind.IMAGE)] == ["none above threshold · old", "cannot be decoded"]


def test_what_the_library_knows_stands_where_this_window_has_no_answer_of_the_present_heads(tmp_path: Path) -> None:
    work = List(tmp_path, {"a": header("A"), "b": header("B"), "c": header("C")})
    work.presenter.open_paths((tmp_path,))
    work.jobs.release_all()
    keys = {name: work.key(tmp_path / name) for name in "abc"}
    work.presenter.status(keys["a"], ImageStatus("none above threshold"))
    assert {entry.key for entry in work.presenter.unscored()} == {keys["b"], keys["c"]}

    def states() -> list[str]:
        work.presenter.search("")
        return [row.state for row in work.rows(RowKind.IMAGE)]

    known = {keys[name]: ImageStatus("3 flagged", flagged=True) for name in "ab"}
    work.presenter.know_scores({**known, "gone": ImageStatus("1 flagged")})
    assert states() == ["none above threshold", "3 flagged", "not scored yet"]
    work.presenter.search("flagged")
    assert work.images() == ["b"]
    work.presenter.outdate()  # other heads: of them nothing is known
    assert states() == ["none above threshold · old", "not scored yet", "not scored yet"]
    work.presenter.know_scores(known)
    assert states() == ["3 flagged", "3 flagged", "not scored yet"]
    work.presenter.status(keys["b"], ImageStatus("scoring…"))
    assert states() == ["3 flagged", "scoring…", "not scored yet"]


def test_flagged_images_can_be_searched_for(tmp_path: Path) -> None:
    work = List(tmp_path, {"a": header("A"), "b": header("B")})
    work.presenter.open_paths((tmp_path,))
    work.jobs.release_all()
    work.presenter.status(work.key(tmp_path / "b"), ImageStatus("2 flagged", flagged=True))
    assert work.view.last("show_row").flagged
    work.presenter.search("flagged")
    assert work.images() == ["b"]


def test_stepping_follows_the_list_and_stops_at_its_ends(tmp_path: Path) -> None:
    work = List(tmp_path, {"a": header("A"), "b": header("B")})
    work.presenter.step(1)
    work.presenter.open_paths((tmp_path,))
    work.jobs.release_all()
    for by in (-1, 1, 1):
        work.presenter.step(by)
    assert work.selected == ["a", "b"]


def test_thumbnails_are_made_one_at_a_time_the_last_wish_first(tmp_path: Path) -> None:
    work = List(tmp_path, {name: header(name) for name in "abc"})
    work.presenter.open_paths((tmp_path,))
    work.jobs.release_all()
    for name in "abc":
        work.presenter.want_thumbnail(work.key(tmp_path / name))
    assert list(work.jobs.newest) == ["thumbnail"]
    work.jobs.release_all()
    assert work.thumbnails == ["a", "c", "b"]


def test_thumbnails_wait_for_the_first_picture_of_a_launch(tmp_path: Path) -> None:
    work = List(tmp_path, {name: header(name) for name in "ab"})
    work.presenter.open_paths((tmp_path,))
    work.jobs.release_all()
    work.presenter.hold_thumbnails()
    for name in "ab":
        work.presenter.want_thumbnail(work.key(tmp_path / name))
    assert list(work.jobs.newest) == [] and work.thumbnails == []
    work.presenter.release_thumbnails()
    work.jobs.release_all()
    assert work.thumbnails == ["b", "a"]


def test_a_image_without_thumbnail_does_not_stop_the_others(tmp_path: Path) -> None:
    work = List(tmp_path, {name: header(name) for name in "ab"})
    work.presenter.open_paths((tmp_path,))
    work.jobs.release_all()
    real = work.small

    def thumbnail_of(entry: ImageEntry) -> Any:
        return (lambda cancel: 1 / 0) if entry.path.name == "a" else real(entry)

    work.presenter._thumbnail_of = thumbnail_of
    for name in "ab":
        work.presenter.want_thumbnail(work.key(tmp_path / name))
    work.jobs.release_all()
    assert work.name(work.view.last("show_thumbnail")[0]) == "b"


def test_closing_all_empties_the_list_and_stops_the_scan(tmp_path: Path) -> None:
    work = List(tmp_path, {name: header(name) for name in "abc"})
    work.presenter.open_paths((tmp_path,))
    work.jobs.release("scan")
    work.presenter.close_all()
    assert work.rows() == [] and work.jobs.newest == {}
    assert os.listdir(tmp_path)


def test_files_that_are_brought_are_listed_and_told_without_being_opened(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    work = List(tmp_path / "one", {"a": header("A")})
    work.presenter.open_paths((tmp_path / "one",))
    work.jobs.release_all()
    work.reader.headers["b"] = header("B")
    for name in "bc":
        (tmp_path / name).write_bytes(b"x")
    told: list[list[str] | None] = []

    def done(found: tuple[ImageEntry, ...] | None) -> None:
        told.append(None if found is None else [entry.path.name for entry in found])

    work.presenter.bring((tmp_path / "b", tmp_path / "c"), done)
    assert not work.presenter.scanning  # nothing that was opened is being looked for
    work.jobs.release_all()
    assert told == [["b"]] and work.images() == ["a", "b"] and work.selected == ["a"]
    work.presenter.bring((tmp_path / "c",), done)
    work.presenter.bring((tmp_path / "b",), done)
    work.jobs.release_all()
    assert told[1:] == [[], ["b"]] and work.selected == ["a"]


def test_what_is_brought_and_stopped_is_told_and_what_was_opened_behind_it_ends_too(tmp_path: Path) -> None:
    work = List(tmp_path, {"a": header("A")})
    told: list[object] = []
    work.presenter.bring((tmp_path / "a",), told.append)
    work.presenter.open_paths((tmp_path,))
    assert work.presenter.scanning
    work.presenter.cancel_scan()
    assert told == [None] and work.ended == 1 and not work.presenter.scanning
    work.jobs.release_all()
    assert work.images() == []


def test_a_link_that_leads_to_another_patients_listed_file_now_is_no_row_of_the_earlier_patient(tmp_path: Path) -> None:
    work = List(tmp_path, {"a": header("ONE"), "b": header("TWO")})
    there = {"a": header("ONE"), "b": header("TWO")}
    link = tmp_path / "links" / "latest"
    link.parent.mkdir()
    link.symlink_to(tmp_path / "a")
    work.presenter._read_header = lambda path, cancel: there[path.resolve().name]
    work.presenter.open_paths((tmp_path / "links",))
    work.presenter.open_paths((tmp_path / "b",))
    work.jobs.release_all()
    assert work.images() == ["latest", "b"]
    link.unlink()
    link.symlink_to(tmp_path / "b")
    work.presenter.open_paths((tmp_path / "links",))
    work.jobs.release_all()
    assert work.images() == ["b"]
    assert [one.path for one in work.presenter.skipped] == [link]
    work.presenter.open_paths((tmp_path / "a",))
    work.jobs.release_all()
    assert sorted(work.images()) == ["a", "b"]


def test_a_linked_folder_that_leads_elsewhere_now_has_no_rows_of_the_earlier_patient(tmp_path: Path) -> None:
    work = List(tmp_path, {})
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x").write_bytes(folder.encode())
    work.presenter._read_header = lambda path, cancel: header(path.resolve().parent.name.upper())
    link = tmp_path / "latest"
    link.symlink_to(tmp_path / "one")
    work.presenter.open_paths((link,))
    work.jobs.release_all()
    link.unlink()
    link.symlink_to(tmp_path / "two")
    work.presenter.open_paths((tmp_path / "two",))
    work.presenter.open_paths((link,))
    work.jobs.release_all()
    assert [(one.path, one.header.identity.patient_name) for one in work.presenter.listed_images()] == [
        (tmp_path / "two" / "x", "TWO")
    ]
