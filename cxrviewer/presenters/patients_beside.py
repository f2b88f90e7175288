"""Whether the images beside each other name different patients, which each of them says then."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from cxrviewer.studies.library import ImageEntry, person_of
from cxrviewer.studies.persons import Match, same_person
from cxrviewer.text import msg

DIFFERENT_PATIENTS = msg("The viewports name different patients. Check who each image is of.")


def different_patients(entries: Iterable[ImageEntry]) -> bool:
    """Return whether two headers name persons who are certainly two. Who is not named is nobody's other."""
    persons = {person_of(entry.header) for entry in entries}
    named = [person for person in persons if person.patient_id or person.name]
    return any(same_person(one, other) is Match.OTHER for one, other in combinations(named, 2))
