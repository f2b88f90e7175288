"""The tag browser: every element, values cut and hidden, search and copy; read in a worker process."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from cxrviewer.imaging.stamp import HeldFile, StreamState
from cxrviewer.qt.tags_dialog import TagsDialog
from cxrviewer.reports import tags
from cxrviewer.reports.tags import list_tags
from tests.builders.dicom import image_bytes

NAME = "MUSTERMANN^ERIKA"


def data() -> bytes:
    inner = Dataset()
    inner.CodeValue, inner.CodeMeaning = "T1", "Chest"
    person = Dataset()
    person.PersonName, person.CodeMeaning = NAME, "Nurse Doe"
    operators = Dataset()
    operators.PersonIdentificationCodeSequence = [person]
    plain = image_bytes(
        np.zeros((4, 6), np.uint16),
        bits=12,
        PatientName=NAME,
        ImageComments="x" * 500,
        AnatomicRegionSequence=[inner],
        OperatorIdentificationSequence=[operators],
    )
    dataset = pydicom.dcmread(io.BytesIO(plain))
    dataset.add_new(0x00090010, "LO", "CREATOR")
    dataset.add_new(0x00091001, "LO", NAME)
    dataset.add_new(0x00281201, "OW", bytes(20))  # palette data: binary
    out = io.BytesIO()
    dataset.save_as(out)
    return out.getvalue()


def listed(content: bytes) -> Any:
    return list_tags(HeldFile(content, StreamState(len(content), 0, 0, 0, 0)))


def test_rows_say_what_they_hold_and_whether_that_names_anybody() -> None:
    rows = {row.tag: row for row in listed(data()).rows if row.tag}
    assert rows["(0010,0010)"].value == NAME and rows["(0010,0010)"].identifies
    assert rows["(0008,0060)"].value == "DX" and not rows["(0008,0060)"].identifies
    assert len(rows["(0020,4000)"].value) == 300 and rows["(0020,4000)"].length == 500
    assert rows["(0028,1201)"].binary and rows["(0028,1201)"].length == 20
    assert rows["(0009,1001)"].identifies and rows["(0040,1101)"].depth == 2
    assert rows["(7FE0,0010)"].length == 48 and rows["(7FE0,0010)"].binary
    assert rows["(0002,0010)"].value.startswith("1.2.840.10008.1.2") and not rows["(0002,0010)"].identifies
    # Inside of a sequence that the profile removes everything may name somebody.
    inside = [row for row in listed(data()).rows if row.tag == "(0008,0104)"]
    assert {row.value: row.identifies for row in inside} == {"Chest": False, "Nurse Doe": True}


def test_all_text_is_read_in_one_character_set_chosen_or_not() -> None:
    plain = data()
    utf8 = plain.replace(NAME.encode(), "王^小明".encode().ljust(len(NAME)))
    gbk = plain.replace(NAME.encode(), "王^小明".encode("gbk").ljust(len(NAME)))
    gbk = gbk.replace(b"Nurse Doe", "护士王".encode("gbk").ljust(9))
    rows = {row.tag: row.value for row in listed(utf8).rows if row.tag}
    assert rows["(0009,1001)"] == rows["(0010,0010)"] == "王^小明"
    chosen = list_tags(HeldFile(gbk, StreamState(len(gbk), 0, 0, 0, 0)), "GBK").rows
    assert [row.value for row in chosen if row.tag in ("(0009,1001)", "(0010,0010)")] == ["王^小明"] * 2
    assert "护士王" in [row.value for row in chosen if row.tag == "(0008,0104)"]


def test_a_long_header_is_cut_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tags, "MAX_ANSWER", 2_000)
    found = listed(data())
    assert not found.complete and 0 < len(found.rows) < 13


@pytest.fixture
def browser(make_app: Any, qtbot: Any, tmp_path: Path) -> Any:
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "a.dcm").write_bytes(data())
    app = make_app()
    app.start((tmp_path / "images",))
    qtbot.waitUntil(lambda: app.room.annotations.shown is not None and not app.jobs.busy, timeout=60_000)
    app.window.commands.run("view.tags")
    dialog: TagsDialog = app.window.findChildren(TagsDialog)[-1]
    qtbot.waitUntil(lambda: bool(dialog.state.rows), timeout=60_000)
    return app, dialog


def values(dialog: TagsDialog) -> dict[str, str]:
    return {row.tag: row.value for row in dialog.state.rows if row.tag}


def test_the_browser_searches_and_copies(browser: Any) -> None:
    _, dialog = browser
    assert values(dialog)["(0020,4000)"] == "x" * 300 + "… (cut; 500 in all)"
    assert values(dialog)["(0028,1201)"] == "20 bytes"
    dialog.search.setText("patient name")
    assert values(dialog) == {"(0010,0010)": NAME} and dialog.message.text() == "1 row"
    dialog.search.setText("chest code")
    assert [row.name for row in dialog.state.rows][:2] == ["Anatomic Region Sequence", "Item 1"]
    dialog.search.setText("0010,0010")
    assert not dialog.copy.isEnabled()
    dialog.tree.setFocus()
    dialog.tree.selectAll()
    QTest.keyClick(dialog.tree, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == f"(0010,0010)\tPN\tPatient's Name\t{NAME}"
    dialog.close()


def test_hidden_identity_leaves_the_browser_search_and_clipboard(browser: Any) -> None:
    app, dialog = browser
    app.room.privacy.toggle()
    whole = " ".join(f"{row.name} {row.value}" for row in dialog.state.rows)
    assert "MUSTERMANN" not in whole and "Nurse" not in whole and "20261118" not in whole and "PH-1" not in whole
    assert values(dialog)["(0008,0060)"] == "DX" and values(dialog)["(0010,0010)"] == "Identity hidden"
    dialog.search.setText("mustermann")
    assert not dialog.state.rows and dialog.message.text() == "0 rows"
    dialog.search.setText("0010,0010")
    dialog.tree.selectAll()
    dialog.copy.click()
    assert "MUSTERMANN" not in QApplication.clipboard().text()
    dialog.close()
