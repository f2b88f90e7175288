"""The ensemble plugin: made of two installed heads, approved, and asked like any other head."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from cxrviewer.errors import ApprovalRejectedError
from cxrviewer.heads.contract import Prediction
from cxrviewer.heads.inference.scoring import HeadScorer
from cxrviewer.heads.registry.store import HeadStore
from cxrviewer.paths import AppPaths
from tests.builders import heads as build
from tests.fakes import fake_image

MAKE = Path(__file__).resolve().parents[2] / "plugins" / "ensemble-mean" / "make.py"
IDS = ("org.example.one", "org.example.two")


def make(folder: Path, *members: str) -> subprocess.CompletedProcess[str]:
    """Call it as its README says: a plugin's modules are no part of the program."""
    command = [sys.executable, str(MAKE), str(folder), "--id", "org.example.mean", "--author", "Test", *members]
    environment = {**os.environ, "PYTHONPATH": str(MAKE.parents[2])}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


@pytest.fixture
def store(tmp_path: Path) -> HeadStore:
    """Two heads in the home of this test: the second wants another grey scale and has its own slopes."""
    made = HeadStore(AppPaths.for_user().heads, None)
    one = build.write_head(tmp_path / "one", id=IDS[0])
    assert one.manifest is not None
    findings = tuple(replace(f, slope=3.0, offset=0.25, threshold=0.6) for f in one.manifest.findings)
    # The second head's tensor of the same image is (grey + 0.2) / 0.5; below 0 its maps would be rejected.
    recipe = replace(build.RECIPE, mean=-0.2, std=0.5)
    two = build.write_head(tmp_path / "two", id=IDS[1], findings=findings, recipe=recipe)
    for head in (one, two):
        made.install(head.folder)
    return made


def request(store: HeadStore, head_id: str) -> Prediction:
    head = next(h for h in store.discover() if h.manifest is not None and h.manifest.id == head_id)
    scorer = HeadScorer(head)
    try:
        return scorer.score(fake_image())
    finally:
        scorer.close()


def test_the_ensemble_says_the_mean_of_its_members_calibrated_logits(store: HeadStore, tmp_path: Path) -> None:
    done = make(tmp_path / "mean", *IDS)
    assert done.returncode == 0, done.stderr
    store.install(tmp_path / "mean")
    head = next(h for h in store.discover() if h.manifest is not None and h.manifest.id == "org.example.mean")
    store.approvals.approve(head, head.digest)
    first, second, both = (request(store, name) for name in (*IDS, "org.example.mean"))
    for one, two, mean in zip(first.scores, second.scores, both.scores, strict=True):
        # By hand, from what the viewer itself says of each member: logit(p) is the calibrated logit.
        wanted = np.mean([math.log(s.probability / (1 - s.probability)) for s in (one, two)])
        assert mean.logit == pytest.approx(wanted, abs=1e-4)
        assert mean.spec.code == one.spec.code
        assert not mean.validated and not mean.above  # nobody has tested the ensemble
    for one_map, two_map, mean_map in zip(first.maps, second.maps, both.maps, strict=True):
        wanted_map = (one_map.values / one_map.reference + two_map.values / two_map.reference) / 2
        np.testing.assert_allclose(mean_map.values, wanted_map, atol=1e-5)
        assert mean_map.reference == 1.0 and mean_map.method == "mean of Grad-CAM"


def test_a_member_of_another_version_stops_it(store: HeadStore, tmp_path: Path) -> None:
    assert make(tmp_path / "mean", *IDS).returncode == 0
    store.install(build.write_head(tmp_path / "newer", id=IDS[0], version="2.0.0").folder)
    head = store.look_at(tmp_path / "mean")
    with pytest.raises(ApprovalRejectedError, match=r"org\.example\.one 1\.0\.0 is not installed, or was changed"):
        store.approvals.approve(head, head.digest)


def test_what_makes_no_ensemble_is_said(store: HeadStore, tmp_path: Path) -> None:
    assert "two members or more" in make(tmp_path / "a", IDS[0]).stderr
    assert "not installed: org.example.none" in make(tmp_path / "b", IDS[0], "org.example.none").stderr
    other = build.write_head(tmp_path / "other", id="org.example.other", recipe=replace(build.RECIPE, pad=0.5))
    store.install(other.folder)
    done = make(tmp_path / "c", IDS[0], "org.example.other")
    assert done.returncode == 2 and "org.example.other has another pad in its recipe" in done.stderr
    assert not (tmp_path / "c").exists()
