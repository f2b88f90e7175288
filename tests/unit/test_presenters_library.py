"""The library behind its dialog: which rows are shown, and what is asked of the disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from cxrviewer.presenters.library import ROWS_SLOT, SCAN_SLOT, LibraryPresenter, LibraryState
from cxrviewer.presenters.library_rows import LibraryRow
from cxrviewer.presenters.privacy import Privacy
from tests.builders.library import HereReader, write
from tests.fakes import HeldJobs, Recorder
from tests.unit.test_presenters_viewports import library_files


class Shelf:
    """A library with its dialog over a real folder; every job waits."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.jobs, self.view, self.said = HeldJobs(), Recorder(), list[str]()
        self.folder = folder
        self.library = LibraryPresenter(
            self.jobs,
            library_files(home),
            cast(Any, HereReader()),
            Privacy(),
            notify=self.said.append,
            on_open=lambda opened: None,
            open_image=cast(Any, None),
            scorers=lambda: (),
        )

    def open(self) -> Shelf:
        self.library.attach(cast(Any, self.view))
        self.jobs.release_all()
        return self

    def filled(self) -> Shelf:
        self.open().library.add((self.folder,))
        self.jobs.release_all()
        return self

    @property
    def state(self) -> LibraryState:
        return cast(LibraryState, self.view.last("show_library"))

    @property
    def keys(self) -> list[int]:
        return list(next(args[0] for name, args in reversed(self.view.calls) if name == "show_keys"))

    def rows(self) -> list[LibraryRow]:
        """Return every row that was shown, in that order."""
        return [row for name, args in self.view.calls if name == "show_rows" for row in args[0]]


@pytest.fixture
def shelf(tmp_path: Path, folder: Path) -> Iterator[Shelf]:
    write(folder / "a")
    made = Shelf(tmp_path / "home", folder)
    yield made
    made.library.close()


def test_a_row_that_was_read_before_the_scan_ended_is_not_shown_as_true(shelf: Shelf, tmp_path: Path) -> None:
    shelf.filled()
    stores = cast(Any, shelf.library.stores)
    read, begun = stores.worklist.rows, len(shelf.rows())
    shelf.folder.rename(tmp_path / "taken out")
    shelf.library.scan()

    def slowly(studies: list[int]) -> object:
        found = read(studies)
        shelf.jobs.release(SCAN_SLOT)  # notes that the folder is offline, before these rows are reported
        stores.worklist.rows = read
        return found

    stores.worklist.rows = slowly
    shelf.library.want(shelf.keys)
    shelf.jobs.release(ROWS_SLOT)
    assert shelf.state.progress.endswith("1 folder is offline.")
    assert shelf.rows()[begun:] == []
    shelf.library.want(shelf.keys)  # the list has been painted
    shelf.jobs.release_all()
    assert [row.online for row in shelf.rows()[begun:]] == [False]
