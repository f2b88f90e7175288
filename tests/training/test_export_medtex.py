"""A MED-TEX-style checkpoint becomes a head whose maps are the explainer's masks."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from cxrviewer.heads.package.manifest import read_manifest
from cxrviewer.heads.registry.conformance import check_head
from model_training.config.experiment import read_config
from model_training.config.medtex import MedTexConfig
from model_training.data.development_set import LABELS
from model_training.data.packed import PackedSet, predict, standardise
from model_training.data.splits import Part
from model_training.export.medtex import METHOD, MedTexHead, export_pair, measure_pair_parity
from model_training.export.onnx import ExportError, load_checkpoint, load_student, run_onnx
from model_training.head import write as write_head
from model_training.head.write import run_export
from model_training.models.explainer import SLOPE, Explainer, MedTexNetwork
from model_training.models.zoo import build_network
from model_training.ood import detector
from tests.training.networks import random_images, random_student
from tests.training.test_head_write import CONFIG, RECIPE, small_set

CONFIGS = Path(write_head.__file__).parents[1] / "configs"


def random_pair(masks: int, seen: int = 0) -> MedTexNetwork:
    """Return a student and an explainer whose batch norms are no identity."""
    student = random_student(14)
    explainer = Explainer(masks, width=4, seen=seen)
    torch.nn.init.normal_(explainer.head.weight, 0, 1 / SLOPE)
    for module in explainer.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = 1.0
    pair = MedTexNetwork(student, explainer)
    explainer.train()
    pair.masks(random_images(16))
    return pair.eval()


@pytest.mark.parametrize(("masks", "seen"), [(1, 0), (14, 0), (14, 960)])
def test_the_file_answers_as_student_and_explainer_do(masks: int, seen: int) -> None:
    pair = random_pair(masks, seen)
    images = random_images(2)
    model = export_pair(pair, RECIPE)
    measure_pair_parity(model, pair, images).require_within()
    logits, maps, features = run_onnx(model, images.numpy())
    assert maps.shape == (2, 14, 4, 4) and 0 <= maps.min() and maps.max() <= 1
    assert np.ptp(maps[0, 0]) > 0.01
    assert features.shape == (2, 976, 2, 2)
    with torch.no_grad():
        np.testing.assert_allclose(logits, pair.student(images).numpy(), rtol=1e-3, atol=1e-4)
        np.testing.assert_allclose(maps[:, -1], pair.masks(images)[:, -1].numpy(), atol=1e-4)
    if masks == 1:
        assert (maps == maps[:, :1]).all()
    else:
        assert np.abs(maps - maps[:, :1]).max() > 0.01


def test_parity_sees_an_explainer_that_is_not_the_one_exported() -> None:
    pair = random_pair(1)
    model = export_pair(pair, RECIPE)
    with torch.no_grad():
        pair.explainer.head.get_parameter("bias").add_(0.1)
    with pytest.raises(ExportError, match="maps differ"):
        measure_pair_parity(model, pair, random_images(1)).require_within()


def test_another_student_is_rejected_with_a_reason() -> None:
    pair = MedTexNetwork(build_network("timm:resnet10t", 14), Explainer(1, width=4))
    with pytest.raises(ExportError, match="Only an EEEA-Net-C2"):
        MedTexHead(pair)


def test_a_checkpoint_with_an_explainer_becomes_a_head_the_viewer_accepts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dev_set = small_set()
    monkeypatch.setattr(PackedSet, "open", classmethod(lambda *_, **__: dev_set))
    monkeypatch.setattr(detector, "OUTLIERS", detector.OutlierCounts(square=152, plain=8, padded=42, within=42))
    monkeypatch.setattr(detector, "MEASURED_OUTLIERS", 38)
    monkeypatch.setattr(write_head, "PARITY_IMAGES", 2)
    monkeypatch.setenv("CXR_DATA", str(tmp_path / "absent"))
    pair = random_pair(1)
    config = {
        **CONFIG,
        "method": "medtex",
        "network": "eeea_net_c2",
        "medtex": dataclasses.asdict(MedTexConfig(width=4)),
        "teachers": [{"kind": "checkpoint", "name": "", "checkpoint": "../lite2/checkpoint.pt", "weight": 1.0}],
    }
    checkpoint = tmp_path / "checkpoint.pt"
    state = {"ema": pair.state_dict(), "config": config, "labels": list(LABELS), "step": 7, "seed": 5}
    torch.save(state, checkpoint)
    folder = tmp_path / "medtex-test"
    assert run_export(checkpoint, folder, head_id="test.medtex", title="Masks", version="1.0.0", cache=tmp_path) == 0
    assert [(r.name, r.problems) for r in check_head(folder) if not r.passed] == []
    assert read_manifest(folder).explanation.method == METHOD

    index = dev_set.evaluated(Part.TEST)[:4]
    student, _ = load_checkpoint(checkpoint)
    want = predict(student, dev_set, index)
    np.testing.assert_allclose(predict(load_student(folder), dev_set, index), want, atol=1e-4 * np.abs(want).max())
    images = standardise(np.stack([dev_set.grey(i) for i in index]), RECIPE)
    _, maps, _ = run_onnx((folder / "model.onnx").read_bytes(), images)
    np.testing.assert_allclose(maps[:, 5], pair.masks(torch.from_numpy(images))[:, 0].detach().numpy(), atol=1e-4)

    card = (folder / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert (
        "reconstruction" in card
        and "every finding shows the same map" in card
        and "Teachers, averaged in logit space: lite2 (its checkpoint was not at hand)." in card
    )
    assert "Grad-CAM" not in card


def test_the_head_in_plugins_is_made_by_two_stretches_of_which_the_second_holds_the_student() -> None:
    first, second = (read_config(CONFIGS / f"medtex_{name}.toml") for name in ("student", "plugin"))
    assert second.weights == "medtex_student/checkpoint.pt" and second.medtex.hold and not first.medtex.hold
    # The explainer of the second goes on from the first's: they must fit.
    shapes = [(c.medtex.kind, c.medtex.reads, c.medtex.width) for c in (first, second)]
    assert shapes[0] == shapes[1] == ("per_class", "features", 16)


@pytest.mark.parametrize("name", ["medtex_class_agnostic", "medtex_per_class"])
def test_the_shipped_experiments_are_readable(name: str) -> None:
    config = read_config(CONFIGS / f"{name}.toml")
    assert (config.name, config.method, config.medtex.kind) == (name, "medtex", name.removeprefix("medtex_"))
