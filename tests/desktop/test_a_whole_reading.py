"""A whole reading with mouse and keys, in the real program on an X server: open, compare, measure, decide, report,
undo, a kill, the same screen again, export. Linux.

``CXR_PROGRAM`` names a built program to read with instead of the source; ``make test-app`` sets it.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pypdf import PdfReader

from cxrviewer.demo import ensure_demo
from cxrviewer.reading.document import Reading
from cxrviewer.reading.shelf import shelved
from tests.desktop.screen import Picture, Program, Screen, command_of, made_screen, until

TITLE = "^cxrviewer"
NOWHERE = (640, 790)
"""In the status bar: no value under the mouse."""
CANVASES = (slice(90, 776), slice(254, 988))
LENGTH = ((330, 300), (400, 320), (560, 330))
HEART = ((400, 420), (450, 420), (520, 420))
CHEST = ((300, 450), (450, 450), (600, 450))
SPACING = 0.171
"""Millimetres of a pixel at the detector: written by ``cxrviewer/demo.py``."""


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    """Return a screen of its own."""
    if not sys.platform.startswith("linux"):
        pytest.skip("Xvfb is a program of Linux")
    for tool in ("Xvfb", "xdotool"):
        if shutil.which(tool) is None:
            # Whoever asks for the built program to be tested is not told that it was where it was not.
            (pytest.fail if "CXR_PROGRAM" in os.environ else pytest.skip)(f"{tool} is not installed")
    (tmp_path / "screen").mkdir()
    with made_screen(tmp_path / "screen") as made:
        yield made


class Reader:
    """Somebody who reads before a screen.

    Parameters
    ----------
    screen : Screen
    home : Path
        Where the program keeps what is made.
    """

    def __init__(self, screen: Screen, home: Path) -> None:
        self.screen, self.home = screen, home
        self.program = self.start()

    def start(self, *arguments: str) -> Program:
        command, environment = command_of(self.home)
        environment |= {"DISPLAY": self.screen.display, "QT_QPA_PLATFORM": "xcb", "LANG": "C.UTF-8"}
        self.program = Program([*command, *arguments], environment, self.home.with_suffix(".log"))
        self.screen.fill(TITLE)
        self.settle()
        return self.program

    def settle(self) -> None:
        self.program.idle(self.screen)

    def keys(self, *names: str, window: str = TITLE) -> None:
        for name in names:
            self.screen.focus(window)
            self.screen.keys(name)
        self.settle()

    def drag(self, places: tuple[tuple[int, int], ...]) -> None:
        self.screen.drag(*places)
        self.settle()

    def answer(self, window: str, path: Path) -> None:
        """Type a path into a file dialog, again where the dialog has made something else of it.

        Qt's own dialog selects the names that it knows while one is typed, and now and then writes them over the
        letters; it then says that there is no such folder, and Return closes that.
        """

        def answered() -> bool:
            self.screen.focus(window)
            self.settle()
            self.keys("ctrl+a", window=window)
            self.screen.hand("type", "--delay", "2", str(path))
            self.settle()  # while it completes a name, Return only takes the completion
            self.keys("Return", window=window)
            return self.screen.window(window) is None

        until(answered, f"{window} is answered")

    def saved(self, holds: Callable[[Reading], bool], words: str) -> Reading:
        """Wait until a reading on the disk holds something, and return it."""

        def look() -> Reading | None:
            found = [one.reading for one in shelved(self.home / "data" / "readings")]
            return next((one for one in found if one is not None and holds(one)), None)

        return until(look, words)

    def looks(self) -> Picture:
        """Return the screen, with the mouse nowhere."""
        self.screen.hand("mousemove", *NOWHERE)
        self.settle()
        return self.screen.picture()


def kinds(reading: Reading) -> list[str]:
    return sorted(type(one.shape).__name__ for one in reading.annotations.values())


def verdicts(reading: Reading) -> list[str]:
    return sorted(one.verdict.value for one in reading.decisions.values() if one is not None)


def test_a_whole_reading_survives_a_kill_and_is_handed_on(screen: Screen, tmp_path: Path) -> None:
    # The folder of the files itself: a file dialog completes what is typed by the folders inside it.
    images = ensure_demo(tmp_path / "films")[0].parent
    reader = Reader(screen, tmp_path / "home")
    try:
        read(reader, images)
        report_is_written(reader, tmp_path / "report.pdf")
        before = reader.looks()
        kept = reader.saved(lambda one: bool(one.impression) and bool(one.views), "everything on the disk")
        reader.program.kill()
        reader.start(str(images))
        after = reader.looks()
        keep(before, after)
        assert np.array_equal(before[CANVASES], after[CANVASES])
        assert reader.saved(lambda one: bool(one.impression), "the reading") == kept
        readings_are_exported(reader, tmp_path / "readings.json", kept)
        broken_files_change_nothing(reader, tmp_path / "readings.json", kept)
        reader.screen.focus(TITLE)
        reader.screen.keys("ctrl+q")
        assert until(lambda: reader.program.process.poll() is not None, "the program ends")
        assert reader.program.process.returncode == 0
    finally:
        reader.program.end()


def keep(*pictures: Picture, name: str = "reading") -> None:
    """Store what was seen where ``CXR_SHOTS`` names a folder."""
    folder = os.environ.get("CXR_SHOTS")
    if folder:
        from PIL import Image

        for number, picture in enumerate(pictures):
            Image.fromarray(picture).save(Path(folder) / f"{name}-{number}.png")


def read(reader: Reader, images: Path) -> None:
    """Open, hang the prior, window, measure, decide, undo and redo."""
    reader.keys("Escape", "ctrl+shift+o")  # the first steps are skipped
    reader.answer("^Open folder$", images)
    reader.settle()
    beside = reader.looks()  # the prior hangs by itself
    reader.keys("e")
    alone = reader.looks()
    keep(beside, alone, name="prior")
    assert not np.array_equal(alone[CANVASES], beside[CANVASES]), "no prior"
    reader.keys("e")
    assert np.array_equal(reader.looks()[CANVASES], beside[CANVASES])
    reader.screen.click(350, 300)
    reader.drag(((400, 400), (430, 410), (470, 430)))
    windowed = reader.looks()
    for side in (slice(254, 620), slice(622, 988)):  # the prior follows
        assert not np.array_equal(beside[200:600, side], windowed[200:600, side])
    reader.keys("d")
    reader.drag(LENGTH)
    reader.saved(lambda one: kinds(one) == ["Length"], "the length")
    reader.keys("c")
    reader.drag(HEART)
    reader.drag(CHEST)
    reader.saved(lambda one: kinds(one) == ["CardiothoracicRatio", "Length"], "the ratio")
    reader.keys("Escape", "Escape")
    reader.keys("n", "u")
    reader.saved(lambda one: verdicts(one) == ["agree"], "agreed")
    reader.keys("n", "shift+u")
    reader.saved(lambda one: verdicts(one) == ["agree", "disagree"], "disagreed")
    for _ in range(2):
        reader.keys("ctrl+z")
    reader.saved(lambda one: verdicts(one) == [] and len(kinds(one)) == 2, "both decisions undone")
    reader.keys("ctrl+z")
    reader.saved(lambda one: kinds(one) == ["Length"], "the ratio undone")
    for _ in range(3):
        reader.keys("ctrl+shift+z")
    reader.saved(lambda one: verdicts(one) == ["agree", "disagree"] and len(kinds(one)) == 2, "all redone")


def report_is_written(reader: Reader, path: Path) -> None:
    """Write an impression and save the report; its text is read by another program than the one that wrote it."""
    reader.keys("ctrl+r")
    reader.screen.focus("^Report$")
    reader.screen.hand("type", "--delay", "5", "Heart not enlarged.")
    reader.saved(lambda one: one.impression == "Heart not enlarged.", "the impression")
    reader.keys("alt+p", window="^Report$")
    reader.answer("^Save the report$", path)
    until(path.is_file, "the report")
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(path).pages).split())
    # From places on the screen: 120 of 300 pixels; hypot(230, 30) of 300 pixels.
    assert "Cardiothoracic ratio 0.40" in text and "Heart not enlarged." in text
    chest = float(text.partition("chest ")[2].split()[0])
    length = float(text.partition("Measurements ")[2].split()[0])
    assert length / chest == pytest.approx(math.hypot(230, 30) / 300, abs=0.002)
    assert "reader agrees" in text and "reader disagrees" in text
    assert "Research use only" in text and "PHANTOM" not in text.upper().replace("COMPUTED PHANTOM", "")
    reader.keys("Escape", window="^Report$")
    assert reader.screen.window("^Report$") is None


def readings_are_exported(reader: Reader, path: Path, kept: Reading) -> None:
    """Export with the dialog; the file is read as plain JSON."""
    reader.keys("ctrl+shift+r")
    reader.screen.focus("^Readings$")
    reader.keys("ctrl+a", "alt+e", window="^Readings$")
    reader.answer("^Export readings$", path)
    until(path.is_file, "the file of readings")
    held: Any = json.loads(path.read_text("utf-8"))
    changes = [change for one in held["readings"] for change in one["changes"]]
    shapes = [change["after"]["shape"] for change in changes if change["type"] == "annotation"]
    (length,) = [one for one in shapes if one["type"] == "length"]
    (calipers,) = [one for one in shapes if one["type"] == "cardiothoracic ratio"]
    chest = calipers["chest_left"][0] - calipers["chest_right"][0]
    along = length["b"][0] - length["a"][0]
    assert along / chest == pytest.approx(230 / 300, abs=1e-6)
    assert length["calibration"]["column"] == SPACING
    decided = sorted(change["after"]["verdict"] for change in changes if change["type"] == "decision")
    assert decided == ["agree", "disagree"] == verdicts(kept)
    assert "PHANTOM" not in path.read_text("utf-8")


def broken_files_change_nothing(reader: Reader, exported: Path, kept: Reading) -> None:
    """Import a file that was cut short and one of a newer version, delete the reading, and take that back."""
    held = json.loads(exported.read_text("utf-8"))
    cut, newer = exported.with_name("cut.json"), exported.with_name("newer.json")
    cut.write_text(exported.read_text("utf-8")[:-200], "utf-8")
    newer.write_text(json.dumps({**held, "schema": 99}), "utf-8")
    before = reader.looks()
    seen = [before]
    for path in (cut, newer):
        reader.keys("alt+i", window="^Readings$")
        reader.answer("^Import readings$", path)
        seen.append(reader.looks())
        assert not np.array_equal(seen[-2], seen[-1]), "nothing is said about the file"
        assert reader.saved(lambda one: bool(one.impression), "the reading") == kept
    reader.keys("alt+d", window="^Readings$")
    files = reader.home / "data" / "readings"
    until(lambda: all(one.reading != kept for one in shelved(files)), "the reading is deleted")
    seen.append(reader.looks())
    keep(*seen, name="readings")
    reader.keys("ctrl+z", "ctrl+z", window="^Readings$")  # the prior's was deleted with it, and comes back first
    reader.saved(lambda one: one == kept, "the reading is back")
    reader.keys("Escape", window="^Readings$")
