"""What a teacher writes down once: probabilities of the films asked about, and its averaged features."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="training extra is not installed")

import torch

from model_training.config.experiment import TeacherConfig, read_config
from model_training.data.development_set import Record
from model_training.data.record_set import RecordSet
from model_training.data.splits import Part
from model_training.distill.precomputed import precomputed_features, precomputed_logits
from model_training.distill.teachers import FrozenTeacher
from model_training.engine import predict
from model_training.errors import TrainingError
from tests.training.test_engine_train import CONFIG

LABELS = ("Mass", "Nodule")


class Bright(torch.nn.Module):
    """Logits are the mean grey and its negative; the map has the grey and a constant of two."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = torch.nn.Parameter(torch.ones(()))

    def forward_features(self, x: Any) -> Any:
        return torch.cat([x[:, :1], torch.full_like(x[:, :1], 2.0)], 1) * self.scale

    def forward_head(self, features: Any) -> Any:
        grey = features[:, 0].mean((1, 2))
        return torch.stack([grey, -grey], 1)


class Silent(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.scale = torch.nn.Parameter(torch.ones(()))

    def forward(self, x: Any) -> Any:
        return x.mean((1, 2, 3))[:, None].expand(-1, 2) * self.scale


@pytest.fixture
def records(monkeypatch: pytest.MonkeyPatch) -> list[Record]:
    """Three films, packed as 0, 102 and 255 of 255."""
    sets = ("nih", "kermany", "nih")
    found = [Record(Path(f"{i}.png"), name, f"p{i}", (0.0, 0.0)) for i, name in enumerate(sets)]
    used = RecordSet(LABELS, tuple(found), (Part.TRAIN,) * 3, ())
    packed = np.stack([np.full((8, 8), level, np.uint8) for level in (0, 102, 255)])
    monkeypatch.setattr(predict, "open_record_set", lambda data: used)
    monkeypatch.setattr(predict, "pack_record_set", lambda given, recipe, cache: (given, packed))
    return found


def speak(monkeypatch: pytest.MonkeyPatch, network: Any, tmp_path: Path, **given: Any) -> int:
    teacher = FrozenTeacher(network, 0.0, 1.0, 1, (0, 1))
    monkeypatch.setattr(predict, "from_checkpoint", lambda path, labels: teacher)
    (tmp_path / "config.toml").write_text(CONFIG)
    recipe = read_config(tmp_path / "config.toml").recipe
    checkpoint = tmp_path / "big" / "checkpoint.pt"
    return predict.run_predict(checkpoint, recipe, tmp_path, tmp_path / "predictions.csv", size=4, **given)


def test_a_table_of_predictions_teaches_what_the_network_said(
    records: list[Record], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert speak(monkeypatch, Bright(), tmp_path, features=tmp_path / "seen.npz") == 3
    config = TeacherConfig(kind="csv", checkpoint="predictions.csv", features="seen.npz")
    # Grey 0, 102 / 255 and 1, as logits; written with six digits of the probability.
    np.testing.assert_allclose(
        precomputed_logits([config], records, LABELS, tmp_path), [[0.0, 0.0], [0.4, -0.4], [1.0, -1.0]], atol=1e-5
    )
    seen = precomputed_features([config], records, tmp_path)
    assert seen is not None
    np.testing.assert_allclose(seen, [[0.0, 2.0], [0.4, 2.0], [1.0, 2.0]], atol=1e-3)  # half floats


def test_a_teacher_that_is_asked_about_one_set_writes_down_no_other(
    records: list[Record], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert speak(monkeypatch, Bright(), tmp_path, sets=("nih",)) == 2
    with (tmp_path / "predictions.csv").open(newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert [(row["image"], row["teacher"]) for row in rows] == [("nih/0.png", "big"), ("nih/2.png", "big")]
    assert float(rows[1]["Mass"]) == pytest.approx(0.731059)  # sigmoid(1)
    with pytest.raises(TrainingError, match="no film of mars"):
        speak(monkeypatch, Bright(), tmp_path, sets=("mars",))


def test_a_network_without_a_map_says_so_before_anything_is_written(
    records: list[Record], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(TrainingError, match="no feature map"):
        speak(monkeypatch, Silent(), tmp_path, features=tmp_path / "seen.npz")
    assert not (tmp_path / "predictions.csv").exists()


def test_features_are_written_last_so_that_they_never_lie_there_without_the_table(
    records: list[Record], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(predict, "write_predictions", killed)
    with pytest.raises(KeyboardInterrupt):
        speak(monkeypatch, Bright(), tmp_path, features=tmp_path / "seen.npz")
    assert not (tmp_path / "seen.npz").exists()


def test_a_network_that_does_not_know_every_label_writes_no_table(
    records: list[Record], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    teacher = FrozenTeacher(Bright(), 0.0, 1.0, 1, (0, None))
    monkeypatch.setattr(predict, "from_checkpoint", lambda path, labels: teacher)
    (tmp_path / "config.toml").write_text(CONFIG)
    recipe = read_config(tmp_path / "config.toml").recipe
    with pytest.raises(TrainingError, match="does not answer for Nodule"):
        predict.run_predict(tmp_path / "checkpoint.pt", recipe, tmp_path, tmp_path / "predictions.csv", size=4)
