"""Data sets from disk: everything before the pixels, and where the pixels lie."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass
from typing import BinaryIO

from pydicom import dcmread, uid
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError

from cxrviewer.errors import NotDicomError, UnsupportedImageError
from cxrviewer.imaging.quiet import quiet_pydicom
from cxrviewer.imaging.sniff import HEAD_BYTES, FileKind, sniff, stray_bytes
from cxrviewer.imaging.values import BAD_VALUE, text

DEFER_BYTES = 1 << 16
"""Longer values (icons, private blobs, curves) stay on disk until someone asks."""

MAX_INFLATED = 1 << 30
"""Bytes a deflated file may grow to: a few kilobytes can hold terabytes of zeros."""

_PIXEL_DATA = 0x7FE00010
_FLOAT_PIXELS = (0x7FE00008, 0x7FE00009)
_UNDEFINED = 0xFFFFFFFF


@dataclass(frozen=True, slots=True, eq=False)
class PixelElement:
    """Where (7FE0,0010) Pixel Data starts.

    Attributes
    ----------
    stream : BinaryIO
        Positioned at the first byte of the value; valid while the file is open.
    length : int or None
        Bytes of the value, None for undefined length (encapsulated, PS3.5 A.4).
    vr : str
        ``OB`` or ``OW``; implicit VR means ``OW``.
    tag : int
        (7FE0,0010), or the tag of float pixels.
    """

    stream: BinaryIO
    length: int | None
    vr: str
    tag: int = _PIXEL_DATA

    @property
    def is_float(self) -> bool:
        return self.tag in _FLOAT_PIXELS


@dataclass(frozen=True, slots=True, eq=False)
class Parsed:
    """A header and, where the object has one, its pixel element."""

    dataset: Dataset
    transfer_syntax: uid.UID
    pixels: PixelElement | None
    notes: tuple[str, ...] = ()


def _pixel_element(stream: BinaryIO, *, implicit: bool, little: bool) -> PixelElement | None:
    """Read the element header `stream` stands at; None at the end of the file or at another tag.

    pydicom stops *before* the pixel data and leaves the stream there. Reading on from
    here costs no copy, works on files cut short inside the value, and lets one frame of
    a long run be read alone.
    """
    order = "<" if little else ">"
    head = stream.read(8)
    if len(head) < 8:
        return None
    group, element = struct.unpack_from(f"{order}HH", head)
    tag = group << 16 | element
    if tag != _PIXEL_DATA and tag not in _FLOAT_PIXELS:
        return None
    if implicit:
        vr, length = "OW", struct.unpack_from(f"{order}I", head, 4)[0]
    else:
        vr = head[4:6].decode("latin-1")
        rest = stream.read(4)
        if len(rest) < 4:
            return None
        length = struct.unpack(f"{order}I", rest)[0]
    return PixelElement(stream, None if length == _UNDEFINED else int(length), vr, tag)


def _inflated(stream: BinaryIO, head: bytes) -> io.BytesIO | None:
    """Return the data set of a deflated file, inflated once; None for any other file.

    pydicom would inflate it on every read and cannot stop before the pixels. The meta
    header is never deflated and starts with its own length (PS3.10 7.1, PS3.5 A.5).
    """
    if head[132:140] != b"\x02\x00\x00\x00UL\x04\x00":
        return None
    start = 144 + int(struct.unpack_from("<I", head, 140)[0])
    if uid.DeflatedExplicitVRLittleEndian.encode() not in head[144:start]:
        return None
    stream.seek(start)
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    data = inflater.decompress(stream.read(), MAX_INFLATED)
    if inflater.unconsumed_tail:
        raise UnsupportedImageError("This deflated file is too large to open.")
    return io.BytesIO(data)


def _transfer_syntax(dataset: Dataset) -> uid.UID:
    """Return the declared transfer syntax, or the one the header itself is written in."""
    declared = text(dataset.file_meta, "TransferSyntaxUID") if hasattr(dataset, "file_meta") else ""
    if declared:
        return uid.UID(declared)
    implicit, little = dataset.original_encoding
    if not little:
        return uid.ExplicitVRBigEndian
    return uid.ImplicitVRLittleEndian if implicit else uid.ExplicitVRLittleEndian


def parse(stream: BinaryIO) -> Parsed:
    """Read the header of an open DICOM file, with or without preamble and meta header.

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
    kind = sniff(head)
    if kind not in (FileKind.DICOM, FileKind.BARE_DICOM):
        raise NotDicomError("This file is a picture, not a DICOM file.")
    notes: tuple[str, ...] = ()
    source: BinaryIO = stream
    stream.seek(0)
    if kind is FileKind.BARE_DICOM:
        notes = ("The file has no DICOM preamble; it was read as a bare data set.",)
        if stray_bytes(head):
            source = io.BytesIO(stream.read()[1:])
    try:
        inflated = _inflated(stream, head)
        source = inflated or source
        source.seek(0)
        dataset = dcmread(source, force=True, stop_before_pixels=True, defer_size=DEFER_BYTES)
        implicit, little = dataset.original_encoding
        pixels = _pixel_element(source, implicit=bool(implicit), little=little is not False)
        syntax = _transfer_syntax(dataset) if inflated is None else uid.DeflatedExplicitVRLittleEndian
    except (InvalidDicomError, EOFError, zlib.error, MemoryError, RecursionError, *BAD_VALUE) as error:
        raise NotDicomError("This DICOM file is damaged: its header cannot be read.") from error
    if len(dataset) == 0:
        raise NotDicomError("This DICOM file is damaged: its header is empty.")
    return Parsed(dataset, syntax, pixels, notes)
