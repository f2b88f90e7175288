"""Whether the images beside each other name different patients, which each of them says then."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from cxrviewer.studies.library import ImageEntry, person_of
from cxrviewer.studies.persons import Likeness, Match, Person, compare_births, compare_ids, compare_names, same_person
from cxrviewer.text import msg

DIFFERENT_PATIENTS = msg("The viewports name different patients. Check who each image is of.")


def different_patients(entries: Iterable[ImageEntry]) -> bool:
    """Return whether two headers name persons who are certainly two. Who is not named is nobody's other.

    Nor is one who is named alike where the other header only says less: that is too little for a prior, and no reason
    for an alarm.
    """
    persons = {person_of(entry.header) for entry in entries}
    named = [person for person in persons if person.patient_id or person.name]
    return any(
        same_person(one, other) is Match.OTHER and not _says_less(one, other) for one, other in combinations(named, 2)
    )


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
