"""Which films an exported head is calibrated, measured and gated on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from cxrviewer.imaging.recipe import Fit, GreySource, InputRecipe
from model_training.data.development_set import DataError, Record, read_development_set
from model_training.data.pack import pack
from model_training.data.splits import Part, part_of, read_split, trained_on

FloatArray = npt.NDArray[np.float64]
Grey = npt.NDArray[np.float32]


def recipe_of(table: dict[str, Any]) -> InputRecipe:
    """Return the recipe a checkpoint's configuration holds as plain values."""
    return InputRecipe(**{**table, "grey": GreySource(table["grey"]), "fit": Fit(table["fit"])})


def folds_of(config: dict[str, Any]) -> dict[str, int]:
    """Return the folds of a checkpoint's configuration as `PackedSet.open` takes them: who trained the network.

    Raises
    ------
    DataError
        For a training on ChestX-ray14 itself: which images of the development set it has seen, these folds do not say.
    """
    if config.get("data", {}).get("kind") == "chestxray14":
        raise DataError(
            "This network was trained on ChestX-ray14, of which the development set is a part: it has seen images that "
            "are held out here. It can be neither measured nor calibrated on them."
        )
    return {
        "test_fold": int(config["test_fold"]),
        "validation_fold": int(config["validation_fold"]),
        "validation_half": int(config.get("validation_half", -1)),  # younger than the first heads
    }


@dataclass(frozen=True, slots=True, eq=False)
class PackedSet:
    """The development set with its pixels and the part each film belongs to."""

    records: list[Record]
    parts: list[Part]
    packed: npt.NDArray[np.uint8]
    recipe: InputRecipe

    @classmethod
    def open(
        cls, recipe: InputRecipe, cache: Path, *, test_fold: int, validation_fold: int, validation_half: int
    ) -> PackedSet:
        """Return it with the parts of these folds, as `part_of` gives them: those `folds_of` a network's training."""
        records, folds = [record for record in read_development_set() if not record.excluded], read_split()
        parts = [
            part_of(f, folds, test_fold=test_fold, validation_fold=validation_fold, validation_half=validation_half)
            for f in records
        ]
        return cls(records, parts, pack(records, recipe, cache), recipe)

    @property
    def natural(self) -> str:
        """The evaluated set that is nearest to the natural mix: what probabilities and thresholds are made for."""
        return "nih128" if any(record.set == "nih128" for record in self.records) else "nih"

    def evaluated(self, part: Part, of: str = "nih") -> npt.NDArray[np.int64]:
        """Return the films of `part` in one of the `EVALUATED_SETS`, whose 14 labels are known."""
        chosen = [i for i, f in enumerate(self.records) if f.set == of and self.parts[i] is part]
        return np.array(chosen, np.int64)

    def trained(self, config: dict[str, Any]) -> npt.NDArray[np.int64]:
        """Return the films of the training part that a checkpoint's configuration trained on."""
        # Settings younger than the first heads.
        kept = trained_on(self.records, config.get("fraction", 1.0), config.get("left_out", -1))
        chosen = [i for i, part in enumerate(self.parts) if part is Part.TRAIN and kept[i]]
        return np.array(chosen, np.int64)

    def grey(self, index: int) -> Grey:
        """Return one film as a head sees it before mean and std, (height, width) in [0, 1]."""
        grey: Grey = self.packed[index].astype(np.float32) / np.float32(255)
        return grey

    def labels(self, index: npt.NDArray[np.int64]) -> FloatArray:
        return np.array([self.records[i].labels for i in index], np.float64)

    def teacher(self, index: npt.NDArray[np.int64]) -> FloatArray:
        return np.array([self.records[i].teacher for i in index], np.float64)

    def patients(self, index: npt.NDArray[np.int64]) -> list[str]:
        return [self.records[i].patient_hash for i in index]


def standardise(grey: Grey, recipe: InputRecipe) -> Grey:
    """Return network input, (n, channels, height, width), of (n, height, width) grey in [0, 1]."""
    planes = (grey[:, None] - np.float32(recipe.mean)) / np.float32(recipe.std)
    return np.ascontiguousarray(np.broadcast_to(planes, (len(grey), recipe.channels, *grey.shape[1:])), np.float32)


@torch.inference_mode()
def predict(network: nn.Module, dev_set: PackedSet, index: npt.NDArray[np.int64], batch: int = 16) -> FloatArray:
    """Return the logits of films, (n, c)."""
    network.eval()
    rows = []
    for start in range(0, len(index), batch):
        grey = np.stack([dev_set.grey(i) for i in index[start : start + batch]])
        rows.append(network(torch.from_numpy(standardise(grey, dev_set.recipe))).numpy())
    return np.concatenate(rows).astype(np.float64)
