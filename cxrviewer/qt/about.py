"""The About box: what this is and is not, what it keeps private, what it is made of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from cxrviewer.commands.registry import plain
from cxrviewer.presenters.about import PRIVACY, PURPOSE, About, Part, about
from cxrviewer.presenters.messages import RESEARCH
from cxrviewer.qt.dialogs import Dialog
from cxrviewer.qt.icon import icon_file
from cxrviewer.qt.widgets import heading, label
from cxrviewer.text import tr, translated

ICON_SIZE = 64


class AboutDialog(Dialog):
    """Help > About. Everything in it is on this computer: the change log too, so no link leads to a network."""

    only_shows = True

    def __init__(self, head: str, parent: QWidget | None = None, *, content: About | None = None) -> None:
        super().__init__(tr("About cxrviewer"), parent)
        self.content = content or about()
        self.tabs = QTabWidget()
        self.tabs.addTab(_summary(self.content, head), tr("&About"))
        self.tabs.addTab(_licences(self.content), tr("&Licences"))
        if self.content.news:
            self.tabs.addTab(_news(self.content.news), tr("What is &new"))
        self.column.addWidget(self.tabs)
        self.resize(640, 520)
        self.finish()


class LicenceTexts(Dialog):
    """The text of every licence."""

    only_shows = True

    def __init__(self, file: Path, parent: QWidget | None = None) -> None:
        super().__init__(tr("Licence texts"), parent)
        try:
            text = file.read_text(encoding="utf-8")
        except OSError:
            text = tr("The licence texts cannot be read; install the program again.")
        self.text = QPlainTextEdit(text)
        self.text.setReadOnly(True)
        self.text.setAccessibleName(tr("Licence texts"))
        self.column.addWidget(self.text)
        self.resize(760, 560)
        self.finish()


def _page() -> tuple[QWidget, QVBoxLayout]:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(16, 14, 16, 12)
    column.setSpacing(8)
    return page, column


def _summary(content: About, head: str) -> QWidget:
    page, column = _page()
    top = QHBoxLayout()
    file = icon_file(2 * ICON_SIZE)
    if file is not None:
        picture = QLabel()
        pixmap = QPixmap(str(file))
        pixmap.setDevicePixelRatio(2.0)
        picture.setPixmap(pixmap)
        top.addWidget(picture)
        top.addSpacing(8)
    names = QVBoxLayout()
    names.addWidget(label(f"cxrviewer {content.version}", "title"))
    names.addWidget(label(translated(RESEARCH), "flag", wrap=True))
    names.addWidget(label(head, "quiet", wrap=True))
    top.addLayout(names, 1)
    column.addLayout(top)
    column.addWidget(label(translated(PURPOSE), wrap=True))
    column.addSpacing(6)
    column.addWidget(heading(tr("Privacy")))
    for sentence in PRIVACY:
        column.addWidget(label(translated(sentence), wrap=True))
    column.addStretch(1)
    column.addWidget(label(tr("Apache License 2.0; Qt under LGPL 3."), "quiet", wrap=True))
    return page


def _licences(content: About) -> QWidget:
    page, column = _page()
    column.addWidget(label(tr("This program is made of, besides its own code:"), wrap=True))
    column.addWidget(_table(content.parts))
    texts = content.licence_texts
    if texts is not None:
        button = QPushButton(tr("All licence &texts…"))
        button.clicked.connect(lambda: LicenceTexts(texts, page.window()).open())
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
    return page


def _table(parts: Sequence[Part]) -> QTableWidget:
    table = QTableWidget(len(parts), 3)
    table.setAccessibleName(plain(tr("&Licences")))
    table.setHorizontalHeaderLabels([tr("Name"), tr("Version"), tr("Licence")])
    table.verticalHeader().hide()
    table.setAlternatingRowColors(True)
    table.setShowGrid(False)
    table.setTabKeyNavigation(False)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    for row, part in enumerate(parts):
        for column, text in enumerate((part.name, part.version, part.licence)):
            item = QTableWidgetItem(text)
            item.setToolTip(text)
            table.setItem(row, column, item)
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
    return table


def _news(markdown: str) -> QWidget:
    browser = QTextBrowser()
    browser.setAccessibleName(plain(tr("What is &new")))
    browser.setOpenLinks(False)  # nothing here opens a browser by itself
    browser.setMarkdown(markdown)
    return browser
