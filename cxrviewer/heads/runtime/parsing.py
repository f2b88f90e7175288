"""Reads manifests and arrays of heads: here where they are known, in a process with limits where they are not.

Known are the shipped heads and every file that was read without trouble before, by its SHA-256. A head is therefore
parsed in a process of its own when it is installed, or found in a folder that nobody installed, and never again:
looking for heads at the start waits for no process.
"""

from __future__ import annotations

import contextlib
import json
import logging
import threading
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from cxrviewer.errors import (
    HeadError,
    HeadRejectedError,
    IsolationError,
    JobCancelled,
    ManifestError,
    WorkerFaultError,
    WorkerStartError,
    WorkerTimeError,
)
from cxrviewer.heads.contract import HeadManifest
from cxrviewer.heads.eligibility.ood_detector import OodDetector
from cxrviewer.heads.package.files import MANIFEST_NAME, sha256
from cxrviewer.heads.package.manifest import decode_manifest, manifest_of
from cxrviewer.heads.package.record_store import RecordStore
from cxrviewer.heads.package.sources import HeadFile
from cxrviewer.heads.runtime import service
from cxrviewer.isolation.limits import JobLimits, WorkerOptions
from cxrviewer.isolation.pool import WorkerPool
from cxrviewer.log import Safe
from cxrviewer.text import msg

logger = logging.getLogger(__name__)

T = TypeVar("T")

KNOWN_FILE_NAME = ".read-files.json"

SERVICE = service.__name__
LIMITS = JobLimits(cpu_seconds=5.0, wall_seconds=30.0)
MEMORY_BYTES = 600 * 2**20
"""The largest test vector, of a recipe of 3 x 4096 x 4096, takes 201 MB, and as much again while it is read."""
OPTIONS = WorkerOptions(name="cxr-head-files", memory_bytes=MEMORY_BYTES, answer_bytes=256 * 2**20)

STOPPED = msg("could not be read within the limits of memory and time; it is damaged, or was made to attack")
HANGS = msg("was not read within half a minute; its drive may not answer")
NO_START = msg(
    "could not be read, because the process that reads heads did not start; close other programs and try again"
)
FAULT = msg("could not be read because of an error in this program; please report it")


def _sentence(error: IsolationError) -> str:
    """Return why a file could not be read, true whatever it holds."""
    match error:
        case WorkerStartError():
            return NO_START
        case WorkerFaultError():
            logger.error("a head's file could not be read in its process: %s", Safe(error.details))
            return FAULT
        case WorkerTimeError(working=False):
            return HANGS
        case _:
            return STOPPED


class KnownFiles:
    """SHA-256 of the files of heads that were installed: they were read once, in a process of its own.

    Parameters
    ----------
    folder : Path
        The user's heads folder.
    """

    def __init__(self, folder: Path) -> None:
        self._records = RecordStore(folder / KNOWN_FILE_NAME, msg("files that were read"))

    def digests(self) -> frozenset[str]:
        """Return what is known; nothing where the list cannot be read, which costs only time."""
        try:
            return frozenset(self._records.read())
        except HeadError:
            return frozenset()

    def add(self, digests: Collection[str], head_id: str) -> None:
        """Remember files of a head. A list that cannot be written is none that stops an installation."""
        try:
            self._records.put_all(dict.fromkeys(digests, head_id))
        except HeadError:
            logger.warning("the list of files that were read could not be written")


class Parser(Protocol):
    """Turns files of a head into values. Safe from any thread."""

    def manifest(self, folder: Path, data: bytes) -> HeadManifest:
        """Return the manifest `data`, which are the bytes of ``head.toml`` in `folder`. Raises `ManifestError`."""
        ...

    def ood_detector(self, file: HeadFile) -> OodDetector:
        """Return a density. Raises `HeadRejectedError` with ``check="density"`` or ``"sha256"``."""
        ...

    def array(self, file: HeadFile, allowed: int) -> npt.NDArray[np.float32]:
        """Return a test vector. Raises `HeadRejectedError` with ``check="test_vector"`` or ``"sha256"``."""
        ...

    def session(self) -> contextlib.AbstractContextManager[None]:
        """While the body runs, keep what reading needs; sessions may lie within each other."""
        ...


class DirectParser:
    """Reads in this process: for authors, training and tests, whose heads are their own."""

    def manifest(self, folder: Path, data: bytes) -> HeadManifest:
        return decode_manifest(data)

    def ood_detector(self, file: HeadFile) -> OodDetector:
        return service.ood_detector(*_named(file))

    def array(self, file: HeadFile, allowed: int) -> npt.NDArray[np.float32]:
        return service.test_array(*_named(file), allowed)

    def session(self) -> contextlib.AbstractContextManager[None]:
        return contextlib.nullcontext()


DIRECT = DirectParser()


class IsolatedParser:
    """Reads what is not known in a process that may die.

    Parameters
    ----------
    trusted : Path or None
        Folder of the shipped heads.
    known : callable
        Returns SHA-256 of files that were read without trouble in an earlier run.
    """

    def __init__(self, trusted: Path | None, known: Callable[[], Collection[str]] = frozenset) -> None:
        self._trusted = trusted
        self._known = known
        self._direct = DirectParser()
        self._lock = threading.Lock()
        self._read: set[str] = set()
        self._pool: WorkerPool | None = None
        self._sessions = 0
        self._closed = False

    def manifest(self, folder: Path, data: bytes) -> HeadManifest:
        digest = sha256(data)
        if self._is_known(folder, digest):
            return self._direct.manifest(folder, data)
        try:
            found = self._run("manifest_table", (str(folder.absolute()),), service.ManifestTable)
            if found.digest != digest:
                raise ManifestError(
                    "unknown", (msg("{manifest_name}: was changed while it was read", manifest_name=MANIFEST_NAME),)
                )
            manifest = manifest_of(_table(found.table))
        except IsolationError as error:
            raise ManifestError("unknown", (f"{MANIFEST_NAME}: {_sentence(error)}",)) from error
        self._remember(digest)
        return manifest

    def ood_detector(self, file: HeadFile) -> OodDetector:
        if self._is_known(file.folder, file.sha256):
            return self._direct.ood_detector(file)
        try:
            found = self._run("ood_detector", _named(file), OodDetector)
        except IsolationError as error:
            raise HeadRejectedError(
                msg("{name} of the model head {sentence}.", name=file.name, sentence=_sentence(error)), check="density"
            ) from error
        self._remember(file.sha256)
        return found

    def array(self, file: HeadFile, allowed: int) -> npt.NDArray[np.float32]:
        if self._is_known(file.folder, file.sha256):
            return self._direct.array(file, allowed)
        expected: Any = npt.NDArray[np.float32]
        try:
            found: npt.NDArray[np.float32] = self._run("test_array", (*_named(file), allowed), expected)
        except IsolationError as error:
            raise HeadRejectedError(
                msg("{name} of the model head {sentence}.", name=file.name, sentence=_sentence(error)),
                check="test_vector",
            ) from error
        self._remember(file.sha256)
        return found

    @contextlib.contextmanager
    def session(self) -> Iterator[None]:
        """One process for all that is read in the body, started by the first file that is not known."""
        with self._lock:
            self._sessions += 1
        try:
            yield
        finally:
            with self._lock:
                self._sessions -= 1
                pool = None if self._sessions else self._pool
                if pool is not None:
                    self._pool = None
            if pool is not None:
                pool.close()

    def close(self) -> None:
        """End the process for good; whoever waits for it raises JobCancelled, and so does everyone later."""
        with self._lock:
            self._closed, pool, self._pool = True, self._pool, None
        if pool is not None:
            pool.close()

    def _is_known(self, folder: Path, digest: str) -> bool:
        return folder.parent == self._trusted or digest in self._read or digest in self._known()

    def _remember(self, digest: str) -> None:
        with self._lock:
            self._read = self._read | {digest}

    def _run(self, function: str, arguments: tuple[Any, ...], expected: type[T]) -> T:
        with self.session():
            with self._lock:
                if self._closed:
                    raise JobCancelled
                self._pool = self._pool or WorkerPool(1, OPTIONS)
                pool = self._pool
            return pool.run(f"{SERVICE}.{function}", arguments, expected, limits=LIMITS)


def _named(file: HeadFile) -> tuple[str, str, int, str]:
    return str(file.folder.absolute()), file.name, file.size, file.sha256


def _table(data: bytes) -> dict[str, Any]:
    """Return the table that the process sent; it is looked at key by key, like any manifest."""
    try:
        table = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ManifestError("unknown", (f"{MANIFEST_NAME}: {STOPPED}",)) from error
    if not isinstance(table, dict):
        raise ManifestError("unknown", (f"{MANIFEST_NAME}: {STOPPED}",))
    return table
