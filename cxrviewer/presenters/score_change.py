"""The difference of scores between an image and an older one: only within one head, model and recipe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cxrviewer.heads.contract import Prediction
from cxrviewer.presenters.messages import percent
from cxrviewer.text import looked_up, tr

MINUS = "\u2212"


@dataclass(frozen=True, slots=True)
class ScoreChange:
    """A finding in two images, as text."""

    head: str
    finding: str
    now: str
    before: str
    change: str


def score_changes(
    now: Mapping[str, Prediction], before: Mapping[str, Prediction], titles: Mapping[str, str]
) -> tuple[ScoreChange, ...]:
    """Return the change of each finding that one version of one head scored in both images.

    Parameters
    ----------
    now, before : mapping
        Head id to its answer about the newer and the older image.
    titles : mapping
        Head id to its title.
    """
    found = []
    for head, newer in now.items():
        older = before.get(head)
        if older is None or _version(newer) != _version(older):
            continue
        scores = {score.spec.code: score for score in older.scores if score.validated}
        for score in newer.scores:
            other = scores.get(score.spec.code)
            if score.validated and other is not None:
                found.append(
                    ScoreChange(
                        titles.get(head, head),
                        looked_up(score.spec.code.meaning),
                        percent(score.probability),
                        percent(other.probability),
                        points(score.probability - other.probability),
                    )
                )
    return tuple(found)


def points(difference: float) -> str:
    """Return a difference of probabilities in percentage points.

    Examples
    --------
    >>> points(0.254), points(-0.1), points(0.004)
    ('+25', '\N{MINUS SIGN}10', '0')
    """
    whole = round(100 * difference)
    return f"+{whole}" if whole > 0 else f"{MINUS}{-whole}" if whole else "0"


def no_uncertainty() -> str:
    """Return what is missing for a difference to be judged."""
    return tr(
        "Percentage points, by the same model and recipe. The heads state no uncertainty of a single score: a "
        "difference can come from another exposure or position alone."
    )


def _version(answer: Prediction) -> tuple[str, str, str]:
    return answer.head_id, answer.model_sha256, answer.recipe_digest
