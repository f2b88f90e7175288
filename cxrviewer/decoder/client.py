"""Reads image files through worker processes. Imports neither pydicom nor a codec."""

from __future__ import annotations

import logging
import math
import os
import pickle
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from cxrviewer.cancel import CancelToken
from cxrviewer.decoder.begun import BegunImage
from cxrviewer.errors import (
    CxrError,
    DecoderError,
    IsolationError,
    WorkerAnswerError,
    WorkerDiedError,
    WorkerFaultError,
    WorkerMemoryError,
    WorkerStartError,
    WorkerTimeError,
)
from cxrviewer.imaging.member_paths import file_of, split_member
from cxrviewer.isolation.limits import MAX_REQUEST_BYTES, JobLimits, WorkerOptions
from cxrviewer.isolation.pool import WorkerPool
from cxrviewer.isolation.process import Later
from cxrviewer.log import Safe
from cxrviewer.text import msg

if TYPE_CHECKING:  # a process is started before numpy is needed here
    from cxrviewer.imaging.contents import FileId, Header, Image, Member, SmallPicture
    from cxrviewer.isolation.protocol import Failure
    from cxrviewer.reading.exchange import Checked
    from cxrviewer.reports.copies import CopiedImage, CopyOptions
    from cxrviewer.reports.tag_rows import TagList

T = TypeVar("T")

_log = logging.getLogger(__name__)

MEMORY_BYTES = 900 * 2**20
"""What one file may take; with the idle process less than 1 GiB. 80 million pixels of 16 bits take 640 MiB."""

TYPICAL_IMAGE_BYTES = 16 * 2**20

HEADER_LIMITS = JobLimits(cpu_seconds=5.0)
IMAGE_LIMITS = JobLimits(cpu_seconds=15.0)

STOPPED = msg(
    "The decoder stopped while reading this file, which is probably damaged or of a kind no "
    "program can read. Other files are not affected."
)
KILLED = msg("The decoder was ended from outside while reading this file, perhaps because memory ran short: try again.")
MEMORY = msg("Reading this file took more memory than allowed (900 MiB): it is damaged, or too large for this viewer.")
TIME = msg("Reading this file took more computing time than allowed: it is damaged, or too large for this viewer.")
HANGS = msg("Nothing came back for two minutes: the drive or the network may not answer. Try again when it does.")
NONSENSE = msg(
    "The decoder gave no valid answer for this file, which is probably damaged. Other files are not affected."
)
FAULT = msg(
    "This file could not be read because of an error in this program; please report it. Details are in the log."
)
NO_START = msg("The part of this program that reads files could not be started: close other programs and try again.")

AHEAD_SECONDS = 0.05
"""Time for headers that are read together; what does not come within it is read one by one."""

MANY_SECONDS = 0.4
"""Time for the headers of one job of the index; what does not come within it is asked for again."""

AHEAD_LASTS = 2.0
"""Seconds after which a header that was read ahead is forgotten: the scan that wanted it was stopped."""

JOIN_SECONDS = 0.5
"""Seconds for the thread of the image that was begun to end after its process."""

REMEMBERED = 256
"""Files whose reading ended a process, at most; the oldest are forgotten."""


class DecoderPool:
    """Header reading and decoding in up to `size` processes. Safe to use from any thread.

    Parameters
    ----------
    size : int
    for_images : int
        How many of them only `open_image` uses: a click never waits for a scan or a thumbnail.
    """

    def __init__(self, size: int, *, for_images: int = 0) -> None:
        options = WorkerOptions(
            name="cxr-decoder",
            warm_up="cxrviewer.decoder.start.warm_up",
            memory_bytes=MEMORY_BYTES,
            reserve_bytes=TYPICAL_IMAGE_BYTES,
        )
        self._pool = WorkerPool(size, options, reserved=for_images)
        self._background = WorkerPool(1, replace(options, name="cxr-scoring-decoder", background=True))
        self._lock = threading.Lock()
        self._ahead: dict[str, Header | Failure] = {}
        self._ahead_until = 0.0
        self._fatal: OrderedDict[tuple[str | int, ...], DecoderError] = OrderedDict()
        self._begun: BegunImage | None = None

    @classmethod
    def for_window(cls) -> DecoderPool:
        """Return the processes of a window: one for the image the reader waits for, one for everything else."""
        return cls(2, for_images=1)

    def start(self, number: int | None = None) -> None:
        """Start `number` processes, all by default, and return at once.

        A process that cannot be started is no error here: the first file will say so.
        """
        try:
            self._pool.start(number)
        except WorkerStartError:
            _log.warning("a decoder process could not be started")

    def begin(self, path: Path) -> None:
        """Begin to decode the first frame of a file and return at once; for the image a program is started with.

        The next `open_image` of it returns what was decoded, if the file is still the same; `read_header` waits for
        it. The next image that a reader waits for instead of it ends it. `open_image` reports what goes wrong.
        """
        name = _absolute(path)
        self._begun = BegunImage(name, lambda token: self._decode_begun(name, token))

    def end_begun(self) -> None:
        """Forget the image that was begun, where nobody asked for it."""
        if self._begun is not None and self._begun.claim():
            self._begun.end()

    @property
    def pids(self) -> tuple[int, ...]:
        return self._pool.pids + self._background.pids

    def read_header(self, path: Path, cancel: CancelToken | None = None) -> Header:
        """Return the header of a file; see `imaging.header.read_header`.

        Raises
        ------
        DecoderError
            Where the process ended, or the file took more memory or time than allowed.
        ImageError
            See `imaging.header.read_header`.
        JobCancelled
        """
        from cxrviewer.imaging.contents import Header

        arguments = (_absolute(path),)
        known = self._read_before(arguments[0]) or self._begun_header(arguments[0], cancel)
        if known is not None:
            return known
        self._raise_if_fatal(arguments[0])
        # At the start only: the process for images is ready first, and a header takes it for some milliseconds.
        urgent = not self._pool.ready_for_all
        return self._run("read_header", arguments, Header, cancel, HEADER_LIMITS, urgent=urgent)

    def read_ahead(self, paths: Sequence[Path], cancel: CancelToken | None = None) -> None:
        """Read several headers together; the next `read_header` of each returns what was read here.

        Only JobCancelled is raised: a file that ends the process is read again by itself, and fails then.
        """
        from cxrviewer.imaging.contents import Header
        from cxrviewer.isolation.protocol import Failure

        names = tuple(_absolute(path) for path in paths)
        while len(pickle.dumps(names)) > MAX_REQUEST_BYTES // 2:
            names = names[: len(names) // 2]
        try:
            job = "cxrviewer.decoder.service.read_headers"
            arguments = (names, AHEAD_SECONDS)
            found = self._pool.run(job, arguments, tuple[Header | Failure, ...], cancel=cancel, limits=HEADER_LIMITS)
        except CxrError:
            found = ()
        with self._lock:
            self._ahead = dict(zip(names, found, strict=False))
            self._ahead_until = time.monotonic() + AHEAD_LASTS

    def read_many(
        self,
        paths: Sequence[Path],
        cancel: CancelToken | None = None,
        *,
        charset: str = "",
        seconds: float = math.inf,
    ) -> tuple[Header | CxrError, ...]:
        """Return the header of each path or why there is none; only JobCancelled is raised.

        Parameters
        ----------
        charset : str
            Instead of the files' own; see `imaging.dataset.recoded`.
        seconds : float
            After these no further job is begun: only the first paths have an answer then, one at least.
        """
        names = tuple(_absolute(path) for path in paths)
        return self._many(names, charset, cancel, seconds)

    def list_members(self, path: Path, cancel: CancelToken | None = None) -> tuple[Member, ...]:
        """Return the files in a ZIP; see `imaging.archive.list_members`.

        Raises
        ------
        DecoderError, ImageError, JobCancelled
            As `read_header`.
        """
        from cxrviewer.imaging.contents import Member

        name = _absolute(path)
        self._raise_if_fatal(name)
        found: list[Member] = []
        complete = False
        while not complete:
            arguments = (name, len(found))
            some, complete = self._run("list_members", arguments, tuple[tuple[Member, ...], bool], cancel, IMAGE_LIMITS)
            found += some
            if not some and not complete:
                raise DecoderError(NONSENSE)
        return tuple(found)

    def _many(
        self, names: tuple[str, ...], charset: str, cancel: CancelToken | None, seconds: float
    ) -> tuple[Header | CxrError, ...]:
        """Read several headers in jobs of about `MANY_SECONDS`; a file that ends its job is read by itself.

        It is found by halves: each job that ends costs a process.
        """
        found: list[Header | CxrError] = []
        end = time.monotonic() + seconds
        while len(found) < len(names) and not (found and time.monotonic() >= end):
            rest = names[len(found) :]
            while len(rest) > 1 and len(pickle.dumps(rest)) > MAX_REQUEST_BYTES // 2:
                rest = rest[: len(rest) // 2]
            some = self._some(rest, charset, cancel)
            while not some and len(rest) > 1:
                rest = rest[: len(rest) // 2]
                some = self._some(rest, charset, cancel)
            found += some or (self._fault(),)
        return tuple(found)

    def _some(self, names: tuple[str, ...], charset: str, cancel: CancelToken | None) -> tuple[Header | CxrError, ...]:
        """Return the headers of the first of `names`; none where the job ends otherwise and has several of them."""
        from cxrviewer.imaging.contents import Header
        from cxrviewer.isolation.protocol import Failure

        alone = len(names) == 1
        try:
            if alone:
                self._raise_if_fatal(names[0])
            answers = self._pool.run(
                "cxrviewer.decoder.service.read_headers",
                (names, MANY_SECONDS, charset),
                tuple[Header | Failure, ...],
                cancel=cancel,
                limits=HEADER_LIMITS,
            )
            return tuple(one if isinstance(one, Header) else one.error() for one in answers[: len(names)])
        except IsolationError as error:
            told = decoder_error(error)
            if alone and _is_the_file_s(error):
                self._remember(names[0], told)
            return (told,) if alone else ()
        except CxrError as error:
            return (error,) * len(names)

    @staticmethod
    def _fault() -> DecoderError:
        return DecoderError(FAULT)

    def _read_before(self, path: str) -> Header | None:
        """Return the header that `read_ahead` read, and forget it; raises what it met instead of one."""
        with self._lock:
            found = self._ahead.pop(path, None) if time.monotonic() < self._ahead_until else None
        if found is None:
            return None
        from cxrviewer.imaging.contents import Header

        if isinstance(found, Header):
            return found if self._still_as_read(path, found) else None
        try:
            error: CxrError = found.error()
        except WorkerAnswerError:
            return None
        raise error

    @staticmethod
    def _still_as_read(path: str, found: Header) -> bool:
        stamp = found.stamp
        if stamp is None:
            return False
        state = _state(path)
        if split_member(Path(path)) is not None:  # size and number in the stamp are the member's
            return state is not None and state[2:4] == (stamp.modified_ns, stamp.changed_ns)
        return state == (path, stamp.size, stamp.modified_ns, stamp.changed_ns, stamp.inode)

    def read_directory(self, path: Path, cancel: CancelToken | None = None) -> tuple[FileId, ...]:
        """Return the file IDs of a DICOMDIR; see `imaging.directory.read_directory`.

        Raises
        ------
        DecoderError, ImageError, JobCancelled
            As `read_header`.
        """
        arguments = (_absolute(path),)
        self._raise_if_fatal(arguments[0])
        return self._run("read_directory", arguments, tuple[tuple[str, ...], ...], cancel, IMAGE_LIMITS)

    def check_readings(self, path: Path, cancel: CancelToken | None = None) -> Checked:
        """Return what a file of readings holds; see `reading.exchange.check_file`.

        Raises
        ------
        DecoderError, JobCancelled
            As `read_header`.
        """
        from cxrviewer.reading.exchange import Checked

        arguments = (_absolute(path),)
        self._raise_if_fatal(arguments[0])
        return self._run("check_readings", arguments, Checked, cancel, IMAGE_LIMITS)

    def open_image(
        self,
        path: Path,
        frame: int = 0,
        cancel: CancelToken | None = None,
        *,
        urgent: bool = True,
        charset: str = "",
    ) -> Image:
        """Return header and pixels of a frame; see `imaging.image.open_image`.

        Parameters
        ----------
        path : Path
        frame : int
            From 0.
        cancel : CancelToken, optional
            Ends the process where decoding does not end by itself soon.
        urgent : bool
            False for images that nobody waits for yet.
        charset : str
            See `read_many`.

        Raises
        ------
        DecoderError, ImageError, JobCancelled
            As `read_header`.
        """
        from cxrviewer.imaging.contents import Image

        arguments = (_absolute(path), frame, charset)
        begun = self._taken_begun(arguments) if urgent else None
        if begun is not None:
            image = self._image_of(begun, cancel)
            if image is not None:
                return image
        if not urgent:
            self._raise_if_fatal(arguments[0])
        return self._run("open_image", arguments, Image, cancel, IMAGE_LIMITS, urgent=urgent)

    def open_for_scoring(self, path: Path, cancel: CancelToken) -> Image:
        """As `open_image`, in a process of its own to which the system prefers all others."""
        from cxrviewer.imaging.contents import Image

        arguments = (_absolute(path), 0, "")
        self._raise_if_fatal(arguments[0])
        return self._run("open_image", arguments, Image, cancel, IMAGE_LIMITS, pool=self._background)

    def thumbnail(self, path: Path, cancel: CancelToken | None = None, *, charset: str = "") -> SmallPicture:
        """Return the thumbnail of a file's first frame with its header.

        Raises
        ------
        DecoderError, ImageError, JobCancelled
            As `read_header`.
        """
        from cxrviewer.imaging.contents import SmallPicture

        arguments = (_absolute(path), charset)
        self._raise_if_fatal(arguments[0])
        return self._run("make_thumbnail", arguments, SmallPicture, cancel, IMAGE_LIMITS)

    def deidentify(
        self, path: Path, options: CopyOptions, secret: str, cancel: CancelToken | None = None, *, charset: str = ""
    ) -> CopiedImage:
        """Return a de-identified copy of an image; see `reports.deidentify.deidentified`. `secret` is hex digits.

        Raises
        ------
        DecoderError, ImageError, JobCancelled
            As `read_header`.
        """
        from cxrviewer.reports.copies import CopiedImage

        arguments = (_absolute(path), options.letters, secret, charset)
        self._raise_if_fatal(arguments[0])
        return self._run("deidentify", arguments, CopiedImage, cancel, IMAGE_LIMITS)

    def list_tags(self, path: Path, cancel: CancelToken | None = None, *, charset: str = "") -> TagList:
        """Return the elements of a header; see `reports.tags.list_tags`.

        Raises
        ------
        DecoderError, ImageError, JobCancelled
            As `read_header`.
        """
        from cxrviewer.reports.tag_rows import TagList

        arguments = (_absolute(path), charset)
        return self._run("list_tags", arguments, TagList, cancel, IMAGE_LIMITS)

    def close(self) -> bool:
        """End all processes; see `WorkerPool.close`."""
        self.end_begun()
        ended = all([self._pool.close(), self._background.close()])
        if self._begun is not None:
            self._begun.join(JOIN_SECONDS)
        return ended

    def _decode_begun(self, name: str, token: CancelToken) -> Image | None:
        """Decode in the process that an image goes to otherwise, with the same limits."""

        def answer() -> type[Image]:
            from cxrviewer.imaging.contents import Image

            return Image

        if not os.path.isfile(name):  # a folder, or nothing: the scan finds out
            return None
        job = "cxrviewer.decoder.service.open_image"
        return self._pool.run(job, (name, 0, ""), Later(answer), cancel=token, limits=IMAGE_LIMITS, urgent=True)

    def _begun_header(self, path: str, cancel: CancelToken | None) -> Header | None:
        begun = self._begun
        if begun is None or begun.claimed or begun.path != path:
            return None
        header = begun.header(cancel or CancelToken())
        return header if header is not None and self._still_as_read(path, header) else None

    def _taken_begun(self, arguments: tuple[str, int, str]) -> BegunImage | None:
        """Return what was begun where it is what `arguments` of a job ask for; ends it otherwise."""
        begun = self._begun
        if begun is None or not begun.claim():
            return None
        if arguments != (begun.path, 0, ""):
            begun.end()
            return None
        return begun

    def _image_of(self, begun: BegunImage, cancel: CancelToken | None) -> Image | None:
        """Return the image that was begun, None where its file is another one by now."""
        try:
            image = begun.take(cancel or CancelToken())
        except IsolationError as error:
            raise self._told(error, begun.path) from error
        return image if image is not None and self._still_as_read(begun.path, image.header) else None

    def _told(self, error: IsolationError, path: str) -> DecoderError:
        told = decoder_error(error)
        if _is_the_file_s(error):
            self._remember(path, told)
        return told

    def _run(
        self,
        function: str,
        arguments: tuple[str | int, ...],
        expected: type[T],
        cancel: CancelToken | None,
        limits: JobLimits,
        *,
        urgent: bool = False,
        pool: WorkerPool | None = None,
    ) -> T:
        job = f"cxrviewer.decoder.service.{function}"
        try:
            return (pool or self._pool).run(job, arguments, expected, cancel=cancel, limits=limits, urgent=urgent)
        except IsolationError as error:
            raise self._told(error, str(arguments[0])) from error

    def _remember(self, path: str, error: DecoderError) -> None:
        key = _state(path)
        if key is not None:
            with self._lock:
                self._fatal[key] = error
                while len(self._fatal) > REMEMBERED:
                    self._fatal.popitem(last=False)

    def _raise_if_fatal(self, path: str) -> None:
        """Raise the error of a file that ended a process before: lists ask for headers and thumbnails by themselves.

        Only the user's own click on it tries again.
        """
        if not self._fatal:
            return
        key = _state(path)
        with self._lock:
            error = None if key is None else self._fatal.get(key)
        if error is not None:
            raise DecoderError(error.user_message)


def _absolute(path: Path) -> str:
    # The worker was started in the folder the program was started in, which may be another one by now.
    try:
        return os.path.abspath(path)
    except OSError:  # this folder was removed
        return str(path)


def _state(path: str) -> tuple[str | int, ...] | None:
    try:
        state = os.stat(file_of(Path(path)))
    except (OSError, ValueError):
        return None
    return path, state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino


def decoder_error(error: IsolationError) -> DecoderError:
    """Return the error of a worker in the words of whoever opened a file."""
    if isinstance(error, WorkerFaultError):
        _log.error("reading a file failed unexpectedly:\n%s", Safe(error.details))
        return DecoderError(FAULT)
    if isinstance(error, WorkerTimeError):
        return DecoderError(TIME if error.working else HANGS)
    if isinstance(error, WorkerDiedError) and error.innocent:
        return DecoderError(KILLED)
    sentences = {WorkerDiedError: STOPPED, WorkerMemoryError: MEMORY, WorkerStartError: NO_START}
    return DecoderError(sentences.get(type(error), NONSENSE))


def _is_the_file_s(error: IsolationError) -> bool:
    """Return whether reading the same file again would end the same way.

    A drive may answer the next time, and who killed the process may have meant another one.
    """
    if isinstance(error, WorkerTimeError):
        return error.working
    if isinstance(error, WorkerDiedError):
        return not error.innocent
    return not isinstance(error, WorkerStartError)
