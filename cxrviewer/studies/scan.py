"""Finds the images under files and folders, a slice of time at a go.

A scan is stepped, not looped: every step is one background job that returns a batch, so
that the first image is open while the rest is still being found, and cancelling means not
asking for the next step.
"""

from __future__ import annotations

import itertools
import logging
import os
import stat
import time
import zlib
from collections import deque
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import CxrError, DirectoryTooLargeError, JobCancelled, NotDicomError
from cxrviewer.imaging.contents import FileId, Header, Member
from cxrviewer.imaging.member_paths import is_archive_name, member_path, split_member
from cxrviewer.studies.file_set import FileSet, ZippedFileSet
from cxrviewer.studies.library import ImageEntry
from cxrviewer.studies.listing import (
    EMPTY_ARCHIVE,
    NO_FILES,
    NO_PIXELS,
    UNREADABLE_FILE,
    UNREADABLE_FOLDER,
    Entered,
    Reached,
    is_directory_name,
    listed,
    not_there,
    why_not_read,
)
from cxrviewer.studies.silence import CHUNK, Asked, SilentError, ask, same_bytes
from cxrviewer.text import msg

logger = logging.getLogger(__name__)

Clock = Callable[[], float]
ReadAhead: TypeAlias = Callable[[Sequence[Path], CancelToken], None]
HeaderReader: TypeAlias = Callable[[Path, CancelToken], Header]
DirectoryReader: TypeAlias = Callable[[Path, CancelToken], tuple[FileId, ...]]
ArchiveReader: TypeAlias = Callable[[Path, CancelToken], tuple[Member, ...]]

AHEAD = 16
"""Headers that are read together: asking for each by itself takes two thirds longer."""

FAULT = msg("The file could not be read because of an error in this program; please report it. Details are in the log.")
COPY = msg("A copy of a film that is already in the list.")


class Skipped(Struct, frozen=True):
    """A file or folder without an image, and why. The path is for the screen only.

    `copy` is the image of a file that is left out only because it is a copy of another one.
    """

    path: Path
    reason: str
    copy: ImageEntry | None = None


class ScanBatch(Struct, frozen=True):
    """What one step found.

    `total` grows while folders are still being listed; `finished` ends the scan. `silent` is what did not answer so
    far: of what was opened there the scan says nothing.
    """

    entries: tuple[ImageEntry, ...]
    skipped: tuple[Skipped, ...]
    done: int
    total: int
    finished: bool
    silent: tuple[Path, ...] = ()


class Scan:
    """A walk over `paths` that can be left and taken up again.

    Symbolic links are followed; a folder or file reached twice, through a link or a loop,
    is visited once (device and inode). Hidden files are looked at: discs have them.

    Parameters
    ----------
    paths : sequence of Path
        Files and folders, in the order of interest.
    read_header : callable
        ``read_header(path, cancel)``; raises CxrError for files without an image. A fault in it is the file's reason.
    clock : callable
        Seconds; replaced in tests.
    read_directory : callable, optional
        ``read_directory(path, cancel)`` returns what a DICOMDIR among `paths` names; raises NotDicomError for other
        files. One that is met in a folder is passed over: the walk finds its files itself.
    list_members : callable, optional
        ``list_members(path, cancel)`` returns what is in a ZIP, whose images are found like those of a folder; without
        it a ZIP is a file like any other.
    read_ahead : callable, optional
        Told several paths that `read_header` will soon be called with, so that it can read them together.
    known : collection of Path
        Files known already. Those under `paths` that the walk does not come across are visited
        last, so that a file which was deleted is reported.
    reached : Reached, optional
        Shared by scans whose images go into one list: what an earlier one reached by another path keeps that path.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        read_header: HeaderReader,
        clock: Clock = time.monotonic,
        *,
        read_directory: DirectoryReader | None = None,
        list_members: ArchiveReader | None = None,
        read_ahead: ReadAhead | None = None,
        known: Collection[Path] = (),
        reached: Reached | None = None,
    ) -> None:
        self._reached = shared = Reached() if reached is None else reached

        def walk(paths: Sequence[Path], without: Collection[Path] = ()) -> _Walk:
            return _Walk(
                paths,
                read_header,
                clock,
                read_directory=read_directory,
                list_members=list_members,
                read_ahead=read_ahead,
                known=known,
                reached=self._reached,
                without=without,
            )

        self._shared = shared
        self._begin = walk
        self._paths = tuple(paths)
        self._walk = walk(self._paths)
        self._silent: tuple[Path, ...] = ()

    def step(self, cancel: CancelToken, seconds: float = 0.1) -> ScanBatch:
        """Work for about `seconds` (one file more than fits) and return what was found.

        What does not answer is left out; where that happens twice below one of the paths, all of it is. Then the scan
        begins anew without it. Raises JobCancelled when asked to stop.
        """
        cancel.raise_if_cancelled()
        walk = self._walk
        entries: list[ImageEntry] = []
        skipped: list[Skipped] = []
        try:
            done, total = ask(walk.place, lambda asked: walk.step(asked, seconds, entries, skipped), cancel)
        except SilentError as error:
            self._leave_out(error.place)
            self._walk = self._begin(self._paths, self._silent)
            done, total = 0, len(self._paths)
        return ScanBatch(tuple(entries), tuple(skipped), done, total, not self._walk.left, self._silent)

    def _leave_out(self, place: Path) -> None:
        opened = next((path for path in self._paths if _holds(path, place)), None)
        if opened is None and self._reached is self._shared:
            # The path by which something was reached before: here it is listed by the one that answers, too.
            self._reached = Reached()
        elif opened is None:  # through a link out of what was opened
            self._silent, self._paths = (*self._silent, place), ()
        elif place == opened or any(_holds(opened, one) for one in self._silent):
            self._silent = (*self._silent, opened)
            self._paths = tuple(path for path in self._paths if path != opened)
        else:
            self._silent = (*self._silent, place)


class _Walk:
    """A `Scan` until something does not answer. From then on only the thread that waits for that knows it."""

    def __init__(
        self,
        paths: Sequence[Path],
        read_header: HeaderReader,
        clock: Clock = time.monotonic,
        *,
        read_directory: DirectoryReader | None = None,
        list_members: ArchiveReader | None = None,
        read_ahead: ReadAhead | None = None,
        known: Collection[Path] = (),
        reached: Reached,
        without: Collection[Path] = (),
    ) -> None:
        self._without = frozenset(without)
        self._read_header = read_header
        self._read_directory = read_directory
        self._list_members = list_members
        self._read_ahead = read_ahead
        self._announced: frozenset[Path] = frozenset()
        self._chosen = frozenset(paths)
        self._bases = frozenset(path.parent if is_directory_name(path.name) else path for path in paths)
        self._named: deque[tuple[FileSet, FileId]] = deque()
        self._from_directories: set[Path] = set()
        self._clock = clock
        self._known, self._listed = frozenset(known), set(known)
        self._rows: set[Path] = set()
        self._outdated: list[Skipped] = []
        self._walked: set[Path] = set()
        self._folders: deque[Path] = deque()
        self._files: deque[Path] = deque(paths)
        self._entered = Entered()
        self._reached = reached
        self._images: dict[tuple[str, int], ImageEntry] = {}
        self._done = 0
        self._found_one = False
        self._tell: Callable[[Path], None] = lambda place: None

    def step(
        self, asked: Asked[tuple[int, int]], seconds: float, entries: list[ImageEntry], skipped: list[Skipped]
    ) -> tuple[int, int]:
        """Work for about `seconds`; returns how many files are done, and of how many."""
        cancel, self._tell = asked.cancel, asked.step
        end = self._clock() + seconds
        while self.left and (self._clock() < end):
            if self._named and (self._found_one or not self._files):
                asked.step(self._named[0][0].path(()))
                self._find(*self._named.popleft(), skipped)
            # All folders are listed before the bulk of the files is read, so that the total is known
            # early; but not before the first image is found, which the user is waiting for.
            elif self._folders and (self._found_one or not self._files):
                asked.step(self._folders[0])
                self._list(self._folders.popleft(), skipped)
            else:
                asked.step(self._files[0])
                if self._take(self._visit(self._files.popleft(), cancel), entries, skipped):
                    break  # hand over the first image at once
        if not self.left:
            self._files.extend(self._not_met())
        return self._done, self._done + len(self._files) + len(self._named)

    @property
    def place(self) -> Path:
        """Where the next step begins."""
        if self._files:
            return self._files[0]
        return self._folders[0] if self._folders else Path()

    @property
    def left(self) -> bool:
        return bool(self._files or self._folders or self._named)

    def _take(self, result: ImageEntry | Skipped | None, entries: list[ImageEntry], skipped: list[Skipped]) -> bool:
        """Note what a visit gave; True for the first image of all."""
        skipped += self._outdated
        self._outdated.clear()
        if isinstance(result, Skipped):
            skipped.append(result)
        if not isinstance(result, ImageEntry):
            return False
        entries.append(result)
        first, self._found_one = not self._found_one, True
        return first

    def _find(self, files: FileSet, file_id: FileId, skipped: list[Skipped]) -> None:
        """Look for a file that a DICOMDIR names."""
        try:
            found = files.find(file_id)
        except Exception:  # as in `_visit`
            logger.exception("looking for a file of a DICOMDIR failed unexpectedly")
            found = FAULT
        if isinstance(found, Path):
            self._files.append(found)
            self._from_directories.add(found)
        else:
            self._done += 1
            skipped.append(Skipped(files.path(file_id), found))

    def _not_met(self) -> list[Path]:
        """Return, once, the listed files of the walked folders that the walk did not come across."""
        missing = [
            path
            for path in self._listed
            if not self._walked.isdisjoint(path.parents) and self._without.isdisjoint((path, *path.parents))
        ]
        self._listed.clear()
        return sorted(missing)

    def _visit(self, path: Path, cancel: CancelToken) -> ImageEntry | Skipped | None:
        self._listed.discard(path)
        try:
            return self._look_at(path, cancel)
        except JobCancelled:
            raise
        except Exception:  # one file never ends the scan: all later ones would be missing from the list
            logger.exception("looking at a file failed unexpectedly")
            return Skipped(path, FAULT)

    def _look_at(self, path: Path, cancel: CancelToken) -> ImageEntry | Skipped | None:
        if path in self._without:
            return None
        if split_member(path) is not None:
            self._done += 1
            return self._read(path, path, None, cancel)
        try:
            found = path.stat()
        except OSError as error:
            self._done += 1
            return Skipped(path, not_there(error))
        if stat.S_ISDIR(found.st_mode):
            self._folders.append(path)
            return None
        self._done += 1
        if self._entered.before(path, found):
            self._outdate(path)
            return None
        return self._look_into(path, found, cancel)

    def _look_into(self, path: Path, found: os.stat_result, cancel: CancelToken) -> ImageEntry | Skipped | None:
        row = self._reached.first(path, found, self._tell)
        self._tell(path)
        self._listed.discard(row)
        self._rows.add(row)
        self._outdate(path)
        reason = why_not_read(found)
        if reason:
            return Skipped(row, reason)
        # What is in a ZIP is found again by the ending of its name, which a link need not have.
        archive = next((one for one in (row, path) if is_archive_name(one.name)), None)
        # A DICOMDIR names images; of a ZIP it names, everything in it would be read.
        named = path in self._from_directories and path not in self._chosen
        if self._list_members is not None and archive is not None and not named:
            return self._open_archive(archive, self._list_members, cancel)
        return self._read(path, row, found.st_size, cancel)

    def _outdate(self, path: Path) -> None:
        """Have a row left out that is another file's by now, which is listed by another path: a link that was moved."""
        if path in self._known and path not in self._rows:
            self._outdated.append(Skipped(path, COPY))

    def _open_archive(self, path: Path, list_members: ArchiveReader, cancel: CancelToken) -> Skipped | None:
        """Take what is in a ZIP into the scan."""
        try:
            members = list_members(path, cancel)
        except CxrError as error:
            return Skipped(path, error.user_message)
        self._walked.add(path)
        names = sorted(one.name for one in members)
        self._files.extend(member_path(path, one) for one in names if not is_directory_name(one.rpartition("/")[2]))
        return None if members else Skipped(path, EMPTY_ARCHIVE)

    def _read(self, path: Path, row: Path, size: int | None, cancel: CancelToken) -> ImageEntry | Skipped | None:
        """Read what was come across at `path` and is listed as `row`."""
        self._announce(path, cancel)
        try:
            header = self._read_header(path, cancel)
        except DirectoryTooLargeError as error:
            if path in self._chosen:
                return Skipped(row, error.user_message)
            return None if is_directory_name(path.name) else Skipped(row, NO_PIXELS)  # what it names is met anyway
        except CxrError as error:
            return Skipped(row, error.user_message)
        except OSError:
            return Skipped(row, UNREADABLE_FILE)
        if not header.has_pixels:
            # By the path that was given: what it names lies beside it.
            return self._open_directory(path, cancel)
        entry = ImageEntry(row, header)
        return Skipped(row, COPY, entry) if self._is_copy(entry, size) else entry

    def _announce(self, path: Path, cancel: CancelToken) -> None:
        # Not before the first image is found: it would wait for its neighbours.
        if self._read_ahead is not None and self._found_one and path not in self._announced:
            # Not across what was opened: a share that falls silent would hold up what lies elsewhere.
            opened = self._opened(path)
            next_ones = itertools.islice(self._files, AHEAD - 1)
            together = (path, *itertools.takewhile(lambda one: self._opened(one) == opened, next_ones))
            self._announced = frozenset(together)
            self._read_ahead(together, cancel)

    def _opened(self, path: Path) -> Path:
        """Return the opened folder or ZIP in which a file was come across, else its folder."""
        return next((above for above in path.parents if above in self._bases), path.parent)

    def _open_directory(self, path: Path, cancel: CancelToken) -> Skipped | None:
        """Take what a DICOMDIR names into the scan; report any other file without a picture."""
        if path not in self._chosen and is_directory_name(path.name):
            return None
        if self._read_directory is None or path not in self._chosen:
            return Skipped(path, NO_PIXELS)
        try:
            names = self._read_directory(path, cancel)
            files = self._file_set(path, cancel) if names else None
        except NotDicomError as error:
            return Skipped(path, error.user_message if is_directory_name(path.name) else NO_PIXELS)
        except CxrError as error:
            return Skipped(path, error.user_message)
        if files is None:
            return Skipped(path, NO_FILES)
        self._named.extend((files, file_id) for file_id in names)
        return None

    def _file_set(self, path: Path, cancel: CancelToken) -> FileSet:
        held = split_member(path)
        if held is None or self._list_members is None:
            return FileSet.of(path)
        return ZippedFileSet(*held, (one.name for one in self._list_members(held[0], cancel)))

    def _is_copy(self, entry: ImageEntry, size: int | None) -> bool:
        """Whether an image of this scan is the same, byte for byte: a UID alone does not tell, for an image
        stored again in another encoding or with another header often keeps it."""
        uid, stamp = entry.header.identity.sop_instance_uid, entry.header.stamp
        if size is None:
            size = 0 if stamp is None else stamp.size
        first = self._images.setdefault((uid, size), entry) if uid else entry
        try:
            return first.path != entry.path and _same_bytes(first, entry, self._tell)
        except OSError:
            return False

    def _list(self, folder: Path, skipped: list[Skipped]) -> None:
        if folder in self._without:
            return
        try:
            status = folder.stat()
            if self._entered.before(folder, status):
                return
            folders, files = listed(folder)
        except OSError:
            skipped.append(Skipped(folder, UNREADABLE_FOLDER))
            return
        except Exception:
            logger.exception("listing a folder failed unexpectedly")
            skipped.append(Skipped(folder, FAULT))
            return
        self._walked.update((folder, self._reached.first(folder, status, self._tell)))
        self._folders.extend(Path(entry.path) for entry in folders)
        self._files.extend(Path(entry.path) for entry in files)


def _holds(opened: Path, place: Path) -> bool:
    """Return whether a scan of `opened` comes to `place` by itself."""
    base = opened.parent if is_directory_name(opened.name) else opened
    return place == base or base in place.parents


def _same_bytes(one: ImageEntry, other: ImageEntry, step: Callable[[Path], None]) -> bool:
    """Return whether two files of one size hold the same; of one in a ZIP its checksum is compared, not its bytes."""
    if split_member(one.path) is None and split_member(other.path) is None:
        return same_bytes(one.path, other.path, step)
    before, now = one.header.stamp, other.header.stamp
    if before is None or now is None or (before.head_bytes, before.digest) != (now.head_bytes, now.digest):
        return False
    return _checksum(one, step) == _checksum(other, step)


def _checksum(entry: ImageEntry, step: Callable[[Path], None]) -> int:
    """Return the CRC-32 of a file, which the stamp of a member has for its number."""
    stamp = entry.header.stamp
    if stamp is not None and split_member(entry.path) is not None:
        return stamp.inode
    checksum = 0
    step(entry.path)
    with entry.path.open("rb") as stream:
        while part := stream.read(CHUNK):
            checksum = zlib.crc32(part, checksum)
    return checksum


def header_or_none(read_header: HeaderReader, cancel: CancelToken, path: Path) -> Header | None:
    """Return the header of a file that was known before; None where it cannot be read now. Raises JobCancelled."""
    cancel.raise_if_cancelled()
    try:
        return read_header(path, cancel)
    except (CxrError, OSError):  # gone, not connected, or no image any more
        return None
