"""Fits the shipped gate on the pool and measures what it refuses.

The gate reads the film's own channels of the head's features (`film_channels`), not the student's.
Measured on a half-trained student: features of the network refused 1 to 60 % of the real pictures of
other body parts, depending on the fit, and one good chest film; the film's own channels 99 % and none.
"""

from __future__ import annotations

import csv
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from cxrviewer.heads.eligibility.ood_detector import FeatureDensity
from cxrviewer.imaging.recipe import InputRecipe
from model_training.data.augment import OUTLIER_KINDS
from model_training.data.development_set import PoolError, pool_root
from model_training.data.pack import film_grey
from model_training.data.packed import Grey, PackedPool, standardise
from model_training.data.splits import Part
from model_training.models.eeea_net import FEATURE_CHANNELS
from model_training.models.gradcam import FILM_CHANNELS, film_channels
from model_training.ood.fit import EXTRA_KINDS, Features, distances, fit_density, make_outlier
from model_training.ood.letterbox import (
    BARRED,
    BOXED,
    PLAIN,
    barred_outliers,
    kinds_within,
    letterboxed_outliers,
    whole_between_bars,
)

ADULT_SETS = ("nih", "rsna_normal", "wingspan", "hannover")
FIT_AT_MOST = {"nih": 2000, "rsna_normal": 3000, "wingspan": 200, "hannover": 250}
LIMIT_AT_MOST = 300


@dataclass(frozen=True, slots=True)
class OutlierCounts:
    """How many pictures are made of each sort: square films, then as `letterboxed` makes them."""

    square: int
    plain: int
    boxed: int
    barred: int


OUTLIERS = OutlierCounts(square=6000, plain=PLAIN, boxed=BOXED, barred=BARRED)
BETWEEN_BARS = 1500
FOLDS = 3
LIMIT_SHARES = {"nih": 0.45, "rsna_normal": 0.45, "wingspan": 0.05, "hannover": 0.05}
"""How much each set counts where the limits are set."""
MEASURED_OUTLIERS = 950
MEASURED_BOXED = 100
CHILDREN = 300


def film_features(grey: Sequence[Grey], recipe: InputRecipe) -> Features:
    """Return the film's own channels, (n, 16, h, w), as the exported graph makes them."""
    rows = [
        film_channels(torch.from_numpy(standardise(np.stack(grey[i : i + 64]), recipe))).numpy()
        for i in range(0, len(grey), 64)
    ]
    return np.concatenate(rows)


def in_all_channels(density: FeatureDensity, channels: int = FEATURE_CHANNELS) -> FeatureDensity:
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
class Refused:
    """How many of a group's pictures the gate refuses, from the pixels alone."""

    group: str
    refused: int
    total: int

    def __str__(self) -> str:
        return f"{self.refused} of {self.total}"


@dataclass(frozen=True, slots=True)
class GateReport:
    """What the gate does with pictures neither it nor its limits were fitted on.

    Attributes
    ----------
    frontal : tuple of Refused
        Frontal films of adults, per set: these should pass.
    made : tuple of Refused
        Outliers made from held-out films, per kind.
    other : tuple of Refused
        Real pictures of other kinds; none of them took part in the fit.
    children : Refused
    """

    frontal: tuple[Refused, ...]
    made: tuple[Refused, ...]
    other: tuple[Refused, ...]
    children: Refused

    @staticmethod
    def total(groups: Iterable[Refused]) -> Refused:
        given = list(groups)
        return Refused("all", sum(g.refused for g in given), sum(g.total for g in given))

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def _part(pool: PackedPool, index: int) -> Part:
    """Return the gate's own part of a film.

    Sets without a fold all train the network; the gate keeps 30 % of their patients from its
    own fit, by the patient's hash, so that its figures are of films it has not seen.
    """
    film = pool.films[index]
    if film.set == "nih" or pool.parts[index] is not Part.TRAIN:
        return pool.parts[index]
    digit = int(film.patient_hash, 16) % 20
    return {0: Part.VALIDATION, 1: Part.VALIDATION, 2: Part.VALIDATION}.get(
        digit, Part.TEST if digit < 6 else Part.TRAIN
    )


def choose_films(pool: PackedPool, part: Part, at_most: dict[str, int], seed: int) -> list[int]:
    """Return frontal films of adults of the gate's own `part`, at most so many of each set."""
    generator = np.random.default_rng(seed)
    chosen: list[int] = []
    for name in ADULT_SETS:
        index = [i for i, f in enumerate(pool.films) if f.set == name and _part(pool, i) is part]
        chosen += [int(i) for i in generator.permutation(index)[: at_most[name]]]
    return chosen


def made_outliers(pool: PackedPool, index: list[int], count: int, seed: int) -> tuple[Features, list[str]]:
    """Return features of `count` made pictures and their kinds, in turn."""
    generator = torch.Generator().manual_seed(seed)
    order = np.random.default_rng(seed).permutation(index)
    kinds = (*OUTLIER_KINDS, *EXTRA_KINDS)
    rows, names = [], []
    for i in range(count):
        film, other = pool.grey(order[i % len(order)]), pool.grey(order[(i + 1) % len(order)])
        names.append(kinds[i % len(kinds)])
        rows.append(make_outlier(film, other, names[-1], generator))
    return film_features(rows, pool.recipe), names


def frontal_features(pool: PackedPool, index: list[int]) -> Features:
    """Return the features of films as they are."""
    return film_features([pool.grey(i) for i in index], pool.recipe)


@dataclass(frozen=True, slots=True, eq=False)
class FrontalFilms:
    """What the gate is to let pass, as `fit_density` takes it.

    Attributes
    ----------
    inliers : (n, c, h, w)
        Training films as they are, then some of them cut and letterboxed again.
    folds : (n,) int
        By patient, for limits set on films that their gate has not seen.
    limits : (k, c, h, w)
        Validation films.
    weights : (n + k,) float
        So that the limits are not those of the largest set; the films cut again set none.
    """

    inliers: Features
    folds: npt.NDArray[np.int64]
    limits: Features
    weights: npt.NDArray[np.float64]


def frontal_films(pool: PackedPool, seed: int) -> FrontalFilms:
    """Return the frontal films of adults a gate is fitted on and limited by."""
    train = choose_films(pool, Part.TRAIN, FIT_AT_MOST, seed)
    limits = choose_films(pool, Part.VALIDATION, dict.fromkeys(ADULT_SETS, LIMIT_AT_MOST), seed)
    generator = np.random.default_rng(seed)
    again = [int(i) for i in generator.permutation(train)[:BETWEEN_BARS]]
    barred = [whole_between_bars(pool.grey(i), generator) for i in again]
    sets = np.array([pool.films[i].set for i in train + limits])
    weights = np.array([LIMIT_SHARES[name] / (sets == name).sum() for name in sets])
    folds = [zlib.crc32(pool.films[i].patient_hash.encode()) % FOLDS for i in train + again]
    return FrontalFilms(
        np.concatenate([frontal_features(pool, train), film_features(barred, pool.recipe)]),
        np.array(folds, np.int64),
        frontal_features(pool, limits),
        np.insert(weights, len(train), np.zeros(len(again))),
    )


def every_outlier(
    pool: PackedPool, index: list[int], seed: int, counts: OutlierCounts
) -> tuple[Features, npt.NDArray[np.str_]]:
    """Return features of made pictures of all sorts and their kinds; one in a box or between bars has its picture's."""
    features, kinds = made_outliers(pool, index, counts.square, seed)
    boxed, _ = letterboxed_outliers(pool, index, seed, plain=counts.plain, boxed=counts.boxed)
    barred, names = barred_outliers(pool, index, seed, count=counts.barred)
    return (
        np.concatenate([features, film_features(boxed + barred, pool.recipe)]),
        np.array([*kinds, *kinds_within(counts.plain, counts.boxed), *names]),
    )


def fit_gate(pool: PackedPool, *, seed: int = 0) -> FeatureDensity:
    """Fit on the training part, set the limits on it in turn and on validation; reads the film's own channels only."""
    films = frontal_films(pool, seed)
    others, _ = every_outlier(pool, choose_films(pool, Part.TRAIN, FIT_AT_MOST, seed), seed, OUTLIERS)
    return fit_films(films, others, seed)


def fit_films(films: FrontalFilms, others: Features, seed: int) -> FeatureDensity:
    """Fit a gate that lets `films` pass and refuses `others`."""
    return fit_density(
        films.inliers,
        others,
        films.limits,
        folds=films.folds,
        weights=films.weights,
        channel_directions=FILM_CHANNELS,
        seed=seed,
    )


def _count(groups: dict[str, list[bool]]) -> tuple[Refused, ...]:
    return tuple(Refused(name, sum(flags), len(flags)) for name, flags in sorted(groups.items()))


def _groups(names: Iterable[str], flags: Iterable[bool]) -> tuple[Refused, ...]:
    found: dict[str, list[bool]] = {}
    for name, flag in zip(names, flags, strict=True):
        found.setdefault(name, []).append(bool(flag))
    return _count(found)


def other_pictures(data: Path) -> list[tuple[str, Path]]:
    """Return (group, file) of the real pictures a head must refuse or read; empty where they are absent."""
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


def measure_gate(pool: PackedPool, density: FeatureDensity, data: Path | None = None, *, seed: int = 1) -> GateReport:
    """Count refusals on held-out films, held-out made pictures, and real pictures of other kinds."""
    test = choose_films(pool, Part.TEST, dict.fromkeys(ADULT_SETS, LIMIT_AT_MOST), seed)

    def refused(features: Features) -> list[bool]:
        return [bool(d) for d in ~(distances(density, features) <= density.threshold)]

    def refused_films(index: list[int]) -> list[bool]:
        return refused(frontal_features(pool, index))

    frontal = refused_films(test)
    made, kinds = made_outliers(pool, test, MEASURED_OUTLIERS, seed)
    boxed, boxed_kinds = letterboxed_outliers(pool, test, seed, plain=MEASURED_BOXED, boxed=MEASURED_BOXED)
    made, kinds = np.concatenate([made, film_features(boxed, pool.recipe)]), [*kinds, *boxed_kinds]
    young = [i for i, f in enumerate(pool.films) if f.set == "kermany"]
    young = [int(i) for i in np.random.default_rng(seed).permutation(young)[:CHILDREN]]
    children = refused_films(young)
    names, flags = [], []
    for group, path in other_pictures(data or pool_root().parent):
        try:
            grey = film_grey(path, pool.recipe)
        except PoolError:
            continue  # colour, lost pixels, several frames: refused before any gate
        names.append(group)
        flags += refused(film_features([grey], pool.recipe))
    return GateReport(
        frontal=_groups([pool.films[i].set for i in test], frontal),
        made=_groups(kinds, refused(made)),
        other=_groups(names, flags),
        children=Refused("kermany", sum(children), len(children)),
    )
