"""Batch norms that are folded into the convolutions before them, and which norm follows which convolution."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn


@torch.no_grad()
def convolutions_and_norms(network: nn.Module, example: Tensor) -> list[tuple[str, str | None]]:
    """Return every convolution in the order of a forward pass, with the batch norm that takes its output.

    Parameters
    ----------
    network : Module
        Runs once on `example`, (n, channels, H, W), in the mode it is in.

    Returns
    -------
    list of (str, str or None)
        Names as `named_modules` gives them; None where no norm follows.
    """
    order: list[tuple[str, nn.Module, Tensor, Tensor]] = []

    def remember(name: str) -> Any:
        return lambda module, inputs, output: order.append((name, module, inputs[0], output))

    kinds = (nn.Conv2d, nn.BatchNorm2d)
    hooks = [m.register_forward_hook(remember(name)) for name, m in network.named_modules() if isinstance(m, kinds)]
    network(example)
    for hook in hooks:
        hook.remove()
    # By identity of the tensor: the one that a convolution returns is the one that its norm is given.
    norms = {id(given): name for name, module, given, _ in order if isinstance(module, nn.BatchNorm2d)}
    return [(name, norms.get(id(output))) for name, module, _, output in order if isinstance(module, nn.Conv2d)]


@torch.no_grad()
def neutral(norm: nn.BatchNorm2d, shift: Tensor | None) -> None:
    """Make a norm add `shift`, (channels,), and nothing else, as after folding."""
    assert norm.running_mean is not None and norm.running_var is not None
    norm.weight.fill_(1.0)
    norm.running_mean.zero_()
    norm.running_var.fill_(1.0 - norm.eps)
    norm.bias.zero_() if shift is None else norm.bias.copy_(shift)
