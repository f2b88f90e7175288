"""Code streams of compressed images: what they are and how large, read from their own first bytes.

A decoder allocates what the stream asks for. A header of 2 KB can ask for 4 GiB, so its size
is compared with (0028,0010) Rows and (0028,0011) Columns before any decoder sees it. The kind is
read here too: (0002,0010) Transfer Syntax UID is wrong in some files.
"""

from __future__ import annotations

import enum
import struct

from msgspec import Struct

from cxrviewer.text import msg

_RLE_HEADER = 64
_JP2 = b"\x00\x00\x00\x0cjP  \r\n\x87\n"
_JXL = b"\x00\x00\x00\x0cJXL \r\n\x87\n"
_SOC_SIZ = b"\xff\x4f\xff\x51"
_SOI, _EOI = b"\xff\xd8", b"\xff\xd9"
_SOF = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_SOF_LOSSLESS, _SOF_LS, _SOS = 0xC3, 0xF7, 0xDA
_BARE_MARKERS = frozenset({0x01, *range(0xD0, 0xD9)})
_JXL_RATIOS = ((1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))

MAX_SCANS = 500
"""Scans of one JPEG; encoders write about ten. A progressive one of 150 KB with 3000 scans decodes for a minute."""
_SOS_MARKER = b"\xff\xda"


class StreamKind(enum.Enum):
    """Families of code streams; the value is the name for sentences."""

    JPEG = "JPEG"
    JPEG_LOSSLESS = "JPEG Lossless"
    JPEG_LS = "JPEG-LS"
    JPEG_2000 = "JPEG 2000"
    JPEG_XL = "JPEG XL"
    RLE = "RLE"
    NATIVE = "uncompressed"


class StreamError(ValueError):
    """A code stream is damaged or ends early."""


class StreamInfo(Struct, frozen=True):
    """What a code stream says about itself.

    Attributes
    ----------
    kind : StreamKind
    rows, columns : int
    samples : int or None
        Components per pixel, None where the beginning does not tell.
    bits : int or None
        Bits per sample.
    signed : bool
        JPEG 2000 only: samples are signed.
    start, end : int
        Bytes of the stream that hold the image; padding and wrappers lie outside.
    component_ids : bytes
        JPEG: identifiers of the components.
    jfif, adobe : bool
        JPEG: an application marker that tells the colour space.
    """

    kind: StreamKind
    rows: int
    columns: int
    samples: int | None
    bits: int | None
    start: int
    end: int
    signed: bool = False
    component_ids: bytes = b""
    jfif: bool = False
    adobe: bool = False


def stream_kind(head: bytes) -> StreamKind | None:
    """Return the family of a stream that begins with `head`; None for RLE and raw pixels, which have no signature.

    JPEG, JPEG Lossless and JPEG-LS begin alike; `read_info` tells them apart.
    """
    if head.startswith(_SOI + b"\xff"):
        return StreamKind.JPEG
    if head.startswith((_SOC_SIZ, _JP2)):
        return StreamKind.JPEG_2000
    if head.startswith((b"\xff\x0a", _JXL)):
        return StreamKind.JPEG_XL
    return None


def read_info(frame: bytes) -> StreamInfo | None:
    """Return what a code stream says about itself, None where it has no signature.

    Raises
    ------
    StreamError
        Where the stream ends inside its header, has no end, or says nonsense.
    """
    kind = stream_kind(frame[:16])
    try:
        if kind is StreamKind.JPEG:
            return _jpeg(frame)
        if kind is StreamKind.JPEG_2000:
            return _jpeg_2000(frame)
        if kind is StreamKind.JPEG_XL:
            return _jpeg_xl(frame)
    except (struct.error, IndexError) as error:
        raise StreamError(msg("the compressed image ends inside its header")) from error
    return None


def has_too_many_scans(stream: bytes, start: int = 0, end: int | None = None) -> bool:
    """Return whether a JPEG has more than `MAX_SCANS` scans; entropy-coded data cannot hold their marker."""
    return stream.count(_SOS_MARKER, start, end) > MAX_SCANS


def _jpeg_end(frame: bytes, scan: int) -> int:
    """Return where the image ends; writers put any amount of padding behind the end marker.

    Entropy-coded data cannot hold the marker (ISO 10918-1 F.1.2.3, ISO 14495-1 A.1), so the
    first one behind the start of the scan is it. Of a stream without one libjpeg paints the rest
    grey and reports success, and CharLS 2.4 can search 600 bytes for ten seconds.
    """
    end = frame.find(_EOI, scan)
    if end < 0:
        raise StreamError(msg("the compressed image ends early"))
    if has_too_many_scans(frame, scan, end):
        raise StreamError(msg("the compressed image has more scans than any encoder writes"))
    return end + 2


def _jpeg(frame: bytes) -> StreamInfo:
    position, size, ids, kind = 2, None, b"", StreamKind.JPEG
    jfif = adobe = False
    while True:
        position = frame.index(b"\xff", position) if frame.find(b"\xff", position) >= 0 else len(frame)
        while frame[position] == 0xFF:
            position += 1
        marker = frame[position]
        position += 1
        if marker in _BARE_MARKERS or marker == 0:
            continue
        length = struct.unpack_from(">H", frame, position)[0]
        body = frame[position + 2 : position + length]
        if marker == _SOS:
            break
        if marker in _SOF or marker == _SOF_LS:
            size = struct.unpack_from(">BHHB", body)
            ids = bytes(body[6 : 6 + 3 * size[3] : 3])
            if marker == _SOF_LS:
                kind = StreamKind.JPEG_LS
            elif marker == _SOF_LOSSLESS:
                kind = StreamKind.JPEG_LOSSLESS
        jfif |= marker == 0xE0 and body.startswith(b"JFIF")
        adobe |= marker == 0xEE and body.startswith(b"Adobe")
        position += max(2, length)
    if size is None:
        raise StreamError(msg("the compressed image does not say how large it is"))
    bits, rows, columns, samples = size
    end = _jpeg_end(frame, position)
    return StreamInfo(kind, rows, columns, samples, bits, 0, end, False, ids, jfif, adobe)


def _box(frame: bytes, wanted: tuple[bytes, ...]) -> tuple[int, int]:
    """Return start and end of the content of the first box of one of the types `wanted` (ISO 15444-1 Annex I)."""
    position = 0
    while position + 8 <= len(frame):
        length, kind = struct.unpack_from(">I4s", frame, position)
        content = position + 8
        if length == 1:
            length = struct.unpack_from(">Q", frame, content)[0]
            content += 8
        end = len(frame) if length == 0 else position + length
        if kind in wanted:
            return content, min(end, len(frame))
        if end <= position + 7:
            break
        position = end
    raise StreamError(msg("the compressed image is not in its container"))


def _jpeg_2000(frame: bytes) -> StreamInfo:
    """Read the SIZ marker segment (ISO 15444-1 A.5.1), of the code stream inside a JP2 file as well."""
    start, end = _box(frame, (b"jp2c",)) if frame.startswith(_JP2) else (0, len(frame))
    if frame[start : start + 4] != _SOC_SIZ:
        raise StreamError(msg("the compressed image has no SIZ marker"))
    fields = struct.unpack_from(">HHIIIIIIIIH", frame, start + 4)
    right, bottom, left, top = fields[2:6]
    if right <= left or bottom <= top:
        raise StreamError(msg("the compressed image has no pixels"))
    samples = fields[10]
    depths = [struct.unpack_from("BBB", frame, start + 42 + 3 * index) for index in range(min(samples, 4))]
    if not depths or any(step != (1, 1) for step in (depth[1:] for depth in depths)):
        raise StreamError(msg("the components of the compressed image have different sizes"))
    bits = {(depth[0] & 0x7F) + 1 for depth in depths}
    signed = bool(depths[0][0] & 0x80)
    return StreamInfo(StreamKind.JPEG_2000, bottom - top, right - left, samples, max(bits), start, end, signed)


class _Bits:
    """Reads numbers from a JPEG XL header, lowest bit first (ISO 18181-1 B.2)."""

    def __init__(self, data: bytes) -> None:
        self._number = int.from_bytes(data[:64], "little")
        self._left = 8 * min(len(data), 64)

    def take(self, count: int) -> int:
        if count > self._left:
            raise StreamError(msg("the compressed image ends inside its header"))
        value = self._number & ((1 << count) - 1)
        self._number >>= count
        self._left -= count
        return value

    def choose(self, *sizes: int) -> int:
        """Return a number whose size is the one of `sizes` that two bits select."""
        return self.take(sizes[self.take(2)])


def _jxl_size(bits: _Bits) -> tuple[int, int]:
    """Return rows and columns (ISO 18181-1 C.3, SizeHeader)."""
    small = bits.take(1)
    rows = 8 * (bits.take(5) + 1) if small else bits.choose(9, 13, 18, 30) + 1
    ratio = bits.take(3)
    if ratio:
        wide, high = _JXL_RATIOS[ratio - 1]
        return rows, rows * wide // high
    return rows, 8 * (bits.take(5) + 1) if small else bits.choose(9, 13, 18, 30) + 1


def _jxl_depth(bits: _Bits) -> int | None:
    """Return bits per sample (ISO 18181-1 D.3), None where rarer fields come before them."""
    if bits.take(1):
        return 8
    if bits.take(1):
        bits.take(3)  # orientation
        if bits.take(1) or bits.take(1) or bits.take(1):
            return None
    if bits.take(1):
        raise StreamError(msg("the compressed image has floating point pixels"))
    selector = bits.take(2)
    return (8, 10, 12)[selector] if selector < 3 else bits.take(6) + 1


def _jpeg_xl(frame: bytes) -> StreamInfo:
    start = 0
    if frame.startswith(_JXL):
        start, _ = _box(frame, (b"jxlc", b"jxlp"))
        if frame[start - 4 : start] == b"jxlp":
            start += 4  # number of the part
    if frame[start : start + 2] != b"\xff\x0a":
        raise StreamError(msg("the compressed image has no signature"))
    bits = _Bits(frame[start + 2 : start + 66])
    rows, columns = _jxl_size(bits)
    return StreamInfo(StreamKind.JPEG_XL, rows, columns, None, _jxl_depth(bits), 0, len(frame))


def rle_head(head: bytes) -> bool:
    """Return whether the first 64 bytes of a frame are a table of RLE segments (PS3.5 G.5)."""
    if len(head) < _RLE_HEADER:
        return False
    count, *offsets = struct.unpack_from("<16I", head)
    used, unused = offsets[:count], offsets[count:]
    return 1 <= count <= 15 and used[0] == _RLE_HEADER and sorted(set(used)) == used and not any(unused)


def rle_segments(frame: bytes) -> list[tuple[int, int]] | None:
    """Return start and end of every segment of an RLE frame (PS3.5 G.5); None where the table is not one.

    The native decoder trusts the table: one flipped bit in it ends the process.
    """
    if len(frame) < _RLE_HEADER:
        return None
    count, *offsets = struct.unpack_from("<16I", frame)
    if not 1 <= count <= 15 or offsets[0] != _RLE_HEADER:
        return None
    edges = [*offsets[:count], len(frame)]
    if any(edges[index] >= edges[index + 1] for index in range(count)):
        return None
    return [(edges[index], edges[index + 1]) for index in range(count)]
