"""PNG and JPEG pictures -> the same `Radiograph` as DICOM.

Training sets and evaluation sets come as pictures; both go through this one door so that
a model sees in the viewer what it saw in training.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
from msgspec import Struct, structs
from PIL import Image
from pydicom.dataset import Dataset

from cxrviewer.errors import CxrError, DecodeError, UnsupportedImageError
from cxrviewer.imaging.keys import PixelDigest, image_key
from cxrviewer.imaging.modality import Rescale
from cxrviewer.imaging.picture_header import PictureHeader, check_png, read_jpeg_header, read_png_header
from cxrviewer.imaging.presets import all_presets, sample_histogram
from cxrviewer.imaging.radiograph import ImageFacts, Radiograph, Source
from cxrviewer.imaging.streams import has_too_many_scans
from cxrviewer.text import msg

MAX_PIXELS = 80_000_000
"""Pictures above this size are rejected before decoding: a small PNG can hold terabytes of zeros."""
MAX_DECODED_BYTES = 160_000_000
"""The same limit for several channels and 16 bits: decoding and drawing need five times as much memory."""

CUT_SHORT = msg("This picture ends early: the file is cut short. Fetch it again.")
DAMAGED = msg("This picture is damaged and cannot be decoded. If there is another copy, open that one.")
EMPTY = msg("This picture has no pixels: its header states a width or height of 0.")
TOO_LARGE = msg(
    "This picture is too large: more than {pixels} million pixels, or more than {decoded} million bytes when decoded.",
    pixels=MAX_PIXELS // 1000000,
    decoded=MAX_DECODED_BYTES // 1000000,
)
_PILLOW_PROCESSES = (0, 0xC0, 0xC1, 0xC2)
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GREY_16 = ("I;16", "I;16B", "I;16L", "I;16N", "I")

ROTATED = msg("The picture's EXIF data asks for a rotation; it is shown as stored.")
TRANSPARENT = msg("Parts of this picture are transparent; their stored grey is shown, without the transparency.")
INKS = msg("This picture holds printing inks (CMYK); its grey is computed from them without a colour profile.")
PROFILE = msg("This picture holds a colour profile, which is not applied; its stored grey is shown.")
GAMMA = msg("This picture states its own gamma, which is not applied; its stored grey is shown.")
ANIMATED = msg("This picture file holds several pictures; the first one is shown.")
COLOUR_16 = msg("This colour picture holds 16 bits per channel; it is shown with 8.")


@contextmanager
def _translated(stream: BinaryIO) -> Iterator[None]:
    """Turn whatever a third-party parser raises into one sentence."""
    try:
        yield
    except (CxrError, MemoryError, ImportError):  # a decoder that was left out of a program is no damage
        raise
    except Exception as error:  # Pillow and the codecs have no common base class
        raise DecodeError(CUT_SHORT if _ends_early(stream) else DAMAGED) from error


def _ends_early(stream: BinaryIO) -> bool:
    """Return whether the last bytes are not those that end a PNG or JPEG; zeros behind them are padding."""
    stream.seek(0)
    is_png = stream.read(8) == _PNG_SIGNATURE
    size = stream.seek(0, 2)
    stream.seek(max(0, size - 65536))
    tail = stream.read()
    return b"IEND" not in tail if is_png else b"\xff\xd9" not in tail


@contextmanager
def _header_errors() -> Iterator[None]:
    try:
        yield
    except EOFError as error:
        raise DecodeError(CUT_SHORT) from error
    except ValueError as error:
        raise DecodeError(DAMAGED) from error


def _checked_header(stream: BinaryIO) -> PictureHeader:
    """Return the picture's header, its size and kind being such that it may be decoded; the stream is rewound."""
    stream.seek(0)
    head = stream.read(33)
    stream.seek(0)
    with _header_errors():
        header = read_png_header(head) if head.startswith(_PNG_SIGNATURE) else read_jpeg_header(stream)
    if header.rows == 0 or header.columns == 0:
        raise DecodeError(EMPTY)
    if header.rows * header.columns > MAX_PIXELS or header.decoded_bytes > MAX_DECODED_BYTES:
        raise UnsupportedImageError(TOO_LARGE)
    if header.process not in _PILLOW_PROCESSES or (header.process and header.bits != 8):
        raise UnsupportedImageError(
            msg(
                "This JPEG picture is of a kind this viewer does not read ({process}): save it as PNG, or as baseline "
                "or progressive JPEG.",
                process=_process_name(header),
            )
        )
    stream.seek(0)
    return header


def _process_name(header: PictureHeader) -> str:
    arithmetic = msg("arithmetic coding")
    names = {0xC3: msg("lossless"), 0xF7: "JPEG-LS", 0xC9: arithmetic, 0xCA: arithmetic}
    return msg("{coding}, {bits} bits", coding=names.get(header.process, msg("rare coding")), bits=header.bits)


def raster_facts(stream: BinaryIO | None) -> ImageFacts:
    """Return the size of a picture from its first bytes; no pixels are decoded.

    `ImageFacts.colour` is False here whatever the channels: a grey picture saved as RGB, RGBA
    or palette is grey, and only its pixels tell. `read_raster` decides for window and command line.

    Raises
    ------
    DecodeError, UnsupportedImageError
        For a damaged picture, one too large, or one of a kind that is not read.
    """
    if stream is None:
        return ImageFacts(source=Source.RASTER)
    header = _checked_header(stream)
    return ImageFacts(source=Source.RASTER, rows=header.rows, columns=header.columns)


class _Decoded(Struct, frozen=True, eq=False):
    """Grey (rows, columns) or colour (rows, columns, 3), uint8 or uint16, and what was left aside."""

    pixels: npt.NDArray[Any]
    notes: tuple[str, ...]


def _decode(stream: BinaryIO, header: PictureHeader) -> _Decoded:
    with Image.open(stream, formats=("PNG", "JPEG")) as picture:
        if not header.process and header.channels > 1:
            stream.seek(0)
            decoded = _decode_channels(stream)  # Pillow would drop the low 8 bits, and take twice the memory
        else:
            decoded = _decode_with_pillow(picture)
        return _Decoded(decoded.pixels, decoded.notes + _notes(picture))


def _decode_channels(stream: BinaryIO) -> _Decoded:
    """Decode a PNG with alpha or colour: (rows, columns, 2 to 4) uint8 or uint16."""
    import imagecodecs

    planes = imagecodecs.png_decode(stream.read())
    channels = planes.shape[2]
    transparent = channels in (2, 4) and int(planes[..., -1].min()) < np.iinfo(planes.dtype).max
    pixels = _grey_if_equal(planes[..., :3]) if channels > 2 else np.ascontiguousarray(planes[..., 0])
    return _Decoded(pixels, (TRANSPARENT,) if transparent else ())


def _decode_with_pillow(picture: Image.Image) -> _Decoded:
    picture.load()
    notes: tuple[str, ...] = (TRANSPARENT,) if _is_transparent(picture) else ()
    if picture.mode in _GREY_16:
        # Pillow reads 16-bit grey PNG as I;16, or as I (32 bits) in some versions and modes.
        return _Decoded(np.asarray(picture).astype(np.uint16), notes)
    if picture.mode in ("1", "L", "LA"):
        return _Decoded(np.asarray(picture.convert("L")), notes)
    if picture.mode == "P":
        return _Decoded(_from_palette(picture), notes)
    if picture.mode == "CMYK":
        notes += (INKS,)
    return _Decoded(_grey_if_equal(np.asarray(picture.convert("RGB"))), notes)


def _from_palette(picture: Image.Image) -> npt.NDArray[np.uint8]:
    """Return grey where the palette is grey, else colour; Pillow's own conversion takes seven bytes for each pixel."""
    indices = np.asarray(picture)
    entries = np.zeros((256, 3), np.uint8)
    colours = np.array(picture.getpalette("RGB"), np.uint8).reshape(-1, 3)[:256]
    entries[: len(colours)] = colours
    used = entries[np.unique(indices)]
    grey = bool((used == used[:, :1]).all())
    if not grey and indices.size * 3 > MAX_DECODED_BYTES:
        raise UnsupportedImageError(TOO_LARGE)
    pixels: npt.NDArray[np.uint8] = (entries[:, 0] if grey else entries)[indices]
    return pixels


def _grey_if_equal(colour: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return one channel where all three are equal (grey saved as colour, as most web exports do), else `colour`."""
    first = colour[..., 0]
    if np.array_equal(first, colour[..., 1]) and np.array_equal(first, colour[..., 2]):
        return np.ascontiguousarray(first)
    return colour


def _is_transparent(picture: Image.Image) -> bool:
    """Return whether any pixel is not opaque: an alpha channel, or tRNS (ISO/IEC 15948 11.3.2)."""
    if picture.mode in ("LA", "RGBA", "PA"):
        return int(np.asarray(picture.getchannel("A")).min()) < 255
    key = picture.info.get("transparency")
    if key is None:
        return False
    if isinstance(key, bytes):  # the alpha of each palette entry, opaque where not listed
        alpha = np.full(256, 255, np.uint8)
        alpha[: len(key)] = np.frombuffer(key[:256], np.uint8)
        return bool((alpha[np.unique(np.asarray(picture))] < 255).any())
    same = np.asarray(picture) == np.asarray(key)
    return bool(same.all(axis=-1).any() if same.ndim == 3 else same.any())


def _notes(picture: Image.Image) -> tuple[str, ...]:
    """Return a sentence for each thing in the file that would change the picture and is not applied."""
    gamma = picture.info.get("gamma")
    profile = picture.info.get("icc_profile") or b""
    is_srgb = b"sRGB" in profile or "sRGB".encode("utf-16-be") in profile
    said = {
        ROTATED: picture.getexif().get(0x0112, 1) != 1,
        PROFILE: bool(profile) and not is_srgb,
        GAMMA: gamma is not None and abs(gamma - 1 / 2.2) > 0.01 and "srgb" not in picture.info,
        ANIMATED: getattr(picture, "n_frames", 1) > 1,
    }
    return tuple(sentence for sentence, applies in said.items() if applies)


def _radiograph(pixels: npt.NDArray[Any], picture_notes: tuple[str, ...]) -> Radiograph:
    colour = pixels.ndim == 3
    facts = ImageFacts(source=Source.RASTER, rows=pixels.shape[0], columns=pixels.shape[1], colour=colour)
    if colour:
        deep = pixels.dtype == np.uint16
        shown = (pixels >> 8).astype(np.uint8) if deep else pixels
        return colour_image(shown, facts, picture_notes + ((COLOUR_16,) if deep else ()))
    bits = 8 * pixels.dtype.itemsize
    levels = 2**bits
    # No header, so no window: 8 bits are display-ready (full range); 16 bits hardly ever are
    # (12-bit values in a 16-bit PNG would be all but black), so percentiles come first.
    histogram = sample_histogram(pixels, levels)
    presets, notes = all_presets(Dataset(), np.arange(levels, dtype=np.float64), histogram, bits=bits, little=True)
    key = image_key(
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
        notes=picture_notes + notes,
    )


def colour_image(pixels: npt.NDArray[np.uint8], facts: ImageFacts, notes: tuple[str, ...] = ()) -> Radiograph:
    """Return an image that is shown in colour, as it is: it has no grey pipeline and no head reads it."""
    shown = np.ascontiguousarray(pixels)
    return Radiograph(
        codes=shown,
        first_stored=0,
        levels=256,
        modality=Rescale(),
        presets=(),
        inverted=False,
        padding=None,
        facts=structs.replace(facts, colour=True),
        key=image_key(
            PixelDigest(shown), first_stored=0, modality=Rescale(), default=None, inverted=False, padding=None
        ),
        notes=notes,
    )


def read_raster(stream: BinaryIO) -> Radiograph:
    """Decode an open PNG or JPEG picture.

    EXIF orientation is *not* applied, with a note: radiographs are not taken with a phone held
    sideways, and training saw the stored rows. Alpha, colour profiles and gamma are not applied
    either, each with a note.

    Raises
    ------
    DecodeError
        For a damaged picture.
    UnsupportedImageError
        For one too large, or of a kind that is not read.
    """
    header = _checked_header(stream)
    stream.seek(0)
    if header.process:
        if has_too_many_scans(stream.read()):
            raise DecodeError(DAMAGED)
    else:
        with _header_errors():
            check_png(stream)
    stream.seek(0)
    with _translated(stream):
        decoded = _decode(stream, header)
    return _radiograph(decoded.pixels, decoded.notes)
