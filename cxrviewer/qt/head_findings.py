"""What one head says of a film: cards in groups, or the notice why there are none."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from cxrviewer.presenters.finding_states import (
    Busy,
    Empty,
    Failed,
    FindingCard,
    FindingsState,
    HeadGroup,
    NoModel,
    Off,
    Refused,
    Several,
    Shown,
)
from cxrviewer.qt.parts import ElidedLabel, heading, label, rule, sentence_case
from cxrviewer.qt.theme import small


class CardButton(QPushButton):
    """One finding; pressing it asks for its map."""

    def __init__(self, card: FindingCard) -> None:
        super().__init__()
        self.setObjectName("finding")
        self.card = card
        self.setCheckable(card.has_map)
        if not card.has_map:
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        name, number = ElidedLabel(card.name), label(card.probability)
        name.setObjectName("title")
        first = QHBoxLayout()
        first.addWidget(name, 1)
        first.addWidget(number)
        left, right = ElidedLabel(card.evidence), label(card.threshold, "quiet", little=True)
        left.setObjectName("quiet")
        left.setFont(small(self.font()))
        second = QHBoxLayout()
        second.addWidget(left, 1)
        second.addWidget(right)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 7, 10, 7)
        column.setSpacing(1)
        column.addLayout(first)
        column.addLayout(second)
        for child in (name, number, left, right):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        height = name.sizeHint().height() + left.sizeHint().height() + 18
        self.setFixedHeight(height)
        words = ", ".join(part for part in (card.name, card.probability, card.threshold, card.evidence) if part)
        self.setAccessibleName(words)
        self.setToolTip("" if card.has_map else self.tr("No map for this finding"))


class Section(QWidget):
    """A group that opens on request: ``BELOW THRESHOLD · 12``."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title
        self.button = QPushButton()
        self.button.setObjectName("section")
        self.button.setFont(small(self.font()))
        self.button.setCheckable(True)
        self.button.toggled.connect(self._open)
        self._body = QWidget()
        self.rows = QVBoxLayout(self._body)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(4)
        self._body.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.button)
        column.addWidget(self._body)
        self.count(0)

    def count(self, number: int) -> None:
        self._number = number
        self._name()

    def _open(self, opened: bool) -> None:
        self._body.setVisible(opened)
        self._name()

    def _name(self) -> None:
        arrow = "▾" if self.button.isChecked() else "▸"
        self.button.setText(f"{self._title.upper()}  ·  {self._number}  {arrow}")
        self.setVisible(self._number > 0)


class HeadFindingsWidget(QWidget):
    """The findings of one head, or why there are none."""

    chosen = Signal(int)
    retry = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.state: FindingsState | None = None
        self._cards: list[CardButton] = []
        self._above_title = heading(self.tr("Above threshold"))
        self._above = QVBoxLayout()
        self._above.setSpacing(6)
        # Said because the silence of a model reassures more than it should.
        self._none = label(self.tr("None above threshold. This excludes no finding."), "quiet", wrap=True)
        self._old = label("", "flag", wrap=True, little=True)
        self.below = Section(self.tr("Below threshold"))
        self.unvalidated = Section(self.tr("Not validated"))
        self._notice, self._notice_title, self._notice_text, self.retry_button, self._bar = self._make_notice()
        inner = QVBoxLayout(self)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(7)
        inner.addWidget(self._notice)
        inner.addWidget(self._old)
        inner.addWidget(self._above_title)
        inner.addLayout(self._above)
        for widget in (self._none, self.below, self.unvalidated):
            inner.addWidget(widget)

    def show_state(self, state: FindingsState, *, titled: bool = True) -> None:
        """Draw `state`; without `titled` the heading over what is above threshold is left out."""
        before, self.state = self.state, state
        if isinstance(state, Shown):
            if not (isinstance(before, Shown) and _cards(before) == _cards(state)):
                self._fill(state)
            for button in self._cards:
                button.setChecked(button.card.number == state.chosen)
        else:
            self._empty()
        self._show_groups(state, titled)
        self._show_notice(state)

    def cards(self) -> list[CardButton]:
        """Return the buttons of all groups, top to bottom."""
        return list(self._cards)

    def notice(self) -> tuple[str, str]:
        """Return title and text of the notice, empty while findings are shown."""
        if self._notice.isHidden():
            return "", ""
        return self._notice_title.text(), self._notice_text.text()

    # Inside.

    def _fill(self, state: Shown) -> None:
        self._empty()
        groups: tuple[tuple[tuple[FindingCard, ...], QVBoxLayout], ...] = (
            (state.above, self._above),
            (state.below, self.below.rows),
            (state.unvalidated, self.unvalidated.rows),
        )
        for cards, column in groups:
            for card in cards:
                button = CardButton(card)
                button.setEnabled(not state.old)
                button.clicked.connect(_sender(self.chosen.emit, card.number))
                column.addWidget(button)
                self._cards.append(button)
        self.below.count(len(state.below))
        self.unvalidated.count(len(state.unvalidated))

    def _empty(self) -> None:
        for button in self._cards:
            button.setParent(None)
            button.deleteLater()
        self._cards = []
        self.below.count(0)
        self.unvalidated.count(0)

    def _show_groups(self, state: FindingsState, titled: bool) -> None:
        shown = isinstance(state, Shown)
        above = isinstance(state, Shown) and bool(state.above)
        self._above_title.setVisible(shown and titled)
        self._none.setVisible(shown and not above)
        old = state.old if isinstance(state, Shown) else ""
        self._old.setText(old)
        self._old.setVisible(bool(old))

    def _show_notice(self, state: FindingsState) -> None:
        title, text = _notice(state)
        self._notice_title.setText(title)
        self._notice_title.setVisible(bool(title))
        self._notice_text.setText(text)
        self._bar.setVisible(isinstance(state, Busy))
        self.retry_button.setVisible(isinstance(state, Failed))
        self._notice.setVisible(bool(text))

    def _make_notice(self) -> tuple[QFrame, QLabel, QLabel, QPushButton, QProgressBar]:
        frame = QFrame()
        frame.setObjectName("notice")
        title, text = label("", "flag", wrap=True), label("", "", wrap=True)
        again = QPushButton(self.tr("Try again"))
        again.clicked.connect(self.retry)
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        column = QVBoxLayout(frame)
        column.setContentsMargins(12, 10, 12, 10)
        for widget in (title, text, bar):
            column.addWidget(widget)
        column.addWidget(again, 0, Qt.AlignmentFlag.AlignLeft)
        return frame, title, text, again, bar


class HeadGroupWidget(QWidget):
    """One of several heads: its name and version over what it says."""

    chosen = Signal(str, int)
    retry = Signal(str)

    def __init__(self, key: str) -> None:
        super().__init__()
        self._title = ElidedLabel()
        self._title.setObjectName("title")
        self._version = label("", "quiet", little=True)
        self.body = HeadFindingsWidget()
        self.body.chosen.connect(lambda number: self.chosen.emit(key, number))
        self.body.retry.connect(lambda: self.retry.emit(key))
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self._title, 1)
        top.addWidget(self._version)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 6)
        column.setSpacing(6)
        column.addWidget(rule())
        column.addLayout(top)
        column.addWidget(self.body)

    def show_group(self, group: HeadGroup) -> None:
        """Draw what this head says."""
        self._title.setText(group.title)
        self._title.set_more(sentence_case(group.signature))
        self._version.setText(group.version)
        timing = group.state.timing if isinstance(group.state, Shown) else ""
        self._version.setToolTip("\n".join(part for part in (sentence_case(group.signature), timing) if part))
        self.setAccessibleName(f"{group.title} {group.version}")
        self.setAccessibleDescription(sentence_case(group.signature))
        self.body.show_state(group.state, titled=False)


def _sender(send: Callable[[int], None], number: int) -> Callable[[], None]:
    return lambda: send(number)


def _cards(state: Shown) -> tuple[object, ...]:
    return state.above, state.below, state.unvalidated, state.old


def _notice(state: FindingsState) -> tuple[str, str]:
    if isinstance(state, Refused):
        return state.title, state.message
    if isinstance(state, NoModel):
        return "No model", state.message
    if isinstance(state, Failed):
        return "The model failed", state.message
    if isinstance(state, Empty | Busy | Off):
        return "", state.message
    assert isinstance(state, Shown | Several)
    return "", ""
