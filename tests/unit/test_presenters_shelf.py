"""The list of readings: by study, exported, imported, deleted and brought back."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from cxrviewer.presenters import readings
from cxrviewer.presenters.privacy import Privacy
from cxrviewer.presenters.readings import Readings, journal_name
from cxrviewer.presenters.shelf import ShelfPresenter
from cxrviewer.reading.document import Edit, Reading, SetImpression, SetKeyImage, SetView
from cxrviewer.reading.exchange import check, exported, readings_of
from cxrviewer.reading.journal import Header, Journal, line_of
from cxrviewer.reading.shelf import KEPT_DAYS, purge, shelved
from cxrviewer.reading.values import ImageRef, ViewState
from tests.fakes import HeldJobs, Recorder, header
from tests.unit.test_reading_exchange import IMAGE, OTHER, reading


class Fixture:
    def __init__(self, folder: Path) -> None:
        self.folder, self.jobs, self.view = folder, HeldJobs(), Recorder()
        self.notified: list[str] = []
        self.privacy = Privacy()
        self.readings = Readings(folder, self.jobs, self.notified.append, lambda _, call: None)
        self.presenter = ShelfPresenter(
            self.jobs, folder, self.readings, self.privacy,
            check=lambda path, _: check(path.read_bytes()),
            headers=lambda uid: (header("MUSTERMANN^ERIKA", study_uid=uid),) if uid == "1.2" else (),
        )  # fmt: skip

    def save(self, given: Reading) -> str:
        """Write a reading to the disk, closed again."""
        image = next(iter(given.key_images))
        opened = self.readings.acquire(image)
        opened.do(Edit("all", given.as_edit().changes))
        self.readings.release(opened)
        assert self.readings._writer.finish(30)
        return journal_name(image)

    def open(self) -> Any:
        self.presenter.attach(self.view)
        self.jobs.release_all()
        return self.state

    @property
    def state(self) -> Any:
        return self.view.last("show_shelf")

    def on_disk(self) -> dict[str, Reading | None]:
        return {one.name: one.reading for one in shelved(self.folder)}


@pytest.fixture
def fixture(tmp_path: Path) -> Any:
    made = Fixture(tmp_path / "readings")
    yield made
    made.readings.close()


def test_readings_are_listed_by_study_with_what_is_in_them(fixture: Fixture) -> None:
    names = [fixture.save(reading()), fixture.save(reading(OTHER))]
    os.utime(fixture.folder / names[0], (2_000_000_000, 2_000_000_000))
    state = fixture.open()
    assert [row.name for row in state.rows] == names
    assert [row.title for row in state.rows] == [
        "MUSTERMANN, ERIKA · ID-MUSTERMANN^ERIKA · 2026-11-01 16:02", "Study that is not in the worklist",
    ]  # fmt: skip
    assert state.rows[0].changed == time.strftime("%Y-%m-%d %H:%M", time.localtime(2_000_000_000))
    assert state.rows[0].contents == "1 annotation, 1 decision, 1 key image, impression, 1 view"


def test_no_reading_and_an_unreadable_one_are_said(fixture: Fixture) -> None:
    assert fixture.open().message == "No reading yet."
    fixture.folder.mkdir(exist_ok=True)
    (fixture.folder / "x.reading").write_bytes(b"nonsense\n")
    (fixture.folder / "y.reading").write_bytes(line_of(Header()))  # nothing in it: no row
    (row,) = fixture.open().rows
    assert (row.title, row.usable) == ("Unknown study", False)


def test_hidden_identity_hides_the_names_in_the_list(fixture: Fixture) -> None:
    fixture.save(reading())
    fixture.open()
    fixture.privacy.toggle()
    assert [row.title for row in fixture.state.rows] == ["Identity hidden"]


def test_several_are_exported_into_one_file_and_imported_elsewhere(fixture: Fixture, tmp_path: Path) -> None:
    names = [fixture.save(reading()), fixture.save(reading(OTHER))]
    fixture.open()
    fixture.presenter.export(names, tmp_path / "out.json")
    fixture.jobs.release_all()
    assert fixture.state.notice == "2 readings were exported."
    written = readings_of(check((tmp_path / "out.json").read_bytes()))
    assert len(written) == 2 and reading() in written and reading(OTHER) in written
    other = Fixture(tmp_path / "elsewhere")
    other.open()
    other.presenter.take(tmp_path / "out.json")
    other.jobs.release_all()
    assert other.state.notice == "2 readings were imported." and len(other.state.rows) == 2
    assert other.on_disk() == fixture.on_disk()
    other.presenter.take(tmp_path / "out.json")
    other.jobs.release_all()
    assert other.state.notice == "0 readings were imported."
    other.readings.close()


def test_an_import_into_an_open_study_is_one_step_of_its_undo(fixture: Fixture, tmp_path: Path) -> None:
    opened = fixture.readings.acquire(IMAGE)
    opened.do(Edit("impression", (SetImpression("", "My own."),)))
    (tmp_path / "in.json").write_bytes(exported([reading()], "x"))
    fixture.open()
    fixture.presenter.take(tmp_path / "in.json")
    fixture.jobs.release_all()
    assert fixture.state.notice == "1 reading was imported. 1 entry that you had made yourself stayed as it was."
    assert opened.reading.impression == "My own." and len(opened.reading.annotations) == 1
    opened.undo()
    assert opened.reading == Reading(impression="My own.")


def test_a_file_with_problems_changes_nothing_and_all_are_named(fixture: Fixture, tmp_path: Path) -> None:
    (tmp_path / "in.json").write_bytes(b'{"schema": 1, "x": 1, "readings": [{"changes": [{"type": "y"}]}]}')
    fixture.open()
    fixture.presenter.take(tmp_path / "in.json")
    assert fixture.state.busy
    fixture.jobs.release_all()
    assert fixture.state.notice == "Nothing was imported." and len(fixture.state.problems) == 2
    assert fixture.on_disk() == {}


def test_an_export_that_fails_leaves_nothing_behind(fixture: Fixture, tmp_path: Path) -> None:
    name = fixture.save(reading())
    fixture.open()
    fixture.presenter.export([name], tmp_path / "no" / "out.json")
    fixture.jobs.release_all()
    assert fixture.state.notice == "Nothing was exported; check the folder, and that the disk has room."
    assert not (tmp_path / "no").exists()


def test_a_deleted_reading_leaves_the_list_and_undo_brings_it_back(fixture: Fixture) -> None:
    names = [fixture.save(reading()), fixture.save(reading(OTHER))]
    fixture.open()
    before = fixture.on_disk()
    fixture.presenter.delete(names)
    fixture.jobs.release_all()
    assert fixture.state.rows == () and fixture.on_disk() == {}
    assert fixture.state.notice == "2 readings were deleted." and fixture.state.can_undo
    fixture.presenter.undo()  # both, as they were deleted
    fixture.jobs.release_all()
    assert fixture.on_disk() == before and not fixture.state.can_undo
    fixture.presenter.undo()  # nothing left: nothing happens


def test_an_open_reading_leaves_the_screen_when_deleted_and_comes_back_with_its_history(fixture: Fixture) -> None:
    opened = fixture.readings.acquire(IMAGE)
    for impression in ("a", "b"):
        before = opened.reading.impression
        opened.do(Edit("impression", (SetImpression(before, impression),)))
    seen: list[str] = []
    opened.listen(lambda: seen.append(opened.reading.impression))
    fixture.open()
    fixture.presenter.delete([journal_name(IMAGE)])
    assert opened.reading == Reading() and seen == [""] and not opened.undo()
    # Windowing goes on: that makes a new journal, which is no reason not to undo.
    opened.look(IMAGE, ViewState(inverted=True))
    opened.flush()
    fixture.presenter.undo()
    assert opened.reading.impression == "b" and seen[-1] == "b"
    opened.undo()
    assert opened.reading.impression == "a"
    opened.do(Edit("impression", (SetImpression("a", "c"),)))
    fixture.readings.release(opened)
    assert [one.impression for one in fixture.on_disk().values() if one] == ["c"]


def test_a_reading_made_after_the_deletion_is_not_overwritten_by_undo(fixture: Fixture) -> None:
    opened = fixture.readings.acquire(IMAGE)
    opened.do(Edit("impression", (SetImpression("", "old"),)))
    fixture.open()
    fixture.presenter.delete([journal_name(IMAGE)])
    opened.do(Edit("impression", (SetImpression("", "new"),)))
    fixture.presenter.undo()
    fixture.jobs.release_all()
    assert opened.reading.impression == "new"
    assert fixture.state.problems == (
        "The reading could not be brought back: its study has another one by now, or the disk failed.",
    )
    assert len(list(fixture.folder.glob("*.deleted"))) == 1  # still there, for a person


def test_a_reading_that_another_window_writes_to_is_not_deleted(fixture: Fixture) -> None:
    name = fixture.save(reading())
    elsewhere = Journal(fixture.folder / name)
    fixture.open()
    fixture.presenter.delete([name])
    fixture.jobs.release_all()
    assert list(fixture.on_disk()) == [name]
    assert fixture.state.problems == ("This reading is open in another window; close it there first.",)
    elsewhere.close()


def test_a_reading_that_was_left_a_moment_ago_is_deleted_though_its_journal_is_still_being_closed(
    fixture: Fixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = fixture.save(reading())
    fixture.open()
    opened = fixture.readings.acquire(IMAGE)
    monkeypatch.setattr(readings, "APPEND_PATIENCE", 0.01)
    disk = threading.Event()
    fixture.readings._writer.submit(lambda: disk.wait(10))  # a slow disk
    fixture.readings.release(opened)
    fixture.presenter.delete([name])
    assert fixture.state.rows == () and list(fixture.on_disk()) == [name]
    disk.set()
    assert fixture.readings._writer.finish(30)
    fixture.jobs.release_all()
    assert fixture.state.problems == () and fixture.on_disk() == {}


def test_two_deletions_of_one_study_come_back_in_turn(fixture: Fixture) -> None:
    opened = fixture.readings.acquire(IMAGE)
    fixture.open()
    for impression in ("first", "second"):
        opened.do(Edit("impression", (SetImpression("", impression),)))
        fixture.presenter.delete([journal_name(IMAGE)])
    fixture.presenter.undo()
    assert opened.reading.impression == "second"


def test_what_was_deleted_long_ago_is_removed_for_good(fixture: Fixture) -> None:
    name = fixture.save(reading())
    fixture.open()
    fixture.presenter.delete([name])
    kept = {path.name for path in fixture.folder.iterdir()}
    (fixture.folder / "notes.deleted").write_text("not ours")
    purge(fixture.folder, time.time() + (KEPT_DAYS - 1) * 86_400)
    assert {path.name for path in fixture.folder.iterdir()} == kept | {"notes.deleted"}
    purge(fixture.folder, time.time() + (KEPT_DAYS + 1) * 86_400)
    assert {path.name for path in fixture.folder.iterdir()} == {"notes.deleted"}
    purge(fixture.folder / "no")


def test_views_alone_are_listed_and_a_reading_of_key_images_too(fixture: Fixture) -> None:
    opened = fixture.readings.acquire(IMAGE)
    opened.do(Edit("key", (SetKeyImage(IMAGE, None, True), SetView(IMAGE, None, ViewState(inverted=True)))))
    assert [row.contents for row in fixture.open().rows] == ["1 key image, 1 view"]


def test_an_image_ref_stands_for_its_study() -> None:
    assert journal_name(ImageRef("1.2", "a", "b")) == journal_name(ImageRef("1.2", "c", "d"))
