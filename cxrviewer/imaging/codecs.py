"""Decoders of encapsulated pixel data: our pydicom plugin over imagecodecs, and who decodes what.

pydicom finds whatever plugins happen to be installed and tries them in its own order. A
reading must not depend on that, so `PLUGINS` names the ones this program uses, per
transfer syntax. All are permissively licensed (docs/decisions/0011-codecs.md).

A pydicom decoder plugin is a module with `is_available` and `DECODER_DEPENDENCIES` and a
function ``(frame, runner) -> buffer``: this module is one.
"""

from __future__ import annotations

import threading
from typing import Any

import imagecodecs
import numpy as np
import numpy.typing as npt
from pydicom import uid
from pydicom.pixels.decoders.base import Decoder, DecodeRunner, get_decoder

LABEL = "cxrviewer"
_JPEG_END, _JPEG_SLACK = b"\xff\xd9", 64

_JPEG = (uid.JPEGBaseline8Bit, uid.JPEGExtended12Bit, uid.JPEGLossless, uid.JPEGLosslessSV1)
_JPEG_LS = (uid.JPEGLSLossless, uid.JPEGLSNearLossless)
_JPEG_2000 = (uid.JPEG2000Lossless, uid.JPEG2000)
_HTJ2K = (uid.HTJ2KLossless, uid.HTJ2KLosslessRPCL, uid.HTJ2K)

PLUGINS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_JPEG, (LABEL,)),
    **dict.fromkeys(_JPEG_LS, (LABEL,)),
    **dict.fromkeys(_JPEG_2000, (LABEL,)),
    **dict.fromkeys(_HTJ2K, (LABEL,)),
    uid.RLELossless: (LABEL,),
}
"""Transfer syntax UID -> names of the pydicom plugins this program uses, the preferred one first."""

COLOUR_PLUGINS: dict[str, tuple[str, ...]] = {uid.JPEGBaseline8Bit: ("pillow",), uid.JPEGExtended12Bit: ("pillow",)}
"""Instead of `PLUGINS` for pictures in colour: Pillow keeps YCbCr as stored, pydicom converts it as the header says."""

NATIVE = (
    uid.ImplicitVRLittleEndian,
    uid.ExplicitVRLittleEndian,
    uid.DeflatedExplicitVRLittleEndian,
    uid.ExplicitVRBigEndian,
)

SUPPORTED: tuple[str, ...] = (*NATIVE, *PLUGINS)
"""UIDs of every transfer syntax this program decodes."""

_KNOWN_GAPS = {
    "1.2.840.10008.1.2.4.52": "JPEG process 3 and 5",
    "1.2.840.10008.1.2.4.53": "JPEG process 6 and 8 (spectral selection)",
    "1.2.840.10008.1.2.4.54": "JPEG process 7 and 9",
    "1.2.840.10008.1.2.4.55": "JPEG process 10 and 12 (full progression)",
    "1.2.840.10008.1.2.4.56": "JPEG process 11 and 13",
    "1.2.840.10008.1.2.4.92": "JPEG 2000 part 2, lossless",
    "1.2.840.10008.1.2.4.93": "JPEG 2000 part 2",
    "1.2.840.10008.1.2.4.110": "JPEG XL",
    "1.2.840.10008.1.2.4.111": "JPEG XL",
    "1.2.840.10008.1.2.4.112": "JPEG XL",
}

DECODER_DEPENDENCIES = dict.fromkeys(PLUGINS, ("imagecodecs",))

_lock = threading.Lock()


def is_available(syntax: str) -> bool:
    """Return whether this plugin decodes `syntax` (asked by pydicom)."""
    return syntax in DECODER_DEPENDENCIES


def describe(syntax: str) -> str:
    """Return ``name (UID)`` of a transfer syntax, for sentences.

    What has no name in the standard is not quoted: in a damaged file it can be anything, a patient's name too.
    """
    name = uid.UID(syntax).name
    return f"{name} ({syntax})" if name != syntax else "with an unknown UID"


def missing_decoder(syntax: str) -> str:
    """Return what would be needed to decode `syntax`."""
    family = _KNOWN_GAPS.get(syntax)
    if family is None and syntax.startswith("1.2.840.10008.1.2.4.10"):
        family = "MPEG or HEVC video"
    return f"a decoder for {family or 'this transfer syntax'}, which this program does not include"


def decoder_for(syntax: str) -> Decoder:
    """Return pydicom's decoder for `syntax` with our plugin registered.

    Raises
    ------
    NotImplementedError
        For a syntax pydicom has no decoder for.
    """
    decoder = get_decoder(syntax)
    if syntax in DECODER_DEPENDENCIES and LABEL not in decoder.available_plugins:
        with _lock:  # add_plugin is not thread safe, and two decode threads may open their first film together
            if LABEL not in decoder.available_plugins:
                decoder.add_plugin(LABEL, (__name__, "decode_frame"))
    return decoder


def _check_end(frame: bytes) -> None:
    """Raise ValueError where the end marker is missing (some writers put padding behind it).

    Of a stream cut short libjpeg paints the rest grey and reports success, and CharLS 2.4
    can search for the end of 600 bytes for ten seconds.
    """
    if _JPEG_END not in frame[-_JPEG_SLACK:]:
        raise ValueError("the compressed image ends early")


def _jpeg(frame: bytes, samples: int) -> npt.NDArray[Any]:
    if samples == 3:
        # Without an Adobe or JFIF marker libjpeg guesses the colours from component numbers and
        # would "convert" RGB from YCbCr. Equal names on both sides switch every conversion off.
        return np.asarray(imagecodecs.jpeg8_decode(frame, colorspace="RGB", outcolorspace="RGB"))
    return np.asarray(imagecodecs.jpeg8_decode(frame))


def _rle(frame: bytes, runner: DecodeRunner) -> npt.NDArray[Any]:
    """Return (rows, columns) or planes (samples, rows, columns)."""
    dtype = np.dtype(f"<u{runner.bits_allocated // 8}")
    words = np.frombuffer(imagecodecs.dicomrle_decode(frame, dtype), dtype)
    planes = words.reshape(runner.samples_per_pixel, runner.rows, runner.columns)
    return planes[0] if runner.samples_per_pixel == 1 else np.moveaxis(planes, 0, 2)


def _decoded(frame: bytes, runner: DecodeRunner) -> npt.NDArray[Any]:
    """Return the picture of one code stream, (rows, columns[, samples])."""
    syntax = runner.transfer_syntax
    if syntax == uid.RLELossless:
        return _rle(frame, runner)
    if syntax in (*_JPEG, *_JPEG_LS):
        _check_end(frame)
    if syntax in _JPEG_LS:
        return np.asarray(imagecodecs.jpegls_decode(frame))
    if syntax in (*_JPEG_2000, *_HTJ2K):
        # OpenJPEG for HTJ2K too. OpenJPH (imagecodecs 2026.3 `htj2k_decode`) takes half the time, but its
        # errors are swallowed on the way: a damaged film comes back as success with unwritten rows.
        return np.asarray(imagecodecs.jpeg2k_decode(frame, numthreads=2))
    return _jpeg(frame, runner.samples_per_pixel)


def decode_frame(frame: bytes, runner: DecodeRunner) -> memoryview:
    """Decode one frame for pydicom (its `DecodeFunction`).

    Raises
    ------
    ValueError
        Where the code stream has another size or more bits than the header says: pydicom
        would reshape or truncate it into a wrong picture.
    """
    picture = _decoded(frame, runner)
    samples = 1 if picture.ndim == 2 else picture.shape[2]
    if picture.shape[:2] != (runner.rows, runner.columns) or samples != runner.samples_per_pixel:
        raise ValueError("the compressed image has another size than (0028,0010) Rows and (0028,0011) Columns")
    if 8 * picture.dtype.itemsize > runner.bits_allocated:
        raise ValueError("the compressed image has more bits than (0028,0100) Bits Allocated")
    runner.set_option("bits_allocated", 8 * picture.dtype.itemsize)
    if samples == 3:
        runner.set_option("planar_configuration", 0)
        if runner.transfer_syntax in (*_JPEG_2000, *_HTJ2K):
            runner.set_option("photometric_interpretation", "RGB")  # YBR_RCT and YBR_ICT are undone by the codec
    return np.ascontiguousarray(picture).data
