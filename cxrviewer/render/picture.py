"""One frame of a file -> the pixels of its picture -> the bytes of a picture file.

`render_frame` parses a stranger's file and runs in a worker process; `encode` only sees the array that comes back.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from PIL import Image

from cxrviewer.errors import CxrError
from cxrviewer.imaging.header import read_header
from cxrviewer.imaging.image import open_image
from cxrviewer.imaging.photometric import TERMS
from cxrviewer.imaging.radiograph import ImageFacts, Radiograph
from cxrviewer.imaging.resample import resize, turn
from cxrviewer.imaging.shown import display_size, shown, shown_notes
from cxrviewer.imaging.voi import Voi, VoiFunction, VoiWindow
from cxrviewer.render.settings import PictureFormat, RenderSettings

STRIP = 256
"""Rows or columns that are worked on at a time."""
WITHOUT_WINDOW = "This is a colour image; it has no window, so it is shown as it is."


class RenderedFrame(Struct, frozen=True, kw_only=True, eq=False):
    """What became of one frame.

    Attributes
    ----------
    pixels : array or None
        None where the frame cannot be shown. (rows, columns) or (rows, columns, 3). PNG: uint8. TIFF: uint16,
        colour uint8. NPY: float32, colour uint8. Raw: float32, colour uint8.
    message : str
        Why it cannot be shown, one sentence; else empty.
    notes : tuple of str
    frames : int
        How many frames the file states; 0 where it could not be read so far.
    photometric : str
        One of `imaging.photometric.TERMS`, or empty.
    """

    pixels: npt.NDArray[Any] | None
    message: str = ""
    notes: tuple[str, ...] = ()
    frames: int = 0
    photometric: str = ""

    def __post_init__(self) -> None:
        pixels = self.pixels
        if pixels is not None:
            if pixels.ndim != 2 and (pixels.ndim != 3 or pixels.shape[2] != 3):
                raise ValueError(f"a picture is (rows, columns) or (rows, columns, 3), got {pixels.shape}")
            if pixels.size == 0 or pixels.dtype not in (np.uint8, np.uint16, np.float32):
                raise ValueError(f"no picture is made of {pixels.size} values of {pixels.dtype}")
        if self.photometric and self.photometric not in TERMS:
            raise ValueError("only terms of the standard leave the worker")


def warm_up() -> None:
    """Load what the first frame needs; the worker calls this before its limits hold."""
    import imagecodecs

    imagecodecs.png_decode(imagecodecs.png_encode(np.zeros((8, 8), np.uint8)))


def render_frame(path: str, frame: int, settings: RenderSettings) -> RenderedFrame:
    """Draw one frame (from 0) of the file at `path`; expected failures become a message, bugs are raised."""
    try:
        radiograph = open_image(Path(path), frame).radiograph
    except CxrError as error:
        facts = _facts(path)
        return RenderedFrame(pixels=None, message=error.user_message, frames=facts[0], photometric=facts[1])
    if settings.raw:
        pixels, notes = _raw(radiograph), radiograph.notes
    else:
        voi, voi_notes = _voi(radiograph, settings)
        pixels = _drawn(radiograph, voi, settings)
        notes = shown_notes(radiograph) + voi_notes
    return RenderedFrame(
        pixels=pixels,
        notes=notes,
        frames=radiograph.facts.frames,
        photometric=_known(radiograph.facts),
    )


def _facts(path: str) -> tuple[int, str]:
    try:
        facts = read_header(Path(path)).facts
    except CxrError:
        return 0, ""
    return facts.frames, _known(facts)


def _known(facts: ImageFacts) -> str:
    return facts.photometric if facts.photometric in TERMS else ""


def _raw(radiograph: Radiograph) -> npt.NDArray[Any]:
    if radiograph.colour:
        return turn(radiograph.codes, radiograph.flipped)
    return turn(radiograph.modality_values().astype(np.float32)[radiograph.codes], radiograph.flipped)


def _voi(radiograph: Radiograph, settings: RenderSettings) -> tuple[Voi | None, tuple[str, ...]]:
    if radiograph.colour:
        requested = settings.window is not None or settings.preset != 1
        return None, (WITHOUT_WINDOW,) if requested else ()
    if settings.window is not None:
        center, width = settings.window
        # LINEAR has no width below 1 (PS3.3 C.11.2.1.2.1).
        return VoiWindow(center, width, VoiFunction.LINEAR if width >= 1 else VoiFunction.LINEAR_EXACT), ()
    if settings.preset > len(radiograph.presets):
        count = len(radiograph.presets)
        note = f"The image has {count} presets, not a number {settings.preset}; it is shown by its first one."
        return radiograph.presets[0].voi, (note,)
    return radiograph.presets[settings.preset - 1].voi, ()


def _drawn(radiograph: Radiograph, voi: Voi | None, settings: RenderSettings) -> npt.NDArray[Any]:
    """Return the picture in the shape, size and type of its file."""
    picture = _picture(radiograph, voi)
    if settings.format is PictureFormat.NPY:
        picture = turn(picture, radiograph.flipped)
        height, width = picture.shape[:2]
    else:
        height, width = display_size(radiograph)
    scale = 1.0 if settings.size is None else min(1.0, settings.size / max(height, width))
    picture = _resized(picture, max(1, round(height * scale)), max(1, round(width * scale)))
    if radiograph.colour or settings.format is PictureFormat.PNG:
        return _counted(picture, np.dtype(np.uint8))
    return _counted(picture, np.dtype(np.uint16)) if settings.format is PictureFormat.TIFF else picture


def _picture(radiograph: Radiograph, voi: Voi | None) -> npt.NDArray[Any]:
    """Return grey as float32 in 0..1, colour as uint8: as `shown`, which takes four times as much for colour."""
    if radiograph.colour and radiograph.shutter is None and radiograph.overlay is None:
        return radiograph.codes
    return shown(radiograph, voi=voi)


def _counted(picture: npt.NDArray[Any], kind: np.dtype[Any]) -> npt.NDArray[Any]:
    """Round 0..1 to the range of `kind`, in place where possible: a large image leaves no memory for two copies."""
    if picture.dtype == kind:
        return picture
    top = np.float32(np.iinfo(kind).max)
    scaled = np.multiply(picture, top, out=picture if picture.flags.writeable else None)
    rounded: npt.NDArray[Any] = np.rint(scaled, out=scaled).astype(kind)
    return rounded


def _resized(picture: npt.NDArray[Any], height: int, width: int) -> npt.NDArray[Any]:
    """Return the picture in another size; colour is then float32 in 0..1, as grey is."""
    if picture.shape[:2] == (height, width):
        return picture
    if picture.ndim == 2:
        return resize(picture.astype(np.float32, copy=False), height, width)
    scale = np.float32(1 / 255 if picture.dtype == np.uint8 else 1)
    return np.stack([resize(picture[..., channel] * scale, height, width) for channel in range(3)], axis=-1)


def encode(pixels: npt.NDArray[Any], settings: RenderSettings, file: BinaryIO) -> None:
    """Write a picture file; `pixels` as in `RenderedFrame`."""
    if settings.format is not PictureFormat.NPY:
        options: dict[str, Any] = {"compress_level": 3} if settings.format is PictureFormat.PNG else {}
        Image.fromarray(pixels).save(file, settings.format.name, **options)
        return
    # Piece by piece: colour travels as it is stored, a quarter of the size of its floats.
    top = np.float32(255 if pixels.dtype == np.uint8 and not settings.raw else 1)
    about = {"descr": "<f4", "fortran_order": False, "shape": pixels.shape}
    np.lib.format.write_array_header_1_0(file, about)
    for first in range(0, len(pixels), STRIP):
        file.write((pixels[first : first + STRIP].astype("<f4") / top).tobytes())
