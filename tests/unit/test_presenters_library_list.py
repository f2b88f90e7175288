"""The list of the library alone: what is read how often, and which rows are believed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from cxrviewer.presenters import library_list
from cxrviewer.presenters.library_list import LIST_SLOT, PAGE, ROWS_SLOT, LibraryList
from cxrviewer.presenters.privacy import Privacy
from cxrviewer.studies.index.worklist import Column
from tests.fakes import HeldJobs, Recorder


class Worklist:
    """Holds three studies and notes what is asked of it; its rows are no more than their numbers."""

    def __init__(self) -> None:
        self.keys_read = 0
        self.rows_read: list[list[int]] = []

    def first(self, *order: object, **how: object) -> tuple[tuple[int, ...], int, tuple[str, ...]]:
        return (1, 2), 3, ()

    def keys(self, *order: object, **how: object) -> tuple[tuple[int, ...], tuple[str, ...]]:
        self.keys_read += 1
        return (1, 2, 3), ()

    def rows(self, studies: list[int]) -> tuple[Any, ...]:
        self.rows_read.append(studies)
        return tuple(SimpleNamespace(id=study) for study in studies)


class Dialog:
    """A list with its dialog, open or not; every job waits."""

    def __init__(self) -> None:
        self.jobs, self.view, self.worklist = HeldJobs(), Recorder(), Worklist()
        self.open = True
        reading = SimpleNamespace(count_skipped=lambda: 0, database=None)
        stores = SimpleNamespace(stores=SimpleNamespace(worklist=self.worklist, reading=reading))
        self.list = LibraryList(
            self.jobs,
            cast(Any, stores),
            Privacy(),
            view=lambda: cast(Any, self.view) if self.open else None,
            unsaved=dict,
            picture_of=lambda place, digest: lambda cancel: None,
            show=lambda: None,
            say=lambda words: None,
        )

    def shown(self, name: str) -> list[Any]:
        return [args[0] for called, args in self.view.calls if called == name]


@pytest.fixture
def dialog(monkeypatch: pytest.MonkeyPatch) -> Dialog:
    monkeypatch.setattr(library_list, "count_unscored", lambda database: 0)
    monkeypatch.setattr(library_list, "library_row", lambda row, **how: row.id)
    return Dialog()


def test_a_list_that_becomes_untrue_while_it_is_read_is_read_once_more_however_often(dialog: Dialog) -> None:
    dialog.list.read()
    for _ in range(3):
        dialog.list.read()
    dialog.jobs.release(LIST_SLOT)
    assert dialog.list.listing
    dialog.jobs.release_all()
    assert dialog.worklist.keys_read == 2 and not dialog.list.listing


def test_a_new_search_shows_a_screen_of_studies_first_and_the_others_once_they_are_asked_for(dialog: Dialog) -> None:
    dialog.list.search("erika")
    dialog.jobs.release_all()
    assert dialog.shown("show_keys") == [(1, 2)] and dialog.list.listing
    assert dialog.shown("show_rows") == [[1, 2]]
    dialog.list.fill()
    dialog.list.fill()  # asked for twice
    dialog.jobs.release_all()
    assert dialog.shown("show_keys") == [(1, 2), (1, 2, 3)] and dialog.worklist.keys_read == 1
    assert dialog.jobs.submitted.count(LIST_SLOT) == 2
    assert dialog.list.found.count == 3 and not dialog.list.listing


def test_rows_that_the_reader_has_scrolled_past_are_not_fetched(dialog: Dialog) -> None:
    dialog.list.want([1])
    dialog.list.want([2])
    dialog.list.want([3])
    dialog.jobs.release_all()
    assert dialog.worklist.rows_read == [[1], [3]]


def test_rows_read_with_a_change_of_marks_are_not_believed_once_all_are_outdated(dialog: Dialog) -> None:
    wanted, show = dialog.list.about_to_mark([1, 2])
    assert wanted == [1, 2]
    dialog.list.outdate()
    show(cast(Any, (SimpleNamespace(id=1), SimpleNamespace(id=2))))
    assert dialog.shown("show_rows") == []


def test_marks_of_more_studies_than_a_screen_shows_have_every_row_read_when_it_is_painted(dialog: Dialog) -> None:
    many = list(range(PAGE + 1))
    wanted, show = dialog.list.about_to_mark(many)
    assert wanted == ()
    show(())
    dialog.list.refresh(many)
    assert dialog.view.names() == ["outdate_rows", "outdate_rows"] and dialog.jobs.submitted == []


def test_nothing_is_read_for_a_dialog_that_is_closed(dialog: Dialog) -> None:
    dialog.open = False
    dialog.list.search("erika")
    dialog.list.sort(Column.NAME, descending=False)
    dialog.list.refresh([1])
    assert LIST_SLOT not in dialog.jobs.submitted and ROWS_SLOT not in dialog.jobs.submitted
    assert dialog.list.query == "erika" and dialog.list.order == (Column.NAME, False)
