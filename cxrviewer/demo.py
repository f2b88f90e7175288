"""The demonstration study: images of a phantom that never lived, written as DICOM when first asked for.

They are generated, not shipped: three 12-bit images are 20 MB, half of that noise that no lossless
codec shortens, and take a few seconds to make. See ``docs/decisions/0002-demo-study.md``.
"""

from __future__ import annotations

import os
import shutil
import uuid
from pathlib import Path

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.sequence import Sequence
from pydicom.uid import UID, DigitalXRayImageStorageForPresentation, ExplicitVRLittleEndian

from cxrviewer import __version__
from cxrviewer.cancel import CancelToken
from cxrviewer.errors import CxrError
from cxrviewer.leftovers import temporary_name
from cxrviewer.phantom.image import BITS, BodyPart, PhantomSpec, render

DEMO_VERSION = 3
"""Raised when the images would come out otherwise; an older folder is then made anew."""

_NAMESPACE = uuid.UUID("0a8e57a2-6d0e-5cf3-9d6b-7d6f1f0f1c52")


class _Image(Struct, frozen=True):
    file: str
    date: str
    time: str
    description: str
    age: str
    spec: PhantomSpec


IMAGES = (
    _Image("2025-03-14-chest-pa.dcm", "20250314", "091200", "Chest PA", "055Y", PhantomSpec()),
    _Image(
        "2026-09-18-chest-pa.dcm",
        "20260918",
        "160200",
        "Chest PA",
        "056Y",
        PhantomSpec(exposure=2, cardiothoracic_ratio=0.58, effusion_left_cm=4.0, shift_cm=(0.3, -0.2)),
    ),
    _Image(
        "2026-09-18-hand-pa.dcm",
        "20260918",
        "161500",
        "Hand PA",
        "056Y",
        PhantomSpec(part=BodyPart.HAND, exposure=3, rows=1600, columns=1200, spacing_mm=0.175),
    ),
)
"""Two dates of one chest, the later with a larger heart and fluid on the left; and a hand, to be rejected."""


def ensure_demo(folder: Path, cancel: CancelToken | None = None) -> list[Path]:
    """Write the demonstration study below `folder` unless it is there already.

    Parameters
    ----------
    folder : Path
        Somewhere below ``AppPaths.cache``: the study can always be made again.
    cancel : CancelToken, optional
        Looked at before each image.

    Returns
    -------
    list of Path
        One file per image, the chest's earlier date first.

    Raises
    ------
    CxrError
        When the folder cannot be written to.
    JobCancelled
    """
    cancel = cancel or CancelToken()
    study = folder / f"demo-{DEMO_VERSION}"
    files = [study / image.file for image in IMAGES]
    if all(file.is_file() for file in files):
        return files
    try:
        folder.mkdir(parents=True, exist_ok=True)
        made = folder / temporary_name("demo")
        made.mkdir()
        try:
            for image in IMAGES:
                cancel.raise_if_cancelled()
                dcmwrite(made / image.file, dataset(image), enforce_file_format=True)
            _take_place(made, study, files)
        finally:
            shutil.rmtree(made, ignore_errors=True)
    except OSError as error:
        raise CxrError("The demonstration films could not be written; check that the disk has room.") from error
    return files


def _take_place(made: Path, study: Path, files: list[Path]) -> None:
    # A folder with an image missing is not worth keeping, and `os.replace` does not replace full folders.
    shutil.rmtree(study, ignore_errors=True)
    try:
        os.replace(made, study)
    except OSError:
        # A second program started at the same moment was faster; its images are the same.
        if not all(file.is_file() for file in files):
            raise


def dataset(image: _Image) -> FileDataset:
    """Return one image as Digital X-Ray Image Storage - For Presentation (PS3.3 A.26)."""
    pixels = render(image.spec)
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = DigitalXRayImageStorageForPresentation
    meta.MediaStorageSOPInstanceUID = _uid("image", image.file)
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    written = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    _identify(written, image)
    _describe_exposure(written, image)
    _describe_pixels(written, image.spec, pixels)
    return written


def _uid(*what: str) -> UID:
    """Return a UID derived from a UUID (PS3.5 B.2), the same on every machine and every run."""
    return UID(f"2.25.{uuid.uuid5(_NAMESPACE, '/'.join((str(DEMO_VERSION), *what))).int}")


def _identify(written: Dataset, image: _Image) -> None:
    """Set the patient, study, series, equipment and SOP common modules."""
    written.SpecificCharacterSet = "ISO_IR 192"
    written.SOPClassUID = DigitalXRayImageStorageForPresentation
    written.SOPInstanceUID = _uid("image", image.file)
    written.StudyDate = written.SeriesDate = written.AcquisitionDate = written.ContentDate = image.date
    written.StudyTime = written.SeriesTime = written.AcquisitionTime = written.ContentTime = image.time
    written.AccessionNumber = ""
    written.Modality = "DX"
    written.PresentationIntentType = "FOR PRESENTATION"
    written.Manufacturer = "cxrviewer"
    written.ManufacturerModelName = "Computed phantom"
    written.SoftwareVersions = __version__
    written.ReferringPhysicianName = ""
    written.StudyDescription = f"{image.description} (computed phantom)"
    written.SeriesDescription = image.description
    written.PatientName = "PHANTOM^ONE"
    written.PatientID = "PHANTOM-0001"
    written.PatientBirthDate = "19700101"
    written.PatientSex = "O"
    written.PatientAge = image.age
    # (0010,0200): says in a coded way that the subject is no person.
    written.QualityControlSubject = "YES"
    written.PatientComments = "Computed phantom: not a person, not a film of a person."
    written.StudyInstanceUID = _uid("study", image.date, image.description)
    written.SeriesInstanceUID = _uid("series", image.file)
    written.StudyID = "PHANTOM"
    written.SeriesNumber = 1
    written.InstanceNumber = 1


def _describe_exposure(written: Dataset, image: _Image) -> None:
    """Set the DX anatomy, positioning and detector modules."""
    chest = image.spec.part is BodyPart.CHEST
    written.ImageType = ["ORIGINAL", "PRIMARY", ""]
    written.BodyPartExamined = image.spec.part.value
    written.AnatomicRegionSequence = Sequence([_code("51185008", "Chest") if chest else _code("85562004", "Hand")])
    written.ViewPosition = "PA"
    view = _code("272479007", "postero-anterior")
    view.ViewModifierCodeSequence = Sequence([])
    written.ViewCodeSequence = Sequence([view])
    # A chest is seen as if facing the patient: columns run to their left, rows to their feet. The hand is seen from its
    # back with the fingers up, the thumb on the left: a right one, whose little finger points to the patient's left.
    written.PatientOrientation = ["L", "F"] if chest else ["L", "H"]
    written.ImageLaterality = "U" if chest else "R"
    written.AcquisitionContextSequence = Sequence([])
    written.DistanceSourceToDetector = 1800 if chest else 1100
    written.DetectorType = "SCINTILLATOR"
    written.ImagerPixelSpacing = [image.spec.spacing_mm, image.spec.spacing_mm]


def _code(value: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue = value
    item.CodingSchemeDesignator = "SCT"
    item.CodeMeaning = meaning
    return item


def _describe_pixels(written: Dataset, spec: PhantomSpec, pixels: npt.NDArray[np.uint16]) -> None:
    """Set the image pixel, DX image and VOI LUT modules."""
    written.SamplesPerPixel = 1
    written.PhotometricInterpretation = "MONOCHROME2"
    written.Rows, written.Columns = pixels.shape
    written.BitsAllocated = 16
    written.BitsStored = BITS
    written.HighBit = BITS - 1
    written.PixelRepresentation = 0
    written.PixelIntensityRelationship = "LOG"
    # Brighter means less radiation reached the detector.
    written.PixelIntensityRelationshipSign = -1
    written.RescaleIntercept = 0
    written.RescaleSlope = 1
    written.RescaleType = "US"
    written.PresentationLUTShape = "IDENTITY"
    written.LossyImageCompression = "00"
    written.BurnedInAnnotation = "YES"
    written.VOILUTFunction = "LINEAR"
    windows = [(2048, 4096, "STANDARD")]
    if spec.part is BodyPart.CHEST:
        windows += [(1400, 2200, "LUNG"), (3000, 2000, "MEDIASTINUM")]
    written.WindowCenter = [center for center, _, _ in windows]
    written.WindowWidth = [width for _, width, _ in windows]
    written.WindowCenterWidthExplanation = [name for _, _, name in windows]
    written.PixelData = pixels.astype("<u2").tobytes()
    written["PixelData"].VR = "OW"
