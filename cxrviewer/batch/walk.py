"""Which files a command line names: folders unfolded, sorted, each file once."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """A path to look at, or one with the sentence why it cannot be."""

    path: str
    problem: str | None = None


def collect(paths: Iterable[Path]) -> tuple[Candidate, ...]:
    """Return every file below `paths`, sorted by path.

    Links to folders are followed, but no folder is entered twice, so a loop ends. A file
    named twice appears once. Whatever cannot be scored because it is no plain file or
    cannot be listed appears with its problem: nothing a user named is passed over silently.
    """
    found: dict[str, Candidate] = {}
    entered: set[tuple[int, int]] = set()
    for path in paths:
        stack = [path]
        while stack:
            current = stack.pop()
            try:
                status = current.stat()
                if not stat.S_ISDIR(status.st_mode):
                    problem = None if stat.S_ISREG(status.st_mode) else "This is no plain file; it was left alone."
                    found.setdefault(str(current), Candidate(str(current), problem))
                elif (status.st_dev, status.st_ino) not in entered:
                    entered.add((status.st_dev, status.st_ino))
                    stack += [current / name for name in os.listdir(current)]
            except OSError as error:
                found.setdefault(str(current), Candidate(str(current), _sentence(error)))
    return tuple(sorted(found.values()))


def _sentence(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "There is no such file; a link may point to nothing."
    if isinstance(error, PermissionError):
        return "The file or folder may not be read; ask whoever owns it for the right."
    return "The file or folder cannot be read; check the disk or the connection to it."
