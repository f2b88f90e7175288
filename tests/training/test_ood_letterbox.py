"""Synthetic outliers that are not square: bars where bars belong, the film's own middle, the same again from a seed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

pytest.importorskip("torch", reason="training extra is not installed")

from model_training.data.packed import Grey
from model_training.ood.detector import image_features
from model_training.ood.fit import distances, fit_on_features
from model_training.ood.letterbox import (
    content,
    empty_with_padding,
    letterboxed_copy,
    middle_crop,
    outliers_within_padding,
    padded_outliers,
    types_within,
    whole_with_padding,
    within_padding,
)
from tests.training.networks import RECIPE, SIZE


def chest(seed: int) -> Grey:
    """Return a bright frame with two dark fields: enough of a chest for geometry."""
    y, x = np.mgrid[0:SIZE, 0:SIZE] / SIZE
    jitter = np.random.default_rng(seed).normal(0, 0.01, 4)
    image = np.full((SIZE, SIZE), 0.7)
    for centre in (0.3 + jitter[0], 0.7 + jitter[1]):
        image -= 0.5 * np.exp(-(((x - centre) / 0.13) ** 2 + ((y - 0.5 - jitter[2]) / 0.28) ** 2))
    image += np.random.default_rng(seed + 1).normal(0, 0.01, image.shape)
    return cast(Grey, image.clip(0, 1).astype(np.float32))


def test_a_middle_crop_is_the_middle_of_the_film_enlarged() -> None:
    image = np.zeros((SIZE, SIZE), np.float32)
    image[SIZE // 2 - 2 : SIZE // 2 + 2, SIZE // 2 - 2 : SIZE // 2 + 2] = 1
    crop = middle_crop(image, np.random.default_rng(0))
    # Four pixels of at least 0.35 and at most 0.6 of the side: enlarged 1.67 to 2.9 times in each direction.
    assert crop.shape == image.shape
    assert 16 * 1.6**2 < crop.sum() < 16 * 3**2


@pytest.mark.parametrize("seed", range(6))
def test_an_empty_film_has_black_bars_on_two_opposite_sides_only(seed: int) -> None:
    picture = empty_with_padding(chest(0), np.random.default_rng(seed))
    sides = [bool(edge.any()) for edge in (picture[0], picture[-1], picture[:, 0], picture[:, -1])]
    assert sides in ([False, False, True, True], [True, True, False, False])
    assert 0 <= picture.min() and picture.max() <= 1


def test_a_box_keeps_the_picture_and_adds_bars() -> None:
    padded = letterboxed_copy(np.ones((SIZE, SIZE), np.float32), np.random.default_rng(3))
    assert set(np.unique(padded)) == {0.0, 1.0}
    share = padded.mean()
    # Between 72 and 98 % of the side, less rounding down.
    assert 0.70 <= share <= 0.98


def landscape(level: float = 0.5) -> Grey:
    """Return a film of 48 of 64 rows between black bars."""
    image = np.zeros((SIZE, SIZE), np.float32)
    image[8:56] = level
    return image


def test_what_lies_between_the_bars_is_found_and_only_that_is_changed() -> None:
    assert content(landscape()) == (slice(8, 56), slice(0, 64))
    assert content(np.zeros((SIZE, SIZE), np.float32)) == (slice(0, 64), slice(0, 64)), "a black film has no bars"
    made = within_padding(landscape(0.25), lambda picture: 1 - picture)
    assert not made[:8].any() and not made[56:].any()
    assert made[8:56] == pytest.approx(np.full((48, SIZE), 0.75))


@pytest.mark.parametrize("seed", range(8))
def test_a_chest_cut_at_its_edges_keeps_its_scale_and_moves_to_the_middle(seed: int) -> None:
    y, x = np.mgrid[0:SIZE, 0:SIZE]
    image = (0.1 + (y * SIZE + x) / (SIZE * SIZE * 1.2)).astype(np.float32)  # every pixel another grey
    made = whole_with_padding(image, np.random.default_rng(seed))
    rows, columns = content(made)
    height, width = rows.stop - rows.start, columns.stop - columns.start
    cut = 2 * SIZE - height - width
    assert SIZE in (height, width) and 0.04 * SIZE - 1 <= cut <= 0.2 * SIZE
    bars = (rows.start, SIZE - rows.stop) if width == SIZE else (columns.start, SIZE - columns.stop)
    assert abs(bars[0] - bars[1]) <= 1
    top, left = np.argwhere(image == made[rows.start, columns.start])[0]
    assert np.array_equal(made[rows, columns], image[top : top + height, left : left + width])


def test_the_sets_whose_films_have_bars_are_drawn_often_and_their_bars_stay() -> None:
    images = dev_set([chest(i) for i in range(20)] + [landscape(0.3), landscape(0.6)])
    images.records = [SimpleNamespace(set="nih")] * 20 + [SimpleNamespace(set="hannover")] * 2
    made, kinds = outliers_within_padding(images, list(range(22)), 3, count=210)
    again, _ = outliers_within_padding(images, list(range(22)), 3, count=210)
    assert all(np.array_equal(a, b) for a, b in zip(made, again, strict=True))
    # 0.3 against 0.25 of the whole: 55 % of the pictures come from the two films of 22 that have bars.
    flat = [p for p, kind in zip(made, kinds, strict=True) if kind in ("flat", "invert", "crop", "middle")]
    within = [float(not p[:8].any() and not p[56:].any() and p[8:56].any()) for p in flat]
    assert 0.35 < np.mean(within) < 0.75
    # A landscape film on its side has its bars on its sides.
    turned = [p for p, kind in zip(made, kinds, strict=True) if kind == "rotate90"]
    assert any(not p[:, :8].any() and not p[:, 56:].any() and p[0].any() for p in turned)


def dev_set(images: list[Grey]) -> Any:
    return SimpleNamespace(grey=lambda i: images[i], recipe=RECIPE)


def test_the_same_seed_makes_the_same_pictures_of_every_kind() -> None:
    images = dev_set([chest(i) for i in range(6)])
    first, names = padded_outliers(images, list(range(6)), 4, plain=4, padded=30)
    again, _ = padded_outliers(images, list(range(6)), 4, plain=4, padded=30)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert names == ["middle", "empty with bars"] * 2 + ["letterboxed"] * 30


def test_the_kind_in_the_box_is_the_kind_of_the_picture_there() -> None:
    images = dev_set([np.full((SIZE, SIZE), 0.2 + 0.1 * i, np.float32) for i in range(6)])
    made, _ = padded_outliers(images, list(range(6)), 4, plain=2, padded=21)
    kinds = types_within(2, 21)
    assert len(kinds) == len(made) and kinds[:2] == ["middle", "empty with bars"]
    padded = {kind: picture for kind, picture in zip(kinds[2:], made[2:], strict=True)}
    # Of a film of one grey level a turned one, noise and its middle have that level; its negative has one of 1 - level.
    levels = {kind: float(padded[kind].max()) for kind in ("rotate90", "noise", "middle", "invert")}
    upright = np.arange(0.2, 0.75, 0.1)
    assert all(np.abs(upright - levels[k]).min() < 1e-5 for k in ("rotate90", "noise", "middle"))
    assert np.abs(1 - upright - levels["invert"]).min() < 1e-5
    # A picture squeezed to 30 to 55 % of its width, in a box of 72 to 98 %, fills less than 0.55 * 0.98 = 54 %;
    # zoomed out to 25 to 50 % of both sides less than 25 %.
    assert (padded["squeeze"] > 0).mean() < 0.56 and (padded["zoom_out"] > 0).mean() < 0.27


def test_a_detector_that_has_seen_them_rejects_new_ones_and_passes_new_films() -> None:
    images = dev_set([chest(i) for i in range(700)])
    made, _ = padded_outliers(images, list(range(400)), 1, plain=300, padded=300)
    train, limit, new = (
        image_features([images.grey(i) for i in part], images.recipe)
        for part in (range(400), range(400, 600), range(600, 700))
    )
    detector = fit_on_features(
        train,
        image_features(made, images.recipe),
        limit,
        channel_directions=16,
        directions=20,
        linear_directions=20,
        quadratic_directions=20,
        rejected=(0.01, 0.01),
    )
    strangers, _ = padded_outliers(images, list(range(600, 700)), 2, plain=60, padded=60)
    rejected = distances(detector, image_features(strangers, images.recipe)) > detector.threshold
    assert rejected.mean() > 0.95
    assert (distances(detector, new) > detector.threshold).mean() < 0.1
