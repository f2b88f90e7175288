"""Whether the images beside each other name different patients, which each of them says then."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import combinations

from cxrviewer.studies.library import ImageEntry, person_of
from cxrviewer.studies.persons import (
    Likeness,
    Match,
    Pairs,
    Person,
    compare_births,
    compare_ids,
    compare_names,
    decided_pair,
    same_person,
)
from cxrviewer.text import msg

DIFFERENT_PATIENTS = msg("The viewports name different patients. Check who each image is of.")
CONFIRMED = msg("Names, IDs or birth dates of the viewports differ. You confirmed that they are of one person.")


class PatientsBeside:
    """Keeps what the viewports say of their patients; the reader's decisions come later.

    Until they have come the rules are gone by: a warning that is not needed goes, one that is needed is not waited for.

    Parameters
    ----------
    pairs : callable
        Returns what the reader has decided about persons, as far as it is known.
    on_changed : callable
        Called when `note` is another one.

    Attributes
    ----------
    note : str
        To be translated; empty where the viewports name one patient, or nobody.
    """

    def __init__(self, pairs: Callable[[], Pairs], on_changed: Callable[[], None]) -> None:
        self._pairs, self._on_changed = pairs, on_changed
        self._persons: frozenset[Person] = frozenset()
        self.note = ""

    def look(self, entries: Iterable[ImageEntry]) -> None:
        """Judge what is beside each other now."""
        self._persons = frozenset(person_of(entry.header) for entry in entries)
        self.judge()

    def judge(self) -> None:
        """Judge it anew: the reader has decided something."""
        note = note_about(self._persons, self._pairs())
        if note != self.note:
            self.note = note
            self._on_changed()


def note_about(persons: Iterable[Person], pairs: Pairs) -> str:
    """Return what is to be said of persons beside each other, empty for nothing. Who is not named is nobody's other.

    Nor is one who is named alike where the other header only says less: that is too little for a prior, and no reason
    for an alarm.
    """
    note = ""
    for one, other in combinations([person for person in persons if person.patient_id or person.name], 2):
        decided = decided_pair(pairs, one.identity, other.identity)
        rules = same_person(one, other)
        if decided is False or (decided is None and rules is Match.OTHER and not _says_less(one, other)):
            return DIFFERENT_PATIENTS
        if decided and rules is not Match.SAME and not _says_less(one, other):
            note = CONFIRMED
    return note


def _says_less(one: Person, other: Person) -> bool:
    """Return whether all that both headers say agrees, ID or name among it."""
    found = (
        compare_ids(one, other),
        compare_names(one.name, other.name),
        compare_births(one, other),
        Likeness.DIFFERENT if {one.sex, other.sex} == {"M", "F"} else Likeness.UNKNOWN,
    )
    agree = {Likeness.EQUAL, Likeness.SIMILAR}
    return bool(agree & set(found[:2])) and Likeness.SIMILAR is not found[2] and {*found} <= {*agree, Likeness.UNKNOWN}
