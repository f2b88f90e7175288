"""All readings of one reader: the journals in a folder, read without opening them for writing."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from cxrviewer.cancel import CancelToken
from cxrviewer.reading.document import Reading
from cxrviewer.reading.journal import JournalError, read

SUFFIX = ".reading"
DELETED = ".deleted"
KEPT_DAYS = 30
"""Days after which a deleted reading is removed for good."""
MAX_BYTES = 256 * 2**20
"""A journal is written anew every 4 MiB; one of this size is damage, or no journal."""


class Shelved(Struct, frozen=True):
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
        yield Shelved(name, changed, reading_at(folder / name))


def set_aside(path: Path) -> Path:
    """Take a journal out of use and return where it lies now; `bring_back` undoes it.

    Raises
    ------
    OSError
    """
    stamp = int(time.time())
    while (aside := path.with_name(f"{path.name}.{stamp}{DELETED}")).exists():
        stamp += 1
    os.replace(path, aside)
    return aside


def bring_back(aside: Path) -> Path:
    """Put a deleted journal back where it was.

    Raises
    ------
    FileExistsError
        Where the study has another reading by now, with more in it than how images are seen.
    OSError
    """
    path = aside.with_name(aside.name.removesuffix(DELETED).rpartition(".")[0])
    newer = reading_at(path) if path.exists() else Reading()
    if newer is None or replace(newer, views=Reading().views, frames=Reading().frames) != Reading():
        raise FileExistsError("the study has another reading by now")
    os.replace(aside, path)
    return path


def purge(folder: Path, now: float | None = None) -> None:
    """Remove readings for good that were deleted `KEPT_DAYS` ago or earlier; what fails is left to the next time."""
    now = time.time() if now is None else now
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            stamp = entry.name.removesuffix(DELETED).rpartition(".")[2]
            if not entry.name.endswith(DELETED) or SUFFIX not in entry.name or not stamp.isdecimal():
                continue
            if now - int(stamp) >= KEPT_DAYS * 86_400:
                with contextlib.suppress(OSError):
                    os.unlink(entry.path)


def _is_journal(entry: os.DirEntry[str]) -> bool:
    return entry.name.endswith(SUFFIX) and entry.is_file(follow_symlinks=False)


def reading_at(path: Path) -> Reading | None:
    """Return what a journal holds, without opening it for writing; None where it cannot be read."""
    try:
        if path.stat().st_size > MAX_BYTES:
            return None
        recovered = read(path.read_bytes())
    except (OSError, JournalError):
        return None
    return recovered.document.reading if recovered.length or not recovered.damaged else None
