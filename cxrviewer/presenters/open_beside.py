"""What commands open beside the image at hand: an older image of the patient, or a further window."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cxrviewer.presenters.hung_screen import HungScreen
from cxrviewer.presenters.missed_priors import MissedPriors
from cxrviewer.presenters.screen_words import ScreenWords
from cxrviewer.presenters.self_hanging import NO_PRIOR
from cxrviewer.presenters.viewports import NO_OTHER, Pane, ViewportsPresenter
from cxrviewer.presenters.worklist import WorklistPresenter
from cxrviewer.studies.library import ImageEntry
from cxrviewer.text import tr, translated
from cxrviewer.workspace.layout import Layout

if TYPE_CHECKING:
    from cxrviewer.presenters.next_priors import NextPriors


class OpenBeside:
    """Decides in which viewport it opens; the active one keeps its image.

    Parameters
    ----------
    viewports : ViewportsPresenter
    worklist : WorklistPresenter
    hung_screen : HungScreen
    missed : MissedPriors
    words : ScreenWords
    next_priors : callable
        Returns what is offered for priors that cannot be shown; made when it is first asked for.
    open_in : callable
        Opens an image in a viewport.
    notify : callable
    """

    def __init__(
        self,
        viewports: ViewportsPresenter,
        worklist: WorklistPresenter,
        hung_screen: HungScreen,
        missed: MissedPriors,
        words: ScreenWords,
        *,
        next_priors: Callable[[], NextPriors],
        open_in: Callable[[Pane, ImageEntry], None],
        notify: Callable[[str], None],
    ) -> None:
        self._viewports, self._worklist, self._hung_screen = viewports, worklist, hung_screen
        self._missed, self._words, self._next_priors = missed, words, next_priors
        self._open_in, self._notify = open_in, notify

    def prior(self) -> None:
        """Open an image of this patient's next older study in the next viewport; the active one stays."""
        if any(pane.failed is not None for pane in self._viewports.shown) and self._next_priors().take():
            return
        pane = self._viewports.active
        found = None if pane.entry is None else self._worklist.prior(pane.entry.key)
        if found is None:
            self._words.say(translated(NO_PRIOR))
            return
        workspace = self._viewports.workspace
        if workspace.layout is Layout.ONE and not workspace.windows:
            self._viewports.set_layout(Layout.TWO)
        # What may be hidden behind one that stands alone is opened there, too.
        order = (*range(self._viewports.workspace.layout.count), *workspace.windows)
        beside = self._viewports.pane(order[(order.index(pane.number) + 1) % len(order)])
        self._open_in(beside, found)
        beside.prior = True
        self._missed.say(beside, found)

    def offered_prior(self, pane: Pane, entry: ImageEntry) -> None:
        """Open an older image in the place of one that cannot be shown."""
        untouched = self._hung_screen.untouched
        self._open_in(pane, entry)
        pane.prior = True
        if pane is self._viewports.active:
            self._worklist.mark(entry.key)
        if untouched:
            self._hung_screen.keep()

    def window(self) -> None:
        """Open one more window on another screen, with the image at hand where it held none before."""
        before = self._viewports.active
        entry = before.entry
        number = self._viewports.open_window()
        if number is None:
            self._notify(tr("All further windows are open already."))
            return
        pane = self._viewports.pane(number)
        if pane.entry is None and entry is not None:
            self._open_in(pane, entry)
            pane.prior, pane.missed = before.prior, before.missed
        self._worklist.mark("" if pane.entry is None else pane.entry.key)

    def blink(self) -> None:
        """Show the active image and the one in the next viewport in turns, in one place."""
        beside = not self._viewports.workspace.single
        if not self._viewports.blink():
            self._notify(translated(NO_OTHER))
        elif beside:  # or nothing says how to come back
            self._words.say(tr("Blinking: the same key shows the other image, a double click all of them again."))
