"""Files that hold something else by now: no viewport goes on showing it, and nobody's prior stays beside another."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Protocol

from cxrviewer.presenters.decided_persons import DecidedPersons
from cxrviewer.presenters.images import OpenedImageStore
from cxrviewer.presenters.priors_beside import PriorsBeside
from cxrviewer.presenters.viewports import Pane, ViewportsPresenter
from cxrviewer.presenters.worklist import WorklistPresenter
from cxrviewer.studies.library import ImageEntry
from cxrviewer.text import tr


class OpenIn(Protocol):
    """Opens an image in a viewport; `changed` is whether its file was replaced while it was open."""

    def __call__(self, pane: Pane, entry: ImageEntry, *, changed: bool = False) -> None: ...


class ReplacedFiles:
    """Has viewports and list follow what files hold.

    Parameters
    ----------
    viewports : ViewportsPresenter
    worklist : WorklistPresenter
    images : OpenedImageStore
    persons : DecidedPersons
    priors : PriorsBeside
    open_in : OpenIn
    empty : callable
        Takes what was drawn from a viewport.
    on_renamed : callable
        Called when names are read anew: what was known of whoever had the old ones holds no more.
    """

    def __init__(
        self,
        viewports: ViewportsPresenter,
        worklist: WorklistPresenter,
        images: OpenedImageStore,
        persons: DecidedPersons,
        priors: PriorsBeside,
        *,
        open_in: OpenIn,
        empty: Callable[[Pane], None],
        on_renamed: Callable[[], None],
    ) -> None:
        self._viewports, self._worklist, self._images = viewports, worklist, images
        self._on_renamed = on_renamed
        self._persons, self._priors, self._open_in, self._empty = persons, priors, open_in, empty

    def open_newer(self, entry: ImageEntry) -> None:
        """Open the newer content of the active image's file."""
        active = self._viewports.active
        before = active.entry
        self._open_in(active, entry, changed=True)
        self._priors.part(active, before, entry)

    def recoded(self, paths: Collection[Path]) -> None:
        """Show the names of files anew whose text is read in another character set."""

        def renamed(entries: tuple[ImageEntry, ...]) -> None:
            for entry in entries:
                self._images.forget(entry.key)
                for pane in self._viewports.panes:
                    if pane.entry is not None and pane.entry.key == entry.key:
                        self._open_in(pane, entry)
            self._on_renamed()

        self._worklist.read_names_again(paths, renamed)

    def forgotten(self, older: ImageEntry, newer: ImageEntry | None, changed: bool) -> None:
        """No viewport goes on showing what its file no longer holds; the worklist sees to the active one."""
        self._images.forget(older.key)
        for pane in self._viewports.panes:
            if pane is self._viewports.active or pane.entry is None or pane.entry.key != older.key:
                continue
            if newer is not None and (not pane.prior or self._persons.of_one_person(older, newer)):
                self._open_in(pane, newer, changed=changed)
                self._priors.part(pane, older, newer)
            else:
                self._empty(pane)
                pane.image.failure(
                    tr("The open film is no longer there"), tr("Its file is gone, or holds no film any more.")
                )

    def renewed(self, pane: Pane, entry: ImageEntry) -> bool:
        """Take in what a file holds by now; returns whether its viewport shows it: as a prior, no other person's."""
        entry = entry.at(0)
        wanted = pane.entry
        before, pane.entry = self._worklist.current, entry
        self._worklist.renew(entry)
        active = self._viewports.active
        if pane is not active and self._worklist.current != before:
            self._open_in(active, entry, changed=True)  # it showed the older content of the same file
        if not pane.prior or wanted is None or self._persons.of_one_person(wanted, entry):
            self._priors.part(pane, wanted, entry)
            return True
        self._empty(pane)
        pane.not_here()
        return False
