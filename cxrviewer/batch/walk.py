"""Which files a command line names: folders and ZIP files unfolded, sorted, each file once."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from cxrviewer.errors import CxrError
from cxrviewer.imaging.member_paths import is_archive_name, member_path, split_member

if TYPE_CHECKING:  # wrong usage is said before numpy is loaded
    from cxrviewer.imaging.contents import Member

ListMembers: TypeAlias = "Callable[[Path], tuple[Member, ...]]"
"""`decoder.client.DecoderPool.list_members`: a ZIP is read in a process that may die."""


EMPTY_ARCHIVE = "The ZIP holds no files."
DIRECTORY_NAME = "DICOMDIR"
"""The table of contents of a disc (PS3.10 8.6): in a ZIP it names what is listed anyway."""


class Candidate(Struct, frozen=True, order=True):
    """A path to look at, or one with the sentence why it cannot be."""

    path: str
    problem: str | None = None


def is_named(path: Path) -> bool:
    """Return whether there is something at `path`, a link to nothing included; of a file in a ZIP, whether the ZIP is
    there."""
    return os.path.lexists(path) or split_member(path) is not None


def collect(paths: Iterable[Path], list_members: ListMembers) -> tuple[Candidate, ...]:
    """Return every file below `paths`, sorted by path.

    Links to folders are followed, but no folder is entered twice, so a loop ends. A file
    named twice appears once. Whatever cannot be scored because it is no plain file or
    cannot be listed appears with its problem: nothing a user named is passed over silently.

    A file whose name ends with ``.zip`` stands for the files in it, as in the index
    (docs/decisions/0093-paths-in-a-zip.md); one of them can be named too.
    """
    found: dict[str, Candidate] = {}
    entered: set[tuple[int, int]] = set()
    for path in paths:
        stack = [path]
        while stack:
            current = stack.pop()
            if split_member(current) is not None:
                found.setdefault(str(current), Candidate(str(current)))
                continue
            try:
                status = current.stat()
                if stat.S_ISREG(status.st_mode) and is_archive_name(current.name):
                    for one in _in_archive(current, list_members):
                        found.setdefault(one.path, one)
                elif not stat.S_ISDIR(status.st_mode):
                    problem = None if stat.S_ISREG(status.st_mode) else "This is no plain file; it was left alone."
                    found.setdefault(str(current), Candidate(str(current), problem))
                elif (status.st_dev, status.st_ino) not in entered:
                    entered.add((status.st_dev, status.st_ino))
                    stack += [current / name for name in os.listdir(current)]
            except OSError as error:
                found.setdefault(str(current), Candidate(str(current), _sentence(error)))
    return tuple(sorted(found.values()))


def _in_archive(path: Path, list_members: ListMembers) -> Iterator[Candidate]:
    """Yield the files in a ZIP, those that are not read with the reason; the ZIP itself where it cannot be listed."""
    try:
        members = list_members(path)
    except CxrError as error:
        yield Candidate(str(path), error.user_message)
        return
    if not members:
        yield Candidate(str(path), EMPTY_ARCHIVE)
    for one in members:
        if one.name.rpartition("/")[2].upper() != DIRECTORY_NAME:
            yield Candidate(str(member_path(path, one.name)), one.reason or None)


def _sentence(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "There is no such file; a link may point to nothing."
    if isinstance(error, PermissionError):
        return "The file or folder may not be read; ask whoever owns it for the right."
    return "The file or folder cannot be read; check the disk or the connection to it."
