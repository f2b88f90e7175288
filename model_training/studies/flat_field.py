"""What becomes of pictures that show next to nothing, and how near chest films come to that.

Every head rejects pictures without detail (`heads.eligibility.checks.reject_blank`), besides what its own
detector rejects. Here smooth pictures are drawn and shown to both, and the rule is applied to every film of the
development set.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image
from tqdm import tqdm

from cxrviewer.heads.eligibility.checks import LEAST_DETAILED
from cxrviewer.imaging.detail import detailed_share
from cxrviewer.imaging.image import open_image
from cxrviewer.imaging.resample import resize
from cxrviewer.imaging.tensor import make_input, place
from model_training.data.packed import PackedSet
from model_training.ood.evaluator import Evaluator
from model_training.stats.proportion import Proportion

Drawing = npt.NDArray[np.float64]
SIDE, EACH = 1000, 200
_Y, _X = np.mgrid[:SIDE, :SIDE] / (SIDE - 1) - 0.5


@dataclass(frozen=True, slots=True)
class Drawn:
    """How many smooth pictures of one sort are rejected: by the rule alone, by the head's detector alone, by either."""

    sort: str
    by_rule: Proportion
    by_detector: Proportion
    by_either: Proportion


@dataclass(frozen=True, slots=True)
class FlatFieldStudy:
    """The drawings, and the rule on all films of the development set (`least`: the smallest `detailed_share`)."""

    drawn: tuple[Drawn, ...]
    images: Proportion
    least: float


def _flat_field(draw: np.random.Generator) -> Drawing:
    """Return an exposure of nothing: dose falls from the middle and along the tube's axis; noise of the detector."""
    fall = draw.uniform(0, 2) * _X**2 + draw.uniform(0, 2) * _Y**2 + draw.uniform(-0.5, 0.5) * _Y
    made: Drawing = (
        0.5 - draw.uniform(0.05, 1) * (fall - fall.mean()) + draw.normal(0, draw.uniform(0, 0.01), fall.shape)
    )
    return made


def _ramp(draw: np.random.Generator) -> Drawing:
    angle = draw.uniform(0, 2 * np.pi)
    made: Drawing = 0.5 + draw.uniform(0.1, 1) * (_X * np.cos(angle) + _Y * np.sin(angle))
    return made


def _fading_disc(draw: np.random.Generator) -> Drawing:
    radius = np.hypot(_X - draw.uniform(-0.2, 0.2), _Y - draw.uniform(-0.2, 0.2))
    made: Drawing = 0.5 + draw.uniform(-1, 1) * (radius - radius.mean())
    return made


def _clouds(draw: np.random.Generator) -> Drawing:
    """Return random patches, none smaller than a fifth of the picture."""
    side = int(draw.integers(3, 6))
    patches = resize(draw.normal(0, 1, (side, side)).astype(np.float32), SIDE, SIDE).astype(np.float64)
    made: Drawing = 0.5 + draw.uniform(0.05, 0.25) * patches / patches.std()
    return made


SORTS: dict[str, Callable[[np.random.Generator], Drawing]] = {
    "flat-field exposures": _flat_field,
    "ramps": _ramp,
    "discs that fade": _fading_disc,
    "clouds": _clouds,
}


def study_flat_fields(dev_set: PackedSet, evaluator: Evaluator, *, each: int = EACH, seed: int = 3) -> FlatFieldStudy:
    """Draw `each` pictures of every sort, written as PNG of 1000 x 1000 and opened as the viewer opens them."""
    draw = np.random.default_rng(seed)
    drawn = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "drawn.png"
        for sort, make in SORTS.items():
            rule, detector = [], []
            for _ in tqdm(range(each), desc=sort, mininterval=5):
                Image.fromarray((np.clip(make(draw), 0, 1) * 255).round().astype(np.uint8)).save(file)
                given = make_input(open_image(file).radiograph, evaluator.recipe)
                rule.append(detailed_share(given.grey) < LEAST_DETAILED)
                detector.append(not evaluator.accepts(given.tensor))
            either = [a or b for a, b in zip(rule, detector, strict=True)]
            drawn.append(Drawn(sort, *(Proportion(sum(flags), each) for flags in (rule, detector, either))))
    shares = [image_share(dev_set, index) for index in tqdm(range(len(dev_set.records)), desc="films", mininterval=5)]
    images = Proportion(sum(share < LEAST_DETAILED for share in shares), len(shares))
    return FlatFieldStudy(tuple(drawn), images, min(shares))


def image_share(dev_set: PackedSet, index: int) -> float:
    """Return `detailed_share` of one film of the development set, without the letterbox's bars."""
    with Image.open(dev_set.records[index].path) as picture:
        columns, rows = picture.size
    top, left, height, width = place(rows, columns, dev_set.recipe)
    return detailed_share(dev_set.grey(index)[top : top + height, left : left + width])
