"""What hangs by itself when a folder is opened: a pure function of its studies and the hanging rules."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from cxrviewer.studies.hanging import Hanging, Rule, hang
from cxrviewer.studies.library import Alike, ImageEntry
from cxrviewer.studies.persons import Pairs
from cxrviewer.studies.priors import PriorStudy, find_priors


class FirstHanging(Struct, frozen=True):
    """A study at its places, and what must be confirmed before it can hang with more.

    Attributes
    ----------
    study : PriorStudy
    rule : str
        Name of the hanging rule; empty where nothing hangs and there is only something to ask.
    rows, columns : int
    entries : tuple of ImageEntry
        Row by row, as many as rows x columns; empty where nothing hangs.
    active : int
        The first place that shows the study itself.
    doubtful : tuple of PriorStudy
        Older studies of perhaps the same person, newest first.
    alone : bool
        There is no prior of certainly the same person.
    """

    study: PriorStudy
    rule: str = ""
    rows: int = 1
    columns: int = 1
    entries: tuple[ImageEntry, ...] = ()
    active: int = 0
    doubtful: tuple[PriorStudy, ...] = ()
    alone: bool = False


def first_hanging(
    candidates: Sequence[Alike], rules: Sequence[Rule], pairs: Pairs | None = None, *, alone: bool = False
) -> FirstHanging | None:
    """Return how the first of some studies hangs that has a prior of certainly the same person.

    Parameters
    ----------
    candidates : sequence of Alike
        Studies of one day, such as a hand and a chest, in the order in which they are tried.
    rules : sequence of Rule
    pairs : mapping, optional
        See `priors.find_priors`.
    alone : bool
        The first study hangs without a prior too, where a rule shows several of its images.

    Returns
    -------
    FirstHanging or None
        Where none has a certain prior: the first that has a doubtful one, with nothing hung unless it hangs `alone`.
        None where there is nothing to compare with, or no rule fits.
    """
    asked: FirstHanging | None = None
    for alike in candidates:
        study, others = alike.study, alike.studies
        priors = [find_priors(study, image, others, pairs) for image in study.images]
        if any(one.certain for one in priors):
            hanging = hang(rules, study, others, pairs)
            return _hung(alike, hanging) if hanging.rule else None
        if asked is None and any(one.doubtful for one in priors):
            asked = FirstHanging(study, doubtful=hang((), study, others, pairs).doubtful, alone=True)
    if alone and candidates and (asked is None or asked.study == candidates[0].study):
        first = candidates[0]
        hanging = hang(rules, first.study, first.studies, pairs)
        if hanging.rule and len(hanging.places) > 1:
            return replace(_hung(first, hanging), alone=True)
    return asked


def has_prior(candidates: Sequence[Alike], pairs: Pairs | None = None) -> bool:
    """Return whether one of some studies has a prior of certainly the same person, whether or not a rule fits."""
    return any(
        find_priors(alike.study, image, alike.studies, pairs).certain
        for alike in candidates
        for image in alike.study.images
    )


def _hung(alike: Alike, hanging: Hanging) -> FirstHanging:
    entries = tuple(alike.entries[place.image.id] for place in hanging.places)
    active = next((number for number, place in enumerate(hanging.places) if not place.back), 0)
    return FirstHanging(
        alike.study, hanging.rule, hanging.rows, hanging.columns, entries, active, hanging.doubtful
    )  # fmt: skip
