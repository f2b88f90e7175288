"""The template, the example in the documentation and the schema: three texts that must not drift apart."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from cxrviewer.cli import run
from cxrviewer.errors import ManifestError
from cxrviewer.heads.package import template
from cxrviewer.heads.package.manifest import parse_manifest
from cxrviewer.paths import resources_dir
from tests.builders import heads as build

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "docs" / "head.schema.json").read_text(encoding="utf-8"))
TEMPLATE = (resources_dir() / "head-template" / "head.toml").read_text(encoding="utf-8")


def test_the_template_is_the_documented_example_and_parses() -> None:
    documented = (ROOT / "docs" / "heads.md").read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    assert documented == TEMPLATE
    assert parse_manifest(TEMPLATE).id == "org.example.effusion"


def test_the_schema_is_one_and_accepts_what_the_parser_accepts(tmp_path: Path) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    texts = [TEMPLATE, (build.write_head(tmp_path / "a").folder / "head.toml").read_text()]
    texts.append((build.write_head(tmp_path / "b", plain=True).folder / "head.toml").read_text())
    texts += [file.read_text(encoding="utf-8") for file in (resources_dir() / "heads").glob("*/head.toml")]
    for text in texts:
        parse_manifest(text)
        assert list(Draft202012Validator(SCHEMA).iter_errors(tomllib.loads(text))) == []


def leaves(table: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every value of the example, tables included."""
    pairs = table.items() if isinstance(table, dict) else enumerate(table) if isinstance(table, list) else ()
    return ([path] if path else []) + [leaf for key, value in pairs for leaf in leaves(value, (*path, key))]


def changed(path: tuple[Any, ...], change: Callable[[Any, Any], None]) -> dict[str, Any]:
    document = tomllib.loads(TEMPLATE)
    place: Any = document
    for key in path[:-1]:
        place = place[key]
    change(place, path[-1])
    return document


def rejected(document: dict[str, Any]) -> bool:
    """Ask the parser, by way of TOML text."""
    try:
        parse_manifest(to_toml(document))
    except ManifestError:
        return True
    return False


def to_toml(value: Any) -> str:
    """Return top-level keys one per line and all tables inline, which TOML allows."""
    return "\n".join(f"{json.dumps(k)} = {inline(v)}" for k, v in value.items()) + "\n"


def inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {inline(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(inline(v) for v in value) + "]"
    return json.dumps(value)


WRONG: dict[str, Any] = {"true": True, "a number": -12345.5, "empty text": "", "a table": {"x": 1}, "a list": [[]]}


def put(value: Any) -> Callable[[Any, Any], None]:
    def change(place: Any, key: Any) -> None:
        place[key] = value

    return change


@pytest.mark.parametrize("path", leaves(tomllib.loads(TEMPLATE)), ids=lambda p: ".".join(map(str, p)))
def test_the_schema_rejects_a_wrong_value_exactly_where_the_parser_does(path: tuple[Any, ...]) -> None:
    validator = Draft202012Validator(SCHEMA)
    for value in WRONG.values():
        document = changed(path, put(value))
        assert rejected(document) == (not validator.is_valid(document)), (path, value)
    document = changed(path, put("x" * 5000))
    assert rejected(document) and not validator.is_valid(document)


def test_required_keys_are_those_of_the_parser_and_unknown_ones_are_rejected_everywhere() -> None:
    validator = Draft202012Validator(SCHEMA)
    # Without these the template contradicts itself, which a schema of single keys cannot say.
    between_keys = {("model", "maps"), ("model", "features"), ("files",)}
    for path in leaves(tomllib.loads(TEMPLATE)):
        if isinstance(path[-1], int) or (path[:1] == ("files",) and len(path) == 2) or path in between_keys:
            continue
        document = changed(path, lambda place, key: place.pop(key))
        assert rejected(document) == (not validator.is_valid(document)), path
    for path in [(), *leaves(tomllib.loads(TEMPLATE))]:
        document = tomllib.loads(TEMPLATE)
        place: Any = document
        for key in path:
            place = place[key]
        if isinstance(place, dict):
            place["extra"] = 1
            assert rejected(document) and not validator.is_valid(document), path


def test_from_the_template_to_an_installed_head(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "mine"
    assert run(["heads", "new", str(folder)]) == 0
    assert run(["heads", "new", str(folder)]) == 2
    made = build.write_head(tmp_path / "made", files={"density.npz": b"x"}).folder
    for name in ("model.onnx", "test_input.npy", "test_logits.npy"):
        (folder / name).write_bytes((made / name).read_bytes())
    text = (folder / "head.toml").read_text()
    for old, new in (
        ('density = "density.npz"', "#"),
        ('"density.npz"', "#"),
        ("= 224", "= 32"),
        ("channels = 3", "channels = 1"),
    ):
        text = text.replace(old, new)
    (folder / "head.toml").write_text(text)
    assert run(["heads", "check", str(folder)]) == 2
    assert run(["heads", "hash", str(folder)]) == 0
    assert run(["heads", "check", str(folder)]) == 0
    assert "# 1, or 3 equal planes" in (folder / "head.toml").read_text()  # what was written beside stays
    assert run(["heads", "install", str(folder)]) == 0
    assert run(["heads", "hash", str(tmp_path)]) == 2
    assert "Installed org.example.effusion 1.2.0." in capsys.readouterr().out


def test_the_hash_of_a_backbone_is_not_taken_for_the_models(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"model")
    text = f'[backbone]\nsha256 = "{"b" * 64}"\n[model]\nfile = "model.onnx"\nsha256 = "{"0" * 64}"\n[files]\n'
    (tmp_path / "head.toml").write_text(text)
    template.fill_hashes(tmp_path)
    read = tomllib.loads((tmp_path / "head.toml").read_text())
    assert read["backbone"]["sha256"] == "b" * 64
    # sha256sum of the five letters
    assert read["model"]["sha256"] == "9372c470eeadd5ecd9c3c74c2b3cb633f8e2f2fad799250a0f70d652b6b825e4"
