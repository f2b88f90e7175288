"""What a report holds, and the report as text and HTML."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import get_args

from msgspec import Struct

from cxrviewer.reading import kinds
from cxrviewer.reading.annotations import Measured
from cxrviewer.reading.document import Decision, FindingRef, Reading, Verdict
from cxrviewer.reading.values import ImageRef
from cxrviewer.reports.percent import interval, score_and_threshold
from cxrviewer.text import looked_up, tr, translated

ORDER = get_args(Measured)
"""Kinds of annotations that have a number; arrows, texts and calibrations are no results."""


class Finding(Struct, frozen=True):
    """A finding that the reader decided on.

    Attributes
    ----------
    name, comment : str
    present : bool
        In the reader's eyes.
    probability, threshold : float
        Of the head's score, 0 to 1.
    interval : tuple of float or None
        95 % interval of the probability (docs/decisions/0097-intervals.md); None where none was stated.
    agreed : bool
        The reader agrees with the head's call.
    image, head : str
        For reading: which image, and the head's title with its version.
    """

    name: str
    comment: str
    present: bool
    probability: float
    threshold: float
    agreed: bool
    image: str
    head: str
    interval: tuple[float, float] | None = None


class Measurement(Struct, frozen=True):
    """The label of something measured, and on which image."""

    label: str
    image: str


class Report(Struct, frozen=True):
    """Everything on a report, in the order of the page.

    Attributes
    ----------
    patient : tuple of (str, str)
        Labels and values that say who it is about; empty unless the reader chose that.
    images : tuple of str
    impression : str
    findings : tuple of Finding
        Present ones first, each group by name.
    measurements : tuple of Measurement
    key_images : tuple of str
    heads : tuple of str
        Title, version and digest of every head whose score was decided on.
    program : str
    """

    patient: tuple[tuple[str, str], ...]
    images: tuple[str, ...]
    impression: str
    findings: tuple[Finding, ...]
    measurements: tuple[Measurement, ...]
    key_images: tuple[str, ...]
    heads: tuple[str, ...]
    program: str

    @property
    def empty(self) -> bool:
        """Whether the reader made nothing that a report could hold."""
        return not (self.impression.strip() or self.findings or self.measurements or self.key_images)


def report_of(
    reading: Reading,
    *,
    images: Mapping[ImageRef, str],
    heads: Mapping[str, str],
    patient: Iterable[tuple[str, str]] = (),
    program: str = "",
) -> Report:
    """Return the report of a reading.

    Parameters
    ----------
    reading : Reading
    images : mapping of ImageRef to str
        Names of images, in the order of the report; those that are not in it are numbered.
    heads : mapping of str to str
        Titles by id of the head; one that is not in it is named by its id.
    patient : iterable of (str, str)
        See `Report`; empty values are left out.
    program : str
        Name and version of this program.
    """
    named = _named(reading, images)
    decided = {ref: one for ref, one in reading.decisions.items() if one.present is not None}
    findings = [_finding(ref, one, named, heads) for ref, one in decided.items()]
    findings.sort(key=lambda one: (not one.present, one.name, one.image, one.head))
    order = list(named)
    measured = [one for one in reading.annotations.values() if isinstance(one.shape, Measured)]
    measured.sort(key=lambda one: (order.index(one.image), ORDER.index(type(one.shape))))
    labels = ((kinds.drawing_of(one.shape).label, named[one.image]) for one in measured)
    sources = sorted({(heads.get(ref.head, ref.head), ref.version, ref.model) for ref in decided})
    return Report(
        patient=tuple((label, clean(value)) for label, value in patient if clean(value)),
        images=tuple(named.values()),
        impression="\n".join(_typed(line) for line in reading.impression.strip().splitlines()),
        findings=tuple(findings),
        measurements=tuple(Measurement(_one_line(label), image) for label, image in labels if clean(label)),
        key_images=tuple(named[image] for image in order if reading.key_images.get(image)),
        heads=tuple(f"{clean(title)} {clean(version)} · {model[:12]}" for title, version, model in sources),
        program=program,
    )


def clean(text: str) -> str:
    """Return text of a header or head on one line, without control characters."""
    kept = (" " if unicodedata.category(one) in ("Cc", "Zl", "Zp") else one for one in text)
    return " ".join("".join(kept).split())


def _typed(line: str) -> str:
    """Return a line the reader typed, with its indentation and without characters that draw a box."""
    return "".join(one for one in line.expandtabs(4) if unicodedata.category(one) != "Cc").rstrip()


def _one_line(label: str) -> str:
    """Return a label of several lines on one."""
    return "; ".join(clean(line) for line in translated(label).splitlines() if clean(line))


def score_words(finding: Finding, *, several: bool = False) -> str:
    """Return the head's score with its interval, and its call; the head by its name where there are `several`."""
    score, threshold = score_and_threshold(finding.probability, finding.threshold)
    given = {
        "head": finding.head if several else tr("head", context="report"),
        "score": score,
        "interval": interval_words(finding.interval),
        "threshold": threshold,
    }
    if finding.probability >= finding.threshold:
        return tr("{head}: {score}, {interval}, threshold {threshold}, present", **given)
    return tr("{head}: {score}, {interval}, threshold {threshold}, not present", **given)


def interval_words(ends: tuple[float, float] | None) -> str:
    """Return the interval beside a probability, or that there is none."""
    return tr("no interval stated") if ends is None else tr("95 % interval {interval} %", interval=interval(ends))


def _named(reading: Reading, images: Mapping[ImageRef, str]) -> dict[ImageRef, str]:
    """Return the names of all images of a reading; equal names are told apart by a number."""
    used: list[ImageRef] = [*images]
    made: Sequence[Iterable[ImageRef]] = (
        (ref.image for ref in reading.decisions),
        (one.image for one in reading.annotations.values()),
        reading.key_images,
    )
    for group in made:
        used += [image for image in group if image not in used]
    titles = [clean(images.get(image, "")) or tr("Image") for image in used]
    named: dict[ImageRef, str] = {}
    for place, (image, title) in enumerate(zip(used, titles, strict=True)):
        alike = titles.count(title)
        named[image] = title if alike == 1 else f"{title} ({titles[: place + 1].count(title)})"
    return named


def _finding(ref: FindingRef, decision: Decision, named: Mapping[ImageRef, str], heads: Mapping[str, str]) -> Finding:
    return Finding(
        name=clean(looked_up(decision.name)) or clean(ref.code),
        comment=clean(decision.comment),
        present=bool(decision.present),
        probability=decision.probability,
        threshold=decision.threshold,
        agreed=decision.verdict is Verdict.AGREE,
        interval=decision.interval,
        image=named[ref.image],
        head=f"{clean(heads.get(ref.head, ref.head))} {clean(ref.version)}",
    )


# Words.


def research() -> str:
    """Return the label on every page and in every file."""
    return tr("Research use only · not a medical device")


def as_text(report: Report) -> str:
    """Return a report as plain text."""
    lines = [tr("Report"), research(), ""]
    lines += [f"{label}: {value}" for label, value in report.patient]
    lines += [tr("Images: {images}", images="; ".join(report.images))] if report.images else []
    for title, body in _sections(report):
        lines += ["", title.upper(), *body]
    lines += ["", *_foot(report)]
    return "\n".join(lines) + "\n"


def as_html(report: Report) -> str:
    """Return a report as HTML of the kind `QTextDocument` lays out; nothing in it is a link or a picture."""
    out = [f"<h1>{html.escape(tr('Report'))}</h1>", f'<p class="research">{html.escape(research())}</p>']
    rows = [*report.patient]
    if report.images:
        rows.append((tr("Images"), "; ".join(report.images)))
    if rows:
        cells = (
            f'<tr><td class="label">{html.escape(label)}</td><td>{html.escape(value)}</td></tr>'
            for label, value in rows
        )
        out.append(f"<table>{''.join(cells)}</table>")
    for title, body in _sections(report):
        out.append(f"<h2>{html.escape(title)}</h2>")
        out += [f"<p>{html.escape(line) or '&nbsp;'}</p>" for line in body]
    out.append("<hr>")
    out += [f'<p class="foot">{html.escape(line)}</p>' for line in _foot(report)]
    return f"<html><head><style>{STYLE}</style></head><body>{''.join(out)}</body></html>"


STYLE = (
    "body { font-size: 10pt; color: #000000; } h1 { font-size: 16pt; } h2 { font-size: 11pt; margin-top: 12px; }"
    " p { margin: 1px 0; white-space: pre-wrap; } td { padding-right: 14px; } td.label { color: #555555; }"
    " p.research { font-weight: 600; } p.foot { font-size: 8pt; color: #555555; }"
)


def _sections(report: Report) -> list[tuple[str, list[str]]]:
    present = [one for one in report.findings if one.present]
    absent = [one for one in report.findings if not one.present]
    found = [
        (tr("Impression"), report.impression.splitlines()),
        (tr("Findings the reader sees"), [_line(one, report) for one in present]),
        (tr("Findings the reader does not see"), [_line(one, report) for one in absent]),
        (tr("Measurements"), [_with_image(one.label, one.image, report) for one in report.measurements]),
        (tr("Key images"), list(report.key_images)),
    ]
    if report.empty:
        return [(tr("Impression"), [tr("Nothing was decided, measured or written yet.")])]
    return [(title, body) for title, body in found if body]


def _line(finding: Finding, report: Report) -> str:
    score = score_words(finding, several=len(report.heads) > 1)
    agreed = tr("reader agrees") if finding.agreed else tr("reader disagrees")
    words = tr("{finding} ({score}; {verdict})", finding=finding.name, score=score, verdict=agreed)
    parts = [words, f"· {finding.image}"]
    parts += [f"– {finding.comment}"] if finding.comment else []
    return " ".join(parts)


def _with_image(text: str, image: str, report: Report) -> str:
    return text if len(report.images) < 2 else f"{text} · {image}"


def _foot(report: Report) -> list[str]:
    lines = [tr("Scores: {heads}", heads="; ".join(report.heads))] if report.heads else []
    if any(one.interval for one in report.findings):
        lines.append(
            tr(
                "95 % interval: the share of images with this score that have the finding, as well as the calibration "
                "images tell it; not the chance that the model is right about this patient."
            )
        )
    return [*lines, report.program] if report.program else lines
