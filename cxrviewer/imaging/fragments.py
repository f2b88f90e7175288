"""Encapsulated pixel data (PS3.5 A.4): which fragments make up one frame.

Offset tables are wrong often enough to be checked, and one frame needs none. Nothing here
decodes; `read_frame` returns the bytes of one code stream and whatever pads it.
"""

from __future__ import annotations

import struct
from itertools import pairwise
from typing import BinaryIO

from msgspec import Struct

from cxrviewer.imaging.streams import StreamError, rle_head, stream_kind
from cxrviewer.text import msg

MAX_FRAGMENTS = 1_000_000
_ITEM = (0xFFFE, 0xE000)
_UNDEFINED = 0xFFFFFFFF


class Encapsulated(Struct, frozen=True):
    """Where encapsulated pixel data lies.

    Attributes
    ----------
    stream : BinaryIO
    start, end : int
        First byte of the first item, and the end of the value or of the file.
    little : bool
        Byte order of the data set, in which tags and lengths of items are written.
    """

    stream: BinaryIO
    start: int
    end: int
    little: bool


class _Fragment(Struct, frozen=True):
    header: int
    start: int
    length: int


class Frame(Struct, frozen=True):
    """Bytes of one frame; `cut_short` where the file ends before its last fragment does."""

    data: bytes
    cut_short: bool


def _fragment(source: Encapsulated, position: int) -> _Fragment | None:
    """Return the item at `position`; None for a delimiter, for padding in its place and at the end."""
    source.stream.seek(position)
    head = source.stream.read(8)
    if len(head) < 8 or position + 8 > source.end:
        return None
    group, element, length = struct.unpack("<HHI" if source.little else ">HHI", head)
    if (group, element) != _ITEM or length == _UNDEFINED:
        return None
    return _Fragment(position, position + 8, length)


def _run(source: Encapsulated, position: int, stop: int | None = None) -> list[_Fragment]:
    """Return the fragments from `position` up to `stop` or the delimiter."""
    found: list[_Fragment] = []
    while stop is None or position < stop:
        fragment = _fragment(source, position)
        if fragment is None:
            break
        found.append(fragment)
        if len(found) > MAX_FRAGMENTS:
            raise StreamError(msg("the pixel data has too many fragments"))
        position = fragment.start + fragment.length
    return found


def _basic_table(source: Encapsulated, table: _Fragment, frames: int) -> list[int]:
    """Return where each frame starts by the Basic Offset Table; empty where it cannot be right."""
    if table.length != 4 * frames or table.start + table.length > source.end:
        return []
    source.stream.seek(table.start)
    offsets = struct.unpack(f"{'<' if source.little else '>'}{frames}I", source.stream.read(table.length))
    first = table.start + table.length
    return _ascending([first + offset for offset in offsets], first, source.end)


def _extended_table(source: Encapsulated, table: _Fragment, frames: int, offsets: bytes) -> list[int]:
    """Return where each frame starts by (7FE0,0001) Extended Offset Table; empty where it cannot be right."""
    if len(offsets) != 8 * frames:
        return []
    first = table.start + table.length
    return _ascending([first + offset for offset in struct.unpack(f"<{frames}Q", offsets)], first, source.end)


def _ascending(starts: list[int], first: int, end: int) -> list[int]:
    right = starts[:1] == [first] and starts[-1] < end and all(a < b for a, b in pairwise(starts))
    return starts if right else []


def _begins(source: Encapsulated, fragment: _Fragment) -> bool:
    """Return whether a code stream begins at `fragment`.

    The two bytes that begin a bare JPEG XL stream occur inside streams as well and do not count.
    """
    source.stream.seek(fragment.start)
    head = source.stream.read(min(64, fragment.length))
    if head.startswith(b"\xff\x0a"):
        return False
    return stream_kind(head) is not None or rle_head(head)


def _by_signature(source: Encapsulated, fragments: list[_Fragment], frame: int) -> list[_Fragment]:
    """Return the fragments of `frame`, told by the signature with which every code stream begins."""
    begins = []
    for index, fragment in enumerate(fragments):
        if _begins(source, fragment):
            begins.append(index)
            if len(begins) > frame + 1:
                break
    if begins[:1] != [0] or len(begins) <= frame:
        return []
    return fragments[begins[frame] : begins[frame + 1] if frame + 1 < len(begins) else None]


def _by_bare_jpeg_xl(source: Encapsulated, fragments: list[_Fragment], frame: int, frames: int) -> list[_Fragment]:
    """Return the fragments of `frame` where exactly as many fragments as frames begin as bare JPEG XL streams do.

    Two bytes alone prove nothing; that their number fits does.
    """
    begins = []
    for index, fragment in enumerate(fragments):
        source.stream.seek(fragment.start)
        if source.stream.read(min(2, fragment.length)) == b"\xff\x0a":
            begins.append(index)
    if begins[:1] != [0] or len(begins) != frames:
        return []
    return fragments[begins[frame] : begins[frame + 1] if frame + 1 < frames else None]


def _of_frame(source: Encapsulated, frame: int, frames: int, extended: bytes) -> list[_Fragment]:
    table = _fragment(source, source.start)
    if table is None:
        raise StreamError(msg("the pixel data does not begin with an item"))
    starts = _extended_table(source, table, frames, extended) if extended else []
    starts = starts or _basic_table(source, table, frames)
    if frames > 1 and starts:
        found = _run(source, starts[frame], starts[frame + 1] if frame + 1 < frames else None)
        if found and (frame + 1 == frames or found[-1].start + found[-1].length == starts[frame + 1]):
            return found
    fragments = _run(source, table.start + table.length)
    if not fragments:
        # Some writers leave the offset table out altogether, empty or not.
        fragments = [table] if table.length else []
    if frames == 1:
        return _by_signature(source, fragments, 0) or fragments
    if len(fragments) == frames:
        return fragments[frame : frame + 1]
    found = _by_signature(source, fragments, frame) or _by_bare_jpeg_xl(source, fragments, frame, frames)
    return found or fragments[frame : frame + 1]


def read_frame(source: Encapsulated, frame: int, frames: int, *, limit: int, extended: bytes = b"") -> Frame:
    """Return the bytes of one frame.

    Parameters
    ----------
    source : Encapsulated
    frame, frames : int
        Which one, from 0, and how many (0028,0008) Number of Frames says there are.
    limit : int
        Bytes after which the rest of the fragments cannot belong to the frame.
    extended : bytes
        (7FE0,0001) Extended Offset Table.

    Raises
    ------
    StreamError
        Where the frame is not there.
    """
    fragments = _of_frame(source, frame, frames, extended)
    if not fragments:
        raise StreamError(msg("the frame is missing"))
    parts, size = [], 0
    cut_short = False
    for fragment in fragments:
        source.stream.seek(fragment.start)
        part = source.stream.read(min(fragment.length, limit - size))
        cut_short = cut_short or len(part) < min(fragment.length, limit - size)
        parts.append(part)
        size += len(part)
        if size >= limit:
            break
    return Frame(parts[0] if len(parts) == 1 else b"".join(parts), cut_short)
