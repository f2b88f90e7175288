"""Finds heads on disk. Imports nothing from them and cannot fail: a bad head is a row with its reasons."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from cxrviewer.errors import ManifestError, SettingsError
from cxrviewer.heads.backbone import find_backbone
from cxrviewer.heads.contract import DiscoveredHead
from cxrviewer.heads.files import MANIFEST_NAME
from cxrviewer.heads.manifest import read_manifest
from cxrviewer.paths import resources_dir


def shipped_folder() -> Path | None:
    """Return the folder of the heads that came with the program, None where there is none."""
    try:
        return resources_dir() / "heads"
    except SettingsError:
        return None


def discover_one(folder: Path) -> DiscoveredHead:
    """Return what `folder` holds, with its problems where that is no head."""
    try:
        return DiscoveredHead(folder, read_manifest(folder))
    except ManifestError as error:
        return DiscoveredHead(folder, None, error.problems)


def discover(folders: Iterable[Path]) -> tuple[DiscoveredHead, ...]:
    """Return the heads directly below `folders`, in the order of the folders and then by name.

    A head whose id is taken by an earlier one keeps its manifest and gets a problem: a
    folder somebody copied must never replace the shipped head quietly.
    """
    found: list[DiscoveredHead] = []
    taken: set[str] = set()
    for folder in folders:
        for candidate in _subfolders(folder):
            head = discover_one(candidate)
            name = head.manifest.id if head.manifest is not None else None
            if name in taken:
                head = replace(head, problems=(*head.problems, "id: is already taken by another head"))
            elif name is not None:
                taken.add(name)
            found.append(head)
    return tuple(_with_backbone(head, found) for head in found)


def _with_backbone(head: DiscoveredHead, heads: list[DiscoveredHead]) -> DiscoveredHead:
    """Return `head`, with a problem where it needs features nobody here makes."""
    if head.manifest is None or head.manifest.backbone is None:
        return head
    problem = find_backbone(head.manifest, heads)[1]
    return replace(head, problems=(*head.problems, problem)) if problem else head


def _subfolders(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if _is_folder(entry) and not entry.name.startswith("."))
    except OSError:
        return []  # a folder that is not there holds no heads
    # Without a manifest it is no attempt at a head: `__pycache__` and the like are not worth a row.
    return [folder / name for name in names if os.path.lexists(folder / name / MANIFEST_NAME)]


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False
