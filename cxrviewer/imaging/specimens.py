"""Small synthetic images, one per transfer syntax: what the self-test decodes.

Codecs are plugins, and plugins vanish from frozen programs unless they were collected;
only decoding a file of every kind inside the finished program proves that none did.
The pictures are made by this code: no patient, no file.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import imagecodecs
import numpy as np
import numpy.typing as npt
from pydicom import uid
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.filewriter import dcmwrite
from pydicom.pixels.encoders.base import get_encoder

from cxrviewer.imaging.codecs import (
    ENCAPSULATED_UNCOMPRESSED,
    JPEG_XL,
    JPEG_XL_LOSSLESS,
    JPEG_XL_RECOMPRESSED,
    SUPPORTED,
)
from cxrviewer.imaging.dataset import NATIVE
from cxrviewer.imaging.quiet import quiet_pydicom

ROWS, COLUMNS = 48, 40
_UID_ROOT = "1.2.826.0.1.3680043.10.1234."  # below pydicom's own root, for tests and phantoms

TOLERANCE: dict[str, int] = {
    uid.JPEGBaseline8Bit: 4,
    uid.JPEGExtended12Bit: 16,
    uid.JPEGLSNearLossless: 2,
    uid.JPEG2000: 8,
    uid.HTJ2K: 48,
    JPEG_XL_RECOMPRESSED: 4,
    JPEG_XL: 16,
}
"""Greatest difference in stored values a lossy syntax may show on a specimen; 0 for all others."""


def specimen_pixels(syntax: str) -> npt.NDArray[Any]:
    """Return the stored values of a specimen, (`ROWS`, `COLUMNS`) uint16 (12 bits), uint8 for 8-bit JPEG
    and for what JPEG XL makes of it.

    A diagonal ramp with a bright corner: transposed, mirrored, byte-swapped or inverted
    pictures all differ from it.
    """
    row, column = np.mgrid[0:ROWS, 0:COLUMNS]
    ramp: npt.NDArray[np.uint16] = (row * 60 + column * 20).astype(np.uint16)
    ramp[:6, :10] = 4000
    return (ramp >> 4).astype(np.uint8) if syntax in (uid.JPEGBaseline8Bit, JPEG_XL_RECOMPRESSED) else ramp


def encode_frame(frame: npt.NDArray[Any], syntax: str, bits: int) -> bytes:
    """Encode one frame as `syntax` stores it.

    Parameters
    ----------
    frame : (rows, columns) or (rows, columns, 3) uint8, int16 or uint16
    syntax : str
        One of `codecs.SUPPORTED`; signed frames go into native, RLE and lossless ones only.
    bits : int
        Bits stored.

    Raises
    ------
    ValueError
        For another syntax.
    """
    if syntax in NATIVE or syntax == ENCAPSULATED_UNCOMPRESSED:
        stored = frame.dtype.newbyteorder(">") if syntax == uid.ExplicitVRBigEndian else frame.dtype
        return frame.astype(stored).tobytes()
    if syntax == uid.RLELossless:
        return _rle(frame)
    for family, encode in _ENCODERS:
        if syntax in family:
            return bytes(encode(np.ascontiguousarray(frame.view(f"u{frame.dtype.itemsize}")), syntax, bits))
    raise ValueError(f"no encoder for transfer syntax {syntax}")


def _jpeg(data: npt.NDArray[Any], _syntax: str, bits: int) -> bytes | bytearray:
    return imagecodecs.jpeg8_encode(data, level=98, bitspersample=bits)


def _jpeg_lossless(data: npt.NDArray[Any], syntax: str, bits: int) -> bytes | bytearray:
    # Process 14 allows every predictor; selection value 1 is the syntax of its own.
    predictor = 1 if syntax == uid.JPEGLosslessSV1 else 6
    space = "RGB" if data.ndim == 3 else None
    return imagecodecs.jpeg8_encode(
        data, lossless=True, predictor=predictor, bitspersample=bits, colorspace=space, outcolorspace=space
    )


def _jpeg_ls(data: npt.NDArray[Any], syntax: str, _bits: int) -> bytes | bytearray:
    return imagecodecs.jpegls_encode(data, level=2 if syntax == uid.JPEGLSNearLossless else 0)


def _jpeg_2000(data: npt.NDArray[Any], syntax: str, bits: int) -> bytes | bytearray:
    lossless = syntax == uid.JPEG2000Lossless
    return imagecodecs.jpeg2k_encode(
        data, level=0 if lossless else 80, codecformat="j2k", reversible=lossless, bitspersample=bits
    )


def _htj2k(data: npt.NDArray[Any], syntax: str, _bits: int) -> bytes | bytearray:
    lossy = syntax == uid.HTJ2K
    return imagecodecs.htj2k_encode(data, level=0.0005 if lossy else None, reversible=not lossy)


def _jpeg_xl(data: npt.NDArray[Any], syntax: str, bits: int) -> bytes | bytearray:
    if syntax == JPEG_XL_RECOMPRESSED:  # a JPEG file packed again without decoding it
        return imagecodecs.jpegxl_encode_jpeg(bytes(_jpeg(data, syntax, bits)))
    lossless = syntax == JPEG_XL_LOSSLESS
    return imagecodecs.jpegxl_encode(data, lossless=lossless, level=None if lossless else 98, bitspersample=bits)


Encoder = Callable[[npt.NDArray[Any], str, int], bytes | bytearray]
_ENCODERS: tuple[tuple[tuple[str, ...], Encoder], ...] = (
    ((uid.JPEGBaseline8Bit, uid.JPEGExtended12Bit), _jpeg),
    ((uid.JPEGLossless, uid.JPEGLosslessSV1), _jpeg_lossless),
    ((uid.JPEGLSLossless, uid.JPEGLSNearLossless), _jpeg_ls),
    ((uid.JPEG2000Lossless, uid.JPEG2000), _jpeg_2000),
    ((uid.HTJ2KLossless, uid.HTJ2KLosslessRPCL, uid.HTJ2K), _htj2k),
    ((JPEG_XL_LOSSLESS, JPEG_XL_RECOMPRESSED, JPEG_XL), _jpeg_xl),
)


def _rle(frame: npt.NDArray[Any]) -> bytes:
    samples = 1 if frame.ndim == 2 else frame.shape[2]
    options = {
        "rows": frame.shape[0],
        "columns": frame.shape[1],
        "samples_per_pixel": samples,
        "bits_allocated": 8 * frame.dtype.itemsize,
        "bits_stored": 8 * frame.dtype.itemsize,
        "photometric_interpretation": "MONOCHROME2" if samples == 1 else "RGB",
        "pixel_representation": int(frame.dtype.kind == "i"),
        "number_of_frames": 1,
    }
    if samples > 1:
        options["planar_configuration"] = 0
    plain = np.ascontiguousarray(frame)
    return bytes(get_encoder(uid.RLELossless).encode(plain, encoding_plugin="pydicom", **options))


def to_file(dataset: Dataset, frames: Sequence[npt.NDArray[Any]], syntax: str) -> bytes:
    """Return a complete DICOM file: `dataset` with `frames` as its pixel data.

    Parameters
    ----------
    dataset : Dataset
        With all of the Image Pixel module but the pixels; it is changed.
    frames : sequence of arrays
        See `encode_frame`.
    syntax : str
        Transfer syntax UID.
    """
    quiet_pydicom()
    encoded = [encode_frame(frame, syntax, int(dataset.BitsStored)) for frame in frames]
    if syntax in NATIVE:
        data = b"".join(encoded)
        dataset.PixelData = data + b"\0" * (len(data) % 2)
        dataset["PixelData"].VR = (
            "OB" if frames[0].dtype.itemsize == 1 and syntax != uid.ImplicitVRLittleEndian else "OW"
        )
    else:
        dataset.PixelData = encapsulate(encoded)
        dataset["PixelData"].VR = "OB"
        dataset["PixelData"].is_undefined_length = True
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = uid.UID(syntax)
    meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.file_meta = meta
    stream = io.BytesIO()
    if uid.UID(syntax).is_transfer_syntax:
        dcmwrite(stream, dataset, enforce_file_format=True)
    else:  # pydicom's dictionary does not know JPEG XL: the meta header is completed here instead
        meta.FileMetaInformationGroupLength, meta.FileMetaInformationVersion = 0, b"\0\1"
        meta.ImplementationClassUID = uid.PYDICOM_IMPLEMENTATION_UID
        dataset.preamble = bytes(128)
        dcmwrite(stream, dataset, implicit_vr=False, little_endian=True, force_encoding=True)
    return stream.getvalue()


def specimen(syntax: str) -> bytes:
    """Return a DICOM file of `syntax` whose stored values are `specimen_pixels`.

    Raises
    ------
    ValueError
        For a transfer syntax that is not in `codecs.SUPPORTED`.
    """
    if syntax not in SUPPORTED:
        raise ValueError(f"no specimen for transfer syntax {syntax}")
    pixels = specimen_pixels(syntax)
    bits = 8 if pixels.dtype == np.uint8 else 12
    dataset = Dataset()
    dataset.SOPClassUID = uid.DigitalXRayImageStorageForPresentation
    dataset.SOPInstanceUID = f"{_UID_ROOT}{SUPPORTED.index(syntax) + 1}"
    dataset.StudyInstanceUID = f"{_UID_ROOT}100"
    dataset.SeriesInstanceUID = f"{_UID_ROOT}101"
    dataset.PatientName = "SPECIMEN^SYNTHETIC"
    dataset.Modality = "DX"
    dataset.Rows, dataset.Columns = pixels.shape
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.BitsAllocated = 8 * pixels.dtype.itemsize
    dataset.BitsStored = bits
    dataset.HighBit = bits - 1
    dataset.PixelRepresentation = 0
    dataset.WindowCenter = str(2 ** (bits - 1))
    dataset.WindowWidth = str(2**bits)
    return to_file(dataset, [pixels], syntax)
