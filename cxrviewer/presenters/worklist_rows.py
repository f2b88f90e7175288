"""The lines of the worklist: the text of each for a patient, a study, a series or an image."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from msgspec import Struct

from cxrviewer.presenters.finding_states import ImageStatus
from cxrviewer.presenters.messages import HIDDEN, image_title, one_line, person_name, shown_name, study_when
from cxrviewer.studies.index.text import words as compared
from cxrviewer.text import msg, tr, translated

if TYPE_CHECKING:
    from cxrviewer.imaging.contents import Identity
    from cxrviewer.studies.library import ImageEntry, SeriesNode


SAME_UID = msg(
    "Another image in the list or library has the same SOP Instance UID and other content. Check which of them this is."
)
SHARED_ID = msg("Another patient, with another name or birth date, has the same ID. Check who this is.")


class RowKind(enum.Enum):
    PATIENT = "patient"
    STUDY = "study"
    SERIES = "series"
    IMAGE = "film"


class WorklistRow(Struct, frozen=True):
    """A line of the list, ready to draw. Only images can be opened; `key` names the image.

    `warning` is a sentence for which the line has a mark only.
    """

    kind: RowKind
    key: str
    title: str
    detail: str
    state: str = ""
    flagged: bool = False
    warning: str = ""


def patient_row(who: Identity, number: int = 0, *, shared_id: bool = False) -> WorklistRow:
    """Return a patient's heading. Names and UIDs make the keys of headings, so that one keeps its place.

    With a `number` identity is hidden: the number stands in its place.
    """
    title, detail = (tr("Patient {number}", number=number), translated(HIDDEN)) if number else (_name(who), _who(who))
    key = f"patient:{who.patient_id}:{who.patient_name}:{who.birth_date}"
    if not shared_id:
        return WorklistRow(RowKind.PATIENT, key, title, detail)
    # What tells the two apart comes first: the line may be cut.
    detail = detail if number else one_line((who.birth_date, who.sex, who.patient_id), " · ")
    marked = one_line((f"⚠ {tr('ID not unique')}", detail), " · ")
    return WorklistRow(RowKind.PATIENT, key, title, marked, warning=translated(SHARED_ID))


def study_row(who: Identity, number: int = 0) -> WorklistRow:
    """Return a study's heading; with a `number` identity is hidden."""
    title, detail = (tr("Study {number}", number=number), "") if number else (study_when(who), who.study_description)
    return WorklistRow(RowKind.STUDY, f"study:{who.study_uid}", title, detail)


def series_row(series: SeriesNode, *, hidden: bool = False) -> WorklistRow:
    who = series.identity
    title = tr("Series") if who.series_number is None else tr("Series {number}", number=who.series_number)
    detail = "" if hidden else who.series_description
    return WorklistRow(RowKind.SERIES, f"series:{who.series_uid}", title, detail)


def image_row(
    entry: ImageEntry,
    status: ImageStatus | None,
    *,
    hidden: bool = False,
    key_image: bool = False,
    colliding: bool = False,
) -> WorklistRow:
    """Return the line of an image; `status` is None while there is none."""
    facts, who = entry.header.facts, entry.header.identity
    shown = status or ImageStatus(tr("not scored yet"))
    title = image_title(facts)
    modality = "" if title == facts.modality else facts.modality
    named = "" if hidden else who.series_description or shown_name(entry.path)
    mark = f"⚠ {tr('UID not unique')}" if colliding else ""
    detail = one_line((mark, tr("key image") if key_image else "", modality, named), " · ")
    warning = translated(SAME_UID) if colliding else ""
    return WorklistRow(RowKind.IMAGE, entry.key, title, detail, shown.text, shown.flagged, warning)


def matches(text: str, status: ImageStatus | None, words: list[str]) -> bool:
    """Return whether all `words` are found in an image's text or status, all as `studies.index.text.words` has them."""
    searched = text if status is None else f"{text} {compared(status.text)}"
    return all(word in searched for word in words)


def _name(who: Identity) -> str:
    return person_name(who.patient_name) or tr("No name in the file")


def _who(who: Identity) -> str:
    return one_line((who.patient_id, who.sex, who.birth_date), " · ")
