"""The loop on a made pool: it learns, it resumes to the same numbers, it refuses nonsense."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training extra is not installed")

from PIL import Image  # noqa: E402

from cxrviewer.imaging.tensor import make_input  # noqa: E402
from model_training.config import ConfigError, read_config  # noqa: E402
from model_training.data import pack as packing  # noqa: E402
from model_training.data.pool import LABELS, PoolFilm  # noqa: E402
from model_training.engine import train as engine  # noqa: E402
from model_training.engine.train import Draw, Trainer, TrainingError, schedule, tabulate, terms  # noqa: E402

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
side = 0.3
upright = 0.3
"""


def config_file(folder: Path, text: str = CONFIG) -> Path:
    path = folder / "tiny.toml"
    path.write_text(text)
    return path


@pytest.fixture
def films(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[PoolFilm]:
    """Thirty noise pictures of thirty patients; bright ones have every finding."""
    draw = np.random.default_rng(0)
    made = []
    for i in range(30):
        path = tmp_path / f"{i}.png"
        bright = i % 2
        Image.fromarray((draw.random((40, 32)) * 100 + 100 * bright).astype(np.uint8)).save(path)
        logits = (2.0 if bright else -2.0,) * 14
        made.append(PoolFilm(path, "nih", f"nih:{i}", (float(bright),) * 14, logits, 50.0, 1.0, 0.0))
    monkeypatch.setattr(engine, "read_pool", lambda root: made)
    monkeypatch.setattr(engine, "read_split", lambda: {film.patient_hash: i % 5 for i, film in enumerate(made)})
    return made


def trainer(films: list[PoolFilm], folder: Path, out: str) -> Trainer:
    return Trainer(read_config(config_file(folder)), folder / out, folder / "cache")


def test_a_killed_run_ends_with_the_numbers_of_an_uninterrupted_one(films: list[PoolFilm], tmp_path: Path) -> None:
    whole = trainer(films, tmp_path, "whole")
    whole.run()
    broken = trainer(films, tmp_path, "broken")
    for stage, within in broken._stages():
        broken._update(stage, within)
        if broken.step == 2:
            break
    broken.save()
    resumed = trainer(films, tmp_path, "broken")
    resumed.run()
    for name, value in whole.ema.state_dict().items():
        assert torch.equal(value, resumed.ema.state_dict()[name]), name


def test_every_step_logs_each_named_term(films: list[PoolFilm], tmp_path: Path) -> None:
    trainer(films, tmp_path, "out").run(validate_every=2)
    records = [json.loads(line) for line in (tmp_path / "out" / "log.jsonl").read_text().splitlines()]
    assert [record["step"] for record in records] == [0, 1, 2, 3]
    assert {"labels", "multi_label_kl", "intra_label_relation", "side", "upright", "total"} <= records[0].keys()
    assert "validation_auc" in records[-1]


def test_the_loss_falls_on_films_anyone_can_tell_apart(films: list[PoolFilm], tmp_path: Path) -> None:
    run = trainer(films, tmp_path, "out")
    stage = dataclasses.replace(run.config.stages[0], steps=30)
    totals = [run._update(stage, step)["labels"] for step in range(30)]
    assert np.mean(totals[-5:]) < 0.8 * np.mean(totals[:5])


def test_a_checkpoint_of_another_configuration_is_refused(films: list[PoolFilm], tmp_path: Path) -> None:
    run = trainer(films, tmp_path, "out")
    run.save()
    other = Trainer(
        read_config(config_file(tmp_path, CONFIG.replace("seed = 3", "seed = 4"))), tmp_path / "out", tmp_path / "cache"
    )
    with pytest.raises(TrainingError, match="another configuration"):
        other.resume()


def test_stages_that_have_not_begun_may_be_changed(films: list[PoolFilm], tmp_path: Path) -> None:
    run = trainer(films, tmp_path, "out")
    run.step = 4  # the first stage is done
    run.save()
    more = CONFIG.replace("[shares]", "[[stages]]\nsize = 32\nsteps = 2\nbatch = 8\nlr = 1e-4\n[shares]")
    longer = Trainer(read_config(config_file(tmp_path, more)), tmp_path / "out", tmp_path / "cache")
    longer.resume()
    assert longer.step == 4
    slower = more.replace("lr = 1e-3", "lr = 2e-3")
    with pytest.raises(TrainingError, match="another configuration"):
        Trainer(read_config(config_file(tmp_path, slower)), tmp_path / "out", tmp_path / "cache").resume()


def test_a_loss_that_is_no_number_stops_training_at_once(films: list[PoolFilm], tmp_path: Path) -> None:
    run = trainer(films, tmp_path, "out")
    with torch.no_grad():
        run.model.student.fc.bias.fill_(float("nan"))
    with pytest.raises(TrainingError, match="not a number at step 0"):
        run.run()


def test_outliers_teach_nothing_about_findings() -> None:
    table = tabulate([PoolFilm(Path("x"), "nih", "nih:1", (1.0,) * 14)])
    outputs = (torch.zeros(3, 14, requires_grad=True), torch.zeros(3, 4), torch.zeros(3))
    config = read_config_text("[loss]\nlabels = 1.0\nupright = 1.0\n")
    total, _ = terms(config.loss, outputs, table, 1)
    total.backward()
    gradient = outputs[0].grad
    assert gradient is not None
    assert gradient[0].abs().sum() > 0
    assert gradient[1:].abs().sum() == 0


def read_config_text(loss: str) -> Any:
    import tempfile

    text = CONFIG[: CONFIG.index("[loss]")] + loss
    with tempfile.TemporaryDirectory() as folder:
        return read_config(config_file(Path(folder), text))


def test_batches_keep_the_shares_and_repeat_themselves() -> None:
    films = [PoolFilm(Path(f"{i}"), "nih" if i < 10 else "kermany", f"p{i}", (0.0,) * 14) for i in range(110)]
    draw = Draw(films, {"nih": 0.5, "kermany": 0.5}, seed=1)
    drawn = np.concatenate([draw.batch(step, 16) for step in range(200)])
    # 3,200 draws at one half: three standard deviations are 85.
    assert abs((drawn < 10).sum() - 1600) < 85
    np.testing.assert_array_equal(draw.batch(5, 16), draw.batch(5, 16))
    with pytest.raises(TrainingError, match="wingspan"):
        Draw(films, {"wingspan": 1.0}, seed=1)


def test_learning_rate_starts_low_peaks_and_ends_at_one_percent(tmp_path: Path) -> None:
    stage = read_config(config_file(tmp_path)).stages[0]
    long = dataclasses.replace(stage, steps=100)
    assert schedule(long, 0, 10) == pytest.approx(stage.lr / 10)
    assert schedule(long, 10, 10) == pytest.approx(stage.lr)
    assert schedule(long, 100, 10) == pytest.approx(stage.lr / 100)


def test_training_sees_the_very_pixels_the_viewer_makes(films: list[PoolFilm], tmp_path: Path) -> None:
    config = read_config(config_file(tmp_path))
    packed = packing.pack(films, config.recipe, tmp_path / "cache")
    viewer = make_input(packing.open_film(films[3].path).radiograph, config.recipe).tensor
    grey = torch.from_numpy(np.array(packed[3])).float()[None, None] / 255
    ours = engine.standardise(grey, config).numpy()
    # Half a grey level of rounding, over std.
    np.testing.assert_allclose(ours, viewer, atol=0.5 / 255 / config.recipe.std + 1e-6)


def test_a_pack_of_another_recipe_is_another_file(films: list[PoolFilm], tmp_path: Path) -> None:
    recipe = read_config(config_file(tmp_path)).recipe
    packing.pack(films, recipe, tmp_path / "cache")
    packing.pack(films, dataclasses.replace(recipe, height=48), tmp_path / "cache")
    packing.pack(films, dataclasses.replace(recipe, mean=0.1), tmp_path / "cache")  # grey is the same
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
    assert all(len(LABELS) == 14 and config.stages[-1].size == config.recipe.height for config in configs)
