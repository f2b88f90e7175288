"""Finds the heads that are on and how each is started. Runs on a worker's thread and closes over values."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from cxrviewer.errors import HeadError
from cxrviewer.log import independently
from cxrviewer.presenters.findings import HeadName, Scorer
from cxrviewer.text import msg

if TYPE_CHECKING:  # the first window does not wait for what reads heads
    from cxrviewer.heads.contract import DiscoveredHead
    from cxrviewer.heads.inference.model_pool import ModelPool
    from cxrviewer.heads.inference.scoring import HeadScorer
    from cxrviewer.heads.registry.store import HeadStore


class HeadPlan(Struct, frozen=True):
    """A head that is on and how to get its model; `make` runs on a worker's thread.

    `make` hands the scorer to its argument as soon as it exists and returns it when it is
    ready: a window closed between the two must still end the model's process.
    """

    name: HeadName
    make: Callable[[Callable[[Scorer], None]], Scorer]


class HeadSearch:
    """The heads of one window and their model processes. Safe from any thread.

    Parameters
    ----------
    folder : Path
        ``AppPaths.heads``.
    on_change : callable
        Called, on any thread, when a model process was ended to save memory.
    """

    def __init__(self, folder: Path, *, on_change: Callable[[], None]) -> None:
        self._folder = folder
        self._on_change = on_change
        self._lock = threading.Lock()
        self._store: HeadStore | None = None
        self._model_pool: ModelPool | None = None
        self._closed = False

    def plans(self, default: str, disabled: Collection[str]) -> list[HeadPlan]:
        """Return how to start every head that is on, and end those that no longer are.

        Parameters
        ----------
        default : str
            Id of the head that comes first; empty for the first one found.
        disabled : collection of str
            Ids of heads that are switched off.

        Raises
        ------
        HeadError
            There is none.
        """
        from cxrviewer.heads.registry.store import switched_on
        from cxrviewer.presenters.head_details import signature_text

        store = self._the_store()
        installed = store.discover()
        heads = switched_on(installed, default, disabled)
        model_pool = self._the_model_pool(store)
        model_pool.keep(heads, installed)
        if not heads:
            raise HeadError(msg("No usable model head is installed; films can be viewed without one."))
        return [_plan(model_pool, head, installed, signature_text(head, store.is_shipped(head))) for head in heads]

    def close(self) -> None:
        """End all processes, and at once every one made later; closing twice is fine."""
        with self._lock:
            self._closed = True
            steps = [part.close for part in (self._model_pool, self._store) if part is not None]
        independently(*steps)

    def _the_store(self) -> HeadStore:
        from cxrviewer.heads.registry.discover import shipped_folder
        from cxrviewer.heads.registry.store import HeadStore

        with self._lock:
            if self._store is None:
                self._store = HeadStore(self._folder, shipped_folder(), isolated=True)
                if self._closed:
                    self._store.close()
            return self._store

    def _the_model_pool(self, store: HeadStore) -> ModelPool:
        from cxrviewer.heads.inference.model_pool import ModelPool

        with self._lock:
            if self._model_pool is None:
                self._model_pool = ModelPool(on_change=self._on_change, parser=store.parser)
                if self._closed:
                    self._model_pool.close()
            return self._model_pool


def _plan(
    model_pool: ModelPool, head: DiscoveredHead, installed: tuple[DiscoveredHead, ...], signature: str
) -> HeadPlan:
    from cxrviewer.heads.registry.backbone import find_backbone

    m = head.manifest
    assert m is not None, "`switched_on` returns usable heads only"
    backbone = find_backbone(m, installed)[0] if m.backbone is not None else None
    identity = m, backbone.manifest if backbone is not None else None

    def make(note: Callable[[HeadScorer], None]) -> HeadScorer:
        scorer = model_pool.scorer(head, installed)
        note(scorer)
        scorer.warm_up()
        return scorer

    return HeadPlan(HeadName(m.id, m.title, m.version, identity, signature), make)
