"""Lays a report out on pages, for PDF and printers: the same HTML as the preview, with the label on every page."""

from __future__ import annotations

import functools

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QImage,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPalette,
    QPdfWriter,
    QTextBlock,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)

from cxrviewer.errors import CxrError
from cxrviewer.reports.report import research
from cxrviewer.text import msg, tr


class PrintError(CxrError):
    """A report cannot be printed."""

    code = "print"


MARGIN_MM = 18.0
DPI = 300
POINTS_PER_INCH = 72.0
FOOT_POINTS = 28.0
"""Height at the bottom of each page that belongs to the label and the page number."""


def document_of(html: str) -> QTextDocument:
    """Return a report as a document; it loads nothing from anywhere."""
    document = QTextDocument()
    document.setUndoRedoEnabled(False)
    document.setDefaultFont(QFont("Sans Serif", 10))
    document.setDocumentMargin(0)
    document.setHtml(html)
    return document


def set_margins(device: QPagedPaintDevice) -> None:
    """Give a page the margins of a report; what a printer sets by itself is nearly none."""
    device.setPageMargins(QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM), QPageLayout.Unit.Millimeter)


def pdf_of(html: str) -> bytes:
    """Return a report as a PDF of A4 pages; the file names neither patient nor program's user."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(DPI)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    set_margins(writer)
    writer.setTitle(tr("Report"))
    writer.setCreator("cxrviewer")
    paint(html, writer)
    del writer  # ends the file
    buffer.close()
    return bytes(data.data())


def paint(html: str, device: QPagedPaintDevice) -> int:
    """Paint a report on the pages of a printer or PDF, and return how many there are.

    Raises
    ------
    PrintError
        Where nothing can be painted: the printer is gone, or the file cannot be written.
    """
    page = device.pageLayout().paintRect(QPageLayout.Unit.Point)
    width, height = page.width(), page.height() - FOOT_POINTS
    document = document_of(html)
    # One unit of the document is one point: independent of screen and printer.
    document.documentLayout().setPaintDevice(_measuring())
    document.setPageSize(QSizeF(width, height))
    _keep_headings(document, height)
    pages = document.pageCount()
    painter = QPainter(device)
    if not painter.isActive():
        raise PrintError(msg("The report was not printed; check the printer, and that the disk has room."))
    scale = device.logicalDpiX() / POINTS_PER_INCH
    for number in range(pages):
        if number:
            device.newPage()
        painter.save()
        painter.scale(scale, scale)
        _foot(painter, QRectF(0, height, width, FOOT_POINTS), number + 1, pages)
        painter.translate(0, -number * height)
        context = QAbstractTextDocumentLayout.PaintContext()
        context.palette.setColor(QPalette.ColorRole.Text, QColor("black"))
        # Half a point less at both ends: a line that ends where the page does belongs to one page only.
        context.clip = QRectF(0, number * height + 0.5, width, height - 1)
        painter.setClipRect(QRectF(0, number * height, width, height))
        document.documentLayout().draw(painter, context)
        painter.restore()
    painter.end()
    return pages


def _keep_headings(document: QTextDocument, height: float) -> None:
    """Begin a page with each heading whose text would be on the next page."""
    block = document.begin()
    while block.isValid():
        text = block.next()
        if block.blockFormat().headingLevel() and text.isValid():
            if _page_of(block, height) != _page_of(text, height):
                cursor = QTextCursor(block)
                format_ = cursor.blockFormat()
                format_.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
                cursor.setBlockFormat(format_)
        block = text


def _page_of(block: QTextBlock, height: float) -> int:
    # A block begins where the one before it ends, though its first line may have moved to the next page.
    top = block.document().documentLayout().blockBoundingRect(block).top()
    return int((top + block.layout().lineAt(0).y() + 0.5) // height)


def _foot(painter: QPainter, area: QRectF, number: int, of: int) -> None:
    painter.setPen(QColor("black"))
    font = QFont("Sans Serif")
    font.setPixelSize(8)  # points here, whatever the device
    painter.setFont(font)
    bottom = Qt.AlignmentFlag.AlignBottom
    painter.drawText(area, int(Qt.AlignmentFlag.AlignLeft | bottom), research())
    painter.drawText(area, int(Qt.AlignmentFlag.AlignRight | bottom), tr("Page {number} of {of}", number=number, of=of))


@functools.cache
def _measuring() -> QImage:
    """Return a paint device of 72 dots per inch, on which fonts are measured."""
    image = QImage(1, 1, QImage.Format.Format_RGB32)
    dots = round(POINTS_PER_INCH / 0.0254)
    image.setDotsPerMeterX(dots)
    image.setDotsPerMeterY(dots)
    return image
