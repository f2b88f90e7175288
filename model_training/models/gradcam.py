"""Grad-CAM of every finding as part of the forward pass.

Grad-CAM (Selvaraju et al. 2017) weighs the channels of a feature map A with the spatial mean
of the gradient of one logit and keeps the positive part. Behind A, EEEA-Net-C2 only averages
over positions, so the gradient is the same at every position and has a closed form:

    z = W_mix mean(A),    logit_c = W_fc[c] . hswish(z) + b_c
    alpha[c, k] = 1/(h w) sum_m W_fc[c, m] hswish'(z_m) W_mix[m, k]
    map[c] = relu(sum_k alpha[c, k] A[k])

One matrix product gives all findings at once, about 17 million multiply-adds beside the
network's 290 million, and no backward pass is needed where the head runs.
"""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from model_training.models.eeea_net import EEEANetC2


def hardswish_slope(z: Tensor) -> Tensor:
    """Return the derivative of ``z * relu6(z + 3) / 6``, any shape.

    It jumps from 1.5 to 1 at 3, so it cannot be clipped into shape; at the two kinks
    themselves it follows torch's autograd: 0 at -3, 1 at 3.
    """
    inner = z / 3 + 0.5
    return torch.where(z >= 3, torch.ones_like(z), torch.where(z <= -3, torch.zeros_like(z), inner))


IMAGE_CHANNELS = 16
_CELL = 4
"""The film's own channels hold 4 x 4 averages in each cell of the feature map."""
_CONTRAST_FLOOR = 0.2


def image_channels(x: Tensor) -> Tensor:
    """Return the film itself at 1/8 of its size, folded to the grid of the features.

    The detector of the shipped head reads these: a student learns what tells findings apart and
    is free to see a hand as a normal chest, so its own features are a poor judge of what is a chest.

    Parameters
    ----------
    x : (n, channels, H, W)
        Network input; the channels are equal, the first is read.

    Returns
    -------
    (n, 16, H/32, W/32)
        Averages over 8 x 8 pixels, less the film's mean, over its standard deviation. The
        deviation has a floor, so that an empty film's noise is not stretched to a picture.
    """
    small = nn.functional.avg_pool2d(x[:, :1], 32 // _CELL)
    centred = small - small.mean((2, 3), keepdim=True)
    deviation = centred.square().mean((2, 3), keepdim=True).sqrt()
    return nn.functional.pixel_unshuffle(centred / (deviation + _CONTRAST_FLOOR), _CELL)


class GradCamNetwork(nn.Module):
    """An EEEA-Net-C2 that answers with its maps.

    ``forward`` takes (n, channels, H, W) float32 and returns logits (n, c), maps
    (n, c, H/32, W/32) not below 0 and not rescaled, and features (n, 960 + 16, H/32, W/32):
    those Grad-CAM reads, then `image_channels`.
    """

    def __init__(self, network: EEEANetC2) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        features = self.network.forward_features(x)
        mix = self.network.mix.weight.flatten(1)
        classify = self.network.fc
        z = nn.functional.linear(features.mean((2, 3)), mix)
        logits: Tensor = classify(nn.functional.hardswish(z))
        cells = features.shape[2] * features.shape[3]
        # 1/(h w) goes into the shortest factor: (n, 1280) instead of (n, c, 960).
        slope = hardswish_slope(z) / cells
        alpha = (classify.weight[None] * slope[:, None, :]) @ mix
        maps = torch.relu(alpha @ features.flatten(2)).reshape(*alpha.shape[:2], *features.shape[2:])
        return logits, maps, torch.cat([features, image_channels(x)], 1)


def fold_batch_norm(network: EEEANetC2) -> EEEANetC2:
    """Return a copy in evaluation mode whose batch norms are folded into the convolutions before them.

    Module names stay as they were (``Identity`` takes the place of each batch norm), so the
    weights of an exported head can be loaded back by name.
    """
    folded = copy.deepcopy(network).eval()
    for sequence in [m for m in folded.modules() if isinstance(m, nn.Sequential)]:
        for index in range(len(sequence) - 1):
            convolution, norm = sequence[index], sequence[index + 1]
            if isinstance(convolution, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
                sequence[index] = fuse_conv_bn_eval(convolution, norm)
                sequence[index + 1] = nn.Identity()
    left = [name for name, m in folded.named_modules() if isinstance(m, nn.BatchNorm2d)]
    if left:
        raise ValueError(f"batch norms without a convolution before them: {', '.join(left)}")
    return folded
