"""The other half of a ``features`` head: which head makes its features, and the features kept per film."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cxrviewer.heads.contract import BackboneSpec, DiscoveredHead, HeadManifest

Key = tuple[str, str, str]

KEPT_BYTES = 32 * 2**20
"""Features kept at most: some 160 films of 976 x 7 x 7."""


def find_backbone(manifest: HeadManifest, heads: Iterable[DiscoveredHead]) -> tuple[DiscoveredHead | None, str]:
    """Return the head among `heads` whose features `manifest` reads, or None and why there is none.

    The backbone is known by the SHA-256 of its model, not by its name: a small head trained on the
    features of one training would read those of the next one as noise that looks like a score.
    """
    wanted = manifest.backbone
    assert wanted is not None, "only heads of the kind features have a backbone"
    known = [head for head in heads if head.manifest is not None and head.manifest.backbone is None]
    same_model = [h for h in known if h.manifest is not None and h.manifest.model.sha256 == wanted.sha256]
    same_model.sort(key=lambda h: (bool(h.problems), h.manifest is not None and h.manifest.id != wanted.id))
    if not same_model:
        other = next((h.manifest for h in known if h.manifest is not None and h.manifest.id == wanted.id), None)
        if other is None:
            return None, f"backbone: needs the head {wanted.id} {wanted.version}, which is not installed"
        installed = other.version if other.version != wanted.version else f"another model under {other.version}"
        return None, f"backbone: needs {wanted.id} {wanted.version}, but {installed} is installed; ask its author"
    found = same_model[0]
    assert found.manifest is not None
    problem = _unfit(manifest, wanted, found, found.manifest)
    return (None, problem) if problem else (found, "")


def _unfit(manifest: HeadManifest, wanted: BackboneSpec, found: DiscoveredHead, made: HeadManifest) -> str:
    """Return why the head `found` cannot make what `manifest` reads, though its model is the right one."""
    if found.problems:
        return f"backbone: needs the head {wanted.id}, which cannot be used itself"
    if made.program:
        return f"backbone: {made.id} is a Python program, whose hash says nothing of its weights"
    if made.model.features != wanted.features:
        return f"backbone: {made.id} hands on no features named {wanted.features}"
    if made.recipe != manifest.recipe:
        return f"recipe: must be that of {made.id}, field for field"
    return ""


@dataclass(frozen=True, slots=True, eq=False)
class FilmFeatures:
    """What a backbone made of a film.

    Attributes
    ----------
    values : (1, c, h, w) float32
        Read-only.
    to_image : (2, 3) float64
        `ModelInput.to_image` of the tensor they were made from.
    detailed : float
        `detailed_share` of the film.
    """

    values: npt.NDArray[np.float32]
    to_image: npt.NDArray[np.float64]
    detailed: float


class FeatureCache:
    """Features by (image key, backbone's SHA-256, recipe digest); the oldest go first. Safe from any thread."""

    def __init__(self, kept_bytes: int = KEPT_BYTES) -> None:
        self._kept_bytes = kept_bytes
        self._lock = threading.Lock()
        self._held: OrderedDict[Key, FilmFeatures] = OrderedDict()

    def get(self, key: Key) -> FilmFeatures | None:
        with self._lock:
            found = self._held.get(key)
            if found is not None:
                self._held.move_to_end(key)
            return found

    def put(self, key: Key, features: FilmFeatures) -> None:
        features.values.flags.writeable = False
        with self._lock:
            self._held[key] = features
            self._held.move_to_end(key)
            while len(self._held) > 1 and sum(f.values.nbytes for f in self._held.values()) > self._kept_bytes:
                self._held.popitem(last=False)
