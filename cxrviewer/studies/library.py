"""What was found on disk, as patient, study, series and film. In memory only."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cxrviewer.imaging.contents import Header, Identity


@dataclass(frozen=True, slots=True)
class FilmEntry:
    """A file that holds a film, as it was when its header was read."""

    path: Path
    header: Header

    @property
    def key(self) -> str:
        """32 hex digits for the path and the stamp of what was read there.

        Another content under the same path has another key, so rows, small pictures, decoded
        pixels and findings of the older one cannot be taken for its own. ASCII whatever the
        path is made of. Anyone who guesses the path can test the guess: not for logs.
        """
        stamp = self.header.stamp
        content = "" if stamp is None else stamp.token
        return hashlib.sha256(os.fsencode(self.path) + b"\0" + content.encode()).hexdigest()[:32]


@dataclass(slots=True)
class SeriesNode:
    """Films of one (0020,000E) Series Instance UID, by (0020,0013) Instance Number."""

    identity: Identity
    films: list[FilmEntry] = field(default_factory=list)


@dataclass(slots=True)
class StudyNode:
    """Series of one (0020,000D) Study Instance UID, by (0020,0011) Series Number."""

    identity: Identity
    series: list[SeriesNode] = field(default_factory=list)

    def films(self) -> Iterator[FilmEntry]:
        for series in self.series:
            yield from series.films


@dataclass(slots=True)
class PatientNode:
    """Studies of one patient, newest first."""

    identity: Identity
    studies: list[StudyNode] = field(default_factory=list)


class Library:
    """Every film found so far, in reading order.

    Patients come with the one seen most recently first, studies newest first, series and
    films by their numbers. Of each path only what was read last is here.
    """

    def __init__(self) -> None:
        self._entries: dict[str, FilmEntry] = {}
        self._key_at: dict[Path, str] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def __getitem__(self, key: str) -> FilmEntry:
        return self._entries[key]

    def keys(self) -> tuple[str, ...]:
        return tuple(self._entries)

    def at(self, path: Path) -> FilmEntry | None:
        """Return what was read at `path`."""
        key = self._key_at.get(path)
        return None if key is None else self._entries[key]

    def paths(self) -> tuple[Path, ...]:
        return tuple(self._key_at)

    def add(self, entry: FilmEntry) -> bool:
        """Take in a film instead of what was read at its path before; False when it is the same content."""
        if entry.key in self._entries:
            return False
        self.remove(entry.path)
        self._entries[entry.key] = entry
        self._key_at[entry.path] = entry.key
        return True

    def remove(self, path: Path) -> FilmEntry | None:
        """Forget what was read at `path` and return it."""
        key = self._key_at.pop(path, None)
        return None if key is None else self._entries.pop(key)

    def clear(self) -> None:
        self._entries.clear()
        self._key_at.clear()

    def prior(self, entry: FilmEntry) -> FilmEntry | None:
        """Return what to compare a film with (`prior_of`); None where no older study of this patient is here.

        Nor is there one for films that name nobody: one folder may hold many patients' films.
        """
        whose = _patient_key(entry)
        if whose[0] == "" and entry.header.identity.patient_name == "":
            return None
        wanted = [key for key, one in self._entries.items() if _patient_key(one) == whose]
        return next((prior_of(entry, patient.studies) for patient in self.tree(wanted)), None)

    def tree(self, wanted: Iterable[str] | None = None) -> list[PatientNode]:
        """Return the sorted tree of all films, or of those with the `wanted` keys."""
        entries = self._entries.values() if wanted is None else [self._entries[key] for key in wanted]
        patients: dict[tuple[str, str], PatientNode] = {}
        studies: dict[tuple[str, str, str], StudyNode] = {}
        series: dict[tuple[str, str, str, str], SeriesNode] = {}
        for entry in entries:
            who = entry.header.identity
            patient_key = _patient_key(entry)
            study_key = (*patient_key, who.study_uid)
            series_key = (*study_key, who.series_uid)
            if patient_key not in patients:
                patients[patient_key] = PatientNode(who)
            if study_key not in studies:
                studies[study_key] = StudyNode(who)
                patients[patient_key].studies.append(studies[study_key])
            if series_key not in series:
                series[series_key] = SeriesNode(who)
                studies[study_key].series.append(series[series_key])
            series[series_key].films.append(entry)
        return _sorted(list(patients.values()))


def rewritten(older: FilmEntry, newer: FilmEntry) -> bool:
    """Return whether the content of the file changed between the two, and not its status only."""
    before, now = older.header.stamp, newer.header.stamp
    return older.header != newer.header if before is None or now is None else now.rewritten_since(before)


_FRONTAL, _LATERAL = frozenset({"AP", "PA"}), frozenset({"LL", "RL"})


def prior_of(entry: FilmEntry, studies: Iterable[StudyNode]) -> FilmEntry | None:
    """Return the first comparable film of the newest study before that of `entry`.

    Comparable are two frontal views, two lateral views, and films one of which does not name its view.

    Parameters
    ----------
    entry : FilmEntry
    studies : iterable of StudyNode
        All studies of the patient, newest first.
    """
    who = entry.header.identity
    if not who.study_date:
        return None
    now = (who.study_date, who.study_time)
    for study in studies:
        identity = study.identity
        if not identity.study_date or identity.study_uid == who.study_uid:
            continue
        if (identity.study_date, identity.study_time) < now:
            found = next((film for film in study.films() if _comparable(film, entry)), None)
            if found is not None:
                return found
    return None


def _comparable(one: FilmEntry, other: FilmEntry) -> bool:
    views = {one.header.facts.view_position, other.header.facts.view_position}
    parts = {film.header.facts.body_part for film in (one, other)} - {""}
    same_view = "" in views or len(views) == 1 or views <= _FRONTAL or views <= _LATERAL
    return same_view and len(parts) <= 1


def search_text(entry: FilmEntry) -> str:
    """Return what the search box looks through, in lower case. For the screen only."""
    who, facts = entry.header.identity, entry.header.facts
    words = (
        who.patient_name.replace("^", " "), who.patient_name, who.patient_id, who.accession_number, who.study_date,
        who.study_date.replace("-", ""), who.study_description, who.series_description, facts.modality,
        facts.body_part, facts.view_position, entry.path.name,
    )  # fmt: skip
    return " ".join(words).lower()


def _patient_key(entry: FilmEntry) -> tuple[str, str]:
    who = entry.header.identity
    if who.patient_id or who.patient_name:
        return who.patient_id, who.patient_name
    # Films that name nobody belong together by folder at most: never merge them into one "patient".
    return "", str(entry.path.parent)


def _number(value: int | None) -> tuple[bool, int]:
    return value is None, value or 0


def _sorted(patients: list[PatientNode]) -> list[PatientNode]:
    for patient in patients:
        for study in patient.studies:
            for one in study.series:
                one.films.sort(key=lambda e: (*_number(e.header.identity.instance_number), e.path.name))
            study.series.sort(key=lambda s: (*_number(s.identity.series_number), s.identity.series_uid))
        patient.studies.sort(key=lambda s: (s.identity.study_date, s.identity.study_time), reverse=True)
        patient.identity = patient.studies[0].identity
    patients.sort(key=lambda p: (p.identity.patient_name, p.identity.patient_id))
    patients.sort(key=lambda p: (p.identity.study_date, p.identity.study_time), reverse=True)
    return patients
