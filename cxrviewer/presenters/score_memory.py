"""The scores of this session by image, also of images that are no longer open."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from cxrviewer.heads.contract import Prediction
from cxrviewer.presenters.score_change import Scored, scored
from cxrviewer.studies.index.scores import ModelVersion

REMEMBERED = 2000
"""Images."""


class ScoreMemory:
    """Scores by `ImageEntry.key`, which stands for one content of one file.

    Parameters
    ----------
    on_changed : callable
        Called with the key of an image that has a new score.
    """

    def __init__(self, on_changed: Callable[[str], None] = lambda key: None) -> None:
        self._on_changed = on_changed
        self._scored: OrderedDict[str, dict[str, Scored]] = OrderedDict()

    def note(self, key: str, prediction: Prediction) -> None:
        """Keep what a head made of an image, instead of what another version of it made before."""
        made = scored(prediction)
        heads = self._scored.setdefault(key, {})
        self._scored.move_to_end(key)
        if heads.get(made.version.head) != made:
            heads[made.version.head] = made
            while len(self._scored) > REMEMBERED:
                self._scored.popitem(last=False)
            self._on_changed(key)

    def of(self, key: str) -> tuple[Scored, ...]:
        """Return what heads made of an image."""
        return tuple(self._scored.get(key, {}).values())


def joined(session: tuple[Scored, ...], library: tuple[Scored, ...], current: set[ModelVersion]) -> tuple[Scored, ...]:
    """Return the scores of an image from this session and from the library; of one version the session's.

    Parameters
    ----------
    current : set of ModelVersion
        What is in use now; where heads are not known yet, what each of the two declares about itself.
    """
    known = {one.version for one in session}
    found = (*session, *(one for one in library if one.version not in known))
    if not current:
        return found
    return tuple(Scored(one.version, one.findings, one.version in current) for one in found)
