"""Every screen in a pseudo-locale: all texts are translated, and there is room for 40 % more of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from cxrviewer import text
from cxrviewer.commands.table import COMMANDS
from cxrviewer.presenters.about import about
from cxrviewer.qt.dialogs import CrashDialog, SkippedDialog
from cxrviewer.qt.templates_dialog import TemplatesDialog
from cxrviewer.qt.widgets import ElidedLabel
from cxrviewer.reports.templates import TemplateFolder
from cxrviewer.text import msg, msg_n, tr, tr_n, translated
from tests.fakes import fake_image, header
from tests.pseudo import PseudoCatalogue, outside
from tests.qt import identity

SIZES = ((1280, 800), (800, 600))

DATA = (
    # Made up by the tests: patients, files, heads.
    "MUSTERMANN", "ERIKA", "OTHER", "Normal", "Hard", "Test", "test", "head",
    "LUNG", "CHEST", "PA", "DX", "Chest", "Student", "student", "org", "example",
    # Names and units that are the same in every language.
    "cxrviewer", "English", "AUC", "SHA", "ID", "px", "mm", "MiB", "Inferno", "VOI", "LUT", "COMPUTED",
    # Keys, as the platform writes them.
    "Tab", "Enter", "Ctrl", "Shift", "Alt", "Del", "Backspace", "PgUp", "PgDown", "Home", "End",
    "Page", "Up", "Down", "Left", "Right", "Esc",
)  # fmt: skip
"""Words that are not translated."""

SAME = (
    "Signed with the key ABCDE-FGHIJ-KLMNO-PQRST (a known key)",  # made up by the fake head
    *("Close", "Cancel", "Save", "Scroll Left", "Scroll Right", "Press shortcut"),  # Qt translates its own
)
"""Whole texts that are not ours to translate."""


@pytest.fixture(autouse=True)
def pseudo() -> Iterator[None]:
    text.use(PseudoCatalogue())
    yield
    text.use(None)


def test_a_pseudo_text_is_marked_longer_and_keeps_placeholders_and_mnemonics() -> None:
    assert tr("&Open {name}…", name="x.dcm") == "⟦&Opéñ x.dcm…~~⟧"
    assert tr_n("{n} image", "{n} images", 2).startswith("⟦2 ímágés")
    assert outside(translated(msg("a {b} c", b=msg("inner"))) + " MUSTERMANN") == " MUSTERMANN"
    assert outside(f"{msg_n('{n} day', '{n} days', 2)} ⟦x⟧") == "2 days "


def untranslated() -> list[str]:
    """Return every text of the application with words that are neither translated nor data."""
    found = []
    parts = {text for part in about().parts for text in (part.name, part.version, part.licence)}
    for line in identity.texts():
        kind, _, shown = line.partition(": ")
        if shown in SAME or shown in parts:
            continue
        plain = re.sub(r"<[^>]*>|\{\w+\}", " ", outside(shown))  # names of fields are the same everywhere
        words = [w for w in re.findall(r"[A-Za-z]{2,}", plain) if w not in DATA]
        if words and not kind.startswith(("QTextBrowser", "QPlainTextEdit", "QShortcut")):
            found.append(line)
    return sorted(set(found))


def cut(window: QWidget) -> list[str]:
    """Return every visible text of labels and buttons that has not the room it asks for."""
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or widget.width() == 0 or isinstance(widget, ElidedLabel):
            continue
        if isinstance(widget, QAbstractButton) and widget.text():
            # Buttons of Qt's own, such as those of a calendar or a scroll area, have no text.
            shown, wanted = widget.text(), widget.sizeHint().width()
            if isinstance(widget, QToolButton) and widget.minimumSizeHint().width() <= widget.width():
                continue
            if widget.width() < wanted - 1:
                found.append(f"{type(widget).__name__} {shown!r}: {widget.width()} of {wanted}")
        if isinstance(widget, QLabel) and widget.text():
            if widget.wordWrap():
                if widget.height() < widget.heightForWidth(widget.width()) - 1:
                    found.append(
                        f"label {widget.text()!r}: {widget.height()} of {widget.heightForWidth(widget.width())}"
                    )
            elif widget.width() < widget.sizeHint().width() - 1:
                found.append(f"label {widget.text()!r}: {widget.width()} of {widget.sizeHint().width()}")
    return found


def _fixture(make_window: Any, tmp_path: Any, size: tuple[int, int]) -> Any:
    images = tmp_path / "films"
    images.mkdir()
    headers = {"a": header("MUSTERMANN^ERIKA"), "b": header("OTHER", study="2")}
    return make_window(size, images={"a": fake_image(key="a"), "b": fake_image(key="b")}, headers=headers)


@pytest.mark.parametrize("size", SIZES)
def test_the_start_page_is_translated_and_nothing_is_cut(
    make_window: Any, tmp_path: Any, size: tuple[int, int]
) -> None:
    fixture = _fixture(make_window, tmp_path, size)
    QApplication.processEvents()
    assert not untranslated(), "\n".join(untranslated())
    assert not cut(fixture.window), "\n".join(cut(fixture.window))


@pytest.mark.parametrize("size", SIZES)
def test_the_window_with_an_image_is_translated_and_nothing_is_cut(
    make_window: Any, tmp_path: Any, size: tuple[int, int]
) -> None:
    fixture = _fixture(make_window, tmp_path, size).open()
    fixture.room.findings.choose(0)
    QApplication.processEvents()
    assert not untranslated(), "\n".join(untranslated())
    assert not cut(fixture.window), "\n".join(cut(fixture.window))


@pytest.mark.parametrize("size", SIZES)
def test_the_controls_of_frames_are_translated_and_nothing_is_cut(
    make_window: Any, tmp_path: Any, size: tuple[int, int]
) -> None:
    whose = header("MUSTERMANN^ERIKA")
    whose = replace(whose, facts=replace(whose.facts, frames=1000))
    (tmp_path / "films").mkdir()
    fixture = make_window(size, images={"a": (fake_image(),) * 1000}, headers={"a": whose}).open()
    fixture.window.commands.run("viewport.layout_1x3")
    QApplication.processEvents()
    assert fixture.window.viewports.frame_bar(0).isVisible()
    assert not untranslated(), "\n".join(untranslated())
    assert not cut(fixture.window), "\n".join(cut(fixture.window))


DIALOGS = (
    "help.about", "help.shortcuts", "help.palette", "help.test_pattern", "file.report", "ai.audit", "view.screen_size",
    "file.picture", "file.copies",
)  # fmt: skip


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("command", DIALOGS)
def test_a_dialog_is_translated_and_nothing_is_cut(
    make_window: Any, tmp_path: Any, size: tuple[int, int], command: str
) -> None:
    fixture = _fixture(make_window, tmp_path, size).open()
    fixture.window.action(command).trigger()
    fixture.jobs.release_all()
    QApplication.processEvents()
    dialogs = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w is not fixture.window]
    try:
        assert dialogs
        assert not untranslated(), "\n".join(untranslated())
        for dialog in dialogs:
            assert not cut(dialog), "\n".join(cut(dialog))
    finally:
        for dialog in dialogs:
            dialog.close()
            dialog.deleteLater()


@pytest.mark.parametrize(
    "make",
    [
        lambda folder: SkippedDialog(()),
        lambda folder: CrashDialog("Traceback"),
        lambda folder: TemplatesDialog(TemplateFolder(folder)),
    ],
)
def test_a_dialog_without_a_window_is_translated_and_nothing_is_cut(
    qtbot: QtBot, tmp_path: Path, make: Callable[[Path], QWidget]
) -> None:
    dialog = make(tmp_path)
    qtbot.addWidget(dialog)
    dialog.show()
    QApplication.processEvents()
    assert not untranslated(), "\n".join(untranslated())
    assert not cut(dialog), "\n".join(cut(dialog))


def test_every_command_has_a_translatable_title_and_tip() -> None:
    for command in COMMANDS:
        assert command.id.startswith("view.language_") or outside(command.words) == "", command.id
        assert not command.tip or outside(command.hint) == "", command.id
