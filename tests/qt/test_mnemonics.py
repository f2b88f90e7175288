"""Letters under Alt: no two things that are seen together in a window, a page or a menu have the same one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QAbstractButton, QApplication, QGroupBox, QLabel, QMenu, QMenuBar, QTabBar, QWidget

from cxrviewer import text
from cxrviewer.text import JsonCatalogue, tr
from tests.qt.every_dialog import ELSEWHERE, below, opened_by_commands

TRANSLATIONS = Path(__file__).parents[2] / "resources" / "translations"
LANGUAGES = ("en", "zh_CN")


def catalogue(language: str) -> JsonCatalogue | None:
    return None if language == "en" else JsonCatalogue.load(TRANSLATIONS / f"cxrviewer_{language}.json")


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    text.use(catalogue(request.param))
    yield request.param
    text.use(None)


@pytest.fixture
def room(language: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Any:
    monkeypatch.setattr("cxrviewer.qt.language.install", lambda _: text.use(catalogue(language)))
    return request.getfixturevalue("full_room")


def words_of(widget: QWidget) -> list[str]:
    if isinstance(widget, QTabBar):
        return [widget.tabText(number) for number in range(widget.count())]
    if isinstance(widget, QMenuBar | QMenu):
        return [action.text() for action in widget.actions() if action.isVisible()]
    if isinstance(widget, QGroupBox):
        return [widget.title()]
    if isinstance(widget, QAbstractButton) or (isinstance(widget, QLabel) and widget.buddy() is not None):
        return [widget.text()]
    return []


def doubled(texts: list[str]) -> list[list[str]]:
    """Return the texts that share a letter."""
    letters: dict[str, list[str]] = defaultdict(list)
    for one in texts:
        key = QKeySequence.mnemonic(one)
        if not key.isEmpty():
            letters[key.toString()].append(one)
    return [some for some in letters.values() if len(some) > 1]


def faults(window: QWidget) -> list[str]:
    """Return what shares a letter in a window, and in each of its menus."""
    seen = [one for one in below(window) if one.isVisible() and not isinstance(one, QMenu)]
    found = [f"{type(window).__name__}: {some}" for some in doubled([w for one in seen for w in words_of(one)])]
    for menu in below(window):
        if isinstance(menu, QMenu):
            found += [f"{type(window).__name__}, menu {menu.title()}: {some}" for some in doubled(words_of(menu))]
    return found


def test_no_two_things_in_any_window_dialog_or_menu_have_the_same_letter(room: Any, qtbot: Any, language: str) -> None:
    window = room.window
    window.show()
    assert (tr("&Open") == "&Open") is (language == "en"), "the language is the one that is tested"
    found = faults(window)
    for id_, opened in opened_by_commands(room, qtbot):
        found += [f"{id_}: {fault}" for dialog in opened for fault in faults(dialog)]
    assert not found, "\n".join(dict.fromkeys(found))


@pytest.mark.parametrize("name", ELSEWHERE)
def test_no_two_things_in_a_dialog_without_a_command_have_the_same_letter(
    qtbot: Any, tmp_path: Path, name: str, language: str
) -> None:
    dialog = ELSEWHERE[name](tmp_path)
    qtbot.addWidget(dialog)
    dialog.show()
    QApplication.processEvents()
    assert not faults(dialog)
