from __future__ import annotations

import dataclasses
import re

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cxrviewer.qt import theme
from cxrviewer.qt.widgets import Switch


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
    known = {value for value in dataclasses.asdict(colours).values() if value.startswith("#")}
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
