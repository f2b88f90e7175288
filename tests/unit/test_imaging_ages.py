"""Ages of headers: what is read, what is doubted, and what a head does about it.

Every row is worked out by hand; the study is of 2026-01-05 where nothing else is said.
"""

from __future__ import annotations

from datetime import date

import pytest
from pydicom.dataset import Dataset

from cxrviewer.heads.contract import EligibilitySpec, RejectionCode
from cxrviewer.heads.eligibility.checks import reject_header
from cxrviewer.imaging.ages import read_age
from cxrviewer.imaging.dates import date_span, full_date
from cxrviewer.imaging.image import open_image
from cxrviewer.imaging.radiograph import AgeDoubt, ImageFacts, Source
from cxrviewer.presenters.messages import REJECTION_TITLES
from tests.builders.dicom import write_image

TODAY = date(2026, 11, 28)
ADULTS = EligibilitySpec(modality=("DX",), view=("PA", "AP"), min_age=18.0)
UNREADABLE, IMPLAUSIBLE, CONTRADICTION = AgeDoubt.UNREADABLE, AgeDoubt.IMPLAUSIBLE, AgeDoubt.CONTRADICTION


def header(age: str, born: str, study: str) -> Dataset:
    dataset = Dataset()
    if age:
        dataset.add_new("PatientAge", "UC", age.split("\\"))  # UC: pydicom checks an AS it is given
    for keyword, value in (("PatientBirthDate", born), ("StudyDate", study)):
        dataset.add_new(keyword, "UC", value)
    return dataset


def verdict(
    age: str, born: str, study: str, eligibility: EligibilitySpec = ADULTS
) -> tuple[str | None, AgeDoubt | None]:
    found = read_age(header(age, born, study), today=TODAY)
    facts = ImageFacts(
        source=Source.DICOM,
        modality="DX",
        age_years=found.years,
        age_by_birth=found.by_birth,
        age_doubt=found.doubt,
    )
    rejection = reject_header(facts, eligibility)
    return None if rejection is None else rejection.code.value, found.doubt


@pytest.mark.parametrize(
    ("age", "born", "study", "code", "doubt"),
    [
        # Readable, and nothing contradicts.
        ("060Y", "19650601", "20260105", None, None),
        ("060Y", "", "20260105", None, None),
        ("81", "", "20260105", None, None),
        ("45 Y", "", "20260105", None, None),
        ("60YR", "", "20260105", None, None),
        ("45.5", "", "20260105", None, None),
        ("", "", "20260105", None, None),
        ("ANONYMOUS", "", "20260105", None, None),
        ("", "19660301", "20260105", None, None),
        ("", "20080105", "20260105", None, None),  # the 18th birthday
        ("018Y", "20080105", "20260105", None, None),
        ("", "1966", "20260105", None, None),
        ("", "19660301", "", None, None),  # when the study was is unknown: so is the age
        ("", "19660301", "20991231", None, None),  # the study's clock was wrong: its age is unknown
        ("", "21200301", "21800105", None, None),  # both dates shifted by de-identification
        # Children.
        ("008M", "", "20260105", "child", None),
        ("5YR", "", "20260105", "child", None),
        ("5 YEARS", "", "20260105", "child", None),
        ("36 MONTHS", "", "20260105", "child", None),
        ("000Y", "", "20260105", "child", None),
        ("012", "", "20260105", "child", None),
        ("", "20080106", "20260105", "child", None),
        ("", "2024", "20260105", "child", None),
        ("", "202401", "20260105", "child", None),
        ("", "2024-01-15", "20260105", "child", None),
        ("", "20240101", "", "child", None),  # two years old today at most
        ("", "20240101", "20991231", "child", None),  # whatever the clock of the study said
        ("", "21700301", "21800105", "child", None),
        ("008M", "19660301", "20260105", "child", CONTRADICTION),
        ("0", "20200101", "20260105", "child", None),
        # Possible children: age and birth contradict each other, or cannot be read.
        ("060Y", "20240101", "20260105", "age_uncertain", CONTRADICTION),
        ("060Y", "2024", "20260105", "age_uncertain", CONTRADICTION),
        ("060Y", "202401", "20260105", "age_uncertain", CONTRADICTION),
        ("060Y", "20240101", "", "age_uncertain", CONTRADICTION),
        ("060Y", "20240101", "20991231", "age_uncertain", CONTRADICTION),
        ("018Y", "20080601", "20260105", "age_uncertain", None),  # 17 by birth, 18 as stated
        ("060Y", "20300101", "20260105", "age_uncertain", AgeDoubt.BORN_AFTER_STUDY),
        ("", "20300101", "20260105", "age_uncertain", AgeDoubt.BORN_AFTER_STUDY),
        ("", "20300101", "", "age_uncertain", AgeDoubt.BORN_AFTER_STUDY),
        ("2024", "", "20260105", "age_uncertain", IMPLAUSIBLE),
        ("202401", "", "20260105", "age_uncertain", IMPLAUSIBLE),
        ("131Y", "", "20260105", "age_uncertain", IMPLAUSIBLE),
        ("20240115", "", "20260105", "age_uncertain", UNREADABLE),
        ("1" * 4999, "", "20260105", "age_uncertain", UNREADABLE),
        ("²Y", "", "20260105", "age_uncertain", UNREADABLE),
        ("٠٦٠Y", "", "20260105", "age_uncertain", UNREADABLE),
        ("060Y\\002Y", "", "20260105", "age_uncertain", UNREADABLE),
        ("CHILD", "19660301", "20260105", "age_uncertain", UNREADABLE),
        ("060X", "", "20260105", "age_uncertain", UNREADABLE),
        ("-60Y", "", "20260105", "age_uncertain", UNREADABLE),
        ("", "17530101", "20260105", "age_uncertain", IMPLAUSIBLE),
        ("", "born late", "20260105", "age_uncertain", AgeDoubt.BIRTH_DATE_UNREADABLE),
        ("", "2008", "20260601", "age_uncertain", None),  # 17 or 18
        # A contradiction between two adult ages is noted, and the image is read.
        ("060Y", "19800101", "20260105", None, CONTRADICTION),
        ("060Y", "19000101", "20260105", None, CONTRADICTION),
        ("060Y", "unknown", "20260105", None, None),
    ],
)
def test_no_possible_child_reaches_a_head_for_adults(
    age: str, born: str, study: str, code: str | None, doubt: AgeDoubt | None
) -> None:
    assert verdict(age, born, study) == (code, doubt)


def test_a_head_for_all_ages_reads_images_of_any_age() -> None:
    everybody = EligibilitySpec(modality=("DX",), view=())
    assert verdict("008M", "20240101", "20260105", everybody)[0] is None
    assert verdict("2024", "", "20260105", everybody)[0] is None


@pytest.mark.parametrize("doubt", list(AgeDoubt))
def test_the_sentence_of_an_uncertain_age_says_why_and_holds_no_patient_data(doubt: AgeDoubt) -> None:
    facts = ImageFacts(source=Source.DICOM, modality="DX", age_years=61.0, age_by_birth=(1.9, 1.9), age_doubt=doubt)
    rejection = reject_header(facts, ADULTS)
    assert rejection is not None and rejection.code is RejectionCode.AGE_UNCERTAIN
    assert rejection.message.lower().startswith(doubt.value.lower())
    assert "61" not in rejection.message and "1.9" not in rejection.message
    assert rejection.message.endswith(".")


def test_a_doubtful_age_is_a_note_of_the_image(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = write_image(tmp_path_factory.mktemp("age") / "image", PatientAge="060Y", PatientBirthDate="20240101")
    assert any("contradict" in note for note in open_image(path).radiograph.notes)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"presentation_intent": "FOR PROCESSING"}, "for_processing"),
        ({"presentation_intent": "FOR_PROCESSING"}, "for_processing"),
        ({"sop_class": "1.2.840.10008.5.1.4.1.1.1.1.1"}, "for_processing"),
        ({"sop_class": "1.2.840.10008.5.1.4.1.1.1.1.1", "presentation_intent": "FOR PRESENTATION"}, "for_processing"),
        ({"sop_class": "1.2.840.10008.5.1.4.1.1.1.1", "presentation_intent": "FOR PRESENTATION"}, None),
        ({"sop_class": "1.2.840.10008.5.1.4.1.1.1"}, None),
    ],
)
def test_raw_detector_data_is_rejected_with_a_code_of_its_own(facts: dict[str, str], code: str | None) -> None:
    rejection = reject_header(ImageFacts(source=Source.DICOM, **{"modality": "DX", **facts}), ADULTS)  # type: ignore[arg-type]
    assert (None if rejection is None else rejection.code.value) == code


def test_every_rejection_code_has_a_title() -> None:
    assert set(REJECTION_TITLES) == set(RejectionCode)


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("20260105", "2026-01-05", "2026-01-05"),
        ("2026.01.05", "2026-01-05", "2026-01-05"),
        ("2026-01-05", "2026-01-05", "2026-01-05"),
        ("2026/01/05", "2026-01-05", "2026-01-05"),
        ("20260105101112", "2026-01-05", "2026-01-05"),
        ("202402", "2024-02-01", "2024-02-29"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("20240200", "2024-02-01", "2024-02-29"),
        ("20240000", "2024-01-01", "2024-12-31"),
        ("2024", "2024-01-01", "2024-12-31"),
        ("16/04/2019", "2019-01-01", "2019-12-31"),
    ],
)
def test_a_date_means_a_day_a_month_or_a_year(written: str, first: str, last: str) -> None:
    span = date_span(written)
    assert span is not None
    assert (span[0].isoformat(), span[1].isoformat()) == (first, last)


@pytest.mark.parametrize("written", ["", "00000000", "unknown", "²0240101", "1", "9" * 5000 + "x"])
def test_other_text_is_no_full_date(written: str) -> None:
    assert full_date(written) is None or written.startswith("9")
