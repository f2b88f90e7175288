"""The Heads dialog with real widgets, real workers and a real model process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImage, QPixmap, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QTableWidget

from cxrviewer.app import App
from cxrviewer.heads.registry.pack import write_pack
from cxrviewer.paths import AppPaths
from cxrviewer.presenters.heads import model_card
from cxrviewer.qt import theme
from cxrviewer.qt.head_card_dialog import CardPage, HeadCardDialog
from cxrviewer.qt.heads_dialog import HeadsDialog
from cxrviewer.qt.widgets import Switch, tip
from tests.builders import heads as build
from tests.unit.test_heads_programs import program


@pytest.fixture
def app(qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    if application.styleSheet() != theme.style_sheet(theme.DARK):
        theme.apply(application)
    build.write_head(tmp_path / "shipped" / "student", id="org.example.shipped", title="Student")
    monkeypatch.setattr("cxrviewer.heads.registry.discover.shipped_folder", lambda: tmp_path / "shipped")
    made = App(AppPaths.under(tmp_path / "home"))
    made.start(())
    qtbot.waitUntil(lambda: made.room.findings.head is not None, timeout=60_000)
    yield made
    made.window.close()
    made.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def pack(tmp_path: Path, **changes: Any) -> Path:
    folder = build.write_head(tmp_path / "made", **changes).folder
    write_pack(folder, tmp_path / "tiny.cxrhead")
    return tmp_path / "tiny.cxrhead"


def drop(widget: Any, *paths: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    button, modifier = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    widget.dropEvent(QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, mime, button, modifier))


def dialog_of(app: App) -> HeadsDialog:
    dialog = app.window.findChild(HeadsDialog)
    assert isinstance(dialog, HeadsDialog)
    return dialog


def idle(dialog: HeadsDialog) -> bool:
    return dialog.state is not None and not dialog.state.busy and bool(dialog.state.rows)


def words(dialog: HeadsDialog) -> str:
    return "\n".join(found.text() for found in dialog.findChildren(QLabel))


def test_a_pack_dropped_on_the_window_reads_images_at_once_and_one_click_makes_it_the_default(
    app: App, qtbot: Any, tmp_path: Path
) -> None:
    drop(app.window, pack(tmp_path))
    dialog = dialog_of(app)
    qtbot.waitUntil(lambda: idle(dialog), timeout=60_000)
    assert "Installed Two greys 1.0.0." in dialog.notice_title.text()
    assert (tmp_path / "home" / "heads" / "org.example.tiny" / "model.onnx").is_file()
    qtbot.waitUntil(lambda: ids(app) == ["org.example.shipped", "org.example.tiny"], timeout=60_000)
    assert "Student 1.0.0, Two greys 1.0.0" in app.window.findings.head_text()
    running = app.room.findings.scorers
    QTest.keyClick(dialog.list, Qt.Key.Key_Return)
    assert dialog.isVisible() and ids(app)[0] == "org.example.shipped", "Enter goes to the switches and changes none"
    QTest.keyClick(dialog.use, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: ids(app) == ["org.example.tiny", "org.example.shipped"], timeout=60_000)
    assert set(map(id, app.room.findings.scorers)) == set(map(id, running))  # no model was started anew
    assert [item.text().split("\n")[1].split(" · ")[0] for item in _items(dialog)] == ["on", "default"]
    dialog.reject()


def ids(app: App) -> list[str]:
    return [manifest.id for manifest in app.room.findings.heads]


def test_a_pack_the_program_was_started_with_is_installed(app: App, qtbot: Any, tmp_path: Path) -> None:
    source = pack(tmp_path)
    app.window.close()
    started = App(AppPaths.under(tmp_path / "home"))
    started.start((source,))
    qtbot.waitUntil(lambda: started.window.findChild(HeadsDialog) is not None, timeout=60_000)
    dialog = dialog_of(started)
    qtbot.waitUntil(lambda: idle(dialog), timeout=60_000)
    assert "Installed Two greys 1.0.0." in dialog.notice_title.text()
    dialog.reject()
    started.window.close()
    started.window.deleteLater()


def _items(dialog: HeadsDialog) -> list[Any]:
    return [dialog.list.item(row) for row in range(dialog.list.count())]


def test_the_choice_is_there_again_after_a_restart(app: App, qtbot: Any, tmp_path: Path) -> None:
    app.open_heads(pack(tmp_path))
    dialog = dialog_of(app)
    qtbot.waitUntil(lambda: idle(dialog), timeout=60_000)
    dialog.use.click()
    dialog.reject()
    app.window.close()
    again = App(AppPaths.under(tmp_path / "home"))
    again.start(())
    qtbot.waitUntil(lambda: again.room.findings.head is not None, timeout=60_000)
    assert again.room.findings.head is not None and again.room.findings.head.id == "org.example.tiny"
    again.window.close()
    again.window.deleteLater()


def test_on_which_films_the_findings_were_measured_is_shown_whole_once_for_all_that_share_them(
    app: App, qtbot: Any
) -> None:
    app.open_heads()
    dialog = dialog_of(app)
    qtbot.waitUntil(lambda: idle(dialog), timeout=60_000)
    assert dialog.state is not None and dialog.state.chosen is not None
    detail = dialog.state.chosen
    long = "a sample of films, " * 12
    lines = [
        replace(detail.findings[0], name=name, data=data) for name, data in (("A", long), ("B", "few"), ("C", long))
    ]
    dialog.show_heads(replace(dialog.state, chosen=replace(detail, findings=tuple(lines))))
    page = dialog.detail.widget()
    found = [one for one in page.findChildren(QLabel) if one.text() in (f"A, C: {long}", "B: few")]
    assert len(found) == 2
    QApplication.processEvents()
    assert all(one.width() <= page.width() and one.height() >= one.heightForWidth(one.width()) for one in found)
    dialog.reject()


def test_a_rejected_pack_says_why_and_the_window_goes_on(app: App, qtbot: Any, tmp_path: Path) -> None:
    drop(app.window, pack(tmp_path, logits=(0.1, 0.1)))
    dialog = dialog_of(app)
    assert dialog.busy.isVisibleTo(dialog)
    qtbot.waitUntil(lambda: idle(dialog), timeout=60_000)
    assert "Nothing of it is on this computer" in dialog.notice_title.text()
    assert "differs by 0.4" in dialog.notice_problems.text()
    assert app.room.findings.head is not None and app.room.findings.head.id == "org.example.shipped"
    dialog.reject()


def test_several_packs_dropped_on_the_window_are_all_handled(app: App, qtbot: Any, tmp_path: Path) -> None:
    one = build.write_head(tmp_path / "one", id="org.example.one", title="One").folder
    two = build.write_head(tmp_path / "two", id="org.example.two", title="Two", logits=(0.1, 0.1)).folder
    three = build.write_head(tmp_path / "three", id="org.example.three", title="Three").folder
    drop(app.window, one, two, three)
    qtbot.waitUntil(lambda: app.window.findChild(HeadsDialog) is not None, timeout=60_000)
    dialog = dialog_of(app)
    qtbot.waitUntil(lambda: idle(dialog), timeout=60_000)
    assert dialog.notice_title.text() == "1 of 3 packs were not installed."
    assert dialog.results.isVisibleTo(dialog)
    said = words(dialog)
    assert "Installed One 1.0.0." in said and "Installed Three 1.0.0." in said and "differs by 0.4" in said
    assert sorted(row.text().split("\n")[0] for row in _items(dialog)) == ["One", "Student", "Three"]
    dialog.reject()


def test_the_switch_turns_a_head_off_and_the_panel_says_that_none_is_left(app: App, qtbot: Any) -> None:
    app.window.action("ai.heads").trigger()
    dialog = dialog_of(app)
    qtbot.waitUntil(lambda: idle(dialog), timeout=60_000)
    assert dialog.enabled.isChecked()
    dialog.enabled.click()
    qtbot.waitUntil(lambda: "No model" in app.window.findings.head_text(), timeout=60_000)
    assert not dialog.enabled.isChecked()
    dialog.enabled.click()
    qtbot.waitUntil(lambda: app.room.findings.head is not None, timeout=60_000)
    dialog.reject()


def test_the_focus_stays_at_the_switch_that_a_key_has_turned(app: App, qtbot: Any) -> None:
    app.window.action("ai.heads").trigger()
    dialog = dialog_of(app)
    qtbot.waitUntil(lambda: idle(dialog) and dialog.isActiveWindow(), timeout=60_000)
    for on in (False, True):
        switch = dialog.enabled
        switch.setFocus()
        qtbot.keyClick(switch, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: idle(dialog) and dialog.enabled is not switch, timeout=60_000)
        assert dialog.enabled.isChecked() is on
        assert dialog.enabled.hasFocus()
    dialog.reject()


def test_the_dialog_shows_evidence_and_label_and_closing_it_cancels(app: App, qtbot: Any, tmp_path: Path) -> None:
    app.open_heads()
    dialog = dialog_of(app)
    qtbot.waitUntil(lambda: idle(dialog), timeout=60_000)
    said = words(dialog)
    assert "not a medical device" in said and "Apache-2.0" in said and "Patients" in said
    table = dialog.detail.widget().findChild(QTableWidget)
    assert isinstance(table, QTableWidget)
    item = table.item(0, 2)
    assert item is not None and "0.81 (0.77–0.85)" in item.text()
    drop(dialog, pack(tmp_path, model=build.endless_model(), plain=True))
    qtbot.waitUntil(lambda: "process of its own" in dialog.busy_text.text(), timeout=60_000)
    dialog.reject()
    qtbot.waitUntil(lambda: not [p for p in (tmp_path / "home" / "heads").glob(".staging.*")], timeout=60_000)


def test_images_dropped_beside_a_pack_are_opened(app: App, qtbot: Any, tmp_path: Path) -> None:
    (tmp_path / "film.txt").write_text("no film")
    drop(app.window, tmp_path / "film.txt", pack(tmp_path))
    qtbot.waitUntil(lambda: bool(app.room.worklist.skipped), timeout=60_000)
    dialog = dialog_of(app)
    qtbot.waitUntil(lambda: idle(dialog), timeout=60_000)
    assert "Installed" in dialog.notice_title.text()
    dialog.reject()


def test_tab_goes_from_the_list_through_the_page_to_the_buttons_below(app: App, qtbot: Any, tmp_path: Path) -> None:
    app.open_heads()
    dialog = dialog_of(app)
    qtbot.waitUntil(lambda: idle(dialog), timeout=60_000)
    drop(dialog, program(tmp_path / "made"))
    qtbot.waitUntil(lambda: idle(dialog) and dialog.list.count() == 2, timeout=60_000)
    dialog.list.setCurrentRow(next(n for n in (0, 1) if "Two greys" in dialog.list.item(n).text()))
    inside, at = [], dialog.list.nextInFocusChain()
    while at is not dialog.list:
        inside.append(at)
        at = at.nextInFocusChain()
    below = next(b for b in dialog.findChildren(QPushButton) if b.text() == "Install a &file…")
    wanted = [dialog.use, dialog.enabled, dialog.remove, dialog.understood, dialog.approve, below]
    assert [widget for widget in inside if widget in wanted] == wanted
    dialog.reject()


def test_a_title_that_looks_like_html_is_shown_as_it_is(app: App, qtbot: Any, tmp_path: Path) -> None:
    # Qt would take the tooltip for HTML, and fetch what it names.
    drop(app.window, pack(tmp_path, title="<img src='file:///x.png'> <b>Safe</b>"))
    dialog = dialog_of(app)
    qtbot.waitUntil(lambda: idle(dialog) and dialog.list.count() == 2, timeout=60_000)
    tips = [dialog.list.item(row).toolTip() for row in range(2)]
    assert any("&lt;b&gt;Safe" in tip for tip in tips) and not any("<img" in tip or "<b>" in tip for tip in tips)
    dialog.reject()


def test_a_mnemonic_of_a_switch_is_not_drawn_as_an_ampersand(qtbot: Any) -> None:
    def inked(text: str) -> int:
        switch = Switch(text)
        qtbot.addWidget(switch)
        switch.setFixedSize(200, 24)
        image = switch.grab().toImage()
        ground = image.pixel(199, 0)
        return max(x for x in range(200) for y in range(24) if image.pixel(x, y) != ground)

    # A letter's shape may change with what is drawn beside it, by a pixel; an ampersand is as wide as a letter.
    assert abs(inked("&Read") - inked("Read")) <= 1
    assert inked("&&Read") > inked("Read") + 4


def test_a_strangers_text_is_a_tooltip_as_it_stands() -> None:
    assert tip("HR > 100 & more") == "HR > 100 & more"  # Qt takes this for text
    assert tip("<b>x</b> & y\nz") == "<span>&lt;b&gt;x&lt;/b&gt; &amp; y<br>z</span>"


def test_the_model_card_of_a_head_opens_from_its_page(app: App, qtbot: Any, tmp_path: Path) -> None:
    app.open_heads()
    dialog = dialog_of(app)
    qtbot.waitUntil(lambda: idle(dialog), timeout=60_000)
    assert dialog.card.isHidden(), "the head made here has none"
    card = b"# Weak head\n\n| finding | AUC |\n|---|---|\n| Mass | 0.512 |\n\n<b>bold</b> ![x](x.png)\n"
    drop(dialog, pack(tmp_path, title="Carded", files={"MODEL_CARD.md": card}))
    qtbot.waitUntil(lambda: idle(dialog) and dialog.list.count() == 2, timeout=60_000)
    dialog.list.setCurrentRow(next(n for n in (0, 1) if "Carded" in dialog.list.item(n).text()))
    dialog.card.click()
    [shown] = dialog.findChildren(HeadCardDialog)
    text = shown.page.toPlainText()
    assert "Weak head" in text and "0.512" in text
    assert "|---|" not in text, "a table is drawn as one"
    assert "<b>bold</b>" in text, "HTML of a stranger is text"
    assert shown.windowTitle() == "Model card: Carded"
    assert shown.page.textCursor().atStart(), "it begins at its first line"
    shown.reject()
    dialog.reject()


def test_a_card_names_no_file_that_is_fetched_and_a_huge_table_is_text(qtbot: Any, tmp_path: Path) -> None:
    picture = QImage(8, 8, QImage.Format.Format_RGB32)
    assert picture.save(str(tmp_path / "x.png"))
    page = CardPage(f"![x]({QUrl.fromLocalFile(str(tmp_path / 'x.png')).toString()})")
    qtbot.addWidget(page)
    name = QUrl.fromLocalFile(str(tmp_path / "x.png"))
    fetched = page.document().resource(QTextDocument.ResourceType.ImageResource, name)
    assert not isinstance(fetched, QImage | QPixmap) or fetched.isNull() or fetched.width() == 1
    row = "|" * 60 + "\n"
    rows = CardPage(row + "|-" * 60 + "\n" + row * 1000)
    qtbot.addWidget(rows)
    assert rows.toPlainText().startswith("||||")


def test_a_card_that_is_not_the_one_the_manifest_names_is_not_shown(tmp_path: Path) -> None:
    head = build.write_head(tmp_path / "head", files={"MODEL_CARD.md": b"# Card"})
    assert model_card(head) == "# Card"
    (tmp_path / "head" / "MODEL_CARD.md").write_bytes(b"# Curd")
    assert model_card(head) == ""
    assert model_card(build.write_head(tmp_path / "bare")) == ""
    assert model_card(build.write_head(tmp_path / "long", files={"MODEL_CARD.md": b"x" * 2**17})) == ""
