"""The library in the real window, with real files, workers and an index on the disk."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QMessageBox, QTableView

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import LibraryError, LibraryFullError
from cxrviewer.heads.contract import RejectedError, Rejection, RejectionCode
from cxrviewer.paths import AppPaths
from cxrviewer.presenters.findings import Shown
from cxrviewer.presenters.library_rows import COLUMNS, NOTE_COLUMN, PICTURE_COLUMN, LibraryRow
from cxrviewer.presenters.library_scoring import version_of
from cxrviewer.presenters.library_unscored import NotScored
from cxrviewer.presenters.score_change import score_changes, scored
from cxrviewer.presenters.worklist_rows import RowKind
from cxrviewer.qt import language
from cxrviewer.qt.dialogs import NotScoredDialog
from cxrviewer.qt.hanging_dialog import HangingDialog
from cxrviewer.qt.library_dialog import LibraryDialog
from cxrviewer.qt.library_table import StudyModel, StudyTable
from cxrviewer.qt.score_change_dialog import ScoreChangeDialog
from cxrviewer.studies.hanging import read_rules
from cxrviewer.studies.index.database import BUSY, FULL
from cxrviewer.studies.index.scan import IndexScan, ScanState
from cxrviewer.studies.index.store import Index
from cxrviewer.studies.index.user_store import StudyStatus, UserStore
from cxrviewer.studies.index.worklist import Column, Worklist
from cxrviewer.text import msg
from tests.builders.dicom import write_image
from tests.builders.library import full_at_commit
from tests.fakes import FakeScorer, prediction
from tests.qt.window_fixture import plan_of

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
    images = tmp_path / "films"
    write(images, "old", "MUSTERMANN^ERIKA", "4711", "20240105")
    write(images, "new", "MUSTERMANN^ERIKA", "4711", "20250318")
    write(images, "other", "YAMADA^TAROU=山田^太郎", "0815", "20250101")
    (images / "notes.txt").write_text("no image")
    return images


def opened(app: Any, qtbot: Any) -> LibraryDialog:
    app.window.commands.run("library.open")
    dialog: LibraryDialog = app.window.findChildren(LibraryDialog)[-1]
    qtbot.waitUntil(lambda: dialog.state.usable and not app.jobs.busy, timeout=60_000)
    return dialog


def cells(dialog: LibraryDialog, column: Column) -> list[str]:
    model = dialog.model
    return [str(model.index(row, PLACES[column]).data() or "") for row in range(model.rowCount())]


def settled(app: Any, dialog: LibraryDialog, qtbot: Any) -> None:
    """Wait until nothing runs and every row has come, those too that are shown until a newer one has."""
    model = dialog.model

    def ready() -> bool:
        if app.jobs.busy or dialog.state.scanning:
            return False
        cells(dialog, Column.NAME)  # asks for what is missing; a busy machine has perhaps not painted yet
        return set(model.keys) <= model._rows.keys()

    qtbot.waitUntil(ready, timeout=60_000)


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


def shown(app: Any) -> list[tuple[str, bool]]:
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
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 1, timeout=60_000)
    settled(app, dialog, qtbot)
    QTest.keyClick(dialog.search, Qt.Key.Key_Return)
    assert dialog.table.hasFocus()
    QTest.keyClick(dialog.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: shown(app) == [("2025-03-18", True), ("2024-01-05", True)], timeout=60_000)
    assert app.room.viewports.active.number == 0
    app.window.commands.run("library.read")
    qtbot.waitUntil(lambda: "marked as read" in app.window._status.text(), timeout=60_000)
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
    assert "have not been scanned to their end" in dialog.message.text()
    dialog.scan_button.click()
    settled(again, dialog, qtbot)
    assert cells(dialog, Column.NOTE) == ["", "ask Dr. Hase", ""]
    assert cells(dialog, Column.STATUS) == ["new", "read", "new"]


def test_a_study_opens_though_its_status_cannot_be_kept(
    app: Any, qtbot: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = filled(app, qtbot, folder)

    def full(*_: object, **__: object) -> None:
        raise LibraryFullError(FULL)

    monkeypatch.setattr(UserStore, "change_all", full)
    dialog.table.activated.emit(dialog.model.index(0, 0))
    qtbot.waitUntil(lambda: not app.jobs.busy and "disk is full" in app.window._status.text(), timeout=60_000)
    assert shown(app) == [("2025-03-18", True), ("2024-01-05", True)]
    monkeypatch.undo()
    dialog = opened(app, qtbot)
    settled(app, dialog, qtbot)
    assert cells(dialog, Column.STATUS) == ["new"] * 3


def test_a_status_that_only_the_list_has_no_room_for_is_said_to_be_kept_and_can_be_undone(
    app: Any, qtbot: Any, folder: Path
) -> None:
    dialog = filled(app, qtbot, folder)
    dialog.table.selectRow(0)
    with full_at_commit(app.room.library.stores.index.database):
        app.room.library.mark(dialog.chosen(), StudyStatus.READ)
        qtbot.waitUntil(lambda: not app.jobs.busy and "disk is full" in dialog.notice.text(), timeout=60_000)
        settled(app, dialog, qtbot)
    assert dialog.notice.text().startswith("This is kept, but the disk is full")
    assert cells(dialog, Column.STATUS)[0] == "new" and dialog.state.can_undo
    dialog.reject()
    dialog = opened(app, qtbot)
    settled(app, dialog, qtbot)
    assert cells(dialog, Column.STATUS)[0] == "read" and dialog.state.can_undo
    with full_at_commit(app.room.library.stores.index.database):
        app.room.library.undo()
        qtbot.waitUntil(lambda: not app.jobs.busy and "disk is full" in dialog.notice.text(), timeout=60_000)
    assert not dialog.state.can_undo
    app.room.library.mark(dialog.chosen() or [dialog.model.key(1)], StudyStatus.OPENED)
    qtbot.waitUntil(lambda: not app.jobs.busy and dialog.state.can_undo, timeout=60_000)
    app.room.library.list.outdate_all()
    settled(app, dialog, qtbot)
    assert cells(dialog, Column.STATUS)[:2] == ["new", "opened"]


def test_a_list_that_another_program_holds_up_is_not_called_empty(
    app: Any, make_app: Any, qtbot: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(app, qtbot, folder)
    app.window.close()
    again = make_app()
    again.start(())
    go, held, first = threading.Event(), threading.Event(), Worklist.first

    def slow(*given: Any, **more: Any) -> Any:
        held.set()
        assert go.wait(60)
        raise LibraryError(BUSY)

    monkeypatch.setattr(Worklist, "first", slow)
    again.window.commands.run("library.open")
    dialog: LibraryDialog = again.window.findChildren(LibraryDialog)[-1]
    qtbot.waitUntil(held.is_set, timeout=60_000)
    again.room.library._show()
    assert dialog.message.text() == "Opening the library…" and dialog.count.text() == ""
    go.set()
    qtbot.waitUntil(lambda: dialog.notice.text() == BUSY, timeout=60_000)
    assert dialog.message.text() == "" and dialog.count.text() == ""
    monkeypatch.setattr(Worklist, "first", first)
    again.room.library.list.search("erika")
    qtbot.waitUntil(lambda: dialog.count.text() == "2 studies", timeout=60_000)


def test_an_offline_folder_keeps_its_studies_and_says_so_when_one_is_opened(
    app: Any, qtbot: Any, folder: Path, tmp_path: Path
) -> None:
    dialog = filled(app, qtbot, folder)
    folder.rename(tmp_path / "taken out")
    dialog.scan_button.click()
    settled(app, dialog, qtbot)
    assert cells(dialog, Column.STATUS) == ["new, offline"] * 3
    assert "offline" in dialog.folders.item(0).text() and "1 folder is offline" in dialog.progress.text()
    app.room.library.open(dialog.model.key(0))
    qtbot.waitUntil(lambda: "not connected" in dialog.notice.text(), timeout=60_000)
    assert dialog.isVisible() and app.room.worklist.current == ""
    (tmp_path / "taken out").rename(folder)
    dialog.scan_button.click()
    settled(app, dialog, qtbot)
    assert cells(dialog, Column.STATUS) == ["new"] * 3


def test_a_folder_that_is_chosen_and_was_pulled_out_is_offline_in_list_and_table(
    app: Any, qtbot: Any, folder: Path, tmp_path: Path
) -> None:
    dialog = filled(app, qtbot, folder)
    folder.rename(tmp_path / "pulled out")
    dialog.folders.setCurrentRow(0)
    qtbot.waitUntil(lambda: cells(dialog, Column.STATUS) == ["new, offline"] * 3, timeout=60_000)
    assert "offline" in dialog.folders.item(0).text() and "is not connected any more" in dialog.notice.text()
    assert dialog.folders.item(0).isSelected()
    (tmp_path / "pulled out").rename(folder)
    app.room.library.look_again()
    qtbot.waitUntil(lambda: cells(dialog, Column.STATUS) == ["new"] * 3, timeout=60_000)
    qtbot.waitUntil(lambda: dialog.notice.text() == "", timeout=60_000)


def test_a_folder_that_was_pulled_out_meanwhile_is_offline_when_the_library_is_opened(
    app: Any, qtbot: Any, folder: Path, tmp_path: Path
) -> None:
    filled(app, qtbot, folder).reject()
    folder.rename(tmp_path / "pulled out")
    dialog = opened(app, qtbot)
    qtbot.waitUntil(lambda: cells(dialog, Column.STATUS) == ["new, offline"] * 3, timeout=60_000)
    assert "offline" in dialog.folders.item(0).text()


def test_an_image_that_is_not_found_takes_the_folder_that_was_pulled_out_offline(
    app: Any, qtbot: Any, folder: Path, tmp_path: Path
) -> None:
    dialog = filled(app, qtbot, folder)
    app.room.library.open(dialog.model.key(0))
    qtbot.waitUntil(lambda: shown(app) == [("2025-03-18", True), ("2024-01-05", True)], timeout=60_000)
    folder.rename(tmp_path / "pulled out")
    app.room.worklist.select(app.room.worklist.neighbours(app.room.worklist.current)[0].key)
    qtbot.waitUntil(lambda: "is not connected any more" in app.window._status.text(), timeout=60_000)
    dialog = opened(app, qtbot)
    settled(app, dialog, qtbot)
    assert cells(dialog, Column.STATUS) == ["opened, offline", "new, offline", "new, offline"]


def test_a_doubtful_prior_is_asked_about_once_and_hangs_after_the_answer(app: Any, qtbot: Any, tmp_path: Path) -> None:
    images = tmp_path / "films"
    write(images, "old", "MUSTERMANN^ERIKA", "9999", "20240601")  # renumbered
    write(images, "new", "MUSTERMANN^ERIKA", "4711", "20250318")
    dialog = filled(app, qtbot, images)
    key = dialog.model.key(0)
    app.room.library.open(key)
    qtbot.waitUntil(lambda: shown(app) == [("2025-03-18", True)], timeout=60_000)
    bar = app.window.person_bar
    assert bar.isVisible() and "2024-06-01" in bar.words.text() and "9999" in bar.other.text()
    app.room.privacy.set_hidden(hidden=True)
    assert "9999" not in bar.other.text() and "2024" not in bar.words.text()
    assert "9999" not in bar.other.text() + bar.current.text()
    app.room.privacy.set_hidden(hidden=False)
    assert "9999" in bar.other.text()
    bar.same.click()
    qtbot.waitUntil(lambda: shown(app) == [("2025-03-18", True), ("2024-06-01", True)], timeout=60_000)
    assert bar.isHidden()
    app.room.library.open(key)
    qtbot.waitUntil(lambda: not app.jobs.busy and len(shown(app)) == 2 and shown(app)[1][1], timeout=60_000)
    assert bar.isHidden()


def test_a_patient_whose_names_are_read_anew_is_one_and_warned_of_nowhere(app: Any, qtbot: Any, tmp_path: Path) -> None:
    images = tmp_path / "films"
    for name, date in (("old", "20240105"), ("new", "20250318")):
        path = write(images, name, "WXYZ", "4711", date, SpecificCharacterSet="ISO_IR 100")
        path.write_bytes(path.read_bytes().replace(b"WXYZ", "Ю^Жд".encode("iso8859_5")))
    app.window.open_paths((images,))
    qtbot.waitUntil(lambda: len(shown(app)) == 2 and not app.jobs.busy, timeout=60_000)
    dialog = filled(app, qtbot, images)
    app.room.library.use_charset(dialog.model.key(0), "ISO_IR 144")
    listed = app.room.worklist
    qtbot.waitUntil(
        lambda: {one.header.identity.patient_name for one in listed.images()} == {"Ю^Жд"} and not app.jobs.busy,
        timeout=60_000,
    )
    settled(app, dialog, qtbot)
    assert cells(dialog, Column.NAME) == ["Ю, Жд"] * 2 and cells(dialog, Column.ID) == ["4711"] * 2
    assert not any(listed.shares_an_id(one) for one in listed.images())
    newest, oldest = listed.images()
    assert listed.prior(newest.key) == oldest


def test_two_patients_with_one_id_are_two_rows_with_a_warning_and_a_hidden_identity_leaves_the_table(
    app: Any, qtbot: Any, tmp_path: Path
) -> None:
    images = tmp_path / "films"
    write(images, "a", "MUSTERMANN^ERIKA", "4711", "20250318")
    write(images, "b", "OTHER^PERSON", "4711", "20250317", PatientBirthDate="19880808")
    dialog = filled(app, qtbot, images)
    assert cells(dialog, Column.ID) == ["⚠ 4711", "⚠ 4711"]
    assert "same ID" in str(dialog.model.index(0, PLACES[Column.ID]).data(Qt.ItemDataRole.ToolTipRole))
    app.room.privacy.set_hidden(hidden=True)
    settled(app, dialog, qtbot)
    texts = [str(dialog.model.index(row, place).data() or "") for row in range(2) for place in PLACES.values()]
    assert not [text for text in texts if any(word in text for word in ("4711", "MUSTER", "OTHER", "1988", "2025"))]
    assert "films" not in dialog.folders.item(0).text()


def row(number: int) -> LibraryRow:
    cells = tuple(f"{number}" for _ in COLUMNS)
    return LibraryRow(number, cells, ("",) * len(COLUMNS), frozenset(), online=True, read=False, note="")


def test_another_order_moves_the_selection_with_its_study_and_never_resets_the_table(qtbot: Any) -> None:
    model = StudyModel()
    resets: list[int] = []
    wanted: list[list[int]] = []
    model.modelReset.connect(lambda: resets.append(1))
    model.wanted.connect(wanted.append)
    table = QTableView()
    qtbot.addWidget(table)
    table.setModel(model)
    table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    model.take_keys([1, 2, 3])
    table.selectRow(1)
    for order, place in (([3, 9, 8, 2, 1], 3), ([2, 1], 0), ([5, 2, 7], 1)):
        model.take_keys(order)
        assert model.keys == tuple(order)
        assert [index.row() for index in table.selectionModel().selectedRows()] == [place]
    model.take_keys([5, 7])
    assert table.selectionModel().selectedRows() == [] and not resets
    assert model.index(0, 0).data() == "…"
    qtbot.waitUntil(lambda: [5, 7] in wanted, timeout=60_000)
    model.take_rows([row(7)])
    assert model.index(1, 3).data() == "7"


def test_a_list_that_begins_with_its_first_studies_grows_and_keeps_selection_and_order(qtbot: Any) -> None:
    model = StudyModel()
    changes: list[str] = []
    model.modelReset.connect(lambda: changes.append("reset"))
    model.layoutChanged.connect(lambda: changes.append("moved"))
    model.rowsInserted.connect(lambda _, first, last: changes.append(f"{first} to {last}"))
    table = QTableView()
    qtbot.addWidget(table)
    table.setModel(model)
    table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    model.take_keys([7, 5])
    table.selectRow(1)
    model.take_keys([7, 5, 9, 1])
    assert model.keys == (7, 5, 9, 1) and changes == ["0 to 1", "2 to 3"]
    assert [index.row() for index in table.selectionModel().selectedRows()] == [1]


def test_letters_typed_in_the_table_go_on_in_the_search(app: Any, qtbot: Any, folder: Path) -> None:
    dialog = filled(app, qtbot, folder)
    dialog.search.setText("name:")
    dialog.table.setFocus()
    QTest.keyClicks(dialog.table, "y")
    QTest.keyClicks(dialog.search, "am")
    assert dialog.search.text() == "name:yam"
    qtbot.waitUntil(lambda: cells(dialog, Column.ID) == ["0815"], timeout=60_000)


def test_studies_that_are_marked_together_are_marked_though_one_is_gone_by_then(
    app: Any, qtbot: Any, folder: Path
) -> None:
    dialog = filled(app, qtbot, folder)
    app.room.library.mark([*dialog.model.keys, 4711], StudyStatus.READ)
    qtbot.waitUntil(lambda: cells(dialog, Column.STATUS) == ["read"] * 3, timeout=60_000)
    assert dialog.notice.text() == "3 studies are marked as read."


def test_many_studies_that_were_marked_by_mistake_are_as_before_after_one_undo(
    app: Any, qtbot: Any, folder: Path
) -> None:
    dialog = filled(app, qtbot, folder)
    _, second, third = dialog.model.keys
    app.room.library.mark([second], StudyStatus.READ)
    app.room.library.write_note(third, "call the ward")
    dialog.table.selectAll()
    dialog.new_button.click()
    qtbot.waitUntil(lambda: cells(dialog, Column.STATUS) == ["new"] * 3, timeout=60_000)
    dialog.read_button.click()
    qtbot.waitUntil(lambda: cells(dialog, Column.STATUS) == ["read"] * 3, timeout=60_000)
    qtbot.waitUntil(dialog.undo.isEnabled, timeout=60_000)
    qtbot.mouseClick(dialog.undo, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: cells(dialog, Column.STATUS) == ["new"] * 3, timeout=60_000)
    assert dialog.notice.text() == "3 studies are as they were before."
    QTest.keyClick(dialog.table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: cells(dialog, Column.STATUS) == ["new", "read", "new"], timeout=60_000)
    assert cells(dialog, Column.NOTE) == ["", "", "call the ward"]
    assert dialog.notice.text() == "1 study is as it was before."
    dialog.undo.click()
    qtbot.waitUntil(lambda: cells(dialog, Column.NOTE) == ["", "", ""], timeout=60_000)
    dialog.undo.setFocus()
    dialog.undo.click()
    qtbot.waitUntil(lambda: cells(dialog, Column.STATUS) == ["new"] * 3, timeout=60_000)
    qtbot.waitUntil(lambda: not dialog.undo.isEnabled(), timeout=60_000)
    assert dialog.focusWidget() is dialog.table  # not “Close”, which the next press would press


def test_undo_in_the_search_field_and_in_a_note_takes_back_letters_and_no_mark(
    app: Any, qtbot: Any, folder: Path
) -> None:
    def undo(field: Any) -> None:
        QTest.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)

    dialog = filled(app, qtbot, folder)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow, timeout=60_000)
    app.room.library.mark(dialog.model.keys, StudyStatus.READ)
    qtbot.waitUntil(lambda: cells(dialog, Column.STATUS) == ["read"] * 3 and dialog.undo.isEnabled(), timeout=60_000)
    dialog.search.setFocus()
    QTest.keyClicks(dialog.search, "muster")
    undo(dialog.search)
    assert dialog.search.text() == ""
    undo(dialog.search)  # nothing is left to take back there
    settled(app, dialog, qtbot)
    dialog.table.selectRow(0)
    dialog.note_button.click()
    note = dialog.focusWidget()
    assert isinstance(note, QLineEdit) and note is not dialog.search
    QTest.keyClicks(note, "call")
    undo(note)
    assert note.text() == ""
    undo(note)
    QTest.keyClick(note, Qt.Key.Key_Escape)
    settled(app, dialog, qtbot)
    assert cells(dialog, Column.STATUS) == ["read"] * 3 and dialog.undo.isEnabled()
    undo(dialog.table)
    qtbot.waitUntil(lambda: cells(dialog, Column.STATUS) == ["new"] * 3, timeout=60_000)


def writing(dialog: LibraryDialog, row: int) -> QLineEdit:
    """Begin to write the note of a study."""
    dialog.table.selectRow(row)
    dialog.note_button.click()
    field = dialog.table.indexWidget(dialog.table.currentIndex())
    assert isinstance(field, QLineEdit)
    return field


def test_a_note_that_is_being_written_stays_while_the_list_is_read_again(app: Any, qtbot: Any, folder: Path) -> None:
    dialog = filled(app, qtbot, folder)
    field = writing(dialog, 1)
    QTest.keyClicks(field, "call ")
    dialog.outdate_rows()
    settled(app, dialog, qtbot)  # as after each image that is scored
    QTest.keyClicks(field, "the ward")
    app.room.library.list.sort(Column.NAME, descending=False)
    settled(app, dialog, qtbot)
    assert field.text() == "call the ward"
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: sorted(cells(dialog, Column.NOTE)) == ["", "", "call the ward"], timeout=60_000)
    assert cells(dialog, Column.ID)[cells(dialog, Column.NOTE).index("call the ward")] == "0815"


@pytest.mark.parametrize("first", [0, 40])
def test_a_note_that_is_being_written_stays_in_its_place_on_the_screen_where_its_study_moves(
    app: Any, qtbot: Any, folder: Path, first: int
) -> None:
    dialog = filled(app, qtbot, folder)
    keys = list(range(100, 300))
    dialog.show_keys(keys, fresh=True)
    dialog.table.verticalScrollBar().setValue(first)
    field = writing(dialog, first + 4)
    qtbot.waitUntil(lambda: 0 <= field.y() < dialog.table.viewport().height(), timeout=60_000)
    before = field.y()
    for place in (150, 30, 60):  # as scores come in a list that is sorted by them
        keys.remove(100 + first + 4)
        keys.insert(place, 100 + first + 4)
        dialog.show_keys(keys, fresh=False)
        assert dialog.table.noted_row() == place
        qtbot.waitUntil(lambda: field.y() == before, timeout=60_000)
    QTest.keyClick(field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: dialog.table.noted_row() < 0, timeout=60_000)


def test_a_note_that_nobody_has_changed_yet_follows_what_another_window_wrote(
    app: Any, qtbot: Any, folder: Path
) -> None:
    dialog = filled(app, qtbot, folder)
    field = writing(dialog, 1)
    app.room.library.write_note(dialog.model.key(1), "seen")
    settled(app, dialog, qtbot)
    assert field.text() == "seen"


def test_a_note_that_is_being_written_is_kept_where_its_study_leaves_the_list(
    app: Any, qtbot: Any, folder: Path
) -> None:
    dialog = filled(app, qtbot, folder)
    QTest.keyClicks(writing(dialog, 1), "call the ward")
    app.room.library.list.search("name:muster")
    settled(app, dialog, qtbot)
    assert cells(dialog, Column.NOTE) == ["", ""]
    app.room.library.list.search("note:ward")
    settled(app, dialog, qtbot)
    assert cells(dialog, Column.ID) == ["0815"]


def test_a_note_that_finds_no_room_stays_where_it_was_typed_until_it_is_saved(
    app: Any, qtbot: Any, folder: Path
) -> None:
    dialog = filled(app, qtbot, folder)
    with full_at_commit(app.room.library.stores.user._database):
        field = writing(dialog, 1)
        QTest.keyClicks(field, "call the ward")
        QTest.keyClick(field, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: "The note is not saved." in dialog.notice.text(), timeout=60_000)
        settled(app, dialog, qtbot)
    assert "The disk is full" in dialog.notice.text()
    assert cells(dialog, Column.NOTE) == ["", "⚠ call the ward", ""]
    field = writing(dialog, 1)
    assert field.text() == "call the ward"
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: cells(dialog, Column.NOTE) == ["", "call the ward", ""], timeout=60_000)
    assert dialog.notice.text() == "The note is saved."


def test_undo_passes_over_what_the_program_noted_of_a_study_that_was_opened(app: Any, qtbot: Any, folder: Path) -> None:
    dialog = filled(app, qtbot, folder)
    first = dialog.model.keys[0]
    app.room.library.open(first)
    qtbot.waitUntil(lambda: not app.jobs.busy, timeout=60_000)
    dialog = opened(app, qtbot)
    settled(app, dialog, qtbot)
    assert cells(dialog, Column.STATUS)[0] == "opened"
    assert not dialog.undo.isEnabled()
    app.room.library.mark(dialog.model.keys, StudyStatus.READ)
    app.room.library.undo()
    app.room.library.undo()  # there is one step only
    qtbot.waitUntil(lambda: cells(dialog, Column.STATUS) == ["opened", "new", "new"], timeout=60_000)


def test_status_and_findings_are_in_sight_at_first_in_a_window_of_1280_pixels(
    app: Any, qtbot: Any, folder: Path
) -> None:
    dialog = filled(app, qtbot, folder)
    dialog.resize(1240, 760)
    view = dialog.table.viewport()
    for column in (Column.STATUS, Column.FLAG):
        place = dialog.table.visualRect(dialog.model.index(0, PLACES[column]))
        assert view.rect().contains(place)
    words = dialog.table.fontMetrics().horizontalAdvance("none above threshold")
    assert words + 8 < dialog.table.columnWidth(PLACES[Column.FLAG])


@pytest.mark.parametrize("modifier", [Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier])
def test_home_and_end_go_to_the_first_and_the_last_study_and_the_patient_stays_on_the_screen(
    qtbot: Any, modifier: Qt.KeyboardModifier
) -> None:
    model = StudyModel()
    model.take_keys(range(1000))
    table = StudyTable()
    qtbot.addWidget(table)
    table.setModel(model)
    table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    table.resize(300, 300)  # of eleven columns it shows three
    table.show()
    table.selectRow(5)
    for key, row in ((Qt.Key.Key_End, 999), (Qt.Key.Key_Home, 0)):
        QTest.keyClick(table, key, modifier)
        assert table.currentIndex().row() == row
        assert table.horizontalScrollBar().value() == 0


def test_a_list_of_100_000_studies_asks_for_the_rows_on_the_screen_only(qtbot: Any) -> None:
    model = StudyModel()
    wanted: list[list[int]] = []
    model.wanted.connect(wanted.append)
    table = QTableView()
    qtbot.addWidget(table)
    table.setModel(model)
    table.resize(800, 400)
    table.show()
    model.take_keys(range(100_000))
    qtbot.waitUntil(lambda: bool(wanted), timeout=60_000)
    table.scrollToBottom()
    qtbot.waitUntil(lambda: 99_999 in wanted[-1], timeout=60_000)
    assert sum(map(len, wanted)) < 500


def test_pictures_are_asked_for_on_the_screen_only_and_each_once(qtbot: Any) -> None:
    model = StudyModel()
    model.add_picture_column()
    wanted: list[list[int]] = []
    model.pictures_wanted.connect(wanted.append)
    table = QTableView()
    qtbot.addWidget(table)
    table.setModel(model)
    table.resize(800, 400)
    table.horizontalHeader().moveSection(PICTURE_COLUMN, 0)
    table.show()
    model.take_keys(range(100_000))
    qtbot.waitUntil(lambda: bool(wanted), timeout=60_000)
    assert wanted[0][:3] == [0, 1, 2] and sum(map(len, wanted)) < 100
    picture = QPixmap(8, 8)
    picture.fill(QColor("white"))
    for key in wanted[0]:
        model.take_picture(key, picture)
    assert model.index(1, PICTURE_COLUMN).data(Qt.ItemDataRole.DecorationRole).width() == 8
    wanted.clear()
    table.viewport().repaint()
    qtbot.wait(0)
    assert wanted == []
    model.outdate_pictures()
    assert model.index(1, PICTURE_COLUMN).data(Qt.ItemDataRole.DecorationRole).width() == 8  # until the new one comes
    qtbot.waitUntil(lambda: any(1 in keys for keys in wanted), timeout=60_000)


def shown_pictures(dialog: LibraryDialog) -> list[QPixmap]:
    model = dialog.model
    found = [model.index(row, PICTURE_COLUMN).data(Qt.ItemDataRole.DecorationRole) for row in range(model.rowCount())]
    return [picture for picture in found if picture is not None]


def test_the_table_shows_the_first_image_of_each_study_small_and_keeps_it_while_identity_is_hidden(
    app: Any, qtbot: Any, folder: Path
) -> None:
    dialog = filled(app, qtbot, folder)
    qtbot.waitUntil(lambda: len(shown_pictures(dialog)) == 3 and not app.jobs.busy, timeout=60_000)
    (picture, *_) = shown_pictures(dialog)
    # 200 x 150 pixels from black to white, fitted into 36 x 36
    assert (picture.width(), picture.height()) == (27, 36)
    image = picture.toImage()
    assert image.pixelColor(13, 2).lightness() < 60 and image.pixelColor(13, 33).lightness() > 190
    app.room.privacy.set_hidden(hidden=True)  # as in the worklist: text in pixels is not hidden, and the window says so
    settled(app, dialog, qtbot)
    assert len(shown_pictures(dialog)) == 3


def test_a_picture_is_made_again_after_a_scan_that_found_other_pixels(app: Any, qtbot: Any, tmp_path: Path) -> None:
    images = tmp_path / "films"
    write(images, "one", "MUSTERMANN^ERIKA", "4711", "20250318")
    dialog = filled(app, qtbot, images)
    qtbot.waitUntil(lambda: len(shown_pictures(dialog)) == 1 and not app.jobs.busy, timeout=60_000)
    write(images, "one", "MUSTERMANN^ERIKA", "4711", "20250318", PhotometricInterpretation="MONOCHROME1")
    dialog.scan_button.click()

    def turned() -> bool:
        pictures = shown_pictures(dialog)
        return bool(pictures) and pictures[0].toImage().pixelColor(13, 2).lightness() > 190

    qtbot.waitUntil(turned, timeout=60_000)


def test_rows_are_as_high_as_the_pictures_only_while_these_are_shown_and_nothing_is_sorted_by_them(
    app: Any, make_app: Any, qtbot: Any, folder: Path
) -> None:
    dialog = filled(app, qtbot, folder)
    header = dialog.table.horizontalHeader()
    assert header.logicalIndex(0) == PICTURE_COLUMN and header.isSortIndicatorShown()
    assert dialog.table.rowHeight(0) >= 36
    dialog.table.sortByColumn(PICTURE_COLUMN, Qt.SortOrder.AscendingOrder)
    assert header.sortIndicatorSection() == PLACES[Column.DATE]
    assert app.room.library.list.order == (Column.DATE, True)
    dialog._show_column(PICTURE_COLUMN, on=False)
    assert dialog.table.rowHeight(0) < 36
    app.window.close()
    again = make_app()
    again.start(())
    dialog = opened(again, qtbot)
    settled(again, dialog, qtbot)
    assert dialog.table.isColumnHidden(PICTURE_COLUMN) and dialog.table.rowHeight(0) < 36


def test_columns_that_a_version_without_pictures_arranged_stay_and_pictures_come_before_them(
    app: Any, qtbot: Any
) -> None:
    earlier = QTableView()
    qtbot.addWidget(earlier)
    model = StudyModel()
    earlier.setModel(model)
    header = earlier.horizontalHeader()
    header.resizeSection(PLACES[Column.NAME], 333)
    header.moveSection(PLACES[Column.STATUS], 1)
    header.hideSection(PLACES[Column.ACCESSION])
    kept = bytes(header.saveState().toBase64().data()).decode("ascii")
    room = app.room
    dialog = LibraryDialog(room.library, room.privacy, kept)
    qtbot.addWidget(dialog)
    header = dialog.table.horizontalHeader()
    order = [header.logicalIndex(place) for place in range(header.count())]
    assert order[:4] == [PICTURE_COLUMN, PLACES[Column.NAME], PLACES[Column.ID], PLACES[Column.STATUS]]
    assert dialog.table.columnWidth(PLACES[Column.NAME]) == 333
    assert dialog.table.isColumnHidden(PLACES[Column.ACCESSION]) and not dialog.table.isColumnHidden(PICTURE_COLUMN)
    assert header.restoreState(header.saveState())
    assert header.length() == sum(header.sectionSize(one) for one in range(header.count()))
    dialog.close()


def test_a_new_list_begins_with_a_screen_of_studies_and_the_others_follow(
    app: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cxrviewer.presenters.library_list.SCREEN", 2)
    images = tmp_path / "films"
    for number in range(5):
        write(images, f"image{number}", f"PATIENT^N{number}", f"P{number}", f"2025031{number}")
    dialog = filled(app, qtbot, images)
    library = app.room.library
    steps: list[tuple[list[str], str]] = []
    show_library = dialog.show_library

    def note(state: Any) -> None:
        show_library(state)
        steps.append((cells(dialog, Column.ID), state.count))

    monkeypatch.setattr(dialog, "show_library", note)
    dialog.table.selectRow(0)
    library.list.sort(Column.ID, descending=True)
    qtbot.waitUntil(lambda: not library.list.listing and dialog.model.rowCount() == 5, timeout=60_000)
    settled(app, dialog, qtbot)
    assert steps[0] == (["P4", "P3"], "5 studies")
    assert cells(dialog, Column.ID) == ["P4", "P3", "P2", "P1", "P0"]
    assert dialog.chosen() == [dialog.model.key(0)]

    steps.clear()
    library.list.sort(Column.ID, descending=False)
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 2, timeout=60_000)
    assert library.list.listing
    library.list.search("id:P3")  # instead of the rest
    qtbot.waitUntil(lambda: not library.list.listing and not app.jobs.busy, timeout=60_000)
    settled(app, dialog, qtbot)
    assert cells(dialog, Column.ID) == ["P3"] and not dialog._unfilled.isActive()
    library.list.fill()
    assert not library.list.listing
    library.list.search("")
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 2, timeout=60_000)
    library.scan()  # what it finds is listed behind the rest
    qtbot.waitUntil(lambda: not dialog.state.scanning and not library.list.listing, timeout=60_000)
    settled(app, dialog, qtbot)
    assert cells(dialog, Column.ID) == ["P0", "P1", "P2", "P3", "P4"]


def test_a_selection_is_scored_in_the_background_and_its_findings_can_be_searched(
    app: Any, qtbot: Any, folder: Path
) -> None:
    app.room.start_heads(lambda: [plan_of(FakeScorer())])
    qtbot.waitUntil(lambda: bool(app.room.findings.scorers), timeout=60_000)
    dialog = filled(app, qtbot, folder)
    dialog.table.selectRow(0)
    app.room.library.score(dialog.chosen())
    qtbot.waitUntil(lambda: "1 image was scored" in dialog.scoring.text(), timeout=60_000)
    settled(app, dialog, qtbot)
    flags = cells(dialog, Column.FLAG)
    assert "finding" in flags[0] and flags[1:] == ["", ""]
    app.room.library.list.sort(Column.FLAG, descending=False)
    settled(app, dialog, qtbot)
    assert [bool(flag) for flag in cells(dialog, Column.FLAG)] == [False, False, True]  # sorted, none is hidden
    other = FakeScorer()
    other.manifest = replace(other.manifest, model=replace(other.manifest.model, sha256="0" * 64))
    app.room.library.stores.scores.set_current([version_of(other.manifest)])
    app.room.library.list.outdate_all()
    settled(app, dialog, qtbot)
    assert "outdated" in cells(dialog, Column.FLAG)[2]


def test_the_start_page_offers_the_library_while_it_lists_a_study(make_app: Any, qtbot: Any, folder: Path) -> None:
    app = make_app()
    app.start(())
    page = app.window._start
    dialog = filled(app, qtbot, folder)
    qtbot.waitUntil(lambda: not page.library.isHidden(), timeout=60_000)
    dialog.close()
    again = make_app()
    assert again.window._start.library.isHidden()
    again.start(())
    qtbot.waitUntil(again.window._start.library.isVisible, timeout=60_000)
    again.window._start.library.click()
    opened: LibraryDialog = again.window.findChildren(LibraryDialog)[-1]
    assert opened.isVisible()
    qtbot.waitUntil(lambda: bool(opened.state.roots), timeout=60_000)
    again.room.library.remove([root.id for root in opened.state.roots])
    qtbot.waitUntil(again.window._start.library.isHidden, timeout=60_000)


def test_a_run_that_ended_with_the_window_is_resumed_by_its_button(app: Any, qtbot: Any, folder: Path) -> None:
    app.room.start_heads(lambda: [plan_of(FakeScorer())])
    qtbot.waitUntil(lambda: bool(app.room.findings.scorers), timeout=60_000)
    dialog = filled(app, qtbot, folder)
    assert dialog.take_up.isHidden()
    scores = app.room.library.stores.scores
    scores.set_current([version_of(FakeScorer().manifest)])
    scores.begin_run(None)  # and no end of it: the window was killed
    dialog.close()
    again = opened(app, qtbot)
    qtbot.waitUntil(again.take_up.isVisible, timeout=60_000)
    assert again.scoring.text() == "3 images of the last run are still without a score."
    assert again.take_up.text() == "Resume scoring"
    again.take_up.setFocus()
    QTest.keyClick(again.take_up, Qt.Key.Key_Space)
    assert again.take_up.isHidden()
    qtbot.waitUntil(lambda: again.scoring.text() == "3 images were scored.", timeout=60_000)
    assert again.focusWidget() is again.score_button  # not the next one that happens to be there


def test_what_could_not_be_scored_is_listed_with_its_reason(app: Any, qtbot: Any, folder: Path) -> None:
    scorer = FakeScorer()
    scorer.answers = Refusing()
    app.room.start_heads(lambda: [plan_of(scorer)])
    qtbot.waitUntil(lambda: bool(app.room.findings.scorers), timeout=60_000)
    dialog = filled(app, qtbot, folder)
    assert dialog.not_scored.isHidden()
    app.room.library.score(None)
    qtbot.waitUntil(lambda: "0 images were scored" in dialog.scoring.text(), timeout=60_000)
    qtbot.waitUntil(lambda: dialog.not_scored.text() == "3 not fully scored: why?", timeout=60_000)
    assert dialog.not_scored.isVisible()
    listed = not_scored(dialog, qtbot)
    rows = [[listed.table.item(row, column).text() for column in range(2)] for row in range(3)]
    assert sorted(name for name, _ in rows) == ["new.dcm", "old.dcm", "other.dcm"]
    assert {reason for _, reason in rows} == {"Rejected: A child."}
    assert listed.table.item(0, 0).toolTip().endswith(f"films/{rows[0][0]}")
    assert listed.focusWidget() is listed.table
    QTest.keyClick(listed.table, Qt.Key.Key_Down)  # whole, without a mouse
    assert (listed.place.text(), listed.whole.text()) == (str(folder / rows[1][0]), "Rejected: A child.")
    listed.close()
    app.window.commands.run("view.hide_identity")
    hidden = not_scored(dialog, qtbot)
    assert [hidden.table.item(row, 0).text() for row in range(3)] == ["File 1", "File 2", "File 3"]
    assert (hidden.place.text(), hidden.whole.text()) == ("", "Rejected: A child.")
    hidden.close()


def not_scored(dialog: LibraryDialog, qtbot: Any) -> NotScoredDialog:
    def lists() -> list[NotScoredDialog]:
        return [one for one in dialog.findChildren(NotScoredDialog) if one.isVisible()]

    dialog.not_scored.click()
    qtbot.waitUntil(lambda: bool(lists()), timeout=60_000)
    return lists()[-1]


@pytest.mark.parametrize(
    ("hidden", "names"), [(False, ["a.dcm", "a.dcm", "b.dcm"]), (True, ["File 1", "File 1", "File 2"])]
)
def test_a_film_that_two_heads_could_not_score_is_one_film_in_the_list_of_reasons(
    qtbot: Any, hidden: bool, names: list[str]
) -> None:
    lines = (("a.dcm", "One · Rejected"), ("a.dcm", "Two · Rejected"), ("b.dcm", "One · Failed"))
    listed = NotScoredDialog([NotScored(Path("/x", name), why) for name, why in lines], hidden=hidden)
    qtbot.addWidget(listed)
    assert listed.column.itemAt(0).widget().text() == "2 films that a model did not score"
    assert [listed.table.item(row, 0).text() for row in range(3)] == names


@pytest.mark.parametrize(
    ("why", "shown"),
    [
        (
            msg("This is {name}; the model reads plain chest radiographs only.", name="X"),
            "拒绝：这是X；模型只读取胸部 X 线平片。",
        ),
        (
            msg("The picture does not look like the frontal chest films this model was trained on; read it unaided."),
            "拒绝：该图像与此模型训练所用的正位胸片不相似；请自行阅片。",
        ),
    ],
)
def test_after_a_restart_the_reasons_are_listed_in_the_language_of_the_window(
    app: Any, make_app: Any, qtbot: Any, folder: Path, why: str, shown: str
) -> None:
    scorer = FakeScorer()
    scorer.answers = Refusing(why)
    app.room.start_heads(lambda: [plan_of(scorer)])
    qtbot.waitUntil(lambda: bool(app.room.findings.scorers), timeout=60_000)
    dialog = filled(app, qtbot, folder)
    app.room.library.score(None)
    qtbot.waitUntil(lambda: dialog.not_scored.text() == "3 not fully scored: why?", timeout=60_000)
    qtbot.waitUntil(lambda: "0 images were scored" in dialog.scoring.text(), timeout=60_000)
    app.window.language_chosen.emit("zh_CN")
    app.window.close()
    again = make_app()
    try:
        again.start(())
        dialog = opened(again, qtbot)
        qtbot.waitUntil(dialog.not_scored.isVisible, timeout=60_000)
        listed = not_scored(dialog, qtbot)
        assert {listed.table.item(row, 1).text() for row in range(3)} == {shown}
        listed.close()
    finally:
        again.window.close()
        language.install("en")


def comparisons(app: Any) -> list[ScoreChangeDialog]:
    return list(app.window.findChildren(ScoreChangeDialog))


class Refusing(dict[Any, Any]):
    """Rejects every image."""

    def __init__(self, why: str = "A child.") -> None:
        self.why = why

    def get(self, key: Any, other: Any = None) -> Any:
        return RejectedError(Rejection(RejectionCode.CHILD, self.why))


def test_current_and_prior_blink_in_one_place_and_their_scores_are_compared(app: Any, qtbot: Any, folder: Path) -> None:
    app.room.start_heads(lambda: [plan_of(FakeScorer())])
    qtbot.waitUntil(lambda: bool(app.room.findings.scorers), timeout=60_000)
    dialog = filled(app, qtbot, folder)
    app.room.library.open(dialog.model.key(0))
    qtbot.waitUntil(lambda: shown(app) == [("2025-03-18", True), ("2024-01-05", True)], timeout=60_000)
    qtbot.waitUntil(lambda: not app.jobs.busy, timeout=60_000)
    seen = []
    for _ in range(3):
        app.window.commands.run("viewport.blink")
        seen.append([date for date, _ in shown(app)])
        assert app.window._status.text().startswith("Blinking: the same key")
    assert seen == [["2025-03-18"], ["2024-01-05"], ["2025-03-18"]]
    app.window.commands.run("viewport.single")
    assert app.window._status.text() == ""
    qtbot.waitUntil(lambda: isinstance(app.window.findings.state, Shown) and not app.jobs.busy, timeout=60_000)
    app.window.commands.run("ai.compare")  # the prior was scored beside it
    qtbot.waitUntil(lambda: bool(app.window.findChildren(ScoreChangeDialog)), timeout=60_000)
    changes: ScoreChangeDialog = app.window.findChildren(ScoreChangeDialog)[-1]
    assert changes.table.rowCount() == 3 and changes.table.item(0, 3).text() == "0"
    words = [one.text() for one in changes.findChildren(QLabel)]
    assert words[0] == "MUSTERMANN, ERIKA   ID 4711\nThe film of 2025-03-18 against that of 2024-01-05."
    assert [changes.table.horizontalHeaderItem(column).text() for column in (1, 2)] == ["Newer film", "Prior"]
    changes.close()
    changes.setObjectName("closed")
    app.window.commands.run("view.hide_identity")
    app.window.commands.run("ai.compare")
    qtbot.waitUntil(lambda: "closed" not in [one.objectName() for one in comparisons(app)[-1:]], timeout=60_000)
    hidden = comparisons(app)[-1]
    assert not any("MUSTERMANN" in one.text() or "4711" in one.text() for one in hidden.findChildren(QLabel))
    hidden.close()


def test_scores_that_the_library_kept_are_compared_and_drawn_over_time(app: Any, qtbot: Any, folder: Path) -> None:
    scorer = FakeScorer()
    app.room.start_heads(lambda: [plan_of(scorer)])
    qtbot.waitUntil(lambda: bool(app.room.findings.scorers), timeout=60_000)
    dialog = filled(app, qtbot, folder)
    app.room.library.score(None)
    settled(app, dialog, qtbot)
    qtbot.waitUntil(lambda: dialog.state.scoring.text.startswith("3 images were scored"), timeout=60_000)
    app.window.commands.run("view.timeline")
    app.room.library.open(dialog.model.key(0))
    qtbot.waitUntil(lambda: shown(app) == [("2025-03-18", True), ("2024-01-05", True)], timeout=60_000)
    strip = app.window.timeline
    qtbot.waitUntil(
        lambda: not app.jobs.busy and len(strip.state.items) == 2 and len(strip.model._pictures) == 2, timeout=60_000
    )
    # The prior was never the active one: its scores are the library's.
    old, new = strip.state.items
    assert [(item.title, item.current, item.shown) for item in (old, new)] == [
        ("2024-01-05", False, True), ("2025-03-18", True, True),
    ]  # fmt: skip
    assert strip.state.rows == ("Cardiomegaly", "Pleural effusion")
    assert [item.points[0].text for item in (old, new)] == ["62 %", "62 %"] and new.points[0].joined
    state = app.window.findings.state
    assert isinstance(state, Shown) and state.prior.startswith("Against the prior of 2024-01-05")
    assert state.above[0].change == "no change shown · prior 62 % · 0"
    app.window.commands.run("ai.compare")
    qtbot.waitUntil(lambda: bool(app.window.findChildren(ScoreChangeDialog)), timeout=60_000)
    changes: ScoreChangeDialog = app.window.findChildren(ScoreChangeDialog)[-1]
    assert changes.table.rowCount() == 3 and changes.table.item(0, 5).text() == "no change shown"
    changes.close()

    app.window.commands.run("view.hide_identity")
    assert [item.title for item in strip.state.items] == ["Study 2", "Study 1"]
    app.window.commands.run("view.hide_identity")


def test_the_list_of_open_images_says_what_the_library_has_scored_before_anybody_opens_them(
    app: Any, qtbot: Any, folder: Path
) -> None:
    write(folder, "older", "MUSTERMANN^ERIKA", "4711", "20220105")
    scorer = FakeScorer()
    app.room.start_heads(lambda: [plan_of(scorer)])
    qtbot.waitUntil(lambda: bool(app.room.findings.scorers), timeout=60_000)
    dialog = filled(app, qtbot, folder)
    app.room.library.score(None)
    qtbot.waitUntil(lambda: dialog.state.scoring.text.startswith("4 images were scored"), timeout=60_000)
    settled(app, dialog, qtbot)
    ran = len(scorer.ran)
    app.room.library.open(dialog.model.key(0))

    def states() -> list[str]:
        model = app.window.worklist.model
        rows = [model.row(number) for number in range(model.rowCount())]
        return [row.state for row in rows if row.kind is RowKind.IMAGE]

    qtbot.waitUntil(lambda: not app.jobs.busy and states() == ["2 flagged"] * 3, timeout=60_000)
    assert len(scorer.ran) == ran + 2  # the two on the screen; the third was not scored again
    app.window.commands.run("ai.on")
    assert states() == ["2 flagged", "2 flagged", "not scored yet"]  # who reads without the AI is told nothing new
    app.window.commands.run("ai.on")
    qtbot.waitUntil(lambda: not app.jobs.busy and states() == ["2 flagged"] * 3, timeout=60_000)


def test_a_study_that_only_the_library_knows_opens_beside_the_current_one_by_key(
    app: Any, qtbot: Any, folder: Path
) -> None:
    filled(app, qtbot, folder).close()
    app.window.commands.run("view.timeline")
    app.window.open_paths((folder / "new.dcm",))
    strip = app.window.timeline
    qtbot.waitUntil(lambda: len(strip.state.items) == 2 and not app.jobs.busy, timeout=60_000)
    assert [item.current for item in strip.state.items] == [False, True]
    strip.list.setFocus()
    QTest.keyClick(strip.list, Qt.Key.Key_Left)
    QTest.keyClick(strip.list, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: shown(app) == [("2025-03-18", True), ("2024-01-05", True)], timeout=60_000)
    assert app.room.viewports.active.number == 0
    QTest.keyClick(strip.list, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: shown(app) == [("2024-01-05", True), ("2024-01-05", True)], timeout=60_000)
    app.window.commands.run("file.close_all")
    assert strip.state.items == ()


def test_one_click_opens_beside_and_two_in_place(app: Any, qtbot: Any, folder: Path) -> None:
    app.window.commands.run("view.timeline")
    app.window.open_paths((folder / "new.dcm", folder / "old.dcm"))
    strip = app.window.timeline
    qtbot.waitUntil(lambda: len(strip.state.items) == 2 and not app.jobs.busy, timeout=60_000)
    opened: list[tuple[str, bool]] = []
    strip.opened.connect(lambda key, beside: opened.append((key, beside)))
    middle = strip.list.visualRect(strip.model.index(0)).center()
    QTest.mouseClick(strip.list.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert opened == []  # a second click may follow
    qtbot.waitUntil(lambda: len(opened) == 1, timeout=60_000)
    QTest.mouseDClick(strip.list.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    qtbot.waitUntil(lambda: len(opened) == 2, timeout=60_000)
    assert [beside for _, beside in opened] == [True, False]
    qtbot.waitUntil(lambda: not app.jobs.busy, timeout=60_000)


def test_scores_of_two_models_or_recipes_have_no_difference() -> None:
    now = prediction((0.62, 0.41, 0.08, 0.9))
    before = prediction((0.30, 0.41, 0.20, 0.1))
    changes = score_changes([scored(now)], [scored(before)], {"test.head": "Head"})
    assert [change.change for change in changes] == ["+32", "0", "\u221212"]
    for other in (replace(before, model_sha256="0" * 64), replace(before, recipe_digest="other")):
        assert score_changes([scored(now)], [scored(other)], {}) == ()


def test_hang_like_this_writes_a_rule_that_hangs_the_next_study_alike(
    app: Any, qtbot: Any, folder: Path, tmp_path: Path
) -> None:
    dialog = filled(app, qtbot, folder)
    key = dialog.model.key(0)
    app.room.library.open(key)
    qtbot.waitUntil(lambda: shown(app) == [("2025-03-18", True), ("2024-01-05", True)], timeout=60_000)
    qtbot.waitUntil(lambda: not app.jobs.busy, timeout=60_000)
    left, right = (app.room.viewports.pane(number).entry.key for number in (0, 1))
    app.room.open_in(0, right)
    app.room.open_in(1, left)
    qtbot.waitUntil(lambda: shown(app) == [("2024-01-05", True), ("2025-03-18", True)], timeout=60_000)
    app.window.commands.run("library.hang_like_this")
    qtbot.waitUntil(lambda: "Own 1" in app.window._status.text(), timeout=60_000)
    (rules,) = (tmp_path / "home").rglob("hanging.toml")
    assert [place.show for place in read_rules(rules.read_text("utf-8"))[0].places] == ["prior", "current"]
    app.room.library.open(key)
    qtbot.waitUntil(lambda: shown(app) == [("2024-01-05", True), ("2025-03-18", True)], timeout=60_000)
    assert app.room.viewports.active.number == 1
    rules.write_text("format = 1\nrule = 3\n", "utf-8")
    app.room.library.open(key)
    qtbot.waitUntil(lambda: "hanging rules are not used" in app.window._status.text(), timeout=60_000)


def test_the_library_of_a_newer_version_is_left_alone_and_the_dialog_says_so(
    app: Any, qtbot: Any, tmp_path: Path
) -> None:
    index = AppPaths.under(tmp_path / "home").cache / "library" / "index.sqlite"
    Index(index).close()
    with contextlib.closing(sqlite3.connect(index)) as database:
        database.execute("PRAGMA user_version = 999")
    app.window.commands.run("library.open")
    dialog: LibraryDialog = app.window.findChildren(LibraryDialog)[-1]
    qtbot.waitUntil(lambda: "newer version" in dialog.message.text(), timeout=60_000)
    assert not dialog.add_folder.isEnabled() and not dialog.scan_button.isEnabled()
    dialog.search.setText("anything")
    qtbot.waitUntil(lambda: not dialog._typed.isActive(), timeout=60_000)
    app.room.library.mark([1], StudyStatus.READ)
    qtbot.waitUntil(lambda: not app.jobs.busy, timeout=60_000)
    assert "newer version" in dialog.message.text()


def test_a_file_of_another_program_in_the_place_of_the_index_is_said_whoever_opens_the_library_first(
    app: Any, qtbot: Any, folder: Path, tmp_path: Path
) -> None:
    path = AppPaths.under(tmp_path / "home").cache / "library" / "index.sqlite"
    path.parent.mkdir(parents=True)
    with contextlib.closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("CREATE TABLE study (title TEXT)")
    app.window.open_paths((folder,))  # the search for a prior opens the library, without its window
    qtbot.waitUntil(lambda: app.room.library.stores is not None and not app.jobs.busy, timeout=60_000)
    assert "another program" in opened(app, qtbot).state.notice


def test_closing_while_scanning_is_quick_and_the_scan_goes_on_the_next_time(
    app: Any, make_app: Any, qtbot: Any, tmp_path: Path
) -> None:
    images = tmp_path / "films"
    for number in range(60):
        write(images, f"image{number}", f"PATIENT^N{number}", f"P{number}", "20250318")
    opened(app, qtbot)
    app.room.library.add((images,))
    qtbot.waitUntil(lambda: app.room.library.scans.running, timeout=60_000)
    start = time.perf_counter()
    app.window.close()
    assert time.perf_counter() - start < 5
    assert not [one for one in threading.enumerate() if one.name.startswith("cxr-")]
    again = make_app()
    again.start(())
    dialog = opened(again, qtbot)
    dialog.scan_button.click()
    settled(again, dialog, qtbot)
    assert dialog.model.rowCount() == 60


class HeldScan(IndexScan):
    """Does nothing until it may."""

    go = False

    def step(self, cancel: CancelToken, seconds: float = 0.25) -> ScanState:
        cancel.raise_if_cancelled()
        return super().step(cancel, seconds) if self.go else self.state


def test_a_stopped_scan_keeps_what_it_read_and_resumes(
    app: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cxrviewer.presenters.library_scans.IndexScan", HeldScan)
    images = tmp_path / "films"
    for number in range(60):
        write(images, f"image{number}", f"PATIENT^N{number}", f"P{number}", "20250318")
    dialog = opened(app, qtbot)
    app.room.library.add((images,))
    qtbot.waitUntil(lambda: dialog.state.scanning and dialog.scan_button.isEnabled(), timeout=60_000)
    assert dialog.scan_button.text() == "&Stop"
    dialog.scan_button.click()
    qtbot.waitUntil(lambda: not app.jobs.busy, timeout=60_000)
    assert "Resume continues" in dialog.progress.text() and dialog.scan_button.text() == "Re&sume"
    assert dialog.folders.item(0).text().endswith("not scanned to its end")
    monkeypatch.setattr(HeldScan, "go", True)
    dialog.scan_button.click()
    settled(app, dialog, qtbot)
    assert dialog.model.rowCount() == 60 and dialog.scan_button.text() == "&Scan again"


def test_removing_a_folder_while_folders_are_scanned_goes_on_with_the_others(
    app: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cxrviewer.presenters.library_scans.IndexScan", HeldScan)
    for place, name in (("going", "a"), ("staying", "b")):
        write(tmp_path / place, name, "PATIENT^P", name, "20250318")
    dialog = opened(app, qtbot)
    app.room.library.add((tmp_path / "going", tmp_path / "staying"))
    qtbot.waitUntil(lambda: dialog.state.scanning and len(dialog.state.roots) == 2, timeout=60_000)
    monkeypatch.setattr(HeldScan, "go", True)
    app.room.library.remove([dialog.state.roots[0].id])
    settled(app, dialog, qtbot)
    assert cells(dialog, Column.ID) == ["b"] and [root.state for root in dialog.state.roots] == [""]
    assert dialog.progress.text() == "Scan complete: 1 read, 0 unchanged, 0 gone."
    assert "1 folder is no longer listed" in dialog.state.notice


def test_the_copy_of_a_disc_is_deleted_only_after_a_question_whose_default_is_to_keep_it(
    app: Any, qtbot: Any, folder: Path
) -> None:
    dialog = filled(app, qtbot, folder)
    discs = app.room.library.discs.home
    copies = [discs / "a", discs / "b"]
    for number, copy in enumerate(copies):
        write(copy, f"c{number}", "PATIENT^P", f"P{number}", "20250318")
    app.room.library._add([(copy, f"DISC {copy.name} (copy)") for copy in copies])
    qtbot.waitUntil(lambda: len(dialog.state.roots) == 3, timeout=60_000)
    settled(app, dialog, qtbot)

    def ask(*rows: int) -> QMessageBox:
        dialog.folders.clearSelection()
        for row in rows:
            dialog.folders.item(row).setSelected(True)
        dialog.remove.click()
        return dialog.question

    for leave in (Qt.Key.Key_Return, Qt.Key.Key_Escape):
        box = ask(1)
        assert "Delete “DISC a (copy)” from this computer?" in box.text() and box.isVisible()
        assert "Undo does not bring the files back" in box.informativeText()
        assert "other chosen folders" not in box.informativeText()
        QTest.keyClick(box, leave)
        settled(app, dialog, qtbot)
        assert len(dialog.state.roots) == 3 and copies[0].exists()
    box = ask(0, 1, 2)
    assert "Delete 2 copies of discs" in box.text() and "other chosen folders" in box.informativeText()
    QTest.keyClick(box, Qt.Key.Key_Escape)
    box = ask(1)
    next(button for button in box.buttons() if button.text() == "&Delete").click()
    qtbot.waitUntil(lambda: len(dialog.state.roots) == 2, timeout=60_000)
    settled(app, dialog, qtbot)
    assert [copy.exists() for copy in copies] == [False, True]
    dialog.folders.clearSelection()
    dialog.folders.item(0).setSelected(True)
    dialog.remove.click()  # a folder is only forgotten, which undo takes back: nothing is asked
    qtbot.waitUntil(lambda: len(dialog.state.roots) == 1, timeout=60_000)
    settled(app, dialog, qtbot)


@pytest.mark.parametrize("key", [Qt.Key.Key_Down, Qt.Key.Key_Up])
def test_the_first_arrow_key_chooses_the_first_folder_and_the_first_study(
    app: Any, qtbot: Any, folder: Path, key: Qt.Key
) -> None:
    dialog = filled(app, qtbot, folder)
    for view in (dialog.folders, dialog.table):
        view.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(view, key)
        assert view.currentIndex().row() == 0 and view.selectionModel().isSelected(view.currentIndex())
    QTest.keyClick(dialog.table, Qt.Key.Key_Down)
    assert dialog.table.selected_rows() == [1]


def test_a_folder_that_was_removed_comes_back_by_undo_in_its_turn(app: Any, qtbot: Any, folder: Path) -> None:
    dialog = filled(app, qtbot, folder)
    library = app.room.library
    library.watch([dialog.state.roots[0].id], on=True)
    library.write_note(dialog.model.key(0), "kept")
    settled(app, dialog, qtbot)
    dialog.folders.item(0).setSelected(True)
    dialog.remove.click()
    settled(app, dialog, qtbot)
    assert not dialog.state.roots and dialog.model.rowCount() == 0 and dialog.undo.isEnabled()
    dialog.undo.click()
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 3, timeout=60_000)
    settled(app, dialog, qtbot)
    assert cells(dialog, Column.NOTE)[0] == "kept" and dialog.state.roots[0].watched
    dialog.undo.click()  # the note was written before
    qtbot.waitUntil(lambda: cells(dialog, Column.NOTE)[0] == "", timeout=60_000)
    settled(app, dialog, qtbot)
    assert dialog.model.rowCount() == 3 and not dialog.undo.isEnabled()


def test_columns_that_are_chosen_sorted_and_resized_are_as_they_were_left(
    app: Any, make_app: Any, qtbot: Any, folder: Path
) -> None:
    dialog = filled(app, qtbot, folder)
    dialog._show_column(PLACES[Column.ACCESSION], on=False)
    dialog.table.setColumnWidth(PLACES[Column.NAME], 333)
    dialog.table.sortByColumn(PLACES[Column.NAME], Qt.SortOrder.AscendingOrder)
    settled(app, dialog, qtbot)
    names = cells(dialog, Column.NAME)
    assert names[2].startswith("YAMADA")
    app.window.close()
    again = make_app()
    again.start(())
    dialog = opened(again, qtbot)
    settled(again, dialog, qtbot)
    assert dialog.table.isColumnHidden(PLACES[Column.ACCESSION])
    assert dialog.table.columnWidth(PLACES[Column.NAME]) == 333
    assert cells(dialog, Column.NAME) == names


def test_the_first_click_on_a_title_shows_most_findings_the_newest_study_or_the_first_name(
    app: Any, qtbot: Any, folder: Path
) -> None:
    dialog = filled(app, qtbot, folder)
    app.room.library.list.sort(Column.BIRTH_DATE, descending=False)
    header = dialog.table.horizontalHeader()
    for column, descending in ((Column.FLAG, True), (Column.STATUS, False), (Column.DATE, True), (Column.DATE, False)):
        place = header.sectionViewportPosition(PLACES[column]) + 20
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place, header.height() // 2))
        assert app.room.library.list.order == (column, descending)


def test_the_list_is_sorted_by_the_keyboard(app: Any, qtbot: Any) -> None:
    dialog = opened(app, qtbot)

    def orders() -> QMenu:
        dialog.columns_button.click()
        menu = dialog.findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly)[-1]
        submenu = menu.actions()[0].menu()
        assert isinstance(submenu, QMenu)
        return submenu

    def choose(words: str) -> None:
        menu = orders()
        next(action for action in menu.actions() if action.text() == words).trigger()
        menu.parentWidget().close()

    dialog._show_column(PLACES[Column.ACCESSION], on=False)
    choose("AI findings")
    assert app.room.library.list.order == (Column.FLAG, True)
    choose("Ascending")
    assert app.room.library.list.order == (Column.FLAG, False)
    menu = orders()
    assert [action.text() for action in menu.actions() if action.isChecked()] == ["AI findings", "Ascending"]
    assert "Accession" not in [action.text() for action in menu.actions()]
    menu.parentWidget().close()


def test_the_rules_are_explained_for_the_open_study_and_changed_in_their_dialog(
    app: Any, qtbot: Any, folder: Path, tmp_path: Path
) -> None:
    dialog = filled(app, qtbot, folder)
    app.room.library.open(dialog.model.key(0))
    qtbot.waitUntil(lambda: shown(app) == [("2025-03-18", True), ("2024-01-05", True)], timeout=60_000)
    app.window.commands.run("library.hanging_rules")
    rules: HangingDialog = app.window.findChildren(HangingDialog)[-1]
    qtbot.waitUntil(lambda: any(row.applies for row in rules.state.rows) and not app.jobs.busy, timeout=60_000)
    verdicts = {row.name: row.verdict for row in rules.state.rows}
    assert verdicts["Frontal beside its prior"] == "hangs the present study"
    assert verdicts["Frontal and lateral"].startswith("place 2 stays empty: current study, lateral")
    assert verdicts["One image"].startswith("would fit")
    rules.present.click()
    qtbot.waitUntil(lambda: rules.state.rows[0].applies and not app.jobs.busy, timeout=60_000)
    assert rules.state.rows[0].name == "Own 1"
    item = rules.table.item(0, 0)
    assert item is not None
    item.setCheckState(Qt.CheckState.Unchecked)
    qtbot.waitUntil(lambda: rules.state.rows[0].verdict == "switched off" and not app.jobs.busy, timeout=60_000)
    rules.table.setFocus()
    rules.table.selectRow(0)
    QTest.keyClick(rules.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: rules.state.rows[0].name != "Own 1" and not app.jobs.busy, timeout=60_000)
    rules.undo.click()
    qtbot.waitUntil(lambda: rules.state.rows[0].name == "Own 1" and not app.jobs.busy, timeout=60_000)
    (own, *_) = read_rules((tmp_path / "home" / "config" / "hanging.toml").read_text("utf-8"))
    assert (own.name, own.enabled) == ("Own 1", False)
    rules.close()


def test_a_rule_is_renamed_by_keyboard_and_a_name_that_is_taken_is_declined(app: Any, qtbot: Any) -> None:
    app.window.commands.run("library.hanging_rules")
    rules: HangingDialog = app.window.findChildren(HangingDialog)[-1]
    qtbot.waitUntil(lambda: bool(rules.state.rows) and not app.jobs.busy, timeout=60_000)

    def rename(name: str, after: Any) -> None:
        rules.table.setCurrentCell(1, 0)
        QTest.keyClick(rules.table, Qt.Key.Key_Return)
        field = rules.table.indexWidget(rules.table.currentIndex())
        assert isinstance(field, QLineEdit)
        field.selectAll()
        QTest.keyClicks(field, name)
        QTest.keyClick(field, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: after() and not app.jobs.busy, timeout=60_000)
        item = rules.table.item(1, 0)
        assert item is not None and item.text() == "Ward"

    rename("Ward", lambda: rules.state.rows[1].name == "Ward")
    rename("One image", lambda: rules.notice.text() == "Another rule has this name.")
    rules.undo.click()
    qtbot.waitUntil(lambda: rules.state.rows[1].name == "Portable series of three in time order", timeout=60_000)
    rules.close()


def test_undo_that_fills_an_empty_list_leaves_the_keyboard_where_the_space_bar_closes_nothing(
    app: Any, qtbot: Any, folder: Path
) -> None:
    dialog = filled(app, qtbot, folder)
    app.room.library.remove([dialog.state.roots[0].id])
    qtbot.waitUntil(lambda: dialog.undo.isEnabled() and not dialog.table.isVisible(), timeout=60_000)
    dialog.undo.setFocus()
    dialog.undo.click()
    qtbot.waitUntil(lambda: not dialog.undo.isEnabled(), timeout=60_000)
    assert dialog.focusWidget() is dialog.search
    settled(app, dialog, qtbot)
