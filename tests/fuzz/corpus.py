"""Small files that once crashed, filled or stalled the viewer, or would, built by code; each for one kind of damage."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image
from pydicom import uid

from tests.builders.dicom import image_bytes
from tests.fuzz.mutations import CANARY, elements, encoded

GREY = np.add.outer(np.arange(64), np.arange(64)).astype(np.uint8)
DEEP = GREY.astype(np.uint16) * 257
UNDEFINED = b"\xff\xff\xff\xff"
ITEM, ITEM_END, SEQUENCE_END = b"\xfe\xff\x00\xe0", b"\xfe\xff\x0d\xe0\0\0\0\0", b"\xfe\xff\xdd\xe0\0\0\0\0"

Builder = Callable[[], bytes]


def tag(group: int, number: int) -> bytes:
    return struct.pack("<HH", group, number)


def with_element(element: bytes, data: bytes | None = None) -> bytes:
    """Return an image with an encoded element in its place, or instead of the one of the same tag."""
    image = image_bytes(GREY) if data is None else data
    known = elements(image)
    same = next((e for e in known if image[e.start : e.start + 4] == element[:4]), None)
    if same is not None:
        return image[: same.start] + element + image[same.end :]
    number = struct.unpack("<HH", element[:4])
    later = next(e for e in known if struct.unpack("<HH", image[e.start : e.start + 4]) > number)
    return image[: later.start] + element + image[later.start :]


def with_elements(*several: bytes) -> bytes:
    data = None
    for element in several:
        data = with_element(element, data)
    assert data is not None
    return data


def valued(group: int, number: int, vr: bytes, value: bytes) -> Builder:
    return lambda: with_element(encoded(tag(group, number), vr, value))


def nested(group: int, number: int, depth: int, *, undefined: bool) -> Builder:
    """Return an image with a sequence of sequences at a tag."""

    def build() -> bytes:
        inner = b""
        for _ in range(depth):
            if undefined:
                item = ITEM + UNDEFINED + inner + ITEM_END
                inner = tag(group, number) + b"SQ\0\0" + UNDEFINED + item + SEQUENCE_END
            else:
                item = ITEM + struct.pack("<I", len(inner)) + inner
                inner = tag(group, number) + b"SQ\0\0" + struct.pack("<I", len(item)) + item
        return with_element(inner)

    return build


def compressed(syntax: str, stream: bytes, **attributes: Any) -> bytes:
    """Return an image whose one fragment is `stream`."""
    image = image_bytes(GREY, **attributes)
    pixels = next(e for e in elements(image) if image[e.start : e.start + 4] == tag(0x7FE0, 0x0010))
    stream += b"\0" * (len(stream) % 2)
    fragments = ITEM + bytes(4) + ITEM + struct.pack("<I", len(stream)) + stream + SEQUENCE_END
    whole = image[: pixels.start] + tag(0x7FE0, 0x0010) + b"OB\0\0" + UNDEFINED + fragments
    native = encoded(tag(0x0002, 0x0010), b"UI", uid.ExplicitVRLittleEndian.encode())
    return whole.replace(native, encoded(tag(0x0002, 0x0010), b"UI", syntax.encode()), 1)


def rle(segment_offset: int) -> Builder:
    header = struct.pack("<16I", 2, 64, segment_offset, *[0] * 13)
    return lambda: compressed(uid.RLELossless, header + b"\x81\0" * 64, BitsAllocated=16, BitsStored=16, HighBit=15)


def jpeg(rows: int, columns: int) -> Builder:
    def build() -> bytes:
        out = io.BytesIO()
        Image.fromarray(GREY).save(out, "JPEG")
        stream = bytearray(out.getvalue())
        frame = stream.index(b"\xff\xc0")
        stream[frame + 5 : frame + 9] = struct.pack(">HH", rows, columns)
        return compressed(uid.JPEGBaseline8Bit, bytes(stream))

    return build


def many_scans() -> bytes:
    out = io.BytesIO()
    Image.fromarray(np.zeros((2000, 2000), np.uint8)).save(out, "JPEG", progressive=True)
    data = out.getvalue()
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * 12_000 + data[-2:]


def jpeg2000(rows: int, columns: int) -> Builder:
    def build() -> bytes:
        import imagecodecs

        stream = bytearray(imagecodecs.jpeg2k_encode(GREY, codecformat="j2k", reversible=True))
        size = stream.index(b"\xff\x51")
        stream[size + 6 : size + 14] = struct.pack(">II", columns, rows)
        return compressed(uid.JPEG2000Lossless, bytes(stream))

    return build


def deflated(zeros: int) -> bytes:
    image = image_bytes(GREY, Rows=20000, Columns=20000)
    start = image.index(tag(0x0008, 0x0005))
    packer = zlib.compressobj(wbits=-15)
    parts = [packer.compress(image[start : -GREY.size - 4] + struct.pack("<I", zeros))]
    parts += [packer.compress(bytes(2**20)) for _ in range(zeros >> 20)]
    meta = image[:start].replace(
        encoded(tag(0x0002, 0x0010), b"UI", uid.ExplicitVRLittleEndian.encode()),
        encoded(tag(0x0002, 0x0010), b"UI", uid.DeflatedExplicitVRLittleEndian.encode()),
    )
    # Group length counts from behind itself; the new UID is three bytes longer, padded.
    meta = meta[:140] + struct.pack("<I", len(meta) - 144) + meta[144:]
    return meta + b"".join(parts) + packer.flush()


def stated_length(group: int, number: int, vr: bytes, length: int) -> Builder:
    return lambda: with_element(tag(group, number) + vr + b"\0\0" + struct.pack("<I", length))


def png(columns: int, rows: int) -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", columns, rows, 8, 0, 0, 0, 0)
    data = b"IDAT" + zlib.compress(bytes(1000))
    chunks = [struct.pack(">I", len(c) - 4) + c + struct.pack(">I", zlib.crc32(c)) for c in (header, data, b"IEND")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


CORPUS: dict[str, Builder] = {
    "RLE segment far behind the frame": rle(0x7FFFFFFF),
    "RLE segment 16 MiB behind the frame": rle(16 << 20),
    "RLE segment one byte behind the frame": rle(64 + 128 + 1),
    "Patient Name nested 1000 deep, defined lengths": nested(0x0010, 0x0010, 1000, undefined=False),
    "Patient Name nested 1000 deep, undefined lengths": nested(0x0010, 0x0010, 1000, undefined=True),
    "View Code Sequence nested 1000 deep": nested(0x0054, 0x0220, 1000, undefined=False),
    "superscript digits in a time": valued(0x0008, 0x0030, b"TM", "²²²²".encode("latin-1")),
    "superscript digits in an age": valued(0x0010, 0x1010, b"AS", "0²0Y".encode("latin-1")),
    "an age of 4400 digits": valued(0x0010, 0x1010, b"AS", b"1" * 4400),
    "an instance number of 4400 digits": valued(0x0020, 0x0013, b"IS", b"1" * 4400),
    "JPEG of another size than Rows and Columns": jpeg(65500, 65500),
    "JPEG 2000 of another size than Rows and Columns": jpeg2000(1, 2_000_000_000),
    "a JPEG of 12000 scans": many_scans,
    "a film as JPEG of 12000 scans": lambda: compressed(uid.JPEGExtended12Bit, many_scans(), Rows=2000, Columns=2000),
    "a name of 60 MB": lambda: with_element(
        tag(0x0010, 0x0010) + b"UN\0\0" + struct.pack("<I", 60_000_000) + b"\x1b$B\x1b(B" * 10_000_000
    ),
    "100 MB of zeros, deflated": lambda: deflated(100 << 20),
    "a slope of 1e306": valued(0x0028, 0x1053, b"DS", b"1e306"),
    "an intercept of 1e308": valued(0x0028, 0x1052, b"DS", b"1e308"),
    "a window of 1e300": lambda: image_bytes(GREY, WindowCenter="1e300", WindowWidth="1e300"),
    "a window of no width": lambda: image_bytes(GREY, WindowCenter="100", WindowWidth="1e-320"),
    "a name as Photometric Interpretation": valued(0x0028, 0x0004, b"CS", CANARY),
    "a name as Transfer Syntax UID": lambda: compressed(CANARY.decode(), b"\0" * 64),
    "a name as SOP Class UID without pixels": lambda: with_element(
        encoded(tag(0x0008, 0x0016), b"UI", CANARY), image_bytes(GREY)
    )[: -GREY.size - 12],
    "an element of 2 GiB": stated_length(0x0009, 0x1010, b"OB", 0x7FFFFFFE),
    "a text of 4 GiB": stated_length(0x0020, 0x4000, b"UT", 0xFFFFFFFE),
    "pixel data of 4 GiB": stated_length(0x7FE0, 0x0010, b"OW", 0xFFFFFFFE),
    "an unknown VR": valued(0x4D4D, 0x5E59, b"CA", b"xx"),
    "two billion frames": lambda: image_bytes(GREY, NumberOfFrames=2_000_000_000),
    "65535 rows and columns": lambda: image_bytes(GREY, Rows=65535, Columns=65535),
    "pixels a billion times as high as wide": lambda: image_bytes(GREY, PixelAspectRatio=[1_000_000_000, 1]),
    "pixel spacing of 1e300": lambda: image_bytes(GREY, PixelSpacing=["1e300", "1e-300"]),
    "a shutter of 4000 corners": valued(0x0018, 0x1620, b"IS", b"\\".join(b"%d" % (n % 97) for n in range(8000))),
    "an overlay of 65535 rows": lambda: with_elements(
        encoded(tag(0x6000, 0x0010), b"US", b"\xff\xff"),
        encoded(tag(0x6000, 0x0011), b"US", b"\xff\xff"),
        encoded(tag(0x6000, 0x3000), b"OW", bytes(64)),
    ),
    "a PNG of ten billion pixels": lambda: png(100_000, 100_000),
    "a PNG with fewer pixels than it states": lambda: png(3000, 3000),
    "only a preamble": lambda: bytes(128) + b"DICM",
    "only delimiters": lambda: image_bytes(GREY)[:400] + SEQUENCE_END * 500,
}  # fmt: skip
