"""What the timeline draws, where a wrong place could be read wrongly."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QRect

from cxrviewer.presenters.timeline import TimelineItem, TimelinePoint, TimelineState
from cxrviewer.qt import timeline_strip
from cxrviewer.qt.timeline_strip import ROW_HEIGHT, TimelineStrip, number_top


def test_numbers_of_rows_below_each_other_stand_apart() -> None:
    high, low = QRect(0, 0, 132, ROW_HEIGHT), QRect(0, ROW_HEIGHT, 132, ROW_HEIGHT)
    height = 13  # of the small font
    end = number_top(high, 0.9, height) + height
    assert number_top(low, 0.1, height) - end >= 6
    assert end <= high.bottom() and number_top(low, 0.9, height) > low.top()


def test_beside_a_point_stands_its_number_alone_however_the_language_puts_the_rest(
    qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(timeline_strip, "_write", lambda painter, area, text, *how: drawn.append(text))
    whole = "41 %（33 % 至 50 %），不是由现用版本给出"
    point = TimelinePoint(0.41, 0.33, 0.5, 0.4, joined=False, current=False, number="41 %", text=whole)
    item = TimelineItem("1", "1", "2025-01-01", "DX PA", True, True, False, (point,), whole)
    strip = TimelineStrip()
    qtbot.addWidget(strip)
    strip.resize(600, 200)
    strip.show_timeline(TimelineState((item,), ("肺浸润",)))
    strip.grab()
    assert drawn == ["肺浸润", "2025-01-01", "DX PA", "41 %"]
