"""A lock that another program holds is tried now and then, never all the time."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import JobCancelled
from cxrviewer.studies.index import patience
from cxrviewer.studies.index.patience import Patience
from cxrviewer.studies.index.scan import IndexScan
from tests.builders.library import Library, write


def _cancelled(*values: object, **more: object) -> None:
    raise JobCancelled


class Locked:
    """An act that finds a lock at once, as SQLite reports some locks without waiting."""

    def __init__(self) -> None:
        self.tries = 0

    def __call__(self) -> None:
        self.tries += 1
        error = sqlite3.OperationalError("database is locked")
        error.sqlite_errorcode = sqlite3.SQLITE_BUSY
        raise error


def test_a_lock_that_is_reported_at_once_is_tried_as_seldom_as_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "TRY_SECONDS", 0.1)
    monkeypatch.setattr(patience, "BUSY_SECONDS", 0.25)
    act, told = Locked(), list[float | None]()
    with pytest.raises(sqlite3.OperationalError):
        Patience(lambda thread, seconds: told.append(seconds)).run(act)
    # At 0, 0.1, 0.2 and 0.3 s; fewer on a machine that is busy.
    assert 2 <= act.tries <= 4 and len(told) == act.tries


def test_waiting_for_a_lock_ends_at_once_with_its_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "TRY_SECONDS", 3600.0)
    token, act = CancelToken(), Locked()
    waits = Patience(lambda thread, seconds: None if seconds is None else token.cancel())
    waits.opening = token
    with pytest.raises(JobCancelled):
        waits.run(act)
    assert act.tries == 1


def test_rows_that_a_scan_could_not_write_when_it_was_ended_are_written_by_who_ends_it(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder / "a")
    library.index.add_root(folder, "folder")
    scan = IndexScan(library.index, library.reader, library.index.roots())
    token = CancelToken()
    with monkeypatch.context() as patched:
        patched.setattr(library.index, "write", _cancelled)
        with pytest.raises(JobCancelled):
            scan.step(token, 60)
    assert scan.step(token).finished
    assert library.index.database.numbers("SELECT count(*) FROM image") == [1]


def test_only_what_can_be_done_again_stops_waiting_when_it_is_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "TRY_SECONDS", 0.01)
    monkeypatch.setattr(patience, "BUSY_SECONDS", 0.05)
    token, act, waits = CancelToken(), Locked(), Patience()
    token.cancel()
    with pytest.raises(JobCancelled), waits.until(token):
        waits.run(act)
    assert act.tries == 1
    with pytest.raises(sqlite3.OperationalError):
        waits.run(act)  # what the reader has written
    assert act.tries > 2
