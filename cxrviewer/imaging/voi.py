"""Values of interest: modality values to grey levels (PS3.3 C.11.2)."""

from __future__ import annotations

import enum
import math

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from cxrviewer.imaging.lut import LookupTable
from cxrviewer.text import msg

Values = npt.NDArray[np.float64]


class VoiFunction(enum.Enum):
    """Values of (0028,1056) VOI LUT Function."""

    LINEAR = "LINEAR"
    LINEAR_EXACT = "LINEAR_EXACT"
    SIGMOID = "SIGMOID"


class VoiWindow(Struct, frozen=True):
    """A window in modality units; invalid ones cannot be built (PS3.3 C.11.2.1.2)."""

    center: float
    width: float
    function: VoiFunction = VoiFunction.LINEAR

    def __post_init__(self) -> None:
        if not (math.isfinite(self.center) and math.isfinite(self.width)):
            raise ValueError(msg("(0028,1050) Window Center and (0028,1051) Window Width must be finite numbers"))
        if self.function is VoiFunction.LINEAR and self.width < 1:
            raise ValueError(msg("(0028,1051) Window Width must be >= 1 for LINEAR, got {width}", width=self.width))
        if self.width <= 0:
            raise ValueError(msg("(0028,1051) Window Width must be > 0, got {width}", width=self.width))

    def bounds(self) -> tuple[float, float]:
        """Return the modality values drawn black and white."""
        if self.function is VoiFunction.LINEAR:
            # LINEAR counts `width` in codes, not in distance: black lies at c - 0.5 - (w-1)/2 and
            # white width - 1 above it, so full-range 12-bit data (c=2048, w=4096) maps 0..4095 onto
            # black..white. `center + width / 2` looks right and leaves the brightest code short of it.
            black = self.center - self.width / 2
            return black, black + self.width - 1
        return self.center - self.width / 2, self.center + self.width / 2

    def apply(self, values: Values) -> Values:
        """Map modality values of any shape to grey levels in [0, 1], 0 drawn black.

        MONOCHROME1 and Presentation LUT Shape are *not* applied here.

        References
        ----------
        PS3.3 C.11.2.1.2.1 (LINEAR), C.11.2.1.3.1 (SIGMOID), C.11.2.1.3.2 (LINEAR_EXACT).

        Examples
        --------
        >>> VoiWindow(center=2048, width=4096).apply(np.array([0.0, 4095.0])).tolist()
        [0.0, 1.0]
        """
        if self.function is VoiFunction.SIGMOID:
            # tanh is the same curve as the standard's 1 / (1 + exp(-4(x - c)/w)) and cannot overflow.
            with np.errstate(over="ignore"):  # infinite where the window is nearly nothing: fully black or white
                curve: Values = 0.5 + 0.5 * np.tanh(2 * (values - self.center) / self.width)
            return curve
        black, white = self.bounds()
        if black == white:
            return (values > black).astype(np.float64)
        if not (np.isfinite(black) and np.isfinite(white - black)):  # 1e308 and the like; such a header is damaged
            return np.full(values.shape, 0.5)
        with np.errstate(over="ignore"):
            ramp: Values = np.clip((values - black) / (white - black), 0, 1)
        return ramp


class VoiLut(Struct, frozen=True, eq=False):
    """An item of (0028,3010) VOI LUT Sequence."""

    table: LookupTable

    def apply(self, values: Values) -> Values:
        """Map modality values to grey levels in [0, 1]; full white is ``2**bits - 1`` (C.11.2.1.1)."""
        grey: Values = self.table.apply(values) / (2**self.table.bits - 1)
        return np.clip(grey, 0, 1)


Voi = VoiWindow | VoiLut


class VoiOrigin(enum.Enum):
    """Where a preset comes from; the screen names it."""

    VOI_LUT = msg("VOI LUT")
    WINDOW = msg("header window")
    FULL_RANGE = msg("full range")
    PERCENTILES = msg("percentiles")


class VoiPreset(Struct, frozen=True):
    """A named way to see the image, from its header or computed where the header has none."""

    name: str
    voi: Voi
    origin: VoiOrigin
