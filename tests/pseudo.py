"""A language nobody speaks: every translated text is marked, accented and 40 % longer."""

from __future__ import annotations

import math
import re

from cxrviewer.text import Catalogue

BEGIN, END = "⟦", "⟧"
LONGER = 0.4
_ACCENTS = str.maketrans("aceinouyACEINOUY", "áçéíñöúýÁÇÉÍÑÖÚÝ")
_KEPT = re.compile(r"(\{[^{}]*\}|&.|\.\w+)")
"""Placeholders, mnemonics, and endings of file names."""


class PseudoCatalogue(Catalogue):
    language = "pseudo"

    def find(self, source: str, context: str, count: int | None) -> str:
        parts = _KEPT.split(source)
        accented = "".join(part if _KEPT.fullmatch(part) else part.translate(_ACCENTS) for part in parts)
        count = math.ceil(LONGER * len(_KEPT.sub("", source)))
        # In words: a text of several lines breaks between them as any language does.
        longer = "".join(" " if place % 9 == 8 else "~" for place in range(count - 1)) + "~" * bool(count)
        trailing = source[len(source.rstrip()) :]
        return f"{BEGIN}{accented.rstrip()}{longer}{END}{trailing}"


def outside(text: str) -> str:
    """Return what of a text is not translated."""
    kept, depth = [], 0
    for letter in text:
        depth += letter == BEGIN
        if depth == 0:
            kept.append(letter)
        depth -= letter == END and depth > 0
    return "".join(kept)
