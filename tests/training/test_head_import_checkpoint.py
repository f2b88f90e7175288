"""A shipped head opened again: equal answers in evaluation mode, and norms that remember real statistics."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import cast

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from cxrviewer.heads.package.files import sha256
from model_training.data.development_set import LABELS
from model_training.data.packed import PackedSet
from model_training.data.splits import SPLIT_FILE
from model_training.errors import TrainingError
from model_training.export.onnx import ExportError, OnnxNetwork, load_checkpoint, load_folded
from model_training.head import import_checkpoint
from model_training.head.import_checkpoint import run_import_checkpoint, unfold_batch_norm
from model_training.models.folding import convolutions_and_norms, neutral
from model_training.models.zoo import build_network
from model_training.provenance import ancestors, family, named
from tests.training.networks import random_images, random_student
from tests.training.test_head_write import CONFIG, small_set

HEADS = Path(__file__).parents[2] / "resources/heads"
PLUGINS = Path(__file__).parents[2] / "plugins"


def folded(student: nn.Module, images: torch.Tensor) -> nn.Module:
    """Fold the norms of `student` by torch's own rule; what is left of each norm adds the shift."""
    network = copy.deepcopy(student).eval()
    modules = dict(network.named_modules())
    for name, norm in convolutions_and_norms(network, images[:1]):
        if norm is None:  # squeeze and excitation
            continue
        convolution, left = modules[name], modules[norm]
        assert isinstance(convolution, nn.Conv2d) and isinstance(left, nn.BatchNorm2d)
        fused = fuse_conv_bn_eval(convolution, left)
        convolution.weight.data.copy_(fused.weight)
        neutral(left, fused.bias)
    return network


def test_a_network_unfolded_answers_in_evaluation_mode_what_the_folded_one_answers() -> None:
    student, images = random_student(5), random_images(8)
    unfolded = unfold_batch_norm(folded(student, images), images.split(4))
    with torch.no_grad():
        torch.testing.assert_close(unfolded(images), student(images), rtol=1e-3, atol=1e-2)


def test_unfolded_norms_remember_what_the_films_bring_so_training_mode_starts_near() -> None:
    student, images = random_student(5), random_images(8)
    unfolded = unfold_batch_norm(folded(student, images), [images])
    # By hand: the first norm sees the first convolution of the films, and nothing else.
    stem = cast(nn.Sequential, unfolded.get_submodule("stem"))
    seen, norm = stem[0](images), stem[1]
    torch.testing.assert_close(norm.running_mean, seen.mean((0, 2, 3)), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(norm.running_var, seen.var((0, 2, 3), unbiased=False), rtol=1e-3, atol=1e-5)
    # With the statistics of the same films, training mode is evaluation mode.
    with torch.no_grad():
        torch.testing.assert_close(unfolded.train()(images), student(images), rtol=2e-2, atol=2e-2)


@pytest.mark.parametrize(
    ("head", "network"),
    [
        (PLUGINS / "lite0-cxr14", "timm:tf_efficientnet_lite0"),
        (HEADS / "cxrviewer.c2-cxr14", "eeea_net_c2"),
    ],
)
def test_a_head_that_ships_opens_again_and_answers_as_its_onnx_file_does(head: Path, network: str) -> None:
    images = torch.from_numpy(np.load(head / "test_input.npy")).reshape(1, 3, 224, 224)
    opened = load_folded(head, network)
    with torch.no_grad():
        want = OnnxNetwork((head / "model.onnx").read_bytes())(images)
        torch.testing.assert_close(opened(images), want, rtol=1e-4, atol=1e-4)
        unfolded = unfold_batch_norm(opened, [images, images.flip(-1)])
        torch.testing.assert_close(unfolded(images), want, rtol=1e-3, atol=1e-3)


def test_a_head_of_another_network_is_rejected_in_a_sentence() -> None:
    with pytest.raises(ExportError, match="holds no tf_efficientnet_lite2"):
        load_folded(PLUGINS / "lite0-cxr14", "timm:tf_efficientnet_lite2")
    with pytest.raises(ExportError, match="holds no EEEA-Net-C2"):
        load_folded(PLUGINS / "lite0-cxr14", "eeea_net_c2")


def test_an_experiment_starts_from_a_reopened_head(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    student, dev_set = random_student(14), small_set()
    monkeypatch.setattr(PackedSet, "open", classmethod(lambda *_, **__: dev_set))
    monkeypatch.setattr(import_checkpoint, "load_folded", lambda *_: folded(student, random_images(1)))
    config = {**CONFIG, "name": "begun", "network": "eeea_net_c2"}
    grown = {"role": "start", "name": "first", "network": "eeea_net_c2", "stages": [], "steps": 3, "ancestors": []}
    split = sha256(SPLIT_FILE.read_bytes())
    told = {"config": config, "step": 7, "seed": 5, "ancestors": [grown], "split_sha256": split}
    (tmp_path / "PROVENANCE.json").write_text(json.dumps(told), encoding="utf-8")
    checkpoint = tmp_path / "student" / "checkpoint.pt"
    assert run_import_checkpoint(tmp_path, cache=tmp_path, output=checkpoint) == 0

    images = random_images(4)
    with torch.no_grad():
        want = student(images).numpy()
        again, state = load_checkpoint(checkpoint)
        np.testing.assert_allclose(again(images).numpy(), want, rtol=1e-3, atol=1e-2)
        started = build_network("eeea_net_c2", 14, 3, weights=str(checkpoint)).eval()
        np.testing.assert_allclose(started(images).numpy(), want, rtol=1e-3, atol=1e-2)
    # What the head grew from is known without those checkpoints.
    [start] = ancestors({"weights": "student/checkpoint.pt"}, tmp_path)
    assert start["name"] == "begun" and start["ancestors"] == [grown]
    assert state["labels"] == list(LABELS) and (state["step"], state["seed"]) == (7, 5)


def test_a_head_that_does_not_say_how_it_was_trained_is_rejected_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_checkpoint, "load_folded", lambda *_: random_student(14))
    with pytest.raises(
        TrainingError, match=r"has no PROVENANCE.json: which images its network was trained on is not known"
    ):
        run_import_checkpoint(tmp_path, cache=tmp_path, output=tmp_path / "checkpoint.pt")
    assert not (tmp_path / "checkpoint.pt").exists()


def test_no_training_starts_from_a_head_that_was_trained_with_the_older_split(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="trained with another split"):
        run_import_checkpoint(PLUGINS / "densenet121-cxr14", cache=tmp_path, output=tmp_path / "checkpoint.pt")
    assert not (tmp_path / "checkpoint.pt").exists()


def test_a_start_by_weight_selection_is_said(tmp_path: Path) -> None:
    config = {
        "name": "larger",
        "network": "timm:tf_efficientnet_lite0",
        "stages": [{"size": 112}],
        "weights": "imagenet",
        "recipe": {},
    }
    (tmp_path / "larger").mkdir()
    torch.save({"ema": {}, "config": config, "step": 9, "seed": 1}, tmp_path / "larger" / "checkpoint.pt")
    [start] = ancestors({"weights": "select:larger/checkpoint.pt"}, tmp_path)
    assert start["role"] == "start"
    assert named(start) == "evenly spaced weights of `larger`"
    assert family([start]) == [
        "* `larger`: tf_efficientnet_lite0, 9 steps at 112 px; started from ImageNet weights, no teacher."
    ]
    [start] = ancestors({"weights": "select:imagenet"}, tmp_path)
    assert named(start) == "evenly spaced ImageNet weights"
