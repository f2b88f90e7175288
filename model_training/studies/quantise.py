"""INT8: is the head's backbone faster in 8 bits, and what does it cost?

Static quantisation in QDQ form (onnxruntime's own), scales from training films. Only the pointwise
convolutions and matrix products in front of the features are quantised: depthwise convolutions
turned out slower in 8 bits than in 32, and maps, logits and the film's own channels keep their
precision. The decision is a rule, fixed before the figures: `Int8Report.ship`.
"""

from __future__ import annotations

import logging
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import torch

from cxrviewer import atomic
from cxrviewer.heads.package import onnx_structure
from cxrviewer.heads.package.files import MAX_FILE_BYTES, read_file
from cxrviewer.heads.package.manifest import read_manifest
from model_training.data.development_set import LABELS
from model_training.data.packed import FloatArray, PackedSet, folds_of, recipe_of, standardise
from model_training.data.splits import Part
from model_training.errors import TrainingError
from model_training.export.onnx import FEATURES, INPUT, LOGITS, MAPS, ExportError, strip_origin
from model_training.provenance import config_of_head, names_in_files
from model_training.stats.metrics import roc_auc

# onnxruntime's wheels report usage by default, and this must be set before the import.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

Inputs = npt.NDArray[np.float32]

MAX_AUC_LOSS = 0.002
MAX_TIME_RATIO = 2 / 3
CALIBRATION_IMAGES = 100
TIMED_RUNS = 60
THREADS = (1, 2)


@dataclass(frozen=True, slots=True)
class Timing:
    """Time of one film, both models run in turn; `ratio` is the median of the pairs' ratios, 8 bits over 32."""

    threads: int
    before_ms: float
    after_ms: float
    ratio: float


@dataclass(frozen=True, slots=True)
class Int8Report:
    """What 8 bits cost and bring.

    Attributes
    ----------
    auc_before, auc_after : float
        Mean area under the ROC curve over the findings with both classes.
    timings : tuple of Timing
    bytes_before, bytes_after : int
    maps : float
        Largest difference of a map value, relative to the film's largest one: median over films.
    nodes : int
        Operators that were quantised.
    images : int
    """

    auc_before: float
    auc_after: float
    timings: tuple[Timing, ...]
    bytes_before: int
    bytes_after: int
    maps: float
    nodes: int
    images: int

    @property
    def ship(self) -> bool:
        """Whether 8 bits are the default: AUC falls by less than 0.002, and every time by at least a third."""
        faster = bool(self.timings) and all(t.ratio <= MAX_TIME_RATIO for t in self.timings)
        return faster and self.auc_before - self.auc_after < MAX_AUC_LOSS

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self, dict_factory=names_in_files), "ship": self.ship}

    def lines(self) -> list[str]:
        """Return both figures and the decision as sentences."""
        times = "; ".join(
            f"{t.before_ms:.1f} ms to {t.after_ms:.1f} ms on {t.threads} thread{'s' if t.threads > 1 else ''} "
            f"(ratio {t.ratio:.2f})"
            for t in self.timings
        )
        return [
            f"Mean AUC on {self.images} held-out films {self.auc_before:.4f} in 32 bits, {self.auc_after:.4f} in 8.",
            f"Time of one film with maps: {times}.",
            f"File {self.bytes_before / 2**20:.1f} MiB to {self.bytes_after / 2**20:.1f} MiB; maps differ by "
            f"{self.maps:.0%} of a film's largest value (median).",
            f"Shipped in 8 bits only if the AUC falls by less than {MAX_AUC_LOSS} and every time by at least a third: "
            + ("yes." if self.ship else "no, the head stays in 32 bits."),
        ]


def backbone_nodes(model: onnx.ModelProto) -> list[str]:
    """Return the names of the pointwise convolutions and weighted matrix products in front of the features."""
    weights = {i.name: tuple(i.dims) for i in model.graph.initializer}
    makes = {name: node for node in model.graph.node for name in node.output}
    todo, seen, found = [FEATURES], set[str](), []
    while todo:
        node = makes.get(todo.pop())
        if node is None or node.output[0] in seen:  # not by name: onnxruntime's own nodes may have none
            continue
        seen.add(node.output[0])
        todo += node.input
        shape = weights.get(node.input[1]) if len(node.input) > 1 else None
        if shape is None:
            continue
        pointwise = node.op_type == "Conv" and all(k == 1 for k in shape[2:])
        if pointwise or (node.op_type in ("MatMul", "Gemm") and len(shape) == 2):
            found.append(node.name)
    return sorted(found)


def products_overflow() -> bool:
    """Return whether this processor adds products of 8 bits in 16, where two large ones overflow: x86 without VNNI.

    onnxruntime's advice for these is weights of 7 bits (its page "Quantize ONNX models", on saturation).
    """
    return platform.machine().lower() in ("x86_64", "amd64") and not getattr(torch.cpu, "_is_vnni_supported", bool)()


def quantise(model: bytes, images: Inputs) -> tuple[bytes, int]:
    """Return `model` with its backbone in 8 bits, and how many operators that are.

    Weights have 7 bits where this processor would otherwise overflow (`products_overflow`).

    Parameters
    ----------
    images : (n, channels, H, W) float32
        Network input of training films, for the ranges; never the films it is measured on.

    Raises
    ------
    ExportError
        Where there is nothing to quantise, or the viewer would not load what came out.
    """
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    class Reader(CalibrationDataReader):  # type: ignore[misc]  # onnxruntime has no type information
        def __init__(self) -> None:
            self._images: Iterator[Inputs] = iter(images)

        def get_next(self) -> dict[str, Inputs] | None:
            image = next(self._images, None)
            return None if image is None else {INPUT: image[None]}

    # It warns through the root logger about what has just been done for it.
    level = logging.root.level
    logging.root.setLevel(logging.ERROR)
    try:
        with tempfile.TemporaryDirectory() as scratch:
            given, ready, done = (Path(scratch) / f"{name}.onnx" for name in ("given", "ready", "int8"))
            given.write_bytes(model)
            quant_pre_process(str(given), str(ready), skip_symbolic_shape=True)
            prepared = onnx.load(ready)
            for number, node in enumerate(prepared.graph.node):
                node.name = f"{node.op_type}_{number}"
            onnx.save(prepared, ready)
            nodes = backbone_nodes(prepared)
            if not nodes:
                raise ExportError("The model has no pointwise convolution or matrix product to quantise.")
            quantize_static(
                str(ready),
                str(done),
                Reader(),
                quant_format=QuantFormat.QDQ,
                # Unsigned activations: on x86 with VNNI signed ones took twice as long.
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QInt8,
                reduce_range=products_overflow(),
                per_channel=True,
                nodes_to_quantize=nodes,
            )
            proto = onnx.load(done)
    finally:
        logging.root.setLevel(level)
    strip_origin(proto)
    # onnxruntime declares every operator set it knows; the viewer takes two.
    used = {"", *(node.domain for node in proto.graph.node)}
    kept = [o for o in proto.opset_import if o.domain in used]
    del proto.opset_import[:]
    proto.opset_import.extend(kept)
    data: bytes = proto.SerializeToString(deterministic=True)
    problems = onnx_structure.inspect(data)
    if problems:
        raise ExportError("The viewer would not load the quantised model: " + "; ".join(problems))
    return data, len(nodes)


def _session(model: bytes, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    # As the viewer's model process does.
    options.add_session_config_entry("session.intra_op.allow_spinning", "1")
    options.add_session_config_entry("session.intra_op.spin_duration_us", "20")
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def time_both(before: bytes, after: bytes, image: Inputs, threads: int, runs: int = TIMED_RUNS) -> Timing:
    """Time both models on one film, (1, channels, H, W), in turn: what else the machine does hits both."""
    sessions = [_session(model, threads) for model in (before, after)]
    pairs = np.empty((runs, 2))
    for run in range(-3, runs):  # three to warm up
        for i, session in enumerate(sessions):
            started = time.perf_counter()
            session.run([LOGITS, MAPS], {INPUT: image})
            if run >= 0:
                pairs[run, i] = time.perf_counter() - started
    middle = np.median(pairs, axis=0) * 1000
    return Timing(threads, float(middle[0]), float(middle[1]), float(np.median(pairs[:, 1] / pairs[:, 0])))


def _mean_auc(labels: FloatArray, logits: FloatArray) -> float:
    areas = []
    for i in range(labels.shape[1]):
        known = np.isfinite(labels[:, i])
        areas.append(float(roc_auc(labels[known, i], logits[known, i])[0]))
    if np.isnan(areas).all():
        raise TrainingError("No finding has films with and without it; there is no AUC to compare.")
    return float(np.nanmean(areas))


def measure_int8(
    before: bytes,
    after: bytes,
    nodes: int,
    images: Inputs,
    labels: FloatArray,
    *,
    threads: tuple[int, ...] = THREADS,
    runs: int = TIMED_RUNS,
) -> Int8Report:
    """Compare both models on films, (n, channels, H, W), with (n, c) labels neither was fitted on (NaN: unknown)."""
    answers = []
    for model in (before, after):
        session = _session(model, 1)
        rows = [session.run([LOGITS, MAPS], {INPUT: image[None]}) for image in images]
        answers.append([np.concatenate([row[i] for row in rows]) for i in range(2)])
    (logits, maps), (logits_after, maps_after) = answers
    largest = np.maximum(maps.max(axis=(1, 2, 3)), 1e-6)
    return Int8Report(
        auc_before=_mean_auc(labels, logits.astype(np.float64)),
        auc_after=_mean_auc(labels, logits_after.astype(np.float64)),
        timings=tuple(time_both(before, after, images[:1], n, runs) for n in threads),
        bytes_before=len(before),
        bytes_after=len(after),
        maps=float(np.median(np.abs(maps_after - maps).max(axis=(1, 2, 3)) / largest)),
        nodes=nodes,
        images=len(images),
    )


def quantise_on_development_set(
    model: bytes, dev_set: PackedSet, *, runs: int = TIMED_RUNS, seed: int = 0
) -> tuple[bytes, Int8Report]:
    """Quantise with films of the training part, measure on those of the test part."""

    def images(index: npt.NDArray[np.int64]) -> Inputs:
        return standardise(np.stack([dev_set.grey(i) for i in index]), dev_set.recipe)

    train, test = dev_set.evaluated(Part.TRAIN), dev_set.evaluated(Part.TEST)
    if not len(train) or not len(test):
        raise TrainingError(
            "The development set holds no training or no test film; check the split file and the data folder."
        )
    chosen = np.random.default_rng(seed).permutation(train)[:CALIBRATION_IMAGES]
    small, nodes = quantise(model, images(chosen))
    return small, measure_int8(model, small, nodes, images(test), dev_set.labels(test), runs=runs)


def run_quantise(head: Path, *, cache: Path, output: Path | None = None) -> int:
    """Print what 8 bits would cost and bring a head trained on the development set; returns the exit status.

    Parameters
    ----------
    output : Path, optional
        Where to write the quantised model, whatever the decision.

    Raises
    ------
    TrainingError, DataError
    """
    manifest = read_manifest(head)
    model = read_file(head, manifest.model.file, MAX_FILE_BYTES)
    names = (manifest.model.input, manifest.model.logits, manifest.model.maps, manifest.model.features)
    if names != (INPUT, LOGITS, MAPS, FEATURES):
        raise TrainingError(f"The head '{manifest.id}' was not written by this export; its tensors have other names.")
    config = config_of_head(head)
    recipe = recipe_of(config["recipe"])
    if len(manifest.findings) != len(LABELS):
        raise TrainingError(f"The head '{manifest.id}' does not report the fourteen labels of the test films.")
    small, report = quantise_on_development_set(model, PackedSet.open(recipe, cache, **folds_of(config)))
    sys.stdout.write("\n".join(report.lines()) + "\n")
    if products_overflow():
        sys.stdout.write(
            "Weights have 7 bits here: this processor has no VNNI, and sums of 8-bit products would overflow.\n"
        )
    if output is not None:
        atomic.write_bytes(output, small)
    return 0
