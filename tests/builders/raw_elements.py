"""Files put together from bytes: what pydicom reads but never writes."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import numpy.typing as npt
from pydicom import uid
from pydicom.dataset import Dataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset

from tests.builders.dicom import image_dataset

ITEM, ITEM_END, SEQUENCE_END = (struct.pack("<HH", 0xFFFE, element) for element in (0xE000, 0xE00D, 0xE0DD))
UNDEFINED = b"\xff\xff\xff\xff"
PIXELS = b"\xe0\x7f\x10\x00"
BEFORE_IMAGE = b"\x28\x00\x02\x00"
"""(0028,0002) Samples per Pixel, in front of which the tests put what is damaged."""


def grey(rows: int = 24, columns: int = 20, *, bits: int = 12) -> npt.NDArray[np.uint16]:
    """Return (rows, columns) values of `bits` bits that change from pixel to pixel."""
    ramp = np.arange(rows * columns, dtype=np.uint32) * 37 % (1 << bits)
    return ramp.reshape(rows, columns).astype(np.uint16)


def short(tag: int, vr: bytes, value: bytes) -> bytes:
    """Return an element in explicit VR little endian with 16 bits of length."""
    return struct.pack("<HH2sH", tag >> 16, tag & 0xFFFF, vr, len(value)) + value


def long(tag: int, vr: bytes, value: bytes, length: int | None = None) -> bytes:
    """Return an element in explicit VR little endian with 32 bits of length; `length` may lie."""
    size = len(value) if length is None else length
    return struct.pack("<HH2sHI", tag >> 16, tag & 0xFFFF, vr, 0, size) + value


def implicit(tag: int, value: bytes) -> bytes:
    """Return an element in implicit VR little endian."""
    return struct.pack("<HHI", tag >> 16, tag & 0xFFFF, len(value)) + value


def item(content: bytes, length: int | None = None) -> bytes:
    """Return a sequence item, or a fragment of pixel data; `length` may lie."""
    return ITEM + struct.pack("<I", len(content) if length is None else length) + content


def body(dataset: Dataset, syntax: str = uid.ExplicitVRLittleEndian) -> bytes:
    """Return a data set without its meta header, written in the encoding of `syntax`."""
    stream = DicomBytesIO()
    stream.is_implicit_VR = syntax == uid.ImplicitVRLittleEndian
    stream.is_little_endian = syntax != uid.ExplicitVRBigEndian
    write_dataset(stream, dataset)
    return stream.getvalue()


def meta(syntax: str) -> bytes:
    """Return a meta header (PS3.10 7.1) that declares `syntax`."""
    name = syntax.encode()
    content = long(0x00020001, b"OB", b"\0\1") + short(0x00020010, b"UI", name + b"\0" * (len(name) % 2))
    return short(0x00020000, b"UL", struct.pack("<I", len(content))) + content


def part10(content: bytes, syntax: str = uid.ExplicitVRLittleEndian) -> bytes:
    """Return `content` behind a preamble and a meta header."""
    return bytes(128) + b"DICM" + meta(syntax) + content


def image(pixels: npt.NDArray[Any] | None = None, **attributes: Any) -> Dataset:
    """Return a data set of 12 bits with native pixels."""
    values = grey() if pixels is None else pixels
    dataset = image_dataset(values, bits=8 if values.dtype == np.uint8 else 12, **attributes)
    dataset.PixelData = values.tobytes() + b"\0" * (values.nbytes % 2)
    dataset["PixelData"].VR = "OW"
    return dataset


def with_stream(*frames: bytes, table: bytes = b"", close: bytes = SEQUENCE_END + bytes(4), **attributes: Any) -> bytes:
    """Return a data set in explicit VR little endian whose pixel data holds `frames` as fragments."""
    dataset = image(**attributes)
    native = body(dataset)
    head = native[: native.index(PIXELS)]
    fragments = b"".join(item(frame + b"\0" * (len(frame) % 2)) for frame in frames)
    return head + PIXELS + b"OB\0\0" + UNDEFINED + item(table) + fragments + close
