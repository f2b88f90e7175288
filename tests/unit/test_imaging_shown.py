"""What the window shows, without a window."""

from __future__ import annotations

import numpy as np

from cxrviewer.imaging.shown import shown
from tests.builders.radiographs import radiograph_of


def test_grey_is_looked_up_per_pixel() -> None:
    picture = shown(radiograph_of(np.array([[0, 51], [102, 255]], np.uint8)))
    assert picture.dtype == np.float32
    np.testing.assert_allclose(picture, [[0.0, 0.2], [0.4, 1.0]], atol=1e-6)


def test_inversion_turns_grey_round() -> None:
    picture = shown(radiograph_of(np.array([[0, 51]], np.uint8)), invert=True)
    np.testing.assert_allclose(picture, [[1.0, 0.8]], atol=1e-6)


def test_colour_is_divided_by_its_full_range() -> None:
    picture = shown(radiograph_of(np.array([[[0, 51, 255]]], np.uint8), colour=True))
    np.testing.assert_allclose(picture, [[[0.0, 0.2, 1.0]]], atol=1e-6)
