"""The report as text and HTML: expected texts are written by hand."""

from __future__ import annotations

from html.parser import HTMLParser
from types import MappingProxyType
from typing import Any

from cxrviewer.reading.annotations import Annotation, Calibration, CalibrationKind, CardiothoracicRatio, Length, Text
from cxrviewer.reading.document import Decision, FindingRef, Reading, Verdict
from cxrviewer.reading.values import ImageRef, Point
from cxrviewer.reports.fields import values_of
from cxrviewer.reports.report import Report, as_html, as_text, report_of
from cxrviewer.reports.templates import filled

PA, LATERAL = ImageRef("1", "1.1", "1.1.1"), ImageRef("1", "1.2", "1.2.1")
TITLES = {PA: "CHEST PA", LATERAL: "CHEST LL"}
HALF_MM = Calibration(CalibrationKind.DETECTOR, 0.5, 0.5)


def ref(code: str, image: ImageRef = PA) -> FindingRef:
    return FindingRef(image, "test.head", "1.0.0", "9f2cabcdef0123456789", "r1", "SCT", code)


def decision(
    verdict: Verdict, name: str, probability: float, comment: str = "", interval: tuple[float, float] | None = None
) -> Decision:
    return Decision(verdict, name, probability, 0.3, comment, interval)


def reading(**more: Any) -> Reading:
    """Return three decisions, one of them open, two measurements and a text."""
    made = {
        "decisions": {
            ref("0"): decision(Verdict.AGREE, "Cardiomegaly", 0.62, "borderline", (0.553, 0.701)),
            ref("1"): decision(Verdict.DISAGREE, "Pleural effusion", 0.41),
            ref("2"): decision(Verdict.DISAGREE, "Pneumothorax", 0.08),
            ref("3"): decision(Verdict.UNDECIDED, "Nodule", 0.5, "ask"),
        },
        "annotations": {
            # 300 x 0.5 mm over 400 x 0.5 mm, along one line: 0.75 and 120 mm.
            "a": Annotation(
                PA, CardiothoracicRatio(Point(50, 10), Point(350, 10), Point(0, 20), Point(400, 20), HALF_MM)
            ),
            "b": Annotation(LATERAL, Length(Point(0, 0), Point(0, 240), HALF_MM)),
            "c": Annotation(PA, Text(Point(1, 1), "MUSTERMANN")),
        },
        "key_images": {LATERAL: True},
        "impression": "Heart enlarged.\nNo effusion.",
    }
    fields: dict[str, Any] = {**made, **more}
    frozen: dict[str, Any] = {name: MappingProxyType(v) if isinstance(v, dict) else v for name, v in fields.items()}
    return Reading(**frozen)


def made(given: Reading | None = None, **more: Any) -> Report:
    return report_of(
        reading() if given is None else given,
        **{"images": TITLES, "heads": {"test.head": "Test student"}, "program": "cxrviewer 1.2.3", **more},
    )


EXPECTED = """\
Report
Research use only · not a medical device

Images: CHEST PA; CHEST LL

IMPRESSION
Heart enlarged.
No effusion.

FINDINGS THE READER SEES
Cardiomegaly (head: 62 %, 95 % interval 55–71 %, threshold 30 %, present; reader agrees) · CHEST PA – borderline
Pneumothorax (head: 8 %, no interval stated, threshold 30 %, not present; reader disagrees) · CHEST PA

FINDINGS THE READER DOES NOT SEE
Pleural effusion (head: 41 %, no interval stated, threshold 30 %, present; reader disagrees) · CHEST PA

MEASUREMENTS
Cardiothoracic ratio 0.75; heart 150.0 mm, chest 200.0 mm at the detector plane · CHEST PA
120.0 mm at the detector plane · CHEST LL

KEY IMAGES
CHEST LL

Scores: Test student 1.0.0 · 9f2cabcdef01
95 % interval: the share of images with this score that have the finding, as well as the calibration images tell it; \
not the chance that the model is right about this patient.
cxrviewer 1.2.3
"""


def test_the_text_of_a_report_is_what_was_decided_measured_and_written() -> None:
    assert as_text(made()) == EXPECTED


def test_a_report_without_intervals_explains_none() -> None:
    without = {ref("1"): decision(Verdict.AGREE, "Pleural effusion", 0.41)}
    text = as_text(made(reading(decisions=without)))
    assert "no interval stated" in text and "95 %" not in text


def test_of_several_heads_each_score_says_whose_it_is() -> None:
    other = FindingRef(PA, "other.head", "2.0.0", "aaaacdef0123456789", "r1", "SCT", "0")
    decisions = {
        ref("0"): decision(Verdict.AGREE, "Cardiomegaly", 0.62),
        other: decision(Verdict.AGREE, "Cardiomegaly", 0.9),
    }
    text = as_text(made(reading(decisions=decisions), heads={"test.head": "Test student", "other.head": "Another"}))
    assert "Cardiomegaly (Test student 1.0.0: 62 %, " in text
    assert "Cardiomegaly (Another 2.0.0: 90 %, " in text


def test_nothing_undecided_and_nothing_that_was_only_drawn_is_on_the_report() -> None:
    text = as_text(made())
    assert "Nodule" not in text and "MUSTERMANN" not in text


def test_a_report_names_the_patient_only_where_it_is_given_one() -> None:
    assert made().patient == ()
    named = as_text(made(patient=[("Patient", "MUSTERMANN, ERIKA"), ("ID", ""), ("Born", "1961-02-03")]))
    assert named.splitlines()[3:5] == ["Patient: MUSTERMANN, ERIKA", "Born: 1961-02-03"]


def test_an_empty_reading_is_said_to_be_empty() -> None:
    report = made(Reading())
    assert report.empty
    assert as_text(report) == (
        "Report\nResearch use only · not a medical device\n\nImages: CHEST PA; CHEST LL\n\n"
        "IMPRESSION\nNothing was decided, measured or written yet.\n\ncxrviewer 1.2.3\n"
    )


def test_images_of_the_same_name_are_told_apart_and_unknown_ones_are_named() -> None:
    other = ImageRef("1", "1.9", "1.9.9")
    given = Reading(key_images=MappingProxyType({PA: True, LATERAL: True, other: True}))
    report = made(given, images={PA: "CHEST PA", LATERAL: "CHEST PA"})
    assert report.images == ("CHEST PA (1)", "CHEST PA (2)", "Image")


class Words(HTMLParser):
    """Reads the text of HTML and which elements there are, independent of what made it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words, self.tags, self.attributes = [], set(), set()  # type: ignore[var-annotated]
        self.feed(text)

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_what_others_wrote_never_becomes_markup() -> None:
    nasty = '<img src="http://x/y.png"><a href="file:///etc">&amp;</a><script>'
    given = reading(
        impression=nasty, decisions={ref("0"): decision(Verdict.AGREE, nasty, 0.9, nasty)}, key_images={PA: True}
    )
    report = made(given, images={PA: nasty}, heads={"test.head": nasty}, patient=[("Patient", nasty)], program=nasty)
    page = Words(as_html(report))
    assert page.tags == {"html", "head", "style", "body", "h1", "h2", "p", "table", "tr", "td", "hr"}
    assert page.attributes == {"class"}
    assert page.words.count(nasty) >= 3


def test_control_characters_of_a_header_do_not_break_lines() -> None:
    report = made(patient=[("Patient", "A\nB\x00\u2028C\tD")])
    assert report.patient == (("Patient", "A B C D"),)


def test_html_and_text_hold_the_same_words() -> None:
    page = Words(as_html(made()))
    for line in as_text(made()).splitlines():
        if line and not line.isupper() and not line.startswith("Images:"):
            assert line in page.words, line


def test_the_fields_of_a_template_in_the_readers_own_words() -> None:
    patient = {"patient_name": "MUSTERMANN, ERIKA", "age": "63 y"}
    values = values_of(reading(), made(), patient)
    assert values == {
        "findings": "Cardiomegaly, Pneumothorax",
        "absent": "Pleural effusion",
        "comments": "Cardiomegaly: borderline",
        "measurements": (
            "Cardiothoracic ratio 0.75; heart 150.0 mm, chest 200.0 mm at the detector plane\n"
            "120.0 mm at the detector plane"
        ),
        "ratio": "0.75",
        "images": "CHEST PA; CHEST LL",
        "patient_name": "MUSTERMANN, ERIKA",
        "patient_id": "",
        "age": "63 y",
        "sex": "",
        "study_date": "",
    }
    assert filled("{patient_name} {age}\nCTR {ratio}.", values_of(reading(), made(), {})) == "CTR 0.75."
