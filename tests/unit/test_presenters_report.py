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


class Desk:
    def __init__(self, tmp_path: Path) -> None:
        self.jobs, self.view = HeldJobs(), Recorder()
        self.told: list[str] = []
        self.waiting: list[Callable[[], None]] = []
        self.privacy = Privacy()
        self.folder = TemplateFolder(tmp_path / "templates")
        self.readings = Readings(None, self.jobs, self.told.append, self.later)
        self.presenter = ReportPresenter(
            self.jobs, self.privacy, self.folder,
            headers=lambda _: (), heads=lambda: {"h": "Student"}, tell=self.told.append, later=self.later,
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
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_what_is_typed_is_saved_and_on_the_page_within_half_a_second(desk: Desk) -> None:
    desk.presenter.typed("Heart")
    desk.presenter.typed("Heart enlarged")
    assert desk.state.impression == ""
    desk.wait()
    assert desk.reading.reading.impression == "Heart enlarged"
    assert "Heart enlarged" in desk.state.html and not desk.state.empty
    desk.reading.undo()
    assert desk.state.impression == "" and desk.state.empty


def test_a_decision_made_beside_the_dialog_is_on_the_page_at_once(desk: Desk) -> None:
    desk.decide(Verdict.AGREE, "Mass", 0.5)
    assert "Mass (head: 50 %, threshold 30 %, present; reader agrees)" in desk.state.html
    assert "Student 1" in desk.state.html


def test_the_report_names_nobody_until_the_reader_wants_that(desk: Desk) -> None:
    desk.presenter.typed("x")
    desk.wait()
    for secret in ("MUSTERMANN", "1961", "ID-", "2026-11"):
        assert secret not in desk.state.html and secret not in desk.presenter.text()
    desk.presenter.name_patient(named=True)
    assert desk.state.named
    for secret in ("MUSTERMANN, ERIKA", "1961-02-03", "ID-MUSTERMANN^ERIKA", "2026-11-01"):
        assert secret in desk.state.html and secret in desk.presenter.text()


def test_hidden_identity_wins_over_the_switch_and_it_is_off_afterwards_for_another_patient(desk: Desk) -> None:
    desk.presenter.name_patient(named=True)
    desk.privacy.toggle()
    assert (desk.state.named, desk.state.can_name, desk.state.about) == (False, False, "Identity hidden")
    assert "MUSTERMANN" not in desk.state.html + desk.presenter.text() + desk.presenter.html()
    desk.privacy.toggle()
    assert desk.state.named
    other = desk.readings.acquire(OTHER)
    desk.presenter.follow((OTHER, other), header("OTHER", study_uid="9.2", sop_instance_uid="9.2.3.4"))
    assert not desk.state.named and "OTHER" not in desk.state.html


def test_typing_then_another_study_saves_to_the_first_one(desk: Desk) -> None:
    desk.presenter.typed("of the first")
    other = desk.readings.acquire(OTHER)
    desk.presenter.follow((OTHER, other), header("OTHER"))
    assert desk.reading.reading.impression == "of the first"
    assert other.reading.impression == "" and desk.state.impression == ""
    desk.presenter.follow(None)
    assert not desk.state.writable and desk.state.html == "" and desk.state.empty
    assert desk.state.why_not == "No image is open. Open one to write its report."


def test_a_template_is_filled_with_what_was_decided(desk: Desk) -> None:
    desk.folder.save("mine", "Seen: {findings}\nNot seen: {absent}\n{patient_name}\n")
    (desk.folder._folder / "broken.txt").write_text("{nope}")
    desk.presenter.load_templates()
    names = [(row.name, bool(row.problems)) for row in desk.state.templates]
    assert names == [("Example", False), ("broken", True), ("mine", False)]
    desk.decide(Verdict.AGREE, "Mass", 0.5)
    desk.decide(Verdict.DISAGREE, "Nodule", 0.5)
    assert desk.presenter.filled("mine") == "Seen: Mass\nNot seen: Nodule"
    desk.presenter.name_patient(named=True)
    assert desk.presenter.filled("mine") == "Seen: Mass\nNot seen: Nodule\nMUSTERMANN, ERIKA"
    assert desk.presenter.filled("broken") == ""
    assert desk.presenter.filled("Example") == "Findings: Mass.\nNo Nodule."


def test_a_text_that_is_too_long_is_cut_and_said_so(desk: Desk) -> None:
    desk.presenter.typed("x" * (MAX_TEXT + 1))
    desk.wait()
    assert len(desk.reading.reading.impression) == MAX_TEXT
    assert desk.told == ["An impression has at most 100,000 characters; the rest was cut off."]


def test_an_export_is_whole_or_not_there_and_the_reader_is_told(desk: Desk, tmp_path: Path) -> None:
    desk.presenter.write(tmp_path / "report.pdf", b"%PDF-")
    desk.jobs.release_all()
    assert (tmp_path / "report.pdf").read_bytes() == b"%PDF-"
    desk.presenter.write(tmp_path / "no" / "report.pdf", b"%PDF-")
    desk.jobs.release_all()
    assert desk.told == [
        "The report was saved.",
        "The report was not saved; check the folder, and that the disk has room.",
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["report.pdf"]


def test_a_study_that_another_window_writes_to_can_be_read_only(desk: Desk) -> None:
    desk.reading.read_only = True
    desk.presenter.refresh()
    assert not desk.state.writable and "another window" in desk.state.why_not
    desk.presenter.typed("lost")
    desk.wait()
    assert desk.reading.reading.impression == "" and desk.state.impression == ""
