"""Licence texts and the list of components that go into the bundle, and the check that none is GPL."""

from __future__ import annotations

import importlib.metadata
import json
import sys
import sysconfig
from collections.abc import Iterable, Sequence
from pathlib import Path

import components
from inventory import Component, normal

TEXTS = Path(__file__).resolve().parent / "licences"
RULE = "=" * 100
_OWN_TEXTS = {
    "CharLS": "charls.txt",
    "OpenJPH": "openjph.txt",
    "libjxl": "libjxl.txt",
    "ICU": "icu.txt",
    "Qt": "LGPL-3.0.txt",
}

LGPL = """\
The Qt libraries (component "Qt") and PySide6/Shiboken6 are used under the GNU Lesser General Public License,
version 3. They are separate, unmodified shared libraries in this program's folder, in `_internal/PySide6` and
`_internal/shiboken6`: you may replace them with compatible versions of your own, and you may take this program
apart as far as debugging such a replacement needs. Their complete source code is published by The Qt Company on
its download site: for the version named below the archives qtbase (Qt) and pyside-setup (PySide6, Shiboken6).
Who passes this program on sees to it that they stay there, or gives the archives along.
To exchange a library: put yours under the same file name into its folder. On macOS sign the app anew afterwards.
"""


def forbidden(found: Iterable[Component]) -> list[str]:
    """Return a line for every component whose licence would make the whole program GPL, or that has none."""
    lines = []
    for component in found:
        if not component.spdx:
            lines.append(f"{component.name}: no licence")
        elif components.is_forbidden(component.spdx):
            lines.append(f"{component.name} {component.version}: {component.spdx}")
    return lines


def write(found: Sequence[Component], folder: Path) -> None:
    """Write ``licences.json`` (what the About box lists) and ``THIRD_PARTY.txt`` (all texts) into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    third = [component for component in found if component.kind != "own"]
    rows = [{"name": c.name, "version": c.version, "licence": c.spdx} for c in third]
    (folder / "licences.json").write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    parts = [
        "What cxrviewer is made of, and under which licences.\n",
        LGPL,
        "\n".join(f"{c.name:<28} {c.version:<34} {c.spdx}" for c in third),
    ]
    owners: dict[str, list[str]] = {}  # many have word for word the same text: it is given once, under all their names
    for component in third:
        for title, text in _texts(component):
            owners.setdefault(text.strip(), []).append(f"{component.name} {component.version}: {title}")
    parts += [f"{RULE}\n" + "\n".join(titles) + f"\n{RULE}\n\n{text}" for text, titles in owners.items()]
    (folder / "THIRD_PARTY.txt").write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _texts(component: Component) -> list[tuple[str, str]]:
    if component.name == "CPython":
        return [("licence", _read(Path(sysconfig.get_paths()["stdlib"]) / "LICENSE.txt"))]
    if component.name in _OWN_TEXTS:
        texts = [("licence", _read(TEXTS / _OWN_TEXTS[component.name]))]
        if component.name == "Qt":
            texts.append(("the licence that LGPL 3 refers to", _read(TEXTS / "GPL-3.0.txt")))
        return texts
    if component.kind == "system":
        return [("copyright file of the system package", _read(Path("/usr/share/doc") / component.name / "copyright"))]
    if component.kind == "python":
        return _of_distribution(component.name)
    return []  # libraries inside wheels: their texts are in the wheel's own licence file


def _of_distribution(name: str) -> list[tuple[str, str]]:
    distribution = next(d for d in importlib.metadata.distributions() if normal(d.metadata["Name"]) == name)
    texts = []
    for file in distribution.files or ():
        base = file.name.lower()
        at_home = file.parent.name in ("licenses", name, file.parts[0]) and len(file.parts) <= 3
        if (
            at_home
            and base.startswith(("licen", "copying", "thirdpartynotices", "notice"))
            and not base.endswith(".py")
        ):
            texts.append((file.name, _read(Path(str(distribution.locate_file(file))))))
    return texts


def _read(file: Path) -> str:
    if not file.is_file():
        print(f"missing licence text: {file.name}", file=sys.stderr)
        return ""
    return file.read_text(encoding="utf-8", errors="replace")
