"""Signatures, programs and the way to a first finding, in the window, with real packs and real processes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QAbstractButton, QLabel

from cxrviewer.app import App
from cxrviewer.heads.package.signature import make_key, sign
from cxrviewer.presenters.heads_state import HeadStatus
from cxrviewer.qt.heads_dialog import HeadsDialog
from tests.builders import heads as build
from tests.builders.dicom import image_bytes
from tests.qt.test_heads_dialog import app, dialog_of, drop, idle, pack, words
from tests.unit.test_heads_programs import program

__all__ = ["app"]  # the fixture

WAIT = 60_000


def panel_text(app: App) -> str:
    panel = app.window.findings
    found = [label.text() for label in panel.findChildren(QLabel)]
    return "\n".join(found + [b.text() + b.toolTip() + b.accessibleName() for b in panel.findChildren(QAbstractButton)])


def test_from_a_good_pack_to_its_first_finding_in_three_actions_and_no_restart(
    app: App, qtbot: Any, tmp_path: Path
) -> None:
    (tmp_path / "film.dcm").write_bytes(image_bytes())
    app.window.open_paths((tmp_path / "film.dcm",))
    qtbot.waitUntil(lambda: "Pleural effusion" in panel_text(app), timeout=WAIT)
    code = build.finding(0, value="1", meaning="Only in the pack")
    other = build.finding(1, value="2", meaning="Pneumothorax")
    source = pack(tmp_path, findings=(code, other))
    assert "Only in the pack" not in panel_text(app)
    actions = 0
    drop(app.window, source)
    actions += 1
    dialog = dialog_of(app)
    qtbot.waitUntil(lambda: idle(dialog) and dialog.state is not None and dialog.state.notice is not None, timeout=WAIT)
    assert "Installed Two greys 1.0.0." in dialog.notice_title.text()
    if dialog.use.isEnabled():
        dialog.use.click()
        actions += 1
    dialog.reject()
    actions += 1
    qtbot.waitUntil(lambda: "Only in the pack" in panel_text(app), timeout=WAIT)
    tips = [label.toolTip() for label in app.window.findings.findChildren(QLabel) if label.text() == "Two greys"]
    assert "Unsigned: nothing shows who made it" in tips
    assert actions <= 3


def test_the_dialog_says_who_signed_and_offers_a_new_key_only_as_a_choice(app: App, qtbot: Any, tmp_path: Path) -> None:
    keys = [make_key(tmp_path / name) for name in ("first", "second")]
    for name, version in (("first", "1.0.0"), ("second", "2.0.0")):
        folder = build.write_head(tmp_path / version, version=version).folder
        (folder / "head.toml.sig").write_bytes(sign((folder / "head.toml").read_bytes(), tmp_path / name)[0])
    app.open_heads(tmp_path / "1.0.0")
    dialog = dialog_of(app)
    qtbot.waitUntil(lambda: idle(dialog), timeout=WAIT)
    assert f"Signed with the key {keys[0]}, seen for the first time" in dialog.notice_problems.text()
    assert f"signed with the key {keys[0]} (a known key)" in words(dialog)
    assert not dialog.offer.isVisibleTo(dialog)
    drop(dialog, tmp_path / "2.0.0")
    qtbot.waitUntil(lambda: idle(dialog), timeout=WAIT)
    assert "The model head was not installed" in dialog.notice_title.text()
    assert f"is known by the key {keys[0]}" in dialog.notice_problems.text()
    assert dialog.offer.text() == f"Accept the key {keys[1]}"
    dialog.offer.click()
    qtbot.waitUntil(lambda: idle(dialog), timeout=WAIT)
    assert "Installed Two greys 2.0.0 in place of 1.0.0." in dialog.notice_title.text()
    dialog.reject()


def test_a_rejection_for_time_offers_more_of_it_and_an_unsigned_head_says_so(
    app: App, qtbot: Any, tmp_path: Path
) -> None:
    drop(app.window, pack(tmp_path, model=build.endless_model(), plain=True))
    dialog = dialog_of(app)
    qtbot.waitUntil(lambda: idle(dialog), timeout=WAIT)
    assert "Allowed are 6 s to load, 3 s per film" in dialog.notice_problems.text()
    assert dialog.offer.text() == "Try again with more time" and dialog.offer.isVisibleTo(dialog)
    (tmp_path / "good").mkdir()
    drop(dialog, pack(tmp_path / "good"))
    assert not dialog.offer.isVisibleTo(dialog)
    qtbot.waitUntil(lambda: idle(dialog), timeout=WAIT)
    assert "It is not signed" in dialog.notice_problems.text()
    rows = [dialog.list.item(row).text() for row in range(dialog.list.count())]
    assert any("unsigned" in row and "org.example.tiny" in row for row in rows)
    dialog.reject()


def test_a_program_runs_only_after_the_tick_and_the_button(app: App, qtbot: Any, tmp_path: Path) -> None:
    drop(app.window, program(tmp_path / "made", title="Program"))
    qtbot.waitUntil(lambda: app.window.findChild(HeadsDialog) is not None, timeout=WAIT)
    dialog = dialog_of(app)
    qtbot.waitUntil(lambda: idle(dialog), timeout=WAIT)
    assert "waits for your approval" in dialog.notice_title.text()
    said = words(dialog)
    assert "It can do whatever your account can" in said and "head.py" in said
    assert dialog.state is not None and dialog.state.chosen is not None
    assert dialog.state.chosen.status is HeadStatus.AWAITS_APPROVAL and not dialog.state.chosen.can_use
    assert not dialog.approve.isEnabled()
    dialog.understood.click()
    assert dialog.approve.isEnabled()
    dialog.approve.click()
    qtbot.waitUntil(lambda: idle(dialog), timeout=WAIT)
    assert "is approved, and every check passed" in dialog.notice_title.text()
    assert dialog.use.isEnabled() and dialog.withdraw.isVisibleTo(dialog)
    dialog.withdraw.click()
    qtbot.waitUntil(lambda: idle(dialog), timeout=WAIT)
    assert dialog.state.chosen is not None and dialog.state.chosen.status is HeadStatus.AWAITS_APPROVAL
    dialog.reject()
