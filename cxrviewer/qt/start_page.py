"""What the canvas shows before the first film."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cxrviewer.presenters.words import RESEARCH
from cxrviewer.qt.parts import label


class StartPage(QWidget):
    """Says what to do."""

    folder_wanted = Signal()
    files_wanted = Signal()
    demo_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("startPage")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        title = label(self.tr("Open a chest film"), "title")
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.6)
        title.setFont(font)
        # Two labels: one that wraps has no height of its own in a centred column and would be cut.
        words = label(self.tr("Drop files or folders anywhere on this window, or choose them."), "quiet")
        kinds = label(self.tr("DICOM, PNG and JPEG are read; nothing is copied or sent."), "quiet")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        for text, signal, first in (
            (self.tr("Open folder…"), self.folder_wanted, True),
            (self.tr("Open files…"), self.files_wanted, False),
            (self.tr("Demo study"), self.demo_wanted, False),
        ):
            button = QPushButton(text)
            button.setDefault(first)
            button.clicked.connect(signal)
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setSpacing(14)
        column.addStretch(3)
        column.addWidget(title, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(words, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(kinds, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addLayout(row)
        column.addWidget(label(RESEARCH, "quiet"), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(4)
