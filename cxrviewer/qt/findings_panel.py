"""The findings panel."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from cxrviewer.presenters.finding_states import FindingsState, Several, Shown
from cxrviewer.presenters.messages import RESEARCH
from cxrviewer.qt.head_findings import CardButton, DecisionBar, HeadFindingsWidget, HeadGroupWidget, Section
from cxrviewer.qt.layer_controls import LayerControlsWidget
from cxrviewer.qt.theme import small
from cxrviewer.qt.widgets import ElidedLabel, Switch, label, rule, sentence_case
from cxrviewer.reading.document import Verdict
from cxrviewer.text import tr, translated


class FindingsPanel(QWidget):
    """Draws what `FindingsPresenter` decided; holds no decision of its own.

    One head's findings fill the panel as if there were no others; several get a group each.
    """

    ai_toggled = Signal(bool)
    chosen = Signal(str, int)
    retry = Signal(str)
    decided = Signal(str, int, Verdict)
    commented = Signal(str, int, str)
    comment_finished = Signal()
    comment_left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.state: FindingsState | None = None
        self.ai = Switch(tr("AI on"))
        self.ai.setToolTip(tr("Off: no model runs at all"))
        self.ai.clicked.connect(self.ai_toggled)
        self.layer = LayerControlsWidget()
        self._only = HeadFindingsWidget()
        self._only.chosen.connect(lambda number: self.chosen.emit("", number))
        self._only.retry.connect(lambda: self.retry.emit(""))
        self._only.decided.connect(lambda number, verdict: self.decided.emit("", number, verdict))
        self._only.commented.connect(lambda number, text: self.commented.emit("", number, text))
        self._only.comment_finished.connect(self.comment_finished)
        self._only.comment_left.connect(self.comment_left)
        self._groups: dict[str, HeadGroupWidget] = {}
        self._followed: CardButton | None = None
        self._ordered: list[QWidget] = []
        self._scroll = QScrollArea()
        self._column = QVBoxLayout()
        self._column.setSpacing(6)
        self._head, self._detail, self._timing = ElidedLabel(), ElidedLabel(), ElidedLabel()
        for line in (self._head, self._detail, self._timing):
            line.setObjectName("quiet")
            line.setFont(small(self.font()))
        self._subject = ElidedLabel()
        self._subject.hide()
        self._lay_out()

    # What the presenter calls.

    def show_findings(self, state: FindingsState) -> None:
        self.state = state
        several = isinstance(state, Several)
        self._only.setVisible(not several)
        self._timing.setText(state.timing if isinstance(state, Shown) else "")
        self._timing.setVisible(not several)
        if isinstance(state, Several):
            self._show_several(state)
        else:
            self._show_several(Several(()))
            self._only.show_state(state)
        self._order_keys()
        self._follow_choice()

    def show_head(self, title: str, detail: str, signature: str) -> None:
        self._head.setText(title)
        self._detail.setText(detail)
        for line in (self._head, self._detail):
            line.set_more(sentence_case(signature))

    def show_subject(self, text: str) -> None:
        self._subject.setText(text)
        self._subject.setVisible(bool(text))

    def show_ai(self, enabled: bool) -> None:
        self.ai.setChecked(enabled)
        self.ai.setText(tr("AI on") if enabled else tr("AI off"))

    def head_text(self) -> str:
        """Return the model's title and version, for the About sheet."""
        return f"{self._head.text()} · {self._detail.text()}"

    def bodies(self) -> list[HeadFindingsWidget]:
        """Return what is shown of each head, top to bottom."""
        if isinstance(self.state, Several):
            return [self._groups[group.key].body for group in self.state.groups]
        return [self._only]

    def cards(self) -> list[CardButton]:
        """Return the buttons of all groups, top to bottom."""
        return [card for body in self.bodies() for card in body.cards()]

    def notice(self) -> tuple[str, str]:
        """Return title and text of the first notice, empty while findings are shown."""
        return next((body.notice() for body in self.bodies() if any(body.notice())), ("", ""))

    def decision_bar(self) -> DecisionBar | None:
        """Return where the chosen finding is decided on, None where none is."""
        return next((body.decision for body in self.bodies() if not body.decision.isHidden()), None)

    def focus_comment(self) -> None:
        """Let the reader type a comment on the chosen finding."""
        bar = self.decision_bar()
        if bar is not None:
            self.open_chosen()
            bar.comment.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self._scroll.ensureWidgetVisible(bar, 0, 20)

    def open_chosen(self) -> None:
        """Open the section that the chosen finding is in."""
        for body in self.bodies():
            body.open_chosen()

    @property
    def below(self) -> Section:
        return self._only.below

    @property
    def unvalidated(self) -> Section:
        return self._only.unvalidated

    @property
    def retry_button(self) -> QPushButton:
        return self._only.retry_button

    # Inside.

    def _order_keys(self) -> None:
        stops = [self.ai, *(stop for body in self.bodies() for stop in body.tab_stops())]
        if stops != self._ordered:
            self._ordered = stops
            for before, after in pairwise(stops):
                QWidget.setTabOrder(before, after)

    def _follow_choice(self) -> None:
        """Scroll to a finding that was just chosen, by key or because it came first."""
        self.open_chosen()  # what a key chose in a closed section would be invisible
        chosen = next((card for card in self.cards() if card.isChecked()), None)
        if chosen is not None and chosen is not self._followed and chosen.isVisibleTo(self):
            self._scroll.ensureWidgetVisible(chosen, 0, 40)
        self._followed = chosen

    def _show_several(self, state: Several) -> None:
        keys = [group.key for group in state.groups]
        for key in [key for key in self._groups if key not in keys]:
            gone = self._groups.pop(key)
            gone.hide()  # see `HeadFindingsWidget`: shown later it would be a window of its own
            gone.setParent(None)
            gone.deleteLater()
        for place, group in enumerate(state.groups):
            if group.key not in self._groups:
                made = self._groups[group.key] = HeadGroupWidget(group.key)
                made.chosen.connect(self.chosen)
                made.retry.connect(self.retry)
                made.decided.connect(self.decided)
                made.commented.connect(self.commented)
                made.comment_finished.connect(self.comment_finished)
                made.comment_left.connect(self.comment_left)
            widget = self._groups[group.key]
            if self._column.indexOf(widget) != place:
                self._column.insertWidget(place, widget)
            widget.show_group(group)

    def _lay_out(self) -> None:
        title = label(tr("Findings"), "title")
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.2)
        title.setFont(font)
        top = QHBoxLayout()
        top.addWidget(title, 1)
        top.addWidget(self.ai)
        body = QWidget()
        inner = QVBoxLayout(body)
        inner.setContentsMargins(0, 0, 4, 0)
        inner.setSpacing(7)
        inner.addWidget(self._only)
        inner.addLayout(self._column)
        inner.addStretch(1)
        scroll = self._scroll
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(body)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 12, 10)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self._subject)
        column.addWidget(scroll, 1)
        column.addWidget(rule())
        column.addWidget(self.layer)
        column.addWidget(rule())
        foot = QVBoxLayout()
        foot.setSpacing(1)
        for line in (self._head, self._detail, self._timing):
            foot.addWidget(line)
        foot.addWidget(label(translated(RESEARCH), "research", wrap=True, little=True))
        column.addLayout(foot)
