"""Which images a head rejects from their header, in which order, and what it never rejects."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from pydicom.sr.codedict import codes
from pydicom.uid import UID

from cxrviewer.heads.contract import EligibilitySpec, RejectionCode
from cxrviewer.heads.eligibility import terms
from cxrviewer.heads.eligibility.checks import outside, reject_header, reject_size
from cxrviewer.imaging.header import read_header
from cxrviewer.imaging.radiograph import ImageFacts, Source
from cxrviewer.text import Message
from tests.builders.radiographs import radiograph_of

ELIGIBILITY = EligibilitySpec(
    modality=("CR", "DX", "RG"), view=("PA", "AP"), min_age=18.0, max_age=100.0, min_pixels=200
)


def facts(**given: Any) -> ImageFacts:
    return ImageFacts(source=Source.DICOM, **given)


def code(**given: Any) -> str | None:
    rejection = reject_header(facts(**given), ELIGIBILITY)
    return None if rejection is None else rejection.code.value


CHEST = {"modality": "DX", "body_part": "CHEST", "view_position": "PA", "age_years": 50.0}


def test_an_adult_frontal_chest_image_is_left_to_its_pixels() -> None:
    assert code(**CHEST) is None


def test_a_header_that_says_nothing_is_left_to_its_pixels() -> None:
    assert code() is None


@pytest.mark.parametrize("modality", ["CT", "MR", "US", "NM", "PT", "XA", "RF", "OT", "SC", "RTPLAN", "SR", "ES"])
def test_other_modalities_are_no_radiographs(modality: str) -> None:
    assert code(**CHEST | {"modality": modality}) == "not_radiograph"


def test_the_sop_class_speaks_where_the_modality_is_missing() -> None:
    assert code(sop_class="1.2.840.10008.5.1.4.1.1.2") == "not_radiograph"
    assert code(sop_class="1.2.840.10008.5.1.4.1.1.1.2") == "not_chest"
    assert code(sop_class="1.2.840.10008.5.1.4.1.1.1.1") is None
    assert code(sop_class="1.2.840.10008.5.1.4.1.1.7") is None  # secondary capture: unknown


@pytest.mark.parametrize("modality", ["MG", "IO", "PX"])
def test_machines_that_see_other_regions_give_no_chest_image(modality: str) -> None:
    assert code(modality=modality) == "not_chest"


def test_reports_hold_no_image_but_a_image_without_pixels_is_left_to_the_decoder() -> None:
    report = reject_header(facts(modality="SR"), ELIGIBILITY, has_pixels=False)
    assert report is not None and report.code is RejectionCode.NOT_RADIOGRAPH
    assert reject_header(facts(modality="DX"), ELIGIBILITY, has_pixels=False) is None
    assert reject_header(ImageFacts(source=Source.RASTER), ELIGIBILITY, has_pixels=False) is None


@pytest.mark.parametrize(
    "part",
    [
        *("HIP", "PELVIS", "KNEE", "SKULL", "HAND", "CSPINE", "C-SPINE", "LSPINE", "ABDOMEN", "EXTREMITY"),
        *("SHOULDER", "JAW", "FOOT", "WHOLE BODY", "BREAST", "THORACIC SPINE", "LOWER_LEG", "HIP/PELVIS"),
    ],
)
def test_other_regions_are_no_chest(part: str) -> None:
    assert code(**CHEST | {"body_part": part}) == "not_chest"


@pytest.mark.parametrize("part", ["THORAX", "LUNG", "CHEST PA", "CHEST_ABDOMEN", "RIB", "UNKNOWN", "PORT", "", "X"])
def test_chests_and_unknown_regions_are_left_to_the_pixels(part: str) -> None:
    assert code(**CHEST | {"body_part": part}) is None


def test_codes_go_before_words_and_body_part_before_descriptions() -> None:
    hip, chest = ("29836001",), ("51185008",)
    assert code(**CHEST | {"anatomy_codes": hip}) == "not_chest"
    assert code(modality="DX", body_part="HIP", anatomy_codes=chest) is None
    assert code(modality="DX", body_part="CHEST", descriptions=("LEFT HIP",)) is None
    assert code(modality="DX", descriptions=("LEFT HIP",)) == "not_chest"
    assert code(modality="DX", descriptions=("CHEST AND HIP",)) is None


def test_an_animal_is_rejected_and_the_sentence_says_so() -> None:
    rejection = reject_header(facts(**CHEST, species="CANIS LUPUS FAMILIARIS"), ELIGIBILITY)
    assert rejection is not None and rejection.code is RejectionCode.NOT_CHEST
    assert "animal" in rejection.message
    assert code(**CHEST, species="HOMO SAPIENS") is None


@pytest.mark.parametrize("view", ["LL", "RL", "LATERAL", "L LAT", "LAT", "LAO", "RPO", "LLD", "OBLIQUE"])
def test_other_views_are_not_frontal(view: str) -> None:
    assert code(**CHEST | {"view_position": view}) == "not_frontal"


@pytest.mark.parametrize("view", ["PA", "AP", "AP SUPINE", "PORTABLE AP", "", "UNKNOWN"])
def test_frontal_and_unknown_views_are_left_to_the_pixels(view: str) -> None:
    assert code(**CHEST | {"view_position": view}) is None


def test_a_view_code_speaks_too() -> None:
    assert code(**CHEST | {"view_position": "", "view_codes": ("399173006",)}) == "not_frontal"
    assert code(**CHEST | {"view_position": "", "view_codes": ("R-10206",)}) is None


def test_a_description_of_both_views_says_nothing_about_this_image() -> None:
    without = CHEST | {"view_position": ""}
    assert code(**without, descriptions=("CHEST PA AND LATERAL",)) is None
    assert code(**without, descriptions=("CHEST LATERAL",)) == "not_frontal"
    assert code(**CHEST, descriptions=("CHEST LATERAL",)) is None  # the image itself says PA


def test_a_head_for_one_direction_rejects_the_other() -> None:
    pa_only = replace(ELIGIBILITY, view=("PA",))
    rejection = reject_header(facts(**CHEST | {"view_position": "AP"}), pa_only)
    assert rejection is not None and rejection.code is RejectionCode.NOT_FRONTAL
    assert "PA films only" in rejection.message
    assert reject_header(facts(**CHEST), pa_only) is None


def test_age_limits_are_inclusive_and_their_sentences_hold_no_age_of_the_patient() -> None:
    assert code(**CHEST | {"age_years": 18.0}) is None
    assert code(**CHEST | {"age_years": 17.99}) == "child"
    assert code(**CHEST | {"age_years": None}) is None
    assert code(**CHEST | {"age_years": 100.1}) == "outside_training_distribution"
    rejection = reject_header(facts(**CHEST | {"age_years": 7.0}), ELIGIBILITY)
    assert rejection is not None and "7" not in rejection.message and "18" in rejection.message


def test_the_first_reason_counts() -> None:
    wrong: dict[str, Any] = {
        "modality": "US",
        "frames": 2,
        "colour": True,
        "body_part": "HIP",
        "view_position": "LL",
        "age_years": 3.0,
    }
    repaired = (("modality", "DX"), ("frames", 1), ("colour", False), ("body_part", "CHEST"), ("view_position", "PA"))
    found = [code(**wrong)]
    for key, value in repaired:
        wrong[key] = value
        found.append(code(**wrong))
    assert found == ["not_radiograph", "multi_frame", "colour", "not_chest", "not_frontal", "child"]


def test_a_picture_file_is_rejected_for_colour_only() -> None:
    assert reject_header(ImageFacts(source=Source.RASTER), ELIGIBILITY) is None
    rejection = reject_header(ImageFacts(source=Source.RASTER, colour=True), ELIGIBILITY)
    assert rejection is not None and rejection.code is RejectionCode.COLOUR


def test_the_shortest_side_decides_whether_a_image_is_too_small() -> None:
    assert reject_size(radiograph_of(np.zeros((200, 900), np.uint8)), ELIGIBILITY) is None
    rejection = reject_size(radiograph_of(np.zeros((900, 199), np.uint8)), ELIGIBILITY)
    assert rejection is not None and rejection.code is RejectionCode.OUTSIDE_TRAINING_DISTRIBUTION
    assert "199 x 900" in rejection.message


def test_a_negative_is_called_a_negative() -> None:
    assert "Photometric Interpretation" in outside(Source.DICOM, inverted_is_inside=True).message
    assert "Photometric Interpretation" not in outside(Source.DICOM, inverted_is_inside=False).message


def test_of_a_negative_in_a_picture_file_no_header_is_blamed() -> None:
    negative = outside(Source.RASTER, inverted_is_inside=True).message
    assert "negative" in negative and "header" not in negative
    assert "negative" not in outside(Source.RASTER, inverted_is_inside=False).message


def test_no_code_is_both_a_chest_and_another_region() -> None:
    assert terms.CHEST_CODES.isdisjoint(terms.OTHER_REGION_CODES)
    assert terms.CHEST_WORDS.isdisjoint(terms.OTHER_REGION_WORDS)
    assert terms.OTHER_VIEW_CODES.isdisjoint(terms.VIEW_CODES)


def test_anatomy_codes_are_those_of_the_standard() -> None:
    # pydicom's copy of PS3.16 CID 4031; codes withdrawn from it are named here by hand.
    withdrawn = {"51185008", "39607008", "113345001", "12921003"}
    listed = {getattr(codes.CID4031, name).value: getattr(codes.CID4031, name).meaning for name in codes.CID4031.dir()}
    ours = [c for c in {*terms.OTHER_REGION_CODES, *terms.CHEST_CODES} if c.isdecimal()]
    assert [c for c in ours if c not in listed and c not in withdrawn] == []
    assert listed["72696002"] == "Knee" and terms.OTHER_REGION_CODES["72696002"] == "knee"
    for value, region in terms.OTHER_REGION_CODES.items():
        if value in listed and region not in ("heel", "jaw", "face", "sinuses", "upper arm", "whole body"):
            assert region.split()[0] in listed[value].lower(), (value, region, listed[value])


def test_view_codes_are_those_of_the_standard() -> None:
    listed = {getattr(codes.CID4010, name).value: getattr(codes.CID4010, name).meaning for name in codes.CID4010.dir()}
    assert listed["399348003"] == "antero-posterior" and listed["272479007"] == "postero-anterior"
    ours = {c for c in terms.OTHER_VIEW_CODES if c.isdecimal()}
    assert ours <= listed.keys()
    assert not [c for c in ours if listed[c] in ("antero-posterior", "postero-anterior", "frontal")]


def test_old_and_new_codes_come_in_pairs_and_mean_the_same() -> None:
    from pydicom.sr._snomed_dict import mapping

    for table in (terms.OTHER_REGION_CODES, terms.VIEW_CODES):
        for value, meaning in table.items():
            if not value.isdecimal() and value in mapping["SRT"]:
                assert table.get(mapping["SRT"][value], meaning) == meaning, value


def test_sop_classes_are_what_the_table_says() -> None:
    words = {"CR": "Computed Radiography", "DX": "Digital X-Ray", "MG": "Mammography", "IO": "Intra-Oral", "CT": "CT"}
    words |= {"MR": "MR", "US": "Ultrasound", "NM": "Nuclear", "PT": "Positron", "XA": "Angio", "RF": "Radiofluoro"}
    for uid, modality in terms.SOP_CLASS_MODALITY.items():
        name = UID(uid).name
        assert words[modality] in name or (modality, name) == ("MG", "Breast Tomosynthesis Image Storage"), (uid, name)


# By hand, from what each file of the collection is; None: its header gives no reason, the pixels decide.
REAL_HEADERS = {
    "NIH_DX_82267888.dcm": None,
    "RG1_J2KI.dcm": None,
    "RSNA_CR_PA_jpeg.dcm": None,
    "RSNA_CR_PA_jpeg_marked_MONOCHROME1.dcm": None,
    "chrJapMulti.dcm": None,
    "RG2_UNC.dcm": "not_chest",
    "RG3_RLE.dcm": "not_chest",
    "CR-ModalitySequenceLUT.dcm": "not_chest",
    "MR1_UNC.dcm": "not_radiograph",
    "US1_RLE.dcm": "not_radiograph",
    "NM1_JPLL.dcm": "not_radiograph",
    "eCT_Supplemental.dcm": "not_radiograph",
    "OBXXXX1A_2frame.dcm": "not_radiograph",
    "mlut_18.dcm": "not_radiograph",
    "rtplan.dcm": "not_radiograph",
    "reportsi.dcm": "not_radiograph",
    "SC_rgb_jpeg_gdcm.dcm": "not_radiograph",
    "meta_missing_tsyntax.dcm": None,
}


@pytest.mark.parametrize("name", REAL_HEADERS)
@pytest.mark.filterwarnings("ignore::UserWarning")  # pydicom's about these files' values
def test_real_headers_are_rejected_for_the_right_reason(shared_data: Path, name: str) -> None:
    header = read_header(shared_data / "dicom" / name)
    rejection = reject_header(header.facts, ELIGIBILITY, has_pixels=header.has_pixels)
    assert (None if rejection is None else rejection.code.value) == REAL_HEADERS[name]


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_hip_without_a_body_part_is_left_to_the_pixels(shared_data: Path) -> None:
    # The gate that rejects it then is the head's own: its test belongs to the shipped head.
    header = read_header(shared_data / "dicom" / "RG2_UNC.dcm")
    stripped = replace(header.facts, body_part="", descriptions=(), anatomy_codes=())
    assert reject_header(stripped, ELIGIBILITY) is None


def test_every_region_a_sentence_names_is_a_text_that_is_translated() -> None:
    named = [*terms.OTHER_REGION_CODES.values(), *terms.OTHER_REGION_WORDS.values(), *terms.MODALITY_REGION.values()]
    assert [one for one in named if one and not isinstance(one, Message)] == []
