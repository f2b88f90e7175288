"""Readings are deleted, brought back and imported without a wait for the disk, and in the order of what is written."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from cxrviewer.presenters import readings as presenters
from cxrviewer.presenters.privacy import Privacy
from cxrviewer.presenters.readings import OpenReading, Readings, journal_name
from cxrviewer.presenters.shelf import ShelfPresenter
from cxrviewer.reading import journal_file
from cxrviewer.reading.document import Edit, Reading, SetImpression
from cxrviewer.reading.exchange import check, exported
from cxrviewer.reading.journal import Journal, JournalError, Record, read
from cxrviewer.reading.shelf import bring_back, set_aside, shelved
from cxrviewer.reading.values import ImageRef, ViewState
from cxrviewer.text import msg
from tests.fakes import HeldJobs, Recorder
from tests.unit.test_reading_exchange import IMAGE, OTHER, reading

NAME = journal_name(IMAGE)
NOT_DELETED = "The reading could not be deleted; check the disk."
NOT_NOW = "This reading cannot be deleted now: it is not on the disk, or not this window's."
NOT_BACK = "The reading could not be brought back: its study has another one by now, or the disk failed."


class Disk:
    """Hangs whenever `go` is not set, and moves or writes nothing while `stuck` or `full`.

    It fails at once whoever asks it, or waits for it, on the thread of the window.
    """

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.go, self.stuck, self.full = threading.Event(), False, False
        self.go.set()
        self.closing = False  # the program ends: it may wait
        window = threading.current_thread()
        patch.setattr(presenters, "APPEND_PATIENCE", 0.01)
        within = journal_file.within

        def impatient(future: Future[Any], seconds: float) -> bool:
            hangs = threading.current_thread() is window and not future.done() and not self.closing
            assert not hangs or seconds <= 0.01, "the window waits for the disk"
            return within(future, seconds)

        patch.setattr(presenters, "within", impatient)

        def moving(move: Callable[[Path], Path]) -> Callable[[Path], Path]:
            def slow(path: Path) -> Path:
                assert threading.current_thread() is not window, "the window moves files"
                assert self.go.wait(30)
                if self.stuck:
                    raise OSError("it cannot be moved")
                return move(path)

            return slow

        patch.setattr(journal_file, "set_aside", moving(set_aside))
        patch.setattr(journal_file, "bring_back", moving(bring_back))
        append, compact = Journal.append, Journal.compact

        def slow_append(journal: Journal, record: Record) -> None:
            self._write()
            append(journal, record)

        def slow_compact(journal: Journal, *given: Any) -> None:
            self._write()
            compact(journal, *given)

        patch.setattr(Journal, "append", slow_append)
        patch.setattr(Journal, "compact", slow_compact)

    def _write(self) -> None:
        assert self.go.wait(30)
        if self.full:
            raise JournalError(msg("The last changes may not be on the disk; check it."))


class Window:
    def __init__(self, folder: Path, disk: Disk) -> None:
        self.folder, self.disk, self.jobs, self.view = folder, disk, HeldJobs(), Recorder()
        self.notified: list[str] = []
        self.timers: list[Callable[[], None]] = []
        self.readings = Readings(folder, self.jobs, self.notified.append, lambda _, call: self.timers.append(call))
        self.shelf = ShelfPresenter(
            self.jobs, folder, self.readings, Privacy(),
            check=lambda path, _: check(path.read_bytes()), headers=lambda _: (),
        )  # fmt: skip

    @property
    def state(self) -> Any:
        return self.view.last("show_shelf")

    @property
    def rows(self) -> list[str]:
        return [row.name for row in self.state.rows]

    def settle(self) -> None:
        """Let the disk do all it was given, and the window hear of it."""
        self.disk.go.set()
        for _ in range(8):
            assert self.readings._writer.finish(30)
            self.jobs.call_posted()
            timers, self.timers = self.timers, []
            for call in timers:
                call()
            self.jobs.release_all()
        assert self.readings._writer.finish(30)

    def open(self) -> None:
        self.shelf.attach(self.view)
        self.settle()

    def acquire(self, image: ImageRef) -> OpenReading:
        self.readings.prepare(image)  # as the thread does that decodes
        return self.readings.acquire(image)

    def begin(self, *words: str) -> OpenReading:
        """Draw in the study, which stays open, and open the dialog; the disk hangs from then on."""
        made = self.acquire(IMAGE)
        for one in words:
            say(made, one)
        self.open()
        self.disk.go.clear()
        return made

    def on_disk(self) -> dict[str, Reading | None]:
        return {one.name: one.reading for one in shelved(self.folder) if one.reading != Reading()}

    def aside(self) -> list[str]:
        return [read(one.read_bytes()).document.reading.impression for one in self.folder.glob("*.deleted")]


@pytest.fixture
def window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Window]:
    disk = Disk(monkeypatch)
    made = Window(tmp_path / "readings", disk)
    yield made
    disk.go.set()
    disk.closing = True
    made.readings.close()


def say(open_reading: OpenReading, words: str) -> None:
    assert open_reading.do(Edit("impression", (SetImpression(open_reading.reading.impression, words),)))


def save(window: Window, given: Reading) -> str:
    """Write a reading to the disk, closed again."""
    image = next(iter(given.key_images))
    made = window.acquire(image)
    made.do(Edit("all", given.as_edit().changes))
    window.readings.release(made)
    window.settle()
    return journal_name(image)


def test_a_hanging_disk_keeps_no_deleted_reading_in_the_list_and_undo_does_not_wait_for_it(window: Window) -> None:
    made = window.begin("a", "b")
    window.shelf.delete([NAME])
    assert window.rows == [] and window.state.can_undo and made.reading == Reading()
    assert list(window.on_disk()) == [NAME]  # nothing has happened there
    window.shelf.undo()
    assert window.rows == [NAME] and made.reading.impression == "b"
    assert made.undo() and made.reading.impression == "a"  # with its history, and it goes on
    window.settle()
    assert window.rows == [NAME] and window.state.notice == "The reading is back." and window.state.problems == ()
    assert window.on_disk()[NAME] == made.reading and made.reading.impression == "a"
    assert window.notified == [] and window.aside() == [] and not made.only_here


def test_readings_that_are_not_open_are_deleted_and_brought_back_without_a_wait_too(window: Window) -> None:
    names = {save(window, reading()), save(window, reading(OTHER))}
    window.open()
    before = window.on_disk()
    window.disk.go.clear()
    window.shelf.delete(sorted(names))
    assert window.rows == []
    window.shelf.undo()
    assert set(window.rows) == names and not window.state.can_undo
    window.settle()
    assert window.on_disk() == before and set(window.rows) == names


def test_the_number_of_deleted_readings_is_said_once_the_disk_has_deleted_them(window: Window) -> None:
    names = [save(window, reading()), save(window, reading(OTHER))]
    window.open()
    window.disk.go.clear()
    window.shelf.delete(names)
    assert window.state.notice == ""
    window.settle()
    assert window.state.notice == "2 readings were deleted." and window.on_disk() == {}


def test_what_was_queued_before_the_deletion_is_in_what_comes_back(window: Window) -> None:
    made = window.begin("a")
    say(made, "b")  # the disk hangs already
    say(made, "c")
    window.shelf.delete([NAME])
    window.settle()
    assert window.on_disk() == {} and window.aside() == ["c"]
    window.shelf.undo()
    window.settle()
    assert window.on_disk()[NAME] == Reading(impression="c")
    history = read((window.folder / NAME).read_bytes()).document.undo_steps
    assert [step.changes[0].after for step in history] == ["a", "b", "c"]


def test_what_is_drawn_after_the_deletion_goes_into_a_journal_of_its_own(window: Window) -> None:
    made = window.begin("old")
    window.shelf.delete([NAME])
    say(made, "new")
    window.settle()
    assert window.on_disk()[NAME] == Reading(impression="new") and window.aside() == ["old"]
    window.shelf.undo()
    window.settle()
    assert window.state.problems == (NOT_BACK,) and made.reading.impression == "new"


def test_a_deletion_that_fails_brings_row_and_drawings_back_with_the_reason(window: Window) -> None:
    made = window.begin("a", "b")
    window.disk.stuck = True
    window.shelf.delete([NAME])
    assert window.rows == [] and made.reading == Reading()
    window.settle()
    assert window.rows == [NAME] and window.state.problems == (NOT_DELETED,) and not window.state.can_undo
    assert made.reading.impression == "b" and made.undo_label and window.notified == []
    assert made.undo()
    window.settle()
    assert window.on_disk()[NAME] == Reading(impression="a") and not made.only_here


def test_a_deletion_of_a_closed_reading_that_fails_brings_its_row_back(window: Window) -> None:
    names = [save(window, reading()), save(window, reading(OTHER))]
    window.open()
    window.disk.go.clear()
    window.disk.stuck = True
    window.shelf.delete(names)
    assert window.rows == []
    window.settle()
    assert sorted(window.rows) == sorted(names)
    assert window.state.problems == (NOT_DELETED,) and window.state.notice == ""


def test_a_deletion_that_fails_loses_neither_the_old_drawings_nor_those_made_since(window: Window) -> None:
    made = window.begin("old")
    window.disk.stuck = True
    window.shelf.delete([NAME])
    say(made, "new")
    made.look(IMAGE, ViewState(inverted=True))
    made.flush()
    window.settle()
    both = Reading(views={IMAGE: ViewState(inverted=True)}, impression="old\n\nnew")
    assert made.reading == both and window.on_disk()[NAME] == both and not made.only_here
    assert made.undo() and made.reading.impression == "old"


def test_a_view_noted_after_a_deletion_that_fails_is_saved_with_the_rest(window: Window) -> None:
    made = window.begin("old")
    made.look(IMAGE, ViewState(inverted=True))
    made.flush()
    window.disk.stuck = True
    window.shelf.delete([NAME])
    made.look(IMAGE, ViewState(flipped=True))  # not kept: the one of before is
    made.flush()
    window.settle()
    say(made, "later")
    window.settle()
    assert window.on_disk()[NAME] == made.reading == Reading({IMAGE: ViewState(inverted=True)}, impression="later")


def test_undo_of_a_deletion_that_then_fails_finds_the_reading_where_it_was(window: Window) -> None:
    made = window.begin("a")
    window.disk.stuck = True
    window.shelf.delete([NAME])
    window.shelf.undo()
    say(made, "b")
    window.settle()
    assert window.rows == [NAME] and window.on_disk()[NAME] == made.reading == Reading(impression="b")
    assert not made.only_here


def test_undo_that_fails_takes_the_row_away_again_and_can_be_tried_once_more(window: Window) -> None:
    made = window.begin("a")
    window.shelf.delete([NAME])
    window.settle()
    window.disk.go.clear()
    window.disk.stuck = True
    window.shelf.undo()
    assert window.rows == [NAME] and made.reading.impression == "a"
    window.settle()
    assert window.rows == [] and made.reading == Reading()
    assert window.state.problems == (NOT_BACK,) and window.state.can_undo
    window.disk.stuck = False
    window.shelf.undo()
    window.settle()
    assert window.rows == [NAME] and window.on_disk()[NAME] == made.reading == Reading(impression="a")
    assert window.notified == []


def test_what_was_drawn_on_a_reading_that_could_not_be_brought_back_stays_and_is_saved(window: Window) -> None:
    made = window.begin("a")
    window.shelf.delete([NAME])
    window.settle()
    window.disk.go.clear()
    window.disk.stuck = True
    window.shelf.undo()
    say(made, "a and more")
    window.settle()
    assert window.on_disk()[NAME] == made.reading == Reading(impression="a and more") and window.aside() == ["a"]
    assert not made.only_here


def test_deleted_undone_and_deleted_again_on_a_hanging_disk_it_is_deleted_once(window: Window) -> None:
    made = window.begin("a")
    window.shelf.delete([NAME])
    window.shelf.undo()
    say(made, "b")
    window.shelf.delete([NAME])
    assert window.rows == [] and made.reading == Reading()
    window.settle()
    assert window.on_disk() == {} and window.aside() == ["b"] and window.rows == []
    assert window.state.can_undo and window.state.problems == ()


def test_what_a_full_disk_has_not_taken_is_not_deleted(window: Window) -> None:
    made = window.begin("a")
    say(made, "b")
    window.disk.full = True
    window.shelf.delete([NAME])
    assert window.rows == []
    window.settle()
    assert window.rows == [NAME] and window.state.problems == (NOT_NOW,)
    assert made.reading.impression == "b" and made.only_here
    window.disk.full = False
    window.settle()
    assert window.on_disk()[NAME] == Reading(impression="b") and not made.only_here


def test_what_a_full_disk_took_at_last_is_deleted_whole(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    made = window.begin("a")
    say(made, "b")
    append = Journal.append

    def fails_once(journal: Journal, record: Record) -> None:
        monkeypatch.setattr(Journal, "append", append)
        raise JournalError(msg("The last changes may not be on the disk; check it."))

    monkeypatch.setattr(Journal, "append", fails_once)
    held = threading.Event()
    window.readings._writer.submit(lambda: held.wait(30))
    say(made, "c")  # fails, before anybody hears of it
    window.shelf.delete([NAME])
    held.set()
    window.settle()
    assert window.on_disk() == {} and window.aside() == ["c"]


def test_a_journal_kept_open_for_a_neighbour_is_no_other_window(window: Window) -> None:
    name = save(window, reading())
    window.open()
    window.readings.prepare(IMAGE)
    window.disk.go.clear()
    window.shelf.delete([name])
    window.shelf.undo()
    window.settle()
    assert window.rows == [name] and window.state.problems == ()


def test_a_study_left_while_its_deletion_is_queued_is_closed_after_it(window: Window) -> None:
    made = window.begin("a")
    window.shelf.delete([NAME])
    window.readings.release(made)
    assert window.readings.acquire(IMAGE) is made and made.reading == Reading()
    window.readings.release(made)
    window.settle()
    assert window.readings._open == {} and window.aside() == ["a"]
    window.shelf.undo()
    window.settle()
    assert window.on_disk() == {NAME: Reading(impression="a")}
    elsewhere = Journal(window.folder / NAME)  # the lock is free
    elsewhere.close()


def test_a_reading_deleted_while_it_was_closed_comes_back_into_the_study_that_is_open_by_then(window: Window) -> None:
    name = save(window, reading())
    window.open()
    window.shelf.delete([name])
    window.settle()
    made = window.acquire(IMAGE)
    window.disk.go.clear()
    window.shelf.undo()
    assert window.rows == [name]
    window.settle()
    assert made.reading == reading() == window.on_disk()[name]


def test_the_reader_hears_of_a_deletion_that_failed_after_the_dialog_was_closed(window: Window) -> None:
    window.begin("a")
    window.disk.stuck = True
    window.shelf.delete([NAME])
    window.shelf.detach()
    window.settle()
    assert window.notified == [NOT_DELETED]


@pytest.mark.parametrize("is_open", [True, False])
def test_the_end_of_the_program_waits_for_a_deletion(
    window: Window, monkeypatch: pytest.MonkeyPatch, is_open: bool
) -> None:
    if is_open:
        window.begin("a")
    else:
        save(window, reading())
        window.open()
        window.disk.go.clear()
    window.shelf.delete([NAME])
    window.disk.closing = True
    monkeypatch.setattr(presenters, "CLOSE_PATIENCE", 0.01)
    assert not window.readings.save_now()  # the reader is told, and may end it all the same
    monkeypatch.setattr(presenters, "CLOSE_PATIENCE", 30)
    threading.Timer(0.05, window.disk.go.set).start()
    assert window.readings.save_now()
    window.readings.close()
    assert window.on_disk() == {} and len(window.aside()) == 1


def test_an_import_has_journals_opened_by_a_job_before_the_window_needs_them(window: Window, tmp_path: Path) -> None:
    save(window, reading())
    (tmp_path / "in.json").write_bytes(exported([reading(), reading(OTHER)], "x"))
    window.open()
    window.shelf.take(tmp_path / "in.json")
    window.settle()
    assert window.state.notice == "1 reading was imported." and not window.state.busy
    assert window.on_disk() == {NAME: reading(), journal_name(OTHER): reading(OTHER)}
    assert window.readings._open == {} and not window.readings._prepared


def test_closing_the_dialog_does_not_end_an_import_halfway(window: Window, tmp_path: Path) -> None:
    (tmp_path / "in.json").write_bytes(exported([reading(), reading(OTHER)], "x"))
    window.open()
    window.shelf.take(tmp_path / "in.json")
    window.jobs.release("shelf import")
    window.jobs.release("shelf merge")
    window.shelf.detach()
    window.settle()
    assert len(window.on_disk()) == 2


def test_a_file_is_moved_by_the_thread_that_writes(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[str] = []

    def noted(path: Path) -> Path:
        threads.append(threading.current_thread().name)
        return set_aside(path)

    monkeypatch.setattr(journal_file, "set_aside", noted)
    save(window, reading(OTHER))
    window.begin("a")
    window.shelf.delete([NAME, journal_name(OTHER)])
    window.settle()
    assert threads == ["cxr-journal"] * 2


def test_a_study_without_a_journal_has_nothing_to_delete(window: Window) -> None:
    made = window.acquire(ImageRef("9", "9", "9"))
    window.open()
    window.shelf.delete([made.name])
    window.settle()
    assert window.state.problems == (NOT_DELETED,) and made.reading == Reading()
    assert not (window.folder / made.name).exists()


def test_of_two_readings_the_one_that_was_deleted_comes_back_though_the_other_could_not_be(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presenters, "APPEND_PATIENCE", 30)  # answered at once
    window.disk.closing = True
    name = save(window, reading())
    window.open()
    window.shelf.delete(["gone.reading", name])
    window.settle()
    assert window.state.problems == (NOT_DELETED,) and window.state.notice == "1 reading was deleted."
    window.shelf.undo()
    window.settle()
    assert list(window.on_disk()) == [name] and not window.state.can_undo
