"""``cxrviewer index``: exit status, output and what an interrupted run leaves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cxrviewer import cli
from tests.builders.library import write


def test_folders_are_added_and_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "films" / "a", 1)
    write(tmp_path / "films" / "b", 2)
    (tmp_path / "films" / "letter.txt").write_text("no image " * 200)
    assert cli.run(["index", str(tmp_path / "films"), "--json", "--skipped", "--jobs", "1"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "files": 3, "unchanged": 0, "read": 2, "skipped": 1, "removed": 0, "studies": 2, "offline": [],
        "why_skipped": [{
            "path": str(tmp_path / "films" / "letter.txt"),
            "reason": "This file is neither a DICOM file nor a PNG or JPEG picture.",
        }],
    }  # fmt: skip
    (tmp_path / "films").rename(tmp_path / "away")
    assert cli.run(["index", "--jobs", "1"]) == 0
    assert "Offline" in capsys.readouterr().out


def test_wrong_usage_is_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["index"]) == 2
    assert "no folders yet" in capsys.readouterr().err
    assert cli.run(["index", str(tmp_path / "nowhere")]) == 2
