"""Shutter and overlays on the screen's pixels, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from cxrviewer.imaging.shown import shown
from cxrviewer.imaging.shutter import Rectangle, Shutter
from cxrviewer.reading.box import ImageBox
from cxrviewer.reading.marks import ScreenMarks
from cxrviewer.reading.screen import Fidelity, ScreenImage, fidelity
from tests.builders.radiographs import radiograph_of

ROWS, COLUMNS = 40, 30
WHOLE = ImageBox(0, 0, COLUMNS, ROWS)


def line() -> np.ndarray:
    plane = np.zeros((ROWS, COLUMNS), np.bool_)
    plane[7, 3:25] = True
    return plane


def marks(*, grey: float = 0.5) -> ScreenMarks:
    return ScreenMarks(ROWS, COLUMNS, Shutter((Rectangle(2, 20, 4, 30),), grey), line())


def test_at_one_to_one_they_are_what_the_picture_without_a_window_shows() -> None:
    radiograph = replace(radiograph_of(np.full((ROWS, COLUMNS), 51, np.uint8)), shutter=marks().shutter, overlay=line())
    sampled = ScreenMarks.of(radiograph)
    assert sampled is not None
    drawn = sampled.sample(WHOLE, COLUMNS, ROWS, shutter=True, overlays=True)
    assert drawn is not None
    grey, opacity = drawn
    assert set(np.unique(opacity)) == {0, 255}
    composed = np.where(opacity == 255, grey / 255, 51 / 255)
    np.testing.assert_allclose(composed, shown(radiograph), atol=1 / 255)


@pytest.mark.parametrize("size", [(30, 40), (15, 20), (10, 13), (3, 4)])
def test_a_line_of_one_pixel_is_drawn_at_full_strength_in_every_size(size: tuple[int, int]) -> None:
    width, height = size
    drawn = marks().sample(WHOLE, width, height, shutter=False, overlays=True)
    assert drawn is not None
    grey, opacity = drawn
    row = int(7.5 * height / ROWS)
    middle = opacity[row, width // 3 : width // 2]
    assert (middle >= 225).all()
    assert (grey[row, width // 3 : width // 2] == 255).all()
    assert opacity[-1].max() == 0


def test_an_enlarged_overlay_covers_its_own_pixel_only() -> None:
    drawn = marks().sample(ImageBox(2, 6, 5, 9), 12, 12, shutter=False, overlays=True)
    assert drawn is not None
    # Rows 6, 7, 8 and columns 2, 3, 4 four times enlarged: row 7 from column 3 on.
    expected = np.zeros((12, 12), np.uint8)
    expected[4:8, 4:] = 255
    np.testing.assert_array_equal(drawn[1], expected)


@pytest.mark.parametrize(("shutter", "overlays"), [(True, False), (False, True), (False, False)])
def test_each_can_be_left_out(shutter: bool, overlays: bool) -> None:
    drawn = marks().sample(WHOLE, COLUMNS, ROWS, shutter=shutter, overlays=overlays)
    if not shutter and not overlays:
        assert drawn is None
        return
    assert drawn is not None
    covered = ~np.pad(np.ones((27, 19), np.bool_), ((4, 9), (2, 9)))
    np.testing.assert_array_equal(drawn[1] == 255, covered if shutter else line())
    assert set(np.unique(drawn[0][drawn[1] == 255])) == ({128} if shutter else {255})


def test_an_image_without_marks_costs_nothing() -> None:
    assert ScreenMarks.of(radiograph_of(np.zeros((4, 4), np.uint8))) is None


def test_pixels_twice_as_high_are_smoothed_between_rows_and_kept_in_columns() -> None:
    codes = np.arange(40 * 30, dtype=np.uint16).reshape(40, 30)
    drawn = ScreenImage(codes, aspect=2.0).sample(WHOLE, 30, 80)
    # Screen rows 2r and 2r + 1 lie a quarter row before and behind the centre of row r.
    inner = drawn[1:-1].astype(float)
    np.testing.assert_allclose(inner[0::2], codes[:-1] + 30 * 0.25, atol=0.51)
    np.testing.assert_allclose(inner[1::2], codes[1:] - 30 * 0.25, atol=0.51)


@pytest.mark.parametrize(("scale", "squares"), [(2, False), (4, True)])
def test_oblong_pixels_become_blocks_when_the_words_say_so(scale: int, squares: bool) -> None:
    codes = np.zeros((8, 8), np.uint16)
    codes[:, 4:] = 1000
    drawn = ScreenImage(codes, aspect=2.0).sample(ImageBox(0, 0, 8, 8), 8 * scale, 16 * scale)
    assert (fidelity(scale, 2.0) is Fidelity.SQUARES) is squares
    assert bool(np.isin(drawn, (0, 1000)).all()) is squares


def test_the_words_about_the_scale_are_true_for_pixels_that_are_not_square() -> None:
    assert fidelity(1.0) is Fidelity.EXACT
    assert fidelity(1.0, 2.0) is Fidelity.MAGNIFIED
    assert fidelity(0.5, 2.0) is Fidelity.RESAMPLED
    assert fidelity(4.0, 2.0) is Fidelity.SQUARES
