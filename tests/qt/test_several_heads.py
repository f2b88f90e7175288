"""Several heads in the real window, with heads that answer when the test lets them; and once with real processes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel

from cxrviewer.app import App
from cxrviewer.heads.contract import Rejection, RejectionCode
from cxrviewer.paths import AppPaths
from cxrviewer.presenters.finding_states import ImageStatus
from cxrviewer.presenters.findings import FindingsPresenter, Several, Shown
from cxrviewer.presenters.head_plans import HeadPlan
from cxrviewer.presenters.head_starter import HeadStarter
from cxrviewer.qt import theme
from cxrviewer.qt.head_findings import CardButton
from cxrviewer.qt.job_runner import QtJobRunner
from tests.builders import heads as build
from tests.fakes import FakeScorer, Recorder, another, fake_image, head_name, prediction

LONG = "A foreign network with a title that is far too long for any panel of a window"


def without_maps() -> FakeScorer:
    answer = replace(prediction(maps=False), head_id="foreign")
    return another("foreign", LONG, maps=False, answers={"film-a": answer})


@pytest.fixture
def fixture(make_window: Any) -> Any:
    rejection = Rejection(RejectionCode.CHILD, "This head reads children only.")
    return make_window(more=[another("child", "Children", rejection=rejection), without_maps()]).open()


def test_each_head_has_its_name_over_its_findings_or_its_reason(fixture: Any) -> None:
    panel = fixture.window.findings
    texts = [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]
    for words in ("Test student", "Children", LONG, "1.0.0", "2.0.0", "This head reads children only."):
        assert words in texts
    assert [len(body.cards()) for body in panel.bodies()] == [4, 0, 4]
    assert panel.bodies()[1].notice()[0] == "Not scored: child"


def test_one_head_alone_has_no_group_and_no_name_over_it(make_window: Any) -> None:
    panel = make_window().open().window.findings
    assert len(panel.bodies()) == 1
    assert not panel.layer.whose.isVisible() and not panel.layer.compute.isVisible()


def test_a_long_title_ends_in_an_ellipsis_and_says_the_rest_as_a_tooltip(fixture: Any) -> None:
    (title,) = [
        label for label in fixture.window.findings.findChildren(QLabel) if label.text() == LONG and label.isVisible()
    ]
    assert title.toolTip() == f"{LONG}\nUnsigned: nothing shows who made it"
    assert title.width() < title.fontMetrics().horizontalAdvance(LONG)


def test_the_heading_of_each_head_says_who_signed_it(fixture: Any) -> None:
    panel = fixture.window.findings
    shown = {label.text(): label.toolTip() for label in panel.findChildren(QLabel) if label.isVisible()}
    assert shown["Test student"] == "Signed with the key ABCDE-FGHIJ-KLMNO-PQRST (a known key)"
    assert shown["Children"] == "Unsigned: nothing shows who made it"
    assert shown["1.0.0"].startswith("Signed with the key ABCDE-FGHIJ-KLMNO-PQRST (a known key)\n")  # and how long
    descriptions = [panel._groups[g.key].accessibleDescription() for g in panel.state.groups]
    assert [words.split()[0] for words in descriptions] == ["Signed", "Unsigned:", "Unsigned:"]


def test_the_name_of_a_single_head_says_who_signed_it_too(make_window: Any) -> None:
    panel = make_window().open().window.findings
    assert "Signed with the key ABCDE-FGHIJ-KLMNO-PQRST (a known key)" in panel._head.toolTip().splitlines()


def test_the_key_for_the_next_finding_goes_through_all_heads_and_scrolls_to_it(fixture: Any, qtbot: Any) -> None:
    panel = fixture.window.findings
    seen = []
    for _ in range(7):
        state = panel.state
        assert isinstance(state, Several)
        seen.append([g.state.chosen for g in state.groups if isinstance(g.state, Shown)])
        fixture.window.action("ai.next_finding").trigger()
    assert seen == [[0, None], [1, None], [2, None], [None, 0], [None, 1], [None, 2], [0, None]]
    fixture.room.findings.choose(0, "foreign")
    (card,) = [card for card in panel.cards() if card.isChecked()]
    assert not card.visibleRegion().isEmpty()


def test_a_click_on_a_card_of_another_head_shows_whose_map_it_is(make_window: Any, qtbot: Any) -> None:
    fixture = make_window(more=[another()]).open()
    fixture.room.layer.set_visible(True)
    panel = fixture.window.findings
    card = panel.bodies()[1].cards()[1]
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    assert card.isChecked() and not panel.bodies()[0].cards()[0].isChecked()
    assert panel.layer.whose.text() == "Grad-CAM · Another head 2.0.0"
    assert panel.layer.finding.text() == "Pleural effusion"


def test_a_map_is_computed_on_request_with_progress_and_cancel(fixture: Any, qtbot: Any) -> None:
    controls, findings = fixture.window.findings.layer, fixture.room.findings
    findings.choose(0, "foreign")
    assert controls.compute.isVisible() and not controls.progress.isVisible()
    qtbot.mouseClick(controls.compute, Qt.MouseButton.LeftButton)
    assert controls.compute.text() == "Cancel  M" and controls.progress.isVisible()
    assert controls._timer.isActive()
    qtbot.mouseClick(controls.compute, Qt.MouseButton.LeftButton)
    assert not controls.progress.isVisible() and not controls._timer.isActive()
    assert "map" not in fixture.jobs.newest
    fixture.window.action("ai.compute_map").trigger()
    fixture.jobs.release("map")
    assert not controls.compute.isVisible() and "No Grad-CAM" in controls.caption.text()
    assert fixture.room.layer.visible  # asked for, so shown


def test_a_failed_head_among_others_is_tried_again_by_its_own_button(make_window: Any, qtbot: Any) -> None:
    from cxrviewer.errors import ScoringError

    failing = another(answers={"film-a": ScoringError("The model process ended.")})
    fixture = make_window(more=[failing]).open()
    failing.answers.clear()
    qtbot.mouseClick(fixture.window.findings.bodies()[1].retry_button, Qt.MouseButton.LeftButton)
    fixture.jobs.release_all()
    assert len(fixture.window.findings.cards()) == 8
    assert fixture.scorer.ran == ["film-a"]


def test_an_old_versions_scores_are_named_old_and_cannot_be_chosen(fixture: Any) -> None:
    newer = FakeScorer(manifest=replace(fixture.scorer.manifest, version="1.1.0"))
    fixture.scorer = newer
    fixture.room.start_heads(fixture.plans)
    fixture.jobs.release("head")
    body = fixture.window.findings.bodies()[0]
    assert "version 1.0.0" in body._old.text() and body._old.isVisible()
    assert not any(card.isEnabled() for card in body.cards())
    fixture.jobs.release_all()
    assert not body._old.isVisible() and all(card.isEnabled() for card in fixture.window.findings.bodies()[0].cards())


def test_the_worklist_calls_scores_of_before_old(make_window: Any) -> None:
    fixture = make_window(images={"a": fake_image(), "b": fake_image(key="b")}).open()
    fixture.room.worklist.select(fixture.key("b"))
    fixture.jobs.release_all()
    fixture.more.append(another())
    fixture.room.start_heads(fixture.plans)
    fixture.jobs.release_all()
    status = fixture.room.worklist._status
    assert status[fixture.key("a")].text == "2 flagged · old" and not status[fixture.key("a")].flagged
    assert status[fixture.key("b")] == ImageStatus("2 flagged", flagged=True)


def test_real_heads_a_small_one_on_shared_features_and_one_switched_off(
    qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    if application.styleSheet() != theme.style_sheet(theme.DARK):
        theme.apply(application)
    backbone = build.write_head(tmp_path / "shipped" / "a").manifest
    assert backbone is not None
    build.write_features_head(tmp_path / "shipped" / "b", backbone)
    monkeypatch.setattr("cxrviewer.heads.registry.discover.shipped_folder", lambda: tmp_path / "shipped")
    grey = np.full((300, 240), 200, np.uint8)
    Image.fromarray(grey).save(tmp_path / "film.png")
    app = App(AppPaths.under(tmp_path / "home"))
    for _ in closing(app):
        app.start((tmp_path / "film.png",))

        def both() -> bool:
            state = app.window.findings.state
            return isinstance(state, Several) and all(isinstance(g.state, Shown) for g in state.groups)

        qtbot.waitUntil(both, timeout=60_000)
        small = app.room.findings._heads["org.example.small"]
        assert small.prediction is not None
        # By hand: 200 / 255 letterboxed (240 of 300 columns) is a mean grey of 0.627; the weight is 4.
        assert small.prediction.scores[0].logit == pytest.approx(4 * 200 / 255 * 240 / 300, rel=0.02)
        app.room.findings.choose(0, "org.example.small")
        app.room.request_map()
        qtbot.waitUntil(lambda: not app.room.findings.computing_map, timeout=60_000)
        assert "feature cells" in app.window.findings.layer.caption.text()


def closing(app: App) -> Iterator[None]:
    try:
        yield
    finally:
        app.window.close()
        app.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_a_head_that_takes_long_to_start_does_not_hold_back_the_scores_of_another(qtbot: Any) -> None:
    first, second, entered, release = FakeScorer(), another(), threading.Event(), threading.Event()

    def slow(note: Any) -> FakeScorer:
        entered.set()
        assert release.wait(20)
        return second

    jobs, view = QtJobRunner(), Recorder()
    findings = FindingsPresenter(view, jobs, lambda _: None, lambda *_: None)
    try:
        plans = [HeadPlan(head_name(first), lambda note: first), HeadPlan(head_name(second), slow)]
        HeadStarter(jobs, findings, lambda: None).start(lambda: plans)
        qtbot.waitUntil(entered.is_set)
        findings.open("film-a", fake_image())
        qtbot.waitUntil(lambda: first.ran == ["film-a"])
        assert second.ran == []
    finally:
        release.set()
        jobs.shutdown()


@pytest.mark.parametrize("heads", [1, 3])
def test_tab_goes_through_the_panel_as_it_is_seen_from_top_to_bottom(make_window: Any, qtbot: Any, heads: int) -> None:
    fixture = make_window(more=[another("second"), without_maps()][: heads - 1]).open()
    window, panel = fixture.window, fixture.window.findings
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.resize(1280, 3000)  # nothing scrolls
    for body in panel.bodies():
        body.below.button.setChecked(True)
        body.unvalidated.button.setChecked(True)
    window.commands.run("ai.next_finding")
    QApplication.processEvents()
    panel.ai.setFocus()
    seen, inside = [], panel.ai
    while panel.isAncestorOf(inside):
        seen.append(inside)
        qtbot.keyClick(inside, Qt.Key.Key_Tab)
        inside = QApplication.focusWidget()
    places = [widget.mapTo(panel, QPoint()) for widget in seen]
    assert [(p.y(), p.x()) for p in places] == sorted((p.y(), p.x()) for p in places)
    assert [one for one in seen if isinstance(one, CardButton)] == [
        card for card in panel.cards() if card.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    assert panel.decision_bar().comment in seen and panel.layer.colours in seen


@pytest.mark.parametrize("place", ["card", "agree", "section"])
def test_the_focus_in_the_findings_goes_to_the_image_when_another_one_comes(
    make_window: Any, qtbot: Any, place: str
) -> None:
    fixture = make_window(images={"a": fake_image(), "b": fake_image(key="b")}).open()
    window, panel = fixture.window, fixture.window.findings
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    {"card": panel.cards()[0], "agree": panel.decision_bar().agree, "section": panel.below.button}[place].setFocus()
    qtbot.keyClick(window, Qt.Key.Key_PageDown)
    fixture.jobs.release_all()
    QApplication.processEvents()
    assert QApplication.focusWidget() is window.canvas


def test_the_focus_stays_at_a_decision_that_a_key_makes(make_window: Any, qtbot: Any) -> None:
    fixture = make_window().open()
    window = fixture.window
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    agree = window.findings.decision_bar().agree
    agree.setFocus()
    qtbot.keyClick(agree, Qt.Key.Key_Space)
    QApplication.processEvents()
    assert agree.isChecked() and agree.hasFocus()
