"""Folders of the library, looked at: a stick that is plugged in or pulled out counts as there or gone at once."""

from __future__ import annotations

import itertools
import logging
from collections import deque
from collections.abc import Callable, Collection
from pathlib import Path

from cxrviewer.cancel import CancelToken
from cxrviewer.jobs import JobRunner, Lane
from cxrviewer.presenters.readings import Later
from cxrviewer.studies.index.reach import KnownRoot, Reach, offline_roots, online_roots, reach
from cxrviewer.studies.index.store import Index, Root
from cxrviewer.studies.index.stores import Stores

logger = logging.getLogger(__name__)

SLOT = "library offline"
MOST_AT_ONCE = 8
"""Roots that are looked at together: the others would take the threads of what the reader opens."""

PATIENCE_MS = 1000
"""Whoever waits for an answer goes on without those that come later."""

Also = Callable[[Index], Collection[int]]
Back = Callable[[frozenset[Path]], None]
"""Called with the roots that are online again."""


class OfflineFolders:
    """Checks whether roots that are offline can be reached again, and others still.

    Each has a thread of its own until its drive answers; one that does not answer stays what it is.

    A root counts as online only where what lies there is what was indexed (`reach`): another disc in the same drive is
    not taken for the one whose patients are listed.

    Parameters
    ----------
    jobs : JobRunner
    later : callable
        Calls something once after some milliseconds, on this thread.
    on_changed : callable
        Called when roots are online again or have become offline, and their rows are outdated.
    on_gone : callable
        Called with a root that counted as online and has become offline.
    on_known : callable
        Called when something else is known of a root.
    """

    def __init__(
        self,
        jobs: JobRunner,
        later: Later,
        *,
        on_changed: Callable[[], None],
        on_gone: Callable[[Root], None],
        on_known: Callable[[], None],
    ) -> None:
        self._jobs, self._later, self._on_changed, self._on_known = jobs, later, on_changed, on_known
        self._on_gone = on_gone
        self._asked: dict[int, list[_Round]] = {}
        self._other: set[int] = set()
        self._slow: set[int] = set()  # drives that have not answered for long: nobody waits for them again
        self._queue: deque[Callable[[], None]] = deque()
        self._looking = 0
        self._numbers = itertools.count(1)

    def is_other(self, root: Root) -> bool:
        """Return whether another medium lies at the place of an offline root, or a changed one."""
        return root.id in self._other

    def look(self, stores: Stores, then: Back = lambda back: None, also: Also = lambda index: ()) -> None:
        """Look at all that is offline, and whether other roots are still there.

        `then` is called once, with what is online again by then; `also` returns those others, called with the index on
        another thread.
        """

        def found(known: tuple[KnownRoot, ...]) -> None:
            one = _Round({item.root.id for item in known} - self._slow, then)
            for item in sorted(known, key=lambda item: item.root.id in self._slow):
                self._ask(stores, item, one)
            one.end_if_done()
            if not one.ended:
                self._later(PATIENCE_MS, lambda: self._slow.update(one.end()))

        def failed(error: Exception) -> None:
            logger.warning("offline folders could not be looked up", exc_info=error)
            then(frozenset())

        slot = f"{SLOT} {next(self._numbers)}"  # a newer look does not replace one that somebody waits for

        def roots(_: CancelToken) -> tuple[KnownRoot, ...]:
            return (*online_roots(stores.reading, also(stores.reading)), *offline_roots(stores.reading))

        self._jobs.submit(Lane.LIBRARY, slot, roots, on_done=found, on_failed=failed)

    # Inside.

    def _ask(self, stores: Stores, known: KnownRoot, one: _Round) -> None:
        root = known.root
        waiting = self._asked.setdefault(root.id, [])
        waiting.append(one)
        if len(waiting) > 1:  # the drive has not answered yet
            return

        def answered(found: Reach) -> None:
            self._next()
            self._note(root, other=found is Reach.OTHER)
            if (found is Reach.SAME) != root.online:
                self._write(stores, root)
            else:
                self._answered(root, back=False)

        def failed(error: Exception) -> None:
            logger.warning("an offline folder could not be looked at", exc_info=error)
            self._next()
            self._answered(root, back=False)

        def begin() -> None:
            self._looking += 1
            self._jobs.submit(
                Lane.PLACES, f"{SLOT} root {root.id}", lambda _: reach(known), on_done=answered, on_failed=failed
            )

        if self._looking < MOST_AT_ONCE:
            begin()
        else:
            self._queue.append(begin)

    def _next(self) -> None:
        self._looking -= 1
        if self._queue:
            self._queue.popleft()()

    def _note(self, root: Root, *, other: bool) -> None:
        if other != (root.id in self._other):
            self._other ^= {root.id}
            self._on_known()

    def _write(self, stores: Stores, root: Root) -> None:
        def written(_: None) -> None:
            if root.online:
                self._on_gone(root)
            self._answered(root, back=not root.online)
            self._on_changed()

        def failed(error: Exception) -> None:
            logger.warning("whether a folder is online could not be noted", exc_info=error)
            self._answered(root, back=False)

        self._jobs.submit(
            Lane.LIBRARY,
            f"{SLOT} back {root.id}",
            lambda _: stores.index.set_root_state(root, online=not root.online),
            on_done=written,
            on_failed=failed,
        )

    def _answered(self, root: Root, *, back: bool) -> None:
        self._slow.discard(root.id)
        for one in self._asked.pop(root.id, []):
            one.answered(root, back=back)


class _Round:
    """Roots that somebody waits for, all together."""

    def __init__(self, roots: set[int], then: Back) -> None:
        self._left, self._then = roots, then
        self._back: set[Path] = set()
        self.ended = False

    def answered(self, root: Root, *, back: bool) -> None:
        self._left.discard(root.id)
        if back:
            self._back.add(root.path)
        self.end_if_done()

    def end_if_done(self) -> None:
        if not self._left:
            self.end()

    def end(self) -> set[int]:
        """Go on with what is known by now; returns the roots that have not answered yet."""
        left = set(self._left)
        if not self.ended:
            self.ended = True
            self._then(frozenset(self._back))
        return left
