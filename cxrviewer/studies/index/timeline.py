"""A patient's chest images over time, as far as the index knows them, with the scores that were kept of each."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import cast

from msgspec import Struct, field

from cxrviewer.imaging.member_paths import file_of, place_of
from cxrviewer.studies.index.comparison import relatives
from cxrviewer.studies.index.scores import Scores, StoredScoring
from cxrviewer.studies.index.store import Index
from cxrviewer.studies.persons import Match, Pairs, Person, decided_pair, same_person
from cxrviewer.studies.priors import PriorImage, PriorStudy, comparable_image


class Place(Struct, frozen=True):
    """A file of an image, perhaps inside a ZIP (`imaging.member_paths`); for opening, never logged.

    `modified_ns` and `changed_ns` are the times of the file when it was read.
    """

    path: Path
    online: bool
    modified_ns: int
    changed_ns: int

    def unchanged(self) -> bool:
        """Return whether the file at `path` still has its times."""
        try:
            state = os.stat(file_of(self.path))
        except OSError:
            return False
        return (state.st_mtime_ns, state.st_ctime_ns) == (self.modified_ns, self.changed_ns)


class TimelineImage(Struct, frozen=True):
    """The image of one study that is compared with the current one.

    Attributes
    ----------
    study : PriorStudy
    image : PriorImage
        `id` is a row of the index.
    uid, digest : str
        See `ImageRow`.
    place : Place or None
        A file that can be reached, else any.
    scored : tuple of StoredScoring
    """

    study: PriorStudy
    image: PriorImage
    uid: str
    digest: str
    place: Place | None
    scored: tuple[StoredScoring, ...] = ()


class Timeline(Struct, frozen=True):
    """Studies of one person, in any order.

    Attributes
    ----------
    images : tuple of TimelineImage
        One for each study that has an image to compare.
    doubtful : tuple of PriorStudy
        Of perhaps the same person, newest first: never among `images` before the reader confirms it.
    stored : mapping
        Scores by the digest of contents that were asked about besides.
    pairs : mapping
        `UserStore.pairs`.
    """

    images: tuple[TimelineImage, ...] = ()
    doubtful: tuple[PriorStudy, ...] = ()
    stored: Mapping[str, tuple[StoredScoring, ...]] = field(default_factory=dict)
    pairs: Pairs = field(default_factory=dict)


def timeline(
    index: Index,
    scores: Scores,
    person: Person,
    image: PriorImage,
    *,
    uid: str = "",
    digests: Collection[str] = (),
    pairs: Pairs | None = None,
) -> Timeline:
    """Return the studies of a person with the image of each that can be compared with `image`.

    Parameters
    ----------
    person : Person
        Of the current image.
    image : PriorImage
        The current image; its `id` is not looked at.
    uid : str
        SOP Instance UID of the current image: its own study is shown by it.
    digests : collection of str
        Contents whose scores are wanted besides.
    pairs : mapping, optional
        `UserStore.pairs`.

    Raises
    ------
    LibraryError
    """
    certain: list[tuple[PriorStudy, PriorImage]] = []
    doubtful: list[PriorStudy] = []
    studies = relatives(index.database, person, pairs)
    own = _images_of_uid(index, uid)
    for study in studies:
        decided = decided_pair(pairs or {}, person.identity, study.person.identity)
        match = same_person(person, study.person, decided)
        if match is Match.OTHER:
            continue
        itself = next((one for one in study.images if one.id in own), None)
        found = itself if itself is not None else comparable_image(image, study.images)
        if found is None:
            continue
        if match is Match.SAME:
            certain.append((study, found))
        else:
            doubtful.append(study)
    details = _details(index, [one.id for _, one in certain])
    stored = scores.of_content([digest for _, digest in details.values()])
    images = tuple(
        TimelineImage(study, one, *details[one.id], _place(index, one.id), stored.get(details[one.id][1], ()))
        for study, one in certain
        if one.id in details
    )
    return Timeline(images, tuple(doubtful), scores.of_files(digests), pairs or {})


def _images_of_uid(index: Index, uid: str) -> set[int]:
    if not uid:
        return set()
    return {cast(int, row[0]) for row in index.database.rows("SELECT id FROM image WHERE uid = ?", (uid,))}


def _details(index: Index, images: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Return UID and digest by row."""
    rows = index.database.rows(
        f"SELECT id, uid, digest FROM image WHERE id IN ({','.join('?' * len(images))})", list(images)
    )
    return {cast(int, row[0]): (str(row[1]), str(row[2])) for row in rows}


def _place(index: Index, image: int) -> Place | None:
    return next(iter(places(index, image)), None)


def first_image(index: Index, study: int) -> tuple[Place, str] | None:
    """Return place and digest of a study's first image, by series and instance number: what stands for it in a list."""
    rows = index.database.rows(
        "SELECT image.id, image.digest FROM series JOIN image ON image.series = series.id WHERE series.study = ? "
        "ORDER BY series.number IS NULL, series.number, series.uid, image.number IS NULL, image.number, image.id "
        "LIMIT 1",
        (study,),
    )
    place = _place(index, cast(int, rows[0][0])) if rows else None
    return None if place is None else (place, str(rows[0][1]))


def places(index: Index, image: int) -> tuple[Place, ...]:
    """Return the files of an image: what can be reached first, then what is no ZIP's."""
    times = index.database.rows("SELECT modified, changed FROM file WHERE image = ? ORDER BY id", (image,))
    found = [
        (Place(place_of(path, member), online, cast(int, modified), cast(int, changed)), member)
        for (path, member, online), (modified, changed) in zip(index.paths_by_file(image), times, strict=False)
    ]
    return tuple(place for place, _ in sorted(found, key=lambda one: (not one[0].online, bool(one[1]))))
