"""What an earlier run had on the screen, opened again as its files are found."""

from __future__ import annotations

import enum
from collections.abc import Callable, Collection
from pathlib import Path

from cxrviewer.presenters.viewports import Pane, ViewportsPresenter
from cxrviewer.presenters.worklist import WorklistPresenter
from cxrviewer.studies.library import ImageEntry, person_of
from cxrviewer.studies.listing import is_directory_name
from cxrviewer.studies.persons import Match, Person, same_person
from cxrviewer.workspace.saved import SavedViewport, SavedWorkspace, text_path


class _Trust(enum.Enum):
    """Which images that lie elsewhere are shown beside what was opened."""

    NONE = "none yet"
    PERSONS = "those that are certainly of a person of what was opened"
    ALL = "all: what was opened is what was opened then"


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
        self._elsewhere: dict[int, ImageEntry | None] = dict.fromkeys(missing.keys() & outside)
        # Where the earlier run showed nothing else, one of the same person has to be among what was opened.
        self._trust = _Trust.NONE if missing.keys() - outside else _Trust.PERSONS
        self._here = [one for number, one in held.items() if number not in outside]
        self._roots, self._inside = paths, set[Person]()
        # Images looked for in vain: they stay in what is saved, a disc may be connected again.
        self._absent: dict[int, SavedViewport] = {}
        self._late: dict[int, SavedViewport] = {}
        first = [text_path(one.path) for number, one in missing.items() if one.path and number not in self._elsewhere]
        last = [text_path(held[number].path) for number in (*self._elsewhere, *self._hidden) if held[number].path]
        self.paths = tuple(dict.fromkeys((*first, *paths, *last)))

    @property
    def incomplete(self) -> bool:
        """Whether images are still looked for: what the screen shows must not be saved yet."""
        return bool(self._missing or self._late)

    @property
    def looking(self) -> bool:
        """Whether this decides what is opened of a scan: from the start to the end of the first one."""
        return self._missing is not None

    def hidden(self, number: int) -> SavedViewport:
        """Return what a viewport held that is not shown yet, or was not found; nothing for any other."""
        return self._hidden.get(number) or self._absent.get(number) or SavedViewport()

    def opened(self, number: int) -> None:
        """Take note that an image is opened in a viewport, whoever asked for it."""
        if self._missing is not None:
            self._missing.pop(number, None)
        for waiting in (self._hidden, self._late, self._absent, self._elsewhere):
            waiting.pop(number, None)

    def forget(self) -> None:
        """Open nothing more of the arrangement."""
        if self._missing is not None:
            self._missing = {}
        for waiting in (self._hidden, self._late, self._absent, self._elsewhere):
            waiting.clear()

    def found(self, entries: tuple[ImageEntry, ...]) -> None:
        """Open what the arrangement showed of the images of one step of a scan."""
        for entry in entries:
            if within(entry.path, self._roots):
                self._inside.add(person_of(entry.header))
            for number, one in list(self._late.items()):
                if _is_shown(entry, one):
                    del self._late[number]
                    self._open_again(self._viewports.pane(number), entry, one)
            for number, one in list((self._missing or {}).items()):
                if not _is_shown(entry, one):
                    continue
                if number in self._elsewhere:
                    self._elsewhere[number] = entry
                else:
                    self._open_again(self._viewports.pane(number), entry, one)
            self._release(entry)

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
        self._miss(missing or {})
        return True

    def ended(self) -> None:
        """Take note that a scan has ended which decided by itself what is opened."""
        late, self._late = self._late, {}
        self._miss(late)

    # Inside.

    def _release(self, entry: ImageEntry) -> None:
        """Open what lies elsewhere and was found, as far as `entry` and those before tell that it belongs there."""
        mine = [one for one in self._here if _is_shown(entry, one)]
        if any(_by_uid(entry, one) for one in mine):
            self._trust = _Trust.ALL
        elif mine and self._trust is _Trust.NONE:
            self._trust = _Trust.PERSONS  # another patient's image may lie in the same place
        for number, found in list(self._elsewhere.items()):
            trusted = self._trust is _Trust.ALL or (self._trust is _Trust.PERSONS and self._is_inside(found))
            if found is not None and trusted and self._missing is not None and number in self._missing:
                self._open_again(self._viewports.pane(number), found, self._missing[number])

    def _is_inside(self, entry: ImageEntry | None) -> bool:
        if entry is None:
            return False
        person = person_of(entry.header)
        return any(same_person(person, one) is Match.SAME for one in self._inside)

    def _miss(self, missing: dict[int, SavedViewport]) -> None:
        for number, one in missing.items():
            self._absent[number] = one
            self._viewports.pane(number).not_here()

    def _reveal(self, number: int, saved: SavedViewport) -> None:
        pane = self._viewports.pane(number)
        entry = next((one for one in self._worklist.images() if _is_shown(one, saved)), None)
        if entry is not None:
            self._open_again(pane, entry, saved)
        elif self._worklist.scanning:
            self._late[number] = saved
        else:
            self._miss({number: saved})


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


def _by_uid(entry: ImageEntry, viewport: SavedViewport) -> bool:
    """Return whether more than the place of a file tells that it holds the image of a viewport."""
    image = viewport.image
    return image is not None and entry.header.identity.sop_instance_uid == image.instance
