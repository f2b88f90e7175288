"""What is opened is looked at off the GUI thread: packs, images, and places that do not answer."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from cxrviewer.presenters import opened_paths
from cxrviewer.presenters.opened_paths import OVERTAKEN, SLOT, TOO_LATE, WAITS, OpenedPaths, Sorted, sort_paths
from tests.fakes import HeldJobs


class Desk:
    """What is opened, what is said, and a clock that the test turns."""

    def __init__(self) -> None:
        self.jobs, self.said, self.used = HeldJobs(), list[str](), list[Sorted]()
        self.timers: list[Callable[[], None]] = []
        self.opened = OpenedPaths(self.jobs, self.said.append, lambda ms, call: self.timers.append(call))

    def open(self, *paths: Path) -> None:
        self.opened.ask(paths, self.used.append)

    def answer(self, number: int) -> None:
        self.jobs.release(f"{SLOT} {number}")


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_packs_are_told_from_images_and_the_next_dialog_begins_where_they_lie(tmp_path: Path) -> None:
    (tmp_path / "a head").mkdir()
    (tmp_path / "a head" / "head.toml").touch()
    disc, image, pack = tmp_path / "disc", tmp_path / "disc" / "film.dcm", tmp_path / "one.cxrhead"
    disc.mkdir()
    assert sort_paths((disc, pack)) == Sorted((pack,), (disc,), str(disc))
    assert sort_paths((image, tmp_path / "a head")) == Sorted((tmp_path / "a head",), (image,), str(disc))
    assert sort_paths((pack,)) == Sorted((pack,))


def test_nothing_is_asked_of_the_file_system_where_the_reader_waits(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    for name in ("stat", "lstat"):
        real = getattr(os, name)
        monkeypatch.setattr(os, name, lambda *args, real=real, **more: asked.append(args) or real(*args, **more))
    desk.open(tmp_path)
    desk.open(tmp_path / "one.CXRHEAD")
    monkeypatch.undo()
    assert asked == [] and [one.packs for one in desk.used] == [(tmp_path / "one.CXRHEAD",)]


def test_a_place_that_does_not_answer_is_waited_for_with_a_sentence_and_keeps_nothing_else(
    desk: Desk, tmp_path: Path
) -> None:
    desk.open(tmp_path / "share")
    desk.timers[0]()
    assert desk.said == [WAITS]
    desk.open(tmp_path)
    desk.answer(2)
    assert [one.images for one in desk.used] == [(tmp_path,)]


def test_a_place_that_answers_late_opens_unless_something_else_was_opened(desk: Desk, tmp_path: Path) -> None:
    desk.open(tmp_path / "share")
    desk.timers[0]()
    desk.answer(1)
    assert [one.images for one in desk.used] == [(tmp_path / "share",)]
    assert desk.said == [WAITS, ""]  # the sentence goes
    desk.open(tmp_path / "share")
    desk.timers[1]()
    desk.open(tmp_path)
    desk.answer(3)
    desk.answer(2)
    assert [one.images for one in desk.used[1:]] == [(tmp_path,)]
    assert desk.said[-1] == TOO_LATE


def test_two_things_that_are_opened_in_a_row_are_both_opened_in_their_order(desk: Desk, tmp_path: Path) -> None:
    desk.open(tmp_path / "one")
    desk.open(tmp_path / "two")
    desk.answer(2)
    assert desk.used == []  # the screen would end with the first
    desk.answer(1)
    desk.timers[0]()  # long answered
    assert [one.images for one in desk.used] == [(tmp_path / "one",), (tmp_path / "two",)] and desk.said == []


def test_what_is_opened_waits_a_second_for_what_was_opened_before(desk: Desk, tmp_path: Path) -> None:
    desk.open(tmp_path / "share")
    desk.open(tmp_path)
    desk.answer(2)
    desk.timers[0]()
    assert [one.images for one in desk.used] == [(tmp_path,)]
    assert desk.said == [WAITS, WAITS]  # opening takes what is said away


def test_what_could_not_be_asked_about_holds_nothing_up(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.open(tmp_path / "one")
    desk.open(tmp_path / "two")
    desk.answer(2)
    monkeypatch.setattr(opened_paths, "sort_paths", lambda paths: 1 / 0)
    desk.answer(1)
    assert [one.images for one in desk.used] == [(tmp_path / "two",)] and len(desk.said) == 1


def test_what_is_opened_again_while_it_is_waited_for_is_asked_about_and_opened_once(desk: Desk, tmp_path: Path) -> None:
    desk.open(tmp_path / "share")
    desk.timers[0]()
    desk.open(tmp_path)
    desk.answer(2)
    desk.open(tmp_path / "share")  # now it is the newest
    assert desk.jobs.submitted == [f"{SLOT} 1", f"{SLOT} 2"] and desk.said[-1] == WAITS
    desk.answer(1)
    assert [one.images for one in desk.used] == [(tmp_path,), (tmp_path / "share",)]
    assert TOO_LATE not in desk.said and desk.said[-1] == ""


@pytest.mark.parametrize("late", [False, True])
def test_what_answers_after_all_was_closed_is_not_opened_and_says_so(desk: Desk, tmp_path: Path, late: bool) -> None:
    desk.open(tmp_path / "share")
    if late:
        desk.timers[0]()
    desk.opened.overtaken()
    desk.answer(1)
    assert desk.used == [] and desk.said[-1] == (TOO_LATE if late else OVERTAKEN)  # no drive is named that was quick
    desk.open(tmp_path)
    desk.answer(3)
    assert [one.images for one in desk.used] == [(tmp_path,)]


def test_installing_a_head_does_not_count_as_opening_something_else(desk: Desk, tmp_path: Path) -> None:
    head = tmp_path / "a head"
    head.mkdir()
    (head / "head.toml").touch()
    desk.open(tmp_path / "share")
    desk.timers[0]()
    desk.open(head)
    desk.answer(2)
    assert desk.said[-1] == WAITS
    desk.answer(1)
    assert [one.packs or one.images for one in desk.used] == [(head,), (tmp_path / "share",)]
