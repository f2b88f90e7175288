"""Which images stand beside another one as priors of its person, and leave the screen when they are not any more."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from cxrviewer.presenters.decided_persons import DecidedPersons
from cxrviewer.presenters.hung_screen import HungScreen
from cxrviewer.presenters.opened_study import OpenedStudy
from cxrviewer.presenters.viewports import Pane, ViewportsPresenter
from cxrviewer.presenters.worklist import WorklistPresenter
from cxrviewer.studies.library import ImageEntry
from cxrviewer.text import msg, translated

REJECTED = msg("An older image has left the screen: you decided that it is of another person.")


class PriorsBeside:
    """Goes by what the reader has decided, by how the library hung a study, and by the rules, in this order.

    Parameters
    ----------
    viewports : ViewportsPresenter
    worklist : WorklistPresenter
    persons : DecidedPersons
    study : OpenedStudy
    hung_screen : HungScreen
    in_timeline : callable
        Returns the images of the timeline: the reader took them for one person's.
    clear : callable
        Takes the image from a viewport.
    notify : callable
    """

    def __init__(
        self,
        viewports: ViewportsPresenter,
        worklist: WorklistPresenter,
        persons: DecidedPersons,
        study: OpenedStudy,
        hung_screen: HungScreen,
        *,
        in_timeline: Callable[[], Iterable[ImageEntry | None]],
        clear: Callable[[Pane], None],
        notify: Callable[[str], None],
    ) -> None:
        self._viewports, self._worklist, self._persons = viewports, worklist, persons
        self._study, self._hung_screen = study, hung_screen
        self._in_timeline, self._clear, self._notify = in_timeline, clear, notify

    def may_compare(self, newer: ImageEntry, older: ImageEntry) -> bool:
        """Return whether the scores of two images may be compared: they are of one person."""
        if self._persons.rejected(newer, older):
            return False
        if self._study.has_both(newer, older):
            return True
        if {newer, older} <= {*self._in_timeline()}:
            return True  # so did the reader of these
        return self._persons.of_one_person(newer, older)

    def is_prior(self, pane: Pane, newer: ImageEntry, older: ImageEntry) -> bool:
        """Return whether the image of a viewport is certainly of the person of another one that is on the screen."""
        if self._persons.rejected(newer, older):
            return False
        if self._study.has_both(newer, older):
            return True
        hung = pane.prior and self._hung_screen.untouched and not self._persons.of_others(newer, older)
        return hung or self._persons.of_one_person(newer, older)

    def pair(self, *, own: bool) -> None:
        """Take note of which images of an earlier run stand there as one of the same person as another one.

        Parameters
        ----------
        own : bool
            The program hung them; they are one person's.
        """
        filled = [(one, one.entry) for one in self._viewports.panes if one.entry is not None]
        for pane, entry in filled:
            beside = any(self._persons.of_one_person(other, entry) for one, other in filled if one is not pane)
            pane.prior = pane is not self._viewports.active and (pane.prior or own or beside)

    def part(self, renewed: Pane, before: ImageEntry | None, entry: ImageEntry) -> None:
        """Take away the priors of whom an image was about before its file became another person's."""
        if before is None or self._persons.of_one_person(before, entry):
            return
        for pane in self._viewports.panes:
            if pane is renewed or not pane.prior or not pane.entry:
                continue
            if not self._persons.of_one_person(entry, pane.entry):
                self._clear(pane)
        if self._viewports.active.entry is None:
            self._worklist.mark("")

    def part_rejected(self) -> None:
        """Take away the priors of whom the reader has decided that it is another person than who hangs beside them."""
        own = [pane.entry for pane in self._viewports.panes if pane.entry is not None and not pane.prior]
        for pane in self._viewports.panes:
            entry = pane.entry
            if not pane.prior or entry is None or any(self._persons.of_one_person(one, entry) for one in own):
                continue
            if any(self._persons.rejected(one, entry) for one in own):
                self._clear(pane)
                self._notify(translated(REJECTED))
                if pane is self._viewports.active:
                    self._worklist.mark("")
                    pane.show_findings()
