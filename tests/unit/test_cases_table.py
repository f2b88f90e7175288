"""The table of small files made after public bug reports: every row has its right outcome, and its right grey."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from cxrviewer import cli
from tests.cases import OUTCOMES, Case, Result, faults, read_cases
from tests.cases_report import result_of
from tests.conftest import shared_data_dir

FOLDER = shared_data_dir() / "cases"
CASES: list[Case | None] = [*read_cases(FOLDER)] if (FOLDER / "CASES.csv").is_file() else []


@pytest.fixture(params=[*CASES] or [None], ids=lambda case: case.name if case else "absent")
def case(request: pytest.FixtureRequest) -> Case:
    if request.param is None:
        pytest.skip("no shared data: set CXR_DATA to the folder that holds cases/CASES.csv")
    given: Case = request.param
    return given


def test_a_case_has_its_right_outcome_and_grey(case: Case) -> None:
    assert case.right in OUTCOMES, "tests/cases.py does not know this outcome yet"
    result = result_of(case.path)
    assert faults(case, result) == [], result.message or result.notes


def test_the_command_line_shows_what_the_window_shows(shared_data: Path, tmp_path: Path) -> None:
    if not CASES:
        pytest.skip("no shared data: set CXR_DATA to the folder that holds cases/CASES.csv")
    assert cli.run(["render", str(FOLDER), "-o", str(tmp_path), "--format", "npy"]) == 0
    for case in CASES:
        report, result = json.loads((tmp_path / f"{case.name}.json").read_text()), result_of(case.path)
        assert (report["status"] == "shown") == (result.grey is not None), case.name
        assert report["message"] == result.message
        if result.grey is not None:
            np.testing.assert_array_equal(np.load(tmp_path / f"{case.name}.npy"), result.grey, case.name)
            assert set(result.notes) <= set(report["notes"])


def verdict(right: str, result: Result, tmp_path: Path, grey: np.ndarray | None = None) -> list[str]:
    (tmp_path / "file").write_bytes(b"\xe0\x7f\x10\x00")
    return faults(Case(tmp_path / "file", right, grey), result)


def test_the_judge_of_cases_sees_wrong_ones(tmp_path: Path) -> None:
    grey = np.full((4, 4), 0.5)
    shown, noted, rejected = Result(grey), Result(grey, notes=("A note.",)), Result(None, "It is so.")
    for right, good, bad in (
        ("opens", shown, rejected),
        ("refused with a true sentence", rejected, shown),
        ("as a01", noted, shown),
        ("opens, or names the element", Result(None, "(0028,0120) is unknown."), rejected),
        ("opens, or a true sentence", rejected, Result(None, "no sentence")),
        ("opens, or a true sentence", shown, Result(None, "(7FE0,0010) is missing.")),
        ("opens, or a true sentence", shown, Result(None, "It is damaged: fetch it again.")),
        ("opens, or a true sentence", shown, Result(None, "The drive did not answer.")),
        ("opens", Result(grey + 0.003), Result(grey + 0.006)),  # 1 / 255 = 0.0039
        ("opens", shown, Result(grey[:3])),
        ("opens", shown, Result(grey * 3)),
    ):
        assert verdict(right, good, tmp_path, grey) == []
        assert len(verdict(right, bad, tmp_path, grey)) == 1, right
    with pytest.raises(KeyError):
        verdict("something new", shown, tmp_path)
