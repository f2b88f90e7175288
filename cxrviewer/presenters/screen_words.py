"""A sentence about what is on the screen: it goes with what it is about."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cxrviewer.presenters.viewports import ViewportsPresenter
from cxrviewer.studies.library import person_of
from cxrviewer.studies.persons import Person

_Screen = tuple[object, bool, tuple[tuple[int, Path, Person], ...]]
"""The layout, whether one viewport is shown alone, and who and what each shows."""


class ScreenWords:
    """Says how a study hangs, why it does not, or how to leave a view, until the screen shows something else.

    Parameters
    ----------
    viewports : callable
        Returns the viewports, which tell of their changes by `look`.
    notify : callable
    withdraw : callable
        Takes a sentence away where it still stands.
    """

    def __init__(
        self,
        viewports: Callable[[], ViewportsPresenter],
        *,
        notify: Callable[[str], None],
        withdraw: Callable[[str], None],
    ) -> None:
        self._viewports, self._notify, self._withdraw = viewports, notify, withdraw
        self._said: tuple[str, _Screen] | None = None

    def say(self, words: str) -> None:
        """Say something of what the screen shows now."""
        self._said = words, self._screen()
        self._notify(words)

    def look(self) -> None:
        """Take the sentence away where the screen shows something else by now."""
        if self._said is not None and self._screen() != self._said[1]:
            words, self._said = self._said[0], None
            self._withdraw(words)

    def _screen(self) -> _Screen:
        viewports = self._viewports()
        workspace = viewports.workspace
        numbers = {*range(workspace.layout.count), *workspace.windows}
        return (
            workspace.layout,
            workspace.single,
            tuple(
                (pane.number, pane.entry.path, person_of(pane.entry.header))
                for pane in viewports.panes
                if pane.number in numbers and pane.entry is not None
            ),
        )
