"""A folder that is opened hangs its newest study beside the prior, and never against the reader."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from cxrviewer.commands.facts import Fact
from cxrviewer.errors import LibraryError
from cxrviewer.imaging.contents import Header
from cxrviewer.presenters.head_plans import HeadPlan
from cxrviewer.presenters.self_hanging import NO_PRIOR
from cxrviewer.studies.index.files import FOLDER, INDEX_NAME
from cxrviewer.workspace.layout import Layout
from tests.fakes import FakeScorer, fake_image, head_name, header
from tests.unit.test_presenters_viewports import Room


def taken(study: int, name: str = "P", *, part: str = "CHEST", view: str = "PA", **more: Any) -> Header:
    """Return the header of a film; the study is also its day in November."""
    made = header(name, study=str(study), **more)
    return replace(made, facts=replace(made.facts, body_part=part, view_position=view))


@dataclass
class Folder(Room):
    """A folder whose files are read in the order of their names; nothing is read before `begin`."""

    def __post_init__(self) -> None:
        self.images = {name: fake_image(key=name, codes=np.full((40, 30), 100, np.uint16)) for name in self.headers}
        self.opened = False
        super().__post_init__()

    def begin(self) -> None:
        if self.opened:
            super().begin()

    def start(self) -> Folder:
        """Open the folder until its first film is on the screen."""
        self.opened = True
        self.begin()
        while "image" not in self.jobs.newest:
            self.jobs.release(next(iter(self.jobs.newest)))
        self.jobs.release("image")
        return self

    def end(self) -> Folder:
        self.jobs.release_all()
        return self

    def shown(self) -> list[str]:
        layout = self.room.viewports.workspace.layout
        panes = [self.room.viewports.pane(number) for number in range(layout.count)]
        return ["" if pane.image.image is None else pane.image.image.entry.path.name for pane in panes]


def folder(tmp_path: Path, headers: dict[str, Header], **more: Any) -> Folder:
    place = tmp_path / "films"
    place.mkdir(exist_ok=True)
    return Folder(place, headers=headers, library=tmp_path / "home", **more)


TWO = {"a": taken(5), "b": taken(9)}


def test_the_newest_study_hangs_beside_its_prior_once_the_folder_is_read(tmp_path: Path) -> None:
    one = folder(tmp_path, TWO).start()
    assert one.shown() == ["a"]  # the first file, as early as ever
    one.end()
    assert one.shown() == ["b", "a"]
    assert one.room.viewports.active.number == 0 and one.room.worklist.current == one.key("b")
    assert one.views.said[-1] == "Hung by the rule “Frontal beside its prior”."
    assert sorted(one.decoded) == ["a", "b"]  # each once


def test_a_library_that_cannot_be_opened_keeps_no_folder_from_hanging(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> object:
        raise LibraryError("The library cannot be opened; check the disk.")

    monkeypatch.setattr("cxrviewer.presenters.library_stores.Stores", broken)
    index = tmp_path / "home" / "cache" / FOLDER / INDEX_NAME
    index.parent.mkdir(parents=True)
    index.write_bytes(b"")
    one = folder(tmp_path, TWO).start().end()
    assert one.shown() == ["b", "a"]  # by the rules; nothing the reader decided is known
    assert not one.room.hangs.pending  # or the arrangement would never be saved
    assert "The library cannot be opened; check the disk." in one.views.said


def test_an_image_that_is_in_its_place_already_is_not_opened_again(tmp_path: Path) -> None:
    one = folder(tmp_path, {"a": taken(9), "b": taken(5)}).start()
    before = one.views.canvases[0].names().count("show_opening")
    one.end()
    assert one.shown() == ["a", "b"]
    assert one.views.canvases[0].names().count("show_opening") == before


@pytest.mark.parametrize(
    "headers",
    [
        {"a": taken(5)},
        {"a": taken(5), "b": taken(5, number=2)},
        {"a": taken(5), "b": taken(9, "Q")},
        {"a": taken(5), "b": taken(9, part="HAND")},
        {"a": taken(5), "b": taken(9, view="LL")},
        {"a": taken(5), "b": taken(4, part="HAND"), "c": taken(3, view="LL")},
    ],
)
def test_without_a_comparable_prior_the_first_image_stays(tmp_path: Path, headers: dict[str, Header]) -> None:
    one = folder(tmp_path, headers).start().end()
    assert one.shown() == ["a"] and one.room.viewports.workspace.layout is Layout.ONE
    assert one.views.asked == []


def test_of_many_patients_the_one_of_the_first_row_hangs(tmp_path: Path) -> None:
    headers = {"a": taken(3, "P"), "b": taken(7, "P"), "c": taken(8, "Q"), "d": taken(2, "Q")}
    assert folder(tmp_path, headers).start().end().shown() == ["c", "d"]


def test_where_the_patient_of_the_first_row_has_no_prior_nobody_else_hangs(tmp_path: Path) -> None:
    headers = {"a": taken(3, "P"), "b": taken(7, "P"), "c": taken(8, "Q")}
    assert folder(tmp_path, headers).start().end().shown() == ["a"]


def test_a_hand_of_the_same_day_does_not_keep_the_chest_from_hanging(tmp_path: Path) -> None:
    headers = {
        "a": taken(9, part="HAND", study_uid="hand", sop_instance_uid="hand.1", study_time="17:00"),
        "b": taken(9),
        "c": taken(5),
    }
    assert folder(tmp_path, headers).start().end().shown() == ["b", "c"]


ACTS: dict[str, Callable[[Folder], object]] = {
    "another row": lambda one: one.room.worklist.select(one.key("a")),
    "a search": lambda one: one.room.worklist.search("p"),
    "another window": lambda one: one.room.image.invert(),
    "a layout": lambda one: one.run("viewport.layout_2x2"),
    "a tool of the image": lambda one: one.run("view.flip"),
    "a film of the timeline": lambda one: one.room.strip.open(one.room.timeline.images[0], beside=False),
    "something else": lambda one: one.room.open_paths((one.folder / "a",)),
}


@pytest.mark.parametrize("act", ACTS)
def test_once_the_reader_has_done_something_nothing_moves(tmp_path: Path, act: str) -> None:
    one = folder(tmp_path, TWO).start()
    ACTS[act](one)
    layout = one.room.viewports.workspace.layout
    one.end()
    assert one.room.viewports.workspace.layout is layout and one.shown()[0] == "a"
    assert not any("rule" in words for words in one.views.said)


def test_showing_a_panel_or_hiding_identity_is_no_reason_to_hang_nothing(tmp_path: Path) -> None:
    one = folder(tmp_path, TWO).start()
    one.run("view.timeline")
    one.run("view.hide_identity")
    assert one.end().shown() == ["b", "a"]


def test_what_the_reader_does_while_the_rules_are_read_counts_too(tmp_path: Path) -> None:
    one = folder(tmp_path, TWO).start()
    while "first hanging" not in one.jobs.newest:
        one.jobs.release(next(iter(one.jobs.newest)))
    one.room.image.invert()
    assert one.end().shown() == ["a"]


def until(one: Folder, slot: str) -> None:
    """Let everything end but what the job of `slot` leads to."""
    while slot not in one.jobs.newest:
        one.jobs.release(next(iter(one.jobs.newest)))


def test_the_prior_that_was_read_first_stays_until_the_newest_image_is_decoded(tmp_path: Path) -> None:
    one = folder(tmp_path, TWO).start()
    until(one, "hanging image 0")
    for slot in [slot for slot in one.jobs.newest if slot != "hanging image 0"]:
        one.jobs.release(slot)
    assert one.shown() == ["a"] and one.room.hangs.pending
    assert one.views.canvases[0].names().count("show_opening") == 1
    one.jobs.release("hanging image 0")
    assert one.room.viewports.workspace.layout is Layout.TWO and one.decoded == ["a", "b"]
    assert one.end().shown() == ["b", "a"] and one.decoded == ["a", "b"]


def test_what_the_reader_does_while_the_newest_image_is_decoded_counts_too(tmp_path: Path) -> None:
    one = folder(tmp_path, TWO).start()
    until(one, "hanging image 0")
    one.room.image.invert()
    assert "hanging image 0" not in one.jobs.newest
    assert one.end().shown() == ["a"] and not one.room.hangs.pending


def test_a_newest_image_that_cannot_be_decoded_hangs_with_its_reason(tmp_path: Path) -> None:
    one = folder(tmp_path, TWO).start()
    until(one, "hanging image 0")
    del one.images["b"]
    assert one.end().shown() == ["", "a"]
    assert "show_failure" in one.views.canvases[0].names()


def test_it_can_be_switched_off_and_asked_for_by_a_key(tmp_path: Path) -> None:
    one = folder(tmp_path, TWO)
    assert Fact.HANGS_PRIORS in one.views.commands.facts
    one.run("viewport.hang_priors")
    assert not one.room.hangs.on and Fact.HANGS_PRIORS not in one.views.commands.facts
    assert one.start().end().shown() == ["a"]
    one.run("viewport.hang")  # the older study has no prior
    one.end()
    assert one.shown() == ["a"] and one.views.said[-1] == NO_PRIOR
    one.room.worklist.select(one.key("b"))
    one.end().run("viewport.hang")
    assert one.end().shown() == ["b", "a"]


def test_a_study_without_a_prior_hangs_when_it_is_asked_for_and_only_then(tmp_path: Path) -> None:
    alone = {"a": taken(9, number=1), "b": taken(9, view="LL", number=2)}
    one = folder(tmp_path, alone).start().end()
    assert one.shown() == ["a"]
    one.run("viewport.hang")
    assert one.end().shown() == ["a", "b"]
    assert one.views.said[-1] == f"Hung by the rule “Frontal and lateral”. {NO_PRIOR}"


def test_one_image_alone_stays_where_it_is(tmp_path: Path) -> None:
    one = folder(tmp_path, {"a": taken(9)}).start().end()
    one.run("viewport.layout_1x2")
    one.run("viewport.hang")
    assert one.end().shown() == ["a", ""] and one.views.said[-1] == NO_PRIOR


def test_a_folder_that_was_open_before_is_as_it_was_left(tmp_path: Path) -> None:
    first = folder(tmp_path, TWO, workspaces=tmp_path / "kept").start().end()
    first.run("viewport.layout_1x1")
    first.room.worklist.select(first.key("a"))
    first.end()
    first.room.close()
    second = folder(tmp_path, TWO, workspaces=tmp_path / "kept").start().end()
    assert second.shown() == ["a"] and second.room.viewports.workspace.layout is Layout.ONE


def test_a_kill_before_anything_hung_leaves_no_arrangement(tmp_path: Path) -> None:
    first = folder(tmp_path, TWO, workspaces=tmp_path / "kept").start()
    assert first.room.hangs.pending
    first.room.close()
    assert not (tmp_path / "kept").exists()
    assert folder(tmp_path, TWO, workspaces=tmp_path / "kept").start().end().shown() == ["b", "a"]


RENUMBERED = {
    "a": taken(5, "P", patient_id="1", birth_date="1950-01-02"),
    "b": taken(9, "P", patient_id="2", birth_date="1950-01-02"),
}


def test_a_doubtful_prior_is_asked_about_and_hangs_when_confirmed(tmp_path: Path) -> None:
    one = folder(tmp_path, RENUMBERED).start().end()
    assert one.shown() == ["a"]
    ((question, answer),) = one.views.asked
    assert "ID 2" in question.current and "ID 1" in question.other
    answer(True)
    assert one.end().shown() == ["b", "a"] and len(one.views.asked) == 1


@pytest.mark.parametrize("same", [True, False])
def test_an_answer_moves_nothing_when_it_is_no_or_the_reader_went_on(tmp_path: Path, same: bool) -> None:
    one = folder(tmp_path, RENUMBERED).start().end()
    if same:
        one.room.image.invert()
    one.views.asked[0][1](same)
    assert one.end().shown() == ["a"]


def test_a_further_folder_hangs_in_the_place_of_the_first_but_not_over_an_arrangement(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    one = folder(tmp_path, {**TWO, "c": taken(2, "Q"), "d": taken(3, "Q")})
    for name in "cd":
        (one.folder / name).rename(other / name)
    one.start().end()
    assert one.shown() == ["b", "a"]
    one.room.open_paths((other,))
    assert one.end().shown() == ["d", "c"]
    one.run("viewport.layout_2x2")
    one.room.open_paths((one.folder,))
    assert one.end().shown()[:2] == ["a", "c"] and one.room.viewports.workspace.layout is Layout.FOUR


@pytest.mark.parametrize(
    "command", ["frame.play", "frame.next", "view.overlays", "view.shutter", "tool.length", "edit.undo", "ai.heat_map"]
)
def test_every_command_that_needs_something_on_the_screen_is_the_readers_hand(tmp_path: Path, command: str) -> None:
    one = folder(tmp_path, TWO).start()
    one.room.hangs.ran(one.views.commands[command])
    assert not one.room.hangs.pending and one.end().shown() == ["a"]


def test_typing_the_report_is_the_readers_hand_too(tmp_path: Path) -> None:
    one = folder(tmp_path, TWO).start()
    one.room.paperwork.report.typed("Clear.")
    assert one.end().shown() == ["a"]


def test_the_library_is_told_when_a_model_is_ready_or_the_ai_is_switched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = folder(tmp_path, TWO).start().end()
    library, looks = one.room.library, []
    assert library is not None
    monkeypatch.setattr(library.scoring, "look_at_heads", lambda: looks.append(one.room.findings.enabled))
    one.run("ai.on")
    one.run("ai.on")
    assert looks == [False, True]
    other = FakeScorer(manifest=replace(one.scorer.manifest, id="test.other"))
    one.room.start_heads(lambda: [HeadPlan(head_name(other), lambda note: other)])
    one.end()
    assert looks == [False, True, True]
