"""Teachers: trained networks, published chest networks, precomputed predictions, and averages of them.

Every teacher is frozen and stays in evaluation mode. All get the very film the student gets, after
augmentation ("function matching"), in their own normalisation.
"""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn

from model_training.config.experiment import PRECOMPUTED_KINDS, TeacherConfig
from model_training.data.augment import resized
from model_training.distill.batch import TeacherOutput
from model_training.distill.explanations import gradcam_maps
from model_training.errors import TrainingError
from model_training.models.zoo import Network, build_network, load_whole, student_weights
from model_training.provenance import read_checkpoint
from model_training.torchvision_shim import ensure_importable


@dataclass(frozen=True, slots=True, eq=False)
class FrozenTeacher:
    """One network as a teacher.

    Attributes
    ----------
    network : nn.Module
        Behind `Network`, or anything with ``forward``; frozen here.
    mean, std : float
        Its own normalisation of grey in [0, 1].
    channels : int
    columns : tuple of int or None
        For each of the student's labels the column of this network's outputs, None where it has none.
    size : int or None
        Side of its input; None for networks that take the student's size.
    """

    network: nn.Module
    mean: float
    std: float
    channels: int
    columns: tuple[int | None, ...]
    size: int | None = None

    def __post_init__(self) -> None:
        self.network.eval().requires_grad_(False)
        self.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # missing in torch's stubs

    @torch.no_grad()
    def __call__(self, grey: Tensor, *, explain: bool = False) -> TeacherOutput:
        """Return logits (n, labels), NaN for labels it does not know, and features if it has any.

        Parameters
        ----------
        grey : (n, 1, H, W) in [0, 1]
        explain : bool
            Also return its Grad-CAM per label.
        """
        if self.network.training:
            raise TrainingError("a teacher was switched to training mode; teachers are frozen")
        images = (resized(grey, self.size) if self.size else grey).sub(self.mean).div(self.std)
        # Depthwise convolutions are several times slower in the other layout on CPUs.
        images = images.expand(-1, self.channels, -1, -1).contiguous(memory_format=torch.channels_last)
        features: Tensor | None = None
        if hasattr(self.network, "forward_head"):
            network = cast(Network, self.network)
            features = network.forward_features(images)
            outputs = network.forward_head(features)
        else:
            outputs = self.network(images)
        nothing = outputs.new_full((len(outputs),), float("nan"))
        logits = torch.stack([nothing if c is None else outputs[:, c] for c in self.columns], 1)
        if features is None or features.ndim != 4:
            return TeacherOutput(logits.float())
        maps = self._maps(features) if explain else None
        return TeacherOutput(logits.float(), features, maps)

    def _maps(self, features: Tensor) -> Tensor:
        found = gradcam_maps(self.network, features, create_graph=False)
        nothing = torch.full_like(found[:, 0], float("nan"))
        return torch.stack([nothing if c is None else found[:, c] for c in self.columns], 1)

    def to(self, device: torch.device) -> FrozenTeacher:
        self.network.to(device)
        return self


def mean_logits(logits: Sequence[Tensor], weights: Sequence[float]) -> Tensor:
    """Return the weighted mean over teachers, (n, labels); a teacher whose logit is NaN has no vote there."""
    stacked = torch.stack(tuple(logits))
    known = ~torch.isnan(stacked)
    weight = known * torch.tensor(weights, device=stacked.device)[:, None, None]
    total = weight.sum(0)
    mean = (torch.where(known, stacked, torch.zeros_like(stacked)) * weight).sum(0) / total
    return torch.where(total > 0, mean, torch.full_like(mean, float("nan")))


@dataclass(frozen=True, slots=True, eq=False)
class Teachers:
    """All teachers of an experiment with their weights; `precomputed` is the weight of the precomputed predictions."""

    networks: tuple[FrozenTeacher, ...]
    weights: tuple[float, ...]
    precomputed: float
    explain: bool = False

    @torch.no_grad()
    def __call__(self, grey: Tensor, precomputed: Tensor) -> TeacherOutput:
        """Return what they say together about grey films (n, 1, H, W)."""
        outputs = [teacher(grey, explain=self.explain) for teacher in self.networks]
        logits, weights = [output.logits for output in outputs], list(self.weights)
        if self.precomputed:
            logits.append(precomputed)
            weights.append(self.precomputed)
        shown = next((output for output in outputs if output.features is not None), None)
        mean = mean_logits(logits, weights)
        return TeacherOutput(mean, shown.features, shown.maps) if shown else TeacherOutput(mean)

    @property
    def feature_channels(self) -> int:
        """Return the channels of `TeacherOutput.features`; 0 where no teacher has a map."""
        images = torch.zeros(1, 1, 64, 64)
        shown = (teacher(images.to(next(teacher.network.parameters()).device)).features for teacher in self.networks)
        return next((features.shape[1] for features in shown if features is not None), 0)


def from_checkpoint(path: Path, labels: Sequence[str]) -> FrozenTeacher:
    """Return the averaged network of a checkpoint of this project as a teacher.

    Raises
    ------
    TrainingError
        Where the file is none, its network answers for none of `labels`, or has other weights than its checkpoint says.
    """
    state = read_checkpoint(path)
    config = state["config"]
    recipe = config["recipe"]
    taught = list(state.get("labels", labels))
    network = build_network(config.get("network", "eeea_net_c2"), len(taught), recipe["channels"])
    load_whole(network, student_weights(state["ema"]), path)
    columns = tuple(taught.index(label) if label in taught else None for label in labels)
    if all(column is None for column in columns):
        raise TrainingError(
            f"{path.parent.name}/{path.name} answers for none of the labels asked for ({', '.join(labels)})."
        )
    return FrozenTeacher(network, recipe["mean"], recipe["std"], recipe["channels"], columns)


class XrvNetwork(nn.Module):
    """A torchxrayvision network that answers with logits.

    Their ``forward`` ends in operating-point normalisation where the weights carry it ("op_norm",
    a piecewise map to [0, 1] around each threshold), and in a sigmoid where asked; a teacher must
    return logits, so the classifier is read directly.
    """

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: Tensor) -> Tensor:
        model = cast(Any, self.model)
        logits: Tensor = model.classifier(model.features2(x))
        return logits


def from_xrv_model(model: nn.Module, labels: Sequence[str], size: int | None = 224) -> FrozenTeacher:
    """Return a torchxrayvision model as a teacher; it wants one channel in [-1024, 1024]."""
    pathologies = list(cast(Any, model).pathologies)
    columns = tuple(pathologies.index(label) if label in pathologies else None for label in labels)
    if all(column is None for column in columns):
        raise TrainingError("the torchxrayvision model has none of the labels of this experiment")
    # grey in [0, 1] to [-1024, 1024]: (grey - 0.5) * 2048
    return FrozenTeacher(XrvNetwork(model), 0.5, 1 / 2048, 1, columns, size)


def from_xrv(name: str, labels: Sequence[str]) -> FrozenTeacher:
    """Return a published torchxrayvision DenseNet by the name of its weights, for instance ``densenet121-res224-nih``.

    Raises
    ------
    TrainingError
        Where the package is missing, the name is unknown, or the weights cannot be fetched.
    """
    ensure_importable()
    try:
        xrv = importlib.import_module("torchxrayvision")
    except ImportError as error:
        raise TrainingError("this teacher needs a package: pip install torchxrayvision") from error
    if name not in xrv.models.model_urls:
        known = ", ".join(sorted(key for key in xrv.models.model_urls if key.startswith("densenet")))
        raise TrainingError(f"torchxrayvision has no weights {name!r}; it has {known}")
    try:
        model = xrv.models.DenseNet(weights=name)
    except Exception as error:
        raise TrainingError(f"the weights {name} could not be fetched; a connection is needed once") from error
    return from_xrv_model(model, labels, size=224)


def from_timm(name: str, labels: Sequence[str]) -> FrozenTeacher:
    """Return a timm network with ImageNet weights: it knows no finding, but its features are worth learning from."""
    network = build_network(name, 1, 3, weights="imagenet")
    config = cast(Any, network).body.pretrained_cfg
    return FrozenTeacher(network, config["mean"][0], config["std"][0], 3, (None,) * len(labels))


def build_teachers(
    configs: Sequence[TeacherConfig], labels: Sequence[str], runs: Path, device: torch.device, *, explain: bool = False
) -> Teachers:
    """Return the teachers an experiment names.

    Parameters
    ----------
    runs : Path
        What the paths of checkpoints are relative to.
    explain : bool
        Whether they shall show their maps.
    """
    networks: list[FrozenTeacher] = []
    weights: list[float] = []
    precomputed = 0.0
    for config in configs:
        if config.kind in PRECOMPUTED_KINDS:
            precomputed += config.weight
            continue
        makers: dict[str, Callable[[TeacherConfig], FrozenTeacher]] = {
            "checkpoint": lambda c: from_checkpoint((runs / c.checkpoint).resolve(), labels),
            "xrv": lambda c: from_xrv(c.name, labels),
            "imagenet": lambda c: from_timm(c.name, labels),
        }
        teacher = makers[config.kind](config)
        teacher = dataclasses.replace(teacher, size=config.size) if config.size else teacher
        networks.append(teacher.to(device))
        weights.append(config.weight)
    return Teachers(tuple(networks), tuple(weights), precomputed, explain)
