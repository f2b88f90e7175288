"""Decoders of compressed frames: imagecodecs, with everything checked that its libraries do not check.

A frame is decoded as what its code stream is. The stream says its own size first, and a
decoder runs only where that is the size the header promises (docs/decisions/0011-codecs.md).
"""

from __future__ import annotations

import io
from typing import Any

import imagecodecs
import numpy as np
import numpy.typing as npt
from msgspec import Struct
from PIL import Image
from pydicom import uid
from pydicom.pixels.processing import convert_color_space

from cxrviewer.imaging.dataset import NATIVE
from cxrviewer.imaging.streams import StreamError, StreamInfo, StreamKind, read_info, rle_segments
from cxrviewer.text import msg

ENCAPSULATED_UNCOMPRESSED = "1.2.840.10008.1.2.1.98"
JPEG_XL_LOSSLESS, JPEG_XL_RECOMPRESSED, JPEG_XL = (f"1.2.840.10008.1.2.4.{number}" for number in (110, 111, 112))

_KINDS: dict[str, tuple[StreamKind, ...]] = {
    uid.JPEGBaseline8Bit: (StreamKind.JPEG,),
    uid.JPEGExtended12Bit: (StreamKind.JPEG,),
    uid.JPEGLossless: (StreamKind.JPEG_LOSSLESS,),
    uid.JPEGLosslessSV1: (StreamKind.JPEG_LOSSLESS,),
    uid.JPEGLSLossless: (StreamKind.JPEG_LS,),
    uid.JPEGLSNearLossless: (StreamKind.JPEG_LS,),
    uid.JPEG2000Lossless: (StreamKind.JPEG_2000,),
    uid.JPEG2000: (StreamKind.JPEG_2000,),
    uid.HTJ2KLossless: (StreamKind.JPEG_2000,),
    uid.HTJ2KLosslessRPCL: (StreamKind.JPEG_2000,),
    uid.HTJ2K: (StreamKind.JPEG_2000,),
    JPEG_XL_LOSSLESS: (StreamKind.JPEG_XL,),
    JPEG_XL_RECOMPRESSED: (StreamKind.JPEG_XL,),
    JPEG_XL: (StreamKind.JPEG_XL,),
    uid.RLELossless: (StreamKind.RLE,),
    ENCAPSULATED_UNCOMPRESSED: (StreamKind.NATIVE,),
}

SUPPORTED: tuple[str, ...] = (*NATIVE, *_KINDS)
"""UIDs of every transfer syntax this program decodes."""

_NAMES = {
    JPEG_XL_LOSSLESS: "JPEG XL Lossless",
    JPEG_XL_RECOMPRESSED: "JPEG XL JPEG Recompression",
    JPEG_XL: "JPEG XL",
}
"""Transfer syntaxes that are newer than pydicom's dictionary."""

_KNOWN_GAPS = {
    "1.2.840.10008.1.2.4.52": "JPEG process 3 and 5",
    "1.2.840.10008.1.2.4.53": "JPEG process 6 and 8 (spectral selection)",
    "1.2.840.10008.1.2.4.54": "JPEG process 7 and 9",
    "1.2.840.10008.1.2.4.55": "JPEG process 10 and 12 (full progression)",
    "1.2.840.10008.1.2.4.56": "JPEG process 11 and 13",
    "1.2.840.10008.1.2.4.92": "JPEG 2000 part 2, lossless",
    "1.2.840.10008.1.2.4.93": "JPEG 2000 part 2",
}

_RLE_SURPLUS = 16  # bytes that a segment may hold too many
_RLE_PADDING = 130  # zeros behind a segment that are looked at: the longest literal run and a little
_RLE_SLACK = 512


class MismatchError(ValueError):
    """A code stream is whole but not the image that the header describes; the text completes a sentence."""


class Wanted(Struct, frozen=True):
    """The image that the header describes.

    Attributes
    ----------
    rows, columns, samples : int
        (0028,0010), (0028,0011), (0028,0002).
    allocated : int
        (0028,0100) Bits Allocated, 8 or 16.
    signed : bool
        (0028,0103) Pixel Representation is 1.
    photometric : str
        (0028,0004) Photometric Interpretation.
    planar : bool
        (0028,0006) Planar Configuration is 1: samples are stored plane by plane.
    """

    rows: int
    columns: int
    samples: int
    allocated: int
    signed: bool = False
    photometric: str = "MONOCHROME2"
    planar: bool = False

    @property
    def subsampled(self) -> bool:
        """Native pixels of YBR_FULL_422: two pixels share their chrominance (PS3.3 C.7.6.3.1.2)."""
        return self.samples == 3 and self.photometric == "YBR_FULL_422"

    @property
    def frame_bytes(self) -> int:
        """Bytes of one uncompressed frame."""
        samples = 2 if self.subsampled else self.samples
        return self.rows * self.columns * samples * self.allocated // 8


class Decoded(Struct, frozen=True):
    """One decoded frame.

    Attributes
    ----------
    words : (rows, columns) or (rows, columns, 3) unsigned or signed integers
        RGB where there are three samples.
    kind : StreamKind
        What the frame was.
    """

    words: npt.NDArray[Any]
    kind: StreamKind

    @property
    def is_packed(self) -> bool:
        """Whether words hold bits as (0028,0102) High Bit places them; other codecs give values."""
        return self.kind in (StreamKind.NATIVE, StreamKind.RLE)


def describe(syntax: str) -> str:
    """Return ``name (UID)`` of a transfer syntax of the standard, for sentences; empty for any other.

    Anything else is not quoted: in a damaged file it can be a patient's name.
    """
    name = _NAMES.get(syntax) or uid.UID(syntax).name
    return f"{name} ({syntax})" if name != syntax else ""


def missing_decoder(syntax: str) -> str:
    """Return what would be needed to decode `syntax`."""
    family = _KNOWN_GAPS.get(syntax)
    if family is None and syntax.startswith("1.2.840.10008.1.2.4.10"):
        family = msg("MPEG or HEVC video")
    if not family:
        return msg("a decoder for this transfer syntax, which this program does not include")
    return msg("a decoder for {family}, which this program does not include", family=family)


def is_expected(syntax: str, kind: StreamKind) -> bool:
    """Return whether frames of `syntax` are of `kind`."""
    return kind in _KINDS.get(syntax, (StreamKind.NATIVE,) if syntax in NATIVE else ())


def native_words(data: bytes, wanted: Wanted, *, little: bool = True) -> npt.NDArray[Any]:
    """Return uncompressed pixels (PS3.5 8.1), (rows, columns) or (rows, columns, 3) in RGB or palette indices.

    Raises
    ------
    StreamError
        Where `data` is shorter than the frame.
    """
    size = wanted.frame_bytes
    if len(data) < size:
        raise StreamError(msg("there are fewer pixels than the header says"))
    words = np.frombuffer(data, f"{'<' if little else '>'}u{wanted.allocated // 8}", 8 * size // wanted.allocated)
    if wanted.samples == 1:
        return words.reshape(wanted.rows, wanted.columns)
    if wanted.subsampled:
        return _rgb(_full_chrominance(words, wanted), wanted)
    if wanted.planar:
        return _rgb(np.moveaxis(words.reshape(wanted.samples, wanted.rows, wanted.columns), 0, 2), wanted)
    return _rgb(words.reshape(wanted.rows, wanted.columns, wanted.samples), wanted)


def _full_chrominance(words: npt.NDArray[Any], wanted: Wanted) -> npt.NDArray[Any]:
    """Return Y Cb Cr per pixel from Y1 Y2 Cb Cr per pair."""
    pairs = words.reshape(-1, 4)
    full = np.stack([pairs[:, :2], pairs[:, [2, 2]], pairs[:, [3, 3]]], axis=2)
    return full.reshape(wanted.rows, wanted.columns, 3)


def _rgb(words: npt.NDArray[Any], wanted: Wanted) -> npt.NDArray[Any]:
    if wanted.samples == 3 and wanted.photometric in ("YBR_FULL", "YBR_FULL_422"):
        return np.asarray(convert_color_space(np.ascontiguousarray(words), "YBR_FULL", "RGB"))
    return words


def _rle(frame: bytes, wanted: Wanted) -> npt.NDArray[Any]:
    """Return words of an RLE frame, colours in RGB (PS3.5 Annex G). Surplus bytes are dropped."""
    segments = rle_segments(frame)
    if segments is None:
        raise StreamError(msg("the table of RLE segments is damaged"))
    bytes_per_sample = wanted.allocated // 8
    if len(segments) != wanted.samples * bytes_per_sample:
        raise MismatchError(
            msg(
                "it has {segments} RLE segments, and (0028,0100) Bits Allocated and (0028,0002) Samples "
                "per Pixel ask for {value}",
                segments=len(segments),
                value=wanted.samples * bytes_per_sample,
            )
        )
    pixels = wanted.rows * wanted.columns
    # A wrong width shears the image: it is told from surplus bytes because it adds a whole column or row.
    surplus = min(_RLE_SURPLUS, wanted.rows - 1, wanted.columns - 1)
    planes = np.empty((wanted.samples, pixels, bytes_per_sample), np.uint8)
    buffer = np.empty(pixels + _RLE_SLACK, np.uint8)
    for index, (start, end) in enumerate(segments):
        sample, byte = divmod(index, bytes_per_sample)
        planes[sample, :, bytes_per_sample - 1 - byte] = _unpacked(frame[start:end], buffer, pixels, surplus)
    words = planes.view(f"<u{bytes_per_sample}").reshape(wanted.samples, wanted.rows, wanted.columns)
    return words[0] if wanted.samples == 1 else _rgb(np.moveaxis(words, 0, 2), wanted)


def _unpacked(segment: bytes, buffer: npt.NDArray[np.uint8], pixels: int, surplus: int) -> npt.NDArray[np.uint8]:
    """Return the `pixels` bytes of one segment; `buffer` is a little longer.

    Zeros that pad a segment read as runs of one zero each (PS3.5 G.3.1).
    """
    zeros = len(segment) - len(segment.rstrip(b"\0"))
    if zeros > _RLE_PADDING:
        segment = segment[: len(segment) - zeros + _RLE_PADDING]
    try:
        count = len(imagecodecs.packbits_decode(segment, out=buffer.data))
    except imagecodecs.PackbitsError as error:
        if "OUTPUT_TOO_SMALL" not in str(error):
            raise StreamError(msg("an RLE segment is damaged")) from error
        count = len(buffer)
    if count < pixels:
        raise StreamError(msg("an RLE segment ends early"))
    if count > pixels + surplus + min(zeros, _RLE_PADDING):
        raise MismatchError(
            msg(
                "its RLE segments hold more pixels than (0028,0010) Rows and (0028,0011) Columns say, so "
                "the rows would be put together wrongly"
            )
        )
    return buffer[:pixels]


def _jpeg_colour(frame: bytes, info: StreamInfo, wanted: Wanted) -> npt.NDArray[Any]:
    """Return a baseline JPEG in colour as RGB; the marker inside decides before the header does."""
    image = Image.open(io.BytesIO(frame), formats=("JPEG",))
    if info.adobe:
        return np.asarray(image.convert("RGB"))  # the marker names the colour space, and libjpeg follows it
    # libjpeg would guess the colour space from component numbers; YCbCr means: leave it as stored.
    image.draft("YCbCr", image.size)
    words = np.asarray(image)
    if info.component_ids in (b"RGB", b"rgb") or (not info.jfif and "YBR" not in wanted.photometric):
        return words
    return np.asarray(convert_color_space(np.array(words), "YBR_FULL", "RGB"))


def _jpeg(frame: bytes, info: StreamInfo, wanted: Wanted) -> npt.NDArray[Any]:
    if info.samples != 3:
        return np.asarray(imagecodecs.jpeg8_decode(frame))
    if info.kind is StreamKind.JPEG and info.bits == 8:
        return _jpeg_colour(frame, info, wanted)
    # Without an Adobe or JFIF marker libjpeg guesses the colours from component numbers and
    # would "convert" RGB from YCbCr. Equal names on both sides switch every conversion off.
    return _rgb(np.asarray(imagecodecs.jpeg8_decode(frame, colorspace="RGB", outcolorspace="RGB")), wanted)


def _signed(words: npt.NDArray[Any], info: StreamInfo, wanted: Wanted) -> npt.NDArray[Any]:
    """Return words whose sign reaches up to the highest bit.

    JPEG-LS has no signed samples, and some writers leave the sign flag of JPEG 2000 off: two's
    complement of `info.bits` bits then arrives as a large unsigned number.
    """
    spare = 8 * words.dtype.itemsize - (info.bits or 0)
    if not wanted.signed or info.signed or spare <= 0 or info.kind not in (StreamKind.JPEG_2000, StreamKind.JPEG_LS):
        return words
    signed = words.view(f"i{words.dtype.itemsize}")
    return (signed << spare) >> spare


def _run(frame: bytes, info: StreamInfo, wanted: Wanted) -> npt.NDArray[Any]:
    """Call the decoder of one code stream."""
    body = frame[info.start : info.end]
    if info.kind is StreamKind.JPEG_LS:
        return _rgb(np.asarray(imagecodecs.jpegls_decode(body)), wanted)
    if info.kind is StreamKind.JPEG_2000:
        # OpenJPEG for HTJ2K too. OpenJPH (imagecodecs 2026.3 `htj2k_decode`) takes half the time, but its
        # errors are swallowed on the way: a damaged image comes back as success with unwritten rows.
        # YBR_RCT and YBR_ICT are undone by the codec.
        return np.asarray(imagecodecs.jpeg2k_decode(body, numthreads=2))
    if info.kind is StreamKind.JPEG_XL:
        return np.asarray(imagecodecs.jpegxl_decode(body, keeporientation=True, numthreads=2))
    return _jpeg(body, info, wanted)


def _check(info: StreamInfo, wanted: Wanted) -> None:
    """Compare a code stream with the header before a decoder allocates what the stream asks for."""
    if (info.rows, info.columns) != (wanted.rows, wanted.columns):
        raise MismatchError(
            msg(
                "its code stream holds {columns} x {rows} pixels, and the header says {header_columns} x "
                "{header_rows} ((0028,0011) Columns, (0028,0010) Rows)",
                columns=info.columns,
                rows=info.rows,
                header_columns=wanted.columns,
                header_rows=wanted.rows,
            )
        )
    if info.samples is not None and info.samples != wanted.samples:
        raise MismatchError(
            msg(
                "its code stream has {samples} samples per pixel, and (0028,0002) Samples per Pixel says "
                "{header_samples}",
                samples=info.samples,
                header_samples=wanted.samples,
            )
        )
    if info.bits is not None and (info.bits > 16 or (info.bits > 8 and wanted.allocated == 8)):
        raise MismatchError(
            msg(
                "its code stream has {bits} bits per sample, and (0028,0100) Bits Allocated says {allocated}",
                bits=info.bits,
                allocated=wanted.allocated,
            )
        )


def decode(frame: bytes, syntax: str, wanted: Wanted) -> Decoded:
    """Decode one frame of encapsulated pixel data as what it is.

    Parameters
    ----------
    frame : bytes
        The fragments of one frame, joined.
    syntax : str
        Transfer syntax UID; decides only between RLE and uncompressed, which have no signature.
    wanted : Wanted

    Raises
    ------
    StreamError
        For damage.
    MismatchError
        Where the stream is not the image that the header describes.
    Exception
        Whatever a decoder raises on damaged data.
    """
    info = read_info(frame)
    if info is None:
        return _without_signature(frame, syntax, wanted)
    _check(info, wanted)
    words = _signed(_run(frame, info, wanted), info, wanted)
    samples = 1 if words.ndim == 2 else words.shape[-1]
    if words.shape[:2] != (wanted.rows, wanted.columns) or words.ndim > 3 or samples != wanted.samples:
        raise MismatchError(msg("its code stream holds another kind of picture than the header says"))
    if words.dtype.kind not in "iu" or 8 * words.dtype.itemsize > wanted.allocated:
        raise MismatchError(msg("its code stream has more bits than (0028,0100) Bits Allocated says"))
    return Decoded(words, info.kind)


def _without_signature(frame: bytes, syntax: str, wanted: Wanted) -> Decoded:
    padded = len(frame) in (wanted.frame_bytes, wanted.frame_bytes + wanted.frame_bytes % 2)
    if syntax == ENCAPSULATED_UNCOMPRESSED or (padded and syntax != uid.RLELossless):
        return Decoded(native_words(frame, wanted), StreamKind.NATIVE)
    if syntax == uid.RLELossless or rle_segments(frame) is not None:
        return Decoded(_rle(frame, wanted), StreamKind.RLE)
    raise StreamError(msg("the compressed image does not begin like one"))
