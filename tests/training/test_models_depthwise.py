"""The compiled gradient of depthwise convolutions against torch's own, in 64 bits."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="training extra is not installed")

import torch
from torch import nn

from model_training.engine.speed import Rate, table
from model_training.errors import TrainingError
from model_training.models.depthwise import (
    KERNELS,
    STRIDES,
    NativeDepthwise,
    compiled,
    fits,
    use_native_gradients,
    weight_gradient,
)
from tests.training.networks import random_images, random_student

needs_compiler = pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)
    torch.manual_seed(0)


@pytest.fixture
def not_compiled_yet() -> Iterator[None]:
    compiled.cache_clear()
    yield
    compiled.cache_clear()


def depthwise(channels: int, kernel: int, stride: int) -> nn.Conv2d:
    return nn.Conv2d(channels, channels, kernel, stride, kernel // 2, groups=channels, bias=False)


@needs_compiler
def test_a_gradient_by_hand() -> None:
    # One image of three columns, 1 2 4, in one row; the output's gradient is 1 10 100. A kernel of five columns meets
    # image column w for output column o at k = w - o + 2, in its middle row: k=0: 4*0 -> w=o-2: 1*100; k=1: w=o-1:
    # 1*10 + 2*100; k=2: 1*1 + 2*10 + 4*100; k=3: 2*1 + 4*10; k=4: 4*1.
    images, gradient = torch.tensor([[[[1.0, 2, 4]]]]), torch.tensor([[[[1.0, 10, 100]]]])
    expected = torch.zeros(5, 5)
    expected[2] = torch.tensor([100.0, 210, 421, 42, 4])
    assert torch.equal(weight_gradient(images, gradient, 5, 1)[0, 0], expected)


@needs_compiler
@pytest.mark.parametrize("stride", STRIDES)
@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize(
    ("channels", "height", "width"),
    # Whole registers, a half one, single channels; images larger and smaller than the kernel.
    [(32, 12, 12), (24, 9, 14), (17, 7, 5), (3, 2, 1), (16, 1, 30)],
)
def test_the_gradient_is_that_of_torch_in_64_bits(
    channels: int, height: int, width: int, kernel: int, stride: int
) -> None:
    convolution = depthwise(channels, kernel, stride)
    exact = copy.deepcopy(convolution).double()
    images = torch.randn(3, channels, height, width)
    made = exact(images.double())
    gradient = torch.randn(made.shape)
    made.backward(gradient.double())
    assert exact.weight.grad is not None
    torch.testing.assert_close(
        weight_gradient(images, gradient, kernel, stride).double(), exact.weight.grad, rtol=1e-4, atol=1e-4
    )


@needs_compiler
def test_a_network_has_the_same_outputs_names_and_gradients_with_it() -> None:
    plain = random_student().train()
    native = copy.deepcopy(plain)
    # The blocks of EEEA-Net-C2 (method.md) with kernels of five and seven; all of its others are of three.
    assert use_native_gradients(native) == sum(
        module.groups > 1 and module.kernel_size[0] in KERNELS
        for module in plain.modules()
        if isinstance(module, nn.Conv2d)
    )
    assert list(native.state_dict()) == list(plain.state_dict())
    assert use_native_gradients(copy.deepcopy(native)) == 0, "it is not given twice"
    images, made = random_images(4), []
    for network in (plain, native):
        logits = network(images)
        logits.square().mean().backward()
        made.append((logits, [parameter.grad for parameter in network.parameters()]))
    assert torch.equal(made[0][0], made[1][0])
    for theirs, ours in zip(made[0][1], made[1][1], strict=True):
        assert (theirs is None) == (ours is None)
        if theirs is not None and ours is not None:
            torch.testing.assert_close(ours, theirs, rtol=1e-3, atol=1e-4 * float(theirs.abs().max()))


@needs_compiler
def test_a_gradient_of_the_gradient_is_torchs() -> None:
    plain = depthwise(8, 5, 1)
    native = copy.deepcopy(plain)
    use_native_gradients(native)
    assert isinstance(native, NativeDepthwise)
    second: list[torch.Tensor] = []
    for convolution in (plain, native):
        images = torch.linspace(-1, 1, 8 * 36).reshape(1, 8, 6, 6).requires_grad_()
        (first,) = torch.autograd.grad(convolution(images).pow(3).sum(), convolution.weight, create_graph=True)
        second += torch.autograd.grad(first.square().sum(), images)
    torch.testing.assert_close(second[1], second[0])


@needs_compiler
def test_frozen_weights_and_images_that_need_no_gradient_get_none() -> None:
    native = depthwise(8, 7, 2)
    use_native_gradients(native)
    native(torch.randn(1, 8, 9, 9)).sum().backward()
    assert native.weight.grad is not None
    native.weight.requires_grad_(False)
    native.weight.grad = None
    images = torch.randn(1, 8, 9, 9, requires_grad=True)
    native(images).sum().backward()
    assert native.weight.grad is None
    assert images.grad is not None


@pytest.mark.parametrize(
    "module",
    [
        nn.Conv2d(8, 8, 3, padding=1, groups=8, bias=False),
        nn.Conv2d(8, 8, 5, padding=2, groups=4, bias=False),
        nn.Conv2d(8, 16, 5, padding=2, groups=8, bias=False),
        nn.Conv2d(8, 8, 5, padding=1, groups=8, bias=False),
        nn.Conv2d(8, 8, (5, 7), padding=(2, 3), groups=8, bias=False),
        nn.Conv2d(8, 8, 5, 3, padding=2, groups=8, bias=False),
        nn.Conv2d(8, 8, 5, padding=2, groups=8),
        nn.Conv2d(8, 8, 5, padding=2, dilation=2, groups=8, bias=False),
        nn.Conv2d(8, 8, 5, padding=2, groups=8, bias=False, padding_mode="reflect"),
        nn.Linear(8, 8),
    ],
)
def test_other_layers_stay_as_they_are(module: nn.Module) -> None:
    assert not fits(module)


@pytest.mark.usefixtures("not_compiled_yet")
def test_without_a_compiler_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", "no-such-compiler")
    with pytest.raises(TrainingError, match=r"no-such-compiler is not there\. Install one .* leave --native out"):
        use_native_gradients(depthwise(8, 5, 1))
    assert "| no compiler |" in table([Rate(96, 10.0, 20.0, 0.01)])


@pytest.mark.skipif(shutil.which("false") is None, reason="needs a program that fails")
@pytest.mark.usefixtures("not_compiled_yet")
def test_a_compiler_that_fails_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", str(Path(shutil.which("false") or "").name))
    with pytest.raises(TrainingError, match="false could not compile"):
        use_native_gradients(depthwise(8, 5, 1))
