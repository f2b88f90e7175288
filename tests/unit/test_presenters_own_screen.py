"""What hangs by the program makes place for what is opened next: no patient is left beside another one's prior."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cxrviewer.studies.index.opening import opening
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
from tests.unit.test_presenters_self_hanging import TWO, folder

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


def everywhere(one: Real) -> list[str]:
    """Return what all viewports hold, those that are not shown included."""
    return [pane.entry.path.name for pane in one.room.viewports.panes if pane.entry is not None]


@pytest.mark.parametrize("what", ["file", "folder"])
def test_another_patient_who_is_opened_stands_alone(places: Places, other: Path, what: str) -> None:
    one = opened(hung(places), other if what == "file" else other.parent)
    assert one.shown() == ["other"] and one.room.viewports.workspace.layout is Layout.ONE
    assert everywhere(one) == ["other"]  # nor does the prior come back with the next layout
    assert sorted(one.listed()) == ["before", "now", "other"]  # nothing is closed


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
    "a further window": lambda one: one.room.open_window(),
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
        make(scan, *paths, **more)
        scan._clock = lambda: next(ticks) * 60.0

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
