"""What the canvas shows before the first image."""

from __future__ import annotations

from collections.abc import Callable

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
    library_requested = Signal()
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
        self._named: dict[str, tuple[QPushButton, str]] = {}
        for id_, text, signal in (
            ("file.open_folder", tr("Open folder…"), self.folder_requested),
            ("file.open_files", tr("Open files…"), self.files_requested),
            ("library.open", tr("Library…"), self.library_requested),
            ("file.open_demo", tr("Demo study"), self.demo_requested),
        ):
            button = QPushButton(text)
            button.setDefault(not self._named)
            button.clicked.connect(signal)
            self._buttons.addWidget(button)
            self._named[id_] = button, text
        self.library = self._named["library.open"][0]
        self.library.hide()
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

    def name_keys(self, first_key: Callable[[str], str]) -> None:
        """Write the key of each button's command behind its words."""
        for id_, (button, text) in self._named.items():
            key = first_key(id_)
            button.setText(f"{text}  {key}" if key else text)
        self._arrange()

    def offer_library(self, *, on: bool) -> None:
        """Offer the library, or do not: it has studies, or has none."""
        if on is self.library.isHidden():
            self.library.setVisible(on)
            self._arrange()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)  # the canvas gives the page its size, whatever the buttons would like

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Put the buttons below each other where they do not fit beside each other."""
        margins = self._column.contentsMargins()
        buttons = [button for button, _ in self._named.values() if not button.isHidden()]
        needed = sum(button.sizeHint().width() for button in buttons) + (len(buttons) - 1) * self._buttons.spacing()
        fits = needed <= self.width() - margins.left() - margins.right()
        beside, below = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._buttons.setDirection(beside if fits else below)
