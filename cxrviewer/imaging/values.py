"""Reading header values that may be missing, empty, repeated, misspelt or badly encoded.

A broken attribute must never make a film unreadable: each getter returns "nothing" for
what cannot be understood, and the caller decides whether that matters.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator, Sequence
from typing import Any

from pydicom.dataset import Dataset
from pydicom.errors import BytesLengthException
from pydicom.multival import MultiValue

# What pydicom's lazy conversion of a raw element raises on values that break their VR.
BAD_VALUE = (
    BytesLengthException,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    NotImplementedError,
    OverflowError,
    struct.error,
)


def raw(dataset: Dataset, keyword: str) -> Any:
    """Return the value of `keyword`, None where absent, empty or not convertible."""
    try:
        value = dataset.get(keyword)
    except BAD_VALUE:
        return None
    return None if value is None or (hasattr(value, "__len__") and len(value) == 0) else value


def texts(dataset: Dataset, keyword: str) -> tuple[str, ...]:
    """Return all values as stripped text, without empty ones."""
    value = raw(dataset, keyword)
    if value is None:
        return ()
    items: Sequence[Any] = value if isinstance(value, MultiValue | list | tuple) else [value]
    return tuple(stripped for item in items if (stripped := str(item).strip(" \x00\r\n\t")))


def text(dataset: Dataset, keyword: str) -> str:
    """Return the first value as text, empty where absent."""
    return next(iter(texts(dataset, keyword)), "")


def numbers(dataset: Dataset, keyword: str) -> tuple[float, ...]:
    """Return all values as finite floats; empty where any of them is none."""
    value = raw(dataset, keyword)
    if value is None:
        return ()
    items: Sequence[Any] = value if isinstance(value, MultiValue | list | tuple) else [value]
    try:
        found = tuple(float(item) for item in items)
    except (ValueError, TypeError):
        return ()
    return found if all(math.isfinite(item) for item in found) else ()


def number(dataset: Dataset, keyword: str) -> float | None:
    """Return the first value as a finite float."""
    return next(iter(numbers(dataset, keyword)), None)


def whole(dataset: Dataset, keyword: str, default: int) -> int:
    """Return the first value as an int, `default` where there is none."""
    value = number(dataset, keyword)
    return default if value is None else int(value)


def items(dataset: Dataset, keyword: str) -> Iterator[Dataset]:
    """Yield the items of a sequence; nothing where it is absent or not a sequence."""
    value = raw(dataset, keyword)
    if value is None or isinstance(value, str | bytes):
        return
    try:
        for item in value:
            if isinstance(item, Dataset):
                yield item
    except BAD_VALUE:
        return


def code_values(dataset: Dataset, keyword: str) -> tuple[str, ...]:
    """Return (0008,0100) Code Value of the items of a code sequence."""
    return tuple(code for item in items(dataset, keyword) if (code := text(item, "CodeValue")))


def meanings(dataset: Dataset, keyword: str) -> tuple[str, ...]:
    """Return (0008,0104) Code Meaning of the items of a code sequence."""
    return tuple(meaning for item in items(dataset, keyword) if (meaning := text(item, "CodeMeaning")))
