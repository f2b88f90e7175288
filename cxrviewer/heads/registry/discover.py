"""Finds heads on disk. Imports nothing from them and cannot fail: a bad head is a row with its reasons."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import logging
import os
import sys
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from msgspec.structs import replace

from cxrviewer.errors import HeadRejectedError, JobCancelled, ManifestError, SettingsError
from cxrviewer.heads.contract import DiscoveredHead
from cxrviewer.heads.package.files import MANIFEST_NAME, sha256
from cxrviewer.heads.package.manifest import read_manifest_bytes
from cxrviewer.heads.package.signature import read_signature, verify
from cxrviewer.heads.registry.backbone import find_backbone
from cxrviewer.heads.runtime.parsing import DIRECT, Parser
from cxrviewer.paths import resources_dir
from cxrviewer.text import Message, joined, msg

logger = logging.getLogger(__name__)


def shipped_folder() -> Path | None:
    """Return the folder of the heads that came with the program, None where there is none."""
    try:
        return resources_dir() / "heads"
    except SettingsError:
        return None


ENTRY_POINTS = "cxrviewer.heads"
"""Entry point group: ``name = "package.folder"`` names a folder, inside an installed package, that is a head."""

FAILED = (
    "head.toml: the folder could not be looked at, for a reason this program did not expect; details are in the log"
)
_FROZEN = msg("is a Python program, which the installed program never runs; run cxrviewer from source")
_UNAPPROVED = msg("is a Python program that nobody on this computer has approved; see `cxrviewer heads approve`")
FROZEN = joined(("kind", _FROZEN), ": ")
UNAPPROVED = joined(("kind", _UNAPPROVED), ": ")


def unusable_program(*, approved: bool) -> Message | None:
    """Return the sentence why a Python head does not run here, None where it does."""
    why = _FROZEN if is_frozen() else None if approved else _UNAPPROVED
    return None if why is None else msg("The model head {why}.", why=why)


def is_frozen() -> bool:
    """Return whether this is the installed program and not Python run from source."""
    return bool(getattr(sys, "frozen", False))


def discover_one(folder: Path, approved: Collection[str] = (), parser: Parser = DIRECT) -> DiscoveredHead:
    """Return what `folder` holds, with its problems where that is no head.

    Parameters
    ----------
    approved : collection of str
        Digests of the Python heads that may run; all others have a problem.
    parser : Parser
        Reads ``head.toml``.
    """
    try:
        data = read_manifest_bytes(folder)
    except ManifestError as error:
        return DiscoveredHead(folder, None, error.problems)
    digest = sha256(data)
    try:
        manifest = parser.manifest(folder, data)
    except ManifestError as error:
        return DiscoveredHead(folder, None, error.problems, digest)
    head = DiscoveredHead(folder, manifest, digest=digest, approved=manifest.program and digest in approved)
    try:
        head = replace(head, signer=verify(data, read_signature(folder)))
    except HeadRejectedError as error:
        head = replace(head, bad_signature=True, problems=(error.user_message,))
    if manifest.program and is_frozen():
        return replace(head, approved=False, problems=(*head.problems, FROZEN))
    if manifest.program and not head.approved:
        return replace(head, awaits_approval=True, problems=(*head.problems, UNAPPROVED))
    return head


def discover(
    folders: Iterable[Path],
    approved: Collection[str] = (),
    judge: Callable[[DiscoveredHead], DiscoveredHead] = lambda head: head,
    parser: Parser = DIRECT,
) -> tuple[DiscoveredHead, ...]:
    """Return the heads directly below `folders`, in the order of the folders and then by name; packages' heads last.

    A head whose id is taken by an earlier one keeps its manifest and gets a problem: a
    folder somebody copied must never replace the shipped head quietly.

    Parameters
    ----------
    approved : collection of str
        As `discover_one`.
    judge : callable
        Adds what else is wrong with a head, before any head asks for its features.
    parser : Parser
        As `discover_one`.
    """
    candidates = [(candidate, "") for folder in folders for candidate in _subfolders(folder)]
    found: list[DiscoveredHead] = []
    taken: set[str] = set()
    for candidate, package in (*candidates, *_of_packages()):
        head = replace(_row(candidate, lambda folder: judge(discover_one(folder, approved, parser))), package=package)
        name = head.manifest.id if head.manifest is not None else None
        if name in taken:
            head = replace(
                head, problems=(*head.problems, joined(("id", msg("is already taken by another head")), ": "))
            )
        elif name is not None:
            taken.add(name)
        found.append(head)
    return tuple(_with_backbone(head, found) for head in found)


def _row(folder: Path, look: Callable[[Path], DiscoveredHead]) -> DiscoveredHead:
    """Return what `look` finds in `folder`, or a row that says it failed: one bad folder never hides the others."""
    try:
        return look(folder)
    except JobCancelled:
        raise
    except Exception as error:  # whatever a file of a stranger makes a library raise, MemoryError included
        logger.warning("a folder of a model head could not be looked at", exc_info=error)
        return DiscoveredHead(folder, None, (FAILED,))


def _with_backbone(head: DiscoveredHead, heads: list[DiscoveredHead]) -> DiscoveredHead:
    """Return `head`, with a problem where it needs features nobody here makes."""
    if head.manifest is None or head.manifest.backbone is None:
        return head
    problem = find_backbone(head.manifest, heads)[1]
    return replace(head, problems=(*head.problems, problem)) if problem else head


def _of_packages() -> list[tuple[Path, str]]:
    """Return folder and package of every head an installed Python package announces; imports none of them."""
    if is_frozen():
        return []
    try:
        points = list(importlib.metadata.entry_points(group=ENTRY_POINTS))
    except Exception as error:  # one package with damaged metadata
        logger.warning("the installed packages could not be listed", exc_info=error)
        return []
    found = []
    for point in points:
        try:
            found += _folders_of(point)
        except Exception as error:
            logger.warning("the heads of an installed package could not be looked for", exc_info=error)
    return sorted(found)


def _folders_of(point: importlib.metadata.EntryPoint) -> list[tuple[Path, str]]:
    top, *inside = point.value.split(".")
    try:
        spec = importlib.util.find_spec(top)  # of the top level: for `a.b` it would import `a`
    except (ImportError, ValueError):
        return []
    places = (spec.submodule_search_locations or ()) if spec is not None else ()
    folders = [Path(place, *inside) for place in places]
    package = point.dist.name if point.dist is not None else top
    return [(folder, package) for folder in folders if os.path.lexists(folder / MANIFEST_NAME)]


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
