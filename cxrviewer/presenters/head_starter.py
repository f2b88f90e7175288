"""Starts the heads that are on, one after the other, and ends their models with the window."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Collection, Sequence

from cxrviewer.cancel import CancelToken
from cxrviewer.jobs import JobRunner, Lane
from cxrviewer.log import independently
from cxrviewer.presenters.findings import FindingsPresenter, HeadName, Scorer
from cxrviewer.presenters.head_plans import HeadPlan
from cxrviewer.presenters.messages import sentence
from cxrviewer.text import tr

SLOT = "head"


class _Models:
    """The scorers that exist. Noted on worker threads, closed on the GUI thread; safe from any."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._scorers: list[Scorer] = []

    def note(self, scorer: Scorer) -> None:
        with self._lock:
            self._scorers.append(scorer)

    def keep(self, wanted: Collection[Scorer]) -> None:
        """Forget all others: whoever looked for heads has closed them."""
        with self._lock:
            self._scorers = [scorer for scorer in self._scorers if scorer in wanted]

    def close(self) -> None:
        with self._lock:
            scorers, self._scorers = self._scorers, []
        independently(*(scorer.close for scorer in scorers))


class HeadStarter:
    """The heads of one window, from their search to the end of their models.

    Parameters
    ----------
    jobs : JobRunner
    findings : FindingsPresenter
        Gets the names of the heads that are on, then each scorer when it is ready.
    outdated : callable
        Called when the heads that are on, or their versions, have changed.
    on_ready : callable
        Called when another head is ready, or will never be.
    """

    def __init__(
        self,
        jobs: JobRunner,
        findings: FindingsPresenter,
        outdated: Callable[[], None],
        on_ready: Callable[[], None] = lambda: None,
    ) -> None:
        self._jobs, self._findings, self._outdated, self._on_ready = jobs, findings, outdated, on_ready
        self._models = _Models()
        self._to_start: deque[HeadPlan] = deque()
        self._names: tuple[HeadName, ...] | None = None

    def start(self, find: Callable[[], Sequence[HeadPlan]]) -> None:
        """Find the heads that are on and start those that are new, off the GUI thread, the default one first.

        Called again after heads were installed, switched or removed: the ones that stayed the
        same keep their process and their answers. What is being scored is dropped first and asked for again: a model
        that hangs would keep its own end waiting.
        """
        self._to_start.clear()
        self._findings.interrupt()
        self._jobs.submit(
            Lane.INFER, SLOT, lambda cancel: tuple(find()), on_done=self._found, on_failed=self._none_found
        )

    def close(self) -> None:
        """End the models, from whatever they are doing; safe to call again."""
        self._to_start.clear()
        self._models.close()

    # Inside.

    def _found(self, plans: tuple[HeadPlan, ...]) -> None:
        names = tuple(plan.name for plan in plans)
        if self._names is not None and names != self._names:
            self._outdated()
        self._names = names
        # What is no longer wanted has been closed by `find`; what is, is noted again when it is ready.
        self._models.keep(self._findings.scorers)
        wanted = self._findings.expect(names)
        self._to_start.extend(plan for plan in plans if plan.name in wanted)
        self._start_next()

    def _none_found(self, error: Exception) -> None:
        if self._names:
            self._outdated()
        self._names = ()
        self._findings.no_head(sentence(error, tr("Starting the model")))

    def _start_next(self) -> None:
        """Start one model; the next only when this one was given the image.

        Not in the lane that scores: a model that takes minutes to start would hold back those that are ready.
        """
        if not self._to_start:
            return
        plan, note = self._to_start.popleft(), self._models.note

        def work(cancel: CancelToken) -> Scorer:
            cancel.raise_if_cancelled()
            return plan.make(note)

        def done(scorer: Scorer) -> None:
            self._findings.use(scorer)
            self._on_ready()
            self._start_next()

        def failed(error: Exception) -> None:
            self._findings.unusable(plan.name.key, sentence(error, tr("Starting the model")))
            self._on_ready()
            self._start_next()

        self._jobs.submit(Lane.START, SLOT, work, on_done=done, on_failed=failed)
