"""The loop on a made development set: it learns, it resumes to the same numbers, it rejects nonsense."""

from __future__ import annotations

import dataclasses
import errno
import json
import math
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec import structs

pytest.importorskip("torch", reason="training extra is not installed")

import torch
from accelerate.state import AcceleratorState
from PIL import Image

from cxrviewer.imaging.image import open_image
from cxrviewer.imaging.tensor import make_input
from model_training.config.experiment import ConfigError, StageConfig, read_config
from model_training.data import pack as packing
from model_training.data import record_set
from model_training.data.development_set import DataError, Record
from model_training.data.splits import half_of, kept_share
from model_training.distill.batch import Batch
from model_training.distill.losses import focal_bce
from model_training.distill.objectives import DistillObjective
from model_training.engine import train as engine
from model_training.engine.steps import Draw, Plan, Sample, StepImages, Table, standardise, tabulate
from model_training.engine.train import Speed, Trainer
from model_training.errors import TrainingError
from tests.training.networks import random_images, random_student

CONFIG = """
name = "tiny"
seed = 3
test_fold = 0
validation_fold = 1
warmup_steps = 2
[recipe]
version = 1
height = 32
width = 32
channels = 3
grey = "default_window"
fit = "letterbox"
pad = 0.0
mean = 0.5
std = 0.25
[[stages]]
size = 32
steps = 4
batch = 8
lr = 1e-3
[shares]
nih = 1.0
[loss]
labels = 1.0
multi_label_kl = 0.5
intra_label_relation = 0.5
auxiliary = 0.3
orientation = 0.3
"""


needs_compiler = pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")

LABELLED, UNLABELLED = [3, 8, 24], [2, 4, 7, 13, 17]


def config_file(folder: Path, text: str = CONFIG) -> Path:
    path = folder / "tiny.toml"
    path.write_text(text)
    return path


@pytest.fixture
def records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Record]:
    """Thirty noise pictures of thirty patients; bright ones have every finding."""
    draw = np.random.default_rng(0)
    made = []
    for i in range(30):
        path = tmp_path / f"{i}.png"
        bright = i % 2
        Image.fromarray((draw.random((40, 32)) * 100 + 100 * bright).astype(np.uint8)).save(path)
        logits = (2.0 if bright else -2.0,) * 14
        made.append(Record(path, "nih", f"nih:{i}", (float(bright),) * 14, logits, 50.0, 1.0, 0.0))
    monkeypatch.setattr(record_set, "read_development_set", lambda root: made)
    monkeypatch.setattr(record_set, "read_split", lambda: {record.patient_hash: i % 5 for i, record in enumerate(made)})
    return made


def trainer(records: list[Record], folder: Path, out: str) -> Trainer:
    return Trainer(read_config(config_file(folder)), folder / out, folder / "cache")


def test_a_killed_run_ends_with_the_numbers_of_an_uninterrupted_one(records: list[Record], tmp_path: Path) -> None:
    whole = trainer(records, tmp_path, "whole")
    whole.run()
    broken = trainer(records, tmp_path, "broken")
    (loader,) = broken._loaders()
    for _ in range(2):
        broken._update([next(loader)])
    broken.save()
    resumed = trainer(records, tmp_path, "broken")
    resumed.run()
    for name, value in whole.ema.state_dict().items():
        assert torch.equal(value, resumed.ema.state_dict()[name]), name


def test_every_step_logs_each_named_term(records: list[Record], tmp_path: Path) -> None:
    trainer(records, tmp_path, "out").run(validate_every=2)
    logged = [json.loads(line) for line in (tmp_path / "out" / "log.jsonl").read_text().splitlines()]
    assert [record["step"] for record in logged] == [0, 1, 2, 3]
    assert {"labels", "multi_label_kl", "intra_label_relation", "auxiliary", "orientation", "total"} <= logged[0].keys()
    assert "validation_auc" in logged[-1]


def test_the_loss_falls_on_films_anyone_can_tell_apart(records: list[Record], tmp_path: Path) -> None:
    path = config_file(tmp_path, CONFIG.replace("steps = 4", "steps = 30"))
    run = Trainer(read_config(path), tmp_path / "out", tmp_path / "cache")
    (loader,) = run._loaders()
    totals = [run._update([sample])["labels"] for sample in loader]
    assert np.mean(totals[-5:]) < 0.8 * np.mean(totals[:5])


def test_a_checkpoint_of_another_configuration_is_rejected(records: list[Record], tmp_path: Path) -> None:
    run = trainer(records, tmp_path, "out")
    run.save()
    other = Trainer(
        read_config(config_file(tmp_path, CONFIG.replace("seed = 3", "seed = 4"))), tmp_path / "out", tmp_path / "cache"
    )
    with pytest.raises(TrainingError, match="another configuration"):
        other.resume()


def test_a_start_that_saw_its_images_on_another_grey_scale_is_rejected(records: list[Record], tmp_path: Path) -> None:
    trainer(records, tmp_path, "first").save()
    begun = CONFIG.replace("seed = 3", 'seed = 3\nweights = "first/checkpoint.pt"')
    Trainer(read_config(config_file(tmp_path, begun)), tmp_path / "same", tmp_path / "cache")
    other = config_file(tmp_path, begun.replace("std = 0.25", "std = 0.5"))
    with pytest.raises(TrainingError, match=r"recipe.std is 0.5, that of first/checkpoint.pt, .* is 0.25"):
        Trainer(read_config(other), tmp_path / "other", tmp_path / "cache")


def test_no_training_starts_from_a_network_that_knows_what_it_holds_out(records: list[Record], tmp_path: Path) -> None:
    trainer(records, tmp_path, "first").save()
    begun = CONFIG.replace("seed = 3", 'seed = 3\nweights = "first/checkpoint.pt"')
    config = read_config(config_file(tmp_path, begun.replace("test_fold = 0", "test_fold = 2")))
    with pytest.raises(TrainingError, match=r"first/checkpoint.pt.*has learned from fold 2, the test_fold here"):
        Trainer(config, tmp_path / "second", tmp_path / "cache")


def test_a_share_that_leaves_nobody_is_said(records: list[Record], tmp_path: Path) -> None:
    config = dataclasses.replace(read_config(config_file(tmp_path)), fraction=1e-9)
    with pytest.raises(TrainingError, match="No image trains"):
        Trainer(config, tmp_path / "out", tmp_path / "cache")


def test_a_head_opened_again_is_no_training_to_go_on_with(records: list[Record], tmp_path: Path) -> None:
    run = trainer(records, tmp_path, "out")
    run.save()
    state = torch.load(run.checkpoint, weights_only=True)
    torch.save({key: state[key] for key in ("ema", "config", "labels", "step", "seed")}, run.checkpoint)
    with pytest.raises(TrainingError, match="can start from"):
        trainer(records, tmp_path, "out").run()


@pytest.mark.parametrize("content", [b"", b"text", b"half"])
def test_a_damaged_checkpoint_is_named_and_stays(records: list[Record], tmp_path: Path, content: bytes) -> None:
    run = trainer(records, tmp_path, "out")
    run.save()
    whole = run.checkpoint.read_bytes()
    damaged = whole[: len(whole) // 2] if content == b"half" else content
    run.checkpoint.write_bytes(damaged)
    words = r"out/checkpoint.pt is no checkpoint of this project, or it is damaged\. .*delete it to train from the"
    with pytest.raises(TrainingError, match=words):
        trainer(records, tmp_path, "out").run()
    assert run.checkpoint.read_bytes() == damaged


def test_a_full_disk_leaves_the_checkpoint_of_before(
    records: list[Record], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = trainer(records, tmp_path, "out")
    run.save()
    before = run.checkpoint.read_bytes()

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    run.step = 3
    with pytest.raises(TrainingError, match=r"step 3 could not be written .*No space left.*The one before it is whole"):
        run.save()
    assert [path.name for path in run.folder.iterdir()] == ["checkpoint.pt"]
    assert run.checkpoint.read_bytes() == before


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("test_fold = 0", "test_fold = 7", "test_fold: must be 0 to 4"),
        ("steps = 4", "steps = 0", "stages[0].steps: must be at least 1, got 0"),
        ("lr = 1e-3", "lr = 0.0", "stages[0].lr: must be above 0, got 0"),
        ("lr = 1e-3", "lr = nan", "stages[0].lr: must be above 0, got nan"),
        ("batch = 8", "batch = 0", "stages[0].batch: must be at least 1, got 0"),
        ("\nsize = 32", "\nsize = 0", "stages[0].size: must be at least 32, got 0"),
        ("nih = 1.0", 'nih = "all"', "shares.nih: must be float, got 'all'"),
        ("nih = 1.0", "nih = 2.0\nnih128 = -1.0", "shares: must not be negative"),
        ("labels = 1.0", "labels = -1.0", "loss.labels: must not be negative"),
        ("warmup_steps = 2", "warmup_steps = 2\nema = 1.5", "ema: must be at least 0 and below 1"),
        ("[shares]", "[augment]\njpeg = 3.0\n[shares]", "augment.jpeg: a share is at most 1"),
        (
            "[shares]",
            "[data]\ntest_fold = 3\n[shares]",
            "data.test_fold: the experiment's own test_fold counts, so name it outside of [data]",
        ),
        (
            "warmup_steps = 2",
            'warmup_steps = 2\nvalidation_half = 0\ndata = {kind = "folder", folder = "x", protocol = "train_only"}',
            "validation_half: only for the development set",
        ),
    ],
)
def test_a_setting_that_cannot_be_meant_is_named(tmp_path: Path, old: str, new: str, problem: str) -> None:
    assert old in CONFIG
    with pytest.raises(ConfigError) as caught:
        read_config(config_file(tmp_path, CONFIG.replace(old, new, 1)))
    assert caught.value.problems == (problem,)


def test_a_setting_younger_than_the_checkpoint_does_not_stop_it(records: list[Record], tmp_path: Path) -> None:
    run = trainer(records, tmp_path, "out")
    run.step = 1
    run.save()
    state = torch.load(run.checkpoint, weights_only=True)
    del state["config"]["medtex"], state["config"]["fraction"]
    torch.save(state, run.checkpoint)
    again = trainer(records, tmp_path, "out")
    again.resume()
    assert again.step == 1


def test_stages_that_have_not_begun_may_be_changed(records: list[Record], tmp_path: Path) -> None:
    run = trainer(records, tmp_path, "out")
    run.step = 4  # the first stage is done
    run.save()
    more = CONFIG.replace("[shares]", "[[stages]]\nsize = 32\nsteps = 2\nbatch = 8\nlr = 1e-4\n[shares]")
    longer = Trainer(read_config(config_file(tmp_path, more)), tmp_path / "out", tmp_path / "cache")
    longer.resume()
    assert longer.step == 4
    slower = more.replace("lr = 1e-3", "lr = 2e-3")
    with pytest.raises(TrainingError, match="another configuration"):
        Trainer(read_config(config_file(tmp_path, slower)), tmp_path / "out", tmp_path / "cache").resume()


def test_a_loss_that_is_no_number_stops_training_at_once(records: list[Record], tmp_path: Path) -> None:
    run = trainer(records, tmp_path, "out")
    with torch.no_grad():
        run.objective.network.get_parameter("fc.bias").fill_(float("nan"))
    with pytest.raises(TrainingError, match="not a number at step 0"):
        run.run()


def test_two_processes_train_what_one_process_trains_in_two_parts(records: list[Record], tmp_path: Path) -> None:
    # Two threads add in another order, and Adam's first steps make a whole step of the last bit of a tiny gradient.
    torch.set_num_threads(1)
    # Batch norm sees half a batch either way; its running statistics are those of the first process.
    path = config_file(tmp_path, CONFIG.replace("seed = 3", "seed = 3\naccumulate = 2"))
    one = Trainer(read_config(path), tmp_path / "one", tmp_path / "cache")
    one.run()
    config_file(tmp_path)
    (tmp_path / "films.json").write_text(json.dumps([str(record.path) for record in records]))
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    done = subprocess.run(
        [*command, "-m", "tests.training.two_processes", str(tmp_path)],
        # As the README says: nothing tells Accelerate that there are only CPUs.
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    first, second = (torch.load(tmp_path / f"rank{rank}.pt", weights_only=True) for rank in range(2))
    for name, value in one.objective.named_parameters():
        assert torch.equal(first[name], second[name]), name
        torch.testing.assert_close(first[name], value.detach(), rtol=1e-4, atol=1e-6)
    logged = [json.loads(line) for line in (tmp_path / "two" / "log.jsonl").read_text().splitlines()]
    ours = [json.loads(line) for line in (tmp_path / "one" / "log.jsonl").read_text().splitlines()]
    assert [r["total"] for r in logged] == pytest.approx([r["total"] for r in ours], rel=1e-4)


def test_smaller_shares_of_patients_are_parts_of_larger_ones(records: list[Record]) -> None:
    tenth, half = kept_share(records, 0.1), kept_share(records, 0.5)
    assert all(b for a, b in zip(tenth, half, strict=True) if a)
    assert all(kept_share(records, 1.0))
    many = [dataclasses.replace(records[0], patient=f"nih:{i}") for i in range(2000)]
    # 2,000 patients at one tenth: three standard deviations are 40.
    assert abs(sum(kept_share(many, 0.1)) - 200) < 40


def test_where_labels_are_few_the_other_films_train_without_them(records: list[Record], tmp_path: Path) -> None:
    text = CONFIG.replace("seed = 3", "seed = 3\nfraction = 0.5\nlabelled = 0.5")
    few = Trainer(read_config(config_file(tmp_path, text)), tmp_path / "few", tmp_path / "cache")
    # Places of the patients nih:0 to nih:29 in [0, 1), by hashlib alone: those below a half train, and of them those
    # below a quarter with labels. Numbers that end in 0, 1, 5 and 6 are of the held-out folds.
    assert [int(record.path.stem) for record in few._records] == sorted(LABELLED + UNLABELLED)
    assert [int(record.path.stem) for record in few._records if not np.isnan(record.labels).any()] == LABELLED
    assert not any(np.isfinite(few._records[i].labels).any() for i in places(few, UNLABELLED))
    # Films that are measured keep all labels, wherever their patients lie.
    (held,) = few._held.values()
    assert np.isfinite(held[1]).all() and len(held[1]) == 6
    # Films without labels still train: by the teachers, and by nothing else.
    terms = {
        name: few.objective(batch_of(few, places(few, numbers)))
        for name, numbers in (("labelled", LABELLED), ("unlabelled", UNLABELLED))
    }
    assert terms["labelled"]["labels"].item() > 0 and terms["unlabelled"]["labels"].item() == 0
    assert terms["unlabelled"]["multi_label_kl"].item() > 0


def places(run: Trainer, numbers: list[int]) -> list[int]:
    return [i for i, record in enumerate(run._records) if int(record.path.stem) in numbers]


def batch_of(run: Trainer, index: list[int]) -> Batch:
    grey = torch.from_numpy(run._packed[run._train[index]]).float()[:, None] / 255
    table = run._table
    images = standardise(grey, run.config.recipe)
    return Batch(images, len(index), table.labels[index], table.precomputed[index], table.auxiliary[index])


def test_a_log_keeps_nothing_a_killed_run_wrote_after_its_checkpoint(records: list[Record], tmp_path: Path) -> None:
    run = trainer(records, tmp_path, "out")
    run.step = 1
    run.save()
    (tmp_path / "out" / "log.jsonl").write_text('{"step": 0}\n{"step": 1}\n{"step": 2, "total')
    trainer(records, tmp_path, "out").run()
    steps = [json.loads(line)["step"] for line in (tmp_path / "out" / "log.jsonl").read_text().splitlines()]
    assert steps == [0, 1, 2, 3]
    assert list((tmp_path / "out" / "tensorboard").iterdir())


def test_a_step_that_is_in_the_checkpoint_is_in_the_log(
    records: list[Record], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = trainer(records, tmp_path, "out")

    def killed() -> None:
        Trainer.save(run)
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "save", killed)
    with pytest.raises(KeyboardInterrupt):
        run.run(save_every=2)
    log = tmp_path / "out" / "log.jsonl"
    with log.open("a") as file:
        file.write('{"step": \x00}\n')
    trainer(records, tmp_path, "out").run()
    assert [json.loads(line)["step"] for line in log.read_text().splitlines()] == [0, 1, 2, 3]


def test_a_self_supervised_start_needs_no_labels_and_is_judged_by_a_probe(
    records: list[Record], tmp_path: Path
) -> None:
    text = CONFIG[: CONFIG.index("[loss]")].replace("seed = 3", 'seed = 3\nmethod = "simsiam"')
    run = Trainer(read_config(config_file(tmp_path, text)), tmp_path / "ssl" / "run", tmp_path / "cache")
    run.run()
    record = json.loads((tmp_path / "ssl" / "run" / "log.jsonl").read_text().splitlines()[-1])
    assert -1 <= record["similarity"] <= 1
    assert 0 <= record["validation_auc"] <= 1
    # The next run starts from it; only the classifier may differ by name or shape.
    start = Trainer(
        read_config(config_file(tmp_path, CONFIG.replace("seed = 3", 'seed = 3\nweights = "run/checkpoint.pt"'))),
        tmp_path / "ssl" / "next",
        tmp_path / "cache",
    )
    for name, value in start.objective.network.state_dict().items():
        assert torch.equal(value, run.ema.state_dict()[name]), name


def test_outliers_teach_nothing_about_findings() -> None:
    table = tabulate([Record(Path("x"), "nih", "nih:1", (1.0,) * 14)])
    config = read_config_text("[loss]\nlabels = 1.0\norientation = 1.0\n")
    objective = DistillObjective(random_student(), config.loss)
    batch = Batch(random_images(3), 1, table.labels, table.precomputed, table.auxiliary)
    terms = objective(batch)
    gradient = torch.autograd.grad(terms["labels"], objective.network.get_parameter("fc.bias"), retain_graph=True)[0]
    # One film with every finding: the gradient of focal loss at the bias is that film's alone.
    logits = objective.network(batch.images)[:1].detach().requires_grad_()
    focal_bce(logits, table.labels).backward()
    torch.testing.assert_close(gradient, logits.grad[0])
    assert torch.autograd.grad(terms["orientation"], objective.network.get_parameter("mix.weight"))[0].abs().sum() > 0


def test_what_is_known_of_two_blended_films_is_mixed_and_the_unknown_stays_unknown() -> None:
    nan = float("nan")
    table = Table(
        labels=torch.tensor([[1.0, 0.0], [0.0, nan]]),
        # Probabilities 0.8 and 0.5.
        precomputed=torch.tensor([[math.log(4), nan], [0.0, 0.0]]),
        auxiliary=torch.tensor([[1.0], [0.0]]),
        features=torch.tensor([[2.0], [4.0]]),
    )
    sample: Sample = {
        "grey": torch.zeros(2, 1, 4, 4),
        "index": torch.tensor([0, 1]),
        "other": torch.tensor([1, 0]),
        "weight": torch.tensor([0.25, 0.0]),
        "seed": 0,
    }
    known = table.of(sample)
    # By hand: 3/4 of the first and 1/4 of the second; the second has no other film in it.
    torch.testing.assert_close(known.labels, torch.tensor([[0.75, nan], [0.0, nan]]), equal_nan=True)
    mixed = 0.75 * 0.8 + 0.25 * 0.5
    expected = torch.tensor([[math.log(mixed / (1 - mixed)), nan], [0.0, 0.0]])
    torch.testing.assert_close(known.precomputed, expected, equal_nan=True)
    torch.testing.assert_close(known.auxiliary, torch.tensor([[0.75], [0.0]]))
    assert known.features is not None
    torch.testing.assert_close(known.features, torch.tensor([[2.5], [4.0]]))


def test_a_step_adds_the_film_it_names(records: list[Record], tmp_path: Path) -> None:
    off = "\n".join(
        f"{name} = 0.0" for name in "rotate scale shift stretch gamma contrast brightness noise jpeg erase".split()
    )
    text = CONFIG.replace("seed = 3", "seed = 3\noutliers = 0.25") + f"[augment]\n{off}\nblend = 1.0\n"
    config = read_config(config_file(tmp_path, text))
    # Film i is all of grey i: what two films make tells which ones they were.
    packed = np.broadcast_to(np.arange(30, dtype=np.uint8)[:, None, None], (30, 32, 32))
    sample = StepImages(packed, np.arange(30), Draw(records, config.shares, 3), config)[0]
    index, other, weight = (sample[name].float() for name in ("index", "other", "weight"))
    assert len(sample["grey"]) == len(index) + 2 and (weight > 0).all()
    middle = sample["grey"][: len(index), 0, 16, 16] * 255
    torch.testing.assert_close(middle, (1 - weight) * index + weight * other, atol=1e-3, rtol=0)


def test_views_of_one_film_are_not_blended_with_another(tmp_path: Path) -> None:
    text = CONFIG.replace("seed = 3", 'seed = 3\nmethod = "simsiam"') + "[augment]\nblend = 0.5\n"
    with pytest.raises(ConfigError, match=r"augment\.blend: not for simsiam"):
        read_config(config_file(tmp_path, text))


def read_config_text(loss: str) -> Any:
    import tempfile

    text = CONFIG[: CONFIG.index("[loss]")] + loss
    with tempfile.TemporaryDirectory() as folder:
        return read_config(config_file(Path(folder), text))


def test_batches_keep_the_shares_and_repeat_themselves() -> None:
    records = [Record(Path(f"{i}"), "nih" if i < 10 else "kermany", f"p{i}", (0.0,) * 14) for i in range(110)]
    draw = Draw(records, {"nih": 0.5, "kermany": 0.5}, seed=1)
    drawn = np.concatenate([draw.batch(step, 16) for step in range(200)])
    # 3,200 draws at one half: three standard deviations are 85.
    assert abs((drawn < 10).sum() - 1600) < 85
    np.testing.assert_array_equal(draw.batch(5, 16), draw.batch(5, 16))
    with pytest.raises(TrainingError, match="wingspan"):
        Draw(records, {"wingspan": 1.0}, seed=1)


def test_learning_rate_starts_low_peaks_and_ends_at_one_percent(tmp_path: Path) -> None:
    stage = read_config(config_file(tmp_path)).stages[0]
    plan = Plan((dataclasses.replace(stage, steps=101), dataclasses.replace(stage, steps=5)), warmup=10)
    assert plan.total == 106
    assert plan.rate(0) == pytest.approx(stage.lr / 10)
    assert plan.rate(10) == pytest.approx(stage.lr)
    # One step before the cosine's end: 1 % and a little, cos(pi * 90 / 91) by hand.
    assert plan.rate(100) == pytest.approx(stage.lr * (0.01 + 0.99 * 0.5 * (1 - 0.999404)), rel=1e-3)
    assert plan.at(103) == (dataclasses.replace(stage, steps=5), 2)


def test_training_sees_the_very_pixels_the_viewer_makes(records: list[Record], tmp_path: Path) -> None:
    config = read_config(config_file(tmp_path))
    packed = packing.pack(records, config.recipe, tmp_path / "cache")
    viewer = make_input(open_image(records[3].path).radiograph, config.recipe).tensor
    grey = torch.from_numpy(np.array(packed[3])).float()[None, None] / 255
    ours = standardise(grey, config.recipe).numpy()
    # Half a grey level of rounding, over std.
    np.testing.assert_allclose(ours, viewer, atol=0.5 / 255 / config.recipe.std + 1e-6)


def test_a_pack_of_another_recipe_is_another_file(records: list[Record], tmp_path: Path) -> None:
    recipe = read_config(config_file(tmp_path)).recipe
    packing.pack(records, recipe, tmp_path / "cache")
    packing.pack(records, structs.replace(recipe, height=48), tmp_path / "cache")
    packing.pack(records, structs.replace(recipe, mean=0.1), tmp_path / "cache")  # grey is the same
    assert len(list((tmp_path / "cache").iterdir())) == 2


def test_a_bad_configuration_reports_everything_at_once(tmp_path: Path) -> None:
    text = CONFIG.replace('name = "tiny"', "nmae = 1").replace("height = 32", "height = 8")
    text = text.replace("seed = 3", 'seed = "three"')
    with pytest.raises(ConfigError) as caught:
        read_config(config_file(tmp_path, text))
    problems = "\n".join(caught.value.problems)
    assert "nmae: unknown key" in problems
    assert "name: missing" in problems
    assert "seed: must be int, got 'three'" in problems
    assert "recipe.height: must be between 16 and 4096, got 8" in problems


def test_shipped_configurations_are_valid() -> None:
    folder = Path(engine.__file__).parents[1] / "configs"
    configs = [read_config(path) for path in folder.glob("*.toml")]
    assert configs
    assert all(stage.size <= config.recipe.height for config in configs for stage in config.stages)


def test_a_share_of_the_labels_is_a_share_of_the_films_that_are_used(records: list[Record], tmp_path: Path) -> None:
    path = config_file(tmp_path, CONFIG.replace("seed = 3", "seed = 3\nfraction = 0.5\nlabelled = 0.5"))
    labels = Trainer(read_config(path), tmp_path / "out", tmp_path / "cache")._table.labels
    training = [int(record.patient_hash, 16) / 2**64 for i, record in enumerate(records) if i % 5 > 1]
    assert len(labels) == sum(place < 0.5 for place in training)
    assert int((~labels.isnan()).all(1).sum()) == sum(place < 0.25 for place in training)
    assert 0 < int(labels.isnan().any(1).sum()) < len(labels)


def test_relabels_move_the_labels_of_training_films_and_of_no_film_that_is_measured(
    records: list[Record], tmp_path: Path
) -> None:
    # Atelectasis, whose relabel is better than NIH's label, Infiltration, whose relabel is not, and twelve unknown.
    said = (1.0, float("nan"), float("nan"), 1.0, *(float("nan"),) * 10)
    records[:] = [dataclasses.replace(record, labels=(0.0,) * 14, relabel=said) for record in records]
    path = config_file(tmp_path, CONFIG.replace("seed = 3", "seed = 3\nrelabel = 0.3\nrelabel_rest = 0.1"))
    run = Trainer(read_config(path), tmp_path / "out", tmp_path / "cache")
    assert run._table.labels[:, 0].tolist() == pytest.approx([0.3] * len(run._table.labels))
    assert run._table.labels[:, 3].tolist() == pytest.approx([0.1] * len(run._table.labels))
    assert not run._table.labels[:, [1, 2, *range(4, 14)]].any()
    assert not any(labels.any() for _, labels in run._held.values())


def test_every_set_that_is_measured_has_its_own_figure(records: list[Record], tmp_path: Path) -> None:
    records[:] = [
        dataclasses.replace(record, set="nih128") if i % 10 > 4 else record for i, record in enumerate(records)
    ]
    figures = trainer(records, tmp_path, "out").validate(32)
    assert set(figures) == {"validation_auc", "validation_auc_nih128"}


def test_a_borrowed_half_of_the_validation_patients_trains_and_the_other_is_measured(
    records: list[Record], tmp_path: Path
) -> None:
    validation = [record for i, record in enumerate(records) if i % 5 == 1]
    config = dataclasses.replace(read_config(config_file(tmp_path)), validation_half=1)
    run = Trainer(config, tmp_path / "out", tmp_path / "cache")
    wanted = {r.path.name for i, r in enumerate(records) if i % 5 > 1 or (i % 5 == 1 and half_of(r.patient_hash) == 1)}
    assert {record.path.name for record in run._records} == wanted
    ((images, _),) = run._held.values()
    assert len(images) == sum(half_of(record.patient_hash) == 0 for record in validation) < len(validation)


def test_the_log_tells_the_films_per_second_of_every_size() -> None:
    speed = Speed()
    stages = [StageConfig(size=size, steps=1, batch=batch, lr=1e-3) for size, batch in ((96, 40), (128, 20))]
    speed.add(stages[0], 2.0)
    assert speed.now == 20
    speed.add(stages[0], 6.0)
    speed.add(stages[1], 4.0)
    assert speed.table().splitlines() == [
        "96 pixels: 10.0 films per second (80 films)",
        "128 pixels: 5.0 films per second (20 films)",
    ]


def test_a_training_stops_where_it_is_told_and_goes_on_to_the_same_numbers(
    records: list[Record], tmp_path: Path
) -> None:
    whole = trainer(records, tmp_path, "whole")
    whole.run()
    first = trainer(records, tmp_path, "parts")
    first.run(until=2)
    assert first.step == 2
    second = trainer(records, tmp_path, "parts")
    second.run(until=99)
    assert second.step == 4
    assert second.step == whole.step
    for name, value in whole.ema.state_dict().items():
        assert torch.equal(value, second.ema.state_dict()[name]), name


@pytest.fixture
def fresh_accelerator() -> Iterator[None]:
    """Accelerate keeps the precision of the first training of a process."""
    AcceleratorState._reset_state(True)
    yield
    AcceleratorState._reset_state(True)


@needs_compiler
def test_a_training_with_the_compiled_gradient_resumes_to_the_same_numbers(
    records: list[Record], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    config, cache = read_config(config_file(tmp_path)), tmp_path / "cache"
    whole = Trainer(config, tmp_path / "whole", cache, native=True)
    whole.run()
    Trainer(config, tmp_path / "broken", cache, native=True).run(until=2)
    resumed = Trainer(config, tmp_path / "broken", cache, native=True)
    resumed.run()
    for ours, theirs in zip(whole.objective.parameters(), resumed.objective.parameters(), strict=True):
        assert torch.equal(ours, theirs)
    assert "--native" not in caplog.text


@needs_compiler
@pytest.mark.parametrize("first", [True, False])
def test_a_training_that_goes_on_without_or_with_the_compiled_gradient_says_so(
    first: bool, records: list[Record], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    config, cache = read_config(config_file(tmp_path)), tmp_path / "cache"
    Trainer(config, tmp_path / "out", cache, native=first).run(until=2)
    assert not caplog.text
    Trainer(config, tmp_path / "out", cache, native=not first).run()
    words = ("with", "without") if first else ("without", "with")
    assert "Up to step 2 this training ran {} --native; it goes on {}.".format(*words) in caplog.text


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("seed = 3", 'seed = 3\nprecision = "bf16"', "it is for 32 bits, and precision is bf16"),
        (
            "seed = 3",
            'seed = 3\nnetwork = "timm:resnet10t"',
            "the network has no depthwise convolution of 5 x 5 or 7 x 7",
        ),
    ],
)
@needs_compiler
@pytest.mark.usefixtures("fresh_accelerator")
def test_a_compiled_gradient_that_changes_nothing_is_said(
    old: str, new: str, why: str, records: list[Record], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    config = read_config(config_file(tmp_path, CONFIG.replace(old, new)))
    Trainer(config, tmp_path / "out", tmp_path / "cache", native=True)
    assert f"--native changes nothing here: {why}" in caplog.text


def test_a_finished_training_that_is_called_again_says_so(
    records: list[Record], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trainer(records, tmp_path, "out").run()
    assert "4 steps already" not in capsys.readouterr().out
    trainer(records, tmp_path, "out").run()
    assert "tiny has its 4 steps already; nothing was trained." in capsys.readouterr().out


@pytest.mark.parametrize("damage", ["cut short", "empty", "other shape"])
def test_damaged_packed_films_are_named_and_can_be_made_again(
    damage: str, records: list[Record], tmp_path: Path
) -> None:
    trainer(records, tmp_path, "out")
    (packed,) = (tmp_path / "cache").glob("pack-*.npy")
    whole = packed.read_bytes()
    if damage == "other shape":
        np.save(packed, np.load(packed)[:-1].copy())
    else:
        packed.write_bytes(whole[:1000] if damage == "cut short" else b"")
    with pytest.raises(DataError, match=rf"{packed.name}: .*Delete this file; it is made again"):
        trainer(records, tmp_path, "out")
    packed.unlink()
    trainer(records, tmp_path, "out")
    assert packed.read_bytes() == whole


def test_a_teachers_table_that_is_not_there_is_named(records: list[Record], tmp_path: Path) -> None:
    text = CONFIG + '[[teachers]]\nkind = "csv"\ncheckpoint = "lite0/predictions.csv"\n'
    with pytest.raises(TrainingError, match=r"lite0/predictions\.csv is not there.*'predict' writes one"):
        Trainer(read_config(config_file(tmp_path, text)), tmp_path / "out", tmp_path / "cache")
