"""From a body to an image: attenuation, scatter, noise and the workstation's grey scale."""

from __future__ import annotations

import enum

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from PIL import Image, ImageDraw, ImageFont

from cxrviewer.phantom import hand
from cxrviewer.phantom.bone import Skeleton
from cxrviewer.phantom.grid import Grid, Plane, blur, resize
from cxrviewer.phantom.soft import SoftTissue

BITS = 12
SOFT = 0.193
"""Attenuation of soft tissue per centimetre: water at 70 keV (NIST XCOM)."""
BONE_EXCESS = 0.30
"""What a centimetre of bone adds to the soft tissue it replaces, cortex and marrow together."""
WORK_COLUMNS = 1100
"""Shapes are computed on a grid at most this wide (0.3 mm on a 35 cm image), noise at full size."""
QUANTA = np.float32(6000)
"""Quanta that reach an open pixel."""


class BodyPart(enum.Enum):
    """What lies on the detector; the value is that of (0018,0015) Body Part Examined."""

    CHEST = "CHEST"
    HAND = "HAND"


_TONE = {BodyPart.CHEST: (2.35, 0.775), BodyPart.HAND: (1.0, 1.6)}
"""Middle and slope of the tone curve, in units of density: the workstation's anatomical programs."""


class PhantomSpec(Struct, frozen=True, kw_only=True):
    """What the image is to show.

    Attributes
    ----------
    rows, columns : int
        Size of the image in pixels.
    spacing_mm : float
        Distance of pixel centres in the plane of the detector.
    patient : int
        Seed of the body: vessels, ribs and texture.
    exposure : int
        Seed of the noise; two images of one body differ by it.
    cardiothoracic_ratio : float
        Widest heart over widest inner thorax, 0.3 to 0.75.
    effusion_left_cm : float
        Height of fluid in the left pleural space, 0 (none) to 12.
    shift_cm : tuple of float
        How far the patient stands to the right and below the middle of the detector.
    label : str
        Burned into the picture's top left corner.
    part : BodyPart
        For a hand the measures of heart and fluid mean nothing.

    Raises
    ------
    ValueError
        For a size or a measure outside its range.
    """

    rows: int = 2048
    columns: int = 2048
    spacing_mm: float = 0.171
    patient: int = 1
    exposure: int = 1
    cardiothoracic_ratio: float = 0.45
    effusion_left_cm: float = 0.0
    shift_cm: tuple[float, float] = (0.0, 0.0)
    label: str = "PHANTOM"
    part: BodyPart = BodyPart.CHEST

    def __post_init__(self) -> None:
        if min(self.rows, self.columns) < 64 or self.spacing_mm <= 0:
            raise ValueError("a phantom film needs at least 64 x 64 pixels and a spacing above 0")
        if not 0.3 <= self.cardiothoracic_ratio <= 0.75:
            raise ValueError(f"cardiothoracic_ratio must lie in 0.3 to 0.75, got {self.cardiothoracic_ratio}")
        if not 0 <= self.effusion_left_cm <= 12:
            raise ValueError(f"effusion_left_cm must lie in 0 to 12, got {self.effusion_left_cm}")


def render(spec: PhantomSpec) -> npt.NDArray[np.uint16]:
    """Return the image, (rows, columns) of 12 bits, 0 black (MONOCHROME2), equal for equal specs."""
    primary = attenuate(spec)
    # Scatter behind a grid: a tenth of the mean primary around, spread over a hand's breadth.
    grid_cells_per_cm = primary.shape[1] / (spec.columns * spec.spacing_mm / 10)
    reaching = primary + 0.10 * blur(primary, 4.0 * grid_cells_per_cm) + np.float32(0.004)
    image = np.maximum(resize(reaching, spec.rows, spec.columns), np.float32(1e-4))
    _lay_lead(image, spec)
    return _present(_expose(image, spec), spec)


def attenuate(spec: PhantomSpec) -> Plane:
    """Return the part of the primary beam that leaves the body, on the working grid (Beer-Lambert)."""
    width = spec.columns * spec.spacing_mm / 10
    columns = min(WORK_COLUMNS, spec.columns)
    rows = max(32, round(spec.rows * columns / spec.columns))
    middle = width / 2 + spec.shift_cm[0]
    if spec.part is BodyPart.HAND:
        # The wrist lies three quarters down the image.
        soft, bone = hand.depths(
            Grid((rows, columns), columns / width, middle, 0.75 * rows * width / columns + spec.shift_cm[1])
        )
    else:
        grid = Grid((rows, columns), columns / width, middle, spec.shift_cm[1])
        # One generator per part: a bigger heart must not move the ribs.
        body, bones = (np.random.default_rng([spec.patient, stream]) for stream in (20, 21))
        soft = SoftTissue(grid, spec.cardiothoracic_ratio, spec.effusion_left_cm, body).depth()
        bone = Skeleton(grid, bones).depth()
    primary: Plane = np.exp(-(SOFT * soft + BONE_EXCESS * bone))
    return primary


def _lay_lead(image: Plane, spec: PhantomSpec) -> None:
    """Lay lead letters on the detector, top right: the side marker and under it the label.

    Top left is where viewers write the patient's name over the image.
    """
    edge = top = max(2, round(9 / spec.spacing_mm))
    # On the chest the marker names the side where it lies; the hand, seen from its back, is a right one.
    for text, millimetres in (("L" if spec.part is BodyPart.CHEST else "R", 15), (spec.label, 7)):
        font = ImageFont.load_default(max(8, round(millimetres / spec.spacing_mm)))
        width, height = (round(side) + 2 for side in font.getbbox(text)[2:])
        plate = Image.new("L", (min(width, spec.columns - edge), min(height, spec.rows - top)), 0)
        ImageDraw.Draw(plate).text((0, 0), text, fill=255, font=font)
        first = spec.columns - edge - plate.width
        covered = image[top : top + plate.height, first : first + plate.width]
        covered *= 1 - np.float32(0.985 / 255) * np.asarray(plate, np.float32)
        top += round(1.4 * plate.height)


def _expose(image: Plane, spec: PhantomSpec) -> Plane:
    """Add quantum noise: the variance of a count is the count."""
    noise = np.random.default_rng([spec.exposure, 22]).standard_normal(image.shape, dtype=np.float32)
    noise *= np.sqrt(image / QUANTA)
    noise += image
    return np.maximum(noise, 1 / QUANTA)


def _present(image: Plane, spec: PhantomSpec) -> npt.NDArray[np.uint16]:
    """Turn the detector's signal into 12 bits, the way a workstation stores an image For Presentation."""
    cm = 10 / spec.spacing_mm
    middle, slope = _TONE[spec.part]
    density = np.clip(-np.log(image), np.float32(-0.1), np.float32(4.6))
    # Slow differences are compressed, fine ones lifted: lung and abdomen fit one window.
    flat = 1.45 * density - 0.35 * blur(density, 3.0 * cm) - 0.45 * blur(density, 0.35 * cm) + np.float32(0.77)
    # A tone curve with a toe and a shoulder; white is kept for lead.
    grey = 0.5 + 0.5 * np.tanh(slope * (flat - middle))
    codes = np.rint((grey - 0.04) * ((2**BITS - 1) / 0.90))
    twelve_bits: npt.NDArray[np.uint16] = np.clip(codes, 0, 2**BITS - 1).astype(np.uint16)
    return twelve_bits
