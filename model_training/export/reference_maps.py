"""Grad-CAM by an independent implementation, to hold ours against.

pytorch-grad-cam makes one backward pass per finding and stretches each map to 0..1. The maps
here are taken before that stretching, which would make every film's noise shine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from model_training.torchvision_shim import ensure_importable


def reference_maps(
    network: nn.Module,
    layer: nn.Module,
    inputs: Tensor,
    findings: Sequence[int],
    *,
    to_map: Callable[[Tensor], Tensor] | None = None,
) -> npt.NDArray[np.float32]:
    """Return unscaled Grad-CAM maps, (n, len(findings), h, w) not below 0.

    Parameters
    ----------
    network : Module
        In evaluation mode, (n, channels, H, W) -> (n, c) logits.
    layer : Module
        Part of `network` whose output is explained.
    findings : sequence of int
        Indices of the logits.
    to_map : callable, optional
        Makes (n, k, h, w) of what the layer answers, where that is tokens or has its channels last.
    """
    ensure_importable()
    from pytorch_grad_cam import GradCAM
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

    if network.training:
        raise ValueError("the network must be in evaluation mode: batch statistics change the maps")
    maps = []
    with torch.enable_grad(), GradCAM(model=network, target_layers=[layer], reshape_transform=to_map) as cam:
        # It keeps the layer's output without a copy; an activation in place behind it would overwrite that.
        kept = layer.register_forward_hook(lambda _module, _inputs, output: output.clone())
        for finding in findings:
            targets = [ClassifierOutputTarget(finding)] * len(inputs)
            logits = cam.activations_and_grads(inputs.clone().requires_grad_())
            network.zero_grad()
            explained = torch.stack([target(row) for target, row in zip(targets, logits, strict=True)]).sum()
            torch.autograd.backward(explained)
            activations = cam.activations_and_grads.activations[0].numpy()
            gradients = cam.activations_and_grads.gradients[0].numpy()
            maps.append(np.maximum(cam.get_cam_image(inputs, layer, targets, activations, gradients, False), 0))
        kept.remove()
    network.zero_grad()
    return np.stack(maps, axis=1).astype(np.float32)
