"""What one head answered for an image: cards in groups, or the notice why there are none."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from cxrviewer.presenters.finding_states import (
    Busy,
    Empty,
    Failed,
    FindingCard,
    FindingsState,
    HeadGroup,
    NoModel,
    Off,
    Rejected,
    Several,
    Shown,
)
from cxrviewer.qt.theme import small
from cxrviewer.qt.widgets import ElidedLabel, heading, label, rule, sentence_case, tip, undoes
from cxrviewer.reading.document import MAX_COMMENT, Verdict
from cxrviewer.text import tr, translated


class CardButton(QPushButton):
    """One finding; pressing it asks for its map."""

    def __init__(self, card: FindingCard) -> None:
        super().__init__()
        self.setObjectName("finding")
        self.card = card
        can_be_chosen = card.has_map or card.decidable
        self.setCheckable(can_be_chosen)
        if not can_be_chosen:
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        name, number = ElidedLabel(card.name), label(card.probability)
        name.setObjectName("title")
        self._mark = label("", "title")
        first = QHBoxLayout()
        first.addWidget(name, 1)
        first.addWidget(self._mark)
        first.addWidget(number)
        spread = label(f"({card.interval})" if card.interval else "", "quiet", little=True)
        if card.beside_intervals:
            # As wide in every card, so that probabilities stand below each other; the widest there is is rare.
            spread.setMinimumWidth(spread.fontMetrics().horizontalAdvance("(<1–00)"))
            spread.setAlignment(Qt.AlignmentFlag.AlignRight)
            first.setAlignment(number, Qt.AlignmentFlag.AlignBaseline)
            first.addSpacing(5)
            first.addWidget(spread, 0, Qt.AlignmentFlag.AlignBaseline)
        left, right = ElidedLabel(card.evidence), label(card.threshold, "quiet", little=True)
        left.setObjectName("quiet")
        left.set_short(card.short_evidence)
        left.setFont(small(self.font()))
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 7, 10, 7)
        column.setSpacing(1)
        column.addLayout(first)
        column.addLayout(_line(left, right))
        height = name.sizeHint().height() + left.sizeHint().height() + 18
        self._change = ElidedLabel(card.change, self)
        self._change.set_short(card.short_change)
        self._change.setFont(small(self.font()))
        if card.change:
            # Never the colour of a flag: the interval knows nothing of exposure and position.
            self._change.setObjectName("quiet")
            column.addWidget(self._change)
            height += self._change.sizeHint().height() + 1
        else:
            self._change.hide()
        for child in (name, number, spread, left, right, self._mark, self._change):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFixedHeight(height)
        missing = "" if card.has_map else tr("No map for this finding")
        # The name too: its line, which may be cut, leaves the mouse to the button.
        hints = "\n".join(
            hint for hint in (card.name, card.evidence, card.change, card.interval_words, missing) if hint
        )
        self.setToolTip(tip(hints, wrap=bool(card.interval)))
        self.setWhatsThis(tip(card.interval_words, wrap=True))
        self.show_card(card)

    def show_card(self, card: FindingCard) -> None:
        """Show another decision about the same score."""
        self.card = card
        words = {Verdict.AGREE: tr("you agree"), Verdict.DISAGREE: tr("you disagree")}
        decided = words.get(card.verdict, "")
        noted = tr("with a comment") if card.comment else ""
        self._mark.setText(_MARKS[card.verdict] + ("…" if card.comment else ""))
        spread = tr("95 % interval {interval} %", interval=card.interval) if card.interval else ""
        parts = (card.name, card.probability, spread, card.threshold, card.evidence, card.change, decided, noted)
        self.setAccessibleName(", ".join(part for part in parts if part))


def _line(left: QWidget, right: QWidget) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(8)  # or the number of images and “threshold” read as one word
    line.addWidget(left, 1)
    line.addWidget(right)
    return line


_MARKS = {Verdict.AGREE: "✓", Verdict.DISAGREE: "✗", Verdict.UNDECIDED: ""}


class CommentField(QLineEdit):
    """A field without an undo of its own: the window's undo covers what is typed."""

    left = Signal()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and undoes(event):
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if undoes(event):
            event.ignore()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.editingFinished.emit()


class DecisionBar(QWidget):
    """Agree, disagree and comment, below the chosen finding."""

    decided = Signal(Verdict)
    commented = Signal(str)
    finished = Signal()
    """Typing has ended, or the field was left."""
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._saved = (-1, "", "")
        self._meaning = label("", "quiet", wrap=True, little=True)
        self.agree = self._button(Verdict.AGREE)
        self.disagree = self._button(Verdict.DISAGREE)
        self.comment = CommentField()
        self.comment.setMaxLength(MAX_COMMENT)
        self.comment.setPlaceholderText(tr("Comment"))
        self.comment.textEdited.connect(self.commented)
        self.comment.editingFinished.connect(self.finished)
        self.comment.left.connect(self.left)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.agree, 1)
        row.addWidget(self.disagree, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 0, 0, 6)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.comment)
        column.addWidget(self._meaning)

    def show_card(self, card: FindingCard) -> None:
        """Show the decision about a finding."""
        self.agree.setChecked(card.verdict is Verdict.AGREE)
        self.disagree.setChecked(card.verdict is Verdict.DISAGREE)
        saved = card.number, card.name, card.comment
        if saved != self._saved and self.comment.text() != card.comment:
            self.comment.setText(card.comment)
        # What is being typed and not saved yet stays while other findings come in.
        self._saved = saved
        # Said, because "agree" with a finding below its threshold could be read both ways.
        meaning = tr("Agree: it is present.") if card.above else tr("Agree: it is not present.")
        self._meaning.setText(meaning)
        self.agree.setAccessibleName(f"{tr('Agree')}: {card.name}. {meaning}")
        self.disagree.setAccessibleName(f"{tr('Disagree')}: {card.name}")
        self.comment.setAccessibleName(f"{tr('Comment')}: {card.name}")

    def forget(self) -> None:
        """Be ready for another image: nothing typed before is kept."""
        self._saved = (-1, "", "")
        self.comment.clear()

    def _button(self, verdict: Verdict) -> QPushButton:
        words = tr("Agree") if verdict is Verdict.AGREE else tr("Disagree")
        button = QPushButton(f"{_MARKS[verdict]}  {words}")
        button.setObjectName("verdict")
        button.setCheckable(True)
        button.clicked.connect(lambda: self.decided.emit(verdict))
        return button


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
    decided = Signal(int, Verdict)
    commented = Signal(int, str)
    comment_finished = Signal()
    comment_left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.state: FindingsState | None = None
        self._cards: list[CardButton] = []
        self._number = -1
        self.decision = DecisionBar()
        self.decision.setParent(self)  # until it is shown it is in no layout, and would outlive the window
        self.decision.hide()
        self.decision.decided.connect(lambda verdict: self.decided.emit(self._number, verdict))
        self.decision.commented.connect(lambda text: self.commented.emit(self._number, text))
        self.decision.finished.connect(self.comment_finished)
        self.decision.left.connect(self.comment_left)
        self._above_title = heading(tr("Above threshold"))
        self._above = QVBoxLayout()
        self._above.setSpacing(6)
        # Said because the silence of a model reassures more than it should.
        self._none = label(tr("No finding above its threshold. This does not rule out disease."), "quiet", wrap=True)
        self._old = label("", "flag", wrap=True, little=True)
        self._prior = label("", "quiet", wrap=True, little=True)
        self.below = Section(tr("Below threshold"))
        self.unvalidated = Section(tr("Not validated"))
        self._notice, self._notice_title, self._notice_text, self.retry_button, self._bar = self._make_notice()
        inner = QVBoxLayout(self)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(7)
        inner.addWidget(self._notice)
        inner.addWidget(self._old)
        inner.addWidget(self._prior)
        inner.addWidget(self._above_title)
        inner.addLayout(self._above)
        for widget in (self._none, self.below, self.unvalidated):
            inner.addWidget(widget)
        # The window is painted before anything is known: it makes no statement about findings then.
        for one in (self._notice, self._above_title, self._none, self.below, self.unvalidated):
            one.hide()

    def show_state(self, state: FindingsState, *, titled: bool = True) -> None:
        """Draw `state`; without `titled` the heading over what is above threshold is left out."""
        before, self.state = self.state, state
        focused = QApplication.focusWidget()
        inside = focused is not None and self.isAncestorOf(focused)
        if isinstance(state, Shown):
            if not (isinstance(before, Shown) and _cards(before) == _cards(state)):
                self._fill(state)
            self._show_decisions(state)
        else:
            self._empty()
        self._show_groups(state, titled)
        self._show_notice(state)
        if focused is not None and inside:
            self._focus_again(focused)

    def cards(self) -> list[CardButton]:
        """Return the buttons of all groups, top to bottom."""
        return list(self._cards)

    def tab_stops(self) -> list[QWidget]:
        """Return what Tab is to reach, in the order that is seen: cards come and go, and Qt takes them for the last."""
        stops: list[QWidget] = [self.retry_button]
        for head, column in (
            (None, self._above),
            (self.below.button, self.below.rows),
            (self.unvalidated.button, self.unvalidated.rows),
        ):
            stops += [] if head is None else [head]
            # Not by `itemAt`: PySide takes what Qt makes later at the place of a deleted layout item for that item.
            for card in self._cards:
                place = column.indexOf(card)
                stops += [card] if place >= 0 else []
                if place >= 0 and column.indexOf(self.decision) == place + 1:
                    stops += [self.decision.agree, self.decision.disagree, self.decision.comment]
        return stops

    def open_chosen(self) -> None:
        """Open the section that the chosen finding is in."""
        for section in (self.below, self.unvalidated):
            if any(section.rows.indexOf(button) >= 0 and button.isChecked() for button in self._cards):
                section.button.setChecked(True)

    def notice(self) -> tuple[str, str]:
        """Return title and text of the notice, empty while findings are shown."""
        if self._notice.isHidden():
            return "", ""
        return self._notice_title.text(), self._notice_text.text()

    # Inside.

    def _focus_again(self, focused: QWidget) -> None:
        """Keep the focus at the same finding, or let it go: Qt gives it to what comes next, and Space switches that."""
        number = focused.card.number if isinstance(focused, CardButton) else None
        same = next((card for card in self._cards if card.card.number == number), focused)
        if self.isAncestorOf(same) and same.isVisibleTo(self):
            same.setFocus()
        else:
            self.comment_left.emit()

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

    def _show_decisions(self, state: Shown) -> None:
        by_number = {card.number: card for card in state.above + state.below + state.unvalidated}
        chosen: CardButton | None = None
        for button in self._cards:
            button.show_card(by_number[button.card.number])
            button.setChecked(button.card.number == state.chosen)
            if button.isChecked() and button.card.decidable:
                chosen = button
        if chosen is None:
            self._hide_decision()
            return
        self._number = chosen.card.number
        self.decision.show_card(chosen.card)
        columns = (self._above, self.below.rows, self.unvalidated.rows)
        column = next(one for one in columns if one.indexOf(chosen) >= 0)
        place = column.indexOf(chosen)
        if column.indexOf(self.decision) != place + 1:
            # Taken out first: where the bar stood above in the same column, the place is one less.
            self._hide_decision()
            column.insertWidget(column.indexOf(chosen) + 1, self.decision)
        self.decision.show()

    def _hide_decision(self) -> None:
        for column in (self._above, self.below.rows, self.unvalidated.rows):
            column.removeWidget(self.decision)
        self.decision.hide()

    def _empty(self) -> None:
        self._hide_decision()
        self.decision.forget()
        for button in self._cards:
            # A layout shows its new children from the event loop: one that has left by then would be a window of
            # its own for a moment, and take the keyboard.
            button.hide()
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
        self._prior.setText(state.prior if isinstance(state, Shown) else "")
        self._prior.setToolTip(state.how if isinstance(state, Shown) else "")
        self._prior.setVisible(bool(self._prior.text()))

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
        again = QPushButton(tr("Try again"))
        again.clicked.connect(self.retry)
        bar = QProgressBar()
        bar.setAccessibleName(tr("Progress"))
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
    decided = Signal(str, int, Verdict)
    commented = Signal(str, int, str)
    comment_finished = Signal()
    comment_left = Signal()

    def __init__(self, key: str) -> None:
        super().__init__()
        self._title = ElidedLabel()
        self._title.setObjectName("title")
        self._version = label("", "quiet", little=True)
        self.body = HeadFindingsWidget()
        self.body.chosen.connect(lambda number: self.chosen.emit(key, number))
        self.body.retry.connect(lambda: self.retry.emit(key))
        self.body.decided.connect(lambda number, verdict: self.decided.emit(key, number, verdict))
        self.body.commented.connect(lambda number, text: self.commented.emit(key, number, text))
        self.body.comment_finished.connect(self.comment_finished)
        self.body.comment_left.connect(self.comment_left)
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
    """Return what buttons are made of; a decision changes them without making them anew."""
    groups = (state.above, state.below, state.unvalidated)
    return *(tuple(replace(card, decision=None) for card in group) for group in groups), state.old


def _notice(state: FindingsState) -> tuple[str, str]:
    if isinstance(state, Rejected):
        return state.title, translated(state.message)
    if isinstance(state, NoModel):
        return tr("No model"), translated(state.message)
    if isinstance(state, Failed):
        return tr("The model failed"), translated(state.message)
    if isinstance(state, Empty | Busy | Off):
        return "", translated(state.message)
    assert isinstance(state, Shown | Several)
    return "", ""
