"""What the window shows of what is opened: what an earlier run had on the screen, or what hangs by itself."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct
from msgspec.structs import replace

from cxrviewer.presenters.decided_persons import DecidedPersons
from cxrviewer.presenters.hung_screen import HungScreen
from cxrviewer.presenters.missed_priors import MissedPriors
from cxrviewer.presenters.opened_study import OpenedStudy
from cxrviewer.presenters.priors_beside import PriorsBeside
from cxrviewer.presenters.self_hanging import SelfHanging
from cxrviewer.presenters.viewports import Pane, ViewportsPresenter
from cxrviewer.presenters.worklist import WorklistPresenter
from cxrviewer.reading.values import ImageRef, ViewState
from cxrviewer.studies.library import ImageEntry
from cxrviewer.text import msg, translated
from cxrviewer.workspace.layout import MAX_VIEWPORTS, Layout
from cxrviewer.workspace.saved import SavedViewport, SavedWorkspace, path_text, saved, text_path

if TYPE_CHECKING:
    from cxrviewer.presenters.earlier_screen import EarlierScreen

NONE_LEFT = msg("None of the images that were shown here before is among the opened files.")


class OpenAsSaved(Protocol):
    """Opens an image in a viewport, as it was seen there."""

    def __call__(self, pane: Pane, entry: ImageEntry, *, restored: SavedViewport) -> None: ...


class _Arranged(Struct, frozen=True):
    """Images that the reader has arranged, and what the reader had done by then (`SelfHanging.touches`)."""

    entries: tuple[ImageEntry, ...]
    touches: int


class Arranging:
    """Follows a scan from its first image to its end, and returns what is saved of the window.

    Parameters
    ----------
    viewports : ViewportsPresenter
    worklist : WorklistPresenter
    hung_screen : HungScreen
    hangs : SelfHanging
    persons : DecidedPersons
    study : OpenedStudy
    priors : PriorsBeside
    missed : MissedPriors
    open_in : OpenAsSaved
    clear : callable
        Takes the image from a viewport.
    settled : callable
        Called where the arrangement may be saved from here on.
    notify : callable
    """

    def __init__(
        self,
        viewports: ViewportsPresenter,
        worklist: WorklistPresenter,
        hung_screen: HungScreen,
        hangs: SelfHanging,
        persons: DecidedPersons,
        study: OpenedStudy,
        priors: PriorsBeside,
        missed: MissedPriors,
        *,
        open_in: OpenAsSaved,
        clear: Callable[[Pane], None],
        settled: Callable[[], None],
        notify: Callable[[str], None],
    ) -> None:
        self._viewports, self._worklist, self._hung_screen = viewports, worklist, hung_screen
        self._hangs, self._persons, self._study = hangs, persons, study
        self._priors, self._missed = priors, missed
        self._open_in, self._clear, self._settled, self._notify = open_in, clear, settled, notify
        self._earlier: EarlierScreen | None = None
        self._arranged: _Arranged | None = None

    def open(self, paths: tuple[Path, ...], saved: SavedWorkspace | None) -> None:
        """Look for images, those of an earlier arrangement first."""
        self._arranged = None
        if saved is None:
            self._arranged = self._arranged_now(paths)
            self._await_priors()
            self._worklist.open_paths(paths)
            return
        from cxrviewer.presenters.earlier_screen import EarlierScreen

        self._hangs.forget()
        self._earlier = None
        workspace = saved.workspace()
        # All viewports are made, then one of them fills the window.
        self._viewports.restore(replace(workspace, single=False))
        self._viewports.restore(workspace)
        self._hung_screen.restored(saved)
        self._earlier = EarlierScreen(saved, paths, self._viewports, self._worklist, self._open_again)
        self._worklist.open_paths(self._earlier.paths)

    def found(self, entries: tuple[ImageEntry, ...]) -> bool:
        """Open what the arrangement showed; returns whether there is one, which decides what is opened."""
        self._hangs.found(entries)
        earlier = self._earlier
        if earlier is None:
            return False
        looking = earlier.looking
        earlier.found(entries)
        return looking

    def scanned(self, complete: bool) -> None:
        """End the restoring of an arrangement, or let what was found hang by itself."""
        earlier = self._earlier
        arranged, self._arranged = self._arranged, None
        if earlier is not None:
            earlier.ended()
        if arranged is not None and complete and self._is_gone(arranged):
            self._start_afresh((), complete=True)
        elif earlier is None or not earlier.looking:
            if not complete:
                self._hangs.touch()  # the newest study is perhaps among what was not looked at
            self._hangs.scanned()
        elif earlier.scanned():
            for pane in self._viewports.shown if self._study.opening is not None else ():
                if pane.prior and pane.entry is not None:
                    self._missed.say(pane, pane.entry)  # the file of a newer one is perhaps gone
            self._settled()
        else:
            self._start_afresh(earlier.apart, complete=complete)

    def reveal(self) -> None:
        """Open what an earlier run had in viewports that are shown for the first time since."""
        if self._earlier is not None:
            self._earlier.reveal()

    def opened(self, number: int) -> None:
        """Take note that an image is opened in a viewport, whoever asked for it."""
        if self._earlier is not None:
            self._earlier.opened(number)

    def open_no_more(self) -> None:
        """Open nothing more of an earlier arrangement: the screen makes place for something else."""
        if self._earlier is not None:
            self._earlier.forget()

    def forget(self) -> None:
        """Take note that everything is closed."""
        self._earlier = self._arranged = None

    def now(self) -> SavedWorkspace | None:
        """Return what is saved of the window, None while an earlier arrangement is not complete."""
        earlier = self._earlier
        if self._hangs.pending or (earlier is not None and earlier.incomplete):
            return None
        panes = {pane.number: pane for pane in self._viewports.panes}
        shown: list[tuple[str, ImageRef | None, ViewState | None]] = []
        missed: dict[int, tuple[str, ...]] = {}
        for number in range(MAX_VIEWPORTS):
            pane = panes.get(number)
            entry = None if pane is None else pane.entry
            if pane is None or entry is None:
                hidden = SavedViewport() if earlier is None else earlier.hidden(number)
                shown.append((hidden.path, hidden.image, hidden.view))
                missed[number] = hidden.missed
                continue
            missed[number] = pane.missed
            restored = None if pane.restored is None else pane.restored.view
            before = None if pane.restored is None else pane.restored.image  # with its frame
            image = pane.annotations.image or before or _ref(entry)
            shown.append((path_text(entry.path), image, pane.image.seen or restored))
        return saved(self._viewports.workspace, shown, own=self._hung_screen.untouched, missed=missed)

    # Inside.

    def _arranged_now(self, paths: tuple[Path, ...]) -> _Arranged | None:
        """Return what the reader has arranged, before files are looked at anew; None where that is nothing."""
        workspace = self._viewports.workspace
        filled = [pane for pane in self._viewports.panes if pane.entry is not None]
        alone = len(filled) < 2 and workspace.layout is Layout.ONE and not workspace.windows
        if alone or self._hung_screen.untouched or self._worklist.scanning:
            return None
        from cxrviewer.presenters.earlier_screen import within

        # A prior from elsewhere stands beside an image; it arranges nothing by itself.
        entries = [
            pane.entry for pane in filled if pane.entry and not (pane.prior and not within(pane.entry.path, paths))
        ]
        return _Arranged(tuple(entries), self._hangs.touches) if entries else None

    def _is_gone(self, arranged: _Arranged) -> bool:
        """Return whether no image that was arranged is among the listed ones: their files hold others by now.

        What the reader has done meanwhile is about those.
        """
        listed = self._worklist.listed_images()
        uids = {uid for one in listed if (uid := one.header.identity.sop_instance_uid)}
        unnamed = {one.path for one in listed if not one.header.identity.sop_instance_uid}

        def is_there(entry: ImageEntry) -> bool:
            uid = entry.header.identity.sop_instance_uid
            return uid in uids if uid else entry.path in unnamed

        return arranged.touches == self._hangs.touches and bool(listed) and not any(map(is_there, arranged.entries))

    def _await_priors(self) -> None:
        """Let what is opened hang by itself where no other images or arrangement are in its way."""
        if self._hung_screen.by_hand or self._worklist.scanning:
            self._hangs.forget()
        else:
            self._hangs.begin()

    def _start_afresh(self, apart: Collection[Path], *, complete: bool) -> None:
        """Open what there is as if nothing had been arranged: nothing of the arrangement is among what was opened.

        A disc in the drive of another one, for example, or files that were all written anew as other images: what lay
        beside those is perhaps another patient's, and no older study any more.
        """
        self._earlier = None
        for pane in self._viewports.panes:  # what is hidden would come back beside what is opened
            if pane.entry is not None:
                self._clear(pane)
        if apart:  # with nothing to leave out, the list would lose its count of changed files
            self._worklist.leave_out(apart)
        self._hung_screen.closed()
        self._viewports.close_windows()
        self._viewports.set_layout(Layout.ONE)
        self._notify(translated(NONE_LEFT))
        self._worklist.select_first()
        if complete:
            self._await_priors()
            self._hangs.found(self._worklist.images())
            self._hangs.scanned()

    def _open_again(self, pane: Pane, entry: ImageEntry, restored: SavedViewport) -> None:
        active, place = self._viewports.active, text_path(restored.path)
        own = self._hung_screen.untouched_place(pane.number, place)
        if self._study.is_another(entry):
            return  # another person's by now: it does not hang beside this one
        if own and pane is not active and active.entry is not None and self._persons.of_others(active.entry, entry):
            return
        self._open_in(pane, entry, restored=restored)
        self._hung_screen.found(pane.number, place, entry.path)
        self._priors.pair(own=own)
        if pane is active:
            for one in self._viewports.panes:
                if own and one is not pane and one.entry is not None and self._persons.of_others(entry, one.entry):
                    self._clear(one)
        if pane is self._viewports.active:
            self._worklist.mark(entry.key)


def _ref(entry: ImageEntry) -> ImageRef | None:
    """Return which image a file holds as far as its header tells."""
    who = entry.header.identity
    return ImageRef(who.study_uid, who.series_uid, who.sop_instance_uid) if who.sop_instance_uid else None
