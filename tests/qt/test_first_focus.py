"""Where the keyboard is when a dialog opens, and what Enter and Escape do there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QDialog,
    QKeySequenceEdit,
    QLineEdit,
    QPushButton,
    QTableView,
    QTreeWidgetItem,
)

from cxrviewer.commands.table import COMMANDS
from cxrviewer.qt.dialogs import Dialog, SkippedDialog
from cxrviewer.qt.shortcut_dialog import ShortcutDialog
from cxrviewer.qt.tags_dialog import TagsDialog
from cxrviewer.qt.templates_dialog import TemplatesDialog
from cxrviewer.reports.templates import TemplateFolder
from tests.qt.every_dialog import ELSEWHERE, opened_by_commands
from tests.qt.test_focus_seen import tab_stops

ACCEPTED_BY_ENTER = {"CharsetDialog", "ScreenSizeDialog", "PaletteDialog"}
"""Enter takes what is chosen or typed there."""


def wrong_at_first(dialog: QDialog) -> list[str]:
    """Return what is wrong with where the keyboard is in a dialog that has just opened."""
    dialog.activateWindow()
    QApplication.processEvents()
    focused = QApplication.focusWidget()
    name = type(dialog).__name__
    if focused is None or focused.window() is not dialog:
        return [f"{name}: no focus"]
    stops = tab_stops(dialog)
    views = [one for one in stops if isinstance(one, QAbstractItemView) and one.model().rowCount()]
    fields = [one for one in stops if isinstance(one, QLineEdit) and not one.isReadOnly()]
    if isinstance(focused, QPushButton) and (views or fields):
        return [f"{name}: begins at the button “{focused.text()}”"]
    if isinstance(focused, QAbstractItemView):
        row = focused.currentIndex()
        if not row.isValid() or not focused.visualRect(row).intersects(focused.viewport().rect()):
            return [f"{name}: no row is current"]
        whole = (
            isinstance(focused, QTableView) and focused.selectionMode() is not focused.SelectionMode.ExtendedSelection
        )
        if whole and not focused.selectionModel().hasSelection():
            return [f"{name}: the current row cannot be seen"]
    return []


def closed_by_enter(dialog: QDialog) -> list[str]:
    """Return the fields and lists of a dialog in which Enter closes it."""
    if getattr(dialog, "only_shows", False) or type(dialog).__name__ in ACCEPTED_BY_ENTER:
        return []
    found = []
    for one in tab_stops(dialog):
        if isinstance(one, QPushButton):
            continue
        one.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(one, Qt.Key.Key_Return)
        QApplication.processEvents()
        if not dialog.isVisible():
            found.append(f"{type(dialog).__name__}: Enter in {type(one).__name__} {one.accessibleName()} closes it")
            dialog.show()
    return found


def open_after_escape(dialog: QDialog) -> list[str]:
    """Return the controls of a dialog in which Escape does not close it; it stays open here."""
    found, ended = [], list[int]()
    dialog.reject = lambda: ended.append(1)  # type: ignore[method-assign]
    for one in tab_stops(dialog):
        if QKeySequenceEdit in (type(one), type(one.parentWidget())):  # it takes any key; this one is reserved
            continue
        one.setFocus(Qt.FocusReason.TabFocusReason)
        ended.clear()
        QTest.keyClick(one, Qt.Key.Key_Escape)
        if not ended:
            found.append(f"{type(dialog).__name__}: Escape in {type(one).__name__} {one.accessibleName()}")
    del dialog.reject
    return found


def test_every_dialog_begins_where_one_reads_or_types(full_room: Any, qtbot: Any, tmp_path: Path) -> None:
    full_room.window.show()
    found = []
    for id_, opened in opened_by_commands(full_room, qtbot):
        found += [f"{id_}: {one}" for dialog in opened if isinstance(dialog, QDialog) for one in wrong_at_first(dialog)]
    for make in ELSEWHERE.values():
        dialog = make(tmp_path)
        assert isinstance(dialog, QDialog)
        dialog.show()
        found += wrong_at_first(dialog)
        dialog.close()
    assert not found, "\n".join(dict.fromkeys(found))


def test_enter_in_a_field_or_a_list_closes_no_dialog_that_one_works_in(full_room: Any, qtbot: Any) -> None:
    full_room.window.show()
    found = []
    for id_, opened in opened_by_commands(full_room, qtbot):
        if id_ != "library.open":  # it goes with the study that Enter opens
            found += [f"{id_}: {line}" for one in opened if isinstance(one, QDialog) for line in closed_by_enter(one)]
    assert not found, "\n".join(dict.fromkeys(found))


def test_escape_closes_every_dialog(full_room: Any, qtbot: Any) -> None:
    full_room.window.show()
    found = []
    for id_, opened in opened_by_commands(full_room, qtbot):
        for dialog in opened:
            if isinstance(dialog, QDialog):
                found += [f"{id_}: {one}" for one in open_after_escape(dialog)]
    assert not found, "\n".join(dict.fromkeys(found))


def test_enter_presses_the_button_it_is_on(qtbot: Any) -> None:
    dialog, pressed = Dialog("Title", None), list[int]()
    button = QPushButton("More")
    button.setAutoDefault(False)
    button.clicked.connect(lambda: pressed.append(1))
    dialog.column.addWidget(button)
    dialog.finish()
    dialog.show()
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Return)
    assert pressed == [1] and dialog.isVisible()
    dialog.close()


def test_enter_closes_a_dialog_that_only_shows(qtbot: Any) -> None:
    dialog = ELSEWHERE["SkippedDialog"](Path())
    assert isinstance(dialog, SkippedDialog)
    dialog.show()
    with qtbot.waitSignal(dialog.finished):
        QTest.keyClick(dialog.table, Qt.Key.Key_Return)


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Down])
def test_from_the_search_the_keys_go_on_to_what_was_found(qtbot: Any, make_window: Any, key: Qt.Key) -> None:
    window = make_window(images={}).window
    dialog = ShortcutDialog(window.command_actions.keys, window)
    dialog.show()
    dialog.activateWindow()
    QApplication.processEvents()
    assert dialog.line.hasFocus()
    QTest.keyClicks(dialog.line, "invert")
    QTest.keyClick(dialog.line, key)
    item = dialog.list.currentItem()
    assert isinstance(item, QTreeWidgetItem) and item.text(0) == "Invert"
    assert dialog.list.hasFocus() and dialog.name.text() == "Invert"
    QTest.keyClick(dialog.list, Qt.Key.Key_Return)
    focused = QApplication.focusWidget()
    assert focused is not None and (focused is dialog.input or dialog.input.isAncestorOf(focused))
    dialog.close()


def test_keys_are_given_to_a_command_that_is_seen(qtbot: Any, make_window: Any) -> None:
    window = make_window(images={}).window
    dialog = ShortcutDialog(window.command_actions.keys, window)
    assert dialog.name.text() == next(iter(COMMANDS)).words
    dialog.line.setText("heat map")
    assert dialog.name.text() == dialog.list.currentItem().text(0) != next(iter(COMMANDS)).words
    assert not dialog.list.currentItem().isHidden()
    dialog.line.setText("no command has these words")
    dialog.line.clear()
    dialog.close()


def test_enter_in_the_header_goes_to_what_was_found_and_copies_it(full_room: Any, qtbot: Any) -> None:
    full_room.window.show()
    full_room.window.commands.run("view.tags")
    qtbot.waitUntil(lambda: not full_room.jobs.busy, timeout=60_000)
    [dialog] = full_room.window.findChildren(TagsDialog)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.search.hasFocus)
    QTest.keyClicks(dialog.search, "R-4711")
    QTest.keyClick(dialog.search, Qt.Key.Key_Return)
    assert dialog.isVisible() and dialog.tree.hasFocus() and dialog.tree.currentItem().text(3) == "R-4711"
    QApplication.clipboard().clear()
    QTest.keyClick(dialog.tree, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "R-4711" in QApplication.clipboard().text())
    assert dialog.isVisible()
    dialog.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def unsaved(folder: TemplateFolder) -> TemplatesDialog:
    """Return the dialog with two templates, the first of which was changed and not saved."""
    folder.save("Chest", "Clear.\n")
    folder.save("Hand", "No fracture.\n")
    dialog = TemplatesDialog(folder)
    dialog.show()
    dialog.list.setCurrentRow(0)
    dialog.text.setPlainText("Lungs clear.\n")
    return dialog


def press(dialog: TemplatesDialog, words: str) -> None:
    assert dialog.question is not None
    next(one for one in dialog.question.buttons() if one.text() == words).click()
    QApplication.processEvents()


@pytest.mark.parametrize("leaves", ["escape", "another", "new"])
def test_changes_of_a_template_are_asked_about_before_they_are_left(qtbot: Any, tmp_path: Path, leaves: str) -> None:
    folder = TemplateFolder(tmp_path)
    dialog = unsaved(folder)
    closed: list[int] = []
    dialog.finished.connect(closed.append)

    def leave() -> None:
        if leaves == "escape":
            QTest.keyClick(dialog, Qt.Key.Key_Escape)
        elif leaves == "another":
            dialog.list.setCurrentRow(1)
        else:
            dialog.new.click()

    leave()
    press(dialog, "&Keep editing")
    assert dialog.isVisible() and dialog.list.currentRow() == 0
    assert dialog.text.toPlainText() == "Lungs clear.\n"
    leave()
    press(dialog, "&Save")
    assert {one.name: one.text for one in folder.load()}["Chest"] == "Lungs clear.\n"
    if leaves == "escape":
        assert closed
        return
    assert dialog.name.text() == ("Hand" if leaves == "another" else "")
    dialog.reject()
    assert closed, "nothing was changed since, so nothing is asked"


def test_changes_that_cannot_be_saved_can_only_be_kept_or_discarded(qtbot: Any, tmp_path: Path) -> None:
    folder = TemplateFolder(tmp_path)
    dialog = unsaved(folder)
    closed: list[int] = []
    dialog.finished.connect(closed.append)
    dialog.text.setPlainText("{nothing of this name}")
    dialog.reject()
    assert dialog.question is not None
    save = next(one for one in dialog.question.buttons() if one.text() == "&Save")
    assert not save.isEnabled() and "nothing of this name" in dialog.question.informativeText()
    press(dialog, "&Discard")
    assert closed
    assert {one.name: one.text for one in folder.load()}["Chest"] == "Clear.\n"


def test_enter_in_the_name_of_a_template_saves_it(qtbot: Any, tmp_path: Path) -> None:
    folder = TemplateFolder(tmp_path)
    dialog = TemplatesDialog(folder)
    dialog.show()
    dialog.activateWindow()
    QApplication.processEvents()
    assert dialog.name.hasFocus()
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    assert dialog.isVisible() and not folder.load(), "a template without a name is none"
    QTest.keyClicks(dialog.name, "Chest")
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    assert dialog.isVisible() and [one.name for one in folder.load()] == ["Chest"]
    dialog.close()
    again = TemplatesDialog(folder)
    again.show()
    again.activateWindow()
    QApplication.processEvents()
    assert again.list.hasFocus() and again.list.currentRow() == 0
    QTest.keyClick(again.list, Qt.Key.Key_Return)
    assert again.text.hasFocus()
    again.close()
