"""One ONNX file with logits, the Grad-CAM of every finding, and features; checked before it may be kept."""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import onnx
import torch
from torch import Tensor, nn

from cxrviewer.heads.package.manifest import read_manifest
from cxrviewer.imaging.recipe import InputRecipe
from model_training.data.development_set import LABELS
from model_training.errors import TrainingError
from model_training.export.reference_maps import reference_maps
from model_training.models.eeea_net import EEEANetC2
from model_training.models.folding import convolutions_and_norms, neutral
from model_training.models.gradcam import GradCamNetwork, fold_batch_norm
from model_training.models.vjp import Target, VjpNetwork, find_target, trace
from model_training.models.zoo import C2, build_network, load_whole, student_weights
from model_training.provenance import read_checkpoint

INPUT, LOGITS, MAPS, FEATURES = "image", "logits", "gradcam", "features"
OPSET = 18
PARITY_TOLERANCE = 1e-4

_PREFIX = "network."

Maps = npt.NDArray[np.float32]


class ExportError(TrainingError):
    """The head was not written; the message says which figure was out of bounds."""


@dataclass(frozen=True, slots=True)
class Parity:
    """Largest differences, each relative to the largest reference value of the same film.

    `logits` and `maps` hold torch against onnxruntime, `gradcam` holds pytorch-grad-cam
    against onnxruntime. Logits are relative to 1 where all of them are smaller.
    """

    logits: float
    maps: float
    gradcam: float
    images: int
    features: float = 0.0

    def require_within(self, tolerance: float = PARITY_TOLERANCE) -> None:
        """Raise `ExportError` for the first difference above `tolerance`, or one that is no number."""
        for name in ("logits", "maps", "gradcam", "features"):
            difference = getattr(self, name)
            if not difference <= tolerance:
                raise ExportError(f"{name} differ by {difference:.2e}, allowed are {tolerance:.0e}")


def has_explainer(checkpoint: dict[str, Any]) -> bool:
    """Say whether a checkpoint is of a MED-TEX-style training, which averages student and explainer together."""
    return "explainer.head.weight" in checkpoint["ema"]


def load_checkpoint(path: Path) -> tuple[nn.Module, dict[str, Any]]:
    """Return the averaged student of a training checkpoint in evaluation mode, and the checkpoint.

    It is what ``config["network"]`` names; in older checkpoints, which name none, EEEA-Net-C2.
    Of a MED-TEX-style training it is the student without its explainer.

    Raises
    ------
    TrainingError
        For a file that is no checkpoint, or one of other labels or of other weights than its configuration names.
    """
    checkpoint = read_checkpoint(path)
    weights, config = student_weights(checkpoint["ema"]), checkpoint["config"]
    labels = tuple(checkpoint.get("labels", LABELS))
    if labels != LABELS:
        raise ExportError(
            f"{path.resolve().parent.name}/{path.name} was trained on other labels ({', '.join(labels)}); only the "
            f"fourteen of the development set can be measured and exported here."
        )
    # Every network ends with its classifier.
    classes = len(next(reversed(weights.values())))
    recipe = config["recipe"]
    network = build_network(config.get("network", C2), classes, recipe["channels"], img_size=recipe["height"])
    load_whole(network, weights, path)
    return network.eval(), checkpoint


def export_onnx(network: nn.Module, recipe: InputRecipe) -> bytes:
    """Return the ONNX file of `network` with its maps, for one film of `recipe`'s size.

    EEEA-Net-C2 goes by its closed form: equal weights give equal bytes, and they keep the names of the
    network's parameters, so `load_student` can read them back. Any other network goes by `models.vjp`. The
    features end with the film's own channels either way, which the development set's detector reads.

    Raises
    ------
    ExportError, TargetError
        Where a network of another kind cannot be written with its maps.
    """
    if not isinstance(network, EEEANetC2):
        return export_explained(network, recipe, own_channels=True)[0]
    module = GradCamNetwork(fold_batch_norm(network)).eval()
    return to_onnx(module, torch.zeros(1, recipe.channels, recipe.height, recipe.width))


def to_onnx(module: nn.Module, example: Tensor) -> bytes:
    """Return the ONNX file of a module that answers `example` with logits, maps and features."""
    with warnings.catch_warnings():
        # torch's own exporter calls what torch itself has deprecated.
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            module,
            (example,),
            dynamo=True,
            opset_version=OPSET,
            input_names=[INPUT],
            output_names=[LOGITS, MAPS, FEATURES],
            verbose=False,
        )
    assert program is not None
    proto: onnx.ModelProto = program.model_proto
    strip_origin(proto)
    onnx.checker.check_model(proto, full_check=True)
    data: bytes = proto.SerializeToString(deterministic=True)
    return data


def strip_origin(model: onnx.ModelProto) -> None:
    """Remove what says where the export ran: the exporter writes stack traces with local paths."""
    model.doc_string = model.graph.doc_string = ""
    graph = model.graph
    del model.metadata_props[:], graph.metadata_props[:], graph.value_info[:]
    for item in [*graph.node, *graph.input, *graph.output, *graph.initializer]:
        item.doc_string = ""
        del item.metadata_props[:]


def run_onnx(model: bytes, inputs: npt.NDArray[np.float32], *, threads: int = 1) -> tuple[npt.NDArray[np.float32], ...]:
    """Return (logits, maps, features) of (n, channels, H, W) inputs, film by film as the viewer does."""
    return run_tensors(model, inputs, INPUT, [LOGITS, MAPS, FEATURES], threads=threads)


def _session(model: bytes, threads: int) -> Any:
    # Set before the import: onnxruntime's wheels report usage by default.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


class OnnxNetwork(nn.Module):
    """A head's ONNX file as a network: (n, channels, H, W) -> (n, c) logits, whatever made the file."""

    def __init__(self, model: bytes, *, image: str = INPUT, logits: str = LOGITS) -> None:
        super().__init__()
        self._open = _session(model, 1)
        self._image, self._logits = image, logits

    def forward(self, x: Tensor) -> Tensor:
        rows = [self._open.run([self._logits], {self._image: one[None]})[0] for one in x.numpy()]
        return torch.from_numpy(np.concatenate(rows))


def run_tensors(
    model: bytes, inputs: npt.NDArray[np.float32], image: str, names: list[str], *, threads: int = 1
) -> tuple[npt.NDArray[np.float32], ...]:
    """Return the tensors `names` of (n, channels, H, W) inputs given as `image`, film by film."""
    session = _session(model, threads)
    rows = [session.run(names, {image: one[None]}) for one in inputs]
    return tuple(np.concatenate([row[i] for row in rows]) for i in range(len(names)))


def _relative(got: npt.NDArray[np.float32], want: npt.NDArray[np.float32], *, floor: float) -> float:
    images = range(len(want))
    return max(float(np.abs(got[i] - want[i]).max() / max(np.abs(want[i]).max(), floor)) for i in images)


def measure_parity(model: bytes, network: nn.Module, inputs: Tensor) -> Parity:
    """Run `inputs`, (n, channels, H, W), through the file `export_onnx` made, torch and pytorch-grad-cam."""
    network = network.eval()
    if not isinstance(network, EEEANetC2):
        return measure_explained(model, find_target(network, inputs[:1]), inputs, own_channels=True)
    with torch.no_grad():
        want = GradCamNetwork(network).eval()(inputs)
    return compare(model, inputs, want, reference_maps(network, network.expand, inputs, range(network.num_classes)))


def compare(model: bytes, inputs: Tensor, want: tuple[Tensor, Tensor, Tensor], gradcam: Maps) -> Parity:
    """Hold the ONNX file's answers to `inputs` against torch's (logits, maps, features) and pytorch-grad-cam's maps."""
    logits, maps, features = run_onnx(model, inputs.numpy())
    # A film without any evidence has maps of zeros; the floor keeps rounding from counting there.
    return Parity(
        logits=_relative(logits, want[0].numpy(), floor=1.0),
        maps=_relative(maps, want[1].numpy(), floor=1e-6),
        gradcam=_relative(maps, gradcam, floor=1e-6),
        features=_relative(features, want[2].numpy(), floor=1e-6),
        images=len(inputs),
    )


def load_student(folder: Path) -> EEEANetC2:
    """Rebuild the torch network of an exported head from the weights in its ONNX file.

    Returns
    -------
    EEEANetC2
        In evaluation mode; its batch norms are folded into the convolutions.

    Raises
    ------
    ExportError
        Where the head is not an EEEA-Net-C2 written by `export_onnx`.
    """
    manifest = read_manifest(folder)
    model = onnx.load(folder / manifest.model.file)
    found = {i.name.removeprefix(_PREFIX): i for i in model.graph.initializer if i.name.startswith(_PREFIX)}
    if "fc.weight" not in found:
        raise ExportError(
            f"The head '{manifest.id}' holds no EEEA-Net-C2 as this export writes one. Name its --checkpoint, or "
            "another head."
        )
    # The exporter writes equal biases once, under the name of the first: then the convolution tells which it uses.
    initializers = {i.name: i for i in model.graph.initializer}
    shared = {
        f"{node.input[1].removeprefix(_PREFIX).removesuffix('.weight')}.bias": initializers[node.input[2]]
        for node in model.graph.node
        if node.op_type == "Conv" and len(node.input) > 2 and node.input[2] in initializers
    }
    found = shared | found
    network = fold_batch_norm(EEEANetC2(found["fc.weight"].dims[0], manifest.recipe.channels))
    weights = {}
    for name, parameter in network.state_dict().items():
        if name in found:
            weights[name] = torch.from_numpy(onnx.numpy_helper.to_array(found[name]).copy())
        elif name.endswith(".bias"):
            weights[name] = torch.zeros_like(parameter)  # the exporter drops a bias of zeros
        else:
            raise ExportError(f"the head '{manifest.id}' has no weights for {name}")
    network.load_state_dict(weights)
    return network.eval()


Weights = dict[str, tuple[Tensor, Tensor | None]]
"""Weight and bias of a network's layers, by the names of its modules."""


@torch.no_grad()
def load_folded(folder: Path, network: str) -> nn.Module:
    """Rebuild the torch network of an exported head of any kind, with batch norms that only add a shift.

    Parameters
    ----------
    network : str
        As in a configuration: ``eeea_net_c2`` or ``timm:NAME``.

    Returns
    -------
    Module
        In evaluation mode; answers what the head answers.

    Raises
    ------
    ExportError
        Where the head holds another network.
    """
    manifest = read_manifest(folder)
    shape = (1, manifest.recipe.channels, manifest.recipe.height, manifest.recipe.width)
    try:
        opened, weights = _by_name(folder) if network == C2 else _by_order(folder / manifest.model.file, network, shape)
        modules = dict(opened.named_modules())
        norms = dict(convolutions_and_norms(opened.eval(), torch.zeros(shape)))
        for name, (weight, bias) in weights.items():
            norm = norms.get(name)
            _set(modules[name], weight, None if norm else bias)
            if norm is not None:
                neutral(cast(nn.BatchNorm2d, modules[norm]), bias)
    except (KeyError, StopIteration, ValueError) as error:
        raise ExportError(f"the head '{manifest.id}' holds no {network.removeprefix('timm:')}: {error}") from error
    return opened.eval()


def _by_name(folder: Path) -> tuple[nn.Module, Weights]:
    student = load_student(folder)
    first = cast(nn.Conv2d, student.stem[0])
    layers = [(name, m) for name, m in student.named_modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    return build_network(C2, student.num_classes, first.in_channels), {name: (m.weight, m.bias) for name, m in layers}


def _by_order(file: Path, network: str, shape: tuple[int, ...]) -> tuple[nn.Module, Weights]:
    # The exporter keeps no names of such a network, but it writes its layers in the order in which they run; what
    # makes the maps comes after them.
    graph = onnx.load(file).graph
    values = {i.name: torch.from_numpy(onnx.numpy_helper.to_array(i).copy()) for i in graph.initializer}
    classifier = next(node for node in graph.node if node.op_type == "Gemm")
    matrix, shift = (values[name] for name in classifier.input[1:])
    if not any(a.name == "transB" and a.i == 1 for a in classifier.attribute):
        matrix = matrix.T
    opened = build_network(network, len(matrix), shape[1], img_size=shape[2])
    order = [name for name, _ in convolutions_and_norms(opened.eval(), torch.zeros(shape))]
    found = [list(node.input[1:]) for node in graph.node if node.op_type == "Conv"]
    weights: Weights = {
        name: (values[inputs[0]], values[inputs[1]] if len(inputs) > 1 else None)
        for name, inputs in zip(order, found[: len(order)], strict=True)
    }
    [last] = [name for name, module in opened.named_modules() if isinstance(module, nn.Linear)]
    return opened, {**weights, last: (matrix, shift)}


def _set(module: nn.Module, weight: Tensor, bias: Tensor | None) -> None:
    own, shift = cast(Tensor, module.weight), cast("Tensor | None", module.bias)
    if own.shape != weight.shape:  # copy_ would broadcast
        raise ValueError(f"weights of shape {tuple(weight.shape)} where {tuple(own.shape)} are needed")
    own.copy_(weight)
    if shift is not None:
        shift.zero_() if bias is None else shift.copy_(bias)


def export_explained(
    network: nn.Module, recipe: InputRecipe, *, layer: str | None = None, own_channels: bool = False
) -> tuple[bytes, Target]:
    """Return the ONNX file of `network` with the Grad-CAM of every output, and the layer that is explained.

    Parameters
    ----------
    network : Module
        (n, channels, H, W) -> (n, c) logits.
    layer : str, optional
        See `find_target`.
    own_channels : bool
        Let the features end with the film's own channels, which a detector of the development set reads.

    Raises
    ------
    TargetError
        Where there is no such layer.
    ExportError
        Where the network does not take the recipe's films, or torch cannot write one of its operators,
        forwards or backwards, as ONNX.
    """
    example = torch.zeros(1, recipe.channels, recipe.height, recipe.width)
    try:
        target = find_target(network, example, layer)
    except (RuntimeError, AssertionError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        raise ExportError(f"The network does not take films of the shape {tuple(example.shape)}: {reason}") from error
    module = VjpNetwork(target, own_channels=own_channels).eval()
    try:
        return to_onnx(trace(module, example), example), target
    except (torch.onnx.OnnxExporterError, NotImplementedError, RuntimeError) as error:
        reason = " ".join(str(error).split("## Exception summary")[-1].split())[:300]
        message = f"The network cannot be written with its maps behind '{target.name}': {reason}"
        raise ExportError(message) from error


def measure_explained(model: bytes, target: Target, inputs: Tensor, *, own_channels: bool = False) -> Parity:
    """Run `inputs`, (n, channels, H, W), through the ONNX file, torch and pytorch-grad-cam.

    Raises
    ------
    ExportError
        Where every map of every film is empty: then agreement says nothing, and the head would never show one.
    """
    with torch.no_grad():
        want = VjpNetwork(target, own_channels=own_channels).eval()(inputs)
    if not float(want[1].max()) > 0:
        raise ExportError(f"Behind '{target.name}' every map is empty; name another layer.")
    # pytorch-grad-cam follows parameters only.
    network = target.network.requires_grad_(True)
    gradcam = reference_maps(network, target.layer, inputs, range(want[0].shape[1]), to_map=target.to_map)
    network.requires_grad_(False)
    return compare(model, inputs, want, gradcam)
