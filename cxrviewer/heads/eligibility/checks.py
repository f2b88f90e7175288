"""May this head read this image? From the header before decoding, from the pixels after.

An empty header fact means *unknown*, and unknown never rejects: the pixels decide then.
A header can only reject; it can never vouch for an image, because (0018,5101) View Position
and (0018,0015) Body Part Examined are wrong too often.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from cxrviewer.heads.contract import EligibilitySpec, Rejection, RejectionCode
from cxrviewer.heads.eligibility import terms
from cxrviewer.imaging.radiograph import AgeDoubt, ImageFacts, Radiograph, Source
from cxrviewer.text import msg

LEAST_DETAILED = 0.05
"""Half of what the emptiest of 16,570 chest images shows (`docs/decisions/0037-blank-pictures.md`)."""
_HUMAN = frozenset({"", "HUMAN", "HOMO SAPIENS"})


def reject_header(facts: ImageFacts, eligibility: EligibilitySpec, *, has_pixels: bool = True) -> Rejection | None:
    """Return why a head of this `eligibility` may not read the image, None where the pixels decide.

    The first reason counts, in this order: not a radiograph, several frames, colour, detector data
    before processing, not a chest, not frontal, age.
    """
    if not has_pixels:
        return _no_image(facts, eligibility)
    checks: tuple[Callable[[ImageFacts, EligibilitySpec], Rejection | None], ...] = (
        _modality,
        _frames,
        _colour,
        _processing,
        _region,
        _view,
        _age,
    )
    if facts.source is Source.RASTER:  # a picture file has no header worth the name
        checks = (_colour,)
    return next((rejection for check in checks if (rejection := check(facts, eligibility)) is not None), None)


def _no_image(facts: ImageFacts, eligibility: EligibilitySpec) -> Rejection | None:
    """Reject reports and plans; a radiograph that lost its pixels is left to the decoder's more exact sentence."""
    modality = facts.modality or terms.SOP_CLASS_MODALITY.get(facts.sop_class, "")
    if facts.source is Source.RASTER or modality in eligibility.modality or not (modality or facts.sop_class):
        return None
    return Rejection(RejectionCode.NOT_RADIOGRAPH, msg("This file holds no image, so there is nothing to score."))


def reject_size(radiograph: Radiograph, eligibility: EligibilitySpec) -> Rejection | None:
    """Return a rejection for an image too small to hold what the head looks for."""
    if min(radiograph.rows, radiograph.columns) >= eligibility.min_pixels:
        return None
    return Rejection(
        RejectionCode.OUTSIDE_TRAINING_DISTRIBUTION,
        msg(
            "The film is {columns} x {rows} pixels and this model needs at least {min_pixels}; open "
            "the original instead of a thumbnail.",
            columns=radiograph.columns,
            rows=radiograph.rows,
            min_pixels=eligibility.min_pixels,
        ),
    )


def reject_blank(detailed: float) -> Rejection | None:
    """Return a rejection for a picture that shows next to nothing: a blank exposure, a flat field, a smooth drawing.

    For every head, also those without a pixel gate.

    Parameters
    ----------
    detailed : float
        `imaging.detail.detailed_share` of what the model would be given.
    """
    if detailed >= LEAST_DETAILED:
        return None
    return Rejection(
        RejectionCode.OUTSIDE_TRAINING_DISTRIBUTION,
        msg("The picture shows next to nothing, as a blank or test exposure does, so there is nothing to score."),
    )


def outside(source: Source, *, inverted_is_inside: bool) -> Rejection:
    """Return the rejection of an image that does not look like the training images."""
    sentence = msg("The picture does not look like the frontal chest films this model was trained on; read it unaided.")
    if inverted_is_inside and source is Source.RASTER:  # no header that could be wrong
        sentence = msg(
            "The picture looks like a negative of a chest film; open the original, or a copy with its greys turned "
            "round."
        )
    elif inverted_is_inside:
        sentence = msg(
            "The film looks like a negative of a chest film; its header's Photometric Interpretation "
            "may be wrong, so check it at the source."
        )
    return Rejection(RejectionCode.OUTSIDE_TRAINING_DISTRIBUTION, sentence)


def _stated_modality(facts: ImageFacts) -> str:
    return facts.modality or terms.SOP_CLASS_MODALITY.get(facts.sop_class, "")


def _modality(facts: ImageFacts, eligibility: EligibilitySpec) -> Rejection | None:
    modality = _stated_modality(facts)
    if not modality or modality in eligibility.modality:
        return None
    if region := terms.MODALITY_REGION.get(modality):
        return _not_chest(region)
    name = terms.MODALITY_NAMES.get(modality, msg("no plain radiograph"))
    return Rejection(
        RejectionCode.NOT_RADIOGRAPH, msg("This is {name}; the model reads plain chest radiographs only.", name=name)
    )


def _frames(facts: ImageFacts, eligibility: EligibilitySpec) -> Rejection | None:
    if facts.frames <= 1:
        return None
    return Rejection(
        RejectionCode.MULTI_FRAME,
        msg(
            "The file holds {frames} frames; the model reads single radiographs only, so no frame is scored.",
            frames=facts.frames,
        ),
    )


def _colour(facts: ImageFacts, eligibility: EligibilitySpec) -> Rejection | None:
    if not facts.colour:
        return None
    return Rejection(
        RejectionCode.COLOUR, msg("This is a colour picture; the model reads the grey levels of radiographs only.")
    )


def _processing(facts: ImageFacts, eligibility: EligibilitySpec) -> Rejection | None:
    if not facts.for_processing:
        return None
    return Rejection(
        RejectionCode.FOR_PROCESSING,
        msg(
            "This is raw detector data (FOR PROCESSING); the model reads images processed for "
            "reading only, so open the image FOR PRESENTATION instead."
        ),
    )


def _not_chest(region: str) -> Rejection:
    return Rejection(
        RejectionCode.NOT_CHEST,
        msg("The header names another region ({region}); the model reads chest films only.", region=region),
    )


def _region(facts: ImageFacts, eligibility: EligibilitySpec) -> Rejection | None:
    if facts.species not in _HUMAN:
        return Rejection(
            RejectionCode.NOT_CHEST, msg("The header names an animal; the model reads human chest films only.")
        )
    if not terms.CHEST_CODES.isdisjoint(facts.anatomy_codes):
        return None
    # From the most to the least dependable; the first that names a region decides.
    coded = next((terms.OTHER_REGION_CODES[c] for c in facts.anatomy_codes if c in terms.OTHER_REGION_CODES), None)
    if coded:
        return _not_chest(coded)
    for texts in ((facts.body_part,), facts.descriptions):
        words = _words(texts)
        if words & terms.CHEST_WORDS and "SPINE" not in words:
            return None
        named = sorted(words & terms.OTHER_REGION_WORDS.keys())
        if named:
            return _not_chest(terms.OTHER_REGION_WORDS[named[0]])
    return None


def _view(facts: ImageFacts, eligibility: EligibilitySpec) -> Rejection | None:
    if not terms.OTHER_VIEW_CODES.isdisjoint(facts.view_codes):
        return _not_frontal()
    stated = _words((facts.view_position,))
    if stated & terms.LATERAL_WORDS:
        return _not_frontal()
    directions = {terms.VIEW_CODES[c] for c in facts.view_codes if c in terms.VIEW_CODES}
    directions |= {terms.FRONTAL_VIEWS[w] for w in stated if w in terms.FRONTAL_VIEWS}
    known = directions - {""}
    if known and eligibility.view and known.isdisjoint(eligibility.view):
        return Rejection(
            RejectionCode.NOT_FRONTAL,
            msg(
                "This is an {stated} film and this model reads {views} films only.",
                stated="/".join(sorted(known)),
                views=_one_of(eligibility.view),
            ),
        )
    described = _words(facts.descriptions)
    # "PA AND LATERAL" describes a study of both, so it says nothing about this image.
    if not directions and described & terms.DESCRIBED_LATERAL_WORDS and not described & terms.FRONTAL_WORDS:
        return _not_frontal()
    return None


def _not_frontal() -> Rejection:
    return Rejection(
        RejectionCode.NOT_FRONTAL,
        msg("The header says this is no frontal view; the model reads frontal chest films only."),
    )


def _age(facts: ImageFacts, eligibility: EligibilitySpec) -> Rejection | None:
    # The limits are named, never the patient's age.
    if eligibility.min_age is None and eligibility.max_age is None:
        return None
    oldest_by_birth = None if facts.age_by_birth is None else facts.age_by_birth[1]
    age = facts.age_years if facts.age_years is not None else oldest_by_birth
    if eligibility.min_age is not None and age is not None and age < eligibility.min_age:
        return Rejection(
            RejectionCode.CHILD,
            msg(
                "The patient is younger than {min_age:g} years; this model was not made for children.",
                min_age=eligibility.min_age,
            ),
        )
    if (doubt := _age_doubt(facts, eligibility)) is not None:
        return Rejection(
            RejectionCode.AGE_UNCERTAIN,
            msg(
                "{doubt}, so the patient may be outside the ages this model was made for; correct the "
                "header, or read the image unaided.",
                doubt=doubt,
            ),
        )
    if eligibility.max_age is not None and facts.age_years is not None and facts.age_years > eligibility.max_age:
        return Rejection(
            RejectionCode.OUTSIDE_TRAINING_DISTRIBUTION,
            msg(
                "The patient is older than {max_age:g} years; this model was not made for that age.",
                max_age=eligibility.max_age,
            ),
        )
    return None


_AT_THE_START = {AgeDoubt.IMPLAUSIBLE: msg("The header gives an age above 130 years")}
"""Doubts whose words begin otherwise where a sentence begins with them."""


def _one_of(views: tuple[str, ...]) -> str:
    text: str = views[0]
    for view in views[1:]:
        text = msg("{one} or {other}", one=text, other=view)
    return text


def _age_doubt(facts: ImageFacts, eligibility: EligibilitySpec) -> str | None:
    """Return why the age may be outside the limits although no age that was read is; None where it is not.

    A stated age and a birth date that contradict each other matter only where one of them is that of a
    child: de-identification shifts and coarsens the birth dates of whole collections of adults.
    """
    doubt, by_birth, least = facts.age_doubt, facts.age_by_birth, eligibility.min_age or 0.0
    if doubt is not None and doubt is not AgeDoubt.CONTRADICTION:
        stated: str = doubt.value
        return _AT_THE_START.get(doubt, stated)
    if by_birth is None:
        return None
    if facts.age_years is not None:
        # Below the limit by birth, though within a year or two of the stated age: no contradiction, but a doubt.
        return AgeDoubt.CONTRADICTION.value if by_birth[1] < least else None
    # A lowest age of 0 means that the day of the study is unknown, and an unknown age rejects nothing.
    return msg("The header gives the year or month of birth only") if 0 < by_birth[0] < least else None


def _words(texts: tuple[str, ...]) -> set[str]:
    """Return the words of header texts; ``C-SPINE``, ``C SPINE`` and ``CSPINE`` give ``CSPINE`` too."""
    words: set[str] = set()
    for text in texts:
        parts = re.findall(r"[^\W\d_]+", text.upper())
        words.update(parts)
        words.update(a + b for a, b in pairwise(parts))
    return words
