"""Turns values and failures into the words on the screen: the one place that does."""

from __future__ import annotations

import logging
import os
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from cxrviewer.errors import CxrError
from cxrviewer.heads.contract import FindingScore, RejectionCode
from cxrviewer.imaging.ascii_numbers import whole_number
from cxrviewer.reports.percent import interval
from cxrviewer.text import msg, tr, tr_n, translated

if TYPE_CHECKING:
    from cxrviewer.imaging.contents import Header, Identity
    from cxrviewer.imaging.radiograph import ImageFacts

logger = logging.getLogger(__name__)

RESEARCH = msg("Research use only · not a medical device")

REJECTION_TITLES = {
    RejectionCode.NOT_RADIOGRAPH: msg("not a radiograph"),
    RejectionCode.NOT_CHEST: msg("not a chest film"),
    RejectionCode.NOT_FRONTAL: msg("not a frontal film"),
    RejectionCode.CHILD: msg("child"),
    RejectionCode.AGE_UNCERTAIN: msg("uncertain age"),
    RejectionCode.FOR_PROCESSING: msg("raw detector data"),
    RejectionCode.COLOUR: msg("colour picture"),
    RejectionCode.MULTI_FRAME: msg("more than one frame"),
    RejectionCode.OUTSIDE_TRAINING_DISTRIBUTION: msg("unlike the films the model knows"),
    RejectionCode.DECODE_FAILED: msg("cannot be decoded"),
    RejectionCode.HEAD_FAILED: msg("the model failed"),
}


HIDDEN = msg("Identity hidden")
"""In place of who it is, where the reader hides that; see `presenters.privacy`."""

DELETED = msg("file deleted or moved")
"""State of a row whose file is no longer there."""


def sentence(error: Exception, doing: str) -> str:
    """Return one sentence for the user; an unexpected error goes to the log with its place."""
    return translated(sentence_of(error, doing))


def sentence_of(error: Exception, doing: str) -> str:
    """Return what `sentence` does, to be translated when it is shown: for what is kept."""
    if isinstance(error, CxrError):
        return error.user_message
    if isinstance(error, OSError):
        return msg("The file could not be read; check that it is still there and that its disc is readable.")
    if isinstance(error, MemoryError):
        return msg("There is not enough memory for this file; close other programs and try again.")
    logger.error("an unexpected error while working in the background", exc_info=error)
    return msg("{doing} failed for a reason this program did not expect. Details are in the log.", doing=doing)


_ISOLATE, _POP = "\u2068", "\u2069"
WORD_JOINER = "\N{WORD JOINER}"
_WITHIN_WIDE = re.compile("(?<=[\u2e80-\uffef])(?=.)|(?<=.)(?=[\u2e80-\uffef])")
_RIGHT_TO_LEFT = ("R", "AL", "AN")


def one_line(parts: Iterable[str], separator: str) -> str:
    """Return the parts that are not empty in one line, each in its own direction.

    A Hebrew or Arabic name would otherwise turn the order of the ID and the date behind it.
    """
    return separator.join(
        f"{_ISOLATE}{part}{_POP}" if any(unicodedata.bidirectional(one) in _RIGHT_TO_LEFT for one in part) else part
        for part in parts
        if part
    )


def unbroken(text: str) -> str:
    """Return a text that no line is broken within: Chinese may break behind each character, as others at a space."""
    return _WITHIN_WIDE.sub(WORD_JOINER, text.replace(" ", "\N{NO-BREAK SPACE}"))


def person_name(value: str) -> str:
    """Return a (0010,0010) Patient's Name (PS3.5 6.2.1) for reading, with all its groups.

    One spelling in Latin letters stands for many names in Chinese, Japanese or Korean.

    Examples
    --------
    >>> person_name("YAMADA^TAROU=山田^太郎"), person_name("=李^明"), person_name("^^")
    ('YAMADA, TAROU  山田 太郎', '李 明', '')
    """
    first, *others = value.split("=")
    family, _, rest = first.partition("^")
    given = " ".join(part for part in rest.split("^") if part)
    alphabetic = f"{family}, {given}" if family and given else family or given
    return "  ".join(one for one in (alphabetic, *(" ".join(g.replace("^", " ").split()) for g in others)) if one)


def patient_id_words(patient_id: str) -> str:
    """Return a patient's ID as it stands beside a name; says so where there is none."""
    return tr("ID {patient_id}", patient_id=patient_id) if patient_id else tr("no ID")


def identity_lines(header: Header, frame: int = 0, *, stand_in: str = "") -> tuple[str, str]:
    """Return who, and which image, for the corner of the canvas; says so when the file does not.

    With a `stand_in` identity is hidden: it is there in place of who, with what kind of image it is. `frame` counts
    from 0.
    """
    who = header.identity
    name = person_name(who.patient_name) or tr("No name in the file")
    ident = patient_id_words(who.patient_id)
    born = tr("born {date}", date=who.birth_date) if who.birth_date else ""
    # In a narrow viewport the line is broken between these, not within them; an ID may be longer than the line.
    ident = ident.replace(" ", "\N{NO-BREAK SPACE}", 1)
    born, aged = unbroken(born), unbroken(f"{age(who.age)} {who.sex}".strip())
    first = one_line((name, ident, born, aged), "   ")
    frames = frame_words(frame, header.facts.frames)
    if stand_in:
        return stand_in, one_line((image_title(header.facts), frames), "   ")
    return first, one_line((image_title(header.facts), study_when(who), who.study_description, frames), "   ")


def frame_words(frame: int, frames: int) -> str:
    """Return which frame (from 0) of how many, empty for an image that has only one."""
    return tr("frame {number} of {frames}", number=frame + 1, frames=frames) if frames > 1 else ""


def shown_name(path: Path) -> str:
    """Return a file's name for the screen; bytes that are no text are shown as replacement characters."""
    return os.fsencode(path.name).decode("utf-8", "replace")


def shown_path(path: Path) -> str:
    """Return a path for the screen, as `shown_name`."""
    return os.fsencode(path).decode("utf-8", "replace")


def age(value: str) -> str:
    """Return an Age String (PS3.5 6.2) for reading: ``058Y`` is ``58 y``; other text as it is."""
    count = whole_number(value[:-1], digits=3)
    if count is None:
        return value
    match value[-1]:
        case "Y":
            return tr("{count} y", count=count)
        case "M":
            return tr_n("{n} month", "{n} months", count)
        case "W":
            return tr_n("{n} week", "{n} weeks", count)
        case "D":
            return tr_n("{n} day", "{n} days", count)
    return value


def image_title(facts: ImageFacts) -> str:
    """Return body part and view in the header's words, at least the modality."""
    side = {"L": tr("left"), "R": tr("right")}.get(facts.laterality, "")  # U: unpaired, B: both
    words = " ".join(part for part in (facts.body_part, facts.view_position, side) if part)
    return words or facts.modality or tr("Film")


def study_when(who: Identity) -> str:
    return f"{who.study_date} {who.study_time[:5]}".strip() or tr("date unknown")


def interval_words(ends: tuple[float, float] | None) -> str:
    """Return what the interval beside a probability is, in one sentence; empty where there is none."""
    if ends is None:
        return ""
    return tr(
        "95 % interval {interval} %: the share of images with this score that have the finding, as well as the "
        "calibration images tell it; not the chance that the model is right about this patient.",
        interval=interval(ends),
    )


def evidence(score: FindingScore) -> str:
    """Return the area under the curve with its interval, or that there is none."""
    auc = score.spec.auc
    if auc is None:
        return tr("no evidence")
    return tr(
        "AUC {value:.2f} ({low:.2f}–{high:.2f}), {positives} positive",
        value=auc.value,
        low=auc.low,
        high=auc.high,
        positives=auc.positives,
    )


def short_evidence(score: FindingScore) -> str:
    """Return `evidence` without the number of images, for a narrow line."""
    auc = score.spec.auc
    if auc is None:
        return tr("no evidence")
    return tr("AUC {value:.2f} ({low:.2f}–{high:.2f})", value=auc.value, low=auc.low, high=auc.high)


def time_left(seconds: float) -> str:
    """Return a duration in words that do not pretend to be exact."""
    if seconds < 60:
        return tr_n("{n} s", "{n} s", max(1, round(seconds)))
    if seconds < 5400:
        return tr_n("{n} min", "{n} min", round(seconds / 60))
    return tr_n("{n} h", "{n} h", round(seconds / 3600))
