"""The language of the window."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QDialogButtonBox
from pytestqt.qtbot import QtBot

from cxrviewer import text
from cxrviewer.qt import language
from cxrviewer.text import tr


@pytest.fixture(autouse=True)
def english_afterwards(qtbot: QtBot) -> Iterator[None]:
    yield
    language.install("en")


@pytest.mark.parametrize(
    ("preferred", "expected"),
    [
        (["zh-Hans-CN", "en"], "zh_CN"),
        (["zh_CN"], "zh_CN"),
        (["zh-Hant-TW", "zh-TW"], "en"),
        (["de-DE", "zh-Hans-SG"], "zh_CN"),
        (["en-GB", "zh-Hans-CN"], "en"),
        (["fr-FR"], "en"),
        ([], "en"),
    ],
)
def test_the_system_s_languages_choose_the_first_that_there_is(preferred: list[str], expected: str) -> None:
    assert language.resolved("system", preferred) == expected


def test_a_language_that_is_chosen_wins_over_the_system() -> None:
    assert language.resolved("en", ["zh-Hans-CN"]) == "en"
    assert language.resolved("zh_CN", ["en"]) == "zh_CN"


def test_chinese_reaches_texts_of_the_program_and_of_qt(qtbot: QtBot) -> None:
    language.install("zh_CN")
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(box)
    assert tr("The job needed more memory than allowed.") == "任务所需内存超过允许的上限。"
    assert box.button(QDialogButtonBox.StandardButton.Cancel).text() == "取消"


def test_a_catalogue_that_is_gone_leaves_english(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setattr(language, "resources_dir", lambda: tmp_path)
    language.install("zh_CN")
    assert text.language() == "en"


def test_the_note_about_the_next_start_is_in_the_language_that_was_chosen() -> None:
    assert language.restart_note("zh_CN") == "语言将在重新启动程序后更改。"
    assert language.restart_note("en") == "The language changes when the program is started again."
