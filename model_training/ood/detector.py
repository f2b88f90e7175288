"""Fits the shipped detector on the development set and measures what it rejects.

The detector reads the film's own channels of the head's features (`image_channels`), not the student's.
Measured on a half-trained student: features of the network rejected 1 to 60 % of the real pictures of
other body parts, depending on the fit, and one good chest film; the film's own channels 99 % and none.
"""

from __future__ import annotations

import csv
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from msgspec.structs import replace

from cxrviewer.heads.eligibility.ood_detector import OodDetector
from cxrviewer.imaging.recipe import InputRecipe
from model_training.data.augment import OUTLIER_TYPES
from model_training.data.development_set import DataError, development_root
from model_training.data.pack import image_grey
from model_training.data.packed import Grey, PackedSet, standardise
from model_training.data.splits import Part
from model_training.models.eeea_net import FEATURE_CHANNELS
from model_training.models.gradcam import IMAGE_CHANNELS, image_channels
from model_training.ood.fit import EXTRA_TYPES, Features, distances, fit_on_features, make_outlier
from model_training.ood.letterbox import (
    PADDED,
    PLAIN,
    WITHIN_PADDING,
    outliers_within_padding,
    padded_outliers,
    types_within,
    whole_with_padding,
)

ADULT_SETS = ("nih", "rsna_normal", "wingspan", "hannover")
FIT_AT_MOST = {"nih": 2000, "rsna_normal": 3000, "wingspan": 200, "hannover": 250}
LIMIT_AT_MOST = 300


@dataclass(frozen=True, slots=True)
class OutlierCounts:
    """How many pictures are made of each sort: square films, then as `letterboxed` makes them."""

    square: int
    plain: int
    padded: int
    within: int


OUTLIERS = OutlierCounts(square=6000, plain=PLAIN, padded=PADDED, within=WITHIN_PADDING)
WITH_PADDING = 1500
FOLDS = 3
LIMIT_SHARES = {"nih": 0.45, "rsna_normal": 0.45, "wingspan": 0.05, "hannover": 0.05}
"""How much each set counts where the limits are set."""
MEASURED_OUTLIERS = 950
MEASURED_PADDED = 100
CHILDREN = 300


def image_features(grey: Sequence[Grey], recipe: InputRecipe) -> Features:
    """Return the film's own channels, (n, 16, h, w), as the exported graph makes them."""
    rows = [
        image_channels(torch.from_numpy(standardise(np.stack(grey[i : i + 64]), recipe))).numpy()
        for i in range(0, len(grey), 64)
    ]
    return np.concatenate(rows)


def in_all_channels(density: OodDetector, channels: int = FEATURE_CHANNELS) -> OodDetector:
    """Return `density` of the film's own channels as one of all the head's features.

    The network's own, `channels` of them, stand before and count nothing.
    """
    before = np.zeros((len(density.channel_basis), channels))
    return replace(
        density,
        channel_mean=np.concatenate([np.zeros(channels), density.channel_mean]),
        channel_basis=np.concatenate([before, density.channel_basis], axis=1),
    )


@dataclass(frozen=True, slots=True)
class Rejected:
    """How many of a group's pictures the detector rejects, from the pixels alone."""

    group: str
    rejected: int
    total: int

    def __str__(self) -> str:
        return f"{self.rejected} of {self.total}"


@dataclass(frozen=True, slots=True)
class DetectorReport:
    """What the detector does with pictures neither it nor its limits were fitted on.

    Attributes
    ----------
    frontal : tuple of Rejected
        Frontal films of adults, per set: these should pass.
    synthetic : tuple of Rejected
        Synthetic outliers of held-out films, per type.
    other : tuple of Rejected
        Real pictures of other kinds; none of them took part in the fit.
    children : Rejected
    """

    frontal: tuple[Rejected, ...]
    synthetic: tuple[Rejected, ...]
    other: tuple[Rejected, ...]
    children: Rejected

    @staticmethod
    def total(groups: Iterable[Rejected]) -> Rejected:
        given = list(groups)
        return Rejected("all", sum(g.rejected for g in given), sum(g.total for g in given))

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def _part(dev_set: PackedSet, index: int) -> Part:
    """Return the detector's own part of a film.

    Sets without a fold all train the network; the detector keeps 30 % of their patients from its
    own fit, by the patient's hash, so that its figures are of films it has not seen.
    """
    record = dev_set.records[index]
    if record.set == "nih" or dev_set.parts[index] is not Part.TRAIN:
        return dev_set.parts[index]
    digit = int(record.patient_hash, 16) % 20
    return {0: Part.VALIDATION, 1: Part.VALIDATION, 2: Part.VALIDATION}.get(
        digit, Part.TEST if digit < 6 else Part.TRAIN
    )


def choose_records(dev_set: PackedSet, part: Part, at_most: dict[str, int], seed: int) -> list[int]:
    """Return frontal films of adults of the detector's own `part`, at most so many of each set."""
    generator = np.random.default_rng(seed)
    chosen: list[int] = []
    for name in ADULT_SETS:
        index = [i for i, f in enumerate(dev_set.records) if f.set == name and _part(dev_set, i) is part]
        chosen += [int(i) for i in generator.permutation(index)[: at_most[name]]]
    return chosen


def synthetic_outliers(dev_set: PackedSet, index: list[int], count: int, seed: int) -> tuple[Features, list[str]]:
    """Return features of `count` synthetic outliers and their types, in turn."""
    generator = torch.Generator().manual_seed(seed)
    order = np.random.default_rng(seed).permutation(index)
    types = (*OUTLIER_TYPES, *EXTRA_TYPES)
    rows, names = [], []
    for i in range(count):
        image, other = dev_set.grey(order[i % len(order)]), dev_set.grey(order[(i + 1) % len(order)])
        names.append(types[i % len(types)])
        rows.append(make_outlier(image, other, names[-1], generator))
    return image_features(rows, dev_set.recipe), names


def frontal_features(dev_set: PackedSet, index: list[int]) -> Features:
    """Return the features of films as they are."""
    return image_features([dev_set.grey(i) for i in index], dev_set.recipe)


@dataclass(frozen=True, slots=True, eq=False)
class FrontalImages:
    """What the detector is to let pass, as `fit_on_features` takes it.

    Attributes
    ----------
    inliers : (n, c, h, w)
        Training films as they are, then some of them cut and letterboxed again.
    folds : (n,) int
        By patient, for limits set on films that their detector has not seen.
    limits : (k, c, h, w)
        Validation films.
    weights : (n + k,) float
        So that the limits are not those of the largest set; the films cut again set none.
    """

    inliers: Features
    folds: npt.NDArray[np.int64]
    limits: Features
    weights: npt.NDArray[np.float64]


def frontal_images(dev_set: PackedSet, seed: int) -> FrontalImages:
    """Return the frontal films of adults a detector is fitted on and limited by."""
    train = choose_records(dev_set, Part.TRAIN, FIT_AT_MOST, seed)
    limits = choose_records(dev_set, Part.VALIDATION, dict.fromkeys(ADULT_SETS, LIMIT_AT_MOST), seed)
    generator = np.random.default_rng(seed)
    again = [int(i) for i in generator.permutation(train)[:WITH_PADDING]]
    within = [whole_with_padding(dev_set.grey(i), generator) for i in again]
    sets = np.array([dev_set.records[i].set for i in train + limits])
    weights = np.array([LIMIT_SHARES[name] / (sets == name).sum() for name in sets])
    folds = [zlib.crc32(dev_set.records[i].patient_hash.encode()) % FOLDS for i in train + again]
    return FrontalImages(
        np.concatenate([frontal_features(dev_set, train), image_features(within, dev_set.recipe)]),
        np.array(folds, np.int64),
        frontal_features(dev_set, limits),
        np.insert(weights, len(train), np.zeros(len(again))),
    )


def every_outlier(
    dev_set: PackedSet, index: list[int], seed: int, counts: OutlierCounts
) -> tuple[Features, npt.NDArray[np.str_]]:
    """Return features of synthetic outliers of all sorts and their types; a letterboxed one has that of its picture."""
    features, types = synthetic_outliers(dev_set, index, counts.square, seed)
    padded, _ = padded_outliers(dev_set, index, seed, plain=counts.plain, padded=counts.padded)
    within, names = outliers_within_padding(dev_set, index, seed, count=counts.within)
    return (
        np.concatenate([features, image_features(padded + within, dev_set.recipe)]),
        np.array([*types, *types_within(counts.plain, counts.padded), *names]),
    )


def fit_detector(dev_set: PackedSet, *, seed: int = 0) -> OodDetector:
    """Fit on the training part, set the limits on it in turn and on validation; reads the film's own channels only."""
    images = frontal_images(dev_set, seed)
    others, _ = every_outlier(dev_set, choose_records(dev_set, Part.TRAIN, FIT_AT_MOST, seed), seed, OUTLIERS)
    return fit_on_images(images, others, seed)


def fit_on_images(images: FrontalImages, others: Features, seed: int) -> OodDetector:
    """Fit a detector that lets `images` pass and rejects `others`."""
    return fit_on_features(
        images.inliers,
        others,
        images.limits,
        folds=images.folds,
        weights=images.weights,
        channel_directions=IMAGE_CHANNELS,
        seed=seed,
    )


def _count(groups: dict[str, list[bool]]) -> tuple[Rejected, ...]:
    return tuple(Rejected(name, sum(flags), len(flags)) for name, flags in sorted(groups.items()))


def _groups(names: Iterable[str], flags: Iterable[bool]) -> tuple[Rejected, ...]:
    found: dict[str, list[bool]] = {}
    for name, flag in zip(names, flags, strict=True):
        found.setdefault(name, []).append(bool(flag))
    return _count(found)


def other_pictures(data: Path) -> list[tuple[str, Path]]:
    """Return (group, file) of the real pictures a head must reject or read; empty where they are absent."""
    found: list[tuple[str, Path]] = []
    for folder, column, prefix in (("not_frontal_chest", "what", ""), ("dicom", "role", "dicom: ")):
        table = data / folder / "INDEX.csv"
        if not table.is_file():
            continue
        with table.open(newline="", encoding="utf-8") as handle:
            for row in csv.DictReader(handle):
                name = row.get("image") or row["file"]
                group = prefix + row[column].partition(" (")[0]
                if not prefix or row[column].startswith(("accept", "refuse", "mislabelled")):
                    found.append((group, data / folder / name))
    return found


def measure_detector(
    dev_set: PackedSet, density: OodDetector, data: Path | None = None, *, seed: int = 1
) -> DetectorReport:
    """Count rejections on held-out films, held-out synthetic outliers, and real pictures of other kinds."""
    test = choose_records(dev_set, Part.TEST, dict.fromkeys(ADULT_SETS, LIMIT_AT_MOST), seed)

    def rejected(features: Features) -> list[bool]:
        return [bool(d) for d in ~(distances(density, features) <= density.threshold)]

    def rejected_images(index: list[int]) -> list[bool]:
        return rejected(frontal_features(dev_set, index))

    frontal = rejected_images(test)
    synthetic, types = synthetic_outliers(dev_set, test, MEASURED_OUTLIERS, seed)
    padded, padded_types = padded_outliers(dev_set, test, seed, plain=MEASURED_PADDED, padded=MEASURED_PADDED)
    synthetic, types = np.concatenate([synthetic, image_features(padded, dev_set.recipe)]), [*types, *padded_types]
    young = [i for i, f in enumerate(dev_set.records) if f.set == "kermany"]
    young = [int(i) for i in np.random.default_rng(seed).permutation(young)[:CHILDREN]]
    children = rejected_images(young)
    names, flags = [], []
    for group, path in other_pictures(data or development_root().parent):
        try:
            grey = image_grey(path, dev_set.recipe)
        except DataError:
            continue  # colour, lost pixels, several frames: rejected before any detector
        names.append(group)
        flags += rejected(image_features([grey], dev_set.recipe))
    return DetectorReport(
        frontal=_groups([dev_set.records[i].set for i in test], frontal),
        synthetic=_groups(types, rejected(synthetic)),
        other=_groups(names, flags),
        children=Rejected("kermany", sum(children), len(children)),
    )
