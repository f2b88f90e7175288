"""Hide identity: no text of any widget names who or when, whatever is open."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit

from cxrviewer.qt.dialogs import SkippedDialog
from cxrviewer.studies.library import ImageEntry
from tests.fakes import fake_image, header
from tests.qt.identity import texts

SECRETS = {
    "family name": "Mustermann",
    "given name": "Erika",
    "patient ID": "PID-7741",
    "birth date": "1961-02-03",
    "age": "63 y",
    "study date": "2026-11-01",
    "older study date": "2024-05-06",
    "study time": "16:47",
    "study description": "Thorax Frau M.",
    "series description": "PA Frau M.",
    "accession number": "ACC-99120",
    "study UID": "1.2.99.1",
    "file name": "mustermann",
    "folder": "Frau-M",
}


def who(number: int, **more: Any) -> Any:
    return header(
        "Mustermann^Erika", patient_id=SECRETS["patient ID"], birth_date=SECRETS["birth date"], age="063Y", sex="F",
        study_uid=f"1.2.99.{number}", series_uid=f"1.2.99.{number}.1", sop_instance_uid=f"1.2.99.{number}.1.1",
        study_time="16:47", study_description=SECRETS["study description"],
        accession_number=SECRETS["accession number"],
        **{"study_date": SECRETS["study date"], "series_description": SECRETS["series description"], **more},
    )  # fmt: skip


@pytest.fixture
def fixture(make_window: Any) -> Any:
    # Widgets that other tests left behind are none of this window.
    gc.collect()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    images = {
        "mustermann.dcm": fake_image(key="a"),
        "mustermann-2024.dcm": fake_image(key="b"),
        "other.dcm": fake_image(key="c"),
    }
    headers = {
        "mustermann.dcm": who(1, series_description=""),
        "mustermann-2024.dcm": who(2, study_date=SECRETS["older study date"]),
        "other.dcm": header("OTHER", study_date="2020-01-01"),
    }
    made = make_window(images=images, headers=headers)
    (made.folder / "mustermann.txt").write_text("no image")
    made.window.last_folder = str(Path("/discs/Frau-M"))
    return made.open()


def given_away() -> dict[str, list[str]]:
    """Return which identities are found, and where."""
    all_texts = texts()
    places = {what: [text for text in all_texts if secret.lower() in text.lower()] for what, secret in SECRETS.items()}
    return {what: where for what, where in places.items() if where}


def test_without_hiding_identity_is_where_it_always_is(fixture: Any) -> None:
    found = given_away()
    # What a reader needs is shown; otherwise the test below would find nothing because there is nothing.
    shown = ("family name", "given name", "patient ID", "birth date", "age", "study date", "older study date",
             "study time", "study description", "series description", "file name")  # fmt: skip
    assert set(shown) <= set(found)


def test_one_key_takes_identity_from_every_text_of_the_window_and_back(fixture: Any) -> None:
    before = texts()
    QTest.keyClick(fixture.window.canvas, Qt.Key.Key_F9)
    assert given_away() == {}
    assert fixture.window.action("view.hide_identity").isChecked()
    assert fixture.window._hidden.isVisible()
    assert fixture.window.canvas.words()["identity"] == "Patient 1 · Study 2\nCHEST PA"
    QTest.keyClick(fixture.window.canvas, Qt.Key.Key_F9)
    assert sorted(texts()) == sorted(before)


def test_everything_that_happens_while_identity_is_hidden_keeps_it_hidden(fixture: Any) -> None:
    fixture.room.privacy.toggle()
    fixture.window.action("viewport.layout_1x2").trigger()
    fixture.room.open_in(1, fixture.key("mustermann-2024.dcm"))
    fixture.jobs.release_all()
    assert given_away() == {}
    fixture.window.action("viewport.prior").trigger()
    fixture.jobs.release_all()
    fixture.window.worklist.search.setText("mustermann")  # covered: it may have been typed before
    assert fixture.window.worklist.search.echoMode() is QLineEdit.EchoMode.Password
    assert [row.title for row in rows(fixture)] == ["Patient 1", "Study 1", "CHEST PA", "Study 2", "CHEST PA"]
    assert given_away() == {}
    fixture.images["other.dcm"] = ValueError("Mustermann")
    fixture.room.worklist.search("")
    fixture.room.worklist.select(fixture.key("other.dcm"))
    fixture.jobs.release_all()
    assert given_away() == {}
    dialog = SkippedDialog(fixture.room.worklist.skipped, fixture.window, hidden=fixture.room.privacy.hidden)
    assert dialog.table.item(0, 0).text() == "File 1"
    assert given_away() == {}
    dialog.close()


def test_dialogs_that_are_opened_while_identity_is_hidden_name_nobody(fixture: Any) -> None:
    fixture.window.commands.run("ai.agree")
    for id_ in ("file.report", "file.readings", "ai.audit", "help.shortcuts", "help.about"):
        fixture.room.privacy.set_hidden(hidden=False)
        fixture.window.commands.run(id_)
        fixture.jobs.release_all()
        fixture.room.paperwork.report.name_patient(named=True)
        fixture.room.privacy.set_hidden(hidden=True)
        assert given_away() == {}, id_
    fixture.room.privacy.set_hidden(hidden=False)
    assert "family name" in given_away()  # the report, which was told to name the patient
    for dialog in fixture.window.findChildren(QDialog):
        dialog.close()


def rows(fixture: Any) -> list[Any]:
    model = fixture.window.worklist.model
    return [model.row(number) for number in range(model.rowCount())]


def test_numbers_stay_with_their_patients_while_the_list_is_searched(fixture: Any) -> None:
    fixture.room.privacy.toggle()
    numbered = {row.key: row.title for row in rows(fixture)}
    assert sorted(title for title in numbered.values() if title.startswith("Patient")) == ["Patient 1", "Patient 2"]
    fixture.room.worklist.search("2024")
    assert [row.title for row in rows(fixture)] == ["Patient 1", "Study 2", "CHEST PA"]
    fixture.room.worklist.search("other")
    assert rows(fixture)[0].title == "Patient 2"


def test_a_hidden_identity_is_still_hidden_when_the_program_starts_again(make_app: Any) -> None:
    app = make_app()
    app.window.action("view.hide_identity").trigger()
    app.window.close()
    again = make_app()
    assert again.room.privacy.hidden
    assert again.window.action("view.hide_identity").isChecked()


def test_dialogs_for_files_do_not_start_in_a_folder_that_may_name_a_patient(fixture: Any, monkeypatch: Any) -> None:
    from PySide6.QtWidgets import QFileDialog

    started: list[str] = []
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *args: (started.append(args[2]), ([], ""))[1])
    fixture.window.last_folder = str(fixture.folder)
    fixture.window.action("file.open_files").trigger()
    fixture.room.privacy.toggle()
    fixture.window.action("file.open_files").trigger()
    assert started == [str(fixture.folder), ""]
    QApplication.processEvents()


def test_a_hidden_row_has_no_file_name_in_place_of_a_missing_description() -> None:
    from cxrviewer.presenters.worklist_rows import image_row

    entry = ImageEntry(Path("/films/mustermann.dcm"), who(1, series_description=""))
    assert image_row(entry, None).detail == "DX · mustermann.dcm"
    assert image_row(entry, None, hidden=True).detail == "DX"


def test_a_study_has_one_number_in_list_timeline_and_viewports_that_stays(fixture: Any) -> None:
    room = fixture.room
    fixture.window.commands.run("view.timeline")
    fixture.window.action("viewport.layout_1x2").trigger()
    room.open_in(1, fixture.key("mustermann.dcm"))
    fixture.jobs.release_all()
    room.privacy.toggle()
    assert [row.title for row in rows(fixture) if row.title.startswith("Study")][:2] == ["Study 1", "Study 2"]
    assert [(item.title, item.current) for item in fixture.window.timeline.state.items] == [
        ("Study 2", False), ("Study 1", True),
    ]  # fmt: skip
    shown = [fixture.window.viewports.canvas(number).words()["identity"].splitlines()[0] for number in (0, 1)]
    assert shown == ["Patient 1 · Study 2", "Patient 1 · Study 1"]
    fixture.images["newest.dcm"] = fake_image(key="newest")
    fixture.headers["newest.dcm"] = who(9, study_date="2027-01-01")
    (fixture.folder / "newest.dcm").write_bytes(b"x")
    room.open_paths((fixture.folder / "newest.dcm",))
    fixture.jobs.release_all()
    titles = [row.title for row in rows(fixture) if row.title.startswith(("Patient", "Study"))]
    assert titles[:4] == ["Patient 1", "Study 3", "Study 1", "Study 2"]
