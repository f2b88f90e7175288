"""Values of a reading: which image, how it is seen.

All of them are frozen, checked when they are built and when they are read back from a journal,
and plain enough to be written as JSON.
"""

from __future__ import annotations

import enum
import math
from typing import TypeAlias

import msgspec

MAX_COORDINATE = 1e6
"""Pixels. Larger values come from damage, not from an image."""
MAX_TEXT = 100_000
"""Characters of any text a reader types."""


class Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of every value. `msgspec` checks types when a value is read back, `__post_init__` checks ranges."""


class ImageRef(Value, frozen=True):
    """One frame of one DICOM SOP instance.

    Attributes
    ----------
    study, series, instance : str
        (0020,000D), (0020,000E), (0008,0018). Where a UID is missing, or two different files carry the same
        one, `instance` is a surrogate made from the file's digest, and `surrogate` is True.
    frame : int
        From 0.
    """

    study: str
    series: str
    instance: str
    frame: int = 0
    surrogate: bool = False

    def __post_init__(self) -> None:
        if not self.instance:
            raise ValueError("an image needs an instance UID or a surrogate")
        if self.frame < 0:
            raise ValueError(f"frame must be at least 0, got {self.frame}")

    @property
    def whole(self) -> ImageRef:
        """What all frames of the instance share, such as how they are seen: its first frame."""
        return self if self.frame == 0 else msgspec.structs.replace(self, frame=0)


class Point(Value, frozen=True, array_like=True):
    """A place in an image, in pixels.

    (0, 0) is the top left corner of the top left pixel and (1, 1) its bottom right corner: the
    convention of GSPS and SR for PIXEL units (PS3.3 C.10.5.1.2, C.18.6.1.1).
    """

    column: float
    row: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.column) and math.isfinite(self.row)):
            raise ValueError("coordinates must be finite")
        if max(abs(self.column), abs(self.row)) > MAX_COORDINATE:
            raise ValueError("coordinates lie far outside every image")


class WindowFunction(enum.Enum):
    """(0028,1056) VOI LUT Function."""

    LINEAR = "LINEAR"
    LINEAR_EXACT = "LINEAR_EXACT"
    SIGMOID = "SIGMOID"


class PresetGrey(Value, frozen=True, tag="preset"):
    """Grey of the image's own preset `index`: a window or VOI LUT of its header, or a computed one."""

    index: int = 0

    def __post_init__(self) -> None:
        if self.index < 0:
            raise ValueError(f"index must be at least 0, got {self.index}")


class WindowGrey(Value, frozen=True, tag="window"):
    """Grey of a window in modality units (PS3.3 C.11.2.1.2), dragged or typed."""

    center: float
    width: float
    function: WindowFunction = WindowFunction.LINEAR

    def __post_init__(self) -> None:
        if not (math.isfinite(self.center) and math.isfinite(self.width)):
            raise ValueError("window center and width must be finite")
        lowest = 1 if self.function is WindowFunction.LINEAR else 0
        if self.width < lowest or self.width == 0:
            raise ValueError(f"window width must be above 0 and, for LINEAR, at least 1, got {self.width}")


class RegionGrey(Value, frozen=True, tag="region"):
    """Grey between two percentiles of the pixels in a rectangle."""

    corner: Point
    opposite: Point
    low: float = 1.0
    high: float = 99.0

    def __post_init__(self) -> None:
        _check_percentiles(self.low, self.high)

    @property
    def automatic(self) -> bool:
        """Whether this is the automatic window, whose region is the whole image whatever the corners are."""
        return (self.low, self.high) == (1.0, 99.0)


class FieldGrey(Value, frozen=True, tag="field"):
    """Grey between two percentiles of the exposed field, counted from dark to bright as the header has it drawn."""

    low: float
    high: float

    def __post_init__(self) -> None:
        _check_percentiles(self.low, self.high)


def _check_percentiles(low: float, high: float) -> None:
    if not 0 <= low < high <= 100:
        raise ValueError("percentiles must satisfy 0 <= low < high <= 100")


Grey: TypeAlias = PresetGrey | WindowGrey | RegionGrey | FieldGrey


class ZoomKind(enum.Enum):
    """What decides the size of an image on the screen."""

    FIT = "fit"
    """The whole image fits into the viewport."""
    ONE_TO_ONE = "1:1"
    """One image pixel on one screen pixel."""
    TRUE_SIZE = "true size"
    """One millimetre of the image on one of the calibrated monitor."""
    FACTOR = "factor"


class Zoom(Value, frozen=True):
    """Size on the screen; `factor` (screen pixels per image pixel) only counts for `ZoomKind.FACTOR`."""

    kind: ZoomKind = ZoomKind.FIT
    factor: float = 1.0

    def __post_init__(self) -> None:
        if not 1e-3 <= self.factor <= 1e3:
            raise ValueError(f"zoom factor must be 0.001 to 1000, got {self.factor}")


class ViewState(Value, frozen=True):
    """How an image is seen.

    The image is first mirrored left to right where `flipped`, then turned clockwise by `quarter_turns` times 90
    degrees.

    Attributes
    ----------
    centre : Point or None
        Image point in the middle of the viewport; None for the middle of the image.
    """

    grey: Grey = PresetGrey()
    inverted: bool = False
    quarter_turns: int = 0
    flipped: bool = False
    zoom: Zoom = Zoom()
    centre: Point | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.quarter_turns <= 3:
            raise ValueError(f"quarter_turns must be 0 to 3, got {self.quarter_turns}")
