"""What a Python head is made of; all that the program file of one needs to import from here.

The program file defines ``make_head(context: Context) -> PythonHead``. It is run in a process of its own, from the
very bytes that were approved, never in the window's process and never in the installed program.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np
import numpy.typing as npt
from msgspec import Struct

FloatTensor = npt.NDArray[np.float32]


class Context(Struct, frozen=True, eq=False):
    """What the program is given.

    Attributes
    ----------
    files : name -> bytes
        The files listed in ``[files]``, their hashes compared. Data of the head is taken from here and not from
        the disk, where it may have changed since.
    threads : int
        How many the head may use.
    """

    files: Mapping[str, bytes]
    threads: int


class Answer(Struct, frozen=True, eq=False):
    """What a head answers for one image.

    Attributes
    ----------
    logits : (1, n) float32, before any sigmoid
    maps : (1, n, h, w) float32, >= 0, or None
        In the head's own units, never stretched per image. Wanted where ``head.toml`` names ``model.maps``.
    features : (1, c, h, w) float32 or None
        Wanted where ``head.toml`` names ``scope.density``.
    """

    logits: FloatTensor
    maps: FloatTensor | None = None
    features: FloatTensor | None = None


class PythonHead(Protocol):
    """What ``make_head`` returns."""

    def score(self, image: FloatTensor) -> Answer:
        """Answer for one image, (1, channels, height, width) float32 as ``[recipe]`` makes it.

        Whatever is raised costs this image its findings; its text is shown, so it must name no patient.
        """
        ...
