"""The development set on small tables with the real columns and their traps."""

from __future__ import annotations

import csv
import gzip
import math
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="training extra is not installed")


from model_training.config.data import FOLDS
from model_training.data.development_set import (
    LABELS,
    DataError,
    Record,
    hash_patient,
    logit,
    read_development_set,
    read_teachers,
)
from model_training.data.splits import (
    SPLIT_FILE_V1,
    Part,
    fold_of,
    half_of,
    later_fold_of,
    make_split,
    part_of,
    read_split,
    write_split,
)


def write(path: Path, columns: list[str], rows: list[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as handle:
        writer = csv.DictWriter(handle, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


NIH_COLUMNS = ["image", "patient", "age", "sex", "view", *LABELS]
NONE = dict.fromkeys(LABELS, 0)
SAID = {f"teacher_{label}": 0.5 for label in LABELS}
NAMES_COLUMNS = [
    "image",
    "nih_image",
    "official_test",
    "Patient ID",
    "Patient Age",
    "Patient Gender",
    "View Position",
]


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
    small = [
        {"image": "a_002.jpg", "patient": 7, "age": 59, "sex": "M", "view": "PA", **NONE, **SAID, "Mass": 1},
        {"image": "c_000.jpg", "patient": 9, "age": 40, "sex": "F", "view": "PA", **NONE},
    ]
    write(tmp_path / "nih128.csv", [*NIH_COLUMNS, *SAID], small)
    relabels = [{"image": "a_000.png", **dict.fromkeys(LABELS, 1)}, {"image": "other.png", **dict.fromkeys(LABELS, 1)}]
    write(tmp_path / "relabels.csv", ["image", *LABELS], relabels)
    packed = gzip.compress((tmp_path / "relabels.csv").read_bytes())
    (tmp_path / "nih_relabel_chexnext_mednet.csv.gz").write_bytes(packed)
    names = [
        {"image": "n3.jpg", "nih_image": "c_001.png", "official_test": 0, "Patient ID": 9, "Patient Age": 41},
        {"image": "n4.jpg", "nih_image": "d_000.png", "official_test": 1, "Patient ID": 10, "View Position": "AP"},
        {"image": "n5.jpg", "nih_image": "e_000.png", "official_test": 0, "Patient ID": 11, "Patient Gender": "F"},
    ]
    write(tmp_path / "rsna_normal_names.csv", NAMES_COLUMNS, names)
    predicted = [{"image": "n5.jpg", "teacher": "x", **dict.fromkeys(LABELS, 0.5)}]
    write(tmp_path / "rsna_normal_teachers.csv", ["image", "teacher", *LABELS], predicted)
    # Twins have the name NIH gave them, with another ending than the development set's picture.
    normal: list[dict[str, object]] = [{"image": "n1.jpg", "same_picture_as_nih": "b_000.png"}]
    normal += [{"image": f"n{i}.jpg"} for i in range(2, 6)]
    write(tmp_path / "rsna_normal.csv", ["image", "same_picture_as_nih"], normal)
    kermany: list[dict[str, object]] = [
        {"image": "k1.jpg", "label": "pneumonia", "patient": "person1"},
        {"image": "k2.jpg", "label": "normal"},
    ]
    write(tmp_path / "kermany.csv", ["image", "label", "patient"], kermany)
    write(tmp_path / "wingspan.csv", ["image", "cardiothoracic_ratio"], [{"image": "w1.jpg"}])
    hannover: list[dict[str, object]] = [
        {"patient_id": "p", "image_id": "h1", "sex": "f", "age": "", "projection": "ap"}
    ]
    write(tmp_path / "hannover.csv", ["patient_id", "image_id", "sex", "age", "projection"], hannover)
    pictures = ["nih/a_000", "nih/a_001", "nih/b_000", "nih128/a_002", "nih128/c_000", "kermany/k1", "kermany/k2"]
    pictures += [f"rsna_normal/n{i}" for i in range(1, 6)]
    for name in [*pictures, "wingspan/image/w1", "hannover/h1"]:
        (tmp_path / f"{name}.jpg").parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / f"{name}.jpg").touch()
    return tmp_path


def by_name(records: list[Record]) -> dict[str, Record]:
    return {record.path.stem: record for record in records}


def test_each_set_says_only_what_it_knows(root: Path) -> None:
    records = by_name(read_development_set(root))
    assert records["a_000"].labels[LABELS.index("Effusion")] == 1
    assert sum(records["a_000"].labels) == 1
    assert records["n1"].labels == (0.0,) * 14
    pneumonia = LABELS.index("Pneumonia")
    assert records["k1"].labels[pneumonia] == 1
    assert sum(map(math.isnan, records["k1"].labels)) == 13
    assert records["k2"].labels == (0.0,) * 14
    assert all(map(math.isnan, records["w1"].labels))
    assert (records["h1"].ap, records["h1"].female) == (1, 1)
    assert math.isnan(records["a_001"].ap)
    assert math.isnan(records["b_000"].age)


def test_the_precomputed_teacher_is_the_mean_of_the_logits_and_not_of_the_probabilities(root: Path) -> None:
    # logit(0.5) = 0, logit(0.9) = ln 9.
    teacher = by_name(read_development_set(root))["a_000"].teacher
    assert teacher == pytest.approx((math.log(9) / 2,) * 14)
    assert all(map(math.isnan, by_name(read_development_set(root))["a_001"].teacher))


def test_a_precomputed_certainty_stays_finite() -> None:
    assert math.isfinite(logit(0))
    assert logit(1) == pytest.approx(-logit(0))


def test_twins_share_their_patient(root: Path) -> None:
    records = by_name(read_development_set(root))
    assert records["n1"].patient == records["b_000"].patient
    assert records["n2"].patient != records["b_000"].patient


def test_a_patient_of_both_nih_sets_has_one_fold(root: Path) -> None:
    records = by_name(read_development_set(root))
    assert records["a_000"].patient == records["a_002"].patient == "nih:7"
    folds = make_split(read_development_set(root))
    assert part_of(records["a_000"], folds, test_fold=0, validation_fold=1) is part_of(
        records["a_002"], folds, test_fold=0, validation_fold=1
    )


def test_a_named_normal_film_follows_its_patient_and_gains_what_is_known_of_it(root: Path) -> None:
    records = by_name(read_development_set(root))
    assert records["n3"].patient == records["c_000"].patient
    assert records["n3"].age == 41
    assert (records["n5"].patient, records["n5"].female) == ("nih:11", 1)
    assert records["n5"].teacher == (0.0,) * 14
    assert records["n5"].excluded == ""


def test_a_normal_film_of_the_official_test_list_or_without_a_name_is_used_for_nothing(root: Path) -> None:
    records = by_name(read_development_set(root))
    assert "official test" in records["n4"].excluded
    assert "not known" in records["n2"].excluded
    # Its twin says who it is, even where the table of names does not.
    assert records["n1"].excluded == ""


def test_the_teacher_of_a_small_film_stands_in_its_own_row(root: Path) -> None:
    records = by_name(read_development_set(root))
    assert records["a_002"].teacher == (0.0,) * 14
    assert all(map(math.isnan, records["c_000"].teacher))


def test_relabels_are_known_for_every_finding_and_change_no_label(root: Path) -> None:
    record = by_name(read_development_set(root))["a_000"]
    assert record.relabel == (1.0,) * 14
    assert sum(record.labels) == 1


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
    with pytest.raises(DataError, match=message.replace("(", r"\(")):
        read_development_set(root)


def test_a_missing_folder_says_what_to_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CXR_DATA", str(tmp_path))
    with pytest.raises(DataError, match="set CXR_DATA"):
        read_teachers(tmp_path / "cxr" / "nih_teachers.csv")
    with pytest.raises(DataError, match=r"table\.csv: cannot be read in .*\(No such file or directory\)$"):
        read_teachers(tmp_path / "table.csv")


def test_no_patient_is_on_two_sides(root: Path) -> None:
    records = read_development_set(root)
    folds = make_split(records)
    for test_fold in range(FOLDS):
        parts: dict[str, set[Part]] = {}
        for record in records:
            part = part_of(record, folds, test_fold=test_fold, validation_fold=(test_fold + 1) % FOLDS)
            parts.setdefault(record.patient, set()).add(part)
        assert all(len(sides) == 1 for sides in parts.values())


def test_a_half_of_the_validation_patients_may_train_and_nobody_else_moves() -> None:
    records = [Record(Path(f"{i}.png"), "nih", f"nih:{i}", (0.0,)) for i in range(40)]
    folds = {record.patient_hash: i % FOLDS for i, record in enumerate(records)}
    of_validation = {i for i in range(40) if i % FOLDS == 1}
    of_half = [{i for i in of_validation if half_of(records[i].patient_hash) == half} for half in (0, 1)]
    assert of_half[0]
    assert of_half[1]
    for half, moved in ((-1, set[int]()), (0, of_half[0]), (1, of_half[1])):
        parts = [part_of(r, folds, test_fold=0, validation_fold=1, validation_half=half) for r in records]
        assert {i for i, part in enumerate(parts) if part is Part.VALIDATION} == of_validation - moved
        assert {i for i, part in enumerate(parts) if part is Part.TEST} == {i for i in range(40) if i % FOLDS == 0}


def test_the_halves_have_about_as_many_patients() -> None:
    halves = [half_of(f"{number:064x}") for number in range(400)]
    assert set(halves) == {0, 1}
    # Binomial, n = 400, p = 0.5: standard deviation 10, so 50 is five of them.
    assert abs(sum(halves) - 200) < 50


def test_a_film_of_a_patient_the_split_does_not_know_is_rejected(root: Path) -> None:
    record = by_name(read_development_set(root))["a_000"]
    with pytest.raises(DataError, match="not in the split file"):
        part_of(record, {}, test_fold=0, validation_fold=1)


def test_split_file_survives_a_round_trip_and_holds_no_patient_number(root: Path, tmp_path: Path) -> None:
    folds = make_split(read_development_set(root))
    path = tmp_path / "split.csv"
    write_split(folds, path)
    assert read_split(path) == folds
    assert hash_patient("nih:7") in path.read_text()
    path.write_text("patient_hash,fold\nabc,9\n")
    with pytest.raises(DataError, match="line 2"):
        read_split(path)


def test_the_normals_of_the_real_tables_follow_their_patients(shared_data: Path) -> None:
    records = read_development_set(shared_data / "cxr")
    patients = {record.patient for record in records if record.set == "nih"}
    normals = [record for record in records if record.set == "rsna_normal"]
    # 157 twins are named in rsna_normal.csv, 371 films of these patients in rsna_normal_names.csv.
    assert sum(record.patient in patients for record in normals) == 371
    assert sum("official test" in record.excluded for record in normals) == 507
    assert sum(not math.isnan(record.teacher[0]) and not record.excluded for record in normals) == 893


def test_the_stored_splits_are_those_the_real_tables_give(shared_data: Path) -> None:
    records = read_development_set(shared_data / "cxr")
    assert read_split(SPLIT_FILE_V1) == make_split(records, version=1)
    assert read_split() == make_split(records)
    share = sum(fold == 0 for fold in read_split(SPLIT_FILE_V1).values()) / len(read_split(SPLIT_FILE_V1))
    assert share == pytest.approx(1 / FOLDS, abs=0.03)


def test_no_patient_of_the_first_split_has_another_fold_in_the_second() -> None:
    old, new = read_split(SPLIT_FILE_V1), read_split()
    assert len(old) == 1201
    assert len(new) == 3307
    assert {patient: new[patient] for patient in old} == old


def test_later_patients_are_spread_in_the_stated_shares() -> None:
    hashes = [hash_patient(f"someone:{i}") for i in range(4000)]
    counts = [sum(later_fold_of(hashed) == fold for hashed in hashes) / len(hashes) for fold in range(FOLDS)]
    assert counts == pytest.approx([0.15, 0.10, 0.25, 0.25, 0.25], abs=0.03)
    assert any(later_fold_of(hashed) != fold_of(hashed) for hashed in hashes)
