"""The detector: fits, rejects what is far and what is like the synthetic outliers, and is what the viewer computes."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from msgspec.structs import replace
from sklearn.decomposition import PCA

from cxrviewer.heads.eligibility.ood_detector import OodDetector
from model_training.data.augment import OUTLIER_TYPES
from model_training.ood.detector import in_all_channels
from model_training.ood.fit import EXTRA_TYPES, _principal, _products, distances, fit_on_features, make_outlier

CHANNELS, SIDE = 4, 3


def cloud(n: int, seed: int, *, shift: float = 0.0, size: float = 1.0) -> np.ndarray:
    """Return features (n, 4, 3, 3) in which the first two channels move together."""
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(n, CHANNELS, SIDE, SIDE))
    rows[:, 1] = 0.9 * rows[:, 0] + 0.4 * rows[:, 1]
    return (size * rows + shift).astype(np.float32)


@pytest.fixture(scope="module")
def fitted() -> OodDetector:
    # The others lie nearer to the mean than the films themselves: no distance can reject them.
    return fit_on_features(
        cloud(800, 0),
        cloud(800, 1, size=0.3),
        cloud(600, 2),
        channel_directions=CHANNELS,
        directions=30,
        linear_directions=30,
        quadratic_directions=30,
        rejected=(0.01, 0.01),
    )


def test_the_viewer_computes_the_distance_the_fit_did(fitted: OodDetector) -> None:
    images = cloud(5, 7)
    read = OodDetector.from_bytes(fitted.to_bytes())
    assert distances(fitted, images) == pytest.approx([read.distance(f[None]) for f in images], rel=1e-5)


def test_few_new_films_of_the_same_kind_are_rejected(fitted: OodDetector) -> None:
    rejected = (distances(fitted, cloud(2000, 9)) > fitted.threshold).mean()
    assert rejected < 0.04, "two tests of one percent each, and the limits' own chance"


def test_films_far_away_are_rejected_on_every_side(fitted: OodDetector) -> None:
    for shift in (-20.0, 20.0):
        assert (distances(fitted, cloud(50, 3, shift=shift)) > fitted.threshold).all()


def test_the_contrast_rejects_what_lies_near_but_is_like_the_others(fitted: OodDetector) -> None:
    others = cloud(300, 11, size=0.3)
    assert (distances(fitted, others) > fitted.threshold).mean() > 0.9
    without = replace(fitted, contrast_quadratic=None, contrast_linear=None, contrast_offset=None)
    assert not (distances(without, others) > fitted.threshold).any()


def test_features_that_are_no_numbers_are_not_inside(fitted: OodDetector) -> None:
    assert not fitted.inside(np.full((1, CHANNELS, SIDE, SIDE), np.nan, np.float32))


def test_the_networks_own_features_count_nothing(fitted: OodDetector) -> None:
    image = cloud(1, 5)[0]
    wide = in_all_channels(fitted)
    for value in (0.0, 1e4):
        before = np.full((960, SIDE, SIDE), value, np.float32)
        assert wide.distance(np.concatenate([before, image])[None]) == pytest.approx(fitted.distance(image[None]))


@pytest.mark.parametrize("kind", [*OUTLIER_TYPES, *EXTRA_TYPES])
def test_every_kind_of_outlier_is_a_picture_and_another_one(kind: str) -> None:
    y, x = np.meshgrid(np.linspace(0, 1, 56), np.linspace(0, 1, 56), indexing="ij")
    image = (0.2 + 0.5 * y + 0.2 * np.sin(9 * x)).astype(np.float32).clip(0, 1)
    made = make_outlier(image, image[::-1].copy(), kind, torch.Generator().manual_seed(0))
    assert made.shape == image.shape
    assert 0 <= made.min() and made.max() <= 1
    assert np.abs(made - image).mean() > 0.02
    again = make_outlier(image, image[::-1].copy(), kind, torch.Generator().manual_seed(0))
    assert np.array_equal(made, again)


def contrasted(**changes: object) -> OodDetector:
    """Return a density of one channel, two cells and one direction, w = first cell, with a contrast."""
    given: dict[str, object] = {
        "channel_mean": np.zeros(1),
        "channel_basis": np.ones((1, 1)),
        "mean": np.zeros(2),
        "basis": np.array([[1.0, 0.0]]),
        "scale": np.array([2.0]),
        "residual_scale": 1.0,
        "threshold": 5.0,
        "contrast_quadratic": np.array([[3.0]]),
        "contrast_linear": np.array([-1.0]),
        "contrast_offset": 0.5,
    }
    return OodDetector(**(given | changes))  # type: ignore[arg-type]


def test_the_larger_of_distance_and_contrast_counts_by_hand() -> None:
    # First cell 4: w = 4 / 2 = 2. Distance 2^2 + 0 = 4; contrast 3 * 4 - 2 + 0.5 = 10.5.
    assert contrasted().distance(np.array([[[[4.0, 0.0]]]], np.float32)) == pytest.approx(10.5)
    # Second cell 4: distance 0 + 16; contrast 0.5.
    assert contrasted().distance(np.array([[[[0.0, 4.0]]]], np.float32)) == pytest.approx(16)


@pytest.mark.parametrize(
    "changes",
    [
        {"contrast_offset": None},
        {"contrast_linear": None},
        {"contrast_quadratic": np.ones((2, 2))},
        {"contrast_quadratic": np.ones((2, 2)), "contrast_linear": np.ones(2)},  # more than there are directions
        {"contrast_quadratic": np.array([[np.nan]])},
        {"contrast_offset": float("inf")},
    ],
)
def test_half_a_contrast_or_a_wrong_one_is_rejected(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="density"):
        contrasted(**changes)


def test_a_contrast_survives_the_file() -> None:
    image = np.array([[[[1.0, -2.0]]]], np.float32)
    assert OodDetector.from_bytes(contrasted().to_bytes()).distance(image) == contrasted().distance(image)


def test_the_directions_of_both_groups_are_those_of_their_rows_together() -> None:
    # scikit-learn's PCA by singular values is the independent source; a direction's sign means nothing.
    rng = np.random.default_rng(0)
    good, bad = rng.normal(size=(300, 12)) * np.arange(1, 13), 3 + rng.normal(size=(90, 12)) * np.arange(12, 0, -1)
    ours = _principal(good, bad, 5)
    theirs = PCA(5, svd_solver="full").fit(np.concatenate([good, bad])).components_
    assert np.abs((ours * theirs).sum(axis=1)) == pytest.approx(np.ones(5), abs=1e-9)


def test_products_stand_where_the_matrix_of_the_contrast_looks_for_them() -> None:
    rows = np.array([[2.0, 3.0, 5.0, 7.0]])
    # Four linear terms; then of the first three 2*2, 2*3, 2*5, 3*3, 3*5, 5*5.
    assert _products(rows, 3).tolist() == [[2, 3, 5, 7, 4, 6, 10, 9, 15, 25]]
    assert np.stack(np.triu_indices(3)).tolist() == [[0, 0, 0, 1, 1, 2], [0, 1, 2, 1, 2, 2]]


def small_fit(limits: np.ndarray, **given: object) -> OodDetector:
    return fit_on_features(
        cloud(240, 20),
        cloud(240, 21, size=0.3),
        limits,
        channel_directions=CHANNELS,
        directions=30,
        linear_directions=20,
        quadratic_directions=20,
        **given,  # type: ignore[arg-type]
    )


def test_limits_set_on_every_film_in_turn_reject_of_new_ones_about_what_was_allowed() -> None:
    # Limits of twelve films hang on one film; of 240 that their detector had not seen, on twelve.
    new, few = cloud(3000, 22), cloud(12, 23)
    allowed = 0.05
    crossed = small_fit(few, folds=np.arange(240) % 3, rejected=(allowed, allowed))
    assert allowed / 2 < (distances(crossed, new) > crossed.threshold).mean() < 2.5 * allowed
    # The same films judged by the detector that was fitted on them: far more new ones are rejected.
    own = small_fit(cloud(240, 20), rejected=(allowed, allowed))
    assert (distances(own, new) > own.threshold).mean() > 3 * allowed


def test_a_film_without_weight_moves_no_limit() -> None:
    far = cloud(60, 25, shift=9.0)
    plain = small_fit(cloud(300, 24))
    both = np.concatenate([cloud(300, 24), far])
    assert small_fit(both, weights=np.repeat([1.0, 0.0], [300, 60])).to_bytes() == plain.to_bytes()
    assert small_fit(both, weights=np.ones(360)).threshold > 3 * plain.threshold


def test_the_distance_and_the_contrast_have_limits_of_their_own() -> None:
    # On the films that set the limits each test rejects its own share, and no more.
    limits = cloud(400, 26)
    detector = small_fit(limits, rejected=(0.02, 0.1))
    distance = replace(detector, contrast_quadratic=None, contrast_linear=None, contrast_offset=None)
    assert (distances(distance, limits) > detector.threshold).mean() == pytest.approx(0.02, abs=0.003)
    assert 0.1 <= (distances(detector, limits) > detector.threshold).mean() + 0.003 <= 0.125
