"""The About box."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QTableWidget, QTextBrowser

import cxrviewer
from cxrviewer.presenters import about as presenter
from cxrviewer.presenters.about import PARTS, PRIVACY, About, Part
from cxrviewer.qt.about import AboutDialog, LicenceTexts
from cxrviewer.qt.icon import program_icon

ROOT = Path(__file__).resolve().parents[2]


def words(dialog: AboutDialog) -> str:
    return "\n".join(found.text() for found in dialog.findChildren(QLabel))


def test_the_box_shows_version_label_head_and_every_privacy_sentence(qtbot: Any) -> None:
    dialog = AboutDialog("Test student 1.2")
    qtbot.addWidget(dialog)
    said = words(dialog)
    assert f"cxrviewer {cxrviewer.__version__}" in said
    assert "not a medical device" in said
    assert "Test student 1.2" in said
    assert all(sentence in said for sentence in PRIVACY)


def test_from_source_the_box_lists_what_is_installed(qtbot: Any) -> None:
    dialog = AboutDialog("")
    qtbot.addWidget(dialog)
    (table,) = dialog.findChildren(QTableWidget)
    names = [table.item(row, 0).text() for row in range(table.rowCount())]
    assert names == list(PARTS)
    assert "LGPL" in table.item(names.index("PySide6-Essentials"), 2).text()


def test_the_listed_parts_are_the_dependencies() -> None:
    # shiboken6 is what PySide6 is built on; pip brings it without being asked.
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    requested = {re.match(r"[\w-]+", line).group() for line in project["dependencies"]}
    assert set(PARTS) == requested | {"shiboken6"}


def test_a_built_program_lists_its_own_parts_and_opens_their_texts(
    qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notices = tmp_path / "notices"
    notices.mkdir()
    (notices / "licences.json").write_text(json.dumps([{"name": "Qt", "version": "6.12", "licence": "LGPL-3.0-only"}]))
    (notices / "THIRD_PARTY.txt").write_text("all the texts")
    (tmp_path / "CHANGELOG.md").write_text("# Changes\n\nquicker")
    monkeypatch.setattr(presenter, "resources_dir", lambda: tmp_path)
    content = presenter.about()
    assert content.parts == (Part("Qt", "6.12", "LGPL-3.0-only"),)
    dialog = AboutDialog("", content=content)
    qtbot.addWidget(dialog)
    button = next(b for b in dialog.findChildren(QPushButton) if "texts" in b.text())
    button.click()
    opened = dialog.findChild(LicenceTexts)
    assert opened.text.toPlainText() == "all the texts"
    opened.close()
    assert "quicker" in dialog.findChild(QTextBrowser).toPlainText()


def test_a_damaged_list_of_licences_falls_back_to_what_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "notices").mkdir()
    (tmp_path / "notices" / "licences.json").write_text("{")
    monkeypatch.setattr(presenter, "resources_dir", lambda: tmp_path)
    content = presenter.about()
    assert {part.name for part in content.parts} == set(PARTS)
    assert content.licence_texts is None


def test_without_a_change_log_there_is_no_empty_page(qtbot: Any) -> None:
    dialog = AboutDialog("", content=About("1.0", (), None, ""))
    qtbot.addWidget(dialog)
    assert dialog.tabs.count() == 2


def test_the_window_icon_has_a_drawing_of_its_own_for_small_sizes(qtbot: Any) -> None:
    icon = program_icon()
    assert icon is not None
    assert {size.width() for size in icon.availableSizes()} == {16, 24, 32, 48, 256}


def test_what_the_program_keeps_is_stated_in_the_about_box_as_in_the_page_on_privacy() -> None:
    page = (Path(__file__).parents[2] / "docs" / "privacy.md").read_text("utf-8")
    kept = PRIVACY[-1]
    for words in ("the last folder opened", "the library's index, with names and paths", "small pictures of opened"):
        assert words in page and words.replace(",", "") in kept
    assert "with the paths of its file" in page and "with the paths of their films" in kept
    assert "whole copies of discs and sticks" in page and any("discs and sticks" in one for one in PRIVACY)
