"""Pictures of an image to be handed on: whole images at full depth, with a band of words below."""

from __future__ import annotations

import enum
import io
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from cxrviewer.errors import CxrError
from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.imaging.resample import resize
from cxrviewer.imaging.shown import display_size, shown
from cxrviewer.imaging.voi import Voi
from cxrviewer.text import msg

JPEG_QUALITY = 95
MAX_JPEG_SIDE = 65_500


class PictureError(CxrError):
    """A picture cannot be written."""

    code = "picture"


class PictureKind(enum.Enum):
    """A format of picture files; the value is Pillow's name of it."""

    PNG = "PNG"
    JPEG = "JPEG"
    TIFF = "TIFF"


SUFFIXES = {
    ".png": PictureKind.PNG,
    ".jpg": PictureKind.JPEG,
    ".jpeg": PictureKind.JPEG,
    ".tif": PictureKind.TIFF,
    ".tiff": PictureKind.TIFF,
}
"""Endings of file names, in lower case. Others are not written."""


def whole_picture(
    radiograph: Radiograph, kind: PictureKind, *, voi: Voi | None, invert: bool, overlays: bool, shutter: bool
) -> npt.NDArray[Any]:
    """Return every pixel of an image in its true shape, neither turned nor flipped by the reader.

    Parameters
    ----------
    radiograph, voi, invert, overlays, shutter
        See `imaging.shown.shown`.
    kind : PictureKind
        TIFF gives grey 16 bits; the others 8.

    Returns
    -------
    (height, width) uint8 or uint16, colour: (height, width, 3) uint8
    """
    picture = shown(radiograph, voi=voi, invert=invert, overlays=overlays, shutter=shutter)
    height, width = display_size(radiograph)
    if picture.shape[:2] != (height, width):
        layers = [picture] if picture.ndim == 2 else [picture[..., one] for one in range(3)]
        resized = [resize(np.ascontiguousarray(one), height, width) for one in layers]
        picture = resized[0] if picture.ndim == 2 else np.stack(resized, axis=-1)
    deep = kind is PictureKind.TIFF and picture.ndim == 2
    top, dtype = (65535, np.uint16) if deep else (255, np.uint8)
    counted: npt.NDArray[Any] = np.rint(np.clip(picture, 0, 1) * np.float32(top)).astype(dtype)
    return counted


def with_band(pixels: npt.NDArray[Any], band: npt.NDArray[np.uint8]) -> npt.NDArray[Any]:
    """Return a picture with a band of words below it, which covers no pixel.

    Parameters
    ----------
    pixels : (height, width) uint8 or uint16, or (height, width, 3) uint8
    band : (any height, width) uint8

    Raises
    ------
    ValueError
        For a band of another width.
    """
    if band.ndim != 2 or band.shape[1] != pixels.shape[1]:
        raise ValueError(f"a band is as wide as its picture, {pixels.shape[1]}, got {band.shape}")
    below = band.astype(pixels.dtype) * (257 if pixels.dtype == np.uint16 else 1)
    if pixels.ndim == 3:
        below = np.repeat(below[..., None], 3, axis=2)
    return np.concatenate([pixels, below])


def picture_bytes(pixels: npt.NDArray[Any], kind: PictureKind) -> bytes:
    """Return the file of a picture; `pixels` as `with_band` returns them.

    Raises
    ------
    PictureError
        For a side that JPEG cannot hold.
    """
    if kind is PictureKind.JPEG and max(pixels.shape[:2]) > MAX_JPEG_SIDE:
        raise PictureError(msg("This picture is too large for JPEG: save it as PNG or TIFF."))
    options: dict[str, Any] = {
        PictureKind.PNG: {"compress_level": 3},
        PictureKind.JPEG: {"quality": JPEG_QUALITY, "subsampling": 0},
        PictureKind.TIFF: {},
    }[kind]
    out = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(out, kind.value, **options)
    return out.getvalue()
