"""Sections of the model card: predictive values by hand, groups that can be compared, a plot of characters."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch", reason="training extra is not installed")

from cxrviewer.heads.contract import AucEvidence
from model_training.cli import _parser
from model_training.evaluate import Evaluation, FindingReport, evaluate
from model_training.head.breakdown import break_down
from model_training.head.card_groups import (
    calibration_plot,
    groups_section,
    prevalence_section,
    sources_section,
    unseen_section,
)
from model_training.stats.calibrate import Calibration
from model_training.stats.metrics import ReliabilityBin
from tests.training.test_report_parts import FINDINGS, made


@pytest.fixture
def found() -> Evaluation:
    labels = np.tile(np.arange(40)[:, None] % 2, FINDINGS).astype(float)
    logits = np.where(labels == 1, 1.0, -1.0)
    known = Calibration(np.ones(FINDINGS), np.zeros(FINDINGS), float("nan"), {})
    return evaluate(labels, logits, np.full_like(labels, np.nan), [f"p{i}" for i in range(40)], known)


def counted(report: FindingReport, positives: int, flagged: int, rightly: int) -> FindingReport:
    return replace(report, n=1000, positives=positives, flagged=flagged, rightly_flagged=rightly)


def test_predictive_values_follow_from_prevalence_by_bayes(found: Evaluation) -> None:
    # Sensitivity 40 / 50 = 0.8, specificity 855 / 950 = 0.9.
    report = counted(found.findings[0], 50, 135, 40)
    line = prevalence_section(replace(found, findings=(report,)))[-1]
    # Of 1000 patients at 5 %: 40 of 50 are flagged, and 95 of 950 besides, so 40 / 135 = 30 %; unflagged are 10 + 855.
    # Wilson's intervals by its formula: 0.6696 to 0.8876 and 0.8793 to 0.9175. From the lower ends
    # 0.6696 * 0.05 / (0.6696 * 0.05 + 0.1207 * 0.95) = 23 %, from the upper ones 36 %; unflagged 98.1 and 99.4 %.
    assert "| 30% (23% to 36%) / 98.8% (98.1% to 99.4%) |" in line
    # At 20 %: 160 of 200 and 80 of 800, 160 / 240 = 67 %; unflagged 40 + 720, 720 / 760 = 94.7 %.
    assert re.search(r"\| 67% \([^|]*\) / 94\.7% \([^|]*\) \|$", line)


def test_a_threshold_that_flags_nothing_has_no_positive_value(found: Evaluation) -> None:
    report = counted(found.findings[0], 50, 0, 0)
    assert "| no flag / 99.0% (" in prevalence_section(replace(found, findings=(report,)))[-1]
    assert prevalence_section(found)[-1].count("none") == 4  # without thresholds nothing can be said


def test_a_threshold_that_flags_everything_has_no_negative_value(found: Evaluation) -> None:
    report = counted(found.findings[0], 50, 1000, 50)
    line = prevalence_section(replace(found, findings=(report,)))[-1]
    assert re.search(r"\| 1% \(1% to 1%\) / all flagged \|", line)


def test_a_finding_of_nine_films_gets_words_instead_of_predictive_values(found: Evaluation) -> None:
    nine, ten = (counted(found.findings[0], n, 40, 0) for n in (9, 10))
    lines = prevalence_section(replace(found, findings=(nine, ten)))[-2:]
    assert [line.count("too few films") for line in lines] == [4, 0]


def test_groups_stand_beside_their_size_and_a_group_too_small_has_no_figure() -> None:
    scored = made()
    lines = groups_section(break_down(scored), "held-out films")
    counted = [line for line in lines if line.startswith("| sex |")]
    assert sum(int(line.split("|")[3]) for line in counted) == len(scored.labels)
    few = scored.rows(np.arange(len(scored.labels)) < 12)
    rows = groups_section(break_down(few), "few")
    assert all("too few films" in line for line in rows if line.startswith(("| projection |", "| sex |", "| age |")))
    # Every finding of a group too small has words; of one that is large enough it has the group's own figure.
    assert sum("| too few: " in line for line in rows) == 3 * FINDINGS
    sex = next(part for part in break_down(scored) if part.variable == "sex")
    row = lines.index("| AUC by sex | " + " | ".join(group.name for group in sex.groups) + " |") + 2
    assert lines[row].startswith("| Atelectasis | ") and str(sex.groups[0].cells[0].auc) in lines[row]
    assert not any(line.startswith("| data set") for line in lines)


def test_the_plot_has_the_predicted_and_the_observed_share_at_their_place() -> None:
    bins = (
        ReliabilityBin(low=0.0, high=0.5, count=10, confidence=0.2, frequency=0.4),
        ReliabilityBin(low=0.5, high=1.0, count=10, confidence=1.0, frequency=1.0),
    )
    first, second = calibration_plot(bins)[2:4]
    # Fifty characters from 0 to 1, after fourteen for the bin: 0.2 is the tenth of them, 0.4 the twentieth.
    assert (first.index("|"), first.rindex("o")) == (24, 34)
    assert second.index("*") == 64
    assert "o" not in second.replace("to", "")


def test_what_is_not_seen_is_named(found: Evaluation) -> None:
    quiet = replace(found.findings[0], label="Mass", sensitivity=0.06)
    rare = replace(found.findings[1], label="Hernia", positives=3, sensitivity=0.5)
    # A finding of a few films near the natural mix has its evidence from others, and that is what the card states.
    weak, strong = (
        AucEvidence(value=value, low=low, high=0.9, n=287, positives=71, data="other films")
        for value, low in ((0.61, 0.52), (0.92, 0.83))
    )
    text = "\n".join(unseen_section([(quiet, weak), (rare, strong)], 0.6))
    assert "starts below 0.60: Mass (0.610, 0.520 to 0.900)." in text
    assert "hardly at all: Hernia (3)." in text
    assert "that have it: Mass (6%)." in text


@pytest.mark.parametrize("natural", [True, False])
def test_the_command_that_a_card_names_for_its_worst_films_is_complete(natural: bool) -> None:
    command = re.search(r"`python -m model_training ([^`]*)`", "\n".join(unseen_section([], 0.6, natural)))
    assert command is not None
    # The parser exits where an option that it requires is left out.
    options = _parser().parse_args(shlex.split(command[1]))
    assert str(options.report) == "FILE.html"


def test_the_size_of_the_source_is_not_told_apart_from_the_mix(found: Evaluation) -> None:
    lines = sources_section(found, replace(found, images=7))
    assert [line.split("|")[2].strip() for line in lines if "pixels |" in line] == ["40", "7"]
    assert "do not tell what the size alone does" in lines[-1]
