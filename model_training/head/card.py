"""The model card, written from what was measured and from nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cxrviewer.heads.contract import FindingSpec
from model_training.config.names import current_names
from model_training.data.development_set import RELABELLED
from model_training.evaluate import Evaluation
from model_training.export.onnx import Parity
from model_training.head.breakdown import Breakdown
from model_training.head.card_groups import (
    calibration_plot,
    groups_section,
    prevalence_section,
    sources_section,
    unseen_section,
)
from model_training.ood.detector import DetectorReport, Rejected
from model_training.provenance import family, names_of
from model_training.stats.metrics import FEW
from model_training.stats.proportion import wilson

LICENCES = {
    "nih": "ChestX-ray14, NIH Clinical Center (Wang et al. 2017): free use with attribution. "
    "All films used here belong to its official train_val list.",
    "nih128": "the same, 128 x 128 pixels, near its natural mix of findings; official train_val list.",
    "rsna_normal": "pictures of the NIH Clinical Center, marked Normal by the readers of the RSNA 2018 challenge: "
    "research and education. Only those whose NIH picture is known, and none of NIH's official test list.",
    "kermany": "Kermany et al. 2018, CC BY 4.0; children of 1 to 5 years, normal or pneumonia.",
    "wingspan": "Dong et al. 2018 (Wingspan), MIT; no labels used.",
    "hannover": "Hannover Medical School COVID-19 films, CC BY 3.0; no findings used.",
}

DETECTOR_HEADING = "## What the OOD detector rejects"
CALIBRATION_HEADING = "## Calibration"
LIMITS_HEADING = "## Known limits"
TRAINING_HEADING = "## Trained on"
FORMER_HEADING = "## What the pixel gate refuses"
"""In the cards of heads up to 1.1.1."""


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What the card says besides measured figures.

    Attributes
    ----------
    config : dict
        The training configuration as plain values.
    images : dict of str to int
        Training films per set.
    taught : int
        Training films with precomputed predictions of teachers.
    network, parameters : str, int
        What answers the findings, and its weights; an explainer beside it does not count.
    ancestors : tuple of dict
        `ancestry.ancestors` of the configuration.
    notes : tuple of str
        What else a reader must know, in whole sentences.
    normal_share : tuple of float
        Per finding the median largest map value on validation films without any finding, as a share of
        the finding's reference.
    """

    title: str
    version: str
    head_id: str
    config: dict[str, Any]
    step: int
    images: dict[str, int]
    taught: int
    evidence_bar: float
    reference_source: str
    normal_share: tuple[float, ...]
    network: str
    parameters: int
    ancestors: tuple[dict[str, Any], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def masks(self) -> bool:
        """Whether the maps are an explainer's masks."""
        return bool(self.config.get("method") == "medtex")


def write_card(
    facts: CardFacts,
    findings: tuple[FindingSpec, ...],
    result: Evaluation,
    detector: DetectorReport,
    parity: Parity,
    *,
    natural: Evaluation | None = None,
    intervals: list[str],
    groups: tuple[Breakdown, ...] = (),
) -> str:
    """Return ``MODEL_CARD.md``.

    Parameters
    ----------
    result, natural : Evaluation
        On films rich in findings, and near the natural mix; None where the latter were not there.
    intervals : list of str
        `card_interval.interval_section`.
    groups : tuple of Breakdown
        Of the films of `natural`, of `result` where there are none.
    """
    between, calibration, unseen = _parts(result, natural, groups, findings, facts.evidence_bar)
    sections = (
        _opening(facts),
        unseen,
        _training(facts),
        *([_performance(facts, findings, natural, "near the natural mix")] if natural else []),
        _performance(facts, findings, result, "rich in findings" if natural else ""),
        *between,
        calibration,
        intervals,
        detector_section(detector),
        _maps(facts, parity),
        _int8(),
        _limits(result, natural),
    )
    return "\n".join("\n".join(section) + "\n" for section in sections)


def _parts(
    result: Evaluation,
    natural: Evaluation | None,
    groups: tuple[Breakdown, ...],
    findings: tuple[FindingSpec, ...],
    bar: float,
) -> tuple[list[list[str]], list[str], list[str]]:
    """Return the sections between predictive values and calibration, the calibration, and what is not seen."""
    evidence = [spec.auc for spec in findings]
    between = [_values(natural), prevalence_section(natural), sources_section(natural, result)] if natural else []
    if groups:
        between.append(groups_section(groups, "films near the natural mix" if natural else "held-out films"))
    return (
        between,
        _calibration(natural or result, natural is not None),
        unseen_section(list(zip((natural or result).findings, evidence, strict=True)), bar, natural is not None),
    )


def measured_sections(
    result: Evaluation,
    natural: Evaluation | None,
    groups: tuple[Breakdown, ...],
    findings: tuple[FindingSpec, ...],
    bar: float,
) -> list[list[str]]:
    """Return the sections that can be measured again on a finished head; arguments as `write_card`'s."""
    between, calibration, unseen = _parts(result, natural, groups, findings, bar)
    return [*between, calibration, unseen]


def _opening(facts: CardFacts) -> list[str]:
    return [
        f"# {facts.title} ({facts.head_id} {facts.version})",
        "",
        "**Research use only. Not a medical device. Not for any decision about a patient.**",
        "",
        f"{facts.network}, {facts.parameters:,} parameters, {len(facts.normal_share)} findings of ChestX-ray14 on "
        "frontal chest films of adults.",
        "One forward pass returns logits and the masks of a second, small network, the explainer."
        if facts.masks
        else "One forward pass returns logits and the exact Grad-CAM of every finding.",
        "This card is generated by the export from what it measured.",
    ]


def _images(facts: CardFacts) -> list[str]:
    rows = [f"| {name} | {count} | {LICENCES[name]} |" for name, count in sorted(facts.images.items())]
    return [
        TRAINING_HEADING,
        "",
        "| set | training films | origin and licence |",
        "|---|---|---|",
        *rows,
        "",
        "None of these films is in this repository. Wherever a set does not know a finding, the loss is masked.",
        "",
    ]


def _grown(facts: CardFacts) -> list[str]:
    """Return what the network started from and who taught it."""
    start, teachers = (names_of(facts.ancestors, role) for role in ("start", "teacher"))
    lines = [
        f"Started from {start[0]}." if start else "Started from random weights.",
        f"Teachers, averaged in logit space: {'; '.join(teachers)}." if teachers else "No teacher.",
    ]
    if facts.taught:
        lines.append(
            f"Precomputed outputs of three public DenseNet-121 trainings on ChestX-ray14 cover {facts.taught} of the "
            "training films. Others trained these, on lists of their own: patients held out here may be among theirs, "
            "so what they teach may carry something of them, and their AUC below may be too good."
        )
    grown = family(facts.ancestors)
    return [*lines, *(["", "The networks named, and what they grew from:", "", *grown, ""] if grown else [])]


def _targets(config: dict[str, Any]) -> list[str]:
    """Return what the training labels and images were besides those of the data sets."""
    share, rest = config.get("relabel", 0.0), config.get("relabel_rest", 0.0)
    mirrored = config.get("augment", {}).get("mirror", 0.0)
    lines = []
    if share or rest:
        better = ", ".join(RELABELLED)
        lines.append(
            "Labels that trained are NIH's, mixed with another network's output for the film (the relabels in the "
            f"package mednet, GPL-3.0): {share:g} of {better}, {rest:g} of the others. Figures below are against NIH's "
            "labels alone."
        )
    if mirrored:
        lines.append(f"Left and right were exchanged in {mirrored:.0%} of the films while training.")
    return lines


def calibration_fold(config: dict[str, Any]) -> str:
    """Return the words for the images a head is calibrated on: a fold, or the half of it that did not train."""
    half = config.get("validation_half", -1)
    return f"fold {config['validation_fold']}" + ("" if half < 0 else f" (half {1 - half} of its patients)")


def _medtex(facts: CardFacts) -> list[str]:
    config, settings = facts.config, facts.config["medtex"]
    stages = "; ".join(f"{s['steps']} steps of {s['batch']} films at {s['size']} px" for s in config["stages"])
    return [
        "## How",
        "",
        "MED-TEX-style distillation (after Nguyen-Duc et al., ISBI 2022; its equations could not be had, this is a "
        "reconstruction): student and explainer were trained together, from the teachers' answers alone. The student "
        "saw films through the explainer's mask, and saw some of them whole." + _medtex_ways(settings),
        f"{stages} ({facts.step} steps in all, seed {config['seed']}).",
        *_grown(facts),
        "Settings: " + ", ".join(f"{name} {value}" for name, value in settings.items()) + ".",
        f"Fold {config['test_fold']} (by patient) was held out for the figures below, {calibration_fold(config)} "
        "for calibration and thresholds; neither trained the networks.",
        *facts.notes,
    ]


def _medtex_ways(settings: dict[str, Any]) -> str:
    """Return what a MED-TEX-style training did beyond that, in sentences; older checkpoints know none of it."""
    ways = {
        "Others were shown through random cells.": settings.get("random"),
        "In this last stretch the student was held as it was, and only the explainer learned.": settings.get("hold"),
        "Each film was shown through the mask of one finding that the teachers see more of in it than in other films, "
        "and asked for that finding alone.": settings.get("draw") == "seen",
        "Shown only what that mask leaves out, the student should not say the finding.": settings.get("rest"),
        "The explainer reads the student's features of the film besides the film.": settings.get("reads") == "features",
    }
    return "".join(f" {sentence}" for sentence, used in ways.items() if used)


def _training(facts: CardFacts) -> list[str]:
    config = facts.config
    if facts.masks:
        return [*_images(facts), *_medtex(facts)]
    settings = ("focal_gamma", "temperature")
    loss = ", ".join(
        f"{name} {value:g}"
        for name, value in current_names(config)[0]["loss"].items()
        if value and name not in settings
    )
    stages = "; ".join(f"{s['steps']} steps of {s['batch']} films at {s['size']} px" for s in config["stages"])
    return [
        *_images(facts),
        "## How",
        "",
        f"{stages} ({facts.step} steps in all, seed {config['seed']}). Weights of the loss: {loss}.",
        *_targets(config),
        *_grown(facts),
        "Sex, age, view and child are predicted beside the findings while training and dropped at export.",
        f"Fold {config['test_fold']} (by patient) was held out for the figures below, {calibration_fold(config)} "
        "for calibration and thresholds; neither trained the network.",
        *facts.notes,
    ]


def _share(value: float | None) -> str:
    return "none" if value is None else f"{value:.2f}"


def _values(result: Evaluation) -> list[str]:
    """Return what a flag and its absence mean at the prevalences of the films near the natural mix."""
    rows = []
    present_in_all = flagged_of_all = 0
    for f in result.findings:
        if f.flagged is None or f.rightly_flagged is None:
            continue
        present_in_all, flagged_of_all = present_in_all + f.positives, flagged_of_all + f.rightly_flagged
        unflagged, absent = f.n - f.flagged, f.n - f.positives
        present = f"{f.rightly_flagged} of {f.flagged}"
        missed = f"{f.positives - f.rightly_flagged} of {unflagged}"
        rows.append(
            f"| {f.label} | {f.positives / f.n:.1%} | {_interval(f.rightly_flagged, f.positives)} "
            f"| {_interval(absent - f.flagged + f.rightly_flagged, absent)} "
            f"| {_interval(f.rightly_flagged, f.flagged)} ({present}) "
            f"| {_interval(unflagged - f.positives + f.rightly_flagged, unflagged)} ({missed} missed) |"
        )
    lines = [
        "## What a flag means near the natural mix",
        "",
        "At the shipped thresholds and at the prevalence of these films, with 95 % intervals (Wilson). These take "
        "films as independent; films of one patient are alike, so they are too narrow. Where a finding is rarer, a "
        "flag is right less often.",
        "",
        "| finding | prevalence | sensitivity | specificity | positive predictive value | negative predictive value |",
        "|---|---|---|---|---|---|",
        *rows,
    ]
    if present_in_all:
        lines += [
            "",
            f"Of all {present_in_all} findings labelled in these films {flagged_of_all} are flagged: "
            f"{flagged_of_all / present_in_all:.0%}. The others carry no flag.",
        ]
    if result.normal and result.normal_flagged is not None:
        share = _interval(result.normal_flagged, result.normal)
        lines += [
            "",
            f"Of {result.normal} films without any finding {result.normal_flagged} carry one flag or more: {share}. "
            "The thresholds ask for one specificity of all findings, the lowest at which at most 15 % of the normal "
            "validation films do.",
        ]
    return lines


def _interval(count: int, total: int) -> str:
    if not total:
        return "none"
    low, high = wilson(count, total)
    return f"{count / total:.0%} ({low:.0%} to {high:.0%})"


def _performance(
    facts: CardFacts, findings: tuple[FindingSpec, ...], result: Evaluation, images: str = ""
) -> list[str]:
    rows = []
    teachers = result.teacher_findings or (None,) * len(findings)
    for spec, report, teacher in zip(findings, result.findings, teachers, strict=True):
        auc = str(report.auc) if report.auc else "none"
        shown = spec.auc is not None and spec.auc.low >= facts.evidence_bar
        of_teacher = f"{teacher:.3f}" if teacher is not None else "none"
        rows.append(
            f"| {report.label} | {report.positives} | {auc} | {of_teacher} | {spec.threshold:.3f} "
            f"| {_share(report.sensitivity)} | {_share(report.specificity)} | {'yes' if shown else 'not validated'}"
            f"{' (evidence: other films)' if spec.auc and spec.auc.n != report.n else ''} |"
        )
    few = [f"{f.label} ({f.positives})" for f in result.findings if 0 < f.positives < FEW]
    count = sum(1 for s in findings if s.auc is not None and s.auc.low >= facts.evidence_bar)
    return [
        "## Performance on the held-out fold" + (f": films {images}" if images else ""),
        "",
        f"{result.images} films of {result.patients} patients. Area under the ROC curve with 95 % interval "
        "(2,000 bootstrap resamples of patients).",
        "",
        "| finding | positives | AUC | teachers' AUC * | threshold | sensitivity | specificity | shown as a score |",
        "|---|---|---|---|---|---|---|---|",
        *rows,
        f"| **mean** | | **{result.mean}** | | | | | |",
        f"| mean of {result.enough} with {FEW} positives or more | | {result.mean_of_enough or 'none'} | | | | | |",
        "",
        *(
            [
                f"Fewer than ten positives: {', '.join(few)}. Resampling draws the same few films again and again, so "
                "their intervals are too narrow, and the mean over all findings depends on these films.",
                "",
            ]
            if few
            else []
        ),
        f"\\* Mean of the precomputed teachers, on the {result.teacher_images} of these films that have them. There "
        f"the student's mean is {result.student_beside_teacher}, the teachers' {result.teacher}.",
        "",
        f"A finding is shown as a score only where the interval of its evidence starts at {facts.evidence_bar:.2f} or "
        f"above: {count} of {len(findings)} here. The others are listed as not validated, without colour. Evidence is "
        "of the films near the natural mix where ten of them or more have the finding, else of those rich in findings.",
    ]


def _calibration(result: Evaluation, natural: bool = False) -> list[str]:
    rows = [
        f"| {b.low:.2f} to {b.high:.2f} | {b.count} | {b.confidence:.3f} | {b.frequency:.3f} |"
        for b in result.reliability
    ]
    pneumonia = next(f for f in result.findings if f.label == "Pneumonia")
    return [
        CALIBRATION_HEADING,
        "",
        "Platt scaling on the validation fold, slopes pulled towards a shared one. Expected calibration error on the "
        f"held-out fold over all findings: {result.ece_interval or f'{result.ece:.3f}'} ({result.ece_raw:.3f} before; "
        f"{result.ece_adaptive:.3f} with bins of equal count). Resampling adds to this error: its interval lies high.",
        *_where_it_is_off(result),
        "Probabilities are those of films near ChestX-ray14's natural mix, of one hospital. Where findings are rarer, "
        "the same probability means less."
        if natural
        else "Probabilities are those of *this sample*, in which "
        f"{pneumonia.positives / pneumonia.n:.0%} of the films are labelled pneumonia. In a clinic most findings are "
        "rarer, and the same probability means less.",
        "",
        "| probability | answers | mean predicted | share positive |",
        "|---|---|---|---|",
        *rows,
        "",
        *calibration_plot(result.reliability),
    ]


HIGH = 0.4
"""Probability from which on the calibration is stated by itself: most answers are near zero and hide it."""


def _where_it_is_off(result: Evaluation) -> list[str]:
    """Return what the error over all findings together hides: single findings, and high probabilities."""
    worst = sorted((f for f in result.findings if f.n), key=lambda f: f.ece, reverse=True)[:3]
    lines = [
        "Most answers are near zero, where there is little to be wrong about. By finding the error is largest for "
        + ", ".join(f"{f.label} ({f.ece:.3f})" for f in worst)
        + "."
    ]
    high = [b for b in result.reliability if b.low >= HIGH - 1e-9]
    count = sum(b.count for b in high)
    if count >= FEW:
        said, true = (
            sum(b.count * share for b, share in zip(high, shares, strict=True)) / count
            for shares in ([b.confidence for b in high], [b.frequency for b in high])
        )
        lines[0] += (
            f" Of the {count} answers above {high[0].low:.2f}, {true:.0%} have the finding where {said:.0%} were "
            "predicted" + (": high probabilities are too high." if said - true >= 0.05 else ".")
        )
    return lines


def _lines(groups: tuple[Rejected, ...]) -> list[str]:
    return [f"| {g.group} | {g} |" for g in groups]


def detector_section(detector: DetectorReport) -> list[str]:
    """Return the lines of the section about the detector, its heading first."""
    total = DetectorReport.total
    other = _lines(detector.other) or ["| not measured: the pictures were absent | |"]
    return [
        DETECTOR_HEADING,
        "",
        "Measured from the pixels alone, headers ignored. Of held-out frontal films of adults it rejects "
        f"{total(detector.frontal)}; of synthetic outliers made of held-out films, "
        f"{total(detector.synthetic)}.",
        "No picture of another body part took part in fitting it; its form (a distance and a quadratic contrast) was "
        "settled while looking at the rejections below, so on other pictures expect somewhat less.",
        "",
        "| group | rejected |",
        "|---|---|",
        *_lines(detector.frontal),
        f"| children (kermany), kept out by age, not by the detector | {detector.children} |",
        *other,
        *(f"| synthetic: {g.group} | {g} |" for g in detector.synthetic),
    ]


def _masks(facts: CardFacts, parity: Parity) -> list[str]:
    one = facts.config["medtex"]["kind"] == "class_agnostic"
    return [
        "## Maps",
        "",
        "The explainer's masks at 1/16 of the input (14 x 14 of 224 x 224), each cell the probability that the "
        "explainer keeps that part of the film for the student. "
        + ("One mask serves all findings: every finding shows the same map." if one else "One mask per finding."),
        (
            "A mask says by what the student says the finding"
            if facts.config["medtex"].get("draw") == "seen"
            else "A mask says what the student needed to answer as its teachers do"
        )
        + ", not where the disease ends, and the answers shown are of the whole film.",
        f"Drawn at full intensity: {facts.reference_source}. On validation films without any finding a mask's largest "
        f"value is {min(facts.normal_share):.2f} to {max(facts.normal_share):.2f} of its reference (medians of films).",
        f"Largest difference to torch, relative, on {parity.images} films: masks {parity.maps:.1e}, logits "
        f"{parity.logits:.1e}.",
    ]


def _maps(facts: CardFacts, parity: Parity) -> list[str]:
    if facts.masks:
        return _masks(facts, parity)
    return [
        "## Maps",
        "",
        "Grad-CAM on the last 7 x 7 feature map: one cell covers 32 x 32 pixels of the 224 x 224 input, about 6 cm "
        "of a film 43 cm wide. It shows where the network looked, not where the disease ends, and is too coarse for "
        "nodules.",
        f"Drawn at full intensity: {facts.reference_source}. On validation films without any finding a map's largest "
        f"value is {min(facts.normal_share):.2f} to {max(facts.normal_share):.2f} of its finding's reference (medians "
        "over films): such maps are fainter than those of true findings, but not empty.",
        f"Largest difference to torch {parity.maps:.1e} and to pytorch-grad-cam {parity.gradcam:.1e}, relative, "
        f"on {parity.images} films; of the logits {parity.logits:.1e}.",
    ]


def _int8() -> list[str]:
    return [
        "## 8 bits",
        "",
        "The head computes in 32 bits. What 8 bits would cost and bring is not measured at export; "
        "`python -m model_training quantise` measures it.",
    ]


def _rare(result: Evaluation) -> str:
    """Return the findings with fewer than `FEW` positive films, in words."""
    return ", ".join(f"{f.label} ({f.positives})" for f in result.findings if f.positives < FEW) or "none"


def _limits(result: Evaluation, natural: Evaluation | None) -> list[str]:
    rare = f"in the held-out fold: {_rare(result)}"
    if natural is not None:
        rare = f"held out near the natural mix: {_rare(natural)}; among those rich in findings: {_rare(result)}"
    return [
        LIMITS_HEADING,
        "",
        "* Labels were mined from reports by software; a share of them is wrong, in training and in these figures.",
        "* Labels and teachers come from one hospital. What happens on films of others was not measured.",
        "* The held-out films are stored at 128 or 512 px. What happens on films of full size was not measured.",
        "* Where several heads were compared on these held-out films before one was chosen, as the shipped one was, "
        "its figures are a little too good: expect less on films that decided nothing.",
        "* The films rich in findings are no random sample of a clinic: pneumonia is far too frequent among them.",
        f"* Fewer than ten positive films {rare}.",
        "* The films it learned from are stored at 128, 224 and 512 px by set, and its features tell the sets apart in "
        "part: `python -m model_training source-study` measures how well.",
        "* Not for children, lateral films, other body parts, or films photographed from a screen.",
        "* One training with one seed; no gain over an undistilled student is claimed here.",
    ]
