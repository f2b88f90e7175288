"""Whether identity is shown: one state of the program, asked by everybody who draws who or when."""

from __future__ import annotations

from collections.abc import Callable

from cxrviewer.commands.facts import Fact
from cxrviewer.commands.registry import FactBoard, Registry
from cxrviewer.text import msg

BURNED_IN = msg("Names, numbers, dates and file names are hidden. Text that is part of an image's pixels is not.")


class Privacy:
    """Shows or hides identity in the whole window.

    Identity is names, IDs, dates, ages, numbers and free text of a header, and names of files and folders.
    What a reader types or draws is the reader's own choice and stays.

    Parameters
    ----------
    hidden : bool
        How it starts; see `Settings.hide_identity`.
    facts : FactBoard, optional
    """

    def __init__(self, *, hidden: bool = False, facts: FactBoard | None = None) -> None:
        self._hidden = hidden
        self._facts: FactBoard = facts if facts is not None else Registry(())
        self._listeners: list[Callable[[], None]] = []
        self._publish()

    @property
    def hidden(self) -> bool:
        return self._hidden

    def toggle(self) -> None:
        self.set_hidden(hidden=not self._hidden)

    def set_hidden(self, *, hidden: bool) -> None:
        """Hide or show identity; everybody who draws it does so anew before this returns."""
        if hidden != self._hidden:
            self._hidden = hidden
            self._publish()
            for changed in tuple(self._listeners):
                changed()

    def listen(self, changed: Callable[[], None]) -> None:
        """Call `changed` after every change."""
        self._listeners.append(changed)

    def forget(self, changed: Callable[[], None]) -> None:
        """No longer call what `listen` was given."""
        self._listeners.remove(changed)

    def _publish(self) -> None:
        self._facts.publish({Fact.IDENTITY_HIDDEN}, {Fact.IDENTITY_HIDDEN} if self._hidden else ())
