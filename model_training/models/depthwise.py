"""The weight gradient of depthwise convolutions, compiled for this processor: the slowest part of a training on a CPU.

oneDNN has a fast kernel for 3 x 3 alone; those of 5 x 5 and 7 x 7, which EEEA-Net-C2 is made of, it computes as blocks
of sixteen channels of which one counts. `depthwise.c` is a plain loop over images and places, in one thread.
"""

from __future__ import annotations

import ctypes
import functools
import itertools
import os
import shlex
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from model_training.errors import TrainingError

SOURCE = Path(__file__).with_name("depthwise.c")
FLAGS = ("-O3", "-march=native", "-shared", "-fPIC")
KERNELS, STRIDES = (5, 7), (1, 2)
TIMEOUT_S = 120


LEAVE_OUT = "Or leave --native out: the training is slower then, and its figures differ in the last digits."
MOST_ERROR = 1e-4
"""Largest accepted difference to torch's gradient, relative to its largest entry; another order of sums makes less."""


@functools.cache
def compiled() -> ctypes.CDLL:
    """Return the loop, compiled by `cc`, or by what the environment names in CC, and compared with torch's gradient.

    It is compiled anew in every process, which takes a second: kept in a file, it could meet another processor.

    Raises
    ------
    TrainingError
        Where there is no C compiler, it cannot compile this, or what it made cannot be loaded or computes something
        else.
    """
    given = os.environ.get("CC", "")
    try:
        compiler = shlex.split(given) or ["cc"]
    except ValueError as error:
        raise TrainingError(
            f"--native: the environment variable CC, {given!r}, is no command ({error}). Correct it. {LEAVE_OUT}"
        ) from error
    library = _built(compiler)
    for kernel, stride in itertools.product(KERNELS, STRIDES):
        if not _agrees(library, kernel, stride):
            raise TrainingError(
                f"--native: what {compiler[0]} made of {SOURCE.name} computes another gradient than torch does. Name "
                f"another compiler in the environment variable CC. {LEAVE_OUT}"
            )
    return library


def _built(compiler: list[str]) -> ctypes.CDLL:
    """Return the loop, compiled and loaded."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            made = Path(folder) / "depthwise.so"
            subprocess.run(
                [*compiler, *FLAGS, "-o", str(made), str(SOURCE)], check=True, capture_output=True, timeout=TIMEOUT_S
            )
            try:
                # Stays loaded when its file goes with the folder.
                library = ctypes.CDLL(str(made))
                library.depthwise_weight_gradient.restype = None
            except (OSError, AttributeError) as error:
                raise TrainingError(
                    f"--native: what {compiler[0]} made of {SOURCE.name} cannot be loaded ({error}). Name another "
                    "compiler in the environment variable CC, or in TMPDIR a folder from which programs may run. "
                    + LEAVE_OUT
                ) from error
    except FileNotFoundError as error:
        if error.filename != compiler[0]:
            raise TrainingError(f"--native needs a folder for temporary files ({error}). {LEAVE_OUT}") from error
        raise TrainingError(
            f"--native needs a C compiler, and {compiler[0]} is not there. Install one (Debian and Ubuntu: apt "
            f"install gcc), or name one in the environment variable CC. {LEAVE_OUT}"
        ) from error
    except (OSError, subprocess.SubprocessError) as error:
        raise TrainingError(
            f"--native: {compiler[0]} could not compile {SOURCE.name} for this processor ({_last_words(error)}). Name "
            f"another compiler in the environment variable CC. {LEAVE_OUT}"
        ) from error
    library.depthwise_weight_gradient.argtypes = [
        *[ctypes.c_void_p] * 3,
        *[ctypes.c_int] * 3,
        ctypes.c_size_t,
        *[ctypes.c_int] * 4,
    ]
    return library


def _last_words(error: Exception) -> str:
    """Return the compiler's first line with an error, else the error of the system."""
    if not isinstance(error, subprocess.CalledProcessError):
        return str(error)
    said: bytes = error.stderr
    lines = [line.strip() for line in said.decode(errors="replace").splitlines() if line.strip()]
    named = [line for line in lines if "error" in line.lower()]
    return (named or lines or [f"exit status {error.returncode}"])[0]


def _agrees(library: ctypes.CDLL, kernel: int, stride: int) -> bool:
    """Return whether the loop's gradient is torch's, of 25 channels: a whole register, a half one and a single one."""
    generator = torch.Generator().manual_seed(0)
    images = torch.randn(2, 25, 9, 8, generator=generator)
    weight = torch.zeros(25, 1, kernel, kernel, requires_grad=True)
    with torch.enable_grad():
        out = nn.functional.conv2d(images, weight, None, stride, kernel // 2, 1, 25)
        gradient = torch.randn(out.shape, generator=generator)
        (expected,) = torch.autograd.grad(out, weight, gradient)
    difference = (_gradient(library, images, gradient, kernel, stride) - expected).abs().max()
    return bool(difference <= MOST_ERROR * expected.abs().max())


def weight_gradient(images: Tensor, gradient: Tensor, kernel: int, stride: int) -> Tensor:
    """Return (c, 1, kernel, kernel), the gradient of a depthwise convolution's weight.

    Parameters
    ----------
    images : Tensor
        (n, c, h, w), what the convolution saw, padded by ``kernel // 2``; in 32 bits, on the CPU.
    gradient : Tensor
        (n, c, h', w'), that of its output.
    kernel, stride : int
        One of `KERNELS` and of `STRIDES`.
    """
    return _gradient(compiled(), images, gradient, kernel, stride)


def _gradient(library: ctypes.CDLL, images: Tensor, gradient: Tensor, kernel: int, stride: int) -> Tensor:
    images = images.contiguous(memory_format=torch.channels_last)
    gradient = gradient.contiguous(memory_format=torch.channels_last)
    n, channels, height, width = images.shape
    out = torch.zeros(channels, 1, kernel, kernel)
    library.depthwise_weight_gradient(
        images.data_ptr(), gradient.data_ptr(), out.data_ptr(),
        n, height, width, channels, gradient.shape[2], gradient.shape[3], kernel, stride,
    )  # fmt: skip
    return out


class _Depthwise(torch.autograd.Function):
    """A depthwise convolution whose weight gradient is that of `weight_gradient`."""

    @staticmethod
    def forward(ctx: Any, images: Tensor, weight: Tensor, stride: int) -> Tensor:
        ctx.save_for_backward(images, weight)
        ctx.stride = stride
        return nn.functional.conv2d(images, weight, None, stride, weight.shape[2] // 2, 1, len(weight))

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, Tensor | None, None]:
        (gradient,) = gradients
        images, weight = ctx.saved_tensors
        kernel, (of_images, of_weight, _) = weight.shape[2], ctx.needs_input_grad
        # A gradient of the gradient is asked for: only torch's own can be differentiated once more.
        own = of_weight and not torch.is_grad_enabled()
        theirs = torch.ops.aten.convolution_backward(
            gradient, images, weight, None, [ctx.stride] * 2, [kernel // 2] * 2, [1, 1], False, [0, 0], len(weight),
            (of_images, of_weight and not own, False),
        )  # fmt: skip
        return theirs[0], weight_gradient(images, gradient, kernel, ctx.stride) if own else theirs[1], None


class NativeDepthwise(nn.Conv2d):
    """A depthwise convolution with the compiled gradient, where a training in 32 bits on a CPU asks for one."""

    def forward(self, input: Tensor) -> Tensor:
        """Return what `nn.Conv2d` returns."""
        plain = (
            input.device.type != "cpu"
            or input.ndim != 4
            or input.dtype != torch.float32
            or torch.is_autocast_enabled("cpu")
            or not torch.is_grad_enabled()
        )
        if plain:
            return super().forward(input)
        made: Tensor = _Depthwise.apply(input, self.weight, self.stride[0])  # type: ignore[no-untyped-call]
        return made


def fits(module: nn.Module) -> bool:
    """Return whether `depthwise.c` knows the gradient of a module."""
    if type(module) is not nn.Conv2d or module.groups == 1:
        return False
    (kernel, wide), (stride, along) = module.kernel_size, module.stride
    return (
        module.groups == module.in_channels == module.out_channels
        and kernel == wide
        and kernel in KERNELS
        and stride == along
        and stride in STRIDES
        and module.padding == (kernel // 2, kernel // 2)
        and module.dilation == (1, 1)
        and module.bias is None
        and module.padding_mode == "zeros"
    )


def use_native_gradients(network: nn.Module) -> int:
    """Give the depthwise convolutions of a network the compiled gradient; return how many there are.

    Weights, names and outputs stay what they are.

    Raises
    ------
    TrainingError
        See `compiled`.
    """
    compiled()
    chosen = [module for module in network.modules() if fits(module)]
    for module in chosen:
        module.__class__ = NativeDepthwise
    return len(chosen)
