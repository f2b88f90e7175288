"""Which key runs which command: defaults, the reader's own changes, conflicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from msgspec import Struct, field

from cxrviewer.commands.registry import Command

_MODIFIERS = ("Ctrl", "Alt", "Shift", "Meta")
_ALIASES = {"control": "Ctrl", "ctrl": "Ctrl", "alt": "Alt", "shift": "Shift", "meta": "Meta", "cmd": "Ctrl"}


def normal(key: str) -> str:
    """Return a key sequence in the one form that is stored and compared.

    Raises
    ------
    ValueError
        For a sequence without a key, or with a modifier twice.

    Examples
    --------
    >>> normal("shift + ctrl+o"), normal("Ctrl++"), normal("f1")
    ('Ctrl+Shift+O', 'Ctrl++', 'F1')
    """
    text = key.strip()
    rest, last = (text[:-1], "+") if text.endswith("+") else (text.rpartition("+")[0], text.rpartition("+")[2].strip())
    parts = [part.strip().lower() for part in rest.split("+") if part.strip()]
    found = [_ALIASES.get(part, "") for part in parts]
    if not last or "" in found or len(set(found)) != len(found):
        raise ValueError(f"not a key: {key!r}")
    name = last.upper() if len(last.upper()) == 1 else last[0].upper() + last[1:] if len(last) > 1 else last
    return "+".join([*(m for m in _MODIFIERS if m in found), name])


RESERVED = frozenset({"Esc", "Tab", "Shift+Tab", "Shift+Backtab", "Return", "Enter", "Space"})
"""Keys that move through the window and its dialogs, or press what has the focus; no command can have them."""


class Conflict(Struct, frozen=True):
    """One key that several commands have; it runs one of them, see `KeyMap.command`."""

    key: str
    commands: tuple[str, ...]


class KeyMap(Struct, frozen=True):
    """Keys of all commands.

    Attributes
    ----------
    defaults : mapping of command id to keys
    changes : mapping of command id to keys
        The reader's own; an empty tuple takes all keys away. Only these are saved.
    """

    defaults: Mapping[str, tuple[str, ...]]
    changes: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(cls, commands: Iterable[Command], changes: Mapping[str, Iterable[str]] | None = None) -> KeyMap:
        """Return the map of `commands`. Saved changes of commands that are gone, and keys that are none, drop out."""
        defaults = {c.id: tuple(normal(key) for key in c.keys) for c in commands}
        kept = {id_: _usable(keys) for id_, keys in (changes or {}).items() if id_ in defaults}
        return cls(MappingProxyType(defaults), MappingProxyType(kept))

    def keys(self, id_: str) -> tuple[str, ...]:
        """Return the keys of a command, the one that menus show first."""
        return self.changes.get(id_, self.defaults[id_])

    def command(self, key: str) -> str | None:
        """Return the command a key runs: of several, one to which the reader gave it."""
        owners = self.owners(key)
        return next((id_ for id_ in owners if id_ in self.changes), owners[0] if owners else None)

    def owners(self, key: str) -> tuple[str, ...]:
        """Return every command that has a key."""
        wanted = normal(key)
        return tuple(id_ for id_ in self.defaults if wanted in self.keys(id_))

    def active(self) -> dict[str, tuple[str, ...]]:
        """Return the keys of every command, each key only with the command it runs (`command`).

        A default key that a newer version gives to a new command may be one the reader has given to another.
        """
        lost = {(c.key, id_) for c in self.conflicts() for id_ in c.commands if id_ != self.command(c.key)}
        return {id_: tuple(key for key in self.keys(id_) if (key, id_) not in lost) for id_ in self.defaults}

    def conflicts(self) -> tuple[Conflict, ...]:
        """Return every key that several commands have."""
        of_key: dict[str, list[str]] = {}
        for id_ in self.defaults:
            for key in self.keys(id_):
                of_key.setdefault(key, []).append(id_)
        return tuple(Conflict(key, tuple(ids)) for key, ids in of_key.items() if len(ids) > 1)

    def with_keys(self, id_: str, keys: Iterable[str]) -> KeyMap:
        """Return the map with other keys for one command; its own defaults count as no change."""
        wanted = tuple(dict.fromkeys(normal(key) for key in keys))
        changes = {**self.changes, id_: wanted}
        if wanted == self.defaults[id_]:
            del changes[id_]
        return KeyMap(self.defaults, MappingProxyType(changes))

    def giving(self, id_: str, keys: Iterable[str]) -> KeyMap:
        """Return the map with other keys for one command, taken away from every command that had them."""
        changed = self.with_keys(id_, keys)
        for key in changed.keys(id_):
            for other in changed.owners(key):
                if other != id_:
                    changed = changed.with_keys(other, [k for k in changed.keys(other) if k != key])
        return changed

    def without_changes(self) -> KeyMap:
        return KeyMap(self.defaults)


def _usable(keys: Iterable[str]) -> tuple[str, ...]:
    found = []
    for key in keys:
        try:
            found.append(normal(key))
        except (ValueError, AttributeError):
            continue
    return tuple(dict.fromkeys(found))
