"""Lookup tables of PS3.3 C.11: stored as data, applied to whole code tables."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from cxrviewer.text import msg


class LookupTable(Struct, frozen=True, eq=False):
    """A (0028,3006) LUT Data with its (0028,3002) LUT Descriptor.

    Attributes
    ----------
    first_mapped : int
        Input value of the first entry; lower inputs take the first entry.
    entries : (n,) uint16
        Outputs; inputs past the end take the last entry.
    bits : int
        Third value of the descriptor: entries lie in [0, 2**bits - 1].
    explanation : str
        (0028,3003) LUT Explanation, empty where absent.
    """

    first_mapped: int
    entries: npt.NDArray[np.uint16]
    bits: int
    explanation: str = ""

    def __post_init__(self) -> None:
        if self.entries.ndim != 1 or self.entries.size < 1:
            raise ValueError(msg("(0028,3006) LUT Data is empty"))
        if not 1 <= self.bits <= 16:
            raise ValueError(
                msg("(0028,3002) LUT Descriptor: bits per entry must be 1 to 16, got {bits}", bits=self.bits)
            )

    def apply(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Map input values, rounded to whole numbers first, to table entries."""
        index = np.clip(np.rint(values) - self.first_mapped, 0, self.entries.size - 1).astype(np.int64)
        outputs: npt.NDArray[np.float64] = self.entries[index].astype(np.float64)
        return outputs
