"""Patients in the index with the IDs of those that are open."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import cast

from cxrviewer.imaging.member_paths import place_of
from cxrviewer.studies.index.database import portions, question_marks
from cxrviewer.studies.index.store import Index
from cxrviewer.studies.persons import names_nobody


def patients_with(
    index: Index, listed: Collection[tuple[str, str, str]], paths: Collection[Path]
) -> tuple[tuple[str, str, str], ...]:
    """Return the patients with the IDs of some, all three parts as `persons.sharing_an_id` compares them.

    Whom the index knows only at paths that are listed does not count: the list knows who is there now.

    Parameters
    ----------
    index : Index
    listed : collection of (str, str, str)
        The listed patients.
    paths : collection of Path
        Of the listed images.

    Raises
    ------
    LibraryError
    """
    found: list[tuple[str, str, str]] = []
    known, places = set(listed), set(paths)
    for some in portions(sorted({who[0] for who in listed if not names_nobody(who[0])})):
        rows = index.database.rows(
            f"SELECT id_key, name_key, birth_date, id FROM patient WHERE id_key IN ({question_marks(some)})", some
        )
        for id_key, name_key, birth, patient in rows:
            who = str(id_key), str(name_key), str(birth)
            if who in known or _lies_elsewhere(index, cast(int, patient), places):
                found.append(who)
    return tuple(found)


def _lies_elsewhere(index: Index, patient: int, paths: set[Path]) -> bool:
    images = index.database.numbers(
        "SELECT image.id FROM study JOIN series ON series.study = study.id JOIN image ON image.series = series.id "
        "WHERE study.patient = ?",
        (patient,),
    )
    return any(
        place_of(path, member) not in paths for image in images for path, member, _ in index.paths_by_file(image)
    )
