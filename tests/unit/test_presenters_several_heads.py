"""Several heads on one image: groups, turns, the chosen finding across them, old versions, maps on request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from cxrviewer.errors import ScoringError
from cxrviewer.heads.contract import Prediction, Rejection, RejectionCode
from cxrviewer.presenters.findings import (
    Busy,
    ChosenMap,
    Failed,
    FindingsPresenter,
    HeadName,
    MapOffer,
    NoModel,
    Rejected,
    Several,
    Shown,
)
from cxrviewer.presenters.head_plans import HeadPlan
from cxrviewer.presenters.head_starter import HeadStarter
from tests.fakes import SIGNED, UNSIGNED, FakeScorer, HeldJobs, Recorder, another, fake_image, head_name, prediction


class Fixture:
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
            lambda key, status: self.statuses.append(
                (key, status.text if status else "", status is not None and status.flagged)
            ),
        )
        self.presenter.expect([head_name(scorer) for scorer in self.scorers])
        for scorer in self.scorers:
            self.presenter.use(scorer)

    @property
    def states(self) -> list[Any]:
        state = self.view.last("show_findings")
        assert isinstance(state, Several)
        return [group.state for group in state.groups]

    def open(self, key: str = "film-a") -> Fixture:
        self.presenter.open(key, fake_image(key=key))
        self.jobs.release_all()
        return self


def plain(key: str) -> Prediction:
    """Return an answer of a head without maps."""
    return replace(prediction(key=key, maps=False), head_id="other.head", head_version="2.0.0")


def without_maps(**answers: Any) -> FakeScorer:
    given = {"film-a": plain("film-a"), "b": plain("b")} | answers
    return another(maps=False, answers=given)


def test_every_head_has_its_group_with_title_and_version_the_default_first() -> None:
    fixture = Fixture().open()
    state = fixture.view.last("show_findings")
    assert [(g.key, g.title, g.version, g.signature) for g in state.groups] == [
        ("test.head", "Test student", "1.0.0", SIGNED),
        ("other.head", "Another head", "2.0.0", UNSIGNED),
    ]
    assert all(isinstance(s, Shown) for s in fixture.states)
    assert fixture.view.last("show_head") == ("2 model heads", "Test student 1.0.0, Another head 2.0.0", "")


def test_one_head_alone_is_shown_as_if_there_were_no_others() -> None:
    fixture = Fixture(FakeScorer()).open()
    assert isinstance(fixture.view.last("show_findings"), Shown)
    assert fixture.view.last("show_head") == ("Test student", "1.0.0 · 9f2c0000 · test.head", SIGNED)
    assert fixture.maps[-1].head == ""


def test_heads_take_turns_and_each_answer_is_shown_as_it_comes() -> None:
    fixture = Fixture()
    fixture.presenter.open("film-a", fake_image())
    assert [type(s) for s in fixture.states] == [Busy, Busy]
    assert fixture.statuses[-1] == ("film-a", "scoring…", False)
    fixture.jobs.release("findings")
    assert [type(s) for s in fixture.states] == [Shown, Busy]
    assert fixture.scorers[1].ran == []
    assert fixture.statuses[-1] == ("film-a", "2 flagged · scoring…", True)
    fixture.jobs.release("findings")
    assert [type(s) for s in fixture.states] == [Shown, Shown]
    assert fixture.statuses[-1] == ("film-a", "2 flagged", True)  # the same two
    assert [s.ran for s in fixture.scorers] == [["film-a"], ["film-a"]]


def test_a_head_that_becomes_ready_does_not_disturb_the_one_that_scores() -> None:
    first, second = FakeScorer(), another()
    fixture = Fixture(first, second)
    presenter = FindingsPresenter(fixture.view, fixture.jobs, fixture.maps.append, lambda *_: None)
    presenter.expect([head_name(first), head_name(second)])
    presenter.open("film-a", fake_image())
    presenter.use(first)
    token = fixture.jobs.tokens["findings"]
    presenter.use(second)
    assert not token.cancelled
    fixture.jobs.release_all()
    assert (first.ran, second.ran) == (["film-a"], ["film-a"])


def test_an_image_is_not_called_free_of_findings_while_a_head_is_still_starting() -> None:
    first, second = FakeScorer({"film-a": prediction((0.1, 0.1, 0.1, 0.1))}), another()
    fixture = Fixture(first, second)
    fixture.presenter.expect([])
    fixture.presenter.expect([head_name(first), head_name(second)])
    fixture.presenter.use(first)
    fixture.presenter.open("film-a", fake_image())
    fixture.jobs.release_all()
    assert fixture.statuses[-1] == ("film-a", "scoring… · none above threshold", False)
    fixture.presenter.unusable("other.head", "Broken.")
    assert fixture.statuses[-1] == ("film-a", "1 of 2 heads: none above threshold", False)


def test_an_image_that_is_left_while_it_is_scored_is_no_longer_called_scoring() -> None:
    fixture = Fixture()
    fixture.presenter.open("film-a", fake_image())
    fixture.presenter.opening()
    assert fixture.statuses[-1] == ("film-a", "", False)
    fixture.presenter.open("film-a", fake_image())
    fixture.jobs.release("findings")  # by one head of the two
    fixture.presenter.open("b", fake_image(key="b"))
    assert ("film-a", "2 flagged · 1 of 2 heads", True) in fixture.statuses
    assert fixture.statuses[-1][:2] == ("b", "scoring…")
    fixture.presenter.set_enabled(False)
    assert fixture.statuses[-1] == ("b", "", False)


def test_one_rejects_one_fails_one_cannot_be_used_and_the_rest_is_shown() -> None:
    rejection = Rejection(RejectionCode.CHILD, "This head reads adults only.")
    rejecting = another("b", rejection=rejection)
    failing = another("c", answers={"film-a": ScoringError("The model did not answer.")})
    broken = another("d")
    fixture = Fixture(FakeScorer(), rejecting, failing, broken)
    fixture.presenter.unusable("d", "The model head is damaged.")
    fixture.open()
    shown, rejected, failed, unusable = fixture.states
    assert isinstance(shown, Shown)
    assert rejected == Rejected(RejectionCode.CHILD, "Not scored: child", rejection.message)
    assert failed == Failed("The model did not answer.")
    assert unusable == NoModel("The model head is damaged.")
    assert fixture.statuses[-1] == ("film-a", "2 flagged · 1 of 4 heads", True)
    failing.answers.clear()
    fixture.presenter.retry("c")
    fixture.jobs.release_all()
    assert isinstance(fixture.states[2], Shown)
    assert fixture.scorers[0].ran == ["film-a"]  # the others are not asked again


def test_a_new_image_cancels_whoever_is_scoring_and_nothing_of_the_old_one_is_left() -> None:
    fixture = Fixture()
    fixture.presenter.open("film-a", fake_image())
    fixture.jobs.release("findings")
    token = fixture.jobs.tokens["findings"]  # the second head's
    fixture.presenter.open("b", fake_image(key="b"))
    assert token.cancelled
    assert [type(s) for s in fixture.states] == [Busy, Busy]
    fixture.jobs.release_all()
    assert [s.ran for s in fixture.scorers] == [["film-a", "b"], ["b"]]


def test_one_finding_is_chosen_of_all_heads_and_next_goes_on_across_them() -> None:
    fixture = Fixture().open()
    assert [s.chosen for s in fixture.states] == [0, None]
    order = []
    for _ in range(7):
        order.append([s.chosen for s in fixture.states])
        fixture.presenter.next_finding()
    # By hand: findings 0, 1, 2 by falling probability; 3 is not validated. The second head's maps are on request.
    assert order == [[0, None], [1, None], [2, None], [None, 0], [None, 1], [None, 2], [0, None]]


def test_the_map_names_the_head_it_is_of() -> None:
    fixture = Fixture(FakeScorer(), another()).open()
    fixture.presenter.choose(1, "other.head")
    chosen = fixture.maps[-1]
    assert isinstance(chosen, ChosenMap)
    assert (chosen.name, chosen.head) == ("Pleural effusion", "Another head 2.0.0")


def test_a_choice_by_hand_is_not_taken_away_when_another_head_answers() -> None:
    fixture = Fixture(FakeScorer(), another())
    fixture.presenter.open("film-a", fake_image())
    fixture.jobs.release("findings")
    fixture.presenter.choose(2)  # below threshold
    fixture.jobs.release("findings")
    assert [s.chosen for s in fixture.states] == [2, None]


def test_without_anything_above_in_the_first_head_the_next_ones_finding_is_chosen() -> None:
    quiet = FakeScorer({"film-a": prediction((0.1, 0.1, 0.1, 0.1))})
    fixture = Fixture(quiet, another()).open()
    assert [s.chosen for s in fixture.states] == [None, 0]


def test_a_head_switched_on_joins_and_the_others_keep_their_answers() -> None:
    first, second = FakeScorer(), another()
    fixture = Fixture(first).open()
    wanted = fixture.presenter.expect([head_name(first), head_name(second)])
    assert wanted == (head_name(second),)
    assert [type(s) for s in fixture.states] == [Shown, Busy]
    fixture.presenter.use(second)
    fixture.jobs.release_all()
    assert [type(s) for s in fixture.states] == [Shown, Shown]
    assert first.ran == ["film-a"]
    assert fixture.presenter.expect([head_name(second)]) == ()
    assert isinstance(fixture.view.last("show_findings"), Shown)  # one head again


def test_a_head_switched_off_while_it_starts_is_not_taken() -> None:
    first, second = FakeScorer(), another()
    fixture = Fixture(first).open()
    fixture.presenter.expect([head_name(first), head_name(second)])
    fixture.presenter.expect([head_name(first)])
    fixture.presenter.use(second)
    assert fixture.presenter.heads == (first.manifest,)


def test_scores_of_a_replaced_version_are_shown_as_old_until_the_new_one_answers() -> None:
    fixture = Fixture(FakeScorer()).open()
    newer = FakeScorer(manifest=replace(FakeScorer().manifest, version="1.1.0"))
    newer.answers["film-a"] = replace(prediction((0.1, 0.5, 0.1, 0.1)), head_version="1.1.0")
    assert fixture.presenter.expect([head_name(newer)]) == (head_name(newer),)
    for _ in range(2):  # while it starts, and while it scores
        state = fixture.view.last("show_findings")
        assert state.old == "Scores of version 1.0.0, which was replaced by 1.1.0. Scoring again…"
        assert [c.probability for c in state.above] == ["62 %", "41 %"]
        assert not any(c.has_map for c in state.above) and state.chosen is None
        assert fixture.maps[-1] is None
        fixture.presenter.use(newer)
    fixture.jobs.release_all()
    state = fixture.view.last("show_findings")
    assert state.old == "" and [c.probability for c in state.above] == ["50 %"]


def test_old_scores_leave_with_their_image_and_when_the_new_version_cannot_be_used() -> None:
    for after in ("film", "unusable"):
        fixture = Fixture(FakeScorer()).open()
        fixture.presenter.expect([HeadName("test.head", "Test student", "1.1.0", "another")])
        if after == "film":
            fixture.presenter.open("b", fake_image(key="b"))
            assert isinstance(fixture.view.last("show_findings"), Busy)
        else:
            fixture.presenter.unusable("test.head", "It is damaged.")
            assert fixture.view.last("show_findings") == NoModel("It is damaged.")


def test_the_panel_says_that_a_process_was_ended_while_idle() -> None:
    fixture = Fixture(FakeScorer()).open()
    assert fixture.view.last("show_findings").timing == "6 ms on this computer · offline"
    fixture.scorers[0].loaded = False
    fixture.presenter.processes_changed()
    state = fixture.view.last("show_findings")
    assert state.timing == "unloaded while idle · the next film starts it"
    assert state.chosen == 0  # nothing else changed


def test_a_head_without_maps_offers_to_compute_one_and_shows_it() -> None:
    fixture = Fixture(FakeScorer(), without_maps()).open()
    fixture.presenter.choose(1, "other.head")
    assert fixture.maps[-1] == MapOffer("Pleural effusion", "Another head 2.0.0")
    fixture.presenter.request_map()
    assert fixture.presenter.computing_map
    assert fixture.maps[-1].of > 0
    fixture.jobs.release("map")
    chosen = fixture.maps[-1]
    assert isinstance(chosen, ChosenMap) and chosen.on_request
    assert chosen.saliency.method.startswith("Occlusion")
    assert not fixture.presenter.computing_map
    fixture.presenter.choose(0, "other.head")
    fixture.presenter.choose(1, "other.head")
    assert fixture.maps[-1].saliency is chosen.saliency  # kept, not computed again
    assert fixture.scorers[1].explained == [("film-a", 1)]


def test_progress_reaches_the_view_when_it_requests() -> None:
    fixture = Fixture(without_maps()).open()
    fixture.presenter.request_map()
    job = fixture.presenter._map_job
    assert job is not None
    job.of, job.done = 169, 40
    before = len(fixture.maps)
    fixture.presenter.tick()
    assert (fixture.maps[-1].done, fixture.maps[-1].of) == (40, 169)
    fixture.presenter.tick()
    assert len(fixture.maps) == before + 1  # nothing new, nothing drawn


@pytest.mark.parametrize("by", ["cancel", "film", "finding", "off"])
def test_a_map_being_computed_ends_at_once(by: str) -> None:
    fixture = Fixture(without_maps()).open()
    fixture.presenter.request_map()
    token = fixture.jobs.tokens["map"]
    ends: dict[str, Callable[[], object]] = {
        "cancel": fixture.presenter.cancel_map,
        "film": lambda: fixture.presenter.open("b", fake_image(key="b")),
        "finding": lambda: fixture.presenter.choose(1),
        "off": lambda: fixture.presenter.set_enabled(False),
    }
    ends[by]()
    assert token.cancelled
    assert not fixture.presenter.computing_map
    assert "map" not in fixture.jobs.newest


def test_a_map_that_cannot_be_computed_says_why_and_can_be_requested_for_again() -> None:
    scorer = without_maps()
    fixture = Fixture(scorer).open()
    real = scorer.explain

    def fail(*_: Any) -> Any:
        raise ScoringError("The model did not answer within 30 seconds and was stopped.")

    scorer.explain = fail  # type: ignore[assignment, method-assign]
    fixture.presenter.request_map()
    fixture.jobs.release("map")
    assert fixture.maps[-1].failed == "The model did not answer within 30 seconds and was stopped."
    scorer.explain = real  # type: ignore[method-assign]
    fixture.presenter.request_map()
    fixture.jobs.release("map")
    assert isinstance(fixture.maps[-1], ChosenMap)


def test_nothing_is_computed_for_a_head_that_makes_its_own_maps_or_a_finding_without_evidence() -> None:
    fixture = Fixture(FakeScorer()).open()
    fixture.presenter.request_map()
    assert "map" not in fixture.jobs.newest
    fixture = Fixture(without_maps()).open()
    fixture.presenter.choose(3)
    fixture.presenter.request_map()
    assert "map" not in fixture.jobs.newest and fixture.maps[-1] is None


def test_a_long_title_is_cut_where_it_would_cover_the_image() -> None:
    # By hand: 39 characters and the ellipsis.
    assert HeadName("x", "A" * 60, "1.0.0").short == "A" * 39 + "… 1.0.0"
    assert HeadName("x", "A" * 40, "1.0.0").short == "A" * 40 + " 1.0.0"


def test_a_head_that_failed_at_the_last_image_does_not_hold_back_the_others_at_the_next() -> None:
    first, second = FakeScorer(answers={"film-a": ScoringError("It did not answer.")}), without_maps()
    fixture = Fixture(first, second).open()
    for key, expected in (("b", [Busy, Shown]), ("c", [Shown, Busy])):  # it answered at b: first again
        fixture.presenter.open(key, fake_image(key=key))
        fixture.jobs.release("findings")
        assert [type(s) for s in fixture.states] == expected
        fixture.jobs.release_all()


@pytest.mark.parametrize(("seconds", "expected"), [(4.9, [Shown, Busy]), (5.0, [Busy, Shown])])
def test_a_head_that_an_image_was_left_waiting_for_comes_last_at_the_next(seconds: float, expected: list[type]) -> None:
    fixture, now = Fixture(FakeScorer(), without_maps()), [100.0]
    presenter = FindingsPresenter(
        fixture.view, fixture.jobs, fixture.maps.append, lambda *_: None, clock=lambda: now[0]
    )
    presenter.expect([head_name(scorer) for scorer in fixture.scorers])
    for scorer in fixture.scorers:
        presenter.use(scorer)
    presenter.open("film-a", fake_image())
    now[0] += seconds
    presenter.open("b", fake_image(key="b"))
    fixture.jobs.release("findings")
    assert [type(s) for s in fixture.states] == expected


def test_the_end_of_a_head_does_not_wait_for_what_it_scores_and_the_others_are_asked_again() -> None:
    fixture = Fixture()
    starter = HeadStarter(fixture.jobs, fixture.presenter, lambda: None)
    names = [head_name(scorer) for scorer in fixture.scorers]
    fixture.presenter.open("film-a", fake_image())
    token = fixture.jobs.tokens["findings"]
    starter.start(lambda: [HeadPlan(name, lambda note: FakeScorer()) for name in names])
    assert token.cancelled
    fixture.jobs.release("head")  # the same heads as before
    fixture.jobs.release_all()
    assert [type(s) for s in fixture.states] == [Shown, Shown]


def test_whoever_waits_for_the_heads_learns_that_the_last_one_failed_to_start() -> None:
    fixture, starting = Fixture(), []
    fixture.presenter.expect([])
    starter = HeadStarter(
        fixture.jobs, fixture.presenter, lambda: None, lambda: starting.append(fixture.presenter.starting)
    )
    first, second = (head_name(scorer) for scorer in fixture.scorers)

    def fails(note: object) -> FakeScorer:
        raise ScoringError("It did not start.")

    starter.start(lambda: [HeadPlan(first, lambda note: fixture.scorers[0]), HeadPlan(second, fails)])
    fixture.jobs.release_all()
    assert starting == [True, False]
