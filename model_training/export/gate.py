"""Fits the shipped gate on the pool and measures what it refuses."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from cxrviewer.errors import CxrError
from cxrviewer.heads.density import FeatureDensity
from model_training.data.augment import OUTLIER_KINDS
from model_training.data.pack import film_grey
from model_training.data.pool import pool_root
from model_training.data.splits import Part
from model_training.export.density_fit import EXTRA_KINDS, Features, distances, fit_density, make_outlier
from model_training.export.films import Grey, PackedPool

ADULT_SETS = ("nih", "rsna_normal", "wingspan", "hannover")
FIT_AT_MOST = {"nih": 2000, "rsna_normal": 1200, "wingspan": 200, "hannover": 250}
LIMIT_AT_MOST = 300
OUTLIERS = 2400
MEASURED_OUTLIERS = 480
CHILDREN = 300

Extract = Callable[[Grey], npt.NDArray[np.float32]]


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


def _choose(pool: PackedPool, part: Part, at_most: dict[str, int], seed: int) -> list[int]:
    generator = np.random.default_rng(seed)
    chosen: list[int] = []
    for name in ADULT_SETS:
        index = [i for i, f in enumerate(pool.films) if f.set == name and _part(pool, i) is part]
        chosen += [int(i) for i in generator.permutation(index)[: at_most[name]]]
    return chosen


def _outliers(
    pool: PackedPool, index: list[int], count: int, extract: Extract, seed: int
) -> tuple[Features, list[str]]:
    """Return features of `count` made pictures and their kinds."""
    generator = torch.Generator().manual_seed(seed)
    order = np.random.default_rng(seed).permutation(index)
    kinds = (*OUTLIER_KINDS, *EXTRA_KINDS)
    rows, names = [], []
    for i in range(count):
        film, other = pool.grey(order[i % len(order)]), pool.grey(order[(i + 1) % len(order)])
        names.append(kinds[i % len(kinds)])
        rows.append(extract(make_outlier(film, other, names[-1], generator)).astype(np.float16))
    return np.stack(rows), names


def fit_gate(pool: PackedPool, extract: Extract, *, seed: int = 0) -> FeatureDensity:
    """Fit on the training part, set the limits on the validation part.

    Parameters
    ----------
    extract : callable
        Grey (height, width) in [0, 1] -> features (c, h, w).
    """

    def features(index: list[int]) -> Features:
        # Half precision: thousands of maps of 960 x 7 x 7 must fit beside a running training.
        return np.stack([extract(pool.grey(i)).astype(np.float16) for i in index])

    train = _choose(pool, Part.TRAIN, FIT_AT_MOST, seed)
    limits = _choose(pool, Part.VALIDATION, dict.fromkeys(ADULT_SETS, LIMIT_AT_MOST), seed)
    others, _ = _outliers(pool, train, OUTLIERS, extract, seed)
    return fit_density(features(train), others, features(limits), seed=seed)


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


def measure_gate(
    pool: PackedPool, density: FeatureDensity, extract: Extract, data: Path | None = None, *, seed: int = 1
) -> GateReport:
    """Count refusals on held-out films, held-out made pictures, and real pictures of other kinds."""
    test = _choose(pool, Part.TEST, dict.fromkeys(ADULT_SETS, LIMIT_AT_MOST), seed)

    def refused(features: Features) -> list[bool]:
        return [bool(d) for d in ~(distances(density, features) <= density.threshold)]

    frontal = refused(np.stack([extract(pool.grey(i)) for i in test]))
    made, kinds = _outliers(pool, test, MEASURED_OUTLIERS, extract, seed)
    young = [i for i, f in enumerate(pool.films) if f.set == "kermany"]
    young = [int(i) for i in np.random.default_rng(seed).permutation(young)[:CHILDREN]]
    children = refused(np.stack([extract(pool.grey(i)) for i in young]))
    names, flags = [], []
    for group, path in other_pictures(data or pool_root().parent):
        try:
            grey = film_grey(path, pool.recipe)
        except (CxrError, ValueError):
            continue  # colour, lost pixels, several frames: refused before any gate
        names.append(group)
        flags += refused(extract(grey)[None])
    return GateReport(
        frontal=_groups([pool.films[i].set for i in test], frontal),
        made=_groups(kinds, refused(made)),
        other=_groups(names, flags),
        children=Refused("kermany", sum(children), len(children)),
    )
