"""Several heads on one film: groups, turns, the chosen finding across them, old versions, maps on request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from cxrviewer.errors import ScoringError
from cxrviewer.heads.contract import Prediction, Refusal, RefusalCode
from cxrviewer.presenters.findings import (
    Busy,
    ChosenMap,
    Failed,
    FindingsPresenter,
    HeadName,
    MapOffer,
    NoModel,
    Refused,
    Several,
    Shown,
)
from tests.fakes import SIGNED, UNSIGNED, FakeScorer, HeldJobs, Recorder, another, film, head_name, prediction


class Desk:
    """A findings presenter with three heads: one with maps, one without, one more."""

    def __init__(self, *scorers: FakeScorer) -> None:
        self.view, self.jobs = Recorder(), HeldJobs()
        self.maps: list[Any] = []
        self.statuses: list[tuple[str, str, bool]] = []
        self.scorers = scorers or (FakeScorer(), another(maps=False))
        self.presenter = FindingsPresenter(
            self.view,
            self.jobs,
            self.maps.append,
            lambda key, status: self.statuses.append((key, status.text, status.flagged)),
        )
        self.presenter.expect([head_name(scorer) for scorer in self.scorers])
        for scorer in self.scorers:
            self.presenter.use(scorer)

    @property
    def states(self) -> list[Any]:
        state = self.view.last("show_findings")
        assert isinstance(state, Several)
        return [group.state for group in state.groups]

    def open(self, key: str = "film-a") -> Desk:
        self.presenter.open(key, film(key=key))
        self.jobs.release_all()
        return self


def plain(key: str) -> Prediction:
    """Return an answer of a head without maps."""
    return replace(prediction(key=key, maps=False), head_id="other.head", head_version="2.0.0")


def without_maps(**answers: Any) -> FakeScorer:
    given = {"film-a": plain("film-a"), "b": plain("b")} | answers
    return another(maps=False, answers=given)


def test_every_head_has_its_group_with_title_and_version_the_default_first() -> None:
    desk = Desk().open()
    state = desk.view.last("show_findings")
    assert [(g.key, g.title, g.version, g.signature) for g in state.groups] == [
        ("test.head", "Test student", "1.0.0", SIGNED),
        ("other.head", "Another head", "2.0.0", UNSIGNED),
    ]
    assert all(isinstance(s, Shown) for s in desk.states)
    assert desk.view.last("show_head") == ("2 model heads", "Test student 1.0.0, Another head 2.0.0", "")


def test_one_head_alone_is_shown_as_if_there_were_no_others() -> None:
    desk = Desk(FakeScorer()).open()
    assert isinstance(desk.view.last("show_findings"), Shown)
    assert desk.view.last("show_head") == ("Test student", "1.0.0 · 9f2c0000 · test.head", SIGNED)
    assert desk.maps[-1].head == ""


def test_heads_take_turns_and_each_answer_is_shown_as_it_comes() -> None:
    desk = Desk()
    desk.presenter.open("film-a", film())
    assert [type(s) for s in desk.states] == [Busy, Busy]
    assert desk.statuses[-1] == ("film-a", "scoring…", False)
    desk.jobs.release("findings")
    assert [type(s) for s in desk.states] == [Shown, Busy]
    assert desk.scorers[1].ran == []
    assert desk.statuses[-1] == ("film-a", "2 flagged · scoring…", True)
    desk.jobs.release("findings")
    assert [type(s) for s in desk.states] == [Shown, Shown]
    assert desk.statuses[-1] == ("film-a", "4 flagged", True)
    assert [s.ran for s in desk.scorers] == [["film-a"], ["film-a"]]


def test_a_head_that_becomes_ready_does_not_disturb_the_one_that_scores() -> None:
    first, second = FakeScorer(), another()
    desk = Desk(first, second)
    presenter = FindingsPresenter(desk.view, desk.jobs, desk.maps.append, lambda *_: None)
    presenter.expect([head_name(first), head_name(second)])
    presenter.open("film-a", film())
    presenter.use(first)
    token = desk.jobs.tokens["findings"]
    presenter.use(second)
    assert not token.cancelled
    desk.jobs.release_all()
    assert (first.ran, second.ran) == (["film-a"], ["film-a"])


def test_one_refuses_one_fails_one_cannot_be_used_and_the_rest_is_shown() -> None:
    refusal = Refusal(RefusalCode.CHILD, "This head reads adults only.")
    refusing = another("b", refusal=refusal)
    failing = another("c", answers={"film-a": ScoringError("The model did not answer.")})
    broken = another("d")
    desk = Desk(FakeScorer(), refusing, failing, broken)
    desk.presenter.unusable("d", "The model head is damaged.")
    desk.open()
    shown, refused, failed, unusable = desk.states
    assert isinstance(shown, Shown)
    assert refused == Refused(RefusalCode.CHILD, "Not scored: child", refusal.message)
    assert failed == Failed("The model did not answer.")
    assert unusable == NoModel("The model head is damaged.")
    assert desk.statuses[-1] == ("film-a", "2 flagged · 1 of 4 heads", True)
    failing.answers.clear()
    desk.presenter.retry("c")
    desk.jobs.release_all()
    assert isinstance(desk.states[2], Shown)
    assert desk.scorers[0].ran == ["film-a"]  # the others are not asked again


def test_a_new_film_cancels_whoever_is_scoring_and_nothing_of_the_old_one_is_left() -> None:
    desk = Desk()
    desk.presenter.open("film-a", film())
    desk.jobs.release("findings")
    token = desk.jobs.tokens["findings"]  # the second head's
    desk.presenter.open("b", film(key="b"))
    assert token.cancelled
    assert [type(s) for s in desk.states] == [Busy, Busy]
    desk.jobs.release_all()
    assert [s.ran for s in desk.scorers] == [["film-a", "b"], ["b"]]


def test_one_finding_is_chosen_of_all_heads_and_next_goes_on_across_them() -> None:
    desk = Desk().open()
    assert [s.chosen for s in desk.states] == [0, None]
    order = []
    for _ in range(7):
        order.append([s.chosen for s in desk.states])
        desk.presenter.next_finding()
    # By hand: findings 0, 1, 2 by falling probability; 3 is not validated. The second head's maps are on request.
    assert order == [[0, None], [1, None], [2, None], [None, 0], [None, 1], [None, 2], [0, None]]


def test_the_map_names_the_head_it_is_of() -> None:
    desk = Desk(FakeScorer(), another()).open()
    desk.presenter.choose(1, "other.head")
    chosen = desk.maps[-1]
    assert isinstance(chosen, ChosenMap)
    assert (chosen.name, chosen.head) == ("Pleural effusion", "Another head 2.0.0")


def test_a_choice_by_hand_is_not_taken_away_when_another_head_answers() -> None:
    desk = Desk(FakeScorer(), another())
    desk.presenter.open("film-a", film())
    desk.jobs.release("findings")
    desk.presenter.choose(2)  # below threshold
    desk.jobs.release("findings")
    assert [s.chosen for s in desk.states] == [2, None]


def test_without_anything_above_in_the_first_head_the_next_ones_finding_is_chosen() -> None:
    quiet = FakeScorer({"film-a": prediction((0.1, 0.1, 0.1, 0.1))})
    desk = Desk(quiet, another()).open()
    assert [s.chosen for s in desk.states] == [None, 0]


def test_a_head_switched_on_joins_and_the_others_keep_their_answers() -> None:
    first, second = FakeScorer(), another()
    desk = Desk(first).open()
    wanted = desk.presenter.expect([head_name(first), head_name(second)])
    assert wanted == (head_name(second),)
    assert [type(s) for s in desk.states] == [Shown, Busy]
    desk.presenter.use(second)
    desk.jobs.release_all()
    assert [type(s) for s in desk.states] == [Shown, Shown]
    assert first.ran == ["film-a"]
    assert desk.presenter.expect([head_name(second)]) == ()
    assert isinstance(desk.view.last("show_findings"), Shown)  # one head again


def test_a_head_switched_off_while_it_starts_is_not_taken() -> None:
    first, second = FakeScorer(), another()
    desk = Desk(first).open()
    desk.presenter.expect([head_name(first), head_name(second)])
    desk.presenter.expect([head_name(first)])
    desk.presenter.use(second)
    assert desk.presenter.heads == (first.manifest,)


def test_scores_of_a_replaced_version_are_shown_as_old_until_the_new_one_answers() -> None:
    desk = Desk(FakeScorer()).open()
    newer = FakeScorer(manifest=replace(FakeScorer().manifest, version="1.1.0"))
    newer.answers["film-a"] = replace(prediction((0.1, 0.5, 0.1, 0.1)), head_version="1.1.0")
    assert desk.presenter.expect([head_name(newer)]) == (head_name(newer),)
    for _ in range(2):  # while it starts, and while it scores
        state = desk.view.last("show_findings")
        assert state.old == "Scores of version 1.0.0, which was replaced by 1.1.0. Scoring again…"
        assert [c.probability for c in state.above] == ["62 %", "41 %"]
        assert not any(c.has_map for c in state.above) and state.chosen is None
        assert desk.maps[-1] is None
        desk.presenter.use(newer)
    desk.jobs.release_all()
    state = desk.view.last("show_findings")
    assert state.old == "" and [c.probability for c in state.above] == ["50 %"]


def test_old_scores_leave_with_their_film_and_when_the_new_version_cannot_be_used() -> None:
    for after in ("film", "unusable"):
        desk = Desk(FakeScorer()).open()
        desk.presenter.expect([HeadName("test.head", "Test student", "1.1.0", "another")])
        if after == "film":
            desk.presenter.open("b", film(key="b"))
            assert isinstance(desk.view.last("show_findings"), Busy)
        else:
            desk.presenter.unusable("test.head", "It is damaged.")
            assert desk.view.last("show_findings") == NoModel("It is damaged.")


def test_the_panel_says_that_a_process_was_ended_while_idle() -> None:
    desk = Desk(FakeScorer()).open()
    assert desk.view.last("show_findings").timing == "6 ms on this computer · offline"
    desk.scorers[0].loaded = False
    desk.presenter.processes_changed()
    state = desk.view.last("show_findings")
    assert state.timing == "unloaded while idle · the next film starts it"
    assert state.chosen == 0  # nothing else changed


def test_a_head_without_maps_offers_to_compute_one_and_shows_it() -> None:
    desk = Desk(FakeScorer(), without_maps()).open()
    desk.presenter.choose(1, "other.head")
    assert desk.maps[-1] == MapOffer("Pleural effusion", "Another head 2.0.0")
    desk.presenter.request_map()
    assert desk.presenter.computing_map
    assert desk.maps[-1].of > 0
    desk.jobs.release("map")
    chosen = desk.maps[-1]
    assert isinstance(chosen, ChosenMap) and chosen.on_request
    assert chosen.saliency.method.startswith("Occlusion")
    assert not desk.presenter.computing_map
    desk.presenter.choose(0, "other.head")
    desk.presenter.choose(1, "other.head")
    assert desk.maps[-1].saliency is chosen.saliency  # kept, not computed again
    assert desk.scorers[1].explained == [("film-a", 1)]


def test_progress_reaches_the_view_when_it_asks() -> None:
    desk = Desk(without_maps()).open()
    desk.presenter.request_map()
    job = desk.presenter._map_job
    assert job is not None
    job.of, job.done = 169, 40
    before = len(desk.maps)
    desk.presenter.tick()
    assert (desk.maps[-1].done, desk.maps[-1].of) == (40, 169)
    desk.presenter.tick()
    assert len(desk.maps) == before + 1  # nothing new, nothing drawn


@pytest.mark.parametrize("by", ["cancel", "film", "finding", "off"])
def test_a_map_being_computed_ends_at_once(by: str) -> None:
    desk = Desk(without_maps()).open()
    desk.presenter.request_map()
    token = desk.jobs.tokens["map"]
    ends: dict[str, Callable[[], object]] = {
        "cancel": desk.presenter.cancel_map,
        "film": lambda: desk.presenter.open("b", film(key="b")),
        "finding": lambda: desk.presenter.choose(1),
        "off": lambda: desk.presenter.set_enabled(False),
    }
    ends[by]()
    assert token.cancelled
    assert not desk.presenter.computing_map
    assert "map" not in desk.jobs.newest


def test_a_map_that_cannot_be_computed_says_why_and_can_be_asked_for_again() -> None:
    scorer = without_maps()
    desk = Desk(scorer).open()
    real = scorer.explain

    def fail(*_: Any) -> Any:
        raise ScoringError("The model did not answer within 30 seconds and was stopped.")

    scorer.explain = fail  # type: ignore[assignment, method-assign]
    desk.presenter.request_map()
    desk.jobs.release("map")
    assert desk.maps[-1].failed == "The model did not answer within 30 seconds and was stopped."
    scorer.explain = real  # type: ignore[method-assign]
    desk.presenter.request_map()
    desk.jobs.release("map")
    assert isinstance(desk.maps[-1], ChosenMap)


def test_nothing_is_computed_for_a_head_that_makes_its_own_maps_or_a_finding_without_evidence() -> None:
    desk = Desk(FakeScorer()).open()
    desk.presenter.request_map()
    assert "map" not in desk.jobs.newest
    desk = Desk(without_maps()).open()
    desk.presenter.choose(3)
    desk.presenter.request_map()
    assert "map" not in desk.jobs.newest and desk.maps[-1] is None


def test_a_long_title_is_cut_where_it_would_cover_the_film() -> None:
    # By hand: 39 characters and the ellipsis.
    assert HeadName("x", "A" * 60, "1.0.0").short == "A" * 39 + "… 1.0.0"
    assert HeadName("x", "A" * 40, "1.0.0").short == "A" * 40 + " 1.0.0"
