"""The network in torch; `cxrviewer.imaging.outline.OutlineNet` is the same in numpy."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from cxrviewer.imaging.outline import CHANNELS


def _block(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU())


class Outline(nn.Module):
    """A U-Net (Ronneberger 2015) with two convolutions down and one up at each level."""

    def __init__(self) -> None:
        super().__init__()
        down = [nn.Sequential(_block(a, b), _block(b, b)) for a, b in pairwise((1, *CHANNELS))]
        self.encode = nn.ModuleList(down)
        self.decode = nn.ModuleList([_block(fine + coarse, fine) for fine, coarse in pairwise(CHANNELS)])
        self.out = nn.Conv2d(CHANNELS[0], 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (n, 2, side, side) of lungs and heart for pictures (n, 1, side, side)."""
        skips = []
        for level, block in enumerate(self.encode):
            x = block(nn.functional.max_pool2d(x, 2) if level else x)
            skips.append(x)
        for level in reversed(range(len(self.decode))):
            x = self.decode[level](torch.cat([nn.functional.interpolate(x, scale_factor=2), skips[level]], 1))
        logits: Tensor = self.out(x)
        return logits


def exported(network: Outline) -> dict[str, npt.NDArray[np.float16]]:
    """Return the weights for `OutlineNet`, normalisation folded into the convolutions."""
    blocks: dict[str, Any] = {f"decode{n}": block for n, block in enumerate(network.decode)}
    for n, pair in enumerate(network.encode):
        first, second = cast("nn.Sequential", pair)
        blocks |= {f"encode{n}a": first, f"encode{n}b": second}
    bias = network.out.bias
    assert bias is not None
    weights: dict[str, Tensor] = {"out": network.out.weight[:, :, 0, 0], "out.bias": bias}
    for name, (convolution, norm, _) in blocks.items():
        factor = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        weights[name] = convolution.weight * factor[:, None, None, None]
        weights[f"{name}.bias"] = norm.bias - norm.running_mean * factor
    return {name: one.detach().numpy().astype(np.float16) for name, one in weights.items()}
