"""EEEA-Net-C2: the student of the explainable-distillation paper.

A sub-network of the Once-for-All MobileNetV3 space found by EEEA search. The layer table is
that of the authors' published configuration (``eeea_c2``); parameter and multiply-add counts
are asserted against it in the tests.

References
----------
Explainable Knowledge Distillation for On-device Chest X-Ray Classification, IEEE/ACM TCBB
21(4), 2024 (arXiv 2305.06244). Once-for-All: arXiv 1908.09791.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

BN_EPS = 1e-5
STEM_CHANNELS = 16
FEATURE_CHANNELS = 960
MIX_CHANNELS = 1280


@dataclass(frozen=True, slots=True)
class BlockSpec:
    """One inverted-residual block.

    Attributes
    ----------
    mid : int
        Channels after expansion. Equal to `inp` only for the first block, which has no expansion.
    """

    inp: int
    mid: int
    out: int
    kernel: int
    stride: int
    act: Literal["relu", "hswish"]
    se: bool


C2_BLOCKS: tuple[BlockSpec, ...] = (
    BlockSpec(16, 16, 16, 3, 1, "relu", False),
    BlockSpec(16, 48, 24, 3, 2, "relu", False),
    BlockSpec(24, 96, 24, 5, 1, "relu", False),
    BlockSpec(24, 72, 24, 3, 1, "relu", False),
    BlockSpec(24, 96, 40, 7, 2, "relu", True),
    BlockSpec(40, 120, 40, 3, 1, "relu", True),
    BlockSpec(40, 120, 40, 7, 1, "relu", True),
    BlockSpec(40, 240, 80, 5, 2, "hswish", False),
    BlockSpec(80, 480, 80, 7, 1, "hswish", False),
    BlockSpec(80, 240, 80, 5, 1, "hswish", False),
    BlockSpec(80, 240, 80, 3, 1, "hswish", False),
    BlockSpec(80, 480, 112, 7, 1, "hswish", True),
    BlockSpec(112, 448, 112, 5, 1, "hswish", True),
    BlockSpec(112, 336, 112, 3, 1, "hswish", True),
    BlockSpec(112, 336, 112, 3, 1, "hswish", True),
    BlockSpec(112, 672, 160, 5, 2, "hswish", True),
    BlockSpec(160, 960, 160, 3, 1, "hswish", True),
    BlockSpec(160, 960, 160, 5, 1, "hswish", True),
    BlockSpec(160, 480, 160, 7, 1, "hswish", True),
)


def make_divisible(value: float, divisor: int = 8) -> int:
    """Round to a multiple of `divisor`, never below 90 % of `value` (MobileNet's rule)."""
    rounded = max(divisor, int(value + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * value else rounded


def activation(name: Literal["relu", "hswish"]) -> nn.Module:
    return nn.ReLU(inplace=True) if name == "relu" else nn.Hardswish(inplace=True)


class SqueezeExcite(nn.Module):
    """Channel attention: mean -> conv -> ReLU -> conv -> hard sigmoid -> multiply."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        hidden = make_divisible(channels // 4)
        self.reduce = nn.Conv2d(channels, hidden, 1)
        self.expand = nn.Conv2d(hidden, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        weights = x.mean((2, 3), keepdim=True)
        weights = self.expand(torch.relu(self.reduce(weights)))
        return x * nn.functional.hardsigmoid(weights)


class InvertedResidual(nn.Module):
    """Expand, depthwise, squeeze-excite (after the activation), project; residual where shapes allow."""

    def __init__(self, spec: BlockSpec) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        if spec.mid != spec.inp:
            layers += [
                nn.Conv2d(spec.inp, spec.mid, 1, bias=False),
                nn.BatchNorm2d(spec.mid, BN_EPS),
                activation(spec.act),
            ]
        layers += [
            nn.Conv2d(spec.mid, spec.mid, spec.kernel, spec.stride, spec.kernel // 2, groups=spec.mid, bias=False),
            nn.BatchNorm2d(spec.mid, BN_EPS),
            activation(spec.act),
        ]
        if spec.se:
            layers.append(SqueezeExcite(spec.mid))
        layers += [nn.Conv2d(spec.mid, spec.out, 1, bias=False), nn.BatchNorm2d(spec.out, BN_EPS)]
        self.body = nn.Sequential(*layers)
        self.residual = spec.stride == 1 and spec.inp == spec.out

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.body(x)
        return x + y if self.residual else y


class EEEANetC2(nn.Module):
    """EEEA-Net-C2 with `num_classes` logits.

    Parameters
    ----------
    num_classes : int
    in_chans : int
        3 as published; 1 for grey input.

    Notes
    -----
    Dropout is absent on purpose: the authors' builder stores a rate and never applies it.
    The features Grad-CAM reads are those of `forward_features`: 960 channels at 1/32 of the input.
    """

    def __init__(self, num_classes: int = 14, in_chans: int = 3) -> None:
        super().__init__()
        self.num_classes = num_classes
        self.num_features = MIX_CHANNELS
        self.stem = nn.Sequential(
            nn.Conv2d(in_chans, STEM_CHANNELS, 3, 2, 1, bias=False),
            nn.BatchNorm2d(STEM_CHANNELS, BN_EPS),
            nn.Hardswish(inplace=True),
        )
        self.blocks = nn.Sequential(*(InvertedResidual(spec) for spec in C2_BLOCKS))
        self.expand = nn.Sequential(
            nn.Conv2d(C2_BLOCKS[-1].out, FEATURE_CHANNELS, 1, bias=False),
            nn.BatchNorm2d(FEATURE_CHANNELS, BN_EPS),
            nn.Hardswish(inplace=True),
        )
        self.mix = nn.Conv2d(FEATURE_CHANNELS, MIX_CHANNELS, 1, bias=False)
        self.fc = nn.Linear(MIX_CHANNELS, num_classes)
        self._initialise()

    def _initialise(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                fan_out = module.kernel_size[0] * module.kernel_size[1] * module.out_channels // module.groups
                nn.init.normal_(module.weight, 0, math.sqrt(2 / fan_out))
                if module.bias is not None:
                    nn.init.zeros_(module.bias)
            elif isinstance(module, nn.Linear):
                nn.init.normal_(module.weight, 0, 0.01)
                nn.init.zeros_(module.bias)

    def forward_features(self, x: Tensor) -> Tensor:
        """Return the (n, 960, h/32, w/32) map that Grad-CAM explains."""
        features: Tensor = self.expand(self.blocks(self.stem(x)))
        return features

    def embed(self, features: Tensor) -> Tensor:
        """Return the (n, 1280) vector before the classifier."""
        mixed: Tensor = nn.functional.hardswish(self.mix(features.mean((2, 3), keepdim=True))).flatten(1)
        return mixed

    def classify(self, embedding: Tensor) -> Tensor:
        """Return (n, num_classes) logits of `embed`'s vector."""
        logits: Tensor = self.fc(embedding)
        return logits

    def forward_head(self, features: Tensor) -> Tensor:
        """Return (n, num_classes) logits of a feature map."""
        return self.classify(self.embed(features))

    def forward(self, x: Tensor) -> Tensor:
        return self.forward_head(self.forward_features(x))
