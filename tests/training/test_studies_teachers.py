"""What an experiment's teachers are worth on films that trained none of them."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from scipy.special import expit
from sklearn.metrics import roc_auc_score

pytest.importorskip("torch", reason="training extra is not installed")

import torch

from model_training.config.experiment import TeacherConfig, read_config
from model_training.data.development_set import LABELS, Record
from model_training.data.record_set import RecordSet
from model_training.data.splits import Part
from model_training.engine.predict import write_predictions
from model_training.errors import TrainingError
from model_training.studies.teachers import judge, run_teacher_study
from tests.training.test_engine_train import CONFIG, config_file, records

__all__ = ["records"]

COUNT = 60


def images_of(taught: int) -> RecordSet:
    """Return test films of as many patients, every second with every finding; the last `taught` have predictions."""
    nothing = (float("nan"),) * len(LABELS)
    rng = np.random.default_rng(5)
    found = tuple(
        Record(
            Path(f"{i}.png"),
            "nih",
            f"{i:064x}",
            (float(i % 2),) * len(LABELS),
            teacher=tuple(rng.normal(i % 2, 1.0, len(LABELS))) if i >= COUNT - taught else nothing,
        )
        for i in range(COUNT)
    )
    return RecordSet(LABELS, found, (Part.TEST,) * COUNT, ())


def table(path: Path, used: RecordSet, logits: np.ndarray) -> TeacherConfig:
    path.parent.mkdir()
    write_predictions(path, used.records, used.labels, expit(logits), "a network")
    return TeacherConfig(kind="csv", checkpoint=f"{path.parent.name}/{path.name}")


def mean_area(used: RecordSet, logits: np.ndarray, chosen: slice) -> float:
    labels = np.array([record.labels for record in used.records])[chosen]
    return float(np.mean([roc_auc_score(labels[:, k], logits[chosen][:, k]) for k in range(len(LABELS))]))


def test_each_teacher_is_measured_on_its_own_films_and_all_on_those_they_share(tmp_path: Path) -> None:
    used = images_of(taught=24)
    logits = np.random.default_rng(1).normal([[i % 2] for i in range(COUNT)], 2.0, (COUNT, len(LABELS)))
    teachers = (table(tmp_path / "small" / "predictions.csv", used, logits), TeacherConfig(weight=3.0))
    small, precomputed, average = judge(teachers, used, list(range(COUNT)), tmp_path)
    theirs = np.array([record.teacher for record in used.records])
    shared = slice(COUNT - 24, None)
    assert (small.name, precomputed.name, average.name) == ("small", "precomputed", "average")
    assert (small.images, precomputed.images, average.images) == (60, 24, 60)
    assert small.alone and small.shared and precomputed.alone and precomputed.shared and average.shared
    assert small.alone.value == pytest.approx(mean_area(used, logits, slice(None)), abs=1e-4)
    assert small.shared.value == pytest.approx(mean_area(used, logits, shared), abs=1e-4)
    assert precomputed.alone.value == precomputed.shared.value
    assert precomputed.shared.value == pytest.approx(mean_area(used, theirs, shared), abs=1e-4)
    both = (logits + 3 * theirs) / 4
    expected = mean_area(used, both, shared)
    assert average.shared.value == pytest.approx(expected, abs=1e-4)
    assert small.below.startswith(f"{expected - mean_area(used, logits, shared):+.3f} (")


def test_one_teacher_has_no_average(tmp_path: Path) -> None:
    [only] = judge((TeacherConfig(),), images_of(taught=24), list(range(COUNT)), tmp_path)
    assert (only.name, only.images, only.shared, only.below) == ("precomputed", 24, None, "")


def test_a_teacher_without_predictions_for_these_films_has_no_figure(tmp_path: Path) -> None:
    [only] = judge((TeacherConfig(),), images_of(taught=0), list(range(COUNT)), tmp_path)
    assert (only.images, only.alone) == (0, None)


def test_a_network_is_asked_first(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="write them with 'predict'"):
        judge((TeacherConfig(kind="checkpoint", checkpoint="a/checkpoint.pt"),), images_of(0), [0], tmp_path)


def test_no_teacher_is_measured_on_films_that_train(records: list[Record], tmp_path: Path) -> None:
    lines = run_teacher_study(read_config(config_file(tmp_path, CONFIG)), tmp_path).splitlines()
    assert [line.split("|")[1].strip() for line in lines[2:]] == ["validation, `nih`", "test, `nih`"]
    # Of the 30 films of `records` each fold holds six.
    assert [int(line.split("|")[3]) for line in lines[2:]] == [6, 6]


def test_a_teacher_is_not_measured_on_films_its_network_has_learned_from(records: list[Record], tmp_path: Path) -> None:
    config = read_config(config_file(tmp_path, CONFIG))
    (tmp_path / "big").mkdir()
    state = {"ema": {}, "config": {"recipe": {}, "test_fold": 3, "validation_fold": 1}}
    torch.save(state, tmp_path / "big" / "checkpoint.pt")
    named = dataclasses.replace(config, teachers=(TeacherConfig(kind="csv", checkpoint="big/predictions.csv"),))
    with pytest.raises(TrainingError, match="has learned from fold 0, the test_fold here"):
        run_teacher_study(named, tmp_path)
