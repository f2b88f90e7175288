"""Scoring the library in the background: order, pause, what is kept, and what becomes outdated."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cxrviewer.errors import DecodeError, FileGoneError, LibraryError
from cxrviewer.heads.contract import RejectedError, Rejection, RejectionCode
from cxrviewer.imaging.stamp import FileStamp
from cxrviewer.presenters.library_scoring import (
    KEEP_SLOT,
    LIST_SLOT,
    LOOK_EVERY_MS,
    READ_SLOT,
    SCORE_SLOT,
    LibraryScoring,
    ScoringState,
    stored,
)
from cxrviewer.presenters.library_unscored import not_scored
from cxrviewer.studies.index.identity import content_digest
from cxrviewer.studies.index.not_scored import UnscoredImage
from cxrviewer.studies.index.scores import ModelVersion, Outcome, RunState, Selection, UnfinishedRun
from cxrviewer.text import Message, msg
from tests.fakes import FakeScorer, HeldJobs, fake_image, prediction

STAMP = FileStamp(1, 2, 3, 4, 5, 6, "x")
DIGEST = content_digest(STAMP)


@dataclass
class Header:
    stamp: FileStamp = STAMP


@dataclass
class Opened:
    radiograph: Any
    header: Header


class Stores:
    """Three images, remembered results."""

    def __init__(self) -> None:
        self.kept: list[tuple[int, Outcome, str]] = []
        self.why: list[str] = []
        self.versions: list[ModelVersion] = []
        self.asked: list[Any] = []
        self.run: list[Any] = []
        self.scores = self.reading = self
        self.gone: set[int] = set()
        self.images: tuple[int, ...] = (1, 2, 3)
        self.digest = DIGEST
        self.places: dict[int, Any] = {}
        self.any_version = False
        self.elsewhere, self.left = False, 3
        self.wanted: list[Selection | None] = []
        self.full: LibraryError | None = None
        self.looks = 0

    def set_current(self, versions: list[ModelVersion]) -> None:
        self.versions = versions

    def has_images(self) -> bool:
        return True  # they have their scores

    def begin_run(self, studies: Any) -> bool:
        if self.full is not None:
            raise self.full
        self.run.append(studies)
        return not self.elsewhere

    def break_run(self) -> None:
        self.run.append("broken")

    @property
    def database(self) -> None:
        return None

    def run_state(self, reading: object, wanted: Selection | None) -> RunState:
        self.looks += 1
        if self.elsewhere:
            return RunState(elsewhere=True)
        self.wanted.append(wanted)
        return RunState(unfinished=UnfinishedRun((5, 7), self.left) if self.left else None)

    def end_run(self) -> None:
        self.run.append("ended")

    def to_score(self, version: ModelVersion, *, limit: int, studies: Any = None, with_features: bool = False) -> Any:
        self.asked.append(studies)
        return [(image, self.digest) for image in self.images]

    def paths_of(self, image: int) -> Any:
        if image in self.gone:
            return ()
        return self.places.get(image, ((Path(f"image-{image}"), "", True),))

    def put(
        self,
        image: int,
        version: ModelVersion,
        outcome: Outcome,
        findings: Any,
        *,
        digest: str,
        reason: str,
        why: str,
        features: Any = None,
    ) -> bool:
        assert digest == self.digest and version in (self.versions if self.any_version else self.versions[:1])
        if self.full is not None:
            raise self.full
        self.kept.append((image, outcome, reason))
        self.why.append(why)
        return True


class Bench:
    def __init__(self) -> None:
        self.jobs, self.stores, self.scorer = HeldJobs(), Stores(), FakeScorer()
        self.states: list[ScoringState] = []
        self.time = 0.0
        self.missed: list[Path] = []
        self.files: dict[str, Any] = {}
        self.due: list[tuple[int, Any]] = []
        self.watched = True
        self.scoring = LibraryScoring(
            self.jobs, self.open, lambda: (self.scorer,), show=self.states.append, on_scored=lambda: None,
            on_missed=self.missed.append, clock=lambda: self.time,
            later=lambda milliseconds, call: self.due.append((milliseconds, call)), watched=lambda: self.watched,
        )  # fmt: skip

    def wait(self) -> None:
        """Let the time pass that a look by itself waits for."""
        due, self.due = self.due, []
        for _, call in due:
            call()
        self.jobs.release_all()

    def open(self, path: Path, cancel: object) -> Any:
        self.time += 10
        found = self.files.get(path.name, Opened(fake_image(), Header()))
        if isinstance(found, Exception):
            raise found
        return found


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_every_image_is_scored_and_what_fails_is_counted(bench: Bench) -> None:
    bench.files["image-1"] = DecodeError("The pixels cannot be decoded.")
    bench.files["image-3"] = Opened(fake_image(), Header(FileStamp(9, 9, 9, 9, 9, 9, "y")))  # another file by now
    bench.scoring.start(bench.stores, [5, 7])  # type: ignore[arg-type]
    bench.jobs.release_all()
    assert [(image, outcome) for image, outcome, _ in bench.stores.kept] == [
        (1, Outcome.FAILED), (2, Outcome.SCORED), (3, Outcome.FAILED),
    ]  # fmt: skip
    assert bench.stores.asked == [[5, 7]]
    assert bench.scoring.state.text == "1 image was scored. 0 rejected, 2 failed."
    assert not bench.scoring.state.running
    assert bench.stores.kept[2][2] == LibraryError.code


def test_an_image_that_only_begins_like_another_one_is_scored_under_its_own_digest(bench: Bench) -> None:
    bench.stores.digest = f"{DIGEST}-0123456789abcdef"  # as a scan names the second of them
    bench.files["image-3"] = Opened(fake_image(), Header(FileStamp(9, 9, 9, 9, 9, 9, "y")))
    bench.scoring.start(bench.stores, None)  # type: ignore[arg-type]
    bench.jobs.release_all()
    assert [outcome for _, outcome, _ in bench.stores.kept] == [Outcome.SCORED, Outcome.SCORED, Outcome.FAILED]


def test_why_an_image_has_no_score_is_kept_to_be_translated(bench: Bench) -> None:
    bench.files["image-1"] = DecodeError(msg("It has {n} bits.", n=9))
    bench.files["image-2"] = ValueError("private")  # not for the screen
    bench.files["image-3"] = PermissionError("private")
    bench.scoring.start(bench.stores, None)  # type: ignore[arg-type]
    bench.jobs.release_all()
    assert bench.stores.why == [
        "It has 9 bits.",
        "Scoring failed for a reason this program did not expect. Details are in the log.",
        "The file could not be read; check that it is still there and that its disc is readable.",
    ]
    assert next(one.source for one in bench.stores.why if isinstance(one, Message)) == "It has {n} bits."
    assert all(isinstance(one, Message) for one in bench.stores.why)
    bench.files.clear()
    bench.scoring.start(bench.stores, None)  # type: ignore[arg-type]
    bench.jobs.release_all()
    assert bench.stores.why[3:] == ["", "", ""]


def test_of_an_image_that_is_not_there_nothing_is_kept_and_its_folder_is_looked_at(bench: Bench) -> None:
    gone = FileGoneError("This file does not exist any more.")
    bench.files.update({"image-1": gone, "image-2": gone})
    bench.stores.places[3] = ((Path("offline"), "", False),)
    bench.scoring.start(bench.stores, None)  # type: ignore[arg-type]
    bench.jobs.release_all()
    assert bench.stores.kept == []
    assert bench.missed == [Path("image-1"), Path("image-2")]
    assert bench.scoring.state.text == (
        "0 images were scored. 3 were not there: connect their disc or folder, or scan again."
    )
    assert [(str(one.path), one.reason) for one in bench.scoring.not_reached] == [
        ("image-1", "Not reached: This file does not exist any more."),
        ("image-2", "Not reached: This file does not exist any more."),
        ("offline", "Not reached: Its disc or folder is not connected."),
    ]
    bench.files.clear()
    bench.stores.places.clear()
    bench.scoring.start(bench.stores, None)  # type: ignore[arg-type]
    bench.jobs.release_all()
    assert bench.scoring.not_reached == ()


def test_an_image_that_lies_in_two_folders_is_scored_where_one_of_them_is_gone(bench: Bench) -> None:
    bench.files["image-2"] = FileGoneError("This file does not exist any more.")
    bench.stores.places[2] = ((Path("image-2"), "", True), (Path("its-copy"), "", True), (Path("offline"), "", False))
    bench.scoring.start(bench.stores, None)  # type: ignore[arg-type]
    bench.jobs.release_all()
    assert [(image, outcome) for image, outcome, _ in bench.stores.kept] == [
        (image, Outcome.SCORED) for image in (1, 2, 3)
    ]
    assert bench.missed == [Path("image-2")]


def test_where_every_image_has_its_scores_that_is_said(bench: Bench) -> None:
    bench.stores.images = ()
    bench.scoring.start(bench.stores, None)  # type: ignore[arg-type]
    bench.jobs.release_all()
    assert bench.scoring.state.text == "Nothing to score: every image within reach has its scores."


def test_the_list_is_read_again_at_the_first_image_that_has_no_score(bench: Bench) -> None:
    read: list[int] = []
    bench.scoring._on_scored = lambda: read.append(len(bench.stores.kept))
    bench.files["image-2"] = DecodeError("The pixels cannot be decoded.")
    bench.scoring.start(bench.stores, None)  # type: ignore[arg-type]
    bench.jobs.release_all()
    assert read == [2, 3]  # after the second image, and at the end


UNSCORED = (
    UnscoredImage(Path("a"), "org.example.one", Outcome.REJECTED, "child", msg("A child of {n} years.", n=3)),
    UnscoredImage(Path("b"), "org.example.gone", Outcome.FAILED, "image.decode", "No pixels."),
    UnscoredImage(Path("c"), "org.example.one", Outcome.REJECTED, "not_frontal", ""),  # kept by an earlier version
    UnscoredImage(Path("d"), "org.example.one", Outcome.REJECTED, "of another version", ""),
    UnscoredImage(Path("e"), "org.example.one", Outcome.FAILED, "image.decode", ""),
)


def test_an_image_without_a_score_is_listed_with_the_reason() -> None:
    assert [one.reason for one in not_scored(UNSCORED, {}, several=False)] == [
        "Rejected: A child of 3 years.",
        "Failed: No pixels.",
        "Rejected: not a frontal film",
        "Rejected: of another version",
        "Failed; score it again.",
    ]


def test_with_several_heads_the_reason_names_the_one_that_gave_it() -> None:
    lines = not_scored(UNSCORED[:2], {"org.example.one": "One"}, several=True)
    assert [one.reason for one in lines] == [
        "One · Rejected: A child of 3 years.",
        "org.example.gone · Failed: No pixels.",
    ]


def test_a_rejection_is_kept_with_its_code(bench: Bench) -> None:
    key = fake_image().key
    bench.scorer.answers[key] = RejectedError(Rejection(RejectionCode.CHILD, "A child."))
    bench.scoring.start(bench.stores, None)  # type: ignore[arg-type]
    bench.jobs.release_all()
    assert bench.stores.kept == [(image, Outcome.REJECTED, "child") for image in (1, 2, 3)]
    assert bench.stores.asked == [None]


def test_a_run_pauses_after_an_image_and_goes_on_with_the_time_that_is_left(bench: Bench) -> None:
    bench.scoring.start(bench.stores, None)  # type: ignore[arg-type]
    while len(bench.stores.kept) < 1:
        bench.jobs.release(next(iter(bench.jobs.newest)))
    bench.scoring.pause()
    bench.jobs.release_all()
    assert bench.scoring.state.paused and len(bench.stores.kept) == 2 and "paused" in bench.scoring.state.text
    bench.time += 1000  # a long pause is no time spent
    bench.scoring.resume()
    # Three were read in 30 seconds, two of them scored: 15 seconds for the one that is left.
    assert "Scoring 2 of 3 · 15 s left" in bench.scoring.state.text
    bench.jobs.release_all()
    assert len(bench.stores.kept) == 3


def test_the_next_image_is_read_while_one_is_scored_and_none_twice(bench: Bench) -> None:
    read: list[str] = []
    found = bench.open
    bench.scoring._open = lambda path, cancel: (read.append(path.name), found(path, cancel))[1]
    bench.scoring.start(bench.stores, None)  # type: ignore[arg-type]
    bench.jobs.release(LIST_SLOT)
    bench.jobs.release(READ_SLOT)
    assert set(bench.jobs.newest) == {SCORE_SLOT, READ_SLOT}
    bench.jobs.release(READ_SLOT)
    assert read == ["image-1", "image-2"]
    assert set(bench.jobs.newest) == {SCORE_SLOT}, "one image is read ahead, not all"
    bench.jobs.release_all()
    assert read == ["image-1", "image-2", "image-3"]
    assert [image for image, *_ in bench.stores.kept] == [1, 2, 3]


def test_an_image_read_during_a_pause_is_scored_after_it(bench: Bench) -> None:
    bench.scoring.start(bench.stores, None)  # type: ignore[arg-type]
    for slot in (LIST_SLOT, READ_SLOT):
        bench.jobs.release(slot)
    bench.scoring.pause()
    for slot in (SCORE_SLOT, KEEP_SLOT, READ_SLOT):
        bench.jobs.release(slot)
    assert bench.scoring.state.done == 1 and not bench.jobs.newest
    bench.scoring.resume()
    assert SCORE_SLOT in bench.jobs.newest
    bench.jobs.release_all()
    assert [image for image, *_ in bench.stores.kept] == [1, 2, 3]


def test_a_stopped_run_keeps_nothing_more(bench: Bench) -> None:
    bench.scoring.start(bench.stores, None)  # type: ignore[arg-type]
    while len(bench.stores.kept) < 1:
        bench.jobs.release(next(iter(bench.jobs.newest)))
    bench.scoring.stop()
    bench.jobs.release_all()
    assert len(bench.stores.kept) == 1 and "stopped" in bench.scoring.state.text


REFUSED = (
    "Another window is scoring the library. When it has ended, or is stopped there, what is left can be scored here."
)


def look(bench: Bench) -> ScoringState:
    bench.scoring.look_at_runs(bench.stores)  # type: ignore[arg-type]
    bench.jobs.release_all()
    return bench.scoring.state


def test_what_another_window_has_taken_up_meanwhile_is_not_scored_here_too(bench: Bench) -> None:
    assert look(bench).left == 3
    bench.stores.elsewhere = True
    bench.scoring.take_up()
    bench.jobs.release_all()
    assert bench.stores.kept == [] and bench.stores.versions == []  # nor are the heads of this window those in use
    assert bench.scoring.state == ScoringState(text=REFUSED)
    bench.scoring.start(bench.stores, None)  # type: ignore[arg-type]  # asked for by the reader
    bench.jobs.release_all()
    assert bench.stores.kept == [] and bench.scoring.state == ScoringState(text=REFUSED)
    assert bench.stores.run == [[5, 7], None]


def test_what_was_wanted_while_another_window_scored_is_offered_when_that_has_ended(bench: Bench) -> None:
    bench.stores.elsewhere = True
    assert look(bench) == ScoringState(text="Another window is scoring the library; its scores appear here too.")
    assert bench.scoring.elsewhere
    bench.scoring.start(bench.stores, [7])  # type: ignore[arg-type]
    bench.jobs.release_all()
    assert look(bench) == ScoringState(text=REFUSED)
    bench.scoring.start(bench.stores, [5])  # type: ignore[arg-type]
    bench.jobs.release_all()
    bench.stores.elsewhere = False
    words = "The scoring of another window has ended; 3 images are still without a score."
    assert look(bench) == ScoringState(text=words, left=3, waited=True)
    assert bench.stores.wanted == [Selection((5, 7))] and not bench.scoring.elsewhere
    assert look(bench) == ScoringState(text=words, left=3, waited=True)  # it stays until it is taken up
    bench.scoring.take_up()
    bench.jobs.release_all()
    assert len(bench.stores.kept) == 3 and bench.scoring.state.text == "3 images were scored."
    bench.stores.left = 0
    assert not look(bench).waited and bench.stores.wanted[-1] is None  # it is done


def test_where_the_other_window_left_nothing_that_is_said(bench: Bench) -> None:
    bench.stores.elsewhere, bench.stores.left = True, 0
    bench.scoring.start(bench.stores, None)  # type: ignore[arg-type]
    bench.jobs.release_all()
    bench.stores.elsewhere = False
    words = "The scoring of another window has ended; it left nothing to score here."
    assert look(bench) == ScoringState(text=words)
    assert look(bench) == ScoringState(text=words) and bench.stores.wanted == [Selection(None), None]


def test_a_run_that_ends_while_this_window_is_refused_is_noticed_at_once(bench: Bench) -> None:
    bench.stores.elsewhere = True
    bench.scoring.start(bench.stores, None)  # type: ignore[arg-type]
    bench.jobs.release(LIST_SLOT)
    bench.stores.elsewhere = False
    bench.jobs.release_all()
    assert (bench.scoring.state.left, bench.scoring.state.waited) == (3, True)


def test_the_run_of_another_window_that_is_killed_is_noticed_without_a_look_of_the_reader(bench: Bench) -> None:
    bench.stores.elsewhere = True
    assert look(bench).left == 0
    shown = len(bench.states)
    for _ in range(3):
        assert [milliseconds for milliseconds, _ in bench.due] == [LOOK_EVERY_MS]
        bench.wait()
    assert len(bench.states) == shown and bench.stores.looks == 4, "nothing is drawn anew while it goes on"
    bench.stores.elsewhere = False  # nothing is written by that
    bench.wait()
    assert bench.scoring.state.left == 3 and not bench.scoring.elsewhere
    assert bench.due == [], "nothing is looked at where no other window scores"


def test_nobody_looks_for_another_window_while_the_library_is_closed_or_scores_itself(bench: Bench) -> None:
    bench.stores.elsewhere = True
    look(bench)
    bench.watched = False
    bench.wait()
    assert bench.due == [] and bench.stores.looks == 1
    bench.watched = True
    look(bench)  # the dialog was opened again
    bench.stores.elsewhere = False
    bench.scoring.start(bench.stores, None)  # type: ignore[arg-type]
    looks = bench.stores.looks
    bench.wait()
    assert bench.due == [] and bench.stores.looks == looks


FULL = "The disk is full. 3 images of the last run are still without a score."


def test_a_run_that_breaks_off_is_let_go_of_and_offered_in_its_own_window(bench: Bench) -> None:
    bench.stores.full = LibraryError("The disk is full.")
    bench.stores.begin_run = lambda studies: bench.stores.run.append(studies) or True  # type: ignore[method-assign]
    bench.scoring.start(bench.stores, None)  # type: ignore[arg-type]
    bench.jobs.release_all()
    assert bench.scoring.state == ScoringState(text=FULL, total=3, left=3)
    assert bench.stores.run == [None, "broken"] and bench.due == []
    bench.scoring.take_up()  # still no room
    bench.jobs.release_all()
    assert bench.scoring.state == ScoringState(text=FULL, total=3, left=3)
    bench.stores.full = None
    bench.scoring.take_up()
    bench.jobs.release_all()
    assert bench.scoring.state.text == "3 images were scored." and bench.scoring.state.left == 0
    bench.stores.left = 0
    assert look(bench).left == 0 and bench.stores.wanted[-1] is None


def test_a_run_that_could_not_even_begin_is_offered_too(bench: Bench) -> None:
    bench.stores.full, bench.stores.left = LibraryError("The disk is full."), 2
    bench.scoring.start(bench.stores, [7])  # type: ignore[arg-type]
    bench.jobs.release_all()
    assert bench.scoring.state.left == 2 and bench.scoring.state.text.startswith("The disk is full. 2 images")
    assert bench.stores.wanted == [Selection((7,))] and bench.stores.run == ["broken"]


def test_what_broke_a_run_off_is_said_until_another_window_takes_it_up(bench: Bench) -> None:
    bench.stores.full = LibraryError("The disk is full.")
    bench.scoring.start(bench.stores, None)  # type: ignore[arg-type]
    bench.jobs.release_all()
    assert bench.scoring.state.text == FULL
    bench.stores.full, bench.stores.elsewhere = None, True
    assert look(bench).text.startswith("Another window is scoring")
    bench.stores.elsewhere, bench.stores.left = False, 0
    bench.wait()
    assert bench.scoring.state.text == "" and bench.scoring.state.left == 0


def test_where_what_is_left_cannot_be_counted_yet_it_is_looked_at_again(bench: Bench) -> None:
    bench.stores.full = LibraryError("The disk is full.")
    counted = bench.stores.run_state

    def unreadable(*_: object) -> RunState:
        raise LibraryError("The disk is full.")

    bench.stores.run_state = unreadable  # type: ignore[assignment]
    bench.scoring.start(bench.stores, None)  # type: ignore[arg-type]
    bench.jobs.release_all()
    assert bench.scoring.state.text == "The disk is full."
    bench.stores.run_state = counted  # type: ignore[method-assign]
    bench.wait()
    assert bench.scoring.state.left == 3


def test_a_score_that_cannot_be_kept_breaks_no_later_run_off(bench: Bench) -> None:
    bench.scoring.start(bench.stores, [5])  # type: ignore[arg-type]
    for slot in (LIST_SLOT, READ_SLOT, SCORE_SLOT):
        bench.jobs.release(slot)
    kept = bench.jobs.newest.pop(KEEP_SLOT)
    bench.scoring.start(bench.stores, None)  # type: ignore[arg-type]
    bench.stores.full = LibraryError("The disk is full.")
    kept()
    bench.stores.full = None
    assert bench.scoring.state.running
    bench.jobs.release_all()
    assert bench.scoring.state.text == "3 images were scored."
    assert bench.stores.run == [[5], None, "ended"]


def test_without_a_model_a_run_that_went_on_is_let_go_of(bench: Bench) -> None:
    bench.scoring.start(bench.stores, None)  # type: ignore[arg-type]
    bench.jobs.release(LIST_SLOT)
    bench.scoring._scorers = tuple
    bench.scoring.start(bench.stores, None)  # type: ignore[arg-type]
    bench.jobs.release_all()
    assert bench.stores.run == [None, "broken"]


def test_a_run_that_has_come_to_its_end_is_ended_also_where_no_model_is_left_at_once(bench: Bench) -> None:
    bench.scoring.start(bench.stores, None)  # type: ignore[arg-type]
    while bench.scoring.state.running:
        bench.jobs.release(next(iter(bench.jobs.newest)))
    bench.scoring._scorers = tuple
    bench.scoring.start(bench.stores, None)  # type: ignore[arg-type]
    bench.jobs.release_all()
    assert bench.stores.run == [None, "ended", "broken"]


def scored_by(bench: Bench, *heads: tuple[Any, ...]) -> None:
    """Have each head give its answers to images 1, 2 and so on: None for a score, or the error."""

    def scorer(answers: tuple[Any, ...]) -> FakeScorer:
        made, left = FakeScorer(), iter(answers)

        def score(radiograph: object, cancel: object) -> Any:
            error = next(left)
            if error is not None:
                raise error
            return prediction()

        made.score = score  # type: ignore[method-assign]
        return made

    made = tuple(scorer(answers) for answers in heads)
    bench.stores.any_version = True
    bench.scoring._scorers = lambda: made


def test_an_image_that_several_heads_score_counts_once(bench: Bench) -> None:
    child, broken = RejectedError(Rejection(RejectionCode.CHILD, "A child.")), ValueError("private")
    bench.stores.images = (1, 2, 3, 4, 5)
    scored_by(
        bench,
        (None, child, child, None, broken),
        (None, None, child, broken, child),
        (None, None, child, None, None),
    )
    bench.scoring.start(bench.stores, None)  # type: ignore[arg-type]
    while len(bench.stores.kept) < 7:
        bench.jobs.release(next(iter(bench.jobs.newest)))
    assert bench.scoring.state.text.startswith("Scoring 5 images: 7 of 15 answers · ")
    bench.jobs.release_all()
    # 1 by all; 2 by all that could; 3 by none that could; 4 and 5 not by one that may be able to.
    assert bench.scoring.state.text == "2 images were fully scored. 1 rejected; a model failed at 2."


def test_an_image_that_is_not_there_for_several_heads_counts_once(bench: Bench) -> None:
    bench.stores.images = (1, 2)
    bench.stores.places = {2: ((Path("image-2"), "", False),)}
    scored_by(bench, (None,), (None,))
    bench.scoring.start(bench.stores, None)  # type: ignore[arg-type]
    bench.jobs.release_all()
    assert bench.scoring.state.text == (
        "1 image was scored. 1 was not there: connect its disc or folder, or scan again."
    )


def test_a_run_of_several_heads_that_is_stopped_counts_answers(bench: Bench) -> None:
    scored_by(bench, (None,) * 3, (None,) * 3)
    bench.scoring.start(bench.stores, None)  # type: ignore[arg-type]
    while len(bench.stores.kept) < 4:
        bench.jobs.release(next(iter(bench.jobs.newest)))
    bench.scoring.stop()
    assert bench.scoring.state.text == "Scoring stopped after 4 of 6 answers."


def test_without_a_model_nothing_is_scored_and_the_reason_is_given(bench: Bench) -> None:
    ready = bench.scoring._scorers
    bench.scoring._scorers = tuple
    bench.scoring.start(bench.stores, None)  # type: ignore[arg-type]
    assert "No model is ready" in bench.scoring.state.text and not bench.scoring.state.running
    bench.scoring.look_at_heads()
    assert "No model is ready" in bench.scoring.state.text
    bench.scoring._scorers = ready
    bench.scoring.look_at_heads()
    assert bench.scoring.state.text == ""


def test_no_run_leaves_out_a_model_that_is_still_starting(bench: Bench) -> None:
    bench.scoring._starting = lambda: True
    bench.scoring.start(bench.stores, None)  # type: ignore[arg-type]
    bench.jobs.release_all()
    assert "Not every model has started yet" in bench.scoring.state.text and not bench.stores.kept
    bench.scoring.look_at_heads()
    assert "Not every model has started yet" in bench.scoring.state.text
    bench.scoring._starting = lambda: False
    bench.scoring.look_at_heads()
    assert bench.scoring.state.text == ""
    bench.scoring.start(bench.stores, None)  # type: ignore[arg-type]
    bench.jobs.release_all()
    assert bench.stores.kept


def test_findings_without_evidence_are_not_kept() -> None:
    answer = prediction((0.62, 0.41, 0.08, 0.9))
    assert [score.validated for score in answer.scores].count(False) > 0
    assert len(stored(answer)) == [score.validated for score in answer.scores].count(True)
