"""The list of images that could not be scored, as the library's dialog shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from cxrviewer.heads.contract import RejectionCode
from cxrviewer.presenters.messages import REJECTION_TITLES
from cxrviewer.studies.index.not_scored import UnscoredImage
from cxrviewer.studies.index.scores import Outcome
from cxrviewer.text import looked_up, tr, translated


class NotScored(Struct, frozen=True):
    """An image without a score, and why, in the reader's language; `path` is for the screen only."""

    path: Path
    reason: str


def not_scored(images: Sequence[UnscoredImage], titles: Mapping[str, str], *, several: bool) -> tuple[NotScored, ...]:
    """Return the lines of the list.

    Parameters
    ----------
    titles : mapping
        Title of a head by its ID; one that is not there is called by that.
    several : bool
        More than one head is in use, so that each line names its own.
    """
    found = []
    for one in images:
        why = _why(one)
        if several:
            why = tr("{head} · {reason}", head=translated(titles.get(one.head, one.head)), reason=why)
        found.append(NotScored(one.path, why))
    return tuple(found)


def _why(image: UnscoredImage) -> str:
    """Return why an image has no score; a text without values is kept as it is in English (`kept_text`)."""
    if image.outcome is not Outcome.REJECTED:
        return tr("Failed: {reason}", reason=looked_up(image.why)) if image.why else tr("Failed; score it again.")
    return tr("Rejected: {reason}", reason=looked_up(image.why or _title(image.code)))


def _title(code: str) -> str:
    """Return a rejection in a few words: an earlier version kept the code alone."""
    return next((REJECTION_TITLES[one] for one in RejectionCode if one.value == code), code)
