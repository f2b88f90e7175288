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
from cxrviewer.qt.report_dialog import ReportDialog
from cxrviewer.qt.report_pages import pdf_of
from cxrviewer.qt.templates_dialog import TemplatesDialog
from cxrviewer.reports.templates import TemplateFolder
from tests.fakes import fake_image, header

KEPT = {"/Title", "/Creator", "/Author", "/Producer", "/CreationDate", "/ModDate", "/Trapped"}
LABEL = "Research use only · not a medical device"


@pytest.fixture
def fixture(make_window: Any, tmp_path: Path) -> Any:
    images = tmp_path / "films"
    images.mkdir()
    headers = {"a": header("MUSTERMANN^ERIKA"), "b": header("OTHER", study="2")}
    made = make_window(images={"a": fake_image(key="a"), "b": fake_image(key="b")}, headers=headers).open()
    return made


def opened(fixture: Any) -> ReportDialog:
    fixture.window.action("file.report").trigger()
    dialog = fixture.window.findChild(ReportDialog)
    assert isinstance(dialog, ReportDialog)
    return dialog


def words(data: bytes) -> list[str]:
    """Return the text of each page, read by a program that did not write it."""
    reader = pypdf.PdfReader(io.BytesIO(data))
    return [re.sub(r"\s+", " ", page.extract_text()) for page in reader.pages]


def test_decisions_and_impression_are_in_the_pdf_and_every_page_has_the_label(fixture: Any) -> None:
    fixture.window.action("ai.agree").trigger()
    dialog = opened(fixture)
    QTest.keyClicks(dialog.field, "Heart enlarged.")
    dialog.field.appendPlainText("\n".join(f"Line {n}" for n in range(150)))
    pages = words(pdf_of(fixture.room.paperwork.report.html()))
    assert len(pages) == 3
    assert all(LABEL in page and f"Page {n} of 3" in page for n, page in enumerate(pages, 1))
    whole = " ".join(pages)
    assert "Heart enlarged." in whole
    assert all(f"Line {n} " in whole for n in range(150))
    assert "Cardiomegaly (head: 62 %, no interval stated, threshold 30 %, present; reader agrees)" in whole
    assert "MUSTERMANN" not in whole
    dialog.close()


def test_no_line_is_cut_in_two_or_lost_at_the_end_of_a_page(fixture: Any) -> None:
    html = "<p>" + "</p><p>".join(f"row{n:04d}" for n in range(400)) + "</p>"
    found = re.findall(r"row(\d{4})", " ".join(words(pdf_of(html))))
    assert [int(one) for one in found] == list(range(400))


def test_a_pdf_holds_no_name_of_patient_computer_or_user(fixture: Any) -> None:
    dialog = opened(fixture)
    QTest.keyClicks(dialog.field, "x")
    reader = pypdf.PdfReader(io.BytesIO(pdf_of(fixture.room.paperwork.report.html())))
    assert dict(reader.metadata or {}).keys() <= KEPT
    found: dict[str, Any] = dict(reader.metadata or {})
    assert (found["/Title"], found["/Author"], found["/Creator"]) == ("Report", "", "cxrviewer")
    dialog.close()


def test_the_dialog_types_undoes_and_follows_the_active_image(fixture: Any) -> None:
    dialog = opened(fixture)
    QTest.keyClicks(dialog.field, "hgl")  # keys of commands elsewhere
    fixture.room.paperwork.report.flush()
    assert fixture.room.annotations.shown[1].reading.impression == "hgl"
    QTest.keyClick(dialog.field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert dialog.field.toPlainText() == ""
    fixture.window.action("edit.redo").trigger()
    assert dialog.field.toPlainText() == "hgl"
    fixture.room.worklist.select(fixture.key("b"))
    fixture.jobs.release_all()
    assert dialog.field.toPlainText() == "" and dialog.about.text().startswith("OTHER")
    fixture.room.worklist.select(fixture.key("a"))
    fixture.jobs.release_all()
    assert dialog.field.toPlainText() == "hgl" and dialog.about.text().startswith("MUSTERMANN, ERIKA")
    dialog.close()


def test_text_is_copied_and_saved_under_a_name_that_names_nobody(
    fixture: Any, monkeypatch: Any, tmp_path: Path
) -> None:
    dialog = opened(fixture)
    assert not dialog.pdf.isEnabled()  # nothing to export yet
    QTest.keyClicks(dialog.field, "Nothing new.")
    fixture.room.paperwork.report.flush()
    dialog.copy.click()
    copied = QApplication.clipboard().text()
    assert copied.startswith(f"Report\n{LABEL}\n") and "Nothing new." in copied
    offered: list[str] = []

    def request(*args: Any) -> tuple[str, str]:
        offered.append(args[2])
        return str(tmp_path / "out"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", request)
    dialog.plain.click()
    fixture.jobs.release_all()
    assert (tmp_path / "out.txt").read_text(encoding="utf-8") == copied
    dialog.pdf.click()
    fixture.jobs.release_all()
    assert LABEL in words((tmp_path / "out.pdf").read_bytes())[0]
    assert offered == ["report.txt", "report.pdf"]
    dialog.close()


def test_naming_the_patient_is_a_switch_that_hidden_identity_overrules(fixture: Any) -> None:
    dialog = opened(fixture)
    QTest.keyClicks(dialog.field, "x")
    assert "MUSTERMANN" not in dialog.page.toPlainText()
    dialog.naming.click()
    assert "MUSTERMANN, ERIKA" in dialog.page.toPlainText()
    fixture.window.action("view.hide_identity").trigger()
    assert "MUSTERMANN" not in dialog.page.toPlainText() and dialog.about.text() == "Identity hidden"
    assert not dialog.naming.isEnabled()
    dialog.close()


def test_closing_the_dialog_saves_what_was_typed(fixture: Any) -> None:
    dialog = opened(fixture)
    QTest.keyClicks(dialog.field, "typed and closed")
    dialog.close()
    assert fixture.room.annotations.shown[1].reading.impression == "typed and closed"
    assert not fixture.room.paperwork.report.attached


def test_opened_again_it_is_the_same_dialog(fixture: Any) -> None:
    first = opened(fixture)
    assert opened(fixture) is first
    first.close()


def test_a_template_is_inserted_as_one_step(fixture: Any, tmp_path: Path) -> None:
    fixture.window.action("ai.agree").trigger()
    dialog = opened(fixture)
    QTest.keyClicks(dialog.field, "First.")
    dialog.insert.click()
    assert dialog.field.toPlainText() == "First.\nFindings: Cardiomegaly."
    fixture.window.action("edit.undo").trigger()
    assert dialog.field.toPlainText() == "First."
    dialog.close()


def test_every_control_of_both_dialogs_has_a_name_and_is_reached_by_tab(fixture: Any, tmp_path: Path) -> None:
    dialogs = [opened(fixture), TemplatesDialog(TemplateFolder(tmp_path / "t"), fixture.window)]
    for dialog in dialogs:
        dialog.show()
        QApplication.processEvents()
        reached: set[QWidget] = set()
        widget: QWidget = dialog.focusWidget() or dialog
        for _ in range(40):
            widget = widget.nextInFocusChain() or dialog
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisibleTo(dialog) and widget.isEnabled():
                reached.add(widget)
        for one in reached:
            name = one.accessibleName() or (one.text() if hasattr(one, "text") else "")
            assert name or one.objectName() == "qt_scrollarea_viewport" or "Handle" in type(one).__name__, one
        assert {*dialog.findChildren(QPushButton), *dialog.findChildren(QPlainTextEdit)} - reached == {
            one for one in dialog.findChildren(QPushButton) if not one.isEnabled()
        }
    for one in dialogs:
        one.close()


def test_templates_are_written_checked_deleted_and_brought_back(fixture: Any, tmp_path: Path) -> None:
    folder = TemplateFolder(tmp_path / "templates")
    dialog = TemplatesDialog(folder, fixture.window)
    dialog.name.setText("a/b")
    dialog.text.setPlainText("{finding}")
    assert dialog.problems.text().splitlines() == [
        "A name begins with a letter or digit; after it also blanks, hyphens and underscores.",
        "Line 1: there is no field “finding”; did you mean “findings”?",
    ]
    assert not dialog.save.isEnabled()
    dialog.name.setText("mine")
    dialog.text.setPlainText("{findings}")
    dialog.save.click()
    assert [t.text for t in folder.load()] == ["{findings}"]
    dialog.name.setText("renamed")
    dialog.save.click()
    assert [t.name for t in folder.load()] == ["renamed"]
    dialog.delete.click()
    assert folder.load() == () and dialog.undo.isEnabled()
    dialog.undo.click()
    assert [t.name for t in folder.load()] == ["renamed"] and not dialog.undo.isEnabled()
    dialog.close()


def test_the_report_dialog_learns_of_new_templates(make_app: Any) -> None:
    app = make_app()
    report: ReportPresenter = app.room.paperwork.report
    app.window.commands.run("file.templates")
    dialog = app.window.findChild(TemplatesDialog)
    dialog.name.setText("mine")
    dialog.text.setPlainText("{findings}")
    dialog.save.click()
    assert [row.name for row in report._templates][1:] == ["mine"]
    dialog.close()
