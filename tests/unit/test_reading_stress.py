"""A short run of the stress programs; `python -m tests.stress` has the long ones."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cxrviewer.reading import document as documents
from tests.stress.edits import run

ROOT = Path(__file__).resolve().parent.parent.parent
EVERYTHING = {
    "Angle", "Arrow", "CardiothoracicRatio", "CobbAngle", "Ellipse", "Length", "ManualCalibration", "Polygon",
    "Rectangle", "SetDecision", "SetImpression", "SetKeyImage", "Text", "view",
}  # fmt: skip


def test_random_edits_of_every_kind_undone_and_redone_end_where_they_should() -> None:
    outcome = run(3_000, "test")
    assert not outcome.faults, outcome.faults[0]
    assert set(outcome.kinds) >= EVERYTHING and outcome.undone > 100 and outcome.redone > 20


def test_an_undo_that_leads_elsewhere_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = documents.Edit.inverse

    def forgetful(edit: documents.Edit) -> documents.Edit:
        return documents.Edit(edit.label, whole(edit).changes[:1])

    monkeypatch.setattr(documents.Edit, "inverse", forgetful)
    with pytest.raises(documents.StaleEditError):
        run(3_000, "test")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked")
def test_killed_processes_lose_no_edit_and_a_second_of_looking_at_most() -> None:
    command = [sys.executable, "-m", "tests.stress", "kills", "--count", "4", "--seed", "test"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^4 processes killed after [1-9]", done.stdout) and "\n0 files unreadable" in done.stdout
