"""Whether a root that was offline can be reached again, and whether what lies there is the medium that was indexed."""

from __future__ import annotations

import enum
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

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


@dataclass(frozen=True, slots=True)
class KnownRoot:
    """A root that is offline, and some of its files as they were when they were indexed."""

    root: Root
    files: tuple[tuple[Path, FileState], ...]


def offline_roots(index: Index) -> tuple[KnownRoot, ...]:
    """Return each root that is offline. Raises LibraryError."""
    return tuple(KnownRoot(root, _some_files(index, root)) for root in index.roots() if not root.online)


def reach(known: KnownRoot, stat: Callable[[Path], os.stat_result] = os.stat) -> Reach:
    """Return what is at the place of a root now. May take as long as the system waits for a drive.

    The files are compared as a scan does (`scan.FileState`): a file with another size or other times is another file.
    Another disc in the same drive, or at the same mount point, has none of them.
    """
    try:
        stat(known.root.path)
        if known.root.kind == "folder":
            with os.scandir(known.root.path) as listing:
                empty = next(listing, None) is None
            if empty != (not known.files):
                return Reach.GONE if empty else Reach.OTHER
    except OSError:
        return Reach.GONE
    return Reach.SAME if all(_is_as_indexed(path, state, stat) for path, state in known.files) else Reach.OTHER


def _is_as_indexed(path: Path, state: FileState, stat: Callable[[Path], os.stat_result]) -> bool:
    try:
        now = stat(path)
    except OSError:
        return False
    return (now.st_size, now.st_mtime_ns, now.st_ctime_ns) == (state.size, state.modified, state.changed)


def _some_files(index: Index, root: Root) -> tuple[tuple[Path, FileState], ...]:
    """Return files of a root that have content; a member of a ZIP is none, the ZIP itself is."""
    rows = index.database.numbers(
        "SELECT file.id FROM file JOIN folder ON folder.id = file.folder "
        "WHERE folder.root = ? AND NOT folder.zip AND file.size > 0 ORDER BY file.id",
        (root.id,),
    )
    chosen = [rows[number * len(rows) // MOST_FILES] for number in range(MOST_FILES)] if rows else []
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
