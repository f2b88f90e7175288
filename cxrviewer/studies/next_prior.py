"""What to compare with where the pixels of a prior cannot be decoded: pure functions of what is listed."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from msgspec.structs import replace

from cxrviewer.studies.library import Alike, ImageEntry
from cxrviewer.studies.persons import Pairs
from cxrviewer.studies.priors import (
    Prior,
    PriorImage,
    PriorStudy,
    comparable_image,
    find_priors,
    is_before,
)


def compared_with(alike: Alike, image: PriorImage, failed: ImageEntry) -> PriorStudy | None:
    """Return the study of an image as one that `image` is compared with; None where it is none.

    Whether it is of the same person is not looked at.
    """
    study = study_of(alike, failed)
    if study is None or study.id == alike.study.id or not is_before(study, alike.study):
        return None
    mine = tuple(one for one in study.images if alike.entries[one.id].key == failed.key)
    return None if comparable_image(image, mine) is None else study


def study_of(alike: Alike, entry: ImageEntry) -> PriorStudy | None:
    """Return the study of a listed image."""
    return next(
        (one for one in alike.studies if any(alike.entries[image.id].key == entry.key for image in one.images)), None
    )


def image_of(alike: Alike, entry: ImageEntry) -> PriorImage | None:
    """Return a listed image of the current study as far as comparing it goes."""
    return next((one for one in alike.study.images if alike.entries[one.id].key == entry.key), None)


def without(alike: Alike, keys: Collection[str]) -> Alike:
    """Return the same studies without the images that cannot be decoded; those of the current study stay."""
    studies = [
        one
        if one.id == alike.study.id
        else replace(one, images=tuple(image for image in one.images if alike.entries[image.id].key not in keys))
        for one in alike.studies
    ]
    return replace(alike, studies=tuple(studies))


def next_listed(
    alike: Alike, image: PriorImage, failed: PriorStudy, unreadable: Collection[str], pairs: Pairs
) -> Prior | None:
    """Return what to compare an image with instead of one of the study `failed`: another of that study, else older.

    Parameters
    ----------
    image : PriorImage
        Of the current study.
    failed : PriorStudy
    unreadable : collection of str
        Keys of images that cannot be decoded.
    pairs : mapping
        See `priors.find_priors`.
    """
    readable = without(alike, unreadable)
    return not_newer(find_priors(readable.study, image, readable.studies, pairs).certain, failed)


def not_newer(priors: Sequence[Prior], failed: PriorStudy) -> Prior | None:
    """Return the first of some priors, newest first, that is of a study or older than it."""
    return next((one for one in priors if _is_same(one.study, failed) or is_before(one.study, failed)), None)


def passed_over(
    alike: Alike, image: PriorImage, failed: PriorStudy, unreadable: Collection[str], pairs: Pairs
) -> tuple[str, ...]:
    """Return the moments of listed priors older than a study that cannot be decoded, as is known already."""
    readable = without(alike, unreadable)
    left = {one.study.id for one in find_priors(readable.study, image, readable.studies, pairs).certain}
    certain = find_priors(alike.study, image, alike.studies, pairs).certain
    return tuple(one.study.moment for one in certain if one.study.id not in left and is_before(one.study, failed))


def newer_listed(alike: Alike, image: PriorImage, failed: PriorStudy, unreadable: Collection[str]) -> bool:
    """Return whether a certain prior is listed that is newer than a study and can perhaps be decoded."""
    readable = without(alike, unreadable)
    certain = find_priors(readable.study, image, readable.studies).certain
    return any(is_before(failed, one.study) for one in certain)


def _is_same(one: PriorStudy, other: PriorStudy) -> bool:
    return one.uid == other.uid if one.uid or other.uid else (one.date, one.time) == (other.date, other.time)
