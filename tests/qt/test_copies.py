"""De-identified copies in the real window, with real files and a real worker process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from cxrviewer.presenters.copies import Scope
from cxrviewer.qt.copies_dialog import CopiesDialog
from tests.builders.dicom import write_image


def test_a_study_is_copied_without_its_patient_and_the_files_stay(
    make_app: Any, qtbot: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    codes = np.linspace(0, 4095, 200 * 150).reshape(200, 150).astype(np.uint16)
    images = [
        write_image(
            tmp_path / "films" / f"{name}.dcm",
            codes,
            bits=12,
            PatientName="MUSTERMANN^ERIKA",
            PatientID="77",
            StudyInstanceUID="1.2.3",
            SOPInstanceUID=f"1.2.3.{number}",
        )
        for number, name in enumerate("ab", 1)
    ]
    before = [image.read_bytes() for image in images]
    app = make_app()
    app.start((tmp_path / "films",))
    qtbot.waitUntil(lambda: app.room.annotations.shown is not None and not app.jobs.busy, timeout=60_000)
    app.window.commands.run("file.copies")
    sheet: CopiesDialog = app.window.findChildren(CopiesDialog)[-1]
    assert "2 images" in sheet.scopes[Scope.STUDY].text() and not sheet.start.isEnabled()
    sheet.scopes[Scope.STUDY].click()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path / "out"))
    (tmp_path / "out").mkdir()
    QTest.keyClick(sheet.scopes[Scope.STUDY], Qt.Key.Key_Return)  # Enter does what comes next: the folder
    assert sheet.folder.text() == str(tmp_path / "out") and sheet.start.isDefault()
    app.room.privacy.toggle()
    assert sheet.folder.text() == "A folder is chosen"
    sheet.shift.setChecked(True)
    QTest.keyClick(sheet.shift, Qt.Key.Key_Return)
    assert not sheet.start.isDefault(), "Enter ends no run"
    qtbot.waitUntil(lambda: not sheet.state.running, timeout=60_000)
    assert sheet.message.text() == "2 copies were made." and not sheet.start.isDefault()
    copies = sorted((tmp_path / "out" / "de-identified").iterdir())
    assert [path.name for path in copies] == ["image-00001.dcm", "image-00002.dcm"]
    read = [pydicom.dcmread(path) for path in copies]
    assert {one.PatientID for one in read} == {str(read[0].PatientName)} and "77" not in read[0].PatientID.split("-")
    assert len({one.StudyInstanceUID for one in read}) == 1 and len({one.SOPInstanceUID for one in read}) == 2
    assert all(b"MUSTERMANN" not in path.read_bytes() for path in copies)
    assert np.array_equal(read[0].pixel_array, codes)
    assert [image.read_bytes() for image in images] == before
    assert sheet.problems.toPlainText().startswith("File 1: Text may be part of the pixels")
    sheet.close()
