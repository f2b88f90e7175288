"""A mistake of whoever calls a command ends in a sentence, before anything is trained or measured."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch", reason="training extra is not installed")

from model_training import cli
from model_training.cli import main

HEAD = Path(__file__).parents[2] / "resources/heads/cxrviewer.c2-cxr14"


def said(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert main(arguments) == 2
    return capsys.readouterr().err


def test_what_the_system_says_of_a_place_is_passed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")

    def into_a_file(_: object) -> int:
        (tmp_path / "file" / "run").mkdir()
        return 0

    monkeypatch.setattr(cli, "_train", into_a_file)
    found = said(["train", "x.toml", "--out", str(tmp_path)], capsys)
    assert found == f"{tmp_path / 'file' / 'run'}: Not a directory\n"


def test_a_head_that_is_not_there_ends_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cache = ["--cache", str(tmp_path)]
    none = f"{tmp_path / 'none'} is no folder. Name that of a head"
    assert none in said(["evaluate", "--head", str(tmp_path / "none"), *cache], capsys)
    assert none in said(["quantise", str(tmp_path / "none"), *cache], capsys)
    assert "head.toml is missing" in said(["evaluate", "--head", str(tmp_path), *cache], capsys)
    target = tmp_path / "new" / "run" / "checkpoint.pt"
    opened = ["import-checkpoint", "--head", str(tmp_path / "none"), "-o", str(target), *cache]
    assert none in said(opened, capsys)
    assert not (tmp_path / "new").exists(), "nothing was made, so no folder stays for it"


def test_a_result_has_a_place_before_anything_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "_evaluate", lambda args: int(not args.output.parent.is_dir()))
    evaluate = ["evaluate", "--head", str(HEAD), "--cache", str(tmp_path), "-o"]
    assert main([*evaluate, str(tmp_path / "new" / "figures.json")]) == 0
    assert "is a folder; name a file" in said([*evaluate, str(tmp_path / "new")], capsys)


@pytest.mark.parametrize(
    "arguments",
    [
        ["train", "x.toml", "--out", "x", "--until", "0"],
        ["train", "x.toml", "--out", "x", "--threads", "-1"],
        ["predict", "x.pt", "-o", "x.csv", "--cache", "x", "--size", "0"],
        ["explain-study", "--head", "x", "--cache", "x", "--films", "-3"],
    ],
)
def test_a_number_below_its_least_is_a_mistake_of_the_call(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert "must be at least" in capsys.readouterr().err


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf"])
def test_a_time_that_is_none_is_a_mistake_of_the_call(seconds: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["speed", "x.toml", "--seconds", seconds])
    assert "must be above 0" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "arguments", "words"),
    [
        ("_train", ["train", "x.toml", "--out", "x"], "Interrupted. Called again, it goes on.\n"),
        ("_speed", ["speed", "x.toml"], "Interrupted.\n"),
    ],
)
def test_control_c_ends_in_a_sentence(
    command: str,
    arguments: list[str],
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def interrupted(_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, command, interrupted)
    assert main(arguments) == 130
    assert capsys.readouterr().err == words


def test_a_network_to_compare_with_is_asked_for_before_anything_is_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # There are no films either: that would be said where they are looked for.
    report = ["--report", str(tmp_path / "r.html"), "--against", str(tmp_path / "none.csv")]
    evaluate = ["evaluate", "--head", str(HEAD), "--cache", str(tmp_path / "cache"), *report]
    assert said(evaluate, capsys) == "--against names 'none.csv', which is not there.\n"
    assert not (tmp_path / "cache").exists()
