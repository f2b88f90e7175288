"""Patients in the index with the IDs of those that are open."""

from __future__ import annotations

from collections.abc import Collection

from cxrviewer.studies.index.database import portions, question_marks
from cxrviewer.studies.index.store import Index


def patients_with(index: Index, ids: Collection[str]) -> tuple[tuple[str, str, str], ...]:
    """Return the patients with some IDs, all three parts as `persons.sharing_an_id` compares them.

    Raises
    ------
    LibraryError
    """
    found: list[tuple[str, str, str]] = []
    for some in portions(sorted(set(ids) - {""})):
        rows = index.database.rows(
            f"SELECT id_key, name_key, birth_date FROM patient WHERE id_key IN ({question_marks(some)})", some
        )
        found += [(str(id_key), str(name_key), str(birth)) for id_key, name_key, birth in rows]
    return tuple(found)
