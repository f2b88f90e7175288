"""The dialog of readings in the real window, with real files and a real worker process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from cxrviewer.qt.shelf_dialog import ShelfDialog
from tests.builders.dicom import write_image


@pytest.fixture
def app(make_app: Any, qtbot: Any, tmp_path: Path) -> Any:
    codes = np.linspace(0, 4095, 200 * 150).reshape(200, 150).astype(np.uint16)
    who = {
        "Modality": "DX",
        "PatientName": "MUSTERMANN^ERIKA",
        "StudyInstanceUID": "1.2.3",
        "SeriesInstanceUID": "1.2.3.4",
    }
    image = write_image(tmp_path / "films" / "a.dcm", codes, bits=12, **who)
    made = make_app()
    made.start((image,))
    qtbot.waitUntil(lambda: made.room.annotations.shown is not None and not made.jobs.busy, timeout=60_000)
    made.room.paperwork.report.typed("Heart enlarged.")
    made.room.paperwork.report.flush()
    return made


def shown_reading(app: Any) -> Any:
    return app.room.annotations.shown[1]


def opened(app: Any, qtbot: Any) -> ShelfDialog:
    app.window.commands.run("file.readings")
    dialog: ShelfDialog = app.window.findChildren(ShelfDialog)[-1]
    settled(dialog, qtbot)
    return dialog


def settled(dialog: ShelfDialog, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: dialog.state is not None and not dialog.state.busy, timeout=60_000)


def test_a_reading_is_exported_deleted_by_key_undone_and_imported(
    app: Any, qtbot: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    dialog = opened(app, qtbot)
    assert dialog.table.rowCount() == 1 and "impression" in dialog.table.item(0, 2).text()
    assert not dialog.export.isEnabled() and not dialog.delete.isEnabled()
    dialog.table.setFocus()
    QTest.keyClick(dialog.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert dialog.export.isEnabled() and dialog.delete.isEnabled()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "out"), ""))
    dialog.export.click()
    qtbot.waitUntil((tmp_path / "out.json").exists, timeout=60_000)
    written = (tmp_path / "out.json").read_text(encoding="utf-8")
    assert "Heart enlarged." in written and "MUSTERMANN" not in written
    QTest.keyClick(dialog.table, Qt.Key.Key_Delete)
    assert shown_reading(app).reading.impression == ""
    settled(dialog, qtbot)
    assert dialog.table.isHidden() and dialog.undo.isEnabled()
    QTest.keyClick(dialog, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert shown_reading(app).reading.impression == "Heart enlarged."
    settled(dialog, qtbot)
    app.room.undo()
    assert shown_reading(app).reading.impression == ""
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "out.json"), ""))
    dialog.take.click()
    qtbot.waitUntil(lambda: dialog.notice.text().startswith("1 reading was imported."), timeout=60_000)
    assert shown_reading(app).reading.impression == "Heart enlarged."
    dialog.close()


def test_every_problem_of_a_file_is_listed_and_can_be_copied(
    app: Any, qtbot: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    (tmp_path / "bad.json").write_text('{"schema": 1, "a": 1, "b": 2, "readings": [1]}')
    dialog = opened(app, qtbot)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "bad.json"), ""))
    dialog.take.click()
    qtbot.waitUntil(lambda: bool(dialog.problems.toPlainText()), timeout=60_000)
    assert dialog.problems.toPlainText().splitlines() == [
        "“a” is no part of such a file.",
        "“b” is no part of such a file.",
        "Reading 1 is not one list of changes.",
    ]
    assert dialog.notice.text() == "Nothing was imported."
    dialog.close()


def test_hidden_identity_hides_the_list_too(app: Any, qtbot: Any) -> None:
    dialog = opened(app, qtbot)
    assert "MUSTERMANN, ERIKA" in dialog.table.item(0, 0).text()
    app.room.privacy.toggle()
    assert dialog.table.item(0, 0).text() == "Identity hidden"
    dialog.close()
