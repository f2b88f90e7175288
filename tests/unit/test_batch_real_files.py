"""What the shipped head says of every real file: scored, or rejected with which code, or failed.

(`test_imaging_real_files` states what each file looks like.) Header facts decide where they
exist; `stripped` images show that the pixels decide as well.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pydicom
import pytest

from cxrviewer import cli
from cxrviewer.heads.registry.discover import shipped_folder

CT = "CTImage.dcm_"
SCORED, OUTSIDE = ("scored", None), ("refused", "outside_training_distribution")
NO_IMAGE, OTHER_REGION, BROKEN = ("refused", "not_radiograph"), ("refused", "not_chest"), ("failed", "decode_failed")

# By role and content of INDEX.csv. CT, MR, US, NM, plans and reports are no radiographs whatever
# else is wrong with them: a header that says so is believed before anything is decoded.
EXPECTED: dict[str, tuple[str, str | None]] = {
    "NIH_DX_82267888.dcm": SCORED,
    "RG1_J2KI.dcm": SCORED,
    "RSNA_CR_PA_jpeg.dcm": SCORED,
    "RSNA_CR_PA_jpeg_marked_MONOCHROME1.dcm": OUTSIDE,
    "CR-ModalitySequenceLUT.dcm": OTHER_REGION,  # named by its descriptions only
    "chrJapMulti.dcm": BROKEN,  # a chest image that has lost its pixels
    "chrJapMultiExplicitIR6.dcm": BROKEN,
    **{f"RG2_{kind}.dcm": OTHER_REGION for kind in ("UNC", "RLE", "JPLY", "JLSL", "JLSN", "J2KR", "J2KI")},
    **{f"RG3_{kind}.dcm": OTHER_REGION for kind in ("RLE", "JPLL", "JPLY", "JLSN", "J2KR")},
    "mlut_18.dcm": NO_IMAGE,
    "vlut_04.dcm": NO_IMAGE,
    "NM1_JPLL.dcm": NO_IMAGE,
    "MR1_UNC.dcm": NO_IMAGE,
    "MR_small_RLE.dcm": NO_IMAGE,
    "MR_truncated.dcm": NO_IMAGE,
    "US1_RLE.dcm": NO_IMAGE,
    "eCT_Supplemental.dcm": NO_IMAGE,
    "OBXXXX1A_2frame.dcm": NO_IMAGE,
    "image_dfl.dcm": NO_IMAGE,
    "rtplan.dcm": NO_IMAGE,
    "reportsi.dcm": NO_IMAGE,
    "ExplVR_LitEndNoMeta.dcm": NO_IMAGE,
    "SC_rgb_jpeg_gdcm.dcm": NO_IMAGE,
    "emri_small_jpeg_2k_lossless_too_short.dcm": NO_IMAGE,
    "no_meta.dcm": NO_IMAGE,
    "meta_missing_tsyntax.dcm": BROKEN,  # a group of meta information and nothing behind it
    "INDEX.csv": BROKEN,
}


def score(folder: Path, out: Path) -> dict[str, dict[str, Any]]:
    if shipped_folder() is None or not any(shipped_folder().iterdir()):
        pytest.fail("resources/heads holds no head")
    assert cli.run(["score", str(folder), "-o", str(out)]) == 0
    return {Path(entry["path"]).name: entry for entry in json.loads(out.read_text())["files"]}


@pytest.fixture(scope="module")
def answers(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    return score(shared_data / "dicom", tmp_path_factory.mktemp("scores") / "scores.json")


def test_every_real_file_gets_the_answer_stated_for_it(answers: dict[str, dict[str, Any]]) -> None:
    expected = {name: EXPECTED.get(name, NO_IMAGE if name.startswith(CT) else None) for name in answers}
    given = {name: (e["status"], e["reason"] and e["reason"]["code"]) for name, e in answers.items()}
    assert given == expected


def test_no_file_of_the_folder_is_passed_over(answers: dict[str, dict[str, Any]], shared_data: Path) -> None:
    with (shared_data / "dicom" / "INDEX.csv").open() as handle:
        assert {row["file"] for row in csv.DictReader(handle)} | {"INDEX.csv"} == answers.keys()


def test_scored_images_have_every_finding_and_the_others_none(answers: dict[str, dict[str, Any]]) -> None:
    for entry in answers.values():
        assert len(entry["findings"] or []) == (14 if entry["status"] == "scored" else 0)
        assert (entry["reason"] is None) == (entry["status"] == "scored")
        for finding in entry["findings"] or []:
            assert 0 <= finding["probability"] <= 1
            assert finding["above"] <= finding["validated"]


def test_a_image_whose_header_lies_about_black_and_white_is_called_a_negative(
    answers: dict[str, dict[str, Any]],
) -> None:
    assert "negative" in answers["RSNA_CR_PA_jpeg_marked_MONOCHROME1.dcm"]["reason"]["message"]


NAMES_REGION = (
    "BodyPartExamined",
    "AnatomicRegionSequence",
    "StudyDescription",
    "SeriesDescription",
    "ProtocolName",
    "AcquisitionDeviceProcessingDescription",
    "RequestedProcedureDescription",
    "PerformedProcedureStepDescription",
    "ViewPosition",
)
STRIPPED = ("RG2_UNC", "RG3_JPLL", "CR-ModalitySequenceLUT", "MR1_UNC", "vlut_04", "mlut_18", "NM1_JPLL")


def test_pixels_alone_reject_what_is_no_chest(shared_data: Path, tmp_path: Path) -> None:
    """Hip, lower leg, a CT and others whose headers claim to be plain DX images and name no region."""
    names = [*STRIPPED, CT + "LittleEndianExplicitTransferSyntax_1.2.840.10008.1.2.1"]
    for name in names:
        image = pydicom.dcmread(shared_data / "dicom" / f"{name}.dcm")
        image.Modality, image.SOPClassUID = "DX", "1.2.840.10008.5.1.4.1.1.1.1"
        for keyword in NAMES_REGION:
            image.pop(keyword, None)
        image.save_as(tmp_path / f"{name}.dcm")
    given = score(tmp_path, tmp_path / "scores.json")
    given.pop("scores.json", None)
    assert {name: e["reason"] and e["reason"]["code"] for name, e in given.items()} == dict.fromkeys(
        (f"{name}.dcm" for name in names), "outside_training_distribution"
    )


def test_hands_skulls_teeth_breasts_and_laterals_are_rejected(shared_data: Path, tmp_path: Path) -> None:
    answers = score(shared_data / "not_frontal_chest", tmp_path / "scores.json")
    with (shared_data / "not_frontal_chest" / "INDEX.csv").open() as handle:
        what = {row["image"]: row["what"] for row in csv.DictReader(handle)}
    scored = Counter(what[name] for name, entry in answers.items() if entry["status"] == "scored")
    # The share the card states; the gate was fitted without any of these pictures.
    assert sum(scored.values()) <= 0.02 * len(what), scored
