"""An ONNX file somebody else exported: what must be changed before the viewer takes it, and nothing more."""

from __future__ import annotations

from dataclasses import dataclass

import onnx

from cxrviewer.heads.package import onnx_structure
from cxrviewer.imaging.recipe import InputRecipe
from model_training.pack.description import NetworkSpec
from model_training.pack.errors import PackError


@dataclass(frozen=True, slots=True)
class Foreign:
    """A file ready for the viewer.

    Attributes
    ----------
    changes : tuple of str
        What was done to it, for the card; empty where its bytes are as they were.
    """

    model: bytes
    input: str
    logits: str
    maps: str | None
    outputs: int
    changes: tuple[str, ...]


def prepare(data: bytes, spec: NetworkSpec, recipe: InputRecipe) -> Foreign:
    """Return the file for films of `recipe`, one at a time.

    A free batch becomes 1. A sigmoid at the end is cut off: a head holds logits, and calibrates them itself.

    Raises
    ------
    PackError
        Where the viewer would reject the file, or it is not clear which tensor is meant.
    """
    problems = onnx_structure.inspect(data)
    if problems:
        raise PackError([f"model: {problem}" for problem in problems])
    try:
        model = onnx.load_from_string(data)
    except Exception as error:  # protobuf's own exceptions have no base of theirs
        raise PackError(["model: the file is not a readable ONNX model"]) from error
    image = _input(model.graph, spec.input)
    logits = _logits(model.graph, spec.logits)
    changes = []
    source = next((n for n in model.graph.node if logits.name in n.output), None)
    if source is not None and source.op_type == "Softmax":
        raise PackError(
            ["network.logits: the model ends in a softmax; its findings exclude each other, name the input"]
        )
    if source is not None and source.op_type == "Sigmoid":
        _cut(model.graph, logits, source.input[0])
        changes.append(f"the sigmoid at the end ({source.output[0]}) was cut off")
        logits = model.graph.output[_place(model.graph, source.input[0])]
    if _fix_shapes(model, image, recipe):
        changes.append("the free batch was fixed to one film")
    outputs = [d.dim_value for d in logits.type.tensor_type.shape.dim]
    if len(outputs) != 2 or not outputs[1]:
        raise PackError([f"network.logits: {logits.name} must have the shape (1, n), has {tuple(outputs)}"])
    if spec.maps and spec.maps not in {o.name for o in model.graph.output}:
        raise PackError([f"network.maps: the model has no output {spec.maps}"])
    ready = model.SerializeToString(deterministic=True) if changes else data
    return Foreign(ready, image.name, logits.name, spec.maps, outputs[1], tuple(changes))


def _input(graph: onnx.GraphProto, name: str | None) -> onnx.ValueInfoProto:
    weights = {i.name for i in graph.initializer}
    inputs: list[onnx.ValueInfoProto] = [i for i in graph.input if i.name not in weights]
    if len(inputs) != 1 or name not in (None, inputs[0].name):
        names = ", ".join(i.name for i in inputs) or "none"
        raise PackError([f"network.input: a head has one input, this model has {names}"])
    return inputs[0]


def _logits(graph: onnx.GraphProto, name: str | None) -> onnx.ValueInfoProto:
    flat = [o for o in graph.output if len(o.type.tensor_type.shape.dim) == 2]
    chosen: list[onnx.ValueInfoProto] = [o for o in graph.output if o.name == name] if name else flat
    if len(chosen) != 1:
        names = ", ".join(o.name for o in graph.output)
        raise PackError([f"network.logits: name the output that holds one number per finding; there are {names}"])
    return chosen[0]


def _place(graph: onnx.GraphProto, name: str) -> int:
    return [o.name for o in graph.output].index(name)


def _cut(graph: onnx.GraphProto, logits: onnx.ValueInfoProto, before: str) -> None:
    """Let the graph answer with what goes into its last sigmoid."""
    sigmoid = next(n for n in graph.node if logits.name in n.output)
    if before not in {o.name for o in graph.output}:
        logits_before = onnx.ValueInfoProto()
        logits_before.CopyFrom(logits)
        logits_before.name = before
        graph.output[_place(graph, logits.name)].CopyFrom(logits_before)
    if not any(sigmoid.output[0] in n.input for n in graph.node):
        graph.node.remove(sigmoid)


def _fix_shapes(model: onnx.ModelProto, image: onnx.ValueInfoProto, recipe: InputRecipe) -> bool:
    """Give every free dimension the recipe's value; return whether there were any."""
    wanted = (1, recipe.channels, recipe.height, recipe.width)
    dims = image.type.tensor_type.shape.dim
    fixed = tuple(d.dim_value or None for d in dims)
    if len(fixed) != 4 or any(f not in (None, w) for f, w in zip(fixed, wanted, strict=True)):
        got = ", ".join(str(f or "any") for f in fixed)
        raise PackError([f"recipe: makes films of the shape {wanted}, the model takes ({got})"])
    outputs = [d for o in model.graph.output for d in o.type.tensor_type.shape.dim]
    if None not in fixed and all(d.HasField("dim_value") for d in outputs):
        return False
    for dim, value in zip(dims, wanted, strict=True):
        dim.dim_value = value
    # What was inferred for a free batch says nothing now.
    del model.graph.value_info[:]
    for output in model.graph.output:
        for dim in output.type.tensor_type.shape.dim:
            if not dim.HasField("dim_value"):
                dim.Clear()
        first = output.type.tensor_type.shape.dim
        if first:
            first[0].dim_value = 1
    inferred = onnx.shape_inference.infer_shapes(model, data_prop=True)
    for output, better in zip(model.graph.output, inferred.graph.output, strict=True):
        output.CopyFrom(better)
    return True
