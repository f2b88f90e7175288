"""Shape of pixels and orientation: each table's values are worked out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom.dataset import Dataset

from cxrviewer.imaging.image import open_image
from cxrviewer.imaging.radiograph import Orientation, Radiograph
from cxrviewer.imaging.shown import as_stored, display_size, shown, shown_notes
from cxrviewer.imaging.tensor import make_input
from cxrviewer.imaging.thumbnails import thumbnail
from tests.builders.dicom import chest_phantom
from tests.builders.geometry import RAMP, RECIPE, read_image

# Shape of pixels.

SPACING = "cannot be the shape of a pixel"


@pytest.mark.parametrize(
    ("attributes", "aspect", "noted"),
    [
        ({"PixelSpacing": [0.4, 0.2]}, 2.0, False),
        ({"PixelSpacing": [0.2, 0.4]}, 0.5, False),
        ({"ImagerPixelSpacing": [0.3, 0.2]}, 1.5, False),
        ({"NominalScannedPixelSpacing": [0.1, 0.2]}, 0.5, False),
        ({"PixelAspectRatio": [3, 2]}, 1.5, False),
        # A spacing is nearer to the truth than a ratio, and Pixel Spacing nearer than the detector's.
        ({"PixelAspectRatio": [3, 1], "PixelSpacing": [0.2, 0.2]}, 1.0, False),
        ({"PixelSpacing": [0.4, 0.2], "ImagerPixelSpacing": [0.1, 0.1]}, 2.0, False),
        # Rounding when the spacing was written: 0.139 beside 0.1395.
        ({"PixelSpacing": [0.139, 0.1395]}, 1.0, False),
        ({"PixelSpacing": [0, 0], "PixelAspectRatio": [2, 1]}, 2.0, False),
        ({"PixelSpacing": [0, 0.2], "ImagerPixelSpacing": [0.4, 0.2]}, 2.0, True),
        ({"PixelSpacing": [-0.4, 0.2]}, 1.0, True),
        ({"PixelSpacing": [100, 0.2]}, 1.0, True),
        ({"PixelSpacing": [0.2]}, 1.0, True),
        ({"PixelAspectRatio": [0, 1]}, 1.0, True),
        ({"PixelAspectRatio": None}, 1.0, False),
        ({"PixelAspectRatio": [1, 11]}, 1.0, True),
        ({}, 1.0, False),
    ],
)
def test_the_shape_of_a_pixel_comes_from_the_best_source(
    tmp_path: Path, attributes: dict[str, Any], aspect: float, noted: bool
) -> None:
    radiograph = read_image(tmp_path, **attributes)
    assert radiograph.aspect == pytest.approx(aspect)
    assert any(SPACING in note for note in radiograph.notes) is noted


def test_a_ratio_that_is_no_number_leaves_a_note(tmp_path: Path) -> None:
    # Written by hand: no library writes such a value.
    good = read_image(tmp_path, PixelAspectRatio=[2, 1])
    path = tmp_path / "image.dcm"
    path.write_bytes(path.read_bytes().replace(b"IS\x04\x002\\1 ", b"IS\x04\x00a\\b "))
    damaged = open_image(path).radiograph
    assert (good.aspect, damaged.aspect) == (2.0, 1.0)
    assert [SPACING in note for note in damaged.notes] == [True]


def squashed(tmp_path: Path, factor: int, **attributes: Any) -> tuple[Radiograph, Radiograph]:
    """Return a chest and the same with every `factor` rows averaged into one, with its aspect."""
    whole = chest_phantom(240, 200)
    rows = whole.reshape(240 // factor, factor, 200).mean(1).astype(np.uint16)
    plain = read_image(tmp_path, whole, bits=12, PixelSpacing=[0.2, 0.2])
    return plain, read_image(tmp_path, rows, bits=12, **attributes)


def test_a_head_sees_the_same_chest_whatever_the_shape_of_its_pixels(tmp_path: Path) -> None:
    plain, flat = squashed(tmp_path, 2, PixelSpacing=[0.4, 0.2])
    first, second = make_input(plain, RECIPE), make_input(flat, RECIPE)
    assert first.grey.shape == second.grey.shape == (64, 53)
    assert np.abs(first.tensor - second.tensor).mean() < 0.01
    ignored = make_input(read_image(tmp_path, np.array(flat.codes), bits=12), RECIPE)
    assert np.abs(first.tensor - ignored.tensor).mean() > 0.05


def test_the_way_back_leads_to_pixels_of_the_image(tmp_path: Path) -> None:
    _, flat = squashed(tmp_path, 2, PixelAspectRatio=[2, 1])
    given = make_input(flat, RECIPE)
    # The chest is 53 wide, so it begins at column 5: 200 columns in 53, 120 rows in 64.
    corner = given.to_image @ np.array([4.5, -0.5, 1])
    opposite = given.to_image @ np.array([57.5, 63.5, 1])
    np.testing.assert_allclose(corner, [-0.5, -0.5], atol=1e-9)
    np.testing.assert_allclose(opposite, [199.5, 119.5], atol=1e-9)


def test_a_thumbnail_has_the_shape_of_the_chest(tmp_path: Path) -> None:
    plain, flat = squashed(tmp_path, 3, PixelSpacing=[0.6, 0.2])
    assert thumbnail(plain).shape == thumbnail(flat).shape == (96, 80, 3)
    assert np.abs(thumbnail(plain).astype(float) - thumbnail(flat)).mean() < 4
    assert display_size(flat) == (240, 200)


def test_square_pixels_leave_key_and_tensor_as_they_were(tmp_path: Path) -> None:
    plain, spaced = read_image(tmp_path), read_image(tmp_path, PixelSpacing=[0.2, 0.2])
    assert plain.key == spaced.key
    np.testing.assert_array_equal(make_input(plain, RECIPE).tensor, make_input(spaced, RECIPE).tensor)
    assert read_image(tmp_path, PixelSpacing=[0.4, 0.2]).key != plain.key


# Orientation.

FLIPPED = {
    "none": RAMP,
    "mirrored": RAMP[:, ::-1],
    "top": RAMP[::-1],
    "both": RAMP[::-1, ::-1],
}


@pytest.mark.parametrize(
    ("stored", "view", "body", "how", "shown_as", "noted"),
    [
        (["L", "F"], "PA", "CHEST", "none", ("L", "F"), ""),
        (["R", "F"], "PA", "CHEST", "mirrored", ("L", "F"), "Stored mirrored"),
        (["R", "F"], "AP", "THORAX", "mirrored", ("L", "F"), "Stored mirrored"),
        (["R", "F"], "", None, "none", ("R", "F"), ""),  # described as "PA" only: cannot be known to be a chest
        (["L", "H"], "PA", "CHEST", "top", ("L", "F"), "top and bottom exchanged"),
        (["R", "H"], "PA", "CHEST", "both", ("L", "F"), "Stored upside down"),
        (["RP", "F"], "PA", "CHEST", "mirrored", ("LA", "F"), "Stored mirrored"),
        (["l", "f"], "PA", "CHEST", "none", ("L", "F"), ""),
        (["F", "R"], "PA", "CHEST", "none", ("F", "R"), "lying on its side"),
        (["P", "F"], "LL", "CHEST", "none", ("P", "F"), ""),
        (["A", "F"], "LATERAL", "CHEST", "none", ("A", "F"), ""),
        (["R", "F"], "AP", "EXTREMITY", "none", ("R", "F"), ""),
        (["P", "R"], "AP", "FOOT", "none", ("P", "R"), ""),
        (["P", "F"], "PA", "CHEST", "none", None, "View Position contradict"),
        (["L", "F"], "LL", "CHEST", "none", None, "View Position contradict"),
        (["L", "F"], "LEFT LATERAL", "CHEST", "none", None, "View Position contradict"),
        (["R", "F"], "AP SUPINE", "LUNG", "mirrored", ("L", "F"), "Stored mirrored"),
        (["R", "F"], "LLD", "CHEST", "mirrored", ("L", "F"), "Stored mirrored"),
        (["L", "R"], "PA", "CHEST", "none", None, "contradicts itself"),
        (["LR", "F"], "PA", "CHEST", "none", None, "contradicts itself"),
        (["LL", "F"], "PA", "CHEST", "none", None, "contradicts itself"),
        (["R"], "PA", "CHEST", "none", None, "contradicts itself"),
        (["R", "F", "A"], "PA", "CHEST", "none", None, "contradicts itself"),
        (["X", "F"], "PA", "CHEST", "none", None, "contradicts itself"),
        (["LAFH", "F"], "PA", "CHEST", "none", None, "contradicts itself"),
        (None, "PA", "CHEST", "none", None, ""),
    ],
)
def test_a_frontal_chest_is_turned_to_be_read_and_nothing_else_is(
    tmp_path: Path,
    stored: list[str] | None,
    view: str,
    body: str | None,
    how: str,
    shown_as: tuple[str, str] | None,
    noted: str,
) -> None:
    radiograph = read_image(tmp_path, PatientOrientation=stored, ViewPosition=view, BodyPartExamined=body,
                      StudyDescription="Study")  # fmt: skip
    np.testing.assert_array_equal(radiograph.codes, FLIPPED[how])
    assert radiograph.orientation == (None if shown_as is None else Orientation(*shown_as))
    told = [note for note in radiograph.notes if noted in note] if noted else list(radiograph.notes)
    assert len(told) == (1 if noted else 0), radiograph.notes


def test_a_mirrored_image_gives_the_tensor_and_thumbnail_of_the_same_one_stored_as_read(tmp_path: Path) -> None:
    chest = chest_phantom(160, 120)
    usual = read_image(tmp_path, chest, bits=12, PatientOrientation=["L", "F"])
    mirrored = read_image(tmp_path, np.ascontiguousarray(chest[:, ::-1]), bits=12, PatientOrientation=["R", "F"])
    np.testing.assert_array_equal(make_input(usual, RECIPE).tensor, make_input(mirrored, RECIPE).tensor)
    np.testing.assert_array_equal(thumbnail(usual), thumbnail(mirrored))
    np.testing.assert_array_equal(shown(usual), shown(mirrored))
    np.testing.assert_array_equal(as_stored(mirrored, shown(mirrored)), shown(usual)[:, ::-1])


def test_the_key_tells_a_turned_image_from_the_same_pixels_shown_as_stored(tmp_path: Path) -> None:
    keys = {read_image(tmp_path, PatientOrientation=o).key for o in (["L", "F"], ["R", "F"], ["L", "H"], ["R", "H"])}
    assert len(keys) == 4
    assert read_image(tmp_path).key == read_image(tmp_path, PatientOrientation=["L", "F"]).key


@pytest.mark.parametrize(
    ("attributes", "noted"),
    [
        ({"ImageLaterality": "L", "Laterality": "R"}, "Image Laterality and (0020,0060) Laterality contradict"),
        ({"ViewPosition": "LL", "ImageLaterality": "R"}, "View Position and the laterality contradict"),
        ({"ViewPosition": "RL", "Laterality": "L"}, "View Position and the laterality contradict"),
        ({"ViewPosition": "LL", "ImageLaterality": "L"}, ""),
        ({"ImageLaterality": "U", "Laterality": "R"}, ""),
        ({"AnatomicalOrientationType": "QUADRUPED", "PatientOrientation": ["L", "F"]}, "that of an animal"),
    ],
)
def test_sides_that_contradict_each_other_are_said(tmp_path: Path, attributes: dict[str, Any], noted: str) -> None:
    notes = read_image(tmp_path, **attributes).notes
    assert [noted in note for note in notes] == ([True] if noted else [])


def test_a_missing_orientation_is_said_once_beside_the_picture(tmp_path: Path) -> None:
    assert shown_notes(read_image(tmp_path)) == ("(0020,0020) Patient Orientation is missing, so no sides are marked.",)
    damaged = read_image(tmp_path, PatientOrientation=["X", "F"])
    assert shown_notes(damaged) == damaged.notes
    assert len(damaged.notes) == 1


def test_each_frame_of_an_enhanced_image_has_its_own_geometry(tmp_path: Path) -> None:
    def group(orientation: list[str], spacing: list[float]) -> Dataset:
        macros, measures, placed = Dataset(), Dataset(), Dataset()
        measures.PixelSpacing, placed.PatientOrientation = spacing, orientation
        macros.PixelMeasuresSequence = [measures]
        macros.PatientOrientationInFrameSequence = [placed]
        return macros

    groups = [group(["L", "F"], [0.2, 0.2]), group(["R", "F"], [0.4, 0.2])]
    found = [
        read_image(
            tmp_path, frames=[RAMP, RAMP], frame=frame, NumberOfFrames=2, PerFrameFunctionalGroupsSequence=groups
        )
        for frame in (0, 1)
    ]
    assert [f.aspect for f in found] == [1.0, 2.0]
    assert [f.flipped for f in found] == [(False, False), (False, True)]
