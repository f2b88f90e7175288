"""Grad-CAM of every output of *any* network as part of its forward pass.

Grad-CAM (Selvaraju et al. 2017) weighs the channels of a layer's output A with the spatial mean of
d logit_c / dA. The backward pass from the logits to that layer is itself a small forward
graph: `torch.func.vjp` gives it, `make_fx` writes it down, and torch's exporter turns both passes
into one ONNX file. Nothing is approximated, and nothing of torch is needed where the head runs.

The gradient is taken with respect to a summand of zeros behind the layer. So the layer may lie
anywhere: what goes round it (a transformer's residual stream) stays constant, as it does for a
hook on the layer's gradient.

EEEA-Net-C2 has a closed form, see `models.gradcam`; the tests hold the two against each other.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch._ops import OpOverload
from torch.fx import GraphModule
from torch.fx.experimental.proxy_tensor import make_fx

from model_training.errors import TrainingError
from model_training.models.gradcam import image_channels

ToMap = Callable[[Tensor], Tensor]


class TargetError(TrainingError):
    """The network has no layer Grad-CAM could read, or not the one that was named."""


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """A network in evaluation mode and the layer that is explained.

    Attributes
    ----------
    network : Module
        (n, channels, H, W) -> (n, c) logits.
    layer : Module
        Part of `network`, called once per film.
    to_map : callable
        The layer's output, or a gradient of it, as (n, k, h, w).
    shape : tuple of int
        Of the layer's output for one film.
    name : str
        What the layer is called in the network.
    """

    network: nn.Module
    layer: nn.Module
    to_map: ToMap
    shape: tuple[int, ...]
    name: str


class _Split(nn.Module):
    """A network with a place to look at between ``forward_features`` and ``forward_head``."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network
        self.target = nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        network: Any = self.network
        logits: Tensor = network.forward_head(self.target(network.forward_features(x)))
        return logits


def _same(a: Tensor) -> Tensor:
    return a


def _channels_last(a: Tensor) -> Tensor:
    return a.permute(0, 3, 1, 2)


def _tokens(prefix: int, grid: tuple[int, int]) -> ToMap:
    def to_map(a: Tensor) -> Tensor:
        return a[:, prefix:].transpose(1, 2).reshape(len(a), a.shape[2], *grid)

    return to_map


def find_target(network: nn.Module, example: Tensor, layer: str | None = None) -> Target:
    """Return a copy of `network`, prepared for tracing, with the layer Grad-CAM reads.

    Without `layer` that is

    * in a vision transformer the first norm of the last block, as pytorch-grad-cam advises: behind
      the last block only the class token reaches the logits, and every map would be empty;
    * else what ``forward_features`` returns, where the network has it and ``forward_head`` (timm's habit);
    * else the last part of the network whose output is a map.

    Parameters
    ----------
    example : (1, channels, H, W)
        A film, for the shapes.
    layer : str, optional
        Name as in ``network.named_modules()``.

    Raises
    ------
    TargetError
    """
    network = copy.deepcopy(network).eval().requires_grad_(False)
    module: Any
    for module in network.modules():
        if hasattr(module, "fused_attn"):
            module.fused_attn = False  # the fused kernel's backward has no counterpart in ONNX
        if hasattr(module, "inplace"):
            module.inplace = False  # the trace stays free of writes into tensors others still read
    transformer: Any = next((m for m in network.modules() if _is_transformer(m)), None)
    if layer is not None:
        return _named(network, layer, transformer, example)
    if transformer is not None:
        names = {id(module): name for name, module in network.named_modules()}
        return _named(network, names[id(transformer.blocks[-1].norm1)], transformer, example)
    if hasattr(network, "forward_features") and hasattr(network, "forward_head"):
        split = _Split(network)
        output = _output_of(split, split.target, example)
        return Target(split, split.target, _map_of(output, network), tuple(output.shape), "features")
    return _named(network, _last_map(network, example), None, example)


def _is_transformer(module: Any) -> bool:
    if not all(hasattr(module, name) for name in ("blocks", "patch_embed", "num_prefix_tokens")):
        return False
    return len(module.blocks) > 0 and hasattr(module.blocks[-1], "norm1")


def _named(network: nn.Module, name: str, transformer: Any, example: Tensor) -> Target:
    layer = dict(network.named_modules()).get(name)
    if layer is None or not name:
        raise TargetError(f"The network has no layer '{name}'; see named_modules() of the network.")
    output = _output_of(network, layer, example)
    if output.dim() == 3 and transformer is not None:
        grid = tuple(transformer.patch_embed.grid_size)
        to_map = _tokens(transformer.num_prefix_tokens, grid)
        if output.shape[1] != transformer.num_prefix_tokens + grid[0] * grid[1]:
            raise TargetError(f"The layer '{name}' does not have one token per patch; name another layer.")
        return Target(network, layer, to_map, tuple(output.shape), name)
    return Target(network, layer, _map_of(output, network, name), tuple(output.shape), name)


def _map_of(output: Tensor, network: Any, name: str = "features") -> ToMap:
    if output.dim() != 4 or output.shape[2] * output.shape[3] == 1:
        shape = tuple(output.shape)
        raise TargetError(f"The layer '{name}' answers with the shape {shape}, which is no map; name another layer.")
    channels = getattr(network, "num_features", None)
    # Swin and its kin keep their channels last.
    return _channels_last if channels == output.shape[3] != output.shape[1] else _same


@torch.no_grad()
def _output_of(network: nn.Module, layer: nn.Module, example: Tensor) -> Tensor:
    seen: list[Any] = []
    handle = layer.register_forward_hook(lambda *args: seen.append(args[2]))
    try:
        network(example)
    finally:
        handle.remove()
    if len(seen) != 1 or not isinstance(seen[0], Tensor):
        raise TargetError(f"The layer must answer once per film with one tensor; it did {len(seen)} times.")
    return seen[0]


@torch.no_grad()
def _last_map(network: nn.Module, example: Tensor) -> str:
    found: list[str] = []

    def watch(name: str) -> Callable[..., None]:
        def hook(_module: nn.Module, _inputs: Any, output: Any) -> None:
            if isinstance(output, Tensor) and output.dim() == 4 and output.shape[2] * output.shape[3] > 1:
                found.append(name)

        return hook

    handles = [module.register_forward_hook(watch(name)) for name, module in network.named_modules() if name]
    try:
        network(example)
    finally:
        for handle in handles:
            handle.remove()
    if not found:
        raise TargetError("No part of the network answers with a map; Grad-CAM has nothing to read.")
    return found[-1]


class VjpNetwork(nn.Module):
    """A network that answers with its maps.

    ``forward`` takes (n, channels, H, W) float32 and returns logits (n, c), maps (n, c, h, w) not below
    0 and not rescaled, and features: what the target layer says, (n, k, h, w). With `own_channels` they end with
    `image_channels`, or are these alone where the two grids differ.
    """

    def __init__(self, target: Target, *, own_channels: bool = False) -> None:
        super().__init__()
        self.network = target.network
        self._target = target
        self._own_channels = own_channels

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        target = self._target

        def shifted(delta: Tensor) -> tuple[Tensor, Tensor]:
            seen: list[Tensor] = []

            def hook(_module: nn.Module, _inputs: Any, output: Tensor) -> Tensor:
                seen.append(output)
                return output + delta

            handle = target.layer.register_forward_hook(hook)
            try:
                logits: Tensor = target.network(x)
            finally:
                handle.remove()
            return logits, seen[0]

        zeros = torch.zeros(len(x), *target.shape[1:])
        # As `has_aux`, because a tensor carried out of vjp by other means is a constant to the tracer.
        answer: Any = torch.func.vjp(shifted, zeros, has_aux=True)
        logits, pull, output = answer

        def weights(cotangent: Tensor) -> Tensor:
            return target.to_map(pull(cotangent)[0]).mean((2, 3))

        images, classes = logits.shape
        # In evaluation mode a film's logits depend on no other film: one pull per output serves all films.
        one_hot = torch.eye(classes)[:, None].expand(classes, images, classes)
        alpha = torch.func.vmap(weights)(one_hot).transpose(0, 1)
        features = target.to_map(output)
        maps = torch.relu(alpha @ features.flatten(2)).reshape(images, classes, *features.shape[2:])
        return logits, maps, self._with_own_channels(features, x)

    def _with_own_channels(self, features: Tensor, x: Tensor) -> Tensor:
        if not self._own_channels:
            return features
        own = image_channels(x)
        return torch.cat([features, own], 1) if own.shape[2:] == features.shape[2:] else own


def convolution_backward(
    grad: Tensor,
    x: Tensor,
    weight: Tensor,
    _bias_sizes: Sequence[int] | None,
    stride: Sequence[int],
    padding: Sequence[int],
    dilation: Sequence[int],
    transposed: bool,
    _output_padding: Sequence[int],
    groups: int,
    output_mask: Sequence[bool],
) -> tuple[Tensor | None, Tensor | None, Tensor | None]:
    """Return the gradient of ``aten.convolution`` with respect to its input, out of operators ONNX has.

    The gradients of weight and bias are not made: nothing here asks for them.

    Raises
    ------
    NotImplementedError
        Where `output_mask` asks for them.
    """
    if output_mask[1] or output_mask[2]:
        raise NotImplementedError("only the gradient with respect to the input can be exported")
    if not output_mask[0]:
        return None, None, None
    kernel, spatial = weight.shape[2:], len(stride)
    if transposed:
        back = torch.ops.aten.convolution.default
        return back(grad, weight, None, stride, padding, dilation, False, [0] * spatial, groups), None, None
    if all(k == 1 for k in kernel) and all(s == 1 for s in stride) and not any(padding) and groups == 1:
        flat = torch.matmul(weight.flatten(1).t(), grad.flatten(2))
        return flat.reshape(x.shape), None, None
    # What the strides left over at the end: without it the answer would be smaller than the input.
    left = [
        x.shape[2 + i] - ((grad.shape[2 + i] - 1) * stride[i] - 2 * padding[i] + dilation[i] * (kernel[i] - 1) + 1)
        for i in range(spatial)
    ]
    back = torch.ops.aten.convolution.default
    return back(grad, weight, None, stride, padding, dilation, True, left, groups), None, None


DECOMPOSITIONS: dict[Any, Callable[..., Any]] = {torch.ops.aten.convolution_backward.default: convolution_backward}


def trace(module: nn.Module, example: Tensor) -> GraphModule:
    """Return `module`'s forward for one film of `example`'s shape as a graph of plain operators, both passes in it."""
    with torch.no_grad():
        graph: GraphModule = make_fx(module, decomposition_table=DECOMPOSITIONS)(example)
    for node in graph.graph.nodes:
        _drop_zero_summand(node)
    graph.graph.eliminate_dead_code()
    graph.recompile()
    return graph


def _drop_zero_summand(node: torch.fx.Node) -> None:
    """Remove the summand the gradient was taken of; it is zero."""
    aten = torch.ops.aten
    if node.target is not aten.add.Tensor or len(node.args) < 2 or not isinstance(node.args[1], torch.fx.Node):
        return
    # An operator in place behind it would write into the features themselves.
    written = any(isinstance(u.target, OpOverload) and u.target._schema.is_mutable for u in node.users)
    if node.args[1].target in (aten.zeros_like.default, aten.zeros.default) and not written:
        first = node.args[0]
        assert isinstance(first, torch.fx.Node)
        node.replace_all_uses_with(first)
