"""The library in the real window, with real files, workers and an index on the disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from cxrviewer.presenters.library_rows import COLUMNS, NOTE_COLUMN
from cxrviewer.qt.library_dialog import LibraryDialog
from cxrviewer.studies.index.worklist import Column
from tests.builders.dicom import write_image

PLACES = {column: number for number, (column, _, _) in enumerate(COLUMNS)}


def write(folder: Path, name: str, who: str, ident: str, date: str, **more: str) -> Path:
    codes = np.linspace(0, 4095, 200 * 150).reshape(200, 150).astype(np.uint16)
    number = f"{int.from_bytes(name.encode(), 'big') % 10**12}"
    elements: dict[str, Any] = {
        "Modality": "DX",
        "PatientName": who,
        "PatientID": ident,
        "PatientBirthDate": "19500102",
        "StudyDate": date,
        "StudyTime": "101500",
        "StudyInstanceUID": f"1.2.{number}",
        "SeriesInstanceUID": f"1.2.{number}.1",
        "SOPInstanceUID": f"1.2.{number}.1.1",
        "ViewPosition": "PA",
        "BodyPartExamined": "CHEST",
        "StudyDescription": "Chest",
        **more,
    }
    return write_image(folder / f"{name}.dcm", codes, bits=12, **elements)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    films = tmp_path / "films"
    write(films, "old", "MUSTERMANN^ERIKA", "4711", "20240105")
    write(films, "new", "MUSTERMANN^ERIKA", "4711", "20250318")
    write(films, "other", "YAMADA^TAROU=山田^太郎", "0815", "20250101")
    (films / "notes.txt").write_text("no image")
    return films


def opened(app: Any, qtbot: Any) -> LibraryDialog:
    app.window.commands.run("library.open")
    dialog: LibraryDialog = app.window.findChildren(LibraryDialog)[-1]
    qtbot.waitUntil(lambda: dialog.state.usable and not app.jobs.busy, timeout=20_000)
    return dialog


def cells(dialog: LibraryDialog, column: Column) -> list[str]:
    model = dialog.model
    return [str(model.index(row, PLACES[column]).data() or "") for row in range(model.rowCount())]


def settled(app: Any, dialog: LibraryDialog, qtbot: Any) -> None:
    """Wait until nothing runs and every row has come."""

    def ready() -> bool:
        return not app.jobs.busy and not dialog.state.scanning and "…" not in cells(dialog, Column.NAME)

    qtbot.waitUntil(ready, timeout=20_000)


@pytest.fixture
def app(make_app: Any, qtbot: Any) -> Any:
    made = make_app()
    made.start(())
    return made


def filled(app: Any, qtbot: Any, folder: Path) -> LibraryDialog:
    dialog = opened(app, qtbot)
    app.room.library.add((folder,))
    settled(app, dialog, qtbot)
    return dialog


def shown(app: Any) -> list[tuple[str, str]]:
    """Return study date of each viewport, and whether it is decoded."""
    panes = [app.room.viewports.pane(number) for number in app.room.viewports.workspace.shown]
    return [
        ("" if pane.entry is None else pane.entry.header.identity.study_date, pane.image.image is not None)
        for pane in panes
    ]


def test_a_folder_is_added_searched_and_its_study_opens_beside_its_prior(
    app: Any, make_app: Any, qtbot: Any, folder: Path
) -> None:
    dialog = opened(app, qtbot)
    assert "Add a folder" in dialog.message.text() and dialog.table.isHidden()
    app.room.library.add((folder,))
    settled(app, dialog, qtbot)
    assert cells(dialog, Column.DATE) == ["2025-03-18 10:15", "2025-01-01 10:15", "2024-01-05 10:15"]
    assert cells(dialog, Column.NAME)[1] == "YAMADA, TAROU  山田 太郎"
    assert dialog.skipped.text() == "1 skipped: why?"
    assert [dialog.folders.item(row).text() for row in range(dialog.folders.count())] == [str(folder)]

    dialog.search.setText("name:muster date:2025..")
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 1, timeout=10_000)
    settled(app, dialog, qtbot)
    QTest.keyClick(dialog.search, Qt.Key.Key_Return)
    assert dialog.table.hasFocus()
    QTest.keyClick(dialog.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: shown(app) == [("2025-03-18", True), ("2024-01-05", True)], timeout=20_000)
    assert app.room.viewports.active.number == 0
    app.window.commands.run("library.read")
    qtbot.waitUntil(lambda: "marked as read" in app.window._status.text(), timeout=10_000)
    app.window.close()

    again = make_app()
    again.start(())
    dialog = opened(again, qtbot)
    settled(again, dialog, qtbot)
    assert dialog.search.text() == ""
    assert cells(dialog, Column.STATUS) == ["read", "new", "new"]


def test_notes_and_status_survive_when_the_index_is_deleted(
    app: Any, make_app: Any, qtbot: Any, folder: Path, tmp_path: Path
) -> None:
    dialog = filled(app, qtbot, folder)
    dialog.table.selectRow(1)
    dialog.model.setData(dialog.model.index(1, NOTE_COLUMN), " ask Dr. Hase ")
    dialog.read_button.click()
    settled(app, dialog, qtbot)
    assert cells(dialog, Column.NOTE) == ["", "ask Dr. Hase", ""]
    app.window.close()
    for file in (tmp_path / "home").rglob("index.sqlite*"):
        file.unlink()

    again = make_app()
    again.start(())
    dialog = opened(again, qtbot)
    assert dialog.folders.count() == 1 and dialog.model.rowCount() == 0
    dialog.scan_button.click()
    settled(again, dialog, qtbot)
    assert cells(dialog, Column.NOTE) == ["", "ask Dr. Hase", ""]
    assert cells(dialog, Column.STATUS) == ["new", "read", "new"]
