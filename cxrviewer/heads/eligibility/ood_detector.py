"""Does this image look like what the head was trained on? Answered from the head's own features.

The model is a two-step principal-component density (cf. Lee et al. 2018, Mahalanobis
distance on features; Jackson and Mudholkar 1979 for the residual): channels are projected
at every position, the projected map is flattened and whitened. Position is kept, because
a hand or a skull holds the same textures as a thorax, but in other places.

A density knows nothing of what is not a chest image, and some of it lies near. Where the
author made such pictures (images turned, inverted, cut), a head may add a *contrast*, the log
odds of being one of them: a quadratic form of the same coordinates. The larger of the two
counts; the odds alone would be a guess for what is far from both.
Fitting belongs to model_training; this file only reads and evaluates.
"""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from cxrviewer.heads.package.arrays import ArrayFileError, parse_npz

FloatArray = npt.NDArray[np.float64]

FORMAT_VERSION = 1
MAX_BYTES = 16 * 2**20
"""Of the file, of what it unpacks to, and of the numbers as float64: the viewer itself holds them. The shipped
head's take 1.2 MiB."""
_SQUARABLE = (1e-30, 1e30)
"""Numbers that may be divided by and squared: beyond, a distance of zero or an overflow would decide."""

_NUMBERS = ("residual_scale", "threshold", "fringe", "contrast_offset")
_CONTRAST = ("contrast_quadratic", "contrast_linear", "contrast_offset")
_OPTIONAL = frozenset({"fringe", *_CONTRAST})


class OodDetector(Struct, frozen=True, kw_only=True, eq=False):
    """Distance of an image's features from the training images'.

    Attributes
    ----------
    channel_mean : (c,) float64
    channel_basis : (k1, c) float64
        Rows are the channel directions kept at every position.
    mean : (k1 * h * w,) float64
        In C order of (k1, h, w).
    basis : (k2, k1 * h * w) float64
    scale : (k2,) float64
        Standard deviation along each row of `basis`.
    residual_scale : float
        Root mean square length of what `basis` leaves over.
    threshold : float
        Images farther away are rejected.
    fringe : float or None
        Distance from which an image is unusual though not rejected, where the head gives one.
    contrast_quadratic : (m, m) float64 or None
    contrast_linear : (m,) float64 or None
    contrast_offset : float or None
        ``w @ quadratic @ w + linear @ w + offset`` of the first m whitened coordinates w, in
        units of the distance, so that `threshold` is its limit too. All three or none.

    Raises
    ------
    ValueError
        For arrays that do not fit together or hold values no distance can be made with.
    """

    channel_mean: FloatArray
    channel_basis: FloatArray
    mean: FloatArray
    basis: FloatArray
    scale: FloatArray
    residual_scale: float
    threshold: float
    fringe: float | None = None
    contrast_quadratic: FloatArray | None = None
    contrast_linear: FloatArray | None = None
    contrast_offset: float | None = None

    def __post_init__(self) -> None:
        self._check_contrast()
        arrays = (self.channel_mean, self.channel_basis, self.mean, self.basis, self.scale)
        if not all(np.isfinite(a).all() for a in arrays):
            raise ValueError("density: every value must be finite")
        if [a.ndim for a in arrays] != [1, 2, 1, 2, 1]:
            raise ValueError("density: channel_mean, mean and scale are vectors, both bases are matrices")
        if self.channel_basis.shape[1] != self.channel_mean.size or 0 in self.channel_basis.shape:
            raise ValueError("density: channel_basis does not match channel_mean")
        if self.basis.shape != (self.scale.size, self.mean.size) or 0 in self.basis.shape:
            raise ValueError("density: basis does not match mean and scale")
        if self.mean.size % self.channel_basis.shape[0]:
            raise ValueError("density: mean does not hold whole maps of channel_basis' rows")
        low, high = _SQUARABLE
        if not all(low <= number <= high for number in (self.scale.min(), self.residual_scale, self.threshold)):
            raise ValueError(f"density: scale, residual_scale and threshold must lie in [{low:g}, {high:g}]")

    def _check_contrast(self) -> None:
        quadratic, linear, offset = self.contrast_quadratic, self.contrast_linear, self.contrast_offset
        if quadratic is None and linear is None and offset is None:
            return
        if quadratic is None or linear is None or offset is None:
            raise ValueError(f"density: {', '.join(_CONTRAST)} come together or not at all")
        if linear.ndim != 1 or quadratic.shape != (linear.size, linear.size) or not 0 < linear.size <= self.scale.size:
            raise ValueError("density: contrast_quadratic does not match contrast_linear, or both hold too much")
        if not (np.isfinite(quadratic).all() and np.isfinite(linear).all() and np.isfinite(offset)):
            raise ValueError("density: every value must be finite")

    @property
    def channels(self) -> int:
        return int(self.channel_mean.size)

    @property
    def cells(self) -> int:
        """Positions of the feature map, h * w."""
        return int(self.mean.size // self.channel_basis.shape[0])

    def distance(self, features: npt.NDArray[np.float32]) -> float:
        """Return the distance of `features`, (1, c, h, w) float32, from the training images.

        The sum of the mean squared whitened coordinate and the squared relative residual:
        about 2 for a typical training image, without upper bound; or the contrast, where the
        head has one and it is larger.

        Raises
        ------
        ValueError
            For features of another shape than the density was fitted on.
        """
        if features.ndim != 4 or features.shape[:2] != (1, self.channels):
            raise ValueError(f"density: expected (1, {self.channels}, h, w) features, got {features.shape}")
        columns = features[0].reshape(self.channels, -1).astype(np.float64)
        if columns.shape[1] != self.cells:
            raise ValueError(f"density: expected {self.cells} positions, got {columns.shape[1]}")
        projected = self.channel_basis @ (columns - self.channel_mean[:, None])
        centred = projected.reshape(-1) - self.mean
        along = self.basis @ centred
        residual = centred - self.basis.T @ along
        whitened = along / self.scale
        distance = float(np.mean(whitened**2)) + float(residual @ residual) / self.residual_scale**2
        if self.contrast_quadratic is None or self.contrast_linear is None or self.contrast_offset is None:
            return distance
        part = whitened[: self.contrast_linear.size]
        contrast = part @ self.contrast_quadratic @ part + self.contrast_linear @ part + self.contrast_offset
        # np.maximum, not max: a NaN on either side must stay one, so that `inside` says no.
        return float(np.maximum(distance, contrast))

    def inside(self, features: npt.NDArray[np.float32]) -> bool:
        """Return whether the image may be read; False for a distance that is not a number."""
        return self.distance(features) <= self.threshold

    def to_bytes(self) -> bytes:
        """Return the ``.npz`` file of this density."""
        present = (name for name in self.__struct_fields__ if getattr(self, name) is not None)
        arrays: dict[str, Any] = {name: np.asarray(getattr(self, name), np.float64) for name in present}
        out = io.BytesIO()
        np.savez_compressed(out, format=np.asarray(FORMAT_VERSION), **arrays)
        return out.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> OodDetector:
        """Read a ``.npz`` file; nothing in it is ever unpickled.

        Raises
        ------
        ValueError
            With one sentence saying what is wrong with it.
        """
        arrays = _read_arrays(data)
        if any(arrays[name].shape != () for name in _NUMBERS if name in arrays):
            raise ValueError(f"density: {', '.join(_NUMBERS)} must be single numbers")
        version = arrays.pop("format", None)
        if version is None or version.shape != () or version != FORMAT_VERSION:
            raise ValueError(f"density: this program reads format {FORMAT_VERSION}")
        required = set(cls.__struct_fields__) - _OPTIONAL
        if wrong := sorted(required ^ (set(arrays) - _OPTIONAL)):
            raise ValueError(f"density: missing or unknown arrays: {', '.join(wrong)}")
        singles = {name: float(arrays.pop(name)) for name in _NUMBERS if name in arrays}
        return cls(**arrays, **singles)  # type: ignore[arg-type]


def _read_arrays(data: bytes) -> dict[str, FloatArray]:
    try:
        arrays = parse_npz(data, MAX_BYTES)
    except ArrayFileError as error:
        raise ValueError(f"density: {error}") from error
    if 8 * sum(a.size for a in arrays.values()) > MAX_BYTES:
        raise ValueError(f"density: holds more than {MAX_BYTES // 8:,} numbers")
    return {name: a.astype(np.float64, copy=False) for name, a in arrays.items()}
