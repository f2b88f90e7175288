"""The one definition of how a radiograph becomes a model's input."""

from __future__ import annotations

import enum
import hashlib
import json

from msgspec import Struct
from msgspec.structs import asdict


class GreySource(enum.Enum):
    """Which grey levels the model sees. Never the user's current window."""

    DEFAULT_WINDOW = "default_window"
    """The image as its header (or, without one, its percentiles) says it is first shown."""
    FULL_RANGE = "full_range"
    """All modality values from the lowest to the highest that can be stored, no window."""


class Fit(enum.Enum):
    """How the image's aspect ratio meets the tensor's."""

    LETTERBOX = "letterbox"
    STRETCH = "stretch"


RECIPE_VERSION = 1


class RecipeError(ValueError):
    """Values no tensor can be made with: `problems` has field and what is wrong with it, for each."""

    def __init__(self, problems: tuple[tuple[str, str], ...]) -> None:
        super().__init__("; ".join(f"{field}: {what}" for field, what in problems))
        self.problems = problems


class InputRecipe(Struct, frozen=True, kw_only=True):
    """Everything between stored values and the tensor, as data.

    Training writes it into the model head's manifest; the viewer reads it from there.
    Neither has another way to make a tensor. No field has a default: a recipe that
    forgot one must not load.

    Attributes
    ----------
    version : int
        Meaning of the fields; `RECIPE_VERSION` is the only one this program knows.
    height, width : int
        Tensor size in pixels.
    channels : int
        1, or 3 equal channels for networks built for colour.
    grey : GreySource
    fit : Fit
    pad : float
        Grey level in [0, 1] around a letterboxed image, before `mean` and `std`.
    mean, std : float
        ``tensor = (grey - mean) / std`` with grey in [0, 1], 0 drawn black.

    Raises
    ------
    RecipeError
        For a value no tensor can be made with; all of them are named.
    """

    version: int
    height: int
    width: int
    channels: int
    grey: GreySource
    fit: Fit
    pad: float
    mean: float
    std: float

    def __post_init__(self) -> None:
        problems = []
        if self.version != RECIPE_VERSION:
            problems.append(("version", f"this program knows recipe {RECIPE_VERSION}, not {self.version}"))
        problems += [
            (name, f"must be between 16 and 4096, got {value}")
            for name, value in (("height", self.height), ("width", self.width))
            if not 16 <= value <= 4096
        ]
        if self.channels not in (1, 3):
            problems.append(("channels", f"must be 1 or 3, got {self.channels}"))
        if not 0 <= self.pad <= 1:
            problems.append(("pad", f"must lie in [0, 1], got {self.pad}"))
        if not -1e3 < self.mean < 1e3:  # false for NaN too
            problems.append(("mean", f"must be a finite number, got {self.mean}"))
        if not 0 < self.std < 1e3:
            problems.append(("std", f"must be above 0, got {self.std}"))
        if problems:
            raise RecipeError(tuple(problems))

    def digest(self) -> str:
        """Return a hex digest equal for equal recipes, on any machine."""
        fields = {k: v.value if isinstance(v, enum.Enum) else v for k, v in asdict(self).items()}
        return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()
