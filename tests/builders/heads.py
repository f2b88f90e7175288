"""Small ONNX heads written with onnx.helper: correct ones and hostile ones."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from msgspec.structs import replace
from onnx import TensorProto, helper, numpy_helper

from cxrviewer.heads.contract import (
    AucEvidence,
    BackboneSpec,
    Code,
    DiscoveredHead,
    EligibilitySpec,
    ExplanationSpec,
    FindingSpec,
    HeadManifest,
    ModelFile,
    TestVector,
)
from cxrviewer.heads.eligibility.ood_detector import OodDetector
from cxrviewer.heads.package.files import sha256
from cxrviewer.heads.package.manifest import write_manifest
from cxrviewer.heads.registry.discover import discover_one
from cxrviewer.imaging.recipe import Fit, GreySource, InputRecipe

SIDE = 32
CELLS = 4

RECIPE = InputRecipe(
    version=1,
    height=SIDE,
    width=SIDE,
    channels=1,
    grey=GreySource.DEFAULT_WINDOW,
    fit=Fit.LETTERBOX,
    pad=0.0,
    mean=0.0,
    std=1.0,
)


def node(op: str, inputs: list[str], outputs: list[str], **attributes: Any) -> onnx.NodeProto:
    return helper.make_node(op, inputs, outputs, **attributes)


def constant(name: str, values: Any, dtype: Any = np.float32) -> onnx.TensorProto:
    return numpy_helper.from_array(np.asarray(values, dtype), name)


def model_bytes(
    nodes: list[onnx.NodeProto],
    constants: list[onnx.TensorProto],
    outputs: dict[str, tuple[int | str, ...]],
    *,
    domains: dict[str, int] | None = None,
    side: int = SIDE,
) -> bytes:
    """Return an ONNX file with the input "image" (1, 1, side, side)."""
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 1, side, side])
    named = [helper.make_tensor_value_info(n, TensorProto.FLOAT, list(shape)) for n, shape in outputs.items()]
    graph = helper.make_graph(nodes, "g", [image], named, constants)
    imports = [helper.make_opsetid(name, version) for name, version in ({"": 17} | (domains or {})).items()]
    return bytes(helper.make_model(graph, opset_imports=imports, ir_version=9).SerializeToString())


def good_nodes() -> list[onnx.NodeProto]:
    """Mean grey on a 4 x 4 grid; two findings: the mean (index 0) and its complement (index 1)."""
    return [
        node("AveragePool", ["image"], ["grid"], kernel_shape=[8, 8], strides=[8, 8]),
        node("Identity", ["grid"], ["features"]),
        node("GlobalAveragePool", ["grid"], ["pooled"]),
        node("Flatten", ["pooled"], ["mean"]),
        node("Sub", ["one", "mean"], ["rest"]),
        node("Concat", ["mean", "rest"], ["logits"], axis=1),
        node("Concat", ["grid", "grid"], ["both"], axis=1),
        node("Mul", ["both", "weights"], ["gradcam"]),
    ]


def good_constants() -> list[onnx.TensorProto]:
    return [constant("one", [[1.0]]), constant("weights", np.reshape([1.0, 2.0], (1, 2, 1, 1)))]


GOOD_OUTPUTS: dict[str, tuple[int | str, ...]] = {
    "logits": (1, 2),
    "gradcam": (1, 2, CELLS, CELLS),
    "features": (1, 1, CELLS, CELLS),
}


def good_model() -> bytes:
    return model_bytes(good_nodes(), good_constants(), GOOD_OUTPUTS)


def endless_model() -> bytes:
    """A Loop of 2**62 rounds: a model that never answers, made of allowed operators."""
    body = helper.make_graph(
        [node("Identity", ["go"], ["again"]), node("Add", ["value", "value"], ["next"])],
        "body",
        [
            helper.make_tensor_value_info("round", TensorProto.INT64, []),
            helper.make_tensor_value_info("go", TensorProto.BOOL, []),
            helper.make_tensor_value_info("value", TensorProto.FLOAT, [1, 2]),
        ],
        [
            helper.make_tensor_value_info("again", TensorProto.BOOL, []),
            helper.make_tensor_value_info("next", TensorProto.FLOAT, [1, 2]),
        ],
    )
    nodes = [
        node("GlobalAveragePool", ["image"], ["pooled"]),
        node("Flatten", ["pooled"], ["mean"]),
        node("Concat", ["mean", "mean"], ["start"], axis=1),
        node("Loop", ["rounds", "true", "start"], ["logits"], body=body),
    ]
    constants = [constant("rounds", 2**62, np.int64), constant("true", True, np.bool_)]
    return model_bytes(nodes, constants, {"logits": (1, 2)})


def hungry_model(factor: int = 2**24) -> bytes:
    """Asks for `factor` times 4 KiB, 64 GiB where omitted, where the shape cannot be seen in the file."""
    nodes = [
        node("Shape", ["image"], ["shape"]),
        node("Mul", ["shape", "factor"], ["size"]),
        node("ConstantOfShape", ["size"], ["zeros"]),
        node("GlobalAveragePool", ["zeros"], ["pooled"]),
        node("Slice", ["pooled", "from", "to"], ["cut"]),
        node("Reshape", ["cut", "flat"], ["logits"]),
    ]
    constants = [
        constant("factor", [1, factor, 1, 1], np.int64),
        constant("from", [0, 0, 0, 0], np.int64),
        constant("to", [1, 2, 1, 1], np.int64),
        constant("flat", [1, 2], np.int64),
    ]
    return model_bytes(nodes, constants, {"logits": (1, 2)})


def large_maps_model(side: int, *, declared: bool = True) -> bytes:
    """Return a good model whose maps have `side` cells along each side, `declared` in the file or not."""
    nodes = [*good_nodes()[:6], node("Expand", ["pooled", "shape"], ["gradcam"])]
    shape: tuple[int | str, ...] = (1, 2, side, side) if declared else (1, 2, "h", "w")
    constants = [good_constants()[0], constant("shape", [1, 2, side, side], np.int64)]
    if not declared:  # computed from the image: onnxruntime finds out everything else when it loads the file
        nodes[-1:] = [
            node("Mul", ["pooled", "nought"], ["nothing"]),
            node("Cast", ["nothing"], ["whole"], to=TensorProto.INT64),
            node("Reshape", ["whole", "flat"], ["added"]),
            node("Add", ["shape", "added"], ["computed"]),
            node("Expand", ["pooled", "computed"], ["gradcam"]),
        ]
        constants += [constant("nought", [[[[0.0]]]]), constant("flat", [1], np.int64)]
    return model_bytes(nodes, constants, {"logits": (1, 2), "gradcam": shape, "features": (1, 1, CELLS, CELLS)})


def nan_model() -> bytes:
    """Divides by the mean minus itself: logits that are no numbers."""
    nodes = [
        *good_nodes()[:6],
        node("Sub", ["logits_", "logits_"], ["zero"]),
        node("Div", ["zero", "zero"], ["logits"]),
    ]
    nodes[5] = node("Concat", ["mean", "rest"], ["logits_"], axis=1)
    return model_bytes(nodes, good_constants()[:1], {"logits": (1, 2)})


def finding(index: int, *, value: str, meaning: str, **changes: Any) -> FindingSpec:
    auc = AucEvidence(value=0.81, low=0.77, high=0.85, n=1388, positives=131, data="synthetic")
    spec = FindingSpec(
        code=Code("SCT", value, meaning),
        index=index,
        threshold=0.55,
        threshold_source="by hand",
        slope=2.0,
        offset=-0.5,
        auc=auc,
    )
    return replace(spec, **changes)


def npy(array: npt.NDArray[Any]) -> bytes:
    out = io.BytesIO()
    np.save(out, array)
    return out.getvalue()


def gradient() -> npt.NDArray[np.float32]:
    """Return a test input: grey rising from left to right, mean 0.5."""
    return np.broadcast_to(np.linspace(0, 1, SIDE, dtype=np.float32), (1, 1, SIDE, SIDE)).copy()


def manifest(model_data: bytes, files: dict[str, bytes], **changes: Any) -> HeadManifest:
    made = HeadManifest(
        schema=1,
        id="org.example.tiny",
        title="Two greys",
        version="1.0.0",
        license="Apache-2.0",
        authors=("Test",),
        intended_use="Research only.",
        not_for="Patients",
        evidence_bar=0.6,
        model=ModelFile(
            file="model.onnx",
            sha256=sha256(model_data),
            input="image",
            logits="logits",
            maps="gradcam",
            features="features",
        ),
        recipe=RECIPE,
        eligibility=EligibilitySpec(modality=("CR", "DX", "RG"), view=("PA", "AP"), min_age=18.0, min_pixels=16),
        explanation=ExplanationSpec(method="Grad-CAM", reference=4.0),
        findings=(
            finding(0, value="60046008", meaning="Pleural effusion"),
            finding(1, value="36118008", meaning="Pneumothorax"),
        ),
        test=TestVector(input="test_input.npy", logits="test_logits.npy", tolerance=1e-3),
        files=tuple(sorted((name, sha256(data)) for name, data in files.items())),
    )
    return replace(made, **changes)


def ood_detector(threshold: float = 3.0, *, bright: bool = False) -> OodDetector:
    """Return a density whose centre is a grid of 0.25 (or 0.75): each cell's mean grey, scaled by 0.1."""
    cells = CELLS * CELLS
    return OodDetector(
        channel_mean=np.zeros(1),
        channel_basis=np.eye(1),
        mean=np.full(cells, 0.75 if bright else 0.25),
        basis=np.full((1, cells), 1 / np.sqrt(cells)),
        scale=np.array([0.1 * np.sqrt(cells)]),
        residual_scale=10.0,
        threshold=threshold,
    )


def write_head(
    folder: Path,
    *,
    model: bytes | None = None,
    files: dict[str, bytes] | None = None,
    logits: tuple[float, ...] = (0.5, 0.5),
    plain: bool = False,
    **changes: Any,
) -> DiscoveredHead:
    """Write a head folder and return it as discovered.

    `plain`: a head with logits only. `changes` replace fields of the manifest.
    """
    model = good_model() if model is None else model
    vectors = {"test_input.npy": npy(gradient()), "test_logits.npy": npy(np.array([logits], np.float32))}
    contents = vectors | (files or {})
    if plain:
        only = ModelFile(file="model.onnx", sha256=sha256(model), input="image", logits="logits")
        changes = {"model": only, "explanation": ExplanationSpec(method="none", reference=1.0)} | changes
    made = manifest(model, contents, **changes)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(model)
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    (folder / "head.toml").write_text(write_manifest(made), encoding="utf-8")
    return discover_one(folder)


def features_model(
    weights: npt.ArrayLike = (4.0,), *, maps: bool = False, cells: int = CELLS, bias: float = 0.0
) -> bytes:
    """Return a model that reads (1, c, cells, cells) features and weighs their mean; `weights` is (n, c), or (n,).

    With maps, each is the positive part of a cell's weighted sum: a mean-pooled linear head's class activation map.
    """
    matrix = np.asarray(weights, np.float32)
    matrix = matrix[:, None] if matrix.ndim == 1 else matrix
    outs, channels = matrix.shape
    given = helper.make_tensor_value_info("given", TensorProto.FLOAT, [1, channels, cells, cells])
    nodes = [
        node("Conv", ["given", "weights"], ["weighed"]),
        node("GlobalAveragePool", ["weighed"], ["pooled"]),
        node("Flatten", ["pooled"], ["mean"]),
        node("Add", ["mean", "bias"], ["logits"]),
    ]
    outputs: dict[str, tuple[int, ...]] = {"logits": (1, outs)}
    if maps:
        nodes.append(node("Relu", ["weighed"], ["cam"]))
        outputs["cam"] = (1, outs, cells, cells)
    named = [helper.make_tensor_value_info(n, TensorProto.FLOAT, list(shape)) for n, shape in outputs.items()]
    constants = [constant("weights", matrix[:, :, None, None]), constant("bias", np.full((1, outs), bias))]
    graph = helper.make_graph(nodes, "g", [given], named, constants)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    return bytes(made.SerializeToString())


def write_features_head(
    folder: Path,
    backbone: HeadManifest,
    *,
    weights: npt.ArrayLike = (4.0,),
    bias: float = 0.0,
    maps: bool = False,
    cells: int = CELLS,
    **changes: Any,
) -> DiscoveredHead:
    """Write a ``features`` head on `backbone` with one finding: the logit is the weighted mean of the features."""
    matrix = np.atleast_1d(np.asarray(weights, np.float32))
    model = features_model(matrix, maps=maps, cells=cells, bias=bias)
    given = np.full((1, matrix.shape[1] if matrix.ndim == 2 else 1, cells, cells), 0.5, np.float32)
    logits = 0.5 * matrix.sum(axis=1, keepdims=True).T if matrix.ndim == 2 else 0.5 * matrix[None]
    contents = {"test_input.npy": npy(given), "test_logits.npy": npy((logits + bias).astype(np.float32))}
    spec = BackboneSpec(
        id=backbone.id, version=backbone.version, sha256=backbone.model.sha256, features=str(backbone.model.features)
    )
    fields: dict[str, Any] = {
        "id": "org.example.small",
        "title": "One more finding",
        "backbone": spec,
        "recipe": backbone.recipe,
        "model": ModelFile(
            file="model.onnx", sha256=sha256(model), input="given", logits="logits", maps="cam" if maps else None
        ),
        "explanation": ExplanationSpec(method="CAM" if maps else "none", reference=4.0 if maps else 0.5),
        "findings": (finding(0, value="233604007", meaning="Pneumonia"),),
    }
    made = manifest(model, contents, **(fields | changes))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(model)
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    (folder / "head.toml").write_text(write_manifest(made), encoding="utf-8")
    return discover_one(folder)
