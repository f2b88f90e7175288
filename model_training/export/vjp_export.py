"""One ONNX file with the maps of any network; checked before it may be kept, as the student's is."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from cxrviewer.imaging.recipe import InputRecipe
from model_training.explain.grad_cam import reference_maps
from model_training.export.onnx_export import ExportError, Parity, compare, to_onnx
from model_training.export.vjp_graph import Target, VjpNetwork, find_target, trace


def export_explained(
    network: nn.Module, recipe: InputRecipe, *, layer: str | None = None, film: bool = False
) -> tuple[bytes, Target]:
    """Return the ONNX file of `network` with the Grad-CAM of every output, and the layer that is explained.

    Parameters
    ----------
    network : Module
        (n, channels, H, W) -> (n, c) logits.
    layer : str, optional
        See `find_target`.
    film : bool
        Let the features end with the film's own channels, which a gate of the pool reads.

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
    module = VjpNetwork(target, film=film).eval()
    try:
        return to_onnx(trace(module, example), example), target
    except (torch.onnx.OnnxExporterError, NotImplementedError, RuntimeError) as error:
        reason = " ".join(str(error).split("## Exception summary")[-1].split())[:300]
        message = f"The network cannot be written with its maps behind '{target.name}': {reason}"
        raise ExportError(message) from error


def measure_explained(model: bytes, target: Target, inputs: Tensor, *, film: bool = False) -> Parity:
    """Run `inputs`, (n, channels, H, W), through the ONNX file, torch and pytorch-grad-cam.

    Raises
    ------
    ExportError
        Where every map of every film is empty: then agreement says nothing, and the head would never show one.
    """
    with torch.no_grad():
        want = VjpNetwork(target, film=film).eval()(inputs)
    if not float(want[1].max()) > 0:
        raise ExportError(f"Behind '{target.name}' every map is empty; name another layer.")
    # pytorch-grad-cam follows parameters only.
    network = target.network.requires_grad_(True)
    gradcam = reference_maps(network, target.layer, inputs, range(want[0].shape[1]), to_map=target.to_map)
    network.requires_grad_(False)
    return compare(model, inputs, want, gradcam)
