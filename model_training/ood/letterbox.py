"""Synthetic outliers that are not square: what a film scanner, a phone or a letterbox leaves at the edges.

The other outlier types come from square films. A detector that has only seen those lets a blank film or
noise pass when black bars stand beside it, and a chest's middle enlarged to fill the film
(docs/decisions/0044-detector-letterbox.md has the counts). And where nearly all chest films it has seen
are square, the bars of the few others say so much that they outweigh what stands between them
(docs/decisions/0045-detector-bars.md): therefore whole chests between bars, and every outlier type between a
film's own bars. Real pictures of other body parts stay unseen.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from model_training.data.augment import OUTLIER_TYPES
from model_training.data.packed import Grey, PackedSet
from model_training.ood.fit import EXTRA_TYPES, make_outlier

PLAIN, PADDED, WITHIN_PADDING = 1200, 2400, 6300
PADDING_SHARES = {"hannover": 0.3, "wingspan": 0.2, "nih": 0.25, "rsna_normal": 0.25}
"""How many of the pictures between a film's own bars come from which set: the two whose films have bars are small."""
TURNED = ("rotate90", "rotate180", "rotate270", "upside_down", "tilt")
"""Kinds that take a film's bars with them."""
MIDDLE, EMPTY, LETTERBOXED = "middle", "empty with bars", "letterboxed"


def _resized(picture: Grey, height: int, width: int) -> Grey:
    tensor = torch.from_numpy(np.ascontiguousarray(picture))[None, None]
    found: Grey = functional.interpolate(tensor, size=(height, width), mode="bilinear", align_corners=False)[
        0, 0
    ].numpy()
    return found


def middle_crop(image: Grey, generator: np.random.Generator) -> Grey:
    """Enlarge the middle 35 to 60 % of a film's side, up to 8 % off its centre."""
    size = image.shape[0]
    side = int(size * generator.uniform(0.35, 0.6))
    top, left = (int((size - side) // 2 + generator.uniform(-0.08, 0.08) * size) for _ in range(2))
    return _resized(image[top : top + side, left : left + side], size, size)


def empty_with_padding(image: Grey, generator: np.random.Generator) -> Grey:
    """Return one grey, a ramp, or the film's own pixels in any order, between black bars on two sides."""
    size = image.shape[0]
    bar = int(size * generator.uniform(0.02, 0.2))
    body: npt.NDArray[np.float64] = np.full((size, size), generator.uniform(0.05, 1))
    outlier_type = generator.integers(3)
    if outlier_type == 1:
        body = generator.permutation(image.reshape(-1)).reshape(size, size).astype(np.float64)
    elif outlier_type == 2:
        body = body + np.linspace(-0.3, 0.3, size)[None] * generator.choice([-1, 1])
    body = (body + generator.normal(0, generator.uniform(0, 0.04), (size, size))).clip(0, 1)
    picture = np.zeros((size, size), np.float32)
    rows, columns = (slice(bar, size - bar), slice(None))[:: int(generator.choice([-1, 1]))]
    picture[rows, columns] = body[rows, columns]
    return picture


def letterboxed_copy(picture: Grey, generator: np.random.Generator) -> Grey:
    """Squeeze a picture between black bars that take 2 to 28 % of a side, mostly left and right."""
    size = picture.shape[0]
    inner = int(size * generator.uniform(0.72, 0.98))
    start = (size - inner) // 2
    padded = np.zeros((size, size), np.float32)
    if generator.random() < 0.3:
        padded[start : start + inner] = _resized(picture, inner, size)
    else:
        padded[:, start : start + inner] = _resized(picture, size, inner)
    return padded


def types_within(plain: int = PLAIN, padded: int = PADDED) -> list[str]:
    """Return the outlier type of every picture of `padded_outliers`, of padded ones that of the picture in the box."""
    types = (*OUTLIER_TYPES, *EXTRA_TYPES, MIDDLE, MIDDLE)
    return [(MIDDLE, EMPTY)[i % 2] for i in range(plain)] + [types[i % len(types)] for i in range(padded)]


def padded_outliers(
    dev_set: PackedSet, index: list[int], seed: int, *, plain: int = PLAIN, padded: int = PADDED
) -> tuple[list[Grey], list[str]]:
    """Return `plain` crops and empties in turn, then `padded` letterboxed outliers of every type; and their types."""
    generator = np.random.default_rng(seed)
    torch_generator = torch.Generator().manual_seed(seed)
    order = generator.permutation(index)
    makers = (middle_crop, empty_with_padding)
    made = [makers[i % 2](dev_set.grey(order[i % len(order)]), generator) for i in range(plain)]
    types = types_within(plain, padded)
    names = types[:plain] + [LETTERBOXED] * padded
    for i, outlier_type in enumerate(types[plain:]):
        image, other = dev_set.grey(order[i % len(order)]), dev_set.grey(order[(i + 1) % len(order)])
        picture = (
            middle_crop(image, generator)
            if outlier_type == MIDDLE
            else make_outlier(image, other, outlier_type, torch_generator)
        )
        made.append(letterboxed_copy(np.asarray(picture, np.float32), generator))
    return made, names


def content(image: Grey) -> tuple[slice, slice]:
    """Return the rows and columns between the bars that a letterbox left black; all of a black film."""
    filled = image > 0.5 / 255  # films are packed in 8 bits
    found = []
    for axis, size in ((1, image.shape[0]), (0, image.shape[1])):
        lines = np.flatnonzero(filled.any(axis=axis))
        found.append(slice(int(lines[0]), int(lines[-1]) + 1) if len(lines) else slice(0, size))
    return found[0], found[1]


def within_padding(image: Grey, make: Callable[[Grey], Grey]) -> Grey:
    """Return what `make` makes of the picture between a film's bars, the bars left as they are."""
    rows, columns = content(image)
    made = make(_resized(image[rows, columns], *image.shape))
    picture = np.zeros_like(image)
    picture[rows, columns] = _resized(made, rows.stop - rows.start, columns.stop - columns.start)
    return picture


def whole_with_padding(image: Grey, generator: np.random.Generator) -> Grey:
    """Cut 4 to 20 % of a film's height or width from its edges and put bars there: still a whole chest, not square.

    Cut off and letterboxed again, a film keeps its scale: what is left moves to the middle.
    """
    size = image.shape[0]
    cut = int(size * generator.uniform(0.04, 0.2))
    first, start, keep = int(cut * generator.uniform(0.2, 0.8)), cut // 2, size - cut
    picture = np.zeros_like(image)
    if generator.random() < 0.5:
        picture[start : start + keep] = image[first : first + keep]
    else:
        picture[:, start : start + keep] = image[:, first : first + keep]
    return picture


def outliers_within_padding(
    dev_set: PackedSet, index: list[int], seed: int, *, count: int = WITHIN_PADDING
) -> tuple[list[Grey], list[str]]:
    """Return synthetic outliers of every outlier type in turn, between their film's own bars, and their types."""
    generator = np.random.default_rng(seed)
    torch_generator = torch.Generator().manual_seed(seed)
    types = (*OUTLIER_TYPES, *EXTRA_TYPES, MIDDLE, MIDDLE)
    sets = np.array([dev_set.records[i].set for i in index])
    weights = np.array([PADDING_SHARES[name] / (sets == name).sum() for name in sets])
    drawn = generator.choice(index, count, p=weights / weights.sum())
    made, names = [], [types[i % len(types)] for i in range(count)]
    for i, outlier_type in enumerate(names):
        image, other = dev_set.grey(drawn[i]), dev_set.grey(drawn[(i + 1) % count])

        def make(picture: Grey, outlier_type: str = outlier_type, other: Grey = other) -> Grey:
            if outlier_type == MIDDLE:
                return middle_crop(picture, generator)
            return np.asarray(make_outlier(picture, other, outlier_type, torch_generator), np.float32)

        made.append(make(image) if outlier_type in TURNED else within_padding(image, make))
    return made, names
