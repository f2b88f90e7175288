"""A folder from end to end in the real window: the prior hangs, blink, sort by flag, search, close, reopen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pydicom
import pytest
from pydicom.encaps import encapsulate
from pydicom.uid import JPEG2000Lossless
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from cxrviewer.presenters.findings import Shown
from cxrviewer.studies.index.worklist import Column
from cxrviewer.workspace.layout import Layout
from tests.fakes import FakeScorer
from tests.qt.test_library import app, cells, filled, folder, settled, shown, write
from tests.qt.window_fixture import plan_of
from tests.unit.test_presenters_library_priors import stored

__all__ = ["app", "folder"]  # fixtures

BESIDE = [("2025-03-18", True), ("2024-01-05", True)]


def quiet(app: Any, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: not app.jobs.busy, timeout=60_000)


def press(app: Any, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(app.window, key)
        QApplication.processEvents()


def test_a_folder_is_read_with_its_prior_searched_closed_and_opened_as_it_was(
    app: Any, make_app: Any, qtbot: Any, folder: Path
) -> None:
    app.room.start_heads(lambda: [plan_of(FakeScorer())])
    qtbot.waitUntil(lambda: bool(app.room.findings.scorers), timeout=60_000)
    app.window.open_paths((folder,))
    qtbot.waitUntil(lambda: shown(app) == BESIDE, timeout=60_000)  # nobody touched anything
    assert app.room.viewports.active.number == 0
    assert "Frontal beside its prior" in app.window._status.text()
    qtbot.waitUntil(lambda: isinstance(app.window.findings.state, Shown) and not app.jobs.busy, timeout=60_000)

    seen = []
    for _ in range(3):
        press(app, Qt.Key.Key_Backslash)
        seen.append([date for date, _ in shown(app)])
    assert seen == [["2025-03-18"], ["2024-01-05"], ["2025-03-18"]]
    press(app, Qt.Key.Key_E)
    assert shown(app) == BESIDE

    dialog = filled(app, qtbot, folder)
    app.room.library.score(None)
    qtbot.waitUntil(lambda: "scored" in dialog.scoring.text() and not app.jobs.busy, timeout=60_000)
    app.room.library.list.sort(Column.FLAG, descending=True)
    settled(app, dialog, qtbot)
    assert len(cells(dialog, Column.FLAG)) == 3  # sorted, none is hidden
    dialog.search.setText("finding:effusion name:yamada")
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 1, timeout=60_000)
    dialog.close()
    app.window.worklist.search.setText("2024")
    qtbot.waitUntil(lambda: len(app.room.worklist._order) == 1, timeout=60_000)
    app.window.worklist.search.setText("")
    quiet(app, qtbot)
    assert shown(app) == BESIDE

    app.window.commands.run("grey.invert")
    qtbot.waitUntil(lambda: app.room.image.seen.inverted and not app.jobs.busy, timeout=60_000)
    app.window.close()
    again = make_app()
    again.start((folder,))
    qtbot.waitUntil(lambda: shown(again) == BESIDE, timeout=60_000)
    assert again.room.image.seen.inverted
    quiet(again, qtbot)
    assert "rule" not in again.window._status.text()  # restored, not hung anew


def test_a_click_into_the_first_image_keeps_everything_where_it_is(app: Any, qtbot: Any, folder: Path) -> None:
    room = app.room
    hung: list[object] = []
    room.hangs._hang = lambda made, missed: hung.append(made) or True
    scanned = room.hangs.scanned

    def clicked_first() -> None:
        QTest.mouseClick(app.window.canvas.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(9, 9))
        scanned()

    room.hangs.scanned = clicked_first
    app.window.open_paths((folder,))
    qtbot.waitUntil(lambda: len(room.worklist.images()) == 3 and not room.worklist.scanning, timeout=60_000)
    quiet(app, qtbot)
    assert hung == [] and len(shown(app)) == 1


def test_nothing_that_the_window_does_by_itself_counts_as_the_reader(app: Any, qtbot: Any, folder: Path) -> None:
    touched: list[object] = []
    app.room.hangs.touch = lambda: touched.append(1)
    app.window.open_paths((folder,))
    qtbot.waitUntil(lambda: shown(app) == BESIDE, timeout=60_000)
    app.window.resize(1500, 900)
    QApplication.processEvents()
    quiet(app, qtbot)
    assert touched == []


def test_the_first_picture_does_not_flicker_where_it_is_that_of_the_newest_study(
    app: Any, qtbot: Any, folder: Path
) -> None:
    (folder / "new.dcm").rename(folder / "a.dcm")  # read first
    emptied: list[None] = []
    canvas = app.window.canvas
    show_opening = canvas.show_opening

    def opening() -> None:
        emptied.append(None)
        show_opening()

    canvas.show_opening = opening
    app.window.open_paths((folder,))
    qtbot.waitUntil(lambda: shown(app) == BESIDE, timeout=60_000)
    quiet(app, qtbot)
    assert len(emptied) == 1


def damage(path: Path) -> None:
    damaged = pydicom.dcmread(path)
    damaged.file_meta.TransferSyntaxUID = JPEG2000Lossless
    damaged.PixelData = encapsulate([b"no JPEG 2000"])
    damaged["PixelData"].VR = "OB"
    damaged.save_as(path)


def test_a_prior_with_damaged_pixels_is_named_and_the_next_older_one_comes_by_a_click(
    app: Any, qtbot: Any, folder: Path
) -> None:
    write(folder, "older", "MUSTERMANN^ERIKA", "4711", "20200604")
    damage(folder / "old.dcm")
    app.window.open_paths((folder,))
    qtbot.waitUntil(lambda: app.room.viewports.workspace.layout is Layout.TWO, timeout=60_000)
    canvas = app.window.viewports.canvas(1)
    qtbot.waitUntil(canvas._words.offer.isVisible, timeout=60_000)
    quiet(app, qtbot)
    title, reason = canvas._words.texts()["message"].split("\n\n")
    assert title == "The newest prior at hand, of 2024-01-05, cannot be shown" and "damaged" in reason
    assert shown(app) == [("2025-03-18", True), ("2024-01-05", False)]
    QTest.mouseClick(canvas._words.offer, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: shown(app) == [("2025-03-18", True), ("2020-06-04", True)], timeout=60_000)
    assert "Not the newest prior: that of 2024-01-05 cannot be shown." in canvas._words.texts()["notes"]
    assert not canvas._words.offer.isVisible() and app.room.viewports.active.number == 0


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space])
def test_the_next_older_prior_comes_by_tab_and_a_key_and_no_other_viewport_becomes_the_active_one(
    app: Any, qtbot: Any, folder: Path, key: Qt.Key
) -> None:
    write(folder, "older", "MUSTERMANN^ERIKA", "4711", "20200604")
    for name, date in (("new", "20250318"), ("old", "20240105"), ("older", "20200604")):
        uid = pydicom.dcmread(folder / f"{name}.dcm").StudyInstanceUID
        side = {"ViewPosition": "LL", "StudyInstanceUID": uid, "SeriesNumber": "2"}
        write(folder, f"{name} side", "MUSTERMANN^ERIKA", "4711", date, **side)
    damage(folder / "old.dcm")
    app.window.activateWindow()
    app.window.open_paths((folder,))
    qtbot.waitUntil(lambda: app.room.viewports.workspace.layout is Layout.FOUR, timeout=60_000)
    canvas = app.window.viewports.canvas(1)
    qtbot.waitUntil(canvas._words.offer.isVisible, timeout=60_000)
    quiet(app, qtbot)
    app.window.viewports.canvas(0).setFocus()
    for _ in range(2):
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert canvas._words.offer.hasFocus() and app.room.viewports.active.number == 1
    QTest.keyClick(canvas._words.offer, key)
    qtbot.waitUntil(lambda: shown(app)[1] == ("2020-06-04", True), timeout=60_000)
    quiet(app, qtbot)
    assert QApplication.focusWidget() is canvas and app.room.viewports.active.number == 1


def test_going_through_frames_is_the_readers_hand(app: Any) -> None:
    touched: list[object] = []
    app.room.hangs.touch = lambda: touched.append(1)
    bar = app.window.viewports.frame_bar(0)
    bar.requested.emit(1)
    bar.stepped.emit(1)
    bar.play_requested.emit()
    app.window.canvas.frames_stepped.emit(1)
    assert len(touched) == 4


def test_another_patients_file_stands_alone_in_the_window_where_the_program_hung_the_one_before(
    app: Any, qtbot: Any, folder: Path, tmp_path: Path
) -> None:
    who = {"PatientID": "77", "PatientName": "OTHER^ONE", "PatientBirthDate": "19800101"}
    other = stored(tmp_path / "other", 40, "20230401", **who)
    app.window.open_paths((folder,))
    qtbot.waitUntil(lambda: shown(app) == BESIDE, timeout=60_000)
    quiet(app, qtbot)
    press(app, Qt.Key.Key_Backslash)  # only looking
    app.window.open_paths((other,))
    qtbot.waitUntil(lambda: shown(app) == [("2023-04-01", True)], timeout=60_000)
    quiet(app, qtbot)
    assert app.window.viewports.canvas(0).isVisible() and not app.window.viewports.canvas(1).isVisible()
    app.window.commands.run("viewport.layout_1x2")
    QApplication.processEvents()
    assert [date for date, _ in shown(app)] == ["2023-04-01", ""]
