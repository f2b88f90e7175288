"""Drops every attacking pack on a running window: is it rejected, how soon, and what does it cost the reader?

    python -m benchmarks.bench_attacks [--only NAME]

Paints off screen. Per attack: seconds to the rejection, the largest gap between two turns of the event loop, the
processor time the window's thread took in one turn, by how much the viewer's resident memory rose above what it was
(its highest value, Linux only), what is left on the disk.
Must be: rejected for its own reason within 10 s, no turn above 100 ms, less than 32 MiB (a manifest of 1 MiB is
parsed in the viewer; no other file is held there whole), nothing left. The turn and not the gap decides: on a
busy machine a gap is somebody else's doing. The ten seconds are multiplied as the program does it, by how much longer
than a second an empty model process takes to start. Exit status 1 where one is not so.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

MAX_SECONDS, MAX_TURN_MS, MAX_MIB = 10.0, 100.0, 32.0
PATIENCE = 900.0
CRASH = "crash of the process"
SWAP = "hash right, file swapped after the check"
ROOT = Path(__file__).resolve().parent.parent


def build_all(folder: Path) -> None:
    """Build every attack; in a process of its own, because builders take more memory than the viewer may."""
    from tests.builders.attacks import ATTACKS

    made = {}
    for number, (name, attack) in enumerate(ATTACKS.items()):
        place = folder / str(number)
        place.mkdir()
        made[name] = {"source": str(attack.make(place / "made")), "reason": attack.reason}
    made[CRASH] = {"source": made["endless loop"]["source"], "reason": "ended unexpectedly"}
    made[SWAP] = {"source": made["nan"]["source"], "reason": "was changed after it had been checked"}
    (folder / "attacks.json").write_text(json.dumps(made))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one attack did."""

    said: str
    expected: bool
    seconds: float
    gap_ms: float
    turn_ms: float
    mebibytes: float
    left: tuple[str, ...]

    def good(self, slowness: float, mebibytes: float) -> bool:
        """Return whether all of it is as it must be."""
        fits = self.seconds <= MAX_SECONDS * slowness and self.turn_ms <= MAX_TURN_MS and self.mebibytes <= mebibytes
        return self.expected and fits and not self.left


def measure_slowness() -> float:
    """Return how many times longer than usual an empty model process takes to start, at least 1."""
    from cxrviewer.heads.runtime.limits import USUAL_START_SECONDS

    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import numpy, onnxruntime"], cwd=ROOT, check=True)
    return max(1.0, (time.perf_counter() - began) / USUAL_START_SECONDS)


def tree(*folders: Path) -> dict[str, int]:
    """Return every path below `folders` with its size in bytes."""
    found = [path for folder in folders for path in folder.rglob("*")]
    return {str(path): path.lstat().st_size for path in found if not path.is_dir()}


def memory(key: str) -> float:
    """Return a line of /proc/self/status in MiB, 0 where there is none."""
    try:
        text = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return next(int(line.split()[1]) / 1024 for line in text.splitlines() if line.startswith(key))


def forget_peak() -> None:
    """Let VmHWM begin anew (proc(5), clear_refs 5)."""
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        print("the highest memory cannot be reset here; it counts from the start", file=sys.stderr)


class Bench:
    """A running window on which packs are dropped."""

    def __init__(self, home: Path) -> None:
        from PySide6.QtCore import QTimer
        from PySide6.QtWidgets import QApplication

        from cxrviewer.app import App
        from cxrviewer.paths import AppPaths
        from cxrviewer.qt import theme
        from cxrviewer.qt.heads_dialog import HeadsDialog

        application = QApplication.instance() or QApplication([])
        assert isinstance(application, QApplication)
        self.application = application
        theme.apply(application)
        self.app = App(AppPaths.under(home), with_head=False)
        self.app.start(())
        self.app.open_heads()
        dialog = self.app.window.findChild(HeadsDialog)
        assert isinstance(dialog, HeadsDialog)
        self.dialog = dialog
        self.home = home
        self._restart_clocks()
        self.ticks = QTimer()
        self.ticks.timeout.connect(self._tick)
        self.ticks.start(2)
        self._wait(PATIENCE)

    def attack(self, source: Path, reason: str, meanwhile: Callable[[], bool] = lambda: True) -> Outcome:
        """Install one pack as a drop does and look at everything afterwards.

        `meanwhile` is called while the pack is checked in the model process, until it returns True.
        """
        before, peak = tree(self.home, source.parent), memory("VmRSS")
        forget_peak()
        self._restart_clocks()
        began = time.perf_counter()
        self.app.open_heads(source)
        self._wait(PATIENCE, meanwhile)
        seconds = time.perf_counter() - began
        risen = memory("VmHWM") - peak
        notice = self.dialog.state.notice if self.dialog.state is not None else None
        problems = notice.problems if notice is not None else ()
        wrong = notice is not None and notice.wrong
        expected = wrong and any(re.search(reason, problem) for problem in problems)
        after = tree(self.home, source.parent)
        left = tuple(sorted(path for path in set(before) | set(after) if before.get(path) != after.get(path)))
        return Outcome(
            problems[0] if problems else "installed", expected, seconds, self.gap * 1000, self.turn * 1000, risen, left
        )

    def close(self) -> None:
        self.ticks.stop()
        self.dialog.reject()
        self.app.window.close()

    def _restart_clocks(self) -> None:
        self.gap = self.turn = 0.0
        self.last, self.last_turn = time.perf_counter(), time.thread_time()

    def _tick(self) -> None:
        now, turn = time.perf_counter(), time.thread_time()
        self.gap, self.turn = max(self.gap, now - self.last), max(self.turn, turn - self.last_turn)
        self.last, self.last_turn = now, turn

    def _wait(self, seconds: float, meanwhile: Callable[[], bool] = lambda: True) -> None:
        from PySide6.QtCore import QEventLoop, QTimer

        loop, poll, end = QEventLoop(), QTimer(), time.perf_counter() + seconds
        hit = False

        def look() -> None:
            nonlocal hit
            if not hit and "process of its own" in self.dialog.busy_text.text():
                hit = meanwhile()
            state = self.dialog.state
            if (state is not None and not state.busy) or time.perf_counter() > end:
                loop.quit()

        poll.timeout.connect(look)
        poll.start(5)
        loop.exec()
        poll.stop()


def kill_model() -> bool:
    """Crash the model process for real, a moment after it began. Returns whether there was one."""
    for child in multiprocessing.active_children():
        if child.name == "cxr-model" and child.pid is not None:
            os.kill(child.pid, signal.SIGSEGV)
            return True
    return False


@contextlib.contextmanager
def swapped_after_check() -> Iterator[None]:
    """Put another model into the copy that is being checked, as another program could: just after it was hashed.

    By waiting for the right moment from outside, the swap came too late on a quiet machine: the bytes that had been
    checked were loaded by then, and the pack was rejected for what they say.
    """
    from cxrviewer.heads.package.sources import HeadFile, look_at
    from cxrviewer.heads.registry import conformance

    def look(folder: Path, name: str) -> HeadFile:
        found = look_at(folder, name)
        if name.endswith(".onnx"):
            other = bytearray((folder / name).read_bytes())
            other[-1] ^= 1
            (folder / name).write_bytes(other)
        return found

    with patch.object(conformance, "look_at", look):
        yield


def main() -> int:
    """Run all attacks and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", metavar="NAME")
    parser.add_argument("--build", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.build is not None:
        build_all(given.build)
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run([sys.executable, "-m", "benchmarks.bench_attacks", "--build", name], cwd=ROOT, check=True)
        attacks = json.loads((folder / "attacks.json").read_text())
        (folder / "home").mkdir()
        bench = Bench(folder / "home")
        meanwhile = {CRASH: kill_model}
        around = {SWAP: swapped_after_check}
        failed = 0
        print(
            "| attack | refused because | s | gap, ms | turn, ms | memory, MiB | left |\n|---|---|---|---|---|---|---|"
        )
        try:
            # The first rejection loads code the viewer keeps; that is no attack's doing.
            bench.attack(Path(attacks["wrong hash"]["source"]), "")
            for title, attack in attacks.items():
                if given.only not in (None, title):
                    continue
                slowness = measure_slowness()
                with around.get(title, contextlib.nullcontext)():
                    done = bench.attack(Path(attack["source"]), attack["reason"], meanwhile.get(title, lambda: True))
                good = done.good(max(slowness, measure_slowness()), MAX_MIB)
                failed += not good
                row: tuple[str, ...] = (
                    title,
                    done.said[:70],
                    f"{done.seconds:.1f}",
                    f"{done.gap_ms:.0f}",
                    f"{done.turn_ms:.0f}",
                )
                row = (*row, f"{done.mebibytes:.1f}")
                print(f"| {' | '.join(row)} | {len(done.left)} |{'' if good else '  <-- FAILED'}", flush=True)
        finally:
            bench.close()
    print(f"{failed} of {len(attacks)} failed; load of this machine {os.getloadavg()[0]:.1f}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
