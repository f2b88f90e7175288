"""The report in the real window: dialog, PDF, text, and templates."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pypdf
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QPlainTextEdit, QPushButton, QWidget

from cxrviewer.presenters.report import ReportPresenter
from cxrviewer.qt.report_dialog import ReportSheet
from cxrviewer.qt.report_pages import pdf_of
from cxrviewer.qt.templates_dialog import TemplatesSheet
from cxrviewer.reports.templates import TemplateFolder
from tests.fakes import film, header

KEPT = {"/Title", "/Creator", "/Author", "/Producer", "/CreationDate", "/ModDate", "/Trapped"}
LABEL = "Research use only · not a medical device"


@pytest.fixture
def desk(make_desk: Any, tmp_path: Path) -> Any:
    films = tmp_path / "films"
    films.mkdir()
    headers = {"a": header("MUSTERMANN^ERIKA"), "b": header("OTHER", study="2")}
    made = make_desk(films={"a": film(key="a"), "b": film(key="b")}, headers=headers).open()
    return made


def opened(desk: Any) -> ReportSheet:
    desk.window.action("file.report").trigger()
    sheet = desk.window.findChild(ReportSheet)
    assert isinstance(sheet, ReportSheet)
    return sheet


def words(data: bytes) -> list[str]:
    """Return the text of each page, read by a program that did not write it."""
    reader = pypdf.PdfReader(io.BytesIO(data))
    return [re.sub(r"\s+", " ", page.extract_text()) for page in reader.pages]


def test_decisions_and_impression_are_in_the_pdf_and_every_page_has_the_label(desk: Any) -> None:
    desk.window.action("ai.agree").trigger()
    sheet = opened(desk)
    QTest.keyClicks(sheet.field, "Heart enlarged.")
    sheet.field.appendPlainText("\n".join(f"Line {n}" for n in range(150)))
    pages = words(pdf_of(desk.room.report.html()))
    assert len(pages) == 3
    assert all(LABEL in page and f"Page {n} of 3" in page for n, page in enumerate(pages, 1))
    whole = " ".join(pages)
    assert "Heart enlarged." in whole
    assert all(f"Line {n} " in whole for n in range(150))
    assert "Cardiomegaly (head: 62 %, threshold 30 %, present; reader agrees)" in whole
    assert "MUSTERMANN" not in whole
    sheet.close()


def test_no_line_is_cut_in_two_or_lost_at_the_end_of_a_page(desk: Any) -> None:
    html = "<p>" + "</p><p>".join(f"row{n:04d}" for n in range(400)) + "</p>"
    found = re.findall(r"row(\d{4})", " ".join(words(pdf_of(html))))
    assert [int(one) for one in found] == list(range(400))


def test_a_pdf_holds_no_name_of_patient_computer_or_user(desk: Any) -> None:
    sheet = opened(desk)
    QTest.keyClicks(sheet.field, "x")
    reader = pypdf.PdfReader(io.BytesIO(pdf_of(desk.room.report.html())))
    assert dict(reader.metadata or {}).keys() <= KEPT
    found: dict[str, Any] = dict(reader.metadata or {})
    assert (found["/Title"], found["/Author"], found["/Creator"]) == ("Report", "", "cxrviewer")
    sheet.close()


def test_the_dialog_types_undoes_and_follows_the_active_image(desk: Any) -> None:
    sheet = opened(desk)
    QTest.keyClicks(sheet.field, "hgl")  # keys of commands elsewhere
    desk.room.report.flush()
    assert desk.room.annotations.shown[1].reading.impression == "hgl"
    QTest.keyClick(sheet.field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert sheet.field.toPlainText() == ""
    desk.window.action("edit.redo").trigger()
    assert sheet.field.toPlainText() == "hgl"
    desk.room.worklist.select(desk.key("b"))
    desk.jobs.release_all()
    assert sheet.field.toPlainText() == "" and sheet.about.text().startswith("OTHER")
    desk.room.worklist.select(desk.key("a"))
    desk.jobs.release_all()
    assert sheet.field.toPlainText() == "hgl" and sheet.about.text().startswith("MUSTERMANN, ERIKA")
    sheet.close()


def test_text_is_copied_and_saved_under_a_name_that_names_nobody(desk: Any, monkeypatch: Any, tmp_path: Path) -> None:
    sheet = opened(desk)
    assert not sheet.pdf.isEnabled()  # nothing to export yet
    QTest.keyClicks(sheet.field, "Nothing new.")
    desk.room.report.flush()
    sheet.copy.click()
    copied = QApplication.clipboard().text()
    assert copied.startswith(f"Report\n{LABEL}\n") and "Nothing new." in copied
    offered: list[str] = []

    def ask(*args: Any) -> tuple[str, str]:
        offered.append(args[2])
        return str(tmp_path / "out"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    sheet.plain.click()
    desk.jobs.release_all()
    assert (tmp_path / "out.txt").read_text(encoding="utf-8") == copied
    sheet.pdf.click()
    desk.jobs.release_all()
    assert LABEL in words((tmp_path / "out.pdf").read_bytes())[0]
    assert offered == ["report.txt", "report.pdf"]
    sheet.close()


def test_naming_the_patient_is_a_switch_that_hidden_identity_overrules(desk: Any) -> None:
    sheet = opened(desk)
    QTest.keyClicks(sheet.field, "x")
    assert "MUSTERMANN" not in sheet.page.toPlainText()
    sheet.naming.click()
    assert "MUSTERMANN, ERIKA" in sheet.page.toPlainText()
    desk.window.action("view.hide_identity").trigger()
    assert "MUSTERMANN" not in sheet.page.toPlainText() and sheet.about.text() == "Identity hidden"
    assert not sheet.naming.isEnabled()
    sheet.close()


def test_closing_the_dialog_saves_what_was_typed(desk: Any) -> None:
    sheet = opened(desk)
    QTest.keyClicks(sheet.field, "typed and closed")
    sheet.close()
    assert desk.room.annotations.shown[1].reading.impression == "typed and closed"
    assert not desk.room.report.attached


def test_opened_again_it_is_the_same_dialog(desk: Any) -> None:
    first = opened(desk)
    assert opened(desk) is first
    first.close()


def test_a_template_is_inserted_as_one_step(desk: Any, tmp_path: Path) -> None:
    desk.window.action("ai.agree").trigger()
    sheet = opened(desk)
    QTest.keyClicks(sheet.field, "First.")
    sheet.insert.click()
    assert sheet.field.toPlainText() == "First.\nFindings: Cardiomegaly."
    desk.window.action("edit.undo").trigger()
    assert sheet.field.toPlainText() == "First."
    sheet.close()


def test_every_control_of_both_dialogs_has_a_name_and_is_reached_by_tab(desk: Any, tmp_path: Path) -> None:
    sheets = [opened(desk), TemplatesSheet(TemplateFolder(tmp_path / "t"), desk.window)]
    for sheet in sheets:
        sheet.show()
        QApplication.processEvents()
        reached: set[QWidget] = set()
        widget: QWidget = sheet.focusWidget() or sheet
        for _ in range(40):
            widget = widget.nextInFocusChain() or sheet
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisibleTo(sheet) and widget.isEnabled():
                reached.add(widget)
        for one in reached:
            name = one.accessibleName() or (one.text() if hasattr(one, "text") else "")
            assert name or one.objectName() == "qt_scrollarea_viewport" or "Handle" in type(one).__name__, one
        assert {*sheet.findChildren(QPushButton), *sheet.findChildren(QPlainTextEdit)} - reached == {
            one for one in sheet.findChildren(QPushButton) if not one.isEnabled()
        }
    for one in sheets:
        one.close()


def test_templates_are_written_checked_deleted_and_brought_back(desk: Any, tmp_path: Path) -> None:
    folder = TemplateFolder(tmp_path / "templates")
    sheet = TemplatesSheet(folder, desk.window)
    sheet.name.setText("a/b")
    sheet.text.setPlainText("{finding}")
    assert sheet.problems.text().splitlines() == [
        "A name begins with a letter or digit; after it also blanks, hyphens and underscores.",
        "Line 1: there is no field “finding”; did you mean “findings”?",
    ]
    assert not sheet.save.isEnabled()
    sheet.name.setText("mine")
    sheet.text.setPlainText("{findings}")
    sheet.save.click()
    assert [t.text for t in folder.load()] == ["{findings}"]
    sheet.name.setText("renamed")
    sheet.save.click()
    assert [t.name for t in folder.load()] == ["renamed"]
    sheet.delete.click()
    assert folder.load() == () and sheet.undo.isEnabled()
    sheet.undo.click()
    assert [t.name for t in folder.load()] == ["renamed"] and not sheet.undo.isEnabled()
    sheet.close()


def test_the_report_dialog_learns_of_new_templates(make_app: Any) -> None:
    app = make_app()
    report: ReportPresenter = app.room.report
    app.window.commands.run("file.templates")
    sheet = app.window.findChild(TemplatesSheet)
    sheet.name.setText("mine")
    sheet.text.setPlainText("{findings}")
    sheet.save.click()
    assert [row.name for row in report._templates][1:] == ["mine"]
    sheet.close()
