"""The thin slice: what was drawn and how the image was seen survive a kill, on the real window with mouse and keys."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from tests.builders.dicom import write_film

ROOT = Path(__file__).resolve().parent.parent.parent


def window(home: Path, film: Path, what: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.qt.killed_window", str(home), str(film), what]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )


def seen(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    line = process.stdout.readline()
    found: dict[str, Any] = json.loads(line)
    return found


def test_a_killed_window_reopens_to_the_identical_screen(tmp_path: Path) -> None:
    codes = np.linspace(0, 4095, 400 * 300).reshape(400, 300).astype(np.uint16)
    film = write_film(tmp_path / "films" / "a.dcm", codes, bits=12, ImagerPixelSpacing=[0.2, 0.2], Modality="DX")
    home = tmp_path / "home"
    with window(home, film, "draw") as first:
        before = seen(first)
        first.kill()
    # Drawn twice, one end dragged, nudged; undone three times, redone three times, undone once: the nudge.
    assert before["reading"].count('"type":"length"') == 2
    assert (before["undo"], before["redo"]) == ("move", "move")
    assert before["decisions"] == {
        "Cardiomegaly": "agree", "Pleural effusion": "disagree", "Pneumothorax": "undecided", "Hernia": "undecided",
    }  # fmt: skip
    assert "turned 90° left" in before["words"]["readout"] and "FLIPPED" in before["words"]["readout"]
    with window(home, film, "look") as second:
        after = seen(second)
        assert second.wait(60) == 0
    assert after == before
