"""A disk that is slow, fails or hangs never keeps the reader from drawing, and nothing that was drawn is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cxrviewer.presenters import readings as presenters
from cxrviewer.presenters.readings import SAVED_AGAIN, OpenReading, Readings, journal_name
from cxrviewer.reading import journal as journals
from cxrviewer.reading.document import Edit, Reading, SetImpression
from cxrviewer.reading.journal import Journal, JournalError, Record
from cxrviewer.reading.shelf import reading_at
from cxrviewer.reading.values import ImageRef, ViewState
from cxrviewer.text import msg
from tests.fakes import HeldJobs
from tests.unit.test_presenters_annotations import opened

IMAGE = ImageRef("2.25.1", "2.25.2", "2.25.3")


class SlowDisk:
    """Every write waits until `go` is set; then it fails while the disk is `full`, or as often as `faults` counts."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.go, self.full, self.faults = threading.Event(), False, 0
        self.threads: set[str] = set()
        patch.setattr(presenters, "APPEND_PATIENCE", 0.01)
        append, compact = Journal.append, Journal.compact

        def slow(journal: Journal, record: Record) -> None:
            self._pass()
            append(journal, record)

        def slow_compact(journal: Journal, *given: Any) -> None:
            self._pass()
            compact(journal, *given)

        patch.setattr(Journal, "append", slow)
        patch.setattr(Journal, "compact", slow_compact)

    def _pass(self) -> None:
        self.threads.add(threading.current_thread().name)
        assert self.go.wait(30)
        self.faults -= 1
        if self.full or self.faults >= 0:
            raise JournalError(msg("The reading could not be written anew; it goes on in its old file."))


class Window:
    def __init__(self, folder: Path) -> None:
        self.notified: list[str] = []
        self.timers: list[Callable[[], None]] = []
        self.jobs = HeldJobs()
        self.readings = Readings(folder, self.jobs, self.notified.append, lambda _, call: self.timers.append(call))

    def look(self) -> None:
        """Let the timers run that are waiting now, and what was posted be called before them."""
        timers, self.timers = self.timers, []
        self.jobs.call_posted()
        for call in timers:
            call()

    def look_until(self, done: Callable[[], bool]) -> None:
        assert self.readings._writer.finish(30)
        for _ in range(10):
            self.look()
            self.readings._writer.finish(30)
            if done():
                return
        raise AssertionError("it never happened")


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Window]:
    made = Window(tmp_path)
    yield made
    made.readings.close()


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowDisk]:
    made = SlowDisk(monkeypatch)
    yield made
    made.go.set()


def say(reading: OpenReading, words: str) -> None:
    assert reading.do(Edit("impression", (SetImpression(reading.reading.impression, words),)))


def on_the_disk(folder: Path) -> Reading:
    return journals.read((folder / journal_name(IMAGE)).read_bytes()).document.reading


def test_a_slow_disk_keeps_nobody_from_editing(window: Window, disk: SlowDisk, tmp_path: Path) -> None:
    reading = window.readings.acquire(IMAGE)
    for words in ("a", "b", "c"):
        say(reading, words)
    assert reading.undo()
    assert reading.reading.impression == "b"  # shown while not one of them is on the disk
    assert on_the_disk(tmp_path) == Reading() and window.notified == []
    disk.go.set()
    window.look_until(lambda: not reading.only_here)
    assert on_the_disk(tmp_path) == reading.reading
    assert disk.threads == {"cxr-journal"}


def test_records_reach_a_slow_disk_in_the_order_in_which_they_were_made(
    window: Window, disk: SlowDisk, tmp_path: Path
) -> None:
    reading = window.readings.acquire(IMAGE)
    words = [str(number) for number in range(40)]
    for one in words:
        say(reading, one)
    disk.go.set()
    window.look_until(lambda: not reading.only_here)
    history = journals.read((tmp_path / journal_name(IMAGE)).read_bytes()).document.undo_steps
    assert [step.changes[0].after for step in history] == words


def test_a_slow_disk_that_fails_is_told_once_and_all_is_written_when_it_works_again(
    window: Window, disk: SlowDisk, tmp_path: Path
) -> None:
    reading = window.readings.acquire(IMAGE)
    for words in ("a", "b", "c"):
        say(reading, words)
    changed: list[bool] = []
    reading.listen(lambda: changed.append(reading.unsaved))
    disk.faults = 1
    disk.go.set()
    assert window.readings._writer.finish(30)
    lines = (tmp_path / journal_name(IMAGE)).read_bytes().splitlines()
    assert len(lines) == 1  # "b" and "c" would not fit a journal without "a"
    window.look()
    assert len(window.notified) == 1 and "cannot be saved" in window.notified[0]
    assert changed == [True]
    window.look_until(lambda: len(window.notified) > 1)
    assert window.notified[1:] == [SAVED_AGAIN]
    assert changed == [True, False]
    assert on_the_disk(tmp_path).impression == "c"


def test_what_is_drawn_while_all_is_written_again_is_written_too(
    window: Window, disk: SlowDisk, tmp_path: Path
) -> None:
    reading = window.readings.acquire(IMAGE)
    disk.full = True
    disk.go.set()
    say(reading, "a")
    window.look_until(lambda: bool(window.notified))
    disk.full = False
    disk.go.clear()
    say(reading, "b")  # begins to write everything anew
    say(reading, "c")
    disk.go.set()
    window.look_until(lambda: len(window.notified) > 1)
    assert on_the_disk(tmp_path).impression == "c"


def test_closing_waits_for_the_last_record(window: Window, disk: SlowDisk, tmp_path: Path) -> None:
    reading = window.readings.acquire(IMAGE)
    for words in ("a", "b"):
        say(reading, words)
    threading.Timer(0.2, disk.go.set).start()
    window.readings.close()
    assert on_the_disk(tmp_path).impression == "b"


def test_a_study_left_before_the_disk_took_it_is_closed_once_it_did(
    window: Window, disk: SlowDisk, tmp_path: Path
) -> None:
    reading = window.readings.acquire(IMAGE)
    say(reading, "a")
    window.readings.release(reading)
    assert window.readings.acquire(IMAGE) is reading  # the one that is still being written
    window.readings.release(reading)
    disk.go.set()
    window.look_until(lambda: not window.readings._open)
    other = Window(tmp_path)  # the lock is free
    again = other.readings.acquire(IMAGE)
    assert not again.read_only and again.reading.impression == "a"
    other.readings.close()


def test_a_program_that_ends_waits_for_a_hanging_disk_only_so_long(
    window: Window, disk: SlowDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presenters, "CLOSE_PATIENCE", 0.01)
    say(window.readings.acquire(IMAGE), "a")
    window.readings.close()
    disk.go.set()
    assert window.readings._writer.finish(30)


def test_an_image_about_to_be_shown_has_its_journal_opened_by_the_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = opened()
    first = Window(tmp_path)
    say(first.readings.acquire(presenters.image_ref(image)), "seen before")
    first.readings.close()
    threads: list[str] = []
    whole = Journal.__init__

    def noted(journal: Journal, path: Path) -> None:
        threads.append(threading.current_thread().name)
        whole(journal, path)

    monkeypatch.setattr(Journal, "__init__", noted)
    second = Window(tmp_path)
    second.readings.warm(image)  # on the thread that decodes
    assert threads == ["cxr-journal"]
    assert second.readings.acquire(presenters.image_ref(image)).reading.impression == "seen before"
    assert threads == ["cxr-journal"]
    second.readings.close()


def test_journals_of_images_that_were_passed_by_do_not_stay_locked(tmp_path: Path) -> None:
    images = [opened(number=number, study_uid=f"2.25.9.{number}") for number in range(6)]
    first = Window(tmp_path)
    for image in images:
        reading = first.readings.acquire(presenters.image_ref(image))
        say(reading, "a")
        first.readings.release(reading)
    for image in images:
        first.readings.warm(image)
    second = Window(tmp_path)
    free = [not second.readings.acquire(presenters.image_ref(image)).read_only for image in images]
    assert free == [True, True, False, False, False, False]
    first.readings.close()
    second.readings.close()


def test_a_reading_of_another_window_is_shown_as_soon_as_a_slow_disk_has_it(
    window: Window, disk: SlowDisk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    disk.go.set()
    say(window.readings.acquire(IMAGE), "of the other window")
    assert window.readings._writer.finish(30)
    disk.go.clear()

    def slow(path: Path) -> Reading | None:
        disk._pass()
        return reading_at(path)

    monkeypatch.setattr(presenters, "reading_at", slow)
    other, changed = Window(tmp_path), threading.Event()
    reading = other.readings.acquire(IMAGE)  # waits for no disk
    reading.listen(changed.set)
    assert reading.read_only and reading.reading == Reading() and len(other.notified) == 1
    disk.go.set()
    other.look_until(lambda: not reading.only_here)
    assert reading.reading.impression == "of the other window" and changed.is_set()
    other.readings.close()


def test_views_are_noted_while_the_disk_is_slow(window: Window, disk: SlowDisk, tmp_path: Path) -> None:
    reading = window.readings.acquire(IMAGE)
    say(reading, "a")
    reading.look(IMAGE, ViewState(inverted=True))
    reading.flush()
    disk.go.set()
    window.look_until(lambda: not reading.only_here)
    assert on_the_disk(tmp_path).views == {IMAGE: ViewState(inverted=True)}
