"""Finds commands by a few letters of their words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from cxrviewer.commands.keys import KeyMap
from cxrviewer.commands.registry import Command, Registry
from cxrviewer.commands.table import menu_of
from cxrviewer.text import Catalogue, joined

_BEHIND = " · "
OWN = "help.palette"
"""The palette's own command, which it does not list."""


def score(query: str, words: str) -> int | None:
    """Return how well `query` fits `words`, higher is better; None where its letters do not all occur in order.

    Letters at the start of a word count most, then letters next to each other.

    Examples
    --------
    >>> score("nf", "Next finding") > score("nf", "Turn off")
    True
    >>> score("xq", "Next finding") is None
    True
    """
    text = words.casefold()
    starts = {i for i, letter in enumerate(text) if letter.isalnum() and (i == 0 or not text[i - 1].isalnum())}
    letters = [letter for letter in query.casefold() if not letter.isspace()]
    best: dict[int, int] = {-1: 0}
    for letter in letters:
        reached: dict[int, int] = {}
        for place, points in best.items():
            at = text.find(letter, place + 1)
            while at >= 0:
                gain = (8 if at in starts else 0) + (5 if at == place + 1 and place >= 0 else 0) + 1
                reached[at] = max(reached.get(at, -1), points + gain)
                at = text.find(letter, at + 1)
        if not reached:
            return None
        best = reached
    # Of two that fit equally well the shorter one is meant.
    return 100 * max(best.values()) - len(text)


def search(
    query: str, commands: Iterable[Command], others: Sequence[Catalogue | None] = (None,)
) -> tuple[Command, ...]:
    """Return the commands `query` fits, best first; all of them, in their order, for an empty query.

    The letters of a query may stand apart in a title, but not in the longer description: in a sentence nearly every
    few letters do. Commands whose title fits come first. Where nothing of a command fits in the reader's language, its
    words in the `others` count, None for English.
    """
    if not query.strip():
        return tuple(commands)
    found: list[tuple[bool, int, int, Command]] = []
    wanted = query.strip().casefold()
    for place, command in enumerate(commands):
        titles = [command.words, *(command.words_in(one) for one in others)]
        # The name behind a title must not change the order of the presets.
        names = (name for title in titles for name in (title.partition(_BEHIND)[0], title))
        points = next((p for p in (score(query, name) for name in names) if p is not None), None)
        if points is not None:
            found.append((True, points, -place, command))
        elif any(wanted in hint.casefold() for hint in (command.hint, *(command.hint_in(one) for one in others))):
            found.append((False, 0, -place, command))
    return tuple(item[-1] for item in sorted(found, key=lambda item: item[:3], reverse=True))


RECENT = 8
"""Commands chosen last that stand at the top of the palette."""


class PaletteRow(Struct, frozen=True):
    """A line of the palette.

    Attributes
    ----------
    id : str
    title : str
        With the text behind it, such as the preset's own name.
    place : str
        The menu it stands in.
    key : str
        In portable form, empty for none.
    missing : str
        Why it cannot run now, empty where it can.
    """

    id: str
    title: str
    place: str
    key: str
    missing: str


def rows(
    query: str,
    registry: Registry,
    keys: KeyMap,
    recent: Sequence[str] = (),
    others: Sequence[Catalogue | None] = (None,),
) -> tuple[PaletteRow, ...]:
    """Return the lines for a query, best first, in the reader's language; its words in the `others` are found too.

    Those chosen recently come first while nothing is typed; afterwards they only win over lines that fit as well.
    """
    first = [registry[id_] for id_ in recent if id_ in registry]
    ordered = [*first, *(command for command in registry if command not in first)]
    offered = [_named(c, registry.name(c.id)) for c in ordered if c.id != OWN and registry.offered(c.id)]
    active = keys.active()
    return tuple(
        PaletteRow(
            found.id,
            found.words,
            menu_of(found.id).words,
            next(iter(active[found.id]), ""),
            registry.missing(found.id),
        )
        for found in search(query, offered, others)
    )


def chosen(recent: Sequence[str], id_: str) -> list[str]:
    """Return the commands chosen recently after one more was."""
    return [id_, *(other for other in recent if other != id_)][:RECENT]


def _named(command: Command, name: str) -> Command:
    return replace(command, title=joined((command.title, name), _BEHIND)) if name else command
