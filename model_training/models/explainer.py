"""The explainer of MED-TEX-style distillation: a small network from a film to a mask, and the pair it forms.

The paper's own explainer could not be had (method section C.2): everything here is our reconstruction.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from model_training.errors import TrainingError
from model_training.models.zoo import Network, build_network, load_whole, network_state
from model_training.provenance import read_checkpoint

START_LOGIT = 2.0
"""Masks start open (0.88): a student that sees nothing teaches the explainer nothing."""
SLOPE = 5.0
"""The last convolution's output is multiplied by this: a new explainer learns faster than the student beside it."""


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
    of the student's. One that reads the 960 features of an EEEA-Net-C2 besides has 123,136 parameters more.

    Parameters
    ----------
    masks : int
        1, or one per label.
    width : int
        Channels at 1/2 of the size; doubled three times on the way down.
    seen : int
        Channels of the student's feature map of the whole film, which the explainer then reads at its deepest; 0
        for an explainer that reads the film alone.
    """

    def __init__(self, masks: int = 1, width: int = 16, seen: int = 0) -> None:
        super().__init__()
        self.seen = (
            nn.Sequential(nn.Conv2d(seen, 8 * width, 1, bias=False), nn.BatchNorm2d(8 * width), nn.ReLU(inplace=True))
            if seen
            else None
        )
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
        nn.init.constant_(cast(Tensor, self.head.bias), START_LOGIT / SLOPE)

    def forward(self, x: Tensor, features: Tensor | None = None) -> Tensor:
        """Return (n, masks, ceil(H/16), ceil(W/16)) logits.

        Parameters
        ----------
        x : (n, channels, H, W)
            The first plane is read.
        features : (n, seen, h, w) or None
            The student's map of `x`, for an explainer that reads it.
        """
        skip = self.down16(self.down8(self.down4(self.stem(x[:, :1]))))
        context = functional.interpolate(self.down32(skip), skip.shape[2:], mode="bilinear", align_corners=False)
        if self.seen is not None:
            assert features is not None
            known = self.seen(features)
            context = context + functional.interpolate(known, skip.shape[2:], mode="bilinear", align_corners=False)
        logits: Tensor = SLOPE * self.head(self.up16(skip + context))
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

    def mask_logits(self, x: Tensor, features: Tensor | None = None) -> Tensor:
        """Return the explainer's logits of whole films; `features` are the student's, where they are at hand.

        The explainer reads the student's features, it does not shape them: no gradient goes that way.
        """
        if self.explainer.seen is None:
            return cast(Tensor, self.explainer(x))
        if features is None:
            with torch.no_grad():
                features = self.forward_features(x)
        return cast(Tensor, self.explainer(x, features.detach()))

    def masks(self, x: Tensor, features: Tensor | None = None) -> Tensor:
        """Return each patch's probability of being kept, (n, masks, H/16, W/16) in [0, 1]."""
        return torch.sigmoid(self.mask_logits(x, features))


def load_explainer(explainer: Explainer, checkpoint: Path) -> bool:
    """Give an explainer the weights of a checkpoint's, where it has one of the same shape; return whether it did."""
    weights = network_state(checkpoint)
    own = {key: weights.get(f"explainer.{key}") for key in explainer.state_dict()}
    fits = all(value is not None and value.shape == explainer.state_dict()[key].shape for key, value in own.items())
    if fits:
        explainer.load_state_dict(cast("dict[str, Tensor]", own))
    return fits


def load_pair(path: Path) -> tuple[MedTexNetwork, dict[str, Any]]:
    """Return the averaged student and explainer of a checkpoint in evaluation mode, and the checkpoint.

    Raises
    ------
    TrainingError
        Where the checkpoint holds no explainer.
    """
    state = read_checkpoint(path)
    config, weights = state["config"], state["ema"]
    if "explainer.head.weight" not in weights:
        raise TrainingError(f"{path.name} holds no explainer; train with method = 'medtex'")
    student = build_network(config["network"], len(state["labels"]), config["recipe"]["channels"])
    seen = weights.get("explainer.seen.0.weight")
    explainer = Explainer(
        len(weights["explainer.head.weight"]),
        len(weights["explainer.stem.0.weight"]),
        0 if seen is None else seen.shape[1],
    )
    pair = MedTexNetwork(student, explainer)
    load_whole(pair, weights, path)
    return pair.eval(), state
