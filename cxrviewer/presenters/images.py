"""Decoded images as the presenters use them, and the store that owns them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

from cxrviewer.cancel import CancelToken
from cxrviewer.imaging.contents import Header
from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.imaging.stamp import FileStamp
from cxrviewer.reading.screen import ScreenFilm
from cxrviewer.studies.library import FilmEntry
from cxrviewer.workspace.image_store import BUDGET_BYTES, ImageStore, Priority


class DecodedFilm(Protocol):
    """`imaging.film.Film`."""

    @property
    def header(self) -> Header: ...
    @property
    def radiograph(self) -> Radiograph: ...


OpenFilm = Callable[[Path, CancelToken], DecodedFilm]
StillHolds = Callable[[Path, FileStamp | None], bool]


@dataclass(frozen=True, slots=True, eq=False)
class OpenedFilm:
    """A film, decoded and prepared for the screen."""

    entry: FilmEntry
    header: Header
    radiograph: Radiograph
    screen: ScreenFilm


FilmStore: TypeAlias = ImageStore[FilmEntry, OpenedFilm]


def film_store(
    open_film: OpenFilm, still_holds: StillHolds, open_ahead: OpenFilm | None = None, *, budget: int = BUDGET_BYTES
) -> FilmStore:
    """Return the store of one window.

    Parameters
    ----------
    open_film : callable
        ``open_film(path, cancel)`` decodes what the reader waits for; raises CxrError with the sentence to show.
    still_holds : callable
        `imaging.stamp.still_holds`.
    open_ahead : callable, optional
        As `open_film`, for images that nobody waits for yet.
    budget : int
        Bytes of images kept beside those on the screen.
    """

    def load(entry: FilmEntry, cancel: CancelToken, priority: Priority) -> OpenedFilm:
        ahead = priority is Priority.NEIGHBOUR
        film = (open_ahead or open_film if ahead else open_film)(entry.path, cancel)
        same = film.header.stamp == entry.header.stamp
        seen = entry if same else FilmEntry(entry.path, film.header)
        opened = OpenedFilm(seen, film.header, film.radiograph, ScreenFilm.of(film.radiograph))
        if ahead:
            # Nobody waits: it is shown with every pixel averaged from the first picture on.
            opened.screen.prepare()
        return opened

    return ImageStore(
        load,
        key_of=lambda film: film.entry.key,
        fresh=lambda entry, film: still_holds(entry.path, film.header.stamp),
        weigh=_bytes,
        budget=budget,
    )


def image_bytes(rows: int, columns: int, each: int) -> int:
    """Return the memory of a decoded image; `each` is the bytes of one pixel."""
    # The halves of `ScreenFilm` are float32 of a quarter, a sixteenth ... of the pixels.
    return rows * columns * each + rows * columns * 4 // 3


def _bytes(film: OpenedFilm) -> int:
    one = film.radiograph
    overlay = 0 if one.overlay is None else one.overlay.nbytes
    return (
        image_bytes(one.rows, one.columns, one.codes.nbytes // (one.rows * one.columns))
        + overlay
        + film.screen.sampled_bytes
    )
