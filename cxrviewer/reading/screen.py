"""From the codes of an image to the codes of the screen's pixels.

A window drag then costs one table look-up per *screen* pixel, not per image pixel.
See ``docs/decisions/0020-codes-are-resampled-for-the-screen.md``.
"""

from __future__ import annotations

import enum
from typing import Any

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.imaging.resample import stretch
from cxrviewer.reading.box import ON_EDGE, ImageBox, crop_to, picked_places
from cxrviewer.reading.marks import ScreenMarks
from cxrviewer.text import msg

#: uint8 or uint16; `Any` because numpy cannot tell what indexing a union gives.
Codes = npt.NDArray[Any]
#: From this magnification on an image pixel is drawn as a square, not smoothed.
SQUARES_FROM = 4.0
#: Screen pixels of a side of the squares in which a part of an image is resampled.
PIECE = 128
#: Images up to this many pixels are averaged exactly at once.
SMALL = 1_000_000


class Fidelity(enum.Enum):
    """What the screen shows of the image's pixels; the words of the canvas."""

    EXACT = msg("every pixel shown")
    MAGNIFIED = msg("every pixel shown, smoothed between")
    SQUARES = msg("every pixel shown, as squares")
    RESAMPLED = msg("resampled")


def fidelity(scale: float, aspect: float = 1.0) -> Fidelity:
    """Return what `scale` screen pixels per image pixel shows.

    Where pixels are not square the scale is that of the finer direction, so at 1:1 every
    pixel is shown and the coarser direction is smoothed between.
    """
    if abs(scale - 1) < 1e-6:
        return Fidelity.EXACT if aspect == 1.0 else Fidelity.MAGNIFIED
    if scale < 1:
        return Fidelity.RESAMPLED
    return Fidelity.SQUARES if scale >= SQUARES_FROM else Fidelity.MAGNIFIED


class Screen(Struct, frozen=True):
    """The part of the screen an image is drawn on.

    Attributes
    ----------
    left, top, width, height : float
        Of the place for the image, in units of the window system.
    ratio : float
        Device pixels in such a unit.
    """

    left: float
    top: float
    width: float
    height: float
    ratio: float = 1.0

    def fitted(self, columns: int, rows: int, aspect: float = 1.0) -> tuple[ImageBox, int, int]:
        """Return what `ScreenImage.sample` is asked for where the whole image is shown, neither turned nor flipped."""
        vertical, horizontal = stretch(aspect)
        across, down = columns * horizontal, rows * vertical
        scale = min(self.width / across, self.height / down)
        left, top = self.left + (self.width - across * scale) / 2, self.top + (self.height - down * scale) / 2
        width = round((left + across * scale) * self.ratio) - round(left * self.ratio)
        height = round((top + down * scale) * self.ratio) - round(top * self.ratio)
        return ImageBox(0, 0, columns, rows), max(1, width), max(1, height)


class ScreenImage:
    """An image prepared for being looked at in any size.

    Parameters
    ----------
    codes : (rows, columns) uint8 or uint16; colour: (rows, columns, 3) uint8
    padding : (low, high) codes or None
        Inclusive range that must not be averaged with the image beside it.
    aspect : float
        Height of a pixel over its width.
    marks : ScreenMarks or None
        What is drawn over the image.
    """

    def __init__(
        self,
        codes: Codes,
        padding: tuple[int, int] | None = None,
        *,
        aspect: float = 1.0,
        marks: ScreenMarks | None = None,
    ) -> None:
        self.codes = codes
        self.aspect = aspect
        self.marks = marks
        self._padding = padding
        self._halves: list[npt.NDArray[np.float32]] = []
        self._prepared = codes.ndim == 3 or codes.size <= SMALL
        self._sampled: tuple[tuple[object, ...], Codes] | None = None

    @staticmethod
    def of(radiograph: Radiograph) -> ScreenImage:
        """Return `radiograph` prepared for the screen, with the shape of its pixels and its marks."""
        marks = ScreenMarks.of(radiograph)
        return ScreenImage(radiograph.codes, radiograph.padding, aspect=radiograph.aspect, marks=marks)

    def sample(self, box: ImageBox, width: int, height: int) -> Codes:
        """Return the codes of `width` x `height` screen pixels covering `box`.

        Smaller than the image: area-weighted means (Pillow's antialiased triangle over
        2 x 2 means); until `prepare` has run, a large image's pixels are picked instead, which
        takes a tenth of the time. 1:1: the image's own codes. Larger: bilinear between pixel centres,
        squares from `SQUARES_FROM` on. Codes of padding are never mixed with others.

        Returns
        -------
        (height, width) of the codes' dtype, colour: (height, width, 3). Not to be written to: the last answer is
        kept, so that an image that was sampled ahead or seen before is there at once.
        """
        requested = (*(round(edge, 6) for edge in box.edges()), width, height, self._prepared)
        known = self._sampled
        if known is None or known[0] != requested:
            known = self._sampled = requested, self._sample(box, width, height)
        return known[1]

    @property
    def sampled_bytes(self) -> int:
        """Memory of the answer that is kept."""
        return 0 if self._sampled is None else self._sampled[1].nbytes

    def _sample(self, box: ImageBox, width: int, height: int) -> Codes:
        steps = (box.right - box.left) / width, (box.bottom - box.top) / height
        step = max(steps)
        if step * SQUARES_FROM <= 1 + 1e-9 or (step >= 2 and not self._prepared):
            return self._picked(box, width, height)
        left, top = round(box.left), round(box.top)
        exact = all(abs(s - 1) < 1e-6 for s in steps) and abs(box.left - left) < 1e-3 and abs(box.top - top) < 1e-3
        if exact and top + height <= self.codes.shape[0] and left + width <= self.codes.shape[1]:
            return np.ascontiguousarray(self.codes[top : top + height, left : left + width])
        return self._in_pieces(box, width, height)

    def _in_pieces(self, box: ImageBox, width: int, height: int) -> Codes:
        """Resample a part of the image piece by piece, in pieces of the whole.

        Pillow holds boxes in float32, hence a mean half way between two codes depends on the part that is asked for.
        What is seen must not: a pan cuts it out of the whole, and the same image opened anew samples it by itself.
        """
        rows, columns = self.codes.shape[:2]
        scale = width / (box.right - box.left), height / (box.bottom - box.top)
        across, down = round(columns * scale[0]), round(rows * scale[1])
        left, top = round(box.left * scale[0]), round(box.top * scale[1])
        apart = max(abs(box.left * scale[0] - left), abs(box.top * scale[1] - top))
        if apart > ON_EDGE:
            return self._resampled(box, width, height)
        found = np.empty((height, width, *self.codes.shape[2:]), self.codes.dtype)
        for y in range(top - top % PIECE, top + height, PIECE):
            for x in range(left - left % PIECE, left + width, PIECE):
                right, bottom = min(x + PIECE, across), min(y + PIECE, down)
                edges = x * columns / across, y * rows / down, right * columns / across, bottom * rows / down
                piece = self._resampled(ImageBox(*edges), right - x, bottom - y)
                inner = piece[max(top - y, 0) : top + height - y, max(left - x, 0) : left + width - x]
                y_at, x_at = max(y - top, 0), max(x - left, 0)
                found[y_at : y_at + inner.shape[0], x_at : x_at + inner.shape[1]] = inner
        return found

    def _resampled(self, box: ImageBox, width: int, height: int) -> Codes:
        if self.codes.ndim == 3:
            return self._colour(box, width, height)
        if self._padding is not None:
            return self._around_padding(box, width, height)
        step = min((box.right - box.left) / width, (box.bottom - box.top) / height)
        return self._rounded(self._resized(box, width, height, step))

    @property
    def prepared(self) -> bool:
        """Whether `sample` averages every pixel."""
        return self._prepared

    def prepare(self) -> None:
        """Compute the 2 x 2 means; takes as long as a fast decode, hence off the GUI thread
        and after the first picture."""
        if self.codes.ndim == 2 and self._padding is None and not self._halves:
            rows, columns = self.codes.shape
            halves = []
            current = self.codes
            while min(rows, columns) >= 512:
                current = _half(current)
                halves.append(current)
                rows, columns = current.shape
            self._halves = halves
        self._prepared = True

    def _resized(self, box: ImageBox, width: int, height: int, step: float) -> npt.NDArray[np.float32]:
        level = 0
        while level < len(self._halves) and step >= 2 ** (level + 1):
            level += 1
        source = self.codes if level == 0 else self._halves[level - 1]
        # Odd images lose their last row or column in a 2 x 2 mean: the scale is exact, the edge clamps.
        factor = 2.0**level
        return _resize(source, ImageBox(*(v / factor for v in box.edges())), width, height)

    def _around_padding(self, box: ImageBox, width: int, height: int) -> Codes:
        assert self._padding is not None
        low, high = self._padding
        crop, inner = crop_to(self.codes, box, width, height)
        inside = ((crop < low) | (crop > high)).astype(np.float32)
        weight = _pillow(inside, inner, width, height)
        total = _pillow(crop.astype(np.float32) * inside, inner, width, height)
        mean = np.divide(total, weight, out=np.full_like(total, float(low)), where=weight > 0)
        rounded = self._rounded(mean)
        # Rounding or a mean across the range may land inside the padding: nudge it out, image is not padding.
        image = weight >= 0.5
        bumped = low - 1 if low > 0 else high + 1
        rounded[image & (rounded >= low) & (rounded <= high)] = min(max(bumped, 0), np.iinfo(self.codes.dtype).max)
        rounded[~image] = low
        return rounded

    def _rounded(self, values: npt.NDArray[np.float32]) -> Codes:
        rounded: Codes = (values + 0.5).astype(self.codes.dtype)
        return rounded

    def _colour(self, box: ImageBox, width: int, height: int) -> Codes:
        crop, inner = crop_to(self.codes, box, width, height)
        from PIL import Image

        picture = Image.fromarray(np.ascontiguousarray(crop, dtype=np.uint8))
        resized = picture.resize((width, height), Image.Resampling.BILINEAR, box=inner.edges())
        return np.asarray(resized, dtype=np.uint8)

    def _picked(self, box: ImageBox, width: int, height: int) -> Codes:
        row, column = picked_places(box, width, height, *self.codes.shape[:2])
        return np.ascontiguousarray(self.codes.take(row, axis=0).take(column, axis=1))


def _half(codes: Codes) -> npt.NDArray[np.float32]:
    rows, columns = codes.shape[0] // 2 * 2, codes.shape[1] // 2 * 2
    part = np.asarray(codes[:rows, :columns])
    total = part[0::2, 0::2].astype(np.float32)
    total += part[1::2, 0::2]
    total += part[0::2, 1::2]
    total += part[1::2, 1::2]
    total *= 0.25
    return total


def _resize(source: Codes, box: ImageBox, width: int, height: int) -> npt.NDArray[np.float32]:
    crop, inner = crop_to(source, box, width, height)
    return _pillow(crop.astype(np.float32), inner, width, height)


def _pillow(values: npt.NDArray[np.float32], box: ImageBox, width: int, height: int) -> npt.NDArray[np.float32]:
    from PIL import Image

    picture = Image.fromarray(np.ascontiguousarray(values))
    resized = picture.resize((width, height), Image.Resampling.BILINEAR, box=box.edges())
    return np.asarray(resized, dtype=np.float32)
