"""What the reader chooses a study's character set from."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from cxrviewer.presenters.messages import HIDDEN, person_name
from cxrviewer.studies.index.charset import CHARSETS, NameReading
from cxrviewer.text import tr, translated


class CharsetRow(Struct, frozen=True):
    """A character set and how the name reads in it; `charset` is empty for what the file says."""

    charset: str
    title: str
    name: str


class CharsetChoices(Struct, frozen=True):
    """The rows for a study of the index, and which of them is in use."""

    study: int
    current: int
    rows: tuple[CharsetRow, ...]


def charset_choices(study: int, charset: str, readings: Sequence[NameReading], *, hidden: bool) -> CharsetChoices:
    """Return the choices; names are left out where identity is `hidden`."""
    rows = tuple(
        CharsetRow(
            one.charset,
            translated(CHARSETS[one.charset]) if one.charset else tr("As in the file"),
            translated(HIDDEN) if hidden else person_name(one.name) or tr("No name in the file"),
        )
        for one in readings
    )
    current = next((number for number, row in enumerate(rows) if row.charset == charset), 0)
    return CharsetChoices(study, current, rows)
