"""A small head on the features of a shipped backbone: one more label from few films.

The example this project ships reads an enlarged cardiac silhouette: a cardiothoracic ratio of at least 0.5,
*measured* on 161 films of the Wingspan set, where the fourteen labels of the backbone were mined from
reports. Nothing of these ratios reached the backbone in its training.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from msgspec.structs import replace
from onnx import TensorProto, helper, numpy_helper
from sklearn.linear_model import LogisticRegressionCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from cxrviewer.heads.contract import (
    CONTRACT_VERSION,
    AucEvidence,
    BackboneSpec,
    Code,
    EligibilitySpec,
    ExplanationSpec,
    FindingSpec,
    HeadManifest,
    ModelFile,
    TestVector,
)
from cxrviewer.heads.package.files import CARD_NAME, MANIFEST_NAME, hash_files, sha256
from cxrviewer.heads.package.manifest import read_manifest, write_manifest
from model_training.data.development_set import DataError, development_root
from model_training.data.pack import image_grey
from model_training.data.packed import standardise
from model_training.errors import TrainingError
from model_training.export.onnx import OPSET, run_tensors
from model_training.head.write import (
    EVIDENCE_BAR,
    MODEL,
    REFERENCE_QUANTILE,
    TEST_INPUT,
    TEST_LOGITS,
    TEST_TOLERANCE,
    array_bytes,
    check_place,
    in_place_of,
    keep_readme,
    made_picture,
)
from model_training.stats.calibrate import Calibration, choose_threshold, fit_calibration
from model_training.stats.metrics import Interval, auc_with_intervals, expected_calibration_error

FloatArray = npt.NDArray[np.float64]

RATIO = 0.5
"""Danzer 1919: a heart wider than half the thorax counts as enlarged on a PA film."""
FOLDS = 5
HEAD_ID, TITLE = "cxrviewer.c2-heart-size", "Heart size, on the C2 student"
LOGITS, MAPS = "logits", "cam"
CODE = Code("99CXRV", "CTR50", "Enlarged cardiac silhouette (CTR at least 0.5)")


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Films with one known label, seen by the backbone.

    Attributes
    ----------
    features : (n, c, h, w) float32
    labels : (n,) of 0 and 1
    patients : tuple of str
    """

    features: npt.NDArray[np.float32]
    labels: FloatArray
    patients: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A linear head: ``logit = mean over cells of weight . A + bias``.

    Attributes
    ----------
    weight : (c,) float32
    bias : float
    held_out : (n,)
        Logit of every film by a head fitted without it.
    """

    weight: npt.NDArray[np.float32]
    bias: float
    held_out: FloatArray


def measured_ratios(root: Path) -> list[tuple[Path, float]]:
    """Return the Wingspan films whose cardiothoracic ratio was measured.

    Raises
    ------
    DataError
        Naming file and line.
    """
    table, found = root / "wingspan.csv", []
    with table.open(newline="", encoding="utf-8-sig") as handle:
        for line, row in enumerate(csv.DictReader(handle), start=2):
            text = row.get("cardiothoracic_ratio", "")
            if not text:
                continue
            try:
                ratio = float(text)
            except ValueError:
                raise DataError(f"{table.name} line {line}: not a number: {text!r}") from None
            if not 0 < ratio < 1:
                raise DataError(f"{table.name} line {line}: a ratio lies between 0 and 1, got {ratio}")
            found.append((root / "wingspan" / "image" / row["image"], ratio))
    return found


def see(backbone: Path, images: list[Path]) -> npt.NDArray[np.float32]:
    """Return the features of films as the head in folder `backbone` makes them, (n, c, h, w).

    Raises
    ------
    TrainingError
        Where that head hands on no features.
    """
    manifest = read_manifest(backbone)
    if manifest.model.features is None:
        raise TrainingError(f"the head {manifest.id} hands on no features")
    grey = np.stack([image_grey(path, manifest.recipe) for path in images])
    model = (backbone / manifest.model.file).read_bytes()
    inputs = standardise(grey, manifest.recipe)
    return run_tensors(model, inputs, manifest.model.input, [manifest.model.features])[0]


def _linear(features: npt.NDArray[np.float32], labels: FloatArray, seed: int) -> tuple[FloatArray, float]:
    """Return weights and bias for pooled features: L2 logistic regression, its strength chosen inside."""
    model = make_pipeline(
        StandardScaler(),
        LogisticRegressionCV(
            Cs=np.logspace(-5, 0, 6).tolist(),
            cv=FOLDS,
            scoring="neg_log_loss",
            max_iter=2000,
            l1_ratios=(0.0,),
            use_legacy_attributes=False,
            random_state=seed,
        ),
    )
    model.fit(features, labels)
    scale, regression = model[0], model[1]
    weight: FloatArray = regression.coef_[0] / scale.scale_
    return weight, float(regression.intercept_[0] - (weight * scale.mean_).sum())


def fit(examples: Examples, seed: int = 0) -> Fitted:
    """Fit on all films; judge on heads that were fitted without a fifth of the patients each."""
    pooled = examples.features.mean((2, 3)).astype(np.float64)
    _, patient = np.unique(np.array(examples.patients), return_inverse=True)
    order = np.random.default_rng(seed).permutation(int(patient.max()) + 1) % FOLDS
    held_out = np.zeros(len(pooled))
    for fold in range(FOLDS):
        out = order[patient] == fold
        weight, bias = _linear(pooled[~out], examples.labels[~out], seed)
        held_out[out] = pooled[out] @ weight + bias
    weight, bias = _linear(pooled, examples.labels, seed)
    return Fitted(weight.astype(np.float32), bias, held_out)


def onnx_head(fitted: Fitted, shape: tuple[int, int, int]) -> bytes:
    """Return the ONNX file of a linear head on (1, c, h, w) features, with its class activation map.

    The map is ``relu(weight . A) / (h w)``, Grad-CAM's for a classifier that only averages
    (Zhou et al., CVPR 2016; Selvaraju et al., ICCV 2017, section 3).
    """
    channels, height, width = shape
    cells = height * width
    kernel = (fitted.weight / cells).reshape(1, channels, 1, 1).astype(np.float32)
    graph = helper.make_graph(
        [
            helper.make_node("Conv", ["features", "weight"], ["evidence"]),
            helper.make_node("ReduceSum", ["evidence", "places"], ["sum"], keepdims=0),
            helper.make_node("Add", ["sum", "bias"], [LOGITS]),
            helper.make_node("Relu", ["evidence"], [MAPS]),
        ],
        "features_head",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [1, channels, height, width])],
        [
            helper.make_tensor_value_info(LOGITS, TensorProto.FLOAT, [1, 1]),
            helper.make_tensor_value_info(MAPS, TensorProto.FLOAT, [1, 1, height, width]),
        ],
        [
            numpy_helper.from_array(kernel, "weight"),
            numpy_helper.from_array(np.array([fitted.bias], np.float32), "bias"),
            numpy_helper.from_array(np.array([2, 3], np.int64), "places"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
    model.ir_version = 10
    onnx.checker.check_model(model, full_check=True)
    data: bytes = model.SerializeToString(deterministic=True)
    return data


def _reference(fitted: Fitted, examples: Examples) -> float:
    cells = examples.features.shape[2] * examples.features.shape[3]
    maps = np.einsum("nchw,c->nhw", examples.features, fitted.weight / cells).clip(min=0)
    return max(float(f"{np.quantile(maps.max((1, 2)), REFERENCE_QUANTILE):.4g}"), 1e-6)


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What the held-out logits show."""

    auc: Interval
    ece: float
    calibration: Calibration
    finding: FindingSpec


def judge(fitted: Fitted, examples: Examples) -> Evidence:
    """Calibrate, choose a threshold and measure, all on logits of heads fitted without the film."""
    labels, logits = examples.labels[:, None], fitted.held_out[:, None]
    calibration = fit_calibration(labels, logits, examples.patients)
    predicted = 1 / (1 + np.exp(-(calibration.slope * logits + calibration.offset)))
    threshold = choose_threshold(labels[:, 0], predicted[:, 0])
    auc = auc_with_intervals(labels, logits, examples.patients).mean
    if auc is None:
        raise TrainingError("All films have the same label; there is nothing to learn.")
    finding = FindingSpec(
        code=CODE,
        index=0,
        threshold=threshold.value,
        threshold_source=f"{threshold.source}; logits of {FOLDS}-fold cross-validation by film",
        slope=float(f"{calibration.slope[0]:.6g}"),
        offset=float(f"{calibration.offset[0]:.6g}"),
        map_reference=_reference(fitted, examples),
        auc=AucEvidence(
            value=round(auc.value, 4),
            low=min(round(auc.low, 4), round(auc.value, 4)),
            high=max(round(auc.high, 4), round(auc.value, 4)),
            n=len(labels),
            positives=int(labels.sum()),
            data=f"Wingspan films with a measured ratio, {FOLDS}-fold cross-validation; the head is fitted on all",
        ),
    )
    return Evidence(auc, expected_calibration_error(labels, predicted), calibration, finding)


def card(manifest: HeadManifest, evidence: Evidence, count: int) -> str:
    """Return the model card."""
    spec, backbone = evidence.finding, manifest.backbone
    assert spec.auc is not None and backbone is not None
    cells = manifest.recipe.height // 32
    return f"""# {manifest.title} {manifest.version}

Research use only, not a medical device.

**What it says.** Whether the heart's shadow is at least half as wide as the thorax (cardiothoracic ratio of
{RATIO} or more).
**How.** A logistic regression on the averaged features of `{backbone.id}` {backbone.version}; the backbone runs once
per film for both.
**Fitted on** {count} films of the Wingspan set (Dong et al. 2018, MIT licence) whose ratio was measured,
{spec.auc.positives} of them enlarged. One film per patient is assumed: the set names no patients. Ages, projection and
pathology are unknown there.
**Evidence.** AUC {evidence.auc} on logits of heads that had not seen the film ({FOLDS} folds); expected calibration
error {evidence.ece:.3f} on the same logits it was calibrated on, so elsewhere expect more.
Threshold: {spec.threshold_source}.
**The backbone saw these films without their ratio**: they trained it through teachers' opinions, among them one on
cardiomegaly.{_rejects(manifest)}
**Map.** The linear head's class activation map at {cells} x {cells} cells, full intensity at {spec.map_reference}.
**Not for** children, lateral or supine films (the ratio is defined on PA films), or any decision about a patient.
"""


def _rejects(manifest: HeadManifest) -> str:
    if manifest.eligibility.density is None:
        return ""
    return """
**Rejects** what does not look like a frontal chest film, by the backbone's out-of-distribution detector
on the same features."""


def write_features_head(
    backbone: Path, folder: Path, examples: Examples, *, head_id: str, title: str, version: str
) -> tuple[HeadManifest, Evidence]:
    """Fit, judge, write and check the head; `folder` is replaced only by one that passes every check.

    Raises
    ------
    TrainingError
        Where a check fails.
    """
    base = read_manifest(backbone)
    assert base.model.features is not None, "see() was given a backbone with features"
    fitted = fit(examples)
    evidence = judge(fitted, examples)
    channels, height, width = examples.features.shape[1:]
    model = onnx_head(fitted, (channels, height, width))
    # Features of a made picture: a test vector of somebody's film has no place in a package.
    picture = made_picture(base.recipe)
    features = run_tensors((backbone / base.model.file).read_bytes(), picture, base.model.input, [base.model.features])[
        0
    ]
    logits = run_tensors(model, features, "features", [LOGITS])[0]
    with in_place_of(folder) as made:
        keep_readme(folder, made)
        (made / MODEL).write_bytes(model)
        (made / TEST_INPUT).write_bytes(array_bytes(features))
        (made / TEST_LOGITS).write_bytes(array_bytes(logits))
        density = base.eligibility.density
        if density is not None:
            # The features are the backbone's, and so is what they look like: it would score a hand without this.
            (made / density).write_bytes((backbone / density).read_bytes())
        manifest = HeadManifest(
            schema=CONTRACT_VERSION,
            id=head_id,
            title=title,
            version=version,
            license="Apache-2.0 (weights); films: Wingspan, Dong et al. 2018, MIT",
            authors=("The cxrviewer authors",),
            intended_use="Research only, not a medical device. Frontal chest radiographs of adults, PA.",
            not_for="Children; lateral and supine films; any decision about a patient.",
            evidence_bar=EVIDENCE_BAR,
            model=ModelFile(file=MODEL, sha256=sha256(model), input="features", logits=LOGITS, maps=MAPS),
            recipe=base.recipe,
            eligibility=EligibilitySpec(
                modality=base.eligibility.modality,
                view=("PA",),
                min_age=18,
                min_pixels=base.eligibility.min_pixels,
                density=density,
            ),
            explanation=ExplanationSpec(method="CAM", reference=_reference(fitted, examples)),
            findings=(evidence.finding,),
            test=TestVector(input=TEST_INPUT, logits=TEST_LOGITS, tolerance=TEST_TOLERANCE),
            backbone=BackboneSpec(
                id=base.id, version=base.version, sha256=base.model.sha256, features=base.model.features
            ),
        )
        (made / CARD_NAME).write_text(card(manifest, evidence, len(examples.labels)), encoding="utf-8")
        files = hash_files(made, model=MODEL)
        manifest = replace(manifest, files=files)
        (made / MANIFEST_NAME).write_text(write_manifest(manifest), encoding="utf-8", newline="\n")
    return manifest, evidence


def run_features_head(backbone: Path, folder: Path, *, version: str) -> str:
    """Write the enlarged-heart head for `backbone` into `folder`; return what was measured."""
    check_place(folder, head_id=HEAD_ID, title=TITLE, version=version)
    records = measured_ratios(development_root())
    if not records:
        raise DataError("wingspan.csv: no film has a measured ratio")
    labels = np.array([float(ratio >= RATIO) for _, ratio in records])
    examples = Examples(see(backbone, [path for path, _ in records]), labels, tuple(path.name for path, _ in records))
    manifest, evidence = write_features_head(
        backbone,
        folder,
        examples,
        head_id=HEAD_ID,
        title=TITLE,
        version=version,
    )
    return (
        f"{manifest.id} {manifest.version}: AUC {evidence.auc} on {len(labels)} films, {int(labels.sum())} enlarged; "
        f"ECE {evidence.ece:.3f}; threshold {evidence.finding.threshold:.3f}\n"
    )
