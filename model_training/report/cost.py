"""What a network costs: size, weights, multiply-adds and time, all of the ONNX file that would run."""

from __future__ import annotations

import io
import math
import os
import platform
import time
import warnings
from dataclasses import dataclass

import numpy as np
import onnx
import torch
from torch import nn

from cxrviewer.imaging.recipe import InputRecipe
from model_training.errors import TrainingError
from model_training.export.onnx import INPUT, LOGITS, OPSET
from model_training.torchvision_shim import ensure_importable

RUNS, WARM_UP = 50, 10


@dataclass(frozen=True, slots=True)
class Cost:
    """Cost of one film.

    Attributes
    ----------
    weights : int
        Numbers stored in the file; batch norms are folded into the convolutions before them.
    multiply_adds : int
        Of convolutions and matrix products on the way to the logits.
    with_maps : int
        Of everything in the file, maps and features included.
    median, low, high : float
        Seconds: median and quartiles of `runs` films on one thread.
    """

    name: str
    size: int
    weights: int
    multiply_adds: int
    with_maps: int
    median: float
    low: float
    high: float
    runs: int


def _shapes(graph: onnx.GraphProto) -> dict[str, tuple[int, ...]]:
    found = {i.name: tuple(i.dims) for i in graph.initializer}
    for value in [*graph.input, *graph.value_info, *graph.output]:
        found[value.name] = tuple(d.dim_value for d in value.type.tensor_type.shape.dim)
    return found


def _node_multiply_adds(node: onnx.NodeProto, shapes: dict[str, tuple[int, ...]]) -> int:
    if node.op_type not in ("Conv", "Gemm", "MatMul"):
        return 0
    out, second = shapes[node.output[0]], shapes[node.input[1]]
    if node.op_type == "Conv":
        return math.prod(out) * math.prod(second[1:])  # weight (out, in / groups, kh, kw)
    if node.op_type == "Gemm":
        turned = any(a.name == "transB" and a.i for a in node.attribute)
        return math.prod(out) * second[1 if turned else 0]
    return math.prod(out) * shapes[node.input[0]][-1]


def _ancestors(graph: onnx.GraphProto, output: str) -> list[onnx.NodeProto]:
    makers = {name: node for node in graph.node for name in node.output}
    wanted, kept = [output], {}
    while wanted:
        node = makers.get(wanted.pop())
        if node is not None and id(node) not in kept:
            kept[id(node)] = node
            wanted += node.input
    return list(kept.values())


def count(model: bytes) -> tuple[int, int, int]:
    """Return (weights, multiply-adds up to the logits, multiply-adds of the whole file) for one film.

    Raises
    ------
    TrainingError
        For a file whose shapes cannot be worked out.
    """
    proto = onnx.shape_inference.infer_shapes(onnx.load(io.BytesIO(model)))
    shapes = _shapes(proto.graph)
    try:
        logits = sum(_node_multiply_adds(n, shapes) for n in _ancestors(proto.graph, LOGITS))
        everything = sum(_node_multiply_adds(n, shapes) for n in proto.graph.node)
    except KeyError as error:
        raise TrainingError(
            f"The shape of {error} in the ONNX file is not known; its cost cannot be counted."
        ) from error
    return sum(math.prod(i.dims) for i in proto.graph.initializer), logits, everything


def measure(name: str, model: bytes, recipe: InputRecipe, *, runs: int = RUNS) -> Cost:
    """Count and time an ONNX file, one film at a time on one thread of this machine's CPU."""
    # Set before the import: onnxruntime's wheels report usage by default.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    image = np.random.default_rng(0).normal(size=(1, recipe.channels, recipe.height, recipe.width)).astype(np.float32)
    taken = []
    for i in range(WARM_UP + runs):
        started = time.perf_counter()
        session.run(None, {INPUT: image})
        if i >= WARM_UP:
            taken.append(time.perf_counter() - started)
    low, middle, high = np.percentile(taken, [25, 50, 75])
    weights, logits, everything = count(model)
    return Cost(name, len(model), weights, logits, everything, float(middle), float(low), float(high), runs)


def network_model(network: nn.Module, recipe: InputRecipe) -> bytes:
    """Return a network's logits as ONNX, without maps."""
    example = torch.zeros(1, recipe.channels, recipe.height, recipe.width)
    with warnings.catch_warnings():
        # torch's own exporter calls what torch itself has deprecated.
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            network.eval(),
            (example,),
            dynamo=True,
            opset_version=OPSET,
            input_names=[INPUT],
            output_names=[LOGITS],
            verbose=False,
        )
    assert program is not None
    data: bytes = program.model_proto.SerializeToString()
    return data


def teacher_model(name: str, recipe: InputRecipe, classes: int) -> bytes:
    """Return a timm network with random weights as ONNX: what it costs does not depend on what it learned.

    Raises
    ------
    TrainingError
        For a network timm does not know.
    """
    ensure_importable()
    import timm

    if not timm.is_model(name):
        raise TrainingError(f"timm knows no network '{name}'; timm.list_models() names them all.")
    return network_model(timm.create_model(name, num_classes=classes, in_chans=recipe.channels), recipe)


def machine() -> str:
    """Return what the times were measured on, in a few words."""
    name = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as handle:
            name = next((line.partition(":")[2].strip() for line in handle if line.startswith("model name")), name)
    except OSError:
        pass  # no Linux
    return f"{name}, {platform.system()}"
