"""Modality LUT: stored values to modality values (PS3.3 C.11.1)."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from cxrviewer.imaging.lut import LookupTable
from cxrviewer.text import msg


class Rescale(Struct, frozen=True):
    """(0028,1053) Rescale Slope and (0028,1052) Rescale Intercept.

    Examples
    --------
    >>> Rescale(slope=2, intercept=-10).apply(np.array([0.0, 3.0])).tolist()
    [-10.0, -4.0]
    """

    slope: float = 1.0
    intercept: float = 0.0

    def __post_init__(self) -> None:
        if not math.isfinite(self.slope) or self.slope == 0:
            raise ValueError(msg("(0028,1053) Rescale Slope must be finite and not 0, got {slope}", slope=self.slope))
        if not math.isfinite(self.intercept):
            raise ValueError(
                msg("(0028,1052) Rescale Intercept must be finite, got {intercept}", intercept=self.intercept)
            )

    def apply(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return ``slope * values + intercept``."""
        rescaled: npt.NDArray[np.float64] = values * self.slope + self.intercept
        return rescaled


ModalityTransform = Rescale | LookupTable
