"""What the About box says: version, label, privacy, licences of what is bundled, and what is new. No Qt."""

from __future__ import annotations

import json
import logging
from pathlib import Path

from msgspec import Struct

import cxrviewer
from cxrviewer.errors import SettingsError
from cxrviewer.paths import resources_dir
from cxrviewer.text import msg, tr

logger = logging.getLogger(__name__)

PURPOSE = msg(
    "An offline viewer for chest films. A small distilled network runs on this computer's "
    "processor. Findings and heat maps are for research: they must not be used for "
    "diagnosis, treatment or any decision about a patient."
)

PRIVACY = (
    msg(
        "Nothing leaves this computer. The program opens no network connection, looks for no "
        "updates and reports no usage."
    ),
    msg(
        "Films are read where they lie and are not changed or moved. Only discs and sticks of the library are "
        "copied, where you chose that."
    ),
    msg("The log holds no name, ID, date of birth, UID or path."),
    msg(
        "Kept on this computer: the last folder opened, arrangements with the paths of their films, small pictures "
        "of opened films, the library's index with names and paths, and what you draw and write."
    ),
)

PARTS = (
    "PySide6-Essentials",
    "shiboken6",
    "pyqtgraph",
    "numpy",
    "pydicom",
    "PyNaCl",
    "onnxruntime",
    "Pillow",
    "imagecodecs",
    "platformdirs",
    "msgspec",
    "watchdog",
)
"""What a run from source uses; a built program brings a list made from its own files."""


class Part(Struct, frozen=True):
    """A third party: its name, version and licence (SPDX where it is known)."""

    name: str
    version: str
    licence: str


class About(Struct, frozen=True):
    """Everything in the box.

    Attributes
    ----------
    version : str
    parts : tuple of Part
    licence_texts : Path or None
        File with the text of every licence; a run from source has none.
    news : str
        The change log as Markdown, empty where it was not installed.
    """

    version: str
    parts: tuple[Part, ...]
    licence_texts: Path | None
    news: str


def about() -> About:
    """Return what this installation has to say about itself. A missing file leaves its part empty."""
    try:
        resources = resources_dir()
    except SettingsError:
        return About(cxrviewer.__version__, installed_parts(), None, "")
    notices = resources / "notices"
    texts = notices / "THIRD_PARTY.txt"
    return About(
        cxrviewer.__version__,
        _bundled_parts(notices / "licences.json") or installed_parts(),
        texts if texts.is_file() else None,
        _news((resources / "CHANGELOG.md", resources.parent / "CHANGELOG.md")),
    )


def installed_parts() -> tuple[Part, ...]:
    """Return `PARTS` as they are installed beside the source."""
    import importlib.metadata  # brings the e-mail package; the window does not wait for that

    found = []
    for name in PARTS:
        try:
            metadata = importlib.metadata.metadata(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        stated = [metadata[key] for key in ("License-Expression", "License") if key in metadata]
        found.append(
            Part(name, metadata[tr("Version")], stated[0].splitlines()[0] if stated else tr("see its own files"))
        )
    return tuple(found)


def _bundled_parts(file: Path) -> tuple[Part, ...]:
    try:
        rows = json.loads(file.read_text(encoding="utf-8"))
        return tuple(Part(str(row["name"]), str(row["version"]), str(row["licence"])) for row in rows)
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, TypeError, KeyError):
        logger.warning("the list of licences cannot be read")
        return ()


def _news(candidates: tuple[Path, ...]) -> str:
    for file in candidates:
        try:
            return file.read_text(encoding="utf-8")
        except OSError:
            continue
    return ""
