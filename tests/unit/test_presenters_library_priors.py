"""A folder or file without a prior hangs beside one that only the library knows, under the same conditions."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from cxrviewer.cancel import CancelToken
from cxrviewer.imaging.contents import Header
from cxrviewer.imaging.header import read_header
from cxrviewer.presenters.offline_folders import PATIENCE_MS
from cxrviewer.presenters.self_hanging import CHOICE_SLOT, MISSING, NO_PRIOR
from cxrviewer.presenters.worklist_rows import SHARED_ID, RowKind
from cxrviewer.studies.index.opening import OFFLINE
from cxrviewer.studies.index.scan import IndexScan, root_kinds
from cxrviewer.studies.index.stores import Stores
from cxrviewer.studies.library import person_of
from cxrviewer.workspace.layout import Layout
from tests.builders.library import LATER, HereReader, write
from tests.fakes import fake_image
from tests.unit.test_presenters_self_hanging import Folder, until
from tests.unit.test_presenters_viewports import Image

FROM_LIBRARY = "Hung by the rule “Frontal beside its prior” with a prior from the library."
ERIKA = {"PatientName": "MUSTERMANN^ERIKA", "PatientID": "4711", "PatientBirthDate": "19500102", "PatientSex": "F"}


def stored(path: Path, number: int, date: str, **more: Any) -> Path:
    given = {
        **ERIKA,
        "Modality": "DX",
        "ViewPosition": "PA",
        "BodyPartExamined": "CHEST",
        "StudyTime": "101500",
        **more,
    }
    return write(path, number, number, StudyDate=date, **given)


class Real(Folder):
    """A window over real files, with fake pixels; every job waits."""

    def header(self, path: Path, cancel: object = None) -> Header:
        return read_header(path)

    def open(self, path: Path, cancel: object, frame: int = 0, mark: str = "") -> Image:
        self.decoded.append(mark + path.name)
        return Image(self.header(path), fake_image(key=path.name))

    def begin(self) -> None:
        if self.opened:
            self.room.open_paths(self.paths)

    paths: tuple[Path, ...] = ()

    def go(self, *paths: Path) -> Real:
        """Open something until its first film is on the screen."""
        self.paths = paths
        self.start()
        return self

    def done(self) -> Real:
        self.end()
        return self

    def listed(self) -> list[str]:
        return [entry.path.name for entry in self.room.worklist.images()]

    @property
    def said(self) -> str:
        return self.views.said[-1]


class Places:
    """A folder that is opened (`new`), and one that only the library knows (`old`)."""

    def __init__(self, home: Path) -> None:
        self.new, self.old, self.home, self.kept = home / "new", home / "old", home / "home", home / "kept"
        stored(self.new / "now", 9, "20250318")
        stored(self.old / "before", 1, "20240105")

    def index(self, *paths: Path) -> Places:
        with_library(self.home, *(paths or (self.old,)))
        return self

    def window(self, **more: Any) -> Real:
        empty = self.home / "nothing"
        empty.mkdir(parents=True, exist_ok=True)
        return Real(empty, library=self.home, **more)


def with_library(home: Path, *paths: Path, change: Callable[[Stores], object] = lambda stores: None) -> None:
    """Add folders to the library and scan them, as a window does."""
    stores = Stores(home / "data", home / "cache")
    for path, kind in root_kinds(paths):
        stores.index.add_root(path, kind)
    newest = max(path.lstat().st_mtime_ns for root in paths for path in root.rglob("*"))
    if paths:
        IndexScan(stores.index, HereReader(), stores.index.roots(), now_ns=lambda: newest + LATER).run(CancelToken())
    change(stores)
    stores.close()


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path)


def test_a_study_hangs_beside_the_prior_that_only_the_library_knows(places: Places) -> None:
    stored(places.new / "a hand", 10, "20250318", BodyPartExamined="HAND")
    one = places.index().window().go(places.new)
    first = one.shown()  # of the two, whichever the folder lists first
    assert len(first) == 1 and first != [""]
    one.done()
    assert one.shown() == ["now", "before"]
    assert one.said == FROM_LIBRARY
    assert one.room.viewports.active.number == 0 and not one.room.hangs.pending
    assert sorted(one.decoded) == sorted(set(one.decoded))  # each once


def test_a_single_file_hangs_beside_the_prior_of_the_library_too(places: Places) -> None:
    one = places.index().window().go(places.new / "now")
    assert one.shown() == ["now"]
    one.done()
    assert one.shown() == ["now", "before"] and one.said == FROM_LIBRARY
    assert one.decoded == ["now", "before"]


def test_the_whole_study_of_the_prior_is_listed_and_no_other_one(places: Places) -> None:
    uid = read_header(places.old / "before").identity.study_uid
    stored(places.old / "side", 2, "20240105", ViewPosition="LL", StudyInstanceUID=uid)
    stored(places.old / "older", 3, "20200101")
    one = places.index().window().go(places.new).done()
    assert one.shown() == ["now", "before"]
    assert sorted(one.listed()) == ["before", "now", "side"]


def test_both_views_hang_beside_their_priors_of_the_library(places: Places) -> None:
    for folder, number, name in ((places.new, 9, "now"), (places.old, 1, "before")):
        uid = read_header(folder / name).identity.study_uid
        date = "20250318" if folder == places.new else "20240105"
        stored(folder / f"{name} side", number + 20, date, ViewPosition="LL", StudyInstanceUID=uid)
    one = places.index().window().go(places.new).done()
    assert one.shown() == ["now", "before", "now side", "before side"]


def test_nothing_moves_before_the_prior_is_decoded(places: Places) -> None:
    one = places.index().window().go(places.new)
    until(one, "hanging image 0")
    for slot in [slot for slot in one.jobs.newest if slot != "hanging image 0"]:
        one.jobs.release(slot)
    assert one.shown() == ["now"] and one.room.hangs.pending
    assert one.room.viewports.workspace.layout is Layout.ONE
    before = one.views.canvases[0].names().count("show_opening")
    assert one.done().shown() == ["now", "before"]
    assert one.views.canvases[0].names().count("show_opening") == before  # it is in its place already


ACTS: dict[str, Callable[[Real], object]] = {
    "a search": lambda one: one.room.worklist.search("must"),
    "another window": lambda one: one.room.image.invert(),
    "a layout": lambda one: one.run("viewport.layout_2x2"),
    "close": lambda one: one.room.close_all(),
}


@pytest.mark.parametrize("moment", ["first hanging", CHOICE_SLOT, "scan", "hanging image 0"])
@pytest.mark.parametrize("act", ACTS)
def test_once_the_reader_has_done_something_nothing_moves(places: Places, act: str, moment: str) -> None:
    one = places.index().window().go(places.new)
    until(one, CHOICE_SLOT if moment == "scan" else moment)
    if moment == "scan":
        one.jobs.release(CHOICE_SLOT)
        assert "scan" in one.jobs.newest
    ACTS[act](one)
    layout = one.room.viewports.workspace.layout
    one.done()
    assert one.room.viewports.workspace.layout is layout and one.shown()[0] == ("" if act == "close" else "now")
    assert not any("rule" in words for words in one.views.said) and not one.room.hangs.pending


def test_a_scan_that_the_reader_stops_hangs_nothing_and_says_nothing_wrong(places: Places) -> None:
    one = places.index().window().go(places.new)
    until(one, CHOICE_SLOT)
    one.jobs.release(CHOICE_SLOT)
    one.room.worklist.cancel_scan()
    assert one.done().shown() == ["now"] and not one.room.hangs.pending
    assert not [words for words in one.views.said if words]


def test_another_folder_that_is_opened_meanwhile_hangs_by_its_own_study(places: Places, tmp_path: Path) -> None:
    for number, name, date in ((30, "x", "20210101"), (31, "y", "20220101")):
        stored(
            tmp_path / "third" / name, number, date, PatientID="77", PatientName="OTHER", PatientBirthDate="19800101"
        )
    one = places.index().window().go(places.new)
    until(one, CHOICE_SLOT)
    one.jobs.release(CHOICE_SLOT)  # the prior is being listed
    one.room.open_paths((tmp_path / "third",))
    assert one.done().shown() == ["y", "x"] and one.said == "Hung by the rule “Frontal beside its prior”."


def offline(stores: Stores) -> None:
    for root in stores.index.roots():
        stores.index.set_root_state(root, online=False)


def test_a_prior_on_a_root_that_is_offline_does_not_hang_and_this_is_said(places: Places) -> None:
    with_library(places.home, places.old, change=offline)
    places.old.rename(places.home / "taken out")
    one = places.window().go(places.new).done()
    assert one.shown() == ["now"] and one.listed() == ["now"] and one.said == MISSING
    assert not one.room.hangs.pending


def test_a_prior_on_a_stick_that_is_plugged_in_again_hangs_without_a_scan(places: Places) -> None:
    with_library(places.home, places.old, change=offline)
    one = places.window().go(places.new).done()
    assert one.shown() == ["now", "before"] and one.said == FROM_LIBRARY


def test_a_drive_that_does_not_answer_keeps_no_study_waiting(places: Places) -> None:
    with_library(places.home, places.old, change=offline)
    one = places.window()
    timers: list[Callable[[], None]] = []
    cast(Any, one.views).later = lambda ms, call: timers.append(call) if ms == PATIENCE_MS else None
    one.go(places.new)
    while len(one.jobs.newest) > 1 or "library offline root 1" not in one.jobs.newest:
        one.jobs.release(next(slot for slot in one.jobs.newest if slot != "library offline root 1"))
    assert one.room.hangs.pending and len(timers) == 1
    timers[0]()
    while len(one.jobs.newest) > 1:
        one.jobs.release(next(slot for slot in one.jobs.newest if slot != "library offline root 1"))
    assert one.shown() == ["now"] and one.said == MISSING and not one.room.hangs.pending


@pytest.mark.parametrize("there", [True, False])
def test_an_image_of_the_timeline_on_a_stick_opens_where_the_stick_is_connected_again(
    places: Places, there: bool
) -> None:
    with_library(places.home, places.old, change=offline)
    if not there:
        places.old.rename(places.home / "taken out")
    one = places.window()
    one.run("viewport.hang_priors")
    one.room.complete()
    one.run("view.timeline")
    one.go(places.new).done()
    (older,) = [listed for listed in one.room.timeline.images if listed.entry is None]
    assert older.place is not None and not older.place.online
    one.room.timeline.open(older.key, beside=True)
    one.done()
    assert one.shown() == (["now", "before"] if there else ["now"])
    assert (one.said == OFFLINE) is not there


def replaced(places: Places) -> None:
    stored(places.old / "before", 50, "20230101", PatientID="1", PatientName="STRANGER", PatientBirthDate="19010101")


@pytest.mark.parametrize(
    "harm",
    [
        lambda places: shutil.rmtree(places.old),
        lambda places: (places.old / "before").unlink(),
        lambda places: (places.old / "before").write_bytes(b"no image any more"),
        replaced,
    ],
    ids=["the stick was taken out", "deleted", "damaged", "another patient's"],
)
def test_a_file_that_is_gone_or_holds_something_else_does_not_hang_nor_is_it_listed(
    places: Places, harm: Callable[[Places], object]
) -> None:
    places.index()
    harm(places)
    one = places.window().go(places.new).done()
    assert one.shown() == ["now"] and one.listed() == ["now"] and one.said == MISSING
    assert one.room.worklist.skipped == () and not one.room.hangs.pending


def test_a_file_that_is_deleted_while_it_is_being_listed_hangs_nothing(places: Places) -> None:
    one = places.index().window().go(places.new)
    until(one, CHOICE_SLOT)
    one.jobs.release(CHOICE_SLOT)
    (places.old / "before").unlink()
    assert one.done().shown() == ["now"] and one.said == MISSING and not one.room.hangs.pending


def test_where_the_newest_prior_is_gone_the_next_one_hangs_and_this_is_said(places: Places) -> None:
    stored(places.old / "older", 2, "20230101")
    places.index()
    (places.old / "before").unlink()
    one = places.window().go(places.new).done()
    assert one.shown() == ["now", "older"]
    assert one.said == f"{FROM_LIBRARY} A newer one is not connected, gone or changed."


def test_a_copy_that_can_be_read_hangs_where_the_first_file_cannot(places: Places, tmp_path: Path) -> None:
    shutil.copytree(places.old, tmp_path / "copy")
    places.index(places.old, tmp_path / "copy")
    shutil.rmtree(places.old)
    one = places.window().go(places.new).done()
    assert one.shown() == ["now", "before"] and one.said == FROM_LIBRARY


def test_the_prior_of_the_folder_hangs_where_there_is_one(places: Places) -> None:
    stored(places.new / "earlier", 4, "20230101")
    one = places.index().window().go(places.new).done()
    assert one.shown() == ["now", "earlier"] and one.said == "Hung by the rule “Frontal beside its prior”."
    assert sorted(one.listed()) == ["earlier", "now"]


def test_the_same_study_in_folder_and_library_is_not_its_own_prior(places: Places) -> None:
    shutil.copytree(places.new, places.old, dirs_exist_ok=True)
    (places.old / "before").unlink()
    one = places.index().window().go(places.new).done()
    assert one.shown() == ["now"] and one.listed() == ["now"] and not any(one.views.said)


def test_a_study_without_a_uid_is_not_its_own_prior_under_the_time_of_another_image(places: Places) -> None:
    none = {"StudyInstanceUID": "", "SeriesInstanceUID": ""}
    for number, name, time in ((9, "now", "101500"), (8, "zero", "231500")):
        stored(places.new / name, number, "20250318", **none, StudyTime=time)
    places.index(places.new)
    for name in ("now", "zero"):  # the index knows the study by the time of one of them
        one = places.window().go(places.new / name).done()
        assert one.shown() == [name] and one.listed() == [name] and not any(one.views.said)


@pytest.mark.parametrize(
    "more",
    [
        {"PatientName": "MUSTERMANN^BERTA", "PatientID": "4712"},  # the twin
        {"PatientName": "OTHER^PERSON", "PatientBirthDate": "19880808"},  # the ID was given twice
        {"BodyPartExamined": "HAND"},
        {"ViewPosition": "LL"},
        {"StudyDate": "20250401"},
        {"StudyTime": "", "StudyDate": "20250318"},
    ],
    ids=["twin", "another patient with the ID", "hand", "lateral", "newer", "of the same day without a time"],
)
def test_what_is_not_an_older_comparable_study_of_the_person_does_not_hang(
    places: Places, more: dict[str, Any]
) -> None:
    stored(places.old / "before", 1, **{"date": more.pop("StudyDate", "20240105"), **more})
    one = places.index().window().go(places.new).done()
    assert one.shown() == ["now"] and one.listed() == ["now"] and one.views.asked == []
    assert not any(one.views.said)


RENUMBERED = {"PatientID": "9999"}
TWIN_UNDER_ONE_ID = {"PatientName": "MUSTERMANN^BERTA"}


@pytest.mark.parametrize("more", [RENUMBERED, TWIN_UNDER_ONE_ID])
def test_a_doubtful_prior_of_the_library_is_asked_about_and_hangs_only_when_confirmed(
    places: Places, more: dict[str, Any]
) -> None:
    stored(places.old / "before", 1, "20240105", **more)
    one = places.index().window().go(places.new).done()
    assert one.shown() == ["now"] and one.listed() == ["now"] and not any(one.views.said)
    ((question, answer),) = one.views.asked
    assert "4711" in question.current and (more.get("PatientID") or "BERTA") in question.other
    answer(True)
    assert one.done().shown() == ["now", "before"] and one.said == FROM_LIBRARY
    assert len(one.views.asked) == 1


@pytest.mark.parametrize("same", [True, False])
def test_an_answer_moves_nothing_when_it_is_no_or_the_reader_went_on(places: Places, same: bool) -> None:
    stored(places.old / "before", 1, "20240105", **RENUMBERED)
    one = places.index().window().go(places.new).done()
    if same:
        one.room.image.invert()
    one.views.asked[0][1](same)
    assert one.done().shown() == ["now"] and one.listed() == ["now"]
    again = places.window().go(places.new).done()
    assert again.views.asked == [] and again.shown() == (["now", "before"] if same else ["now"])


def test_a_doubtful_study_that_is_confirmed_hangs_in_the_place_of_an_older_certain_one(places: Places) -> None:
    stored(places.old / "renumbered", 2, "20241231", **RENUMBERED)
    one = places.index().window().go(places.new / "now").done()
    assert one.shown() == ["now", "before"]
    one.views.asked[0][1](True)
    assert one.done().shown() == ["now", "renumbered"]


def test_a_spelling_that_only_the_index_compares_as_equal_hangs(places: Places) -> None:
    stored(
        places.old / "before", 1, "20240105", PatientID="k4711", PatientName="Mustermann^Erika^^", PatientBirthDate=""
    )
    stored(places.new / "now", 9, "20250318", PatientID="K4711", PatientBirthDate="")
    one = places.index().window().go(places.new).done()
    assert one.shown() == ["now", "before"]


def test_it_does_not_hang_where_that_is_switched_off_but_by_a_key(places: Places) -> None:
    one = places.index().window()
    one.run("viewport.hang_priors")
    assert one.go(places.new).done().shown() == ["now"]
    assert one.listed() == ["now"]
    one.run("viewport.hang")
    assert one.done().shown() == ["now", "before"] and one.said == FROM_LIBRARY


def test_what_was_asked_for_by_a_key_ends_when_the_reader_goes_on_while_files_are_read(places: Places) -> None:
    one = places.index().window()
    one.run("viewport.hang_priors")
    one.go(places.new).done().run("viewport.hang")
    until(one, CHOICE_SLOT)
    one.room.image.invert()
    assert one.done().shown() == ["now"]


def test_without_a_library_none_is_made_and_nothing_is_said(places: Places) -> None:
    one = places.window().go(places.new).done()
    assert one.shown() == ["now"] and not any(one.views.said) and not one.room.hangs.pending
    assert not (places.home / "cache").exists() and not (places.home / "data").exists()
    one.run("viewport.hang")
    assert one.done().said == NO_PRIOR
    assert not (places.home / "cache").exists() and not (places.home / "data").exists()


def test_an_index_that_cannot_be_opened_keeps_no_arrangement_from_being_saved(places: Places) -> None:
    places.index()
    index = places.home / "cache" / "library" / "index.sqlite"
    bytes_of = bytearray(index.read_bytes())
    bytes_of[60:64] = (10**6).to_bytes(4, "big")  # PRAGMA user_version, https://www.sqlite.org/fileformat.html 1.3
    index.write_bytes(bytes_of)
    one = places.window(workspaces=places.kept).go(places.new).done()
    assert one.shown() == ["now"] and not one.room.hangs.pending
    one.room.close()
    assert list(places.kept.iterdir()) and index.read_bytes() == bytes(bytes_of)


def test_the_library_waits_for_the_first_picture_of_a_launch(places: Places) -> None:
    one = places.index().window()
    one.room.hangs.hold()
    one.go(places.new).done()
    assert one.shown() == ["now"] and one.room.hangs.pending and one.room._library is None
    one.room.complete()
    assert one.done().shown() == ["now", "before"]


def test_what_the_reader_does_before_the_library_is_asked_counts_too(places: Places) -> None:
    one = places.index().window()
    one.room.hangs.hold()
    one.go(places.new).done()
    one.room.image.invert()
    one.room.complete()
    assert one.done().shown() == ["now"] and not one.room.hangs.pending


def test_a_folder_is_opened_as_it_was_left_with_the_prior_of_the_library(places: Places) -> None:
    first = places.index().window(workspaces=places.kept).go(places.new)
    until(first, CHOICE_SLOT)
    first.room.close()
    assert not places.kept.exists()  # a kill or end before it is settled leaves no arrangement
    second = places.window(workspaces=places.kept).go(places.new).done()
    assert second.shown() == ["now", "before"]
    second.room.close()
    third = places.window(workspaces=places.kept).go(places.new).done()
    assert third.shown() == ["now", "before"]
    assert not any("rule" in words for words in third.views.said)  # restored, not hung anew
    third.run("viewport.layout_1x1")
    third.room.close()
    assert places.window(workspaces=places.kept).go(places.new).done().shown() == ["now"]


def test_a_single_file_beside_others_that_are_open_does_not_rearrange_the_screen(places: Places) -> None:
    one = places.index().window().go(places.old / "before").done()
    one.room.open_paths((places.new / "now",))
    assert one.done().room.viewports.workspace.layout is Layout.ONE


def test_hidden_identity_keeps_names_and_dates_out_of_what_is_said(places: Places) -> None:
    one = places.index().window()
    one.run("view.hide_identity")
    one.go(places.new).done()
    assert one.shown() == ["now", "before"] and one.said == FROM_LIBRARY
    rows = one.views.worklist_view.last("show_rows")[0]
    words = " ".join(f"{row.title} {row.detail}" for row in rows)
    assert not any(word in words for word in ("MUSTERMANN", "4711", "2024", "2025"))


def test_an_image_of_the_timeline_that_is_asked_for_while_the_prior_is_listed_is_shown_once(places: Places) -> None:
    stored(places.old / "older", 2, "20230101")
    one = places.index().window()
    one.room.complete()
    one.go(places.new)
    until(one, "library patient")
    one.jobs.release("library patient")
    until(one, CHOICE_SLOT)
    one.jobs.release(CHOICE_SLOT)
    assert "scan" in one.jobs.newest
    older = next(listed for listed in one.room.timeline.images if listed.study.date == "2023-01-01")
    one.room.strip.open(older, beside=True)
    assert one.done().shown() == ["now", "older"]
    assert not any("rule" in words for words in one.views.said)


def test_an_image_of_the_timeline_that_is_asked_for_while_a_folder_is_read_opens_in_its_viewport(
    places: Places,
) -> None:
    uid = read_header(places.new / "now").identity.study_uid
    for number in range(60, 70):
        stored(places.new / f"z{number}", number, "20250318", StudyInstanceUID=uid)
    one = places.index().window()
    one.room.complete()
    one.go(places.new)
    for slot in ("library", "library patient"):
        one.jobs.release(slot)
    assert one.room.worklist.scanning
    (before,) = (listed for listed in one.room.timeline.images if listed.place is not None)
    first = one.shown()
    one.room.strip.open(before, beside=True)
    assert one.done().shown() == [*first, "before"]
    assert not any(one.views.said)


def test_reading_the_files_is_given_up_when_it_is_no_longer_wanted(places: Places) -> None:
    one = places.index().window().go(places.new)
    until(one, CHOICE_SLOT)
    token = one.jobs.tokens[CHOICE_SLOT]
    one.room.close_all()
    assert token.cancelled and CHOICE_SLOT not in one.jobs.newest


def test_a_mistake_of_the_program_while_files_are_read_leaves_the_screen_as_it_is(places: Places) -> None:
    one = places.index().window()

    def fails(path: Path, cancel: object) -> Header:
        raise AssertionError("a mistake in the program")

    one.room.hangs._read_header = fails
    one.go(places.new).done()
    assert one.shown() == ["now"] and not one.room.hangs.pending


GOES_ON: dict[str, Callable[[Real], object]] = {
    "another row": lambda one: one.room.worklist.select(one.room.worklist.images()[-1].key),
    "another window": lambda one: one.room.image.invert(),
}


@pytest.mark.parametrize("act", GOES_ON)
@pytest.mark.parametrize("moment", ["at once", "before the answer"])
def test_what_was_asked_for_by_a_key_moves_nothing_once_the_reader_went_on(
    places: Places, act: str, moment: str
) -> None:
    stored(places.new / "other", 40, "20220401", PatientID="77", PatientName="OTHER", PatientBirthDate="19800101")
    if moment == "before the answer":
        stored(places.old / "before", 1, "20240105", **RENUMBERED)
    one = places.index().window()
    one.run("viewport.hang_priors")
    one.go(places.new).done()
    one.room.worklist.select_first()
    one.done().run("viewport.hang")
    if moment == "before the answer":
        one.done()
    GOES_ON[act](one)
    one.done()
    before = one.shown()
    for _, answer in one.views.asked:
        answer(True)
    assert one.done().shown() == before and len(before) == 1
    assert len(one.views.asked) == (moment == "before the answer")


@pytest.mark.parametrize("beside", [False, True])
def test_studies_without_uids_are_not_one_study_where_their_days_differ(places: Places, beside: bool) -> None:
    none = {"StudyInstanceUID": "", "SeriesInstanceUID": ""}
    stored(places.new / "now", 9, "20250318", **none)
    stored(places.old / "before", 1, "20240105", **none)
    if beside:  # a lateral of another day is none of this study's
        stored(places.new / "side", 3, "20230101", ViewPosition="LL", **none)
        stored(places.old / "side before", 4, "20240105", ViewPosition="LL", **none)
    one = places.index().window().go(places.new).done()
    assert one.shown() == ["now", "before"] and one.said == FROM_LIBRARY


@pytest.mark.parametrize("confirmed", [False, True])
def test_another_patient_of_the_library_with_the_same_id_is_warned_of(places: Places, confirmed: bool) -> None:
    others = places.home / "others"
    stored(others / "other", 5, "20200101", PatientName="OTHER^PERSON", PatientBirthDate="19700101")

    def decide(stores: Stores) -> None:
        if confirmed:
            mine, other = (person_of(read_header(path)) for path in (places.new / "now", others / "other"))
            stores.user.decide_pair(mine.identity, other.identity, same=True)

    with_library(places.home, others, change=decide)
    one = places.window().go(places.new / "now").done()
    assert one.room.worklist.shares_an_id(one.room.worklist.images()[0]) is not confirmed
    rows = one.views.worklist_view.last("show_rows")[0]
    assert rows[0].kind is RowKind.PATIENT and rows[0].warning == ("" if confirmed else SHARED_ID)
