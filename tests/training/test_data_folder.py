"""A plain folder of films without labels."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cxrviewer.imaging.recipe import Fit, GreySource, InputRecipe
from model_training.config.data import DataConfig
from model_training.data.development_set import LABELS, DataError, Record
from model_training.data.record_set import RecordSet, freeze_split, open_record_set, pack_record_set
from model_training.data.splits import Part
from tests.builders.data_sets import picture, write_teachers
from tests.builders.dicom import write_image

RECIPE = InputRecipe(
    version=1, height=32, width=32, channels=1, grey=GreySource.DEFAULT_WINDOW, fit=Fit.STRETCH, pad=0, mean=0, std=1
)


def config(**values: Any) -> DataConfig:
    return DataConfig(**{"kind": "folder", "folder": "films", "protocol": "train_only", **values})


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "films"
    write_image(folder / "one" / "IM0001", PatientID="PH-1", PatientAge="060Y")
    write_image(folder / "two" / "IM0001", PatientID="PH-1", ViewPosition="AP", PatientSex="M")
    write_image(folder / "two" / "side.dcm", PatientID="PH-2", ViewPosition="LL")
    write_image(folder / "hand.dcm", BodyPartExamined="HAND", StudyDescription="Hand", SeriesDescription="Hand")
    write_image(folder / "scan.dcm", Modality="CT", SOPClassUID="1.2.840.10008.5.1.4.1.1.2")
    picture(folder / "png" / "a.png")
    picture(folder / "png" / "b.jpg")
    picture(folder / "top.png")
    (folder / "notes.txt").write_text("not a film")
    (folder / ".hidden").mkdir()
    picture(folder / ".hidden" / "c.png")
    return tmp_path


def used(records: RecordSet, folder: Path) -> dict[str, Record]:
    pairs = zip(records.records, records.parts, strict=True)
    return {record.path.relative_to(folder).as_posix(): record for record, part in pairs if part is not None}


def test_films_are_found_by_their_content_at_any_depth_and_know_no_label(root: Path) -> None:
    records = used(open_record_set(config(), root), root / "films")
    assert set(records) == {"one/IM0001", "two/IM0001", "png/a.png", "png/b.jpg", "top.png"}
    assert all(math.isnan(value) for record in records.values() for value in (*record.labels, *record.teacher))
    header = records["one/IM0001"]
    assert (header.age, header.female, header.ap) == (60, 1, 0)
    assert math.isnan(records["top.png"].ap)


def test_films_that_are_no_frontal_chest_by_their_header_are_left_out_with_a_sentence(root: Path) -> None:
    dropped = " / ".join(open_record_set(config(), root).dropped)
    assert "1 of 8 films left out: The header says this is no frontal view" in dropped
    assert "names another region (hand)" in dropped
    assert "1 files left out: This file is neither a DICOM file nor a PNG or JPEG picture." in dropped
    # Lateral, hand and CT: three sentences with one film each.
    assert dropped.count("1 of 8 films left out") == 3


def test_a_patient_is_known_by_a_hash_alone_and_is_one_patient_in_two_folders(root: Path) -> None:
    records = used(open_record_set(config(), root), root / "films")
    assert records["one/IM0001"].patient == records["two/IM0001"].patient
    assert "PH-1" not in records["one/IM0001"].patient


def test_pictures_of_one_subfolder_count_as_one_patient_and_that_is_said(root: Path) -> None:
    opened = open_record_set(config(), root)
    records = used(opened, root / "films")
    assert records["png/a.png"].patient == records["png/b.jpg"].patient != records["top.png"].patient
    assert any(sentence.startswith("3 films without a PatientID") for sentence in opened.dropped)


def test_the_outputs_are_the_teachers_and_a_film_it_has_not_seen_has_none(root: Path) -> None:
    write_teachers(
        root / "films" / "teacher.csv", ("Opacity", "Mass"), [("one/IM0001", "t", 0.5), ("top.png", "t", 0.9)]
    )
    opened = open_record_set(config(teacher_csv="teacher.csv"), root)
    records = used(opened, root / "films")
    assert opened.labels == ("Opacity", "Mass")
    assert records["top.png"].teacher == pytest.approx((math.log(9), math.log(9)))
    assert records["one/IM0001"].teacher == (0, 0)
    assert "3 training films have no precomputed teacher" in opened.dropped
    assert open_record_set(config(), root).labels == LABELS
    assert open_record_set(config(labels=("Rib",)), root).labels == ("Rib",)


def test_everything_trains_or_is_split_by_patient(tmp_path: Path) -> None:
    for index in range(40):
        write_image(tmp_path / "films" / f"{index}.dcm", np.full((8, 8), index, np.uint8), PatientID=f"P{index // 2}")
    assert set(open_record_set(config(), tmp_path).parts) == {Part.TRAIN}
    opened = open_record_set(config(protocol="random_70_10_20"), tmp_path)
    assert set(opened.parts) == set(Part)
    assert freeze_split(config(protocol="random_70_10_20"), tmp_path / "split.csv", tmp_path) == 20
    assert "P1" not in (tmp_path / "split.csv").read_text()


def test_a_film_with_damaged_pixels_is_named_when_it_is_packed(root: Path) -> None:
    for name in ("one/IM0001", "png/a.png"):
        path = root / "films" / name
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    opened = open_record_set(config(), root)
    with pytest.raises(DataError, match=r"2 of 5 films cannot be read, first: [^ ]*/films/one/IM0001: "):
        pack_record_set(opened, RECIPE, root / "cache")
    records, _ = pack_record_set(opened, RECIPE, root / "cache", unreadable="drop")
    assert set(used(records, root / "films")) == {"two/IM0001", "png/b.jpg", "top.png"}


def test_a_file_that_only_begins_as_dicom_is_left_out_with_its_own_sentence(root: Path) -> None:
    path = root / "films" / "one" / "IM0001"
    path.write_bytes(path.read_bytes()[:140])
    dropped = open_record_set(config(), root).dropped
    assert "1 files left out: This DICOM file is damaged: its header is empty." in dropped


def test_a_folder_that_does_not_exist_says_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"does not exist; set `folder` in \[data\] or CXR_DATA"):
        open_record_set(config(), tmp_path)
