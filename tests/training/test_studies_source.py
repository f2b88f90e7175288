"""Whether the set of a film can be read from features: on made features whose answer is known, and from end to end."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="training extra is not installed")

from model_training.data.development_set import LABELS, Record
from model_training.data.packed import PackedSet
from model_training.data.splits import Part
from model_training.export.onnx import export_onnx
from model_training.studies import source as source_study
from tests.training.networks import RECIPE, SIZE, random_student


def test_features_that_tell_the_set_have_a_large_area_and_others_half() -> None:
    rng = np.random.default_rng(0)
    second = np.arange(200) >= 100
    patients = [f"p{i // 2}" for i in range(200)]
    blind = rng.normal(size=(200, 8))
    seeing = blind.copy()
    seeing[:, 3] += 4 * second
    area = source_study.tell_apart(seeing, second, patients)
    assert area is not None and area.low > 0.95
    area = source_study.tell_apart(blind, second, patients)
    assert area is not None and area.low < 0.5 < area.high


def test_what_only_a_patient_shows_does_not_count() -> None:
    # One feature per patient: learned by heart it would tell everything, of new patients nothing.
    second = np.arange(80) >= 40
    patients = [f"p{i // 4}" for i in range(80)]
    features = np.eye(20)[np.arange(80) // 4]
    area = source_study.tell_apart(features, second, patients)
    assert area is not None and area.value <= 0.6


def test_equalised_films_have_no_detail_below_the_smallest_set() -> None:
    stripes = np.zeros((224, 224), np.float32)
    stripes[:, ::2] = 1
    made = source_study.equalised(stripes)
    assert made.shape == (224, 224)
    assert made.std() < 0.05
    smooth = np.tile(np.linspace(0, 1, 224, dtype=np.float32), (224, 1))
    assert np.abs(source_study.equalised(smooth) - smooth).max() < 0.05


def test_a_network_that_sees_grey_tells_a_dark_set_from_a_bright_one(capsys: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(0)
    records, parts, planes = [], [], []
    for i in range(48):
        name = ("nih", "nih128")[i % 2]
        records.append(Record(Path(f"{i}.jpg"), name, f"p{i}", (0.0,) * len(LABELS)))
        parts.append(Part.TEST if i < 40 else Part.TRAIN)
        planes.append(rng.uniform(0.0, 0.4, (SIZE, SIZE)) + 0.5 * (i % 2))
    records[0] = Record(Path("0.jpg"), "nih", "p0", (1.0,) * len(LABELS))  # has findings: not asked
    dev_set = PackedSet(records, parts, np.rint(np.array(planes) * 255).astype(np.uint8), RECIPE)
    found = source_study.study_source(export_onnx(random_student(), RECIPE), dev_set)
    assert [(told.sets, told.images, told.equalised) for told in found] == [
        (("nih", "nih128"), (19, 20), False),
        (("nih", "nih128"), (19, 20), True),
    ]
    assert found[0].area.low > 0.8
    assert "| nih or nih128 | 19 and 20 | equalised |" in source_study.table(found)
