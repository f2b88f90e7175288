"""Printing: a report through the printer of Qt, into a file, read back by a program that did not write it."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Any

import pypdf
import pytest
from PySide6.QtPrintSupport import QPrinter
from pytestqt.qtbot import QtBot

from cxrviewer import text
from cxrviewer.paths import resources_dir
from cxrviewer.qt.report_dialog import ReportDialog
from cxrviewer.qt.report_pages import MARGIN_MM, PrintError, document_of, paint, set_margins
from cxrviewer.reports.report import Measurement, Report, as_html
from tests.fakes import fake_image, header

LABEL = "Research use only · not a medical device"
POINTS = 72 / 25.4


def printer_to(path: Path) -> QPrinter:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    return printer


def printed(path: Path, html: str) -> list[pypdf.PageObject]:
    printer = printer_to(path)
    set_margins(printer)
    count = paint(html, printer)
    pages = list(pypdf.PdfReader(path).pages)
    assert len(pages) == count
    return pages


def words(page: pypdf.PageObject) -> str:
    # Fonts draw 心 and the radical ⼼ with one glyph, and a file names only one of the two.
    return unicodedata.normalize("NFKC", re.sub(r"\s+", " ", page.extract_text()))


def report(impression: str, **more: Any) -> Report:
    given: dict[str, Any] = {"patient": (), "images": (), "findings": (), "key_images": (), "heads": ()}
    return Report(impression=impression, program="cxrviewer", **{**given, "measurements": (), **more})


def test_a_long_impression_goes_over_pages_with_the_label_on_each_and_margins_all_round(
    qtbot: QtBot, tmp_path: Path
) -> None:
    lines = [f"Line{n:04d} of the impression" for n in range(200)]
    pages = printed(tmp_path / "out.pdf", as_html(report("\n".join(lines))))
    assert len(pages) >= 4
    assert all(LABEL in words(page) and f"Page {n} of {len(pages)}" in words(page) for n, page in enumerate(pages, 1))
    assert re.findall(r"Line(\d{4})", " ".join(map(words, pages))) == [f"{n:04d}" for n in range(200)]
    for page in pages:
        places: list[tuple[float, float]] = []

        def visit(found: str, cm: list[float], tm: list[float], *_: Any, places: Any = places) -> None:
            if found.strip():
                places.append((tm[4] * cm[0] + cm[4], tm[5] * cm[3] + cm[5]))

        page.extract_text(visitor_text=visit)
        # An A4 page is 595 x 842 points; nothing begins outside of the margins.
        left, right = MARGIN_MM * POINTS - 1, 595 - MARGIN_MM * POINTS
        assert all(left <= x <= right and MARGIN_MM * POINTS - 1 <= y <= 842 - MARGIN_MM * POINTS for x, y in places)


@pytest.mark.parametrize("long", ["x" * 3_000, "心影" * 1_500, "https://example.org/" + "a/b" * 900])
def test_a_word_that_is_longer_than_a_line_is_broken_and_not_cut(qtbot: QtBot, tmp_path: Path, long: str) -> None:
    document = document_of(as_html(report(long)))
    document.setPageSize(document.pageSize().scaled(490, 700, _ignore()))
    assert document.size().width() <= 490
    pages = printed(tmp_path / "out.pdf", as_html(report(long)))
    whole = "".join(map(words, pages))
    assert sum(whole.count(letter) for letter in set(long)) >= len(long)


def _ignore() -> Any:
    from PySide6.QtCore import Qt

    return Qt.AspectRatioMode.IgnoreAspectRatio


def test_indentation_stays_and_control_characters_go(qtbot: QtBot, tmp_path: Path) -> None:
    from cxrviewer.reading.document import Reading
    from cxrviewer.reports.report import report_of

    made = report_of(Reading(impression="one\n  - two\n\tthree\x00\x07 <b>&amp;"), images={}, heads={})
    assert made.impression == "one\n  - two\n    three <b>&amp;"
    document = document_of(as_html(made))
    assert "  - two" in document.toPlainText().replace("\xa0", " ")
    (page,) = printed(tmp_path / "out.pdf", as_html(made))
    assert "three <b>&amp;" in words(page)


@pytest.mark.parametrize("lines", range(38, 52))
def test_a_heading_is_on_the_page_of_its_text(qtbot: QtBot, tmp_path: Path, lines: int) -> None:
    made = report("\n".join(f"Line {n}" for n in range(lines)), measurements=(Measurement("12.3 mm", ""),))
    pages = printed(tmp_path / "out.pdf", as_html(made))
    assert all(("Measurements" in words(page)) == ("12.3 mm" in words(page)) for page in pages)


def test_a_chinese_report_is_printed_in_chinese(qtbot: QtBot, tmp_path: Path) -> None:
    catalogue = text.JsonCatalogue.load(resources_dir() / "translations" / "cxrviewer_zh_CN.json")
    text.use(catalogue)
    try:
        label = catalogue.find(LABEL, "", None)
        pages = printed(tmp_path / "out.pdf", as_html(report("心影增大。\n" * 120)))
    finally:
        text.use(None)
    assert label and len(pages) > 1
    squeezed = [words(page).replace(" ", "") for page in pages]
    if not any("心影增大" in page for page in squeezed):
        pytest.skip("no font with Chinese characters here")
    assert all(label.replace(" ", "") in page for page in squeezed)
    assert sum(page.count("心影增大") for page in squeezed) == 120


def test_what_is_printed_names_nobody_while_identity_is_hidden(make_window: Any, tmp_path: Path) -> None:
    fixture = make_window(images={"a": fake_image(key="a")}, headers={"a": header("MUSTERMANN^ERIKA")}).open()
    fixture.window.action("file.report").trigger()
    dialog = fixture.window.findChild(ReportDialog)
    dialog.field.setPlainText("Heart enlarged.")
    dialog.naming.click()
    for hidden, path in ((False, tmp_path / "named.pdf"), (True, tmp_path / "hidden.pdf")):
        if hidden:
            fixture.room.privacy.toggle()
        dialog.print_on(printer_to(path))
        page = words(pypdf.PdfReader(path).pages[0])
        assert "Heart enlarged." in page and LABEL in page
        assert ("MUSTERMANN" in page) is not hidden
        metadata = pypdf.PdfReader(path).metadata
        assert "MUSTERMANN" not in str(metadata)
    dialog.close()


def test_a_printer_that_takes_nothing_is_told_of(make_window: Any, tmp_path: Path, monkeypatch: Any) -> None:
    fixture = make_window().open()
    fixture.window.action("file.report").trigger()
    dialog = fixture.window.findChild(ReportDialog)
    notified: list[str] = []
    monkeypatch.setattr(fixture.room.paperwork.report, "_notify", notified.append)
    with pytest.raises(PrintError):
        paint("<p>x</p>", printer_to(tmp_path / "no such folder" / "out.pdf"))
    dialog.print_on(printer_to(tmp_path / "no such folder" / "out.pdf"))
    assert notified == ["The report was not printed; check the printer, and that the disk has room."]
    dialog.close()
