"""A checkpoint becomes a head the viewer accepts, with figures that were measured; or nothing is written."""

from __future__ import annotations

import dataclasses
import json
import os
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from msgspec import structs

from cxrviewer.heads.package.manifest import read_manifest, write_manifest
from cxrviewer.heads.registry.conformance import check_head
from cxrviewer.imaging.recipe import InputRecipe
from model_training.data.development_set import EVALUATED_SETS, LABELS, Record
from model_training.data.packed import PackedSet, predict, recipe_of
from model_training.data.splits import Part, fifth_of
from model_training.errors import TrainingError
from model_training.evaluate import evaluate, held_out_sets, run_evaluate
from model_training.export.onnx import ExportError, export_onnx, load_checkpoint, load_student
from model_training.head import write as write_head
from model_training.head.card import calibration_fold
from model_training.head.codes import CODES
from model_training.head.refit_card import exchange_section, run_refit_card
from model_training.head.refit_interval import calibrated_on, run_refit_interval
from model_training.head.write import (
    References,
    choose_references,
    described,
    finding_specs,
    made_picture,
    run_export,
)
from model_training.models.zoo import build_network
from model_training.ood import detector
from model_training.stats import interval as intervals
from model_training.stats.calibrate import Calibration, Threshold
from model_training.stats.metrics import Interval
from tests.training.networks import RECIPE, SIZE, random_student

CONFIG: dict[str, Any] = {
    "recipe": {**structs.asdict(RECIPE), "grey": "default_window", "fit": "letterbox"},
    "test_fold": 0,
    "validation_fold": 1,
    "seed": 5,
    "stages": [{"size": SIZE, "steps": 7, "batch": 4, "lr": 1e-3}],
    "shares": {"nih": 0.5, "nih128": 0.4, "wingspan": 0.1, "kermany": 0.0},
    "loss": {"labels": 1.0, "multi_label_kl": 0.0, "focal_gamma": 2.0},
}


def small_set() -> PackedSet:
    """Return films nobody took: a bright blob for each label a film has, on a smooth background."""
    rng = np.random.default_rng(0)
    y, x = np.meshgrid(np.linspace(-1, 1, SIZE), np.linspace(-1, 1, SIZE), indexing="ij")
    records, parts, planes = [], [], []
    for i in range(420):
        name = "nih" if i < 180 else "nih128" if i < 300 else ("rsna_normal", "kermany", "wingspan", "hannover")[i % 4]
        labels = (rng.uniform(size=14) < 0.25).astype(float) if name in EVALUATED_SETS else np.zeros(14)
        labels[13] = 0.0  # never a hernia: a finding without evidence
        plane = 0.3 + 0.2 * y + 0.1 * np.cos(3 * x) + 0.03 * rng.normal(size=(SIZE, SIZE))
        for k in np.flatnonzero(labels):
            row, column = np.cos(k), np.sin(k)
            plane += 0.3 * np.exp(-((x - 0.7 * column) ** 2 + (y - 0.7 * row) ** 2) / 0.02)
        teacher = tuple(4 * labels - 2) if name == "nih" and i % 2 else (np.nan,) * 14
        records.append(Record(Path(f"{i}.jpg"), name, f"{name}:{i // 2}", tuple(labels), teacher))
        part = (Part.TRAIN, Part.VALIDATION, Part.TEST)[(i // 2) % 3]
        parts.append(part if name in EVALUATED_SETS else Part.TRAIN)
        planes.append(plane)
    return PackedSet(records, parts, np.rint(np.clip(planes, 0, 1) * 255).astype(np.uint8), RECIPE)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("run") / "checkpoint.pt"
    torch.save({"ema": random_student(14).state_dict(), "config": CONFIG, "step": 7, "seed": 5}, path)
    return path


@pytest.fixture
def little_work(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    dev_set = small_set()
    monkeypatch.setattr(PackedSet, "open", classmethod(lambda *_, **__: dev_set))
    monkeypatch.setattr(detector, "OUTLIERS", detector.OutlierCounts(square=152, plain=8, padded=42, within=42))
    monkeypatch.setattr(detector, "MEASURED_OUTLIERS", 38)
    monkeypatch.setattr(write_head, "PARITY_IMAGES", 2)
    monkeypatch.setattr(intervals, "RESAMPLES", 10)
    monkeypatch.setattr(intervals, "TWIN_RESAMPLES", 5)
    monkeypatch.setenv("CXR_DATA", str(tmp_path / "absent"))


def export(checkpoint: Path, folder: Path) -> int:
    return run_export(
        checkpoint, folder, head_id="test.student", title="Student", version="1.0.0", cache=folder.parent / "cache"
    )


@pytest.mark.usefixtures("little_work")
def test_a_checkpoint_becomes_a_head_that_passes_every_check_of_the_viewer(
    checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "heads" / "test.student"
    assert export(checkpoint, folder) == 0
    assert all(result.passed for result in check_head(folder))
    assert [p.name for p in folder.parent.iterdir()] == ["test.student"], "no scratch folder stays behind"
    manifest = read_manifest(folder)
    assert [f.code for f in manifest.findings] == [CODES[label] for label in LABELS]
    assert manifest.findings[13].auc is None
    assert manifest.findings[0].auc is not None
    assert manifest.findings[13].interval is None, "nobody has it: nothing is known about its offset"
    assert manifest.findings[0].interval is None, "seven validation patients have it"
    known = manifest.findings[5].interval
    assert known is not None and (known.n, known.patients) == (40, 20)

    # The weights come back from the ONNX file alone and answer as the checkpoint does.
    dev_set = small_set()
    index = dev_set.evaluated(Part.TEST)
    original, _ = load_checkpoint(checkpoint)
    want = predict(original, dev_set, index)
    assert np.abs(predict(load_student(folder), dev_set, index) - want).max() < 1e-4 * np.abs(want).max()

    # What the card says is what evaluating the finished head gives.
    capsys.readouterr()
    report = tmp_path / "figures.json"
    assert run_evaluate(checkpoint=None, head=folder, cache=tmp_path, output=report) == 0
    told, printed = json.loads(report.read_text()), capsys.readouterr().out
    card = (folder / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert set(told) == {"nih", "nih128"}
    for mean in (figures["mean"] for figures in told.values()):
        line = f"{mean['value']:.3f} ({mean['low']:.3f} to {mean['high']:.3f})"
        assert line in printed
        assert f"**{line}**" in card
    for figures in told.values():
        line = str(Interval(**figures["mean_of_enough"])) if figures["mean_of_enough"] else "none"
        row = f"| mean of {figures['enough']} with 10 positives or more | | {line} |"
        assert row in card
        assert re.search(rf"of {figures['enough']} with 10 +{re.escape(line)}", printed)
    trained = re.findall(r"(?m)^\| (\w+) \| \d+ \| ", card.partition("## How")[0])
    assert trained == ["nih", "nih128", "wingspan"], "others have no share, or one of zero"
    assert "What a flag means near the natural mix" in card
    assert "Research use only" in card
    assert "EEEA-Net-C2, 4,732,838 parameters, 14 findings" in card  # method section A.3
    # 8 bits are an experiment of their own: the card names it and claims nothing.
    assert "What 8 bits would cost and bring is not measured at export" in card
    assert "int8" not in json.loads((folder / "PROVENANCE.json").read_text(encoding="utf-8"))
    assert str(tmp_path) not in card + (folder / "PROVENANCE.json").read_text(encoding="utf-8")
    provenance = json.loads((folder / "PROVENANCE.json").read_text(encoding="utf-8"))
    assert provenance["parity"].keys() == {"logits", "maps", "gradcam", "films"} and provenance["films"]


def test_the_card_names_the_network_that_answers() -> None:
    network = build_network("timm:densenet121", 14, 3)
    # 6,953,856 weights below the classifier (torchvision's table: 7,978,856 less 1,025,000), and 14 x 1,025.
    assert described(network, {"network": "timm:densenet121"}) == ("densenet121", 6_953_856 + 14 * 1_025)


@pytest.mark.usefixtures("little_work")
def test_intervals_are_fitted_again_and_nothing_else_of_the_head_changes(checkpoint: Path, tmp_path: Path) -> None:
    folder = tmp_path / "heads" / "test.student"
    assert export(checkpoint, folder) == 0
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    made = read_manifest(folder)
    bare = structs.replace(made, findings=tuple(structs.replace(f, interval=None) for f in made.findings))
    (folder / "head.toml").write_text(write_manifest(bare), encoding="utf-8")
    assert run_refit_interval(head=folder, version="1.1.0", cache=tmp_path) == 0
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert {n for n in before if before[n] != after[n]} == {"head.toml", "MODEL_CARD.md", "PROVENANCE.json"}
    got = read_manifest(folder)
    assert got.version == "1.1.0"
    assert [structs.replace(f, interval=None) for f in got.findings] == list(bare.findings)
    for one, other in zip(got.findings, made.findings, strict=True):
        assert (one.interval is None) == (other.interval is None)
        if one.interval is not None and other.interval is not None:
            # The ONNX file's logits differ from torch's in the last digits.
            assert one.interval.offset_error == pytest.approx(other.interval.offset_error, rel=1e-2)
    card, before_card = after["MODEL_CARD.md"].decode(), before["MODEL_CARD.md"].decode()
    assert "(test.student 1.1.0)" in card and card.count("## Interval of a probability") == 1
    cut = [re.sub(r"(?s)## Interval of.*?(?=^## )", "", text, flags=re.M) for text in (card, before_card)]
    assert cut[0].replace("1.1.0)", "1.0.0)") == cut[1]
    assert all(result.passed for result in check_head(folder))

    # A head that was calibrated on something else is left as it is.
    moved = structs.replace(made, findings=(structs.replace(made.findings[0], offset=3.0), *made.findings[1:]))
    (folder / "head.toml").write_text(write_manifest(moved), encoding="utf-8")
    left = (folder / "head.toml").read_bytes()
    with pytest.raises(TrainingError, match="calibrated on other films"):
        run_refit_interval(head=folder, version="1.2.0", cache=tmp_path)
    assert (folder / "head.toml").read_bytes() == left


@pytest.mark.usefixtures("little_work")
def test_a_card_without_the_newer_sections_gets_them_and_nothing_else_of_the_head_changes(
    checkpoint: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "heads" / "test.student"
    assert export(checkpoint, folder) == 0
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    made = before["MODEL_CARD.md"].decode()
    newer = ("## What a flag would mean", "## By size", "## By projection", "## What it cannot see")
    old = made
    for heading in newer:
        old = re.sub(rf"(?s)^{heading}.*?(?=^## )", "", old, flags=re.MULTILINE)
    (folder / "MODEL_CARD.md").write_text(old, encoding="utf-8")
    assert run_refit_card(head=folder, version="1.0.1", cache=tmp_path) == 0
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert {n for n in before if before[n] != after[n]} == {"head.toml", "MODEL_CARD.md", "PROVENANCE.json"}
    card = after["MODEL_CARD.md"].decode()
    headings = [line for line in made.splitlines() if line.startswith("## ")]
    assert [line for line in card.splitlines() if line.startswith("## ")] == headings
    assert all(any(line.startswith(heading) for line in headings) for heading in newer)
    assert "(test.student 1.0.1)" in card and read_manifest(folder).version == "1.0.1"
    assert all(result.passed for result in check_head(folder))
    # Once more: every section is replaced, none is written twice.
    assert run_refit_card(head=folder, version="1.0.2", cache=tmp_path) == 0
    again = (folder / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert again.replace("1.0.2)", "1.0.1)") == card


def test_a_section_is_told_by_its_heading_up_to_a_colon() -> None:
    card = "# Card\n\n## By sex: old films\n\nold\n\n## End\n\nend\n"
    assert exchange_section(card, ["## By sex: new films", "", "new"], "## End") == (
        "# Card\n\n## By sex: new films\n\nnew\n\n## End\n\nend\n"
    )
    assert exchange_section(card, ["## By", "", "other"], "## End").count("## By sex") == 1


def test_a_head_without_figures_near_the_natural_mix_was_calibrated_on_the_films_rich_in_findings(
    tmp_path: Path,
) -> None:
    for told, name in (({"natural_mix": {"films": 3}}, "nih128"), ({"natural_mix": None}, "nih"), ({}, "nih")):
        (tmp_path / "PROVENANCE.json").write_text(json.dumps({"config": CONFIG, **told}))
        assert calibrated_on(tmp_path, small_set()) == name


@pytest.mark.usefixtures("little_work")
def test_a_failing_check_leaves_the_older_head_as_it_was(
    checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "heads" / "test.student"
    folder.mkdir(parents=True)
    (folder / "head.toml").write_text("the older head")
    exported = export_onnx

    def of_another_network(network: object, recipe: InputRecipe) -> bytes:
        return exported(random_student(14, seed=1), recipe)

    monkeypatch.setattr(write_head, "export_onnx", of_another_network)
    with pytest.raises(ExportError, match="logits differ"):
        export(checkpoint, folder)
    assert (folder / "head.toml").read_text() == "the older head"
    assert [p.name for p in folder.parent.iterdir()] == ["test.student"]


def test_a_head_is_calibrated_on_the_half_of_the_validation_patients_that_did_not_train(
    checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    half = tmp_path / "half" / "checkpoint.pt"
    half.parent.mkdir()
    torch.save({**torch.load(checkpoint, weights_only=True), "config": {**CONFIG, "validation_half": 1}}, half)
    asked: list[dict[str, int]] = []

    class Asked(Exception):
        pass

    def note(*_: object, **parts: int) -> None:
        asked.append(parts)
        raise Asked

    monkeypatch.setattr(PackedSet, "open", note)
    with pytest.raises(Asked):
        export(half, tmp_path / "head")
    assert asked == [{"test_fold": 0, "validation_fold": 1, "validation_half": 1}]
    assert calibration_fold({"validation_fold": 1, "validation_half": 1}) == "fold 1 (half 0 of its patients)"
    assert calibration_fold({"validation_fold": 1}) == "fold 1"


@pytest.mark.usefixtures("little_work")
def test_the_card_counts_the_images_that_trained(checkpoint: Path, tmp_path: Path) -> None:
    share = tmp_path / "share" / "checkpoint.pt"
    share.parent.mkdir()
    config = {**CONFIG, "fraction": 0.5, "left_out": 2}
    torch.save({**torch.load(checkpoint, weights_only=True), "config": config}, share)
    assert export(share, tmp_path / "head") == 0
    dev_set = small_set()
    wanted = [
        record
        for record, part in zip(dev_set.records, dev_set.parts, strict=True)
        # The first half of all hashes; the third fifth is left out.
        if part is Part.TRAIN
        and record.set == "nih"
        and record.patient_hash < "8"
        and fifth_of(record.patient_hash) != 2
    ]
    assert 0 < len(wanted) < 30
    card = (tmp_path / "head" / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert re.search(rf"(?m)^\| nih \| {len(wanted)} \| ", card)


def test_a_checkpoint_of_other_labels_is_neither_measured_nor_exported(checkpoint: Path, tmp_path: Path) -> None:
    other = tmp_path / "checkpoint.pt"
    labels = ["Fracture", *LABELS[1:]]
    torch.save({**torch.load(checkpoint, weights_only=True), "labels": labels}, other)
    with pytest.raises(ExportError, match=r"trained on other labels \(Fracture, "):
        load_checkpoint(other)


def test_a_head_of_the_older_split_has_no_figure_on_images_whose_twins_it_knows() -> None:
    root = Path(__file__).parents[2]
    assert held_out_sets(root / "plugins/densenet121-cxr14") == ("nih",)
    assert held_out_sets(root / "resources/heads/cxrviewer.c2-cxr14") == ("nih", "nih128")


def test_a_folder_that_is_no_heads_is_not_replaced_and_names_are_checked_first(
    checkpoint: Path, tmp_path: Path
) -> None:
    runs = tmp_path / "runs"
    (runs / "student").mkdir(parents=True)
    with pytest.raises(ExportError, match=r"runs: is there already and is no head's folder"):
        export(checkpoint, runs)
    assert (runs / "student").is_dir()
    with pytest.raises(ExportError) as caught:
        run_export(checkpoint, tmp_path / "h", head_id="Bad id", title="", version="1 0", cache=tmp_path)
    assert [line.partition(":")[0] for line in str(caught.value).splitlines()] == ["id", "title", "version"]


def test_a_replacement_killed_halfway_loses_no_head(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, made = tmp_path / "head", tmp_path / "made"
    for one in (folder, made):
        one.mkdir()
        (one / "head.toml").write_text(one.name)
    replace = os.replace

    def killed(source: Path, target: Path) -> None:
        if source == made:
            raise KeyboardInterrupt
        replace(source, target)

    monkeypatch.setattr(os, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        write_head.replace_folder(made, folder)
    assert (folder / "head.toml").read_text() == "head"
    # A kill leaves nobody to put it back: the next call does, before it asks what is there.
    monkeypatch.undo()
    replace(folder, tmp_path / ".head.old")
    write_head.recover_folder(folder)
    assert (folder / "head.toml").read_text() == "head"
    replace(folder, tmp_path / ".head.old")
    write_head.replace_folder(made, folder)
    assert (folder / "head.toml").read_text() == "made"
    assert [path.name for path in tmp_path.iterdir()] == ["head"]


def test_what_people_wrote_about_a_head_outlives_its_replacement(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "made").mkdir()
    write_head.keep_readme(tmp_path / "old", tmp_path / "made")
    assert not list((tmp_path / "made").iterdir())
    (tmp_path / "old" / "README.md").write_text("ours")
    write_head.keep_readme(tmp_path / "old", tmp_path / "made")
    assert (tmp_path / "made" / "README.md").read_text() == "ours"


def test_the_test_picture_is_smooth_made_and_the_same_everywhere() -> None:
    picture = made_picture(RECIPE)
    assert picture.shape == (1, 3, SIZE, SIZE)
    assert picture.dtype == np.float32
    # Grey 0 and 1 under the recipe's mean 0.5 and std 0.25.
    assert (picture.min(), picture.max()) == (-2.0, 2.0)
    assert np.array_equal(picture[:, 0], picture[:, 2])
    assert np.array_equal(picture, made_picture(RECIPE))


def test_each_finding_has_a_reference_of_its_own_that_normal_films_seldom_reach() -> None:
    maps = np.zeros((6, 2, 1, 1), np.float32)
    maps[:, 0, 0, 0] = [1.0, 3.0, 0.5, 0.5, 0.5, 0.5]
    maps[:, 1, 0, 0] = [9.0, 9.0, 10.0, 20.0, 30.0, 5.0]
    labels = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 0.0], [0.0, 0.0], [0.0, 0.0], [0.0, 1.0]])
    got = choose_references(maps, labels)
    # By hand, linear quantiles: (1, 3) -> 2.9 beside normal 0.5; (5) beside normal (10, 20, 30) -> 29.
    assert got.values == (pytest.approx(2.9), pytest.approx(29))
    assert got.normal_share == (pytest.approx(0.5 / 2.9, rel=1e-3), pytest.approx(20 / 29, rel=1e-3))


def test_a_finding_that_never_had_a_map_borrows_the_largest_reference() -> None:
    maps = np.zeros((2, 2, 1, 1), np.float32)
    maps[:, 0, 0, 0] = 3.0
    assert choose_references(maps, np.zeros((2, 2))).values == (3.0, 3.0)


def test_without_a_map_there_is_no_reference() -> None:
    with pytest.raises(ExportError, match="reference"):
        choose_references(np.zeros((1, 1, 1, 1), np.float32), np.zeros((1, 1)))
    with pytest.raises(ExportError, match="without finding"):
        choose_references(np.ones((1, 1, 1, 1), np.float32), np.ones((1, 1)))


def test_evidence_holds_its_own_value_even_where_the_interval_missed_it() -> None:
    labels = np.tile([[0.0], [1.0]], (20, 14))
    logits = np.random.default_rng(0).normal(size=(40, 14))
    calibration = Calibration(np.ones(14), np.zeros(14), 1.0, {})
    result = evaluate(labels, logits, np.full((40, 14), np.nan), [str(i) for i in range(40)], calibration)
    odd = dataclasses.replace(result.findings[0], auc=Interval(0.9, 0.5, 0.8, 2000))
    result = dataclasses.replace(result, findings=(odd, *result.findings[1:]))
    spec = finding_specs(
        calibration, [Threshold(0.5, "by hand")] * 14, References((1.0,) * 14, (0.5,) * 14), [(result, "made")]
    )[0]
    assert spec.auc is not None
    assert (spec.auc.low, spec.auc.value, spec.auc.high) == (0.5, 0.9, 0.9)
    assert result.teacher is None, "no teacher, no figure for one"


def test_evidence_is_of_the_natural_mix_where_enough_of_its_films_have_the_finding() -> None:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, (60, 14)).astype(float)
    rare = labels.copy()
    rare[:, 0] = [1.0] * 9 + [0.0] * 51
    calibration = Calibration(np.ones(14), np.zeros(14), 1.0, {})
    predicted, nobody, who = rng.normal(size=(60, 14)), np.full((60, 14), np.nan), [str(i) for i in range(60)]
    results = [
        (evaluate(truth, predicted, nobody, who, calibration), words)
        for truth, words in ((rare, "natural"), (labels, "rich"))
    ]
    specs = finding_specs(calibration, [Threshold(0.5, "by hand")] * 14, References((1.0,) * 14, (0.5,) * 14), results)
    assert [spec.auc.data for spec in specs if spec.auc] == ["rich"] + ["natural"] * 13


def test_what_is_flagged_is_counted_by_hand() -> None:
    labels = np.zeros((4, 14))
    labels[0, 0] = 1
    logits = np.full((4, 14), -5.0)
    logits[:2, 0] = 5.0  # one film with the finding, and one normal one, are flagged
    calibration = Calibration(np.ones(14), np.zeros(14), 1.0, {})
    got = evaluate(labels, logits, np.full((4, 14), np.nan), list("abcd"), calibration, thresholds=[0.5] * 14)
    assert (got.normal, got.normal_flagged) == (3, 1)
    assert (got.findings[0].flagged, got.findings[0].rightly_flagged) == (2, 1)


def test_student_and_teacher_are_compared_on_the_same_films() -> None:
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 2, (60, 14)).astype(float)
    logits = rng.normal(size=(60, 14))
    logits[:30] += 6 * labels[:30]  # right on the first half, where no teacher was asked
    teacher = np.full((60, 14), np.nan)
    teacher[30:] = 6 * labels[30:] - 3
    calibration = Calibration(np.ones(14), np.zeros(14), 1.0, {})
    got = evaluate(labels, logits, teacher, [str(i) for i in range(60)], calibration)
    assert got.teacher_images == 30
    assert got.teacher is not None and got.teacher.value == 1
    assert got.student_beside_teacher is not None and got.student_beside_teacher.value < 0.6
    assert got.mean is not None and got.mean.value > 0.7


def test_files_keep_the_keys_they_have_had_for_counts_of_images() -> None:
    labels = np.repeat([[0.0], [1.0]], 14, axis=1)
    calibration = Calibration(np.ones(14), np.zeros(14), 1.0, {})
    written = evaluate(labels, labels, labels, ["a", "b"], calibration).as_dict()
    shipped = Path(__file__).parents[2] / "resources" / "heads" / "cxrviewer.c2-cxr14" / "PROVENANCE.json"
    since_then = {"ece_interval", "brier_interval", "enough", "mean_of_enough"}
    assert written.keys() == json.loads(shipped.read_text(encoding="utf-8"))["evaluation"].keys() | since_then
    assert (written["films"], written["teacher_films"]) == (2, 2)


def test_every_label_has_a_code_of_its_own() -> None:
    assert set(CODES) == set(LABELS)
    assert len({(c.scheme, c.value) for c in CODES.values()}) == len(LABELS)


def test_a_recipe_survives_the_checkpoint() -> None:
    assert recipe_of(CONFIG["recipe"]) == RECIPE
