"""The difference of scores between an image and an older one: only within one head, model and recipe."""

from __future__ import annotations

import enum
import math
from collections.abc import Mapping, Sequence

from msgspec import Struct

from cxrviewer.heads.contract import Prediction
from cxrviewer.presenters.library_scoring import stored
from cxrviewer.reports.percent import with_interval
from cxrviewer.studies.index.scores import ModelVersion, StoredFinding, StoredScoring
from cxrviewer.text import looked_up, msg, tr, translated

MINUS = "\u2212"

WORDS = {
    "HIGHER": msg("higher", context="change of a score"),
    "LOWER": msg("lower", context="change of a score"),
    "NONE": msg("no change shown"),
}


class Direction(enum.Enum):
    """How a difference may be described. `NONE` never means that nothing has changed."""

    HIGHER = "▲"
    LOWER = "▼"
    NONE = ""

    @property
    def words(self) -> str:
        return translated(WORDS[self.name])


class Scored(Struct, frozen=True):
    """What one version of a head made of one image, in this session or kept in the library."""

    version: ModelVersion
    findings: tuple[StoredFinding, ...]
    current: bool = True
    """The version that is in use now."""

    def finding(self, code: str) -> StoredFinding | None:
        return next((one for one in self.findings if one.code == code), None)


def scored(prediction: Prediction) -> Scored:
    """Return the scores of an answer that have evidence."""
    version = ModelVersion(prediction.head_id, prediction.model_sha256, prediction.recipe_digest)
    return Scored(version, stored(prediction))


def kept(scoring: StoredScoring) -> Scored:
    """Return what the library kept."""
    return Scored(scoring.version, scoring.findings, not scoring.outdated)


class Difference(Struct, frozen=True):
    """Newer minus older score, -1..1.

    Attributes
    ----------
    value : float
    interval : tuple of float or None
        95 % interval; None where one of the two scores has none.
    """

    value: float
    interval: tuple[float, float] | None = None

    @property
    def direction(self) -> Direction:
        """What may be said: a change only where the interval excludes 0, also in whole points, as it is written."""
        if self.interval is None or round(100 * self.interval[0]) <= 0 <= round(100 * self.interval[1]):
            return Direction.NONE
        return Direction.HIGHER if self.value > 0 else Direction.LOWER


def difference(now: StoredFinding, before: StoredFinding) -> Difference:
    """Return the difference of two scores of one finding by one version of one head.

    Its interval is made from those of the two by the method of variance estimates recovery (Zou and Donner, Statistics
    in Medicine 2008, 27:1693), as if they were independent. Two images share the calibration that the intervals are
    about, so that it is rather too wide than too narrow (../docs/decisions/0094-patient-over-time.md).
    """
    value = now.score - before.score
    if now.low is None or now.high is None or before.low is None or before.high is None:
        return Difference(value)
    low = value - math.hypot(now.score - now.low, before.high - before.score)
    high = value + math.hypot(now.high - now.score, before.score - before.low)
    return Difference(value, (low, high))


class ScoreChange(Struct, frozen=True):
    """A finding in two images, as text."""

    head: str
    finding: str
    now: str
    before: str
    change: str
    interval: str
    words: str


def pairs(now: Sequence[Scored], before: Sequence[Scored]) -> tuple[tuple[Scored, Scored], ...]:
    """Return both images' scores by each head that scored both in one version: the one in use now, else another."""
    found: dict[str, tuple[Scored, Scored]] = {}
    for newer in sorted(now, key=lambda one: not one.current):
        older = next((one for one in before if one.version == newer.version), None)
        if older is not None:
            found.setdefault(newer.version.head, (newer, older))
    return tuple(found.values())


def score_changes(
    now: Sequence[Scored], before: Sequence[Scored], titles: Mapping[str, str]
) -> tuple[ScoreChange, ...]:
    """Return the change of each finding that one version of one head scored in both images.

    Parameters
    ----------
    now, before : sequence of Scored
        What heads made of the newer and the older image.
    titles : mapping
        Head id to its title.
    """
    found = []
    for newer, older in pairs(now, before):
        title = titles.get(newer.version.head, newer.version.head)
        if not newer.current:
            title = tr("{head}, not the version in use now", head=title)
        for finding in newer.findings:
            other = older.finding(finding.code)
            if other is None:
                continue
            changed = difference(finding, other)
            found.append(
                ScoreChange(
                    title,
                    looked_up(finding.name),
                    with_interval(finding.score, _ends(finding)),
                    with_interval(other.score, _ends(other)),
                    points(changed.value),
                    interval_text(changed) or tr("none stated"),
                    with_arrow(changed.direction),
                )
            )
    return tuple(found)


def _ends(finding: StoredFinding) -> tuple[float, float] | None:
    return None if finding.low is None or finding.high is None else (finding.low, finding.high)


def with_arrow(direction: Direction) -> str:
    """Return the word for a change, behind its arrow."""
    return f"{direction.value} {direction.words}".strip()


def interval_text(changed: Difference) -> str:
    """Return the interval in percentage points, empty where there is none.

    Examples
    --------
    >>> interval_text(Difference(0.12, (0.034, 0.21))), interval_text(Difference(0.1))
    ('+3 to +21', '')
    """
    if changed.interval is None:
        return ""
    low, high = changed.interval
    return tr("{low} to {high}", low=points(low), high=points(high))


def points(difference: float) -> str:
    """Return a difference of probabilities in percentage points.

    Examples
    --------
    >>> points(0.254), points(-0.1), points(0.004)
    ('+25', '\N{MINUS SIGN}10', '0')
    """
    whole = round(100 * difference)
    return f"+{whole}" if whole > 0 else f"{MINUS}{-whole}" if whole else "0"


NO_UNCERTAINTY = msg(
    "Percentage points, by the same model and recipe. The heads state no uncertainty of a single score: a "
    "difference can come from another exposure or position alone."
)
UNCERTAINTY = msg(
    "Percentage points, by the same model and recipe. A change is named only where the 95 % interval of the difference "
    "leaves out 0. The interval knows the calibration of the head only: another exposure or position can change a "
    "score by more."
)


def about_uncertainty(changes: Sequence[ScoreChange]) -> str:
    """Return how the differences of a list are to be taken."""
    stated = any(change.interval != tr("none stated") for change in changes)
    return translated(UNCERTAINTY if stated else NO_UNCERTAINTY)
