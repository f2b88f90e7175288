"""Studies: arms that differ in what they name, runs that are not run twice, one table."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from msgspec import structs
from sklearn.metrics import roc_auc_score

pytest.importorskip("torch", reason="training extra is not installed")

import torch

from model_training.config.experiment import ConfigError, TeacherConfig, read_config, read_table
from model_training.data.development_set import LABELS, Record
from model_training.data.record_set import RecordSet
from model_training.data.splits import Part
from model_training.engine.train import config_dict
from model_training.errors import TrainingError
from model_training.studies import comparison as studies
from model_training.studies.comparison import markdown, read_study, run, slug
from tests.training.test_engine_train import CONFIG

STUDY = """
name = "two ways"
base = "base.toml"
seeds = [1, 2]
[[arms]]
name = "labels only"
[[arms]]
name = "Taught, 10 %"
config = "taught.toml"
against = "labels only"
seeds = [1, 2]
[arms.set]
fraction = 0.5
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "base.toml").write_text(CONFIG)
    (tmp_path / "taught.toml").write_text('extends = "base.toml"\n[loss]\nsigmoid_kd = 2.0\n')
    (tmp_path / "study.toml").write_text(STUDY)
    return tmp_path


def test_an_arm_is_the_base_with_its_files_and_its_own_changes(folder: Path) -> None:
    study = read_study(folder / "study.toml")
    plain, taught = (study.config(arm, 2) for arm in study.arms)
    assert (plain.seed, plain.fraction, plain.loss.sigmoid_kd) == (2, 1.0, 0.0)
    assert (taught.seed, taught.fraction, taught.loss.sigmoid_kd) == (2, 0.5, 2.0)
    assert taught.loss.labels == plain.loss.labels == 1.0
    assert slug(study.arms[1].name) == "taught__10"


def test_every_problem_of_every_arm_is_reported_at_once(folder: Path) -> None:
    text = STUDY.replace("fraction = 0.5", "fraction = 2\nspeed = 1").replace('against = "labels', 'against = "label')
    (folder / "study.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        read_study(folder / "study.toml")
    problems = "\n".join(caught.value.problems)
    assert "Taught, 10 %: speed: unknown key" in problems
    assert "against names no arm: label only" in problems


def test_an_experiment_that_extends_itself_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('extends = "b.toml"')
    (tmp_path / "b.toml").write_text('extends = "a.toml"')
    with pytest.raises(ConfigError, match="extends itself"):
        read_table(tmp_path / "a.toml")


def test_shipped_studies_are_valid() -> None:
    files = sorted(Path(studies.__file__).parent.glob("*.toml"))
    assert [read_study(path).name for path in files] == [path.stem for path in files]
    assert (
        read_config(Path(studies.__file__).parents[1] / "configs" / "student.toml").weights == "student_a/checkpoint.pt"
    )


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('name = "Taught, 10 %"', 'name = "Labels only"', "Labels only: has the folder of 'labels only', labels_only"),
        ("seeds = [1, 2]\n[arms.set]", "seeds = [1, 1]\n[arms.set]", "arms[1].seeds: must be whole numbers, each once"),
        ("seeds = [1, 2]\n[[arms]]", "seeds = []\n[[arms]]", "seeds: must be whole numbers, each once"),
        ("[arms.set]", "fraction = 0.5\n[arms.set]", "arms[1].fraction: unknown key"),
        (
            "fraction = 0.5",
            "validation_half = 0",
            "Taught, 10 %: has other folds, halves or data than labels only",
        ),
        ('against = "labels only"', "against = 3", "arms[1].against: must be text or a list"),
        ("[[arms]]", "arms = 3\n[other]", "arms: must be a list of tables"),
    ],
)
def test_arms_that_could_be_taken_for_one_another_are_rejected(folder: Path, old: str, new: str, problem: str) -> None:
    changed = STUDY.partition("[[")[0] + new if "[other]" in new else STUDY.replace(old, new)
    (folder / "study.toml").write_text(changed)
    with pytest.raises(ConfigError) as caught:
        read_study(folder / "study.toml")
    assert any(one.startswith(problem) for one in caught.value.problems), caught.value.problems


NAMES = ("labels_only", "taught__10")


def held(folder: Path, name: str, shift: float) -> None:
    """Write scores of 40 patients; `shift` moves the ill ones up."""
    draw = np.random.default_rng(0)
    labels = np.tile(np.arange(40)[:, None] % 2, 14).astype(float)
    target = folder / name
    target.mkdir(parents=True)
    logits = draw.normal(0, 1, labels.shape) + shift * labels
    patients = np.array([f"p{i}" for i in range(40)])
    np.savez(target / "held.npz", logits=logits, labels=labels, patients=patients, precomputed=logits)


def test_the_table_compares_arms_seed_by_seed_and_says_what_may_be_claimed(folder: Path) -> None:
    study = read_study(folder / "study.toml")
    for seed in (1, 2):
        held(folder / "out", f"labels_only-{seed}", 0.0)
        held(folder / "out", f"taught__10-{seed}", 3.0)
    lines = markdown(study, folder / "out").splitlines()
    # scikit-learn's areas of the same scores.
    with np.load(folder / "out" / "taught__10-1" / "held.npz") as stored:
        area = np.mean([roc_auc_score(stored["labels"][:, i], stored["logits"][:, i]) for i in range(14)])
    assert f"{area:.3f} ({area:.3f}, {area:.3f})" in lines[3]
    assert "the interval excludes zero, a gain" in lines[3]
    assert lines[2].endswith("|  |  | 1.00 |")  # the scores of `held` are also what its precomputed teachers say
    plain, taught = (np.load(folder / "out" / f"{name}-1" / "held.npz")["logits"] for name in NAMES)
    # Spearman's correlation is Pearson's of ranks; without ties, ranks are two argsorts.
    ranks = [scores.argsort(0).argsort(0) for scores in (plain, taught)]
    further = np.mean([1 - np.corrcoef(ranks[0][:, i], ranks[1][:, i])[0, 1] for i in range(14)])
    assert f"| 1.00, {further:+.2f} (" in lines[3]


def test_films_near_the_natural_mix_have_a_table_of_their_own(folder: Path) -> None:
    held(folder / "out", "labels_only-1", 0.0)
    file = folder / "out" / "labels_only-1" / "held.npz"
    stored = dict(np.load(file))
    study = read_study(folder / "study.toml")
    assert markdown(study, folder / "out", "nih128") == ""
    whole = markdown(study, folder / "out")
    # The same scores once more as films of the other set, with every label turned round: an area becomes 1 - area.
    np.savez(
        file,
        logits=np.tile(stored["logits"], (2, 1)),
        labels=np.concatenate([stored["labels"], 1 - stored["labels"]]),
        patients=np.tile(stored["patients"], 2),
        precomputed=np.tile(stored["precomputed"], (2, 1)),
        sets=np.repeat(["nih", "nih128"], 40),
    )
    assert markdown(study, folder / "out") == whole
    area = np.mean([roc_auc_score(1 - stored["labels"][:, i], stored["logits"][:, i]) for i in range(14)])
    assert f"| labels only | 1 | {area:.3f} " in markdown(study, folder / "out", "nih128")


def test_a_study_of_single_findings_has_a_table_of_each(folder: Path) -> None:
    for seed in (1, 2):
        held(folder / "out", f"labels_only-{seed}", 0.0)
        held(folder / "out", f"taught__10-{seed}", 1.5)
    file = folder / "study.toml"
    file.write_text('findings = ["Nodule", "Mass"]\n' + file.read_text())
    text = run(file, folder / "out", folder, only="*", table_only=True, threads=0)
    with np.load(folder / "out" / "taught__10-1" / "held.npz") as stored:
        for one in ("Nodule", "Mass"):
            column = LABELS.index(one)
            area = roc_auc_score(stored["labels"][:, column], stored["logits"][:, column])
            table = text.partition(f"\n{one}:\n")[2]
            assert f"{area:.3f} ({area:.3f}, {area:.3f})" in table.splitlines()[4]
    file.write_text(file.read_text().replace("Mass", "Masses"))
    with pytest.raises(ConfigError, match="findings: there is no label Masses"):
        read_study(file)


def test_an_arm_may_be_compared_with_several(folder: Path) -> None:
    text = STUDY.replace('against = "labels only"', 'against = ["labels only", "Taught, 10 %"]')
    (folder / "study.toml").write_text(text)
    held(folder / "out", "labels_only-1", 0.0)
    held(folder / "out", "taught__10-1", 3.0)
    plain, first, second = markdown(read_study(folder / "study.toml"), folder / "out").splitlines()[2:]
    assert "| labels only |" in plain and plain.endswith("|  |  | 1.00 |")
    assert "| labels only | +" in first and "a gain" in first
    # Against itself: no difference in any resample.
    assert "| Taught, 10 % | +0.000 (+0.000 to +0.000): the interval holds zero" in second


def test_runs_are_compared_by_their_seed(folder: Path) -> None:
    # Of the arm 1 and 2 are finished, of its reference 2 alone.
    held(folder / "out", "taught__10-1", 3.0)
    held(folder / "out", "taught__10-2", 0.5)
    held(folder / "out", "labels_only-2", 0.5)
    [line] = [
        one for one in markdown(read_study(folder / "study.toml"), folder / "out").splitlines() if "Taught" in one
    ]
    assert "+0.000 (+0.000 to +0.000)" in line


def test_arms_measured_on_different_images_are_not_compared(folder: Path) -> None:
    held(folder / "out", "taught__10-1", 3.0)
    held(folder / "out", "labels_only-1", 0.5)
    file = folder / "out" / "labels_only-1" / "held.npz"
    with np.load(file) as stored:
        other = {**stored, "patients": stored["patients"][::-1]}
    np.savez(file, **other)
    with pytest.raises(TrainingError, match="Taught, 10 % and labels only were measured on different held-out images"):
        markdown(read_study(folder / "study.toml"), folder / "out")


def test_scores_cut_short_are_named(folder: Path) -> None:
    held(folder / "out", "labels_only-1", 0.5)
    file = folder / "out" / "labels_only-1" / "held.npz"
    file.write_bytes(file.read_bytes()[:500])
    with pytest.raises(TrainingError, match=r"labels_only-1/held.npz cannot be read; delete it"):
        markdown(read_study(folder / "study.toml"), folder / "out")


def test_a_finished_run_of_another_configuration_is_not_shown_under_the_arms_name(folder: Path) -> None:
    study = read_study(folder / "study.toml")
    held(folder / "out", "taught__10-1", 0.5)
    config = config_dict(study.config(study.arms[1], 1))
    checkpoint = folder / "out" / "taught__10-1" / "checkpoint.pt"
    torch.save({"ema": {}, "config": config}, checkpoint)
    studies.check_finished(study, folder / "out")
    torch.save({"ema": {}, "config": {**config, "fraction": 0.25}}, checkpoint)
    for table in (True, False):
        with pytest.raises(TrainingError, match=r"taught__10-1 was made with another configuration \(fraction\)"):
            run(folder / "study.toml", folder / "out", folder, only="*", table_only=table, threads=0)


def test_no_teacher_is_calibrated_on_the_labels_it_is_measured_by(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[TeacherConfig] = []

    def logits(teachers: list[TeacherConfig], *_: object) -> torch.Tensor:
        asked.extend(teachers)
        return torch.zeros(2, 14)

    monkeypatch.setattr(studies, "precomputed_logits", logits)
    config = dataclasses.replace(read_config(folder / "base.toml"), teachers=(TeacherConfig(calibrate=True),))
    records = tuple(Record(Path(f"{i}.png"), "nih", f"p{i}", (0.0,) * 14) for i in range(2))
    studies.teacher_auc(config, RecordSet(LABELS, records, (Part.TEST,) * 2, ()), [0, 1], folder)
    assert [teacher.calibrate for teacher in asked] == [False]


def test_an_unfinished_study_has_rows_for_what_is_finished(folder: Path) -> None:
    held(folder / "out", "labels_only-1", 1.0)
    lines = markdown(read_study(folder / "study.toml"), folder / "out").splitlines()
    assert len(lines) == 3 and "| labels only | 1 |" in lines[2]


def test_the_table_of_teachers_gives_each_its_own_area_on_the_films_it_speaks_about(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = np.random.default_rng(1)
    labels = np.tile(np.arange(40)[:, None] % 2, 14).astype(float)
    logits = draw.normal(0, 1, labels.shape) + labels
    logits[:10] = np.nan
    records = [Record(Path(f"{i}.png"), "nih", f"p{i}", tuple(labels[i]), tuple(logits[i])) for i in range(40)]
    used = RecordSet(LABELS, tuple(records), (Part.TEST,) * 40, ())
    asked: list[int] = []
    monkeypatch.setattr(studies, "open_record_set", lambda data: asked.append(data.test_fold) or used)
    monkeypatch.setattr(studies, "pack_record_set", lambda given, recipe, cache: (given, None))
    (folder / "base.toml").write_text(CONFIG.replace("test_fold = 0", "test_fold = 2"))
    (folder / "taught.toml").write_text('extends = "base.toml"\n[[teachers]]\nkind = "precomputed"\n')
    (folder / "study.toml").write_text(
        STUDY.replace('config = "taught', 'networks = ["eeea_net_c2"]\nconfig = "taught')
    )
    study = read_study(folder / "study.toml")
    for seed in (1, 2):
        held(folder / "out", f"labels_only-{seed}", 0.0)
        held(folder / "out", f"taught__10-{seed}", 3.0)
    lines = studies.teacher_table(study, folder / "out", folder).splitlines()
    assert asked == [2], "teachers are measured on the fold that their students are measured on"
    area = np.mean([roc_auc_score(labels[10:, i], logits[10:, i]) for i in range(14)])
    cells = [cell.strip() for cell in lines[3].split("|")]
    assert cells[1] == "Taught, 10 %" and cells[2].startswith(f"{area:.3f} (") and cells[2].endswith("(30)")
    assert cells[5] == "4.7 M"  # method section A.3
    assert lines[2].startswith("| labels only |  |")


@pytest.mark.parametrize(("only", "table", "measured"), [("taught*", False, 0), ("taught*", True, 1), ("*", False, 1)])
def test_a_part_of_a_study_does_not_measure_what_its_networks_cost(
    folder: Path, monkeypatch: pytest.MonkeyPatch, only: str, table: bool, measured: int
) -> None:
    (folder / "study.toml").write_text(
        STUDY.replace('config = "taught', 'networks = ["eeea_net_c2"]\nconfig = "taught')
    )
    for seed in (1, 2):
        held(folder / "out", f"labels_only-{seed}", 0.0)
        held(folder / "out", f"taught__10-{seed}", 3.0)
    asked: list[Path] = []
    monkeypatch.setattr(studies, "teacher_table", lambda study, out, cache: asked.append(out) or "")
    text = studies.run(folder / "study.toml", folder / "out", folder, only=only, table_only=table, threads=0)
    assert "| labels only | 2 |" in text and len(asked) == measured


def test_a_network_costs_what_the_layer_table_says(folder: Path) -> None:
    recipe = structs.replace(read_config(folder / "base.toml").recipe, height=224, width=224)
    cost = studies.network_cost("eeea_net_c2", recipe, 14)
    assert cost.multiply_adds == 289_941_952  # method section A.3


def test_a_teacher_that_has_not_written_down_what_it_says_is_not_in_the_table(folder: Path) -> None:
    teachers = (TeacherConfig(kind="checkpoint", checkpoint="x.pt"),)
    config = dataclasses.replace(read_config(folder / "base.toml"), teachers=teachers)
    with pytest.raises(TrainingError, match="write them with 'predict'"):
        studies.teacher_auc(config, RecordSet(LABELS, (), (), ()), [], folder)


def test_a_pattern_that_matches_no_run_is_rejected_with_the_names_there_are(folder: Path) -> None:
    with pytest.raises(TrainingError, match="labels only-1 matches no run; there are labels_only-1, "):
        run(folder / "study.toml", folder / "out", folder, only="labels only-1", table_only=False, threads=0)
