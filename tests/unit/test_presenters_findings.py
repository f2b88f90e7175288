from __future__ import annotations

from typing import Any

import pytest

from cxrviewer.errors import ScoringError
from cxrviewer.heads.contract import Prediction, Refusal, RefusalCode, RefusedError
from cxrviewer.presenters.findings import Busy, Empty, Failed, FindingsPresenter, NoModel, Off, Refused, Shown
from tests.fakes import SIGNED, FakeScorer, HeldJobs, Recorder, film, head_name, prediction


class Desk:
    """A findings presenter with everything around it watched."""

    def __init__(self, scorer: FakeScorer | None = None, *, enabled: bool = True) -> None:
        self.view, self.jobs = Recorder(), HeldJobs()
        self.maps: list[Any] = []
        self.statuses: list[tuple[str, str, bool]] = []
        self.scorer = scorer or FakeScorer()
        self.presenter = FindingsPresenter(
            self.view,
            self.jobs,
            self.maps.append,
            lambda key, status: self.statuses.append((key, status.text, status.flagged)),
            enabled=enabled,
        )

    def ready(self) -> Desk:
        self.presenter.expect((head_name(self.scorer),))
        self.presenter.use(self.scorer)
        return self

    @property
    def state(self) -> Any:
        return self.view.last("show_findings")


def test_findings_above_threshold_come_first_then_below_then_not_validated() -> None:
    desk = Desk().ready()
    desk.presenter.open("a", film())
    desk.jobs.release("findings")
    state = desk.state
    assert isinstance(state, Shown)
    # Probabilities 0.62, 0.41, 0.08 against threshold 0.3; hernia has 0.9 and no evidence at all.
    assert [c.name for c in state.above] == ["Cardiomegaly", "Pleural effusion"]
    assert [c.name for c in state.below] == ["Pneumothorax"]
    assert [c.name for c in state.unvalidated] == ["Hernia"]
    first = state.above[0]
    assert (first.probability, first.threshold) == ("62 %", "threshold 30 %")
    assert first.evidence == "AUC 0.84 (0.80–0.87), n 131"
    assert desk.statuses[-1] == ("a", "2 flagged", True)


def test_a_finding_without_evidence_gets_no_number_and_no_map() -> None:
    desk = Desk().ready()
    desk.presenter.open("a", film())
    desk.jobs.release("findings")
    hernia = desk.state.unvalidated[0]
    assert (hernia.probability, hernia.threshold, hernia.has_map) == ("", "not validated", False)
    desk.presenter.choose(hernia.number)
    assert desk.maps[-1] is None


def test_findings_of_the_previous_film_never_appear_over_the_next() -> None:
    scorer = FakeScorer({"b": prediction((0.1, 0.1, 0.1, 0.1), key="b")})
    desk = Desk(scorer).ready()
    desk.presenter.open("a", film(key="a"))
    late = desk.jobs.newest["findings"]
    desk.presenter.open("b", film(key="b"))
    # A runner that delivers too late all the same: the presenter must look at the key itself.
    late_state_before = desk.state
    desk.presenter._scored(prediction(key="a"))
    assert desk.state is late_state_before
    assert isinstance(late_state_before, Busy)
    del late
    desk.jobs.release("findings")
    assert desk.state.above == ()
    assert desk.statuses[-1] == ("b", "none above threshold", False)


def test_going_to_another_film_takes_findings_and_map_off_at_once() -> None:
    desk = Desk().ready()
    desk.presenter.open("a", film())
    desk.jobs.release("findings")
    assert desk.maps[-1] is not None
    desk.presenter.opening()
    assert isinstance(desk.state, Empty)
    assert desk.maps[-1] is None


def test_choosing_findings_never_runs_the_model_again() -> None:
    desk = Desk().ready()
    desk.presenter.open("a", film())
    desk.jobs.release("findings")
    for number in (1, 0, 2):
        desk.presenter.choose(number)
    assert desk.scorer.ran == ["film-a"]
    assert desk.jobs.newest == {}
    assert desk.state.chosen == 2
    assert desk.maps[-1].name == "Pneumothorax"


def test_a_film_seen_before_is_not_scored_again() -> None:
    desk = Desk().ready()
    for key in ("a", "b", "a"):
        desk.presenter.open(key, film(key=key))
        if "findings" in desk.jobs.newest:
            desk.jobs.release("findings")
    assert desk.scorer.ran == ["a", "b"]
    assert isinstance(desk.state, Shown)


def test_the_cache_is_bounded() -> None:
    desk = Desk().ready()
    for i in range(100):
        desk.presenter.open(str(i), film(key=str(i)))
        desk.jobs.release("findings")
    desk.presenter.open("0", film(key="0"))
    assert "findings" in desk.jobs.newest


def test_scores_of_one_head_are_not_shown_for_another() -> None:
    desk = Desk().ready()
    desk.presenter.open("a", film())
    desk.jobs.release("findings")
    other = FakeScorer()
    desk.presenter.use(other)
    assert isinstance(desk.state, Busy)
    desk.jobs.release("findings")
    assert other.ran == ["film-a"]


@pytest.mark.parametrize("where", ["header", "pixels"])
def test_a_refusal_says_its_coded_reason_in_words(where: str) -> None:
    refusal = Refusal(RefusalCode.NOT_FRONTAL, "This head reads frontal films only.")
    scorer = FakeScorer(refusal=refusal) if where == "header" else FakeScorer({"film-a": RefusedError(refusal)})
    desk = Desk(scorer).ready()
    desk.presenter.open("a", film())
    if where == "pixels":
        desk.jobs.release("findings")
    assert desk.state == Refused(RefusalCode.NOT_FRONTAL, "Not scored: not a frontal film", refusal.message)
    assert desk.statuses[-1] == ("a", "not scored: not a frontal film", False)
    assert desk.maps[-1] is None


def test_a_failed_head_can_be_asked_again() -> None:
    desk = Desk(FakeScorer({"film-a": ScoringError("The model process ended unexpectedly; try again.")})).ready()
    desk.presenter.open("a", film())
    desk.jobs.release("findings")
    assert desk.state == Failed("The model process ended unexpectedly; try again.")
    desk.scorer.answers.clear()
    desk.presenter.retry()
    desk.jobs.release("findings")
    assert isinstance(desk.state, Shown)


def test_an_unexpected_error_becomes_a_sentence_and_a_log_record(caplog: pytest.LogCaptureFixture) -> None:
    desk = Desk(FakeScorer({"film-a": ZeroDivisionError("DOE^JANE")})).ready()
    desk.presenter.open("a", film())
    desk.jobs.release("findings")
    assert isinstance(desk.state, Failed)
    assert "DOE" not in desk.state.message
    assert caplog.records[-1].exc_info is not None


def test_switching_the_ai_off_cancels_and_hides_and_on_scores_again() -> None:
    desk = Desk().ready()
    desk.presenter.open("a", film())
    token = desk.jobs.tokens["findings"]
    desk.presenter.set_enabled(False)
    assert token.cancelled
    assert isinstance(desk.state, Off)
    assert desk.jobs.newest == {}
    desk.presenter.open("b", film(key="b"))
    assert isinstance(desk.state, Off)
    desk.presenter.set_enabled(True)
    desk.jobs.release("findings")
    assert desk.scorer.ran == ["b"]


def test_a_film_opened_before_the_model_is_ready_is_scored_when_it_is() -> None:
    desk = Desk()
    desk.presenter.open("a", film())
    assert isinstance(desk.state, Busy)
    desk.ready()
    desk.jobs.release("findings")
    assert isinstance(desk.state, Shown)
    assert desk.view.last("show_head") == ("Test student", "1.0.0 · 9f2c0000 · test.head", SIGNED)


def test_without_a_head_the_panel_says_why() -> None:
    desk = Desk()
    desk.presenter.no_head("No model head is installed.")
    desk.presenter.open("a", film())
    assert desk.state == NoModel("No model head is installed.")


def test_the_chosen_finding_follows_the_reader_to_the_next_film_while_it_is_above_threshold() -> None:
    scorer = FakeScorer(
        {"b": prediction((0.9, 0.5, 0.1, 0.1), key="b"), "c": prediction((0.9, 0.1, 0.1, 0.1), key="c")}
    )
    desk = Desk(scorer).ready()
    desk.presenter.open("a", film(key="a"))
    desk.jobs.release("findings")
    desk.presenter.choose(1)
    for key, chosen in (("b", 1), ("c", 0)):
        desk.presenter.open(key, film(key=key))
        desk.jobs.release("findings")
        assert desk.state.chosen == chosen


def test_a_head_without_maps_offers_none() -> None:
    answer: Prediction = prediction(maps=False)
    desk = Desk(FakeScorer({"film-a": answer})).ready()
    desk.presenter.open("a", film())
    desk.jobs.release("findings")
    assert not any(c.has_map for c in desk.state.above)
    assert desk.maps[-1] is None
