"""What a head's folder says of its training: needed by everything that measures it on films it has not seen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from model_training.errors import TrainingError

PROVENANCE = "PROVENANCE.json"


def read_provenance(folder: Path) -> dict[str, Any]:
    """Return a head's provenance; its ``config`` names the recipe and the folds it was trained without.

    Raises
    ------
    TrainingError
        For a folder without it, or one that does not say these.
    """
    try:
        told: dict[str, Any] = json.loads((folder / PROVENANCE).read_text(encoding="utf-8"))
        config = told["config"]
        if not {"recipe", "test_fold", "validation_fold"} <= set(config):
            raise KeyError
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TrainingError(f"The head's {PROVENANCE} does not say which folds it was trained without.") from error
    return told


def config_of_head(folder: Path) -> dict[str, Any]:
    """Return the configuration a head was trained with.

    Raises
    ------
    TrainingError
        As `read_provenance`.
    """
    config: dict[str, Any] = read_provenance(folder)["config"]
    return config
