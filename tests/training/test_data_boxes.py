"""Boxes and outlines in the files of their publishers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model_training.data.boxes import Box, decode_rle, read_masks, read_nih_boxes, read_outlines
from model_training.data.development_set import DataError

# The header and the shape of the rows are the published file's; its three empty columns have no cells below.
BOXES = """Image Index,Finding Label,Bbox [x,y,w,h],,,
00000009_000.png,Atelectasis,225.0847,547.0192,86.7797,79.1864
00000009_001.png,Infiltrate,0,10,1024,20.5
"""
ONE_BOX = "00000009_000.png,Mass,"


def test_a_box_is_read_in_pixels_of_the_picture(tmp_path: Path) -> None:
    path = tmp_path / "BBox_List_2017.csv"
    path.write_text(BOXES)
    assert read_nih_boxes(path) == (
        Box("00000009_000.png", "Atelectasis", 225.0847, 547.0192, 86.7797, 79.1864),
        Box("00000009_001.png", "Infiltration", 0, 10, 1024, 20.5),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BOXES + "00000009_000.png,mass,1,2,3,4\n", "line 4: unknown label 'mass'"),
        (BOXES + ONE_BOX + "1,2,3,x\n", "line 4: a box is four numbers, got 1, 2, 3, x"),
        (BOXES + ONE_BOX + "1,2,3\n", "line 4: the row is cut short"),
        (BOXES + ONE_BOX + "1000,2,30,4\n", "line 4: the box does not lie in a picture of 1024 x 1024"),
        (BOXES + ONE_BOX + "1,2,0,4\n", "line 4: the box does not lie"),
        (BOXES + ONE_BOX + "nan,2,3,4\n", "line 4: the box does not lie"),
        ("Image,Label\n", "the header must begin with Image Index,Finding Label"),
        ("", "the header must begin"),
    ],
)
def test_a_bad_box_is_named_with_its_file_and_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "BBox_List_2017.csv"
    path.write_text(text)
    with pytest.raises(DataError, match=rf"BBox_List_2017.csv:? {message}"):
        read_nih_boxes(path)


def rle(*runs: int) -> str:
    """Encode runs as COCO does, by the description: 5 bits a character, differences from the fourth run on."""
    text = ""
    for index, run in enumerate(runs):
        value = run - runs[index - 2] if index > 2 else run
        while True:
            bits, value = value & 31, value >> 5
            more = value != (-1 if bits & 16 else 0)
            text += chr(48 + bits + 32 * more)
            if not more:
                break
    return text


def test_runs_go_down_the_columns_and_begin_with_background() -> None:
    # Four rows, three columns; by hand: 5 outside, 2 inside (rows 1 and 2 of column 1), 5 outside.
    mask = decode_rle({"size": [4, 3], "counts": rle(5, 2, 5)}, "x")
    assert mask.tolist() == [[False] * 3, [False, True, False], [False, True, False], [False] * 3]
    assert mask.dtype == bool


def test_a_mask_that_begins_inside_has_a_first_run_of_0() -> None:
    assert decode_rle({"size": [2, 2], "counts": rle(0, 1, 3)}, "x").tolist() == [[True, False], [False, False]]


@pytest.mark.parametrize("seed", range(4))
def test_masks_decode_as_pycocotools_encodes_them(seed: int) -> None:
    coco = pytest.importorskip("pycocotools.mask", reason="pycocotools is not installed")
    generator = np.random.default_rng(seed)
    # From noise (runs of one pixel) to one long run.
    mask = generator.random((57, 91)) < (0.5, 0.02, 0.999, 0.0)[seed]
    encoded = coco.encode(np.asfortranarray(mask.astype(np.uint8)))
    decoded = decode_rle({"size": encoded["size"], "counts": encoded["counts"].decode()}, "x")
    assert np.array_equal(decoded, mask)


@pytest.mark.parametrize(
    "encoded",
    [
        {"size": [4, 3], "counts": rle(5, 2, 4)},
        {"size": [4, 3], "counts": rle(5, 2, 6)},
        {"size": [4, 3], "counts": ""},
        {"size": [4, 3], "counts": "\N{EURO SIGN}"},
        {"size": [4, 3], "counts": "o"},
        {"size": [4, 3], "counts": [5, 2, 5]},
        {"size": [4], "counts": rle(4)},
        {"size": [-4, -3], "counts": rle(12)},
        {"counts": rle(12)},
        "12",
    ],
)
def test_runs_that_do_not_fill_the_picture_are_rejected(encoded: Any) -> None:
    with pytest.raises(DataError, match=r"^here: "):
        decode_rle(encoded, "here")


def test_cheXlocalize_masks_are_read_with_chexperts_names_and_without_the_absent_findings(tmp_path: Path) -> None:
    path = tmp_path / "gt_segmentations_val.json"
    findings = {
        "Airspace Opacity": {"size": [4, 3], "counts": rle(5, 2, 5)},
        "Edema": {"size": [4, 3], "counts": rle(12)},
    }
    path.write_text(json.dumps({"patient64541_study1_view1_frontal": findings}))
    (mask,) = read_masks(path)
    assert (mask.image, mask.label) == ("patient64541_study1_view1_frontal", "Lung Opacity")
    assert mask.picture == "patient64541/study1/view1_frontal"
    assert mask.pixels.sum() == 2


def test_polygons_become_the_masks_they_surround(tmp_path: Path) -> None:
    path = tmp_path / "gt_annotations_val.json"
    square = [[1.0, 2.0], [3.0, 2.0], [3.0, 4.0], [1.0, 4.0]]
    path.write_text(json.dumps({"patient1_study1_view1_frontal": {"img_size": [6, 5], "Edema": [square]}}))
    (mask,) = read_outlines(path)
    expected = np.zeros((6, 5), bool)
    expected[2:5, 1:4] = True  # corners belong to the outline, as in the authors' conversion
    assert np.array_equal(mask.pixels, expected)


@pytest.mark.parametrize(
    ("reader", "content", "message"),
    [
        (read_masks, {"p": {"Edema": {"size": [4, 3], "counts": "0"}}}, "x.json, p, Edema: counts"),
        (read_masks, {"p": {"Oedema": {"size": [1, 2], "counts": rle(0, 2)}}}, "x.json, p, Oedema: unknown label"),
        (read_masks, ["p"], "x.json: must hold one table per picture"),
        (read_outlines, {"p": {"Edema": []}}, "x.json, p: img_size must be rows and columns"),
        (read_outlines, {"p": {"img_size": [4, 4], "Edema": [[1, 2]]}}, "x.json, p, Edema: must be lists of points"),
    ],
)
def test_a_bad_outline_is_named_with_its_file_and_picture(
    tmp_path: Path, reader: Any, content: Any, message: str
) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps(content))
    with pytest.raises(DataError, match=message):
        list(reader(path))


def test_a_file_that_is_no_json_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{")
    with pytest.raises(DataError, match=r"x.json: cannot be read"):
        list(read_masks(tmp_path / "x.json"))
