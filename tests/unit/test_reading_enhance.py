"""Enhanced pictures for the screen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import JobCancelled
from cxrviewer.imaging.tensor import make_input
from cxrviewer.reading.enhance import Enhancement, enhanced, locally_equalized, sharpened
from tests.fakes import RECIPE, fake_image

BOTH = pytest.mark.parametrize("act", [sharpened, locally_equalized])


def edge() -> np.ndarray[Any, Any]:
    codes = np.full((200, 400), 1000, np.uint16)
    codes[:, 200:] = 2000
    codes[0, :2] = 0, 4000  # room at both ends
    return codes


def test_an_edge_overshoots_by_hand_worked_amounts_and_far_away_nothing_changes() -> None:
    made = sharpened(edge(), None, CancelToken())
    # 400 / 400: a radius of 1, so the mean over 3 twice, which is (1 2 3 2 1) / 9 across. On the bright side of the
    # edge 3 of 9 parts are dark: blurred 2000 - 1000 / 3, so 1.5 x 333.3 is added; on the next pixel 1 of 9.
    assert made[100, 199:202].tolist() == [500, 2500, 2167]
    assert made[100, :198].tolist() == [1000] * 198 and made[100, 203:].tolist() == [2000] * 197


@BOTH
def test_codes_stay_in_the_range_of_the_image_and_padding_stays_padding(act: Any) -> None:
    codes = np.random.default_rng(5).integers(300, 3000, (256, 300)).astype(np.uint16)
    codes[:, :50] = 4095
    made = act(codes, (4095, 4095), CancelToken())
    assert made.dtype == np.uint16 and (made[:, :50] == 4095).all()
    assert made[:, 50:].min() >= 300 and made[:, 50:].max() < 3000


def test_padding_beside_the_image_casts_no_halo() -> None:
    codes = np.full((200, 200), 1000, np.uint16)
    codes[:, :50] = 4095
    codes[0, 60:62] = 500, 2000
    assert (sharpened(codes, (4095, 4095), CancelToken())[10:, 50:] == 1000).all()


def test_local_contrast_strengthens_faint_structures_in_dark_and_bright_parts() -> None:
    columns = np.arange(512)
    faint = 20 * np.sin(columns / 3)
    codes = np.where(columns < 256, 500 + faint, 3500 + faint)[None].repeat(512, axis=0).astype(np.uint16)
    made = locally_equalized(codes, None, CancelToken()).astype(float)
    for part in (np.s_[:, 20:200], np.s_[:, 300:480]):
        assert made[part].std() > 1.5 * codes[part].astype(float).std()


@BOTH
def test_an_image_of_one_value_or_of_padding_only_stays_as_it_is(act: Any) -> None:
    codes = np.full((64, 64), 7, np.uint8)
    assert (act(codes, None, CancelToken()) == 7).all()
    assert (act(codes, (7, 7), CancelToken()) == 7).all()
    assert act(np.zeros((1, 1), np.uint8), None, CancelToken()).shape == (1, 1)


def test_what_a_head_reads_is_the_same_before_and_after() -> None:
    image = fake_image()
    before = make_input(image, RECIPE).tensor
    for enhancement in (Enhancement.SHARPENED, Enhancement.LOCAL_CONTRAST):
        screen = enhanced(image, enhancement, CancelToken())
        assert screen.codes is not image.codes and screen.prepared
    np.testing.assert_array_equal(make_input(image, RECIPE).tensor, before)


def test_a_cancelled_enhancement_ends() -> None:
    token = CancelToken()
    token.cancel()
    for enhancement in (Enhancement.SHARPENED, Enhancement.LOCAL_CONTRAST):
        with pytest.raises(JobCancelled):
            enhanced(fake_image(), enhancement, token)
    with pytest.raises(ValueError, match="grey"):
        enhanced(fake_image(colour=True), Enhancement.SHARPENED, CancelToken())
