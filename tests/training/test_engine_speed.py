"""What is said of a processor's speed; never how fast it is."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch", reason="training extra is not installed")

import torch

from model_training.config.experiment import read_config
from model_training.engine.speed import Rate, bf16_error, bf16_support, measure_speed, table

CONFIG = Path(__file__).parents[2] / "model_training" / "configs" / "study_base.toml"


class Doubling(torch.nn.Module):
    """Gives back its input twice, through a product that bf16 rounds."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.linear(x.mean((2, 3)), 2 * torch.eye(x.shape[1]))


def test_the_error_of_bf16_is_that_of_its_eight_bits() -> None:
    # 1 + 1/512 lies between two numbers of bf16, 1 and 1 + 1/128; the nearer is 1: an error of 1/512 of the value.
    images = torch.full((2, 3, 4, 4), 1 + 1 / 512)
    assert bf16_error(Doubling(), images) == pytest.approx(1 / 513, rel=1e-3)
    assert bf16_error(Doubling(), torch.ones(2, 3, 4, 4)) == 0


def test_bf16_pays_where_it_is_faster_and_near_enough() -> None:
    assert Rate(96, 10.0, 20.0, 0.01).pays
    assert not Rate(96, 10.0, 10.5, 0.01).pays
    assert not Rate(96, 10.0, 20.0, 0.2).pays


def test_every_size_is_measured_in_both_precisions() -> None:
    torch.set_num_threads(1)
    (rate,) = measure_speed(read_config(CONFIG), sizes=(32,), batch=2, seconds=0.0)
    assert rate.size == 32
    assert rate.full > 0
    assert rate.bf16 > 0
    assert 0 < rate.error < 1
    assert "| 32 |" in table([rate])
    assert set(bf16_support()) <= {"AMX", "AVX-512 BF16"}
