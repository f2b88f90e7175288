"""EEEA-Net-C2 started from evenly spaced weights of an EfficientNet-Lite0."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="training extra is not installed")

import torch

from model_training.models.eeea_net import C2_BLOCKS, EEEANetC2, SqueezeExcite
from model_training.models.selection import evenly, kernel_of, matching_block, select_weights
from model_training.models.zoo import build_network

LITE0 = dict(enumerate((1, 2, 2, 3, 3, 4, 1)))
"""Blocks per stage, from the table of the EfficientNet paper, which Lite keeps."""


def lite0() -> dict[str, torch.Tensor]:
    torch.manual_seed(0)
    network = build_network("timm:tf_efficientnet_lite0", 14)
    state = {key.removeprefix("body."): value for key, value in network.state_dict().items()}
    # Batch norms of a new network all say the same; a wrong row would not be seen.
    return {key: torch.rand_like(v) + 0.5 if "bn" in key and v.ndim else v for key, v in state.items()}


def test_places_are_evenly_spaced() -> None:
    assert evenly(192, 160)[:8].tolist() == [0, 1, 2, 3, 4, 6, 7, 8]
    assert evenly(32, 16).tolist() == list(range(0, 32, 2))
    assert evenly(2, 5).tolist() == [0, 1, 0, 1, 0]


def test_a_smaller_kernel_is_the_middle_and_a_larger_one_has_zeros_around_it() -> None:
    weight = torch.arange(25.0).view(1, 1, 5, 5)
    assert kernel_of(weight, 3).flatten().tolist() == [6, 7, 8, 11, 12, 13, 16, 17, 18]
    larger = kernel_of(weight, 7)
    assert larger.shape == (1, 1, 7, 7)
    assert torch.equal(larger[..., 1:6, 1:6], weight)
    assert larger.sum() == weight.sum()


def test_blocks_start_from_blocks_of_their_stage_and_the_first_from_the_first() -> None:
    places = [matching_block(index, LITE0) for index in range(len(C2_BLOCKS))]
    assert places[:4] == [(0, 0), (1, 0), (1, 1), (1, 1)]
    assert places[7:11] == [(3, 0), (3, 1), (3, 1), (3, 2)]
    assert places[15:] == [(5, 0), (5, 1), (5, 2), (5, 3)]
    assert all(
        (place == 0) == (spec.stride == 2 or spec.inp != spec.out or spec.mid == spec.inp)
        for (_, place), spec in zip(places, C2_BLOCKS, strict=True)
    )


def test_every_convolution_of_the_blocks_holds_the_selected_weights() -> None:
    theirs, network = lite0(), EEEANetC2()
    select_weights(network, theirs)
    state = network.state_dict()
    # Block 8 is the second of stage 3: 80 -> 480 -> 80 with 7 x 7 here, 80 -> 480 -> 80 with 3 x 3 there.
    assert torch.equal(state["blocks.8.body.0.weight"], theirs["blocks.3.1.conv_pw.weight"])
    assert torch.equal(state["blocks.8.body.3.weight"][..., 2:5, 2:5], theirs["blocks.3.1.conv_dw.weight"])
    assert torch.equal(state["blocks.8.body.6.weight"], theirs["blocks.3.1.conv_pwl.weight"])
    assert torch.equal(state["blocks.8.body.7.running_var"], theirs["blocks.3.1.bn3.running_var"])
    # Block 9 has 240 of the 480 middle channels.
    assert torch.equal(state["blocks.9.body.0.weight"], theirs["blocks.3.1.conv_pw.weight"][::2])
    assert torch.equal(state["stem.0.weight"], theirs["conv_stem.weight"][::2])
    assert torch.equal(state["blocks.0.body.3.weight"], theirs["blocks.0.0.conv_pw.weight"][:, ::2])


def test_squeeze_excitation_begins_by_changing_nothing() -> None:
    network = EEEANetC2()
    select_weights(network, lite0())
    gates = [module for module in network.modules() if isinstance(module, SqueezeExcite)]
    assert len(gates) == 11
    for gate in gates:
        x = torch.randn(2, gate.reduce.in_channels, 3, 3)
        assert torch.equal(gate(x), x)


def test_a_configuration_names_the_network_to_select_from(tmp_path: pytest.TempPathFactory) -> None:
    path = tmp_path / "checkpoint.pt"  # type: ignore[operator]
    theirs = lite0()
    state = {f"body.{key}": value for key, value in theirs.items()}
    torch.save({"ema": state, "config": {"recipe": {}}}, path)
    network = build_network("eeea_net_c2", 14, weights=f"select:{path}")
    assert torch.equal(network.state_dict()["blocks.8.body.0.weight"], theirs["blocks.3.1.conv_pw.weight"])


def test_imagenet_weights_can_be_selected_from_without_a_checkpoint() -> None:
    theirs = build_network("timm:tf_efficientnet_lite0", 1, 1, weights="imagenet").state_dict()
    state = build_network("eeea_net_c2", 14, 1, weights="select:imagenet").state_dict()
    assert torch.equal(state["stem.0.weight"], theirs["body.conv_stem.weight"][::2])
    assert torch.equal(state["blocks.8.body.6.weight"], theirs["body.blocks.3.1.conv_pwl.weight"])
