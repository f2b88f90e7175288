"""Background scoring of the library beside ``score --jobs 1`` on the same files, and a window drag meanwhile.

Run ``python -m benchmarks.bench_scoring``. Both have one process that reads and one that runs the network, and score
the same folders in turns; the command by the seconds that it states for each image, without its start. Both processes
of the library give way to all other programs, the reading one of the command does not: the ratio holds on a machine
with a core to spare only. The second table drags the window of a 3000 x 2500 image with the layer on, off screen, idle
and while the library is scored: frames a second by the clock, and by the processor time of the window's process, which
on a busy machine says more. Synthetic images. Aims: 0.9 x the rate of the command, 60 frames a second.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtWidgets import QApplication

from benchmarks.bench_start import ROOT
from benchmarks.bench_window import image_file, wait_for
from benchmarks.dragging import drag_rates, show_map
from cxrviewer.app import App
from cxrviewer.paths import AppPaths
from cxrviewer.qt import theme
from tests.builders.dicom import UID_ROOT, chest_phantom, image_bytes

RATE_AIM, FRAMES_AIM = 0.9, 60.0
FRAMES = 120


def write_folder(folder: Path, number: int, first: int, rows: int) -> Path:
    """Write images of as many patients, each with other noise: no two have one digest."""
    folder.mkdir()
    pixels = chest_phantom(rows, rows * 5 // 6, 12)
    for one in range(first, first + number):
        pixels[:16] = np.random.default_rng(one).integers(0, 4096, pixels[:16].shape, dtype=np.uint16)
        data = image_bytes(
            pixels,
            bits=12,
            SOPInstanceUID=f"{UID_ROOT}8.{one}",
            StudyInstanceUID=f"{UID_ROOT}7.{one}",
            PatientID=f"P{one}",
        )
        (folder / f"{one:05}.dcm").write_bytes(data)
    return folder


def command_rate(folder: Path, out: Path) -> float:
    """Return the images a second of the command on a folder, by the seconds that it states for each."""
    command = [sys.executable, "-m", "cxrviewer", "score", str(folder), "--jobs", "1", "-o", str(out)]
    subprocess.run(command, cwd=ROOT, check=True, stderr=subprocess.DEVNULL)
    files = json.loads(out.read_text())["files"]
    return len(files) / sum(one["seconds"] for one in files)


class Library:
    """A window with heads and a library."""

    def __init__(self, home: Path, shown: Path) -> None:
        application = QApplication.instance() or QApplication([])
        assert isinstance(application, QApplication)
        self.application = application
        theme.apply(application)
        self.app = App(AppPaths.under(home))
        self.app.window.resize(1920, 1080)
        self.app.start((shown,))
        wait_for(application, lambda: self.app.room.image.image is not None and not self.app.jobs.busy)
        wait_for(application, lambda: bool(self.app.room.findings.scorers) and not self.app.jobs.busy)
        assert self.app.room.library is not None
        self.library = self.app.room.library

    def add(self, folder: Path) -> None:
        self.library.add([folder])
        wait_for(self.application, lambda: self.app.jobs.busy)
        wait_for(self.application, lambda: not self.app.jobs.busy)

    def begin(self) -> None:
        self.library.score(None)
        wait_for(self.application, lambda: self.library.scoring.state.total > 0)

    def score_seconds(self, number: int) -> float:
        """Score what has no result yet, and return the time."""
        started = time.perf_counter()
        self.begin()
        scoring = self.library.scoring
        while scoring.state.running:
            wait_for(
                self.application, lambda done=scoring.state.done: scoring.state.done > done or not scoring.state.running
            )
        taken = time.perf_counter() - started
        if scoring.state.done != number:
            raise SystemExit(f"{scoring.state.done} of {number} images were scored: {scoring.state.text}")
        return taken

    def drag(self) -> tuple[float, float]:
        """Return frames a second, by the clock and by processor time, with the events of the scoring between them."""
        return drag_rates([self.app.window.canvas], FRAMES, after=self.application.processEvents)


def compare_rates(window: Library, place: Path, rounds: int, each: int, rows: int) -> bool:
    """Print the first table; return whether the library keeps up with the command."""
    commands, libraries = [], []
    for number in range(rounds):
        folder = write_folder(place / f"folder-{number}", each, number * each, rows)
        window.add(folder)
        commands.append(command_rate(folder, place / "result.json"))
        libraries.append(each / window.score_seconds(each))
    command, library = statistics.median(commands), statistics.median(libraries)
    ratio = statistics.median(b / a for a, b in zip(commands, libraries, strict=True))
    print(f"| {rounds} x {each} images of {rows} rows, in turns | images/s |")
    print("|---|---|")
    print(f"| score --jobs 1, from its first image on | {command:.2f} |")
    print(f"| the library in the background | {library:.2f} ({ratio:.2f} x, aim {RATE_AIM}) |", flush=True)
    return ratio >= RATE_AIM


def compare_drags(window: Library, rounds: int) -> bool:
    """Print the second table; return whether the drag is quick enough while images are scored."""
    idle, busy = [], []
    scoring = window.library.scoring
    window.begin()
    for _ in range(rounds):
        scoring.pause()
        wait_for(window.application, lambda: not window.app.jobs.busy)
        idle.append(window.drag())
        scoring.resume()
        before = scoring.state.done
        wait_for(window.application, lambda before=before: scoring.state.done > before)
        busy.append(window.drag())
    print(
        f"\n| window drag, 3000 x 2500, layer on; {scoring.state.done} images scored | frames/s | by processor time |"
    )
    print("|---|---|---|")
    found = {}
    for name, rates in (("idle", idle), ("while scoring", busy)):
        clock, found[name] = (statistics.median(one[which] for one in rates) for which in (0, 1))
        print(f"| {name} | {clock:.0f} | {found[name]:.0f} |")
    return found["while scoring"] >= FRAMES_AIM


def main() -> int:
    """Print both tables; exit status 1 where an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=2000, help="in the library, in all rounds together")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", type=int, default=1200)
    given = parser.parse_args()
    each = max(2, given.images // given.rounds)
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        (place / "film").mkdir()
        window = Library(place / "home", image_file(place / "film"))
        kept_up = compare_rates(window, place, given.rounds, each, given.rows)
        show_map(window.app.window.canvas)
        window.drag()
        window.add(write_folder(place / "drag", 3 * each, 500_000, given.rows))
        quick = compare_drags(window, given.rounds)
        window.app.window.close()
    return 0 if kept_up and quick else 1


if __name__ == "__main__":
    sys.exit(main())
