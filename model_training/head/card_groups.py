"""Sections of the model card: groups of patients, other prevalences, the calibration as a plot, what is not seen."""

from __future__ import annotations

from collections.abc import Sequence

from cxrviewer.heads.contract import AucEvidence
from model_training.data.development_set import LABELS
from model_training.evaluate import Evaluation, FindingReport
from model_training.head.breakdown import Breakdown
from model_training.stats.metrics import FEW, ReliabilityBin
from model_training.stats.proportion import wilson

PREVALENCES = (0.01, 0.05, 0.1, 0.2)
WIDTH = 50
"""Characters of the plot."""
QUIET = 0.25
"""Sensitivity below which a finding is listed as seldom flagged."""


def groups_section(breakdowns: Sequence[Breakdown], of: str) -> list[str]:
    """Return the table of groups; `of` says which films they are parts of."""
    lines = [
        f"## By projection, sex and age: {of}",
        "",
        "Mean AUC over the findings that at least ten films of every group have, so rows of one property can be "
        "compared with each other and with nothing else. 95 % intervals from 1,000 resamples of patients. Groups "
        "differ in how ill their patients are, not only in the property named.",
        "",
        "| property | group | films | patients | findings counted | mean AUC | calibration error |",
        "|---|---|---|---|---|---|---|",
    ]
    for part in breakdowns:
        if part.variable == "data set":
            continue
        lines += [
            f"| {part.variable} | {group.name} | {group.images} | {group.patients} | {len(part.shared)} "
            f"| {group.mean if group.mean else 'too few films'} "
            f"| {'none' if group.ece is None else f'{group.ece:.3f}'} |"
            for group in part.groups
        ]
    for part in breakdowns:
        if part.variable != "data set":
            lines += ["", *_by_finding(part)]
    return lines


def _by_finding(part: Breakdown) -> list[str]:
    """Return the table of one property: a row per finding, a column per group."""
    return [
        f"| AUC by {part.variable} | " + " | ".join(group.name for group in part.groups) + " |",
        "|---" * (len(part.groups) + 1) + "|",
        *(
            f"| {label} | "
            + " | ".join(str(group.cells[i].auc or group.cells[i].reason) for group in part.groups)
            + " |"
            for i, label in enumerate(LABELS)
        ),
    ]


def sources_section(natural: Evaluation, result: Evaluation) -> list[str]:
    """Return what the size of the source makes, as far as these films tell."""
    return [
        "## By size of the source",
        "",
        "| source | films | mean AUC | calibration error |",
        "|---|---|---|---|",
        *(
            f"| {size} x {size} pixels | {found.images} | {found.mean} | {found.ece:.3f} |"
            for size, found in ((128, natural), (512, result))
        ),
        "",
        "Size and mix of findings go together here: the small films are those near the natural mix, the large ones "
        "those rich in findings. So the rows do not tell what the size alone does.",
    ]


def _by_bayes(seen: float, other: float, prevalence: float) -> float:
    """Return a predictive value: `seen` of those it is right about, at `prevalence`, and `other` of the others."""
    right = seen * prevalence
    return right / (right + other * (1 - prevalence))


def _values(found: FindingReport, prevalence: float) -> str:
    """Return positive and negative predictive value with intervals, in per cent."""
    absent = found.n - found.positives
    if found.flagged is None or found.rightly_flagged is None:
        return "none"
    if min(found.positives, absent) < FEW:
        return "too few films"
    unflagged = absent - found.flagged + found.rightly_flagged
    shares = [
        (found.rightly_flagged / found.positives, unflagged / absent),
        *zip(wilson(found.rightly_flagged, found.positives), wilson(unflagged, absent), strict=True),
    ]
    positive, negative = "no flag", "all flagged"
    if found.flagged:
        value, low, high = (_by_bayes(sensitivity, 1 - specificity, prevalence) for sensitivity, specificity in shares)
        positive = f"{value:.0%} ({low:.0%} to {high:.0%})"
    if found.flagged < found.n:
        value, low, high = (
            _by_bayes(specificity, 1 - sensitivity, 1 - prevalence) for sensitivity, specificity in shares
        )
        negative = f"{value:.1%} ({low:.1%} to {high:.1%})"
    return f"{positive} / {negative}"


def prevalence_section(result: Evaluation) -> list[str]:
    """Return predictive values at stated prevalences, positive and negative."""
    return [
        "## What a flag would mean at other prevalences",
        "",
        "Positive / negative predictive value at the shipped thresholds, by Bayes' rule, with the sensitivity and "
        "specificity of the held-out films near the natural mix. In brackets from the lower ends of both their "
        "intervals to the upper ends.",
        "",
        "| finding | " + " | ".join(f"{prevalence:.0%} have it" for prevalence in PREVALENCES) + " |",
        "|---" * (len(PREVALENCES) + 1) + "|",
        *(
            f"| {found.label} | " + " | ".join(_values(found, prevalence) for prevalence in PREVALENCES) + " |"
            for found in result.findings
        ),
    ]


def calibration_plot(bins: Sequence[ReliabilityBin]) -> list[str]:
    """Return the reliability plot as text: one line per bin, predicted ``|`` and observed ``o``, ``*`` for both."""

    def place(share: float) -> int:
        return round(share * WIDTH)

    lines = ["```text", f"{'probability':<14}0{'share of films with the finding':^{WIDTH - 1}}1"]
    for b in bins:
        row = [" "] * (WIDTH + 1)
        row[place(b.confidence)] = "|"
        row[place(b.frequency)] = "*" if place(b.frequency) == place(b.confidence) else "o"
        lines.append(f"{b.low:.2f} to {b.high:.2f}  {''.join(row).rstrip()}")
    return [*lines, "```", "", "`|` predicted, `o` observed, `*` both at the same place."]


def unseen_section(
    measured: Sequence[tuple[FindingReport, AucEvidence | None]], bar: float, natural: bool = True
) -> list[str]:
    """Return what the head cannot see, as far as it is known.

    Parameters
    ----------
    measured : sequence of (finding, its evidence)
        The evidence may be of other films than the finding's figures are.
    bar : float
        Lower end of the evidence from which on a finding is shown as a score.
    natural : bool
        Whether the findings were measured near the natural mix.
    """
    images = "films near the natural mix" if natural else "held-out films"
    closed = [
        f"{found.label} ({f'{auc.value:.3f}, {auc.low:.3f} to {auc.high:.3f}' if auc else 'none'})"
        for found, auc in measured
        if auc is None or auc.low < bar
    ]
    few = [f"{found.label} ({found.positives})" for found, _ in measured if found.positives < FEW]
    quiet = [
        f"{found.label} ({found.sensitivity:.0%})"
        for found, _ in measured
        if found.sensitivity is not None and found.sensitivity < QUIET
    ]
    return [
        "## What it cannot see",
        "",
        f"* Not validated, because the interval of their AUC starts below {bar:.2f}: {', '.join(closed) or 'none'}.",
        f"* Measured on fewer than ten {images} that have it, so hardly at all: {', '.join(few) or 'none'}.",
        f"* Flagged in less than a quarter of the {images} that have it: "
        f"{', '.join(quiet) or 'none'}. A missing flag rules nothing out.",
        "* Small things: a film reaches the network as 224 x 224 pixels, of which a nodule of one centimetre has five.",
        "* Everything beside its findings: fractures, devices, tubes, bones, the abdomen, and who the patient is.",
        "* Its worst films are pictures of patients and not in this card: `python -m model_training evaluate --head "
        "FOLDER --cache DIR --report FILE.html"
        + (" --set nih128" if natural else "")
        + "` shows them with their maps.",
    ]
