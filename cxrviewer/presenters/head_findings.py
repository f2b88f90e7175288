"""One head among those that are on: its answers for the image at hand and for earlier images."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from cxrviewer.cancel import CancelToken
from cxrviewer.heads.contract import (
    HeadManifest,
    Prediction,
    RejectedError,
    Rejection,
    SaliencyMap,
)
from cxrviewer.imaging.radiograph import ImageFacts, Radiograph
from cxrviewer.presenters.finding_states import (
    Busy,
    ChangesOf,
    DecisionOf,
    Failed,
    HeadState,
    NoModel,
    Rejected,
    no_changes,
    shown,
    undecided,
)
from cxrviewer.presenters.messages import REJECTION_TITLES, sentence
from cxrviewer.text import msg, tr, translated

REMEMBERED = 64
SHORT_TITLE = 40
STARTING = Busy(msg("Starting the model…"))
SCORING = Busy(msg("Scoring…"))
ASLEEP = msg("unloaded while idle · the next film starts it")


class Scorer(Protocol):
    """A head that can be asked; `heads.scoring.HeadScorer` is the real one."""

    @property
    def manifest(self) -> HeadManifest: ...
    @property
    def loaded(self) -> bool: ...
    def reject_header(self, facts: ImageFacts) -> Rejection | None: ...
    def score(self, radiograph: Radiograph, cancel: CancelToken) -> Prediction: ...
    def explain(
        self, radiograph: Radiograph, number: int, cancel: CancelToken, on_progress: Callable[[int, int], None]
    ) -> SaliencyMap: ...
    def close(self) -> None: ...


class HeadName(Struct, frozen=True):
    """A head that is on, known before its model is started.

    Attributes
    ----------
    identity : object
        Equal for two that are the same head to the last byte, its backbone included.
    signature : str
        Who signed it, in words; `head_details.signature_text`.
    """

    key: str
    title: str
    version: str
    identity: object = None
    signature: str = ""

    @property
    def short(self) -> str:
        """Title and version for a line over the image, where a long title would cover anatomy."""
        title = self.title if len(self.title) <= SHORT_TITLE else f"{self.title[: SHORT_TITLE - 1].rstrip()}…"
        return f"{title} {self.version}"


class HeadFindings:
    """A head's scorer, its answers by image, and its state for the image at hand."""

    def __init__(self, name: HeadName) -> None:
        self.name = name
        self.scorer: Scorer | None = None
        self.prediction: Prediction | None = None
        self.waiting = False
        """Whether its answer for the image at hand is still to come."""
        self.words = ""
        """Of the worklist, where there is no answer: why not."""
        self.faltered = False
        """Whether its model failed at the image it was given last, or was too slow for the reader."""
        self._state: HeadState = STARTING
        self._old: Prediction | None = None
        self._unusable = ""
        self._remembered: OrderedDict[tuple[str, ImageFacts], Prediction | RejectedError] = OrderedDict()
        """By picture and by what the header says about it: the same pixels of a child are rejected."""
        self._maps: OrderedDict[tuple[str, int], SaliencyMap] = OrderedDict()

    @property
    def usable(self) -> bool:
        return not self._unusable

    @property
    def starting(self) -> bool:
        """Whether its model is still to come, and with it an answer for the image at hand."""
        return self.scorer is None and self.usable

    def become(self, name: HeadName) -> None:
        """Be another version of the same head; the old one's answer for the image at hand is kept, marked as old."""
        self.name, self.scorer, self._unusable = name, None, ""
        before = self.prediction or self._old
        self._old = before if before is not None and before.head_version != name.version else None
        self.prediction, self.waiting, self._state = None, False, STARTING
        self._remembered.clear()  # a score belongs to one version
        self._maps.clear()

    def take(self, scorer: Scorer) -> None:
        """Have a model from now on."""
        if scorer is not self.scorer:
            self._remembered.clear()
            self._maps.clear()
        m = scorer.manifest
        self.name = replace(self.name, title=m.title, version=m.version)
        self.scorer, self._unusable, self.faltered = scorer, "", False

    def give_up(self, message: str) -> None:
        """Have no model, and show why."""
        self.scorer, self._unusable, self._old = None, message, None
        self._state = NoModel(message)

    def forget(self) -> None:
        """Leave the image at hand."""
        self.prediction, self._old, self.waiting, self.words = None, None, False, ""

    def request(self, radiograph: Radiograph) -> None:
        """Answer for an image from memory or its header, else be `waiting`."""
        if self._old is not None and self._old.image_key != radiograph.key:
            self._old = None
        self.prediction, self.waiting, self.words = None, False, ""
        if self._unusable:
            self._state, self.words = NoModel(self._unusable), tr("not scored: the model cannot be used")
            return
        if self.scorer is None:
            self._state = STARTING
            return
        known = self._remembered.get(_seen(radiograph))
        if isinstance(known, Prediction):
            self._remembered.move_to_end(_seen(radiograph))
            self.accept(known)
            return
        rejection = known.rejection if known is not None else self.scorer.reject_header(radiograph.facts)
        if rejection is not None:
            self.reject(rejection)
            return
        self._state, self.waiting = SCORING, True

    def answer(self, radiograph: Radiograph) -> Prediction | Rejection | None:
        """Return what is known of an image that is not at hand, None where it would have to be scored."""
        known = self._remembered.get(_seen(radiograph))
        if known is not None:
            return known if isinstance(known, Prediction) else known.rejection
        return None if self.scorer is None else self.scorer.reject_header(radiograph.facts)

    def accept(self, prediction: Prediction) -> None:
        self.prediction, self.waiting, self._old = prediction, False, None

    def reject(self, rejection: Rejection) -> None:
        title = REJECTION_TITLES[rejection.code]
        self._state, self.words = (
            Rejected(rejection.code, tr("Not scored: {title}", title=title), translated(rejection.message)),
            tr("not scored: {title}", title=title),
        )
        self.waiting, self._old = False, None

    def fail(self, error: Exception, image: Radiograph) -> None:
        """Take a rejection from the pixels, or a failure; the next image may succeed."""
        if isinstance(error, RejectedError):
            self.remember(image, error)
            self.reject(error.rejection)
            return
        self._state, self.words = Failed(sentence(error, tr("Scoring"))), tr("not scored: the model failed")
        self.waiting, self._old, self.faltered = False, None, True

    def remember(self, image: Radiograph, answer: Prediction | RejectedError) -> None:
        self.faltered = False
        self._remembered[_seen(image)] = answer
        self._remembered.move_to_end(_seen(image))
        while len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)

    def map_of(self, number: int) -> SaliencyMap | None:
        """Return the map of a finding: the head's own, or one computed before on request."""
        if self.prediction is None or not self.prediction.scores[number].validated:
            return None
        if number < len(self.prediction.maps):
            return self.prediction.maps[number]
        return self._maps.get((self.prediction.image_key, number))

    def keep_map(self, image: str, number: int, saliency: SaliencyMap) -> None:
        self._maps[image, number] = saliency
        while len(self._maps) > REMEMBERED:
            self._maps.popitem(last=False)

    def offers_map(self, number: int) -> bool:
        """Return whether a map of this finding can be computed on request."""
        manifest = self.scorer.manifest if self.scorer is not None else None
        if manifest is None or not manifest.maps_on_request or self.prediction is None:
            return False
        return self.prediction.scores[number].validated

    @property
    def flagged(self) -> list[int]:
        """Numbers of the findings above threshold, the most probable first."""
        if self.prediction is None:
            return []
        scores = self.prediction.scores
        return sorted((i for i, s in enumerate(scores) if s.above), key=lambda i: -scores[i].probability)

    def state(
        self, chosen: int | None, decision_of: DecisionOf = undecided, changes_of: ChangesOf = no_changes
    ) -> HeadState:
        """Return what is to be drawn; `chosen` is the finding chosen of this head."""
        manifest = self.scorer.manifest if self.scorer is not None else None
        if self.prediction is not None:
            timing = self._timing(self.prediction)
            return shown(
                self.prediction, manifest, chosen, timing=timing, decision_of=decision_of, changes_of=changes_of
            )
        if self._old is not None and isinstance(self._state, Busy):
            old = tr(
                "Scores of version {head_version}, which was replaced by {version}.",
                head_version=self._old.head_version,
                version=self.name.version,
            )
            return shown(self._old, manifest, None, timing="", old=tr("{old} Scoring again…", old=old))
        return self._state

    def _timing(self, prediction: Prediction) -> str:
        if self.scorer is not None and not self.scorer.loaded:
            return translated(ASLEEP)
        return tr("{ms:.0f} ms on this computer · offline", ms=1000 * prediction.seconds)


def _seen(radiograph: Radiograph) -> tuple[str, ImageFacts]:
    return radiograph.key, radiograph.facts


class MapJob(Struct):
    """A map being computed; `done` is written by the worker's thread, one number at a time."""

    head: str
    number: int
    done: int = 0
    of: int = 1
    notified: int = -1
