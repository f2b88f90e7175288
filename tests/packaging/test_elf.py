"""Libraries of wheels without a debugger's symbols and without holes. Linux on x86-64."""

from __future__ import annotations

import importlib.util
import platform
import re
import struct
import subprocess
import sys
from pathlib import Path

import pytest

elf = pytest.importorskip("elf")
contents = pytest.importorskip("contents")

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux") or platform.machine() != "x86_64", reason="made for Linux on x86-64"
)


def _library(package: str, pattern: str) -> Path:
    spec = importlib.util.find_spec(package)
    assert spec is not None and spec.origin is not None
    found = sorted((Path(spec.origin).parents[1]).glob(pattern))
    if not found:
        pytest.skip(f"the wheel of {package} here has no {pattern}")
    return found[0]


@pytest.fixture
def xau() -> Path:
    return _library("PIL", "pillow.libs/libXau-*.so*")


@pytest.fixture
def fortran() -> Path:
    return _library("numpy", "numpy.libs/libgfortran-*.so*")


def _readelf(option: str, library: Path) -> str:
    command = ["readelf", "-W", option, str(library)]
    return subprocess.run(command, env={"LC_ALL": "C"}, capture_output=True, text=True, check=True).stdout


def _memory(library: Path) -> dict[str, tuple[str, bytes]]:
    """Return address -> rights and bytes of each segment that is loaded, as readelf tells them."""
    data = library.read_bytes()
    rows = re.findall(r"^\s*LOAD\s+(\S+) (\S+) \S+ (\S+) (\S+) (.{3})", _readelf("-l", library), re.MULTILINE)
    return {
        address: (f"{size} {rights}", data[int(offset, 16) : int(offset, 16) + int(length, 16)])
        for offset, address, length, size, rights in rows
    }


def _without_headers(memory: dict[str, tuple[str, bytes]], library: Path) -> dict[str, tuple[str, bytes]]:
    """Blank the file's header and its table of segments, which lie in one of the segments and must differ."""
    table, count = struct.unpack_from("<Q", library.read_bytes(), 32)[0], 56
    size = struct.unpack_from("<H", library.read_bytes(), 56)[0] * count
    rows = re.findall(r"^\s*LOAD\s+(\S+) (\S+) \S+ (\S+)", _readelf("-l", library), re.MULTILINE)
    for offset, address, length in rows:
        rights, data = memory[address]
        blank = bytearray(data)
        for start, end in ((0, 64), (table, table + size)):
            low = max(start - int(offset, 16), 0)
            high = min(end - int(offset, 16), int(length, 16))
            if low < high:
                blank[low:high] = bytes(high - low)
        memory[address] = (rights, bytes(blank))
    return memory


def _loaded(library: Path, call: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    script = f"import ctypes; library = ctypes.CDLL({str(library)!r}); {call}"
    command = [sys.executable, "-c", script]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_what_is_loaded_stays_the_same_at_the_same_addresses(tmp_path: Path, xau: Path, fortran: Path) -> None:
    for library in (xau, fortran):
        smaller = tmp_path / library.name
        smaller.write_bytes(elf.compact(library.read_bytes()))
        before, after = (_without_headers(_memory(file), file) for file in (library, smaller))
        assert after == before != {}
        assert _readelf("--dyn-syms", smaller) == _readelf("--dyn-syms", library)
        assert _readelf("-V", smaller).count("Version:") == _readelf("-V", library).count("Version:")


def test_a_hole_of_two_megabytes_goes_and_the_library_still_works(tmp_path: Path, xau: Path) -> None:
    smaller = tmp_path / xau.name
    smaller.write_bytes(elf.compact(xau.read_bytes()))
    assert xau.stat().st_size > 2_000_000
    assert smaller.stat().st_size < 40_000
    call = "library.XauFileName.restype = ctypes.c_char_p; print(library.XauFileName())"
    run = _loaded(smaller, call, XAUTHORITY="/a/file")
    assert run.stdout.strip() == "b'/a/file'", run.stderr


def test_a_library_that_strip_breaks_is_compacted_and_loads(tmp_path: Path, fortran: Path) -> None:
    stripped, smaller = tmp_path / "stripped.so", tmp_path / "smaller.so"
    subprocess.run(["strip", "--strip-unneeded", "-o", str(stripped), str(fortran)], check=True)
    smaller.write_bytes(elf.compact(fortran.read_bytes()))
    beside = str(fortran.parent)  # what it needs itself
    refused = _loaded(stripped, LD_LIBRARY_PATH=beside).stderr
    if "page-aligned" not in refused:
        pytest.skip("this strip does not break it")
    assert _loaded(smaller, LD_LIBRARY_PATH=beside).returncode == 0
    assert smaller.stat().st_size <= fortran.stat().st_size


@pytest.mark.parametrize("data", [bytes(64), b"MZ" + bytes(80), b"\x7fELF\x01\x01" + bytes(80)])
def test_another_kind_of_file_stops_the_build(data: bytes) -> None:
    with pytest.raises(SystemExit, match="x86-64"):
        elf.compact(data)


@pytest.mark.parametrize(
    ("path", "compacted"),
    [
        ("pillow.libs/libXau-154567c4.so.6.0.0", True),
        ("numpy.libs/libscipy_openblas64_-32a4b2a6.so", True),
        ("numpy/_core/_multiarray_umath.cpython-311-x86_64-linux-gnu.so", True),
        ("PySide6/Qt/lib/libicui18n.so.73", True),
        ("PySide6/Qt/lib/libicudata.so.73", False),  # made anew by icu_data.py
        ("PySide6/Qt/lib/libQt6Core.so.6", False),  # under the LGPL, as The Qt Company built it
        ("libpython3.11.so.1.0", False),  # strip does it
    ],
)
def test_which_libraries_are_compacted(path: str, compacted: bool) -> None:
    assert bool(contents.COMPACTED.match(path)) is compacted
    assert not (contents.COMPACTED.match(path) and (contents.STRIPPED.match(path) or contents.SHRUNK.match(path)))
