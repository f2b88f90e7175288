"""One door to every data set: configuration, split files, teachers, unreadable films, and the development set."""

from __future__ import annotations

import dataclasses
import errno
import gzip
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="training extra is not installed")

from cxrviewer.imaging.recipe import Fit, GreySource, InputRecipe
from model_training.cli import main
from model_training.config.data import FOLDS, PROTOCOLS, DataConfig
from model_training.config.experiment import _build
from model_training.data import record_set
from model_training.data.development_set import LABELS, DataError, read_development_set
from model_training.data.pack import pack, pack_readable
from model_training.data.protocols import read_parts, write_parts
from model_training.data.record_set import freeze_split, open_record_set, pack_record_set
from model_training.data.splits import Part, make_split, part_of, write_split
from tests.builders.data_sets import nih_row, picture, write_nih, write_table, write_teachers
from tests.training.test_engine_train import CONFIG

RECIPE = InputRecipe(
    version=1,
    height=32,
    width=32,
    channels=3,
    grey=GreySource.DEFAULT_WINDOW,
    fit=Fit.LETTERBOX,
    pad=0,
    mean=0.5,
    std=0.25,
)
ROWS = [nih_row(f"{patient:08d}_000.png", "Effusion" if patient % 3 else "No Finding") for patient in range(1, 31)]
IMAGES = [str(row[0]) for row in ROWS]


def nih(**values: Any) -> DataConfig:
    return DataConfig(**{"kind": "chestxray14", "folder": "nih", "protocol": "random_70_10_20", **values})


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_nih(tmp_path / "nih", ROWS, test=IMAGES[20:])
    return tmp_path


def test_a_table_of_a_configuration_file_becomes_a_configuration() -> None:
    problems: list[str] = []
    table = {"kind": "folder", "folder": "films", "protocol": "train_only", "labels": ["Mass"], "seed": 4}
    built = _build(DataConfig, table, "data.", problems)
    assert problems == []
    assert built == DataConfig(kind="folder", folder="films", protocol="train_only", labels=("Mass",), seed=4)


@pytest.mark.parametrize(
    ("values", "problems"),
    [
        (
            {"kind": "mimic"},
            ["kind: must be one of development_set, chestxray14, chexpert, padchest, folder, got 'mimic'"],
        ),
        ({"kind": "chestxray14", "folder": "x"}, ["protocol: chestxray14 has official, random_70_10_20, got ''"]),
        ({"kind": "padchest", "protocol": "official"}, ["protocol: padchest has", "folder: missing"]),
        ({"uncertain": "maybe", "views": "lateral", "blank": "x"}, ["uncertain:", "views:", "blank:"]),
        ({"missing": "skip", "unreadable": "skip"}, ["missing:", "unreadable:"]),
        (
            {"folder": "x", "split_file": "y"},
            ["folder: not for the development set", "split_file: not for the development set"],
        ),
        ({"test_fold": 5, "validation_fold": 5}, ["validation_fold: must differ", "test_fold: must be 0 to 4"]),
        ({"validation_half": 2}, ["validation_half: must be -1, 0 or 1"]),
        ({"labels": ("Mass",)}, ["labels: only a plain folder needs them"]),
    ],
)
def test_every_problem_of_a_configuration_is_reported_at_once(values: dict[str, Any], problems: list[str]) -> None:
    with pytest.raises(ValueError, match=problems[0].split(":", maxsplit=1)[0]) as caught:
        DataConfig(**values)
    assert all(problem in str(caught.value) for problem in problems)


def test_nobody_gets_a_protocol_without_asking_where_there_are_several() -> None:
    assert DataConfig().rules is PROTOCOLS["development_set"]["folds"]
    for kind, protocols in PROTOCOLS.items():
        if len(protocols) > 1:
            with pytest.raises(ValueError, match="protocol"):
                DataConfig(kind=kind, folder="x")


def test_a_frozen_split_is_read_back_and_holds_no_patient_number(root: Path) -> None:
    path = root / "splits" / "nih.csv"
    assert freeze_split(nih(seed=5), path, root) == 30
    drawn = open_record_set(nih(seed=5), root)
    frozen = open_record_set(nih(seed=99, split_file=str(path)), root)
    assert frozen.parts == drawn.parts != open_record_set(nih(seed=99), root).parts
    assert path.read_text().splitlines()[0] == "patient_hash,part"
    assert all(len(line.split(",")[0]) == 16 for line in path.read_text().splitlines()[1:])


def test_a_frozen_split_covers_the_films_that_are_not_on_this_machine(root: Path) -> None:
    next((root / "nih").rglob(IMAGES[0])).unlink()
    assert freeze_split(nih(missing="drop"), root / "split.csv", root) == 30


def test_the_command_that_freezes_a_split_never_draws_one_anew(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CXR_DATA", str(root))
    experiment, split = root / "own.toml", root / "split.csv"
    experiment.write_text(CONFIG + '[data]\nkind = "chestxray14"\nfolder = "nih"\nprotocol = "random_70_10_20"\n')
    command = ["freeze-split", str(experiment), "-o", str(split)]
    assert main(command) == 0
    assert capsys.readouterr().out == "30 patients: split.csv\n"
    before = split.read_text()
    assert open_record_set(nih(split_file=str(split)), root).parts == open_record_set(nih(), root).parts
    assert main(command) == 2
    assert "not drawn anew" in capsys.readouterr().err and split.read_text() == before


def test_a_split_file_is_there_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("cxrviewer.atomic.os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_parts({"a": Part.TRAIN}, tmp_path / "parts.csv")
    with pytest.raises(OSError, match="No space left"):
        write_split({"a": 0}, tmp_path / "split.csv")
    assert not list(tmp_path.iterdir())


def test_a_patient_that_the_split_file_does_not_list_is_rejected(root: Path) -> None:
    path = root / "split.csv"
    freeze_split(nih(), path, root)
    parts = read_parts(path)
    gone = open_record_set(nih(), root).records[2].patient_hash
    write_parts({hashed: part for hashed, part in parts.items() if hashed != gone}, path)
    with pytest.raises(DataError, match=r"line 4: the patient of 00000003_000.png is not in split.csv"):
        open_record_set(nih(split_file=str(path)), root)


def test_a_split_file_may_choose_who_validates_but_never_lets_an_official_test_patient_train(root: Path) -> None:
    path = root / "split.csv"
    official = nih(protocol="official")
    freeze_split(official, path, root)
    parts = read_parts(path)
    records = open_record_set(official, root).records
    parts[records[0].patient_hash] = Part.VALIDATION
    write_parts(parts, path)
    frozen = dataclasses.replace(official, split_file=str(path))
    assert open_record_set(frozen, root).parts[0] is Part.VALIDATION
    parts[records[25].patient_hash] = Part.TRAIN
    write_parts(parts, path)
    with pytest.raises(DataError, match=r"line 27: split.csv says train for .*, the official lists say test"):
        open_record_set(frozen, root)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("patient_hash,part\nab,test\nab,train\n", "line 3: the patient is missing or listed twice"),
        ("patient_hash,part\nab,exam\n", "line 2: part must be train, validation, test, got 'exam'"),
        ("patient_hash,fold\nab,1\n", "columns missing: part"),
    ],
)
def test_a_bad_split_file_is_named_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "split.csv").write_text(text)
    with pytest.raises(DataError, match=f"split.csv:? {message}"):
        read_parts(tmp_path / "split.csv")


def test_precomputed_teachers_are_averaged_as_logits_and_absent_ones_are_counted(root: Path) -> None:
    rows = [(image, teacher, p) for image in IMAGES[:-1] for teacher, p in (("a", 0.5), ("b", 0.9))]
    write_teachers(root / "nih" / "teachers.csv", LABELS, rows)
    opened = open_record_set(nih(teacher_csv="teachers.csv"), root)
    # logit(0.5) = 0 and logit(0.9) = ln 9: their mean, not the logit of 0.7.
    assert opened.records[0].teacher == pytest.approx((math.log(9) / 2,) * 14)
    assert all(map(math.isnan, opened.records[-1].teacher))
    if opened.parts[-1] is Part.TRAIN:
        assert "1 training films have no precomputed teacher" in opened.dropped


def test_a_teacher_of_other_images_or_other_labels_is_rejected(root: Path) -> None:
    write_teachers(root / "nih" / "other.csv", LABELS, [("00000001_000.jpg", "a", 0.5)])
    with pytest.raises(DataError, match=r"other.csv: none of its 1 images is in this data set"):
        open_record_set(nih(teacher_csv="other.csv"), root)
    write_teachers(root / "nih" / "few.csv", LABELS[:13], [(IMAGES[0], "a", 0.5)])
    with pytest.raises(DataError, match=r"few.csv: columns missing: Hernia"):
        open_record_set(nih(teacher_csv="few.csv"), root)


def test_a_set_in_which_nothing_trains_is_rejected(root: Path) -> None:
    for path in (root / "nih").rglob("*.png"):
        path.unlink()
    with pytest.raises(DataError, match=r"No film of this data set trains: 30 of 30 films left out: picture not on"):
        open_record_set(nih(missing="drop"), root)


def damage(root: Path, image: str) -> None:
    path = next((root / "nih").rglob(image))
    path.write_bytes(path.read_bytes()[:-300])


def test_a_corrupt_picture_is_named_when_the_films_are_packed(root: Path) -> None:
    damage(root, IMAGES[4])
    opened = open_record_set(nih(), root)
    with pytest.raises(DataError, match=rf"1 of 30 films cannot be read, first: {IMAGES[4]}: This picture ends early"):
        pack_record_set(opened, RECIPE, root / "cache")


def test_a_corrupt_picture_is_dropped_on_demand_with_a_sentence_and_without_packing_twice(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damage(root, IMAGES[4])
    opened = open_record_set(nih(), root)
    with pytest.raises(DataError):
        pack_record_set(opened, RECIPE, root / "cache")
    monkeypatch.setattr("model_training.data.pack.image_grey", None)  # a second packing would fail here
    records, packed = pack_record_set(opened, RECIPE, root / "cache", unreadable="drop")
    assert records.parts[4] is None
    assert not packed[4].any()
    assert packed[3].any()
    assert records.dropped[-1].startswith(f"left out: {IMAGES[4]}: This picture ends early")
    assert [p for i, p in enumerate(records.parts) if i != 4] == [p for i, p in enumerate(opened.parts) if i != 4]


def test_a_colour_picture_is_named_when_the_films_are_packed(root: Path) -> None:
    from PIL import Image

    colour = np.zeros((16, 16, 3), np.uint8)
    colour[..., 0] = 200
    Image.fromarray(colour).save(next((root / "nih").rglob(IMAGES[0])))
    with pytest.raises(DataError, match=rf"{IMAGES[0]}: This is a colour picture"):
        pack(open_record_set(nih(), root).records, RECIPE, root / "cache")


def test_films_of_one_name_and_size_in_other_folders_are_another_pack(tmp_path: Path) -> None:
    write_nih(tmp_path / "nih", ROWS[:2])
    records = open_record_set(nih(protocol="official"), tmp_path).records

    def at(*paths: str) -> list[Any]:
        made = []
        for path in paths:
            picture(tmp_path / "chex" / path, columns=40)
            made.append(dataclasses.replace(records[0], path=tmp_path / "chex" / path))
        return made

    pack_readable(at("p1/s1/view1.png", "p2/s1/view1.png"), RECIPE, tmp_path / "cache")
    pack_readable(at("p3/s1/view1.png", "p4/s1/view1.png"), RECIPE, tmp_path / "cache")
    assert len(list((tmp_path / "cache").glob("*.npy"))) == 2


def test_only_used_films_are_packed(root: Path) -> None:
    opened = open_record_set(nih(), root)
    parts = (None, *opened.parts[1:])
    records, packed = pack_record_set(dataclasses.replace(opened, parts=parts), RECIPE, root / "cache")
    assert len(packed) == len(records.records) == 29
    assert records.records[0].path.name == IMAGES[1]


def write_development_set(root: Path, count: int = 20) -> None:
    """Write a development set of `count` nih patients, each with a twin among the normals."""
    none = [0] * len(LABELS)
    write_table(
        root / "nih.csv",
        ",".join(["image", "patient", "age", "sex", "view", *LABELS]),
        [[f"{i}.jpg", i, 50, "F", "PA", *none] for i in range(count)],
    )
    write_teachers(root / "nih_teachers.csv", LABELS, [("0.jpg", "a", 0.5)])
    write_table(
        root / "rsna_normal.csv", "image,same_picture_as_nih", [[f"n{i}.jpg", f"{i}.png"] for i in range(count)]
    )
    write_table(
        root / "nih128.csv",
        ",".join(["image", "patient", "age", "sex", "view", *LABELS, *(f"teacher_{label}" for label in LABELS)]),
        [["small.jpg", 1, 50, "F", "PA", *none, *[""] * len(LABELS)]],
    )
    picture(root / "nih128" / "small.jpg")
    write_table(
        root / "rsna_normal_names.csv",
        "image,nih_image,official_test,Patient ID,Patient Age,Patient Gender,View Position",
        [["left.jpg", "x.png", "1", "999", "50", "F", "PA"]],
    )
    write_teachers(root / "rsna_normal_teachers.csv", LABELS, [("n0.jpg", "a", 0.5)])
    with gzip.open(root / "nih_relabel_chexnext_mednet.csv.gz", "wt", encoding="utf-8") as handle:
        handle.write(",".join(["image", *LABELS]) + "\n")
    write_table(root / "kermany.csv", "image,label,patient", [["k.jpg", "normal", "1"]])
    write_table(root / "wingspan.csv", "image", [])
    write_table(root / "hannover.csv", "patient_id,image_id,sex,age,projection", [])
    for name in [*(f"nih/{i}" for i in range(count)), *(f"rsna_normal/n{i}" for i in range(count)), "kermany/k"]:
        picture(root / f"{name}.jpg")


def test_the_pool_is_read_and_split_as_ever_and_twins_share_their_side(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_development_set(tmp_path)
    records = read_development_set(tmp_path)
    folds = make_split(records)
    monkeypatch.setattr(record_set, "read_split", lambda: folds)
    for fold in range(FOLDS):
        config = DataConfig(test_fold=fold, validation_fold=(fold + 1) % FOLDS)
        opened = open_record_set(config, tmp_path)
        assert [record.path for record in opened.records] == [record.path for record in records]
        assert opened.parts == tuple(
            part_of(record, folds, test_fold=fold, validation_fold=(fold + 1) % FOLDS) for record in records
        )
        side = {record.path.stem: part for record, part in zip(opened.records, opened.parts, strict=True)}
        assert all(side[f"n{i}"] is side[str(i)] for i in range(20))
        assert side["small"] is side["1"]
        assert side["k"] is Part.TRAIN


def test_other_teachers_of_the_pool_replace_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_development_set(tmp_path)
    monkeypatch.setattr(record_set, "read_split", lambda: make_split(read_development_set(tmp_path)))
    write_teachers(tmp_path / "mine.csv", LABELS, [("1.jpg", "m", 0.9), ("kermany/k.jpg", "m", 0.9)])
    records = {
        record.path.stem: record for record in open_record_set(DataConfig(teacher_csv="mine.csv"), tmp_path).records
    }
    assert records["1"].teacher == records["k"].teacher == pytest.approx((math.log(9),) * 14)
    assert math.isnan(records["0"].teacher[0])


def test_twins_of_the_real_pool_are_never_on_two_sides(shared_data: Path) -> None:
    import csv

    opened = open_record_set(DataConfig(), shared_data / "cxr")
    side = {(record.set, record.path.stem): part for record, part in zip(opened.records, opened.parts, strict=True)}
    with (shared_data / "cxr" / "rsna_normal.csv").open(newline="") as handle:
        rows = [(Path(row["image"]).stem, Path(row["same_picture_as_nih"]).stem) for row in csv.DictReader(handle)]
    twins = [(normal, nih) for normal, nih in rows if nih]
    assert len(twins) == 157
    assert all(side["rsna_normal", normal] is side["nih", nih] for normal, nih in twins)
    assert {side["nih", nih] for _, nih in twins} == set(Part)
