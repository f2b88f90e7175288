"""Opens a shipped head again: its network as a checkpoint that training can go on from.

An exported EEEA-Net-C2 has its batch norms folded into its convolutions. Here they are taken apart again: the
statistics of every norm are measured on training films, and its scale and shift are chosen so that, in evaluation
mode, the network answers what the head answers.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn

from model_training.data.development_set import LABELS
from model_training.data.packed import PackedSet, recipe_of, standardise
from model_training.data.splits import Part
from model_training.errors import TrainingError
from model_training.export.onnx import load_student
from model_training.models.eeea_net import EEEANetC2
from model_training.provenance import read_provenance

FILMS, BATCH = 256, 16


@torch.no_grad()
def unfold_batch_norm(folded: EEEANetC2, batches: Iterable[Tensor]) -> EEEANetC2:
    """Return a network with batch norms that answers, in evaluation mode, what `folded` answers.

    A folded convolution gives ``y = w x + b``. With mean m and variance v of ``w x`` over the films, the norm gets
    scale ``sqrt(v + eps)`` and shift ``b + m``, so that ``scale (w x - m) / sqrt(v + eps) + shift = y``.

    Parameters
    ----------
    folded : EEEANetC2
        As `load_student` returns it.
    batches : iterable of (n, channels, H, W)
        Films whose statistics the norms remember; training mode starts from these.
    """
    network = EEEANetC2(folded.num_classes, cast(nn.Conv2d, folded.stem[0]).in_channels)
    sums: dict[str, tuple[Tensor, Tensor, int]] = {}
    followed = [name for name, module in network.named_modules() if isinstance(module, nn.BatchNorm2d)]
    before = {f"{name.rpartition('.')[0]}.{int(name.rpartition('.')[2]) - 1}": name for name in followed}
    convolutions = {name: cast(nn.Conv2d, module) for name, module in folded.named_modules() if name in before}

    def remember(name: str) -> Any:
        def hook(module: nn.Conv2d, _inputs: Any, output: Tensor) -> None:
            plain = output.double() - (0 if module.bias is None else module.bias.double()[:, None, None])
            total, squares, count = sums.get(name, (torch.zeros(()), torch.zeros(()), 0))
            sums[name] = (
                total + plain.sum((0, 2, 3)),
                squares + plain.square().sum((0, 2, 3)),
                count + plain[:, 0].numel(),
            )

        return hook

    hooks = [module.register_forward_hook(remember(name)) for name, module in convolutions.items()]
    for batch in batches:
        folded.eval()(batch)
    for hook in hooks:
        hook.remove()
    state = network.state_dict()
    for key, value in folded.state_dict().items():
        if key.rpartition(".")[0] not in before:
            state[key] = value
    for name, (total, squares, count) in sums.items():
        norm, convolution = before[name], convolutions[name]
        mean = total / count
        variance = (squares / count - mean.square()).clamp(min=0)
        eps = cast(nn.BatchNorm2d, network.get_submodule(norm)).eps
        bias = 0 if convolution.bias is None else convolution.bias.double()
        state[f"{name}.weight"] = convolution.weight
        state[f"{norm}.running_mean"], state[f"{norm}.running_var"] = mean.float(), variance.float()
        state[f"{norm}.weight"], state[f"{norm}.bias"] = (variance.float() + eps).sqrt(), (bias + mean).float()
    network.load_state_dict(state)
    return network.eval()


def run_import_checkpoint(head: Path, *, cache: Path, output: Path) -> int:
    """Write the checkpoint of a head's network; returns the exit status.

    Raises
    ------
    ExportError, TrainingError, DataError
        For a head of another network, one without its folds, and films that are not there.
    """
    folded = load_student(head)
    if folded.num_classes != len(LABELS):
        raise TrainingError(
            f"Only heads of the development set's {len(LABELS)} labels can be opened; this one has others."
        )
    told = read_provenance(head)
    config = told["config"]
    dev_set = PackedSet.open(
        recipe_of(config["recipe"]), cache, test_fold=config["test_fold"], validation_fold=config["validation_fold"]
    )
    # Only films the network was trained on: what is held out leaves no trace, not even in a mean.
    train = [i for i, part in enumerate(dev_set.parts) if part is Part.TRAIN and dev_set.films[i].set == "nih"]
    chosen = np.random.default_rng(0).permutation(train)[:FILMS]
    batches = (
        torch.from_numpy(standardise(np.stack([dev_set.grey(i) for i in part]), dev_set.recipe))
        for part in np.array_split(chosen, max(1, len(chosen) // BATCH))
    )
    network = unfold_batch_norm(folded, batches)
    output.parent.mkdir(parents=True, exist_ok=True)
    part_file = output.with_suffix(".part")
    state = {
        "ema": network.state_dict(),
        "config": config,
        "labels": list(LABELS),
        "ancestors": told.get("ancestors", []),
        "step": told["step"],
        "seed": told["seed"],
    }
    torch.save(state, part_file)
    os.replace(part_file, output)
    sys.stdout.write(f"{output}: the network of {head.name}; an experiment starts from it by 'weights'\n")
    return 0
