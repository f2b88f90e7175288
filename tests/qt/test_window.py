"""The whole window: states, keys, drops, and what must never happen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QToolBar, QToolButton

from cxrviewer.commands.facts import Fact
from cxrviewer.errors import DecodeError, ScoringError
from cxrviewer.heads.contract import Rejection, RejectionCode
from cxrviewer.imaging.lut import LookupTable
from cxrviewer.imaging.voi import VoiLut, VoiOrigin, VoiPreset
from cxrviewer.presenters.findings import Busy, Empty, Shown
from cxrviewer.presenters.worklist_rows import RowKind, WorklistRow
from cxrviewer.qt.about import AboutDialog
from cxrviewer.qt.dialogs import SkippedDialog
from cxrviewer.qt.start_page import StartPage
from cxrviewer.qt.worklist_panel import WorklistPanel
from tests.fakes import FakeScorer, fake_image, header, prediction
from tests.qt.window_fixture import drag, pixels


def texts(widget: Any) -> str:
    """Return every visible label of a widget."""
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget))


def two() -> dict[str, Any]:
    return {"a": fake_image(key="a"), "b": fake_image(key="b", codes=np.full((200, 300), 4000, np.uint16))}


# States.


def test_the_empty_window_says_what_to_do_and_what_it_is_not(make_window: Any) -> None:
    fixture = make_window(images={})
    words = texts(fixture.window)
    assert "Open a chest film" in words
    assert words.count("not a medical device") >= 3  # toolbar, start page, panel
    assert isinstance(fixture.window.findings.state, Empty)


@pytest.mark.parametrize("library", [False, True])
@pytest.mark.parametrize(("size", "beside"), [((800, 600), False), ((1280, 800), True)])
def test_nothing_of_the_start_page_is_cut(make_window: Any, size: tuple[int, int], beside: bool, library: bool) -> None:
    fixture = make_window(size, images={})
    fixture.window.commands.publish({Fact.LIBRARY}, {Fact.LIBRARY} if library else ())
    QApplication.processEvents()
    page = fixture.window.findChild(StartPage)
    buttons = [button for button in page.findChildren(QPushButton) if button.isVisible()]
    assert len(buttons) == 3 + library
    for widget in (*buttons, *page.findChildren(QLabel)):
        assert page.rect().contains(widget.geometry())
        assert widget.height() >= widget.heightForWidth(widget.width())
    for button in buttons:
        assert button.width() >= button.sizeHint().width()
    assert (len({button.y() for button in buttons}) == 1) is beside


def test_in_a_font_too_wide_for_the_tools_they_give_way_and_the_notice_stays(make_window: Any) -> None:
    fixture = make_window(images={})
    fixture.window.setStyleSheet("QToolBar QToolButton { padding: 5px 40px; }")
    fixture.window.resize(1100, 700)
    QApplication.processEvents()
    [notice] = [one for one in fixture.window.findChildren(QLabel, "research") if isinstance(one.parent(), QToolBar)]
    assert notice.isVisible() and notice.width() >= notice.sizeHint().width()
    # It lies inside its bar and the window.
    right = notice.mapTo(fixture.window, notice.rect().topRight()).x()
    assert 0 < right < fixture.window.width()


def test_an_open_image_shows_identity_findings_and_head(make_window: Any) -> None:
    fixture = make_window().open()
    words = fixture.window.canvas.words()
    assert words["identity"].startswith("A   ID ID-A   58 y F\nCHEST PA   2026-11-01 16:02")
    assert [c.card.name for c in fixture.window.findings.cards()] == [
        "Cardiomegaly",
        "Pleural effusion",
        "Pneumothorax",
        "Hernia",
    ]
    assert "Test student" in texts(fixture.window.findings)
    assert "Research use only" in texts(fixture.window.findings)
    assert fixture.window.worklist.model.row(2).state == "2 flagged"


def test_findings_below_threshold_are_folded_until_requested_for(make_window: Any) -> None:
    fixture = make_window().open()
    panel = fixture.window.findings
    visible = [c.card.name for c in panel.cards() if c.isVisible()]
    assert visible == ["Cardiomegaly", "Pleural effusion"]
    assert panel.below.button.text().startswith("BELOW THRESHOLD  ·  1")
    panel.below.button.click()
    panel.unvalidated.button.click()
    assert all(c.isVisible() for c in panel.cards())
    assert "not validated" in texts(panel)
    assert "90 %" not in texts(panel)  # the score of a finding without evidence stays unsaid


def test_the_previous_image_and_its_findings_are_gone_while_the_next_is_opened(make_window: Any) -> None:
    fixture = make_window(images=two()).open()
    fixture.window.action("ai.heat_map").trigger()
    bright = fixture.picture()[300:500].max()
    assert bright > 0
    fixture.room.worklist.select(fixture.key("b"))
    assert fixture.picture()[300:500].max() == 0
    assert "identity" not in fixture.window.canvas.words()  # no name without the picture it was read with
    assert isinstance(fixture.window.findings.state, Empty)
    assert fixture.window.findings.cards() == []
    assert "layerLabel" not in fixture.window.canvas.words()
    fixture.jobs.release("image")
    assert fixture.window.canvas.words()["identity"].startswith("B   ID ID-B")
    assert isinstance(fixture.window.findings.state, Busy)
    assert fixture.window.findings.cards() == []


def test_a_rejected_image_says_why_in_words(make_window: Any) -> None:
    rejection = Rejection(RejectionCode.NOT_CHEST, "This head reads chest films; this looks like a hand.")
    fixture = make_window(scorer=FakeScorer(rejection=rejection)).open()
    assert fixture.window.findings.notice() == ("Not scored: not a chest film", rejection.message)
    assert fixture.window.findings.cards() == []
    assert fixture.window.worklist.model.row(2).state == "not scored: not a chest film"
    assert not fixture.window.findings.retry_button.isVisible()


def test_a_failed_head_offers_another_try(make_window: Any, qtbot: Any) -> None:
    scorer = FakeScorer({"film-a": ScoringError("The model process ended; the film can be scored again.")})
    fixture = make_window(scorer=scorer).open()
    assert fixture.window.findings.notice()[0] == "The model failed"
    scorer.answers.clear()
    qtbot.mouseClick(fixture.window.findings.retry_button, Qt.MouseButton.LeftButton)
    fixture.jobs.release_all()
    assert isinstance(fixture.window.findings.state, Shown)


def test_a_image_that_cannot_be_decoded_shows_its_sentence_and_the_next_one_opens(make_window: Any) -> None:
    message = "JPEG Extended (Process 2 and 4) data is damaged; ask for the film again."
    fixture = make_window(images={"a": DecodeError(message), "b": fake_image(key="b")}).open()
    assert message in fixture.window.canvas.words()["message"]
    assert fixture.window.findings.notice()[0] == "Not scored: cannot be decoded"
    fixture.window.action("worklist.next").trigger()
    fixture.jobs.release_all()
    assert "message" not in fixture.window.canvas.words()
    assert isinstance(fixture.window.findings.state, Shown)


def test_a_folder_of_junk_says_so_and_lists_the_reasons(make_window: Any, qtbot: Any, tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("x")
    (tmp_path / "y").touch()
    fixture = make_window(images={}).open()
    assert fixture.window.canvas.words()["message"].startswith("No film found")
    assert fixture.window.worklist.why.text() == "2 files skipped · why?"
    fixture.window.worklist.why.click()
    dialog = fixture.window.findChild(SkippedDialog)
    cells = [[dialog.table.item(r, c).text() for c in range(2)] for r in range(2)]
    assert cells == [
        ["x.txt", "The file is neither DICOM nor a picture this program reads."],
        ["y", "The file is empty."],
    ]
    dialog.close()


def test_the_ai_switch_stops_everything_and_starts_again(make_window: Any, qtbot: Any) -> None:
    fixture = make_window().open()
    fixture.window.findings.ai.click()
    assert "No model runs" in fixture.window.findings.notice()[1]
    assert fixture.window.findings.cards() == []
    assert not fixture.window.action("ai.on").isChecked()
    fixture.window.action("ai.on").trigger()
    assert isinstance(fixture.window.findings.state, Shown)
    assert fixture.scorer.ran == ["film-a"]


def test_choosing_a_finding_keeps_the_keyboard_where_it_is(make_window: Any, qtbot: Any) -> None:
    fixture = make_window().open()
    first, second = fixture.window.findings.cards()[:2]
    fixture.window.activateWindow()
    second.setFocus()
    qtbot.keyClick(second, Qt.Key.Key_Space)
    assert fixture.window.findings.cards()[1] is second
    assert (first.isChecked(), second.isChecked()) == (False, True)
    assert fixture.window.findings.layer.finding.text() == "Pleural effusion"


def test_notes_of_a_repaired_image_are_on_the_canvas(make_window: Any) -> None:
    fixture = make_window(images={"a": fake_image(notes=("The VOI LUT is damaged; the window is used.",))}).open()
    assert fixture.window.canvas.words()["notes"] == "The VOI LUT is damaged; the window is used."


def test_a_name_is_never_markup(make_window: Any) -> None:
    fixture = make_window(headers={"a": header("<b>DOE</b>^JANE")}).open()
    assert fixture.window.canvas.words()["identity"].startswith("<b>DOE</b>, JANE")
    assert fixture.window.canvas._words.identity.textFormat() is Qt.TextFormat.PlainText


# Keys.


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (Qt.Key.Key_I, "inverted"),
        (Qt.Key.Key_W, "W 1000 L 2000 · Hard"),
        (Qt.Key.Key_A, "Auto"),
        (Qt.Key.Key_1, "100 %"),
    ],
)
def test_keys_reach_the_image_from_the_canvas_and_from_the_list(
    make_window: Any, qtbot: Any, key: Qt.Key, expected: str
) -> None:
    fixture = make_window().open()
    fixture.window.activateWindow()
    for focus in (fixture.window.canvas, fixture.window.worklist.list):
        focus.setFocus()
        fixture.window.action("grey.reset").trigger()
        qtbot.keyClick(focus, key)
        assert expected in fixture.window.canvas.words()["readout"]


def test_reset_and_fit_return_to_the_image_as_opened(make_window: Any, qtbot: Any) -> None:
    fixture = make_window().open()
    before = fixture.picture()
    for key in (Qt.Key.Key_I, Qt.Key.Key_W, Qt.Key.Key_1, Qt.Key.Key_R):
        qtbot.keyClick(fixture.window, key)
    np.testing.assert_array_equal(fixture.picture(), before)


@pytest.mark.parametrize(
    ("forth", "back"), [(Qt.Key.Key_PageDown, Qt.Key.Key_PageUp), (Qt.Key.Key_Right, Qt.Key.Key_Left)]
)
def test_next_and_previous_image(make_window: Any, qtbot: Any, forth: Qt.Key, back: Qt.Key) -> None:
    fixture = make_window(images=two()).open()
    fixture.window.activateWindow()
    for key, name in ((forth, "B"), (forth, "B"), (back, "A")):
        qtbot.keyClick(fixture.window.canvas, key)
        fixture.jobs.release_all()
        assert fixture.window.canvas.words()["identity"].startswith(f"{name} ")
        assert fixture.window.worklist.current() == fixture.key(name.lower())


def test_enter_in_the_search_box_opens_the_first_image_found_and_escape_goes_back_to_the_image(
    make_window: Any, qtbot: Any
) -> None:
    images = {"a": fake_image(key="a"), "b": fake_image(key="b")}
    headers = {"a": header("MUSTERMANN^ERIKA"), "b": header("OTHER", study="2")}
    fixture = make_window(images=images, headers=headers).open()
    window = fixture.window
    panel, room = window.worklist, fixture.room.worklist
    before, other = room.current, fixture.key("b")
    name = "other"
    if before == other:
        other, name = fixture.key("a"), "muster"
    window.action("worklist.search").trigger()
    qtbot.keyClicks(panel.search, name)
    qtbot.keyClick(panel.search, Qt.Key.Key_Escape)
    assert window.focusWidget() is window.canvas and room.current == before
    window.action("worklist.search").trigger()
    qtbot.keyClick(panel.search, Qt.Key.Key_Return)
    assert room.current == other
    assert window.focusWidget() is window.canvas


def test_typing_in_the_search_box_types_and_does_not_invert_the_image(make_window: Any, qtbot: Any) -> None:
    fixture = make_window().open()
    fixture.window.activateWindow()
    fixture.window.action("worklist.search").trigger()
    qtbot.keyClicks(fixture.window.worklist.search, "air")
    assert fixture.window.worklist.search.text() == "air"
    assert "inverted" not in fixture.window.canvas.words()["readout"]


def test_the_image_s_own_windows_have_numbers(make_window: Any, qtbot: Any) -> None:
    fixture = make_window().open()
    qtbot.keyClick(fixture.window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert "Hard" in fixture.window.canvas.words()["readout"]
    qtbot.keyClick(fixture.window, Qt.Key.Key_0)
    assert "Normal" in fixture.window.canvas.words()["readout"]
    shown = [fixture.window.action(f"grey.preset_{number}") for number in range(1, 10)]
    assert [action.text() for action in shown if action.isVisible()] == ["Normal", "Hard"]


def test_about_says_what_it_is_not(make_window: Any) -> None:
    fixture = make_window(images={})
    fixture.window.action("help.about").trigger()
    dialog = fixture.window.findChild(AboutDialog)
    assert "not a medical device" in texts(dialog)
    dialog.close()


# Mouse, drop, list.


def test_the_first_drag_over_a_voi_lut_does_something(make_window: Any) -> None:
    ramp = np.clip((np.arange(4096) - 1000) / 2000, 0, 1) * 65535
    lut = VoiPreset("VOI LUT", VoiLut(LookupTable(0, ramp.astype(np.uint16), 16)), VoiOrigin.VOI_LUT)
    fixture = make_window(images={"a": fake_image(presets=(lut,))}).open()
    before = fixture.picture()
    drag(fixture.window.canvas, QPointF(300, 300), [QPointF(300, 240)])
    assert fixture.picture().mean() > before.mean() + 3
    assert "W " in fixture.window.canvas.words()["readout"]


def test_dropped_files_and_folders_are_opened(make_window: Any, tmp_path: Path) -> None:
    fixture = make_window()
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    place, copy, left = QPointF(400, 300), Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    plain = Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(place.toPoint(), copy, mime, left, plain)
    dropping = QDropEvent(place, copy, mime, left, plain)
    for event in (entering, dropping):  # as Qt sends them: without the first, the second never arrives
        QApplication.sendEvent(fixture.window, event)
        assert event.isAccepted()
    fixture.jobs.release_all()
    assert fixture.window.canvas.words()["identity"].startswith("A ")
    assert fixture.window.last_folder == str(tmp_path)


@pytest.mark.parametrize("others", [0, 1])
def test_an_empty_path_that_is_dropped_opens_nothing_and_is_named(
    make_window: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, others: int
) -> None:
    monkeypatch.chdir(tmp_path)  # whose images an empty path would open
    fixture = make_window()
    mime = QMimeData()
    mime.setUrls([QUrl("file:"), QUrl("file://"), QUrl.fromLocalFile(str(tmp_path))][: 2 + others])
    place, copy, left = QPointF(400, 300), Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    plain = Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(place.toPoint(), copy, mime, left, plain)
    dropping = QDropEvent(place, copy, mime, left, plain)
    for event in (entering, dropping):
        QApplication.sendEvent(fixture.window, event)
        assert event.isAccepted()
    fixture.jobs.release_all()
    assert len(fixture.room.worklist.images()) == others
    assert "An empty path was given; nothing was opened for it." in fixture.window._status.text()


def test_a_click_in_the_list_opens_the_image(make_window: Any, qtbot: Any) -> None:
    fixture = make_window(images=two()).open()
    panel = fixture.window.worklist
    index = panel.model.index_of(fixture.key("b"))
    place = panel.list.visualRect(index).center()
    qtbot.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place.x(), place.y()))
    fixture.jobs.release_all()
    assert fixture.window.canvas.words()["identity"].startswith("B ")


def test_headings_cannot_be_selected(make_window: Any) -> None:
    fixture = make_window().open()
    model = fixture.window.worklist.model
    assert model.row(0).kind is RowKind.PATIENT
    assert not model.flags(model.index(0)) & Qt.ItemFlag.ItemIsSelectable


def test_thumbnails_come_for_the_rows_in_view(make_window: Any, qtbot: Any) -> None:
    fixture = make_window().open()
    fixture.window.worklist.list.viewport().repaint()
    QApplication.processEvents()
    fixture.jobs.release_all()
    model = fixture.window.worklist.model
    picture = model.data(model.index_of(fixture.key("a")), Qt.ItemDataRole.DecorationRole)
    assert picture is not None and max(picture.width(), picture.height()) == 96


def test_the_progress_can_be_stopped(make_window: Any, tmp_path: Path) -> None:
    fixture = make_window(images={name: fake_image(key=name) for name in "abc"})
    fixture.room.open_paths((tmp_path,))
    fixture.jobs.release("scan")
    assert fixture.window.worklist.stop.isVisible()
    fixture.window.worklist.stop.click()
    assert not fixture.window.worklist.stop.isVisible()
    assert fixture.window.worklist.foot.text() == "1 film · stopped"


def test_closing_all_returns_to_the_start_page(make_window: Any) -> None:
    fixture = make_window().open()
    fixture.window.action("file.close_all").trigger()
    assert "Open a chest film" in texts(fixture.window)
    assert "identity" not in fixture.window.canvas.words()
    assert fixture.picture()[200:400, 5:40].max() == 0


def test_a_sentence_that_is_no_longer_true_goes_and_what_stands_beside_it_stays(make_window: Any) -> None:
    window = make_window(images={}).window
    window.notify("Hung by a rule.")
    window.add("One path was empty.")
    window.withdraw("Hung by a rule.")
    assert window._status.text() == "One path was empty."
    window.withdraw("Hung by a rule.")
    assert window._status.text() == "One path was empty."
    window.withdraw("One path was empty.")
    assert window._status.text() == ""


def test_the_buttons_of_the_start_page_name_the_keys_that_the_reader_has_given(make_window: Any) -> None:
    window = make_window(images={}).window
    page = window.findChild(StartPage)
    window.commands.publish({Fact.LIBRARY}, {Fact.LIBRARY})
    buttons = [button for button in page.findChildren(QPushButton) if button.isVisible()]
    assert [button.text() for button in buttons] == [
        "Open folder…  Ctrl+Shift+O", "Open files…  Ctrl+O", "Library…  Ctrl+Shift+L", "Demo study",
    ]  # fmt: skip
    assert [button.isDefault() for button in buttons] == [True, False, False, False]
    window.use_keys({"library.open": ("Ctrl+B",), "file.open_files": ()})
    assert [button.text() for button in buttons[1:3]] == ["Open files…", "Library…  Ctrl+B"]


def test_the_start_page_has_the_room_of_all_viewports_while_nothing_is_open(make_window: Any) -> None:
    fixture = make_window((1280, 800)).open()
    window = fixture.window
    page = window.findChild(StartPage)
    window.commands.run("viewport.layout_2x2")
    window.commands.run("viewport.next")
    window.commands.run("viewport.next")
    fixture.room.close_all()
    QApplication.processEvents()
    assert page.isVisible() and page.size() == window.viewports.size()
    assert [canvas.isVisible() for canvas in window.viewports.canvases] == [True, False, False, False]
    assert window.canvas is window.viewports.canvas(0)  # what is opened comes where the start page was
    fixture.room.open_paths((fixture.folder,))
    fixture.jobs.release_all()
    QApplication.processEvents()
    assert [canvas.isVisible() for canvas in window.viewports.canvases] == [True] * 4
    fixture.room.open_in(1, fixture.key("a"))
    fixture.jobs.release_all()
    fixture.room._clear(fixture.room.viewports.pane(0))
    assert not page.isVisible()  # it does not stand beside an image
    assert window.viewports.canvas(0).words()["message"].startswith("Drag a film here")
    fixture.room.close_all()
    assert page.isVisible()
    window.commands.run("viewport.layout_1x1")
    QApplication.processEvents()
    assert page.isVisible() and page.size() == window.viewports.size()


def test_a_long_name_is_cut_with_its_full_text_as_tooltip(make_window: Any, qtbot: Any) -> None:
    from cxrviewer.qt.widgets import ElidedLabel

    line = ElidedLabel("A very long finding name that has no room at all")
    qtbot.addWidget(line)
    line.show()
    line.resize(60, 20)
    assert line.toolTip() == line.text()
    line.resize(2000, 20)
    assert line.toolTip() == ""


def test_a_line_without_room_shows_its_short_form_before_it_is_cut(qtbot: Any) -> None:
    from cxrviewer.qt.widgets import ElidedLabel

    whole, short = "AUC 0.84 (0.80–0.87), 131 positive", "AUC 0.84 (0.80–0.87)"
    line = ElidedLabel(whole)
    line.set_short(short)
    qtbot.addWidget(line)
    line.show()
    width = line.fontMetrics().horizontalAdvance
    for room, drawn in ((width(whole) + 4, whole), (width(whole) - 4, short), (width(short) + 4, short)):
        line.resize(room, 20)
        assert line.shown() == drawn
    assert line.toolTip() == whole
    line.resize(width(short) - 4, 20)
    assert line.shown().startswith("AUC 0.84 (0.") and line.shown().endswith("…")


def test_a_card_tells_its_whole_evidence_in_the_tooltip_and_to_screen_readers(make_window: Any) -> None:
    fixture = make_window((1280, 800)).open()
    card = fixture.window.findings.cards()[0]
    assert " positive" in card.card.evidence and " positive" not in card.card.short_evidence
    assert card.card.evidence in card.toolTip() and card.card.evidence in card.accessibleName()
    assert card.card.name in card.toolTip()  # on the card it may be cut


def test_on_a_card_evidence_and_threshold_stand_apart_however_little_room_there_is(make_window: Any) -> None:
    fixture = make_window((1280, 800)).open()
    card = fixture.window.findings.cards()[0]
    evidence, threshold = (card.layout().itemAt(1).itemAt(place).widget() for place in (0, 1))
    for width in range(200, 360, 5):
        card.resize(width, card.height())
        card.layout().activate()
        assert threshold.x() - evidence.geometry().right() > 6  # about two blanks


@pytest.mark.parametrize("size", [(1280, 800), (1920, 1080)])
def test_no_corner_covers_another(make_window: Any, size: tuple[int, int]) -> None:
    fixture = make_window(size, headers={"a": header("VERY-LONG-FAMILY-NAME^WITH MANY GIVEN NAMES")}).open()
    fixture.window.action("ai.heat_map").trigger()
    fixture.room.image.probe((10, 10))
    words = fixture.window.canvas._words
    labels = [w for w in (words.identity, words.layer, words.readout, words.probe) if w.isVisible()]
    assert len(labels) == 4
    for i, one in enumerate(labels):
        for other in labels[i + 1 :]:
            assert not one.geometry().intersects(other.geometry())


def test_stale_answers_of_a_slow_model_are_not_drawn(make_window: Any) -> None:
    scorer = FakeScorer({"b": prediction((0.05, 0.05, 0.05, 0.05), key="b")})
    fixture = make_window(images=two(), scorer=scorer).open()
    fixture.room.worklist.select(fixture.key("b"))
    fixture.jobs.release("image")
    fixture.room.findings._scored(prediction(key="a"))
    assert fixture.window.findings.cards() == []
    fixture.jobs.release_all()
    assert fixture.window.findings.cards()[0].card.probability == "5 %"


def test_a_finding_names_its_interval_to_eyes_pointers_and_screen_readers(make_window: Any) -> None:
    answer = prediction(key="a")
    scores = (replace(answer.scores[0], interval=(0.553, 0.701)), *answer.scores[1:])
    scorer = FakeScorer({"a": replace(answer, scores=scores)})
    with_one, without, *_ = make_window(images=two(), scorer=scorer).open().window.findings.cards()
    assert "62 %, 95 % interval 55–71 %, threshold 30 %" in with_one.accessibleName()
    words = with_one.whatsThis().removeprefix("<span>")
    assert words.startswith("95 % interval 55–71 %: the share of images with this score")
    assert with_one.toolTip() == f"<span>{with_one.card.name}<br>{with_one.card.evidence}<br>{words}"
    texts = [one.text() for one in with_one.findChildren(QLabel) if one.text()]
    assert texts[texts.index("62 %") + 1] == "(55–71)"
    assert not any("(" in one.text() for one in without.findChildren(QLabel) if "AUC" not in one.text())
    assert "interval" not in without.accessibleName() + without.toolTip()


def test_a_thumbnail_is_made_of_what_was_known_when_it_was_requested_for(make_window: Any) -> None:
    """The work runs on another thread: looking into the presenter there would be a race with the reader's clicks."""
    fixture = make_window(images=two()).open()
    fixture.room.worklist.want_thumbnail(fixture.key("a"))
    fixture.room.images.clear()  # evicted between the wish and its turn
    fixture.images["a"] = DecodeError("It was opened again.")
    pictures: list[Any] = []
    fixture.room.worklist._view.show_thumbnail = lambda key, picture: pictures.append(key)
    fixture.jobs.release_all()
    assert pictures == [fixture.key("a")]


def test_a_narrow_window_shows_where_its_other_tools_are(make_window: Any) -> None:
    fixture = make_window((800, 600))
    QApplication.processEvents()
    bar = fixture.window.findChild(QToolBar, "tools")
    more = bar.findChild(QToolButton, "qt_toolbar_ext_button")
    assert more.isVisible() and not more.icon().isNull() and more.accessibleName() == "More tools"
    picture = pixels(more.grab().toImage()).astype(int)
    # Something on the button differs from its ground by more than a shade.
    assert np.abs(picture - picture[2, picture.shape[1] // 2]).max() > 100


def test_an_image_that_is_selected_in_the_list_has_the_name_of_its_patient_in_sight(qtbot: Any) -> None:
    panel = WorklistPanel()
    qtbot.addWidget(panel)
    panel.resize(260, 400)
    rows: list[WorklistRow] = []
    for who in "ABC":
        rows.append(WorklistRow(RowKind.PATIENT, who, f"Patient {who}", ""))
        for day in range(1, 21):
            rows.append(WorklistRow(RowKind.STUDY, f"{who}{day} study", f"2025-01-{day:02d}", ""))
            rows.append(WorklistRow(RowKind.IMAGE, f"{who}{day}", "CHEST PA", "DX"))
    panel.show_rows(tuple(rows), "")
    panel.show()
    view = panel.list.viewport().rect()

    def seen(key: str) -> bool:
        return view.contains(panel.list.visualRect(panel.model.index_of(key)))

    for first, headings in (("C1", ("C", "C1 study")), ("B2", ("B", "B2 study")), ("A1", ("A", "A1 study"))):
        panel.show_current(first)
        assert seen(first) and all(seen(heading) for heading in headings)
    panel.show_current("B20")  # too far from the patient's name; the day is seen, and the image in any case
    assert seen("B20") and seen("B20 study") and not seen("B")
    panel.show_current("B2")  # from below
    assert seen("B2") and seen("B2 study") and seen("B")


def test_a_click_in_a_long_list_marks_the_image_that_was_clicked_and_moves_no_row(qtbot: Any) -> None:
    panel = WorklistPanel()
    qtbot.addWidget(panel)
    panel.resize(260, 400)
    images = [WorklistRow(RowKind.IMAGE, f"A{number}", "CHEST PA", "DX") for number in range(1, 31)]
    panel.show_rows((WorklistRow(RowKind.PATIENT, "A", "Patient A", ""), *images), "")
    panel.selected.connect(panel.show_current)  # as the presenter does, at once
    panel.show()
    view = panel.list.viewport()
    for drags in (False, True):
        panel.use_drag(on=drags)
        bar = panel.list.verticalScrollBar()
        bar.setValue(bar.maximum())
        # The second row in sight: the heading above all of them is far out of it.
        row = panel.list.indexAt(QPoint(20, 100))
        place = panel.list.visualRect(row)
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=place.center())
        assert [index.row() for index in panel.list.selectedIndexes()] == [row.row()]
        assert panel.list.visualRect(row) == place
        panel.show_current("A1")
