"""What both scans go by: which files are looked at, and the sentence for each that is not."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Sequence
from pathlib import Path, PurePath

from cxrviewer.text import msg

NO_PIXELS = msg("The file is DICOM but holds no picture.")
NO_FILES = msg("The DICOMDIR names no files; open its folder instead.")
GONE = msg("The file or folder is no longer there.")
UNREADABLE_FILE = msg("The file may not be read; check its access rights.")
UNREADABLE_FOLDER = msg("The folder may not be read; check its access rights.")
SPECIAL_FILE = msg("Not a regular file.")
ZERO_BYTES = msg("The file is empty.")
EMPTY_ARCHIVE = msg("The ZIP holds no files.")


def is_directory_name(name: str) -> bool:
    """Return whether a file of this name is the table of contents of a disc (PS3.10 8.6)."""
    return name.upper() == "DICOMDIR"


def not_there(error: OSError) -> str:
    """Return why a file or folder could not be looked at."""
    # A file where a folder was: what lay below it is gone as well.
    return GONE if isinstance(error, FileNotFoundError | NotADirectoryError) else UNREADABLE_FILE


def why_not_read(status: os.stat_result) -> str:
    """Return why a file is not opened at all, empty where it is."""
    if not stat.S_ISREG(status.st_mode):
        return SPECIAL_FILE
    return "" if status.st_size else ZERO_BYTES


class Entered:
    """Folders and files that were reached, so that links and loops are followed once."""

    def __init__(self) -> None:
        self._seen: set[tuple[object, ...]] = set()

    def before(self, path: PurePath, status: os.stat_result) -> bool:
        """Note where something lies; return whether it was reached before."""
        if status.st_ino == 0:  # file systems without inodes cannot loop through links either
            return False
        # Two sticks may bear one serial number from the factory, and their files the same numbers; no loop leaves its
        # drive. The number of a file that was deleted meanwhile is given to the next one, which is another then.
        key: tuple[object, ...] = (path.drive, status.st_dev, status.st_ino)
        if not stat.S_ISDIR(status.st_mode):
            key = (*key, status.st_size, status.st_mtime_ns)
        if key in self._seen:
            return True
        self._seen.add(key)
        return False


class Reached:
    """The path by which each file and folder was reached first, over several scans: another one leads to the same row.

    Goes by device and inode, which every scan asks for anyway, and so for links, junctions and bind mounts alike; no
    path is resolved, which would turn the letter of a network drive into another name.
    """

    def __init__(self) -> None:
        self._first: dict[tuple[int, int], Path] = {}

    def first(self, path: Path, status: os.stat_result, step: Callable[[Path], object] = lambda place: None) -> Path:
        """Return the path by which what lies at `path` is known, `path` itself where it is by none that still holds.

        `step` is told the other path before it is looked at.
        """
        if status.st_ino == 0:
            return path
        key = (status.st_dev, status.st_ino)
        first = self._first.setdefault(key, path)
        # Deleted or replaced, or on a disc that was taken out, its number may be another file's by now.
        if first != path:
            step(first)
            if not _lies_at(first, status):
                first = self._first[key] = path
        return first


def _lies_at(path: Path, status: os.stat_result) -> bool:
    try:
        there = path.stat()
    except OSError:
        return False
    # Not by the numbers alone: two sticks may bear one serial number from the factory.
    return _what(there) == _what(status)


def _what(status: os.stat_result) -> tuple[int, ...]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def listed(folder: str | Path) -> tuple[Sequence[os.DirEntry[str]], Sequence[os.DirEntry[str]]]:
    """Return the folders and the files in a folder, by name; OSError where it cannot be listed."""
    with os.scandir(folder) as listing:
        entries = sorted(listing, key=lambda entry: entry.name)
    folders: list[os.DirEntry[str]] = []
    files: list[os.DirEntry[str]] = []
    for entry in entries:
        (folders if _is_folder(entry) else files).append(entry)
    return folders, files


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False
