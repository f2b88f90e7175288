"""The oldest C and C++ libraries a Linux bundle runs on, read from its binaries.

python packaging/glibc.py BUNDLE
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

_NEED = re.compile(r"Name: (GLIBC|GLIBCXX|CXXABI|GCC)_([0-9]+(?:\.[0-9]+)*)\b")
Entry = tuple[str, str, str]

_SONAME = re.compile(r"\(NEEDED\).*\[(.+)\]")


def binaries(bundle: Path) -> list[Path]:
    """Return every ELF file of `bundle`."""
    files = (path for path in sorted(bundle.rglob("*")) if path.is_file() and not path.is_symlink())
    return [path for path in files if _begins_like_elf(path)]


def _begins_like_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def floors(bundle: Path) -> dict[str, tuple[tuple[int, ...], list[str]]]:
    """Return, per symbol family, the greatest version any binary needs and which binaries need it."""
    needs: dict[str, dict[tuple[int, ...], list[str]]] = defaultdict(lambda: defaultdict(list))
    for path in binaries(bundle):
        for family, version in set(_NEED.findall(_readelf("-V", path))):
            needs[family][tuple(map(int, version.split(".")))].append(path.relative_to(bundle).as_posix())
    return {family: (max(found), found[max(found)]) for family, found in needs.items()}


def host_libraries(bundle: Path) -> set[str]:
    """Return the libraries the bundle needs and does not bring: what a system must have."""
    files = binaries(bundle)
    own = {path.name for path in bundle.rglob("*.so*")}
    return {name for path in files for name in _SONAME.findall(_readelf("-d", path))} - own


def without_orphans(entries: list[Entry]) -> list[Entry]:
    """Return PyInstaller's `entries` without libraries of the system that nothing else among them needs.

    Parameters
    ----------
    entries : list of (path in the bundle, source, kind)
        Libraries of the system lie at the top; those of wheels stay in their package's folder. A module of
        Python (``EXTENSION``) at the top is imported, and no library needs it.
    """
    top = {name: source for name, source, kind in entries if "/" not in name and ".so" in name and kind != "EXTENSION"}
    waiting = [source for name, source, _ in entries if name not in top]
    waiting += [source for name, source in top.items() if name.startswith("libpython")]
    reached: set[str] = {name for name in top if name.startswith("libpython")}
    while waiting:
        needed = set(_SONAME.findall(_readelf("-d", Path(waiting.pop())))) & top.keys() - reached
        reached |= needed
        waiting += [top[name] for name in needed]
    return [entry for entry in entries if entry[0] not in top or entry[0] in reached]


def _readelf(option: str, path: Path) -> str:
    # LC_ALL: readelf translates the words we look for.
    run = subprocess.run(
        ["readelf", "-W", option, str(path)],
        capture_output=True,
        text=True,
        check=True,
        env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
    )
    return run.stdout


def text_of(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def main() -> int:
    bundle = Path(sys.argv[1])
    for family, (version, who) in sorted(floors(bundle).items()):
        print(f"{family} {text_of(version)}  needed by {', '.join(who[:3])}{' and others' if len(who) > 3 else ''}")
    print("from the system:", " ".join(sorted(host_libraries(bundle))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
