"""Films of one fold, what is known of them, and a network's answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model_training.data.packed import FloatArray, PackedSet
from model_training.stats.calibrate import Calibration

Maps = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """Films and answers, row by row; NaN is unknown everywhere.

    Attributes
    ----------
    index : (n,) int
        Places in the development set.
    labels, logits, probabilities, teacher : (n, 14) float64
    maps : (n, 14, h, w) float32
        Raw, as the head gives them.
    age, female, ap : (n,) float64
    sets : (n,) str
    """

    index: npt.NDArray[np.int64]
    labels: FloatArray
    logits: FloatArray
    probabilities: FloatArray
    teacher: FloatArray
    maps: Maps
    patients: list[str]
    age: FloatArray
    female: FloatArray
    ap: FloatArray
    sets: npt.NDArray[np.str_]

    def rows(self, chosen: npt.NDArray[np.bool_]) -> Scored:
        """Return the chosen films only."""
        return Scored(
            self.index[chosen],
            self.labels[chosen],
            self.logits[chosen],
            self.probabilities[chosen],
            self.teacher[chosen],
            self.maps[chosen],
            [p for p, keep in zip(self.patients, chosen.tolist(), strict=True) if keep],
            self.age[chosen],
            self.female[chosen],
            self.ap[chosen],
            self.sets[chosen],
        )


def answered(
    dev_set: PackedSet,
    index: npt.NDArray[np.int64],
    logits: FloatArray,
    calibration: Calibration,
    maps: Maps | None = None,
) -> Scored:
    """Return films of the development set with the logits of a network; without `maps`, with maps of no cells."""
    records = [dev_set.records[i] for i in index]
    return Scored(
        index,
        dev_set.labels(index),
        logits,
        calibration.probabilities(logits),
        dev_set.teacher(index),
        np.zeros((*logits.shape, 0, 0), np.float32) if maps is None else maps,
        dev_set.patients(index),
        np.array([f.age for f in records]),
        np.array([f.female for f in records]),
        np.array([f.ap for f in records]),
        np.array([f.set for f in records]),
    )
