"""Finds commands by a few letters of their words."""

from __future__ import annotations

from collections.abc import Iterable

from cxrviewer.commands.registry import Command


def score(query: str, words: str) -> int | None:
    """Return how well `query` fits `words`, higher is better; None where its letters do not all occur in order.

    Letters at the start of a word count most, then letters next to each other.

    Examples
    --------
    >>> score("nf", "Next finding") > score("nf", "Invert film")
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


def search(query: str, commands: Iterable[Command]) -> tuple[Command, ...]:
    """Return the commands `query` fits, best first; all of them, in their order, for an empty query.

    Commands whose title fits come before those that only fit with their longer description.
    """
    if not query.strip():
        return tuple(commands)
    found: list[tuple[bool, int, int, Command]] = []
    for place, command in enumerate(commands):
        title, whole = score(query, command.words), score(query, f"{command.words} {command.tip}")
        if whole is not None:
            found.append((title is not None, whole if title is None else title, -place, command))
    return tuple(item[-1] for item in sorted(found, key=lambda item: item[:3], reverse=True))
