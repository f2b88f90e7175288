"""What a processor can do for a training: films per second at every size, in 32 bits and in bf16, and what bf16 costs.

And with the compiled gradient of `models.depthwise`, where there is a compiler.

bf16 pays only where the processor multiplies in it (AMX, or AVX-512 BF16), and not for every network there, so it is
measured.
"""

from __future__ import annotations

import copy
import dataclasses
import logging
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import nn

from model_training.config.experiment import TrainConfig
from model_training.data.development_set import LABELS
from model_training.errors import TrainingError
from model_training.models.depthwise import use_native_gradients
from model_training.models.zoo import build_network

logger = logging.getLogger(__name__)

SIZES = (96, 112, 128, 160, 224)
BATCH = 32
MOST_ERROR = 0.05
"""Relative error of bf16 logits above which it is not to be used: roundings of 1/256 add up over some 60 layers."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Films per second, forward and backward; `error` is the relative difference of bf16 logits to those in 32 bits.

    `native` is in 32 bits with the compiled gradient, None where it could not be compiled.
    """

    size: int
    full: float
    bf16: float
    error: float
    native: float | None = None

    @property
    def pays(self) -> bool:
        """Whether bf16 is faster and near enough."""
        return self.bf16 > 1.1 * self.full and self.error <= MOST_ERROR


def bf16_support() -> tuple[str, ...]:
    """Return which of the processor's instructions multiply in bf16; empty where none does or torch cannot tell."""
    asked = {"AMX": "_is_amx_tile_supported", "AVX-512 BF16": "_is_avx512_bf16_supported"}
    return tuple(name for name, method in asked.items() if getattr(torch.cpu, method, bool)())


def _images(count: int, size: int, channels: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randn(count, channels, size, size, generator=generator).contiguous(memory_format=torch.channels_last)


@torch.inference_mode()
def bf16_error(network: nn.Module, images: torch.Tensor) -> float:
    """Return the relative difference (Euclidean) of logits in bf16 to those in 32 bits, in evaluation mode."""
    network.eval()
    full = network(images)
    with torch.autocast("cpu", torch.bfloat16):
        short = network(images).float()
    return float((short - full).norm() / full.norm())


def _rate(network: nn.Module, images: torch.Tensor, seconds: float, *, short: bool) -> float:
    """Return films per second, forward and backward, after one step that does not count."""
    network.train()

    def step() -> None:
        with torch.autocast("cpu", torch.bfloat16, enabled=short):
            loss = network(images).float().square().mean()
        loss.backward()
        network.zero_grad(set_to_none=True)

    step()
    began, steps = time.perf_counter(), 0
    while not steps or time.perf_counter() - began < seconds:
        step()
        steps += 1
    return steps * len(images) / (time.perf_counter() - began)


def measure_speed(
    config: TrainConfig, *, sizes: Sequence[int] = SIZES, batch: int = BATCH, seconds: float = 3.0
) -> list[Rate]:
    """Measure a configuration's network, with random weights, at each size."""
    torch.set_flush_denormal(True)
    torch.manual_seed(0)
    plain = dataclasses.replace(config, weights="")
    network = build_network(plain.network, len(LABELS), plain.recipe.channels, img_size=plain.recipe.height)
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # missing in torch's stubs
    compiled = _with_native_gradients(network)
    rates = []
    for size in sizes:
        images = _images(batch, size, config.recipe.channels)
        full = _rate(network, images, seconds, short=False)
        short = _rate(network, images, seconds, short=True)
        native = None if compiled is None else _rate(compiled, images, seconds, short=False)
        rates.append(Rate(size, full, short, bf16_error(network, images), native))
    return rates


def _with_native_gradients(network: nn.Module) -> nn.Module | None:
    """Return a copy of a network with the compiled gradient, None, and why, where it cannot be compiled."""
    network = copy.deepcopy(network)
    try:
        use_native_gradients(network)
    except TrainingError as error:
        logger.warning("%s", error)
        return None
    return network


def table(rates: Sequence[Rate]) -> str:
    """Return the figures as a Markdown table, and what the processor has."""
    lines = [
        f"bf16 in this processor: {', '.join(bf16_support()) or 'none'}; {torch.get_num_threads()} threads",
        "",
        "| size | films per second | with --native | in bf16 | relative error of bf16 logits | bf16 pays |",
        "|---|---|---|---|---|---|",
        *(
            f"| {r.size} | {r.full:.1f} | {'not compiled' if r.native is None else f'{r.native:.1f}'} | {r.bf16:.1f} "
            f"| {r.error:.4f} | {'yes' if r.pays else 'no'} |"
            for r in rates
        ),
    ]
    return "\n".join(lines)


def run_speed(config: TrainConfig, *, seconds: float) -> int:
    """Print the table; returns the exit status."""
    sys.stdout.write(table(measure_speed(config, seconds=seconds)) + "\n")
    return 0
