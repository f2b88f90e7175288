"""Brings the index up to date with the disk: incremental, resumable, a slice of time at a go."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import math
import os
import time
from collections import deque
from collections.abc import Callable, Container, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any, Protocol, TypeAlias, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import (
    CxrError,
    DecoderError,
    DirectoryTooLargeError,
    FileChangingError,
    FileGoneError,
    JobCancelled,
    NotDicomError,
)
from cxrviewer.imaging.contents import FileId, Header, Member
from cxrviewer.imaging.member_paths import is_archive_name, member_path
from cxrviewer.studies.file_set import FileSet
from cxrviewer.studies.index.identity import Keys, keys_of
from cxrviewer.studies.index.store import FileRow, FileState, Index, Root
from cxrviewer.studies.listing import (
    NO_FILES,
    NO_PIXELS,
    UNREADABLE_FOLDER,
    ZERO_BYTES,
    Entered,
    is_directory_name,
    listed,
    not_there,
    why_not_read,
)
from cxrviewer.studies.silence import CHUNK, Asked, SilentError, ask, same_bytes

T = TypeVar("T")
_Listed: TypeAlias = tuple[os.stat_result, list[str], list[tuple[bytes, FileState | str]], OSError | None]
"""A folder: what it is, its folders, its files as `_state_of` says, and why they could not be listed."""
_Read: TypeAlias = tuple[tuple[Header | CxrError, ...], float]
"""What the headers of a job are, and the seconds that took."""
_Named: TypeAlias = tuple[dict[str, list[tuple[bytes, FileState | str]]], list[tuple[Path, str]]]
"""What a DICOMDIR names: files by their folder, and what is not there with the reason."""

BATCHES = 16, 256
"""Files whose headers are read in one job of a decoder process: at first, and at most. Each job costs this process
several changes of thread, which it has no time for while it writes."""

SHORT_JOB, LONG_JOB = 0.2, 0.5
"""Seconds of a job after which the next ones have twice as many files, or half as many: so slow media too tell of
themselves often."""

TOGETHER, TOGETHER_SECONDS = 64, 0.1
"""Folders that are looked at in one question, and for how long: each question costs a thread."""

ROWS_PER_COMMIT = 1024
FRESH_NS = 3 * 10**9


class Reader(Protocol):
    """Reads headers in other processes; `decoder.client.DecoderPool` is one."""

    def read_many(
        self,
        paths: Sequence[Path],
        cancel: CancelToken | None = None,
        *,
        charset: str = "",
        seconds: float = math.inf,
    ) -> tuple[Header | CxrError, ...]:
        """Return the header of each path or why there is none; after some seconds of the first ones, one at least."""
        ...

    def read_directory(self, path: Path, cancel: CancelToken | None = None) -> tuple[FileId, ...]:
        """See `imaging.directory.read_directory`."""
        ...

    def list_members(self, path: Path, cancel: CancelToken | None = None) -> tuple[Member, ...]:
        """See `imaging.archive.list_members`."""
        ...


class ScanState(Struct, frozen=True):
    """How far a scan is.

    Attributes
    ----------
    done, total : int
        Files compared or read, and how many there are; `total` grows until `listed`.
    unchanged, read, skipped, removed : int
        Files that were not opened; whose image was taken in; without an image; that are gone.
    offline : tuple of Root
        Roots that cannot be reached: what is known of them stays.
    silent : tuple of Path
        Of those among them that are not gone but do not answer, the place that did not.
    seconds_left : float or None
        None while nobody can know.
    """

    done: int = 0
    total: int = 0
    listed: bool = False
    unchanged: int = 0
    read: int = 0
    skipped: int = 0
    removed: int = 0
    offline: tuple[Root, ...] = ()
    silent: tuple[Path, ...] = ()
    finished: bool = False
    seconds_left: float | None = None


class _Job(Struct):
    """Files of one folder, or members of one ZIP, that are read together."""

    walk: _Walk
    folder: int
    files: list[tuple[bytes, FileState]]
    paths: list[Path]
    zipped: bool = False


class _Walk(Struct, eq=False):
    """A root while it is scanned."""

    root: Root
    device: int = -1
    online: bool = True
    known: dict[bytes, int] | None = None
    met: set[int] | None = None
    jobs: int = 0
    listed: bool = False


class _WalkEndedError(Exception):
    """Nothing more of a root is read in this scan."""


class IndexScan:
    """One pass over some roots.

    Parameters
    ----------
    index : Index
    reader : Reader
    roots : sequence of Root
    workers : int
        Batches of headers that are read at a time; as many as the reader has processes.
    clock : callable
        Seconds; replaced in tests. Called from threads too.
    now_ns : callable
        The system's time, in nanoseconds.
    """

    def __init__(
        self,
        index: Index,
        reader: Reader,
        roots: Sequence[Root],
        *,
        workers: int = 1,
        clock: Callable[[], float] = time.monotonic,
        now_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        self._index = index
        self._reader = reader
        self._workers = workers
        self._clock = clock
        self._now_ns = now_ns
        self._roots = deque(_Walk(root) for root in roots)
        self._folders: deque[tuple[_Walk, str]] = deque()
        self._walks: list[_Walk] = []
        self._jobs: deque[_Job] = deque()
        self._open: dict[int, _Job] = {}
        self._running: dict[Future[_Read], _Job] = {}
        self._batch = BATCHES[0]
        self._pool: ThreadPoolExecutor | None = None
        self._rows: list[FileRow] = []
        self._gone: list[tuple[int, bytes]] = []
        self._entered = Entered()
        self._state = ScanState()
        self._counts: dict[str, int] = {}
        self._to_read = 0
        self._was_read = 0
        self._reading_since: float | None = None
        self._placed: dict[tuple[str, str], Path] = {}
        self._charsets = index.charsets()
        self._silent: set[Path] = set()  # folders, and what lies below them
        self._asking = CancelToken()  # of the threads that read headers: they outlive a step

    @property
    def state(self) -> ScanState:
        self._set()
        return self._state

    def run(self, cancel: CancelToken, on_state: Callable[[ScanState], None] = lambda state: None) -> ScanState:
        """Scan to the end. What was read before a cancel is in the index.

        Raises
        ------
        JobCancelled
        LibraryError
            The index could not be written: a full disk, another window, a damaged file.
        """
        try:
            while not self._state.finished:
                on_state(self.step(cancel))
        finally:
            self.close()
        return self._state

    def step(self, cancel: CancelToken, seconds: float = 0.25) -> ScanState:
        """Work for about `seconds` and return how far the scan is.

        Raises
        ------
        JobCancelled, LibraryError
            As `run`.
        """
        end = self._clock() + seconds
        try:
            while not self._done and self._clock() < end:
                cancel.raise_if_cancelled()
                with contextlib.suppress(_WalkEndedError):
                    if self._roots:
                        self._begin(self._roots.popleft(), cancel)
                    elif self._folders:
                        self._list(self._folders[0][0], cancel)
                    else:
                        self._set(listed=True)
                        self._read(cancel, max(0.0, end - self._clock()))
        except BaseException as error:
            self.close()
            if isinstance(error, JobCancelled):
                self._commit()
            raise
        if self._done:
            self._commit()
            self._finish(cancel)
        self._set(seconds_left=self._seconds_left())
        return self._state

    def close(self) -> None:
        """End the threads; harmless when called again."""
        self._asking.cancel()
        self._asking = CancelToken()
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=True, cancel_futures=True)
        self._running.clear()

    @property
    def _done(self) -> bool:
        return not (self._roots or self._folders or self._open or self._jobs or self._running)

    # Listing

    def _begin(self, walk: _Walk, cancel: CancelToken) -> None:
        root = walk.root
        self._walks.append(walk)
        try:
            walk.device = self._ask(walk, root.path, lambda _: os.stat(root.path).st_dev, cancel)
        except OSError:
            self._lost(walk)
            return
        walk.known = self._index.folders(root)
        walk.met = set()
        if root.kind == "folder" and self._is_emptied(walk, cancel):
            self._lost(walk)
            return
        self._index.begin_scan(root)
        if root.kind == "folder":
            self._folders.append((walk, ""))
        elif root.kind == "dicomdir":
            self._list_directory(walk, cancel)
        else:
            state = self._ask(walk, root.path, lambda _: self._state_of(root.path), cancel)
            self._compare(walk, "", [(os.fsencode(root.path.name), state)], cancel)

    def _ask(self, walk: _Walk, place: Path, question: Callable[[Asked[T]], T], cancel: CancelToken) -> T:
        """Ask the file system something about a root, which ends where it does not answer. See `silence.ask`."""
        try:
            return ask(place, question, cancel)
        except SilentError as error:
            self._fell_silent(walk, error)
            raise _WalkEndedError from error

    def _fell_silent(self, walk: _Walk, error: SilentError) -> None:
        if walk.online:
            self._silent.add(walk_base(walk.root))
            self._lost(walk)
            self._set(silent=(*self._state.silent, error.place))

    def _is_emptied(self, walk: _Walk, cancel: CancelToken) -> bool:
        """Return whether an empty folder had files: the mount point of a stick that was taken out."""

        def is_empty(_: object) -> bool:
            with contextlib.suppress(OSError), os.scandir(walk.root.path) as listing:
                return next(listing, None) is None
            return False

        return self._ask(walk, walk.root.path, is_empty, cancel) and any(
            self._index.known(folder) for folder in (walk.known or {}).values()
        )

    def _lost(self, walk: _Walk) -> None:
        """Take a root for offline: nothing of it is forgotten, and nothing more of it is read."""
        walk.online = False
        self._folders = deque(one for one in self._folders if one[0] is not walk)
        for job in [job for job in (*self._jobs, *self._open.values()) if job.walk is walk]:
            self._count(done=len(job.files))
        self._jobs = deque(job for job in self._jobs if job.walk is not walk)
        self._open = {folder: job for folder, job in self._open.items() if job.walk is not walk}
        self._set(offline=(*self._state.offline, walk.root))

    def _list(self, walk: _Walk, cancel: CancelToken) -> None:
        """List the next folders, all of one root, and compare their files with their rows."""
        first = itertools.islice(self._folders, TOGETHER)
        wanted = [below for _, below in itertools.takewhile(lambda one: one[0] is walk, first)]

        def look(asked: Asked[list[_Listed | OSError]]) -> list[_Listed | OSError]:
            end = time.monotonic() + TOGETHER_SECONDS
            found: list[_Listed | OSError] = []
            for below in wanted:
                asked.step(walk.root.path / below)
                found.append(self._look_at(asked))
                if time.monotonic() > end:
                    break
            return found

        found = self._ask(walk, walk.root.path / wanted[0], look, cancel)
        for _ in found:
            self._folders.popleft()
        for below, listing in zip(wanted, found, strict=False):
            if walk.online:
                self._take_listing(walk, below, listing, cancel)

    def _look_at(self, asked: Asked[Any]) -> _Listed | OSError:
        path = asked.place
        try:
            status = os.stat(path)
        except OSError as error:
            return error
        try:
            folders, files = listed(path)
        except OSError as error:
            return status, [], [], error
        states = []
        for entry in files:
            asked.step()
            states.append((os.fsencode(entry.name), self._state_of(entry)))
        return status, [entry.name for entry in folders], states, None

    def _take_listing(self, walk: _Walk, below: str, listing: _Listed | OSError, cancel: CancelToken) -> None:
        if isinstance(listing, OSError):
            self._not_listed(walk, below, listing, cancel)
            return
        status, folders, files, unlisted = listing
        if self._entered.before(walk.root.path / below, status):
            return
        if unlisted is not None:
            self._not_listed(walk, below, unlisted, cancel)
            return
        self._folders.extend((walk, os.path.join(below, name)) for name in folders)
        self._compare(walk, below, files, cancel)

    def _not_listed(self, walk: _Walk, below: str, error: OSError, cancel: CancelToken) -> None:
        if not self._is_there(walk, cancel):
            self._lost(walk)
            return
        if isinstance(error, FileNotFoundError):
            return  # removed between two listings: forgotten at the end
        folder = self._met(walk, below)
        self._index.set_folder_state(folder, reason=UNREADABLE_FOLDER)
        # What was known below it stays, for nobody saw that it is gone.
        prefix = os.fsencode(os.path.join(below, ""))
        for name, number in (walk.known or {}).items():
            if name.startswith(prefix) and walk.met is not None:
                walk.met.add(number)
        self._count(skipped=1)

    def _met(self, walk: _Walk, below: str, *, zipped: bool = False) -> int:
        path = os.fsencode(below)
        assert walk.known is not None and walk.met is not None, "the root was begun"
        folder = walk.known.get(path)
        if folder is None:
            folder = walk.known[path] = self._index.folder(walk.root, path, zipped=zipped)
        walk.met.add(folder)
        return folder

    def _compare(
        self, walk: _Walk, below: str, files: Sequence[tuple[bytes, FileState | str]], cancel: CancelToken
    ) -> None:
        """Compare files of a folder, each as it is now or with why it is not read, with their rows."""
        folder = self._met(walk, below)
        known = self._index.known(folder)
        self._count(total=len(files))
        place = Path(os.path.join(walk_base(walk.root), below))
        look_inside = walk.root.kind != "dicomdir"  # it names images; of a ZIP it names, everything in it would be read
        for name, state in files:
            zipped = look_inside and is_archive_name(os.fsdecode(name))
            before = known.pop(name, None)
            if isinstance(state, str):
                self._skip(folder, name, FileState(0, 0, 0, fresh=True), state)
            elif before is not None and not before.fresh and _same(before, state):
                self._count(done=1, unchanged=1)
                if zipped:
                    self._compare_archive(walk, os.path.join(below, os.fsdecode(name)), state, cancel)
            elif zipped:
                self._skip_archive(walk, folder, below, name, state, cancel)
            else:
                self._want(walk, folder, name, state, place / os.fsdecode(name))
        self._gone.extend((folder, name) for name in known)
        self._count(removed=len(known))

    def _state_of(self, entry: os.DirEntry[str] | Path) -> FileState | str:
        try:
            status = entry.stat()
        except OSError as error:
            return not_there(error)
        reason = why_not_read(status)
        if reason and reason != ZERO_BYTES:  # of an empty file the row keeps the times
            return reason
        fresh = 0 <= self._now_ns() - status.st_mtime_ns < FRESH_NS
        return FileState(status.st_size, status.st_mtime_ns, status.st_ctime_ns, fresh)

    def _want(
        self, walk: _Walk, folder: int, name: bytes, state: FileState, path: Path, *, zipped: bool = False
    ) -> None:
        """Have a file read, together with others of its folder."""
        if state.size == 0:
            self._skip(folder, name, state, ZERO_BYTES)
            return
        job = self._open.get(folder)
        if job is None:
            job = self._open[folder] = _Job(walk, folder, [], [], zipped)
        job.files.append((name, state))
        job.paths.append(path)
        self._to_read += 1
        if len(job.files) >= BATCHES[1]:
            self._jobs.append(self._open.pop(folder))

    def _skip(self, folder: int, name: bytes, state: FileState, reason: str) -> None:
        self._rows.append(FileRow(folder, name, state, reason=reason))
        self._count(done=1, skipped=1)
        if len(self._rows) >= ROWS_PER_COMMIT:
            self._commit()

    def _list_directory(self, walk: _Walk, cancel: CancelToken) -> None:
        """Compare the files that a DICOMDIR names; nothing outside its folder is read."""
        path = walk.root.path
        try:
            names = self._ask(walk, path, lambda asked: self._reader.read_directory(path, asked.cancel), cancel)
        except (DecoderError, NotDicomError) as error:
            names, reason = (), error.user_message
        except CxrError as error:
            if not self._is_there(walk, cancel):
                self._lost(walk)
                return
            names, reason = (), error.user_message
        else:
            reason = "" if names else NO_FILES
        if reason:
            self._skip(self._met(walk, ""), os.fsencode(path.name), FileState(0, 0, 0, fresh=True), reason)
            return
        by_folder, missing = self._ask(walk, path.parent, lambda asked: self._named_by(path, names, asked), cancel)
        for below, found_files in by_folder.items():
            self._compare(walk, below, found_files, cancel)
        for where, reason in missing:
            below = os.path.relpath(where.parent, path.parent)
            self._count(total=1)
            folder = self._met(walk, "" if below == "." else below)
            self._skip(folder, os.fsencode(where.name), FileState(0, 0, 0, fresh=True), reason)

    def _named_by(self, path: Path, names: Sequence[FileId], asked: Asked[_Named]) -> _Named:
        files = FileSet(path.parent)
        by_folder: dict[str, list[tuple[bytes, FileState | str]]] = {}
        missing: list[tuple[Path, str]] = []
        for file_id in names:
            asked.step(files.path(file_id[:-1]))
            found = files.find(file_id)
            if isinstance(found, Path):
                below = os.path.relpath(found.parent, path.parent)
                state = os.fsencode(found.name), self._state_of(found)
                by_folder.setdefault("" if below == "." else below, []).append(state)
            else:
                missing.append((files.path(file_id), found))
        return by_folder, missing

    # ZIP

    def _skip_archive(
        self, walk: _Walk, folder: int, below: str, name: bytes, state: FileState, cancel: CancelToken
    ) -> None:
        inside = os.path.join(below, os.fsdecode(name))
        reason = self._compare_archive(walk, inside, state, cancel)
        if walk.online:
            self._rows.append(FileRow(folder, name, state, reason=reason))
            self._count(done=1, skipped=int(bool(reason)))

    def _compare_archive(self, walk: _Walk, below: str, state: FileState, cancel: CancelToken) -> str:
        """Compare the members of a ZIP with their rows; return why nothing of it can be read, empty otherwise."""
        folder = self._met(walk, below, zipped=True)
        mark = f"{state.size} {state.modified} {state.changed}"
        if not state.fresh and self._index.folder_state(folder) == mark:
            return ""
        path = Path(os.path.join(walk_base(walk.root), below))
        try:
            members = self._ask(walk, path, lambda asked: self._reader.list_members(path, asked.cancel), cancel)
        except CxrError as error:
            if not self._is_there(walk, cancel):
                self._lost(walk)
            return error.user_message
        known = self._index.known(folder)
        self._count(total=len(members))
        for member in members:
            name = os.fsencode(member.name)
            member_state = FileState(member.size, member.checksum, member.packed)
            before = known.pop(name, None)
            if before is not None and _same(before, member_state) and not before.fresh:
                self._count(done=1, unchanged=1)
            elif member.reason:
                self._skip(folder, name, member_state, member.reason)
            else:
                self._want(walk, folder, name, member_state, member_path(path, member.name), zipped=True)
        self._gone.extend((folder, name) for name in known)
        self._count(removed=len(known))
        job = self._open.get(folder)
        if job is None and not known:
            self._commit()
            self._index.set_folder_state(folder, state=mark)
        return ""

    # Reading

    def _read(self, cancel: CancelToken, seconds: float) -> None:
        """Hand out jobs and take in what has come."""
        for folder in list(self._open):
            self._jobs.append(self._open.pop(folder))
        if self._jobs and self._pool is None:
            self._pool = ThreadPoolExecutor(self._workers, thread_name_prefix="cxr-index")
            self._reading_since = self._clock()
        # One more than there are workers: none of them waits while this thread writes.
        while self._jobs and len(self._running) < 2 * self._workers:
            job = self._next_job()
            assert self._pool is not None
            self._running[self._pool.submit(self._headers, job, self._asking)] = job
        if not self._running:
            return
        finished, _ = wait(self._running, timeout=min(seconds, 0.1) or 0.001, return_when=FIRST_COMPLETED)
        # In the order they were begun: what was read before a disc was taken out is kept.
        for future in [one for one in self._running if one in finished]:
            job = self._running.pop(future)
            try:
                found, took = future.result()
            except SilentError as error:
                self._fell_silent(job.walk, error)
            else:
                self._take(self._as_read(job, len(found)), found, cancel)
                self._set_batch(len(found), took)
        if len(self._rows) >= ROWS_PER_COMMIT:
            self._commit()

    def _next_job(self) -> _Job:
        return self._as_read(self._jobs.popleft(), self._batch)

    def _as_read(self, job: _Job, files: int) -> _Job:
        """Return a job of the first files; what is left of it is the next one, unless its root is lost."""
        if len(job.files) <= files:
            return job
        if job.walk.online:
            self._jobs.appendleft(replace(job, files=job.files[files:], paths=job.paths[files:]))
        else:
            self._count(done=len(job.files) - files)
        return replace(job, files=job.files[:files], paths=job.paths[:files])

    def _headers(self, job: _Job, cancel: CancelToken) -> _Read:
        began = self._clock()
        # The last: while it was not read, the system has to ask for it.
        # A job that was made large while the medium was quick ends early where it is slow by now.
        found = ask(
            job.paths[-1], lambda asked: self._reader.read_many(job.paths, asked.cancel, seconds=LONG_JOB), cancel
        )
        return found, self._clock() - began

    def _set_batch(self, files: int, took: float) -> None:
        if took > LONG_JOB:
            self._batch = max(min(self._batch, files // 2), 1)
        elif took < SHORT_JOB and files == self._batch:
            self._batch = min(2 * files, BATCHES[1])

    def _take(self, job: _Job, found: Sequence[Header | CxrError], cancel: CancelToken) -> None:
        self._was_read += len(job.files)
        if not job.walk.online:
            self._count(done=len(job.files))
            return
        if any(isinstance(one, FileGoneError | OSError) for one in found) or (
            all(isinstance(one, CxrError) for one in found) and not self._is_there(job.walk, cancel)
        ):
            if not self._is_there(job.walk, cancel):
                self._count(done=len(job.files))
                self._lost(job.walk)
                return
        self._count(done=len(job.files))
        keys = [self._keys(job, one) for one in found]
        known = self._index.known_images({key.image for key in keys if key is not None})
        for (name, state), path, one, key in zip(job.files, job.paths, found, keys, strict=True):
            if isinstance(one, Header) and key is not None:
                self._take_image(job, FileRow(job.folder, name, state, header=one, keys=key), path, known, cancel)
            else:
                self._take_other(job, name, state, one)

    @staticmethod
    def _keys(job: _Job, one: Header | CxrError) -> Keys | None:
        """Return the keys of an image, None for what is none."""
        if isinstance(one, Header) and one.has_pixels and one.stamp is not None:
            return keys_of(one, str(job.folder))
        return None

    def _take_other(self, job: _Job, name: bytes, state: FileState, one: Header | CxrError) -> None:
        by_the_way = job.walk.root.kind == "folder"  # nobody chose this very file
        if isinstance(one, FileGoneError):
            self._gone.append((job.folder, name))
            self._count(removed=1)
        elif isinstance(one, CxrError) and not (by_the_way and isinstance(one, DirectoryTooLargeError)):
            # What may end otherwise the next time is read again then.
            again = isinstance(one, FileChangingError | DecoderError)
            self._rows.append(FileRow(job.folder, name, replace(state, fresh=again), reason=one.user_message))
            self._count(skipped=1)
        else:
            # Of a disc's table of contents nobody asks why it was skipped: the walk finds its files itself.
            reason = "" if is_directory_name(os.fsdecode(name)) else NO_PIXELS
            self._rows.append(FileRow(job.folder, name, state, reason=reason))
            self._count(skipped=1)

    def _take_image(
        self, job: _Job, row: FileRow, path: Path, known: Container[tuple[str, str]], cancel: CancelToken
    ) -> None:
        row = self._recoded(job, row, path, cancel)
        if not job.zipped:
            digest = self._own_digest(job.walk, row, path, known, cancel)
            row = replace(row, digest=digest) if digest else row
        self._rows.append(row)
        self._count(read=1)

    def _recoded(self, job: _Job, row: FileRow, path: Path, cancel: CancelToken) -> FileRow:
        """Return the row in the character set the reader chose for its study."""
        charset = self._charsets.get(row.keys.mark) if self._charsets and row.keys else None
        if not charset:
            return row
        (found,) = self._ask(
            job.walk, path, lambda asked: self._reader.read_many([path], asked.cancel, charset=charset), cancel
        )
        return replace(row, header=found, keys=self._keys(job, found)) if isinstance(found, Header) else row

    def _own_digest(
        self, walk: _Walk, row: FileRow, path: Path, known: Container[tuple[str, str]], cancel: CancelToken
    ) -> str:
        """Return a digest of its own for a file that only looks like another one, empty for all others."""
        keys = row.keys
        assert keys is not None, "it is an image"
        key = (keys.image, keys.digest)
        other = self._placed.setdefault(key, path)
        if other is path and key in known:
            image = self._index.twin(keys.image, keys.digest)
            places = () if image is None else self._index.paths_of(image)
            other = next((where for where, member, online in places if online and not member), path)
        if other == path or not self._silent.isdisjoint(other.parents):
            return ""
        try:
            whole = ask(path, lambda asked: _digest_unless_same(other, path, asked), cancel)
        except SilentError as error:
            if error.place == other:  # perhaps below a root that this scan does not look at
                self._silent.update(self._base_of(other))
                return ""
            self._fell_silent(walk, error)
            raise _WalkEndedError from error
        return f"{keys.digest}-{whole}" if whole else ""

    def _base_of(self, place: Path) -> tuple[Path, ...]:
        """Return the folders of the roots that hold a place."""
        bases = (walk_base(root) for root in self._index.roots())
        return tuple(base for base in bases if base in place.parents)

    def _is_there(self, walk: _Walk, cancel: CancelToken) -> bool:
        try:
            device = self._ask(walk, walk.root.path, lambda _: os.stat(walk.root.path).st_dev, cancel)
        except OSError:
            return False
        return device == walk.device

    # Writing

    def _commit(self) -> None:
        rows, self._rows = self._rows, []
        gone, self._gone = self._gone, []
        self._placed.clear()
        try:
            if rows or gone:
                self._index.write(rows, gone=gone)
        except JobCancelled:  # while it waited for another program: who ends the scan writes them
            self._rows, self._gone = rows, gone
            raise

    def _finish(self, cancel: CancelToken) -> None:
        self.close()
        for walk in self._walks:
            with contextlib.suppress(_WalkEndedError):
                if walk.online and not self._is_there(walk, cancel):
                    self._lost(walk)
            if walk.online and walk.known is not None and walk.met is not None:
                missing = [folder for folder in walk.known.values() if folder not in walk.met]
                if missing:
                    self._count(removed=sum(len(self._index.known(folder)) for folder in missing))
                    self._index.forget_folders(missing)
            self._index.set_root_state(walk.root, online=walk.online, complete=True if walk.online else None)
        self._set(finished=True, listed=True)

    def _seconds_left(self) -> float | None:
        if self._state.finished:
            return 0.0
        if self._reading_since is None or not self._was_read or not self._state.listed:
            return None
        rate = self._was_read / max(1e-6, self._clock() - self._reading_since)
        return (self._to_read - self._was_read) / rate

    def _count(self, **more: int) -> None:
        for name, number in more.items():
            self._counts[name] = self._counts.get(name, 0) + number

    def _set(self, **more: Any) -> None:
        """Change the state, with what was counted since the last time."""
        counts, self._counts = self._counts, {}
        self._state = replace(
            self._state, **{name: getattr(self._state, name) + n for name, n in counts.items()}, **more
        )


def _digest_unless_same(one: Path, other: Path, asked: Asked[str]) -> str:
    """Return a digest of all of a file, empty where it holds the same as another one or cannot be read."""
    try:
        if same_bytes(one, other, asked.step):
            return ""
        whole = hashlib.sha256()
        with other.open("rb") as stream:
            while part := stream.read(CHUNK):
                asked.step(other)
                whole.update(part)
    except OSError:
        return ""
    return whole.hexdigest()[:16]


def walk_base(root: Root) -> Path:
    """Return the folder that rows below a root are relative to."""
    return root.path if root.kind == "folder" else root.path.parent


def _same(before: FileState, now: FileState) -> bool:
    return (before.size, before.modified, before.changed) == (now.size, now.modified, now.changed)


def root_kinds(paths: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Yield each path with the kind of root it makes."""
    for path in paths:
        if path.is_dir():
            yield path, "folder"
        elif is_directory_name(path.name):
            yield path, "dicomdir"
        else:
            yield path, "file"
