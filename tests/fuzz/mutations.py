"""Ways to damage a file, from a flipped bit to a changed element. Pure functions of a source of random numbers."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

CANARY = b"ZZSECRET^NAME"
"""Put where a name may stand; must appear in no message, note or result."""

TEXTS = (
    b"", b" ", b"\x00\x00", b"0", b"-1", b"1", b"1e300", b"-1e300", b"1e308", b"nan", b"NaN", b"inf",
    b"-Infinity", b"1,5", b"0.0000000001", b"\\", b"1\\", b"\\1", b"1\\2\\3\\4\\5", b"1" * 17, b"9" * 4400,
    b"\xb2\xb3", b"+1.", b"1.e", b"0x10", b"2147483648", b"-2147483649", b"99999999999999999999", b"[1, 2]",
    b"'1'", b"20240230", b"20241301", b"1\xc2\xb2", b"060Y", b"5YR", b"000D", b"999Y", b"2024", CANARY,
    CANARY * 5, b"MONOCHROME1", b"RGB", b"PALETTE COLOR", b"YBR_FULL", b"R\\F", b"L\\F", b"A\\F", b"CIRCULAR",
    b"POLYGONAL", b"RECTANGULAR", b"CIRCULAR\\POLYGONAL", b"SIGMOID", b"LINEAR_EXACT", b"ISO_IR 192",
    b"\\ISO 2022 IR 87", b"\\ISO 2022 IR 58", b"GB18030", b"\x1b$B", b"\x1b$)C\xff", b"1.2.840.10008.1.2",
)  # fmt: skip
NUMBERS = (0, 1, 2, 3, 7, 8, 9, 12, 16, 17, 31, 32, 63, 64, 127, 128, 255, 256, 4095, 32767, 32768, 65534, 65535)
LENGTHS = (0, 1, 2, 3, 6, 255, 65535, 65536, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)
VRS = (
    *b"AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV".split(),
    *(b"ox", b"--", b"qq", b"\0\0", b"  ", b"\xff\xff"),
)
SYNTAXES = tuple(
    b"1.2.840.10008.1.2" + rest.encode()
    for rest in (
        "", ".1", ".2", ".1.99", ".1.98", ".5", ".4.50", ".4.51", ".4.57", ".4.70", ".4.80", ".4.81", ".4.90", ".4.91",
        ".4.92", ".4.100", ".4.110", ".4.111", ".4.112", ".4.201", ".4.202", ".4.203", ".4.95", ".7", ".4.53",
    )
)  # fmt: skip
MARKERS = (
    *(b"\xfe\xff\x00\xe0", b"IHDR"),
    *(bytes([0xFF, code]) for code in b"\xc0\xc1\xc2\xc3\xf7\xc4\xda\xdb\xdd\x51\x52\x5c\x90\xf8"),
)
"""Of JPEG, JPEG-LS and JPEG 2000; an item, before which RLE begins; a PNG's first chunk."""
LONG_VRS = frozenset([b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"])
# Tag and a VR that may stand there: what changes grey, geometry, identity or the decoder's mind.
TAGS: tuple[tuple[int, int, bytes], ...] = (
    (0x0008, 0x0005, b"CS"), (0x0008, 0x0016, b"UI"), (0x0008, 0x0020, b"DA"), (0x0008, 0x0030, b"TM"),
    (0x0008, 0x0060, b"CS"), (0x0008, 0x0068, b"CS"), (0x0010, 0x0010, b"PN"), (0x0010, 0x0030, b"DA"),
    (0x0010, 0x1010, b"AS"), (0x0018, 0x1164, b"DS"), (0x0018, 0x1600, b"CS"), (0x0018, 0x1602, b"IS"),
    (0x0018, 0x1610, b"IS"), (0x0018, 0x1612, b"IS"), (0x0018, 0x1620, b"IS"), (0x0018, 0x5101, b"CS"),
    (0x0020, 0x0013, b"IS"), (0x0020, 0x0020, b"CS"), (0x0028, 0x0002, b"US"), (0x0028, 0x0004, b"CS"),
    (0x0028, 0x0006, b"US"), (0x0028, 0x0008, b"IS"), (0x0028, 0x0010, b"US"), (0x0028, 0x0011, b"US"),
    (0x0028, 0x0030, b"DS"), (0x0028, 0x0034, b"IS"), (0x0028, 0x0100, b"US"), (0x0028, 0x0101, b"US"),
    (0x0028, 0x0102, b"US"), (0x0028, 0x0103, b"US"), (0x0028, 0x0120, b"US"), (0x0028, 0x0121, b"US"),
    (0x0028, 0x1050, b"DS"), (0x0028, 0x1051, b"DS"), (0x0028, 0x1052, b"DS"), (0x0028, 0x1053, b"DS"),
    (0x0028, 0x1055, b"LO"), (0x0028, 0x1056, b"CS"), (0x0028, 0x1101, b"US"), (0x0028, 0x1201, b"OW"),
    (0x0028, 0x3000, b"SQ"), (0x0028, 0x3010, b"SQ"), (0x0028, 0x3002, b"US"), (0x0028, 0x3006, b"OW"),
    (0x0028, 0x7FE0, b"UR"), (0x2050, 0x0020, b"CS"), (0x5200, 0x9229, b"SQ"), (0x5200, 0x9230, b"SQ"),
    (0x6000, 0x0010, b"US"), (0x6000, 0x0011, b"US"), (0x6000, 0x0050, b"SS"), (0x6000, 0x0100, b"US"),
    (0x6000, 0x0102, b"US"), (0x6000, 0x3000, b"OW"), (0x7FE0, 0x0001, b"OV"), (0x7FE0, 0x0008, b"OF"),
    (0x7FE0, 0x0010, b"OW"), (0xFFFE, 0xE000, b""), (0xFFFE, 0xE00D, b""), (0xFFFE, 0xE0DD, b""),
    (0x0009, 0x0010, b"LO"),
)  # fmt: skip

Random = random.Random


@dataclass(frozen=True, slots=True)
class Element:
    """An element of a DICOM file as it lies in the bytes; `vr` is empty where it is implicit."""

    start: int
    vr: bytes
    value: int
    end: int


def elements(data: bytes, limit: int = 600) -> list[Element]:
    """Return the elements of a little endian file in their order, items of sequences too; as far as they make sense."""
    place = 132 if data[128:132] == b"DICM" else 0
    found: list[Element] = []
    while place + 8 <= len(data) and len(found) < limit:
        group = data[place : place + 2]
        vr = data[place + 4 : place + 6]
        if group == b"\xfe\xff":
            value = place + 8
            found.append(Element(place, b"", value, value))
            place = value
            continue
        if vr.isalpha() and vr.isupper():
            long = vr in LONG_VRS
            value = place + (12 if long else 8)
            if value > len(data):
                break
            length = struct.unpack_from("<I" if long else "<H", data, place + (8 if long else 6))[0]
        else:
            vr, value = b"", place + 8
            length = struct.unpack_from("<I", data, place + 4)[0]
        enters = vr == b"SQ" or length == 0xFFFFFFFF
        end = value if enters else min(value + length, len(data))
        found.append(Element(place, vr, value, end))
        place = end
    return found


def flip_bits(data: bytearray, rng: Random) -> None:
    for _ in range(rng.choice((1, 1, 1, 2, 8))):
        data[_place(data, rng)] ^= 1 << rng.randrange(8)


def set_bytes(data: bytearray, rng: Random) -> None:
    for _ in range(rng.choice((1, 1, 4))):
        data[_place(data, rng)] = rng.choice((0, 0xFF, 0x7F, 0x80, 0x20, 0x5C, 0x30, rng.randrange(256)))


def set_number(data: bytearray, rng: Random) -> None:
    place = _place(data, rng) & ~1
    order = rng.choice("<<<>")
    if rng.random() < 0.5:
        data[place : place + 2] = struct.pack(order + "H", rng.choice(NUMBERS))
    else:
        data[place : place + 4] = struct.pack(order + "I", rng.choice(LENGTHS))


def change_length(data: bytearray, rng: Random) -> None:
    element = _any(data, rng)
    if element is None:
        return
    size = element.value - element.start
    actual = element.end - element.value
    length = rng.choice((*LENGTHS, actual + 1, actual + 2, max(0, actual - 1), max(0, actual - 2), actual * 2))
    if element.vr and size == 8:
        data[element.start + 6 : element.start + 8] = struct.pack("<H", length & 0xFFFF)
    else:
        data[element.value - 4 : element.value] = struct.pack("<I", length & 0xFFFFFFFF)


def change_vr(data: bytearray, rng: Random) -> None:
    element = _any(data, rng)
    if element is not None:
        data[element.start + 4 : element.start + 6] = rng.choice(VRS)


def change_tag(data: bytearray, rng: Random) -> None:
    element = _any(data, rng)
    if element is not None:
        group, number, _ = rng.choice(TAGS)
        data[element.start : element.start + 4] = struct.pack("<HH", group, number)


def change_value(data: bytearray, rng: Random) -> None:
    """Replace the value of an element, and its length with it."""
    element = _any(data, rng)
    if element is None or element.end == element.value:
        return
    vr = element.vr or rng.choice((b"DS", b"US"))
    data[element.start : element.end] = encoded(bytes(data[element.start : element.start + 4]), vr, _value(vr, rng),
                                                implicit=not element.vr)  # fmt: skip


def insert_element(data: bytearray, rng: Random) -> None:
    known = elements(bytes(data))
    if not known:
        return
    group, number, vr = rng.choice(TAGS)
    tag = struct.pack("<HH", group, number)
    implicit = not rng.choice(known).vr
    if not vr:  # an item or a delimiter
        new = tag + struct.pack("<I", rng.choice((0, 0, 8, 0xFFFFFFFF)))
    elif vr == b"SQ":
        new = _sequence(tag, rng, implicit)
    else:
        new = encoded(tag, vr, _value(vr, rng), implicit=implicit)
    # In its place, so that the order of tags is kept, or anywhere.
    later = [e.start for e in known if data[e.start : e.start + 4] > tag]
    place = min(later) if later and rng.random() < 0.7 else rng.choice(known).start
    data[place:place] = new


def repeat_element(data: bytearray, rng: Random) -> None:
    element = _any(data, rng)
    if element is not None and element.end - element.start < 65536:
        data[element.start : element.start] = data[element.start : element.end]


def drop_element(data: bytearray, rng: Random) -> None:
    element = _any(data, rng)
    if element is not None:
        del data[element.start : element.end]


def swap_elements(data: bytearray, rng: Random) -> None:
    one, other = _any(data, rng), _any(data, rng)
    if one is None or other is None or one.start == other.start:
        return
    first, second = sorted((one, other), key=lambda e: e.start)
    if first.end <= second.start and second.end - first.start < 1_000_000:
        middle = data[first.end : second.start]
        data[first.start : second.end] = (
            data[second.start : second.end] + middle + data[first.start : first.end]
        )  # fmt: skip


def nest_deeply(data: bytearray, rng: Random) -> None:
    element = _any(data, rng)
    if element is None:
        return
    tag = bytes(data[element.start : element.start + 4])
    depth = rng.choice((2, 30, 300, 1200))
    opening = (
        (tag if element.vr == b"" else tag + b"SQ\0\0") + b"\xff\xff\xff\xff" + b"\xfe\xff\x00\xe0\xff\xff\xff\xff"
    )
    closing = b"\xfe\xff\x0d\xe0\0\0\0\0" + b"\xfe\xff\xdd\xe0\0\0\0\0"
    data[element.start : element.start] = opening * depth + (closing * depth if rng.random() < 0.5 else b"")


def change_syntax(data: bytearray, rng: Random) -> None:
    start = bytes(data[:2000]).find(b"\x02\x00\x10\x00UI")
    if start >= 0:
        length = struct.unpack_from("<H", data, start + 6)[0]
        data[start : start + 8 + length] = encoded(b"\x02\x00\x10\x00", b"UI", rng.choice((*SYNTAXES, CANARY)))


def truncate(data: bytearray, rng: Random) -> None:
    known = elements(bytes(data))
    if known and rng.random() < 0.5:
        element = rng.choice(known)
        end = rng.choice((element.start, element.value, element.start + 4, element.end - 1))
    else:
        end = rng.randrange(len(data))
    del data[max(1, end) :]


def extend(data: bytearray, rng: Random) -> None:
    data += rng.choice((b"\0", b"\xff", b"\xfe\xff\xdd\xe0\0\0\0\0", rng.randbytes(16))) * rng.choice((1, 64, 1000))


def cut_out(data: bytearray, rng: Random) -> None:
    start = _place(data, rng)
    del data[start : start + rng.choice((1, 2, 7, 100, 1000))]


def damage_stream(data: bytearray, rng: Random) -> None:
    """Change a marker segment of a compressed stream, or the head of an RLE frame."""
    whole = bytes(data)
    places = [place for marker in MARKERS if (place := whole.find(marker, rng.choice((0, 132)))) >= 0]
    if not places:
        return flip_bits(data, rng)
    place = rng.choice(places) + rng.randrange(2, 24)
    if place >= len(data):
        return None
    if rng.random() < 0.5:
        data[place] = rng.choice((0, 1, 2, 8, 12, 16, 17, 0x7F, 0xFF, rng.randrange(256)))
    else:
        data[place : place + 4] = struct.pack(rng.choice("<>") + "I", rng.choice(LENGTHS))
    return None


def repair_png(data: bytearray, rng: Random) -> None:
    """Make the checksums of a PNG right again: damage behind a wrong one is never looked at."""
    place = 8
    while data.startswith(b"\x89PNG") and place + 12 <= len(data):
        length = struct.unpack_from(">I", data, place)[0]
        if place + 12 + length > len(data):
            return
        checksum = zlib.crc32(bytes(data[place + 4 : place + 8 + length]))
        data[place + 8 + length : place + 12 + length] = struct.pack(">I", checksum)
        place += 12 + length


Mutation = Callable[[bytearray, Random], None]
MUTATIONS: tuple[tuple[Mutation, int], ...] = (
    (flip_bits, 12), (set_bytes, 8), (set_number, 8), (change_length, 12), (change_vr, 8), (change_tag, 6),
    (change_value, 24), (insert_element, 16), (repeat_element, 3), (drop_element, 4), (swap_elements, 2),
    (nest_deeply, 2),
    (change_syntax, 4), (truncate, 6), (extend, 2), (cut_out, 4), (damage_stream, 10),
)  # fmt: skip


def mutant(base: bytes, other: bytes, rng: Random) -> bytes:
    """Return `base` damaged one to four times; now and then its first part is followed by a part of `other`."""
    data = bytearray(base)
    if rng.random() < 0.04:
        data = data[: rng.randrange(1, len(data) + 1)] + bytearray(other[rng.randrange(len(other)) :])
    chosen, weights = zip(*MUTATIONS, strict=True)
    for mutation in rng.choices(chosen, weights, k=rng.choice((1, 1, 1, 2, 3))):
        if len(data) > 16:
            mutation(data, rng)
    if rng.random() < 0.8:
        repair_png(data, rng)
    return bytes(data)


def encoded(tag: bytes, vr: bytes, value: bytes, *, implicit: bool = False) -> bytes:
    """Return an element in little endian, its length being right as far as the VR can say it."""
    if len(value) % 2:
        value += b"\0" if vr in (b"UI", b"OB", b"UN") else b" "
    if implicit:
        return tag + struct.pack("<I", len(value)) + value
    if vr in LONG_VRS:
        return tag + vr + b"\0\0" + struct.pack("<I", len(value)) + value
    return tag + vr + struct.pack("<H", len(value) & 0xFFFF) + value[:65534]


def _value(vr: bytes, rng: Random) -> bytes:
    if vr in (b"US", b"SS"):
        return b"".join(struct.pack("<H", rng.choice(NUMBERS)) for _ in range(rng.choice((1, 1, 1, 2, 3))))
    if vr in (b"UL", b"SL"):
        return struct.pack("<I", rng.choice(LENGTHS))
    if vr in (b"OB", b"OW", b"UN", b"OV", b"OF"):
        return rng.randbytes(rng.choice((0, 2, 8, 64, 500)))
    if rng.random() < 0.25:
        return b"\\".join(rng.choice(TEXTS[:36]) for _ in range(rng.choice((2, 3, 8))))
    return rng.choice(TEXTS)


def _sequence(tag: bytes, rng: Random, implicit: bool) -> bytes:
    inner = b"".join(
        encoded(struct.pack("<HH", group, number), vr, _value(vr, rng), implicit=implicit)
        for group, number, vr in rng.sample(TAGS[:50], rng.choice((0, 1, 3)))
        if vr and vr != b"SQ"
    )
    item = b"\xfe\xff\x00\xe0" + struct.pack("<I", len(inner)) + inner
    head = tag if implicit else tag + b"SQ\0\0"
    return head + struct.pack("<I", len(item)) + item


def _any(data: bytearray, rng: Random) -> Element | None:
    known = elements(bytes(data))
    return rng.choice(known) if known else None


def _place(data: bytearray, rng: Random) -> int:
    """Return a place to change: the first two kilobytes, where most is decided, as often as all the rest."""
    return rng.randrange(min(len(data), 2048) if rng.random() < 0.5 else len(data))
