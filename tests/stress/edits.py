"""Random edits, undone and redone: they end where they should, and memory stays bounded."""

from __future__ import annotations

import sys
import tracemalloc
from dataclasses import dataclass

import msgspec

from cxrviewer.reading.document import (
    HISTORY_BYTES,
    HISTORY_STEPS,
    Change,
    Document,
    Edit,
    Reading,
    SetView,
)
from cxrviewer.reading.values import ViewState
from tests.stress.hand import Action, Hand, Look, Step

CHECK_EVERY = 1_000
BOUND = 64 * 2**20
"""Bytes of memory that all steps of such a reading may take."""


@dataclass(frozen=True)
class Outcome:
    """What came of random edits; `faults` is empty where everything ended where it should."""

    edits: int
    undone: int
    redone: int
    kinds: tuple[str, ...]
    steps: int
    history: int
    peak: int
    faults: tuple[str, ...]


class Account:
    """A document, and a second account of what it should hold: readings in a list, so that no inverse is trusted."""

    def __init__(self) -> None:
        self.document = Document()
        self.past: list[Reading] = [self.document.reading]
        """The readings that undo leads back through, the present one last."""
        self.ahead: list[Reading] = []
        self._merges = [""]
        self.undone = self.redone = 0
        self.kinds: set[str] = set()

    def take(self, action: Action) -> None:
        """Let the document do something, and write down where that should lead."""
        if isinstance(action, Look):
            _look(self.document, action)
            self.kinds.add("view")
        elif isinstance(action, Step):
            self._step(redo=action.redo)
        else:
            self._edit(action)

    def wrong(self) -> bool:
        """Return whether the document holds something else."""
        return not _same(self.document.reading, self.past[-1])

    def _step(self, *, redo: bool) -> None:
        if redo and self.document.redo() is not None:
            self.past.append(self.ahead.pop())
            self._merges.append("")
            self.redone += 1
        elif not redo and self.document.undo() is not None:
            self.ahead.append(self.past.pop())
            self._merges.pop()
            self.undone += 1

    def _edit(self, edit: Edit) -> None:
        self.document.do(edit)
        self.kinds |= {_kind(change) for change in edit.changes}
        self.ahead.clear()
        if edit.merge and self._merges[-1] == edit.merge:
            self.past.pop()
            self._merges.pop()
        self.past.append(self.document.reading)
        self._merges.append(edit.merge)
        forgotten = max(0, len(self.past) - 1 - len(self.document.undo_steps))
        del self.past[:forgotten], self._merges[:forgotten]


def _kind(change: Change) -> str:
    return type(getattr(change.after, "shape", change)).__name__


def run(count: int, seed: str) -> Outcome:
    """Make `count` edits, looks, undos and redos."""
    account, hand, faults = Account(), Hand(seed), list[str]()
    tracemalloc.start()
    for number in range(count):
        action = hand.next(account.document.reading)
        account.take(action)
        if account.wrong():
            faults.append(f"step {number}: {action}")
            break
        if number % CHECK_EVERY == 0:
            faults += _there_and_back(account)
    faults += _there_and_back(account)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    document = account.document
    history = sum(len(msgspec.json.encode(edit)) for edit in (*document.undo_steps, *document.redo_steps))
    if peak > BOUND:
        faults.append(f"{peak} bytes of memory")
    if len(document.undo_steps) > HISTORY_STEPS or history > HISTORY_BYTES:
        faults.append(f"{len(document.undo_steps)} steps of {history} bytes")
    kinds = tuple(sorted(account.kinds))
    steps = len(document.undo_steps)
    return Outcome(count, account.undone, account.redone, kinds, steps, history, peak, tuple(faults))


def _look(document: Document, look: Look) -> None:
    before = document.reading.views.get(look.image)
    after = None if look.view == ViewState() else look.view
    if before != after:
        document.note(Edit("view", (SetView(look.image, before, after),)))


def _same(one: Reading, other: Reading) -> bool:
    """Return whether two readings are the same apart from views, which undo passes over."""
    return (one.annotations, one.key_images, one.decisions, one.impression) == (
        other.annotations, other.key_images, other.decisions, other.impression,
    )  # fmt: skip


def _there_and_back(account: Account) -> list[str]:
    """Undo everything and redo it all, on a copy; name what is not as it was."""
    document, past, ahead = account.document, account.past, account.ahead
    copy = Document(document.reading, document.undo_steps, document.redo_steps)
    faults = []
    for expected in reversed(past[:-1]):
        if copy.undo() is None or not _same(copy.reading, expected):
            faults.append("undo led somewhere else")
    if copy.undo() is not None:
        faults.append("more could be undone than was done")
    for expected in (*past[1:], *reversed(ahead)):
        if copy.redo() is None or not _same(copy.reading, expected):
            faults.append("redo led somewhere else")
    if copy.redo() is not None or copy.reading.views != document.reading.views:
        faults.append("the end is another one")
    return faults[:3]


def report(outcome: Outcome) -> str:
    """Return the figures of a run in words."""
    return (
        f"{outcome.edits:,} actions ({outcome.undone:,} undone, {outcome.redone:,} redone)\n"
        f"of {', '.join(outcome.kinds)}\n"
        f"{outcome.steps:,} steps left with {outcome.history / 2**20:.1f} MiB as JSON; "
        f"peak of traced memory {outcome.peak / 2**20:.1f} MiB, with every reading that undo leads through\n"
        f"{len(outcome.faults)} faults" + "".join(f"\n  {fault}" for fault in outcome.faults)
    )


def main(count: int, seed: str) -> int:
    """Run and print. Returns 1 where something was found."""
    outcome = run(count, seed)
    sys.stdout.write(report(outcome) + "\n")
    return 1 if outcome.faults else 0
