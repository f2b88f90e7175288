"""A field on the canvas for what belongs to an annotation: its words, or the length of a known line."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QVBoxLayout, QWidget

from cxrviewer.presenters.annotations import Requested

GAP = 16
"""Pixels between the annotation and the field."""
EDGE = 4


class CanvasQuestion(QFrame):
    """Asks on the canvas; Enter answers, Escape gives up. What is wrong with an answer stands below the field."""

    def __init__(self, canvas: QWidget, requested: Requested, at: QPoint) -> None:
        super().__init__(canvas)
        self.setObjectName("canvasQuestion")
        self.setAutoFillBackground(True)
        self._requested = requested
        words = QLabel(requested.words)
        self.field = QLineEdit(requested.now)
        self.field.setAccessibleName(requested.words)
        self.field.setMinimumWidth(220)
        self.field.setMaxLength(1000)
        self.wrong = QLabel()
        self.wrong.setObjectName("wrong")
        self.wrong.setWordWrap(True)
        self.wrong.hide()
        words.setBuddy(self.field)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(4)
        for part in (words, self.field, self.wrong):
            column.addWidget(part)
        self._canvas, self._at = canvas, at
        self._place()
        self.show()
        self.raise_()
        self.field.selectAll()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def submit(self) -> None:
        """Answer with what the field holds."""
        wrong = self._requested.answer(self.field.text())
        if wrong:
            self.wrong.setText(wrong)
            self.wrong.show()
            self._place()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.submit()
        elif event.key() == Qt.Key.Key_Escape:
            self._requested.cancel()
        # Every other key belongs to the field, none to the window's commands.
        event.accept()

    def _place(self) -> None:
        """Stand below the place, inside the canvas, and beside it where there is no room below."""
        canvas = self._canvas.rect()
        self.adjustSize()
        box = QRect(self._at + QPoint(-self.width() // 2, GAP), self.size())
        if box.bottom() > canvas.bottom() - EDGE:
            box.moveBottom(self._at.y() - GAP)
        box.moveLeft(max(EDGE, min(box.left(), canvas.right() - EDGE - self.width())))
        box.moveTop(max(EDGE, min(box.top(), canvas.bottom() - EDGE - self.height())))
        self.setGeometry(box)
