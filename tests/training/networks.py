"""Networks with random weights in which nothing is trivially right, yet numbers stay as tame as trained ones."""

from __future__ import annotations

import torch
from torch import nn

from cxrviewer.imaging.recipe import Fit, GreySource, InputRecipe
from model_training.models.eeea_net import EEEANetC2

SIZE = 64
"""The same graph at a fourteenth of the work."""
RECIPE = InputRecipe(
    version=1,
    height=SIZE,
    width=SIZE,
    channels=3,
    grey=GreySource.DEFAULT_WINDOW,
    fit=Fit.LETTERBOX,
    pad=0.0,
    mean=0.5,
    std=0.25,
)


def random_student(classes: int = 14, channels: int = 3, seed: int = 0) -> EEEANetC2:
    """Return an EEEA-Net-C2 in evaluation mode whose batch norms are no identity and whose biases are not zero."""
    # Two cores shared with other tests: a second thread only waits for the first.
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    network = EEEANetC2(classes, channels)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.8, 1.2)
            nn.init.normal_(module.bias, 0, 0.1)
            module.momentum = 1.0  # the running statistics become those of the one batch below
        elif isinstance(module, nn.Conv2d | nn.Linear) and module.bias is not None:
            nn.init.normal_(module.bias, 0, 0.1)
    nn.init.normal_(network.fc.weight, 0, 0.1)
    # Wide enough that hard swish is met on both sides of both kinks.
    nn.init.normal_(network.mix.weight, 0, 0.2)
    with torch.no_grad():
        network.train()(random_images(16, channels, seed=seed + 100))
    return network.eval()


def random_images(count: int, channels: int = 3, size: int = 64, seed: int = 0) -> torch.Tensor:
    """Return smooth random pictures, (count, channels, size, size); noise alone averages to the same features."""
    generator = torch.Generator().manual_seed(seed)
    coarse = 2 * torch.randn(count, channels, 6, 6, generator=generator)
    smooth = nn.functional.interpolate(coarse, (size, size), mode="bilinear")
    return smooth + 0.3 * torch.randn(count, channels, size, size, generator=generator)
