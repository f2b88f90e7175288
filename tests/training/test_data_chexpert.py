"""CheXpert in its official files: uncertain and blank labels, views, and its three protocols."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from model_training.config.data import DataConfig
from model_training.data.chexpert import CHEXPERT_LABELS, SOFT, UNCERTAIN, settle, soft_label
from model_training.data.development_set import DataError, Record
from model_training.data.record_set import RecordSet, open_record_set
from model_training.data.splits import Part
from tests.builders.data_sets import CHEXPERT_HEADER, chexpert_row, chexpert_test_row, write_chexpert

EDEMA, EFFUSION, FRACTURE = (CHEXPERT_LABELS.index(name) for name in ("Edema", "Pleural Effusion", "Fracture"))
NONE = dict.fromkeys(CHEXPERT_LABELS, "0.0")
TABLES = {
    "train.csv": [
        chexpert_row("train/patient00001/study1/view1_frontal.jpg", {"Edema": "-1.0", "Pleural Effusion": "1.0"}),
        chexpert_row("train/patient00001/study1/view2_lateral.jpg", {"Edema": "-1.0", "Pleural Effusion": "1.0"}),
        chexpert_row("train/patient00002/study1/view1_frontal.jpg", {"Edema": "0.0"}, age=0, sex="Unknown"),
        chexpert_row("train/patient00003/study2/view1_frontal.jpg", {"No Finding": "1.0"}, projection="LL"),
    ],
    "valid.csv": [chexpert_row("valid/patient64541/study1/view1_frontal.jpg", NONE, projection="PA", sex="Male")],
    "test_labels.csv": [chexpert_test_row("test/patient64741/study1/view1_frontal.jpg", {"Fracture": 1})],
}


def config(**values: Any) -> DataConfig:
    return DataConfig(**{"kind": "chexpert", "folder": "chex", "protocol": "official_test", **values})


def record(records: RecordSet, image: str) -> Record:
    return next(one for one in records.records if one.path.as_posix().endswith(image))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_chexpert(tmp_path / "chex", TABLES)
    return tmp_path


def test_the_outputs_are_the_14_official_columns_in_their_order(root: Path) -> None:
    assert open_record_set(config(), root).labels == tuple(CHEXPERT_HEADER.split(",")[5:])


def test_a_path_of_any_release_names_the_film_in_the_folder(root: Path) -> None:
    opened = open_record_set(config(), root)
    first = record(opened, "train/patient00001/study1/view1_frontal.jpg")
    assert first.path.is_file()
    assert (first.patient, first.age, first.female, first.ap) == ("chexpert:patient00001", 68, 1, 1)


@pytest.mark.parametrize(("policy", "expected"), [("zeros", 0.0), ("ones", 1.0)])
def test_uncertain_labels_become_what_the_policy_says(root: Path, policy: str, expected: float) -> None:
    labels = record(open_record_set(config(uncertain=policy), root), "patient00001/study1/view1_frontal.jpg").labels
    assert labels[EDEMA] == expected
    assert labels[EFFUSION] == 1


def test_ignored_uncertain_labels_are_unknown(root: Path) -> None:
    labels = record(open_record_set(config(uncertain="ignore"), root), "patient00001/study1/view1_frontal.jpg").labels
    assert math.isnan(labels[EDEMA])
    assert labels[EFFUSION] == 1


def test_soft_uncertain_labels_lie_in_the_published_range_and_never_change(root: Path) -> None:
    first, again = (
        record(open_record_set(config(uncertain="soft"), root), "patient00001/study1/view1_frontal.jpg").labels[EDEMA]
        for _ in range(2)
    )
    assert first == again
    assert 0.55 <= first <= 0.85
    assert soft_label("train/patient00001/study1/view1_frontal.jpg", "Edema", seed=1) != first


def test_soft_labels_fill_their_range_evenly() -> None:
    drawn = [soft_label(f"film{i}", "Edema", seed=0) for i in range(2000)]
    # Mean 0.70 and standard deviation 0.3 / sqrt(12) = 0.0866 of a uniform distribution on [0.55, 0.85].
    assert sum(drawn) / 2000 == pytest.approx(0.70, abs=0.01)
    assert math.sqrt(sum((u - 0.70) ** 2 for u in drawn) / 2000) == pytest.approx(0.0866, abs=0.005)
    assert min(drawn) >= SOFT[0]
    assert max(drawn) <= SOFT[1]


@pytest.mark.parametrize("policy", ["zeros", "ones", "soft", "ignore"])
@pytest.mark.parametrize("part", [Part.VALIDATION, Part.TEST, None])
def test_nobody_is_scored_on_an_uncertain_label(policy: str, part: Part | None) -> None:
    labels = [0.0] * 14
    labels[EDEMA] = UNCERTAIN
    settled = settle(labels, "x.jpg", policy=policy, part=part, seed=0)
    assert math.isnan(settled[EDEMA])
    assert sum(map(math.isnan, settled)) == 1


def test_a_finding_the_report_does_not_mention_is_absent_or_unknown_as_asked(root: Path) -> None:
    image = "patient00001/study1/view1_frontal.jpg"
    assert record(open_record_set(config(), root), image).labels[FRACTURE] == 0
    assert math.isnan(record(open_record_set(config(blank="ignore"), root), image).labels[FRACTURE])


def test_laterals_are_left_out_of_frontal_and_kept_in_all(root: Path) -> None:
    opened = open_record_set(config(), root)
    assert opened.parts[1] is None
    assert '1 of 6 films left out: lateral (views = "frontal")' in opened.dropped
    everything = open_record_set(config(views="all"), root)
    assert everything.parts[1] is Part.TRAIN
    assert math.isnan(everything.records[1].ap)


def test_a_film_filed_as_frontal_with_a_lateral_projection_is_left_out(root: Path) -> None:
    opened = open_record_set(config(), root)
    assert opened.parts[3] is None
    assert "1 of 6 films left out: filed as frontal with projection LL or RL" in opened.dropped


def test_an_age_of_0_is_unknown_because_only_adults_were_collected(root: Path) -> None:
    opened = open_record_set(config(), root)
    second = record(opened, "patient00002/study1/view1_frontal.jpg")
    assert math.isnan(second.age)
    assert math.isnan(second.female)
    assert "1 films without a usable age (missing or 0)" in opened.dropped


def test_the_protocols_give_valid_csv_different_parts_and_say_so(root: Path) -> None:
    by_test = open_record_set(config(), root)
    assert [part for part in by_test.parts[-2:]] == [Part.VALIDATION, Part.TEST]
    # The test set's table says nothing of "No Finding": unknown, not absent.
    assert math.isnan(by_test.records[-1].labels[0])
    assert by_test.records[-1].labels[FRACTURE] == 1
    by_valid = open_record_set(config(protocol="official_valid"), root)
    assert by_valid.parts[-1] is Part.TEST
    assert len(by_valid.records) == 5
    assert len(open_record_set(config(protocol="random_70_10_20", seed=3), root).records) == 4


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (chexpert_row("train/patient9/study1/view1_frontal.jpg", {"Edema": "2.0"}), "line 6, Edema: must be 1, 0, -1"),
        (chexpert_row("train/patient9/view1_frontal.jpg", {}), "line 6: Path must end like"),
        (chexpert_row("train/patient9/study1/view1_frontal.jpg", {}, view="Lateral"), "line 6: Frontal/Lateral says"),
        (chexpert_row("train/patient9/study1/view1_frontal.jpg", {}, projection="up"), "line 6, AP/PA: must be one of"),
        (chexpert_row("train/patient9/study1/view1_frontal.jpg", {}, sex="F"), "line 6, Sex: must be one of"),
        (chexpert_row("train/patient00001/study1/view1_frontal.jpg", {}), r"line 6: .* is listed already in train.csv"),
    ],
)
def test_a_bad_row_is_named_with_its_file_and_line(tmp_path: Path, row: list[object], message: str) -> None:
    write_chexpert(tmp_path / "chex", {**TABLES, "train.csv": [*TABLES["train.csv"], row]}, pictures=False)
    with pytest.raises(DataError, match=f"train.csv {message}"):
        open_record_set(config(), tmp_path)


def test_a_label_column_spelled_differently_is_missed(root: Path) -> None:
    table = root / "chex" / "train.csv"
    table.write_text(table.read_text().replace("Pleural Effusion", "Pleural effusion", 1))
    with pytest.raises(DataError, match=r"train.csv: columns missing: Pleural Effusion"):
        open_record_set(config(), root)


def test_a_training_patient_in_valid_csv_is_rejected(tmp_path: Path) -> None:
    stray = chexpert_row("valid/patient00001/study9/view1_frontal.jpg", NONE)
    write_chexpert(tmp_path / "chex", {**TABLES, "valid.csv": [stray]})
    with pytest.raises(DataError, match=r"valid.csv line 2: .* on the validation side, .* on the train side"):
        open_record_set(config(), tmp_path)
