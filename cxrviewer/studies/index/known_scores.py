"""What the heads in use made of images that are open, as far as the index knows."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec import Struct

from cxrviewer.studies.index.database import portions, question_marks
from cxrviewer.studies.index.known_twins import told_apart
from cxrviewer.studies.index.scores import ModelVersion, Outcome
from cxrviewer.studies.index.store import Index


class KnownScore(Struct, frozen=True):
    """What some heads made of one content.

    Attributes
    ----------
    scored : int
        Heads that scored it.
    flagged : frozenset of str
        Codes of the findings above a threshold, each once however many heads flag it.
    rejection : str
        Code of one head that declined it, else empty.
    """

    scored: int
    flagged: frozenset[str]
    rejection: str = ""


def known_scores(
    index: Index, digests: Collection[str], versions: Collection[ModelVersion]
) -> Mapping[str, KnownScore]:
    """Return what `versions` of heads made of images, by the digest of their content; without what none has read,
    and without contents that another image of the index begins with (`told_apart`).

    Raises
    ------
    LibraryError
    """
    found: dict[str, KnownScore] = {}
    for some in portions(told_apart(index.database, digests)):
        rows = index.database.rows(
            "SELECT digest, head, model, recipe, outcome, reason, (SELECT group_concat(code, char(10)) FROM finding "
            "WHERE finding.scoring = scoring.id AND finding.flagged) FROM scoring "
            f"WHERE digest IN ({question_marks(some)}) AND outcome != 'failed' ORDER BY head",
            some,
        )
        for digest, head, model, recipe, outcome, reason, flagged in rows:
            if ModelVersion(str(head), str(model), str(recipe)) not in versions:
                continue
            before = found.get(str(digest), KnownScore(0, frozenset()))
            if Outcome(outcome) is Outcome.REJECTED:
                one = KnownScore(before.scored, before.flagged, before.rejection or str(reason))
            else:
                codes = frozenset(str(flagged).split("\n")) if flagged is not None else frozenset()
                one = KnownScore(before.scored + 1, before.flagged | codes, before.rejection)
            found[str(digest)] = one
    return found
