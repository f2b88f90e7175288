"""The smaller ICU library: a table of few items made by hand, and Qt sorting with the real one."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest

icu_data = pytest.importorskip("icu_data")

# Header: size 32, magic 0xda27, then UDataInfo with the format "CmnD" at 12 (ICU's udata.h); the rest is not read.
HEADER = struct.pack("<HBB", 32, 0xDA, 0x27) + b"\x14\0\0\0\0\0\x02\0" + b"CmnD" + b"\1\0\0\0" + b"\0" * 12


def test_a_table_comes_back_as_it_was_written() -> None:
    kept = {"icudt73l/root.res": b"root" * 5, "icudt73l/coll/ucadata.icu": b"\1" * 33}
    header, found = icu_data.items(icu_data.table_of(HEADER, kept))
    assert header == HEADER
    # Items are padded to 16 bytes, as ICU's own tool does.
    assert {name: data[: len(kept[name])] for name, data in found.items()} == kept
    assert all(len(data) % 16 == 0 for data in found.values())


def test_names_are_sorted_and_items_aligned_as_icu_searches_them() -> None:
    table = icu_data.table_of(HEADER, {"icudt73l/b.res": b"2", "icudt73l/a.res": b"1"})
    body = table[32:]
    count, first_name, first_data, _, second_data = struct.unpack_from("<5I", body)
    assert count == 2
    assert body[first_name:].startswith(b"icudt73l/a.res\0")
    assert (first_data % 16, second_data % 16) == (0, 0)
    assert body[first_data : first_data + 1] + body[second_data : second_data + 1] == b"12"


def test_something_else_is_rejected() -> None:
    with pytest.raises(SystemExit, match="no common data table"):
        icu_data.items(b"\0" * 64)


SORT = """
from PySide6.QtCore import QCollator, QLocale
def order(words, locale, numeric=False):
    collator = QCollator(QLocale(locale))
    collator.setNumericMode(numeric)
    from functools import cmp_to_key
    return sorted(words, key=cmp_to_key(collator.compare))
print(ascii(order(["z", "ä", "a", "Z", "b"], "de")))
print(ascii(order(["z", "ä", "a", "Z", "b"], "sv")))
print(ascii(order(["北", "一", "安"], "zh")))
print(ascii(order(["film 10", "film 9"], "en", True)))
print(ascii(QLocale("tr").toUpper("i")))
maps = [line.split()[-1] for line in open("/proc/self/maps")]
print("loaded from", next(path for path in maps if "libicudata" in path))
"""


def test_qt_sorts_the_same_with_the_smaller_library(tmp_path: Path) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("only the Linux wheels of Qt bring ICU")
    import PySide6

    (library,) = (Path(PySide6.__file__).parent / "Qt" / "lib").glob("libicudata.so.*")
    smaller = tmp_path / library.name
    try:
        size = icu_data.shrink(library, smaller)
    except FileNotFoundError:
        pytest.skip("no C compiler")
    assert size < library.stat().st_size / 4

    def answers(preload: str) -> str:
        # Loaded first under the same name, it is the one Qt gets.
        environment = {**os.environ, "LD_PRELOAD": preload}
        run = subprocess.run([sys.executable, "-c", SORT], env=environment, capture_output=True, text=True, check=True)
        return run.stdout + run.stderr

    found, loaded = answers(str(smaller)).rsplit("loaded from ", 1)
    assert loaded.strip() == str(smaller)
    assert found == answers("").rsplit("loaded from ", 1)[0]
    # By hand: German puts the umlaut beside a, Swedish after z; Chinese goes by pinyin (an, bei, yi).
    german, swedish, chinese, numbers, _ = found.splitlines()
    assert german == ascii(["a", "ä", "b", "z", "Z"])
    assert swedish == ascii(["a", "b", "z", "Z", "ä"])
    assert chinese == ascii(["安", "北", "一"])
    assert numbers == ascii(["film 9", "film 10"])
