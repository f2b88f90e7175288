"""The pool on small tables with the real columns and their traps."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="training extra is not installed")

from model_training.data.pool import LABELS, PoolError, PoolFilm, hash_patient, logit, read_pool, read_teachers
from model_training.data.splits import FOLDS, Part, make_split, part_of, read_split, write_split


def write(path: Path, columns: list[str], rows: list[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as handle:
        writer = csv.DictWriter(handle, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


NIH_COLUMNS = ["image", "patient", "age", "sex", "view", *LABELS]
NONE = dict.fromkeys(LABELS, 0)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    nih = [
        {"image": "a_000.jpg", "patient": 7, "age": 57, "sex": "M", "view": "PA", **NONE, "Effusion": 1},
        {"image": "a_001.jpg", "patient": 7, "age": 58, "sex": "M", "view": "", **NONE},
        {"image": "b_000.jpg", "patient": 8, "age": "", "sex": "F", "view": "AP", **NONE},
    ]
    write(tmp_path / "nih.csv", NIH_COLUMNS, nih)
    teachers = [{"image": "a_000.jpg", "teacher": t, **dict.fromkeys(LABELS, p)} for t, p in (("x", 0.5), ("y", 0.9))]
    write(tmp_path / "nih_teachers.csv", ["image", "teacher", *LABELS], teachers)
    # Twins have the name NIH gave them, with another ending than the pool's picture.
    normal = [{"image": "n1.jpg", "same_picture_as_nih": "b_000.png"}, {"image": "n2.jpg"}]
    write(tmp_path / "rsna_normal.csv", ["image", "same_picture_as_nih"], normal)
    kermany = [{"image": "k1.jpg", "label": "pneumonia", "patient": "person1"}, {"image": "k2.jpg", "label": "normal"}]
    write(tmp_path / "kermany.csv", ["image", "label", "patient"], kermany)
    write(tmp_path / "wingspan.csv", ["image", "cardiothoracic_ratio"], [{"image": "w1.jpg"}])
    hannover = [{"patient_id": "p", "image_id": "h1", "sex": "f", "age": "", "projection": "ap"}]
    write(tmp_path / "hannover.csv", ["patient_id", "image_id", "sex", "age", "projection"], hannover)
    pictures = ["nih/a_000", "nih/a_001", "nih/b_000", "rsna_normal/n1", "rsna_normal/n2", "kermany/k1", "kermany/k2"]
    for name in [*pictures, "wingspan/image/w1", "hannover/h1"]:
        (tmp_path / f"{name}.jpg").parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / f"{name}.jpg").touch()
    return tmp_path


def by_name(films: list[PoolFilm]) -> dict[str, PoolFilm]:
    return {film.path.stem: film for film in films}


def test_each_set_says_only_what_it_knows(root: Path) -> None:
    films = by_name(read_pool(root))
    assert films["a_000"].labels[LABELS.index("Effusion")] == 1
    assert sum(films["a_000"].labels) == 1
    assert films["n1"].labels == (0.0,) * 14
    pneumonia = LABELS.index("Pneumonia")
    assert films["k1"].labels[pneumonia] == 1
    assert sum(map(math.isnan, films["k1"].labels)) == 13
    assert films["k2"].labels == (0.0,) * 14
    assert all(map(math.isnan, films["w1"].labels))
    assert (films["h1"].ap, films["h1"].female) == (1, 1)
    assert math.isnan(films["a_001"].ap)
    assert math.isnan(films["b_000"].age)


def test_the_cached_teacher_is_the_mean_of_the_logits_and_not_of_the_probabilities(root: Path) -> None:
    # logit(0.5) = 0, logit(0.9) = ln 9.
    teacher = by_name(read_pool(root))["a_000"].teacher
    assert teacher == pytest.approx((math.log(9) / 2,) * 14)
    assert all(map(math.isnan, by_name(read_pool(root))["a_001"].teacher))


def test_a_cached_certainty_stays_finite() -> None:
    assert math.isfinite(logit(0))
    assert logit(1) == pytest.approx(-logit(0))


def test_twins_share_their_patient(root: Path) -> None:
    films = by_name(read_pool(root))
    assert films["n1"].patient == films["b_000"].patient
    assert films["n2"].patient != films["b_000"].patient


@pytest.mark.parametrize(
    ("file", "change", "message"),
    [
        ("nih.csv", lambda text: text.replace("57", "fifty"), "nih.csv line 2, age: not a number: 'fifty'"),
        ("nih.csv", lambda text: text.replace(",57,", ",570,"), "nih.csv line 2, age: 570.0 lies outside 0 to 120"),
        ("nih.csv", lambda text: text.replace("Hernia", "Hernias"), "nih.csv: columns missing: Hernia"),
        ("kermany.csv", lambda text: text.replace("normal", "healthy"), "kermany.csv line 3: label must be"),
        ("nih_teachers.csv", lambda text: text.replace("0.9", "1.9", 1), "lies outside 0 to 1"),
        ("rsna_normal.csv", lambda text: text + "gone.jpg,\n", "1 pictures named in the tables are missing"),
        ("rsna_normal.csv", lambda text: text.replace("b_000", "b_00"), "line 2: the twin b_00.png is not in nih.csv"),
    ],
)
def test_a_bad_table_names_its_file_and_row(root: Path, file: str, change: Callable[[str], str], message: str) -> None:
    path = root / file
    path.write_text(change(path.read_text()))
    with pytest.raises(PoolError, match=message.replace("(", r"\(")):
        read_pool(root)


def test_a_missing_folder_says_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(PoolError, match="set CXR_DATA"):
        read_teachers(tmp_path / "nih_teachers.csv")


def test_no_patient_is_on_two_sides(root: Path) -> None:
    films = read_pool(root)
    folds = make_split(films)
    for test_fold in range(FOLDS):
        parts: dict[str, set[Part]] = {}
        for film in films:
            part = part_of(film, folds, test_fold=test_fold, validation_fold=(test_fold + 1) % FOLDS)
            parts.setdefault(film.patient, set()).add(part)
        assert all(len(sides) == 1 for sides in parts.values())


def test_a_film_of_a_patient_the_split_does_not_know_is_refused(root: Path) -> None:
    film = by_name(read_pool(root))["a_000"]
    with pytest.raises(PoolError, match="not in the split file"):
        part_of(film, {}, test_fold=0, validation_fold=1)


def test_split_file_survives_a_round_trip_and_holds_no_patient_number(root: Path, tmp_path: Path) -> None:
    folds = make_split(read_pool(root))
    path = tmp_path / "split.csv"
    write_split(folds, path)
    assert read_split(path) == folds
    assert hash_patient("nih:7") in path.read_text()
    path.write_text("patient_hash,fold\nabc,9\n")
    with pytest.raises(PoolError, match="line 2"):
        read_split(path)


def test_every_twin_of_the_real_tables_has_the_patient_of_its_nih_picture(shared_data: Path) -> None:
    films = read_pool(shared_data / "cxr")
    assert sum(film.set == "rsna_normal" and film.patient.startswith("nih:") for film in films) == 157


def test_the_stored_split_is_the_one_the_real_tables_give(shared_data: Path) -> None:
    films = read_pool(shared_data / "cxr")
    assert read_split() == make_split(films)
    share = sum(fold == 0 for fold in read_split().values()) / len(read_split())
    assert share == pytest.approx(1 / FOLDS, abs=0.03)
