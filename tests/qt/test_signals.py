"""Ctrl+C in the terminal, a polite kill, and the terminal itself going away."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs signals of POSIX")

WINDOW = """
import os
import signal
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from cxrviewer import app

def ready(window):
    window.room.layer.set_opacity(50)  # something to remember that is not saved yet
    print("ready", flush=True)

class App(app.App):
    def __init__(self, paths, **given):
        super().__init__(paths, with_head=False, **given)
        if "early" not in sys.argv:
            QTimer.singleShot(0, self.window, lambda: ready(self.window))

    def _after_paint(self):
        if "early" in sys.argv and self._started is not None:
            os.kill(os.getpid(), signal.SIGTERM)
        super()._after_paint()

if __name__ == "__main__":
    # As a shell in the foreground starts it, or as nohup does: what this process inherited may be either.
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        ignored = name in sys.argv
        signal.signal(getattr(signal, name), signal.SIG_IGN if ignored else signal.SIG_DFL)
    app.App = App
    sys.exit(app.run_window())
"""


def ends(home: Path, *numbers: int, ignored: tuple[str, ...] = ()) -> int:
    """Start a window, send it signals and return its exit status."""
    environment = {**os.environ, "CXRVIEWER_HOME": str(home)}
    command = [sys.executable, "-c", WINDOW, *ignored]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        for number in numbers:
            process.send_signal(number)
        return process.wait(30)


def opacity(home: Path) -> float:
    return float(json.loads((home / "config" / "settings.json").read_text())["map_opacity"])


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_the_window_ends_when_it_is_requested_to_and_the_settings_are_saved(tmp_path: Path, name: str) -> None:
    number = getattr(signal, name)
    assert ends(tmp_path, number) == 128 + number
    assert opacity(tmp_path) == pytest.approx(0.5)  # it was 0.45


def test_what_nohup_ignores_stays_ignored(tmp_path: Path) -> None:
    numbers = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)
    assert ends(tmp_path, *numbers, ignored=("SIGHUP", "SIGINT")) == 128 + signal.SIGTERM


def test_a_signal_while_the_presenters_are_made_ends_with_its_status(tmp_path: Path) -> None:
    """The end of the last window, which Qt reports a little later then, must not replace it by 0."""
    environment = {**os.environ, "CXRVIEWER_HOME": str(tmp_path)}
    command = [sys.executable, "-c", WINDOW, "early"]
    assert subprocess.run(command, env=environment, timeout=60, check=False).returncode == 128 + signal.SIGTERM
