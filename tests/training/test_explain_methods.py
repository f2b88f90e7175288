"""Explanation methods against pytorch-grad-cam's own use, autograd and hand calculations; the study's table."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

pytest.importorskip("torch", reason="training extra is not installed")

import torch

from model_training.data.development_set import LABELS
from model_training.errors import TrainingError
from model_training.explain.faithfulness import Faithfulness, Protocol
from model_training.explain.methods import MEDTEX, RANDOM, build_methods, cam, centred_maps, grey_scale, medtex
from model_training.export.reference_maps import reference_maps
from model_training.models.eeea_net import EEEANetC2
from model_training.models.explainer import Explainer, MedTexNetwork, load_pair
from model_training.stats.metrics import Interval
from model_training.studies import explanations
from model_training.studies.explanations import (
    Pairs,
    _cell,
    choose_pairs,
    compare,
    load_explained,
    mean_without_image,
    table,
)
from tests.training.networks import RECIPE, random_images, random_student

NAN = math.nan


@pytest.fixture(scope="module")
def network() -> EEEANetC2:
    return random_student(classes=3)


@pytest.fixture(scope="module")
def images() -> torch.Tensor:
    return random_images(3)


FINDINGS = torch.tensor([2, 0, 1])


def test_grad_cam_of_a_pair_is_the_map_of_its_own_finding(network: EEEANetC2, images: torch.Tensor) -> None:
    maps = cam("Grad-CAM", network, images[:1], batch=2)(images, FINDINGS)
    reference = reference_maps(network, network.expand, images, range(3))
    np.testing.assert_allclose(maps.numpy(), reference[[0, 1, 2], [2, 0, 1]], rtol=1e-3, atol=1e-6)


def test_the_other_gradient_methods_are_their_formulas(network: EEEANetC2, images: torch.Tensor) -> None:
    # Independent source: torch's autograd. HiResCAM sums gradient times activation (Draelos and Carin,
    # arXiv 2011.08891); LayerCAM only where the gradient is positive (Jiang et al., TIP 2021).
    features = network.forward_features(images).detach().requires_grad_()
    logits = network.forward_head(features)
    logits[[0, 1, 2], FINDINGS].sum().backward()
    assert features.grad is not None
    product = features.grad * features.detach()
    positive = features.grad.clamp(min=0) * features.detach()
    for method, expected in (("HiResCAM", product), ("LayerCAM", positive)):
        maps = cam(method, network, images[:1])(images, FINDINGS)
        np.testing.assert_allclose(maps.numpy(), expected.sum(1).clamp(min=0).numpy(), rtol=1e-3, atol=1e-6)


def test_every_method_gives_one_finite_map_per_pair_and_methods_differ(
    network: EEEANetC2, images: torch.Tensor, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("model_training.explain.methods.SCORE_CHANNELS", 4)
    pair = MedTexNetwork(network, Explainer(3, width=4)).eval()
    made = {name: maps(images, FINDINGS) for name, maps in build_methods(network, images[:1], pair).items()}
    assert list(made) == [
        RANDOM, "centre", "Grad-CAM", "Grad-CAM++", "HiResCAM", "LayerCAM", "Score-CAM", MEDTEX
    ]  # fmt: skip
    for maps in made.values():
        assert maps.ndim == 3 and len(maps) == 3 and torch.isfinite(maps).all() and maps.min() >= 0
    assert len({tuple(np.round(m[0].flatten().tolist(), 5)) for m in made.values()}) >= 7
    assert capfd.readouterr().err == ""  # no progress bar per film


def test_masks_are_the_findings_own_or_the_one_for_all(images: torch.Tensor) -> None:
    for masks in (3, 1):
        pair = MedTexNetwork(random_student(classes=3), Explainer(masks, width=4)).eval()
        torch.nn.init.normal_(pair.explainer.head.weight)
        all_masks = pair.masks(images)
        column = FINDINGS if masks == 3 else torch.zeros(3, dtype=torch.long)
        assert torch.equal(medtex(pair)(images, FINDINGS), all_masks[torch.arange(3), column])


def test_an_explainer_of_another_grey_scale_sees_the_films_it_was_trained_on(images: torch.Tensor) -> None:
    pair = MedTexNetwork(random_student(3), Explainer(1, width=4)).eval()
    grey = torch.rand(2, 3, 64, 64)
    teacher, own = replace(RECIPE, mean=0.4, std=0.5), replace(RECIPE, mean=0.5, std=0.25)
    shown = (grey - teacher.mean) / teacher.std
    finding = torch.zeros(2, dtype=torch.int64)
    want = pair.masks((grey - own.mean) / own.std)[:, 0]
    torch.testing.assert_close(medtex(pair, grey_scale(teacher, own))(shown, finding), want)
    assert not torch.equal(medtex(pair)(shown, finding), want)


def test_a_centred_map_falls_off_from_the_middle() -> None:
    maps = centred_maps()(torch.zeros(2, 1, 8, 8), torch.zeros(2))
    assert maps[1].argmax().item() in (90, 91, 104, 105)  # rows and columns 6 and 7 of 14
    assert maps[1, 0, 0] == maps.min()


def test_pairs_are_findings_by_label_or_by_the_teachers_and_the_surest_come_first() -> None:
    labels = np.array([[1, 0, 1, 1], [0, 0, 0, 0], [NAN, 0, NAN, 0], [0, 1, 0, 0]])
    taught = np.full((4, 4), NAN)
    taught[2] = [-1, -1, 2, -1]
    predicted = np.tile([0.1, 0.2, 0.3, 0.4], (4, 1))
    # Film 0 has three findings, of which it is surest of the last two; film 1 has none.
    assert choose_pairs(labels, taught, predicted, 10) == [(0, 3), (0, 2), (2, 2), (3, 1)]
    assert len({row for row, _ in choose_pairs(labels, taught, predicted, 2)}) == 2
    # At these thresholds it says the second and the third finding only; log-odds of 0.2 are a probability of 0.55.
    says = np.array([0.9, 0.54, 0.57, 0.9])
    assert choose_pairs(labels, taught, predicted, 10, says) == [(0, 2), (2, 2), (3, 1)]


def test_a_cell_claims_better_or_worse_only_where_the_interval_excludes_zero() -> None:
    gain = Interval(0.2, 0.1, 0.3, 100)
    assert _cell(0.5, gain, lower=False, patients=10) == "0.500, +0.200 (+0.100 to +0.300) **better**"
    assert _cell(0.5, gain, lower=True, patients=10).endswith(" worse")
    assert _cell(0.5, Interval(0.2, -0.1, 0.3, 100), lower=False, patients=10).endswith("+0.300)")
    # Nine patients are too few, whatever their interval says.
    assert _cell(0.5, gain, lower=False, patients=9) == "0.500, +0.200 (+0.100 to +0.300)"


def test_the_table_has_a_row_per_method_and_differences_to_the_random_map() -> None:
    def flat(value: float) -> Faithfulness:
        return Faithfulness(*(np.full(11, value) for _ in range(5)))

    lines = table({RANDOM: flat(0.25), "Grad-CAM": flat(0.75)}, ["a", *"abcdefghij"]).splitlines()
    assert len(lines) == 4
    assert lines[2] == "| random" + " | 0.250" * 5 + " |"
    better, worse = "0.750, +0.500 (+0.500 to +0.500) **better**", "0.750, +0.500 (+0.500 to +0.500) worse"
    assert lines[3] == f"| Grad-CAM | {better} | {worse} | {worse} | {better} | {better} |"


def test_an_explainer_that_learned_from_the_test_films_is_not_judged_by_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folds = {"test_fold": 0, "validation_fold": 1}
    monkeypatch.setattr(explanations, "load_explained", lambda _: (None, None, folds))
    monkeypatch.setattr(explanations, "load_pair", lambda _: (None, {"config": {"test_fold": 2, "validation_fold": 1}}))
    with pytest.raises(TrainingError, match="it may know the films it would be judged by"):
        explanations.run_explain_study(
            checkpoint=tmp_path, head=None, explainer=tmp_path, images=3, cache=tmp_path, output=None
        )


def test_a_map_of_the_true_evidence_beats_the_random_map_in_the_study() -> None:
    class Evidence(torch.nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x[:, 0, 16:32, 16:32].mean((1, 2))[:, None] * 4 - 1

    images = torch.zeros(6, 1, 64, 64)
    images[:, :, 16:32, 16:32] = 1.0
    truth = torch.zeros(6, 4, 4)
    truth[:, 1, 1] = 1

    pairs = Pairs(images, torch.zeros(6, dtype=torch.long), torch.full((6,), 0.5), list("abcdef"), 6)
    methods = {"random": lambda f, c: torch.rand(6, 4, 4), "truth": lambda f, c: truth}
    torch.manual_seed(0)
    scores = compare(Evidence(), methods, pairs, Protocol(steps=8, cells=4))
    # A random map may by chance begin with the one cell that counts, but never beat it.
    for name, sign in (("insertion", 1), ("deletion", -1), ("comprehensiveness", 1), ("sufficiency", -1)):
        gain = sign * (getattr(scores["truth"], name) - getattr(scores["random"], name))
        assert (gain >= 0).all() and gain.mean() > 0.01
    assert scores["truth"].agreement.tolist() == [1] * 6


def _checkpoint(path: Path, ema: dict[str, torch.Tensor]) -> Path:
    config = {"network": "eeea_net_c2", "recipe": {"channels": 3, "height": 64}}
    torch.save({"ema": ema, "config": config, "labels": list(LABELS)}, path)
    return path


def test_what_is_said_of_a_film_without_detail_stands_beside_the_curves() -> None:
    class Contrast(torch.nn.Module):
        """Logit 0 is the film's mean, logit 1 its standard deviation."""

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.stack([x.mean((1, 2, 3)), x.std((1, 2, 3))], 1)

    images = torch.rand(2, 1, 32, 32).expand(2, 3, 32, 32)
    images = (images > 0.5).float()
    pairs = Pairs(images, torch.tensor([0, 1]), torch.zeros(2), ["a", "b"], 2)
    predicted = mean_without_image(Contrast(), pairs)
    sigmoid = torch.sigmoid
    # By hand: mean grey keeps the mean and has no deviation; a blurred film has little.
    grey = (sigmoid(images[0].mean()) + sigmoid(torch.zeros(()))) / 2
    whole = (sigmoid(images[0].mean()) + sigmoid(images[1].std())) / 2
    assert predicted["mean"] == pytest.approx(grey.item(), abs=1e-5)
    assert predicted["whole"] == pytest.approx(whole.item(), abs=1e-5)
    assert predicted["mean"] < predicted["blur"] < predicted["whole"]


def test_checkpoints_of_students_and_of_pairs_are_loaded_as_they_were_saved(tmp_path: Path) -> None:
    student = random_student(14)
    pair = MedTexNetwork(student, Explainer(14, width=4)).eval()
    images = random_images(1)
    network, none, _ = load_explained(_checkpoint(tmp_path / "s.pt", student.state_dict()))
    assert none is None and torch.equal(network(images), student(images))
    network, loaded, _ = load_explained(_checkpoint(tmp_path / "p.pt", pair.state_dict()))
    assert loaded is not None and torch.equal(network(images), student(images))
    assert torch.equal(loaded.masks(images), pair.masks(images))
    with pytest.raises(TrainingError, match="holds no explainer"):
        load_pair(tmp_path / "s.pt")
