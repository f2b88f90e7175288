"""Readings written by processes that are killed at random moments, and what is left of them.

A child edits through `presenters.readings`, as the window does, with timers and jobs but without Qt, and reports
every action through a pipe when it is on the screen. It is ended by SIGKILL. Since the hand is the same for the same
seed, its actions can be made again in memory: what the journal holds is compared with that. Needs `fork`.
"""

from __future__ import annotations

import heapq
import math
import os
import random
import select
import signal
import struct
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from cxrviewer.cancel import CancelToken
from cxrviewer.jobs import Lane
from cxrviewer.presenters.readings import Readings, journal_name
from cxrviewer.reading import journal
from cxrviewer.reading.document import Document, Edit, Reading
from cxrviewer.reading.exchange import check, exported, readings_of
from cxrviewer.reading.shelf import shelved
from cxrviewer.reading.values import ViewState
from tests.stress.hand import IMAGES, Hand, Look, Step

ALLOWED = 1.0
"""Seconds of work that a kill may cost."""
LONGEST = 0.8
"""Seconds after which a child is killed at the latest."""
SITTINGS = 4
"""Kills in a row of one reading."""
_REPORT = struct.Struct("<Qd?")
"""Number of an action, when it was on the screen, and whether something was known not to be on the disk then."""


class Loop:
    """Timers and jobs of a program without Qt: results arrive between two actions, as on a GUI thread."""

    def __init__(self) -> None:
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._jobs: list[tuple[Future[Any], Callable[[Any], None], Callable[[Exception], None]]] = []
        self._pool = ThreadPoolExecutor(1)
        self._number = 0
        self._posted: SimpleQueue[Callable[[], None]] = SimpleQueue()

    def post(self, call: Callable[[], None]) -> None:
        self._posted.put(call)

    def later(self, milliseconds: int, call: Callable[[], None]) -> None:
        self._number += 1
        heapq.heappush(self._timers, (time.monotonic() + milliseconds / 1000, self._number, call))

    def submit(
        self,
        lane: Lane,
        slot: str,
        work: Callable[[CancelToken], Any],
        *,
        on_done: Callable[[Any], None],
        on_failed: Callable[[Exception], None],
    ) -> None:
        self._jobs.append((self._pool.submit(work, CancelToken()), on_done, on_failed))

    def cancel(self, slot: str) -> None: ...

    def run_due(self) -> None:
        for _ in range(self._posted.qsize()):
            self._posted.get()()
        while self._timers and self._timers[0][0] <= time.monotonic():
            heapq.heappop(self._timers)[2]()
        done = [job for job in self._jobs if job[0].done()]
        self._jobs = [job for job in self._jobs if job not in done]
        for future, on_done, on_failed in done:
            error = future.exception()
            if error is None:
                on_done(future.result())
            else:
                on_failed(error)  # type: ignore[arg-type]


def _child(folder: Path, seed: str, pipe: int, compact_bytes: int) -> None:
    """Edit until killed."""
    journal.COMPACT_BYTES = compact_bytes
    loop, pace = Loop(), random.Random(f"pace {seed}")
    quick = pace.random() < 0.5
    readings = Readings(folder, loop, lambda _: None, loop.later)
    reading = readings.acquire(IMAGES[0])
    hand, away, number = Hand(seed), _away(seed), 0
    while True:
        action = hand.next(reading.reading)
        number += 1
        if isinstance(action, Look):
            reading.look(action.image, action.view)
        elif isinstance(action, Step):
            reading.redo() if action.redo else reading.undo()
        else:
            reading.do(action)
        os.write(pipe, _REPORT.pack(number, time.monotonic(), reading.only_here))
        loop.run_due()
        if next(away):
            readings.release(reading)
            reading = readings.acquire(IMAGES[0])
        if not quick or pace.random() < 0.02:
            time.sleep(pace.uniform(0, 0.02))


def _away(seed: str) -> Iterator[bool]:
    """Return after which actions the reader opens another study and comes back."""
    chance = random.Random(f"away {seed}")
    while True:
        yield chance.random() < 0.01


@dataclass(frozen=True)
class Seen:
    """What was on the screen after an action, and when."""

    document: tuple[Reading, tuple[Edit, ...], tuple[Edit, ...]]
    views: tuple[tuple[Any, ViewState], ...]
    when: float


@dataclass
class Tally:
    """What came of all kills."""

    kills: int = 0
    actions: int = 0
    compacted: int = 0
    cut: int = 0
    unreadable: int = 0
    lost: list[float] = field(default_factory=list)
    edits_lost: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def most_lost(self) -> float:
        return max(self.lost, default=0.0)

    def words(self) -> str:
        late = [one for one in self.lost if one > 0]
        return (
            f"{self.kills:,} processes killed after {self.actions:,} actions; {self.cut:,} left half a line, "
            f"{self.compacted:,} a journal written anew\n"
            f"{self.unreadable:,} files unreadable; something was lost {len(late):,} times, "
            f"{1000 * self.most_lost:.0f} ms of looking at most; edits, undo and redo {len(self.edits_lost):,} times, "
            f"{1000 * max(self.edits_lost, default=0.0):.0f} ms at most, where the disk had not taken them in time\n"
            f"{len(self.faults)} faults" + "".join(f"\n  {fault}" for fault in self.faults[:20])
        )


def run(count: int, seed: str) -> Tally:
    """Kill `count` children."""
    tally = Tally()
    while tally.kills < count:
        with tempfile.TemporaryDirectory() as folder:
            start: Document | None = None
            for sitting in range(min(SITTINGS, count - tally.kills)):
                start = _one(Path(folder) / "readings", f"{seed} {tally.kills} {sitting}", start or Document(), tally)
                if start is None:
                    break
    return tally


def _one(folder: Path, seed: str, start: Document, tally: Tally) -> Document | None:
    chance = random.Random(f"kill {seed}")
    compact_bytes = chance.choice([4_000, 40_000, 4 * 2**20])
    reports, killed, late = _killed_child(folder, seed, chance.uniform(0.02, LONGEST), compact_bytes)
    tally.kills += 1
    tally.actions += len(reports)
    path = folder / journal_name(IMAGES[0])
    before = path.read_bytes() if path.exists() else b""
    tally.cut += bool(before) and not before.endswith(b"\n")
    tally.compacted += b'"snapshot"' in before[: 60 + 40]
    notices: list[str] = []
    readings = Readings(folder, Loop(), notices.append, lambda *_: None)
    reading = readings.acquire(IMAGES[0])
    found = reading._document
    fault = _fault(found, start, seed, reports, killed, tally, late=late)
    listed = list(shelved(folder))
    unreadable = notices or any(one.reading is None for one in listed) or any(folder.glob("*.damaged"))
    tally.unreadable += bool(unreadable)
    if unreadable:
        fault = fault or f"unreadable: {notices}"
    elif found.reading.annotations and readings_of(check(exported([found.reading], ""))) != (found.reading,):
        fault = fault or "the export is another reading"
    readings.close()
    if fault:
        tally.faults.append(f"seed {seed!r}: {fault}")
        return None
    return found


def _killed_child(folder: Path, seed: str, after: float, compact_bytes: int) -> tuple[list[float], float, bool]:
    """Return when each action was on the screen, when the child was killed, and whether its disk was behind."""
    source, sink = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover  # killed before it could tell
        try:
            os.close(source)
            _child(folder, seed, sink, compact_bytes)
        finally:
            os._exit(3)
    os.close(sink)
    end, data = time.monotonic() + after, b""
    while (left := end - time.monotonic()) > 0:
        if select.select([source], [], [], left)[0]:
            data += os.read(source, 65_536)
    os.kill(child, signal.SIGKILL)
    killed = time.monotonic()
    _, status = os.waitpid(child, 0)
    while more := os.read(source, 65_536):
        data += more
    os.close(source)
    if not os.WIFSIGNALED(status):
        raise RuntimeError(f"the child of seed {seed!r} failed by itself")
    whole = len(data) - len(data) % _REPORT.size
    reports = list(_REPORT.iter_unpack(data[:whole]))
    return [when for _, when, _ in reports], killed, bool(reports) and reports[-1][2]


def _fault(
    found: Document, start: Document, seed: str, reports: list[float], killed: float, tally: Tally, *, late: bool
) -> str:
    """Make the reported actions again and return what the journal holds otherwise; empty for nothing."""
    seen = _again(start, seed, [*reports, killed])  # one more: made and written, and not reported any more
    here = _parts(found)
    reached = [place for place in (len(reports), len(reports) + 1) if seen[place].document == here]
    if not reached:
        # A reader goes on where the disk takes longer for a record than an edit waits (`APPEND_PATIENCE`).
        earlier = [place for place, one in enumerate(seen) if one.document == here]
        behind = killed - seen[earlier[-1] + 1].when if earlier and late else math.inf
        if behind > ALLOWED:
            return f"edits are those of action {earlier[-1:]} of {len(reports)}"
        tally.edits_lost.append(behind)
        reached = earlier[-1:]
    # Views are written when they have settled: those of an earlier moment, at most a second ago.
    views = tuple(found.reading.views.items())
    same = [place for place in range(reached[-1] + 1) if dict(seen[place].views) == dict(views)]
    if not same:
        return "the views are those of no moment"
    last = same[-1]
    lost = 0.0 if last >= len(reports) else killed - seen[last + 1].when
    tally.lost.append(lost)
    return f"{lost:.2f} s were lost" if lost > ALLOWED else ""


def _parts(document: Document) -> tuple[Reading, tuple[Edit, ...], tuple[Edit, ...]]:
    """Return all of a document but its views, as the reader would undo and redo it."""
    without = Reading(
        annotations=document.reading.annotations,
        key_images=document.reading.key_images,
        decisions=document.reading.decisions,
        impression=document.reading.impression,
    )
    return without, tuple(map(_nameless, document.undo_steps)), tuple(map(_nameless, document.redo_steps))


def _nameless(edit: Edit) -> Edit:
    return Edit(edit.label, edit.changes)  # the name of a spell holds a number of the sitting


def _again(start: Document, seed: str, times: list[float]) -> list[Seen]:
    """Return what was on the screen before the first and after each action."""
    document, hand, away = _sealed(start), Hand(seed), _away(seed)
    views = dict(start.reading.views)
    seen = [Seen(_parts(document), tuple(views.items()), times[0])]
    for when in times:
        action = hand.next(document.reading)
        if isinstance(action, Look):
            views.pop(action.image, None)
            if action.view != ViewState():
                views[action.image] = action.view
        elif isinstance(action, Step):
            document.redo() if action.redo else document.undo()
        else:
            document.do(action)
        if next(away):
            document = _sealed(document)
        seen.append(Seen(_parts(document), tuple(views.items()), when))
    return seen


def _sealed(document: Document) -> Document:
    """Return a document in which no spell of an earlier opening is continued."""
    return Document(document.reading, map(_nameless, document.undo_steps), document.redo_steps)


def main(count: int, seed: str) -> int:
    """Run and print. Returns 1 where something was found."""
    began = time.monotonic()
    tally = run(count, seed)
    sys.stdout.write(f"{tally.words()}\n{time.monotonic() - began:.0f} s\n")
    return 1 if tally.faults else 0
