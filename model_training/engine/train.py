"""The training loop: one command on a CPU, a GPU, or several processes, resumable to the same numbers.

Distribution, devices and mixed precision are Accelerate's: ``python -m model_training train`` uses what
the machine has, ``torchrun --nproc-per-node N -m model_training train`` as many processes as it is told.
"""

from __future__ import annotations

import copy
import dataclasses
import json
import logging
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import msgspec
import numpy as np
import numpy.typing as npt
import torch
from accelerate import Accelerator
from accelerate.utils import DistributedDataParallelKwargs
from torch import Tensor, nn
from torch.utils.data import DataLoader
from torch.utils.tensorboard import SummaryWriter
from tqdm import tqdm

from cxrviewer import atomic
from cxrviewer.imaging.recipe import InputRecipe
from model_training.config.experiment import SELECT, StageConfig, TrainConfig, checkpoint_named, config_of, data_of
from model_training.config.names import current_weights
from model_training.data.augment import resized
from model_training.data.development_set import EVALUATED_SETS, RELABELLED, UNKNOWN, Record
from model_training.data.record_set import RecordSet, open_record_set, pack_record_set
from model_training.data.splits import Part, kept_share, trained_on
from model_training.distill.batch import Batch, Objective
from model_training.distill.medtex import MedTexObjective
from model_training.distill.objectives import DistillObjective
from model_training.distill.precomputed import precomputed_features, precomputed_logits
from model_training.distill.teachers import Teachers, build_teachers
from model_training.engine.selfsupervised import SimSiamObjective
from model_training.engine.steps import Draw, Plan, Sample, StepImages, standardise, tabulate
from model_training.errors import TrainingError
from model_training.models.depthwise import use_native_gradients
from model_training.models.explainer import load_explainer
from model_training.models.zoo import Network, build_network, network_recipe
from model_training.provenance import check_held_out, commit, read_checkpoint, write_checkpoint
from model_training.stats.metrics import mean_auc

logger = logging.getLogger(__name__)


@torch.inference_mode()
def predict(
    model: nn.Module, images: npt.NDArray[np.uint8], config: TrainConfig, batch: int = 32, size: int | None = None
) -> Tensor:
    """Return logits (n, labels) of packed films, without augmentation, on the device of `model`."""
    model.eval()
    device = next(model.parameters()).device
    logits = []
    for start in range(0, len(images), batch):
        grey = torch.from_numpy(np.array(images[start : start + batch])).float()[:, None] / 255
        grey = resized(grey, size or grey.shape[-1])
        logits.append(model(standardise(grey, config.recipe).to(device)).float().cpu())
    return torch.cat(logits)


@torch.inference_mode()
def embeddings(network: nn.Module, images: npt.NDArray[np.uint8], config: TrainConfig, size: int) -> Tensor:
    """Return (n, num_features) vectors of packed films."""
    network.eval()
    known = cast(Network, network)
    device = next(network.parameters()).device
    rows = []
    for start in range(0, len(images), 32):
        grey = torch.from_numpy(np.array(images[start : start + 32])).float()[:, None] / 255
        x = standardise(resized(grey, size), config.recipe).to(device)
        rows.append(known.embed(known.forward_features(x)).float().cpu())
    return torch.cat(rows)


def probe_auc(
    train: Tensor, train_labels: npt.NDArray[np.float64], held: Tensor, held_labels: npt.NDArray[np.float64]
) -> float:
    """Return the mean AUC of one logistic regression per label on frozen vectors: how much a start knows."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    scale = StandardScaler().fit(train.numpy())
    x, y = scale.transform(train.numpy()), scale.transform(held.numpy())
    scores = np.zeros(held_labels.shape)
    for column in range(train_labels.shape[1]):
        if 0 < train_labels[:, column].sum() < len(train_labels):
            model = LogisticRegression(C=0.01, class_weight="balanced", max_iter=500)
            scores[:, column] = model.fit(x, train_labels[:, column]).decision_function(y)
    return mean_auc(held_labels, scores)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def config_dict(config: TrainConfig) -> dict[str, Any]:
    """Return the configuration as plain values, for checkpoints and provenance."""
    plain: dict[str, Any] = _plain(msgspec.to_builtins(config))
    return plain


def begun(config: dict[str, Any], step: int) -> dict[str, Any]:
    """Return a `config_dict` with only the stages that `step` steps have entered."""
    stages, first = [], 0
    for stage in config["stages"]:
        if first < step:
            stages.append(stage)
        first += stage["steps"]
    return {**config, "stages": stages}


def relabelled(record: Record, labels: Sequence[str], share: float, rest: float) -> Record:
    """Return a training film whose labels are by a share what a model says of it, where it says something.

    Parameters
    ----------
    labels : sequence of str
        The names of the record's labels.
    share, rest : float
        Of the findings in `RELABELLED`, and of the others.
    """
    if not share and not rest:
        return record
    shares = [share if label in RELABELLED else rest for label in labels]
    pairs = zip(record.labels, record.relabel, shares, strict=True)
    return dataclasses.replace(
        record, labels=tuple(y if np.isnan(r) else (1 - part) * y + part * r for y, r, part in pairs)
    )


def check_grey(recipe: InputRecipe, start: Path) -> None:
    """Raise TrainingError where the network that a training begins from saw its images with another grey scale.

    It would learn to see again first, and nobody would notice: the loss falls all the same.
    """
    theirs = network_recipe(start)
    for field in ("channels", "mean", "std"):
        ours, value = getattr(recipe, field), theirs.get(field)
        if value is not None and value != ours:
            raise TrainingError(
                f"recipe.{field} is {ours}, that of {start.parent.name}/{start.name}, which this training starts from, "
                f"is {value}: it would see other pixels than it has learned. Use the same."
            )


def build_objective(config: TrainConfig, network: nn.Module, teacher_channels: int, labels: int) -> Objective:
    """Return the objective of a configuration's method around `network`; `teacher_channels` 0: no features."""
    if config.method == "simsiam":
        return SimSiamObjective(network)
    if config.method == "medtex":
        return MedTexObjective(
            network,
            config.medtex,
            labels=labels,
            teacher_channels=teacher_channels or None,
        )
    return DistillObjective(network, config.loss, teacher_channels if config.loss.vid else 0)


def parameter_groups(objective: Objective, weight_decay: float) -> list[dict[str, Any]]:
    """Return the groups of an optimiser: no decay for biases and norms, and a multiple of the learning rate each."""
    named = list(objective.named_parameters())
    return [
        {
            "params": [p for name, p in named if objective.rate_of(name) == rate and (p.ndim > 1) == decays],
            "weight_decay": weight_decay if decays else 0.0,
            "rate": rate,
        }
        for rate in sorted({objective.rate_of(name) for name, _ in named})
        for decays in (True, False)
    ]


class Speed:
    """Films per second of a training, making them ready included, by the size they are shown at."""

    def __init__(self) -> None:
        self.now = 0.0
        self._images: dict[int, int] = {}
        self._seconds: dict[int, float] = {}

    def add(self, stage: StageConfig, seconds: float) -> None:
        """Count one step of `stage`."""
        self.now = stage.batch / seconds
        self._images[stage.size] = self._images.get(stage.size, 0) + stage.batch
        self._seconds[stage.size] = self._seconds.get(stage.size, 0.0) + seconds

    def table(self) -> str:
        """Return one line per size."""
        return "\n".join(
            f"{size} pixels: {images / self._seconds[size]:.1f} films per second ({images:,} films)"
            for size, images in self._images.items()
        )


def _step_of(line: str) -> int:
    """Return the step of a line of the log; -1 for one that a kill or a loss of power cut short."""
    try:
        return int(json.loads(line)["step"])
    except (ValueError, KeyError, TypeError):
        return -1


def _several_on_cpus() -> bool:
    """Return whether torchrun has started several processes where there are only CPUs.

    Left to itself, Accelerate takes each for a training of its own, and all write the same files.
    """
    return int(os.environ.get("WORLD_SIZE", "1")) > 1 and not torch.accelerator.is_available()


HeldOut = tuple[npt.NDArray[np.uint8], npt.NDArray[np.float64]]
"""Packed films (n, H, W) and their labels (n, labels)."""


class Trainer:
    """Runs the stages of a configuration, writing a checkpoint it can go on from at any time.

    Parameters
    ----------
    folder : Path
        Checkpoint, ``log.jsonl`` and TensorBoard files; the folder above is what teachers' paths
        are relative to.
    cache : Path
        Packed films.
    accelerator : Accelerator or None
        None takes the devices and processes there are.
    native : bool
        Compile the slowest gradient for this processor (`models.depthwise`): faster on a CPU with one thread.
    """

    def __init__(
        self,
        config: TrainConfig,
        folder: Path,
        cache: Path,
        root: Path | None = None,
        accelerator: Accelerator | None = None,
        *,
        native: bool = False,
    ) -> None:
        torch.set_flush_denormal(True)  # denormals in the first steps cost a factor of several on CPUs
        self.config, self.folder = config, folder
        # A start without labels leaves the classifier without a gradient, which distributed training must be told.
        taught = config.method == "medtex" or (
            config.method == "distill"
            and any(
                weight
                for name, weight in config.loss.weights().items()
                if name not in ("vid", "auxiliary", "orientation")
            )
        )
        unused = DistributedDataParallelKwargs(find_unused_parameters=not taught)
        self.accelerator = accelerator or Accelerator(
            mixed_precision=config.precision, cpu=_several_on_cpus(), kwargs_handlers=[unused]
        )
        self._taught = taught
        self.plan = Plan(config.stages, config.warmup_steps)
        self.data = data = data_of(config)
        check_held_out(config_dict(config), folder.resolve().parent)
        record_set = open_record_set(data, root)
        with self.accelerator.main_process_first():
            record_set, packed = pack_record_set(record_set, config.recipe, cache, unreadable=config.data.unreadable)
        records = record_set.records
        kept = trained_on(records, config.fraction, config.left_out)
        train = [i for i in record_set.indices(Part.TRAIN) if kept[i]]
        if not train:
            raise TrainingError("No image trains: fraction and left_out leave no patient. Raise fraction.")
        self.labels, self.dropped = record_set.labels, record_set.dropped
        self._packed, self._train = packed, np.array(train)
        # A share of the kept ones: with `labelled` alone every kept patient of a small `fraction` would be labelled.
        told = kept_share(records, config.fraction * config.labelled)
        unknown = (UNKNOWN,) * len(self.labels)
        self._records = [
            relabelled(records[i], self.labels, config.relabel, config.relabel_rest)
            if told[i]
            else dataclasses.replace(records[i], labels=unknown)
            for i in train
        ]
        runs = folder.resolve().parent
        predicted = precomputed_logits(config.teachers, self._records, self.labels, runs, silent=False)
        seen = precomputed_features(config.teachers, self._records, runs)
        self._table = dataclasses.replace(tabulate(self._records), precomputed=predicted, features=seen)
        self._draw = Draw(self._records, config.shares, config.seed)
        self._held = self._held_out(record_set, EVALUATED_SETS if data.kind == "development_set" else ())
        self.step, self._until = 0, self.plan.total
        self._build(native=native)

    def _held_out(self, record_set: RecordSet, sets: Sequence[str]) -> dict[str, HeldOut]:
        """Return the validation films by the figure's name in the log, one figure per set that has some."""
        index = record_set.indices(Part.VALIDATION)
        chosen = {"validation_auc": [i for i in index if not sets or record_set.records[i].set == sets[0]]}
        for name in sets[1:]:
            chosen[f"validation_auc_{name}"] = [i for i in index if record_set.records[i].set == name]
        shape = (-1, len(self.labels))
        return {
            name: (self._packed[rows], np.array([record_set.records[i].labels for i in rows]).reshape(shape))
            for name, rows in chosen.items()
            if rows
        }

    def _build(self, *, native: bool) -> None:
        config, runs = self.config, self.folder.resolve().parent
        torch.manual_seed(config.seed)
        weights = config.weights
        if named := checkpoint_named(weights):
            start = (runs / named).resolve()
            weights = (SELECT if weights.startswith(SELECT) else "") + str(start)
            check_grey(config.recipe, start)
        network = build_network(
            config.network, len(self.labels), config.recipe.channels, weights=weights, img_size=config.recipe.height
        )
        self.teachers: Teachers = build_teachers(
            config.teachers, self.labels, runs, self.accelerator.device, explain=config.loss.explanation > 0
        )
        seen = self._table.features
        channels = self.teachers.feature_channels or (0 if seen is None else seen.shape[1])
        objective = build_objective(config, network, channels, len(self.labels))
        if isinstance(objective, MedTexObjective) and named:
            load_explainer(objective.pair.explainer, start)
        objective.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # missing in torch's stubs
        self.native = native and self._use_native(objective)
        optimizer = torch.optim.AdamW(parameter_groups(objective, config.weight_decay), lr=config.stages[0].lr)
        self.ema = copy.deepcopy(objective.network).to(self.accelerator.device)
        self.model: Any
        self.model, self.optimizer = self.accelerator.prepare(objective, optimizer)

    def _use_native(self, objective: Objective) -> bool:
        """Give an objective the compiled gradients; return whether that changes anything, and say where it does not."""
        if self.accelerator.device.type != "cpu":
            why = f"it is for a CPU, and this training runs on {self.accelerator.device.type}"
        elif self.config.precision != "no":
            why = f"it is for 32 bits, and precision is {self.config.precision}"
        elif not use_native_gradients(objective):
            why = "the network has no depthwise convolution of 5 x 5 or 7 x 7 that it could compute"
        else:
            return True
        if self.accelerator.is_main_process:
            logger.warning("--native changes nothing here: %s.", why)
        return False

    @property
    def objective(self) -> Objective:
        return cast(Objective, self.accelerator.unwrap_model(self.model))

    @property
    def checkpoint(self) -> Path:
        return self.folder / "checkpoint.pt"

    def save(self) -> None:
        """Write the checkpoint beside, flush, replace: a kill at any time leaves a whole one.

        Raises
        ------
        TrainingError
            Where there is no room for it; the one before it stays.
        """
        if not self.accelerator.is_main_process:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        scaler = self.accelerator.scaler
        state = {
            "model": self.objective.state_dict(),
            "ema": self.ema.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "scaler": scaler.state_dict() if scaler else None,
            "config": config_dict(self.config),
            "labels": list(self.labels),
            "commit": commit(),
            "step": self.step,
            "seed": self.config.seed,
            "native": self.native,
        }
        try:
            write_checkpoint(self.checkpoint, state)
        except OSError as error:
            before = "The one before it is whole; make" if self.checkpoint.exists() else "Make"
            raise TrainingError(
                f"The checkpoint of step {self.step} could not be written to {self.folder}: {error.strerror}. {before} "
                "room and call this again."
            ) from error

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
        state = read_checkpoint(self.checkpoint)
        if not {"model", "optimizer", "step"} <= state.keys():
            raise TrainingError(
                "The checkpoint in this folder is one that a training can start from (`weights`), not one that it can "
                "go on with, for instance a head opened again. Choose another --out folder."
            )
        # Read again, so that a setting that is younger than the checkpoint has its default.
        stored = config_dict(config_of(state["config"], self.checkpoint.name))
        if begun(stored, state["step"]) != begun(config_dict(self.config), state["step"]):
            raise TrainingError(
                "The checkpoint in this folder was made with another configuration; "
                "choose another --out folder or delete it."
            )
        self.objective.load_state_dict(current_weights(state["model"]))
        self.ema.load_state_dict(state["ema"])
        self.optimizer.load_state_dict(state["optimizer"])
        if self.accelerator.scaler and state["scaler"]:
            self.accelerator.scaler.load_state_dict(state["scaler"])
        self.step = state["step"]
        if self.accelerator.is_main_process and state.get("native", self.native) != self.native:
            logger.warning(
                "Up to step %d this training ran %s --native; it goes on %s. Its figures will differ in the last "
                "digits from those of a training that does one of both throughout.",
                self.step,
                *(("without", "with") if self.native else ("with", "without")),
            )

    def _loaders(self) -> list[Iterator[Sample]]:
        """Return one loader per part of this process, all beginning at the current step."""
        world, parts = self.accelerator.num_processes, self.config.accumulate * self.accelerator.num_processes
        loaders: list[Iterator[Sample]] = []
        for part in range(self.accelerator.process_index, parts, world):
            images = StepImages(self._packed, self._train, self._draw, self.config, part=part, parts=parts)
            steps = range(self.step, self.plan.total)
            loader: DataLoader[Sample] = DataLoader(
                images, batch_size=None, sampler=steps, num_workers=self.config.workers
            )
            loaders.append(iter(loader))
        return loaders

    def _batch(self, sample: Sample) -> Batch:
        device = self.accelerator.device
        grey, known = sample["grey"].to(device, non_blocking=True), self._table.of(sample)
        precomputed = known.precomputed.to(device)
        count = len(precomputed)
        taught = self.teachers(grey[:count], precomputed) if self.config.method != "simsiam" else None
        if taught is not None and taught.features is None and known.features is not None:
            # Averaged over the film: a map of one place, to which the student's is averaged too.
            taught = dataclasses.replace(taught, features=known.features.to(device)[:, :, None, None])
        return Batch(
            images=standardise(grey, self.config.recipe),
            count=count,
            labels=known.labels.to(device),
            precomputed=precomputed,
            auxiliary=known.auxiliary.to(device),
            teacher=taught,
        )

    def _backward(self, sample: Sample, last: bool) -> dict[str, Tensor]:
        """Add the gradient of one part of the batch; return its terms."""
        torch.manual_seed(int(sample["seed"]))  # networks with dropout resume to the same numbers, too
        weights = self.objective.weights
        with self.accelerator.autocast():
            if last:
                terms = self.model(self._batch(sample))
            else:
                with self.accelerator.no_sync(self.model):
                    terms = self.model(self._batch(sample))
        total = sum((weight * terms[name] for name, weight in weights.items()), torch.zeros(()).to(sample["grey"]))
        assert isinstance(total, Tensor)
        self.accelerator.backward(total / self.config.accumulate)
        return {"total": total.detach(), **{name: value.detach() for name, value in terms.items()}}

    def _update(self, samples: Sequence[Sample]) -> dict[str, float]:
        lr = self.plan.rate(self.step)
        for group in self.optimizer.param_groups:
            group["lr"] = lr * group.get("rate", 1.0)  # older checkpoints have no rates
        self.model.train()
        self.optimizer.zero_grad(set_to_none=True)
        parts = [self._backward(sample, i == len(samples) - 1) for i, sample in enumerate(samples)]
        log = {name: torch.stack([part[name].float() for part in parts]).mean() for name in parts[0]}
        # Reduced before it is judged, so that all processes stop together and none waits for another.
        means = {name: float(self.accelerator.reduce(value, "mean")) for name, value in log.items()}
        if not np.isfinite(means["total"]):
            raise TrainingError(f"The loss is not a number at step {self.step} ({means}); lower the learning rate.")
        self.accelerator.clip_grad_norm_(self.model.parameters(), self.config.gradient_clip)
        self.optimizer.step()
        self._average()
        self.step += 1
        return {**means, "lr": lr}

    @torch.no_grad()
    def _average(self) -> None:
        # A young average would remember the random start for hundreds of steps.
        decay = min(self.config.ema, (1 + self.step) / (10 + self.step))
        current = self.objective.network.state_dict()
        for name, value in self.ema.state_dict().items():
            if value.dtype.is_floating_point:
                value.lerp_(current[name], 1 - decay)
            else:
                value.copy_(current[name])

    def validate(self, size: int | None = None) -> dict[str, float]:
        """Return the mean AUC of the averaged network on the validation films at `size` pixels, by its name in the log.

        Every set is measured for itself; there is none in a folder without labels. At another size than the stage's a
        network in training looks worse than it is. A start without labels is judged by a linear probe.
        """
        size = size or self._packed.shape[-1]
        if self._taught:
            return {
                name: mean_auc(labels, predict(self.ema, images, self.config, size=size).numpy())
                for name, (images, labels) in self._held.items()
            }
        whole = [not np.isnan(record.labels).any() and record.set != "rsna_normal" for record in self._records]
        known = np.flatnonzero(whole).tolist()
        labels = np.array([self._records[i].labels for i in known])
        train = embeddings(self.ema, self._packed[self._train[known]], self.config, size)
        return {
            name: probe_auc(train, labels, embeddings(self.ema, images, self.config, size), held)
            for name, (images, held) in self._held.items()
        }

    def _log(self) -> Path:
        """Return the log, without what a killed run wrote after its last checkpoint."""
        path = self.folder / "log.jsonl"
        if path.exists():
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
            whole = [line for line in lines if -1 < _step_of(line) < self.step]
            atomic.write_bytes(path, "".join(line + "\n" for line in whole).encode())
        return path

    def run(self, *, save_every: int = 50, validate_every: int = 250, until: int | None = None) -> None:
        """Train to the end of the last stage, or until so many steps are done; safe to kill and to call again."""
        self._until = self.plan.total if until is None else min(until, self.plan.total)
        self.resume()
        if not self.accelerator.is_main_process:
            self._run(None, None, save_every, validate_every)
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        with (
            self._log().open("a", encoding="utf-8") as log,
            SummaryWriter(str(self.folder / "tensorboard"), purge_step=self.step) as board,
        ):
            self._run(log, board, save_every, validate_every)

    def _run(self, log: Any, board: SummaryWriter | None, save_every: int, validate_every: int) -> None:
        loaders, total, speed = self._loaders(), self.plan.total, Speed()
        main = board is not None
        with tqdm(total=total, initial=self.step, desc=self.config.name, unit="step", disable=not main) as bar:
            while self.step < self._until:
                stage, _ = self.plan.at(self.step)
                began = time.perf_counter()
                samples = [next(loader) for loader in loaders]
                record: dict[str, Any] = {"step": self.step, "size": stage.size, **self._update(samples)}
                speed.add(stage, time.perf_counter() - began)
                record["films_per_second"] = speed.now
                done = self.step == self._until
                if main and (self.step % validate_every == 0 or done):
                    record |= self.validate(stage.size)
                if board is not None:
                    log.write(json.dumps(record) + "\n")
                    log.flush()
                    for name, value in record.items():
                        if name != "step":
                            board.add_scalar(name, value, record["step"])
                    bar.update()
                    bar.set_postfix(loss=f"{record['total']:.3f}", size=stage.size)
                # After the log: killed between the two, a run writes its last lines again; else it would lack one.
                if self.step % save_every == 0 or done:
                    self.save()
        if main:
            tqdm.write(speed.table() or f"{self.config.name} has its {self.step:,} steps already; nothing was trained.")
