"""Configurations, checkpoints and commands from before the glossary keep being read."""

from __future__ import annotations

import dataclasses
import json
import logging
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training extra is not installed")

from model_training import cli  # noqa: E402
from model_training.config.experiment import ConfigError, config_of, read_config  # noqa: E402
from model_training.config.names import current_names, current_weights  # noqa: E402
from model_training.data.development_set import Record  # noqa: E402
from model_training.distill.teachers import from_checkpoint  # noqa: E402
from model_training.engine.train import Trainer  # noqa: E402
from model_training.export.onnx import load_checkpoint  # noqa: E402
from model_training.studies import comparison  # noqa: E402
from tests.training.test_engine_train import CONFIG, config_file, records  # noqa: E402, F401

OLD = CONFIG.replace("auxiliary =", "side =").replace("orientation =", "upright =")
OLD += """
[data]
kind = "pool"
unreadable = "refuse"
[[teachers]]
kind = "cached"
"""


def test_a_config_with_former_names_is_read_as_one_with_the_present_ones_and_warns(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        old = read_config(config_file(tmp_path, OLD))
    assert (old.loss.auxiliary, old.loss.orientation) == (0.3, 0.3)
    assert (old.data.kind, old.data.unreadable) == ("development_set", "reject")
    assert [teacher.kind for teacher in old.teachers] == ["precomputed"]
    assert [record.getMessage().partition(": ")[2] for record in caplog.records] == [
        "loss.side is now called loss.auxiliary",
        "loss.upright is now called loss.orientation",
        'data.kind = "pool" is now called "development_set"',
        'data.unreadable = "refuse" is now called "reject"',
        'teachers.kind = "cached" is now called "precomputed"',
    ]
    caplog.clear()
    new = read_config(config_file(tmp_path, CONFIG))
    assert dataclasses.replace(old, teachers=new.teachers) == new and not caplog.records


def test_a_former_name_in_one_file_replaces_the_present_one_in_the_file_it_extends(tmp_path: Path) -> None:
    config_file(tmp_path, CONFIG).rename(tmp_path / "base.toml")
    path = config_file(tmp_path, 'extends = "base.toml"\n[loss]\nside = 0.7\n')
    assert read_config(path).loss.auxiliary == 0.7


def test_a_former_name_beside_the_present_one_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"loss\.side: unknown key"):
        read_config(config_file(tmp_path, CONFIG.replace("auxiliary = 0.3", "auxiliary = 0.3\nside = 0.3")))


def test_names_are_replaced_in_their_own_table_alone() -> None:
    table = {"side": 1, "name": "pool", "loss": {"side": 0.5}, "teachers": [{"kind": "csv"}, {"kind": "cached"}]}
    assert current_names(table)[0] == {
        "side": 1,
        "name": "pool",
        "loss": {"auxiliary": 0.5},
        "teachers": [{"kind": "csv"}, {"kind": "precomputed"}],
    }
    assert list(current_weights({"side.weight": 1, "student.side.weight": 2, "upright.bias": 3})) == [
        "auxiliary.weight",
        "student.side.weight",
        "orientation.bias",
    ]


def as_formerly(state: dict[str, Any]) -> None:
    """Give a checkpoint the names that checkpoints had before the glossary."""
    loss, data = state["config"]["loss"], state["config"]["data"]
    loss["side"], loss["upright"] = loss.pop("auxiliary"), loss.pop("orientation")
    data.update(kind="pool", missing="refuse", unreadable="refuse")
    for teacher in state["config"]["teachers"]:
        teacher["kind"] = "cached"
    old = {"auxiliary": "side", "orientation": "upright"}
    state["model"] = {
        ".".join([old.get(key.split(".")[0], key.split(".")[0]), *key.split(".")[1:]]): value
        for key, value in state["model"].items()
    }


def test_a_checkpoint_with_former_names_goes_on_is_exported_and_teaches(
    records: list[Record],  # noqa: F811
    tmp_path: Path,
) -> None:
    def trainer() -> Trainer:
        return Trainer(read_config(config_file(tmp_path)), tmp_path / "run", tmp_path / "cache")

    run = trainer()
    run.run(until=2)
    state = torch.load(run.checkpoint, weights_only=True)
    as_formerly(state)
    assert {"side.weight", "upright.weight"} <= state["model"].keys()
    torch.save(state, run.checkpoint)
    again = trainer()
    again.resume()
    assert again.step == 2
    for name, value in run.objective.state_dict().items():
        assert torch.equal(value, again.objective.state_dict()[name]), name
    network, stored = load_checkpoint(run.checkpoint)
    assert config_of(stored["config"], "checkpoint.pt").loss.auxiliary == pytest.approx(0.3)
    image = torch.rand(2, 1, 32, 32)
    teacher = from_checkpoint(run.checkpoint, run.labels)
    with torch.no_grad():
        expected = network((image - 0.5).div(0.25).expand(-1, 3, -1, -1))
    torch.testing.assert_close(teacher(image).logits, expected, rtol=1e-4, atol=1e-5)


def test_a_finished_run_of_a_study_with_the_former_name_is_still_in_the_table(tmp_path: Path) -> None:
    arm = comparison.Arm("a", {}, (), (1,))
    (tmp_path / "a-1").mkdir()
    outputs = np.full((2, 14), 0.5)
    for name in ("cached", "precomputed"):
        arrays: dict[str, Any] = {
            "logits": outputs, "labels": np.zeros((2, 14)), "patients": np.array(["x", "y"]), name: outputs + 1,
        }  # fmt: skip
        np.savez(tmp_path / "a-1" / comparison.SCORES, **arrays)
        runs, facts = comparison._scores(comparison.Study("s", {}, (arm,)), arm, tmp_path)
        assert len(runs) == 1 and facts["precomputed"].tolist() == (outputs + 1).tolist()


def test_former_commands_name_the_present_one_and_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(cli, "_refit_ood", lambda args: asked.append("refit") or 0)
    monkeypatch.setattr(cli, "_import_checkpoint", lambda args: asked.append("import") or 0)
    monkeypatch.setattr(cli, "_rejection_study", lambda args: asked.append("study") or 0)
    head = ["--head", str(tmp_path), "--cache", str(tmp_path)]
    for old, new, more in (
        ("regate", "refit-ood", []),
        ("reopen", "import-checkpoint", ["-o", "x"]),
        ("refusal-study", "rejection-study", []),
    ):
        assert cli.main([old, *head, *more]) == 0
        assert capsys.readouterr().err == f"'{old}' is now called '{new}'.\n"
        assert cli.main([new, *head, *more]) == 0
        assert capsys.readouterr().err == ""
    assert json.dumps(asked) == '["refit", "refit", "import", "import", "study", "study"]'
