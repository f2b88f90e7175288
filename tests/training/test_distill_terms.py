"""Distillation terms against numpy, torch.distributions, scikit-learn, hand calculations and finite differences."""

from __future__ import annotations

import math
from typing import cast

import numpy as np
import pytest

pytest.importorskip("torch", reason="training extra is not installed")

import torch

metrics = pytest.importorskip("sklearn.metrics", reason="training extra is not installed")

from model_training.distill.explanations import explanation_alignment, gradcam_maps  # noqa: E402
from model_training.distill.losses import (  # noqa: E402
    inter_label_relation,
    intra_label_relation,
    mixed_target,
    sigmoid_kd,
    soft_label_mix,
)
from model_training.distill.vid import VIDLoss  # noqa: E402
from model_training.errors import TrainingError  # noqa: E402
from model_training.export.reference_maps import reference_maps  # noqa: E402
from model_training.models.zoo import Network, build_network  # noqa: E402
from tests.training.networks import random_images, random_student  # noqa: E402

NAN = math.nan


@pytest.fixture(autouse=True)
def seeded() -> None:
    torch.manual_seed(0)


@pytest.mark.parametrize("temperature", [1.0, 2.0, 4.0])
def test_sigmoid_distillation_is_the_kl_between_softened_bernoullis(temperature: float) -> None:
    student, teacher = torch.randn(4, 3), torch.randn(4, 3)
    bernoulli = torch.distributions.Bernoulli
    # Independent source: torch.distributions.
    kl = torch.distributions.kl_divergence(
        bernoulli(logits=teacher / temperature), bernoulli(logits=student / temperature)
    )
    expected = temperature**2 * kl.mean()
    assert sigmoid_kd(student, teacher, temperature).item() == pytest.approx(expected.item(), rel=1e-4)


def test_sigmoid_distillation_uses_the_labels_a_teacher_knows() -> None:
    student, teacher = torch.randn(3, 4), torch.randn(3, 4)
    teacher[:, 1] = NAN
    kept = [0, 2, 3]
    assert sigmoid_kd(student, teacher).item() == pytest.approx(sigmoid_kd(student[:, kept], teacher[:, kept]).item())


def _correlations(rows: np.ndarray, others: np.ndarray) -> float:
    return float(np.mean([1 - np.corrcoef(a, b)[0, 1] for a, b in zip(rows, others, strict=True)]))


def test_both_dist_terms_are_one_minus_numpys_correlations() -> None:
    student, teacher = torch.randn(9, 5), torch.randn(9, 5)
    p, q = torch.sigmoid(student).numpy(), torch.sigmoid(teacher).numpy()
    assert inter_label_relation(student, teacher).item() == pytest.approx(_correlations(p, q), rel=1e-4)
    assert intra_label_relation(student, teacher).item() == pytest.approx(_correlations(p.T, q.T), rel=1e-4)


def test_the_target_is_between_label_and_teacher_and_whichever_is_known() -> None:
    labels = torch.tensor([[1.0, 0.0, NAN, 1.0, NAN]])
    teacher = torch.tensor([[0.0, math.log(3), math.log(3), NAN, NAN]])
    # sigmoid(0) = 1/2, sigmoid(ln 3) = 3/4.
    want = [[0.75, 0.375, 0.75, 1.0, NAN]]
    np.testing.assert_allclose(mixed_target(labels, teacher).numpy(), want, rtol=1e-6)
    np.testing.assert_allclose(mixed_target(labels, teacher, share=0.0).numpy()[0, :2], [1, 0])


def test_mixing_all_of_the_teacher_in_is_log_loss_against_its_probabilities() -> None:
    student, teacher = torch.randn(6, 2), torch.randn(6, 2)
    q, p = torch.sigmoid(student).flatten().numpy(), torch.sigmoid(teacher).flatten().numpy()
    # Independent source: scikit-learn, each entry once as positive with weight p, once as negative with 1 - p.
    expected = metrics.log_loss(np.repeat([1, 0], 12), np.tile(q, 2), sample_weight=np.concatenate([p, 1 - p]))
    value = soft_label_mix(student, torch.zeros(6, 2), teacher, share=1.0)
    assert value.item() == pytest.approx(expected, rel=1e-5)


def test_the_asymmetric_weight_is_the_formula_worked_by_hand() -> None:
    # p = 1/2, target 3/4: 3/4 ln 2 + (1/2)^2 * 1/4 ln 2.
    value = soft_label_mix(torch.zeros(1, 1), torch.ones(1, 1), torch.zeros(1, 1), gamma_negative=2.0)
    assert value.item() == pytest.approx(math.log(2) * (0.75 + 0.0625))


def test_unknown_targets_change_neither_terms_nor_gradients() -> None:
    unknown = torch.full((3, 4), NAN)
    for term in (sigmoid_kd, inter_label_relation, lambda z, t: soft_label_mix(z, unknown, t)):
        logits = torch.randn(3, 4, requires_grad=True)
        value = term(logits, unknown).sum()
        value.backward()
        assert value.item() == 0
        assert logits.grad is not None and torch.equal(logits.grad, torch.zeros(3, 4))


@pytest.mark.parametrize("temperature", [1.0, 3.0])
def test_gradients_agree_with_finite_differences(temperature: float) -> None:
    logits = torch.randn(4, 3, dtype=torch.double, requires_grad=True)
    teacher = torch.randn(4, 3, dtype=torch.double)
    teacher[1, 1] = NAN
    labels = torch.tensor([[1.0, NAN, 0.0]] * 4, dtype=torch.double)
    assert torch.autograd.gradcheck(lambda z: sigmoid_kd(z, teacher, temperature), logits)
    assert torch.autograd.gradcheck(lambda z: soft_label_mix(z, labels, teacher, 0.5, temperature), logits)
    assert torch.autograd.gradcheck(lambda z: inter_label_relation(z, teacher), logits)


def test_the_feature_term_starts_at_a_variance_of_five() -> None:
    term = VIDLoss(3, 2)
    np.testing.assert_allclose(term.variance.detach().numpy(), [5, 5], rtol=1e-5)


def test_the_feature_term_is_a_gaussians_negative_log_likelihood_but_for_its_constant() -> None:
    term = VIDLoss(3, 2, hidden=4)
    torch.nn.init.normal_(term.rho)
    student, teacher = torch.randn(5, 3, 4, 4), torch.randn(5, 2, 4, 4)
    # Independent source: torch.distributions; log(2 pi) / 2 does not depend on any parameter.
    gaussian = torch.distributions.Normal(term.regress(student), term.variance.sqrt()[:, None, None])
    expected = -gaussian.log_prob(teacher).mean() - 0.5 * math.log(2 * math.pi)
    assert term(student, teacher).item() == pytest.approx(expected.item(), rel=1e-5)


@pytest.mark.parametrize(("ours", "theirs"), [((7, 7), (14, 14)), ((8, 8), (4, 4)), ((7, 9), (8, 8))])
def test_the_feature_term_compares_maps_of_different_sizes(ours: tuple[int, int], theirs: tuple[int, int]) -> None:
    term = VIDLoss(3, 2, hidden=4)
    torch.nn.init.zeros_(term.get_parameter("regress.4.weight"))
    # Averages of a constant map are that constant: 0.5 * (2^2 / 5 + ln 5).
    value = term(torch.randn(1, 3, *ours), torch.full((1, 2, *theirs), 2.0))
    assert value.item() == pytest.approx(0.5 * (4 / 5 + math.log(5)), rel=1e-5)


def test_the_feature_term_teaches_the_student_and_not_the_teacher() -> None:
    student, teacher = torch.randn(2, 3, 2, 2, requires_grad=True), torch.randn(2, 2, 2, 2, requires_grad=True)
    VIDLoss(3, 2, hidden=4)(student, teacher).backward()
    assert student.grad is not None and student.grad.abs().sum() > 0
    assert teacher.grad is None


def test_trainable_maps_of_the_student_are_those_of_pytorch_grad_cam() -> None:
    network = random_student(classes=3)
    images = random_images(2)
    maps = gradcam_maps(network, network.forward_features(images))
    np.testing.assert_allclose(
        maps.detach().numpy(), reference_maps(network, network.expand, images, range(3)), rtol=1e-3, atol=1e-6
    )


def test_trainable_maps_of_any_network_are_those_of_pytorch_grad_cam() -> None:
    network = build_network("timm:resnet10t", 3).eval()
    images = random_images(2)
    maps = gradcam_maps(network, cast(Network, network).forward_features(images))
    reference = reference_maps(network, network.get_submodule("body.layer4"), images, range(3))
    np.testing.assert_allclose(maps.detach().numpy(), reference, rtol=1e-3, atol=1e-6)


def test_maps_by_autograd_are_those_of_the_closed_form_to_the_gradient_of_the_weights(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network = random_student(classes=3).double()
    features = network.forward_features(random_images(2).double()).detach()
    direction = torch.randn(2, 3, 2, 2, dtype=torch.double)
    found = []
    for closed in (True, False):
        if not closed:
            monkeypatch.setattr("model_training.distill.explanations.EEEANetC2", type(None))
        network.zero_grad()
        maps = gradcam_maps(network, features)
        (maps * direction).sum().backward()
        found.append((maps.detach(), network.mix.weight.grad.clone(), network.fc.weight.grad.clone()))
    for closed_form, autograd in zip(*found, strict=True):
        assert closed_form.abs().max() > 0
        torch.testing.assert_close(closed_form, autograd)


def test_tokens_of_a_transformer_have_no_map_to_align() -> None:
    network = build_network("timm:resnet10t", 2)
    with pytest.raises(TrainingError, match="leave the term out"):
        gradcam_maps(network, torch.zeros(1, 50, 192))


def test_alignment_is_one_minus_the_cosine_weighted_by_the_teachers_probability() -> None:
    student = torch.tensor([[[[1.0, 0.0]], [[1.0, 1.0]]]])
    teacher = torch.tensor([[[[0.0, 3.0]], [[2.0, 0.0]]]])
    # Cosines 0 and 1/sqrt(2); probabilities 3/4 and 1/2.
    expected = (0.75 * 1 + 0.5 * (1 - 1 / math.sqrt(2))) / 1.25
    value = explanation_alignment(student, teacher, torch.tensor([[math.log(3), 0.0]]))
    assert value.item() == pytest.approx(expected, rel=1e-6)


def test_alignment_leaves_out_what_the_teacher_does_not_explain() -> None:
    student = torch.rand(1, 3, 2, 2, requires_grad=True)
    teacher = torch.rand(1, 3, 2, 2)
    teacher[0, 1], teacher[0, 2] = 0, NAN
    value = explanation_alignment(student, teacher, torch.zeros(1, 3))
    value.backward()
    expected = explanation_alignment(student[:, :1], teacher[:, :1], torch.zeros(1, 1))
    assert value.item() == pytest.approx(expected.item())
    assert student.grad is not None and torch.isfinite(student.grad).all()
    nothing = explanation_alignment(student, torch.full((1, 3, 2, 2), NAN), torch.zeros(1, 3))
    assert nothing.item() == 0 and nothing.requires_grad


def test_a_student_taught_by_alignment_alone_comes_to_look_where_the_teacher_looks() -> None:
    teacher, student = random_student(classes=2, seed=1), random_student(classes=2, seed=2)
    images = random_images(8)
    with torch.no_grad():
        features, logits = teacher.forward_features(images), teacher(images)
    target = gradcam_maps(teacher, features, create_graph=False)
    optimizer = torch.optim.Adam(student.parameters(), lr=1e-3)
    values = []
    for _ in range(8):
        value = explanation_alignment(gradcam_maps(student, student.forward_features(images)), target, logits)
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        values.append(value.item())
    assert values[-1] < values[0] / 2
