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
    assert "| not compiled |" in table([Rate(96, 10.0, 20.0, 0.01)])


def compiler_that(folder: Path, does: str) -> str:
    """Return a C compiler that puts what the shell command `does` writes where gcc's option -o says ($2 at the end)."""
    made = folder / "compiler"
    made.write_text(f'#!/bin/sh\nwhile [ "$1" != -o ]; do shift; done\n{does}\n')
    made.chmod(0o755)
    return str(made)


@pytest.mark.skipif(shutil.which("false") is None, reason="needs a program that fails")
@pytest.mark.usefixtures("not_compiled_yet")
def test_a_compiler_that_fails_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", str(Path(shutil.which("false") or "").name))
    with pytest.raises(TrainingError, match=r"false could not compile depthwise\.c .*exit status 1"):
        use_native_gradients(depthwise(8, 5, 1))


@needs_compiler
@pytest.mark.usefixtures("not_compiled_yet")
def test_what_the_compiler_says_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", "cc --no-such-flag")
    with pytest.raises(TrainingError, match=r"cc could not compile .*--no-such-flag.*Or leave --native out"):
        use_native_gradients(depthwise(8, 5, 1))


@pytest.mark.usefixtures("not_compiled_yet")
def test_a_command_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", "gcc 'unclosed")
    with pytest.raises(TrainingError, match=r"CC, .*unclosed.*, is no command"):
        use_native_gradients(depthwise(8, 5, 1))


@needs_compiler
@pytest.mark.usefixtures("not_compiled_yet")
@pytest.mark.parametrize("does", [': > "$2"', "echo 'int a;' | cc -shared -x c -o \"$2\" -"], ids=["empty", "other"])
def test_a_library_that_is_none_is_named(does: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", compiler_that(tmp_path, does))
    with pytest.raises(TrainingError, match="cannot be loaded"):
        use_native_gradients(depthwise(8, 5, 1))


@needs_compiler
@pytest.mark.usefixtures("not_compiled_yet")
@pytest.mark.parametrize(
    "change",
    ["s/OF_SIZE(7, 2)/OF_SIZE(7, 1)/", "s/out + c \\* KERNEL/out + KERNEL/"],
    ids=["a size is missing", "channels are mixed up"],
)
def test_no_training_runs_on_a_gradient_that_is_another(
    change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    does = f'sed "{change}" "$3" | cc -O1 -shared -fPIC -x c -o "$2" -'
    monkeypatch.setenv("CC", compiler_that(tmp_path, does))
    with pytest.raises(TrainingError, match="computes another gradient than torch does"):
        use_native_gradients(depthwise(8, 5, 1))


@needs_compiler
def test_one_image_without_a_batch_is_torchs() -> None:
    native = depthwise(8, 5, 1)
    plain = copy.deepcopy(native)
    use_native_gradients(native)
    image = torch.randn(8, 9, 9)
    for convolution in (native, plain):
        convolution(image).square().sum().backward()
    assert native.weight.grad is not None
    assert torch.equal(native.weight.grad, plain.weight.grad if plain.weight.grad is not None else torch.zeros(0))


@needs_compiler
@pytest.mark.parametrize("stride", STRIDES)
def test_images_and_gradients_may_lie_anyhow_in_memory(stride: int) -> None:
    convolution = depthwise(9, 5, stride)
    exact = copy.deepcopy(convolution).double()
    use_native_gradients(convolution)
    whole = torch.randn(2, 11, 17, 15)
    for images in (
        whole[:, 1:10, 2:9, 3:11],
        whole.transpose(2, 3)[:, 2:],
        whole[:, :9, ::2, ::2],
        whole[:1, :1].expand(3, 9, -1, -1),
    ):
        for summed in (torch.sum, lambda out: out.mean((2, 3)).square().sum()):
            for one in (convolution, exact):
                one.zero_grad()
                summed(one(images.to(one.weight.dtype))).backward()
            assert convolution.weight.grad is not None
            assert exact.weight.grad is not None
            torch.testing.assert_close(convolution.weight.grad.double(), exact.weight.grad, rtol=1e-4, atol=1e-4)
