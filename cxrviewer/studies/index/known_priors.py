"""Older studies that only the index knows, for a study that is open: which of them hang, and the files that takes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import cast

from msgspec import Struct, field
from msgspec.structs import replace

from cxrviewer.imaging.contents import Header
from cxrviewer.studies.hanging import Hanging, Rule, hang
from cxrviewer.studies.index.comparison import candidates
from cxrviewer.studies.index.database import question_marks
from cxrviewer.studies.index.identity import content_digest, image_uid
from cxrviewer.studies.index.opening import MOST_PRIORS
from cxrviewer.studies.index.store import Index
from cxrviewer.studies.index.timeline import Place, places
from cxrviewer.studies.library import Alike, person_of
from cxrviewer.studies.persons import Pairs
from cxrviewer.studies.priors import Prior, PriorImage, PriorStudy, comparable_image, find_priors, is_before

MOST_IMAGES = 100
"""Images of one older study that are looked at, in reading order; a radiographic study has a few."""

Read = Callable[[Path], Header | None]
"""Returns the header of a file, None where it cannot be read."""


class KnownPriors(Struct, frozen=True):
    """A study that is open, and the older ones that the index knows of certainly or perhaps the same person.

    Attributes
    ----------
    study : PriorStudy
        The open one; its numbers are below zero, so that none of them is a row's.
    others : tuple of PriorStudy
        Their numbers, and those of their images, are rows of the index.
    uids : mapping
        Image to SOP Instance UID, or its surrogate.
    places : mapping
        Image to its files, those that can be reached first.
    """

    study: PriorStudy
    others: tuple[PriorStudy, ...] = ()
    uids: Mapping[int, str] = field(default_factory=dict)
    places: Mapping[int, tuple[Place, ...]] = field(default_factory=dict)

    @property
    def offline(self) -> bool:
        """Whether some of the files cannot be reached as far as the index knows."""
        return any(not place.online for found in self.places.values() for place in found)


class Choice(Struct, frozen=True):
    """What of the index hangs beside a study that is open.

    Attributes
    ----------
    paths : tuple of Path
        The files that hang, then the others of their studies; empty where nothing hangs. For opening, never logged.
    study : PriorStudy or None
        The open study whose `doubtful` ones these are.
    doubtful : tuple of PriorStudy
        Older studies of perhaps the same person in places that are not offline, newest first.
    missed : tuple of str
        Moments of older studies of certainly the same person that cannot be read now and are newer than what hangs.
    missed_at : mapping
        Those of `missed` or of a study of which another image hangs, by the file that hangs in their place.
    """

    paths: tuple[Path, ...] = ()
    study: PriorStudy | None = None
    doubtful: tuple[PriorStudy, ...] = ()
    missed: tuple[str, ...] = ()
    missed_at: Mapping[Path, tuple[str, ...]] = field(default_factory=dict)


def known_priors(index: Index, alike: Alike, pairs: Pairs) -> KnownPriors:
    """Return what the index knows of the person of an open study that was made before it.

    Parameters
    ----------
    alike : Alike
        The open study; the studies beside it are not looked at.

    Raises
    ------
    LibraryError
    """
    images = tuple(replace(image, id=-1 - image.id) for image in alike.study.images)
    study = replace(alike.study, id=-1, images=images)
    own = _studies_of(index, alike)
    others = [
        replace(other, images=other.images[:MOST_IMAGES])
        for other in (candidates(index.database, study, pairs) if study.date else ())
        if other.id not in own
    ]
    found = _priors(study, others, pairs)
    wanted: dict[int, PriorStudy] = {}
    for doubtful in (False, True):
        studies = {prior.study.id: prior.study for prior in found if prior.doubtful is doubtful}
        wanted |= dict(list(studies.items())[:MOST_PRIORS])
    rows = [image.id for other in wanted.values() for image in other.images]
    return KnownPriors(study, tuple(wanted.values()), _uids(index, rows), {row: places(index, row) for row in rows})


def choose(known: Sequence[KnownPriors], rules: Sequence[Rule], pairs: Pairs, read: Read) -> Choice:
    """Return what hangs beside the first of some open studies that has a prior in files that can be read now.

    Parameters
    ----------
    known : sequence of KnownPriors
        Studies of one day, in the order in which they are tried.
    rules : sequence of Rule
    pairs : mapping
    read : callable
        See `Read`. Asked only about the files that are to be opened.
    """
    asked = Choice()
    missed: tuple[str, ...] = ()
    for one in known:
        reached = _reached(one, rules, pairs, read)
        lost = _lost(one, reached, pairs)
        if reached.paths:
            return Choice(reached.paths, one.study, reached.hanging.doubtful, lost, _lost_at(one, reached, pairs))
        missed = missed or lost
        if reached.hanging.doubtful and not asked.doubtful:
            asked = Choice((), one.study, reached.hanging.doubtful)
    return replace(asked, missed=missed)


def next_known(
    known: KnownPriors, image: int, failed: PriorStudy, listed: PriorStudy | None, pairs: Pairs, read: Read
) -> tuple[Path | None, tuple[str, ...]]:
    """Return what of the index is compared with an image instead of one of `failed`, and the moments that are missed.

    Parameters
    ----------
    image : int
        Of the open study, as `alike` of `known_priors` counts it.
    failed : PriorStudy
        Whose image cannot be decoded; another file of it counts too.
    listed : PriorStudy or None
        What would be shown otherwise: only what is newer is looked at.
    read : callable
        See `Read`; returns None for a file that cannot be decoded.
    """
    missed: list[str] = []
    mine = next((one for one in known.study.images if one.id == -1 - image), None)
    if mine is None:
        return None, ()
    files = {number: [place.path for place in found if place.online] for number, found in known.places.items()}
    for prior in find_priors(known.study, mine, known.others, pairs).certain:
        older = prior.study
        same = bool(older.uid) and older.uid == failed.uid
        if not (same or is_before(older, failed)) or (listed is not None and not is_before(listed, older)):
            continue
        left = older.images
        while (found := comparable_image(mine, left)) is not None:
            path = _held(known.uids[found.id], older.person.identity, files[found.id], read)
            if path is not None:
                return path, tuple(missed)
            left = tuple(one for one in left if one.id != found.id)
        if not same:
            missed.append(older.moment)
    return None, tuple(missed)


class _Reached(Struct, frozen=True):
    """What hangs of the files that can be read.

    Attributes
    ----------
    hanging : Hanging
    certain : frozenset of int
        Studies there are of certainly the same person.
    paths : tuple of Path
        Of the studies that hang.
    held : mapping
        Image to its file, of those studies.
    left : frozenset of int
        Images that can perhaps be read.
    """

    hanging: Hanging
    certain: frozenset[int]
    paths: tuple[Path, ...]
    held: Mapping[int, Path | None]
    left: frozenset[int]


def _reached(known: KnownPriors, rules: Sequence[Rule], pairs: Pairs, read: Read) -> _Reached:
    files = {image: [place.path for place in found if place.online] for image, found in known.places.items()}
    while True:
        here = [replace(one, images=tuple(image for image in one.images if files[image.id])) for one in known.others]
        hanging = hang(rules, known.study, here, pairs)
        certain = frozenset(prior.study.id for prior in _priors(known.study, here, pairs) if not prior.doubtful)
        older = [place for place in hanging.places if place.back] if hanging.rule else []
        # The images that hang come first; the others of their studies are what the reader turns to next.
        first = [place.image.id for place in older]
        wanted = dict.fromkeys((*first, *(image.id for place in older for image in place.study.images)))
        whose = {image.id: one.person.identity for one in here for image in one.images}
        held = {image: _held(known.uids[image], whose[image], files[image], read) for image in wanted}
        if all(held[image] is not None for image in first):
            left = frozenset(image for image, found in files.items() if found)
            return _Reached(hanging, certain, tuple(path for path in held.values() if path is not None), held, left)
        files |= {image: [] for image, path in held.items() if path is None}  # another one may hang instead


def _lost(known: KnownPriors, reached: _Reached, pairs: Pairs) -> tuple[str, ...]:
    """Return the moments of studies of certainly the same person that cannot be read, newer than all that hang."""
    hung = max(((one.study.date, one.study.time) for one in reached.hanging.places if one.back), default=("", ""))
    missed = [
        prior.study.moment
        for prior in _priors(known.study, known.others, pairs)
        if not prior.doubtful and prior.study.id not in reached.certain and (prior.study.date, prior.study.time) > hung
    ]
    return tuple(dict.fromkeys(missed))


def _lost_at(known: KnownPriors, reached: _Reached, pairs: Pairs) -> dict[Path, tuple[str, ...]]:
    """Return, by each file of an older study that hangs, the moments of newer ones of which no such image is left."""
    studies = {prior.study.id: prior.study for prior in _priors(known.study, known.others, pairs) if not prior.doubtful}
    found: dict[Path, tuple[str, ...]] = {}
    for place in reached.hanging.places:
        path = reached.held.get(place.image.id) if place.back else None
        newer = [one for one in studies.values() if is_before(place.study, one)]
        missed = [one for one in newer if _is_lost(place.image, one.images, reached.left)]
        if path is not None and missed:
            found[path] = tuple(one.moment for one in missed)
    return found


def _is_lost(image: PriorImage, images: Sequence[PriorImage], left: Collection[int]) -> bool:
    here = [one for one in images if one.id in left]
    return comparable_image(image, images) is not None and comparable_image(image, here) is None


def _held(uid: str, identity: str, paths: Sequence[Path], read: Read) -> Path | None:
    """Return the first file that still holds an image, and is still about its person."""
    return next((path for path in paths if _is_held(read(path), uid, identity)), None)


def _is_held(header: Header | None, uid: str, identity: str) -> bool:
    if header is None or not header.has_pixels:
        return False
    return image_uid(header) == uid and person_of(header).identity == identity


def _priors(study: PriorStudy, others: Sequence[PriorStudy], pairs: Pairs) -> list[Prior]:
    """Return what each image of a study can be compared with, newest first; a study may be there several times."""
    found = [find_priors(study, image, others, pairs) for image in study.images]
    priors = [prior for each in found for prior in (*each.certain, *each.doubtful)]
    return sorted(priors, key=lambda one: (one.study.date, one.study.time, one.study.uid), reverse=True)


def _studies_of(index: Index, alike: Alike) -> set[int]:
    """Return the rows of the open study itself: an image without UIDs is known by its content."""
    headers = [alike.entries[image.id].header for image in alike.study.images[:MOST_IMAGES]]
    digests = [content_digest(header.stamp) for header in headers if header.stamp is not None]
    uids = [header.identity.sop_instance_uid for header in headers if header.identity.sop_instance_uid]
    rows = index.database.rows(
        "SELECT series.study FROM image JOIN series ON series.id = image.series "
        f"WHERE image.uid IN ({question_marks(uids)}) OR image.digest IN ({question_marks(digests)})",
        (*uids, *digests),
    )
    return {cast(int, row[0]) for row in rows}


def _uids(index: Index, images: Sequence[int]) -> dict[int, str]:
    rows = index.database.rows(f"SELECT id, uid FROM image WHERE id IN ({question_marks(images)})", list(images))
    return {cast(int, row[0]): str(row[1]) for row in rows}
