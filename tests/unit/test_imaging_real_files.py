"""Every real file of the shared set: shown, or not and why. (Scored or rejected: see the scope tests.)"""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pydicom
import pytest

from cxrviewer.errors import DecodeError, ImageError, UnsupportedImageError
from cxrviewer.imaging.contents import Image
from cxrviewer.imaging.header import read_header
from cxrviewer.imaging.image import open_image
from cxrviewer.imaging.thumbnails import thumbnail
from cxrviewer.imaging.voi import VoiOrigin


@dataclass(frozen=True)
class Shown:
    """What a file looks like: size, polarity, where its default grey comes from."""

    size: tuple[int, int]
    default: VoiOrigin | None  # None: in colour
    inverted: bool = False
    notes: int = 0


@dataclass(frozen=True)
class Rejected:
    error: type[ImageError]
    words: str


CT = "CTImage.dcm_"
W, P, F, L = VoiOrigin.WINDOW, VoiOrigin.PERCENTILES, VoiOrigin.FULL_RANGE, VoiOrigin.VOI_LUT
HIP, LEG, HEAD = Shown((2140, 1760), W), Shown((1760, 1760), W, inverted=True), Shown((512, 512), W)

# Sizes and polarity are those of INDEX.csv; the default follows from its columns voilut, window and bits.
EXPECTED: dict[str, Shown | Rejected] = {
    "NIH_DX_82267888.dcm": Shown((1024, 1024), F),
    "RG1_J2KI.dcm": Shown((1955, 1841), W, inverted=True),
    "chrJapMulti.dcm": Rejected(UnsupportedImageError, "lost its pixel data"),
    "chrJapMultiExplicitIR6.dcm": Rejected(UnsupportedImageError, "lost its pixel data"),
    "RG2_UNC.dcm": HIP,
    "RG2_RLE.dcm": HIP,
    "RG2_JPLY.dcm": HIP,
    "RG2_JLSL.dcm": HIP,
    "RG2_JLSN.dcm": HIP,
    "RG2_J2KR.dcm": HIP,
    "RG2_J2KI.dcm": HIP,
    "RG3_RLE.dcm": LEG,
    "RG3_JPLL.dcm": LEG,
    "RG3_JPLY.dcm": LEG,
    "RG3_JLSN.dcm": LEG,
    "RG3_J2KR.dcm": LEG,
    "CR-ModalitySequenceLUT.dcm": Shown((1576, 1976), P, inverted=True),
    CT + "DeflatedExplicitVRLittleEndianTransferSyntax_1.2.840.10008.1.2.1.99.dcm": HEAD,
    CT + "JPEG2000LosslessOnlyTransferSyntax_1.2.840.10008.1.2.4.90.dcm": HEAD,
    CT + "JPEG2000TransferSyntax_1.2.840.10008.1.2.4.91.dcm": HEAD,
    CT + "JPEGLSLossyTransferSyntax_1.2.840.10008.1.2.4.81.dcm": HEAD,
    CT + "JPEGProcess10_12TransferSyntax_1.2.840.10008.1.2.4.55.dcm": Rejected(DecodeError, "Process 10 and 12"),
    CT + "JPEGProcess14SV1TransferSyntax_1.2.840.10008.1.2.4.70.dcm": HEAD,
    CT + "JPEGProcess1TransferSyntax_1.2.840.10008.1.2.4.50.dcm": HEAD,
    CT + "JPEGProcess2_4TransferSyntax_1.2.840.10008.1.2.4.51.dcm": HEAD,
    CT + "JPEGProcess6_8TransferSyntax_1.2.840.10008.1.2.4.53.dcm": Rejected(DecodeError, "Process 6 and 8"),
    CT + "LittleEndianExplicitTransferSyntax_1.2.840.10008.1.2.1.dcm": HEAD,
    CT + "LittleEndianImplicitTransferSyntax_1.2.840.10008.1.2.dcm": HEAD,
    CT + "RLELosslessTransferSyntax_1.2.840.10008.1.2.5.dcm": HEAD,
    "NM1_JPLL.dcm": Shown((1024, 256), P),
    "MR1_UNC.dcm": Shown((512, 512), W),
    "US1_RLE.dcm": Shown((480, 640), None),
    "eCT_Supplemental.dcm": Shown((512, 512), W, notes=1),  # window per frame; stated age and birth date are apart
    "OBXXXX1A_2frame.dcm": Shown((600, 800), None),
    "mlut_18.dcm": Shown((512, 512), P),
    "vlut_04.dcm": Shown((512, 512), L),
    "emri_small_jpeg_2k_lossless_too_short.dcm": Shown((64, 64), P),  # its first frame is whole
    "MR_truncated.dcm": Rejected(DecodeError, "cut short"),
    "no_meta.dcm": Shown((128, 128), P, notes=1),
    "meta_missing_tsyntax.dcm": Rejected(UnsupportedImageError, "(0028,0"),
    "ExplVR_LitEndNoMeta.dcm": Rejected(UnsupportedImageError, "RT Ion Plan"),
    "image_dfl.dcm": Shown((512, 512), F),
    "rtplan.dcm": Rejected(UnsupportedImageError, "RT Plan"),
    "reportsi.dcm": Rejected(UnsupportedImageError, "Basic Text SR"),
    "SC_rgb_jpeg_gdcm.dcm": Shown((100, 100), None),
    "MR_small_RLE.dcm": Shown((64, 64), W),
    "RSNA_CR_PA_jpeg.dcm": Shown((1024, 1024), F),
    "RSNA_CR_PA_jpeg_marked_MONOCHROME1.dcm": Shown((1024, 1024), F, inverted=True),
}


@pytest.fixture
def folder(shared_data: Path) -> Path:
    return shared_data / "dicom"


def image(folder: Path, name: str) -> Image:
    return open_image(folder / name)


def test_the_table_names_every_file_and_the_files_are_those_of_the_index(folder: Path) -> None:
    with (folder / "INDEX.csv").open(newline="") as stream:
        rows = {row["file"]: row["sha256"] for row in csv.DictReader(stream)}
    assert set(EXPECTED) == set(rows) == {path.name for path in folder.glob("*.dcm")}
    for name, digest in rows.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name


@pytest.mark.parametrize("name", EXPECTED)
def test_each_real_file_is_shown_or_rejected_as_stated(folder: Path, name: str) -> None:
    expected = EXPECTED[name]
    if isinstance(expected, Rejected):
        with pytest.raises(expected.error) as caught:
            image(folder, name)
        assert expected.words in caught.value.user_message
        assert name not in caught.value.user_message
        return
    radiograph = image(folder, name).radiograph
    assert (radiograph.rows, radiograph.columns) == expected.size
    assert radiograph.inverted is expected.inverted
    assert len(radiograph.notes) == expected.notes, radiograph.notes
    assert (radiograph.presets[0].origin if radiograph.presets else None) is expected.default
    assert np.ptp(thumbnail(radiograph)) > 150, "a film in one grey shows nothing"


@pytest.mark.parametrize("name", [name for name, expected in EXPECTED.items() if isinstance(expected, Shown)])
def test_stored_values_agree_with_pydicom_where_it_can_decode_the_file(folder: Path, name: str) -> None:
    radiograph = image(folder, name).radiograph
    if radiograph.colour or name in {"no_meta.dcm", "emri_small_jpeg_2k_lossless_too_short.dcm"}:
        pytest.skip("pydicom gives no stored values to compare with")
    dataset = pydicom.dcmread(folder / name)
    try:
        expected = dataset.pixel_array
    except (RuntimeError, NotImplementedError, AttributeError):
        pytest.skip("pydicom has no decoder of its own for it here")
    expected = expected[0] if expected.ndim == 3 else expected
    stored = radiograph.codes.astype(np.int64) + radiograph.first_stored
    if name == "RG3_JPLY.dcm":
        # Lossy JPEG overshot to 1,024 and more of 10 bits in 8 pixels: pydicom folds the brightest into black,
        # we clip it to white.
        folded = stored != expected
        assert folded.sum() == 8
        assert (stored[folded] == 1023).all()
        assert (expected[folded] < 32).all()
        return
    np.testing.assert_array_equal(stored, expected)


@pytest.mark.parametrize(
    "names",
    [
        ("RG2_UNC.dcm", "RG2_RLE.dcm", "RG2_JLSL.dcm", "RG2_J2KR.dcm"),
        ("RG3_RLE.dcm", "RG3_JPLL.dcm", "RG3_J2KR.dcm"),
        tuple(
            CT + suffix
            for suffix in (
                "LittleEndianExplicitTransferSyntax_1.2.840.10008.1.2.1.dcm",
                "LittleEndianImplicitTransferSyntax_1.2.840.10008.1.2.dcm",
                "DeflatedExplicitVRLittleEndianTransferSyntax_1.2.840.10008.1.2.1.99.dcm",
                "JPEG2000LosslessOnlyTransferSyntax_1.2.840.10008.1.2.4.90.dcm",
                "JPEGProcess14SV1TransferSyntax_1.2.840.10008.1.2.4.70.dcm",
                "RLELosslessTransferSyntax_1.2.840.10008.1.2.5.dcm",
            )
        ),
    ],
)
def test_lossless_copies_of_a_real_image_are_equal_to_the_pixel(folder: Path, names: tuple[str, ...]) -> None:
    images = [image(folder, name).radiograph for name in names]
    for name, other in zip(names[1:], images[1:], strict=True):
        np.testing.assert_array_equal(other.codes, images[0].codes, err_msg=name)


@pytest.mark.parametrize(
    ("name", "reference"),
    [
        ("RG2_JPLY.dcm", "RG2_UNC.dcm"),
        ("RG2_JLSN.dcm", "RG2_UNC.dcm"),
        ("RG2_J2KI.dcm", "RG2_UNC.dcm"),
        ("RG3_JPLY.dcm", "RG3_RLE.dcm"),
        ("RG3_JLSN.dcm", "RG3_RLE.dcm"),
    ],
)
def test_lossy_copies_of_a_real_image_stay_near_it(folder: Path, name: str, reference: str) -> None:
    lossy, exact = (image(folder, item).radiograph.codes.astype(int) for item in (name, reference))
    assert np.abs(lossy - exact).mean() < 4  # of 1,024 levels


def test_two_copies_of_a_image_with_opposite_polarity_are_negatives_with_two_keys(folder: Path) -> None:
    honest = image(folder, "RSNA_CR_PA_jpeg.dcm").radiograph
    lying = image(folder, "RSNA_CR_PA_jpeg_marked_MONOCHROME1.dcm").radiograph
    np.testing.assert_array_equal(honest.codes, lying.codes)
    np.testing.assert_allclose(honest.grey_table(), 1 - lying.grey_table(), atol=1e-7)
    assert honest.key != lying.key


@pytest.mark.parametrize("name", ["NIH_DX_82267888.dcm", "RG1_J2KI.dcm", "RSNA_CR_PA_jpeg.dcm"])
def test_lungs_are_darker_than_what_lies_around_them(folder: Path, name: str) -> None:
    # Looked at once as pictures; here the two lung fields against the mediastinum between them.
    grey = thumbnail(image(folder, name).radiograph, 100)[..., 0].astype(float)
    rows, columns = grey.shape
    band = grey[int(0.30 * rows) : int(0.55 * rows)]
    lungs = [band[:, int(a * columns) : int(b * columns)].mean() for a, b in ((0.20, 0.33), (0.67, 0.80))]
    middle = band[:, int(0.45 * columns) : int(0.55 * columns)].mean()
    assert middle > max(lungs) + 15


@pytest.mark.parametrize(
    ("name", "patient"),
    [
        ("chrJapMulti.dcm", "やまだ^たろう"),
        ("chrJapMultiExplicitIR6.dcm", "やまだ^たろう"),
        ("MR1_UNC.dcm", "CompressedSamples^MR1"),
    ],
)
def test_real_names_are_decoded(folder: Path, name: str, patient: str) -> None:
    assert read_header(folder / name).identity.patient_name.split("=")[-1] == patient


def test_headers_of_rejected_objects_are_read_all_the_same(folder: Path) -> None:
    header = read_header(folder / "rtplan.dcm")
    assert not header.has_pixels
    assert header.facts.modality == "RTPLAN"
    assert read_header(folder / "OBXXXX1A_2frame.dcm").facts.frames == 2


@pytest.mark.parametrize("name", ["mlut_18.dcm", "CR-ModalitySequenceLUT.dcm"])
def test_modality_luts_of_real_files_agree_with_pydicom(folder: Path, name: str) -> None:
    radiograph = image(folder, name).radiograph
    item = pydicom.dcmread(folder / name).ModalityLUTSequence[0]
    table = np.frombuffer(item.LUTData, "<u2") if isinstance(item.LUTData, bytes) else np.asarray(item.LUTData)
    # Every input of these two tables is a stored value: entry i belongs to code i.
    np.testing.assert_array_equal(radiograph.modality_values(), table)
