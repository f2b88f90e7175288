"""The words in the corners of the canvas; they never take a mouse event, a button below a message does."""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable

from PySide6.QtCore import QRect, Qt, QTimer
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from cxrviewer.presenters.messages import WORD_JOINER, unbroken
from cxrviewer.text import tr

EDGE = 10
#: "Opening" is only said after this long; most images are there sooner and a word would flicker.
PATIENCE_MS = 200
NO_BREAK = "\N{NO-BREAK SPACE}"
MAY_BREAK = "\N{ZERO WIDTH SPACE}"


class CanvasText:
    """Labels over `canvas`, each beside its edge, none over another.

    Identity top left, window and zoom bottom left with the image's notes above, the value under
    the cursor bottom right with the layer above, a message or the start page in the middle, the
    patient's sides in the middle of each edge. The top right stays free: most images carry their
    side marker in an upper corner. A button may stand below the message. `on_placed` is called after
    each change of where they are.
    """

    def __init__(
        self, canvas: QWidget, start_page: QWidget | None, on_placed: Callable[[], None] = lambda: None
    ) -> None:
        self._canvas, self._on_placed = canvas, on_placed
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        self.identity = self._label("identity", left)
        self.readout = self._label("readout", left)
        self.notes = self._label("notes", left)
        self.notes.setWordWrap(True)
        self.probe = self._label("probe", right)
        self.layer = self._label("layerLabel", right)
        centre = Qt.AlignmentFlag.AlignCenter
        self.message = self._label("message", centre)
        self.message.setWordWrap(True)
        self.offer = QPushButton(canvas)
        self.offer.setObjectName("offer")
        self.offer.setAutoDefault(True)  # Enter presses it as the space bar does
        self.offer.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the focus where the reader has it
        self.offer.hide()
        self._sides = tuple(self._label(f"side{edge}", centre) for edge in ("Left", "Right", "Upper", "Lower"))
        self._start = start_page
        if start_page is not None:
            start_page.setParent(canvas)
        self._patience = QTimer(canvas)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(lambda: self.say(tr("Opening the film…")))

    def texts(self) -> dict[str, str]:
        """Return every text on the canvas by its place."""
        labels = (*self._corners(), self.message, *self._sides)
        return {
            label.objectName(): label.text().replace(NO_BREAK, " ").replace(MAY_BREAK, "").replace(WORD_JOINER, "")
            for label in labels
            if label.text()
        }

    def say(self, title: str, message: str = "") -> None:
        """Put a message in the middle."""
        self.message.setText(f"{title}\n\n{message}".strip())
        self.place()

    def show_offer(self, words: str) -> None:
        """Put a button below the message, or take it away."""
        self.offer.setText(words)
        self.place()

    def say_later(self) -> None:
        """Show that an image is being opened, unless it is there first."""
        self._patience.start(PATIENCE_MS)

    def show_sides(self, edges: tuple[str, str, str, str] | None) -> None:
        """Mark the sides of the patient at the left, right, upper and lower edge."""
        for label, text in zip(self._sides, edges or ("",) * 4, strict=True):
            label.setText(text)
        self.place()

    def show_readout(self, text: str) -> None:
        """Write the line at the lower edge, which breaks between its parts and never within one."""
        parts = re.split("( +· +)", text)
        self.readout.setText("".join(one if number % 2 else unbroken(one) for number, one in enumerate(parts)))

    @property
    def has_start(self) -> bool:
        return self._start is not None

    def show_start(self) -> None:
        if self._start is not None:
            self._start.show()
            self.place()

    def clear(self, *, keep_corners: bool) -> None:
        """Take away the middle and, unless the next image's are already there, the corners."""
        self._patience.stop()
        self.message.setText("")
        self.offer.setText("")
        if self._start is not None:
            self._start.hide()
        if not keep_corners:
            for label in (self.readout, self.probe, self.notes, self.layer, *self._sides):
                label.setText("")
        self.place()

    def place(self) -> None:
        """Lay the labels out anew; called after every text and every resize."""
        width, height = self._canvas.width(), self._canvas.height()
        labels = (*self._corners(), self.message, *self._sides)
        for label in labels:
            label.setVisible(bool(label.text()))
        self.notes.setFixedWidth(min(520, max(120, width - 2 * EDGE)))
        self.message.setFixedWidth(min(460, max(120, width - 40)))
        for label in labels:
            label.adjustSize()
        # `adjustSize` takes the height of a width that the label itself would like.
        for label in (self.message, self.notes):
            label.resize(label.width(), label.heightForWidth(label.width()))
        for label in (self.identity, self.readout, self.layer, self.probe):
            _break_lines(label, width - 2 * EDGE)
        self.identity.move(EDGE, EDGE)
        bottom = height - self.readout.height() - EDGE
        self.readout.move(EDGE, bottom)
        beside = width - self.readout.width() - self.probe.width() > 4 * EDGE
        self.probe.move(width - self.probe.width() - EDGE, bottom if beside else bottom - self.probe.height() - 4)
        above = bottom - 4 if beside else bottom - 8 - self.probe.height()
        self.layer.move(width - self.layer.width() - EDGE, above - self.layer.height())
        if self.notes.text() and self.layer.text() and width - self.notes.width() - self.layer.width() <= 4 * EDGE:
            above -= self.layer.height() + 4
        self.notes.move(EDGE, above - self.notes.height())
        self._keep_who()
        self.message.move((width - self.message.width()) // 2, (height - self.message.height()) // 2)
        if self.offer.hasFocus() and not self.offer.text():
            self._canvas.setFocus()  # or Qt goes on to the next viewport, which becomes the active one
        self.offer.setVisible(bool(self.offer.text()))
        self.offer.adjustSize()
        below = min(self.message.geometry().bottom() + EDGE, height - self.offer.height() - EDGE)
        self.offer.move((width - self.offer.width()) // 2, below)
        self.offer.raise_()  # on a small canvas it lies over the end of the message
        self._place_sides(width, height)
        if self._start is not None:
            self._start.resize(self._canvas.size())
        self._on_placed()

    def places(self) -> list[QRect]:
        """Return where words stand in the corners now."""
        return [label.geometry() for label in (self.identity, self.readout, self.notes) if not label.isHidden()]

    def _keep_who(self) -> None:
        """Move the notes below who it is, on a small canvas in the place of what stands at the lower edge."""
        below = self.identity.geometry().bottom() + 5
        if not self.identity.text() or not self.notes.text() or self.notes.y() >= below:
            return
        if self.notes.geometry().intersects(self.identity.geometry()):
            self.notes.move(EDGE, below)
        for label in (self.readout, self.probe, self.layer):
            if label.geometry().intersects(self.notes.geometry()):
                label.hide()

    def _corners(self) -> tuple[QLabel, ...]:
        return self.identity, self.readout, self.probe, self.layer, self.notes

    def _place_sides(self, width: int, height: int) -> None:
        left, right, upper, lower = self._sides
        beside = (height - left.height()) // 2
        left.move(EDGE, beside)
        right.move(width - right.width() - EDGE, beside)
        upper.move((width - upper.width()) // 2, EDGE)
        lower.move((width - lower.width()) // 2, height - lower.height() - EDGE)
        for label, step in ((left, -1), (right, -1), (upper, 1), (lower, -1)):
            self._clear_of_text(label, step)

    def _clear_of_text(self, label: QLabel, step: int) -> None:
        """Move a letter up (-1) or down (1) until it lies over no other word; on the way to the middle at most."""
        others = [other for other in (*self._corners(), self.message) if other.text()]
        for _ in others:
            met = [other.geometry() for other in others if other.geometry().intersects(label.geometry())]
            if not met:
                return
            top = max(r.bottom() for r in met) + 5 if step > 0 else min(r.top() for r in met) - 4 - label.height()
            label.move(label.x(), top)

    def _label(self, name: str, alignment: Qt.AlignmentFlag) -> QLabel:
        made = QLabel(self._canvas)
        made.setObjectName(name)
        made.setAlignment(alignment)
        made.setTextFormat(Qt.TextFormat.PlainText)  # a patient's name is never markup
        made.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        made.hide()
        return made


def _break_lines(label: QLabel, width: int) -> None:
    """Break the lines of a label that is wider than the canvas: a name that is cut off may read as another one."""
    whole = label.text().replace(MAY_BREAK, "")
    if whole != label.text():
        label.setText(whole)
    if label.wordWrap():
        label.setWordWrap(False)
        label.adjustSize()
    if not label.width() > width > 0:
        return
    metrics = label.fontMetrics()
    beside = label.width() - max(map(metrics.horizontalAdvance, whole.split("\n")))
    room = max(width - beside, metrics.maxWidth())
    label.setText("\n".join(_break_words(line, metrics, room) for line in whole.split("\n")))
    label.setWordWrap(True)
    label.resize(width, label.heightForWidth(width))


def _break_words(line: str, metrics: QFontMetrics, room: int) -> str:
    """Let words that are wider than `room` break: the label itself breaks none, and would cut them off."""
    words = []
    for word in line.split(" "):
        parts, rest = [], word
        while metrics.horizontalAdvance(rest) > room:
            # The shortest that is too wide, less a letter.
            count = max(bisect.bisect(_Widths(rest, metrics), room) - 1, 1)
            count = rest.rfind(NO_BREAK, 0, count) + 1 or count
            parts.append(rest[:count])
            rest = rest[count:]
        words.append(MAY_BREAK.join((*parts, rest)))
    return " ".join(words)


class _Widths:
    """The width of the first letters of a word, by their number."""

    def __init__(self, word: str, metrics: QFontMetrics) -> None:
        self._word, self._metrics = word, metrics

    def __len__(self) -> int:
        return len(self._word)

    def __getitem__(self, number: int) -> int:
        return self._metrics.horizontalAdvance(self._word[:number])
