"""The screen as the program hung it: it makes place for what is opened, while an arrangement of the reader stays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from cxrviewer.presenters.viewports import Pane, ViewportsPresenter
from cxrviewer.presenters.worklist import WorklistPresenter
from cxrviewer.studies.library import ImageEntry
from cxrviewer.workspace.layout import Layout
from cxrviewer.workspace.saved import SavedWorkspace, text_path

if TYPE_CHECKING:
    from cxrviewer.studies.first_hanging import FirstHanging


class HungScreen:
    """Shows a study as it hangs, and whether the screen has been changed since.

    Parameters
    ----------
    viewports : ViewportsPresenter
    worklist : WorklistPresenter
    open_in : callable
        Opens an image in a viewport.
    clear : callable
        Takes the image from a viewport.
    on_place : callable
        Called before the screen makes place: what an earlier run had there comes no more.
    """

    def __init__(
        self,
        viewports: ViewportsPresenter,
        worklist: WorklistPresenter,
        *,
        open_in: Callable[[Pane, ImageEntry], None],
        clear: Callable[[Pane], None],
        on_place: Callable[[], None],
    ) -> None:
        self._on_place = on_place
        self._viewports, self._worklist, self._open_in, self._clear = viewports, worklist, open_in, clear
        self._layout = Layout.ONE
        self._screen: tuple[Layout, tuple[Path | None, ...]] | None = None

    @property
    def untouched(self) -> bool:
        """Whether the screen shows what the program hung there, in its layout, and nothing else.

        A viewport whose image has left it since, as one whose file is gone, was not arranged by the reader.
        """
        if self._screen is None or self._viewports.workspace.windows:
            return False
        layout, paths = self._screen
        if self._viewports.workspace.layout is not layout:
            return False
        now = self._paths_in(layout)
        return now == paths or (any(now) and all(one in (None, hung) for one, hung in zip(now, paths, strict=True)))

    @property
    def by_hand(self) -> bool:
        """Whether the reader has arranged the screen, so that nothing hangs there by itself."""
        workspace = self._viewports.workspace
        arranged = workspace.windows or workspace.layout not in (Layout.ONE, self._layout)
        return bool(arranged) and not self.untouched

    def show(self, hanging: FirstHanging) -> bool:
        """Show a study as it hangs; an image that is in its place already stays. False where one is gone meanwhile."""
        entries = [self._worklist.listed(entry.key) for entry in hanging.entries]
        if None in entries:
            return False
        mine = self._viewports.workspace.layout in (Layout.ONE, self._layout)
        self._layout = Layout((hanging.rows, hanging.columns))
        self._viewports.set_layout(self._layout)
        self._viewports.activate(hanging.active)
        for number, entry in enumerate(entries):
            pane = self._viewports.pane(number)
            if entry is not None and (pane.entry is None or pane.entry.key != entry.key):
                self._open_in(pane, entry)
            pane.prior = number != hanging.active
        entry = self._viewports.active.entry
        self._worklist.mark("" if entry is None else entry.key)
        self._screen = (self._layout, self._paths_in(self._layout)) if mine else None
        return True

    def make_place(self) -> None:
        """Let what is opened stand alone where a study hangs with its priors by the program, not by the reader."""
        if self._screen is None or not self.untouched:
            return
        self._screen = None
        self._layout = Layout.ONE
        self._on_place()
        for pane in self._viewports.panes:  # what is hidden would come back beside what is opened
            self._clear(pane)
        self._viewports.set_layout(Layout.ONE)

    def keep(self) -> None:
        """Count what is shown now as hung by the program: a prior that it offered stands in the place of another."""
        layout = self._viewports.workspace.layout
        self._screen = (layout, self._paths_in(layout))

    def restored(self, saved: SavedWorkspace) -> None:
        """Take note of an arrangement of an earlier run, which the program may have hung."""
        layout = saved.workspace().layout
        paths = tuple(text_path(one.path) if one.path else None for one in saved.viewports[: layout.count])
        self._screen = (layout, paths) if saved.own else None

    def untouched_place(self, number: int, path: Path) -> bool:
        """Return whether an earlier run had an image there because the program hung it."""
        screen = self._screen
        return screen is not None and number < screen[0].count and screen[1][number] == path

    def found(self, number: int, saved: Path, path: Path) -> None:
        """Take note that an image of an earlier run lies elsewhere now."""
        if self._screen is None or number >= self._screen[0].count or self._screen[1][number] != saved:
            return
        layout, paths = self._screen
        self._screen = layout, (*paths[:number], path, *paths[number + 1 :])

    def close(self) -> None:
        """Close everything: a layout that the program hung goes with it, one of the reader stays."""
        mine = self.untouched or self._viewports.workspace.layout is self._layout
        self.closed()
        self._layout = Layout.ONE
        for pane in self._viewports.panes:
            self._clear(pane)
        if mine:
            self._viewports.set_layout(Layout.ONE)
        self._viewports.activate(0)  # what is opened next comes where the start page is

    def closed(self) -> None:
        """Take note that nothing of what hung is open any more; the layout stays."""
        self._screen = None

    def forget_layout(self) -> None:
        """Count no layout as the program's own any more: a study of the library brings one."""
        self._layout = Layout.ONE

    def _paths_in(self, layout: Layout) -> tuple[Path | None, ...]:
        entries = {pane.number: pane.entry for pane in self._viewports.panes}
        shown = (entries.get(number) for number in range(layout.count))
        return tuple(None if entry is None else entry.path for entry in shown)
