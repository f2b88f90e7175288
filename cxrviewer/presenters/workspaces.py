"""Keeps the arrangement of the viewports on the disk, off the GUI thread."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from pathlib import Path

from cxrviewer.atomic import replacing
from cxrviewer.cancel import CancelToken
from cxrviewer.jobs import JobRunner, Lane
from cxrviewer.presenters.readings import Later
from cxrviewer.text import msg, translated
from cxrviewer.workspace.saved import MAX_BYTES, MAX_FILES, SUFFIX, SavedWorkspace, file_name, read

logger = logging.getLogger(__name__)

SLOT = "workspace"
SETTLE_MS = 300
"""The arrangement is written when it has been changing for so long."""

NOT_SAVED = msg("How the viewports are arranged cannot be saved: the disk is full or cannot be reached.")


class Workspaces:
    """The arrangement of one window, by the files and folders that are open in it.

    Parameters
    ----------
    folder : Path or None
        Where the files lie; None keeps nothing.
    jobs : JobRunner
    notify : callable
        Brings a sentence to the reader.
    later : callable
        Calls something once after some milliseconds, on this thread.
    now : callable
        Returns the arrangement, None while it must not be written.
    """

    def __init__(
        self,
        folder: Path | None,
        jobs: JobRunner,
        notify: Callable[[str], None],
        later: Later,
        now: Callable[[], SavedWorkspace | None],
    ) -> None:
        self._folder, self._jobs, self._notify, self._later, self._now = folder, jobs, notify, later, now
        self._roots: tuple[Path, ...] = ()
        self._waiting = self._failing = self._loading = False
        self._written: tuple[Path, bytes] | None = None
        self._besides: list[Callable[[SavedWorkspace | None], None]] = []

    def open(self, paths: tuple[Path, ...], use: Callable[[SavedWorkspace | None], None]) -> None:
        """Note that `paths` are opened; call `use` with what was saved of them.

        None where nothing was, where it cannot be read, or where something else is open already. Calls come in the
        order of what is opened; none comes where all is closed before.
        """
        alone, self._roots = not self._roots, (*self._roots, *paths)
        folder = self._folder
        if self._loading:
            self._besides.append(use)
            return
        if folder is None or not alone:
            use(None)
            return
        path = folder / file_name(self._roots)

        def found(saved: SavedWorkspace | None) -> None:
            besides, self._besides = self._besides, []
            self._loading = False
            use(saved)
            for one in besides:
                one(None)

        def failed(error: Exception) -> None:
            logger.error("an arrangement could not be read", exc_info=error)
            found(None)

        self._loading = True
        self._jobs.submit(Lane.READING, SLOT, lambda _: _load(path), on_done=found, on_failed=failed)

    def changed(self) -> None:
        """Write the arrangement when it has settled."""
        if self._folder is not None and self._roots and not self._waiting:
            self._waiting = True
            self._later(SETTLE_MS, self._settled)

    def close_all(self) -> None:
        """Write the arrangement now; nothing is open from here on."""
        self._write()
        self._jobs.cancel(SLOT)
        self._roots, self._written, self._loading = (), None, False
        self._besides.clear()

    def close(self) -> None:
        """Write the arrangement on this thread: no job runs any more. Harmless when called again."""
        found = self._unwritten()
        self._roots = ()
        if found is not None:
            with contextlib.suppress(OSError):
                _save(*found)

    # Inside.

    def _settled(self) -> None:
        self._waiting = False
        self._write()

    def _unwritten(self) -> tuple[Path, bytes] | None:
        # What is on the screen before the saved one was read is no arrangement of what is opened.
        known = self._folder is not None and bool(self._roots) and not self._loading
        arrangement = self._now() if known else None
        if arrangement is None or self._folder is None:
            return None
        found = self._folder / file_name(self._roots), arrangement.to_bytes()
        return None if found == self._written else found

    def _write(self) -> None:
        found = self._unwritten()
        if found is None:
            return
        self._written = found
        # A job of a slot replaces an older one that has not begun, which may be another folder's.
        slot = f"{SLOT} {found[0].name}"

        def done(_: None) -> None:
            self._failing = False

        self._jobs.submit(Lane.READING, slot, lambda _: _save(*found), on_done=done, on_failed=self._failed)

    def _failed(self, error: Exception) -> None:
        self._written = None
        if not self._failing:
            self._failing = True
            logger.warning("an arrangement cannot be saved", exc_info=error)
            self._notify(translated(NOT_SAVED))


def _load(path: Path) -> SavedWorkspace | None:
    try:
        with open(path, "rb") as file:
            return read(file.read(MAX_BYTES + 1))
    except OSError:
        return None


def _save(path: Path, data: bytes, _: CancelToken | None = None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = not path.exists()
    with replacing(path) as file:
        file.write(data)
    if fresh:
        _prune(path.parent)


def _prune(folder: Path) -> None:
    """Remove what was not used for longest."""
    with contextlib.suppress(OSError):
        files = sorted(folder.glob(f"*{SUFFIX}"), key=lambda one: one.stat().st_mtime_ns)
        for old in files[:-MAX_FILES]:
            old.unlink()
