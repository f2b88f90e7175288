"""What a run of ``cxrviewer render`` was asked for."""

from __future__ import annotations

import enum
from typing import Any

from msgspec import Struct


class PictureFormat(enum.Enum):
    """Kinds of file a picture is written as; the value is the file name's ending without its dot."""

    PNG = "png"
    """8 bits, as the window draws it: turned for reading, in its true shape."""
    TIFF = "tiff"
    """16 bits for grey, 8 for colour; otherwise as PNG."""
    NPY = "npy"
    """float32 in 0..1 on the rows and columns that the file stores."""


class RenderSettings(Struct, frozen=True, kw_only=True):
    """How every image of a run is drawn.

    Attributes
    ----------
    format : PictureFormat
    preset : int
        From 1, in the order of the window's list; 1 is the default of every image.
    window : (center, width) or None
        In modality units, instead of a preset.
    size : int or None
        The longest side of the picture, in pixels, at most; smaller images are not enlarged.
    raw : bool
        Values after the Modality LUT instead of grey: no VOI, presentation, polarity, padding, overlay or shutter.
    """

    format: PictureFormat = PictureFormat.PNG
    preset: int = 1
    window: tuple[float, float] | None = None
    size: int | None = None
    raw: bool = False

    def __post_init__(self) -> None:
        if self.preset < 1:
            raise ValueError(f"presets count from 1, got {self.preset}")
        if self.window is not None and self.preset != 1:
            raise ValueError("either a preset or a window")
        if self.size is not None and self.size < 1:
            raise ValueError(f"a size is at least 1, got {self.size}")
        if self.raw and (self.format is PictureFormat.PNG or self.size or self.window or self.preset != 1):
            raise ValueError("raw values have no window and no size, and PNG cannot hold them")

    def as_json(self) -> dict[str, Any]:
        """Return the settings as JSON values: equal for equal pictures."""
        return {
            "format": self.format.value,
            "preset": self.preset,
            "window": None if self.window is None else list(self.window),
            "size": self.size,
            "raw": self.raw,
        }
