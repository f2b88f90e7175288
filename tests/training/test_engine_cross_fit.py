"""Cross-fitting: no film is taught by a network that has seen its patient."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="training extra is not installed")

import torch
from scipy.special import expit, logit

from model_training.config.experiment import read_config
from model_training.data.development_set import LABELS, Record
from model_training.data.pack import pack
from model_training.data.record_set import RecordSet
from model_training.data.splits import Part, fifth_of
from model_training.distill.teachers import from_checkpoint
from model_training.engine.cross_fit import PREDICTIONS, combined, places_of, run_cross_fit
from model_training.engine.predict import ask
from model_training.engine.train import Trainer
from model_training.errors import TrainingError
from tests.training.test_engine_train import CONFIG, config_file, records

__all__ = ["records"]

HASHES = [f"{number:064x}" for number in range(1, 400)]


def of_fifth(fifth: int, nth: int = 0) -> str:
    return [hashed for hashed in HASHES if fifth_of(hashed) == fifth][nth]


def test_each_fifth_has_about_as_many_patients() -> None:
    counts = np.bincount([fifth_of(hashed) for hashed in HASHES], minlength=5)
    # Binomial, n = 399, p = 0.2: standard deviation 8, so 40 is five of them.
    assert np.abs(counts - 399 / 5).max() < 40


def test_a_network_speaks_of_the_patients_it_has_not_seen() -> None:
    parts = (Part.TRAIN, Part.TRAIN, Part.VALIDATION, Part.TEST)
    hashes = (of_fifth(2), of_fifth(3), of_fifth(3, 1), of_fifth(0))
    found = tuple(Record(Path(f"{i}.png"), "nih", hashed, (0.0,)) for i, hashed in enumerate(hashes))
    record_set = RecordSet(("Mass",), found, parts, ())
    assert places_of(record_set, 2) == [0, 2, 3]
    assert places_of(record_set, 3) == [1, 2, 3]
    assert places_of(record_set, 4) == [2, 3]


def test_films_all_may_speak_of_get_the_mean_of_the_logits() -> None:
    said = [([0, 2], np.array([[0.2], [0.9]], np.float32)), ([1, 2], np.array([[0.7], [0.5]], np.float32))]
    expected = [0.2, 0.7, expit((logit(0.9) + logit(0.5)) / 2)]
    np.testing.assert_allclose(combined(3, said)[:, 0], expected, atol=1e-6)


def test_no_network_learns_from_the_patients_it_speaks_of(records: list[Record], tmp_path: Path) -> None:
    # The smallest network of timm and one step: five are trained.
    text = CONFIG.replace("steps = 4", "steps = 1").replace("seed = 3", 'seed = 3\nnetwork = "timm:test_efficientnet"')
    config = read_config(config_file(tmp_path, text))
    folder, cache = tmp_path / "cross", tmp_path / "cache"
    assert run_cross_fit(config, folder, cache) == len(records)
    with (folder / PREDICTIONS).open(newline="", encoding="utf-8") as handle:
        rows = {row["image"]: row for row in csv.DictReader(handle)}
    images = pack(records, config.recipe, cache)
    said = []
    for fifth in range(5):
        path = folder / f"fifth-{fifth}" / "checkpoint.pt"
        assert torch.load(path, weights_only=True)["config"]["left_out"] == fifth
        said.append(logit(ask(from_checkpoint(path, LABELS), images, 32)[0].astype(float)))
    for i, record in enumerate(records):
        # Folds 0 and 1 are held out.
        answers = said[fifth_of(record.patient_hash)][i] if i % 5 > 1 else np.mean([one[i] for one in said], axis=0)
        found = [float(rows[f"nih/{record.path.name}"][label]) for label in LABELS]
        np.testing.assert_allclose(found, expit(answers), atol=2e-6)


def test_no_cross_fitted_network_begins_from_one_that_has_seen_its_patients(tmp_path: Path) -> None:
    config = read_config(config_file(tmp_path, CONFIG.replace("seed = 3", 'seed = 3\nweights = "first/checkpoint.pt"')))
    with pytest.raises(TrainingError, match=r"start from first/checkpoint.pt, which has seen the patients"):
        run_cross_fit(config, tmp_path / "cross", tmp_path / "cache")
    assert not (tmp_path / "cross").exists()


def test_the_left_out_fifth_trains_nothing(records: list[Record], tmp_path: Path) -> None:
    config = read_config(config_file(tmp_path))
    for fifth in (0, 3):
        run = Trainer(dataclasses.replace(config, left_out=fifth), tmp_path / f"out{fifth}", tmp_path / "cache")
        seen = {record.path.name for record in run._records}
        wanted = {r.path.name for i, r in enumerate(records) if i % 5 > 1 and fifth_of(r.patient_hash) != fifth}
        assert seen == wanted
        assert len(seen) < 18
