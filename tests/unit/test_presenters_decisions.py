"""What a reader decides about a finding: bound to one score, undone, and saved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from cxrviewer.presenters.decisions import DecisionsPresenter, finding_ref
from cxrviewer.presenters.findings import FindingsPresenter
from cxrviewer.presenters.readings import OpenReading, Readings
from cxrviewer.reading.document import Verdict
from cxrviewer.reading.journal import read
from cxrviewer.reading.values import ImageRef
from tests.fakes import FakeScorer, HeldJobs, Recorder, fake_image, head_name, prediction

IMAGE = ImageRef("1.2", "1.2.3", "1.2.3.4")


class Fixture:
    """Findings and decisions of one image; nothing typed is saved before the test lets time pass."""

    def __init__(self, folder: Path | None = None, scorer: FakeScorer | None = None) -> None:
        self.view, self.jobs = Recorder(), HeldJobs()
        self.waiting: list[Callable[[], None]] = []
        self.notified: list[str] = []
        self.scorer = scorer or FakeScorer()
        self.findings = FindingsPresenter(self.view, self.jobs, lambda _: None, lambda *_: None)
        self.decisions = DecisionsPresenter(self.findings, self.later)
        self.readings = Readings(folder, self.jobs, self.notified.append, self.later)
        self.reading: OpenReading = self.readings.acquire(IMAGE)
        self.use(self.scorer)
        self.decisions.follow((IMAGE, self.reading), "film-a")
        self.findings.open("a", fake_image())
        self.jobs.release_all()

    def use(self, scorer: FakeScorer) -> None:
        self.findings.expect((head_name(scorer),))
        self.findings.use(scorer)
        self.jobs.release_all()

    def later(self, _: int, call: Callable[[], None]) -> None:
        self.waiting.append(call)

    def wait(self) -> None:
        waiting, self.waiting = self.waiting, []
        for call in waiting:
            call()

    def card(self, name: str) -> Any:
        state = self.view.last("show_findings")
        return next(card for card in state.above + state.below + state.unvalidated if card.name == name)


def test_a_decision_is_shown_with_its_finding_and_taken_back_by_the_same_key() -> None:
    fixture = Fixture()
    fixture.decisions.agree()  # cardiomegaly is the most probable finding, and so the chosen one
    assert fixture.card("Cardiomegaly").verdict is Verdict.AGREE
    assert fixture.card("Pleural effusion").verdict is Verdict.UNDECIDED
    fixture.decisions.disagree()
    assert fixture.card("Cardiomegaly").verdict is Verdict.DISAGREE
    fixture.decisions.disagree()
    assert fixture.card("Cardiomegaly").decision is None
    assert fixture.reading.reading.decisions == {}


def test_a_decision_keeps_the_interval_of_the_score_and_that_there_was_none() -> None:
    given = prediction()
    scores = (replace(given.scores[0], interval=(0.5, 0.75)), *given.scores[1:])
    fixture = Fixture(scorer=FakeScorer({"film-a": replace(given, scores=scores)}))
    for number in (0, 1):
        fixture.decisions.decide(Verdict.AGREE, number)
    kept = {one.name: one.interval for one in fixture.reading.reading.decisions.values()}
    assert kept == {scores[0].spec.code.meaning: (0.5, 0.75), scores[1].spec.code.meaning: None}


def test_undo_and_redo_of_a_decision_are_seen_at_once() -> None:
    fixture = Fixture()
    fixture.decisions.agree()
    fixture.reading.undo()
    assert fixture.card("Cardiomegaly").verdict is Verdict.UNDECIDED
    fixture.reading.redo()
    assert fixture.card("Cardiomegaly").verdict is Verdict.AGREE


def test_a_decision_holds_what_was_decided_on() -> None:
    fixture = Fixture()
    fixture.decisions.decide(Verdict.DISAGREE, 2)  # pneumothorax: 0.08, threshold 0.3
    (key, decision) = next(iter(fixture.reading.reading.decisions.items()))
    assert (key.image, key.head, key.version, key.code) == (IMAGE, "test.head", "1.0.0", "2")
    assert (decision.name, decision.probability, decision.threshold) == ("Pneumothorax", 0.08, 0.3)
    # Below its threshold the head says "not present"; whoever disagrees sees it.
    assert (decision.above, decision.present) == (False, True)


def test_nothing_can_be_decided_about_a_finding_without_evidence() -> None:
    fixture = Fixture()
    assert not fixture.card("Hernia").decidable
    assert not fixture.decisions.decide(Verdict.AGREE, 3)
    fixture.decisions.comment("a comment", 3)
    fixture.wait()
    assert fixture.reading.reading.decisions == {}


def other_score(change: str) -> FakeScorer:
    """Return the same head with another model, recipe, version or id."""
    scorer = FakeScorer()
    field = {"model": "model_sha256", "recipe": "recipe_digest", "version": "head_version", "head": "head_id"}[change]
    scorer.answers["film-a"] = replace(prediction(), **dict[str, Any]({field: "other"}))
    if change in ("version", "head"):
        scorer.manifest = replace(scorer.manifest, **dict[str, Any]({"id" if change == "head" else change: "other"}))
    else:  # the same id and version with other bytes, as in an author's folder
        scorer.manifest = replace(scorer.manifest, license="other")
    return scorer


def test_a_decision_is_never_shown_with_the_score_of_another_head_model_recipe_or_version() -> None:
    for change in ("model", "recipe", "version", "head"):
        fixture = Fixture()
        fixture.decisions.agree()
        fixture.use(other_score(change))
        assert fixture.card("Cardiomegaly").probability == "62 %"
        assert fixture.card("Cardiomegaly").decision is None, change
        fixture.use(FakeScorer())
        assert fixture.card("Cardiomegaly").verdict is Verdict.AGREE, change


def test_a_decision_is_never_shown_with_another_image() -> None:
    fixture = Fixture()
    fixture.decisions.agree()
    other = ImageRef("1.2", "1.2.3", "1.2.3.5")
    fixture.decisions.follow((other, fixture.reading), "film-b")
    fixture.findings.open("b", fake_image(key="film-b"))
    fixture.jobs.release_all()
    assert fixture.card("Cardiomegaly").decision is None


def test_typed_comments_are_saved_twice_a_second_and_one_spell_is_one_step() -> None:
    fixture = Fixture()
    for text in ("s", "se", "see"):
        fixture.decisions.comment(text)
    assert fixture.reading.reading.decisions == {}
    fixture.wait()
    assert fixture.card("Cardiomegaly").comment == "see"
    fixture.decisions.comment("see prior")
    fixture.wait()
    assert fixture.card("Cardiomegaly").comment == "see prior"
    fixture.wait()  # a pause
    fixture.decisions.comment("see prior 2025")
    fixture.wait()
    fixture.reading.undo()
    assert fixture.card("Cardiomegaly").comment == "see prior"
    fixture.reading.undo()
    assert fixture.card("Cardiomegaly").decision is None


def test_a_comment_keeps_its_verdict_and_a_verdict_its_comment() -> None:
    fixture = Fixture()
    fixture.decisions.comment("faint")
    fixture.decisions.agree()  # what was typed is saved first
    card = fixture.card("Cardiomegaly")
    assert (card.verdict, card.comment) == (Verdict.AGREE, "faint")
    fixture.decisions.agree()
    card = fixture.card("Cardiomegaly")
    assert (card.verdict, card.comment) == (Verdict.UNDECIDED, "faint")


def test_leaving_the_image_saves_what_was_typed_about_that_image() -> None:
    fixture = Fixture()
    fixture.decisions.comment("typed and left")
    fixture.decisions.follow(None)
    decision = next(iter(fixture.reading.reading.decisions.values()))
    assert decision.comment == "typed and left"
    fixture.wait()
    assert len(fixture.reading.reading.decisions) == 1


def test_decisions_are_in_the_journal_before_they_are_seen(tmp_path: Path) -> None:
    fixture = Fixture(tmp_path)
    fixture.decisions.agree()
    (journal,) = tmp_path.glob("*.reading")
    found = read(journal.read_bytes()).document.reading
    assert found.decisions == fixture.reading.reading.decisions
    assert found.pictures == {IMAGE: "film-a"}
    key = finding_ref(IMAGE, prediction(), 0)
    assert found.decisions[key].verdict is Verdict.AGREE
    fixture.readings.close()
