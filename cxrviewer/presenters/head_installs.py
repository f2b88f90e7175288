"""Packs that wait to be installed, one after another, and what became of each."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from cxrviewer.errors import KeyChangedError, PackRejectedError
from cxrviewer.heads.registry.store import INSTALL_LIMITS, Installed
from cxrviewer.heads.runtime.runner import Limits, clean
from cxrviewer.presenters.head_details import installed_text
from cxrviewer.presenters.heads_state import Notice, ResultRow
from cxrviewer.presenters.messages import sentence
from cxrviewer.text import msg, tr, tr_n, translated

SHOWN_PROBLEMS = 40
CANCELLED = msg("Cancelled; nothing of it is on this computer.")
NOTHING_LEFT = msg("The model head was not installed. Nothing of it is on this computer.")


class InstallOrder(Struct, frozen=True):
    """A pack somebody wants installed; see `HeadStore.install`."""

    source: Path
    limits: Limits = INSTALL_LIMITS
    accept_key: str = ""


class InstallResult(Struct, frozen=True):
    """What became of a pack.

    Attributes
    ----------
    offer : str
        What may be done about a rejection, for a button; empty for nothing.
    again : InstallOrder or None
        The order behind the button.
    """

    source: Path
    title: str
    problems: tuple[str, ...] = ()
    wrong: bool = False
    offer: str = ""
    again: InstallOrder | None = None


class InstallQueue:
    """Orders in the turn they came, and the results since the queue was last empty and asked for more."""

    def __init__(self) -> None:
        self._waiting: deque[InstallOrder] = deque()
        self._going: InstallOrder | None = None
        self._results: list[InstallResult] = []

    @property
    def going(self) -> InstallOrder | None:
        """What is being installed."""
        return self._going

    @property
    def results(self) -> tuple[InstallResult, ...]:
        return tuple(self._results)

    @property
    def place(self) -> str:
        """Which of how many is being installed, empty for the only one and for none."""
        if self._going is None:
            return ""
        total = len(self._results) + len(self._waiting) + 1
        return tr("{number} of {total}: ", number=len(self._results) + 1, total=total) if total > 1 else ""

    def add(self, orders: Iterable[InstallOrder]) -> None:
        """Add orders, but none that waits already: a pack dropped twice is installed once."""
        if self._going is None and not self._waiting:
            self._results = []
        for order in orders:
            if order not in self._waiting and order != self._going:
                self._waiting.append(order)

    def begin(self) -> InstallOrder | None:
        """Return the next order, None where there is none."""
        self._going = self._waiting.popleft() if self._waiting else None
        return self._going

    def end(self, result: InstallResult) -> None:
        """Note what became of the order that was going on."""
        self._results.append(result)
        self._going = None

    def cancel(self) -> None:
        """Forget what has not been done; it is named among the results."""
        left = [] if self._going is None else [self._going]
        left += self._waiting
        self._results += [InstallResult(order.source, translated(CANCELLED)) for order in left]
        self._waiting.clear()
        self._going = None

    def notice(self) -> Notice | None:
        """Return the text about all results: everything for one, a row each for several."""
        if not self._results:
            return None
        if len(self._results) == 1:
            only = self._results[0]
            return Notice(only.title, only.problems, only.wrong, offer=only.offer)
        wrong = sum(result.wrong for result in self._results)
        total = tr_n("{n:,} pack", "{n:,} packs", len(self._results))
        title = (
            tr("{wrong} of {total} were not installed.", wrong=wrong, total=total)
            if wrong
            else tr("{total}, none rejected.", total=total)
        )
        return Notice(title, wrong=bool(wrong), results=tuple(_row(result) for result in self._results))

    def take_offer(self, number: int) -> InstallOrder | None:
        """Return the order behind the button of a result, once."""
        if not 0 <= number < len(self._results):
            return None
        result = self._results[number]
        self._results[number] = replace(result, offer="", again=None)
        return result.again


def _row(result: InstallResult) -> ResultRow:
    words = " ".join((result.title, *result.problems)) if not result.wrong else "\n".join(result.problems)
    return ResultRow(clean(result.source.name) or tr("a pack"), words or result.title, result.wrong, result.offer)


def installed(order: InstallOrder, done: Installed, *, off: bool) -> InstallResult:
    """Return the result of an installation; `off`: the head is switched off."""
    title, lines = installed_text(done, off=off)
    return InstallResult(order.source, title, lines)


def rejected(order: InstallOrder, error: Exception) -> InstallResult:
    """Return the result of a rejection, with what may help: more time, or the new key where a person knows about it."""
    if not isinstance(error, PackRejectedError):
        return InstallResult(order.source, sentence(error, tr("This")), wrong=True)
    result = InstallResult(order.source, translated(NOTHING_LEFT), shown_problems(error.problems), wrong=True)
    if isinstance(error, KeyChangedError) and error.found:
        again = replace(order, accept_key=error.found)
        return replace(result, offer=tr("Accept the key {found}", found=error.found), again=again)
    if error.check == "limits" and order.limits == INSTALL_LIMITS:
        return replace(result, offer=tr("Try again with more time"), again=replace(order, limits=Limits()))
    return result


def shown_problems(problems: tuple[str, ...]) -> tuple[str, ...]:
    """Return as many problems as fit, and how many more there are."""
    more = len(problems) - SHOWN_PROBLEMS
    shown = tuple(translated(problem) for problem in problems[:SHOWN_PROBLEMS])
    return shown if more <= 0 else (*shown, tr_n("… and {n:,} more reason", "… and {n:,} more reasons", more))
