"""Decides what the findings panel shows. Knows no widget."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from cxrviewer.errors import JobCancelled
from cxrviewer.heads.contract import (
    CancelToken,
    FindingScore,
    HeadManifest,
    Prediction,
    Refusal,
    RefusalCode,
    RefusedError,
    SaliencyMap,
)
from cxrviewer.imaging.radiograph import FilmFacts, Radiograph
from cxrviewer.jobs import JobRunner, Lane
from cxrviewer.presenters.words import REFUSAL_TITLES, counted, evidence, percent, sentence

SLOT = "findings"
REMEMBERED = 64


class Scorer(Protocol):
    """A head that can be asked; `heads.scoring.HeadScorer` is the real one."""

    @property
    def manifest(self) -> HeadManifest: ...
    def refuse_header(self, facts: FilmFacts) -> Refusal | None: ...
    def score(self, radiograph: Radiograph, cancel: CancelToken) -> Prediction: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class FindingCard:
    """A line of the panel, ready to draw. `number` names it to `FindingsPresenter.choose`."""

    number: int
    name: str
    probability: str
    threshold: str
    evidence: str
    has_map: bool


@dataclass(frozen=True, slots=True)
class Empty:
    """No film, or none that could be read: there is nothing to find."""

    message: str


@dataclass(frozen=True, slots=True)
class Busy:
    message: str


@dataclass(frozen=True, slots=True)
class Off:
    message: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The head may not read this film; `code` is the coded reason in plain words."""

    code: RefusalCode
    title: str
    message: str


@dataclass(frozen=True, slots=True)
class NoModel:
    """There is no head to ask; asking again would not help."""

    message: str


@dataclass(frozen=True, slots=True)
class Failed:
    message: str


@dataclass(frozen=True, slots=True)
class Shown:
    """Findings by group, each by falling probability; unvalidated ones in the head's order."""

    above: tuple[FindingCard, ...]
    below: tuple[FindingCard, ...]
    unvalidated: tuple[FindingCard, ...]
    chosen: int | None
    timing: str


FindingsState = Empty | Busy | Off | Refused | NoModel | Failed | Shown


class FindingsView(Protocol):
    """What the presenter needs of the panel."""

    def show_findings(self, state: FindingsState) -> None: ...
    def show_head(self, title: str, detail: str) -> None: ...
    def show_ai(self, enabled: bool) -> None: ...


@dataclass(frozen=True, slots=True)
class ChosenMap:
    """The map of the chosen finding."""

    name: str
    saliency: SaliencyMap


MapListener = Callable[[ChosenMap | None], None]
StatusListener = Callable[[str, str, bool], None]

NO_FILM = Empty("Open a film to see its findings.")
STARTING = Busy("Starting the model…")
SCORING = Busy("Scoring…")
AI_OFF = Off("AI is off. No model runs, and nothing is scored.")


class FindingsPresenter:
    """Scores the open film once and shows the answer; findings of another film never appear.

    Parameters
    ----------
    view : FindingsView
    jobs : JobRunner
    on_map : callable
        Told the map of the chosen finding, None when there is none to draw.
    on_status : callable
        Told ``(entry key, words, flagged)`` for the worklist.
    """

    def __init__(
        self,
        view: FindingsView,
        jobs: JobRunner,
        on_map: MapListener,
        on_status: StatusListener,
        *,
        enabled: bool = True,
    ) -> None:
        self._view = view
        self._jobs = jobs
        self._on_map = on_map
        self._on_status = on_status
        self._enabled = enabled
        self._scorer: Scorer | None = None
        self._no_head = ""
        self._film: tuple[str, Radiograph] | None = None
        self._prediction: Prediction | None = None
        self._chosen: int | None = None
        self._remembered: OrderedDict[str, Prediction | RefusedError] = OrderedDict()
        view.show_head("Model", "starting…")
        view.show_ai(enabled)
        self.clear()

    @property
    def enabled(self) -> bool:
        return self._enabled

    def use(self, scorer: Scorer) -> None:
        """Take `scorer` from now on; the open film is scored with it."""
        self._scorer, self._no_head = scorer, ""
        self._remembered.clear()  # a score belongs to one head only
        manifest = scorer.manifest
        self._view.show_head(manifest.title, f"{manifest.version} · {manifest.model.sha256[:8]} · {manifest.id}")
        self._refresh()

    @property
    def head(self) -> HeadManifest | None:
        """The manifest of the head in use, None while there is none."""
        return self._scorer.manifest if self._scorer is not None else None

    def starting(self) -> None:
        """Forget the head, because another one is on its way; no answer of the old one is shown any more."""
        self._scorer, self._no_head = None, ""
        self._remembered.clear()
        self._view.show_head("Model", "starting…")
        self._refresh()

    def no_head(self, message: str) -> None:
        """Say why there is no head to ask."""
        self._scorer, self._no_head = None, message
        self._view.show_head("No model", "")
        self._refresh()

    def clear(self, message: str = NO_FILM.message) -> None:
        """Forget the film at once; called before the next one is even decoded."""
        self._drop()
        self._film = None
        self._view.show_findings(Empty(message) if self._enabled else AI_OFF)

    def opening(self) -> None:
        """Say that a film is on its way."""
        self.clear("Opening the film…")

    def undecodable(self, entry: str) -> None:
        """Say that there are no findings because there is no picture."""
        self._drop()
        self._film = None
        title = REFUSAL_TITLES[RefusalCode.DECODE_FAILED]
        refused = Refused(
            RefusalCode.DECODE_FAILED, f"Not scored: {title}", "Without its picture a film has no findings."
        )
        self._view.show_findings(refused if self._enabled else AI_OFF)
        self._on_status(entry, title, False)

    def open(self, entry: str, radiograph: Radiograph) -> None:
        """Show the findings of a decoded film."""
        self._drop()
        self._film = (entry, radiograph)
        self._refresh()

    def set_enabled(self, enabled: bool) -> None:
        """Switch the AI on or off; off cancels what is running."""
        self._enabled = enabled
        self._view.show_ai(enabled)
        self._refresh()

    def retry(self) -> None:
        """Score the open film again after a failure."""
        self._refresh()

    def choose(self, number: int) -> None:
        """Show the map of a finding. The model does not run again: every map is already here."""
        if self._prediction is None or not 0 <= number < len(self._prediction.scores):
            return
        self._chosen = number
        self._show(self._prediction)

    def _drop(self) -> None:
        self._jobs.cancel(SLOT)
        self._prediction = None
        self._on_map(None)

    def _refresh(self) -> None:
        self._drop()
        if not self._enabled:
            self._view.show_findings(AI_OFF)
        elif self._no_head:
            self._view.show_findings(NoModel(self._no_head))
        elif self._film is None:
            self._view.show_findings(NO_FILM)
        elif self._scorer is None:
            self._view.show_findings(STARTING)
        else:
            self._score(self._scorer, *self._film)

    def _score(self, scorer: Scorer, entry: str, radiograph: Radiograph) -> None:
        known = self._remembered.get(radiograph.key)
        if isinstance(known, Prediction):
            self._remembered.move_to_end(radiograph.key)
            self._accept(known)
            return
        if isinstance(known, RefusedError):
            self._refuse(known.refusal)
            return
        refusal = scorer.refuse_header(radiograph.facts)
        if refusal is not None:
            self._refuse(refusal)
            return
        self._view.show_findings(SCORING)
        self._on_status(entry, "scoring…", False)
        self._jobs.submit(
            Lane.INFER,
            SLOT,
            lambda cancel: scorer.score(radiograph, cancel),
            on_done=self._scored,
            on_failed=self._fail,
        )

    def _scored(self, prediction: Prediction) -> None:
        self._remember(prediction.image_key, prediction)
        # The job runner lets only the newest job of the slot report. This is the second lock on
        # the door: scores that name another film are kept for it, never shown over this one.
        if self._film is not None and prediction.image_key == self._film[1].key:
            self._accept(prediction)

    def _accept(self, prediction: Prediction) -> None:
        previous = self._chosen
        above = [i for i in _by_probability(prediction) if prediction.scores[i].above]
        self._chosen = previous if previous in above else (above[0] if above else None)
        self._prediction = prediction
        self._status(counted(len(above), "flagged", "flagged") if above else "none above threshold", bool(above))
        self._show(prediction)

    def _show(self, prediction: Prediction) -> None:
        order = _by_probability(prediction)
        scores = prediction.scores
        card = _cards(prediction)
        self._view.show_findings(
            Shown(
                above=tuple(card(i) for i in order if scores[i].above),
                below=tuple(card(i) for i in order if scores[i].validated and not scores[i].above),
                unvalidated=tuple(card(i) for i in range(len(scores)) if not scores[i].validated),
                chosen=self._chosen,
                timing=f"{1000 * prediction.seconds:.0f} ms on this computer · offline",
            )
        )
        self._on_map(self._chosen_map(prediction))

    def _chosen_map(self, prediction: Prediction) -> ChosenMap | None:
        number = self._chosen
        if number is None or number >= len(prediction.maps) or not prediction.scores[number].validated:
            return None
        return ChosenMap(prediction.scores[number].spec.code.meaning, prediction.maps[number])

    def _refuse(self, refusal: Refusal) -> None:
        title = REFUSAL_TITLES[refusal.code]
        self._status(f"not scored: {title}", False)
        self._view.show_findings(Refused(refusal.code, f"Not scored: {title}", refusal.message))

    def _fail(self, error: Exception) -> None:
        if isinstance(error, JobCancelled):
            return
        if isinstance(error, RefusedError):
            if self._film is not None:
                self._remember(self._film[1].key, error)
            self._refuse(error.refusal)
            return
        self._status("not scored: the model failed", False)
        self._view.show_findings(Failed(sentence(error, "Scoring")))

    def _status(self, words: str, flagged: bool) -> None:
        if self._film is not None:
            self._on_status(self._film[0], words, flagged)

    def _remember(self, key: str, answer: Prediction | RefusedError) -> None:
        self._remembered[key] = answer
        self._remembered.move_to_end(key)
        while len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)


def _by_probability(prediction: Prediction) -> list[int]:
    return sorted(range(len(prediction.scores)), key=lambda i: -prediction.scores[i].probability)


def _cards(prediction: Prediction) -> Callable[[int], FindingCard]:
    def card(number: int) -> FindingCard:
        score: FindingScore = prediction.scores[number]
        name = score.spec.code.meaning
        if not score.validated:
            # Without evidence a number would pass for a score (../docs/heads.md): none is given.
            return FindingCard(number, name, "", "not validated", evidence(score), False)
        return FindingCard(
            number,
            name,
            percent(score.probability),
            f"threshold {percent(score.spec.threshold)}",
            evidence(score),
            number < len(prediction.maps),
        )

    return card
