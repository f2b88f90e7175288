"""Images of the library whose features are nearest to those of one image: brute force, within one head's version.

The distance is one minus the cosine of the pooled features: 0 for the same direction, 1 for unrelated ones, at most 2.
L2-normalised pooled features of a network are what images are usually retrieved by (Babenko et al., "Neural codes for
image retrieval", ECCV 2014); the reasons against Mahalanobis are in ../docs/decisions/0094-patient-over-time.md.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, cast

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from cxrviewer.cancel import CancelToken
from cxrviewer.studies.index.database import Database, question_marks

if TYPE_CHECKING:
    from cxrviewer.studies.index.scores import ModelVersion

MAX_VALUES = 4096
"""8 KiB for each image at most."""
AT_ONCE = 4096
"""Rows that are compared in one step; the database is free between two steps."""


class Similar(Struct, frozen=True):
    """An image and its distance, 0..2."""

    image: int
    study: int
    digest: str
    distance: float


class Nearest(Struct, frozen=True):
    """The nearest images, the nearest first, of `compared` contents."""

    images: tuple[Similar, ...]
    compared: int


def packed(features: npt.NDArray[np.float32]) -> bytes | None:
    """Return features as they are kept: of length 1, float16, little-endian; None for what has no direction."""
    if features.ndim != 1 or not 0 < features.size <= MAX_VALUES:
        return None
    unit = _unit(features)
    return None if unit is None else unit.astype("<f2").tobytes()


def nearest(
    database: Database,
    version: ModelVersion,
    features: npt.NDArray[np.float32],
    *,
    without: Collection[str] = (),
    count: int = 20,
    cancel: CancelToken | None = None,
) -> Nearest:
    """Return the images nearest to `features`, of those that this very version of a head has scored.

    Parameters
    ----------
    database : Database
    version : ModelVersion
        Features of another head, model or recipe mean something else and are never compared.
    features : (c,) float32
        Of the image that is asked about.
    without : collection of str
        Digests that are left out: the image itself.
    count : int
        At most so many contents.

    Raises
    ------
    JobCancelled, LibraryError
    """
    wanted = _unit(features)
    if wanted is None:
        return Nearest((), 0)
    best: list[tuple[float, int, str]] = []
    after, compared = 0, 0
    while True:
        if cancel is not None:
            cancel.raise_if_cancelled()
        rows = database.rows(
            "SELECT scoring.id, scoring.digest, feature.vector FROM feature "
            "JOIN scoring ON scoring.id = feature.scoring WHERE feature.scoring > ? "
            "AND head = ? AND model = ? AND recipe = ? ORDER BY feature.scoring LIMIT ?",
            (after, version.head, version.model, version.recipe, AT_ONCE),
        )
        if not rows:
            break
        after = cast(int, rows[-1][0])
        fitting = [
            (cast(int, scoring), str(digest), cast(bytes, vector))
            for scoring, digest, vector in rows
            if len(cast(bytes, vector)) == 2 * wanted.size and digest not in without
        ]
        if not fitting:
            continue
        compared += len(fitting)
        kept = np.frombuffer(b"".join(vector for _, _, vector in fitting), "<f2").reshape(len(fitting), wanted.size)
        distances = 1.0 - kept.astype(np.float32) @ wanted
        places = np.argpartition(distances, min(count, len(fitting)) - 1)[:count]
        best += [(float(distances[place]), *fitting[place][:2]) for place in places]
        best = sorted(best)[:count]
    return Nearest(_images(database, best), compared)


def _images(database: Database, best: list[tuple[float, int, str]]) -> tuple[Similar, ...]:
    """Return an image of each content; of copies the first one."""
    rows = database.rows(
        "SELECT image.digest, min(image.id), series.study FROM image JOIN series ON series.id = image.series "
        f"WHERE image.digest IN ({question_marks(best)}) GROUP BY image.digest",
        [digest for _, _, digest in best],
    )
    places = {str(digest): (cast(int, image), cast(int, study)) for digest, image, study in rows}
    return tuple(
        Similar(*places[digest], digest, min(max(distance, 0.0), 2.0))
        for distance, _, digest in best
        if digest in places
    )


def _unit(features: npt.NDArray[np.float32]) -> npt.NDArray[np.float32] | None:
    length = float(np.linalg.norm(features.astype(np.float64)))
    if not np.isfinite(length) or length <= 0.0:
        return None
    return (features / length).astype(np.float32)
