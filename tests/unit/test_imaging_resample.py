"""The one resizer: large images are resized in strips, and nobody can tell."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from cxrviewer.imaging import resample


@pytest.mark.parametrize("size", [(224, 224), (300, 50), (7, 311), (301, 211), (600, 500), (300, 211)])
def test_strips_give_the_numbers_of_the_whole_up_to_rounding(
    monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    grey = np.random.default_rng(3).random((301, 211), np.float32)
    height, width = size
    whole = np.asarray(Image.fromarray(grey).resize((width, height), Image.Resampling.BILINEAR))
    monkeypatch.setattr(resample, "STRIP_PIXELS", 17 * 211 + 5)
    np.testing.assert_allclose(resample.resize(grey, height, width), whole, rtol=0, atol=2e-7)


def test_images_of_today_are_resized_in_one_piece() -> None:
    # Strips may round otherwise, and a tensor must not change without its recipe: 4300 x 4300 is the largest plate.
    assert resample.STRIP_PIXELS > 4300 * 4300


def test_an_image_wider_than_a_strip_is_resized(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resample, "STRIP_PIXELS", 10)
    np.testing.assert_array_equal(resample.resize(np.full((3, 40), 0.5, np.float32), 6, 20), np.full((6, 20), 0.5))
