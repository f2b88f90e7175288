"""Decisions in the real window: mouse, keys, undo, and what is there after the image is opened again."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from cxrviewer.presenters.findings import NO_IMAGE
from cxrviewer.reading.document import Verdict
from tests.fakes import FakeScorer, another, fake_image, prediction


@pytest.fixture
def fixture(make_window: Any) -> Any:
    made = make_window(images={"a": fake_image(key="a"), "b": fake_image(key="b")}).open()
    made.window.canvas.setFocus()
    return made


def verdicts(fixture: Any) -> dict[str, Verdict]:
    return {card.card.name: card.card.verdict for card in fixture.window.findings.cards()}


def press(fixture: Any, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(fixture.window.canvas, key, modifiers)


def test_keys_agree_disagree_and_undo(fixture: Any) -> None:
    press(fixture, Qt.Key.Key_U)
    assert verdicts(fixture)["Cardiomegaly"] is Verdict.AGREE
    press(fixture, Qt.Key.Key_N)
    press(fixture, Qt.Key.Key_U, Qt.KeyboardModifier.ShiftModifier)
    assert verdicts(fixture)["Pleural effusion"] is Verdict.DISAGREE
    press(fixture, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert verdicts(fixture)["Pleural effusion"] is Verdict.UNDECIDED
    assert verdicts(fixture)["Cardiomegaly"] is Verdict.AGREE
    fixture.window.action("edit.redo").trigger()
    assert verdicts(fixture)["Pleural effusion"] is Verdict.DISAGREE


def test_the_buttons_stand_below_the_chosen_finding_and_say_what_agreeing_means(fixture: Any) -> None:
    panel = fixture.window.findings
    bar = panel.decision_bar()
    assert bar.agree.accessibleName() == "Agree: Cardiomegaly. Agree: it is present."
    QTest.mouseClick(bar.agree, Qt.MouseButton.LeftButton)
    assert bar.agree.isChecked() and not bar.disagree.isChecked()
    panel.below.button.setChecked(True)
    QApplication.processEvents()
    pneumothorax = next(card for card in panel.cards() if card.card.name == "Pneumothorax")
    QTest.mouseClick(pneumothorax, Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    assert panel.decision_bar() is bar
    assert bar.mapTo(panel, bar.rect().topLeft()).y() > pneumothorax.mapTo(panel, pneumothorax.rect().bottomLeft()).y()
    assert bar.agree.accessibleName() == "Agree: Pneumothorax. Agree: it is not present."
    assert not bar.agree.isChecked()
    QTest.mouseClick(bar.disagree, Qt.MouseButton.LeftButton)
    assert pneumothorax.accessibleName().endswith("you disagree")
    assert verdicts(fixture) == {
        "Cardiomegaly": Verdict.AGREE, "Pleural effusion": Verdict.UNDECIDED,
        "Pneumothorax": Verdict.DISAGREE, "Hernia": Verdict.UNDECIDED,
    }  # fmt: skip


def test_a_finding_without_evidence_offers_no_decision(fixture: Any) -> None:
    fixture.room.findings.choose(3)
    assert fixture.window.findings.decision_bar() is None
    assert not fixture.window.action("ai.agree").isEnabled()


def test_a_comment_is_typed_by_keyboard_and_the_windows_undo_takes_it_back(fixture: Any, qtbot: Any) -> None:
    press(fixture, Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
    field = fixture.window.findings.decision_bar().comment
    assert field.hasFocus()
    QTest.keyClicks(field, "ul")  # both are keys of commands elsewhere
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert fixture.window.canvas.hasFocus()
    card = fixture.window.findings.cards()[0]
    assert card.card.comment == "ul" and card.accessibleName().endswith("with a comment")
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert fixture.window.findings.cards()[0].card.comment == "" and field.text() == ""


def test_what_is_being_typed_stays_while_something_else_is_decided(fixture: Any) -> None:
    bar = fixture.window.findings.decision_bar()
    bar.comment.setFocus()
    QTest.keyClicks(bar.comment, "abc")
    fixture.room.findings.processes_changed()
    assert bar.comment.text() == "abc"
    fixture.room.decisions.decide(Verdict.AGREE, 1)
    assert bar.comment.text() == "abc"
    assert fixture.window.findings.cards()[0].card.comment == "abc"


def test_decisions_come_back_with_their_image_only(fixture: Any) -> None:
    press(fixture, Qt.Key.Key_U)
    fixture.room.worklist.select(fixture.key("b"))
    fixture.jobs.release_all()
    assert set(verdicts(fixture).values()) == {Verdict.UNDECIDED}
    fixture.room.worklist.select(fixture.key("a"))
    fixture.jobs.release_all()
    assert verdicts(fixture)["Cardiomegaly"] is Verdict.AGREE


def test_of_several_heads_only_the_one_that_was_meant_is_decided_about(make_window: Any) -> None:
    other = replace(prediction(), head_id="other.head", head_version="2.0.0")
    fixture = make_window(scorer=FakeScorer(), more=[another(answers={"film-a": other})]).open()
    bar = fixture.window.findings.decision_bar()
    QTest.mouseClick(bar.agree, Qt.MouseButton.LeftButton)
    first, second = fixture.window.findings.bodies()
    assert first.cards()[0].card.verdict is Verdict.AGREE
    assert all(card.card.verdict is Verdict.UNDECIDED for card in second.cards())
    fixture.room.findings.choose(0, "other.head")
    assert first.decision.isHidden() and not second.decision.isHidden()
    QTest.mouseClick(second.decision.disagree, Qt.MouseButton.LeftButton)
    assert [b.cards()[0].card.verdict for b in (first, second)] == [Verdict.AGREE, Verdict.DISAGREE]


def test_with_two_viewports_the_decision_goes_to_the_active_image(make_window: Any) -> None:
    fixture = make_window(images={"a": fake_image(key="a"), "b": fake_image(key="b")}).open()
    fixture.window.action("viewport.layout_1x2").trigger()
    fixture.room.open_in(1, fixture.key("b"))
    fixture.jobs.release_all()
    fixture.window.action("ai.agree").trigger()
    fixture.window.action("viewport.next").trigger()
    fixture.jobs.release_all()
    assert set(verdicts(fixture).values()) == {Verdict.UNDECIDED}
    fixture.window.action("viewport.next").trigger()
    fixture.jobs.release_all()
    assert verdicts(fixture)["Cardiomegaly"] is Verdict.AGREE


class Windows(QObject):
    """Counts the windows that are shown."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.shown.append(watched.objectName())
        return False


def test_a_finding_that_leaves_before_it_was_painted_is_no_window_that_takes_the_keyboard(fixture: Any) -> None:
    panel, state, windows = fixture.window.findings, fixture.window.findings.state, Windows()
    application = QApplication.instance()
    assert application is not None
    application.installEventFilter(windows)
    for one in (NO_IMAGE, state, NO_IMAGE):
        panel.show_findings(one)
    QApplication.processEvents()
    application.removeEventFilter(windows)
    assert windows.shown == []
