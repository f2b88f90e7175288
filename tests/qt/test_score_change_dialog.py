"""The dialog that compares the scores of two images."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QApplication

from cxrviewer.presenters.score_change import Scored, score_changes
from cxrviewer.qt.score_change_dialog import ScoreChangeDialog
from cxrviewer.studies.index.scores import ModelVersion, StoredFinding


def test_every_column_is_wide_enough_for_its_texts(qtbot: Any) -> None:
    version = ModelVersion("h", "model", "r")
    found = StoredFinding("SCT:0", "A finding with a long name that is longer than most", 0.5, 0.4, 0.6)
    scored = [Scored(version, (found,))]
    dialog = ScoreChangeDialog(score_changes(scored, scored, {"h": "A head with a name that is not a short one"}), "")
    qtbot.addWidget(dialog)
    dialog.show()
    QApplication.processEvents()
    header = dialog.table.horizontalHeader()
    cut = [n for n in range(header.count()) if header.sectionSize(n) < dialog.table.sizeHintForColumn(n)]
    assert not cut
