"""From a folder to a read study and back: one sitting of a reader in the real window, end to end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from cxrviewer.studies.index.worklist import Column
from tests.builders.zips import write_zip
from tests.fakes import FakeScorer
from tests.qt.test_library import PLACES, cells, filled, opened, settled, shown, write
from tests.qt.window_fixture import plan_of


def test_a_reader_opens_compares_blinks_sorts_searches_closes_and_finds_everything_again(
    make_app: Any, qtbot: Any, tmp_path: Path
) -> None:
    images = tmp_path / "films"
    write(images, "old", "MUSTERMANN^ERIKA", "4711", "20240105")
    write(images, "new", "MUSTERMANN^ERIKA", "4711", "20250318")
    other = write(tmp_path / "unpacked", "other", "HASE^FELIX", "0815", "20250101")
    write_zip(images / "sent.zip", {"IM1": other.read_bytes()})
    app = make_app()
    app.start(())
    app.room.start_heads(lambda: [plan_of(FakeScorer())])
    qtbot.waitUntil(lambda: bool(app.room.findings.scorers), timeout=60_000)

    # A folder in the library; the newest study opens with its prior beside it.
    dialog = filled(app, qtbot, images)
    assert cells(dialog, Column.DATE) == ["2025-03-18 10:15", "2025-01-01 10:15", "2024-01-05 10:15"]
    dialog.table.selectRow(0)
    QTest.keyClick(dialog.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: shown(app) == [("2025-03-18", True), ("2024-01-05", True)], timeout=60_000)
    qtbot.waitUntil(lambda: not app.jobs.busy, timeout=60_000)

    # Current and prior in one place, in turns.
    seen = []
    for _ in range(3):
        app.window.commands.run("viewport.blink")
        seen.append([date for date, _ in shown(app)])
    assert seen == [["2025-03-18"], ["2024-01-05"], ["2025-03-18"]]
    app.window.commands.run("viewport.single")

    # Scored, sorted by what the head flags: nothing is hidden.
    dialog = opened(app, qtbot)
    settled(app, dialog, qtbot)
    dialog.table.selectRow(1)  # the film in the ZIP
    app.room.library.score(dialog.chosen())
    qtbot.waitUntil(lambda: "1 image was scored" in dialog.scoring.text(), timeout=60_000)
    settled(app, dialog, qtbot)
    dialog.table.sortByColumn(PLACES[Column.FLAG], Qt.SortOrder.DescendingOrder)
    qtbot.waitUntil(lambda: bool(cells(dialog, Column.FLAG)[0]), timeout=60_000)
    settled(app, dialog, qtbot)
    assert cells(dialog, Column.NAME)[0] == "HASE, FELIX" and dialog.model.rowCount() == 3

    # Searched, opened from the ZIP, read.
    dialog.search.setText("name:hase")
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 1, timeout=60_000)
    settled(app, dialog, qtbot)
    QTest.keyClick(dialog.search, Qt.Key.Key_Return)
    QTest.keyClick(dialog.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: shown(app) == [("2025-01-01", True)], timeout=60_000)
    app.window.commands.run("library.read")
    qtbot.waitUntil(lambda: "marked as read" in app.window._status.text(), timeout=60_000)
    app.window.close()

    # The next day.
    again = make_app()
    again.start(())
    dialog = opened(again, qtbot)
    settled(again, dialog, qtbot)
    assert dialog.search.text() == "" and dialog.model.rowCount() == 3
    found = dict(zip(cells(dialog, Column.NAME), cells(dialog, Column.STATUS), strict=True))
    assert found["HASE, FELIX"] == "read"
    assert [flag for flag in cells(dialog, Column.FLAG) if flag] != []
    statuses = cells(dialog, Column.STATUS)
    again.room.library.open(dialog.model.key(statuses.index("opened")))
    qtbot.waitUntil(lambda: shown(again) == [("2025-03-18", True), ("2024-01-05", True)], timeout=60_000)
