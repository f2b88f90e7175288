"""What the library's dialog shows, and what its presenter needs of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct, field

from cxrviewer.presenters.disc_copies import CopyOffer
from cxrviewer.presenters.library_charsets import CharsetChoices
from cxrviewer.presenters.library_rows import LibraryRow
from cxrviewer.presenters.library_scoring import ScoringState
from cxrviewer.presenters.library_unscored import NotScored
from cxrviewer.presenters.small_pictures import Picture
from cxrviewer.studies.index.store import SkippedFile


class RootRow(Struct, frozen=True):
    """A folder of the library: its row, its place and how it is; removing a `copy` of a disc deletes its files."""

    id: int
    title: str
    state: str
    online: bool
    watchable: bool = False
    watched: bool = False
    copy: bool = False


class LibraryState(Struct, frozen=True):
    """What the dialog shows beside the list.

    Attributes
    ----------
    roots : tuple of RootRow
    message : str
        In place of an empty list.
    notice : str
        What happened last.
    count : str
    problems : str
        What of the search is not understood.
    scanning, resumable : bool
        A scan runs; the last one of a folder, perhaps by an earlier run, did not come to its end.
    progress : str
        How far the scan is, or how it ended.
    done, total : int
        For the bar; `total` is 0 while nobody can know.
    skipped : int
        Files without an image.
    unscored : int
        Images that a head in use could not score.
    scoring : ScoringState
    disc : CopyOffer
    usable : bool
        False while the library is being opened, or cannot be.
    can_undo : bool
        Something that the reader marked or noted can be taken back.
    """

    roots: tuple[RootRow, ...] = ()
    message: str = ""
    notice: str = ""
    count: str = ""
    problems: str = ""
    scanning: bool = False
    resumable: bool = False
    progress: str = ""
    done: int = 0
    total: int = 0
    skipped: int = 0
    unscored: int = 0
    scoring: ScoringState = field(default_factory=ScoringState)
    disc: CopyOffer = field(default_factory=CopyOffer)
    usable: bool = False
    can_undo: bool = False


class LibraryView(Protocol):
    """What the presenter needs of the dialog."""

    def show_library(self, state: LibraryState) -> None: ...

    def show_keys(self, keys: Sequence[int], *, fresh: bool, more: bool = False) -> None:
        """Take another order of studies.

        Parameters
        ----------
        fresh : bool
            The reader asked for another list, so it begins at its top.
        more : bool
            These are the first only: ask for the others (`LibraryList.fill`) once they are painted.
        """
        ...

    def show_rows(self, rows: Sequence[LibraryRow]) -> None: ...

    def outdate_rows(self) -> None:
        """Ask for every row again before it is shown; what is shown now may stay until then, but for identity."""
        ...

    def show_picture(self, study: int, picture: Picture) -> None:
        """Show the small picture of a study that was asked for."""
        ...

    def outdate_pictures(self) -> None:
        """Ask for every picture again: files may have changed."""
        ...

    def leave(self) -> None:
        """Make way: a study was opened."""
        ...

    def show_skipped(self, skipped: Sequence[SkippedFile]) -> None: ...

    def show_not_scored(self, images: Sequence[NotScored]) -> None: ...

    def show_charsets(self, choices: CharsetChoices) -> None:
        """Let the reader choose the character set of a study."""
        ...
