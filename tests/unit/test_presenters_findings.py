from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from cxrviewer.errors import ScoringError
from cxrviewer.heads.contract import Prediction, RejectedError, Rejection, RejectionCode
from cxrviewer.presenters.finding_states import shown
from cxrviewer.presenters.findings import Busy, Empty, Failed, FindingsPresenter, NoModel, Off, Rejected, Shown
from tests.fakes import SIGNED, FakeScorer, HeldJobs, Recorder, fake_image, head_name, prediction


class Fixture:
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
            lambda key, status: self.statuses.append(
                (key, status.text if status else "", status is not None and status.flagged)
            ),
            enabled=enabled,
        )

    def ready(self) -> Fixture:
        self.presenter.expect((head_name(self.scorer),))
        self.presenter.use(self.scorer)
        return self

    @property
    def state(self) -> Any:
        return self.view.last("show_findings")


def test_findings_above_threshold_come_first_then_below_then_not_validated() -> None:
    fixture = Fixture().ready()
    fixture.presenter.open("a", fake_image())
    fixture.jobs.release("findings")
    state = fixture.state
    assert isinstance(state, Shown)
    # Probabilities 0.62, 0.41, 0.08 against threshold 0.3; hernia has 0.9 and no evidence at all.
    assert [c.name for c in state.above] == ["Cardiomegaly", "Pleural effusion"]
    assert [c.name for c in state.below] == ["Pneumothorax"]
    assert [c.name for c in state.unvalidated] == ["Hernia"]
    first = state.above[0]
    assert (first.probability, first.threshold) == ("62 %", "threshold 30 %")
    assert first.evidence == "AUC 0.84 (0.80–0.87), 131 positive"
    assert first.short_evidence == "AUC 0.84 (0.80–0.87)"
    assert fixture.statuses[-1] == ("a", "2 flagged", True)


def test_a_probability_has_its_interval_where_the_head_states_one() -> None:
    answer = prediction(key="a")
    scores = (replace(answer.scores[0], interval=(0.553, 0.701)), *answer.scores[1:])
    first, second = shown(replace(answer, scores=scores), None, None, timing="").above
    # Rounded outwards: what is shown holds what was computed.
    assert first.interval == "55–71"
    assert first.interval_words.startswith("95 % interval 55–71 %: the share of images with this score")
    assert (second.interval, second.interval_words) == ("", "")
    assert first.beside_intervals and second.beside_intervals, "both probabilities stand in one column"


def test_a_score_that_rounds_to_its_threshold_has_the_decimals_that_tell_them_apart() -> None:
    fixture = Fixture(FakeScorer({"film-a": prediction((0.62, 0.41, 0.2981, 0.9))})).ready()
    fixture.presenter.open("a", fake_image())
    fixture.jobs.release("findings")
    low = fixture.state.below[0]
    assert (low.probability, low.threshold) == ("29.8 %", "threshold 30.0 %")


def test_a_finding_without_evidence_gets_no_number_and_no_map() -> None:
    fixture = Fixture().ready()
    fixture.presenter.open("a", fake_image())
    fixture.jobs.release("findings")
    hernia = fixture.state.unvalidated[0]
    assert (hernia.probability, hernia.threshold, hernia.has_map) == ("", "not validated", False)
    fixture.presenter.choose(hernia.number)
    assert fixture.maps[-1] is None


def test_findings_of_the_previous_image_never_appear_over_the_next() -> None:
    scorer = FakeScorer({"b": prediction((0.1, 0.1, 0.1, 0.1), key="b")})
    fixture = Fixture(scorer).ready()
    fixture.presenter.open("a", fake_image(key="a"))
    late = fixture.jobs.newest["findings"]
    fixture.presenter.open("b", fake_image(key="b"))
    # A runner that delivers too late all the same: the presenter must look at the key itself.
    late_state_before = fixture.state
    fixture.presenter._scored(prediction(key="a"))
    assert fixture.state is late_state_before
    assert isinstance(late_state_before, Busy)
    del late
    fixture.jobs.release("findings")
    assert fixture.state.above == ()
    assert fixture.statuses[-1] == ("b", "none above threshold", False)


def test_going_to_another_image_takes_findings_and_map_off_at_once() -> None:
    fixture = Fixture().ready()
    fixture.presenter.open("a", fake_image())
    fixture.jobs.release("findings")
    assert fixture.maps[-1] is not None
    fixture.presenter.opening()
    assert isinstance(fixture.state, Empty)
    assert fixture.maps[-1] is None


def test_choosing_findings_never_runs_the_model_again() -> None:
    fixture = Fixture().ready()
    fixture.presenter.open("a", fake_image())
    fixture.jobs.release("findings")
    for number in (1, 0, 2):
        fixture.presenter.choose(number)
    assert fixture.scorer.ran == ["film-a"]
    assert fixture.jobs.newest == {}
    assert fixture.state.chosen == 2
    assert fixture.maps[-1].name == "Pneumothorax"


def test_a_image_seen_before_is_not_scored_again() -> None:
    fixture = Fixture().ready()
    for key in ("a", "b", "a"):
        fixture.presenter.open(key, fake_image(key=key))
        if "findings" in fixture.jobs.newest:
            fixture.jobs.release("findings")
    assert fixture.scorer.ran == ["a", "b"]
    assert isinstance(fixture.state, Shown)


def test_the_cache_is_bounded() -> None:
    fixture = Fixture().ready()
    for i in range(100):
        fixture.presenter.open(str(i), fake_image(key=str(i)))
        fixture.jobs.release("findings")
    fixture.presenter.open("0", fake_image(key="0"))
    assert "findings" in fixture.jobs.newest


def test_scores_of_one_head_are_not_shown_for_another() -> None:
    fixture = Fixture().ready()
    fixture.presenter.open("a", fake_image())
    fixture.jobs.release("findings")
    other = FakeScorer()
    fixture.presenter.use(other)
    assert isinstance(fixture.state, Busy)
    fixture.jobs.release("findings")
    assert other.ran == ["film-a"]


@pytest.mark.parametrize("where", ["header", "pixels"])
def test_a_rejection_says_its_coded_reason_in_words(where: str) -> None:
    rejection = Rejection(RejectionCode.NOT_FRONTAL, "This head reads frontal films only.")
    scorer = FakeScorer(rejection=rejection) if where == "header" else FakeScorer({"film-a": RejectedError(rejection)})
    fixture = Fixture(scorer).ready()
    fixture.presenter.open("a", fake_image())
    if where == "pixels":
        fixture.jobs.release("findings")
    assert fixture.state == Rejected(RejectionCode.NOT_FRONTAL, "Not scored: not a frontal film", rejection.message)
    assert fixture.statuses[-1] == ("a", "not scored: not a frontal film", False)
    assert fixture.maps[-1] is None


def test_a_failed_head_can_be_requested_again() -> None:
    fixture = Fixture(FakeScorer({"film-a": ScoringError("The model process ended unexpectedly; try again.")})).ready()
    fixture.presenter.open("a", fake_image())
    fixture.jobs.release("findings")
    assert fixture.state == Failed("The model process ended unexpectedly; try again.")
    fixture.scorer.answers.clear()
    fixture.presenter.retry()
    fixture.jobs.release("findings")
    assert isinstance(fixture.state, Shown)


def test_an_unexpected_error_becomes_a_sentence_and_a_log_record(caplog: pytest.LogCaptureFixture) -> None:
    fixture = Fixture(FakeScorer({"film-a": ZeroDivisionError("DOE^JANE")})).ready()
    fixture.presenter.open("a", fake_image())
    fixture.jobs.release("findings")
    assert isinstance(fixture.state, Failed)
    assert "DOE" not in fixture.state.message
    assert caplog.records[-1].exc_info is not None


def test_switching_the_ai_off_cancels_and_hides_and_on_scores_again() -> None:
    fixture = Fixture().ready()
    fixture.presenter.open("a", fake_image())
    token = fixture.jobs.tokens["findings"]
    fixture.presenter.set_enabled(False)
    assert token.cancelled
    assert isinstance(fixture.state, Off)
    assert fixture.jobs.newest == {}
    fixture.presenter.open("b", fake_image(key="b"))
    assert isinstance(fixture.state, Off)
    fixture.presenter.set_enabled(True)
    fixture.jobs.release("findings")
    assert fixture.scorer.ran == ["b"]


def test_a_image_opened_before_the_model_is_ready_is_scored_when_it_is() -> None:
    fixture = Fixture()
    fixture.presenter.open("a", fake_image())
    assert isinstance(fixture.state, Busy)
    fixture.ready()
    fixture.jobs.release("findings")
    assert isinstance(fixture.state, Shown)
    assert fixture.view.last("show_head") == ("Test student", "1.0.0 · 9f2c0000 · test.head", SIGNED)


def test_without_a_head_the_panel_says_why() -> None:
    fixture = Fixture()
    fixture.presenter.no_head("No model head is installed.")
    fixture.presenter.open("a", fake_image())
    assert fixture.state == NoModel("No model head is installed.")


def test_the_chosen_finding_follows_the_reader_to_the_next_image_while_it_is_above_threshold() -> None:
    scorer = FakeScorer(
        {"b": prediction((0.9, 0.5, 0.1, 0.1), key="b"), "c": prediction((0.9, 0.1, 0.1, 0.1), key="c")}
    )
    fixture = Fixture(scorer).ready()
    fixture.presenter.open("a", fake_image(key="a"))
    fixture.jobs.release("findings")
    fixture.presenter.choose(1)
    for key, chosen in (("b", 1), ("c", 0)):
        fixture.presenter.open(key, fake_image(key=key))
        fixture.jobs.release("findings")
        assert fixture.state.chosen == chosen


def test_a_head_without_maps_offers_none() -> None:
    answer: Prediction = prediction(maps=False)
    fixture = Fixture(FakeScorer({"film-a": answer})).ready()
    fixture.presenter.open("a", fake_image())
    fixture.jobs.release("findings")
    assert not any(c.has_map for c in fixture.state.above)
    assert fixture.maps[-1] is None
