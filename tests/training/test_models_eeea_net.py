"""EEEA-Net-C2 against the published layer table (darmo's eeea_c2.config) and counts."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn

from model_training.models.eeea_net import C2_BLOCKS, EEEANetC2, InvertedResidual, SqueezeExcite, make_divisible
from tests.training.networks import random_student

# in, mid, out, kernel, stride, activation, SE hidden (0: none), residual, output size, parameters,
# multiply-adds at 224 x 224. Encoding of the authors' search: eeea_c2.subnet / eeea_c2.config.
TABLE = [
    (16, 16, 16, 3, 1, nn.ReLU, 0, True, 112, 464, 5_017_600),
    (16, 48, 24, 3, 2, nn.ReLU, 0, False, 56, 2_592, 14_601_216),
    (24, 96, 24, 5, 1, nn.ReLU, 0, True, 56, 7_440, 21_977_088),
    (24, 72, 24, 3, 1, nn.ReLU, 0, True, 56, 4_440, 12_870_144),
    (24, 96, 40, 7, 2, nn.ReLU, 24, False, 28, 16_040, 13_928_448),
    (40, 120, 40, 3, 1, nn.ReLU, 32, True, 28, 19_072, 8_380_800),
    (40, 120, 40, 7, 1, nn.ReLU, 32, True, 28, 23_872, 12_144_000),
    (40, 240, 80, 5, 2, nn.Hardswish, 0, False, 14, 35_920, 12_465_600),
    (80, 480, 80, 7, 1, nn.Hardswish, 0, True, 14, 102_400, 19_662_720),
    (80, 240, 80, 5, 1, nn.Hardswish, 0, True, 14, 45_520, 8_702_400),
    (80, 240, 80, 3, 1, nn.Hardswish, 0, True, 14, 41_680, 7_949_760),
    (80, 480, 112, 7, 1, nn.Hardswish, 120, False, 14, 233_624, 22_788_480),
    (112, 448, 112, 5, 1, nn.Hardswish, 112, True, 14, 214_480, 21_964_544),
    (112, 336, 112, 3, 1, nn.Hardswish, 88, True, 14, 139_416, 15_403_584),
    (112, 336, 112, 3, 1, nn.Hardswish, 88, True, 14, 139_416, 15_403_584),
    (112, 672, 160, 5, 2, nn.Hardswish, 168, False, 7, 429_224, 21_069_216),
    (160, 960, 160, 3, 1, nn.Hardswish, 240, True, 7, 782_000, 15_936_960),
    (160, 960, 160, 5, 1, nn.Hardswish, 240, True, 7, 797_360, 16_689_600),
    (160, 480, 160, 7, 1, nn.Hardswish, 120, True, 7, 295_160, 8_794_080),
]
IDS = [f"block{i}" for i in range(len(TABLE))]


def parameters(module: nn.Module) -> int:
    return sum(p.numel() for p in module.parameters())


def multiply_adds(network: nn.Module, size: int, channels: int = 3) -> dict[nn.Module, int]:
    """Count what convolutions and linear layers multiply, by watching a forward pass."""
    counts: dict[nn.Module, int] = {}

    def watch(module: nn.Module, _: tuple[Tensor, ...], output: Tensor) -> None:
        weight = module.get_parameter("weight")
        counts[module] = weight.numel() // weight.shape[0] * output.numel()

    hooks = [m.register_forward_hook(watch) for m in network.modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    with torch.no_grad():
        network.eval()(torch.zeros(1, channels, size, size))
    for hook in hooks:
        hook.remove()
    return counts


@pytest.mark.parametrize(
    ("classes", "channels", "count"), [(14, 3, 4_732_838), (1000, 3, 5_995_904), (19, 3, 4_739_243), (14, 1, 4_732_550)]
)
def test_parameters_are_counted_as_published(classes: int, channels: int, count: int) -> None:
    assert parameters(EEEANetC2(classes, channels)) == count


@pytest.mark.parametrize(("size", "count"), [(224, 289_941_952), (320, 588_700_000)])
def test_multiply_adds_are_counted_as_published(size: int, count: int) -> None:
    got = sum(multiply_adds(EEEANetC2(14), size).values())
    assert got == (count if size == 224 else pytest.approx(count, abs=50_000))  # 588.7 M is a rounded figure


def test_every_block_is_the_published_one() -> None:
    network = EEEANetC2(14)
    counts = multiply_adds(network, 224)
    assert len(network.blocks) == len(C2_BLOCKS) == len(TABLE)
    size = 112
    for name, block, row in zip(IDS, network.blocks, TABLE, strict=True):
        inp, mid, out, kernel, stride, act, hidden, residual, output, params, macs = row
        convolutions = [m for m in block.body if isinstance(m, nn.Conv2d)]
        depthwise = convolutions[-2]
        assert (convolutions[0].in_channels, depthwise.groups, convolutions[-1].out_channels) == (inp, mid, out), name
        assert (depthwise.kernel_size[0], depthwise.stride[0]) == (kernel, stride), name
        assert {type(m) for m in block.body if isinstance(m, nn.ReLU | nn.Hardswish)} == {act}, name
        excite = [m for m in block.body if isinstance(m, SqueezeExcite)]
        assert [m.reduce.out_channels for m in excite] == ([hidden] if hidden else []), name
        assert block.residual is residual, name
        size = size // stride
        assert size == output, name
        assert parameters(block) == params, name
        assert sum(count for module, count in counts.items() if module in set(block.modules())) == macs, name


def test_stem_expand_and_head_have_the_published_size() -> None:
    network = EEEANetC2(14)
    sizes = (network.stem, network.expand, network.mix, network.fc)
    assert [parameters(m) for m in sizes] == [464, 155_520, 1_228_800, 17_934]
    assert network.mix.bias is None


def test_features_are_960_maps_at_a_32nd_of_the_input() -> None:
    network = random_student()
    x = torch.randn(2, 3, 96, 64)
    with torch.no_grad():
        features = network.forward_features(x)
        assert features.shape == (2, 960, 3, 2)
        assert torch.equal(network.forward_head(features), network(x))


@pytest.mark.parametrize(
    ("value", "want"), [(4, 8), (12, 16), (24, 24), (30, 32), (36, 40), (60, 64), (84, 88), (8.7, 8)]
)
def test_channels_are_rounded_to_eights_but_never_lose_a_tenth(value: float, want: int) -> None:
    # By hand: int(v + 4) // 8 * 8, at least 8, and 8 more where that is below 0.9 v.
    assert make_divisible(value) == want


def test_hard_swish_is_x_times_a_clipped_line() -> None:
    x = torch.tensor([-4.0, -3.0, -1.5, 0.0, 1.0, 3.0, 5.0])
    by_hand = torch.tensor([0.0, 0.0, -1.5 * 1.5 / 6, 0.0, 4.0 / 6, 3.0, 5.0])  # x * min(max(x + 3, 0), 6) / 6
    stem_activation = EEEANetC2(14).stem[2]
    assert torch.allclose(stem_activation(x.clone()), by_hand)


def test_squeeze_and_excite_scales_channels_by_a_hard_sigmoid_of_their_means() -> None:
    excite = SqueezeExcite(4)
    hidden = excite.reduce.out_channels
    with torch.no_grad():
        excite.reduce.weight.zero_()
        excite.reduce.bias.zero_()
        excite.reduce.weight[0, 0] = 1.0  # the first hidden unit is relu of the first channel's mean
        excite.expand.weight.zero_()
        excite.expand.weight[1, 0] = 3.0
        excite.expand.bias.copy_(torch.tensor([-9.0, 0.0, 9.0, 1.5]))
        x = torch.ones(1, 4, 2, 2)
        x[0, 0] = torch.tensor([[0.0, 0.0], [0.0, 2.0]])  # mean 0.5
        got = excite(x)
    assert hidden == 8
    # Hard sigmoid relu6(v + 3) / 6 of -9, 3 * 0.5, 9, 1.5 by hand: 0, 0.75, 1, 0.75.
    assert torch.allclose(got[0, :, 1, 1], torch.tensor([0.0, 0.75, 1.0, 0.75]))
    assert math.isclose(float(got[0, 0].abs().max()), 0.0)


def test_squeeze_and_excite_sits_after_the_activation_of_the_depthwise_convolution() -> None:
    block = next(b for b in EEEANetC2(14).blocks if any(isinstance(m, SqueezeExcite) for m in b.body))
    kinds = [type(m).__name__ for m in block.body]
    at = kinds.index("SqueezeExcite")
    assert kinds[at - 1] in {"ReLU", "Hardswish"}
    assert kinds[at + 1 :] == ["Conv2d", "BatchNorm2d"]


def test_a_residual_block_adds_its_input() -> None:
    block = InvertedResidual(C2_BLOCKS[2]).eval()
    with torch.no_grad():
        block.get_parameter(f"body.{len(block.body) - 1}.weight").zero_()  # the last batch norm now answers 0
        x = torch.randn(1, 24, 8, 8)
        assert torch.equal(block(x), x)
