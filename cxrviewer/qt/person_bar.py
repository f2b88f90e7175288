"""A bar over the images with a question that can wait: is an older study of the same person?"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton

from cxrviewer.qt.widgets import ElidedLabel, label
from cxrviewer.text import tr

if TYPE_CHECKING:
    from cxrviewer.presenters.library_opening import PersonQuestion


class PersonBar(QFrame):
    """Shows one question at a time; whatever else the reader does goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("notice")
        self._question: PersonQuestion | None = None
        self._hidden = False
        self._answer: Callable[[bool], None] = lambda same: None
        self.words = label("", "title", wrap=True)
        self.current, self.other = ElidedLabel(), ElidedLabel()
        self.same = self._button(tr("&Same person"), lambda: self._decide(same=True))
        self.different = self._button(tr("&Different person"), lambda: self._decide(same=False))
        self.later = self._button(tr("Ask again &later"), self.hide)
        grid = QGridLayout(self)
        grid.setContentsMargins(10, 6, 10, 6)
        grid.setVerticalSpacing(2)
        grid.addWidget(self.words, 0, 0, 1, 2)
        # Not “this”: the reader may have gone on to another study since.
        self._first, self._second = label("", "quiet"), label("", "quiet")
        grid.addWidget(self._first, 1, 0)
        grid.addWidget(self.current, 1, 1)
        grid.addWidget(self._second, 2, 0)
        grid.addWidget(self.other, 2, 1)
        answers = QHBoxLayout()
        answers.addStretch(1)
        for button in (self.same, self.different, self.later):
            answers.addWidget(button)
        grid.addLayout(answers, 3, 0, 1, 2)
        grid.setColumnStretch(1, 1)
        self.hide()

    def ask(self, question: PersonQuestion | None, answer: Callable[[bool], None]) -> None:
        """Show a question, or none."""
        self._question, self._answer = question, answer
        self._write()
        self.setVisible(question is not None)

    def hide_identity(self, *, hidden: bool) -> None:
        """Take away what names somebody, or bring it back."""
        self._hidden = hidden
        self._write()

    def _write(self) -> None:
        question, shown = self._question, not self._hidden
        words = "" if question is None else question.words
        self.words.setText(words if shown or not words else tr("An older study may be of the same person. Is it?"))
        older = question is None or question.older
        self._first.setText(tr("The newer one:") if older else tr("One study:"))
        self._second.setText(tr("The older one:") if older else tr("The other one:"))
        self.current.setText(question.current if question is not None and shown else "")
        self.other.setText(question.other if question is not None and shown else "")

    def _decide(self, *, same: bool) -> None:
        self.hide()
        self._answer(same)

    def _button(self, words: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(words)
        button.clicked.connect(lambda: act())  # noqa: PLW0108  # without the signal's argument
        return button
