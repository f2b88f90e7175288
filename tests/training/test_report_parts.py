"""The report's parts, on films made up so that every figure can be worked out by hand."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from cxrviewer.imaging.recipe import Fit, GreySource, InputRecipe
from model_training.data.development_set import LABELS, DataError
from model_training.data.packed import PackedSet
from model_training.errors import TrainingError
from model_training.head.breakdown import break_down
from model_training.head.scored import Scored
from model_training.report import figures
from model_training.report import run as report
from model_training.report.cost import count
from model_training.report.document import Document, Picture, Section, Table, Text, as_html, as_markdown
from model_training.report.images import choose
from model_training.report.run import compare, reject_inside_repository
from model_training.report.scored import Subject, read_predictions
from model_training.stats.calibrate import Calibration
from model_training.stats.paired import claim, paired_auc
from model_training.stats.proportion import Proportion

FINDINGS = len(LABELS)


def made(n: int = 120, seed: int = 0) -> Scored:
    """Return films of which finding 0 is frequent and well ranked, finding 1 rare, and the others coin tosses."""
    rng = np.random.default_rng(seed)
    labels = (rng.random((n, FINDINGS)) < 0.4).astype(float)
    labels[:, 0] = np.arange(n) % 5 < 2
    labels[:, 1] = 0
    labels[:4, 1] = 1
    logits = rng.normal(size=(n, FINDINGS))
    logits[:, 0] += 4 * labels[:, 0]
    teacher = np.full((n, FINDINGS), np.nan)
    teacher[: n // 2] = rng.normal(size=(n // 2, FINDINGS))
    return Scored(
        index=np.arange(n),
        labels=labels,
        logits=logits,
        probabilities=1 / (1 + np.exp(-logits)),
        teacher=teacher,
        maps=rng.random((n, FINDINGS, 7, 7)).astype(np.float32),
        patients=[f"p{i // 2}" for i in range(n)],
        age=np.where(np.arange(n) % 2, 30.0, 70.0),
        female=np.where(np.arange(n) < n // 4, 1.0, 0.0),
        ap=np.where(np.arange(n) % 3, 0.0, 1.0),
        sets=np.array(["nih"] * n),
    )


def subject(*, validated: tuple[bool, ...] = (True,) * FINDINGS) -> Subject:
    recipe = InputRecipe(
        version=1,
        height=32,
        width=32,
        channels=1,
        grey=GreySource.DEFAULT_WINDOW,
        fit=Fit.LETTERBOX,
        pad=0.0,
        mean=0.0,
        std=1.0,
    )
    return Subject(
        name="made",
        model=b"",
        recipe=recipe,
        config={"test_fold": 0, "validation_fold": 1},
        calibration=Calibration(np.ones(FINDINGS), np.zeros(FINDINGS), float("nan"), {}),
        thresholds=(0.5,) * FINDINGS,
        references=(1.0,) * FINDINGS,
        validated=validated,
    )


def test_a_share_has_wilsons_interval() -> None:
    # Wilson 1927 by hand for 11 of 662: centre (11 + 1.9208) / (662 + 3.8415) = 0.019405,
    # half width 1.96 sqrt(11 * 651 / 662 + 0.9604) / (662 + 3.8415) = 0.010085.
    low, high = Proportion(11, 662).interval or (0.0, 0.0)
    assert (low, high) == pytest.approx((0.00932, 0.02949), abs=2e-5)
    assert str(Proportion(0, 0)) == "none of none"
    with pytest.raises(ValueError, match="count of a total"):
        Proportion(3, 2)


def test_a_network_gains_nothing_on_itself() -> None:
    scored = made()
    result = paired_auc(scored.labels, scored.logits, scored.logits, scored.patients, resamples=200)
    assert (result.gain.value, result.gain.low, result.gain.high) == (0, 0, 0)
    assert not result.excludes_zero and "no difference is shown" in result.sentence


def test_a_comparison_is_also_made_over_the_findings_that_have_ten_films() -> None:
    # The second finding has one film, which the first network alone orders rightly: all of the gain is that film.
    labels = np.zeros((20, 2))
    labels[:10, 0] = 1
    labels[0, 1] = 1
    first = np.stack([labels[:, 0], labels[:, 1]], axis=1)
    second = np.stack([labels[:, 0], -labels[:, 1]], axis=1)
    result = paired_auc(labels, first, second, [str(i) for i in range(20)], resamples=200)
    assert result.gain.value == pytest.approx(0.5)
    assert result.enough == 1
    assert result.gain_of_enough is not None
    assert (result.gain_of_enough.value, result.gain_of_enough.low, result.gain_of_enough.high) == (0, 0, 0)
    assert "no difference is shown" in claim(result.gain_of_enough)


def test_the_gain_is_the_difference_of_areas_and_its_interval_is_paired() -> None:
    # Both networks share the noise that makes films hard; the first is a little better on every film with the finding.
    rng = np.random.default_rng(1)
    labels = (np.arange(400) % 2).astype(float)[:, None]
    hard = 2 * rng.normal(size=(400, 1))
    second = hard + labels
    first = hard + 1.3 * labels
    patients = [str(i) for i in range(400)]
    result = paired_auc(labels, first, second, patients, resamples=500)
    assert result.gain.value == pytest.approx(result.first - result.second)
    assert result.excludes_zero and result.sentence.endswith("a gain")
    # Unpaired, the interval of one area alone is wider than that of the difference.
    alone = paired_auc(labels, first, rng.normal(size=(400, 1)), patients, resamples=500).gain
    assert result.gain.high - result.gain.low < 0.3 * (alone.high - alone.low)


def test_runs_are_averaged_and_each_ones_gain_is_kept() -> None:
    labels = np.array([[0.0], [1.0], [0.0], [1.0]])
    right, wrong = np.array([[0.0], [1.0], [0.0], [1.0]]), np.array([[1.0], [0.0], [1.0], [0.0]])
    # Areas by hand: right 1, wrong 0. First side (right, right): 1; second (right, wrong): 1/2.
    result = paired_auc(labels, [right, right], [right, wrong], list("abcd"), resamples=50)
    assert (result.first, result.second, result.gain.value) == (1.0, 0.5, 0.5)
    assert result.seeds == (0.0, 1.0)


def test_a_comparison_uses_only_the_films_both_sides_know() -> None:
    scored = made()
    result = compare(scored, scored.teacher)
    assert result.images == 60 and result.patients == 30
    with pytest.raises(TrainingError, match="none of the held-out films"):
        compare(scored, np.full_like(scored.teacher, np.nan))


def test_groups_too_small_say_so_instead_of_a_figure() -> None:
    found = {b.variable: b for b in break_down(made())}
    groups = {g.name: g for g in found["sex"].groups}
    assert (groups["women"].images, groups["men"].images) == (30, 90)
    rare = groups["men"].cells[1]
    assert rare.auc is None and rare.reason == "too few: 0 with"
    assert groups["women"].cells[1].reason == "too few: 4 with"
    assert LABELS[1] not in found["sex"].shared and LABELS[0] in found["sex"].shared


def test_unknown_age_is_a_group_and_not_old_or_young() -> None:
    scored = made()
    scored.age[:30] = np.nan
    groups = {g.name: g.images for g in next(b for b in break_down(scored) if b.variable == "age").groups}
    assert groups == {"under 40 years": 45, "60 years and older": 45, "unknown": 30}


def test_extreme_films_are_of_shown_findings_one_a_patient_and_two_a_finding() -> None:
    scored = made()
    only = tuple(i in (0, 2) for i in range(FINDINGS))
    cases = choose(scored, subject(validated=only))
    for chosen in (cases.found, cases.missed, cases.alarms):
        assert chosen, "coin tosses leave films for each list"
        assert {c.finding for c in chosen} <= {0, 2}
        assert max(sum(c.finding == f for c in chosen) for f in (0, 2)) <= 2
        assert len({scored.patients[c.row] for c in chosen}) == len(chosen)
    assert all(c.truth and c.probability >= 0.5 for c in cases.found)
    assert all(c.truth and c.probability < 0.5 for c in cases.missed)
    assert all(not c.truth and c.probability >= 0.5 for c in cases.alarms)
    best = max(scored.probabilities[scored.labels[:, i] == 1, i].max() for i in (0, 2))
    assert cases.found[0].probability == best


def test_a_document_is_one_file_without_script_or_address_and_its_words_are_escaped() -> None:
    picture = Picture(b"<svg/>", "svg+xml", 'a "b"', "n=3 & more")
    words = Section("Tom & <b>", (Text("<script>x</script>"), Table(("a", "b|c"), (("1", "2"),)), picture))
    document = Document("Title", "Research use only", (words,))
    html = as_html(document)
    assert "<script" not in html and "http" not in html
    assert "&lt;script&gt;" in html and "Tom &amp; &lt;b&gt;" in html
    inside = re.search(r"base64,([^\"]+)", html)
    assert inside is not None and base64.b64decode(inside[1]) == b"<svg/>"
    text = as_markdown(document)
    assert "| a | b\\|c |" in text and "n=3 & more" in text and "base64" not in text


def test_a_table_with_a_missing_cell_is_rejected() -> None:
    with pytest.raises(ValueError, match="every column"):
        Table(("a", "b"), (("1",),))


def points(line: Any) -> list[tuple[float, float]]:
    """Return what a line of a figure goes through, (x, y)."""
    return [(float(x), float(y)) for x, y in line.get_xydata()]


def test_the_curves_of_a_figure_are_those_of_its_films() -> None:
    # Four films by hand, best first: positive, negative, positive, negative; thirty times, so that there are enough.
    scored = made(120)
    order = np.tile([3.0, 2.0, 1.0, 0.0], 30)
    scored.labels[:, 0] = np.tile([1.0, 0.0, 1.0, 0.0], 30)
    scored.probabilities[:, 0] = order / 4 + 0.1
    scored.teacher[:] = np.nan
    axis = figures.roc(scored, [0.5] * FINDINGS, [None] * FINDINGS).axes[0]
    chance, curve, point = axis.lines
    assert points(chance) == [(0, 0), (1, 1)]
    assert points(curve) == [(0, 0), (0, 0.5), (0.5, 0.5), (0.5, 1), (1, 1)]
    # At 0.5 the two best are flagged: one of two positives, one of two negatives.
    assert points(point) == [(0.5, 0.5)]
    axis = figures.precision_recall(scored, [0.5] * FINDINGS).axes[0]
    prevalence, steps, point = axis.lines
    assert points(prevalence)[0][1] == 0.5
    # Recall 1 with 3 or 4 flagged, recall 1/2 with 1 or 2, recall 0 by definition.
    found = {(round(x, 3), round(y, 3)) for x, y in points(steps)}
    assert {(1.0, 0.5), (1.0, 0.667), (0.5, 0.5), (0.5, 1.0), (0.0, 1.0)} == found
    assert points(point) == [(0.5, 0.5)]


def test_a_figure_of_the_same_films_is_the_same_file() -> None:
    scored = made()
    first, second = (figures.as_svg(figures.calibration(scored)) for _ in range(2))
    assert first.startswith(b"<?xml") and first == second


def test_multiply_adds_are_counted_by_hand() -> None:
    # Convolution 3 -> 4, 3 x 3, on 8 x 8 with padding: 4*8*8 outputs of 3*9 products = 6,912.
    # Matrix product of (1, 256) and (256, 5): 1,280. A second one behind the logits, 5 x 2: 10.
    rng = np.random.default_rng(0)
    weights = {
        "w": rng.normal(size=(4, 3, 3, 3)),
        "m": rng.normal(size=(256, 5)),
        "extra": rng.normal(size=(5, 2)),
    }
    nodes = [
        helper.make_node("Conv", ["image", "w"], ["c"], pads=[1, 1, 1, 1]),
        helper.make_node("Flatten", ["c"], ["f"]),
        helper.make_node("MatMul", ["f", "m"], ["logits"]),
        helper.make_node("MatMul", ["logits", "extra"], ["gradcam"]),
    ]
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, 8, 8])],
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, [1, k]) for n, k in (("logits", 5), ("gradcam", 2))],
        [onnx.numpy_helper.from_array(v.astype(np.float32), n) for n, v in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)])
    assert count(model.SerializeToString()) == (108 + 1280 + 10, 6912 + 1280, 6912 + 1280 + 10)


def test_a_report_with_films_is_rejected_inside_a_repository(tmp_path: Path) -> None:
    (tmp_path / "project" / ".git").mkdir(parents=True)
    with pytest.raises(TrainingError, match="outside"):
        reject_inside_repository(tmp_path / "project" / "docs" / "report.html")
    with pytest.raises(TrainingError, match="html"):
        reject_inside_repository(tmp_path / "report")
    reject_inside_repository(tmp_path / "report.html")


def test_precomputed_predictions_are_averaged_as_logits_and_named_by_film(tmp_path: Path) -> None:
    path = tmp_path / "precomputed.csv"
    head = ",".join(["image", *LABELS])
    path.write_text(f"{head}\na.png{',0.5' * FINDINGS}\na.png{',0.9' * FINDINGS}\n", encoding="utf-8")
    found = read_predictions(path, ["b.png", "a.png"])
    assert np.isnan(found[0]).all()
    assert found[1] == pytest.approx(np.log(9) / 2), "log-odds of 0.5 and 0.9 are 0 and ln 9"
    # `predict` names the set, too.
    path.write_text(f"{head}\nnih/a.png{',0.9' * FINDINGS}\n", encoding="utf-8")
    assert read_predictions(path, ["nih/a.png", "nih128/a.png"])[:, 0] == pytest.approx(
        [np.log(9), np.nan], nan_ok=True
    )
    path.write_text(f"{head}\na.png{',0.9' * FINDINGS}\n", encoding="utf-8")
    assert read_predictions(path, ["nih/a.png"])[0, 0] == pytest.approx(np.log(9))
    path.write_text(f"{head}\na.png{',1.5' * FINDINGS}\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"precomputed.csv line 2"):
        read_predictions(path, ["a.png"])


def test_networks_are_compared_where_neither_has_learned_from_the_test_films(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scores, mine = np.zeros((3, FINDINGS)), subject()

    def compared_with(**folds: int) -> str:
        other = replace(mine, name="other", config={**mine.config, **folds})
        monkeypatch.setattr(report, "open_subject", lambda **_: other)
        return report._against(tmp_path, PackedSet([], [], np.empty(0, np.uint8), mine.recipe), mine, made(), tmp_path)[
            0
        ]

    monkeypatch.setattr(report, "run", lambda *_: (scores, None))
    assert compared_with(validation_half=1) == "other"
    assert compared_with(validation_fold=3) == "other"
    with pytest.raises(TrainingError, match="it may know these films"):
        compared_with(test_fold=3)
