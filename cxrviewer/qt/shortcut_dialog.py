"""Every key and gesture, and other keys for commands."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from cxrviewer.commands.gestures import GESTURES
from cxrviewer.commands.keys import RESERVED, KeyMap, normal
from cxrviewer.commands.registry import Command, plain
from cxrviewer.commands.table import COMMANDS, MENUS
from cxrviewer.qt import language
from cxrviewer.qt.command_actions import shown_key
from cxrviewer.qt.dialogs import Dialog
from cxrviewer.qt.widgets import SearchAbove, first_seen, label
from cxrviewer.text import in_language, tr, translated

_ID = Qt.ItemDataRole.UserRole
_ELSEWHERE = Qt.ItemDataRole.UserRole + 1
"""What a line says in the other languages."""


class ShortcutDialog(Dialog):
    """Lists commands with their keys; the chosen one can be given others.

    What a key runs already is said before the key is accepted.

    Signals
    -------
    changed(KeyMap)
        After each accepted change.
    """

    changed = Signal(object)

    def __init__(self, keys: KeyMap, parent: QWidget | None = None) -> None:
        super().__init__(tr("Keyboard shortcuts"), parent)
        self._keys = keys
        self._commands = {command.id: command for command in COMMANDS}
        self._items: dict[str, QTreeWidgetItem] = {}
        self._groups: list[tuple[QTreeWidgetItem, list[QTreeWidgetItem]]] = []
        self.line = QLineEdit()
        self.line.setPlaceholderText(tr("Find a command or a key"))
        self.line.setAccessibleName(tr("Find a command or a key"))
        self.line.setClearButtonEnabled(True)
        self.line.textChanged.connect(self._find)
        self.list = QTreeWidget()
        self.list.setAccessibleName(tr("Commands and their keys"))
        self.list.setColumnCount(2)
        self.list.setHeaderLabels([tr("Command"), tr("Keys")])
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setUniformRowHeights(True)
        self.list.currentItemChanged.connect(self._show_chosen)
        self.list.itemActivated.connect(self._go_on)
        SearchAbove(self.line, self.list)
        self.name = label("", "title")
        self.input = QKeySequenceEdit()
        self.input.setMaximumSequenceLength(1)
        self.input.setAccessibleName(tr("New key"))
        for field in self.input.findChildren(QLineEdit):  # what has the focus is inside of it
            field.setAccessibleName(tr("New key"))
        self.input.keySequenceChanged.connect(self._show_chosen)
        self.replace = QPushButton(tr("Replace keys"))
        self.add = QPushButton(tr("Add key"))
        self.remove = QPushButton(tr("Remove keys"))
        self.reset = QPushButton(tr("Reset"))
        self.reset_all = QPushButton(tr("Reset all"))
        self.notice = label("", "quiet", wrap=True)
        self.replace.clicked.connect(lambda: self._give((self._pressed(),)))
        self.add.clicked.connect(lambda: self._give((*self._keys.keys(self._chosen()), self._pressed())))
        self.remove.clicked.connect(lambda: self._give(()))
        self.reset.clicked.connect(lambda: self._give(self._keys.defaults[self._chosen()]))
        self.reset_all.clicked.connect(lambda: self._take(self._keys.without_changes()))
        self._fill()
        self._lay_out()
        self._show_keys()
        self.list.setCurrentItem(self._items[COMMANDS[0].id])

    @property
    def keys(self) -> KeyMap:
        return self._keys

    def choose(self, id_: str) -> None:
        """Choose a command."""
        self.list.setCurrentItem(self._items[id_])

    def rows(self) -> dict[str, str]:
        """Return the keys that stand beside each command, by id."""
        return {id_: item.text(1) for id_, item in self._items.items()}

    # Inside.

    def _fill(self) -> None:
        others = language.others()
        for menu in MENUS:
            group = self._group(menu.words)
            for command in menu.commands():
                item = QTreeWidgetItem(group, [command.words, ""])
                item.setData(0, _ID, command.id)
                item.setToolTip(0, command.hint)
                texts = (
                    f"{plain(in_language(menu.title, one))} {command.words_in(one)} {command.hint_in(one)}"
                    for one in others
                )
                item.setData(0, _ELSEWHERE, " ".join(texts))
                self._items[command.id] = item
            self._groups.append((group, [self._items[command.id] for command in menu.commands()]))
        mouse = self._group(tr("Mouse"))
        gestures = [QTreeWidgetItem(mouse, [translated(words), translated(gesture)]) for gesture, words in GESTURES]
        for item, (gesture, words) in zip(gestures, GESTURES, strict=True):
            item.setFlags(Qt.ItemFlag.ItemIsEnabled)
            texts = (f"{in_language(words, one)} {in_language(gesture, one)}" for one in others)
            item.setData(0, _ELSEWHERE, " ".join(texts))
        self._groups.append((mouse, gestures))
        self.list.expandAll()

    def _group(self, title: str) -> QTreeWidgetItem:
        made = QTreeWidgetItem(self.list, [title])
        made.setFlags(Qt.ItemFlag.ItemIsEnabled)
        made.setFirstColumnSpanned(True)
        font = made.font(0)
        font.setBold(True)
        made.setFont(0, font)
        return made

    def _lay_out(self) -> None:
        header = self.list.header()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(False)
        first = QHBoxLayout()
        first.addWidget(self.name, 1)
        first.addWidget(label(tr("New key")))
        first.addWidget(self.input)
        second = QHBoxLayout()
        for button in (self.replace, self.add, self.remove, self.reset):
            second.addWidget(button)
        second.addStretch(1)
        second.addWidget(self.reset_all)
        for button in (self.replace, self.add, self.remove, self.reset, self.reset_all):
            button.setAutoDefault(False)
        self.column.addWidget(self.line)
        self.column.addWidget(self.list, 1)
        self.column.addLayout(first)
        self.column.addWidget(self.notice)
        self.column.addLayout(second)
        self.notice.setMinimumHeight(2 * self.notice.fontMetrics().lineSpacing())
        self.resize(640, 560)
        self.finish()

    def _chosen(self) -> str:
        item = self.list.currentItem()
        return str(item.data(0, _ID) or "") if item is not None else ""

    def _pressed(self) -> str:
        """Return the key that was pressed, in its one form; empty for none and for what no command can have."""
        # The number block is not told from the digits: a reader who has one presses either.
        text = self.input.keySequence().toString(QKeySequence.SequenceFormat.PortableText).replace("Num+", "")
        try:
            return normal(text)
        except ValueError:
            return ""

    def _show_chosen(self, *_: object) -> None:
        id_, key = self._chosen(), self._pressed()
        command = self._commands.get(id_)
        self.name.setText("" if command is None else command.words)
        usable, words = self._judge(command, key)
        self.notice.setText(words)
        self.replace.setEnabled(usable)
        self.add.setEnabled(usable and key not in self._keys.keys(id_))
        self.remove.setEnabled(command is not None and bool(self._keys.keys(id_)))
        self.reset.setEnabled(id_ in self._keys.changes)
        self.reset_all.setEnabled(bool(self._keys.changes))
        self.input.setEnabled(command is not None)

    def _judge(self, command: Command | None, key: str) -> tuple[bool, str]:
        """Return whether the command can be given the key, and what to say before it is."""
        if command is None:
            return False, tr("Choose a command to change its keys.")
        if not key:
            return False, tr("Click “New key” and press the key.")
        if key in RESERVED:
            return False, tr("{key} moves through windows and presses buttons; choose another key.", key=shown_key(key))
        others = [self._commands[id_].words for id_ in self._keys.owners(key) if id_ != command.id]
        if others:
            taken = tr(
                "{key} runs “{commands}”, which loses this key if you accept.",
                key=shown_key(key),
                commands="”, “".join(others),
            )
            return True, taken
        if (key,) == self._keys.keys(command.id):
            return False, tr("{key} runs this command already.", key=shown_key(key))
        return True, tr("{key} is free.", key=shown_key(key))

    def _give(self, keys: tuple[str, ...]) -> None:
        self._take(self._keys.giving(self._chosen(), keys))

    def _take(self, keys: KeyMap) -> None:
        self._keys = keys
        self.input.clear()
        self._show_keys()
        self._show_chosen()
        self.changed.emit(keys)

    def _show_keys(self) -> None:
        active = self._keys.active()
        for id_, item in self._items.items():
            item.setText(1, tr(" or ").join(shown_key(key) for key in active[id_]))
            font = item.font(1)
            font.setBold(id_ in self._keys.changes)
            item.setFont(1, font)

    def _go_on(self, _: QTreeWidgetItem) -> None:
        if self.input.isEnabled():
            self.input.setFocus()

    def _find(self, text: str) -> None:
        wanted = text.casefold().split()
        for group, items in self._groups:
            for item in items:
                shown = f"{group.text(0)} {item.text(0)} {item.toolTip(0)} {item.text(1)}"
                words = f"{shown} {item.data(0, _ELSEWHERE)}".casefold()
                item.setHidden(not all(word in words for word in wanted))
            group.setHidden(all(item.isHidden() for item in items))
        chosen, first = self.list.currentItem(), first_seen(self.list)
        if first is not None and (chosen is None or chosen.isHidden()):
            self.list.setCurrentItem(first)  # keys are given to a command that is seen
