"""The local audit: counts by hand, Wilson intervals from published tables, and what is not known is said."""

from __future__ import annotations

import csv
import io
from itertools import count
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxrviewer.presenters.audit import AuditPresenter, AuditState
from cxrviewer.reading.document import Decision, Edit, FindingRef, Reading, SetDecision, Verdict
from cxrviewer.reading.journal import Did, Journal
from cxrviewer.reading.shelf import shelved
from cxrviewer.reading.values import ImageRef
from cxrviewer.reports.audit import COLUMNS, NOT_A_VALIDATION, Share, as_csv, audit_of, wilson
from tests.fakes import HeldJobs, Recorder

AGREE, DISAGREE, OPEN = Verdict.AGREE, Verdict.DISAGREE, Verdict.UNDECIDED


def reading(*decided: tuple[int, str, Verdict, float], version: str = "1", model: str = "m") -> Reading:
    """Return decisions (image, finding, verdict, probability), all against a threshold of 0.5."""
    made = {}
    for image, name, verdict, probability in decided:
        ref = FindingRef(ImageRef("1", "1.1", f"1.1.{image}"), "head", version, model, "r", "SCT", name)
        made[ref] = Decision(verdict, name, probability, 0.5, "see" if verdict is OPEN else "")
    return Reading(decisions=MappingProxyType(made))


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        # Newcombe, Statistics in Medicine 17 (1998), table I, method 3: the score method without correction.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_intervals_are_those_of_a_published_table(part: int, whole: int, low: float, high: float) -> None:
    assert wilson(part, whole) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_holds_its_share_and_is_mirrored_for_the_rest(given: tuple[int, int]) -> None:
    part, whole = given
    low, high = wilson(part, whole)
    assert 0 <= low <= part / whole <= high <= 1
    assert wilson(whole - part, whole) == pytest.approx((1 - high, 1 - low))


@pytest.mark.parametrize(("part", "whole"), [(0, 0), (2, 1), (-1, 3)])
def test_a_share_of_nothing_has_no_interval(part: int, whole: int) -> None:
    with pytest.raises(ValueError, match="interval"):
        wilson(part, whole)


def test_counts_and_shares_of_a_table_worked_by_hand() -> None:
    # Flagged: 3 agree, 1 disagree. Not flagged: 4 agree, 2 disagree. One comment, and one image with another finding.
    numbers = count()
    decided = [(next(numbers), "Mass", AGREE, 0.9) for _ in range(3)]
    decided += [(next(numbers), "Mass", DISAGREE, 0.9)]
    decided += [(next(numbers), "Mass", AGREE, 0.1) for _ in range(4)]
    decided += [(next(numbers), "Mass", DISAGREE, 0.1) for _ in range(2)]
    decided += [(next(numbers), "Mass", OPEN, 0.1), (next(numbers), "Nodule", AGREE, 0.5)]
    (audit,) = audit_of([reading(*decided)])
    mass, nodule = audit.findings
    assert (audit.images, mass.images, mass.decided, mass.missing, mass.undecided) == (12, 12, 10, 2, 1)
    assert mass.agreement == Share(7, 10)
    assert mass.present_of_flagged == Share(3, 4)
    assert mass.flagged_of_present == Share(3, 5)
    assert mass.unflagged_of_absent == Share(4, 5)
    assert mass.absent_of_unflagged == Share(4, 6)
    # At the threshold is above it, as everywhere in the program.
    assert (nodule.flagged_agree, nodule.missing) == (1, 11)


def test_what_the_decisions_do_not_allow_is_not_known() -> None:
    (audit,) = audit_of([reading((1, "Mass", AGREE, 0.9), (2, "Mass", AGREE, 0.9))])
    (mass,) = audit.findings
    # Two of two flagged ones are right. Of what was missed nothing is known: no "100 % sensitivity".
    assert mass.present_of_flagged == Share(2, 2)
    assert mass.flagged_of_present is None and mass.absent_of_unflagged is None
    assert mass.unflagged_of_absent is None
    (other,) = audit_of([reading((1, "Mass", AGREE, 0.1))])
    assert other.findings[0].unflagged_of_absent is None and other.findings[0].present_of_flagged is None


def test_versions_models_and_heads_are_never_mixed() -> None:
    audits = audit_of(
        [
            reading((1, "Mass", AGREE, 0.9)),
            reading((1, "Mass", DISAGREE, 0.9), version="2"),
            reading((1, "Mass", DISAGREE, 0.9), model="other"),
        ]
    )
    assert [(a.key.version, a.key.model, a.findings[0].flagged_agree) for a in audits] == [
        ("1", "m", 1), ("1", "other", 0), ("2", "m", 0),
    ]  # fmt: skip


def test_csv_has_one_line_per_finding_says_what_it_is_not_and_names_no_image() -> None:
    text = as_csv(audit_of([reading((1, "=HYPERLINK(1)", AGREE, 0.9), (2, "Mass, left", DISAGREE, 0.1))]))
    rows = list(csv.DictReader(io.StringIO(text)))
    assert tuple(rows[0]) == COLUMNS
    assert [row["finding"] for row in rows] == ["'=HYPERLINK(1)", "Mass, left"]
    assert all(row["note"] == NOT_A_VALIDATION and "no validation" in row["note"] for row in rows)
    assert (rows[0]["decided"], rows[0]["missing"], rows[0]["present_of_flagged"]) == ("1", "1", "1.0000")
    assert rows[0]["present_of_flagged_low"] == "0.2065"  # 1 / (1 + 1.96²)
    assert rows[0]["flagged_of_present"] == ""
    assert "1.1.1" not in text and "1.1.2" not in text


# From the journals to the dialog.


def saved(folder: Path, name: str, given: Reading) -> None:
    journal = Journal(folder / f"{name}.reading")
    for ref, decision in given.decisions.items():
        edit = Edit("decision", (SetDecision(ref, None, decision),))
        journal.document.do(edit)
        journal.append(Did(edit))
    journal.close()


def shown(folder: Path | None, told: list[str] | None = None) -> tuple[AuditPresenter, HeldJobs, Any]:
    view, jobs = Recorder(), HeldJobs()
    presenter = AuditPresenter(jobs, folder, lambda: {"head": "Student"}, (told if told is not None else []).append)
    presenter.attach(view)
    return presenter, jobs, view


def test_all_journals_are_counted_and_unreadable_ones_are_named(tmp_path: Path) -> None:
    saved(tmp_path, "a", reading((1, "Mass", AGREE, 0.9)))
    saved(tmp_path, "b", reading((2, "Mass", DISAGREE, 0.9)))
    (tmp_path / "c.reading").write_bytes(b"nonsense\n")
    (tmp_path / "d.reading.deleted").write_bytes((tmp_path / "a.reading").read_bytes())
    (tmp_path / "e.reading").symlink_to(tmp_path / "a.reading")
    _, jobs, view = shown(tmp_path)
    state: AuditState = view.last("show_audit")
    assert state.busy
    jobs.release_all()
    state = view.last("show_audit")
    assert (state.busy, state.message) == (False, "")
    assert state.notice == "1 reading could not be read and is not counted."
    (page,) = state.pages
    assert (page.title, page.detail) == ("Student 1", "2 images with decisions · m · head")
    # Wilson of 1 of 2: 0.0945 to 0.9055.
    assert [cell.text for cell in page.rows[0]] == [
        "Mass", "2", "0", "50 % (9–91), 1/2", "50 % (9–91), 1/2", "not known", "0 % (0–79), 0/1",
    ]  # fmt: skip
    assert "what the head missed" in page.rows[0][5].more


def test_without_a_decision_there_is_a_sentence_and_no_table(tmp_path: Path) -> None:
    for folder in (None, tmp_path / "not there", tmp_path):
        _, jobs, view = shown(folder)
        jobs.release_all()
        state = view.last("show_audit")
        assert state.pages == () and state.message == "No decision yet. Agree or disagree with findings first."


def test_the_export_is_whole_or_not_there(tmp_path: Path) -> None:
    saved(tmp_path, "a", reading((1, "Mass", AGREE, 0.9)))
    told: list[str] = []
    presenter, jobs, _ = shown(tmp_path, told)
    jobs.release_all()
    presenter.export(tmp_path / "audit.csv")
    jobs.release_all()
    assert (tmp_path / "audit.csv").read_text(encoding="utf-8").startswith("head,version,")
    presenter.export(tmp_path / "no" / "audit.csv")
    jobs.release_all()
    assert told == [
        "The audit was saved.",
        "The audit was not saved; check the folder, and that the disk has room.",
    ]


def test_a_closed_dialog_is_not_drawn_into(tmp_path: Path) -> None:
    presenter, jobs, view = shown(tmp_path)
    presenter.detach()
    jobs.release_all()
    assert view.last("show_audit").busy


def test_a_shelf_lists_the_newest_first(tmp_path: Path) -> None:
    import os

    saved(tmp_path, "a", reading((1, "Mass", AGREE, 0.9)))
    saved(tmp_path, "b", reading((1, "Mass", AGREE, 0.9)))
    os.utime(tmp_path / "a.reading", (2_000_000_000, 2_000_000_000))
    os.utime(tmp_path / "b.reading", (1_000_000_000, 1_000_000_000))
    assert [(one.name, one.changed) for one in shelved(tmp_path)] == [
        ("a.reading", 2_000_000_000), ("b.reading", 1_000_000_000),
    ]  # fmt: skip
