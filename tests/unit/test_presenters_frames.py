"""Going through the frames of a multi-frame image and playing them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from cxrviewer.commands.facts import Fact
from cxrviewer.commands.registry import Registry
from cxrviewer.commands.table import COMMANDS
from cxrviewer.errors import DecodeError
from cxrviewer.imaging.contents import Header
from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.presenters.frames import AHEAD, DEFAULT_RATE, FrameEvents, FramesPresenter, FramesState
from cxrviewer.presenters.images import OpenedImage, opened_image_store
from cxrviewer.studies.library import ImageEntry
from tests.fakes import HeldJobs, Recorder, fake_image, header

STEP, PLAY, AHEAD_SLOT = "frame", "frame", "frame ahead"


@dataclass(frozen=True)
class Image:
    header: Header
    radiograph: Radiograph


@dataclass
class Reel:
    """A presenter over a file of `count` frames; time moves by hand, and jobs run where the test lets them."""

    count: int = 5
    rate: float | None = None
    broken: frozenset[int] = frozenset()
    budget: int = 128 * 2**20
    decoded: list[int] = field(default_factory=list)
    shown: list[int] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)
    renewed: list[ImageEntry] = field(default_factory=list)
    settled: int = 0
    now: float = 0.0
    waiting: list[tuple[int, Callable[[], None]]] = field(default_factory=list)
    stamp_changed: bool = False

    def __post_init__(self) -> None:
        self.view, self.jobs, self.facts = Recorder(), HeldJobs(), Registry(COMMANDS)
        self.header = _of(self.count, self.rate)
        self.images = opened_image_store(self._read, lambda path, stamp: True, budget=self.budget)
        self.presenter = FramesPresenter(
            self.view,
            self.jobs,
            self.images,
            lambda milliseconds, call: self.waiting.append((milliseconds, call)),
            FrameEvents(
                shown=lambda image: self.shown.append(image.entry.frame),
                failed=lambda entry, _: self.failed.append(entry.frame),
                renewed=self.renewed.append,
                settled=self._settle,
            ),
            facts=self.facts,
            clock=lambda: self.now,
        )
        self.entry = ImageEntry(Path("a"), self.header)
        self.presenter.open(self.entry)

    def _settle(self) -> None:
        self.settled += 1

    def _read(self, path: Path, cancel: object, frame: int = 0) -> Image:
        self.decoded.append(frame)
        if frame in self.broken:
            raise DecodeError("The pixel data of this image is damaged.")
        header = replace(self.header, has_pixels=False) if self.stamp_changed else self.header
        codes = np.full((40, 30), frame, np.uint16)
        return Image(header, fake_image(codes=codes, key=f"frame-{frame}"))

    @property
    def state(self) -> FramesState | None:
        state: FramesState | None = self.view.last("show_frames")
        return state

    def tick(self) -> int:
        """Let the next call that waits happen; returns the milliseconds it waited."""
        milliseconds, call = self.waiting.pop(0)
        self.now += milliseconds / 1000
        call()
        return milliseconds


def _of(frames: int, rate: float | None = None) -> Header:
    one = header()
    return replace(one, facts=replace(one.facts, frames=frames, frame_rate=rate, rows=40, columns=30))


def test_an_image_with_one_frame_has_no_controls_and_no_commands() -> None:
    reel = Reel(count=1)
    assert reel.state is None
    assert "This image has only one frame." in reel.facts.missing("frame.next")
    reel.presenter.step(1)
    reel.presenter.toggle_play()
    assert (reel.jobs.submitted, reel.waiting) == ([], [])


def test_stepping_decodes_only_the_frame_that_is_wanted_and_stops_at_the_ends() -> None:
    reel = Reel()
    assert Fact.FRAMES in reel.facts.facts
    reel.presenter.step(1)
    assert reel.shown == []  # the picture and its number change together, once it is decoded
    assert reel.state == FramesState(0, 5, DEFAULT_RATE, stated=False)
    reel.jobs.release_all()
    assert (reel.shown, reel.decoded, reel.settled) == ([1], [1], 1)
    reel.presenter.last()
    reel.jobs.release_all()
    reel.presenter.step(10)
    assert not reel.jobs.newest
    reel.presenter.first()
    reel.jobs.release_all()
    reel.presenter.step(-1)
    assert not reel.jobs.newest
    assert (reel.shown, reel.decoded) == ([1, 4, 0], [1, 4, 0])


def test_of_frames_wanted_while_one_is_decoded_only_the_last_is_decoded() -> None:
    reel = Reel(count=1000)
    for frame in (10, 400, 700, 999):
        reel.presenter.go(frame)
    reel.jobs.release_all()
    assert (reel.decoded, reel.shown, reel.settled) == ([10, 999], [10, 999], 1)


@pytest.mark.parametrize(("rate", "milliseconds"), [(10.0, 100), (25.0, 40), (None, 67), (0.2, 1000), (500.0, 17)])
def test_frames_are_played_at_the_rate_of_the_file_within_limits(rate: float | None, milliseconds: int) -> None:
    reel = Reel(rate=rate)
    reel.presenter.toggle_play()
    reel.jobs.release_all()
    assert [reel.tick() for _ in range(3)] == pytest.approx([milliseconds] * 3, abs=1)
    assert reel.shown == [1, 2, 3]
    assert Fact.PLAYING in reel.facts.facts
    state = reel.state
    assert state is not None
    assert state.stated is (rate is not None)


def test_playing_begins_anew_after_the_last_frame_or_ends_there() -> None:
    reel = Reel(count=3)
    reel.presenter.toggle_play()
    reel.jobs.release_all()
    for _ in range(4):
        reel.tick()
        reel.jobs.release_all()
    assert reel.shown == [1, 2, 0, 1]
    assert reel.settled == 0
    reel.presenter.toggle_loop()
    reel.tick()
    reel.tick()
    assert (reel.shown[-1], reel.presenter.playing, reel.settled) == (2, False, 1)
    reel.presenter.toggle_play()  # from the beginning
    reel.tick()
    assert reel.shown[-1] == 0


def test_a_frame_that_comes_late_is_waited_for_and_none_is_left_out() -> None:
    reel = Reel(rate=10.0)
    reel.presenter.toggle_play()
    reel.jobs.cancel(AHEAD_SLOT)
    reel.tick()
    assert (reel.shown, reel.waiting) == ([], [])
    reel.now += 0.35
    reel.jobs.release(STEP)
    assert reel.shown == [1]
    assert reel.waiting[0][0] == 0  # at once: it is late already
    reel.jobs.release_all()
    reel.tick()
    assert reel.shown == [1, 2]


def test_frames_are_decoded_ahead_while_playing_and_never_all_of_them() -> None:
    reel = Reel(count=1000)
    reel.presenter.toggle_play()
    reel.jobs.release_all()
    assert reel.decoded == list(range(1, 1 + AHEAD))
    reel.tick()
    reel.jobs.release_all()
    assert reel.decoded == list(range(1, 2 + AHEAD))
    reel.presenter.pause()
    assert AHEAD_SLOT not in reel.jobs.newest


def test_the_store_bounds_the_memory_of_what_was_played() -> None:
    budget = 20 * 40 * 30 * (2 + 4 / 3)  # twenty frames of 40 x 30 pixels: 2 bytes each, and their averages
    reel = Reel(count=200, budget=int(budget))
    reel.presenter.toggle_play()
    for _ in range(150):
        reel.jobs.release_all()
        reel.tick()
    assert reel.presenter.shown == 150
    assert reel.images.used <= budget


def test_a_frame_that_cannot_be_decoded_ends_playing_and_the_others_can_be_seen() -> None:
    reel = Reel(broken=frozenset({2}))
    reel.presenter.toggle_play()
    reel.jobs.release_all()
    while reel.waiting:
        reel.tick()
        reel.jobs.release_all()
    assert (reel.shown, reel.failed, reel.presenter.playing) == ([1], [2], False)
    state = reel.state
    assert state is not None
    assert state.shown == 2
    reel.presenter.step(1)
    reel.jobs.release_all()
    assert reel.shown == [1, 3]


def test_a_step_ends_playing_and_what_was_planned_does_not_happen() -> None:
    reel = Reel()
    reel.presenter.toggle_play()
    reel.jobs.release_all()
    reel.presenter.go(4)
    reel.jobs.release_all()
    while reel.waiting:
        reel.tick()
    assert reel.shown == [4]


def test_another_image_ends_playing_and_has_the_rate_of_its_file() -> None:
    reel = Reel(rate=10.0)
    reel.presenter.set_rate(30)
    reel.presenter.open(reel.entry.at(3))
    assert reel.state == FramesState(3, 5, 30.0, stated=False)  # the same image: the reader's rate stays
    reel.presenter.toggle_play()
    reel.presenter.open(ImageEntry(Path("b"), _of(9, 4.0)))
    assert reel.state == FramesState(0, 9, 4.0, stated=True)
    while reel.waiting:
        reel.tick()
    reel.presenter.close()
    assert (reel.state, reel.shown) == (None, [])
    assert Fact.FRAMES not in reel.facts.facts


def test_a_file_that_was_replaced_is_opened_anew() -> None:
    reel = Reel()
    found: list[Any] = []

    def other(entry: ImageEntry, *_: Any) -> OpenedImage:
        image = opened_image_store(reel._read, lambda path, stamp: True).obtain(entry, *_)
        return replace(image, entry=ImageEntry(Path("another"), image.header, entry.frame))

    reel.images.obtain = other  # type: ignore[method-assign, assignment]
    reel.presenter.step(2)
    reel.jobs.release_all()
    found += reel.renewed
    assert [(one.path.name, one.frame) for one in found] == [("another", 0)]
    assert reel.shown == []
