"""No training begins from, or is taught by, a network that has learned from what it holds out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="training extra is not installed")

import torch

from model_training.data.development_set import DataError
from model_training.data.packed import folds_of
from model_training.errors import TrainingError
from model_training.provenance import check_held_out, family, learned_from_held_out

OURS: dict[str, Any] = {"test_fold": 0, "validation_fold": 1}
CHEXPERT = {"kind": "chexpert", "folder": "a", "protocol": "official_valid", "seed": 0}
FOLDER = {"kind": "folder", "folder": "a", "protocol": "random_70_10_20", "seed": 0}


@pytest.mark.parametrize(
    ("ours", "theirs", "found"),
    [
        ({}, {}, ""),
        ({}, {"data": {"kind": "pool"}}, ""),  # its former name
        ({}, {"test_fold": 1, "validation_fold": 0}, ""),  # it trained on neither
        ({}, {"test_fold": 2, "validation_fold": 1}, "fold 0, the test_fold here"),
        ({}, {"validation_fold": 3}, "fold 1, the validation_fold here"),
        ({"validation_half": 0}, {}, ""),
        ({"validation_half": 0}, {"validation_half": 0}, ""),
        ({}, {"validation_half": 0}, "half 0 of the patients of fold 1"),
        ({"validation_half": 1}, {"validation_half": 0}, "half 0 of the patients of fold 1"),
        (
            {"validation_half": 0},
            {"test_fold": 1, "validation_fold": 0, "validation_half": 0},
            "half 0 of the patients of fold 0",
        ),
        (
            {},
            {"data": {"kind": "chestxray14", "folder": "n"}},
            "images of the same patients in another data set, chestxray14",
        ),
        ({}, {"data": CHEXPERT}, ""),
        ({"data": CHEXPERT}, {"data": CHEXPERT}, ""),
        (
            {"data": CHEXPERT},
            {"data": {**CHEXPERT, "folder": "b", "protocol": "random_70_10_20"}},
            "other parts of the same data set (data.protocol differs)",
        ),
        (
            {"data": FOLDER},
            {"data": {**FOLDER, "seed": 1}},
            "other parts of the same data set (data.seed differs)",
        ),
        ({"data": FOLDER}, {"data": {**FOLDER, "folder": "b", "seed": 1}}, ""),
    ],
)
def test_what_a_start_has_learned_of_the_held_out_images_is_said(
    ours: dict[str, Any], theirs: dict[str, Any], found: str
) -> None:
    assert learned_from_held_out({**OURS, **ours}, {**OURS, **theirs}) == found


def made(runs: Path, name: str, **config: Any) -> None:
    (runs / name).mkdir()
    state = {"ema": {}, "config": {"name": name, "recipe": {}, **OURS, **config}, "step": 1, "seed": 1}
    torch.save(state, runs / name / "checkpoint.pt")


def test_starts_teachers_their_tables_and_what_they_grew_from_are_all_asked(tmp_path: Path) -> None:
    made(tmp_path, "leaky", validation_fold=2)
    made(tmp_path, "grown", weights="select:leaky/checkpoint.pt")
    made(tmp_path, "clean", weights="clean/checkpoint.pt")  # a training may name itself
    made(tmp_path, "taught", teachers=[{"kind": "checkpoint", "checkpoint": "clean/checkpoint.pt"}])
    check_held_out({**OURS, "weights": "taught/checkpoint.pt"}, tmp_path)
    check_held_out({**OURS, "weights": "select:imagenet", "teachers": [{"kind": "precomputed"}]}, tmp_path)
    for config in (
        {"weights": "grown/checkpoint.pt"},
        {"teachers": [{"kind": "checkpoint", "checkpoint": "grown/checkpoint.pt"}]},
        {"teachers": [{"kind": "csv", "checkpoint": "grown/predictions.csv"}]},
    ):
        with pytest.raises(TrainingError, match=r"leaky/checkpoint.pt, .* has learned from fold 1"):
            check_held_out({**OURS, **config}, tmp_path)


def test_a_cross_fitted_table_is_judged_by_the_networks_beside_it(tmp_path: Path) -> None:
    (tmp_path / "cross").mkdir()
    made(tmp_path / "cross", "fifth-3", test_fold=4)
    with pytest.raises(TrainingError, match=r"fifth-3/checkpoint.pt, .* has learned from fold 0"):
        check_held_out({**OURS, "teachers": [{"kind": "csv", "checkpoint": "cross/predictions.csv"}]}, tmp_path)


def test_a_network_of_the_whole_collection_is_not_measured_on_a_part_of_it() -> None:
    with pytest.raises(DataError, match="has seen images that are held out here"):
        folds_of({**OURS, "data": {"kind": "chestxray14"}})


def test_every_network_of_an_ancestry_is_named_once_with_what_it_grew_from() -> None:
    table = {"role": "teacher", "name": "a table"}
    lite = {"network": "timm:lite", "name": "lite", "steps": 3, "stages": [{"size": 112}, {"size": 224}]}
    lite |= {"ancestors": [{"role": "start", "name": "ImageNet weights"}, table]}
    first = {"network": "eeea_net_c2", "name": "first", "steps": 5, "stages": [{"size": 112}]}
    first |= {"ancestors": [{**lite, "role": "start", "selected": True}, table]}
    lines = family([{**first, "role": "start"}, {**lite, "role": "teacher"}, table])
    assert lines == [
        "* `first`: eeea_net_c2, 5 steps at 112 px; started from evenly spaced weights of `lite`, taught by a table.",
        "* `lite`: lite, 3 steps at 112 and 224 px; started from ImageNet weights, taught by a table.",
    ]
