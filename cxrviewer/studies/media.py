"""Discs and other slow media: recognised, and copied before they are read.

An optical drive seeks for a tenth of a second: reading headers and then pixels of 500 images in the order a reader
looks at them takes minutes, reading the disc once from front to back takes one.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import shutil
import stat
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import LibraryError, LibraryFullError
from cxrviewer.leftovers import sweep, temporary_name
from cxrviewer.text import msg

OPTICAL_FILE_SYSTEMS = frozenset({"iso9660", "udf"})
CHUNK = 1 << 20
SPARE_BYTES = 256 * 2**20
"""Space that stays free on the disk behind a copy."""

GONE = msg("The disc was taken out while it was copied. What was copied is kept; insert it and open it again.")
UNREADABLE = msg("This file could not be read from the disc: it may be scratched or dirty.")
NO_SPACE = msg("The disk is full, so the disc was not copied completely. Free some space and open the disc again.")
NOT_WRITTEN = msg("The disc could not be copied: the folder for copies cannot be written to.")


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that could not be copied; `path` is for the screen only."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class CopyState:
    """How far a copy is; bytes and files, and seconds or None while nobody can know."""

    done_bytes: int = 0
    total_bytes: int = 0
    done_files: int = 0
    total_files: int = 0
    seconds_left: float | None = None
    unread: tuple[Unread, ...] = ()
    finished: bool = False


@dataclass(frozen=True, slots=True)
class _File:
    below: str
    size: int
    modified: int


def is_optical(path: Path) -> bool:
    """Return whether `path` lies on a CD, DVD or Blu-ray disc, as far as the system tells."""
    if sys.platform == "win32":
        import ctypes

        return ctypes.windll.kernel32.GetDriveTypeW(os.path.splitdrive(os.path.abspath(path))[0] + "\\") == 5
    try:
        mounts = Path("/proc/self/mountinfo").read_bytes()
    except OSError:
        return _is_small_and_read_only(path)
    return _file_system(mounts, os.fsencode(os.path.realpath(path))) in OPTICAL_FILE_SYSTEMS


def _file_system(mounts: bytes, path: bytes) -> str:
    """Return the type of the file system that a real path lies on, from the lines of proc(5) mountinfo."""
    best, kind = b"", ""
    for line in mounts.splitlines():
        before, _, after = line.partition(b" - ")
        fields = before.split()
        if len(fields) < 5 or not after:
            continue
        # Blanks and backslashes in the name are written in octal.
        point = re.sub(rb"\\([0-7]{3})", lambda match: bytes([int(match[1], 8)]), fields[4])
        inside = path == point or path.startswith(point.rstrip(b"/") + b"/")
        if inside and len(point) >= len(best):
            best, kind = point, after.split()[0].decode("ascii", "replace")
    return kind


def _is_small_and_read_only(path: Path) -> bool:
    """Return whether a volume looks like a disc, where the system has no list of mounts (macOS)."""
    try:
        volume = os.statvfs(path)
    except (OSError, AttributeError):
        return False
    read_only = bool(volume.f_flag & getattr(os, "ST_RDONLY", 1))
    return read_only and str(path).startswith("/Volumes/") and volume.f_blocks * volume.f_frsize < 60 * 10**9


class MediumCopy:
    """A copy of a disc below `home`, made in steps; one that was begun goes on where it ended.

    Parameters
    ----------
    source : Path
        Where the disc is mounted.
    home : Path
        Folder for all copies; lies in the cache, for the disc still has everything.
    """

    def __init__(self, source: Path, home: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._source = source
        self._home = home
        self._clock = clock
        self._state = CopyState()

    def run(self, cancel: CancelToken, on_state: Callable[[CopyState], None] = lambda state: None) -> Path:
        """Copy what is not there yet and return the folder of the copy, which is opened instead of the disc.

        Files that cannot be read are left out and named in ``state.unread``.

        Raises
        ------
        LibraryFullError
            Before anything is copied where the space does not suffice, and for a disk that fills meanwhile.
        LibraryError
            For a disc that was taken out, and for a folder that cannot be written to.
        JobCancelled
        """
        files = self._files(cancel)
        target = self._home / _name(files)
        missing = [file for file in files if not _is_copied(target / file.below, file)]
        self._check_space(sum(file.size for file in missing))
        total = sum(file.size for file in files)
        left = sum(file.size for file in missing)
        self._state = CopyState(total - left, total, len(files) - len(missing), len(files))
        began, copied = self._clock(), 0
        for file in missing:
            cancel.raise_if_cancelled()
            self._copy(file, target, cancel)
            copied += file.size
            rate = copied / max(1e-6, self._clock() - began)
            self._state = replace(
                self._state,
                done_bytes=self._state.done_bytes + file.size,
                done_files=self._state.done_files + 1,
                seconds_left=(left - copied) / rate if rate else None,
            )
            on_state(self._state)
        self._state = replace(self._state, finished=True, seconds_left=0.0)
        on_state(self._state)
        return target

    @property
    def state(self) -> CopyState:
        return self._state

    def _files(self, cancel: CancelToken) -> list[_File]:
        """List the disc. Links are left out: they may lead off the disc."""
        found: list[_File] = []
        folders = [""]
        while folders:
            cancel.raise_if_cancelled()
            below = folders.pop()
            try:
                with os.scandir(self._source / below) as listing:
                    for entry in listing:
                        status = entry.stat(follow_symlinks=False)
                        inside = os.path.join(below, entry.name)
                        if stat.S_ISDIR(status.st_mode):
                            folders.append(inside)
                        elif stat.S_ISREG(status.st_mode):
                            found.append(_File(inside, status.st_size, status.st_mtime_ns))
            except OSError as error:
                if not below or not self._is_there():
                    raise LibraryError(GONE) from error
                self._unread(below)
        return sorted(found, key=lambda file: file.below)

    def _check_space(self, needed: int) -> None:
        try:
            self._home.mkdir(parents=True, exist_ok=True)
            free = shutil.disk_usage(self._home).free
        except OSError as error:
            raise LibraryError(NOT_WRITTEN) from error
        if needed + SPARE_BYTES > free:
            raise LibraryFullError(
                msg(
                    "Copying the disc needs {needed:,.0f} MB and {free:,.0f} MB are free. Free some space, or open "
                    "the disc without copying it.",
                    needed=(needed + SPARE_BYTES) / 1e6,
                    free=free / 1e6,
                )
            )

    def _copy(self, file: _File, target: Path, cancel: CancelToken) -> None:
        place = target / file.below
        temporary = place.with_name(temporary_name(place.name))
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with open(temporary, "wb") as out:
                complete = self._read_into(out, file, cancel)
            if not complete:
                os.unlink(temporary)
                return
            os.utime(temporary, ns=(file.modified, file.modified))
            os.replace(temporary, place)
        except OSError as error:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            full = error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
            raise (LibraryFullError(NO_SPACE) if full else LibraryError(NOT_WRITTEN)) from error
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise

    def _read_into(self, out: object, file: _File, cancel: CancelToken) -> bool:
        """Copy the bytes of one file; False where the disc does not give them."""
        write: Callable[[bytes], object] = out.write  # type: ignore[attr-defined]
        try:
            source = open(self._source / file.below, "rb")  # closed below
        except OSError as error:
            return self._not_read(file, error)
        with source:
            while True:
                cancel.raise_if_cancelled()
                try:
                    part = source.read(CHUNK)
                except OSError as error:
                    return self._not_read(file, error)
                if not part:
                    return True
                write(part)

    def _not_read(self, file: _File, error: OSError) -> bool:
        if not self._is_there():
            raise LibraryError(GONE) from error
        self._unread(file.below)
        return False

    def _unread(self, below: str) -> None:
        self._state = replace(self._state, unread=(*self._state.unread, Unread(self._source / below, UNREADABLE)))

    def _is_there(self) -> bool:
        try:
            with os.scandir(self._source) as listing:
                return next(listing, None) is not None
        except OSError:
            return False


def sweep_copies(home: Path) -> None:
    """Remove what killed runs left half copied."""
    for folder, _, _ in os.walk(home):
        sweep(Path(folder))


def _name(files: list[_File]) -> str:
    """Return 32 hex digits that the same disc has again: no label, which may be a name."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(os.fsencode(file.below) + f"\0{file.size} {file.modified}\0".encode())
    return digest.hexdigest()[:32]


def _is_copied(path: Path, file: _File) -> bool:
    try:
        status = path.stat()
    except OSError:
        return False
    return status.st_size == file.size and status.st_mtime_ns == file.modified
