"""The study on the screen, as the hanging rules see it: one of the library, or one that the worklist alone knows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from cxrviewer.errors import LibraryError
from cxrviewer.presenters.viewports import ViewportsPresenter
from cxrviewer.studies.hanging import NOT_ITS_PRIOR, Explanation, Rule, explain, rule_like
from cxrviewer.studies.index.opening import Opening, explained, hung_like
from cxrviewer.studies.index.stores import Stores
from cxrviewer.studies.library import Alike, ImageEntry
from cxrviewer.studies.next_prior import study_of
from cxrviewer.studies.persons import Pairs
from cxrviewer.studies.priors import is_before
from cxrviewer.text import msg
from cxrviewer.workspace.layout import Layout

FILL_FIRST = msg(
    "Fill every viewport with one study and its priors, then try again. An older prior in the place of one that cannot "
    "be shown makes no rule."
)


class PresentStudy(Protocol):
    """A study and how it hangs now. Its methods read files; `stores` is the library, None where there is none."""

    @property
    def full(self) -> bool:
        """Whether no viewport is empty or shows an older prior in the place of one that cannot be shown.

        A rule that is made of such a prior would pass over the newest prior of every study.
        """
        ...

    @property
    def of_library(self) -> bool:
        """Whether it was opened from the library: such a study hangs by the rules, with a prior or without one."""
        ...

    def explained(self, stores: Stores | None, rules: Sequence[Rule]) -> tuple[Explanation, ...]:
        """Return what becomes of each rule for the study (`hanging.explain`)."""
        ...

    def rule(self, stores: Stores | None, name: str) -> Rule:
        """Return a rule that hangs studies as this one hangs now.

        Raises
        ------
        LibraryError
            Where a viewport shows neither the study nor one of its priors, or no rule hangs it like this.
        HangingError
            Where no rule can describe the layout.
        """
        ...


class LibraryStudy(Struct, frozen=True):
    """A study that was opened from the library; `paths` are the files in the viewports, row by row."""

    opened: Opening
    paths: tuple[Path, ...]
    rows: int
    columns: int
    full: bool

    @property
    def of_library(self) -> bool:
        return True

    def explained(self, stores: Stores | None, rules: Sequence[Rule]) -> tuple[Explanation, ...]:
        assert stores is not None, "the study was opened from it"
        return explained(stores.reading, stores.user, rules, self.opened.study.id)

    def rule(self, stores: Stores | None, name: str) -> Rule:
        assert stores is not None, "the study was opened from it"
        return hung_like(stores.reading, stores.user, self.opened.study.id, self.paths, (name, self.rows, self.columns))


class ListedStudy(Struct, frozen=True):
    """A study of the worklist, among those that may be of the same person; `entries` fill the viewports, row by row."""

    alike: Alike
    entries: tuple[ImageEntry, ...]
    rows: int
    columns: int
    full: bool

    @property
    def of_library(self) -> bool:
        return False

    def explained(self, stores: Stores | None, rules: Sequence[Rule]) -> tuple[Explanation, ...]:
        return explain(rules, self.alike.study, self.alike.studies, _pairs(stores))

    def rule(self, stores: Stores | None, name: str) -> Rule:
        shown = []
        for entry in self.entries:
            study = study_of(self.alike, entry)
            if study is None:
                raise LibraryError(NOT_ITS_PRIOR)
            shown.append((study, next(one for one in study.images if self.alike.entries[one.id].key == entry.key)))
        layout = name, self.rows, self.columns
        return rule_like(layout, self.alike.study, shown, self.alike.studies, _pairs(stores))


class Listed(Protocol):
    """What the worklist knows; `WorklistPresenter` is one."""

    @property
    def revision(self) -> object:
        """Another one after each change of what is listed."""
        ...

    def alike(self, entry: ImageEntry, also: Collection[str] = ()) -> Alike: ...


class PresentStudies:
    """Tells which study is on the screen and how it hangs.

    The editor of the rules asks at each press: what was found is kept until a viewport or the worklist has changed.
    """

    def __init__(self, viewports: ViewportsPresenter, listed: Listed) -> None:
        self._viewports, self._listed = viewports, listed
        self._seen: tuple[object, ...] = ()
        self._found: LibraryStudy | ListedStudy | None = None

    def at_hand(self, opening: Opening | None) -> LibraryStudy | ListedStudy | None:
        """Return the study on the screen; `opening` is that of the library that is open, if one is."""
        layout = self._viewports.workspace.layout
        panes = [pane for pane in self._viewports.panes if pane.number < layout.count]
        entries = tuple(pane.entry for pane in panes if pane.entry is not None)
        full = len(entries) == layout.count and not any(pane.missed for pane in panes)
        seen = (opening, layout, full, self._listed.revision, *entries)
        # By identity: an image that is read again is another entry, and headers take long to compare.
        if len(seen) != len(self._seen) or any(now is not before for now, before in zip(seen, self._seen, strict=True)):
            self._found = self._look(opening, layout, entries, full)
            self._seen = seen
        return self._found

    def _look(
        self, opening: Opening | None, layout: Layout, entries: tuple[ImageEntry, ...], full: bool
    ) -> LibraryStudy | ListedStudy | None:
        if opening is not None:
            return LibraryStudy(opening, tuple(entry.path for entry in entries), layout.rows, layout.columns, full)
        if not entries:
            return None
        return ListedStudy(newest_of(self._listed, entries), entries, layout.rows, layout.columns, full)


def newest_of(listed: Listed, entries: Sequence[ImageEntry]) -> Alike:
    """Return the newest study of some images, all of which may be of the same person."""
    keys = [entry.key for entry in entries]
    newest, *others = (listed.alike(entry, keys) for entry in entries)
    for one in others:
        if is_before(newest.study, one.study):
            newest = one
    return newest


def _pairs(stores: Stores | None) -> Pairs:
    return {} if stores is None else stores.user.pairs()
