"""The explainer of MED-TEX-style distillation: a small network from a film to a mask, and the pair it forms.

The paper's own explainer could not be had (method section C.2): everything here is our reconstruction.
"""

from __future__ import annotations

from pathlib import Path
from pickle import UnpicklingError
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from model_training.errors import TrainingError
from model_training.models.zoo import Network, build_network

STRIDE = 16
START_LOGIT = 2.0
"""Masks start open (0.88): a student that sees nothing teaches the explainer nothing."""


def _conv(inp: int, out: int, stride: int = 1) -> nn.Sequential:
    """Depthwise 3x3, pointwise, batch norm, ReLU."""
    return nn.Sequential(
        nn.Conv2d(inp, inp, 3, stride, 1, groups=inp, bias=False),
        nn.Conv2d(inp, out, 1, bias=False),
        nn.BatchNorm2d(out),
        nn.ReLU(inplace=True),
    )


class Explainer(nn.Module):
    """A light U-Net from a film to mask logits at 1/16 of its size: 14 x 14 at 224.

    88,481 parameters and 19,694,080 multiply-adds at the default width and 224 x 224: a fiftieth and a fifteenth
    of the student's.

    Parameters
    ----------
    masks : int
        1, or one per label.
    width : int
        Channels at 1/2 of the size; doubled three times on the way down.
    """

    def __init__(self, masks: int = 1, width: int = 16) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(1, width, 3, 2, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True)
        )
        self.down4 = _conv(width, 2 * width, 2)
        self.down8 = nn.Sequential(_conv(2 * width, 4 * width, 2), _conv(4 * width, 4 * width))
        self.down16 = nn.Sequential(_conv(4 * width, 8 * width, 2), _conv(8 * width, 8 * width))
        self.down32 = nn.Sequential(_conv(8 * width, 8 * width, 2), _conv(8 * width, 8 * width))
        self.up16 = _conv(8 * width, 8 * width)
        self.head = nn.Conv2d(8 * width, masks, 1)
        nn.init.normal_(self.head.weight, 0, 0.01)
        nn.init.constant_(cast(Tensor, self.head.bias), START_LOGIT)

    def forward(self, x: Tensor) -> Tensor:
        """Return (n, masks, ceil(H/16), ceil(W/16)) logits of (n, channels, H, W) input; the first plane is read."""
        skip = self.down16(self.down8(self.down4(self.stem(x[:, :1]))))
        context = functional.interpolate(self.down32(skip), skip.shape[2:], mode="bilinear", align_corners=False)
        logits: Tensor = self.head(self.up16(skip + context))
        return logits


class MedTexNetwork(nn.Module):
    """A student and its explainer behind the methods of a `Network`, which are the student's on the whole film."""

    def __init__(self, student: nn.Module, explainer: Explainer) -> None:
        super().__init__()
        self.student = student
        self.explainer = explainer
        self.num_features = cast(Network, student).num_features

    def forward_features(self, x: Tensor) -> Tensor:
        return cast(Network, self.student).forward_features(x)

    def embed(self, features: Tensor) -> Tensor:
        return cast(Network, self.student).embed(features)

    def classify(self, embedding: Tensor) -> Tensor:
        return cast(Network, self.student).classify(embedding)

    def forward_head(self, features: Tensor) -> Tensor:
        return self.classify(self.embed(features))

    def forward(self, x: Tensor) -> Tensor:
        """Return the student's (n, labels) logits of whole films."""
        return self.forward_head(self.forward_features(x))

    def masks(self, x: Tensor) -> Tensor:
        """Return each patch's probability of being kept, (n, masks, H/16, W/16) in [0, 1]."""
        return torch.sigmoid(self.explainer(x))


def load_pair(path: Path) -> tuple[MedTexNetwork, dict[str, Any]]:
    """Return the averaged student and explainer of a checkpoint in evaluation mode, and the checkpoint.

    Raises
    ------
    TrainingError
        Where the checkpoint holds no explainer.
    """
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
        config, weights = state["config"], state["ema"]
    except (OSError, KeyError, RuntimeError, UnpicklingError) as error:
        raise TrainingError(f"{path.name} is no checkpoint of this project") from error
    if "explainer.head.weight" not in weights:
        raise TrainingError(f"{path.name} holds no explainer; train with method = 'medtex'")
    student = build_network(config["network"], len(state["labels"]), config["recipe"]["channels"])
    explainer = Explainer(len(weights["explainer.head.weight"]), len(weights["explainer.stem.0.weight"]))
    pair = MedTexNetwork(student, explainer)
    pair.load_state_dict(weights)
    return pair.eval(), state
