"""Every screen in a pseudo-locale: all texts are translated, and there is room for 40 % more of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QHeaderView,
    QLabel,
    QLineEdit,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from cxrviewer import text
from cxrviewer.commands.table import COMMANDS
from cxrviewer.presenters.about import about
from cxrviewer.qt.tags_dialog import TagsDialog
from cxrviewer.qt.widgets import ElidedLabel
from cxrviewer.text import msg, msg_n, tr, tr_n, translated
from tests.fakes import fake_image, header
from tests.pseudo import PseudoCatalogue, outside
from tests.qt import identity
from tests.qt.every_dialog import ELSEWHERE, below, opened_by_commands

SIZES = ((1280, 800), (800, 600))

DATA = (
    # Made up by the tests: patients, files, heads.
    "MUSTERMANN", "ERIKA", "OTHER", "Normal", "Hard", "Test", "test", "head",
    "LUNG", "CHEST", "PA", "DX", "Chest", "Student", "student", "org", "example",
    "MONOCHROME", "shipped",
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


def untranslated(data: Iterable[str] = ()) -> list[str]:
    """Return every text of the application with words that are neither translated nor data."""
    known = frozenset(data)
    found = []
    parts = {text for part in about().parts for text in (part.name, part.version, part.licence)}
    for line in identity.texts():
        kind, _, shown = line.partition(": ")
        if shown in SAME or shown in parts or shown in known or re.match("SHA-256\n", shown):
            continue
        # Names of fields are the same everywhere, and so are the first digits of a SHA-256.
        plain = re.sub(r"<[^>]*>|\{\w+\}|\b[0-9a-f]{8}\b", " ", outside(shown))
        words = [w for w in re.findall(r"[A-Za-z]{2,}", plain) if w not in DATA]
        if words and not kind.startswith(("QTextBrowser", "CardPage", "QPlainTextEdit", "QShortcut")):
            found.append(line)
    return sorted(set(found))


def cut(window: QWidget) -> list[str]:
    """Return every visible text of labels, buttons, fields and columns that has not the room it asks for."""
    found = []
    for widget in below(window):
        if widget.isVisible() and widget.width() and not isinstance(widget, ElidedLabel):
            for kind, check in CHECKS.items():
                found += check(widget) if isinstance(widget, kind) else []
    return found


def _cut_button(button: QAbstractButton) -> list[str]:
    # Buttons of Qt's own, such as those of a calendar or a scroll area, have no text.
    room, wanted = button.width(), button.sizeHint().width()
    if not button.text() or (isinstance(button, QToolButton) and button.minimumSizeHint().width() <= room):
        return []
    return [f"{type(button).__name__} {button.text()!r}: {room} of {wanted}"] if room < wanted - 1 else []


def _cut_label(label: QLabel) -> list[str]:
    if label.wordWrap():
        room, wanted = label.height(), label.heightForWidth(label.width())
    else:
        room, wanted = label.width(), label.sizeHint().width()
    return [f"label {label.text()!r}: {room} of {wanted}"] if label.text() and room < wanted - 1 else []


def _cut_placeholder(field: QLineEdit) -> list[str]:
    words = field.placeholderText()
    room, wanted = field.contentsRect().width(), field.fontMetrics().horizontalAdvance(words) + 4
    shown = bool(words) and not field.text()
    return (
        [f"placeholder {words!r}: {room} of {wanted}"] if shown and room < wanted and field.toolTip() != words else []
    )


def _cut_titles(header: QHeaderView) -> list[str]:
    """Return the titles of columns that are cut; a tooltip with the whole title makes up for that."""
    found, model = [], header.model()
    for section in range(header.count() if header.orientation() is Qt.Orientation.Horizontal else 0):
        title, tip = (
            model.headerData(section, Qt.Orientation.Horizontal, role)
            for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
        )
        wanted = header.fontMetrics().horizontalAdvance(str(title or "")) + 6
        if not header.isSectionHidden(section) and header.sectionSize(section) < wanted and tip != title:
            found.append(f"column {title!r}: {header.sectionSize(section)} of {wanted}")
    return found


CHECKS: dict[type[QWidget], Callable[[Any], list[str]]] = {
    QAbstractButton: _cut_button,
    QLabel: _cut_label,
    QLineEdit: _cut_placeholder,
    QHeaderView: _cut_titles,
}


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


def faults_of(dialog: QWidget, size: tuple[int, int]) -> list[str]:
    """Return what is cut in a dialog on a screen of this size, and that it does not fit there."""
    room = size[0] - 16, size[1] - 48  # as `Dialog.fit` leaves for a frame and a bar
    dialog.resize(min(dialog.width(), room[0]), min(dialog.height(), room[1]))
    QApplication.processEvents()
    found = cut(dialog)
    if dialog.width() > room[0] or dialog.height() > room[1]:
        widest = sorted(below(dialog), key=lambda one: -one.minimumSizeHint().width())[:4]
        wide = ", ".join(f"{type(one).__name__} {one.minimumSizeHint().width()}" for one in widest)
        found.append(f"{dialog.width()} x {dialog.height()} does not fit {room[0]} x {room[1]}: {wide}")
    return found


@pytest.fixture
def pseudo_room(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Any:
    """Return the program with everything that a dialog can show, in the pseudo-locale."""
    monkeypatch.setattr("cxrviewer.qt.language.install", lambda _: text.use(PseudoCatalogue()))
    return request.getfixturevalue("full_room")


@pytest.mark.parametrize("size", SIZES)
def test_every_dialog_of_every_command_is_translated_and_nothing_is_cut(
    pseudo_room: Any, qtbot: QtBot, tmp_path: Path, size: tuple[int, int]
) -> None:
    window, problems = pseudo_room.window, []
    images = tmp_path / "films"
    data = {str(images), str(images / "notes.txt"), "notes.txt", "synthetic", "Patients", "Research only.", "Grad-CAM"}
    window.resize(*size)
    window.show()
    for id_, opened in opened_by_commands(pseudo_room, qtbot):
        for dialog in opened:
            if isinstance(dialog, TagsDialog):  # names of the standard, and values of the file
                data |= set(identity._cells(dialog.tree.model()))
            problems += [f"{id_}: {fault}" for fault in faults_of(dialog, size)]
        problems += [f"{id_}: not translated: {one}" for one in untranslated(data)]
    assert not problems, "\n".join(dict.fromkeys(problems))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_dialog_without_a_command_is_translated_and_nothing_is_cut(
    qtbot: QtBot, tmp_path: Path, name: str, size: tuple[int, int]
) -> None:
    dialog = ELSEWHERE[name](tmp_path)
    assert type(dialog).__name__ == name
    qtbot.addWidget(dialog)
    dialog.show()
    QApplication.processEvents()
    assert not untranslated(), "\n".join(untranslated())
    assert not (faults := faults_of(dialog, size)), "\n".join(faults)


def test_every_command_has_a_translatable_title_and_tip() -> None:
    for command in COMMANDS:
        assert command.id.startswith("view.language_") or outside(command.words) == "", command.id
        assert not command.tip or outside(command.hint) == "", command.id
