"""Opens a shipped head again: its network as a checkpoint that training can go on from.

An exported network has its batch norms folded into its convolutions. Here they are taken apart again: the
statistics of every norm are measured on training films, and its scale and shift are chosen so that, in evaluation
mode, the network answers what the head answers.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from model_training.data.development_set import LABELS
from model_training.data.packed import PackedSet, folds_of, recipe_of, standardise
from model_training.errors import TrainingError
from model_training.export.onnx import load_folded
from model_training.models.folding import convolutions_and_norms
from model_training.provenance import knows_split, read_provenance, write_checkpoint

IMAGES, BATCH = 256, 16


@torch.no_grad()
def unfold_batch_norm(network: nn.Module, batches: Iterable[Tensor]) -> nn.Module:
    """Give norms that change nothing the statistics of films; `network` answers, in evaluation mode, what it did.

    A folded convolution gives ``y = w x + b``. With mean m and variance v of ``w x`` over the films, the norm gets
    scale ``sqrt(v + eps)`` and shift ``b + m``, so that ``scale (w x - m) / sqrt(v + eps) + shift = y``.

    Parameters
    ----------
    network : Module
        As `load_folded` returns it; changed in place.
    batches : iterable of (n, channels, H, W)
        Films whose statistics the norms remember; training mode starts from these.
    """
    sums: dict[str, tuple[Tensor, Tensor, int]] = {}
    pairs = {}

    def remember(name: str) -> Any:
        def hook(_module: nn.Module, _inputs: Any, output: Tensor) -> None:
            plain = output.double()
            total, squares, count = sums.get(name, (torch.zeros(()), torch.zeros(()), 0))
            sums[name] = (
                total + plain.sum((0, 2, 3)),
                squares + plain.square().sum((0, 2, 3)),
                count + plain[:, 0].numel(),
            )

        return hook

    hooks: list[Any] = []
    for batch in batches:
        if not hooks:
            modules = dict(network.named_modules())
            found = convolutions_and_norms(network.eval(), batch[:1])
            pairs = {convolution: modules[norm] for convolution, norm in found if norm is not None}
            hooks = [modules[name].register_forward_hook(remember(name)) for name in pairs]
        network.eval()(batch)
    for hook in hooks:
        hook.remove()
    for name, (total, squares, count) in sums.items():
        norm = pairs[name]
        assert isinstance(norm, nn.BatchNorm2d) and norm.running_mean is not None and norm.running_var is not None
        mean = total / count
        variance = (squares / count - mean.square()).clamp(min=0)
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(variance)
        norm.weight.copy_((norm.running_var + norm.eps).sqrt())
        norm.bias.copy_(norm.bias.double() + mean)
    return network.eval()


def run_import_checkpoint(head: Path, *, cache: Path, output: Path) -> int:
    """Write the checkpoint of a head's network; returns the exit status.

    Raises
    ------
    ExportError, TrainingError, DataError
        For a head of another network, one without its folds, and films that are not there.
    """
    told = read_provenance(head)
    config = told["config"]
    if not knows_split(head):
        raise TrainingError(
            f"The head {head.name} was trained with another split than this one: it may have learned from images that "
            "are held out now, or from their twins. No training can start from it."
        )
    folded = load_folded(head, config.get("network", "eeea_net_c2"))
    if folded.num_classes != len(LABELS):
        raise TrainingError(
            f"Only heads of the development set's {len(LABELS)} labels can be opened; this one has others."
        )
    dev_set = PackedSet.open(recipe_of(config["recipe"]), cache, **folds_of(config))
    # Only films the network was trained on: what is held out leaves no trace, not even in a mean.
    train = [i for i in dev_set.trained(config) if dev_set.records[i].set == "nih"]
    chosen = np.random.default_rng(0).permutation(train)[:IMAGES]
    batches = (
        torch.from_numpy(standardise(np.stack([dev_set.grey(i) for i in part]), dev_set.recipe))
        for part in np.array_split(chosen, max(1, len(chosen) // BATCH))
    )
    network = unfold_batch_norm(folded, batches)
    output.parent.mkdir(parents=True, exist_ok=True)
    state = {
        "ema": network.state_dict(),
        "config": config,
        "labels": list(LABELS),
        "ancestors": told.get("ancestors", []),
        "step": told["step"],
        "seed": told["seed"],
    }
    write_checkpoint(output, state)
    sys.stdout.write(f"{output}: the network of {head.name}; an experiment starts from it by 'weights'\n")
    return 0
