"""Decides what the tag browser shows: the header of one image, what of it is found, and what is hidden."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from cxrviewer.cancel import CancelToken
from cxrviewer.jobs import JobRunner, Lane
from cxrviewer.presenters.messages import HIDDEN, sentence
from cxrviewer.presenters.privacy import Privacy
from cxrviewer.reports.tag_rows import TagList, TagRow
from cxrviewer.studies.library import ImageEntry
from cxrviewer.text import tr, tr_n, translated

SLOT = "tags"

ReadTags = Callable[[Path, CancelToken], TagList]


class ShownTag(Struct, frozen=True):
    """A row of the browser; `number` names it to the presenter, `parent` is the number of the row above it or -1."""

    number: int
    parent: int
    tag: str
    name: str
    vr: str
    value: str


class TagsState(Struct, frozen=True):
    """What the browser shows.

    Attributes
    ----------
    rows : tuple of ShownTag
        A parent stands before what is below it.
    message : str
        In place of rows, or how many were found.
    """

    rows: tuple[ShownTag, ...]
    message: str


class TagsView(Protocol):
    """What the presenter needs of the dialog."""

    def show_tags(self, state: TagsState) -> None: ...


class TagsPresenter:
    """The elements of the header of one image.

    Parameters
    ----------
    jobs : JobRunner
    privacy : Privacy
    read : callable
        ``read(path, cancel)`` in a worker process.
    current : callable
        The file of the active viewport.
    """

    def __init__(
        self,
        jobs: JobRunner,
        privacy: Privacy,
        read: ReadTags | None,
        current: Callable[[], ImageEntry | None],
    ) -> None:
        self._jobs, self._privacy, self._read, self._current = jobs, privacy, read, current
        self._view: TagsView | None = None
        self._list = TagList((), complete=True)
        self._parents: tuple[int, ...] = ()
        self._query: list[str] = []
        self._failure = ""
        privacy.listen(self._show)

    def attach(self, view: TagsView) -> None:
        """Read the header of the image on the screen and show it."""
        self._view, self._query, self._list = view, [], TagList((), complete=True)
        entry, read = self._current(), self._read
        if entry is None or read is None:
            self._failure = tr("No film is on the screen.")
            self._show()
            return
        self._failure = tr("Reading the header…")
        self._show()
        path = entry.path
        self._jobs.submit(
            Lane.INDEX, SLOT, lambda cancel: read(path, cancel), on_done=self._done, on_failed=self._failed
        )

    def detach(self) -> None:
        self._jobs.cancel(SLOT)
        self._view = None
        self._list = TagList((), complete=True)

    def search(self, query: str) -> None:
        """Show only rows all words of `query` are found in, and what they are inside of."""
        self._query = query.lower().split()
        self._show()

    def text(self, numbers: Collection[int]) -> str:
        """Return rows for the clipboard, one a line, as they are shown."""
        rows = [self._shown(number) for number in sorted(numbers) if 0 <= number < len(self._list.rows)]
        return "\n".join("\t".join(part for part in (row.tag, row.vr, row.name, row.value) if part) for row in rows)

    # Inside.

    def _done(self, found: TagList) -> None:
        self._list, self._parents, self._failure = found, _parents(found.rows), ""
        self._show()

    def _failed(self, error: Exception) -> None:
        self._failure = sentence(error, tr("Reading the header"))
        self._show()

    def _show(self) -> None:
        if self._view is None:
            return
        if self._failure:
            self._view.show_tags(TagsState((), self._failure))
            return
        shown = [self._shown(number) for number in range(len(self._list.rows))]
        kept: set[int] = set()
        found = 0
        for row in shown:
            text = f"{row.tag} {row.name} {row.name.replace(' ', '')} {row.vr} {row.value}".lower()
            if all(word in text for word in self._query):
                found += 1
                number = row.number
                while number >= 0 and number not in kept:
                    kept.add(number)
                    number = self._parents[number]
        message = tr_n("{n:,} row", "{n:,} rows", found)
        if not self._list.complete:
            message += " · " + tr("the header is longer; its end is not listed")
        self._view.show_tags(TagsState(tuple(row for row in shown if row.number in kept), message))

    def _shown(self, number: int) -> ShownTag:
        row = self._list.rows[number]
        return ShownTag(number, self._parents[number], row.tag, row.name, row.vr, self._value(row))

    def _value(self, row: TagRow) -> str:
        if self._privacy.hidden and row.identifies:
            return translated(HIDDEN)
        if row.binary:
            return tr_n("{n:,} byte", "{n:,} bytes", row.length) if row.length else tr("binary")
        if row.length:
            return tr("{value}… (cut; {length:,} in all)", value=row.value, length=row.length)
        return row.value


def _parents(rows: tuple[TagRow, ...]) -> tuple[int, ...]:
    """Return for each row the number of the one it is inside of, -1 for none."""
    above: dict[int, int] = {}
    found = []
    for number, row in enumerate(rows):
        found.append(above.get(row.depth - 1, -1) if row.depth else -1)
        above[row.depth] = number
    return tuple(found)
