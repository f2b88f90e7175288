"""``evaluate --report``: measures a head or checkpoint on the held-out fold and writes the report."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import torch

from cxrviewer import atomic
from model_training.data.development_set import EVALUATED_SETS, LABELS
from model_training.data.packed import FloatArray, PackedSet
from model_training.distill.precomputed import record_name
from model_training.errors import TrainingError
from model_training.evaluate import OLDER_SPLIT, evaluate, held_out_sets, table
from model_training.head.breakdown import break_down
from model_training.head.scored import Scored
from model_training.report import sections
from model_training.report.cost import Cost, machine, measure, teacher_model
from model_training.report.document import Document, as_html, as_markdown
from model_training.report.images import choose
from model_training.report.scored import Subject, held_out, open_subject, read_predictions, run, score
from model_training.stats.metrics import auc_with_intervals
from model_training.stats.paired import PairedResult, paired_auc

WARNING = (
    "Research use only, not a medical device. This report holds films of its data sets: "
    "keep it where those may be kept."
)


def reject_inside_repository(target: Path) -> None:
    """Reject to write films into a version-controlled folder, whose history would keep them for ever.

    Raises
    ------
    TrainingError
        For a target in any working tree of git, or one that is no HTML file.
    """
    if target.suffix.lower() not in (".html", ".htm"):
        raise TrainingError("The report is an HTML file; give --report a name that ends in .html.")
    if any((folder / ".git").exists() for folder in target.resolve().parents):
        raise TrainingError(
            "The report would hold films and lie in a repository; name a place outside of it with --report."
        )


def _against(path: Path, dev_set: PackedSet, subject: Subject, main: Scored, cache: Path) -> tuple[str, FloatArray]:
    """Return the name and the (n, 14) scores of the second network, NaN rows where it says nothing."""
    if path.suffix.lower() == ".csv":
        return f"precomputed predictions '{path.stem}'", read_predictions(
            path, [record_name(dev_set.records[i]) for i in main.index]
        )
    other = open_subject(head=path if path.is_dir() else None, checkpoint=None if path.is_dir() else path, cache=cache)
    # Only the test films are compared: which validation patients trained too does not matter here.
    if other.folds["test_fold"] != subject.folds["test_fold"]:
        raise TrainingError("The network named with --against was trained on other folds: it may know these films.")
    own = dev_set
    if other.recipe != subject.recipe:
        own = PackedSet.open(other.recipe, cache, **subject.folds)
    logits, _ = run(other.model, own, main.index)
    return other.name, logits


def compare(main: Scored, scores: FloatArray) -> PairedResult:
    """Return the paired comparison on the films both sides know.

    Raises
    ------
    TrainingError
        Where no such film, or no finding with both classes, is left.
    """
    both = np.asarray(np.isfinite(scores).all(axis=1))
    if not both.any():
        raise TrainingError("The second network's predictions name none of the held-out films.")
    part = main.rows(both)
    try:
        return paired_auc(part.labels, part.logits, scores[both], part.patients)
    except ValueError as error:
        raise TrainingError(f"The two networks cannot be compared: {error}.") from error


def write_report(
    subject: Subject,
    dev_set: PackedSet,
    *,
    cache: Path,
    against: Path | None = None,
    teacher: str | None = None,
    runs: int = 50,
    measured: str = EVALUATED_SETS[0],
) -> tuple[Document, dict[str, object]]:
    """Measure everything on the held-out films of the set `measured`; return the document and its figures."""
    costs = [measure(subject.name, subject.model, subject.recipe, runs=runs)]
    if teacher is not None:
        model = teacher_model(teacher, subject.recipe, len(LABELS))
        costs.append(measure(f"{teacher} (teacher)", model, subject.recipe, runs=runs))
    everything = score(subject, dev_set, held_out(dev_set))
    main = everything.rows(np.asarray(everything.sets == measured))
    if not len(main.labels):
        raise TrainingError(f"The held-out fold holds no film of {measured}; check the data folder.")
    result = evaluate(
        main.labels, main.logits, main.teacher, main.patients, subject.calibration, thresholds=subject.thresholds
    )
    sys.stdout.write(table(result) + "\n")
    auc = auc_with_intervals(main.labels, main.logits, main.patients)
    taught = main.rows(np.asarray(np.isfinite(main.teacher).all(axis=1)))
    of_teacher = auc_with_intervals(taught.labels, taught.teacher, taught.patients) if len(taught.labels) else None
    gains: list[tuple[str, PairedResult]] = []
    if against is not None:
        name, scores = _against(against, dev_set, subject, main, cache)
        gains.append((name, compare(main, scores)))
    if of_teacher is not None:
        gains.append(("the mean of the precomputed teachers", compare(main, main.teacher)))
    breakdowns = [b for b in break_down(everything) if b.variable == "data set"]
    breakdowns += [b for b in break_down(main) if b.variable != "data set"]
    document = Document(
        f"Evaluation of {subject.name}",
        WARNING,
        (
            sections.summary(subject, result, gains),
            sections.ranking(main, auc, of_teacher, subject),
            sections.calibration(main, result),
            sections.at_threshold(main, subject),
            sections.parts(breakdowns, measured),
            sections.gain(gains, against is not None),
            sections.extremes(choose(main, subject), main, subject, dev_set),
            sections.cost(costs, machine(), teacher is not None),
        ),
    )
    return document, {**result.as_dict(), "costs": [_cost(c) for c in costs]}


def _cost(found: Cost) -> dict[str, object]:
    return {slot: getattr(found, slot) for slot in found.__slots__}


def run_report(
    *,
    checkpoint: Path | None,
    head: Path | None,
    cache: Path,
    report: Path,
    against: Path | None = None,
    teacher: str | None = None,
    output: Path | None = None,
    measured: str = EVALUATED_SETS[0],
) -> int:
    """Write ``report`` (HTML) and its Markdown summary beside it; returns the exit status.

    Raises
    ------
    TrainingError, DataError
        For what cannot be measured, or a target inside a repository.
    """
    reject_inside_repository(report)
    if against is not None and not against.exists():  # now, not after minutes of measuring
        raise TrainingError(f"--against names '{against.name}', which is not there.")
    torch.set_num_threads(1)
    for one in (head, against):
        if one is not None and one.is_dir() and measured not in held_out_sets(one):
            raise TrainingError(OLDER_SPLIT)
    subject = open_subject(checkpoint=checkpoint, head=head, cache=cache)
    dev_set = PackedSet.open(subject.recipe, cache, **subject.folds)
    document, figures = write_report(subject, dev_set, cache=cache, against=against, teacher=teacher, measured=measured)
    report.parent.mkdir(parents=True, exist_ok=True)
    atomic.write_bytes(report, as_html(document).encode())
    atomic.write_bytes(report.with_suffix(".md"), as_markdown(document).encode())
    if output is not None:
        atomic.write_bytes(output, (json.dumps(figures, indent=1) + "\n").encode())
    sys.stdout.write(f"report written: {report.name} and {report.with_suffix('.md').name}\n")
    return 0
