"""PNG and JPEG pictures -> the same `Radiograph` as DICOM.

Training sets and evaluation sets come as pictures; both go through this one door so that
a model sees in the viewer what it saw in training.
"""

from __future__ import annotations

import dataclasses
import struct
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError
from pydicom.dataset import Dataset

from cxrviewer.errors import DecodeError, UnsupportedImageError
from cxrviewer.imaging.keys import PixelDigest, film_key
from cxrviewer.imaging.modality import Rescale
from cxrviewer.imaging.presets import all_presets, sample_histogram
from cxrviewer.imaging.radiograph import FilmFacts, Radiograph, Source

MAX_PIXELS = 80_000_000
"""Pictures above this size are refused before decoding: a small PNG can hold terabytes of zeros."""

_DAMAGED = "This picture is damaged or cut short: fetch it again."
_TOO_LARGE = f"This picture is too large: more than {MAX_PIXELS // 1_000_000} million pixels."
# What Pillow raises on damaged files, by trial: it has no common base class.
_PILLOW_ERRORS = (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, TypeError, struct.error)
_GREY_16 = ("I;16", "I;16B", "I;16L", "I;16N", "I")


def _opened(stream: BinaryIO) -> Image.Image:
    try:
        return Image.open(stream, formats=("PNG", "JPEG"))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UnsupportedImageError(_TOO_LARGE) from error
    except _PILLOW_ERRORS as error:
        raise DecodeError(_DAMAGED) from error


def raster_facts(stream: BinaryIO | None) -> FilmFacts:
    """Return size and colour mode of a picture from its first bytes; no pixels are decoded.

    Three channels count as colour here; only decoding tells whether they are equal.

    Raises
    ------
    DecodeError
        For a damaged picture.
    """
    if stream is None:
        return FilmFacts(source=Source.RASTER)
    picture = _opened(stream)
    colour = picture.mode not in ("L", "1", "LA", *_GREY_16)
    return FilmFacts(source=Source.RASTER, rows=picture.height, columns=picture.width, colour=colour)


def _pixels(picture: Image.Image) -> npt.NDArray[Any]:
    """Return grey (rows, columns) uint8 or uint16, or colour (rows, columns, 3) uint8."""
    if picture.mode in _GREY_16:
        # Pillow reads 16-bit grey PNG as I;16, or as I (32 bits) in some versions and modes.
        wide = np.asarray(picture)
        return wide.astype(np.uint16)
    if picture.mode in ("1", "L", "LA"):
        return np.asarray(picture.convert("L"))
    colour = np.asarray(picture.convert("RGB"))
    first = colour[..., 0]
    if np.array_equal(first, colour[..., 1]) and np.array_equal(first, colour[..., 2]):
        return np.ascontiguousarray(first)  # grey saved as colour, as most web exports do
    return colour


def _radiograph(pixels: npt.NDArray[Any]) -> Radiograph:
    colour = pixels.ndim == 3
    facts = FilmFacts(source=Source.RASTER, rows=pixels.shape[0], columns=pixels.shape[1], colour=colour)
    if colour:
        return colour_film(pixels, facts)
    bits = 8 * pixels.dtype.itemsize
    levels = 2**bits
    # No header, so no window: 8 bits are display-ready (full range); 16 bits hardly ever are
    # (12-bit values in a 16-bit PNG would be all but black), so percentiles come first.
    histogram = sample_histogram(pixels, levels)
    presets, notes = all_presets(Dataset(), np.arange(levels, dtype=np.float64), histogram, bits=bits, little=True)
    key = film_key(
        PixelDigest(pixels), first_stored=0, modality=Rescale(), default=presets[0].voi, inverted=False, padding=None
    )
    return Radiograph(
        codes=pixels,
        first_stored=0,
        levels=levels,
        modality=Rescale(),
        presets=presets,
        inverted=False,
        padding=None,
        facts=facts,
        key=key,
        notes=notes,
    )


def colour_film(pixels: npt.NDArray[np.uint8], facts: FilmFacts, notes: tuple[str, ...] = ()) -> Radiograph:
    """Return a film that is shown in colour, as it is: it has no grey pipeline and no head reads it."""
    shown = np.ascontiguousarray(pixels)
    return Radiograph(
        codes=shown,
        first_stored=0,
        levels=256,
        modality=Rescale(),
        presets=(),
        inverted=False,
        padding=None,
        facts=dataclasses.replace(facts, colour=True),
        key=film_key(
            PixelDigest(shown), first_stored=0, modality=Rescale(), default=None, inverted=False, padding=None
        ),
        notes=notes,
    )


def read_raster(stream: BinaryIO) -> Radiograph:
    """Decode an open PNG or JPEG picture.

    EXIF orientation is *not* applied: radiographs are not taken with a phone held sideways,
    and training saw the stored rows.

    Raises
    ------
    DecodeError
        For a damaged picture.
    UnsupportedImageError
        For one too large.
    """
    picture = _opened(stream)
    if picture.width * picture.height > MAX_PIXELS:
        raise UnsupportedImageError(_TOO_LARGE)
    try:
        pixels = _pixels(picture)
    except _PILLOW_ERRORS as error:
        raise DecodeError(_DAMAGED) from error
    return _radiograph(pixels)
