"""A prior whose pixels cannot be decoded is named, and the next older one comes only by the reader's hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cxrviewer.errors import DecodeError
from cxrviewer.imaging.contents import Header
from cxrviewer.imaging.header import read_header
from cxrviewer.paths import resources_dir
from cxrviewer.presenters.next_priors import FILES_SLOT, NONE_OLDER, OFFER, SAME_STUDY
from cxrviewer.presenters.present_study import FILL_FIRST
from cxrviewer.studies.hanging import load_rules
from cxrviewer.studies.index.opening import opening
from cxrviewer.studies.index.stores import Stores
from cxrviewer.workspace.layout import Layout
from tests.fakes import fake_image
from tests.unit.test_presenters_library_priors import Places, places, stored, with_library
from tests.unit.test_presenters_self_hanging import Folder, taken, until
from tests.unit.test_presenters_viewports import Image

__all__ = ["places"]  # a fixture

REASON = "The pixels are damaged."
THREE = {"a": taken(9), "b": taken(5), "c": taken(2)}


class Damaged(Folder):
    """A folder in which some films cannot be decoded."""

    damaged: frozenset[str] = frozenset()

    def open(self, path: Path, cancel: object, frame: int = 0, mark: str = "") -> Image:
        if path.name in self.damaged:
            raise DecodeError(REASON)
        return super().open(path, cancel, frame, mark)

    def failure(self, number: int) -> tuple[str, str]:
        """Return title and text of what stands in a viewport instead of a film."""
        title, message = self.views.canvases[number].last("show_failure")
        return title, message

    def offer(self, number: int) -> str:
        canvas = self.views.canvases[number]
        names = canvas.names()
        behind = names[len(names) - names[::-1].index("show_failure") :] if "show_failure" in names else []
        return str(canvas.last("show_offer")) if "show_offer" in behind else ""

    def notes(self, number: int) -> tuple[str, ...]:
        notes: tuple[str, ...] = self.views.canvases[number].last("show_notes")
        return notes

    def press(self, number: int) -> None:
        assert self.room.next_priors.take(number)
        self.end()


def hung(tmp_path: Path, headers: dict[str, Header], *damaged: str, **more: Any) -> Damaged:
    """Return a folder that hangs by itself, some of whose films cannot be decoded."""
    place = tmp_path / "films"
    place.mkdir(exist_ok=True)
    made = Damaged(place, headers=headers, library=tmp_path / "home", **more)
    made.damaged = frozenset(damaged)
    made.start().end()
    return made


def test_the_newest_prior_that_cannot_be_decoded_is_named_and_nothing_takes_its_place(tmp_path: Path) -> None:
    one = hung(tmp_path, THREE, "b")
    assert one.shown() == ["a", ""]
    assert one.failure(1) == ("The newest prior at hand, of 2026-11-05, cannot be shown", REASON)
    assert one.offer(1) == OFFER and "c" not in one.decoded


def test_the_next_older_one_comes_by_one_click_and_says_which_was_not_shown(tmp_path: Path) -> None:
    one = hung(tmp_path, THREE, "b")
    one.press(1)
    assert one.shown() == ["a", "c"]
    assert one.notes(1) == ("Not the newest prior: that of 2026-11-05 cannot be shown.",)
    assert one.notes(0) == ()
    assert not one.room.next_priors.take(1)


def test_the_key_for_the_prior_takes_the_offer(tmp_path: Path) -> None:
    one = hung(tmp_path, THREE, "b")
    one.run("viewport.prior")
    assert one.end().shown() == ["a", "c"]
    assert one.notes(1) == ("Not the newest prior: that of 2026-11-05 cannot be shown.",)


def test_where_the_next_one_cannot_be_decoded_either_both_are_named(tmp_path: Path) -> None:
    one = hung(tmp_path, {**THREE, "d": taken(1)}, "b", "c")
    one.press(1)
    assert one.failure(1) == ("The next older prior, of 2026-11-02, cannot be shown either", REASON)
    one.press(1)
    assert one.shown() == ["a", "d"]
    assert one.notes(1) == (
        "Not the newest prior: that of 2026-11-05 cannot be shown.",
        "Not the newest prior: that of 2026-11-02 cannot be shown.",
    )


def test_without_an_older_one_this_is_said_and_the_offer_goes(tmp_path: Path) -> None:
    one = hung(tmp_path, {"a": taken(9), "b": taken(5), "c": taken(2, part="HAND"), "d": taken(1, "Q")}, "b")
    one.press(1)
    assert one.shown() == ["a", ""] and one.views.said[-1] == NONE_OLDER
    assert one.failure(1)[1] == f"{REASON}\n\n{NONE_OLDER}" and one.offer(1) == ""


def test_another_image_of_the_same_study_comes_before_an_older_study(tmp_path: Path) -> None:
    one = hung(tmp_path, {**THREE, "b2": taken(5, number=2)}, "b")
    one.press(1)
    assert one.shown() == ["a", "b2"] and one.notes(1) == (SAME_STUDY,)


def test_the_newest_study_that_cannot_be_decoded_is_no_prior(tmp_path: Path) -> None:
    one = hung(tmp_path, THREE, "a")
    assert one.shown() == ["", "b"]
    assert one.failure(0) == ("This film cannot be shown", REASON) and one.offer(0) == ""


def test_another_patients_image_beside_it_is_no_prior(tmp_path: Path) -> None:
    one = hung(tmp_path, {"a": taken(9), "b": taken(5, "Q"), "c": taken(2, "Q")}, "b")
    one.run("viewport.layout_1x2")
    one.room.open_in(1, one.key("b"))
    one.end()
    assert one.failure(1) == ("This film cannot be shown", REASON) and one.offer(1) == ""


def test_a_lateral_is_replaced_by_the_next_older_lateral(tmp_path: Path) -> None:
    views = {"a": "PA", "b": "LL"}
    headers = {
        f"{name}{study}": taken(study, view=view, number=number)
        for study in (9, 5, 2)
        for number, (name, view) in enumerate(views.items(), 1)
    }
    one = hung(tmp_path, headers, "b5")
    assert one.room.viewports.workspace.layout is Layout.FOUR
    place = one.shown().index("")
    one.press(place)
    assert sorted(one.shown()) == ["a5", "a9", "b2", "b9"] and one.shown()[place] == "b2"
    assert [one.notes(number) != () for number in range(4)] == [number == place for number in range(4)]


def test_hidden_identity_keeps_the_days_out_of_what_is_said(tmp_path: Path) -> None:
    one = hung(tmp_path, THREE, "b")
    one.run("view.hide_identity")
    assert one.failure(1) == ("The newest prior at hand cannot be shown", REASON) and one.offer(1) == OFFER
    one.press(1)
    assert one.notes(1) == ("Not the newest prior: a newer one cannot be shown.",)
    one.run("view.hide_identity")
    assert one.notes(1) == ("Not the newest prior: that of 2026-11-05 cannot be shown.",)


def test_what_the_prior_says_is_there_again_after_a_restart(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    one = hung(tmp_path, THREE, "b", workspaces=kept)
    one.press(1)
    one.room.close()
    again = hung(tmp_path, THREE, workspaces=kept)
    assert again.shown() == ["a", "c"]
    assert again.notes(1) == ("Not the newest prior: that of 2026-11-05 cannot be shown.",)
    again.room.open_in(1, again.key("b"))
    again.end()
    assert again.shown() == ["a", "b"] and again.notes(1) == ()


def test_the_next_patient_stands_alone_after_the_next_older_prior_was_shown(tmp_path: Path) -> None:
    one = hung(tmp_path, {**THREE, "z": taken(3, "Q")}, "b")
    one.press(1)
    one.room.worklist.select(one.key("z"))
    assert one.end().shown() == ["z"]


def test_nothing_is_replaced_once_the_reader_has_opened_something_there(tmp_path: Path) -> None:
    one = hung(tmp_path, THREE, "b")
    assert one.room.next_priors.take(1)
    one.room.open_in(1, one.key("a"))
    assert one.end().shown() == ["a", "a"] and one.notes(1) == ()


def test_closing_all_with_a_prior_that_cannot_be_shown_leaves_nothing_on_the_screen(tmp_path: Path) -> None:
    one = hung(tmp_path, THREE, "b")
    one.run("file.close_all")
    assert one.end().shown() == [""] and one.failure(1)[1] == REASON  # of before: nothing is said anew
    assert [pane.entry for pane in one.room.viewports.panes] == [None, None]
    assert one.views.canvases[1].names()[-1] == "show_start" or one.offer(1) == ""


def test_a_prior_that_can_be_shown_again_is_not_called_unreadable_any_more(tmp_path: Path) -> None:
    one = hung(tmp_path, THREE, "b")
    one.press(1)
    one.damaged = frozenset({"c"})
    one.room.images.clear()
    one.room.open_in(1, one.key("b"))
    assert one.end().shown() == ["a", "b"]
    one.room.open_in(1, one.key("c"))
    one.room.viewports.activate(0)
    one.end()
    assert one.failure(1)[0] == "The prior of 2026-11-02 cannot be shown"


def test_one_in_between_that_is_known_to_be_damaged_is_named_too(tmp_path: Path) -> None:
    one = hung(tmp_path, {**THREE, "d": taken(1)}, "b", "c")
    one.run("viewport.layout_1x3")
    one.room.open_in(2, one.key("c"))
    one.end()
    one.room.viewports.activate(0)
    one.press(1)
    assert one.shown() == ["a", "d", ""]
    assert one.notes(1) == (
        "Not the newest prior: that of 2026-11-05 cannot be shown.",
        "Not the newest prior: that of 2026-11-02 cannot be shown.",
    )


def test_an_older_study_of_the_same_day_is_not_called_another_file_of_the_newest(tmp_path: Path) -> None:
    earlier = {"study_uid": "e", "series_uid": "e.1", "sop_instance_uid": "e.1.1", "study_time": "08:00"}
    one = hung(tmp_path, {"a": taken(9), "b": taken(5), "c": taken(5, **earlier)}, "b")
    one.press(1)
    assert one.shown() == ["a", "c"]
    assert one.notes(1) == ("Not the newest prior: that of 2026-11-05 16:02 cannot be shown.",)


def test_a_prior_of_the_day_of_the_current_study_is_named_with_its_time(tmp_path: Path) -> None:
    earlier = {"study_uid": "e", "series_uid": "e.1", "sop_instance_uid": "e.1.1", "study_time": "08:00"}
    one = hung(tmp_path, {"a": taken(9), "b": taken(9, **earlier)}, "b")
    assert one.failure(1)[0] == "The newest prior at hand, of 2026-11-09 08:00, cannot be shown"


def test_what_is_asked_for_in_two_viewports_comes_in_both(tmp_path: Path) -> None:
    views = {"a": "PA", "b": "LL"}
    headers = {
        f"{name}{study}": taken(study, view=view, number=number)
        for study in (9, 5, 2)
        for number, (name, view) in enumerate(views.items(), 1)
    }
    one = hung(tmp_path, headers, "a5", "b5")
    empty = [number for number, name in enumerate(one.shown()) if not name]
    assert len(empty) == 2 and all(one.room.next_priors.take(number) for number in empty)
    assert sorted(one.end().shown()) == ["a2", "a9", "b2", "b9"]


def beside_another_patient(one: Damaged) -> None:
    """Put another patient's film where the current one was, by the reader's hand."""
    one.run("viewport.layout_1x3")
    one.room.open_in(0, one.key("z"))
    one.end()


def test_beside_another_patient_it_is_no_prior_any_more(tmp_path: Path) -> None:
    one = hung(tmp_path, {**THREE, "z": taken(3, "Q")}, "b")
    beside_another_patient(one)
    assert one.shown() == ["z", "", ""]
    assert one.failure(1) == ("This film cannot be shown", REASON) and one.offer(1) == ""


def test_nothing_comes_beside_another_patient_who_was_opened_meanwhile(tmp_path: Path) -> None:
    one = hung(tmp_path, {**THREE, "z": taken(3, "Q")}, "b")
    assert one.room.next_priors.take(1)
    beside_another_patient(one)
    assert one.shown() == ["z", "", ""]


def test_an_older_one_that_is_found_later_is_offered(tmp_path: Path) -> None:
    one = hung(tmp_path, {"a": taken(9), "b": taken(5)}, "b")
    one.press(1)
    assert one.offer(1) == ""
    (one.folder / "c").write_bytes(b"x")
    one.images["c"], one.headers["c"] = fake_image(key="c"), taken(2)
    one.room.worklist.bring((one.folder / "c",), lambda _: None)
    one.end()
    assert one.offer(1) == OFFER
    one.press(1)
    assert one.shown() == ["a", "c"]


def test_the_message_stays_as_it_is_while_the_list_grows(tmp_path: Path) -> None:
    one = hung(tmp_path, THREE, "b")
    before = one.views.canvases[1].names().count("show_failure")
    one.room.worklist.search("")
    assert one.views.canvases[1].names().count("show_failure") == before  # or the button would lose the focus


class Stored(Damaged):
    """As `Damaged`, over real files."""

    paths: tuple[Path, ...] = ()

    def header(self, path: Path, cancel: object = None) -> Header:
        return read_header(path)

    def open(self, path: Path, cancel: object, frame: int = 0, mark: str = "") -> Image:
        if path.name in self.damaged:
            raise DecodeError(REASON)
        self.decoded.append(path.name)
        return Image(self.header(path), fake_image(key=path.name))

    def begin(self) -> None:
        if self.opened:
            self.room.open_paths(self.paths)


def in_library(places: Places, *damaged: str, gone: str = "") -> Stored:
    """Return a window over the new folder, beside a library that knows the old one, of which a file is `gone` now."""
    places.index()
    if gone:
        (places.old / gone).unlink()
    empty = places.home / "nothing"
    empty.mkdir(parents=True, exist_ok=True)
    one = Stored(empty, library=places.home)
    one.damaged, one.paths = frozenset(damaged), (places.new,)
    one.start().end()
    return one


def test_the_next_older_one_that_only_the_library_knows_is_listed_and_shown(places: Places) -> None:
    stored(places.old / "older", 2, "20230101")
    one = in_library(places, "before")
    assert one.failure(1)[0] == "The newest prior at hand, of 2024-01-05, cannot be shown"
    one.press(1)
    assert one.shown() == ["now", "older"]
    assert one.notes(1) == ("Not the newest prior: that of 2024-01-05 cannot be shown.",)


def test_the_library_comes_before_an_even_older_image_of_the_folder(places: Places) -> None:
    stored(places.old / "older", 2, "20230101")
    (places.old / "before").rename(places.new / "before")
    stored(places.new / "oldest", 3, "20200101")
    one = in_library(places, "before")
    assert one.shown() == ["now", ""]
    one.press(1)
    assert one.shown() == ["now", "older"]


@pytest.mark.parametrize("slot", [f"{FILES_SLOT} 1", "scan"])
def test_nothing_of_the_library_is_shown_once_the_reader_has_opened_something_there(places: Places, slot: str) -> None:
    stored(places.old / "older", 2, "20230101")
    one = in_library(places, "before")
    assert one.room.next_priors.take(1)
    until(one, slot)
    one.room.open_in(1, one.room.worklist.images()[0].key)
    assert one.end().shown() == ["now", "now"] and one.notes(1) == ()


def test_it_is_no_prior_beside_the_file_of_the_current_study_when_that_is_another_patients(places: Places) -> None:
    one = in_library(places, "before")
    assert one.offer(1) == OFFER
    before = next(entry for entry in one.room.worklist.images() if entry.path.name == "before")
    one.room.worklist.select(before.key)
    one.end()
    stored(places.new / "now", 40, "20250401", PatientName="OTHER^ONE", PatientID="77", PatientBirthDate="19800101")
    one.room.open_paths((places.new / "now",))
    assert one.end().shown() == ["now", ""]
    assert one.failure(1)[0] == "This film cannot be shown" and one.offer(1) == ""


def test_another_file_of_the_same_image_is_tried_first(places: Places) -> None:
    stored(places.new / "copy", 1, "20240105")
    one = in_library(places, "copy")
    one.press(1)
    assert one.shown() == ["now", "before"] and one.notes(1) == (SAME_STUDY,)


def test_what_is_not_connected_in_between_is_named_too(places: Places) -> None:
    stored(places.old / "older", 2, "20230101")
    stored(places.old / "oldest", 3, "20200101")
    one = in_library(places, "before", gone="older")
    one.press(1)
    assert one.shown() == ["now", "oldest"]
    assert one.notes(1) == (
        "Not the newest prior: that of 2024-01-05 cannot be shown.",
        "Not the newest prior: that of 2023-01-01 cannot be shown.",
    )


def test_a_prior_that_hangs_because_a_newer_one_is_gone_says_so_on_the_image(places: Places) -> None:
    stored(places.old / "older", 2, "20230101")
    one = in_library(places, gone="before")
    assert one.shown() == ["now", "older"]
    assert one.notes(1) == ("Not the newest prior: that of 2024-01-05 cannot be shown.",)


@pytest.mark.parametrize("command", ["viewport.hang", "viewport.prior"])
def test_it_says_so_again_when_it_is_hung_once_more(places: Places, command: str) -> None:
    stored(places.old / "older", 2, "20230101")
    one = in_library(places, gone="before")
    now = next(entry for entry in one.room.worklist.images() if entry.path.name == "now")
    one.room.open_in(1, now.key)
    assert one.end().shown() == ["now", "now"] and one.notes(1) == ()
    one.room.viewports.activate(0)
    one.run(command)
    assert one.end().shown() == ["now", "older"]
    assert one.notes(1) == ("Not the newest prior: that of 2024-01-05 cannot be shown.",)


def test_a_lateral_says_so_where_only_the_newer_lateral_is_gone(places: Places) -> None:
    def both(folder: Path, name: str, number: int, date: str) -> None:
        uid = read_header(stored(folder / name, number, date)).identity.study_uid
        more = {"ViewPosition": "LL", "StudyInstanceUID": uid, "SeriesInstanceUID": f"2.25.{number}"}
        stored(folder / f"{name} side", number + 100, date, **more)

    both(places.new, "now", 9, "20250318")
    both(places.old, "before", 1, "20240105")
    both(places.old, "older", 2, "20230101")
    one = in_library(places, gone="before side")
    assert sorted(one.shown()) == ["before", "now", "now side", "older side"]
    notes = {name: one.notes(number) for number, name in enumerate(one.shown())}
    assert notes.pop("older side") == ("Not the newest prior: that of 2024-01-05 cannot be shown.",)
    assert set(notes.values()) == {()}


def of_library(places: Places, *gone: str) -> Stored:
    """Return a window where a study was opened from the library, after some files were taken away."""
    empty = places.home / "nothing"
    empty.mkdir(parents=True, exist_ok=True)
    one = Stored(empty, library=places.home)
    stores = Stores(places.home / "data", places.home / "cache")
    (row,) = stores.index.database.rows("SELECT id FROM study WHERE date = '2025-03-18'")
    rules, _ = load_rules(None, resources_dir() / "hanging.toml")
    made = opening(stores.index, stores.user, rules, int(str(row[0])))
    stores.close()
    for name in gone:
        (places.old / name).unlink(missing_ok=True)
    one.room.open_study(made)
    one.end()
    return one


def portable(places: Places) -> Places:
    more = {"ViewPosition": "AP", "SeriesDescription": "PORTABLE"}
    stored(places.new / "now", 9, "20250318", **more)
    stored(places.old / "before", 1, "20240105", **more)
    stored(places.old / "older", 2, "20230101", **more)
    return places.index(places.new, places.old)


def test_a_study_of_the_library_whose_newest_prior_is_gone_says_so_on_the_older_one(places: Places) -> None:
    one = of_library(portable(places), "before")
    shown = one.shown()
    assert "older" in shown and "now" in shown
    assert one.notes(shown.index("older")) == ("Not the newest prior: that of 2024-01-05 cannot be shown.",)


def test_the_older_one_says_so_too_when_it_is_asked_for(places: Places) -> None:
    stored(places.old / "older", 2, "20230101")
    one = of_library(places.index(places.new, places.old), "before")
    assert one.shown() == ["now", ""]
    one.room.viewports.activate(0)
    one.run("viewport.prior")
    assert one.end().shown() == ["now", "older"]
    assert one.notes(1) == ("Not the newest prior: that of 2024-01-05 cannot be shown.",)


def test_an_older_prior_in_the_place_of_one_on_a_disc_that_is_not_connected_says_so_and_makes_no_rule(
    places: Places,
) -> None:
    disc = places.home / "disc"
    disc.mkdir(parents=True)
    portable(places)
    (places.old / "before").rename(disc / "before")
    with_library(places.home, places.old, disc)
    disc.rename(places.home / "away")
    with_library(places.home, places.old)
    one = of_library(places)
    assert one.shown() == ["older", "now"]
    assert one.notes(0) == ("Not the newest prior: that of 2024-01-05 cannot be shown.",)
    one.room.hang_like_this()
    assert one.end().views.said[-1] == FILL_FIRST


def test_scores_against_a_prior_that_is_not_the_newest_say_so(tmp_path: Path) -> None:
    one = hung(tmp_path, THREE, "b")
    one.press(1)
    one.room.viewports.activate(0)
    one.end()
    one.room.comparison.compare()
    one.run("view.hide_identity")
    one.room.comparison.compare()
    assert one.end().views.compared == [
        "P   ID ID-P\nThe film of 2026-11-09 against that of 2026-11-02. "
        "Not the newest prior: that of 2026-11-05 cannot be shown.",
        "Not the newest prior: a newer one cannot be shown.",
    ]


def test_a_prior_is_named_anew_and_the_next_older_one_offered_after_a_restart(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    hung(tmp_path, THREE, "b", workspaces=kept).room.close()
    again = hung(tmp_path, THREE, "b", workspaces=kept)
    assert again.failure(1)[0] == "The newest prior at hand, of 2026-11-05, cannot be shown"
    again.press(1)
    assert again.shown() == ["a", "c"]
    assert again.notes(1) == ("Not the newest prior: that of 2026-11-05 cannot be shown.",)
