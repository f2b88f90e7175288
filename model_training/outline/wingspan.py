"""The Wingspan films with their masks (Dong et al. 2018, MIT), and how they are split."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

RIGHT_LUNG, LEFT_LUNG, HEART = 1, 2, 4
"""Bits of a mask."""


@dataclass(frozen=True, slots=True)
class Record:
    """One film.

    Attributes
    ----------
    name : str
    ratio : float or None
        The measured cardiothoracic ratio.
    """

    folder: Path
    name: str
    ratio: float | None

    @property
    def held_out(self) -> bool:
        """Whether it is for reporting figures only: neither weights nor limits may be chosen on it."""
        return hashlib.sha256(self.name.encode()).digest()[0] >= 128

    def picture(self, side: int) -> npt.NDArray[np.float32]:
        """Return (side, side), grey 0 to 1."""
        with Image.open(self.folder / "image" / self.name) as file:
            small = file.convert("L").resize((side, side), Image.Resampling.BOX)
        return np.asarray(small, np.float32) / np.float32(255)

    def masks(self, side: int) -> npt.NDArray[np.float32]:
        """Return (2, side, side): the part of each pixel that lies in the lungs, and in the heart."""
        (path,) = (self.folder / "mask").glob(f"{Path(self.name).stem}.*")
        with Image.open(path) as file:
            bits = np.asarray(file)
        parts = [(bits & wanted > 0).astype(np.float32) for wanted in (RIGHT_LUNG | LEFT_LUNG, HEART)]
        return np.stack([np.asarray(Image.fromarray(one).resize((side, side), Image.Resampling.BOX)) for one in parts])


def records(folder: Path) -> list[Record]:
    """Return the films of ``folder/wingspan``, in the order of ``folder/wingspan.csv``."""
    with open(folder / "wingspan.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    ratios = [row["cardiothoracic_ratio"] for row in rows]
    return [
        Record(folder / "wingspan", row["image"], float(ratio) if ratio else None)
        for row, ratio in zip(rows, ratios, strict=True)
    ]
