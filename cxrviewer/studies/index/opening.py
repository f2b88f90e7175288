"""What opening a study of the library shows: its files, the older studies beside it, and who must be confirmed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from msgspec import Struct

from cxrviewer.errors import LibraryError
from cxrviewer.imaging.member_paths import place_of
from cxrviewer.studies.hanging import NOT_ITS_PRIOR, Explanation, Hung, Rule, explain, hang, rule_like
from cxrviewer.studies.index.comparison import candidates, prior_study
from cxrviewer.studies.index.store import Index
from cxrviewer.studies.index.user_store import UserStore
from cxrviewer.studies.index.worklist import ImageRow, StudyRow, Worklist
from cxrviewer.studies.persons import Person
from cxrviewer.studies.priors import PriorImage, PriorStudy, comparable_image, find_priors, is_before
from cxrviewer.text import msg

MOST_PRIORS = 10
"""Older studies of the same person that are opened too, the newest first."""

GONE = msg("This study is no longer in the library.")
OFFLINE = msg(
    "This study cannot be opened: its disc or folder is not connected, or was changed. Connect it and try again, or "
    "scan it again."
)


class Shown(Struct, frozen=True):
    """An image at its place.

    Attributes
    ----------
    path : Path
        For opening, never logged.
    study_uid : str
    image : ImageRow
    back : int
        Counts older studies; 0 is the current one.
    moment : str
        See `priors.moment`.
    missed : tuple of str
        Moments of newer priors that cannot be reached, in whose place an older one stands.
    """

    path: Path
    study_uid: str
    image: ImageRow
    back: int
    moment: str = ""
    missed: tuple[str, ...] = ()


class Opening(Struct, frozen=True):
    """What is opened.

    Attributes
    ----------
    study : StudyRow
    person : Person
    paths : tuple of Path
        The files of the study, then those of its priors; one for each image.
    rule : str
        Name of the hanging rule; empty where none fits.
    rows, columns : int
        Of the layout.
    places : tuple of Shown
        Row by row; as many as rows x columns, or fewer where files cannot be reached.
    doubtful : tuple of PriorStudy
        Older studies of perhaps the same person, newest first; none of them is among `paths`.
    identities : frozenset of str
        `Person.identity` of all whose files are among `paths`: they are one person by the rules or by the reader.
    missed : tuple of str
        Moments of older studies of the same person that cannot be reached.
    """

    study: StudyRow
    person: Person
    paths: tuple[Path, ...]
    rule: str
    rows: int
    columns: int
    places: tuple[Shown, ...]
    doubtful: tuple[PriorStudy, ...]
    identities: frozenset[str] = frozenset()
    missed: tuple[str, ...] = ()


def opening(index: Index, user: UserStore, rules: Sequence[Rule], study: int) -> Opening:
    """Return what opening a study shows.

    Parameters
    ----------
    index : Index
    user : UserStore
        Holds what the reader decided about persons.
    rules : sequence of Rule
    study : int
        Row of the index.

    Raises
    ------
    LibraryError
        Where the study is gone, or none of its files can be opened now.
    """
    database = index.database
    worklist = Worklist(database)
    row = next(iter(worklist.rows([study])), None)
    current = prior_study(database, study)
    if row is None or current is None:
        raise LibraryError(GONE)
    pairs = user.pairs()
    others = candidates(database, current, pairs)
    hanging = hang(rules, current, others, pairs)
    older: dict[int, PriorStudy] = {place.study.id: place.study for place in hanging.places if place.back}
    for image in current.images:
        for prior in find_priors(current, image, others, pairs).certain:
            if len(older) < MOST_PRIORS:
                older.setdefault(prior.study.id, prior.study)
    files: dict[int, Path] = {}
    images: dict[int, ImageRow] = {}
    for one in (study, *older):
        for image_row in worklist.images(one):
            images[image_row.id] = image_row
            path = _path(index, image_row.id)
            if path is not None:
                files[image_row.id] = path
        if one == study and not files:
            raise LibraryError(OFFLINE)

    def shown(place: Hung) -> Shown:
        missed = _missed(place.image, older.values(), files)
        newer = tuple(one.moment for one in missed if is_before(place.study, one)) if place.back else ()
        image = images[place.image.id]
        return Shown(files[place.image.id], place.study.uid, image, place.back, place.study.moment, newer)

    places = tuple(shown(place) for place in hanging.places if place.image.id in files)
    paths = tuple(dict.fromkeys(files.values()))
    identities = frozenset(one.person.identity for one in (current, *older.values()))
    missed = tuple({one.moment: None for image in current.images for one in _missed(image, older.values(), files)})
    return Opening(
        row, current.person, paths, hanging.rule, hanging.rows, hanging.columns, places, hanging.doubtful,
        identities, missed,
    )  # fmt: skip


def _missed(image: PriorImage, older: Iterable[PriorStudy], files: Collection[int]) -> list[PriorStudy]:
    """Return the older studies with an image to compare with that cannot be reached."""

    def is_missed(one: PriorStudy) -> bool:
        here = tuple(other for other in one.images if other.id in files)
        return comparable_image(image, one.images) is not None and comparable_image(image, here) is None

    return [one for one in older if is_missed(one)]


def explained(index: Index, user: UserStore, rules: Sequence[Rule], study: int) -> tuple[Explanation, ...]:
    """Return what becomes of each rule for a study (`hanging.explain`). Raises LibraryError where it is gone."""
    current = prior_study(index.database, study)
    if current is None:
        raise LibraryError(GONE)
    pairs = user.pairs()
    return explain(rules, current, candidates(index.database, current, pairs), pairs)


def next_name(rules: Sequence[Rule]) -> str:
    """Return a name that no rule has."""
    names = {rule.name for rule in rules}
    return next(name for name in (f"Own {number}" for number in range(1, len(rules) + 2)) if name not in names)


def hung_like(index: Index, user: UserStore, study: int, paths: Sequence[Path], rule: tuple[str, int, int]) -> Rule:
    """Return a rule that hangs studies as one hangs now.

    Parameters
    ----------
    study : int
        The current study.
    paths : sequence of Path
        The file at each place, row by row.
    rule : tuple
        Name, rows and columns.

    Raises
    ------
    LibraryError
        Where a place shows neither the study nor one of its priors.
    """
    worklist = Worklist(index.database)
    current = prior_study(index.database, study)
    if current is None:
        raise LibraryError(GONE)
    pairs = user.pairs()
    others = candidates(index.database, current, pairs)
    shown: list[tuple[PriorStudy, PriorImage]] = []
    for path in paths:
        owner = worklist.study_at(path)
        one = next((other for other in (current, *others) if other.id == owner), None)
        number = None if one is None else _image_at(index, worklist, one.id, path)
        if one is None or number is None:
            raise LibraryError(NOT_ITS_PRIOR)
        shown.append((one, next(image for image in one.images if image.id == number)))
    return rule_like(rule, current, shown, others, pairs)


def _image_at(index: Index, worklist: Worklist, study: int, path: Path) -> int | None:
    """Return the image of a study that a file holds."""
    for image in worklist.images(study):
        if any(path == place_of(place, member) for place, member, _ in index.paths_of(image.id)):
            return image.id
    return None


def _path(index: Index, image: int) -> Path | None:
    """Return a file of an image that can be reached, one of its own before one in a ZIP."""
    places = [(path, member) for path, member, online in index.paths_of(image) if online]
    best = min(places, key=lambda place: bool(place[1]), default=None)
    return None if best is None else place_of(*best)
