"""De-identified copies: the table of PS3.15 Annex E walked, and what lies outside it."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom import uid
from pydicom.datadict import dictionary_has_tag, dictionary_VR
from pydicom.dataset import Dataset
from pydicom.tag import Tag

from cxrviewer.decoder.client import DecoderPool
from cxrviewer.errors import CxrError, DecoderError, NotDicomError, UnsupportedImageError
from cxrviewer.imaging.image import image_in
from cxrviewer.imaging.stamp import HeldFile, StreamState
from cxrviewer.reports.copies import CopiedImage, CopyOptions
from cxrviewer.reports.deidentify import deidentified, mapped_uid, profile, without_comments
from tests.builders.dicom import image_bytes, image_dataset, write_image

SECRET = bytes(range(16))
LEAK = "SECRETNAME"
VALUES: dict[str, Any] = {
    **dict.fromkeys(("AE", "CS", "LO", "LT", "PN", "SH", "ST", "UC", "UT"), LEAK),
    **dict.fromkeys(("DS", "IS"), "4711"),
    **dict.fromkeys(("FD", "FL", "SL", "SS", "SV", "UL", "US", "UV", "US or SS"), 4711),
    **dict.fromkeys(("OB", "OW", "UN", "OB or OW", "OF", "OD", "OL", "OV"), LEAK.encode() + b" " * 6),
    "AS": "047Y", "AT": Tag(0x00100010), "DA": "20240229", "DT": "20240229101112", "TM": "101112",
    "UI": "1.2.826.0.1.3680043.4711", "UR": f"http://{LEAK}.example",
}  # fmt: skip


def held(data: bytes) -> Any:
    return HeldFile(data, StreamState(len(data), 0, 0, 0, 0))


def copied(data: bytes, options: CopyOptions | None = None, secret: bytes = SECRET) -> tuple[CopiedImage, Dataset]:
    copy = deidentified(held(data), options or CopyOptions(), secret)
    return copy, pydicom.dcmread(io.BytesIO(copy.data.tobytes()))


def image(**attributes: Any) -> bytes:
    return image_bytes(np.arange(24, dtype=np.uint16).reshape(4, 6), bits=12, **attributes)


def listed_image(syntax: str, sop_class: str) -> bytes:
    """Return an image that holds every attribute of the table that pydicom knows, at the top and in an item."""
    dataset = image_dataset(np.arange(24, dtype=np.uint16).reshape(4, 6), bits=12)
    item = Dataset()
    for tag in profile():
        if tag >> 16 < 8 or tag in (0x00080016, 0x00080018) or not dictionary_has_tag(tag):
            continue
        vr = dictionary_VR(tag).split(" or ")[0]
        if vr == "SQ":
            inner = Dataset()
            inner.PatientName = LEAK
            dataset.add_new(tag, vr, [inner])
        else:
            dataset.add_new(tag, vr, VALUES[vr])
            item.add_new(tag, vr, VALUES[vr])
    dataset.add_new(0x00081199, "SQ", [item])  # Referenced SOP Sequence: kept, so its items are walked
    dataset.SOPClassUID = sop_class
    dataset.add_new(0x00091010, "LO", LEAK)
    dataset.add_new(0x00090010, "LO", "CREATOR")
    dataset.add_new(0x50000005, "US", 1)
    dataset.add_new(0x60000022, "LO", LEAK)
    dataset.add_new(0x60003000, "OW", LEAK.encode())
    dataset.file_meta = pydicom.dataset.FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = uid.UID(syntax)
    dataset.file_meta.SourceApplicationEntityTitle = LEAK
    dataset.PixelData = np.arange(24, dtype=">u2" if syntax == uid.ExplicitVRBigEndian else "<u2").tobytes()
    dataset["PixelData"].VR = "OW"
    out = io.BytesIO()
    pydicom.dcmwrite(out, dataset, enforce_file_format=True)
    data = bytearray(out.getvalue())
    data[: len(LEAK)] = LEAK.encode()  # in the preamble, which may hold the header of a TIFF file
    return bytes(data)


def without_characteristics(data: bytes) -> bytes:
    """Return the image without what that option keeps as it is."""
    dataset = pydicom.dcmread(io.BytesIO(data))
    for level in (dataset, dataset.ReferencedSOPSequence[0]):
        for keyword in (
            "PatientSex",
            "PatientSize",
            "PatientWeight",
            "EthnicGroup",
            "SmokingStatus",
            "PregnancyStatus",
        ):
            delattr(level, keyword)
    out = io.BytesIO()
    dataset.save_as(out)
    return out.getvalue()


@pytest.mark.parametrize("syntax", [uid.ExplicitVRLittleEndian, uid.ImplicitVRLittleEndian, uid.ExplicitVRBigEndian])
@pytest.mark.parametrize("sop_class", [uid.DigitalXRayImageStorageForPresentation, uid.EnhancedXAImageStorage])
@pytest.mark.parametrize(
    "options", [CopyOptions(), CopyOptions(shift_dates=True, keep_characteristics=True, clean_descriptions=True)]
)
def test_nothing_of_any_listed_attribute_is_left(syntax: str, sop_class: str, options: CopyOptions) -> None:
    data = listed_image(syntax, sop_class)
    assert data.count(LEAK.encode()) > 300
    if options.keep_characteristics:
        data = without_characteristics(data)
    copy, result = copied(data, options)
    whole = copy.data.tobytes()
    assert LEAK.encode() not in whole
    assert b"4711" not in whole.replace(b"1.2.840", b"") and b"20240229" not in whole and copy.unreadable == 0
    assert result.pixel_array.tolist() == np.arange(24).reshape(4, 6).tolist()
    assert not any(tag.is_private or tag.group in (0x5000, 0x6000) for tag in result.keys())


@pytest.mark.parametrize("sop_class", [uid.DigitalXRayImageStorageForPresentation, uid.EnhancedXAImageStorage])
def test_each_action_of_the_table_does_what_ps3_15_says_of_it(sop_class: str) -> None:
    before = pydicom.dcmread(io.BytesIO(listed_image(uid.ExplicitVRLittleEndian, sop_class)))
    _, after = copied(listed_image(uid.ExplicitVRLittleEndian, sop_class))
    # PS3.15 E.1.1: what each action allows. Both may be weaker than their letters where the type needs it.
    for tag, action in profile().items():
        if tag not in before or tag in (0x00100010, 0x00100020, 0x00120063, 0x00120064):
            continue
        there, empty = tag in after, tag in after and after[tag].is_empty
        same = there and after[tag] == before[tag]
        assert not same, f"{tag:08X} {action}"
        if action == "X":
            assert not there, f"{tag:08X}"
        elif action in ("Z", "X/Z"):
            assert there and empty, f"{tag:08X}"
        elif action in ("D", "U"):
            assert there and not empty, f"{tag:08X}"


# Of PS3.15 Table E.1-1, read by hand: not from the file that the program reads.
@pytest.mark.parametrize(
    ("keyword", "action"),
    [
        ("AccessionNumber", "Z"), ("AcquisitionDate", "X/Z"), ("ContentDate", "Z/D"), ("DeviceSerialNumber", "X/Z/D"),
        ("EthnicGroup", "X"), ("FrameOfReferenceUID", "U"), ("ImageComments", "X"), ("InstitutionAddress", "X"),
        ("InstitutionName", "X/Z/D"), ("OperatorsName", "X/Z/D"), ("OtherPatientIDs", "X"), ("PatientAddress", "X"),
        ("PatientAge", "X"), ("PatientBirthDate", "Z"), ("PatientID", "Z/D"), ("PatientName", "Z"),
        ("PatientSex", "Z"), ("ReferringPhysicianName", "Z"), ("SOPInstanceUID", "U"), ("SeriesDescription", "X"),
        ("StudyDescription", "X"), ("StudyDate", "Z"), ("StudyID", "Z"), ("StudyInstanceUID", "U"),
        ("IconImageSequence", "X"), ("RequestAttributesSequence", "X"), ("SeriesDate", "X/D"),
    ],
)  # fmt: skip
def test_the_table_is_that_of_the_standard(keyword: str, action: str) -> None:
    assert profile()[pydicom.datadict.tag_for_keyword(keyword) or 0] == action


def test_what_was_done_is_written_into_the_copy() -> None:
    options = CopyOptions(shift_dates=True, keep_characteristics=True, clean_descriptions=True)
    _, result = copied(image(), options)
    assert result.PatientIdentityRemoved == "YES" and "Basic Profile" in result.DeidentificationMethod[0]
    codes = {item.CodeValue: item.CodingSchemeDesignator for item in result.DeidentificationMethodCodeSequence}
    assert codes == dict.fromkeys(("113100", "113105", "113107", "113108"), "DCM")  # PS3.16 CID 7050
    assert result.LongitudinalTemporalInformationModified == "MODIFIED"
    _, plain = copied(image())
    assert [item.CodeValue for item in plain.DeidentificationMethodCodeSequence] == ["113100"]
    assert plain.LongitudinalTemporalInformationModified == "REMOVED" and not plain.StudyDate


def test_images_of_a_patient_stay_together_and_apart_from_those_of_others() -> None:
    shift = CopyOptions(shift_dates=True)
    _, one = copied(image(SOPInstanceUID="1.2.3.1", StudyDate="20240301"), shift)
    _, two = copied(image(SOPInstanceUID="1.2.3.2", StudyDate="20240311"), shift)
    _, other = copied(image(SOPInstanceUID="1.2.3.3", PatientID="PH-2", StudyDate="20240301"), shift)
    assert one.PatientID == two.PatientID == one.PatientName != other.PatientID
    assert one.StudyInstanceUID == two.StudyInstanceUID and one.SOPInstanceUID != two.SOPInstanceUID
    days = [np.datetime64(f"{d[:4]}-{d[4:6]}-{d[6:]}") for d in (one.StudyDate, two.StudyDate)]
    assert days[1] - days[0] == np.timedelta64(10, "D") and one.StudyDate != "20240301"
    assert one.StudyTime == "160200"
    assert one.file_meta.MediaStorageSOPInstanceUID == one.SOPInstanceUID == mapped_uid(SECRET, "1.2.3.1")
    assert uid.UID(one.SOPInstanceUID).is_valid and one.SOPInstanceUID.startswith("2.25.")
    _, again = copied(image(), secret=bytes(16))
    assert again.PatientID != one.PatientID and again.StudyInstanceUID != one.StudyInstanceUID


def test_options_keep_only_what_they_name() -> None:
    keep = CopyOptions(keep_characteristics=True, clean_descriptions=True)
    _, result = copied(image(PatientAge="094Y", StudyDescription="Thorax PA, Mrs. Doe", SeriesDescription="Doe"), keep)
    assert result.PatientAge == "090Y" and result.PatientSex == "F" and result.StudyDescription == "Thorax PA"
    assert "SeriesDescription" not in result and not result.PatientBirthDate
    _, plain = copied(image())
    assert "PatientAge" not in plain and "StudyDescription" not in plain and not plain.PatientSex
    assert plain.BodyPartExamined == "CHEST" and plain.ViewPosition == "PA"


def test_values_outside_the_table_cannot_name_anybody() -> None:
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = uid.CTImageStorage, "1.2.3.4.5"
    item.PersonName = LEAK
    _, result = copied(
        image(ReferencedImageSequence=[item], ResponsibleOrganization=LEAK, LossyImageCompressionMethod="ISO_10918_1")
    )
    inner = result.ReferencedImageSequence[0]
    assert inner.ReferencedSOPClassUID == uid.CTImageStorage
    assert inner.ReferencedSOPInstanceUID == mapped_uid(SECRET, "1.2.3.4.5")
    assert LEAK not in str(result) and result.LossyImageCompressionMethod == "ISO_10918_1"


def test_a_value_that_quotes_the_patient_is_removed_wherever_it_stands() -> None:
    _, result = copied(
        image(
            PatientName="MUSTERMANN^ERIKA",
            PatientID="P4711",
            ManufacturerModelName="X2 for Mustermann",
            Manufacturer="Maker",
            DeviceSerialNumber="1",
            DetectorConfiguration="P4711",
        )
    )
    assert "ManufacturerModelName" not in result and "DetectorConfiguration" not in result
    assert result.Manufacturer == "Maker" and result.BodyPartExamined == "CHEST"


@pytest.mark.parametrize(
    ("name", "quoted"),
    [
        ("王^小明", "王小明"),
        ("王^小明", "Raum 3 小明 PA"),
        ("李^四", "李 四"),
        ("LI^SI=李^四", "for 李四"),
        ("김^희중", "김희중님"),
        ("山田^太郎", "山田太郎様"),
        ("Жук^Ян", "жук"),
        ("LI^NA", "Li Na"),
        ("LI^NA", "LINA chest"),
        ("ROE^BO", "for Roe"),
    ],
)
def test_a_short_name_is_found_in_what_stays(name: str, quoted: str) -> None:
    data = image(SpecificCharacterSet="ISO_IR 192", PatientName=name, PatientID="7", ManufacturerModelName=quoted)
    assert "ManufacturerModelName" not in copied(data)[1]


def test_a_short_word_is_no_patient_where_codes_stand() -> None:
    """Two letters of a name are those of a view or a modality too often, and of CS values three as well."""
    data = image(
        PatientName="PA^KIM^DX", PatientID="12", ManufacturerModelName="PA 12", LossyImageCompressionMethod="KIM"
    )
    _, result = copied(data)
    assert (result.ManufacturerModelName, result.LossyImageCompressionMethod) == ("PA 12", "KIM")


@pytest.mark.parametrize("quoted", ["P-4711", "P4711", "x_p4711_2"])
def test_an_id_is_found_however_it_is_separated(quoted: str) -> None:
    _, result = copied(image(PatientName="A^B", PatientID="P 4711", ManufacturerModelName=quoted))
    assert "ManufacturerModelName" not in result


def test_text_in_sequences_is_read_in_the_chosen_character_set() -> None:
    item, inner = Dataset(), Dataset()
    inner.ManufacturerModelName = "X" * 8
    item.ManufacturerModelName, item.ContributingEquipmentSequence = "Y" * 8, [inner]
    data = image(SpecificCharacterSet="ISO_IR 100", PatientName="Z" * 11, DerivationCodeSequence=[item])
    name = "Жуков^Яна".encode("cp1251")
    for letter, text in ((b"X", name[:5]), (b"Y", name[:5]), (b"Z", name)):
        size = 11 if letter == b"Z" else 8
        data = data.replace(letter * size, text.ljust(size))
    assert "Æóêîâ" in str(pydicom.dcmread(io.BytesIO(data)))  # as its writer declared it
    made = deidentified(held(data), CopyOptions(), SECRET, "windows-1251")
    result = pydicom.dcmread(io.BytesIO(made.data.tobytes()))
    assert result.DerivationCodeSequence and "Model" not in str(result)


def test_a_transfer_syntax_that_is_not_of_the_standard_is_declined() -> None:
    written = image().replace(b"1.2.840.10008.1.2.1\0", b"MUSTERMANN^ERIKA.1\0\0", 1)
    assert len(written) == len(image()) and b"MUSTERMANN" in written
    with pytest.raises(UnsupportedImageError, match="Transfer Syntax"):
        copied(written)


@pytest.mark.parametrize(("burned", "start"), [("YES", "The file says"), (None, "Text may be"), ("NO", "")])
def test_text_in_the_pixels_is_warned_of(burned: str | None, start: str) -> None:
    copy, _ = copied(image(BurnedInAnnotation=burned))
    assert " ".join(copy.notes).startswith(start) and bool(copy.notes) == bool(start)


@pytest.mark.parametrize("syntax", [uid.JPEGLSLossless, uid.JPEG2000Lossless, uid.RLELossless, uid.JPEGLosslessSV1])
def test_compressed_pixels_are_the_same(syntax: str) -> None:
    data = image(syntax=syntax)
    copy, result = copied(data)
    assert result.file_meta.TransferSyntaxUID == syntax and result["PixelData"].is_undefined_length
    before, after = (image_in(held(one)).radiograph.codes for one in (data, copy.data.tobytes()))
    assert after.tolist() == before.tolist()


def test_comments_of_a_code_stream_are_blanked_and_nothing_else() -> None:
    jpeg = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xfe\x00\x06DOE!\xff\xe1\x00\x06Exif\xff\xda\x00\x04xx\xff\xfe\x00\x06DOE!"
    wanted = jpeg.replace(b"DOE!", bytes(4), 1).replace(b"Exif", bytes(4))
    assert without_comments(jpeg) == wanted
    wavelet = b"\xff\x4f\xff\x51\x00\x04ab\xff\x64\x00\x08\x00\x01DOE!\xff\x90\x00\x04xx"
    assert without_comments(wavelet) == wavelet.replace(b"DOE!", bytes(4))
    assert without_comments(b"\x01\x00\xff\xfe\x00\x06DOE!") == b"\x01\x00\xff\xfe\x00\x06DOE!"


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", NotDicomError),
        (b"hello, no image" * 20, NotDicomError),
        (image()[:-10], UnsupportedImageError),
        (image(syntax=uid.RLELossless)[:-20], UnsupportedImageError),
        (image(OverlayBitPosition=None)[:400], CxrError),
    ],
)
def test_files_of_which_no_safe_copy_can_be_made_are_declined(data: bytes, error: type[CxrError]) -> None:
    with pytest.raises(error):
        copied(data)


def test_graphics_in_unused_bits_of_the_pixels_are_declined() -> None:
    dataset = pydicom.dcmread(io.BytesIO(image()))
    dataset.add_new(0x60000102, "US", 15)
    out = io.BytesIO()
    dataset.save_as(out)
    with pytest.raises(UnsupportedImageError, match="unused bits"):
        copied(out.getvalue())


@pytest.fixture
def pool() -> Iterator[DecoderPool]:
    made = DecoderPool(1)
    yield made
    assert made.close()


def test_a_process_makes_the_same_copy_and_leaves_the_file(pool: DecoderPool, tmp_path: Path) -> None:
    path = write_image(tmp_path / "a.dcm", np.arange(24, dtype=np.uint16).reshape(4, 6), bits=12)
    before = path.read_bytes()
    options = CopyOptions(shift_dates=True, clean_descriptions=True)
    there = pool.deidentify(path, options, SECRET.hex())
    here, _ = copied(before, options)
    assert there.data.tobytes() == here.data.tobytes() and there.notes == here.notes
    assert path.read_bytes() == before
    (tmp_path / "b.dcm").write_bytes(b"x" * 500)
    with pytest.raises(CxrError) as caught:
        pool.deidentify(tmp_path / "b.dcm", options, SECRET.hex())
    assert not isinstance(caught.value, DecoderError)


@pytest.mark.skipif(shutil.which("dcmdump") is None, reason="dcmtk is not installed")
@pytest.mark.parametrize("syntax", [uid.ExplicitVRLittleEndian, uid.ImplicitVRLittleEndian, uid.JPEGLSLossless])
def test_dcmtk_reads_the_copy(tmp_path: Path, syntax: str) -> None:
    copy, _ = copied(image(syntax=syntax))
    path = tmp_path / "copy.dcm"
    path.write_bytes(copy.data.tobytes())
    done = subprocess.run(["dcmdump", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and not done.stderr.strip()
    assert "(0012,0062) CS [YES]" in done.stdout and "PHANTOM" not in done.stdout
