"""What the timeline strip asks of the window: its images are opened in viewports, and doubts about persons asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cxrviewer.presenters.person_questions import PersonQuestions
from cxrviewer.presenters.thumbnail_source import ThumbnailSource
from cxrviewer.presenters.viewports import Pane, ViewportsPresenter
from cxrviewer.presenters.worklist import Brought, WorklistPresenter
from cxrviewer.studies.library import ImageEntry
from cxrviewer.studies.persons import Person
from cxrviewer.studies.priors import PriorStudy
from cxrviewer.text import msg, translated
from cxrviewer.workspace.layout import Layout

if TYPE_CHECKING:
    from cxrviewer.presenters.library import LibraryPresenter
    from cxrviewer.presenters.small_pictures import Make
    from cxrviewer.presenters.timeline import ListedImage

NOT_HERE_ANY_MORE = msg("The file of this study is no longer there, or cannot be read.")


class StripImages:
    """Decides in which viewport an image of the strip opens, and looks first where its folder is offline.

    Parameters
    ----------
    viewports : ViewportsPresenter
    worklist : WorklistPresenter
    thumbnails : ThumbnailSource
    questions : PersonQuestions
    library : LibraryPresenter or None
    open_in : callable
        Opens an image in a viewport.
    bring : callable
        Lists files of the library beside what is open.
    touch : callable
        Takes note that the reader has chosen something.
    decided : callable
        Called when the reader's answer about two persons is kept.
    notify : callable
    """

    def __init__(
        self,
        viewports: ViewportsPresenter,
        worklist: WorklistPresenter,
        thumbnails: ThumbnailSource,
        questions: PersonQuestions,
        library: LibraryPresenter | None,
        *,
        open_in: Callable[[Pane, ImageEntry], None],
        bring: Callable[[tuple[Path, ...], Brought], None],
        touch: Callable[[], None],
        decided: Callable[[], None],
        notify: Callable[[str], None],
    ) -> None:
        self._viewports, self._worklist, self._thumbnails = viewports, worklist, thumbnails
        self._questions, self._library = questions, library
        self._open_in, self._bring, self._touch = open_in, bring, touch
        self._decided, self._notify = decided, notify

    def open(self, wanted: ListedImage, beside: bool) -> None:
        """Open a film of the strip in the next viewport, or in the active one."""
        from cxrviewer.presenters.earlier_screen import within
        from cxrviewer.studies.index.opening import OFFLINE

        self._touch()
        place = wanted.place
        if wanted.entry is None and (place is None or not place.online):

            def reached(back: frozenset[Path]) -> None:
                if place is not None and within(place.path, back):
                    self.open(replace(wanted, place=replace(place, online=True)), beside)
                else:
                    self._notify(translated(OFFLINE))

            if self._library is None:
                reached(frozenset())
            else:
                self._library.reach(reached)
            return
        active = self._viewports.active
        if beside:
            layout = self._viewports.workspace.layout
            self._viewports.set_layout(Layout.TWO if layout is Layout.ONE else layout)
        number = (active.number + 1) % self._viewports.workspace.layout.count if beside else active.number
        listed = wanted.entry
        if listed is None and place is not None:
            key = self._worklist.key_at(place.path)
            listed = self._worklist.listed(key) if key else None
        if listed is not None:
            self.show_in(number, listed)
        elif place is not None:
            self._bring((place.path,), lambda found: self._show_brought(number, found))

    def show_in(self, number: int, entry: ImageEntry) -> None:
        """Open a listed image in a viewport; beside the active one it stands there as a prior."""
        pane = self._viewports.pane(number)
        if pane is self._viewports.active:
            self._worklist.select(entry.key)
        else:
            self._open_in(pane, entry)
            pane.prior = True

    def shown_keys(self) -> set[str]:
        """Return the keys of the images on the screen."""
        return {pane.entry.key for pane in self._viewports.shown if pane.entry is not None}

    def picture_of(self, listed: ListedImage) -> Make | None:
        """Return what makes the small picture of an image; None where nobody knows where it lies."""
        if listed.entry is not None:
            small = self._thumbnails.of_entry(listed.entry)
            return lambda cancel: small(cancel).picture
        return None if listed.place is None else self._thumbnails.of_place(listed.place, listed.digest)

    def ask_person(self, person: Person, other: PriorStudy) -> None:
        """Ask whether a study of the library is of the person of the strip."""
        from cxrviewer.presenters.library_opening import person_question

        library, active = self._library, self._viewports.active.entry
        if library is None:
            return
        who = None if active is None else active.header.identity
        self._questions.ask(
            person_question(person, other, older=False),
            lambda same: library.decide_persons(person, other.person, same=same, done=self._decided),
            (person, "" if who is None else who.study_uid, "" if who is None else who.study_date),
            (other.person, other.uid, other.date),
        )

    def _show_brought(self, number: int, found: tuple[ImageEntry, ...] | None) -> None:
        if found and number in self._viewports.workspace.shown:
            self.show_in(number, found[0])
        elif found == ():
            self._notify(translated(NOT_HERE_ANY_MORE))
