"""Facts, identity and spacing of headers, also of broken ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from cxrviewer.imaging.contents import Header
from cxrviewer.imaging.facts import ANIMAL, HUMAN
from cxrviewer.imaging.header import read_header
from cxrviewer.imaging.image import open_image
from cxrviewer.imaging.radiograph import PixelSpacing, SpacingKind
from cxrviewer.imaging.spacing import read_spacing
from tests.builders.dicom import code_item, image_bytes, write_image


def header(path: Path, **attributes: Any) -> Header:
    return read_header(write_image(path / "film", **attributes))


@pytest.mark.parametrize(
    ("attributes", "rate"),
    [
        # PS3.3 C.7.6.5: the recommended rate is for display, Cine Rate too, Frame Time (ms) is how it was acquired.
        ({"RecommendedDisplayFrameRate": 12, "CineRate": 25, "FrameTime": "100"}, 12.0),
        ({"CineRate": 25, "FrameTime": "100"}, 25.0),
        ({"FrameTime": "33.333"}, 30.0003),
        ({"CineRate": 0, "FrameTime": "50"}, 20.0),
        ({"CineRate": 100_000, "FrameTime": "0"}, None),
        ({"FrameTime": "-40"}, None),
        ({}, None),
    ],
)
def test_a_multi_frame_image_says_how_fast_it_is_to_be_played(
    tmp_path: Path, attributes: dict[str, Any], rate: float | None
) -> None:
    assert header(tmp_path, **attributes).facts.frame_rate == (None if rate is None else pytest.approx(rate))


def test_identity_is_read_for_the_screen(tmp_path: Path) -> None:
    identity = header(tmp_path).identity
    assert identity.patient_name == "PHANTOM^PAULA"
    assert (identity.birth_date, identity.study_date, identity.study_time) == ("1966-03-01", "2026-11-18", "16:02")
    assert (identity.sex, identity.age, identity.series_number, identity.instance_number) == ("F", "060Y", 1, 1)


def test_nothing_of_the_identity_is_in_the_facts_or_the_key(tmp_path: Path) -> None:
    image = open_image(write_image(tmp_path / "film", PatientName="DOE^JANE", PatientID="SECRET1"))
    shown = repr(image.radiograph.facts) + image.radiograph.key + repr(image.radiograph.notes)
    assert "DOE" not in shown
    assert "SECRET1" not in shown


@pytest.mark.parametrize(
    ("charset", "raw", "name"),
    [  # Byte strings from PS3.5 Annex H (Japanese) and I (Korean), and by hand for the single-byte sets.
        ("ISO_IR 100", b"M\xfcller^J\xf6rg", "Müller^Jörg"),
        ("ISO_IR 192", "Müller^Jörg".encode(), "Müller^Jörg"),
        ("ISO_IR 144", "Иванов^Иван".encode("iso8859-5"), "Иванов^Иван"),
        (
            "\\ISO 2022 IR 87",
            b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B",
            "Yamada^Tarou=山田^太郎=やまだ^たろう",
        ),
        ("\\ISO 2022 IR 149", b"Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7", "Hong^Gildong=洪^吉洞"),
        ("GB18030", "Wang^XiaoDong=王^小东".encode("gb18030"), "Wang^XiaoDong=王^小东"),
    ],
)
def test_names_are_decoded_with_their_character_set(tmp_path: Path, charset: str, raw: bytes, name: str) -> None:
    path = with_raw_name(tmp_path, charset, raw)
    assert read_header(path).identity.patient_name == name


@pytest.mark.parametrize("stated", ["ISO_IR 100", "ISO_IR 192", ""])
@pytest.mark.parametrize(
    ("charset", "raw", "name"),
    [  # By hand, from the code pages as Unicode publishes them; the second byte of 表 and of 功 is a backslash.
        ("windows-1251", b"\xc8\xe2\xe0\xed\xee\xe2^\xc8\xe2\xe0\xed", "Иванов^Иван"),
        ("koi8-r", b"\xe9\xd7\xc1\xce\xcf\xd7^\xe9\xd7\xc1\xce", "Иванов^Иван"),
        ("windows-1250", b"Dvo\xf8\xe1k^Ji\xf8\xed", "Dvořák^Jiří"),
        ("windows-1253", b"\xd0\xdd\xf4\xf1\xef\xf2", "Πέτρος"),
        ("cp932", b"Yamada^Tarou=\x8eR\x93c^\x95\\", "Yamada^Tarou=山田^表"),
        ("cp949", b"Hong^Gildong=\xc8\xab^\xb1\xe6\xb5\xbf", "Hong^Gildong=홍^길동"),
        ("big5", b"Wang=\xa4\xfd^\xa5\\", "Wang=王^功"),
        ("windows-1256", b"\xe3\xcd\xe3\xcf^\xda\xe1\xed", "محمد^علي"),
        ("windows-1257", b"\xdeukauskas", "Žukauskas"),
        ("euc_jp", b"Yamada^Tarou=\xbb\xb3\xc5\xc4^\xc2\xc0\xcf\xba", "Yamada^Tarou=山田^太郎"),
    ],
)
def test_a_name_in_an_encoding_that_dicom_does_not_have_reads_right_once_that_is_chosen(
    tmp_path: Path, stated: str, charset: str, raw: bytes, name: str
) -> None:
    path = with_raw_name(tmp_path, stated, raw)
    assert read_header(path).identity.patient_name != name
    assert read_header(path, charset).identity.patient_name == name


def with_raw_name(folder: Path, charset: str, raw: bytes) -> Path:
    content = image_bytes(SpecificCharacterSet=None, PatientName="NAME")
    padded = raw + b" " * (len(raw) % 2)
    content = content.replace(b"\x10\x00\x10\x00PN\x04\x00NAME", b"\x10\x00\x10\x00PN%c\x00" % len(padded) + padded)
    text = charset.encode() + b" " * (len(charset) % 2)
    element = b"\x08\x00\x05\x00CS%c\x00" % len(text) + text
    start = content.index(b"\x08\x00\x08\x00CS")
    path = folder / "named"
    path.write_bytes(content[:start] + element + content[start:])
    return path


@pytest.mark.parametrize("charset", ["ISO_IR 999", "utf8", "ISO_IR 192", "\\\\", "ISO 2022 IR 87\\nonsense"])
def test_a_wrong_character_set_never_makes_a_image_unreadable(tmp_path: Path, charset: str) -> None:
    path = with_raw_name(tmp_path, charset, b"M\xfcller^J\xf6rg \xff\xfe\x1b$B\x01")
    image = open_image(path)
    assert image.header.identity.patient_name
    assert image.radiograph.rows == 320


@pytest.mark.parametrize(
    ("attributes", "years"),
    [  # By hand.
        ({"PatientAge": "060Y"}, 60),
        ({"PatientAge": "018M"}, 1.5),
        ({"PatientAge": "010D"}, 10 / 365.25),
        ({"PatientAge": "006W"}, 42 / 365.25),
        ({"PatientAge": "81"}, 81),
        ({"PatientAge": "000Y"}, 0),
        ({"PatientAge": "0", "PatientBirthDate": "20161118"}, 10),
        ({"PatientAge": None, "PatientBirthDate": "20081118", "StudyDate": "20261118"}, 18),
        ({"PatientAge": "", "PatientBirthDate": "2008.11.18", "StudyDate": "20261118"}, 18),
        ({"PatientAge": None, "PatientBirthDate": None}, None),
        ({"PatientAge": "OLD", "PatientBirthDate": "unknown"}, None),
        ({"PatientAge": None, "PatientBirthDate": "20300101"}, None),
    ],
)
def test_the_age_is_the_age_at_the_study(tmp_path: Path, attributes: dict[str, Any], years: float | None) -> None:
    found = header(tmp_path, **attributes).facts.age_years
    assert found == (None if years is None else pytest.approx(years, abs=0.01))


@pytest.mark.parametrize(
    ("attributes", "species"),
    [
        ({}, ""),
        ({"PatientSpeciesDescription": "Canine"}, "CANINE"),
        ({"PatientSpeciesDescription": "human"}, HUMAN),
        ({"PatientSpeciesCodeSequence": [code_item("448771007", "Canis lupus familiaris")]}, "CANIS LUPUS FAMILIARIS"),
        ({"PatientSpeciesCodeSequence": [code_item("337915000", "Homo sapiens")]}, HUMAN),
        ({"PatientBreedDescription": "Beagle"}, ANIMAL),
        ({"PatientSexNeutered": "ALTERED"}, ANIMAL),
        ({"ResponsiblePerson": "SMITH^JO", "ResponsiblePersonRole": "OWNER"}, ANIMAL),
        ({"ResponsiblePerson": "SMITH^JO", "ResponsiblePersonRole": "PARENT"}, ""),
    ],
)
def test_animals_are_known_by_species_breed_or_owner(tmp_path: Path, attributes: dict[str, Any], species: str) -> None:
    assert header(tmp_path, **attributes).facts.species == species


def test_codes_and_descriptions_are_there_for_eligibility_checks(tmp_path: Path) -> None:
    facts = header(
        tmp_path,
        ViewCodeSequence=[code_item("399348003", "antero-posterior")],
        AnatomicRegionSequence=[code_item("51185008", "Chest")],
        ProtocolName="Thorax pa",
        ImageLaterality="U",
        PresentationIntentType="FOR PRESENTATION",
    ).facts
    assert facts.view_codes == ("399348003",)
    assert facts.anatomy_codes == ("51185008",)
    assert facts.descriptions == ("CHEST TWO VIEWS", "PA", "THORAX PA")
    assert (facts.modality, facts.body_part, facts.laterality) == ("DX", "CHEST", "U")
    assert facts.presentation_intent == "FOR PRESENTATION"
    assert facts.sop_class == "1.2.840.10008.5.1.4.1.1.1.1"
    assert facts.image_type == ("ORIGINAL", "PRIMARY")


def test_values_that_break_their_vr_count_as_absent(tmp_path: Path) -> None:
    content = image_bytes(SeriesNumber=7, WindowCenter="2048", WindowWidth="4096")
    content = content.replace(b"IS\x02\x007 ", b"IS\x02\x00x!").replace(b"DS\x04\x002048", b"DS\x04\x0020-8")
    (tmp_path / "film").write_bytes(content)
    image = open_image(tmp_path / "film")
    assert image.header.identity.series_number is None
    assert image.radiograph.presets[0].name == "Percentiles"


def dataset(**attributes: Any) -> Dataset:
    found = Dataset()
    for keyword, value in {"Modality": "DX", **attributes}.items():
        setattr(found, keyword, Sequence(value) if keyword.endswith("Sequence") else value)
    return found


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [  # By hand from PS3.3 10.7.1.3: what each attribute is a distance *of*.
        ({}, None),
        ({"PixelSpacing": [0, 0]}, None),
        ({"PixelSpacing": [0.2]}, None),
        ({"ImagerPixelSpacing": [0.15, 0.16]}, PixelSpacing(0.15, 0.16, SpacingKind.DETECTOR)),
        ({"PixelSpacing": [0.15, 0.15]}, PixelSpacing(0.15, 0.15, SpacingKind.DETECTOR)),
        (
            {"PixelSpacing": [0.15, 0.15], "ImagerPixelSpacing": [0.15, 0.15]},
            PixelSpacing(0.15, 0.15, SpacingKind.DETECTOR),
        ),
        (
            {"PixelSpacing": [0.13, 0.13], "ImagerPixelSpacing": [0.15, 0.15]},
            PixelSpacing(0.13, 0.13, SpacingKind.CALIBRATED),
        ),
        (
            {"PixelSpacing": [0.13, 0.13], "PixelSpacingCalibrationType": "FIDUCIAL"},
            PixelSpacing(0.13, 0.13, SpacingKind.CALIBRATED),
        ),
        (
            {"PixelSpacing": [0.13, 0.13], "PixelSpacingCalibrationType": "GEOMETRY"},
            PixelSpacing(0.13, 0.13, SpacingKind.MAGNIFICATION_CORRECTED),
        ),
        (
            {"ImagerPixelSpacing": [0.15, 0.15], "EstimatedRadiographicMagnificationFactor": 1.5},
            PixelSpacing(0.1, 0.1, SpacingKind.MAGNIFICATION_CORRECTED),
        ),
        (  # A factor below 1 is impossible geometry: the object lies before the detector.
            {"ImagerPixelSpacing": [0.15, 0.15], "EstimatedRadiographicMagnificationFactor": 0.5},
            PixelSpacing(0.15, 0.15, SpacingKind.DETECTOR),
        ),
        ({"NominalScannedPixelSpacing": [0.17, 0.17]}, PixelSpacing(0.17, 0.17, SpacingKind.DETECTOR)),
        ({"Modality": "CT", "PixelSpacing": [0.7, 0.7]}, PixelSpacing(0.7, 0.7, SpacingKind.CALIBRATED)),
        ({"Modality": "OT", "PixelSpacing": [0.7, 0.7]}, PixelSpacing(0.7, 0.7, SpacingKind.DETECTOR)),
    ],
)
def test_spacing_says_how_far_it_can_be_trusted(attributes: dict[str, Any], expected: PixelSpacing | None) -> None:
    found = read_spacing(dataset(**attributes))
    if expected is None:
        assert found is None
        return
    assert found is not None
    assert found.kind is expected.kind
    assert (found.row, found.column) == (pytest.approx(expected.row), pytest.approx(expected.column))


def test_large_values_on_disk_are_fetched_when_they_are_needed(tmp_path: Path) -> None:
    # A palette of 65,536 entries is above the deferral limit of the header reader.
    import numpy as np

    pixels = np.arange(256 * 4, dtype=np.uint16).reshape(32, 32) * 64
    attributes: dict[str, Any] = {"PhotometricInterpretation": "PALETTE COLOR"}
    for name in ("Red", "Green", "Blue"):
        attributes[f"{name}PaletteColorLookupTableDescriptor"] = [0, 0, 16]
        attributes[f"{name}PaletteColorLookupTableData"] = np.arange(65536, dtype=np.uint16).tobytes()
    path = write_image(tmp_path / "film", pixels, **attributes)
    image = open_image(path).radiograph
    np.testing.assert_array_equal(image.codes[..., 0], pixels >> 8)
    assert pydicom.dcmread(path).PhotometricInterpretation == "PALETTE COLOR"
