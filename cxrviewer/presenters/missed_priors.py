"""A prior that hangs because a newer one cannot be reached says so on its image."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cxrviewer.presenters.viewports import Pane
from cxrviewer.presenters.worklist import WorklistPresenter
from cxrviewer.studies.library import ImageEntry, prior_image
from cxrviewer.studies.priors import comparable_image

if TYPE_CHECKING:
    from cxrviewer.studies.index.opening import Opening


class MissedPriors:
    """Knows which newer priors could not be reached, and has the images that stand in their place say so.

    Parameters
    ----------
    worklist : WorklistPresenter
    hung : callable
        Returns the study of the library that is open, None where there is none.
    one_person : callable
        Returns whether two images are of one person.
    """

    def __init__(
        self,
        worklist: WorklistPresenter,
        hung: Callable[[], Opening | None],
        one_person: Callable[[ImageEntry, ImageEntry], bool],
    ) -> None:
        self._worklist, self._hung, self._one_person = worklist, hung, one_person
        self._unread: dict[str, tuple[str, ...]] = {}

    def hung(self, panes: Sequence[Pane], missed: Mapping[Path, tuple[str, ...]]) -> None:
        """Take note of what hangs.

        Parameters
        ----------
        panes : sequence of Pane
            Those it hangs in.
        missed : mapping of Path to tuple of str
            Moments of newer priors that could not be read, by the file that hangs in their place.
        """
        for pane in panes:
            if pane.prior and pane.entry is not None:
                if pane.entry.path in missed:
                    self._unread[pane.entry.key] = missed[pane.entry.path]
                self.say(pane, pane.entry)

    def say(self, pane: Pane, entry: ImageEntry) -> None:
        """Have an image that stands there as the newest prior say which newer ones cannot be reached."""
        missed, opened = self._unread.get(entry.key, ()), self._hung()
        if opened is not None and entry.path in opened.paths:
            own = next((one for one in opened.places if one.path == entry.path), None)
            gone = [one for one in opened.places if one.back and not self._worklist.key_at(one.path)]
            views = None if own is None else own.image.view
            missed += opened.missed if own is None else own.missed
            missed += tuple(one.moment for one in gone if views in (None, one.image.view))
        newer = {moment for moment in missed if moment > entry.moment}
        listed = [one for one in self._worklist.images() if one.moment in newer and self._one_person(one, entry)]
        here = {one.moment for one in listed if comparable_image(prior_image(0, entry), (prior_image(1, one),))}
        pane.missed = tuple(sorted(newer - here, reverse=True))
        pane.image.refresh_notes()

    def forget(self) -> None:
        """Take note that everything is closed."""
        self._unread.clear()
