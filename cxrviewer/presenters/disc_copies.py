"""Offers to copy a disc or stick before it joins the library, and has it copied."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct

from cxrviewer.errors import LibraryFullError
from cxrviewer.jobs import JobRunner, Lane
from cxrviewer.presenters.messages import sentence, shown_name, time_left
from cxrviewer.presenters.privacy import Privacy
from cxrviewer.studies.media import CopyState, Medium, MediumCopy
from cxrviewer.text import tr, tr_n

COPY_SLOT, DISCARD_SLOT = "library copy", "library copy end"


class CopyOffer(Struct, frozen=True):
    """What the dialog shows of discs: a question, or how far a copy is.

    Attributes
    ----------
    question : str
        Empty where nothing is asked.
    progress : str
        Empty where nothing is copied.
    done, total : int
        Megabytes.
    """

    question: str = ""
    progress: str = ""
    done: int = 0
    total: int = 0


class DiscCopies:
    """One disc after the other: asked about, then copied or read where it is.

    Parameters
    ----------
    jobs : JobRunner
    home : Path
        Folder for all copies.
    privacy : Privacy
    show : callable
        Called when `state` has changed.
    say : callable
        Called with a sentence about how it ended.
    in_place : callable
        Called with a disc that is to be read where it is.
    copied : callable
        Called with the folder of a copy and what stands for it on the screen.
    """

    def __init__(
        self,
        jobs: JobRunner,
        home: Path,
        privacy: Privacy,
        *,
        show: Callable[[], None],
        say: Callable[[str], None],
        in_place: Callable[[Path], None],
        copied: Callable[[Path, str], None],
    ) -> None:
        self._jobs, self._home, self._privacy = jobs, home, privacy
        self._show, self._say, self._in_place, self._copied = show, say, in_place, copied
        self._asked: deque[tuple[Path, Medium]] = deque()
        self._copy: MediumCopy | None = None
        self._state = CopyState()
        self._title = ""

    @property
    def home(self) -> Path:
        return self._home

    @property
    def state(self) -> CopyOffer:
        if self._copy is not None:
            return CopyOffer("", self._progress(), round(self._state.done_bytes / 1e6), _megabytes(self._state))
        return CopyOffer(self._question()) if self._asked else CopyOffer()

    def ask(self, media: Sequence[tuple[Path, Medium]]) -> None:
        """Ask about discs and sticks, one after the other."""
        self._asked.extend(one for one in media if one not in self._asked)
        self._show()

    def copy_first(self) -> None:
        """Copy the one that is asked about."""
        if not self._asked or self._copy is not None:
            return
        source, _ = self._asked.popleft()
        self._title = tr("{name} (copy)", name=_title(source))
        self._copy, self._state = MediumCopy(source, self._home), CopyState()
        self._show()
        self._step()

    def read_in_place(self) -> None:
        """Add the one that is asked about as it is."""
        if self._asked and self._copy is None:
            source, _ = self._asked.popleft()
            self._show()
            self._in_place(source)

    def cancel(self) -> None:
        """Stop copying, and leave nothing of it; or take the question away."""
        if self._copy is not None:
            self._discard(self._copy)
            self._say(tr("The disc was not copied; nothing of it was kept."))
        elif self._asked:
            self._asked.popleft()
            self._show()

    # Inside.

    def _step(self) -> None:
        copy = self._copy
        if copy is None:
            return

        def done(state: CopyState) -> None:
            self._state = state
            if state.finished:
                self._finish(copy)
            else:
                self._show()
                self._step()

        self._jobs.submit(Lane.SCAN, COPY_SLOT, copy.step, on_done=done, on_failed=self._failed)

    def _finish(self, copy: MediumCopy) -> None:
        self._copy = None
        unread = len(self._state.unread)
        self._copied(copy.target, self._title)
        if unread:
            self._say(
                tr_n(
                    "{n:,} file of the disc could not be read: it may be scratched or dirty. All others were copied.",
                    "{n:,} files of the disc could not be read: it may be scratched or dirty. All others were copied.",
                    unread,
                )
            )
        self._show()

    def _failed(self, error: Exception) -> None:
        copy = self._copy
        self._copy = None
        if copy is not None and isinstance(error, LibraryFullError):
            self._discard(copy)  # of no use without the rest, and the space is wanted
        self._say(sentence(error, tr("Copying the disc")))

    def _discard(self, copy: MediumCopy) -> None:
        self._copy = None
        self._jobs.cancel(COPY_SLOT)
        # Behind the step that runs, which notices first.
        self._jobs.submit(
            Lane.SCAN, DISCARD_SLOT, lambda _: copy.discard(), on_done=lambda _: None, on_failed=lambda _: None
        )

    def _question(self) -> str:
        source, medium = self._asked[0]
        name = tr("The folder") if self._privacy.hidden else f"“{_title(source)}”"
        if medium is Medium.DISC:
            return tr(
                "{name} lies on a disc. Copy it to this computer first? That takes one pass over the disc; then images "
                "open at once, and the disc can be taken out.",
                name=name,
            )
        return tr(
            "{name} lies on a stick or card. Copy it to this computer first? Then the stick can be taken out.",
            name=name,
        )

    def _progress(self) -> str:
        state = self._state
        if not state.total_files:
            return tr("Listing the disc…")
        words = tr("Copying {done:,} of {total:,} MB", done=round(state.done_bytes / 1e6), total=_megabytes(state))
        if state.seconds_left is None:
            return words
        return tr("{progress} · {left} left", progress=words, left=time_left(state.seconds_left))


def _title(source: Path) -> str:
    return shown_name(source) or str(source)


def _megabytes(state: CopyState) -> int:
    return max(1, round(state.total_bytes / 1e6))
