"""The model card of a head: what it learned from, how well it does, and what it cannot see."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QTextCursor, QTextDocument
from PySide6.QtWidgets import QTextBrowser, QWidget

from cxrviewer.qt.dialogs import Dialog
from cxrviewer.text import tr

MAX_CELLS = 4000
"""Cells of tables, or nearly: Qt takes half a minute for some tables of sixty thousand, and the window waits."""

NOTHING = b" "
"""Returned for every picture and page that a card names. It is no picture, so Qt draws none."""


class CardPage(QTextBrowser):
    """Draws the Markdown of a stranger: no HTML, and no picture or page that it names is fetched.

    Tables too large to be drawn at once are shown as the text they are.
    """

    def __init__(self, card: str) -> None:
        super().__init__()
        self.setOpenLinks(False)
        if card.count("|") > MAX_CELLS:
            self.setPlainText(card)
            return
        features = QTextDocument.MarkdownFeature
        self.document().setMarkdown(card, features.MarkdownDialectGitHub | features.MarkdownNoHTML)
        self.moveCursor(QTextCursor.MoveOperation.Start)  # Qt leaves it at the end

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        return NOTHING  # without an answer Qt reads the file itself


class HeadCardDialog(Dialog):
    """Shows one card; it is written in English by whoever made the head."""

    only_shows = True

    def __init__(self, title: str, card: str, parent: QWidget | None = None) -> None:
        super().__init__(tr("Model card: {head}", head=title), parent)
        self.page = CardPage(card)
        self.page.setAccessibleName(tr("Model card"))
        self.column.addWidget(self.page, 1)
        self.column.addWidget(self.buttons)
        self.fit(1040, 660)
