"""The local audit: how a head's calls compare with the decisions of this reader, on this reader's own images.

It is no validation. Decisions are made with the score in sight, and the reader chooses what to decide; the numbers
describe these decisions and nothing else (docs/decisions/0082-decisions-and-reports.md).
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable

from msgspec import Struct

from cxrviewer.reading.document import Decision, FindingRef, Reading, Verdict
from cxrviewer.reading.values import ImageRef
from cxrviewer.text import Message, msg

Z95 = 1.959963984540054
"""Normal quantile of a two-sided interval of 95 %."""

NOT_A_VALIDATION = msg(
    "This is no validation. Decisions were made with the score in sight, and not on all images; "
    "the figures describe these decisions only."
)
NOT_COUNTED = msg("Images on which nothing was decided leave no trace and are not counted.")


def wilson(part: int, whole: int, z: float = Z95) -> tuple[float, float]:
    """Return the Wilson score interval of ``part / whole`` (Wilson 1927), within [0, 1].

    Raises
    ------
    ValueError
        Unless ``0 <= part <= whole`` and `whole` is positive.

    Examples
    --------
    >>> [round(bound, 4) for bound in wilson(8, 10)]
    [0.4902, 0.9433]
    """
    if not 0 <= part <= whole or whole == 0:
        raise ValueError(f"an interval needs 0 <= part <= whole and whole > 0, got {part} of {whole}")
    share, square = part / whole, z * z
    middle = share + square / (2 * whole)
    half = z * math.sqrt(share * (1 - share) / whole + square / (4 * whole * whole))
    scale = 1 + square / whole
    low, high = (middle - half) / scale, (middle + half) / scale
    return (0.0 if part == 0 else max(0.0, low)), (1.0 if part == whole else min(1.0, high))


class Share(Struct, frozen=True):
    """A part of a whole that is not empty."""

    part: int
    whole: int

    @property
    def value(self) -> float:
        return self.part / self.whole

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % Wilson interval."""
        return wilson(self.part, self.whole)


def share(part: int, whole: int) -> Share | None:
    """Return a share, None where there is nothing to share."""
    return Share(part, whole) if whole else None


class HeadKey(Struct, frozen=True, order=True):
    """One version of one head, to the last byte of its model and recipe."""

    head: str
    version: str
    model: str
    recipe: str


class FindingAudit(Struct, frozen=True):
    """Decisions about one finding of one head version.

    Attributes
    ----------
    scheme, code, name : str
    images : int
        Images on which anything of this head version was decided.
    undecided : int
        Images with a comment but without a verdict, among `missing`.
    flagged_agree, flagged_disagree : int
        Images on which the head called it present; the reader sees it, or not.
    unflagged_agree, unflagged_disagree : int
        Images on which the head called it not present; the reader does not see it either, or does.
    """

    scheme: str
    code: str
    name: str
    images: int
    undecided: int
    flagged_agree: int
    flagged_disagree: int
    unflagged_agree: int
    unflagged_disagree: int

    @property
    def flagged(self) -> int:
        return self.flagged_agree + self.flagged_disagree

    @property
    def unflagged(self) -> int:
        return self.unflagged_agree + self.unflagged_disagree

    @property
    def decided(self) -> int:
        return self.flagged + self.unflagged

    @property
    def missing(self) -> int:
        """Images of this head version without a verdict on this finding."""
        return self.images - self.decided

    @property
    def agreement(self) -> Share | None:
        """Decisions that agree with the head's call."""
        return share(self.flagged_agree + self.unflagged_agree, self.decided)

    @property
    def present_of_flagged(self) -> Share | None:
        """Of the flagged images with a decision, those with the finding; like a positive predictive value."""
        return share(self.flagged_agree, self.flagged)

    @property
    def absent_of_unflagged(self) -> Share | None:
        """Of the images not flagged with a decision, those without the finding; like a negative predictive value."""
        return share(self.unflagged_agree, self.unflagged)

    @property
    def flagged_of_present(self) -> Share | None:
        """Of the images with the finding, the flagged ones; like a sensitivity.

        None unless something was decided below the threshold: it would be 100 % by construction.
        """
        return share(self.flagged_agree, self.flagged_agree + self.unflagged_disagree) if self.unflagged else None

    @property
    def unflagged_of_absent(self) -> Share | None:
        """Of the images without the finding, those not flagged; like a specificity. None as above, the other way."""
        return share(self.unflagged_agree, self.unflagged_agree + self.flagged_disagree) if self.flagged else None


class HeadAudit(Struct, frozen=True):
    """All findings of one head version on which anything was decided, by name."""

    key: HeadKey
    images: int
    findings: tuple[FindingAudit, ...]


def audit_of(readings: Iterable[Reading]) -> tuple[HeadAudit, ...]:
    """Return the audit of readings, by head and version.

    An image that occurs in several readings counts once: the last one given is taken.
    """
    heads: dict[HeadKey, dict[tuple[str, str], dict[ImageRef, Decision]]] = {}
    for reading in readings:
        for ref, decision in reading.decisions.items():
            findings = heads.setdefault(_key(ref), {})
            findings.setdefault((ref.scheme, ref.code), {})[ref.image] = decision
    return tuple(_head(key, heads[key]) for key in sorted(heads))


def _key(ref: FindingRef) -> HeadKey:
    return HeadKey(ref.head, ref.version, ref.model, ref.recipe)


def _head(key: HeadKey, findings: dict[tuple[str, str], dict[ImageRef, Decision]]) -> HeadAudit:
    images = len({image for decisions in findings.values() for image in decisions})
    audits = [_finding(scheme, code, decisions, images) for (scheme, code), decisions in findings.items()]
    return HeadAudit(key, images, tuple(sorted(audits, key=lambda one: (one.name, one.code))))


def _finding(scheme: str, code: str, decisions: dict[ImageRef, Decision], images: int) -> FindingAudit:
    counted = {(above, verdict): 0 for above in (True, False) for verdict in Verdict}
    for decision in decisions.values():
        counted[decision.above, decision.verdict] += 1
    name = next(iter(decisions.values())).name or code
    return FindingAudit(
        scheme,
        code,
        name,
        images,
        undecided=counted[True, Verdict.UNDECIDED] + counted[False, Verdict.UNDECIDED],
        flagged_agree=counted[True, Verdict.AGREE],
        flagged_disagree=counted[True, Verdict.DISAGREE],
        unflagged_agree=counted[False, Verdict.AGREE],
        unflagged_disagree=counted[False, Verdict.DISAGREE],
    )


# CSV.

_SHARES = ("agreement", "present_of_flagged", "flagged_of_present", "unflagged_of_absent", "absent_of_unflagged")
_COUNTS = (
    "images", "decided", "missing", "undecided",
    "flagged_agree", "flagged_disagree", "unflagged_agree", "unflagged_disagree",
)  # fmt: skip
COLUMNS = (
    "head", "version", "model_sha256", "recipe_digest", "scheme", "code", "finding", *_COUNTS,
    *(f"{name}{part}" for name in _SHARES for part in ("", "_low", "_high")), "note",
)  # fmt: skip


def as_csv(audits: Iterable[HeadAudit]) -> str:
    """Return an audit as CSV (RFC 4180), one line per finding and head version, in English.

    A share that cannot be told is empty. No line names an image or a patient.
    """
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(COLUMNS)
    for audit in audits:
        key = audit.key
        for one in audit.findings:
            row: list[object] = [key.head, key.version, key.model, key.recipe, one.scheme, one.code, one.name]
            row += [getattr(one, name) for name in _COUNTS]
            for name in _SHARES:
                row += _share_cells(getattr(one, name))
            table.writerow([_cell(value) for value in (*row, str(NOT_A_VALIDATION))])
    return out.getvalue()


def _share_cells(given: Share | None) -> list[str]:
    return ["", "", ""] if given is None else [f"{value:.4f}" for value in (given.value, *given.interval)]


def _cell(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula: names come from heads of strangers."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def missing_words(audit: FindingAudit) -> Message:
    """Return why a share like a sensitivity cannot be told, for a tooltip."""
    if not audit.unflagged:
        return msg("Nothing below the threshold was decided, so it is not known what the head missed.")
    if not audit.flagged:
        return msg("Nothing above the threshold was decided.")
    return msg("No image with such a decision.")
