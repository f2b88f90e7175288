"""The report presenter: what is written is saved, undone and never about another patient."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cxrviewer.presenters.privacy import Privacy
from cxrviewer.presenters.readings import Readings
from cxrviewer.presenters.report import ReportPresenter
from cxrviewer.reading.document import Decision, Edit, FindingRef, SetDecision, Verdict
from cxrviewer.reading.values import MAX_TEXT, ImageRef
from cxrviewer.reports.templates import TemplateFolder
from tests.fakes import HeldJobs, Recorder, header

IMAGE = ImageRef("1.2", "1.2.3", "1.2.3.4")
OTHER = ImageRef("9.2", "9.2.3", "9.2.3.4")


class Fixture:
    def __init__(self, tmp_path: Path) -> None:
        self.jobs, self.view = HeldJobs(), Recorder()
        self.notified: list[str] = []
        self.waiting: list[Callable[[], None]] = []
        self.privacy = Privacy()
        self.folder = TemplateFolder(tmp_path / "templates")
        self.readings = Readings(None, self.jobs, self.notified.append, self.later)
        self.presenter = ReportPresenter(
            self.jobs, self.privacy, self.folder,
            headers=lambda _: (), heads=lambda: {"h": "Student"}, notify=self.notified.append, later=self.later,
        )  # fmt: skip
        self.reading = self.readings.acquire(IMAGE)
        self.header = header("MUSTERMANN^ERIKA", study_uid="1.2", sop_instance_uid="1.2.3.4", birth_date="1961-02-03")
        self.presenter.follow((IMAGE, self.reading), self.header)
        self.presenter.attach(self.view)

    def later(self, _: int, call: Callable[[], None]) -> None:
        self.waiting.append(call)

    def wait(self) -> None:
        waiting, self.waiting = self.waiting, []
        for call in waiting:
            call()

    @property
    def state(self) -> Any:
        return self.view.last("show_report")

    def decide(self, verdict: Verdict, name: str, probability: float) -> None:
        key = FindingRef(IMAGE, "h", "1", "m", "r", "SCT", name)
        self.reading.do(Edit("decision", (SetDecision(key, None, Decision(verdict, name, probability, 0.3)),)))


@pytest.fixture
def fixture(tmp_path: Path) -> Fixture:
    return Fixture(tmp_path)


def test_what_is_typed_is_saved_and_on_the_page_within_half_a_second(fixture: Fixture) -> None:
    fixture.presenter.typed("Heart")
    fixture.presenter.typed("Heart enlarged")
    assert fixture.state.impression == ""
    fixture.wait()
    assert fixture.reading.reading.impression == "Heart enlarged"
    assert "Heart enlarged" in fixture.state.html and not fixture.state.empty
    fixture.reading.undo()
    assert fixture.state.impression == "" and fixture.state.empty


def test_a_decision_made_beside_the_dialog_is_on_the_page_at_once(fixture: Fixture) -> None:
    fixture.decide(Verdict.AGREE, "Mass", 0.5)
    assert "Mass (head: 50 %, no interval stated, threshold 30 %, present; reader agrees)" in fixture.state.html
    assert "Student 1" in fixture.state.html


def test_the_report_names_nobody_until_the_reader_wants_that(fixture: Fixture) -> None:
    fixture.presenter.typed("x")
    fixture.wait()
    for secret in ("MUSTERMANN", "1961", "ID-", "2026-11"):
        assert secret not in fixture.state.html and secret not in fixture.presenter.text()
    fixture.presenter.name_patient(named=True)
    assert fixture.state.named
    for secret in ("MUSTERMANN, ERIKA", "1961-02-03", "ID-MUSTERMANN^ERIKA", "2026-11-01"):
        assert secret in fixture.state.html and secret in fixture.presenter.text()


def test_hidden_identity_wins_over_the_switch_and_it_is_off_afterwards_for_another_patient(fixture: Fixture) -> None:
    fixture.presenter.name_patient(named=True)
    fixture.privacy.toggle()
    assert (fixture.state.named, fixture.state.can_name, fixture.state.about) == (False, False, "Identity hidden")
    assert "MUSTERMANN" not in fixture.state.html + fixture.presenter.text() + fixture.presenter.html()
    fixture.privacy.toggle()
    assert fixture.state.named
    other = fixture.readings.acquire(OTHER)
    fixture.presenter.follow((OTHER, other), header("OTHER", study_uid="9.2", sop_instance_uid="9.2.3.4"))
    assert not fixture.state.named and "OTHER" not in fixture.state.html


def test_typing_then_another_study_saves_to_the_first_one(fixture: Fixture) -> None:
    fixture.presenter.typed("of the first")
    other = fixture.readings.acquire(OTHER)
    fixture.presenter.follow((OTHER, other), header("OTHER"))
    assert fixture.reading.reading.impression == "of the first"
    assert other.reading.impression == "" and fixture.state.impression == ""
    fixture.presenter.follow(None)
    assert not fixture.state.writable and fixture.state.html == "" and fixture.state.empty
    assert fixture.state.why_not == "No image is open. Open one to write its report."


def test_a_template_is_filled_with_what_was_decided(fixture: Fixture) -> None:
    fixture.folder.save("mine", "Seen: {findings}\nNot seen: {absent}\n{patient_name}\n")
    (fixture.folder._folder / "broken.txt").write_text("{nope}")
    fixture.presenter.load_templates()
    names = [(row.name, bool(row.problems)) for row in fixture.state.templates]
    assert names == [("Example", False), ("broken", True), ("mine", False)]
    fixture.decide(Verdict.AGREE, "Mass", 0.5)
    fixture.decide(Verdict.DISAGREE, "Nodule", 0.5)
    assert fixture.presenter.filled("mine") == "Seen: Mass\nNot seen: Nodule"
    fixture.presenter.name_patient(named=True)
    assert fixture.presenter.filled("mine") == "Seen: Mass\nNot seen: Nodule\nMUSTERMANN, ERIKA"
    assert fixture.presenter.filled("broken") == ""
    assert fixture.presenter.filled("Example") == "Findings: Mass.\nNo Nodule."


def test_a_text_that_is_too_long_is_cut_and_said_so(fixture: Fixture) -> None:
    fixture.presenter.typed("x" * (MAX_TEXT + 1))
    fixture.wait()
    assert len(fixture.reading.reading.impression) == MAX_TEXT
    assert fixture.notified == ["An impression has at most 100,000 characters; the rest was cut off."]


def test_an_export_is_whole_or_not_there_and_the_reader_is_told(fixture: Fixture, tmp_path: Path) -> None:
    fixture.presenter.write(tmp_path / "report.pdf", b"%PDF-")
    fixture.jobs.release_all()
    assert (tmp_path / "report.pdf").read_bytes() == b"%PDF-"
    fixture.presenter.write(tmp_path / "no" / "report.pdf", b"%PDF-")
    fixture.jobs.release_all()
    assert fixture.notified == [
        "The report was saved.",
        "The report was not saved; check the folder, and that the disk has room.",
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["report.pdf"]


def test_a_study_that_another_window_writes_to_can_be_read_only(fixture: Fixture) -> None:
    fixture.reading.read_only = True
    fixture.presenter.refresh()
    assert not fixture.state.writable and "another window" in fixture.state.why_not
    fixture.presenter.typed("lost")
    fixture.wait()
    assert fixture.reading.reading.impression == "" and fixture.state.impression == ""
