"""ChestX-ray14 in its official files, with the traps of the real tables."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from model_training.config.data import DataConfig
from model_training.data.chestxray14 import NO_FINDING, findings
from model_training.data.development_set import LABELS, DataError, hash_patient
from model_training.data.protocols import random_part
from model_training.data.record_set import RecordSet, freeze_split, open_record_set
from model_training.data.splits import Part
from tests.builders.data_sets import NIH_TABLE, nih_row, write_nih

ROWS = [
    nih_row("00000001_000.png", "Cardiomegaly|Emphysema"),
    nih_row("00000001_001.png", "Effusion", age=58, view=""),
    nih_row("00000002_000.png", age="013M", sex="F", view="AP"),
    nih_row("00000003_000.png", "Pleural_Thickening", age=411),
    nih_row("00000004_000.png", "Hernia", age="", sex=""),
]
TEST = ["00000004_000.png"]


def config(**values: Any) -> DataConfig:
    return DataConfig(**{"kind": "chestxray14", "folder": "nih", "protocol": "official", **values})


def by_name(records: RecordSet) -> dict[str, Any]:
    return {record.path.name: record for record in records.records}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_nih(tmp_path / "nih", ROWS, test=TEST)
    return tmp_path


def test_a_row_becomes_a_film_with_its_labels_and_facts(root: Path) -> None:
    records = by_name(open_record_set(config(), root))
    both = records["00000001_000.png"]
    assert [name for name, value in zip(LABELS, both.labels, strict=True) if value] == ["Cardiomegaly", "Emphysema"]
    assert (both.age, both.female, both.ap) == (57, 0, 0)
    assert both.path.is_file()
    healthy = records["00000002_000.png"]
    assert healthy.labels == (0.0,) * 14
    assert healthy.age == pytest.approx(13 / 12)
    assert (healthy.female, healthy.ap) == (1, 1)


def test_what_the_table_does_not_say_is_unknown(root: Path) -> None:
    records = by_name(open_record_set(config(), root))
    assert math.isnan(records["00000001_001.png"].ap)
    assert math.isnan(records["00000004_000.png"].age)
    assert math.isnan(records["00000004_000.png"].female)
    assert all(math.isnan(logit) for logit in records["00000001_000.png"].teacher)


def test_an_age_of_411_is_unknown_and_counted(root: Path) -> None:
    opened = open_record_set(config(), root)
    assert math.isnan(by_name(opened)["00000003_000.png"].age)
    assert "1 ages above 120 years taken as unknown" in opened.dropped


def test_a_film_keeps_the_hashed_patient_it_has_in_the_pool(root: Path) -> None:
    # The development set's films are ChestX-ray14's: nih.csv gives their patients as "nih:1".
    assert by_name(open_record_set(config(), root))["00000001_000.png"].patient_hash == hash_patient("nih:1")


def test_the_official_test_list_tests_and_nothing_of_it_trains(root: Path) -> None:
    opened = open_record_set(config(), root)
    tested = [opened.records[i].path.name for i in opened.indices(Part.TEST)]
    assert tested == TEST
    assert {part for part in opened.parts} <= set(Part)


def test_an_eighth_of_the_official_training_patients_validates(tmp_path: Path) -> None:
    rows = [nih_row(f"{patient:08d}_000.png") for patient in range(1, 1001)]
    write_nih(tmp_path / "nih", rows, test=[str(row[0]) for row in rows[800:]], pictures=False)
    freeze_split(config(), tmp_path / "split.csv", tmp_path)
    parts = [line.split(",")[1] for line in (tmp_path / "split.csv").read_text().splitlines()[1:]]
    # 800 patients, 1/8 of them: 100, with a standard deviation of 9.4.
    assert parts.count("test") == 200
    assert 70 <= parts.count("validation") <= 130


def test_a_random_split_is_70_10_20_by_patient_and_independent_of_the_other_patients() -> None:
    hashes = [hash_patient(f"nih:{number}") for number in range(5000)]
    parts = [random_part(hashed, seed=1) for hashed in hashes]
    shares = [parts.count(part) / 5000 for part in (Part.TRAIN, Part.VALIDATION, Part.TEST)]
    assert shares == pytest.approx([0.7, 0.1, 0.2], abs=0.02)
    assert [random_part(hashed, seed=2) for hashed in hashes] != parts


def test_all_films_of_a_repeated_patient_are_on_one_side(tmp_path: Path) -> None:
    rows = [nih_row(f"{patient:08d}_{visit:03d}.png") for patient in range(1, 40) for visit in range(3)]
    write_nih(tmp_path / "nih", rows)
    opened = open_record_set(config(protocol="random_70_10_20"), tmp_path)
    sides: dict[str, set[Part | None]] = {}
    for record, part in zip(opened.records, opened.parts, strict=True):
        sides.setdefault(record.patient, set()).add(part)
    assert all(len(parts) == 1 for parts in sides.values())
    assert {part for parts in sides.values() for part in parts} == set(Part)


def test_a_picture_on_neither_official_list_is_left_out_and_counted(tmp_path: Path) -> None:
    names = [str(row[0]) for row in ROWS]
    write_nih(tmp_path / "nih", ROWS, train_val=names[:3], test=TEST)
    opened = open_record_set(config(), tmp_path)
    assert opened.parts[3] is None
    assert "1 of 5 films left out: on neither official list" in opened.dropped
    assert len(opened.used().records) == len(opened.used().parts) == 4


def test_a_patient_on_both_official_lists_is_rejected(tmp_path: Path) -> None:
    write_nih(tmp_path / "nih", ROWS, test=["00000001_001.png"])
    with pytest.raises(DataError, match=rf"{NIH_TABLE} line 3: 00000001_001.png is on the test side"):
        open_record_set(config(), tmp_path)


def test_a_picture_on_both_official_lists_is_rejected(tmp_path: Path) -> None:
    write_nih(tmp_path / "nih", ROWS, train_val=[str(row[0]) for row in ROWS], test=TEST)
    with pytest.raises(DataError, match=r"test_list.txt line 1: 00000004_000.png is listed already"):
        open_record_set(config(), tmp_path)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (nih_row("00000009_000.png", "Pleural Thickening"), "line 7: unknown label 'Pleural Thickening'"),
        (nih_row("00000009_000.png", "Effusion|No Finding"), "line 7: unknown label 'No Finding'"),
        (nih_row("00000009_000.png", ""), "line 7: unknown label ''"),
        (nih_row("00000009_000.png", view="LL"), "line 7: view must be AP, PA or empty, got 'LL'"),
        (nih_row("00000009_000.png", sex="X"), "line 7: sex must be F, M or empty, got 'X'"),
        (nih_row("00000009_000.png", age="old"), "line 7, age: not an age: 'old'"),
        (nih_row("00000009_000.png", patient=8), "line 7: 00000009_000.png is not a picture of patient '8'"),
        (nih_row("00000001_000.png"), "line 7: 00000001_000.png is listed already in .* line 2"),
        (["00000009_000.png", "Mass"], "line 7: the row is cut short"),
    ],
)
def test_a_bad_row_is_named_with_its_file_and_line(tmp_path: Path, row: list[object], message: str) -> None:
    write_nih(tmp_path / "nih", [*ROWS, row], pictures=False)
    with pytest.raises(DataError, match=rf"{NIH_TABLE} {message}"):
        open_record_set(config(), tmp_path)


def test_a_misspelled_finding_is_never_read_as_absent() -> None:
    with pytest.raises(DataError, match="'effusion'"):
        findings("Atelectasis|effusion", "table line 2")
    assert findings(NO_FINDING, "table line 2") == (0.0,) * 14


def test_a_picture_missing_on_disk_is_rejected_by_name_or_dropped_on_demand(root: Path) -> None:
    next((root / "nih").rglob("00000002_000.png")).unlink()
    with pytest.raises(DataError, match=rf"{NIH_TABLE} line 4: the picture 00000002_000.png is not on disk"):
        open_record_set(config(), root)
    opened = open_record_set(config(missing="drop"), root)
    assert opened.parts[2] is None
    assert "1 of 5 films left out: picture not on disk" in opened.dropped


def test_the_first_table_is_read_where_the_second_is_absent_and_its_trailing_column_does_no_harm(root: Path) -> None:
    table = root / "nih" / NIH_TABLE
    first = "".join(line + ",\n" for line in table.read_text().splitlines())
    table.unlink()
    (root / "nih" / "Data_Entry_2017.csv").write_text(first)
    assert len(open_record_set(config(), root).records) == 5


def test_two_pictures_of_one_name_and_a_missing_table_are_rejected(root: Path, tmp_path: Path) -> None:
    picture = next((root / "nih").rglob("00000002_000.png"))
    (root / "nih" / "images_003").mkdir()
    (root / "nih" / "images_003" / picture.name).write_bytes(picture.read_bytes())
    with pytest.raises(DataError, match=r"00000002_000.png lies in two folders"):
        open_record_set(config(), root)
    (root / "nih" / NIH_TABLE).unlink()
    with pytest.raises(DataError, match=r"nih: no Data_Entry_2017_v2020.csv or Data_Entry_2017.csv in this folder"):
        open_record_set(config(), root)
    with pytest.raises(DataError, match="does not exist"):
        open_record_set(config(folder="elsewhere"), root)
