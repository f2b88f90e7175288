"""PadChest in its official files: untidy label lists, projections, and 16-bit pictures."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from cxrviewer.imaging.recipe import Fit, GreySource, InputRecipe
from model_training.config.data import DataConfig
from model_training.data.development_set import DataError
from model_training.data.pack import image_grey
from model_training.data.padchest import DIFFERENTIAL_DIAGNOSES, parse_labels, vocabulary
from model_training.data.record_set import open_record_set, pack_record_set
from model_training.data.splits import Part
from tests.builders.data_sets import PADCHEST_TABLE, padchest_row, write_padchest

RECIPE = InputRecipe(
    version=1, height=32, width=32, channels=1, grey=GreySource.DEFAULT_WINDOW, fit=Fit.STRETCH, pad=0, mean=0, std=1
)
NORMAL = "['normal']"
ROWS = [
    padchest_row("a.png", "['pneumonia', ' pneumonia', ' COPD signs', '']", PatientID="1"),
    padchest_row("b.png", NORMAL, PatientID="2", Projection="L"),
    padchest_row("c.png", NORMAL, PatientID="3", Projection="AP_horizontal", PatientBirth="nan"),
    padchest_row("d.png", NORMAL, PatientID="4", Projection="COSTAL"),
    padchest_row("e.png", NORMAL, PatientID="5", Projection="UNK"),
    padchest_row("f.png", "nan", PatientID="6"),
    padchest_row("g.png", "['unchanged']", PatientID="7"),
    padchest_row("h.png", "['exclude', 'pneumonia']", PatientID="8"),
    padchest_row("i.png", "['unchanged', 'emphysema']", PatientID="9", PatientSex_DICOM="O", Projection="AP"),
]


def config(**values: Any) -> DataConfig:
    return DataConfig(**{"kind": "padchest", "folder": "pad", "protocol": "random_70_10_20", **values})


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_padchest(tmp_path / "pad", ROWS)
    return tmp_path


def test_there_are_19_differential_diagnoses_among_193_labels() -> None:
    # Bustos et al. 2020: 174 radiographic findings and 19 differential diagnoses.
    assert len(set(DIFFERENTIAL_DIAGNOSES)) == 19
    assert len(vocabulary()) == 174 + 19
    assert set(DIFFERENTIAL_DIAGNOSES) <= vocabulary()


def test_an_untidy_list_of_labels_is_read(root: Path) -> None:
    opened = open_record_set(config(), root)
    assert opened.labels == DIFFERENTIAL_DIAGNOSES
    named = [name for name, value in zip(opened.labels, opened.records[0].labels, strict=True) if value]
    assert named == ["pneumonia", "COPD signs"]
    assert opened.records[2].labels == (0.0,) * 19


def test_a_film_has_a_node_only_where_that_very_node_is_named() -> None:
    assert parse_labels("['atypical pneumonia']", "x") == {"atypical pneumonia"}


@pytest.mark.parametrize(
    ("index", "reason"),
    [
        (1, 'lateral (views = "frontal")'),
        (3, "rib films"),
        (4, "projection unknown"),
        (5, 'no labels, or "unchanged" alone'),
        (6, 'no labels, or "unchanged" alone'),
        (7, 'labelled "exclude"'),
    ],
)
def test_films_that_say_nothing_are_left_out_with_the_reason(root: Path, index: int, reason: str) -> None:
    opened = open_record_set(config(), root)
    assert opened.parts[index] is None
    assert any(sentence.endswith(f"left out: {reason}") for sentence in opened.dropped)


def test_laterals_are_used_where_all_views_are_asked_for(root: Path) -> None:
    opened = open_record_set(config(views="all"), root)
    assert opened.parts[1] is not None
    assert opened.parts[3] is None


def test_age_sex_and_projection_come_from_the_table_or_are_unknown(root: Path) -> None:
    records = open_record_set(config(), root).records
    assert (records[0].age, records[0].female, records[0].ap) == (2014 - 1930, 1, 0)
    assert math.isnan(records[2].age)
    assert records[2].ap == 1
    assert math.isnan(records[8].female)


def test_labels_of_the_network_train_but_are_not_evaluated_where_a_physician_is_asked_for(tmp_path: Path) -> None:
    rows = [
        padchest_row(f"{i}.png", NORMAL, PatientID=str(i), MethodLabel="RNN_model" if i % 2 else "Physician")
        for i in range(60)
    ]
    write_padchest(tmp_path / "pad", rows)
    every = open_record_set(config(), tmp_path)
    strict = open_record_set(config(protocol="random_70_10_20_physician"), tmp_path)
    for index, (part, strict_part) in enumerate(zip(every.parts, strict.parts, strict=True)):
        evaluated_network = index % 2 == 1 and part is not Part.TRAIN
        assert strict_part is (None if evaluated_network else part)
    assert None in strict.parts
    assert Part.TEST in strict.parts


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (padchest_row("z.png", "['COPD sign']"), "Labels: 'COPD sign' is no label of PadChest"),
        (padchest_row("z.png", "pneumonia"), "Labels: must be a list of names, got 'pneumonia'"),
        (padchest_row("z.png", "['a', 3]"), "Labels: must be a list of names"),
        (padchest_row("z.png", "[[], ["), "Labels: must be a list of names"),
        (padchest_row("z.png", NORMAL, Projection="PAX"), "Projection: unknown value 'PAX'"),
        (padchest_row("z.png", NORMAL, MethodLabel="nobody"), "MethodLabel: must be one of Physician, RNN_model"),
        (padchest_row("z.png", NORMAL, PatientBirth="young"), "not a year of birth and a date"),
        (padchest_row("z.png", NORMAL, PatientID="nan"), "PatientID is missing"),
        (padchest_row("a.png", NORMAL), "a.png is listed already in"),
    ],
)
def test_a_bad_row_is_named_with_its_file_and_line(tmp_path: Path, row: list[object], message: str) -> None:
    write_padchest(tmp_path / "pad", [ROWS[0], row], pictures=False)
    # Every made report has a line break, as quoted cells may: the second row ends in line 5 of the file.
    with pytest.raises(DataError, match=rf"{PADCHEST_TABLE} line 5(:|,) {message}"):
        open_record_set(config(), tmp_path)


def test_pictures_may_also_lie_in_one_folder(root: Path) -> None:
    for path in list((root / "pad" / "0").iterdir()):
        path.rename(root / "pad" / path.name)
    assert open_record_set(config(), root).records[0].path == root / "pad" / "a.png"


def test_a_12_bit_film_in_a_16_bit_png_is_scaled_by_what_it_holds(tmp_path: Path) -> None:
    # 4,096 equally frequent values of 65,536: shown by the file's range, the film would be all but black.
    ramp = np.repeat(np.arange(4096, dtype=np.uint16)[None], 8, axis=0)
    Image.fromarray(ramp).save(tmp_path / "ramp.png")
    with Image.open(tmp_path / "ramp.png") as written:
        assert written.mode == "I;16"
    grey = image_grey(tmp_path / "ramp.png", RECIPE)[0]
    # By hand: black at the 0.5th percentile (20.475), white at the 99.5th (4074.5), linear between;
    # column i averages the 128 values around 128 i + 63.5.
    expected = np.clip((128 * np.arange(32) + 63.5 - 20.475) / (4074.5 - 20.475), 0, 1)
    assert grey == pytest.approx(expected, abs=0.01)


def test_brighter_values_are_drawn_brighter_through_the_whole_way_to_the_pack(root: Path, tmp_path: Path) -> None:
    records, packed = pack_record_set(open_record_set(config(), root), RECIPE, tmp_path / "cache")
    assert packed.shape == (len(records.records), 32, 32) == (3, 32, 32)
    # The phantom: heart (image right of the middle) brighter than lung, lung brighter than the rim.
    heart, lung, rim = packed[0][20, 18], packed[0][15, 22], packed[0][1, 1]
    assert heart > lung > rim
