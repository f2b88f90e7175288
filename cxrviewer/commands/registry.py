"""Commands, their handlers, and the facts they depend on."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Protocol

from msgspec import Struct

from cxrviewer.commands.facts import MISSING, Fact
from cxrviewer.text import Catalogue, in_language, msg, translated

NOT_NOW = msg("Not available now.")
_MNEMONIC = re.compile(r"\(&.\)")

Facts = frozenset[str]
"""What is true of the window right now: names such as ``image`` or ``map shown``, see `Fact`."""


class Command(Struct, frozen=True, kw_only=True):
    """What a command is.

    Attributes
    ----------
    id : str
        Stable name, ``group.name``: settings and tests refer to it.
    title : str
        For menus and the palette, with ``&`` before the mnemonic. English; translated where it is shown.
    tip : str
        A longer description for tooltip, palette and shortcut sheet; `title` where empty.
    keys : tuple of str
        Default keys in portable form (``Ctrl+Shift+O``); menus show the first.
    needs : frozenset of str
        Facts that must be true for it to run; empty for always.
    checked : str
        The fact that shows it as checked; empty for a command without a check mark.
    named_by : str
        The fact whose text stands behind the title, such as a preset's name. Without that fact
        menus and palette leave the command out.
    symbol : str
        Name of its drawing in ``resources/symbols``; empty for none.
    short : str
        What stands below its symbol on the toolbar; `title` where empty.
    """

    id: str
    title: str
    tip: str = ""
    keys: tuple[str, ...] = ()
    needs: Facts = frozenset()
    checked: str = ""
    named_by: str = ""
    symbol: str = ""
    short: str = ""

    def __post_init__(self) -> None:
        if "." not in self.id or self.id != self.id.lower():
            raise ValueError(f"a command's id is group.name in lower case, got {self.id!r}")
        if not self.title:
            raise ValueError(f"{self.id} has no title")

    @property
    def group(self) -> str:
        return self.id.partition(".")[0]

    @property
    def words(self) -> str:
        """The title without its mnemonic and dots."""
        return plain(translated(self.title)).rstrip("…")

    @property
    def hint(self) -> str:
        """The tip in the reader's language, the title where there is none."""
        return translated(self.tip) or self.words

    def words_in(self, catalogue: Catalogue | None) -> str:
        """Return `words` in another language than the reader's; None for English."""
        return plain(in_language(self.title, catalogue)).rstrip("…")

    def hint_in(self, catalogue: Catalogue | None) -> str:
        """Return `hint` in another language than the reader's; None for English."""
        return in_language(self.tip, catalogue) or self.words_in(catalogue)

    def enabled(self, facts: Facts) -> bool:
        return self.needs <= facts

    def missing(self, facts: Facts) -> str:
        """Return why it cannot run now, a sentence; empty where it can."""
        absent = self.needs - facts
        if not absent:
            return ""
        return translated(next((MISSING.get(fact, NOT_NOW) for fact in Fact if fact in absent), ""))


def plain(title: str) -> str:
    """Return a title without its mnemonic, which stands behind it in brackets where the writing has no letters.

    Examples
    --------
    >>> plain("Open &files…"), plain("文件(&F)")
    ('Open files…', '文件')
    """
    return _MNEMONIC.sub("", title).replace("&", "")


class FactBoard(Protocol):
    """Where presenters publish what is true; a `Registry`."""

    def publish(
        self, owned: Collection[str], true: Collection[str], texts: Mapping[Fact, str] | None = None
    ) -> None: ...


class UnknownCommandError(LookupError):
    """No such command, or none that can be run: a programmer's mistake."""


class Registry:
    """Commands in the order of the menus, with their handlers and the facts they depend on.

    Handlers and facts belong to the thread of the presenters.

    Parameters
    ----------
    commands : iterable of Command
    on_unbound : callable, optional
        Called before a command without a handler is run; it may bind one.
    """

    def __init__(self, commands: Iterable[Command], on_unbound: Callable[[], object] = lambda: None) -> None:
        self._on_unbound = on_unbound
        self._commands: dict[str, Command] = {}
        for command in commands:
            if command.id in self._commands:
                raise ValueError(f"{command.id} is there twice")
            self._commands[command.id] = command
        self._handlers: dict[str, Callable[[], object]] = {}
        self._facts: Facts = frozenset()
        self._texts: dict[str, str] = {}
        self._listeners: list[Callable[[Facts], None]] = []
        self._watchers: list[Callable[[Command], None]] = []

    def __iter__(self) -> Iterator[Command]:
        return iter(self._commands.values())

    def __getitem__(self, id_: str) -> Command:
        return self._commands[id_]

    def __contains__(self, id_: str) -> bool:
        return id_ in self._commands

    def __len__(self) -> int:
        return len(self._commands)

    @property
    def facts(self) -> Facts:
        return self._facts

    @property
    def unbound(self) -> tuple[str, ...]:
        """Commands without a handler: a test holds this empty for the real window."""
        return tuple(id_ for id_ in self._commands if id_ not in self._handlers)

    def bind(self, handlers: Mapping[str, Callable[[], object]]) -> None:
        """Give commands their handlers. Raises UnknownCommandError for an id that is not in the table."""
        unknown = handlers.keys() - self._commands.keys()
        if unknown:
            raise UnknownCommandError(", ".join(sorted(unknown)))
        self._handlers.update(handlers)

    def run(self, id_: str) -> bool:
        """Run a command. Returns False where it cannot run now. Raises UnknownCommandError."""
        if id_ not in self._handlers:
            self._on_unbound()
        if id_ not in self._handlers:
            raise UnknownCommandError(id_)
        if not self._commands[id_].enabled(self._facts):
            return False
        for watcher in tuple(self._watchers):
            watcher(self._commands[id_])
        self._handlers[id_]()
        return True

    def missing(self, id_: str) -> str:
        """Return why a command cannot run now, a sentence; empty where it can."""
        return self._commands[id_].missing(self._facts)

    def name(self, id_: str) -> str:
        """Return the text behind a command's title, such as the preset's own name; mostly empty."""
        return self._texts.get(self._commands[id_].named_by, "")

    def offered(self, id_: str) -> bool:
        """Return whether menus and palette show the command: False for the third preset of an image with two."""
        named_by = self._commands[id_].named_by
        return not named_by or named_by in self._facts

    def publish(self, owned: Collection[str], true: Collection[str], texts: Mapping[Fact, str] | None = None) -> None:
        """Publish which of the `owned` facts are true now; the others of them are false.

        Parameters
        ----------
        owned : collection of Fact
            The facts the caller knows about. Facts of others stay as they are.
        true : collection of Fact
            A part of `owned`.
        texts : mapping of Fact to str, optional
            Texts of true facts.

        Raises
        ------
        ValueError
            For a true fact that the caller does not own.
        """
        strange = frozenset(true) - frozenset(owned)
        if strange:
            raise ValueError(f"not the caller's to say: {', '.join(sorted(strange))}")
        kept = {fact: text for fact, text in self._texts.items() if fact not in owned}
        kept |= {str(fact): text for fact, text in (texts or {}).items()}
        self._change((self._facts - frozenset(owned)) | frozenset(true), kept)

    def set_facts(self, true: Collection[str] = (), false: Collection[str] = ()) -> None:
        """Change some facts; listeners are called once, and only where something changed."""
        self._change((self._facts - frozenset(false)) | frozenset(true), self._texts)

    def listen(self, listener: Callable[[Facts], None]) -> None:
        """Call `listener` now and at every change of the facts."""
        self._listeners.append(listener)
        listener(self._facts)

    def watch(self, watcher: Callable[[Command], None]) -> None:
        """Call `watcher` before every command that is run."""
        self._watchers.append(watcher)

    def _change(self, facts: Facts, texts: dict[str, str]) -> None:
        if (facts, texts) != (self._facts, self._texts):
            self._facts, self._texts = facts, texts
            for listener in tuple(self._listeners):
                listener(facts)
