"""What the panels show while the program starts, before a presenter has decided anything."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from cxrviewer.qt.findings_panel import FindingsPanel
from cxrviewer.qt.worklist_panel import WorklistPanel


@pytest.mark.parametrize("kind", [FindingsPanel, WorklistPanel])
def test_a_panel_reports_no_progress_and_offers_no_retry_before_there_is_work(
    qtbot: QtBot, kind: type[QWidget]
) -> None:
    panel = kind()
    qtbot.addWidget(panel)
    panel.show()
    assert not [bar for bar in panel.findChildren(QProgressBar) if bar.isVisible()]
    assert [button.text() for button in panel.findChildren(QPushButton) if button.isVisible()] == []


def test_nothing_is_stated_about_findings_before_an_image_is_open(qtbot: QtBot) -> None:
    panel = FindingsPanel()
    qtbot.addWidget(panel)
    panel.show()
    seen = " ".join(one.text() for one in panel.findChildren(QLabel) if one.isVisible()).casefold()
    assert "threshold" not in seen and "finding above" not in seen
