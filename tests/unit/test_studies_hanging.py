"""Which images hang where: the shipped rules on constructed studies, and rules that are wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from cxrviewer.errors import HangingError, LibraryError
from cxrviewer.paths import resources_dir
from cxrviewer.studies.hanging import (
    MAX_RULES,
    NO_RULE,
    Hanging,
    Place,
    Rule,
    hang,
    read_rule_file,
    read_rules,
    rule_like,
    with_rule,
    write_rules,
)
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


def shown(*images: tuple[PriorStudy, int]) -> list[tuple[PriorStudy, PriorImage]]:
    return [(one, one.images[place]) for one, place in images]


def test_hang_like_this_next_time() -> None:
    now, older = study(9, "2026-05-01", "LL", "PA"), study(1, "2025-01-01", "PA")
    rule = rule_like(("mine", 1, 3), now, shown((older, 0), (now, 0), (now, 1)), [older])
    assert rule.places == (Place("prior", "PA", 1), Place("current", "lateral"), Place("current", "PA"))
    assert places(hang([rule, *RULES], now, [older])) == [10, 90, 91]
    with pytest.raises(HangingError):
        rule_like(("mine", 2, 2), now, shown((older, 0), (now, 0), (now, 1)), [older])


BETWEEN = [study(1, "2025-01-01", "AP"), study(2, "2024-01-01", "PA"), study(3, "2023-01-01", "PA", "LL")]


@pytest.mark.parametrize(
    ("current", "prior", "expected"),
    [
        # An older study in another projection between the two is not counted: the rule would reach behind the image.
        (("PA",), (2, 0), Place("prior", "PA", 1)),
        (("PA",), (3, 0), Place("prior", "PA", 2)),
        (("PA",), (1, 0), Place("prior", "frontal", 1)),  # an AP image has no current one of its own projection here
        (("AP",), (2, 0), Place("prior", "frontal", 2)),
        (("AP",), (1, 0), Place("prior", "AP", 1)),
        (("LL",), (3, 1), Place("prior", "lateral", 1)),
    ],
)
def test_a_rule_finds_the_prior_that_it_was_made_of(
    current: tuple[str, ...], prior: tuple[int, int], expected: Place
) -> None:
    now, older = study(9, "2026-05-01", *current), BETWEEN[prior[0] - 1]
    rule = rule_like(("mine", 1, 2), now, shown((older, prior[1]), (now, 0)), BETWEEN)
    assert rule.places[0] == expected
    assert places(hang([rule], now, BETWEEN)) == [older.images[prior[1]].id, 90]


def test_what_no_rule_hangs_makes_none() -> None:
    now = study(9, "2026-05-01", "PA")
    for images in (shown((now, 0), (now, 0)), shown((BETWEEN[1], 0), (BETWEEN[1], 0))):
        with pytest.raises(LibraryError):
            rule_like(("mine", 1, 2), now, images, BETWEEN)
    twice = shown((now, 0), (BETWEEN[1], 0), (BETWEEN[1], 0))
    with pytest.raises(LibraryError) as error:
        rule_like(("mine", 1, 3), now, twice, BETWEEN)
    assert error.value.user_message == NO_RULE


def test_two_images_of_one_projection_may_be_shown_in_either_order() -> None:
    now = study(9, "2026-05-01", "PA", "PA")
    rule = rule_like(("mine", 1, 2), now, shown((now, 1), (now, 0)), ())
    assert rule.places == (Place("current", "PA"), Place("current", "PA"))


@given(st.data())
def test_whatever_a_rule_is_made_of_hangs_by_it(data: st.DataObject) -> None:
    views = st.lists(st.sampled_from(["PA", "AP", "AP*", "LL", ""]), min_size=1, max_size=3)
    now = study(9, "2026-05-01", *data.draw(views))
    others = [study(number, f"20{20 - number}-01-01", *data.draw(views)) for number in range(1, 5)]
    one = st.sampled_from([now, *others]).flatmap(lambda one: st.tuples(st.just(one), st.sampled_from(one.images)))
    images = data.draw(st.lists(one, min_size=2, max_size=2))
    try:
        rule = rule_like(("mine", 1, 2), now, images, others)
    except LibraryError:
        return
    hung = hang([rule], now, others)
    assert [(place.study.id, place.image.projection) for place in hung.places] == [
        (one.id, image.projection) for one, image in images
    ]


MINE = Rule("Own 2", 1, 1, (Place("current", "lateral"),))
COMMENTED = """# mine
format = 1
only = true

# [[rule]] for the ward
[[rule]]  # the first
name = "Ward"
layout = [1, 1]
places = [{ show = "current", projection = "PA" }]
"""


def test_a_rule_is_put_before_the_others_and_comments_stay() -> None:
    rule = MINE
    text, name = with_rule(COMMENTED, rule)
    assert name == "Own 2" and [one.name for one in read_rules(text)] == ["Own 2", "Ward"]
    assert all(line in text.splitlines() for line in COMMENTED.splitlines())
    assert read_rule_file(text).only
    assert with_rule(text, replace(rule, name="Own 3")) == (text, "Own 2")  # it is there
    assert with_rule(None, rule)[0] == write_rules([rule])


def test_what_looks_like_a_rule_within_a_text_is_none() -> None:
    text = COMMENTED.replace('"Ward"', '"""\n[[rule]]\nWard"""')
    made, _ = with_rule(text.replace("[[rule]]  # the first", "[[ rule ]]"), replace(MINE, places=(Place("current"),)))
    assert [one.name for one in read_rules(made)] == ["Own 2", "[[rule]]\nWard"]


def test_a_full_file_loses_no_rule() -> None:
    full = write_rules([Rule(f"R{number}", 1, 1, (Place("current", "PA"),)) for number in range(MAX_RULES)])
    with pytest.raises(LibraryError):
        with_rule(full, replace(MINE, places=(Place("current"),)))


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
