"""What the canvas shows before the first image."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cxrviewer.presenters.messages import RESEARCH
from cxrviewer.qt.widgets import label
from cxrviewer.text import tr, translated


class StartPage(QWidget):
    """Shows what to do."""

    folder_requested = Signal()
    files_requested = Signal()
    demo_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("startPage")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        title = label(tr("Open a chest film"), "title", wrap=True)
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.6)
        title.setFont(font)
        words = label(tr("Drop files or folders anywhere on this window, or choose them."), "quiet", wrap=True)
        kinds = label(tr("DICOM, PNG and JPEG are read; nothing is copied or sent."), "quiet", wrap=True)
        research = label(translated(RESEARCH), "quiet", wrap=True)
        self._buttons = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._buttons.setSpacing(8)
        for text, signal, first in (
            (tr("Open folder…"), self.folder_requested, True),
            (tr("Open files…"), self.files_requested, False),
            (tr("Demo study"), self.demo_requested, False),
        ):
            button = QPushButton(text)
            button.setDefault(first)
            button.clicked.connect(signal)
            self._buttons.addWidget(button)
        across = QHBoxLayout()
        across.addStretch(1)
        across.addLayout(self._buttons)
        across.addStretch(1)
        column = self._column = QVBoxLayout(self)
        column.setSpacing(14)
        column.addStretch(3)
        for line in (title, words, kinds):
            # Without an alignment in the column: only then does a label that wraps get the height it needs.
            line.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(line)
        column.addLayout(across)
        research.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(research)
        column.addStretch(4)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)  # the canvas gives the page its size, whatever the buttons would like

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the buttons below each other where they do not fit beside each other."""
        super().resizeEvent(event)
        margins = self._column.contentsMargins()
        buttons = self.findChildren(QPushButton)
        needed = sum(button.sizeHint().width() for button in buttons) + (len(buttons) - 1) * self._buttons.spacing()
        fits = needed <= self.width() - margins.left() - margins.right()
        beside, below = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._buttons.setDirection(beside if fits else below)
