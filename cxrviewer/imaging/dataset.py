"""Data sets from disk: everything before the pixels, and where the pixels lie."""

from __future__ import annotations

import contextlib
import io
import re
import struct
import zlib
from typing import Any, BinaryIO, cast

from msgspec import Struct
from pydicom import uid
from pydicom.charset import convert_encodings
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset

from cxrviewer.errors import DirectoryTooLargeError, NotDicomError
from cxrviewer.imaging.elements import (
    MAX_ELEMENTS,
    MAX_HEADER_BYTES,
    PIXEL_DATA,
    UNDEFINED,
    VRS,
    ElementReader,
    HeaderTooLargeError,
    Level,
    Window,
    character_sets,
)
from cxrviewer.imaging.guard import guarded
from cxrviewer.imaging.inflate import MAX_INFLATED, InflatedStream
from cxrviewer.imaging.quiet import quiet_pydicom
from cxrviewer.imaging.sniff import HEAD_BYTES, FileKind, data_set_start, sniff
from cxrviewer.imaging.values import BAD_VALUE, text, texts, whole
from cxrviewer.text import msg

NATIVE = (
    uid.ImplicitVRLittleEndian,
    uid.ExplicitVRLittleEndian,
    uid.DeflatedExplicitVRLittleEndian,
    uid.ExplicitVRBigEndian,
)
"""Transfer syntaxes of pixels that are not compressed (a deflated file is inflated as a whole)."""

_DIRECTORY = re.compile(rb"\x02\x00\x02\x00UI\x14\x001\.2\.840\.10008\.1\.3\.10")
"""(0002,0002) Media Storage SOP Class UID of a DICOMDIR: meta headers are in explicit VR, little-endian."""
_GROUP_LENGTH, _SYNTAX = 0x00020000, 0x00020010
_CHARACTER_SET, _SETS = 0x00080005, "SpecificCharacterSet"


class PixelElement(Struct, frozen=True, eq=False):
    """Where (7FE0,0010) Pixel Data starts.

    Attributes
    ----------
    stream : BinaryIO
        Valid while the file is open.
    start : int
        Position of the first byte of the value in `stream`.
    length : int or None
        Bytes of the value as declared, None for undefined length (encapsulated, PS3.5 A.4).
    size : int
        Bytes of the whole stream, or an upper limit; a value that should end behind it was cut short.
    vr : str
        ``OB`` or ``OW``; implicit VR means ``OW``.
    little : bool
        Byte order of the data set.
    tag : int
        (7FE0,0010), or the tag of float pixels.
    """

    stream: BinaryIO
    start: int
    length: int | None
    size: int
    vr: str
    little: bool = True
    tag: int = PIXEL_DATA

    @property
    def is_float(self) -> bool:
        return self.tag != PIXEL_DATA


class Parsed(Struct, frozen=True, eq=False):
    """A header and, where the object has one, its pixel element.

    Attributes
    ----------
    dataset : Dataset
    transfer_syntax : UID
        As declared where that says how pixels are compressed; otherwise as the elements are written.
    pixels : PixelElement or None
    notes : tuple of str
    damage : str
        Where reading the header had to stop ("behind (0028,0004) Photometric Interpretation"), empty where it came to
        its end.
    little : bool
        Byte order of the data set; the transfer syntax of compressed pixels does not tell.
    """

    dataset: Dataset
    transfer_syntax: uid.UID
    pixels: PixelElement | None
    notes: tuple[str, ...] = ()
    damage: str = ""
    little: bool = True


class _Body(Struct):
    """Where the data set behind the meta header lies, and in what byte order."""

    stream: BinaryIO
    window: Window
    position: int
    little: bool = True
    deflated: bool = False


def _is_little(window: Window, position: int) -> bool:
    """Return the byte order of a data set: its first group is small, and swapped it is not."""
    head = window.at(position, 2)
    return len(head) < 2 or struct.unpack("<H", head)[0] <= struct.unpack(">H", head)[0]


def _meta(level: Level) -> FileMetaDataset:
    return FileMetaDataset({tag: element for tag, element in level.elements.items() if tag >> 16 == 2})


def _inflated(stream: BinaryIO, starts: tuple[int, ...]) -> InflatedStream | None:
    """Return the inflated view of a data set that begins at one of `starts`; None where no deflate stream does."""
    for start in starts:
        for wrapper in (0, 2):  # some writers left the header of zlib in front
            inflated = InflatedStream(stream, start + wrapper)
            try:
                head = inflated.read(HEAD_BYTES)
            except zlib.error:
                continue
            if data_set_start(head) == 0:
                return inflated
    return None


def _body(stream: BinaryIO, window: Window, meta: FileMetaDataset, start: int, stop: int) -> _Body:
    """Find the data set behind a meta header that was read from `start` to `stop`."""
    if text(meta, "TransferSyntaxUID") == uid.DeflatedExplicitVRLittleEndian and not ElementReader(
        window
    ).looks_like_element(stop, 0, window.size):
        # A deflated byte can look like one more element of the meta header: its own length comes first.
        length = whole(meta, "FileMetaInformationGroupLength", 0)
        inflated = _inflated(stream, (start + 12 + max(0, length), stop) if length else (stop,))
        if inflated is not None:
            view = cast(BinaryIO, inflated)
            return _Body(view, Window(view, MAX_INFLATED), 0, deflated=True)
    return _Body(stream, window, stop, _is_little(window, stop))


def _syntax(declared: str, body: _Body, *, implicit: bool) -> tuple[uid.UID, tuple[str, ...]]:
    """Return the transfer syntax to decode with, and a note where the declared one is wrong about the elements."""
    if body.deflated:
        return uid.DeflatedExplicitVRLittleEndian, ()
    if not body.little:
        written = uid.ExplicitVRBigEndian
    else:
        written = uid.ImplicitVRLittleEndian if implicit else uid.ExplicitVRLittleEndian
    native = not declared or declared in NATIVE
    if not declared or declared == written or (not native and written == uid.ExplicitVRLittleEndian):
        return uid.UID(declared or written), ()
    note = msg(
        "The data set is written in {name}, which is not what (0002,0010) Transfer Syntax UID "
        "says; it was read as it is written.",
        name=written.name,
    )
    return (written if native else uid.UID(declared)), (note,)


def expected_bytes(dataset: Dataset) -> int:
    """Return the bytes of uncompressed pixels that the header describes, 0 where it does not."""
    sizes = (
        whole(dataset, "Rows", 0),
        whole(dataset, "Columns", 0),
        whole(dataset, "SamplesPerPixel", 1),
        whole(dataset, "BitsAllocated", 0),
        max(1, whole(dataset, "NumberOfFrames", 1)),
    )
    product = 1
    for size in sizes:
        product *= max(0, size)
    return (product + 7) // 8


def _pixels(
    body: _Body, reader: ElementReader, level: Level, dataset: Dataset, *, implicit: bool
) -> PixelElement | None:
    """Return the pixel element at which reading stopped; None where its own header is cut off."""
    head = body.window.at(level.stop, 12)
    if not implicit and head[4:6] in VRS and VRS[head[4:6]] and head[6:8] == b"\0\0" and len(head) == 12:
        expected = 0
    else:
        expected = expected_bytes(dataset)
    found = reader.pixel_element(level.stop, implicit=implicit, expected=expected)
    if found is None:
        return None
    return PixelElement(
        stream=body.stream,
        start=found.value,
        length=None if found.length == UNDEFINED else found.length,
        size=body.window.size,
        vr="OW" if found.vr is None else found.vr.decode("ascii"),
        little=body.little,
        tag=level.pixel_tag,
    )


def _file_dataset(body: _Body, level: Level, meta: FileMetaDataset, *, implicit: bool) -> FileDataset:
    elements: Any = {tag: element for tag, element in level.elements.items() if tag >> 16 > 2}
    dataset = FileDataset(io.BytesIO(), elements, None, meta, implicit, body.little)
    dataset.buffer = body.stream  # long values are read later from the same open file, never from a path
    dataset.set_original_encoding(implicit, body.little, cast(Any, character_sets(dataset)))
    return dataset


def _read_on(reader: ElementReader, level: Level, pixels: PixelElement, *, implicit: bool) -> None:
    """Read what lies behind the pixels into `level`: tags do not always ascend."""
    if pixels.length is None or pixels.start + pixels.length >= pixels.size:
        return
    behind = reader.read(pixels.start + pixels.length, pixels.size, implicit=implicit)
    level.elements.update(behind.elements)


def _parse(stream: BinaryIO, head: bytes, start: int) -> Parsed:
    notes: tuple[str, ...] = ()
    if start < 132:
        notes = (msg("The file has no DICOM preamble; it was read as a bare data set."),)
    window = Window(stream, stream.seek(0, io.SEEK_END))
    reader = ElementReader(window, little=_is_little(window, start))
    first = reader.read(start, window.size, implicit=reader.starts_implicit(start, window.size), last_group=0x0002)
    meta = _meta(first)
    body = _body(stream, window, meta, start, first.stop)
    if body.window is not window or body.little is not reader.little:
        reader = ElementReader(body.window, little=body.little)
    end = body.window.size
    level = reader.read(body.position, end, implicit=reader.starts_implicit(body.position, end))
    implicit = level.implicit > level.explicit
    dataset = _file_dataset(body, level, meta, implicit=implicit)
    pixels = None
    if level.pixel_tag:
        pixels = _pixels(body, reader, level, dataset, implicit=implicit)
        if pixels is not None and 0x00280010 not in level.elements and not body.deflated:
            _read_on(reader, level, pixels, implicit=implicit)
            dataset = _file_dataset(body, level, meta, implicit=implicit)
    if not (level.explicit or level.implicit or level.pixel_tag):
        raise NotDicomError(msg("This DICOM file is damaged: its header is empty."))
    syntax, syntax_notes = _syntax(text(meta, "TransferSyntaxUID"), body, implicit=implicit)
    if reader.odd:
        shown = ", ".join(dict.fromkeys(reader.odd[:3]))
        notes += (
            msg("The header is damaged in places ({shown} cannot be read); the rest of it is used.", shown=shown),
        )
    if pixels is not None:
        pixels.stream.seek(pixels.start)
    return Parsed(dataset, syntax, pixels, notes + syntax_notes, level.problem, body.little)


def _recode(dataset: Dataset, file: Dataset, little: bool, encodings: list[str]) -> None:
    """Have a data set read its text anew, and the items of its sequences but for those that name a set of their own."""
    implicit = dataset.original_encoding[0]
    dataset.set_original_encoding(implicit, little, encodings)
    for element in dataset._dict.values():
        if element.VR == "SQ":  # `elements.ElementReader` has read them already
            for item in cast(list[Dataset], element.value):
                if item.get_item(_CHARACTER_SET) is None or texts(item, _SETS) == texts(file, _SETS):
                    _recode(item, file, little, encodings)


def recoded(parsed: Parsed, charset: str) -> Parsed:
    """Return `parsed` with its text, that in sequences too, read in another character set than the file names.

    Parameters
    ----------
    parsed : Parsed
        Its values must not have been read yet.
    charset : str
        Defined Terms of PS3.3 C.12.1.1.2, several with backslashes between them, or Python's name of an encoding that
        DICOM does not have; empty for the file's own.
    """
    if charset:
        with contextlib.suppress(*BAD_VALUE):
            encodings = convert_encodings([part.strip() for part in charset.split("\\")])
            _recode(parsed.dataset, parsed.dataset, parsed.little, encodings)
    return parsed


def parse(stream: BinaryIO) -> Parsed:
    """Read the header of an open DICOM file, with or without preamble and meta header.

    The encoding (implicit or explicit VR, byte order) is read from the elements. The stream is
    left at the first byte of the pixels where it is not deflated.

    Raises
    ------
    NotDicomError
        For anything that is not DICOM, after reading `HEAD_BYTES` of it, and for a file
        so damaged that nothing of its header can be read.
    UnsupportedImageError
        For a deflated file above `MAX_INFLATED`.
    """
    quiet_pydicom()
    head = stream.read(HEAD_BYTES)
    if sniff(head) not in (FileKind.DICOM, FileKind.BARE_DICOM):
        raise NotDicomError(msg("This file is a picture, not a DICOM file."))
    with guarded(lambda: NotDicomError(msg("This DICOM file is damaged: its header cannot be read."))):
        try:
            return _parse(stream, head, data_set_start(head) or 0)
        except HeaderTooLargeError as error:
            if _DIRECTORY.search(head):
                raise DirectoryTooLargeError(
                    msg(
                        "This DICOMDIR is too large to be read (more than {values:,} values or {size} MiB). Open its "
                        "folder instead: the images are found without it.",
                        values=MAX_ELEMENTS,
                        size=MAX_HEADER_BYTES >> 20,
                    )
                ) from error
            raise NotDicomError(
                msg("The header of this DICOM file is far larger than that of any image, so it is not read.")
            ) from error
