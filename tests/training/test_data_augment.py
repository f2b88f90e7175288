from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest

pytest.importorskip("torch", reason="training extra is not installed")

import torch

from model_training.config.augment import AugmentConfig
from model_training.data.augment import (
    OUTLIER_TYPES,
    affine,
    augment,
    blend,
    mirror,
    outlier,
    outliers,
    photometric,
    resample,
)

OFF = AugmentConfig(**{f.name: 0.0 for f in dataclasses.fields(AugmentConfig)})


def image(size: int = 64) -> torch.Tensor:
    """A picture with four different corners: no rotation, flip or inversion leaves it as it is."""
    y, x = torch.meshgrid(torch.linspace(0, 1, size), torch.linspace(0, 1, size), indexing="ij")
    return (0.2 + 0.5 * x + 0.2 * y * y)[None]


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_everything_switched_off_leaves_the_film_alone() -> None:
    images = image()[None]
    torch.testing.assert_close(augment(images, 64, OFF, generator()), images, atol=1e-5, rtol=0)


def test_the_heart_stays_on_its_side_unless_asked() -> None:
    """A flip would turn the gradient along the columns around; no other strength may do so."""
    images = image()[None].expand(200, -1, -1, -1)
    made = augment(images, 64, AugmentConfig(erase=0, jpeg=0), generator())
    inner = made[:, 0, 16:48, 16:48]
    assert (inner[:, :, -1].mean(1) > inner[:, :, 0].mean(1)).all()


def test_the_share_asked_for_is_mirrored_and_nothing_else_changes() -> None:
    images = image()[None].expand(400, -1, -1, -1)
    made = mirror(images, AugmentConfig(mirror=0.25), generator())
    mirrored = [torch.equal(one, image().flip(2)) for one in made]
    assert all(torch.equal(one, image()) for one, turned in zip(made, mirrored, strict=True) if not turned)
    # Binomial, 400 draws of 0.25: four standard deviations are 35.
    assert abs(sum(mirrored) - 100) < 35
    assert mirror(images, AugmentConfig(), generator()) is images


def test_an_experiment_without_mirroring_draws_the_numbers_it_drew_before() -> None:
    state = generator(3)
    mirror(torch.rand(4, 1, 8, 8), AugmentConfig(), state)
    assert torch.equal(state.get_state(), generator(3).get_state())


def test_a_blended_film_is_the_stated_mixture_of_two_films_of_its_batch() -> None:
    images = torch.rand(400, 1, 4, 4)
    made, other, weight = blend(images, AugmentConfig(blend=0.75), generator())
    mixture = (1 - weight[:, None, None, None]) * images + weight[:, None, None, None] * images[other]
    torch.testing.assert_close(made, mixture)
    assert sorted(other.tolist()) == list(range(400))  # each film is added at most once
    assert weight.min() == 0 and 0.4 < weight.max() < 0.5  # the film itself always has the larger part
    # Binomial, 400 draws of 0.75: four standard deviations are 35.
    assert abs(int((weight > 0).sum()) - 300) < 35


def test_without_blending_nothing_is_drawn_and_no_film_is_added() -> None:
    state, images = generator(3), torch.rand(4, 1, 8, 8)
    made, _, weight = blend(images, AugmentConfig(), state)
    assert made is images and not weight.any()
    assert torch.equal(state.get_state(), generator(3).get_state())


def test_grey_stays_in_range_at_any_strength() -> None:
    wild = AugmentConfig(gamma=2, contrast=1, brightness=1, noise=1)
    made = photometric(torch.rand(8, 1, 32, 32), wild, generator())
    assert made.min() >= 0
    assert made.max() <= 1


def test_the_same_seed_gives_the_same_batch() -> None:
    images = torch.rand(4, 1, 48, 48)
    first, second = (augment(images, 32, AugmentConfig(), generator(7)) for _ in range(2))
    assert torch.equal(first, second)
    assert not torch.equal(first, augment(images, 32, AugmentConfig(), generator(8)))


def test_a_smaller_size_averages_instead_of_skipping_pixels() -> None:
    stripes = torch.zeros(1, 1, 64, 64)
    stripes[..., ::2] = 1
    made = affine(stripes, 16, OFF, generator())
    assert made[..., 2:-2].sub(0.5).abs().max() < 0.05


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        # By numpy's own names: counter-clockwise, from the row axis to the column axis.
        ("rotate90", lambda grey: np.rot90(grey, 1)),
        ("rotate180", lambda grey: np.rot90(grey, 2)),
        ("rotate270", lambda grey: np.rot90(grey, 3)),
        ("upside_down", np.flipud),
        ("invert", lambda grey: 1 - grey),
    ],
)
def test_turned_flipped_and_inverted_outliers_are_exactly_that(
    kind: str, expected: Callable[[np.ndarray], np.ndarray]
) -> None:
    original = image()
    made = outlier(original, kind, generator(3))
    np.testing.assert_allclose(made[0].numpy(), expected(original[0].numpy()), rtol=1e-6)


def test_a_cropped_outlier_is_a_small_part_enlarged() -> None:
    # A ramp from 0 to 1 over 100 columns: the part's range is its share of the side, 15 to 35 columns.
    ramp = (torch.arange(100) / 99).expand(1, 100, 100)
    shares = []
    for seed in range(40):
        made = outlier(ramp, "crop", generator(seed))
        assert made.shape == ramp.shape and (made[0, 0].diff() >= 0).all()
        shares.append(float(made.max() - made.min()))
    assert min(shares) >= 13.9 / 99 and max(shares) <= 34.1 / 99 and max(shares) - min(shares) > 0.1


def test_a_shuffled_outlier_has_the_same_quarters_in_other_places() -> None:
    quarters = torch.tensor([[0.1, 0.2], [0.3, 0.4]]).repeat_interleave(8, 0).repeat_interleave(8, 1)[None]
    seen = set()
    for seed in range(40):
        made = outlier(quarters, "shuffle", generator(seed))
        corners = tuple(round(float(made[0, y, x]), 1) for y in (0, -1) for x in (0, -1))
        assert sorted(corners) == [0.1, 0.2, 0.3, 0.4] and corners != (0.1, 0.2, 0.3, 0.4)
        assert torch.equal(made[0, :8, :8], made[0, :1, :1].expand(8, 8))
        seen.add(corners)
    assert len(seen) > 5


def test_texture_keeps_the_histogram_and_loses_the_anatomy() -> None:
    original = image()
    made = outlier(original, "texture", generator())
    torch.testing.assert_close(made.flatten().sort().values, original.flatten().sort().values)


def test_outliers_say_what_they_are() -> None:
    images = image()[None].expand(40, -1, -1, -1)
    made, kinds = outliers(images, generator())
    assert made.shape == images.shape
    inverted = [i for i, kind in enumerate(kinds.tolist()) if OUTLIER_TYPES[kind] == "invert"]
    assert inverted
    torch.testing.assert_close(made[inverted[0]], 1 - images[0])


def test_resampling_takes_from_a_film_what_is_finer_than_its_new_side() -> None:
    stripes = torch.zeros(8, 1, 224, 224)
    stripes[..., ::2] = 1  # one pixel wide: nothing below 224 pixels can show them
    config = AugmentConfig(resample=1.0)
    made = resample(stripes, config, torch.Generator().manual_seed(0))
    assert (made.std((1, 2, 3)) < 0.5 * stripes.std((1, 2, 3))).all()
    assert made.mean().item() == pytest.approx(0.5, abs=0.02)


def test_resampling_keeps_a_smooth_film_and_its_size() -> None:
    ramp = torch.linspace(0, 1, 224).expand(4, 1, 224, 224)
    made = resample(ramp, AugmentConfig(resample=1.0), torch.Generator().manual_seed(0))
    assert torch.allclose(made, ramp, atol=0.01)


def test_without_resampling_nothing_is_drawn() -> None:
    generator = torch.Generator().manual_seed(0)
    before = generator.get_state()
    images = torch.rand(2, 1, 224, 224)
    assert resample(images, AugmentConfig(), generator) is images
    assert torch.equal(generator.get_state(), before)
