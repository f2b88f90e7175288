"""DICOM -> `Radiograph`: the only place that decodes pixels.

Steps, in the order of docs/pixel-pipeline.md: find the frame (1), decode it (2), stored
values to codes (3), Modality LUT (4), VOI presets (5), polarity (6), padding (7), geometry (8), key (9).
"""

from __future__ import annotations

import dataclasses
import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from pydicom import uid
from pydicom.dataset import Dataset
from pydicom.errors import BytesLengthException
from pydicom.pixels.processing import apply_color_lut

from cxrviewer.errors import DecodeError, UnsupportedImageError
from cxrviewer.imaging.codecs import COLOUR_PLUGINS, NATIVE, PLUGINS, decoder_for, describe, missing_decoder
from cxrviewer.imaging.dataset import Parsed, PixelElement
from cxrviewer.imaging.functional_groups import of_frame
from cxrviewer.imaging.geometry import with_geometry
from cxrviewer.imaging.keys import PixelDigest, film_key
from cxrviewer.imaging.modality import ModalityTransform
from cxrviewer.imaging.overlays import ImageWords
from cxrviewer.imaging.photometric import NAME as PHOTOMETRIC
from cxrviewer.imaging.photometric import read_photometric
from cxrviewer.imaging.polarity import MONOCHROME, is_inverted
from cxrviewer.imaging.presets import all_presets, read_modality, sample_histogram
from cxrviewer.imaging.radiograph import FilmFacts, Radiograph
from cxrviewer.imaging.raster_source import colour_film
from cxrviewer.imaging.spacing import read_spacing, spacing_notes
from cxrviewer.imaging.values import raw, text, whole
from cxrviewer.imaging.voi import VoiPreset

Codes = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]

OVERSHOOT = 16
"""Codec output above the stored range by less than one such part of it is rounding, not another range."""

# What pydicom and its plugins raise on damaged pixel data; plugins' own errors arrive as RuntimeError.
_DECODER_ERRORS = (
    BytesLengthException,
    RuntimeError,
    ValueError,
    AttributeError,
    TypeError,
    KeyError,
    IndexError,
    EOFError,
    OverflowError,
    MemoryError,
    struct.error,
)


@dataclass(frozen=True, slots=True)
class Layout:
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
        # Most films leave unused bits 0; looking costs a tenth of masking a copy.
        if self.stored < 8 * unsigned.dtype.itemsize and int(unsigned.max(initial=0)) > mask:
            unsigned = unsigned & unsigned.dtype.type(mask)
        if self.signed:
            # Two's complement with its sign bit flipped counts up from the lowest value.
            unsigned = unsigned ^ unsigned.dtype.type(self.levels // 2)
        if self.stored <= 8:
            return unsigned.astype(np.uint8, copy=False)
        return unsigned.astype(np.uint16, copy=False)


def read_layout(dataset: Dataset) -> tuple[Layout, tuple[str, ...]]:
    """Return the layout of grey pixels, and notes about what was repaired.

    Raises
    ------
    UnsupportedImageError
        For 1-bit, packed 12-bit and more than 16-bit data.
    """
    allocated = whole(dataset, "BitsAllocated", 0)
    if allocated not in (8, 16):
        raise UnsupportedImageError(
            f"This image has {allocated or 'an unknown number of'} bits per pixel; "
            "this viewer shows films with 8 or 16 ((0028,0100) Bits Allocated)."
        )
    stored = whole(dataset, "BitsStored", allocated)
    notes: tuple[str, ...] = ()
    if not 1 <= stored <= allocated:
        notes = (f"(0028,0101) Bits Stored is {stored} and cannot be right; all {allocated} bits are used.",)
        stored = allocated
    high_bit = whole(dataset, "HighBit", stored - 1)
    if not stored - 1 <= high_bit < allocated:
        notes += (f"(0028,0102) High Bit is {high_bit} and cannot be right; the lowest bits are used.",)
        high_bit = stored - 1
    return Layout(allocated, stored, high_bit, whole(dataset, "PixelRepresentation", 0) == 1), notes


def _sentence_without_image(dataset: Dataset) -> str:
    given = uid.UID(text(dataset, "SOPClassUID"))
    name = given.name.removesuffix(" Storage")
    # What pydicom has no name for it gives back as it is; in a damaged file that can be anything, a patient's name too.
    if given.name == given:
        return "This DICOM file holds no image."
    if "Image" in name:
        return f"This image ({name}) has lost its pixel data ((7FE0,0010) is missing): fetch it again."
    return f"This DICOM file holds no image ({name})."


def _options(dataset: Dataset, pixels: PixelElement, frames: int) -> dict[str, Any]:
    """Return what pydicom's decoder needs to know beside the bytes."""
    samples = whole(dataset, "SamplesPerPixel", 1)
    options: dict[str, Any] = {
        "rows": whole(dataset, "Rows", 0),
        "columns": whole(dataset, "Columns", 0),
        "samples_per_pixel": samples,
        "photometric_interpretation": read_photometric(dataset)[0],
        "bits_allocated": whole(dataset, "BitsAllocated", 0),
        "bits_stored": whole(dataset, "BitsStored", whole(dataset, "BitsAllocated", 0)),
        "pixel_representation": whole(dataset, "PixelRepresentation", 0),
        "number_of_frames": frames,
        "pixel_keyword": "PixelData",
        "pixel_vr": pixels.vr,
    }
    options["bits_stored"] = min(max(1, options["bits_stored"]), max(1, options["bits_allocated"]))
    if samples > 1:
        options["planar_configuration"] = whole(dataset, "PlanarConfiguration", 0)
    offsets, lengths = raw(dataset, "ExtendedOffsetTable"), raw(dataset, "ExtendedOffsetTableLengths")
    if offsets is not None and lengths is not None:
        options["extended_offsets"] = (offsets, lengths)
    return options


def _plugin_order(syntax: str, samples: int) -> tuple[str, ...]:
    if syntax in NATIVE:
        return ("",)
    plugins = PLUGINS.get(syntax, ())
    return COLOUR_PLUGINS.get(syntax, plugins) if samples > 1 else plugins


def decode_frame(parsed: Parsed, pixels: PixelElement, frame: int, frames: int) -> npt.NDArray[Any]:
    """Return the words of one frame, (rows, columns) or (rows, columns, 3) in RGB or palette indices.

    Only that frame is read and decoded. Bits outside the stored ones are still in it.

    Raises
    ------
    DecodeError
        Where no decoder exists or the data is damaged; what is missing is named.
    """
    syntax = str(parsed.transfer_syntax)
    label = describe(syntax)
    if pixels.length is None and syntax in NATIVE:
        raise DecodeError(
            "This image is compressed but does not say how ((0002,0010) Transfer Syntax UID): export it again.",
            transfer_syntax=label,
            missing="the name of the transfer syntax",
        )
    options = {**_options(parsed.dataset, pixels, frames), "correct_unused_bits": False, "view_only": syntax in NATIVE}
    failure: Exception | None = None
    for plugin in _plugin_order(syntax, options["samples_per_pixel"]):
        start = pixels.stream.tell()
        try:
            words: npt.NDArray[Any] = decoder_for(syntax).as_array(
                pixels.stream,
                index=frame,
                decoding_plugin=plugin,
                **options,
            )[0]
            return words
        except _DECODER_ERRORS as error:
            failure = error
            pixels.stream.seek(start)
    if failure is None:
        missing = missing_decoder(syntax)
        raise DecodeError(
            f"This image cannot be shown: its transfer syntax {label} needs {missing}. "
            "Ask the archive for it in another transfer syntax.",
            transfer_syntax=label,
            missing=missing,
        )
    raise DecodeError(
        f"The pixel data of this image ({label}) is damaged or cut short: fetch it again.", transfer_syntax=label
    ) from failure


def _has_overlay_in_pixels(dataset: Dataset, layout: Layout) -> bool:
    """Return whether a retired overlay hides in the unused bits ((60xx,0102) Overlay Bit Position)."""
    positions = (dataset.get((group, 0x0102)) for group in range(0x6000, 0x6020, 2))
    return any(element is not None and element.value and element.value >= layout.stored for element in positions)


def _made_to_fit(
    layout: Layout, words: npt.NDArray[Any], dataset: Dataset
) -> tuple[Layout, npt.NDArray[Any], tuple[str, ...]]:
    """Return layout and words of a codec's output made to agree; masking would fold bright into dark.

    Lossy codecs overshoot (one of the public test films has 1,031 in 10 bits): a little above the
    range is clipped. Far above it the header is wrong about the bits, and the range grows.
    """
    top = int(words.max(initial=0))
    if layout.signed or top < layout.levels or _has_overlay_in_pixels(dataset, layout):
        return layout, words, ()
    if top < layout.levels + layout.levels // OVERSHOOT:
        return layout, np.minimum(words, words.dtype.type(layout.levels - 1)), ()
    bits = min(top.bit_length(), layout.allocated)
    note = f"The compressed image holds {bits} bits, (0028,0101) Bits Stored says {layout.stored}; all are used."
    return dataclasses.replace(layout, stored=bits, high_bit=bits - 1), words, (note,)


def _padding(dataset: Dataset, layout: Layout) -> tuple[tuple[int, int] | None, tuple[str, ...]]:
    """Return the padding range in codes (PS3.3 C.7.5.1.1.2), and a note where it is nonsense."""
    value = raw(dataset, "PixelPaddingValue")
    if value is None:
        return None, ()
    ends = [whole(dataset, "PixelPaddingValue", 0)]
    ends.append(whole(dataset, "PixelPaddingRangeLimit", ends[0]))
    codes = []
    for end in ends:
        # US or SS: the VR in the file is often the wrong one of the two, so fold it into range.
        folded = (end - layout.first_stored) % 0x10000
        if folded >= layout.levels:
            return None, (
                f"(0028,0120) Pixel Padding Value is outside the {layout.stored} stored bits; it is ignored.",
            )
        codes.append(folded)
    return (min(codes), max(codes)), ()


def _presets(
    dataset: Dataset, codes: Codes, layout: Layout, padding: tuple[int, int] | None, *, little: bool
) -> tuple[ModalityTransform, tuple[VoiPreset, ...], tuple[str, ...]]:
    stored = np.arange(layout.levels, dtype=np.float64) + layout.first_stored
    modality, modality_notes = read_modality(dataset, stored, little=little)
    histogram = sample_histogram(codes, layout.levels, padding)
    presets, notes = all_presets(dataset, modality.apply(stored), histogram, bits=layout.stored, little=little)
    return modality, presets, modality_notes + notes


def _grey_film(parsed: Parsed, facts: FilmFacts, words: npt.NDArray[Any], notes: tuple[str, ...]) -> Radiograph:
    """Return the image without its geometry; `parsed` holds the attributes of the frame."""
    dataset, syntax = parsed.dataset, str(parsed.transfer_syntax)
    layout, layout_notes = read_layout(dataset)
    shift = layout.high_bit + 1 - layout.stored
    fit_notes: tuple[str, ...] = ()
    if syntax not in NATIVE and syntax != uid.RLELossless:
        # RLE packs words as they are; the other codecs give values, which have no high bit.
        shift = 0
        layout, words, fit_notes = _made_to_fit(layout, words, dataset)
    codes = layout.codes(words, shift=shift)
    digest = PixelDigest(codes)
    padding, padding_notes = _padding(dataset, layout)
    little = syntax != uid.ExplicitVRBigEndian
    modality, presets, preset_notes = _presets(dataset, codes, layout, padding, little=little)
    inverted, polarity_note = is_inverted(facts.photometric, text(dataset, "PresentationLUTShape").upper())
    key = film_key(
        digest,
        first_stored=layout.first_stored,
        modality=modality,
        default=presets[0].voi,
        inverted=inverted,
        padding=padding,
    )
    return Radiograph(
        codes=codes,
        first_stored=layout.first_stored,
        levels=layout.levels,
        modality=modality,
        presets=presets,
        inverted=inverted,
        padding=padding,
        facts=facts,
        key=key,
        spacing=read_spacing(dataset),
        notes=notes
        + layout_notes
        + fit_notes
        + padding_notes
        + preset_notes
        + ((polarity_note,) if polarity_note else ())
        + spacing_notes(dataset),
    )


def _colour_pixels(dataset: Dataset, photometric: str, words: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    """Return (rows, columns, 3) uint8 RGB."""
    if photometric == "PALETTE COLOR":
        try:
            words = apply_color_lut(words, dataset)
        except _DECODER_ERRORS as error:
            raise UnsupportedImageError("This image's colour palette is damaged, so it cannot be shown.") from error
        bits = 8 * words.dtype.itemsize
    else:
        bits = read_layout(dataset)[0].stored
    if words.ndim != 3 or words.shape[2] != 3:
        raise UnsupportedImageError(f"This colour image ({photometric}) is of a kind this viewer does not show.")
    return words.astype(np.uint8) if bits <= 8 else (words >> (bits - 8)).astype(np.uint8)


def read_dicom(parsed: Parsed, facts: FilmFacts, frame: int = 0) -> Radiograph:
    """Decode one frame of a parsed DICOM file; its stream must still be open.

    Parameters
    ----------
    parsed : Parsed
    facts : FilmFacts
        Of the same file.
    frame : int
        From 0.

    Raises
    ------
    UnsupportedImageError
        For objects without pixels and kinds of image this viewer does not show.
    DecodeError
        For pixel data that cannot be decoded.
    """
    dataset, pixels = parsed.dataset, parsed.pixels
    if pixels is None or facts.rows == 0 or facts.columns == 0:
        raise UnsupportedImageError(_sentence_without_image(dataset))
    if pixels.is_float:
        raise UnsupportedImageError("This image has floating point pixels; this viewer shows films with 8 or 16 bits.")
    if not 0 <= frame < facts.frames:
        raise ValueError(f"frame must be 0 to {facts.frames - 1}, got {frame}")
    if not facts.photometric or (facts.photometric not in MONOCHROME and not facts.colour):
        raise UnsupportedImageError(
            f"This image cannot be shown: its {PHOTOMETRIC} is missing or of a kind this viewer does not show."
        )
    read_layout(dataset)
    words = decode_frame(parsed, pixels, frame, facts.frames)
    described, frame_notes = of_frame(dataset, frame)
    notes = parsed.notes + frame_notes + _header_notes(described, facts)
    if facts.colour:
        stored = colour_film(_colour_pixels(described, facts.photometric, words), facts, notes)
    else:
        stored = _grey_film(dataclasses.replace(parsed, dataset=described), facts, words, notes)
    return with_geometry(stored, described, _image_words(parsed, facts, words, frame))


def _header_notes(dataset: Dataset, facts: FilmFacts) -> tuple[str, ...]:
    """Return what the reader must know of the header, whatever the pixels are."""
    _, photometric_note = read_photometric(dataset)
    notes: tuple[str, ...] = (photometric_note,) if photometric_note else ()
    if facts.for_processing:
        notes += ("This is raw detector data (FOR PROCESSING), not meant for reading; heads reject it.",)
    if facts.age_doubt is not None:
        notes += (f"The patient's age is uncertain: {facts.age_doubt.value}.",)
    return notes


def _image_words(parsed: Parsed, facts: FilmFacts, words: npt.NDArray[Any], frame: int) -> ImageWords:
    layout, _ = read_layout(parsed.dataset)
    return ImageWords(
        words=None if facts.colour else words,
        lowest=layout.high_bit + 1 - layout.stored,
        highest=layout.high_bit,
        rows=words.shape[0],
        columns=words.shape[1],
        frame=frame,
        little=parsed.transfer_syntax != uid.ExplicitVRBigEndian,
    )
