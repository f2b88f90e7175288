"""Signatures, programs and the way to a first finding, in the window, with real packs and real processes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QAbstractButton, QLabel

from cxrviewer.app import App
from cxrviewer.heads.package.signature import make_key, sign
from cxrviewer.presenters.heads_state import HeadStatus
from tests.builders import heads as build
from tests.builders.dicom import film_bytes
from tests.qt.test_heads_dialog import app, drop, idle, pack, sheet_of, words
from tests.unit.test_heads_programs import program

__all__ = ["app"]  # the fixture

WAIT = 60_000


def panel_words(app: App) -> str:
    panel = app.window.findings
    found = [label.text() for label in panel.findChildren(QLabel)]
    return "\n".join(found + [b.text() + b.toolTip() + b.accessibleName() for b in panel.findChildren(QAbstractButton)])


def test_from_a_good_pack_to_its_first_finding_in_three_actions_and_no_restart(
    app: App, qtbot: Any, tmp_path: Path
) -> None:
    (tmp_path / "film.dcm").write_bytes(film_bytes())
    app.window.open_paths((tmp_path / "film.dcm",))
    qtbot.waitUntil(lambda: "Pleural effusion" in panel_words(app), timeout=WAIT)
    code = build.finding(0, value="1", meaning="Only in the pack")
    other = build.finding(1, value="2", meaning="Pneumothorax")
    source = pack(tmp_path, findings=(code, other))
    assert "Only in the pack" not in panel_words(app)
    actions = 0
    drop(app.window, source)
    actions += 1
    sheet = sheet_of(app)
    qtbot.waitUntil(lambda: idle(sheet) and sheet.state is not None and sheet.state.notice is not None, timeout=WAIT)
    assert "Installed Two greys 1.0.0." in sheet.notice_title.text()
    if sheet.use.isEnabled():
        sheet.use.click()
        actions += 1
    sheet.reject()
    actions += 1
    qtbot.waitUntil(lambda: "Only in the pack" in panel_words(app), timeout=WAIT)
    tips = [label.toolTip() for label in app.window.findings.findChildren(QLabel) if label.text() == "Two greys"]
    assert "Unsigned: nothing shows who made it" in tips
    assert actions <= 3


def test_the_dialog_says_who_signed_and_offers_a_new_key_only_as_a_choice(app: App, qtbot: Any, tmp_path: Path) -> None:
    keys = [make_key(tmp_path / name) for name in ("first", "second")]
    for name, version in (("first", "1.0.0"), ("second", "2.0.0")):
        folder = build.write_head(tmp_path / version, version=version).folder
        (folder / "head.toml.sig").write_bytes(sign((folder / "head.toml").read_bytes(), tmp_path / name)[0])
    app.open_heads(tmp_path / "1.0.0")
    sheet = sheet_of(app)
    qtbot.waitUntil(lambda: idle(sheet), timeout=WAIT)
    assert f"Signed with the key {keys[0]}, seen for the first time" in sheet.notice_problems.text()
    assert f"signed with the key {keys[0]} (a known key)" in words(sheet)
    assert not sheet.offer.isVisibleTo(sheet)
    drop(sheet, tmp_path / "2.0.0")
    qtbot.waitUntil(lambda: idle(sheet), timeout=WAIT)
    assert "The model head was not installed" in sheet.notice_title.text()
    assert f"is known by the key {keys[0]}" in sheet.notice_problems.text()
    assert sheet.offer.text() == f"Accept the key {keys[1]}"
    sheet.offer.click()
    qtbot.waitUntil(lambda: idle(sheet), timeout=WAIT)
    assert "Installed Two greys 2.0.0 in place of 1.0.0." in sheet.notice_title.text()
    sheet.reject()


def test_a_refusal_for_time_offers_more_of_it_and_an_unsigned_head_says_so(
    app: App, qtbot: Any, tmp_path: Path
) -> None:
    drop(app.window, pack(tmp_path, model=build.endless_model(), plain=True))
    sheet = sheet_of(app)
    qtbot.waitUntil(lambda: idle(sheet), timeout=WAIT)
    assert "Allowed are 6 s to load, 3 s per film" in sheet.notice_problems.text()
    assert sheet.offer.text() == "Try again with more time" and sheet.offer.isVisibleTo(sheet)
    (tmp_path / "good").mkdir()
    drop(sheet, pack(tmp_path / "good"))
    assert not sheet.offer.isVisibleTo(sheet)
    qtbot.waitUntil(lambda: idle(sheet), timeout=WAIT)
    assert "It is not signed" in sheet.notice_problems.text()
    rows = [sheet.list.item(row).text() for row in range(sheet.list.count())]
    assert any("unsigned" in row and "org.example.tiny" in row for row in rows)
    sheet.reject()


def test_a_program_runs_only_after_the_tick_and_the_button(app: App, qtbot: Any, tmp_path: Path) -> None:
    drop(app.window, program(tmp_path / "made", title="Program"))
    sheet = sheet_of(app)
    qtbot.waitUntil(lambda: idle(sheet), timeout=WAIT)
    assert "waits for your approval" in sheet.notice_title.text()
    said = words(sheet)
    assert "It can do whatever your account can" in said and "head.py" in said
    assert sheet.state is not None and sheet.state.chosen is not None
    assert sheet.state.chosen.status is HeadStatus.AWAITS_APPROVAL and not sheet.state.chosen.can_use
    assert not sheet.approve.isEnabled()
    sheet.understood.click()
    assert sheet.approve.isEnabled()
    sheet.approve.click()
    qtbot.waitUntil(lambda: idle(sheet), timeout=WAIT)
    assert "is approved, and every check passed" in sheet.notice_title.text()
    assert sheet.use.isEnabled() and sheet.withdraw.isVisibleTo(sheet)
    sheet.withdraw.click()
    qtbot.waitUntil(lambda: idle(sheet), timeout=WAIT)
    assert sheet.state.chosen is not None and sheet.state.chosen.status is HeadStatus.AWAITS_APPROVAL
    sheet.reject()
