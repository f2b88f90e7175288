"""A tour of the window in four steps: a card over the images that waits for nobody."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from cxrviewer.presenters.messages import RESEARCH
from cxrviewer.qt.widgets import label
from cxrviewer.text import msg, tr, translated

STEPS = (
    (
        msg("Open films"),
        msg(
            "Open files or a folder from the File menu, or drop them on the window. The demonstration study holds a "
            "computed phantom and no patient."
        ),
    ),
    (
        msg("Look"),
        msg(
            "Drag with the left button for the window, with the middle one to move; the wheel zooms. The keys 2, 3 and "
            "4 show lungs, mediastinum and bones."
        ),
    ),
    (
        msg("Measure"),
        msg(
            "The Measure menu draws distances, angles and the cardiothoracic ratio. What you draw is saved at once and "
            "is there again when the film is opened again."
        ),
    ),
    (
        msg("Findings and commands"),
        msg(
            "The panel at the right shows what a model for research scored; that no finding is flagged does not rule "
            "out disease. Ctrl+K finds every command, and ? lists the keys."
        ),
    ),
)
"""Title and text of each step."""
WIDTH, MARGIN = 400, 12
"""Units of the window system."""


class TourCard(QFrame):
    """Shows one step at a time at the foot of the widget it lies over; everything else can be used meanwhile."""

    finished = Signal()

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setObjectName("tour")
        self.setAccessibleName(tr("Tour of the window"))
        self._over, self._step = over, 0
        self.title = label("", "title")
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.place = label("", "quiet")
        self.skip = QPushButton(tr("Skip (Esc)"))
        self.skip.clicked.connect(self.finish)
        self.following = QPushButton()
        self.following.clicked.connect(self._advance)
        row = QHBoxLayout()
        row.addWidget(self.place, 1)
        row.addWidget(self.skip)
        row.addWidget(self.following)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 10)
        for widget in (self.title, self.words):
            column.addWidget(widget)
        column.addLayout(row)
        self._escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self.window())
        self._escape.activated.connect(self.finish)
        over.installEventFilter(self)
        self._write()
        self.show()
        self._lie()

    def finish(self) -> None:
        """Leave the tour."""
        if not self.isHidden():
            self.hide()
            self._escape.setEnabled(False)
            self._escape.deleteLater()
            self._over.removeEventFilter(self)
            self.finished.emit()
            self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._lie()
        return super().eventFilter(watched, event)

    def _advance(self) -> None:
        if self._step + 1 == len(STEPS):
            self.finish()
            return
        self._step += 1
        self._write()
        self._lie()

    def _write(self) -> None:
        title, words = STEPS[self._step]
        self.title.setText(translated(title))
        self.words.setText(translated(words))
        self.place.setText(tr("{step} of {steps}", step=self._step + 1, steps=len(STEPS)))
        last = self._step + 1 == len(STEPS)
        self.skip.setVisible(not last)
        self.following.setText(tr("Done") if last else tr("Next"))

    def _lie(self) -> None:
        """Lie at the foot, or at the head where the foot would cover the research label of the start page."""
        width = min(WIDTH, self._over.width() - 2 * MARGIN)
        layout = self.layout()
        assert layout is not None
        height = min(max(layout.totalHeightForWidth(width), layout.sizeHint().height()), self._over.height())
        left, room = (self._over.width() - width) // 2, self._over.height() - height
        foot = QRect(left, room - min(MARGIN, room), width, height)
        head = QRect(left, min(MARGIN, room), width, height)
        research = translated(RESEARCH)
        kept_free = [
            QRect(one.mapTo(self._over, QPoint()), one.size())
            for one in self._over.findChildren(QLabel)
            if one.isVisible() and one.text() == research
        ]
        self.setGeometry(head if any(foot.intersects(one) for one in kept_free) else foot)
        self.raise_()
