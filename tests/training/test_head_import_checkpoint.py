"""A shipped head opened again: equal answers in evaluation mode, and norms that remember real statistics."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from model_training.data.development_set import LABELS
from model_training.data.packed import PackedSet
from model_training.errors import TrainingError
from model_training.export.onnx import load_checkpoint
from model_training.head import import_checkpoint
from model_training.head.import_checkpoint import run_import_checkpoint, unfold_batch_norm
from model_training.models.gradcam import fold_batch_norm
from model_training.models.zoo import build_network
from model_training.provenance import ancestors, sentence
from tests.training.networks import random_films, random_student
from tests.training.test_head_write import CONFIG, small_set


def test_a_network_unfolded_answers_in_evaluation_mode_what_the_folded_one_answers() -> None:
    student, films = random_student(5), random_films(8)
    folded = fold_batch_norm(student)
    unfolded = unfold_batch_norm(folded, films.split(4))
    with torch.no_grad():
        torch.testing.assert_close(unfolded(films), student(films), rtol=1e-3, atol=1e-2)


def test_unfolded_norms_remember_what_the_films_bring_so_training_mode_starts_near() -> None:
    student, films = random_student(5), random_films(8)
    unfolded = unfold_batch_norm(fold_batch_norm(student), [films])
    # By hand: the first norm sees the first convolution of the films, and nothing else.
    seen = unfolded.stem[0](films)
    norm = unfolded.stem[1]
    torch.testing.assert_close(norm.running_mean, seen.mean((0, 2, 3)), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(norm.running_var, seen.var((0, 2, 3), unbiased=False), rtol=1e-3, atol=1e-5)
    # With the statistics of the same films, training mode is evaluation mode.
    with torch.no_grad():
        torch.testing.assert_close(unfolded.train()(films), student(films), rtol=2e-2, atol=2e-2)


def test_an_experiment_starts_from_a_reopened_head(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    student, dev_set = random_student(14), small_set()
    monkeypatch.setattr(PackedSet, "open", classmethod(lambda *_, **__: dev_set))
    monkeypatch.setattr(import_checkpoint, "load_student", lambda _: fold_batch_norm(student))
    config = {**CONFIG, "name": "begun", "network": "eeea_net_c2"}
    grown = {"role": "start", "name": "first", "network": "eeea_net_c2", "stages": [], "steps": 3, "ancestors": []}
    told = {"config": config, "step": 7, "seed": 5, "ancestors": [grown]}
    (tmp_path / "PROVENANCE.json").write_text(json.dumps(told), encoding="utf-8")
    checkpoint = tmp_path / "student" / "checkpoint.pt"
    assert run_import_checkpoint(tmp_path, cache=tmp_path, output=checkpoint) == 0

    films = random_films(4)
    with torch.no_grad():
        want = student(films).numpy()
        again, state = load_checkpoint(checkpoint)
        np.testing.assert_allclose(again(films).numpy(), want, rtol=1e-3, atol=1e-2)
        started = build_network("eeea_net_c2", 14, 3, weights=str(checkpoint)).eval()
        np.testing.assert_allclose(started(films).numpy(), want, rtol=1e-3, atol=1e-2)
    # What the head grew from is known without those checkpoints.
    [start] = ancestors({"weights": "student/checkpoint.pt"}, tmp_path)
    assert start["name"] == "begun" and start["ancestors"] == [grown]
    assert state["labels"] == list(LABELS) and (state["step"], state["seed"]) == (7, 5)


def test_a_head_that_does_not_say_how_it_was_trained_is_rejected_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_checkpoint, "load_student", lambda _: fold_batch_norm(random_student(14)))
    with pytest.raises(TrainingError, match="does not say which folds it was trained without"):
        run_import_checkpoint(tmp_path, cache=tmp_path, output=tmp_path / "checkpoint.pt")
    assert not (tmp_path / "checkpoint.pt").exists()


def test_a_start_by_weight_selection_is_said(tmp_path: Path) -> None:
    config = {
        "name": "larger",
        "network": "timm:tf_efficientnet_lite0",
        "stages": [{"size": 112}],
        "weights": "imagenet",
    }
    (tmp_path / "larger").mkdir()
    torch.save({"config": config, "step": 9, "seed": 1}, tmp_path / "larger" / "checkpoint.pt")
    [start] = ancestors({"weights": "select:larger/checkpoint.pt"}, tmp_path)
    assert start["role"] == "start"
    assert sentence(start).startswith("evenly spaced weights of `larger` (tf_efficientnet_lite0, 9 steps, 112 px")
