"""Finds in the index what the pure functions of `priors` and `hanging` choose from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from cxrviewer.studies.index.database import Database, question_marks
from cxrviewer.studies.persons import Pairs, Person, confirmed_with
from cxrviewer.studies.priors import PriorImage, PriorStudy, is_portable

MOST = 500
"""Older studies that are looked at, the newest first."""

_STUDY = (
    "SELECT study.id, study.uid, patient.dicom_id, patient.name, patient.birth_date, patient.sex, study.date, "
    "study.time FROM study JOIN patient ON patient.id = study.patient"
)

_ALIKE = (
    "study.patient IN (SELECT id FROM patient WHERE id_key = ? AND id_key <> '' "
    "UNION SELECT id FROM patient WHERE birth_date = ? AND birth_date <> '' "
    "UNION SELECT id FROM patient WHERE name_key = ? AND name_key <> '' "
    "UNION SELECT id FROM patient WHERE identity IN ({marks}))"
)
"""Patients that may be one person: ID, birth date and name as they are compared, then confirmed identities."""


def prior_study(database: Database, study: int) -> PriorStudy | None:
    """Return a study with its images as far as comparing them goes; None where it is gone."""
    rows = database.rows(f"{_STUDY} WHERE study.id = ?", (study,))
    return _studies(database, rows)[0] if rows else None


def candidates(database: Database, study: PriorStudy, pairs: Pairs | None = None) -> tuple[PriorStudy, ...]:
    """Return the studies up to the date of `study` that share ID, birth date or name with it, or were confirmed.

    Parameters
    ----------
    pairs : mapping, optional
        `UserStore.pairs`.
    """
    id_key, name, birth = study.person.identity.split("\x1f")
    confirmed = sorted(confirmed_with(pairs or {}, [study.person.identity]))
    rows = database.rows(
        f"{_STUDY} WHERE {_ALIKE.format(marks=question_marks(confirmed))} "
        "AND study.date <> '' AND study.date <= ? ORDER BY study.by_date DESC LIMIT ?",
        (id_key, birth, name, *confirmed, study.date, MOST),
    )
    return _studies(database, rows)


def relatives(database: Database, person: Person, pairs: Pairs | None = None) -> tuple[PriorStudy, ...]:
    """Return every study, older or newer, that shares ID, birth date or name with a person, or was confirmed.

    As `candidates`, without a date to compare with; studies without a date come last.
    """
    id_key, name, birth = person.identity.split("\x1f")
    confirmed = sorted(confirmed_with(pairs or {}, [person.identity]))
    rows = database.rows(
        f"{_STUDY} WHERE {_ALIKE.format(marks=','.join('?' * len(confirmed)))} ORDER BY study.by_date DESC LIMIT ?",
        (id_key, birth, name, *confirmed, MOST),
    )
    return _studies(database, rows)


def _studies(database: Database, rows: Sequence[tuple[object, ...]]) -> tuple[PriorStudy, ...]:
    images: dict[int, list[PriorImage]] = {cast(int, row[0]): [] for row in rows}
    found = database.rows(
        "SELECT series.study, image.id, image.view, image.body_part, image.modality, image.described "
        f"FROM series JOIN image ON image.series = series.id WHERE series.study IN ({question_marks(images)}) "
        "ORDER BY series.number IS NULL, series.number, series.uid, image.number IS NULL, image.number, image.id",
        list(images),
    )
    for study, image, view, part, modality, described in found:
        portable = is_portable(str(described).split("\\"))
        images[cast(int, study)].append(PriorImage(cast(int, image), str(view), str(part), str(modality), portable))
    return tuple(
        PriorStudy(
            cast(int, row[0]), str(row[1]), Person(str(row[2]), str(row[3]), str(row[4]), str(row[5])),
            str(row[6]), str(row[7]), tuple(images[cast(int, row[0])]),
        )
        for row in rows
    )  # fmt: skip
