"""Commands, keys and palette."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxrviewer import text
from cxrviewer.commands.facts import MISSING, Fact
from cxrviewer.commands.keys import RESERVED, Conflict, KeyMap, normal
from cxrviewer.commands.palette import OWN, chosen, rows, score, search
from cxrviewer.commands.registry import Command, Facts, Registry, UnknownCommandError, plain
from cxrviewer.commands.table import CANVAS_MENU, COMMANDS, MENUS, OPEN_MENU, TOOLBAR, menu, menu_of
from cxrviewer.paths import resources_dir
from cxrviewer.reading.kinds import TOOLS
from cxrviewer.text import JsonCatalogue

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


def test_conflicts_are_found_and_the_readers_own_choice_has_the_key() -> None:
    keys = KeyMap.of(ALL).with_keys("ai.next", ["F"])
    assert keys.conflicts() == (Conflict("F", ("view.fit", "ai.next")),)
    assert keys.command("F") == "ai.next", "of two, the one the reader gave the key to"
    assert keys.active()["view.fit"] == () and keys.active()["ai.next"] == ("F",)
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


def test_a_key_given_to_one_command_is_taken_from_the_others() -> None:
    keys = KeyMap.of(ALL).giving("ai.next", ["N", "f", "Ctrl+O"])
    assert keys.keys("ai.next") == ("N", "F", "Ctrl+O")
    assert keys.keys("view.fit") == () and keys.keys("file.open") == ("O",)
    assert keys.conflicts() == ()
    back = keys.giving("view.fit", ["F"])
    assert back.keys("ai.next") == ("N", "Ctrl+O") and "view.fit" not in back.changes


def test_every_publisher_says_its_own_facts_and_no_others() -> None:
    registry = Registry(COMMANDS)
    registry.publish({Fact.IMAGE, Fact.GREY}, {Fact.IMAGE, Fact.GREY})
    registry.publish({Fact.AI}, {Fact.AI})
    registry.publish({Fact.IMAGE, Fact.GREY}, {Fact.IMAGE})
    assert registry.facts == {Fact.IMAGE, Fact.AI}
    with pytest.raises(ValueError, match="not the caller's"):
        registry.publish({Fact.AI}, {Fact.IMAGE})


def test_a_preset_carries_its_name_and_is_offered_only_where_the_image_has_it() -> None:
    registry = Registry(COMMANDS)
    registry.publish({Fact.PRESET_1, Fact.PRESET_2}, {Fact.PRESET_1}, {Fact.PRESET_1: "Lung"})
    assert registry.name("grey.preset_1") == "Lung" and registry.name("grey.preset_2") == ""
    assert registry.offered("grey.preset_1") and not registry.offered("grey.preset_2")
    registry.publish({Fact.PRESET_1, Fact.PRESET_2}, ())
    assert registry.name("grey.preset_1") == ""


def test_the_first_missing_fact_says_why_a_command_cannot_run() -> None:
    registry = Registry(COMMANDS)
    assert registry.missing("view.overlays") == "This film has no overlays."
    assert registry.missing("file.quit") == ""
    registry.publish({Fact.OVERLAYS}, {Fact.OVERLAYS})
    assert registry.missing("view.overlays") == ""


# The table.


def test_no_key_of_the_table_is_given_twice_or_reserved() -> None:
    keys = KeyMap.of(COMMANDS)
    assert keys.conflicts() == ()
    given = {key for command in COMMANDS for key in keys.keys(command.id)}
    assert not given & RESERVED
    # What readers have in their fingers; by hand from the sheet of 0.1.
    for key, id_ in {"I": "grey.invert", "0": "grey.preset_1", "Ctrl+9": "grey.preset_9", "O": "view.overlays"}.items():
        assert keys.command(key) == id_


def test_every_fact_of_the_table_exists_and_its_absence_has_a_sentence() -> None:
    for command in COMMANDS:
        for fact in command.needs:
            assert MISSING[Fact(fact)].endswith(".")
        for fact in filter(None, (command.checked, command.named_by)):
            assert fact in {*Fact, *(f"tool {name}" for name in TOOLS)}


def test_every_kind_that_can_be_drawn_has_a_command() -> None:
    ids = {command.id: command.checked for command in COMMANDS}
    assert {name: ids.get(f"tool.{name}") for name in TOOLS} == {name: f"tool {name}" for name in TOOLS}


def test_mnemonics_are_told_apart_within_each_menu() -> None:
    def letters(titles: list[str]) -> list[str]:
        return [title[title.index("&") + 1].lower() for title in titles if "&" in title]

    titles = [[m.title for m in MENUS]]
    titles += [
        [entry.title for entry in m.entries if entry is not None]
        for m in (*MENUS, *(menu(id_) for id_ in ("presets", "move", "measure")))
    ]
    for group in titles:
        assert len(letters(group)) == len(set(letters(group))) == len(group), group


def test_toolbar_and_context_menu_name_commands_and_menus_that_exist() -> None:
    ids = {command.id for command in COMMANDS} | {"presets", "measure"}
    named = {id_ for group in TOOLBAR for id_ in group} | {*OPEN_MENU} | {id_ for id_ in CANVAS_MENU if id_}
    assert named <= ids
    assert menu_of("grey.preset_3").id == "grey"


# The palette's lines.


def test_the_palette_lists_recent_commands_first_with_keys_and_reasons() -> None:
    registry = Registry(COMMANDS)
    registry.publish({Fact.PRESET_2}, {Fact.PRESET_2}, {Fact.PRESET_2: "Hip"})
    keys = KeyMap.of(COMMANDS).giving("help.about", ["Ctrl+B"])
    found = rows("", registry, keys, ["help.about", "view.fit", "gone.command"])
    assert [row.id for row in found[:3]] == ["help.about", "view.fit", "file.open_files"]
    assert (found[0].title, found[0].place, found[0].key, found[0].missing) == ("About cxrviewer", "Help", "Ctrl+B", "")
    assert found[1].missing == "No film is on the screen."
    assert [row.id for row in found if row.id.startswith("grey.preset_")] == ["grey.preset_2"]
    assert "help.palette" not in [row.id for row in found]
    assert rows("hip", registry, keys)[0].title == "Preset 2 · Hip"


def test_presets_stand_in_their_order_whatever_their_names() -> None:
    registry, both = Registry(COMMANDS), {Fact.PRESET_1, Fact.PRESET_2}
    registry.publish(both, both, {Fact.PRESET_1: "Mediastinum", Fact.PRESET_2: "Lung"})
    found = [row.title for row in rows("preset", registry, KeyMap.of(COMMANDS))]
    assert found == ["Preset 1 · Mediastinum", "Preset 2 · Lung", "Next preset", "Previous preset"]


@pytest.fixture
def chinese() -> Iterator[JsonCatalogue]:
    """Yield the shipped catalogue while it is in use."""
    found = JsonCatalogue.load(resources_dir() / "translations" / "cxrviewer_zh_CN.json")
    text.use(found)
    yield found
    text.use(None)


def test_english_names_find_the_same_command_in_a_chinese_window_which_shows_its_own(chinese: JsonCatalogue) -> None:
    registry, keys = Registry(COMMANDS), KeyMap.of(COMMANDS)
    names = {c.id: plain(str(c.title)).rstrip("…") for c in COMMANDS if c.id != OWN and not c.named_by}
    for id_, english in names.items():
        found = rows(english, registry, keys)
        assert id_ in [row.id for row in found if names.get(row.id) == english], english
        assert names.get(found[0].id) == english, "the one with that very name comes first"
        assert found[0].title == registry[found[0].id].words
    assert rows("white", registry, keys)[0].id == "grey.invert", "the English description counts as well"


def test_a_preset_is_found_by_its_english_name_and_its_own_in_a_chinese_window(chinese: JsonCatalogue) -> None:
    registry, both = Registry(COMMANDS), {Fact.PRESET_1, Fact.PRESET_2}
    registry.publish(both, both, {Fact.PRESET_1: "Mediastinum", Fact.PRESET_2: "Lung"})
    own = [row.id for row in rows("preset", registry, KeyMap.of(COMMANDS)) if row.id.startswith("grey.preset_")]
    assert own == ["grey.preset_1", "grey.preset_2"]
    assert rows("preset lung", registry, KeyMap.of(COMMANDS))[0].title.endswith("Lung")


def test_chinese_names_find_commands_in_an_english_window(chinese: JsonCatalogue) -> None:
    wanted = {command.id: command.words for command in COMMANDS if not command.named_by and command.id != OWN}
    text.use(None)
    registry, keys = Registry(COMMANDS), KeyMap.of(COMMANDS)
    for id_, words in wanted.items():
        found = rows(words, registry, keys, others=(chinese,))
        assert id_ in [row.id for row in found if wanted.get(row.id) == words], words
        assert found[0].title == registry[found[0].id].words
        before = rows(registry[id_].words, registry, keys, others=())
        assert rows(registry[id_].words, registry, keys, others=(chinese,))[: len(before)] == before


def test_a_typed_query_ranks_by_fit_and_not_by_recency() -> None:
    found = rows("fit", Registry(COMMANDS), KeyMap.of(COMMANDS), ["view.findings", "file.quit"])
    assert found[0].id == "view.fit"


def test_the_commands_chosen_last_are_few_and_each_is_there_once() -> None:
    recent: list[str] = []
    for number in [*range(10), 5]:
        recent = chosen(recent, f"a.{number}")
    assert recent == ["a.5", "a.9", "a.8", "a.7", "a.6", "a.4", "a.3", "a.2"]
