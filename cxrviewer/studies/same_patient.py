"""Are two listed images about one person? For what is shown beside each other; `persons` has the rules.

What the reader decided comes before every rule, in both directions. Headers that are equal are about one person,
whatever was decided of somebody with the same identity.
"""

from __future__ import annotations

from cxrviewer.studies.library import ImageEntry, person_of
from cxrviewer.studies.persons import Match, Pairs, decided_pair, same_person


def decided(one: ImageEntry, other: ImageEntry, pairs: Pairs) -> bool | None:
    """Return what follows from the reader's decisions about two headers; None where nothing does."""
    first, second = person_of(one.header), person_of(other.header)
    return decided_pair(pairs, first.identity, second.identity) if pairs and first != second else None


def of_one_person(one: ImageEntry, other: ImageEntry, pairs: Pairs) -> bool:
    """Return whether two headers are certainly about one person, or say the same of whoever it is."""
    first, second = person_of(one.header), person_of(other.header)
    return first == second or same_person(first, second, decided(one, other, pairs)) is Match.SAME


def of_others(one: ImageEntry, other: ImageEntry, pairs: Pairs) -> bool:
    """Return whether two headers are certainly about two persons."""
    first, second = person_of(one.header), person_of(other.header)
    return first != second and same_person(first, second, decided(one, other, pairs)) is Match.OTHER


def is_again(one: ImageEntry | None, other: ImageEntry, pairs: Pairs) -> bool:
    """Return whether a file is read again and still about one person: its text may be read anew, or it was changed."""
    if one is None or one.path != other.path:
        return False
    return one.key == other.key or of_one_person(one, other, pairs)
