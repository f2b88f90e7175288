"""The Grayscale Standard Display Function: which luminance a calibrated monitor gives each grey (PS3.14)."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

JND = (1.0, 1023.0)
"""Lowest and highest index of the function: 0.05 and about 3,993 cd/m²."""
_UPPER = (-1.3011877, 8.0242636e-2, 1.3646699e-1, -2.5468404e-2, 1.3635334e-3)
_LOWER = (1.0, -2.5840191e-2, -1.0320229e-1, 2.8745620e-2, -3.1978977e-3, 1.2992634e-4)


def luminance(index: float) -> float:
    """Return the luminance of a just-noticeable-difference index, in cd/m² (PS3.14 7.1, equation 1).

    Raises
    ------
    ValueError
        For an index outside `JND`.

    Examples
    --------
    >>> round(luminance(1), 4), round(luminance(1023), 1)
    (0.05, 3993.3)
    """
    if not JND[0] <= index <= JND[1]:
        raise ValueError(f"the index must lie between {JND[0]:.0f} and {JND[1]:.0f}")
    x = math.log(index)
    upper, lower = (sum(factor * x**power for power, factor in enumerate(factors)) for factors in (_UPPER, _LOWER))
    return float(10 ** (upper / lower))


_INDICES: npt.NDArray[np.float64] = np.linspace(*JND, 10_221)
_LOGARITHMS = np.log10([luminance(float(index)) for index in _INDICES])


def jnd_index(cd_per_m2: float) -> float:
    """Return the index of a luminance, the nearest end for one beyond the function."""
    return float(np.interp(math.log10(max(cd_per_m2, 1e-6)), _LOGARITHMS, _INDICES))


def expected(level: float, black: float, white: float) -> float:
    """Return the luminance of a grey level on a calibrated monitor, in cd/m².

    Parameters
    ----------
    level : float
        0 (black) to 1 (white).
    black, white : float
        Luminance of the monitor's ends in cd/m², with the room's light on it.
    """
    low, high = jnd_index(black), jnd_index(white)
    return luminance(low + level * (high - low))
