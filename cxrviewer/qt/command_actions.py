"""Makes Qt's actions and menus from the table of commands and keeps them as the facts and keys are."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import partial

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QToolBar, QToolButton, QWidget

from cxrviewer.commands.keys import KeyMap
from cxrviewer.commands.registry import Command, Facts, Registry
from cxrviewer.commands.table import CANVAS_MENU, MENUS, OPEN_MENU, TOOLBAR, Menu, menu
from cxrviewer.qt.symbols import symbol
from cxrviewer.text import tr, translated

_SYMBOL = 18
"""Side of a symbol of the toolbar, in logical pixels."""


def shown_key(key: str) -> str:
    """Return a key as menus of this platform write it."""
    spelt = {"PgDown": "Page Down", "PgUp": "Page Up"}
    return spelt.get(key) or QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


class CommandActions(QObject):
    """One QAction for each command, shared by menus, toolbar and keys.

    Signals
    -------
    keys_changed
        The reader gave commands other keys.

    Parameters
    ----------
    registry : Registry
    window : QWidget
        The window in which the keys work.
    """

    keys_changed = Signal()

    def __init__(self, registry: Registry, window: QWidget) -> None:
        super().__init__(window)
        self._registry = registry
        self._keys = KeyMap.of(registry)
        self._actions: dict[str, QAction] = {}
        self._menus: dict[str, QMenu] = {}
        self._named: dict[str, list[str]] = {}  # commands of a menu that what is on the screen names
        self._buttons: dict[str, _MenuButton] = {}
        self._tools: dict[str, list[Command]] = {}  # of a menu with a button
        self._shown_tools: dict[str, str] = {}
        self._on_toolbar: set[str] = set()
        for command in registry:
            action = QAction(symbol(command.symbol), "", window)
            action.setIconVisibleInMenu(False)  # a menu whose entries have pictures here and there is harder to read
            action.setCheckable(bool(command.checked))
            action.triggered.connect(partial(self._run, command))
            # In the window itself: a key works too while its command is in no visible menu.
            window.addAction(action)
            self._actions[command.id] = action
        self._show_keys(self._actions)
        registry.listen(self._show_facts)

    def action(self, id_: str) -> QAction:
        return self._actions[id_]

    @property
    def keys(self) -> KeyMap:
        return self._keys

    def use_keys(self, keys: KeyMap) -> None:
        """Give all commands their keys; menus, tooltips and toolbar follow."""
        before, after = self._keys.active(), keys.active()
        self._keys = keys
        self._show_keys([id_ for id_ in after if before[id_] != after[id_]])
        self.keys_changed.emit()

    def first_key(self, id_: str) -> str:
        """Return the key that stands beside a command, as this platform writes it; empty for none."""
        keys = self._keys.active()[id_]
        return shown_key(keys[0]) if keys else ""

    def fill_menu_bar(self, bar: QMenuBar) -> None:
        for one in MENUS:
            bar.addMenu(self._menu(one, bar))

    def fill_tool_bar(self, bar: QToolBar) -> None:
        bar.addWidget(_menu_button(tr("Open ▾"), self._list(OPEN_MENU, bar), "folder-open"))
        for group in TOOLBAR:
            bar.addSeparator()
            for id_ in group:
                if id_ in self._registry:
                    button = QToolButton()
                    button.setDefaultAction(self._actions[id_])
                    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
                    button.setIconSize(QSize(_SYMBOL, _SYMBOL))
                    bar.addWidget(button)
                else:
                    self._buttons[id_] = _menu_button(f"{menu(id_).words} ▾", self._menus[id_], menu(id_).symbol)
                    bar.addWidget(self._buttons[id_])
                    self._buttons[id_].setEnabled(self._menus[id_].isEnabled())
                    self._tools[id_] = [command for command in menu(id_).commands() if command.group == "tool"]
                    self._show_tool(id_)
        self._on_toolbar = {id_ for group in TOOLBAR for id_ in group if id_ in self._registry}
        self._show_keys(self._on_toolbar)

    def canvas_menu(self, parent: QWidget) -> QMenu:
        """Return a new context menu of the canvas."""
        return self._list(CANVAS_MENU, parent)

    # Inside.

    def _run(self, command: Command, _: bool = False) -> None:
        self._registry.run(command.id)
        # Qt switched the check mark when the action was triggered; whether it holds is for the facts to say.
        if command.checked:
            self._actions[command.id].setChecked(command.checked in self._registry.facts)

    def _menu(self, of: Menu, parent: QWidget) -> QMenu:
        made = QMenu(translated(of.title), parent)
        for entry in of.entries:
            if entry is None:
                made.addSeparator()
            elif isinstance(entry, Command):
                made.addAction(self._actions[entry.id])
            else:
                made.addMenu(self._menu(entry, made))
        self._menus[of.id] = made
        named = [command.id for command in of.commands() if command.named_by]
        if named:
            self._named[of.id] = named
            self._disable_empty(of.id)
        return made

    def _list(self, ids: Iterable[str | None], parent: QWidget) -> QMenu:
        made = QMenu(parent)
        for id_ in ids:
            if id_ is None:
                made.addSeparator()
            elif id_ in self._registry:
                made.addAction(self._actions[id_])
            else:
                made.addMenu(self._menus[id_])
        return made

    def _show_facts(self, facts: Facts) -> None:
        for command in self._registry:
            action = self._actions[command.id]
            enabled = command.enabled(facts)
            if action.isEnabled() != enabled:
                action.setEnabled(enabled)
            if command.checked and action.isChecked() != (command.checked in facts):
                action.setChecked(command.checked in facts)
            if command.named_by:
                action.setVisible(self._registry.offered(command.id))
                action.setText(self._text(command))
        for id_ in self._named:
            self._disable_empty(id_)
        for id_ in self._buttons:
            self._show_tool(id_)

    def _disable_empty(self, id_: str) -> None:
        """Disable a menu with named commands, such as presets, and its button, while none of them is offered."""
        offered = any(self._registry.offered(command) for command in self._named[id_])
        self._menus[id_].setEnabled(offered)
        if id_ in self._buttons:
            self._buttons[id_].setEnabled(offered)

    def _show_tool(self, id_: str) -> None:
        """Check the button of a menu and give it the picture of the tool while one of its tools is in use."""
        of, button = menu(id_), self._buttons[id_]
        facts = self._registry.facts
        used = next((command for command in self._tools[id_] if command.checked in facts), None)
        if self._shown_tools.get(id_, "") == (used.id if used else ""):
            return
        self._shown_tools[id_] = used.id if used else ""
        button.setChecked(used is not None)
        button.setIcon(symbol(used.symbol if used else of.symbol))
        button.setToolTip("" if used is None else self._actions[used.id].toolTip())

    def _text(self, command: Command) -> str:
        name = self._registry.name(command.id).replace("&", "&&")
        return name or translated(command.title)

    def _show_keys(self, ids: Collection[str]) -> None:
        active = self._keys.active()
        for id_ in ids:
            command, action = self._registry[id_], self._actions[id_]
            action.setShortcuts([QKeySequence(key) for key in active[id_]])
            first = shown_key(active[id_][0]) if active[id_] else ""
            action.setText(self._text(command))
            action.setToolTip(command.hint + (f"  ({first})" if first else ""))
            if id_ in self._on_toolbar:
                action.setIconText(translated(command.short) or command.words)


class _MenuButton(QToolButton):
    """Opens a menu; whether it is checked is for the facts to say, not for a press."""

    def __init__(self) -> None:
        super().__init__()
        self.setCheckable(True)

    def nextCheckState(self) -> None:
        pass


def _menu_button(text: str, of: QMenu, drawing: str) -> _MenuButton:
    button = _MenuButton()
    button.setText(text)
    button.setMenu(of)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
    button.setIconSize(QSize(_SYMBOL, _SYMBOL))
    button.setIcon(symbol(drawing))
    return button
