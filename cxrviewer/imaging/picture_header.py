"""Size and kind of a PNG or JPEG picture, read from its own header before any library sees it.

A picture of two kilobytes may state billions of pixels, so the size is known and compared before decoding.
"""

from __future__ import annotations

import struct
import zlib
from typing import BinaryIO

from msgspec import Struct

_PNG_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_MAX_SEGMENTS = 4096
_BLOCK = 1 << 20
# SOF0 to SOF15 and SOF55 (JPEG-LS) without DHT, JPG and DAC, which lie among them (ITU-T T.81 table B.1).
_FRAMES = frozenset({*range(0xC0, 0xD0), 0xF7} - {0xC4, 0xC8, 0xCC})
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD9)})


class PictureHeader(Struct, frozen=True):
    """What a picture declares about itself.

    Attributes
    ----------
    rows, columns : int
        Not checked: they may be 0 or enormous.
    bits : int
        Per channel.
    channels : int
        As stored; 1 for a palette. With alpha.
    process : int
        Second byte of the JPEG frame marker (0xC0 baseline, 0xC2 progressive, 0xC3 lossless, 0xF7 JPEG-LS); 0 for PNG.
    """

    rows: int
    columns: int
    bits: int
    channels: int
    process: int = 0

    @property
    def decoded_bytes(self) -> int:
        """Bytes of the decoded picture with all its channels."""
        return self.rows * self.columns * self.channels * (2 if self.bits > 8 else 1)


def read_png_header(head: bytes) -> PictureHeader:
    """Return the header of a PNG from its first 33 bytes (ISO/IEC 15948 11.2.2).

    Raises
    ------
    EOFError
        For fewer bytes.
    ValueError
        Where the first chunk is not IHDR or states an unknown colour type.
    """
    if len(head) < 33:
        raise EOFError("the picture ends within its header")
    if head[12:16] != b"IHDR" or head[25] not in _PNG_CHANNELS:
        raise ValueError("a PNG starts with IHDR")
    columns, rows, bits, colour = struct.unpack_from(">IIBB", head, 16)
    return PictureHeader(rows, columns, bits, _PNG_CHANNELS[colour])


def check_png(stream: BinaryIO) -> None:
    """Read the chunks of a PNG and compare the checksums of those that make its pixels (ISO/IEC 15948 5.4).

    Pillow does not compare those of IDAT, and a flipped bit there is a wrong picture.

    Raises
    ------
    EOFError
        Where the stream ends before IEND.
    ValueError
        For a wrong checksum or length.
    """
    stream.seek(8)
    kind = b""
    while kind != b"IEND":
        length, kind = struct.unpack(">I4s", _exactly(stream, 8))
        if length > 0x7FFFFFFF:
            raise ValueError("a PNG chunk holds less than 2 GiB")
        if kind not in (b"IHDR", b"PLTE", b"IDAT"):
            stream.seek(length + 4, 1)
            continue
        checksum = zlib.crc32(kind)
        for start in range(0, length, _BLOCK):
            checksum = zlib.crc32(_exactly(stream, min(_BLOCK, length - start)), checksum)
        if checksum != int.from_bytes(_exactly(stream, 4), "big"):
            raise ValueError("a checksum of the PNG does not match")


def read_jpeg_header(stream: BinaryIO) -> PictureHeader:
    """Return the frame header of a JPEG or JPEG-LS stream (ITU-T T.81 B.2.2), which starts at SOI.

    Reads a few bytes of each segment before the frame; the stream is left anywhere.

    Raises
    ------
    EOFError
        Where the stream ends before the frame header.
    ValueError
        Where no frame header comes before the first scan.
    """
    if stream.read(2) != b"\xff\xd8":
        raise ValueError("a JPEG starts with SOI")
    for _ in range(_MAX_SEGMENTS):
        marker = _next_marker(stream)
        if marker in _STANDALONE:
            continue
        length = int.from_bytes(_exactly(stream, 2), "big")
        if marker in _FRAMES:
            bits, rows, columns, channels = struct.unpack(">BHHB", _exactly(stream, 6))
            return PictureHeader(rows, columns, bits, channels, marker)
        if marker in (0xDA, 0xD9) or length < 2:
            break
        stream.seek(length - 2, 1)
    raise ValueError("a JPEG has a frame header before its first scan")


def _next_marker(stream: BinaryIO) -> int:
    """Return the second byte of the next marker; any number of 0xFF may fill before it (B.1.1.2)."""
    if _exactly(stream, 1) != b"\xff":
        raise ValueError("a JPEG segment starts with a marker")
    for _ in range(1024):
        value = _exactly(stream, 1)[0]
        if value != 0xFF:
            return value
    raise ValueError("a JPEG marker is preceded by a few fill bytes at most")


def _exactly(stream: BinaryIO, count: int) -> bytes:
    data = stream.read(count)
    if len(data) != count:
        raise EOFError("the picture ends within its header")
    return data
