"""The exported graph: same logits, exact Grad-CAM, nothing of the machine it was made on."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
import torch
from torch import nn

from model_training.export.onnx import ExportError, Parity, export_onnx, measure_parity, run_onnx, strip_origin
from model_training.export.reference_maps import reference_maps
from model_training.models.eeea_net import EEEANetC2
from model_training.models.gradcam import GradCamNetwork, fold_batch_norm, hardswish_slope, image_channels
from tests.training.networks import RECIPE, SIZE, random_images, random_student


@pytest.fixture(scope="module")
def student() -> EEEANetC2:
    return random_student(classes=5)


@pytest.fixture(scope="module")
def exported(student: EEEANetC2) -> bytes:
    return export_onnx(student, RECIPE)


@pytest.fixture
def images() -> torch.Tensor:
    return random_images(3, size=SIZE, seed=3)


def test_hard_swish_slope_is_torchs_own_everywhere_and_at_the_kinks() -> None:
    z = torch.tensor([-5.0, -3.0, -2.999, -1.5, 0.0, 2.999, 3.0, 3.001, 9.0], requires_grad=True)
    nn.functional.hardswish(z).sum().backward()
    assert z.grad is not None and torch.allclose(hardswish_slope(z.detach()), z.grad)


def test_maps_are_the_definition_of_grad_cam_by_autograd(student: EEEANetC2, images: torch.Tensor) -> None:
    with torch.no_grad():
        _, maps, features = GradCamNetwork(student)(images)
    features = features[:, :960].clone().requires_grad_()
    logits = student.forward_head(features)
    for finding in range(logits.shape[1]):
        (gradient,) = torch.autograd.grad(logits[:, finding].sum(), features, retain_graph=True)
        by_hand = torch.relu((gradient.mean((2, 3), keepdim=True) * features).sum(1))
        assert torch.allclose(maps[:, finding], by_hand, rtol=1e-4, atol=1e-5)
    assert maps.max() > 0.1  # or zeros would agree with zeros


def test_all_kinds_of_slope_occur_in_the_network_under_test(student: EEEANetC2, images: torch.Tensor) -> None:
    with torch.no_grad():
        z = student.mix(student.forward_features(images).mean((2, 3), keepdim=True))
    assert (z < -3).any() and (z > 3).any() and (z.abs() < 3).any()


def test_onnxruntime_torch_and_pytorch_grad_cam_agree(
    student: EEEANetC2, exported: bytes, images: torch.Tensor
) -> None:
    parity = measure_parity(exported, student, images)
    assert parity.images == 3
    parity.require_within(1e-4)


def test_maps_are_not_stretched_per_film(student: EEEANetC2, images: torch.Tensor) -> None:
    # pytorch-grad-cam's public answer peaks at 1 on every film; ours and our reference must not.
    maps = reference_maps(student, student.expand, images, [0, 1])
    peaks = maps.max(axis=(2, 3))
    assert len(np.unique(peaks.round(4))) == peaks.size


def test_a_head_whose_maps_explain_another_finding_is_rejected(student: EEEANetC2, images: torch.Tensor) -> None:
    swapped = random_student(classes=5)
    with torch.no_grad():
        swapped.fc.weight[[0, 1]] = swapped.fc.weight[[1, 0]]
    with pytest.raises(ExportError, match="logits differ by"):
        measure_parity(export_onnx(swapped, RECIPE), student, images).require_within()


@pytest.mark.parametrize("broken", ["logits", "maps", "gradcam"])
@pytest.mark.parametrize("value", [2e-4, float("nan"), float("inf")])
def test_each_kind_of_difference_is_rejected(broken: str, value: float) -> None:
    figures = {"logits": 0.0, "maps": 0.0, "gradcam": 0.0} | {broken: value}
    with pytest.raises(ExportError, match=broken):
        Parity(**figures, images=1).require_within()


def test_batch_norm_is_folded_away_without_changing_an_answer(student: EEEANetC2, images: torch.Tensor) -> None:
    folded = fold_batch_norm(student)
    assert not [m for m in folded.modules() if isinstance(m, nn.BatchNorm2d)]
    with torch.no_grad():
        want = student(images)
        # Rounding grows with the largest sum inside, so the bound is relative to the largest logit.
        assert (folded(images) - want).abs().max() < 1e-4 * want.abs().max()
    assert [m for m in student.modules() if isinstance(m, nn.BatchNorm2d)], "the original must stay as it was"


def test_a_batch_norm_that_cannot_be_folded_is_named() -> None:
    network = random_student(classes=2)
    network.stem[0] = nn.Identity()
    with pytest.raises(ValueError, match=r"stem\.1"):
        fold_batch_norm(network)


def test_the_graph_has_the_contract_of_a_head(exported: bytes) -> None:
    graph = onnx.load_from_string(exported).graph

    def shapes(values: list[onnx.ValueInfoProto]) -> dict[str, list[int]]:
        return {v.name: [d.dim_value for d in v.type.tensor_type.shape.dim] for v in values}

    assert shapes(graph.input) == {"image": [1, 3, SIZE, SIZE]}
    assert shapes(graph.output) == {"logits": [1, 5], "gradcam": [1, 5, 2, 2], "features": [1, 976, 2, 2]}
    assert {n.domain for n in graph.node} == {""}
    assert not [n for n in graph.node if n.op_type == "BatchNormalization"]
    assert not [i for i in graph.initializer if i.external_data]


def test_equal_weights_give_equal_bytes(exported: bytes) -> None:
    assert export_onnx(random_student(classes=5), RECIPE) == exported


def test_the_file_does_not_say_where_it_was_made(exported: bytes) -> None:
    # torch's exporter writes a stack trace with absolute paths into every node.
    assert b".py" not in exported
    model = onnx.load_from_string(exported)
    node = model.graph.node[0]
    node.doc_string = "made at /home/somebody"
    node.metadata_props.add(key="trace", value="/home/somebody/train.py")
    strip_origin(model)
    assert b"somebody" not in model.SerializeToString()


def test_maps_of_a_film_do_not_depend_on_its_neighbours(exported: bytes, images: torch.Tensor) -> None:
    together = run_onnx(exported, images.numpy())
    alone = run_onnx(exported, images[1:2].numpy())
    for a, b in zip(together, alone, strict=True):
        assert np.array_equal(a[1:2], b)


def test_a_network_in_training_mode_gets_no_reference_maps(images: torch.Tensor) -> None:
    network = random_student(classes=2).train()
    with pytest.raises(ValueError, match="evaluation mode"):
        reference_maps(network, network.expand, images, [0])


def test_the_films_own_channels_are_its_thumbnail_without_its_exposure() -> None:
    x = random_images(1, size=64, seed=9)
    got = image_channels(x)
    assert got.shape == (1, 16, 2, 2)
    # Channel 4 * i + j of cell (r, c) is the average of the 8 x 8 block (4 r + i, 4 c + j).
    block = x[0, 0, 40:48, 24:32].mean()  # block row 5, column 3: cell (1, 0), i = 1, j = 3
    blocks = x[0, 0].reshape(8, 8, 8, 8).mean((1, 3))
    by_hand = (block - blocks.mean()) / (blocks.std(correction=0) + 0.2)
    assert torch.allclose(got[0, 7, 1, 0], by_hand, atol=1e-5)
    assert torch.allclose(image_channels(x + 3), got, atol=1e-5)


def test_an_empty_films_noise_is_not_stretched_to_a_picture() -> None:
    x = 1 + 1e-3 * torch.randn(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    assert image_channels(x).abs().max() < 0.01
