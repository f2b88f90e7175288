"""Which images hang where: the shipped rules on constructed studies, and rules that are wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxrviewer.errors import HangingError
from cxrviewer.paths import resources_dir
from cxrviewer.studies.hanging import Hanging, Place, Rule, hang, read_rules, rule_from, write_rules
from cxrviewer.studies.persons import Person
from cxrviewer.studies.priors import PriorImage, PriorStudy

RULES = read_rules((resources_dir() / "hanging.toml").read_text(encoding="utf-8"))
ANNA = Person("4711", "Berg^Anna", "1960-05-03", "F")


def study(number: int, date: str, *views: str, person: Person = ANNA) -> PriorStudy:
    """Make a study; its images are numbered from 10 x `number` on. A view ending in * was taken at the bedside."""
    images = tuple(
        PriorImage(10 * number + place, view.rstrip("*"), "CHEST", "DX", view.endswith("*"))
        for place, view in enumerate(views)
    )
    return PriorStudy(number, f"1.{number}", person, date, "10:00", images)


def places(found: Hanging) -> list[int]:
    return [one.image.id for one in found.places]


@pytest.mark.parametrize(
    ("current", "others", "layout", "expected"),
    [
        # PA, lateral, newest comparable prior: each beside its own
        (("PA", "LL"), [("2025-01-01", "PA", "LL")], (2, 2), [90, 10, 91, 11]),
        (("LL", "PA"), [("2025-01-01", "PA")], (1, 3), [91, 90, 10]),
        (("PA",), [("2024-01-01", "PA"), ("2025-01-01", "AP")], (1, 2), [90, 20]),
        (("PA",), [("2024-01-01", "PA"), ("2025-01-01", "LL")], (1, 2), [90, 10]),
        (("PA", "LL"), [], (1, 2), [90, 91]),
        # portable AP series in time order, the oldest first
        (("AP*",), [("2026-04-28", "AP*"), ("2026-04-29", "AP*")], (1, 3), [10, 20, 90]),
        (("AP*",), [("2026-04-27", "AP*"), ("2026-04-28", "AP*"), ("2026-04-29", "AP*")], (2, 2), [10, 20, 30, 90]),
        (("AP*",), [("2020-01-01", "AP*"), *[(f"2026-04-{d}", "AP*") for d in (27, 28, 29)]], (2, 2), [20, 30, 40, 90]),
        # a standing image between portable ones takes no place among them
        (("AP*",), [("2026-04-27", "AP*"), ("2026-04-28", "PA"), ("2026-04-29", "AP*")], (1, 3), [10, 30, 90]),
        (("AP*",), [("2026-04-28", "AP*")], (1, 2), [90, 10]),
        (("LL",), [("2025-01-01", "LL")], (1, 2), [90, 10]),
        (("",), [], (1, 1), [90]),
    ],
)
def test_the_shipped_rules_hang(
    current: tuple[str, ...], others: list[tuple[str, ...]], layout: tuple[int, int], expected: list[int]
) -> None:
    older = [study(number, *one) for number, one in enumerate(others, 1)]
    found = hang(RULES, study(9, "2026-05-01", *current), older)
    assert (found.rows, found.columns) == layout
    assert places(found) == expected


def test_a_doubtful_prior_is_offered_and_never_hung() -> None:
    renumbered = Person("900815", "Berg^Anna", "1960-05-03", "F")
    older = study(1, "2025-01-01", "PA", person=renumbered)
    now = study(9, "2026-05-01", "PA")
    found = hang(RULES, now, [older])
    assert (places(found), [one.id for one in found.doubtful]) == ([90], [1])
    pair = {tuple(sorted((ANNA.identity, renumbered.identity))): True}
    assert places(hang(RULES, now, [older], pair)) == [90, 10]  # type: ignore[arg-type]


def test_a_study_without_images_hangs_nothing() -> None:
    assert hang(RULES, study(9, "2026-05-01"), []).places == ()


def test_all_problems_are_named_at_once() -> None:
    text = """
        format = 2
        colour = "red"
        [[rule]]
        name = ""
        layout = [3, 3]
        places = [{ show = "newest", projection = "LAO", back = 0, portable = 1, size = 3 }]
        [[rule]]
        name = "two"
        layout = [1, 2]
        places = [{ show = "prior", back = 99 }]
        modalities = "DX"
    """
    with pytest.raises(HangingError) as caught:
        read_rules(text)
    assert caught.value.problems == (
        "colour: is not known",
        "format: must be 1",
        "rule 1, name: must be text of 1 to 100 characters",
        "rule 1, layout: must be one of [1, 1], [1, 2], [1, 3], [2, 2]",
        "rule 1, place 1, size: is not known",
        "rule 1, place 1, show: must be one of current, prior",
        "rule 1, place 1, projection: must be one of PA, AP, frontal, lateral, any",
        "rule 1, place 1, portable: must be true or false",
        "rule 1, place 1, back: only a prior has it",
        "rule 2, places: 1 x 2 needs 2, found 1",
        "rule 2, place 1, back: must be a number from 1 to 9",
        "rule 2, places: one must show the current study",
        "rule 2, modalities: must be a list of texts",
    )


@pytest.mark.parametrize("text", ["", "format = 1", "rule = 3\nformat = 1", "[[", "format = true\n[[rule]]"])
def test_what_is_no_rule_file_is_a_sentence(text: str) -> None:
    with pytest.raises(HangingError, match="cannot be used"):
        read_rules(text)


def test_hang_like_this_next_time() -> None:
    now, older = study(9, "2026-05-01", "LL", "PA"), study(1, "2025-01-01", "PA")
    shown = hang(RULES, now, [older]).places
    rule = rule_from("mine", 1, 3, tuple(reversed(shown)))
    assert rule.places == (Place("prior", "PA", 1), Place("current", "lateral"), Place("current", "PA"))
    assert places(hang([rule, *RULES], now, [older])) == [10, 90, 91]
    with pytest.raises(HangingError):
        rule_from("mine", 2, 2, shown)


PLACES = st.builds(
    lambda projection, back, portable: Place("prior" if back else "current", projection, back, portable),
    st.sampled_from(["PA", "AP", "frontal", "lateral", "any"]), st.integers(0, 9), st.booleans(),
)  # fmt: skip


@given(
    st.text(min_size=1, max_size=30).filter(lambda name: name.strip() == name),
    PLACES,
    st.lists(st.text(max_size=8), max_size=3),
)
def test_rules_survive_being_written(name: str, place: Place, words: list[str]) -> None:
    upper = tuple(word.upper() for word in words)
    rule = Rule(name, 1, 2, (Place("current"), place), upper, upper)
    assert read_rules(write_rules([rule])) == (rule,)
