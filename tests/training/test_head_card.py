"""The model card: its labels, its calibration where it matters, and findings of few films."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch", reason="training extra is not installed")

from model_training.evaluate import Evaluation, evaluate
from model_training.head.card import _limits, _targets, _values, _where_it_is_off
from model_training.stats.calibrate import Calibration
from model_training.stats.metrics import ReliabilityBin
from tests.training.test_report_parts import FINDINGS


@pytest.fixture(scope="module")
def found() -> Evaluation:
    labels = np.tile(np.arange(40)[:, None] % 2, FINDINGS).astype(float)
    known = Calibration(np.ones(FINDINGS), np.zeros(FINDINGS), float("nan"), {})
    return evaluate(labels, 2 * labels - 1, np.full_like(labels, np.nan), [f"p{i}" for i in range(40)], known)


def test_the_card_says_which_share_of_the_labels_another_network_made() -> None:
    [labels, mirrored] = _targets({"relabel": 0.3, "relabel_rest": 0.1, "augment": {"mirror": 0.5}})
    assert "0.3 of Atelectasis, Cardiomegaly, Effusion, Mass, Nodule, Consolidation, 0.1 of the others" in labels
    assert "in 50% of the films" in mirrored
    assert _targets({"seed": 1}) == []


def test_high_probabilities_have_a_figure_of_their_own_because_low_ones_hide_them(found: Evaluation) -> None:
    # 10 of 30 and 4 of 10 have it: 14 of 40, 35 %; predicted were (30 * 0.5 + 10 * 0.7) / 40, 55 %.
    bins = (
        ReliabilityBin(low=0.0, high=0.4, count=9000, confidence=0.02, frequency=0.02),
        ReliabilityBin(low=0.4, high=0.6, count=30, confidence=0.5, frequency=10 / 30),
        ReliabilityBin(low=0.6, high=1.0, count=10, confidence=0.7, frequency=0.4),
    )
    worst = replace(found.findings[3], ece=0.5)
    off = replace(found, reliability=bins, findings=(*found.findings[:3], worst, *found.findings[4:]))
    [line] = _where_it_is_off(off)
    assert "largest for Infiltration (0.500)" in line
    assert "Of the 40 answers above 0.40, 35% have the finding where 55% were predicted: high probabilities" in line
    [line] = _where_it_is_off(replace(found, reliability=bins[:1]))
    assert "answers above" not in line


def test_the_share_of_the_findings_that_are_flagged_is_counted_over_all_of_them(found: Evaluation) -> None:
    one, two = (
        replace(f, positives=positives, flagged=20, rightly_flagged=rightly)
        for f, positives, rightly in zip(found.findings, (10, 15), (1, 4), strict=False)
    )
    text = "\n".join(_values(replace(found, findings=(one, two))))
    assert "Of all 25 findings labelled in these films 5 are flagged: 20%." in text


def test_sensitivity_and_specificity_stand_with_their_intervals(found: Evaluation) -> None:
    report = replace(found.findings[0], n=1000, positives=50, flagged=135, rightly_flagged=40)
    # Wilson's formula by hand for 40 of 50 and 855 of 950.
    assert "| 5.0% | 80% (67% to 89%) | 90% (88% to 92%) |" in "\n".join(_values(replace(found, findings=(report,))))


def test_a_finding_that_no_label_is_known_of_has_no_figure_and_stops_nothing() -> None:
    labels = np.tile(np.arange(40)[:, None] % 2, FINDINGS).astype(float)
    labels[:, 3] = np.nan
    known = Calibration(np.ones(FINDINGS), np.zeros(FINDINGS), float("nan"), {})
    patients = [f"p{i}" for i in range(40)]
    told = evaluate(labels, np.zeros_like(labels), np.full_like(labels, np.nan), patients, known)
    # Half of the films have each finding and 0.5 is predicted of all: no error, and a square of a quarter.
    assert (told.findings[2].ece, told.findings[2].brier) == (0, 0.25)
    assert np.isnan([told.findings[3].ece, told.findings[3].ece_adaptive, told.findings[3].brier]).all()
    assert (told.findings[3].n, told.findings[3].auc) == (0, None)
    assert told.ece == 0
    assert "nan" not in _where_it_is_off(told)[0]
    nothing = evaluate(np.full_like(labels, np.nan), np.zeros_like(labels), labels, patients, known)
    assert nothing.mean is None
    assert np.isnan(nothing.ece)


def test_the_limits_name_the_rare_findings_of_both_kinds_of_films(found: Evaluation) -> None:
    rare, rarer = (
        replace(found, findings=(replace(found.findings[0], positives=n), *found.findings[1:])) for n in (9, 2)
    )
    name = found.findings[0].label
    both = f"held out near the natural mix: {name} (2); among those rich in findings: {name} (9)."
    assert both in "\n".join(_limits(rare, rarer))
    assert f"Fewer than ten positive films in the held-out fold: {name} (9)." in "\n".join(_limits(rare, None))
