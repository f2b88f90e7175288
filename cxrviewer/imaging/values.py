"""Reading header values that may be missing, empty, repeated, misspelt or badly encoded.

A broken attribute must never make an image unreadable: each getter returns "nothing" for
what cannot be understood, and the caller decides whether that matters. Numbers that change
grey or millimetres are read with `decimals`, which also says what was repaired or left out
(docs/decisions/0017-header-numbers.md).
"""

from __future__ import annotations

import functools
import hashlib
import math
import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from pydicom._dicom_dict import DicomDictionary
from pydicom.datadict import dictionary_description, dictionary_VR
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.errors import BytesLengthException
from pydicom.multival import MultiValue
from pydicom.tag import BaseTag, Tag

from cxrviewer.imaging.ascii_numbers import decimal_number
from cxrviewer.text import msg

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

LONGEST_TEXT = 256
"""Characters of a header value that reach the screen; a Person Name may have 3 x 64 (PS3.5 6.2)."""
_CONTROL = re.compile("[\x00-\x1f\x7f\u2028\u2029]")
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_MOST_BYTES = 1 << 16
_WHOLE_LIMIT = 2.0**53
_BINARY_NUMBERS = frozenset({"FD", "FL", "SL", "SS", "SV", "UL", "US", "UV"})
_TEXT = frozenset("AE AS CS DA DS DT IS LO LT PN SH ST TM UC UI UR UT".split())
_SPLIT_TEXT = frozenset("AE AS CS DA LO PN SH TM UI".split())
"""Text of several values, none of which holds a backslash (PS3.5 6.2); times and dates stay text in pydicom."""

STANDARD_TAGS: Mapping[int, BaseTag] = {tag: BaseTag(tag) for tag in DicomDictionary}
"""One object for each tag: a dictionary finds an object itself without comparing, which pydicom does in Python."""

_ESCAPE = 0x1B
_OTHER_BLANK = re.compile(rb"[\x0b\x0c\x1c-\x1f]")
_SPACE = " \x00\r\n\t"
_MARKS = "[](){}\"'"


class Decimals(Struct, frozen=True):
    """All values of a numeric attribute, each at its own place.

    Attributes
    ----------
    values : tuple of float or None
        None for an empty value and for one that is no number.
    notes : tuple of str
        A sentence where a value was repaired, and one where a value could not be used.
    """

    values: tuple[float | None, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def first(self) -> float | None:
        return self.values[0] if self.values else None


@functools.cache
def _tag(keyword: str) -> tuple[BaseTag, str]:
    """Return tag and VR of an attribute; looking them up costs more than converting its value."""
    tag = Tag(keyword)
    return STANDARD_TAGS.get(tag, tag), dictionary_VR(tag)


def tag_of(keyword: str) -> BaseTag:
    """Return the tag of an attribute, as `STANDARD_TAGS` has it."""
    return _tag(keyword)[0]


def raw(dataset: Dataset, keyword: str) -> Any:
    """Return the value of `keyword`, None where absent, empty or not convertible."""
    tag, _ = _tag(keyword)
    element: Any = dataset._dict.get(tag)  # `in dataset` makes a tag of every kind of key first
    if element is None:
        return None
    try:
        if type(element) is DataElement:
            value = element.value
        else:
            value = None if _is_endless(dataset, keyword) else dataset[tag].value
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  # one damaged attribute, whatever pydicom makes of it, is an absent one
        return None
    return None if value is None or (hasattr(value, "__len__") and len(value) == 0) else value


def _is_endless(dataset: Dataset, keyword: str) -> bool:
    """Return whether a text is longer than any that is read; converting 60 MB of escape sequences takes 1.3 GiB."""
    tag, vr = _tag(keyword)
    if vr not in _TEXT:
        return False
    element: Any = dataset.get_item(tag, keep_deferred=True)
    return isinstance(element, RawDataElement) and element.length > _MOST_BYTES


def label(keyword: str) -> str:
    """Return ``(gggg,eeee) Name`` of an attribute for messages.

    Examples
    --------
    >>> label("WindowCenter")
    '(0028,1050) Window Center'
    """
    tag = Tag(keyword)
    return f"({tag.group:04X},{tag.element:04X}) {dictionary_description(tag)}"


def texts_in_place(dataset: Dataset, keyword: str) -> tuple[str, ...]:
    """Return all values as stripped text, empty ones too: the second value stays the second."""
    plain = _plain_text(dataset, keyword)
    if plain is not None:
        return plain
    value = raw(dataset, keyword)
    if value is None:
        return ()
    items: Sequence[Any] = value if isinstance(value, MultiValue | list | tuple) else [value]
    return tuple(str(item).strip(_SPACE) for item in items)


_ABSENT = object()


def _plain_text(dataset: Dataset, keyword: str) -> tuple[str, ...] | None:
    """Return what `texts_in_place` does, where no character set matters; None where pydicom must convert.

    Every character set of PS3.3 C.12.1.1.2 reads bytes below 0x80 as ASCII until an escape sequence. Most values
    are such, and converting them with pydicom takes ten times longer.
    """
    tag, vr = _tag(keyword)
    if vr not in _SPLIT_TEXT:
        return None
    element: Any = dataset._dict.get(tag, _ABSENT)  # `get_item` makes a tag of every kind of key first
    if not isinstance(element, RawDataElement) or element.VR not in (None, vr):
        return () if element is _ABSENT else None
    value: Any = element.value
    if not _is_plain(value, vr):
        return None
    found = value.decode("ascii").rstrip(" \x00")
    if "\\" in found:
        return tuple(item.strip(_SPACE) for item in found.split("\\"))
    return (found.strip(_SPACE),) if found else ()


def _is_plain(value: bytes | None, vr: str) -> bool:
    """Return whether a value reads the same in every character set."""
    if not isinstance(value, bytes) or len(value) > _MOST_BYTES or not value.isascii() or _ESCAPE in value:
        return False
    if vr == "UI":
        return _OTHER_BLANK.search(value) is None  # pydicom strips all blanks of a UID
    return vr != "PN" or b"=" not in value  # pydicom drops empty groups at the end


def texts(dataset: Dataset, keyword: str) -> tuple[str, ...]:
    """Return all values as stripped text, without empty ones."""
    found = texts_in_place(dataset, keyword)
    return found if all(found) else tuple(item for item in found if item)


def text(dataset: Dataset, keyword: str) -> str:
    """Return the first value as text, empty where absent."""
    tag, vr = _tag(keyword)
    element: Any = dataset._dict.get(tag)
    if element is None:
        return ""
    # One plain value, as most are: what `texts_in_place` would return, without four calls.
    if type(element) is RawDataElement and element.VR in (None, vr) and vr in _SPLIT_TEXT:
        value: Any = element.value
        if _is_plain(value, vr) and b"\\" not in value:
            return str(value.decode("ascii").rstrip(" \x00").strip(_SPACE))
    for item in texts_in_place(dataset, keyword):
        if item:
            return item
    return ""


def bounded(value: str, longest: int = LONGEST_TEXT) -> str:
    """Return header text for the screen: without control characters, at most `longest` characters.

    Those that turn the direction of text leave no gap: they would turn the ID and the date behind a name as well.

    Longer text ends in an ellipsis and eight digits of its digest, so that two long identifiers that
    begin alike stay different.
    """
    plain = value
    if not value.isprintable():
        plain = _DIRECTION.sub("", _CONTROL.sub(" ", value))
    if len(plain) <= longest:
        return plain
    digest = hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{plain[: longest - 10]}… {digest}"


def _parts(dataset: Dataset, keyword: str) -> list[Any]:
    """Return the values as stored: pieces of text, or numbers where the file holds binary ones."""
    tag, vr = _tag(keyword)
    element: Any = dataset._dict.get(tag)
    if element is None:
        return []
    try:
        if type(element) is not RawDataElement or element.value is None:  # left in the file until it is asked for
            element = dataset.get_item(tag)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  # as in `raw`
        return []
    if isinstance(element, RawDataElement) and vr in ("DS", "IS") and element.VR not in _BINARY_NUMBERS:
        # pydicom converts all values or none; parsed one by one, a bad one costs the others nothing.
        stored = bytes(element.value or b"")[:_MOST_BYTES].decode("latin-1")
        return list(stored.split("\\")) if stored.strip(_SPACE) else []
    if isinstance(element, RawDataElement) and vr == "US" and element.VR in (None, vr) and element.length == 2:
        return [int.from_bytes(element.value or b"\0\0", "little" if element.is_little_endian else "big")]
    value = raw(dataset, keyword)
    if value is None:
        return []
    return list(value) if isinstance(value, MultiValue | list | tuple) else [value]


class _Part(Struct, frozen=True):
    """One value as it was read; `comma`, `marks` and `unusable` say what was wrong with it."""

    value: float | None = None
    comma: bool = False
    marks: bool = False
    unusable: bool = False


def _read(part: Any) -> _Part:
    if isinstance(part, str):
        return _read_text(part.strip(_SPACE))
    try:
        found = float(part)
    except (ValueError, TypeError, OverflowError):
        return _Part(unusable=True)
    return _Part(found) if math.isfinite(found) else _Part(unusable=True)


def _read_text(written: str) -> _Part:
    if not written:
        return _Part()
    value = decimal_number(written)
    if value is not None:
        return _Part(value)
    bare = written.partition("\x00")[0].strip(_SPACE + _MARKS)
    comma = bare.count(",") == 1 and "." not in bare
    value = decimal_number(bare.replace(",", ".") if comma else bare)
    return _Part(unusable=True) if value is None else _Part(value, comma=comma, marks=not comma)


def decimals(dataset: Dataset, keyword: str) -> Decimals:
    """Return all values of a number attribute, parsed one by one.

    A single comma is a decimal comma: programs of many countries write one by mistake, none writes a
    thousands separator into a Decimal String. Brackets and quotes around a number are dropped. Both
    leave a note, as does a value that is no finite number.
    """
    parts = [_read(part) for part in _parts(dataset, keyword)]
    notes: list[str] = []
    if any(part.comma for part in parts):
        notes.append(
            msg("{keyword} is written with a decimal comma, which is read as a decimal point.", keyword=label(keyword))
        )
    if any(part.marks for part in parts):
        notes.append(
            msg("{keyword} has other characters around its number; the number is used.", keyword=label(keyword))
        )
    if any(part.unusable for part in parts):
        notes.append(
            msg("{keyword} holds a value that is not a number; that value is not used.", keyword=label(keyword))
        )
    return Decimals(tuple(part.value for part in parts), tuple(notes))


def numbers(dataset: Dataset, keyword: str) -> tuple[float, ...]:
    """Return all values as finite floats; empty where any of them is none."""
    found = decimals(dataset, keyword).values
    usable = tuple(value for value in found if value is not None)
    return usable if len(usable) == len(found) else ()


def number(dataset: Dataset, keyword: str) -> float | None:
    """Return the first value as a finite float, as `decimals` reads it."""
    parts = _parts(dataset, keyword)
    return _read(parts[0]).value if parts else None


def whole(dataset: Dataset, keyword: str, default: int) -> int:
    """Return the first value as an int, `default` where there is none or it is beyond all counting."""
    value = number(dataset, keyword)
    return default if value is None or abs(value) > _WHOLE_LIMIT else int(value)


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
