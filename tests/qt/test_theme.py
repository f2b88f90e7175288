from __future__ import annotations

import re

import pytest
from msgspec import structs
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QTableWidget, QWidget
from pytestqt.qtbot import QtBot

from cxrviewer.qt import theme
from cxrviewer.qt.widgets import ChoiceBox, Switch


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


ALL = pytest.mark.parametrize("colours", theme.THEMES.values(), ids=lambda one: one.name)


@ALL
def test_text_reaches_the_contrast_of_wcag_aa(colours: theme.Theme) -> None:
    low = {pair: round(contrast(*pair), 2) for pair in colours.pairs() if contrast(*pair) < 4.5}
    assert not low


@ALL
def test_focus_and_switches_can_be_seen(colours: theme.Theme) -> None:
    for mark in (colours.accent, colours.switch_edge):
        for ground in (colours.window, colours.panel, colours.card):
            assert contrast(mark, ground) >= 3  # WCAG 1.4.11


@ALL
def test_the_style_dialog_has_no_colour_but_those_of_the_theme(colours: theme.Theme) -> None:
    known = {value for value in structs.asdict(colours).values() if value.startswith("#")}
    paper = {"#000000", "#ffffff"}  # the report is black on white in every theme
    assert set(re.findall(r"#[0-9a-f]{6}", theme.style_sheet(colours))) <= known | paper


def test_what_is_painted_by_hand_follows_the_theme(qtbot: QtBot) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    switch = Switch("AI")
    qtbot.addWidget(switch)
    switch.resize(switch.sizeHint())
    pictures = []
    try:
        for colours in theme.THEMES.values():
            theme.apply(application, colours)
            pictures.append(switch.grab().toImage())
    finally:
        theme.apply(application)
    assert pictures[0] != pictures[1] != pictures[2]


@ALL
def test_what_cannot_be_switched_looks_like_it(qtbot: QtBot, colours: theme.Theme) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    switch = Switch("Name the patient")
    qtbot.addWidget(switch)
    switch.resize(switch.sizeHint())
    try:
        theme.apply(application, colours)
        for on in (False, True):
            switch.setChecked(on)
            seen = [_colours(switch) for enabled in (True, False) if switch.setEnabled(enabled) is None]
            assert colours.text in seen[0] and colours.disabled not in seen[0]
            assert colours.disabled in seen[1] and not {colours.text, colours.accent} & seen[1]
    finally:
        theme.apply(application)


@ALL
def test_a_list_to_choose_from_looks_like_a_button(qtbot: QtBot, colours: theme.Theme) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    box = ChoiceBox()
    box.addItem("Example")
    qtbot.addWidget(box)
    box.resize(200, 30)
    try:
        theme.apply(application, colours)
        picture = box.grab().toImage()
        assert {picture.pixelColor(150, y).name() for y in range(4, 26)} == {colours.card}
        assert picture.pixelColor(200 - 15, 15).name() == colours.text  # the arrow
    finally:
        theme.apply(application)


def _colours(widget: QWidget) -> set[str]:
    picture = widget.grab().toImage()
    return {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(picture.height())}


@ALL
def test_the_row_that_is_chosen_has_one_colour_across_all_columns(qtbot: QtBot, colours: theme.Theme) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    table = QTableWidget(2, 3)
    table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
    qtbot.addWidget(table)
    table.resize(400, 200)
    try:
        theme.apply(application, colours)
        with qtbot.waitActive(table):
            table.show()
            table.activateWindow()
        table.setFocus(Qt.FocusReason.TabFocusReason)
        table.setCurrentCell(1, 1)
        assert table.hasFocus()
        picture = table.viewport().grab().toImage()
        cell = table.visualRect(table.model().index(1, 1))
        within = range(cell.left(), cell.right()), range(cell.top(), cell.bottom())
        assert {picture.pixelColor(x, y).name() for x in within[0] for y in within[1]} == {colours.chosen}
    finally:
        theme.apply(application)
