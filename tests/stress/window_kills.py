"""The whole window killed at random moments of a scripted reading, and what a reader sees who reopens it.

Each process first says what it reopened with, which is compared with what the one before had on its screen, then reads
on until it is ended by SIGKILL: while it starts, in the middle of an action, or at rest. Promised is:

* annotations, decisions and key images are those of the last action that was on the screen, or of the one under way;
  where the disk had not taken them within the 50 ms that an edit waits, those of an action at most a second before;
* the impression, and how images are arranged and seen, are those of a moment at most a second before;
* where nothing was under way, the viewports look the same to the last pixel, and the whole window where the same
  images were scored.

Processes are forked before anything of Qt has begun, which saves them the imports. Needs `fork`.
"""

from __future__ import annotations

import contextlib
import json
import math
import operator
import os
import random
import select
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from cxrviewer.reading import journal as journals
from cxrviewer.reading.document import Document, Reading
from cxrviewer.reading.shelf import shelved
from tests.builders.dicom import write_image
from tests.stress.kills import ALLOWED
from tests.stress.window import live, made

SITTINGS = 8
"""Kills in a row in one folder of the program."""
PATIENCE = 120.0
"""Seconds for a window to show what it reopened."""
WAYS = {"start": 1, "reading": 6, "rest": 3}
"""When a window is killed, and how often."""

Line = dict[str, Any]
Views = dict[str, dict[str, float]]


@dataclass
class Tally:
    """What came of all kills."""

    kills: dict[str, int] = field(default_factory=lambda: dict.fromkeys(WAYS, 0))
    actions: int = 0
    under_way: int = 0
    reopened: int = 0
    pictures: int = 0
    whole: int = 0
    cut: int = 0
    unreadable: int = 0
    allowed: float = ALLOWED
    """Seconds that a kill may cost."""
    edits_lost: list[float] = field(default_factory=list)
    texts_lost: list[float] = field(default_factory=list)
    looks_lost: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(self.kills.values())

    def words(self) -> str:
        ways = ", ".join(f"{count} {words}" for (_, count), words in zip(self.kills.items(), _WAY_WORDS, strict=True))
        return (
            f"{self.total} windows killed after {self.actions:,} actions ({ways}); "
            f"{self.under_way} in the middle of an action, {self.cut} left half a line\n"
            f"{self.reopened} reopened and compared, {self.pictures} of them by pictures of the viewports, "
            f"{self.whole} by that of the whole window; "
            f"{self.unreadable} files unreadable\n"
            f"most lost: {_most(self.edits_lost)} of edits on a slow disk, {_most(self.texts_lost)} of typing, "
            f"{_most(self.looks_lost)} of looking\n"
            f"{len(self.faults)} faults" + "".join(f"\n  {fault}" for fault in self.faults[:20])
        )


_WAY_WORDS = ("while starting", "while reading", "at rest")


def _most(lost: list[float]) -> str:
    late = [one for one in lost if one > 0]
    return f"{1000 * max(late, default=0.0):.0f} ms ({len(late)} times)"


@dataclass
class Expected:
    """What a reader must see after a kill.

    Attributes
    ----------
    moments : list of dict
        What was on the screen, oldest first: before and after each action.
    killed : float
    under_way : bool
        An action had begun and was not on the screen yet.
    resting : bool
        Nothing was under way or waiting to be saved.
    texts : dict
        Impressions that the action under way has written, and that were not on the screen yet.
    views : dict
        In which ways each image was ever seen, by its UID, and when last.
    """

    moments: list[Line]
    killed: float
    under_way: bool
    resting: bool
    texts: dict[str, str]
    views: Views


def images(folder: Path) -> Path:
    """Write a study of one image, its prior, and one with three frames; one person."""
    codes = np.linspace(0, 4095, 400 * 300).reshape(400, 300).astype(np.uint16)
    whose: dict[str, Any] = {
        "PatientName": "DOE^JANE",
        "PatientID": "R-4711",
        "Modality": "DX",
        "ImagerPixelSpacing": [0.2, 0.2],
    }
    kinds: list[tuple[str, str, dict[str, Any]]] = [
        ("now.dcm", "20260301", {}),
        ("then.dcm", "20240301", {}),
        ("run.dcm", "20220301", {"frames": [codes // 4 * 3, codes[::-1].copy(), codes // 2]}),
    ]
    # No two have the same pixels: what was scored is told apart by them.
    for name, date, given in kinds:
        uids: dict[str, Any] = {"StudyInstanceUID": f"1.2.{date}", "SeriesInstanceUID": f"1.2.{date}.1"}
        sop: dict[str, Any] = {"SOPInstanceUID": f"1.2.{date}.1.1", "StudyDate": date, "StudyTime": "120000"}
        write_image(folder / name, None if given else codes, bits=12, **given, **whose, **uids, **sop)
        codes = codes[:, ::-1].copy()
    return folder


def run(count: int, seed: str, tally: Tally, begin: int = 0) -> None:
    """Kill `count` windows, of a run of more from number `begin` on.

    Each kill and each fault is also written to standard error when it happens.
    """
    began = time.monotonic()
    while tally.total < count:
        with tempfile.TemporaryDirectory() as temporary:
            folder = images(Path(temporary) / "images")
            home, expected = Path(temporary) / "home", None
            first = tally.total
            # The last of a folder is only looked at: what its kill left has nobody to compare it.
            for sitting in range(min(SITTINGS, count - first) + 1):
                last = sitting == min(SITTINGS, count - first)
                told = len(tally.faults)
                expected = _one(home, folder, f"{seed} {begin + first} {sitting}", expected, tally, last=last)
                words = f"{tally.total} of {count} killed, {tally.reopened} reopened"
                sys.stderr.write(f"{time.monotonic() - began:.0f} s: {words}\n")
                sys.stderr.write("".join(f"  {one}\n" for one in tally.faults[told:]))
                if expected is None:
                    break


def _one(home: Path, folder: Path, seed: str, before: Expected | None, tally: Tally, *, last: bool) -> Expected | None:
    """Let a window reopen and read, and kill it. Returns what the next one must show, None after a fault."""
    chance = random.Random(f"kill {seed}")
    way = "rest" if before is None else chance.choices(list(WAYS), list(WAYS.values()))[0]
    if last:
        way = "look"
    actions = {"start": 0, "look": 0, "rest": chance.randint(3, 25), "reading": 10_000}[way]
    with _Window(home, folder, seed, actions) as window:
        if way == "start" and before is not None:
            window.read_until(lambda _: False, chance.uniform(0.1, 2.5))
            window.kill()
            tally.kills[way] += 1
            fault = _files(home, tally)
            if fault:
                tally.faults.append(f"seed {seed!r}, killed while starting: {fault}")
                return None
            return before  # it has changed nothing
        reopened = window.read_until(lambda line: line["what"] == "reopened", PATIENCE)
        if reopened is None:
            raise RuntimeError(f"the window of seed {seed!r} did not open: {window.errors()}")
        fault = "" if before is None else _compared(before, reopened, tally)
        if way == "reading":
            window.read_until(lambda _: False, chance.uniform(0.05, 3.0))
        elif way == "rest" and window.read_until(lambda line: line["what"] == "rest", PATIENCE) is None:
            raise RuntimeError(f"the window of seed {seed!r} did not come to rest: {window.errors()}")
        killed = window.kill()
    if fault:
        tally.faults.append(f"seed {seed!r}: {fault}")
        return None
    if last:
        return None
    tally.kills[way] += 1
    moments = [line for line in window.lines if line["what"] != "begin"]
    under_way = window.lines[-1]["what"] == "begin"
    tally.actions += len(moments) - 1
    tally.under_way += under_way
    fault = _files(home, tally) or _journals(home, moments, killed, tally, under_way=under_way)
    if fault:
        tally.faults.append(f"seed {seed!r}: {fault}")
        return None
    resting = moments[-1]["what"] == "rest" or len(window.lines) == 1
    texts = _texts_under_way(home, window.lines) if under_way else {}
    return Expected(window.lines, killed, under_way, resting, texts, _views(window.lines, before))


class _Window:
    """A process with a window; its lines as they come."""

    def __init__(self, home: Path, folder: Path, seed: str, actions: int) -> None:
        self._errors = tempfile.TemporaryFile()
        source, sink = os.pipe()
        self._source, self._process = source, os.fork()
        if self._process == 0:  # pragma: no cover  # killed
            try:
                os.close(source)
                os.dup2(self._errors.fileno(), 2)
                live(home, folder, seed, actions, sink)
            except BaseException:
                traceback.print_exc()
                raise
            finally:
                os._exit(3)
        os.close(sink)
        self._status: int | None = None
        self._rest = b""
        self.lines: list[Line] = []

    def __enter__(self) -> _Window:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        os.close(self._source)
        self._errors.close()

    def read_until(self, wanted: Any, seconds: float) -> Line | None:
        """Return the first line that is wanted, None where the time is over or the process has ended."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and select.select([self._source], [], [], left)[0]:
            data = os.read(self._source, 65_536)
            if not data:
                return None
            found = [line for line in self._take(data) if wanted(line)]
            if found:
                return found[0]
        return None

    def kill(self) -> float:
        """End the process and return when; lines it had written are taken."""
        killed = time.monotonic()
        if self._status is None:
            os.kill(self._process, signal.SIGKILL)
            killed = time.monotonic()
            _, self._status = os.waitpid(self._process, 0)
            os.set_blocking(self._source, False)  # its own processes may hold the other end for a moment
            with contextlib.suppress(BlockingIOError):
                while data := os.read(self._source, 65_536):
                    self._take(data)
        if not os.WIFSIGNALED(self._status):
            raise RuntimeError(f"a window ended by itself: {self.errors()}")
        return killed

    def errors(self) -> str:
        self._errors.seek(0)
        return self._errors.read().decode(errors="replace")[-2_000:]

    def _take(self, data: bytes) -> list[Line]:
        *whole, self._rest = (self._rest + data).split(b"\n")
        taken = [json.loads(line) for line in whole]
        self.lines += taken
        return taken


def _files(home: Path, tally: Tally) -> str:
    """Return which file cannot be read; empty for none."""
    folder = home / "data" / "readings"
    for path in folder.glob("*.reading"):
        data = path.read_bytes()
        tally.cut += bool(data) and not data.endswith(b"\n")
    broken = [one.name for one in shelved(folder) if one.reading is None]
    broken += [path.name for path in folder.glob("*.damaged")]
    tally.unreadable += len(broken)
    return f"unreadable: {broken}" if broken else ""


def _journals(home: Path, moments: list[Line], killed: float, tally: Tally, *, under_way: bool) -> str:
    """Return what was made and is not in the journals, or is there and was not made."""
    for name in {name for line in moments for name in line["readings"]}:
        path = home / "data" / "readings" / name
        document = journals.read(path.read_bytes()).document if path.exists() else Document()
        found = made(document.reading)
        shown = [line for line in moments if name in line["readings"]]
        # The last moment of which the disk has everything, and those after it.
        written = max((place for place, line in enumerate(shown) if name not in line["late"]), default=0)
        other = [_other(line["readings"][name], found) for line in shown[written:]]
        same = [place for place, keys in enumerate(other) if not keys]
        if not same and not (under_way and other[-1] <= _last_touched(document)):
            keys = sorted(other[-1])
            return f"{len(keys)} entries of {name[:8]} are not those of the last action: {keys[:3]}"
        later = shown[written + same[-1] + 1 :] if same else []
        tally.edits_lost.append(killed - later[0]["when"] if later else 0.0)
        if tally.edits_lost[-1] > tally.allowed:
            return f"{tally.edits_lost[-1]:.2f} s of edits were lost"
    return ""


def _other(entries: dict[str, Any], found: dict[str, Any]) -> set[str]:
    return {key for key in {*found, *entries} if found.get(key) != entries.get(key)}


def _last_touched(document: Document) -> set[str]:
    """Return what the last step done or undone has changed, as `made` names it."""
    before = made(document.reading)
    touched: set[str] = set()
    for reading in _beside(document):
        touched |= _other(before, made(reading))
    return touched


def _beside(document: Document) -> list[Reading]:
    """Return what the document holds without the last step done or undone."""
    undone, redone = (Document(document.reading, document.undo_steps, document.redo_steps) for _ in range(2))
    undone.undo()
    redone.redo()
    return [undone.reading, redone.reading]


def _texts_under_way(home: Path, lines: list[Line]) -> dict[str, str]:
    """Return the impressions that an action under way has written, by journal: one step from what was on the screen."""
    texts: dict[str, str] = {}
    for name, shown in lines[-1]["texts"].items():
        path = home / "data" / "readings" / name
        document = journals.read(path.read_bytes()).document if path.exists() else Document()
        if shown in [reading.impression for reading in _beside(document)]:
            texts[name] = document.reading.impression
    return texts


def _compared(before: Expected, found: Line, tally: Tally) -> str:
    """Return what a reopened window shows that it must not; empty for nothing."""
    tally.reopened += 1
    texts: dict[str, str] = {}
    for name, text in found["texts"].items():
        lost = _lost(
            [(line["when"], line["texts"][name]) for line in before.moments if name in line["texts"]], text, before
        )
        if lost is None and before.texts.get(name) == text:
            lost = 0.0
        if lost is None:
            return f"the impression is that of no moment: {text!r}"
        tally.texts_lost.append(lost)
        texts[name] = text
        if lost > tally.allowed:
            return f"{lost:.2f} s of typing were lost"
    looks = [(line["when"], line["look"]) for line in before.moments if line["look"] is not None]
    lost = _lost(looks, found["look"], before, lambda one, other: _looks_like(one, other, before.views))
    if lost is None:
        return f"arrangement and views are those of no moment: {found['look']} and not {looks[-1][1]}"
    tally.looks_lost.append(lost)
    if lost > tally.allowed:
        return f"{lost:.2f} s of looking were lost"
    if before.resting and not before.under_way:
        tally.pictures += 1
        last = before.moments[-1]
        # Panels list what was scored since the program was started: without the library only what was shown since.
        whole = last["scored"] == found["scored"]
        tally.whole += whole
        other = [
            name
            for name, digest in last["picture"].items()
            if found["picture"].get(name) != digest and (whole or name != "window")
        ]
        if other:
            return f"another picture of {', '.join(other)}"
    return ""


def _lost(
    moments: list[tuple[float, str]], found: str, before: Expected, same_as: Callable[[str, str], bool] = operator.eq
) -> float | None:
    """Return seconds between the first change that is lost and the kill; None where it never was as it is now."""
    same = [place for place, (_, value) in enumerate(moments) if same_as(value, found)]
    if not same:
        return None
    later = moments[same[-1] + 1 :]
    return before.killed - later[0][0] if later else 0.0


def _looks_like(look: str, found: str, views: Views) -> bool:
    """Return whether `found` is what `look` becomes: an image that was being opened is seen as it was last."""
    if look == found:
        return True
    one, other = json.loads(look), json.loads(found)
    for opening, opened in zip(one["viewports"], other["viewports"], strict=True):
        image = opened.get("image")  # what a viewport does not have is left out
        if opening.get("image") is None or opening.get("view") is not None or image is None:
            continue
        seen = views.get(image["instance"], {})
        again = seen.get(json.dumps(opened.get("view")), -math.inf) >= max(seen.values(), default=-math.inf) - ALLOWED
        if opening["image"]["instance"] == image["instance"] and again:
            opening.update({key: opened[key] for key in ("view", "image") if key in opened})  # with the frame it had
    return bool(one == other)


def _views(lines: list[Line], before: Expected | None) -> Views:
    """Return in which ways each image was seen, in this window and in those before it."""
    views = {} if before is None else {image: dict(seen) for image, seen in before.views.items()}
    for line in lines:
        for viewport in json.loads(line["look"] or '{"viewports": []}')["viewports"]:
            if viewport.get("view") is not None:
                views.setdefault(viewport["image"]["instance"], {})[json.dumps(viewport["view"])] = line["when"]
    return views


def main(count: int, seed: str, begin: int = 0, allowed: float = ALLOWED) -> int:
    """Run and print. Returns 1 where something was found."""
    began = time.monotonic()
    tally = Tally(allowed=allowed)
    try:
        run(count, seed, tally, begin)
    except (RuntimeError, KeyboardInterrupt) as error:
        tally.faults.append(str(error))
    sys.stdout.write(f"{tally.words()}\n{time.monotonic() - began:.0f} s\n")
    return 1 if tally.faults else 0
