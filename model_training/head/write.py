"""Writes a checkpoint as a model head; nothing is kept unless every check passes."""

from __future__ import annotations

import hashlib
import importlib.metadata
import io
import json
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from cxrviewer.heads.contract import (
    CONTRACT_VERSION,
    AucEvidence,
    CalibrationInterval,
    EligibilitySpec,
    ExplanationSpec,
    FindingSpec,
    HeadManifest,
    ModelFile,
    TestVector,
)
from cxrviewer.heads.package.files import CARD_NAME, MANIFEST_NAME, hash_files, sha256
from cxrviewer.heads.package.manifest import naming_problems, write_manifest
from cxrviewer.heads.registry.conformance import check_head
from cxrviewer.imaging.recipe import InputRecipe
from model_training.data.development_set import LABELS
from model_training.data.packed import FloatArray, PackedSet, folds_of, recipe_of, standardise
from model_training.data.splits import SPLIT_FILE, Part
from model_training.evaluate import (
    Evaluation,
    calibrate_on_validation,
    evaluate_on_test,
    intervals_on_images,
    table,
)
from model_training.export.medtex import METHOD as MEDTEX_METHOD
from model_training.export.medtex import export_pair, measure_pair_parity
from model_training.export.onnx import (
    FEATURES,
    INPUT,
    LOGITS,
    MAPS,
    ExportError,
    Parity,
    export_onnx,
    has_explainer,
    load_checkpoint,
    measure_parity,
    run_onnx,
)
from model_training.head.breakdown import Breakdown, groups_on_test
from model_training.head.card import CardFacts, calibration_fold, write_card
from model_training.head.card_interval import interval_section, intervals_as_dict
from model_training.head.codes import CODES
from model_training.models.explainer import load_pair
from model_training.models.gradcam import IMAGE_CHANNELS
from model_training.models.zoo import C2
from model_training.ood.detector import DetectorReport, fit_detector, in_all_channels, measure_detector
from model_training.provenance import PROVENANCE, ancestors, commit, data_digests, names_in_files
from model_training.stats.calibrate import FEW_POSITIVES, Calibration, Threshold, choose_thresholds
from model_training.stats.interval import CalibrationErrors, Coverage

MODEL, DENSITY, CARD = "model.onnx", "density.npz", CARD_NAME
README = "README.md"
TEST_INPUT, TEST_LOGITS, TEST_TOLERANCE = "test_input.npy", "test_logits.npy", 1e-3

EVIDENCE_BAR = 0.60
"""Lower end of the AUC's 95 % interval a finding needs to be shown as a score. 0.5 would let in
what may be chance; 0.60 asks that even the pessimistic reading ranks three of five pairs right."""

REFERENCE_QUANTILE = 0.95
PARITY_IMAGES = 8
MIN_PIXELS = 160


def made_picture(recipe: InputRecipe) -> npt.NDArray[np.float32]:
    """Return a smooth pattern of cosines as network input, (1, channels, height, width): nobody's film."""
    y, x = np.meshgrid(np.linspace(0, 1, recipe.height), np.linspace(0, 1, recipe.width), indexing="ij")
    waves = [(1, 0, 0.0), (0, 1, 0.5), (2, 1, 1.0), (3, 5, 1.5), (8, 3, 2.0), (13, 21, 2.5)]
    grey = np.zeros_like(x)
    for a, b, phase in waves:
        grey += np.cos(2 * np.pi * (a * x + b * y) + phase) / (1 + a + b)
    grey = (grey - np.min(grey)) / np.ptp(grey)
    return standardise(grey[None].astype(np.float32), recipe)


@dataclass(frozen=True, slots=True)
class References:
    """The raw map value of each finding drawn at full intensity, and how bright normal films then get.

    Findings differ tenfold in the scale of their maps (the classifier's weights set it), so one
    value for all would keep some always dark and others always bright.
    """

    values: tuple[float, ...]
    normal_share: tuple[float, ...]
    """Per finding: median over films without any finding of (largest map value / reference)."""

    source = (
        f"per finding the larger of two {REFERENCE_QUANTILE:.0%} quantiles of the largest map value on validation "
        "films: those with the finding, and those without any"
    )


def choose_references(maps: npt.NDArray[np.float32], labels: FloatArray) -> References:
    """Return the references of (n, c, h, w) maps.

    Raises
    ------
    ExportError
        Where all maps are empty, or no film is without finding.
    """
    peaks = maps.max(axis=(2, 3)).astype(np.float64)
    normal = peaks[(labels == 0).all(axis=1)]
    if not len(normal):
        raise ExportError("No validation film is without finding; the explanation's references cannot be set.")
    values = []
    for i in range(peaks.shape[1]):
        groups = [g for g in (peaks[labels[:, i] == 1, i], normal[:, i]) if len(g)]
        values.append(float(f"{max(float(np.quantile(g, REFERENCE_QUANTILE)) for g in groups):.4g}"))
    if not max(values) > 0:
        raise ExportError("Every map of every validation film is empty; the explanation's references cannot be set.")
    # A finding that never had a map: whatever it shows one day must not be bright by accident.
    values = [v or max(values) for v in values]
    return References(tuple(values), tuple((np.median(normal, axis=0) / values).tolist()))


def interval_specs(errors: CalibrationErrors, data: str) -> tuple[CalibrationInterval | None, ...]:
    """Return what ``head.toml`` says of the intervals; None where too few patients have the finding."""
    found: list[CalibrationInterval | None] = []
    for i, stated in enumerate(errors.stated):
        slope, offset = np.sqrt(np.diag(errors.covariance[i]))
        correlation = errors.covariance[i, 0, 1] / (slope * offset) if slope > 0 and offset > 0 else 0.0
        interval = CalibrationInterval(
            slope_error=float(f"{slope:.6g}"),
            offset_error=float(f"{offset:.6g}"),
            correlation=float(f"{np.clip(correlation, -1, 1):.6g}"),
            n=int(errors.n[i]),
            positives=int(errors.positives[i]),
            patients=errors.patients,
            data=data,
        )
        found.append(interval if stated else None)
    return tuple(found)


def finding_specs(
    calibration: Calibration,
    thresholds: list[Threshold],
    references: References,
    results: Sequence[tuple[Evaluation, str]],
    intervals: Sequence[CalibrationInterval | None] = (None,) * len(LABELS),
) -> tuple[FindingSpec, ...]:
    """Return the findings with their evidence; none where the test films hold one class only.

    Parameters
    ----------
    results : (evaluation, words for the films) in order of preference
        A finding's evidence is of the first with `FEW_POSITIVES` films that have it, of the last where none has.
    """
    specs = []
    for i, label in enumerate(LABELS):
        result, data = next((r for r in results if r[0].findings[i].positives >= FEW_POSITIVES), results[-1])
        report = result.findings[i]
        auc = None
        if report.auc is not None:
            rounded = [round(v, 4) for v in (report.auc.value, report.auc.low, report.auc.high)]
            auc = AucEvidence(
                value=rounded[0],
                # A percentile interval of few films may miss the value itself; the contract wants it inside.
                low=min(rounded[1], rounded[0]),
                high=max(rounded[2], rounded[0]),
                n=report.n,
                positives=report.positives,
                data=data,
            )
        specs.append(
            FindingSpec(
                code=CODES[label],
                index=i,
                threshold=thresholds[i].value,
                threshold_source=thresholds[i].source,
                slope=float(f"{calibration.slope[i]:.6g}"),
                offset=float(f"{calibration.offset[i]:.6g}"),
                map_reference=references.values[i],
                auc=auc,
                interval=intervals[i],
            )
        )
    return tuple(specs)


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Everything known about a checkpoint before a file is written.

    Attributes
    ----------
    evaluation : Evaluation
        On the test films of `nih`, rich in findings.
    natural : Evaluation or None
        On those near the natural mix, None where the development set has none.
    errors, coverage : CalibrationErrors, Coverage or None
        How well the calibration is known, and whether the test films agree.
    """

    model: bytes
    parity: Parity
    calibration: Calibration
    thresholds: list[Threshold]
    evaluation: Evaluation
    references: References
    density: bytes
    detector: DetectorReport
    errors: CalibrationErrors
    coverage: Coverage | None = None
    natural: Evaluation | None = None
    groups: tuple[Breakdown, ...] = ()
    """Of the films of `natural`, of `evaluation` where there are none."""
    method: str = "Grad-CAM"
    """Of the maps, as the viewer's caption names it."""


def _exported(checkpoint: Path, recipe: InputRecipe, images: npt.NDArray[np.float32]) -> tuple[bytes, Parity, str]:
    """Return the 32-bit ONNX file of a checkpoint, its parity on `images` and the method of its maps."""
    network, state = load_checkpoint(checkpoint)
    if has_explainer(state):
        pair, _ = load_pair(checkpoint)
        model = export_pair(pair, recipe)
        return model, measure_pair_parity(model, pair, torch.from_numpy(images)), MEDTEX_METHOD
    model = export_onnx(network, recipe)
    return model, measure_parity(model, network, torch.from_numpy(images)), "Grad-CAM"


def measure(checkpoint: Path, dev_set: PackedSet) -> Measured:
    """Export, check, calibrate, evaluate and fit the detector.

    Raises
    ------
    ExportError
        Where the ONNX file does not compute what torch computes.
    """
    network, _ = load_checkpoint(checkpoint)
    validation = dev_set.evaluated(Part.VALIDATION)
    images = standardise(np.stack([dev_set.grey(i) for i in validation]), dev_set.recipe)
    model, parity, method = _exported(checkpoint, dev_set.recipe, images[:PARITY_IMAGES])
    parity.require_within()
    calibration, labels, logits = calibrate_on_validation(network, dev_set)
    thresholds = choose_thresholds(labels, calibration.probabilities(logits))
    cut_offs = [threshold.value for threshold in thresholds]
    _, maps, features = run_onnx(model, images)
    fitted = fit_detector(dev_set)
    errors, coverage = intervals_on_images(network, dev_set, calibration, calibration.penalty, dev_set.natural)
    return Measured(
        model=model,
        parity=parity,
        calibration=calibration,
        thresholds=thresholds,
        evaluation=evaluate_on_test(network, dev_set, calibration, cut_offs),
        natural=evaluate_on_test(network, dev_set, calibration, cut_offs, dev_set.natural)
        if dev_set.natural != "nih"
        else None,
        groups=groups_on_test(network, dev_set, calibration, dev_set.natural),
        references=choose_references(maps, dev_set.labels(validation)),
        density=in_all_channels(fitted, features.shape[1] - IMAGE_CHANNELS).to_bytes(),
        detector=measure_detector(dev_set, fitted),
        errors=errors,
        coverage=coverage,
        method=method,
    )


def provenance(checkpoint: Path, state: dict[str, Any], dev_set: PackedSet, measured: Measured) -> dict[str, Any]:
    """Return what made the head, without a date or a path: equal inputs give an equal file."""
    packages = ("torch", "onnx", "onnxscript", "onnxruntime", "numpy", "scikit-learn", "Pillow")
    parts = Counter(f"{f.set} {p.value}" for f, p in zip(dev_set.records, dev_set.parts, strict=True))
    return {
        "commit": commit(),
        "commit_of_training": state.get("commit", ""),
        "config": state["config"],
        "ancestors": ancestors(state["config"], checkpoint.resolve().parent.parent),
        "data_sha256": data_digests(),
        "step": state["step"],
        "seed": state["seed"],
        "checkpoint_sha256": sha256(checkpoint.read_bytes()),
        "split_sha256": hashlib.sha256(SPLIT_FILE.read_bytes()).hexdigest(),
        "recipe_digest": dev_set.recipe.digest(),
        "films": dict(sorted(parts.items())),
        "packages": {name: importlib.metadata.version(name) for name in packages},
        "parity": names_in_files((n, getattr(measured.parity, n)) for n in ("logits", "maps", "gradcam", "images")),
        "calibration": {
            "penalty": measured.calibration.penalty,
            "cross_validated_nll": {str(k): v for k, v in measured.calibration.likelihood.items()},
        },
        "intervals": intervals_as_dict(measured.errors, measured.coverage),
        "map_references": {
            "source": References.source,
            "normal_share": dict(zip(LABELS, measured.references.normal_share, strict=True)),
        },
        "evaluation": measured.evaluation.as_dict(),
        "natural_mix": measured.natural.as_dict() if measured.natural else None,
        "ood_detector": measured.detector.as_dict(),
    }


def described(network: nn.Module, config: dict[str, Any]) -> tuple[str, int]:
    """Return the name of a configuration's network, for people, and the number of its weights."""
    named = config.get("network", C2)
    name = "EEEA-Net-C2" if named == C2 else named.removeprefix("timm:")
    return name, sum(weights.numel() for weights in network.parameters())


def array_bytes(array: npt.NDArray[np.float32]) -> bytes:
    """Return `array` as the bytes of an ``.npy`` file."""
    out = io.BytesIO()
    np.save(out, array, allow_pickle=False)
    return out.getvalue()


def _words(result: Evaluation, config: dict[str, Any]) -> str:
    """Say which films a head's figures are of."""
    mix = "near the natural mix, 128 pixels, " if "nih128" in result.part else ""
    return (
        f"ChestX-ray14 sample, {mix}held-out fold {config['test_fold']} by patient, "
        f"{result.images} films of {result.patients} patients, report-mined labels"
    )


def interval_words(config: dict[str, Any], natural: str) -> str:
    """Say which films the intervals of a head are of."""
    mix = "near the natural mix, 128 pixels, " if natural == "nih128" else ""
    return f"ChestX-ray14 sample, {mix}validation {calibration_fold(config)} by patient, report-mined labels"


def fill_folder(
    folder: Path,
    checkpoint: Path,
    dev_set: PackedSet,
    measured: Measured,
    *,
    head_id: str,
    title: str,
    version: str,
    notes: tuple[str, ...] = (),
) -> HeadManifest:
    """Write every file of the head into the empty `folder`."""
    network, state = load_checkpoint(checkpoint)
    picture = made_picture(dev_set.recipe)
    logits, _, _ = run_onnx(measured.model, picture)
    config = state["config"]
    results = [(result, _words(result, config)) for result in (measured.natural, measured.evaluation) if result]
    references = measured.references
    intervals = interval_specs(measured.errors, interval_words(config, dev_set.natural))
    findings = finding_specs(measured.calibration, measured.thresholds, references, results, intervals)
    # A set without a share, or with one of zero, is never drawn.
    shares = config.get("shares") or {record.set: 1.0 for record in dev_set.records}
    drawn = {name for name, share in shares.items() if share}
    train = [f for f in (dev_set.records[i] for i in dev_set.trained(config)) if f.set in drawn]
    name, parameters = described(network, config)
    facts = CardFacts(
        title=title,
        version=version,
        head_id=head_id,
        config=config,
        step=state["step"],
        images=dict(Counter(f.set for f in train)),
        taught=int(np.isfinite([f.teacher for f in train]).all(axis=1).sum()),
        evidence_bar=EVIDENCE_BAR,
        reference_source=References.source,
        normal_share=references.normal_share,
        network=name,
        parameters=parameters,
        ancestors=tuple(ancestors(config, checkpoint.resolve().parent.parent)),
        notes=notes,
    )
    files = {
        MODEL: measured.model,
        DENSITY: measured.density,
        TEST_INPUT: array_bytes(picture),
        TEST_LOGITS: array_bytes(logits),
        CARD: write_card(
            facts,
            findings,
            measured.evaluation,
            measured.detector,
            measured.parity,
            natural=measured.natural,
            intervals=interval_section(measured.errors, measured.coverage),
            groups=measured.groups,
        ).encode(),
        PROVENANCE: (json.dumps(provenance(checkpoint, state, dev_set, measured), indent=1) + "\n").encode(),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    manifest = HeadManifest(
        schema=CONTRACT_VERSION,
        id=head_id,
        title=title,
        version=version,
        license="Apache-2.0 (weights); the training films are under their owners' terms, see MODEL_CARD.md",
        authors=("The cxrviewer authors",),
        intended_use="Research only, not a medical device. Frontal chest radiographs of adults.",
        not_for="Children; lateral films; any decision about a patient; films of other body parts or modalities.",
        evidence_bar=EVIDENCE_BAR,
        model=ModelFile(
            file=MODEL, sha256=sha256(measured.model), input=INPUT, logits=LOGITS, maps=MAPS, features=FEATURES
        ),
        recipe=dev_set.recipe,
        eligibility=EligibilitySpec(
            modality=("CR", "DX", "RG"), view=("PA", "AP"), min_age=18, min_pixels=MIN_PIXELS, density=DENSITY
        ),
        explanation=ExplanationSpec(method=measured.method, reference=max(references.values)),
        findings=findings,
        test=TestVector(input=TEST_INPUT, logits=TEST_LOGITS, tolerance=TEST_TOLERANCE),
        files=hash_files(folder, model=MODEL),
    )
    (folder / MANIFEST_NAME).write_text(write_manifest(manifest), encoding="utf-8", newline="\n")
    return manifest


def require_passing(folder: Path) -> None:
    """Run the viewer's own checks on a written head.

    Raises
    ------
    ExportError
        With every problem; the head must not be shipped.
    """
    failed = [f"{c.name}: {p}" for c in check_head(folder) for p in c.problems]
    if failed:
        raise ExportError("The head failed the viewer's own checks: " + "; ".join(failed))


def _set_aside(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.old")


def recover_folder(folder: Path) -> None:
    """Put back the head that a replacement killed halfway had set aside."""
    if not folder.exists() and _set_aside(folder).is_dir():
        os.replace(_set_aside(folder), folder)


def replace_folder(made: Path, folder: Path) -> None:
    """Put `made` where `folder` is; an older head stays whole until the new one stands."""
    recover_folder(folder)
    old = _set_aside(folder)
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        os.replace(folder, old)
    try:
        os.replace(made, folder)
    except BaseException:
        recover_folder(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def in_place_of(folder: Path) -> Iterator[Path]:
    """Give an empty folder that takes the place of `folder` in the end, if the viewer's checks pass.

    Raises
    ------
    ExportError
        With every problem of the checks. Then, as after any other error inside, `folder` is as it was.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        made.chmod(0o755)
        yield made
        require_passing(made)
        replace_folder(made, folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def changed_head(head: Path) -> Iterator[Path]:
    """Give a copy of a head's folder to change, which then takes its place; see `in_place_of`."""
    with in_place_of(head) as made:
        shutil.copytree(head, made, dirs_exist_ok=True)
        yield made


def check_place(folder: Path, *, head_id: str, title: str, version: str) -> None:
    """Raise ExportError, before minutes of measuring, where no head of this name can be written to `folder`.

    A folder that holds something else would be replaced by the head, and lost.
    """
    recover_folder(folder)
    problems = naming_problems(head_id, title, version)
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not (folder / MANIFEST_NAME).exists())):
        problems.append(f"{folder}: is there already and is no head's folder; name another one")
    if problems:
        raise ExportError("\n".join(problems))


def keep_readme(folder: Path, made: Path) -> None:
    """Copy what people wrote about the head that is replaced."""
    if (folder / README).is_file():
        shutil.copyfile(folder / README, made / README)


def run_export(
    checkpoint: Path,
    folder: Path,
    *,
    head_id: str,
    title: str,
    version: str,
    cache: Path,
    notes: tuple[str, ...] = (),
) -> int:
    """Write `checkpoint` as the head `folder` and print its figures; returns the exit status.

    Raises
    ------
    ExportError
        Where parity or one of the viewer's checks fails. `folder` is then as it was.
    """
    torch.set_num_threads(1)
    check_place(folder, head_id=head_id, title=title, version=version)
    _, state = load_checkpoint(checkpoint)
    config = state["config"]
    dev_set = PackedSet.open(recipe_of(config["recipe"]), cache, **folds_of(config))
    measured = measure(checkpoint, dev_set)
    with in_place_of(folder) as made:
        keep_readme(folder, made)
        fill_folder(made, checkpoint, dev_set, measured, head_id=head_id, title=title, version=version, notes=notes)
    total = DetectorReport.total
    sys.stdout.write(
        (f"{table(measured.natural)}\n\n" if measured.natural else "")
        + f"{table(measured.evaluation)}\nparity {measured.parity}\n"
        f"detector rejects {total(measured.detector.frontal)} frontal films, "
        f"{total(measured.detector.synthetic)} synthetic outliers, "
        f"children {measured.detector.children}; other pictures: "
        + ", ".join(f"{g.group} {g}" for g in measured.detector.other)
        + f"\nmap references {measured.references.values}: {References.source}\n"
    )
    return 0
