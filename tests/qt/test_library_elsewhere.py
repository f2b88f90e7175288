"""An open library shows what another program writes into it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication

from cxrviewer.paths import AppPaths
from cxrviewer.presenters import library_scoring
from cxrviewer.presenters.worklist_rows import SHARED_ID
from cxrviewer.qt import written_files
from cxrviewer.qt.library_dialog import LibraryDialog
from cxrviewer.studies.index.files import open_index
from cxrviewer.studies.index.stores import Stores
from cxrviewer.studies.index.user_store import StudyStatus
from cxrviewer.studies.index.worklist import Column
from cxrviewer.studies.library import person_of
from tests.fakes import FakeScorer
from tests.qt.test_library import app, cells, filled, folder, opened, settled, write
from tests.qt.test_same_uid import said, write_person
from tests.qt.window_fixture import plan_of

__all__ = ["app", "folder"]


def index(home: Path, *paths: Path) -> None:
    """Run `cxrviewer index` as in a terminal."""
    command = [sys.executable, "-m", "cxrviewer", "index", *map(str, paths)]
    subprocess.run(command, check=True, env={**os.environ, "CXRVIEWER_HOME": str(home)}, capture_output=True)


def forget_first_folder(home: Path) -> None:
    with open_index(AppPaths.under(home)) as index:
        index.remove_root(index.roots()[0])


@pytest.fixture
def second(tmp_path: Path) -> Path:
    write(tmp_path / "second", "late", "NIELSEN^KAREN", "99", "20250401")
    return tmp_path / "second"


def lists_of(dialog: LibraryDialog, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return how many studies each list has that the dialog takes from now on."""
    lengths: list[int] = []
    show = dialog.show_keys

    def count(keys: Sequence[int], *, fresh: bool, more: bool = False) -> None:
        lengths.append(len(keys))
        show(keys, fresh=fresh, more=more)

    monkeypatch.setattr(dialog, "show_keys", count)
    return lengths


def test_a_folder_that_a_command_adds_or_another_program_removes_is_noticed_by_the_open_library(
    app: Any, qtbot: Any, tmp_path: Path, folder: Path, second: Path
) -> None:
    dialog = filled(app, qtbot, folder)
    dialog.table.selectRow(1)
    chosen = dialog.chosen()
    index(tmp_path / "home", second)
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 4 and dialog.folders.count() == 2, timeout=60_000)
    settled(app, dialog, qtbot)
    assert cells(dialog, Column.NAME)[0] == "NIELSEN, KAREN"
    assert dialog.chosen() == chosen and dialog.folders.item(1).text() == str(second)
    forget_first_folder(tmp_path / "home")
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 1 and dialog.folders.count() == 1, timeout=60_000)
    assert dialog.folders.item(0).text() == str(second)


def test_a_window_is_told_that_another_one_scores_and_offers_what_is_left_when_that_has_ended(
    app: Any, qtbot: Any, tmp_path: Path, folder: Path
) -> None:
    app.room.start_heads(lambda: [plan_of(FakeScorer())])
    qtbot.waitUntil(lambda: bool(app.room.findings.scorers), timeout=60_000)
    dialog = filled(app, qtbot, folder)
    paths = AppPaths.under(tmp_path / "home")
    with contextlib.closing(Stores(paths.data, paths.cache)) as other:
        other.scores.begin_run(None)
        qtbot.waitUntil(lambda: dialog.scoring.text().startswith("Another window is scoring"), timeout=60_000)
        dialog.selected_action.parent().actions()[1].trigger()  # the whole library
        qtbot.waitUntil(lambda: "can be scored here" in dialog.scoring.text(), timeout=60_000)
        assert dialog.take_up.isHidden() and not dialog.stop_action.isEnabled()
        other.scores.end_run()
        qtbot.waitUntil(dialog.take_up.isVisible, timeout=60_000)
    assert dialog.take_up.text() == "Score now"
    assert dialog.scoring.text() == "The scoring of another window has ended; 3 images are still without a score."
    dialog.take_up.click()
    qtbot.waitUntil(lambda: dialog.scoring.text() == "3 images were scored.", timeout=60_000)
    assert dialog.take_up.isHidden()


RUN = """
import sys
from cxrviewer.paths import AppPaths
from cxrviewer.studies.index.stores import Stores
from pathlib import Path
paths = AppPaths.under(Path(sys.argv[1]))
stores = Stores(paths.data, paths.cache)
print(stores.scores.begin_run(None), flush=True)
sys.stdin.read()  # until it is killed, or the test has ended
"""


def test_a_window_that_is_killed_while_it_scores_is_noticed_by_itself(
    app: Any, qtbot: Any, tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library_scoring, "LOOK_EVERY_MS", 300)
    app.room.start_heads(lambda: [plan_of(FakeScorer())])
    qtbot.waitUntil(lambda: bool(app.room.findings.scorers), timeout=60_000)
    dialog = filled(app, qtbot, folder)
    command = [sys.executable, "-c", RUN, str(tmp_path / "home")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None and other.stdout.readline() == "True\n"
        qtbot.waitUntil(lambda: dialog.scoring.text().startswith("Another window is scoring"), timeout=60_000)
        dialog._written.written.disconnect()  # nothing is reported, and nobody comes to this window
        other.kill()
    qtbot.waitUntil(dialog.take_up.isVisible, timeout=60_000)
    assert dialog.scoring.text() == "3 images of the last run are still without a score."
    dialog.take_up.click()
    qtbot.waitUntil(lambda: dialog.scoring.text() == "3 images were scored.", timeout=60_000)


@pytest.mark.parametrize("reported", [True, False])
def test_a_decision_about_persons_of_another_window_is_followed_without_a_scan(
    make_app: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reported: bool
) -> None:
    folder = write_person(tmp_path / "films" / "a.dcm", "19670301").parent
    write_person(folder / "b.dcm", "19900506")
    index(tmp_path / "home", folder)
    app = make_app()
    app.start((folder,))
    qtbot.waitUntil(lambda: len(app.room.worklist.images()) == 2 and SHARED_ID in said(app), timeout=60_000)
    qtbot.waitUntil(lambda: bool(app.window._written._watcher.files()) and not app.jobs.busy, timeout=60_000)
    if not reported:
        app.window._written._watcher.fileChanged.disconnect()
    one, other = (person_of(entry.header).identity for entry in app.room.worklist.images())
    paths = AppPaths.under(tmp_path / "home")
    with contextlib.closing(Stores(paths.data, paths.cache)) as elsewhere:
        for same in (True, False):
            elsewhere.user.decide_pair(one, other, same)
            if not reported:
                QApplication.instance().applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
            qtbot.waitUntil(lambda same=same: (SHARED_ID not in said(app)) is same, timeout=60_000)
    looks: list[int] = []
    monkeypatch.setattr(app.room, "look_elsewhere", lambda: looks.append(1))
    QApplication.instance().applicationStateChanged.emit(Qt.ApplicationState.ApplicationInactive)
    assert looks == []
    QApplication.instance().applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    assert looks == [1]
    app.window.close()
    QApplication.instance().applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    assert looks == [1]


def test_where_no_writing_is_reported_the_library_looks_when_its_window_is_activated(
    app: Any, qtbot: Any, tmp_path: Path, folder: Path, second: Path
) -> None:
    dialog = filled(app, qtbot, folder)
    dialog._written.written.disconnect()
    index(tmp_path / "home", second)
    assert dialog.model.rowCount() == 3
    QApplication.sendEvent(dialog, QEvent(QEvent.Type.WindowActivate))
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 4 and dialog.folders.count() == 2, timeout=60_000)


def test_what_this_window_writes_and_an_activation_without_news_read_no_list(
    app: Any, qtbot: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(written_files, "LOOK_AFTER", 0)
    dialog = filled(app, qtbot, folder)
    lists = lists_of(dialog, monkeypatch)
    looks: list[int] = []
    dialog._written.written.connect(lambda: looks.append(1))
    app.room.library.mark(dialog.model.keys[:1], StudyStatus.READ)
    settled(app, dialog, qtbot)
    qtbot.waitUntil(lambda: bool(looks) or not dialog._written.watched, timeout=60_000)
    QApplication.sendEvent(dialog, QEvent(QEvent.Type.WindowActivate))
    settled(app, dialog, qtbot)
    assert lists == [] and cells(dialog, Column.STATUS)[0] == "read"


def test_a_closed_library_looks_at_nothing_and_shows_what_was_written_when_it_opens(
    app: Any, qtbot: Any, tmp_path: Path, folder: Path, second: Path
) -> None:
    dialog = filled(app, qtbot, folder)
    dialog.accept()
    index(tmp_path / "home", second)
    app.room.library.look_again()
    assert not app.jobs.busy
    dialog = opened(app, qtbot)
    settled(app, dialog, qtbot)
    assert dialog.model.rowCount() == 4 and dialog.folders.count() == 2
