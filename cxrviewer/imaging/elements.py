"""The elements of a data set, read one by one, tolerantly and within limits.

pydicom trusts the transfer syntax, the lengths and the nesting that a file declares. Files in
the field break all three, and hostile ones use them to exhaust memory. This reader looks at
each element header, accepts it where the element *behind* it makes sense too, and leaves the
meaning of the values to pydicom (`pydicom.dataset.Dataset` of `RawDataElement`).
docs/decisions/0026-element-reader.md says why.
"""

from __future__ import annotations

import struct
from typing import BinaryIO, NamedTuple

from msgspec import Struct, field
from pydicom._dicom_dict import DicomDictionary
from pydicom.charset import convert_encodings, default_encoding
from pydicom.datadict import dictionary_description, dictionary_has_tag
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.tag import BaseTag

from cxrviewer.imaging.values import BAD_VALUE, STANDARD_TAGS
from cxrviewer.text import msg

MAX_ELEMENTS = 500_000
"""Elements of one header, those in sequences included; the largest DICOMDIR of a CD has about 100,000."""
MAX_DEPTH = 12
"""Sequences inside sequences; deeper ones are skipped. Images nest about 5 deep."""
MAX_HEADER_BYTES = 1 << 26
"""Bytes of all values that are kept in memory."""
DEFER_BYTES = 1 << 16
"""Longer values outside sequences (overlays, palettes) stay on disk until someone asks."""
MAX_NESTED_BYTES = 1 << 19
"""Longer values in sequences are left out; the longest that is needed, a lookup table, has 2**17 bytes."""

UNDEFINED = 0xFFFFFFFF
PIXEL_DATA = 0x7FE00010
PIXEL_TAGS = frozenset({PIXEL_DATA, 0x7FE00008, 0x7FE00009})
ITEM, ITEM_END, SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
_BORDER = 0x7FE0  # the group of pixels; only delimiters and padding lie above it
_CHARACTER_SET = 0x00080005
_REPAIR_COST = 10  # elements that one costs whose header must be guessed, so that a file full of them ends soon too
_ITEM_COST = 5  # elements that an item of a sequence costs: a data set of its own takes 1 KiB
_ZEROS = bytes(8)  # some writers close items and sequences with these instead of delimiters
_FIRST_CHUNK, _CHUNK = 1 << 14, 1 << 16

_SHORT = b"AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split()
_LONG = b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split()
VRS: dict[bytes, bool] = {**dict.fromkeys(_SHORT, False), **dict.fromkeys(_LONG, True)}
"""Value representations (PS3.5 6.2): whether their length has 32 bits in explicit VR (PS3.5 7.1.2)."""
_NAMES = {vr: vr.decode("ascii") for vr in VRS}
SEQUENCES = frozenset(tag for tag, entry in DicomDictionary.items() if entry[0] == "SQ")


class HeaderTooLargeError(Exception):
    """The header breaks `MAX_ELEMENTS` or `MAX_HEADER_BYTES`."""


def tag_name(tag: int) -> str:
    """Return ``(gggg,eeee) Name`` of a standard tag, for sentences; without the name for others."""
    name = dictionary_description(tag) if dictionary_has_tag(tag) else ""
    return f"({tag >> 16:04X},{tag & 0xFFFF:04X}){f' {name}' if name else ''}"


class Window:
    """Part of a stream in memory: random access by absolute position, read in chunks.

    Attributes
    ----------
    size : int
        Bytes of the stream; an upper limit where the stream does not know its end (`InflatedStream`).
    """

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream = stream
        self._chunk = _FIRST_CHUNK
        self.size = size
        self.base = 0
        self.buffer = b""

    def load(self, position: int, length: int) -> None:
        """Make at least `length` bytes from `position` on available where the stream has them."""
        self._stream.seek(position)
        self.buffer = self._stream.read(max(length, self._chunk))
        self.base = position
        self._chunk = _CHUNK

    def at(self, position: int, length: int) -> bytes:
        """Return `length` bytes from `position` on, fewer at the end of the stream."""
        start = position - self.base
        if start < 0 or start + length > len(self.buffer):
            self.load(position, length)
            start = 0
        return self.buffer[start : start + length]


class _Found(NamedTuple):
    """An element header: VR (None for implicit or unknown), where the value starts and how long it is."""

    vr: bytes | None
    value: int
    length: int
    implicit: bool


class Level(Struct):
    """What was read of one data set or item.

    Attributes
    ----------
    elements : dict
    stop : int
        Where reading stopped.
    pixel_tag : int
        The pixel element at which it stopped, 0 for none.
    explicit, implicit : int
        How many elements were written in which way.
    problem : str
        Where reading had to stop for damage, to complete "damaged ...".
    """

    elements: dict[BaseTag, DataElement | RawDataElement] = field(default_factory=dict)
    stop: int = 0
    pixel_tag: int = 0
    explicit: int = 0
    implicit: int = 0
    problem: str = ""


class ElementReader:
    """Reads elements of one byte order from a `Window`.

    Parameters
    ----------
    window : Window
    little : bool
        Byte order of the data set.

    Attributes
    ----------
    odd : list of str
        Tags (`tag_name`) of elements that were left out because they cannot be what they claim.
    """

    def __init__(self, window: Window, *, little: bool = True) -> None:
        self._window = window
        self._order = "<" if little else ">"
        self.little = little
        self._short = struct.Struct(f"{self._order}H").unpack_from
        self._long = struct.Struct(f"{self._order}I").unpack_from
        self._tag = struct.Struct(f"{self._order}HH").unpack_from
        self._head = struct.Struct(f"{self._order}HH2sH").unpack_from
        self._elements = 0
        self._bytes = 0
        self._unclosed = 0  # the outermost sequence that the end of the file is in
        self._encodings: str | list[str] = default_encoding
        self.odd: list[str] = []

    def tag_at(self, position: int) -> int | None:
        """Return the tag at `position`, None at the end of the stream."""
        head = self._window.at(position, 8)
        if len(head) < 8:
            return None
        group, element = self._tag(head)
        return int(group << 16 | element)

    def looks_like_element(self, position: int, after: int, end: int, *, nested: bool = False) -> bool:
        """Return whether an element that may follow the tag `after` starts at `position`, or the data set ends there.

        A tag above `after` (PS3.5 7.1: tags ascend) with a known VR, or with a length that fits.
        """
        if position >= end:
            return position == end
        tag = self.tag_at(position)
        if tag is None:
            return False
        if tag >> 16 == 0xFFFE:
            return tag in (ITEM_END, SEQUENCE_END) or (nested and tag == ITEM)
        if tag <= after:
            return False
        head = self._window.at(position, 8)
        if head[4:6] in VRS:
            return True
        length = int(self._long(head, 4)[0])
        return length == UNDEFINED or length <= end - position - 8

    def _candidates(self, position: int, *, implicit: bool) -> list[_Found]:
        """Return the ways to read the element header at `position`, the most likely first."""
        head = self._window.at(position, 12)
        if len(head) < 8:
            return []
        vr = head[4:6]
        short = _Found(vr if vr in VRS else None, position + 8, self._short(head, 6)[0], False)
        plain = _Found(None, position + 8, int(self._long(head, 4)[0]), True)
        found = [short]
        if len(head) == 12 and head[6:8] == b"\0\0":
            long = short._replace(value=position + 12, length=int(self._long(head, 8)[0]))
            found = [long] if VRS.get(vr) else [short, long]
            if vr not in VRS and short.length == 0:
                found = [long, short]
        return [plain, *found] if implicit else [*found, plain]

    def _resolve(self, position: int, tag: int, end: int, *, implicit: bool, nested: bool) -> _Found | None:
        """Read an element header that is not what its data set is written in; None where nothing makes sense."""
        self._elements += _REPAIR_COST
        candidates = self._candidates(position, implicit=implicit)
        for found in candidates:
            if found.length == UNDEFINED:
                if self.tag_at(found.value) in (ITEM, SEQUENCE_END):
                    return found
            elif self.looks_like_element(found.value + found.length, tag, end, nested=nested):
                return found
        for found in candidates:
            known = found.vr is not None or found.implicit is implicit
            if known and found.length != UNDEFINED and found.value + found.length <= end:
                return found
        return None

    def _count(self, length: int = 0) -> None:
        self._elements += 1
        self._bytes += length
        if self._elements > MAX_ELEMENTS or self._bytes > MAX_HEADER_BYTES:
            raise HeaderTooLargeError

    def starts_implicit(self, position: int, end: int) -> bool:
        """Return whether the data set at `position` is written in implicit VR, as its first element tells."""
        tag = self.tag_at(position)
        if tag is None:
            return False
        if self._window.at(position, 8)[4:6] in VRS:
            return False
        found = self._resolve(position, tag, end, implicit=True, nested=False)
        return found is None or found.implicit

    def read(self, position: int, end: int, *, implicit: bool, depth: int = 0, last_group: int = 0xFFFF) -> Level:
        """Read elements from `position` to `end`, a delimiter, pixel data (outside sequences) or damage.

        Elements of groups above `last_group` are left for another call.

        Raises
        ------
        HeaderTooLargeError
        """
        level = Level()
        nested, tag = depth > 0, 0
        while position + 8 <= end:
            position, tag = self._plain(level, position, end, tag, last_group, nested=nested, implicit=implicit)
            head = self._window.at(position, 12) if position + 8 <= end else b""
            if len(head) < 8:
                break
            group, element = self._tag(head)
            if group >= _BORDER or group > last_group or group == 0:
                if group == 0xFFFE and not nested:
                    position += 8  # a delimiter that closes nothing
                    continue
                if self._ends_level(level, group << 16 | element, last_group, nested=nested):
                    break
            found = self._usual(head, position, end, implicit=implicit)
            if found is None:
                found = self._resolve(position, group << 16 | element, end, implicit=implicit, nested=nested)
            if found is None:
                level.problem = msg("behind {tag}", tag=tag_name(tag)) if tag else msg("at its first element")
                break
            tag = group << 16 | element
            if found[3]:
                level.implicit += 1
            else:
                level.explicit += 1
            position = self._take(level, tag, found, end, depth)
        level.stop = position
        if self._unclosed and not nested and not level.pixel_tag and not level.problem:
            level.problem = msg("in {tag}", tag=tag_name(self._unclosed))
        return level

    def _plain(
        self, level: Level, position: int, end: int, tag: int, last_group: int, *, nested: bool, implicit: bool
    ) -> tuple[int, int]:
        """Read what a header mostly consists of, as `read` does: whole elements in memory, of a VR with short length.

        Most of the time of a header goes into calls of functions for each element, so this loop has none.

        Returns
        -------
        tuple of int
            Where the first other element starts, and the last tag that was read.
        """
        window, head, elements, little = self._window, self._head, level.elements, self.little
        buffer, base = window.buffer, window.base
        limit = min(end, base + len(buffer))
        highest = 0 if implicit else min(last_group, _BORDER - 1)
        while base <= position <= limit - 8:
            group, element, vr, length = head(buffer, position - base)
            value = position + 8
            if VRS.get(vr) is not False or value + length > limit or not 0 < group <= highest:
                break
            tag = group << 16 | element
            level.explicit += 1
            self._elements += 1
            if not group & 1:  # private elements are not read
                content = buffer[value - base : value - base + length]
                self._elements += length > 0
                self._bytes += length
                key = STANDARD_TAGS.get(tag) or BaseTag(tag)
                elements[key] = RawDataElement(key, _NAMES[vr], length, content, value, False, little)
                if tag == _CHARACTER_SET and not nested and content:
                    self._encodings = encodings_of(content)
            position = value + length
        if self._elements > MAX_ELEMENTS or self._bytes > MAX_HEADER_BYTES:
            raise HeaderTooLargeError
        return position, tag

    def _ends_level(self, level: Level, tag: int, last_group: int, *, nested: bool) -> bool:
        if tag >> 16 == 0xFFFE or tag >> 16 > last_group or (nested and tag == 0):
            return True
        if tag in PIXEL_TAGS and not nested:
            level.pixel_tag = tag
            return True
        return False

    def _usual(self, head: bytes, position: int, end: int, *, implicit: bool) -> _Found | None:
        """Read an element header that is written as its data set is; None for any other and for a length too long."""
        vr: bytes | None = head[4:6]
        long = VRS.get(head[4:6])
        value = position + 8
        if implicit:
            if long is not None:
                return None
            vr, length = None, self._long(head, 4)[0]
        elif long is None:
            return None
        elif long:
            if len(head) < 12:
                return None
            value, length = position + 12, self._long(head, 8)[0]
        else:
            length = self._short(head, 6)[0]
        if value + length > end and length != UNDEFINED:
            return None
        return _Found(vr, value, length, implicit)

    def _take(self, level: Level, tag: int, found: _Found, end: int, depth: int) -> int:
        """Keep or skip one element; return where the next one starts."""
        self._count()
        vr, value, length, implicit = found
        if tag in SEQUENCES and (vr in (None, b"SQ", b"UN")) and depth < MAX_DEPTH:
            if tag & 0x10000 == 0 and length:
                return self._sequence(level, tag, found, end, depth)
        elif length == UNDEFINED:
            return self._skip(value, tag, end, implicit=implicit or vr == b"UN")
        elif vr == b"SQ" and tag in DicomDictionary and tag not in SEQUENCES:
            self.odd.append(tag_name(tag))
            return value + length
        if length == UNDEFINED:
            return self._skip(value, tag, end, implicit=implicit or vr == b"UN")
        if vr == b"SQ" and not self.looks_like_element(value + length, tag, end, nested=depth > 0):
            return self._items(tag, value, length, end, min(depth, MAX_DEPTH), implicit=implicit)[1]
        if not tag & 0x10000:  # private elements are not read
            self._keep(level, tag, found, nested=depth > 0)
        return value + length

    def _keep(self, level: Level, tag: int, found: _Found, *, nested: bool) -> None:
        vr, position, length, implicit = found
        value: bytes | None = b""
        if length > (MAX_NESTED_BYTES if nested else DEFER_BYTES):
            if nested:
                return
            value = None  # pydicom reads it when someone asks
        elif length:
            self._count(length)
            value = self._window.at(position, length)
            if len(value) < length:
                level.problem = msg("at {tag}", tag=tag_name(tag))
                return
        base = STANDARD_TAGS.get(tag) or BaseTag(tag)
        name = None if vr is None else _NAMES[vr]
        level.elements[base] = RawDataElement(base, name, length, value, position, implicit, self.little)
        if tag == _CHARACTER_SET and not nested and value:
            self._encodings = encodings_of(value)

    def _sequence(self, level: Level, tag: int, found: _Found, end: int, depth: int) -> int:
        vr, position, length, _ = found
        implicit = found.implicit or (vr == b"UN")  # PS3.5 6.2.2: unknown ones are kept in implicit VR
        items, stop = self._items(tag, position, length, end, depth, implicit=implicit)
        base = STANDARD_TAGS.get(tag) or BaseTag(tag)
        level.elements[base] = DataElement(base, "SQ", Sequence(items), position, already_converted=True)
        return stop

    def _items(
        self, tag: int, position: int, length: int, end: int, depth: int, *, implicit: bool
    ) -> tuple[list[Dataset], int]:
        """Return the items of a sequence and where the element behind it starts."""
        declared = end if length == UNDEFINED else min(end, position + length)
        items: list[Dataset] = []
        while position + 8 <= (end if length == UNDEFINED else declared):
            found = self.tag_at(position)
            if found is None:
                break
            size = int(self._long(self._window.at(position, 8), 4)[0])
            if found == SEQUENCE_END or (found == 0 and size == 0):
                return items, position + 8
            if found == ITEM_END:
                position += 8
                continue
            if found != ITEM:
                # The length is wrong, or the delimiter is missing: go on where elements go on.
                resume = length == UNDEFINED or self.looks_like_element(position, tag, end, nested=depth > 0)
                return items, position if resume else declared
            self._elements += _ITEM_COST
            self._count()
            position += 8
            stop = self._item_end(position, size, declared, end, tag)
            inner = self.read(position, stop, implicit=implicit, depth=depth + 1)
            items.append(self._item(inner))
            position = self._behind_item(inner.stop) if size == UNDEFINED else stop
        if length != UNDEFINED:
            return items, max(position, declared)
        if self.tag_at(position) is None:
            self._unclosed = tag
        return items, position

    def _item_end(self, position: int, size: int, declared: int, end: int, tag: int) -> int:
        if size == UNDEFINED:
            return declared
        stop = position + size
        if stop <= declared:
            return stop
        # The item is longer than its sequence. Whichever length is followed by an element is right.
        return stop if stop <= end and self.looks_like_element(stop, tag, end) else declared

    def _behind_item(self, position: int) -> int:
        return position + 8 if self.tag_at(position) == ITEM_END or self._window.at(position, 8) == _ZEROS else position

    def _item(self, level: Level) -> Dataset:
        item = Dataset(level.elements, parent_encoding=self._encodings)
        encodings = self._encodings if _CHARACTER_SET not in level.elements else character_sets(item)
        item.set_original_encoding(level.implicit > level.explicit, self.little, encodings)
        return item

    def _skip(self, position: int, tag: int, end: int, *, implicit: bool) -> int:
        """Return the end of a value of undefined length without keeping any of it; no recursion."""
        inside_item = [False]
        while inside_item and position + 8 <= end:
            self._count()
            found = self.tag_at(position)
            if found is None:
                break
            if found >> 16 == 0xFFFE:
                length = int(self._long(self._window.at(position, 8), 4)[0])
                position += 8 + self._pass_delimiter(inside_item, found, length)
                continue
            if not inside_item[-1]:
                return position  # no delimiter
            header = self._header(position, found, end, implicit=implicit)
            if header is None:
                return end
            position = header.value
            if header.length == UNDEFINED:
                inside_item.append(False)
            else:
                position += header.length
        return position

    @staticmethod
    def _pass_delimiter(inside_item: list[bool], tag: int, length: int) -> int:
        """Open or close an item or sequence; return how many bytes of content are passed with it."""
        if tag == ITEM and length != UNDEFINED:
            return length
        if tag == ITEM:
            inside_item.append(True)
        elif tag == ITEM_END and inside_item[-1]:
            inside_item.pop()
        elif tag == SEQUENCE_END:
            while inside_item.pop():  # items may be closed by the delimiter of their sequence
                pass
        return 0

    def _header(self, position: int, tag: int, end: int, *, implicit: bool) -> _Found | None:
        head = self._window.at(position, 12)
        if not implicit and head[4:6] in VRS:
            return self._candidates(position, implicit=False)[0]
        return self._resolve(position, tag, end, implicit=implicit, nested=True)

    def pixel_element(self, position: int, *, implicit: bool, expected: int) -> _Found | None:
        """Return how the pixel element at `position` is written; its own bytes decide, then `implicit`.

        Parameters
        ----------
        position : int
        implicit : bool
            How the data set is written.
        expected : int
            Bytes of uncompressed pixels as the header describes them, 0 where it does not.
        """
        candidates = self._candidates(position, implicit=implicit)
        candidates = [found for found in candidates if found.implicit or found.value == position + 12]
        for found in candidates:
            if found.length == UNDEFINED and (found.vr or self.tag_at(found.value) == ITEM):
                return found
            if expected and found.length in (expected, expected + expected % 2):
                return found
        known = [found for found in candidates if found.vr is not None]
        if known:
            return known[0]
        size = self._window.size
        fitting = [found for found in candidates if found.length != UNDEFINED and found.value + found.length <= size]
        return next(iter(fitting or candidates), None)


def encodings_of(value: bytes) -> str | list[str]:
    """Return Python's names of the character sets in (0008,0005) Specific Character Set, the default where unknown."""
    try:
        return convert_encodings([part.strip() for part in value.decode("latin-1").split("\\")])
    except BAD_VALUE:
        return default_encoding


def character_sets(dataset: Dataset) -> str | list[str]:
    """Return Python's names of a data set's character sets; the default where they are unknown."""
    try:
        found = dataset._character_set  # as pydicom's own reader does; there is no public name
    except BAD_VALUE:
        return default_encoding
    return found if isinstance(found, str) else list(found)
