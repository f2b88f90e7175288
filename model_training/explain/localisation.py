"""Does a map show where the finding is? Boxes (ChestX-ray14) and masks (CheXlocalize).

Everything is measured in the pixels of the original film: `map_on_image` brings a map there by
the way back that the viewer itself draws with (`cxrviewer.heads.inference.saliency.map_to_image`).

Boxes after Wang et al. 2017 (ChestX-ray8, section 4.3): a map is cut at a share of its own
maximum, every connected region gives one detected box, and a box of the reader counts as found
when some detected box covers it to more than T. IoBB is intersection over the *detected* box.
Masks after Saporta et al. 2022 (CheXlocalize): a hit is the brightest pixel inside the mask,
without tolerance; mIoU cuts the stretched map by Otsu's method or at a fixed share.

Both protocols look at a map relative to its own maximum. That is for measuring only: the viewer
never draws a map so. What is ours: a map without any evidence always misses, the tolerant
pointing game (Zhang et al. 2018 use 15 pixels) and the box-contains-centre measure, since a
detected box of one 7 x 7 cell cannot reach an IoBB of 0.5 with a nodule.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from model_training.stats.metrics import CONFIDENCE, Interval, patient_weights

FloatArray = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

IOBB_LIMITS: tuple[float, ...] = (0.1, 0.25, 0.5)
IOU_LIMITS: tuple[float, ...] = (0.1, 0.2, 0.3, 0.4, 0.5)
MAP_SHARE = 0.5
"""Share of a map's maximum at which regions are cut out. Wang et al. try 60 and 180 of 255."""
TOLERANCE = 15.0
"""Pixels the brightest point may lie beside the finding in the tolerant pointing game (Zhang et al. 2018)."""
RESAMPLES = 1000


class Rectangle(NamedTuple):
    """A box in pixels, half open: pixel (column, row) lies inside for left <= column < right."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def area(self) -> float:
        return max(self.right - self.left, 0.0) * max(self.bottom - self.top, 0.0)

    @property
    def centre(self) -> tuple[float, float]:
        """Return (x, y)."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def contains(self, x: float, y: float) -> bool:
        return self.left <= x < self.right and self.top <= y < self.bottom


class BoxLike(Protocol):
    """A reader's box as data sets store it: corner and size in pixels of the original film."""

    @property
    def x(self) -> float: ...
    @property
    def y(self) -> float: ...
    @property
    def width(self) -> float: ...
    @property
    def height(self) -> float: ...


def rectangle(box: BoxLike) -> Rectangle:
    """Return a data set's box as a rectangle."""
    return Rectangle(box.x, box.y, box.x + box.width, box.y + box.height)


def map_on_image(
    values: npt.ArrayLike, to_image: npt.NDArray[np.float64], rows: int, columns: int, *, order: int = 1
) -> FloatArray:
    """Return a map at every pixel of the film.

    Parameters
    ----------
    values : (h, w) float
    to_image : (2, 3) float64
        (column, row, 1) of cell centres to (column, row) of the film, from
        `cxrviewer.heads.inference.saliency.map_to_image`: letterboxed films keep their place.
    order : int
        1 is bilinear, as CheXlocalize does it; 3 is a cubic spline for pictures. Beyond the outermost
        cell centres the nearest value holds, and nothing exceeds the brightest cell or falls below the darkest.

    Returns
    -------
    (rows, columns) float64
    """
    cells = np.asarray(values, np.float64)
    if to_image[0, 1] or to_image[1, 0]:
        raise ValueError("a map that is turned against its film cannot be placed")
    # affine_transform asks for the way from the film (row, column) to the cells.
    scale = np.array([to_image[1, 1], to_image[0, 0]])
    origin = np.array([to_image[1, 2], to_image[0, 2]])
    drawn = ndimage.affine_transform(
        cells, 1 / scale, -origin / scale, output_shape=(rows, columns), order=order, mode="nearest"
    )
    placed: FloatArray = np.clip(drawn, cells.min(), cells.max())
    return placed


def brightest(placed: FloatArray) -> tuple[int, int] | None:
    """Return (row, column) of the first largest value, None for a map without evidence.

    First in C order where several are equal, as CheXlocalize's numpy.argmax.
    """
    if not placed.max() > 0:
        return None
    row, column = np.unravel_index(int(np.argmax(placed)), placed.shape)
    return int(row), int(column)


def box_mask(boxes: Iterable[Rectangle], rows: int, columns: int) -> Mask:
    """Return the pixels whose centres lie inside any of the boxes, (rows, columns)."""
    y, x = np.mgrid[:rows, :columns] + 0.5
    inside = np.zeros((rows, columns), bool)
    for box in boxes:
        inside |= (box.left <= x) & (x < box.right) & (box.top <= y) & (y < box.bottom)
    return inside


def pointing_hit(placed: FloatArray, truth: Mask, *, tolerance: float = 0.0) -> bool:
    """Return whether the brightest pixel lies in `truth`, or at most `tolerance` pixels beside it.

    Raises
    ------
    ValueError
        For an empty `truth`: there is nothing to point at, and a miss would be a lie.
    """
    if not truth.any():
        raise ValueError("the pointing game needs a region to point at")
    point = brightest(placed)
    if point is None:
        return False
    if not tolerance:
        return bool(truth[point])
    # Euclidean distance of each pixel centre to the nearest pixel centre inside.
    return bool(ndimage.distance_transform_edt(~truth)[point] <= tolerance)


def intersection(first: Rectangle, second: Rectangle) -> float:
    """Return the common area of two boxes."""
    return Rectangle(
        max(first.left, second.left),
        max(first.top, second.top),
        min(first.right, second.right),
        min(first.bottom, second.bottom),
    ).area


def box_iou(first: Rectangle, second: Rectangle) -> float:
    """Return intersection over union, 0 where both are empty."""
    common = intersection(first, second)
    union = first.area + second.area - common
    return common / union if union > 0 else 0.0


def iobb(detected: Rectangle, truth: Rectangle) -> float:
    """Return intersection over the *detected* box's area (Wang et al. 2017), 0 for an empty one.

    A small box inside a large truth has an IoBB of 1: read it beside IoU, never alone.
    """
    return intersection(detected, truth) / detected.area if detected.area > 0 else 0.0


def mask_iou(found: Mask, truth: Mask) -> float:
    """Return intersection over union of two masks, NaN for an empty `truth` (CheXlocalize)."""
    if not truth.any():
        return float("nan")
    return float((found & truth).sum() / (found | truth).sum())


def detect_boxes(placed: FloatArray, share: float = MAP_SHARE) -> tuple[Rectangle, ...]:
    """Return the boxes around connected regions at or above `share` of the map's maximum.

    Pixels that touch at a side are connected. A map without evidence detects nothing.
    """
    top = placed.max()
    if not top > 0:
        return ()
    labelled, _ = ndimage.label(placed >= share * top)
    return tuple(
        Rectangle(part[1].start, part[0].start, part[1].stop, part[0].stop) for part in ndimage.find_objects(labelled)
    )


def segment(placed: FloatArray, threshold: float | None = None) -> Mask:
    """Cut a map to a mask as CheXlocalize does: stretched to 0..255, then Otsu's method.

    Parameters
    ----------
    threshold : float, optional
        Share of the stretched map, 0 to 1, above which a pixel is inside; Otsu's method where omitted.

    Returns
    -------
    Mask
        Empty for a map that is the same everywhere: stretching it would divide by zero.
    """
    import cv2  # comes with grad-cam

    low, high = placed.min(), placed.max()
    if not high > low:
        return np.zeros(placed.shape, bool)
    stretched = (placed - low) / (high - low)
    if threshold is not None:
        above: Mask = stretched > threshold
        return above
    levels = (255 * stretched).astype(np.uint8)
    cut, _ = cv2.threshold(levels, 0, 255, cv2.THRESH_OTSU)
    found: Mask = levels > cut
    return found


def true_positive_slice(labels: npt.ArrayLike, probabilities: npt.ArrayLike, threshold: float) -> npt.NDArray[np.bool_]:
    """Return which films have the finding *and* are flagged with it, (n,).

    CheXlocalize's main table is of this slice; over all films with the finding figures are lower,
    and the two must not be compared.
    """
    flagged: npt.NDArray[np.bool_] = (np.asarray(labels) == 1) & (np.asarray(probabilities) >= threshold)
    return flagged


def mean_with_interval(
    values: npt.ArrayLike, patients: Sequence[str], *, resamples: int = RESAMPLES, seed: int = 0
) -> Interval | None:
    """Return a mean and its 95 % bootstrap interval by patient; NaN values are left out, None where all are.

    CheXlocalize draws films, we draw patients: films of one patient are alike.
    """
    given = np.asarray(values, np.float64)
    known = np.isfinite(given)
    if not known.any():
        return None
    weights, _ = patient_weights(np.asarray(patients)[known], resamples, seed)
    counts = weights.astype(np.float64)
    means = (counts @ given[known]) / counts.sum(axis=1)
    tail = (1 - CONFIDENCE) / 2 * 100
    low, high = np.percentile(means, [tail, 100 - tail])
    return Interval(float(given[known].mean()), float(low), float(high), resamples)


@dataclass(frozen=True, slots=True, eq=False)
class BoxedImage:
    """One film's map of one finding, at the film's own pixels, and the reader's boxes of that finding."""

    placed: FloatArray
    boxes: tuple[Rectangle, ...]
    patient: str


@dataclass(frozen=True, slots=True, eq=False)
class BoxResult:
    """Localisation of one finding against boxes.

    Attributes
    ----------
    pointing, pointing_tolerant : Interval or None
        Share of films whose brightest pixel hits any box.
    found_iobb, found_iou : tuple of (limit, Interval or None)
        Share of readers' boxes that some detected box covers to more than the limit.
    contains_centre : Interval or None
        Share of readers' boxes whose centre lies in some detected box; for nodules, which no cell fits.
    false_boxes : tuple of (limit, float)
        Detected boxes per film whose IoBB with every box is at most the limit (AFP).
    """

    images: int
    boxes: int
    patients: int
    pointing: Interval | None
    pointing_tolerant: Interval | None
    found_iobb: tuple[tuple[float, Interval | None], ...]
    found_iou: tuple[tuple[float, Interval | None], ...]
    contains_centre: Interval | None
    false_boxes: tuple[tuple[float, float], ...]


def evaluate_boxes(
    images: Sequence[BoxedImage],
    *,
    share: float = MAP_SHARE,
    tolerance: float = TOLERANCE,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> BoxResult:
    """Measure one finding's maps on all its padded films.

    Raises
    ------
    ValueError
        Where there is no film, or one without a box.
    """
    if not images or not all(image.boxes for image in images):
        raise ValueError("localisation is measured on films that have a box, and needs at least one")
    masks = [box_mask(image.boxes, *image.placed.shape) for image in images]
    detected = [detect_boxes(image.placed, share) for image in images]
    who = [image.patient for image in images]
    of_box = [image.patient for image in images for _ in image.boxes]
    pairs = [(found, box) for image, found in zip(images, detected, strict=True) for box in image.boxes]
    best_iobb = [max((iobb(d, box) for d in found), default=0.0) for found, box in pairs]
    best_iou = [max((box_iou(d, box) for d in found), default=0.0) for found, box in pairs]
    centre = [any(d.contains(*box.centre) for d in found) for found, box in pairs]
    false = [
        max(iobb(d, box) for box in image.boxes) for image, found in zip(images, detected, strict=True) for d in found
    ]

    def mean(values: Sequence[float], patients: Sequence[str]) -> Interval | None:
        return mean_with_interval(values, patients, resamples=resamples, seed=seed)

    def hits(reach: float) -> Interval | None:
        return mean([pointing_hit(f.placed, m, tolerance=reach) for f, m in zip(images, masks, strict=True)], who)

    return BoxResult(
        images=len(images),
        boxes=len(pairs),
        patients=len(set(who)),
        pointing=hits(0.0),
        pointing_tolerant=hits(tolerance),
        found_iobb=tuple((limit, mean([b > limit for b in best_iobb], of_box)) for limit in IOBB_LIMITS),
        found_iou=tuple((limit, mean([b > limit for b in best_iou], of_box)) for limit in IOU_LIMITS),
        contains_centre=mean(centre, of_box),
        false_boxes=tuple((limit, sum(f <= limit for f in false) / len(images)) for limit in IOBB_LIMITS),
    )


@dataclass(frozen=True, slots=True, eq=False)
class MaskedImage:
    """One film's map of one finding, and the reader's mask of it, (rows, columns) each."""

    placed: FloatArray
    truth: Mask
    patient: str


@dataclass(frozen=True, slots=True, eq=False)
class MaskResult:
    """Localisation of one finding against masks; None where no film has a mask that is not empty."""

    images: int
    patients: int
    hit_rate: Interval | None
    hit_rate_tolerant: Interval | None
    mean_iou: Interval | None


def evaluate_masks(
    images: Sequence[MaskedImage],
    *,
    threshold: float | None = None,
    tolerance: float = TOLERANCE,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> MaskResult:
    """Measure one finding's maps on its films; those with an empty mask are left out.

    For CheXlocalize's table give the films of `true_positive_slice` only.
    """
    shown = [image for image in images if image.truth.any()]
    who = [image.patient for image in shown]

    def mean(values: Sequence[float]) -> Interval | None:
        return mean_with_interval(values, who, resamples=resamples, seed=seed)

    return MaskResult(
        images=len(shown),
        patients=len(set(who)),
        hit_rate=mean([pointing_hit(f.placed, f.truth) for f in shown]),
        hit_rate_tolerant=mean([pointing_hit(f.placed, f.truth, tolerance=tolerance) for f in shown]),
        mean_iou=mean([mask_iou(segment(f.placed, threshold), f.truth) for f in shown]),
    )
