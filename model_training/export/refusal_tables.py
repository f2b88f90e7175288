"""The refusal study as Markdown, with the verdict on its two targets."""

from __future__ import annotations

from collections.abc import Iterable

from cxrviewer.heads.eligibility.checks import LEAST_DETAILED
from model_training.engine.proportion import Proportion, total
from model_training.export.blank_study import BlankStudy
from model_training.export.left_out import LeftOut
from model_training.export.refusal_study import (
    FRONTAL_REFUSED_AT_MOST,
    REFUSED_AT_LEAST,
    Polarity,
    RefusalStudy,
)


def _table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> list[str]:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return [*lines, *(f"| {' | '.join(str(cell) for cell in row)} |" for row in rows), ""]


def to_refuse(result: RefusalStudy) -> dict[str, Proportion]:
    """Return the groups that are no upright frontal chest film."""
    real = {n: p for n, p in result.other.items() if n not in ("dicom: accept", "dicom: mislabelled_polarity")}
    return {**real, **result.made}


def verdict(result: RefusalStudy) -> list[str]:
    """Return one sentence per target, naming every group that misses it."""
    groups = to_refuse(result)
    wrong = total(list(groups.values()))
    short = [f"{n} {p}" for n, p in groups.items() if p.total and p.count < REFUSED_AT_LEAST * p.total]
    frontal = result.frontal["all"]
    reached = wrong.count >= REFUSED_AT_LEAST * wrong.total
    kept = frontal.count <= FRONTAL_REFUSED_AT_MOST * frontal.total
    lines = [
        f"Of pictures that are no upright frontal chest film, {wrong} are refused; the target, at least "
        f"{REFUSED_AT_LEAST:.0%}, is {'reached' if reached else 'missed'}.",
        f"Of held-out frontal chest films of adults, {frontal} are refused; the target, at most "
        f"{FRONTAL_REFUSED_AT_MOST:.0%}, is {'reached' if kept else 'missed'}.",
    ]
    if short:
        lines.append(f"Groups below {REFUSED_AT_LEAST:.0%}: {'; '.join(short)}.")
    return lines


def _polarity(rows: list[Polarity]) -> list[str]:
    return _table(
        ("set", "inverted: found and said", "inverted: read as if upright", "upright: called a negative"),
        ((r.group, r.negative_found, r.negative_read, r.upright_called_negative) for r in rows),
    )


def _blank(found: BlankStudy | None) -> list[str]:
    if found is None:
        return []
    sentence = (
        f"Of all {found.films.total:,} films of the pool the rule would refuse {found.films.count}; the emptiest shows "
        f"something in {found.least:.1%} of its area, the rule asks for {LEAST_DETAILED:.0%}."
    )
    rows = ((d.sort, d.by_rule, d.by_gate, d.by_either) for d in found.drawn)
    return [*_table(("drawn", "by the rule alone", "by the gate alone", "by either"), rows), sentence, ""]


def _left_out(rows: list[LeftOut]) -> list[str]:
    return _table(
        (
            "left out of the fit",
            "refused of what was left out",
            "same family, drawn otherwise",
            "frontal",
            "real others",
        ),
        ((r.what, r.made, r.drawn_otherwise or "", r.frontal, r.other) for r in rows),
    )


def markdown(result: RefusalStudy) -> str:
    """Return the study; every figure is a count, a share and Wilson's 95 % interval."""
    return "\n".join(
        [
            f"# Refusal study of {result.head}",
            "",
            *(f"* {line}" for line in verdict(result)),
            "",
            "Pixels only, headers ignored. Each figure: refused of all (share; Wilson's 95 % interval).",
            "",
            "## Held-out frontal chest films of adults",
            "",
            *_table(("set", "refused"), result.frontal.items()),
            "## Real pictures of other kinds; none of them takes part in fitting the gate",
            "",
            *_table(("kind", "refused"), result.other.items()),
            "## Held-out films turned, cut and emptied",
            "",
            *_table(("made", "refused"), result.made.items()),
            "## Negatives",
            "",
            "A refused film is called a negative when its inversion would be read.",
            "",
            *_polarity(result.polarity),
            f"Real pictures of other kinds called a negative of a chest film: {result.other_called_negative}.",
            "",
            "## Smooth pictures, which show nothing",
            "",
            *_blank(result.blank),
            "## Gates fitted without a made kind",
            "",
            *_left_out(result.left_out),
            "## The whole viewer on real DICOM files",
            "",
            *_table(
                ("file", "role", "answer", "sentence"), ((a.file, a.role, a.status, a.sentence) for a in result.answers)
            ),
        ]
    )
