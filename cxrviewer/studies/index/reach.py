"""Whether a root can be reached (still, or again), and whether what lies there is the medium that was indexed."""

from __future__ import annotations

import enum
import os
from collections.abc import Callable, Collection
from pathlib import Path
from typing import cast

from msgspec import Struct

from cxrviewer.studies.index.database import question_marks
from cxrviewer.studies.index.scan import walk_base
from cxrviewer.studies.index.store import FileState, Index, Root

MOST_FILES = 64
"""Files of a root that are looked at, spread over all of them; a stick answers for that many in a blink."""


class Reach(enum.Enum):
    """What is at the place of a root."""

    GONE = "gone"
    """Nothing, or the empty folder where a stick is mounted."""
    SAME = "same"
    """Every file that was looked at is as it was indexed."""
    OTHER = "other"
    """Another medium, or one that was changed: it has to be scanned anew."""


class KnownRoot(Struct, frozen=True):
    """A root, and some of its files as they were when they were indexed; of one that is online, one at most."""

    root: Root
    files: tuple[tuple[Path, FileState], ...]


def offline_roots(index: Index) -> tuple[KnownRoot, ...]:
    """Return each root that is offline. Raises LibraryError."""
    return tuple(KnownRoot(root, _some_files(index, root)) for root in index.roots() if not root.online)


def online_roots(index: Index, roots: Collection[int]) -> tuple[KnownRoot, ...]:
    """Return those of some roots that count as online. Raises LibraryError."""
    return tuple(
        KnownRoot(root, _some_files(index, root, 1)) for root in index.roots() if root.online and root.id in roots
    )


def roots_of_patient(index: Index, study: int) -> frozenset[int]:
    """Return the roots on which studies of the patient of a study lie. Raises LibraryError."""
    return frozenset(
        index.database.numbers(
            "SELECT DISTINCT folder.root FROM study JOIN study AS other ON other.patient = study.patient "
            "JOIN series ON series.study = other.id JOIN image ON image.series = series.id "
            "JOIN file ON file.image = image.id JOIN folder ON folder.id = file.folder WHERE study.id = ?",
            (study,),
        )
    )


def reach(known: KnownRoot, stat: Callable[[Path], os.stat_result] = os.stat) -> Reach:
    """Return what is at the place of a root now. May take as long as the system waits for a drive.

    The files are compared as a scan does (`scan.FileState`): a file with another size or other times is another file.
    Another disc in the same drive, or at the same mount point, has none of them. Of a root that is online only a scan
    finds what changed.
    """
    try:
        stat(known.root.path)
        if known.root.kind == "folder":
            with os.scandir(known.root.path) as listing:
                empty = next(listing, None) is None
            if empty and known.files:
                return Reach.GONE
            if not (empty or known.files or known.root.online):
                return Reach.OTHER
    except PermissionError:  # it is there: the scan says what is wrong with it
        return Reach.SAME if known.root.online else Reach.GONE
    except OSError:
        return Reach.GONE
    if known.root.online:
        return Reach.SAME
    return Reach.SAME if all(_is_as_indexed(path, state, stat) for path, state in known.files) else Reach.OTHER


def _is_as_indexed(path: Path, state: FileState, stat: Callable[[Path], os.stat_result]) -> bool:
    try:
        now = stat(path)
    except OSError:
        return False
    return (now.st_size, now.st_mtime_ns, now.st_ctime_ns) == (state.size, state.modified, state.changed)


def _some_files(index: Index, root: Root, most: int = MOST_FILES) -> tuple[tuple[Path, FileState], ...]:
    """Return files of a root that have content; a member of a ZIP is none, the ZIP itself is."""
    rows = index.database.numbers(
        "SELECT file.id FROM file JOIN folder ON folder.id = file.folder "
        "WHERE folder.root = ? AND NOT folder.zip AND file.size > 0 "
        + ("LIMIT 1" if most == 1 else "ORDER BY file.id"),
        (root.id,),
    )
    chosen = [rows[number * len(rows) // most] for number in range(most)] if rows else []
    chosen = sorted(set(chosen))
    found = index.database.rows(
        "SELECT folder.path, file.name, file.size, file.modified, file.changed FROM file "
        f"JOIN folder ON folder.id = file.folder WHERE file.id IN ({question_marks(chosen)}) ORDER BY file.id",
        chosen,
    )
    base = walk_base(root)
    return tuple(
        (
            base / os.fsdecode(os.path.join(cast(bytes, below), cast(bytes, name))),
            FileState(cast(int, size), cast(int, modified), cast(int, changed)),
        )
        for below, name, size, modified, changed in found
    )
