"""Are two listed images about one person? For what is shown beside each other; `persons` has the rules."""

from __future__ import annotations

from cxrviewer.studies.library import ImageEntry, person_of
from cxrviewer.studies.persons import Match, same_person


def of_one_person(one: ImageEntry, other: ImageEntry) -> bool:
    """Return whether two headers are certainly about one person, or say the same of whoever it is."""
    first, second = person_of(one.header), person_of(other.header)
    return first == second or same_person(first, second) is Match.SAME


def of_others(one: ImageEntry, other: ImageEntry) -> bool:
    """Return whether two headers are certainly about two persons."""
    return not of_one_person(one, other) and same_person(person_of(one.header), person_of(other.header)) is Match.OTHER


def is_again(one: ImageEntry | None, other: ImageEntry) -> bool:
    """Return whether a file is read again and still about one person: its text may be read anew, or it was changed."""
    if one is None or one.path != other.path:
        return False
    return one.key == other.key or of_one_person(one, other)
