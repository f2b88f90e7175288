"""Class-wise Grad-CAM that can be trained through, and its alignment with a teacher's."""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from model_training.distill.losses import masked_mean
from model_training.distill.vid import to_common_size
from model_training.errors import TrainingError
from model_training.models.eeea_net import EEEANetC2
from model_training.models.gradcam import hardswish_slope
from model_training.models.zoo import Network


def gradcam_maps(network: nn.Module, features: Tensor, *, create_graph: bool = True) -> Tensor:
    """Return unscaled Grad-CAM maps of all labels, (n, labels, h, w), not below 0.

    Parameters
    ----------
    network : Module
        A `Network`; only what follows `forward_features` is run. For EEEA-Net-C2 the gradient
        has a closed form (``models/gradcam.py``); others cost one backward pass through the head
        per label.
    features : (n, c, h, w)
        Output of ``network.forward_features``; for a frozen teacher it may be detached.
    create_graph : bool
        Whether the maps carry a gradient, to the features *and* to the head's weights.

    Raises
    ------
    TrainingError
        For tokens, which lie on no grid.
    """
    if features.ndim != 4 or getattr(getattr(network, "body", None), "output_fmt", "NCHW") == "NHWC":
        raise TrainingError("Grad-CAM alignment needs a network with (n, c, h, w) features; leave the term out")
    with torch.enable_grad():
        alpha = _c2_weights(network, features) if isinstance(network, EEEANetC2) else _weights(network, features)
        maps = torch.relu((alpha @ features.flatten(2)).unflatten(2, features.shape[2:]))
    return maps if create_graph else maps.detach()


def _c2_weights(network: EEEANetC2, features: Tensor) -> Tensor:
    mix = network.mix.weight.flatten(1)
    slope = hardswish_slope(functional.linear(features.mean((2, 3)), mix)) / features[0, 0].numel()
    weights: Tensor = (network.fc.weight[None] * slope[:, None, :]) @ mix
    return weights


def _weights(network: nn.Module, features: Tensor) -> Tensor:
    """Return the spatial mean of d logit / d features, (n, labels, c)."""
    seen = features if features.requires_grad else features.detach().requires_grad_()
    # The sum over films has each film's own gradient: in evaluation films do not see each other, and
    # between features and logits these networks have no batch norm.
    logits = cast(Network, network).forward_head(seen).sum(0)
    rows = [torch.autograd.grad(logit, seen, create_graph=True)[0].mean((2, 3)) for logit in logits]
    return torch.stack(rows, 1)


def explanation_alignment(student: Tensor, teacher: Tensor, teacher_logits: Tensor) -> Tensor:
    """``1 - cos`` of both Grad-CAM maps per label, weighted by the teacher's probability.

    Parchami-Araghi et al., "Good Teachers Explain" (e2KD), ECCV 2024, arXiv 2402.03119, align the map of the
    teacher's class; one map per label, weighted, is our extension to several labels per film
    (method section D.2).

    Parameters
    ----------
    student, teacher : (n, labels, h, w)
        Maps not below 0; the larger are pooled to the size of the smaller. The teacher's may be NaN
        (none known) or empty: such labels do not count.
    teacher_logits : (n, labels)
        NaN: does not count.
    """
    ours, theirs = (maps.flatten(2) for maps in to_common_size(student, teacher.detach()))
    length = theirs.norm(dim=2)
    known = torch.isfinite(length) & (length > 0) & ~torch.isnan(teacher_logits)
    theirs = torch.where(known[..., None], theirs, torch.ones_like(theirs))
    distance = 1 - functional.cosine_similarity(ours, theirs, dim=2)
    weight = torch.where(known, torch.sigmoid(teacher_logits), torch.zeros_like(length))
    # masked_mean divides by a count of entries; weights stand for parts of entries.
    return (weight * distance).sum() / weight.sum().clamp(min=1e-8) if known.any() else masked_mean(distance, known)
