"""The header of an ordinary file, from its first bytes in memory: what an index reads of 10,000 files.

Most headers are written exactly as the standard says. `skim` walks through those in one pass over one buffer and keeps
only the elements that `imaging.header` asks for. It gives up at the first thing that is not plain, and then
`imaging.dataset.parse`, which judges everything else, reads the file (docs/decisions/0092-plain-headers.md).
"""

from __future__ import annotations

import functools
import struct
from typing import Any, Final, TypeAlias

from pydicom import uid
from pydicom.charset import default_encoding
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.tag import BaseTag

from cxrviewer.imaging.dataset import expected_bytes
from cxrviewer.imaging.elements import (
    DEFER_BYTES,
    ITEM,
    ITEM_END,
    PIXEL_DATA,
    PIXEL_TAGS,
    SEQUENCE_END,
    SEQUENCES,
    UNDEFINED,
    VRS,
    character_sets,
    encodings_of,
)
from cxrviewer.imaging.quiet import quiet_pydicom
from cxrviewer.imaging.values import tag_of

SKIM_BYTES: Final = 96 << 10
"""A header that does not end before is read by `dataset.parse`; its limits of elements cannot be met within this."""

KEYWORDS: Final = (
    *("SpecificCharacterSet", "ImageType", "SOPClassUID", "SOPInstanceUID", "StudyDate", "SeriesDate"),
    *("AcquisitionDate", "ContentDate", "StudyTime", "AccessionNumber", "Modality", "PresentationIntentType"),
    *("StudyDescription", "SeriesDescription", "PatientName", "PatientID", "PatientBirthDate", "PatientSex"),
    *("PatientAge", "PatientSpeciesDescription", "PatientBreedDescription", "PatientSexNeutered"),
    *("ResponsiblePersonRole", "BodyPartExamined", "ProtocolName", "AcquisitionDeviceProcessingDescription"),
    *("ViewPosition", "StudyInstanceUID", "SeriesInstanceUID", "SeriesNumber", "InstanceNumber", "Laterality"),
    *("ImageLaterality", "FrameLaterality", "SamplesPerPixel", "PhotometricInterpretation", "NumberOfFrames"),
    *("RecommendedDisplayFrameRate", "CineRate", "FrameTime", "Rows", "Columns", "BitsAllocated"),
    *("RedPaletteColorLookupTableDescriptor", "CodeValue", "CodeMeaning"),
)
"""What is kept: all that `header.header_of` reads, at the top level and in code sequences."""

CODE_SEQUENCES: Final = (
    *("ViewCodeSequence", "ViewModifierCodeSequence", "AnatomicRegionSequence", "PatientSpeciesCodeSequence"),
)
UNUSUAL: Final = (
    *("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"),
    *("PatientBreedCodeSequence", "BreedRegistrationSequence"),
)
"""Sequences of enhanced images and of animals: a file that has them is not skimmed."""

_WANTED: Final = {int(tag_of(keyword)): tag_of(keyword) for keyword in KEYWORDS}
_CODES: Final = {int(tag_of(keyword)): tag_of(keyword) for keyword in CODE_SEQUENCES}
_UNUSUAL: Final = frozenset(int(tag_of(keyword)) for keyword in UNUSUAL)
_WATCHED: Final = frozenset((*_WANTED, *_CODES, *_UNUSUAL))
_NAMES: Final = {vr: vr.decode("ascii") for vr in VRS}
_SYNTAXES: Final = {
    str(one).encode("ascii"): one
    for one in uid.AllTransferSyntaxes
    if one not in (uid.DeflatedExplicitVRLittleEndian, uid.ExplicitVRBigEndian)
}
_META_LENGTH: Final = b"\x02\x00\x00\x00UL\x04\x00"
_START: Final = 132
_SYNTAX_ELEMENT: Final = 0x0010
_CHARACTER_SET: Final = 0x00080005
_DELIMITERS: Final = 0xFFFE
_BORDER: Final = 0x7FE0
_MAX_DEPTH: Final = 8
_EXPLICIT: Final = struct.Struct("<HH2sH").unpack_from
_IMPLICIT: Final = struct.Struct("<HHI").unpack_from
_SHORT: Final = struct.Struct("<H").unpack_from
_LONG: Final = struct.Struct("<I").unpack_from

_raw_element: Final = functools.partial(tuple.__new__, RawDataElement)
"""Makes one of its seven fields: as its constructor does, which takes three times as long."""

_Elements: TypeAlias = dict[BaseTag, DataElement | RawDataElement]


class _NotPlainError(Exception):
    """The header has something that `dataset.parse` must judge."""


class Skimmed:
    """What `skim` found: the elements of `KEYWORDS` and `CODE_SEQUENCES`, and where the pixels start."""

    __slots__ = ("dataset", "pixels", "transfer_syntax")

    def __init__(self, dataset: Dataset, transfer_syntax: uid.UID, pixels: int) -> None:
        self.dataset = dataset
        self.transfer_syntax = transfer_syntax
        self.pixels = pixels


def may_be_plain(head: bytes) -> bool:
    """Return whether `skim` may find something in a file with these first bytes (`sniff.HEAD_BYTES`)."""
    return head[_START - 4 : _START] == b"DICM" and head.startswith(_META_LENGTH, _START)


def skim(data: bytes) -> Skimmed | None:
    """Return what the first bytes of a file hold, None for all that is not plain.

    Plain is: a preamble and meta header; explicit or implicit VR, little endian, as the transfer syntax says; known VRs
    and ascending tags; sequences that end where they say; uncompressed or encapsulated pixels behind all of it.
    """
    if not may_be_plain(data):
        return None
    quiet_pydicom()
    try:
        return _Walk(data).file()
    except (_NotPlainError, struct.error):
        return None


class _Walk:
    """One pass over one header; `_NotPlainError` from every method, struct.error at the end of the buffer."""

    __slots__ = ("data", "encodings", "implicit")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.encodings: str | list[str] = default_encoding
        self.implicit = False

    def file(self) -> Skimmed:
        data = self.data
        position, syntax = self._meta()
        group = _SHORT(data, position)[0]
        if group > (group & 0xFF) << 8 | group >> 8:
            raise _NotPlainError  # big endian
        self.implicit = syntax == uid.ImplicitVRLittleEndian
        elements: _Elements = {}
        position = self._level(elements, position, len(data), 0x0002FFFF, 0)
        if tag_of("Rows") not in elements:
            raise _NotPlainError  # it may lie behind the pixels
        dataset = self._dataset(elements, default_encoding)
        return Skimmed(dataset, syntax, self._pixels(position, dataset))

    def _meta(self) -> tuple[int, uid.UID]:
        """Return where the data set begins, and the transfer syntax."""
        data, position, last, syntax = self.data, _START, -1, b""
        while True:
            group, element, vr, length = _EXPLICIT(data, position)
            if group != 2:
                break
            long = VRS.get(vr)
            if element <= last or long is None or vr == b"SQ" or (long and length):
                raise _NotPlainError
            last = element
            position += 8
            if long:
                position, length = position + 4, _LONG(data, position)[0]
            elif element == _SYNTAX_ELEMENT:
                syntax = data[position : position + length]
            position += length
        found = _SYNTAXES.get(syntax.rstrip(b"\0 "))
        if found is None or not group:
            raise _NotPlainError
        return position, found

    def _level(self, elements: _Elements, position: int, end: int, last: int, depth: int) -> int:
        """Read a data set or item into `elements`; return where its end, a delimiter or the pixels are."""
        if depth > _MAX_DEPTH:
            raise _NotPlainError
        return (self._implicit_level if self.implicit else self._explicit_level)(elements, position, end, last, depth)

    def _explicit_level(self, elements: _Elements, position: int, end: int, last: int, depth: int) -> int:
        data, head, vrs, watched = self.data, _EXPLICIT, VRS, _WATCHED
        while position < end:
            group, element, vr, length = head(data, position)
            tag = group << 16 | element
            if group >= _BORDER and _ends(tag, depth):
                break
            long = vrs.get(vr)
            if tag <= last or long is None:
                raise _NotPlainError
            last = tag
            if long:
                position = self._long(elements, tag, position, end, depth)
                continue
            value = position + 8
            position = value + length
            if position > end:
                raise _NotPlainError
            if tag in watched:
                self._keep(elements, tag, _NAMES[vr], value, length, depth)
        return position

    def _long(self, elements: _Elements, tag: int, position: int, end: int, depth: int) -> int:
        """Pass or keep an element in explicit VR whose length has 32 bits, and return where it ends."""
        _, _, vr, reserved = _EXPLICIT(self.data, position)
        value, length = position + 12, _LONG(self.data, position + 8)[0]
        if vr == b"SQ" and not reserved:
            return self._sequence(elements, tag, value, length, end, depth)
        if reserved or tag in SEQUENCES or value + length > end:
            raise _NotPlainError
        if tag in _WATCHED:
            self._keep(elements, tag, _NAMES[vr], value, length, depth)
        return int(value + length)

    def _implicit_level(self, elements: _Elements, position: int, end: int, last: int, depth: int) -> int:
        data, head = self.data, _IMPLICIT
        while position < end:
            group, element, length = head(data, position)
            tag = group << 16 | element
            if group >= _BORDER and _ends(tag, depth):
                break
            if tag <= last or data[position + 4 : position + 6] in VRS:
                raise _NotPlainError
            last = tag
            value = position + 8
            if tag in SEQUENCES:
                position = self._sequence(elements, tag, value, length, end, depth)
                continue
            position = value + length
            if position > end:  # of undefined length too
                raise _NotPlainError
            if tag in _WATCHED:
                self._keep(elements, tag, None, value, length, depth)
        return position

    def _keep(self, elements: _Elements, tag: int, vr: str | None, value: int, length: int, depth: int) -> None:
        key = _WANTED.get(tag)
        if key is None or length > DEFER_BYTES:  # a sequence whose VR says that it is none
            raise _NotPlainError
        content = self.data[value : value + length]
        elements[key] = _raw_element((key, vr, length, content, value, self.implicit, True))
        if tag == _CHARACTER_SET and not depth and content:
            self.encodings = encodings_of(content)

    def _sequence(self, elements: _Elements, tag: int, position: int, length: int, end: int, depth: int) -> int:
        """Pass a sequence, keep its items if it is one of `CODE_SEQUENCES`, and return where it ends."""
        stop = end if length == UNDEFINED else position + length
        private = tag & 0x10000
        if stop > end or tag in _UNUSUAL or not (private or tag in SEQUENCES):
            raise _NotPlainError
        if private and length != UNDEFINED:
            return stop
        codes = _CODES.get(tag)
        items: list[Dataset] = []
        while position < stop:
            found, size = self._delimiter(position)
            position += 8
            if found == SEQUENCE_END and length == UNDEFINED:
                break
            if found != ITEM:
                raise _NotPlainError
            inner: _Elements = {}
            position = self._item(inner, position, size, stop, depth + 1, wanted=codes is not None)
            if codes is not None:
                items.append(self._dataset(inner, self.encodings))
        else:
            if position > stop or length == UNDEFINED:
                raise _NotPlainError
        if items and codes is not None:
            elements[codes] = DataElement(codes, "SQ", Sequence(items), position, already_converted=True)
        return position

    def _item(self, inner: _Elements, position: int, size: int, end: int, depth: int, *, wanted: bool) -> int:
        """Read an item into `inner`, or only pass it where its length is known, and return where it ends."""
        if size == UNDEFINED:
            position = self._level(inner, position, end, 0, depth)
            if self._delimiter(position)[0] != ITEM_END:
                raise _NotPlainError
            return position + 8
        stop = position + size
        if stop > end or (wanted and self._level(inner, position, stop, 0, depth) != stop):
            raise _NotPlainError
        return stop

    def _delimiter(self, position: int) -> tuple[int, int]:
        group, element, size = _IMPLICIT(self.data, position)
        return group << 16 | element, size

    def _dataset(self, elements: _Elements, outside: str | list[str]) -> Dataset:
        """Return a data set of `elements` as its constructor would; that takes longer than reading the header."""
        encodings = outside
        named = elements.get(_WANTED[_CHARACTER_SET])
        if named is not None:
            if not isinstance(named, RawDataElement) or named.VR not in (None, "CS"):
                raise _NotPlainError
            encodings = _named_encodings(named.value or b"", outside if isinstance(outside, str) else tuple(outside))
        dataset = Dataset.__new__(Dataset)
        vars(dataset).update(_EMPTY[self.implicit])
        vars(dataset).update(_dict=elements, _parent_encoding=outside, _read_charset=encodings)
        return dataset

    def _pixels(self, position: int, dataset: Dataset) -> int:
        """Return where the value of (7FE0,0010) Pixel Data starts, the element that begins at `position`."""
        if self.implicit:
            tag, length = self._delimiter(position)
            if tag != PIXEL_DATA or self.data[position + 4 : position + 6] in VRS or length == UNDEFINED:
                raise _NotPlainError
            expected = expected_bytes(dataset)
            if not expected or length not in (expected, expected + expected % 2):
                raise _NotPlainError
            return position + 8
        group, element, vr, reserved = _EXPLICIT(self.data, position)
        if group << 16 | element != PIXEL_DATA or vr not in (b"OB", b"OW") or reserved:
            raise _NotPlainError
        _LONG(self.data, position + 8)
        return position + 12


def _ends(tag: int, depth: int) -> bool:
    """Return whether an element of a high group ends its level: a delimiter, or pixels that are no icon's."""
    if tag in PIXEL_TAGS and not depth:
        return True
    return tag >> 16 == _DELIMITERS


def _empty(*, implicit: bool) -> dict[str, Any]:
    dataset = Dataset()
    dataset.set_original_encoding(implicit, True, default_encoding)
    return dict(vars(dataset))


_EMPTY: Final = (_empty(implicit=False), _empty(implicit=True))


@functools.lru_cache(maxsize=256)
def _named_encodings(value: bytes, outside: str | tuple[str, ...]) -> str | list[str]:
    """Return Python's names of the character sets that a data set names."""
    key = _WANTED[_CHARACTER_SET]
    parent = outside if isinstance(outside, str) else list(outside)
    element = RawDataElement(key, "CS", len(value), value, 0, False, True)
    return character_sets(Dataset({key: element}, parent_encoding=parent))
