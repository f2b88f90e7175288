"""Made data sets in the official formats: real columns, invented rows, drawn pictures."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from tests.builders.dicom import chest_phantom

NIH_TABLE = "Data_Entry_2017_v2020.csv"
# The real headers, letter by letter: the brackets of the last columns fall apart at their commas.
NIH_HEADER = (
    "Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position,"
    "OriginalImage[Width,Height],OriginalImagePixelSpacing[x,y]"
)
CHEXPERT_HEADER = (
    "Path,Sex,Age,Frontal/Lateral,AP/PA,No Finding,Enlarged Cardiomediastinum,Cardiomegaly,Lung Opacity,Lung Lesion,"
    "Edema,Consolidation,Pneumonia,Atelectasis,Pneumothorax,Pleural Effusion,Pleural Other,Fracture,Support Devices"
)
CHEXPERT_TEST_HEADER = (
    "Path,Enlarged Cardiomediastinum,Cardiomegaly,Lung Opacity,Lung Lesion,Edema,Consolidation,Pneumonia,"
    "Atelectasis,Pneumothorax,Pleural Effusion,Pleural Other,Fracture,Support Devices"
)
PADCHEST_TABLE = "PADCHEST_chest_x_ray_images_labels_160K_01.02.19.csv"
PADCHEST_HEADER = (
    ",ImageID,ImageDir,StudyDate_DICOM,StudyID,PatientID,PatientBirth,PatientSex_DICOM,ViewPosition_DICOM,Projection,"
    "MethodProjection,Pediatric,Modality_DICOM,Manufacturer_DICOM,PhotometricInterpretation_DICOM,"
    "PixelRepresentation_DICOM,PixelAspectRatio_DICOM,SpatialResolution_DICOM,BitsStored_DICOM,WindowCenter_DICOM,"
    "WindowWidth_DICOM,Rows_DICOM,Columns_DICOM,XRayTubeCurrent_DICOM,Exposure_DICOM,ExposureInuAs_DICOM,"
    "ExposureTime,RelativeXRayExposure_DICOM,ReportID,Report,MethodLabel,Labels,Localizations,"
    "LabelsLocalizationsBySentence,labelCUIS,LocalizationsCUIS"
)


def picture(path: Path, *, bits: int = 8, columns: int = 40) -> None:
    """Write a small chest-like PNG or JPEG."""
    path.parent.mkdir(parents=True, exist_ok=True)
    grey: npt.NDArray[np.uint16] = chest_phantom(48, columns, bits=8 if bits == 8 else 12)
    Image.fromarray(grey.astype(np.uint8) if bits == 8 else grey).save(path)


def nih_row(image: str, findings: str = "No Finding", **cells: object) -> list[object]:
    """Return a row of ChestX-ray14's table; the patient is the beginning of the picture's name."""
    given: dict[str, object] = {"patient": int(image[:8]), "age": 57, "sex": "M", "view": "PA", **cells}
    patient = [given[key] for key in ("patient", "age", "sex", "view")]
    return [image, findings, 0, *patient, 2682, 2749, 0.143, 0.143]


def write_nih(
    folder: Path,
    rows: Sequence[Sequence[object]],
    *,
    train_val: Iterable[str] | None = None,
    test: Iterable[str] = (),
    pictures: bool = True,
) -> Path:
    """Write a ChestX-ray14 of `rows`; images not on the `test` list train unless `train_val` says otherwise."""
    names = list(dict.fromkeys(str(row[0]) for row in rows))
    tested = list(test)
    trained = [name for name in names if name not in tested] if train_val is None else list(train_val)
    write_table(folder / NIH_TABLE, NIH_HEADER, rows)
    (folder / "train_val_list.txt").write_text("\n".join(trained))
    (folder / "test_list.txt").write_text("\r\n".join(tested) + "\r\n")
    for index, name in enumerate(names if pictures else []):
        picture(folder / ("images_001" if index % 2 else "images_002") / "images" / name)
    return folder


def chexpert_row(path: str, labels: Mapping[str, object], **cells: object) -> list[object]:
    """Return a row of CheXpert's table; findings that `labels` does not name are blank."""
    view = "Lateral" if "lateral" in path else "Frontal"
    given: dict[str, object] = {"sex": "Female", "age": 68, "view": view, "projection": "AP", **cells}
    if view == "Lateral":
        given["projection"] = cells.get("projection", "")
    names = CHEXPERT_HEADER.split(",")[5:]
    facts = [given[key] for key in ("sex", "age", "view", "projection")]
    return [f"CheXpert-v1.0-small/{path}", *facts, *(labels.get(name, "") for name in names)]


def chexpert_test_row(path: str, labels: Mapping[str, object]) -> list[object]:
    """Return a row of the test set's table: no facts about the patient, and every label is known."""
    return [f"CheXpert-v1.0/{path}", *(labels.get(name, 0) for name in CHEXPERT_TEST_HEADER.split(",")[1:])]


def write_chexpert(folder: Path, tables: Mapping[str, Sequence[Sequence[object]]], *, pictures: bool = True) -> Path:
    """Write CheXpert's tables, by file name, and their pictures."""
    for name, rows in tables.items():
        write_table(folder / name, CHEXPERT_TEST_HEADER if "test" in name else CHEXPERT_HEADER, rows)
        for row in rows if pictures else ():
            picture(folder / str(row[0]).partition("/")[2])
    return folder


def padchest_row(image: str, labels: str, **cells: object) -> list[object]:
    """Return a row of PadChest's table; what is not named is plausible."""
    given = {name: "None" for name in PADCHEST_HEADER.split(",")}
    given |= {"ImageID": image, "ImageDir": "0", "StudyDate_DICOM": "20140915", "PatientID": "839860488694292331"}
    given |= {"PatientBirth": "1930.0", "PatientSex_DICOM": "F", "ViewPosition_DICOM": "POSTEROANTERIOR"}
    given |= {"Projection": "PA", "BitsStored_DICOM": "12", "MethodLabel": "Physician", "Labels": labels}
    given |= {"Report": "sin hallazg, patolog edad\npacient .", "": "0"}
    return list({**given, **cells}.values())


def write_padchest(folder: Path, rows: Sequence[Sequence[object]], *, pictures: bool = True) -> Path:
    """Write PadChest's table and 16-bit pictures."""
    write_table(folder / PADCHEST_TABLE, PADCHEST_HEADER, rows)
    names = PADCHEST_HEADER.split(",")
    for row in rows if pictures else ():
        directory, image = str(row[names.index("ImageDir")]), str(row[names.index("ImageID")])
        picture(folder / directory / image, bits=16)
    return folder


def write_table(path: Path, header: str, rows: Iterable[Sequence[object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as handle:
        handle.write(header + "\n")
        csv.writer(handle, lineterminator="\n").writerows(rows)


def write_teachers(path: Path, labels: Sequence[str], rows: Iterable[tuple[str, str, float]]) -> None:
    """Write cached predictions: (image, teacher, the probability of every label)."""
    table = [[image, teacher, *[probability] * len(labels)] for image, teacher, probability in rows]
    write_table(path, ",".join(["image", "teacher", *labels]), table)
