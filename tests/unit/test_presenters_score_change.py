"""Differences of scores: their interval, what may be said of them, and which scores are compared at all."""

from __future__ import annotations

import pytest

from cxrviewer.presenters.score_change import (
    Difference,
    Direction,
    Scored,
    about_uncertainty,
    difference,
    interval_text,
    pairs,
    score_changes,
    with_arrow,
)
from cxrviewer.presenters.score_memory import ScoreMemory, joined
from cxrviewer.studies.index.scores import ModelVersion, StoredFinding
from tests.fakes import prediction

ONE, TWO = ModelVersion("h", "model-1", "r"), ModelVersion("h", "model-2", "r")


def finding(score: float, low: float | None = None, high: float | None = None, code: str = "SCT:0") -> StoredFinding:
    return StoredFinding(code, "Cardiomegaly", score, low, high, 0.3)


def test_the_interval_of_a_difference_is_that_of_the_worked_example() -> None:
    # Newcombe, Statistics in Medicine 1998, 17:873, table II (a): 56/70 and 48/80, Wilson's intervals 0.6918 to 0.8769
    # and 0.4905 to 0.7002. The square-and-add difference (method 10) is 0.2000, 0.0524 to 0.3339.
    made = difference(finding(0.8, 0.6918, 0.8769), finding(0.6, 0.4905, 0.7002))
    assert made.value == pytest.approx(0.2)
    assert made.interval == pytest.approx((0.0524, 0.3339), abs=2e-4)
    assert made.direction is Direction.HIGHER
    turned = difference(finding(0.6, 0.4905, 0.7002), finding(0.8, 0.6918, 0.8769))
    assert turned.interval == pytest.approx((-0.3339, -0.0524), abs=2e-4)
    assert turned.direction is Direction.LOWER


@pytest.mark.parametrize(
    ("interval", "direction"),
    [((0.01, 0.2), "▲ higher"), ((-0.2, -0.01), "▼ lower"), ((-0.01, 0.2), "no change shown"),
     ((0.0, 0.2), "no change shown"), (None, "no change shown"),
     # Written as "0 to +1": what reads as no change is not called one.
     ((0.002, 0.01), "no change shown"), ((-0.01, -0.004), "no change shown"), ((0.006, 0.01), "▲ higher")],
)  # fmt: skip
def test_a_change_is_named_only_beyond_its_uncertainty(interval: tuple[float, float] | None, direction: str) -> None:
    value = 0.5 if interval is None else sum(interval) / 2
    assert with_arrow(Difference(value, interval).direction) == direction


def test_without_an_interval_of_both_scores_there_is_none_of_the_difference() -> None:
    assert difference(finding(0.8, 0.7, 0.9), finding(0.1)).interval is None
    assert difference(finding(0.8), finding(0.1, 0.05, 0.2)).interval is None
    assert interval_text(difference(finding(0.8), finding(0.1))) == ""


def test_scores_are_compared_within_one_version_and_the_one_in_use_comes_first() -> None:
    new = [Scored(TWO, (finding(0.5),)), Scored(ONE, (finding(0.4),), current=False)]
    old = [Scored(ONE, (finding(0.3),), current=False)]
    assert pairs(new, old) == ((new[1], old[0]),)
    assert pairs(new[:1], old) == ()
    both = [*old, Scored(TWO, (finding(0.2),))]
    assert pairs(new, both) == ((new[0], both[1]),)
    (change,) = score_changes(new, old, {"h": "Head"})
    assert (change.now, change.before, change.change) == ("40 %", "30 %", "+10")
    assert change.head == "Head, not the version in use now"


def test_the_note_says_what_the_interval_knows() -> None:
    bare = score_changes([Scored(ONE, (finding(0.5),))], [Scored(ONE, (finding(0.4),))], {})
    assert "state no uncertainty" in about_uncertainty(bare) and bare[0].interval == "none stated"
    full = score_changes([Scored(ONE, (finding(0.5, 0.45, 0.55),))], [Scored(ONE, (finding(0.4, 0.35, 0.45),))], {})
    # 0.1 -+ sqrt(0.05^2 + 0.05^2) = 0.0293 and 0.1707
    assert (full[0].interval, full[0].words) == ("+3 to +17", "▲ higher")
    assert (full[0].now, full[0].before) == ("50 % (45–55)", "40 % (35–45)")
    assert "calibration" in about_uncertainty(full)


def test_the_session_remembers_scores_of_images_and_tells_of_new_ones() -> None:
    told: list[str] = []
    memory = ScoreMemory(told.append)
    memory.note("a", prediction())
    memory.note("a", prediction())  # the same answer once more
    memory.note("b", prediction())
    assert told == ["a", "b"]
    (made,) = memory.of("a")
    assert made.version.head == "test.head" and [one.code for one in made.findings] == ["SCT:0", "SCT:1", "SCT:2"]
    assert memory.of("c") == ()


def test_a_score_of_this_session_comes_before_the_same_versions_from_the_library() -> None:
    session, library = (Scored(ONE, (finding(0.5),)),), (Scored(ONE, (finding(0.4),)), Scored(TWO, (finding(0.3),)))
    made = joined(session, library, {TWO})
    assert [(one.version, one.findings[0].score, one.current) for one in made] == [
        (ONE, 0.5, False), (TWO, 0.3, True),
    ]  # fmt: skip
