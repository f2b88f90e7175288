"""Discs and other slow media: recognised, and copied before they are read.

An optical drive seeks for a tenth of a second: reading headers and then pixels of 500 images in the order a reader
looks at them takes minutes, reading the disc once from front to back takes one.
"""

from __future__ import annotations

import contextlib
import enum
import errno
import hashlib
import os
import re
import shutil
import stat
import sys
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import LibraryError, LibraryFullError
from cxrviewer.leftovers import sweep, temporary_name
from cxrviewer.text import msg

OPTICAL_FILE_SYSTEMS = frozenset({"iso9660", "udf"})
CHUNK = 1 << 20
UNFINISHED = ".unfinished"
"""Ends the name of a copy that is not complete: it is never opened."""
UNFINISHED_SECONDS = 86_400.0
SPARE_BYTES = 256 * 2**20
"""Space that stays free on the disk behind a copy."""

GONE = msg("The disc was taken out while it was copied. What was copied is kept; insert it and open it again.")
UNREADABLE = msg("This file could not be read from the disc: it may be scratched or dirty.")
NO_SPACE = msg("The disk is full, so the disc was not copied completely. Free some space and open the disc again.")
NOT_WRITTEN = msg("The disc could not be copied: the folder for copies cannot be written to.")


class Unread(Struct, frozen=True):
    """A file that could not be copied; `path` is for the screen only."""

    path: Path
    reason: str


class CopyState(Struct, frozen=True):
    """How far a copy is; bytes and files, and seconds or None while nobody can know."""

    done_bytes: int = 0
    total_bytes: int = 0
    done_files: int = 0
    total_files: int = 0
    seconds_left: float | None = None
    unread: tuple[Unread, ...] = ()
    finished: bool = False


class _File(Struct, frozen=True):
    below: str
    size: int
    modified: int


class Medium(enum.Enum):
    """What a folder lies on, as far as the system tells."""

    FIXED = "fixed"
    DISC = "disc"
    """CD, DVD or Blu-ray."""
    REMOVABLE = "removable"
    """A stick or a card."""


_WINDOWS_DRIVES = {2: Medium.REMOVABLE, 5: Medium.DISC}


def medium_of(path: Path) -> Medium:
    """Return what `path` lies on."""
    if sys.platform == "win32":
        import ctypes

        drive = os.path.splitdrive(os.path.abspath(path))[0] + "\\"
        return _WINDOWS_DRIVES.get(ctypes.windll.kernel32.GetDriveTypeW(drive), Medium.FIXED)
    try:
        mounts = Path("/proc/self/mountinfo").read_bytes()
    except OSError:
        return Medium.DISC if _is_small_and_read_only(path) else Medium.FIXED
    return _medium(_mount(mounts, os.fsencode(os.path.realpath(path))), Path("/sys/dev/block"))


class _Mount(Struct, frozen=True):
    """A file system: its type, and the numbers of its device as text."""

    kind: str = ""
    device: str = ""


def _medium(mount: _Mount, devices: Path) -> Medium:
    if mount.kind in OPTICAL_FILE_SYSTEMS:
        return Medium.DISC
    real = Path(os.path.realpath(devices / mount.device)) if mount.device else devices
    for folder in (real, real.parent):  # a drive without partitions, or the drive of a partition
        try:
            return Medium.REMOVABLE if (folder / "removable").read_text().strip() == "1" else Medium.FIXED
        except (OSError, ValueError):
            continue
    return Medium.FIXED


def _mount(mounts: bytes, path: bytes) -> _Mount:
    """Return the file system that a real path lies on, from the lines of proc(5) mountinfo."""
    best, found = b"", _Mount()
    for line in mounts.splitlines():
        before, _, after = line.partition(b" - ")
        fields = before.split()
        if len(fields) < 5 or not after:
            continue
        # Blanks and backslashes in the name are written in octal.
        point = re.sub(rb"\\([0-7]{3})", lambda match: bytes([int(match[1], 8)]), fields[4])
        inside = path == point or path.startswith(point.rstrip(b"/") + b"/")
        if inside and len(point) >= len(best):
            best = point
            found = _Mount(after.split()[0].decode("ascii", "replace"), fields[2].decode("ascii", "replace"))
    return found


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
        self._missing: deque[_File] | None = None
        self._target = self._made = home
        self._began, self._left = 0.0, 0

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
        while not self._state.finished:
            on_state(self.step(cancel, 0.0))
        return self._target

    def step(self, cancel: CancelToken, seconds: float = 0.25) -> CopyState:
        """Copy for about `seconds`, one file at least, and return how far the copy is; raises as `run`."""
        end = self._clock() + seconds
        missing = self._begin(cancel) if self._missing is None else self._missing
        if not missing:
            self._finish()
        while missing:
            cancel.raise_if_cancelled()
            self._copy_next(missing, cancel)
            if self._clock() >= end:
                break
        return self._state

    @property
    def target(self) -> Path:
        """Where the copy lies once it is finished."""
        return self._target

    def discard(self) -> None:
        """Remove what was copied of a disc that is not copied to its end."""
        if self._made.name.endswith(UNFINISHED):
            shutil.rmtree(self._made, ignore_errors=True)

    def _begin(self, cancel: CancelToken) -> deque[_File]:
        files = self._files(cancel)
        self._target = self._home / _name(files)
        unfinished = self._target.with_name(self._target.name + UNFINISHED)
        self._made = self._target if self._target.is_dir() else unfinished
        self._missing = deque(file for file in files if not _is_copied(self._made / file.below, file))
        total = sum(file.size for file in files)
        self._left = sum(file.size for file in self._missing)
        self._check_space(self._left)
        unread = self._state.unread
        self._state = CopyState(total - self._left, total, len(files) - len(self._missing), len(files), unread=unread)
        self._began = self._clock()
        return self._missing

    def _copy_next(self, missing: deque[_File], cancel: CancelToken) -> None:
        file = missing[0]
        self._copy(file, self._made, cancel)
        missing.popleft()
        left = sum(one.size for one in missing)
        rate = (self._left - left) / max(1e-6, self._clock() - self._began)
        self._state = replace(
            self._state,
            done_bytes=self._state.done_bytes + file.size,
            done_files=self._state.done_files + 1,
            seconds_left=left / rate if rate else None,
        )

    def _finish(self) -> None:
        try:
            if self._made != self._target:
                self._made.mkdir(parents=True, exist_ok=True)  # of an empty disc
                os.replace(self._made, self._target)
        except OSError as error:
            raise _unwritten(error) from error
        self._made = self._target
        self._state = replace(self._state, finished=True, seconds_left=0.0)

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
            os.chmod(self._home, 0o700)  # images of patients, which the disc kept from nobody but this folder must
            free = shutil.disk_usage(self._home).free
        except OSError as error:
            raise _unwritten(error) from error
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
            raise _unwritten(error) from error
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


def _unwritten(error: OSError) -> LibraryError:
    full = error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
    return LibraryFullError(NO_SPACE) if full else LibraryError(NOT_WRITTEN)


def sweep_copies(home: Path, now: Callable[[], float] = time.time) -> None:
    """Remove what killed runs left half copied: files at once, discs that nobody copied further for a day."""
    with contextlib.suppress(OSError), os.scandir(home) as listing:
        for entry in listing:
            if entry.name.endswith(UNFINISHED) and now() - _newest(entry.path) > UNFINISHED_SECONDS:
                shutil.rmtree(entry.path, ignore_errors=True)
    for folder, _, _ in os.walk(home):
        sweep(Path(folder))


def _newest(folder: str) -> float:
    """Return when something was last written into a folder or below it."""
    return max((os.stat(one).st_mtime for one, _, _ in os.walk(folder)), default=0.0)


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
