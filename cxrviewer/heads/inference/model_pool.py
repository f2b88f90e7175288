"""The heads of one window: one memory budget, one cache of features, one process per model."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from cxrviewer.errors import HeadRejectedError
from cxrviewer.heads.contract import DiscoveredHead, HeadManifest
from cxrviewer.heads.inference.feature_cache import FeatureCache
from cxrviewer.heads.inference.scoring import HeadScorer
from cxrviewer.heads.registry.backbone import find_backbone
from cxrviewer.heads.runtime.budget import WorkerBudget
from cxrviewer.heads.runtime.parsing import DIRECT, Parser
from cxrviewer.heads.runtime.runner import Limits
from cxrviewer.log import independently
from cxrviewer.text import msg


class ModelPool:
    """Makes scorers and shares among them what may be shared.

    A head whose features another one reads is one scorer with one process, whether its own
    findings are shown or not. Safe from any thread.
    """

    def __init__(
        self,
        *,
        limits: Limits | None = None,
        budget: WorkerBudget | None = None,
        on_change: Callable[[], None] = lambda: None,
        parser: Parser = DIRECT,
    ) -> None:
        self._limits = limits
        self._parser = parser
        self._budget = budget or WorkerBudget(on_change=on_change)
        self._cache = FeatureCache()
        self._lock = threading.Lock()
        self._scorers: dict[HeadManifest, HeadScorer] = {}
        self._closed = False

    def scorer(self, head: DiscoveredHead, installed: Iterable[DiscoveredHead]) -> HeadScorer:
        """Return the scorer of `head`, made at the first call; its backbone is looked for among `installed`.

        Raises
        ------
        ManifestError, HeadRejectedError
            As `HeadScorer`; ``check="backbone"`` where the backbone is missing.
        """
        with self._lock:
            backbone = None
            if head.manifest is not None and head.manifest.backbone is not None:
                found, problem = find_backbone(head.manifest, installed)
                if found is None:
                    raise HeadRejectedError(
                        msg("The model head cannot be used: {problem}.", problem=problem), check="backbone"
                    )
                backbone = self._made(found, None)
            return self._made(head, backbone)

    def keep(self, heads: Iterable[DiscoveredHead], installed: Iterable[DiscoveredHead]) -> None:
        """End the processes of all heads but `heads` and their backbones."""
        wanted: set[HeadManifest] = set()
        known = tuple(installed)
        for head in heads:
            if head.manifest is None:
                continue
            wanted.add(head.manifest)
            found = find_backbone(head.manifest, known)[0] if head.manifest.backbone is not None else None
            if found is not None and found.manifest is not None:
                wanted.add(found.manifest)
        with self._lock:
            gone = [self._scorers.pop(manifest) for manifest in list(self._scorers) if manifest not in wanted]
        independently(*(scorer.close for scorer in gone))

    def close(self) -> None:
        """End all processes; scorers made later are closed at once. Closing twice is fine."""
        with self._lock:
            self._closed = True
            scorers = list(self._scorers.values())
        independently(*(scorer.close for scorer in scorers), self._budget.close)

    def _made(self, head: DiscoveredHead, backbone: HeadScorer | None) -> HeadScorer:
        known = self._scorers.get(head.manifest) if head.manifest is not None else None
        if known is not None:
            return known
        made = HeadScorer(
            head, self._limits, budget=self._budget, backbone=backbone, cache=self._cache, parser=self._parser
        )
        self._scorers[made.manifest] = made
        if self._closed:
            made.close()
        return made
