"""Leave-one-kind-out: a detector fitted without one outlier type, measured on that type.

The shipped detector has seen every outlier type. Each is measured here by a detector fitted without it, and
without its whole family, since a detector that saw a film on its left side knows much of one on its right.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from tqdm import tqdm

from cxrviewer.heads.eligibility.ood_detector import OodDetector
from model_training.data.augment import OUTLIER_TYPES
from model_training.data.packed import PackedSet
from model_training.data.splits import Part
from model_training.models.gradcam import image_channels
from model_training.ood.detector import (
    ADULT_SETS,
    FIT_AT_MOST,
    LIMIT_AT_MOST,
    OUTLIERS,
    OutlierCounts,
    choose_records,
    every_outlier,
    fit_on_images,
    frontal_features,
    frontal_images,
)
from model_training.ood.fit import EXTRA_TYPES, Features, distances
from model_training.ood.letterbox import EMPTY, MIDDLE
from model_training.stats.proportion import Proportion

SYNTHETIC_PER_TYPE = 100

FAMILIES: dict[str, tuple[str, ...]] = {
    "turned": ("rotate90", "rotate180", "rotate270", "upside_down", "tilt"),
    "negative": ("invert",),
    "cut": ("crop", "half", "posterize_crop", MIDDLE),
    "resized": ("squeeze", "zoom_out"),
    "rearranged": ("shuffle", "mean_of_two"),
    "drawn": ("limbs", "shell"),
    "empty": ("flat", "ramp", "noise", "texture", EMPTY),
}
"""Outlier types that teach a detector about one another."""


@dataclass(frozen=True, slots=True)
class WithoutType:
    """A detector fitted without some outlier types, on what it was not fitted on.

    Attributes
    ----------
    made : Proportion
        Rejected, of held-out pictures of the types left out.
    drawn_otherwise : Proportion or None
        Rejected, of the same family as `SYNTHETIC` draws it; for whole families only.
    frontal, other : Proportion
        Rejected, of held-out frontal films and of real pictures of other body parts.
    """

    what: str
    made: Proportion
    drawn_otherwise: Proportion | None
    frontal: Proportion
    other: Proportion


class Kept:
    """The film's own channels of every picture made from held-out films, to judge them by other detectors too."""

    def __init__(self) -> None:
        self.rows: dict[str, list[npt.NDArray[np.float32]]] = {}

    def add(self, family: str, tensor: npt.NDArray[np.float32]) -> None:
        self.rows.setdefault(family, []).append(image_channels(torch.from_numpy(tensor)).numpy()[0])

    def features(self, family: str) -> Features | None:
        return np.stack(self.rows[family]) if family in self.rows else None


def study_leave_one_kind_out(dev_set: PackedSet, kept: Kept, *, seed: int = 0) -> list[WithoutType]:
    """Fit the shipped outlier type of detector without each outlier type and each family, and ask it about them.

    Notes
    -----
    The recipe of the fit is `fit_detector`'s, with the same films and seed; pictures and features are made once for
    all detectors. A outlier type is left out in and out of boxes and bars.
    """
    train = choose_records(dev_set, Part.TRAIN, FIT_AT_MOST, seed)
    test = choose_records(dev_set, Part.TEST, dict.fromkeys(ADULT_SETS, LIMIT_AT_MOST), seed + 1)
    images, frontal = frontal_images(dev_set, seed), frontal_features(dev_set, test)
    square = (*OUTLIER_TYPES, *EXTRA_TYPES)
    types = (*square, MIDDLE, EMPTY)
    others, of_type = every_outlier(dev_set, train, seed, OUTLIERS)
    count = SYNTHETIC_PER_TYPE * len(square)
    counts = OutlierCounts(square=count, plain=2 * SYNTHETIC_PER_TYPE, padded=count // 2, within=count // 2)
    held, held_type = every_outlier(dev_set, test, seed + 1, counts)
    real = kept.features("other")
    found = []
    groups = [("nothing", ())] + [(k, (k,)) for k in types] + [(f"family: {n}", k) for n, k in FAMILIES.items()]
    for what, without in tqdm(groups, desc="detectors without an outlier type", mininterval=5):
        density = fit_on_images(images, others[~np.isin(of_type, without)], seed)

        def rejected(features: Features, density: OodDetector = density) -> Proportion:
            flags = ~(distances(density, features) <= density.threshold)
            return Proportion(int(flags.sum()), len(flags))

        otherwise = kept.features(what.removeprefix("family: ")) if what.startswith("family") else None
        found.append(
            WithoutType(
                what,
                rejected(held[np.isin(held_type, without)]) if without else rejected(held),
                None if otherwise is None else rejected(otherwise),
                rejected(frontal),
                Proportion(0, 0) if real is None else rejected(real),
            )
        )
    return found
