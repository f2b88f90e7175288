"""INT8: what is quantised, what stays, and a decision that follows its rule and nothing else."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from sklearn.metrics import roc_auc_score

from cxrviewer.heads.package import onnx_structure
from model_training.errors import TrainingError
from model_training.export.onnx import export_onnx, run_onnx
from model_training.studies.quantise import (
    Int8Report,
    Timing,
    backbone_nodes,
    measure_int8,
    quantise,
    run_quantise,
)
from tests.training.networks import random_images, random_student
from tests.training.test_export_onnx import RECIPE

ROOT = Path(__file__).parents[2]

REPORT = Int8Report(
    auc_before=0.8,
    auc_after=0.799,
    timings=(Timing(1, 12.0, 6.0, 0.5), Timing(2, 8.0, 4.8, 0.6)),
    bytes_before=2**24,
    bytes_after=2**22,
    maps=0.02,
    nodes=3,
    images=9,
)


@pytest.fixture(scope="module")
def both() -> tuple[bytes, bytes, int]:
    model = export_onnx(random_student(classes=3), RECIPE)
    return (model, *quantise(model, random_images(6, seed=1).numpy()))


def test_the_backbones_pointwise_products_are_quantised_and_nothing_behind_them(both: tuple[bytes, bytes, int]) -> None:
    model, small, nodes = both
    graph = onnx.load_from_string(small).graph
    weights = {i.name: i for i in graph.initializer}
    quantised = {w for w in weights if w.endswith("_quantized") and len(weights[w].dims) == 4}
    assert len(quantised) == nodes
    assert all(tuple(weights[w].dims[2:]) == (1, 1) for w in quantised), "depthwise kernels are larger"
    # The student has 16 expansions, 19 projections, 2 per squeeze-excite block (11 of them) and the last expansion;
    # block 0 has no expansion: 18 + 19 + 22 + 1.
    assert nodes == 60
    makers = {name: node.op_type for node in graph.node for name in node.output}
    assert {makers[name] for name in ("logits", "gradcam", "features")}.isdisjoint({"DequantizeLinear"})
    assert onnx_structure.inspect(small) == ()
    assert len(small) < 0.75 * len(model)


def test_eight_bits_answer_nearly_as_thirty_two_and_give_the_films_own_channels_exactly() -> None:
    # The shipped weights: a random network turns a rounding into another answer. And the films it was
    # calibrated on: noise elsewhere leaves the ranges.
    model = (ROOT / "resources" / "heads" / "cxrviewer.c2-cxr14" / "model.onnx").read_bytes()
    images = random_images(6, size=224, seed=1).numpy()
    small, _ = quantise(model, images)
    before, after = run_onnx(model, images), run_onnx(small, images)
    assert 0 < np.abs(after[0] - before[0]).max() < 0.15 * np.abs(before[0]).max()
    assert np.abs(after[2][:, -16:] - before[2][:, -16:]).max() < 1e-5


def test_both_files_are_measured_on_the_same_films(both: tuple[bytes, bytes, int]) -> None:
    model, small, nodes = both
    images = random_images(12, seed=5).numpy()
    labels = np.tile([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]], (6, 1))
    labels[0, 0] = np.nan
    got = measure_int8(model, small, nodes, images, labels, threads=(1,), runs=3)
    for model_bytes, predicted in ((model, got.auc_before), (small, got.auc_after)):
        logits = run_onnx(model_bytes, images)[0]
        # scikit-learn's own areas; the third finding has one class only and counts for nothing.
        known = [roc_auc_score(labels[1:, 0], logits[1:, 0]), roc_auc_score(labels[:, 1], logits[:, 1])]
        assert predicted == pytest.approx(np.mean(known))
    assert [t.threads for t in got.timings] == [1]
    assert got.timings[0].ratio > 0
    with pytest.raises(TrainingError, match="no AUC"):
        measure_int8(model, small, nodes, images, np.zeros((12, 3)), threads=(), runs=1)


@pytest.mark.parametrize(
    ("changes", "ship"),
    [
        ({}, True),
        ({"auc_after": 0.81}, True),
        ({"auc_after": 0.7981}, True),
        ({"auc_after": 0.7979}, False),
        ({"auc_after": float("nan")}, False),
        ({"timings": (Timing(1, 12.0, 6.0, 0.5), Timing(2, 8.0, 6.4, 0.8))}, False),
        ({"timings": (Timing(1, 12.0, 8.0, 2 / 3),)}, True),
        ({"timings": (Timing(1, 12.0, 8.1, 0.675),)}, False),
        ({"timings": ()}, False),
    ],
)
def test_eight_bits_are_shipped_by_the_rule_alone(changes: dict[str, object], ship: bool) -> None:
    report = dataclasses.replace(REPORT, **changes)  # type: ignore[arg-type]
    assert report.ship is ship
    assert report.lines()[-1].endswith("yes." if ship else "stays in 32 bits.")


def test_both_figures_are_said() -> None:
    text = " ".join(REPORT.lines())
    assert "0.8000 in 32 bits, 0.7990 in 8" in text
    assert "12.0 ms to 6.0 ms on 1 thread (ratio 0.50); 8.0 ms to 4.8 ms on 2 threads (ratio 0.60)" in text


def test_a_model_without_products_cannot_be_quantised() -> None:
    graph = onnx.helper.make_graph([], "empty", [], [])
    assert backbone_nodes(onnx.helper.make_model(graph)) == []


def test_a_head_of_another_origin_is_named(tmp_path: Path) -> None:
    shipped = ROOT / "resources" / "heads" / "cxrviewer.c2-cxr14"
    for file in shipped.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "PROVENANCE.json").write_text(json.dumps({"source": "elsewhere"}))
    with pytest.raises(TrainingError, match="which folds"):
        run_quantise(tmp_path, cache=tmp_path)
