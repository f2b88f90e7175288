"""Settings of augmentation, without torch."""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import inf


@dataclass(frozen=True, slots=True, kw_only=True)
class AugmentConfig:
    """Strengths; every value 0 switches the step off.

    Attributes
    ----------
    rotate : float
        Largest angle in degrees.
    scale : float
        Zoom between ``1 - scale`` and ``1 + scale``.
    shift : float
        Largest shift as a fraction of the side.
    stretch : float
        Largest relative change of the aspect ratio.
    gamma : float
        Exponent between ``exp(-gamma)`` and ``exp(gamma)``: the film as another room windows it.
    contrast, brightness : float
        Relative and absolute change of grey.
    noise : float
        Largest standard deviation of added noise.
    jpeg : float
        Share of films compressed again (quality 30 to 90), so that a data set's own compression tells less.
    erase : float
        Share of films with one random rectangle (up to 20 % of the area) replaced by its mean.
    resample : float
        Share of films brought down to a side between `LEAST_SIDE` and their own and up again, whatever set they are of,
        so that sharpness tells less about where a film comes from: `nih128` has nothing finer than 128 pixels.
    mirror : float
        Share of films with left and right exchanged. None of the fourteen findings is bound to a side; a network for
        something that is must not be trained so.
    blend : float
        Share of films to which another of the batch is added, with a weight drawn between 0 and 0.5; what is known of
        both is mixed in the same way (mixup: Zhang et al., arXiv 1710.09412).
    """

    rotate: float = 8.0
    scale: float = 0.12
    shift: float = 0.06
    stretch: float = 0.06
    gamma: float = 0.35
    contrast: float = 0.2
    brightness: float = 0.1
    noise: float = 0.03
    jpeg: float = 0.3
    erase: float = 0.2
    resample: float = 0.0
    mirror: float = 0.0
    blend: float = 0.0

    def __post_init__(self) -> None:
        problems = [f"{f.name}: must not be negative" for f in fields(self) if not 0 <= getattr(self, f.name) < inf]
        shares = "jpeg", "erase", "resample", "mirror", "blend"
        problems += [f"{name}: a share is at most 1" for name in shares if getattr(self, name) > 1]
        problems += [f"{name}: must be below 1" for name in ("scale", "stretch") if getattr(self, name) >= 1]
        if problems:
            raise ValueError("; ".join(problems))
