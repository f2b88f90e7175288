"""Commands, keys and palette."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxrviewer.commands.keys import Conflict, KeyMap, normal
from cxrviewer.commands.palette import score, search
from cxrviewer.commands.registry import Command, Facts, Registry, UnknownCommandError

FIT = Command(id="view.fit", title="&Fit", keys=("F",), needs=frozenset({"image"}))
INVERT = Command(id="grey.invert", title="&Invert", tip="Turn black and white round", keys=("I",), checked="inverted")
OPEN = Command(id="file.open", title="&Open files…", keys=("Ctrl+O", "o"))
NEXT = Command(id="ai.next", title="&Next finding", tip="Choose the next finding that has a map", keys=("N",))
ALL = (OPEN, FIT, INVERT, NEXT)


def test_a_command_runs_only_where_what_it_needs_is_true() -> None:
    registry, ran = Registry(ALL), []
    registry.bind({"view.fit": lambda: ran.append("fit")})
    assert registry.run("view.fit") is False and ran == []
    registry.set_facts(true=["image", "grey"])
    assert registry.run("view.fit") is True and ran == ["fit"]


def test_listeners_hear_of_changes_once_and_of_nothing_else() -> None:
    registry, heard = Registry(ALL), list[Facts]()
    registry.listen(heard.append)
    registry.set_facts(true=["image", "inverted"], false=["busy"])
    registry.set_facts(true=["image"])
    registry.set_facts(false=["inverted"])
    assert heard == [frozenset(), frozenset({"image", "inverted"}), frozenset({"image"})]


def test_mistakes_in_the_table_are_loud() -> None:
    with pytest.raises(ValueError, match="twice"):
        Registry([FIT, FIT])
    with pytest.raises(ValueError, match=r"group\.name"):
        Command(id="Fit", title="Fit")
    registry = Registry(ALL)
    with pytest.raises(UnknownCommandError, match=r"view\.fitt"):
        registry.bind({"view.fitt": lambda: None})
    with pytest.raises(UnknownCommandError):
        registry.run("view.fit")
    assert registry.unbound == ("file.open", "view.fit", "grey.invert", "ai.next")


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("ctrl+o", "Ctrl+O"),
        ("Shift+Ctrl+o", "Ctrl+Shift+O"),
        ("+", "+"),
        ("Ctrl++", "Ctrl++"),
        ("pgDown", "PgDown"),
        ("?", "?"),
        ("Alt + Left", "Alt+Left"),
    ],
)
def test_keys_have_one_form(key: str, expected: str) -> None:
    assert normal(key) == expected and normal(expected) == expected


@pytest.mark.parametrize("key", ["", "  ", "Hyper+A", "Ctrl+Ctrl+A"])
def test_what_is_no_key_is_rejected(key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        normal(key)


def test_a_readers_keys_replace_the_defaults_and_only_they_are_saved() -> None:
    keys = KeyMap.of(ALL)
    assert keys.command("ctrl+o") == "file.open" and keys.command("O") == "file.open"
    changed = keys.with_keys("view.fit", ["Space", "F", "space"])
    assert changed.keys("view.fit") == ("Space", "F") and dict(changed.changes) == {"view.fit": ("Space", "F")}
    assert dict(changed.with_keys("view.fit", ["f"]).changes) == {}
    assert changed.with_keys("grey.invert", []).command("I") is None


def test_conflicts_are_found_and_the_first_command_has_the_key() -> None:
    keys = KeyMap.of(ALL).with_keys("ai.next", ["F"])
    assert keys.conflicts() == (Conflict("F", ("view.fit", "ai.next")),)
    assert keys.command("F") == "view.fit"
    assert KeyMap.of(ALL).conflicts() == ()


def test_saved_keys_that_make_no_sense_any_more_are_dropped() -> None:
    keys = KeyMap.of(ALL, {"gone.command": ["G"], "view.fit": ["Hyper+X", "Z"]})
    assert dict(keys.changes) == {"view.fit": ("Z",)}


@pytest.mark.parametrize(
    ("query", "first"),
    [("fit", FIT), ("nf", NEXT), ("inv", INVERT), ("white", INVERT), ("of", OPEN), ("MAP", NEXT)],
)
def test_the_palette_finds_commands_by_a_few_letters(query: str, first: Command) -> None:
    assert search(query, ALL)[0] is first


def test_an_empty_query_lists_everything_and_a_strange_one_nothing() -> None:
    assert search(" ", ALL) == ALL and search("zzz", ALL) == ()


@given(st.text(max_size=12), st.text(max_size=30))
def test_a_query_fits_exactly_the_words_that_hold_its_letters_in_order(query: str, words: str) -> None:
    rest = iter(words.casefold())
    holds = all(letter in rest for letter in query.casefold() if not letter.isspace())
    assert (score(query, words) is not None) == holds
