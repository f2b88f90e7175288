"""Decides what the findings panel shows. Knows no widget."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from cxrviewer.cancel import CancelToken
from cxrviewer.commands.facts import Fact
from cxrviewer.commands.registry import FactBoard, Registry
from cxrviewer.heads.contract import HeadManifest, Prediction, RejectedError, Rejection, RejectionCode, SaliencyMap
from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.jobs import JobRunner, Lane
from cxrviewer.presenters.finding_states import (
    Busy,
    ChangesOf,
    ChosenMap,
    DecisionOf,
    Empty,
    Failed,
    FindingCard,
    FindingsState,
    FindingsView,
    HeadGroup,
    ImageStatus,
    MapListener,
    MapOffer,
    NoModel,
    Off,
    Rejected,
    Several,
    Shown,
    StatusListener,
    flag_words,
    flagged_once,
    no_changes,
    partly,
    status_of,
    undecided,
)
from cxrviewer.presenters.head_findings import STARTING, HeadFindings, HeadName, MapJob, Scorer
from cxrviewer.presenters.messages import DELETED, REJECTION_TITLES, sentence
from cxrviewer.text import looked_up, msg, tr, tr_n, translated

__all__ = [
    "Busy", "ChosenMap", "Empty", "Failed", "FindingCard", "FindingsPresenter", "FindingsState", "FindingsView",
    "HeadGroup", "HeadName", "MapOffer", "NoModel", "Off", "Rejected", "Scorer", "Several", "Shown",
]  # fmt: skip

SLOT = "findings"
MAP_SLOT = "map"
BESIDE_SLOT = "findings beside"
SLOW_SECONDS = 5.0
"""A head that was dropped after so long scores the next image last: it may hang."""

NO_IMAGE = Empty(msg("Open a film to see its findings."))
AI_OFF = Off(msg("AI is off. No model runs, and nothing is scored."))


class FindingsPresenter:
    """Has the open image scored by every head that is on, one after another, and shows each answer as it comes.

    Findings of another image, another head or another version never appear as this one's.

    Parameters
    ----------
    view : FindingsView
    jobs : JobRunner
    on_map : callable
        Called with the map of the chosen finding, an offer to compute it, or None when there is none to draw.
    on_status : callable
        Given the entry's key and its `ImageStatus`, for the worklist.
    on_scored : callable
        Given the entry's key and each new answer about it.
    on_switched : callable
        Called when the AI was switched on or off.
    beside : callable
        Returns key and image of what is on the screen besides; it is scored after the image at hand.
    """

    def __init__(
        self,
        view: FindingsView,
        jobs: JobRunner,
        on_map: MapListener,
        on_status: StatusListener,
        *,
        on_scored: Callable[[str, Prediction], None] = lambda entry, prediction: None,
        on_switched: Callable[[], None] = lambda: None,
        beside: Callable[[], Sequence[tuple[str, Radiograph]]] = tuple,
        enabled: bool = True,
        facts: FactBoard | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._view = view
        self._jobs = jobs
        self._on_map = on_map
        self._on_status = on_status
        self._on_scored, self._on_switched = on_scored, on_switched
        self._beside = beside
        self._clock = clock
        self._scoring_beside = False
        self._failed_beside: set[tuple[str, str]] = set()
        self._facts: FactBoard = facts if facts is not None else Registry(())
        self._enabled = enabled
        self._heads: dict[str, HeadFindings] = {}
        self._no_head = ""
        self._image: tuple[str, Radiograph] | None = None
        self._away: FindingsState = NO_IMAGE
        self._chosen: tuple[str, int] | None = None
        self._by_hand = False
        self._scoring, self._since = "", 0.0
        self._map_job: MapJob | None = None
        self._map_failed = ""
        self._decision_of: DecisionOf = undecided
        self._changes_of: ChangesOf = no_changes
        view.show_ai(enabled)
        self._name_heads()
        self.clear()

    @property
    def enabled(self) -> bool:
        return self._enabled

    @property
    def heads(self) -> tuple[HeadManifest, ...]:
        """The manifests of the heads that are ready, the default one first."""
        return tuple(scorer.manifest for scorer in self.scorers)

    @property
    def titles(self) -> dict[str, str]:
        """The titles of the heads that are ready, by id."""
        return {head.id: head.title for head in self.heads}

    @property
    def answers(self) -> tuple[tuple[HeadManifest, Prediction], ...]:
        """What each head that is on answered about the active image."""
        manifests = {manifest.id: manifest for manifest in self.heads}
        found = ((manifests.get(answer.head_id), answer) for _, answer in self.predictions)
        return tuple((manifest, answer) for manifest, answer in found if manifest is not None)

    @property
    def starting(self) -> bool:
        """Whether a head that is on is not ready yet."""
        return any(head.starting for head in self._heads.values())

    @property
    def scorers(self) -> tuple[Scorer, ...]:
        return tuple(h.scorer for h in self._heads.values() if h.scorer is not None)

    @property
    def head(self) -> HeadManifest | None:
        """The manifest of the first head that is ready, None while there is none."""
        return next(iter(self.heads), None)

    # Which heads there are.

    def expect(self, names: Sequence[HeadName]) -> tuple[HeadName, ...]:
        """Take the heads that are on, the default one first. Returns those whose model is to be started.

        A head that is the same to the last byte keeps its model and its answers; of one that is
        there in another version its answer for the open image stays, marked as old, until the new one answers.
        """
        before, self._heads, self._no_head = self._heads, {}, ""
        wanted = []
        for name in names:
            head = before.get(name.key) or HeadFindings(name)
            if head.scorer is None or head.name.identity != name.identity:
                head.become(name)
                wanted.append(name)
            self._heads[name.key] = head
        if wanted or list(before) != list(self._heads):
            self._name_heads()
            self._refresh()
        else:
            self._carry_on()  # after `interrupt`
        return tuple(wanted)

    def interrupt(self) -> None:
        """Drop what is being scored, until `expect` is told which heads there are."""
        scoring = self._heads.get(self._scoring)
        if scoring is not None and self._clock() - self._since >= SLOW_SECONDS:
            scoring.faltered = True
        self._jobs.cancel(SLOT)
        self._jobs.cancel(BESIDE_SLOT)
        self._scoring, self._scoring_beside = "", False

    def use(self, scorer: Scorer) -> None:
        """Take the model of a head that is expected; the open image is scored with it."""
        key = scorer.manifest.id
        head = self._heads.get(key)
        if head is None:
            return  # switched off while it was started
        head.take(scorer)
        self._failed_beside.clear()
        self._name_heads()
        self._request(head)

    def unusable(self, key: str, message: str) -> None:
        """Show why a head that is expected reads no image."""
        head = self._heads.get(key)
        if head is not None:
            head.give_up(message)
            self._name_heads()
            self._request(head)

    def no_head(self, message: str) -> None:
        """Show why there is no head at all."""
        self._heads, self._no_head = {}, message
        self._name_heads()
        self._refresh()

    def processes_changed(self) -> None:
        """Show again which models are loaded."""
        if self._image is not None and self._enabled:
            self._show()

    # Which image it is.

    def clear(self, away: FindingsState = NO_IMAGE) -> None:
        """Forget the image at once; called before the next one is even decoded. `away` is shown meanwhile."""
        self._leave(away)

    def opening(self) -> None:
        """Show that an image is on its way."""
        self.clear(Empty(tr("Opening the film…")))

    def undecodable(self, entry: str) -> None:
        """Show that there are no findings because there is no picture."""
        title = REJECTION_TITLES[RejectionCode.DECODE_FAILED]
        words = tr("Without its picture a film has no findings.")
        self._leave(Rejected(RejectionCode.DECODE_FAILED, tr("Not scored: {title}", title=title), words))
        self._on_status(entry, ImageStatus(title, by_heads=False))

    def gone(self, entry: str, message: str) -> None:
        """Show that there is no file any more; that is not a fault of the picture."""
        self._leave(Empty(message))
        self._on_status(entry, ImageStatus(translated(DELETED), by_heads=False))

    def open(self, entry: str, radiograph: Radiograph) -> None:
        """Show the findings of a decoded image."""
        self._note_left()
        self._image = (entry, radiograph)
        self._refresh()

    def score_beside(self) -> None:
        """Score what else is on the screen, one image and head at a time, once the image at hand has its answers."""
        heads = [head for head in self._heads.values() if head.scorer is not None and head.usable]
        heads.sort(key=lambda one: one.faltered)
        if not self._enabled or self._scoring or self._scoring_beside or any(head.waiting for head in heads):
            return
        for entry, image in self._beside():
            self._notify_beside(entry, image)  # what is known of an image that was opened again stands in a new row
            for head in heads:
                if head.answer(image) is None and (head.name.key, image.key) not in self._failed_beside:
                    self._score_one_beside(head, entry, image)
                    return

    def set_enabled(self, enabled: bool) -> None:
        """Switch the AI on or off; off cancels what is running."""
        self._note_left()
        self._enabled = enabled
        self._view.show_ai(enabled)
        self._refresh()
        self._on_switched()

    def retry(self, head: str = "") -> None:
        """Have the open image scored again by a head that failed; without a name, by the first."""
        requested = self._head_of(head)
        if requested is not None and self._enabled:
            self._request(requested)

    # Which finding is chosen.

    def choose(self, number: int, head: str = "") -> None:
        """Show the map of a finding, of the first head where none is named. No model runs again for a map it made."""
        requested = self._head_of(head)
        if requested is None or requested.prediction is None or not 0 <= number < len(requested.prediction.scores):
            return
        self._pick(requested, number, by_hand=True)

    def next_finding(self) -> None:
        """Choose the next finding that has a map or can be decided on, across all heads; round the end."""
        places = self._places()
        if places and self._enabled:
            at = places.index(self._chosen) + 1 if self._chosen in places else 0
            key, number = places[at % len(places)]
            self._pick(self._heads[key], number, by_hand=True)

    # What the reader decides.

    def show_decisions(self, decision_of: DecisionOf) -> None:
        """Show these decisions from now on; called again whenever one changes."""
        self._decision_of = decision_of
        self._show()

    def show_changes(self, changes_of: ChangesOf) -> None:
        """Show these differences from the prior from now on; called again whenever one changes."""
        self._changes_of = changes_of
        self._show()

    def score_at(self, number: int | None = None, head: str = "") -> tuple[Prediction, int] | None:
        """Return a validated score of the image at hand, by default the chosen one's; None where there is none."""
        requested, wanted = self._head_of(head), number
        if wanted is None:
            requested, wanted = self._chosen_head(), self._chosen[1] if self._chosen is not None else None
        if (
            self._image is None
            or not self._enabled
            or requested is None
            or requested.prediction is None
            or wanted is None
        ):
            return None
        scores = requested.prediction.scores
        held = 0 <= wanted < len(scores) and scores[wanted].validated
        return (requested.prediction, wanted) if held else None

    @property
    def predictions(self) -> tuple[tuple[HeadName, Prediction], ...]:
        """What each head answered for the image at hand, the default head's first."""
        heads = self._heads.values() if self._image is not None and self._enabled else ()
        return tuple((head.name, head.prediction) for head in heads if head.prediction is not None)

    def refused(self, image: Radiograph) -> bool:
        """Return whether heads are on and every one of them has rejected an image: no score of it will come."""
        answers = [head.answer(image) for head in self._heads.values()]
        return bool(answers) and all(isinstance(one, Rejection) for one in answers)

    # Maps on request.

    def request_map(self) -> None:
        """Compute the map of the chosen finding, which its head does not make by itself."""
        head = self._chosen_head()
        if head is None or head.scorer is None or self._image is None or self._chosen is None:
            return
        number = self._chosen[1]
        if head.map_of(number) is not None or not head.offers_map(number):
            return
        job, scorer, radiograph = MapJob(head.name.key, number), head.scorer, self._image[1]
        self._map_job, self._map_failed = job, ""

        def note(done: int, of: int) -> None:
            job.of, job.done = of, done  # from a worker's thread; read by `tick`

        def work(cancel: CancelToken) -> SaliencyMap:
            return scorer.explain(radiograph, number, cancel, note)

        def done(saliency: SaliencyMap) -> None:
            head.keep_map(radiograph.key, number, saliency)
            self._map_job = None
            self._notify_map()

        def failed(error: Exception) -> None:
            self._map_job, self._map_failed = None, sentence(error, tr("Computing the map"))
            self._notify_map()

        self._jobs.submit(Lane.INFER, MAP_SLOT, work, on_done=done, on_failed=failed)
        self._notify_map()

    def cancel_map(self) -> None:
        """Stop computing a map; what was computed of it is dropped."""
        self._jobs.cancel(MAP_SLOT)
        self._map_job = None
        self._notify_map()

    @property
    def computing_map(self) -> bool:
        return self._map_job is not None

    def tick(self) -> None:
        """Show how far a map on request is; called now and then by the view, on its thread."""
        job = self._map_job
        if job is not None and job.done != job.notified:
            job.notified = job.done
            self._notify_map()

    # Inside.

    def _places(self) -> list[tuple[str, int]]:
        """Return (head, number) of every finding that has a map, can be given one, or can be decided on."""
        return [
            (key, card.number)
            for key, state in ((k, h.state(None)) for k, h in self._heads.items())
            if isinstance(state, Shown)
            for card in state.above + state.below
            if card.has_map or card.decidable
        ]

    def _head_of(self, key: str) -> HeadFindings | None:
        return self._heads.get(key) if key else next(iter(self._heads.values()), None)

    def _chosen_head(self) -> HeadFindings | None:
        head = self._heads.get(self._chosen[0]) if self._chosen is not None else None
        return head if head is not None and head.prediction is not None else None

    def _leave(self, away: FindingsState) -> None:
        self._note_left()
        self._image, self._away = None, away
        self._refresh()

    def _stop_map(self) -> None:
        if self._map_job is not None:
            self._jobs.cancel(MAP_SLOT)
        self._map_job, self._map_failed = None, ""

    def _refresh(self) -> None:
        """Begin anew with the image at hand: nothing of another one, nor of a job still running, is left."""
        self.interrupt()
        self._stop_map()
        self._by_hand = False
        image = self._image
        for head in self._heads.values():
            if image is None or not self._enabled:
                head.forget()
            else:
                head.request(image[1])
        self._carry_on()

    def _request(self, head: HeadFindings) -> None:
        """Ask one head about the image at hand, leaving the others at what they are doing."""
        if self._image is not None and self._enabled:
            head.request(self._image[1])
            self._carry_on()
        elif len(self._heads) <= 1:
            self._show()

    def _carry_on(self) -> None:
        """Let the next head that has to score; show what there is."""
        self._choose_again()
        self._show()
        self._notify_status()
        waiting = [head for head in self._heads.values() if head.waiting]
        if self._image is not None and not waiting:
            self.score_beside()
        if self._image is None or not waiting or self._scoring in [head.name.key for head in waiting]:
            return
        # One that failed or was slow last time comes last: it may hang until its time is over.
        head, (entry, image) = min(waiting, key=lambda one: one.faltered), self._image
        scorer = head.scorer
        assert scorer is not None, "only a head with a model waits"
        self._scoring, self._since = head.name.key, self._clock()

        def done(prediction: Prediction) -> None:
            self._scoring = ""
            if prediction.image_key == image.key:
                head.remember(image, prediction)
                self._on_scored(entry, prediction)
            self._scored(prediction, head)

        def failed(error: Exception) -> None:
            self._scoring = ""
            head.fail(error, image)
            self._carry_on()

        self._jobs.submit(Lane.INFER, SLOT, lambda cancel: scorer.score(image, cancel), on_done=done, on_failed=failed)

    def _score_one_beside(self, head: HeadFindings, entry: str, image: Radiograph) -> None:
        scorer = head.scorer
        assert scorer is not None, "only a head with a model is asked"
        self._scoring_beside = True

        def done(prediction: Prediction) -> None:
            self._scoring_beside = False
            if prediction.image_key == image.key:
                head.remember(image, prediction)
                self._on_scored(entry, prediction)
            else:
                self._failed_beside.add((head.name.key, image.key))
            self._notify_beside(entry, image)
            self.score_beside()

        def failed(error: Exception) -> None:
            self._scoring_beside = False
            if isinstance(error, RejectedError):
                head.remember(image, error)
            else:  # the reason is stated where the image becomes the one at hand, and it is tried again then
                head.faltered = True
                self._failed_beside.add((head.name.key, image.key))
            self._notify_beside(entry, image)
            self.score_beside()

        self._jobs.submit(
            Lane.INFER, BESIDE_SLOT, lambda cancel: scorer.score(image, cancel), on_done=done, on_failed=failed
        )

    def _note_left(self) -> None:
        """Let the worklist call the image at hand no longer “scoring”: what is still running for it is dropped."""
        if self._image is not None and (self.starting or any(head.waiting for head in self._heads.values())):
            self._on_status(self._image[0], self._known_of(self._image[1]))

    def _notify_beside(self, entry: str, image: Radiograph) -> None:
        """Write into the worklist what is known of an image that is not at hand."""
        status = self._known_of(image)
        if status is not None:
            self._on_status(entry, status)

    def _known_of(self, image: Radiograph) -> ImageStatus | None:
        answers = [head.answer(image) for head in self._heads.values()]
        made = [one for one in answers if isinstance(one, Prediction)]
        rejected = next((one for one in answers if isinstance(one, Rejection)), None)
        flagged = flagged_once(made)
        return status_of(len(made), len(answers), flagged, None if rejected is None else rejected.code)

    def _scored(self, prediction: Prediction, head: HeadFindings | None = None) -> None:
        head = head or self._heads.get(prediction.head_id)
        if head is None:
            return
        # The job runner lets only the newest job of the slot report. This is the second lock on
        # the door: scores that name another image are never shown over this one.
        if self._image is not None and prediction.image_key == self._image[1].key:
            head.accept(prediction)
            self._carry_on()

    def _choose_again(self) -> None:
        """Keep the chosen finding while it makes sense, else choose the most probable one above threshold."""
        chosen = self._chosen_head()
        if chosen is not None and self._chosen is not None and (self._by_hand or self._chosen[1] in chosen.flagged):
            return
        if chosen is None and self._chosen is not None:
            named = self._heads.get(self._chosen[0])
            if self._image is None or (named is not None and (named.waiting or named.scorer is None) and named.usable):
                return  # its answer for this image is still to come
        self._stop_map()
        kept = [chosen] if chosen is not None else []
        best = next(((h.name.key, h.flagged[0]) for h in (*kept, *self._heads.values()) if h.flagged), None)
        if best is not None or chosen is not None:  # a rejected image does not end the reader's interest in a finding
            self._chosen, self._by_hand = best, False

    def _pick(self, head: HeadFindings, number: int, *, by_hand: bool) -> None:
        if self._chosen != (head.name.key, number):
            self._stop_map()
        self._chosen, self._by_hand = (head.name.key, number), by_hand
        self._show()

    def _name_heads(self) -> None:
        """Say at the panel's foot who reads the images."""
        heads = list(self._heads.values())
        if self._no_head:
            self._view.show_head(tr("No model"), "", "")
        elif len(heads) > 1:
            names = ", ".join(f"{h.name.title} {h.name.version}" for h in heads)
            self._view.show_head(tr_n("{n} model head", "{n} model heads", len(heads)), names, "")
        elif not heads:
            self._view.show_head(tr("Model"), tr("starting…"), "")
        elif heads[0].scorer is not None:
            m = heads[0].scorer.manifest
            detail = f"{m.version} · {m.model.sha256[:8]} · {m.id}"
            self._view.show_head(m.title, detail, heads[0].name.signature)
        else:
            name = heads[0].name
            detail = tr("{version} · starting…", version=name.version) if heads[0].usable else name.version
            self._view.show_head(name.title, detail, name.signature)

    def _show(self) -> None:
        self._view.show_findings(self._state())
        facts = {
            Fact.AI: self._enabled,
            Fact.FINDING: self._enabled and bool(self._places()),
            Fact.DECIDABLE: self.score_at() is not None,
        }
        self._facts.publish(facts.keys(), {fact for fact, holds in facts.items() if holds})
        self._notify_map()

    def _state(self) -> FindingsState:
        if not self._enabled:
            return AI_OFF
        if self._image is None and self._away is not NO_IMAGE:
            return self._away
        heads = list(self._heads.values())
        if self._no_head:
            return NoModel(self._no_head)
        if self._image is None:
            return heads[0].state(None) if len(heads) == 1 and not heads[0].usable else NO_IMAGE
        return self._answers(heads) if heads else STARTING

    def _answers(self, heads: Sequence[HeadFindings]) -> FindingsState:
        chosen = self._chosen
        states = [
            h.state(
                chosen[1] if chosen is not None and chosen[0] == h.name.key else None,
                self._decision_of,
                self._changes_of,
            )
            for h in heads
        ]
        if len(heads) == 1:
            return states[0]
        groups = zip(heads, states, strict=True)
        made = (HeadGroup(h.name.key, h.name.title, h.name.version, state, h.name.signature) for h, state in groups)
        return Several(tuple(made))

    def _notify_map(self) -> None:
        head = self._chosen_head()
        if head is None or self._chosen is None or not self._enabled or self._image is None or head.prediction is None:
            self._on_map(None)
            return
        number = self._chosen[1]
        name = looked_up(head.prediction.scores[number].spec.code.meaning)
        whose = head.name.short if len(self._heads) > 1 else ""
        saliency = head.map_of(number)
        if saliency is not None:
            self._on_map(ChosenMap(name, saliency, whose, head.offers_map(number), head.name.short))
        elif head.offers_map(number):
            job = self._map_job
            done, of = (0, 0) if job is None else (job.done, job.of)
            self._on_map(MapOffer(name, whose, done, of, self._map_failed))
        else:
            self._on_map(None)

    def _notify_status(self) -> None:
        if self._image is None or not self._enabled or not self._heads:
            return
        heads = list(self._heads.values())
        answered = [h for h in heads if h.prediction is not None]
        waiting = any(h.waiting for h in heads)
        flagged = flagged_once([h.prediction for h in answered if h.prediction is not None])
        if not answered:
            words = tr("scoring…") if waiting else next((h.words for h in heads if h.words), "")
        else:
            words = flag_words(flagged)
            silent = [h for h in heads if h.words]
            if waiting or self.starting:
                words = tr("{words} · scoring…", words=words) if flagged else tr("scoring… · {words}", words=words)
            elif silent:
                spoke = len(heads) - len(silent)
                words = partly(words, spoke, len(heads), flagged=flagged)
        if words:
            self._on_status(self._image[0], ImageStatus(words, flagged=bool(flagged)))
