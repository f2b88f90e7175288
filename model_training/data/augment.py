"""Augmentation of grey film batches: what differs between rooms, machines and patients, never anatomy.

Left and right are exchanged only where an experiment asks for it (`AugmentConfig.mirror`): a mirrored chest looks like
one with situs inversus, but none of the findings is bound to a side.
Besides, `outliers` makes pictures that are *not* upright frontal chest films out of films that
are; the network learns to tell them apart, which the OOD detector of a head builds on.
"""

from __future__ import annotations

import io
import math

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional

from model_training.config.augment import AugmentConfig

LEAST_SIDE = 96


def _uniform(n: int, low: float, high: float, generator: torch.Generator) -> Tensor:
    return torch.rand(n, generator=generator) * (high - low) + low


def resized(grey: Tensor, size: int) -> Tensor:
    """Return (n, 1, size, size): averaged down, never sampled, or enlarged."""
    if grey.shape[-1] == size:
        return grey
    return functional.interpolate(grey, size=(size, size), mode="bilinear", antialias=True, align_corners=False)


def resample(images: Tensor, config: AugmentConfig, generator: torch.Generator) -> Tensor:
    """Bring a share of the films, (n, 1, s, s), down to fewer pixels and up again."""
    whole = images.shape[-1]
    # Without the step nothing is drawn: experiments from before it existed go on to the same numbers.
    if not config.resample or whole <= LEAST_SIDE:
        return images
    chosen = torch.rand(images.shape[0], generator=generator) < config.resample
    sides = torch.randint(LEAST_SIDE, whole, (images.shape[0],), generator=generator)
    images = images.clone()
    for index in chosen.nonzero().flatten().tolist():
        side = int(sides[index])
        image = images[index : index + 1]
        image = functional.interpolate(image, size=(side, side), mode="bilinear", antialias=True, align_corners=False)
        image = functional.interpolate(image, size=(whole, whole), mode="bilinear", align_corners=False)
        images[index : index + 1] = image
    return images


def mirror(images: Tensor, config: AugmentConfig, generator: torch.Generator) -> Tensor:
    """Exchange left and right of a share of the films, (n, 1, s, s)."""
    # Without the step nothing is drawn, as in `resample`.
    if not config.mirror:
        return images
    chosen = torch.rand(images.shape[0], generator=generator) < config.mirror
    return torch.where(chosen.view(-1, 1, 1, 1), images.flip(3), images)


def affine(images: Tensor, size: int, config: AugmentConfig, generator: torch.Generator) -> Tensor:
    """Rotate, zoom, stretch and shift; bring to (n, 1, size, size). Outside the film is black."""
    n = images.shape[0]
    angle = _uniform(n, -config.rotate, config.rotate, generator) * (math.pi / 180)
    zoom = _uniform(n, 1 - config.scale, 1 + config.scale, generator)
    aspect = torch.exp(_uniform(n, -config.stretch, config.stretch, generator))
    cos, sin = torch.cos(angle) / zoom, torch.sin(angle) / zoom
    matrix = torch.zeros(n, 2, 3)
    matrix[:, 0, 0], matrix[:, 0, 1] = cos * aspect, -sin * aspect
    matrix[:, 1, 0], matrix[:, 1, 1] = sin / aspect, cos / aspect
    matrix[:, :, 2] = _uniform(2 * n, -2 * config.shift, 2 * config.shift, generator).view(n, 2)
    if size < images.shape[-1]:
        # The grid below samples points; without this a smaller size would alias.
        images = functional.interpolate(images, size=(size, size), mode="bilinear", antialias=True, align_corners=False)
    grid = functional.affine_grid(matrix, [n, 1, size, size], align_corners=False)
    return functional.grid_sample(images, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


def photometric(images: Tensor, config: AugmentConfig, generator: torch.Generator) -> Tensor:
    """Change gamma, contrast, brightness and noise; the result stays in [0, 1]."""
    n = images.shape[0]

    def per_image(low: float, high: float) -> Tensor:
        return _uniform(n, low, high, generator).view(n, 1, 1, 1)

    images = images.clamp(1e-4, 1) ** torch.exp(per_image(-config.gamma, config.gamma))
    mean = images.mean((2, 3), keepdim=True)
    images = (images - mean) * per_image(1 - config.contrast, 1 + config.contrast) + mean
    images = images + per_image(-config.brightness, config.brightness)
    images = images + torch.randn(images.shape, generator=generator) * per_image(0, config.noise)
    return images.clamp(0, 1)


def recompress(images: Tensor, config: AugmentConfig, generator: torch.Generator) -> Tensor:
    """Compress a share of the films as JPEG again."""
    chosen = torch.rand(images.shape[0], generator=generator) < config.jpeg
    quality = torch.randint(30, 91, (images.shape[0],), generator=generator)
    images = images.clone()
    for index in chosen.nonzero().flatten().tolist():
        grey = (images[index, 0] * 255).round().to(torch.uint8).numpy()
        buffer = io.BytesIO()
        Image.fromarray(grey).save(buffer, "JPEG", quality=int(quality[index]))
        images[index, 0] = torch.from_numpy(np.asarray(Image.open(buffer), np.float32) / 255)
    return images


def erase(images: Tensor, config: AugmentConfig, generator: torch.Generator) -> Tensor:
    """Replace one rectangle of a share of the films by its mean grey."""
    n, _, height, width = images.shape
    chosen = torch.rand(n, generator=generator) < config.erase
    images = images.clone()
    for index in chosen.nonzero().flatten().tolist():
        h = int(height * (0.1 + 0.35 * torch.rand(1, generator=generator).item()))
        w = int(width * (0.1 + 0.35 * torch.rand(1, generator=generator).item()))
        top = int(torch.randint(0, height - h + 1, (1,), generator=generator).item())
        left = int(torch.randint(0, width - w + 1, (1,), generator=generator).item())
        patch = images[index, :, top : top + h, left : left + w]
        patch.copy_(patch.mean().expand_as(patch))
    return images


def augment(images: Tensor, size: int, config: AugmentConfig, generator: torch.Generator) -> Tensor:
    """Return augmented films, (n, 1, size, size) in [0, 1].

    Parameters
    ----------
    images : (n, 1, h, w) float32 in [0, 1]
    """
    images = mirror(resample(images, config, generator), config, generator)
    images = affine(images, size, config, generator)
    return erase(recompress(photometric(images, config, generator), config, generator), config, generator)


def blend(images: Tensor, config: AugmentConfig, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
    """Add another film of the batch to a share of the films, (n, 1, s, s), with a weight below one half.

    Returns
    -------
    images : (n, 1, s, s)
    other : (n,) int
        Which film of the batch was added.
    weight : (n,)
        Its weight, in [0, 0.5); 0 where none was added.
    """
    n = images.shape[0]
    # Without the step nothing is drawn, as in `resample`.
    if not config.blend:
        return images, torch.arange(n), torch.zeros(n)
    other = torch.randperm(n, generator=generator)
    chosen = torch.rand(n, generator=generator) < config.blend
    weight = torch.where(chosen, _uniform(n, 0, 0.5, generator), torch.zeros(n))
    return torch.lerp(images, images[other], weight.view(-1, 1, 1, 1)), other, weight


OUTLIER_TYPES = ("rotate90", "rotate180", "rotate270", "upside_down", "invert", "crop", "shuffle", "texture")


def _crop(image: Tensor, generator: torch.Generator) -> Tensor:
    """Enlarge a small part (15 to 35 % of the side): anatomy without a chest around it."""
    size = image.shape[-1]
    side = int(size * (0.15 + 0.2 * torch.rand(1, generator=generator).item()))
    top, left = (int(torch.randint(0, size - side + 1, (1,), generator=generator).item()) for _ in range(2))
    part = image[None, :, top : top + side, left : left + side]
    return functional.interpolate(part, size=(size, size), mode="bilinear", align_corners=False)[0]


def _shuffle(image: Tensor, generator: torch.Generator) -> Tensor:
    """Swap the quarters: right grey levels in wrong places."""
    half = image.shape[-1] // 2
    image = image[:, : half * 2, : half * 2]
    quarters = [image[:, i : i + half, j : j + half] for i in (0, half) for j in (0, half)]
    order = torch.randperm(4, generator=generator).tolist()
    if order == [0, 1, 2, 3]:
        order = [3, 2, 1, 0]
    top = torch.cat([quarters[order[0]], quarters[order[1]]], 2)
    bottom = torch.cat([quarters[order[2]], quarters[order[3]]], 2)
    return functional.interpolate(torch.cat([top, bottom], 1)[None], size=image.shape[-2:], mode="nearest")[0]


def _texture(image: Tensor, generator: torch.Generator) -> Tensor:
    """Smooth noise with the film's own grey histogram: no anatomy at all."""
    size = image.shape[-1]
    cells = int(torch.randint(2, 24, (1,), generator=generator).item())
    noise = torch.rand((1, 1, cells, cells), generator=generator)
    noise = functional.interpolate(noise, size=(size, size), mode="bilinear", align_corners=False)
    order = noise.flatten().argsort()
    texture = torch.empty_like(image.flatten())
    texture[order] = image.flatten().sort().values
    return texture.view_as(image)


def outlier(image: Tensor, outlier_type: str, generator: torch.Generator) -> Tensor:
    """Make one film, (1, s, s), into something that is no upright frontal chest film of right polarity."""
    if outlier_type.startswith("rotate"):
        return torch.rot90(image, int(outlier_type[6:]) // 90, (1, 2))
    makers = {
        "upside_down": lambda: image.flip(1),
        "invert": lambda: 1 - image,
        "crop": lambda: _crop(image, generator),
        "shuffle": lambda: _shuffle(image, generator),
        "texture": lambda: _texture(image, generator),
    }
    return makers[outlier_type]()


def outliers(images: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return (n, 1, s, s) outliers and the index of each one's type in `OUTLIER_TYPES`."""
    types = torch.randint(0, len(OUTLIER_TYPES), (images.shape[0],), generator=generator)
    made = [
        outlier(image, OUTLIER_TYPES[outlier_type], generator)
        for image, outlier_type in zip(images, types.tolist(), strict=True)
    ]
    return torch.stack(made), types
