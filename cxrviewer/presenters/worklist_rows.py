"""The lines of the worklist: what each says of a patient, a study, a series or a film."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from cxrviewer.imaging.contents import Identity
from cxrviewer.presenters.finding_states import FilmStatus
from cxrviewer.presenters.words import film_title, person_name, shown_name, study_when
from cxrviewer.studies.library import FilmEntry, SeriesNode


class RowKind(enum.Enum):
    PATIENT = "patient"
    STUDY = "study"
    SERIES = "series"
    FILM = "film"


@dataclass(frozen=True, slots=True)
class WorklistRow:
    """A line of the list, ready to draw. Only films can be opened; `key` names the film."""

    kind: RowKind
    key: str
    title: str
    detail: str
    state: str = ""
    flagged: bool = False


def patient_row(who: Identity) -> WorklistRow:
    """Return a patient's heading. Names and UIDs make the keys of headings, so that one keeps its place."""
    return WorklistRow(RowKind.PATIENT, f"patient:{who.patient_id}:{who.patient_name}", _name(who), _who(who))


def study_row(who: Identity) -> WorklistRow:
    return WorklistRow(RowKind.STUDY, f"study:{who.study_uid}", study_when(who), who.study_description)


def series_row(series: SeriesNode) -> WorklistRow:
    who = series.identity
    number = "" if who.series_number is None else f" {who.series_number}"
    return WorklistRow(RowKind.SERIES, f"series:{who.series_uid}", f"Series{number}", who.series_description)


def film_row(entry: FilmEntry, status: FilmStatus | None) -> WorklistRow:
    """Return the line of a film; `status` is None while nothing is said of it."""
    facts, who = entry.header.facts, entry.header.identity
    shown = status or FilmStatus("not scored yet")
    title = film_title(facts)
    modality = "" if title == facts.modality else facts.modality
    detail = " · ".join(part for part in (modality, who.series_description or shown_name(entry.path)) if part)
    return WorklistRow(RowKind.FILM, entry.key, title, detail, shown.text, shown.flagged)


def matches(text: str, status: FilmStatus | None, words: list[str]) -> bool:
    """Return whether all `words` are found in a film's text or status."""
    searched = text if status is None else f"{text} {status.text.lower()}"
    return all(word in searched for word in words)


def _name(who: Identity) -> str:
    return person_name(who.patient_name) or "No name in the file"


def _who(who: Identity) -> str:
    return " · ".join(part for part in (who.patient_id, who.sex, who.birth_date) if part)
