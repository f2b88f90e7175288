"""What an earlier run had on the screen, opened again as its files are found."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from cxrviewer.presenters.viewports import Pane, ViewportsPresenter
from cxrviewer.presenters.worklist import WorklistPresenter
from cxrviewer.studies.library import ImageEntry
from cxrviewer.studies.listing import is_directory_name
from cxrviewer.workspace.saved import SavedViewport, SavedWorkspace, text_path


class EarlierScreen:
    """The images of a saved arrangement whose viewports are there already.

    Parameters
    ----------
    saved : SavedWorkspace
    paths : tuple of Path
        What is opened.
    viewports : ViewportsPresenter
    worklist : WorklistPresenter
    open_again : callable
        ``open_again(pane, entry, saved)`` opens an image in a viewport as it was seen there.

    Attributes
    ----------
    paths : tuple of Path
        What is to be looked at: the files of the arrangement are opened first.
    apart : tuple of Path
        The files of the arrangement that lie outside of what is opened.
    """

    def __init__(
        self,
        saved: SavedWorkspace,
        paths: tuple[Path, ...],
        viewports: ViewportsPresenter,
        worklist: WorklistPresenter,
        open_again: Callable[[Pane, ImageEntry, SavedViewport], None],
    ) -> None:
        self._viewports, self._worklist, self._open_again = viewports, worklist, open_again
        workspace = saved.workspace()
        shown = {*range(workspace.layout.count), *workspace.windows}
        held = {number: one for number, one in enumerate(saved.viewports) if one.image is not None}
        missing = {number: one for number, one in held.items() if number in shown}
        self._missing: dict[int, SavedViewport] | None = missing or None
        # What the earlier run had in viewports that no layout has shown since.
        self._hidden = {number: one for number, one in held.items() if number not in shown}
        outside = {number for number, one in held.items() if not within(text_path(one.path), paths)}
        self.apart = tuple(text_path(held[number].path) for number in outside)
        # Images that lie elsewhere, such as priors of the library, wait for one of what was opened.
        self._elsewhere: dict[int, ImageEntry | None] = (
            dict.fromkeys(missing.keys() & outside) if missing.keys() - outside else {}
        )
        first = [text_path(one.path) for number, one in missing.items() if one.path and number not in self._elsewhere]
        last = [text_path(held[number].path) for number in (*self._elsewhere, *self._hidden) if held[number].path]
        self.paths = tuple(dict.fromkeys((*first, *paths, *last)))

    @property
    def incomplete(self) -> bool:
        """Whether images are still looked for: what the screen shows must not be saved yet."""
        return bool(self._missing)

    @property
    def looking(self) -> bool:
        """Whether this decides what is opened of a scan: from the start to the end of the first one."""
        return self._missing is not None

    def hidden(self, number: int) -> SavedViewport:
        """Return what a viewport held that is not shown yet; nothing for any other."""
        return self._hidden.get(number, SavedViewport())

    def opened(self, number: int) -> None:
        """Take note that an image is opened in a viewport, whoever asked for it."""
        if self._missing is not None:
            self._missing.pop(number, None)
        self._hidden.pop(number, None)

    def found(self, entries: tuple[ImageEntry, ...]) -> None:
        """Open what the arrangement showed of the images of one step of a scan."""
        for entry in entries:
            for number, one in list((self._missing or {}).items()):
                if not _is_shown(entry, one):
                    continue
                if number in self._elsewhere:
                    self._elsewhere[number] = entry
                else:
                    self._restore(number, entry)

    def reveal(self) -> None:
        """Open what an earlier run had in viewports that are shown for the first time since."""
        for number in self._viewports.workspace.shown:
            if number in self._hidden:
                self._reveal(number, self._hidden.pop(number))

    def scanned(self) -> bool:
        """Show what no file holds as not there; returns whether anything of the arrangement is on the screen."""
        missing, self._missing = self._missing, None
        if not any(pane.entry for pane in self._viewports.panes):
            return False
        for number in missing or ():
            self._viewports.pane(number).not_here()
        return True

    # Inside.

    def _restore(self, number: int, entry: ImageEntry) -> None:
        """Open what an earlier run had in a viewport, and whatever has waited for that."""
        assert self._missing is not None
        self._open_again(self._viewports.pane(number), entry, self._missing[number])
        waited, self._elsewhere = self._elsewhere, {}
        for other, found in waited.items():
            if found is not None and other in self._missing:
                self._restore(other, found)

    def _reveal(self, number: int, saved: SavedViewport) -> None:
        pane = self._viewports.pane(number)
        entry = next((one for one in self._worklist.images() if _is_shown(one, saved)), None)
        if entry is not None:
            self._open_again(pane, entry, saved)
        elif self._worklist.scanning:
            self._missing = {**(self._missing or {}), number: saved}
        else:
            pane.not_here()


def within(path: Path, roots: Collection[Path]) -> bool:
    """Return whether a file lies in what was opened; a table of contents stands for its disc."""
    discs = {root.parent for root in roots if is_directory_name(root.name)}
    return any(path.is_relative_to(root) for root in (*roots, *discs))


def _is_shown(entry: ImageEntry, viewport: SavedViewport) -> bool:
    """Return whether a file holds the image of a viewport, wherever it lies now; without UIDs the place decides."""
    uid, image = entry.header.identity.sop_instance_uid, viewport.image
    if image is None or image.surrogate:
        # The UID of a surrogate is one that several images carry.
        known = image is not None and uid == image.instance
        return (not uid or known) and text_path(viewport.path) == entry.path
    return uid == image.instance
