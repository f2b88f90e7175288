"""The thin slice: what was drawn and how the image was seen survive a kill, on the real window with mouse and keys."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.builders.dicom import write_image

ROOT = Path(__file__).resolve().parent.parent.parent


def window(home: Path, image: Path, what: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.qt.killed_window", str(home), str(image), what]
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
    image = write_image(tmp_path / "films" / "a.dcm", codes, bits=12, ImagerPixelSpacing=[0.2, 0.2], Modality="DX")
    home = tmp_path / "home"
    with window(home, image, "draw") as first:
        before = seen(first)
        first.kill()
    (one,) = before["viewports"]
    # Drawn twice, one end dragged, nudged; undone three times, redone three times, undone once: the nudge.
    assert one["reading"].count('"type":"length"') == 2
    assert (one["undo"], one["redo"]) == ("move", "move")
    assert "turned 90° left" in one["words"]["readout"] and "FLIPPED" in one["words"]["readout"]
    with window(home, image, "look") as second:
        after = seen(second)
        assert second.wait(60) == 0
    assert after == before


def test_current_and_prior_reopen_side_by_side_exactly_as_they_were_killed(tmp_path: Path) -> None:
    images = tmp_path / "films"
    codes = np.linspace(0, 4095, 400 * 300).reshape(400, 300).astype(np.uint16)
    whose = {"PatientName": "DOE^JANE", "PatientID": "R-4711", "Modality": "DX", "ImagerPixelSpacing": [0.2, 0.2]}
    for name, date in (("now.dcm", "20260301"), ("then.dcm", "20240301"), ("older.dcm", "20200301")):
        number = date[:4]
        uids = {"StudyInstanceUID": f"1.2.{number}", "SeriesInstanceUID": f"1.2.{number}.1"}
        sop = {"SOPInstanceUID": f"1.2.{number}.1.1", "StudyDate": date, "StudyTime": "120000"}
        write_image(images / name, codes, bits=12, **whose, **uids, **sop)
        codes = codes[::-1].copy()
    home = tmp_path / "home"
    with window(home, images, "beside") as first:
        before = seen(first)
        first.kill()
    now, then = before["viewports"]
    assert (before["layout"], before["active"], before["synced"][:2]) == (
        "TWO",
        1,
        [["flip", "pan", "window", "zoom"], []],
    )
    # The drag went to both, whose headers are alike: one window. Turn and zoom went to the prior alone.
    assert now["seen"].split("quarter_turns")[0] == then["seen"].split("quarter_turns")[0]
    assert "WindowGrey" in now["seen"] and "inverted=True" in now["seen"]
    assert "turned" in then["words"]["readout"] and "turned" not in now["words"]["readout"]
    assert '"type":"length"' in then["reading"] and '"type":"length"' not in now["reading"]
    assert "calibrat" in str(then["reading"]) and then["undo"] == "draw" and then["redo"] == ""
    assert "2024-03-01" in then["words"]["identity"] and "2026-03-01" in now["words"]["identity"]
    with window(home, images, "look") as second:
        after = seen(second)
        assert second.wait(60) == 0
    assert after == before


def test_a_file_that_is_gone_leaves_an_empty_viewport_that_says_so(tmp_path: Path) -> None:
    images = tmp_path / "films"
    codes = np.full((400, 300), 2000, np.uint16)
    for name, number in (("a", "2"), ("b", "1")):
        uids = {"StudyInstanceUID": f"1.2.{number}", "SOPInstanceUID": f"1.2.{number}.1.1"}
        whose = {"PatientName": "DOE^JANE", "PatientID": "R-4711", "StudyDate": f"202{number}0101"}
        write_image(images / f"{name}.dcm", codes, bits=12, **uids, **whose)
    home = tmp_path / "home"
    with window(home, images, "beside") as first:
        seen(first)
        first.kill()
    (images / "b.dcm").unlink()  # the prior
    (images / "a.dcm").rename(images / "moved.dcm")
    with window(home, images, "look") as second:
        after = seen(second)
        assert second.wait(60) == 0
    assert (after["layout"], after["active"]) == ("TWO", 1)
    (left,) = after["viewports"]
    assert "2022-01-01" in left["words"]["identity"]
    assert "no longer here" in after["empty"]["message"] and "DOE" not in str(after["empty"])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="windows are forked")
def test_windows_killed_at_random_moments_reopen_to_what_was_there() -> None:
    # What was there must come back; how long ago it may have been is not measured on a machine that runs other tests.
    command = [sys.executable, "-m", "tests.stress", "kills", "--window", "--count", "3", "--seed", "few"]
    done = subprocess.run(
        [*command, "--allowed", "60"], cwd=ROOT, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (
        "3 windows killed after " in done.stdout and "\n3 reopened and compared, 2 of them by pictures" in done.stdout
    )
