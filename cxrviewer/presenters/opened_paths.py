"""What the reader opens, looked at off the GUI thread: a network folder that is gone answers late, or never."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from cxrviewer.jobs import JobRunner, Lane
from cxrviewer.presenters.messages import sentence
from cxrviewer.presenters.readings import Later
from cxrviewer.text import msg, tr, translated

SLOT = "what is opened"
WAITS_AFTER_MS = 1000
"""Most places answer in a millisecond."""

WAITS = msg(
    "Waiting for the drive or network folder to answer. If it does not, check its connection; everything else can be "
    "opened meanwhile."
)
TOO_LATE = msg("The drive or network folder has answered only now. Nothing of it was opened; open it again.")
OVERTAKEN = msg("All was closed, or something else opened, before this was. Nothing of it was opened; open it again.")
EMPTY_PATH = msg("An empty path was given; nothing was opened for it.")


class Sorted(Struct, frozen=True):
    """What was opened.

    Attributes
    ----------
    packs, images : tuple of Path
        Packs of heads, and everything else.
    folder : str
        Where the first of `images` lies, or itself where it is a folder; empty without one.
    """

    packs: tuple[Path, ...] = ()
    images: tuple[Path, ...] = ()
    folder: str = ""


class _Opening(Struct, eq=False):
    """What the reader opened, until it is handed on.

    Attributes
    ----------
    turn : int
        Its place among what was opened.
    late : bool
        Whether the reader was told to wait for it.
    """

    turn: int
    paths: tuple[Path, ...]
    use: Callable[[Sorted], None]
    late: bool = False
    found: Sorted | None = None


class OpenedPaths:
    """Asks the file system what paths are, then hands them on in the order in which they were opened.

    None waits longer than `WAITS_AFTER_MS` for those before it. What answers later, after something else was opened, is
    not opened any more: the screen would change under the reader's hands.

    Parameters
    ----------
    jobs : JobRunner
    notify : callable
    later : callable
        Calls something once after some milliseconds, on this thread.
    """

    def __init__(self, jobs: JobRunner, notify: Callable[[str], None], later: Later) -> None:
        self._jobs, self._notify, self._later = jobs, notify, later
        self._numbers = itertools.count(1)
        self._asked: list[_Opening] = []  # in the order of their turns
        self._used = 0

    def ask(self, paths: tuple[Path, ...], use: Callable[[Sorted], None]) -> None:
        """Call `use` with what `paths` are once that is known; of packs the names tell it at once."""
        from cxrviewer.heads.package.files import PACK_SUFFIX

        if all(path.suffix.lower() == PACK_SUFFIX for path in paths):
            use(Sorted(paths))
            return
        number = next(self._numbers)
        again = next((one for one in self._asked if one.paths == paths), None)
        if again is not None:  # it keeps one thread, and is opened once
            self._asked.remove(again)
            self._asked.append(again)
            again.turn, again.use = number, use
            if again.late:
                self._notify(translated(WAITS))
            return
        opening = _Opening(number, paths, use)
        self._asked.append(opening)
        self._jobs.submit(
            Lane.PLACES,
            f"{SLOT} {number}",
            lambda _: sort_paths(paths),
            on_done=lambda found: self._answered(opening, found),
            on_failed=lambda error: self._failed(opening, error),
        )
        self._later(WAITS_AFTER_MS, lambda: self._waits(opening))

    def overtaken(self) -> None:
        """Take note that something else was opened, or all was closed: what is waited for is not opened any more."""
        self._used = next(self._numbers)

    def _waits(self, opening: _Opening) -> None:
        if opening in self._asked and opening.found is None:
            opening.late = True
            self._notify(translated(WAITS))
            self._hand_on()

    def _answered(self, opening: _Opening, found: Sorted) -> None:
        opening.found = found
        self._hand_on()

    def _failed(self, opening: _Opening, error: Exception) -> None:
        self._asked.remove(opening)
        self._notify(sentence(error, tr("Opening the film")))
        self._hand_on()

    def _hand_on(self) -> None:
        """Open what is known, up to the first that is asked about and not late."""
        while (opening := self._next()) is not None:
            self._asked.remove(opening)
            if self._used > opening.turn:
                self._notify(translated(TOO_LATE if opening.late else OVERTAKEN))
                continue
            found = opening.found or Sorted()
            if found.images:
                self._used = opening.turn
            if opening.late:
                self._notify("")
            opening.use(found)
            if any(one.late for one in self._asked):  # opening something takes the sentence away
                self._notify(translated(WAITS))

    def _next(self) -> _Opening | None:
        for one in self._asked:
            if one.found is not None:
                return one
            if not one.late:
                return None
        return None


def sort_paths(paths: tuple[Path, ...]) -> Sorted:
    """Return what `paths` are. May take as long as the system waits for a drive."""
    from cxrviewer.heads.package.files import is_pack

    packs = tuple(path for path in paths if is_pack(path))
    images = tuple(path for path in paths if path not in packs)
    if not images:
        return Sorted(packs)
    # Not `Path.is_dir`, which raises for a folder that may not be entered; the scan says why there is nothing.
    folder = images[0] if os.path.isdir(images[0]) else images[0].parent
    return Sorted(packs, images, str(folder))
