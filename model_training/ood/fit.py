"""Fits the detector: does this film look like what the head was trained on?

The detector sees frontal films of adults, and pictures made from them that are no upright frontal
films: turned, inverted, cut, squeezed, mixed, and phantoms drawn by formula. No picture of
another body part takes part, so the share of hands, skulls or lateral chests it rejects is what it
does with things it was never shown.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from msgspec.structs import replace
from sklearn.linear_model import LogisticRegression
from torch.nn import functional

from cxrviewer.heads.eligibility.ood_detector import OodDetector
from model_training.data.augment import OUTLIER_TYPES, outlier

FloatArray = npt.NDArray[np.float64]
Features = npt.NDArray[np.floating]

DIRECTIONS = 150
LINEAR_DIRECTIONS = 100
QUADRATIC_DIRECTIONS = 60
INVERSE_PENALTY = 1e-2
REJECTED = (0.003, 0.009)
"""Share of the frontal chest films that set the limits which the distance, and which the contrast, may reject.

Chosen on training and validation films: together they reject one in a hundred (decision 0045)."""

EXTRA_TYPES = (
    "half",
    "squeeze",
    "zoom_out",
    "limbs",
    "shell",
    "mean_of_two",
    "posterize_crop",
    "tilt",
    "flat",
    "ramp",
    "noise",
)


def _half(image: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Stretch one lung's half of the film over all of it."""
    width = image.shape[-1]
    part = image[..., : width // 2] if torch.rand(1, generator=generator) < 0.5 else image[..., width // 2 :]
    return functional.interpolate(part[None], size=image.shape[-2:], mode="bilinear", align_corners=False)[0]


def _small(image: torch.Tensor, height: float, width: float) -> torch.Tensor:
    size = image.shape[-1]
    h, w = int(size * height), int(size * width)
    small = functional.interpolate(image[None], size=(h, w), mode="bilinear", antialias=True, align_corners=False)[0]
    canvas = torch.zeros_like(image)
    top, left = (size - h) // 2, (size - w) // 2
    canvas[:, top : top + h, left : left + w] = small
    return canvas


def _uniform(low: float, high: float, generator: torch.Generator) -> float:
    return low + (high - low) * float(torch.rand(1, generator=generator))


def _grid(size: int) -> tuple[torch.Tensor, torch.Tensor]:
    line = torch.linspace(-1, 1, size)
    y, x = torch.meshgrid(line, line, indexing="ij")
    return y, x


def _limbs(image: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Draw one to five soft-edged rods with denser cores on black: no anatomy, only a limb's contrast."""
    y, x = _grid(image.shape[-1])
    picture = torch.zeros_like(image[0])
    count = int(torch.randint(1, 6, (1,), generator=generator))
    for _ in range(count):
        angle = _uniform(-0.6, 0.6, generator)
        across = (x - _uniform(-0.6, 0.6, generator)) * math.cos(angle) + y * math.sin(angle)
        radius = _uniform(0.06, 0.5 / count + 0.1, generator)
        rod = torch.sqrt((1 - (across / radius) ** 2).clamp(min=0))
        core = torch.sqrt((1 - (across / (radius * _uniform(0.3, 0.7, generator))) ** 2).clamp(min=0))
        picture = torch.maximum(picture, rod * _uniform(0.2, 0.6, generator) + core * _uniform(0.2, 0.6, generator))
    return _soft(picture, image, generator)


def _shell(image: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Draw an ellipse with a dense rim around the film's own texture."""
    y, x = _grid(image.shape[-1])
    a, b = _uniform(0.5, 0.95, generator), _uniform(0.5, 0.95, generator)
    radius = torch.sqrt((x / a) ** 2 + (y / b) ** 2)
    rim = torch.exp(-(((radius - 0.93) / _uniform(0.03, 0.1, generator)) ** 2))
    inside = (radius < 0.95).float()
    texture = outlier(image, "crop", generator)[0]
    return _soft(
        inside * texture * _uniform(0.4, 0.9, generator) + rim * _uniform(0.3, 0.7, generator), image, generator
    )


def _soft(picture: torch.Tensor, image: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    noise = torch.randn(picture.shape, generator=generator) * _uniform(0, 0.04, generator)
    return (picture + noise).clamp(0, 1).view_as(image)


def _tilt(image: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Turn by 35 to 145 degrees either way."""
    angle = math.radians(_uniform(35, 145, generator)) * (1 if torch.rand(1, generator=generator) < 0.5 else -1)
    cos, sin = math.cos(angle), math.sin(angle)
    grid = functional.affine_grid(
        torch.tensor([[[cos, -sin, 0], [sin, cos, 0]]]), [1, *image.shape], align_corners=False
    )
    return functional.grid_sample(image[None], grid, mode="bilinear", align_corners=False)[0]


def _flat(image: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """A blank exposure: one grey level, with or without a little noise."""
    return _soft(torch.full_like(image[0], _uniform(0, 1, generator)), image, generator)


def _ramp(image: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Grey that rises in one direction, as over an empty detector."""
    y, x = _grid(image.shape[-1])
    angle = _uniform(0, 2 * math.pi, generator)
    slope = x * math.cos(angle) + y * math.sin(angle)
    return _soft(_uniform(0.3, 0.7, generator) + slope * _uniform(0.05, 0.35, generator), image, generator)


def _noise(image: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Independent pixels, the film's own grey levels in any order."""
    return image.flatten()[torch.randperm(image.numel(), generator=generator)].view_as(image)


def make_outlier(
    image: npt.NDArray[np.float32], other: npt.NDArray[np.float32], outlier_type: str, generator: torch.Generator
) -> npt.NDArray[np.float32]:
    """Make `image` into something that is no upright frontal chest film.

    Parameters
    ----------
    image, other : (h, w) float32 in [0, 1]
    outlier_type : str
        One of `OUTLIER_TYPES` and `EXTRA_TYPES`.
    """
    given = torch.from_numpy(np.array(image, np.float32))[None]
    if outlier_type in OUTLIER_TYPES:
        made = outlier(given, outlier_type, generator)
    elif outlier_type == "squeeze":
        made = _small(given, 1.0, _uniform(0.3, 0.55, generator))
    elif outlier_type == "zoom_out":
        side = _uniform(0.25, 0.5, generator)
        made = _small(given, side, side)
    elif outlier_type == "mean_of_two":
        mirrored = torch.rot90(torch.from_numpy(np.array(other, np.float32))[None], 1, (1, 2))
        made = (given + mirrored) / 2
    elif outlier_type == "posterize_crop":
        made = torch.round(outlier(given, "crop", generator) * 3) / 3
    else:
        makers = {
            "half": _half,
            "limbs": _limbs,
            "shell": _shell,
            "tilt": _tilt,
            "flat": _flat,
            "ramp": _ramp,
            "noise": _noise,
        }
        made = makers[outlier_type](given, generator)
    return made[0].numpy()


@dataclass(frozen=True, slots=True, eq=False)
class _Coordinates:
    """Whitened coordinates and residual of a batch, as `OodDetector.distance` makes them."""

    whitened: FloatArray
    residual: FloatArray

    @property
    def distance(self) -> FloatArray:
        total: FloatArray = np.mean(self.whitened**2, axis=1) + self.residual
        return total


def _project(features: Features, mean: FloatArray, basis: FloatArray) -> FloatArray:
    """Return (n, k1 * h * w) channel projections, in blocks: the features of thousands of films fill the memory."""
    small_basis, small_mean = basis.astype(np.float32), mean.astype(np.float32)
    rows = []
    for start in range(0, len(features), 256):
        block = features[start : start + 256].astype(np.float32)
        flat = block.reshape(len(block), block.shape[1], -1) - small_mean[:, None]
        rows.append(np.matmul(small_basis, flat).reshape(len(block), -1))
    return np.concatenate(rows).astype(np.float64)


def _principal(good: FloatArray, bad: FloatArray, count: int) -> FloatArray:
    """Return the first `count` principal directions (as rows) of (n, d) and (m, d) rows together.

    From the covariance, not by singular values of the rows: of twenty thousand rows that takes a tenth of the time,
    and the directions it loses digits in are those that are dropped.
    """
    total = len(good) + len(bad)
    mean = (good.sum(axis=0) + bad.sum(axis=0)) / total
    scatter = sum(rows.T @ rows for rows in (good - mean, bad - mean))
    values, vectors = np.linalg.eigh(scatter / total)
    directions: FloatArray = vectors[:, np.argsort(values)[::-1][:count]].T
    return directions


def _channel_basis(features: Features, count: int, seed: int) -> tuple[FloatArray, FloatArray]:
    generator = np.random.default_rng(seed)
    chosen = features[generator.choice(len(features), min(len(features), 1500), replace=False)].astype(np.float64)
    columns = chosen.transpose(0, 2, 3, 1).reshape(-1, chosen.shape[1])
    mean = columns.mean(axis=0)
    values, vectors = np.linalg.eigh(np.cov((columns - mean).T))
    return mean, vectors[:, np.argsort(values)[::-1][:count]].T.copy()


def _coordinates(density: OodDetector, features: Features) -> _Coordinates:
    centred = _project(features, density.channel_mean, density.channel_basis) - density.mean
    along = centred @ density.basis.T
    residual = centred - along @ density.basis
    return _Coordinates(along / density.scale, (residual**2).sum(axis=1) / density.residual_scale**2)


def _tests(density: OodDetector, features: Features) -> FloatArray:
    """Return distance and contrast of each film, (n, 2); the contrast is -inf where there is none."""
    found = _coordinates(density, features)
    contrast = np.full(len(features), -np.inf)
    if not (density.contrast_quadratic is None or density.contrast_linear is None or density.contrast_offset is None):
        part = found.whitened[:, : density.contrast_linear.size]
        contrast = np.einsum("ni,ij,nj->n", part, density.contrast_quadratic, part, optimize=True)
        contrast += part @ density.contrast_linear + density.contrast_offset
    return np.stack([found.distance, contrast], axis=1)


def distances(density: OodDetector, features: Features) -> FloatArray:
    """Return the distance of each film, (n,); `OodDetector.distance` for a whole batch."""
    larger: FloatArray = _tests(density, features).max(axis=1)
    return larger


def _products(rows: FloatArray, quadratic: int) -> npt.NDArray[np.float32]:
    """Return (n, m) rows, then the products of the first `quadratic` in the order of `np.triu_indices`.

    In 32 bits, in place: thousands of films times thousands of products would fill the memory twice over.
    """
    width = rows.shape[1]
    given = np.empty((len(rows), width + quadratic * (quadratic + 1) // 2), np.float32)
    given[:, :width] = rows
    start = width
    for i in range(quadratic):
        np.multiply(given[:, i : i + 1], given[:, i:quadratic], out=given[:, start : start + quadratic - i])
        start += quadratic - i
    return given


def _contrast(near: FloatArray, far: FloatArray, quadratic: int) -> tuple[FloatArray, FloatArray, float]:
    """Return (quadratic, linear, offset) of a logistic regression on coordinates and their products.

    A quadratic form of this size could also be had as the log ratio of two normal densities. Fitted
    that way it let through blank and inverted films: what is no chest film is many things, not one
    cloud.
    """
    given = _products(np.concatenate([near, far]), quadratic)
    centre = given.mean(axis=0)
    given -= centre
    spread = np.maximum(np.sqrt(np.einsum("ij,ij->j", given, given) / len(given)), 1e-9)
    given /= spread
    is_far = np.repeat([0, 1], [len(near), len(far)])
    model = LogisticRegression(C=INVERSE_PENALTY, max_iter=1000, class_weight="balanced")
    model.fit(given, is_far)
    weights = (model.coef_[0] / spread).astype(np.float64)
    width = near.shape[1]
    matrix = np.zeros((width, width))
    matrix[np.triu_indices(quadratic)] = weights[width:]
    return (matrix + matrix.T) / 2, weights[:width].copy(), float(model.intercept_[0] - weights @ centre)


def _unlimited(
    inliers: Features, others: Features, channels: int, directions: int, linear: int, quadratic: int, seed: int
) -> OodDetector:
    """Return the detector before its limits are set: threshold 1, the contrast in log odds."""
    channel_mean, channel_basis = _channel_basis(np.concatenate([inliers, others]), channels, seed)
    good = _project(inliers, channel_mean, channel_basis)
    bad = _project(others, channel_mean, channel_basis)
    # Directions of both, or what sets the others apart would be lost in the residual; turned
    # so that the good films' coordinates are uncorrelated.
    directions = min(directions, len(good) - 1, good.shape[1])
    shared = _principal(good, bad, directions)
    mean = good.mean(axis=0)
    along = (good - mean) @ shared.T
    values, vectors = np.linalg.eigh(np.cov(along.T))
    order = np.argsort(values)[::-1]
    basis = vectors[:, order].T @ shared
    scale = np.sqrt(np.maximum(values[order], 1e-4 * values.max()))
    residual = ((good - mean) - ((good - mean) @ basis.T) @ basis) ** 2
    density = OodDetector(
        channel_mean=channel_mean,
        channel_basis=channel_basis,
        mean=mean,
        basis=basis,
        scale=scale,
        residual_scale=max(float(np.sqrt(residual.sum(axis=1).mean())), 1e-6),
        threshold=1.0,
    )
    width = min(linear, directions)
    near, far = (_coordinates(density, rows).whitened[:, :width] for rows in (inliers, others))
    matrix, weights, offset = _contrast(near, far, min(quadratic, width))
    return replace(density, contrast_quadratic=matrix, contrast_linear=weights, contrast_offset=offset)


def _limited(
    density: OodDetector, tests: FloatArray, weights: FloatArray, rejected: tuple[float, float]
) -> OodDetector:
    """Return `density` with its limits, set on (n, 2) distances and log odds of films that count as `weights` say."""

    def quantile(column: int, share: float) -> float:
        return float(np.quantile(tests[:, column], share, weights=weights, method="inverted_cdf"))

    threshold = quantile(0, 1 - rejected[0])
    # A typical film gets half the limit, the limit gets the limit.
    middle, limit = quantile(1, 0.5), quantile(1, 1 - rejected[1])
    factor = threshold / 2 / max(limit - middle, 1e-12)
    quadratic, linear, offset = density.contrast_quadratic, density.contrast_linear, density.contrast_offset
    assert quadratic is not None and linear is not None and offset is not None
    return replace(
        density,
        threshold=threshold,
        contrast_quadratic=quadratic * factor,
        contrast_linear=linear * factor,
        contrast_offset=(offset - middle) * factor + threshold / 2,
    )


def fit_on_features(
    inliers: Features,
    others: Features,
    limits: Features,
    *,
    channel_directions: int,
    folds: npt.NDArray[np.integer] | None = None,
    weights: FloatArray | None = None,
    directions: int = DIRECTIONS,
    linear_directions: int = LINEAR_DIRECTIONS,
    quadratic_directions: int = QUADRATIC_DIRECTIONS,
    rejected: tuple[float, float] = REJECTED,
    seed: int = 0,
) -> OodDetector:
    """Fit the detector.

    Parameters
    ----------
    inliers : (n, c, h, w)
        Features of frontal chest films.
    others : (m, c, h, w)
        Features of synthetic outliers that are none.
    limits : (k, c, h, w)
        Features of further frontal chest films; both limits are set on films the detector was not fitted on,
        because a density fits its own films too well.
    folds : (n,) int, optional
        Where given, every inlier is judged by a detector fitted without its fold and sets the limits too. A limit
        that rejects 1 % of some hundred films hangs on a handful; all of one patient belong into one fold.
    weights : (n + k,) float, optional
        How much each inlier, then each of `limits`, counts where the limits are set; all alike by default. Without
        `folds` (k,).
    rejected : (float, float)
        Share of these films the distance may reject, and the contrast; the two overlap little.
    """
    sizes = (channel_directions, directions, linear_directions, quadratic_directions, seed)
    density = _unlimited(inliers, others, *sizes)
    tests = [_tests(density, limits)]
    if folds is not None:
        judged = np.empty((len(inliers), 2))
        for fold in np.unique(folds):
            judged[folds == fold] = _tests(_unlimited(inliers[folds != fold], others, *sizes), inliers[folds == fold])
        tests.insert(0, judged)
    together = np.concatenate(tests)
    return _limited(density, together, np.ones(len(together)) if weights is None else weights, rejected)
