"""A libicudata with only the data Qt asks for: 32 MB of every language's names become 2 MB.

ICU, which Qt Core is linked to, keeps its data as one table in a shared library that holds nothing else
(ICU User Guide, "ICU Data": the library may be replaced by one made from fewer items). Qt uses of it the
collation order, with which names are sorted in lists and file dialogs, and case mapping; line and word
breaks and formats of dates and numbers are Qt's own tables. What is not there ICU reports as missing and
goes on without.

    python packaging/icu_data.py LIBICUDATA            what the library holds, by folder
    python packaging/icu_data.py LIBICUDATA OUTPUT     write the smaller library
"""

from __future__ import annotations

import re
import struct
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

KEPT = re.compile(
    # Collation of every language, and what finds it.
    r"^(coll/.*|res_index\.res|root\.res|en\.res|en_US\.res"
    # Tables that belong to no language: properties, normal forms, case, aliases, versions, likely scripts.
    r"|[^/]*\.(icu|nrm|cfu|spp)|icuver\.res|icustd\.res|supplementalData\.res|langInfo\.res|likelySubtags\.res"
    r"|keyTypeData\.res|metadata\.res|genderList\.res|plurals\.res|dayPeriods\.res|grammaticalFeatures\.res"
    r"|numberingSystems\.res|timezoneTypes\.res|windowsZones\.res|metaZones\.res|zoneinfo64\.res|pool\.res)$"
)
_HEADER = struct.Struct("<HBB")  # headerSize, 0xda, 0x27 (ICU's udata.h, MappedData)
_ALIGNMENT = 16


class IcuDataError(SystemExit):
    """The library is not what this script knows."""


def read(library: Path) -> tuple[str, bytes]:
    """Return the name of the data symbol (``icudt73_dat``) and its bytes.

    Raises
    ------
    IcuDataError
    """
    listing = subprocess.run(
        ["readelf", "-W", "--dyn-syms", str(library)], capture_output=True, text=True, check=True
    ).stdout
    found = re.search(r"^\s*\d+: ([0-9a-f]+)\s+(\d+|0x[0-9a-f]+) OBJECT\s.*\b(icudt\d+_dat)$", listing, re.MULTILINE)
    if found is None:
        raise IcuDataError(f"{library.name} holds no ICU data")
    address, size = int(found.group(1), 16), int(found.group(2), 0)
    segments = subprocess.run(["readelf", "-W", "-l", str(library)], capture_output=True, text=True, check=True).stdout
    for offset, start, length in re.findall(
        r"^\s*LOAD\s+0x([0-9a-f]+) 0x([0-9a-f]+) 0x[0-9a-f]+ 0x([0-9a-f]+)", segments, re.MULTILINE
    ):
        if int(start, 16) <= address < int(start, 16) + int(length, 16):
            begin = int(offset, 16) + address - int(start, 16)
            return found.group(3), library.read_bytes()[begin : begin + size]
    raise IcuDataError(f"the data of {library.name} lie in no segment")


def items(table: bytes) -> tuple[bytes, dict[str, bytes]]:
    """Return header and items of an ICU data table (udata.h, "ToCP"; offsets count from behind the header).

    Raises
    ------
    IcuDataError
    """
    header_size, first, second = _HEADER.unpack_from(table)
    if (first, second) != (0xDA, 0x27) or table[12:16] != b"CmnD":
        raise IcuDataError("this is no common data table of ICU")
    header, body = table[:header_size], table[header_size:]
    (count,) = struct.unpack_from("<I", body)
    places = [struct.unpack_from("<II", body, 4 + 8 * index) for index in range(count)]
    ends = [data for _, data in places[1:]] + [len(body)]
    found = {}
    for (name, data), end in zip(places, ends, strict=True):
        found[body[name : body.index(b"\0", name)].decode("ascii")] = body[data:end]
    return header, found


def table_of(header: bytes, kept: dict[str, bytes]) -> bytes:
    """Return a table of `kept`: names sorted, as ICU searches them by halves, and items aligned."""
    names = sorted(kept)
    position = 4 + 8 * len(names)
    offsets, text = [], b""
    for name in names:
        offsets.append(position + len(text))
        text += name.encode("ascii") + b"\0"
    position = -(-(position + len(text)) // _ALIGNMENT) * _ALIGNMENT
    places, blobs = [], []
    for name in names:
        blob = kept[name] + b"\0" * (-len(kept[name]) % _ALIGNMENT)
        places.append(position)
        blobs.append(blob)
        position += len(blob)
    toc = struct.pack("<I", len(names)) + b"".join(
        struct.pack("<II", n, d) for n, d in zip(offsets, places, strict=True)
    )
    head = toc + text
    return header + head + b"\0" * (-len(head) % _ALIGNMENT) + b"".join(blobs)


def _inside(name: str) -> str:
    return name.split("/", 1)[1]  # every name begins with icudt73l/


def shrink(library: Path, target: Path) -> int:
    """Write `target`, a library with the kept items of `library` under the same names; return its size.

    Needs a C compiler, which Linux machines that build software have.
    """
    symbol, table = read(library)
    header, found = items(table)
    kept = {name: data for name, data in found.items() if KEPT.match(_inside(name))}
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        data.write_bytes(table_of(header, kept))
        source = Path(folder) / "data.s"
        lines = (
            ".section .rodata",
            ".balign 16",
            f".globl {symbol}",
            f".type {symbol}, %object",
            f".size {symbol}, {data.stat().st_size}",
            f"{symbol}:",
            f'.incbin "{data}"',
            '.section .note.GNU-stack,"",%progbits',  # without it the loader wants an executable stack
        )
        source.write_text("\n".join(lines) + "\n", encoding="ascii")
        flags = ["-shared", "-nostdlib", "-Wl,--build-id=none", f"-Wl,-soname,{library.name}"]
        subprocess.run(["cc", *flags, "-o", str(target), str(source)], check=True)
    return target.stat().st_size


def _by_folder(found: Iterable[tuple[str, bytes]]) -> Counter[str]:
    sizes: Counter[str] = Counter()
    for name, data in found:
        inside = _inside(name)
        sizes[inside.split("/")[0] + "/" if "/" in inside else "(no folder)"] += len(data)
    return sizes


def main() -> int:
    library = Path(sys.argv[1])
    if len(sys.argv) > 2:
        print(f"{shrink(library, Path(sys.argv[2])) / 1e6:.1f} MB instead of {library.stat().st_size / 1e6:.1f}")
        return 0
    _, found = items(read(library)[1])
    for folder, size in _by_folder(found.items()).most_common():
        print(f"{size / 1e6:6.2f} MB  {folder}")
    kept = sum(len(data) for name, data in found.items() if KEPT.match(_inside(name)))
    print(f"{kept / 1e6:6.2f} MB  kept")
    return 0


if __name__ == "__main__":
    sys.exit(main())
