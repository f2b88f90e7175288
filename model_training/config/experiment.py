"""Experiments as TOML; every problem is reported at once, unknown keys are rejected, former names are mapped."""

from __future__ import annotations

import dataclasses
import inspect
import logging
import math
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from msgspec import Struct

from cxrviewer.imaging.recipe import Fit, GreySource, InputRecipe
from model_training.config.augment import AugmentConfig
from model_training.config.data import FOLDS, DataConfig
from model_training.config.medtex import MedTexConfig
from model_training.config.names import current_names

T = TypeVar("T")

log = logging.getLogger(__name__)

SELECT = "select:"
"""Before the path of a checkpoint in `weights`: start from evenly spaced weights of the network in it."""
IMAGENET = "imagenet"
"""In place of a path in `weights`: ImageNet weights, of EfficientNet-Lite0 where EEEA-Net-C2 selects from them."""


def checkpoint_named(weights: str) -> str:
    """Return the path of the checkpoint that a `weights` names; empty where it names none."""
    path = weights.removeprefix(SELECT)
    return "" if path == IMAGENET else path


class ConfigError(Exception):
    """A configuration is not usable.

    Attributes
    ----------
    problems : tuple of str
        All of them, each as ``key: what is wrong``.
    """

    def __init__(self, name: str, problems: list[str]) -> None:
        super().__init__(f"{name}: " + "; ".join(problems))
        self.name = name
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class LossConfig:
    """Weights of the named terms; 0 leaves a term out.

    Attributes
    ----------
    labels : float
        Focal binary cross-entropy on labels.
    focal_gamma : float
    softmax_mse : float
        The paper's distillation term, at `temperature`.
    sigmoid_kd : float
        Binary distillation per label, at `temperature`.
    multi_label_kl, intra_label_relation, inter_label_relation : float
        MLD; the two halves of DIST.
    intra_label_order : float
        DIST's first half on logits instead of probabilities.
    soft_label_mix : float
        Cross-entropy with `teacher_share` of the teacher in every label.
    vid : float
        Feature distillation from the first teacher that is a network.
    explanation : float
        Alignment of class-wise Grad-CAM with that teacher's.
    auxiliary : float
        Auxiliary tasks: sex, age, view and child from the same features. They are known for nearly
        every film, where findings are known for few.
    orientation : float
        The orientation task: telling upright frontal chest films from outliers made of them.
    """

    labels: float = 1.0
    focal_gamma: float = 2.0
    softmax_mse: float = 0.0
    temperature: float = 2.0
    sigmoid_kd: float = 0.0
    multi_label_kl: float = 0.0
    intra_label_relation: float = 0.0
    inter_label_relation: float = 0.0
    intra_label_order: float = 0.0
    soft_label_mix: float = 0.0
    teacher_share: float = 0.5
    vid: float = 0.0
    explanation: float = 0.0
    auxiliary: float = 0.0
    orientation: float = 0.0

    def __post_init__(self) -> None:
        # "not ... >=" holds for NaN, too.
        problems = [
            f"{name}: must not be negative" for name, value in self.weights().items() if not 0 <= value < math.inf
        ]
        rules = {
            "focal_gamma: must not be negative": 0 <= self.focal_gamma < math.inf,
            "temperature: must be above 0": 0 < self.temperature < math.inf,
            "teacher_share: must be 0 to 1": 0 <= self.teacher_share <= 1,
        }
        problems += [problem for problem, kept in rules.items() if not kept]
        if problems:
            raise ValueError("; ".join(problems))

    def weights(self) -> dict[str, float]:
        """Return the weight of every term by its name."""
        return {f.name: getattr(self, f.name) for f in dataclasses.fields(self) if f.name not in SETTINGS_OF_TERMS}


SETTINGS_OF_TERMS = frozenset({"focal_gamma", "temperature", "teacher_share"})

METHODS = ("distill", "medtex", "simsiam")
TEACHER_KINDS = ("precomputed", "csv", "checkpoint", "xrv", "imagenet")
PRECOMPUTED_KINDS = ("precomputed", "csv")
PRECISIONS = ("no", "bf16", "fp16")


@dataclass(frozen=True, slots=True, kw_only=True)
class TeacherConfig:
    """One teacher; several are averaged in logit space.

    Attributes
    ----------
    kind : str
        ``precomputed`` (predictions that came with the films), ``csv`` (a table of predictions, for
        instance one that ``python -m model_training predict`` wrote), ``checkpoint`` (a network of this
        project), ``xrv`` (a published torchxrayvision DenseNet), ``imagenet`` (a timm network that
        knows pictures but no finding; for feature distillation).
    checkpoint : str
        Path, also of a table, relative to the folder of runs (the folder above ``--out``).
    name : str
        Name of torchxrayvision's weights, or of the network (``timm:NAME``).
    weight : float
        Its weight in the mean.
    size : int
        Side its films are brought to; 0 shows it the student's. A network asked at half the size it
        was trained at is no teacher (`docs/experiments.md`: 0.73 becomes 0.61, and enlarging gives it back).
    sets : tuple of str
        Sets whose films it teaches; empty for all. Only for precomputed predictions. A teacher of films
        of several sets teaches how the *sets* differ before it teaches how films do.
    calibrate : bool
        Platt-scale it on the labels of the training films. Only for precomputed predictions. A teacher from where a
        finding is rare gives it small probabilities, which differ by little where losses look. Not for a teacher
        that was trained on these films: on them it is surer than it should be.
    features : str
        Its averaged features as ``predict --features`` writes them, relative to the folder of runs: for
        feature terms without asking the network at every step. Only for ``csv``.
    """

    kind: str = "precomputed"
    checkpoint: str = ""
    name: str = ""
    weight: float = 1.0
    size: int = 0
    sets: tuple[str, ...] = ()
    calibrate: bool = False
    features: str = ""

    def __post_init__(self) -> None:
        problems = []
        if self.kind not in TEACHER_KINDS:
            problems.append(f"kind: must be one of {', '.join(TEACHER_KINDS)}")
        if self.kind in ("checkpoint", "csv") and not self.checkpoint:
            problems.append("checkpoint: missing")
        if self.kind in ("xrv", "imagenet") and not self.name:
            problems.append("name: missing")
        if not self.weight > 0:
            problems.append("weight: must be above 0")
        if self.size and (self.kind in PRECOMPUTED_KINDS or self.size < 32):
            problems.append("size: at least 32, and not for precomputed predictions")
        for key in ("sets", "calibrate"):
            if getattr(self, key) and self.kind not in PRECOMPUTED_KINDS:
                problems.append(f"{key}: only for precomputed predictions")
        if self.features and self.kind != "csv":
            problems.append("features: only for kind csv; networks show their own")
        if problems:
            raise ValueError("; ".join(problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class StageConfig:
    """A stretch of training at one size; sizes grow from stage to stage."""

    size: int
    steps: int
    batch: int
    lr: float
    """Highest learning rate of the stage's cosine."""

    def __post_init__(self) -> None:
        rules = {
            f"size: must be at least 32, got {self.size}": self.size >= 32,
            f"steps: must be at least 1, got {self.steps}": self.steps >= 1,
            f"batch: must be at least 1, got {self.batch}": self.batch >= 1,
            f"lr: must be above 0, got {self.lr:g}": 0 < self.lr < math.inf,
        }
        if problems := [problem for problem, kept in rules.items() if not kept]:
            raise ValueError("; ".join(problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainConfig:
    """One experiment.

    Attributes
    ----------
    test_fold, validation_fold : int
        Of the development set; other data sets have their own protocols.
    data : DataConfig
    shares : dict of str to float
        Share of every batch that comes from each set; film draws within a set are uniform without
        replacement until the set is used up. Left out, every film is drawn equally often.
    network : str
        ``eeea_net_c2`` or ``timm:NAME``.
    weights : str
        What it starts from: empty (random), ``imagenet``, a checkpoint's path, or ``select:`` and the path of an
        EfficientNet-Lite's checkpoint, of which EEEA-Net-C2 takes evenly spaced weights; ``select:imagenet`` takes
        them from EfficientNet-Lite0 with ImageNet weights.
    method : str
        ``distill``; ``medtex``: student and explainer from the teachers alone, ``loss`` is not
        read; ``simsiam``: a self-supervised start.
    teachers : tuple of TeacherConfig
        By default the precomputed predictions that came with the films.
    fraction : float
        Share of the training patients that are used; smaller shares are parts of larger ones.
    labelled : float
        Share of the used patients whose labels count. Films of the others train auxiliary tasks and follow
        the teachers: many films, few labels.
    left_out : int
        Which fifth of the training patients does not train, 0 to 4 (`data.splits.fifth_of`); -1: all of them do. Set by
        ``cross-fit``.
    validation_half : int
        Which half of the validation patients trains, too, 0 or 1 (`data.splits.half_of`); -1: neither. The log measures
        the other half, and an export calibrates on it.
    relabel : float
        Share of the model-made relabel in the labels that train, of the findings it is better for
        (`development_set.RELABELLED`). Films that are measured keep NIH's labels. Of the terms, `soft_label_mix` is
        made for labels between 0 and 1.
    relabel_rest : float
        The same share for the findings whose relabel agrees with radiologists less well than NIH's label: more of a
        model's opinion, for findings of which NIH's labels are few.
    accumulate : int
        Parts a batch is worked off in; two parts in one process are the same as two processes.
    precision : str
        ``no``, ``bf16`` or ``fp16``.
    workers : int
        Processes that make films ready; 0 for none.
    outliers : float
        Outliers per batch, as a share of its films (added to the batch).
    """

    name: str
    seed: int
    recipe: InputRecipe
    stages: tuple[StageConfig, ...]
    test_fold: int = 0
    validation_fold: int = 1
    data: DataConfig = field(default_factory=DataConfig)
    shares: dict[str, float] = field(default_factory=dict)
    network: str = "eeea_net_c2"
    weights: str = ""
    method: str = "distill"
    teachers: tuple[TeacherConfig, ...] = (TeacherConfig(),)
    fraction: float = 1.0
    labelled: float = 1.0
    left_out: int = -1
    validation_half: int = -1
    relabel: float = 0.0
    relabel_rest: float = 0.0
    accumulate: int = 1
    precision: str = "no"
    workers: int = 0
    medtex: MedTexConfig = field(default_factory=MedTexConfig)
    loss: LossConfig = field(default_factory=LossConfig)
    augment: AugmentConfig = field(default_factory=AugmentConfig)
    weight_decay: float = 0.02
    ema: float = 0.998
    warmup_steps: int = 100
    outliers: float = 0.125
    gradient_clip: float = 5.0

    def __post_init__(self) -> None:
        problems = []
        if not self.stages:
            problems.append("stages: at least one is needed")
        if any(not share >= 0 for share in self.shares.values()):
            problems.append("shares: must not be negative")
        elif self.shares and abs(sum(self.shares.values()) - 1) > 1e-6:
            problems.append(f"shares: must add up to 1, add up to {sum(self.shares.values()):g}")
        if self.method not in METHODS:
            problems.append(f"method: must be one of {', '.join(METHODS)}")
        if self.precision not in PRECISIONS:
            problems.append(f"precision: must be one of {', '.join(PRECISIONS)}")
        problems += [
            f"{name}: must be above 0 and at most 1"
            for name in ("fraction", "labelled")
            if not 0 < getattr(self, name) <= 1
        ]
        problems += [
            f"{name}: must be 0 to 1" for name in ("relabel", "relabel_rest") if not 0 <= getattr(self, name) <= 1
        ]
        problems += self._teacher_problems()
        if not -1 <= self.left_out < FOLDS:
            problems.append(f"left_out: must be -1 to {FOLDS - 1}")
        problems += self._part_problems()
        rules = {
            "seed: must not be negative": self.seed >= 0,
            "weight_decay: must not be negative": 0 <= self.weight_decay < math.inf,
            "ema: must be at least 0 and below 1": 0 <= self.ema < 1,
            "warmup_steps: must not be negative": self.warmup_steps >= 0,
            "outliers: must be at least 0 and at most 1": 0 <= self.outliers <= 1,
            "gradient_clip: must be above 0": 0 < self.gradient_clip,
            f"network: must be eeea_net_c2 or timm:NAME, got {self.network!r}": self.network == "eeea_net_c2"
            or self.network.startswith("timm:"),
            "augment.blend: not for simsiam, which compares views of one film": self.method != "simsiam"
            or not self.augment.blend,
            "loss: every term has weight 0, so nothing would be learned": self.method != "distill"
            or any(self.loss.weights().values()),
        }
        problems += [problem for problem, kept in rules.items() if not kept]
        if self.accumulate < 1 or self.workers < 0:
            problems.append("accumulate, workers: must not be negative, accumulate at least 1")
        if problems:
            raise ValueError("; ".join(problems))

    def _part_problems(self) -> list[str]:
        """Return what is wrong with folds and halves, which only the development set has."""
        if self.data.kind != "development_set":
            problems = ["validation_half: only for the development set"] if self.validation_half != -1 else []
            return problems + ["validation_fold: must differ from test_fold"] * (self.test_fold == self.validation_fold)
        problems, standard = [], DataConfig()
        try:
            data_of(self)
        except ValueError as error:
            problems = str(error).split("; ")
        problems += [
            f"data.{name}: the experiment's own {name} counts, so name it outside of [data]"
            for name in ("test_fold", "validation_fold", "validation_half")
            if getattr(self.data, name) not in (getattr(standard, name), getattr(self, name))
        ]
        return problems

    def _teacher_problems(self) -> list[str]:
        problems = []
        needs = [f"loss.{name}" for name in ("vid", "explanation") if getattr(self.loss, name)]
        needs = ["medtex.features"] * bool(self.medtex.features) if self.method == "medtex" else needs
        networks = any(teacher.kind not in PRECOMPUTED_KINDS for teacher in self.teachers)
        if needs and not networks and not any(teacher.features for teacher in self.teachers):
            problems.append(f"{', '.join(needs)}: needs a teacher that is a network")
        elif "loss.explanation" in needs and not networks:
            problems.append("loss.explanation: a table of features has no maps; name the network itself")
        return problems


def data_of(config: TrainConfig) -> DataConfig:
    """Return the data of an experiment; the folds of the development set are those the experiment names."""
    if config.data.kind != "development_set":
        return config.data
    return dataclasses.replace(
        config.data,
        test_fold=config.test_fold,
        validation_fold=config.validation_fold,
        validation_half=config.validation_half,
    )


def _convert(kind: Any, value: Any, key: str, problems: list[str]) -> Any:
    if isinstance(kind, type) and (dataclasses.is_dataclass(kind) or issubclass(kind, Struct)):
        if not isinstance(value, dict):
            problems.append(f"{key}: must be a table")
            return None
        return _build(kind, value, f"{key}.", problems)
    if get_origin(kind) is tuple:
        if not isinstance(value, list):
            problems.append(f"{key}: must be a list")
            return ()
        item = get_args(kind)[0]
        return tuple(_convert(item, one, f"{key}[{i}]", problems) for i, one in enumerate(value))
    if kind in (GreySource, Fit):
        return _member(kind, value, key, problems)
    return _scalar(kind, value, key, problems)


def _member(kind: type[GreySource | Fit], value: Any, key: str, problems: list[str]) -> GreySource | Fit | None:
    try:
        return kind(value)
    except ValueError:
        problems.append(f"{key}: must be one of {', '.join(member.value for member in kind)}")
        return None


def _scalar(kind: Any, value: Any, key: str, problems: list[str]) -> Any:
    wanted = dict if get_origin(kind) is dict else kind
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
        problems.append(f"{key}: must be {wanted.__name__}, got {value!r}")
    elif wanted is dict:
        return {name: _scalar(get_args(kind)[1], one, f"{key}.{name}", problems) for name, one in value.items()}
    return value


def _build(kind: type[T], table: dict[str, Any], prefix: str, problems: list[str]) -> T | None:
    hints = get_type_hints(kind)
    fields = inspect.signature(kind).parameters
    before = len(problems)
    problems += [f"{prefix}{key}: unknown key" for key in table if key not in fields]
    given = {
        key: _convert(hints[key], value, f"{prefix}{key}", problems) for key, value in table.items() if key in fields
    }
    for name, spec in fields.items():
        if name not in given and spec.default is spec.empty:
            problems.append(f"{prefix}{name}: missing")
    if len(problems) > before:
        return None
    try:
        return kind(**given)
    except ValueError as error:
        problems += [f"{prefix}{problem}" for problem in str(error).split("; ")]
        return None


def merged(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Return `base` with `changes`: tables are merged key by key, everything else is replaced."""
    result = dict(base)
    for key, value in changes.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = merged(result[key], value) if both else value
    return result


def read_table(path: Path) -> dict[str, Any]:
    """Return a TOML file's values on top of those of the file its ``extends`` names, if any.

    Raises
    ------
    ConfigError
        Where a file cannot be read, or extends itself.
    """
    seen: list[Path] = []
    changes: dict[str, Any] = {}
    file: Path | None = path
    while file is not None:
        if file.resolve() in seen:
            raise ConfigError(path.name, [f"extends: {file.name} extends itself"])
        seen.append(file.resolve())
        try:
            table = tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ConfigError(file.name, [f"cannot be read: {error}"]) from error
        # Before merging: a file with a former name may extend one with the present name.
        table, notes = current_names(table)
        for note in notes:
            log.warning("%s: %s", file.name, note)
        parent = table.pop("extends", None)
        changes = merged(table, changes)
        if parent is not None and not isinstance(parent, str):
            raise ConfigError(file.name, [f"extends: must be the name of a file, got {parent!r}"])
        file = file.parent / parent if parent else None
    return changes


def read_config(path: Path) -> TrainConfig:
    """Read an experiment.

    Raises
    ------
    ConfigError
        With every problem of the file.
    """
    return config_of(read_table(path), path.name)


def config_of(table: dict[str, Any], name: str) -> TrainConfig:
    """Build an experiment from TOML's values; `name` stands in the message of a `ConfigError`."""
    problems: list[str] = []
    config = _build(TrainConfig, current_names(table)[0], "", problems)
    if problems or config is None:
        raise ConfigError(name, problems)
    return config
