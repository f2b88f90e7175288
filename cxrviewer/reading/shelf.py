"""All readings of one reader: the journals in a folder, read without opening them for writing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cxrviewer.cancel import CancelToken
from cxrviewer.reading.document import Reading
from cxrviewer.reading.journal import JournalError, read

SUFFIX = ".reading"
MAX_BYTES = 256 * 2**20
"""A journal is written anew every 4 MiB; one of this size is damage, or no journal."""


@dataclass(frozen=True, slots=True)
class Shelved:
    """One reading on the disk.

    Attributes
    ----------
    name : str
        Name of the file. It reveals nothing.
    changed : float
        When the file was written last, in seconds since 1970.
    reading : Reading or None
        None where it could not be read; empty for a journal without anything left.
    """

    name: str
    changed: float
    reading: Reading | None


def shelved(folder: Path, cancel: CancelToken | None = None) -> Iterator[Shelved]:
    """Return the readings in a folder, those written last first; a folder that is not there holds none.

    Also those that are open: a journal is on the disk before it is shown.

    Raises
    ------
    OSError
        Where the folder cannot be read.
    JobCancelled
    """
    try:
        with os.scandir(folder) as entries:
            found = [(entry.stat().st_mtime, entry.name) for entry in entries if _is_journal(entry)]
    except FileNotFoundError:
        return
    for changed, name in sorted(found, reverse=True):
        if cancel is not None:
            cancel.raise_if_cancelled()
        yield Shelved(name, changed, _reading(folder / name))


def _is_journal(entry: os.DirEntry[str]) -> bool:
    return entry.name.endswith(SUFFIX) and entry.is_file(follow_symlinks=False)


def _reading(path: Path) -> Reading | None:
    try:
        if path.stat().st_size > MAX_BYTES:
            return None
        recovered = read(path.read_bytes())
    except (OSError, JournalError):
        return None
    return recovered.document.reading if recovered.length or not recovered.damaged else None
