"""What the findings panel and the layer can be told: plain values, ready to draw."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from cxrviewer.heads.contract import FindingScore, HeadManifest, Prediction, RejectionCode, SaliencyMap
from cxrviewer.presenters.messages import REJECTION_TITLES, evidence, interval_words, short_evidence
from cxrviewer.reading.document import Decision, Verdict
from cxrviewer.reports.percent import interval, score_and_threshold
from cxrviewer.text import looked_up, tr, tr_n, translated

DecisionOf = Callable[[Prediction, int], Decision | None]
"""What the reader decided about a score of the image at hand, by its number."""


class CardChange(Struct, frozen=True):
    """How a score differs from the prior's; `named` where the difference exceeds its uncertainty.

    `short` leaves out the prior's score: a narrow line loses that before it loses the uncertainty.
    """

    text: str
    named: bool = False
    short: str = ""


class PriorChanges(Struct, frozen=True):
    """How an answer differs from that about the prior.

    Attributes
    ----------
    line : str
        Which prior, or why there is nothing to compare; empty without a prior.
    how : str
        What is meant by a change.
    cards : mapping
        By number of the finding.
    """

    line: str
    how: str
    cards: Mapping[int, CardChange]


NO_CHANGES = PriorChanges("", "", MappingProxyType({}))

ChangesOf = Callable[[Prediction], PriorChanges]


class FindingCard(Struct, frozen=True):
    """A line of the panel. `number` names it, within its head, to `FindingsPresenter.choose`.

    Attributes
    ----------
    has_map : bool
        A map is here, or can be computed when asked for.
    interval, interval_words : str
        The 95 % interval of the probability, and a sentence that explains it; empty where the head states none.
    beside_intervals : bool
        The head states intervals of other findings: room is left for one, so that probabilities stand in one column.
    above : bool
        The head calls the finding present.
    decidable : bool
        The head makes a call that the reader can agree to or not.
    decision : Decision or None
        What the reader decided about exactly this score.
    change : str
        How it differs from the prior's score, empty where it is not compared.
    short_evidence, short_change : str
        What a narrow card shows instead of `evidence` and `change`.
    """

    number: int
    name: str
    probability: str
    threshold: str
    evidence: str
    has_map: bool
    interval: str = ""
    interval_words: str = ""
    beside_intervals: bool = False
    above: bool = False
    decidable: bool = False
    decision: Decision | None = None
    change: str = ""
    short_evidence: str = ""
    short_change: str = ""

    @property
    def verdict(self) -> Verdict:
        return Verdict.UNDECIDED if self.decision is None else self.decision.verdict

    @property
    def comment(self) -> str:
        return "" if self.decision is None else self.decision.comment


class Empty(Struct, frozen=True):
    """No image, or none that could be read: there is nothing to find."""

    message: str


class Busy(Struct, frozen=True):
    message: str


class Off(Struct, frozen=True):
    message: str


class Rejected(Struct, frozen=True):
    """The head may not read this image; `code` is the coded reason in plain words."""

    code: RejectionCode
    title: str
    message: str


class NoModel(Struct, frozen=True):
    """There is no head to ask; asking again would not help."""

    message: str


class Failed(Struct, frozen=True):
    message: str


class Shown(Struct, frozen=True):
    """Findings by group, each by falling probability; unvalidated ones in the head's order.

    Attributes
    ----------
    old : str
        Not empty: these are scores of a version that was replaced, and this says so. They have no
        maps and nothing of them can be chosen.
    prior, how : str
        What the cards' changes are against, and what is meant by a change; see `PriorChanges`.
    """

    above: tuple[FindingCard, ...]
    below: tuple[FindingCard, ...]
    unvalidated: tuple[FindingCard, ...]
    chosen: int | None
    timing: str
    old: str = ""
    prior: str = ""
    how: str = ""


HeadState = Empty | Busy | Rejected | NoModel | Failed | Shown


class HeadGroup(Struct, frozen=True):
    """What one of several heads answered for the image; `key` names it, `signature` is who signed it."""

    key: str
    title: str
    version: str
    state: HeadState
    signature: str = ""


class Several(Struct, frozen=True):
    """More than one head is on: a group each, the default head's first."""

    groups: tuple[HeadGroup, ...]


FindingsState = HeadState | Off | Several


class FindingsView(Protocol):
    """What the presenter needs of the panel."""

    def show_findings(self, state: FindingsState) -> None: ...
    def show_head(self, title: str, detail: str, signature: str) -> None: ...
    def show_ai(self, enabled: bool) -> None: ...
    def show_subject(self, text: str) -> None:
        """Say which of several images the findings are of; empty for none beside it."""
        ...


class ChosenMap(Struct, frozen=True):
    """The map of the chosen finding.

    Attributes
    ----------
    head : str
        Title and version of the head; empty while only one is on.
    on_request : bool
        By occlusion, because the head makes no maps of its own.
    made_by : str
        Title and version of the head, always.
    """

    name: str
    saliency: SaliencyMap
    head: str = ""
    on_request: bool = False
    made_by: str = ""


class MapOffer(Struct, frozen=True):
    """The chosen finding has no map yet, but one can be computed.

    Attributes
    ----------
    done, of : int
        Patches; `of` is 0 while nobody has asked.
    failed : str
        Why the last attempt made none.
    """

    name: str
    head: str = ""
    done: int = 0
    of: int = 0
    failed: str = ""


MapListener = Callable[[ChosenMap | MapOffer | None], None]


class ImageStatus(Struct, frozen=True):
    """What the list shows about an image.

    Attributes
    ----------
    flagged : bool
        Something was found above its threshold.
    by_heads : bool
        Heads said it: it is out of date once other heads are on. False: there is no picture, or no file.
    old : bool
        It was said by other heads or versions than those that are on now.
    """

    words: str
    flagged: bool = False
    by_heads: bool = True
    old: bool = False

    @property
    def text(self) -> str:
        """The words on the screen."""
        return tr("{words} · old", words=self.words) if self.old else self.words


def flagged_once(predictions: Iterable[Prediction]) -> int:
    """Return how many findings are above a threshold; one that several heads flag counts once."""
    codes = {score.spec.code for one in predictions for score in one.scores if score.above}
    return len({(code.scheme, code.value) for code in codes})


def flag_words(flagged: int) -> str:
    """Return how many findings of an image lie above their thresholds."""
    return tr_n("{n} flagged", "{n} flagged", flagged) if flagged else tr("none above threshold")


def partly(words: str, made: int, heads: int, *, flagged: int) -> str:
    """Return `flag_words` with how many heads said it; a narrow list cuts the end, and “none” alone is not known."""
    if flagged:
        return tr("{words} · {done} of {total} heads", words=words, done=made, total=heads)
    return tr("{done} of {total} heads: {words}", words=words, done=made, total=heads)


def status_of(made: int, heads: int, flagged: int, rejection: RejectionCode | None) -> ImageStatus | None:
    """Return what the list shows about an image of which `made` of all `heads` have a score, None where nothing."""
    if made:
        words = flag_words(flagged)
        if made < heads:
            words = partly(words, made, heads, flagged=flagged)
    elif rejection is not None:
        words = tr("not scored: {title}", title=translated(REJECTION_TITLES[rejection]))
    else:
        return None
    return ImageStatus(words, flagged=bool(flagged))


StatusListener = Callable[[str, ImageStatus | None], None]
"""Gets None for an image that nothing is known of: it was left before the first answer."""


def undecided(prediction: Prediction, number: int) -> Decision | None:
    """Return no decision: a `DecisionOf` where nothing can be decided."""
    return None


def no_changes(prediction: Prediction) -> PriorChanges:
    """Return that nothing is compared: a `ChangesOf`."""
    return NO_CHANGES


def shown(
    prediction: Prediction,
    manifest: HeadManifest | None,
    chosen: int | None,
    *,
    timing: str,
    old: str = "",
    decision_of: DecisionOf = undecided,
    changes_of: ChangesOf = no_changes,
) -> Shown:
    """Return the groups of an answer, ready to draw."""
    changes = NO_CHANGES if old else changes_of(prediction)
    order = by_probability(prediction)
    scores = prediction.scores
    on_request = manifest is not None and manifest.maps_on_request

    def card(number: int) -> FindingCard:
        has_map = not old and (on_request or number < len(prediction.maps))
        made = _card(number, scores[number], has_map=has_map)
        made = replace(made, beside_intervals=any(score.interval for score in scores))
        if old or not scores[number].validated:
            return made
        change = changes.cards.get(number)
        if change is not None:
            made = replace(made, change=change.text, short_change=change.short)
        return replace(made, above=scores[number].above, decidable=True, decision=decision_of(prediction, number))

    return Shown(
        above=tuple(card(i) for i in order if scores[i].above),
        below=tuple(card(i) for i in order if scores[i].validated and not scores[i].above),
        unvalidated=tuple(card(i) for i in range(len(scores)) if not scores[i].validated),
        chosen=chosen,
        timing=timing,
        old=old,
        prior=changes.line,
        how=changes.how,
    )


def by_probability(prediction: Prediction) -> list[int]:
    """Return the numbers of an answer's findings, the most probable first."""
    return sorted(range(len(prediction.scores)), key=lambda i: -prediction.scores[i].probability)


def _card(number: int, score: FindingScore, *, has_map: bool) -> FindingCard:
    name = looked_up(score.spec.code.meaning)
    if not score.validated:
        # Without evidence a number would pass for a score (../docs/heads.md): none is given.
        return FindingCard(number, name, "", tr("not validated"), evidence(score), False,
                           short_evidence=short_evidence(score))  # fmt: skip
    chance, limit = score_and_threshold(score.probability, score.spec.threshold)
    threshold = tr("threshold {percent}", percent=limit)
    ends = score.interval
    return FindingCard(
        number, name, chance, threshold, evidence(score), has_map, interval(ends),
        interval_words(ends), short_evidence=short_evidence(score),
    )  # fmt: skip
