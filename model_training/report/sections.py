"""The report's sections, from measured figures to words, tables and pictures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from model_training.data.development_set import LABELS
from model_training.data.packed import PackedSet
from model_training.evaluate import Evaluation
from model_training.head.breakdown import Breakdown, why_not
from model_training.head.scored import Scored
from model_training.report import figures
from model_training.report.cost import Cost
from model_training.report.document import Block, Picture, Section, Table, Text
from model_training.report.figures import as_png, as_svg, name
from model_training.report.images import EACH, Cases, picture
from model_training.report.scored import Subject
from model_training.stats.metrics import FEW, AucResult, Interval, enough
from model_training.stats.paired import PairedResult, claim
from model_training.stats.proportion import Proportion

BY_PATIENT = "95 % interval from 2,000 bootstrap resamples of patients"


def _number(value: float | None, places: int = 3) -> str:
    return "none" if value is None else f"{value:.{places}f}"


def _error(result: Evaluation) -> str:
    return str(result.ece_interval or _number(result.ece))


def _compared(other: str, gain: PairedResult) -> list[tuple[str, str, str]]:
    rows = [(f"Mean ROC area against {other}", gain.sentence, f"n={gain.images} films, paired")]
    if gain.gain_of_enough is not None:
        rows.append((f"The same over {gain.enough} findings", claim(gain.gain_of_enough), f"those with {FEW} films"))
    return rows


def summary(subject: Subject, result: Evaluation, gains: Sequence[tuple[str, PairedResult]]) -> Section:
    """What was measured on what, and the figures a reader asks for first."""
    small = [f"{name(f.label)} ({f.positives})" for f in result.findings if f.positives < FEW]
    rows = [
        ("Mean area under the ROC curve", f"{result.mean}", f"n={result.images} films; {BY_PATIENT}"),
        (f"The same over {result.enough} findings", f"{result.mean_of_enough or 'none'}", f"those with {FEW} films"),
        (
            "Expected calibration error",
            _error(result),
            f"{_number(result.ece_raw)} before calibration",
        ),
        *(row for other, gain in gains for row in _compared(other, gain)),
    ]
    return Section(
        "Summary",
        (
            Text(
                f"{subject.name}, measured on {result.images} films of {result.patients} patients: fold "
                f"{subject.config['test_fold']} of the ChestX-ray14 sample, split by patient, which took no part in "
                "training, calibration or thresholds. Labels were mined from reports by software; a share is wrong."
            ),
            Table(("figure", "value", "basis"), tuple(rows)),
            Text(
                f"Findings with fewer than {FEW} films on either side have no figure of their own here: "
                f"{', '.join(small) or 'none'}. They count in the mean over fourteen findings."
            ),
        ),
    )


def _areas_table(main: Scored, auc: AucResult, teacher: AucResult | None, subject: Subject) -> Table:
    rows = []
    for i, label in enumerate(LABELS):
        known = np.isfinite(main.labels[:, i])
        shown = auc.findings[i] if auc.enough[i] else None
        of_teacher = teacher.findings[i] if teacher is not None else None
        taught = teacher is not None and teacher.positives[i] >= FEW
        rows.append(
            (
                name(label),
                str(auc.n[i]),
                str(auc.positives[i]),
                str(shown) if shown else why_not(main.labels[known, i]),
                (str(of_teacher) if of_teacher and taught else "too few") if teacher is not None else "none",
                "yes" if subject.validated[i] else "not validated",
            )
        )
    return Table(
        ("finding", "films", "with it", "ROC area", "precomputed teachers *", "shown as a score"),
        tuple(rows),
        f"{BY_PATIENT}. * Mean of the precomputed teachers, on the films that have them.",
    )


def ranking(main: Scored, auc: AucResult, teacher: AucResult | None, subject: Subject) -> Section:
    """ROC and precision-recall."""
    kept = _enough_only(auc)
    beside = _enough_only(teacher) if teacher is not None else None
    return Section(
        "Ranking: ROC and precision-recall",
        (
            _areas_table(main, auc, teacher, subject),
            Picture(
                as_svg(figures.areas(kept, beside, "precomputed teachers (on fewer films)")),
                "svg+xml",
                "ROC area of each finding with interval",
                f"Area under the ROC curve per finding, {BY_PATIENT}; findings with too few films are left out.",
            ),
            Picture(
                as_svg(figures.roc(main, subject.thresholds, auc.findings)),
                "svg+xml",
                "ROC curves of fourteen findings",
                f"n={len(main.labels)} films. Blue: this network, with its area and {BY_PATIENT}; the point is its "
                "threshold. Orange, dashed: precomputed teachers, on the films that have them.",
            ),
            Picture(
                as_svg(figures.precision_recall(main, subject.thresholds)),
                "svg+xml",
                "Precision-recall curves of fourteen findings",
                f"n={len(main.labels)} films. AP: average precision. Dotted: the share of films with the finding, "
                "which is what guessing gives. Precision is that of this sample; findings are rarer in a clinic.",
            ),
        ),
    )


def _enough_only(auc: AucResult) -> list[Interval | None]:
    return [f if yes else None for f, yes in zip(auc.findings, auc.enough, strict=True)]


def calibration(main: Scored, result: Evaluation) -> Section:
    """Reliability after calibration."""
    known = np.isfinite(main.labels)
    rows = tuple(
        (
            name(f.label),
            _number(f.ece_raw),
            f"{f.ece_interval or _number(f.ece)}",
            f"{f.brier_interval or _number(f.brier)}",
            _number(float(main.probabilities[known[:, i], i].mean())),
            f"{Proportion(f.positives, f.n)}",
        )
        for i, f in enumerate(result.findings)
        if enough(main.labels[:, i])
    )
    return Section(
        "Calibration",
        (
            Text(
                f"Expected calibration error over all findings: {_error(result)} after calibration on the "
                f"validation fold, {_number(result.ece_raw)} before (15 bins of equal width); with bins of equal count "
                f"{_number(result.ece_adaptive)}. Probabilities are those of this sample, not of a clinic."
            ),
            Picture(
                as_svg(figures.calibration(main)),
                "svg+xml",
                "Reliability diagram",
                f"n={int(known.sum())} answers on {len(main.labels)} films. Bars: Wilson's 95 % interval of the "
                "observed share, which takes answers as independent and is therefore a little narrow.",
            ),
            Table(("finding", "ECE raw", "ECE", "Brier score", "mean predicted", "share positive"), rows),
        ),
    )


def at_threshold(main: Scored, subject: Subject) -> Section:
    """Confusion per finding."""
    rows, shares = [], np.full((len(LABELS), 4), np.nan)
    for i, label in enumerate(LABELS):
        known = np.isfinite(main.labels[:, i])
        truth, flagged = main.labels[known, i] == 1, main.probabilities[known, i] >= subject.thresholds[i]
        hit, alarm = int((truth & flagged).sum()), int((~truth & flagged).sum())
        miss, quiet = int((truth & ~flagged).sum()), int((~truth & ~flagged).sum())
        parts = (Proportion(hit, hit + miss), Proportion(quiet, quiet + alarm), Proportion(hit, hit + alarm))
        few = [p.total < FEW for p in parts]
        words = [f"too few ({p.total})" if short else _share(p) for p, short in zip(parts, few, strict=True)]
        rows.append((name(label), f"{subject.thresholds[i]:.3f}", *map(str, (hit, miss, alarm, quiet)), *words))
        values = [hit / max(hit + miss, 1), miss / max(hit + miss, 1), alarm / max(alarm + quiet, 1)]
        values.append(quiet / max(alarm + quiet, 1))
        for column, value in enumerate(values):
            if not few[0 if column < 2 else 1]:
                shares[i, column] = value
    return Section(
        "Confusion at the threshold",
        (
            Text(
                "Thresholds were set on the validation fold; a probability at or above one is flagged. Findings that "
                "are not validated are counted here too, though the viewer never flags them."
            ),
            Table(
                (
                    "finding", "threshold", "found", "missed", "false alarm", "rightly quiet",
                    "sensitivity", "specificity", "precision",
                ),
                tuple(rows),
                "Shares with Wilson's 95 % interval over films.",
            ),
            Picture(
                as_svg(figures.share_matrix(shares, ("found", "missed", "false alarm", "rightly quiet"))),
                "svg+xml",
                "Confusion matrices as rows",
                f"n={len(main.labels)} films. Found and missed as shares of the films with the finding, false alarm "
                "and rightly quiet as shares of those without.",
            ),
        ),
    )  # fmt: skip


def _share(part: Proportion) -> str:
    if part.interval is None:
        return "none"
    return f"{part.count / part.total:.2f} ({part.interval[0]:.2f} to {part.interval[1]:.2f})"


def parts(breakdowns: Sequence[Breakdown], only_set: str) -> Section:
    """Per set, projection, sex and age."""
    blocks: list[Block] = [
        Text(
            "Other properties than the data set: films of "
            f"{only_set} only. Means of groups are over the same findings, those with at least {FEW} films with and "
            "without in every group that has any such finding; otherwise they could not be compared."
        )
    ]
    drawn = figures.groups(breakdowns)
    if drawn is not None:
        blocks.append(
            Picture(
                as_svg(drawn),
                "svg+xml",
                "Mean ROC area per group",
                "95 % interval from 1,000 bootstrap resamples of patients. Groups differ in how ill their patients "
                "are and in how films are taken, not only in the property named.",
            )
        )
    for part in breakdowns:
        head = ("finding", *(f"{g.name} (n={g.images}, patients {g.patients})" for g in part.groups))
        cells = tuple(
            (name(label), *(str(g.cells[i].auc) if g.cells[i].auc else g.cells[i].reason for g in part.groups))
            for i, label in enumerate(LABELS)
        )
        mean = ("mean of shared findings", *(str(g.mean) if g.mean else "none" for g in part.groups))
        error = ("calibration error, all findings", *(_number(g.ece) for g in part.groups))
        shared = ", ".join(name(s) for s in part.shared) or "none"
        blocks.append(Table(head, (*cells, mean, error), f"By {part.variable}: ROC area. Shared findings: {shared}."))
        if part.variable == "data set":
            blocks.append(
                Text(
                    "Only nih and nih128 have films with known findings in the held-out fold. The other sets' "
                    "held-out films are of the same patients, some of them second copies of the same pictures; all "
                    "of them are without finding, and they are no independent evidence."
                )
            )
    return Section("By data set, projection, sex and age", tuple(blocks))


def extremes(cases: Cases, scored: Scored, subject: Subject, dev_set: PackedSet) -> Section:
    """Best and worst films."""
    blocks: list[Block] = [
        Text(
            "Chosen by the distance of probability and threshold, among findings shown as a score. Maps are Grad-CAM, "
            "raw value over the head's fixed reference for the finding, never stretched to the film: a faint map is "
            "faint evidence. One map cell covers 32 x 32 pixels of the network's input."
        )
    ]
    titles = (
        ("Labelled, and flagged highest", cases.found),
        ("Labelled, and missed lowest", cases.missed),
        ("Not labelled, and flagged highest", cases.alarms),
    )
    for title, chosen in titles:
        if not chosen:
            blocks.append(Text(f"{title}: no such film."))
            continue
        blocks.append(
            Picture(
                as_png(picture(chosen, scored, subject, dev_set)),
                "png",
                f"{title}: {'; '.join(c.words for c in chosen)}",
                f"{title}: the {len(chosen)} most extreme of at most {EACH}, one film a patient. "
                + "; ".join(c.words for c in chosen)
                + ".",
            )
        )
    return Section("Best and worst films", tuple(blocks))


def _counted(found: PairedResult) -> list[Interval | None]:
    return [f if n >= FEW else None for f, n in zip(found.findings, found.positives, strict=True)]


def gain(gains: Sequence[tuple[str, PairedResult]], named: bool) -> Section:
    """Paired comparisons."""
    blocks: list[Block] = []
    if not named:
        blocks.append(
            Text(
                "Distillation gain: not measured. Name the same network trained without distillation with --against "
                "(a head, a checkpoint, or precomputed predictions)."
            )
        )
    for other, found in gains:
        blocks += [
            Text(
                f"Against {other}, on {found.images} films of {found.patients} patients: mean ROC area "
                f"{found.first:.3f} and {found.second:.3f}; difference {found.sentence}."
            ),
            Picture(
                as_svg(figures.gains(_counted(found), found.gain, f"ROC area minus that of {other}")),
                "svg+xml",
                f"Paired differences against {other}",
                f"Paired: both networks on the same resampled patients. n={found.images} films, {BY_PATIENT}. An "
                "interval that holds zero shows no difference. Findings with fewer than "
                f"{FEW} positive films are left out; they count in the mean.",
            ),
        ]
    return Section("Compared on the same films", tuple(blocks))


def cost(costs: Sequence[Cost], where: str, teacher_named: bool) -> Section:
    """Size, multiply-adds and time."""
    rows = tuple(
        (
            c.name,
            f"{c.size / 1e6:.1f} MB",
            f"{c.weights:,}",
            f"{c.multiply_adds / 1e6:,.1f} M",
            f"{c.with_maps / 1e6:,.1f} M" if c.with_maps != c.multiply_adds else "no maps",
            f"{1000 * c.median:.1f} ms ({1000 * c.low:.1f} to {1000 * c.high:.1f})",
        )
        for c in costs
    )
    words = (
        "The teacher was built with random weights, which changes neither size nor time; the precomputed teachers are "
        "three such networks."
        if teacher_named
        else "Teacher: not measured; name its network with --teacher, for instance densenet121."
    )
    head = ("network", "ONNX file", "numbers stored", "multiply-adds, logits", "with maps", "time a film")
    runs = costs[0].runs
    return Section(
        "Size and time",
        (
            Table(
                head,
                rows,
                f"onnxruntime, one film at a time, one thread, {where}: median and quartiles of {runs} runs on a "
                "machine that may have been busy. Multiply-adds of convolutions and matrix products; batch norms are "
                "folded into the convolutions.",
            ),
            Text(words),
        ),
    )
