"""From what the library opens to what the window shows: the arrangement, and the question about a person."""

from __future__ import annotations

from msgspec import Struct

from cxrviewer.presenters.messages import one_line, patient_id_words, person_name
from cxrviewer.reading.values import ImageRef, ViewState
from cxrviewer.studies.index.identity import DIGEST_UID
from cxrviewer.studies.index.opening import Opening, Shown
from cxrviewer.studies.index.user_store import StudyStatus
from cxrviewer.studies.persons import Person
from cxrviewer.studies.priors import PriorStudy
from cxrviewer.text import msg, tr
from cxrviewer.workspace.layout import Layout, Workspace
from cxrviewer.workspace.saved import SavedWorkspace, path_text, saved

MARKED = {
    StudyStatus.NEW: msg("The study is marked as new."),
    StudyStatus.OPENED: msg("The study is marked as opened, not yet read."),
    StudyStatus.READ: msg("The study is marked as read."),
}
NOT_LISTED = msg("This study is not in the library; add its folder there first.")

MOST_NAME = 60
"""Characters of a name in a sentence."""


class PersonQuestion(Struct, frozen=True):
    """What is asked: a sentence, and who the two are. Which study is the older one is not always known."""

    words: str
    current: str
    other: str
    older: bool = True


def arranged(opened: Opening) -> SavedWorkspace:
    """Return the arrangement that a hanging asks for; the current study is in the active viewport."""
    layout = Layout((opened.rows, opened.columns))
    places = opened.places
    if len(places) < layout.count:  # files that cannot be reached leave no gap
        layout = next((one for one in Layout if one.count >= len(places)), Layout.ONE)
    active = next((number for number, place in enumerate(places) if not place.back), 0)
    shown: list[tuple[str, ImageRef | None, ViewState | None]] = [
        (path_text(place.path), _ref(place), None) for place in places
    ]
    missed = {number: place.missed for number, place in enumerate(places)}
    workspace = Workspace(layout, active=min(active, layout.count - 1))
    return saved(workspace, shown[: layout.count], own=True, missed=missed)


def _ref(place: Shown) -> ImageRef:
    image = place.image
    surrogate = image.colliding or image.uid.startswith(DIGEST_UID)
    return ImageRef(place.study_uid, image.series_uid, image.uid, surrogate=surrogate)


def person_question(person: Person, other: PriorStudy, *, older: bool = True) -> PersonQuestion:
    """Return the question whether another study, as a rule an older one, is of the same person."""
    words = (
        tr("An older study of {date} may be of the same person. Is it?", date=other.date)
        if older
        else tr("A study of {date} may be of the same person. Is it?", date=other.date or tr("date unknown"))
    )
    return PersonQuestion(words, _who(person), _who(other.person), older)


def _who(person: Person) -> str:
    name = person_name(person.name)
    name = f"{name[:MOST_NAME]}…" if len(name) > MOST_NAME else name
    parts = (
        name or tr("No name in the file"),
        patient_id_words(person.patient_id[:MOST_NAME]),
        tr("born {date}", date=person.birth_date) if person.birth_date else "",
        person.sex,
    )
    return one_line(parts, " · ")
