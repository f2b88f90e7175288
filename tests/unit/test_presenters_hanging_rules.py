"""The editor of the hanging rules: every change is kept, a broken file is not touched, rules are explained."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
from msgspec.structs import replace

from cxrviewer.paths import resources_dir
from cxrviewer.presenters.hanging_rules import SHIPPED_NAMES, HangingRulesPresenter, RulesState, rule_words
from cxrviewer.studies.hanging import (
    Explanation,
    Place,
    Rule,
    Verdict,
    explain,
    hang,
    load_rules,
    read_rule_file,
    read_rules,
    write_rules,
)
from cxrviewer.studies.index.files import LibraryFiles
from cxrviewer.studies.persons import Person
from cxrviewer.studies.priors import PriorImage, PriorStudy
from tests.fakes import HeldJobs, Recorder

OWN = """# mine
format = 1

[[rule]]
name = "Mine"
layout = [1, 1]
places = [{ show = "current", projection = "PA" }]
"""


class NoLibrary:
    stores = None

    def look(self, *_: object) -> None:
        pass


@dataclass
class Bench:
    home: Path

    def __post_init__(self) -> None:
        self.view, self.jobs = Recorder(), HeldJobs()
        self.files = LibraryFiles(
            self.home, self.home, self.home / "config" / "hanging.toml", resources_dir() / "hanging.toml"
        )
        self.editor = HangingRulesPresenter(self.jobs, self.files, cast(Any, NoLibrary()), present=lambda: None)

    def open(self) -> None:
        self.editor.attach(self.view)
        self.jobs.release_all()

    @property
    def own(self) -> Path:
        return self.files.rules

    @property
    def state(self) -> RulesState:
        found = self.view.last("show_rules")
        assert isinstance(found, RulesState)
        return found

    def names(self) -> list[str]:
        return [row.name for row in self.state.rows]

    def kept(self) -> list[tuple[str, bool]]:
        self.jobs.release_all()
        rules, problems = load_rules(self.own, self.files.shipped_rules)
        assert not problems
        return [(rule.name, rule.enabled) for rule in rules]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def write_own(bench: Bench, text: str = OWN) -> None:
    bench.own.parent.mkdir(parents=True, exist_ok=True)
    bench.own.write_text(text, "utf-8")


def test_the_rules_are_listed_in_the_order_in_which_they_are_tried(bench: Bench) -> None:
    write_own(bench)
    bench.open()
    shipped = [rule.name for rule in read_rules(bench.files.shipped_rules.read_text("utf-8"))]
    assert bench.names() == ["Mine", *shipped]
    assert bench.state.rows[0].words == "One film: current study, PA."
    assert "comments" in bench.state.notice
    assert bench.own.read_text("utf-8") == OWN  # looking changes nothing


def test_every_change_is_kept_and_undone(bench: Bench) -> None:
    bench.open()
    first, second, *rest = bench.names()
    bench.editor.enable(0, on=False)
    assert bench.kept()[:2] == [(first, False), (second, True)] and len(bench.kept()) == len(rest) + 2
    bench.editor.move(0, 1)
    assert [name for name, _ in bench.kept()[:2]] == [second, first] and bench.state.chosen == 1
    bench.editor.rename(0, "  Another name ")
    assert bench.kept()[0][0] == "Another name"
    bench.editor.delete(1)
    assert first not in [name for name, _ in bench.kept()] and "Undo" in bench.state.notice
    for expected in (["Another name", first], [second, first], [first, second], [first, second]):
        bench.editor.undo()
        assert [name for name, _ in bench.kept()[:2]] == expected
    assert bench.kept()[0] == (first, True) and not bench.state.undo


def test_changes_in_quick_succession_are_all_kept(bench: Bench) -> None:
    bench.open()
    for number in range(4):
        bench.editor.enable(number, on=False)  # nothing has been written yet
    assert [on for _, on in bench.kept()[:5]] == [False] * 4 + [True]


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "One image"])
def test_a_name_that_is_empty_too_long_or_taken_is_declined(bench: Bench, name: str) -> None:
    bench.open()
    before = bench.names()
    bench.editor.rename(0, name)
    assert bench.names() == before and bench.state.notice and not bench.own.exists()


def test_deleted_rules_of_the_program_come_back_on_request(bench: Bench) -> None:
    bench.open()
    names = bench.names()
    bench.editor.delete(0)
    bench.editor.delete(0)
    bench.editor.restore()
    assert [name for name, _ in bench.kept()] == [*names[2:], *names[:2]]


def test_the_last_rule_cannot_be_deleted(bench: Bench) -> None:
    write_own(bench, OWN.replace("format = 1", "format = 1\nonly = true"))
    bench.open()
    assert bench.names() == ["Mine"]
    bench.editor.delete(0)
    assert bench.kept() == [("Mine", True)] and "One rule must be left" in bench.state.notice


def test_a_file_with_problems_is_shown_with_all_of_them_and_left_as_it_is(bench: Bench) -> None:
    broken = OWN.replace("[1, 1]", "[7, 7]") + 'colour = "red"\n[[rule]]\nname = ""\nlayout = [1, 1]\n'
    write_own(bench, broken)
    bench.open()
    assert bench.state.rows == () and len(bench.state.problems) == 4
    bench.editor.enable(0, on=False)
    bench.editor.restore()
    bench.editor.undo()
    bench.jobs.release_all()
    assert bench.own.read_text("utf-8") == broken
    bench.editor.set_aside()
    bench.jobs.release_all()
    assert not bench.own.exists() and bench.state.rows and not bench.state.problems
    assert (bench.own.parent / "hanging.toml.broken-1").read_text("utf-8") == broken
    assert "hanging.toml.broken-1" in bench.state.notice


def test_a_file_that_is_no_text_is_not_touched(bench: Bench) -> None:
    bench.own.parent.mkdir(parents=True)
    bench.own.write_bytes(b"\xff\xfe\x00")
    bench.open()
    assert bench.state.problems == ("the file cannot be read",)
    assert bench.own.read_bytes() == b"\xff\xfe\x00"


def test_what_another_program_wrote_meanwhile_is_not_overwritten(bench: Bench) -> None:
    bench.open()
    write_own(bench)
    bench.editor.enable(0, on=False)
    bench.jobs.release_all()
    assert bench.own.read_text("utf-8") == OWN
    assert bench.names()[0] == "Mine" and "read again" in bench.state.notice and not bench.state.undo


def test_a_file_that_stands_alone_and_rules_that_are_off_survive_writing() -> None:
    rules = (replace(read_rules(OWN)[0], enabled=False, modalities=("DX",)), Rule("Two", 1, 1, (Place("current"),)))
    held = read_rule_file(write_rules(rules, only=True))
    assert held.rules == rules and held.only
    assert not read_rule_file(write_rules(rules)).only


# Why a rule hangs a study or not.

WHO = Person("4711", "DOE^JANE", "1960-01-01", "F")
STUDY = PriorStudy(1, "1", WHO, "2025-01-01", "10:00", (PriorImage(1, "PA", "CHEST", "DX"),))
PRIOR = PriorStudy(2, "2", WHO, "2024-01-01", "10:00", (PriorImage(2, "PA", "CHEST", "DX"),))
SIDE = Rule("Lateral", 1, 2, (Place("current", "PA"), Place("current", "lateral")))
BESIDE = Rule("Beside", 1, 2, (Place("current", "PA"), Place("prior", "PA", 1)))
ALONE = Rule("Alone", 1, 1, (Place("current"),))


def test_each_rule_is_explained_and_the_one_that_applies_is_the_one_that_hangs() -> None:
    rules = (
        replace(ALONE, name="Off", enabled=False),
        replace(ALONE, name="CT", modalities=("CT",)),
        replace(ALONE, name="Hand", body_parts=("HAND",)),
        SIDE, BESIDE, ALONE,
    )  # fmt: skip
    assert explain(rules, STUDY, (PRIOR,)) == (
        Explanation(Verdict.OFF), Explanation(Verdict.MODALITY), Explanation(Verdict.BODY_PART),
        Explanation(Verdict.EMPTY, 1), Explanation(Verdict.APPLIES), Explanation(Verdict.BEHIND),
    )  # fmt: skip
    assert hang(rules, STUDY, (PRIOR,)).rule == "Beside"
    without = explain(rules, STUDY, ())
    assert without[4:] == (Explanation(Verdict.EMPTY, 1), Explanation(Verdict.APPLIES))
    assert hang(rules, STUDY, ()).rule == "Alone"


def test_the_names_of_the_programs_rules_can_be_translated() -> None:
    shipped = read_rules((resources_dir() / "hanging.toml").read_text("utf-8"))
    assert tuple(rule.name for rule in shipped) == SHIPPED_NAMES


def test_a_rule_is_one_plain_sentence() -> None:
    assert rule_words(BESIDE) == "Two films side by side: current study, PA; newest prior, PA."
    limited = Rule("x", 1, 1, (Place("prior", "any", 3, portable=True),), ("DX", "CR"), ("CHEST",))
    assert rule_words(limited) == (
        "One film: prior number 3, any projection, at the bedside. Only for DX, CR. Only of CHEST."
    )
