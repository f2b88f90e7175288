"""Every batch as a function of its step: whoever asks, in whatever process, gets the same films."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.utils.data import Dataset

from cxrviewer.imaging.recipe import InputRecipe
from model_training.config.experiment import StageConfig, TrainConfig
from model_training.data.augment import augment, blend, outliers
from model_training.data.development_set import Record
from model_training.errors import TrainingError

LEAST_PROBABILITY = 1e-4
"""What a mixed probability is kept from 0 and 1 by, so that its logit stays finite."""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Everything known about the packed films, as tensors with NaN for unknown; `features` (n, c) of a teacher."""

    labels: Tensor
    precomputed: Tensor
    auxiliary: Tensor
    features: Tensor | None = None

    def of(self, sample: Sample) -> Table:
        """Return the rows of the films of a sample, of two films where it blends them.

        Logits are mixed as probabilities. What is unknown of either film is unknown of both together.
        """
        index, other, weight = sample["index"], sample["other"], sample["weight"][:, None]

        def of_both(values: Tensor) -> Tensor:
            # where, not lerp alone: 0 * NaN is NaN.
            return torch.where(weight > 0, torch.lerp(values[index], values[other], weight), values[index])

        own, others = self.precomputed[index], self.precomputed[other]
        mixed = torch.lerp(torch.sigmoid(own), torch.sigmoid(others), weight).logit(eps=LEAST_PROBABILITY)
        return Table(
            of_both(self.labels),
            torch.where(weight > 0, mixed, own),
            of_both(self.auxiliary),
            None if self.features is None else of_both(self.features),
        )


def tabulate(records: Sequence[Record]) -> Table:
    """Return labels and precomputed logits, (n, labels), and auxiliary targets, (n, 4); age is (years - 50) / 50."""
    auxiliary = [[f.female, (f.age - 50) / 50, f.ap, float(f.set == "kermany")] for f in records]
    return Table(
        torch.tensor([f.labels for f in records], dtype=torch.float32),
        torch.tensor([f.teacher for f in records], dtype=torch.float32),
        torch.tensor(auxiliary, dtype=torch.float32),
    )


class Draw:
    """Draws batches with a fixed share of each set; the whole state is one integer and a seed."""

    def __init__(self, records: Sequence[Record], shares: dict[str, float], seed: int) -> None:
        counted = Counter(record.set for record in records)
        shares = shares or {name: count / len(records) for name, count in sorted(counted.items())}
        self._of_set = {name: np.flatnonzero([f.set == name for f in records]) for name in shares}
        empty = [name for name, index in self._of_set.items() if not index.size]
        if empty:
            raise TrainingError(f"shares name sets without training films: {', '.join(empty)}")
        self._shares = shares
        self._seed = seed

    def batch(self, step: int, size: int) -> npt.NDArray[np.int64]:
        """Return the film indices of batch `step`, sets mixed; the same numbers whenever it is asked."""
        generator = np.random.default_rng([self._seed, step])
        names = list(self._shares)
        counts = generator.multinomial(size, [self._shares[name] for name in names])
        parts = [
            generator.choice(self._of_set[name], count, replace=count > self._of_set[name].size)
            for name, count in zip(names, counts, strict=True)
        ]
        # Mixed, because a batch may be cut into parts for several processes.
        return generator.permutation(np.concatenate(parts)).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Plan:
    """Which stage a step belongs to, and what its learning rate is."""

    stages: tuple[StageConfig, ...]
    warmup: int

    @property
    def total(self) -> int:
        return sum(stage.steps for stage in self.stages)

    def at(self, step: int) -> tuple[StageConfig, int]:
        """Return the stage of `step` and the step within it."""
        first = 0
        for stage in self.stages:
            if step < first + stage.steps:
                return stage, step - first
            first += stage.steps
        raise IndexError(step)

    def rate(self, step: int) -> float:
        """Return the learning rate: a linear start of every stage, then a cosine down to 1 % of its highest."""
        stage, within = self.at(step)
        warmup = min(self.warmup, stage.steps)
        if within < warmup:
            return stage.lr * (within + 1) / warmup
        progress = (within - warmup) / max(1, stage.steps - warmup)
        return stage.lr * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * progress)))


def standardise(grey: Tensor, recipe: InputRecipe) -> Tensor:
    """Return network input of grey in [0, 1]: the recipe's mean and std, and channels."""
    tensor = (grey - recipe.mean) / recipe.std
    expanded: Tensor = tensor.expand(-1, recipe.channels, -1, -1)
    return expanded.contiguous(memory_format=torch.channels_last)


class Sample(TypedDict):
    """One part of a batch as it leaves the loader: grey films (n + outliers, 1, s, s) and rows of the table.

    To film i of row ``index[i]`` that of row ``other[i]`` was added with ``weight[i]``, in [0, 0.5) (`augment.blend`).
    """

    grey: Tensor
    index: Tensor
    other: Tensor
    weight: Tensor
    seed: int


class StepImages(Dataset[Sample]):
    """The films of step i as item i, augmented; safe in worker processes.

    Parameters
    ----------
    packed : (all films, H, W) uint8
    rows : (n,) int
        Where the training films are in `packed`.
    part, parts : int
        Which share of every batch this dataset makes. Equal parts of one batch are what several
        processes, or one process one after the other, work on.
    """

    def __init__(
        self,
        packed: npt.NDArray[np.uint8],
        rows: npt.NDArray[np.int64],
        draw: Draw,
        config: TrainConfig,
        *,
        part: int = 0,
        parts: int = 1,
    ) -> None:
        self._packed, self._rows, self._draw, self._config = packed, rows, draw, config
        self._plan = Plan(config.stages, config.warmup_steps)
        self._part, self._parts = part, parts

    def __len__(self) -> int:
        return self._plan.total

    def __getitem__(self, step: int) -> Sample:
        stage, _ = self._plan.at(step)
        index = np.array_split(self._draw.batch(step, stage.batch), self._parts)[self._part]
        # One generator per step and part: a resumed run draws what an uninterrupted one would have drawn.
        seed = (self._config.seed * 1_000_003 + step) * 64 + self._part
        generator = torch.Generator().manual_seed(seed)
        grey = torch.from_numpy(self._packed[self._rows[index]]).float()[:, None] / 255
        images = augment(grey, stage.size, self._config.augment, generator)
        if self._config.method == "simsiam":
            images = torch.cat([images, augment(grey, stage.size, self._config.augment, generator)])
        other, weight = torch.arange(len(index)), torch.zeros(len(index))
        made = images[:0]
        count = round(len(index) * self._config.outliers)
        if count and self._config.method == "distill":
            made, _ = outliers(images[torch.randperm(len(images), generator=generator)[:count]], generator)
        if self._config.method != "simsiam":
            images, other, weight = blend(images, self._config.augment, generator)
        rows = torch.from_numpy(index)
        grey = torch.cat([images, made])
        return {"grey": grey, "index": rows, "other": rows[other], "weight": weight, "seed": seed}
