from __future__ import annotations

import numpy as np
import pytest

from cxrviewer.reading.box import ImageBox
from cxrviewer.reading.screen import Fidelity, ScreenImage, fidelity


def image(rows: int = 1200, columns: int = 1000) -> np.ndarray:
    rng = np.random.default_rng(3)
    return rng.integers(0, 65536, (rows, columns)).astype(np.uint16)


def test_at_one_to_one_the_images_own_codes_are_shown() -> None:
    codes = image()
    shown = ScreenImage(codes).sample(ImageBox(100, 200, 400, 450), 300, 250)
    np.testing.assert_array_equal(shown, codes[200:450, 100:400])


def test_a_smaller_picture_keeps_the_mean_and_does_not_pick_single_pixels() -> None:
    codes = image()
    codes[:] = 1000
    codes[::3, ::3] = 10000  # a pattern that picking every third pixel would turn all white or lose
    screen = ScreenImage(codes)
    screen.prepare()
    shown = screen.sample(ImageBox(0, 0, 1000, 1200), 250, 300)
    assert abs(float(shown.mean()) - float(codes.mean())) < 20
    assert int(shown.max()) < 4000


@pytest.mark.parametrize("prepared", [False, True])
def test_a_gradient_lies_where_it_belongs_in_every_size(prepared: bool) -> None:
    # By hand: the code is ten times the column, so screen pixel i of width 250 over 1000 columns
    # has its centre at column edge 4 (i + 0.5), which is code 10 (4 i + 1.5).
    codes = np.broadcast_to((10 * np.arange(1000)).astype(np.uint16), (1200, 1000)).copy()
    screen = ScreenImage(codes)
    if prepared:
        screen.prepare()
    shown = screen.sample(ImageBox(0, 0, 1000, 1200), 250, 300)
    expected = 10 * (4 * np.arange(250) + 1.5)
    # Picking may shift by half an image pixel, five codes, until the image is prepared.
    np.testing.assert_allclose(shown[150, 2:-2], expected[2:-2], atol=1 if prepared else 6)


def test_before_it_is_prepared_a_large_image_is_picked_from_but_not_shifted() -> None:
    # By hand as above, 1.5 million pixels: columns 0 to 1499, screen pixel i centred at edge 5 (i + 0.5).
    codes = np.broadcast_to((10 * np.arange(1500)).astype(np.uint16), (1000, 1500)).copy()
    screen = ScreenImage(codes)
    assert not screen.prepared
    shown = screen.sample(ImageBox(0, 0, 1500, 1000), 300, 200)
    expected = 10 * (5 * (np.arange(300) + 0.5) - 0.5)
    np.testing.assert_allclose(shown[100, 3:-3], expected[3:-3], atol=1)
    screen.prepare()
    assert screen.prepared


def test_a_magnified_gradient_is_smooth_and_not_shifted() -> None:
    codes = np.broadcast_to((100 * np.arange(64)).astype(np.uint16), (64, 64)).copy()
    shown = ScreenImage(codes).sample(ImageBox(10, 10, 30, 30), 40, 40)
    # By hand: screen pixel i has its centre at column edge 10 + (i + 0.5) / 2, code 100 (edge - 0.5).
    np.testing.assert_allclose(shown[20], 100 * (10 + (np.arange(40) + 0.5) / 2 - 0.5), atol=1)


@pytest.mark.parametrize("width", [150, 250, 518, 2250])  # means, smoothed, squares
@pytest.mark.parametrize("kind", ["plain", "padded", "colour"])
def test_a_part_is_the_same_by_itself_as_cut_out_of_the_whole(kind: str, width: int) -> None:
    # A ramp, of which many means lie half way between two codes.
    codes = np.linspace(0, 4095, 400 * 300).reshape(400, 300).astype(np.uint16)
    colour = np.stack([codes // 16, codes % 256, codes // 32], axis=2).astype(np.uint8)
    screen = ScreenImage(colour if kind == "colour" else codes, (0, 100) if kind == "padded" else None)
    height = width * 4 // 3

    def part(left: int, top: int) -> np.ndarray:
        box = ImageBox(left * 300 / width, top * 400 / height, 300, 400)
        return screen.sample(box, width - left, height - top)

    whole = part(0, 0)
    for left, top in ((0, 7), (13, 60), (77, 59), (149, 3)):
        np.testing.assert_array_equal(part(left, top), whole[top:, left:])


def test_high_magnification_shows_squares() -> None:
    codes = image(64, 64)
    shown = ScreenImage(codes).sample(ImageBox(8, 16, 16, 24), 64, 64)
    np.testing.assert_array_equal(shown, np.kron(codes[16:24, 8:16], np.ones((8, 8), np.uint16)))


def test_padding_is_never_mixed_with_the_image_beside_it() -> None:
    codes = np.full((600, 600), 2000, np.uint16)
    codes[:, :301] = 0  # padding, ends in the middle of a screen pixel
    shown = ScreenImage(codes, padding=(0, 0)).sample(ImageBox(0, 0, 600, 600), 150, 150)
    assert set(np.unique(shown)) == {0, 2000}


def test_colour_is_resampled_per_channel() -> None:
    codes = np.zeros((100, 100, 3), np.uint8)
    codes[..., 1] = 200
    shown = ScreenImage(codes).sample(ImageBox(0, 0, 100, 100), 33, 33)
    assert shown.shape == (33, 33, 3)
    assert np.unique(shown.reshape(-1, 3), axis=0).tolist() == [[0, 200, 0]]


@pytest.mark.parametrize(
    ("scale", "words"),
    [
        (0.3, Fidelity.RESAMPLED),
        (1.0, Fidelity.EXACT),
        (1.7, Fidelity.MAGNIFIED),
        (4.0, Fidelity.SQUARES),
    ],
)
def test_the_canvas_says_what_it_shows(scale: float, words: Fidelity) -> None:
    assert fidelity(scale) is words
