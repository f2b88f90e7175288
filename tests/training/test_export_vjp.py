"""Any network's Grad-CAM in its graph: held against autograd, pytorch-grad-cam, and the closed form of the student."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from cxrviewer.heads.package import onnx_structure
from cxrviewer.imaging.recipe import Fit, GreySource, InputRecipe
from model_training.export.onnx import (
    ExportError,
    export_explained,
    export_onnx,
    measure_explained,
    measure_parity,
    run_onnx,
)
from model_training.export.reference_maps import reference_maps
from model_training.models.gradcam import GradCamNetwork, image_channels
from model_training.models.vjp import Target, TargetError, VjpNetwork, convolution_backward, find_target
from model_training.models.zoo import build_network
from model_training.torchvision_shim import ensure_importable
from tests.training.networks import random_images, random_student

SIZE = 64


def recipe(channels: int = 3) -> InputRecipe:
    return InputRecipe(
        version=1,
        height=SIZE,
        width=SIZE,
        channels=channels,
        grey=GreySource.DEFAULT_WINDOW,
        fit=Fit.LETTERBOX,
        pad=0.0,
        mean=0.5,
        std=0.25,
    )


def timm_network(name: str, **options: Any) -> nn.Module:
    """Return a network of timm's own kind, cut short: depth changes nothing about the graph behind the target."""
    ensure_importable()
    import timm

    torch.set_num_threads(1)
    torch.manual_seed(0)
    network: nn.Module = timm.create_model(name, pretrained=False, num_classes=3, **options)
    return network.eval()


def chest_densenet() -> nn.Module:
    ensure_importable()
    torchxrayvision = pytest.importorskip("torchxrayvision")
    torch.manual_seed(0)
    network: nn.Module = torchxrayvision.models.DenseNet(num_classes=3, block_config=(1, 1, 1, 1)).eval()
    return network


def torchvision_densenet() -> nn.Module:
    ensure_importable()
    import torchvision

    torch.manual_seed(0)
    network: nn.Module = torchvision.models.DenseNet(8, (1, 1, 1, 1), 16, num_classes=3).eval()
    return network


SHORT = {"block_config": (1, 1, 1, 1)}
NETWORKS: dict[str, Any] = {
    "densenet121": lambda: timm_network("densenet121", **SHORT),
    "densenet161": lambda: timm_network("densenet161", **SHORT),
    "efficientnet_lite0": lambda: timm_network("efficientnet_lite0"),
    "deit_tiny (class token)": lambda: timm_network("deit_tiny_patch16_224", img_size=SIZE, depth=2),
    "vit_tiny (average)": lambda: timm_network(
        "vit_tiny_patch16_224", img_size=SIZE, depth=2, global_pool="avg", class_token=False
    ),
    "torchvision densenet": torchvision_densenet,
    "torchxrayvision densenet": chest_densenet,
}


@pytest.mark.parametrize("name", NETWORKS)
def test_onnxruntime_torch_and_pytorch_grad_cam_agree_on_any_network(name: str) -> None:
    channels = 1 if "xray" in name else 3
    network = NETWORKS[name]()
    model, target = export_explained(network, recipe(channels))
    images = random_images(2, channels, size=SIZE, seed=4)
    measure_explained(model, target, images).require_within(1e-4)
    assert onnx_structure.inspect(model) == ()
    logits, maps, features = run_onnx(model, images.numpy())
    with torch.no_grad():
        assert np.allclose(logits, network(images).numpy(), atol=1e-4)
    assert maps.shape[:2] == (2, 3)
    assert maps.shape[2:] == features.shape[2:]
    assert maps.min() >= 0
    assert maps.max() > 0


def test_a_student_of_any_kind_goes_through_the_same_export() -> None:
    ensure_importable()
    torch.manual_seed(0)
    network = build_network("timm:mobilenetv3_small_050", 3).eval()
    images = random_images(2, size=SIZE, seed=4)
    model = export_onnx(network, recipe())
    measure_parity(model, network, images).require_within()
    *_, features = run_onnx(model, images.numpy())
    assert np.allclose(features[:, -16:], image_channels(images).numpy(), atol=1e-5)


def test_the_students_closed_form_is_the_vjp() -> None:
    student = random_student(classes=4)
    images = random_images(3, size=SIZE, seed=3)
    target = find_target(student, images[:1])
    with torch.no_grad():
        logits, maps, features = GradCamNetwork(student).eval()(images)
        got = VjpNetwork(target, own_channels=True).eval()(images)
    assert torch.allclose(got[0], logits, rtol=1e-5, atol=1e-5)
    assert (got[1] - maps).abs().max() < 1e-4 * maps.max()
    assert torch.allclose(got[2], features, rtol=1e-5, atol=1e-5)
    assert maps.max() > 0.1


CONVOLUTIONS = [
    # in, out, kernel, stride, padding, dilation, groups, size
    (6, 4, 1, 1, 0, 1, 1, 5),
    (6, 4, 1, 2, 0, 1, 1, 6),
    (6, 4, 3, 1, 1, 1, 1, 5),
    (6, 4, 3, 2, 1, 1, 2, 8),
    (6, 6, 5, 2, 2, 1, 6, 7),
    (6, 4, 3, 1, 2, 2, 1, 9),
    (6, 4, 3, 3, 0, 2, 2, 11),
]


@pytest.mark.parametrize("shape", CONVOLUTIONS, ids=str)
@pytest.mark.parametrize("transposed", [False, True])
def test_the_missing_decomposition_is_torchs_own_gradient(shape: tuple[int, ...], transposed: bool) -> None:
    inp, out, kernel, stride, padding, dilation, groups, size = shape
    torch.manual_seed(0)
    kind = nn.ConvTranspose2d if transposed else nn.Conv2d
    layer = kind(inp, out, kernel, stride, padding, dilation=dilation, groups=groups)
    x = torch.randn(2, inp, size, size, requires_grad=True)
    y = layer(x)
    grad = torch.randn_like(y)
    (want,) = torch.autograd.grad(y, x, grad)
    strides, paddings, dilations = ([v, v] for v in (stride, padding, dilation))
    weight = layer.weight.detach()
    got, *others = convolution_backward(
        grad, x.detach(), weight, None, strides, paddings, dilations, transposed, [0, 0], groups, [True, False, False]
    )
    assert got is not None
    assert torch.allclose(got, want, atol=1e-5)
    assert others == [None, None]


def test_gradients_of_weights_are_not_exported_by_accident() -> None:
    x, weight = torch.zeros(1, 1, 3, 3), torch.zeros(1, 1, 1, 1)
    with pytest.raises(NotImplementedError, match="input"):
        convolution_backward(x, x, weight, None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1, [True, True, False])


def test_behind_a_transformers_last_block_the_maps_of_a_class_token_net_would_be_empty() -> None:
    network = timm_network("deit_tiny_patch16_224", img_size=SIZE, depth=2)
    images = random_images(1, size=SIZE)
    assert find_target(network, images).name == "blocks.1.norm1"
    behind = find_target(network, images, "blocks.1")
    with pytest.raises(ExportError, match="every map is empty"):
        measure_explained(b"", behind, images)


def test_an_earlier_layer_can_be_named() -> None:
    network = timm_network("mobilenetv3_small_050")
    images = random_images(1, size=SIZE)
    target = find_target(network, images, "blocks.3")
    with torch.no_grad():
        _, maps, _ = VjpNetwork(target).eval()(images)
    assert maps.shape[2:] == (4, 4)  # stride 16
    network = target.network.requires_grad_(True)
    assert np.allclose(maps, reference_maps(network, target.layer, images, range(3)), rtol=1e-4, atol=1e-7)
    assert maps.max() > 0


@pytest.mark.parametrize(("layer", "says"), [("no.such", "no layer 'no.such'"), ("classifier", "no map")])
def test_a_layer_that_cannot_be_explained_is_named(layer: str, says: str) -> None:
    with pytest.raises(TargetError, match=says):
        find_target(timm_network("mobilenetv3_small_050"), random_images(1, size=SIZE), layer)


class _InPlaceBehind(nn.Module):
    """The smallest network with a map, and with an activation in place behind it."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.features = nn.Conv2d(3, 4, 8, 8)
        self.fc = nn.Linear(4, 3)

    def forward(self, x: Tensor) -> Tensor:
        kept: Tensor = self.features(x)
        logits: Tensor = self.fc(torch.relu_(kept).mean((2, 3)))
        return logits


@pytest.fixture(scope="module")
def small() -> tuple[bytes, Target]:
    return export_explained(_InPlaceBehind().eval(), recipe())


def test_an_activation_in_place_behind_the_layer_does_not_change_the_features(small: tuple[bytes, Target]) -> None:
    images = random_images(2, size=SIZE)
    measure_explained(*small, images).require_within(1e-4)
    assert run_onnx(small[0], images.numpy())[2].min() < 0, "negative before the activation"


def test_a_head_whose_maps_explain_another_output_is_rejected(small: tuple[bytes, Target]) -> None:
    other = _InPlaceBehind().eval()
    with torch.no_grad():
        other.fc.weight[[0, 1]] = other.fc.weight[[1, 0]]
    images = random_images(1, size=SIZE)
    with pytest.raises(ExportError, match="differ by"):
        measure_explained(small[0], find_target(other, images), images).require_within()


def test_an_operator_without_a_counterpart_in_onnx_is_said_in_one_sentence() -> None:
    class Odd(_InPlaceBehind):
        def forward(self, x: Tensor) -> Tensor:
            much: Tensor = super().forward(x) + torch.linalg.eigvalsh(x[0, 0]).sum()
            return much

    with pytest.raises(ExportError, match="cannot be written with its maps behind 'features'") as caught:
        export_explained(Odd().eval(), recipe())
    assert "\n" not in str(caught.value)


def test_a_network_for_other_films_is_said_in_one_sentence() -> None:
    with pytest.raises(ExportError, match=r"does not take films of the shape \(1, 1, 64, 64\)"):
        export_explained(_InPlaceBehind().eval(), recipe(channels=1))


def test_features_are_the_films_own_channels_where_the_grids_differ() -> None:
    network = timm_network("mobilenetv3_small_050")
    images = random_images(1, size=SIZE)
    with torch.no_grad():
        at_16 = VjpNetwork(find_target(network, images, "blocks.3"), own_channels=True).eval()(images)
        at_32 = VjpNetwork(find_target(network, images), own_channels=True).eval()(images)
    assert at_16[2].shape == (1, 16, 2, 2)
    assert at_32[2].shape[1] > 16
    assert torch.equal(at_16[2], at_32[2][:, -16:])
