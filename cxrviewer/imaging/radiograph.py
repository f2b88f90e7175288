"""An image in memory: stored values and everything needed to see them right."""

from __future__ import annotations

import enum

import numpy as np
import numpy.typing as npt
from msgspec import Struct, field

from cxrviewer.imaging.modality import ModalityTransform
from cxrviewer.imaging.shutter import Shutter
from cxrviewer.imaging.voi import Voi, VoiPreset
from cxrviewer.text import msg

_OPPOSITE = str.maketrans("LRAPHF", "RLPAFH")

FloatTable = npt.NDArray[np.float32]


class Source(enum.Enum):
    """What kind of file the image came from."""

    DICOM = "dicom"
    RASTER = "raster"


class SpacingKind(enum.Enum):
    """How far a length in millimetres can be trusted."""

    DETECTOR = "at the detector plane"
    MAGNIFICATION_CORRECTED = "corrected for magnification"
    CALIBRATED = "calibrated"


class AgeDoubt(enum.Enum):
    """Why the age of a header cannot be trusted, in words for a sentence; they hold no patient data."""

    UNREADABLE = msg("(0010,1010) Patient's Age cannot be read")
    IMPLAUSIBLE = msg("the header gives an age above 130 years")
    BIRTH_DATE_UNREADABLE = msg("(0010,0030) Patient's Birth Date cannot be read")
    BORN_AFTER_STUDY = msg("(0010,0030) Patient's Birth Date lies after the study")
    CONTRADICTION = msg("(0010,1010) Patient's Age and (0010,0030) Patient's Birth Date contradict each other")


FOR_PROCESSING_CLASSES = frozenset(
    {
        *("1.2.840.10008.5.1.4.1.1.1.1.1", "1.2.840.10008.5.1.4.1.1.1.2.1"),
        *("1.2.840.10008.5.1.4.1.1.1.3.1", "1.2.840.10008.5.1.4.1.1.13.1.5"),
    }
)
"""Storage - For Processing of Digital X-Ray, Mammography, Intra-Oral and Breast Projection images (PS3.4 B.5)."""


class PixelSpacing(Struct, frozen=True):
    """Millimetres between pixel centres, with the kind of their calibration (PS3.3 10.7.1.3)."""

    row: float
    column: float
    kind: SpacingKind


class Orientation(Struct, frozen=True):
    """Where the image's rows and columns lead in the patient (PS3.3 C.7.6.1.1.1).

    One to three of the letters A, P, L, R, H, F each, the nearest direction first.

    Attributes
    ----------
    row : str
        Direction from the first to the last pixel of a row: what lies at the right edge.
    column : str
        Direction from the first to the last pixel of a column: what lies at the lower edge.
    """

    row: str
    column: str

    @property
    def edges(self) -> tuple[str, str, str, str]:
        """Return what lies at the (left, right, upper, lower) edge."""
        return opposite(self.row), self.row, opposite(self.column), self.column


def opposite(direction: str) -> str:
    """Return the opposite of a direction of letters A, P, L, R, H and F.

    Examples
    --------
    >>> opposite("LA")
    'RP'
    """
    return direction.translate(_OPPOSITE)


class ImageFacts(Struct, frozen=True, kw_only=True):
    """What the header says about the picture, without saying who is on it.

    Empty text and None mean: the header does not say. Text is upper case, as stored otherwise.
    """

    source: Source
    sop_class: str = ""
    modality: str = ""
    body_part: str = ""
    view_position: str = ""
    view_codes: tuple[str, ...] = ()
    """SNOMED/SRT code values of (0054,0220) View Code Sequence."""
    anatomy_codes: tuple[str, ...] = ()
    """Code values of (0008,2218) Anatomic Region Sequence."""
    laterality: str = ""
    descriptions: tuple[str, ...] = ()
    """(0008,1030), (0008,103E), (0018,1400), (0018,1030): may only be searched for words, never logged."""
    image_type: tuple[str, ...] = ()
    presentation_intent: str = ""
    age_years: float | None = None
    age_by_birth: tuple[float, float] | None = None
    """Lowest and highest age that the birth date allows."""
    age_doubt: AgeDoubt | None = None
    species: str = ""
    frames: int = 1
    frame_rate: float | None = None
    """Frames per second the file asks for; see `imaging.facts.frame_rate`."""
    colour: bool = False
    photometric: str = ""
    rows: int = 0
    columns: int = 0
    transfer_syntax: str = ""

    @property
    def for_processing(self) -> bool:
        """Whether this is detector data before a maker's processing (PS3.3 C.8.11.1.1.2 Presentation Intent Type)."""
        intent = self.presentation_intent.replace("_", " ").split()
        return intent == ["FOR", "PROCESSING"] or self.sop_class in FOR_PROCESSING_CLASSES


class Radiograph(Struct, frozen=True, kw_only=True, eq=False):
    """One decoded frame.

    Grey images have at most 16 bits, so every grey step of PS3.3 is a function of the stored
    value alone: the whole pipeline is computed once per *code* (at most 65,536 of them)
    and looked up per pixel. That makes windows, sigmoids, VOI LUTs and inversion equally
    exact and equally fast.

    Attributes
    ----------
    codes : (rows, columns) uint8 or uint16; colour: (rows, columns, 3) uint8
        Read-only. ``stored value = code + first_stored`` for grey images.
    first_stored : int
        Stored value of code 0: 0 for unsigned data, ``-2**(bits-1)`` for signed.
    levels : int
        Number of possible codes, ``2**BitsStored``.
    modality : ModalityTransform
    unit : str
        Of modality values, empty where the header names none.
    presets : tuple of VoiPreset
        Never empty for grey images; the first is the default. Empty for colour.
    inverted : bool
        Whether grey is inverted last (MONOCHROME1, Presentation LUT Shape).
    padding : (low, high) codes or None
        Inclusive range of (0028,0120) Pixel Padding Value, drawn black always.
    spacing : PixelSpacing or None
    aspect : float
        Height of a pixel over its width; exactly 1.0 for square pixels.
    orientation : Orientation or None
        Of the image as it is here, turned for reading; None where the header does not say.
    flipped : (vertically, horizontally)
        How `codes` were turned from what the file stores. Shutter and overlay went with them.
    shutter : Shutter or None
        What is covered for reading. No head reads it (docs/decisions/0018-what-a-head-reads.md).
    overlay : (rows, columns) bool or None
        Pixels drawn white over the image, of all overlay planes. No head reads it.
    facts : ImageFacts
    key : str
        Digest of the pixels and of what changes them: equal keys, equal pictures.
        No patient data can be read from it.
    notes : tuple of str
        Sentences for the user about what was repaired or could not be used.
    """

    codes: npt.NDArray[np.uint8] | npt.NDArray[np.uint16]
    first_stored: int
    levels: int
    modality: ModalityTransform
    presets: tuple[VoiPreset, ...]
    inverted: bool
    padding: tuple[int, int] | None
    facts: ImageFacts
    key: str
    unit: str = ""
    spacing: PixelSpacing | None = None
    aspect: float = 1.0
    orientation: Orientation | None = None
    flipped: tuple[bool, bool] = (False, False)
    shutter: Shutter | None = None
    overlay: npt.NDArray[np.bool_] | None = None
    notes: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        if self.facts.colour:
            if self.codes.ndim != 3 or self.codes.shape[2] != 3 or self.codes.dtype != np.uint8:
                raise ValueError(f"a colour film is (rows, columns, 3) uint8, got {self.codes.shape}")
        elif self.codes.ndim != 2 or self.codes.dtype not in (np.uint8, np.uint16):
            raise ValueError(f"a grey film is (rows, columns) uint8 or uint16, got {self.codes.shape}")
        elif not self.presets:
            raise ValueError("a grey film needs at least one preset")
        if not 2 <= self.levels <= 65536:
            raise ValueError(f"levels must be 2 to 65536, got {self.levels}")
        if self.overlay is not None:
            if self.overlay.shape != self.codes.shape[:2]:
                raise ValueError(f"an overlay is (rows, columns), got {self.overlay.shape}")
            self.overlay.flags.writeable = False
        self.codes.flags.writeable = False

    @property
    def rows(self) -> int:
        return int(self.codes.shape[0])

    @property
    def columns(self) -> int:
        return int(self.codes.shape[1])

    @property
    def colour(self) -> bool:
        return self.facts.colour

    def modality_values(self) -> npt.NDArray[np.float64]:
        """Return the modality value of every code, (levels,) float64 (PS3.3 C.11.1)."""
        stored = np.arange(self.levels, dtype=np.float64) + self.first_stored
        return self.modality.apply(stored)

    def grey_table(self, voi: Voi | None = None, *, invert: bool = False) -> FloatTable:
        """Return the grey level of every code: the only place where grey is made.

        Parameters
        ----------
        voi : Voi, optional
            The image's first preset where omitted.
        invert : bool
            The user's own inversion, on top of what the header asks for.

        Returns
        -------
        (levels,) float32
            In [0, 1], 0 drawn black. Padding is 0 whatever the polarity: inverted padding
            would be a bright frame around the image.
        """
        if self.colour:
            raise ValueError("a colour film has no grey table")
        chosen = self.presets[0].voi if voi is None else voi
        grey = chosen.apply(self.modality_values())
        if self.inverted != invert:
            grey = 1 - grey
        if self.padding is not None:
            low, high = self.padding
            grey[low : high + 1] = 0
        return grey.astype(np.float32)
