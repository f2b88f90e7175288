"""The features that a backbone computed, kept per image for the heads that read them."""

from __future__ import annotations

import threading
from collections import OrderedDict

import numpy as np
import numpy.typing as npt
from msgspec import Struct

Key = tuple[str, str, str]

KEPT_BYTES = 32 * 2**20
"""Features kept at most: some 160 images of 976 x 7 x 7."""


class ImageFeatures(Struct, frozen=True, eq=False):
    """What a backbone made of an image.

    Attributes
    ----------
    values : (1, c, h, w) float32
        Read-only.
    to_image : (2, 3) float64
        `ModelInput.to_image` of the tensor they were made from.
    detailed : float
        `detailed_share` of the image.
    """

    values: npt.NDArray[np.float32]
    to_image: npt.NDArray[np.float64]
    detailed: float


class FeatureCache:
    """Features by (image key, backbone's SHA-256, recipe digest); the oldest go first. Safe from any thread."""

    def __init__(self, kept_bytes: int = KEPT_BYTES) -> None:
        self._kept_bytes = kept_bytes
        self._lock = threading.Lock()
        self._held: OrderedDict[Key, ImageFeatures] = OrderedDict()

    def get(self, key: Key) -> ImageFeatures | None:
        with self._lock:
            found = self._held.get(key)
            if found is not None:
                self._held.move_to_end(key)
            return found

    def put(self, key: Key, features: ImageFeatures) -> None:
        features.values.flags.writeable = False
        with self._lock:
            self._held[key] = features
            self._held.move_to_end(key)
            while len(self._held) > 1 and sum(f.values.nbytes for f in self._held.values()) > self._kept_bytes:
                self._held.popitem(last=False)
