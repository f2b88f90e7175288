"""The dialog of the local audit, over decisions made in the window."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog

from cxrviewer.presenters.finding_states import Shown
from cxrviewer.qt.audit_dialog import AuditDialog
from cxrviewer.reports.audit import NOT_A_VALIDATION
from tests.builders.dicom import write_image
from tests.fakes import FakeScorer
from tests.qt.identity import texts
from tests.qt.window_fixture import plan_of


def test_a_decision_made_in_the_window_is_counted_and_exported(
    make_app: Any, qtbot: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    import numpy as np

    codes = np.linspace(0, 4095, 200 * 150).reshape(200, 150).astype(np.uint16)
    image = write_image(tmp_path / "films" / "a.dcm", codes, bits=12, Modality="DX", PatientName="MUSTERMANN^ERIKA")
    app = make_app()
    app.start((image,))
    app.room.start_heads(lambda: [plan_of(FakeScorer())])
    qtbot.waitUntil(lambda: isinstance(app.window.findings.state, Shown), timeout=60_000)
    app.window.commands.run("ai.agree")
    app.window.commands.run("ai.audit")
    (dialog,) = app.window.findChildren(AuditDialog)
    qtbot.waitUntil(lambda: dialog.state is not None and bool(dialog.state.pages), timeout=60_000)
    assert dialog.head.currentText() == "Test student 1.0.0"
    cells = [dialog.table.item(0, column).text() for column in range(dialog.table.columnCount())]
    # Of one decision the interval of Wilson is 21 to 100 %.
    assert cells[:4] == ["Cardiomegaly", "1", "0", "100 % (21–100), 1/1"]
    assert any(NOT_A_VALIDATION in text for text in texts())
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "out"), ""))
    dialog.export.click()
    qtbot.waitUntil((tmp_path / "out.csv").exists, timeout=60_000)
    written = (tmp_path / "out.csv").read_text(encoding="utf-8")
    assert "Cardiomegaly" in written and "MUSTERMANN" not in written and "no validation" in written
    dialog.close()


def test_without_decisions_the_dialog_says_so_and_offers_no_export(make_app: Any, qtbot: Any) -> None:
    app = make_app()
    app.window.commands.run("ai.audit")
    (dialog,) = app.window.findChildren(AuditDialog)
    qtbot.waitUntil(lambda: dialog.state is not None and not dialog.state.busy, timeout=60_000)
    assert dialog.message.text() == "No decision yet. Agree or disagree with findings first."
    assert dialog.table.isHidden() and not dialog.export.isEnabled()
    dialog.close()
