"""Which older study an image is compared with: a pure function of studies, tested by a table."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from cxrviewer.studies.persons import Match, Pairs, Person, decided_pair, same_person

FRONTAL, LATERAL = frozenset({"AP", "PA"}), frozenset({"LL", "RL", "LAT", "LATERAL"})
RADIOGRAPHY = frozenset({"CR", "DX", "DR", "RG", "RF", "PX"})
"""Modalities whose images are compared with each other; empty is compared with any."""


_BEDSIDE = frozenset("PORTABLE PORT BEDSIDE MOBILE BETT BETTAUFNAHME LIEGEND STATIONSAUFNAHME".split())


def is_portable(descriptions: Iterable[str]) -> bool:
    """Return whether a description (upper case) has a word for "taken at the bedside"."""
    return any(not _BEDSIDE.isdisjoint(re.findall(r"[A-Z]+", text)) for text in descriptions)


class Projection(enum.Enum):
    """How an image was taken, as far as the header says."""

    PA = "PA"
    AP = "AP"
    LATERAL = "lateral"
    OTHER = "other"
    UNKNOWN = "unknown"

    @property
    def frontal(self) -> bool:
        return self in (Projection.PA, Projection.AP)


class PriorImage(Struct, frozen=True):
    """An image as far as comparing it goes.

    Attributes
    ----------
    id : int
        Of the caller's; images of a study come in reading order.
    view, body_part, modality : str
        (0018,5101), (0018,0015) and (0008,0060) in upper case, empty where not stated.
    portable : bool
        Taken at the bedside, as far as the header says.
    """

    id: int
    view: str = ""
    body_part: str = ""
    modality: str = ""
    portable: bool = False

    @property
    def projection(self) -> Projection:
        if self.view in FRONTAL:
            return Projection(self.view)
        if self.view in LATERAL:
            return Projection.LATERAL
        return Projection.OTHER if self.view else Projection.UNKNOWN


class PriorStudy(Struct, frozen=True):
    """A study as far as finding priors goes; `date` as ``YYYY-MM-DD``, `time` as ``HH:MM``, empty where unknown."""

    id: int
    uid: str
    person: Person
    date: str
    time: str = ""
    images: tuple[PriorImage, ...] = ()

    @property
    def moment(self) -> str:
        return moment(self.date, self.time)


class Prior(Struct, frozen=True):
    """An older study, and the image of it to compare with; `doubtful` until the reader confirms the person."""

    study: PriorStudy
    image: PriorImage
    doubtful: bool = False


class Priors(Struct, frozen=True):
    """What there is to compare with, newest first.

    Attributes
    ----------
    certain : tuple of Prior
        Of the same person; the first one hangs by itself.
    doubtful : tuple of Prior
        Of perhaps the same person: shown only after the reader confirmed it.
    """

    certain: tuple[Prior, ...] = ()
    doubtful: tuple[Prior, ...] = ()

    @property
    def first(self) -> Prior | None:
        return self.certain[0] if self.certain else None


def find_priors(
    study: PriorStudy,
    image: PriorImage,
    others: Iterable[PriorStudy],
    pairs: Pairs | None = None,
) -> Priors:
    """Return the older studies with an image that can be compared with `image`, newest first.

    Parameters
    ----------
    study : PriorStudy
        The current study.
    image : PriorImage
        One of its images.
    others : iterable of PriorStudy
        Studies of the library that may be this person's.
    pairs : mapping, optional
        The reader's decisions about two identities (`Person.identity`, sorted).
    """
    certain: list[Prior] = []
    doubtful: list[Prior] = []
    for other in sorted(others, key=lambda one: (one.date, one.time, one.uid), reverse=True):
        if other.id == study.id or not is_before(other, study):
            continue
        decided = decided_pair(pairs or {}, study.person.identity, other.person.identity)
        match = same_person(study.person, other.person, decided)
        found = None if match is Match.OTHER else comparable_image(image, other.images)
        if found is not None:
            (certain if match is Match.SAME else doubtful).append(Prior(other, found, match is Match.DOUBTFUL))
    return Priors(tuple(certain), tuple(doubtful))


def moment(date: str, time: str) -> str:
    """Return day and time of a study as one text: of two that have both, the later one is greater."""
    return f"{date} {time}".strip()


def is_before(one: PriorStudy, other: PriorStudy) -> bool:
    """Return whether a study was certainly made before another: both have dates, of one day both have times."""
    if not one.date or not other.date or (one.uid and one.uid == other.uid):
        return False
    if one.date != other.date:
        return one.date < other.date
    return bool(one.time and other.time and one.time < other.time)


def comparable_image(image: PriorImage, candidates: Sequence[PriorImage]) -> PriorImage | None:
    """Return the image to compare with: of the same projection, else another frontal one, else one without a view."""
    fitting = [one for one in candidates if _comparable(image, one)]
    same = [one for one in fitting if one.projection is image.projection]
    stated = [one for one in fitting if one.projection is not Projection.UNKNOWN]
    return next(iter(same or stated or fitting), None)


def _comparable(one: PriorImage, other: PriorImage) -> bool:
    parts = {one.body_part, other.body_part} - {""}
    modalities = {one.modality, other.modality} - {""}
    if len(parts) > 1 or (len(modalities) > 1 and not modalities <= RADIOGRAPHY):
        return False
    if Projection.UNKNOWN in (one.projection, other.projection):
        return True
    if one.projection is Projection.OTHER or other.projection is Projection.OTHER:
        return one.view == other.view
    return one.projection.frontal is other.projection.frontal
