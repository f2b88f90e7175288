"""Scores images of the library in the background: one at a time, paused and resumed, each result kept at once."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import CxrError, FileGoneError, LibraryError
from cxrviewer.heads.contract import FindingScore, HeadManifest, Prediction, RejectedError
from cxrviewer.imaging.contents import Image
from cxrviewer.imaging.member_paths import member_path
from cxrviewer.jobs import JobRunner, Lane
from cxrviewer.presenters.head_findings import Scorer
from cxrviewer.presenters.library_unscored import NotScored
from cxrviewer.presenters.messages import sentence, sentence_of, time_left
from cxrviewer.studies.index.identity import holds
from cxrviewer.studies.index.scores import ModelVersion, Outcome, RunState, Selection, StoredFinding
from cxrviewer.studies.index.stores import Stores
from cxrviewer.text import Message, msg, tr, tr_n, translated

LIST_SLOT, READ_SLOT, SCORE_SLOT, KEEP_SLOT = "to score", "score read", "score", "score keep"
LEFT_SLOT, END_SLOT, BREAK_SLOT = "score left", "score end", "score break"
AT_ONCE = 1000
"""Studies of a selection that are asked about in one query."""
EVERYTHING = 10_000_000
LOOK_EVERY_MS = 4000
"""How often a window looks whether the run of another one goes on: one that is killed reports nothing."""

logger = logging.getLogger(__name__)

CHANGED = msg("The file has changed since the library was scanned.")
AWAY = msg("Its disc or folder is not connected.")
NOTHING_TO_SCORE = msg("Nothing to score: every image within reach has its scores.")
ADD_FIRST = msg("Nothing to score: add a folder first.")
NO_IMAGE = msg("Nothing to score: the folders of the library hold no image that was read.")
ELSEWHERE = msg(
    "Another window is scoring the library. When it has ended, or is stopped there, what is left can be scored here."
)
GOES_ON = msg("Another window is scoring the library; its scores appear here too.")
NOTHING_LEFT = msg("The scoring of another window has ended; it left nothing to score here.")
NO_HEAD = msg("No model is ready: switch AI on, or wait until the model has started.")
STARTING = msg("Not every model has started yet: score again when they have, or some images would lack a score.")

_OUTCOMES = (Outcome.REJECTED, Outcome.SCORED, Outcome.FAILED, None)
"""What several heads made of an image, which counts once: as the last of these. None: it was not there."""


class OpenForScoring(Protocol):
    """`decoder.client.DecoderPool.open_image`."""

    def __call__(self, path: Path, cancel: CancelToken) -> Image: ...


class ScoringState(Struct, frozen=True):
    """How far a run is.

    Attributes
    ----------
    running, paused : bool
        A paused run is still running.
    text : str
        Progress or result, for the screen.
    done, total : int
        Answers of heads: images times heads.
    left : int
        Images without a score of a run that ended with the window, which `LibraryScoring.take_up` goes on with.
    waited : bool
        Some of these could not be scored here before, because another window was scoring.
    """

    running: bool = False
    paused: bool = False
    text: str = ""
    done: int = 0
    total: int = 0
    left: int = 0
    waited: bool = False


def version_of(manifest: HeadManifest) -> ModelVersion:
    """Return what results of a head are kept by."""
    return ModelVersion(manifest.id, manifest.model.sha256, manifest.recipe.digest())


def stored(prediction: Prediction) -> tuple[StoredFinding, ...]:
    """Return what is kept of an answer: findings with evidence only, for others have no score to show."""
    return tuple(_stored(score) for score in prediction.scores if score.validated)


def _stored(score: FindingScore) -> StoredFinding:
    code, (low, high) = score.spec.code, score.interval or (None, None)
    return StoredFinding(
        f"{code.scheme}:{code.value}", code.meaning, score.probability, low, high, score.spec.threshold
    )


class LibraryScoring:
    """One run at a time over a selection or the whole library.

    An image that the reader opens waits for at most the one that is being scored: both use one model process, one
    image at a time. Files are read by a process of their own, one ahead of the model. Of all windows of a library one
    scores: what is asked for in another one meanwhile is offered there when the run has ended. What a run leaves that
    broke off, as on a full disk, is offered here at once, beside the reason.

    Parameters
    ----------
    jobs : JobRunner
    open_image : callable
        See `OpenForScoring`.
    scorers : callable
        Returns the heads that are ready.
    starting : callable
        Whether a head that is on is not ready yet: a run without it would leave its scores out.
    show : callable
        Called with every new state.
    on_scored : callable
        Called with the rows of the index whose results have changed, from time to time and at the end.
    on_missed : callable
        Called with a file that was not there: its folder is perhaps not connected any more.
    later : callable
        Calls something once after some milliseconds, on this thread.
    watched : callable
        Whether anybody sees what is shown. Nothing is looked at by itself while nobody does.
    clock : callable
        Seconds.
    """

    def __init__(
        self,
        jobs: JobRunner,
        open_image: OpenForScoring,
        scorers: Callable[[], Sequence[Scorer]],
        *,
        starting: Callable[[], bool] = lambda: False,
        show: Callable[[ScoringState], None],
        on_scored: Callable[[], None],
        on_missed: Callable[[Path], None] = lambda path: None,
        later: Callable[[int, Callable[[], None]], None] = lambda milliseconds, call: None,
        watched: Callable[[], bool] = lambda: True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._jobs, self._open, self._scorers, self._starting = jobs, open_image, scorers, starting
        self._show, self._on_scored, self._on_missed, self._clock = show, on_scored, on_missed, clock
        self._later, self._watched = later, watched
        self._stores: Stores | None = None
        self._work: list[tuple[Scorer, ModelVersion, int, str]] = []
        self._next = self._images = self._unscored = 0
        self._made: dict[int, Outcome | None] = {}
        self._running = self._paused = self._busy = self._resting = False
        self._reading: int | None = None
        self._read: tuple[int, Image | Exception] | None = None
        self._seconds, self._since = 0.0, 0.0
        self._end = self._why = ""
        self._run = 0
        self._not_reached: dict[int, NotScored] = {}
        self._runs = RunState()
        self._waiting: Selection | None = None
        self._wanted = Selection(None)
        self._broken: Selection | None = None  # what a run was over that broke off, perhaps before that was kept
        self._looks_later = False
        self._nothing = NOTHING_TO_SCORE

    @property
    def not_reached(self) -> tuple[NotScored, ...]:
        """Return the images that were not there in this run, or the last one: nothing is kept of them."""
        return tuple(self._not_reached.values())

    @property
    def state(self) -> ScoringState:
        left = 0 if self._running or self._runs.unfinished is None else self._runs.unfinished.left
        waited = bool(left) and self._waiting is not None
        return ScoringState(self._running, self._paused, self._text(), self._next, len(self._work), left, waited)

    @property
    def elsewhere(self) -> bool:
        """Whether another window was scoring when that was looked at last."""
        return self._runs.elsewhere

    def look_at_runs(self, stores: Stores, *, just_broken: bool = False) -> None:
        """Look whether another window scores, or what a run has left that has ended; no scoring starts by that."""
        if self._running:
            return
        self._stores, waiting, wanted = stores, self._waiting, self._still_wanted()

        def done(found: RunState) -> None:
            shown = self.state
            if not just_broken and (found.unfinished is not None or found.elsewhere != self._runs.elsewhere):
                self._end = self._why = ""  # it is about an earlier run, or one of another window
            self._runs = found
            self._forget_done(waiting)
            if found.elsewhere:
                self._look_later()
            if self.state != shown:
                self._show(self.state)

        def failed(error: Exception) -> None:
            logger.warning("what is left to score could not be counted", exc_info=error)
            if self._runs.elsewhere or self._broken is not None:
                self._look_later()

        def work(_: CancelToken) -> RunState:
            return stores.scores.run_state(stores.reading.database, wanted)

        self._jobs.submit(Lane.LIBRARY, LEFT_SLOT, work, on_done=done, on_failed=failed)

    def _still_wanted(self) -> Selection | None:
        """Return what was asked for here and could not be scored yet."""
        waiting, broken = self._waiting, self._broken
        return waiting.joined(broken) if waiting is not None and broken is not None else waiting or broken

    def _forget_done(self, waiting: Selection | None) -> None:
        """No longer wait for what another window has done."""
        if self._runs == RunState():
            self._broken = None
            if waiting is not None:
                self._waiting, self._end = None, translated(NOTHING_LEFT)

    def _look_later(self) -> None:
        if not self._looks_later:
            self._looks_later = True
            self._later(LOOK_EVERY_MS, self._look_now)

    def _look_now(self) -> None:
        self._looks_later = False
        if self._stores is not None and self._watched():
            self.look_at_runs(self._stores)

    def look_at_heads(self) -> None:
        """No longer say that models are not ready where they are."""
        said = self._end in (translated(NO_HEAD), translated(STARTING))
        if said and not self._running and self._not_ready() is None:
            self._end = ""
            self._show(self.state)

    def _not_ready(self) -> Message | None:
        """Return why no run can begin with all models that are on; None where one can."""
        if not self._scorers():
            return NO_HEAD
        return STARTING if self._starting() else None

    def take_up(self) -> None:
        """Score what is left of a run that ended with its window, or with another one's."""
        if self._runs.unfinished is not None and self._stores is not None and not self._running:
            self.start(self._stores, self._runs.unfinished.studies)

    def start(self, stores: Stores, studies: Collection[int] | None) -> None:
        """Score what has no current result: images of `studies`, or all. Replaces a run of this window."""
        self._halt()
        not_ready = self._not_ready()
        if not_ready is not None:
            self._break_run()
            self._finish(translated(not_ready))
            if self._stores is not None:
                self.look_at_runs(self._stores, just_broken=True)
            return
        scorers = tuple(self._scorers())
        self._jobs.cancel(LEFT_SLOT)
        self._stores, self._running, self._paused, self._runs = stores, True, False, RunState()
        self._work, self._next, self._images, self._unscored, self._seconds = [], 0, 0, 0, 0.0
        self._end, self._why, self._made, self._not_reached = "", "", {}, {}
        chosen = None if studies is None else sorted(studies)
        wanted = self._wanted = Selection(None if chosen is None else tuple(chosen))

        def work(cancel: CancelToken) -> tuple[list[tuple[Scorer, ModelVersion, int, str]], Message] | None:
            if not stores.scores.begin_run(chosen):
                return None
            versions = [(scorer, version_of(scorer.manifest)) for scorer in scorers]
            stores.scores.set_current([version for _, version in versions])
            found = []
            for scorer, version in versions:
                cancel.raise_if_cancelled()
                found += [
                    (scorer, version, *one)
                    for one in _to_score(stores, version, chosen, makes_features(scorer.manifest))
                ]
            return found, NOTHING_TO_SCORE if found else _why_nothing(stores)

        def listed(result: tuple[list[tuple[Scorer, ModelVersion, int, str]], Message] | None) -> None:
            if result is None:
                self._wait(stores, wanted)
                return
            self._waiting = self._broken = None
            work, self._nothing = result
            self._work, self._since, self._resting = work, self._clock(), False
            self._images = len({image for _, _, image, _ in work})
            self._step()

        self._jobs.submit(Lane.LIBRARY, LIST_SLOT, work, on_done=listed, on_failed=self._broke)
        self._show(self.state)

    def pause(self) -> None:
        """Stop after the image that is being scored; `resume` goes on."""
        if self._running and not self._paused:
            self._paused = True
            self._step()
            self._show(self.state)

    def resume(self) -> None:
        if self._running and self._paused:
            self._paused = False
            if self._resting:
                self._resting, self._since = False, self._clock()
            self._step()

    def stop(self) -> None:
        """End the run; what was scored is kept, and a later run does not score it again."""
        if self._running:
            self._end_run()
        self._halt()

    # Inside.

    def _halt(self) -> None:
        for slot in (LIST_SLOT, READ_SLOT, SCORE_SLOT):
            self._jobs.cancel(slot)
        self._busy, self._reading, self._read = False, None, None
        self._run += 1
        if self._running:
            done, total = self._next, len(self._work)
            self._finish(
                tr("Scoring stopped after {done:,} of {total:,}.", done=done, total=total)
                if self._one_each
                else tr("Scoring stopped after {done:,} of {total:,} answers.", done=done, total=total)
            )

    def _wait(self, stores: Stores, wanted: Selection) -> None:
        """Have something offered when the run of another window has ended."""
        self._runs = RunState(elsewhere=True)
        self._waiting = wanted if self._waiting is None else self._waiting.joined(wanted)
        self._finish("")
        self.look_at_runs(stores)  # it may have ended meanwhile

    def _end_run(self) -> None:
        """Have nothing of the run offered after the next start; behind what its own jobs write."""
        if self._stores is not None:
            self._behind_it(END_SLOT, self._stores.scores.end_run)

    def _break_run(self) -> None:
        """Have the rest of the run offered, in another window too; behind what its own jobs write."""
        if self._stores is not None:
            self._behind_it(BREAK_SLOT, self._stores.scores.break_run)

    def _behind_it(self, slot: str, end: Callable[[], None]) -> None:
        def failed(error: Exception) -> None:
            logger.warning("the end of the scoring could not be kept", exc_info=error)

        self._jobs.submit(Lane.LIBRARY, slot, lambda _: end(), on_done=lambda _: None, on_failed=failed)

    def _step(self) -> None:
        if not self._running or self._busy:
            return
        if self._next >= len(self._work):
            self._end_run()
            self._finish(self._result())
            return
        self._show(self.state)
        if self._paused:
            if not self._resting:  # the image that was being scored still took its time
                self._resting = True
                self._seconds += self._clock() - self._since
            return
        self._busy = True
        if self._read is not None and self._read[0] == self._next:
            self._use(self._read[1])
        elif self._reading is None:
            self._begin_reading(self._next)

    def _begin_reading(self, number: int) -> None:
        stores, self._reading, self._read = self._stores, number, None
        assert stores is not None
        _, _, image, digest = self._work[number]

        missed: list[Path] = []

        def read(cancel: CancelToken) -> Image:
            places = stores.reading.paths_of(image)
            gone: FileGoneError | LibraryError = FileGoneError(AWAY) if places else LibraryError(CHANGED)
            for path, member, online in places:
                try:
                    opened = self._open(member_path(path, member) if member else path, cancel) if online else None
                except FileGoneError as error:  # the same image may lie in another folder too
                    missed.append(path)
                    gone = error
                    continue
                if opened is None:
                    continue
                if not holds(opened.header.stamp, digest):
                    raise LibraryError(CHANGED)
                return opened
            raise gone

        def have(found: Image | Exception) -> None:
            for path in missed:
                self._on_missed(path)
            self._reading = None
            # While the image before is scored or kept, this one waits.
            if self._busy and number == self._next:
                self._use(found)
            else:
                self._read = number, found

        self._jobs.submit(Lane.SCAN, READ_SLOT, read, on_done=have, on_failed=have)

    def _use(self, found: Image | Exception) -> None:
        """Score an image that was read, and read the one behind it meanwhile."""
        self._read = None
        if isinstance(found, Exception):
            self._not_scored(found)
            return
        scorer, radiograph = self._work[self._next][0], found.radiograph
        self._jobs.submit(
            Lane.INFER,
            SCORE_SLOT,
            lambda cancel: scorer.score(radiograph, cancel),
            on_done=lambda prediction: self._keep(Outcome.SCORED, stored(prediction), "", prediction.features),
            on_failed=self._not_scored,
        )
        if self._next + 1 < len(self._work) and not self._paused:
            self._begin_reading(self._next + 1)

    def _not_scored(self, error: Exception) -> None:
        why = sentence_of(error, msg("Scoring"))
        if isinstance(error, RejectedError):
            self._keep(Outcome.REJECTED, (), error.rejection.code.value, why=why)
        elif isinstance(error, FileGoneError):
            # Nothing is known of the image: what was kept of it stays, and the next run looks for it again.
            self._keep(None, (), "", why=why)
        else:
            self._keep(Outcome.FAILED, (), error.code if isinstance(error, CxrError) else "unexpected", why=why)

    def _keep(
        self,
        outcome: Outcome | None,
        findings: tuple[StoredFinding, ...],
        reason: str,
        features: npt.NDArray[np.float32] | None = None,
        *,
        why: str = "",
    ) -> None:
        stores = self._stores
        assert stores is not None
        _, version, image, digest = self._work[self._next]
        self._made[image] = max(self._made.get(image, outcome), outcome, key=_OUTCOMES.index)
        self._unscored += outcome is not Outcome.SCORED
        run, first = self._run, outcome is not Outcome.SCORED and self._unscored == 1

        def keep(_: CancelToken) -> Path | None:
            if outcome is None:
                places = stores.reading.paths_of(image)
                path, member = places[0][:2] if places else (Path("—"), "")
                return path / member if member else path
            stores.scores.put(
                image, version, outcome, findings, digest=digest, reason=reason, why=why, features=features
            )
            return None

        def kept(away: Path | None) -> None:
            if run != self._run:
                return
            if away is not None:
                self._not_reached[image] = NotScored(away, tr("Not reached: {reason}", reason=translated(why)))
            self._busy = False
            self._next += 1
            if first or self._next % 20 == 0:
                self._on_scored()
            self._step()

        def failed(error: Exception) -> None:
            if run == self._run:
                self._broke(error)
            else:
                logger.warning("a score of a run that was stopped could not be kept", exc_info=error)

        self._jobs.submit(Lane.LIBRARY, KEEP_SLOT, keep, on_done=kept, on_failed=failed)

    def _broke(self, error: Exception) -> None:
        self._broken = self._wanted
        self._break_run()
        self._why = sentence(error, tr("Scoring the library"))
        self._finish("")
        if self._stores is not None:
            self.look_at_runs(self._stores, just_broken=True)

    def _finish(self, words: str) -> None:
        self._running = self._paused = self._busy = False
        self._end = words
        self._show(self.state)
        self._on_scored()

    def _result(self) -> str:
        if not self._work:
            return translated(self._nothing)
        made = Counter(self._made.values())
        rejected, failed, gone = made[Outcome.REJECTED], made[Outcome.FAILED], made[None]
        done = tr_n("{n:,} image was scored.", "{n:,} images were scored.", made[Outcome.SCORED])
        more = tr("{rejected:,} rejected, {failed:,} failed.", rejected=rejected, failed=failed)
        if failed and not self._one_each:  # other models may have scored what one failed at
            done = tr_n("{n:,} image was fully scored.", "{n:,} images were fully scored.", made[Outcome.SCORED])
            more = tr("{rejected:,} rejected; a model failed at {failed:,}.", rejected=rejected, failed=failed)
        if rejected or failed:
            done = tr("{done} {more}", done=done, more=more)
        if not gone:
            return done
        away = tr_n(
            "{n:,} was not there: connect its disc or folder, or scan again.",
            "{n:,} were not there: connect their disc or folder, or scan again.",
            gone,
        )
        return tr("{done} {more}", done=done, more=away)

    def _text_of_other_runs(self) -> str:
        if self._runs.elsewhere:
            return translated(GOES_ON if self._waiting is None else ELSEWHERE)
        if self._runs.unfinished is None:
            return ""
        if self._waiting is not None:
            return tr_n(
                "The scoring of another window has ended; {n:,} image is still without a score.",
                "The scoring of another window has ended; {n:,} images are still without a score.",
                self._runs.unfinished.left,
            )
        return tr_n(
            "{n:,} image of the last run is still without a score.",
            "{n:,} images of the last run are still without a score.",
            self._runs.unfinished.left,
        )

    @property
    def _one_each(self) -> bool:
        """Whether each image gets one answer, so that whoever counts answers counts images."""
        return len(self._work) == self._images

    def _text(self) -> str:
        if not self._running:
            parts = (self._why, self._end or self._text_of_other_runs())
            return " ".join(part for part in parts if part)
        if not self._work:
            return tr("Looking for images to score…")
        done, total = self._next, len(self._work)
        words = (
            tr("Scoring {done:,} of {total:,}", done=done, total=total)
            if self._one_each
            else tr_n(
                "Scoring {n:,} image: {done:,} of {total:,} answers",
                "Scoring {n:,} images: {done:,} of {total:,} answers",
                self._images,
                done=done,
                total=total,
            )
        )
        if self._paused:
            return tr("{progress} · paused", progress=words)
        seconds = self._seconds + self._clock() - self._since
        if not self._next:
            return words
        left = seconds / self._next * (len(self._work) - self._next)
        return tr("{progress} · {left} left", progress=words, left=time_left(left))


def makes_features(manifest: HeadManifest) -> bool:
    """Return whether a head hands on what similar images are found by."""
    return manifest.model.features is not None or manifest.backbone is not None


def _why_nothing(stores: Stores) -> Message:
    """Return why there is nothing to score: there may be no image at all."""
    if stores.reading.has_images():
        return NOTHING_TO_SCORE
    return NO_IMAGE if any(root.kept for root in stores.reading.roots()) else ADD_FIRST


def _to_score(
    stores: Stores, version: ModelVersion, studies: Sequence[int] | None, features: bool
) -> list[tuple[int, str]]:
    if studies is None:
        return [*stores.scores.to_score(version, limit=EVERYTHING, with_features=features)]
    found: list[tuple[int, str]] = []
    for begin in range(0, len(studies), AT_ONCE):
        some = studies[begin : begin + AT_ONCE]
        found += stores.scores.to_score(version, limit=EVERYTHING, studies=some, with_features=features)
    return found
