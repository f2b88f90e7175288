"""From the start of the interpreter to the painted window and to the first image, beside a bare PySide6 window.

    python -m benchmarks.bench_start [OTHER [RUNS]]

OTHER is another checkout of this program, such as a `git worktree` of the commit before. Everything is measured in
turns, so that all of it has the same machine. The times themselves depend on the machine; the ratios hardly do. Off
screen, each run a new process on a warm disk; the language is Chinese, whose catalogue is read then.
"""

from __future__ import annotations

import contextlib
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

BARE = """
from PySide6.QtWidgets import QApplication, QLabel
application = QApplication([])
label = QLabel("cxrviewer")
label.resize(1280, 800)
label.show()
label.grab()
print("painted", flush=True)
"""
START = """
import os, sys
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as `__main__` does
from pathlib import Path
from PySide6.QtWidgets import QApplication
from cxrviewer.app import App
from cxrviewer.paths import AppPaths
from cxrviewer.qt import theme
application = QApplication([])
theme.apply(application)
app = App(AppPaths.under(Path(sys.argv[1])), with_head=False)
app.start(())
app.window.grab()
print("painted", flush=True)
app.close()
"""
# As `cli` does where it is given a path: the decoder's process first, which decodes meanwhile, then Qt.
IMAGE = """
import os, sys
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
from pathlib import Path
from cxrviewer.decoder.client import DecoderPool
decoder = DecoderPool.for_window()
decoder.start(1)
if hasattr(decoder, "begin"):  # another checkout may not have it
    decoder.begin(Path(sys.argv[2]))
from PySide6.QtWidgets import QApplication
from cxrviewer.app import App
from cxrviewer.commands.facts import Fact
from cxrviewer.paths import AppPaths
from cxrviewer.qt import theme
application = QApplication([])
theme.apply(application)
app = App(AppPaths.under(Path(sys.argv[1])), with_head=False, decoder=decoder)
app.start((Path(sys.argv[2]),))
def painted():
    app.window.canvas.viewport().repaint()
    print("painted", flush=True)
    application.quit()
def look(facts):
    if Fact.IMAGE in facts:
        app.window.later(0, painted)  # the presenter is still showing it
app.window.commands.listen(look)
application.exec()
app.close()
"""


@cache
def _bytecode() -> tempfile.TemporaryDirectory[str]:
    """Return where the bytecode of every run is kept: a program that is installed has it too."""
    return tempfile.TemporaryDirectory()


def processor_seconds(*pids: int) -> float:
    """Return the processor time that processes and their children have taken, nan where the system does not tell."""
    if not Path("/proc/self/stat").exists():
        return math.nan
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            fields = stat.read_text().rpartition(")")[2].split()
            if int(stat.parent.name) in pids or int(fields[1]) in pids:
                ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def seconds_to(code: str, *arguments: str, checkout: Path = ROOT) -> float:
    """Return the time from starting the interpreter until `code` prints that it has painted."""
    return both_seconds_to(code, *arguments, checkout=checkout)[0]


def both_seconds_to(code: str, *arguments: str, checkout: Path = ROOT) -> tuple[float, float]:
    """Return that time and the processor time of the program and its processes until then."""
    command = [sys.executable, "-c", code, *arguments]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(checkout)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment["PYTHONPYCACHEPREFIX"] = _bytecode().name
    started = time.perf_counter()
    with subprocess.Popen(
        command, cwd=checkout, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        if process.stdout.readline().strip() != "painted":
            raise SystemExit("the window did not start")
        elapsed = time.perf_counter() - started
        taken = processor_seconds(process.pid)
        process.stdout.read()
    return elapsed, taken


def main() -> None:
    other = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else None
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    with tempfile.TemporaryDirectory() as folder:
        from benchmarks.bench_window import image_file
        from cxrviewer.paths import AppPaths
        from cxrviewer.settings import SettingsStore

        home = Path(folder) / "home"
        store = SettingsStore(AppPaths.under(home).config)
        store.change(language="zh_CN")
        store.close(10)
        image = image_file(Path(folder))
        arms = {"bare PySide6 window": (BARE, ROOT), "painted window": (START, ROOT), "first image": (IMAGE, ROOT)}
        if other is not None:
            arms |= {"other: painted window": (START, other), "other: first image": (IMAGE, other)}
        taken: dict[str, list[float]] = {name: [] for name in arms}
        for turn in range(runs + 1):
            for name, (code, checkout) in arms.items():
                elapsed = seconds_to(code, str(home), str(image), checkout=checkout)
                if turn:  # the first one warms the disk
                    taken[name].append(elapsed)
    median = {name: statistics.median(times) for name, times in taken.items()}
    print(f"| from the start of the interpreter, {runs} runs in turns | median | least | most | ratio |")
    print("|---|---|---|---|---|")
    for name, times in taken.items():
        against = f"other: {name}"
        ratio = f"{median[name] / median[against]:.2f} of the other" if against in median else ""
        print(f"| {name} | {median[name]:.2f} s | {min(times):.2f} s | {max(times):.2f} s | {ratio} |")


if __name__ == "__main__":
    main()
