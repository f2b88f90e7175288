"""The question whether two studies are of one person."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QLabel

from cxrviewer.presenters.library_opening import PersonQuestion
from cxrviewer.qt.person_bar import PersonBar


def test_the_two_studies_are_told_apart_by_age_where_it_is_known_and_never_by_what_is_on_the_screen(qtbot: Any) -> None:
    bar = PersonBar()
    qtbot.addWidget(bar)
    bar.ask(PersonQuestion("Is it?", "A", "B"), lambda same: None)
    said = {one.text() for one in bar.findChildren(QLabel)}
    assert said == {"Is it?", "The newer one:", "A", "The older one:", "B"}
    bar.ask(PersonQuestion("Is it?", "A", "B", older=False), lambda same: None)
    said = {one.text() for one in bar.findChildren(QLabel)}
    assert said == {"Is it?", "One study:", "A", "The other one:", "B"}
