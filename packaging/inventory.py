"""Which component every file of a built bundle belongs to, and how big each is.

python packaging/inventory.py BUILD_FOLDER BUNDLE     the ten biggest parts, and why each is there
"""

from __future__ import annotations

import ast
import importlib.metadata
import json
import os
import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import components
from components import Ruling

ROOT = Path(__file__).resolve().parent.parent


class InventoryError(SystemExit):
    """Something in the bundle has no known owner or licence; the build stops."""


@dataclass(slots=True)
class Component:
    """One third party, or a part of this program.

    Attributes
    ----------
    name, version : str
    spdx : str
        Licence expression without OR.
    ground : str
        Where the licence stands.
    kind : str
        ``python``, ``library`` (inside a wheel), ``system`` (a package of the build machine), ``own``.
    purl : str
        Package URL, empty where there is none.
    files : list of str
        Paths in the bundle; empty for modules inside the program file.
    size : int
        Bytes on disk of `files`.
    """

    name: str
    version: str
    spdx: str
    ground: str
    kind: str
    purl: str = ""
    files: list[str] = field(default_factory=list)
    size: int = 0


def normal(name: str) -> str:
    """Return a distribution's name as `components.LICENCES` spells it."""
    return re.sub(r"[-_.]+", "_", name).lower()


def of_bundle(work: Path, bundle: Path) -> list[Component]:
    """Return every component of `bundle`.

    Parameters
    ----------
    work : Path
        PyInstaller's work folder of the build: its tables say where each file came from.
    bundle : Path
        The finished folder.

    Raises
    ------
    InventoryError
        For a file without an owner, or an owner without a licence.
    """
    # By version too: two wheels may each bring the same library.
    found: dict[tuple[str, str], Component] = {}
    sources = _sources(work)
    unknown = []
    for file in _files(bundle):
        inside = file.relative_to(bundle).as_posix()
        destination = inside.split("/", 1)[1] if inside.startswith("_internal/") else inside
        component = _owner(destination, sources.get(destination))
        if component is None:
            unknown.append(inside)
            continue
        kept = found.setdefault((component.name, component.version), component)
        kept.files.append(inside)
        kept.size += file.stat().st_size
    if unknown:
        raise InventoryError("nobody owns these files of the bundle:\n  " + "\n  ".join(sorted(unknown)))
    for component in _pure_python(work):
        found.setdefault((component.name, component.version), component)
    return sorted(found.values(), key=lambda c: c.name.lower())


def _files(bundle: Path) -> Iterator[Path]:
    return (path for path in sorted(bundle.rglob("*")) if path.is_file() and not path.is_symlink())


def _sources(work: Path) -> dict[str, Path]:
    """Return bundle path -> file it was copied from."""
    (table,) = work.glob("COLLECT-*.toc")
    entries = ast.literal_eval(table.read_text(encoding="utf-8"))[0]
    sources = {entry[0].replace("\\", "/"): Path(entry[1]) for entry in entries if entry[1]}
    origins = work / "origins.json"
    if origins.is_file():
        sources |= {name: Path(source) for name, source in json.loads(origins.read_text()).items()}
    return sources


def _owner(destination: str, source: Path | None) -> Component | None:
    if destination.startswith("resources/heads/"):
        return _models()
    if destination.startswith("resources/notices/"):
        return Component("notices", _own_version(), "CC0-1.0", "collected texts", "own")
    if destination.startswith(("resources/", "cxrviewer")):
        return _own()
    if destination == "base_library.zip":
        return _python()
    return _foreign(destination.rsplit("/", 1)[-1], source) if source is not None else None


def _foreign(name: str, source: Path) -> Component | None:
    library = components.ruling_for_library(name)
    distribution = _distribution_of(source)
    from_python = source.resolve().is_relative_to(Path(sys.base_prefix).resolve())
    if library is not None and (distribution is not None or from_python):
        return _library(library, distribution)
    if distribution is not None:
        return _from_metadata(distribution)
    return _python() if from_python else _system(source)


def _own_version() -> str:
    sys.path.insert(0, str(ROOT))
    import cxrviewer

    return cxrviewer.__version__


def _own() -> Component:
    return Component("cxrviewer", _own_version(), "Apache-2.0", "LICENSE", "own")


def _models() -> Component:
    heads = [tomllib.loads(file.read_text(encoding="utf-8")) for file in sorted(heads_folder().glob("*/head.toml"))]
    licences = sorted({head["license"] for head in heads})
    versions = ", ".join(f"{head['id']} {head['version']}" for head in heads)
    return Component("models", versions, " AND ".join(licences), "head.toml of each head", "own")


def heads_folder() -> Path:
    """Return the folder of the heads that are bundled: the checkout's, or a stand-in while there is none."""
    return Path(os.environ.get("CXR_BUILD_RESOURCES", ROOT / "resources")) / "heads"


def _python() -> Component:
    version = ".".join(map(str, sys.version_info[:3]))
    return Component(
        "CPython", version, "PSF-2.0", "LICENSE.txt of the interpreter", "python", f"pkg:generic/cpython@{version}"
    )


def _library(known: tuple[str, Ruling], distribution: str | None) -> Component:
    name, ruling = known
    version = importlib.metadata.version(distribution) if distribution else "unknown"
    where = f"inside {distribution} {version}" if distribution else "of the system"
    # Qt's libraries carry the version of the wheel; for others the wheel does not say.
    return Component(name, version if name == "Qt" else where, ruling.spdx, ruling.ground, "library")


def _from_metadata(distribution: str) -> Component:
    metadata = importlib.metadata.metadata(distribution)
    name, version = normal(distribution), metadata["Version"]
    ruling = components.LICENCES.get(name)
    expression = metadata["License-Expression"] if "License-Expression" in metadata else None
    if ruling is None and not expression:
        raise InventoryError(f"{name} names no licence expression; decide it in components.LICENCES")
    spdx, ground = (ruling.spdx, ruling.ground) if ruling else (str(expression), "metadata of the wheel")
    return Component(name, version, spdx, ground, "python", f"pkg:pypi/{name.replace('_', '-')}@{version}")


def _system(source: Path) -> Component | None:
    """Return the component of a library of the build machine."""
    package = debian_package(source)
    if package is None:
        return None
    ruling = components.SYSTEM_PACKAGES.get(package)
    if ruling is None:
        raise InventoryError(f"{source.name} is from {package}: decide its licence in components.SYSTEM_PACKAGES")
    version = subprocess.run(
        ["dpkg-query", "-W", "-f=${Version}", package], capture_output=True, text=True, check=True
    ).stdout.strip()
    return Component(
        package, version, ruling.spdx, ruling.ground, "system", f"pkg:deb/{_distribution_id()}/{package}@{version}"
    )


@cache
def _distribution_id() -> str:
    release = Path("/etc/os-release").read_text(encoding="utf-8")
    return next(line.split("=", 1)[1].strip('"') for line in release.splitlines() if line.startswith("ID="))


def debian_package(library: Path) -> str | None:
    """Return the package a library of this machine belongs to, None where dpkg knows none."""
    for candidate in (library, library.resolve()):
        # Since /usr was merged the loader names /lib while dpkg may know /usr/lib, and the other way round.
        text = str(candidate)
        for path in (text, f"/usr{text}", text.removeprefix("/usr")):
            run = subprocess.run(["dpkg", "-S", path], capture_output=True, text=True, check=False)
            if run.returncode == 0:
                return run.stdout.split(":", 1)[0]
    return None


@cache
def _owners() -> dict[Path, str]:
    owners = {}
    for distribution in importlib.metadata.distributions():
        name = distribution.metadata["Name"]
        for file in distribution.files or ():
            owners[Path(str(distribution.locate_file(file))).resolve()] = name
    return owners


def _distribution_of(source: Path) -> str | None:
    return _owners().get(source.resolve())


def _pure_python(work: Path) -> Iterable[Component]:
    """Return components of the modules inside the program file, PyInstaller's starter among them."""
    yield _from_metadata("pyinstaller")
    yield _own()
    (table,) = work.glob("PYZ-*.toc")
    seen: set[str] = set()
    for entry in ast.literal_eval(table.read_text(encoding="utf-8"))[1]:
        source = Path(entry[1]) if entry[1] else None
        distribution = _distribution_of(source) if source is not None and source.is_absolute() else None
        if distribution is not None and distribution not in seen:
            seen.add(distribution)
            yield _from_metadata(distribution)


def sizes(found: Iterable[Component], bundle: Path) -> list[tuple[str, int]]:
    """Return parts of the bundle with their bytes, biggest first; the program file counts as one part."""
    parts: dict[str, int] = defaultdict(int)
    programs = {name for name in ("cxrviewer", "cxrviewer.exe", "cxrviewer-cli.exe") if (bundle / name).is_file()}
    for component in found:
        for file in component.files:
            parts["Python modules" if file in programs else component.name] += (bundle / file).stat().st_size
    return sorted(parts.items(), key=lambda part: -part[1])


def table(found: Iterable[Component], bundle: Path, rows: int = 10) -> str:
    """Return the biggest parts with the reason of each, as text.

    Raises
    ------
    InventoryError
        Where nobody has said why one of them is there.
    """
    lines = []
    ordered = sizes(found, bundle)
    total = sum(size for _, size in ordered)
    for name, size in ordered[:rows]:
        if name not in components.WHY:
            raise InventoryError(f"{name} is one of the biggest parts: say in components.WHY why it is there")
        lines.append(f"{size / 1e6:7.1f} MB  {name:<20} {components.WHY[name]}")
    rest = sum(size for _, size in ordered[rows:])
    lines.append(f"{rest / 1e6:7.1f} MB  the other {max(0, len(ordered) - rows)} parts")
    lines.append(f"{total / 1e6:7.1f} MB  altogether")
    return "\n".join(lines)


if __name__ == "__main__":
    folder = Path(sys.argv[2])
    print(table(of_bundle(Path(sys.argv[1]), folder), folder))
