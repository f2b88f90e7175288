"""Frames of a multi-frame image: which one is shown, and playing them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from msgspec import Struct

from cxrviewer.cancel import CancelToken
from cxrviewer.commands.facts import Fact
from cxrviewer.commands.registry import FactBoard
from cxrviewer.errors import CxrError
from cxrviewer.jobs import JobRunner, Lane
from cxrviewer.presenters.images import OpenedImage, OpenedImageStore, image_bytes
from cxrviewer.studies.library import ImageEntry
from cxrviewer.workspace.image_store import BUDGET_BYTES, Priority

SLOT = "frame"
AHEAD_SLOT = "frame ahead"

DEFAULT_RATE = 15.0
"""Frames per second where the file names no rate."""
RATES = (1.0, 60.0)
"""Lowest and highest frames per second."""
RATE_STEP = 1.25
AHEAD = 8
"""Frames decoded ahead while playing, at most; fewer of large ones."""


class FramesState(Struct, frozen=True):
    """What the controls of a viewport show.

    Attributes
    ----------
    shown : int
        The frame on the screen, from 0.
    count : int
    rate : float
        Frames per second.
    stated : bool
        The file names that rate; it is the program's own or the reader's otherwise.
    playing, loops : bool
    """

    shown: int
    count: int
    rate: float
    stated: bool
    playing: bool = False
    loops: bool = True


class FramesView(Protocol):
    """What the presenter needs of a viewport's controls."""

    def show_frames(self, state: FramesState | None) -> None:
        """Show the controls, None for an image with one frame."""
        ...


class FrameEvents(Struct, frozen=True):
    """What is called when.

    Attributes
    ----------
    shown : callable
        Called with a decoded frame that is to be shown now.
    failed : callable
        Called with ``(entry, error)`` for a frame that cannot be shown.
    renewed : callable
        Called with the entry of what the file holds by now, where that is not what was opened.
    settled : callable
        Called when the reader stays at a frame: after a step, and when playing has ended.
    """

    shown: Callable[[OpenedImage], None]
    failed: Callable[[ImageEntry, Exception], None]
    renewed: Callable[[ImageEntry], None]
    settled: Callable[[], None]


class FramesPresenter:
    """Goes through the frames of the image in one viewport; decodes off the GUI thread, one frame at a time.

    Parameters
    ----------
    view : FramesView
    jobs : JobRunner
    images : OpenedImageStore
        Bounds the memory of decoded frames: a file is never decoded as a whole.
    later : callable
        ``later(milliseconds, call)``.
    events : FrameEvents
    facts : FactBoard
    slots : str
        What its job slots begin with.
    clock : callable
        Seconds that never go back.
    """

    def __init__(
        self,
        view: FramesView,
        jobs: JobRunner,
        images: OpenedImageStore,
        later: Callable[[int, Callable[[], None]], None],
        events: FrameEvents,
        *,
        facts: FactBoard,
        slots: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._view, self._jobs, self._images, self._later = view, jobs, images, later
        self._events, self._facts, self._clock = events, facts, clock
        self._slot, self._ahead_slot = slots + SLOT, slots + AHEAD_SLOT
        self._entry: ImageEntry | None = None
        self._shown = self._wanted = 0
        self._rate, self._stated, self._loops = DEFAULT_RATE, False, True
        self._decoding = self._decoding_ahead = False
        self._run = 0
        self._playing = False
        self._due = 0.0
        self._publish()

    @property
    def shown(self) -> int:
        """The frame on the screen, from 0."""
        return self._shown

    @property
    def count(self) -> int:
        """Frames of the image, 0 for no image."""
        return 0 if self._entry is None else self._entry.header.facts.frames

    @property
    def playing(self) -> bool:
        return self._playing

    def open(self, entry: ImageEntry) -> None:
        """Take an image whose frame `entry.frame` is on the screen, or could not be shown."""
        same = self._entry is not None and self._entry.key == entry.at(0).key
        self._stop()
        self._entry = entry.at(0)
        self._shown = self._wanted = entry.frame
        if not same:  # the reader's rate stays while the image does
            stated = entry.header.facts.frame_rate
            self._stated = stated is not None
            self._rate = _in_range(DEFAULT_RATE if stated is None else stated)
        self._publish()

    def close(self) -> None:
        """Take no image."""
        self._stop()
        self._entry = None
        self._shown = self._wanted = 0
        self._publish()

    def go(self, frame: int) -> None:
        """Show a frame, or the nearest there is; playing ends."""
        if self.count < 2:
            return
        self.pause()
        self._wanted = min(max(frame, 0), self.count - 1)
        if self._wanted != self._shown and not self._decoding:
            self._decode()

    def step(self, by: int) -> None:
        """Go forward or back by some frames; not beyond the first or the last."""
        self.go((self._wanted if self._decoding else self._shown) + by)

    def first(self) -> None:
        self.go(0)

    def last(self) -> None:
        self.go(self.count - 1)

    def toggle_play(self) -> None:
        """Play, or pause."""
        if self._playing:
            self.pause()
        elif self.count > 1:
            self._playing = True
            self._run += 1
            self._due = self._clock()
            if self._shown == self.count - 1 and not self._loops:
                self._wanted = -1  # from the beginning
            self._publish()
            self._schedule()
            self._look_ahead()

    def pause(self) -> None:
        """Stay at the frame on the screen."""
        if self._playing:
            self._playing = False
            self._run += 1
            self._publish()
            self._events.settled()

    def toggle_loop(self) -> None:
        """Begin anew after the last frame, or end there."""
        self._loops = not self._loops
        self._publish()

    def set_rate(self, rate: float) -> None:
        """Play so many frames per second, within `RATES`."""
        rate = _in_range(rate)
        if rate != self._rate:
            self._rate, self._stated = rate, False
            self._publish()

    def faster(self, steps: int) -> None:
        """Play faster by some steps, slower for negative ones."""
        self.set_rate(round(self._rate * RATE_STEP**steps, 1))

    # Inside.

    def _stop(self) -> None:
        """Forget what runs, without telling anybody."""
        self._run += 1
        self._playing = self._decoding = self._decoding_ahead = False
        self._jobs.cancel(self._slot)
        self._jobs.cancel(self._ahead_slot)

    def _decode(self) -> None:
        """Decode the frame that is wanted; what is wanted meanwhile comes next."""
        entry = self._entry
        assert entry is not None
        at, images = entry.at(self._wanted), self._images
        self._decoding = True
        self._decoding_ahead = False  # what nobody waits for gives way, and reports nothing then

        def work(cancel: CancelToken) -> OpenedImage | CxrError:
            try:
                return images.obtain(at, cancel)
            except CxrError as error:
                return error

        self._jobs.submit(
            Lane.DECODE,
            self._slot,
            work,
            on_done=lambda found: self._came(at, found),
            on_failed=lambda error: self._came(at, error),
        )

    def _came(self, at: ImageEntry, found: OpenedImage | Exception) -> None:
        self._decoding = False
        if isinstance(found, OpenedImage) and found.entry.key != at.key:
            self._stop()
            self._events.renewed(found.entry.at(0))
            return
        if isinstance(found, OpenedImage):
            self._show(found)
        else:
            self._fail(at, found)
        if self._playing:
            self._schedule()
            self._look_ahead()
        elif self._wanted != self._shown:
            self._decode()
        else:
            self._events.settled()

    def _show(self, image: OpenedImage) -> None:
        self._shown = image.entry.frame
        self._events.shown(image)
        self._publish()

    def _fail(self, at: ImageEntry, error: Exception) -> None:
        self._playing = False
        self._run += 1
        self._shown = at.frame
        self._events.failed(at, error)
        self._publish()

    def _schedule(self) -> None:
        now, run = self._clock(), self._run
        self._due = max(self._due + 1 / self._rate, now)  # a frame that came late delays the others, none is left out
        self._later(round(1000 * (self._due - now)), lambda: self._tick(run))

    def _tick(self, run: int) -> None:
        if run != self._run or self._decoding:
            return
        following = self._after(self._wanted if self._wanted < 0 else self._shown, 1)
        if following is None:
            self.pause()
            return
        assert self._entry is not None
        self._wanted = following
        kept = self._images.peek(self._entry.at(following).key)
        if kept is None:
            self._decode()
            return
        self._show(kept)
        self._schedule()
        self._look_ahead()

    def _after(self, frame: int, by: int) -> int | None:
        """Return the frame that is played `by` frames later, None behind the end."""
        found = frame + by
        return found if found < self.count else found % self.count if self._loops else None

    def _look_ahead(self) -> None:
        """Decode the next frame that is not in memory."""
        entry = self._entry
        if entry is None or not self._playing or self._decoding_ahead or self._decoding:
            return
        facts, images = entry.header.facts, self._images
        each = max(1, image_bytes(facts.rows, facts.columns, 3 if facts.colour else 2))
        for by in range(1, min(AHEAD, max(1, BUDGET_BYTES // (2 * each))) + 1):
            frame = self._after(self._shown, by)
            if frame is None:
                return
            at = entry.at(frame)
            if images.peek(at.key) is None:
                break
        else:
            return
        self._decoding_ahead = True

        def done(_: OpenedImage) -> None:
            self._decoding_ahead = False
            self._look_ahead()

        def failed(_: Exception) -> None:
            self._decoding_ahead = False  # it is said when its turn comes

        self._jobs.submit(
            Lane.AHEAD,
            self._ahead_slot,
            lambda cancel: images.obtain(at, cancel, Priority.NEIGHBOUR),
            on_done=done,
            on_failed=failed,
        )

    def _publish(self) -> None:
        several = self.count > 1
        state = FramesState(self._shown, self.count, self._rate, self._stated, self._playing, self._loops)
        self._view.show_frames(state if several else None)
        facts = {Fact.FRAMES: several, Fact.PLAYING: self._playing, Fact.LOOPING: self._loops}
        self._facts.publish(facts.keys(), {fact for fact, holds in facts.items() if holds})


def _in_range(rate: float) -> float:
    return min(max(rate, RATES[0]), RATES[1])
