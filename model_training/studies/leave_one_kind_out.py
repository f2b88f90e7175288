"""Gates fitted without a made kind, asked about that kind: what a gate does with things it was never shown.

The shipped gate has seen every made kind. Each is measured here by a gate fitted without it, and
without its whole family, since a gate that saw a film on its left side knows much of one on its right.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from tqdm import tqdm

from cxrviewer.heads.eligibility.ood_detector import FeatureDensity
from model_training.data.augment import OUTLIER_KINDS
from model_training.data.packed import PackedPool
from model_training.data.splits import Part
from model_training.models.gradcam import film_channels
from model_training.ood.detector import (
    ADULT_SETS,
    FIT_AT_MOST,
    LIMIT_AT_MOST,
    OUTLIERS,
    OutlierCounts,
    choose_films,
    every_outlier,
    fit_films,
    frontal_features,
    frontal_films,
)
from model_training.ood.fit import EXTRA_KINDS, Features, distances
from model_training.ood.letterbox import EMPTY, MIDDLE
from model_training.stats.proportion import Proportion

MADE_PER_KIND = 100

FAMILIES: dict[str, tuple[str, ...]] = {
    "turned": ("rotate90", "rotate180", "rotate270", "upside_down", "tilt"),
    "negative": ("invert",),
    "cut": ("crop", "half", "posterize_crop", MIDDLE),
    "resized": ("squeeze", "zoom_out"),
    "rearranged": ("shuffle", "mean_of_two"),
    "drawn": ("limbs", "shell"),
    "empty": ("flat", "ramp", "noise", "texture", EMPTY),
}
"""Made kinds that teach a gate about one another."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A gate fitted without some made kinds, on what it was not fitted on.

    Attributes
    ----------
    made : Proportion
        Refused, of held-out pictures of the kinds left out.
    drawn_otherwise : Proportion or None
        Refused, of the same family as `MADE` draws it; for whole families only.
    frontal, other : Proportion
        Refused, of held-out frontal films and of real pictures of other body parts.
    """

    what: str
    made: Proportion
    drawn_otherwise: Proportion | None
    frontal: Proportion
    other: Proportion


class Kept:
    """The film's own channels of every picture made from held-out films, to judge them by other gates too."""

    def __init__(self) -> None:
        self.rows: dict[str, list[npt.NDArray[np.float32]]] = {}

    def add(self, family: str, tensor: npt.NDArray[np.float32]) -> None:
        self.rows.setdefault(family, []).append(film_channels(torch.from_numpy(tensor)).numpy()[0])

    def features(self, family: str) -> Features | None:
        return np.stack(self.rows[family]) if family in self.rows else None


def study_left_out(pool: PackedPool, kept: Kept, *, seed: int = 0) -> list[LeftOut]:
    """Fit the shipped kind of gate without each made kind and each family, and ask it about them.

    Notes
    -----
    The recipe of the fit is `fit_gate`'s, with the same films and seed; pictures and features are made once for
    all gates. A kind is left out in and out of boxes and bars.
    """
    train = choose_films(pool, Part.TRAIN, FIT_AT_MOST, seed)
    test = choose_films(pool, Part.TEST, dict.fromkeys(ADULT_SETS, LIMIT_AT_MOST), seed + 1)
    films, frontal = frontal_films(pool, seed), frontal_features(pool, test)
    square = (*OUTLIER_KINDS, *EXTRA_KINDS)
    kinds = (*square, MIDDLE, EMPTY)
    others, of_kind = every_outlier(pool, train, seed, OUTLIERS)
    count = MADE_PER_KIND * len(square)
    counts = OutlierCounts(square=count, plain=2 * MADE_PER_KIND, boxed=count // 2, barred=count // 2)
    held, held_kind = every_outlier(pool, test, seed + 1, counts)
    real = kept.features("other")
    found = []
    groups = [("nothing", ())] + [(k, (k,)) for k in kinds] + [(f"family: {n}", k) for n, k in FAMILIES.items()]
    for what, without in tqdm(groups, desc="gates without a kind", mininterval=5):
        density = fit_films(films, others[~np.isin(of_kind, without)], seed)

        def refused(features: Features, density: FeatureDensity = density) -> Proportion:
            flags = ~(distances(density, features) <= density.threshold)
            return Proportion(int(flags.sum()), len(flags))

        otherwise = kept.features(what.removeprefix("family: ")) if what.startswith("family") else None
        found.append(
            LeftOut(
                what,
                refused(held[np.isin(held_kind, without)]) if without else refused(held),
                None if otherwise is None else refused(otherwise),
                refused(frontal),
                Proportion(0, 0) if real is None else refused(real),
            )
        )
    return found
