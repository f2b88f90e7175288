"""Maps of one network by several methods, all as (n, h, w) for n pairs of film and finding.

The Grad-CAM family is pytorch-grad-cam's, read before its per-image stretching. Random and centred
maps are what a method must beat: chest films are so alike that the middle of the film is no bad guess.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from cxrviewer.imaging.recipe import InputRecipe
from model_training.errors import TrainingError
from model_training.models.explainer import MedTexNetwork
from model_training.models.vjp import find_target
from model_training.torchvision_shim import ensure_importable

Maps = Callable[[Tensor, Tensor], Tensor]
"""(n, channels, H, W) films and (n,) explained logits to (n, h, w) maps; only their order counts."""

CAM_METHODS = {
    "Grad-CAM": "GradCAM",
    "Grad-CAM++": "GradCAMPlusPlus",
    "HiResCAM": "HiResCAM",
    "LayerCAM": "LayerCAM",
    "Score-CAM": "ScoreCAM",
}
SCORE_CHANNELS = 64
"""Score-CAM asks the network once per channel; of 960 it is shown the 64 that vary most over the film."""

RANDOM, CENTRE, MEDTEX = "random", "centre", "MED-TEX-style mask"
GRID = 7


def cam(method: str, network: nn.Module, example: Tensor, *, batch: int = 16) -> Maps:
    """Return a method of `CAM_METHODS` on the layer Grad-CAM reads (`find_target`).

    Parameters
    ----------
    network : Module
        In evaluation mode.
    example : (1, channels, H, W)
    batch : int
        Pairs per forward and backward pass; Score-CAM takes one at a time.
    """
    ensure_importable()
    import pytorch_grad_cam
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

    target = find_target(network, example)
    kind = getattr(pytorch_grad_cam, CAM_METHODS[method])

    def some(images: Tensor, findings: Tensor) -> Tensor:
        asked = [ClassifierOutputTarget(int(finding)) for finding in findings]
        with torch.enable_grad(), kind(target.network, [target.layer], reshape_transform=target.to_map) as explainer:
            seen = explainer.activations_and_grads
            logits = seen(images.clone().requires_grad_())
            torch.stack([one(row) for one, row in zip(asked, logits, strict=True)]).sum().backward()
            activations, gradients = seen.activations[0].numpy(), seen.gradients[0].numpy()
            if method == "Score-CAM":
                activations = _most_varied(activations)
            # Score-CAM draws a progress bar for every film.
            with contextlib.redirect_stderr(io.StringIO()):
                image = explainer.get_cam_image(images, target.layer, asked, activations, gradients, False)
        return torch.from_numpy(np.maximum(image, 0).astype(np.float32))

    def maps(images: Tensor, findings: Tensor) -> Tensor:
        size = 1 if method == "Score-CAM" else batch
        return torch.cat([some(f, c) for f, c in zip(images.split(size), findings.split(size), strict=True)])

    return maps


def _most_varied(activations: Any) -> Any:
    """Return the channels of (1, k, h, w) with the largest spatial deviation; "Faster Score-CAM" picks the same way."""
    return activations[:, np.argsort(-activations[0].std(axis=(1, 2)), kind="stable")[:SCORE_CHANNELS]]


def medtex(pair: MedTexNetwork, rescale: tuple[float, float] = (1.0, 0.0)) -> Maps:
    """Return the explainer's masks: the finding's own, or the one for all.

    Parameters
    ----------
    rescale : (float, float)
        Factor and offset from the explained network's grey scale to the explainer's; see `grey_scale`.
    """
    pair = pair.eval()
    factor, offset = rescale

    @torch.no_grad()
    def maps(images: Tensor, findings: Tensor) -> Tensor:
        masks = torch.cat([pair.masks(factor * part + offset) for part in images.split(32)])
        column = findings if masks.shape[1] > 1 else torch.zeros_like(findings)
        return masks[torch.arange(len(masks)), column]

    return maps


def grey_scale(shown: InputRecipe, wanted: InputRecipe) -> tuple[float, float]:
    """Return factor and offset that bring films standardised by one recipe to the scale of another."""
    return shown.std / wanted.std, (shown.mean - wanted.mean) / wanted.std


def random_maps(seed: int = 0) -> Maps:
    """Return maps of 7 x 7 independent cells: blobs as large as those of Grad-CAM, in no place."""

    def maps(images: Tensor, _findings: Tensor) -> Tensor:
        return torch.rand(len(images), GRID, GRID, generator=torch.Generator().manual_seed(seed))

    return maps


def centred_maps() -> Maps:
    """Return maps that fall off from the middle of the film."""

    def maps(images: Tensor, _findings: Tensor) -> Tensor:
        x = torch.linspace(-1, 1, 2 * GRID)
        return torch.exp(-(x[:, None] ** 2 + x[None] ** 2)).expand(len(images), -1, -1)

    return maps


def build_methods(
    network: nn.Module,
    example: Tensor,
    pair: MedTexNetwork | None = None,
    rescale: tuple[float, float] = (1.0, 0.0),
) -> dict[str, Maps]:
    """Return every method by its name, the random map first; `rescale` as in `medtex`.

    Raises
    ------
    TrainingError
        Where the network has no layer to explain.
    """
    methods: dict[str, Maps] = {RANDOM: random_maps(), CENTRE: centred_maps()}
    try:
        methods.update({name: cam(name, network, example) for name in CAM_METHODS})
    except ImportError as error:
        raise TrainingError("the Grad-CAM family comes from a package: pip install grad-cam") from error
    if pair is not None:
        methods[MEDTEX] = medtex(pair, rescale)
    return methods
