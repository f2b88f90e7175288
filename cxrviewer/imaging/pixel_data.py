"""Pixel element -> words of one frame: uncompressed or compressed, as it is and not as it is declared.

Steps 1 to 3 of docs/pixel-pipeline.md; `dicom_source` makes grey of the result.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from msgspec import Struct, structs
from pydicom.dataset import Dataset

from cxrviewer.errors import CxrError, DecodeError, UnsupportedImageError
from cxrviewer.imaging import codecs
from cxrviewer.imaging.codecs import SUPPORTED, Decoded, MismatchError, Wanted, describe, missing_decoder
from cxrviewer.imaging.dataset import NATIVE, Parsed, PixelElement
from cxrviewer.imaging.elements import ITEM
from cxrviewer.imaging.fragments import Encapsulated, Frame, read_frame
from cxrviewer.imaging.photometric import read_photometric
from cxrviewer.imaging.raster_source import MAX_PIXELS
from cxrviewer.imaging.streams import StreamError, StreamKind, stream_kind
from cxrviewer.imaging.values import raw, whole
from cxrviewer.text import cause, msg

Codes = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]

OVERSHOOT = 16
"""Codec output above the stored range by less than one such part of it is rounding, not another range."""

_FRAME_SLACK = 1 << 20


class Layout(Struct, frozen=True):
    """How stored values lie in their words (PS3.5 8.1.1), checked.

    Attributes
    ----------
    allocated, stored, high_bit : int
        (0028,0100), (0028,0101), (0028,0102).
    signed : bool
        (0028,0103) Pixel Representation.
    """

    allocated: int
    stored: int
    high_bit: int
    signed: bool

    @property
    def levels(self) -> int:
        return 1 << self.stored

    @property
    def first_stored(self) -> int:
        return -self.levels // 2 if self.signed else 0

    def codes(self, words: npt.NDArray[Any], *, shift: int) -> Codes:
        """Return ``stored value - first_stored`` of every pixel as uint8 or uint16.

        Bits outside the stored ones (overlays of old, sign extensions) are masked off.
        """
        unsigned = words.view(np.dtype(f"{words.dtype.byteorder}u{words.dtype.itemsize}"))
        mask = self.levels - 1
        if shift:
            unsigned = unsigned >> shift
        # Most images leave unused bits 0; looking costs a tenth of masking a copy.
        if self.stored < 8 * unsigned.dtype.itemsize and int(unsigned.max(initial=0)) > mask:
            unsigned = unsigned & unsigned.dtype.type(mask)
        if self.signed:
            # Two's complement with its sign bit flipped counts up from the lowest value.
            unsigned = unsigned ^ unsigned.dtype.type(self.levels // 2)
        if self.stored <= 8:
            return unsigned.astype(np.uint8, copy=False)
        return unsigned.astype(np.uint16, copy=False)


class FrameWords(Struct, frozen=True, eq=False):
    """Words of one frame and what they are.

    Attributes
    ----------
    words : (rows, columns) or (rows, columns, 3)
        Bits outside the stored ones are still in it; RGB where there are three samples.
    packed : bool
        Bits lie as (0028,0102) High Bit says. Codecs of images give values, which have no high bit.
    notes : tuple of str
    """

    words: npt.NDArray[Any]
    packed: bool
    notes: tuple[str, ...] = ()


def read_layout(dataset: Dataset) -> tuple[Layout, tuple[str, ...]]:
    """Return the layout of grey pixels, and notes about what was repaired.

    Raises
    ------
    UnsupportedImageError
        For 1-bit, packed 12-bit and more than 16-bit data, and for a sign that is not defined.
    """
    allocated = whole(dataset, "BitsAllocated", 0)
    if allocated not in (8, 16):
        number = str(allocated) if 0 < allocated < 1000 else "an unknown number of"
        raise UnsupportedImageError(
            msg(
                "This image has {number} bits per pixel; this viewer shows films with 8 or 16 "
                "((0028,0100) Bits Allocated).",
                number=number,
            )
        )
    stored = whole(dataset, "BitsStored", allocated)
    notes: tuple[str, ...] = ()
    if not 1 <= stored <= allocated:
        notes = (
            msg(
                "(0028,0101) Bits Stored is {number} and cannot be right; all {allocated} bits are used.",
                number=_number(stored),
                allocated=allocated,
            ),
        )
        stored = allocated
    high_bit = whole(dataset, "HighBit", stored - 1)
    if not stored - 1 <= high_bit < allocated:
        notes += (
            msg(
                "(0028,0102) High Bit is {number} and cannot be right; the lowest bits are used.",
                number=_number(high_bit),
            ),
        )
        high_bit = stored - 1
    sign = whole(dataset, "PixelRepresentation", 0)
    if sign not in (0, 1):
        raise UnsupportedImageError(
            msg(
                "This image does not say whether its pixels are signed: (0028,0103) Pixel Representation "
                "is {number}, and only 0 and 1 are defined.",
                number=_number(sign),
            )
        )
    return Layout(allocated, stored, high_bit, sign == 1), notes


def _number(value: int) -> str:
    """Return a header value for a sentence: one of thousands of digits is no number anyone can use."""
    return str(value) if abs(value) < 1_000_000 else "far too large"


def _wanted(dataset: Dataset) -> Wanted:
    """Return the image that the header describes.

    Raises
    ------
    UnsupportedImageError
        For an image without pixels or with more than `MAX_PIXELS`, and for a number of samples that
        contradicts (0028,0004) Photometric Interpretation.
    """
    rows, columns = whole(dataset, "Rows", 0), whole(dataset, "Columns", 0)
    for size, name in ((rows, "(0028,0010) Rows"), (columns, "(0028,0011) Columns")):
        if size <= 0:
            raise UnsupportedImageError(
                msg("This image does not say how large it is: {name} is missing or 0.", name=name)
            )
    if rows * columns > MAX_PIXELS:
        raise UnsupportedImageError(
            msg(
                "This image has {number} x {number2} pixels ((0028,0011) Columns, (0028,0010) Rows); "
                "this viewer shows at most {value} million.",
                number=_number(columns),
                number2=_number(rows),
                value=MAX_PIXELS // 1000000,
            )
        )
    samples = whole(dataset, "SamplesPerPixel", 1)
    photometric, _ = read_photometric(dataset)
    if samples not in (1, 3, 4):
        raise UnsupportedImageError(
            msg(
                "This image cannot be shown: (0028,0002) Samples per Pixel is {number}, and only 1 and 3 are defined.",
                number=_number(samples),
            )
        )
    if samples == 1 and (photometric == "RGB" or photometric.startswith("YBR")):
        raise UnsupportedImageError(
            msg(
                "This image contradicts itself: (0028,0004) Photometric Interpretation says that it is "
                "in colour, and (0028,0002) Samples per Pixel says 1."
            )
        )
    return Wanted(
        rows=rows,
        columns=columns,
        samples=samples,
        allocated=whole(dataset, "BitsAllocated", 0),
        signed=whole(dataset, "PixelRepresentation", 0) == 1,
        photometric=photometric,
        planar=whole(dataset, "PlanarConfiguration", 0) == 1,
    )


class _CutShort(Exception):
    """The file ends inside the frame."""


def _starts_with_item(head: bytes, pixels: PixelElement) -> bool:
    order = "little" if pixels.little else "big"
    group = int.from_bytes(head[:2], order)  # type: ignore[arg-type]
    return group << 16 | int.from_bytes(head[2:4], order) == ITEM  # type: ignore[arg-type]


def _is_encapsulated(pixels: PixelElement, head: bytes, wanted: Wanted, frames: int) -> bool:
    """Return whether the value consists of items; the declared transfer syntax is not asked."""
    if pixels.length is None:
        return True
    native = wanted.frame_bytes * frames
    return _starts_with_item(head, pixels) and pixels.length not in (native, native + native % 2)


def _native_frame(pixels: PixelElement, wanted: Wanted, frame: int) -> Decoded:
    """Read one frame of uncompressed pixels (PS3.5 8.2); no other frame is touched."""
    size = wanted.frame_bytes
    offset = frame * size
    # Big endian words of two 8-bit pixels come swapped (PS3.5 8.1.2); a frame can begin inside a word.
    swapped = wanted.allocated == 8 and not pixels.little and pixels.vr == "OW"
    lead = offset % 2 if swapped else 0
    pixels.stream.seek(pixels.start + offset - lead)
    data = pixels.stream.read(size + lead + (size + lead) % 2 if swapped else size)
    if len(data) < size and (pixels.length or 0) >= offset + size:
        raise _CutShort
    if swapped:
        data = np.frombuffer(data[: len(data) & ~1], ">u2").astype("<u2").tobytes()[lead:]
    return Decoded(codecs.native_words(data, wanted, little=pixels.little), StreamKind.NATIVE)


def _encapsulated_frame(parsed: Parsed, pixels: PixelElement, wanted: Wanted, frame: int, frames: int) -> Frame:
    end = pixels.size if pixels.length is None else min(pixels.size, pixels.start + pixels.length)
    offsets = raw(parsed.dataset, "ExtendedOffsetTable")
    return read_frame(
        Encapsulated(pixels.stream, pixels.start, end, pixels.little),
        frame,
        frames,
        limit=2 * wanted.frame_bytes + _FRAME_SLACK,
        extended=offsets if isinstance(offsets, bytes) else b"",
    )


def _note(syntax: str, decoded: Decoded) -> tuple[str, ...]:
    if codecs.is_expected(syntax, decoded.kind):
        return ()
    return (
        msg(
            "The pixels are {kind}, which is not what (0002,0010) Transfer Syntax UID says; they "
            "were decoded as what they are.",
            kind=decoded.kind.value,
        ),
    )


def _read(parsed: Parsed, pixels: PixelElement, wanted: Wanted, frame: int, frames: int) -> Decoded:
    """Return one decoded frame. Raises `_CutShort` where the file ended inside it and it did not decode."""
    syntax = str(parsed.transfer_syntax)
    pixels.stream.seek(pixels.start)
    head = pixels.stream.read(16)
    if _is_encapsulated(pixels, head, wanted, frames):
        data = _encapsulated_frame(parsed, pixels, wanted, frame, frames)
    elif (
        pixels.length is not None
        and pixels.length < wanted.frame_bytes
        and frames == 1
        and stream_kind(head) is not None
    ):
        pixels.stream.seek(pixels.start)
        data = Frame(pixels.stream.read(pixels.length), pixels.start + pixels.length > pixels.size)
    else:
        if syntax not in NATIVE and pixels.length is not None and pixels.length < wanted.frame_bytes:
            raise StreamError(msg("the pixels are neither compressed nor as many as the header says"))
        return _native_frame(pixels, wanted, frame)
    try:
        return codecs.decode(data.data, syntax, wanted)
    except (CxrError, MismatchError):
        raise
    except Exception as error:
        if data.cut_short:
            raise _CutShort from error
        raise


def _check_syntax(syntax: str) -> None:
    if syntax in SUPPORTED:
        return
    missing, label = missing_decoder(syntax), describe(syntax)
    if label:
        why = f"its transfer syntax {label} needs {missing}"
    else:
        why = msg(
            "its (0002,0010) Transfer Syntax UID is none of the standard, so nothing says how its pixels are written"
        )
    raise DecodeError(
        msg("This image cannot be shown: {why}. Ask the archive for it in another transfer syntax.", why=why),
        transfer_syntax=label,
        missing=missing,
    )


def _too_few(pixels: PixelElement, wanted: Wanted, frame: int) -> str:
    """Return the sentence for uncompressed pixels that are fewer than the header says."""
    return msg(
        "This image holds fewer pixels than its header says: {length} bytes of the {value} that "
        "(0028,0010) Rows, (0028,0011) Columns and (0028,0100) Bits Allocated ask for. It is not "
        "shown.",
        length=pixels.length,
        value=(frame + 1) * wanted.frame_bytes,
    )


def decode_frame(parsed: Parsed, pixels: PixelElement, frame: int, frames: int) -> FrameWords:
    """Return the words of one frame, (rows, columns) or (rows, columns, 3) in RGB or palette indices.

    Only that frame is read and decoded. Sizes are compared first: with `MAX_PIXELS`, and what the
    code stream says with what the header says.

    Raises
    ------
    UnsupportedImageError
        For a header that does not describe an image, or one above `MAX_PIXELS`.
    DecodeError
        Where no decoder exists or the data is damaged; what is missing is named.
    """
    syntax = str(parsed.transfer_syntax)
    wanted = _wanted(parsed.dataset)
    _check_syntax(syntax)
    label = describe(syntax)
    try:
        decoded = _read(parsed, pixels, wanted, frame, frames)
    except CxrError:
        raise
    except MismatchError as error:
        raise DecodeError(
            msg("This image is not shown: {error}.", error=cause(error)), transfer_syntax=label
        ) from error
    except _CutShort as error:
        raise DecodeError(
            msg(
                "The pixel data of this image ({label}) is cut short (the file ends too early): fetch it again.",
                label=label,
            ),
            transfer_syntax=label,
        ) from error
    except OSError as error:
        if error.errno is not None:
            raise
        raise _damaged(label) from error
    except Exception as error:
        if pixels.length is not None and syntax in NATIVE:
            raise DecodeError(_too_few(pixels, wanted, frame), transfer_syntax=label) from error
        raise _damaged(label) from error
    return FrameWords(decoded.words, decoded.is_packed, _note(syntax, decoded))


def _damaged(label: str) -> DecodeError:
    return DecodeError(
        msg(
            "The pixel data of this image ({label}) is damaged and cannot be decoded. If the file "
            "was damaged on its way here, fetch it again.",
            label=label,
        ),
        transfer_syntax=label,
    )


def _has_overlay_in_pixels(dataset: Dataset, layout: Layout) -> bool:
    """Return whether a retired overlay hides in the unused bits ((60xx,0102) Overlay Bit Position)."""
    elements = (raw(dataset, f"60{low:02x}0102") for low in range(0, 0x20, 2))
    positions = (getattr(element, "value", None) for element in elements)
    return any(isinstance(position, int) and position >= layout.stored for position in positions)


def made_to_fit(
    layout: Layout, words: npt.NDArray[Any], dataset: Dataset
) -> tuple[Layout, npt.NDArray[Any], tuple[str, ...]]:
    """Return layout and words of a codec's output made to agree; masking would fold bright into dark.

    Lossy codecs overshoot (one of the public test images has 1,031 in 10 bits): a little above the
    range is clipped. Far above it the header is wrong about the bits, and the range grows.
    """
    top = int(words.max(initial=0))
    if layout.signed or top < layout.levels or _has_overlay_in_pixels(dataset, layout):
        return layout, words, ()
    if top < layout.levels + layout.levels // OVERSHOOT:
        return layout, np.minimum(words, words.dtype.type(layout.levels - 1)), ()
    bits = min(top.bit_length(), layout.allocated)
    note = msg(
        "The compressed image holds {bits} bits, (0028,0101) Bits Stored says {stored}; all are used.",
        bits=bits,
        stored=layout.stored,
    )
    return structs.replace(layout, stored=bits, high_bit=bits - 1), words, (note,)
