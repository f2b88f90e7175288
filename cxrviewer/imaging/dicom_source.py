"""DICOM -> `Radiograph`: codes, and everything needed to see them right.

Steps, in the order of docs/pixel-pipeline.md: find the frame (1), decode it (2), stored
values to codes (3), Modality LUT (4), VOI presets (5), polarity (6), padding (7), geometry (8), key (9).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from msgspec import structs
from pydicom import uid
from pydicom.dataset import Dataset
from pydicom.pixels.processing import apply_color_lut

from cxrviewer.errors import DecodeError, UnsupportedImageError
from cxrviewer.imaging.dataset import Parsed
from cxrviewer.imaging.functional_groups import of_frame
from cxrviewer.imaging.geometry import with_geometry
from cxrviewer.imaging.guard import guarded
from cxrviewer.imaging.keys import PixelDigest, image_key
from cxrviewer.imaging.modality import ModalityTransform
from cxrviewer.imaging.overlays import ImageWords
from cxrviewer.imaging.photometric import NAME as PHOTOMETRIC
from cxrviewer.imaging.photometric import read_photometric
from cxrviewer.imaging.pixel_data import Codes, FrameWords, Layout, decode_frame, made_to_fit, read_layout
from cxrviewer.imaging.polarity import MONOCHROME, is_inverted
from cxrviewer.imaging.presets import all_presets, modality_unit, read_modality, sample_histogram
from cxrviewer.imaging.radiograph import ImageFacts, Radiograph
from cxrviewer.imaging.raster_source import colour_image
from cxrviewer.imaging.spacing import read_spacing, spacing_notes
from cxrviewer.imaging.values import raw, text, whole
from cxrviewer.imaging.voi import VoiPreset
from cxrviewer.text import msg


def _sentence_without_image(parsed: Parsed) -> str:
    dataset = parsed.dataset
    given = uid.UID(text(dataset, "SOPClassUID"))
    name = given.name.removesuffix(" Storage")
    # What pydicom has no name for it gives back as it is; in a damaged file that can be anything, a patient's name too.
    if parsed.damage:
        return msg(
            "The header of this file is damaged or cut short {damage}, so its image cannot be found. "
            "If that happened on the way here, fetch it again.",
            damage=parsed.damage,
        )
    if given.name == given:
        return msg("This DICOM file holds no image.")
    if "Image" in name:
        return msg("This image ({name}) has lost its pixel data: (7FE0,0010) is missing; fetch it again.", name=name)
    return msg("This DICOM file holds no image ({name}).", name=name)


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
                msg(
                    "(0028,0120) Pixel Padding Value is outside the {stored} stored bits; it is ignored.",
                    stored=layout.stored,
                ),
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


def _grey_image(parsed: Parsed, facts: ImageFacts, decoded: FrameWords, notes: tuple[str, ...]) -> Radiograph:
    """Return the image without its geometry; `parsed` holds the attributes of the frame."""
    dataset, words = parsed.dataset, decoded.words
    layout, layout_notes = read_layout(dataset)
    shift = layout.high_bit + 1 - layout.stored
    fit_notes: tuple[str, ...] = ()
    if not decoded.packed:
        shift = 0
        layout, words, fit_notes = made_to_fit(layout, words, dataset)
    codes = layout.codes(words, shift=shift)
    digest = PixelDigest(codes)
    padding, padding_notes = _padding(dataset, layout)
    little = parsed.little
    modality, presets, preset_notes = _presets(dataset, codes, layout, padding, little=little)
    inverted, polarity_note = is_inverted(facts.photometric, text(dataset, "PresentationLUTShape").upper())
    key = image_key(
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
        unit=modality_unit(dataset, modality),
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
        except Exception as error:
            raise UnsupportedImageError(
                msg("This image's colour palette is damaged, so it cannot be shown.")
            ) from error
        bits = 8 * words.dtype.itemsize
    else:
        bits = read_layout(dataset)[0].stored
    if words.ndim != 3 or words.shape[2] != 3:
        raise UnsupportedImageError(
            msg("This colour image ({photometric}) is of a kind this viewer does not show.", photometric=photometric)
        )
    return words.astype(np.uint8) if bits <= 8 else (words >> (bits - 8)).astype(np.uint8)


def read_dicom(parsed: Parsed, facts: ImageFacts, frame: int = 0) -> Radiograph:
    """Decode one frame of a parsed DICOM file; its stream must still be open.

    Parameters
    ----------
    parsed : Parsed
    facts : ImageFacts
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
    if not 0 <= frame < facts.frames:
        raise ValueError(f"frame must be 0 to {facts.frames - 1}, got {frame}")
    with guarded(lambda: DecodeError(msg("This image is damaged: its header holds values that cannot be used."))):
        return _radiograph(parsed, facts, frame)


def _radiograph(parsed: Parsed, facts: ImageFacts, frame: int) -> Radiograph:
    dataset, pixels = parsed.dataset, parsed.pixels
    if pixels is None:
        raise UnsupportedImageError(_sentence_without_image(parsed))
    if pixels.is_float:
        raise UnsupportedImageError(
            msg("This image has floating point pixels; this viewer shows films with 8 or 16 bits.")
        )
    if not facts.photometric or (facts.photometric not in MONOCHROME and not facts.colour):
        raise UnsupportedImageError(
            msg(
                "This image cannot be shown: its {photometric} is missing or of a kind this viewer does not show.",
                photometric=PHOTOMETRIC,
            )
        )
    read_layout(dataset)
    decoded = decode_frame(parsed, pixels, frame, facts.frames)
    words = decoded.words
    described, frame_notes = of_frame(dataset, frame)
    notes = parsed.notes + decoded.notes + frame_notes + _header_notes(described, facts)
    if facts.colour:
        stored = colour_image(_colour_pixels(described, facts.photometric, words), facts, notes)
    else:
        stored = _grey_image(structs.replace(parsed, dataset=described), facts, decoded, notes)
    return with_geometry(stored, described, _image_words(parsed, facts, words, frame))


def _header_notes(dataset: Dataset, facts: ImageFacts) -> tuple[str, ...]:
    """Return what the reader must know of the header, whatever the pixels are."""
    _, photometric_note = read_photometric(dataset)
    notes: tuple[str, ...] = (photometric_note,) if photometric_note else ()
    if facts.for_processing:
        notes += (msg("This is raw detector data (FOR PROCESSING), not meant for reading; heads reject it."),)
    if facts.age_doubt is not None:
        notes += (msg("The patient's age is uncertain: {doubt}.", doubt=facts.age_doubt.value),)
    return notes


def _image_words(parsed: Parsed, facts: ImageFacts, words: npt.NDArray[Any], frame: int) -> ImageWords:
    layout, _ = read_layout(parsed.dataset)
    return ImageWords(
        words=None if facts.colour else words,
        lowest=layout.high_bit + 1 - layout.stored,
        highest=layout.high_bit,
        rows=words.shape[0],
        columns=words.shape[1],
        frame=frame,
        little=parsed.little,
    )
