"""Overlay planes: graphics that are stored with an image, not in it (PS3.3 C.9.2)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from pydicom.dataset import Dataset

from cxrviewer.imaging.values import BAD_VALUE
from cxrviewer.text import msg

Plane = npt.NDArray[np.bool_]

GROUPS = range(0x6000, 0x6020, 2)


class ImageWords(Struct, frozen=True):
    """What overlays are placed on.

    Attributes
    ----------
    words : (rows, columns) unsigned or signed integers, or None
        Pixels as decoded, unused bits included; None for colour.
    lowest, highest : int
        First and last bit of the stored value within its word.
    rows, columns, frame : int
        Size of the image; which frame this is, from 0.
    little : bool
        Byte order of the data set.
    """

    words: npt.NDArray[Any] | None
    lowest: int
    highest: int
    rows: int
    columns: int
    frame: int = 0
    little: bool = True


def read_overlays(dataset: Dataset, image: ImageWords) -> tuple[Plane | None, tuple[str, ...]]:
    """Return the pixels to draw over the image, (rows, columns) bool, and notes.

    All planes are joined. A region of interest (type R) is drawn as its outline: filled, it
    would cover what it points at. None where nothing is drawn.
    """
    drawn = np.zeros((image.rows, image.columns), np.bool_)
    names: list[str] = []
    notes: list[str] = []
    shutter = _number(dataset, 0x0018, 0x1623)
    for group in GROUPS:
        if group == shutter or not _is_there(dataset, group):
            continue
        plane = _plane(dataset, group, image)
        if plane is None:
            notes.append(
                msg(
                    "The overlay in group {group} is damaged or lies outside the image; it is not drawn.",
                    group=f"{group:04X}",
                )
            )
        elif plane.any():
            region = _type(dataset, group) == "R"
            drawn |= _outline(plane) if region else plane
            names.append(f"{group:04X}" + (" (outline of a region)" if region else ""))
    if not names:
        return None, tuple(notes)
    drawn.flags.writeable = False
    return drawn, (
        msg("Graphics of the file are drawn over the image (overlay {groups}).", groups=", ".join(names)),
        *notes,
    )


def _value(dataset: Dataset, group: int, element: int) -> Any:
    try:
        found = dataset.get((group, element))
        return None if found is None else found.value
    except (*BAD_VALUE, OSError, EOFError, MemoryError):  # long values are read from the file only now
        return None


def _number(dataset: Dataset, group: int, element: int, default: int | None = None) -> int | None:
    value = _value(dataset, group, element)
    if isinstance(value, list | tuple) or hasattr(value, "__iter__"):
        return default
    try:
        return default if value is None else int(value)
    except (ValueError, TypeError, OverflowError):
        return default


def _type(dataset: Dataset, group: int) -> str:
    return str(_value(dataset, group, 0x0040) or "").strip().upper()


def _is_there(dataset: Dataset, group: int) -> bool:
    # (60xx,0022) and the like may be all that is left of a plane someone took away.
    return any((group, element) in dataset for element in (0x0010, 0x0102, 0x3000))


def _plane(dataset: Dataset, group: int, image: ImageWords) -> Plane | None:
    """Return one plane on the image's grid; None where it cannot be used.

    A plane that belongs to other frames is empty.
    """
    data = _value(dataset, group, 0x3000)
    if not data:
        return _from_unused_bits(dataset, group, image)
    rows, columns = _number(dataset, group, 0x0010, 0), _number(dataset, group, 0x0011, 0)
    if not isinstance(data, bytes) or not rows or not columns or rows < 0 or columns < 0:
        return None
    frames = max(1, _number(dataset, group, 0x0015, 1) or 1)
    index = _frame(dataset, group, image.frame, frames)
    if index is None:
        return np.zeros((image.rows, image.columns), np.bool_)
    bits = _bits(_in_order(dataset, group, data, little=image.little), index * rows * columns, rows * columns)
    origin = _origin(dataset, group)
    if bits is None or origin is None:
        return None
    placed = _placed(bits.reshape(rows, columns), origin, image)
    return placed if placed.any() or not bits.any() else None


def _frame(dataset: Dataset, group: int, frame: int, frames: int) -> int | None:
    """Return which of the overlay's frames lies over `frame`, None for none of them."""
    first = _number(dataset, group, 0x0051)
    if frames == 1 and first is None:
        return 0  # without Image Frame Origin a single plane lies over every frame
    index = frame - ((1 if first is None else first) - 1)
    return index if 0 <= index < frames else None


def _in_order(dataset: Dataset, group: int, data: bytes, *, little: bool) -> bytes:
    element = dataset.get((group, 0x3000))
    if little or element is None or element.VR != "OW":
        return data
    # Bit 0 of the first *word* is the first pixel (PS3.5 8.1.2), so its bytes change places.
    return np.frombuffer(data[: len(data) // 2 * 2], ">u2").astype("<u2").tobytes()


def _bits(data: bytes, start: int, count: int) -> Plane | None:
    """Return `count` bits from bit `start` on, the lowest bit of a byte first; None where they end too early."""
    if 8 * len(data) < start + count:
        return None
    part = np.frombuffer(data, np.uint8)[start // 8 : (start + count + 7) // 8]
    return np.unpackbits(part, bitorder="little")[start % 8 : start % 8 + count].astype(np.bool_)


def _origin(dataset: Dataset, group: int) -> tuple[int, int] | None:
    """Return (row, column) of the plane's first pixel from 0; absent means the image's own corner."""
    value = _value(dataset, group, 0x0050)
    if value is None:
        return 0, 0
    try:
        row, column = (int(part) for part in value)
    except (ValueError, TypeError, OverflowError):
        return None
    return row - 1, column - 1


def _placed(plane: Plane, origin: tuple[int, int], image: ImageWords) -> Plane:
    placed = np.zeros((image.rows, image.columns), np.bool_)
    top, left = origin
    bottom, right = top + plane.shape[0], left + plane.shape[1]
    inner = placed[max(0, top) : max(0, bottom), max(0, left) : max(0, right)]
    height, width = inner.shape
    inner[:] = plane[max(0, -top) : max(0, -top) + height, max(0, -left) : max(0, -left) + width]
    return placed


def _from_unused_bits(dataset: Dataset, group: int, image: ImageWords) -> Plane | None:
    """Return a plane kept in bits of the pixel words that hold no grey (retired in 2004, still in archives)."""
    position = _number(dataset, group, 0x0102)
    words = image.words
    if words is None or position is None or not 0 <= position < 8 * words.dtype.itemsize:
        return None
    if image.lowest <= position <= image.highest:
        return None
    plane: Plane = ((words >> position) & 1).astype(np.bool_)
    return plane


def _outline(region: Plane) -> Plane:
    """Return the pixels of a region that have a neighbour outside it."""
    framed = np.pad(region, 1)
    inner = framed[:-2, 1:-1] & framed[2:, 1:-1] & framed[1:-1, :-2] & framed[1:-1, 2:]
    return region & ~inner
