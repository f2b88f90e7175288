"""What hangs by the program makes place for what is opened next: no patient is left beside another one's prior."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydicom import dcmread

from cxrviewer.paths import resources_dir
from cxrviewer.presenters.arranging import NONE_LEFT
from cxrviewer.presenters.earlier_screen import within
from cxrviewer.presenters.score_comparison import NOT_ONE_PERSON
from cxrviewer.presenters.self_hanging import CHOICE_SLOT, MISSING, NO_PRIOR
from cxrviewer.presenters.viewports import NOT_HERE
from cxrviewer.studies.hanging import load_rules
from cxrviewer.studies.index.opening import Opening, opening
from cxrviewer.studies.index.stores import Stores
from cxrviewer.studies.scan import Scan
from cxrviewer.workspace.layout import Layout
from tests.unit.test_presenters_library_priors import (
    FROM_LIBRARY,
    RENUMBERED,
    Places,
    Real,
    stored,
)
from tests.unit.test_presenters_self_hanging import RENUMBERED as TWO_RENUMBERED
from tests.unit.test_presenters_self_hanging import TWO, folder, until

OTHER = {"PatientID": "77", "PatientName": "OTHER^ONE", "PatientBirthDate": "19800101", "PatientSex": "M"}


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path)


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """A file of another patient, of whom the library knows nothing."""
    return stored(tmp_path / "other" / "other", 40, "20250401", **OTHER)


def hung(places: Places, **more: Any) -> Real:
    one = places.index().window(**more).go(places.new / "now").done()
    assert one.shown() == ["now", "before"]
    return one


def opened(one: Real, *paths: Path) -> Real:
    one.room.open_paths(paths)
    return one.done()


def choose(one: Real, name: str) -> None:
    """Choose a row as the reader does."""
    (entry,) = (entry for entry in one.room.worklist.images() if entry.path.name == name)
    one.room.worklist.select(entry.key)
    one.done()


def everywhere(one: Real) -> list[str]:
    """Return what all viewports hold, those that are not shown included."""
    return [pane.entry.path.name for pane in one.room.viewports.panes if pane.entry is not None]


@pytest.mark.parametrize("what", ["file", "folder"])
def test_another_patient_who_is_opened_stands_alone(places: Places, other: Path, what: str) -> None:
    one = opened(hung(places), other if what == "file" else other.parent)
    assert one.shown() == ["other"] and one.room.viewports.workspace.layout is Layout.ONE
    assert everywhere(one) == ["other"]  # nor does the prior come back with the next layout
    assert sorted(one.listed()) == ["before", "now", "other"]  # nothing is closed


def test_a_row_of_another_patient_stands_alone_and_one_of_the_same_does_not(places: Places) -> None:
    stored(places.new / "side", 11, "20250318", ViewPosition="LL")
    stored(places.new / "other", 40, "20240401", **OTHER)
    one = places.index().window().go(places.new).done()
    assert one.shown() == ["now", "before"]
    choose(one, "side")
    assert one.shown() == ["side", "before"]
    choose(one, "now")
    assert one.shown() == ["now", "before"]
    choose(one, "other")
    assert one.shown() == ["other"] and everywhere(one) == ["other"]
    choose(one, "now")
    assert one.shown() == ["now"]


def test_a_row_of_another_patient_goes_where_the_reader_has_arranged_the_screen(places: Places) -> None:
    stored(places.new / "other", 40, "20240401", **OTHER)
    one = places.index().window().go(places.new).done()
    assert one.shown() == ["now", "before"]
    one.room.viewports.set_layout(Layout.FOUR)
    choose(one, "other")
    assert one.shown()[:2] == ["other", "before"]


def test_the_prior_stands_alone_too_when_it_is_opened_and_not_twice(places: Places) -> None:
    assert opened(hung(places), places.old / "before").shown() == ["before"]


def test_another_patient_stands_alone_where_the_folder_itself_held_the_prior(tmp_path: Path, other: Path) -> None:
    place = tmp_path / "both"
    stored(place / "a", 1, "20240105")
    stored(place / "b", 2, "20250105")
    one = Places(tmp_path).window().go(place).done()
    assert one.shown() == ["b", "a"]
    assert opened(one, other).shown() == ["other"]


def test_what_is_opened_hangs_beside_its_own_prior_as_on_a_fresh_start(
    places: Places, other: Path, tmp_path: Path
) -> None:
    stored(places.old / "of other", 41, "20230401", **OTHER)
    one = opened(hung(places), other)
    assert one.shown() == ["other", "of other"] and one.said == FROM_LIBRARY


def test_an_answer_about_a_person_does_not_bring_back_a_study_after_another_one_was_opened(
    places: Places, other: Path
) -> None:
    stored(places.old / "before", 1, "20240105", **RENUMBERED)
    one = places.index(places.new, places.old).window()
    one.room.open_study(study(places))
    one.done()
    one.views.asked[-1][1](True)
    one.room.close_all()
    assert opened(one, other).shown() == ["other"]


def test_a_file_without_an_image_leaves_the_screen_as_it_hangs(places: Places, tmp_path: Path) -> None:
    (tmp_path / "text").write_bytes(b"no image")
    assert opened(hung(places), tmp_path / "text").shown() == ["now", "before"]


def test_a_study_of_the_library_makes_place_too(places: Places, other: Path) -> None:
    one = places.index(places.new, places.old).window()
    stores = Stores(places.home / "data", places.home / "cache")
    (row,) = stores.index.database.rows("SELECT id FROM study WHERE date = '2025-03-18'")
    assert one.room.library is not None
    with_rules: list[Any] = []
    one.room.library.by_rules("rules", lambda rules, pairs, index: rules, with_rules.append, lambda: None)
    one.done()
    one.room.open_study(opening(stores.index, stores.user, with_rules[0], int(str(row[0]))))
    stores.close()
    assert one.done().shown() == ["now", "before"]
    assert opened(one, other).shown() == ["other"]


ARRANGED: dict[str, Callable[[Real], object]] = {
    "another layout": lambda one: one.run("viewport.layout_2x2"),
    "an image dragged": lambda one: one.room.open_in(1, one.room.viewports.pane(0).entry.key),
    "a row": lambda one: one.room.worklist.select(one.room.viewports.pane(1).entry.key),
    "a further window": lambda one: one.room.beside.window(),
}


@pytest.mark.parametrize("act", ARRANGED)
def test_what_the_reader_has_arranged_stays(places: Places, other: Path, act: str) -> None:
    one = hung(places)
    ARRANGED[act](one)
    one.done()
    before = one.room.viewports.workspace.layout
    opened(one, other)
    assert one.room.viewports.workspace.layout is before and before is not Layout.ONE
    assert len(everywhere(one)) > 1


def test_a_row_that_the_reader_opens_while_a_file_is_looked_for_leaves_the_screen_as_it_hangs(
    places: Places, other: Path
) -> None:
    one = hung(places)
    one.room.open_paths((other,))
    now = one.room.viewports.pane(0).entry
    assert now is not None
    one.room.worklist.select(now.key)
    assert one.room.viewports.workspace.layout is Layout.TWO


def test_looking_at_it_is_not_arranging_it(places: Places, other: Path) -> None:
    one = hung(places)
    one.run("grey.invert")
    one.run("viewport.next")
    assert opened(one, other).shown() == ["other"] and one.room.viewports.active.number == 0


def test_a_question_about_what_was_open_before_goes_with_it(places: Places, other: Path) -> None:
    stored(places.old / "before", 1, "20240105", **RENUMBERED)
    one = places.index().window().go(places.new).done()
    asked: list[object] = []
    one.views.ask_person = lambda question, answer: asked.append(question)  # type: ignore[method-assign]
    opened(one, other)
    assert asked == [None]


def test_a_folder_that_the_reader_stops_reading_does_not_hang_what_was_found_by_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make, ticks = Scan.__init__, itertools.count()

    # Each look at the clock takes a minute: a step reads one file.
    def slow(scan: Scan, *paths: Any, **more: Any) -> None:
        make(scan, *paths, **(more | {"clock": lambda: next(ticks) * 60.0}))

    monkeypatch.setattr(Scan, "__init__", slow)
    monkeypatch.setattr(Scan.step, "__defaults__", (90.0,))
    newest = {"a": TWO["a"], "b": TWO["b"], "c": TWO_RENUMBERED["b"]}
    one = folder(tmp_path, newest).start()
    while len(one.room.worklist.images()) < 2:
        one.jobs.release("scan")
    one.room.worklist.cancel_scan()
    one.end()
    assert one.shown() == ["a"] and not one.room.hangs.pending
    assert not any("rule" in words for words in one.views.said)


def again(places: Places, *paths: Path) -> Real:
    """Open what an earlier run has left."""
    one = places.window(workspaces=places.kept)
    return opened(one, *(paths or (places.new,)))


@pytest.fixture
def left(places: Places) -> Places:
    """A disc that was left beside the prior that only the library knows."""
    one = places.index().window(workspaces=places.kept).go(places.new).done()
    assert one.shown() == ["now", "before"]
    one.room.close()
    return places


@pytest.mark.parametrize("name", ["now", "its own"])
def test_another_disc_in_the_same_drive_does_not_show_the_prior_of_the_first_ones_patient(
    left: Places, name: str
) -> None:
    (left.new / "now").unlink()
    stored(left.new / name, 40, "20230401", **OTHER)
    one = again(left)
    assert one.shown() == [name] and one.listed() == [name] == everywhere(one)
    assert one.said == NONE_LEFT


def test_another_disc_in_the_same_drive_hangs_by_its_own_study(left: Places) -> None:
    (left.new / "now").unlink()
    stored(left.new / "newer", 40, "20220401", **OTHER)
    stored(left.new / "older", 41, "20210401", **OTHER)
    one = again(left)
    assert one.shown() == ["newer", "older"] and sorted(one.listed()) == ["newer", "older"]
    assert one.said == "Hung by the rule “Frontal beside its prior”."


def test_another_disc_with_a_prior_in_the_library_hangs_beside_that(left: Places) -> None:
    (left.new / "now").unlink()
    stored(left.new / "other", 40, "20220401", **OTHER)
    stored(left.old / "of other", 41, "20210401", **OTHER)
    left.index()
    assert again(left).shown() == ["other", "of other"]


def test_a_disc_whose_image_has_moved_on_it_is_restored_with_the_prior(left: Places) -> None:
    (left.new / "sub").mkdir()
    (left.new / "now").rename(left.new / "sub" / "moved")
    assert again(left).shown() == ["moved", "before"]


def test_a_disc_whose_image_has_moved_on_it_makes_place_too(left: Places, other: Path) -> None:
    (left.new / "sub").mkdir()
    (left.new / "now").rename(left.new / "sub" / "moved")
    one = again(left)
    assert one.shown() == ["moved", "before"]
    assert opened(one, other).shown() == ["other"]


def test_another_disc_shows_nothing_of_the_first_ones_patient_where_only_the_prior_was_on_the_screen(
    left: Places,
) -> None:
    one = again(left)
    choose(one, "before")
    assert one.shown() == ["before", "before"]
    one.room.close()
    assert again(left).shown() == ["before", "before"]  # the same disc, known by its patient
    (left.new / "now").unlink()
    stored(left.new / "other", 40, "20230401", **OTHER)
    two = again(left)
    assert two.shown() == ["other"] and two.listed() == ["other"] == everywhere(two)


def without_uid(path: Path) -> None:
    dataset = dcmread(path)
    del dataset.SOPInstanceUID
    dataset.save_as(path)


def test_another_disc_whose_image_without_a_uid_lies_in_the_same_place_stands_alone(places: Places) -> None:
    without_uid(places.new / "now")
    one = places.index().window(workspaces=places.kept).go(places.new).done()
    assert one.shown() == ["now", "before"]
    one.room.close()
    same = again(places)
    assert same.shown() == ["now", "before"]
    same.room.close()
    without_uid(stored(places.new / "now", 40, "20250318", **OTHER))
    assert names_on_screen(again(places)) == ["OTHER^ONE"]


def test_another_disc_hangs_on_one_screen_where_the_first_ones_had_a_further_window(left: Places) -> None:
    one = again(left)
    one.room.beside.window()
    one.done().room.close()
    (left.new / "now").unlink()
    stored(left.new / "newer", 40, "20220401", **OTHER)
    stored(left.new / "older", 41, "20210401", **OTHER)
    two = again(left)
    assert two.shown() == ["newer", "older"] and two.room.viewports.workspace.windows == ()


def test_a_prior_that_is_not_connected_once_is_there_again_and_no_other_patient_comes_beside_the_rest(
    left: Places, other: Path
) -> None:
    (left.old / "before").rename(left.home / "away")
    one = again(left)
    assert one.shown() == ["now", ""]
    one.room.close()
    two = again(left)
    assert opened(two, other).shown() == ["other"]
    (left.home / "away").rename(left.old / "before")
    assert again(left).shown() == ["now", "before"]


def test_what_hides_behind_what_the_program_hung_does_not_come_beside_the_next_patient(
    places: Places, other: Path
) -> None:
    one = hung(places)
    one.run("viewport.layout_2x2")
    for number, name in ((2, "before"), (3, "now")):
        (entry,) = (entry for entry in one.room.worklist.images() if entry.path.name == name)
        one.room.open_in(number, entry.key)
    one.room.viewports.activate(0)
    one.run("viewport.layout_1x1")
    one.run("viewport.hang")
    assert one.done().shown() == ["now", "before"]
    opened(one, other)
    one.run("viewport.layout_2x2")
    assert one.done().shown() == ["other", "", "", ""]


def test_a_disc_without_its_prior_is_restored_and_says_what_is_missing(left: Places) -> None:
    (left.old / "before").unlink()
    one = again(left)
    assert one.shown() == ["now", ""] and one.room.viewports.workspace.layout is Layout.TWO


def test_what_is_hidden_of_an_earlier_patient_does_not_come_back_with_a_layout(left: Places) -> None:
    one = again(left)
    one.run("viewport.layout_1x1")
    one.room.close()
    (left.new / "now").unlink()
    stored(left.new / "other", 40, "20230401", **OTHER)
    two = again(left)
    assert two.shown() == ["other"] and two.listed() == ["other"]
    two.run("viewport.layout_1x2")
    assert two.done().shown() == ["other", ""]


def test_a_row_that_the_reader_opens_while_the_disc_is_read_is_left_where_he_put_it(left: Places) -> None:
    one = left.window(workspaces=left.kept)
    one.room.open_paths((left.new,))
    while not one.room.worklist.images():
        one.jobs.release(next(iter(one.jobs.newest)))
    one.run("viewport.next")
    one.room.worklist.select_first()
    one.done()
    assert one.shown() == ["now", "now"]


def test_a_table_of_contents_stands_for_its_disc(places: Places) -> None:
    assert within(places.new / "IMAGES" / "NOW", (places.new / "DICOMDIR",))
    assert not within(places.old / "before", (places.new / "DICOMDIR",))


def rewritten(places: Places, name: str = "before", **more: Any) -> None:
    """Let another patient's image take the place of a file, as when a folder is used again."""
    stored((places.new if name == "now" else places.old) / name, 50, "20230101", **{**OTHER, **more})


def names_on_screen(one: Real) -> list[str]:
    panes = [one.room.viewports.pane(number) for number in one.room.viewports.workspace.shown]
    return [pane.image.image.header.identity.patient_name for pane in panes if pane.image.image is not None]


@pytest.mark.parametrize("name", ["now", "before"])
def test_a_file_that_becomes_another_patients_while_it_is_decoded_does_not_hang(places: Places, name: str) -> None:
    stored(places.new / "a hand", 10, "20250318", BodyPartExamined="HAND")
    one = places.index().window().go(places.new)
    until(one, CHOICE_SLOT)
    while not any(slot.startswith("hanging image") for slot in one.jobs.newest):
        one.jobs.release(next(iter(one.jobs.newest)))
    if f"hanging image {0 if name == 'now' else 1}" not in one.jobs.newest:
        name = "before"  # the chest was read first
    rewritten(places, name)
    one.done()
    assert len(names_on_screen(one)) == 1 and not one.room.hangs.pending
    assert one.said == MISSING


def test_a_file_that_becomes_another_patients_before_shift_o_is_not_shown_beside_the_current_study(
    places: Places,
) -> None:
    shutil.move(places.old / "before", places.new / "before")
    one = places.window()
    one.run("viewport.hang_priors")
    one.go(places.new).done()
    now = next(entry for entry in one.room.worklist.images() if entry.path.name == "now")
    one.room.worklist.select(now.key)
    one.done()
    stored(places.new / "before", 50, "20230101", **OTHER)
    one.room.images.clear()
    one.run("viewport.hang")
    one.done()
    assert names_on_screen(one) == ["MUSTERMANN^ERIKA"]
    assert one.views.canvases[1].last("show_failure")[0] == NOT_HERE


def test_a_newer_image_of_the_same_person_in_its_file_is_shown(places: Places) -> None:
    shutil.move(places.old / "before", places.new / "before")
    one = places.window().go(places.new).done()
    assert one.shown() == ["now", "before"]
    stored(places.new / "before", 51, "20240106")
    one.room.open_paths((places.new / "before",))
    one.done()
    assert names_on_screen(one) == ["MUSTERMANN^ERIKA"]


def test_files_that_are_read_again_show_no_other_patient_beside_the_current_study(places: Places) -> None:
    one = hung(places)
    one.run("viewport.layout_2x2")  # by the reader: nothing makes place
    rewritten(places)
    opened(one, places.new / "now", places.old / "before")
    assert names_on_screen(one) == ["MUSTERMANN^ERIKA"]
    assert one.listed() == ["now", "before"]


THIRD = {"PatientID": "88", "PatientName": "THIRD^ONE", "PatientBirthDate": "19700101", "PatientSex": "M"}


def swapped(one: Real) -> None:
    """Show what hangs the other way round, as a reader who likes the prior on the left."""
    left, right = (one.room.viewports.pane(number).entry for number in (0, 1))
    assert left is not None and right is not None
    one.room.open_in(0, right.key)
    one.room.open_in(1, left.key)
    one.done()


def four(one: Real) -> None:
    one.run("viewport.layout_2x2")


def apart(one: Real) -> None:
    one.room.beside.window()
    one.done()


def pair(tmp_path: Path, how: Callable[[Real], None]) -> Real:
    """Return a window over a folder with two studies of one patient, as the reader has arranged them."""
    place = tmp_path / "both"
    stored(place / "a", 1, "20250105")
    stored(place / "b", 2, "20240105")
    one = Places(tmp_path).window().go(place).done()
    assert one.shown() == ["a", "b"]
    how(one)
    return one


NEWER_OLDER = {"a": "20230105", "b": "20240601"}
"""Days of other images in the files: the one that was the newer study is the older one."""


@pytest.mark.parametrize("how", [four, swapped, apart])
@pytest.mark.parametrize("whose", [{}, OTHER], ids=["same patient", "other patient"])
def test_files_that_were_all_written_anew_hang_as_on_a_fresh_start(
    tmp_path: Path, how: Callable[[Real], None], whose: dict[str, str]
) -> None:
    one = pair(tmp_path, how)
    for number, (name, day) in enumerate(NEWER_OLDER.items()):
        stored(tmp_path / "both" / name, 60 + number, day, **whose)
    opened(one, tmp_path / "both")
    assert one.shown() == ["b", "a"], "the newest study, beside its prior"
    days = [pane.entry.header.identity.study_date for pane in one.room.viewports.panes if pane.entry is not None]
    assert days == ["2024-06-01", "2023-01-05"], "nothing else is left, nor hidden"
    assert not one.room.viewports.workspace.windows and one.room.hung_screen.untouched
    assert str(NONE_LEFT) in one.views.said and one.said == "Hung by the rule “Frontal beside its prior”."
    assert one.views.worklist_view.last("show_scan").text == "2 films · 2 files had changed since listed"


@pytest.mark.parametrize("how", [four, swapped])
def test_of_files_that_now_hold_two_patients_one_stands_alone(tmp_path: Path, how: Callable[[Real], None]) -> None:
    one = pair(tmp_path, how)
    stored(tmp_path / "both" / "a", 60, "20250105", **OTHER)
    stored(tmp_path / "both" / "b", 61, "20240105", **THIRD)
    opened(one, tmp_path / "both")
    assert names_on_screen(one) == ["OTHER^ONE"] and everywhere(one) == ["a"]
    assert one.room.viewports.workspace.layout is Layout.ONE


def test_an_arrangement_stays_while_one_of_its_images_is_there(tmp_path: Path) -> None:
    one = pair(tmp_path, four)
    stored(tmp_path / "both" / "a", 60, "20230105")
    opened(one, tmp_path / "both")
    assert one.shown()[:2] == ["a", "b"] and one.room.viewports.workspace.layout is Layout.FOUR
    assert str(NONE_LEFT) not in one.views.said


def test_an_arrangement_stays_where_the_same_images_were_written_again(tmp_path: Path) -> None:
    one = pair(tmp_path, swapped)
    for name, number, day in (("a", 1, "20250105"), ("b", 2, "20240105")):
        stored(tmp_path / "both" / name, number, day, StudyDescription="corrected")
    opened(one, tmp_path / "both")
    assert str(NONE_LEFT) not in one.views.said


def test_what_the_reader_does_while_files_are_read_again_is_not_undone(tmp_path: Path) -> None:
    one = pair(tmp_path, four)
    for number, (name, day) in enumerate(NEWER_OLDER.items()):
        stored(tmp_path / "both" / name, 60 + number, day)
    one.room.open_paths((tmp_path / "both",))
    one.room.hangs.touch()
    one.done()
    assert one.room.viewports.workspace.layout is Layout.FOUR and str(NONE_LEFT) not in one.views.said


def test_images_of_another_folder_that_are_arranged_too_keep_the_screen(tmp_path: Path, other: Path) -> None:
    one = pair(tmp_path, four)
    opened(one, other)
    (entry,) = (entry for entry in one.room.worklist.images() if entry.path == other)
    one.room.open_in(2, entry.key)
    one.done()
    for number, (name, day) in enumerate(NEWER_OLDER.items()):
        stored(tmp_path / "both" / name, 60 + number, day)
    opened(one, tmp_path / "both")
    assert "other" in everywhere(one) and one.room.viewports.workspace.layout is Layout.FOUR


def test_a_prior_of_the_library_keeps_no_arrangement_whose_own_images_are_gone(places: Places) -> None:
    one = hung(places)
    four(one)
    stored(places.new / "now", 60, "20250601")
    opened(one, places.new)
    assert one.shown() == ["now", "before"] and one.room.viewports.workspace.layout is Layout.TWO
    stored(places.new / "now", 61, "20250601", **OTHER)
    four(one)
    opened(one, places.new)
    assert one.shown() == ["now"] and everywhere(one) == ["now"]


def test_a_prior_stays_one_after_its_file_was_read_again(places: Places) -> None:
    one = hung(places)
    one.run("viewport.layout_2x2")
    stored(places.old / "before", 51, "20240106")
    opened(one, places.new / "now", places.old / "before")
    assert one.shown()[:2] == ["now", "before"]
    rewritten(places)
    opened(one, places.new / "now", places.old / "before")
    assert names_on_screen(one) == ["MUSTERMANN^ERIKA"]


def test_a_prior_is_one_after_a_restart_too(left: Places) -> None:
    one = again(left)
    one.run("viewport.layout_2x2")
    one.room.close()
    two = again(left)
    assert two.shown()[:2] == ["now", "before"]
    rewritten(left)
    opened(two, left.new / "now", left.old / "before")
    assert names_on_screen(two) == ["MUSTERMANN^ERIKA"]


@pytest.mark.parametrize("how", ["row", "file"])
def test_the_prior_goes_where_the_file_of_the_current_study_is_another_patients_now(places: Places, how: str) -> None:
    one = hung(places)
    rewritten(places, "now")
    one.room.images.clear()
    if how == "row":
        choose(one, "now")
    else:
        opened(one, places.new / "now")
    assert names_on_screen(one) == ["OTHER^ONE"] and everywhere(one) == ["now"]
    assert "library" not in one.said  # nothing of what hung is on the screen


def a_row_of_the_same_person(one: Real) -> None:
    choose(one, "side")


def another_layout(one: Real) -> None:
    one.run("viewport.layout_1x1")


@pytest.mark.parametrize("act", [a_row_of_the_same_person, another_layout])
def test_how_a_study_hangs_is_said_only_as_long_as_it_hangs_so(places: Places, act: Callable[[Real], None]) -> None:
    stored(places.new / "side", 11, "20250318", ViewPosition="LL")
    one = places.index().window().go(places.new).done()
    assert one.said == FROM_LIBRARY
    one.run("viewport.next")
    one.run("view.rotate_right")
    assert one.done().said == FROM_LIBRARY  # looking at it changes nothing of that
    one.run("viewport.next")
    act(one)
    assert one.done().said == ""


def test_why_nothing_hangs_is_said_only_of_the_study_on_the_screen(places: Places) -> None:
    stored(places.new / "other", 40, "20240401", **OTHER)
    one = places.window().go(places.new).done()
    one.run("viewport.hang")
    assert one.done().said == NO_PRIOR
    choose(one, "other")
    assert one.said == ""


def test_what_another_part_has_said_since_stays(places: Places) -> None:
    one = hung(places)
    one.views.notify("Something else.")
    one.run("viewport.layout_1x1")
    assert one.said == "Something else."


def study(places: Places) -> Opening:
    """Return the newest study as the library opens it."""
    stores = Stores(places.home / "data", places.home / "cache")
    (row,) = stores.index.database.rows("SELECT id FROM study WHERE date = '2025-03-18'")
    rules, _ = load_rules(None, resources_dir() / "hanging.toml")
    made = opening(stores.index, stores.user, rules, int(str(row[0])))
    stores.close()
    return made


def of_library(places: Places) -> Real:
    """Return a window where a study was opened from the library, after which the file of its prior was replaced."""
    one = places.index(places.new, places.old).window(workspaces=places.kept)
    made = study(places)
    stored(places.old / "before", 1, "20240105", **OTHER)  # the same SOP Instance UID
    one.room.open_study(made)
    return one.done()


def test_a_file_of_the_library_that_is_another_patients_by_now_does_not_hang_beside_a_study(places: Places) -> None:
    one = of_library(places)
    assert names_on_screen(one) == ["MUSTERMANN^ERIKA"]
    assert one.views.canvases[1].last("show_failure")[0] == NOT_HERE
    paths = tuple(one.room.study.opening.paths) if one.room.study.opening is not None else ()
    one.room.close()
    assert names_on_screen(again(places, *paths)) == ["MUSTERMANN^ERIKA"]


def test_the_scores_of_such_a_file_are_not_compared_with_those_of_the_study(places: Places) -> None:
    one = of_library(places)
    one.run("viewport.layout_1x3")
    one.room.open_in(1, next(entry.key for entry in one.room.worklist.images() if entry.path.name == "before"))
    assert one.done().shown() == ["now", "before", ""]
    one.room.comparison.compare()
    assert one.done().said == NOT_ONE_PERSON


@pytest.mark.parametrize("more", [OTHER, {"PatientName": "MUSTERMANN^BERTA"}])
def test_a_file_that_names_another_person_by_now_is_not_even_listed(places: Places, more: dict[str, Any]) -> None:
    places.index()
    stored(places.old / "before", 1, "20240105", **more)  # the same SOP Instance UID
    one = places.window().go(places.new).done()
    assert one.shown() == ["now"] == one.listed() and one.said == MISSING and one.views.asked == []


def test_what_was_hung_in_an_earlier_run_makes_place_too(left: Places, other: Path) -> None:
    one = again(left)
    assert one.shown() == ["now", "before"]
    one.room.close()
    two = again(left)  # after a second run as well
    assert two.shown() == ["now", "before"]
    assert opened(two, other).shown() == ["other"]


def test_what_the_program_hung_makes_place_after_closing_all_too(left: Places, other: Path) -> None:
    one = again(left)
    one.room.close_all()
    one.done().room.close()
    two = again(left)
    assert two.shown() == ["now", "before"]
    assert opened(two, other).shown() == ["other"]


def test_closing_all_while_an_arrangement_is_restored_keeps_the_whole_of_it(left: Places) -> None:
    one = left.window(workspaces=left.kept)
    one.room.open_paths((left.new,))
    while not one.room.worklist.images():
        one.jobs.release(next(iter(one.jobs.newest)))
    one.room.close_all()
    one.done().room.close()
    assert again(left).shown() == ["now", "before"]


def test_closing_all_takes_the_viewports_away_that_the_program_hung(places: Places) -> None:
    one = hung(places)
    one.room.close_all()
    assert one.room.viewports.workspace.layout is Layout.ONE and everywhere(one) == []
    two = opened(one, places.new / "now")  # and what is opened hangs again
    assert two.shown() == ["now", "before"]
    choose(two, "before")  # the layout is the program's all the same
    two.room.close_all()
    assert two.room.viewports.workspace.layout is Layout.ONE


def test_closing_all_takes_the_viewports_away_of_a_study_of_the_library_and_of_an_earlier_run(left: Places) -> None:
    one = again(left)
    assert one.room.viewports.workspace.layout is Layout.TWO
    one.room.close_all()
    assert one.room.viewports.workspace.layout is Layout.ONE
    two = left.index(left.new, left.old).window()
    two.room.open_study(study(left))
    assert two.done().room.viewports.workspace.layout is Layout.TWO
    two.room.close_all()
    assert two.room.viewports.workspace.layout is Layout.ONE


def test_closing_all_leaves_the_viewports_that_the_reader_arranged(places: Places) -> None:
    one = hung(places)
    one.run("viewport.layout_2x2")
    one.room.close_all()
    assert one.room.viewports.workspace.layout is Layout.FOUR


def test_what_was_arranged_in_an_earlier_run_stays(left: Places, other: Path) -> None:
    one = again(left)
    one.run("viewport.layout_2x2")
    one.room.close()
    assert opened(again(left), other).shown() == ["other", "before", "", ""]


def test_what_hung_by_a_key_makes_place_too_but_not_where_the_reader_had_a_layout(places: Places, other: Path) -> None:
    for layout, left_over in (("viewport.layout_1x1", 1), ("viewport.layout_2x2", 2)):
        one = places.index().window()
        one.run("viewport.hang_priors")
        one.go(places.new).done().run(layout)
        one.run("viewport.hang")
        assert one.done().shown() == ["now", "before"]
        assert len(opened(one, other).shown()) == left_over
