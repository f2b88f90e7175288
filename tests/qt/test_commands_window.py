"""Menus, keys, palette and shortcut sheet of the real window, all made from the table of commands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QToolBar, QToolButton

from cxrviewer.commands.table import CANVAS_MENU, COMMANDS, TOOLBAR
from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.imaging.shutter import Rectangle, Shutter
from cxrviewer.qt.command_palette import PaletteDialog
from cxrviewer.qt.shortcut_dialog import ShortcutDialog
from cxrviewer.reading.kinds import TOOLS
from tests.fakes import FakeScorer, fake_image
from tests.qt.window_fixture import drag

IDS = [command.id for command in COMMANDS]


def entries(menu: QMenu) -> Iterator[QAction]:
    """Return the commands of a menu and of those inside it."""
    for action in menu.actions():
        inside = action.menu()
        if isinstance(inside, QMenu):
            yield from entries(inside)
        elif not action.isSeparator():
            yield action


def menu_actions(fixture: Any) -> list[QAction]:
    return [action for one in fixture.window.menuBar().actions() for action in entries(one.menu())]


def dialog_of(fixture: Any, kind: type) -> Any:
    [dialog] = fixture.window.findChildren(kind)
    return dialog


def activate(fixture: Any, qtbot: Any) -> None:
    """Make the window the one that keys go to; those of a window behind run nothing."""
    fixture.window.activateWindow()
    qtbot.waitUntil(fixture.window.isActiveWindow)


def open_palette(fixture: Any, qtbot: Any) -> PaletteDialog:
    activate(fixture, qtbot)
    qtbot.keyClick(fixture.window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    dialog: PaletteDialog = dialog_of(fixture, PaletteDialog)
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


def open_dialog(fixture: Any, qtbot: Any) -> ShortcutDialog:
    activate(fixture, qtbot)
    qtbot.keyClick(fixture.window, Qt.Key.Key_F1)
    dialog: ShortcutDialog = dialog_of(fixture, ShortcutDialog)
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


def test_every_command_has_a_handler_and_sits_in_exactly_one_menu(make_window: Any) -> None:
    fixture = make_window(images={})
    assert fixture.window.commands.unbound == ()
    placed = menu_actions(fixture)
    for id_ in IDS:
        assert placed.count(fixture.window.action(id_)) == 1, id_
    assert len(placed) == len(IDS)


def test_no_key_runs_two_things_in_the_window(make_window: Any) -> None:
    fixture = make_window(images={})
    keys = [key.toString() for action in fixture.window.findChildren(QAction) for key in action.shortcuts()]
    assert sorted(keys) == sorted(set(keys))
    expected = {QKeySequence(key).toString() for command in COMMANDS for key in command.keys}
    assert set(keys) == expected and "" not in expected


def test_what_cannot_run_is_disabled_in_menus_and_toolbar(make_window: Any) -> None:
    fixture = make_window(images={"a": fake_image()})
    always = {
        "file.open_files", "file.open_folder", "file.open_demo", "file.quit", "tool.window", "tool.zoom", "tool.pan",
        *(f"tool.{name}" for name in TOOLS), "view.worklist", "view.findings", "view.theme_dark", "view.theme_light",
        "view.theme_reading_room", "view.language_system", "view.language_en", "view.language_zh_cn",
        "view.hide_identity", "viewport.layout_1x1", "viewport.layout_1x2", "viewport.layout_1x3",
        "viewport.layout_2x2",
        "file.readings", "library.open",
        "library.hanging_rules", "file.templates", "ai.audit", "grey.keep_enhancement", "view.full_screen",
        "view.screen_size", "help.test_pattern",
        "worklist.search", "ai.heat_map", "ai.on", "ai.heads", "help.palette", "help.shortcuts", "help.about",
        "measure.snap", "viewport.window", "viewport.hang_priors", "view.timeline", "file.empty_thumbnails",
        "help.tour",
    }  # fmt: skip
    assert {id_ for id_ in IDS if fixture.window.action(id_).isEnabled()} == always
    fit = next(
        b for b in fixture.window.findChildren(QToolButton) if b.defaultAction() is fixture.window.action("view.fit")
    )
    assert not fit.isEnabled()
    fixture.open()
    assert fit.isEnabled()
    enabled = {id_ for id_ in IDS if fixture.window.action(id_).isEnabled()}
    # The fake image has two windows, no shutter, no overlay; the fake head makes its maps by itself.
    missing = {
        "file.open_last",
        "file.skipped",
        "view.shutter",
        "view.overlays",
        "grey.voi_lut",
        "view.true_size",
        "ai.compute_map",
    }
    missing |= {"edit.undo", "edit.redo", "edit.delete", "edit.text"}  # nothing was drawn
    missing |= {"edit.next_point", "edit.previous_point", "measure.values"}
    missing |= {id_ for id_ in IDS if id_.startswith("viewport.sync_")}
    missing |= {"viewport.blink", "ai.compare"}
    missing |= {"viewport.next", "viewport.previous", "viewport.single", "viewport.sync"}  # there is one viewport
    missing |= {id_ for id_ in IDS if id_.startswith("frame.")}
    missing |= {"viewport.close_windows"}
    missing |= {f"grey.preset_{number}" for number in range(3, 10)}
    assert set(IDS) - enabled == missing


def test_commands_about_grey_are_off_over_a_colour_picture(make_window: Any) -> None:
    fixture = make_window(images={"a": fake_image(colour=True)}).open()
    for id_ in ("grey.invert", "grey.auto", "grey.next_preset", "grey.preset_1"):
        assert not fixture.window.action(id_).isEnabled()
    for id_ in ("grey.reset", "view.fit"):
        assert fixture.window.action(id_).isEnabled()


def test_check_marks_are_what_is_true_and_not_what_was_pressed(make_window: Any) -> None:
    fixture = make_window().open()
    window, zoom = fixture.window.action("tool.window"), fixture.window.action("tool.zoom")
    zoom.trigger()
    assert zoom.isChecked() and not window.isChecked()
    zoom.trigger()  # Qt would take the mark away
    assert zoom.isChecked()
    fixture.window.action("view.worklist").trigger()
    assert not fixture.window.worklist.isVisible() and not fixture.window.action("view.worklist").isChecked()
    fixture.window.action("worklist.search").trigger()
    assert fixture.window.worklist.isVisible() and fixture.window.action("view.worklist").isChecked()
    fixture.window.findings.layer.switch.click()
    assert fixture.window.action("ai.heat_map").isChecked()


@pytest.mark.parametrize(
    ("key", "id_"),
    [(Qt.Key.Key_O, "view.overlays"), (Qt.Key.Key_S, "view.shutter")],
)
def test_keys_of_overlays_and_shutter_switch_them(make_window: Any, qtbot: Any, key: Qt.Key, id_: str) -> None:
    fixture = make_window(images={"a": marked()}).open()
    assert fixture.window.action(id_).isChecked()
    qtbot.keyClick(fixture.window, key)
    assert not fixture.window.action(id_).isChecked()
    qtbot.keyClick(fixture.window, key)
    assert fixture.window.action(id_).isChecked()


def marked() -> Radiograph:
    """Return an image with a shutter and an overlay."""
    from msgspec.structs import replace

    plain = fake_image()
    inside = np.zeros(plain.codes.shape, np.bool_)
    inside[10:-10, 10:-10] = True
    return replace(plain, overlay=inside, shutter=Shutter((Rectangle(50, 249, 60, 339),), 0.25))


def test_presets_stand_in_their_menu_by_name(make_window: Any) -> None:
    fixture = make_window()
    button = next(b for b in fixture.window.findChildren(QToolButton) if b.text() == "Presets ▾")
    assert not button.menu().isEnabled()
    fixture.open()
    assert button.menu().isEnabled()
    shown = [action for action in button.menu().actions() if action.isVisible() and not action.isSeparator()]
    assert [action.text() for action in shown[:3]] == ["&Lungs", "&Mediastinum", "&Bones"]
    own = shown[3:]
    assert [(action.text(), action.isChecked()) for action in own] == [("Normal", True), ("Hard", False)]
    own[1].trigger()
    assert [action.isChecked() for action in own] == [False, True]
    assert "Hard" in fixture.window.canvas.words()["readout"]


def test_a_right_click_opens_the_canvas_menu_and_a_right_drag_zooms(make_window: Any) -> None:
    fixture = make_window().open()
    canvas, right = fixture.window.canvas, Qt.MouseButton.RightButton
    before = canvas.scale_factor()
    drag(canvas, QPointF(300, 300), [QPointF(300, 240), QPointF(300, 200)], right)
    assert QApplication.activePopupWidget() is None and canvas.scale_factor() > before
    zoomed = canvas.scale_factor()
    drag(canvas, QPointF(300, 300), [QPointF(301, 301)], right)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu) and canvas.scale_factor() == zoomed
    expected = [fixture.window.action(id_) for id_ in CANVAS_MENU if id_ and id_ in fixture.window.commands]
    assert [action for action in menu.actions() if action in expected] == expected
    menu.close()


def test_the_menu_key_opens_the_canvas_menu(make_window: Any) -> None:
    fixture = make_window().open()
    canvas = fixture.window.canvas
    place = canvas.rect().center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, place, canvas.mapToGlobal(place))
    QApplication.sendEvent(canvas, event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    menu.close()


# The palette.


def test_the_palette_runs_what_a_few_letters_find(make_window: Any, qtbot: Any) -> None:
    fixture = make_window().open()
    dialog = open_palette(fixture, qtbot)
    qtbot.keyClicks(dialog.line, "inv")
    assert dialog.titles()[0] == "Invert"
    with qtbot.waitSignal(dialog.destroyed):
        qtbot.keyClick(dialog.line, Qt.Key.Key_Return)
    assert "inverted" in fixture.window.canvas.words()["readout"]
    again = open_palette(fixture, qtbot)
    assert again.titles()[0] == "Invert"
    again.close()


def test_the_palette_is_walked_with_the_arrows_and_left_with_escape(make_window: Any, qtbot: Any) -> None:
    fixture = make_window().open()
    dialog = open_palette(fixture, qtbot)
    qtbot.keyClicks(dialog.line, "preset")
    for key, place in ((Qt.Key.Key_Down, 1), (Qt.Key.Key_Down, 2), (Qt.Key.Key_Up, 1)):
        qtbot.keyClick(dialog.line, key)
        assert dialog.list.currentIndex().row() == place
    with qtbot.waitSignal(dialog.destroyed):
        qtbot.keyClick(dialog.line, Qt.Key.Key_Escape)
    assert "Normal" in fixture.window.canvas.words()["readout"]


def test_the_palette_says_why_a_command_cannot_run_and_stays(make_window: Any, qtbot: Any) -> None:
    fixture = make_window(images={})
    dialog = open_palette(fixture, qtbot)
    qtbot.keyClicks(dialog.line, "fit")
    item = dialog.list.topLevelItem(0)
    assert [item.text(column) for column in range(3)] == ["Fit", "No film is on the screen.", "F"]
    qtbot.keyClick(dialog.line, Qt.Key.Key_Return)
    assert dialog.isVisible()
    qtbot.keyClicks(dialog.line, "zzzz")
    assert dialog.titles() == () and dialog.empty.isVisible()
    dialog.close()


def test_a_dialog_opened_from_the_palette_outlives_it(make_window: Any, qtbot: Any) -> None:
    fixture = make_window(images={})
    dialog = open_palette(fixture, qtbot)
    qtbot.keyClicks(dialog.line, "keyboard")
    with qtbot.waitSignal(dialog.destroyed):
        qtbot.keyClick(dialog.line, Qt.Key.Key_Return)
    assert dialog_of(fixture, ShortcutDialog).isVisible()
    dialog_of(fixture, ShortcutDialog).close()


# Keys of the reader's own.


def test_the_dialog_lists_every_command_with_its_keys(make_window: Any, qtbot: Any) -> None:
    dialog = open_dialog(make_window(images={}), qtbot)
    assert dialog.rows().keys() == set(IDS)
    assert dialog.rows()["worklist.next"] == "Page Down or Right or Down"
    assert dialog.rows()["help.about"] == ""
    qtbot.keyClicks(dialog.line, "theme")
    assert [id_ for id_ in IDS if not dialog._items[id_].isHidden()] == [i for i in IDS if i.startswith("view.theme")]
    dialog.close()


def test_a_key_is_given_with_its_conflict_shown_before(make_window: Any, qtbot: Any) -> None:
    fixture = make_window().open()
    dialog = open_dialog(fixture, qtbot)
    dialog.choose("grey.invert")
    assert not dialog.replace.isEnabled()
    qtbot.keyClick(dialog.input, Qt.Key.Key_P)
    assert dialog.notice.text() == "P runs “Pan”, which loses this key if you accept."
    assert dialog.rows()["tool.pan"] == "P" and dialog.rows()["grey.invert"] == "I", "nothing yet"
    qtbot.mouseClick(dialog.replace, Qt.MouseButton.LeftButton)
    assert dialog.rows()["tool.pan"] == "" and dialog.rows()["grey.invert"] == "P"
    dialog.close()
    activate(fixture, qtbot)
    qtbot.keyClick(fixture.window, Qt.Key.Key_I)
    assert "inverted" not in fixture.window.canvas.words()["readout"]
    qtbot.keyClick(fixture.window, Qt.Key.Key_P)
    assert "inverted" in fixture.window.canvas.words()["readout"]
    assert fixture.window.action("grey.invert").toolTip().endswith("(P)")
    assert fixture.window.action("grey.invert").iconText() == "Invert", "keys stand in tooltips, not on the toolbar"


def test_keys_are_added_removed_and_put_back(make_window: Any, qtbot: Any) -> None:
    fixture = make_window(images={})
    dialog = open_dialog(fixture, qtbot)
    dialog.choose("help.about")
    qtbot.keyClick(dialog.input, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert dialog.notice.text() == "Ctrl+Shift+B is free."
    dialog.add.click()
    dialog.choose("view.fit")
    qtbot.keyClick(dialog.input, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    dialog.add.click()
    assert dialog.rows()["help.about"] == "Ctrl+Shift+B" and dialog.rows()["view.fit"] == "F or Ctrl+J"
    assert dict(dialog.keys.changes) == {"help.about": ("Ctrl+Shift+B",), "view.fit": ("F", "Ctrl+J")}
    dialog.reset.click()
    assert dialog.rows()["view.fit"] == "F" and "view.fit" not in dialog.keys.changes
    dialog.remove.click()
    assert dialog.rows()["view.fit"] == ""
    dialog.reset_all.click()
    assert not dialog.keys.changes and not dialog.reset_all.isEnabled()
    dialog.close()


def test_keys_that_walk_through_dialogs_cannot_be_given(make_window: Any, qtbot: Any) -> None:
    dialog = open_dialog(make_window(images={}), qtbot)
    dialog.choose("view.fit")
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Space):
        qtbot.keyClick(dialog.input, key)
        assert "choose another key" in dialog.notice.text()
        assert not dialog.replace.isEnabled() and not dialog.add.isEnabled()
    assert dialog.isVisible()
    dialog.close()


def test_words_beside_the_heat_map_follow_its_key(make_window: Any) -> None:
    fixture = make_window(images={})
    assert fixture.window.findings.layer.switch.text() == "Heat map  H"
    fixture.window.use_keys({"ai.heat_map": ("F9",), "help.shortcuts": ()})
    assert fixture.window.findings.layer.switch.text() == "Heat map  F9"
    assert fixture.window._status.text() == ""


def test_next_finding_waits_for_findings_and_map_commands_for_maps(make_window: Any) -> None:
    fixture = make_window(scorer=FakeScorer())
    for id_ in ("ai.next_finding", "ai.more_opaque"):
        assert not fixture.window.action(id_).isEnabled()
    fixture.open()
    for id_ in ("ai.next_finding", "ai.more_opaque"):
        assert fixture.window.action(id_).isEnabled()
    fixture.window.action("ai.on").trigger()
    for id_ in ("ai.next_finding", "ai.more_opaque", "ai.heat_map"):
        assert not fixture.window.action(id_).isEnabled()


def test_the_toolbar_holds_what_the_table_says(make_window: Any) -> None:
    fixture = make_window(images={})
    defaults = [button.defaultAction() for button in fixture.window.findChildren(QToolButton) if button.defaultAction()]
    for id_ in [id_ for group in TOOLBAR for id_ in group if id_ in fixture.window.commands]:
        assert fixture.window.action(id_) in defaults


@pytest.mark.parametrize("id_", [command.id for command in COMMANDS if command.group == "tool"])
def test_the_toolbar_is_lit_for_every_tool(make_window: Any, id_: str) -> None:
    window = make_window().open().window
    bar = window.findChild(QToolBar, "tools")
    window.commands.run(id_)
    lit = [one for one in bar.findChildren(QToolButton) if one.isChecked() and one.isVisible()]
    tools = [one for one in lit if one.text() == "Measure ▾" or one.defaultAction() is window.action(id_)]
    assert len(tools) == 1


def test_the_sheet_of_keys_finds_english_names_in_a_chinese_window(make_window: Any) -> None:
    from cxrviewer.qt import language

    language.install("zh_CN")
    try:
        dialog = ShortcutDialog(make_window(images={}).window.command_actions.keys)
        for words, id_ in {
            "heat map": "ai.heat_map",
            "help shortcuts": "help.shortcuts",
            "热力图": "ai.heat_map",
        }.items():
            dialog.line.setText(words)
            assert not dialog._items[id_].isHidden(), words
            assert dialog._items["file.quit"].isHidden()
        dialog.line.setText("middle drag")
        assert not all(group.isHidden() for group, _ in dialog._groups)
        dialog.close()
    finally:
        language.install("en")


def test_changed_keys_come_back_with_the_next_start(make_app: Any, tmp_path: Path) -> None:
    from cxrviewer.paths import AppPaths
    from cxrviewer.settings import SettingsStore

    paths = AppPaths.under(tmp_path / "home")
    first = make_app()
    first.window.use_keys({"view.fit": ("Ctrl+G",)})
    first.window.close()
    assert SettingsStore(paths.config).current.shortcuts == {"view.fit": ("Ctrl+G",)}
    again = make_app()
    assert [key.toString() for key in again.window.action("view.fit").shortcuts()] == ["Ctrl+G"]


def test_every_button_of_the_toolbar_fits_into_1280_pixels(make_window: Any, qtbot: Any) -> None:
    window = make_window(images={}).window
    window.resize(1280, 800)
    window.show()
    qtbot.waitExposed(window)
    bar = next(bar for bar in window.findChildren(QToolBar) if bar.objectName() == "tools")
    hidden = [action.text() for action in bar.actions() if (w := bar.widgetForAction(action)) and not w.isVisible()]
    assert hidden == []


@pytest.mark.parametrize("name", sorted(TOOLS))
def test_the_toolbar_shows_that_a_tool_of_its_menu_is_in_use(make_window: Any, name: str) -> None:
    fixture = make_window().open()
    window = fixture.window
    bar = window.findChild(QToolBar, "tools")
    [button] = [one for one in bar.findChildren(QToolButton) if one.text() == "Measure ▾"]
    at_rest = button.icon().pixmap(18, 18).toImage()
    assert not button.isChecked() and button.toolTip() == ""
    window.commands.run(f"tool.{name}")
    assert button.isChecked()
    assert button.icon().pixmap(18, 18).toImage() == window.action(f"tool.{name}").icon().pixmap(18, 18).toImage()
    assert button.toolTip() == window.action(f"tool.{name}").toolTip()
    button.nextCheckState()  # as a press does, which opens the menu and changes no tool
    assert button.isChecked()
    for _ in range(2):
        QTest.keyClick(window.canvas, Qt.Key.Key_Escape)
    assert window.action("tool.window").isChecked()
    assert not button.isChecked() and button.toolTip() == ""
    assert button.icon().pixmap(18, 18).toImage() == at_rest


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_enter_presses_the_button_of_the_window_that_has_the_focus(make_window: Any, qtbot: Any, key: Qt.Key) -> None:
    fixture = make_window().open()
    window = fixture.window
    activate(fixture, qtbot)
    for id_ in ("tool.zoom", "tool.pan"):
        button = next(one for one in window.findChildren(QToolButton) if one.defaultAction() is window.action(id_))
        button.setFocus()
        qtbot.keyClick(button, key)
        assert window.action(id_).isChecked()


def test_enter_on_a_button_over_the_image_presses_it_and_draws_nothing(make_window: Any, qtbot: Any) -> None:
    fixture = make_window().open()
    window, canvas = fixture.window, fixture.window.canvas
    activate(fixture, qtbot)
    window.commands.run("tool.length")
    button, pressed = QPushButton("over the image", canvas), []
    button.clicked.connect(lambda: pressed.append(True))
    button.show()
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Return)
    assert pressed == [True]
    assert not fixture.room.annotations.selected
    canvas.setFocus()
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert fixture.room.annotations.selected
