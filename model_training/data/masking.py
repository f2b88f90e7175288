"""Films with parts taken away: what explainers are trained through and what explanations are measured by."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional


def gaussian_blur(images: Tensor, sigma: float) -> Tensor:
    """Return (n, channels, H, W) films blurred by a Gaussian of `sigma` pixels, cut at three; edges repeat."""
    radius = max(1, math.ceil(3 * sigma))
    x = torch.arange(-radius, radius + 1, device=images.device, dtype=images.dtype)
    kernel = torch.exp(-0.5 * (x / sigma) ** 2)
    kernel = kernel / kernel.sum()
    planes = images.flatten(0, 1)[:, None]
    planes = functional.pad(planes, (radius, radius, radius, radius), mode="replicate")
    planes = functional.conv2d(functional.conv2d(planes, kernel[None, None, :, None]), kernel[None, None, None, :])
    return planes.reshape(images.shape)


def baseline_of(images: Tensor, kind: str, sigma: float) -> Tensor:
    """Return what a film shows where it is masked, broadcastable to (n, channels, H, W).

    Parameters
    ----------
    kind : str
        ``blur``: the film itself without detail, which leaves nothing conspicuous but keeps what is large;
        ``mean``: the film's mean grey.
    sigma : float
        Of the blur, as a share of the film's shorter side.
    """
    if kind == "mean":
        return images.mean((2, 3), keepdim=True)
    # The planes of a film are equal: one is blurred for all.
    return gaussian_blur(images[:, :1], sigma * min(images.shape[2:]))


def enlarge(mask: Tensor, size: tuple[int, int]) -> Tensor:
    """Return (n, k, h, w) masks at `size`, bilinear, as the viewer draws maps."""
    return functional.interpolate(mask, size, mode="bilinear", align_corners=False)


def show_through(images: Tensor, mask: Tensor, baseline: Tensor) -> Tensor:
    """Return ``m * x + (1 - m) * b``; `mask` is (n, 1, h, w) in [0, 1], enlarged to the film."""
    m = enlarge(mask, (images.shape[2], images.shape[3]))
    return m * images + (1 - m) * baseline
