"""A lock that another program holds is tried now and then, never all the time."""

from __future__ import annotations

import sqlite3

import pytest

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import JobCancelled
from cxrviewer.studies.index import patience
from cxrviewer.studies.index.patience import Patience


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
