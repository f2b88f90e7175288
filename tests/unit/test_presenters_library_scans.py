"""Scans of the library alone: which folders they look at, and how their end is told."""

from __future__ import annotations

import contextlib
from types import SimpleNamespace
from typing import Any, cast

import pytest
from msgspec.structs import replace

from cxrviewer.cancel import CancelToken
from cxrviewer.presenters import library_scans
from cxrviewer.presenters.library_scans import END_SLOT, LIST_EVERY_STEPS, SCAN_SLOT, LibraryScans
from cxrviewer.presenters.privacy import Privacy
from cxrviewer.studies.index.scan import ScanState
from tests.fakes import HeldJobs


def root(number: int) -> Any:
    return SimpleNamespace(id=number)


class Scan:
    """Ends after so many steps; cancelled, it goes no further than it is."""

    steps = 2

    def __init__(self, index: object, reader: object, roots: list[Any]) -> None:
        self.roots, self.state, self.done = [one.id for one in roots], ScanState(), 0

    def step(self, cancel: CancelToken) -> ScanState:
        if not cancel.cancelled:
            self.done += 1
            self.state = replace(self.state, done=self.done, finished=self.done >= self.steps)
        return self.state


class Scans:
    """Scans whose every step waits; `told` has what was told of them, in that order."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.jobs, self.told, self.made = HeldJobs(), list[str](), list[Scan]()

        def make(*given: Any) -> Scan:
            self.made.append(Scan(*given))
            return self.made[-1]

        monkeypatch.setattr(library_scans, "IndexScan", make)
        patience = SimpleNamespace(until=lambda cancel: contextlib.nullcontext())
        self.scans = LibraryScans(
            self.jobs,
            cast(Any, SimpleNamespace(stores=SimpleNamespace(index=None, patience=patience))),
            cast(Any, None),
            Privacy(),
            cast(Any, SimpleNamespace(read=lambda: self.told.append("list"))),
            on_finished=lambda: self.told.append("finished"),
            on_ended=lambda: self.told.append("ended"),
            show=lambda: None,
            say=self.told.append,
        )


@pytest.fixture
def one(monkeypatch: pytest.MonkeyPatch) -> Scans:
    return Scans(monkeypatch)


def test_folders_that_are_added_during_a_scan_are_looked_at_with_all_others_once_its_step_is_written(
    one: Scans,
) -> None:
    one.scans.begin([root(1), root(2)], [root(1), root(2)])
    one.scans.begin([root(3)], [root(1), root(2)])
    assert [scan.roots for scan in one.made] == [[1, 2], [1, 2, 3]]
    assert one.jobs.submitted == [SCAN_SLOT, END_SLOT, SCAN_SLOT]
    one.jobs.release_all()
    assert one.told == ["ended", "finished"] and one.scans.finished and not one.scans.running


def test_a_folder_that_is_added_while_none_is_scanned_is_looked_at_alone(one: Scans) -> None:
    one.scans.begin([root(3)], [root(1), root(2)])
    assert one.made[0].roots == [3]


def test_a_scan_that_is_stopped_can_be_resumed_unless_it_had_come_to_its_end(one: Scans) -> None:
    one.scans.begin([root(1)], [root(1)])
    one.made[0].steps = 1
    one.made[0].step(CancelToken())  # it ends before it notices
    one.scans.end()
    one.scans.stopped = True
    one.jobs.release_all()
    assert one.scans.finished and not one.scans.stopped and one.scans.progress().startswith("Scan complete")


def test_a_scan_that_fails_can_be_resumed_and_the_reader_is_told(one: Scans) -> None:
    one.scans.begin([root(1)], [root(1)])
    cast(Any, one.made[0]).step = lambda cancel: 1 / 0
    one.jobs.release_all()
    assert one.scans.stopped and not one.scans.running and one.told[0] == "ended" and len(one.told) == 2


def test_the_list_is_read_now_and_then_while_a_scan_goes_on(one: Scans, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Scan, "steps", 2 * LIST_EVERY_STEPS + 1)
    one.scans.begin([root(1)], [root(1)])
    one.jobs.release_all()
    assert one.told == ["list", "list", "finished"]
