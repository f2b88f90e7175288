"""The training loop: masked distillation from labels and cached teachers, resumable to the same numbers."""

from __future__ import annotations

import copy
import dataclasses
import enum
import json
import math
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional
from tqdm import tqdm

from model_training.config import LossConfig, StageConfig, TrainConfig
from model_training.data.augment import augment, outliers
from model_training.data.pack import pack
from model_training.data.pool import LABELS, PoolFilm, read_pool
from model_training.data.splits import Part, part_of, read_split
from model_training.distill.losses import focal_bce, intra_label_relation, masked_mean, multi_label_kl, softmax_mse
from model_training.engine.metrics import mean_auc
from model_training.errors import TrainingError
from model_training.models.zoo import Network, build_network

SIDE_TASKS = ("female", "age", "ap", "child")


class StudentWithSideTasks(nn.Module):
    """The student and, while it trains, heads that read the same pooled features.

    The side heads never leave training: `student` alone is exported.
    """

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.student = network
        width = cast(Network, network).num_features
        self.side = nn.Linear(width, len(SIDE_TASKS))
        self.upright = nn.Linear(width, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return logits (n, 14), side outputs (n, 4) and upright logits (n,)."""
        network = cast(Network, self.student)
        embedding = network.embed(network.forward_features(x))
        return network.classify(embedding), self.side(embedding), self.upright(embedding)[:, 0]


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Everything known about the packed films, as tensors with NaN for unknown."""

    labels: Tensor
    teacher: Tensor
    side: Tensor


def tabulate(films: list[PoolFilm]) -> Table:
    """Return labels (n, 14), teacher logits (n, 14) and side targets (n, 4); age in units of 50 years around 50."""
    side = [[f.female, (f.age - 50) / 50, f.ap, float(f.set == "kermany")] for f in films]
    return Table(
        torch.tensor([f.labels for f in films], dtype=torch.float32),
        torch.tensor([f.teacher for f in films], dtype=torch.float32),
        torch.tensor(side, dtype=torch.float32),
    )


def terms(
    config: LossConfig, outputs: tuple[Tensor, Tensor, Tensor], table: Table, n: int
) -> tuple[Tensor, dict[str, float]]:
    """Return the weighted total and the unweighted value of each term in use.

    The first `n` rows of `outputs` belong to `table`; the rest are outliers, of which only
    "not upright" is known.
    """
    logits, side, upright = outputs
    known = ~torch.isnan(table.side)
    target = torch.where(known, table.side, torch.zeros_like(table.side))
    binary = functional.binary_cross_entropy_with_logits(side[:n], target.clamp(0, 1), reduction="none")
    squared = (side[:n] - target) ** 2
    is_age = torch.tensor([task == "age" for task in SIDE_TASKS])
    is_upright = (torch.arange(len(upright)) < n).float()
    values: dict[str, tuple[float, Callable[[], Tensor]]] = {
        "labels": (config.labels, lambda: focal_bce(logits[:n], table.labels, config.focal_gamma)),
        "softmax_mse": (config.softmax_mse, lambda: softmax_mse(logits[:n], table.teacher, config.temperature)),
        "multi_label_kl": (config.multi_label_kl, lambda: multi_label_kl(logits[:n], table.teacher)),
        "intra_label_relation": (
            config.intra_label_relation,
            lambda: intra_label_relation(logits[:n], table.teacher),
        ),
        "side": (config.side, lambda: masked_mean(torch.where(is_age, squared, binary), known)),
        "upright": (config.upright, lambda: functional.binary_cross_entropy_with_logits(upright, is_upright)),
    }
    total = logits.new_zeros(())
    log: dict[str, float] = {}
    for name, (weight, value) in values.items():
        if weight:
            term = value()
            total = total + weight * term
            log[name] = float(term.detach())
    return total, log


class Draw:
    """Draws batches with a fixed share of each set; the whole state is one integer and a seed."""

    def __init__(self, films: list[PoolFilm], shares: dict[str, float], seed: int) -> None:
        self._of_set = {name: np.flatnonzero([f.set == name for f in films]) for name in shares}
        empty = [name for name, index in self._of_set.items() if not index.size]
        if empty:
            raise TrainingError(f"shares name sets without training films: {', '.join(empty)}")
        self._shares = shares
        self._seed = seed

    def batch(self, step: int, size: int) -> npt.NDArray[np.int64]:
        """Return the film indices of batch `step`; the same numbers whenever it is asked."""
        generator = np.random.default_rng([self._seed, step])
        names = list(self._shares)
        counts = generator.multinomial(size, [self._shares[name] for name in names])
        parts = [
            generator.choice(self._of_set[name], count, replace=count > self._of_set[name].size)
            for name, count in zip(names, counts, strict=True)
        ]
        return np.concatenate(parts).astype(np.int64)


def standardise(grey: Tensor, config: TrainConfig) -> Tensor:
    """Return network input of grey in [0, 1]: the recipe's mean and std, and channels."""
    tensor = (grey - config.recipe.mean) / config.recipe.std
    expanded: Tensor = tensor.expand(-1, config.recipe.channels, -1, -1)
    return expanded.contiguous(memory_format=torch.channels_last)


def schedule(stage: StageConfig, step: int, warmup: int) -> float:
    """Return the learning rate: a linear start, then a cosine down to 1 % of the highest."""
    if step < warmup:
        return stage.lr * (step + 1) / warmup
    progress = (step - warmup) / max(1, stage.steps - warmup)
    return stage.lr * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * progress)))


@torch.inference_mode()
def predict(model: nn.Module, films: npt.NDArray[np.uint8], config: TrainConfig, batch: int = 32) -> Tensor:
    """Return logits (n, 14) of packed films, without augmentation."""
    model.eval()
    logits = []
    for start in range(0, len(films), batch):
        grey = torch.from_numpy(np.array(films[start : start + batch])).float()[:, None] / 255
        logits.append(model(standardise(grey, config)))
    return torch.cat(logits)


def _plain(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def config_dict(config: TrainConfig) -> dict[str, Any]:
    """Return the configuration as plain values, for checkpoints and provenance."""
    plain: dict[str, Any] = _plain(dataclasses.asdict(config))
    return plain


def begun(config: dict[str, Any], step: int) -> dict[str, Any]:
    """Return a `config_dict` with only the stages that `step` steps have entered."""
    stages, first = [], 0
    for stage in config["stages"]:
        if first < step:
            stages.append(stage)
        first += stage["steps"]
    return {**config, "stages": stages}


class Trainer:
    """Runs the stages of a configuration, writing a checkpoint it can go on from at any time."""

    def __init__(self, config: TrainConfig, folder: Path, cache: Path, root: Path | None = None) -> None:
        torch.set_flush_denormal(True)  # denormals in the first steps cost a factor of several on CPUs
        self.config, self.folder = config, folder
        films, folds = read_pool(root), read_split()
        parts = [part_of(f, folds, test_fold=config.test_fold, validation_fold=config.validation_fold) for f in films]
        packed = pack(films, config.recipe, cache)
        train = [i for i, part in enumerate(parts) if part is Part.TRAIN]
        held = [i for i, part in enumerate(parts) if part is Part.VALIDATION and films[i].set == "nih"]
        self._packed, self._train = packed, np.array(train)
        self._table = tabulate([films[i] for i in train])
        self._draw = Draw([films[i] for i in train], config.shares, config.seed)
        self._held = packed[held]
        self._held_labels = np.array([films[i].labels for i in held])
        torch.manual_seed(config.seed)
        network = build_network(
            config.network,
            len(LABELS),
            config.recipe.channels,
            weights=config.weights,
            img_size=config.recipe.height,
        )
        self.model = StudentWithSideTasks(network)
        self.model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # missing in torch's stubs
        self.ema = copy.deepcopy(self.model.student)
        groups = [
            {"params": [p for p in self.model.parameters() if p.ndim > 1], "weight_decay": config.weight_decay},
            {"params": [p for p in self.model.parameters() if p.ndim <= 1], "weight_decay": 0.0},
        ]
        self.optimizer = torch.optim.AdamW(groups, lr=config.stages[0].lr)
        self.step = 0

    @property
    def checkpoint(self) -> Path:
        return self.folder / "checkpoint.pt"

    def save(self) -> None:
        """Write the checkpoint beside, flush, replace: a kill at any time leaves a whole one."""
        self.folder.mkdir(parents=True, exist_ok=True)
        part = self.checkpoint.with_suffix(".part")
        state = {
            "model": self.model.state_dict(),
            "ema": self.ema.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "config": config_dict(self.config),
            "step": self.step,
            "seed": self.config.seed,
        }
        with part.open("wb") as handle:
            torch.save(state, handle)
            handle.flush()
            os.fsync(handle.fileno())
        os.replace(part, self.checkpoint)

    def resume(self) -> None:
        """Go on from the checkpoint, if there is one.

        Stages that have not begun may be changed meanwhile: what was trained would be trained
        the same again.

        Raises
        ------
        TrainingError
            Where the checkpoint was made with another configuration.
        """
        if not self.checkpoint.exists():
            return
        state = torch.load(self.checkpoint, weights_only=True)
        if begun(state["config"], state["step"]) != begun(config_dict(self.config), state["step"]):
            raise TrainingError(
                "The checkpoint in this folder was made with another configuration; "
                "choose another --out folder or delete it."
            )
        self.model.load_state_dict(state["model"])
        self.ema.load_state_dict(state["ema"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step = state["step"]

    def _stages(self) -> Iterator[tuple[StageConfig, int]]:
        """Yield (stage, step within it) from the current step on."""
        first = 0
        for stage in self.config.stages:
            for within in range(max(0, self.step - first), stage.steps):
                yield stage, within
            first += stage.steps

    def _load(self, stage: StageConfig, generator: torch.Generator) -> tuple[Tensor, Table]:
        index = self._draw.batch(self.step, stage.batch)
        grey = torch.from_numpy(self._packed[self._train[index]]).float()[:, None] / 255
        films = augment(grey, stage.size, self.config.augment, generator)
        count = round(stage.batch * self.config.outliers)
        if count:
            made, _ = outliers(films[torch.randperm(len(films), generator=generator)[:count]], generator)
            films = torch.cat([films, made])
        rows = Table(self._table.labels[index], self._table.teacher[index], self._table.side[index])
        return standardise(films, self.config), rows

    def _update(self, stage: StageConfig, within: int) -> dict[str, float]:
        # One generator per step: a resumed run draws what an uninterrupted one would have drawn.
        generator = torch.Generator().manual_seed(self.config.seed * 1_000_003 + self.step)
        films, table = self._load(stage, generator)
        lr = schedule(stage, within, self.config.warmup_steps)
        for group in self.optimizer.param_groups:
            group["lr"] = lr
        self.model.train()
        total, log = terms(self.config.loss, self.model(films), table, stage.batch)
        if not torch.isfinite(total):
            raise TrainingError(f"The loss is not a number at step {self.step} ({log}); lower the learning rate.")
        self.optimizer.zero_grad(set_to_none=True)
        total.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), self.config.gradient_clip)
        self.optimizer.step()
        self._average()
        self.step += 1
        return {"total": float(total.detach()), **log, "lr": lr}

    @torch.no_grad()
    def _average(self) -> None:
        # A young average would remember the random start for hundreds of steps.
        decay = min(self.config.ema, (1 + self.step) / (10 + self.step))
        current = self.model.student.state_dict()
        for name, value in self.ema.state_dict().items():
            if value.dtype.is_floating_point:
                value.lerp_(current[name], 1 - decay)
            else:
                value.copy_(current[name])

    def validate(self) -> float:
        """Return the mean AUC of the averaged student on the validation films."""
        logits = predict(self.ema, self._held, self.config).numpy()
        return mean_auc(self._held_labels, logits)

    def run(self, *, save_every: int = 50, validate_every: int = 250) -> None:
        """Train to the end of the last stage; safe to kill and to call again."""
        self.resume()
        total = sum(stage.steps for stage in self.config.stages)
        self.folder.mkdir(parents=True, exist_ok=True)
        with (
            (self.folder / "log.jsonl").open("a", encoding="utf-8") as log,
            tqdm(total=total, initial=self.step, desc=self.config.name, unit="step") as bar,
        ):
            for stage, within in self._stages():
                record: dict[str, Any] = {"step": self.step, "size": stage.size, **self._update(stage, within)}
                if self.step % validate_every == 0 or self.step == total:
                    record["validation_auc"] = self.validate()
                if self.step % save_every == 0 or self.step == total:
                    self.save()
                log.write(json.dumps(record) + "\n")
                log.flush()
                bar.update()
                bar.set_postfix(loss=f"{record['total']:.3f}", size=stage.size)
