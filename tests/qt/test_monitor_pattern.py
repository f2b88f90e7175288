"""The test pattern, read back from its own pixels."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from cxrviewer.qt.monitor_pattern import DETAIL, LEVELS, FullPattern, MonitorPattern, PatternDialog


def test_every_field_has_its_level_and_two_faint_squares(qapp: Any) -> None:
    pattern = MonitorPattern()
    pattern.resize(600, 400)
    picture = pattern.grab().toImage()
    ratio = picture.devicePixelRatio()

    def at(x: int, y: int) -> int:
        colour = QColor(picture.pixel(int(x * ratio), int(y * ratio)))
        assert colour.red() == colour.green() == colour.blue()
        return colour.red()

    for number, level in enumerate(LEVELS):
        place = pattern.field(number)
        side = min(place.width(), place.height()) // 4
        middle = place.center()
        assert at(place.left() + 3, place.top() + 3) == level
        squares = [at(middle.x() + step, middle.y()) - level for step in (-side, side)]
        if level == 0:
            assert squares == [DETAIL, DETAIL]
        elif level == 255:
            assert squares == [-DETAIL, -DETAIL]
        else:
            assert squares == [-DETAIL, DETAIL]
    assert LEVELS[0] == 0 and LEVELS[-1] == 255 and len(LEVELS) == 18


def test_expected_luminances_follow_the_measured_ends(qapp: Any) -> None:
    dialog = PatternDialog()
    dialog.black.setValue(1.0)
    dialog.white.setValue(250.0)
    column = [dialog.table.item(row, 1).text() for row in range(18)]
    assert (column[0], column[-1]) == ("1.00", "250.00")
    assert [float(text) for text in column] == sorted(float(text) for text in column)
    dialog.black.setValue(300.0)
    assert {dialog.table.item(row, 1).text() for row in range(18)} == {"–"}
    dialog.close()


def test_the_pattern_fills_the_screen_until_a_key_is_pressed(make_window: Any) -> None:
    window = make_window().window
    window.action("help.test_pattern").trigger()
    dialog = window.findChild(PatternDialog)
    dialog.fill_screen()
    full = dialog.findChild(FullPattern)
    assert full.isFullScreen()
    QTest.keyClick(full, Qt.Key.Key_Escape)
    assert not full.isVisible()
    dialog.close()
