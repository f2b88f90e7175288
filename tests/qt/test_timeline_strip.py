"""What the timeline draws, where a wrong place could be read wrongly."""

from __future__ import annotations

from PySide6.QtCore import QRect

from cxrviewer.qt.timeline_strip import ROW_HEIGHT, number_top


def test_numbers_of_rows_below_each_other_stand_apart() -> None:
    high, low = QRect(0, 0, 132, ROW_HEIGHT), QRect(0, ROW_HEIGHT, 132, ROW_HEIGHT)
    height = 13  # of the small font
    end = number_top(high, 0.9, height) + height
    assert number_top(low, 0.1, height) - end >= 6
    assert end <= high.bottom() and number_top(low, 0.9, height) > low.top()
