"""Types a model head is made of and answers with (contract version 1).

``../docs/heads.md`` describes the same contract for people who write heads.
"""

from __future__ import annotations

import enum
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from cxrviewer.errors import CxrError
from cxrviewer.imaging.recipe import InputRecipe

if TYPE_CHECKING:  # the window's first picture does not wait for numpy
    import numpy as np
    import numpy.typing as npt

CONTRACT_VERSION = 1

MAX_OUTPUTS = 10_000
"""Columns of the logits."""
MAX_MAPS_BYTES = 16 * 2**20
"""All maps of one answer; each side of a map is at most `occlusion.MAX_MAP_SIDE`."""
MAX_POOLED = 4096
"""Features of one image that are kept to find images like it."""
MAX_FEATURES_BYTES = 16 * 2**20
"""Features of one image, and so the input of a features head."""


class Code(Struct, frozen=True):
    """A coded concept: (0008,0102), (0008,0100) and (0008,0104)."""

    scheme: str
    value: str
    meaning: str


class AucEvidence(Struct, frozen=True, kw_only=True):
    """Area under the ROC curve on images the head never saw, with its 95 % interval."""

    value: float
    low: float
    high: float
    n: int
    positives: int
    data: str


class CalibrationInterval(Struct, frozen=True, kw_only=True):
    """How well the calibration images tell slope and offset of a finding.

    Attributes
    ----------
    slope_error, offset_error : float
        Standard errors.
    correlation : float
        Of both errors; with it they are a positive semi-definite covariance by construction.
    n, positives, patients : int
        Calibration images, those with the finding, and the patients that were resampled.
    data : str
        Which images these are.
    """

    slope_error: float
    offset_error: float
    correlation: float
    n: int
    positives: int
    patients: int
    data: str


class FindingSpec(Struct, frozen=True, kw_only=True):
    """One finding the head reports. Outputs without a spec are never shown.

    Attributes
    ----------
    threshold : float
        Calibrated probability from which the finding is shown as present.
    slope, offset : float
        ``probability = sigmoid(slope * logit + offset)``.
    map_reference : float or None
        Raw value of this finding's map drawn at full intensity; None: the explanation's.
    auc : AucEvidence or None
        None: no evidence, the finding is "not validated".
    interval : CalibrationInterval or None
        None: its probability is shown without an interval.
    """

    code: Code
    index: int
    threshold: float
    threshold_source: str
    slope: float
    offset: float
    map_reference: float | None = None
    auc: AucEvidence | None = None
    interval: CalibrationInterval | None = None


class ModelFile(Struct, frozen=True, kw_only=True):
    """The ONNX file and the names of its tensors."""

    file: str
    sha256: str
    input: str
    logits: str
    maps: str | None = None
    features: str | None = None


class BackboneSpec(Struct, frozen=True, kw_only=True):
    """The head whose features a ``features`` head reads, named by the very bytes of its model.

    Attributes
    ----------
    id, version : str
        For the sentence when it is not there; the hash decides.
    sha256 : str
        Of the backbone's ONNX file: features of another training mean something else.
    features : str
        The backbone's output, (1, c, h, w) float32, that becomes this head's input.
    """

    id: str
    version: str
    sha256: str
    features: str


class EligibilitySpec(Struct, frozen=True, kw_only=True):
    """What the head may read; outside it the head rejects with a coded reason."""

    modality: tuple[str, ...]
    view: tuple[str, ...]
    min_age: float | None = None
    max_age: float | None = None
    min_pixels: int = 0
    """Shortest side of the image in pixels."""
    density: str | None = None
    """File name of the feature density inside the head's folder."""


class ExplanationSpec(Struct, frozen=True, kw_only=True):
    """How the maps were made and which raw value is drawn at full intensity."""

    method: str
    reference: float


class TestVector(Struct, frozen=True, kw_only=True):
    """Input and output the head must reproduce on this machine before it is used."""

    __test__ = False  # not a pytest class

    input: str
    logits: str
    tolerance: float


class HeadManifest(Struct, frozen=True, kw_only=True):
    """A parsed, valid ``head.toml``."""

    schema: int
    id: str
    title: str
    version: str
    license: str
    authors: tuple[str, ...]
    intended_use: str
    not_for: str
    evidence_bar: float
    """A finding whose AUC interval starts below this is "not validated"."""
    model: ModelFile
    recipe: InputRecipe
    eligibility: EligibilitySpec
    explanation: ExplanationSpec
    findings: tuple[FindingSpec, ...]
    test: TestVector
    files: tuple[tuple[str, str], ...] = ()
    """(file name, SHA-256) of every file besides the model."""
    program: bool = False
    """``kind = "python"``: `model` names a Python program. It runs only from source, and only once approved."""
    backbone: BackboneSpec | None = None
    """Only of a ``features`` head, whose `recipe` is then the backbone's."""

    @property
    def kind(self) -> str:
        """``image``, ``features`` for a small head on another one's features, or ``python`` for a program."""
        if self.program:
            return "python"
        return "image" if self.backbone is None else "features"

    @property
    def maps_on_request(self) -> bool:
        """Whether maps can be computed by occlusion: it makes none itself, and is no program, whose runs nobody counts.

        A program may take a minute per image; occlusion asks it some hundred times.
        """
        return self.model.maps is None and not self.program

    def validated(self, finding: FindingSpec) -> bool:
        """Return whether there is evidence enough to show the finding's score as a score."""
        return finding.auc is not None and finding.auc.low >= self.evidence_bar


class RejectionCode(enum.Enum):
    """Why an image has no findings; the words of the JSON output and of the panel's icon."""

    NOT_RADIOGRAPH = "not_radiograph"
    NOT_CHEST = "not_chest"
    NOT_FRONTAL = "not_frontal"
    CHILD = "child"
    AGE_UNCERTAIN = "age_uncertain"
    FOR_PROCESSING = "for_processing"
    COLOUR = "colour"
    MULTI_FRAME = "multi_frame"
    OUTSIDE_TRAINING_DISTRIBUTION = "outside_training_distribution"
    DECODE_FAILED = "decode_failed"
    HEAD_FAILED = "head_failed"


class Rejection(Struct, frozen=True):
    """A coded reason and one sentence for the user, free of patient data and paths."""

    code: RejectionCode
    message: str


class RejectedError(CxrError):
    """The head may not read this image."""

    def __init__(self, rejection: Rejection) -> None:
        super().__init__(rejection.message)
        self.rejection = rejection


class FindingScore(Struct, frozen=True):
    """A finding's raw and calibrated score with everything the panel says about it."""

    spec: FindingSpec
    logit: float
    probability: float
    above: bool
    """Probability at or above threshold *and* validated."""
    validated: bool
    interval: tuple[float, float] | None = None
    """95 % interval of the calibrated probability at this logit; None where the head states none."""


class SaliencyMap(Struct, frozen=True, eq=False):
    """Evidence for one finding.

    Attributes
    ----------
    values : (h, w) float32
        Non-negative, in the model's own units. *Not* rescaled per image: a map of a
        normal image must stay faint.
    reference : float
        The value drawn at full intensity, fixed by the head, not by this image.
    to_image : (2, 3) float64
        Maps (column, row, 1) of map cell centres to (column, row) of image pixel centres.
    """

    code: Code
    values: npt.NDArray[np.float32]
    reference: float
    method: str
    to_image: npt.NDArray[np.float64]


class Prediction(Struct, frozen=True, eq=False):
    """An answer and what produced it."""

    image_key: str
    head_id: str
    head_version: str
    model_sha256: str
    recipe_digest: str
    scores: tuple[FindingScore, ...]
    maps: tuple[SaliencyMap, ...] = ()
    """In the order of `scores`; empty when the head makes none."""
    seconds: float = 0.0
    """Time inside the model process."""
    features: npt.NDArray[np.float32] | None = None
    """(c,) mean of the features over the image, in the model's own units; None where the head hands none on, or more
    than `MAX_POOLED`."""


class DiscoveredHead(Struct, frozen=True):
    """A folder that wants to be a head. Discovery imports nothing and cannot fail.

    Attributes
    ----------
    digest : str
        SHA-256 of the very bytes `manifest` was read from. They name the hash of every other file, so it stands
        for the whole head. Empty where there is no readable manifest.
    signer : str
        Fingerprint of the key that signed it, empty for an unsigned head.
    known_key : bool
        `signer` is the key this id is known by on this computer.
    bad_signature : bool
        There is a signature that does not fit; one of the problems says so.
    approved : bool
        A person allowed the program with this `digest` to run. Means nothing for other heads.
    awaits_approval : bool
        It is a program that may run here once a person approves it; one of the problems says so.
    package : str
        The Python package it came with (entry point ``cxrviewer.heads``), empty for a folder of heads.
    """

    folder: Path
    manifest: HeadManifest | None
    problems: tuple[str, ...] = field(default=())
    digest: str = ""
    signer: str = ""
    known_key: bool = False
    bad_signature: bool = False
    approved: bool = False
    awaits_approval: bool = False
    package: str = ""
