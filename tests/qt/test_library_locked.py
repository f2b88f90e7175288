"""Another program holds the library: the window says so at once, keeps responding, and goes on by itself."""

from __future__ import annotations

import contextlib
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cxrviewer.presenters.library_stores import HELD, WRITING
from cxrviewer.studies.index import patience
from cxrviewer.studies.index.database import BUSY
from cxrviewer.studies.index.files import FOLDER, INDEX_NAME, USER_NAME
from cxrviewer.studies.index.worklist import Column
from tests.qt.test_library import app, cells, filled, folder, opened, settled, shown

__all__ = ["app", "folder"]  # fixtures

HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA locking_mode = EXCLUSIVE")
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    """Have another program hold a file alone, until the end of the block."""
    with subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdin=-1, stdout=-1, text=True) as other:
        assert other.stdout is not None and other.stdin is not None
        assert other.stdout.readline() == "held\n"
        yield
        other.stdin.close()


@pytest.fixture
def index(make_app: Any, qtbot: Any, folder: Path, tmp_path: Path) -> Path:
    """A library with three studies, which no window has open."""
    first = make_app()
    first.start(())
    filled(first, qtbot, folder).close()
    first.window.close()
    return tmp_path / "home" / "cache" / FOLDER / INDEX_NAME


@pytest.mark.parametrize("name", [INDEX_NAME, USER_NAME])
def test_a_library_that_another_program_holds_is_waited_for_and_opens_by_itself(
    index: Path, make_app: Any, qtbot: Any, folder: Path, tmp_path: Path, name: str
) -> None:
    (path,) = (tmp_path / "home").rglob(name)
    made = make_app()
    made.start(())
    with held(path):
        made.window.commands.run("library.open")
        dialog = made.window._handlers._library
        qtbot.waitUntil(lambda: dialog.message.text() == HELD, timeout=60_000)
        made.window.open_paths((folder / "new.dcm",))  # the window goes on
        qtbot.waitUntil(lambda: shown(made)[0][1], timeout=60_000)
        assert dialog.message.text() == HELD and not dialog.state.usable
    assert patience.TRY_SECONDS <= 0.5
    qtbot.waitUntil(lambda: dialog.state.usable, timeout=60_000)
    settled(made, dialog, qtbot)
    assert cells(dialog, Column.STATUS) == ["new"] * 3 and not dialog.message.isVisible()


def test_a_prior_is_not_waited_for_longer_than_ten_seconds_where_the_library_is_held(
    index: Path, make_app: Any, qtbot: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cxrviewer.presenters.library_stores.BUSY_SECONDS", 1.0)
    made = make_app()
    made.start(())
    with held(index):
        made.window.open_paths((folder / "new.dcm",))
        qtbot.waitUntil(lambda: made.window._status.text() == HELD, timeout=60_000)
        assert made.room.hangs.pending
        qtbot.waitUntil(lambda: not made.room.hangs.pending, timeout=60_000)
        assert shown(made) == [("2025-03-18", True)]
    qtbot.waitUntil(lambda: made.window._status.text() == "The library can be used again.", timeout=60_000)
    made.room.hang_study()
    qtbot.waitUntil(lambda: shown(made) == [("2025-03-18", True), ("2024-01-05", True)], timeout=60_000)


def test_a_window_is_closed_while_it_waits_for_the_library(index: Path, make_app: Any, qtbot: Any) -> None:
    made = make_app()
    made.start(())
    with held(index):
        made.window.commands.run("library.open")
        dialog = made.window._handlers._library
        qtbot.waitUntil(lambda: dialog.message.text() == HELD, timeout=60_000)
        made.window.close()
        assert made.close()  # all workers have ended


def test_what_cannot_be_written_yet_is_said_and_written_when_the_other_program_has_finished(
    index: Path, app: Any, qtbot: Any
) -> None:
    dialog = opened(app, qtbot)
    settled(app, dialog, qtbot)
    with contextlib.closing(sqlite3.connect(index, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        dialog.table.selectRow(0)
        dialog.read_button.click()
        qtbot.waitUntil(lambda: dialog.notice.text() == WRITING, timeout=60_000)
        other.execute("ROLLBACK")
        qtbot.waitUntil(lambda: cells(dialog, Column.STATUS)[0] == "read", timeout=60_000)
    qtbot.waitUntil(lambda: dialog.notice.text() == "1 study is marked as read.", timeout=60_000)


def test_what_cannot_be_written_for_long_is_said(
    index: Path, app: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = opened(app, qtbot)
    settled(app, dialog, qtbot)
    monkeypatch.setattr(patience, "BUSY_SECONDS", 1.0)
    with contextlib.closing(sqlite3.connect(index, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        dialog.table.selectRow(0)
        dialog.read_button.click()
        qtbot.waitUntil(lambda: dialog.notice.text() == BUSY, timeout=60_000)
    settled(app, dialog, qtbot)
    assert cells(dialog, Column.STATUS) == ["new"] * 3


def test_a_scan_that_waits_for_another_program_does_not_hold_up_the_end(
    index: Path, app: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "BUSY_SECONDS", 60.0)
    dialog = opened(app, qtbot)
    settled(app, dialog, qtbot)
    with contextlib.closing(sqlite3.connect(index, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        app.room.library.scan()
        qtbot.waitUntil(lambda: dialog.notice.text() == WRITING, timeout=60_000)
        dialog.close()
        assert app.window._status.text() == WRITING  # nobody else says so now
        app.window.close()
        assert app.close()  # all workers have ended
