"""What the reader opens, looked at off the GUI thread: a network folder that is gone answers late, or never."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

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


@dataclass(frozen=True, slots=True)
class Sorted:
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


class OpenedPaths:
    """Asks the file system what paths are, then hands them on.

    Each opening waits for its own places only. What answers late, after something else was opened, is not opened any
    more: the screen would change under the reader's hands.

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
        self._asked: set[int] = set()
        self._late: set[int] = set()
        self._used = 0

    def ask(self, paths: tuple[Path, ...], use: Callable[[Sorted], None]) -> None:
        """Call `use` with what `paths` are once that is known; of packs the names tell it at once."""
        from cxrviewer.heads.package.files import PACK_SUFFIX

        if all(path.suffix.lower() == PACK_SUFFIX for path in paths):
            use(Sorted(paths))
            return
        number = next(self._numbers)
        self._asked.add(number)

        def done(found: Sorted) -> None:
            late = self._answered(number)
            if late and self._used > number:
                self._notify(translated(TOO_LATE))
                return
            self._used = max(self._used, number)
            if late:
                self._notify("")
            use(found)

        def failed(error: Exception) -> None:
            self._answered(number)
            self._notify(sentence(error, tr("Opening the film")))

        self._jobs.submit(
            Lane.PLACES, f"{SLOT} {number}", lambda _: sort_paths(paths), on_done=done, on_failed=failed
        )  # fmt: skip
        self._later(WAITS_AFTER_MS, lambda: self._waits(number))

    def _waits(self, number: int) -> None:
        if number in self._asked:
            self._late.add(number)
            self._notify(translated(WAITS))

    def _answered(self, number: int) -> bool:
        """Take note of an answer; returns whether the reader was told to wait for it."""
        self._asked.discard(number)
        late = number in self._late
        self._late.discard(number)
        return late


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
