"""Identifiers use the words of docs/glossary.md."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("cxrviewer", "model_training", "tests", "benchmarks", "packaging", "plugins")
SOURCES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
NAMES = ("id", "arg", "attr", "name", "asname", "module", "rest")
"""Fields of nodes that hold identifiers."""


def identifiers(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and name; the name of a test is a sentence and left out."""
    for node in ast.walk(tree):
        held = [getattr(node, field, None) for field in NAMES]
        held += getattr(node, "names", []) if isinstance(node, ast.Global | ast.Nonlocal) else []
        held += getattr(node, "kwd_attrs", [])
        for name in held:
            if isinstance(name, str) and not (isinstance(node, ast.FunctionDef) and name.startswith("test_")):
                yield getattr(node, "lineno", 1), name


def test_code_says_image_or_record_and_not_film() -> None:
    """Prose, options (`--films`), keys and names of files may say film: they are strings."""
    assert len(SOURCES) > 40
    found = [f"{path.relative_to(ROOT)}:1 {path.name}" for path in SOURCES if "film" in path.name.lower()]
    for path in SOURCES:
        text = path.read_text("utf-8")
        if "film" in text.lower():
            named = identifiers(ast.parse(text))
            found += [f"{path.relative_to(ROOT)}:{line} {name}" for line, name in named if "film" in name.lower()]
    assert found == []


@pytest.mark.parametrize(
    "code",
    ["film = 1", "a.films", "def film(): ...", "lambda film: 1", "f(film=1)", "class FilmSet: ...", "f'{film}'",
     "import a.film", "from a import films", "import b as film", "from film import b", "global films",
     "try: ...\nexcept E as film: ...", "match a:\n case {**film}: ...", "match a:\n case [*film]: ...",
     "match a:\n case F(film=1): ..."],
)  # fmt: skip
def test_every_kind_of_identifier_is_looked_at(code: str) -> None:
    assert any("film" in name.lower() for _, name in identifiers(ast.parse(code)))


def test_sentences_and_strings_may_say_film() -> None:
    code = "def test_a_film_is_shown(): return 'film'  # a film"
    assert not any("film" in name for _, name in identifiers(ast.parse(code)))
