"""Augmentation of grey film batches: what differs between rooms, machines and patients, never anatomy.

No left-right flips: a mirrored chest shows a disease (situs inversus) that the film has not.
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


def resample(films: Tensor, config: AugmentConfig, generator: torch.Generator) -> Tensor:
    """Bring a share of the films, (n, 1, s, s), down to fewer pixels and up again."""
    whole = films.shape[-1]
    # Without the step nothing is drawn: experiments from before it existed go on to the same numbers.
    if not config.resample or whole <= LEAST_SIDE:
        return films
    chosen = torch.rand(films.shape[0], generator=generator) < config.resample
    sides = torch.randint(LEAST_SIDE, whole, (films.shape[0],), generator=generator)
    films = films.clone()
    for index in chosen.nonzero().flatten().tolist():
        side = int(sides[index])
        film = films[index : index + 1]
        film = functional.interpolate(film, size=(side, side), mode="bilinear", antialias=True, align_corners=False)
        film = functional.interpolate(film, size=(whole, whole), mode="bilinear", align_corners=False)
        films[index : index + 1] = film
    return films


def affine(films: Tensor, size: int, config: AugmentConfig, generator: torch.Generator) -> Tensor:
    """Rotate, zoom, stretch and shift; bring to (n, 1, size, size). Outside the film is black."""
    n = films.shape[0]
    angle = _uniform(n, -config.rotate, config.rotate, generator) * (math.pi / 180)
    zoom = _uniform(n, 1 - config.scale, 1 + config.scale, generator)
    aspect = torch.exp(_uniform(n, -config.stretch, config.stretch, generator))
    cos, sin = torch.cos(angle) / zoom, torch.sin(angle) / zoom
    matrix = torch.zeros(n, 2, 3)
    matrix[:, 0, 0], matrix[:, 0, 1] = cos * aspect, -sin * aspect
    matrix[:, 1, 0], matrix[:, 1, 1] = sin / aspect, cos / aspect
    matrix[:, :, 2] = _uniform(2 * n, -2 * config.shift, 2 * config.shift, generator).view(n, 2)
    if size < films.shape[-1]:
        # The grid below samples points; without this a smaller size would alias.
        films = functional.interpolate(films, size=(size, size), mode="bilinear", antialias=True, align_corners=False)
    grid = functional.affine_grid(matrix, [n, 1, size, size], align_corners=False)
    return functional.grid_sample(films, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


def photometric(films: Tensor, config: AugmentConfig, generator: torch.Generator) -> Tensor:
    """Change gamma, contrast, brightness and noise; the result stays in [0, 1]."""
    n = films.shape[0]

    def per_film(low: float, high: float) -> Tensor:
        return _uniform(n, low, high, generator).view(n, 1, 1, 1)

    films = films.clamp(1e-4, 1) ** torch.exp(per_film(-config.gamma, config.gamma))
    mean = films.mean((2, 3), keepdim=True)
    films = (films - mean) * per_film(1 - config.contrast, 1 + config.contrast) + mean
    films = films + per_film(-config.brightness, config.brightness)
    films = films + torch.randn(films.shape, generator=generator) * per_film(0, config.noise)
    return films.clamp(0, 1)


def recompress(films: Tensor, config: AugmentConfig, generator: torch.Generator) -> Tensor:
    """Compress a share of the films as JPEG again."""
    chosen = torch.rand(films.shape[0], generator=generator) < config.jpeg
    quality = torch.randint(30, 91, (films.shape[0],), generator=generator)
    films = films.clone()
    for index in chosen.nonzero().flatten().tolist():
        grey = (films[index, 0] * 255).round().to(torch.uint8).numpy()
        buffer = io.BytesIO()
        Image.fromarray(grey).save(buffer, "JPEG", quality=int(quality[index]))
        films[index, 0] = torch.from_numpy(np.asarray(Image.open(buffer), np.float32) / 255)
    return films


def erase(films: Tensor, config: AugmentConfig, generator: torch.Generator) -> Tensor:
    """Replace one rectangle of a share of the films by its mean grey."""
    n, _, height, width = films.shape
    chosen = torch.rand(n, generator=generator) < config.erase
    films = films.clone()
    for index in chosen.nonzero().flatten().tolist():
        h = int(height * (0.1 + 0.35 * torch.rand(1, generator=generator).item()))
        w = int(width * (0.1 + 0.35 * torch.rand(1, generator=generator).item()))
        top = int(torch.randint(0, height - h + 1, (1,), generator=generator).item())
        left = int(torch.randint(0, width - w + 1, (1,), generator=generator).item())
        patch = films[index, :, top : top + h, left : left + w]
        patch.copy_(patch.mean().expand_as(patch))
    return films


def augment(films: Tensor, size: int, config: AugmentConfig, generator: torch.Generator) -> Tensor:
    """Return augmented films, (n, 1, size, size) in [0, 1].

    Parameters
    ----------
    films : (n, 1, h, w) float32 in [0, 1]
    """
    films = affine(resample(films, config, generator), size, config, generator)
    return erase(recompress(photometric(films, config, generator), config, generator), config, generator)


OUTLIER_TYPES = ("rotate90", "rotate180", "rotate270", "upside_down", "invert", "crop", "shuffle", "texture")


def _crop(film: Tensor, generator: torch.Generator) -> Tensor:
    """Enlarge a small part (15 to 35 % of the side): anatomy without a chest around it."""
    size = film.shape[-1]
    side = int(size * (0.15 + 0.2 * torch.rand(1, generator=generator).item()))
    top, left = (int(torch.randint(0, size - side + 1, (1,), generator=generator).item()) for _ in range(2))
    part = film[None, :, top : top + side, left : left + side]
    return functional.interpolate(part, size=(size, size), mode="bilinear", align_corners=False)[0]


def _shuffle(film: Tensor, generator: torch.Generator) -> Tensor:
    """Swap the quarters: right grey levels in wrong places."""
    half = film.shape[-1] // 2
    film = film[:, : half * 2, : half * 2]
    quarters = [film[:, i : i + half, j : j + half] for i in (0, half) for j in (0, half)]
    order = torch.randperm(4, generator=generator).tolist()
    if order == [0, 1, 2, 3]:
        order = [3, 2, 1, 0]
    top = torch.cat([quarters[order[0]], quarters[order[1]]], 2)
    bottom = torch.cat([quarters[order[2]], quarters[order[3]]], 2)
    return functional.interpolate(torch.cat([top, bottom], 1)[None], size=film.shape[-2:], mode="nearest")[0]


def _texture(film: Tensor, generator: torch.Generator) -> Tensor:
    """Smooth noise with the film's own grey histogram: no anatomy at all."""
    size = film.shape[-1]
    cells = int(torch.randint(2, 24, (1,), generator=generator).item())
    noise = torch.rand((1, 1, cells, cells), generator=generator)
    noise = functional.interpolate(noise, size=(size, size), mode="bilinear", align_corners=False)
    order = noise.flatten().argsort()
    texture = torch.empty_like(film.flatten())
    texture[order] = film.flatten().sort().values
    return texture.view_as(film)


def outlier(film: Tensor, outlier_type: str, generator: torch.Generator) -> Tensor:
    """Make one film, (1, s, s), into something that is no upright frontal chest film of right polarity."""
    if outlier_type.startswith("rotate"):
        return torch.rot90(film, int(outlier_type[6:]) // 90, (1, 2))
    makers = {
        "upside_down": lambda: film.flip(1),
        "invert": lambda: 1 - film,
        "crop": lambda: _crop(film, generator),
        "shuffle": lambda: _shuffle(film, generator),
        "texture": lambda: _texture(film, generator),
    }
    return makers[outlier_type]()


def outliers(films: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return (n, 1, s, s) outliers and the index of each one's type in `OUTLIER_TYPES`."""
    types = torch.randint(0, len(OUTLIER_TYPES), (films.shape[0],), generator=generator)
    made = [
        outlier(film, OUTLIER_TYPES[outlier_type], generator)
        for film, outlier_type in zip(films, types.tolist(), strict=True)
    ]
    return torch.stack(made), types
