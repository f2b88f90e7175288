"""A shared library without what only a debugger reads and without holes, for those that ``strip`` would break.

Wheels' libraries are rewritten by patchelf, which puts the table of names behind the symbols of the debugger.
``strip`` then moves a segment off its page and the loader refuses the library ("not page-aligned"). It also leaves
holes of up to 2 MB, because a segment that says so starts at a multiple of 2 MiB in the file. Here whole segments
move, each by a multiple of a page, and keep their addresses: nothing that is loaded changes.

    python packaging/elf.py LIBRARY OUTPUT
"""

from __future__ import annotations

import struct
import sys
from pathlib import Path

PAGE = 0x1000
"""Of x86-64. Elsewhere pages may be larger, and libraries are left as they are."""

_HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
_SEGMENT = struct.Struct("<IIQQQQQQ")
_SECTION = struct.Struct("<IIQQQQIIQQ")
_LOAD = 1
_NO_BITS = 8
_ALLOCATED = 2
_X86_64 = 62


class ElfError(SystemExit):
    """The library is not what this script knows; the build stops."""


def compact(data: bytes) -> bytes:
    """Return the library `data` with its loaded segments, its dynamic symbols and nothing else.

    Raises
    ------
    ElfError
        For another kind of file, or where a segment could not keep its place in memory.
    """
    header = list(_HEADER.unpack_from(data))
    if header[0][:6] != b"\x7fELF\x02\x01" or header[2] != _X86_64:
        raise ElfError("not a 64-bit library for x86-64")
    phoff, shoff, phnum, shnum, names = header[5], header[6], header[10], header[12], header[13]
    segments = [list(_SEGMENT.unpack_from(data, phoff + _SEGMENT.size * n)) for n in range(phnum)]
    sections = [list(_SECTION.unpack_from(data, shoff + _SECTION.size * n)) for n in range(shnum)]
    if any(section[2] & _ALLOCATED and section[8] > PAGE for section in sections):
        raise ElfError("a section needs more than a page's alignment")
    out, moves = _moved(data, segments)
    for segment in segments:
        segment[7] = min(segment[7], PAGE) if segment[0] == _LOAD else segment[7]
        segment[2] = _place(moves, segment[2], segment[5]) if segment[5] else segment[3] % PAGE
    kept = [_kept(section, moves) for section in sections]
    # The sections' names lie behind what is loaded.
    kept[names] = sections[names]
    start, size = kept[names][4:6]
    kept[names][4] = len(out)
    out += data[start : start + size]
    out += bytes(-len(out) % 8)
    header[5], header[6] = _place(moves, phoff, _SEGMENT.size * phnum), len(out)
    out += b"".join(_SECTION.pack(*section) for section in kept)
    for number, segment in enumerate(segments):
        _SEGMENT.pack_into(out, header[5] + _SEGMENT.size * number, *segment)
    _HEADER.pack_into(out, 0, *header)
    return bytes(out)


def _moved(data: bytes, segments: list[list[int]]) -> tuple[bytearray, list[tuple[int, int, int]]]:
    """Return the loaded segments close together, and (start, end, by how much) of each as it lay in `data`."""
    out, moves = bytearray(), []
    for start, end in sorted((s[2], s[2] + s[5]) for s in segments if s[0] == _LOAD and s[5]):
        out += bytes((start - len(out)) % PAGE)
        moves.append((start, end, len(out) - start))
        out += data[start:end]
    return out, moves


def _place(moves: list[tuple[int, int, int]], offset: int, size: int) -> int:
    for start, end, by in moves:
        if start <= offset and offset + size <= end:
            return offset + by
    raise ElfError("part of what is loaded lies outside the segments")


def _kept(section: list[int], moves: list[tuple[int, int, int]]) -> list[int]:
    """Return the entry of a section; symbols name sections by number, so what goes leaves an empty entry."""
    if not section[2] & _ALLOCATED:
        return [0] * len(section)
    empty = section[1] == _NO_BITS or not section[5]
    return [*section[:4], 0 if empty else _place(moves, section[4], section[5]), *section[5:]]


def main() -> int:
    source, target = map(Path, sys.argv[1:])
    target.write_bytes(compact(source.read_bytes()))
    print(f"{source.stat().st_size} -> {target.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
