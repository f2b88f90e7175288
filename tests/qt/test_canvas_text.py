"""The words on a small canvas: who it is stays readable, whatever else is said."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtGui import QTextLayout
from PySide6.QtWidgets import QWidget

from cxrviewer.qt.canvas_text import EDGE, MAY_BREAK, CanvasText

ID = "P" * 64
WHO = f"SECOND, {'VERYLONGNAME ' * 4}  ID {ID}   born 1988-09-11   58 y F\nCHEST PA   2025-03-18 16:02"
WARNING = "Another patient, with another name or birth date, has the same ID. Check who this is. " * 3


def words(qtbot: Any, width: int, height: int, who: str = WHO) -> tuple[QWidget, CanvasText]:
    canvas = QWidget()
    qtbot.addWidget(canvas)
    canvas.resize(width, height)
    made = CanvasText(canvas, None)
    made.identity.setText(who)
    made.notes.setText(WARNING)
    made.show_readout("W 1 L 500 · Percentiles  ·  fit 146 %  ·  sides not marked  ·  every pixel shown")
    made.place()
    return canvas, made


def test_no_warning_covers_a_name_an_id_or_a_birth_date(qtbot: Any) -> None:
    canvas, made = words(qtbot, 224, 1000)
    assert not made.readout.isHidden()
    canvas.resize(224, made.identity.height() + made.notes.height() + 3 * EDGE)
    made.place()
    assert not made.notes.geometry().intersects(made.identity.geometry())
    assert canvas.rect().contains(made.notes.geometry())
    assert made.readout.isHidden()  # it would lie below the warning
    made.notes.setText("")
    made.place()
    assert not made.readout.isHidden()
    canvas.resize(1200, 800)
    made.notes.setText(WARNING)
    made.place()
    assert not made.readout.isHidden() and not made.notes.geometry().intersects(made.readout.geometry())


@pytest.mark.parametrize("part", ["fit 146 %", "适合窗口 146 %", "未标左右"])
def test_the_line_at_the_lower_edge_breaks_between_its_parts_only(qtbot: Any, part: str) -> None:
    canvas, made = words(qtbot, 2000, 340)
    made.show_readout(f"{part}  ·  {part}")
    made.place()
    line, both = made.readout.height(), made.readout.width()
    for width in range(both // 2 + 40, both + 2 * EDGE):
        canvas.resize(width, 340)
        made.place()
        layout = QTextLayout(made.readout.text(), made.readout.font())
        layout.beginLayout()
        drawn = []
        while (one := layout.createLine()).isValid():
            one.setLineWidth(made.readout.width())
            drawn.append(made.readout.text()[one.textStart() : one.textStart() + one.textLength()].strip(" ·"))
        layout.endLayout()
        assert {text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{WORD JOINER}", "") for text in drawn} <= {
            part, f"{part}  ·  {part}",
        }  # fmt: skip
    assert made.texts()["readout"] == f"{part}  ·  {part}" and line > 0


@pytest.mark.parametrize("word", [ID, "é" * 60, "e\N{COMBINING ACUTE ACCENT}" * 60, "名" * 64])
def test_a_word_wider_than_the_canvas_is_broken_and_not_cut_off(qtbot: Any, word: str) -> None:
    canvas, made = words(qtbot, 224, 340, f"NAME   ID {word}   born 1988-09-11")
    pieces = [piece for one in made.identity.text().split(" ") for piece in one.split(MAY_BREAK)]
    width = made.identity.fontMetrics().horizontalAdvance
    assert max(map(width, pieces)) <= made.identity.width() and made.identity.width() <= 204
    assert "".join(pieces).replace(" ", "") == f"NAMEID{word}born1988-09-11"
    assert not any(piece.startswith("\N{COMBINING ACUTE ACCENT}") for piece in pieces)
    assert made.texts()["identity"] == f"NAME   ID {word}   born 1988-09-11"
    canvas.resize(2000, 340)
    made.place()
    assert MAY_BREAK not in made.identity.text()
