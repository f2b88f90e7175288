"""A start for EEEA-Net-C2 from an EfficientNet-Lite: evenly spaced channels and kernels of matching layers.

Weight selection after Xu et al., "Initializing Models with Larger Ones" (ICLR 2024, arXiv 2311.18823): a small network
starts from evenly spaced elements of a larger one of its family. The two are not quite of one family, so some is ours:

* blocks are matched stage by stage, the first of a stage with the first and the others evenly; both have the widths 16,
  24, 40, 80, 112 between blocks, so what the residual path carries keeps its meaning;
* the middle channels of a block are selected once for its three convolutions;
* a smaller kernel is the middle of a larger one, a larger one has zeros around it;
* squeeze-excitation, which EfficientNet-Lite has not, begins by changing nothing;
* what lies behind the blocks (960 and 1,280 channels, the classifier) begins anew.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from model_training.models.eeea_net import C2_BLOCKS, EEEANetC2, InvertedResidual, SqueezeExcite

STAGE_ENDS = (1, 4, 7, 11, 15, 19)
"""Where the stages of EEEA-Net-C2 end: blocks of one width each, 160 of the last against 192 there."""
STATISTICS = ("weight", "bias", "running_mean", "running_var")
OPEN_GATE = 3.0
"""The hard sigmoid of 3 is 1."""


def evenly(larger: int, smaller: int) -> Tensor:
    """Return `smaller` evenly spaced places of `larger`; where it has fewer, all of them and again from the first."""
    if smaller > larger:
        return torch.arange(smaller) % larger
    return torch.arange(smaller) * larger // smaller


def kernel_of(weight: Tensor, side: int) -> Tensor:
    """Return (c, k, n, n) weights as (c, k, side, side): their middle, or themselves with zeros around."""
    own = weight.shape[-1]
    edge = abs(own - side) // 2
    if side <= own:
        return weight[..., edge : own - edge, edge : own - edge]
    return nn.functional.pad(weight, (edge,) * 4)


def matching_block(index: int, lengths: Mapping[int, int]) -> tuple[int, int]:
    """Return stage and place of the block C2's block `index` starts from; `lengths` are the blocks of each stage."""
    stage = next(i for i, end in enumerate(STAGE_ENDS) if index < end)
    first = STAGE_ENDS[stage - 1] if stage else 0
    count, place = STAGE_ENDS[stage] - first, index - first
    if count < 2 or lengths[stage] < 2:
        return stage, 0
    # The first of a stage changes width and size and has no residual path: no other may start from it.
    return stage, 0 if place == 0 else 1 + (place - 1) * (lengths[stage] - 1) // (count - 1)


def _set_norm(norm: nn.Module, theirs: Mapping[str, Tensor], name: str, rows: Tensor) -> None:
    for statistic in STATISTICS:
        getattr(norm, statistic).copy_(theirs[f"{name}.{statistic}"][rows])


def _open_gate(gate: SqueezeExcite) -> None:
    nn.init.zeros_(gate.expand.weight)
    assert gate.expand.bias is not None
    nn.init.constant_(gate.expand.bias, OPEN_GATE)


def _select_block(block: InvertedResidual, theirs: Mapping[str, Tensor], name: str, inp: Tensor, out: Tensor) -> None:
    layers = list(block.body)
    convolutions = [layer for layer in layers if isinstance(layer, nn.Conv2d)]
    norms = [layer for layer in layers if isinstance(layer, nn.BatchNorm2d)]
    for gate in (layer for layer in layers if isinstance(layer, SqueezeExcite)):
        _open_gate(gate)
    spread, project = convolutions[-2], convolutions[-1]
    # A block without expansion has two convolutions, under other names.
    whole = len(convolutions) == 3
    last, normed = ("conv_pwl", ("bn1", "bn2", "bn3")) if whole else ("conv_pw", ("bn1", "bn2"))
    depthwise = theirs[f"{name}.conv_dw.weight"]
    mid = evenly(len(depthwise), spread.out_channels) if whole else inp
    if whole:
        convolutions[0].weight.copy_(theirs[f"{name}.conv_pw.weight"][mid][:, inp])
    spread.weight.copy_(kernel_of(depthwise[mid], spread.kernel_size[0]))
    project.weight.copy_(theirs[f"{name}.{last}.weight"][out][:, mid])
    for norm, their, rows in zip(norms, normed, (mid, mid, out) if whole else (mid, out), strict=True):
        _set_norm(norm, theirs, f"{name}.{their}", rows)


@torch.no_grad()
def select_weights(network: EEEANetC2, theirs: Mapping[str, Tensor]) -> None:
    """Start `network` from the weights of an EfficientNet-Lite of timm (names without ``body.``)."""
    lengths: dict[int, int] = {}
    for key in theirs:
        parts = key.split(".")
        if parts[0] == "blocks":
            lengths[int(parts[1])] = max(lengths.get(int(parts[1]), 0), int(parts[2]) + 1)
    stem, norm = network.stem[0], network.stem[1]
    assert isinstance(stem, nn.Conv2d)
    rows = evenly(len(theirs["conv_stem.weight"]), stem.out_channels)
    weight = theirs["conv_stem.weight"][rows]
    stem.weight.copy_(weight if weight.shape[1] == stem.in_channels else weight.sum(1, keepdim=True))
    _set_norm(norm, theirs, "bn1", rows)
    inp = rows
    for index, (spec, block) in enumerate(zip(C2_BLOCKS, network.blocks, strict=True)):
        stage, place = matching_block(index, lengths)
        name = f"blocks.{stage}.{place}"
        last = "conv_pwl" if f"{name}.conv_pwl.weight" in theirs else "conv_pw"
        out = evenly(len(theirs[f"{name}.{last}.weight"]), spec.out)
        assert isinstance(block, InvertedResidual)
        _select_block(block, theirs, name, inp, out)
        inp = out
