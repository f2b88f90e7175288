"""Localisation figures against boxes and masks small enough to count by hand."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch.nn import functional

from cxrviewer.heads.inference.saliency import map_to_image
from cxrviewer.imaging.image import open_image
from cxrviewer.imaging.recipe import Fit, GreySource, InputRecipe
from cxrviewer.imaging.tensor import make_input
from model_training.explain.localisation import (
    BoxedImage,
    MaskedImage,
    Rectangle,
    box_iou,
    box_mask,
    brightest,
    detect_boxes,
    evaluate_boxes,
    evaluate_masks,
    iobb,
    map_on_image,
    mask_iou,
    mean_with_interval,
    pointing_hit,
    rectangle,
    segment,
    true_positive_slice,
)


@dataclass
class Stored:
    """A box as a data set's reader gives it."""

    x: float
    y: float
    width: float
    height: float


def spot(row: int, column: int, size: int = 20) -> np.ndarray:
    placed = np.zeros((size, size))
    placed[row, column] = 1.0
    return placed


def recipe(height: int, width: int) -> InputRecipe:
    return InputRecipe(
        version=1,
        height=height,
        width=width,
        channels=1,
        grey=GreySource.DEFAULT_WINDOW,
        fit=Fit.LETTERBOX,
        pad=0.0,
        mean=0.0,
        std=1.0,
    )


def test_a_stored_box_has_its_far_corner_at_corner_plus_size() -> None:
    assert rectangle(Stored(10, 20, 30, 40)) == Rectangle(10, 20, 40, 60)


def test_two_boxes_overlap_as_counted_by_hand() -> None:
    # 10 x 10 and 20 x 10, common part 5 wide and 10 high: 50 of 100 + 200 - 50 = 250.
    small, large = Rectangle(0, 0, 10, 10), Rectangle(5, 0, 25, 10)
    assert box_iou(small, large) == pytest.approx(50 / 250)
    assert iobb(small, large) == pytest.approx(50 / 100), "over the detected box"
    assert iobb(large, small) == pytest.approx(50 / 200), "and not over the truth"


def test_boxes_that_only_touch_do_not_overlap() -> None:
    assert box_iou(Rectangle(0, 0, 10, 10), Rectangle(10, 0, 20, 10)) == 0
    assert box_iou(Rectangle(0, 0, 10, 10), Rectangle(12, 12, 20, 20)) == 0, "no negative sides that multiply to area"


def test_the_pointing_game_needs_the_very_pixel() -> None:
    truth = box_mask([Rectangle(5, 5, 10, 10)], 20, 20)
    assert truth.sum() == 25
    assert pointing_hit(spot(5, 9), truth)
    assert not pointing_hit(spot(5, 10), truth), "the right edge is outside"
    assert not pointing_hit(spot(4, 9), truth)


def test_a_tolerance_counts_pixels_beside_the_region_along_the_straight_line() -> None:
    truth = box_mask([Rectangle(5, 5, 10, 10)], 20, 20)
    # From the corner pixel (9, 9) to (12, 13): 3 down, 4 right, 5 pixels.
    assert pointing_hit(spot(12, 13), truth, tolerance=5)
    assert not pointing_hit(spot(12, 13), truth, tolerance=4.9)


def test_a_map_without_evidence_points_nowhere_and_detects_nothing() -> None:
    empty = np.zeros((20, 20))
    assert brightest(empty) is None
    assert not pointing_hit(empty, np.ones((20, 20), bool), tolerance=100)
    assert detect_boxes(empty) == ()
    assert not segment(empty).any()


def test_an_empty_region_is_an_error_not_a_miss() -> None:
    with pytest.raises(ValueError, match="region to point at"):
        pointing_hit(spot(1, 1), np.zeros((20, 20), bool))


def test_every_connected_region_at_or_above_the_share_is_a_box() -> None:
    placed = np.zeros((10, 10))
    placed[1:3, 1:4] = 1.0
    placed[6, 6:9] = 0.5
    placed[9, 0] = 0.4
    assert detect_boxes(placed, 0.5) == (Rectangle(1, 1, 4, 3), Rectangle(6, 6, 9, 7))
    assert detect_boxes(placed, 0.6) == (Rectangle(1, 1, 4, 3),)


def test_pixels_that_touch_at_a_corner_are_two_regions() -> None:
    placed = np.zeros((4, 4))
    placed[0, 0] = placed[1, 1] = 1.0
    assert len(detect_boxes(placed)) == 2


def test_a_square_map_lies_on_a_square_film_as_torch_lays_it() -> None:
    # CheXlocalize: F.interpolate(bilinear, align_corners=False).
    values = np.random.default_rng(0).random((7, 7))
    to_image = map_to_image(np.array([[2.0, 0, 0.5], [0, 2.0, 0.5]]), (224, 224), (7, 7))
    want = functional.interpolate(torch.from_numpy(values)[None, None], (448, 448), mode="bilinear")[0, 0].numpy()
    assert map_on_image(values, to_image, 448, 448) == pytest.approx(want, abs=1e-9)


def test_a_letterboxed_map_keeps_its_place_on_the_film(tmp_path: Path) -> None:
    # A film of 100 rows and 200 columns in 16 x 16 fills rows 4 to 11; one tensor pixel is 12.5 film pixels.
    # A map of 4 x 4: one cell is 4 tensor pixels, 50 film pixels; its row 1 covers film rows 0 to 49.
    Image.fromarray(np.tile(np.arange(200, dtype=np.uint8), (100, 1))).save(tmp_path / "film.png")
    to_image = make_input(open_image(tmp_path / "film.png").radiograph, recipe(16, 16)).to_image
    cells = np.zeros((4, 4))
    cells[1, 2] = 1.0
    placed = map_on_image(cells, map_to_image(to_image, (16, 16), (4, 4)), 100, 200)
    # Cell (1, 2) covers film rows 0..49 and columns 100..149; its centre lies between pixels 24/25 and 124/125.
    assert placed.shape == (100, 200)
    around = placed[24:26, 124:126]
    assert around == pytest.approx(np.full((2, 2), placed.max()))
    # Half a pixel beside the centre of a cell of 50 pixels, in both directions.
    assert placed.max() == pytest.approx((1 - 0.5 / 50) ** 2)
    assert placed[24, 174] == pytest.approx((1 - 0.5 / 50) * (0.5 / 50)), "one cell further it is all but gone"


def test_a_cubic_picture_never_shows_more_than_the_brightest_cell() -> None:
    cells = np.zeros((7, 7))
    cells[3, 3] = cells[3, 4] = 1.0
    to_image = map_to_image(np.array([[1.0, 0, 0], [0, 1.0, 0]]), (70, 70), (7, 7))
    placed = map_on_image(cells, to_image, 70, 70, order=3)
    assert placed.max() <= 1.0 and placed.min() >= 0.0


def test_otsu_cuts_between_the_two_groups_of_levels() -> None:
    # Two clearly apart groups: any cut between them is Otsu's, since it has the largest variance between groups.
    placed = np.full((10, 10), 1.0)
    placed[:5] = 1.2
    placed[2:4, 2:4] = 9.0
    placed[2, 2] = 10.0
    want = np.zeros((10, 10), bool)
    want[2:4, 2:4] = True
    assert (segment(placed) == want).all()


def test_a_fixed_threshold_cuts_the_stretched_map() -> None:
    placed = np.array([[2.0, 3.0], [4.0, 6.0]])  # stretched: 0, 0.25, 0.5, 1
    assert (segment(placed, 0.25) == np.array([[False, False], [True, True]])).all(), "above, not at"


def test_mask_overlap_is_counted_by_hand_and_no_number_without_truth() -> None:
    found, truth = np.zeros((10, 10), bool), np.zeros((10, 10), bool)
    found[:4, :5], truth[2:6, :5] = True, True  # 20 and 20 pixels, 10 common, 30 together
    assert mask_iou(found, truth) == pytest.approx(1 / 3)
    assert np.isnan(mask_iou(found, np.zeros((10, 10), bool)))


def test_the_true_positive_slice_is_present_and_flagged() -> None:
    got = true_positive_slice([1, 1, 0, 0, np.nan], [0.5, 0.4, 0.9, 0.1, 0.9], 0.5)
    assert got.tolist() == [True, False, False, False, False]


def test_films_of_one_patient_move_together_in_the_interval() -> None:
    # Two patients, one always hit, one never: drawing two of two gives means 0, 1/2 and 1, ends 0 and 1.
    values = [1.0] * 50 + [0.0] * 50
    by_patient = mean_with_interval(values, ["a"] * 50 + ["b"] * 50)
    by_image = mean_with_interval(values, [str(i) for i in range(100)])
    assert by_patient is not None and by_image is not None
    assert (by_patient.value, by_patient.low, by_patient.high) == (0.5, 0.0, 1.0)
    assert by_image.low > 0.35 and by_image.high < 0.65


def test_a_mean_of_nothing_is_none() -> None:
    assert mean_with_interval([np.nan], ["a"]) is None


def test_boxes_of_two_films_give_the_figures_counted_by_hand() -> None:
    # Film 1: the map's box is columns 2..5, rows 2..5 (16 pixels), the truth 2..11 x 2..5 (40 pixels):
    #   IoBB 16/16 = 1, IoU 16/40 = 0.4, the truth's centre (7, 4) lies outside the detected box.
    # Film 2: the map's box is 10..13 x 10..13, the truth is 13..14 x 13..14 (4 pixels):
    #   common 1 pixel: IoBB 1/16 = 0.0625, IoU 1/19; brightest pixel (10, 10) misses;
    #   to the truth's pixel (13, 13) it is sqrt(18) = 4.24 pixels.
    first, second = np.zeros((20, 20)), np.zeros((20, 20))
    first[2:6, 2:6] = 1.0
    second[10:14, 10:14] = 1.0
    images = [
        BoxedImage(first, (Rectangle(2, 2, 12, 6),), "a"),
        BoxedImage(second, (Rectangle(13, 13, 15, 15),), "b"),
    ]
    result = evaluate_boxes(images, tolerance=4.0)
    assert (result.images, result.boxes, result.patients) == (2, 2, 2)
    assert result.pointing is not None and result.pointing.value == 0.5
    assert result.pointing_tolerant is not None and result.pointing_tolerant.value == 0.5
    wider = evaluate_boxes(images, tolerance=4.3).pointing_tolerant
    assert wider is not None and wider.value == 1.0
    assert [(limit, i.value) for limit, i in result.found_iobb if i] == [(0.1, 0.5), (0.25, 0.5), (0.5, 0.5)]
    assert [i.value for _, i in result.found_iou if i] == [0.5, 0.5, 0.5, 0.0, 0.0], "0.4 is not above 0.4"
    assert result.contains_centre is not None and result.contains_centre.value == 0.0
    assert result.false_boxes == ((0.1, 0.5), (0.25, 0.5), (0.5, 0.5))


def test_a_nodule_no_cell_fits_still_counts_by_its_centre() -> None:
    # A cell of 10 x 10 around a nodule of 2 x 2: IoBB 4/100, yet the map is right.
    placed = np.zeros((20, 20))
    placed[5:15, 5:15] = 1.0
    result = evaluate_boxes([BoxedImage(placed, (Rectangle(9, 9, 11, 11),), "a")])
    assert result.contains_centre is not None and result.contains_centre.value == 1.0
    assert all(interval is not None and interval.value == 0.0 for _, interval in result.found_iobb)


def test_localisation_is_not_measured_on_films_without_a_box() -> None:
    with pytest.raises(ValueError, match="have a box"):
        evaluate_boxes([BoxedImage(spot(1, 1), (), "a")])


def test_masks_leave_out_films_the_reader_drew_nothing_on() -> None:
    placed = np.zeros((10, 10))
    placed[:5] = 1.0
    half = np.zeros((10, 10), bool)
    half[:, :5] = True  # 50 pixels; found 50, common 25, together 75
    images = [MaskedImage(placed, half, "a"), MaskedImage(placed, np.zeros((10, 10), bool), "b")]
    result = evaluate_masks(images)
    assert (result.images, result.patients) == (1, 1)
    assert result.mean_iou is not None and result.mean_iou.value == pytest.approx(25 / 75)
    assert result.hit_rate is not None and result.hit_rate.value == 1.0
