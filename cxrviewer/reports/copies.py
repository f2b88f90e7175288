"""What a de-identified copy is to be and what became of it. Without pydicom: the window never parses a file itself."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct


class CopyOptions(Struct, frozen=True, kw_only=True):
    """What of the options of PS3.15 E.3 is used beside the Basic Profile.

    Attributes
    ----------
    shift_dates : bool
        Dates move by a number of days that is the same for all images of a patient (option 113107);
        otherwise they are removed. Times of day stay where dates do.
    keep_characteristics : bool
        Age (at most 90), sex, size, weight, ethnic group, smoking and pregnancy status stay (option 113108).
    clean_descriptions : bool
        Of the descriptions of study, series, protocol and procedure the usual words of radiology stay
        (option 113105); otherwise they are removed.
    """

    shift_dates: bool = False
    keep_characteristics: bool = False
    clean_descriptions: bool = False

    @property
    def letters(self) -> str:
        """The options as text, for a worker process: `from_letters` reads it."""
        chosen = {"d": self.shift_dates, "c": self.keep_characteristics, "w": self.clean_descriptions}
        return "".join(letter for letter, on in chosen.items() if on)

    @classmethod
    def from_letters(cls, letters: str) -> CopyOptions:
        """Return the options that `letters` names."""
        return cls(shift_dates="d" in letters, keep_characteristics="c" in letters, clean_descriptions="w" in letters)


class CopiedImage(Struct, frozen=True, eq=False):
    """A de-identified copy.

    Attributes
    ----------
    data : ndarray
        The file, uint8.
    notes : tuple of str
        What the reader must look at, such as text that may be part of the pixels.
    removed, emptied, replaced, unreadable : int
        Elements, those inside sequences included; of a removed sequence only itself. What could not be
        read was removed.
    """

    data: npt.NDArray[np.uint8]
    notes: tuple[str, ...]
    removed: int
    emptied: int
    replaced: int
    unreadable: int
