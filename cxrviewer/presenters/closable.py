"""Whether there is anything to close: in any viewport or listed, a search that hides it or not."""

from __future__ import annotations

from cxrviewer.commands.facts import Fact
from cxrviewer.commands.registry import FactBoard


class Closable:
    """Publishes the fact that the command goes by.

    Parameters
    ----------
    facts : FactBoard
    """

    def __init__(self, facts: FactBoard) -> None:
        self._facts = facts
        self._in_use: frozenset[int] = frozenset()
        self._lists = False

    def opened_in(self, number: int, *, opened: bool) -> None:
        """Take note that something is open in a viewport, or nothing any more."""
        self._in_use = self._in_use | {number} if opened else self._in_use - {number}
        self._publish()

    def listed(self, filled: bool) -> None:
        """Take note of whether the list has an image."""
        self._lists = filled
        self._publish()

    def _publish(self) -> None:
        closable = bool(self._in_use) or self._lists
        self._facts.publish({Fact.CLOSABLE}, {Fact.CLOSABLE} if closable else ())
