"""Status and notes of studies in the library: written one after the other, and taken back by undo."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import LibraryBehindError
from cxrviewer.jobs import JobRunner, Lane
from cxrviewer.presenters.messages import sentence
from cxrviewer.studies.index.user_store import MarkChange, StudyStatus
from cxrviewer.studies.index.worklist import StudyRow
from cxrviewer.text import tr, tr_n

if TYPE_CHECKING:
    from cxrviewer.studies.index.stores import Stores

MARK_SLOT = "library mark"

MAX_UNDO = 10
"""Steps that can be taken back; one of them may hold every study of the library."""


ShowRows = Callable[[tuple[StudyRow, ...]], None]


class _Order(Struct, frozen=True):
    """A change that waits for its turn; with neither status nor note, the last step is taken back.

    `step` is whether the reader can undo it: what the program notes by itself is passed over.
    """

    studies: tuple[int, ...]
    status: StudyStatus | None = None
    note: str | None = None
    step: bool = True

    @property
    def undoes(self) -> bool:
        return self.status is None and self.note is None


class _Other(Struct, frozen=True, eq=False):
    """A step that is no mark; `take_back` returns whether there was anything left to take back."""

    what: object
    do: Callable[[], None]
    take_back: Callable[[], bool]


class _Step(Struct, frozen=True, eq=False):
    """What undo takes back, and of which studies."""

    change: MarkChange
    studies: tuple[int, ...]


class LibraryMarks:
    """One change after the other: none may replace another that has not begun. And what undo takes back, marks or not.

    Parameters
    ----------
    jobs : JobRunner
    with_stores : callable
        Calls something with the library once it is open.
    marking : callable
        Takes the studies whose marks are about to change; returns those whose rows are read with them, and what shows
        these rows.
    on_failed : callable
        Called with studies whose marks could not be changed, and the reason.
    say : callable
        Shows a sentence about what happened.
    """

    def __init__(
        self,
        jobs: JobRunner,
        with_stores: Callable[[Callable[[Stores], None]], None],
        *,
        marking: Callable[[Sequence[int]], tuple[Sequence[int], ShowRows]],
        on_failed: Callable[[Sequence[int], str], None],
        say: Callable[[str], None],
    ) -> None:
        self._jobs, self._with_stores, self._say = jobs, with_stores, say
        self._marking, self._on_failed = marking, on_failed
        self._orders: list[_Order | _Other] = []
        self._steps: list[_Step | _Other] = []
        self._unsaved: dict[int, str] = {}
        self._busy = False

    @property
    def can_undo(self) -> bool:
        return bool(self._steps)

    @property
    def unsaved(self) -> Mapping[int, str]:
        """Notes that were typed and could not be written, by study, until they are."""
        return self._unsaved

    def change(
        self, studies: Sequence[int], *, status: StudyStatus | None = None, note: str | None = None, step: bool = True
    ) -> None:
        """Set the status or the note of some studies, as one step of undo or, by the program itself, as none."""
        self._order(_Order(tuple(studies), status, note, step))

    def undo(self) -> None:
        """Take the last step back, after all that waits; what was changed since then stays."""
        self._order(_Order(()))

    def elsewhere(self, what: object, do: Callable[[], None], take_back: Callable[[], bool]) -> None:
        """Call `do` after all that waits, as one step of undo; `what` names it for `drop`.

        Both begin jobs on the library's lane, which come to their turn in the order in which they were begun.
        """
        self._order(_Other(what, do, take_back))

    def drop(self, what: object) -> None:
        """Forget a step of `elsewhere` that came to nothing."""
        self._steps = [one for one in self._steps if not isinstance(one, _Other) or one.what is not what]

    def forget_waiting(self) -> None:
        """Drop what waits for a library that cannot be opened."""
        self._orders, self._busy = [], False

    def _order(self, order: _Order | _Other) -> None:
        self._orders.append(order)
        self._next()

    def _next(self) -> None:
        if self._busy or not self._orders:
            return
        order = self._orders.pop(0)
        if isinstance(order, _Other):
            self._push(order)
            order.do()
            self._next()
        elif order.undoes:
            self._undo(order)
        else:
            self._run(order, order.studies)

    def _undo(self, order: _Order) -> None:
        while self._steps:
            step = self._steps[-1]
            if isinstance(step, _Step):
                self._run(order, step.studies, step)
                return
            self._steps.pop()
            if step.take_back():
                break
        self._next()

    def _run(self, order: _Order, studies: tuple[int, ...], step: _Step | None = None) -> None:
        self._busy = True
        wanted, show = self._marking(studies)

        def work(stores: Stores) -> tuple[MarkChange | int, tuple[StudyRow, ...]]:
            index = stores.index
            if step is None:
                result: MarkChange | int = index.change_marks(studies, status=order.status, note=order.note)
            else:
                result = index.take_back(step.change)
            return result, stores.worklist.rows(list(wanted)) if wanted else ()

        def done(found: tuple[MarkChange | int, tuple[StudyRow, ...]]) -> None:
            result, rows = found
            self._busy = False
            self._written(order)
            show(rows)
            if isinstance(result, MarkChange):
                self._changed(order, result)
            else:
                assert step is not None
                self._taken_back(step, result)
            self._next()

        def failed(error: Exception) -> None:
            self._busy = False
            words = sentence(error, tr("Marking the study"))
            if isinstance(error, LibraryBehindError):
                self._kept_unseen(order, step, error.result)
            elif order.note is not None:
                self._unsaved |= dict.fromkeys(studies, order.note)
                words = tr(
                    "{reason} The note is not saved. It stays in the list until the program ends: edit it and press "
                    "Enter to save it.",
                    reason=words,
                )
            self._on_failed(studies, words)
            self._next()

        def start(stores: Stores) -> None:
            def run(_: CancelToken) -> tuple[MarkChange | int, tuple[StudyRow, ...]]:
                return work(stores)

            self._jobs.submit(Lane.LIBRARY, MARK_SLOT, run, on_done=done, on_failed=failed)

        self._with_stores(start)

    def _changed(self, order: _Order, change: MarkChange) -> None:
        self._remember(order, change)
        if not order.step:
            return
        count = len(change.after)
        if order.status is StudyStatus.READ:
            self._say(tr_n("{n:,} study is marked as read.", "{n:,} studies are marked as read.", count))
        elif order.status is not None:
            self._say(tr_n("{n:,} study is marked as new.", "{n:,} studies are marked as new.", count))
        else:
            self._say(tr("The note is saved."))

    def _written(self, order: _Order) -> None:
        if order.note is not None:
            for study in order.studies:
                self._unsaved.pop(study, None)

    def _kept_unseen(self, order: _Order, step: _Step | None, result: object) -> None:
        """Take note of a change that is kept, and that only the list does not show."""
        self._written(order)
        if step is not None:
            self._steps.remove(step)
        elif isinstance(result, MarkChange):
            self._remember(order, result)

    def _remember(self, order: _Order, change: MarkChange) -> None:
        if order.step and change.before != change.after:  # or nothing is to be taken back
            self._push(_Step(change, order.studies))

    def _push(self, step: _Step | _Other) -> None:
        self._steps.append(step)
        del self._steps[:-MAX_UNDO]

    def _taken_back(self, step: _Step, count: int) -> None:
        self._steps.remove(step)
        different = sum(1 for key in step.change.after if step.change.before[key] != step.change.after[key])
        if count == different:
            self._say(tr_n("{n:,} study is as it was before.", "{n:,} studies are as they were before.", count))
        else:
            self._say(
                tr(
                    "{count:,} of {total:,} studies are as they were before; the others were changed since then.",
                    count=count,
                    total=different,
                )
            )
